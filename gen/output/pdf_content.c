/* pdf_content.c: one page of the page model as a terse content stream */
#include "pdf_inside.h"

#include <string.h>

/* Fill colours and stroke colours of enum item_colour. Red frames are "bright red" by NĐ 30, yellow
 * marks what a draft lacks. */
static const char *const fill_colour[] = {"0 g", "1 0 0 rg", "1 .93 .4 rg"};
static const char *const stroke_colour[] = {"0 G", "1 0 0 RG", "1 .93 .4 RG"};

/* The graphics state that the stream has set so far, and where the text line began. */
struct state {
    struct pdf_content *c;
    int32_t height; /* of the page, 1/1000 pt */
    int fill, stroke, line_width;
    int face, size;
    int32_t x, y; /* of the last Td, in pdf units */
};

/* At least n more bytes behind b.len; the caller writes there and sets b.len. */
static char *room(struct buf *b, size_t n) {
    if (b->cap - b->len <= n) {
        b->cap = (b->cap + n) * 2 + 4096;
        b->data = x_grow(b->data, b->cap, 1);
    }
    return b->data + b->len;
}

static void done(struct buf *b, const char *end) {
    b->len = (size_t)(end - b->data);
}

static char *put(char *p, const char *text) {
    while (*text)
        *p++ = *text++;
    return p;
}

/* A coordinate, 1/100 pt; written out because a page of table lines has thousands of them. */
static char *put_unit(char *p, int32_t v) {
    if (v <= -100000 || v >= 100000)
        return pdf_number(p, v, 2);
    if (v < 0)
        *p++ = '-';
    unsigned u = (unsigned)(v < 0 ? -v : v), whole = u / 100, part = u % 100;
    if (whole >= 100)
        *p++ = (char)('0' + whole / 100);
    if (whole >= 10)
        *p++ = (char)('0' + whole / 10 % 10);
    if (whole || !part)
        *p++ = (char)('0' + whole % 10);
    if (part) {
        *p++ = '.';
        *p++ = (char)('0' + part / 10);
    }
    if (part % 10)
        *p++ = (char)('0' + part % 10);
    return p;
}

/* Numbers between blanks, then the operator and a line end. */
static void operation(struct state *s, const int32_t *v, int n, const char *name) {
    char *p = room(&s->c->b, (size_t)n * 14 + 8);
    for (int i = 0; i < n; i++) {
        p = put_unit(p, v[i]);
        *p++ = ' ';
    }
    p = put(p, name);
    *p++ = '\n';
    done(&s->c->b, p);
}

static void set_colour(struct state *s, int *current, int wanted,
                       const char *const *names) {
    if (*current == wanted)
        return;
    *current = wanted;
    operation(s, NULL, 0, names[wanted]);
}

/* ---- text ---- */

/* What follows the backslash for bytes that a literal string must escape. */
static const char escape[256] = {['('] = '(', [')'] = ')', ['\\'] = '\\', ['\r'] = 'r'};

static char *put_byte(char *p, unsigned c) {
    if (escape[c]) {
        *p++ = '\\';
        c = (unsigned char)escape[c];
    }
    *p++ = (char)c;
    return p;
}

/* One code point of well-formed text; the common lengths decoded in place. */
static inline uint32_t next_char(const char **text, const char *end) {
    const unsigned char *t = (const unsigned char *)*text;
    if (t[0] < 0x80) {
        *text += 1;
        return t[0];
    }
    if (t[0] >= 0xC2 && t[0] < 0xE0 && end - *text >= 2) {
        *text += 2;
        return (uint32_t)(t[0] & 31) << 6 | (t[1] & 63);
    }
    if (t[0] >= 0xE1 && t[0] < 0xED && end - *text >= 3) {
        *text += 3;
        return (uint32_t)(t[0] & 15) << 12 | (uint32_t)(t[1] & 63) << 6 | (t[2] & 63);
    }
    return utf8_next(text, end);
}

static char *put_glyph(char *p, const struct font_subset *font, uint32_t cp) {
    unsigned glyph = cp < 0x20000 ? font->glyph_page[cp >> 8][cp & 0xFF] : 0;
    if (glyph >> 8 < '\r')
        *p++ = (char)(glyph >> 8); /* no such byte needs an escape */
    else
        p = put_byte(p, glyph >> 8);
    return put_byte(p, glyph & 0xFF);
}

static int count_spaces(const char *text, const char *end) {
    int n = 0;
    while (text < end)
        n += *text++ == ' ';
    return n;
}

