/* baocao.c: the command line */
#include "commands.h"
#include "batch/batch.h"
#include "merge/merge.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2 };

struct command_line {
    enum lang lang;
    const char *out_dir;
    bool out_given; /* -o */
    const char *font_dir;
    const char *dump;     /* -T */
    const char *previous; /* --ky-truoc */
    bool draft;
    unsigned make;             /* further flags of enum make_flags */
    bool json;                 /* inspect --format json */
    const char *number, *date; /* ban-hanh --so --ngay */
    struct {
        const char **v;
        size_t n, cap;
    } templates;
    char **report;
    int reports;
};

static const char help_vi[] =
    "baocao: số liệu và mẫu -> báo cáo PDF đúng thể thức Nghị định 30/2020/NĐ-CP và bảng "
    "XLSX\n"
    "\n"
    "  baocao gen BAO-CAO… [-o THU-MUC]   tạo PDF và XLSX\n"
    "  baocao check BAO-CAO…              chỉ kiểm tra, không ghi tệp nào\n"
    "  baocao list                        các mẫu có sẵn\n"
    "  baocao explain BAO-CAO TRUONG…     số này từ đâu ra: công thức, số liệu, từng ô\n"
    "  baocao ban-hanh BAO-CAO --so SO --ngay NGAY\n"
    "                                     ghi số và ngày đã ban hành sau khi ký\n"
    "  baocao diff CU MOI [-o THU-MUC]    những gì thay đổi từ báo cáo CU sang MOI\n"
    "  baocao watch BAO-CAO [-o THU-MUC]  tạo lại mỗi khi lưu một tệp của báo cáo\n"
    "  baocao inspect TEP.pdf…            xem trường, chữ ký, siêu dữ liệu, tệp đính "
    "kèm\n"
    "\n"
    "BAO-CAO là một thư mục có baocao.yaml (hoặc .json, .csv) hoặc một tệp .md.\n"
    "\n"
    "  -o, --output THU-MUC     nơi ghi kết quả (mặc định: thư mục hiện tại)\n"
    "      --du-thao            bản dự thảo: chỗ thiếu, chỗ sai được tô trên trang\n"
    "      --co-truong          PDF có sẵn các trường ký, số, ngày, tháng\n"
    "      --tach-phu-luc       mỗi phụ lục thành một tệp PDF riêng\n"
    "      --dinh-kem           nhúng bảng XLSX và tệp số liệu vào PDF (PDF/A-3)\n"
    "      --force              ghi đè cả PDF đã ký, hoặc số đã ban hành\n"
    "      --format text|json   cách inspect in ra\n"
    "      --ky-truoc BAO-CAO   báo cáo kỳ trước, để so sánh\n"
    "      --templates THU-MUC  nơi tìm mẫu (dùng được nhiều lần)\n"
    "      --fonts THU-MUC      thư mục phông chữ (có tệp fonts.map)\n"
    "  -T tree|text|pages       in cây văn bản hoặc các trang đã dàn ra màn hình\n"
    "      --lang vi|en         ngôn ngữ của thông báo\n"
    "      --help, --version\n"
    "\n"
    "Kết thúc: 0 xong, 1 dữ liệu hoặc mẫu sai, 2 gọi lệnh sai, 3 lỗi hệ thống.\n";

