/* crew.c: worker processes over pipes: jobs out, answers in, time limits, replacements */
#include "crew.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- bytes ------------------------------------------------------------------------------------ */

void wire_u32(struct buf *b, uint32_t v) {
    buf_add(b, &v, sizeof v);
}

void wire_u64(struct buf *b, uint64_t v) {
    buf_add(b, &v, sizeof v);
}

void wire_bytes(struct buf *b, const void *p, size_t n) {
    wire_u64(b, n);
    buf_add(b, p, n);
}

void wire_text(struct buf *b, const char *s) {
    wire_bytes(b, s ? s : "", s ? strlen(s) + 1 : 1);
}

static bool take(struct wire *w, void *out, size_t n) {
    if (w->bad || (size_t)(w->end - w->p) < n) {
        w->bad = true;
        memset(out, 0, n);
        return false;
    }
    memcpy(out, w->p, n);
    w->p += n;
    return true;
}

uint32_t wire_get_u32(struct wire *w) {
    uint32_t v;
    take(w, &v, sizeof v);
    return v;
}

uint64_t wire_get_u64(struct wire *w) {
    uint64_t v;
    take(w, &v, sizeof v);
    return v;
}

const void *wire_get_bytes(struct wire *w, size_t *n) {
    uint64_t count = wire_get_u64(w);
    *n = 0;
    if (w->bad || count > (uint64_t)(w->end - w->p)) {
        w->bad = true;
        return "";
    }
    const void *p = w->p;
    w->p += count;
    *n = (size_t)count;
    return p;
}

const char *wire_get_text(struct wire *w) {
    size_t n;
    const char *s = wire_get_bytes(w, &n);
    if (!n || s[n - 1])
        w->bad = true;
    return w->bad ? "" : s;
}

/* ---- a worker -------------------------------------------------------------------------------------- */

