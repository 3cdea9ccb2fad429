/* para.c: paragraphs broken into lines, the lines cut into fragments */
#include <string.h>

#include "scan.h"

/* Gaps of justified text, in 1/1000 of the type size: what a blank may give, what looks even, and the
 * cap beyond which a line rather stays short than shows a river. */
#define GAP_SHRINK 50
#define GAP_STRETCH 125
#define GAP_CAP 750

/* ---- which joints count ------------------------------------------------------------------- */

static bool is_active(const struct candidate *c) {
    return c->forced || (c->joint != JOINT_NONE && c->joint <= JOINT_LONG);
}

/* Where the stretch between two active candidates is wider than a line, the next worse joints in it
 * become ordinary candidates. Returns true while a stretch stays too wide. */
static bool admit(struct scan *s, enum joint j, int first, int width) {
    size_t last = 0;
    bool wide = false;
    for (size_t i = 1; i < s->c.n; i++) {
        if (!is_active(&s->c.v[i]))
            continue;
        int room = last == 0 ? first : width;
        if (s->c.v[i].end_w - s->c.v[last].next_w > room) {
            wide = true;
            for (size_t k = last + 1; k < i; k++)
                if (s->c.v[k].joint == j)
                    s->c.v[k].joint = JOINT_OPEN;
        }
        last = i;
    }
    return wide;
}

/* Keep the active candidates; a word that no line holds breaks behind any of its letters. */
static void settle(struct scan *s, int first, int width) {
    bool wide = admit(s, JOINT_SOFT, first, width) && admit(s, JOINT_CODE, first, width);
    struct candidates old = s->c;
    if (wide) {
        s->c.cap = old.n + 64;
        s->c.v = arena_array(s->arena, struct candidate, s->c.cap);
    }
    s->c.n = 0;
    for (size_t i = 0; i < old.n; i++) {
        struct candidate c = old.v[i];
        if (i > 0 && !is_active(&c))
            continue;
        if (wide && i > 0) {
            const struct candidate *p = &s->c.v[s->c.n - 1];
            if (c.end_w - p->next_w > (s->c.n == 1 ? first : width))
                scan_inside(s, p->next, c.end, p->next_w, p->next_gaps, NULL);
        }
        if (s->c.n == s->c.cap)
            s->c.v = arena_grow(s->arena, s->c.v, s->c.n, &s->c.cap, sizeof *s->c.v);
        s->c.v[s->c.n++] = c;
    }
}

/* ---- lines ------------------------------------------------------------------------------------ */

static int line_left(const struct para_spec *spec, size_t line) {
    int indent = spec->indent;
    return line == 0 ? (indent > 0 ? indent : 0) : (indent < 0 ? -indent : 0);
}

/* What each blank of the line gets, and where the line starts. */
static int justify(const struct para_spec *spec, int64_t room, int64_t width,
                   int64_t gaps, bool last) {
    if (spec->align != ALIGN_JUSTIFY || gaps == 0 || (last && width <= room))
        return 0;
    int64_t slack = room - width;
    int64_t gap = slack < 0 ? -((-slack + gaps - 1) / gaps) : slack / gaps;
    int64_t cap = (int64_t)spec->size * GAP_CAP / 1000;
    return (int)(gap > cap ? 0 : gap);
}

static int line_shift(const struct para_spec *spec, int64_t room, int64_t width) {
    if (spec->align == ALIGN_CENTER)
        return (int)((room - width) / 2);
    return spec->align == ALIGN_RIGHT ? (int)(room - width) : 0;
}

/* Cut the text between two candidates into a fragment a piece. */
static void line_cut(struct scan *s, struct para *p, struct line *l,
                     const struct candidate *a, const struct candidate *b, size_t *piece,
                     int left) {
    size_t k = *piece, n = 0;
    while (k + 1 < s->pieces && s->start[k + 1] <= a->next)
        k++;
    *piece = k;
    for (size_t i = k; i < s->pieces && s->start[i] < b->end; i++)
        n++;
    l->frag = arena_array(s->arena, struct frag, n ? n : 1);
    l->first_note = 0;
    for (size_t i = k; i < s->pieces && s->start[i] < b->end; i++) {
        bool opens = s->start[i]<a->next, closes = s->start[i + 1]> b->end;
        uint32_t from = opens ? a->next : s->start[i];
        uint32_t to = closes ? b->end : s->start[i + 1];
        int64_t w0 = opens ? a->next_w : s->start_w[i],
                w1 = closes ? b->end_w : s->start_w[i + 1];
        uint32_t g0 = opens ? a->next_gaps : s->start_gap[i];
        uint32_t g1 = closes ? b->end_gaps : s->start_gap[i + 1];
        if (to <= from || s->piece[i].kind == PIECE_BREAK)
            continue;
        struct frag *f = &l->frag[l->frags++];
        f->piece = (uint32_t)i;
        f->from = from - s->start[i];
        f->len = s->piece[i].kind == PIECE_TEXT ? to - from : s->piece[i].len;
        if (s->piece[i].kind != PIECE_TEXT)
            f->from = 0;
        f->x = left + (int)(w0 - a->next_w) + (int)(g0 - a->next_gaps) * l->gap;
        f->w = (int)(w1 - w0) + (int)(g1 - g0) * l->gap;
        if (s->piece[i].kind == PIECE_NOTE)
            l->notes++;
    }
    p->natural_width = l->width > p->natural_width ? l->width : p->natural_width;
}

