/* scan.c: the text of a paragraph measured, its places to break found */
#include "scan.h"

#include <string.h>

/* Stand-ins for pieces without text in the flat text. */
#define MARK_BREAK '\n'
#define MARK_BLANK '\001'
#define MARK_NOTE '\002'

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
    /* Text of a template has the place of its paragraph: the line is all that is known. */
    at.col = p->value && at.line ? at.col + (int)utf8_count(p->text, byte) : 0;
    char out[5] = {0};
    out[utf8_put(out, cp)] = 0;
    diag_add(s->diag, E_NO_GLYPH, at, out, diag_fmt(s->diag, "U+%04X", (unsigned)cp),
             NULL);
}

static int advance_elsewhere(struct scan *s, const struct piece *p, size_t byte,
                             uint32_t cp) {
    int adv = measure_advance(s->m, FACE_SYMBOL, cp);
    if (adv >= 0) {
        s->wants_symbol |= p->face != FACE_SYMBOL;
        return adv;
    }
    report_missing(s, p, byte, cp);
    s->wants_mark |= s->m->draft;
    return 500;
}

/* Advance in 1/1000 of the size, from the piece's face or else the symbol face. */
static inline int advance_of(struct scan *s, const struct piece *p, size_t byte,
                             uint32_t cp) {
    int adv = measure_advance(s->m, p->face, cp);
    return adv >= 0 ? adv : advance_elsewhere(s, p, byte, cp);
}

/* Neither is ever negative, and unsigned division is the cheaper one. */
static inline int64_t scaled(const struct scan *s, int adv) {
    return (int64_t)(((uint64_t)adv * (uint64_t)s->size + 500) / 1000);
}

static int64_t note_width(struct scan *s, const struct piece *p) {
    const char *t = p->text, *end = p->text + p->len;
    int64_t w = 0;
    while (t < end)
        w += advance_of(s, p, 0, utf8_next(&t, end));
    return (w * (s->size * (int64_t)NOTE_SCALE / 1000) + 500) / 1000;
}

/* As the last resort lines end at blanks that must not break, or else behind any letter. */
#define PENALTY_BLANK 1000
#define PENALTY_LETTER 15000

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

void scan_inside(struct scan *s, uint32_t from, uint32_t to, int64_t w, uint32_t gaps,
                 const char *mark) {
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
        uint32_t cp = utf8_next(&t, s->flat + to), begin = i;
        int64_t begin_w = s->w;
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
            bool blank = cp == 0xA0 && !mark;
            int penalty = mark    ? joint_penalty(j)
                          : blank ? PENALTY_BLANK
                                  : PENALTY_LETTER;
            struct candidate *c = candidate_add(s, j, penalty);
            c->end = c->next = i;
            if (blank) {
                c->end = begin;
                c->end_w = begin_w;
            }
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
        scan_inside(s, s->word, end, word_w, word_gaps, mark);
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

/* Over the characters up to the next blank; returns where it stands. */
static const char *walk_word(struct scan *s, const struct piece *p, const char *base,
                             const char *t, const char *end) {
    int64_t w = s->w;
    bool special = s->special;
    while (t < end && *t != ' ') {
        size_t byte = (size_t)(t - base);
        uint32_t cp = text_next(&t, end);
        w += scaled(s, advance_of(s, p, byte, cp));
        special |= joint_special(cp);
    }
    s->w = w;
    s->special = special;
    return t;
}

static void walk_text(struct scan *s, size_t k, struct gap_before *g) {
    const struct piece *p = &s->piece[k];
    const char *base = s->flat + s->start[k], *t = base, *end = base + p->len;
    while (t < end) {
        uint32_t at = (uint32_t)(t - s->flat);
        if (*t != ' ') {
            if (s->word == UINT32_MAX)
                word_begin(s, at, g);
            t = walk_word(s, p, base, t, end);
            continue;
        }
        if (s->word != UINT32_MAX)
            blank_begin(s, at, g);
        s->w += scaled(s, advance_of(s, p, (size_t)(t - base), ' '));
        s->gaps++;
        t++;
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

/* ---- characters that the piece's face lacks ---------------------------------------------------- */

enum owner { OWNER_FACE, OWNER_SYMBOL, OWNER_NONE };

static enum owner owner_of(struct scan *s, const struct piece *p, uint32_t cp) {
    if (measure_advance(s->m, p->face, cp) >= 0)
        return OWNER_FACE;
    if (measure_advance(s->m, FACE_SYMBOL, cp) >= 0)
        return OWNER_SYMBOL;
    return s->m->draft ? OWNER_NONE : OWNER_FACE;
}

/* As many marks as there are characters. */
static void mark_missing(struct scan *s, struct piece *p) {
    size_t n = utf8_count(p->text, p->len);
    char *marks = arena_alloc(s->arena, n + 1);
    memset(marks, '?', n);
    p->text = marks;
    p->len = (uint32_t)n;
    p->highlight = true;
    p->colour = COLOUR_RED;
}

/* Cut pieces so that what the symbol face draws, and what a draft marks, stands in pieces of its own. */
static void split_pieces(struct scan *s) {
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
            enum owner owner = owner_of(s, &p, utf8_next(&t, end));
            while (t < end) {
                const char *next = t;
                if (owner_of(s, &p, utf8_next(&next, end)) != owner)
                    break;
                t = next;
            }
            struct piece part = p;
            part.text = run;
            part.len = (uint32_t)(t - run);
            part.face = owner == OWNER_SYMBOL ? FACE_SYMBOL : p.face;
            if (owner == OWNER_NONE)
                mark_missing(s, &part);
            part.at.col = col + (int)utf8_count(from, (size_t)(run - from));
            vec_push(s->arena, &out, part);
        }
    }
    s->piece = out.v;
    s->pieces = out.n;
}

void scan_run(struct scan *s, struct candidate *local) {
    s->c.v = local;
    s->c.cap = LOCAL_CANDIDATES;
    flatten(s);
    walk(s);
    if (s->wants_symbol || s->wants_mark) {
        s->wants_symbol = s->wants_mark = false;
        s->diag = NULL; /* reported already */
        split_pieces(s);
        s->w = 0;
        s->gaps = 0;
        s->c.n = 0;
        flatten(s);
        walk(s);
    }
    skip_leading(s);
}
