/* pdf_tags_struct.c: the structure tree as the text of packed objects */
#include "pdf_tags.h"

#include <string.h>

#define LEAF_CONTENTS 2000 /* references in one leaf of the parent tree */
#define LEAF_PAGES 64
#define LEAF_ANNOTATIONS 500
#define LEAF_NAMES 500
#define NAME_DIGITS 8

static const char *const role_name[ROLES] = {
    [ROLE_DOCUMENT] = "Document",
    [ROLE_PART] = "Part",
    [ROLE_SECT] = "Sect",
    [ROLE_DIV] = "Div",
    [ROLE_H1] = "H1",
    [ROLE_H1 + 1] = "H2",
    [ROLE_H1 + 2] = "H3",
    [ROLE_H1 + 3] = "H4",
    [ROLE_H1 + 4] = "H5",
    [ROLE_H6] = "H6",
    [ROLE_P] = "P",
    [ROLE_L] = "L",
    [ROLE_LI] = "LI",
    [ROLE_LBL] = "Lbl",
    [ROLE_LBODY] = "LBody",
    [ROLE_TABLE] = "Table",
    [ROLE_CAPTION] = "Caption",
    [ROLE_THEAD] = "THead",
    [ROLE_TBODY] = "TBody",
    [ROLE_TR] = "TR",
    [ROLE_TH] = "TH",
    [ROLE_TD] = "TD",
    [ROLE_FIGURE] = "Figure",
    [ROLE_LINK] = "Link",
    [ROLE_REFERENCE] = "Reference",
    [ROLE_NOTE] = "Note",
    [ROLE_FORM] = "Form",
};

static char *put(char *p, const char *text) {
    while (*text)
        *p++ = *text++;
    return p;
}

static char *put_reference(char *p, int object) {
    return put(pdf_number(p, object, 0), " 0 R");
}

static void add_reference(struct buf *b, int object) {
    char text[24] = " ";
    buf_add(b, text, (size_t)(put_reference(text + 1, object) - text));
}

static int object_of(const struct pdf_tags *t, uint32_t element) {
    return t->first + TAG_ELEMENTS + (int)element;
}

/* Names of one length, so that their order is that of the elements. */
static void add_name(struct buf *b, uint32_t element) {
    buf_printf(b, "(t%0*u)", NAME_DIGITS, (unsigned)element);
}

/* ---- kids ---- */

/* Page of the element's first content of its own, the one that numbers refer to; -1: none. */
static long page_of(const struct pdf_tags *t, const struct element *e) {
    for (uint32_t kid = e->first; kid;) {
        uint32_t i = kid & KID_INDEX;
        if (kid & KID_CONTENT)
            return (long)tag_content(t, i)->page;
        kid = kid & KID_OBJECT ? t->annotation.v[i].next : tag_element(t, i)->next;
    }
    return -1;
}

static uint32_t content_number(const struct pdf_tags *t, uint32_t i) {
    return i - t->page[tag_content(t, i)->page].first;
}

/* Append a kid; returns the next one. */
static uint32_t add_kid(const struct pdf_tags *t, struct buf *b, uint32_t kid,
                        long page) {
    uint32_t i = kid & KID_INDEX;
    if (kid & KID_OBJECT) {
        const struct annotation *a = &t->annotation.v[i];
        buf_printf(b, "<</Type/OBJR/Obj %d 0 R/Pg %d 0 R>>", a->object,
                   t->page_object[a->page]);
        return a->next;
    }
    if (!(kid & KID_CONTENT)) {
        add_reference(b, object_of(t, i));
        return tag_element(t, i)->next;
    }
    const struct content *c = tag_content(t, i);
    if ((long)c->page == page)
        pdf_add_number(b, (int32_t)content_number(t, i), 0);
    else
        buf_printf(b, "<</Type/MCR/Pg %d 0 R/MCID %u>>", t->page_object[c->page],
                   (unsigned)content_number(t, i));
    return c->next;
}

static void add_kids(const struct pdf_tags *t, struct buf *b, const struct element *e) {
    long page = page_of(t, e);
    char text[40];
    if (page >= 0)
        buf_add(b, text,
                (size_t)(put_reference(put(text, "/Pg "), t->page_object[page]) - text));
    if (!e->first)
        return;
    bool several = e->first != e->last;
    buf_adds(b, several ? "/K[" : "/K");
    for (uint32_t kid = e->first; kid;)
        kid = add_kid(t, b, kid, page);
    if (several)
        buf_addc(b, ']');
}

/* ---- attributes ---- */

