/* formula.c: computed values: read from `tinh`, put into order, computed into facts and tables */
#include "expr.h"
#include "inside.h"

#include <string.h>

/* ---- reading -------------------------------------------------------------------------- */

struct reader {
    struct arena *a;
    struct diag *d;
    struct schema *s;
    struct formulas {
        struct formula *v;
        size_t n, cap;
    } all;
};

/* The table that a dotted name begins with, and the column behind it. */
static struct table_schema *table_of(struct schema *s, const char *name,
                                     const char **column) {
    size_t n = strcspn(name, ".");
    *column = name[n] ? name + n + 1 : NULL;
    for (size_t i = 0; *column && i < s->tables; i++)
        if (strlen(s->table[i].name) == n && memcmp(s->table[i].name, name, n) == 0)
            return &s->table[i];
    return NULL;
}

static void append_field(struct arena *a, struct field **list, size_t *n, size_t *cap,
                         struct field f) {
    if (*n >= *cap) {
        *cap = *n < 8 ? 16 : 2 * *n;
        struct field *all = arena_array(a, struct field, *cap);
        for (size_t i = 0; i < *n; i++)
            all[i] = (*list)[i];
        *list = all;
    }
    (*list)[(*n)++] = f;
}

static bool declare_column(struct reader *r, struct table_schema *t, struct formula *f,
                           struct field *field) {
    if (t->open)
        diag_add(r->d, E_FORMULA_OPEN, field->at, t->name, NULL);
    else if (strchr(f->column, '.'))
        diag_add(r->d, E_SCHEMA_NAME, field->at, field->name, NULL);
    if (t->open || strchr(f->column, '.'))
        return false;
    field->name = f->column;
    if (field->missing == r->s->missing)
        field->missing = t->missing;
    if (!schema_column(t, f->column))
        append_field(r->a, &t->field, &t->n, &t->cap, *field);
    return true;
}

/* Nothing that the name leads through may be a list, one value or a built-in group. */
static bool check_path(struct reader *r, const struct field *field) {
    for (const char *dot = field->name; (dot = strchr(dot, '.')) != NULL; dot++) {
        const char *name = arena_strndup(r->a, field->name, (size_t)(dot - field->name));
        const struct field *f = schema_field(r->s, name);
        if (!f || (f->type == FT_OBJECT && !field_builtin(name)))
            continue;
        enum diag_code code = field_builtin(name)   ? E_FORMULA_BUILTIN
                              : f->type == FT_ARRAY ? E_FORMULA_LIST
                                                    : E_SCHEMA_CONFLICT;
        diag_add(r->d, code, field->at, name, NULL);
        return false;
    }
    return true;
}

/* The field that the entry computes: declared already, or declared by it. */
static bool declare(struct reader *r, struct formula *f, struct field *field) {
    struct table_schema *t = table_of(r->s, field->name, &f->column);
    f->table = t;
    if (t)
        return declare_column(r, t, f, field);
    if (field_builtin(field->name)) {
        diag_add(r->d, E_FORMULA_BUILTIN, field->at, field->name, NULL);
        return false;
    }
    const struct field *known = schema_field(r->s, field->name);
    bool group = known && (known->type == FT_ARRAY || known->type == FT_OBJECT);
    group |= field_is_group(r->s->field, r->s->n, field->name);
    if (group || schema_table(r->s, field->name)) {
        diag_add(r->d, E_FORMULA_GROUP, field->at, field->name, NULL);
        return false;
    }
    if (field->limits && field->limits->unique) {
        diag_add(r->d, E_LIMIT_UNIQUE, field->at, field->name, NULL);
        return false;
    }
    if (!check_path(r, field))
        return false;
    if (!known)
        append_field(r->a, &r->s->field, &r->s->n, &r->s->cap, *field);
    return true;
}

static void read_digits(struct reader *r, const struct value *entry, struct formula *f) {
    const struct value *v = value_get(entry, "chu_so");
    f->digits = -1;
    if (!v || v->kind == VALUE_NONE)
        return;
    bool ok = v->text && v->len == 1 && *v->text >= '0' && *v->text <= '9';
    if (ok)
        f->digits = *v->text - '0';
    else
        diag_add(r->d, E_FORMULA_DIGITS, v->at,
                 v->text ? v->text : value_kind_name(r->d, v), NULL);
}

