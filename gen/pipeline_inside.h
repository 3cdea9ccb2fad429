/* pipeline_inside.h: what the files of the pipeline share: the engine, a run, what becomes a PDF */
#ifndef BAOCAO_PIPELINE_INSIDE_H
#define BAOCAO_PIPELINE_INSIDE_H

#include "merge/merge.h"
#include "pipeline.h"

#define TEMPLATES_MAX 256
#define PREVIOUS_MAX 40 /* periods one before the other: ten years of quarters */
#define MEMORY_KEPT ((size_t)32 << 20) /* ten times what a usual report takes */

struct engine {
    struct engine_options options;
    struct arena *arena;
    struct fonts *fonts;
    bool fonts_warned; /* there were warnings when they were opened */
    struct {
        char *dir;
        struct tmpl *tmpl;                 /* NULL: it has errors, already reported */
        bool warned;                       /* it has warnings, already reported */
        const struct registers *registers; /* its documents, and those of the office */
    } template[TEMPLATES_MAX];
    size_t templates;
    struct arena *kept; /* of templates and registers, until they are forgotten */
    struct arena *last; /* of what is told about the last report */
    struct {
        const char **v;
        size_t n, cap;
    } outputs;
    const struct registers *office; /* of the folders of templates */
    bool office_read;
};

/* What one run of the pipeline owns, so that the way out of memory frees it too. */
struct job {
    struct arena *arena;
    /* templates that lie in the folders of the report and of those before are not cached */
    struct tmpl *own[PREVIOUS_MAX + 1];
    int owns;
    struct buf pdf;
    struct file_set *files;
    bool leave; /* the files stay under their temporary names for the caller */
    const struct make_request *request;
};

/* What becomes one PDF. */
struct part {
    struct doc *doc;
    const struct pages *pages;
    const char *path;
    bool keep; /* the signed file that is there already */
};

/* ---- what lives as long as the process (engine.c) ------------------------------------- */

/* The template of a report, and the documents that it may cite. *ok false after a message; NULL with *ok: a
 * finished document. */
struct tmpl *engine_find(struct engine *e, struct job *job, struct diag *d,
                         const struct report *r, bool *ok,
                         const struct registers **registers);
/* The fonts are there; false after messages. */
bool engine_open_fonts(struct engine *e, struct diag *d);

/* ---- files (publish.c) ------------------------------------------------------------------ */

/* Whether warnings count as errors and there are some. */
bool publish_refused(const struct diag *d, unsigned flags);
/* All files of a report or none: workbook and PDFs under their temporary names, then in place, unless
 * job->leave. */
enum make_status publish(struct engine *e, struct job *job, struct diag *d,
                         const struct report *r, struct doc *doc, struct part *part,
                         size_t n, const char *stem, unsigned flags);
/* Nothing was written by the run that begins. */
void publish_forget(struct engine *e);

#endif
