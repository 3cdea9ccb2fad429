/* progress.c: the bar of a batch: done, rate, time left, failures as they come */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BAR 30
#define BAR_MS 100
#define LINE_MS 5000 /* in a pipe */

struct progress {
    enum lang lang;
    size_t total, done, failed;
    bool quiet, terminal, drawn;
    double begun, shown;
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

struct progress *progress_new(enum lang lang, size_t total, bool quiet) {
    struct progress *p = x_new(1, sizeof *p);
    p->lang = lang;
    p->total = total;
    p->quiet = quiet;
    p->terminal = isatty(STDERR_FILENO) == 1;
    p->begun = p->shown = now();
    return p;
}

static void wipe(struct progress *p) {
    if (p->drawn)
        fputs("\r\033[K", stderr);
    p->drawn = false;
}

void progress_free(struct progress *p) {
    if (p)
        wipe(p);
    x_free(p);
}

void progress_step(struct progress *p, bool ok) {
    p->done++;
    p->failed += !ok;
}

void progress_failed(struct progress *p, const char *report, const char *messages) {
    if (p->quiet)
        return;
    wipe(p);
    fprintf(stderr, p->lang == LANG_VI ? "%s: KHÔNG tạo được\n" : "%s: NOT written\n",
            report);
    progress_said(p, messages);
}

void progress_said(struct progress *p, const char *messages) {
    if (p->quiet || !messages)
        return;
    wipe(p);
    fputs(messages, stderr);
}

static void draw(struct progress *p, double ms) {
    double rate = p->done ? (double)p->done * 1e3 / ms : 0;
    double left = rate > 0 ? (double)(p->total - p->done) / rate : 0;
    char bar[BAR + 1];
    size_t full = p->total ? p->done * BAR / p->total : BAR;
    memset(bar, '#', full);
    memset(bar + full, '.', BAR - full);
    bar[BAR] = 0;
    if (p->terminal)
        fputs("\r\033[K", stderr);
    if (p->lang == LANG_VI)
        fprintf(stderr, "[%s] %zu/%zu, %.0f báo cáo/giây, còn %.0f giây, %zu lỗi", bar,
                p->done, p->total, rate, left, p->failed);
    else
        fprintf(stderr, "[%s] %zu/%zu, %.0f reports/s, %.0f s left, %zu failed", bar,
                p->done, p->total, rate, left, p->failed);
    if (!p->terminal)
        fputc('\n', stderr);
    p->drawn = p->terminal;
    fflush(stderr);
}

void progress_show(struct progress *p) {
    double t = now();
    if (p->quiet || t - p->shown < (p->terminal ? BAR_MS : LINE_MS))
        return;
    p->shown = t;
    draw(p, t - p->begun);
}
