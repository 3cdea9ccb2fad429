/* progress.h: how far a batch is: a bar on a terminal, plain lines in a pipe */
#ifndef BAOCAO_BATCH_PROGRESS_H
#define BAOCAO_BATCH_PROGRESS_H

#include "../base/base.h"

struct progress;
/* `quiet`: nothing at all is said (--format json). Everything goes to standard error. */
struct progress *progress_new(enum lang lang, size_t total, bool quiet);
void progress_free(struct progress *p); /* ends the bar */
/* One more report is done. */
void progress_step(struct progress *p, bool ok);
/* A report failed, or was made with remarks: its messages, at once. */
void progress_failed(struct progress *p, const char *report, const char *messages);
void progress_said(struct progress *p, const char *messages);
/* Draw the bar when its time has come. */
void progress_show(struct progress *p);

#endif
