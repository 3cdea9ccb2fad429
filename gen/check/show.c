/* show.c: how a typed value prints where nothing else is said */
#include "check.h"

#include <string.h>

/* Decimals of a percentage: those typed before the sign; a ratio typed bare loses two. */
static int percent_digits(const struct value *v) {
    bool sign = v->text && v->len && memchr(v->text, '%', v->len);
    if (sign || (v->flags & VALUE_COMPUTED))
        return v->digits;
    return v->digits > 2 ? v->digits - 2 : 0;
}

int value_digits(const struct value *v) {
    return v->flags & VALUE_PERCENT ? percent_digits(v) : v->digits;
}

const char *number_show(struct arena *a, const struct number *n, int digits,
                        bool percent) {
    if (!percent)
        return number_print(a, n, digits, true);
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

static const char *show_list(struct arena *a, const struct value *v) {
    struct buf b = {0};
    for (uint32_t i = 0; i < v->n; i++) {
        const char *s = value_show(a, v->u.item[i]);
        if (!*s)
            continue;
        if (b.len)
            buf_adds(&b, ", ");
        buf_adds(&b, s);
    }
    char *out = arena_strndup(a, b.data ? b.data : "", b.len);
    buf_free(&b);
    return out;
}

const char *value_show(struct arena *a, const struct value *v) {
    if (!v)
        return "";
    switch ((enum value_kind)v->kind) {
    case VALUE_NONE:
    case VALUE_MAP:
    case VALUE_TABLE:
        return "";
    case VALUE_TEXT:
    case VALUE_NODATA:
        return v->text ? v->text : "";
    case VALUE_NUMBER:
        if (!(v->flags & VALUE_PERCENT) && is_typed_bare(v))
            return v->text;
        return number_show(a, v->u.number, value_digits(v),
                           (v->flags & VALUE_PERCENT) != 0);
    case VALUE_DATE:
        return date_print(a, v->u.date);
    case VALUE_BOOL:
        return v->u.yes ? "Có" : "Không";
    case VALUE_LIST:
        return show_list(a, v);
    }
    return "";
}
