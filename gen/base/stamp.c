/* stamp.c: what a run read: files, folders and what was not there, to see later whether anything changed */
#include "base.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

void content_hash(const void *p, size_t n, unsigned char out[16]) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(p, n));
    memcpy(out, canonical.digest, 16);
}

/* ---- the log of a run ---------------------------------------------------------------------- */

struct stamp_log {
    struct arena *arena;
    struct stamps list;
    size_t cap;
    struct stamp **slot; /* hash table over paths and kinds */
    size_t slots;
    int64_t begun;
};

static struct stamp_log *current;

static int64_t nanoseconds(struct timespec t) {
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct stamp_log *stamp_begin(void) {
    struct stamp_log *l = x_new(1, sizeof *l);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    l->begun = nanoseconds(now);
    l->arena = arena_new();
    l->slots = 256;
    l->slot = x_new(l->slots, sizeof *l->slot);
    current = l;
    return l;
}

const struct stamps *stamp_end(struct stamp_log *l) {
    if (current == l)
        current = NULL;
    return &l->list;
}

void stamp_free(struct stamp_log *l) {
    if (!l)
        return;
    if (current == l)
        current = NULL;
    x_free(l->slot);
    arena_free(l->arena);
    x_free(l);
}

static size_t place(const struct stamp_log *l, const char *path) {
    size_t i = (size_t)hash64(HASH64_START, path, strlen(path)) & (l->slots - 1);
    while (l->slot[i] && !str_eq(l->slot[i]->path, path))
        i = (i + 1) & (l->slots - 1);
    return i;
}

static void grow(struct stamp_log *l) {
    struct stamp **old = l->slot;
    size_t n = l->slots;
    l->slots *= 2;
    l->slot = x_new(l->slots, sizeof *l->slot);
    for (size_t i = 0; i < n; i++)
        if (old[i])
            l->slot[place(l, old[i]->path)] = old[i];
    x_free(old);
}

/* The stamp of a path, a fresh one at first. What was read tells more than that it exists. */
static struct stamp *stamp_of(const char *path) {
    struct stamp_log *l = current;
    size_t i = place(l, path);
    if (l->slot[i])
        return l->slot[i];
    struct stamp *s = arena_new_of(l->arena, struct stamp);
    s->path = arena_strdup(l->arena, path);
    l->slot[i] = s;
    if (l->list.n == l->cap)
        l->list.v =
            arena_grow(l->arena, l->list.v, l->list.n, &l->cap, sizeof *l->list.v);
    l->list.v[l->list.n++] = s;
    if (l->list.n * 2 > l->slots)
        grow(l);
    return s;
}

/* A file that changes within the tick of the clock in which it was read would look unchanged: its time is
 * not kept, so that the next look reads it. */
#define TICK 20000000 /* ns */

static int64_t kept_time(const struct stat *st) {
    int64_t t = nanoseconds(st->st_mtim);
    return t + TICK < current->begun ? t : 0;
}

void stamp_file(const char *path, const struct stat *st, const void *data, size_t n) {
    if (!current)
        return;
    struct stamp *s = stamp_of(path);
    s->kind = STAMP_FILE;
    s->size = n;
    s->mtime = kept_time(st);
    content_hash(data, n, s->hash);
}

void stamp_exists(const char *path, bool there) {
    if (!current)
        return;
    struct stamp *s = stamp_of(path);
    if (s->kind == STAMP_NONE)
        s->kind = there ? STAMP_THERE : STAMP_ABSENT;
}

/* Names count but for the record of a report's issue, which is read, or looked for, as a file. */
static uint64_t hash_names(const char *const *name, size_t n, unsigned char out[16]) {
    XXH3_state_t state;
    uint64_t count = 0;
    XXH3_128bits_reset(&state);
    for (size_t i = 0; i < n; i++) {
        if (str_ends(name[i], "ban-hanh.yaml"))
            continue;
        count++;
        XXH3_128bits_update(&state, name[i], strlen(name[i]) + 1);
    }
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state));
    memcpy(out, canonical.digest, 16);
    return count;
}

void stamp_dir(const char *path, const char *const *name, size_t n) {
    struct stat st;
    if (!current)
        return;
    bool there = name && stat(path, &st) == 0;
    struct stamp *s = stamp_of(path);
    s->kind = there ? STAMP_DIR : STAMP_ABSENT;
    if (!there)
        return;
    s->mtime = kept_time(&st);
    s->size = hash_names(name, n, s->hash);
}

/* ---- looking again ---------------------------------------------------------------------------- */

