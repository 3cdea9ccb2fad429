/* table_rows.c: the cells of a table's rows set into lines, and lines of cells put on the page */
#include "table.h"

#include <string.h>

/* ---- setting -------------------------------------------------------------------------- */

void rows_start(struct row_setter *s, struct layout *l, const struct table *t,
                const int *edge, int size, int node) {
    *s = (struct row_setter){.l = l, .t = t, .edge = edge, .size = size, .node = node};
    s->leading = single_leading(size);
    s->pad_x = cell_pad_x(t->ncols);
    s->span = arena_array(l->arena, struct height_span, t->ncols);
}

/* Narrower text is set ragged, for its few gaps would become rivers. */
#define JUSTIFY_LEAST 14 /* type sizes */

static struct para_spec cell_spec(const struct row_setter *s, const struct cell_box *b,
                                  bool artifact) {
    int width = s->edge[b->col + b->cols] - s->edge[b->col] - 2 * s->pad_x;
    uint8_t align = b->cell->align;
    if (align == ALIGN_JUSTIFY && width < JUSTIFY_LEAST * s->size)
        align = ALIGN_LEFT;
    return (struct para_spec){.size = s->size,
                              .leading = s->leading,
                              .width = width > 0 ? width : 1,
                              .align = align,
                              .node = s->node,
                              .mark = b->mark,
                              .artifact = artifact};
}

/* Letters that every text face has and that never need a fallback: Vietnamese and its punctuation. */
static bool is_plain(uint32_t cp) {
    return (cp >= 0x20 && cp < 0x7F) || (cp >= 0xC0 && cp <= 0x1B0) ||
           (cp >= 0x1EA0 && cp <= 0x1EF9) || (cp >= 0x2013 && cp <= 0x201D);
}

/* Width of a text that goes on one line without further ado; -1 when it needs the paragraph breaker:
 * it is too wide, or holds a rare character or blanks that the breaker would drop. */
static int plain_width(const struct row_setter *s, enum face face, const char *text,
                       int width) {
    const struct measure *m = &s->l->measure;
    const char *end = text + strlen(text);
    int64_t sum = 0, room = (int64_t)width * 1000 / s->size;
    uint32_t before = ' ';
    while (text < end && sum <= room) {
        uint32_t cp = utf8_next(&text, end);
        int w = is_plain(cp) && !(cp == ' ' && before == ' ')
                    ? m->advance(m->ctx, face, cp)
                    : -1;
        if (w < 0)
            return -1;
        sum += w;
        before = cp;
    }
    return sum > room || before == ' ' ? -1 : (int)(sum * s->size / 1000);
}

static struct origin cell_origin(const struct row *r, const struct cell *c) {
    return c->value ? c->value->at : r->at;
}

static struct piece plain_piece(const struct row *r, const struct cell_box *b) {
    return (struct piece){.face = (uint8_t)face_of(b->style),
                          .len = (uint32_t)strlen(b->cell->text),
                          .text = b->cell->text,
                          .value = b->cell->value,
                          .at = cell_origin(r, b->cell)};
}

static void set_cell(struct row_setter *s, struct arena *scratch, const struct row *r,
                     struct cell_box *b) {
    const struct cell *c = b->cell;
    struct layout *l = s->l;
    struct para_spec spec = cell_spec(s, b, false);
    /* The text of a spanning cell is still wanted when the scratch memory of its row is gone. */
    struct arena *a = b->rows > 1 ? l->arena : scratch;
    if (c->spans) {
        size_t n;
        struct piece *piece = pieces_of(l, c->spans, b->style, &n);
        b->para = para_break(a, l->diag, &l->measure, piece, n, &spec);
    } else if (c->text && *c->text) {
        b->text_width = plain_width(s, face_of(b->style), c->text, spec.width);
        b->lines = 1;
        if (b->text_width < 0) {
            struct piece *piece = arena_new_of(a, struct piece);
            *piece = plain_piece(r, b);
            b->para = para_break(a, l->diag, &l->measure, piece, 1, &spec);
        }
    }
    if (b->para)
        b->lines = (int)b->para->lines;
}

