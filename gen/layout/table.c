/* table.c: a table as a flow: rows onto pages, heads repeated, spans and tall rows carried over */
#include "table.h"

#include <string.h>

/* Group rows in a row that are kept with what follows; more than this are no heading any more. */
#define KEPT_GROUPS 8
/* Memory of set rows is given back when it exceeds this. */
#define SCRATCH_KEEP ((size_t)256 << 10)
#define CAPTION_GAP 3000

/* A cell that spans rows and has rows still to come. Its text is put on the page when its part on
 * this page ends, for only then its height is known; and in front of the items that came later. */
struct open_span {
    struct cell_box box;
    size_t left; /* rows still to come, the current one included */
    int done;    /* lines already on a page */
    int y0;      /* top of its part on this page */
    size_t item; /* where its items belong */
};

struct table_flow {
    struct flow flow; /* first: the flow is the table_flow */
    const struct table *t;
    struct chooser *chooser; /* until the first page is known; then NULL */
    struct arena *choosing;
    struct row_setter set;
    struct grid grid;
    int *edge;
    struct arena *scratch;
    struct {
        struct row_slot {
            struct row_box *box;
        } * v;
        size_t n, cap;
    } ahead;      /* rows that are set and not yet all placed */
    size_t first; /* index of ahead.v[0] */
    size_t next;  /* row to place next */
    int done;     /* lines of it that are on earlier pages */
    bool carried; /* it has begun on an earlier page */
    struct para *caption;
    struct row_box **head;
    size_t heads; /* rows that are repeated */
    int head_height;
    bool begun; /* some part is on a page */
    bool leave; /* its last rows go on with what follows */
    bool again; /* heads that are being repeated */
    struct open_span *open;
    int opens;
    bool *joined, *through;
    /* the part on the current page */
    int x, y, bottom;
    size_t rows_here;
};

static struct table_flow *of(struct flow *f) {
    return (struct table_flow *)f;
}

static size_t head_rows(const struct table *t) {
    size_t n = t->head_rows > 0 ? (size_t)t->head_rows : 0;
    return n < t->nrows ? n : t->nrows;
}

/* ---- rows ahead --------------------------------------------------------------------------- */

static struct row_box *row_at(struct table_flow *f, size_t i) {
    while (f->first + f->ahead.n <= i) {
        size_t k = f->first + f->ahead.n;
        struct arena *a = k < head_rows(f->t) ? f->set.l->arena : f->scratch;
        struct row_slot slot = {row_set(&f->set, a, k)};
        vec_push(f->set.l->arena, &f->ahead, slot);
    }
    return f->ahead.v[i - f->first].box;
}

static void row_pass(struct table_flow *f) {
    f->next++;
    f->done = 0;
    f->carried = false;
    if (f->next - f->first < f->ahead.n)
        return;
    f->first = f->next;
    f->ahead.n = 0;
    if (arena_used(f->scratch) > SCRATCH_KEEP) {
        arena_free(f->scratch);
        f->scratch = arena_child(f->set.l->arena);
    }
}

static int page_height(const struct table_flow *f) {
    return f->set.l->bottom - f->set.l->top;
}

static int lines_height(const struct table_flow *f, int lines) {
    return (lines > 1 ? lines : 1) * f->set.leading + 2 * CELL_PAD_Y;
}

static enum row_kind kind_of(const struct table_flow *f, size_t i) {
    return (enum row_kind)f->t->row[i].kind;
}

/* ---- footnotes ------------------------------------------------------------------------------ */

struct note_list {
    int *v;
    size_t n, cap;
};

static void para_notes(struct table_flow *f, struct note_list *list, const struct para *p,
                       int from, int n) {
    for (int i = from; p && i < from + n && i < (int)p->lines; i++)
        for (int k = 0; k < p->line[i].notes; k++)
            vec_push(f->scratch, list, p->note[p->line[i].first_note + k]);
}

