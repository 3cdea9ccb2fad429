/* options.c: reading the command line */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int usage_error(const struct command_line *c, const char *vi, const char *en,
                const char *what) {
    fprintf(stderr,
            c->lang == LANG_VI ? "baocao: %s%s%s (xem “baocao --help”)\n"
                               : "baocao: %s%s%s (see “baocao --help”)\n",
            c->lang == LANG_VI ? vi : en, what ? ": " : "", what ? what : "");
    return EXIT_USAGE;
}

int usage_unknown(struct arena *a, const struct command_line *c, const char *vi,
                  const char *en, const char *what, const char *near) {
    if (near)
        what = arena_printf(
            a, c->lang == LANG_VI ? "%s; có phải “%s” không?" : "%s; is “%s” meant?",
            what, near);
    return usage_error(c, vi, en, what);
}

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
    OPT_DRY_RUN,
    OPT_REHASH,
    OPT_PRUNE,
    OPT_NAME,
    OPT_KEY,
    OPT_TEMPLATE,
    OPT_SECONDS,
    OPT_SHARD,
    OPT_MERGE,
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
    {"jobs", required_argument, NULL, 'j'},
    {"dry-run", no_argument, NULL, OPT_DRY_RUN},
    {"rehash", no_argument, NULL, OPT_REHASH},
    {"prune", no_argument, NULL, OPT_PRUNE},
    {"name", required_argument, NULL, OPT_NAME},
    {"key", required_argument, NULL, OPT_KEY},
    {"mau", required_argument, NULL, OPT_TEMPLATE},
    {"gioi-han", required_argument, NULL, OPT_SECONDS},
    {"shard", required_argument, NULL, OPT_SHARD},
    {"merge", no_argument, NULL, OPT_MERGE},
    {"ky-truoc", required_argument, NULL, OPT_PREVIOUS},
    {"templates", required_argument, NULL, OPT_TEMPLATES},
    {"fonts", required_argument, NULL, OPT_FONTS},
    {"lang", required_argument, NULL, OPT_LANG},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

/* Which commands take an option: their names between blanks. Options that are not here go with all of them;
 * --format is told by check_command. */
static const struct {
    int opt;
    const char *commands;
} taken[] = {
    {OPT_DRAFT, " gen check watch "},
    {OPT_FIELDS, " gen check batch watch "},
    {OPT_SPLIT, " gen check batch watch "},
    {OPT_ATTACH, " gen check batch watch "},
    {OPT_FORCE, " gen check batch watch ban-hanh "},
    {OPT_STRICT, " gen check batch "},
    {OPT_NUMBER, " ban-hanh "},
    {OPT_DATE, " ban-hanh "},
    {'j', " batch "},
    {OPT_DRY_RUN, " batch "},
    {OPT_REHASH, " batch "},
    {OPT_PRUNE, " batch "},
    {OPT_NAME, " batch "},
    {OPT_KEY, " batch "},
    {OPT_TEMPLATE, " batch "},
    {OPT_SECONDS, " batch "},
    {OPT_SHARD, " batch "},
    {OPT_MERGE, " batch "},
    {'T', " gen check "},
};
#define TAKEN (sizeof taken / sizeof *taken)

static void remember_option(struct command_line *c, int opt) {
    for (size_t i = 0; i < TAKEN; i++)
        if (taken[i].opt == opt)
            c->given |= UINT32_C(1) << i;
}

static const char *option_name(int opt) {
    for (size_t i = 0; option[i].name; i++)
        if (option[i].val == opt)
            return option[i].name;
    return "T";
}

bool options_fit(struct arena *a, const struct command_line *c, const char *command) {
    const char *padded = arena_printf(a, " %s ", command);
    for (size_t i = 0; i < TAKEN; i++) {
        const char *name = option_name(taken[i].opt);
        if (!(c->given >> i & 1) || strstr(taken[i].commands, padded))
            continue;
        usage_error(c,
                    arena_printf(a, "tùy chọn %s%s không dùng với “%s”, chỉ với:%.*s",
                                 name[1] ? "--" : "-", name, command,
                                 (int)strlen(taken[i].commands) - 1, taken[i].commands),
                    arena_printf(a, "the option %s%s is not for “%s”, only for:%.*s",
                                 name[1] ? "--" : "-", name, command,
                                 (int)strlen(taken[i].commands) - 1, taken[i].commands),
                    NULL);
        return false;
    }
    return true;
}

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

/* A whole number from 1 to `most`; 0: it is none. */
static int positive(const char *s, int most) {
    char *end;
    long v = strtol(s, &end, 10);
    return *s >= '0' && *s <= '9' && !*end && v >= 1 && v <= most ? (int)v : 0;
}

