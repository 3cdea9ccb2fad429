/* baocao.c: the command line */
#include "batch/batch.h"
#include "commands.h"
#include "options.h"
#include "results.h"
#include "merge/merge.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* baocao batch DIR… -o OUT */
static int run_batch(struct arena *a, struct command_line *c) {
    struct batch_options o = {.engine = engine_options(a, c),
                              .out_dir = c->out_dir,
                              .source = c->report,
                              .sources = c->reports,
                              .name = c->batch.name,
                              .key = c->batch.key,
                              .tmpl = c->batch.tmpl,
                              .make = c->make & ~(unsigned)MAKE_FORCE,
                              .jobs = c->batch.jobs,
                              .seconds = c->batch.seconds,
                              .shard = c->batch.shard,
                              .shards = c->batch.shards,
                              .force = (c->make & MAKE_FORCE) != 0,
                              .dry_run = c->batch.dry_run,
                              .prune = c->batch.prune,
                              .rehash = c->batch.rehash,
                              .json = c->json,
                              .strict = c->strict};
    if (c->draft || c->dump)
        return usage_error(c, "--du-thao và -T không dùng với batch: dùng với gen",
                           "--du-thao and -T do not go with batch: use gen", NULL);
    if (!c->out_given)
        return usage_error(c, "batch cần -o THU-MUC để ghi kết quả",
                           "batch needs -o DIR for its outputs", NULL);
    if (!c->reports && c->batch.merge)
        return usage_error(c, "--merge cần các thư mục kết quả của từng phần",
                           "--merge needs the output folders of the parts", NULL);
    if (!c->reports)
        return usage_error(c, "batch cần một thư mục hoặc một bảng .csv",
                           "batch needs a folder or a table .csv", NULL);
    if (!c->batch.merge && (o.name || o.key || o.tmpl) &&
        !(c->reports == 1 && str_ends(c->report[0], ".csv")))
        return usage_error(c,
                           "--name, --key, --mau chỉ dùng với một bảng .csv: báo cáo "
                           "trong thư mục lấy tên thư mục",
                           "--name, --key, --mau go with one table .csv: a folder's "
                           "report has its folder's name",
                           NULL);
    if (!c->batch.merge)
        return batch_run(&o);
    if (o.dry_run || o.prune || o.shards || o.name || o.key || o.tmpl || o.make)
        return usage_error(
            c, "--merge chỉ gộp: ngoài -o chỉ dùng với -j, --rehash, --force, --format",
            "--merge only joins: beside -o it takes -j, --rehash, --force, --format",
            NULL);
    return batch_merge(&o);
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
                {"explain", false}, {"ban-hanh", false}, {"inspect", true},
                {"batch", true},    {"diff", false},     {"watch", false}};
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
            usage_error(c, "--format json chỉ dùng với gen, check, inspect, batch",
                        "--format json is for gen, check, inspect and batch", command);
        return (!c->json || commands[i].json) && options_fit(a, c, command);
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
    if (str_eq(command, "batch"))
        return run_batch(a, c);
    if (str_eq(command, "diff"))
        return run_diff(a, c);
    if (str_eq(command, "watch"))
        return run_watch(a, c);
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
    int status = options_parse(a, &c, argc, argv);
    if (status < 0) {
        c.report = argv + optind + 1;
        c.reports = argc - optind - 1;
        status = run(a, &c, argv[optind]);
    }
    arena_free(a);
    return status;
}
