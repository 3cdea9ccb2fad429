/* eval.c: expressions to results: names, operators, what is missing, bounds */
#include "expr.h"
#include "inside.h"

#include <string.h>

/* ---- results ------------------------------------------------------------------------ */

struct result eval_missing(const char *lacks, struct origin at) {
    return (struct result){.kind = RES_MISSING, .lacks = lacks, .at = at};
}

static struct result silent(void) {
    return (struct result){.kind = RES_MISSING, .silent = true};
}

struct result result_number(struct number n) {
    return (struct result){.kind = RES_NUMBER, .number = n, .digits = -1};
}

struct result result_bool(bool yes) {
    return (struct result){.kind = RES_BOOL, .yes = yes};
}

struct result eval_fail(struct eval *e, enum diag_code code, const struct expr *x,
                        const char *one, const char *two) {
    diag_add(e->d, code, x->at, expr_text(e->a, x), one ? one : "", two ? two : "", NULL);
    e->failed = true;
    return silent();
}

bool eval_step(struct eval *e, const struct expr *x, uint64_t n) {
    if (e->steps > e->steps_max)
        return false;
    e->steps += n;
    if (e->steps > e->steps_max)
        eval_fail(e, E_EXPR_STEPS, x, NULL, NULL);
    return !e->failed;
}

const char *result_text(struct arena *a, const struct result *r) {
    if (r->from)
        return value_show(a, r->from);
    switch ((enum result_kind)r->kind) {
    case RES_MISSING:
        return "";
    case RES_NUMBER:
        return r->year ? number_print(a, &r->number, 0, false)
                       : number_show(a, &r->number, r->digits, r->percent);
    case RES_TEXT:
        return r->text;
    case RES_BOOL:
        return r->yes ? "Có" : "Không";
    case RES_DATE:
        return date_print(a, r->date);
    }
    return "";
}

/* ---- names ----------------------------------------------------------------------------- */

static const struct value *descend(const struct value *v, const char *const *step,
                                   int n) {
    for (int i = 0; v && i < n; i++)
        v = value_get(v, step[i]);
    return v;
}

static const struct value *facts_of(const struct eval *e, const struct expr *x) {
    return x->previous ? e->previous : e->facts;
}

/* The member of a row; where it was found before it is looked for first. */
static const struct value *cell(struct expr *x, const struct value *row,
                                const char *name) {
    if (!row || row->kind != VALUE_MAP)
        return NULL;
    if ((uint32_t)x->hint < row->n && str_eq(row->u.member[x->hint].key, name))
        return &row->u.member[x->hint];
    const struct value *v = value_get(row, name);
    if (v)
        x->hint = (int)(v - row->u.member);
    return v;
}

const struct value *ref_rows(const struct eval *e, const struct expr *x) {
    const struct value *facts = facts_of(e, x);
    int n = x->ref == REF_OF_LIST ? x->up : 1;
    const struct value *v = descend(facts, x->step, n);
    return v && (v->kind == VALUE_TABLE || v->kind == VALUE_LIST) ? v : NULL;
}

bool ref_is_no_list(const struct eval *e, const struct expr *x) {
    const struct value *facts = facts_of(e, x);
    if (x->ref != REF_OF_LIST || !facts)
        return false;
    const struct value *v = descend(facts, x->step, x->up);
    return !v || v->kind == VALUE_NONE;
}

const struct value *ref_cell(const struct expr *x, const struct value *row) {
    /* The hint is the one thing that evaluation writes into a tree. */
    struct expr *hinted = (struct expr *)(uintptr_t)x;
    if (x->ref == REF_OF_TABLE)
        return cell(hinted, row, x->step[1]);
    return x->ref == REF_OF_LIST ? descend(row, x->step + x->up, x->steps - x->up) : NULL;
}

const struct value *ref_value(const struct eval *e, const struct expr *x) {
    if (x->ref == REF_FACT)
        return descend(facts_of(e, x), x->step, x->steps);
    if (x->ref != REF_COLUMN)
        return NULL;
    const struct row_scope *r = e->row;
    for (int i = 0; r && i < x->up; i++)
        r = r->up;
    return r ? cell((struct expr *)(uintptr_t)x, r->row, x->step[0]) : NULL;
}

static bool text_number(struct eval *e, struct result *r) {
    return number_parse(e->a, r->text, strlen(r->text), NUM_VI, &r->number, &r->percent,
                        &r->digits);
}

