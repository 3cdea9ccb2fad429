/* diag.c: collecting and sorting messages, and finding those that speak of a place */
#include "base.h"

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

/* A place, or a subject, with all that was said about it. */
struct place {
    struct origin at; /* a subject: its name as file and line SUBJECT */
    struct diag_mention *first, *last;
};

#define SUBJECT (-1)

struct diag {
    struct arena *arena;
    enum lang lang;
    bool strict;
    struct {
        struct diag_msg **v;
        size_t n, cap;
    } msg;
    struct diag_msg *last; /* what diag_add added last, NULL: it was dropped */
    int count[3], calls;
    const struct diag_msg **sorted;
    /* Files in order of first appearance decide the order of the messages. */
    struct {
        const char **v;
        size_t n, cap;
    } file;
    /* Hash of places; cap is 0 or a power of 2. */
    struct {
        struct place **v;
        size_t n, cap;
    } place;
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

#define ARG_MAX 300 /* bytes: a hostile name cannot flood the screen */

/* An argument, cut, its control characters made spaces. */
static void add_arg(struct buf *b, const char *s) {
    size_t len = strlen(s), cut = len;
    if (len > ARG_MAX)
        for (cut = ARG_MAX; cut > 0 && ((unsigned char)s[cut] & 0xC0) == 0x80;)
            cut--;
    for (const char *end = s + cut; s < end;) {
        const char *from = s;
        uint32_t cp = utf8_next(&s, end);
        if (cp == '\t' || cp == '\n' || utf8_is_control(cp))
            buf_addc(b, ' ');
        else if (!utf8_is_invisible(cp))
            buf_add(b, from, (size_t)(s - from));
    }
    if (cut < len)
        buf_adds(b, "…");
}

/* The message with {1}..{9} replaced. */
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
        if (i < n)
            add_arg(&b, arg[i]);
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

/* The name in the arena: origins may point into one that dies before the messages are printed. A message's
 * own file takes its place in the order of files. */
static const char *keep_file(struct diag *d, const char *file, bool own) {
    for (size_t i = 0; i < d->file.n; i++)
        if (str_eq(d->file.v[i], file))
            return d->file.v[i];
    const char *kept = file ? arena_strdup(d->arena, file) : NULL;
    if (own)
        vec_push(d->arena, &d->file, kept);
    return kept;
}

static const char *keep_text(struct diag *d, const char *s) {
    return s ? arena_strdup(d->arena, s) : NULL;
}

/* ---- places ---- */

static size_t place_hash(struct origin at) {
    uint64_t h = (uint64_t)(unsigned)at.line * 0x9E3779B97F4A7C15u;
    h ^= (uint64_t)(unsigned)at.col * 0xC2B2AE3D27D4EB4Fu;
    if (at.line == SUBJECT)
        h = hash64(h, at.file, strlen(at.file));
    return (size_t)(h ^ h >> 29);
}

/* Where the place stands in the hash, or would. */
static struct place **place_slot(const struct diag *d, struct origin at) {
    size_t mask = d->place.cap - 1;
    for (size_t i = place_hash(at) & mask;; i = (i + 1) & mask)
        if (!d->place.v[i] || same_origin(d->place.v[i]->at, at))
            return &d->place.v[i];
}

static void places_grow(struct diag *d) {
    struct place **old = d->place.v;
    size_t n = d->place.cap;
    d->place.cap = n ? 2 * n : 64;
    d->place.v = arena_array(d->arena, struct place *, d->place.cap);
    for (size_t i = 0; i < n; i++)
        if (old[i])
            *place_slot(d, old[i]->at) = old[i];
}

/* `at.file` lives as long as the diag. */
static void mention(struct diag *d, struct diag_msg *m, struct origin at, bool own) {
    if (m->sev == SEV_NOTICE || !at.file || !at.line)
        return;
    if (2 * d->place.n >= d->place.cap)
        places_grow(d);
    struct place **slot = place_slot(d, at);
    if (!*slot) {
        *slot = arena_new_of(d->arena, struct place);
        (*slot)->at = at;
        d->place.n++;
    }
    if ((*slot)->last && (*slot)->last->msg == m)
        return;
    struct diag_mention *x = arena_new_of(d->arena, struct diag_mention);
    *x = (struct diag_mention){m, own, NULL};
    if ((*slot)->last)
        (*slot)->last->next = x;
    else
        (*slot)->first = x;
    (*slot)->last = x;
}

const struct diag_mention *diag_mentions(const struct diag *d, struct origin at) {
    if (!d->place.cap || !at.line || !at.file)
        return NULL;
    const struct place *p = *place_slot(d, at);
    return p ? p->first : NULL;
}

const char *diag_at(const struct diag *d, struct origin at) {
    for (const struct diag_mention *x = diag_mentions(d, at); x; x = x->next)
        if (x->own)
            return x->msg->text;
    return NULL;
}

void diag_show_at(struct diag *d, struct origin at) {
    for (const struct diag_mention *x = diag_mentions(d, at); x; x = x->next)
        if (x->own)
            x->msg->shown = true;
}

void diag_show_subject(struct diag *d, const char *name) {
    diag_show_at(d, (struct origin){name, SUBJECT, 0});
}

/* ---- adding ---- */

static void add(struct diag *d, enum diag_code code, struct origin at, const char *where,
                va_list ap) {
    const char *arg[ARGS_MAX];
    int n = take_args(ap, arg);
    d->calls++;
    d->last = NULL;
    enum severity sev = message[code].sev;
    if (d->count[sev] >= DIAG_KEEP) {
        d->count[sev]++;
        return;
    }
    const char *text = expand(d, message[code].text[d->lang], arg, n);
    if (!first_time(d, code, at, text))
        return;
    struct diag_msg *m = arena_new_of(d->arena, struct diag_msg);
    at.file = keep_file(d, at.file, true);
    *m = (struct diag_msg){.code = code,
                           .sev = sev,
                           .at = at,
                           .where = keep_text(d, where),
                           .text = text,
                           .seq = (int)d->msg.n};
    d->count[sev]++;
    vec_push(d->arena, &d->msg, m);
    d->last = m;
    d->sorted = NULL;
    mention(d, m, at, true);
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

void diag_related(struct diag *d, const char *text, struct origin at, const char *where) {
    struct diag_msg *m = d->last;
    if (!m)
        return;
    if (m->related.n == DIAG_RELATED) {
        m->related.more++;
        return;
    }
    struct buf b = {0};
    add_arg(&b, text);
    at.file = keep_file(d, at.file, false);
    struct diag_related r = {arena_strndup(d->arena, b.data ? b.data : "", b.len), at,
                             keep_text(d, where)};
    buf_free(&b);
    vec_push(d->arena, &m->related, r);
    /* A fact that a warning compares with, such as the office's name, may stand everywhere and be right. */
    if ((where || m->sev == SEV_ERROR) && !same_origin(at, m->at))
        mention(d, m, at, false);
}

void diag_subject(struct diag *d, const char *name) {
    if (d->last)
        mention(d, d->last, (struct origin){arena_strdup(d->arena, name), SUBJECT, 0},
                true);
}

void diag_set_strict(struct diag *d) {
    d->strict = true;
}

bool diag_strict(const struct diag *d) {
    return d->strict;
}

int diag_count(const struct diag *d, enum severity sev) {
    return d->count[sev];
}

static enum severity as_shown(const struct diag *d, enum severity sev) {
    return d->strict && sev == SEV_WARNING ? SEV_ERROR : sev;
}

int diag_shown_count(const struct diag *d, enum severity sev) {
    int n = 0;
    for (int i = 0; i < 3; i++)
        n += as_shown(d, (enum severity)i) == sev ? d->count[i] : 0;
    return n;
}

enum severity diag_severity(const struct diag *d, const struct diag_msg *m) {
    return as_shown(d, m->sev);
}

int diag_calls(const struct diag *d) {
    return d->calls;
}

/* ---- sorting ---- */

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
