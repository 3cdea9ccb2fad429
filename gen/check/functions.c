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
    bool told; /* a cell that lacks was reported: nothing can be said about all of them */
};

static struct result told(void) {
    return (struct result){.kind = RES_MISSING, .silent = true};
}

/* false: there is no such table in this period's (or the former period's) data, or not the whole of it; then
 * *r is what comes of that. */
static bool walk_start(struct eval *e, const struct expr *x, int column, int condition,
                       struct walk *w, struct result *r) {
    *w = (struct walk){.column = x->arg[column]};
    w->condition = condition >= 0 && condition < x->args ? x->arg[condition] : NULL;
    w->rows = ref_rows(e, w->column);
    if (!w->rows)
        *r = eval_no_rows(e, w->column);
    else if (w->rows->flags & VALUE_BROKEN)
        *r = told();
    else
        return true;
    return false;
}

/* The next row that counts; false at the end or after an error. */
static bool walk_row(struct eval *e, struct walk *w) {
    while (!e->failed && w->next < w->rows->n) {
        w->row = w->rows->u.item[w->next++];
        struct row_scope scope = {e->row, w->row};
        struct result r;
        if (w->condition) {
            e->row = &scope;
            bool holds = eval_bool(e, w->condition, &r) && r.yes;
            e->row = scope.up;
            if (!holds)
                continue;
        } else if (!eval_step(e, 1)) {
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
        w->value = ref_cell(w->column, w->row);
        w->cell = result_of_value(e, w->value, w->column);
        if (w->cell.kind != RES_MISSING)
            return true;
        w->told |= w->cell.silent;
    }
    return false;
}

/* The cell as a number; a cell that holds something else is an error at its place. */
static bool walk_number(struct eval *e, struct walk *w) {
    while (walk_cell(e, w)) {
        if (eval_as_number(e, &w->cell))
            return true;
        if (!e->failed)
            eval_wrong(e, E_EXPR_CELL, w->column, &w->cell);
        w->told = true;
    }
    return false;
}

/* ---- over a column ------------------------------------------------------------------------ */

static struct result add_up(struct eval *e, const struct expr *x, bool average) {
    struct walk w;
    struct result r;
    if (!walk_start(e, x, 0, 1, &w, &r))
        return r;
    struct result sum = result_number(number_int(0));
    int64_t n = 0;
    sum.digits = 0;
    while (walk_number(e, &w)) {
        sum.number = number_add(e->a, &sum.number, &w.cell.number);
        sum.percent |= w.cell.percent;
        if (w.cell.digits > sum.digits)
            sum.digits = w.cell.digits;
        n++;
        sum = eval_sized(e, x, sum);
    }
    if (w.told)
        return told();
    if (average && !n && !e->failed) /* the sum of nothing is 0, its average is none */
        return eval_missing(x->arg[0], w.rows->at);
    if (average && !e->failed) {
        struct number count = number_int(n);
        sum.number = number_div(e->a, &sum.number, &count);
        sum.digits = -1;
    }
    return sum;
}

static struct result count(struct eval *e, const struct expr *x) {
    struct walk w;
    struct result r;
    if (!walk_start(e, x, 0, 1, &w, &r)) {
        if (x->arg[0]->required || !ref_is_no_list(e, x->arg[0]))
            return r;
        r = result_number(number_int(0)); /* a list that is not given */
        r.digits = 0;
        return r;
    }
    int64_t n = 0;
    const struct expr *c = w.column;
    bool rows = c->ref == REF_TABLE || (c->ref == REF_OF_LIST && c->up == c->steps);
    while (rows ? walk_row(e, &w) : walk_cell(e, &w))
        n += !rows || w.row->kind != VALUE_NONE;
    r = result_number(number_int(n));
    r.digits = 0;
    return w.told ? told() : r;
}

static bool is_column(const struct expr *x) {
    return x->kind == EX_NAME && (x->ref == REF_OF_TABLE || x->ref == REF_OF_LIST);
}

/* The least (sign -1) or greatest (1) of the arguments. */
static struct result extreme_of(struct eval *e, const struct expr *x, int sign) {
    struct result best = {0}, r;
    for (int i = 0; i < x->args; i++) {
        if (!eval_number(e, x->arg[i], &r))
            return r;
        if (!i || number_compare(&r.number, &best.number) * sign > 0)
            best = r;
    }
    return best;
}

/* The same of a column; dates and texts have an order, too. */
static struct result extreme(struct eval *e, const struct expr *x, int sign) {
    struct walk w;
    struct result r;
    if (!is_column(x->arg[0]))
        return extreme_of(e, x, sign);
    if (!walk_start(e, x, 0, 1, &w, &r))
        return r;
    struct result best = eval_missing(x->arg[0], w.rows->at);
    while (walk_cell(e, &w)) {
        eval_as_number(e, &w.cell); /* where the data have no types */
        int order = best.kind == RES_MISSING ? sign : result_compare(&w.cell, &best);
        if (order == -2)
            return eval_wrong(e, E_EXPR_COMPARE, x, &w.cell);
        if (order == sign)
            best = w.cell;
    }
    return w.told ? told() : best;
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
    return eval_sized(e, x, sum);
}

static void relate_row(struct eval *e, const char *words, const struct value *row) {
    if (!e->quiet)
        diag_related(e->d, diag_fmt(e->d, "%s: %s", words, row_name(e->d, row)), row->at,
                     NULL);
}

/* o(bang.cot, dieu_kien): the cell of the one row. */
static struct result one_cell(struct eval *e, const struct expr *x) {
    struct walk w;
    struct result r;
    if (!walk_start(e, x, 0, 1, &w, &r))
        return r;
    struct result found = eval_missing(x, w.rows->at);
    const struct value *first = NULL;
    while (walk_row(e, &w)) {
        if (first) {
            struct result fail = eval_fail(e, E_EXPR_MANY, x, NULL, NULL);
            relate_row(e, diag_word(e->d, "hàng thứ nhất", "the first one"), first);
            relate_row(e, diag_word(e->d, "hàng thứ hai", "the second one"), w.row);
            return fail;
        }
        first = w.row;
        found = result_of_value(e, ref_cell(w.column, w.row), w.column);
    }
    return found;
}

/* ---- numbering and repetition ---------------------------------------------------------------- */

#define NUMBERING_MAX 100000

/* What stands in b, in the arena; b is freed. */
static const char *keep(struct eval *e, struct buf *b) {
    eval_step(e, b->len / 16);
    const char *out = arena_strndup(e->a, b->data ? b->data : "", b->len);
    buf_free(b);
    return out;
}

/* The numbers of a numbering that are not there, as text: "28" or "3, 28"; "" when it runs 1, 2, 3 …;
 * what is no number stands in quotes. */
static const char *numbering_gaps(struct eval *e, struct walk *w) {
    struct buf b = {0};
    int64_t expected = 1, n;
    while (walk_cell(e, w) && b.len < 200) {
        struct result *r = &w->cell;
        if (!eval_as_number(e, r) || !number_small(&r->number, &n) || n < expected ||
            n > NUMBERING_MAX) {
            buf_printf(&b, "%s“%s”", b.len ? ", " : "", eval_text(e, r));
            continue;
        }
        for (; expected < n && b.len < 200; expected++)
            buf_printf(&b, "%s%lld", b.len ? ", " : "", (long long)expected);
        expected = n + 1;
    }
    return keep(e, &b);
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
        struct seen s = {eval_text(e, &w->cell), w->next};
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
    return keep(e, &b);
}

static struct result over_column(struct eval *e, const struct expr *x) {
    struct walk w;
    struct result r;
    if (!walk_start(e, x, 0, -1, &w, &r))
        return r;
    bool gaps = x->fn == FN_LIEN_TUC || x->fn == FN_SO_THIEU;
    struct arena *report = e->a, *scratch = arena_child(report);
    e->a = scratch; /* the texts of all cells */
    const char *text = gaps ? numbering_gaps(e, &w) : repeated(e, &w);
    e->a = report;
    text = arena_strdup(report, text);
    arena_free(scratch);
    if (w.told)
        return told();
    if (x->fn == FN_LIEN_TUC || x->fn == FN_KHAC_NHAU)
        return result_bool(!*text);
    return (struct result){.kind = RES_TEXT, .text = text};
}

static struct result is_among(struct eval *e, const struct expr *x) {
    struct walk w;
    struct result r = eval_expr(e, x->arg[0]);
    if (r.kind == RES_MISSING)
        return r;
    if (!walk_start(e, x, 1, -1, &w, &r))
        return r;
    bool found = false;
    while (!found && walk_cell(e, &w))
        found = eval_alike(e, w.cell, r);
    return !found && w.told ? told() : result_bool(found);
}

/* ---- shares, differences, trends ---------------------------------------------------------------- */

static struct result quotient(struct eval *e, const struct expr *x,
                              const struct number *n, const struct result *by) {
    if (!number_sign(&by->number))
        return eval_zero(x->arg[1], by);
    struct result r = result_number(number_div(e->a, n, &by->number));
    r.percent = true;
    return eval_sized(e, x, r);
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
    struct result d = eval_sized(e, x, result_number(change));
    if (x->fn == FN_CHENH && d.kind == RES_NUMBER) {
        d.percent = l.percent && r.percent;
        d.digits = l.digits < 0 || r.digits < 0 ? -1
                   : l.digits > r.digits        ? l.digits
                                                : r.digits;
    }
    if (x->fn == FN_CHENH || d.kind != RES_NUMBER)
        return d;
    int sign = number_sign(&change);
    return (struct result){.kind = RES_TEXT,
                           .text = sign > 0   ? "tăng"
                                   : sign < 0 ? "giảm"
                                              : "giữ nguyên"};
}

/* ---- choices -------------------------------------------------------------------------------------- */

static struct result choose(struct eval *e, const struct expr *x) {
    for (int i = 0; i + 1 < x->args; i += 2) {
        struct result r;
        if (!eval_bool(e, x->arg[i], &r))
            return r;
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
    const struct value *v =
        of->kind == EX_NAME && of->ref == REF_FACT ? ref_value(e, of) : NULL;
    if (v && v->kind == VALUE_MAP)
        return result_bool(!value_is_empty(v));
    struct result r = eval_expr(e, of);
    return result_bool(r.kind != RES_MISSING && (r.kind != RES_TEXT || *r.text));
}

/* ---- rounding and targets ------------------------------------------------------------------------------ */

#define ROUND_MAX 20
#define STEPS_OF_ROUND 20

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
    return eval_step(e, STEPS_OF_ROUND);
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
    return eval_sized(e, x, r);
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

/* Whether text begins with a word, with a small or a capital letter; its length. */
static size_t word_length(const char *text, const char *word) {
    size_t n = strlen(word);
    const char *s = text, *w = word;
    uint32_t c = utf8_next(&s, text + strnlen(text, 4)), want = utf8_next(&w, word + n);
    bool same = c == want || (want > 0x60 && want < 0xFF && c + 0x20 == want) ||
                (want == 0x111 && c == 0x110); /* đ */
    return same && strncmp(s, w, n - (size_t)(w - word)) == 0 ? n : 0;
}

static const char *skip_spaces(const char *s) {
    for (;;)
        if (*s == ' ')
            s++;
        else if (str_starts(s, "\u00A0"))
            s += 2;
        else
            return s;
}

/* The words and signs in front of a target. */
static const char *target_sign(const char *text, enum sign *sign) {
    static const struct {
        const char *text;
        enum sign sign;
    } known[] = {{"đạt ", SIGN_NONE},
                 {"≥", SIGN_AT_LEAST},
                 {">=", SIGN_AT_LEAST},
                 {"≤", SIGN_AT_MOST},
                 {"<=", SIGN_AT_MOST},
                 {">", SIGN_MORE},
                 {"<", SIGN_LESS},
                 {"=", SIGN_EQUAL},
                 {"trên ", SIGN_MORE},
                 {"hơn ", SIGN_MORE},
                 {"lớn hơn ", SIGN_MORE},
                 {"dưới ", SIGN_LESS},
                 {"nhỏ hơn ", SIGN_LESS},
                 {"từ ", SIGN_AT_LEAST},
                 {"ít nhất ", SIGN_AT_LEAST},
                 {"tối thiểu ", SIGN_AT_LEAST},
                 {"không dưới ", SIGN_AT_LEAST},
                 {"không thấp hơn ", SIGN_AT_LEAST},
                 {"tối đa ", SIGN_AT_MOST},
                 {"không quá ", SIGN_AT_MOST},
                 {"không vượt quá ", SIGN_AT_MOST}};
    *sign = SIGN_NONE;
    text = skip_spaces(text);
    for (size_t i = 0; i < sizeof known / sizeof *known && *sign == SIGN_NONE; i++) {
        size_t n = word_length(text, known[i].text);
        *sign = n ? known[i].sign : SIGN_NONE;
        text = skip_spaces(text + n);
    }
    return text;
}

bool target_parse(struct arena *a, const char *text, struct number *n, bool *percent,
                  int *digits, enum sign *sign) {
    text = target_sign(text, sign);
    /* The number ends where something else begins: the unit. */
    size_t len = *text == '-';
    len += strspn(text + len, "0123456789.,");
    while (len && strchr(".,", text[len - 1]))
        len--;
    const char *rest = skip_spaces(text + len);
    if (*rest == '%')
        len = (size_t)(++rest - text);
    rest = skip_spaces(rest);
    /* "3/5 xã", "10 - 15%", "10 đến 15" are no single number */
    const char *more = *rest == '/' || *rest == '-' ? rest + 1
                       : str_starts(rest, "–")      ? rest + strlen("–")
                       : str_starts(rest, "đến ")   ? rest + strlen("đến ")
                                                    : "";
    more = skip_spaces(more);
    if (*more >= '0' && *more <= '9')
        return false;
    if (*sign == SIGN_NONE && strstr(rest, "trở lên"))
        *sign = SIGN_AT_LEAST;
    if (*sign == SIGN_NONE && strstr(rest, "trở xuống"))
        *sign = SIGN_AT_MOST;
    return number_parse(a, text, len, NUM_VI, n, percent, digits);
}

/* The number of a text or target. */
static bool target_number(struct eval *e, struct result *r, enum sign *sign) {
    *sign = SIGN_NONE;
    if (r->kind == RES_TEXT &&
        target_parse(e->a, r->text, &r->number, &r->percent, &r->digits, sign) &&
        eval_step(e, number_bits(&r->number) / 8))
        r->kind = RES_NUMBER;
    return r->kind == RES_NUMBER;
}

static struct result number_in(struct eval *e, const struct expr *x) {
    struct result r = eval_expr(e, x->arg[0]);
    enum sign sign;
    if (r.kind == RES_MISSING)
        return r;
    if (r.kind != RES_NUMBER && r.kind != RES_TEXT)
        return eval_wrong(e, E_EXPR_NUMBER_WANTED, x->arg[0], &r);
    bool typed = r.kind == RES_NUMBER;
    if (!target_number(e, &r, &sign)) {
        struct result none = eval_missing(x, r.from ? r.from->at : x->at);
        none.from = r.from;
        return none;
    }
    if (!typed)
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
 * being the same. Where only one of the two has a %, the other counts percents: 75% reaches 70, and 41 in the
 * data reaches 40%; a result that was computed is a ratio, 0,41. */
static struct result reaches(struct eval *e, const struct expr *x) {
    struct result l = eval_expr(e, x->arg[0]), r = eval_expr(e, x->arg[1]);
    enum sign sign, own;
    if (l.kind == RES_MISSING || r.kind == RES_MISSING)
        return l.kind == RES_MISSING ? l : r;
    bool ratio = l.kind == RES_NUMBER && !l.from;
    struct result n = l, target = r;
    if (!target_number(e, &n, &own) || !target_number(e, &target, &sign))
        return result_bool(strcmp(eval_text(e, &l), eval_text(e, &r)) == 0);
    if (n.percent && !target.percent)
        n.number = number_scale(e->a, &n.number, 100, 1);
    else if (target.percent && !n.percent && !ratio)
        target.number = number_scale(e->a, &target.number, 100, 1);
    return result_bool(fulfils(sign, number_compare(&n.number, &target.number)));
}

/* ---- texts and dates ---------------------------------------------------------------------------------------- */

#define TEXT_MAX 32000 /* what a cell of a workbook takes */

static struct result join(struct eval *e, const struct expr *x) {
    struct buf b = {0};
    struct result r = {.kind = RES_TEXT};
    for (int i = 0; i < x->args && r.kind != RES_MISSING && b.len <= TEXT_MAX; i++) {
        r = eval_expr(e, x->arg[i]);
        if (r.kind != RES_MISSING)
            buf_adds(&b, eval_text(e, &r));
    }
    if (b.len > TEXT_MAX)
        r = eval_fail(e, E_EXPR_TEXT_LONG, x, diag_fmt(e->d, "%d", TEXT_MAX), NULL);
    else if (r.kind != RES_MISSING && eval_step(e, b.len / 16))
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
    const char *text = eval_text(e, &l), *part = eval_text(e, &r);
    return result_bool(!e->failed && holds_words(text, part));
}

static struct result date_part(struct eval *e, const struct expr *x) {
    struct result r = eval_expr(e, x->arg[0]);
    if (r.kind == RES_TEXT && date_parse(r.text, strlen(r.text), &r.date))
        r.kind = RES_DATE;
    if (r.kind == RES_MISSING)
        return r;
    if (r.kind != RES_DATE)
        return eval_wrong(e, E_EXPR_DATE_WANTED, x->arg[0], &r);
    int part = x->fn == FN_NAM     ? r.date.year
               : x->fn == FN_THANG ? r.date.month
                                   : r.date.day;
    if (!part) {
        struct result none = eval_missing(x, r.at);
        none.from = r.from;
        return none;
    }
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
    return eval_sized(e, x, r);
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
    return eval_missing(x, x->at);
}
