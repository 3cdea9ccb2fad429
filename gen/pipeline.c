/* pipeline.c: the one function that takes a report from its folder to its files */
#include "pipeline.h"
#include "merge/merge.h"

#include <errno.h>
#include <string.h>

#define TEMPLATES_MAX 256
#define MEMORY_KEPT ((size_t)32 << 20) /* ten times what a usual report takes */

struct engine {
    struct engine_options options;
    struct arena *arena;
    struct fonts *fonts;
    struct {
        char *dir;
        struct tmpl *tmpl; /* NULL: it has errors, already reported */
    } template[TEMPLATES_MAX];
    size_t templates;
};

/* What one run of the pipeline owns, so that the way out of memory frees it too. */
struct job {
    struct arena *arena;
    struct tmpl *own; /* a template that lies in the report's folder is not cached */
    struct buf pdf;
    struct file_set *files;
};

/* What becomes one PDF. */
struct part {
    struct doc *doc;
    const struct pages *pages;
};

struct engine *engine_new(const struct engine_options *o) {
    struct engine *e = x_new(1, sizeof *e);
    e->options = *o;
    mem_keep(MEMORY_KEPT);
    e->arena = arena_new();
    return e;
}

void engine_free(struct engine *e) {
    if (!e)
        return;
    for (size_t i = 0; i < e->templates; i++)
        tmpl_free(e->template[i].tmpl);
    fonts_free(e->fonts);
    arena_free(e->arena);
    x_free(e);
}

static struct tmpl *load_cached(struct engine *e, struct diag *d, const char *dir,
                                const char *name, struct origin at) {
    for (size_t i = 0; i < e->templates; i++)
        if (str_eq(e->template[i].dir, dir)) {
            if (!e->template[i].tmpl)
                diag_add(d, E_TEMPLATE_BROKEN, at, name, NULL);
            return e->template[i].tmpl;
        }
    struct tmpl *t = tmpl_load(d, dir);
    if (e->templates < TEMPLATES_MAX) {
        e->template[e->templates].dir = arena_strdup(e->arena, dir);
        e->template[e->templates++].tmpl = t;
    }
    return t;
}

/* The template of a report. *ok false after a message; NULL with *ok: a finished document. */
static struct tmpl *find_template(struct engine *e, struct job *job, struct diag *d,
                                  const struct report *r, bool *ok) {
    const struct value *name = value_get(r->facts, "mau");
    struct tmpl *t = NULL;
    *ok = true;
    if (r->markdown)
        return NULL;
    if (name && name->kind == VALUE_TEXT) {
        char *dir = tmpl_find(job->arena, d, name->text, name->at, r->dir,
                              e->options.template_dirs);
        t = dir ? load_cached(e, d, dir, name->text, name->at) : NULL;
    } else if (file_exists(path_join(job->arena, r->dir, "mau.md"))) {
        t = job->own = tmpl_load(d, r->dir);
    } else if (!(r->facts->flags &
                 VALUE_BROKEN)) { /* else it may stand in what was lost */
        struct origin at = {r->facts->at.file ? r->facts->at.file : r->path, 0, 0};
        diag_add(d, E_NO_TEMPLATE, at, NULL);
    }
    *ok = t != NULL;
    return t;
}

/* Facts and template to a normalised document tree; NULL when none can be made. With *valid false it is
 * good for a draft, which marks the wrong places, and for finding more errors. */
static struct doc *build_document(struct engine *e, struct job *job, struct diag *d,
                                  const char *path, unsigned flags,
                                  struct report **report, bool *valid) {
    struct arena *a = job->arena;
    bool ok, draft = (flags & MAKE_DRAFT) != 0;
    struct report *r = *report = report_load(a, d, path);
    if (!r)
        return NULL;
    struct tmpl *t = find_template(e, job, d, r, &ok);
    if (!ok)
        return NULL;
    const struct value *settings = t ? tmpl_settings(t) : NULL;
    *valid = check_report(a, d, r, t ? tmpl_schema(t) : NULL);
    struct doc *doc = merge_report(a, d, t, r, draft);
    /* Facts that were lost while reading would be reported as missing. */
    if (!doc || (!draft && (r->facts->flags & VALUE_BROKEN)))
        return NULL;
    doc->fields = (flags & MAKE_FIELDS) != 0;
    *valid &= doc_profile(doc, d, settings ? value_get(settings, "trang") : NULL);
    *valid &= doc_profile(doc, d, value_get(r->facts, "trang"));
    *valid &= doc_official(doc, d, r->facts);
    *valid &= doc_normalise(doc, d);
    return doc;
}

static enum make_status write_failed(struct diag *d, const char *file, int error) {
    diag_add(d, E_FILE_WRITE, (struct origin){file, 0, 0}, system_error_text(d, error),
             NULL);
    return MAKE_BAD_SYSTEM;
}

