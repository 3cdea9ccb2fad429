/* pipeline.c: the one function that takes a report from its folder to its files */
#include "pipeline.h"
#include "merge/merge.h"

#include <errno.h>
#include <string.h>

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
};

/* What becomes one PDF. */
struct part {
    struct doc *doc;
    const struct pages *pages;
    const char *path;
    bool keep; /* the signed file that is there already */
};

struct engine *engine_new(const struct engine_options *o) {
    struct engine *e = x_new(1, sizeof *e);
    e->options = *o;
    mem_keep(MEMORY_KEPT);
    e->arena = arena_new();
    e->last = arena_child(e->arena);
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

/* The documents that the office registers once for all of its reports. */
static const struct registers *office_registers(struct engine *e, struct diag *d) {
    const struct registers *r = NULL;
    if (e->office_read)
        return e->office;
    for (const char *const *dir = e->options.template_dirs; dir && *dir; dir++)
        r = register_load(e->arena, d, *dir, r);
    e->office_read = true;
    return e->office = r;
}

static struct tmpl *load_cached(struct engine *e, struct diag *d, const char *dir,
                                const char *name, struct origin at,
                                const struct registers **registers) {
    for (size_t i = 0; i < e->templates; i++)
        if (str_eq(e->template[i].dir, dir)) {
            if (!e->template[i].tmpl)
                diag_add(d, E_TEMPLATE_BROKEN, at, name, NULL);
            else if (e->template[i].warned && diag_strict(d))
                diag_add(d, W_TEMPLATE_WARNED, at, name, NULL);
            *registers = e->template[i].registers;
            return e->template[i].tmpl;
        }
    int warnings = diag_count(d, SEV_WARNING);
    struct tmpl *t = tmpl_load(d, dir);
    *registers = register_load(e->arena, d, dir, *registers);
    if (e->templates < TEMPLATES_MAX) {
        e->template[e->templates].dir = arena_strdup(e->arena, dir);
        e->template[e->templates].warned = diag_count(d, SEV_WARNING) > warnings;
        e->template[e->templates].registers = *registers;
        e->template[e->templates++].tmpl = t;
    }
    return t;
}

/* The template of a report and the documents registered with it and above. *ok false after a message; NULL
 * with *ok: a finished document. */
static struct tmpl *find_template(struct engine *e, struct job *job, struct diag *d,
                                  const struct report *r, bool *ok,
                                  const struct registers **registers) {
    const struct value *name = value_get(r->facts, "mau");
    struct tmpl *t = NULL;
    *ok = true;
    *registers = office_registers(e, d);
    if (r->markdown)
        return NULL;
    if (name && name->kind == VALUE_TEXT) {
        char *dir = tmpl_find(job->arena, d, name->text, name->at, r->dir,
                              e->options.template_dirs);
        t = dir ? load_cached(e, d, dir, name->text, name->at, registers) : NULL;
    } else if (file_exists(path_join(job->arena, r->dir, "mau.md"))) {
        t = tmpl_load(d, r->dir);
        job->own[job->owns++] = t;
    } else if (!(r->facts->flags &
                 VALUE_BROKEN)) { /* else it may stand in what was lost */
        struct origin at = {r->facts->at.file ? r->facts->at.file : r->path, 0, 0};
        diag_add(d, E_NO_TEMPLATE, at, NULL);
    }
    *ok = t != NULL;
    return t;
}

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
    struct tmpl *t = ok ? find_template(e, job, d, p, &ok, &registers) : NULL;
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
                                  const char *path, unsigned flags,
                                  struct report **report, bool *valid) {
    struct arena *a = job->arena;
    bool ok, draft = (flags & MAKE_DRAFT) != 0;
    struct report *r = *report = report_load(a, d, path);
    if (!r)
        return NULL;
    const struct registers *registers;
    struct tmpl *t = find_template(e, job, d, r, &ok, &registers);
    if (!ok)
        return NULL;
    const struct value *settings = t ? tmpl_settings(t) : NULL;
    bool previous = load_previous(e, job, d, r, NULL);
    *valid = check_report(a, d, r, t ? tmpl_schema(t) : NULL) && previous;
    *valid &= register_report(a, d, r, registers);
    int errors = diag_count(d, SEV_ERROR);
    struct doc *doc = merge_report(a, d, t, r, draft);
    *valid &= diag_count(d, SEV_ERROR) == errors;
    /* Facts that were lost while reading would be reported as missing. */
    if (!doc || (!draft && (r->facts->flags & VALUE_BROKEN)))
        return NULL;
    doc->fields = (flags & MAKE_FIELDS) != 0;
    *valid &= doc_profile(doc, d, settings ? value_get(settings, "trang") : NULL);
    *valid &= doc_profile(doc, d, value_get(r->facts, "trang"));
    *valid &= doc_official(doc, d, r->facts);
    *valid &= doc_normalise(doc, d);
    if (draft)
        doc_defects(doc, d);
    return doc;
}

