/* wide.c: what a row of a wide table says, seen with the form: titles of fields as columns, and the key */
#include "inside.h"

#include <string.h>

/* Whether a title or name in a file means the field. */
static bool means(struct arena *a, const struct column *c, const struct field *f) {
    if (str_eq(c->key, f->name) || (f->title && str_eq(c->title, f->title)))
        return true;
    return f->title && str_eq(c->key, text_slug(a, f->title, '_'));
}

/* The one field of the form that a column's title means; NULL: none, or nobody knows which. */
static const char *field_name(struct arena *a, const struct column *c,
                              const struct schema *s) {
    const char *found = NULL;
    for (size_t i = 0; i < s->n; i++)
        if (means(a, c, &s->field[i])) {
            if (found)
                return NULL;
            found = s->field[i].name;
        }
    return found;
}

/* Columns titled by more than names: the facts are made anew once the form's own titles are known. */
static void name_by_titles(struct arena *a, struct diag *d, struct report *r,
                           const struct schema *s) {
    size_t n;
    const struct column *c = wide_columns(r->wide, &n);
    const char **name = arena_array(a, const char *, n);
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        bool titled;
        name[i] = wide_fact(r->wide, i, &titled);
        const char *better = titled && s ? field_name(a, &c[i], s) : NULL;
        if (better)
            name[i] = better;
        any |= titled;
    }
    if (any)
        wide_rename(a, d, r, name);
}

/* ---- the key ---- */

static bool is_declared(const struct schema *s, const char *name) {
    if (!s || s->open)
        return true;
    return schema_field(s, name) || field_is_group(s->field, s->n, name);
}

/* Take a fact away, with the groups that hold nothing else. */
static void take_away(struct arena *a, struct value *map, const char *name) {
    size_t n = strcspn(name, ".");
    struct value *v = value_get(map, arena_strndup(a, name, n));
    if (!v)
        return;
    if (name[n] && v->kind == VALUE_MAP) {
        take_away(a, v, name + n + 1);
        if (v->n)
            return;
    }
    uint32_t at = (uint32_t)(v - map->u.member);
    map->n--;
    for (uint32_t i = at; i < map->n; i++) {
        map->u.member[i] = map->u.member[i + 1];
        value_adopt(&map->u.member[i]);
    }
}

static const char *key_name(const struct report *r) {
    bool titled;
    return wide_fact(r->wide, wide_key_column(r->wide), &titled);
}

bool wide_is_key(const struct report *r, const char *name) {
    return r->wide && str_eq(key_name(r), name);
}

void wide_facts(struct arena *a, struct diag *d, struct report *r,
                const struct schema *s) {
    name_by_titles(a, d, r, s);
    if (!is_declared(s, key_name(r)))
        take_away(a, r->facts, key_name(r));
}

/* The column of a table that has the key, n: none. */
static size_t key_of(const struct report *r, const struct column *c, size_t n) {
    size_t columns;
    const struct column *key = wide_columns(r->wide, &columns);
    key += wide_key_column(r->wide);
    for (size_t i = 0; i < n; i++)
        if (str_eq(c[i].title, key->title))
            return i;
    for (size_t i = 0; i < n; i++)
        if (str_eq(c[i].key, key->key))
            return i;
    return n;
}

struct value *wide_without_key(struct arena *a, const struct report *r,
                               struct value *table, const struct table_schema *t) {
    size_t n;
    struct column *c = value_columns(table, &n);
    size_t at = key_of(r, c, n);
    if (at == n)
        return table;
    for (size_t i = 0; t && !t->open && i < t->n; i++)
        if (means(a, &c[at], &t->field[i]))
            return table;
    for (size_t i = at; i + 1 < n; i++)
        c[i] = c[i + 1];
    for (uint32_t i = 0; i < table->n; i++) {
        struct value *row = table->u.item[i];
        for (size_t k = at; k + 1 < n; k++)
            row->u.member[k] = row->u.member[k + 1];
        row->n--;
    }
    struct value *out = value_table(a, table->at, c, n - 1, table->u.item, table->n);
    out->flags = table->flags;
    return out;
}
