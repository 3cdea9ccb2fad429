/* inside.h: what the files of layout/ share with each other: measuring, paragraphs, flows */
#ifndef BAOCAO_LAYOUT_INSIDE_H
#define BAOCAO_LAYOUT_INSIDE_H

#include "layout.h"

/* ---- measuring, passed in so that tests need no font ---------------------------- */

struct measure {
    /* Advance of cp in 1/1000 of the type size; -1: no glyph. */
    int (*advance)(void *ctx, enum face face, uint32_t cp);
    void *ctx;
    bool draft; /* --du-thao: a character without glyph becomes a marked '?' */
    /* The same by face as tables of 256 code points each (NULL: a table without any glyph), for the
     * code points below FONT_TABLES * 256; NULL: ask advance. */
    const int16_t *const *table[FACES];
};
/* Measure with the fonts of the run. */
struct measure measure_fonts(struct fonts *f);

static inline int measure_advance(const struct measure *m, enum face face, uint32_t cp) {
    const int16_t *const *table = m->table[face];
    if (!table || cp >= FONT_TABLES * 256u)
        return m->advance(m->ctx, face, cp);
    return table[cp >> 8] ? table[cp >> 8][cp & 255] : -1;
}

/* utf8_next with the common lengths decoded in place: text of the document is well-formed. */
static inline uint32_t text_next(const char **s, const char *end) {
    const unsigned char *t = (const unsigned char *)*s;
    if (t[0] < 0x80) {
        *s += 1;
        return t[0];
    }
    if (t[0] >= 0xC2 && t[0] < 0xE0 && end - *s >= 2 && (t[1] & 0xC0) == 0x80) {
        *s += 2;
        return (uint32_t)(t[0] & 31) << 6 | (t[1] & 63u);
    }
    if (t[0] == 0xE1 && end - *s >= 3 && (t[1] & 0xC0) == 0x80 && (t[2] & 0xC0) == 0x80) {
        *s += 3;
        return 0x1000u | (uint32_t)(t[1] & 63) << 6 | (t[2] & 63u);
    }
    return utf8_next(s, end);
}

/* ---- where a line may end (breaks.c, the one file that knows libunibreak) ---------- */

enum joint {
    JOINT_NONE, /* no break */
    JOINT_OPEN, /* an ordinary place to break */
    JOINT_LONG, /* inside a web address or a hyphenated word: allowed, not liked */
    JOINT_SOFT, /* a blank that must not break (number and unit …) unless no width holds the words */
    JOINT_CODE /* inside a document code or a date: only when nothing else helps */
};
/* What the words so far tell about the next blank; zeroed at the start of a paragraph. */
struct joint_state {
    const char *word; /* the word before, NULL at the start */
    size_t len;
    const char *before; /* the word before that one, NULL: there is none */
    size_t before_len;
    uint8_t tie;
    bool first; /* `word` is the first of its paragraph */
};
/* The blank between the word before and this one; moves the state on. */
enum joint joint_blank(struct joint_state *st, const char *word, size_t len);
/* A letter a character of ASCII: w within words, O P open, C E S close, x none of these. */
extern const char joint_class[129];
/* true when a word may hold places to break: it must go through joint_inside. Between letters, digits
 * and the marks below UAX 14 never breaks. Here because it is asked for every character. */
static inline bool joint_special(uint32_t cp) {
    if (cp < 0x80)
        return joint_class[cp] != 'w' && joint_class[cp] != 'C' && joint_class[cp] != 'O';
    return !((cp >= 0xC0 && cp <= 0x24F) || (cp >= 0x1EA0 && cp <= 0x1EF9) ||
             cp == 0xA0 || (cp >= 0x2018 && cp <= 0x201D));
}
/* mark[i] = enum joint of a break behind byte i of the word. */
void joint_inside(const char *word, size_t len, char *mark);

/* ---- total fit (linebreak.c) -------------------------------------------------------- */

/* A place where a line may end, in order of the text; number 0 is the start of the text. Widths are
 * natural ones summed from the start. */
