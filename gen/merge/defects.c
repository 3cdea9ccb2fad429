/* defects.c: what a draft says at the places that messages speak of */
#include "inside.h"

#include <string.h>

#define REASONS_MAX 3  /* behind one value; the others stand at the end of the draft */
#define SOURCES_MAX 32 /* of one computed value */

const char *defect_at(const struct exec *e, struct origin at) {
    for (const struct diag_mention *x = diag_mentions(e->d, at); x; x = x->next)
        if (x->own && x->msg->sev == SEV_ERROR)
            return x->msg->text;
    return NULL;
}

/* What is wrong at the value and stands nowhere on the pages yet. */
static const struct diag_mention *unshown(const struct exec *e, const struct value *v) {
    const struct diag_mention *x = diag_mentions(e->d, v->at);
    while (x && (!x->own || x->msg->shown))
        x = x->next;
    return x;
}

/* What a computed value rests on. Where that does not print itself, its faults show here. */
static size_t sources_of(const struct exec *e, const struct value *v,
                         const struct value **out) {
    const struct field *f = v->flags & VALUE_COMPUTED ? value_field(e, v) : NULL;
    return f && f->formula
               ? formula_sources(e->a, e->d, e->r->facts, f->formula, v, out, SOURCES_MAX)
               : 0;
}

bool is_marked(const struct exec *e, const struct value *v) {
    const struct value *from[SOURCES_MAX];
    if (!e->draft || e->plain)
        return false;
    if (diag_mentions(e->d, v->at))
        return true;
    for (size_t i = sources_of(e, v, from); i-- > 0;)
        if (unshown(e, from[i]))
            return true;
    return false;
}

static void put_marked(struct exec *e, struct spans *to, const char *text,
                       const struct value *v, struct origin at) {
    struct span *s = span_new(e->a, SPAN_TEXT, text, strlen(text));
    s->style = SPAN_MISSING;
    s->value = v;
    s->at = at;
    *to->tail = s;
    to->tail = &s->next;
}

void put_missing(struct exec *e, struct spans *to, const char *title, struct origin at) {
    put_marked(e, to,
               arena_printf(e->a, diag_word(e->d, "[thiếu: %s]", "[missing: %s]"), title),
               NULL, at);
}

static void put_reason_of(struct exec *e, struct spans *to, const struct value *v,
                          const struct diag_mention *x) {
    x->msg->shown = true;
    put_marked(e, to, arena_printf(e->a, " [%s]", x->msg->text), v, v->at);
}

/* A reason stands in full at its own place and at the first other one. */
static int put_own_reasons(struct exec *e, struct spans *to, const struct value *v) {
    bool again = false;
    int n = 0;
    for (const struct diag_mention *x = diag_mentions(e->d, v->at); x && n < REASONS_MAX;
         x = x->next) {
        if (x->msg->shown && !x->own) {
            again = true;
            continue;
        }
        put_reason_of(e, to, v, x);
        n++;
    }
    if (again && !n)
        put_marked(e, to, diag_word(e->d, " [như trên]", " [as above]"), v, v->at);
    return n;
}

void put_reasons(struct exec *e, struct spans *to, const struct value *v) {
    const struct value *from[SOURCES_MAX];
    int left = REASONS_MAX - put_own_reasons(e, to, v);
    size_t n = sources_of(e, v, from);
    for (size_t i = 0; i < n; i++)
        for (const struct diag_mention *x = unshown(e, from[i]); x && left > 0;
             x = unshown(e, from[i]), left--)
            put_reason_of(e, to, v, x);
}

void missing_shown(struct exec *e, const struct value *v, const char *name) {
    diag_show_subject(e->d, name);
    if (v && !(v->flags & VALUE_COMPUTED))
        diag_show_at(e->d, v->at);
}
