/* text.c: UTF-8, normal form, folding, nearest names, Roman numerals */
#include "base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Length of the well-formed sequence at p (Unicode 15, table 3-7), 0 when malformed. */
static int sequence_length(const unsigned char *p, const unsigned char *end) {
    unsigned char c = p[0];
    if (c < 0x80)
        return 1;
    int n = c >= 0xC2 && c <= 0xDF   ? 2
            : (c & 0xF0) == 0xE0     ? 3
            : c >= 0xF0 && c <= 0xF4 ? 4
                                     : 0;
    if (!n || end - p < n)
        return 0;
    for (int i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F) ||
        (c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F))
        return 0;
    return n;
}

uint32_t utf8_next(const char **s, const char *end) {
    const unsigned char *p = (const unsigned char *)*s;
    if (*p < 0x80) {
        ++*s;
        return *p;
    }
    int n = sequence_length(p, (const unsigned char *)end);
    if (!n) {
        ++*s;
        return 0xFFFD;
    }
    *s += n;
    if (n == 2)
        return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    if (n == 3)
        return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 |
               (p[2] & 0x3F);
    return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 |
           (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
}

int utf8_put(char *out, uint32_t cp) {
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

size_t utf8_count(const char *s, size_t n) {
    size_t count = 0;
    for (const char *p = s, *end = s + n; p < end; count++)
        utf8_next(&p, end);
    return count;
}

size_t utf8_check(const char *s, size_t n) {
    const unsigned char *p = (const unsigned char *)s, *end = p + n;
    while (p < end) {
        int k = sequence_length(p, end);
        if (!k)
            break;
        p += k;
    }
    return (size_t)(p - (const unsigned char *)s);
}

bool utf8_is_word(uint32_t cp) {
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
    return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_NO;
}

uint32_t utf8_last(const char *s, size_t n) {
    const char *p = s + n - 1;
    while (p > s && ((unsigned char)*p & 0xC0) == 0x80)
        p--;
    return utf8_next(&p, s + n);
}

int utf8_width(uint32_t cp) {
    return cp >= 0x20 && cp < 0x7F ? 1 : utf8proc_charwidth((utf8proc_int32_t)cp);
}

void buf_add_shown(struct buf *b, const char *s, size_t n) {
    for (const char *end = s + n; s < end;) {
        char utf8[4];
        uint32_t cp = utf8_next(&s, end);
        if (utf8_is_control(cp) || cp == '\t' || cp == '\n')
            cp = 0xFFFD;
        if (!utf8_is_invisible(cp))
            buf_add(b, utf8, (size_t)utf8_put(utf8, cp));
    }
}

/* Anything that NFC could change contains a code point from U+0300 on that is no Latin Extended
 * Additional letter or common punctuation; everything else is NFC already. */
static bool may_need_nfc(const char *s, size_t n) {
    const char *end = s + n;
    while (s < end) {
        uint32_t cp = utf8_next(&s, end);
        if (cp >= 0x300 && !(cp >= 0x1E00 && cp <= 0x1EFF) &&
            !(cp >= 0x2010 && cp <= 0x2027))
            return true;
    }
    return false;
}

const char *text_nfc(struct arena *a, const char *s, size_t n, size_t *out_n) {
    *out_n = n;
    if (!may_need_nfc(s, n))
        return s;
    utf8proc_uint8_t *out = NULL;
    utf8proc_ssize_t len =
        utf8proc_map((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &out,
                     (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    if (len < 0)
        return s;
    char *copy = arena_strndup(a, (const char *)out, (size_t)len);
    free(out);
    *out_n = (size_t)len;
    return copy;
}

char *text_upper(struct arena *a, const char *s) {
    size_t n = strlen(s);
    char *out = arena_alloc(a, n * 2 + 1), *q = out;
    for (const char *p = s, *end = s + n; p < end;)
        q +=
            utf8_put(q, (uint32_t)utf8proc_toupper((utf8proc_int32_t)utf8_next(&p, end)));
    *q = 0;
    return out;
}

uint32_t utf8_lower(uint32_t cp) {
    if (cp < 0x80)
        return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)cp);
}

const char *text_lower_first(struct arena *a, const char *s) {
    const char *p = s, *end = s + strlen(s);
    if (p == end)
        return s;
    uint32_t first = utf8_next(&p, end), small = utf8_lower(first);
    char head[4];
    int n = utf8_put(head, small);
    return small == first ? s : arena_printf(a, "%.*s%s", n, head, p);
}

/* The next code point in lower case, blanks left out; 0 at the end. */
static uint32_t next_alike(const char **s, const char *end) {
    while (*s < end) {
        uint32_t cp = utf8_next(s, end);
        if (cp != ' ' && cp != '\t' && cp != '\n' && cp != 0xA0)
            return utf8_lower(cp);
    }
    return 0;
}

bool text_alike(const char *a, const char *b) {
    const char *a_end = a + strlen(a), *b_end = b + strlen(b);
    uint32_t x, y;
    do {
        x = next_alike(&a, a_end);
        y = next_alike(&b, b_end);
    } while (x && x == y);
    return x == y;
}

/* The base letter of a code point in lower case: "Ộ" -> 'o', "Đ" -> 'd'. */
static uint32_t fold(uint32_t cp) {
    if (cp < 0x80)
        return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    utf8proc_int32_t part[8];
    int boundary = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)cp, part, 8,
                                                 UTF8PROC_DECOMPOSE, &boundary);
    uint32_t base = n > 0 ? (uint32_t)part[0] : cp;
    base = (uint32_t)utf8proc_tolower((utf8proc_int32_t)base);
    return base == 0x111 ? 'd' : base;
}

#define DISTANCE_MAX 64

static size_t folded(const char *s, uint32_t *out) {
    size_t n = 0;
    for (const char *end = s + strlen(s); s < end && n < DISTANCE_MAX;)
        out[n++] = fold(utf8_next(&s, end));
    return n;
}

static int least(int a, int b) {
    return a < b ? a : b;
}

/* The optimal string alignment distance, row by row of its table; `two` is the row before the last. */
int text_distance(const char *a, const char *b) {
    uint32_t x[DISTANCE_MAX], y[DISTANCE_MAX];
    size_t nx = folded(a, x), ny = folded(b, y);
    int rows[3][DISTANCE_MAX + 1], *two = rows[0], *one = rows[1], *row = rows[2];
    for (size_t j = 0; j <= ny; j++)
        row[j] = (int)j;
    for (size_t i = 1; i <= nx; i++) {
        int *spare = two;
        two = one;
        one = row;
        row = spare;
        row[0] = (int)i;
        for (size_t j = 1; j <= ny; j++) {
            row[j] =
                least(least(row[j - 1], one[j]) + 1, one[j - 1] + (x[i - 1] != y[j - 1]));
            if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1])
                row[j] = least(row[j], two[j - 2] + 1);
        }
    }
    return least(row[ny], 99);
}