/* --strict: warnings stand in the way of everything but a draft. */
static bool refused(const struct diag *d, unsigned flags) {
    return !(flags & MAKE_DRAFT) && diag_strict(d) && diag_count(d, SEV_WARNING);
}

static enum make_status write_failed(struct diag *d, const char *file, int error) {
    diag_add(d, E_FILE_WRITE, (struct origin){file, 0, 0}, system_error_text(d, error),
             NULL);
    return MAKE_BAD_SYSTEM;
}

/* Whether a PDF may be written: over one that carries a signature only with --force. Once a report is
 * issued its signed PDF stays, and only the other files are made anew. */
static bool check_target(struct job *job, struct diag *d, struct part *part,
                         const char *issued, unsigned flags) {
    struct origin at = {part->path, 0, 0};
    if ((flags & MAKE_FORCE) || !file_exists(part->path) || file_is_dir(part->path))
        return true;
    const char *data = NULL;
    size_t n = 0;
    struct arena *scratch = arena_child(job->arena);
    enum file_status status = file_read(scratch, part->path, FILE_LIMIT, &data, &n);
    bool is_signed = status == FILE_OK && pdf_is_signed(data, n);
    arena_free(scratch);
    part->keep = is_signed && issued;
    if (status != FILE_OK)
        diag_add(d, E_FILE_READ, at, file_status_text(d, status), NULL);
    else if (is_signed)
        diag_add(d, issued ? N_SIGNED_KEPT : E_SIGNED, at, NULL);
    return status == FILE_OK && (!is_signed || issued);
}

static bool check_targets(struct job *job, struct diag *d, struct part *part, size_t n,
                          const char *issued, unsigned flags) {
    bool ok = true;
    for (size_t i = 0; i < n && (flags & MAKE_PDF); i++)
        ok = check_target(job, d, &part[i], issued, flags) && ok;
    return ok;
}

/* One PDF of the report: the body with the attachments, or an appendix that is a file of its own. */
static enum make_status write_pdf(struct engine *e, struct job *job, struct diag *d,
                                  const struct part *part,
                                  const struct pdf_options *attached, unsigned flags) {
    const struct doc *doc = part->doc;
    struct pdf_options options = {.untagged = (flags & MAKE_UNTAGGED) != 0,
                                  .fields = doc->fields,
                                  .agency = doc->alone != NULL};
    if (!doc->alone) {
        options.attachment = attached->attachment;
        options.attachments = attached->attachments;
    }
    job->pdf.len = 0;
    if (!pdf_write(doc, part->pages, e->fonts, d, &options, &job->pdf, NULL))
        return MAKE_BAD_DATA;
    if (!file_set_put(job->files, part->path, job->pdf.data, job->pdf.len))
        return write_failed(d, part->path, errno);
    return MAKE_DONE;
}

/* *path is where the workbook stands until all files are complete. */
static enum make_status write_xlsx(struct engine *e, struct job *job, struct diag *d,
                                   const struct doc *doc, const char *target,
                                   const char **path) {
    *path = file_set_path(job->files, target);
    if (!*path)
        return write_failed(d, target, errno);
    return xlsx_write(doc, e->fonts, d, *path) ? MAKE_DONE : MAKE_BAD_DATA;
}

static void forget_outputs(struct engine *e) {
    arena_free(e->last);
    e->last = arena_child(e->arena);
    memset(&e->outputs, 0, sizeof e->outputs);
}

static void remember_output(struct engine *e, const char *path) {
    const char *kept = arena_strdup(e->last, path);
    vec_push(e->last, &e->outputs, kept);
}

