/* bench.c: one report made over and over in one warm process, a figure changed each time */
#include "pipeline.h"

#include <dirent.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct bench {
    struct engine *engine;
    struct arena *arena;
    const char *report; /* a copy that may be changed */
    const char *out;
    char *facts;
    size_t size;
    char *figure; /* two digits within facts */
    int turn;
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static _Noreturn void die(const char *text, const char *detail) {
    fprintf(stderr, "bench: %s %s\n", text, detail);
    exit(1);
}

static char *run_tool(struct arena *a, const char *command) {
    if (system(command) != 0)
        die("failed:", command);
    return arena_strdup(a, command);
}

/* The last two digits of the first whole number of at least two digits that is a value of its own and
 * neither a year nor a document number. */
static char *find_figure(char *facts) {
    for (char *p = facts; (p = strstr(p, ": ")) != NULL; p++) {
        size_t digits = strspn(p + 2, "0123456789");
        char *key = p;
        while (key > facts && !strchr(" {,\n", key[-1]))
            key--;
        bool dated = str_starts(key, "nam") || str_starts(key, "so:") ||
                     str_starts(key, "ngay") || str_starts(key, "den_nam") ||
                     str_starts(key, "tu_nam");
        if (digits >= 2 && digits <= 6 && strchr(",}\n", p[2 + digits]) && !dated)
            return p + 2 + digits - 2;
    }
    return NULL;
}

static void change_figure(struct bench *b) {
    int v = 10 + b->turn++ % 90;
    b->figure[0] = (char)('0' + v / 10);
    b->figure[1] = (char)('0' + v % 10);
    FILE *file = fopen(path_join(b->arena, b->report, "baocao.yaml"), "wb");
    if (!file || fwrite(b->facts, 1, b->size, file) != b->size || fclose(file) != 0)
        die("cannot write", b->report);
}

/* One report; returns its ms without the rewriting of its facts. */
static double make_once(struct bench *b, unsigned flags) {
    struct diag *d = diag_new(LANG_EN);
    struct buf dump = {0}, said = {0};
    change_figure(b);
    double from = now();
    enum make_status status = engine_make(b->engine, d, b->report, b->out, flags, &dump);
    double ms = now() - from;
    if (status != MAKE_DONE) {
        diag_print(d, &said);
        die("the report failed:\n", said.data ? said.data : "");
    }
    diag_free(d);
    buf_free(&dump);
    return ms;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double measure(struct bench *b, const char *name, unsigned flags, int runs) {
    double *ms = x_new((size_t)runs, sizeof *ms), sum = 0;
    make_once(b, flags);
    for (int i = 0; i < runs; i++)
        sum += ms[i] = make_once(b, flags);
    qsort(ms, (size_t)runs, sizeof *ms, by_value);
    double least = ms[0];
    printf("%-28s least %7.3f  median %7.3f  mean %7.3f ms\n", name, least, ms[runs / 2],
           sum / runs);
    x_free(ms);
    return least;
}

/* ms that compressing the page contents of a finished PDF takes: they are unpacked and packed again. */
static double packing_time(const char *pdf, size_t n, int runs, size_t *raw) {
    static const char mark[] = "<<\n/Filter/FlateDecode/Length ";
    static char plain[1 << 24];
    struct libdeflate_decompressor *z = libdeflate_alloc_decompressor();
    struct buf packed = {0};
    double total = 0;
    *raw = 0;
    for (const char *p = pdf, *end = pdf + n;
         (p = memmem(p, (size_t)(end - p), mark, sizeof mark - 1));) {
        p += sizeof mark - 1;
        size_t len = (size_t)atol(p), plain_len = 0;
        const char *data = strstr(p, "stream\n") + 7;
        if (libdeflate_zlib_decompress(z, data, len, plain, sizeof plain, &plain_len) ||
            !memmem(plain, plain_len, "\nET\n", 4))
            continue;
        double best = 1e9;
        for (int i = 0; i < runs; i++) {
            packed.len = 0;
            double from = now();
            zlib_pack(&packed, plain, plain_len, PACK_CONTENT);
            double ms = now() - from;
            best = ms < best ? ms : best;
        }
        total += best;
        *raw += plain_len;
    }
    buf_free(&packed);
    libdeflate_free_decompressor(z);
    return total;
}

static void tell_compression(struct bench *b, const char *stem, double pdf_ms) {
    const char *data;
    size_t n, raw;
    char *path = arena_printf(b->arena, "%s/%s.pdf", b->out, stem);
    if (file_read(b->arena, path, FILE_LIMIT, &data, &n) != FILE_OK)
        die("cannot read", path);
    double ms = packing_time(data, n, 20, &raw);
    printf("%-28s %.3f ms, %.0f %% of the PDF's time (%zu KB of page contents)\n",
           "compression", ms, 100 * ms / pdf_ms, raw / 1024);
}

static void tell_size(struct bench *b, const char *stem, const char *ending) {
    struct stat st;
    char *path = arena_printf(b->arena, "%s/%s%s", b->out, stem, ending);
    if (stat(path, &st) == 0)
        printf("%-28s %.1f KB\n", ending + 1, (double)st.st_size / 1024);
}

/* A whole process from start to end, the least of ten. */
static void tell_cold(struct bench *b, const char *program) {
    double least = 1e9;
    long peak = 0;
    for (int i = 0; i < 10; i++) {
        change_figure(b);
        double from = now();
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
                _exit(127);
            execl(program, program, "gen", b->report, "-o", b->out, (char *)NULL);
            _exit(127);
        }
        int status;
        struct rusage usage;
        if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status != 0)
            die("cannot run", program);
        double ms = now() - from;
        least = ms < least ? ms : least;
        peak = usage.ru_maxrss;
    }
    printf("%-28s least %7.3f ms, peak %.1f MB\n", "cold: whole process, both", least,
           (double)peak / 1024);
}

