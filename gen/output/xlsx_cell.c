/* xlsx_cell.c: what a table cell holds in the workbook: a typed number, text or stretches of text */
#include "xlsx_inside.h"

#include <string.h>

/* ---- text ------------------------------------------------------------------------- */

size_t utf16_count(const char *s) {
    size_t n = 0;

    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80 ? ((unsigned char)*s >= 0xF0 ? 2 : 1) : 0;
    return n;
}

static bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* "_x0041_" would be read as a coded character: its '_' must be coded itself. */
static bool is_coded(const char *s) {
    return s[0] == '_' && s[1] == 'x' && is_hex(s[2]) && is_hex(s[3]) && is_hex(s[4]) &&
           is_hex(s[5]) && s[6] == '_';
}

/* U+FFFE and U+FFFF are no characters in XML. */
static bool is_no_character(const char *s) {
    return (unsigned char)s[0] == 0xEF && (unsigned char)s[1] == 0xBF &&
           (unsigned char)s[2] >= 0xBE;
}

static void add_safe(struct buf *out, const char *s, size_t n) {
    const char *end = s + n;

    while (s < end) {
        const char *from = s;
        while (s < end && *s != '_' && (unsigned char)*s != 0xEF)
            s++;
        buf_add(out, from, (size_t)(s - from));
        if (s == end)
            return;
        if (end - s >= 7 && is_coded(s))
            buf_adds(out, "_x005F");
        if (end - s >= 3 && is_no_character(s)) {
            buf_adds(out, "\xEF\xBF\xBD");
            s += 3;
        } else {
            buf_addc(out, *s++);
        }
    }
}

/* s itself unless something in it must be coded. */
static const char *safe(struct arena *a, const char *s) {
    const char *at = s;

    while (*at && !is_coded(at) && !is_no_character(at))
        at++;
    if (!*at)
        return s;
    struct buf out = {NULL, 0, 0};
    add_safe(&out, s, strlen(s));
    char *copy = arena_strndup(a, out.data, out.len);
    buf_free(&out);
    return copy;
}

static void add_span(struct buf *out, const struct span *s) {
    switch ((enum span_kind)s->kind) {
    case SPAN_TEXT:
        add_safe(out, s->text, s->len);
        return;
    case SPAN_BREAK:
        buf_addc(out, '\n');
        return;
    case SPAN_NOTE:
        buf_printf(out, "[%d]", s->u.note + 1);
        return;
    case SPAN_BLANK:
        buf_adds(out, "…");
        return;
    }
}

char *cell_text(struct arena *a, const struct span *s) {
    struct buf out = {NULL, 0, 0};

    for (; s; s = s->next)
        add_span(&out, s);
    char *copy = arena_strndup(a, out.data ? out.data : "", out.len);
    buf_free(&out);
    return copy;
}

static unsigned weight(const struct span *s) {
    return s->style & (SPAN_BOLD | SPAN_ITALIC);
}

/* Neighbours of one weight make one stretch; a single stretch is plain text. */
static struct content rich_content(struct arena *a, const struct span *list) {
    struct content k = {.kind = CONTENT_TEXT, .text = cell_text(a, list)};
    size_t most = 0;

    if (!*k.text)
        return (struct content){.kind = CONTENT_BLANK};
    for (const struct span *s = list; s; s = s->next)
        most++;
    k.part = arena_array(a, struct stretch, most);
    for (const struct span *s = list; s;) {
        const struct span *first = s;
        struct buf text = {NULL, 0, 0};
        for (; s && weight(s) == weight(first); s = s->next)
            add_span(&text, s);
        if (text.len) {
            k.part[k.parts].text = arena_strndup(a, text.data, text.len);
            k.part[k.parts].bold = (weight(first) & SPAN_BOLD) != 0;
            k.part[k.parts++].italic = (weight(first) & SPAN_ITALIC) != 0;
        }
        buf_free(&text);
    }
    if (k.parts > 1) {
        k.kind = k.parts <= XLSX_MAX_STRETCHES ? CONTENT_RICH : CONTENT_TEXT;
    } else {
        k.bold = k.part[0].bold;
        k.italic = k.part[0].italic;
    }
    return k;
}

/* ---- numbers and dates -------------------------------------------------------------- */

/* The whole part and all decimals of x are among the 15 digits that Excel keeps. */
static bool is_short(const struct number *x, int digits) {
    const int64_t most = 999999999999999;
    int64_t unit = 1, times;

    if (x->big || digits > 15)
        return false;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    if (unit % x->den != 0 || __builtin_mul_overflow(x->num, unit / x->den, &times))
        return false;
    return times <= most && times >= -most;
}

