/* diff.c: `baocao diff`: what changed from one report to another */
#include "inside.h"

#include <errno.h>
#include <stdio.h>

/* One of the two reports. */
struct version {
    struct arena *a; /* lives on when the report is gone */
    const char *path, *dir, *name, *template_dir;
    struct buf record;
    struct stamp_log *log;
    const struct version *old; /* what it is compared with, NULL: it is the old one */
    struct changes changes;
};

static void look(void *to, struct arena *a, const struct made *m) {
    struct version *v = to;
    (void)a;
    v->dir = arena_strdup(v->a, m->report->dir);
    v->name = arena_strdup(v->a, m->report->name);
    v->template_dir = m->template_dir ? arena_strdup(v->a, m->template_dir) : NULL;
    record_make_whole(&v->record, m);
    if (v->old && v->old->name)
        record_compare(v->a, v->old->record.data, v->old->record.len, v->record.data,
                       v->record.len, m->schema, &v->changes);
}

static void print_messages(struct diag *d) {
    struct buf text = {0};
    diag_print_quoted(d, &text);
    if (text.data)
        fwrite(text.data, 1, text.len, stderr);
    buf_free(&text);
}

/* Lay the report out; what it says is told when it cannot be compared. */
static enum make_status build(struct engine *e, enum lang lang, struct version *v) {
    struct diag *d = diag_new(lang);
    struct file_set *none = NULL;
    struct make_request q = {.report = v->path, .out_dir = ".", .look = look, .to = v};
    v->log = stamp_begin();
    enum make_status status = engine_build(e, d, &q, &none);
    stamp_end(v->log);
    if (status != MAKE_DONE)
        print_messages(d);
    diag_free(d);
    return status;
}

static const char *const *files_of(struct arena *a, enum lang lang,
                                   const struct version *old, const struct version *now) {
    /* A template that serves both was read once. */
    bool one = str_eq(old->template_dir, now->template_dir);
    struct read_files was = {stamp_end(old->log), old->path, old->dir,
                             one ? NULL : old->template_dir};
    struct read_files is = {stamp_end(now->log), now->path, now->dir,
                            one ? NULL : now->template_dir};
    return file_changes(a, lang, &was, &is);
}

static enum make_status write_failed(struct diag *d, const char *file, int error) {
    diag_add(d, E_FILE_WRITE, (struct origin){file, 0, 0}, system_error_text(d, error),
             NULL);
    return MAKE_BAD_SYSTEM;
}

static enum make_status write_files(struct engine *e, struct arena *a, struct diag *d,
                                    const struct log_entry *entry, const char *out_dir,
                                    const struct buf *markdown) {
    const char *stem = path_join(
        a, out_dir, arena_printf(a, "%s-dieu-chinh", path_base(a, entry->report)));
    const char *md = arena_printf(a, "%s.md", stem), *failed = NULL;
    const char *xlsx = arena_printf(a, "%s.xlsx", stem);
    if (!dir_make(out_dir)) {
        diag_add(d, E_DIR_MAKE, (struct origin){out_dir, 0, 0},
                 system_error_text(d, errno), NULL);
        return MAKE_BAD_SYSTEM;
    }
    struct fonts *fonts = engine_fonts(e, d);
    struct file_set *set = file_set_new();
    enum make_status status = MAKE_DONE;
    const char *temporary = file_set_path(set, xlsx);
    if (!temporary)
        status = write_failed(d, xlsx, errno);
    else if (!fonts || !log_workbook(a, d, fonts, entry, 1, temporary))
        status = MAKE_BAD_SYSTEM;
    else if (!file_set_put(set, md, markdown->data, markdown->len))
        status = write_failed(d, md, errno);
    if (status != MAKE_DONE)
        file_set_abort(set);
    else if (!file_set_commit(set, &failed))
        status = write_failed(d, failed, errno);
    return status;
}

static enum make_status tell(struct engine *e, struct arena *a, struct diag *d,
                             const struct version *old, const struct version *now,
                             const char *out_dir) {
    struct buf markdown = {0};
    struct log_entry entry = {now->name, old->path, &now->changes,
                              files_of(a, diag_lang(d), old, now)};
    log_markdown(&markdown, diag_lang(d), &entry, 1);
    enum make_status status =
        out_dir ? write_files(e, a, d, &entry, out_dir, &markdown) : MAKE_DONE;
    fwrite(markdown.data, 1, markdown.len, stdout);
    if (fflush(stdout) != 0 || ferror(stdout))
        status = MAKE_BAD_SYSTEM;
    buf_free(&markdown);
    return status;
}

int batch_diff(const struct engine_options *o, const char *old_report,
               const char *new_report, const char *out_dir) {
    static struct version old, now; /* survive the jump out of an exhausted allocator */
    struct engine *e = engine_new(o);
    struct diag *d = diag_new(o->lang);
    struct arena *a = arena_new();
    old = (struct version){.a = a, .path = old_report};
    now = (struct version){.a = a, .path = new_report, .old = &old};
    volatile enum make_status status = build(e, o->lang, &old);
    enum make_status second = build(e, o->lang, &now);
    status = second > status ? second : status;
    jmp_buf out;
    mem_oom = &out;
    if (setjmp(out) == 0) {
        if (status == MAKE_DONE)
            status = tell(e, a, d, &old, &now, out_dir);
    } else {
        diag_add(d, E_MEMORY, (struct origin){new_report, 0, 0}, NULL);
        status = MAKE_BAD_SYSTEM;
    }
    mem_oom = NULL;
    print_messages(d);
    stamp_free(old.log);
    stamp_free(now.log);
    buf_free(&old.record);
    buf_free(&now.record);
    arena_free(a);
    diag_free(d);
    engine_free(e);
    return (int)status;
}
