/* facts.c: baocao.csv, one field a row, to the same tree that a baocao.yaml gives */
#include "inside.h"

#include <string.h>

#define ROWS_MAX 10000 /* names are looked up one by one */
#define DEPTH_MAX INPUT_MAX_DEPTH

/* A name while the tree grows: values given to it and names below it. */
struct fact {
    const char *name;
    struct origin at;
    struct {
        struct value **v;
        size_t n, cap;
    } values;
    struct {
        struct fact **v;
        size_t n, cap;
    } below;
};

bool fact_is_name(const char *s) {
    size_t n = 0, depth = 1;
    for (; *s; s++) {
        if (*s == '.') {
            if (n == 0 || ++depth > DEPTH_MAX)
                return false;
            n = 0;
        } else if (*s == '_' || (*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9'))
            n++;
        else
            return false;
    }
    return n > 0;
}

static struct fact *below(struct arena *a, struct fact *f, const char *name, size_t n,
                          struct origin at) {
    for (size_t i = 0; i < f->below.n; i++) {
        struct fact *b = f->below.v[i];
        if (strncmp(b->name, name, n) == 0 && !b->name[n])
            return b;
    }
    struct fact *b = arena_new_of(a, struct fact);
    b->name = arena_strndup(a, name, n);
    b->at = at;
    vec_push(a, &f->below, b);
    return b;
}

static void plant(struct arena *a, struct fact *root, const struct fact_cell *c) {
    const char *s = c->name;
    struct value *v = c->value;
    struct fact *f = root;
    for (;;) {
        size_t n = strcspn(s, ".");
        f = below(a, f, s, n, c->at);
        if (!s[n])
            break;
        s += n + 1;
    }
    /* An empty cell says nothing when the field has values anyway. */
    if (v->kind != VALUE_NONE || f->values.n == 0)
        vec_push(a, &f->values, v);
}

/* Names 1, 2, 3 … in order: the items of a list (nguoi_ky.1.ho_ten). */
static bool is_numbered(struct arena *a, const struct fact *f) {
    for (size_t i = 0; i < f->below.n; i++)
        if (!str_eq(f->below.v[i]->name, arena_printf(a, "%zu", i + 1)))
            return false;
    return f->below.n > 0;
}

static bool harvest(struct arena *a, struct diag *d, const char *path,
                    const struct fact *f, struct value *out);

static bool harvest_below(struct arena *a, struct diag *d, const char *path,
                          const struct fact *f, struct value *out) {
    bool list = *path && is_numbered(a, f), ok = true;
    size_t n = f->below.n;
    out->kind = list ? VALUE_LIST : VALUE_MAP;
    out->n = (uint32_t)n;
    struct value *member = arena_array(a, struct value, n);
    struct value **item = list ? arena_array(a, struct value *, n) : NULL;
    for (size_t i = 0; i < n; i++) {
        const struct fact *b = f->below.v[i];
        const char *full = *path ? arena_printf(a, "%s.%s", path, b->name) : b->name;
        ok = harvest(a, d, full, b, &member[i]) && ok;
        if (list) {
            item[i] = &member[i];
            member[i].index = (uint32_t)i;
        } else {
            member[i].key = b->name;
            value_set_key_at(&member[i], b->at);
        }
        value_adopt(&member[i]);
    }
    if (list)
        out->u.item = item;
    else
        out->u.member = member;
    return ok;
}

static bool harvest(struct arena *a, struct diag *d, const char *path,
                    const struct fact *f, struct value *out) {
    size_t n = f->values.n;
    if (n > 1 &&
        f->values.v[0]->kind == VALUE_NONE) { /* planted before the values came */
        struct fact rest = *f;
        rest.values.v++;
        rest.values.n--;
        return harvest(a, d, path, &rest, out);
    }
    out->at = f->at;
    if (f->below.n) {
        bool clash = n && f->values.v[0]->kind != VALUE_NONE;
        if (clash)
            diag_add(d, E_FACT_CONFLICT, f->below.v[0]->at, path,
                     diag_fmt(d, "%d", f->values.v[0]->at.line), NULL);
        return harvest_below(a, d, path, f, out) && !clash;
    }
    if (n == 1) {
        *out = *f->values.v[0];
        out->key = NULL;
        out->index = 0;
        return true;
    }
    out->kind = VALUE_LIST;
    out->n = (uint32_t)n;
    out->u.item = arena_array(a, struct value *, n);
    for (size_t i = 0; i < n; i++) {
        struct value *v = out->u.item[i] = value_new(a, VALUE_NONE, f->at);
        *v = *f->values.v[i];
        v->key = NULL;
        v->index = (uint32_t)i;
    }
    return true;
}

/* The places of the two columns; false after a message. */
static bool find_columns(struct diag *d, const struct value *table, size_t *name,
                         size_t *value) {
    size_t n;
    const struct column *c = value_columns(table, &n);
    bool ok = true;
    *name = *value = n;
    for (size_t i = 0; i < n; i++) {
        if (str_eq(c[i].key, "truong") || str_eq(c[i].key, "field"))
            *name = i;
        else if (str_eq(c[i].key, "gia_tri") || str_eq(c[i].key, "value"))
            *value = i;
    }
    if (*name == n || *value == n) {
        diag_add(d, E_FACT_COLUMNS, table->at, NULL);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        if (i != *name && i != *value) {
            diag_add(d, E_FACT_COLUMN_EXTRA, c[i].at, c[i].title, NULL);
            ok = false;
        }
    return ok;
}

struct value *facts_of_cells(struct arena *a, struct diag *d, struct origin at,
                             const struct fact_cell *cell, size_t n) {
    struct value *facts = value_new(a, VALUE_MAP, at);
    struct fact root = {.name = ""};
    for (size_t i = 0; i < n; i++)
        plant(a, &root, &cell[i]);
    bool ok = harvest_below(a, d, "", &root, facts);
    value_adopt(facts);
    if (!ok)
        facts->flags |= VALUE_BROKEN;
    return facts;
}

struct value *facts_of_table(struct arena *a, struct diag *d, const struct value *table) {
    size_t name, value, n = 0;
    if (!find_columns(d, table, &name, &value))
        return NULL;
    struct fact_cell *list = arena_array(a, struct fact_cell, table->n);
    bool ok = !(table->flags & VALUE_BROKEN);
    for (uint32_t i = 0; i < table->n; i++) {
        struct value *cell = table->u.item[i]->u.member, *k = &cell[name];
        if (i == ROWS_MAX) {
            diag_add(d, E_FACT_MANY, k->at, diag_fmt(d, "%d", ROWS_MAX), NULL);
            ok = false;
            break;
        }
        if (k->text && fact_is_name(k->text)) {
            list[n++] = (struct fact_cell){k->text, k->at, &cell[value]};
            continue;
        }
        if (k->text)
            diag_add(d, E_FACT_NAME, k->at, k->text, NULL);
        else
            diag_add(d, E_FACT_NO_NAME, k->at, NULL);
        ok = false;
    }
    struct value *facts = facts_of_cells(a, d, table->at, list, n);
    if (!ok)
        facts->flags |= VALUE_BROKEN;
    return facts;
}
