/* format.c: formatters: parsed once, applied to values */
#include "inside.h"

#include <string.h>

#define DECIMALS_MAX 20
#define CHAIN_MAX 4

static const struct formatter {
    const char *name;
    enum format_kind kind;
    bool digits;      /* takes a number of decimals */
    int64_t divisor;  /* FMT_SCALED */
    const char *unit; /* likewise: what it counts in */
    bool money;       /* likewise: the unit is whole, no other follows */
} formatter[] = {
    {"phan_tram", FMT_PERCENT, true, 1, NULL, false},
    {"so", FMT_NUMBER, true, 1, NULL, false},
    {"dem", FMT_COUNT, false, 1, NULL, false},
    {"bang_chu", FMT_WORDS, false, 1, NULL, false},
    {"la_ma", FMT_ROMAN, false, 1, NULL, false},
    {"thu_tu", FMT_ORDINAL, false, 1, NULL, false},
    {"nghin", FMT_SCALED, true, 1000, "nghìn", false},
    {"tien", FMT_SCALED, true, 1, "đồng", true},
    {"trieu_dong", FMT_SCALED, true, 1000000, "triệu đồng", true},
    {"ty_dong", FMT_SCALED, true, 1000000000, "tỷ đồng", true},
    {"don_vi", FMT_UNIT, false, 1, NULL, false},
    {"ngay", FMT_DATE, false, 1, NULL, false},
    {"ngay_chu", FMT_DATE_WORDS, false, 1, NULL, false},
    {"hoa", FMT_UPPER, false, 1, NULL, false},
    {"thuong", FMT_LOWER, false, 1, NULL, false},
    {"nguyen_van", FMT_TYPED, false, 1, NULL, false},
    {"vb", FMT_CITE, false, 1, NULL, false},
};
#define FORMATTERS (sizeof formatter / sizeof *formatter)

/* ---- parsing ------------------------------------------------------------------- */

static bool parse_digits(struct diag *d, const char *name, bool takes, const char *arg,
                         struct format *f, struct origin at) {
    f->digits = -1;
    if (!*arg)
        return true;
    if (!takes) {
        diag_add(d, E_FORMAT_ARG_NONE, at, name, arg, NULL);
        return false;
    }
    int v = 0;
    for (const char *p = arg; *p; p++) {
        v = *p >= '0' && *p <= '9' && v <= DECIMALS_MAX ? v * 10 + (*p - '0') : 100;
    }
    if (v > DECIMALS_MAX) {
        diag_add(d, E_FORMAT_ARG, at, name, arg, diag_fmt(d, "%d", DECIMALS_MAX), NULL);
        return false;
    }
    f->digits = (int8_t)v;
    return true;
}

static void tell_unknown(struct diag *d, const char *name, struct origin at) {
    const char *names[FORMATTERS], *use = diag_word(d, "dùng ", "use ");
    for (size_t i = 0; i < FORMATTERS; i++) {
        const char *join = i == 0               ? ""
                           : i + 1 < FORMATTERS ? ", "
                                                : diag_word(d, " hoặc ", " or ");
        names[i] = formatter[i].name;
        use = diag_fmt(d, "%s%s%s", use, join, names[i]);
    }
    diag_add(d, E_FORMAT_UNKNOWN, at, name, nearest_hint(d, name, names, FORMATTERS, use),
             NULL);
}

bool cite_form_named(const char *word, enum cite_form *out) {
    static const char *const words[] = {
        [CITE_FULL] = "day_du", [CITE_SHORT] = "ngan", [CITE_SYMBOL] = "so"};
    for (int i = CITE_FULL; i <= CITE_SYMBOL; i++)
        if (str_eq(word, words[i])) {
            *out = (enum cite_form)i;
            return true;
        }
    return false;
}

static bool parse_cite(struct diag *d, const char *arg, struct format *f,
                       struct origin at) {
    enum cite_form form = CITE_USUAL;
    if (*arg && !cite_form_named(arg, &form)) {
        diag_add(d, E_CITE_FORM, at, arg, NULL);
        return false;
    }
    f->digits = (int8_t)form;
    return true;
}

/* One formatter: its name, then perhaps a number. */
static struct format *parse_one(struct arena *a, struct diag *d, char *s,
                                struct origin at) {
    size_t n = strlen(s);
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        s[--n] = '\0';
    s += strspn(s, " \t");
    char *arg = s + strcspn(s, " \t");
    if (*arg)
        *arg++ = '\0';
    arg += strspn(arg, " \t");
    for (size_t i = 0; i < FORMATTERS; i++) {
        if (!str_eq(s, formatter[i].name))
            continue;
        struct format *f = arena_new_of(a, struct format);
        f->kind = (uint8_t)formatter[i].kind;
        f->is = &formatter[i];
        if (f->kind == FMT_CITE)
            return parse_cite(d, arg, f, at) ? f : NULL;
        return parse_digits(d, s, formatter[i].digits, arg, f, at) ? f : NULL;
    }
    tell_unknown(d, s, at);
    return NULL;
}

