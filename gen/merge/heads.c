/* heads.c: the columns of a table and its head of up to four levels */
#include "inside.h"

#include <string.h>

/* ---- columns --------------------------------------------------------------------- */

static int column_place(const struct value *data, const char *name) {
    size_t n;
    const struct column *c = value_columns(data, &n);
    for (size_t i = 0; i < n; i++)
        if (str_eq(c[i].key, name))
            return (int)i;
    return -1;
}

struct collector {
    struct exec *e;
    const struct value *data;
    const struct table_schema *schema;
    struct leaves *out;
};

/* The title that a column has by itself: as declared, else as the CSV has it, else its name. */
static const char *own_title(const struct collector *c, const struct leaf *leaf) {
    size_t n;
    const struct column *column = value_columns(c->data, &n);
    if (leaf->field && leaf->field->title)
        return leaf->field->title;
    return leaf->at >= 0 && column[leaf->at].title ? column[leaf->at].title : leaf->name;
}

static struct leaf leaf_named(const struct collector *c, const char *name) {
    struct leaf leaf = {.name = name, .at = column_place(c->data, name)};
    leaf.field = c->schema ? schema_column(c->schema, name) : NULL;
    return leaf;
}

static void add_leaf(struct collector *c, struct leaf leaf) {
    if (leaf.depth > c->out->levels)
        c->out->levels = leaf.depth;
    vec_push(c->e->a, c->out, leaf);
}

static void add_listed(struct collector *c, const struct bang_col *col, size_t n,
                       const struct leaf *above) {
    for (size_t i = 0; i < n; i++) {
        struct leaf leaf = {0};
        if (!col[i].n)
            leaf = leaf_named(c, col[i].name);
        if (above) {
            memcpy(leaf.title, above->title, sizeof leaf.title);
            leaf.depth = above->depth;
        }
        leaf.col = &col[i];
        leaf.title[leaf.depth++].col = &col[i];
        if (col[i].n) {
            add_listed(c, col[i].child, col[i].n, &leaf);
            continue;
        }
        if (!col[i].title) {
            const char *title = own_title(c, &leaf), *last = title;
            for (const char *p; (p = strstr(last, " / ")) != NULL;)
                last = p + 3;
            leaf.title[leaf.depth - 1].text = last;
        }
        add_leaf(c, leaf);
    }
}

/* "Cấp xã / Toàn trình" makes two levels. */
static void add_by_title(struct collector *c, const char *name) {
    struct leaf leaf = leaf_named(c, name);
    const char *title = own_title(c, &leaf), *p;
    while (leaf.depth < HEAD_LEVELS - 1 && (p = strstr(title, " / ")) != NULL) {
        leaf.title[leaf.depth++].text =
            arena_strndup(c->e->a, title, (size_t)(p - title));
        title = p + 3;
    }
    leaf.title[leaf.depth++].text = title;
    add_leaf(c, leaf);
}

static bool is_group_column(const struct bang *b, const char *name) {
    return str_eq(b->group.name, name) ||
           (b->group_label_from.name && str_eq(b->group_label_from.name, name));
}

void leaves_collect(struct exec *e, const struct bang *b, const struct value *data,
                    const struct table_schema *schema, struct leaves *out) {
    struct collector c = {e, data, schema, out};
    size_t n;
    const struct column *column = value_columns(data, &n);
    const struct value *first =
        data && data->kind == VALUE_LIST && data->n ? data->u.item[0] : NULL;
    if (b->cols) {
        add_listed(&c, b->col, b->cols, NULL);
    } else if (n) {
        for (size_t i = 0; i < n; i++)
            if (!is_group_column(b, column[i].key))
                add_by_title(&c, column[i].key);
    } else if (schema && schema->n) {
        for (size_t i = 0; i < schema->n; i++)
            if (!is_group_column(b, schema->field[i].name))
                add_by_title(&c, schema->field[i].name);
    } else if (first && first->kind == VALUE_MAP) {
        for (uint32_t i = 0; i < first->n; i++)
            if (!is_group_column(b, first->u.member[i].key))
                add_by_title(&c, first->u.member[i].key);
    }
}

/* ---- cells --------------------------------------------------------------------------- */

static void title_cell(struct exec *e, struct cell *cell, const struct head_title *t) {
    cell->flags = CELL_HEAD;
    if (t->text || !t->col) {
        cell->text = t->text;
        return;
    }
    const struct op *op = t->col->title;
    if (op && !op->next && op->kind == OP_TEXT)
        cell->text = op->text;
    else
        cell->spans = exec_title(e, op);
}

const char *leaf_unit(const struct leaf *leaf) {
    return leaf->field ? leaf->field->don_vi : NULL;
}

/* "Số lượng" becomes "Số lượng (hồ sơ)". */
static void title_unit(struct exec *e, struct cell *cell, const struct leaf *leaf) {
    if (!leaf->col || !leaf->col->unit)
        return;
    const char *unit = format_head_unit(e->a, leaf->col->format, leaf_unit(leaf));
    if (!cell->spans) {
        cell->text = arena_printf(e->a, "%s (%s)", cell->text ? cell->text : "", unit);
        return;
    }
    struct span **end = &cell->spans;
    while (*end)
        end = &(*end)->next;
    const char *text = arena_printf(e->a, " (%s)", unit);
    *end = span_new(e->a, SPAN_TEXT, text, strlen(text));
    (*end)->at = leaf->col->at;
}

const char *leaf_title(struct exec *e, const struct leaf *leaf) {
    const struct head_title *t = &leaf->title[leaf->depth - 1];
    return t->text || !t->col ? t->text : exec_text(e, t->col->title);
}

/* Whether two columns share the title of this level: all levels down to it are the same heads. */
static bool share(const struct leaf *x, const struct leaf *y, int level) {
    if (level >= x->depth - 1 || level >= y->depth - 1)
        return false;
    for (int i = 0; i <= level; i++) {
        const struct head_title *p = &x->title[i], *q = &y->title[i];
        if (p->col != q->col || !str_eq(p->text, q->text))
            return false;
    }
    return true;
}

static void level_fill(struct exec *e, struct row *row, const struct leaves *all,
                       int level) {
    for (size_t c = 0; c < all->n;) {
        const struct leaf *leaf = &all->v[c];
        size_t span = 1;
        while (c + span < all->n && share(leaf, &all->v[c + span], level))
            span++;
        struct cell *cell = &row[level].cell[c];
        if (level < leaf->depth) {
            title_cell(e, cell, &leaf->title[level]);
            cell->colspan = (uint16_t)span;
            if (level == leaf->depth - 1) {
                cell->rowspan = (uint16_t)(all->levels - level);
                title_unit(e, cell, leaf);
            }
        } else {
            cell->flags = CELL_COVERED | CELL_HEAD;
        }
        for (size_t i = 1; i < span; i++)
            cell[i].flags = CELL_COVERED | CELL_HEAD;
        c += span;
    }
}

void heads_fill(struct exec *e, struct row *row, const struct leaves *leaves,
                bool number_row) {
    for (int i = 0; i < leaves->levels; i++) {
        row[i].kind = ROW_HEAD;
        level_fill(e, row, leaves, i);
    }
    if (!number_row)
        return;
    struct row *last = &row[leaves->levels];
    last->kind = ROW_HEAD;
    for (size_t c = 0; c < leaves->n; c++) {
        last->cell[c].text = arena_printf(e->a, "(%zu)", c + 1);
        last->cell[c].flags = CELL_HEAD;
        last->cell[c].align = ALIGN_CENTER;
    }
}
