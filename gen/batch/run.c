/* run.c: a batch: find, plan, make by workers, put into place in groups, tell */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

static void serve(void *to, struct wire *job, struct buf *answer) {
    const struct run *r = to;
    make_serve((void *)(uintptr_t)&r->shop, job, answer);
}

/* ---- the foreman: jobs ------------------------------------------------------------------------------ */

static unsigned flags_for(const struct run *r, const struct verdict *v) {
    unsigned flags = r->o->make | MAKE_PDF | MAKE_XLSX;
    if (v->reason != MAKE_ISSUED)
        flags |= MAKE_BESIDE;
    return flags;
}

static bool next_job(void *to, uint32_t *id, struct buf *job) {
    struct run *r = to;
    while (r->next < r->items.n && r->plan.verdict[r->next].reason == KEEP)
        r->next++;
    if (r->next == r->items.n)
        return false;
    size_t i = r->next++;
    struct arena *a = arena_new();
    struct entry e;
    bool had = r->plan.verdict[i].reason != MAKE_NEW &&
               manifest_get(r->manifest, a, r->items.v[i].name, true, &e) && e.record_n;
    *id = (uint32_t)i;
    wire_u32(job, (uint32_t)i);
    wire_u32(job, flags_for(r, &r->plan.verdict[i]));
    wire_bytes(job, had ? e.record : "", had ? e.record_n : 0);
    wire_u64(job, had ? e.record_size : 0);
    if (had) {
        const void *shared = "";
        size_t n = 0;
        manifest_shared(r->manifest, a, e.tmpl, e.shared, &shared, &n);
        wire_bytes(job, e.inputs, e.inputs_n);
        wire_text(job, e.tmpl);
        wire_bytes(job, e.shared, 16);
        wire_bytes(job, shared, n);
        wire_bytes(job, e.outputs, e.outputs_n);
    }
    arena_free(a);
    return true;
}

/* ---- the foreman: what was made goes into place, a group at a time -------------------------------------- */

#define GROUP_REPORTS 128
#define GROUP_MS 1500

