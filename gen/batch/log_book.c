/* log_book.c: the log of corrections as a workbook with one table, for sorting and filtering */
#include "log.h"

#include <string.h>

#define TEXT_MOST 600 /* bytes of a value */

struct writer {
    struct arena *a;
    const struct log_words *words;
    struct table *t;
    size_t row;
};

/* ---- cells -------------------------------------------------------------------------------------- */

static struct cell *next_row(struct writer *w, enum row_kind kind) {
    struct row *row = &w->t->row[w->row++];
    row->kind = (uint8_t)kind;
    row->cell = arena_array(w->a, struct cell, LOG_COLUMNS);
    for (int c = 0; c < LOG_COLUMNS; c++) {
        row->cell[c].colspan = row->cell[c].rowspan = 1;
        row->cell[c].align = ALIGN_LEFT;
    }
    return row->cell;
}

/* A number stays one where it prints exactly as it stands in the report. */
static bool take_number(struct writer *w, struct cell *cell, const char *text) {
    struct number n;
    bool percent = false;
    int digits = 0;
    size_t len = strlen(text);
    if (!len || len > 24 ||
        !number_parse(w->a, text, len, NUM_VI, &n, &percent, &digits) || digits > 6 ||
        !str_eq(number_show(w->a, &n, digits, percent), text))
        return false;
    struct value *v = arena_new_of(w->a, struct value);
    v->kind = VALUE_NUMBER;
    v->u.number = arena_new_of(w->a, struct number);
    *v->u.number = n;
    cell->value = v;
    cell->text = text;
    cell->align = ALIGN_RIGHT;
    cell->digits = (uint8_t)digits;
    cell->format = percent ? FORMAT_PERCENT : digits ? FORMAT_NUMBER : FORMAT_INTEGER;
    return true;
}

static struct span *add_span(struct writer *w, struct span *before, const char *text,
                             unsigned style) {
    struct span *s = span_new(w->a, SPAN_TEXT, text, strlen(text));
    s->style = (uint8_t)style;
    s->next = before;
    return s;
}

/* The part that differs is bold. Line feeds stay. */
static void set_value(struct writer *w, struct cell *cell, const char *text,
                      const char *other) {
    if (!text) {
        cell->text = w->words->none;
        cell->flags = CELL_ITALIC;
        return;
    }
    if (take_number(w, cell, text))
        return;
    struct excerpt x = excerpt_of(w->a, text, other, TEXT_MOST);
    cell->text = x.lead;
    if (!*x.diff && !*x.tail && !x.beyond)
        return;
    struct span *s = NULL;
    if (x.beyond)
        s = add_span(w, s, arena_printf(w->a, " %s", w->words->beyond), SPAN_ITALIC);
    if (*x.tail)
        s = add_span(w, s, x.tail, 0);
    if (*x.diff)
        s = add_span(w, s, x.diff, SPAN_BOLD);
    if (*x.lead)
        s = add_span(w, s, x.lead, 0);
    cell->spans = s;
}

/* ---- rows ---------------------------------------------------------------------------------------- */

static void head_row(struct writer *w) {
    struct cell *cell = next_row(w, ROW_HEAD);
    for (int c = 0; c < LOG_COLUMNS; c++) {
        cell[c].text = w->words->column[c];
        cell[c].flags = CELL_HEAD | CELL_BOLD;
        cell[c].align = ALIGN_CENTER;
    }
}

static void change_row(struct writer *w, const char *report, const struct change *c) {
    struct cell *cell = next_row(w, ROW_DATA);
    cell[LOG_REPORT].text = report;
    cell[LOG_PATH].text = c->path;
    cell[LOG_TITLE].text = c->title;
    set_value(w, &cell[LOG_OLD], c->old, c->now);
    set_value(w, &cell[LOG_NOW], c->now, c->old);
    cell[LOG_SOURCE].text = c->computed ? w->words->computed : w->words->given;
    cell[LOG_PAGES].text = *c->pages ? c->pages : NULL;
    cell[LOG_SHEETS].text = *c->sheets ? c->sheets : NULL;
    for (int i = LOG_SOURCE; i < LOG_COLUMNS; i++)
        cell[i].align = ALIGN_CENTER;
}

static void file_row(struct writer *w, const char *report, const char *file) {
    struct cell *cell = next_row(w, ROW_DATA);
    cell[LOG_REPORT].text = report;
    cell[LOG_PATH].text = file;
    cell[LOG_SOURCE].text = w->words->file;
    cell[LOG_SOURCE].align = ALIGN_CENTER;
}

static void last_row(struct writer *w, const char *text) {
    struct cell *cell = next_row(w, ROW_EMPTY);
    cell[0].text = text;
    cell[0].align = ALIGN_CENTER;
    cell[0].colspan = LOG_COLUMNS;
    for (int c = 1; c < LOG_COLUMNS; c++)
        cell[c].flags = CELL_COVERED;
}

static void data_rows(struct writer *w, const struct log_entry *entry, size_t n,
                      size_t last) {
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < entry[i].changes->n && w->row < last; k++)
            change_row(w, entry[i].report, &entry[i].changes->v[k]);
        for (size_t k = 0; entry[i].files && entry[i].files[k] && w->row < last; k++)
            file_row(w, entry[i].report, entry[i].files[k]);
    }
}

/* ---- the document ----------------------------------------------------------------------------------- */

/* The line above the table. */
static void lead(struct doc *doc, const char *text) {
    struct node *p = node_new(doc, NODE_PARA, doc->root, (struct origin){0});
    p->spans = span_new(doc->arena, SPAN_TEXT, text, strlen(text));
}

static void build(struct doc *doc, enum lang lang, const struct log_entry *entry,
                  size_t n) {
    struct writer w = {.a = doc->arena, .words = log_words(lang)};
    struct log_counts c = log_count(entry, n);
    size_t all = c.given + c.computed + c.files, shown = all < LOG_ROWS ? all : LOG_ROWS;
    doc->plain = true;
    doc->landscape = true;
    doc->title = text_upper(w.a, w.words->title);
    lead(doc, all ? arena_printf(w.a, "%s %s", log_summary(w.a, lang, &c),
                                 log_legend(w.a, lang, entry, n))
                  : w.words->nothing);
    w.t = node_new(doc, NODE_TABLE, doc->root, (struct origin){0})->u.table;
    w.t->name = w.words->sheet;
    w.t->ncols = LOG_COLUMNS;
    w.t->col = arena_array(w.a, struct table_col, LOG_COLUMNS);
    for (int i = 0; i < LOG_COLUMNS; i++)
        w.t->col[i].title = w.words->column[i];
    w.t->head_rows = 1;
    w.t->row = arena_array(w.a, struct row, shown + 2);
    head_row(&w);
    data_rows(&w, entry, n, shown + 1);
    if (!all)
        last_row(&w, w.words->nothing);
    else if (shown < all)
        last_row(&w, log_more(w.a, lang, all - shown));
    w.t->nrows = w.row;
}

bool log_workbook(struct arena *a, struct diag *d, struct fonts *f,
                  const struct log_entry *entry, size_t n, const char *path) {
    struct doc *doc = doc_new(a);
    build(doc, diag_lang(d), entry, n);
    return xlsx_write(doc, f, d, path);
}
