/* pipeline.c: the one function that takes a report from its folder to its files */
#include "pipeline_inside.h"

#include <errno.h>
#include <string.h>

/* Reports that are read, each for the one up. */
struct chain {
    const struct chain *up;
    const struct report *report;
    int depth;
};

static bool load_previous(struct engine *e, struct job *job, struct diag *d,
                          struct report *r, const struct chain *up);

/* The former report at `path`, typed; NULL after messages to d. Where its computed values rest on the period
 * before that, that is read, too. */
static struct report *read_previous(struct engine *e, struct job *job, struct diag *d,
                                    const char *path, const struct chain *up) {
    struct report *p = report_load(job->arena, d, path);
    bool ok = p != NULL;
    const struct registers *registers;
    struct tmpl *t = ok ? engine_find(e, job, d, p, &ok, &registers) : NULL;
    const struct schema *s = t ? tmpl_schema(t) : NULL;
    if (ok && s && s->looks_back)
        ok = load_previous(e, job, d, p, up);
    if (!ok || !check_report(job->arena, d, p, s))
        return NULL;
    return p;
}

/* What stands in the way of a former report: most of it is told by `check`, but not that the chain of reports
 * has no end. */
static void previous_failed(struct diag *d, struct diag *own, struct origin at,
                            const char *path) {
    size_t n;
    const struct diag_msg *const *m = diag_sorted(own, &n);
    for (size_t i = 0; i < n; i++)
        if (m[i]->code == E_PREVIOUS_MANY || m[i]->code == E_PREVIOUS_CIRCLE) {
            diag_add(d, m[i]->code, at, path, diag_fmt(d, "%d", PREVIOUS_MAX), NULL);
            return;
        }
    diag_add(d, E_PREVIOUS_ERRORS, at, path,
             diag_fmt(d, "%d", diag_count(own, SEV_ERROR)), NULL);
}

static bool is_in_chain(const struct chain *c, const char *path) {
    while (c && !file_same(c->report->path, path))
        c = c->up;
    return c != NULL;
}

/* The typed facts of the period before, where the command line or the facts name its report. false after a
 * message. Its own messages are not told: one says where to see them. */
static bool load_previous(struct engine *e, struct job *job, struct diag *d,
                          struct report *r, const struct chain *up) {
    struct arena *a = job->arena;
    const struct value *v = value_get(r->facts, "ky_truoc");
    const char *path = up ? NULL : e->options.previous;
    struct origin at = {r->path, 0, 0};
    struct chain chain = {up, r, up ? up->depth + 1 : 0};
    if (!path && v && v->kind == VALUE_TEXT) {
        path = v->text[0] == '/' ? v->text : path_join(a, r->dir, v->text);
        at = v->at;
    }
    if (!path)
        return true;
    if (is_in_chain(&chain, path) || chain.depth == PREVIOUS_MAX || !file_exists(path)) {
        enum diag_code code = !file_exists(path)          ? E_PREVIOUS_MISSING
                              : file_same(r->path, path)  ? E_PREVIOUS_SELF
                              : is_in_chain(&chain, path) ? E_PREVIOUS_CIRCLE
                                                          : E_PREVIOUS_MANY;
        diag_add(d, code, at, path, diag_fmt(d, "%d", PREVIOUS_MAX), NULL);
        return false;
    }
    struct diag *own = diag_new(e->options.lang);
    struct report *p = read_previous(e, job, own, path, &chain);
    if (p)
        r->previous = p->facts;
    else
        previous_failed(d, own, at, path);
    diag_free(own);
    return p != NULL;
}

/* Facts and template to a normalised document tree; NULL when none can be made. With *valid false it is
 * good for a draft, which marks the wrong places, and for finding more errors. */
