/* cells.c: what the workbook is told about a value as it was printed */
#include "inside.h"

#include <string.h>

/* Whether nothing but units stands behind the first formatter. */
static bool only_units(const struct format *f) {
    for (; f; f = f->next)
        if (f->kind != FMT_UNIT)
            return false;
    return true;
}

/* How a number that f prints first is to be shown; FORMAT_TEXT: as words. */
static enum cell_format number_format(const struct value *v, const struct format *f) {
    switch (f ? (enum format_kind)f->kind : FMT_UNIT) {
    case FMT_UNIT: /* behind what prints without a formatter */
        return v->flags & VALUE_PERCENT ? FORMAT_PERCENT : FORMAT_NUMBER;
    case FMT_PERCENT:
        return FORMAT_PERCENT;
    case FMT_NUMBER:
    case FMT_COUNT:
    case FMT_SCALED:
        return FORMAT_NUMBER;
    case FMT_WORDS:
    case FMT_ROMAN:
    case FMT_ORDINAL:
    case FMT_DATE:
    case FMT_DATE_WORDS:
    case FMT_UPPER:
    case FMT_LOWER:
    case FMT_TYPED:
    case FMT_CITE:
        break;
    }
    return FORMAT_TEXT;
}

/* Decimals of a printed number. */
static size_t decimals_in(const char *text) {
    const char *comma = text + strspn(text, "-0123456789.");
    return *comma == ',' ? strspn(comma + 1, "0123456789") : 0;
}

void format_cell(struct arena *a, struct cell *c, const struct value *v,
                 const struct format *f, const char *text) {
    c->format = FORMAT_TEXT;
    bool date = v->kind == VALUE_DATE && v->u.date.day && v->u.date.month;
    if (date && (!f || (f->kind == FMT_DATE && !f->next)))
        c->format = FORMAT_DATE;
    if (v->kind != VALUE_NUMBER || !only_units(f ? f->next : NULL))
        return;
    c->format = (uint8_t)number_format(v, f);
    if (c->format == FORMAT_TEXT)
        return;
    if (format_divisor(f) != 1) {
        struct value *shown = arena_new_of(a, struct value);
        *shown = *v;
        shown->u.number = arena_new_of(a, struct number);
        *shown->u.number = number_scale(a, v->u.number, 1, format_divisor(f));
        c->value = v = shown;
    }
    c->digits = (uint8_t)decimals_in(text);
    if (c->format == FORMAT_NUMBER && !c->digits && number_is_int(v->u.number))
        c->format = FORMAT_INTEGER;
}
