/* bind.c: what the names of an expression are: columns of a row, facts, tables, the period before */
#include "expr.h"
#include "inside.h"

#include <string.h>

#define PREVIOUS "ky_truoc"

/* Rows that stand around an expression, innermost first. */
struct rows {
    const struct rows *up;
    const struct table_schema *table; /* NULL: items of any shape */
};

struct binder {
    struct arena *a;
    struct diag *d;
    const struct schema *s;
    const struct rows *rows;
    bool ok;
};

/* ---- one name ------------------------------------------------------------------------ */

static const struct formula *formula_of(const struct schema *s, const char *name) {
    for (size_t i = 0; i < s->formulas; i++)
        if (str_eq(s->formula[i].name, name))
            return &s->formula[i];
    return NULL;
}

static const struct formula *
column_formula(struct binder *b, const struct table_schema *t, const char *column) {
    return b->s->formulas ? formula_of(b->s, arena_printf(b->a, "%s.%s", t->name, column))
                          : NULL;
}

static bool has_column(const struct table_schema *t, const char *name) {
    return t->open || schema_column(t, name);
}

/* A column of one of the rows around: cot, or bang.cot of that table. */
static bool bind_column(struct binder *b, struct expr *x) {
    int up = 0;
    for (const struct rows *r = b->rows; r; r = r->up, up++) {
        bool own = x->steps == 2 && r->table && str_eq(x->step[0], r->table->name);
        const char *column = x->steps == 1 ? x->step[0] : own ? x->step[1] : NULL;
        if (!r->table || !column || !has_column(r->table, column))
            continue;
        x->ref = REF_COLUMN;
        x->up = up;
        x->step += own;
        x->steps = 1;
        const struct field *f = schema_column(r->table, column);
        x->required = f && f->required;
        x->unit = f ? f->don_vi : NULL;
        x->formula = column_formula(b, r->table, column);
        return true;
    }
    return false;
}

static bool bind_table(struct binder *b, struct expr *x) {
    const struct table_schema *t = schema_table(b->s, x->step[0]);
    if (!t || x->steps > 2)
        return false;
    if (x->steps == 2 && !has_column(t, x->step[1]))
        return false;
    x->ref = x->steps == 1 ? REF_TABLE : REF_OF_TABLE;
    if (x->steps == 2)
        x->formula = column_formula(b, t, x->step[1]);
    return true;
}

/* The name as far as its first n steps. */
static const char *prefix(struct binder *b, const struct expr *x, int n) {
    const char *s = x->step[0];
    for (int i = 1; i < n; i++)
        s = arena_printf(b->a, "%s.%s", s, x->step[i]);
    return s;
}

static bool bind_fact(struct binder *b, struct expr *x) {
    for (int n = 1; n <= x->steps; n++) {
        const struct field *f = schema_field(b->s, prefix(b, x, n));
        if (!f)
            continue;
        bool open = f->type == FT_ARRAY || f->type == FT_OBJECT;
        if (n < x->steps && !open)
            continue;
        x->ref = f->type == FT_ARRAY ? REF_OF_LIST : REF_FACT;
        x->up = n;
        x->required = n == x->steps && f->required;
        x->unit = f->don_vi;
        x->formula = n == x->steps ? formula_of(b->s, f->name) : NULL;
        return true;
    }
    x->ref = REF_FACT;
    return b->s->open; /* without declarations any name may be there */
}

/* Within items of any shape a single name that is nothing else is a member of theirs. */
static bool bind_member(struct binder *b, struct expr *x) {
    int up = 0;
    for (const struct rows *r = b->rows; r; r = r->up, up++)
        if (!r->table && x->steps == 1) {
            x->ref = REF_COLUMN;
            x->up = up;
            return true;
        }
    return false;
}

struct names {
    const char **v;
    size_t n, cap;
};

static void collect(struct binder *b, struct names *all) {
    for (const struct rows *r = b->rows; r; r = r->up)
        for (size_t i = 0; r->table && i < r->table->n; i++)
            vec_push(b->a, all, r->table->field[i].name);
    for (size_t i = 0; i < b->s->n; i++)
        vec_push(b->a, all, b->s->field[i].name);
    for (size_t t = 0; t < b->s->tables; t++) {
        const struct table_schema *table = &b->s->table[t];
        vec_push(b->a, all, table->name);
        for (size_t i = 0; i < table->n; i++) {
            const char *name =
                arena_printf(b->a, "%s.%s", table->name, table->field[i].name);
            vec_push(b->a, all, name);
        }
    }
    size_t n;
    const struct field *f = schema_builtin(&n);
    for (size_t i = 0; i < n; i++)
        vec_push(b->a, all, f[i].name);
}

static void unknown(struct binder *b, const struct expr *x) {
    struct names all = {0};
    collect(b, &all);
    const char *name = prefix(b, x, x->steps), *near = text_nearest(name, all.v, all.n);
    if (near && x->previous)
        near = arena_printf(b->a, PREVIOUS ".%s", near);
    b->ok = false;
    if (near)
        diag_add(b->d, E_EXPR_NAME_NEAR, x->at, x->text, near, NULL);
    else
        diag_add(b->d, E_EXPR_NAME, x->at, x->text, NULL);
}

