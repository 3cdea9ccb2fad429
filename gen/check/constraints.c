/* constraints.c: one value by its constraints: bounds, lengths, enum, pattern; missing values */
#include "expr.h"
#include "inside.h"

#include <string.h>

/* Enough for a message about each of the first wrong values; never minutes for a broken table. */
#define OFFERS_MOST 100000

/* The values of one field while they are checked. */
struct run {
    struct arena *a;
    struct diag *d;
    const struct field *field;
    struct matcher *matcher; /* NULL: no pattern */
    struct eval *eval;       /* for computed values; NULL: the data give them */
};

/* ---- helpers that keys share ---- */

bool check_is_typed(const struct value *v, const struct field *f) {
    switch (f->type) {
    case FT_STRING:
        return v->kind == VALUE_TEXT;
    case FT_INTEGER:
    case FT_NUMBER:
        return v->kind == VALUE_NUMBER;
    case FT_DATE:
        return v->kind == VALUE_DATE;
    case FT_BOOLEAN:
        return v->kind == VALUE_BOOL;
    case FT_ARRAY:
        return v->kind == VALUE_LIST;
    case FT_OBJECT:
        return v->kind == VALUE_MAP;
    }
    return false;
}

bool check_column_of(const struct value *table, const struct field *f, uint32_t *column) {
    size_t n;
    const struct column *c = value_columns(table, &n);
    for (size_t i = 0; i < n; i++)
        if (str_eq(c[i].key, f->name)) {
            *column = (uint32_t)i;
            return true;
        }
    return false;
}

const char *check_nearest(const struct diag *d, const char *text,
                          const char *const *names, size_t n) {
    size_t errors = (size_t)diag_count(d, SEV_ERROR) + 1;
    return n <= OFFERS_MOST / errors ? text_nearest(text, names, n) : NULL;
}

/* ---- messages ---- */

static const char *shown(struct run *r, const struct value *v) {
    return v->text ? v->text : value_show(r->a, v);
}

static bool same_place(struct origin x, struct origin y) {
    return x.line == y.line && x.col == y.col && str_eq(x.file, y.file);
}

/* An error about a value; one that was computed has the place of what it was computed from. */
static bool broken(struct run *r, enum diag_code code, const struct value *v,
                   const char *two, const char *three) {
    if (!r->eval || check_is_quiet(r->d))
        return check_wrong(r->d, code, v, r->field, two, three);
    const struct expr *x = r->field->formula->expr;
    const char *where;
    struct origin at = v->at;
    if (same_place(at, x->at))
        at = operands_place(r->eval, x, true, at, &where);
    diag_add_where(r->d, code, at, check_where(r->d, v, r->field), shown(r, v),
                   two ? two : "", three, NULL);
    relate_operands(r->eval, x);
    return false;
}

/* ---- missing values ---- */

void check_missing(struct value *v, const struct missing *m) {
    bool scalar = v->kind == VALUE_TEXT || v->kind == VALUE_NUMBER ||
                  v->kind == VALUE_BOOL || v->kind == VALUE_DATE;
    for (size_t i = 0; scalar && i < m->n; i++)
        if (str_eq(v->text, m->text[i])) {
            v->kind = VALUE_NONE;
            v->text = NULL;
            v->len = 0;
            v->u.any = NULL;
            return;
        }
}

/* ---- bounds ---- */

/* A date as a number that grows with it: what is blank counts as `blank`. */
static int32_t day_number(struct date d, int blank) {
    int month = d.month ? d.month : blank, day = d.day ? d.day : blank;
    return d.year * 10000 + month * 100 + day;
}

bool check_is_before(struct date d, struct date other) {
    return day_number(d, 99) < day_number(other, 0);
}

static bool check_bounds(struct run *r, const struct value *v) {
    const struct constraints *k = r->field->limits;
    const struct value *least = k->least.v, *most = k->most.v;
    bool ok = true, date = v->kind == VALUE_DATE;
    if (least && (date ? check_is_before(v->u.date, least->u.date)
                       : number_compare(v->u.number, least->u.number) < 0))
        ok = broken(r, date ? E_DATE_MINIMUM : E_MINIMUM, v, k->least.printed, NULL);
    if (most && (date ? check_is_before(most->u.date, v->u.date)
                      : number_compare(v->u.number, most->u.number) > 0))
        ok = broken(r, date ? E_DATE_MAXIMUM : E_MAXIMUM, v, k->most.printed, NULL);
    return ok;
}

/* ---- lengths ---- */

