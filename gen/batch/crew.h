/* crew.h: worker processes that serve jobs; a crash or a hang costs one job */
#ifndef BAOCAO_BATCH_CREW_H
#define BAOCAO_BATCH_CREW_H

#include "../base/base.h"

/* ---- jobs and answers as bytes ------------------------------------------------------------- */

void wire_u32(struct buf *b, uint32_t v);
void wire_u64(struct buf *b, uint64_t v);
void wire_bytes(struct buf *b, const void *p, size_t n); /* with their count */
void wire_text(struct buf *b, const char *s);            /* NULL counts as "" */

/* Reading them back; behind the end everything is 0 and `bad` is set. */
struct wire {
    const char *p, *end;
    bool bad;
};
uint32_t wire_get_u32(struct wire *w);
uint64_t wire_get_u64(struct wire *w);
const void *wire_get_bytes(struct wire *w, size_t *n);
const char *wire_get_text(struct wire *w); /* NUL-terminated, within the message */

/* ---- the crew --------------------------------------------------------------------------------- */

enum loss {
    LOSS_CRASH,  /* `detail`: the signal, or minus the exit status */
    LOSS_SLOW,   /* the time limit */
    LOSS_WORKERS /* no process could be made: `detail` is errno; the run is over */
};

struct crew {
    int workers;
    int seconds; /* one job may take, 0: any time */
    void *to;
    /* In a worker, once, before its first job. NULL: nothing to do. */
    void (*begin)(void *to);
    /* In a worker: answer a job. */
    void (*serve)(void *to, struct wire *job, struct buf *answer);
    /* In this process: the next job's bytes, false: there are no more. */
    bool (*next)(void *to, uint32_t *id, struct buf *job);
    void (*done)(void *to, uint32_t id, struct wire *answer);
    void (*lost)(void *to, uint32_t id, enum loss loss, int detail);
    /* Called between answers, at least every 100 ms while there is work. false: stop. */
    bool (*between)(void *to);
};

/* Serve all jobs; a worker that crashed or hung is replaced, the jobs behind its own are given to others.
 * false: stopped by `between`, or no worker could be made. */
bool crew_run(const struct crew *c);

#endif
