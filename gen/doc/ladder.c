/* ladder.c: the ladder of labels: which rung a label stands on, and where it ends in a text */
#include "pass.h"

#include <string.h>

/* Letters of lists in their order: no f, j, w, z. */
static const char *const list_letters[] = {"a", "b", "c", "d", "đ", "e", "g", "h",
                                           "i", "k", "l", "m", "n", "o", "p", "q",
                                           "r", "s", "t", "u", "v", "x", "y"};
static const char *const capital_letters[] = {"A", "B", "C", "D", "Đ", "E", "G", "H",
                                              "I", "K", "L", "M", "N", "O", "P", "Q",
                                              "R", "S", "T", "U", "V", "X", "Y"};
#define LETTERS (sizeof list_letters / sizeof *list_letters)

static const char *const ordinal_words[] = {"nhất", "hai", "ba",  "tư",   "năm",
                                            "sáu",  "bảy", "tám", "chín", "mười"};

static const struct {
    const char *word; /* lower case */
    enum rung rung;
} label_words[] = {
    {"phần", RUNG_PHAN},    {"chương", RUNG_PHAN}, {"mục", RUNG_MUC},
    {"tiểu mục", RUNG_MUC}, {"điều", RUNG_DIEU},
};

static const struct {
    const char *sign;
    enum rung rung;
} bullets[] = {
    {"-", RUNG_DASH}, {"–", RUNG_DASH},
    {"—", RUNG_DASH}, {"−", RUNG_DASH},
    {"+", RUNG_PLUS}, {"*", RUNG_DOT},
    {"•", RUNG_DOT},  {"·", RUNG_DOT},
    {"▪", RUNG_DOT},  {"■", RUNG_DOT},
    {"●", RUNG_DOT},  {"○", RUNG_DOT},
    {"◦", RUNG_DOT},  {"\xef\x82\xb7", RUNG_DOT},
    {"✓", RUNG_DOT},  {"➢", RUNG_DOT},
};

static bool is_blank_at(const char *s, size_t n, size_t i) {
    return i >= n || s[i] == ' ' || s[i] == '\t' || s[i] == '\n' ||
           (i + 1 < n && !memcmp(s + i, "\xc2\xa0", 2));
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_roman(char c) {
    return c != '\0' && strchr("IVXLCDM", c) != NULL;
}

int roman_value(const char *s, size_t n) {
    static const struct {
        const char *sign;
        int value;
    } steps[] = {{"M", 1000}, {"CM", 900}, {"D", 500}, {"CD", 400}, {"C", 100},
                 {"XC", 90},  {"L", 50},   {"XL", 40}, {"X", 10},   {"IX", 9},
                 {"V", 5},    {"IV", 4},   {"I", 1}};
    size_t i = 0;
    int v = 0;

    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
        size_t len = strlen(steps[k].sign);
        int times = 0, most = len == 2 || strchr("DLV", steps[k].sign[0]) ? 1 : 3;
        while (times < most && i + len <= n && !memcmp(s + i, steps[k].sign, len)) {
            v += steps[k].value;
            i += len;
            times++;
        }
    }
    return i == n ? v : 0;
}

/* Bytes of s that equal the lower-case word, letter case of s ignored; 0: they do not. */
static size_t word_at(const char *s, size_t n, const char *lower) {
    const char *p = s, *end = s + n, *w = lower, *w_end = lower + strlen(lower);

    while (w < w_end) {
        if (p >= end || lower_of(utf8_next(&p, end)) != utf8_next(&w, w_end))
            return 0;
    }
    return (size_t)(p - s);
}

static size_t digits_at(const char *s, size_t n, size_t i, int *value) {
    size_t from = i;

    *value = 0;
    while (i < n && is_digit(s[i]) && i - from < 4)
        *value = *value * 10 + (s[i++] - '0');
    return i < n && is_digit(s[i]) ? 0 : i - from;
}

static size_t roman_at(const char *s, size_t n, size_t i, int *value) {
    size_t from = i;

    while (i < n && is_roman(s[i]))
        i++;
    *value = i > from && i - from <= 15 ? roman_value(s + from, i - from) : 0;
    return *value ? i - from : 0;
}

static size_t ordinal_at(const char *s, size_t n, size_t i, struct label *l) {
    size_t thu = word_at(s + i, n - i, "thứ ");
    for (size_t k = 0; thu && k < sizeof ordinal_words / sizeof *ordinal_words; k++) {
        size_t len = word_at(s + i + thu, n - i - thu, ordinal_words[k]);
        if (len) {
            l->number = (int)k + 1;
            l->form = FORM_WORD;
            return thu + len;
        }
    }
    size_t len = digits_at(s, n, i, &l->number);
    if (len) {
        l->form = FORM_ARABIC;
        return len;
    }
    l->form = FORM_ROMAN;
    return roman_at(s, n, i, &l->number);
}

