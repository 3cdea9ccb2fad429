/* flow.c: flows that are no tables: paragraphs with widows and orphans, strokes, pictures */
#include "inside.h"

#define STROKE 750 /* 1/1000 pt */
#define CAPTION_SIZE 13000
#define CAPTION_GAP 4000
#define DEFAULT_DPI 96

struct flow *flow_add(struct layout *l, struct flow_list *list, struct flow *f) {
    if (list->n)
        list->v[list->n - 1]->next = f;
    vec_push(l->arena, list, f);
    return f;
}

/* ---- paragraphs --------------------------------------------------------------------- */

struct para_flow {
    struct flow flow; /* first: the flow is the para_flow */
    struct para *p;
    size_t done, leave;
    int x;
};

static struct para_flow *para_of(struct flow *f) {
    return (struct para_flow *)f;
}

/* Height of n lines from `done` on, with their footnotes. */
static int lines_height(struct layout *l, const struct para_flow *f, size_t n) {
    int h = (int)n * f->p->spec.leading, notes = 0;
    for (size_t i = f->done; i < f->done + n; i++)
        notes += f->p->line[i].notes;
    if (notes)
        h += notes_height(l, f->p->note + f->p->line[f->done].first_note, notes);
    return h;
}

static size_t lines_left(const struct para_flow *f) {
    return f->p->lines - f->done;
}

static int para_least(struct layout *l, struct flow *flow) {
    struct para_flow *f = para_of(flow);
    size_t n = lines_left(f);
    return lines_height(l, f, n < (size_t)2 * TOGETHER ? n : TOGETHER);
}

static int para_rest(struct layout *l, struct flow *flow) {
    return lines_height(l, para_of(flow), lines_left(para_of(flow)));
}

/* How many lines go into the room, so that neither side keeps a single one. */
static size_t lines_fitting(struct layout *l, const struct para_flow *f, int room,
                            bool force) {
    size_t left = lines_left(f),
           most = (size_t)(room > 0 ? room / f->p->spec.leading : 0);
    size_t n = most < left ? most : left;
    while (n > 0 && lines_height(l, f, n) > room)
        n--;
    size_t keep = f->leave ? f->leave : n < left ? TOGETHER : 0;
    if (left - n < keep)
        n = left > keep ? left - keep : 0;
    if (n < TOGETHER && n < left)
        n = 0;
    if (n == 0 && force)
        n = most < 1 ? 1 : most < left ? most : left;
    return n;
}

static int para_place(struct layout *l, struct flow *flow, int x, int y, int room,
                      bool force, bool *done) {
    struct para_flow *f = para_of(flow);
    const struct para *p = f->p;
    size_t n = lines_fitting(l, f, room, force);
    for (size_t i = f->done; i < f->done + n; i++) {
        line_emit(l, p, i, x + f->x, y + (int)(i - f->done) * p->spec.leading);
        if (p->line[i].notes)
            notes_add(l, p->note + p->line[i].first_note, p->line[i].notes);
    }
    f->done += n;
    *done = f->done == p->lines;
    return (int)n * p->spec.leading;
}

static const struct flow_ops para_ops = {para_least, para_rest, para_place};

struct flow *para_flow(struct layout *l, struct para *p, int x, int space_before) {
    struct para_flow *f = arena_new_of(l->arena, struct para_flow);
    f->flow.ops = &para_ops;
    f->flow.space_before = space_before;
    f->p = p;
    f->x = x;
    return &f->flow;
}

size_t para_flow_lines(const struct flow *f) {
    return f->ops == &para_ops ? lines_left((const struct para_flow *)f) : 0;
}

void para_flow_leave(struct flow *f, size_t lines) {
    if (f->ops == &para_ops)
        para_of(f)->leave = lines;
}

/* ---- strokes and pictures: boxes that are never split ----------------------------------- */

struct box_flow {
    struct flow flow;
    int width, height, below; /* of the stroke or picture; room below it */
    struct para *caption;
};

