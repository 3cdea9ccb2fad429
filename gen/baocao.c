/* baocao.c: the command line */
#include "commands.h"
#include "results.h"
#include "merge/merge.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2 };

struct command_line {
    enum lang lang;
    const char *out_dir;
    const char *font_dir;
    const char *dump;     /* -T */
    const char *previous; /* --ky-truoc */
    bool draft;
    unsigned make; /* further flags of enum make_flags */
    bool json;     /* --format json */
    bool strict;
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
    "      --format text|json   cách gen, check, inspect in ra\n"
    "      --strict             cảnh báo cũng là lỗi: không tệp nào được ghi\n"
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
    "      --format text|json  how gen, check and inspect print\n"
    "      --strict          warnings are errors: nothing is written\n"
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

/* The same for a name that is not known, with the nearest of those that are. */
static int usage_unknown(struct arena *a, const struct command_line *c, const char *vi,
                         const char *en, const char *what, const char *near) {
    if (near)
        what = arena_printf(
            a, c->lang == LANG_VI ? "%s; có phải “%s” không?" : "%s; is “%s” meant?",
            what, near);
    return usage_error(c, vi, en, what);
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
    print_messages(d);
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

static struct engine *new_engine(struct arena *a, struct command_line *c) {
    struct engine_options o = {c->lang, template_dirs(a, c),
                               c->font_dir ? c->font_dir : default_fonts(a), c->previous};
    return engine_new(&o);
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
    struct results results = {.json = c->json};
    int worst = 0;
    for (int i = 0; i < c->reports; i++) {
        struct diag *d = diag_new(c->lang);
        struct buf dump = {0};
        const char *const *output = NULL;
        size_t outputs = 0;
        if (c->strict)
            diag_set_strict(d);
        enum make_status status = MAKE_BAD_DATA;
        if (!(flags & MAKE_PDF) || !same_output(a, c, i, d)) {
            status = engine_make(e, d, c->report[i], c->out_dir, flags, &dump);
            output = engine_outputs(e, &outputs);
        }
        if (dump.data)
            fwrite(dump.data, 1, dump.len, stdout);
        results_add(&results, d, c->report[i], flags, status, output, outputs);
        if ((int)status > worst)
            worst = (int)status;
        buf_free(&dump);
        diag_free(d);
    }
    engine_free(e);
    return results_end(&results) ? worst : MAKE_BAD_SYSTEM;
}

/* ---- options ---- */

enum {
    OPT_DRAFT = 1000,
    OPT_FIELDS,
    OPT_SPLIT,
    OPT_ATTACH,
    OPT_FORCE,
    OPT_FORMAT,
    OPT_STRICT,
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
    {"strict", no_argument, NULL, OPT_STRICT},
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

/* getopt_long's '?': optopt is 0 for a long name, the letter of a short one, or the number of an option
 * that was given a value and takes none. */
static int unknown_option(struct arena *a, const struct command_line *c,
                          const char *given) {
    const char *names[sizeof option / sizeof *option], *near = NULL;
    size_t n = 0;
    if (optopt >= OPT_DRAFT)
        return usage_error(c, "tùy chọn không nhận giá trị", "the option takes no value",
                           given);
    if (optopt)
        return usage_error(c, "không có tùy chọn này", "no such option",
                           optopt > ' ' && optopt < 0x7F ? arena_printf(a, "-%c", optopt)
                                                         : given);
    for (; option[n].name; n++)
        names[n] = option[n].name;
    if (str_starts(given, "--"))
        near =
            text_nearest(arena_strndup(a, given + 2, strcspn(given + 2, "=")), names, n);
    return usage_unknown(a, c, "không có tùy chọn này", "no such option", given,
                         near ? arena_printf(a, "--%s", near) : NULL);
}

/* -1: go on; else the exit status. */
static int parse_option(struct arena *a, struct command_line *c, int opt, char **argv) {
    switch (opt) {
    case 'o':
        c->out_dir = optarg;
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
    case OPT_STRICT:
        c->strict = true;
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
        return unknown_option(a, c, argv[optind - 1]);
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

static const struct {
    const char *name;
    bool json; /* takes --format json */
} commands[] = {{"gen", true},      {"check", true},     {"list", false},
                {"explain", false}, {"ban-hanh", false}, {"inspect", true}};
#define COMMANDS (sizeof commands / sizeof *commands)

/* Whether there is such a command, and it takes the format; false after a message. */
static bool check_command(struct arena *a, const struct command_line *c,
                          const char *command) {
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++) {
        names[i] = commands[i].name;
        if (!str_eq(command, names[i]))
            continue;
        if (c->json && !commands[i].json)
            usage_error(c, "--format json chỉ dùng với gen, check, inspect",
                        "--format json is for gen, check and inspect", command);
        return !c->json || commands[i].json;
    }
    usage_unknown(a, c, "không có lệnh này", "no such command", command,
                  text_nearest(command, names, COMMANDS));
    return false;
}

static int run(struct arena *a, struct command_line *c, const char *command) {
    unsigned flags = 0;
    if (!check_command(a, c, command))
        return EXIT_USAGE;
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
    if (c->dump && c->json)
        return usage_error(c, "-T và --format json không dùng cùng nhau",
                           "-T and --format json do not go together", NULL);
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