/* Let the files appear. */
static enum make_status commit(struct engine *e, struct job *job, struct diag *d,
                               const struct part *part, size_t n, const char *xlsx,
                               unsigned flags) {
    const char *failed = NULL;
    if (refused(d, flags))
        return MAKE_BAD_DATA;
    for (size_t i = 0; i < n && (flags & MAKE_PDF); i++)
        if (!part[i].keep)
            remember_output(e, part[i].path);
    if (flags & MAKE_XLSX)
        remember_output(e, xlsx);
    bool done = file_set_commit(job->files, &failed);
    job->files = NULL;
    if (done)
        return MAKE_DONE;
    int error = errno;
    forget_outputs(e);
    return write_failed(d, failed, error);
}

/* All files or none. The workbook comes first: the PDF may have to carry it. */
static enum make_status write_outputs(struct engine *e, struct job *job, struct diag *d,
                                      const struct report *r, struct doc *doc,
                                      struct part *part, size_t n, const char *stem,
                                      unsigned flags) {
    char *xlsx = arena_printf(job->arena, "%s.xlsx", stem);
    const char *written = NULL;
    enum make_status status = MAKE_DONE;
    struct pdf_options attached = {0};
    if (!check_targets(job, d, part, n, r->issued, flags))
        return MAKE_BAD_DATA;
    job->files = file_set_new();
    if (flags & MAKE_XLSX)
        status = write_xlsx(e, job, d, doc, xlsx, &written);
    if (status == MAKE_DONE && (flags & MAKE_ATTACH) &&
        !attach_files(job->arena, d, r, doc, path_base(job->arena, xlsx), written,
                      &attached))
        status = MAKE_BAD_DATA;
    for (size_t i = 0; i < n && (flags & MAKE_PDF) && status == MAKE_DONE; i++)
        if (!part[i].keep)
            status = write_pdf(e, job, d, &part[i], &attached, flags);
    return status == MAKE_DONE ? commit(e, job, d, part, n, xlsx, flags) : status;
}

/* For the first report that gets so far; what is wrong with them is wrong for the later ones, too. */
static bool open_fonts(struct engine *e, struct diag *d) {
    int warnings = diag_count(d, SEV_WARNING);
    if (e->fonts) {
        if (e->fonts_warned && diag_strict(d))
            diag_add(d, W_FONTS_WARNED, (struct origin){0}, NULL);
        return true;
    }
    e->fonts = fonts_open(d, e->options.font_dir);
    e->fonts_warned = diag_count(d, SEV_WARNING) > warnings;
    return e->fonts != NULL;
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
    if (!open_fonts(e, d))
        return MAKE_BAD_DATA;
    struct part *part;
    size_t parts;
    if (!lay_out(e, d, doc, flags, &part, &parts) || !valid || refused(d, flags))
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
    const char *stem = path_join(job->arena, out_dir, name);
    for (size_t i = 0; i < parts; i++)
        part[i].path = part[i].doc->alone ? arena_printf(job->arena, "%s-phu-luc-%d.pdf",
                                                         stem, part[i].doc->alone_number)
                                          : arena_printf(job->arena, "%s.pdf", stem);
    return write_outputs(e, job, d, r, doc, part, parts, stem, flags);
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
    struct tmpl *t = r ? find_template(e, job, d, r, &ok, &registers) : NULL;
    if (!r || !ok || !load_previous(e, job, d, r, NULL))
        return MAKE_BAD_DATA;
    const struct schema *s = t ? tmpl_schema(t) : NULL;
    check_report(job->arena, quiet, r, s);
    if (diag_count(quiet, SEV_ERROR))
        diag_add(d, N_EXPLAIN_ERRORS, (struct origin){0},
                 diag_fmt(d, "%d", diag_count(quiet, SEV_ERROR)), path, NULL);
    return check_explain(job->arena, d, r, s, name, out) ? MAKE_DONE : MAKE_BAD_DATA;
}

const char *const *engine_outputs(const struct engine *e, size_t *n) {
    *n = e->outputs.n;
    return e->outputs.v;
}

enum make_status engine_make(struct engine *e, struct diag *d, const char *report,
                             const char *out_dir, unsigned flags, struct buf *dump) {
    /* Static: its fields must survive the jump out of an exhausted allocator. One report at a time
     * per process is the rule of libharu anyway. */
    static struct job job;
    job = (struct job){0};
    forget_outputs(e);
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
    job_end(&job);
    return status;
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
