/* doc.h: the document tree between merge and the back ends, its normalising pass and its dump */
#ifndef BAOCAO_DOC_H
#define BAOCAO_DOC_H

#include "../check/check.h"

/* ---- inline content ------------------------------------------------------ */

enum span_style {
    SPAN_BOLD = 1,
    SPAN_ITALIC = 2,
    SPAN_CODE = 4,
    SPAN_MISSING = 8 /* --du-thao */
};

enum span_kind {
    SPAN_TEXT,
    SPAN_BREAK, /* a hard line break */
    SPAN_NOTE,  /* a footnote reference: u.note */
    SPAN_BLANK  /* room to be filled by hand or by the signing program: u.blank_mm */
};

/* The places that are filled after printing: what a blank is, and the form's fields (--co-truong). */
enum field_kind {
    FIELD_NONE,
    FIELD_NUMBER,
    FIELD_DAY,
    FIELD_MONTH,
    FIELD_SIGNATURE, /* of a person */
    FIELD_SEAL       /* the agency's signature */
};

/* A run of text of one style that came from one place. */
struct span {
    uint8_t kind;  /* enum span_kind */
    uint8_t style; /* enum span_style bits */
    uint8_t field; /* BLANK: enum field_kind */
    bool cited;    /* a citation out of the register: its symbol was not typed */
    uint32_t len;
    const char *text; /* UTF-8, NFC; no line feeds */
    const char *link; /* target: "https://…", "mailto:…" or "#anchor"; NULL */
    const struct value *value; /* printed by it, NULL for text of the template */
    struct origin at;
    struct span *next;
    union {
        int note; /* index into doc->note */
        int blank_mm;
    } u;
};

/* ---- tables ---------------------------------------------------------------- */

enum cell_align { ALIGN_AUTO, ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT, ALIGN_JUSTIFY };
enum row_kind {
    ROW_HEAD,
    ROW_GROUP,
    ROW_DATA,
    ROW_TOTAL,
    ROW_EMPTY /* prints `trong` */
};
enum cell_flags {
    CELL_COVERED = 1, /* lies under the span of another cell: prints nothing */
    CELL_BOLD = 2,
    CELL_ITALIC = 4,
    CELL_HEAD = 8,  /* TH */
    CELL_BLANK = 16 /* has no value; prints what `trong` says */
};

/* Number format of a cell, for XLSX. */
enum cell_format {
    FORMAT_TEXT,
    FORMAT_INTEGER,
    FORMAT_NUMBER,
    FORMAT_PERCENT,
    FORMAT_DATE
};

/* A cell: either plain text (the common case, no span list) or spans. 800,000 of these must fit. */
struct cell {
    const char *text;          /* printed text when spans is NULL; may be NULL (blank) */
    struct span *spans;        /* rich text, links, footnotes */
    const struct value *value; /* typed value, NULL for text of the template */
    uint16_t colspan, rowspan; /* at least 1 */
    uint8_t align; /* enum cell_align, resolved by doc_normalise: never AUTO afterwards */
    uint8_t flags; /* enum cell_flags */
    uint8_t format; /* enum cell_format */
    uint8_t digits; /* decimals printed for NUMBER and PERCENT */
};

struct row {
    struct cell *cell; /* ncols cells, covered ones included */
    uint8_t kind;      /* enum row_kind */
    struct origin at;
};

struct table_col {
    const char *name;
    const char *title; /* leaf title */
    /* Wanted width in 1/1000 pt, 0: from content; < 0: -percent of the text width. */
    int width;
    uint8_t align;
};

struct table {
    const char *name; /* of its data */
    struct table_col *col;
    int ncols;
    struct row *row; /* head rows first */
    size_t nrows;
    int head_rows; /* 0..4 */
    /* What layout chose for the page: widths that sum to `total`, and the type size; NULL before. */
    struct chosen {
        const int *width;
        int total, size;
    } chosen;
};

/* ---- blocks ---------------------------------------------------------------- */

enum node_kind {
    NODE_DOC,     /* root: body blocks, then NODE_APPENDIX children */
    NODE_HEADING, /* a line written with '#' */
    NODE_PARA,    /* a paragraph, with or without a label ("-", "+", "a)", "1.") */
    NODE_TABLE,
    NODE_FIGURE,   /* picture with caption */
    NODE_APPENDIX, /* title and reference line are its fields; blocks are its children */
    NODE_RULE      /* thematic break: a short centred stroke */
};

