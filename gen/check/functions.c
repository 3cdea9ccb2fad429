/* functions.c: the functions of expressions: over tables, shares and trends, choices, texts */
#include "expr.h"
#include "inside.h"

#include <stdlib.h>
#include <string.h>

/* ---- walking the cells of a column ----------------------------------------------------- */

/* The cells of a column whose rows fulfil a condition, one after the other. */
struct walk {
    const struct value *rows;
    const struct expr *column, *condition;
    uint32_t next, count; /* count: rows that were taken */
    struct result cell;   /* of the last row */
    const struct value *row, *value;
};

/* false: there is no such table in this period's (or the former period's) data. */
static bool walk_start(struct eval *e, const struct expr *x, int column, int condition,
                       struct walk *w) {
    *w = (struct walk){.column = x->arg[column]};
    w->condition = condition >= 0 && condition < x->args ? x->arg[condition] : NULL;
    w->rows = ref_rows(e, w->column);
    return w->rows != NULL;
}

/* The next row that counts; false at the end or after an error. */
static bool walk_row(struct eval *e, struct walk *w) {
    while (!e->failed && w->next < w->rows->n) {
        w->row = w->rows->u.item[w->next++];
        struct row_scope scope = {e->row, w->row};
        if (w->condition) {
            e->row = &scope;
            struct result r = eval_expr(e, w->condition);
            e->row = scope.up;
            if (r.kind != RES_BOOL || !r.yes)
                continue;
        } else if (!eval_step(e, w->column, 1)) {
            return false;
        }
        w->count++;
        return true;
    }
    return false;
}

/* The next cell that holds something. */
static bool walk_cell(struct eval *e, struct walk *w) {
    while (walk_row(e, w)) {
        w->value = w->column->ref == REF_TABLE ? NULL : ref_cell(w->column, w->row);
        w->cell = result_of_value(e, w->value, w->column);
        if (w->cell.kind != RES_MISSING)
            return true;
    }
    return false;
}

/* The cell as a number; a cell that holds something else is an error at its place. */
static bool walk_number(struct eval *e, struct walk *w) {
    while (walk_cell(e, w)) {
        struct result *r = &w->cell;
        if (r->kind == RES_TEXT && number_parse(e->a, r->text, strlen(r->text), NUM_VI,
                                                &r->number, &r->percent, &r->digits))
            r->kind = RES_NUMBER;
        if (r->kind == RES_NUMBER)
            return true;
        if (diag_count(e->d, SEV_ERROR) && diag_at(e->d, w->value->at))
            continue;
        diag_add_where(e->d, E_EXPR_CELL, w->value->at, value_where(e->d, w->value),
                       result_text(e->a, r), function_name(FN_TONG), NULL);
        e->failed = true;
    }
    return false;
}

static struct result no_rows(struct eval *e, const struct expr *x) {
    (void)e;
    return eval_missing(x->text, x->at);
}

/* ---- over a column ------------------------------------------------------------------------ */

static struct result add_up(struct eval *e, const struct expr *x, bool average) {
    struct walk w;
    if (!walk_start(e, x, 0, 1, &w))
        return no_rows(e, x->arg[0]);
    struct result sum = result_number(number_int(0));
    int64_t n = 0;
    sum.digits = 0;
    while (walk_number(e, &w)) {
        sum.number = number_add(e->a, &sum.number, &w.cell.number);
        sum.percent |= w.cell.percent;
        if (w.cell.digits > sum.digits)
            sum.digits = w.cell.digits;
        n++;
        if (number_bits(&sum.number) > EXPR_MAX_BITS)
            return eval_fail(e, E_EXPR_BITS, x, diag_fmt(e->d, "%d", EXPR_MAX_BITS),
                             NULL);
    }
    if (average && !n) /* the sum of nothing is 0, its average is none */
        return eval_missing(x->arg[0]->text, w.rows->at);
    if (average) {
        struct number count = number_int(n);
        sum.number = number_div(e->a, &sum.number, &count);
        sum.digits = -1;
    }
    return sum;
}