/* One PDF of the report: the body, or an appendix that is a file of its own. */
static enum make_status write_pdf(struct engine *e, struct job *job, struct diag *d,
                                  const struct part *part, const char *stem,
                                  unsigned flags) {
    const struct doc *doc = part->doc;
    const char *path = doc->alone ? arena_printf(job->arena, "%s-phu-luc-%d.pdf", stem,
                                                 doc->alone_number)
                                  : arena_printf(job->arena, "%s.pdf", stem);
    const struct pdf_options options = {.untagged = (flags & MAKE_UNTAGGED) != 0,
                                        .fields = doc->fields,
                                        .agency = doc->alone != NULL};
    job->pdf.len = 0;
    if (!pdf_write(doc, part->pages, e->fonts, d, &options, &job->pdf, NULL))
        return MAKE_BAD_DATA;
    if (!file_set_put(job->files, path, job->pdf.data, job->pdf.len))
        return write_failed(d, path, errno);
    return MAKE_DONE;
}

/* All files or none. */
static enum make_status write_outputs(struct engine *e, struct job *job, struct diag *d,
                                      struct doc *doc, const struct part *part, size_t n,
                                      const char *stem, unsigned flags) {
    char *xlsx = arena_printf(job->arena, "%s.xlsx", stem);
    enum make_status status = MAKE_DONE;
    job->files = file_set_new();
    for (size_t i = 0; i < n && (flags & MAKE_PDF) && status == MAKE_DONE; i++)
        status = write_pdf(e, job, d, &part[i], stem, flags);
    if (status != MAKE_DONE)
        return status;
    if (flags & MAKE_XLSX) {
        const char *path = file_set_path(job->files, xlsx);
        if (!path)
            return write_failed(d, xlsx, errno);
        if (!xlsx_write(doc, e->fonts, d, path))
            return MAKE_BAD_DATA;
    }
    const char *failed = NULL;
    bool done = file_set_commit(job->files, &failed);
    job->files = NULL;
    return done ? MAKE_DONE : write_failed(d, failed, errno);
}

/* The files of the report with their pages; false after messages. */
static bool lay_out(struct engine *e, struct diag *d, struct doc *doc, unsigned flags,
                    struct part **part, size_t *n) {
    struct doc **docs;
    bool split = (flags & MAKE_SPLIT) != 0, ok = true;
    *n = doc_split(doc, split, &docs);
    if (split && *n == 1)
        diag_add(d, N_SPLIT_NONE, (struct origin){0}, NULL);
    *part = arena_array(doc->arena, struct part, *n);
    for (size_t i = 0; i < *n; i++) {
        (*part)[i] = (struct part){docs[i], layout_pages(docs[i], d, e->fonts)};
        ok &= (*part)[i].pages != NULL;
    }
    return ok;
}

/* The pipeline: data and template to document, document to pages, pages and tables to files. */
static enum make_status make(struct engine *e, struct job *job, struct diag *d,
                             const char *path, const char *out_dir, unsigned flags,
                             struct buf *dump) {
    struct report *r = NULL;
    bool valid = false, draft = (flags & MAKE_DRAFT) != 0;
    struct doc *doc = build_document(e, job, d, path, flags, &r, &valid);
    if (!doc)
        return MAKE_BAD_DATA;
    valid |= draft;
    if (valid && (flags & (MAKE_DUMP_TREE | MAKE_DUMP_TEXT)))
        doc_dump(doc, dump, (flags & MAKE_DUMP_TEXT) != 0);
    if (!e->fonts && !(e->fonts = fonts_open(d, e->options.font_dir)))
        return MAKE_BAD_DATA;
    struct part *part;
    size_t parts;
    if (!lay_out(e, d, doc, flags, &part, &parts) || !valid)
        return MAKE_BAD_DATA;
    for (size_t i = 0; i < parts && (flags & MAKE_DUMP_PAGES); i++)
        pages_dump(part[i].pages, dump);
    if (!(flags & (MAKE_PDF | MAKE_XLSX)))
        return MAKE_DONE;
    if (!dir_make(out_dir)) {
        diag_add(d, E_DIR_MAKE, (struct origin){out_dir, 0, 0},
                 system_error_text(d, errno), NULL);
        return MAKE_BAD_SYSTEM;
    }
    const char *name =
        doc->draft ? arena_printf(job->arena, "%s-du-thao", r->name) : r->name;
    return write_outputs(e, job, d, doc, part, parts,
                         path_join(job->arena, out_dir, name), flags);
}

enum make_status engine_make(struct engine *e, struct diag *d, const char *report,
                             const char *out_dir, unsigned flags, struct buf *dump) {
    /* Static: its fields must survive the jump out of an exhausted allocator. One report at a time
     * per process is the rule of libharu anyway. */
    static struct job job;
    job = (struct job){0};
    volatile enum make_status status = MAKE_BAD_SYSTEM;
    jmp_buf out;
    mem_oom = &out;
    if (setjmp(out) == 0) {
        job.arena = arena_new();
        status = make(e, &job, d, report, out_dir, flags, dump);
        mem_oom = NULL;
    } else {
        mem_oom = NULL;
        diag_add(d, E_MEMORY, (struct origin){report, 0, 0}, NULL);
    }
    file_set_abort(job.files);
    buf_free(&job.pdf);
    tmpl_free(job.own);
    arena_free(job.arena);
    return status;
}
