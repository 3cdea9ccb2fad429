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

static void append_field(struct arena *a, struct field **list, size_t *n,
                         struct field f) {
    struct field *all = arena_array(a, struct field, *n + 1);
    for (size_t i = 0; i < *n; i++)
        all[i] = (*list)[i];
    all[(*n)++] = f;
    *list = all;
}

/* The field that the entry computes: declared already, or declared by it. */
static bool declare(struct reader *r, const struct value *entry, struct formula *f,
                    struct field *field) {
    struct table_schema *t = table_of(r->s, field->name, &f->column);
    f->table = t;
    if (t && t->open) {
        diag_add(r->d, E_FORMULA_OPEN, field->at, t->name, NULL);
        return false;
    }
    if (t) {
        field->name = f->column;
        if (field->missing == r->s->missing)
            field->missing = t->missing;
        if (!schema_column(t, f->column))
            append_field(r->a, &t->field, &t->n, *field);
        return true;
    }
    if (field_builtin(field->name)) {
        diag_add(r->d, E_FORMULA_BUILTIN, field->at, field->name, NULL);
        return false;
    }
    bool group = field->type == FT_ARRAY || field->type == FT_OBJECT ||
                 field_is_group(r->s->field, r->s->n, field->name);
    if (group || schema_table(r->s, field->name)) {
        diag_add(r->d, E_FORMULA_GROUP, field->at, field->name, NULL);
        return false;
    }
    if (field->limits && field->limits->unique) {
        diag_add(r->d, E_LIMIT_UNIQUE, field->at, field->name, NULL);
        return false;
    }
    if (!schema_field(r->s, field->name))
        append_field(r->a, &r->s->field, &r->s->n, *field);
    (void)entry;
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
        diag_add(r->d, E_FORMULA_DIGITS, v->at, v->text ? v->text : "", NULL);
}

static void read_entry(struct reader *r, const struct value *entry) {
    struct formula f = {0};
    struct field field;
    if (!schema_read_computed(r->a, r->d, entry, r->s->missing, &field))
        return;
    f.name = field.name;
    f.at = field.at;
    for (size_t i = 0; i < r->all.n; i++)
        if (str_eq(r->all.v[i].name, f.name)) {
            diag_add(r->d, E_SCHEMA_TWICE, f.at, f.name,
                     diag_fmt(r->d, "%d", r->all.v[i].at.line), NULL);
            return;
        }
    const struct value *text = value_get(entry, "bieu_thuc");
    if (!text || !text->text) {
        diag_add(r->d, E_FORMULA_NO_EXPR, entry->at, f.name, NULL);
        return;
    }
    const struct value *absent = value_get(entry, "thieu");
    if (absent && absent->kind != VALUE_NONE)
        f.absent = absent->text ? absent->text : "";
    else if (absent)
        f.absent = "";
    read_digits(r, entry, &f);
    if (!declare(r, entry, &f, &field))
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
    struct formula *path[512]; /* being visited */
    int depth;
};

static void visit(struct sorter *o, struct formula *f);

static void visit_names(struct sorter *o, const struct expr *x) {
    if (x->kind == EX_NAME && x->formula && !x->previous)
        for (size_t i = 0; i < o->s->formulas; i++)
            if (x->formula == &o->s->formula[i])
                visit(o, &o->s->formula[i]);
    for (int i = 0; i < x->args; i++)
        visit_names(o, x->arg[i]);
}

static void report_cycle(struct sorter *o, const struct formula *f) {
    int from = o->depth - 1;
    while (from > 0 && o->path[from] != f)
        from--;
    const char *names = "";
    for (int i = from; i < o->depth; i++)
        names = diag_fmt(o->d, "%s%s → ", names, o->path[i]->name);
    diag_add(o->d, E_FORMULA_CYCLE, f->at, diag_fmt(o->d, "%s%s", names, f->name), NULL);
    for (int i = from; i < o->depth; i++)
        diag_related(o->d,
                     diag_fmt(o->d, "%s = %s", o->path[i]->name,
                              expr_text(o->a, o->path[i]->expr)),
                     o->path[i]->expr->at, NULL);
}

static void visit(struct sorter *o, struct formula *f) {
    if (f->state == DONE)
        return;
    if (f->state == OPEN) {
        report_cycle(o, f);
        return;
    }
    if (o->depth == (int)(sizeof o->path / sizeof *o->path)) {
        diag_add(o->d, E_FORMULA_DEEP, f->at, f->name, diag_fmt(o->d, "%d", o->depth),
                 NULL);
        f->state = DONE;
        return;
    }
    f->state = OPEN;
    o->path[o->depth++] = f;
    visit_names(o, f->expr);
    o->depth--;
    f->state = DONE;
    o->s->order[o->s->ordered++] = f;
}

