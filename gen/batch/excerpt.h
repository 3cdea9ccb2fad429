/* excerpt.h: what the log shows of a long text: the part that differs with a little around it */
#ifndef BAOCAO_BATCH_EXCERPT_H
#define BAOCAO_BATCH_EXCERPT_H

#include "../base/base.h"

/* Three parts of a text, "" where there is none; "…" stands where it was cut. The middle one is what the
 * other text has not. */
struct excerpt {
    const char *lead, *diff, *tail;
    bool cut;
    bool beyond; /* both look alike: they differ behind what the record kept */
};

/* Of a value as it stands in a record, against the one it is compared with (NULL: none). Texts of more than
 * about `most` bytes are cut. */
struct excerpt excerpt_of(struct arena *a, const char *text, const char *other,
                          size_t most);

#endif
