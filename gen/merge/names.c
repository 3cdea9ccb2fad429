/* names.c: what a name in a template means where it stands */
#include "inside.h"

#include <string.h>

#define NEAREST_MAX 200 /* unknown names for which a nearest one is looked for */

/* ---- what may exist ----------------------------------------------------------------- */

static bool has_column(const struct value *table, const char *name) {
    size_t n;
    const struct column *c = value_columns(table, &n);
    for (size_t i = 0; i < n; i++)
        if (str_eq(c[i].key, name))
            return true;
    return false;
}

/* Whether any item of a list is a map with that member. Asked again for every item: remembered. */
static bool items_have(struct exec *e, const struct value *list, const char *name) {
    for (size_t i = 0; i < e->shapes.n; i++)
        if (e->shapes.v[i].list == list && e->shapes.v[i].name == name)
            return e->shapes.v[i].has;
    struct shape s = {list, name, false};
    for (uint32_t i = 0; i < list->n && !s.has; i++)
        s.has = value_get(list->u.item[i], name) != NULL;
    vec_push(e->a, &e->shapes, s);
    return s.has;
}

/* A field covers its own name, the groups above it and, when it is free-form, all below it. */
static bool field_covers(const struct field *f, const char *full) {
    size_t nf = strlen(f->name), n = strlen(full);
    if (nf == n)
        return strcmp(f->name, full) == 0;
    if (nf > n)
        return strncmp(f->name, full, n) == 0 && f->name[n] == '.';
    return (f->type == FT_OBJECT || f->type == FT_ARRAY) &&
           strncmp(f->name, full, nf) == 0 && full[nf] == '.';
}

#define FORMER "ky_truoc"

/* The former period's facts have the names of this one's. */
static const char *fact_name(const char *full) {
    return str_starts(full, FORMER ".") ? full + strlen(FORMER ".") : full;
}

static bool fact_declared(const struct exec *e, const char *full) {
    full = fact_name(full);
    size_t n;
    const struct field *f = schema_builtin(&n);
    for (size_t i = 0; i < n; i++)
        if (field_covers(&f[i], full))
            return true;
    for (size_t i = 0; e->schema && i < e->schema->n; i++)
        if (field_covers(&e->schema->field[i], full))
            return true;
    return e->schema && schema_table(e->schema, full);
}

/* Whether a context declares a name that its value lacks. */
static bool ctx_declares(struct exec *e, const struct ctx *c, const char *name) {
    if (c->table && schema_column(c->table, name))
        return true;
    if (c->path)
        return fact_declared(e, arena_printf(e->a, "%s.%s", c->path, name));
    if (!c->siblings || (c->v && c->v->kind != VALUE_MAP))
        return false;
    return c->siblings->kind == VALUE_TABLE ? has_column(c->siblings, name)
                                            : items_have(e, c->siblings, name);
}

/* A CSV in the report's folder that nobody declared: its columns are text. */
static const struct value *own_table(struct exec *e, const char *name) {
    for (size_t i = 0; i < e->own.n; i++)
        if (str_eq(e->own.v[i].name, name))
            return e->own.v[i].v;
    struct own_table t = {name, NULL};
    if (str_eq(name, "van_ban") && register_table(e->r->registers))
        return register_table(e->r->registers);
    if (e->schema && schema_table(e->schema, name))
        return NULL;
    const char *file = arena_printf(e->a, "%s.csv", name);
    bool there = false, missing = false;
    for (size_t i = 0; i < e->names_n; i++)
        there |= str_eq(e->names[i], file);
    if (there)
        t.v = check_open_table(e->a, e->d, e->r, e->schema, name, &missing);
    vec_push(e->a, &e->own, t);
    return t.v;
}

/* ---- looking up ------------------------------------------------------------------------ */

/* The rest of a dotted name below v. */
static const struct value *descend(const struct exec *e, const struct name *nm,
                                   const struct value *v, bool *known) {
    for (int i = 1; i < nm->steps; i++) {
        const struct value *next = value_get(v, nm->step[i]);
        if (!next) {
            *known = fact_declared(e, nm->full);
            return NULL;
        }
        v = next;
    }
    return v;
}

const struct value *name_find(struct exec *e, const struct name *nm, bool *known) {
    *known = true;
    if (nm->steps == 0)
        return e->ctx->v;
    for (const struct ctx *c = e->ctx; c; c = c->up) {
        const struct value *v = value_get(c->v, nm->step[0]);
        if (v)
            return descend(e, nm, v, known);
        if (c->open || ctx_declares(e, c, nm->step[0]))
            return NULL;
    }
    if (fact_declared(e, nm->full))
        return NULL;
    const struct value *own = nm->steps == 1 ? own_table(e, nm->full) : NULL;
    *known = own != NULL;
    return own;
}

/* Whether `path`, of n bytes, leads from the root of the facts to v; items of lists have no part in it. */
static bool leads_to(const char *path, size_t n, const struct value *v) {
    while (v && !v->key)
        v = v->parent;
    if (!v || (n == 0 && str_eq(v->key, FORMER)))
        return n == 0;
    size_t k = strlen(v->key);
    if (n < k || memcmp(path + n - k, v->key, k) != 0)
        return false;
    n -= k;
    return n ? path[n - 1] == '.' && leads_to(path, n - 1, v->parent)
             : leads_to(path, n, v->parent);
}