static void bind_name(struct binder *b, struct expr *x) {
    if (b->rows && x->steps == 1 && str_eq(x->step[0], "hang") &&
        !(b->rows->table && schema_column(b->rows->table, "hang"))) {
        x->ref = REF_ROW_NUMBER;
        return;
    }
    if (x->steps > 1 && str_eq(x->step[0], PREVIOUS)) {
        x->previous = true;
        x->step++;
        x->steps--;
    }
    bool found = (!x->previous && bind_column(b, x)) || bind_table(b, x) ||
                 (schema_field(b->s, prefix(b, x, 1)) && bind_fact(b, x)) ||
                 (!x->previous && bind_member(b, x)) || bind_fact(b, x);
    if (!found)
        unknown(b, x);
}

/* ---- trees ------------------------------------------------------------------------------ */

static bool is_column(const struct expr *x) {
    return x->kind == EX_NAME && (x->ref == REF_OF_TABLE || x->ref == REF_OF_LIST);
}

/* Which argument of a function takes a column: -1 none; *table: a whole table will do. */
static int column_argument(const struct expr *x, bool *must, bool *table) {
    *must = *table = false;
    switch ((enum expr_function)x->fn) {
    case FN_DEM:
        *table = *must = true;
        return 0;
    case FN_TONG:
    case FN_O:
    case FN_LIEN_TUC:
    case FN_SO_THIEU:
    case FN_KHAC_NHAU:
    case FN_LAP:
        *must = true;
        return 0;
    case FN_CO_TRONG:
        *must = true;
        return 1;
    case FN_NHO_NHAT:
    case FN_LON_NHAT:
    case FN_TRUNG_BINH:
        return 0;
    case FN_CO:
        *table = true;
        return 0;
    case FN_TY_LE:
    case FN_CHENH:
    case FN_TANG_TRUONG:
    case FN_XU_HUONG:
    case FN_NEU:
    case FN_CHON:
    case FN_KHOP:
    case FN_LAM_TRON:
    case FN_TUYET_DOI:
    case FN_SO:
    case FN_DAT:
    case FN_NOI:
    case FN_CHUA:
    case FN_NAM:
    case FN_THANG:
    case FN_NGAY:
    case FUNCTIONS:
        break;
    }
    return -1;
}

static void bind(struct binder *b, struct expr *x);

/* The condition of an aggregate is over the rows of its table. */
static void bind_condition(struct binder *b, const struct expr *column, struct expr *x) {
    struct rows rows = {b->rows, NULL};
    if (column->ref != REF_OF_LIST)
        rows.table = schema_table(b->s, column->step[0]);
    b->rows = &rows;
    bind(b, x);
    b->rows = rows.up;
}

static void bind_call(struct binder *b, struct expr *x) {
    bool must, table;
    int at = column_argument(x, &must, &table);
    if (at < 0) {
        for (int i = 0; i < x->args; i++)
            bind(b, x->arg[i]);
        return;
    }
    struct expr *c = x->arg[at];
    if (c->kind == EX_NAME)
        bind_name(b, c);
    else
        bind(b, c);
    bool rows = is_column(c) || (table && c->kind == EX_NAME && c->ref == REF_TABLE);
    if (c->kind == EX_NAME && c->ref == REF_TABLE && !table) {
        diag_add(b->d, E_EXPR_TABLE, c->at, c->text, function_name(x->fn), NULL);
        b->ok = false;
    } else if (must && !rows && b->ok) {
        diag_add(b->d, E_EXPR_COLUMN_WANTED, c->at, function_name(x->fn), NULL);
        b->ok = false;
    }
    for (int i = 0; i < x->args; i++) {
        if (i == at)
            continue;
        if (rows && at == 0)
            bind_condition(b, c, x->arg[i]);
        else
            bind(b, x->arg[i]);
    }
    if (rows && x->args > 2) {
        diag_add(b->d, E_EXPR_ARGUMENTS, x->at, function_name(x->fn),
                 diag_fmt(b->d, "%s(bang.cot, dieu_kien)", function_name(x->fn)), NULL);
        b->ok = false;
    }
}

static void bind(struct binder *b, struct expr *x) {
    switch ((enum expr_kind)x->kind) {
    case EX_NAME:
        bind_name(b, x);
        if (x->ref == REF_OF_LIST && x->up == x->steps)
            x->ref = REF_FACT; /* a list as a whole: its items as one text */
        if (is_column(x) || (b->ok && x->ref == REF_TABLE)) {
            diag_add(b->d, E_EXPR_COLUMN, x->at, x->text, NULL);
            b->ok = false;
        }
        break;
    case EX_CALL:
        bind_call(b, x);
        break;
    case EX_NUMBER:
    case EX_TEXT:
        break;
    case EX_NEGATE:
    case EX_NOT:
    case EX_AND:
    case EX_OR:
    case EX_EQUAL:
    case EX_DIFFERENT:
    case EX_LESS:
    case EX_AT_MOST:
    case EX_MORE:
    case EX_AT_LEAST:
    case EX_ADD:
    case EX_SUBTRACT:
    case EX_MULTIPLY:
    case EX_DIVIDE:
    case EX_POWER:
        for (int i = 0; i < x->args; i++)
            bind(b, x->arg[i]);
        break;
    }
}

bool expr_bind(struct arena *a, struct diag *d, struct expr *x, const struct schema *s,
               const struct table_schema *table) {
    struct rows rows = {NULL, table};
    struct binder b = {a, d, s, table ? &rows : NULL, true};
    bind(&b, x);
    return b.ok;
}