/* I/N */
static bool parse_shard(struct command_line *c, const char *s) {
    char first[16];
    size_t n = strcspn(s, "/");
    if (!s[n] || n >= sizeof first)
        return false;
    memcpy(first, s, n);
    first[n] = 0;
    c->batch.shard = positive(first, 1000000);
    c->batch.shards = positive(s + n + 1, 1000000);
    return c->batch.shard && c->batch.shards && c->batch.shard <= c->batch.shards;
}

/* Options of batch. -1: go on; else the exit status. */
static int batch_option(struct arena *a, struct command_line *c, int opt, char **argv) {
    switch (opt) {
    case 'j':
        c->batch.jobs = positive(optarg, 256);
        return c->batch.jobs
                   ? -1
                   : usage_error(c, "-j cần số tiến trình từ 1 đến 256",
                                 "-j takes a number of processes from 1 to 256", optarg);
    case OPT_DRY_RUN:
        c->batch.dry_run = true;
        return -1;
    case OPT_REHASH:
        c->batch.rehash = true;
        return -1;
    case OPT_PRUNE:
        c->batch.prune = true;
        return -1;
    case OPT_NAME:
        c->batch.name = optarg;
        return -1;
    case OPT_KEY:
        c->batch.key = optarg;
        return -1;
    case OPT_TEMPLATE:
        c->batch.tmpl = optarg;
        return -1;
    case OPT_SECONDS:
        c->batch.seconds = positive(optarg, 86400);
        return c->batch.seconds
                   ? -1
                   : usage_error(c, "--gioi-han cần số giây từ 1 đến 86400",
                                 "--gioi-han takes seconds from 1 to 86400", optarg);
    case OPT_SHARD:
        return parse_shard(c, optarg)
                   ? -1
                   : usage_error(c, "--shard cần I/N, như 2/8",
                                 "--shard takes I/N, such as 2/8", optarg);
    case OPT_MERGE:
        c->batch.merge = true;
        return -1;
    case ':':
        return usage_error(c, "tùy chọn thiếu giá trị", "the option needs a value",
                           argv[optind - 1]);
    default:
        return unknown_option(a, c, argv[optind - 1]);
    }
}

/* A folder that must be there. */
static int folder_option(struct arena *a, struct command_line *c, int opt) {
    const char *dir = optarg;
    bool templates = opt == OPT_TEMPLATES;
    if (!file_is_dir(dir))
        return templates ? usage_error(c, "--templates cần một thư mục",
                                       "--templates needs a folder", dir)
                         : usage_error(c, "--fonts cần một thư mục",
                                       "--fonts needs a folder", dir);
    if (templates)
        vec_push(a, &c->templates, dir);
    else
        c->font_dir = dir;
    return -1;
}

static int dump_option(struct command_line *c) {
    c->dump = optarg;
    if (str_eq(optarg, "tree") || str_eq(optarg, "text") || str_eq(optarg, "pages"))
        return -1;
    return usage_error(c, "-T nhận tree, text hoặc pages", "-T takes tree, text or pages",
                       optarg);
}

static int format_option(struct command_line *c) {
    c->json = str_eq(optarg, "json");
    if (c->json || str_eq(optarg, "text"))
        return -1;
    return usage_error(c, "--format nhận text hoặc json", "--format takes text or json",
                       optarg);
}

static int language_option(struct command_line *c) {
    if (!str_eq(optarg, "vi") && !str_eq(optarg, "en"))
        return usage_error(c, "--lang nhận vi hoặc en", "--lang takes vi or en", optarg);
    c->lang = str_eq(optarg, "en") ? LANG_EN : LANG_VI;
    return -1;
}

/* -1: go on; else the exit status. */
static int parse_option(struct arena *a, struct command_line *c, int opt, char **argv) {
    remember_option(c, opt);
    switch (opt) {
    case 'o':
        c->out_dir = optarg;
        c->out_given = true;
        return -1;
    case 'T':
        return dump_option(c);
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
        return format_option(c);
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
    case OPT_TEMPLATES:
    case OPT_FONTS:
        return folder_option(a, c, opt);
    case OPT_LANG:
        return language_option(c);
    case OPT_HELP:
        fputs(help_text(c->lang), stdout);
        return 0;
    case OPT_VERSION:
        puts("baocao " BAOCAO_VERSION);
        return 0;
    default:
        return batch_option(a, c, opt, argv);
    }
}

int options_parse(struct arena *a, struct command_line *c, int argc, char **argv) {
    int status = -1;
    opterr = 0;
    /* The language first, so that messages about the other options are in it. */
    for (int i = 1; i < argc; i++)
        if (str_eq(argv[i], "--lang=en") ||
            (str_eq(argv[i], "--lang") && i + 1 < argc && str_eq(argv[i + 1], "en")))
            c->lang = LANG_EN;
    for (int opt;
         status < 0 && (opt = getopt_long(argc, argv, ":o:T:j:", option, NULL)) != -1;)
        status = parse_option(a, c, opt, argv);
    if (status < 0 && optind >= argc)
        status = usage_error(c, "thiếu lệnh", "no command given", NULL);
    return status;
}