static void prepare(struct bench *b, const char *report) {
    /* Files in memory where the system has such a place: the disk is not what is measured. */
    char root[] = "/dev/shm/baocao-bench-XXXXXX", other[] = "/tmp/baocao-bench-XXXXXX";
    const char *base = mkdtemp(root) ? root : mkdtemp(other) ? other : NULL;
    if (!base)
        die("cannot make a folder in", "/tmp");
    b->out = arena_strdup(b->arena, base);
    b->report = path_join(b->arena, b->out, path_base(b->arena, report));
    run_tool(b->arena, arena_printf(b->arena, "cp -RL '%s' '%s'", report, b->report));
    const char *data;
    char *path = path_join(b->arena, b->report, "baocao.yaml");
    if (file_read(b->arena, path, FILE_LIMIT, &data, &b->size) != FILE_OK)
        die("cannot read", path);
    b->facts = arena_strndup(b->arena, data, b->size);
    b->figure = find_figure(b->facts);
    if (!b->figure)
        die("no figure to change in", path);
}

int main(int argc, char **argv) {
    if (argc < 2)
        die("usage: bench REPORT [RUNS [PROGRAM [pdf|untagged|xlsx|both]]]", "");
    int runs = argc > 2 ? atoi(argv[2]) : 100;
    struct bench b = {.arena = arena_new()};
    const char *const dirs[] = {"templates", NULL};
    struct engine_options options = {
        .lang = LANG_EN, .template_dirs = dirs, .font_dir = "fonts"};
    prepare(&b, argv[1]);
    const char *stem = path_base(b.arena, b.report);
    b.engine = engine_new(&options);
    if (argc > 4) { /* for callgrind: one kind of output only */
        unsigned flags = str_eq(argv[4], "pdf")        ? MAKE_PDF
                         : str_eq(argv[4], "untagged") ? MAKE_PDF | MAKE_UNTAGGED
                         : str_eq(argv[4], "xlsx")     ? MAKE_XLSX
                                                       : MAKE_PDF | MAKE_XLSX;
        for (int i = 0; i < runs; i++)
            make_once(&b, flags);
        return 0;
    }
    printf("%s, %d warm repeats in one process\n", argv[1], runs);
    printf("%-28s %7.3f ms\n", "first report, both", make_once(&b, MAKE_PDF | MAKE_XLSX));
    measure(&b, "data to pages, no file", 0, runs);
    double pdf = measure(&b, "PDF", MAKE_PDF, runs);
    measure(&b, "XLSX", MAKE_XLSX, runs);
    measure(&b, "PDF and XLSX", MAKE_PDF | MAKE_XLSX, runs);
    tell_compression(&b, stem, pdf);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%-28s %.1f MB\n", "peak memory", (double)usage.ru_maxrss / 1024);
    tell_size(&b, stem, ".pdf");
    tell_size(&b, stem, ".xlsx");
    if (argc > 3)
        tell_cold(&b, argv[3]);
    run_tool(b.arena, arena_printf(b.arena, "rm -r '%s'", b.out));
    engine_free(b.engine);
    arena_free(b.arena);
    return 0;
}
