/* options.h: the command line, parsed */
#ifndef BAOCAO_OPTIONS_H
#define BAOCAO_OPTIONS_H

#include "pipeline.h"

enum { EXIT_USAGE = 2 };

struct command_line {
    enum lang lang;
    const char *out_dir;
    bool out_given; /* -o */
    const char *font_dir;
    const char *dump;     /* -T */
    const char *previous; /* --ky-truoc */
    bool draft;
    unsigned make; /* further flags of enum make_flags */
    bool json;     /* --format json */
    bool strict;
    uint32_t given;            /* options that not every command takes; for options_fit */
    const char *number, *date; /* ban-hanh --so --ngay */
    struct {
        const char **v;
        size_t n, cap;
    } templates;
    char **report;
    int reports;
    struct { /* batch */
        const char *name, *key, *tmpl;
        int jobs, seconds, shard, shards;
        bool dry_run, prune, rehash, merge;
    } batch;
};

/* Options of argv into *c; the command is then argv[optind]. -1: go on; else the exit status. */
int options_parse(struct arena *a, struct command_line *c, int argc, char **argv);
/* Whether the command takes all options that were given; false after a message: what is ignored in silence would
 * be taken for done (--dry-run, --strict, --so). */
bool options_fit(struct arena *a, const struct command_line *c, const char *command);
/* A message about wrong usage to standard error; returns EXIT_USAGE. `what` may be NULL. */
int usage_error(const struct command_line *c, const char *vi, const char *en,
                const char *what);
/* The same for a name that is not known, with the nearest of those that are. */
int usage_unknown(struct arena *a, const struct command_line *c, const char *vi,
                  const char *en, const char *what, const char *near);
const char *help_text(enum lang lang);

#endif
