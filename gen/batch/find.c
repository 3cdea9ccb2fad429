/* find.c: the reports of a batch: folders below a folder, rows of a wide CSV */
#include "inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What tells folders apart, whatever they are called. */
struct id {
    uint64_t device, inode;
};

struct folder {
    struct id id;
    const char *path; /* NULL: a free slot */
    bool former;      /* a report that an earlier source had */
};

struct paths {
    const char **v;
    size_t n, cap;
};

struct walk {
    struct arena *a; /* of the items */
    struct diag *d;
    struct arena *scratch;
    const char *source, *out_dir;
    struct folder *slot; /* hash table over the folders met so far */
    size_t slots, folders;
    struct {
        struct id *v;
        size_t n, cap;
    } above;        /* the output folder and all above it */
    bool out_there; /* the first of them is the output folder itself */
    struct paths todo, links;
    struct items found;
    size_t former; /* reports that an earlier source had */
    bool ok, out_inside;
};

const char *item_label(struct arena *a, const struct batch_item *item) {
    return item->row < 0 ? item->path
                         : arena_printf(a, "%s (%s)", item->path, item->name);
}

static struct origin whole(const char *path) {
    return (struct origin){path, 0, 0};
}

static struct id id_of(const struct stat *st) {
    return (struct id){st->st_dev, st->st_ino};
}

static bool same_id(struct id x, struct id y) {
    return x.device == y.device && x.inode == y.inode;
}

static const char *reason(const struct diag *d, int error) {
    switch (error) {
    case EACCES:
    case EPERM:
        return file_status_text(d, FILE_DENIED);
    case EIO:
        return file_status_text(d, FILE_IO);
    default:
        return system_error_text(d, error);
    }
}

static void unreadable(struct walk *w, const char *path, int error) {
    diag_add(w->d, E_BATCH_FOLDER, whole(path), reason(w->d, error), NULL);
    w->ok = false;
}

/* ---- folders met so far ---- */

static struct folder *slot_of(struct folder *slot, size_t slots, struct id id) {
    uint64_t h = (id.inode ^ id.device << 32) * 0x9E3779B97F4A7C15u;
    size_t i = (size_t)(h >> 32) & (slots - 1);
    while (slot[i].path && !same_id(slot[i].id, id))
        i = (i + 1) & (slots - 1);
    return &slot[i];
}

static void make_slots(struct walk *w, size_t n) {
    struct folder *old = w->slot;
    size_t had = w->slots;
    w->slots = n;
    w->slot = arena_array(w->scratch, struct folder, n);
    for (size_t i = 0; i < had; i++)
        if (old[i].path)
            *slot_of(w->slot, n, old[i].id) = old[i];
}

/* Remember a folder; the one that it was met as before, NULL: it is new. */
static const struct folder *remember(struct walk *w, struct folder f) {
    if (w->folders * 2 >= w->slots)
        make_slots(w, w->slots ? w->slots * 2 : 1024);
    struct folder *slot = slot_of(w->slot, w->slots, f.id);
    if (slot->path)
        return slot;
    *slot = f;
    w->folders++;
    return NULL;
}

/* ---- the output folder ---- */

