/* dump.c: the page model as text, a line an item, lengths in points */
#include "inside.h"

static const char *const kind_name[] = {"run",   "stroke", "image", "link",
                                        "frame", "fill",   "field"};
static const char *const field_name[] = {"none",  "number",    "day",
                                         "month", "signature", "seal"};
static const char *const face_name[] = {"regular", "bold", "italic", "bold-italic",
                                        "symbol"};
static const char *const colour_name[] = {"black", "red", "yellow", "grey", "blue"};

/* 1/1000 pt as points without needless zeros. */
static void put_length(struct buf *out, int v) {
    int64_t n = v < 0 ? -(int64_t)v : v;
    int digits = 3, frac = (int)(n % 1000);
    buf_printf(out, v < 0 ? " -%d" : " %d", (int)(n / 1000));
    while (digits > 1 && frac % 10 == 0) {
        frac /= 10;
        digits--;
    }
    if (frac)
        buf_printf(out, ".%0*d", digits, frac);
}

static void put_common(struct buf *out, const struct item *i) {
    buf_adds(out, kind_name[i->kind]);
    put_length(out, i->x);
    put_length(out, i->y);
    put_length(out, i->w);
    put_length(out, i->h);
}

static void put_item(struct buf *out, const struct item *i) {
    put_common(out, i);
    switch ((enum item_kind)i->kind) {
    case ITEM_RUN:
        buf_printf(out, " %s", face_name[i->face]);
        if (i->u.run.gap) {
            buf_adds(out, " gap");
            put_length(out, i->u.run.gap);
        }
        break;
    case ITEM_STROKE:
    case ITEM_FRAME:
        buf_adds(out, " thick");
        put_length(out, i->u.stroke_width);
        break;
    case ITEM_IMAGE:
        buf_printf(out, " %s", i->u.image->u.figure->file);
        break;
    case ITEM_LINK:
        buf_printf(out, " %s", i->u.link);
        break;
    case ITEM_FILL:
        break;
    case ITEM_FIELD:
        buf_printf(out, " %s", field_name[i->u.field.kind]);
        if (i->u.field.kind == FIELD_SIGNATURE)
            buf_printf(out, " %d", i->u.field.signer + 1);
        if (i->u.field.baseline) {
            buf_printf(out, " %s", face_name[i->face]);
            put_length(out, i->u.field.size);
            put_length(out, i->u.field.baseline);
        }
        break;
    }
    if (i->colour != COLOUR_BLACK)
        buf_printf(out, " %s", colour_name[i->colour]);
    if (i->node)
        buf_printf(out, " n%d", i->node);
    if (i->artifact)
        buf_adds(out, " artifact");
    if (i->kind == ITEM_RUN) {
        buf_adds(out, " |");
        buf_add(out, i->u.run.text, i->u.run.len);
        buf_addc(out, '|');
    }
    buf_addc(out, '\n');
}

void pages_dump(const struct pages *p, struct buf *out) {
    for (size_t k = 0, a = 0; k < p->n; k++) {
        const struct page *page = &p->page[k];
        buf_printf(out, "page %zu", k + 1);
        put_length(out, page->w);
        put_length(out, page->h);
        buf_printf(out, " number %d section %d\n", page->number, page->section);
        for (; a < p->anchors && p->anchor[a].page == (int)k; a++) {
            buf_printf(out, "anchor %s", p->anchor[a].name);
            put_length(out, p->anchor[a].y);
            buf_addc(out, '\n');
        }
        for (size_t i = 0; i < page->n; i++)
            put_item(out, &page->item[i]);
    }
}