/* Footnotes of lines [from, from + n) of a row; those of a cell over several rows count with its first. */
static struct note_list row_notes(struct table_flow *f, const struct row_box *r, int from,
                                  int n) {
    struct note_list list = {0};
    if (!r->notes)
        return list;
    for (int i = 0; i < r->boxes; i++) {
        const struct cell_box *b = &r->box[i];
        if (b->rows == 1)
            para_notes(f, &list, b->para, from, n);
        else if (from == 0)
            para_notes(f, &list, b->para, 0, b->lines);
    }
    return list;
}

static int row_notes_height(struct table_flow *f, const struct row_box *r, int from,
                            int n) {
    struct note_list list = row_notes(f, r, from, n);
    return list.n ? notes_height(f->set.l, list.v, (int)list.n) : 0;
}

static void take_notes(struct table_flow *f, struct note_list list) {
    if (!list.n)
        return;
    f->bottom -= notes_height(f->set.l, list.v, (int)list.n);
    notes_add(f->set.l, list.v, (int)list.n);
}

/* ---- cells over several rows ------------------------------------------------------------------ */

/* Move what was put on the page from item `mark` on to where the span's items belong. */
static void move_items(struct table_flow *f, int k, size_t mark) {
    struct page *page = f->set.l->page;
    size_t to = f->open[k].item, n = page->n - mark;
    if (!n || to >= mark)
        return;
    struct item *moved = arena_array(f->scratch, struct item, n);
    memcpy(moved, page->item + mark, n * sizeof *moved);
    memmove(page->item + to + n, page->item + to, (mark - to) * sizeof *moved);
    memcpy(page->item + to, moved, n * sizeof *moved);
    for (int i = 0; i < f->opens; i++)
        if (f->open[i].item > to || (i > k && f->open[i].item == to))
            f->open[i].item += n;
}

/* Put the lines of a span that belong between its top on this page and `end`. A text that was complete
 * on an earlier page is repeated as an artifact. */
static void span_emit(struct table_flow *f, int k, int end) {
    struct open_span *s = &f->open[k];
    bool again = s->done >= s->box.lines;
    int from = again ? 0 : s->done, room = end - s->y0 - 2 * CELL_PAD_Y;
    int n = s->box.lines - from, fit = room / f->set.leading;
    n = n < fit ? n : fit > 0 ? fit : 0;
    if (again && n < s->box.lines)
        return;
    int y = s->y0 + CELL_PAD_Y;
    if (n == s->box.lines)
        y = s->y0 + (end - s->y0 - n * f->set.leading) / 2;
    size_t mark = f->set.l->page->n;
    cell_emit(&f->set, &s->box, f->x, y, from, n, again || f->again);
    s->done = again ? s->done : s->done + n;
    move_items(f, k, mark);
}

static void span_open(struct table_flow *f, const struct cell_box *b) {
    f->open[f->opens++] = (struct open_span){
        .box = *b, .left = b->rows, .y0 = f->y, .item = f->set.l->page->n};
}

/* Spans have one row fewer to go; those that end with this one are forgotten. */
static void spans_count_down(struct table_flow *f) {
    int kept = 0;
    for (int k = 0; k < f->opens; k++)
        if (--f->open[k].left > 0)
            f->open[kept++] = f->open[k];
    f->opens = kept;
}

/* The current row ends at y: spans that end with it are closed. */
static void spans_pass(struct table_flow *f) {
    for (int k = 0; k < f->opens; k++)
        if (f->open[k].left == 1)
            span_emit(f, k, f->y);
    spans_count_down(f);
}

/* Lines of spans that end with the current row and are on no page yet. */
static int spans_missing(const struct table_flow *f) {
    int missing = 0;
    for (int k = 0; k < f->opens; k++) {
        int left = f->open[k].box.lines - f->open[k].done;
        if (f->open[k].left == 1 && left > missing)
            missing = left;
    }
    return missing;
}

/* Height of the current row when it is placed whole at the current place. */
static int row_need(const struct table_flow *f, const struct row_box *r) {
    int need = lines_height(f, r->lines - f->done);
    for (int k = 0; k < f->opens; k++) {
        const struct open_span *s = &f->open[k];
        int h = lines_height(f, s->box.lines - s->done) - (f->y - s->y0);
        if (s->left == 1 && s->done < s->box.lines && h > need)
            need = h;
    }
    return need;
}

