/* cache.c: files of reports that were compiled before, for the next report over the same template */
#include "inside.h"

#include <string.h>

/* What is kept: a batch of a thousand reports must not keep a thousand of them. */
#define CACHE_FILES 256
#define CACHE_BYTES ((size_t)2 << 20)

struct cached {
    struct arena *arena; /* holds all that follows */
    const char *path, *text;
    size_t n;
    bool appendix;
    const struct compiled *file;
    unsigned used; /* by this report, counted from 1 */
};

struct own_cache {
    struct cached v[CACHE_FILES];
    size_t n, bytes;
    unsigned report; /* the one being merged */
};

struct own_cache *cache_new(struct arena *a) {
    return arena_new_of(a, struct own_cache);
}

void cache_begin(struct own_cache *c) {
    c->report++;
}

static const struct compiled *find(struct own_cache *c, const char *path, bool appendix,
                                   const char *text, size_t n) {
    for (size_t i = 0; i < c->n; i++) {
        struct cached *k = &c->v[i];
        if (k->n == n && k->appendix == appendix && str_eq(k->path, path) &&
            !memcmp(k->text, text, n)) {
            k->used = c->report;
            return k->file;
        }
    }
    return NULL;
}

/* Drop what has not been used for longest; false: this report uses everything. */
static bool evict(struct own_cache *c) {
    size_t oldest = 0;
    for (size_t i = 1; i < c->n; i++)
        if (c->v[i].used < c->v[oldest].used)
            oldest = i;
    if (!c->n || c->v[oldest].used == c->report)
        return false;
    c->bytes -= c->v[oldest].n;
    arena_free(c->v[oldest].arena);
    c->v[oldest] = c->v[--c->n];
    return true;
}

static bool make_room(struct own_cache *c, size_t n) {
    bool room = n <= CACHE_BYTES;
    while (room && (c->n == CACHE_FILES || c->bytes + n > CACHE_BYTES))
        room = evict(c);
    return room;
}

const struct compiled *cache_compile(const struct tmpl *t, struct arena *a,
                                     struct diag *d, const char *path, bool appendix) {
    if (!t)
        return compile_file(a, d, path, NULL, appendix);
    struct own_cache *c = t->own;
    size_t n;
    const char *text = input_text(a, d, path, &n);
    const struct compiled *file = text ? find(c, path, appendix, text, n) : NULL;
    if (!text || file)
        return file;
    if (!make_room(c, n))
        return compile_text(a, d, path, text, n, t->dir, appendix);
    struct cached k = {.arena = arena_child(t->arena), .n = n, .appendix = appendix};
    k.text = arena_strndup(k.arena, text, n);
    k.file = compile_text(k.arena, d, path, k.text, n, t->dir, appendix);
    k.path = k.file->file;
    /* A file that was remarked on is compiled again, so that the next report hears it too: nothing
     * finds it, and it goes as soon as room is wanted. */
    k.used = c->report;
    if (!k.file->clean)
        k.path = NULL;
    c->v[c->n++] = k;
    c->bytes += n;
    return k.file;
}
