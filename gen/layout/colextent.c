/* colextent.c: what the cells of a table ask of the widths of its columns */
#include "table.h"

#include <string.h>

#define SAMPLE_ROWS 256
#define AREA_MAX 100000000

int cell_columns(const struct table *t, int col, const struct cell *c) {
    int n = c->colspan ? c->colspan : 1;
    return n < t->ncols - col ? n : t->ncols - col;
}

size_t cell_rows(const struct table *t, size_t row, const struct cell *c) {
    size_t end = row < (size_t)t->head_rows ? (size_t)t->head_rows : t->nrows;
    size_t n = c->rowspan ? c->rowspan : 1;
    if (end > t->nrows)
        end = t->nrows;
    if (end <= row)
        return 1;
    return n < end - row ? n : end - row;
}

unsigned cell_style(const struct row *r, const struct cell *c) {
    unsigned style = 0;
    /* The row of column numbers under the heads is set in italics alone. */
    bool strong = r->kind == ROW_HEAD || r->kind == ROW_GROUP || r->kind == ROW_TOTAL;
    if (strong && !(r->kind == ROW_HEAD && (c->flags & CELL_ITALIC)))
        style |= SPAN_BOLD;
    if (c->flags & CELL_BOLD)
        style |= SPAN_BOLD;
    if (c->flags & CELL_ITALIC)
        style |= SPAN_ITALIC;
    return style;
}

/* One pass over a text: its width, and an upper bound of its widest unbreakable part. Words are
 * taken as glued when one of them holds a digit or a Roman numeral ("Điều 5", "12 km", "Phụ lục II"). */
struct scan {
    const struct measure *m;
    struct arena *a;
    struct needs *words; /* where the words' widths go, NULL */
    int natural, bound, hard;
    int word, group; /* widths of the word and of the glued words before it */
    int space;
    bool letters, roman,
        figure; /* of the word: has letters; only Roman digits; has digits */
    bool glue;  /* the word before holds a number */
    int chars;
    struct joint_state joint;
    const char *from, *to; /* the word, or its part in the last span */
};

static bool is_roman(uint32_t cp) {
    return cp == 'I' || cp == 'V' || cp == 'X' || cp == 'L' || cp == 'C';
}

/* Keep the width of a word; what no line may part is one word. */
static void keep_word(struct scan *s) {
    struct needs *k = s->words;
    bool first = s->joint.word == NULL;
    enum joint j = joint_blank(&s->joint, s->from, (size_t)(s->to - s->from));
    int w = s->word > 0 ? s->word : 1;
    if (!first && j == JOINT_SOFT)
        w += k->word.v[--k->word.n] + s->space;
    vec_push(s->a, &k->word, (uint16_t)(w < UINT16_MAX ? w : UINT16_MAX));
}

static void keep_break(struct scan *s) {
    memset(&s->joint, 0, sizeof s->joint);
    vec_push(s->a, &s->words->word, WORD_BREAK);
}

static void scan_word(struct scan *s) {
    if (!s->chars)
        return;
    if (s->words)
        keep_word(s);
    bool number = s->figure || s->roman;
    s->group = s->group && (number || s->glue) ? s->group + s->space + s->word : s->word;
    s->glue = number;
    if (s->group > s->bound)
        s->bound = s->group;
    int hard = s->letters && s->word > HARD_WORD ? HARD_WORD : s->word;
    if (hard > s->hard)
        s->hard = hard;
    s->word = s->chars = 0;
    s->letters = s->figure = false;
    s->roman = true;
}

static void scan_text(struct scan *s, enum face face, const char *text, size_t n) {
    const char *end = text + n;
    s->from = text;
    while (text < end) {
        const char *at = text;
        uint32_t cp = utf8_next(&text, end);
        int w = s->m->advance(s->m->ctx, face, cp);
        if (w < 0)
            w = s->m->advance(s->m->ctx, FACE_SYMBOL, cp);
        if (w < 0)
            w = 500; /* reported when the text is set */
        if (s->natural < AREA_MAX)
            s->natural += w;
        if (cp == ' ') {
            s->space = w;
            scan_word(s);
            continue;
        }
        s->from = s->chars && s->from ? s->from : at;
        s->to = text;
        s->word += w;
        s->chars++;
        bool digit = cp >= '0' && cp <= '9';
        s->figure = s->figure || digit;
        s->roman = s->roman && is_roman(cp);
        s->letters = s->letters || cp >= 0xC0 || (cp >= 'A' && cp <= 'Z') ||
                     (cp >= 'a' && cp <= 'z');
    }
}

