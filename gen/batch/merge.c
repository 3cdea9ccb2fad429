/* merge.c: `batch --merge`: files and manifests of shards come together in one folder */
#include "run.h"
#include "../merge/merge.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROUP_REPORTS 128

/* A report of the shard whose files stand under temporary names in the output folder. */
struct joined {
    struct entry entry;
    struct stamps outputs; /* by the names that the files will have */
    struct file_set *files;
    struct unlogged changed;
    const void *shared; /* stamps of its template */
    size_t shared_n;
};

struct merge {
    struct run *r;
    struct manifest *shard;
    const char *dir; /* of the shard */
    struct {
        struct joined *v;
        size_t n, cap;
    } group;
    struct arena *a; /* of the group */
    struct loaded {  /* templates, for the titles in the log */
        const char *tmpl;
        struct tmpl *t; /* NULL: it cannot be read */
    } * loaded;
    size_t templates;
    size_t joined, kept, failed;
};

/* ---- one file ----------------------------------------------------------------------------------- */

/* Whether one file is the other, or a copy as this program makes them. */
static bool same_file(const char *x, const char *y) {
    struct stat a, b;
    if (stat(x, &a) != 0 || stat(y, &b) != 0)
        return false;
    return (a.st_dev == b.st_dev && a.st_ino == b.st_ino) ||
           (a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
            a.st_mtim.tv_nsec == b.st_mtim.tv_nsec);
}

static bool same_content(const char *x, const char *y) {
    struct arena *a = arena_new();
    const char *p, *q;
    size_t n, m;
    bool same = file_read(a, x, FILE_LIMIT, &p, &n) == FILE_OK &&
                file_read(a, y, FILE_LIMIT, &q, &m) == FILE_OK && n == m &&
                memcmp(p, q, n) == 0;
    arena_free(a);
    return same;
}

/* A name of outputs without what tells a file beside a signed one: "x-sua-doi-2" -> "x". */
static const char *without_beside(struct arena *a, const char *stem) {
    static const char beside[] = "-sua-doi";
    size_t n = strlen(stem), digits = n;
    while (digits && stem[digits - 1] >= '0' && stem[digits - 1] <= '9')
        digits--;
    if (digits < n && digits && stem[digits - 1] == '-')
        n = digits - 1;
    size_t k = sizeof beside - 1;
    return n > k && memcmp(stem + n - k, beside, k) == 0 ? arena_strndup(a, stem, n - k)
                                                         : stem;
}

/* Whether `path` is still the file of a stamp. */
static bool is_still(const struct stamp *s, const char *path) {
    struct stamp copy = *s;
    copy.path = path;
    enum stamp_change change = stamp_look(&copy, false);
    return change == STAMP_SAME || change == STAMP_TOUCHED;
}

/* Where the output folder has a file already, as it was made or signed since then; NULL: nowhere. */
static const char *place_of(struct merge *g, const struct stamps *had,
                            const struct stamp *s, const char *name) {
    const char *out = g->r->o->out_dir, *target = path_join(g->a, out, name);
    for (size_t i = 0; i < had->n; i++) {
        const struct stamp *o = had->v[i];
        const char *path = path_restored(g->a, out, o->path);
        if (o->size == s->size && memcmp(o->hash, s->hash, 16) == 0 &&
            (is_still(o, path) || file_is_signed(path)))
            return path;
    }
    return is_still(s, target) ? target : NULL;
}

/* Its place, or one beside it where somebody signed what is there. NULL: there is none, after a message. */
static const char *place_for(struct merge *g, const char *name) {
    struct run *r = g->r;
    const char *first = path_join(g->a, r->o->out_dir, name), *target;
    if (!file_is_signed(first))
        return first;
    const char *stem =
        without_beside(g->a, arena_strndup(g->a, first, strlen(first) - strlen(".pdf")));
    for (int i = 1; i < 100; i++) {
        target = i == 1 ? arena_printf(g->a, "%s-sua-doi.pdf", stem)
                        : arena_printf(g->a, "%s-sua-doi-%d.pdf", stem, i);
        if (!file_is_signed(target)) {
            diag_add(r->d, W_SIGNED_BESIDE, (struct origin){first, 0, 0}, target, NULL);
            return target;
        }
    }
    diag_add(r->d, E_SIGNED, (struct origin){first, 0, 0}, NULL);
    return NULL;
}

