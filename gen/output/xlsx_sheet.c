/* xlsx_sheet.c: one table on its sheet: titles, head, rows, heights and joined cells */
#include "xlsx_inside.h"

#include <string.h>

const char xlsx_note[] = "Bản số liệu, không thay thế văn bản";

#define A4_SHORT 595276 /* 210 mm in 1/1000 pt */
#define A4_LONG 841890
#define TITLE_SIZE 14000
#define NOTE_SIZE 12000
#define MAX_HEIGHT 409000
#define LINE_AIR 3500 /* above and below the lines of a cell */
#define PADDING 4000  /* left and right of the text in a cell, with the grid line */

/* A sheet under construction. */
struct grid {
    struct writer *w;
    const struct sheet_plan *plan;
    const struct table *t;
    struct sheet *sheet;
    int ncols;
    int size;   /* type size of the table */
    int *width; /* of its columns */
    int total;
    uint32_t row; /* next free one */
};

/* ---- heights ----------------------------------------------------------------------- */

/* Lines of 12 pt Times New Roman are 19 pixels apart on Excel's screen, a little less in LibreOffice. */
static int line_height(int size) {
    return size * 19 / 16;
}

static enum face face_for(bool bold, bool italic) {
    return bold     ? italic ? FACE_BOLD_ITALIC : FACE_BOLD
           : italic ? FACE_ITALIC
                    : FACE_REGULAR;
}

/* Whether a text takes one line: adding up its advances is far cheaper than breaking it, and most
 * cells of a large table hold a word or two. */
static bool fits_line(const struct writer *w, const char *text, size_t n, enum face face,
                      int size, int room) {
    const char *end = text + n;
    int64_t left = (int64_t)room * 1000;

    while (text < end && left >= 0) {
        int advance = font_advance(w->fonts, face, utf8_next(&text, end));
        left -= (int64_t)(advance < 0 ? 1000 : advance) * size;
    }
    return left >= 0;
}

static int lines_of(struct writer *w, const char *text, size_t n, enum face face,
                    int size, int room) {
    if (fits_line(w, text, n, face, size, room))
        return 1;
    if (text[n])
        text = arena_strndup(w->arena, text, n);
    int lines = layout_line_count(w->fonts, text, face, size, room);
    return lines > 1 ? lines : 1;
}

/* Height of a text in a cell as wide as `width`. Screen rounding makes Excel's letters up to 2 %
 * wider than the font's. */
static int text_height(struct writer *w, const char *text, enum face face, int size,
                       int width) {
    int room = (width - PADDING) / 100 * 98, lines = 0;

    if (room < size)
        room = size;
    for (;;) {
        size_t n = strcspn(text, "\n");
        lines += lines_of(w, text, n, face, size, room);
        if (!text[n])
            break;
        text += n + 1;
    }
    return lines * line_height(size) + LINE_AIR;
}

/* ---- titles ------------------------------------------------------------------------ */

/* A line over all columns; blank text leaves a gap. */
static void title_line(struct grid *p, const char *text, const struct look *look) {
    struct writer *w = p->w;
    uint32_t row = p->row++;

    if (!text || !*text)
        return;
    if (p->ncols > 1)
        sheet_join(p->sheet, row, 0, row, p->ncols - 1, look);
    sheet_text(p->sheet, row, 0, text, look);
    sheet_height(
        p->sheet, row,
        text_height(w, text, face_for(look->bold, look->italic), look->size, p->total));
    sheet_row_end(p->sheet, row);
}

static void agency_lines(struct grid *p) {
    static const struct look agency = {NOTE_SIZE, ALIGN_LEFT, true, false, false, NULL};
    static const struct look note = {NOTE_SIZE, ALIGN_LEFT, false, true, false, NULL};
    const char *line[4];
    const char *text = "";
    int n = doc_agency_lines(p->w->arena, p->w->doc->official.agency.text, line);

    for (int i = 0; i < n; i++)
        text = arena_printf(p->w->arena, "%s%s%s", text, i ? " " : "", line[i]);
    if (*text)
        title_line(p, text, &agency);
    title_line(p, xlsx_note, &note);
    title_line(p, NULL, &note);
}