struct waiting {
    size_t item;
    struct entry entry;
    const void *shared; /* its template's stamps, where they are new */
    size_t shared_n;
    struct unlogged changed;
    const char **name; /* temporary and target in turn, 2 * files */
    size_t files;
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static const void *keep_bytes(struct run *r, struct wire *w, size_t *n) {
    const void *p = wire_get_bytes(w, n);
    return *n ? memcpy(arena_alloc(r->group.a, *n), p, *n) : NULL;
}

static void keep_hash(struct wire *w, unsigned char out[16]) {
    size_t n;
    const void *p = wire_get_bytes(w, &n);
    if (n == 16)
        memcpy(out, p, 16);
}

static void forget_files(const struct waiting *w) {
    for (size_t i = 0; i < w->files; i++)
        if (w->name[2 * i])
            unlink(w->name[2 * i]);
}

static void fail_item(struct run *r, size_t item, enum diag_code code, struct origin at,
                      const char *one) {
    struct outcome *o = &r->outcome[item];
    struct diag *d = diag_new(r->o->engine.lang);
    struct buf text = {0};
    diag_add(d, code, at, one, NULL);
    messages_print(d, r->o->json, &text);
    o->tried = true;
    o->ok = false;
    o->errors++;
    o->messages = arena_printf(r->a, "%s%s%s", o->messages ? o->messages : "",
                               o->messages && r->o->json ? "," : "", text.data);
    buf_free(&text);
    diag_free(d);
    progress_failed(r->progress, item_label(r->a, &r->items.v[item]), o->messages);
}

/* The times of the files now that they are in place. */
static void stamp_outputs(struct run *r, struct waiting *w, struct buf *packed) {
    struct stamps list = {0};
    stamps_unpack(r->group.a, w->entry.outputs, w->entry.outputs_n, &list);
    for (size_t i = 0; i < list.n; i++) {
        const char *stored = list.v[i]->path;
        list.v[i]->path = path_restored(r->group.a, r->o->out_dir, stored);
        stamp_time(list.v[i]);
        list.v[i]->path = stored;
    }
    stamps_pack(&list, packed);
    w->entry.outputs = packed->data;
    w->entry.outputs_n = packed->len;
}

static bool put_into_place(struct run *r, struct waiting *w) {
    for (size_t i = 0; i < w->files; i++) {
        if (rename(w->name[2 * i], w->name[2 * i + 1]) != 0) {
            fail_item(r, w->item, E_BATCH_RENAME,
                      (struct origin){w->name[2 * i + 1], 0, 0},
                      system_error_text(r->d, errno));
            r->system_errors++;
            forget_files(w);
            return false;
        }
        w->name[2 * i] = NULL;
    }
    return true;
}

static void record_group(struct run *r) {
    bool ok = manifest_begin(r->manifest);
    for (size_t i = 0; ok && i < r->group.n; i++) {
        struct waiting *w = &r->group.v[i];
        if (!r->outcome[w->item].ok)
            continue;
        struct buf outputs = {0};
        stamp_outputs(r, w, &outputs);
        ok = manifest_put(r->manifest, &w->entry);
        if (ok && w->shared_n)
            ok = manifest_put_shared(r->manifest, w->entry.tmpl, w->shared, w->shared_n,
                                     w->entry.shared);
        if (ok && (w->changed.values_n || w->changed.files_n))
            ok = manifest_put_unlogged(r->manifest, &w->changed);
        buf_free(&outputs);
    }
    if (!ok || !manifest_commit(r->manifest))
        r->system_errors++;
}

/* On the disk, then into place, then into the manifest: a stop at any moment leaves whole files, and a
 * manifest that tells of no file that is not there. */
static void commit_group(struct run *r) {
    if (!r->group.n)
        return;
    bool synced = syncfs(r->out_fd) == 0;
    int error = errno;
    for (size_t i = 0; i < r->group.n; i++) {
        struct waiting *w = &r->group.v[i];
        if (!synced) {
            fail_item(r, w->item, E_BATCH_SYNC, (struct origin){r->o->out_dir, 0, 0},
                      system_error_text(r->d, error));
            r->system_errors++;
            forget_files(w);
        } else
            put_into_place(r, w);
    }
    record_group(r);
    r->group.n = r->group.cap = 0;
    r->group.v = NULL;
    arena_free(r->group.a);
    r->group.a = arena_new();
}

static void note_outputs(struct run *r, size_t item, const struct waiting *x) {
    struct outcome *o = &r->outcome[item];
    o->output = arena_array(r->a, const char *, x->files + 1);
    for (; o->outputs < x->files; o->outputs++)
        o->output[o->outputs] = arena_strdup(r->a, x->name[2 * o->outputs + 1]);
}

static void take_made(struct run *r, size_t item, struct wire *w) {
    struct waiting x = {.item = item};
    x.entry.name = r->items.v[item].name;
    x.entry.source = path_absolute(r->group.a, r->items.v[item].path);
    x.entry.tmpl = arena_strdup(r->group.a, wire_get_text(w));
    keep_hash(w, x.entry.shared);
    memcpy(x.entry.program, r->plan.program, 16);
    x.shared = keep_bytes(r, w, &x.shared_n);
    x.entry.inputs = keep_bytes(r, w, &x.entry.inputs_n);
    x.entry.record = keep_bytes(r, w, &x.entry.record_n);
    x.entry.record_size = (size_t)wire_get_u64(w);
    x.changed.name = x.entry.name;
    x.changed.values = keep_bytes(r, w, &x.changed.values_n);
    x.changed.files = keep_bytes(r, w, &x.changed.files_n);
    x.entry.outputs = keep_bytes(r, w, &x.entry.outputs_n);
    x.files = wire_get_u32(w);
    x.name = arena_array(r->group.a, const char *, 2 * x.files + 1);
    for (size_t i = 0; i < 2 * x.files; i++)
        x.name[i] = arena_strdup(r->group.a, wire_get_text(w));
    if (r->o->json)
        note_outputs(r, item, &x);
    if (!r->group.n)
        r->group.since = now();
    vec_push(r->group.a, &r->group, x);
}

static void done(void *to, uint32_t id, struct wire *w) {
    struct run *r = to;
    struct outcome *o = &r->outcome[id];
    enum make_status status = (enum make_status)wire_get_u32(w);
    o->tried = true;
    o->ok = status == MAKE_DONE;
    o->errors = (int)wire_get_u32(w);
    o->warnings = (int)wire_get_u32(w);
    const char *messages = wire_get_text(w);
    o->messages = *messages ? arena_strdup(r->a, messages) : NULL;
    r->system_errors += status == MAKE_BAD_SYSTEM;
    if (o->ok)
        take_made(r, id, w);
    else
        progress_failed(r->progress, item_label(r->a, &r->items.v[id]), o->messages);
    if (o->ok && o->messages)
        progress_said(r->progress, o->messages);
    progress_step(r->progress, o->ok);
}

void run_sweep(const char *dir, const char *name) {
    struct arena *a = arena_new();
    size_t n;
    const char **entry = dir_list(a, dir, &n);
    for (size_t i = 0; entry && i < n; i++)
        if (is_temporary(entry[i], name))
            unlink(path_join(a, dir, entry[i]));
    arena_free(a);
}

void run_clean(struct run *r) {
    run_sweep(r->o->out_dir, NULL);
    run_sweep(path_join(r->a, r->o->out_dir, LOG_DIR), NULL);
}

static void lost(void *to, uint32_t id, enum loss loss, int detail) {
    struct run *r = to;
    if (loss == LOSS_WORKERS) {
        diag_add(r->d, E_BATCH_WORKERS, (struct origin){0},
                 system_error_text(r->d, detail), NULL);
        r->system_errors++;
        return;
    }
    struct origin at = {r->items.v[id].path, 0, 0};
    if (loss == LOSS_SLOW)
        fail_item(r, id, E_BATCH_SLOW, at, diag_fmt(r->d, "%d", r->o->seconds));
    else
        fail_item(
            r, id, E_BATCH_CRASH, at,
            detail > 0
                ? diag_fmt(r->d, diag_word(r->d, "tín hiệu %d", "signal %d"), detail)
                : diag_fmt(r->d, diag_word(r->d, "mã %d", "status %d"), -detail));
    run_sweep(r->o->out_dir, r->items.v[id].name);
    progress_step(r->progress, false);
}

static volatile sig_atomic_t stopped;

static void on_stop(int sig) {
    (void)sig;
    stopped = 1;
}

static bool between(void *to) {
    struct run *r = to;
    if (r->group.n >= GROUP_REPORTS || (r->group.n && now() - r->group.since > GROUP_MS))
        commit_group(r);
    progress_show(r->progress);
    return !stopped;
}

/* ---- before and after ------------------------------------------------------------------------------------- */

bool is_temporary(const char *entry, const char *name) {
    size_t n = strlen(entry), k = name ? strlen(name) : 0;
    static const char *const ending[] = {".pdf", ".xlsx", ".md"};
    if (entry[0] != '.' || n < 9 || entry[n - 7] != '.' ||
        strspn(entry + n - 6,
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != 6)
        return false;
    if (name && (strncmp(entry + 1, name, k) != 0 || !strchr(".-", entry[1 + k])))
        return false;
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
        size_t e = strlen(ending[i]);
        if (n - 7 > e && memcmp(entry + n - 7 - e, ending[i], e) == 0)
            return true;
    }
    return false;
}

int run_lock(struct run *r, const char *dir, bool make) {
    struct origin at = {dir, 0, 0};
    char *path = path_join(r->a, dir, ".baocao.lock");
    if (make && !dir_make(dir)) {
        diag_add(r->d, E_DIR_MAKE, at, system_error_text(r->d, errno), NULL);
        return -1;
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    if (fd >= 0 && errno == EWOULDBLOCK)
        diag_add(r->d, E_BATCH_LOCKED, at, NULL);
    else
        diag_add(r->d, E_BATCH_LOCK, at, system_error_text(r->d, errno), NULL);
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool find_all(struct run *r) {
    bool ok = true;
    const struct batch_options *o = r->o;
    bool wide =
        o->sources == 1 && str_ends(o->source[0], ".csv") && !file_is_dir(o->source[0]);
    if (wide)
        return find_rows(r->a, r->d, o, &r->wide, &r->items);
    for (int i = 0; i < o->sources; i++)
        ok = find_reports(r->a, r->d, o->source[i], o->out_dir, &r->items) && ok;
    return ok && names_differ(r->d, &r->items);
}

/* Only those of this shard, by their names, wherever they are found. */
static void take_shard(struct run *r) {
    size_t n = 0;
    for (size_t i = 0; r->o->shards > 0 && i < r->items.n; i++) {
        const char *name = r->items.v[i].name;
        uint64_t h = hash64(HASH64_START, name, strlen(name));
        if ((int)((h ^ h >> 32) % (uint64_t)r->o->shards) == r->o->shard - 1)
            r->items.v[n++] = r->items.v[i];
    }
    if (r->o->shards > 0)
        r->items.n = n;
}

static size_t count(const struct run *r) {
    size_t n = 0;
    for (size_t i = 0; i < r->items.n; i++)
        n += r->plan.verdict[i].reason != KEEP;
    return n;
}

/* What reports share is read before the workers are made: a template, or "": fonts and registers. */
static bool warm_up(struct run *r, const char *tmpl) {
    struct stamp_log *log = stamp_begin();
    struct buf shared = {0};
    unsigned char hash[16];
    bool ok = engine_warm(r->engine, r->d, *tmpl ? tmpl : NULL);
    if (ok) {
        make_know(tmpl, stamp_end(log), &shared, hash);
        if (manifest_begin(r->manifest) &&
            manifest_put_shared(r->manifest, tmpl, shared.data, shared.len, hash))
            manifest_commit(r->manifest);
    }
    buf_free(&shared);
    stamp_free(log);
    return ok;
}

/* Fonts and the template that most of the reports use, once, before the workers are made. */
static bool warm(struct run *r) {
    const char *tmpl = NULL;
    for (size_t i = 0; i < r->items.n && !tmpl; i++)
        if (r->plan.verdict[i].reason != KEEP && r->plan.verdict[i].tmpl)
            tmpl = *r->plan.verdict[i].tmpl ? r->plan.verdict[i].tmpl : NULL;
    for (size_t i = 0; i < r->items.n && !tmpl && !r->wide; i++)
        if (r->plan.verdict[i].reason != KEEP) {
            struct diag *quiet = diag_new(r->o->engine.lang);
            const char *found = engine_template(r->engine, quiet, r->items.v[i].path);
            tmpl = found ? arena_strdup(r->a, found) : NULL;
            diag_free(quiet);
            break;
        }
    if (!warm_up(r, ""))
        return false;
    if (tmpl && file_is_dir(tmpl))
        warm_up(r, tmpl);
    return true;
}

static bool make_all(struct run *r) {
    struct crew c = {.workers = r->o->jobs,
                     .seconds = r->o->seconds,
                     .to = r,
                     .serve = serve,
                     .next = next_job,
                     .done = done,
                     .lost = lost,
                     .between = between};
    struct sigaction stop = {.sa_handler = on_stop}, old[2];
    size_t wanted = count(r);
    if ((size_t)c.workers > wanted)
        c.workers = (int)wanted;
    r->group.a = arena_new();
    stopped = 0;
    sigaction(SIGINT, &stop, &old[0]);
    sigaction(SIGTERM, &stop, &old[1]);
    bool ok = !wanted || (warm(r) && crew_run(&c));
    commit_group(r);
    if (stopped)
        diag_add(r->d, E_BATCH_STOPPED, (struct origin){0}, NULL);
    sigaction(SIGINT, &old[0], NULL);
    sigaction(SIGTERM, &old[1], NULL);
    arena_free(r->group.a);
    if (!ok)
        run_sweep(r->o->out_dir, NULL);
    return ok;
}

static struct totals total(const struct run *r) {
    struct totals t = {0};
    for (size_t i = 0; i < r->items.n; i++) {
        const struct outcome *o = &r->outcome[i];
        bool keep = r->plan.verdict[i].reason == KEEP;
        t.kept += keep;
        t.made += o->tried && o->ok;
        t.failed += o->tried && !o->ok;
        t.left += !keep && !o->tried;
    }
    return t;
}

/* Failures stay in the manifest, so that the next run tries again. */
static void record_failures(struct run *r) {
    bool begun = false;
    for (size_t i = 0; i < r->items.n; i++)
        if (r->outcome[i].tried && !r->outcome[i].ok) {
            begun = begun || manifest_begin(r->manifest);
            manifest_fail(r->manifest, r->items.v[i].name,
                          path_absolute(r->a, r->items.v[i].path));
        }
    if (begun)
        manifest_commit(r->manifest);
}

/* ---- the run ------------------------------------------------------------------------------------------------------- */

/* With everything at hand: plan, make, log. */
static struct totals run_planned(struct run *r) {
    struct totals t = {0};
    r->outcome = arena_array(r->a, struct outcome, r->items.n + 1);
    if (r->o->dry_run) {
        t.planned = count(r);
        t.kept = r->items.n - t.planned;
        if (!r->o->json)
            run_tell_plan(r);
        return t;
    }
    r->progress = progress_new(r->o->engine.lang, count(r), r->o->json);
    make_all(r);
    progress_free(r->progress);
    record_failures(r);
    run_prune(r);
    manifest_tidy(r->manifest);
    t = total(r);
    t.corrected = run_logs(r);
    return t;
}

static int status_of(const struct run *r, const struct totals *t) {
    if (r->system_errors)
        return MAKE_BAD_SYSTEM;
    return t->failed || t->left || diag_count(r->d, SEV_ERROR) ? MAKE_BAD_DATA
                                                               : MAKE_DONE;
}

struct batch_options batch_settle(struct arena *a, const struct batch_options *o) {
    struct batch_options s = *o;
    size_t n = 0;
    while (o->engine.template_dirs && o->engine.template_dirs[n])
        n++;
    const char **dir = arena_array(a, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        dir[i] = path_absolute(a, o->engine.template_dirs[i]);
    s.engine.template_dirs = dir;
    if (o->engine.font_dir)
        s.engine.font_dir = path_absolute(a, o->engine.font_dir);
    if (!s.jobs)
        s.jobs = (int)sysconf(_SC_NPROCESSORS_ONLN);
    s.jobs = s.jobs < 1 ? 1 : s.jobs > 256 ? 256 : s.jobs;
    s.seconds = s.seconds ? s.seconds : 60;
    size_t len = strlen(o->out_dir);
    while (len > 1 && o->out_dir[len - 1] == '/')
        len--;
    s.out_dir = arena_strndup(a, o->out_dir, len);
    return s;
}

int batch_run(const struct batch_options *given) {
    struct arena *a = arena_new();
    struct batch_options o = batch_settle(a, given);
    struct run r = {.o = &o, .a = a, .d = diag_new(o.engine.lang), .out_fd = -1};
    struct totals t = {0};
    int locked = run_lock(&r, o.out_dir, true);
    bool ok = locked >= 0;
    r.engine = engine_new(&o.engine);
    r.system_errors += !ok;
    ok = ok && find_all(&r);
    if (ok) {
        take_shard(&r);
        run_clean(&r);
        r.manifest = manifest_open(r.d, o.out_dir, true, o.force);
        r.out_fd = open(o.out_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        r.plan = (struct plan){.o = &o, .items = &r.items, .wide = r.wide};
        r.shop = (struct shop){&o, r.engine, &r.items, r.wide, &r.plan};
        plan_program(&r.plan);
        ok = r.manifest && plan_make(&r.plan, a, r.d, r.manifest);
        r.system_errors += !ok;
    }
    if (ok)
        t = run_planned(&r);
    manifest_close(r.manifest);
    if (o.json)
        run_tell_json(&r, &t);
    else
        run_tell(&r, &t);
    int status = status_of(&r, &t);
    engine_free(r.engine);
    diag_free(r.d);
    if (r.out_fd >= 0)
        close(r.out_fd);
    if (locked >= 0)
        close(locked);
    arena_free(a);
    fflush(stdout);
    return status;
}
