/* run.h: the state of a batch while it runs */
#ifndef BAOCAO_BATCH_RUN_H
#define BAOCAO_BATCH_RUN_H

#include "plan.h"
#include "progress.h"

/* What the run knows of one report that was made. */
struct outcome {
    bool tried, ok;
    int errors, warnings;
    const char *messages; /* as printed, NULL: none */
};

struct run {
    const struct batch_options *o;
    struct arena *a;
    struct diag *d; /* of the run as a whole */
    struct engine *engine;
    struct manifest *manifest;
    struct items items;
    const struct wide *wide;
    struct plan plan;
    struct shop shop;
    struct outcome *outcome;
    struct progress *progress;
    size_t next;   /* item to look at for the next job */
    int out_fd;    /* of the output folder */
    struct group { /* made, not yet in place */
        struct waiting *v;
        size_t n, cap;
        struct arena *a;
        double since;
    } group;
    int system_errors;
};

struct totals {
    size_t made, kept, failed, corrected, left;
};

/* Temporary files in a folder that a lost worker or run left behind (of the outputs `name`, NULL: of any). */
void run_sweep(const char *dir, const char *name);

/* ---- the logs of corrections (logs.c) ------------------------------------------------------ */

/* OUT/dieu-chinh: a log for each report that was corrected and that no log tells of yet, and one for all of
 * them; how many there were. */
size_t run_logs(struct run *r);

/* ---- when all is made (finish.c) --------------------------------------------------------- */

/* Reports whose data are gone: named, or with --prune removed with what was written for them. */
void run_prune(struct run *r);
/* --dry-run: what would be made, and why. */
void run_tell_plan(struct run *r);
void run_tell(struct run *r, const struct totals *t);
void run_tell_json(struct run *r, const struct totals *t);

#endif
