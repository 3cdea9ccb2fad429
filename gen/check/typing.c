/* typing.c: one raw scalar by its field: texts, numbers, dates, booleans */
#include "inside.h"

#include <string.h>

bool check_is_quiet(const struct diag *d) {
    return diag_count(d, SEV_ERROR) >= MESSAGES_KEPT;
}

const char *check_where(struct diag *d, const struct value *v, const struct field *f) {
    const char *where = value_where(d, v);
    return where ? where : diag_fmt(d, "“%s”", f->name);
}

bool check_wrong(struct diag *d, enum diag_code code, const struct value *v,
                 const struct field *f, const char *two, const char *three) {
    if (check_is_quiet(d)) {
        diag_add(d, code, v->at, "", NULL);
        return false;
    }
    diag_add_where(d, code, v->at, check_where(d, v, f), v->text ? v->text : "",
                   two ? two : "", three, NULL);
    return false;
}

/* The same for messages without a third argument. */
static bool wrong(struct diag *d, enum diag_code code, const struct value *v,
                  const struct field *f, const char *two) {
    return check_wrong(d, code, v, f, two, NULL);
}

static bool type_text(struct value *v, const struct field *f) {
    if (v->kind == VALUE_BOOL || v->kind == VALUE_NUMBER) {
        v->kind = VALUE_TEXT; /* `so: true` or a JSON number: the text as typed */
        v->u.any = NULL;
    }
    v->flags |= f->flags & (VALUE_RICH | VALUE_TARGET);
    return true;
}

static bool wrong_number(struct arena *a, struct diag *d, const struct value *v,
                         const struct field *f, enum number_style style) {
    const char *offer = number_offer(a, v->text, v->len, style);
    if (!offer)
        return wrong(d, style == NUM_EN ? E_NUMBER_EN : E_NUMBER, v, f, NULL);
    return wrong(d, style == NUM_EN ? E_NUMBER_STYLE_EN : E_NUMBER_STYLE, v, f, offer);
}

static bool type_number(struct arena *a, struct diag *d, struct value *v,
                        const struct field *f, enum number_style style) {
    struct number x;
    bool percent = false;
    int digits = 0;
    if (v->kind == VALUE_NUMBER) {
        x = *v->u.number;
        digits = v->digits;
    } else if (!number_parse(a, v->text, v->len, style, &x, &percent, &digits))
        return wrong_number(a, d, v, f, style);
    if (f->type == FT_INTEGER && (percent || !number_is_int(&x)))
        return wrong(d, E_INTEGER, v, f, NULL);
    bool zero = !x.big && x.num == 0;
    if (f->flags & VALUE_PERCENT && !percent && v->kind == VALUE_TEXT && !zero)
        return wrong(d, E_PERCENT_SIGN, v, f, NULL);
    if (v->kind != VALUE_NUMBER) {
        v->u.number = arena_new_of(a, struct number);
        *v->u.number = x;
    }
    v->kind = VALUE_NUMBER;
    v->digits = (uint16_t)digits;
    if (f->year) { /* never grouped: as if it was typed so */
        v->text = number_print(a, &x, 0, false);
        v->len = (uint32_t)strlen(v->text);
        v->flags &= (uint8_t)~VALUE_JSON;
    }
    if (f->type == FT_INTEGER)
        v->flags |= VALUE_INTEGER;
    if (percent || f->flags & VALUE_PERCENT)
        v->flags |= VALUE_PERCENT;
    return true;
}

static bool type_date(struct diag *d, struct value *v, const struct field *f) {
    struct date date;
    if (!date_parse(v->text, v->len, &date))
        return wrong(d, E_DATE, v, f, NULL);
    v->kind = VALUE_DATE;
    v->u.date = date;
    return true;
}

#define WORD_MAX 16 /* bytes */

bool word_is_bool(const char *word, bool *yes) {
    static const struct {
        const char *word;
        bool yes;
    } known[] = {{"co", true},     {"x", true},    {"true", true},
                 {"dung", true},   {"yes", true},  {"khong", false},
                 {"false", false}, {"sai", false}, {"no", false}};
    if (strlen(word) > WORD_MAX)
        return false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (text_distance(word, known[i].word) == 0) {
            *yes = known[i].yes;
            return true;
        }
    return false;
}

static bool type_bool(struct arena *a, struct diag *d, struct value *v,
                      const struct field *f) {
    bool yes;
    if (v->kind == VALUE_BOOL)
        return true;
    if (!word_is_bool(text_slug(a, v->text, '_'), &yes))
        return wrong(d, E_BOOLEAN, v, f, NULL);
    v->kind = VALUE_BOOL;
    v->u.yes = yes;
    return true;
}

bool check_scalar(struct arena *a, struct diag *d, struct value *v, const struct field *f,
                  enum number_style style) {
    if (v->kind == VALUE_NONE)
        return true;
    if (v->kind == VALUE_LIST || v->kind == VALUE_MAP || v->kind == VALUE_TABLE)
        return wrong(d, E_ONE_VALUE, v, f, value_kind_name(d, v));
    switch (f->type) {
    case FT_STRING:
        return type_text(v, f);
    case FT_INTEGER:
    case FT_NUMBER:
        return type_number(a, d, v, f, style);
    case FT_DATE:
        return type_date(d, v, f);
    case FT_BOOLEAN:
        return type_bool(a, d, v, f);
    case FT_ARRAY:
    case FT_OBJECT:
        break;
    }
    return true;
}