/* ---- one row on the page ------------------------------------------------------------------------ */

static void mark_cells(struct table_flow *f, const struct row_box *r) {
    memset(f->joined, 0, sizeof *f->joined * (size_t)f->t->ncols);
    memset(f->through, 0, sizeof *f->through * (size_t)f->t->ncols);
    for (int i = 0; i < r->boxes; i++)
        for (int c = 1; c < r->box[i].cols; c++)
            f->joined[r->box[i].col + c - 1] = true;
    for (int k = 0; k < f->opens; k++) {
        const struct cell_box *b = &f->open[k].box;
        for (int c = 0; c < b->cols; c++) {
            f->through[b->col + c] = true;
            f->joined[b->col + c] = c + 1 < b->cols;
        }
    }
}

/* Lines [done, done + n) of the current row into `height`; opens the spans that begin with it. */
static void row_emit(struct table_flow *f, const struct row_box *r, int n, int height,
                     bool artifact) {
    struct layout *l = f->set.l;
    mark_cells(f, r);
    grid_row(l->arena, &f->grid, f->y, f->joined, f->rows_here ? f->through : NULL);
    for (int i = 0; i < r->boxes; i++) {
        const struct cell_box *b = &r->box[i];
        if (b->rows > 1) {
            if (!f->carried)
                span_open(f, b);
            continue;
        }
        int y = f->y + CELL_PAD_Y;
        if (f->done == 0 && n >= r->lines) /* not in a part of a row */
            y = f->y + (height - b->lines * f->set.leading) / 2;
        cell_emit(&f->set, b, f->x, y, f->done, n, artifact);
    }
    f->y += height;
    f->rows_here++;
}

static void place_whole(struct table_flow *f, const struct row_box *r) {
    take_notes(f, row_notes(f, r, f->done, r->lines));
    row_emit(f, r, r->lines - f->done, row_need(f, r), false);
    spans_pass(f);
    row_pass(f);
}

/* Does every cell that goes on behind the row's line `end` have two lines at least on either side? */
static bool parts_well(const struct table_flow *f, const struct row_box *r, int end) {
    for (int i = 0; i < r->boxes; i++) {
        const struct cell_box *b = &r->box[i];
        int over = b->lines - end;
        if (b->rows == 1 && over > 0 && (over < 2 || end - f->done < 2))
            return false;
    }
    return true;
}

/* As many lines of the current row as fit, `leave` of them at least kept for the next page. */
static void place_part(struct table_flow *f, const struct row_box *r, int leave) {
    int room = f->bottom - f->y - 2 * CELL_PAD_Y, left = r->lines - f->done;
    int n = room / f->set.leading;
    if (n >= left && leave)
        n = left - leave;
    while (n > 1 && n * f->set.leading + row_notes_height(f, r, f->done, n) > room)
        n--;
    int well = n;
    while (well > 1 && !parts_well(f, r, f->done + well))
        well--;
    n = well > 1 ? well : n > 1 ? n : 1;
    take_notes(f, row_notes(f, r, f->done, n));
    row_emit(f, r, n, lines_height(f, n), false);
    f->done += n;
    f->carried = true;
}

/* ---- heads and caption ------------------------------------------------------------------------- */

/* Heads of up to half a page are repeated; higher ones are rows like others. */
static void settle_heads(struct table_flow *f) {
    size_t n = head_rows(f->t);
    for (size_t i = 0; i < n; i++)
        f->head_height += row_at(f, i)->height;
    if (f->head_height > page_height(f) / 2) {
        f->head_height = 0;
        return;
    }
    f->heads = n;
    f->head = arena_array(f->set.l->arena, struct row_box *, n + 1);
    for (size_t i = 0; i < n; i++)
        f->head[i] = row_at(f, i);
    f->first = f->next = n;
    f->ahead.n = 0;
}

/* Widths, type size and heads are decided when the flow is first asked, for then its page is known;
 * `room` is what that page has left. */
