/* codes.c: document codes, their dates and kinds found in running text */
#include "inside.h"

#include <string.h>

#define NUMBER_MAX 6   /* digits of a document's number */
#define LETTERS_MAX 40 /* bytes of a group of letters */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_word_byte(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

/* A number may begin at s[p]: nothing before it that would make it a part of something longer. */
static bool may_begin(const char *s, size_t p) {
    if (!p)
        return true;
    char c = s[p - 1];
    if (strchr("-/_@#&=", c))
        return false;
    if (c == '.' || c == ',')
        return p < 2 || !is_digit(s[p - 2]);
    if (!is_word_byte(c))
        return true;
    /* General Punctuation, and the no-break blank. */
    return (p >= 3 && (unsigned char)s[p - 3] == 0xE2 &&
            (unsigned char)s[p - 2] == 0x80) ||
           (p >= 2 && (unsigned char)s[p - 2] == 0xC2);
}

/* ---- groups of letters ---- */

struct group {
    size_t len;
    int letters;
    bool capital; /* all of its letters are */
};

/* "UBND", "CTr", "PA05": begins with a capital; len 0: none is there. */
static struct group group_at(const char *s, const char *end) {
    struct group g = {0, 0, true};
    const char *p = s;
    while (p < end && is_word_byte(*p)) {
        const char *next = p;
        uint32_t cp = utf8_next(&next, end);
        bool digit = cp < 0x80 && is_digit((char)cp);
        /* Latin letters with their marks; not the no-break blank, dashes, quotation marks */
        if (cp >= 0x80 && (cp < 0xC0 || cp > 0x36F) && (cp < 0x1E00 || cp > 0x1EFF))
            break;
        bool capital = utf8_lower(cp) != cp;
        if (p == s && !capital)
            return (struct group){0};
        g.letters += !digit;
        g.capital &= digit || capital;
        p = next;
    }
    g.len = (size_t)(p - s);
    return g;
}

/* The group that tells the kind or the body: capitals, or a code of NĐ 30 with small letters. */
static bool is_code(const char *s, const struct group *g) {
    static const char *const mixed[] = {"CTr", "TTr", "QyĐ", "TrS"};
    for (size_t i = 0; i < sizeof mixed / sizeof *mixed; i++)
        if (g->len == strlen(mixed[i]) && !memcmp(s, mixed[i], g->len))
            return true;
    return g->len && g->capital && (g->letters >= 2 || (g->len == 1 && *s == 'L'));
}

/* "-UBND-VX" behind p: the end of the last group; `most` groups counted. */
static const char *more_groups(const char *p, const char *end, int *groups) {
    while (p < end && *p == '-') {
        struct group g = group_at(p + 1, end);
        if (!g.len || g.len > LETTERS_MAX)
            break;
        p += 1 + g.len;
        ++*groups;
    }
    return p;
}

/* The number at p, "12" or "12a": where it ends, NULL: none. */
static const char *number_at(const char *p, const char *end) {
    const char *q = p;
    while (q < end && is_digit(*q))
        q++;
    if (q == p || q - p > NUMBER_MAX)
        return NULL;
    bool letter = q < end && ((*q >= 'a' && *q <= 'z') || (*q >= 'A' && *q <= 'C'));
    return letter && q + 1 < end && (q[1] == '/' || q[1] == '-') ? q + 1 : q;
}

static bool is_year(const char *p, const char *end) {
    return end - p > 4 && (!memcmp(p, "19", 2) || !memcmp(p, "20", 2)) &&
           is_digit(p[2]) && is_digit(p[3]) && p[4] == '/';
}

/* "QH15", "UBTVQH14": laws have no further group. */
static bool is_assembly(const char *s, const struct group *g) {
    return (g->len > 2 && !memcmp(s, "QH", 2) && is_digit(s[2])) ||
           (g->len > 6 && !memcmp(s, "UBTVQH", 6) && is_digit(s[6]));
}

/* 6641/UBND-KGVX, 30/2020/NĐ-CP, 65/2025/QH15. */
static const char *state_code(const char *p, const char *end) {
    bool year = is_year(p, end);
    if (year)
        p += 5;
    struct group g = group_at(p, end);
    if (!g.len || g.len > LETTERS_MAX)
        return NULL;
    if (year && is_assembly(p, &g))
        return p + g.len;
    int groups = 0;
    const char *stop = more_groups(p + g.len, end, &groups);
    return is_code(p, &g) && groups ? stop : NULL;
}

/* 57-NQ/TW, 62-CTr/TU, 02-KH/BCĐTW. */
static const char *party_code(const char *p, const char *end) {
    struct group g = group_at(p, end);
    if (!is_code(p, &g) || p + g.len >= end || p[g.len] != '/')
        return NULL;
    p += g.len + 1;
    g = group_at(p, end);
    int groups = 0;
    return g.len && g.letters >= 2 ? more_groups(p + g.len, end, &groups) : NULL;
}