/* Whether Excel, which rounds to 15 digits first, shows x with so many decimals as they are printed. */
static bool shows_right(struct arena *a, const struct number *x, int digits) {
    struct number kept;
    bool percent;
    int decimals;

    if (is_short(x, digits))
        return true;
    const char *s = arena_printf(a, "%.15g", number_double(x));
    return number_parse(a, s, strlen(s), NUM_JSON, &kept, &percent, &decimals) &&
           str_eq(number_print(a, x, digits, false),
                  number_print(a, &kept, digits, false));
}

static const char *decimals(struct arena *a, const char *whole, int digits,
                            const char *end) {
    static const char zeros[] = "00000000000000000000";

    if (digits > (int)sizeof zeros - 1)
        digits = sizeof zeros - 1;
    if (!digits && !*end)
        return whole;
    return arena_printf(a, "%s%s%.*s%s", whole, digits ? "." : "", digits, zeros, end);
}

/* libxlsxwriter cuts a longer format off. */
#define FORMAT_BYTES 127

/* The format with a text behind it, which stands between quotes: #,##0.0" triệu đồng". */
static const char *with_unit(struct arena *a, const char *format, const char *unit) {
    struct buf out = {NULL, 0, 0};

    if (!*unit)
        return format;
    buf_printf(&out, "%s\"", format);
    for (const char *s = unit; *s; s++)
        if (*s == '"')
            buf_adds(&out, "\"\\\"\"");
        else
            buf_addc(&out, *s);
    buf_addc(&out, '"');
    char *copy = arena_strndup(a, out.data, out.len);
    buf_free(&out);
    return copy;
}

/* The format of the n characters of a figure: 12.456 · 2025 · 02 · 98,70%. */
static const char *figure_format(struct arena *a, const struct cell *c, double v,
                                 const char *figure, size_t n) {
    static const char zeros[] = "0000000000";
    bool percent = c->format == FORMAT_PERCENT, dots = memchr(figure, '.', n) != NULL;

    if (n > 1 && n < sizeof zeros && figure[0] == '0' &&
        strspn(figure, "0123456789") == n)
        return zeros + sizeof zeros - 1 - n;
    bool small = !percent && v < 1000 && v > -1000;
    int digits = c->format == FORMAT_INTEGER ? 0 : c->digits;
    return decimals(a, dots || small || (!n && !percent) ? "#,##0" : "0", digits,
                    percent ? "%" : "");
}

/* The format that shows what the PDF prints, with the unit behind it. */
static const char *number_format(struct arena *a, const struct cell *c, double v) {
    const char *printed = c->text ? c->text : "";
    size_t n = strspn(printed, "-0123456789.,");
    const char *format = with_unit(a, figure_format(a, c, v, printed, n),
                                   printed + n + (printed[n] == '%'));

    if (v < 0 && n && printed[0] != '-') /* rounded to 0: Excel would print -0 */
        format = arena_printf(a, "%s;%s", format, format);
    return format;
}

/* Days since 30 December 1899, Excel's day 0 from March 1900 on; 0: before that or not whole. */
static long date_serial(struct date d) {
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    long y = d.year - 1L;

    if (!d.day || d.year < 1900 || (d.year == 1900 && d.month < 3))
        return 0;
    bool leap = (d.year % 4 == 0 && d.year % 100 != 0) || d.year % 400 == 0;
    long days = y * 365 + y / 4 - y / 100 + y / 400 + before[d.month - 1] + d.day +
                (leap && d.month > 2);
    return days - 693594; /* 30 December 1899, counted the same way */
}

static bool typed_content(struct arena *a, const struct cell *c, struct content *k) {
    const struct value *v = c->value;

    if (!v || c->format == FORMAT_TEXT)
        return false;
    if (c->format == FORMAT_DATE) {
        long serial = v->kind == VALUE_DATE ? date_serial(v->u.date) : 0;
        if (!serial)
            return false;
        k->number = (double)serial;
        /* NĐ 30: months 1 and 2 get a 0, later ones do not */
        k->format = v->u.date.month <= 2 ? "dd/mm/yyyy" : "dd/m/yyyy";
    } else {
        int digits = c->digits + (c->format == FORMAT_PERCENT ? 2 : 0);
        if (v->kind != VALUE_NUMBER || !shows_right(a, v->u.number, digits))
            return false; /* rather text than another figure than the page's */
        k->number = number_double(v->u.number);
        k->format = number_format(a, c, k->number);
        if (strlen(k->format) > FORMAT_BYTES)
            return false;
    }
    k->kind = CONTENT_NUMBER;
    k->text = c->text ? c->text : "";
    return true;
}

struct content cell_content(struct arena *a, const struct cell *c) {
    struct content k = {.kind = CONTENT_BLANK, .text = ""};

    if (typed_content(a, c, &k))
        return k;
    if (c->spans)
        return rich_content(a, c->spans);
    if (c->text && *c->text) {
        k.kind = CONTENT_TEXT;
        k.text = safe(a, c->text);
    }
    return k;
}
