/* diag.c: collecting, sorting and printing messages */
#include "base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIAG_KEEP 1000

static const struct {
    enum severity sev;
    const char *text[2]; /* by enum lang */
} message[DIAG_CODES] = {
#define M(code, sev, vi, en) [code] = {sev, {vi, en}},
#include "msg_all.def"
#undef M
};

struct diag {
    struct arena *arena;
    enum lang lang;
    struct {
        struct diag_msg **v;
        size_t n, cap;
    } msg;
    int count[3], calls;
    const struct diag_msg **sorted;
    /* Files in order of first appearance decide the order of the messages. */
    struct {
        const char **v;
        size_t n, cap;
    } file;
    /* Hash set over code, place and text. */
    uint64_t seen[DIAG_KEEP * 8];
};

struct diag *diag_new(enum lang lang) {
    struct diag *d = x_new(1, sizeof *d);
    d->arena = arena_new();
    d->lang = lang;
    return d;
}

void diag_free(struct diag *d) {
    if (!d)
        return;
    arena_free(d->arena);
    x_free(d);
}

enum lang diag_lang(const struct diag *d) {
    return d->lang;
}

const char *diag_fmt(struct diag *d, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    const char *p = arena_vprintf(d->arena, fmt, ap);
    va_end(ap);
    return p;
}

#define ARGS_MAX 9

static int take_args(va_list ap, const char *arg[ARGS_MAX]) {
    int n = 0;
    for (const char *s; (s = va_arg(ap, const char *)) != NULL;)
        if (n < ARGS_MAX)
            arg[n++] = s;
    return n;
}

/* The message with {1}..{9} replaced; arguments are cut at 300 bytes so that a hostile name cannot
 * flood the screen, and their control characters become spaces. */
static const char *expand(struct diag *d, const char *fmt, const char *const *arg,
                          int n) {
    struct buf b = {0};
    for (const char *p = fmt; *p; p++) {
        if (p[0] != '{' || p[1] < '1' || p[1] > '9' || p[2] != '}') {
            buf_addc(&b, *p);
            continue;
        }
        int i = p[1] - '1';
        p += 2;
        if (i >= n)
            continue;
        size_t len = strlen(arg[i]), cut = len;
        if (len > 300)
            for (cut = 300; cut > 0 && ((unsigned char)arg[i][cut] & 0xC0) == 0x80;)
                cut--;
        for (size_t k = 0; k < cut; k++)
            buf_addc(&b, (unsigned char)arg[i][k] < 0x20 ? ' ' : arg[i][k]);
        if (cut < len)
            buf_adds(&b, "…");
    }
    const char *text = arena_strndup(d->arena, b.data ? b.data : "", b.len);
    buf_free(&b);
    return text;
}

static bool same_origin(struct origin x, struct origin y) {
    return x.line == y.line && x.col == y.col && str_eq(x.file, y.file);
}

/* Whether this message is new; remembers it. */
static bool first_time(struct diag *d, enum diag_code code, struct origin at,
                       const char *text) {
    uint64_t h = hash64(HASH64_START, &code, sizeof code);
    h = hash64(hash64(h, &at.line, sizeof at.line), &at.col, sizeof at.col);
    h = hash64(h, text, strlen(text));
    if (at.file)
        h = hash64(h, at.file, strlen(at.file));
    h |= 1;
    size_t size = sizeof d->seen / sizeof *d->seen, i = (size_t)(h >> 7) % size;
    for (size_t tries = 0; tries < 64; tries++, i = (i + 1) % size) {
        if (d->seen[i] == h)
            return false;
        if (!d->seen[i]) {
            d->seen[i] = h;
            break;
        }
    }
    return true;
}

static void remember_file(struct diag *d, const char *file) {
    for (size_t i = 0; i < d->file.n; i++)
        if (str_eq(d->file.v[i], file))
            return;
    vec_push(d->arena, &d->file, file);
}

static void add(struct diag *d, enum diag_code code, struct origin at, const char *where,
                va_list ap) {
    const char *arg[ARGS_MAX];
    int n = take_args(ap, arg);
    d->calls++;
    enum severity sev = message[code].sev;
    if (d->count[sev] >= DIAG_KEEP) {
        d->count[sev]++;
        return;
    }
    const char *text = expand(d, message[code].text[d->lang], arg, n);
    if (!first_time(d, code, at, text))
        return;
    struct diag_msg *m = arena_new_of(d->arena, struct diag_msg);
    /* Origins may point into an arena that dies before the messages are printed. */
    if (at.file)
        at.file = arena_strdup(d->arena, at.file);
    *m = (struct diag_msg){
        code, sev, at, where ? arena_strdup(d->arena, where) : NULL, text, (int)d->msg.n};
    d->count[sev]++;
    remember_file(d, at.file);
    vec_push(d->arena, &d->msg, m);
    d->sorted = NULL;
}

