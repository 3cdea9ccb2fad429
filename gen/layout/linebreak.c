/* linebreak.c: total-fit line breaking (Knuth and Plass 1981) over the places where a line may end */
#include "inside.h"

/* The cost of a line depends on its two ends alone (no fitness classes), so the active list of the
 * paper becomes a window that slides over the candidates: linear for any text. */

#define COST_NONE INT64_MAX
#define COST_LINE                                                                        \
    INT64_C(1000000000) /* ragged text: one line more outweighs any raggedness */
#define COST_OVERFULL INT64_C(1000000000000) /* nothing else fits */
#define RATIO_ONE 256                        /* a stretch ratio of 1.0 */
#define RATIO_EVEN 512                       /* first pass: gaps look even up to this */
#define LIMIT_NONE INT32_MAX /* last pass: any stretch, a line without gaps too */
#define RATIO_MAX 2560       /* worse than this is all the same */
#define BADNESS_SHORT 600    /* a last line of a single short syllable */

static int line_room(const struct fit *f, size_t from) {
    return from == 0 ? f->first : f->width;
}

static int64_t natural(const struct candidate *a, const struct candidate *b) {
    return b->end_w > a->next_w ? b->end_w - a->next_w : 0;
}

static int64_t gaps_of(const struct candidate *a, const struct candidate *b) {
    return b->end_gaps > a->next_gaps ? b->end_gaps - a->next_gaps : 0;
}

static bool is_short_last(const struct fit *f, int64_t width, int64_t gaps, bool alone) {
    return !alone && gaps == 0 && width < f->short_last;
}

/* Demerits of a justified line: (10 + badness + penalty)^2. -1: it stretches beyond `limit`. */
static int64_t cost_justified(const struct candidate *a, const struct candidate *b,
                              size_t from, const struct fit *f, int limit) {
    int64_t width = natural(a, b), gaps = gaps_of(a, b);
    int64_t slack = line_room(f, from) - width, ratio = 0;
    if (slack < 0) {
        ratio = gaps ? -slack * RATIO_ONE / (gaps * f->shrink) : RATIO_MAX;
    } else if (!b->forced) {
        if (limit != LIMIT_NONE && slack * RATIO_ONE > gaps * f->stretch * (int64_t)limit)
            return -1;
        ratio = gaps ? slack * RATIO_ONE / (gaps * f->stretch) : RATIO_MAX;
        if (ratio >= RATIO_MAX) /* among hopeless lines the fuller one */
            ratio = RATIO_MAX + slack * RATIO_ONE / (f->width + 1);
    }
    int64_t badness =
        100 * ratio * ratio * ratio / ((int64_t)RATIO_ONE * RATIO_ONE * RATIO_ONE);
    if (b->forced && is_short_last(f, width, gaps, from == 0))
        badness += BADNESS_SHORT;
    int64_t d = 10 + badness + b->penalty;
    return d * d;
}

/* Ragged lines: fewest lines first, then even ones; only centred text counts its last line too. */
static int64_t cost_ragged(const struct candidate *a, const struct candidate *b,
                           size_t from, const struct fit *f) {
    int64_t width = natural(a, b), gaps = gaps_of(a, b);
    int64_t slack = (line_room(f, from) - width) * 1000 / (f->width + 1);
    if (b->forced && f->align != ALIGN_CENTER)
        slack = is_short_last(f, width, gaps, from == 0) ? 700 : 0;
    return COST_LINE + slack * slack + (int64_t)b->penalty * 10000;
}

static bool fits(const struct candidate *a, const struct candidate *b, size_t from,
                 const struct fit *f) {
    int64_t shrink = f->align == ALIGN_JUSTIFY ? gaps_of(a, b) * f->shrink : 0;
    return natural(a, b) - shrink <= line_room(f, from);
}

/* Best way to end a line at `to` when lines may start at first .. to - 1. */
static void fit_one(struct candidate *c, size_t first, size_t to, const struct fit *f,
                    int limit) {
    c[to].cost = COST_NONE;
    for (size_t i = first; i < to; i++) {
        if (c[i].cost == COST_NONE)
            continue;
        int64_t d = f->align == ALIGN_JUSTIFY ? cost_justified(&c[i], &c[to], i, f, limit)
                                              : cost_ragged(&c[i], &c[to], i, f);
        if (d < 0) {
            if (i > 0) /* lines that start later are emptier still */
                break;
            continue;
        }
        if (c[i].cost + d <= c[to].cost) { /* of equal ones the fuller first lines */
            c[to].cost = c[i].cost + d;
            c[to].prev = (uint32_t)i;
        }
    }
}

/* One pass from `start` to the next forced end; false when no chain of lines reaches it. */
static bool fit_pass(struct candidate *c, size_t start, size_t end, const struct fit *f,
                     int limit) {
    size_t low = start;
    c[start].cost = 0;
    for (size_t j = start + 1; j <= end; j++) {
        while (low < j && !fits(&c[low], &c[j], low, f))
            low++;
        fit_one(c, low, j, f, limit);
        if (c[j].cost == COST_NONE && limit == LIMIT_NONE && low == j) {
            c[j].cost = (c[j - 1].cost == COST_NONE ? 0 : c[j - 1].cost) + COST_OVERFULL;
            c[j].prev = (uint32_t)(j - 1);
        }
    }
    return c[end].cost != COST_NONE;
}

void linebreak_fit(struct candidate *c, size_t n, const struct fit *f) {
    for (size_t start = 0; start + 1 < n;) {
        size_t end = start + 1;
        while (!c[end].forced && end + 1 < n)
            end++;
        bool even = f->align == ALIGN_JUSTIFY && fit_pass(c, start, end, f, RATIO_EVEN);
        if (!even)
            fit_pass(c, start, end, f, LIMIT_NONE);
        start = end;
    }
}