/* Jobs and answers are a count of bytes and the bytes. */
static _Noreturn void work(const struct crew *c, int in, int out) {
    struct buf job = {0}, answer = {0};
    uint64_t n;
    if (c->begin)
        c->begin(c->to);
    while (fd_read_all(in, &n, sizeof n) == (ssize_t)sizeof n) {
        job.len = 0;
        while (job.cap < n + 1)
            buf_add(&job, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
        if (fd_read_all(in, job.data, n) != (ssize_t)n)
            break;
        struct wire w = {job.data, job.data + n, false};
        answer.len = 0;
        wire_u64(&answer, 0);
        c->serve(c->to, &w, &answer);
        n = answer.len - sizeof n;
        memcpy(answer.data, &n, sizeof n);
        if (!fd_write_all(out, answer.data, answer.len))
            break;
    }
    _exit(0);
}

/* ---- the foreman ---------------------------------------------------------------------------------------- */

#define AHEAD 24 /* jobs given to a worker before it has answered the first */

struct hand {
    pid_t pid;       /* 0: none */
    int in, out;     /* its jobs, its answers */
    struct buf send; /* not yet taken by the pipe */
    size_t sent;
    struct buf got;
    struct {
        uint32_t id[AHEAD];
        int n;
    } given;
    double since; /* ms: when its first job began */
};

struct foreman {
    const struct crew *c;
    struct hand *hand;
    struct {
        struct again {
            uint32_t id;
            struct buf job;
        } * v;
        size_t n, cap;
    } again; /* jobs taken back from a lost worker */
    struct buf
        *kept; /* of each hand and place: the bytes of its jobs, to give them again */
    bool dry;  /* next() has no more */
    bool over;
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct buf *kept(struct foreman *f, const struct hand *h, int i) {
    return &f->kept[(h - f->hand) * AHEAD + i];
}

static bool hire(struct foreman *f, struct hand *h) {
    int jobs[2], answers[2];
    if (pipe2(jobs, O_CLOEXEC) != 0)
        return false;
    if (pipe2(answers, O_CLOEXEC) != 0) {
        close(jobs[0]);
        close(jobs[1]);
        return false;
    }
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        for (int i = 0; i < f->c->workers; i++)
            if (f->hand[i].pid) { /* the pipes of the others */
                close(f->hand[i].in);
                close(f->hand[i].out);
            }
        close(jobs[1]);
        close(answers[0]);
        signal(SIGINT, SIG_IGN);
        work(f->c, jobs[0], answers[1]);
    }
    int error = errno;
    close(jobs[0]);
    close(answers[1]);
    if (pid < 0) {
        close(jobs[1]);
        close(answers[0]);
        errno = error;
        return false;
    }
    fcntl(jobs[1], F_SETFL, O_NONBLOCK);
    fcntl(answers[0], F_SETFL, O_NONBLOCK);
    h->pid = pid;
    h->in = jobs[1];
    h->out = answers[0];
    h->sent = h->send.len = h->got.len = 0;
    h->given.n = 0;
    return true;
}

#define FAREWELL_MS 2000 /* for a worker to end by itself once its pipes are closed */

/* End a worker; its exit status as waitpid tells it. */
static int dismiss(struct hand *h, bool kill_it) {
    int status = 0;
    double until = now() + FAREWELL_MS;
    pid_t gone = 0;
    if (kill_it)
        kill(h->pid, SIGKILL);
    close(h->in);
    close(h->out);
    while ((gone = waitpid(h->pid, &status, WNOHANG)) == 0 && now() < until)
        poll(NULL, 0, 1);
    if (gone == 0) {
        kill(h->pid, SIGKILL);
        while (waitpid(h->pid, &status, 0) < 0 && errno == EINTR) {
        }
    }
    h->pid = 0;
    return status;
}

/* The next job for a worker: one taken back, or a new one. */
static bool give(struct foreman *f, struct hand *h) {
    uint32_t id;
    struct buf job = {0};
    if (f->again.n) {
        struct again *a = &f->again.v[--f->again.n];
        id = a->id;
        job = a->job;
    } else if (f->dry || !f->c->next(f->c->to, &id, &job)) {
        f->dry = true;
        buf_free(&job);
        return false;
    }
    if (!h->given.n)
        h->since = now();
    wire_u64(&h->send, job.len);
    buf_add(&h->send, job.data, job.len);
    struct buf *place = kept(f, h, h->given.n);
    buf_free(place);
    *place = job;
    h->given.id[h->given.n++] = id;
    return true;
}

static void take_back(struct foreman *f, struct hand *h, int from) {
    for (int i = h->given.n - 1; i >= from; i--) {
        if (f->again.n == f->again.cap) {
            f->again.cap = f->again.cap ? 2 * f->again.cap : 32;
            f->again.v = x_grow(f->again.v, f->again.cap, sizeof *f->again.v);
        }
        f->again.v[f->again.n++] = (struct again){h->given.id[i], *kept(f, h, i)};
        *kept(f, h, i) = (struct buf){0};
    }
    h->given.n = 0;
}

static void stop_for(struct foreman *f, int error) {
    if (!f->over)
        f->c->lost(f->c->to, 0, LOSS_WORKERS, error);
    f->over = true;
}

/* A worker is gone: its first job is lost, the others are given again, and another one is hired. */
static void replace(struct foreman *f, struct hand *h, enum loss loss) {
    int status = dismiss(h, loss == LOSS_SLOW);
    int detail = WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
    if (h->given.n)
        f->c->lost(f->c->to, h->given.id[0], loss, detail);
    else if (!f->dry) /* it did not even begin: nor would the next one */
        stop_for(f, ECHILD);
    take_back(f, h, h->given.n ? 1 : 0);
    if (!hire(f, h))
        stop_for(f, errno);
}

static void drop_first(struct foreman *f, struct hand *h) {
    struct buf first = *kept(f, h, 0);
    for (int i = 1; i < h->given.n; i++) {
        h->given.id[i - 1] = h->given.id[i];
        *kept(f, h, i - 1) = *kept(f, h, i);
    }
    *kept(f, h, h->given.n - 1) = (struct buf){0};
    buf_free(&first);
    h->given.n--;
    h->since = now();
}

/* Take in what a worker answered; false: it is gone. */
static bool hear(struct foreman *f, struct hand *h) {
    char part[1 << 16];
    for (;;) {
        ssize_t k = read(h->out, part, sizeof part);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0 && errno == EAGAIN)
            break;
        if (k <= 0)
            return false;
        buf_add(&h->got, part, (size_t)k);
        if ((size_t)k < sizeof part)
            break;
    }
    size_t at = 0;
    for (uint64_t n; h->got.len - at >= sizeof n && h->given.n; at += sizeof n + n) {
        memcpy(&n, h->got.data + at, sizeof n);
        if (h->got.len - at - sizeof n < n)
            break;
        struct wire w = {h->got.data + at + sizeof n, h->got.data + at + sizeof n + n,
                         false};
        uint32_t id = h->given.id[0];
        drop_first(f, h);
        f->c->done(f->c->to, id, &w);
    }
    if (at) {
        memmove(h->got.data, h->got.data + at, h->got.len - at);
        h->got.len -= at;
    }
    return true;
}

