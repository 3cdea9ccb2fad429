/* layout.h: fonts, and the document tree broken into pages; the page model that output translates */
#ifndef BAOCAO_LAYOUT_H
#define BAOCAO_LAYOUT_H

#include "../doc/doc.h"

/* ---- fonts (layout/font.c, the one file that knows HarfBuzz) ------------------ */

enum face { FACE_REGULAR, FACE_BOLD, FACE_ITALIC, FACE_BOLD_ITALIC, FACE_SYMBOL, FACES };

/* The faces of the run, opened once per process from a map file. */
struct fonts;
/* Read fonts.map (`regular: name or path` …) of `dir`, NULL dir: the built-in search places. A notice
 * says when Liberation Serif stands in for Times New Roman. NULL after an error. */
struct fonts *fonts_open(struct diag *d, const char *dir);
void fonts_free(struct fonts *f);
/* Advance of a code point in 1/1000 of the size; -1 when the face has no glyph. */
int font_advance(const struct fonts *f, enum face face, uint32_t cp);
/* All advances of a face: table[cp >> 8][cp & 255], a NULL table has no glyph; cp < FONT_TABLES * 256. */
#define FONT_TABLES 0x200 /* planes 0 and 1 */
const int16_t *const *font_advances(const struct fonts *f, enum face face);
/* Vertical metrics in 1/1000 of the size (ascent > 0, descent < 0, line gap included in neither);
 * single line spacing is 1.149. */
int font_ascent(const struct fonts *f, enum face face);
int font_descent(const struct fonts *f, enum face face);

/* A subset: the standard Vietnamese repertoire plus the extra code points of one document. The one
 * without extras is made once per process, with its compressed program. */
struct font_subset {
    const unsigned char *program; /* TrueType bytes */
    size_t program_size;
    const unsigned char *packed; /* zlib stream of the program */
    size_t packed_size;
    int glyphs;              /* in the subset */
    const uint16_t *width;   /* per glyph id, 1/1000 em */
    const uint32_t *unicode; /* per glyph id, 0: none */
    int ascent, descent, cap_height, italic_angle, stem_v, flags;
    int bbox[4];
    const char *ps_name; /* with its six-letter tag */
    /* Glyph of code point c: glyph_page[c >> 8][c & 255]; every page exists. */
    const uint16_t *const *glyph_page;
    /* What a back end derives from the subset alone, so that it is made once; freed with it. */
    struct font_kept {
        struct buf widths, to_unicode;
    } * kept;
};
/* extra: sorted code points outside the standard repertoire; n may be 0. Equal arguments give the same
 * bytes in every process. The standard subset lives until fonts_free, one with extras until
 * 32 other such subsets have been asked for. */
const struct font_subset *font_subset(struct fonts *f, enum face face,
                                      const uint32_t *extra, size_t n);
/* A subset that keeps its table of characters, for a simple TrueType font with an encoding: of n code
 * points, those without glyph left out. Made once per process and face, with the first call's n. */
const struct font_subset *font_subset_simple(struct fonts *f, enum face face,
                                             const uint32_t *cp, size_t n);
bool font_is_standard(uint32_t cp);
/* Glyph of a code point in a subset; 0 when it has none. */
uint16_t font_subset_glyph(const struct font_subset *s, uint32_t cp);

/* ---- page model: origin top left, 1/1000 pt -------------------------------------- */

enum item_kind {
    ITEM_RUN,
    ITEM_STROKE,
    ITEM_IMAGE,
    ITEM_LINK,
    ITEM_FRAME,
    ITEM_FILL,
    ITEM_FIELD /* of the form; its node and mark are those of the text it stands in */
};

