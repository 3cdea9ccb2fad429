/* bind.c: what the names of an expression are: columns of a row, facts, tables, the period before */
#include "expr.h"
#include "inside.h"

#include <string.h>

#define PREVIOUS "ky_truoc"

/* Rows that stand around an expression, innermost first. */
struct rows {
    const struct rows *up;
    const struct table_schema *table; /* NULL: items of a list of the facts */
    const char *list;                 /* its name */
};

struct names {
    const char **v;
    size_t n, cap;
};

struct binder {
    struct arena *a;
    struct diag *d;
    const struct schema *s;
    const struct rows *rows;
    bool ok;
    int unknown; /* names so far */
};

/* ---- one name ------------------------------------------------------------------------ */

/* The declared or built-in field that is called the first n bytes of name. */
static const struct field *field_of(const struct schema *s, const char *name, size_t n) {
    size_t builtin;
    const struct field *b = schema_builtin(&builtin);
    for (size_t i = 0; i < s->n + builtin; i++) {
        const struct field *f = i < s->n ? &s->field[i] : &b[i - s->n];
        if (strncmp(f->name, name, n) == 0 && !f->name[n])
            return f;
    }
    return NULL;
}

static bool is_typed(const struct field *f) {
    return f && f->type != FT_STRING;
}

/* Whether columns may be there that nobody declared. */
static bool is_open(const struct binder *b, const struct rows *r) {
    return r->table ? r->table->open : !field_is_group(b->s->field, b->s->n, r->list);
}

static const struct field *column_of(struct binder *b, const struct rows *r,
                                     const char *name) {
    if (r->table)
        return schema_column(r->table, name);
    const char *full = arena_printf(b->a, "%s.%s", r->list, name);
    return field_of(b->s, full, strlen(full));
}

/* A column of one of the rows around: cot, or bang.cot of that table. Where only the data tell which columns
 * there are, the name is looked for in all rows, innermost first, and then among the facts. */
static bool bind_column(struct binder *b, struct expr *x) {
    int up = 0;
    bool open = false;
    for (const struct rows *r = b->rows; r; r = r->up, up++) {
        bool own = x->steps == 2 && r->table && str_eq(x->step[0], r->table->name);
        if (x->steps != 1 && !own)
            continue;
        const struct field *f = column_of(b, r, x->step[own]);
        if (!f && !(own && r->table->open)) {
            open |= is_open(b, r) && !own;
            continue;
        }
        x->ref = REF_COLUMN;
        x->up = up;
        x->step += own;
        x->steps = 1;
        x->anywhere = open;
        x->required = f && f->required && !open;
        x->typed = is_typed(f);
        x->unit = f ? f->don_vi : NULL;
        x->formula = f ? f->formula : NULL;
        return true;
    }
    if (!open)
        return false;
    const struct field *f = field_of(b->s, x->step[0], strlen(x->step[0]));
    x->ref = REF_COLUMN;
    x->anywhere = true;
    x->typed = is_typed(f);
    x->unit = f ? f->don_vi : NULL;
    x->formula = f ? f->formula : NULL;
    return true;
}

static bool bind_table(struct binder *b, struct expr *x) {
    const struct table_schema *t = schema_table(b->s, x->step[0]);
    if (!t || x->steps > 2)
        return false;
    const struct field *f = x->steps == 2 ? schema_column(t, x->step[1]) : NULL;
    if (x->steps == 2 && !f && !t->open)
        return false;
    x->ref = x->steps == 1 ? REF_TABLE : REF_OF_TABLE;
    x->typed = is_typed(f);
    x->formula = f && !x->previous ? f->formula : NULL;
    return true;
}

/* The name without ky_truoc. */
static const char *own_name(const struct expr *x) {
    return x->previous ? x->text + strlen(PREVIOUS ".") : x->text;
}

static bool bind_fact(struct binder *b, struct expr *x) {
    const char *name = own_name(x), *end = name;
    for (int n = 1; n <= x->steps; n++) {
        end += strcspn(end, ".");
        const struct field *f = field_of(b->s, name, (size_t)(end - name));
        end += *end == '.';
        bool open = f && (f->type == FT_ARRAY || f->type == FT_OBJECT);
        if (!f || (n < x->steps && !open))
            continue;
        x->ref = f->type == FT_ARRAY ? REF_OF_LIST : REF_FACT;
        x->up = n;
        bool own = n == x->steps && !x->previous;
        x->required = f->required && !x->previous && (own || f->type == FT_ARRAY);
        x->typed = is_typed(n == x->steps ? f : field_of(b->s, name, strlen(name)));
        x->unit = f->don_vi;
        x->formula = own ? f->formula : NULL;
        return true;
    }
    x->ref = REF_FACT;
    x->up = 0;
    /* a group as a whole, for co(…); without declarations any name may be there */
    return b->s->open || field_is_group(b->s->field, b->s->n, name);
}

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

