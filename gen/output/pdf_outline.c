/* pdf_outline.c: navigation: places that links lead to, outlines, page labels */
#include "pdf_inside.h"

#include <stdlib.h>
#include <string.h>

/* ---- places ---- */

struct places {
    struct pdf_place *v;
    size_t n, cap;
};

static int by_name(const void *x, const void *y) {
    return strcmp(((const struct anchor *)x)->name, ((const struct anchor *)y)->name);
}

static int by_anchor(const void *x, const void *y) {
    const struct pdf_place *const *a = x, *const *b = y;
    const char *s = (*a)->node->anchor, *t = (*b)->node->anchor;
    return strcmp(s ? s : "", t ? t : "");
}

/* Headings and appendices in document order; depth is that of the appendix around them. */
static void collect(struct arena *a, const struct node *n, int depth,
                    struct places *all) {
    bool appendix = n->kind == NODE_APPENDIX;
    if (appendix || n->kind == NODE_HEADING) {
        struct pdf_place p = {.node = n, .page = -1};
        p.level = appendix ? 1 : depth + (n->level ? n->level : 1);
        vec_push(a, all, p);
    }
    for (const struct node *i = n->first; i; i = i->next)
        collect(a, i, appendix ? depth + 1 : depth, all);
}

/* Where the pages say it is; page stays -1 when it is on none of them. */
static void settle(struct pdf_place *p, const struct anchor *sorted, size_t n) {
    struct anchor key = {.name = p->node->anchor};
    const struct anchor *found =
        key.name && n ? bsearch(&key, sorted, n, sizeof *sorted, by_name) : NULL;
    if (!found)
        return;
    p->page = found->page;
    p->y = found->y;
}

void pdf_places(struct pdf_places *out, struct arena *a, const struct doc *doc,
                const struct pages *pages) {
    struct places all = {0};
    *out = (struct pdf_places){.pages = pages};
    out->anchor = arena_array(a, struct anchor, pages->anchors + 1);
    out->anchors = pages->anchors;
    if (out->anchors) {
        memcpy(out->anchor, pages->anchor, out->anchors * sizeof *out->anchor);
        qsort(out->anchor, out->anchors, sizeof *out->anchor, by_name);
    }
    if (doc->root)
        collect(a, doc->root, 0, &all);
    for (size_t i = 0; i < all.n; i++) {
        settle(&all.v[i], out->anchor, out->anchors);
        /* A heading of signs alone has no anchor: it is near the one before. */
        if (all.v[i].page < 0 && !all.v[i].node->anchor && i)
            all.v[i] = (struct pdf_place){all.v[i].node, all.v[i].level,
                                          all.v[i - 1].page, all.v[i - 1].y};
    }
    out->v = all.v;
    out->n = all.n;
    out->sorted = arena_array(a, const struct pdf_place *, all.n + 1);
    for (size_t i = 0; i < all.n; i++)
        out->sorted[i] = &all.v[i];
    if (all.n)
        qsort(out->sorted, all.n, sizeof *out->sorted, by_anchor);
}

const struct anchor *pdf_place_named(const struct pdf_places *p, const char *name) {
    struct anchor key = {.name = name};
    return p->anchors ? bsearch(&key, p->anchor, p->anchors, sizeof *p->anchor, by_name)
                      : NULL;
}

static void add_reference(struct buf *b, const char *key, int object) {
    buf_adds(b, key);
    pdf_add_number(b, object, 0);
    buf_adds(b, " 0 R");
}

void pdf_add_destination(struct buf *b, const struct pages *pages, const int *page_object,
                         int page, int32_t y) {
    add_reference(b, "/Dest[", page_object[page]);
    buf_adds(b, "/XYZ null");
    pdf_add_number(b, pdf_unit(pages->page[page].h - y), 2);
    buf_adds(b, " null]");
}

/* ---- titles ---- */

/* "Phụ lục II. BẢNG TỔNG HỢP", "1.2. Kết quả". */
static char *title_of(struct arena *a, const struct node *n) {
    if (n->kind == NODE_APPENDIX) {
        const struct appendix *x = n->u.appendix;
        return arena_printf(a, "Phụ lục%s%s. %s", x->number ? " " : "",
                            x->number ? x->number : "", spans_text(a, x->title));
    }
    const char *text = spans_text(a, n->spans);
    return n->label ? arena_printf(a, "%s%s%s", n->label, *text ? " " : "", text)
                    : arena_strdup(a, text);
}

static const struct node *node_named(const struct pdf_places *p, const char *name) {
    struct node like = {.anchor = name};
    struct pdf_place key = {.node = &like};
    const struct pdf_place *at = &key, *const *found =
                                           p->n ? bsearch(&at, p->sorted, p->n,
                                                          sizeof *p->sorted, by_anchor)
                                                : NULL;
    return found ? (*found)->node : NULL;
}

