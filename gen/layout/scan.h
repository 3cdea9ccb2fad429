/* scan.h: a paragraph measured and its places to break found; used by scan.c and para.c alone */
#ifndef BAOCAO_LAYOUT_SCAN_H
#define BAOCAO_LAYOUT_SCAN_H

#include "inside.h"

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
    bool wants_mark;   /* a draft has a character that no face has */
    /* while walking */
    int64_t w;
    uint32_t gaps;
    uint32_t word; /* where the current word starts, or UINT32_MAX */
    bool special;  /* it may break inside */
};

/* Candidates that fit on the caller's stack before the arena is asked. */
#define LOCAL_CANDIDATES 160
/* Fill in everything from arena, diag, m, piece, pieces and size; `local` has LOCAL_CANDIDATES places.
 * Characters of the symbol face get pieces of their own: s->piece may be another array afterwards. */
void scan_run(struct scan *s, struct candidate *local);
/* Add a candidate behind every character of flat[from..to) whose mark is a joint (mark NULL: behind every
 * character, as the last resort). w and gaps stand at `from`. */
void scan_inside(struct scan *s, uint32_t from, uint32_t to, int64_t w, uint32_t gaps,
                 const char *mark);

#endif