/* It may not exist yet: then what counts is the folder that it will be made in. */
static void know_output(struct walk *w) {
    const char *path = w->out_dir;
    int fd;
    w->out_there = true;
    while ((fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0) {
        const char *up = path_dir(w->scratch, path);
        if (str_eq(up, path))
            return;
        path = up;
        w->out_there = false;
    }
    for (struct stat st; fd >= 0 && fstat(fd, &st) == 0;) {
        struct id id = id_of(&st);
        if (w->above.n && same_id(w->above.v[w->above.n - 1], id))
            break; /* the root is above itself */
        vec_push(w->scratch, &w->above, id);
        int up = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
        close(fd);
        fd = up;
    }
    if (fd >= 0)
        close(fd);
}

static bool is_output(const struct walk *w, struct id id) {
    return w->out_there && w->above.n && same_id(w->above.v[0], id);
}

/* ---- one folder ---- */

/* Whether a folder is a report; name is its path as seen from the folder fd. false with *error: nobody knows. */
static bool has_facts(int fd, const char *name, int *error) {
    static const char *const file[] = {"baocao.yaml", "baocao.yml", "baocao.json",
                                       "baocao.csv"};
    char full[PATH_MAX];
    struct stat st;
    *error = 0;
    for (size_t i = 0; i < sizeof file / sizeof *file && !*error; i++) {
        int n = snprintf(full, sizeof full, "%s/%s", name, file[i]);
        if (n >= (int)sizeof full)
            *error = ENAMETOOLONG;
        else if (fstatat(fd, full, &st, 0) == 0)
            return true;
        else if (errno != ENOENT && errno != ENOTDIR)
            *error = errno;
    }
    return false;
}

static void take_report(struct walk *w, const char *path, struct id id) {
    for (size_t i = 0; i < w->above.n; i++)
        if (same_id(w->above.v[i], id)) {
            diag_add(w->d, E_BATCH_OUT_INSIDE, whole(path), w->out_dir, NULL);
            w->ok = false;
            w->out_inside = true;
            return;
        }
    struct batch_item item = {.path = arena_strdup(w->a, path),
                              .name = path_name(w->a, path),
                              .row = -1,
                              .device = id.device,
                              .inode = id.inode};
    vec_push(w->scratch, &w->found, item);
}

/* A folder at `name` below fd, whose full path is `path`: a report, or one to look into later. */
static void visit(struct walk *w, int fd, const char *name, const char *path,
                  const struct stat *st) {
    struct id id = id_of(st);
    int error;
    const struct folder *before = remember(w, (struct folder){id, path, false});
    if (before && before->former)
        w->former++;
    else if (before)
        diag_add(w->d, N_BATCH_FOLDER_AGAIN, whole(path), before->path, NULL);
    else if (has_facts(fd, name, &error))
        take_report(w, path, id);
    else if (error)
        unreadable(w, path, error);
    else if (is_output(w, id) && path != w->source)
        diag_add(w->d, N_BATCH_OUT_SKIPPED, whole(path), NULL);
    else
        vec_push(w->scratch, &w->todo, path);
}

/* An entry of the folder fd. Links wait until every folder has been met under its own name. */
static void look_at(struct walk *w, int fd, const char *dir, const struct dirent *e) {
    struct stat st;
    if (e->d_name[0] == '.' ||
        (e->d_type != DT_DIR && e->d_type != DT_LNK && e->d_type != DT_UNKNOWN))
        return;
    const char *path = path_join(w->scratch, dir, e->d_name);
    if (fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT) /* it went away meanwhile */
            unreadable(w, path, errno);
    } else if (S_ISLNK(st.st_mode))
        vec_push(w->scratch, &w->links, path);
    else if (S_ISDIR(st.st_mode))
        visit(w, fd, e->d_name, path, &st);
}

static void list_folder(struct walk *w, const char *path) {
    DIR *dir = opendir(path);
    if (!dir) {
        if (errno != ENOENT)
            unreadable(w, path, errno);
        return;
    }
    for (;;) {
        errno = 0;
        const struct dirent *e = readdir(dir);
        if (!e)
            break;
        look_at(w, dirfd(dir), path, e);
    }
    if (errno)
        unreadable(w, path, errno);
    closedir(dir);
}

static void list_all(struct walk *w) {
    while (w->todo.n)
        list_folder(w, w->todo.v[--w->todo.n]);
}

/* ---- links ---- */

static int by_text(const char *x, const char *y) {
    int order = text_natural(x, y);
    return order ? order : strcmp(x, y);
}

static int link_order(const void *x, const void *y) {
    const char *const *a = x, *const *b = y;
    return by_text(*a, *b);
}

static void follow(struct walk *w, const char *path) {
    struct stat st;
    if (stat(path, &st) != 0)
        diag_add(w->d, N_BATCH_LINK_BROKEN, whole(path), NULL);
    else if (S_ISDIR(st.st_mode))
        visit(w, AT_FDCWD, path, path, &st);
}

/* In the order of their paths, so that the same tree gives the same reports; what lies behind them may hold
 * links in turn. */
static void follow_all(struct walk *w) {
    while (w->links.n) {
        struct paths now = w->links;
        w->links = (struct paths){0};
        qsort(now.v, now.n, sizeof *now.v, link_order);
        for (size_t i = 0; i < now.n; i++) {
            follow(w, now.v[i]);
            list_all(w);
        }
    }
}

/* ---- the whole ---- */

static int item_order(const void *x, const void *y) {
    const struct batch_item *a = x, *b = y;
    return by_text(a->path, b->path);
}