/* Whether f may stand behind the formatter before it (NULL: the first); false after a message. */
static bool may_follow(struct diag *d, const struct format *before,
                       const struct format *f, struct origin at) {
    bool unit = before && before->kind == FMT_UNIT;
    bool letters = f->kind == FMT_UPPER || f->kind == FMT_LOWER || f->kind == FMT_TYPED;
    if (f->kind == FMT_UNIT && (unit || (before && before->is->money)))
        diag_add(d, E_FORMAT_UNIT_TWICE, at, before->is->name, NULL);
    else if (unit && !letters)
        diag_add(d, E_FORMAT_UNIT_LAST, at, f->is->name, NULL);
    else
        return true;
    return false;
}

const struct format *format_parse(struct arena *a, struct diag *d, const char *spec,
                                  struct origin at) {
    struct format *first = NULL, *last = NULL;
    char *s = arena_strdup(a, spec);
    for (int i = 0; s; i++) {
        char *bar = strchr(s, '|');
        if (bar)
            *bar++ = '\0';
        struct format *f = parse_one(a, d, s, at);
        if (!f || !may_follow(d, last, f, at))
            return NULL;
        if (i == CHAIN_MAX) {
            diag_add(d, E_FORMAT_CHAIN, at, diag_fmt(d, "%d", CHAIN_MAX), NULL);
            return NULL;
        }
        if (first && f->kind == FMT_CITE) {
            diag_add(d, E_CITE_FIRST, at, NULL);
            return NULL;
        }
        if (last)
            last->next = f;
        else
            first = f;
        last = f;
        s = bar;
    }
    return first;
}

/* ---- units ----------------------------------------------------------------------- */

bool format_wants_unit(const struct format *f) {
    for (; f; f = f->next)
        if (f->kind == FMT_UNIT)
            return true;
    return false;
}

const struct format *format_bare(struct arena *a, const struct format *f) {
    struct format *bare;
    if (!f)
        return NULL;
    if (f->kind == FMT_UNIT)
        return format_bare(a, f->next);
    bare = arena_new_of(a, struct format);
    *bare = *f;
    bare->bare = true;
    bare->next = format_bare(a, f->next);
    return bare;
}

const char *format_head_unit(struct arena *a, const struct format *f, const char *unit) {
    const char *own = f ? f->is->unit : NULL;
    if (!own || f->is->money)
        return own ? own : unit;
    return unit ? arena_printf(a, "%s %s", own, unit) : NULL;
}

/* ---- by formatter ----------------------------------------------------------------------- */

/* v when it is a number, or the number that its text is, for documents without declarations; NULL: it
 * is none. */
static const struct value *number_of(struct arena *a, const struct value *v) {
    struct number n;
    bool percent;
    int digits;
    if (v->kind == VALUE_NUMBER)
        return v;
    if (v->kind != VALUE_TEXT || !v->text ||
        !number_parse(a, v->text, v->len, NUM_VI, &n, &percent, &digits))
        return NULL;
    struct value *x = arena_new_of(a, struct value);
    *x = *v;
    x->kind = VALUE_NUMBER;
    x->flags |= percent ? VALUE_PERCENT : 0;
    x->digits = (uint16_t)digits;
    x->u.number = arena_new_of(a, struct number);
    *x->u.number = n;
    return x;
}

static bool date_of(const struct value *v, struct date *out) {
    if (v->kind == VALUE_DATE) {
        *out = v->u.date;
        return true;
    }
    return v->kind == VALUE_TEXT && v->text && date_parse(v->text, v->len, out);
}

static const char *date_words(struct arena *a, struct date x) {
    const char *zero = x.month < 3 ? "0" : "";
    if (x.day)
        return arena_printf(a, "ngày %02d tháng %s%d năm %d", x.day, zero, x.month,
                            x.year);
    if (x.month)
        return arena_printf(a, "tháng %s%d năm %d", zero, x.month, x.year);
    return arena_printf(a, "năm %d", x.year);
}

/* The words of what prints without a formatter. */
static const char *in_words(struct arena *a, const struct value *v) {
    int digits = value_digits(v);
    if (!(v->flags & VALUE_PERCENT))
        return words_number(a, number_print(a, v->u.number, digits, false));
    struct number hundred = number_scale(a, v->u.number, 100, 1);
    const char *s = words_number(a, number_print(a, &hundred, digits, false));
    return s ? arena_printf(a, "%s phần trăm", s) : NULL;
}

