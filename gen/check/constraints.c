/* constraints.c: one value by its constraints: bounds, lengths, enum, pattern; missing values */
#include "inside.h"

#include <string.h>

/* Enough for a message about each of the first wrong values; never minutes for a broken table. */
#define OFFERS_MOST 100000

/* The values of one field while they are checked. */
struct run {
    struct diag *d;
    const struct field *field;
    struct matcher *matcher; /* NULL: no pattern */
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
        ok = check_wrong(r->d, date ? E_DATE_MINIMUM : E_MINIMUM, v, r->field,
                         k->least.printed, NULL);
    if (most && (date ? check_is_before(most->u.date, v->u.date)
                      : number_compare(v->u.number, most->u.number) > 0))
        ok = check_wrong(r->d, date ? E_DATE_MAXIMUM : E_MAXIMUM, v, r->field,
                         k->most.printed, NULL);
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
        return check_wrong(r->d, E_SHORT, v, r->field, NULL, NULL);
    enum diag_code code = list  ? (few ? E_FEW_ITEMS : E_MANY_ITEMS)
                          : few ? E_SHORT
                                : E_LONG;
    return check_wrong(r->d, code, v, r->field, diag_fmt(r->d, "%zu", n),
                       diag_fmt(r->d, "%u", few ? k->shortest : k->longest));
}

/* ---- enum, pattern ---- */

static bool check_choice(struct run *r, const struct value *v) {
    const struct choices *c = r->field->limits->choice;
    if (key_set_find(c->set, v, NULL))
        return true;
    const char *near =
        check_is_quiet(r->d) ? NULL : check_nearest(r->d, v->text, c->text, c->n);
    return check_wrong(r->d, near ? E_CHOICE_NEAR : E_CHOICE, v, r->field, c->list, near);
}

static bool check_pattern(struct run *r, const struct value *v) {
    const struct constraints *k = r->field->limits;
    if (matcher_gave_up(r->matcher))
        return false;
    switch (matcher_run(r->matcher, v->text, v->len)) {
    case MATCH_YES:
        return true;
    case MATCH_NO:
        return check_wrong(r->d, k->hint ? E_PATTERN_HINT : E_PATTERN, v, r->field,
                           k->pattern_text, k->hint);
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
    struct run r = {d, f, *matcher};
    return check_one(&r, v);
}

bool check_column_limits(struct arena *a, struct diag *d, const struct value *table,
                         const struct table_schema *t) {
    bool ok = true;
    for (size_t i = 0; i < t->n; i++) {
        const struct field *f = &t->field[i];
        uint32_t c;
        if (!f->limits || !check_column_of(table, f, &c))
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