const char *text_nearest(const char *name, const char *const *names, size_t n) {
    int limit = (int)utf8_count(name, strlen(name)) / 3,
        best = (limit < 1 ? 1 : limit) + 1;
    const char *found = NULL;
    for (size_t i = 0; i < n; i++) {
        int dist = text_distance(name, names[i]);
        if (dist < best) {
            best = dist;
            found = names[i];
        }
    }
    return found;
}

char *text_slug(struct arena *a, const char *s, char separator) {
    size_t n = strlen(s);
    char *out = arena_alloc(a, n + 1), *q = out;
    for (const char *end = s + n; s < end;) {
        uint32_t c = fold(utf8_next(&s, end));
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            *q++ = (char)c;
        else if (c < 0x300 && q > out && q[-1] != separator)
            *q++ = separator;
    }
    while (q > out && q[-1] == separator)
        q--;
    *q = 0;
    return out;
}

bool str_eq(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool str_starts(const char *s, const char *prefix) {
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *s, const char *suffix) {
    size_t n = strlen(s), m = strlen(suffix);
    return n >= m && strcmp(s + n - m, suffix) == 0;
}

char *text_roman(struct arena *a, int n) {
    static const struct {
        int value;
        const char *digits;
    } part[] = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"},
                {90, "XC"},  {50, "L"},   {40, "XL"}, {10, "X"},   {9, "IX"},
                {5, "V"},    {4, "IV"},   {1, "I"}};
    if (n < 1 || n > 3999)
        return arena_printf(a, "%d", n);
    char *out = arena_alloc(a, 16), *end = out;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        for (; n >= part[i].value; n -= part[i].value)
            end = stpcpy(end, part[i].digits);
    return out;
}