static void settle(struct table_flow *f, struct layout *l, int room) {
    if (!f->chooser)
        return;
    const struct table *t = f->t;
    int *w = arena_array(f->choosing, int, t->ncols), page = l->bottom - l->top;
    room -= f->caption ? f->caption->height + CAPTION_GAP : 0;
    struct paper paper = {page, room > 0 ? room < page ? room : page : 0};
    /* A page is saved only where nothing follows on it. */
    int size = columns_choose(f->choosing, f->chooser, f->flow.next ? NULL : &paper, w);
    f->edge = arena_array(l->arena, int, t->ncols + 1);
    f->edge[0] = GRID_STROKE / 2;
    int *chosen = arena_array(l->arena, int, t->ncols), total = 0;
    for (int c = 0; c < t->ncols; c++) {
        f->edge[c + 1] = f->edge[c] + w[c];
        total += chosen[c] = w[c];
    }
    f->flow.node->u.table->chosen = (struct chosen){chosen, total, size};
    arena_free(f->choosing);
    f->chooser = NULL;
    rows_start(&f->set, l, t, f->edge, size, f->flow.node->id);
    grid_start(l->arena, &f->grid, f->edge, t->ncols);
    settle_heads(f);
}

/* The same when the flow is asked before its turn, with l->ahead still to come before it. */
static void settle_ahead(struct table_flow *f, struct layout *l) {
    settle(f, l, l->bottom - l->notes_reserved - l->y - l->ahead - f->flow.space_before);
}

/* Heads begin each part of the table; all but the first are artifacts. */
static void place_heads(struct table_flow *f) {
    struct open_span *body = f->open;
    int opens = f->opens, done = f->done;
    bool carried = f->carried;
    size_t next = f->next;
    f->open += opens; /* spans of the body wait below */
    f->opens = f->done = 0;
    f->carried = false;
    f->again = f->begun;
    for (size_t i = 0; i < f->heads; i++) {
        const struct row_box *r = f->head[i];
        if (!f->again)
            take_notes(f, row_notes(f, r, 0, r->lines));
        row_emit(f, r, r->lines, row_need(f, r), f->again);
        spans_pass(f);
    }
    f->again = false;
    f->open = body;
    f->opens = opens;
    f->done = done;
    f->carried = carried;
    f->next = next;
    f->rows_here = 0;
}

static void place_caption(struct table_flow *f) {
    struct para *p = f->caption;
    struct note_list notes = {0};
    para_notes(f, &notes, p, 0, (int)p->lines);
    take_notes(f, notes);
    for (size_t i = 0; i < p->lines; i++)
        line_emit(f->set.l, p, i, f->x, f->y + (int)i * p->spec.leading);
    f->y += p->height + CAPTION_GAP;
}

/* Height of what stands above the next row: caption and heads. */
static int lead_height(const struct table_flow *f) {
    int caption = f->caption && !f->begun ? f->caption->height + CAPTION_GAP : 0;
    return caption + f->head_height;
}

static void begin_part(struct table_flow *f, int x, int y, int room) {
    f->x = x;
    f->y = y;
    f->bottom = y + room;
    f->rows_here = 0;
    if (f->caption && !f->begun)
        place_caption(f);
    place_heads(f);
    f->begun = true;
    for (int k = 0; k < f->opens; k++) {
        f->open[k].y0 = f->y;
        f->open[k].item = f->set.l->page->n;
    }
}

/* ---- what is kept together ---------------------------------------------------------------------- */

/* Rows [next, end) stay together: group rows and the row behind them. */
static size_t unit_end(const struct table_flow *f) {
    size_t i = f->next;
    while (i + 1 < f->t->nrows && i - f->next < KEPT_GROUPS && kind_of(f, i) == ROW_GROUP)
        i++;
    return i + 1;
}

/* Height with footnotes of rows [from, to), the current row as it stands. */
static int rows_height(struct table_flow *f, size_t from, size_t to) {
    int h = 0;
    for (size_t i = from; i < to; i++) {
        const struct row_box *r = row_at(f, i);
        bool current = i == f->next;
        h += current ? row_need(f, r) : r->height;
        h += row_notes_height(f, r, current ? f->done : 0, r->lines);
    }
    return h;
}