void pdf_add_link_text(struct buf *b, struct arena *a, const struct pdf_places *p,
                       const char *link) {
    const char *text;
    if (link[0] == '#') {
        const struct node *n = node_named(p, link + 1);
        text = arena_printf(a, "Đến %s", n ? title_of(a, n) : link + 1);
    } else if (str_starts(link, "mailto:")) {
        text = arena_printf(a, "Gửi thư đến %s", link + strlen("mailto:"));
    } else {
        text = arena_printf(a, "Mở trang %s", link);
    }
    buf_adds(b, "/Contents");
    pdf_add_text(b, text);
}

/* ---- outlines ---- */

/* An entry of the outline; indices into the list, 0 is the root. */
struct entry {
    const struct pdf_place *place;
    int object, level;
    size_t parent, previous, next, first, last;
    int shown; /* entries below it that appear when it is opened */
};

/* Entries of this level and deeper ones are closed. */
#define CLOSED_LEVEL 2

/* The list of entries with the root in front; n counts it. */
static struct entry *link_entries(struct pdf *p, struct arena *a,
                                  const struct pdf_places *places, size_t *n) {
    struct entry *e = arena_array(a, struct entry, places->n + 1);
    size_t open = 0; /* the entry before */
    *n = 1;
    for (size_t i = 0; i < places->n; i++) {
        const struct pdf_place *place = &places->v[i];
        if (place->page < 0)
            continue;
        while (open && e[open].level >= place->level)
            open = e[open].parent;
        size_t me = (*n)++;
        e[me] = (struct entry){.place = place, .level = place->level, .parent = open};
        e[me].object = pdf_object(p);
        e[me].previous = e[open].last;
        if (e[open].last)
            e[e[open].last].next = me;
        else
            e[open].first = me;
        e[open].last = me;
        open = me;
    }
    return e;
}

/* How deep an entry is nested, which may be less than its level where the levels have gaps. */
static bool is_open(const struct entry *e, size_t i) {
    int depth = 0;
    for (; i; i = e[i].parent)
        depth++;
    return depth < CLOSED_LEVEL;
}

static void count_shown(struct entry *e, size_t n) {
    for (size_t i = n; i-- > 1;)
        e[e[i].parent].shown += 1 + (is_open(e, i) ? e[i].shown : 0);
}

static void write_entry(struct pdf *p, struct arena *a, const struct pdf_places *places,
                        const int *page_object, const struct entry *e, size_t i,
                        struct buf *b) {
    b->len = 0;
    buf_adds(b, "/Title");
    pdf_add_text(b, title_of(a, e[i].place->node));
    add_reference(b, "/Parent", e[e[i].parent].object);
    if (e[i].previous)
        add_reference(b, "/Prev", e[e[i].previous].object);
    if (e[i].next)
        add_reference(b, "/Next", e[e[i].next].object);
    if (e[i].first) {
        add_reference(b, "/First", e[e[i].first].object);
        add_reference(b, "/Last", e[e[i].last].object);
        buf_printf(b, "/Count %d", is_open(e, i) ? e[i].shown : -e[i].shown);
    }
    pdf_add_destination(b, places->pages, page_object, e[i].place->page, e[i].place->y);
    pdf_entries(p, e[i].object, b->data, b->len);
}

void pdf_outline(struct pdf *p, struct arena *a, const struct pdf_places *places,
                 const int *page_object, struct buf *catalog) {
    struct buf b = {0};
    size_t n;
    struct entry *e = link_entries(p, a, places, &n);
    if (n == 1)
        return;
    e[0].object = pdf_object(p);
    count_shown(e, n);
    for (size_t i = 1; i < n; i++)
        write_entry(p, a, places, page_object, e, i, &b);
    b.len = 0;
    buf_adds(&b, "/Type/Outlines");
    add_reference(&b, "/First", e[e[0].first].object);
    add_reference(&b, "/Last", e[e[0].last].object);
    buf_printf(&b, "/Count %d", e[0].shown);
    pdf_entries(p, e[0].object, b.data, b.len);
    buf_free(&b);
    add_reference(catalog, "/Outlines", e[0].object);
}

/* ---- page labels ---- */

void pdf_page_labels(const struct doc *doc, const struct pages *pages,
                     struct buf *catalog) {
    const struct page_label *label = page_labels(doc->arena, doc, pages);
    buf_adds(catalog, "/PageLabels<</Nums[");
    for (size_t i = 0; i < pages->n; i++) {
        if (!label[i].begins)
            continue;
        buf_printf(catalog, "%s%zu<</S/D", i ? " " : "", i);
        if (*label[i].prefix) {
            buf_adds(catalog, "/P");
            pdf_add_text(catalog, label[i].prefix);
        }
        if (label[i].number > 1)
            buf_printf(catalog, "/St %d", label[i].number);
        buf_adds(catalog, ">>");
    }
    buf_adds(catalog, "]>>");
}
