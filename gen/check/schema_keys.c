/* schema_keys.c: the primary and foreign keys that a mau.yaml declares for its tables */
#include "inside.h"

#include <string.h>

/* ---- names of columns ---- */

static void report_column(struct loader *l, const struct value *v,
                          const struct table_schema *t) {
    const char **names = arena_array(l->arena, const char *, t->n);
    for (size_t i = 0; i < t->n; i++)
        names[i] = t->field[i].name;
    const char *near = text_nearest(v->text, names, t->n);
    diag_add(l->d, near ? E_KEY_COLUMN_NEAR : E_KEY_COLUMN, v->at, v->text, t->name,
             near ? near : "", NULL);
}

/* One name more in a key; false after a message. */
static bool add_name(struct loader *l, const struct value *v,
                     const struct table_schema *t, struct key_fields *k) {
    const struct field *f = schema_column(t, v->text);
    if (!f) {
        report_column(l, v, t);
        return false;
    }
    for (size_t i = 0; i < k->n; i++)
        if (k->field[i] == f) {
            diag_add(l->d, E_KEY_TWICE, v->at, v->text, NULL);
            return false;
        }
    k->field[k->n++] = f;
    return true;
}

/* A name or a list of names: columns of t. false after a message. */
static bool read_names(struct loader *l, const struct value *v, const char *what,
                       const struct table_schema *t, struct key_fields *k) {
    struct value *const *item = v->kind == VALUE_LIST ? v->u.item : NULL;
    size_t n = item ? v->n : 1;
    bool ok = n > 0;
    for (size_t i = 0; ok && i < n; i++)
        ok = (item ? item[i] : v)->text != NULL;
    if (!ok) {
        diag_add(l->d, E_KEY_NAMES, v->at, what, NULL);
        return false;
    }
    if (t->open) {
        diag_add(l->d, E_KEY_OPEN, v->at, t->name, NULL);
        return false;
    }
    *k = (struct key_fields){arena_array(l->arena, const struct field *, n), 0};
    for (size_t i = 0; i < n; i++)
        ok = add_name(l, item ? item[i] : v, t, k) && ok;
    return ok;
}

static const struct value *member(const struct value *map, const char *name) {
    const struct value *v = value_get(map, name);
    return v && v->kind != VALUE_NONE ? v : NULL;
}

/* ---- primaryKey ---- */

static void read_primary(struct loader *l, const struct value *table,
                         struct table_schema *t) {
    const struct value *v = member(table, "primaryKey");
    struct key_fields *k = arena_new_of(l->arena, struct key_fields);
    if (!v || !read_names(l, v, "primaryKey", t, k))
        return;
    t->primary = k;
    t->limited = true;
}

static void require(struct table_schema *t, const struct value *name) {
    const struct field *f = name->text ? schema_column(t, name->text) : NULL;
    if (f)
        t->field[f - t->field].required = true;
}

void schema_require_key(const struct value *table, struct table_schema *t) {
    const struct value *v = value_get(table, "primaryKey");
    if (v && v->kind != VALUE_LIST)
        require(t, v);
    for (uint32_t i = 0; v && v->kind == VALUE_LIST && i < v->n; i++)
        require(t, v->u.item[i]);
}

/* ---- foreignKeys ---- */

/* The table that `resource` names, "" for t itself; NULL after a message. */
static const struct table_schema *read_resource(struct loader *l, const struct value *v,
                                                const struct table_schema *t,
                                                const struct schema *s) {
    if (!v)
        return t;
    const struct table_schema *found = v->text ? schema_table(s, v->text) : NULL;
    if (found)
        return found;
    const char **names = arena_array(l->arena, const char *, s->tables);
    for (size_t i = 0; i < s->tables; i++)
        names[i] = s->table[i].name;
    check_unknown(l->d, E_KEY_TABLE, E_KEY_TABLE_NEAR, v->at,
                  v->text ? v->text : value_kind_name(l->d, v), names, s->tables);
    return NULL;
}

static bool alike(enum field_type x, enum field_type y) {
    bool numbers =
        (x == FT_INTEGER || x == FT_NUMBER) && (y == FT_INTEGER || y == FT_NUMBER);
    return x == y || numbers;
}

/* Both sides have as many columns, of the same types. */
static bool sides_fit(struct loader *l, const struct value *entry,
                      const struct foreign_key *f) {
    if (f->own.n != f->other.n) {
        diag_add(l->d, E_KEY_COUNT, entry->at, diag_fmt(l->d, "%zu", f->own.n),
                 diag_fmt(l->d, "%zu", f->other.n), f->table->name, NULL);
        return false;
    }
    bool ok = true;
    for (size_t i = 0; i < f->own.n; i++) {
        const struct field *x = f->own.field[i], *y = f->other.field[i];
        if (alike(x->type, y->type))
            continue;
        diag_add(l->d, E_KEY_TYPE, entry->at, x->name, schema_type_name(x->type), y->name,
                 schema_type_name(y->type), f->table->name, NULL);
        ok = false;
    }
    return ok;
}

/* A member that a foreign key must have; NULL after a message. */
static const struct value *part(struct loader *l, const struct value *map,
                                const char *name, const char *full) {
    const struct value *v = member(map, name);
    if (!v)
        diag_add(l->d, E_KEY_PART, map->at, full, NULL);
    return v;
}

static bool read_foreign(struct loader *l, const struct value *entry,
                         const struct table_schema *t, const struct schema *s,
                         struct foreign_key *f) {
    static const char *const keys[] = {"fields", "reference"};
    static const char *const inner[] = {"resource", "fields"};
    if (entry->kind != VALUE_MAP) {
        diag_add(l->d, E_KEY_LIST, entry->at, NULL);
        return false;
    }
    schema_keys(l->d, entry, keys, 2);
    const struct value *own = part(l, entry, "fields", "fields");
    const struct value *reference = schema_map(l->d, entry, "reference");
    bool ok = own && read_names(l, own, "fields", t, &f->own);
    if (!reference) {
        if (!member(entry, "reference"))
            part(l, entry, "reference", "reference");
        return false;
    }
    schema_keys(l->d, reference, inner, 2);
    f->table = read_resource(l, member(reference, "resource"), t, s);
    const struct value *other = part(l, reference, "fields", "fields");
    if (!f->table || !other || !read_names(l, other, "fields", f->table, &f->other))
        return false;
    return ok && sides_fit(l, entry, f);
}

static void read_foreigns(struct loader *l, const struct value *table,
                          struct table_schema *t, struct schema *s) {
    const struct value *list = member(table, "foreignKeys");
    const struct foreign_key **end = &t->foreign;
    if (list && list->kind != VALUE_LIST)
        diag_add(l->d, E_KEY_LIST, list->at, NULL);
    for (uint32_t i = 0; list && list->kind == VALUE_LIST && i < list->n; i++) {
        struct foreign_key *f = arena_new_of(l->arena, struct foreign_key);
        if (!read_foreign(l, list->u.item[i], t, s, f))
            continue;
        *end = f;
        end = &f->next;
        s->related = true;
    }
}

void schema_relations(struct loader *l, const struct value *tables, struct schema *s) {
    for (size_t i = 0; i < s->tables; i++) {
        struct table_schema *t = &s->table[i];
        const struct value *v = value_get(tables, t->name);
        for (size_t k = 0; k < t->n; k++)
            t->limited |= t->field[k].limits != NULL;
        read_primary(l, v, t);
        read_foreigns(l, v, t, s);
    }
}
