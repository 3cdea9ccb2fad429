/* normalise.c: the pass between tree and back ends, after which the tree is valid */
#include "pass.h"

#include <string.h>

static void visit_spaces(struct pass *p, struct node *n, struct cell *c,
                         struct span **list) {
    (void)n;
    (void)c;
    spaces_normalise(list, p->doc->arena);
}

static void visit_placeholders(struct pass *p, struct node *n, struct cell *c,
                               struct span **list) {
    for (const struct span *s = *list; s; s = s->next) {
        if (s->kind != SPAN_TEXT || (s->style & (SPAN_MISSING | SPAN_CODE)))
            continue;
        char *place = placeholder_in(p->doc->arena, s->text, s->len);
        /* a lone ellipsis may be the rest of a sentence when other spans stand beside it */
        bool whole = s == *list && !s->next && !c;
        if (place && (whole || place[0] == '[' || place[0] == '{'))
            diag_add(p->diag, W_PLACEHOLDER, s->at.line ? s->at : n->at, place, NULL);
    }
}

/* "Phần I" on a line of its own and its title in the next heading become one heading. */
static void join_title(struct pass *p, struct node *n) {
    struct node *title = n->next;
    enum rung rung = rung_of(n->label);

    if (n->kind != NODE_HEADING || n->spans || (rung != RUNG_PHAN && rung != RUNG_MUC))
        return;
    if (!title || title->kind != NODE_HEADING || title->label || !title->spans)
        return;
    struct span *stop = span_new(p->doc->arena, SPAN_BREAK, NULL, 0);
    stop->at = title->at;
    stop->next = title->spans;
    n->spans = stop;
    if (!n->anchor)
        n->anchor = title->anchor;
    n->next = title->next;
    if (n->parent->last == title)
        n->parent->last = n;
}

/* A paragraph that merging left without any text. */
static bool is_void(const struct node *n) {
    return (n->kind == NODE_PARA || n->kind == NODE_HEADING) && !n->spans && !n->label;
}

static void tidy_children(struct pass *p, struct node *parent) {
    struct node **at = &parent->first;

    parent->last = NULL;
    while (*at) {
        struct node *n = *at;
        if (is_void(n)) {
            *at = n->next;
            continue;
        }
        join_title(p, n);
        tidy_children(p, n);
        parent->last = n;
        at = &n->next;
    }
}

static void number_below(struct doc *doc, struct node *n) {
    n->id = ++doc->nodes;
    for (struct node *i = n->first; i; i = i->next)
        number_below(doc, i);
}

void nodes_number(struct doc *doc) {
    doc->nodes = 0;
    number_below(doc, doc->root);
}

/* ---- căn cứ --------------------------------------------------------------------- */

static bool begins_can_cu(const struct node *n) {
    static const char word[] = "Căn cứ ";
    return n->kind == NODE_PARA && !n->label && n->spans && n->spans->kind == SPAN_TEXT &&
           n->spans->len >= sizeof word - 1 &&
           !memcmp(n->spans->text, word, sizeof word - 1);
}

/* The legal grounds that open the text: one a line, each with ';', the last one with '.'. */
static void mark_can_cu(struct doc *doc) {
    bool before = false;

    for (struct node *n = doc->root->first; n; n = n->next) {
        if (!begins_can_cu(n) ||
            (node_last_char(n) != ';' && !(before && node_last_char(n) == '.')))
            return;
        n->para_style = STYLE_CAN_CU;
        before = true;
    }
}

/* ---- what stays with what ---------------------------------------------------------- */

/* A title, or a line that announces what follows. */
static bool announces(const struct node *n) {
    if (n->kind == NODE_HEADING)
        return true;
    return n->kind == NODE_PARA && node_last_char(n) == ':';
}

static void settle_node(struct pass *p, struct node *n) {
    if (n->kind == NODE_TABLE)
        tables_align(p, n);
    else if (n->kind == NODE_FIGURE)
        picture_load(p, n);
    n->keep_next = announces(n) && n->next && n->next->kind != NODE_APPENDIX;
    for (struct node *i = n->first; i; i = i->next)
        settle_node(p, i);
}

/* ---- what the metadata hold -------------------------------------------------------- */

/* Length of the field Subject in the records of NĐ 30 Phụ lục VI. */
#define SUBJECT_MAX 500

static void check_subject(struct pass *p) {
    const struct text_item *subject = &p->doc->official.subject;
    const char *text = subject->text ? subject->text : "";
    size_t n = utf8_count(text, strlen(text));

    if (n <= SUBJECT_MAX)
        return;
    diag_add(p->diag, E_SUBJECT_LONG, subject->at, diag_fmt(p->diag, "%zu", n),
             diag_fmt(p->diag, "%d", SUBJECT_MAX), NULL);
    p->ok = false;
}

bool doc_normalise(struct doc *doc, struct diag *d) {
    struct pass p = {doc, d, true};

    check_subject(&p);
    each_spans(&p, doc->root, visit_spaces);
    for (size_t i = 0; i < doc->notes; i++)
        spaces_normalise(&doc->note[i].spans, doc->arena);
    tidy_children(&p, doc->root);
    nodes_number(doc);
    appendices_number(&p);
    levels_assign(&p);
    anchors_resolve(&p);
    mark_can_cu(doc);
    settle_node(&p, doc->root);
    each_spans(&p, doc->root, visit_placeholders);
    appendices_check(&p);
    return p.ok || doc->draft;
}
