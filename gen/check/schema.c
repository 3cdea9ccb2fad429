/* schema.c: the fields, tables and defaults that a mau.yaml declares */
#include "expr.h"
#include "inside.h"

#include <string.h>

struct field_list {
    struct field *v;
    size_t n, cap;
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

void schema_keys(struct diag *d, const struct value *map, const char *const *keys,
                 size_t n) {
    for (uint32_t i = 0; i < map->n; i++) {
        const struct value *v = &map->u.member[i];
        bool known = false;
        for (size_t k = 0; k < n; k++)
            known |= str_eq(keys[k], v->key);
        if (!known)
            check_unknown(d, E_SCHEMA_KEY, E_SCHEMA_KEY_NEAR, value_key_at(v), v->key,
                          keys, n);
    }
}

const struct value *schema_map(struct diag *d, const struct value *map,
                               const char *name) {
    const struct value *v = value_get(map, name);
    if (!v || v->kind == VALUE_NONE)
        return NULL;
    if (v->kind == VALUE_MAP)
        return v;
    diag_add(d, E_SCHEMA_MAP, v->at, name, NULL);
    return NULL;
}

const struct value *schema_list(struct diag *d, const struct value *map,
                                const char *name) {
    const struct value *v = value_get(map, name);
    if (!v || v->kind == VALUE_NONE)
        return NULL;
    if (v->kind == VALUE_LIST)
        return v;
    diag_add(d, E_SCHEMA_LIST, v->at, name, NULL);
    return NULL;
}

bool schema_bool(struct diag *d, const struct value *map, const char *name) {
    const struct value *v = value_get(map, name);
    if (!v || v->kind == VALUE_NONE)
        return false;
    if (v->kind == VALUE_BOOL)
        return v->u.yes;
    diag_add(d, E_SCHEMA_BOOLEAN, v->at, name, NULL);
    return false;
}

/* A member that is one line of text: NULL when absent or (after a message) something else, `empty` when
 * nothing is given. */
static const char *line_of(struct loader *l, const struct value *map, const char *name,
                           const char *empty) {
    const struct value *v = value_get(map, name);
    if (!v || v->kind == VALUE_NONE)
        return v ? empty : NULL;
    if (v->text && !strchr(v->text, '\n'))
        return v->text;
    diag_add(l->d, E_SCHEMA_LINE, v->at, name, NULL);
    return NULL;
}

/* Lower-case letters, digits and _; parts separated by dots where these are allowed. */
static bool is_name(const char *s, bool dotted) {
    size_t n = 0;
    for (; *s; s++) {
        if (*s == '.' && dotted && n)
            n = 0;
        else if (*s == '_' || (*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9'))
            n++;
        else
            return false;
    }
    return n > 0;
}

/* ---- one field ---- */

static const char *const type_name[] = {"string",  "integer", "number", "date",
                                        "boolean", "array",   "object"};

const char *schema_type_name(enum field_type t) {
    return type_name[t];
}

/* false after a message. */
static bool read_type(struct loader *l, const struct value *entry, struct field *f,
                      bool column) {
    const struct value *v = value_get(entry, "type");
    if (!v || v->kind == VALUE_NONE)
        return true;
    f->year = str_eq(v->text, "year");
    if (f->year) {
        f->type = FT_INTEGER;
        return true;
    }
    for (size_t i = 0; i < COUNT(type_name); i++)
        if (str_eq(v->text, type_name[i])) {
            f->type = (enum field_type)i;
            if (!column || (f->type != FT_ARRAY && f->type != FT_OBJECT))
                return true;
            diag_add(l->d, E_SCHEMA_COLUMN_TYPE, v->at, type_name[i], NULL);
            return false;
        }
    diag_add(l->d, E_SCHEMA_TYPE, v->at, v->text ? v->text : value_kind_name(l->d, v),
             NULL);
    return false;
}

static void read_kieu(struct loader *l, const struct value *entry, struct field *f) {
    const struct value *v = value_get(entry, "kieu");
    if (!v || v->kind == VALUE_NONE)
        return;
    if (str_eq(v->text, "phan_tram") && f->type == FT_NUMBER)
        f->flags |= VALUE_PERCENT;
    else if (str_eq(v->text, "van_ban") && f->type == FT_STRING)
        f->flags |= VALUE_RICH;
    else if (str_eq(v->text, "chi_tieu") && f->type == FT_STRING)
        f->flags |= VALUE_TARGET;
    else
        diag_add(l->d, E_SCHEMA_KIEU, v->at, v->text ? v->text : value_kind_name(l->d, v),
                 NULL);
}

/* One entry of `truong` or `fields`; false (after a message) when it has no usable name. `missing` is
 * what the table or the facts say about missing values. */
static bool read_field(struct loader *l, const struct value *entry, bool dotted,
                       bool column, const struct missing *missing, struct field *f) {
    static const char *const keys[] = {"name",   "title",         "type",  "kieu",
                                       "don_vi", "constraints",   "mo_ta", "description",
                                       "format", "missingValues", "trong", "bieu_thuc",
                                       "thieu",  "chu_so"};
    if (entry->kind != VALUE_MAP) {
        diag_add(l->d, E_SCHEMA_NO_NAME, entry->at, NULL);
        return false;
    }
    bool computed = dotted && column; /* an entry of `tinh`: either */
    schema_keys(l->d, entry, keys, COUNT(keys) - (computed ? 0 : 3));
    const struct value *name = value_get(entry, "name");
    if (!name || !name->text) {
        diag_add(l->d, E_SCHEMA_NO_NAME, name ? name->at : entry->at, NULL);
        return false;
    }
    if (!is_name(name->text, dotted)) {
        diag_add(l->d, E_SCHEMA_NAME, name->at, name->text, NULL);
        return false;
    }
    *f = (struct field){
        .name = name->text, .title = value_text(entry, "title"), .at = name->at};
    bool typed = read_type(l, entry, f, column && !computed);
    read_kieu(l, entry, f);
    schema_constraints(l, entry, f, column, typed);
    f->missing = schema_missing(l, entry, missing);
    f->don_vi = line_of(l, entry, "don_vi", NULL);
    f->trong = line_of(l, entry, "trong", "");
    return true;
}

bool schema_read_computed(struct arena *a, struct diag *d, const struct value *entry,
                          const struct missing *missing, struct field *f) {
    struct loader l = {a, d};
    return read_field(&l, entry, true, true, missing, f);
}

static const struct field *find(const struct field_list *list, const char *name) {
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->v[i].name, name))
            return &list->v[i];
    return NULL;
}

/* Fields are looked up one by one. */
#define FIELDS_MAX 1000
#define TABLES_MAX 500

/* false, after a message at the item at `at`, when there are too many. */
static bool check_count(struct loader *l, uint32_t n, uint32_t most, struct origin at,
                        const char *name) {
    if (n > most)
        diag_add(l->d, E_SCHEMA_MANY, at, name, diag_fmt(l->d, "%u", most), NULL);
    return n <= most;
}

static void read_fields(struct loader *l, const struct value *list, bool column,
                        const struct missing *missing, struct field_list *out) {
    if (!check_count(l, list->n, FIELDS_MAX,
                     list->n > FIELDS_MAX ? list->u.item[FIELDS_MAX]->at : list->at,
                     column ? "fields" : "truong"))
        return;
    for (uint32_t i = 0; i < list->n; i++) {
        struct field f;
        if (!read_field(l, list->u.item[i], !column, column, missing, &f))
            continue;
        const struct field *first = find(out, f.name);
        if (first)
            diag_add(l->d, E_SCHEMA_TWICE, f.at, f.name,
                     diag_fmt(l->d, "%d", first->at.line), NULL);
        else
            vec_push(l->arena, out, f);
    }
}

/* What no single field shows: clashes with built-in fields and with groups. */
static void check_fields(struct loader *l, struct field_list *list) {
    for (size_t i = 0; i < list->n; i++) {
        struct field *f = &list->v[i];
        const struct field *b = field_builtin(f->name);
        if (b && b->type != f->type)
            diag_add(l->d, E_SCHEMA_BUILTIN, f->at, f->name, NULL);
        if (b) { /* a template may ask for more, not for less */
            f->required |= b->required;
            f->title = f->title ? f->title : b->title;
        }
        if (f->type != FT_ARRAY && f->type != FT_OBJECT &&
            field_is_group(list->v, list->n, f->name))
            diag_add(l->d, E_SCHEMA_CONFLICT, f->at, f->name, NULL);
    }
}

/* ---- tables ---- */

static void read_table_file(struct loader *l, const struct value *v,
                            struct table_schema *t) {
    const struct value *path = value_get(v, "path");
    t->file = path && path->text ? path->text : arena_printf(l->arena, "%s.csv", t->name);
    if (!path_inside(t->file)) {
        diag_add(l->d, E_SCHEMA_PATH, path ? path->at : v->at, t->file, NULL);
        t->file = arena_printf(l->arena, "%s.csv", t->name);
    }
}

static void read_table(struct loader *l, const struct value *v, const struct schema *s,
                       struct table_schema *t) {
    static const char *const keys[] = {
        "title",       "path",         "required",   "fields",      "mo_ta",
        "description", "dinh_dang_so", "primaryKey", "foreignKeys", "missingValues"};
    *t = (struct table_schema){.name = v->key, .at = v->at, .open = true};
    if (v->kind == VALUE_MAP)
        schema_keys(l->d, v, keys, COUNT(keys));
    else if (v->kind != VALUE_NONE)
        diag_add(l->d, E_SCHEMA_MAP, v->at, v->key, NULL);
    t->title = value_text(v, "title");
    t->required = schema_bool(l->d, v, "required");
    read_table_file(l, v, t);
    const struct value *style = value_get(v, "dinh_dang_so");
    bool ok = true;
    if (style && style->kind != VALUE_NONE) {
        t->style = check_style(l->d, style, &ok);
        t->own_style = ok;
    }
    t->missing = schema_missing(l, v, s->missing);
    const struct value *fields = schema_list(l->d, v, "fields");
    if (!fields)
        return;
    struct field_list list = {0};
    read_fields(l, fields, true, t->missing, &list);
    t->open = false;
    t->field = list.v;
    t->n = list.n;
    schema_require_key(v, t);
}

static void read_tables(struct loader *l, const struct value *mau, struct schema *s) {
    const struct value *tables = schema_map(l->d, mau, "bang");
    if (!tables ||
        !check_count(l, tables->n, TABLES_MAX,
                     tables->n > TABLES_MAX ? value_key_at(&tables->u.member[TABLES_MAX])
                                            : tables->at,
                     "bang"))
        return;
    s->table = arena_array(l->arena, struct table_schema, tables->n);
    for (uint32_t i = 0; i < tables->n; i++) {
        const struct value *v = &tables->u.member[i];
        const struct field *same = schema_field(s, v->key);
        if (!is_name(v->key, false))
            diag_add(l->d, E_SCHEMA_NAME, value_key_at(v), v->key, NULL);
        else if (same)
            diag_add(l->d, E_SCHEMA_TWICE, value_key_at(v), v->key,
                     diag_fmt(l->d, "%d", same->at.line), NULL);
        else
            read_table(l, v, s, &s->table[s->tables++]);
    }
}

/* ---- the whole ---- */

/* Defaults are for fields that exist. */
static void check_defaults(struct loader *l, const struct schema *s) {
    size_t nb, n = 0;
    const struct field *b = schema_builtin(&nb);
    const char **names = arena_array(l->arena, const char *, nb + s->n);
    for (size_t i = 0; i < nb + s->n; i++) {
        const char *name = i < nb ? b[i].name : s->field[i - nb].name;
        names[n++] = arena_strndup(l->arena, name, strcspn(name, "."));
    }
    schema_keys(l->d, s->defaults, names, n);
}

struct schema *schema_load(struct arena *a, struct diag *d, const struct value *mau) {
    struct loader l = {a, d};
    struct schema *s = arena_new_of(a, struct schema);
    const struct value *fields = schema_list(l.d, mau, "truong");
    s->open = !value_get(mau, "truong");
    s->missing = schema_missing(&l, mau, NULL);
    if (fields) {
        struct field_list list = {0};
        read_fields(&l, fields, false, s->missing, &list);
        check_fields(&l, &list);
        s->field = list.v;
        s->n = list.n;
    }
    read_tables(&l, mau, s);
    if (schema_map(l.d, mau, "mac_dinh")) {
        s->defaults = value_get(mau, "mac_dinh");
        if (!s->open)
            check_defaults(&l, s);
    }
    formulas_load(a, d, mau, s);
    schema_relations(&l, value_get(mau, "bang"), s);
    rules_load(a, d, mau, s);
    return s;
}
