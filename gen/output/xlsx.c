/* xlsx.c: the workbook of a document: a sheet for each of its tables, in the order of the text */
#include "xlsx_inside.h"

#include <string.h>

/* From here on cells go to the disk row by row instead of staying in memory. */
#define FLAT_CELLS 50000
#define MAX_ROWS 1048576
#define MAX_COLS 16384
#define TITLE_ROWS 16 /* more than the lines above and below any table */

/* The paragraph in front of a table says what it counts. */
static const char *lead_of(struct arena *a, const struct node *before) {
    if (!before || (before->kind != NODE_PARA && before->kind != NODE_HEADING))
        return NULL;
    const char *text = cell_text(a, before->spans);
    if (!*text || utf16_count(text) > 400)
        return NULL;
    return before->label ? arena_printf(a, "%s %s", before->label, text) : text;
}

static void plan_tables(struct arena *a, struct plan *plan, const struct node *parent,
                        const struct node *appendix) {
    const struct node *before = NULL;

    for (const struct node *n = parent->first; n; before = n, n = n->next) {
        if (n->kind == NODE_APPENDIX)
            plan_tables(a, plan, n, n);
        if (n->kind != NODE_TABLE || !n->u.table->ncols)
            continue;
        struct sheet_plan s = {n, appendix, NULL, lead_of(a, before)};
        vec_push(a, plan, s);
    }
}

const struct xlsx_sheet *xlsx_sheets(struct arena *a, const struct doc *doc, size_t *n) {
    struct plan plan = {.plain = doc->plain};

    plan_tables(a, &plan, doc->root, NULL);
    plan_names(a, &plan);
    struct xlsx_sheet *sheet = arena_array(a, struct xlsx_sheet, plan.n + 1);
    for (size_t i = 0; i < plan.n; i++)
        sheet[i] = (struct xlsx_sheet){plan.v[i].table->u.table, plan.v[i].name};
    *n = plan.n;
    return sheet;
}

static size_t count_cells(const struct plan *plan) {
    size_t n = 0;

    for (size_t i = 0; i < plan->n; i++)
        n += plan->v[i].table->u.table->nrows * (size_t)plan->v[i].table->u.table->ncols;
    return n;
}

/* Tables that no sheet can hold. */
static bool check_sizes(struct diag *d, const struct doc *doc, const struct plan *plan) {
    bool ok = true;

    for (size_t i = 0; i < plan->n; i++) {
        const struct table *t = plan->v[i].table->u.table;
        if (t->nrows + TITLE_ROWS + doc->notes <= MAX_ROWS && t->ncols <= MAX_COLS)
            continue;
        diag_add(d, E_XLSX_SIZE, plan->v[i].table->at, diag_fmt(d, "%zu", t->nrows),
                 diag_fmt(d, "%d", t->ncols), NULL);
        ok = false;
    }
    return ok;
}

bool xlsx_write(const struct doc *doc, struct fonts *f, struct diag *d,
                const char *path) {
    const struct official *o = &doc->official;
    struct writer w = {doc, f, d, doc->arena, NULL, true};
    struct plan plan = {.plain = doc->plain};

    plan_tables(w.arena, &plan, doc->root, NULL);
    if (!check_sizes(d, doc, &plan))
        return false;
    bool flat = count_cells(&plan) > FLAT_CELLS;
    if (!plan.n) {
        struct sheet_plan nothing = {NULL, NULL, NULL, NULL};
        vec_push(w.arena, &plan, nothing);
    }
    plan_names(w.arena, &plan);
    struct book_facts facts = {doc->title,   o->subject.text, o->agency.text,
                               o->type.text, xlsx_note,       o->date};
    w.book = book_new(path, &facts, flat);
    for (size_t i = 0; i < plan.n; i++)
        sheet_write(&w, &plan.v[i], i == 0);
    const char *failed = book_close(w.book);
    if (failed && w.ok) {
        struct origin at = {path, 0, 0};
        diag_add(d, E_FILE_WRITE, at, failed, NULL);
    }
    return !failed && w.ok;
}
