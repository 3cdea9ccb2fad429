/* para.c: pieces of text measured, broken into lines and cut into fragments */
#include <string.h>

#include "inside.h"

/* Gaps of justified text, in 1/1000 of the type size: what a blank may give, what looks even, and the
 * cap beyond which a line rather stays short than shows a river. */
#define GAP_SHRINK 50
#define GAP_STRETCH 125
#define GAP_CAP 750
#define LOCAL_CANDIDATES 160

/* Stand-ins for pieces without text in the flat text. */
#define MARK_BREAK '\n'
#define MARK_BLANK '\001'
#define MARK_NOTE '\002'

struct candidates {
    struct candidate *v;
    size_t n, cap;
};

/* One paragraph on its way to lines. */
struct scan {
    struct arena *arena;
    struct diag *diag; /* NULL: missing glyphs are not reported */
    const struct measure *m;
    const struct piece *piece;
    size_t pieces;
    int size;
    const char *flat; /* all pieces' text in a row */
    size_t len;
    uint32_t *start;     /* of each piece in the flat text, pieces + 1 of them */
    int64_t *start_w;    /* natural width up to there */
    uint32_t *start_gap; /* blanks up to there */
    struct candidates c;
    struct joint_state joint;
    bool wants_symbol; /* a character stands in the symbol face */
    /* while walking */
    int64_t w;
    uint32_t gaps;
    uint32_t word; /* where the current word starts, or UINT32_MAX */
    bool special;  /* it may break inside */
};

/* ---- flat text ------------------------------------------------------------------ */

static size_t piece_len(const struct piece *p) {
    return p->kind == PIECE_TEXT ? p->len : 1;
}

static char piece_mark(const struct piece *p) {
    return p->kind == PIECE_BREAK   ? MARK_BREAK
           : p->kind == PIECE_BLANK ? MARK_BLANK
                                    : MARK_NOTE;
}

static void flatten(struct scan *s) {
    s->start = arena_array(s->arena, uint32_t, s->pieces + 1);
    s->start_w = arena_array(s->arena, int64_t, s->pieces + 1);
    s->start_gap = arena_array(s->arena, uint32_t, s->pieces + 1);
    s->len = 0;
    for (size_t i = 0; i < s->pieces; i++) {
        s->start[i] = (uint32_t)s->len;
        s->len += piece_len(&s->piece[i]);
    }
    s->start[s->pieces] = (uint32_t)s->len;
    if (s->pieces == 1 && s->piece->kind == PIECE_TEXT) {
        s->flat = s->piece->text;
        return;
    }
    char *flat = arena_alloc(s->arena, s->len + 1);
    for (size_t i = 0; i < s->pieces; i++)
        if (s->piece[i].kind != PIECE_TEXT)
            flat[s->start[i]] = piece_mark(&s->piece[i]);
        else if (s->piece[i].len)
            memcpy(flat + s->start[i], s->piece[i].text, s->piece[i].len);
    s->flat = flat;
}

/* ---- measuring -------------------------------------------------------------------- */

static void report_missing(struct scan *s, const struct piece *p, size_t byte,
                           uint32_t cp) {
    if (!s->diag)
        return;
    struct origin at = p->at;
    if (at.line)
        at.col += (int)utf8_count(p->text, byte);
    char out[5] = {0};
    out[utf8_put(out, cp)] = 0;
    diag_add(s->diag, E_NO_GLYPH, at, out, diag_fmt(s->diag, "U+%04X", (unsigned)cp),
             NULL);
}

/* Advance in 1/1000 of the size, from the piece's face or else the symbol face. */
static int advance_of(struct scan *s, const struct piece *p, size_t byte, uint32_t cp) {
    int adv = s->m->advance(s->m->ctx, p->face, cp);
    if (adv >= 0)
        return adv;
    adv = s->m->advance(s->m->ctx, FACE_SYMBOL, cp);
    if (adv >= 0) {
        s->wants_symbol |= p->face != FACE_SYMBOL;
        return adv;
    }
    report_missing(s, p, byte, cp);
    return 500;
}

static int64_t scaled(const struct scan *s, int adv) {
    return ((int64_t)adv * s->size + 500) / 1000;
}

static int64_t note_width(struct scan *s, const struct piece *p) {
    const char *t = p->text, *end = p->text + p->len;
    int64_t w = 0;
    while (t < end)
        w += advance_of(s, p, 0, utf8_next(&t, end));
    return (w * (s->size * (int64_t)NOTE_SCALE / 1000) + 500) / 1000;
}

/* ---- candidates ----------------------------------------------------------------------- */

static struct candidate *candidate_add(struct scan *s, enum joint j, int penalty) {
    if (s->c.n == s->c.cap)
        s->c.v = arena_grow(s->arena, s->c.v, s->c.n, &s->c.cap, sizeof *s->c.v);
    struct candidate *c = &s->c.v[s->c.n++];
    memset(c, 0, sizeof *c);
    c->joint = (uint8_t)j;
    c->penalty = (uint16_t)penalty;
    c->end_w = c->next_w = s->w;
    c->end_gaps = c->next_gaps = s->gaps;
    return c;
}