static struct doc *build_document(struct engine *e, struct job *job, struct diag *d,
                                  const struct make_request *q, struct made *m,
                                  bool *valid) {
    struct arena *a = job->arena;
    bool ok, draft = (q->flags & MAKE_DRAFT) != 0;
    struct report *r = q->loaded ? q->loaded : report_load(a, d, q->report);
    m->report = r;
    if (!r)
        return NULL;
    const struct registers *registers;
    struct tmpl *t = engine_find(e, job, d, r, &ok, &registers);
    if (!ok)
        return NULL;
    m->schema = t ? tmpl_schema(t) : NULL;
    m->template_dir = t ? tmpl_dir(t) : NULL;
    const struct value *settings = t ? tmpl_settings(t) : NULL;
    bool previous = load_previous(e, job, d, r, NULL);
    *valid = check_report(a, d, r, m->schema) && previous;
    *valid &= register_report(a, d, r, registers);
    int errors = diag_count(d, SEV_ERROR);
    struct doc *doc = merge_report(a, d, t, r, draft);
    *valid &= diag_count(d, SEV_ERROR) == errors;
    /* Facts that were lost while reading would be reported as missing. */
    if (!doc || (!draft && (r->facts->flags & VALUE_BROKEN)))
        return NULL;
    doc->fields = (q->flags & MAKE_FIELDS) != 0;
    m->doc = doc;
    *valid &= doc_profile(doc, d, settings ? value_get(settings, "trang") : NULL);
    *valid &= doc_profile(doc, d, value_get(r->facts, "trang"));
    *valid &= doc_official(doc, d, r->facts);
    *valid &= doc_normalise(doc, d);
    if (draft)
        doc_defects(doc, d);
    return doc;
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
        (*part)[i].doc = docs[i];
        (*part)[i].pages = layout_pages(docs[i], d, e->fonts);
        ok &= (*part)[i].pages != NULL;
    }
    return ok;
}

static void look(struct job *job, const struct make_request *q, struct made *m,
                 const struct part *part, size_t parts) {
    const struct pages **pages = arena_array(job->arena, const struct pages *, parts);
    const struct doc **docs = arena_array(job->arena, const struct doc *, parts);
    for (size_t i = 0; i < parts; i++) {
        pages[i] = part[i].pages;
        docs[i] = part[i].doc;
    }
    m->pages = pages;
    m->part = docs;
    m->parts = parts;
    q->look(q->to, job->arena, m);
}

/* The pipeline: data and template to document, document to pages, pages and tables to files. */
static enum make_status make(struct engine *e, struct job *job, struct diag *d,
                             const struct make_request *q, struct buf *dump) {
    struct made m = {0};
    const char *out_dir = q->out_dir;
    unsigned flags = q->flags;
    bool valid = false;
    struct doc *doc = build_document(e, job, d, q, &m, &valid);
    if (!doc)
        return MAKE_BAD_DATA;
    valid |= doc->draft;
    if (valid && (flags & (MAKE_DUMP_TREE | MAKE_DUMP_TEXT)))
        doc_dump(doc, dump, (flags & MAKE_DUMP_TEXT) != 0);
    if (!engine_open_fonts(e, d))
        return MAKE_BAD_DATA;
    struct part *part;
    size_t parts;
    if (!lay_out(e, d, doc, flags, &part, &parts) || !valid || publish_refused(d, flags))
        return MAKE_BAD_DATA;
    if (q->look)
        look(job, q, &m, part, parts);
    for (size_t i = 0; i < parts && (flags & MAKE_DUMP_PAGES); i++)
        pages_dump(part[i].pages, dump);
    if (!(flags & (MAKE_PDF | MAKE_XLSX)))
        return MAKE_DONE;
    if (!dir_make(out_dir)) {
        diag_add(d, E_DIR_MAKE, (struct origin){out_dir, 0, 0},
                 system_error_text(d, errno), NULL);
        return MAKE_BAD_SYSTEM;
    }
    const char *name = q->name ? q->name : m.report->name;
    if (doc->draft)
        name = arena_printf(job->arena, "%s-du-thao", name);
    const char *stem = path_join(job->arena, out_dir, name);
    for (size_t i = 0; i < parts; i++)
        part[i].path = part[i].doc->alone ? arena_printf(job->arena, "%s-phu-luc-%d.pdf",
                                                         stem, part[i].doc->alone_number)
                                          : arena_printf(job->arena, "%s.pdf", stem);
    return publish(e, job, d, m.report, doc, part, parts, stem, flags);
}