static struct result count(struct eval *e, const struct expr *x) {
    struct walk w;
    int64_t n = 0;
    if (!walk_start(e, x, 0, 1, &w) && !ref_is_no_list(e, x->arg[0]))
        return no_rows(e, x->arg[0]);
    if (w.column->ref == REF_TABLE)
        while (walk_row(e, &w))
            n++;
    else
        while (w.rows && walk_cell(e, &w))
            n++;
    struct result r = result_number(number_int(n));
    r.digits = 0;
    return r;
}

static bool is_column(const struct expr *x) {
    return x->kind == EX_NAME && (x->ref == REF_OF_TABLE || x->ref == REF_OF_LIST);
}

/* The least (sign -1) or greatest (1) of a column or of the arguments. */
static struct result extreme(struct eval *e, const struct expr *x, int sign) {
    struct result best = eval_missing(x->arg[0]->text, x->arg[0]->at), r;
    if (!is_column(x->arg[0])) {
        for (int i = 0; i < x->args; i++) {
            if (!eval_number(e, x->arg[i], &r))
                return r;
            if (!i || number_compare(&r.number, &best.number) * sign > 0)
                best = r;
        }
        return best;
    }
    struct walk w;
    if (!walk_start(e, x, 0, 1, &w))
        return no_rows(e, x->arg[0]);
    while (walk_cell(e, &w)) {
        int order = best.kind == RES_MISSING ? sign : result_compare(&w.cell, &best);
        if (order == -2)
            return eval_fail(e, E_EXPR_COMPARE, x, result_text(e->a, &w.cell), "");
        if (order == sign)
            best = w.cell;
    }
    return best;
}

static struct result average(struct eval *e, const struct expr *x) {
    if (is_column(x->arg[0]))
        return add_up(e, x, true);
    struct result sum = result_number(number_int(0)), r;
    for (int i = 0; i < x->args; i++) {
        if (!eval_number(e, x->arg[i], &r))
            return r;
        sum.number = number_add(e->a, &sum.number, &r.number);
        sum.percent |= r.percent;
    }
    struct number n = number_int(x->args);
    sum.number = number_div(e->a, &sum.number, &n);
    return sum;
}

/* o(bang.cot, dieu_kien): the cell of the one row. */
static struct result one_cell(struct eval *e, const struct expr *x) {
    struct walk w;
    if (!walk_start(e, x, 0, 1, &w))
        return no_rows(e, x->arg[0]);
    struct result found = eval_missing(expr_text(e->a, x), w.rows->at);
    const struct value *first = NULL;
    while (walk_row(e, &w)) {
        const struct value *v = ref_cell(w.column, w.row);
        if (w.count > 1) {
            struct result fail = eval_fail(e, E_EXPR_MANY, x, NULL, NULL);
            diag_related(e->d, diag_word(e->d, "hàng thứ nhất", "the first row"),
                         first ? first->at : w.rows->at, value_where(e->d, first));
            diag_related(e->d, diag_word(e->d, "hàng nữa", "another row"),
                         v ? v->at : w.row->at, value_where(e->d, v));
            return fail;
        }
        first = v;
        found = result_of_value(e, v, x->arg[0]);
    }
    return e->failed ? eval_missing(NULL, x->at) : found;
}

/* ---- numbering and repetition ---------------------------------------------------------------- */

#define NUMBERING_MAX 100000

/* The numbers of a numbering that are not there, as text: "28" or "3, 28"; "" when it runs 1, 2, 3 …;
 * what is no number stands in quotes. */
static const char *numbering_gaps(struct eval *e, struct walk *w) {
    struct buf b = {0};
    int64_t expected = 1, n;
    while (walk_cell(e, w) && b.len < 200) {
        struct result *r = &w->cell;
        if (r->kind == RES_TEXT && number_parse(e->a, r->text, strlen(r->text), NUM_VI,
                                                &r->number, &r->percent, &r->digits))
            r->kind = RES_NUMBER;
        if (r->kind != RES_NUMBER || !number_small(&r->number, &n) || n < expected ||
            n > NUMBERING_MAX) {
            buf_printf(&b, "%s“%s”", b.len ? ", " : "", result_text(e->a, r));
            continue;
        }
        for (; expected < n && b.len < 200; expected++)
            buf_printf(&b, "%s%lld", b.len ? ", " : "", (long long)expected);
        expected = n + 1;
    }
    char *out = arena_strndup(e->a, b.data ? b.data : "", b.len);
    buf_free(&b);
    return out;
}

