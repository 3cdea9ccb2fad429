/* bench.c: one report made over and over in one warm process, a figure changed each time */
#include "pipeline.h"

#include <hpdf.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

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

/* ---- compression alone ---- */

/* What the pages of a finished PDF say, uncompressed. */
struct contents {
    struct content {
        char *data;
        size_t n;
    } * v;
    size_t n, cap;
    size_t bytes;
};

static void unpack_contents(struct arena *a, const char *pdf, size_t n,
                            struct contents *out) {
    static const char mark[] = "<<\n/Filter/FlateDecode/Length ";
    static char plain[1 << 24];
    struct libdeflate_decompressor *z = libdeflate_alloc_decompressor();
    for (const char *p = pdf, *end = pdf + n;
         (p = memmem(p, (size_t)(end - p), mark, sizeof mark - 1));) {
        p += sizeof mark - 1;
        size_t len = (size_t)atol(p), got = 0;
        const char *data = strstr(p, "stream\n") + 7;
        if (libdeflate_zlib_decompress(z, data, len, plain, sizeof plain, &got) ||
            !memmem(plain, got, "\nET\n", 4))
            continue;
        struct content c = {arena_strndup(a, plain, got), got};
        vec_push(a, out, c);
        out->bytes += got;
    }
    libdeflate_free_decompressor(z);
}

static size_t pack_deflate(const struct content *c, int level, struct buf *to) {
    to->len = 0;
    zlib_pack(to, c->data, c->n, level);
    return to->len;
}

static size_t pack_zlib(const struct content *c, int level, struct buf *to) {
    uLongf n = compressBound(c->n);
    if (to->cap < n) {
        to->data = x_grow(to->data, n, 1);
        to->cap = n;
    }
    if (compress2((Bytef *)to->data, &n, (const Bytef *)c->data, c->n, level) != Z_OK)
        die("zlib", "");
    return n;
}

/* All pages one after the other, the least of 20 turns. */
static void tell_packing(const struct contents *all, const char *name,
                         size_t (*pack)(const struct content *, int, struct buf *),
                         int level, double pdf_ms) {
    struct buf to = {0};
    double least = 1e9;
    size_t packed = 0;
    for (int turn = 0; turn < 20; turn++) {
        double from = now();
        packed = 0;
        for (size_t i = 0; i < all->n; i++)
            packed += pack(&all->v[i], level, &to);
        double ms = now() - from;
        least = ms < least ? ms : least;
    }
    buf_free(&to);
    printf("%-28s least %7.3f ms, %.1f KB of page contents to %.1f KB; the PDF takes "
           "%.3f ms\n",
           name, least, (double)all->bytes / 1024, (double)packed / 1024, pdf_ms);
}

static void tell_compression(struct bench *b, const char *stem, double pdf_ms) {
    const char *data;
    size_t n;
    struct contents all = {0};
    char *path = arena_printf(b->arena, "%s/%s.pdf", b->out, stem);
    if (file_read(b->arena, path, FILE_LIMIT, &data, &n) != FILE_OK)
        die("cannot read", path);
    unpack_contents(b->arena, data, n, &all);
    tell_packing(&all, "libdeflate 1 (contents)", pack_deflate, PACK_CONTENT, pdf_ms);
    tell_packing(&all, "libdeflate 8 (fonts)", pack_deflate, PACK_ONCE, pdf_ms);
    tell_packing(&all, "zlib 6", pack_zlib, 6, pdf_ms);
}

/* ---- the same text by libharu's own calls ---- */

struct haru {
    double open, text, save; /* ms: document and fonts, pages, the file in memory */
    size_t bytes, pages, runs;
};

static void haru_failed(HPDF_STATUS error, HPDF_STATUS detail, void *to) {
    (void)to;
    fprintf(stderr, "bench: libharu 0x%lx, %lu\n", (unsigned long)error,
            (unsigned long)detail);
    exit(1);
}

