/* table.h: what the files of tables share: columns, laid rows, the grid; used by table*.c alone */
#ifndef BAOCAO_LAYOUT_TABLE_H
#define BAOCAO_LAYOUT_TABLE_H

#include "inside.h"

/* ---- columns (colextent.c, colwidth.c) -------------------------------------------- */

/* What one cell asks for; widths in 1/1000 em. */
struct extent {
    int natural; /* all on one line */
    int least;   /* widest part that a line must not break */
    int hard;    /* the same when words of more than HARD_WORD may break anywhere */
};

/* Widths that a column asks for, over all its cells that span no other column; in 1/1000 em. */
struct column_need {
    int least, hard;
    int body, head;            /* natural width of the widest body cell and head cell */
    const struct row *hardest; /* the row of the cell that sets `hard` */
};

/* A cell over several columns. */
struct span_need {
    int col, cols, least, hard;
};

/* The words of a cell in 1/1000 em, WORD_BREAK where a line must end. */
struct word_run {
    uint32_t first, n;
    uint32_t rows; /* that the cell spans; 0 only where no cell is */
};
#define WORD_BREAK 0

struct needs {
    struct column_need *col;
    int cols;
    struct span_need *span;
    size_t spans;
    /* a sample of rows for the choice between widths, the heads first: natural width of each cell,
     * divided by the rows that it spans */
    int32_t *area;        /* rows * cols */
    struct word_run *run; /* rows * cols */
    size_t rows, heads;
    bool whole; /* the sample is the table */
    struct {
        uint16_t *v;
        size_t n, cap;
    } word;
    int space; /* width of a blank */
    /* cells of the sample over several columns */
    struct {
        struct wide_cell {
            size_t row;
            int col, cols;
            struct word_run run;
        } * v;
        size_t n, cap;
    } wide;
};

/* A long word may break anywhere beyond this width (1/1000 em) when no type size holds it whole. */
#define HARD_WORD 5000

/* Look at every cell of the table once. Memory from a. */
struct needs *table_needs(struct arena *a, const struct measure *m,
                          const struct table *t);

/* The problem for one type size; widths in 1/1000 pt, padding included. */
struct solver {
    const struct needs *n;
    const struct table *t;
    int total, size, pad;
    int *least; /* no column may be narrower */
    int *low;   /* nor this, when there is room */
    int *high;  /* more is of no use */
    double ask; /* share of the widths asked for that is granted, 0: none */
    double *w, *goal, *before;
};

/* Heads are repeated, and a high one is ugly. */
#define HEAD_WEIGHT 3

/* The pages that a table is to fill. */
struct paper {
    int page;  /* height of a page */
    int first; /* what is left of the first one */
};

/* Where a table ends. */
struct table_end {
    int pages;
    int used;    /* height on the last page */
    size_t rows; /* on the last page */
};

/* Move room from column to column as long as the sum of row heights falls, with lines counted word by
 * word; then, given paper, as long as that saves pages. */
void columns_try(struct arena *a, struct solver *s, const struct paper *paper);
/* Where the table ends with rows of so many lines; the sample must be the whole table. */
struct table_end paper_end(const struct paper *paper, const struct solver *s,
                           const uint16_t *lines);
/* The same for the widths that the solver holds. Memory from a. */
struct table_end widths_end(struct arena *a, const struct paper *paper,
                            const struct solver *s);

/* The column that makes a table impossible. */
struct column_fault {
    int col;
    const struct row *row;
    int needed, given; /* 1/1000 pt, of the whole table at the least type size */
};

/* What is known of a table before its place on the page is. */
struct chooser {
    struct solver s;
    int least_size;
    int size;   /* the largest that will do */
    bool hard;  /* long words may break */
    double ask; /* share of the widths asked for that is to be granted, 0: none */
};