/* Whether something was said about a value already: its type is wrong, or it lacks. */
static bool is_reported(const struct eval *e, const struct value *v) {
    return diag_count(e->d, SEV_ERROR) && diag_at(e->d, v->at);
}

struct result result_of_value(struct eval *e, const struct value *v,
                              const struct expr *x) {
    struct result r = {.from = v, .at = v ? v->at : x->at, .digits = -1};
    if (!v || v->kind == VALUE_NONE || v->kind == VALUE_NODATA ||
        (v->kind == VALUE_LIST && !v->n)) {
        r = eval_missing(x->text,
                         v && v->kind == VALUE_NONE && v->at.line ? v->at : x->at);
        r.silent = x->required || (x->formula && !x->formula->absent) ||
                   (v && is_reported(e, v));
        return r;
    }
    switch ((enum value_kind)v->kind) {
    case VALUE_NUMBER:
        r.kind = RES_NUMBER;
        r.number = *v->u.number;
        r.percent = (v->flags & VALUE_PERCENT) != 0;
        r.digits = value_digits(v);
        return r;
    case VALUE_TEXT:
        r.kind = RES_TEXT;
        r.text = v->text ? v->text : "";
        return r;
    case VALUE_DATE:
        r.kind = RES_DATE;
        r.date = v->u.date;
        return r;
    case VALUE_BOOL:
        r.kind = RES_BOOL;
        r.yes = v->u.yes;
        return r;
    case VALUE_LIST:
        r.kind = RES_TEXT;
        r.text = value_show(e->a, v);
        return r;
    case VALUE_NONE:
    case VALUE_NODATA:
    case VALUE_MAP:
    case VALUE_TABLE:
        break;
    }
    return eval_fail(e, E_EXPR_SHAPE, x, value_kind_name(e->d, v), NULL);
}

static struct result eval_name(struct eval *e, const struct expr *x) {
    if (x->ref == REF_ROW_NUMBER)
        return e->row ? result_number(number_int((int64_t)e->row->row->index + 1))
                      : silent();
    if (x->previous && !e->previous) {
        struct result r = eval_missing(x->text, x->at);
        return r;
    }
    return result_of_value(e, ref_value(e, x), x);
}

/* ---- operands of a type ------------------------------------------------------------------- */

static const char *kind_name(const struct eval *e, const struct result *r) {
    switch ((enum result_kind)r->kind) {
    case RES_MISSING:
        break;
    case RES_NUMBER:
        return diag_word(e->d, "số", "a number");
    case RES_TEXT:
        return diag_word(e->d, "chữ", "a text");
    case RES_BOOL:
        return diag_word(e->d, "đúng/sai", "true or false");
    case RES_DATE:
        return diag_word(e->d, "ngày", "a date");
    }
    return "";
}

/* A wrong operand: said at its own place in the data where it has one. */
static struct result wrong_kind(struct eval *e, enum diag_code code, const struct expr *x,
                                const struct result *r) {
    if (r->from && is_reported(e, r->from))
        return silent();
    struct result fail = eval_fail(e, code, x, result_text(e->a, r), kind_name(e, r));
    if (r->from)
        diag_related(e->d,
                     diag_fmt(e->d, "%s = %s", expr_text(e->a, x), result_text(e->a, r)),
                     r->from->at, value_where(e->d, r->from));
    return fail;
}

bool eval_number(struct eval *e, const struct expr *x, struct result *r) {
    *r = eval_expr(e, x);
    if (r->kind == RES_NUMBER)
        return true;
    if (r->kind == RES_TEXT && text_number(e, r)) {
        r->kind = RES_NUMBER;
        return true;
    }
    if (r->kind != RES_MISSING)
        *r = wrong_kind(e, E_EXPR_NUMBER_WANTED, x, r);
    return false;
}

static bool eval_bool(struct eval *e, const struct expr *x, struct result *r) {
    *r = eval_expr(e, x);
    if (r->kind == RES_BOOL)
        return true;
    if (r->kind != RES_MISSING)
        *r = wrong_kind(e, E_EXPR_BOOL_WANTED, x, r);
    return false;
}

/* ---- arithmetic ------------------------------------------------------------------------------ */

static struct result sized(struct eval *e, const struct expr *x, struct result r) {
    size_t bits = number_bits(&r.number);
    if (bits > EXPR_MAX_BITS)
        return eval_fail(e, E_EXPR_BITS, x, diag_fmt(e->d, "%d", EXPR_MAX_BITS), NULL);
    return eval_step(e, x, bits / 64) ? r : silent();
}

