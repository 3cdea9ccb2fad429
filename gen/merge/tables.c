/* tables.c: a table block and its data to a table: groups, numbers, merges, totals */
#include "inside.h"

#include <string.h>

#define COLUMNS_MAX 256
#define SPAN_MAX UINT16_MAX

struct build {
    struct exec *e;
    const struct bang *b;
    const struct value *data; /* LIST or TABLE with rows, or NULL */
    struct value **item;      /* those of its rows that `loc` lets in */
    uint32_t items;
    const struct table_schema *schema;
    struct leaves leaves;
    struct table *t;
    size_t row;     /* the next one to fill */
    int number_col; /* leaf that is numbered here, -1: none */
    bool ok, only_check;
};

/* ---- checking --------------------------------------------------------------------------- */

static void table_unknown(struct exec *e, const struct bang *b) {
    struct {
        const char **v;
        size_t n, cap;
    } all = {0};
    for (size_t i = 0; e->schema && i < e->schema->tables; i++)
        vec_push(e->a, &all, e->schema->table[i].name);
    const struct value *facts = e->r->facts;
    for (uint32_t i = 0; i < facts->n; i++)
        if (facts->u.member[i].kind == VALUE_LIST ||
            facts->u.member[i].kind == VALUE_TABLE)
            vec_push(e->a, &all, facts->u.member[i].key);
    const char *otherwise =
        diag_fmt(e->d,
                 diag_word(e->d,
                           "khai báo bảng này ở “bang” trong mau.yaml, hoặc đặt tệp "
                           "%s.csv vào thư mục báo cáo",
                           "declare it under “bang” in mau.yaml, or put %s.csv into the "
                           "report's folder"),
                 b->data.full);
    diag_add(e->d, E_BANG_TABLE, b->at, b->data.full,
             nearest_hint(e->d, b->data.full, all.v, all.n, otherwise), NULL);
}

static bool is_number_name(const char *name) {
    return str_eq(name, "tt") || str_eq(name, "stt");
}

static bool in_rows(const struct value *data, const char *name) {
    size_t n;
    const struct column *c = value_columns(data, &n);
    for (size_t i = 0; i < n; i++)
        if (str_eq(c[i].key, name))
            return true;
    for (uint32_t i = 0; data && data->kind == VALUE_LIST && i < data->n; i++)
        if (value_get(data->u.item[i], name))
            return true;
    return false;
}

static bool check_column(struct build *u, const char *name, struct origin at) {
    if (!name || column_known(u->e, u->data, u->schema, name))
        return true;
    column_unknown(u->e, u->data, u->schema, name, at);
    return u->ok = false;
}

/* A column that prints its unit, in the head or in the cells, must have one. */
static void check_unit(struct build *u, const struct leaf *leaf) {
    const struct bang_col *col = leaf->col;
    bool wanted = col && (col->unit || format_wants_unit(col->format));
    if (!wanted || format_head_unit(u->e->a, col->format, leaf_unit(leaf)))
        return;
    diag_add(u->e->d, E_FORMAT_UNIT, col->at, leaf->name, NULL);
    u->ok = false;
}

static int leaf_index(const struct build *u, const char *name) {
    for (size_t i = 0; i < u->leaves.n; i++)
        if (str_eq(u->leaves.v[i].name, name))
            return (int)i;
    return -1;
}

static void check_shown(struct build *u, const struct bang_ref *ref, size_t n,
                        const char *key) {
    for (size_t i = 0; i < n; i++) {
        if (leaf_index(u, ref[i].name) >= 0)
            continue;
        if (column_known(u->e, u->data, u->schema, ref[i].name))
            diag_add(u->e->d, E_BANG_HIDDEN, ref[i].at, ref[i].name, key, NULL);
        else
            column_unknown(u->e, u->data, u->schema, ref[i].name, ref[i].at);
        u->ok = false;
    }
}

