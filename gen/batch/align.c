/* align.c: the rows of two versions of a table set against each other */
#include "align.h"

#define GAP_WORK 4000000 /* comparisons of cells in one gap */

struct aligner {
    struct arena *a;
    const struct row_hash *old, *now;
    size_t *match; /* by row of `now` */
};

/* ---- rows that changed ------------------------------------------------------------------- */

static uint32_t common_cells(const struct row_hash *x, const struct row_hash *y) {
    uint32_t n = 0;
    for (size_t i = 0, k = 0; i < x->cells && k < y->cells; i++)
        for (size_t j = k; j < y->cells; j++)
            if (x->cell[i] == y->cell[j]) {
                n++;
                k = j + 1;
                break;
            }
    return n;
}

static size_t most_cells(const struct row_hash *row, size_t n) {
    size_t most = 1;
    for (size_t i = 0; i < n; i++)
        most = row[i].cells > most ? row[i].cells : most;
    return most;
}

/* Every pair counts a little, so that a row that is wholly another one is its successor too. */
static uint32_t pair_worth(const struct row_hash *x, const struct row_hash *y) {
    return 1 + 16 * common_cells(x, y);
}

/* n old rows from i, m new ones from k, none of them equal to another: the pairing that keeps the order and
 * has most cells in common. worth[x][y] is the best for the rows from x and y on. */
static void pair_alike(struct aligner *al, size_t i, size_t n, size_t k, size_t m) {
    struct arena *a = arena_child(al->a);
    size_t wide = m + 1;
    uint32_t *worth = arena_array(a, uint32_t, (n + 1) * wide);
    uint32_t *pair = arena_array(a, uint32_t, n * m);
    for (size_t x = n; x-- > 0;)
        for (size_t y = m; y-- > 0;) {
            uint32_t best = worth[x * wide + y + 1], down = worth[(x + 1) * wide + y];
            pair[x * m + y] = pair_worth(&al->old[i + x], &al->now[k + y]) +
                              worth[(x + 1) * wide + y + 1];
            best = down > best ? down : best;
            best = pair[x * m + y] > best ? pair[x * m + y] : best;
            worth[x * wide + y] = best;
        }
    for (size_t x = 0, y = 0; x < n && y < m;) {
        if (pair[x * m + y] == worth[x * wide + y])
            al->match[k + y++] = i + x++;
        else if (worth[x * wide + y + 1] == worth[x * wide + y])
            y++;
        else
            x++;
    }
    arena_free(a);
}

static void pair_by_number(struct aligner *al, size_t i, size_t n, size_t k, size_t m) {
    for (size_t x = 0; x < n && x < m; x++)
        al->match[k + x] = i + x;
}

static void pair_gap(struct aligner *al, size_t i, size_t n, size_t k, size_t m) {
    if (!n || !m)
        return;
    uint64_t cells = most_cells(al->old + i, n) + most_cells(al->now + k, m);
    if ((uint64_t)n * m * cells <= GAP_WORK)
        pair_alike(al, i, n, k, m);
    else
        pair_by_number(al, i, n, k, m);
}

/* ---- rows that stayed ---------------------------------------------------------------------- */

/* Longest common subsequence of n old rows from i and m new ones from k; the gaps in it are paired. */
static void align_middle(struct aligner *al, size_t i, size_t n, size_t k, size_t m) {
    struct arena *a = arena_child(al->a);
    size_t wide = m + 1;
    uint16_t *longest = arena_array(a, uint16_t, (n + 1) * wide);
    for (size_t x = n; x-- > 0;)
        for (size_t y = m; y-- > 0;) {
            uint16_t right = longest[x * wide + y + 1],
                     down = longest[(x + 1) * wide + y];
            bool same = al->old[i + x].whole == al->now[k + y].whole;
            longest[x * wide + y] = same ? (uint16_t)(longest[(x + 1) * wide + y + 1] + 1)
                                         : (right > down ? right : down);
        }
    size_t x = 0, y = 0, gap_x = 0, gap_y = 0;
    while (x < n && y < m) {
        if (al->old[i + x].whole == al->now[k + y].whole) {
            pair_gap(al, i + gap_x, x - gap_x, k + gap_y, y - gap_y);
            al->match[k + y++] = i + x++;
            gap_x = x;
            gap_y = y;
        } else if (longest[(x + 1) * wide + y] >= longest[x * wide + y + 1])
            x++;
        else
            y++;
    }
    arena_free(a);
    pair_gap(al, i + gap_x, n - gap_x, k + gap_y, m - gap_y);
}

void align_rows(struct arena *a, const struct row_hash *old, size_t n,
                const struct row_hash *now, size_t m, size_t *match) {
    struct aligner al = {a, old, now, match};
    size_t head = 0;
    for (size_t y = 0; y < m; y++)
        match[y] = SIZE_MAX;
    for (; head < n && head < m && old[head].whole == now[head].whole; head++)
        match[head] = head;
    while (n > head && m > head && old[n - 1].whole == now[m - 1].whole)
        match[--m] = --n;
    if (n - head > ROWS_ALIGNED || m - head > ROWS_ALIGNED)
        pair_by_number(&al, head, n - head, head, m - head);
    else if (n > head && m > head)
        align_middle(&al, head, n - head, head, m - head);
}