static size_t piece_at(const struct scan *s, uint32_t pos) {
    size_t lo = 0, hi = s->pieces;
    while (hi - lo > 1) {
        size_t mid = (lo + hi) / 2;
        if (s->start[mid] <= pos)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

static int joint_penalty(enum joint j) {
    return j == JOINT_LONG ? 40 : j == JOINT_SOFT ? 60 : j == JOINT_CODE ? 200 : 0;
}

/* Walk flat[from..to) and add a candidate behind every character whose mark is a joint (mark NULL:
 * behind every character, as the last resort). w is the width at `from`. */
static void candidates_inside(struct scan *s, uint32_t from, uint32_t to, int64_t w,
                              uint32_t gaps, const char *mark) {
    int64_t keep_w = s->w;
    uint32_t keep_gaps = s->gaps;
    size_t k = piece_at(s, from);
    struct diag *keep = s->diag;
    s->diag = NULL; /* these characters were measured before */
    s->w = w;
    s->gaps = gaps;
    for (uint32_t i = from; i < to;) {
        while (i >= s->start[k + 1])
            k++;
        const struct piece *p = &s->piece[k];
        const char *t = s->flat + i;
        uint32_t cp = utf8_next(&t, s->flat + to);
        if (p->kind == PIECE_TEXT)
            s->w += scaled(s, advance_of(s, p, 0, cp));
        else
            s->w += p->kind == PIECE_BLANK ? p->blank : note_width(s, p);
        s->gaps += p->kind == PIECE_TEXT && cp == ' ';
        i = (uint32_t)(t - s->flat);
        const char *peek = t;
        uint32_t after = i < to ? utf8_next(&peek, s->flat + to) : 0;
        bool joined = (after >= 0x300 && after <= 0x36F) || after == MARK_NOTE;
        enum joint j = mark     ? (enum joint)mark[i - from - 1]
                       : joined ? JOINT_NONE
                                : JOINT_CODE;
        if (j != JOINT_NONE && i < to) {
            struct candidate *c = candidate_add(s, j, mark ? joint_penalty(j) : 1000);
            c->end = c->next = i;
        }
    }
    s->diag = keep;
    s->w = keep_w;
    s->gaps = keep_gaps;
}

/* The places inside the word that ends at `end`; word_w, word_gaps stand at its start. */
static void word_inside(struct scan *s, uint32_t end, int64_t word_w,
                        uint32_t word_gaps) {
    char local[256];
    uint32_t n = end - s->word;
    char *mark = n <= sizeof local ? local : arena_alloc(s->arena, n);
    joint_inside(s->flat + s->word, n, mark);
    bool any = false;
    for (uint32_t i = 0; i < n && !any; i++)
        any = mark[i] != JOINT_NONE;
    if (any)
        candidates_inside(s, s->word, end, word_w, word_gaps, mark);
}

/* ---- walking over the text ------------------------------------------------------------- */

/* A word starts; the blanks before it become a candidate once the word is known. */
struct gap_before {
    int64_t end_w, word_w;
    uint32_t end, end_gaps, word_gaps;
};

static void word_end(struct scan *s, uint32_t end, const struct gap_before *g) {
    if (s->word == UINT32_MAX)
        return;
    enum joint j = joint_blank(&s->joint, s->flat + s->word, end - s->word);
    if (g->end != UINT32_MAX) {
        struct candidate *c = candidate_add(s, j, joint_penalty(j));
        c->end_w = g->end_w;
        c->end = g->end;
        c->end_gaps = g->end_gaps;
        c->next_w = g->word_w;
        c->next = s->word;
        c->next_gaps = g->word_gaps;
    }
    if (s->special)
        word_inside(s, end, g->word_w, g->word_gaps);
    s->special = false;
    s->word = UINT32_MAX;
}

/* State behind the last word: where a line that ends before the next one would end. */
static void blank_begin(struct scan *s, uint32_t end, struct gap_before *g) {
    word_end(s, end, g);
    g->end = end;
    g->end_w = s->w;
    g->end_gaps = s->gaps;
}

static void word_begin(struct scan *s, uint32_t at, struct gap_before *g) {
    s->word = at;
    g->word_w = s->w;
    g->word_gaps = s->gaps;
}

static void forced(struct scan *s, uint32_t at, uint32_t next, struct gap_before *g) {
    bool blank = s->word == UINT32_MAX && g->end != UINT32_MAX;
    struct gap_before last = *g;
    word_end(s, at, g);
    struct candidate *c = candidate_add(s, JOINT_OPEN, 0);
    c->forced = true;
    c->end = at;
    c->next = next;
    if (blank) { /* trailing blanks stay out of the line */
        c->end = last.end;
        c->end_w = last.end_w;
        c->end_gaps = last.end_gaps;
    }
    g->end = UINT32_MAX;
    memset(&s->joint, 0, sizeof s->joint);
}

static void walk_text(struct scan *s, size_t k, struct gap_before *g) {
    const struct piece *p = &s->piece[k];
    const char *base = s->flat + s->start[k], *t = base, *end = base + p->len;
    while (t < end) {
        uint32_t at = (uint32_t)(t - s->flat);
        size_t byte = (size_t)(t - base);
        uint32_t cp = text_next(&t, end);
        int64_t adv = scaled(s, advance_of(s, p, byte, cp));
        if (cp == ' ') {
            if (s->word != UINT32_MAX)
                blank_begin(s, at, g);
            s->w += adv;
            s->gaps++;
            continue;
        }
        if (s->word == UINT32_MAX)
            word_begin(s, at, g);
        s->special |= joint_special(cp);
        s->w += adv;
    }
}

static void walk(struct scan *s) {
    struct gap_before g = {.end = UINT32_MAX};
    candidate_add(s, JOINT_OPEN, 0);
    s->word = UINT32_MAX;
    for (size_t k = 0; k < s->pieces; k++) {
        const struct piece *p = &s->piece[k];
        s->start_w[k] = s->w;
        s->start_gap[k] = s->gaps;
        if (p->kind == PIECE_TEXT) {
            walk_text(s, k, &g);
        } else if (p->kind == PIECE_BREAK) {
            forced(s, s->start[k], s->start[k + 1], &g);
        } else {
            if (s->word == UINT32_MAX)
                word_begin(s, s->start[k], &g);
            s->w += p->kind == PIECE_BLANK ? p->blank : note_width(s, p);
        }
    }
    s->start_w[s->pieces] = s->w;
    s->start_gap[s->pieces] = s->gaps;
    forced(s, (uint32_t)s->len, (uint32_t)s->len, &g);
}

/* Lines never start with the blanks at the very beginning of the text or behind a forced break. */
static void skip_leading(struct scan *s) {
    for (size_t i = 0; i + 1 < s->c.n; i++) {
        struct candidate *c = &s->c.v[i];
        if (i > 0 && !c->forced)
            continue;
        while (c->next < s->len && s->flat[c->next] == ' ') {
            const struct piece *p = &s->piece[piece_at(s, c->next)];
            c->next++;
            c->next_gaps++;
            c->next_w += scaled(s, advance_of(s, p, 0, ' '));
        }
    }
}

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
                candidates_inside(s, p->next, c.end, p->next_w, p->next_gaps, NULL);
        }
        if (s->c.n == s->c.cap)
            s->c.v = arena_grow(s->arena, s->c.v, s->c.n, &s->c.cap, sizeof *s->c.v);
        s->c.v[s->c.n++] = c;
    }
}

