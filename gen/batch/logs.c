/* logs.c: the logs of corrections of a batch: written by several processes, put into place together */
#include "run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct logs {
    struct run *r;
    struct log_entry *v;
    size_t n, cap;
    const char *dir;
    uint32_t next; /* job to be given: 0 is the log of all, then one an entry */
    struct {       /* written: temporary name and target in turn */
        const char **v;
        size_t n, cap;
    } file;
    bool ok;
};

/* ---- what is to be told ------------------------------------------------------------------- */

static void unpack_values(struct arena *a, const struct unlogged *u,
                          struct changes *out) {
    struct wire w = {u->values, (const char *)u->values + u->values_n, false};
    while (w.p < w.end && !w.bad) {
        struct change c = {.path = wire_get_text(&w), .title = wire_get_text(&w)};
        uint32_t has = wire_get_u32(&w);
        const char *old = wire_get_text(&w), *now = wire_get_text(&w);
        c.title = *c.title ? c.title : NULL;
        c.old = has & 1 ? old : NULL;
        c.now = has & 2 ? now : NULL;
        c.computed = (has & 4) != 0;
        c.pages = wire_get_text(&w);
        c.sheets = wire_get_text(&w);
        vec_push(a, out, c);
    }
}

void changes_pack(const struct changes *all, struct buf *out) {
    for (size_t i = 0; i < all->n; i++) {
        const struct change *c = &all->v[i];
        wire_text(out, c->path);
        wire_text(out, c->title);
        wire_u32(out, (c->old ? 1u : 0) | (c->now ? 2u : 0) | (c->computed ? 4u : 0));
        wire_text(out, c->old);
        wire_text(out, c->now);
        wire_text(out, c->pages);
        wire_text(out, c->sheets);
    }
}

struct notes {
    const char **v;
    size_t n, cap;
};

static void unpack_files(struct arena *a, const struct unlogged *u, struct notes *out) {
    struct wire w = {u->files, (const char *)u->files + u->files_n, false};
    while (w.p < w.end && !w.bad) {
        const char *note = wire_get_text(&w);
        bool there = false;
        for (size_t i = 0; i < out->n && !there; i++)
            there = str_eq(out->v[i], note);
        if (!there)
            vec_push(a, out, note);
    }
}

static int in_order(const void *x, const void *y) {
    const struct unlogged *a = x, *b = y;
    int order = text_natural(a->source, b->source);
    order = order ? order : text_natural(a->name, b->name);
    order = order ? order : strcmp(a->name, b->name);
    return order ? order : a->turn < b->turn ? -1 : a->turn > b->turn;
}

/* Of a report that was made more than once since the last log, all changes in turn. */
static bool collect(struct logs *l) {
    struct arena *a = l->r->a;
    struct unlogged *u;
    size_t n;
    if (!manifest_unlogged(l->r->manifest, a, &u, &n))
        return false;
    if (n)
        qsort(u, n, sizeof *u, in_order);
    for (size_t i = 0; i < n;) {
        struct changes *values = arena_new_of(a, struct changes);
        struct notes files = {0};
        const char *name = u[i].name, *end = NULL;
        for (; i < n && str_eq(u[i].name, name); i++) {
            unpack_values(a, &u[i], values);
            unpack_files(a, &u[i], &files);
        }
        vec_push(a, &files, end);
        struct log_entry entry = {.report = name, .changes = values, .files = files.v};
        vec_push(a, l, entry);
    }
    return true;
}

/* ---- writing ------------------------------------------------------------------------------------ */

static bool write_log(struct run *r, struct arena *a, struct file_set *files,
                      const char *stem, const struct log_entry *entry, size_t n) {
    struct buf text = {0};
    log_markdown(&text, r->o->engine.lang, entry, n);
    bool ok = file_set_put(files, arena_printf(a, "%s.md", stem), text.data, text.len);
    const char *xlsx = ok ? file_set_path(files, arena_printf(a, "%s.xlsx", stem)) : NULL;
    buf_free(&text);
    return xlsx && log_workbook(a, r->d, engine_fonts(r->engine, r->d), entry, n, xlsx);
}