static void lines_make(struct scan *s, struct para *p) {
    const struct para_spec *spec = &p->spec;
    size_t n = 0, piece = 0;
    for (size_t i = s->c.n - 1; i > 0; i = s->c.v[i].prev)
        n++;
    uint32_t *chain = arena_array(s->arena, uint32_t, n + 1);
    for (size_t i = s->c.n - 1, k = n; i > 0; i = s->c.v[i].prev)
        chain[k--] = (uint32_t)i;
    p->line = arena_array(s->arena, struct line, n);
    p->lines = n;
    for (size_t k = 0; k < n; k++) {
        const struct candidate *a = &s->c.v[chain[k]], *b = &s->c.v[chain[k + 1]];
        struct line *l = &p->line[k];
        int64_t width = b->end_w > a->next_w ? b->end_w - a->next_w : 0;
        int64_t gaps = b->end_gaps > a->next_gaps ? b->end_gaps - a->next_gaps : 0;
        int left = line_left(spec, k), room = spec->width - left;
        l->width = (int)width;
        l->gap = justify(spec, room, width, gaps, b->forced);
        l->blank = k + 1 < n && (b->forced || b->next > b->end);
        line_cut(s, p, l, a, b, &piece, left + line_shift(spec, room, width));
    }
    p->height = (int)n * spec->leading;
}

/* Number the footnotes of the paragraph line by line. */
static void notes_collect(struct arena *a, struct para *p) {
    size_t n = 0;
    for (size_t i = 0; i < p->lines; i++) {
        p->line[i].first_note = (int)n;
        n += (size_t)p->line[i].notes;
    }
    if (n == 0)
        return;
    p->note = arena_array(a, int, n);
    n = 0;
    for (size_t i = 0; i < p->lines; i++)
        for (uint32_t k = 0; k < p->line[i].frags; k++)
            if (p->piece[p->line[i].frag[k].piece].kind == PIECE_NOTE)
                p->note[n++] = p->piece[p->line[i].frag[k].piece].note;
}

struct para *para_break(struct arena *a, struct diag *d, const struct measure *m,
                        const struct piece *piece, size_t n,
                        const struct para_spec *spec) {
    struct candidate local[LOCAL_CANDIDATES];
    struct scan s = {
        .arena = a, .diag = d, .m = m, .piece = piece, .pieces = n, .size = spec->size};
    struct para *p = arena_new_of(a, struct para);
    p->spec = *spec;
    scan_run(&s, local);
    p->piece = s.piece;
    p->pieces = s.pieces;
    if (s.c.n == 2 && s.c.v[1].end <= s.c.v[0].next)
        return p;
    struct fit f = {.first = spec->width - line_left(spec, 0),
                    .width = spec->width - line_left(spec, 1),
                    .stretch = spec->size * GAP_STRETCH / 1000 + 1,
                    .shrink = spec->size * GAP_SHRINK / 1000 + 1,
                    .short_last = spec->width / 8,
                    .align = spec->align};
    settle(&s, f.first, f.width);
    linebreak_fit(s.c.v, s.c.n, &f);
    lines_make(&s, p);
    notes_collect(a, p);
    return p;
}

void para_extent(struct arena *a, const struct measure *m, const struct piece *piece,
                 size_t n, int size, int *min, int *max) {
    struct candidate local[LOCAL_CANDIDATES];
    struct scan s = {.arena = a, .m = m, .piece = piece, .pieces = n, .size = size};
    scan_run(&s, local);
    int64_t widest = 0, line = 0;
    size_t open = 0, start = 0;
    for (size_t i = 1; i < s.c.n; i++) {
        const struct candidate *c = &s.c.v[i];
        if (!is_active(c))
            continue;
        int64_t w = c->end_w - s.c.v[open].next_w;
        widest = w > widest ? w : widest;
        open = i;
        if (c->forced) {
            w = c->end_w - s.c.v[start].next_w;
            line = w > line ? w : line;
            start = i;
        }
    }
    *min = (int)(widest > INT32_MAX ? INT32_MAX : widest);
    *max = (int)(line > INT32_MAX ? INT32_MAX : line);
}

int layout_line_count(struct fonts *f, const char *text, enum face face, int size,
                      int width) {
    struct arena *a = arena_new();
    struct measure m = measure_fonts(f);
    struct piece p = {.kind = PIECE_TEXT,
                      .face = (uint8_t)face,
                      .text = text,
                      .len = (uint32_t)strlen(text)};
    struct para_spec spec = {
        .size = size, .leading = size, .width = width, .align = ALIGN_LEFT};
    struct para *para = para_break(a, NULL, &m, &p, 1, &spec);
    int lines = para->lines ? (int)para->lines : 1;
    arena_free(a);
    return lines;
}