/* ---- characters of the symbol face ---------------------------------------------------------- */

static bool is_symbol(struct scan *s, const struct piece *p, uint32_t cp) {
    return s->m->advance(s->m->ctx, p->face, cp) < 0 &&
           s->m->advance(s->m->ctx, FACE_SYMBOL, cp) >= 0;
}

/* Cut pieces so that what the symbol face draws stands in pieces of its own. */
static void split_symbols(struct scan *s) {
    struct {
        struct piece *v;
        size_t n, cap;
    } out = {0};
    for (size_t i = 0; i < s->pieces; i++) {
        struct piece p = s->piece[i];
        if (p.kind != PIECE_TEXT) {
            vec_push(s->arena, &out, p);
            continue;
        }
        const char *t = p.text, *end = p.text + p.len, *from = t;
        int col = p.at.col;
        while (t < end) {
            const char *run = t;
            bool sym = is_symbol(s, &p, utf8_next(&t, end));
            while (t < end) {
                const char *next = t;
                if (is_symbol(s, &p, utf8_next(&next, end)) != sym)
                    break;
                t = next;
            }
            struct piece part = p;
            part.text = run;
            part.len = (uint32_t)(t - run);
            part.face = sym ? FACE_SYMBOL : p.face;
            part.at.col = col + (int)utf8_count(from, (size_t)(run - from));
            vec_push(s->arena, &out, part);
        }
    }
    s->piece = out.v;
    s->pieces = out.n;
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

static void scan_all(struct scan *s, struct candidate *local) {
    s->c.v = local;
    s->c.cap = LOCAL_CANDIDATES;
    flatten(s);
    walk(s);
    if (s->wants_symbol) {
        s->wants_symbol = false;
        s->diag = NULL; /* reported already */
        split_symbols(s);
        s->w = 0;
        s->gaps = 0;
        s->c.n = 0;
        flatten(s);
        walk(s);
    }
    skip_leading(s);
}

struct para *para_break(struct arena *a, struct diag *d, const struct measure *m,
                        const struct piece *piece, size_t n,
                        const struct para_spec *spec) {
    struct candidate local[LOCAL_CANDIDATES];
    struct scan s = {
        .arena = a, .diag = d, .m = m, .piece = piece, .pieces = n, .size = spec->size};
    struct para *p = arena_new_of(a, struct para);
    p->spec = *spec;
    scan_all(&s, local);
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
    scan_all(&s, local);
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