struct seen {
    const char *text;
    uint32_t row;
};

static int by_text(const void *x, const void *y) {
    const struct seen *a = x, *b = y;
    int order = strcmp(a->text, b->text);
    return order ? order : a->row < b->row ? -1 : a->row > b->row;
}

/* The values that stand more than once in a column, as text; "" when all differ. */
static const char *repeated(struct eval *e, struct walk *w) {
    struct {
        struct seen *v;
        size_t n, cap;
    } all = {0};
    while (walk_cell(e, w)) {
        struct seen s = {result_text(e->a, &w->cell), w->next};
        vec_push(e->a, &all, s);
    }
    struct buf b = {0};
    if (all.n)
        qsort(all.v, all.n, sizeof *all.v, by_text);
    for (size_t i = 1; i < all.n && b.len < 300; i++) {
        bool again = strcmp(all.v[i].text, all.v[i - 1].text) == 0;
        bool told = i > 1 && strcmp(all.v[i].text, all.v[i - 2].text) == 0;
        if (again && !told)
            buf_printf(&b, "%s“%s”", b.len ? ", " : "", all.v[i].text);
    }
    char *out = arena_strndup(e->a, b.data ? b.data : "", b.len);
    buf_free(&b);
    return out;
}

static struct result over_column(struct eval *e, const struct expr *x) {
    struct walk w;
    if (!walk_start(e, x, 0, -1, &w))
        return no_rows(e, x->arg[0]);
    bool gaps = x->fn == FN_LIEN_TUC || x->fn == FN_SO_THIEU;
    const char *text = gaps ? numbering_gaps(e, &w) : repeated(e, &w);
    if (x->fn == FN_LIEN_TUC || x->fn == FN_KHAC_NHAU)
        return result_bool(!*text);
    return (struct result){.kind = RES_TEXT, .text = text};
}

static struct result is_among(struct eval *e, const struct expr *x) {
    struct walk w;
    struct result r = eval_expr(e, x->arg[0]);
    if (r.kind == RES_MISSING)
        return r;
    if (!walk_start(e, x, 1, -1, &w))
        return no_rows(e, x->arg[1]);
    bool found = false;
    while (!found && walk_cell(e, &w))
        found = result_compare(&w.cell, &r) == 0 ||
                strcmp(result_text(e->a, &w.cell), result_text(e->a, &r)) == 0;
    return result_bool(found);
}

/* ---- shares, differences, trends ---------------------------------------------------------------- */

static struct result quotient(struct eval *e, const struct expr *x,
                              const struct number *n, const struct result *by) {
    if (!number_sign(&by->number))
        return eval_missing(NULL, by->from ? by->from->at : x->arg[1]->at);
    struct result r = result_number(number_div(e->a, n, &by->number));
    r.percent = true;
    return number_bits(&r.number) > EXPR_MAX_BITS
               ? eval_fail(e, E_EXPR_BITS, x, diag_fmt(e->d, "%d", EXPR_MAX_BITS), NULL)
               : r;
}

static struct result compare_periods(struct eval *e, const struct expr *x) {
    struct result l, r;
    if (!eval_number(e, x->arg[0], &l))
        return l;
    if (!eval_number(e, x->arg[1], &r))
        return r;
    struct number change = number_sub(e->a, &l.number, &r.number);
    if (x->fn == FN_TY_LE)
        return quotient(e, x, &l.number, &r);
    if (x->fn == FN_TANG_TRUONG) {
        struct result growth = quotient(e, x, &change, &r);
        struct number minus = number_int(-1);
        if (growth.kind == RES_NUMBER && number_sign(&r.number) < 0)
            growth.number = number_mul(e->a, &growth.number, &minus);
        return growth;
    }
    if (x->fn == FN_CHENH) {
        struct result d = result_number(change);
        d.percent = l.percent && r.percent;
        d.digits = l.digits < 0 || r.digits < 0 ? -1
                   : l.digits > r.digits        ? l.digits
                                                : r.digits;
        return d;
    }
    int sign = number_sign(&change);
    return (struct result){.kind = RES_TEXT,
                           .text = sign > 0   ? "tăng"
                                   : sign < 0 ? "giảm"
                                              : "giữ nguyên"};
}