#define NEAREST_MAX 20 /* looking for the nearest name takes long */

static void unknown(struct binder *b, const struct expr *x) {
    struct names all = {0};
    const char *near = NULL;
    b->ok = false;
    if (b->unknown++ < NEAREST_MAX && diag_count(b->d, SEV_ERROR) < 2 * NEAREST_MAX) {
        collect(b, &all);
        near = text_nearest(own_name(x), all.v, all.n);
    }
    if (near && x->previous)
        near = arena_printf(b->a, PREVIOUS ".%s", near);
    if (near)
        diag_add(b->d, E_EXPR_NAME_NEAR, x->at, x->text, near, NULL);
    else
        diag_add(b->d, E_EXPR_NAME, x->at, x->text, NULL);
}

/* The name of an argument that takes a column is that of a whole one first. */
static void bind_name(struct binder *b, struct expr *x, bool column) {
    if (b->rows && x->steps == 1 && str_eq(x->step[0], "hang") &&
        !column_of(b, b->rows, "hang")) {
        x->ref = REF_ROW_NUMBER;
        return;
    }
    if (x->steps > 1 && str_eq(x->step[0], PREVIOUS)) {
        x->previous = true;
        x->step++;
        x->steps--;
    }
    bool found = (column && bind_table(b, x)) || (!x->previous && bind_column(b, x)) ||
                 bind_table(b, x) || bind_fact(b, x);
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

/* "xom" of xom.ho */
static const char *list_name(struct binder *b, const struct expr *column) {
    const char *name = own_name(column), *end = name;
    for (int i = 0; i < column->up; i++)
        end += strcspn(end, ".") + (i > 0);
    return arena_strndup(b->a, name, (size_t)(end - name));
}

/* Without declarations a name may be that of a list, or of a member of its items. */
static void guess_list(const struct binder *b, struct expr *c) {
    if (c->kind != EX_NAME || c->ref != REF_FACT || c->up || !b->s->open || c->steps > 2)
        return;
    c->ref = REF_OF_LIST;
    c->up = 1;
}

/* The condition of an aggregate is over the rows of its table. */
static void bind_condition(struct binder *b, const struct expr *column, struct expr *x) {
    struct rows rows = {b->rows, NULL, NULL};
    if (column->ref != REF_OF_LIST)
        rows.table = schema_table(b->s, column->step[0]);
    else
        rows.list = list_name(b, column);
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
    bool before = b->ok;
    b->ok = true;
    if (c->kind == EX_NAME)
        bind_name(b, c, x->fn != FN_CO && (c->steps > 1 || table));
    else
        bind(b, c);
    if (must)
        guess_list(b, c);
    bool rows = is_column(c) || (table && c->kind == EX_NAME && c->ref == REF_TABLE);
    if (c->kind == EX_NAME && c->ref == REF_TABLE && !table) {
        diag_add(b->d, E_EXPR_TABLE, c->at, c->text, function_name(x->fn), NULL);
        b->ok = false;
    } else if (must && !rows && b->ok) {
        diag_add(b->d, E_EXPR_COLUMN_WANTED, c->at, function_name(x->fn), NULL);
        b->ok = false;
    }
    b->ok &= before;
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
        bind_name(b, x, false);
        if (x->ref == REF_OF_LIST && x->up == x->steps)
            x->ref = REF_FACT; /* a list as a whole: its items as one text */
        if (is_column(x) || x->ref == REF_TABLE) {
            diag_add(b->d, x->ref == REF_TABLE ? E_EXPR_WHOLE_TABLE : E_EXPR_COLUMN,
                     x->at, x->text, NULL);
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
    struct rows rows = {NULL, table, NULL};
    struct binder b = {a, d, s, table ? &rows : NULL, true, 0};
    if (diag_count(d, SEV_ERROR) >= MESSAGES_KEPT)
        return false;
    bind(&b, x);
    return b.ok;
}
