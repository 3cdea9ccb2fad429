# Makefile: builds, demonstrates and tests baocao. `make demo` and `make test` install what they need.
B        ?= build
PREFIX   ?= /usr/local
CC       ?= gcc
CLANG    ?= clang
PKGS     := harfbuzz-subset harfbuzz libfyaml libcmark-gfm libutf8proc libdeflate xlsxwriter libpng gmp
WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wformat=2 -Wcast-qual -Wwrite-strings \
            -Wstrict-prototypes -Wmissing-prototypes -Wnull-dereference
OPT      ?= -O2 -g
SANFLAGS := $(if $(SAN),-fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
COVFLAGS := $(if $(COV),--coverage)
CFLAGS   += -std=c11 -D_GNU_SOURCE $(WARN) $(if $(SAN)$(COV),-O1 -g,$(OPT)) $(SANFLAGS) $(COVFLAGS) \
            -DBAOCAO_DATADIR='"$(PREFIX)/share/baocao"'
# The libraries' own headers are not ours to warn about.
CPPFLAGS += $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
LDLIBS   += $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lcmark-gfm-extensions -lhpdf -lcsv -lunibreak -lm
LDFLAGS  += $(SANFLAGS) $(COVFLAGS)

SRC      := $(wildcard gen/*/*.c) gen/pipeline.c
OBJ      := $(SRC:%.c=$B/%.o)
UNIT     := $(wildcard tests/unit/test_*.c)
UNITBIN  := $(UNIT:tests/unit/%.c=$B/%)
BIN      := $(if $(filter build,$B),baocao,$B/baocao)

.PHONY: all lib demo test check asan bench clean install deps test-deps unit cases coverage lint

all: $(BIN)

lib: $B/libbaocao.a

$(BIN): $B/gen/baocao.o $B/libbaocao.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/libbaocao.a: $(OBJ)
	@rm -f $@
	ar rcs $@ $^

$B/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$B/test_%: tests/unit/test_%.c $B/libbaocao.a
	$(CC) $(CPPFLAGS) $(CFLAGS) -Igen -MMD -MP -MF $@.d -o $@ $< $B/libbaocao.a $(LDFLAGS) $(LDLIBS) -lcmocka

-include $(OBJ:.o=.d) $B/gen/baocao.d $(UNITBIN:=.d)
