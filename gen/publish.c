/* publish.c: the files of a report: what may be overwritten, all of them or none */
#include "pipeline_inside.h"

#include <errno.h>
#include <string.h>

/* --strict: warnings stand in the way of everything but a draft. */
bool publish_refused(const struct diag *d, unsigned flags) {
    return !(flags & MAKE_DRAFT) && diag_strict(d) && diag_count(d, SEV_WARNING);
}

static enum make_status write_failed(struct diag *d, const char *file, int error) {
    diag_add(d, E_FILE_WRITE, (struct origin){file, 0, 0}, system_error_text(d, error),
             NULL);
    return MAKE_BAD_SYSTEM;
}

/* A signed file that is already there stays: the new one gets the next free name beside it. */
static bool check_beside(struct job *job, struct diag *d, struct part *part) {
    const struct make_request *q = job->request;
    const char *first = part->path;
    if (q->unsigned_pdf && q->unsigned_pdf(q->to, first))
        return true;
    char *stem = arena_strndup(job->arena, first, strlen(first) - strlen(".pdf"));
    for (int i = 1; i < 100; i++) {
        const char *data = NULL;
        size_t n = 0;
        struct arena *scratch = arena_child(job->arena);
        enum file_status status = file_read(scratch, part->path, FILE_LIMIT, &data, &n);
        bool free =
            status == FILE_MISSING || (status == FILE_OK && !pdf_is_signed(data, n));
        arena_free(scratch);
        if (status != FILE_OK && status != FILE_MISSING) {
            diag_add(d, E_FILE_READ, (struct origin){part->path, 0, 0},
                     file_status_text(d, status), NULL);
            return false;
        }
        if (free && i > 1)
            diag_add(d, W_SIGNED_BESIDE, (struct origin){first, 0, 0}, part->path, NULL);
        if (free)
            return true;
        part->path = i == 1 ? arena_printf(job->arena, "%s-sua-doi.pdf", stem)
                            : arena_printf(job->arena, "%s-sua-doi-%d.pdf", stem, i);
    }
    diag_add(d, E_SIGNED, (struct origin){first, 0, 0}, NULL);
    return false;
}

/* Whether a PDF may be written: over one that carries a signature only with --force. Once a report is
 * issued its signed PDF stays, and only the other files are made anew. */
static bool check_target(struct job *job, struct diag *d, struct part *part,
                         const char *issued, unsigned flags) {
    struct origin at = {part->path, 0, 0};
    if ((flags & MAKE_FORCE) || !file_exists(part->path) || file_is_dir(part->path))
        return true;
    if (flags & MAKE_BESIDE)
        return check_beside(job, d, part);
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

void publish_forget(struct engine *e) {
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
    if (publish_refused(d, flags))
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
    publish_forget(e);
    return write_failed(d, failed, error);
}

/* All files or none. The workbook comes first: the PDF may have to carry it. */
enum make_status publish(struct engine *e, struct job *job, struct diag *d,
                         const struct report *r, struct doc *doc, struct part *part,
                         size_t n, const char *stem, unsigned flags) {
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
    if (status != MAKE_DONE || job->leave)
        return status;
    return commit(e, job, d, part, n, xlsx, flags);
}

const char *const *engine_outputs(const struct engine *e, size_t *n) {
    *n = e->outputs.n;
    return e->outputs.v;
}