static void walk(struct walk *w) {
    struct stat st;
    if (stat(w->source, &st) != 0) {
        bool missing = errno == ENOENT || errno == ENOTDIR;
        if (missing)
            diag_add(w->d, E_BATCH_SOURCE_MISSING, whole(w->source), NULL);
        else
            unreadable(w, w->source, errno);
        w->ok = false;
        return;
    }
    if (!S_ISDIR(st.st_mode)) {
        diag_add(w->d, E_BATCH_SOURCE_KIND, whole(w->source), NULL);
        w->ok = false;
        return;
    }
    know_output(w);
    visit(w, AT_FDCWD, w->source, w->source, &st);
    list_all(w);
    follow_all(w);
    if (w->former)
        diag_add(w->d, N_BATCH_SOURCE_AGAIN, whole(w->source),
                 diag_fmt(w->d, "%zu", w->former), NULL);
    else if (w->ok && !w->found.n) {
        diag_add(w->d, E_BATCH_NO_REPORT, whole(w->source), NULL);
        w->ok = false;
    }
}

bool find_reports(struct arena *a, struct diag *d, const char *dir, const char *out_dir,
                  struct items *out) {
    struct walk w = {.a = a, .d = d, .scratch = arena_child(a), .source = dir};
    w.out_dir = out_dir ? out_dir : ".";
    w.ok = true;
    for (size_t i = 0; i < out->n; i++) {
        const struct batch_item *t = &out->v[i];
        if (t->row < 0)
            remember(&w, (struct folder){{t->device, t->inode}, t->path, true});
    }
    walk(&w);
    if (w.found.n)
        qsort(w.found.v, w.found.n, sizeof *w.found.v, item_order);
    for (size_t i = 0; i < w.found.n; i++)
        vec_push(a, out, w.found.v[i]);
    if (w.out_inside)
        out->n = 0;
    arena_free(w.scratch);
    return w.ok;
}

/* ---- rows of a wide table ---- */

/* The folder that a path leads to, or would be made in; *rest is the first name of what is to be made there. */
static char *real_folder(struct arena *a, const char *path, const char **rest) {
    *rest = "";
    for (;;) {
        char *real = realpath(path, NULL);
        const char *up = path_dir(a, path);
        if (real || str_eq(up, path))
            return real;
        *rest = path_base(a, path);
        path = up;
    }
}

/* Outputs beside the table would be taken for files of the reports, and likewise those in a folder that a key
 * names. */
static bool is_apart(struct arena *a, struct diag *d, const struct wide *w,
                     const char *path, const char *out_dir) {
    const char *rest;
    char *dir = realpath(wide_dir(w), NULL), *out = real_folder(a, out_dir, &rest);
    size_t n = dir ? strlen(dir) : 0, row;
    bool inside = dir && out && strncmp(out, dir, n) == 0 && (out[n] == '/' || !out[n]);
    if (inside && out[n])
        rest = arena_strndup(a, out + n + 1, strcspn(out + n + 1, "/"));
    bool apart = !inside || (*rest && !wide_find(w, rest, &row));
    if (!apart)
        diag_add(d, E_BATCH_OUT_BESIDE, whole(path), out_dir, NULL);
    free(dir);
    free(out);
    return apart;
}

static bool name_row(struct arena *a, struct diag *d, struct diag *quiet,
                     const struct wide *w, const char *pattern, struct batch_item *item) {
    struct origin at;
    const char *key = wide_key(w, (size_t)item->row, &at);
    item->line = at.line;
    item->name = key;
    if (!pattern)
        return name_usable(d, key, at);
    struct arena *scratch = arena_child(a);
    const struct report *r = wide_report(scratch, quiet, w, (size_t)item->row);
    const char *name = pattern_name(scratch, d, pattern, r->facts, at);
    item->name = name ? arena_strdup(a, name) : NULL;
    arena_free(scratch);
    return name != NULL;
}

bool find_rows(struct arena *a, struct diag *d, const struct batch_options *o,
               const struct wide **wide, struct items *out) {
    const char *path = o->source[0];
    struct wide *w = wide_load(a, d, path, o->key);
    *wide = w;
    if (!w)
        return false;
    wide_template(w, o->tmpl);
    bool ok = is_apart(a, d, w, path, o->out_dir ? o->out_dir : ".");
    /* What is wrong in a row is told when its report is made; here only its name counts. */
    struct diag *quiet = diag_new(diag_lang(d));
    for (size_t i = 0; i < wide_rows(w); i++) {
        struct batch_item item = {.path = path, .row = (int)i};
        if (name_row(a, d, quiet, w, o->name, &item))
            vec_push(a, out, item);
        else
            ok = false;
    }
    diag_free(quiet);
    return names_differ(d, out) && ok;
}