/* The TJ adjustment, in 1/1000 of the size to the left, that widens `gaps` spaces by `gap`. */
static int32_t adjustment(const struct item *item, int64_t gaps) {
    int64_t total = -gaps * item->u.run.gap * 1000, half = item->h / 2;
    return (int32_t)((total + (total < 0 ? -half : half)) / item->h);
}

/* The words of a stretched run: the same adjustment behind each space, the last one takes what rounding
 * left over, so that the run ends where the layout wanted it. */
static char *put_stretched(char *p, const struct font_subset *font,
                           const struct item *item, int spaces, bool blank) {
    const char *text = item->u.run.text, *end = text + item->u.run.len;
    int32_t each = adjustment(item, 1);
    int32_t last = adjustment(item, spaces) - each * (spaces - 1);
    char between[16] = ")";
    char *stop = put(pdf_number(between + 1, each, 0), "(");
    size_t len = (size_t)(stop - between);
    p = put(p, "[(");
    while (text < end) {
        uint32_t cp = next_char(&text, end);
        p = put_glyph(p, font, cp);
        if (cp == ' ' && --spaces) {
            memcpy(p, between, len);
            p += len;
        } else if (cp == ' ') {
            *p++ = ')';
            p = put(pdf_number(p, last, 0), "(");
        }
    }
    if (blank)
        p = put_glyph(p, font, ' ');
    return put(p, ")]TJ\n");
}

static char *put_plain(char *p, const struct font_subset *font, const struct item *item,
                       bool blank) {
    const char *text = item->u.run.text, *end = text + item->u.run.len;
    *p++ = '(';
    while (text < end)
        p = put_glyph(p, font, next_char(&text, end));
    if (blank)
        p = put_glyph(p, font, ' ');
    return put(p, ")Tj\n");
}

static void set_font(struct state *s, const struct item *item) {
    if (s->face == item->face && s->size == item->h)
        return;
    s->face = item->face;
    s->size = item->h;
    char *p = put(room(&s->c->b, 32), "/F");
    *p++ = (char)('0' + item->face);
    *p++ = ' ';
    done(&s->c->b, put(pdf_number(p, item->h, 3), " Tf\n"));
}

static void write_run(struct state *s, const struct item *item) {
    if (!item->u.run.len)
        return;
    set_colour(s, &s->fill, item->colour, fill_colour);
    set_font(s, item);
    int32_t x = pdf_unit(item->x), y = pdf_unit(s->height - item->y);
    int32_t move[2] = {x - s->x, y - s->y};
    if (move[0] || move[1])
        operation(s, move, 2, "Td");
    s->x = x;
    s->y = y;
    const struct font_subset *font = s->c->fonts->subset[item->face];
    const char *text = item->u.run.text;
    int spaces =
        item->u.run.gap && item->h > 0 ? count_spaces(text, text + item->u.run.len) : 0;
    /* Each byte of text gives at most four, each space an adjustment with its brackets. */
    char *p = room(&s->c->b, (size_t)item->u.run.len * 4 + (size_t)spaces * 14 + 20);
    /* The blank at which a line was broken parts its words for those who hear them. */
    bool blank = item->blank && s->c->tags;
    done(&s->c->b, spaces ? put_stretched(p, font, item, spaces, blank)
                          : put_plain(p, font, item, blank));
}

/* ---- marked content: BDC … EMC around what one element prints, inside the text object ---- */

enum artifact { PAGINATION, LAYOUT };

static void begin_artifact(struct state *s, enum artifact type) {
    if (s->c->tags)
        operation(s, NULL, 0,
                  type == PAGINATION ? "/Artifact<</Type/Pagination>>BDC"
                                     : "/Artifact<</Type/Layout>>BDC");
}

static void begin_marked(struct state *s, const char *tag, uint32_t mcid) {
    char *p = put(put(room(&s->c->b, 48), tag), "<</MCID ");
    done(&s->c->b, put(pdf_number(p, (int32_t)mcid, 0), ">>BDC\n"));
}

static void end_marked(struct state *s) {
    if (s->c->tags)
        operation(s, NULL, 0, "EMC");
}

/* What is open in the text object: nothing, an artifact, or content of an element. */
struct open {
    bool any, artifact;
    uint32_t element;
};

static void close_open(struct state *s, struct open *o) {
    if (o->any)
        end_marked(s);
    o->any = false;
}

/* Open what the run belongs to, unless it is open already. */
static void open_run(struct state *s, struct open *o, const struct item *run, size_t i) {
    uint32_t element = run->artifact ? 0 : pdf_tags_element(s->c->tags, i);
    if (o->any && o->artifact == run->artifact && o->element == element)
        return;
    close_open(s, o);
    *o = (struct open){true, run->artifact, element};
    if (run->artifact)
        begin_artifact(s, PAGINATION);
    else
        begin_marked(s, "/P", pdf_tags_mark(s->c->tags, element));
}