/* Pieces of a span list, for measuring alone. */
static struct piece *measure_pieces(struct arena *a, const struct span *span,
                                    unsigned style, size_t *n) {
    size_t count = 0;
    for (const struct span *s = span; s; s = s->next)
        count++;
    struct piece *piece = arena_array(a, struct piece, count ? count : 1);
    *n = count;
    for (struct piece *p = piece; span; span = span->next, p++) {
        p->face = (uint8_t)face_of(style | span->style);
        p->text = span->text ? span->text : "";
        p->len = span->text ? span->len : 0;
        if (span->kind == SPAN_BREAK)
            p->kind = PIECE_BREAK;
        if (span->kind == SPAN_BLANK) {
            p->kind = PIECE_BLANK;
            p->blank = MM(span->u.blank_mm);
        }
        if (span->kind == SPAN_NOTE) {
            p->text = "1";
            p->len = 1;
        }
    }
    return piece;
}

/* Extents of rich text: each line between hard breaks is scanned on its own. */
static int scan_spans(struct scan *s, const struct span *span, unsigned style,
                      int *total) {
    int widest = 0;
    for (; span; span = span->next) {
        if (span->kind == SPAN_BREAK) {
            scan_word(s);
            widest = s->natural > widest ? s->natural : widest;
            *total += s->natural;
            s->natural = s->group = 0;
            if (s->words)
                keep_break(s);
        } else if (span->kind == SPAN_TEXT && span->text) {
            scan_text(s, face_of(style | span->style), span->text, span->len);
        } else {
            s->natural += 500;
        }
    }
    scan_word(s);
    *total += s->natural;
    return s->natural > widest ? s->natural : widest;
}

struct look {
    struct arena *a, *scratch;
    const struct measure *m;
    const struct table *t;
    struct needs *needs;
    size_t span_cap;
    size_t stride; /* every so manyth row of the body is in the sample */
    bool words;    /* keep the words of the cell */
};

/* The extent of a cell. The exact unbreakable width is asked for only when the bound exceeds `known`,
 * which makes a handful of calls a column. */
static struct extent cell_extent(struct look *k, const struct row *r,
                                 const struct cell *c, int known, int *area) {
    struct scan s = {.m = k->m, .a = k->a, .roman = true};
    s.words = k->words ? k->needs : NULL;
    unsigned style = cell_style(r, c);
    *area = 0;
    if (c->spans) {
        s.natural = scan_spans(&s, c->spans, style, area);
    } else if (c->text) {
        scan_text(&s, face_of(style), c->text, strlen(c->text));
        scan_word(&s);
        *area = s.natural;
    }
    k->needs->space = s.space > k->needs->space ? s.space : k->needs->space;
    struct extent e = {s.natural, s.bound, s.hard};
    if (s.bound > known) {
        size_t n = 1;
        struct piece one = {.face = (uint8_t)face_of(style), .text = c->text};
        struct piece *piece = &one;
        if (c->spans)
            piece = measure_pieces(k->scratch, c->spans, style, &n);
        else
            one.len = (uint32_t)strlen(c->text);
        int max;
        para_extent(k->scratch, k->m, piece, n, 1000, &e.least, &max);
    }
    if (e.hard > e.least)
        e.hard = e.least;
    return e;
}

static void span_note(struct look *k, int col, int cols, struct extent e) {
    struct needs *n = k->needs;
    for (size_t i = 0; i < n->spans; i++) {
        if (n->span[i].col == col && n->span[i].cols == cols) {
            if (e.least > n->span[i].least)
                n->span[i].least = e.least;
            if (e.hard > n->span[i].hard)
                n->span[i].hard = e.hard;
            return;
        }
    }
    if (n->spans == k->span_cap)
        n->span = arena_grow(k->a, n->span, n->spans, &k->span_cap, sizeof *n->span);
    n->span[n->spans++] = (struct span_need){col, cols, e.least, e.hard};
}

