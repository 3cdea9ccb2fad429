/* split.c: a document parted into files: the body, and appendices of their own (--tach-phu-luc) */
#include "pass.h"

#include <stdlib.h>
#include <string.h>

/* A visit of every list of spans of one part. */
struct visit {
    struct doc *part;
    int notes; /* referred to so far */
    struct {
        const char **v; /* of the part, sorted */
        size_t n, cap;
    } anchor;
};

typedef void list_visit(struct visit *v, struct span *s);

static void each_list(struct visit *v, const struct node *n, list_visit *fn) {
    fn(v, n->spans);
    if (n->kind == NODE_APPENDIX) {
        fn(v, n->u.appendix->title);
        fn(v, n->u.appendix->reference);
    } else if (n->kind == NODE_TABLE) {
        const struct table *t = n->u.table;
        for (size_t r = 0; r < t->nrows; r++)
            for (int c = 0; c < t->ncols; c++)
                fn(v, t->row[r].cell[c].spans);
    }
    for (const struct node *i = n->first; i; i = i->next)
        each_list(v, i, fn);
}

/* ---- footnotes ---- */

static void renumber(struct visit *v, struct span *s) {
    for (; s; s = s->next)
        if (s->kind == SPAN_NOTE && !v->part->note[s->u.note].number)
            v->part->note[s->u.note].number = ++v->notes;
}

/* The indices stay, for the workbook goes by those of the whole document. */
static void notes_part(struct visit *v, const struct doc *whole) {
    v->part->note = arena_array(whole->arena, struct note, whole->notes + 1);
    if (whole->notes)
        memcpy(v->part->note, whole->note, whole->notes * sizeof *whole->note);
    each_list(v, v->part->root, renumber);
}

/* ---- links ---- */

static void anchors_collect(struct visit *v, const struct node *n) {
    if (n->anchor)
        vec_push(v->part->arena, &v->anchor, n->anchor);
    for (const struct node *i = n->first; i; i = i->next)
        anchors_collect(v, i);
}

static int by_text(const void *x, const void *y) {
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* What leads to another file becomes plain text: a name of that file would be wrong as soon as the
 * signed file is renamed. */
static void unlink_others(struct visit *v, struct span *s) {
    for (; s; s = s->next) {
        const char *want = s->link && s->link[0] == '#' ? s->link + 1 : NULL;
        if (want && (!v->anchor.n || !bsearch(&want, v->anchor.v, v->anchor.n,
                                              sizeof *v->anchor.v, by_text)))
            s->link = NULL;
    }
}

static void links_part(struct visit *v) {
    anchors_collect(v, v->part->root);
    if (v->anchor.n)
        qsort(v->anchor.v, v->anchor.n, sizeof *v->anchor.v, by_text);
    each_list(v, v->part->root, unlink_others);
    for (size_t i = 0; i < v->part->notes; i++)
        if (v->part->note[i].number)
            unlink_others(v, v->part->note[i].spans);
}

/* ---- parts ---- */

static struct doc *part_new(const struct doc *whole) {
    struct doc *part = arena_new_of(whole->arena, struct doc);
    *part = *whole;
    part->root = arena_new_of(whole->arena, struct node);
    *part->root = *whole->root;
    part->root->first = part->root->last = NULL;
    return part;
}

/* A block of the whole document as the next one of a part; its own blocks and its text are shared. */
static struct node *part_add(struct doc *part, const struct node *n) {
    struct node *copy = arena_new_of(part->arena, struct node);
    *copy = *n;
    copy->next = NULL;
    copy->parent = part->root;
    if (part->root->last)
        part->root->last->next = copy;
    else
        part->root->first = copy;
    part->root->last = copy;
    return copy;
}

/* It begins a page whatever the template says: the appendix before it is in another file. */
static void start_page(struct doc *part, struct node *n) {
    struct appendix *x = arena_new_of(part->arena, struct appendix);
    *x = *n->u.appendix;
    x->follows = false;
    n->u.appendix = x;
}

static struct doc *part_alone(const struct doc *whole, const struct node *n, int number) {
    struct doc *part = part_new(whole);
    const struct appendix *x = n->u.appendix;
    struct node *copy = part_add(part, n);
    start_page(part, copy);
    part->alone = copy;
    part->alone_number = number;
    part->plain = true;
    const char *title = spans_text(part->arena, x->title);
    part->title = x->number && *x->number
                      ? arena_printf(part->arena, "Phụ lục %s - %s", x->number, title)
                      : arena_printf(part->arena, "Phụ lục - %s", title);
    return part;
}

static void part_finish(struct doc *part, const struct doc *whole) {
    struct visit v = {.part = part};
    notes_part(&v, whole);
    links_part(&v);
}

size_t doc_split(struct doc *doc, bool all, struct doc ***out) {
    size_t count = 1, n = 0;
    int number = 0;
    bool parted = false; /* the appendix before went into a file of its own */
    for (const struct node *i = doc->root->first; i; i = i->next)
        count += i->kind == NODE_APPENDIX;
    *out = arena_array(doc->arena, struct doc *, count);
    struct doc *body = (*out)[n++] = part_new(doc);
    for (const struct node *i = doc->root->first; i; i = i->next) {
        number += i->kind == NODE_APPENDIX;
        if (i->kind == NODE_APPENDIX && (all || i->u.appendix->own_file)) {
            (*out)[n++] = part_alone(doc, i, number);
            parted = true;
            continue;
        }
        struct node *copy = part_add(body, i);
        if (parted && i->kind == NODE_APPENDIX)
            start_page(body, copy);
        parted = false;
    }
    if (n == 1) {
        (*out)[0] = doc;
        return 1;
    }
    for (size_t i = 0; i < n; i++)
        part_finish((*out)[i], doc);
    return n;
}
