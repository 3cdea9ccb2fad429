/* pdf_tags.c: which structure element each piece of page content belongs to */
#include "pdf_tags.h"

#include <string.h>

/* ---- elements ---- */

static void *block_at(const struct tag_blocks *b, size_t i, size_t size) {
    return (char *)b->block[i / TAG_BLOCK] + i % TAG_BLOCK * size;
}

static void *block_new(struct arena *a, struct tag_blocks *b, size_t size) {
    if (b->n == b->blocks * TAG_BLOCK) {
        if (b->blocks == b->cap)
            b->block = arena_grow(a, b->block, b->blocks, &b->cap, sizeof *b->block);
        b->block[b->blocks++] = arena_alloc(a, TAG_BLOCK * size);
    }
    return block_at(b, b->n++, size);
}

struct element *tag_element(const struct pdf_tags *t, uint32_t i) {
    return block_at(&t->elements, i, sizeof(struct element));
}

struct content *tag_content(const struct pdf_tags *t, uint32_t i) {
    return block_at(&t->contents, i, sizeof(struct content));
}

static uint32_t *next_of(const struct pdf_tags *t, uint32_t kid) {
    uint32_t i = kid & KID_INDEX;
    return kid & KID_CONTENT  ? &tag_content(t, i)->next
           : kid & KID_OBJECT ? &t->annotation.v[i].next
                              : &tag_element(t, i)->next;
}

void tag_append(struct pdf_tags *t, uint32_t parent, uint32_t kid) {
    struct element *e = tag_element(t, parent);
    if (e->last)
        *next_of(t, e->last) = kid;
    else
        e->first = kid;
    e->last = kid;
}

uint32_t tag_loose(struct pdf_tags *t, enum role role, uint32_t parent, uint32_t detail) {
    uint32_t i = (uint32_t)t->elements.n;
    struct element *e = block_new(t->arena, &t->elements, sizeof *e);
    e->parent = parent;
    e->detail = detail;
    e->role = (uint8_t)role;
    return i;
}

uint32_t tag_new(struct pdf_tags *t, enum role role, uint32_t parent, uint32_t detail) {
    uint32_t i = tag_loose(t, role, parent, detail);
    if (role != ROLE_DOCUMENT)
        tag_append(t, parent, i);
    return i;
}

/* Text of no known place is read first rather than never. */
static uint32_t stray(struct pdf_tags *t) {
    if (t->stray)
        return t->stray;
    t->stray = tag_loose(t, ROLE_P, 0, 0);
    struct element *document = tag_element(t, 0);
    tag_element(t, t->stray)->next = document->first;
    document->first = t->stray;
    if (!document->last)
        document->last = t->stray;
    return t->stray;
}

/* Behind a kid where appending would be too late. */
static uint32_t new_behind(struct pdf_tags *t, enum role role, uint32_t elder) {
    struct element *before = tag_element(t, elder),
                   *parent = tag_element(t, before->parent);
    uint32_t i = tag_loose(t, role, before->parent, 0);
    tag_element(t, i)->next = before->next;
    before->next = i;
    if (parent->last == elder)
        parent->last = i;
    return i;
}

/* ---- where an item belongs ---- */

/* Parts come nearly in the order of the tree, so the search goes on where it stopped. */
static uint32_t find_part(struct pdf_tags *t, uint32_t mark) {
    for (size_t k = 0, i = t->part_last; k < t->part.n; k++, i++) {
        i = i < t->part.n ? i : 0;
        if (t->part.v[i].mark == mark) {
            t->part_last = i;
            return t->part.v[i].element;
        }
    }
    return 0;
}

/* The cells of a row follow it in the order of their columns. */
static uint32_t find_cell(struct pdf_tags *t, const struct tag_place *p, uint32_t mark) {
    const struct table *table = p->node->u.table;
    uint32_t cell = mark - 1, cols = (uint32_t)table->ncols, col = cell % cols;
    if (mark == MARK_CAPTION || mark == 0 || cell / cols >= table->nrows)
        return p->element + 1;
    for (uint32_t i = p->row[cell / cols] + 1; i < t->elements.n; i++) {
        const struct element *e = tag_element(t, i);
        if (e->role != ROLE_TH && e->role != ROLE_TD)
            break;
        if (e->detail == col)
            return i;
    }
    return p->row[cell / cols];
}

