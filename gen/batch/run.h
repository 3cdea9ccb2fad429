/* run.h: the state of a batch while it runs */
#ifndef BAOCAO_BATCH_RUN_H
#define BAOCAO_BATCH_RUN_H

#include "plan.h"
#include "progress.h"

/* What the run knows of one report that was made. */
struct outcome {
    bool tried, ok;
    int errors, warnings;
    const char *messages; /* as printed, or elements of a JSON array; NULL: none */
    const char **output;  /* files, kept for the JSON */
    size_t outputs;
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
    size_t planned, made, kept, failed, corrected, left;
};

/* Options with folders by their whole paths, so that the same run from elsewhere means the same. */
struct batch_options batch_settle(struct arena *a, const struct batch_options *o);
/* A folder, which is made where that is wanted, and nobody else in it: the lock's descriptor or -1 after a
 * message. */
int run_lock(struct run *r, const char *dir, bool make);
/* Put away what a killed run left in the output folder. */
void run_clean(struct run *r);
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
void run_tell_corrected(struct run *r, size_t corrected);
void run_tell_json(struct run *r, const struct totals *t);

#endif
