/* format.c: formatters and the way a value prints without one */
#include "inside.h"

#include <string.h>

#define DECIMALS_MAX 20
#define CHAIN_MAX 4

static const struct {
    const char *name;
    enum format_kind kind;
    bool digits; /* takes a number of decimals */
} formatter[] = {
    {"phan_tram", FMT_PERCENT, true},
    {"so", FMT_NUMBER, true},
    {"dem", FMT_COUNT, false},
    {"bang_chu", FMT_WORDS, false},
    {"la_ma", FMT_ROMAN, false},
    {"ngay", FMT_DATE, false},
    {"ngay_chu", FMT_DATE_WORDS, false},
    {"hoa", FMT_UPPER, false},
    {"thuong", FMT_LOWER, false},
    {"nguyen_van", FMT_TYPED, false},
    {"vb", FMT_CITE, false},
};
#define FORMATTERS (sizeof formatter / sizeof *formatter)

static const char *formatter_name(const struct format *f) {
    for (size_t i = 0; i < FORMATTERS; i++)
        if (formatter[i].kind == (enum format_kind)f->kind)
            return formatter[i].name;
    return "";
}

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
    const char *names[FORMATTERS];
    for (size_t i = 0; i < FORMATTERS; i++) {
        names[i] = formatter[i].name;
        if (!str_eq(s, formatter[i].name))
            continue;
        struct format *f = arena_new_of(a, struct format);
        f->kind = (uint8_t)formatter[i].kind;
        if (f->kind == FMT_CITE)
            return parse_cite(d, arg, f, at) ? f : NULL;
        return parse_digits(d, s, formatter[i].digits, arg, f, at) ? f : NULL;
    }
    diag_add(d, E_FORMAT_UNKNOWN, at, s,
             nearest_hint(d, s, names, FORMATTERS,
                          diag_word(d,
                                    "dùng phan_tram, so, dem, bang_chu, la_ma, ngay, "
                                    "ngay_chu, hoa, thuong, nguyen_van hoặc vb",
                                    "use phan_tram, so, dem, bang_chu, la_ma, ngay, "
                                    "ngay_chu, hoa, thuong, nguyen_van or vb")),
             NULL);
    return NULL;
}

const struct format *format_parse(struct arena *a, struct diag *d, const char *spec,
                                  struct origin at) {
    struct format *first = NULL;
    const struct format **tail = NULL;
    char *s = arena_strdup(a, spec);
    for (int i = 0; s; i++) {
        char *bar = strchr(s, '|');
        if (bar)
            *bar++ = '\0';
        struct format *f = parse_one(a, d, s, at);
        if (!f)
            return NULL;
        if (i == CHAIN_MAX) {
            diag_add(d, E_FORMAT_CHAIN, at, diag_fmt(d, "%d", CHAIN_MAX), NULL);
            return NULL;
        }
        if (first && f->kind == FMT_CITE) {
            diag_add(d, E_CITE_FIRST, at, NULL);
            return NULL;
        }
        if (!first)
            first = f;
        else
            *tail = f;
        tail = &f->next;
        s = bar;
    }
    return first;
}

/* ---- by type -------------------------------------------------------------------------- */

/* Decimals of a percentage: those typed before the sign; a ratio typed bare loses two. */
static int percent_digits(const struct value *v) {
    bool sign = v->text && v->len && memchr(v->text, '%', v->len);
    if (sign || (v->flags & VALUE_COMPUTED))
        return v->digits;
    return v->digits > 2 ? v->digits - 2 : 0;
}

int format_digits(const struct value *v) {
    return v->flags & VALUE_PERCENT ? percent_digits(v) : v->digits;
}

static const char *print_percent(struct arena *a, const struct number *n, int digits) {
    struct number hundred = number_scale(a, n, 100, 1);
    return arena_printf(a, "%s%%", number_print(a, &hundred, digits, true));
}

/* A whole number that prints as it was typed: small ones, and four digits without a dot, since a
 * year is never grouped. JSON cannot say either way: it is grouped. */
static bool is_typed_bare(const struct value *v) {
    uint32_t most = v->flags & VALUE_JSON ? 3 : 4;
    if (!v->text || v->len == 0 || v->len > most || (v->text[0] == '0' && v->len > 1))
        return false;
    for (uint32_t i = 0; i < v->len; i++)
        if (v->text[i] < '0' || v->text[i] > '9')
            return false;
    return true;
}

static const char *print_number(struct arena *a, const struct value *v) {
    if (v->flags & VALUE_PERCENT)
        return print_percent(a, v->u.number, percent_digits(v));
    if (is_typed_bare(v))
        return v->text;
    return number_print(a, v->u.number, v->digits, true);
}

static const char *print_list(struct arena *a, const struct value *v) {
    struct buf b = {0};
    for (uint32_t i = 0; i < v->n; i++) {
        const char *s = format_default(a, v->u.item[i]);
        if (!s || !*s)
            continue;
        if (b.len)
            buf_adds(&b, ", ");
        buf_adds(&b, s);
    }
    char *out = arena_strndup(a, b.data ? b.data : "", b.len);
    buf_free(&b);
    return out;
}

