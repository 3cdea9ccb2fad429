/* value_paths.h: names of values by their places in a tree, for tests of input and check */
#ifndef VALUE_PATHS_H
#define VALUE_PATHS_H

#include "input/input.h"

#include <string.h>

/* Dotted path "a.b.c" through maps. NULL when any step is absent. Not inlined: gcc would
 * warn wherever a test trusts its facts. */
static __attribute__((noinline, unused)) struct value *
value_at(struct arena *a, struct value *v, const char *path) {
    for (size_t n; v && *path; path += n + (path[n] == '.')) {
        n = strcspn(path, ".");
        v = value_get(v, arena_strndup(a, path, n));
    }
    return v;
}

/* The path of a value from the root: "nguoi_ky.ho_ten", "nhiem_vu[3].ket_qua" (rows from 1). */
static inline const char *path_of(struct arena *a, const struct value *v) {
    const char *path = "";
    for (; v; v = v->parent) {
        const char *dot = *path && *path != '[' ? "." : "";
        if (v->key)
            path = arena_printf(a, "%s%s%s", v->key, dot, path);
        else if (v->parent)
            path = arena_printf(a, "[%u]%s%s", v->index + 1, dot, path);
    }
    return path;
}

#endif