/* The cell's row and table. */
static const struct cell *cell_of(const struct pdf_tags *t, const struct element *e,
                                  const struct tag_place **place, size_t *row) {
    const struct element *tr = tag_element(t, e->parent);
    const struct element *table = tag_element(t, tr->parent);
    if (table->role != ROLE_TABLE)
        table = tag_element(t, table->parent);
    *place = &t->place[table->detail];
    *row = tr->detail;
    return &(*place)->node->u.table->row[*row].cell[e->detail];
}

static void add_headers(struct buf *b, const struct tag_place *p, uint32_t col,
                        int cols) {
    uint32_t seen = 0;
    buf_adds(b, "/Headers[");
    for (int k = 0; k < p->levels; k++)
        for (int c = (int)col; c < (int)col + cols; c++) {
            uint32_t head = p->head[c * p->levels + k];
            if (head && head != seen)
                add_name(b, head);
            seen = head ? head : seen;
        }
    buf_addc(b, ']');
}

/* The columns that the layout gave the cell: up to where the next one of its row begins. */
static int cell_width(const struct pdf_tags *t, const struct element *e,
                      const struct table *table, const struct cell *c) {
    int cols = tag_columns(table, (int)e->detail, c);
    if (e->next && (int)(tag_element(t, e->next)->detail - e->detail) < cols)
        cols = (int)(tag_element(t, e->next)->detail - e->detail);
    return cols;
}

static void add_cell_attributes(const struct pdf_tags *t, struct buf *b,
                                const struct element *e) {
    const struct tag_place *place;
    size_t row;
    int cols = 1, rows = 1;
    const struct cell *c = cell_of(t, e, &place, &row);
    if (e->flags & TAG_SPANS) {
        cols = cell_width(t, e, place->node->u.table, c);
        rows = (int)tag_rows(place->node->u.table, row, c);
    }
    buf_adds(b, "/A<</O/Table");
    if (e->role == ROLE_TH)
        buf_adds(b, e->flags & TAG_ROW_HEAD ? "/Scope/Row" : "/Scope/Column");
    if (cols > 1)
        buf_printf(b, "/ColSpan %d", cols);
    if (rows > 1)
        buf_printf(b, "/RowSpan %d", rows);
    if (e->flags & TAG_HEADERS)
        add_headers(b, place, e->detail, cols);
    buf_adds(b, ">>");
}

static const char *list_numbering(uint32_t rung) {
    switch (rung) {
    case RUNG_ARABIC:
    case RUNG_ARABIC2:
    case RUNG_ARABIC3:
    case RUNG_PAREN:
        return "Decimal";
    case RUNG_LETTER:
        return "LowerAlpha";
    case RUNG_PLUS:
        return "Circle";
    case RUNG_DASH:
    case RUNG_DOT:
        return "Disc";
    default:
        return NULL;
    }
}

static void add_figure(const struct pdf_tags *t, struct buf *b, const struct element *e) {
    const struct tag_place *p = &t->place[e->detail];
    const struct node *n = p->node;
    const struct page *page = &t->pages->page[p->image_page];
    const char *alt = n->u.figure->alt;
    if (!alt || !*alt)
        alt = n->spans ? spans_text(t->arena, n->spans) : n->u.figure->file;
    buf_adds(b, "/Alt");
    pdf_add_text(b, alt ? alt : "");
    if (p->image_item >= page->n)
        return;
    const struct item *i = &page->item[p->image_item];
    buf_adds(b, "/A<</O/Layout/Placement/Block/BBox[");
    pdf_add_number(b, pdf_unit(i->x), 2);
    pdf_add_number(b, pdf_unit(page->h - i->y - i->h), 2);
    pdf_add_number(b, pdf_unit(i->x + i->w), 2);
    pdf_add_number(b, pdf_unit(page->h - i->y), 2);
    buf_adds(b, "]>>");
}

static void add_attributes(const struct pdf_tags *t, struct buf *b, uint32_t i,
                           const struct element *e) {
    const char *numbering = e->role == ROLE_L ? list_numbering(e->detail) : NULL;
    if (e->role == ROLE_TH || (e->role == ROLE_TD && e->flags))
        add_cell_attributes(t, b, e);
    if (numbering)
        buf_printf(b, "/A<</O/List/ListNumbering/%s>>", numbering);
    if (e->role == ROLE_FIGURE)
        add_figure(t, b, e);
    if (e->role == ROLE_FORM && e->first) {
        buf_adds(b, "/Alt");
        pdf_add_text(b, t->annotation.v[e->first & KID_INDEX].alt);
    }
    if (e->flags & TAG_ID) {
        buf_adds(b, "/ID");
        add_name(b, i);
    }
}