static void title_lines(struct grid *p, bool first) {
    static const struct look bold = {TITLE_SIZE, ALIGN_CENTER, true, false, false, NULL};
    static const struct look italic = {TITLE_SIZE, ALIGN_CENTER, false,
                                       true,       false,        NULL};
    static const struct look plain = {NOTE_SIZE, ALIGN_LEFT, false, false, false, NULL};
    struct arena *a = p->w->arena;

    if (first && !p->w->doc->plain)
        agency_lines(p);
    if (p->plan->appendix) {
        const struct appendix *x = p->plan->appendix->u.appendix;
        title_line(p, x->number ? arena_printf(a, "Phụ lục %s", x->number) : "Phụ lục",
                   &bold);
        if (x->title)
            title_line(p, text_upper(a, cell_text(a, x->title)), &bold);
        if (x->reference)
            title_line(p, cell_text(a, x->reference), &italic);
    } else {
        title_line(p, p->w->doc->title, &bold);
    }
    if (p->plan->lead)
        title_line(p, p->plan->lead, &plain);
    if (p->plan->table && p->plan->table->spans)
        title_line(p, cell_text(a, p->plan->table->spans), &bold);
    title_line(p, NULL, &plain);
}

/* ---- cells -------------------------------------------------------------------------- */

static struct look cell_look(const struct grid *p, const struct row *row,
                             const struct cell *c) {
    bool head = row->kind == ROW_HEAD || (c->flags & CELL_HEAD);
    bool bold = head || (c->flags & CELL_BOLD) || row->kind == ROW_TOTAL;
    return (struct look){p->size, c->align, bold, (c->flags & CELL_ITALIC) != 0,
                         true,    NULL};
}

/* Columns and rows that a cell really takes: no span leaves the table. */
static int cell_cols(const struct grid *p, const struct cell *c, int col) {
    return c->colspan > p->ncols - col ? p->ncols - col : c->colspan > 1 ? c->colspan : 1;
}

static size_t cell_rows(const struct grid *p, const struct cell *c, size_t r) {
    return c->rowspan > p->t->nrows - r ? p->t->nrows - r
           : c->rowspan > 1             ? c->rowspan
                                        : 1;
}

static int cells_width(const struct grid *p, int col, int n) {
    int width = 0;
    for (int i = 0; i < n; i++)
        width += p->width[col + i];
    return width;
}

static int cell_height(struct grid *p, const struct row *row, int col) {
    const struct cell *c = &row->cell[col];
    struct look look = cell_look(p, row, c);
    const char *text = c->spans  ? cell_text(p->w->arena, c->spans)
                       : c->text ? c->text
                                 : "";

    return text_height(p->w, text, face_for(look.bold, look.italic), p->size,
                       cells_width(p, col, cell_cols(p, c, col)));
}

static bool is_shown(const struct cell *c) {
    return !(c->flags & CELL_COVERED) && (c->text || c->spans);
}

/* Heights from the cells of one row each. */
static void own_heights(struct grid *p, int *height) {
    for (size_t r = 0; r < p->t->nrows; r++) {
        const struct row *row = &p->t->row[r];
        height[r] = line_height(p->size) + LINE_AIR;
        for (int c = 0; c < p->ncols; c++) {
            if (!is_shown(&row->cell[c]) || cell_rows(p, &row->cell[c], r) > 1)
                continue;
            int need = cell_height(p, row, c);
            height[r] = need > height[r] ? need : height[r];
        }
    }
}

/* What a cell over several rows needs beyond them goes to its last row. */
static void joined_heights(struct grid *p, int *height) {
    for (size_t r = 0; r < p->t->nrows; r++)
        for (int c = 0; c < p->ncols; c++) {
            const struct cell *x = &p->t->row[r].cell[c];
            size_t rows = x->rowspan > 1 && is_shown(x) ? cell_rows(p, x, r) : 1;
            if (rows == 1)
                continue;
            int need = cell_height(p, &p->t->row[r], c);
            for (size_t k = 0; k < rows && need > 0; k++)
                need -= height[r + k];
            if (need > 0)
                height[r + rows - 1] += need;
        }
}

/* Returns the height of the tallest row. */
static int row_heights(struct grid *p, int *height) {
    int tallest = 0;

    own_heights(p, height);
    joined_heights(p, height);
    for (size_t r = 0; r < p->t->nrows; r++)
        tallest = height[r] > tallest ? height[r] : tallest;
    return tallest;
}

static void report_long(struct grid *p, const struct row *row, const struct cell *c,
                        size_t n) {
    struct writer *w = p->w;
    const char *where = c->value ? value_where(w->diag, c->value) : NULL;

    diag_add_where(w->diag, E_XLSX_TEXT_LONG, c->value ? c->value->at : row->at, where,
                   diag_fmt(w->diag, "%zu", n), NULL);
    w->ok = false;
}