static int span_known(const struct needs *n, int col, int cols) {
    for (size_t i = 0; i < n->spans; i++)
        if (n->span[i].col == col && n->span[i].cols == cols)
            return n->span[i].least;
    return 0;
}

static void look_cell(struct look *k, const struct row *r, int col, int cols,
                      const struct cell *c, int *area) {
    if (cols > 1) {
        struct extent e = cell_extent(k, r, c, span_known(k->needs, col, cols), area);
        span_note(k, col, cols, e);
        return;
    }
    struct column_need *need = &k->needs->col[col];
    struct extent e = cell_extent(k, r, c, need->least, area);
    if (e.least > need->least)
        need->least = e.least;
    if (e.hard > need->hard || !need->hardest) {
        need->hard = e.hard > need->hard ? e.hard : need->hard;
        need->hardest = r;
    }
    int *natural = r->kind == ROW_HEAD ? &need->head : &need->body;
    if (e.natural > *natural)
        *natural = e.natural;
}

/* A cell of several columns: its words, for they make some rows higher. */
static void wide_note(struct look *k, size_t sample, int col, int cols,
                      struct word_run run) {
    struct wide_cell w = {sample, col, cols, run};
    vec_push(k->a, &k->needs->wide, w);
}

/* What a cell that spans rows needs is spread over them. */
static void share_area(struct look *k, size_t sample, int col, int area,
                       struct word_run run) {
    struct needs *n = k->needs;
    for (size_t r = sample; r < sample + run.rows && r < n->rows; r++) {
        size_t at = r * (size_t)n->cols + (size_t)col;
        n->area[at] = area / (int32_t)run.rows;
        n->run[at] = run;
        if (k->stride > 1)
            return;
    }
}

/* Row i into the needs; it is the sample's row `sample`, or SIZE_MAX: none. */
static void look_row(struct look *k, size_t i, size_t sample) {
    const struct row *r = &k->t->row[i];
    struct needs *n = k->needs;
    k->words = sample != SIZE_MAX;
    for (int c = 0; c < k->t->ncols;) {
        const struct cell *cell = &r->cell[c];
        int cols = cell_columns(k->t, c, cell), w = 0;
        if (!(cell->flags & CELL_COVERED) && (cell->text || cell->spans)) {
            size_t rows = cell_rows(k->t, i, cell), first = n->word.n;
            look_cell(k, r, c, cols, cell, &w);
            struct word_run run = {(uint32_t)first, (uint32_t)(n->word.n - first),
                                   (uint32_t)rows};
            if (k->words && cols > 1 && rows == 1)
                wide_note(k, sample, c, cols, run);
            else if (k->words && cols == 1)
                share_area(k, sample, c, w, run);
        }
        c += cell->flags & CELL_COVERED ? 1 : cols;
    }
}

struct needs *table_needs(struct arena *a, const struct measure *m,
                          const struct table *t) {
    struct needs *n = arena_new_of(a, struct needs);
    size_t heads = t->head_rows > 0 ? (size_t)t->head_rows : 0;
    if (heads > t->nrows)
        heads = t->nrows;
    size_t body = t->nrows - heads, stride = body / SAMPLE_ROWS + 1;
    n->cols = t->ncols;
    n->col = arena_array(a, struct column_need, t->ncols);
    n->heads = heads;
    n->rows = heads + (body + stride - 1) / stride;
    n->whole = stride == 1;
    n->area = arena_array(a, int32_t, n->rows * (size_t)t->ncols);
    n->run = arena_array(a, struct word_run, n->rows * (size_t)t->ncols);
    struct look k = {
        .a = a, .m = m, .t = t, .needs = n, .scratch = arena_child(a), .stride = stride};
    for (size_t i = 0; i < t->nrows; i++) {
        size_t sample = SIZE_MAX;
        if (i < heads)
            sample = i;
        else if ((i - heads) % stride == 0)
            sample = heads + (i - heads) / stride;
        look_row(&k, i, sample);
    }
    arena_free(k.scratch);
    return n;
}