struct candidate {
    int64_t end_w;      /* up to the end of the line, without the blanks at the break */
    int64_t next_w;     /* up to the start of the next line */
    int64_t cost;       /* of the best way to end a line here */
    uint32_t end, next; /* the same two places as bytes of the flat text */
    uint32_t end_gaps, next_gaps; /* blanks before them */
    uint32_t prev;                /* where the best line that ends here starts */
    uint16_t penalty;
    uint8_t joint; /* enum joint */
    bool forced;   /* a line must end here; the last one is */
};
struct fit {
    int first, width;    /* of the first and of the other lines */
    int stretch, shrink; /* of one blank: what looks even, what is bearable */
    int short_last;      /* a last line of one word below this is avoided */
    uint8_t align;       /* enum cell_align */
};
/* Choose the line ends: sets prev along the best chain that ends at n - 1. c[0] is the start, the last
 * one is forced. */
void linebreak_fit(struct candidate *c, size_t n, const struct fit *f);

/* ---- paragraphs (para.c) ----------------------------------------------- */

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
    int blank;     /* BLANK: width in 1/1000 pt */
    uint8_t field; /* BLANK: enum field_kind */
    int note;      /* NOTE: index into doc->note */
    uint32_t mark; /* of its items, see struct item */
};

struct para_spec {
    int size;      /* type size, 1/1000 pt */
    int leading;   /* line pitch, 1/1000 pt */
    int width;     /* of the lines */
    int indent;    /* of the first line; negative hangs */
    uint8_t align; /* enum cell_align; JUSTIFY leaves the last line ragged */
    int node;
    uint32_t mark; /* of all its items; 0: the pieces have their own */
    bool artifact;
};

/* A fragment of a line: a slice of one piece. */
struct frag {
    uint32_t piece;
    uint32_t from, len; /* bytes of the piece's text */
    int x, w;           /* from the left edge of the paragraph; w with stretched gaps */
};
struct line {
    struct frag *frag;
    uint32_t frags;
    int gap;   /* added to every space, 1/1000 pt, may be slightly negative */
    int width; /* natural width */
    int notes; /* footnotes referred to in it: note[first_note .. first_note + notes) of the paragraph */
    int first_note;
    bool blank; /* ends where the text has a blank or a hard break */
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
/* Break pieces into lines with total fit (Knuth-Plass), in linear time for any length: the first
 * line starts at `indent`; a negative one hangs (the first line at 0, the others at -indent).
 * Centred text is balanced over the fewest lines, ragged text takes the fewest lines. No pieces or
 * nothing but blanks: no lines. Characters without glyph are reported with their place. */
struct para *para_break(struct arena *a, struct diag *d, const struct measure *m,
                        const struct piece *piece, size_t n,
                        const struct para_spec *spec);
/* Width of the widest unbreakable part, and of the whole text on one line. */
void para_extent(struct arena *a, const struct measure *m, const struct piece *piece,
                 size_t n, int size, int *min, int *max);

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
    /* of notes.c: a footnote that goes on from the page before starts with this line */
    size_t note_line, page_note_cap;
    struct para **note_para; /* per footnote of the document, NULL until it is set */
    /* of pages.c */
    int number; /* of the current page */
    int ahead;  /* height of what comes before the flow that is being asked */
    bool landscape;
    size_t page_cap, anchor_cap;
};

/* Pieces of a span list in a base style (bold, italic added to it). */
struct piece *pieces_of(struct layout *l, const struct span *s, unsigned base_style,
                        size_t *n);
/* Pieces of plain text. */
struct piece *pieces_text(struct layout *l, const char *text, const struct value *v,
                          unsigned style, size_t *n);
enum face face_of(unsigned span_style);
/* The style of an official part: marked when --du-thao found it missing. */
unsigned item_style(const struct text_item *t, unsigned style);
/* Put line i of p on the current page, its first baseline computed from the top y of the line. */
void line_emit(struct layout *l, const struct para *p, size_t i, int x, int y);
/* Items; they belong to no node and are no artifact until the caller says so. */
struct item *item_add(struct layout *l, enum item_kind k);
void stroke_add(struct layout *l, int x, int y, int w, int h, int thickness);
/* A frame or a filled box, an artifact. */
void box_add(struct layout *l, enum item_kind kind, int x, int y, int w, int h,
             enum item_colour colour);
