/* defects.c: what a draft says at the places that messages speak of */
#include "inside.h"

#include <string.h>

#define REASONS_MAX 3 /* behind one value; the others stand at the end of the draft */

const char *defect_at(const struct exec *e, struct origin at) {
    for (const struct diag_mention *x = diag_mentions(e->d, at); x; x = x->next)
        if (x->own && x->msg->sev == SEV_ERROR)
            return x->msg->text;
    return NULL;
}

bool is_marked(const struct exec *e, const struct value *v) {
    return e->draft && !e->plain && diag_mentions(e->d, v->at);
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

/* A reason stands in full at its own place and at the first other one. */
void put_reasons(struct exec *e, struct spans *to, const struct value *v) {
    bool again = false;
    int n = 0;
    for (const struct diag_mention *x = diag_mentions(e->d, v->at); x && n < REASONS_MAX;
         x = x->next) {
        if (x->msg->shown && !x->own) {
            again = true;
            continue;
        }
        x->msg->shown = true;
        put_marked(e, to, arena_printf(e->a, " [%s]", x->msg->text), v, v->at);
        n++;
    }
    if (again && !n)
        put_marked(e, to, diag_word(e->d, " [như trên]", " [as above]"), v, v->at);
}

void missing_shown(struct exec *e, const struct value *v, const char *name) {
    diag_show_subject(e->d, name);
    if (v && !(v->flags & VALUE_COMPUTED))
        diag_show_at(e->d, v->at);
}
