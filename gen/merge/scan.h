/* scan.h: what scan.c and lines.c share */
#ifndef BAOCAO_MERGE_SCAN_H
#define BAOCAO_MERGE_SCAN_H

#include "inside.h"

/* A blank within a line. */
static inline bool scan_is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* Find the lines of the source; the text for cmark begins. */
void scan_begin(struct scan *s);
/* The place of a byte of the source. */
struct origin scan_src_origin(struct scan *s, size_t at);
/* What is put out from here on comes from src[src]. */
void scan_map_here(struct scan *s, size_t src);
void scan_newline(struct scan *s);
/* The "}}" in src[p..limit), or NULL. A search that failed is not made again. */
const char *scan_find_close(struct scan *s, size_t p, size_t limit);
/* Parse the tag at src[from] ("{{"). *end gets the offset behind it. Returns its index; -1: it is no
 * tag, print the braces. */
int scan_tag_parse(struct scan *s, size_t from, size_t limit, size_t *end);
void scan_put_code(struct scan *s, int tag, size_t src);
/* Copy src[p..end) with its tags replaced. A comment may reach beyond `end`, up to `limit`; returns the
 * offset behind what was copied. */
size_t scan_copy_text(struct scan *s, size_t p, size_t end, size_t limit);
/* Report sections that never close, and those whose ends stand in different kinds of places. */
void scan_check_pairs(struct scan *s);

#endif