static const char help_en[] =
    "baocao: data and a template -> a report in the layout of Nghị định 30/2020/NĐ-CP "
    "(PDF) "
    "and its tables (XLSX)\n"
    "\n"
    "  baocao gen REPORT… [-o DIR]   write PDF and XLSX\n"
    "  baocao check REPORT…          check only, write nothing\n"
    "  baocao list                   the templates at hand\n"
    "  baocao explain REPORT FIELD…  where a figure comes from: formula, data, cells\n"
    "  baocao ban-hanh REPORT --so NUMBER --ngay DATE\n"
    "                                record the number and date given after signing\n"
    "  baocao diff OLD NEW [-o DIR]  what changed from one report to another\n"
    "  baocao watch REPORT [-o DIR]  make it again whenever one of its files is saved\n"
    "  baocao inspect FILE.pdf…      fields, signatures, metadata, attachments of a PDF\n"
    "\n"
    "REPORT is a folder with baocao.yaml (or .json, .csv) or a single .md file.\n"
    "\n"
    "  -o, --output DIR      where to write (default: the current folder)\n"
    "      --du-thao         draft: what is missing or wrong is highlighted on the page\n"
    "      --co-truong       the PDF gets fields for signatures, number and date\n"
    "      --tach-phu-luc    each appendix becomes a PDF of its own\n"
    "      --dinh-kem        the PDF carries the workbook and the data files (PDF/A-3)\n"
    "      --force           over a signed PDF too, or over a recorded number\n"
    "      --format text|json  how inspect prints\n"
    "      --ky-truoc REPORT the report of the period before, to compare with\n"
    "      --templates DIR   where templates are looked for (may be repeated)\n"
    "      --fonts DIR       a folder of fonts (with a fonts.map)\n"
    "  -T tree|text|pages    dump the document tree or the pages to the screen\n"
    "      --lang vi|en      language of the messages\n"
    "      --help, --version\n"
    "\n"
    "Exit status: 0 done, 1 wrong data or template, 2 wrong usage, 3 the system "
    "failed.\n";

static int usage_error(const struct command_line *c, const char *vi, const char *en,
                       const char *what) {
    fprintf(stderr,
            c->lang == LANG_VI ? "baocao: %s%s%s (xem “baocao --help”)\n"
                               : "baocao: %s%s%s (see “baocao --help”)\n",
            c->lang == LANG_VI ? vi : en, what ? ": " : "", what ? what : "");
    return EXIT_USAGE;
}

/* ---- where templates lie ---- */

static void add_list(struct arena *a, struct command_line *c, const char *list) {
    for (const char *p = list; p && *p;) {
        size_t n = strcspn(p, ":");
        if (n) {
            const char *dir = arena_strndup(a, p, n);
            vec_push(a, &c->templates, dir);
        }
        p += n + (p[n] == ':');
    }
}

static const char *const *template_dirs(struct arena *a, struct command_line *c) {
    add_list(a, c, getenv("BAOCAO_TEMPLATES"));
    const char *here = program_dir(a);
    if (here) {
        const char *beside = path_join(a, here, "templates");
        vec_push(a, &c->templates, beside);
    }
    const char *installed = BAOCAO_DATADIR "/templates", *end = NULL;
    vec_push(a, &c->templates, installed);
    vec_push(a, &c->templates, end);
    return c->templates.v;
}

static const char *default_fonts(struct arena *a) {
    const char *here = program_dir(a);
    const char *beside = here ? path_join(a, here, "fonts") : NULL;
    if (beside && file_exists(path_join(a, beside, "fonts.map")))
        return beside;
    return file_exists(BAOCAO_DATADIR "/fonts/fonts.map") ? BAOCAO_DATADIR "/fonts"
                                                          : NULL;
}

/* ---- commands ---- */

static int run_list(struct arena *a, struct command_line *c) {
    size_t n;
    struct diag *d = diag_new(c->lang);
    const char **dir = tmpl_list(a, template_dirs(a, c), &n);
    for (size_t i = 0; i < n; i++) {
        struct tmpl *t = tmpl_load(d, dir[i]);
        const struct value *settings = t ? tmpl_settings(t) : NULL;
        const char *title = settings ? value_text(settings, "tieu_de") : NULL;
        const char *about = settings ? value_text(settings, "mo_ta") : NULL;
        printf("%-24s %s\n", path_base(a, dir[i]), title ? title : "");
        if (about)
            printf("%-24s %s\n", "", about);
        tmpl_free(t);
    }
    struct buf text = {0};
    diag_print(d, &text);
    if (text.data)
        fputs(text.data, stderr);
    buf_free(&text);
    int status = diag_count(d, SEV_ERROR) ? 1 : 0;
    diag_free(d);
    return status;
}