static bool link_failed(struct merge *g, const char *target, int error) {
    diag_add(g->r->d, E_FILE_WRITE, (struct origin){target, 0, 0},
             system_error_text(g->r->d, error), NULL);
    g->r->system_errors++;
    return false;
}

/* The place of a file of the shard, NULL after a message. *there: what it has need not be written again. */
static const char *settle_place(struct merge *g, const struct joined *j, struct stamp *s,
                                const struct stamps *had, const char *from, bool *there) {
    struct diag *d = g->r->d;
    const char *name = path_base(g->a, s->path), *place = place_of(g, had, s, name);
    s->path = from;
    enum stamp_change change = stamp_look(s, g->r->o->rehash);
    bool same = change == STAMP_SAME || change == STAMP_TOUCHED;
    bool is_signed = change == STAMP_CHANGED && file_is_signed(from);
    *there = place && (!is_signed || file_is_signed(place));
    if (*there && is_signed && !same_content(from, place))
        diag_add(d, N_MERGE_SIGNED, (struct origin){from, 0, 0}, NULL);
    if (place)
        return place;
    if (same || is_signed)
        return place_for(g, name);
    diag_add(d, E_MERGE_FILE, (struct origin){from, 0, 0}, j->entry.name, NULL);
    return NULL;
}

/* A file of the shard under a temporary name beside its place, whose name its stamp gets. `had`: the outputs of
 * the report that the output folder has. */
static bool take_file(struct merge *g, struct joined *j, struct stamp *s,
                      const struct stamps *had) {
    bool there;
    const char *from = path_join(g->a, g->dir, path_base(g->a, s->path));
    const char *place = settle_place(g, j, s, had, from, &there);
    if (place && !there && !file_set_link(j->files, place, from))
        return link_failed(g, place, errno);
    if (place)
        s->path = path_stored(g->a, g->r->o->out_dir, place);
    return place != NULL;
}

/* ---- what changed against the output folder's former version --------------------------------------- */

static const struct schema *schema_of(struct merge *g, const char *tmpl) {
    for (size_t i = 0; i < g->templates; i++)
        if (str_eq(g->loaded[i].tmpl, tmpl))
            return g->loaded[i].t ? tmpl_schema(g->loaded[i].t) : NULL;
    struct diag *quiet = diag_new(diag_lang(g->r->d));
    g->loaded = x_grow(g->loaded, g->templates + 1, sizeof *g->loaded);
    struct loaded *l = &g->loaded[g->templates++];
    l->tmpl = arena_strdup(g->r->a, tmpl);
    l->t = *tmpl && file_is_dir(tmpl) ? tmpl_load(quiet, tmpl) : NULL;
    diag_free(quiet);
    return l->t ? tmpl_schema(l->t) : NULL;
}

static bool unpack_record(const struct entry *e, struct buf *out) {
    return e->record_n && zlib_unpack(out, e->record, e->record_n, e->record_size);
}

static bool kept_files(struct manifest *m, struct arena *a, const struct entry *e,
                       struct kept_files *out) {
    const void *shared = NULL;
    size_t n = 0;
    *out = (struct kept_files){.tmpl = e->tmpl, .hash = e->shared};
    manifest_shared(m, a, e->tmpl, e->shared, &shared, &n);
    return stamps_unpack(a, e->inputs, e->inputs_n, &out->inputs) &&
           stamps_unpack(a, shared, n, &out->shared);
}

static void compare(struct merge *g, const struct entry *old, struct joined *j) {
    struct buf was = {0}, is = {0}, values = {0}, files = {0};
    struct arena *a = arena_child(g->a);
    struct kept_files before, after;
    if (unpack_record(old, &was) && unpack_record(&j->entry, &is) &&
        kept_files(g->r->manifest, a, old, &before) &&
        kept_files(g->shard, a, &j->entry, &after)) {
        struct changes changes = {0};
        record_compare(a, was.data, was.len, is.data, is.len, schema_of(g, j->entry.tmpl),
                       &changes);
        changes_pack(&changes, &values);
        file_changes_pack(a, diag_lang(g->r->d), NULL, &before, &after, &files);
    }
    j->changed = (struct unlogged){
        .name = j->entry.name, .values_n = values.len, .files_n = files.len};
    if (values.len)
        j->changed.values = arena_strndup(g->a, values.data, values.len);
    if (files.len)
        j->changed.files = arena_strndup(g->a, files.data, files.len);
    arena_free(a);
    buf_free(&was);
    buf_free(&is);
    buf_free(&values);
    buf_free(&files);
}