void formulas_load(struct arena *a, struct diag *d, const struct value *mau,
                   struct schema *s) {
    struct reader r = {.a = a, .d = d, .s = s};
    const struct value *list = schema_list(d, mau, "tinh");
    for (uint32_t i = 0; list && i < list->n; i++)
        read_entry(&r, list->u.item[i]);
    s->formula = r.all.v;
    s->formulas = r.all.n;
    s->order = arena_array(a, struct formula *, s->formulas ? s->formulas : 1);
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
    struct sorter o = {.a = a, .d = d, .s = s};
    for (size_t i = 0; ok && i < s->formulas; i++)
        visit(&o, &s->formula[i]);
}

/* ---- computing ------------------------------------------------------------------------------- */

/* The decimals that a number needs, at most `most`. */
static int needed_digits(const struct number *n, int most) {
    int64_t power = 1;
    for (int d = 0; !n->big && d < most; d++, power *= 10)
        if (power % n->den == 0)
            return d;
    return most;
}

static int digits_of(const struct formula *f, const struct result *r, bool percent) {
    if (f->digits >= 0)
        return f->digits;
    if (!percent)
        return r->digits >= 0 && r->digits <= 6 ? r->digits
                                                : needed_digits(&r->number, 6);
    int n = needed_digits(&r->number, 4);
    return n > 2 ? n - 2 : 0;
}

static bool number_value(struct eval *e, const struct formula *f, struct result *r,
                         struct value *v) {
    bool percent = (f->field->flags & VALUE_PERCENT) != 0;
    if (r->kind == RES_TEXT && number_parse(e->a, r->text, strlen(r->text), NUM_VI,
                                            &r->number, &r->percent, &r->digits))
        r->kind = RES_NUMBER;
    if (r->kind != RES_NUMBER)
        return false;
    if (f->field->type == FT_INTEGER && !number_is_int(&r->number)) {
        eval_fail(e, E_FORMULA_INTEGER, f->expr, result_text(e->a, r), f->name);
        return false;
    }
    v->kind = VALUE_NUMBER;
    v->digits = (uint16_t)digits_of(f, r, percent);
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
        v->kind = VALUE_TEXT;
        v->text = result_text(e->a, r);
        v->len = (uint32_t)strlen(v->text);
        v->flags |= f->field->flags & VALUE_TARGET;
        return true;
    case FT_DATE:
        ok = r->kind == RES_DATE;
        v->kind = VALUE_DATE;
        v->u.date = r->date;
        break;
    case FT_BOOLEAN:
        ok = r->kind == RES_BOOL;
        v->kind = VALUE_BOOL;
        v->u.any = NULL;
        v->u.yes = r->yes;
        break;
    case FT_ARRAY:
    case FT_OBJECT:
        break;
    }
    if (!ok && !e->failed)
        eval_fail(e, E_FORMULA_TYPE, f->expr, result_text(e->a, r), f->name);
    return ok;
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

/* A value that cannot be computed: what `thieu` says, or an error with the operand's place. */
static void put_missing(struct eval *e, const struct formula *f, const struct result *r,
                        struct value *to, const struct value *row) {
    if (f->absent) {
        to->kind = *f->absent ? VALUE_NODATA : VALUE_NONE;
        to->text = f->absent;
        to->len = (uint32_t)strlen(f->absent);
        to->flags |= VALUE_COMPUTED;
        return;
    }
    if (r->silent || e->failed)
        return;
    bool division = !r->lacks;
    struct origin at = r->at.line ? r->at : f->expr->at;
    const char *what = r->lacks;
    if (row && row->len && what)
        what =
            diag_fmt(e->d, diag_word(e->d, "%s, hàng %u", "%s, row %u"), what, row->len);
    diag_add(e->d, division ? E_FORMULA_ZERO : E_FORMULA_LACKS, at, f->name,
             expr_text(e->a, f->expr), what ? what : "", NULL);
    relate_operands(e, f->expr);
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
        int digits = given->digits +
                     (given->flags & VALUE_PERCENT &&
                              memchr(given->text ? given->text : "", '%', given->len)
                          ? 2
                          : 0);
        struct number x = number_round(e->a, now->u.number, digits);
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