/* Height of the totals at `i`, which are not to begin a page. */
static int totals_height(struct table_flow *f, size_t i) {
    size_t end = i;
    if (kind_of(f, i - 1) != ROW_TOTAL)
        while (end < f->t->nrows && end - i < KEPT_GROUPS && kind_of(f, end) == ROW_TOTAL)
            end++;
    return rows_height(f, i, end);
}

/* Can the row at `last` give some lines to this page and keep two for the next? */
static bool can_part(struct table_flow *f, size_t last, int room) {
    const struct row_box *r = row_at(f, last);
    int left = r->lines - (last == f->next ? f->done : 0);
    return left >= 4 && lines_height(f, 2) <= room;
}

enum fate { FATE_WHOLE, FATE_PART, FATE_NEXT_PAGE };

/* What becomes of the next unit when `room` is left: a row is divided only when more than a third
 * of the page would stay empty. */
static enum fate unit_fate(struct table_flow *f, int room) {
    size_t end = unit_end(f);
    int last = rows_height(f, end - 1, end), before = rows_height(f, f->next, end - 1);
    if (before + last + totals_height(f, end) <= room)
        return FATE_WHOLE;
    bool part = room > page_height(f) / PART_SHARE && can_part(f, end - 1, room - before);
    return part ? FATE_PART : FATE_NEXT_PAGE;
}

/* Place the unit as far as it goes; false: the page is full. */
static bool place_unit(struct table_flow *f, enum fate fate) {
    for (size_t end = unit_end(f); f->next < end;) {
        const struct row_box *r = row_at(f, f->next);
        int room = f->bottom - f->y, h = rows_height(f, f->next, f->next + 1);
        bool last = f->next + 1 == end;
        int totals = last && fate == FATE_PART ? totals_height(f, end) : 0;
        if (h + totals <= room) {
            place_whole(f, r);
            continue;
        }
        bool can_leave = r->lines - f->done >= 4;
        if (h <= room && !can_leave) {
            place_whole(f, r);
            continue;
        }
        /* At the top of a page something must go on it, however little fits. */
        if (f->rows_here && room < lines_height(f, 1))
            return false;
        place_part(f, r, h <= room ? 2 : 0);
        return false;
    }
    return true;
}

/* ---- the flow ------------------------------------------------------------------------------------- */

/* Close the part of the table on this page; a row that was carried over may turn out to be complete. */
static void end_part(struct table_flow *f) {
    for (int k = 0; k < f->opens; k++)
        span_emit(f, k, f->y);
    grid_finish(f->set.l, &f->grid, f->x, f->y);
    for (int k = 0; k < f->opens; k++)
        f->open[k].y0 = f->y; /* nothing of the next part is used */
    if (!f->carried || spans_missing(f) || f->done < row_at(f, f->next)->lines)
        return;
    spans_count_down(f);
    row_pass(f);
}

static bool is_done(struct table_flow *f) {
    if (f->next < f->t->nrows)
        return false;
    arena_free(f->scratch);
    f->scratch = NULL;
    return true;
}

/* The next unit ends the table. */
static bool is_last_unit(const struct table_flow *f) {
    size_t end = f->next < f->t->nrows ? unit_end(f) : f->t->nrows;
    while (end < f->t->nrows && kind_of(f, end) == ROW_TOTAL)
        end++;
    return end == f->t->nrows;
}

static int table_place(struct layout *l, struct flow *flow, int x, int y, int room,
                       bool force, bool *done) {
    struct table_flow *f = of(flow);
    *done = !f->scratch;
    if (*done)
        return 0;
    settle(f, l, room);
    bool rows = f->next < f->t->nrows;
    int lead = lead_height(f);
    if (!force && f->leave && is_last_unit(f))
        return 0;
    if (!force && (lead > room || (rows && unit_fate(f, room - lead) == FATE_NEXT_PAGE)))
        return 0;
    begin_part(f, x, y, room);
    while (f->next < f->t->nrows) {
        enum fate fate = unit_fate(f, f->bottom - f->y);
        if (f->rows_here && (fate == FATE_NEXT_PAGE || (f->leave && is_last_unit(f))))
            break;
        if (!place_unit(f, fate == FATE_WHOLE ? fate : FATE_PART))
            break;
    }
    end_part(f);
    *done = is_done(f);
    return f->y - y;
}