/* ---- a group of reports goes into place ------------------------------------------------------------- */

static void abort_files(struct joined *j) {
    file_set_abort(j->files);
    j->files = NULL;
}

/* All files of a report or, should the disk fail half way, those that are whole, and no entry. */
static bool put_into_place(struct merge *g, struct joined *j) {
    struct run *r = g->r;
    const char *temporary, *target;
    for (size_t i = 0; (target = file_set_get(j->files, i, &temporary)) != NULL; i++)
        if (rename(temporary, target) != 0) {
            diag_add(r->d, E_BATCH_RENAME, (struct origin){target, 0, 0},
                     system_error_text(r->d, errno), NULL);
            r->system_errors++;
            abort_files(j);
            return false;
        }
    file_set_release(j->files);
    j->files = NULL;
    return true;
}

static bool record(struct merge *g, struct joined *j) {
    struct manifest *m = g->r->manifest;
    struct buf packed = {0};
    for (size_t i = 0; i < j->outputs.n; i++) {
        struct stamp *s = j->outputs.v[i];
        const char *stored = s->path;
        s->path = path_restored(g->a, g->r->o->out_dir, stored);
        stamp_look(s, false); /* takes the time of a file that is the same */
        s->path = stored;
    }
    stamps_pack(&j->outputs, &packed);
    j->entry.outputs = packed.data;
    j->entry.outputs_n = packed.len;
    bool ok = manifest_put(m, &j->entry);
    if (ok && j->shared_n)
        ok = manifest_put_shared(m, j->entry.tmpl, j->shared, j->shared_n,
                                 j->entry.shared);
    if (ok && (j->changed.values_n || j->changed.files_n))
        ok = manifest_put_unlogged(m, &j->changed);
    buf_free(&packed);
    g->joined += ok && !j->entry.failed;
    g->failed += ok && j->entry.failed;
    return ok;
}

/* As in a batch: on the disk, then into place, then into the manifest. */
static void commit(struct merge *g) {
    struct run *r = g->r;
    bool synced = !g->group.n || syncfs(r->out_fd) == 0;
    if (!synced) {
        diag_add(r->d, E_BATCH_SYNC, (struct origin){r->o->out_dir, 0, 0},
                 system_error_text(r->d, errno), NULL);
        r->system_errors++;
    }
    bool ok = synced && g->group.n && manifest_begin(r->manifest), begun = ok;
    for (size_t i = 0; i < g->group.n; i++) {
        struct joined *j = &g->group.v[i];
        if (!ok)
            abort_files(j);
        else if (put_into_place(g, j))
            ok = record(g, j);
    }
    if (begun && (!manifest_commit(r->manifest) || !ok))
        r->system_errors++;
    g->group.v = NULL;
    g->group.n = g->group.cap = 0;
    arena_free(g->a);
    g->a = arena_new();
}

/* ---- one report ----------------------------------------------------------------------------------------- */

static int64_t newest(struct arena *a, const struct entry *e) {
    struct stamps list = {0};
    int64_t t = 0;
    stamps_unpack(a, e->outputs, e->outputs_n, &list);
    for (size_t i = 0; i < list.n; i++)
        t = list.v[i]->mtime > t ? list.v[i]->mtime : t;
    return t;
}

static bool same_blob(const void *x, size_t n, const void *y, size_t m) {
    return n == m && (!n || memcmp(x, y, n) == 0);
}

/* Two reports of one name, both there: which of them is meant nobody knows. */
static bool clash(struct merge *g, const struct entry *old, const struct entry *e) {
    if (str_eq(old->source, e->source) || !file_exists(old->source) ||
        !file_exists(e->source))
        return false;
    diag_add(g->r->d, E_MERGE_NAME, (struct origin){e->source, 0, 0}, e->name,
             old->source, NULL);
    return true;
}