static struct result power(struct eval *e, const struct expr *x, const struct result *l,
                           const struct result *r) {
    int64_t n;
    if (!number_small(&r->number, &n) || n > EXPR_MAX_BITS || n < -EXPR_MAX_BITS)
        return eval_fail(e, E_EXPR_POWER, x->arg[1], diag_fmt(e->d, "%d", EXPR_MAX_BITS),
                         NULL);
    if (n < 0 && !number_sign(&l->number))
        return eval_missing(NULL, x->at);
    uint64_t bits = (number_bits(&l->number) - 1) * (uint64_t)(n < 0 ? -n : n);
    if (bits > EXPR_MAX_BITS)
        return eval_fail(e, E_EXPR_BITS, x, diag_fmt(e->d, "%d", EXPR_MAX_BITS), NULL);
    return sized(e, x, result_number(number_power(e->a, &l->number, (int)n)));
}

static int most(int x, int y) {
    return x < 0 || y < 0 ? -1 : x > y ? x : y;
}

/* Days since some day, of a full date (Howard Hinnant's civil-from-days, the other way). */
static int64_t day_number(struct date d) {
    int64_t y = d.year - (d.month <= 2), era = y / 400, yoe = y - era * 400;
    int64_t doy = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy;
}

/* date - date: days between two full dates. */
static bool date_difference(struct eval *e, const struct expr *x, struct result *out) {
    struct result l = eval_expr(e, x->arg[0]);
    if (x->kind != EX_SUBTRACT || l.kind != RES_DATE)
        return false;
    struct result r = eval_expr(e, x->arg[1]);
    if (r.kind != RES_DATE)
        *out =
            r.kind == RES_MISSING ? r : wrong_kind(e, E_EXPR_DATE_WANTED, x->arg[1], &r);
    else if (!l.date.day || !r.date.day)
        *out = eval_missing(x->arg[!l.date.day ? 0 : 1]->text, l.at);
    else
        *out = result_number(number_int(day_number(l.date) - day_number(r.date)));
    return true;
}

static struct result arithmetic(struct eval *e, const struct expr *x) {
    struct result l, r;
    if (x->kind == EX_SUBTRACT && x->arg[0]->kind == EX_NAME && date_difference(e, x, &l))
        return l;
    if (!eval_number(e, x->arg[0], &l))
        return l;
    if (!eval_number(e, x->arg[1], &r))
        return r;
    struct result out = result_number(l.number);
    out.percent = l.percent && r.percent;
    switch ((enum expr_kind)x->kind) {
    case EX_ADD:
        out.number = number_add(e->a, &l.number, &r.number);
        out.digits = most(l.digits, r.digits);
        break;
    case EX_SUBTRACT:
        out.number = number_sub(e->a, &l.number, &r.number);
        out.digits = most(l.digits, r.digits);
        break;
    case EX_MULTIPLY:
        out.number = number_mul(e->a, &l.number, &r.number);
        break;
    case EX_DIVIDE:
        out.percent = false;
        if (!number_sign(&r.number))
            return eval_missing(NULL, r.from ? r.from->at : x->arg[1]->at);
        out.number = number_div(e->a, &l.number, &r.number);
        break;
    case EX_POWER:
        return power(e, x, &l, &r);
    case EX_NUMBER:
    case EX_TEXT:
    case EX_NAME:
    case EX_CALL:
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
        break;
    }
    return sized(e, x, out);
}

static struct result negate(struct eval *e, const struct expr *x) {
    struct result r;
    if (!eval_number(e, x->arg[0], &r))
        return r;
    struct number minus = number_int(-1);
    r.number = number_mul(e->a, &r.number, &minus);
    r.from = NULL;
    return r;
}

/* ---- comparisons ----------------------------------------------------------------------------------- */

/* Dates are compared as far as both are known: 2025-12 is neither before nor after 15/12/2025. */
static int compare_dates(struct date x, struct date y) {
    if (x.year != y.year)
        return x.year < y.year ? -1 : 1;
    if (!x.month || !y.month || x.month != y.month)
        return !x.month || !y.month ? 0 : x.month < y.month ? -1 : 1;
    return !x.day || !y.day || x.day == y.day ? 0 : x.day < y.day ? -1 : 1;
}

int result_compare(const struct result *x, const struct result *y) {
    if (x->kind != y->kind)
        return -2;
    switch ((enum result_kind)x->kind) {
    case RES_NUMBER:
        return number_compare(&x->number, &y->number);
    case RES_TEXT: {
        int order = strcmp(x->text, y->text);
        return (order > 0) - (order < 0);
    }
    case RES_DATE:
        return compare_dates(x->date, y->date);
    case RES_BOOL:
        return (int)x->yes - (int)y->yes;
    case RES_MISSING:
        break;
    }
    return -2;
}

