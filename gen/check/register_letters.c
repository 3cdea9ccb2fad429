/* register_letters.c: letters of symbols that look like a slip of others by the same body: UBND-VHXX, UBND-VHXXH */
#include "inside.h"

#include <string.h>

#define LETTERS_MAX 200 /* different ones in a register; more are not compared */
#define GROUP_MIN 4     /* letters: shorter names of departments differ by one often */

/* What follows the number: "/UBND-VHXH" of "135/UBND-VHXH". */
static const char *letters_of(const char *symbol) {
    return symbol + strcspn(symbol, "/-");
}

static size_t count_letters(const char *s, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)s[i] & 0xC0) != 0x80;
    return count;
}

/* Whether the longer group is the shorter one and a letter more. */
static bool is_one_more(const char *s, size_t n, const char *t, size_t m) {
    if (n > m)
        return is_one_more(t, m, s, n);
    size_t i = 0, tail = 0;
    while (i < n && s[i] == t[i])
        i++;
    while (tail < n - i && s[n - 1 - tail] == t[m - 1 - tail])
        tail++;
    return i + tail == n && count_letters(t, m) == count_letters(s, n) + 1;
}

/* One group of both differs by a letter more or less; digits name other things ("PA05", "PA06"). */
static bool are_near(const char *s, const char *t) {
    int near = 0;
    while (*s && *t) {
        if (*s != *t)
            return false;
        size_t n = 1 + strcspn(s + 1, "/-"), m = 1 + strcspn(t + 1, "/-");
        if (n != m || memcmp(s, t, n) != 0) {
            bool digits = strcspn(s, "0123456789") < n || strcspn(t, "0123456789") < m;
            if (digits || count_letters(s, n < m ? n : m) <= GROUP_MIN ||
                !is_one_more(s, n, t, m))
                return false;
            near++;
        }
        s += n;
        t += m;
    }
    return !*s && !*t && near == 1;
}

void register_letters(struct arena *a, struct diag *d, struct registers *r) {
    const struct citable **first = arena_array(a, const struct citable *, LETTERS_MAX);
    size_t n = 0;
    for (size_t i = 0; i < r->n && n < LETTERS_MAX; i++) {
        const struct citable *x = &r->doc[i], *near = NULL;
        const char *letters = x->symbol && !x->flawed ? letters_of(x->symbol) : "";
        bool known = !*letters;
        for (size_t k = 0; k < n && !known; k++) {
            const struct citable *y = first[k];
            bool alike = str_eq(letters, letters_of(y->symbol));
            if ((!alike && (near || !are_near(letters, letters_of(y->symbol)))) ||
                !text_alike(x->kind, y->kind) || !register_same_body(a, x, y))
                continue;
            known = alike;
            near = alike ? near : y;
        }
        if (known)
            continue;
        if (near)
            diag_add(
                d, W_REGISTER_LETTERS, x->at, letters + 1, letters_of(near->symbol) + 1,
                x->kind, x->body,
                diag_fmt(d, "%s:%d", near->at.file ? near->at.file : "", near->at.line),
                NULL);
        first[n++] = x;
    }
}