/* A report that no shard could make yet: the output folder keeps what it has of it. */
static void note_failure(struct merge *g, const struct entry *e) {
    struct manifest *m = g->r->manifest;
    if (!manifest_begin(m) || !manifest_fail(m, e->name, e->source) ||
        !manifest_commit(m))
        g->r->system_errors++;
    g->failed++;
}

/* Nothing is to be written: the output folder has the report as it is. */
static bool is_joined(const struct entry *old, const struct joined *j) {
    const struct entry *e = &j->entry;
    const char *temporary;
    return !file_set_get(j->files, 0, &temporary) && old->failed == e->failed &&
           memcmp(old->shared, e->shared, 16) == 0 &&
           memcmp(old->program, e->program, 16) == 0 &&
           same_blob(old->inputs, old->inputs_n, e->inputs, e->inputs_n) &&
           same_blob(old->outputs, old->outputs_n, e->outputs, e->outputs_n);
}

static void take_report(struct merge *g, const char *name) {
    struct run *r = g->r;
    struct joined j = {0};
    struct entry old;
    if (!manifest_get(g->shard, g->a, name, true, &j.entry))
        return;
    bool had = manifest_get(r->manifest, g->a, name, true, &old);
    if (had && clash(g, &old, &j.entry))
        return;
    if (had && newest(g->a, &old) > newest(g->a, &j.entry)) {
        g->kept++;
        return;
    }
    if (j.entry.failed && !j.entry.outputs_n) {
        note_failure(g, &j.entry);
        return;
    }
    struct stamps outputs = {0};
    j.files = file_set_new();
    bool ok = stamps_unpack(g->a, j.entry.outputs, j.entry.outputs_n, &j.outputs) &&
              (!had || stamps_unpack(g->a, old.outputs, old.outputs_n, &outputs));
    for (size_t i = 0; ok && i < j.outputs.n; i++)
        ok = take_file(g, &j, j.outputs.v[i], &outputs);
    if (ok && had && is_joined(&old, &j)) {
        g->joined += !j.entry.failed;
        g->failed += j.entry.failed;
        ok = false;
    }
    if (!ok) {
        abort_files(&j);
        return;
    }
    if (had)
        compare(g, &old, &j);
    if (!manifest_shared(g->shard, g->a, j.entry.tmpl, j.entry.shared, &j.shared,
                         &j.shared_n))
        j.shared_n = 0;
    vec_push(g->a, &g->group, j);
    if (g->group.n >= GROUP_REPORTS)
        commit(g);
}

/* ---- signed files that the shard's entries do not name ---------------------------------------------- */

/* Whether the output folder's manifest has a file among the outputs of its report. */
static bool is_output(struct merge *g, struct arena *a, const char *file) {
    struct stamps list = {0};
    struct entry e;
    char *stem = arena_strndup(a, file, strlen(file) - strlen(".pdf"));
    while (!manifest_get(g->r->manifest, a, stem, true, &e)) {
        char *cut = strrchr(stem, '-'); /* "x-phu-luc-1" is a file of "x" */
        if (!cut)
            return false;
        *cut = 0;
    }
    const char *stored =
        path_stored(a, g->r->o->out_dir, path_join(a, g->r->o->out_dir, file));
    stamps_unpack(a, e.outputs, e.outputs_n, &list);
    for (size_t i = 0; i < list.n; i++)
        if (str_eq(list.v[i]->path, stored))
            return true;
    return false;
}

/* A signed PDF beside which the shard wrote a newer one goes along, unless another file has its name. */
static void take_signed(struct merge *g, struct arena *a, const char *name) {
    struct run *r = g->r;
    const char *from = path_join(a, g->dir, name), *failed = NULL;
    const char *target = path_join(a, r->o->out_dir, name);
    if (same_file(from, target) || !file_is_signed(from))
        return;
    if (file_exists(target) && (file_is_signed(target) || is_output(g, a, name))) {
        if (!same_content(from, target))
            diag_add(r->d, N_MERGE_SIGNED, (struct origin){from, 0, 0}, NULL);
        return;
    }
    struct file_set *files = file_set_new();
    if (!file_set_link(files, target, from)) {
        link_failed(g, target, errno);
        file_set_abort(files);
    } else if (!file_set_commit(files, &failed))
        link_failed(g, target, errno);
}