/* Counts below ten get a zero in front: "02 hồ sơ", but "0 hồ sơ". */
static const char *count(struct arena *a, const struct number *n) {
    if (number_is_int(n) && !n->big && n->num > 0 && n->num < 10)
        return arena_printf(a, "0%d", (int)n->num);
    return number_print(a, n, number_is_int(n) ? 0 : -1, true);
}

static const char *roman(struct arena *a, const struct number *n) {
    if (!number_is_int(n) || n->big || n->num < 1 || n->num > 3999)
        return NULL;
    return text_roman(a, (int)n->num);
}

static const char *ordinal(struct arena *a, const struct number *n) {
    if (!number_is_int(n) || n->big || n->num < 1)
        return NULL;
    return words_ordinal(a, n->num);
}

/* A percentage is no amount. */
static const char *scaled(struct arena *a, const struct value *v,
                          const struct format *f) {
    if (v->flags & VALUE_PERCENT)
        return NULL;
    struct number n = number_scale(a, v->u.number, 1, f->is->divisor);
    const char *s = number_print(a, &n, f->digits, true);
    return f->bare ? s : arena_printf(a, "%s %s", s, f->is->unit);
}

/* Decimals of v as a percentage, whether or not it is one. */
static int percent_digits(const struct value *v) {
    struct value percent = *v;
    percent.flags |= VALUE_PERCENT;
    return value_digits(&percent);
}

/* NULL: v is not of the kind that the formatter wants. */
static const char *format_number(struct arena *a, const struct value *v,
                                 const struct format *f) {
    v = number_of(a, v);
    if (!v)
        return NULL;
    const struct number *n = v->u.number;
    switch ((enum format_kind)f->kind) {
    case FMT_PERCENT:
        return number_show(a, n, f->digits >= 0 ? f->digits : percent_digits(v), true);
    case FMT_NUMBER:
        return number_print(a, n, f->digits >= 0 ? f->digits : v->digits, true);
    case FMT_COUNT:
        return count(a, n);
    case FMT_WORDS:
        return in_words(a, v);
    case FMT_ROMAN:
        return roman(a, n);
    case FMT_ORDINAL:
        return ordinal(a, n);
    case FMT_SCALED:
        return scaled(a, v, f);
    case FMT_UNIT:
    case FMT_DATE:
    case FMT_DATE_WORDS:
    case FMT_UPPER:
    case FMT_LOWER:
    case FMT_TYPED:
    case FMT_CITE:
        break;
    }
    return NULL;
}

static const char *apply_text(struct arena *a, const char *s, const struct format *f) {
    if (f->kind == FMT_UPPER)
        return code_upper(a, s);
    return f->kind == FMT_LOWER ? text_lower_first(a, s) : s;
}

static const char *apply_one(struct arena *a, const struct value *v,
                             const struct format *f, const char *unit) {
    struct date x;
    switch ((enum format_kind)f->kind) {
    case FMT_PERCENT:
    case FMT_NUMBER:
    case FMT_COUNT:
    case FMT_WORDS:
    case FMT_ROMAN:
    case FMT_ORDINAL:
    case FMT_SCALED:
        return format_number(a, v, f);
    case FMT_UNIT:
        return arena_printf(a, "%s %s", value_show(a, v), unit);
    case FMT_DATE:
        return date_of(v, &x) ? date_print(a, x) : NULL;
    case FMT_DATE_WORDS:
        return date_of(v, &x) ? date_words(a, x) : NULL;
    case FMT_UPPER:
    case FMT_LOWER:
        return apply_text(a, value_show(a, v), f);
    case FMT_TYPED:
        return v->text ? v->text : value_show(a, v);
    case FMT_CITE:
        break; /* cite_value */
    }
    return NULL;
}

const char *format_apply(struct arena *a, struct diag *d, const struct value *v,
                         const struct format *f, const char *unit, struct origin at) {
    if (!v || v->kind == VALUE_NONE)
        return "";
    if (v->kind == VALUE_NODATA)
        return v->text;
    if (!f)
        return value_show(a, v);
    if (!unit && format_wants_unit(f)) {
        diag_add(d, E_FORMAT_UNIT, at, v->key ? v->key : ".", NULL);
        return NULL;
    }
    const char *s = apply_one(a, v, f, unit);
    for (const struct format *g = f->next; s && g; g = g->next) {
        struct value text = {.kind = VALUE_TEXT, .text = s, .len = (uint32_t)strlen(s)};
        s = apply_one(a, &text, g, unit);
        if (!s)
            f = g;
    }
    if (!s)
        diag_add(d, E_FORMAT_TYPE, at, f->is->name, v->text ? v->text : value_show(a, v),
                 NULL);
    return s;
}

int64_t format_divisor(const struct format *f) {
    return f ? f->is->divisor : 1;
}
