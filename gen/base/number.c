/* number.c: exact numbers: 64-bit fractions, and GMP rationals where these do not suffice */
#include "base.h"

#include <gmp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 1200
/* Digits that fit an int64_t whatever they are. */
#define DIGITS_SMALL 18

static const int64_t power10[DIGITS_SMALL + 1] = {1,
                                                  10,
                                                  100,
                                                  1000,
                                                  10000,
                                                  100000,
                                                  1000000,
                                                  10000000,
                                                  100000000,
                                                  1000000000,
                                                  10000000000,
                                                  100000000000,
                                                  1000000000000,
                                                  10000000000000,
                                                  100000000000000,
                                                  1000000000000000,
                                                  10000000000000000,
                                                  100000000000000000,
                                                  1000000000000000000};

__extension__ typedef __int128 wide;

/* ---- GMP: values are kept as limbs in the arena, so nothing needs a clean-up ---- */

struct big {
    mp_limb_t *num, *den;
    mp_size_t num_size; /* negative for a negative number */
    mp_size_t den_size;
};

static void *gmp_new(size_t n) {
    return x_new(n, 1);
}

static void *gmp_grow(void *p, size_t old, size_t n) {
    (void)old;
    return x_grow(p, n, 1);
}

static void gmp_drop(void *p, size_t n) {
    (void)n;
    x_free(p);
}

/* GMP aborts the process when memory runs out unless it is given our allocator. */
static void gmp_setup(void) {
    static bool done;
    if (!done)
        mp_set_memory_functions(gmp_new, gmp_grow, gmp_drop);
    done = true;
}

static mp_limb_t *limbs_keep(struct arena *a, mpz_srcptr z, mp_size_t *size) {
    size_t n = mpz_size(z);
    mp_limb_t *p = arena_array(a, mp_limb_t, n ? n : 1);
    memcpy(p, mpz_limbs_read(z), n * sizeof *p);
    *size = mpz_sgn(z) < 0 ? -(mp_size_t)n : (mp_size_t)n;
    return p;
}

static void mpz_set_i64(mpz_ptr z, int64_t v) {
    uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
    mpz_import(z, 1, 1, sizeof u, 0, 0, &u);
    if (v < 0)
        mpz_neg(z, z);
}

static bool mpz_get_i64(mpz_srcptr z, int64_t *out) {
    if (mpz_sizeinbase(z, 2) > 63)
        return false;
    uint64_t u = 0;
    mpz_export(&u, NULL, 1, sizeof u, 0, 0, z);
    *out = mpz_sgn(z) < 0 ? -(int64_t)u : (int64_t)u;
    return true;
}

/* q := x; q is initialised here and cleared by the caller. */
static void mpq_of(mpq_ptr q, const struct number *x) {
    gmp_setup();
    mpq_init(q);
    if (!x->big) {
        mpz_set_i64(mpq_numref(q), x->num);
        mpz_set_i64(mpq_denref(q), x->den);
        return;
    }
    const struct big *b = x->big;
    mpz_t part;
    mpz_set(mpq_numref(q), mpz_roinit_n(part, b->num, b->num_size));
    mpz_set(mpq_denref(q), mpz_roinit_n(part, b->den, b->den_size));
}

/* The number in q (canonical), as 64-bit parts when they fit; clears q. */
static struct number number_of(struct arena *a, mpq_ptr q) {
    struct number x = {0, 1, NULL};
    if (!mpz_get_i64(mpq_numref(q), &x.num) || !mpz_get_i64(mpq_denref(q), &x.den)) {
        struct big *b = arena_new_of(a, struct big);
        b->num = limbs_keep(a, mpq_numref(q), &b->num_size);
        b->den = limbs_keep(a, mpq_denref(q), &b->den_size);
        x = (struct number){0, 0, b};
    }
    mpq_clear(q);
    return x;
}

/* ---- 64-bit fractions ---- */

static uint64_t gcd(uint64_t x, uint64_t y) {
    while (y) {
        uint64_t rest = x % y;
        x = y;
        y = rest;
    }
    return x;
}

static uint64_t magnitude(int64_t v) {
    return v < 0 ? -(uint64_t)v : (uint64_t)v;
}

static struct number reduced(int64_t num, int64_t den) {
    if (den == 1)
        return (struct number){num, 1, NULL};
    int64_t g = (int64_t)gcd(magnitude(num), (uint64_t)den);
    return (struct number){num / g, den / g, NULL};
}