/* ---- choices -------------------------------------------------------------------------------------- */

static struct result choose(struct eval *e, const struct expr *x) {
    if (x->args % 2 == 0)
        return eval_fail(e, E_EXPR_ARGUMENTS_ODD, x, function_name(x->fn), NULL);
    for (int i = 0; i + 1 < x->args; i += 2) {
        struct result r = eval_expr(e, x->arg[i]);
        if (r.kind == RES_MISSING)
            return r;
        if (r.kind != RES_BOOL)
            return eval_fail(e, E_EXPR_BOOL_WANTED, x->arg[i], result_text(e->a, &r),
                             NULL);
        if (r.yes)
            return eval_expr(e, x->arg[i + 1]);
    }
    return eval_expr(e, x->arg[x->args - 1]);
}

static struct result has_value(struct eval *e, const struct expr *x) {
    const struct expr *of = x->arg[0];
    if (of->kind == EX_NAME && (of->ref == REF_TABLE || is_column(of))) {
        const struct value *rows = ref_rows(e, of);
        return result_bool(rows && rows->n);
    }
    if (of->kind == EX_NAME && of->ref == REF_FACT)
        return result_bool(!value_is_empty(ref_value(e, of)) &&
                           ref_value(e, of)->kind != VALUE_NODATA);
    return result_bool(eval_expr(e, of).kind != RES_MISSING && !e->failed);
}

/* ---- rounding and targets ------------------------------------------------------------------------------ */

#define ROUND_MAX 20

/* The count of decimals that an argument names. */
static bool decimals(struct eval *e, const struct expr *x, int *out, struct result *r) {
    int64_t n;
    if (!eval_number(e, x, r))
        return false;
    if (!number_small(&r->number, &n) || n < -ROUND_MAX || n > ROUND_MAX) {
        *r = eval_fail(e, E_EXPR_DECIMALS, x, diag_fmt(e->d, "%d", ROUND_MAX), NULL);
        return false;
    }
    *out = (int)n;
    return true;
}

static struct result rounded(struct eval *e, const struct expr *x) {
    struct result r, n;
    int digits;
    if (!eval_number(e, x->arg[0], &r))
        return r;
    if (!decimals(e, x->arg[1], &digits, &n))
        return n;
    r.number = number_round(e->a, &r.number, digits + (r.percent ? 2 : 0));
    r.digits = digits < 0 ? 0 : digits;
    r.from = NULL;
    return r;
}

/* khop(a, b, n): the same as printed with n decimals; a percentage has them before its sign. */
static struct result alike(struct eval *e, const struct expr *x) {
    struct result l, r, n;
    int digits;
    if (!eval_number(e, x->arg[0], &l))
        return l;
    if (!eval_number(e, x->arg[1], &r))
        return r;
    if (!decimals(e, x->arg[2], &digits, &n))
        return n;
    digits += l.percent || r.percent ? 2 : 0;
    struct number a = number_round(e->a, &l.number, digits);
    struct number b = number_round(e->a, &r.number, digits);
    return result_bool(number_compare(&a, &b) == 0);
}

