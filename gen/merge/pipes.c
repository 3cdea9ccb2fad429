/* pipes.c: pipe tables: rows of operations, sections over rows */
#include "inside.h"

struct rows {
    struct row *v;
    size_t n, cap;
};

struct pipe {
    const struct op *op;
    struct rows rows;
    size_t heads;
};

/* A cell that holds one value keeps it, for XLSX. */
static void fill_cell(struct exec *e, struct cell *c, const struct op *op) {
    const struct op *first = op->first;
    bool only = first && !first->next && !first->style && !first->link, known;
    bool blank = only && first->kind == OP_VALUE;
    c->align = op->align;
    if (blank) {
        const struct value *v = name_find(e, first->name, &known);
        const char *unit;
        if (!value_is_empty(v) && name_unit(e, first, v, &unit)) {
            cell_value(e, c, v, first->format, unit, first->at);
            return;
        }
    }
    if (only && first->kind == OP_TEXT)
        c->text = first->text;
    else
        c->spans = exec_spans(e, first);
    if (blank && c->spans && !(c->spans->style & SPAN_MISSING))
        c->flags |= CELL_BLANK;
}

static void visit_rows(struct exec *e, const struct op *list, void *to) {
    struct pipe *p = to;
    for (const struct op *op = list; op && exec_step(e, op->at); op = op->next) {
        if (op->kind == OP_SECTION) {
            exec_section(e, op, visit_rows, p);
            continue;
        }
        struct row r = {.at = op->at, .kind = op->head ? ROW_HEAD : ROW_DATA};
        r.cell = arena_array(e->a, struct cell, p->op->columns);
        p->heads += op->head;
        const struct op *cell = op->first;
        for (int i = 0; i < p->op->columns; i++) {
            r.cell[i].colspan = r.cell[i].rowspan = 1;
            r.cell[i].flags = op->head ? CELL_HEAD : 0;
            if (!cell)
                continue;
            e->brief += op->head;
            fill_cell(e, &r.cell[i], cell);
            e->brief -= op->head;
            cell = cell->next;
        }
        vec_push(e->a, &p->rows, r);
    }
}

void pipe_build(struct exec *e, const struct op *op, struct node *parent) {
    struct pipe p = {.op = op};
    visit_rows(e, op->first, &p);
    struct node *n = node_new(e->doc, NODE_TABLE, parent, op->at);
    struct table *t = n->u.table;
    t->ncols = op->columns;
    t->col = arena_array(e->a, struct table_col, op->columns);
    t->row = p.rows.v;
    t->nrows = p.rows.n;
    t->head_rows = (int)p.heads;
    const struct op *head =
        op->first && op->first->kind == OP_ROW ? op->first->first : NULL;
    for (int i = 0; i < op->columns && head; i++, head = head->next) {
        t->col[i].align = head->align;
        t->col[i].title = exec_text(e, head->first);
        t->col[i].name = t->col[i].title;
    }
}
