/* filter.c: the rows of a table that fulfil a condition: `loc` of a table block */
#include "expr.h"
#include "inside.h"

/* ---- columns that only the data tell ---------------------------------------------------- */

struct fields {
    struct field *v;
    size_t n, cap;
};

static void add_name(struct arena *a, struct fields *all, const char *name) {
    for (size_t i = 0; i < all->n; i++)
        if (str_eq(all->v[i].name, name))
            return;
    struct field f = {.name = name};
    vec_push(a, all, f);
}

/* A table as its rows are, so that a wrong name is found. */
static const struct table_schema *table_of_rows(struct arena *a, const char *name,
                                                const struct value *rows) {
    struct table_schema *t = arena_new_of(a, struct table_schema);
    struct fields all = {0};
    size_t n;
    const struct column *c = value_columns(rows, &n);
    for (size_t i = 0; i < n; i++)
        add_name(a, &all, c[i].key);
    for (uint32_t i = 0; rows && rows->kind == VALUE_LIST && i < rows->n; i++) {
        const struct value *item = rows->u.item[i];
        for (uint32_t k = 0; item->kind == VALUE_MAP && k < item->n; k++)
            add_name(a, &all, item->u.member[k].key);
    }
    *t = (struct table_schema){
        .name = name, .open = !all.n, .field = all.v, .n = all.n, .cap = all.cap};
    return t;
}

/* ---- the filter ----------------------------------------------------------------------------- */

bool rows_filter(struct arena *a, struct diag *d, const struct report *r,
                 const struct schema *s, const struct value *text, const char *table,
                 const struct value *rows, struct value ***item, uint32_t *items) {
    static const struct schema none = {.open = true};
    const struct table_schema *t = schema_table(s, table);
    if (!t || t->open)
        t = table_of_rows(a, table, rows);
    struct expr *x = expr_parse(a, d, text->text, text->len, expr_at(text));
    if (!x || !expr_bind(a, d, x, s ? s : &none, t))
        return false;
    struct eval e = eval_of_report(a, d, r);
    struct value **kept = arena_array(a, struct value *, rows ? rows->n : 0);
    uint32_t n = 0;
    int errors = diag_count(d, SEV_ERROR);
    for (uint32_t i = 0; rows && i < rows->n; i++) {
        struct row_scope scope = {NULL, rows->u.item[i]};
        struct result holds;
        e.row = &scope;
        e.failed = false;
        if (eval_bool(&e, x, &holds) && holds.yes)
            kept[n++] = rows->u.item[i];
        eval_end(&e, x);
    }
    *item = kept;
    *items = n;
    return diag_count(d, SEV_ERROR) == errors;
}