/* The official parts (NĐ 30 Phụ lục I) as places of text: item.mark where item.node is 0. */
enum official_part {
    PART_NONE,
    PART_PARENT_AGENCY,
    PART_AGENCY,
    PART_NUMBER,
    PART_NATION,
    PART_MOTTO,
    PART_PLACE_DATE,
    PART_TYPE,
    PART_SUBJECT,
    PART_KINH_GUI, /* + index of the addressee << 8 */
    PART_CAN_CU,   /* + index << 8 */
    PART_NOI_NHAN_TITLE,
    PART_NOI_NHAN,  /* + index << 8 */
    PART_AUTHORITY, /* + (signer * 16 + line) << 8 */
    PART_POSITION,  /* + signer << 8 */
    PART_NAME,      /* + signer << 8 */
    PART_URGENCY,
    PART_CIRCULATION,
    PART_DRAFTER,
    PART_FOOT,           /* + index << 8 */
    PART_NOTE,           /* text of a footnote: + index of doc->note << 8 */
    PART_APPENDIX_LABEL, /* node: the appendix */
    PART_APPENDIX_TITLE,
    PART_APPENDIX_REFERENCE,
    PART_KINH_GUI_TITLE /* "Kính gửi:" above several addressees */
};
/* item.mark of the caption of a table. */
#define MARK_CAPTION UINT32_MAX

enum item_colour { COLOUR_BLACK, COLOUR_RED, COLOUR_YELLOW };

struct item {
    uint8_t kind;   /* enum item_kind */
    uint8_t face;   /* RUN: enum face */
    uint8_t colour; /* enum item_colour */
    bool artifact;  /* repeated head, page number, stroke: not content */
    int node;       /* id of the document node, 0: official part or artifact */
    /* Which part of the node it prints: in a paragraph or heading 1 + the index of the piece (the
     * label is a piece of its own), in a table 1 + row * ncols + col, with node 0 or the node of an
     * appendix an official_part; 0 for artifacts. */
    uint32_t mark;
    int32_t x, y; /* RUN: start of the baseline; others: top left */
    int32_t w,
        h; /* RUN: set width (with stretched gaps), size; STROKE: length right/down, the other
                        one is 0; IMAGE, LINK, FRAME, FILL, FIELD: size */
    /* RUN: 1 + the index of the footnote that this number refers to, or 0. */
    uint32_t note : 31;
    uint32_t blank : 1;        /* RUN: ends a line where the text has a blank */
    const struct value *value; /* what the run prints, NULL */
    union {
        struct {
            const char *text; /* UTF-8 slice, one glyph a code point */
            uint32_t len;
            int32_t gap; /* 1/1000 pt added to every U+0020 in it */
        } run;
        int32_t stroke_width;     /* STROKE, FRAME: 1/1000 pt */
        const struct node *image; /* IMAGE: the NODE_FIGURE */
        const char *link;         /* LINK: uri or "#anchor" */
        struct {                  /* FIELD; face is that of its value */
            uint8_t kind;         /* enum field_kind */
            uint16_t signer;      /* SIGNATURE: index of the signer */
            int32_t baseline;     /* y of the value's baseline, 0: it holds no text */
            int32_t size;         /* of the value's type */
        } field;
    } u;
};

struct anchor {
    const char *name;
    int page; /* index */
    int32_t y;
};

struct page {
    int32_t w, h;
    struct item *item;
    size_t n, cap;
    int number;  /* printed page number, its own sequence in each appendix */
    int section; /* 0 body, 1.. appendix */
};

struct pages {
    struct page *page;
    size_t n;
    struct anchor *anchor;
    size_t anchors;
    uint32_t
        *extra[FACES]; /* sorted code points outside the standard repertoire, per face */
    size_t extras[FACES];
};

/* Lay the document out. NULL after an error (a character without glyph, a cell that no width holds).
 * Pages live in the document's arena. */
struct pages *layout_pages(struct doc *doc, struct diag *d, struct fonts *f);
/* How readers see the number of a page: prefix and number. */
struct page_label {
    const char *
        prefix; /* "PL II-" in the second appendix, "PL-" in a single one, "" in the body */
    int number;
    bool begins; /* it does not count on from the page before */
};
/* One a page, in the arena. */
const struct page_label *page_labels(struct arena *a, const struct doc *doc,
                                     const struct pages *pages);
/* -T pages. */
void pages_dump(const struct pages *p, struct buf *out);

/* ---- for XLSX ----------------------------------------------------------------- */

/* Lines that a text takes in `width` (1/1000 pt) at `size`, by the paragraph breaker in ragged mode. */
int layout_line_count(struct fonts *f, const char *text, enum face face, int size,
                      int width);
/* Natural column widths of a table in 1/1000 pt for a text width `total`: the same decision as the
 * PDF's. Writes ncols numbers that sum to total; returns the type size chosen. */
int layout_column_widths(struct fonts *f, const struct table *t, const struct profile *p,
                         int total, int *width);

#endif