static bool capital_follows(const char *s, size_t n, size_t i) {
    const char *p = s + i;
    if (i >= n)
        return false;
    uint32_t cp = utf8_next(&p, s + n);
    return lower_of(cp) != cp;
}

/* "TÌNH HÌNH" behind a label without full stop: two capitals in a row. */
static bool capitals_at(const char *s, size_t n, size_t i) {
    const char *p = s + i + 1;

    if (i + 1 >= n || s[i] != ' ' || !capital_follows(s, n, i + 1))
        return false;
    utf8_next(&p, s + n);
    return capital_follows(s, n, (size_t)(p - s));
}

/* Phần I. · Chương 2 · Điều 5: the word, its number, then a stop, the end or a title in capitals. */
static bool word_label(const char *s, size_t n, struct label *l) {
    for (size_t k = 0; k < sizeof label_words / sizeof *label_words; k++) {
        size_t i = word_at(s, n, label_words[k].word);
        if (!i || i >= n || s[i] != ' ')
            continue;
        l->ord = ++i;
        l->ord_len = ordinal_at(s, n, i, l);
        if (!l->ord_len)
            return false;
        i += l->ord_len;
        l->rung = label_words[k].rung;
        if (i < n && (s[i] == '.' || s[i] == ':') && is_blank_at(s, n, i + 1)) {
            l->len = i + 1;
            return true;
        }
        l->len = i;
        return i == n || capitals_at(s, n, i);
    }
    return false;
}

static bool bullet_label(const char *s, size_t n, struct label *l) {
    for (size_t k = 0; k < sizeof bullets / sizeof *bullets; k++) {
        size_t len = strlen(bullets[k].sign);
        if (len <= n && !memcmp(s, bullets[k].sign, len) && is_blank_at(s, n, len)) {
            l->rung = bullets[k].rung;
            l->len = len;
            return true;
        }
    }
    return false;
}

static size_t letter_at(const char *s, size_t n, const char *const *letters,
                        int *number) {
    for (size_t k = 0; k < LETTERS; k++) {
        size_t len = strlen(letters[k]);
        if (len <= n && !memcmp(s, letters[k], len)) {
            *number = (int)k + 1;
            return len;
        }
    }
    return 0;
}

static bool letter_follows(const char *s, size_t n, size_t i) {
    const char *p = s + i;
    if (i >= n)
        return false;
    uint32_t cp = utf8_next(&p, s + n);
    return cp >= 0x80 || lower_of(cp) != cp || (cp >= 'a' && cp <= 'z');
}

/* 1. · 1.1. · 1.1 Kết quả · 1) · 1/ ; "12.456 hồ sơ" and "1.5 triệu" are no labels. */
static bool arabic_label(const char *s, size_t n, size_t i, struct label *l) {
    int parts = 0;

    for (;;) {
        size_t len = digits_at(s, n, i, &l->number);
        if (!len || len > 3 || (parts && len > 2))
            return false;
        l->ord = i;
        l->ord_len = len;
        i += len;
        parts++;
        if (!(i + 1 < n && s[i] == '.' && is_digit(s[i + 1])))
            break;
        i++;
    }
    l->form = FORM_ARABIC;
    l->rung = parts == 1 ? RUNG_ARABIC : parts == 2 ? RUNG_ARABIC2 : RUNG_ARABIC3;
    l->len = i + 1;
    if (i < n && s[i] == '.')
        return is_blank_at(s, n, i + 1) || (parts == 1 && letter_follows(s, n, i + 1));
    if (i < n && s[i] == ')') {
        l->rung = parts == 1 ? RUNG_PAREN : l->rung;
        return is_blank_at(s, n, i + 1);
    }
    if (i < n && s[i] == '/' && parts == 1)
        return is_blank_at(s, n, i + 1);
    l->len = i;
    return parts > 1 && (i == n || (s[i] == ' ' && capital_follows(s, n, i + 1)));
}