static const struct field *field_at(const struct field *f, size_t n,
                                    const struct value *v) {
    for (size_t i = 0; i < n; i++)
        if (leads_to(f[i].name, strlen(f[i].name), v))
            return &f[i];
    return NULL;
}

/* The declaration of a value by where it stands in the data, whatever section it is named in. */
const struct field *value_field(const struct exec *e, const struct value *v) {
    const struct value *row = v->parent, *table = row ? row->parent : NULL;
    if (v->key && table && table->kind == VALUE_TABLE) {
        const struct table_schema *t =
            e->schema && table->key ? schema_table(e->schema, table->key) : NULL;
        return t ? schema_column(t, v->key) : NULL;
    }
    size_t n;
    const struct field *builtin = schema_builtin(&n);
    const struct field *f =
        e->schema ? field_at(e->schema->field, e->schema->n, v) : NULL;
    return f ? f : field_at(builtin, n, v);
}

const struct field *name_field(const struct exec *e, const struct name *nm,
                               const struct value *v) {
    if (v)
        return value_field(e, v);
    for (const struct ctx *c = e->ctx; c && nm->steps == 1; c = c->up) {
        const struct field *f = c->table ? schema_column(c->table, nm->full) : NULL;
        if (f)
            return f;
    }
    return schema_field(e->schema, fact_name(nm->full));
}

bool name_is_former(const struct name *nm) {
    return fact_name(nm->full) != nm->full;
}

bool name_unit(struct exec *e, const struct op *tag, const struct value *v,
               const char **unit) {
    *unit = NULL;
    if (!format_wants_unit(tag->format))
        return true;
    const struct field *f = name_field(e, tag->name, v);
    *unit = f ? f->don_vi : NULL;
    if (*unit || (!f && !v)) /* nothing is known of it, and nothing prints */
        return true;
    diag_add(e->d, E_FORMAT_UNIT, tag->at, tag->name->full, NULL);
    return false;
}

bool table_find(struct exec *e, const struct name *nm, const struct value **v,
                const struct table_schema **schema) {
    bool known;
    *v = name_find(e, nm, &known);
    *schema = e->schema ? schema_table(e->schema, nm->full) : NULL;
    return known;
}

bool column_known(struct exec *e, const struct value *data,
                  const struct table_schema *schema, const char *name) {
    if (schema && schema_column(schema, name))
        return true;
    if (data && data->kind == VALUE_TABLE)
        return has_column(data, name);
    if (data && data->kind == VALUE_LIST)
        return data->n == 0 || items_have(e, data, name);
    return !schema;
}

/* ---- the nearest name -------------------------------------------------------------------- */

struct names {
    const char **v;
    size_t n, cap;
};

static void add_members(struct exec *e, struct names *all, const struct value *v) {
    for (uint32_t i = 0; v && v->kind == VALUE_MAP && i < v->n; i++)
        vec_push(e->a, all, v->u.member[i].key);
}

static void add_fields(struct exec *e, struct names *all, const struct field *f,
                       size_t n) {
    for (size_t i = 0; i < n; i++)
        vec_push(e->a, all, f[i].name);
}

static void collect_names(struct exec *e, struct names *all) {
    for (const struct ctx *c = e->ctx; c; c = c->up) {
        add_members(e, all, c->v);
        if (c->table)
            add_fields(e, all, c->table->field, c->table->n);
    }
    size_t n;
    const struct field *builtin = schema_builtin(&n);
    if (e->schema) {
        add_fields(e, all, e->schema->field, e->schema->n);
        for (size_t i = 0; i < e->schema->tables; i++)
            vec_push(e->a, all, e->schema->table[i].name);
    }
    add_fields(e, all, builtin, n);
}

void name_unknown(struct exec *e, const struct name *nm, struct origin at) {
    struct names all = {0};
    if (e->failures++ < NEAREST_MAX)
        collect_names(e, &all);
    diag_add(e->d, E_NAME_UNKNOWN, at, nm->full,
             nearest_hint(
                 e->d, nm->full, all.v, all.n,
                 str_eq(nm->full, "vb")
                     ? diag_word(e->d, "dẫn một văn bản thì viết {{vb \"57-NQ/TW\"}}",
                                 "a document is cited by {{vb \"57-NQ/TW\"}}")
                     : diag_word(e->d,
                                 "khai báo tên này ở “truong” hoặc “bang” trong mau.yaml",
                                 "declare it under “truong” or “bang” in mau.yaml")),
             NULL);
}

void column_unknown(struct exec *e, const struct value *data,
                    const struct table_schema *schema, const char *name,
                    struct origin at) {
    struct names all = {0};
    if (schema)
        add_fields(e, &all, schema->field, schema->n);
    size_t n;
    const struct column *c = value_columns(data, &n);
    for (size_t i = 0; !schema && i < n; i++)
        vec_push(e->a, &all, c[i].key);
    if (data && data->kind == VALUE_LIST && data->n)
        add_members(e, &all, data->u.item[0]);
    struct buf list = {0};
    for (size_t i = 0; i < all.n && i < 20; i++)
        buf_printf(&list, i ? ", %s" : "%s", all.v[i]);
    const char *have =
        diag_fmt(e->d, diag_word(e->d, "bảng có các cột: %s", "the table has: %s"),
                 list.data ? list.data : "");
    buf_free(&list);
    diag_add(e->d, E_BANG_COLUMN, at, name, nearest_hint(e->d, name, all.v, all.n, have),
             NULL);
}
