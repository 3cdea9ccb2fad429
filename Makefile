# Makefile: builds, demonstrates and tests baocao. `make demo` and `make test` install what they need.
B        ?= build
PREFIX   ?= /usr/local
CC       ?= gcc
CLANG    ?= clang
PKGS     := libxxhash sqlite3 harfbuzz-subset harfbuzz libfyaml libcmark-gfm libutf8proc libdeflate xlsxwriter libpng lcms2 gmp libpcre2-8
WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wformat=2 -Wcast-qual -Wwrite-strings \
            -Wstrict-prototypes -Wmissing-prototypes -Wnull-dereference
OPT      ?= -O3 -g
SANFLAGS := $(if $(SAN),-fsanitize=address -fsanitize=undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
COVFLAGS := $(if $(COV),--coverage)
CFLAGS   += -std=c11 -D_GNU_SOURCE $(WARN) $(if $(SAN)$(COV),-O1 -g,$(OPT)) $(SANFLAGS) $(COVFLAGS) \
            -DBAOCAO_DATADIR='"$(PREFIX)/share/baocao"'
# The libraries' own headers are not ours to warn about.
CPPFLAGS += $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
LDLIBS   += $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lcmark-gfm-extensions -lhpdf -lcsv -lunibreak -lm
LDFLAGS  += $(SANFLAGS) $(COVFLAGS)

SRC      := $(wildcard gen/*/*.c) gen/pipeline.c gen/engine.c gen/publish.c
OBJ      := $(SRC:%.c=$B/%.o)
MAIN     := gen/baocao.c gen/options.c gen/help.c gen/commands.c gen/results.c
UNIT     := $(wildcard tests/unit/test_*.c)
UNITBIN  := $(UNIT:tests/unit/%.c=$B/%)
BIN      := $(if $(filter build,$B),baocao,$B/baocao)

SAMPLES  := samples/binh-thanh samples/dan-tien samples/trung-thanh

.PHONY: slurm conformance conformance-samples built-tests fuzz fuzz-inspect fuzz-expr fuzz-template all lib demo test asan check bench coverage clean install deps test-deps unit cases outputs

all: $(BIN)

lib: $B/libbaocao.a

$(BIN): $(MAIN:%.c=$B/%.o) $B/libbaocao.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/libbaocao.a: $(OBJ)
	@rm -f $@
	ar rcs $@ $^

$B/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$B/test_%: tests/unit/test_%.c $B/libbaocao.a
	$(CC) $(CPPFLAGS) $(CFLAGS) -Igen -MMD -MP -MF $@.d -o $@ $< $B/libbaocao.a $(LDFLAGS) $(LDLIBS) -lcmocka

$B/bench: tests/bench.c $B/libbaocao.a
	$(CC) $(CPPFLAGS) $(CFLAGS) -Igen -MMD -MP -MF $@.d -o $@ $< $B/libbaocao.a $(LDFLAGS) $(LDLIBS)

$B/numbers: tests/numbers.c $B/libbaocao.a
	$(CC) $(CPPFLAGS) $(CFLAGS) -Igen -MMD -MP -MF $@.d -o $@ $< $B/libbaocao.a $(LDFLAGS) $(LDLIBS)

-include $(OBJ:.o=.d) $(MAIN:%.c=$B/%.d) $(UNITBIN:=.d) $B/bench.d $B/numbers.d

# ---- the two commands of a newcomer; both install what is missing -----------------------------

# pkg-config is asked when make starts, so what follows an installation runs in a make of its own.
demo:
	@tests/install-deps build
	@$(MAKE) --no-print-directory -j$$(nproc) all
	./baocao gen $(SAMPLES) -o out
	@ls -l out

test:
	@tests/install-deps test
	@$(MAKE) --no-print-directory -j$$(nproc) all built-tests && $(MAKE) --no-print-directory unit cases outputs

deps:
	@tests/install-deps build

test-deps:
	@tests/install-deps check

# ---- parts of the suite --------------------------------------------------------------------------

built-tests: $(UNITBIN) $B/numbers

unit: $(UNITBIN)
	@for t in $(UNITBIN); do CMOCKA_MESSAGE_OUTPUT=stdout $$t >$$t.log 2>&1 || { cat $$t.log; echo "$$t failed"; exit 1; }; \
	  grep -h 'PASSED' $$t.log | sed "s|^|$${t##*/} |"; done

cases: $(BIN)
	@python3 tests/run_cases.py $(BIN)
	@python3 tests/check_messages.py

outputs: $(BIN) $B/numbers
	@python3 tests/check_layers.py
	@python3 tests/check_digits.py
	@python3 tests/check_readme.py $(BIN)
	@python3 tests/check_watch.py $(BIN)
	@python3 tests/check_batch.py $(BIN) $B/batch-test
	@python3 tests/check_loi.py $(BIN)
	@$(if $(SAN)$(COV),true,python3 tests/check_hostile.py $(BIN))
	@python3 tests/check_plan.py $(BIN)
	@python3 tests/check_cells.py $(BIN) $(if $(SAN),--every 8)
	@python3 tests/check_numbers.py $B/numbers
	@python3 tests/check_outputs.py $(BIN) $B/outputs

# The whole suite under AddressSanitizer and UndefinedBehaviorSanitizer.
asan:
	@tests/install-deps check
	@$(MAKE) --no-print-directory -j$$(nproc) B=build-asan SAN=1 all built-tests && $(MAKE) --no-print-directory B=build-asan SAN=1 unit cases outputs

# PDF/A, PDF/UA, signatures and tags proved by independent programs; they come from Maven Central, PyPI and
# Debian into build/conformance. REPORTS: further report folders.
CONFORMANCE = sh tests/conformance/tools.sh build/conformance && \
  build/conformance/venv/bin/python tests/conformance/conformance.py $(BIN) build/conformance

conformance: $(BIN)
	@$(CONFORMANCE) $(REPORTS)

conformance-samples: $(BIN)
	@$(CONFORMANCE) --samples $(REPORTS)

# gen/batch/slurm.sh on a Slurm of this machine, which is started and stopped by the test: as root.
slurm: $(BIN)
	@tests/install-deps slurm
	@python3 tests/check_slurm.py $(BIN) $B/slurm-test

# Style, static analysis, man pages.
check:
	@tests/install-deps check
	clang-format --dry-run --Werror gen/*.[ch] gen/*/*.[ch] tests/unit/*.c tests/*.c
	cppcheck --quiet --error-exitcode=1 --inline-suppr --enable=warning,performance,portability \
	  --suppress=missingIncludeSystem --suppress=varFuncNullUB --suppress=uninitvar:gen/base/number.c -Igen gen
	@# A run a file: clang-tidy 14 takes every va_list behind the first file for an unset one.
	printf '%s\n' $(SRC) $(MAIN) | \
	  xargs -P$$(nproc) -I{} clang-tidy --quiet {} -- $(CPPFLAGS) $(CFLAGS) 2>/dev/null
	mandoc -Tlint -W warning gen/baocao.1 gen/baocao.5
	@python3 tests/check_layers.py

coverage:
	@tests/install-deps check
	@$(MAKE) --no-print-directory -j$$(nproc) B=build-cov COV=1 all built-tests && find build-cov -name '*.gcda' -delete && $(MAKE) --no-print-directory B=build-cov COV=1 unit cases outputs
	gcovr --root . --filter gen/ build-cov --print-summary --sort-percentage

# libFuzzer on what strangers may write: PDFs for `inspect` (the corpus is what `make demo` wrote), expressions
# and mau.yaml, and the Markdown of templates (seeds from templates and cases). FUZZ=seconds each.
FUZZ     ?= 60
FUZZCC   := clang -std=c11 -D_GNU_SOURCE -O1 -g -fsanitize=fuzzer,address,undefined \
            -fno-sanitize-recover=undefined -Igen $(CPPFLAGS) -DBAOCAO_DATADIR='"$(PREFIX)/share/baocao"'
FUZZRUN  := -max_total_time=$(FUZZ) -timeout=20 -rss_limit_mb=2048
FUZZENV  := LSAN_OPTIONS=suppressions=../tests/fuzz/lsan.supp

fuzz: fuzz-inspect fuzz-expr fuzz-template

fuzz-inspect: out
	@mkdir -p build-fuzz/corpus
	@cp out/*.pdf build-fuzz/corpus/
	$(FUZZCC) -o build-fuzz/inspect tests/fuzz/fuzz_inspect.c gen/base/*.c gen/output/inspect.c \
	  gen/output/inspect_print.c gen/output/xmp_read.c gen/output/cms.c gen/output/qpdf_reader.c \
	  -lgmp -lutf8proc -ldeflate -lm
	cd build-fuzz && ./inspect $(FUZZRUN) -max_len=400000 corpus

fuzz-expr:
	@mkdir -p build-fuzz/expr
	@python3 tests/fuzz/seeds.py build-fuzz/seeds
	$(FUZZCC) -o build-fuzz/fuzz_expr tests/fuzz/fuzz_expr.c gen/base/*.c gen/input/*.c gen/check/*.c \
	  -lfyaml -lcsv -lpcre2-8 -lgmp -lutf8proc -ldeflate -lm
	cd build-fuzz && $(FUZZENV) ./fuzz_expr $(FUZZRUN) -max_len=4000 -dict=../tests/fuzz/expr.dict expr seeds/expr

fuzz-template:
	@mkdir -p build-fuzz/template
	@python3 tests/fuzz/seeds.py build-fuzz/seeds
	$(FUZZCC) -o build-fuzz/fuzz_template tests/fuzz/fuzz_template.c gen/base/*.c gen/input/*.c gen/check/*.c \
	  gen/doc/*.c gen/merge/*.c -lfyaml -lcsv -lpcre2-8 -lcmark-gfm -lcmark-gfm-extensions -lgmp -lutf8proc -ldeflate -lm
	cd build-fuzz && $(FUZZENV) ./fuzz_template $(FUZZRUN) -max_len=4000 -dict=../tests/fuzz/template.dict template seeds/template

out: $(BIN)
	./baocao gen $(SAMPLES) -o out

bench: all $B/bench
	@tests/bench.sh $B

install: all
	install -Dm755 $(BIN) $(DESTDIR)$(PREFIX)/bin/baocao
	install -Dm644 gen/baocao.1 $(DESTDIR)$(PREFIX)/share/man/man1/baocao.1
	install -Dm644 gen/baocao.5 $(DESTDIR)$(PREFIX)/share/man/man5/baocao.5
	mkdir -p $(DESTDIR)$(PREFIX)/share/baocao
	cp -R templates fonts $(DESTDIR)$(PREFIX)/share/baocao/
	install -m755 gen/batch/slurm.sh $(DESTDIR)$(PREFIX)/share/baocao/slurm.sh

clean:
	rm -rf build build-asan build-cov out baocao