/* One unbroken run, its text as it stands. */
struct item *run_add(struct layout *l, enum face face, int size, int x, int baseline,
                     const char *text, size_t n);
/* A field of the form over a blank of a line: the value that a program puts there stands on `baseline`,
 * like the text beside it. */
struct item *field_text_add(struct layout *l, enum field_kind k, enum face face, int size,
                            int x, int baseline, int w);
/* A field for a signature. */
struct item *field_box_add(struct layout *l, enum field_kind k, int x, int y, int w,
                           int h);
int text_width(const struct layout *l, enum face face, int size, const char *text,
               size_t n);
/* From the top of a line to its baseline. */
int line_baseline(const struct layout *l, int size, int leading);
/* Pitch of single line spacing. */
int single_leading(int size);
/* Size of a footnote number against its text, in 1/1000. */
#define NOTE_SCALE 650
#define MM(n) ((int)((n)*360000LL / 127)) /* 1/1000 pt */

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
    int (*place)(struct layout *l, struct flow *f, int x, int y, int room, bool force,
                 bool *done);
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

/* The footnotes of the page that ends; what does not fit stays for the next page. */
void notes_flush(struct layout *l);
/* Start a page with what the last one left over. */
void notes_carry(struct layout *l);

/* A table as a flow of the given width (table.c); NULL after a message. */
struct flow *table_flow(struct layout *l, const struct node *table, int width);
/* Is f a table of which a part can still stay on an earlier page? */
bool table_flow_splits(const struct flow *f);
/* Keep the last rows of a table (others: no effect) for the next page. */
void table_flow_leave(struct flow *f, bool leave);

/* ---- flows of text and boxes (flow.c) --------------------------------------------------- */

/* Flows in the order of their pages. */
struct flow_list {
    struct flow **v;
    size_t n, cap;
};
/* Append a flow, linking it to the one before; returns it. */
struct flow *flow_add(struct layout *l, struct flow_list *list, struct flow *f);
/* A paragraph of the current text width, `x` to the right of the text area; space_before is set. */
struct flow *para_flow(struct layout *l, struct para *p, int x, int space_before);
/* Number of lines of a paragraph flow still unplaced, 0 for other flows. */
size_t para_flow_lines(const struct flow *f);
/* Lines of a paragraph that stay together on either side of a page break. */
#define TOGETHER 2
/* A paragraph that its last two lines may not leave: how many lines the next place() must keep back. */
void para_flow_leave(struct flow *f, size_t lines);
/* A centred stroke of `width` with room below it. */
struct flow *stroke_flow(struct layout *l, int width, int space_before, int space_below);
/* A picture with its caption. */
struct flow *figure_flow(struct layout *l, const struct node *figure);
/* The flows of a block and its children's text (blocks.c); false after a message. */
bool block_flows(struct layout *l, struct flow_list *list, const struct node *n);
/* Length of the stroke below centred lines: 1/3 to 1/2 of the last and of the longest of them. */
int stroke_under(int last, int longest);

/* ---- official parts (official.c, signature.c) -------------------------------------------- */

/* Broken text of one style, for official parts; size in 1/1000 pt. */
struct para *text_para(struct layout *l, const char *text, const struct value *v,
                       unsigned style, int size, int width, enum cell_align align);
/* The block at the top of page 1; moves l->y and, for a foot address, l->bottom. */
void official_head(struct layout *l);
/* Type, subject, recipients and legal grounds as flows. */
void official_flows(struct layout *l, struct flow_list *list);
/* Head of an appendix. */
void appendix_flows(struct layout *l, struct flow_list *list, const struct node *n);
/* The signature block with the list of recipients. */
struct flow *signature_flow(struct layout *l);

#endif