static struct box_flow *box_of(struct flow *f) {
    return (struct box_flow *)f;
}

static int box_height(struct layout *l, struct flow *flow) {
    (void)l;
    struct box_flow *f = box_of(flow);
    return f->height + f->below + (f->caption ? CAPTION_GAP + f->caption->height : 0);
}

static int stroke_place(struct layout *l, struct flow *flow, int x, int y, int room,
                        bool force, bool *done) {
    struct box_flow *f = box_of(flow);
    if (box_height(l, flow) > room && !force)
        return 0;
    stroke_add(l, x + (l->width - f->width) / 2, y + STROKE / 2, f->width, 0, STROKE);
    *done = true;
    return box_height(l, flow);
}

static const struct flow_ops stroke_ops = {box_height, box_height, stroke_place};

struct flow *stroke_flow(struct layout *l, int width, int space_before, int space_below) {
    struct box_flow *f = arena_new_of(l->arena, struct box_flow);
    f->flow.ops = &stroke_ops;
    f->flow.space_before = space_before;
    f->width = width;
    f->below = space_below;
    return &f->flow;
}

int stroke_under(int last, int longest) {
    int low = longest / 3 + 1, high = last / 2;
    if (high < low) /* no length suits both: the name as a whole decides */
        return low;
    return (low + high) / 2;
}

static int figure_place(struct layout *l, struct flow *flow, int x, int y, int room,
                        bool force, bool *done) {
    struct box_flow *f = box_of(flow);
    if (box_height(l, flow) > room && !force)
        return 0;
    struct item *i = item_add(l, ITEM_IMAGE);
    i->node = flow->node->id;
    i->x = x + (l->width - f->width) / 2;
    i->y = y;
    i->w = f->width;
    i->h = f->height;
    i->u.image = flow->node;
    for (size_t k = 0; f->caption && k < f->caption->lines; k++)
        line_emit(l, f->caption, k, x,
                  y + f->height + CAPTION_GAP + (int)k * f->caption->spec.leading);
    *done = true;
    return box_height(l, flow);
}

static const struct flow_ops figure_ops = {box_height, box_height, figure_place};

/* Natural size, made smaller where the text area is. */
static void figure_size(struct layout *l, struct box_flow *f) {
    int dpi = f->flow.node->u.figure->dpi > 0 ? f->flow.node->u.figure->dpi : DEFAULT_DPI;
    int64_t w = (int64_t)f->flow.node->u.figure->width_px * 72000 / dpi;
    int64_t h = (int64_t)f->flow.node->u.figure->height_px * 72000 / dpi;
    int64_t room =
        l->bottom - l->top - (f->caption ? CAPTION_GAP + f->caption->height : 0);
    room = room > MM(20) ? room : MM(20);
    w = w > 0 ? w : 1;
    h = h > 0 ? h : 1;
    if (w > l->width) {
        h = h * l->width / w;
        w = l->width;
    }
    if (h > room) {
        w = w * room / h;
        h = room;
    }
    f->width = (int)(w > 0 ? w : 1);
    f->height = (int)(h > 0 ? h : 1);
}

struct flow *figure_flow(struct layout *l, const struct node *figure) {
    struct box_flow *f = arena_new_of(l->arena, struct box_flow);
    f->flow.ops = &figure_ops;
    f->flow.node = figure;
    f->flow.space_before = l->doc->profile.gap;
    size_t n;
    struct piece *p = pieces_of(l, figure->spans, SPAN_ITALIC, &n);
    struct para_spec spec = {.size = CAPTION_SIZE,
                             .leading = single_leading(CAPTION_SIZE),
                             .width = l->width,
                             .align = ALIGN_CENTER,
                             .node = figure->id};
    if (n)
        f->caption = para_break(l->arena, l->diag, &l->measure, p, n, &spec);
    figure_size(l, f);
    return &f->flow;
}