static bool check_length(struct run *r, const struct value *v) {
    const struct constraints *k = r->field->limits;
    bool list = v->kind == VALUE_LIST;
    size_t n = list ? v->n : v->len;
    /* A text has at most as many characters as bytes, and at least a quarter of them. */
    if (!list && (n > k->longest || n / 4 < k->shortest))
        n = utf8_count(v->text, v->len);
    bool few = n < k->shortest;
    if (!few && n <= k->longest)
        return true;
    if (check_is_quiet(r->d))
        return broken(r, E_SHORT, v, NULL, NULL);
    enum diag_code code = list  ? (few ? E_FEW_ITEMS : E_MANY_ITEMS)
                          : few ? E_SHORT
                                : E_LONG;
    return broken(r, code, v, diag_fmt(r->d, "%zu", n),
                  diag_fmt(r->d, "%u", few ? k->shortest : k->longest));
}

/* ---- enum, pattern ---- */

static bool check_choice(struct run *r, const struct value *v) {
    const struct choices *c = r->field->limits->choice;
    if (key_set_find(c->set, v, NULL))
        return true;
    const char *near =
        check_is_quiet(r->d) ? NULL : check_nearest(r->d, shown(r, v), c->text, c->n);
    return broken(r, near ? E_CHOICE_NEAR : E_CHOICE, v, c->list, near);
}

static bool check_pattern(struct run *r, const struct value *v) {
    const struct constraints *k = r->field->limits;
    if (matcher_gave_up(r->matcher))
        return false;
    switch (matcher_run(r->matcher, v->text, v->len)) {
    case MATCH_YES:
        return true;
    case MATCH_NO:
        return broken(r, k->hint ? E_PATTERN_HINT : E_PATTERN, v, k->pattern_text,
                      k->hint);
    case MATCH_TOO_LONG:
        break;
    }
    diag_add(r->d, E_PATTERN_STEPS, k->pattern_at, k->pattern_text, r->field->name,
             v->text, NULL);
    return false;
}

/* ---- one field ---- */

static bool check_one(struct run *r, const struct value *v) {
    const struct constraints *k = r->field->limits;
    bool ok = true;
    if (k->least.v || k->most.v)
        ok = check_bounds(r, v) && ok;
    if (k->shortest || k->longest < UINT32_MAX)
        ok = check_length(r, v) && ok;
    if (k->choice)
        ok = check_choice(r, v) && ok;
    if (r->matcher)
        ok = check_pattern(r, v) && ok;
    return ok;
}

bool check_limits(struct arena *a, struct diag *d, const struct value *v,
                  const struct field *f, struct matcher **matcher) {
    if (!check_is_typed(v, f))
        return true;
    if (f->limits->pattern && !*matcher)
        *matcher = matcher_new(a, f->limits->pattern);
    struct run r = {a, d, f, *matcher, NULL};
    return check_one(&r, v);
}

bool check_column_limits(struct arena *a, struct diag *d, const struct value *table,
                         const struct table_schema *t) {
    bool ok = true;
    for (size_t i = 0; i < t->n; i++) {
        const struct field *f = &t->field[i];
        uint32_t c;
        if (!f->limits || f->formula || !check_column_of(table, f, &c))
            continue;
        struct arena *scratch = arena_child(a);
        struct matcher *matcher = NULL;
        for (uint32_t k = 0; k < table->n; k++) {
            const struct value *cell = &table->u.item[k]->u.member[c];
            ok = check_limits(scratch, d, cell, f, &matcher) && ok;
        }
        arena_free(scratch);
    }
    return ok;
}

/* ---- computed values ---- */

static bool check_result(struct run *r, const struct value *v, const struct value *row) {
    struct row_scope scope = {NULL, row};
    if (!v || !check_is_typed(v, r->field))
        return true;
    r->eval->row = row ? &scope : NULL;
    bool ok = check_one(r, v);
    r->eval->row = NULL;
    return ok;
}

static bool check_formula(struct run *r) {
    const struct formula *f = r->field->formula;
    const struct value *facts = r->eval->facts;
    if (!f->table)
        return check_result(r, formula_value(r->eval, f), NULL);
    const struct value *table = value_get(facts, f->table->name);
    uint32_t c;
    bool ok = true;
    if (!table || table->kind != VALUE_TABLE || !check_column_of(table, f->field, &c))
        return true;
    for (uint32_t i = 0; i < table->n; i++) {
        const struct value *row = table->u.item[i];
        ok = check_result(r, &row->u.member[c], row) && ok;
    }
    return ok;
}

bool check_computed(struct eval *e, const struct schema *s) {
    bool ok = true;
    for (size_t i = 0; i < s->ordered; i++) {
        const struct field *f = s->order[i]->field;
        if (!f->limits)
            continue;
        struct run r = {.a = e->a, .d = e->d, .field = f, .eval = e};
        if (f->limits->pattern)
            r.matcher = matcher_new(e->a, f->limits->pattern);
        ok = check_formula(&r) && ok;
    }
    return ok;
}
