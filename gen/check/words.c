/* words.c: numbers and ordinals in Vietnamese words: mốt, tư, lăm, linh, mươi */
#include "inside.h"

#include <string.h>

#define DIGITS_MAX 19

static const char *const digit_word[] = {"không", "một", "hai", "ba",  "bốn",
                                         "năm",   "sáu", "bảy", "tám", "chín"};

static void word(struct buf *b, const char *s) {
    if (b->len)
        buf_addc(b, ' ');
    buf_adds(b, s);
}

/* The ones behind tens: hai mươi mốt, hai mươi tư, mười lăm. */
static void ones(struct buf *b, int tens, int n) {
    if (n == 1 && tens > 1)
        word(b, "mốt");
    else if (n == 4 && tens > 1)
        word(b, "tư");
    else if (n == 5 && tens > 0)
        word(b, "lăm");
    else if (n)
        word(b, digit_word[n]);
}

/* Three digits; `full` when something stands before them: 005 is then "không trăm linh năm". */
static void group(struct buf *b, int n, bool full) {
    int hundreds = n / 100, tens = n / 10 % 10;
    if (hundreds || full) {
        word(b, digit_word[hundreds]);
        word(b, "trăm");
    }
    if (tens == 1) {
        word(b, "mười");
    } else if (tens) {
        word(b, digit_word[tens]);
        word(b, "mươi");
    } else if (n % 10 && (hundreds || full)) {
        word(b, "linh");
    }
    ones(b, tens, n % 10);
}

/* Below 10^9. */
static void nine_digits(struct buf *b, uint64_t n, bool full) {
    static const struct {
        uint64_t unit;
        const char *name;
    } step[] = {{1000000, "triệu"}, {1000, "nghìn"}, {1, NULL}};
    for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
        int three = (int)(n / step[i].unit);
        n %= step[i].unit;
        if (!three)
            continue;
        group(b, three, full);
        if (step[i].name)
            word(b, step[i].name);
        full = true;
    }
}

/* Above 10^9 nine digits share a name: "nghìn tỷ", "triệu tỷ"; then "tỷ tỷ". */
static void whole(struct buf *b, uint64_t n) {
    static const struct {
        uint64_t unit;
        const char *name;
    } step[] = {{1000000000000000000, "tỷ tỷ"}, {1000000000, "tỷ"}, {1, NULL}};
    bool full = false;
    for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
        uint64_t nine = n / step[i].unit;
        n %= step[i].unit;
        if (!nine)
            continue;
        nine_digits(b, nine, full);
        if (step[i].name)
            word(b, step[i].name);
        full = true;
    }
}

/* The n digits behind the comma: zeros one by one, then up to three digits as a number, more of them
 * one by one. */
static void decimals(struct buf *b, const char *s, size_t n) {
    word(b, "phẩy");
    for (; n && *s == '0'; s++, n--)
        word(b, digit_word[0]);
    int three = 0;
    for (size_t i = 0; i < n; i++) {
        if (n > 3)
            word(b, digit_word[s[i] - '0']);
        else
            three = three * 10 + (s[i] - '0');
    }
    if (n <= 3)
        group(b, three, false);
}

char *words_number(struct arena *a, const char *printed) {
    struct buf b = {0};
    int digits = 0;
    uint64_t v = 0;
    if (*printed == '-') {
        word(&b, "âm");
        printed++;
    }
    for (; *printed && *printed != ','; printed++) {
        if (*printed == '.')
            continue;
        v = v * 10 + (uint64_t)(*printed - '0');
        if (v && ++digits > DIGITS_MAX) {
            buf_free(&b);
            return NULL;
        }
    }
    if (v)
        whole(&b, v);
    else
        word(&b, digit_word[0]);
    size_t n = *printed ? strlen(++printed) : 0;
    while (n && printed[n - 1] == '0')
        n--;
    if (n)
        decimals(&b, printed, n);
    char *out = arena_strndup(a, b.data, b.len);
    buf_free(&b);
    return out;
}

char *words_ordinal(struct arena *a, int64_t n) {
    if (n == 1)
        return arena_strdup(a, "thứ nhất");
    if (n == 4)
        return arena_strdup(a, "thứ tư");
    return arena_printf(a, "thứ %s",
                        words_number(a, arena_printf(a, "%lld", (long long)n)));
}
