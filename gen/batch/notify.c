/* notify.c: inotify and signals for `baocao watch` */
#include "notify.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#define QUIET 150       /* ms without an event: whoever saves is done */
#define QUIET_MOST 2000 /* ms that steady events can put a look off */
#define LOOK 1000       /* ms: network drives tell nothing of what others do */

#define EVENTS                                                                           \
    (IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM |    \
     IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF)

static volatile sig_atomic_t ended;
static sigset_t
    ending; /* blocked but while waiting, so that none comes between a look and a wait */

static void end(int signal) {
    (void)signal;
    ended = 1;
}

void notify_signals(void) {
    static const int list[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = end, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigemptyset(&ending);
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        sigaddset(&ending, list[i]);
        sigaction(list[i], &action, NULL);
    }
}

struct notify {
    int fd; /* -1: the system has none to give */
    int error;
};

struct notify *notify_new(void) {
    struct notify *n = x_new(1, sizeof *n);
    n->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    n->error = n->fd < 0 ? errno : 0;
    return n;
}

void notify_free(struct notify *n) {
    if (!n)
        return;
    if (n->fd >= 0)
        close(n->fd);
    x_free(n);
}

int notify_failed(const struct notify *n) {
    return n->error;
}

/* What is not there or may not be read is watched through its folder; other errors mean a limit. */
static bool add(struct notify *n, const char *path) {
    if (inotify_add_watch(n->fd, path, EVENTS) >= 0)
        return true;
    if (errno != ENOENT && errno != ENOTDIR && errno != EACCES && errno != ELOOP &&
        errno != ENAMETOOLONG)
        n->error = errno;
    return false;
}

void notify_add(struct notify *n, const char *path) {
    if (n->fd < 0)
        return;
    add(n, path);
    struct arena *a = arena_new();
    for (const char *dir = path_dir(a, path); !add(n, dir) && !n->error;) {
        const char *up = path_dir(a, dir);
        if (str_eq(up, dir))
            break;
        dir = up;
    }
    arena_free(a);
}

/* ---- waiting --------------------------------------------------------------------------------- */

static int64_t milliseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Whether there were events; they are taken away, for looking at the files tells all. */
static bool drain(const struct notify *n) {
    _Alignas(struct inotify_event) char room[4096];
    bool any = false;
    while (n->fd >= 0 && read(n->fd, room, sizeof room) > 0)
        any = true;
    return any;
}

/* true: events came within so many milliseconds. */
static bool wait_events(const struct notify *n, int most) {
    sigset_t before;
    struct pollfd p = {n->fd, POLLIN, 0};
    struct timespec time = {most / 1000, most % 1000 * 1000000L};
    sigprocmask(SIG_BLOCK, &ending, &before);
    if (!ended)
        ppoll(&p, 1, &time, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return drain(n);
}

enum notified notify_wait(struct notify *n, bool now) {
    if (!wait_events(n, now ? QUIET : LOOK))
        return ended ? NOTIFIED_END : NOTIFIED_TIME;
    int64_t start = milliseconds();
    while (!ended && wait_events(n, QUIET))
        if (milliseconds() - start > QUIET_MOST)
            break;
    return ended ? NOTIFIED_END : NOTIFIED_CHANGE;
}