struct number number_int(int64_t v) {
    return (struct number){v, 1, NULL};
}

bool number_is_int(const struct number *x) {
    const struct big *b = x->big;
    return b ? b->den_size == 1 && b->den[0] == 1 : x->den == 1;
}

/* ---- reading ---- */

/* What the grammar of a style finds in a text: digits without separators, their decimals. */
struct scan {
    char digit[DIGITS_MAX + 1];
    int n, decimals;
    int exponent;
    bool minus, percent;
};

/* Length of a blank at s (space, tab, no-break and figure spaces), 0 when there is none. */
static size_t blank_length(const char *s, size_t n) {
    if (n >= 1 && (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\r'))
        return 1;
    if (n >= 2 && memcmp(s, "\u00A0", 2) == 0)
        return 2;
    if (n >= 3 && (memcmp(s, "\u202F", 3) == 0 || memcmp(s, "\u2007", 3) == 0 ||
                   memcmp(s, "\u2009", 3) == 0))
        return 3;
    return 0;
}

static void skip_blanks(const char **s, const char *end) {
    for (size_t k; (k = blank_length(*s, (size_t)(end - *s))) > 0;)
        *s += k;
}

static void cut_blanks(const char *s, const char **end) {
    for (bool again = true; again;) {
        again = false;
        for (size_t k = 1; k <= 3 && k <= (size_t)(*end - s); k++)
            if (blank_length(*end - k, k) == k) {
                *end -= k;
                again = true;
                break;
            }
    }
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* A run of digits into r; its length, or -1 when there are too many. */
static int take_digits(struct scan *r, const char **s, const char *end) {
    int count = 0;
    for (; *s < end && is_digit(**s); ++*s, count++) {
        if (r->n >= DIGITS_MAX)
            return -1;
        r->digit[r->n++] = **s;
    }
    return count;
}

/* \d{1,3}(G\d{3})+ or \d+; a grouped number does not begin with 0 ("0.123" is no 123). */
static bool take_whole(struct scan *r, const char **s, const char *end, char group) {
    const char *start = *s;
    int first = take_digits(r, s, end);
    if (first <= 0)
        return false;
    if (*s >= end || *s[0] != group)
        return true;
    if (first > 3 || *start == '0')
        return false;
    while (*s < end && **s == group) {
        ++*s;
        if (take_digits(r, s, end) != 3)
            return false;
    }
    return true;
}

static bool take_exponent(struct scan *r, const char **s, const char *end) {
    if (*s >= end || (**s != 'e' && **s != 'E'))
        return true;
    ++*s;
    bool minus = *s < end && **s == '-';
    if (*s < end && (**s == '-' || **s == '+'))
        ++*s;
    if (*s >= end || !is_digit(**s))
        return false;
    for (; *s < end && is_digit(**s); ++*s)
        if ((r->exponent = r->exponent * 10 + (**s - '0')) > DIGITS_MAX)
            return false;
    if (minus)
        r->exponent = -r->exponent;
    return true;
}

static bool take_sign(struct scan *r, const char **s, const char *end,
                      enum number_style style) {
    r->minus = true;
    if (*s < end && **s == '-')
        ++*s;
    else if (style != NUM_JSON && end - *s >= 3 && memcmp(*s, "\u2212", 3) == 0)
        *s += 3;
    else
        r->minus = false;
    return *s < end;
}

static bool scan_number(struct scan *r, const char *s, const char *end,
                        enum number_style style) {
    char group = style == NUM_VI ? '.' : style == NUM_EN ? ',' : 0;
    char point = style == NUM_VI ? ',' : '.';
    r->n = r->decimals = r->exponent = 0;
    r->percent = false;
    if (style != NUM_JSON && s < end && end[-1] == '%') {
        r->percent = true;
        end--;
        cut_blanks(s, &end);
    }
    if (!take_sign(r, &s, end, style) || !take_whole(r, &s, end, group))
        return false;
    if (style == NUM_JSON && r->n > 1 && r->digit[0] == '0')
        return false;
    if (s < end && *s == point) {
        s++;
        if ((r->decimals = take_digits(r, &s, end)) <= 0)
            return false;
    }
    if (style == NUM_JSON && !take_exponent(r, &s, end))
        return false;
    return s == end;
}

/* digits * 10^-scale; scale may be negative. */
static struct number number_of_digits(struct arena *a, struct scan *r, int scale) {
    if (r->n <= DIGITS_SMALL && scale >= 0 && scale <= DIGITS_SMALL) {
        int64_t v = 0;
        for (int i = 0; i < r->n; i++)
            v = v * 10 + (r->digit[i] - '0');
        return reduced(r->minus ? -v : v, power10[scale]);
    }
    mpq_t q;
    gmp_setup();
    mpq_init(q);
    r->digit[r->n] = 0;
    mpz_set_str(mpq_numref(q), r->digit, 10);
    mpz_t power;
    mpz_init(power);
    mpz_ui_pow_ui(power, 10, (unsigned long)abs(scale));
    if (scale > 0)
        mpz_set(mpq_denref(q), power);
    else
        mpz_mul(mpq_numref(q), mpq_numref(q), power);
    mpz_clear(power);
    if (r->minus)
        mpq_neg(q, q);
    mpq_canonicalize(q);
    return number_of(a, q);
}

bool number_parse(struct arena *a, const char *s, size_t n, enum number_style style,
                  struct number *out, bool *percent, int *digits) {
    struct scan r;
    const char *end = s + n;
    skip_blanks(&s, end);
    cut_blanks(s, &end);
    if (!scan_number(&r, s, end, style))
        return false;
    int scale = r.decimals - r.exponent;
    *digits = scale > 0 ? scale : 0;
    if (*digits > DIGITS_MAX)
        return false;
    *percent = r.percent;
    *out = number_of_digits(a, &r, scale + (r.percent ? 2 : 0));
    return true;
}

/* ---- the offer of an error message ---- */

/* The text without the blanks that stand between two digits ("12 456"). */
static size_t close_gaps(char *out, const char *s, const char *end) {
    char *q = out;
    while (s < end) {
        size_t k = blank_length(s, (size_t)(end - s));
        if (k && q > out && is_digit(q[-1]) && s + k < end && is_digit(s[k]))
            s += k;
        else
            *q++ = *s++;
    }
    return (size_t)(q - out);
}

char *number_offer(struct arena *a, const char *s, size_t n, enum number_style style) {
    struct scan r;
    const char *end = s + n;
    skip_blanks(&s, end);
    cut_blanks(s, &end);
    if (style == NUM_JSON || end - s > DIGITS_MAX)
        return NULL;
    char *text = arena_alloc(a, (size_t)(end - s) + 1);
    size_t len = close_gaps(text, s, end);
    if (scan_number(&r, text, text + len, style))
        return text;
    if (!scan_number(&r, text, text + len, style == NUM_VI ? NUM_EN : NUM_VI))
        return NULL;
    for (size_t i = 0; i < len; i++)
        text[i] = text[i] == '.' ? ',' : text[i] == ',' ? '.' : text[i];
    return text;
}

/* ---- printing ---- */

/* Put sign, grouped whole part and decimals together; digits[0..n) holds the value times 10^decimals. */
static char *print_digits(struct arena *a, bool minus, const char *digits, size_t n,
                          size_t decimals, bool grouped) {
    size_t whole = n > decimals ? n - decimals : 0;
    char *out = arena_alloc(a, n + n / 3 + decimals + 8), *q = out;
    if (minus)
        *q++ = '-';
    if (whole == 0)
        *q++ = '0';
    for (size_t i = 0; i < whole; i++) {
        *q++ = digits[i];
        if (grouped && i + 1 < whole && (whole - i - 1) % 3 == 0)
            *q++ = '.';
    }
    if (decimals)
        *q++ = ',';
    for (size_t i = 0; i < decimals; i++)
        *q++ = i + n < decimals ? '0'
                                : digits[whole + i - (n < decimals ? decimals - n : 0)];
    *q = 0;
    return out;
}

/* |x| * 10^decimals, rounded half away from zero, as digits without leading zeros ("" is zero). */
static size_t scaled_small(const struct number *x, int decimals, char *out) {
    wide n = (wide)magnitude(x->num) * power10[decimals];
    wide q = n / x->den, rest = n % x->den;
    if (rest * 2 >= x->den)
        q++;
    char tmp[48];
    size_t len = 0;
    for (; q > 0; q /= 10)
        tmp[len++] = (char)('0' + (int)(q % 10));
    for (size_t i = 0; i < len; i++)
        out[i] = tmp[len - 1 - i];
    return len;
}

static char *scaled_big(struct arena *a, const struct number *x, int decimals,
                        size_t *len) {
    mpq_t q;
    mpq_of(q, x);
    mpz_t n, power;
    mpz_inits(n, power, NULL);
    mpz_ui_pow_ui(power, 10, (unsigned long)decimals);
    mpz_abs(n, mpq_numref(q));
    mpz_mul(n, n, power);
    /* floor((2n + d) / 2d) rounds half up */
    mpz_mul_2exp(n, n, 1);
    mpz_add(n, n, mpq_denref(q));
    mpz_mul_2exp(power, mpq_denref(q), 1);
    mpz_fdiv_q(n, n, power);
    char *text = arena_alloc(a, mpz_sizeinbase(n, 10) + 2);
    mpz_get_str(text, 10, n);
    mpz_clears(n, power, NULL);
    mpq_clear(q);
    *len = text[0] == '0' ? 0 : strlen(text);
    return text;
}

static bool is_negative(const struct number *x) {
    const struct big *b = x->big;
    return b ? b->num_size < 0 : x->num < 0;
}

char *number_print(struct arena *a, const struct number *x, int digits, bool grouped) {
    char small[48] = "";
    size_t n, decimals = (size_t)(digits < 0 ? 6 : digits);
    if (decimals > DIGITS_MAX)
        decimals = DIGITS_MAX;
    const char *text = small;
    if (!x->big && decimals <= DIGITS_SMALL)
        n = scaled_small(x, (int)decimals, small);
    else
        text = scaled_big(a, x, (int)decimals, &n);
    bool zero = n == 0;
    if (digits < 0) {
        while (decimals > 0 && n > 0 && text[n - 1] == '0')
            n--, decimals--;
        if (n == 0)
            decimals = 0;
    }
    return print_digits(a, !zero && is_negative(x), text, n, decimals, grouped);
}

/* The one of two neighbours that is nearer to q. */
static double nearer(mpq_srcptr q, double v, double w) {
    if (!isfinite(v) || !isfinite(w))
        return v;
    mpq_t to_v, to_w;
    mpq_inits(to_v, to_w, NULL);
    mpq_set_d(to_v, v);
    mpq_set_d(to_w, w);
    mpq_sub(to_v, to_v, q);
    mpq_sub(to_w, to_w, q);
    mpq_abs(to_v, to_v);
    mpq_abs(to_w, to_w);
    bool first = mpq_cmp(to_v, to_w) <= 0;
    mpq_clears(to_v, to_w, NULL);
    return first ? v : w;
}

double number_double(const struct number *x) {
    if (!x->big)
        return (double)((long double)x->num / (long double)x->den);
    mpq_t q;
    mpq_of(q, x);
    double v = mpq_get_d(q); /* rounded towards zero */
    v = nearer(q, v, nextafter(v, mpq_sgn(q) < 0 ? -INFINITY : INFINITY));
    mpq_clear(q);
    return v;
}

/* ---- arithmetic ---- */

/* x + y in 64 bits; false when it does not fit. */
static bool add_small(const struct number *x, const struct number *y,
                      struct number *out) {
    int64_t den, l, r, num;
    int64_t g = (int64_t)gcd((uint64_t)x->den, (uint64_t)y->den);
    if (__builtin_mul_overflow(x->den / g, y->den, &den) ||
        __builtin_mul_overflow(x->num, y->den / g, &l) ||
        __builtin_mul_overflow(y->num, x->den / g, &r) ||
        __builtin_add_overflow(l, r, &num) || num == INT64_MIN)
        return false;
    *out = reduced(num, den);
    return true;
}

struct number number_add(struct arena *a, const struct number *x,
                         const struct number *y) {
    struct number sum;
    if (!x->big && !y->big && add_small(x, y, &sum))
        return sum;
    mpq_t p, q;
    mpq_of(p, x);
    mpq_of(q, y);
    mpq_add(p, p, q);
    mpq_clear(q);
    return number_of(a, p);
}

struct number number_scale(struct arena *a, const struct number *x, int64_t mul,
                           int64_t div) {
    if (div == 0)
        div = 1; /* callers scale by constants; a number must stay a number */
    mpq_t p, q;
    mpq_of(p, x);
    mpq_init(q);
    mpz_set_i64(mpq_numref(q), mul);
    mpz_set_i64(mpq_denref(q), div);
    mpq_canonicalize(q);
    mpq_mul(p, p, q);
    mpq_clear(q);
    return number_of(a, p);
}

/* x * y in 64 bits, cut by common factors first; false when it does not fit. */
static bool mul_small(const struct number *x, const struct number *y,
                      struct number *out) {
    int64_t g = (int64_t)gcd(magnitude(x->num), (uint64_t)y->den);
    int64_t h = (int64_t)gcd(magnitude(y->num), (uint64_t)x->den);
    int64_t num, den;
    if (__builtin_mul_overflow(x->num / g, y->num / h, &num) ||
        __builtin_mul_overflow(x->den / h, y->den / g, &den) || num == INT64_MIN)
        return false;
    *out = (struct number){num, den, NULL};
    return true;
}

struct number number_mul(struct arena *a, const struct number *x,
                         const struct number *y) {
    struct number product;
    if (!x->big && !y->big && mul_small(x, y, &product))
        return product;
    mpq_t p, q;
    mpq_of(p, x);
    mpq_of(q, y);
    mpq_mul(p, p, q);
    mpq_clear(q);
    return number_of(a, p);
}

struct number number_sub(struct arena *a, const struct number *x,
                         const struct number *y) {
    struct number minus = number_int(-1), negative = number_mul(a, y, &minus);
    return number_add(a, x, &negative);
}

struct number number_div(struct arena *a, const struct number *x,
                         const struct number *y) {
    if (!y->big && y->num != INT64_MIN) {
        int64_t sign = y->num < 0 ? -1 : 1;
        struct number inverse = {sign * y->den, sign * y->num, NULL};
        return number_mul(a, x, &inverse);
    }
    mpq_t p, q;
    mpq_of(p, x);
    mpq_of(q, y);
    mpq_div(p, p, q);
    mpq_clear(q);
    return number_of(a, p);
}

struct number number_power(struct arena *a, const struct number *x, int exponent) {
    mpq_t q;
    mpq_of(q, x);
    unsigned long n = (unsigned long)abs(exponent);
    mpz_pow_ui(mpq_numref(q), mpq_numref(q), n);
    mpz_pow_ui(mpq_denref(q), mpq_denref(q), n);
    if (exponent < 0)
        mpq_inv(q, q);
    return number_of(a, q);
}

int number_compare(const struct number *x, const struct number *y) {
    if (!x->big && !y->big) {
        wide l = (wide)x->num * y->den, r = (wide)y->num * x->den;
        return (l > r) - (l < r);
    }
    mpq_t p, q;
    mpq_of(p, x);
    mpq_of(q, y);
    int order = mpq_cmp(p, q);
    mpq_clear(p);
    mpq_clear(q);
    return (order > 0) - (order < 0);
}

int number_sign(const struct number *x) {
    const struct big *b = x->big;
    if (b)
        return b->num_size < 0 ? -1 : b->num_size > 0;
    return (x->num > 0) - (x->num < 0);
}

struct number number_round(struct arena *a, const struct number *x, int digits) {
    mpq_t q;
    mpz_t power, n;
    mpq_of(q, x);
    mpz_inits(power, n, NULL);
    mpz_ui_pow_ui(power, 10, (unsigned long)abs(digits));
    mpz_ptr grow = digits >= 0 ? mpq_numref(q) : mpq_denref(q);
    mpz_mul(grow, grow, power);
    /* floor((2|n| + d) / 2d) rounds half away from zero */
    mpz_abs(n, mpq_numref(q));
    mpz_mul_2exp(n, n, 1);
    mpz_add(n, n, mpq_denref(q));
    mpz_mul_2exp(mpq_denref(q), mpq_denref(q), 1);
    mpz_fdiv_q(n, n, mpq_denref(q));
    if (mpz_sgn(mpq_numref(q)) < 0)
        mpz_neg(n, n);
    mpz_set(mpq_numref(q), n);
    mpz_set_ui(mpq_denref(q), 1);
    if (digits >= 0)
        mpz_set(mpq_denref(q), power);
    else
        mpz_mul(mpq_numref(q), mpq_numref(q), power);
    mpq_canonicalize(q);
    mpz_clears(power, n, NULL);
    return number_of(a, q);
}

size_t number_bits(const struct number *x) {
    const struct big *b = x->big;
    size_t num = 64, den = 64;
    if (b) {
        num *= (size_t)(b->num_size < 0 ? -b->num_size : b->num_size);
        den *= (size_t)b->den_size;
    } else {
        num = x->num ? 64 - (size_t)__builtin_clzll(magnitude(x->num)) : 1;
        den = 64 - (size_t)__builtin_clzll((uint64_t)x->den);
    }
    return num > den ? num : den;
}

bool number_small(const struct number *x, int64_t *out) {
    *out = x->num;
    return !x->big && x->den == 1;
}
