/* places.c: the blanks of a reference line as places that fields of the form fill */
#include "pass.h"

#include <string.h>

/* Room for what comes, of 14 pt: "45/QĐ", two digits. */
static const struct place {
    const char *text;
    uint8_t field;
    uint8_t mm;
} places[] = {
    {"số …", FIELD_NUMBER, 15}, {"ngày …", FIELD_DAY, 6}, {"tháng …", FIELD_MONTH, 6}};
#define PLACES (sizeof places / sizeof *places)

/* What the data leave blank: a line written by hand may speak of another document. */
static bool is_blank(const struct official *o, const struct place *p) {
    switch (p->field) {
    case FIELD_NUMBER:
        return !*o->number.text;
    case FIELD_DAY:
        return !o->date.day;
    default:
        return !o->date.month;
    }
}

/* The first place in s[0..n) of those not marked yet (bits by field); *at is where its "…" stands. */
static const struct place *find_place(const struct official *o, const char *s, size_t n,
                                      unsigned marked, size_t *at) {
    const struct place *found = NULL;
    for (size_t i = 0; i < PLACES; i++) {
        size_t len = strlen(places[i].text);
        const char *hit = !(marked >> places[i].field & 1) && is_blank(o, &places[i])
                              ? memmem(s, n, places[i].text, len)
                              : NULL;
        if (!hit || (found && (size_t)(hit - s) + len - strlen("…") > *at))
            continue;
        found = &places[i];
        *at = (size_t)(hit - s) + len - strlen("…");
    }
    return found;
}

/* Cut s at the "…" of a place: s keeps what is before, a blank and the rest follow. Returns the rest. */
static struct span *cut(struct arena *a, struct span *s, const struct place *p,
                        size_t at) {
    struct span *blank = span_new(a, SPAN_BLANK, NULL, 0),
                *rest = arena_new_of(a, struct span);
    size_t behind = at + strlen("…");
    *rest = *s;
    rest->text = s->text + behind;
    rest->len = s->len - (uint32_t)behind;
    blank->style = s->style;
    blank->field = p->field;
    blank->at = s->at;
    blank->u.blank_mm = p->mm;
    s->len = (uint32_t)at;
    s->next = blank;
    blank->next = rest;
    return rest;
}

/* Each place once: the names of fields are unique. */
void places_mark(struct doc *doc, struct span *s) {
    unsigned marked = 0;
    for (; s; s = s->next) {
        size_t at = 0;
        const struct place *p = NULL;
        while (s->kind == SPAN_TEXT &&
               (p = find_place(&doc->official, s->text, s->len, marked, &at))) {
            marked |= 1u << p->field;
            s = cut(doc->arena, s, p, at);
        }
    }
}
