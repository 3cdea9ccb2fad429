/* template.c: template folders: finding them, loading and compiling all of their files once */
#include "inside.h"

#include <stdlib.h>
#include <string.h>

static const char *const settings_keys[] = {
    "ten",  "tieu_de",  "mo_ta",   "mac_dinh", "truong",       "bang",
    "tinh", "kiem_tra", "phu_luc", "trang",    "missingValues"};
#define SETTINGS_MAX (1u << 18) /* bytes; the largest form that is known has 31,000 */
#define SETTINGS_KEYS (sizeof settings_keys / sizeof *settings_keys)

/* ---- names ------------------------------------------------------------------------ */

bool is_appendix_name(const char *file) {
    return str_starts(file, "phu-luc-") && str_ends(file, ".md") && strlen(file) > 11;
}

static bool is_template(struct arena *a, const char *dir) {
    return file_exists(path_join(a, dir, "mau.yaml")) ||
           file_exists(path_join(a, dir, "mau.md"));
}

static int by_base_name(const void *x, const void *y) {
    const char *a = *(const char *const *)x, *b = *(const char *const *)y;
    const char *p = strrchr(a, '/'), *q = strrchr(b, '/');
    return strcmp(p ? p + 1 : a, q ? q + 1 : b);
}

const char **tmpl_list(struct arena *a, const char *const *dirs, size_t *n) {
    struct {
        const char **v;
        size_t n, cap;
    } found = {0};
    for (; dirs && *dirs; dirs++) {
        size_t entries, before = found.n;
        const char **entry = dir_list(a, *dirs, &entries);
        for (size_t i = 0; entry && i < entries; i++) {
            const char *dir = path_join(a, *dirs, entry[i]);
            bool hidden = false;
            for (size_t k = 0; k < before; k++)
                hidden |= str_eq(path_base(a, found.v[k]), entry[i]);
            if (!hidden && is_template(a, dir))
                vec_push(a, &found, dir);
        }
    }
    if (found.n)
        qsort(found.v, found.n, sizeof *found.v, by_base_name);
    *n = found.n;
    return found.v;
}

static void tell_unknown(struct arena *a, struct diag *d, const char *name,
                         struct origin at, const char *const *dirs) {
    size_t n;
    const char **dir = tmpl_list(a, dirs, &n);
    struct buf all = {0};
    for (size_t i = 0; i < n; i++) {
        dir[i] = path_base(a, dir[i]);
        buf_printf(&all, i ? ", %s" : "%s", dir[i]);
    }
    const char *have =
        n ? diag_fmt(d,
                     diag_word(
                         d, "các mẫu có sẵn: %s; mẫu ở thư mục khác thì thêm --templates",
                         "there are: %s; for others name their folder with --templates"),
                     all.data)
          : diag_word(d, "chỉ thư mục chứa mẫu bằng --templates",
                      "name the folder of the templates with --templates");
    buf_free(&all);
    diag_add(d, E_TMPL_UNKNOWN, at, name, nearest_hint(d, name, dir, n, have), NULL);
}

char *tmpl_find(struct arena *a, struct diag *d, const char *name, struct origin at,
                const char *report_dir, const char *const *dirs) {
    if (!path_inside(name)) {
        diag_add(d, E_TMPL_OUTSIDE, at, name, NULL);
        return NULL;
    }
    char *own = path_join(a, report_dir, name);
    if (is_template(a, own))
        return own;
    for (const char *const *dir = dirs; dir && *dir; dir++) {
        char *path = path_join(a, *dir, name);
        if (is_template(a, path))
            return path;
    }
    tell_unknown(a, d, name, at, dirs);
    return NULL;
}

/* ---- loading --------------------------------------------------------------------------- */

struct loading {
    struct tmpl *t;
    struct diag *d;
};

const struct compiled *tmpl_file(const struct tmpl *t, const char *name) {
    for (size_t i = 0; t && i < t->file.n; i++)
        if (str_eq(t->file.v[i].name, name))
            return t->file.v[i].file;
    return NULL;
}

static void load_parts(struct loading *l, const struct op *list);

/* Compile NAME.md of the template's folder and the parts that it names. */
static void load_file(struct loading *l, const char *name, bool appendix) {
    struct tmpl *t = l->t;
    char *path = path_join(t->arena, t->dir, arena_printf(t->arena, "%s.md", name));
    if (tmpl_file(t, name) || !path_inside(name) || !file_exists(path))
        return;
    struct compiled *c = compile_file(t->arena, l->d, path, t->dir, appendix);
    struct tmpl_file f = {arena_strdup(t->arena, name), c};
    vec_push(t->arena, &t->file, f);
    if (c)
        load_parts(l, c->body);
}

/* Load each part that the operations name. */
static void load_parts(struct loading *l, const struct op *list) {
    for (const struct op *op = list; op; op = op->next) {
        if (op->kind == OP_PART)
            load_file(l, op->text, false);
        else if (op->kind == OP_SECTION)
            load_parts(l, op->first);
    }
}

static void load_settings(struct tmpl *t, struct diag *d) {
    const char *path = path_join(t->arena, t->dir, "mau.yaml");
    struct origin at = {path, 0, 0};
    t->settings = value_new(t->arena, VALUE_MAP, at);
    size_t n;
    if (file_exists(path)) {
        const char *text = input_text(t->arena, d, path, &n);
        if (text && n > SETTINGS_MAX) {
            diag_add(d, E_TMPL_LARGE, at, diag_fmt(d, "%zu", n >> 10),
                     diag_fmt(d, "%u", SETTINGS_MAX >> 10), NULL);
            text = NULL;
        }
        struct value *v = text ? input_yaml(t->arena, d, path, text, n, 1, 1) : NULL;
        if (v && v->kind == VALUE_MAP)
            t->settings = v;
        else if (v)
            diag_add(d, E_TMPL_SETTINGS, v->at, NULL);
    }
    for (uint32_t i = 0; i < t->settings->n; i++) {
        const struct value *m = &t->settings->u.member[i];
        bool known = false;
        for (size_t k = 0; k < SETTINGS_KEYS; k++)
            known |= str_eq(m->key, settings_keys[k]);
        if (!known)
            diag_add(d, E_TMPL_KEY, value_key_at(m), m->key,
                     nearest_hint(d, m->key, settings_keys, SETTINGS_KEYS,
                                  diag_word(d, "xem baocao(5)", "see baocao(5)")),
                     NULL);
    }
    t->schema = schema_load(t->arena, d, t->settings);
}

struct tmpl *tmpl_load(struct diag *d, const char *dir) {
    struct arena *a = arena_new();
    struct tmpl *t = arena_new_of(a, struct tmpl);
    struct loading l = {t, d};
    int errors = diag_count(d, SEV_ERROR);
    t->arena = a;
    t->dir = arena_strdup(a, dir);
    t->own = cache_new(a);
    load_settings(t, d);
    load_file(&l, "mau", false);
    size_t n;
    const char **name = dir_list(a, dir, &n);
    for (size_t i = 0; name && i < n; i++)
        if (is_appendix_name(name[i]))
            load_file(&l, arena_strndup(a, name[i], strlen(name[i]) - 3), true);
    if (diag_count(d, SEV_ERROR) == errors)
        return t;
    tmpl_free(t);
    return NULL;
}

void tmpl_free(struct tmpl *t) {
    if (t)
        arena_free(t->arena);
}

const char *tmpl_dir(const struct tmpl *t) {
    return t->dir;
}

const struct schema *tmpl_schema(const struct tmpl *t) {
    return t->schema;
}

const struct value *tmpl_settings(const struct tmpl *t) {
    return t->settings;
}