/* Two reports must not write the same file in one run. */
static bool same_output(struct arena *a, struct command_line *c, int i, struct diag *d) {
    char *name = path_base(a, c->report[i]);
    for (int k = 0; k < i; k++)
        if (str_eq(name, path_base(a, c->report[k]))) {
            diag_add(d, E_SAME_OUTPUT, (struct origin){c->report[i], 0, 0},
                     path_join(a, c->out_dir, diag_fmt(d, "%s.pdf", name)), c->report[k],
                     NULL);
            return true;
        }
    return false;
}

static void report_done(struct diag *d, const char *report, unsigned flags,
                        enum make_status status) {
    int errors = diag_count(d, SEV_ERROR), warnings = diag_count(d, SEV_WARNING);
    if (flags & (MAKE_DUMP_TREE | MAKE_DUMP_TEXT | MAKE_DUMP_PAGES))
        return;
    const char *verb = flags & MAKE_PDF ? diag_word(d, "đã tạo", "written")
                                        : diag_word(d, "đạt", "passed");
    if (status != MAKE_DONE)
        verb = flags & MAKE_PDF ? diag_word(d, "KHÔNG tạo được", "NOT written")
                                : diag_word(d, "KHÔNG đạt", "FAILED");
    printf(diag_word(d, "%s: %s (%d lỗi, %d cảnh báo)\n",
                     "%s: %s (errors: %d, warnings: %d)\n"),
           report, verb, errors, warnings);
}

static struct engine_options engine_options(struct arena *a, struct command_line *c) {
    return (struct engine_options){c->lang, template_dirs(a, c),
                                   c->font_dir ? c->font_dir : default_fonts(a),
                                   c->previous};
}

static struct engine *new_engine(struct arena *a, struct command_line *c) {
    struct engine_options o = engine_options(a, c);
    return engine_new(&o);
}

/* baocao diff OLD NEW */
static int run_diff(struct arena *a, struct command_line *c) {
    if (c->reports != 2)
        return usage_error(c, "diff nhận hai báo cáo: cũ và mới",
                           "diff takes two reports: the old and the new one", NULL);
    struct engine_options o = engine_options(a, c);
    return batch_diff(&o, c->report[0], c->report[1], c->out_given ? c->out_dir : NULL);
}

/* baocao watch REPORT */
static int run_watch(struct arena *a, struct command_line *c) {
    if (c->reports != 1)
        return usage_error(c, "watch nhận đúng một báo cáo",
                           "watch takes exactly one report", NULL);
    struct engine_options o = engine_options(a, c);
    unsigned flags = c->draft ? MAKE_PDF | MAKE_DRAFT : MAKE_PDF | MAKE_XLSX;
    return batch_watch(&o, c->report[0], c->out_dir, flags | c->make);
}

static void print_messages(struct diag *d) {
    struct buf text = {0};
    diag_print(d, &text);
    if (text.data)
        fputs(text.data, stderr);
    buf_free(&text);
}

/* baocao explain REPORT FIELD… */
static int run_explain(struct arena *a, struct command_line *c) {
    if (c->reports < 2)
        return usage_error(c, "explain nhận một báo cáo và tên trường",
                           "explain takes a report and the name of a field", NULL);
    struct engine *e = new_engine(a, c);
    struct diag *d = diag_new(c->lang);
    struct buf out = {0};
    int worst = 0;
    for (int i = 1; i < c->reports; i++) {
        int status = (int)engine_explain(e, d, c->report[0], c->report[i], &out);
        worst = status > worst ? status : worst;
    }
    if (out.data)
        fputs(out.data, stdout);
    print_messages(d);
    buf_free(&out);
    diag_free(d);
    engine_free(e);
    return worst;
}

