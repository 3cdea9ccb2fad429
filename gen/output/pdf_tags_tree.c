/* pdf_tags_tree.c: the structure elements of a document tree, in reading order */
#include "pdf_tags.h"

#include <string.h>

#define DEEPEST 6

/* Sections and lists that are open where the next block comes. */
struct tree {
    struct pdf_tags *t;
    uint32_t parent;                   /* of the context: Document or Part */
    uint32_t sect[UINT8_MAX + 1];      /* by level, [0] is the context */
    int level;                         /* of the innermost section */
    int above;                         /* heading levels above level 1 */
    uint32_t list[RUNGS], body[RUNGS]; /* open lists and the bodies of their last items */
    uint8_t rung[RUNGS];
    int lists;
};

static uint32_t add(struct tree *v, enum role role, uint32_t parent) {
    return tag_new(v->t, role, parent, 0);
}

static enum role heading_role(int level) {
    return (enum role)(ROLE_H1 + (level < 1         ? 0
                                  : level > DEEPEST ? DEEPEST - 1
                                                    : level - 1));
}

/* ---- official parts ---- */

static bool given(const struct text_item *i) {
    return i->text && *i->text;
}

static void part(struct tree *v, uint32_t mark, uint32_t element) {
    struct tag_part p = {mark, element};
    vec_push(v->t->arena, &v->t->part, p);
}

static void part_para(struct tree *v, uint32_t mark) {
    part(v, mark, add(v, ROLE_P, 0));
}

static void part_given(struct tree *v, enum official_part mark,
                       const struct text_item *item) {
    if (given(item))
        part_para(v, mark);
}

/* A list without labels of its own: the dashes are part of the items. */
static void part_list(struct tree *v, enum official_part mark, size_t n) {
    uint32_t list = add(v, ROLE_L, 0);
    for (size_t i = 0; i < n; i++)
        part(v, mark | (uint32_t)i << 8, add(v, ROLE_LBODY, add(v, ROLE_LI, list)));
}

/* The agency's column first, then nation and date; what NĐ 30 writes in frames; the title as H1. */
static void head_parts(struct tree *v) {
    const struct official *o = &v->t->doc->official;
    part_given(v, PART_PARENT_AGENCY, &o->parent_agency);
    part_given(v, PART_AGENCY, &o->agency);
    part_para(v, PART_NUMBER);
    part_para(v, PART_NATION);
    part_para(v, PART_MOTTO);
    part_para(v, PART_PLACE_DATE);
    part_given(v, PART_CIRCULATION, &o->circulation);
    part_given(v, PART_URGENCY, &o->urgency);
    if (!given(&o->type) && !given(&o->subject))
        return;
    uint32_t title = add(v, ROLE_H1, 0);
    part(v, PART_TYPE, title);
    part(v, PART_SUBJECT, title);
    v->above = 1;
}

static void address_parts(struct tree *v) {
    const struct official *o = &v->t->doc->official;
    if (o->kinh_guis == 1) {
        part_para(v, PART_KINH_GUI);
    } else if (o->kinh_guis) {
        part_para(v, PART_KINH_GUI_TITLE);
        part_list(v, PART_KINH_GUI, o->kinh_guis);
    }
    for (size_t i = 0; i < o->can_cus; i++)
        part_para(v, PART_CAN_CU | (uint32_t)i << 8);
}

static void signer_parts(struct tree *v, const struct signer *s, uint32_t k) {
    for (size_t i = 0; i < s->authorities; i++)
        part_para(v, PART_AUTHORITY | (k * 16 + (uint32_t)i) << 8);
    if (given(&s->position))
        part_para(v, PART_POSITION | k << 8);
    if (given(&s->name))
        part_para(v, PART_NAME | k << 8);
}

static void foot_parts(struct tree *v) {
    const struct official *o = &v->t->doc->official;
    for (size_t i = 0; i < o->signers; i++)
        signer_parts(v, &o->signer[i], (uint32_t)i);
    if (o->noi_nhans) {
        part_para(v, PART_NOI_NHAN_TITLE);
        part_list(v, PART_NOI_NHAN, o->noi_nhans);
    }
    if (given(&o->drafter) || given(&o->copies))
        part_para(v, PART_DRAFTER);
    for (size_t i = 0; i < o->foots; i++)
        part_para(v, PART_FOOT | (uint32_t)i << 8);
}

/* ---- headings and paragraphs ---- */

static uint32_t context(const struct tree *v) {
    return v->sect[v->level];
}

static struct tag_place *place_node(struct tree *v, const struct node *n,
                                    uint32_t element) {
    struct tag_place *p = &v->t->place[n->id];
    p->node = n;
    p->element = element;
    return p;
}