static uint32_t note_element(struct pdf_tags *t, uint32_t note) {
    if (!t->note[note]) {
        t->note[note] = tag_loose(t, ROLE_NOTE, 0, 0);
        tag_element(t, t->note[note])->flags = TAG_ID;
        vec_push(t->arena, &t->id, t->note[note]);
    }
    return t->note[note];
}

/* The element of all that has this node and mark; 0: none has it. */
static uint32_t find_block(struct pdf_tags *t, int node, uint32_t mark) {
    if (node == 0 && (mark & 255) == PART_NOTE && mark >> 8 < t->doc->notes)
        return note_element(t, mark >> 8);
    if (node <= 0 || node > t->doc->nodes || !t->place[node].element)
        return find_part(t, mark);
    const struct tag_place *p = &t->place[node];
    switch (p->node->kind) {
    case NODE_TABLE:
        return find_cell(t, p, mark);
    case NODE_FIGURE:
        return mark ? p->element + 1 : p->element;
    case NODE_APPENDIX:
        return mark == PART_APPENDIX_REFERENCE ? p->element + 1 : p->element;
    default:
        return p->split && mark > p->split ? p->element + 1 : p->element;
    }
}

static const struct item *item_at(const struct pdf_tags *t, size_t page, size_t i) {
    return &t->pages->page[page].item[i];
}

/* Index into the annotations of the one over this item, or -1. */
static long find_annotation(const struct pdf_tags *t, const uint32_t *list, size_t n,
                            size_t page, size_t item) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        const struct annotation *a = &t->annotation.v[list[mid]];
        if (a->page < page || (a->page == page && a->item < item))
            low = mid + 1;
        else
            high = mid;
    }
    if (low == n || t->annotation.v[list[low]].page != page ||
        t->annotation.v[list[low]].item != item)
        return -1;
    return (long)list[low];
}

/* ---- links, footnotes, fields ---- */

/* The Link of a run; the lines of one link share it. */
static uint32_t link_element(struct pdf_tags *t, uint32_t block, uint32_t annotation) {
    struct annotation *a = &t->annotation.v[annotation];
    uint32_t last = tag_element(t, block)->last;
    if (last && last < KID_CONTENT) {
        const struct element *e = tag_element(t, last);
        const char *before =
            e->role == ROLE_LINK ? t->annotation.v[e->detail].link : NULL;
        if (before && str_eq(before, a->link))
            return last;
    }
    return tag_new(t, ROLE_LINK, block, annotation);
}

/* A footnote is read behind the text that refers to it; behind a heading it has a paragraph of its own. */
static uint32_t reference_element(struct pdf_tags *t, uint32_t block, uint32_t note) {
    uint32_t role = tag_element(t, block)->role;
    if (note < t->doc->notes && !t->note_parent[note])
        t->note_parent[note] =
            role >= ROLE_H1 && role <= ROLE_H6 ? new_behind(t, ROLE_P, block) : block;
    return tag_new(t, ROLE_REFERENCE, block, 0);
}

static uint32_t block_of(struct pdf_tags *t, const struct item *item) {
    uint32_t block = find_block(t, item->node, item->mark);
    return block ? block : stray(t);
}

uint32_t pdf_tags_element(struct pdf_tags *t, size_t item) {
    const struct item *run = item_at(t, t->page_now, item);
    uint32_t block = block_of(t, run);
    if (run->note)
        return (run->mark & 255) == PART_NOTE && run->node == 0
                   ? tag_new(t, ROLE_LBL, block, 0)
                   : reference_element(t, block, run->note - 1);
    if (item + 1 == t->pages->page[t->page_now].n || run[1].kind != ITEM_LINK)
        return block;
    long a = find_annotation(t, t->link, t->links, t->page_now, item + 1);
    return a < 0 ? block : link_element(t, block, (uint32_t)a);
}

static void attach(struct pdf_tags *t, uint32_t element, uint32_t annotation) {
    t->annotation.v[annotation].element = element;
    tag_append(t, element, KID_OBJECT | annotation);
}

void pdf_tags_link_seen(struct pdf_tags *t, size_t item, uint32_t element) {
    long a = find_annotation(t, t->link, t->links, t->page_now, item);
    if (a >= 0 && tag_element(t, element)->role == ROLE_LINK)
        attach(t, element, (uint32_t)a);
}