/* A page as most programs write it: font and place set for each run, no lines, no tags. */
static void haru_page(HPDF_Page page, const struct page *p, const HPDF_Font *font,
                      struct haru *h, struct buf *text) {
    HPDF_Page_SetWidth(page, (float)p->w / 1000);
    HPDF_Page_SetHeight(page, (float)p->h / 1000);
    HPDF_Page_BeginText(page);
    for (size_t i = 0; i < p->n; i++) {
        const struct item *item = &p->item[i];
        if (item->kind != ITEM_RUN || !item->u.run.len)
            continue;
        text->len = 0;
        buf_add(text, item->u.run.text, item->u.run.len);
        HPDF_Page_SetFontAndSize(page, font[item->face], (float)item->h / 1000);
        HPDF_Page_TextOut(page, (float)item->x / 1000, (float)(p->h - item->y) / 1000,
                          text->data);
        h->runs++;
    }
    HPDF_Page_EndText(page);
    h->pages++;
}

static void haru_document(const struct pages *pages, struct haru *h) {
    static const char *const file[FACES] = {
        "liberation2/LiberationSerif-Regular.ttf", "liberation2/LiberationSerif-Bold.ttf",
        "liberation2/LiberationSerif-Italic.ttf",
        "liberation2/LiberationSerif-BoldItalic.ttf", "dejavu/DejaVuSans.ttf"};
    HPDF_Font font[FACES];
    struct buf text = {0};
    double start = now();
    HPDF_Doc pdf = HPDF_New(haru_failed, NULL);
    HPDF_SetCompressionMode(pdf, HPDF_COMP_ALL);
    HPDF_UseUTFEncodings(pdf);
    for (int face = 0; face < FACES; face++) {
        char path[200];
        snprintf(path, sizeof path, "/usr/share/fonts/truetype/%s", file[face]);
        const char *name = HPDF_LoadTTFontFromFile(pdf, path, HPDF_TRUE);
        font[face] = HPDF_GetFont(pdf, name, "UTF-8");
    }
    double opened = now();
    for (size_t i = 0; i < pages->n; i++)
        haru_page(HPDF_AddPage(pdf), &pages->page[i], font, h, &text);
    double written = now();
    HPDF_SaveToStream(pdf);
    h->bytes = HPDF_GetStreamSize(pdf);
    double saved = now();
    HPDF_Free(pdf);
    buf_free(&text);
    h->open = opened - start;
    h->text = written - opened;
    h->save = saved - written;
}

static void look_haru(void *to, struct arena *a, const struct made *m) {
    struct haru *least = to;
    (void)a;
    for (int turn = 0; turn < 10; turn++) {
        struct haru h = {0};
        haru_document(m->pages[0], &h);
        if (!turn || h.open + h.text + h.save < least->open + least->text + least->save)
            *least = h;
    }
}

static void tell_haru(struct bench *b) {
    struct haru h = {0};
    struct file_set *files;
    struct make_request q = {
        .report = b->report, .out_dir = b->out, .look = look_haru, .to = &h};
    struct diag *d = diag_new(LANG_EN);
    if (engine_build(b->engine, d, &q, &files) != MAKE_DONE)
        die("cannot lay out", b->report);
    diag_free(d);
    printf(
        "%-28s least %7.3f ms: fonts %.3f, text %.3f, saving %.3f; %zu pages, %zu runs, "
        "%.1f KB\n",
        "stock libharu, text only", h.open + h.text + h.save, h.open, h.text, h.save,
        h.pages, h.runs, (double)h.bytes / 1024);
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
        run_tool(b.arena, arena_printf(b.arena, "rm -r '%s'", b.out));
        return 0;
    }
    printf("%s, %d warm repeats in one process\n", argv[1], runs);
    printf("%-28s %7.3f ms\n", "first report, both", make_once(&b, MAKE_PDF | MAKE_XLSX));
    measure(&b, "data to pages, no file", 0, runs);
    double pdf = measure(&b, "PDF", MAKE_PDF, runs);
    measure(&b, "XLSX", MAKE_XLSX, runs);
    measure(&b, "PDF and XLSX", MAKE_PDF | MAKE_XLSX, runs);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%-28s %.1f MB\n", "peak memory", (double)usage.ru_maxrss / 1024);
    tell_size(&b, stem, ".pdf");
    tell_size(&b, stem, ".xlsx");
    if (argc > 3)
        tell_cold(&b, argv[3]);
    tell_compression(&b, stem, pdf);
    tell_haru(&b);
    run_tool(b.arena, arena_printf(b.arena, "rm -r '%s'", b.out));
    engine_free(b.engine);
    arena_free(b.arena);
    return 0;
}