/* Rungs of the ladder of labels, highest first; one row of the style table each. */
enum rung {
    RUNG_NONE,
    RUNG_PHAN,    /* Phần thứ nhất · Phần I · Phần 1 · Chương I */
    RUNG_MUC,     /* Mục 1 · Tiểu mục 1 */
    RUNG_ALPHA,   /* A. */
    RUNG_ROMAN,   /* I. */
    RUNG_DIEU,    /* Điều 1. */
    RUNG_ARABIC,  /* 1. */
    RUNG_ARABIC2, /* 1.1. */
    RUNG_ARABIC3, /* 1.1.1. and deeper */
    RUNG_LETTER,  /* a) */
    RUNG_PAREN,   /* 1) (1) */
    RUNG_DASH,    /* - */
    RUNG_PLUS,    /* + */
    RUNG_DOT,     /* * • and other bullets */
    RUNGS
};

struct node {
    enum node_kind kind;
    int id; /* from 1 in document order, set by doc_normalise */
    struct origin at;
    struct node *parent, *first, *last, *next;
    /* HEADING, PARA */
    const char *label; /* as written: "Phần 1.", "8.1.", "đ)", "-"; NULL: none */
    uint8_t rung;      /* enum rung, by doc_normalise */
    /* Outline level from 1 without gaps of headings and run-in titles, 0 for other paragraphs. */
    uint8_t level;
    bool run_in;        /* a bold title with text behind it in the same paragraph */
    bool centred;       /* Phần, Chương, Mục and their titles */
    bool keep_next;     /* must share a page with the first lines of what follows */
    uint8_t para_style; /* enum para_style */
    const char *anchor; /* target of internal links: "phu-luc-ii", "muc-tieu" */
    struct span *spans; /* text of HEADING, PARA; caption of FIGURE and TABLE */
    union {
        struct table *table;
        struct {
            const char *file; /* readable path */
            const char *alt;
            struct origin at;
            const char *data; /* bytes of the picture */
            size_t size;
            int width_px, height_px, dpi; /* dpi 0: unknown */
            bool jpeg;
        } * figure;
        struct appendix *appendix;
    } u;
};

enum para_style {
    STYLE_BODY,    /* justified, first-line indent */
    STYLE_CAN_CU,  /* căn cứ: italic */
    STYLE_CENTRED, /* no indent, centred */
    STYLE_QUOTE
};

struct appendix {
    const char *number; /* Roman numeral, NULL for a single appendix */
    struct span *title;
    struct span *reference; /* NULL asks doc_normalise for the usual one */
    bool no_reference;      /* kem_theo: false */
    bool landscape;
    bool follows;     /* lien_tiep: on the same page as the one before */
    bool own_file;    /* tep_rieng */
    const char *file; /* phu-luc-1.md: the source */
};

/* ---- the official parts ------------------------------------------------------ */

struct text_item {
    const char *text; /* never NULL; "" is a blank */
    const struct value *value;
    struct origin at;
    bool missing; /* --du-thao: it is missing or wrong, and marked on the page */
    struct span
        *spans; /* can_cu with citations: the same text, with their links; else NULL */
};

struct signer {
    struct text_item *authority; /* quyen_han[]: TM. ỦY BAN NHÂN DÂN · KT. CHỦ TỊCH */
    size_t authorities;
    struct text_item position; /* chuc_vu */
    struct text_item name;     /* ho_ten */
};

/* All facts with a place of their own on the page (NĐ 30 Phụ lục I), after defaults. */
struct official {
    struct text_item parent_agency; /* co_quan_chu_quan, "" when none */
    struct text_item agency; /* co_quan as typed: "Ủy ban nhân dân xã Dân Tiến" */
    struct text_item number; /* so: "" keeps room; normalised ("05") */
    struct text_item symbol; /* ky_hieu: BC-UBND */
    struct text_item place;  /* dia_danh */
    struct text_item issued; /* ngay_ban_hanh */
    struct date date;        /* of it; year 0: all blank */
    struct text_item type;   /* loai: BÁO CÁO; "" for công văn */
    struct text_item subject; /* trich_yeu */
    struct text_item *can_cu;
    size_t can_cus;
    struct text_item *kinh_gui;
    size_t kinh_guis;
    struct text_item *noi_nhan;
    size_t noi_nhans;
    struct signer *signer;
    size_t signers;
    struct text_item urgency;     /* do_khan: HỎA TỐC, THƯỢNG KHẨN, KHẨN */
    struct text_item circulation; /* pham_vi: LƯU HÀNH NỘI BỘ … */
    struct text_item drafter;     /* nguoi_soan */
    struct text_item copies;      /* so_ban */
    struct text_item *foot;       /* chan_trang: address, phone, e-mail, in order */
    size_t foots;
};