static uint32_t open_section(struct tree *v, int level) {
    level = level < 1 ? 1 : level > v->level + 1 ? v->level + 1 : level;
    v->level = level - 1;
    v->sect[level] = add(v, ROLE_SECT, context(v));
    v->level = level;
    v->lists = 0;
    return v->sect[level];
}

static void heading(struct tree *v, const struct node *n) {
    uint32_t sect = open_section(v, n->level);
    place_node(v, n, add(v, heading_role(v->level + v->above), sect));
}

/* "8.1. Mục tiêu: text" as a heading: label and bold start head what follows in the same lines. */
static void heading_run_in(struct tree *v, const struct node *n) {
    uint32_t sect = open_section(v, n->level), marks = 1;
    struct tag_place *p =
        place_node(v, n, add(v, heading_role(v->level + v->above), sect));
    for (const struct span *s = n->spans; s; s = s->next, marks++)
        if (s->kind != SPAN_TEXT || !(s->style & SPAN_BOLD))
            break;
    p->split = marks;
    add(v, ROLE_P, sect);
}

/* The list that an item of this rung goes into: lists of lower rungs end, a higher one holds it. */
static uint32_t list_of(struct tree *v, uint8_t rung) {
    while (v->lists && v->rung[v->lists - 1] > rung)
        v->lists--;
    if (v->lists == 0 || v->rung[v->lists - 1] < rung) {
        uint32_t list;
        if (v->lists) {
            list = tag_loose(v->t, ROLE_L, v->body[v->lists - 1], rung);
            vec_push(v->t->arena, &v->t->nested, list);
        } else {
            list = tag_new(v->t, ROLE_L, context(v), rung);
        }
        v->rung[v->lists] = rung;
        v->list[v->lists++] = list;
    }
    return v->list[v->lists - 1];
}

static void item(struct tree *v, const struct node *n) {
    uint32_t li = add(v, ROLE_LI, list_of(v, n->rung));
    struct tag_place *p = place_node(v, n, add(v, ROLE_LBL, li));
    p->split = 1;
    v->body[v->lists - 1] = add(v, ROLE_LBODY, li);
}

static void paragraph(struct tree *v, const struct node *n) {
    bool label = n->label && *n->label;
    if (label && n->level) {
        heading_run_in(v, n);
    } else if (label && n->rung >= RUNG_ARABIC && n->rung < RUNGS) {
        item(v, n);
    } else {
        v->lists = 0;
        place_node(v, n, add(v, ROLE_P, context(v)));
    }
}

/* ---- blocks ---- */

static void figure(struct tree *v, const struct node *n) {
    uint32_t div = n->spans ? add(v, ROLE_DIV, context(v)) : context(v);
    place_node(v, n, tag_new(v->t, ROLE_FIGURE, div, (uint32_t)n->id));
    if (n->spans)
        add(v, ROLE_CAPTION, div);
}

static void block(struct tree *v, const struct node *n) {
    if (n->kind != NODE_PARA)
        v->lists = 0;
    switch (n->kind) {
    case NODE_HEADING:
        heading(v, n);
        break;
    case NODE_PARA:
        paragraph(v, n);
        break;
    case NODE_TABLE:
        place_node(v, n, (uint32_t)v->t->elements.n);
        tags_build_table(v->t, n, context(v));
        break;
    case NODE_FIGURE:
        figure(v, n);
        break;
    case NODE_RULE:
    case NODE_DOC:
    case NODE_APPENDIX:
        break;
    }
}

static void blocks(struct tree *v, const struct node *parent, uint32_t element) {
    v->sect[0] = element;
    v->level = v->lists = 0;
    for (const struct node *n = parent->first; n; n = n->next)
        block(v, n);
}

static void appendix(struct tree *v, const struct node *n) {
    uint32_t parent = add(v, ROLE_PART, 0);
    int above = v->above;
    place_node(v, n, add(v, heading_role(above + 1), parent));
    add(v, ROLE_P, parent);
    v->above = above + 1;
    blocks(v, n, parent);
    v->above = above;
}

void tags_build(struct pdf_tags *t) {
    struct tree v = {.t = t};
    bool official = !t->doc->plain && !t->doc->alone;
    add(&v, ROLE_DOCUMENT, 0);
    if (official) {
        head_parts(&v);
        address_parts(&v);
    }
    if (t->doc->root && !t->doc->alone)
        blocks(&v, t->doc->root, 0);
    if (official)
        foot_parts(&v);
    for (const struct node *n = t->doc->root ? t->doc->root->first : NULL; n; n = n->next)
        if (n->kind == NODE_APPENDIX)
            appendix(&v, n);
}