static void job_end(struct job *job) {
    file_set_abort(job->files);
    buf_free(&job->pdf);
    for (int i = 0; i < job->owns; i++)
        tmpl_free(job->own[i]);
    arena_free(job->arena);
}

/* Messages about the data go to `quiet`: `check` tells them, and a wrong report can be explained too. */
static enum make_status explain(struct engine *e, struct job *job, struct diag *d,
                                struct diag *quiet, const char *path, const char *name,
                                struct buf *out) {
    bool ok;
    struct report *r = report_load(job->arena, d, path);
    const struct registers *registers;
    struct tmpl *t = r ? engine_find(e, job, d, r, &ok, &registers) : NULL;
    if (!r || !ok || !load_previous(e, job, d, r, NULL))
        return MAKE_BAD_DATA;
    const struct schema *s = t ? tmpl_schema(t) : NULL;
    check_report(job->arena, quiet, r, s);
    if (diag_count(quiet, SEV_ERROR))
        diag_add(d, N_EXPLAIN_ERRORS, (struct origin){0},
                 diag_fmt(d, "%d", diag_count(quiet, SEV_ERROR)), path, NULL);
    return check_explain(job->arena, d, r, s, name, out) ? MAKE_DONE : MAKE_BAD_DATA;
}

static enum make_status run(struct engine *e, struct diag *d,
                            const struct make_request *q, struct buf *dump,
                            struct file_set **files) {
    /* Static: its fields must survive the jump out of an exhausted allocator. One report at a time
     * per process is the rule of libharu anyway. */
    static struct job job;
    job = (struct job){0};
    publish_forget(e);
    volatile enum make_status status = MAKE_BAD_SYSTEM;
    jmp_buf out;
    mem_oom = &out;
    if (setjmp(out) == 0) {
        job.arena = arena_new();
        job.leave = files != NULL;
        job.request = q;
        status = make(e, &job, d, q, dump);
        mem_oom = NULL;
    } else {
        mem_oom = NULL;
        diag_add(d, E_MEMORY, (struct origin){q->report, 0, 0}, NULL);
    }
    if (files) {
        *files = status == MAKE_DONE ? job.files : NULL;
        job.files = *files ? NULL : job.files;
    }
    job_end(&job);
    return status;
}

enum make_status engine_make(struct engine *e, struct diag *d, const char *report,
                             const char *out_dir, unsigned flags, struct buf *dump) {
    struct make_request q = {.report = report, .out_dir = out_dir, .flags = flags};
    return run(e, d, &q, dump, NULL);
}

enum make_status engine_build(struct engine *e, struct diag *d,
                              const struct make_request *q, struct file_set **files) {
    return run(e, d, q, NULL, files);
}

enum make_status engine_explain(struct engine *e, struct diag *d, const char *report,
                                const char *name, struct buf *out) {
    static struct job job;
    job = (struct job){0};
    volatile enum make_status status = MAKE_BAD_DATA;
    struct diag *volatile quiet = diag_new(e->options.lang);
    jmp_buf outside;
    mem_oom = &outside;
    if (setjmp(outside) == 0) {
        job.arena = arena_new();
        status = explain(e, &job, d, quiet, report, name, out);
    } else {
        diag_add(d, E_MEMORY, (struct origin){report, 0, 0}, NULL);
        status = MAKE_BAD_SYSTEM;
    }
    mem_oom = NULL;
    job_end(&job);
    diag_free(quiet);
    return status;
}