static int run_reports(struct arena *a, struct command_line *c, unsigned flags) {
    struct engine *e = new_engine(a, c);
    int worst = 0;
    for (int i = 0; i < c->reports; i++) {
        struct diag *d = diag_new(c->lang);
        struct buf dump = {0}, text = {0};
        enum make_status status = MAKE_BAD_DATA;
        if (!(flags & MAKE_PDF) || !same_output(a, c, i, d))
            status = engine_make(e, d, c->report[i], c->out_dir, flags, &dump);
        if (dump.data)
            fwrite(dump.data, 1, dump.len, stdout);
        diag_print(d, &text);
        if (text.data)
            fwrite(text.data, 1, text.len, stderr);
        report_done(d, c->report[i], flags, status);
        if ((int)status > worst)
            worst = (int)status;
        buf_free(&dump);
        buf_free(&text);
        diag_free(d);
    }
    engine_free(e);
    if (fflush(stdout) != 0 || ferror(stdout))
        return MAKE_BAD_SYSTEM;
    return worst;
}

/* ---- options ---- */

enum {
    OPT_DRAFT = 1000,
    OPT_FIELDS,
    OPT_SPLIT,
    OPT_ATTACH,
    OPT_FORCE,
    OPT_FORMAT,
    OPT_NUMBER,
    OPT_DATE,
    OPT_PREVIOUS,
    OPT_TEMPLATES,
    OPT_FONTS,
    OPT_LANG,
    OPT_HELP,
    OPT_VERSION
};

