/* xlsx_inside.h: what the files of the workbook writer share with each other */
#ifndef BAOCAO_OUTPUT_XLSX_INSIDE_H
#define BAOCAO_OUTPUT_XLSX_INSIDE_H

#include "output.h"

#include <stdio.h>

/* ---- the workbook (xlsx_book.c, the one file that knows libxlsxwriter) ------------- */

/* How a cell looks. Sizes in 1/1000 pt. */
struct look {
    int size;
    uint8_t align; /* enum cell_align */
    bool bold, italic, border;
    const char *number; /* number format, NULL: text; static or as old as the book */
};

/* A stretch of one weight in a cell. */
struct stretch {
    char *text;
    bool bold, italic;
};

struct book;
struct sheet;
struct book_facts {
    const char *title, *subject, *author, *kind, *note;
    struct date date;
};
struct page_setup {
    bool landscape;
    int top, bottom, left, right; /* 1/1000 pt */
};

/* flat: cells go to the disk row by row, for large tables. The book must be closed. */
struct book *book_new(const char *path, const struct book_facts *facts, bool flat);
/* Write everything and free the book. NULL, or the library's words for what failed. */
const char *book_close(struct book *b);
/* NULL when the name is not allowed. */
struct sheet *book_sheet(struct book *b, const char *name, const struct page_setup *page);
void sheet_width(struct sheet *s, int col, int width); /* 1/1000 pt */
void sheet_height(struct sheet *s, uint32_t row, int height);
void sheet_text(struct sheet *s, uint32_t row, int col, const char *text,
                const struct look *look);
void sheet_rich(struct sheet *s, uint32_t row, int col, const struct stretch *part,
                size_t n, const struct look *look);
void sheet_number(struct sheet *s, uint32_t row, int col, double v,
                  const struct look *look);
void sheet_blank(struct sheet *s, uint32_t row, int col, const struct look *look);
/* Join cells. Call it before the content of the first cell is written, write the cells under it as
 * blanks, and end every row: a flat book joins when the last row is complete. */
void sheet_join(struct sheet *s, uint32_t row, int col, uint32_t last_row, int last_col,
                const struct look *look);
void sheet_row_end(struct sheet *s, uint32_t row);
/* Rows [first, last] are repeated on each printed page and stay in sight. */
void sheet_head(struct sheet *s, uint32_t first, uint32_t last);

/* ---- the files behind a book (xlsx_tmp.c) ------------------------------------------- */

/* What libxlsxwriter calls for a temporary file, by the folder that the book's options name: those of a flat book
 * are on the disk. */
#define XLSX_ON_DISK NULL
FILE *lxw_tmpfile(char *tmpdir);
/* From here on, and why one of them could not be written or read, an errno; 0: all could. */
void parts_begin(void);
int parts_failed(void);

/* ---- contents of cells (xlsx_cell.c) -------------------------------------------------- */

enum content_kind { CONTENT_BLANK, CONTENT_TEXT, CONTENT_RICH, CONTENT_NUMBER };
struct content {
    enum content_kind kind;
    const char *text;     /* TEXT and RICH: all of it, as it is measured */
    struct stretch *part; /* RICH */
    size_t parts;
    bool bold, italic; /* TEXT: of all of it */
    double number;
    const char *format;
};
#define XLSX_MAX_TEXT 32767
#define XLSX_MAX_STRETCHES 64 /* more than that of changing weight become plain text */
struct content cell_content(struct arena *a, const struct cell *c);
/* Text of spans as a cell shows it. */
char *cell_text(struct arena *a, const struct span *s);
/* UTF-16 units of a text: the measure of Excel's limits. */
size_t utf16_count(const char *s);

/* ---- sheets (xlsx_sheet.c, xlsx_names.c) -------------------------------------------------- */

/* A table that gets a sheet. */
struct sheet_plan {
    const struct node *table;    /* NULL: a workbook without tables */
    const struct node *appendix; /* NULL: a table of the body */
    const char *name;
    const char *lead; /* the line in front of the table, NULL */
};
struct plan {
    struct sheet_plan *v;
    size_t n, cap;
    bool
        plain; /* no official document: tables of the body give their names to their sheets */
};
void plan_names(struct arena *a, struct plan *plan);

struct writer {
    const struct doc *doc;
    struct fonts *fonts;
    struct diag *diag;
    struct arena *arena;
    struct book *book;
    bool ok;
};
void sheet_write(struct writer *w, const struct sheet_plan *plan, bool first);
extern const char xlsx_note[];

#endif