/* I. · II.1. · A. */
static bool capital_label(const char *s, size_t n, struct label *l) {
    size_t len = roman_at(s, n, 0, &l->number);
    /* C. D. L. M. alone are letters: no report counts to 50 */
    if (len && (len > 1 || strchr("IVX", s[0]))) {
        l->form = FORM_ROMAN;
        l->rung = RUNG_ROMAN;
        l->ord_len = len;
        l->len = len + 1;
        if (len < n && (s[len] == '.' || s[len] == '/') && is_blank_at(s, n, len + 1))
            return true;
        if (len + 1 < n && s[len] == '.' && is_digit(s[len + 1]))
            return arabic_label(s, n, len + 1, l);
        return false;
    }
    len = letter_at(s, n, capital_letters, &l->number);
    l->form = FORM_CAPITAL;
    l->rung = RUNG_ALPHA;
    l->ord_len = len;
    l->len = len + 1;
    return len && len < n && s[len] == '.' && is_blank_at(s, n, len + 1);
}

/* a) · đ) · a. · a/ · a1) */
static bool letter_label(const char *s, size_t n, struct label *l) {
    size_t len = letter_at(s, n, list_letters, &l->number);

    if (!len && n && s[0] && strchr("fjwz", s[0])) {
        l->foreign = true;
        len = 1;
    }
    if (!len || len >= n)
        return false;
    l->form = FORM_LETTER;
    l->rung = RUNG_LETTER;
    l->ord_len = len;
    l->len = len + 1;
    if (is_digit(s[len])) {
        l->form = FORM_ARABIC;
        l->rung = RUNG_PAREN;
        l->ord = len;
        l->ord_len = digits_at(s, n, len, &l->number);
        len += l->ord_len;
        l->len = len + 1;
        return l->ord_len && len < n && s[len] == ')' && is_blank_at(s, n, len + 1);
    }
    l->with_dot = s[len] == '.';
    return (s[len] == ')' || s[len] == '.' || s[len] == '/') &&
           is_blank_at(s, n, len + 1);
}

/* (1) · (a) · (ii) */
static bool bracket_label(const char *s, size_t n, struct label *l) {
    l->ord = 1;
    l->rung = RUNG_PAREN;
    size_t len = digits_at(s, n, 1, &l->number);
    l->form = FORM_ARABIC;
    if (len > 2)
        return false;
    if (!len) {
        while (1 + len < n && len < 8 && s[1 + len] && strchr("ivx", s[1 + len]))
            len++;
        l->form = FORM_NONE;
        l->number = 0;
    }
    if (!len) {
        len = letter_at(s + 1, n - 1, list_letters, &l->number);
        l->form = FORM_LETTER;
        l->rung = RUNG_LETTER;
    }
    l->ord_len = len;
    l->len = len + 2;
    return len && 1 + len < n && s[1 + len] == ')' && is_blank_at(s, n, len + 2);
}

bool label_parse(const char *text, size_t n, struct label *out) {
    memset(out, 0, sizeof *out);
    if (!n)
        return false;
    if (bullet_label(text, n, out))
        return true;
    memset(out, 0, sizeof *out);
    if (text[0] == '(')
        return bracket_label(text, n, out);
    if (is_digit(text[0]))
        return arabic_label(text, n, 0, out);
    if (word_label(text, n, out))
        return true;
    memset(out, 0, sizeof *out);
    if (capital_label(text, n, out))
        return true;
    memset(out, 0, sizeof *out);
    return letter_label(text, n, out);
}

enum rung rung_of(const char *label) {
    struct label l;
    return label && label_parse(label, strlen(label), &l) ? l.rung : RUNG_NONE;
}

size_t label_length(const char *text, size_t n) {
    struct label l;
    return label_parse(text, n, &l) ? l.len : 0;
}

char *label_with(struct arena *a, const char *text, const struct label *like,
                 int number) {
    const char *ord = NULL;

    switch (like->form) {
    case FORM_NONE:
        break;
    case FORM_ROMAN:
        ord = text_roman(a, number);
        break;
    case FORM_ARABIC:
        ord = arena_printf(a, "%d", number);
        break;
    case FORM_LETTER:
        ord = number >= 1 && number <= (int)LETTERS ? list_letters[number - 1] : NULL;
        break;
    case FORM_CAPITAL:
        ord = number >= 1 && number <= (int)LETTERS ? capital_letters[number - 1] : NULL;
        break;
    case FORM_WORD:
        ord = number >= 1 && number <= 10
                  ? arena_printf(a, "thứ %s", ordinal_words[number - 1])
                  : NULL;
        break;
    }
    if (!ord)
        ord = "…";
    return arena_printf(a, "%.*s%s%.*s", (int)like->ord, text, ord,
                        (int)(like->len - like->ord - like->ord_len),
                        text + like->ord + like->ord_len);
}