static void read_absent(struct reader *r, const struct value *entry, struct formula *f) {
    const struct value *v = value_get(entry, "thieu");
    if (v && !v->text && v->kind != VALUE_NONE)
        diag_add(r->d, E_RULE_TEXT, v->at, "thieu", NULL);
    if (v)
        f->absent = v->text ? v->text : "";
}

static bool is_single(struct reader *r, const struct value *entry,
                      const struct field *field) {
    if (field->type != FT_ARRAY && field->type != FT_OBJECT)
        return true;
    const struct value *type = value_get(entry, "type");
    diag_add(r->d, E_FORMULA_KIND, type->at, type->text, NULL);
    return false;
}

static bool is_first(struct reader *r, const struct formula *f) {
    for (size_t i = 0; i < r->all.n; i++)
        if (str_eq(r->all.v[i].name, f->name)) {
            diag_add(r->d, E_SCHEMA_TWICE, f->at, f->name,
                     diag_fmt(r->d, "%d", r->all.v[i].at.line), NULL);
            return false;
        }
    return true;
}

static void read_entry(struct reader *r, const struct value *entry) {
    struct formula f = {0};
    struct field field;
    if (!schema_read_computed(r->a, r->d, entry, r->s->missing, &field))
        return;
    f.name = field.name;
    f.at = field.at;
    const struct value *text = value_get(entry, "bieu_thuc");
    read_digits(r, entry, &f);
    read_absent(r, entry, &f);
    if (!is_first(r, &f) || !is_single(r, entry, &field))
        return;
    if (!text || text->kind == VALUE_NONE) {
        diag_add(r->d, E_FORMULA_NO_EXPR, text ? text->at : entry->at, f.name, NULL);
        return;
    }
    if (!text->text) {
        diag_add(r->d, E_RULE_TEXT, text->at, "bieu_thuc", NULL);
        return;
    }
    if (!declare(r, &f, &field))
        return;
    f.expr = expr_parse(r->a, r->d, text->text, text->len, expr_at(text));
    if (f.expr)
        vec_push(r->a, &r->all, f);
}

/* ---- order -------------------------------------------------------------------------------- */

enum { NEW, OPEN, DONE };

struct sorter {
    struct arena *a;
    struct diag *d;
    struct schema *s;
    struct formula **path; /* being visited */
    size_t depth;
    bool circle; /* one was found */
};

struct needs {
    struct formula **v;
    size_t n, cap;
};

/* The computed values that an expression names, each once. */
static void collect_needs(struct sorter *o, const struct expr *x, struct needs *all) {
    o->s->looks_back |= x->kind == EX_NAME && x->previous;
    bool found = x->kind != EX_NAME || !x->formula;
    struct formula *f = found ? NULL : &o->s->formula[x->formula - o->s->formula];
    for (size_t i = 0; !found && i < all->n; i++)
        found = all->v[i] == f;
    if (!found)
        vec_push(o->a, all, f);
    for (int i = 0; i < x->args; i++)
        collect_needs(o, x->arg[i], all);
}

static void report_cycle(struct sorter *o, const struct formula *f) {
    size_t from = o->depth - 1;
    while (from > 0 && o->path[from] != f)
        from--;
    struct buf names = {0};
    for (size_t i = from; i < o->depth; i++)
        buf_printf(&names, "%s → ", o->path[i]->name);
    buf_adds(&names, f->name);
    diag_add(o->d, E_FORMULA_CYCLE, f->at, names.data, NULL);
    buf_free(&names);
    for (size_t i = from; i < o->depth; i++)
        diag_related(o->d,
                     diag_fmt(o->d, "%s = %s", o->path[i]->name,
                              expr_text(o->a, o->path[i]->expr)),
                     o->path[i]->expr->at, NULL);
    o->circle = true;
}

static void visit(struct sorter *o, struct formula *f) {
    if (f->state == OPEN)
        report_cycle(o, f);
    if (f->state != NEW)
        return;
    f->state = OPEN;
    o->path[o->depth++] = f;
    for (size_t i = 0; i < f->needs; i++)
        visit(o, f->need[i]);
    o->depth--;
    f->state = DONE;
    o->s->order[o->s->ordered++] = f;
}