const char *format_default(struct arena *a, const struct value *v) {
    if (!v)
        return "";
    switch ((enum value_kind)v->kind) {
    case VALUE_NONE:
    case VALUE_MAP:
    case VALUE_TABLE:
        return "";
    case VALUE_TEXT:
        return v->text ? v->text : "";
    case VALUE_NUMBER:
        return print_number(a, v);
    case VALUE_DATE:
        return date_print(a, v->u.date);
    case VALUE_BOOL:
        return v->u.yes ? "Có" : "Không";
    case VALUE_LIST:
        return print_list(a, v);
    }
    return "";
}

/* ---- by formatter ----------------------------------------------------------------------- */

/* The number of a value; a text that is one counts too, for documents without declarations. */
static bool number_of(struct arena *a, const struct value *v, struct number *out) {
    bool percent;
    int digits;
    if (v->kind == VALUE_NUMBER) {
        *out = *v->u.number;
        return true;
    }
    return v->kind == VALUE_TEXT && v->text &&
           number_parse(a, v->text, v->len, NUM_VI, out, &percent, &digits);
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

static const char *in_words(struct arena *a, const struct value *v,
                            const struct number *n) {
    if (!(v->flags & VALUE_PERCENT))
        return words_number(a, number_print(a, n, -1, false));
    struct number hundred = number_scale(a, n, 100, 1);
    const char *s = words_number(a, number_print(a, &hundred, -1, false));
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

/* NULL: v is not of the kind that the formatter wants. */
static const char *format_number(struct arena *a, const struct value *v,
                                 const struct format *f) {
    struct number n;
    if (!number_of(a, v, &n))
        return NULL;
    switch ((enum format_kind)f->kind) {
    case FMT_PERCENT:
        return print_percent(a, &n, f->digits >= 0 ? f->digits : percent_digits(v));
    case FMT_NUMBER:
        return number_print(a, &n, f->digits >= 0 ? f->digits : v->digits, true);
    case FMT_COUNT:
        return count(a, &n);
    case FMT_WORDS:
        return in_words(a, v, &n);
    case FMT_ROMAN:
        return roman(a, &n);
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

static const char *apply_first(struct arena *a, const struct value *v,
                               const struct format *f) {
    struct date x;
    switch ((enum format_kind)f->kind) {
    case FMT_PERCENT:
    case FMT_NUMBER:
    case FMT_COUNT:
    case FMT_WORDS:
    case FMT_ROMAN:
        return format_number(a, v, f);
    case FMT_DATE:
        return date_of(v, &x) ? date_print(a, x) : NULL;
    case FMT_DATE_WORDS:
        return date_of(v, &x) ? date_words(a, x) : NULL;
    case FMT_UPPER:
    case FMT_LOWER:
        return apply_text(a, format_default(a, v), f);
    case FMT_TYPED:
        return v->text ? v->text : format_default(a, v);
    case FMT_CITE:
        break; /* cite_value */
    }
    return NULL;
}

const char *format_apply(struct arena *a, struct diag *d, const struct value *v,
                         const struct format *f, struct origin at) {
    if (!v || v->kind == VALUE_NONE)
        return "";
    if (!f)
        return format_default(a, v);
    const char *s = apply_first(a, v, f);
    for (const struct format *g = f->next; s && g; g = g->next) {
        struct value text = {.kind = VALUE_TEXT, .text = s, .len = (uint32_t)strlen(s)};
        s = apply_first(a, &text, g);
        if (!s)
            f = g;
    }
    if (!s)
        diag_add(d, E_FORMAT_TYPE, at, formatter_name(f),
                 v->text ? v->text : format_default(a, v), NULL);
    return s;
}

/* ---- for XLSX ------------------------------------------------------------------------------- */

static void number_cell(struct cell *c, enum cell_format format, int digits,
                        const struct number *n) {
    bool whole = format == FORMAT_NUMBER && digits == 0 && number_is_int(n);
    c->format = (uint8_t)(whole ? FORMAT_INTEGER : format);
    c->digits = (uint8_t)(digits < 0 ? 0 : digits);
}

void format_cell(struct cell *c, const struct value *v, const struct format *f) {
    c->format = FORMAT_TEXT;
    if (f && f->next)
        return;
    bool date = v->kind == VALUE_DATE && v->u.date.day && v->u.date.month;
    if (date && (!f || f->kind == FMT_DATE))
        c->format = FORMAT_DATE;
    if (v->kind != VALUE_NUMBER)
        return;
    if (!f && (v->flags & VALUE_PERCENT))
        number_cell(c, FORMAT_PERCENT, percent_digits(v), v->u.number);
    else if (!f || f->kind == FMT_COUNT)
        number_cell(c, FORMAT_NUMBER, v->digits, v->u.number);
    else if (f->kind == FMT_PERCENT)
        number_cell(c, FORMAT_PERCENT, f->digits >= 0 ? f->digits : percent_digits(v),
                    v->u.number);
    else if (f->kind == FMT_NUMBER)
        number_cell(c, FORMAT_NUMBER, f->digits >= 0 ? f->digits : v->digits,
                    v->u.number);
}