static bool same_content(struct stamp *s) {
    struct arena *a = arena_new();
    const char *data = NULL;
    size_t n = 0;
    unsigned char hash[16];
    struct stamp_log *log = current;
    current = NULL; /* looking is not reading */
    bool same = file_read(a, s->path, FILE_LIMIT, &data, &n) == FILE_OK && n == s->size;
    current = log;
    if (same)
        content_hash(data, n, hash);
    arena_free(a);
    return same && memcmp(hash, s->hash, 16) == 0;
}

static bool same_names(struct stamp *s) {
    struct arena *a = arena_new();
    size_t n = 0;
    unsigned char hash[16];
    struct stamp_log *log = current;
    current = NULL;
    const char **name = dir_list(a, s->path, &n);
    current = log;
    bool same = name && hash_names(name, n, hash) == s->size;
    arena_free(a);
    return same && memcmp(hash, s->hash, 16) == 0;
}

enum stamp_change stamp_look(struct stamp *s, bool sure) {
    struct stat st;
    bool there = stat(s->path, &st) == 0;
    switch (s->kind) {
    case STAMP_NONE:
        return STAMP_SAME;
    case STAMP_THERE:
        return there ? STAMP_SAME : STAMP_GONE;
    case STAMP_ABSENT:
        return there ? STAMP_NEW : STAMP_SAME;
    case STAMP_FILE:
        if (!there || !S_ISREG(st.st_mode))
            return STAMP_GONE;
        if ((uint64_t)st.st_size != s->size)
            return STAMP_CHANGED;
        break;
    case STAMP_DIR:
        if (!there || !S_ISDIR(st.st_mode))
            return STAMP_GONE;
        break;
    }
    int64_t mtime = nanoseconds(st.st_mtim);
    if (mtime == s->mtime && !sure)
        return STAMP_SAME;
    if (!(s->kind == STAMP_FILE ? same_content(s) : same_names(s)))
        return STAMP_CHANGED;
    bool touched = mtime != s->mtime;
    s->mtime = mtime;
    return touched ? STAMP_TOUCHED : STAMP_SAME;
}

bool stamp_is_current(const struct stamp *s) {
    struct stat st;
    return s->kind == STAMP_FILE && stat(s->path, &st) == 0 && S_ISREG(st.st_mode) &&
           (uint64_t)st.st_size == s->size && nanoseconds(st.st_mtim) == s->mtime;
}

void stamp_time(struct stamp *s) {
    struct stat st;
    if (stat(s->path, &st) == 0)
        s->mtime = nanoseconds(st.st_mtim);
}

/* ---- as bytes ------------------------------------------------------------------------------------ */

#define STAMP_BYTES (1 + 8 + 8 + 16)

void stamps_pack(const struct stamps *list, struct buf *out) {
    for (size_t i = 0; i < list->n; i++) {
        const struct stamp *s = list->v[i];
        unsigned char head[STAMP_BYTES];
        head[0] = (unsigned char)s->kind;
        memcpy(head + 1, &s->size, 8);
        memcpy(head + 9, &s->mtime, 8);
        memcpy(head + 17, s->hash, 16);
        buf_add(out, head, sizeof head);
        buf_add(out, s->path, strlen(s->path) + 1);
    }
}

bool stamps_unpack(struct arena *a, const void *p, size_t n, struct stamps *out) {
    size_t cap = 0;
    *out = (struct stamps){0};
    for (const char *s = p, *end = s + n; s < end;) {
        const char *path = s + STAMP_BYTES;
        const char *stop = path < end ? memchr(path, 0, (size_t)(end - path)) : NULL;
        if (!stop || *s > STAMP_DIR)
            return false;
        struct stamp *t = arena_new_of(a, struct stamp);
        t->kind = (enum stamp_kind) * s;
        memcpy(&t->size, s + 1, 8);
        memcpy(&t->mtime, s + 9, 8);
        memcpy(t->hash, s + 17, 16);
        t->path = arena_strndup(a, path, (size_t)(stop - path));
        if (out->n == cap)
            out->v = arena_grow(a, out->v, out->n, &cap, sizeof *out->v);
        out->v[out->n++] = t;
        s = stop + 1;
    }
    return true;
}

void stamps_hash(const struct stamps *list, unsigned char out[16]) {
    XXH3_state_t state;
    XXH3_128bits_reset(&state);
    for (size_t i = 0; i < list->n; i++) {
        const struct stamp *s = list->v[i];
        unsigned char kind = (unsigned char)s->kind;
        XXH3_128bits_update(&state, &kind, 1);
        XXH3_128bits_update(&state, s->path, strlen(s->path) + 1);
        XXH3_128bits_update(&state, s->hash, 16);
    }
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state));
    memcpy(out, canonical.digest, 16);
}