void pdf_tags_field_seen(struct pdf_tags *t, size_t item) {
    const struct item *field = item_at(t, t->page_now, item);
    long a = find_annotation(t, t->form, t->forms, t->page_now, item);
    if (a < 0)
        return;
    uint32_t block = block_of(t, field), role = tag_element(t, block)->role;
    if (field->u.field.kind == FIELD_SEAL && role >= ROLE_H1 && role <= ROLE_H6)
        block = stray(t); /* above the head of an appendix, not in it */
    attach(t, tag_new(t, ROLE_FORM, block, 0), (uint32_t)a);
}

/* ---- marked contents ---- */

void pdf_tags_page(struct pdf_tags *t, size_t page) {
    t->page_now = page;
    t->page[page] = (struct tag_page){(uint32_t)t->contents.n, 0};
}

uint32_t pdf_tags_mark(struct pdf_tags *t, uint32_t element) {
    uint32_t i = (uint32_t)t->contents.n;
    struct content *c = block_new(t->arena, &t->contents, sizeof *c);
    c->element = element;
    c->page = (uint32_t)t->page_now;
    tag_append(t, element, KID_CONTENT | i);
    return t->page[t->page_now].n++;
}

uint32_t pdf_tags_image(struct pdf_tags *t, size_t item) {
    const struct item *image = item_at(t, t->page_now, item);
    uint32_t element = block_of(t, image);
    if (image->node > 0 && image->node <= t->doc->nodes) {
        t->place[image->node].image_page = (uint32_t)t->page_now;
        t->place[image->node].image_item = (uint32_t)item;
    }
    return pdf_tags_mark(t, element);
}

/* ---- the interface of pages and widgets ---- */

struct pdf_tags *pdf_tags_new(struct pdf *p, struct arena *a, const struct doc *doc,
                              const struct pages *pages, const int *page_object) {
    struct pdf_tags *t = arena_new_of(a, struct pdf_tags);
    t->pdf = p;
    t->arena = a;
    t->doc = doc;
    t->pages = pages;
    t->page_object = page_object;
    t->root = pdf_object(p);
    t->place = arena_array(a, struct tag_place, doc->nodes + 1);
    t->note = arena_array(a, uint32_t, doc->notes + 1);
    t->note_parent = arena_array(a, uint32_t, doc->notes + 1);
    t->page = arena_array(a, struct tag_page, pages->n + 1);
    tags_build(t);
    return t;
}

void pdf_tags_catalog(struct pdf_tags *t, struct buf *b) {
    if (t)
        buf_printf(b, "/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>", t->root);
}

/* A new annotation; its number comes behind those of the pages. */
static int annotation_new(struct pdf_tags *t, uint32_t **list, size_t *n, size_t *cap,
                          const struct annotation *a) {
    uint32_t i = (uint32_t)t->annotation.n;
    vec_push(t->arena, &t->annotation, *a);
    if (*n == *cap)
        *list = arena_grow(t->arena, *list, *n, cap, sizeof **list);
    (*list)[(*n)++] = i;
    return (int)(t->pages->n + i);
}

int pdf_tags_link(struct pdf_tags *t, size_t page, size_t item, int annotation) {
    if (!t)
        return -1;
    const struct item *link = item_at(t, page, item);
    return annotation_new(t, &t->link, &t->links, &t->link_cap,
                          &(struct annotation){.page = (uint32_t)page,
                                               .item = (uint32_t)item,
                                               .object = annotation,
                                               .link = link->u.link});
}

int pdf_tags_form(struct pdf_tags *t, size_t page, size_t item, int annotation,
                  const char *alt) {
    if (!t)
        return -1;
    return annotation_new(t, &t->form, &t->forms, &t->form_cap,
                          &(struct annotation){.page = (uint32_t)page,
                                               .item = (uint32_t)item,
                                               .object = annotation,
                                               .alt = arena_strdup(t->arena, alt)});
}

void pdf_tags_finish(struct pdf_tags *t) {
    struct buf b = {0};
    if (!t)
        return;
    t->first = pdf_pack(t->pdf, tags_count, tags_make, t);
    bool ids = t->id.n || t->doc->notes;
    buf_printf(&b, "/Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R",
               t->first + TAG_ELEMENTS, t->first + TAG_PARENT_TREE);
    buf_printf(&b, "/ParentTreeNextKey %zu", t->pages->n + t->annotation.n);
    if (ids)
        buf_printf(&b, "/IDTree %d 0 R", t->first + TAG_ID_TREE);
    pdf_entries(t->pdf, t->root, b.data, b.len);
    buf_free(&b);
}
