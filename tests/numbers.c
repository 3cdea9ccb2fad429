/* numbers.c: values through formatters: reads lines `value format`, prints what the page shows, a tab, what the
 * workbook's cell holds, a tab, its number format. A value such as 0,1+0,2 is a sum, as in a row of totals. A
 * line that is refused prints "!" and the message. */
#include "merge/inside.h"
#include "output/xlsx_inside.h"

#include <stdio.h>
#include <string.h>

#define UNIT "hồ sơ"

struct line {
    struct arena *a;
    struct diag *d;
};

/* One term as the data give it; NULL after a message. */
static struct value *typed(const struct line *l, const char *s, size_t n) {
    struct value *v = value_new(l->a, VALUE_TEXT, (struct origin){"stdin", 1, 1});
    struct field f = {.name = "x", .type = FT_NUMBER};
    v->text = arena_strndup(l->a, s, n);
    v->len = (uint32_t)n;
    if (n && s[n - 1] == '%')
        f.flags = VALUE_PERCENT;
    return check_scalar(l->a, l->d, v, &f, NUM_VI) ? v : NULL;
}

static const struct value *sum(const struct line *l, const char *s, size_t n) {
    struct value *total = NULL;
    for (const char *end = s + n; s < end;) {
        const char *plus = memchr(s, '+', (size_t)(end - s)), *stop = plus ? plus : end;
        struct value *v = typed(l, s, (size_t)(stop - s));
        if (!v)
            return NULL;
        if (!total) {
            total = v;
        } else {
            int digits = value_digits(v), have = value_digits(total);
            *total->u.number = number_add(l->a, total->u.number, v->u.number);
            total->digits = (uint16_t)(digits > have ? digits : have);
            total->flags |= VALUE_COMPUTED;
            total->text = NULL;
        }
        s = stop + 1;
    }
    return total;
}

static bool answer(const struct line *l, const char *text) {
    struct origin at = {"stdin", 1, 1};
    size_t n = strcspn(text, " ");
    const char *spec = text + n + strspn(text + n, " ");
    const struct value *v = sum(l, text, n);
    const struct format *f = v && *spec ? format_parse(l->a, l->d, spec, at) : NULL;
    if (!v || (*spec && !f))
        return false;
    struct cell c = {.value = v, .colspan = 1, .rowspan = 1};
    c.text = format_apply(l->a, l->d, v, f, UNIT, at);
    if (!c.text)
        return false;
    format_cell(l->a, &c, v, f, c.text);
    struct content k = cell_content(l->a, &c);
    if (k.kind == CONTENT_NUMBER)
        printf("%s\t%.17g\t%s\n", c.text, k.number, k.format);
    else
        printf("%s\t\t\n", c.text);
    return true;
}

int main(void) {
    char text[4096];
    while (fgets(text, sizeof text, stdin)) {
        struct line l = {arena_new(), diag_new(LANG_VI)};
        text[strcspn(text, "\n")] = '\0';
        size_t n = 0;
        if (!answer(&l, text)) {
            const struct diag_msg *const *m = diag_sorted(l.d, &n);
            printf("! %s\n", n ? m[0]->text : "");
        }
        diag_free(l.d);
        arena_free(l.a);
    }
    return 0;
}