/* The cell that starts in column c of row i: its box without text. */
static struct cell_box start_cell(const struct row_setter *s, size_t i, int c) {
    const struct row *r = &s->t->row[i];
    const struct cell *cell = &r->cell[c];
    struct cell_box b = {.cell = cell, .col = c, .cols = 1, .rows = 1};
    b.mark = 1 + (uint32_t)i * (uint32_t)s->t->ncols + (uint32_t)c;
    if (cell->flags & CELL_COVERED) {
        /* Covered by nothing: an empty cell. */
        static const struct cell blank = {
            .colspan = 1, .rowspan = 1, .align = ALIGN_LEFT};
        b.cell = &blank;
        return b;
    }
    b.cols = cell_columns(s->t, c, cell);
    b.rows = cell_rows(s->t, i, cell);
    for (int k = 1; k < b.cols; k++)
        if (s->span[c + k].left)
            b.cols = k;
    b.style = (uint8_t)cell_style(r, cell);
    return b;
}

/* Heights: a row is as high as its cells, and its last row gives a spanning cell what it lacks. */
static void settle_height(struct row_setter *s, struct row_box *box) {
    box->height = (box->lines > 1 ? box->lines : 1) * s->leading + 2 * CELL_PAD_Y;
    for (int i = 0; i < box->boxes; i++) {
        const struct cell_box *b = &box->box[i];
        if (b->rows > 1)
            s->span[b->col] = (struct height_span){
                b->rows, b->cols, b->lines * s->leading + 2 * CELL_PAD_Y};
    }
    for (int c = 0; c < s->t->ncols; c++) {
        struct height_span *h = &s->span[c];
        if (h->left == 1 && h->cols && h->missing > box->height)
            box->height = h->missing;
    }
    for (int c = 0; c < s->t->ncols; c++) {
        struct height_span *h = &s->span[c];
        if (!h->left || !h->cols)
            continue;
        h->missing -= box->height;
        h->left--;
        for (int k = 1; k < h->cols; k++)
            s->span[c + k] = (struct height_span){.left = h->left};
    }
}

struct row_box *row_set(struct row_setter *s, struct arena *scratch, size_t i) {
    const struct row *r = &s->t->row[i];
    struct row_box *box = arena_new_of(scratch, struct row_box);
    box->row = r;
    box->index = i;
    box->box = arena_array(scratch, struct cell_box, s->t->ncols);
    for (int c = 0; c < s->t->ncols;) {
        if (s->span[c].left) {
            c++;
            continue;
        }
        struct cell_box *b = &box->box[box->boxes++];
        *b = start_cell(s, i, c);
        set_cell(s, scratch, r, b);
        if (b->rows == 1 && b->lines > box->lines)
            box->lines = b->lines;
        box->notes = box->notes || (b->para && b->para->note);
        c += b->cols;
    }
    settle_height(s, box);
    return box;
}

/* ---- putting on the page ---------------------------------------------------------------- */

static int aligned(uint8_t align, int slack) {
    return align == ALIGN_CENTER ? slack / 2 : align == ALIGN_RIGHT ? slack : 0;
}

/* One line of plain text, without the paragraph breaker. */
static void emit_plain(const struct row_setter *s, const struct cell_box *b, int x, int y,
                       bool artifact) {
    /* The run keeps the text, not the piece. */
    static const struct row nowhere;
    struct piece piece = plain_piece(&nowhere, b);
    struct frag frag = {.len = piece.len, .w = b->text_width};
    struct line line = {.frag = &frag, .frags = 1, .width = b->text_width};
    struct para para = {.piece = &piece, .pieces = 1, .line = &line, .lines = 1};
    para.spec = cell_spec(s, b, artifact);
    frag.x = aligned(para.spec.align, para.spec.width - b->text_width);
    line_emit(s->l, &para, 0, x, y);
}

void cell_emit(const struct row_setter *s, const struct cell_box *b, int x, int y,
               int from, int n, bool artifact) {
    x += s->edge[b->col] + s->pad_x;
    if (!b->para) {
        if (b->lines && from == 0 && n > 0)
            emit_plain(s, b, x, y, artifact);
        return;
    }
    struct para para = *b->para;
    para.spec.artifact = artifact;
    for (int i = from; i < from + n && i < b->lines; i++)
        line_emit(s->l, &para, (size_t)i, x, y + (i - from) * s->leading);
}
