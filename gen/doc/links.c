/* links.c: anchors of headings, and internal links that lead nowhere */
#include "pass.h"

#include <stdlib.h>
#include <string.h>

struct target {
    const char *name;
    struct node *node;
    size_t order;
    bool given; /* written in the template, not made from the heading's text */
};

struct targets {
    struct target *v;
    size_t n, cap;
};

static void collect(struct pass *p, struct node *n, struct targets *all) {
    struct arena *a = p->doc->arena;

    if (n->kind == NODE_HEADING || n->anchor) {
        char *slug = NULL;
        if (n->kind == NODE_HEADING) {
            const char *text = spans_text(a, n->spans);
            slug = text_slug(a, *text ? text : n->label ? n->label : "", '-');
        }
        struct target t = {n->anchor ? n->anchor : slug, n, all->n, false};
        t.given = n->kind == NODE_HEADING && n->anchor && !str_eq(n->anchor, slug);
        if (t.name && *t.name)
            vec_push(a, all, t);
    }
    for (struct node *i = n->first; i; i = i->next)
        collect(p, i, all);
}

static int by_name(const void *x, const void *y) {
    const struct target *a = x, *b = y;
    int c = strcmp(a->name, b->name);
    return c ? c : a->order < b->order ? -1 : 1;
}

/* Headings of the same text: the first keeps the name, the others get -2, -3 … */
static void tell_apart(struct pass *p, struct targets *all) {
    size_t from = 0;

    for (size_t i = 0; i < all->n; i++) {
        struct target *t = &all->v[i], *first = &all->v[from];
        if (i == 0 || strcmp(t->name, first->name) != 0) {
            from = i;
            t->node->anchor = t->name;
        } else if (t->given && first->given) {
            diag_add(p->diag, E_ANCHOR_TWICE, t->node->at, t->name,
                     diag_fmt(p->diag, "%s:%d",
                              first->node->at.file ? first->node->at.file : "",
                              first->node->at.line),
                     NULL);
            p->ok = false;
        } else {
            t->node->anchor =
                arena_printf(p->doc->arena, "%s-%zu", t->name, i - from + 1);
        }
    }
}

struct linker {
    struct pass *p;
    struct targets all;
    const char **name; /* sorted */
};

static int by_text(const void *x, const void *y) {
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static void link_check(struct linker *l, struct span *s) {
    const char *want = s->link + 1;
    struct diag *d = l->p->diag;

    if (bsearch(&want, l->name, l->all.n, sizeof *l->name, by_text))
        return;
    const char *near = text_nearest(want, l->name, l->all.n);
    if (near)
        diag_add(d, E_LINK_DEAD, s->at, want, near, NULL);
    else
        diag_add(d, E_LINK_DEAD_NONE, s->at, want, NULL);
    s->link = NULL;
    l->p->ok = false;
}

static void link_spans(struct linker *l, struct span *s) {
    for (; s; s = s->next)
        if (s->link && s->link[0] == '#')
            link_check(l, s);
}

static void link_node(struct linker *l, struct node *n) {
    link_spans(l, n->spans);
    if (n->kind == NODE_APPENDIX) {
        link_spans(l, n->u.appendix->title);
        link_spans(l, n->u.appendix->reference);
    } else if (n->kind == NODE_TABLE) {
        const struct table *t = n->u.table;
        for (size_t r = 0; r < t->nrows; r++)
            for (int c = 0; c < t->ncols; c++)
                link_spans(l, t->row[r].cell[c].spans);
    }
    for (struct node *i = n->first; i; i = i->next)
        link_node(l, i);
}

void anchors_resolve(struct pass *p) {
    struct linker l = {p, {NULL, 0, 0}, NULL};

    collect(p, p->doc->root, &l.all);
    if (l.all.n)
        qsort(l.all.v, l.all.n, sizeof *l.all.v, by_name);
    tell_apart(p, &l.all);
    l.name = arena_array(p->doc->arena, const char *, l.all.n + 1);
    for (size_t i = 0; i < l.all.n; i++)
        l.name[i] = l.all.v[i].node->anchor;
    if (l.all.n)
        qsort(l.name, l.all.n, sizeof *l.name, by_text);
    link_node(&l, p->doc->root);
    for (size_t i = 0; i < p->doc->notes; i++)
        link_spans(&l, p->doc->note[i].spans);
}