/* All that the block says about columns, against what the table has. */
static void check_block(struct build *u) {
    const struct bang *b = u->b;
    u->number_col = -1;
    for (size_t i = 0; i < u->leaves.n; i++) {
        const struct leaf *leaf = &u->leaves.v[i];
        bool own = in_rows(u->data, leaf->name);
        if (is_number_name(leaf->name) && u->number_col < 0 &&
            b->numbering != NUMBER_OWN && (b->numbering != NUMBER_DEFAULT || !own))
            u->number_col = (int)i;
        if (is_number_name(leaf->name) ||
            check_column(u, leaf->name, leaf->col ? leaf->col->at : b->at))
            check_unit(u, leaf);
    }
    check_column(u, b->group.name, b->group.at);
    check_column(u, b->group_label_from.name, b->group_label_from.at);
    check_shown(u, b->merge, b->merges, "gop");
    check_shown(u, b->sum, b->sums, "tong");
    int levels = u->leaves.levels + b->number_row;
    bool unknown = !u->data && !u->schema; /* nothing can be said about its columns */
    if ((u->leaves.n == 0 && !(unknown && u->only_check)) || u->leaves.n > COLUMNS_MAX) {
        diag_add(u->e->d, E_BANG_COLUMNS, b->at, b->data.full,
                 diag_fmt(u->e->d, "%d", COLUMNS_MAX), NULL);
        u->ok = false;
    } else if (levels > HEAD_LEVELS) {
        diag_add(u->e->d, E_BANG_LEVELS, b->at, diag_fmt(u->e->d, "%d", HEAD_LEVELS),
                 NULL);
        u->ok = false;
    }
}

static bool find_data(struct build *u) {
    struct exec *e = u->e;
    const struct value *v;
    if (!table_find(e, &u->b->data, &v, &u->schema)) {
        table_unknown(e, u->b);
        return false;
    }
    bool rows = v && (v->kind == VALUE_LIST || v->kind == VALUE_TABLE);
    if (v && v->kind != VALUE_NONE &&
        (!rows || (v->n && v->u.item[0]->kind != VALUE_MAP))) {
        diag_add(e->d, E_BANG_NOT_TABLE, u->b->at, u->b->data.full,
                 value_kind_name(e->d, v), NULL);
        return false;
    }
    u->data = rows ? v : NULL;
    return true;
}

/* The rows that fulfil `loc`, all without it; false after a message. A draft shows all rows then. */
static bool filter(struct build *u) {
    struct exec *e = u->e;
    const struct value *text = u->b->filter;
    u->item = u->data ? u->data->u.item : NULL;
    u->items = u->data ? u->data->n : 0;
    if (!text)
        return true;
    return rows_filter(e->a, e->d, e->r, e->schema, text, u->b->data.full, u->data,
                       &u->item, &u->items) ||
           e->draft;
}

/* ---- cells -------------------------------------------------------------------------------- */

/* A draft names what is missing in the cell that v, or nothing, stands in. */
static struct span *missing_span(struct build *u, const struct leaf *leaf,
                                 const struct value *v, struct origin at) {
    struct exec *e = u->e;
    struct spans s = {NULL, NULL};
    s.tail = &s.first;
    put_missing(e, &s, leaf->field->title ? leaf->field->title : leaf->name, at);
    missing_shown(e, v, arena_printf(e->a, "%s.%s", u->b->data.full, leaf->name));
    return s.first;
}

void cell_value(struct exec *e, struct cell *c, const struct value *v,
                const struct format *f, const char *unit, struct origin at) {
    if (!v || v->kind == VALUE_NONE)
        return;
    c->value = v;
    bool marked = is_marked(e, v);
    if (v->kind == VALUE_NODATA)
        c->flags |= CELL_BLANK;
    if (v->kind == VALUE_MAP || v->kind == VALUE_TABLE) {
        diag_add(e->d, E_VALUE_SHAPE, at, v->key ? v->key : ".", value_kind_name(e->d, v),
                 NULL);
        return;
    }
    struct spans s = {NULL, NULL};
    s.tail = &s.first;
    /* A formatter must not speak of a value that was reported already, in a draft or not. */
    bool wrong = (marked || f) && v->text && defect_at(e, v->at);
    if (f && f->kind == FMT_CITE && !wrong) {
        cite_value(e, v, f, 0, NULL, at, &s);
        c->spans = s.first;
        return;
    }
    const char *text = wrong ? v->text : format_apply(e->a, e->d, v, f, unit, at);
    if (!text)
        return;
    if (wrong)
        format_cell(e->a, c, v, NULL, value_show(e->a, v));
    else
        format_cell(e->a, c, v, f, text);
    bool rich = (v->flags & VALUE_RICH) && text == v->text;
    if (!marked && !rich && !(v->kind == VALUE_TEXT && strchr(text, '\n'))) {
        c->text = text;
        return;
    }
    put_value(e, &s, v, text, 0, NULL);
    c->spans = s.first;
}

