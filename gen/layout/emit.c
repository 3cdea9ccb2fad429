/* emit.c: items put on the current page: strokes, frames, runs of text, lines of paragraphs */
#include <string.h>

#include "inside.h"

#define NOTE_RAISE 340 /* of the type size */
/* Programs that fill a field set its text this far from its left edge. */
#define FIELD_PADDING 2000
#define FIELD_CAP 655 /* height of capitals, of the type size */
/* Liberation Serif and Times New Roman, where a test lays out without fonts */
#define ASCENT 891
#define DESCENT (-216)

/* Pages of a long table are alike: start with what the page before took, which saves half the memory. */
static size_t first_cap(const struct layout *l) {
    size_t before = l->pages && l->pages->n > 1 ? l->pages->page[l->pages->n - 2].n : 0;
    return before / 2 + before / 32 + 4; /* arena_grow doubles it */
}

struct item *item_add(struct layout *l, enum item_kind k) {
    struct page *p = l->page;
    if (p->n == p->cap) {
        size_t cap = p->cap ? p->cap : first_cap(l);
        p->item = arena_grow(l->arena, p->item, p->n, &cap, sizeof *p->item);
        p->cap = cap;
    }
    struct item *i = &p->item[p->n++];
    memset(i, 0, sizeof *i);
    i->kind = (uint8_t)k;
    return i;
}

void stroke_add(struct layout *l, int x, int y, int w, int h, int thickness) {
    struct item *i = item_add(l, ITEM_STROKE);
    i->artifact = true;
    i->x = x;
    i->y = y;
    i->w = w;
    i->h = h;
    i->u.stroke_width = thickness;
}

void box_add(struct layout *l, enum item_kind kind, int x, int y, int w, int h,
             enum item_colour colour) {
    struct item *i = item_add(l, kind);
    i->artifact = true;
    i->colour = (uint8_t)colour;
    i->x = x;
    i->y = y;
    i->w = w;
    i->h = h;
    if (kind == ITEM_FRAME)
        i->u.stroke_width = 1000;
}

static int face_ascent(const struct layout *l, enum face face) {
    return l->fonts ? font_ascent(l->fonts, face) : ASCENT;
}

static int face_descent(const struct layout *l, enum face face) {
    return l->fonts ? font_descent(l->fonts, face) : DESCENT;
}

int line_baseline(const struct layout *l, int size, int leading) {
    int up = face_ascent(l, FACE_REGULAR), down = face_descent(l, FACE_REGULAR);
    int64_t body = (int64_t)(up - down) * size / 1000;
    return (int)((leading - body) / 2 + (int64_t)up * size / 1000);
}

int single_leading(int size) {
    return (int)((int64_t)size * 1149 / 1000);
}

int text_width(const struct layout *l, enum face face, int size, const char *text,
               size_t n) {
    int64_t w = 0;
    for (const char *t = text, *end = text + n; t < end;) {
        uint32_t cp = text_next(&t, end);
        int adv = measure_advance(&l->measure, face, cp);
        w += ((int64_t)(adv < 0 ? 500 : adv) * size + 500) / 1000;
    }
    return (int)w;
}

struct item *run_add(struct layout *l, enum face face, int size, int x, int baseline,
                     const char *text, size_t n) {
    struct item *i = item_add(l, ITEM_RUN);
    i->face = (uint8_t)face;
    i->x = x;
    i->y = baseline;
    i->w = text_width(l, face, size, text, n);
    i->h = size;
    i->u.run.text = text;
    i->u.run.len = (uint32_t)n;
    return i;
}

/* pypdf and PDFBox centre the capitals between the edges, older pypdf set the baseline 1 pt and the type size
 * below the upper one, Acrobat centres ascent and descent: at this height all of them hit the line of
 * the text beside the field. */
struct item *field_text_add(struct layout *l, enum field_kind k, enum face face, int size,
                            int x, int baseline, int w) {
    struct item *i = item_add(l, ITEM_FIELD);
    i->face = (uint8_t)face;
    i->x = x - FIELD_PADDING;
    i->y = baseline - size - 1000;
    i->w = w + FIELD_PADDING;
    i->h = 2 * size + 2000 - (int)((int64_t)size * FIELD_CAP / 1000);
    i->u.field.kind = (uint8_t)k;
    i->u.field.baseline = baseline;
    i->u.field.size = size;
    return i;
}

struct item *field_box_add(struct layout *l, enum field_kind k, int x, int y, int w,
                           int h) {
    struct item *i = item_add(l, ITEM_FIELD);
    i->x = x;
    i->y = y;
    i->w = w;
    i->h = h;
    i->u.field.kind = (uint8_t)k;
    return i;
}

static void link_add(struct layout *l, const struct piece *p, const struct para *para,
                     int x, int y, int w) {
    struct item *i = item_add(l, ITEM_LINK);
    i->artifact = para->spec.artifact;
    i->node = para->spec.node;
    i->mark = para->spec.mark ? para->spec.mark : p->mark;
    i->x = x;
    i->y = y;
    i->w = w;
    i->h = para->spec.leading;
    i->u.link = p->link;
}

static void frag_emit(struct layout *l, const struct para *p, const struct line *line,
                      const struct frag *f, int x, int y) {
    const struct piece *piece = &p->piece[f->piece];
    int size = p->spec.size, baseline = y + line_baseline(l, size, p->spec.leading);
    if (piece->kind == PIECE_BLANK && piece->field) {
        struct item *i =
            field_text_add(l, (enum field_kind)piece->field, (enum face)piece->face, size,
                           x + f->x, baseline, f->w);
        i->node = p->spec.node;
        i->mark = p->spec.mark ? p->spec.mark : piece->mark;
    }
    if (piece->kind == PIECE_BREAK || piece->kind == PIECE_BLANK || f->len == 0)
        return;
    if (piece->highlight)
        box_add(l, ITEM_FILL, x + f->x, baseline - size * 9 / 10, f->w, size * 23 / 20,
                COLOUR_YELLOW);
    struct item *i = item_add(l, ITEM_RUN);
    i->face = piece->face;
    i->colour = piece->colour;
    i->artifact = p->spec.artifact;
    i->node = p->spec.node;
    i->mark = p->spec.mark ? p->spec.mark : piece->mark;
    i->blank = line->blank && f + 1 == line->frag + line->frags;
    i->x = x + f->x;
    i->y = baseline;
    i->w = f->w;
    i->h = size;
    i->value = piece->value;
    i->u.run.text = piece->text + f->from;
    i->u.run.len = f->len;
    i->u.run.gap = line->gap;
    if (piece->kind == PIECE_NOTE) {
        i->note = (uint32_t)piece->note + 1;
        i->y -= size * NOTE_RAISE / 1000;
        i->h = size * NOTE_SCALE / 1000;
        i->u.run.gap = 0;
    }
    if (piece->link)
        link_add(l, piece, p, x + f->x, y, f->w);
}

void line_emit(struct layout *l, const struct para *p, size_t i, int x, int y) {
    const struct line *line = &p->line[i];
    for (uint32_t k = 0; k < line->frags; k++)
        frag_emit(l, p, line, &line->frag[k], x, y);
}
