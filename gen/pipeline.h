/* pipeline.h: one report from its folder to its files; command line and batch are thin over it */
#ifndef BAOCAO_PIPELINE_H
#define BAOCAO_PIPELINE_H

#include "output/output.h"

/* What lives as long as the process: fonts and compiled templates. */
struct engine;

struct engine_options {
    enum lang lang;
    const char *const
        *template_dirs;   /* NULL-terminated, searched after the report's folder */
    const char *font_dir; /* NULL: built in */
    const char *
        previous; /* --ky-truoc: the report of the period before, NULL: what the facts name */
};

enum make_flags {
    MAKE_PDF = 1,
    MAKE_XLSX = 2,
    MAKE_DRAFT = 4,       /* --du-thao */
    MAKE_DUMP_TREE = 8,   /* -T tree: the dump goes to `dump`, no files */
    MAKE_DUMP_PAGES = 16, /* -T pages */
    MAKE_FIELDS = 32,     /* --co-truong */
    MAKE_SPLIT = 64,      /* --tach-phu-luc */
    MAKE_ATTACH = 128,    /* --dinh-kem */
    MAKE_FORCE = 256,     /* --force: over a signed file, too */
    MAKE_UNTAGGED = 512,  /* no tags, for make bench */
    MAKE_DUMP_TEXT = 1024 /* -T text: the tree with its texts whole */
};

/* Exit status as the command line documents it. */
enum make_status { MAKE_DONE = 0, MAKE_BAD_DATA = 1, MAKE_BAD_SYSTEM = 3 };

struct engine *engine_new(const struct engine_options *o);
void engine_free(struct engine *e);
/* One report: load, check, merge, normalise, lay out, write both files whole or neither. Messages
 * go to d; with neither MAKE_PDF nor MAKE_XLSX it only checks. With diag_strict(d) a warning is as bad as
 * an error, except for a draft. */
enum make_status engine_make(struct engine *e, struct diag *d, const char *report,
                             const char *out_dir, unsigned flags, struct buf *dump);
/* The files that the last engine_make wrote, until the next one. */
const char *const *engine_outputs(const struct engine *e, size_t *n);

/* Where a field, cell or check of a report comes from (`baocao explain`), as text. */
enum make_status engine_explain(struct engine *e, struct diag *d, const char *report,
                                const char *name, struct buf *out);

#endif