static void sort(struct arena *a, struct diag *d, struct schema *s) {
    struct sorter o = {.a = a, .d = d, .s = s};
    s->order = arena_array(a, struct formula *, s->formulas);
    o.path = arena_array(a, struct formula *, s->formulas);
    for (size_t i = 0; i < s->formulas; i++) {
        struct needs all = {0};
        collect_needs(&o, s->formula[i].expr, &all);
        s->formula[i].need = all.v;
        s->formula[i].needs = all.n;
    }
    for (size_t i = 0; i < s->formulas; i++)
        visit(&o, &s->formula[i]);
    if (o.circle)
        s->ordered = 0;
}

void formulas_load(struct arena *a, struct diag *d, const struct value *mau,
                   struct schema *s) {
    struct reader r = {.a = a, .d = d, .s = s};
    const struct value *list = schema_list(d, mau, "tinh");
    if (list && list->n > FORMULAS_MAX) {
        diag_add(d, E_SCHEMA_MANY, list->u.item[FORMULAS_MAX]->at, "tinh",
                 diag_fmt(d, "%d", FORMULAS_MAX), NULL);
        return;
    }
    for (uint32_t i = 0; list && i < list->n; i++)
        read_entry(&r, list->u.item[i]);
    s->formula = r.all.v;
    s->formulas = r.all.n;
    bool ok = true;
    for (size_t i = 0; i < s->formulas; i++) {
        struct formula *f = &s->formula[i];
        struct field *field =
            (struct field *)(uintptr_t)(f->table ? schema_column(f->table, f->column)
                                                 : schema_field(s, f->name));
        field->formula = f;
        field->required = false; /* the data need not give it */
        f->field = field;
    }
    for (size_t i = 0; i < s->formulas; i++)
        ok = expr_bind(a, d, s->formula[i].expr, s, s->formula[i].table) && ok;
    if (ok)
        sort(a, d, s);
}

/* ---- computing ------------------------------------------------------------------------------- */

/* The decimals that a number needs, at most `most`. */
static int needed_digits(struct arena *a, const struct number *n, int most) {
    for (int d = 0; d < most; d++) {
        struct number r = number_round(a, n, d);
        if (number_compare(&r, n) == 0)
            return d;
    }
    return most;
}

/* A percentage: r counts the decimals of the ratio, unless it was a percentage itself. */
static int percent_digits(struct arena *a, const struct result *r) {
    int n = r->percent && r->digits >= 0 ? r->digits + 2 : r->digits;
    if (n < 0 || n > 8)
        n = needed_digits(a, &r->number, 4);
    return n > 2 ? n - 2 : 0;
}

int result_digits(struct arena *a, const struct result *r, bool percent) {
    if (percent)
        return percent_digits(a, r);
    return r->digits >= 0 && r->digits <= 6 ? r->digits : needed_digits(a, &r->number, 6);
}

static bool number_value(struct eval *e, const struct formula *f, struct result *r,
                         struct value *v) {
    if (!eval_as_number(e, r))
        return false;
    bool percent = r->percent || (f->field->flags & VALUE_PERCENT) != 0;
    if (f->field->type == FT_INTEGER && !number_is_int(&r->number)) {
        eval_fail(e, E_FORMULA_INTEGER, f->expr, result_text(e->a, r), f->name);
        return false;
    }
    v->kind = VALUE_NUMBER;
    v->digits = (uint16_t)(f->digits >= 0 ? f->digits : result_digits(e->a, r, percent));
    v->flags |= percent ? VALUE_PERCENT : 0;
    v->flags |= f->field->type == FT_INTEGER ? VALUE_INTEGER : 0;
    v->u.number = arena_new_of(e->a, struct number);
    *v->u.number = r->number;
    if (f->field->year) { /* a year is never grouped: as if it was typed */
        v->text = number_print(e->a, &r->number, 0, false);
        v->len = (uint32_t)strlen(v->text);
    }
    return true;
}

static bool text_value(struct eval *e, const struct formula *f, const struct result *r,
                       struct value *v) {
    const char *text = eval_text(e, r);
    v->kind = VALUE_TEXT;
    v->text = text;
    v->len = (uint32_t)strlen(text);
    v->flags |= f->field->flags & VALUE_TARGET;
    return true;
}

static bool date_value(struct result *r, struct value *v) {
    if (r->kind == RES_TEXT && date_parse(r->text, strlen(r->text), &r->date))
        r->kind = RES_DATE;
    v->kind = VALUE_DATE;
    v->u.date = r->date;
    return r->kind == RES_DATE;
}

