/* eval.c: expressions to results: names, operators, what is missing, bounds */
#include "expr.h"
#include "inside.h"

#include <string.h>

/* ---- results ------------------------------------------------------------------------ */

struct result eval_missing(const struct expr *lacks, struct origin at) {
    return (struct result){.kind = RES_MISSING, .lacks = lacks, .at = at};
}

struct result eval_zero(const struct expr *divisor, const struct result *zero) {
    return (struct result){.kind = RES_MISSING,
                           .from = zero->from,
                           .at = zero->from ? zero->from->at : divisor->at};
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

const char *row_name(struct diag *d, const struct value *row) {
    const struct value *rows = row->parent;
    return diag_fmt(d, diag_word(d, "hàng %u của “%s”", "row %u of “%s”"),
                    row->len ? row->len : row->index + 1,
                    rows && rows->key ? rows->key : "");
}

struct result eval_fail(struct eval *e, enum diag_code code, const struct expr *x,
                        const char *one, const char *two) {
    e->failed = true;
    if (!e->quiet)
        diag_add_where(e->d, code, x->at, e->row ? row_name(e->d, e->row->row) : NULL,
                       expr_text(e->a, x), one ? one : "", two ? two : "", NULL);
    return silent();
}

/* "2.000.000" */
static const char *number_shown(struct eval *e, uint64_t n) {
    struct number x = number_int((int64_t)n);
    return number_print(e->a, &x, 0, true);
}

bool eval_step(struct eval *e, uint64_t n) {
    if (e->steps > e->steps_max) {
        e->failed = true;
        return false;
    }
    e->steps += n;
    e->failed |= e->steps > e->steps_max;
    return !e->failed;
}

void eval_end(struct eval *e, const struct expr *x) {
    if (e->steps <= e->steps_max || e->exhausted || e->quiet)
        return;
    e->exhausted = true;
    eval_fail(e, E_EXPR_STEPS, x, number_shown(e, e->steps_max), NULL);
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

#define BYTES_A_STEP 16

const char *eval_text(struct eval *e, const struct result *r) {
    const char *text = result_text(e->a, r);
    eval_step(e, strlen(text) / BYTES_A_STEP);
    return text;
}

/* ---- steps ----

 * All expressions of a report together: enough for any form, and in proportion to its tables. */
#define STEPS_MAX 2000000u
#define STEPS_PER_CELL 100u

struct eval eval_of_report(struct arena *a, struct diag *d, const struct report *r) {
    struct eval e = {.a = a,
                     .d = d,
                     .facts = r->facts,
                     .previous = r->previous,
                     .steps_max = STEPS_MAX};
    for (uint32_t i = 0; i < r->facts->n; i++) {
        const struct value *v = &r->facts->u.member[i];
        if (v->kind == VALUE_TABLE && v->n)
            e.steps_max += (uint64_t)STEPS_PER_CELL * v->n * v->u.item[0]->n;
    }
    return e;
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
    static const struct value none = {.kind = VALUE_LIST};
    const struct value *facts = facts_of(e, x);
    const struct value *v = descend(facts, x->step, x->ref == REF_OF_LIST ? x->up : 1);
    if (v && (v->kind == VALUE_TABLE || v->kind == VALUE_LIST))
        return v;
    return v && v->kind == VALUE_NONE && !x->required ? &none : NULL;
}

/* The hint is the one thing that evaluation writes into a tree. */
static struct expr *hinted(const struct expr *x) {
    return (struct expr *)(uintptr_t)x;
}

bool ref_is_no_list(const struct eval *e, const struct expr *x) {
    const struct value *facts = facts_of(e, x);
    if (x->ref != REF_OF_LIST || !facts)
        return false;
    const struct value *v = descend(facts, x->step, x->up);
    return !v || v->kind == VALUE_NONE;
}

const struct value *ref_cell(const struct expr *x, const struct value *row) {
    if (x->ref == REF_OF_TABLE)
        return cell(hinted(x), row, x->step[1]);
    return x->ref == REF_OF_LIST ? descend(row, x->step + x->up, x->steps - x->up) : NULL;
}

/* The member of the first row around that has it, or the fact. */
static const struct value *find_anywhere(const struct eval *e, const struct expr *x) {
    for (const struct row_scope *r = e->row; r; r = r->up) {
        const struct value *v = cell(hinted(x), r->row, x->step[0]);
        if (v)
            return v;
    }
    return value_get(e->facts, x->step[0]);
}

const struct value *ref_value(const struct eval *e, const struct expr *x) {
    if (x->ref == REF_FACT)
        return descend(facts_of(e, x), x->step, x->steps);
    if (x->ref != REF_COLUMN)
        return NULL;
    if (x->anywhere)
        return find_anywhere(e, x);
    const struct row_scope *r = e->row;
    for (int i = 0; r && i < x->up; i++)
        r = r->up;
    return r ? cell(hinted(x), r->row, x->step[0]) : NULL;
}

/* A step takes as long as the shortest operation; on large numbers, this many bits. */
#define BITS_A_STEP 8

bool eval_as_number(struct eval *e, struct result *r) {
    if (r->kind == RES_TEXT &&
        number_parse(e->a, r->text, strlen(r->text), NUM_VI, &r->number, &r->percent,
                     &r->digits) &&
        (!r->number.big || eval_step(e, number_bits(&r->number) / BITS_A_STEP)))
        r->kind = RES_NUMBER;
    return r->kind == RES_NUMBER;
}

/* Whether something was said about a value already: its type is wrong, or it lacks. */
static bool is_reported(const struct eval *e, const struct value *v) {
    return v && diag_count(e->d, SEV_ERROR) && diag_at(e->d, v->at);
}

/* Where a value is to be filled in: its own place; when it is not there, that of its group, or the file. */
static struct origin place_of_missing(const struct eval *e, const struct value *v,
                                      const struct expr *x) {
    const struct value *parent = v ? v->parent : NULL, *facts = facts_of(e, x);
    if (!v && x->kind == EX_NAME && x->ref == REF_FACT && facts)
        return (struct origin){facts->at.file, 0, 0};
    if (!v || v->kind != VALUE_NONE || !v->at.file)
        return x->at;
    if (!(v->flags & VALUE_COMPUTED) || !parent || parent->kind != VALUE_MAP ||
        parent->len)
        return v->at;
    return parent->parent ? value_key_at(parent) : (struct origin){v->at.file, 0, 0};
}

static struct result missing_value(struct eval *e, const struct value *v,
                                   const struct expr *x) {
    struct result r = eval_missing(x, place_of_missing(e, v, x));
    bool told = x->required && x->ref != REF_OF_LIST;
    told |= x->formula && !x->formula->absent;
    r.silent = told || is_reported(e, v);
    r.from = v;
    return r;
}

struct result result_of_value(struct eval *e, const struct value *v,
                              const struct expr *x) {
    struct result r = {.from = v, .at = v ? v->at : x->at, .digits = -1};
    if (!v || v->kind == VALUE_NONE || v->kind == VALUE_NODATA ||
        (v->kind == VALUE_LIST && !v->n))
        return missing_value(e, v, x);
    switch ((enum value_kind)v->kind) {
    case VALUE_NUMBER:
        r.kind = RES_NUMBER;
        r.number = *v->u.number;
        r.percent = (v->flags & VALUE_PERCENT) != 0;
        r.digits = value_digits(v);
        return r;
    case VALUE_TEXT:
        if (x->typed && is_reported(e, v)) /* it should have been something else */
            return silent();
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
        r.text = eval_text(e, &r);
        return r;
    case VALUE_NONE:
    case VALUE_NODATA:
    case VALUE_MAP:
    case VALUE_TABLE:
        break;
    }
    return eval_fail(e, E_EXPR_SHAPE, x, value_kind_name(e->d, v), NULL);
}

/* Rows of a file have all of its columns; items of a list need not. */
static bool is_row(const struct row_scope *r) {
    return r && r->row->parent && r->row->parent->kind == VALUE_TABLE;
}

static struct result eval_name(struct eval *e, const struct expr *x) {
    if (x->ref == REF_ROW_NUMBER)
        return e->row ? result_number(number_int((int64_t)e->row->row->index + 1))
                      : silent();
    if (x->previous && !e->previous)
        return eval_missing(x, x->at);
    const struct value *v = ref_value(e, x);
    if (!v && x->anywhere && is_row(e->row))
        return eval_fail(e, E_EXPR_NAME, x, NULL, NULL);
    return result_of_value(e, v, x);
}

struct result eval_no_rows(struct eval *e, const struct expr *x) {
    struct result r = missing_value(e, NULL, x);
    if (x->required || (!x->previous && x->ref != REF_OF_LIST))
        r.silent = true; /* that it is not there was told */
    return r;
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

struct result eval_wrong(struct eval *e, enum diag_code code, const struct expr *x,
                         const struct result *r) {
    /* A text may have been typed wrong; anything else is what was declared, and the expression is wrong. */
    const struct value *v = r->kind == RES_TEXT ? r->from : NULL;
    if (is_reported(e, r->from))
        return silent();
    if (!v || !v->at.line || e->quiet)
        return eval_fail(e, code, x, result_text(e->a, r), kind_name(e, r));
    const char *where = value_where(e->d, v);
    e->failed = true;
    diag_add_where(e->d, code, v->at, where, expr_text(e->a, x), result_text(e->a, r),
                   kind_name(e, r), NULL);
    diag_related(e->d,
                 diag_word(e->d, "dùng trong biểu thức này", "used in this expression"),
                 x->at, NULL);
    return silent();
}

/* "≥ 40%" has a number, which must be asked for. */
static struct result no_number(struct eval *e, const struct expr *x,
                               const struct result *r) {
    struct number n;
    bool percent;
    int digits;
    enum sign sign;
    if (e->failed)
        return silent();
    if (r->kind == RES_TEXT && !is_reported(e, r->from) &&
        target_parse(e->a, r->text, &n, &percent, &digits, &sign))
        return eval_fail(e, E_EXPR_TARGET, x, r->text, NULL);
    return eval_wrong(e, E_EXPR_NUMBER_WANTED, x, r);
}

bool eval_number(struct eval *e, const struct expr *x, struct result *r) {
    *r = eval_expr(e, x);
    if (r->kind == RES_MISSING || e->failed)
        return false;
    if (eval_as_number(e, r))
        return true;
    *r = no_number(e, x, r);
    return false;
}

#define STEPS_OF_WORD 40

/* A text such as “có” becomes a condition. */
static bool as_bool(struct eval *e, struct result *r) {
    if (r->kind == RES_TEXT && eval_step(e, STEPS_OF_WORD) &&
        word_is_bool(r->text, &r->yes))
        r->kind = RES_BOOL;
    return r->kind == RES_BOOL;
}

bool eval_bool(struct eval *e, const struct expr *x, struct result *r) {
    *r = eval_expr(e, x);
    if (r->kind == RES_MISSING)
        return false;
    if (as_bool(e, r))
        return true;
    *r = eval_wrong(e, E_EXPR_BOOL_WANTED, x, r);
    return false;
}

/* ---- arithmetic ------------------------------------------------------------------------------ */

struct result eval_sized(struct eval *e, const struct expr *x, struct result r) {
    size_t bits = number_bits(&r.number);
    if (bits > EXPR_MAX_BITS)
        return eval_fail(e, E_EXPR_BITS, x, diag_fmt(e->d, "%d", EXPR_MAX_BITS), NULL);
    return !r.number.big || eval_step(e, bits / BITS_A_STEP) ? r : silent();
}

#define STEPS_OF_POWER 20

static struct result power(struct eval *e, const struct expr *x, const struct result *l,
                           const struct result *r) {
    int64_t n;
    if (!number_small(&r->number, &n) || n > EXPR_MAX_BITS || n < -EXPR_MAX_BITS)
        return eval_fail(e, E_EXPR_POWER, x->arg[1], diag_fmt(e->d, "%d", EXPR_MAX_BITS),
                         NULL);
    if (n < 0 && !number_sign(&l->number))
        return eval_zero(x->arg[0], l);
    uint64_t bits = (number_bits(&l->number) - 1) * (uint64_t)(n < 0 ? -n : n);
    if (bits > EXPR_MAX_BITS)
        return eval_fail(e, E_EXPR_BITS, x, diag_fmt(e->d, "%d", EXPR_MAX_BITS), NULL);
    if (!eval_step(e, STEPS_OF_POWER))
        return silent();
    return eval_sized(e, x, result_number(number_power(e->a, &l->number, (int)n)));
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
static struct result days_between(struct eval *e, const struct expr *x,
                                  const struct result *l) {
    struct result r = eval_expr(e, x->arg[1]);
    if (r.kind == RES_MISSING)
        return r;
    if (r.kind == RES_TEXT && date_parse(r.text, strlen(r.text), &r.date))
        r.kind = RES_DATE;
    if (r.kind != RES_DATE)
        return eval_wrong(e, E_EXPR_DATE_WANTED, x->arg[1], &r);
    if (!l->date.day || !r.date.day) /* 2025-12 is no day */
        return eval_missing(x->arg[l->date.day != 0], l->date.day ? r.at : l->at);
    struct result n = result_number(number_int(day_number(l->date) - day_number(r.date)));
    n.digits = 0;
    return n;
}

static struct result arithmetic(struct eval *e, const struct expr *x) {
    struct result l = eval_expr(e, x->arg[0]), r;
    if (l.kind == RES_MISSING)
        return l;
    if (x->kind == EX_SUBTRACT && l.kind == RES_DATE)
        return days_between(e, x, &l);
    if (!eval_as_number(e, &l))
        return no_number(e, x->arg[0], &l);
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
            return eval_zero(x->arg[1], &r);
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
    return eval_sized(e, x, out);
}

static struct result negate(struct eval *e, const struct expr *x) {
    struct result r;
    if (!eval_number(e, x->arg[0], &r))
        return r;
    struct number minus = number_int(-1);
    r.number = number_mul(e->a, &r.number, &minus);
    r.from = NULL;
    return eval_sized(e, x, r);
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

/* A text beside a number, date or condition counts as one when it is one. */
static void adapt(struct eval *e, struct result *r, const struct result *other) {
    if (r->kind != RES_TEXT)
        return;
    if (other->kind == RES_NUMBER)
        eval_as_number(e, r);
    else if (other->kind == RES_BOOL)
        as_bool(e, r);
    else if (other->kind == RES_DATE && date_parse(r->text, strlen(r->text), &r->date))
        r->kind = RES_DATE;
}

/* Two texts that are numbers, or dates, have their order. */
static void adapt_both(struct eval *e, struct result *l, struct result *r) {
    struct result ln = *l, rn = *r;
    if (l->kind != RES_TEXT || r->kind != RES_TEXT)
        return;
    bool numbers = eval_as_number(e, &ln) && eval_as_number(e, &rn);
    if (!numbers) {
        ln = *l;
        rn = *r;
        if (!date_parse(ln.text, strlen(ln.text), &ln.date) ||
            !date_parse(rn.text, strlen(rn.text), &rn.date))
            return;
        ln.kind = rn.kind = RES_DATE;
    }
    *l = ln;
    *r = rn;
}

/* -2: the two are of different kinds. */
static int compare(struct eval *e, struct result *l, struct result *r) {
    adapt(e, l, r);
    adapt(e, r, l);
    return result_compare(l, r);
}

bool eval_alike(struct eval *e, struct result l, struct result r) {
    return compare(e, &l, &r) == 0;
}

static bool is_blank_text(const struct expr *x) {
    return x->kind == EX_TEXT && !*x->text;
}

static bool is_blank(const struct result *r) {
    return r->kind == RES_MISSING || (r->kind == RES_TEXT && !*r->text);
}

static struct result comparison(struct eval *e, const struct expr *x) {
    struct result l = eval_expr(e, x->arg[0]), r = eval_expr(e, x->arg[1]);
    bool equality = x->kind == EX_EQUAL || x->kind == EX_DIFFERENT;
    if (equality && (is_blank_text(x->arg[0]) || is_blank_text(x->arg[1]))) {
        bool blank = is_blank(is_blank_text(x->arg[0]) ? &r : &l);
        return result_bool(blank == (x->kind == EX_EQUAL));
    }
    if (l.kind == RES_MISSING || r.kind == RES_MISSING)
        return l.kind == RES_MISSING ? l : r;
    if (!equality)
        adapt_both(e, &l, &r);
    int order = compare(e, &l, &r);
    if (order == -2 && (is_reported(e, l.from) || is_reported(e, r.from)))
        return silent();
    if (order == -2 && equality)
        return result_bool(x->kind == EX_DIFFERENT);
    if (order == -2) {
        bool right = l.kind == RES_NUMBER || (l.kind == RES_DATE && r.kind == RES_TEXT);
        return eval_wrong(e, E_EXPR_COMPARE, x, right ? &r : &l);
    }
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

static struct result evaluate(struct eval *e, const struct expr *x) {
    struct result r;
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

struct result eval_expr(struct eval *e, const struct expr *x) {
    if (e->failed || !eval_step(e, 1))
        return silent();
    struct result r = evaluate(e, x);
    return e->failed ? silent() : r;
}