static const struct option option[] = {
    {"output", required_argument, NULL, 'o'},
    {"du-thao", no_argument, NULL, OPT_DRAFT},
    {"co-truong", no_argument, NULL, OPT_FIELDS},
    {"tach-phu-luc", no_argument, NULL, OPT_SPLIT},
    {"dinh-kem", no_argument, NULL, OPT_ATTACH},
    {"force", no_argument, NULL, OPT_FORCE},
    {"format", required_argument, NULL, OPT_FORMAT},
    {"so", required_argument, NULL, OPT_NUMBER},
    {"ngay", required_argument, NULL, OPT_DATE},
    {"ky-truoc", required_argument, NULL, OPT_PREVIOUS},
    {"templates", required_argument, NULL, OPT_TEMPLATES},
    {"fonts", required_argument, NULL, OPT_FONTS},
    {"lang", required_argument, NULL, OPT_LANG},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

/* -1: go on; else the exit status. */
static int parse_option(struct arena *a, struct command_line *c, int opt, char **argv) {
    switch (opt) {
    case 'o':
        c->out_dir = optarg;
        c->out_given = true;
        return -1;
    case 'T':
        c->dump = optarg;
        if (!str_eq(optarg, "tree") && !str_eq(optarg, "text") &&
            !str_eq(optarg, "pages"))
            return usage_error(c, "-T nhận tree, text hoặc pages",
                               "-T takes tree, text or pages", optarg);
        return -1;
    case OPT_DRAFT:
        c->draft = true;
        return -1;
    case OPT_FIELDS:
        c->make |= MAKE_FIELDS;
        return -1;
    case OPT_SPLIT:
        c->make |= MAKE_SPLIT;
        return -1;
    case OPT_ATTACH:
        c->make |= MAKE_ATTACH;
        return -1;
    case OPT_FORCE:
        c->make |= MAKE_FORCE;
        return -1;
    case OPT_FORMAT:
        if (!str_eq(optarg, "text") && !str_eq(optarg, "json"))
            return usage_error(c, "--format nhận text hoặc json",
                               "--format takes text or json", optarg);
        c->json = str_eq(optarg, "json");
        return -1;
    case OPT_NUMBER:
        c->number = optarg;
        return -1;
    case OPT_DATE:
        c->date = optarg;
        return -1;
    case OPT_PREVIOUS:
        c->previous = optarg;
        return -1;
    case OPT_TEMPLATES: {
        const char *dir = optarg;
        if (!file_is_dir(dir))
            return usage_error(c, "--templates cần một thư mục",
                               "--templates needs a folder", dir);
        vec_push(a, &c->templates, dir);
        return -1;
    }
    case OPT_FONTS:
        if (!file_is_dir(optarg))
            return usage_error(c, "--fonts cần một thư mục", "--fonts needs a folder",
                               optarg);
        c->font_dir = optarg;
        return -1;
    case OPT_LANG:
        if (!str_eq(optarg, "vi") && !str_eq(optarg, "en"))
            return usage_error(c, "--lang nhận vi hoặc en", "--lang takes vi or en",
                               optarg);
        c->lang = str_eq(optarg, "en") ? LANG_EN : LANG_VI;
        return -1;
    case OPT_HELP:
        fputs(c->lang == LANG_VI ? help_vi : help_en, stdout);
        return 0;
    case OPT_VERSION:
        puts("baocao " BAOCAO_VERSION);
        return 0;
    case ':':
        return usage_error(c, "tùy chọn thiếu giá trị", "the option needs a value",
                           argv[optind - 1]);
    default:
        return usage_error(c, "không có tùy chọn này", "no such option",
                           argv[optind - 1]);
    }
}

static int run_issue(const struct command_line *c) {
    if (c->reports != 1)
        return usage_error(c, "ban-hanh nhận đúng một báo cáo",
                           "ban-hanh takes exactly one report", NULL);
    if (!c->number || !c->date)
        return usage_error(c, "ban-hanh cần --so SO và --ngay NGAY",
                           "ban-hanh needs --so NUMBER and --ngay DATE", NULL);
    return command_issue(c->lang, c->report[0], c->number, c->date,
                         (c->make & MAKE_FORCE) != 0);
}

static int run(struct arena *a, struct command_line *c, const char *command) {
    unsigned flags = 0;
    if (str_eq(command, "list"))
        return c->reports ? usage_error(c, "list không nhận tham số",
                                        "list takes no argument", c->report[0])
                          : run_list(a, c);
    if (str_eq(command, "inspect"))
        return c->reports ? command_inspect(c->lang, c->json, c->report, c->reports)
                          : usage_error(c, "thiếu tệp PDF", "no PDF given", NULL);
    if (str_eq(command, "ban-hanh"))
        return run_issue(c);
    if (str_eq(command, "explain"))
        return run_explain(a, c);
    if (str_eq(command, "diff"))
        return run_diff(a, c);
    if (str_eq(command, "watch"))
        return run_watch(a, c);
    if (!str_eq(command, "gen") && !str_eq(command, "check"))
        return usage_error(c, "không có lệnh này", "no such command", command);
    if (!c->reports)
        return usage_error(c, "thiếu thư mục báo cáo", "no report given", NULL);
    if (c->dump)
        flags = str_eq(c->dump, "tree")   ? MAKE_DUMP_TREE
                : str_eq(c->dump, "text") ? MAKE_DUMP_TEXT
                                          : MAKE_DUMP_PAGES;
    else if (str_eq(command, "gen"))
        flags = c->draft ? MAKE_PDF : MAKE_PDF | MAKE_XLSX;
    if (c->draft)
        flags |= MAKE_DRAFT;
    flags |= c->make;
    return run_reports(a, c, flags);
}

int main(int argc, char **argv) {
    struct command_line c = {.lang = LANG_VI, .out_dir = "."};
    struct arena *a = arena_new();
    int status = -1;
    opterr = 0;
    /* The language first, so that messages about the other options are in it. */
    for (int i = 1; i < argc; i++)
        if (str_eq(argv[i], "--lang=en") ||
            (str_eq(argv[i], "--lang") && i + 1 < argc && str_eq(argv[i + 1], "en")))
            c.lang = LANG_EN;
    for (int opt;
         status < 0 && (opt = getopt_long(argc, argv, ":o:T:", option, NULL)) != -1;)
        status = parse_option(a, &c, opt, argv);
    if (status < 0 && optind >= argc)
        status = usage_error(&c, "thiếu lệnh", "no command given", NULL);
    if (status < 0) {
        c.report = argv + optind + 1;
        c.reports = argc - optind - 1;
        status = run(a, &c, argv[optind]);
    }
    arena_free(a);
    return status;
}