/* The result as a value of the field's type; false after a message. */
static bool make_value(struct eval *e, const struct formula *f, struct result *r,
                       struct value *v) {
    *v = (struct value){.flags = VALUE_COMPUTED, .at = f->expr->at};
    bool ok = false;
    switch (f->field->type) {
    case FT_INTEGER:
    case FT_NUMBER:
        ok = number_value(e, f, r, v);
        break;
    case FT_STRING:
        ok = text_value(e, f, r, v);
        break;
    case FT_DATE:
        ok = date_value(r, v);
        break;
    case FT_BOOLEAN:
        ok = r->kind == RES_BOOL;
        v->kind = VALUE_BOOL;
        v->u.yes = r->yes;
        break;
    case FT_ARRAY:
    case FT_OBJECT:
        break;
    }
    if (!ok && !e->failed)
        eval_fail(e, E_FORMULA_TYPE, f->expr, result_text(e->a, r), f->name);
    return ok && !e->failed;
}

static void relate(void *to, const struct operand *o) {
    struct eval *e = to;
    const char *indent = "          ";
    int depth = o->depth > 4 ? 4 : o->depth;
    if (o->more)
        diag_related(e->d,
                     diag_fmt(e->d,
                              diag_word(e->d, "%.*s… và %zu ô nữa", "%.*s… and %zu more"),
                              2 * depth, indent, o->more),
                     (struct origin){0}, NULL);
    else
        diag_related(
            e->d,
            diag_fmt(e->d, "%.*s%s = %s", 2 * depth, indent, o->text,
                     o->value ? o->value : diag_word(e->d, "(trống)", "(empty)")),
            o->at, o->where);
}

void relate_operands(struct eval *e, const struct expr *x) {
    operands_visit(e, x, true, 5, relate, e);
}

/* What lacks, in words. */
static const char *lack(struct eval *e, const struct result *r) {
    const struct expr *x = r->lacks;
    const char *text = expr_text(e->a, x), *shown = value_show(e->a, r->from);
    bool column = x->kind == EX_NAME && (x->ref == REF_OF_TABLE || x->ref == REF_OF_LIST);
    int fn = x->kind == EX_CALL ? x->fn : FUNCTIONS;
    if (fn == FN_O)
        return diag_fmt(e->d,
                        diag_word(e->d, "không có hàng nào hợp với %s", "no row fits %s"),
                        text);
    if (fn == FN_SO)
        return diag_fmt(e->d, diag_word(e->d, "“%s” không có số", "“%s” has no number"),
                        *shown ? shown : text);
    if (fn == FN_NGAY)
        return diag_fmt(e->d, diag_word(e->d, "“%s” chưa có ngày", "“%s” has no day"),
                        shown);
    if (fn == FN_THANG)
        return diag_fmt(e->d, diag_word(e->d, "“%s” chưa có tháng", "“%s” has no month"),
                        shown);
    if (column && !x->previous)
        return diag_fmt(e->d,
                        diag_word(e->d, "không có ô nào của %s có giá trị",
                                  "no cell of %s has a value"),
                        text);
    return diag_fmt(e->d, diag_word(e->d, "thiếu %s", "%s is missing"), text);
}

/* Why a value cannot be computed, at the place of the operand that lacks. */
static void report_missing(struct eval *e, const struct formula *f,
                           const struct result *r, const struct value *row) {
    const struct expr *lacks = r->lacks;
    struct origin at = r->at.file ? r->at : f->expr->at;
    const char *where = value_where(e->d, r->from), *text = expr_text(e->a, f->expr);
    if (row && !where)
        where = row_name(e->d, row);
    if (lacks && lacks->kind == EX_NAME && lacks->previous && !e->previous)
        diag_add(e->d, E_FORMULA_NO_PREVIOUS, (struct origin){e->facts->at.file, 0, 0},
                 f->name, text, NULL);
    else
        diag_add_where(e->d, lacks ? E_FORMULA_LACKS : E_FORMULA_ZERO, at, where, f->name,
                       text, lacks ? lack(e, r) : "", NULL);
    relate_operands(e, f->expr);
}