/* A worker with jobs ahead never has all of them: what it has must not stay here. */
static void forget_sent(struct hand *h) {
    h->send.len -= h->sent;
    if (h->send.len)
        memmove(h->send.data, h->send.data + h->sent, h->send.len);
    h->sent = 0;
}

static bool tell(struct hand *h) {
    bool there = true;
    while (there && h->sent < h->send.len) {
        ssize_t k = write(h->in, h->send.data + h->sent, h->send.len - h->sent);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0 && errno == EAGAIN)
            break;
        there = k >= 0;
        h->sent += there ? (size_t)k : 0;
    }
    forget_sent(h);
    return there;
}

/* Give each worker the jobs that it may hold; false: nothing is left to do. */
static bool hand_out(struct foreman *f) {
    bool busy = false;
    for (int ahead = 1; ahead <= AHEAD; ahead *= 4) /* evenly, when few are left */
        for (int i = 0; i < f->c->workers; i++) {
            struct hand *h = &f->hand[i];
            while (h->pid && h->given.n < ahead && give(f, h)) {
            }
        }
    for (int i = 0; i < f->c->workers; i++) {
        struct hand *h = &f->hand[i];
        if (h->pid && !tell(h))
            replace(f, h, LOSS_CRASH);
        busy |= h->given.n > 0;
    }
    return busy || f->again.n;
}

static void look_at_clock(struct foreman *f) {
    double limit = f->c->seconds * 1e3, t = now();
    for (int i = 0; limit > 0 && i < f->c->workers; i++) {
        struct hand *h = &f->hand[i];
        if (h->pid && h->given.n && t - h->since > limit)
            replace(f, h, LOSS_SLOW);
    }
}

static void wait_for_answers(struct foreman *f) {
    struct pollfd *p = x_new((size_t)f->c->workers * 2, sizeof *p);
    for (int i = 0; i < f->c->workers; i++) {
        struct hand *h = &f->hand[i];
        p[2 * i] = (struct pollfd){h->pid ? h->out : -1, POLLIN, 0};
        p[2 * i + 1] = (struct pollfd){h->pid && h->send.len ? h->in : -1, POLLOUT, 0};
    }
    if (poll(p, (nfds_t)f->c->workers * 2, 100) > 0)
        for (int i = 0; i < f->c->workers; i++)
            if (p[2 * i].revents && f->hand[i].pid && !hear(f, &f->hand[i]))
                replace(f, &f->hand[i], LOSS_CRASH);
    x_free(p);
}

bool crew_run(const struct crew *c) {
    struct foreman f = {.c = c};
    f.hand = x_new((size_t)c->workers, sizeof *f.hand);
    f.kept = x_new((size_t)c->workers * AHEAD, sizeof *f.kept);
    void (*pipes)(int) = signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < c->workers && !f.over; i++)
        if (!hire(&f, &f.hand[i]))
            stop_for(&f, errno);
    while (!f.over && hand_out(&f)) {
        wait_for_answers(&f);
        look_at_clock(&f);
        f.over |= !c->between(c->to);
    }
    for (int i = 0; i < c->workers; i++) {
        struct hand *h = &f.hand[i];
        if (h->pid)
            dismiss(h, f.over);
        for (int k = 0; k < AHEAD; k++)
            buf_free(kept(&f, h, k));
        buf_free(&h->send);
        buf_free(&h->got);
    }
    for (size_t i = 0; i < f.again.n; i++)
        buf_free(&f.again.v[i].job);
    x_free(f.again.v);
    x_free(f.hand);
    x_free(f.kept);
    signal(SIGPIPE, pipes);
    return !f.over;
}