static const struct value *member(const struct value *row, const struct leaf *leaf) {
    if (leaf->at >= 0 && (uint32_t)leaf->at < row->n && row->kind == VALUE_MAP) {
        const struct value *v = &row->u.member[leaf->at];
        if (v->key == leaf->name || str_eq(v->key, leaf->name))
            return v;
    }
    return value_get(row, leaf->name);
}

static void cell_number(struct exec *e, struct cell *c, int64_t n) {
    struct value *v = arena_new_of(e->a, struct value);
    v->kind = VALUE_NUMBER;
    v->flags = VALUE_COMPUTED | VALUE_INTEGER;
    v->u.number = arena_new_of(e->a, struct number);
    *v->u.number = number_int(n);
    c->value = v;
    c->format = FORMAT_INTEGER;
    c->text = arena_printf(e->a, "%lld", (long long)n);
}

static void cell_spans(struct cell *c, struct span *spans) {
    if (spans && !spans->next && spans->kind == SPAN_TEXT && !spans->style &&
        !spans->link && !spans->value && spans->text[spans->len] == '\0')
        c->text = spans->text;
    else
        c->spans = spans;
}

static struct row *next_row(struct build *u, enum row_kind kind, struct origin at) {
    struct row *r = &u->t->row[u->row++];
    r->kind = (uint8_t)kind;
    r->at = at;
    return r;
}