static void make_element(const struct pdf_tags *t, uint32_t i, struct buf *b) {
    const struct element *e = tag_element(t, i);
    char text[64], *p = put(put(put(text, "<</S/"), role_name[e->role]), "/P ");
    p = put_reference(p, i ? object_of(t, e->parent) : t->root);
    buf_add(b, text, (size_t)(p - text));
    add_attributes(t, b, i, e);
    add_kids(t, b, e);
    buf_add(b, ">>", 2);
}

/* ---- parent tree: pages by their contents, annotations behind them ---- */

static void plan_leaves(struct pdf_tags *t) {
    uint32_t pages = (uint32_t)t->pages->n, all = pages + (uint32_t)t->annotation.n;
    for (uint32_t i = 0; i < all;) {
        struct tag_leaf leaf = {i, i};
        size_t contents = 0;
        while (leaf.end < pages && leaf.end - i < LEAF_PAGES && contents < LEAF_CONTENTS)
            contents += t->page[leaf.end++].n;
        if (i >= pages)
            leaf.end = all - i < LEAF_ANNOTATIONS ? all : i + LEAF_ANNOTATIONS;
        vec_push(t->arena, &t->leaf, leaf);
        i = leaf.end;
    }
    t->id_leaves = (t->id.n + LEAF_NAMES - 1) / LEAF_NAMES;
}

/* Footnotes are kids of the text that refers to them, lists of the item above them: both behind its text. */
static void settle_kids(struct pdf_tags *t) {
    for (size_t i = 0; i < t->doc->notes; i++) {
        if (!t->note[i])
            continue;
        tag_element(t, t->note[i])->parent = t->note_parent[i];
        tag_append(t, t->note_parent[i], t->note[i]);
    }
    for (size_t i = 0; i < t->nested.n; i++)
        tag_append(t, tag_element(t, t->nested.v[i])->parent, t->nested.v[i]);
}

size_t tags_count(void *tags) {
    struct pdf_tags *t = tags;
    settle_kids(t);
    plan_leaves(t);
    return TAG_ELEMENTS + t->elements.n + t->leaf.n + t->id_leaves;
}

static void add_leaf_references(const struct pdf_tags *t, struct buf *b, size_t from,
                                size_t n) {
    buf_adds(b, "<</Kids[");
    for (size_t i = 0; i < n; i++)
        add_reference(b, object_of(t, (uint32_t)(t->elements.n + from + i)));
    buf_adds(b, "]>>");
}

static void make_leaf(const struct pdf_tags *t, const struct tag_leaf *leaf,
                      struct buf *b) {
    uint32_t pages = (uint32_t)t->pages->n;
    buf_printf(b, "<</Limits[%u %u]/Nums[", (unsigned)leaf->first,
               (unsigned)leaf->end - 1);
    for (uint32_t key = leaf->first; key < leaf->end; key++) {
        pdf_add_number(b, (int32_t)key, 0);
        if (key >= pages) {
            add_reference(b, object_of(t, t->annotation.v[key - pages].element));
            continue;
        }
        buf_addc(b, '[');
        for (uint32_t k = 0; k < t->page[key].n; k++)
            add_reference(b,
                          object_of(t, tag_content(t, t->page[key].first + k)->element));
        buf_addc(b, ']');
    }
    buf_adds(b, "]>>");
}

static void make_id_leaf(const struct pdf_tags *t, size_t leaf, struct buf *b) {
    size_t from = leaf * LEAF_NAMES, end = from + LEAF_NAMES;
    end = end < t->id.n ? end : t->id.n;
    buf_adds(b, "<</Limits[");
    add_name(b, t->id.v[from]);
    add_name(b, t->id.v[end - 1]);
    buf_adds(b, "]/Names[");
    for (size_t i = from; i < end; i++) {
        add_name(b, t->id.v[i]);
        add_reference(b, object_of(t, t->id.v[i]));
    }
    buf_adds(b, "]>>");
}

void tags_make(void *tags, size_t i, struct buf *b) {
    const struct pdf_tags *t = tags;
    size_t leaf = i - TAG_ELEMENTS - t->elements.n;
    if (i == TAG_PARENT_TREE)
        add_leaf_references(t, b, 0, t->leaf.n);
    else if (i == TAG_ID_TREE)
        add_leaf_references(t, b, t->leaf.n, t->id_leaves);
    else if (i < TAG_ELEMENTS + t->elements.n)
        make_element(t, (uint32_t)(i - TAG_ELEMENTS), b);
    else if (leaf < t->leaf.n)
        make_leaf(t, &t->leaf.v[leaf], b);
    else
        make_id_leaf(t, leaf - t->leaf.n, b);
}
