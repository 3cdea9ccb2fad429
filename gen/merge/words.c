/* words.c: numbers in Vietnamese words: mốt, tư, lăm, linh, mươi */
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

/* Whole numbers; the name of 10^9 is said of everything above it, as in "nghìn tỷ", "tỷ tỷ". */
static void whole(struct buf *b, uint64_t n, bool full) {
    static const struct {
        uint64_t unit;
        const char *name;
    } step[] = {{1000000, "triệu"}, {1000, "nghìn"}, {1, NULL}};
    if (n >= 1000000000) {
        whole(b, n / 1000000000, full);
        word(b, "tỷ");
        full = true;
        n %= 1000000000;
    }
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

/* Behind the comma: zeros one by one, then up to three digits as a number, more of them one by one. */
static void decimals(struct buf *b, const char *s) {
    word(b, "phẩy");
    for (; *s == '0'; s++)
        word(b, digit_word[0]);
    size_t n = strlen(s);
    if (n <= 3) {
        uint64_t v = 0;
        for (; *s; s++)
            v = v * 10 + (uint64_t)(*s - '0');
        whole(b, v, false);
        return;
    }
    for (; *s; s++)
        word(b, digit_word[*s - '0']);
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
        whole(&b, v, false);
    else
        word(&b, digit_word[0]);
    if (*printed == ',' && printed[1])
        decimals(&b, printed + 1);
    char *out = arena_strndup(a, b.data, b.len);
    buf_free(&b);
    return out;
}