/* The code whose first '/' stands at s[slash]. */
static bool code_around(const char *s, size_t n, size_t slash, size_t from,
                        struct code *out) {
    size_t p = slash;
    while (p > from && slash - p < LETTERS_MAX &&
           (is_word_byte(s[p - 1]) || s[p - 1] == '-'))
        p--;
    /* what stands before the number: "COVID-19/…" has none to begin with */
    while (p < slash && !(is_digit(s[p]) && may_begin(s, p)))
        p++;
    const char *end = s + n, *stop = p < slash ? number_at(s + p, end) : NULL;
    if (!stop || stop >= end)
        return false;
    if (*stop == '/' && stop == s + slash)
        stop = state_code(stop + 1, end);
    else
        stop = *stop == '-' ? party_code(stop + 1, end) : NULL;
    if (!stop)
        return false;
    *out = (struct code){p, (size_t)(stop - s) - p};
    return true;
}

bool code_next(const char *s, size_t n, size_t *from, struct code *out) {
    size_t begin = *from;
    while (*from < n) {
        const char *slash = memchr(s + *from, '/', n - *from);
        if (!slash)
            break;
        *from = (size_t)(slash - s) + 1;
        if (code_around(s, n, *from - 1, begin, out)) {
            *from = out->start + out->len;
            return true;
        }
    }
    *from = n;
    return false;
}

/* ---- what stands beside ---- */

static size_t blanks_at(const char *s, size_t n) {
    size_t i = 0;
    while (i < n &&
           (s[i] == ' ' || s[i] == '\n' || (n - i >= 2 && !memcmp(s + i, "\u00A0", 2))))
        i += (unsigned char)s[i] == 0xC2 ? 2 : 1;
    return i;
}

/* Whether s begins with a word, letter case ignored. */
static bool begins(const char *s, size_t n, const char *word) {
    size_t len = strlen(word);
    const char *p = s, *end = s + len, *w = word;
    if (n < len)
        return false;
    while (p < end)
        if (utf8_lower(utf8_next(&p, end)) != utf8_lower(utf8_next(&w, word + len)))
            return false;
    return true;
}

/* One or two digits (four of a year) at s; their count, 0: none. */
static size_t figure_at(const char *s, size_t n, size_t most, int *out) {
    size_t i = 0;
    for (*out = 0; i < n && i <= most && is_digit(s[i]); i++)
        *out = *out * 10 + (s[i] - '0');
    return i <= most ? i : 0;
}

/* What divides day, month and year: a sign, or the words of a date in words. */
static size_t divider_at(const char *s, size_t n, const char *word) {
    size_t i = 0, blanks = blanks_at(s, n);
    if (n && strchr("/-.", *s))
        return 1;
    i = blanks;
    if (!blanks || !begins(s + i, n - i, word))
        return 0;
    i += strlen(word);
    blanks = blanks_at(s + i, n - i);
    return blanks ? i + blanks : 0;
}

bool code_date(const char *s, size_t n, int date[3], size_t *at, size_t *len) {
    static const char *const words[] = {"tháng", "năm"};
    size_t i = blanks_at(s, n), k;
    if (i < n && strchr(",(", s[i])) {
        i++;
        i += blanks_at(s + i, n - i);
    }
    if (!begins(s + i, n - i, "ngày"))
        return false;
    i += strlen("ngày");
    k = blanks_at(s + i, n - i);
    if (!k)
        return false;
    *at = i += k;
    for (int part = 0; part < 3; part++) {
        size_t most = part == 2 ? 4 : 2,
               digits = figure_at(s + i, n - i, most, &date[part]);
        if (!digits || (part == 2 && digits != 4))
            return false;
        i += digits;
        k = part < 2 ? divider_at(s + i, n - i, words[part]) : 0;
        if (part < 2 && !k)
            return false;
        i += k;
    }
    *len = i - *at;
    return true;
}

/* s[0..n) without the blanks at its end. */
static size_t trimmed(const char *s, size_t n) {
    for (;;) {
        if (n && (s[n - 1] == ' ' || s[n - 1] == '\n'))
            n--;
        else if (n >= 2 && !memcmp(s + n - 2, "\u00A0", 2))
            n -= 2;
        else
            return n;
    }
}

bool code_kind(const char *s, size_t n, const char *kind) {
    size_t len = strlen(kind);
    if (!len || n < len || !begins(s + n - len, len, kind))
        return false;
    return n == len || !is_word_byte(s[n - len - 1]);
}

size_t code_before(const char *s, size_t n) {
    n = trimmed(s, n);
    if (n && s[n - 1] == ':')
        n = trimmed(s, n - 1);
    return code_kind(s, n, "số") ? trimmed(s, n - strlen("số")) : n;
}

char *code_upper(struct arena *a, const char *s) {
    struct code code;
    size_t n = strlen(s), at = 0, gap = 0;
    if (!code_next(s, n, &at, &code))
        return text_upper(a, s);
    /* Capitals may be of another length than their letters: each piece by itself. */
    char *out = arena_strdup(a, "");
    do {
        const char *before = arena_strndup(a, s + gap, code.start - gap);
        gap = code.start + code.len;
        out = arena_printf(a, "%s%s%.*s", out, text_upper(a, before), (int)code.len,
                           s + code.start);
    } while (code_next(s, n, &at, &code));
    return arena_printf(a, "%s%s", out, text_upper(a, s + gap));
}
