/* cache.c: files of reports that were compiled before, for the next report over the same template */
#include "inside.h"

#include <string.h>

/* What is kept: a batch of a thousand reports must not keep a thousand of them. */
#define CACHE_FILES 256
#define CACHE_BYTES ((size_t)2 << 20)

struct cached {
    const char *path, *data;
    size_t n;
    bool appendix;
    const struct compiled *file;
};

struct own_cache {
    struct cached v[CACHE_FILES];
    size_t n, bytes;
};

struct own_cache *cache_new(struct arena *a) {
    return arena_new_of(a, struct own_cache);
}

static const struct compiled *find(const struct own_cache *c, const char *path,
                                   bool appendix, const char *data, size_t n) {
    for (size_t i = 0; i < c->n; i++) {
        const struct cached *k = &c->v[i];
        if (k->n == n && k->appendix == appendix && str_eq(k->path, path) &&
            !memcmp(k->data, data, n))
            return k->file;
    }
    return NULL;
}

const struct compiled *cache_compile(const struct tmpl *t, struct arena *a,
                                     struct diag *d, const char *path, bool appendix) {
    const char *dir = t ? t->dir : NULL, *data;
    size_t n;
    if (!t || file_read(a, path, CACHE_BYTES, &data, &n) != FILE_OK)
        return compile_file(a, d, path, dir, appendix);
    struct own_cache *c = t->own;
    const struct compiled *file = find(c, path, appendix, data, n);
    if (file)
        return file;
    if (c->n == CACHE_FILES || c->bytes + n > CACHE_BYTES)
        return compile_file(a, d, path, dir, appendix);
    int told =
        diag_count(d, SEV_ERROR) + diag_count(d, SEV_WARNING) + diag_count(d, SEV_NOTICE);
    file = compile_file(t->arena, d, path, dir, appendix);
    /* A file that was remarked on is compiled again, so that the next report hears it too. */
    if (file && told == diag_count(d, SEV_ERROR) + diag_count(d, SEV_WARNING) +
                            diag_count(d, SEV_NOTICE))
        c->v[c->n++] =
            (struct cached){arena_strdup(t->arena, path),
                            arena_strndup(t->arena, data, n), n, appendix, file};
    c->bytes += n;
    return file;
}