/* The answer: u32 errno, 0 when it was written; then temporary name and target of each file. */
static void serve(void *to, struct wire *job, struct buf *answer) {
    const struct logs *l = to;
    uint32_t i = wire_get_u32(job);
    const struct log_entry *entry = i ? &l->v[i - 1] : l->v;
    struct arena *a = arena_new();
    struct file_set *files = file_set_new();
    const char *stem = path_join(a, l->dir, i ? entry->report : LOG_ALL);
    errno = 0;
    if (!write_log(l->r, a, files, stem, entry, i ? 1 : l->n)) {
        wire_u32(answer, (uint32_t)(errno ? errno : EIO));
        file_set_abort(files);
    } else {
        const char *temporary, *target;
        wire_u32(answer, 0);
        for (size_t k = 0; (target = file_set_get(files, k, &temporary)) != NULL; k++) {
            wire_text(answer, temporary);
            wire_text(answer, target);
        }
        file_set_release(files);
    }
    arena_free(a);
}

static bool next(void *to, uint32_t *id, struct buf *job) {
    struct logs *l = to;
    if (l->next > l->n)
        return false;
    *id = l->next++;
    wire_u32(job, *id);
    return true;
}

static void failed(struct logs *l, uint32_t id, const char *why) {
    struct run *r = l->r;
    const char *name = id ? l->v[id - 1].report : LOG_ALL;
    const char *file = arena_printf(r->a, "%s.md", path_join(r->a, l->dir, name));
    if (l->ok)
        diag_add(r->d, E_FILE_WRITE, (struct origin){file, 0, 0}, why, NULL);
    l->ok = false;
}

static void done(void *to, uint32_t id, struct wire *answer) {
    struct logs *l = to;
    uint32_t error = wire_get_u32(answer);
    if (error)
        failed(l, id, system_error_text(l->r->d, (int)error));
    while (answer->p < answer->end && !answer->bad) {
        const char *name = arena_strdup(l->r->a, wire_get_text(answer));
        vec_push(l->r->a, &l->file, name);
    }
}

static void lost(void *to, uint32_t id, enum loss loss, int detail) {
    struct logs *l = to;
    struct diag *d = l->r->d;
    failed(l, id,
           loss == LOSS_WORKERS
               ? system_error_text(d, detail)
               : diag_fmt(d, diag_word(d, "tín hiệu %d", "signal %d"), detail));
}

static bool go_on(void *to) {
    const struct logs *l = to;
    return l->ok;
}

/* All of them or none. What is not told now stays in the manifest, and the next run tells it. */
static void put_into_place(struct logs *l) {
    struct run *r = l->r;
    if (l->ok && syncfs(r->out_fd) != 0)
        failed(l, 0, system_error_text(r->d, errno));
    for (size_t i = 0; i + 1 < l->file.n; i += 2) {
        if (!l->ok)
            unlink(l->file.v[i]);
        else if (rename(l->file.v[i], l->file.v[i + 1]) != 0)
            failed(l, 0, system_error_text(r->d, errno));
    }
    if (l->ok && manifest_begin(r->manifest) && manifest_logged(r->manifest))
        l->ok = manifest_commit(r->manifest);
    r->system_errors += !l->ok;
}

size_t run_logs(struct run *r) {
    struct logs l = {.r = r, .ok = true};
    struct crew c = {.to = &l,
                     .serve = serve,
                     .next = next,
                     .done = done,
                     .lost = lost,
                     .between = go_on};
    if (!collect(&l))
        r->system_errors++;
    if (!l.n)
        return 0;
    c.workers = (size_t)r->o->jobs <= l.n ? r->o->jobs : (int)l.n;
    l.dir = path_join(r->a, r->o->out_dir, LOG_DIR);
    if (!dir_make(l.dir)) {
        diag_add(r->d, E_DIR_MAKE, (struct origin){l.dir, 0, 0},
                 system_error_text(r->d, errno), NULL);
        r->system_errors++;
        return 0;
    }
    l.ok = engine_fonts(r->engine, r->d) != NULL;
    if (l.ok && !crew_run(&c))
        l.ok = false;
    put_into_place(&l);
    return l.n;
}
