/* notify.h: waiting until a file may have changed, or until the user ends the program */
#ifndef BAOCAO_BATCH_NOTIFY_H
#define BAOCAO_BATCH_NOTIFY_H

#include "../base/base.h"

/* From now on SIGINT, SIGTERM and SIGHUP end the wait; a second one ends the program at once. */
void notify_signals(void);

/* The folders and files that are watched; nothing is lost between two waits. */
struct notify;
struct notify *notify_new(void);
void notify_free(struct notify *n);
/* Watch a path and the folder it is in, or the nearest one that exists. */
void notify_add(struct notify *n, const char *path);
/* Why the system does not tell of all changes, as an errno; 0: it does. */
int notify_failed(const struct notify *n);

enum notified {
    NOTIFIED_END, /* a signal came */
    NOTIFIED_CHANGE, /* something happened at a watched place, and since then nothing for a moment */
    NOTIFIED_TIME /* nothing happened for a second */
};
/* `now`: only until nothing happens. */
enum notified notify_wait(struct notify *n, bool now);

#endif
