/* align.h: the rows of two versions of a table set against each other */
#ifndef BAOCAO_BATCH_ALIGN_H
#define BAOCAO_BATCH_ALIGN_H

#include "../base/base.h"

/* A row by the hashes of its cells, `whole` that of all. */
struct row_hash {
    uint64_t whole;
    const uint64_t *cell;
    size_t cells;
};

/* For each of m rows the one of the n old ones that it was, in match[], SIZE_MAX: it is new. The order is
 * kept. Equal rows are found as a longest common subsequence, between them those are paired that have most
 * cells in common. Where more than ROWS_ALIGNED differ they are paired by number. */
#define ROWS_ALIGNED 2000
void align_rows(struct arena *a, const struct row_hash *old, size_t n,
                const struct row_hash *now, size_t m, size_t *match);

#endif
