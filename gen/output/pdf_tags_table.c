/* pdf_tags_table.c: the structure elements of a table: rows, cells, what heads them */
#include "pdf_tags.h"

#include <string.h>

/* Rows of one TBody: readers take long arrays badly. */
#define BODY_ROWS 4096

int tag_columns(const struct table *table, int col, const struct cell *c) {
    int n = c->colspan ? c->colspan : 1;
    return n < table->ncols - col ? n : table->ncols - col;
}

size_t tag_rows(const struct table *table, size_t row, const struct cell *c) {
    size_t end = row < (size_t)table->head_rows ? (size_t)table->head_rows : table->nrows;
    size_t n = c->rowspan ? c->rowspan : 1;
    end = end < table->nrows ? end : table->nrows;
    if (end <= row)
        return 1;
    return n < end - row ? n : end - row;
}

struct rows {
    struct pdf_tags *t;
    const struct table *table;
    struct tag_place *place;
    uint32_t *left; /* per column: rows that a cell above still covers */
};

/* The row of column numbers (1) (2) (3) under the titles heads nothing. */
static bool is_number_row(const struct table *t, size_t i) {
    for (int c = 0; c < t->ncols; c++) {
        const char *text = t->row[i].cell[c].text;
        if (!text || text[0] != '(')
            return false;
    }
    return true;
}

/* Rows of titles; with more than one each data cell names its heads. */
static int title_rows(const struct table *t) {
    int n = t->head_rows;
    if (n > 1 && (size_t)n <= t->nrows && is_number_row(t, (size_t)n - 1))
        n--;
    return (size_t)n <= t->nrows ? n : (int)t->nrows;
}

/* What a group's or a total's row is about: its first cell over several columns, else with words. */
static int row_head(const struct table *t, const struct row *r) {
    int first = -1;
    if (r->kind != ROW_GROUP && r->kind != ROW_TOTAL)
        return -1;
    for (int c = 0; c < t->ncols; c++) {
        const struct cell *cell = &r->cell[c];
        if (cell->flags & CELL_COVERED || !((cell->text && *cell->text) || cell->spans))
            continue;
        if (cell->colspan > 1)
            return c;
        first = first < 0 ? c : first;
    }
    return first;
}

static uint32_t cell_new(struct rows *v, size_t row, int col, int cols, size_t rows,
                         uint32_t parent, int head) {
    const struct row *r = &v->table->row[row];
    bool top = r->kind == ROW_HEAD || (int)row < v->table->head_rows ||
               (r->cell[col].flags & (CELL_HEAD | CELL_COVERED)) == CELL_HEAD;
    uint32_t i =
        tag_new(v->t, top || col == head ? ROLE_TH : ROLE_TD, parent, (uint32_t)col);
    struct element *e = tag_element(v->t, i);
    if (!top && col == head)
        e->flags |= TAG_ROW_HEAD;
    if (cols > 1 || rows > 1)
        e->flags |= TAG_SPANS;
    if (v->place->head && e->role == ROLE_TD)
        e->flags |= TAG_HEADERS;
    if (v->place->head && (int)row < v->place->levels) {
        e->flags |= TAG_ID;
        vec_push(v->t->arena, &v->t->id, i);
        for (int c = col; c < col + cols; c++)
            for (size_t k = row; k < row + rows && k < (size_t)v->place->levels; k++)
                v->place->head[c * v->place->levels + (int)k] = k == row ? i : 0;
    }
    return i;
}

/* The same walk as the layout's: a covered cell that nothing covers is an empty one. */
static void row_new(struct rows *v, size_t i, uint32_t parent) {
    const struct table *t = v->table;
    const struct row *r = &t->row[i];
    uint32_t tr = tag_new(v->t, ROLE_TR, parent, (uint32_t)i);
    int head = row_head(t, r);
    v->place->row[i] = tr;
    for (int c = 0, cols; c < t->ncols; c += cols) {
        cols = 1;
        if (v->left[c]) {
            v->left[c]--;
            continue;
        }
        const struct cell *cell = &r->cell[c];
        bool covered = cell->flags & CELL_COVERED;
        size_t rows = covered ? 1 : tag_rows(t, i, cell);
        cols = covered ? 1 : tag_columns(t, c, cell);
        for (int k = 1; k < cols; k++)
            if (v->left[c + k])
                cols = k;
        cell_new(v, i, c, cols, rows, tr, head);
        for (int k = 0; k < cols; k++)
            v->left[c + k] = (uint32_t)rows - 1;
    }
}

static bool is_open(const struct rows *v) {
    for (int c = 0; c < v->table->ncols; c++)
        if (v->left[c])
            return true;
    return false;
}

void tags_build_table(struct pdf_tags *t, const struct node *n, uint32_t parent) {
    const struct table *table = n->u.table;
    struct rows v = {t, table, &t->place[n->id], NULL};
    uint32_t element = tag_new(t, ROLE_TABLE, parent, (uint32_t)n->id), group = element;
    size_t heads =
        (size_t)table->head_rows < table->nrows ? (size_t)table->head_rows : table->nrows;
    v.left = arena_array(t->arena, uint32_t, table->ncols + 1);
    v.place->row = arena_array(t->arena, uint32_t, table->nrows + 1);
    v.place->levels = title_rows(table);
    if (v.place->levels > 1)
        v.place->head = arena_array(t->arena, uint32_t, table->ncols * v.place->levels);
    if (n->spans)
        tag_new(t, ROLE_CAPTION, element, 0);
    for (size_t i = 0, since = 0; i < table->nrows; i++, since++) {
        if (i == 0 && heads && heads < table->nrows) /* no THead without a TBody */
            group = tag_new(t, ROLE_THEAD, element, 0);
        if (i == heads || (since >= BODY_ROWS && !is_open(&v))) {
            group = tag_new(t, ROLE_TBODY, element, 0);
            since = 0;
        }
        row_new(&v, i, group);
    }
}