void diag_add(struct diag *d, enum diag_code code, struct origin at, ...) {
    va_list ap;
    va_start(ap, at);
    add(d, code, at, NULL, ap);
    va_end(ap);
}

void diag_add_where(struct diag *d, enum diag_code code, struct origin at,
                    const char *where, ...) {
    va_list ap;
    va_start(ap, where);
    add(d, code, at, where, ap);
    va_end(ap);
}

int diag_count(const struct diag *d, enum severity sev) {
    return d->count[sev];
}

int diag_calls(const struct diag *d) {
    return d->calls;
}

const char *diag_at(const struct diag *d, struct origin at) {
    for (size_t i = 0; i < d->msg.n; i++)
        if (same_origin(d->msg.v[i]->at, at))
            return d->msg.v[i]->text;
    return NULL;
}

struct sort_key {
    const struct diag_msg *msg;
    size_t file;
};

static int by_place(const void *x, const void *y) {
    const struct sort_key *a = x, *b = y;
    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    if (a->msg->at.line != b->msg->at.line)
        return a->msg->at.line < b->msg->at.line ? -1 : 1;
    if (a->msg->at.col != b->msg->at.col)
        return a->msg->at.col < b->msg->at.col ? -1 : 1;
    return a->msg->seq < b->msg->seq ? -1 : a->msg->seq > b->msg->seq;
}

static size_t file_rank(const struct diag *d, const char *file) {
    size_t i = 0;
    while (i < d->file.n && !str_eq(d->file.v[i], file))
        i++;
    return i;
}

const struct diag_msg *const *diag_sorted(struct diag *d, size_t *n) {
    *n = d->msg.n;
    if (d->sorted || !d->msg.n)
        return d->sorted;
    struct sort_key *key = x_new(d->msg.n, sizeof *key);
    for (size_t i = 0; i < d->msg.n; i++)
        key[i] = (struct sort_key){d->msg.v[i], file_rank(d, d->msg.v[i]->at.file)};
    qsort(key, d->msg.n, sizeof *key, by_place);
    d->sorted = arena_array(d->arena, const struct diag_msg *, d->msg.n);
    for (size_t i = 0; i < d->msg.n; i++)
        d->sorted[i] = key[i].msg;
    x_free(key);
    return d->sorted;
}

static const char *severity_name(enum lang lang, enum severity sev) {
    static const char *const name[3][2] = {
        [SEV_NOTICE] = {"lưu ý", "notice"},
        [SEV_WARNING] = {"cảnh báo", "warning"},
        [SEV_ERROR] = {"lỗi", "error"},
    };
    return name[sev][lang];
}

void diag_print(struct diag *d, struct buf *out) {
    size_t n;
    const struct diag_msg *const *m = diag_sorted(d, &n);
    for (size_t i = 0; i < n; i++) {
        if (m[i]->at.file)
            buf_printf(out, "%s:", m[i]->at.file);
        if (m[i]->at.file && m[i]->at.line)
            buf_printf(out, "%d:", m[i]->at.line);
        if (m[i]->at.file && m[i]->at.line && m[i]->at.col)
            buf_printf(out, "%d:", m[i]->at.col);
        buf_printf(out, "%s%s: ", m[i]->at.file ? " " : "",
                   severity_name(d->lang, m[i]->sev));
        if (m[i]->where)
            buf_printf(out, "%s: ", m[i]->where);
        buf_printf(out, "%s\n", m[i]->text);
    }
    for (int sev = SEV_ERROR; sev >= 0; sev--)
        if (d->count[sev] > DIAG_KEEP)
            buf_printf(out, diag_word(d, "… và %d %s nữa\n", "… and %d more: %s\n"),
                       d->count[sev] - DIAG_KEEP,
                       severity_name(d->lang, (enum severity)sev));
}

void diag_related(struct diag *d, const char *text, struct origin at, const char *where) {
    (void)d, (void)text, (void)at, (void)where;
}