/* A value that cannot be computed: what `thieu` says, or an error. */
static void put_missing(struct eval *e, const struct formula *f, const struct result *r,
                        struct value *to, const struct value *row) {
    if (!f->absent) {
        if (!r->silent && !e->failed)
            report_missing(e, f, r, row);
        return;
    }
    to->kind = *f->absent ? VALUE_NODATA : VALUE_NONE;
    to->text = f->absent;
    to->len = (uint32_t)strlen(f->absent);
    to->flags |= VALUE_COMPUTED;
    to->at = f->expr->at;
}

/* Decimals of the ratio or number that the data give, as typed. */
static int given_digits(const struct value *v) {
    bool sign = v->text && memchr(v->text, '%', v->len);
    bool bare = v->flags & VALUE_JSON || !(v->flags & VALUE_PERCENT); /* 0,987 */
    return v->digits + (sign || !bare ? 2 : 0);
}

/* A value within a message: texts in quotes, which would run into its words. */
static const char *quoted(struct eval *e, const struct value *v) {
    const char *text = value_show(e->a, v);
    return v->kind == VALUE_TEXT ? arena_printf(e->a, "“%s”", text) : text;
}

/* What the data give for a computed value must be what was computed, as typed. */
static void compare_given(struct eval *e, const struct formula *f, struct value *given,
                          const struct value *now) {
    bool same;
    if (diag_count(e->d, SEV_ERROR) && diag_at(e->d, given->at))
        return;
    if (now->kind == VALUE_NUMBER && given->kind == VALUE_NUMBER) {
        struct number x = number_round(e->a, now->u.number, given_digits(given));
        same = number_compare(&x, given->u.number) == 0;
    } else {
        same = str_eq(value_show(e->a, given), value_show(e->a, now));
    }
    if (!same) {
        diag_add_where(e->d, E_FORMULA_DIFFERS, given->at, value_where(e->d, given),
                       f->name, quoted(e, given), quoted(e, now),
                       expr_text(e->a, f->expr), NULL);
        relate_operands(e, f->expr);
    }
    /* What was computed goes on from here, so that one wrong figure is told once. */
    struct value kept = *given;
    *given = *now;
    given->parent = kept.parent;
    given->key = kept.key;
    given->index = kept.index;
    given->at = kept.at;
}

static void put(struct eval *e, const struct formula *f, struct value *to,
                const struct value *row) {
    struct row_scope scope = {NULL, row};
    struct value now;
    e->failed = false;
    e->row = row ? &scope : NULL;
    struct result r = eval_expr(e, f->expr);
    eval_end(e, f->expr);
    bool given = to->kind != VALUE_NONE;
    if (r.kind == RES_MISSING) {
        if (!given)
            put_missing(e, f, &r, to, row);
    } else if (make_value(e, f, &r, &now)) {
        if (given)
            compare_given(e, f, to, &now);
        else {
            now.parent = to->parent;
            now.key = to->key;
            now.index = to->index;
            *to = now;
        }
    }
    e->row = NULL;
}

/* The member of the facts that a computed fact is; it was put there when the facts were typed. */
static struct value *fact(struct eval *e, const struct value *facts, const char *name) {
    struct value *v = (struct value *)(uintptr_t)facts;
    for (size_t n; v && (n = strcspn(name, ".")) > 0; name += n + 1) {
        v = value_get(v, arena_strndup(e->a, name, n));
        if (!name[n])
            return v;
    }
    return v;
}

static void compute_column(struct eval *e, const struct formula *f) {
    const struct value *table = value_get(e->facts, f->table->name);
    if (!table || table->kind != VALUE_TABLE)
        return;
    for (uint32_t i = 0; i < table->n; i++) {
        struct value *cell = value_get(table->u.item[i], f->column);
        if (cell)
            put(e, f, cell, table->u.item[i]);
    }
}

bool formulas_run(struct eval *e, const struct schema *s) {
    int errors = diag_count(e->d, SEV_ERROR);
    for (size_t i = 0; i < s->ordered; i++) {
        const struct formula *f = s->order[i];
        struct value *v = f->table ? NULL : fact(e, e->facts, f->name);
        if (f->table)
            compute_column(e, f);
        else if (v)
            put(e, f, v, NULL);
    }
    return diag_count(e->d, SEV_ERROR) == errors;
}

const struct value *formula_value(struct eval *e, const struct formula *f) {
    return fact(e, e->facts, f->name);
}

bool field_wanted(const struct field *f) {
    return f && (f->required || (f->formula && !f->formula->absent));
}
