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
    MAKE_DRAFT = 4,        /* --du-thao */
    MAKE_DUMP_TREE = 8,    /* -T tree: the dump goes to `dump`, no files */
    MAKE_DUMP_PAGES = 16,  /* -T pages */
    MAKE_FIELDS = 32,      /* --co-truong */
    MAKE_SPLIT = 64,       /* --tach-phu-luc */
    MAKE_ATTACH = 128,     /* --dinh-kem */
    MAKE_FORCE = 256,      /* --force: over a signed file, too */
    MAKE_UNTAGGED = 512,   /* no tags, for make bench */
    MAKE_DUMP_TEXT = 1024, /* -T text: the tree with its texts whole */
    MAKE_BESIDE = 2048     /* a signed PDF stays, the new one is written beside it */
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

/* What a report became, before anything of it is written. */
struct made {
    const struct report *report;
    const struct schema *schema; /* NULL: a finished document */
    const char *template_dir;    /* NULL likewise */
    const struct doc *doc;
    /* Of each PDF, the body first: its document and its pages. */
    const struct doc *const *part;
    const struct pages *const *pages;
    size_t parts;
};

/* One report for a batch. */
struct make_request {
    const char *report; /* its path, for messages too */
    struct report
        *loaded; /* it was read already (a row of a wide table), NULL: read it */
    const char *out_dir;
    const char *name; /* of the outputs without ending, NULL: the report's */
    unsigned flags;
    /* Called when the document is laid out; the arena dies with the report. NULL: not wanted. */
    void (*look)(void *to, struct arena *a, const struct made *m);
    /* With MAKE_BESIDE: whether a PDF that is there is known to be unsigned, so that it need not be read.
     * NULL: none is. */
    bool (*unsigned_pdf)(void *to, const char *path);
    void *to;
};

/* As engine_make, but the files are left under their temporary names in *files, which the caller commits,
 * releases or aborts; NULL after an error. */
enum make_status engine_build(struct engine *e, struct diag *d,
                              const struct make_request *q, struct file_set **files);
/* Compile a template and make fonts ready, so that processes forked from this one have them. */
bool engine_warm(struct engine *e, struct diag *d, const char *template_dir);
/* The folder of the template that a report names, NULL after a message; it lives until the next call. */
const char *engine_template(struct engine *e, struct diag *d, const char *report);
/* The fonts, opened when nothing was laid out yet; NULL after a message. */
struct fonts *engine_fonts(struct engine *e, struct diag *d);
/* Compile templates anew when they are wanted next; the fonts stay. */
void engine_forget(struct engine *e);
/* Where a field, cell or check of a report comes from (`baocao explain`), as text. */
enum make_status engine_explain(struct engine *e, struct diag *d, const char *report,
                                const char *name, struct buf *out);

#endif