static void cover(struct row *r, size_t from, size_t to) {
    r->cell[from].colspan = (uint16_t)(to - from);
    for (size_t i = from + 1; i < to; i++)
        r->cell[i].flags |= CELL_COVERED;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static const struct value *group_value(const struct build *u, uint32_t i) {
    const struct value *v =
        u->b->group.name ? value_get(u->item[i], u->b->group.name) : NULL;
    return value_is_empty(v) ? NULL : v;
}

/* Whether row i begins a group; *now is the group that it belongs to, as printed. A blank goes on. */
static bool group_begins(const struct build *u, uint32_t i, const char **now) {
    const struct value *v = group_value(u, i);
    if (!v)
        return false;
    const char *s = value_show(u->e->a, v);
    bool begins = !*now || strcmp(*now, s) != 0;
    *now = s;
    return begins;
}

static const char *group_label(const struct build *u, int n, uint32_t i,
                               const struct value **v) {
    struct arena *a = u->e->a;
    switch (u->b->group_label) {
    case LABEL_ROMAN:
        return text_roman(a, n);
    case LABEL_NUMBER:
        return arena_printf(a, "%d", n);
    case LABEL_LETTER:
        return n <= 26 ? arena_printf(a, "%c", 'A' + n - 1) : arena_printf(a, "%d", n);
    case LABEL_COLUMN:
        *v = value_get(u->item[i], u->b->group_label_from.name);
        return value_show(a, *v);
    case LABEL_NONE:
        break;
    }
    return NULL;
}

/* The number stays in the first column, the text spans the others. */
static void group_row(struct build *u, uint32_t i, int n) {
    const struct value *v = group_value(u, i);
    struct row *r = next_row(u, ROW_GROUP, v ? v->at : u->b->at);
    const struct value *from = NULL;
    const char *label = group_label(u, n, i, &from);
    size_t text_col = label && u->leaves.n > 1;
    if (text_col) {
        r->cell[0].text = label;
        r->cell[0].value = from;
        r->cell[0].flags = CELL_BOLD;
    }
    cell_value(u->e, &r->cell[text_col], v, NULL, NULL, r->at);
    r->cell[text_col].flags = CELL_BOLD;
    r->cell[text_col].align = ALIGN_LEFT;
    cover(r, text_col, u->leaves.n);
}

/* What the column says of an empty cell, else what its field says. */
static void blank_cell(struct build *u, struct cell *cell, const struct leaf *leaf,
                       const struct value *v, struct origin at) {
    const struct field *f = leaf->field;
    cell->text = leaf->col && leaf->col->blank ? leaf->col->blank : f ? f->trong : NULL;
    if (u->e->draft && field_wanted(f))
        cell->spans = missing_span(u, leaf, v, at);
    else
        cell->flags |= CELL_BLANK;
}

static void data_row(struct build *u, const struct value *item, int64_t number) {
    struct exec *e = u->e;
    struct row *r = next_row(u, ROW_DATA, item->at);
    for (size_t c = 0; c < u->leaves.n; c++) {
        const struct leaf *leaf = &u->leaves.v[c];
        struct cell *cell = &r->cell[c];
        if ((int)c == u->number_col) {
            cell_number(e, cell, number);
            continue;
        }
        const struct value *v = member(item, leaf);
        if (!value_is_empty(v)) {
            cell_value(e, cell, v, leaf->col ? leaf->col->format : NULL, leaf_unit(leaf),
                       item->at);
            continue;
        }
        blank_cell(u, cell, leaf, v, v ? v->at : item->at);
    }
}

static void data_rows(struct build *u) {
    const char *group = NULL;
    int groups = 0;
    int64_t number = 0;
    for (uint32_t i = 0; i < u->items; i++) {
        if (group_begins(u, i, &group)) {
            group_row(u, i, ++groups);
            if (u->b->numbering == NUMBER_BY_GROUP)
                number = 0;
        }
        data_row(u, u->item[i], ++number);
    }
}

/* Equal neighbours become one cell; groups and totals part them. */
static void merge_column(struct build *u, size_t c) {
    struct row *first = NULL;
    for (size_t i = (size_t)u->t->head_rows; i < u->row; i++) {
        struct row *r = &u->t->row[i];
        struct cell *cell = &r->cell[c];
        if (r->kind != ROW_DATA || !cell->text || !*cell->text) {
            first = NULL;
        } else if (first && str_eq(first->cell[c].text, cell->text) &&
                   first->cell[c].rowspan < SPAN_MAX) {
            first->cell[c].rowspan++;
            cell->flags |= CELL_COVERED;
        } else {
            first = r;
        }
    }
}

/* ---- totals --------------------------------------------------------------------------------- */

static bool add_value(struct build *u, struct value *sum, const struct value *v) {
    struct exec *e = u->e;
    struct number n, zero = number_int(0);
    bool percent = false, first = !sum->u.number;
    int digits = 0;
    if (v->kind == VALUE_NUMBER) {
        n = *v->u.number;
        percent = v->flags & VALUE_PERCENT;
        digits = value_digits(v);
    } else if (v->kind != VALUE_TEXT || !v->text ||
               !number_parse(e->a, v->text, v->len, NUM_VI, &n, &percent, &digits)) {
        if (!defect_at(e, v->at)) /* else it was reported before */
            diag_add_where(e->d, E_BANG_SUM, v->at, value_where(e->d, v),
                           v->text ? v->text : "", NULL);
        return false;
    }
    if (first)
        sum->u.number = arena_new_of(e->a, struct number);
    *sum->u.number = number_add(e->a, first ? &zero : sum->u.number, &n);
    if (first)
        sum->flags = (uint8_t)(VALUE_COMPUTED | (percent ? VALUE_PERCENT : 0));
    else if (!percent)
        sum->flags = VALUE_COMPUTED;
    if (digits > sum->digits)
        sum->digits = (uint16_t)digits;
    return true;
}

static void total_cell(struct build *u, struct row *r, size_t c) {
    const struct leaf *leaf = &u->leaves.v[c];
    struct value *sum = value_new(u->e->a, VALUE_NUMBER, u->b->at);
    for (uint32_t i = 0; i < u->items; i++) {
        const struct value *v = member(u->item[i], leaf);
        if (!value_is_empty(v))
            add_value(u, sum, v);
    }
    r->cell[c].flags = CELL_BOLD;
    if (sum->u.number)
        cell_value(u->e, &r->cell[c], sum, leaf->col ? leaf->col->format : NULL,
                   leaf_unit(leaf), u->b->at);
}

static void total_row(struct build *u) {
    const struct bang *b = u->b;
    struct row *r = next_row(u, ROW_TOTAL, b->at);
    size_t first = u->leaves.n;
    for (size_t i = 0; i < b->sums; i++) {
        size_t c = (size_t)leaf_index(u, b->sum[i].name);
        total_cell(u, r, c);
        if (c < first)
            first = c;
    }
    if (!first)
        return;
    if (b->total)
        cell_spans(&r->cell[0], exec_spans(u->e, b->total));
    else
        r->cell[0].text = "Tổng cộng";
    r->cell[0].flags = CELL_BOLD;
    r->cell[0].align = ALIGN_CENTER;
    cover(r, 0, first);
}

static void empty_row(struct build *u) {
    struct row *r = next_row(u, ROW_EMPTY, u->b->at);
    if (!u->b->empty)
        return;
    cell_spans(&r->cell[0], exec_spans(u->e, u->b->empty));
    r->cell[0].align = ALIGN_CENTER;
    cover(r, 0, u->leaves.n);
}

/* ---- the table -------------------------------------------------------------------------------- */

static size_t count_rows(struct build *u) {
    size_t n = (size_t)u->leaves.levels + u->b->number_row;
    if (!u->items)
        return n + 1;
    const char *group = NULL;
    for (uint32_t i = 0; u->b->group.name && i < u->items; i++)
        n += group_begins(u, i, &group);
    return n + u->items + u->b->has_total;
}

static void allocate(struct build *u) {
    struct arena *a = u->e->a;
    struct table *t = u->t;
    size_t rows = count_rows(u), cols = u->leaves.n;
    t->row = arena_array(a, struct row, rows);
    t->nrows = rows;
    struct cell *cell = arena_array(a, struct cell, rows * cols);
    for (size_t i = 0; i < rows * cols; i++)
        cell[i].colspan = cell[i].rowspan = 1;
    for (size_t i = 0; i < rows; i++)
        t->row[i].cell = cell + i * cols;
    t->ncols = (int)cols;
    t->col = arena_array(a, struct table_col, cols);
    for (size_t i = 0; i < cols; i++) {
        const struct leaf *leaf = &u->leaves.v[i];
        t->col[i].name = leaf->name;
        t->col[i].title = leaf_title(u->e, leaf);
        t->col[i].width = leaf->col ? leaf->col->width : 0;
        t->col[i].align = leaf->col ? leaf->col->align : (uint8_t)ALIGN_AUTO;
    }
}

static void fill(struct build *u) {
    struct table *t = u->t;
    t->name = u->b->data.full;
    t->head_rows = u->leaves.levels + u->b->number_row;
    for (int i = 0; i < t->head_rows; i++)
        t->row[i].at = u->b->at;
    heads_fill(u->e, t->row, &u->leaves, u->b->number_row);
    u->row = (size_t)t->head_rows;
    if (!u->items) {
        empty_row(u);
        return;
    }
    data_rows(u);
    for (size_t i = 0; i < u->b->merges; i++)
        merge_column(u, (size_t)leaf_index(u, u->b->merge[i].name));
    if (u->b->has_total)
        total_row(u);
}

/* Names in titles and texts of a block that is not built. */
static void check_texts(struct exec *e, const struct bang_col *col, size_t n) {
    for (size_t i = 0; i < n; i++) {
        exec_check(e, col[i].title);
        check_texts(e, col[i].child, col[i].n);
    }
}

void table_build(struct exec *e, const struct bang *b, struct node *parent) {
    struct build u = {.e = e, .b = b, .ok = true, .only_check = !parent};
    if (!find_data(&u) || !filter(&u))
        return;
    leaves_collect(e, b, u.data, u.schema, &u.leaves);
    check_block(&u);
    if (!parent) {
        check_texts(e, b->col, b->cols);
        exec_check(e, b->total);
        exec_check(e, b->empty);
        exec_check(e, b->caption);
        return;
    }
    if (!u.ok)
        return;
    struct node *n = node_new(e->doc, NODE_TABLE, parent, b->at);
    u.t = n->u.table;
    n->spans = exec_title(e, b->caption);
    allocate(&u);
    fill(&u);
}