static int table_least(struct layout *l, struct flow *flow) {
    struct table_flow *f = of(flow);
    if (!f->scratch)
        return 0;
    settle_ahead(f, l);
    if (f->next >= f->t->nrows)
        return lead_height(f);
    size_t end = unit_end(f);
    int unit = rows_height(f, f->next, end) + totals_height(f, end);
    int third = (l->bottom - l->top) / 3;
    return lead_height(f) + (unit > third ? third : unit);
}

/* Exact for what ends within two pages; a lower bound that exceeds two pages for more than that. */
static int table_rest(struct layout *l, struct flow *flow) {
    struct table_flow *f = of(flow);
    if (!f->scratch)
        return 0;
    settle_ahead(f, l);
    size_t left = f->t->nrows - f->next,
           most = (size_t)(2 * (l->bottom - l->top) / lines_height(f, 1)) + 1;
    if (left > most)
        return (int)most * lines_height(f, 1);
    return lead_height(f) + rows_height(f, f->next, f->t->nrows);
}

static const struct flow_ops table_ops = {table_least, table_rest, table_place};

bool table_flow_splits(const struct flow *flow) {
    const struct table_flow *f = (const struct table_flow *)flow;
    return flow->ops == &table_ops && f->scratch && !is_last_unit(f);
}

void table_flow_leave(struct flow *flow, bool leave) {
    if (flow->ops == &table_ops)
        of(flow)->leave = leave;
}

/* Which cell no width holds, and what helps. */
static void report_fault(struct layout *l, const struct table *t,
                         const struct column_fault *fault) {
    const struct cell *c = &fault->row->cell[fault->col];
    struct origin at = c->value ? c->value->at : fault->row->at;
    const char *title = t->col[fault->col].title;
    diag_add(l->diag, E_TABLE_TOO_NARROW, at, diag_fmt(l->diag, "%d", t->ncols),
             diag_fmt(l->diag, "%d", (fault->needed + 2834) / 2835),
             diag_fmt(l->diag, "%d", (fault->given + 2834) / 2835), title ? title : "",
             NULL);
}

static struct para *caption_para(struct layout *l, const struct node *node, int width) {
    if (!node->spans)
        return NULL;
    int size = l->doc->profile.body_size;
    struct para_spec spec = {.size = size,
                             .leading = single_leading(size),
                             .width = width,
                             .align = ALIGN_CENTER,
                             .node = node->id,
                             .mark = MARK_CAPTION};
    size_t n;
    struct piece *piece = pieces_of(l, node->spans, SPAN_ITALIC, &n);
    return para_break(l->arena, l->diag, &l->measure, piece, n, &spec);
}

struct flow *table_flow(struct layout *l, const struct node *node, int width) {
    const struct table *t = node->u.table;
    struct table_flow *f = arena_new_of(l->arena, struct table_flow);
    f->flow.ops = &table_ops;
    f->flow.node = node;
    f->flow.space_before = l->doc->profile.gap;
    f->t = t;
    if (t->ncols <= 0)
        return &f->flow;
    struct column_fault fault = {0};
    f->choosing = arena_child(l->arena);
    f->chooser = columns_ask(f->choosing, &l->measure, t, &l->doc->profile,
                             width - GRID_STROKE, &fault);
    if (!f->chooser->size) {
        report_fault(l, t, &fault);
        arena_free(f->choosing);
        return NULL;
    }
    f->scratch = arena_child(l->arena);
    f->open = arena_array(l->arena, struct open_span, 2 * t->ncols);
    f->joined = arena_array(l->arena, bool, t->ncols);
    f->through = arena_array(l->arena, bool, t->ncols);
    f->caption = caption_para(l, node, width);
    return &f->flow;
}
