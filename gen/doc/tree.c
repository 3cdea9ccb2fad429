/* tree.c: building the document tree and walking over its text */
#include "pass.h"

#include <string.h>

#define BLANK                                                                            \
    { .text = "" }
static const struct official official_blank = {
    .parent_agency = BLANK,
    .agency = BLANK,
    .number = BLANK,
    .symbol = BLANK,
    .place = BLANK,
    .issued = BLANK,
    .type = BLANK,
    .subject = BLANK,
    .urgency = BLANK,
    .circulation = BLANK,
    .drafter = BLANK,
    .copies = BLANK,
};

struct doc *doc_new(struct arena *a) {
    struct doc *doc = arena_new_of(a, struct doc);
    struct origin none = {NULL, 0, 0};

    doc->arena = a;
    doc->profile = profile_default;
    doc->title = "";
    doc->official = official_blank;
    doc->root = node_new(doc, NODE_DOC, NULL, none);
    return doc;
}

struct node *node_new(struct doc *doc, enum node_kind k, struct node *parent,
                      struct origin at) {
    struct node *n = arena_new_of(doc->arena, struct node);

    n->kind = k;
    n->at = at;
    n->parent = parent;
    if (k == NODE_TABLE)
        n->u.table = arena_new_of(doc->arena, struct table);
    else if (k == NODE_FIGURE)
        n->u.figure = arena_alloc(doc->arena, sizeof *n->u.figure);
    else if (k == NODE_APPENDIX)
        n->u.appendix = arena_new_of(doc->arena, struct appendix);
    if (!parent)
        return n;
    if (parent->last)
        parent->last->next = n;
    else
        parent->first = n;
    parent->last = n;
    return n;
}

struct span *span_new(struct arena *a, enum span_kind k, const char *text, size_t len) {
    struct span *s = arena_new_of(a, struct span);

    s->kind = (uint8_t)k;
    s->text = text ? text : "";
    s->len = text ? (uint32_t)len : 0;
    return s;
}

char *spans_text(struct arena *a, const struct span *s) {
    size_t n = 0;
    for (const struct span *i = s; i; i = i->next)
        n += i->kind == SPAN_BLANK ? strlen("…") : i->kind == SPAN_BREAK ? 1 : i->len;

    char *out = arena_alloc(a, n + 1);
    char *at = out;
    for (const struct span *i = s; i; i = i->next) {
        const char *text = i->text;
        size_t len = i->len;
        if (i->kind == SPAN_BREAK) {
            text = " ";
            len = 1;
        } else if (i->kind == SPAN_BLANK) {
            text = "…";
            len = strlen(text);
        }
        if (len)
            memcpy(at, text, len);
        at += len;
    }
    return out;
}

static void table_spans(struct pass *p, struct node *n, span_visit *visit) {
    struct table *t = n->u.table;
    for (size_t r = 0; r < t->nrows; r++)
        for (int c = 0; c < t->ncols; c++)
            if (t->row[r].cell[c].spans)
                visit(p, n, &t->row[r].cell[c], &t->row[r].cell[c].spans);
}

void each_spans(struct pass *p, struct node *n, span_visit *visit) {
    if (n->kind == NODE_APPENDIX) {
        visit(p, n, NULL, &n->u.appendix->title);
        visit(p, n, NULL, &n->u.appendix->reference);
    }
    if (n->spans)
        visit(p, n, NULL, &n->spans);
    if (n->kind == NODE_TABLE)
        table_spans(p, n, visit);
    for (struct node *i = n->first; i; i = i->next)
        each_spans(p, i, visit);
}

char node_last_char(const struct node *n) {
    const struct span *last = NULL;

    for (const struct span *s = n->spans; s; s = s->next)
        last = s;
    return last && last->kind == SPAN_TEXT && last->len ? last->text[last->len - 1]
                                                        : '\0';
}