/* A legal ground of the facts with its citations put in. */
struct ground {
    const struct value *item;
    struct span *spans;
};

struct note {
    struct span *spans;
    struct origin at;
    int number; /* printed; 0: its index + 1 */
};

/* Page profile: NĐ 30 ranges; lengths in 1/1000 pt. */
struct profile {
    int top, bottom, left, right;   /* margins of a portrait page */
    int body_size;                  /* 13000 or 14000 */
    int indent;                     /* first line */
    int gap;                        /* between paragraphs, >= 6 pt */
    int leading_pct;                /* of single line spacing, 100..150 */
    int header_size;                /* 12000 or 13000 for Quốc hiệu */
    int table_size, table_min_size; /* 12000, 10000 */
};
extern const struct profile profile_default;

struct doc {
    struct arena *arena;
    struct node *root;
    struct official official;
    struct profile profile;
    struct note *note; /* footnotes in order of their references */
    size_t notes;
    struct ground *ground;
    size_t grounds;
    int nodes;      /* ids run 1..nodes */
    bool draft;     /* --du-thao */
    bool plain;     /* no official parts: only blocks */
    bool landscape; /* the body lies across; appendices say so themselves */
    bool fields;    /* --co-truong, truong_ky: form fields where the data leave blanks */
    /* The document is this appendix, a file of its own; else NULL. */
    const struct node *alone;
    int alone_number;  /* its place among all appendices, from 1 */
    const char *title; /* for document properties: "BÁO CÁO Tình hình …" */
};

/* The number that a footnote prints. */
static inline int note_number(const struct doc *doc, int note) {
    bool own = (size_t)note < doc->notes && doc->note[note].number;
    return own ? doc->note[note].number : note + 1;
}

/* ---- building (used by merge) -------------------------------------------- */

struct doc *doc_new(struct arena *a);
struct node *node_new(struct doc *doc, enum node_kind k, struct node *parent,
                      struct origin at);
struct span *span_new(struct arena *a, enum span_kind k, const char *text, size_t len);

/* ---- the pass between tree and back ends ---------------------------------- */

/* Fill doc->official from typed facts. Messages for what NĐ 30 forbids; false after an error. */
bool doc_official(struct doc *doc, struct diag *d, const struct value *facts);
/* Read `trang` of facts or template over the profile, refusing what lies outside NĐ 30's ranges. */
bool doc_profile(struct doc *doc, struct diag *d, const struct value *trang);
/* Give labels their rungs and levels, resolve anchors and alignments, read pictures, normalise
 * spaces and punctuation, number the appendices and write their reference lines; report dead links,
 * missing pictures and what NĐ 30 forbids. After this the back ends assume a valid tree. */
bool doc_normalise(struct doc *doc, struct diag *d);
/* The errors and warnings so far that no page of a draft says, as blocks between the body and the
 * appendices of a normalised document. */
void doc_defects(struct doc *doc, struct diag *d);
/* Part a normalised document into files: the body, and each appendix with tep_rieng (all: each one) as a
 * document of its own with `alone` set. Links from one file to another become plain text, footnotes
 * are numbered from 1 in each file. Returns the number of documents in *out, the body first; the given
 * tree keeps its blocks and shares its text with the parts. */
size_t doc_split(struct doc *doc, bool all, struct doc ***out);
/* Which rung a label belongs to ("8.1." -> RUNG_ARABIC2). */
enum rung rung_of(const char *label);
/* Length in bytes of the label at the start of a text ("Phần 1. TÌNH" -> strlen("Phần 1.")), 0: none. */
size_t label_length(const char *text, size_t n);
/* -T tree: long texts shortened; whole: -T text, all of them. */
void doc_dump(const struct doc *doc, struct buf *out, bool whole);
/* Plain text of spans in the arena. */
char *spans_text(struct arena *a, const struct span *s);

/* ---- wording ---------------------------------------------------------------------- */

/* The usual reference line of an appendix, "…" for what is blank:
 * "(Kèm theo Báo cáo số …/BC-UBND ngày … tháng 6 năm 2026 của Ủy ban nhân dân phường Trung Thành)". */
char *doc_reference_text(struct arena *a, const struct official *o);
/* The document types of NĐ 30, Phụ lục III: "Nghị quyết"; NULL beyond the last. */
const char *doc_type_name(size_t i);
/* Lines of the agency block: "ỦY BAN NHÂN DÂN" / "XÃ DÂN TIẾN". Returns the number of lines (<= 4). */
int doc_agency_lines(struct arena *a, const char *agency, const char *line[4]);

#endif
