/* colpages.c: how many pages a table will fill, from the lines of its rows */
#include "table.h"

/* The rules of table.c in short: group rows keep what follows, totals keep a row, heads are repeated. */
struct filling {
    const struct solver *s;
    const uint16_t *lines;
    int page, head;
    struct table_end end;
};

static int row_height(const struct filling *f, size_t r) {
    return f->lines[r] * single_leading(f->s->size) + 2 * CELL_PAD_Y;
}

static enum row_kind kind_of(const struct filling *f, size_t r) {
    return (enum row_kind)f->s->t->row[r].kind;
}

static void next_page(struct filling *f) {
    f->end.pages++;
    f->end.used = f->head;
    f->end.rows = 0;
}

/* The last row of a unit, as many lines a page as fit. */
static void place_lines(struct filling *f, int lines) {
    int leading = single_leading(f->s->size);
    int most = (f->page - f->head - 2 * CELL_PAD_Y) / leading;
    for (;;) {
        int room = (f->page - f->end.used - 2 * CELL_PAD_Y) / leading;
        if (lines <= room || most < 1)
            break;
        if (room > 0)
            lines -= room < lines - 2 || lines < 4 ? room : lines - 2;
        next_page(f);
    }
    f->end.used += lines * leading + 2 * CELL_PAD_Y;
}

/* Rows that stay together, as far as a page holds them. */
static void place_unit(struct filling *f, size_t from, size_t to) {
    int before = 0, leading = single_leading(f->s->size);
    for (size_t r = from; r + 1 < to; r++)
        before += row_height(f, r);
    int last = row_height(f, to - 1), room = f->page - f->end.used;
    bool ends = to < f->s->n->rows && kind_of(f, to) == ROW_TOTAL &&
                kind_of(f, to - 1) != ROW_TOTAL;
    bool part = room > f->page / PART_SHARE && f->lines[to - 1] >= 4 &&
                room - before >= 2 * leading + 2 * CELL_PAD_Y;
    if (before + last + (ends ? row_height(f, to) : 0) > room && !part)
        next_page(f);
    f->end.used += before;
    place_lines(f, f->lines[to - 1]);
    f->end.rows += to - from;
}

struct table_end paper_end(const struct paper *paper, const struct solver *s,
                           const uint16_t *lines) {
    const struct needs *n = s->n;
    struct filling f = {.s = s, .lines = lines, .page = paper->page};
    for (size_t r = 0; r < n->heads; r++)
        f.head += row_height(&f, r);
    if (f.head > paper->page / 2)
        f.head = 0;
    f.end = (struct table_end){1, paper->page - paper->first + f.head, 0};
    for (size_t from = n->heads, to; from < n->rows; from = to) {
        for (to = from; to + 1 < n->rows && kind_of(&f, to) == ROW_GROUP; to++)
            ;
        to++;
        place_unit(&f, from, to);
    }
    return f.end;
}
