/* inside.h: what the files of layout/ share with each other: measuring, paragraphs, flows */
#ifndef BAOCAO_LAYOUT_INSIDE_H
#define BAOCAO_LAYOUT_INSIDE_H

#include "layout.h"

/* ---- measuring, passed in so that tests need no font ---------------------------- */

struct measure {
    /* Advance of cp in 1/1000 of the type size; -1: no glyph. */
    int (*advance)(void *ctx, enum face face, uint32_t cp);
    void *ctx;
};

/* ---- paragraphs (para.c, linebreak.c) --------------------------------------------- */

/* A stretch of text of one style: the input of the paragraph breaker. */
enum piece_kind { PIECE_TEXT, PIECE_BREAK, PIECE_BLANK, PIECE_NOTE };
struct piece {
    uint8_t kind;   /* enum piece_kind */
    uint8_t face;   /* enum face */
    uint8_t colour; /* enum item_colour */
    bool highlight; /* --du-thao: yellow behind it */
    uint32_t len;
    const char *text; /* NOTE: its number */
    const char *link;
    const struct value *value;
    struct origin at;
    int blank; /* BLANK: width in 1/1000 pt */
    int note;  /* NOTE: index into doc->note */
};

struct para_spec {
    int size;    /* type size, 1/1000 pt */
    int leading; /* line pitch, 1/1000 pt */
    int width;   /* of the lines */
    int indent;  /* of the first line; negative hangs */
    uint8_t align; /* enum cell_align; JUSTIFY leaves the last line ragged */
    int node;
    bool artifact;
};

/* A fragment of a line: a slice of one piece. */
struct frag {
    uint32_t piece;
    uint32_t from, len; /* bytes of the piece's text */
    int x, w;           /* from the left edge of the paragraph; w with stretched gaps */
    bool hyphen;        /* reserved, no hyphenation in Vietnamese */
};
struct line {
    struct frag *frag;
    uint32_t frags;
    int gap;   /* added to every space, 1/1000 pt, may be slightly negative */
    int width; /* natural width */
    int notes; /* footnotes referred to in it: note[first_note .. first_note + notes) of the paragraph */
    int first_note;
};
struct para {
    const struct piece *piece;
    size_t pieces;
    struct para_spec spec;
    struct line *line;
    size_t lines;
    int *note;
    int height;        /* lines * leading */
    int natural_width; /* of the widest line, for column widths */
};
/* Break pieces into lines with total fit (Knuth-Plass); first-fit beyond 100,000 characters.
 * Characters without glyph are reported once each with their place. */
struct para *para_break(struct arena *a, struct diag *d, const struct measure *m,
                        const struct piece *piece, size_t n, const struct para_spec *spec);
/* Width of the widest unbreakable part, and of the whole text on one line. */
void para_extent(struct arena *a, const struct measure *m, const struct piece *piece, size_t n,
                 int size, int *min, int *max);

/* ---- the context of one layout run -------------------------------------------------- */

struct layout {
    struct doc *doc;
    struct diag *diag;
    struct fonts *fonts;
    struct measure measure;
    struct arena *arena;
    struct pages *pages;
    struct page *page; /* the current one */
    int section;
    /* the text area of the current page */
    int left, top, width, bottom;
    int y;              /* next free place on the current page */
    int notes_reserved; /* height of the footnotes placed on this page, with their stroke */
    int *page_note;     /* their indices */
    size_t page_notes;
};

/* Pieces of a span list in a base style (bold, italic added to it). */
struct piece *pieces_of(struct layout *l, const struct span *s, unsigned base_style, size_t *n);
/* Pieces of plain text. */
struct piece *pieces_text(struct layout *l, const char *text, const struct value *v,
                          unsigned style, size_t *n);
enum face face_of(unsigned span_style);
/* Put line i of p on the current page, its first baseline computed from the top y of the line. */
void line_emit(struct layout *l, const struct para *p, size_t i, int x, int y);
/* Items. */
struct item *item_add(struct layout *l, enum item_kind k);
void stroke_add(struct layout *l, int x, int y, int w, int h, int thickness);

/* ---- flows: everything that fills pages from top to bottom --------------------------- */

struct flow;
struct flow_ops {
    /* The least height that its next part needs (two lines, a heading, table head + one row). */
    int (*least)(struct layout *l, struct flow *f);
    /* The height of all that is still unplaced. */
    int (*rest)(struct layout *l, struct flow *f);
    /* Place as much as fits into `room` below (x, y) of the current page; with `force` at least one
     * part even if it does not fit well (top of a page). Returns the height used (0: nothing fits),
     * *done when nothing is left. */
    int (*place)(struct layout *l, struct flow *f, int x, int y, int room, bool force, bool *done);
};
struct flow {
    const struct flow_ops *ops;
    int space_before; /* dropped at the top of a page */
    bool keep_next;
    const struct node *node;
    struct flow *next;
};

/* Height that these footnotes would add to the current page (with the stroke if they are its first). */
int notes_height(struct layout *l, const int *note, int n);
void notes_add(struct layout *l, const int *note, int n);

/* A table as a flow of the given width (table.c); NULL after a message. */
struct flow *table_flow(struct layout *l, const struct node *table, int width);

#endif