static void take_all_signed(struct merge *g) {
    struct arena *a = arena_new();
    size_t n;
    const char **name = dir_list(a, g->dir, &n);
    for (size_t i = 0; name && i < n; i++)
        if (name[i][0] != '.' && str_ends(name[i], ".pdf"))
            take_signed(g, a, name[i]);
    arena_free(a);
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

static void take_shard(struct merge *g, const char *dir) {
    struct run *r = g->r;
    struct arena *a = arena_new();
    struct origin at = {dir, 0, 0};
    struct entry *e;
    size_t n;
    g->dir = dir;
    if (!file_exists(path_join(a, dir, MANIFEST_NAME)))
        diag_add(r->d, E_MERGE_NO_MANIFEST, at, NULL);
    else if (same_file(path_join(a, dir, MANIFEST_NAME),
                       path_join(a, r->o->out_dir, MANIFEST_NAME)))
        diag_add(r->d, E_MERGE_SELF, at, NULL);
    else {
        int locked = run_lock(r, dir, false);
        g->shard = locked >= 0 ? manifest_open(r->d, dir, false, false) : NULL;
        if (g->shard && manifest_list(g->shard, a, &e, &n)) {
            for (size_t i = 0; i < n; i++)
                take_report(g, e[i].name);
            commit(g);
            take_all_signed(g);
        }
        manifest_close(g->shard);
        if (locked >= 0)
            close(locked);
    }
    arena_free(a);
}

static void tell(struct run *r, const struct merge *g, size_t corrected) {
    if (r->o->json) {
        struct buf b = {0};
        buf_printf(&b,
                   "{\"version\": \"" BAOCAO_VERSION "\", \"joined\": %zu, "
                   "\"kept\": %zu, \"failed\": %zu, \"corrected\": %zu,\n  ",
                   g->joined, g->kept, g->failed, corrected);
        diag_print_json(r->d, &b);
        printf("%s}\n", b.data);
        buf_free(&b);
        return;
    }
    run_tell(r, &(struct totals){0});
    printf(diag_word(r->d, "đã gộp %zu báo cáo", "joined: %zu reports"), g->joined);
    if (g->kept)
        printf(diag_word(r->d, ", giữ %zu báo cáo mới hơn", ", newer ones kept: %zu"),
               g->kept);
    if (g->failed)
        printf(diag_word(r->d, ", lỗi %zu", ", failed: %zu"), g->failed);
    run_tell_corrected(r, corrected);
    putchar('\n');
}

int batch_merge(const struct batch_options *given) {
    struct arena *a = arena_new();
    struct batch_options o = batch_settle(a, given);
    struct run r = {.o = &o, .a = a, .d = diag_new(o.engine.lang), .out_fd = -1};
    struct merge g = {.r = &r, .a = arena_new()};
    size_t corrected = 0;
    int locked = run_lock(&r, o.out_dir, true);
    r.engine = engine_new(&o.engine);
    if (locked >= 0) {
        run_clean(&r);
        r.manifest = manifest_open(r.d, o.out_dir, true, o.force);
        r.out_fd = open(o.out_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    r.system_errors += !r.manifest;
    for (int i = 0; r.manifest && i < o.sources; i++)
        take_shard(&g, o.source[i]);
    if (r.manifest) {
        manifest_tidy(r.manifest);
        corrected = run_logs(&r);
    }
    manifest_close(r.manifest);
    tell(&r, &g, corrected);
    int status = r.system_errors                          ? MAKE_BAD_SYSTEM
                 : g.failed || diag_count(r.d, SEV_ERROR) ? MAKE_BAD_DATA
                                                          : MAKE_DONE;
    for (size_t i = 0; i < g.templates; i++)
        tmpl_free(g.loaded[i].t);
    x_free(g.loaded);
    engine_free(r.engine);
    diag_free(r.d);
    if (r.out_fd >= 0)
        close(r.out_fd);
    if (locked >= 0)
        close(locked);
    arena_free(g.a);
    arena_free(a);
    return fflush(stdout) != 0 ? MAKE_BAD_SYSTEM : status;
}
