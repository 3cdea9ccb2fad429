/* ops.h: putting operations together while a text is compiled */
#ifndef BAOCAO_MERGE_OPS_H
#define BAOCAO_MERGE_OPS_H

#include "inside.h"

struct op_list {
    struct op *first, **tail;
};

/* A section that is being filled: the list to go back to, and the element of the text that holds it. */
struct open_section {
    struct op_list outer;
    int tag, container;
};

struct builder {
    struct arena *a;
    struct diag *d;
    struct scan *s;
    struct op_list list; /* operations go here */
    struct {
        struct open_section *v;
        size_t n, cap;
    } open;
    int container, containers; /* the element being read, and how many were so far */
    struct buf text;           /* text not yet an operation */
    unsigned text_style;
    const struct op *text_link;
    struct origin text_at;
};

/* Append an operation. */
struct op *op_add(struct builder *b, enum op_kind kind, struct origin at);
/* Begin to fill `op`; returns the list to give back to op_leave. */
struct op_list op_enter(struct op *op, struct builder *b);
void op_leave(struct builder *b, struct op_list outer);
/* Append text, its private-use characters as the tags that they stand for. */
void op_text(struct builder *b, const char *text, size_t n, struct origin at,
             unsigned style, const struct op *link);
/* Text that waits becomes an operation. */
void op_flush(struct builder *b);
/* A section tag between blocks or rows. */
void op_section_tag(struct builder *b, int tag);
/* An element of the text (paragraph, cell, bold run) begins and ends; sections may not cross it. */
int element_enter(struct builder *b);
void element_leave(struct builder *b, int outer);
/* Texts and values of a link target or title. */
struct op *op_of_string(struct builder *b, const char *text, struct origin at);
/* Tags that ended up nowhere. */
void tags_check_used(struct builder *b);

#endif