static void write_tagged_item(struct state *s, struct open *o, const struct item *item,
                              size_t i) {
    if (item->kind == ITEM_RUN && item->u.run.len) {
        open_run(s, o, item, i);
        write_run(s, item);
    } else if (item->kind == ITEM_LINK && !item->artifact && o->any && !o->artifact) {
        pdf_tags_link_seen(s->c->tags, i, o->element);
    } else if (item->kind == ITEM_FIELD) {
        close_open(s, o);
        pdf_tags_field_seen(s->c->tags, i);
    }
}

static void write_text(struct state *s, const struct page *page) {
    struct open open = {0};
    operation(s, NULL, 0, "BT");
    for (size_t i = 0; i < page->n; i++)
        if (s->c->tags)
            write_tagged_item(s, &open, &page->item[i], i);
        else if (page->item[i].kind == ITEM_RUN)
            write_run(s, &page->item[i]);
    close_open(s, &open);
    operation(s, NULL, 0, "ET");
}

/* ---- lines, areas, pictures ---- */

static void rectangle(struct state *s, const struct item *item) {
    int32_t bottom = pdf_unit(s->height - item->y - item->h);
    int32_t v[4] = {pdf_unit(item->x), bottom,
                    pdf_unit(item->x + item->w) - pdf_unit(item->x),
                    pdf_unit(s->height - item->y) - bottom};
    operation(s, v, 4, "re");
}

static void write_fills(struct state *s, const struct page *page) {
    bool open = false;
    for (size_t i = 0; i < page->n; i++) {
        const struct item *item = &page->item[i];
        if (item->kind != ITEM_FILL)
            continue;
        if (!open)
            begin_artifact(s, LAYOUT);
        open = true;
        set_colour(s, &s->fill, item->colour, fill_colour);
        rectangle(s, item);
        operation(s, NULL, 0, "f");
    }
    if (open)
        end_marked(s);
}

static void write_images(struct state *s, const struct page *page) {
    for (size_t i = 0; i < page->n; i++) {
        const struct item *item = &page->item[i];
        if (item->kind != ITEM_IMAGE)
            continue;
        if (s->c->tags)
            begin_marked(s, "/Figure", pdf_tags_image(s->c->tags, i));
        buf_printf(&s->c->b, "q ");
        int32_t v[6] = {pdf_unit(item->w),
                        0,
                        0,
                        pdf_unit(item->h),
                        pdf_unit(item->x),
                        pdf_unit(s->height - item->y - item->h)};
        operation(s, v, 6, "cm");
        buf_printf(&s->c->b, "/I%zu Do Q\n",
                   pdf_image_index(s->c->images, item->u.image));
        end_marked(s);
    }
}

static void add_line(struct state *s, const struct item *item) {
    int32_t from[2] = {pdf_unit(item->x), pdf_unit(s->height - item->y)};
    int32_t to[2] = {pdf_unit(item->x + item->w),
                     pdf_unit(s->height - item->y - item->h)};
    operation(s, from, 2, "m");
    operation(s, to, 2, "l");
}

/* Lines of one width and colour that follow each other make one path. */
static void write_strokes(struct state *s, const struct page *page) {
    bool open = false, any = false;
    for (size_t i = 0; i < page->n; i++) {
        const struct item *item = &page->item[i];
        if (item->kind != ITEM_STROKE && item->kind != ITEM_FRAME)
            continue;
        int32_t width = pdf_unit(item->u.stroke_width);
        if (!any)
            begin_artifact(s, LAYOUT);
        any = true;
        if (open && (s->line_width != width || s->stroke != item->colour))
            operation(s, NULL, 0, "S");
        set_colour(s, &s->stroke, item->colour, stroke_colour);
        if (s->line_width != width)
            operation(s, &width, 1, "w");
        s->line_width = width;
        if (item->kind == ITEM_FRAME)
            rectangle(s, item);
        else
            add_line(s, item);
        open = true;
    }
    if (open)
        operation(s, NULL, 0, "S");
    if (any)
        end_marked(s);
}

void pdf_content(struct pdf_content *c, const struct page *page) {
    struct state s = {.c = c, .height = page->h, .line_width = 100, .face = -1};
    c->b.len = 0;
    write_fills(&s, page);
    write_images(&s, page);
    write_strokes(&s, page);
    write_text(&s, page);
}