/* A text beside a number or date counts as one when it is one. */
static void adapt(struct eval *e, struct result *x, const struct result *y) {
    if (x->kind != RES_TEXT)
        return;
    if (y->kind == RES_NUMBER && text_number(e, x))
        x->kind = RES_NUMBER;
    else if (y->kind == RES_DATE && date_parse(x->text, strlen(x->text), &x->date))
        x->kind = RES_DATE;
}

static bool is_blank_text(const struct expr *x) {
    return x->kind == EX_TEXT && !*x->text;
}

static struct result comparison(struct eval *e, const struct expr *x) {
    struct result l = eval_expr(e, x->arg[0]), r = eval_expr(e, x->arg[1]);
    bool equality = x->kind == EX_EQUAL || x->kind == EX_DIFFERENT;
    if (equality && (is_blank_text(x->arg[0]) || is_blank_text(x->arg[1]))) {
        const struct result *other = is_blank_text(x->arg[0]) ? &r : &l;
        bool blank =
            other->kind == RES_MISSING || (other->kind == RES_TEXT && !*other->text);
        return e->failed ? silent() : result_bool(blank == (x->kind == EX_EQUAL));
    }
    if (l.kind == RES_MISSING || r.kind == RES_MISSING)
        return l.kind == RES_MISSING ? l : r;
    adapt(e, &l, &r);
    adapt(e, &r, &l);
    int order = result_compare(&l, &r);
    if (order == -2 && equality)
        return result_bool(x->kind == EX_DIFFERENT);
    if (order == -2)
        return wrong_kind(e, E_EXPR_COMPARE, x, l.kind == RES_NUMBER ? &r : &l);
    bool yes = false;
    switch ((enum expr_kind)x->kind) {
    case EX_EQUAL:
        yes = order == 0;
        break;
    case EX_DIFFERENT:
        yes = order != 0;
        break;
    case EX_LESS:
        yes = order < 0;
        break;
    case EX_AT_MOST:
        yes = order <= 0;
        break;
    case EX_MORE:
        yes = order > 0;
        break;
    case EX_AT_LEAST:
        yes = order >= 0;
        break;
    case EX_NUMBER:
    case EX_TEXT:
    case EX_NAME:
    case EX_CALL:
    case EX_NEGATE:
    case EX_NOT:
    case EX_AND:
    case EX_OR:
    case EX_ADD:
    case EX_SUBTRACT:
    case EX_MULTIPLY:
    case EX_DIVIDE:
    case EX_POWER:
        break;
    }
    return result_bool(yes);
}

/* ---- logic: what is decided does not ask for what is missing -------------------------------------------- */

static struct result logic(struct eval *e, const struct expr *x) {
    struct result l, r;
    bool deciding = x->kind == EX_OR;
    bool left = eval_bool(e, x->arg[0], &l);
    if (left && l.yes == deciding)
        return l;
    if (e->failed)
        return silent();
    bool right = eval_bool(e, x->arg[1], &r);
    if (right && r.yes == deciding)
        return r;
    return left ? r : l;
}

struct result eval_expr(struct eval *e, const struct expr *x) {
    struct result r;
    if (e->failed || !eval_step(e, x, 1))
        return silent();
    switch ((enum expr_kind)x->kind) {
    case EX_NUMBER:
        r = result_number(x->number);
        r.percent = x->percent;
        r.digits = x->digits;
        return r;
    case EX_TEXT:
        return (struct result){.kind = RES_TEXT, .text = x->text};
    case EX_NAME:
        return eval_name(e, x);
    case EX_CALL:
        return eval_call(e, x);
    case EX_NEGATE:
        return negate(e, x);
    case EX_NOT:
        if (eval_bool(e, x->arg[0], &r))
            r.yes = !r.yes;
        r.from = NULL;
        return r;
    case EX_AND:
    case EX_OR:
        return logic(e, x);
    case EX_EQUAL:
    case EX_DIFFERENT:
    case EX_LESS:
    case EX_AT_MOST:
    case EX_MORE:
    case EX_AT_LEAST:
        return comparison(e, x);
    case EX_ADD:
    case EX_SUBTRACT:
    case EX_MULTIPLY:
    case EX_DIVIDE:
    case EX_POWER:
        return arithmetic(e, x);
    }
    return silent();
}