/* Look at a table: can `total` (1/1000 pt) hold it? Without (*fault filled) the chooser's size is 0. */
struct chooser *columns_ask(struct arena *a, const struct measure *m,
                            const struct table *t, const struct profile *p, int total,
                            struct column_fault *fault);
/* Choose widths that sum to total; returns the type size. paper NULL: pages do not matter. */
int columns_choose(struct arena *a, struct chooser *k, const struct paper *paper,
                   int *width);
/* Both at once; 0 with *fault filled when nothing will do (widths are then the best that there is). */
int table_columns(struct arena *a, const struct measure *m, const struct table *t,
                  const struct profile *p, int total, int *width,
                  struct column_fault *fault);

/* ---- geometry ---------------------------------------------------------------------- */

#define GRID_STROKE 500
#define CELL_PAD_Y 2000
/* A row is divided rather than leave this part of a page empty. */
#define PART_SHARE 3
/* Space between a grid line and the text beside it. */
int cell_pad_x(int cols);
/* Style that a cell's text starts from (enum span_style): heads, group rows and totals are bold. */
unsigned cell_style(const struct row *r, const struct cell *c);
/* Columns and rows that a cell spans inside the table, whatever its numbers say. */
int cell_columns(const struct table *t, int col, const struct cell *c);
size_t cell_rows(const struct table *t, size_t row, const struct cell *c);

/* ---- rows (table_rows.c) -------------------------------------------------------------- */

/* A cell with its text set. */
struct cell_box {
    const struct cell *cell;
    struct para *para; /* NULL: blank, or one line of plain text */
    size_t rows;       /* spanned */
    int col, cols;
    int lines;
    int text_width; /* of the one line */
    uint32_t mark;  /* of its items */
    uint8_t style;  /* enum span_style */
};

struct row_box {
    const struct row *row;
    size_t index;
    struct cell_box *box;
    int boxes;
    int lines;  /* of its tallest cell that spans no further row */
    int height; /* with what cells that end here still need */
    bool notes; /* some cell refers to a footnote */
};

/* A cell that spans rows, as far as the rows' heights are concerned. */
struct height_span {
    size_t left; /* rows still to come, this one included */
    int cols;
    int missing; /* height not yet covered by rows */
};

/* Sets rows in their order, each once. */
struct row_setter {
    struct layout *l;
    const struct table *t;
    const int *edge; /* ncols + 1 positions from the table's left edge */
    int size, leading, pad_x, node;
    struct height_span *span; /* per column: the cell over it from above */
};

void rows_start(struct row_setter *s, struct layout *l, const struct table *t,
                const int *edge, int size, int node);
/* Set row i; boxes and paragraphs of cells that span one row are taken from scratch. */
struct row_box *row_set(struct row_setter *s, struct arena *scratch, size_t i);
/* Put lines [from, from + n) of a cell on the page, the first one's top at y; x is the table's left. */
void cell_emit(const struct row_setter *s, const struct cell_box *b, int x, int y,
               int from, int n, bool artifact);

/* ---- grid (table_grid.c) ----------------------------------------------------------------- */

struct grid_line {
    int x, y, w, h; /* x from the table's left edge; w or h is 0 */
};

/* Collects the strokes of a table on one page; long lines instead of one per cell. */
struct grid {
    const int *edge;
    int cols;
    int *open; /* per edge: top of the vertical line that is under way, -1: none */
    struct {
        struct grid_line *v;
        size_t n, cap;
    } line;
};

void grid_start(struct arena *a, struct grid *g, const int *edge, int cols);
/* A row begins at top. joined[c]: columns c and c + 1 belong to one cell; through[c]: the cell of
 * column c comes from the row above, no line on its top (NULL: none does). */
void grid_row(struct arena *a, struct grid *g, int top, const bool *joined,
              const bool *through);
/* Close the part at y and put its strokes on the page, x is the table's left edge. */
void grid_finish(struct layout *l, struct grid *g, int x, int y);

#endif
