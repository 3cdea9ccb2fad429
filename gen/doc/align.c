/* align.c: the alignment of columns and cells that the template leaves open */
#include "pass.h"

#include <string.h>

/* Whole columns of words as short as this are centred: units, dates, "Đạt". */
#define SHORT_WORDS 12

/* What the data cells of a column have in common. */
struct content {
    bool any, numbers, dates, brief;
};

static bool is_figure(const char *s, size_t n) {
    bool digit = false;

    for (size_t i = 0; i < n; i++) {
        if (s[i] >= '0' && s[i] <= '9')
            digit = true;
        else if (!strchr(".,%+- ", s[i]) || !s[i])
            return false;
    }
    return digit;
}

static bool is_dash(const char *s, size_t n) {
    return n == 0 || (n == 1 && *s == '-') ||
           (n == 3 && (!memcmp(s, "–", 3) || !memcmp(s, "…", 3)));
}

static void content_add(struct content *k, const char *s, size_t n, uint8_t format) {
    if (is_dash(s, n))
        return;
    k->any = true;
    if (format == FORMAT_DATE) {
        k->numbers = false;
        return;
    }
    k->dates = false;
    if (format == FORMAT_TEXT && k->numbers && !is_figure(s, n))
        k->numbers = false;
    if (k->brief && n > SHORT_WORDS && utf8_count(s, n) > SHORT_WORDS)
        k->brief = false;
}

static struct content column_content(const struct pass *p, const struct table *t, int c) {
    struct content k = {false, true, true, true};

    for (size_t r = (size_t)t->head_rows; r < t->nrows; r++) {
        const struct cell *x = &t->row[r].cell[c];
        if (t->row[r].kind != ROW_DATA || (x->flags & (CELL_COVERED | CELL_BLANK)) ||
            x->colspan > 1)
            continue;
        if (x->value && x->value->kind == VALUE_NODATA) /* “không có số liệu” */
            continue;
        const char *s = x->spans  ? spans_text(p->doc->arena, x->spans)
                        : x->text ? x->text
                                  : "";
        content_add(&k, s, strlen(s), x->format);
        if (k.any && !k.numbers && !k.dates && !k.brief)
            break;
    }
    return k;
}

/* The order of rows, whatever its column is called in the data. */
static bool is_order_name(const struct table_col *col) {
    static const char *const name[] = {"tt",    "stt",   "TT",        "STT",
                                       "Số TT", "Số tt", "Số thứ tự", NULL};
    for (int i = 0; name[i]; i++)
        if (str_eq(col->name, name[i]) || str_eq(col->title, name[i]))
            return true;
    return false;
}

static enum cell_align column_align(const struct pass *p, const struct table *t, int c) {
    if (t->col[c].align != ALIGN_AUTO)
        return (enum cell_align)t->col[c].align;
    if (is_order_name(&t->col[c]))
        return ALIGN_CENTER;
    struct content k = column_content(p, t, c);
    if (!k.any)
        return ALIGN_LEFT;
    if (k.numbers)
        return ALIGN_RIGHT;
    return k.dates || k.brief ? ALIGN_CENTER : ALIGN_LEFT;
}

static bool is_order_column(const struct table *t, int c) {
    return c == 0 && t->ncols > 1 && t->col[0].align == ALIGN_CENTER;
}

static enum cell_align cell_align(const struct table *t, const struct row *row, int c) {
    const struct cell *x = &row->cell[c];

    switch ((enum row_kind)row->kind) {
    case ROW_HEAD:
    case ROW_EMPTY:
        return ALIGN_CENTER;
    case ROW_GROUP:
        return is_order_column(t, c) && x->colspan == 1 ? ALIGN_CENTER : ALIGN_LEFT;
    case ROW_TOTAL:
        return x->format == FORMAT_TEXT ? ALIGN_CENTER : (enum cell_align)t->col[c].align;
    case ROW_DATA:
        break;
    }
    return x->colspan > 1 ? ALIGN_LEFT : (enum cell_align)t->col[c].align;
}

/* A cell of several lines becomes spans with breaks between them; blank lines at its ends go. */
static struct span *line_spans(struct arena *a, const struct cell *x, struct origin at) {
    struct span *first = NULL, **end = &first;
    const char *s = x->text + strspn(x->text, "\n \t");

    while (*s) {
        size_t n = strcspn(s, "\n");
        const char *line = text_squeeze(a, arena_strndup(a, s, n));
        s += n;
        bool more = s[strspn(s, "\n \t")] != '\0';
        s += more;
        *end = span_new(a, SPAN_TEXT, line, strlen(line));
        (*end)->value = x->value;
        (*end)->at = x->value ? x->value->at : at;
        end = &(*end)->next;
        if (!more)
            break;
        *end = span_new(a, SPAN_BREAK, NULL, 0);
        end = &(*end)->next;
    }
    return first;
}

static void cell_text_settle(struct pass *p, struct cell *x, struct origin at) {
    struct arena *a = p->doc->arena;

    if (strchr(x->text, '\n')) {
        x->spans = line_spans(a, x, at);
        x->text = x->spans ? NULL : "";
    } else if (!(x->value && x->format != FORMAT_TEXT)) {
        x->text = text_squeeze(a, x->text);
    }
}

static void cell_settle(struct pass *p, const struct table *t, struct row *row, int c) {
    struct cell *x = &row->cell[c];

    if (!x->colspan)
        x->colspan = 1;
    if (!x->rowspan)
        x->rowspan = 1;
    if (x->align == ALIGN_AUTO)
        x->align = (uint8_t)cell_align(t, row, c);
    if (!x->text || x->spans || (x->flags & CELL_COVERED))
        return;
    char *place = placeholder_in(p->doc->arena, x->text, strlen(x->text));
    if (place && (place[0] == '[' || place[0] == '{'))
        diag_add_where(p->diag, W_PLACEHOLDER, x->value ? x->value->at : row->at,
                       x->value ? value_where(p->diag, x->value) : NULL, place, NULL);
    cell_text_settle(p, x, row->at);
}

void tables_align(struct pass *p, struct node *n) {
    struct table *t = n->u.table;

    for (int c = 0; c < t->ncols; c++)
        t->col[c].align = (uint8_t)column_align(p, t, c);
    for (size_t r = 0; r < t->nrows; r++)
        for (int c = 0; c < t->ncols; c++)
            cell_settle(p, t, &t->row[r], c);
}