bool target_parse(struct arena *a, const char *text, struct number *n, bool *percent,
                  int *digits, enum sign *sign) {
    static const struct {
        const char *text;
        enum sign sign;
    } known[] = {{"≥", SIGN_AT_LEAST},
                 {">=", SIGN_AT_LEAST},
                 {"≤", SIGN_AT_MOST},
                 {"<=", SIGN_AT_MOST},
                 {">", SIGN_MORE},
                 {"<", SIGN_LESS},
                 {"=", SIGN_EQUAL},
                 {"trên ", SIGN_MORE},
                 {"Trên ", SIGN_MORE},
                 {"dưới ", SIGN_LESS},
                 {"Dưới ", SIGN_LESS},
                 {"từ ", SIGN_AT_LEAST},
                 {"Từ ", SIGN_AT_LEAST},
                 {"ít nhất ", SIGN_AT_LEAST},
                 {"tối thiểu ", SIGN_AT_LEAST},
                 {"tối đa ", SIGN_AT_MOST}};
    *sign = SIGN_NONE;
    for (size_t i = 0; i < sizeof known / sizeof *known && *sign == SIGN_NONE; i++)
        if (str_starts(text, known[i].text)) {
            *sign = known[i].sign;
            text += strlen(known[i].text);
        }
    text += strspn(text, " ");
    /* The number ends where something else begins: the unit. */
    size_t len = strspn(text, "0123456789.,-");
    while (len && strchr(".,", text[len - 1]))
        len--;
    if (text[len] == '%' || str_starts(text + len, " %"))
        len += text[len] == '%' ? 1 : 2;
    return number_parse(a, text, len, NUM_VI, n, percent, digits);
}

static struct result number_in(struct eval *e, const struct expr *x) {
    struct result r = eval_expr(e, x->arg[0]);
    enum sign sign;
    if (r.kind != RES_TEXT)
        return r;
    if (!target_parse(e->a, r.text, &r.number, &r.percent, &r.digits, &sign))
        return eval_missing(expr_text(e->a, x), r.from ? r.from->at : x->at);
    r.kind = RES_NUMBER;
    r.from = NULL;
    return r;
}

static bool fulfils(enum sign sign, int order) {
    return sign == SIGN_AT_MOST ? order <= 0
           : sign == SIGN_LESS  ? order < 0
           : sign == SIGN_MORE  ? order > 0
           : sign == SIGN_EQUAL ? order == 0
                                : order >= 0;
}

/* dat(ket_qua, chi_tieu): "≥ 70", "40%" by their numbers (at least, without an operator), words by
 * being the same. A target without % beside a result with one is a count of percents. */
static struct result reaches(struct eval *e, const struct expr *x) {
    struct result l = eval_expr(e, x->arg[0]), r = eval_expr(e, x->arg[1]);
    enum sign sign, own = SIGN_NONE;
    if (l.kind == RES_MISSING || r.kind == RES_MISSING)
        return l.kind == RES_MISSING ? l : r;
    bool number = l.kind == RES_NUMBER ||
                  (l.kind == RES_TEXT &&
                   target_parse(e->a, l.text, &l.number, &l.percent, &l.digits, &own));
    const char *target = result_text(e->a, &r);
    if (!number || !target_parse(e->a, target, &r.number, &r.percent, &r.digits, &sign))
        return result_bool(strcmp(result_text(e->a, &l), target) == 0);
    if (l.percent && !r.percent)
        l.number = number_scale(e->a, &l.number, 100, 1);
    else if (r.percent && !l.percent)
        r.number = number_scale(e->a, &r.number, 100, 1);
    return result_bool(fulfils(sign, number_compare(&l.number, &r.number)));
}

/* ---- texts and dates ---------------------------------------------------------------------------------------- */

#define TEXT_MAX 32000 /* what a cell of a workbook takes */

static struct result join(struct eval *e, const struct expr *x) {
    struct buf b = {0};
    struct result r = {.kind = RES_TEXT};
    for (int i = 0; i < x->args && r.kind != RES_MISSING && b.len <= TEXT_MAX; i++) {
        r = eval_expr(e, x->arg[i]);
        if (r.kind != RES_MISSING)
            buf_adds(&b, result_text(e->a, &r));
    }
    if (b.len > TEXT_MAX)
        r = eval_fail(e, E_EXPR_TEXT_LONG, x, diag_fmt(e->d, "%d", TEXT_MAX), NULL);
    else if (r.kind != RES_MISSING && eval_step(e, x, b.len / 16))
        r = (struct result){.kind = RES_TEXT,
                            .text = arena_strndup(e->a, b.data ? b.data : "", b.len)};
    buf_free(&b);
    return r;
}

