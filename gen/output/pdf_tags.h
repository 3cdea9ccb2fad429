/* pdf_tags.h: the structure tree under way: elements, marked contents, annotations; used by pdf_tags*.c */
#ifndef BAOCAO_PDF_TAGS_H
#define BAOCAO_PDF_TAGS_H

#include "pdf_inside.h"

enum role {
    ROLE_DOCUMENT,
    ROLE_PART,
    ROLE_SECT,
    ROLE_DIV,
    ROLE_H1,
    ROLE_H6 = ROLE_H1 + 5,
    ROLE_P,
    ROLE_L,
    ROLE_LI,
    ROLE_LBL,
    ROLE_LBODY,
    ROLE_TABLE,
    ROLE_CAPTION,
    ROLE_THEAD,
    ROLE_TBODY,
    ROLE_TR,
    ROLE_TH,
    ROLE_TD,
    ROLE_FIGURE,
    ROLE_LINK,
    ROLE_REFERENCE,
    ROLE_NOTE,
    ROLE_FORM,
    ROLES
};

/* What TH and TD carry beyond their role. */
enum element_flags {
    TAG_ROW_HEAD = 1, /* TH: Scope Row, else Column */
    TAG_SPANS = 2,    /* over several rows or columns */
    TAG_ID = 4,       /* has an /ID */
    TAG_HEADERS = 8   /* TD: /Headers of its column */
};

/* Kids are chains of these: the index of an element, of a content or of an annotation. */
#define KID_CONTENT 0x40000000u
#define KID_OBJECT 0x80000000u
#define KID_INDEX 0x3FFFFFFFu

/* One structure element. A table of 800,000 cells has as many of these. */
struct element {
    uint32_t parent;
    uint32_t first, last; /* kids, 0: none */
    uint32_t next;        /* of the same parent, 0: the last */
    /* L: its rung; TR: its row; TH, TD: its column; TABLE, FIGURE: the node's id; LINK: none */
    uint32_t detail;
    uint8_t role;  /* enum role */
    uint8_t flags; /* enum element_flags */
};

/* A marked-content sequence: its number on the page is its index less that of the page's first. */
struct content {
    uint32_t element, next, page;
};

struct annotation {
    uint32_t page, item;
    int object;
    uint32_t element, next;
    const char *link; /* LINK: where it leads */
    const char *alt;  /* FORM */
};

/* Where a node of the document tree is in the structure. */
struct tag_place {
    const struct node *node;
    uint32_t element; /* the first one of the node */
    uint32_t
        split; /* PARA: marks up to this belong to the element, further ones to the next */
    uint32_t *row;  /* TABLE: element of each row */
    uint32_t *head; /* TABLE: `levels` elements a column, 0: none; NULL: no IDs */
    int levels;
    uint32_t image_page, image_item; /* FIGURE */
};

/* Growing in blocks: no copy, no waste, however many. */
#define TAG_BLOCK 4096
struct tag_blocks {
    void **block;
    size_t n, blocks, cap;
};

struct tag_leaf {
    uint32_t first, end; /* keys of the parent tree */
};

struct pdf_tags {
    struct pdf *pdf;
    struct arena *arena;
    const struct doc *doc;
    const struct pages *pages;
    const int *page_object;
    int root;  /* object number of the StructTreeRoot */
    int first; /* of the packed objects */
    struct tag_blocks elements, contents;
    struct tag_place *place; /* by node id */
    struct {
        struct tag_part {
            uint32_t mark, element;
        } * v;
        size_t n, cap;
    } part;           /* official parts in reading order */
    size_t part_last; /* found last */
    uint32_t stray;   /* element of what has no place, 0: none */
    uint32_t *note;   /* element of each footnote, 0: not yet */
    uint32_t *note_parent;
    struct {
        struct annotation *v;
        size_t n, cap;
    } annotation; /* in the order of their StructParent */
    size_t links; /* sorted by page and item, as the forms are */
    uint32_t *link, *form;
    size_t link_cap, forms, form_cap;
    struct {
        uint32_t *v;
        size_t n, cap;
    } id,
        nested; /* elements that have an ID, ascending; lists that come behind their item's text */
    struct tag_page {
        uint32_t first, n; /* contents */
    } * page;
    size_t page_now;
    struct {
        struct tag_leaf *v;
        size_t n, cap;
    } leaf; /* of the parent tree */
    size_t id_leaves;
};

struct element *tag_element(const struct pdf_tags *t, uint32_t i);
struct content *tag_content(const struct pdf_tags *t, uint32_t i);
/* A new element that is no kid yet, or the last kid of its parent. */
uint32_t tag_loose(struct pdf_tags *t, enum role role, uint32_t parent, uint32_t detail);
uint32_t tag_new(struct pdf_tags *t, enum role role, uint32_t parent, uint32_t detail);
/* Put a kid (index with its KID_ bits) last. */
void tag_append(struct pdf_tags *t, uint32_t parent, uint32_t kid);

/* The elements of the whole document tree (pdf_tree.c, pdf_tree_table.c). */
void tags_build(struct pdf_tags *t);
void tags_build_table(struct pdf_tags *t, const struct node *n, uint32_t parent);
/* Cells that one covers, as the layout has it. */
int tag_columns(const struct table *table, int col, const struct cell *c);
size_t tag_rows(const struct table *table, size_t row, const struct cell *c);

/* The packed objects (pdf_struct.c): two trees of numbers and names, the elements, the trees' leaves. */
enum { TAG_PARENT_TREE, TAG_ID_TREE, TAG_ELEMENTS };
size_t tags_count(void *tags);
void tags_make(void *tags, size_t i, struct buf *b);

#endif
