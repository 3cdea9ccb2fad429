/* results.h: what a run says about its reports: lines for people, or one JSON document */
#ifndef BAOCAO_RESULTS_H
#define BAOCAO_RESULTS_H

#include "pipeline.h"

/* The messages with their source lines to standard error. */
void print_messages(struct diag *d);

/* The reports of one run so far. */
struct results {
    bool json;
    int reports;
    struct buf document; /* JSON */
};

/* What became of one more report. Without JSON its messages go to standard error and a line to standard
 * output (none for a dump). */
void results_add(struct results *r, struct diag *d, const char *report, unsigned flags,
                 enum make_status status, const char *const *output, size_t outputs);
/* After the last report: the JSON document to standard output. false: it could not be written. */
bool results_end(struct results *r);

#endif