static void write_content(struct grid *p, const struct row *row, uint32_t at, int col,
                          struct look *look) {
    const struct cell *c = &row->cell[col];
    struct content k = cell_content(p->w->arena, c);
    size_t length = k.kind == CONTENT_TEXT || k.kind == CONTENT_RICH ? strlen(k.text) : 0;

    if (length > XLSX_MAX_TEXT && (length = utf16_count(k.text)) > XLSX_MAX_TEXT) {
        report_long(p, row, c, length);
        return;
    }
    switch (k.kind) {
    case CONTENT_BLANK:
        sheet_blank(p->sheet, at, col, look);
        return;
    case CONTENT_TEXT:
        look->bold = look->bold || k.bold;
        look->italic = look->italic || k.italic;
        sheet_text(p->sheet, at, col, k.text, look);
        return;
    case CONTENT_RICH:
        sheet_rich(p->sheet, at, col, k.part, k.parts, look);
        return;
    case CONTENT_NUMBER:
        look->number = k.format;
        sheet_number(p->sheet, at, col, k.number, look);
        return;
    }
}

static void write_row(struct grid *p, size_t r) {
    const struct row *row = &p->t->row[r];
    uint32_t at = p->row + (uint32_t)r;

    for (int c = 0; c < p->ncols; c++) {
        const struct cell *x = &row->cell[c];
        struct look look = cell_look(p, row, x);
        if (x->flags & CELL_COVERED) {
            sheet_blank(p->sheet, at, c, &look);
            continue;
        }
        int cols = cell_cols(p, x, c);
        size_t rows = cell_rows(p, x, r);
        if (cols > 1 || rows > 1)
            sheet_join(p->sheet, at, c, at + (uint32_t)rows - 1, c + cols - 1, &look);
        write_content(p, row, at, c, &look);
    }
    sheet_row_end(p->sheet, at);
}

/* ---- notes ---------------------------------------------------------------------------- */

/* The footnotes that cells refer to, below the table. */
static void note_lines(struct grid *p) {
    static const struct look look = {10000, ALIGN_LEFT, false, true, false, NULL};
    const struct doc *doc = p->w->doc;

    for (size_t r = 0; r < p->t->nrows; r++)
        for (int c = 0; c < p->ncols; c++)
            for (const struct span *s = p->t->row[r].cell[c].spans; s; s = s->next)
                if (s->kind == SPAN_NOTE && (size_t)s->u.note < doc->notes)
                    title_line(
                        p,
                        arena_printf(p->w->arena, "[%d] %s", s->u.note + 1,
                                     cell_text(p->w->arena, doc->note[s->u.note].spans)),
                        &look);
}

/* ---- the sheet --------------------------------------------------------------------------- */

/* A row beyond Excel's greatest height gets wider columns; the print is scaled down to the page. */
static int *fit(struct grid *p) {
    int *height = arena_array(p->w->arena, int, p->t->nrows + 1);

    for (int turn = 0; turn < 4 && row_heights(p, height) > MAX_HEIGHT; turn++) {
        for (int c = 0; c < p->ncols; c++)
            p->width[c] += p->width[c] / 3;
        p->total += p->total / 3;
    }
    return height;
}

static void write_table(struct grid *p, const int *height) {
    size_t first = p->row;

    for (size_t r = 0; r < p->t->nrows; r++) {
        sheet_height(p->sheet, p->row + (uint32_t)r, height[r]);
        write_row(p, r);
    }
    p->row += (uint32_t)p->t->nrows;
    if (p->t->head_rows)
        sheet_head(p->sheet, (uint32_t)first,
                   (uint32_t)first + (uint32_t)p->t->head_rows - 1);
    note_lines(p);
}

static void write_nothing(struct grid *p) {
    static const struct look look = {TITLE_SIZE, ALIGN_CENTER, false, false, false, NULL};
    title_line(p, "Văn bản không có bảng số liệu", &look);
}

void sheet_write(struct writer *w, const struct sheet_plan *plan, bool first) {
    const struct profile *f = &w->doc->profile;
    bool landscape =
        plan->appendix ? plan->appendix->u.appendix->landscape : w->doc->landscape;
    struct page_setup setup = {landscape, f->top, f->bottom, f->left, f->right};
    struct grid p = {.w = w, .plan = plan, .size = f->table_size};
    int *height = NULL;

    p.total = (landscape ? A4_LONG : A4_SHORT) - f->left - f->right;
    p.sheet = book_sheet(w->book, plan->name, &setup);
    if (!p.sheet)
        return;
    p.t = plan->table ? plan->table->u.table : NULL;
    p.ncols = p.t ? p.t->ncols : 1;
    p.width = arena_array(w->arena, int, p.ncols);
    p.width[0] = p.total;
    if (p.t) {
        p.size = layout_column_widths(w->fonts, p.t, f, p.total, p.width);
        height = fit(&p);
    }
    for (int c = 0; c < p.ncols; c++)
        sheet_width(p.sheet, c, p.width[c]);
    title_lines(&p, first);
    if (height)
        write_table(&p, height);
    else
        write_nothing(&p);
}