/* Whether `part` stands in `text` in whole words: “huyện” not in “chuyện”, “12” not in “120”. */
static bool holds_words(const char *text, const char *part) {
    size_t n = strlen(part);
    const char *end = part + n, *p = part;
    if (!n)
        return true;
    bool first = utf8_is_word(utf8_next(&p, end)),
         last = utf8_is_word(utf8_last(part, n));
    for (const char *s = text; (s = strstr(s, part)) != NULL; s++) {
        const char *behind = s + n;
        bool open =
            !first || s == text || !utf8_is_word(utf8_last(text, (size_t)(s - text)));
        bool shut = !last || !*behind ||
                    !utf8_is_word(utf8_next(&behind, behind + strnlen(behind, 4)));
        if (open && shut)
            return true;
    }
    return false;
}

static struct result contains(struct eval *e, const struct expr *x) {
    struct result l = eval_expr(e, x->arg[0]), r = eval_expr(e, x->arg[1]);
    if (l.kind == RES_MISSING || r.kind == RES_MISSING)
        return l.kind == RES_MISSING ? l : r;
    const char *text = result_text(e->a, &l), *part = result_text(e->a, &r);
    return eval_step(e, x, strlen(text) / 16) ? result_bool(holds_words(text, part))
                                              : eval_missing(NULL, x->at);
}

static struct result date_part(struct eval *e, const struct expr *x) {
    struct result r = eval_expr(e, x->arg[0]);
    if (r.kind == RES_TEXT && date_parse(r.text, strlen(r.text), &r.date))
        r.kind = RES_DATE;
    if (r.kind == RES_MISSING)
        return r;
    if (r.kind != RES_DATE)
        return eval_fail(e, E_EXPR_DATE_WANTED, x->arg[0], result_text(e->a, &r), NULL);
    int part = x->fn == FN_NAM     ? r.date.year
               : x->fn == FN_THANG ? r.date.month
                                   : r.date.day;
    if (!part)
        return eval_missing(expr_text(e->a, x), r.at);
    struct result n = result_number(number_int(part));
    n.digits = 0;
    n.year = x->fn == FN_NAM;
    return n;
}

static struct result absolute(struct eval *e, const struct expr *x) {
    struct result r;
    struct number minus = number_int(-1);
    if (!eval_number(e, x->arg[0], &r))
        return r;
    r.from = NULL;
    if (number_sign(&r.number) < 0)
        r.number = number_mul(e->a, &r.number, &minus);
    return r;
}

struct result eval_call(struct eval *e, const struct expr *x) {
    switch ((enum expr_function)x->fn) {
    case FN_TONG:
        return add_up(e, x, false);
    case FN_DEM:
        return count(e, x);
    case FN_NHO_NHAT:
        return extreme(e, x, -1);
    case FN_LON_NHAT:
        return extreme(e, x, 1);
    case FN_TRUNG_BINH:
        return average(e, x);
    case FN_O:
        return one_cell(e, x);
    case FN_LIEN_TUC:
    case FN_SO_THIEU:
    case FN_KHAC_NHAU:
    case FN_LAP:
        return over_column(e, x);
    case FN_CO_TRONG:
        return is_among(e, x);
    case FN_TY_LE:
    case FN_CHENH:
    case FN_TANG_TRUONG:
    case FN_XU_HUONG:
        return compare_periods(e, x);
    case FN_NEU:
    case FN_CHON:
        return choose(e, x);
    case FN_CO:
        return has_value(e, x);
    case FN_KHOP:
        return alike(e, x);
    case FN_LAM_TRON:
        return rounded(e, x);
    case FN_TUYET_DOI:
        return absolute(e, x);
    case FN_SO:
        return number_in(e, x);
    case FN_DAT:
        return reaches(e, x);
    case FN_NOI:
        return join(e, x);
    case FN_CHUA:
        return contains(e, x);
    case FN_NAM:
    case FN_THANG:
    case FN_NGAY:
        return date_part(e, x);
    case FUNCTIONS:
        break;
    }
    return eval_missing(NULL, x->at);
}
