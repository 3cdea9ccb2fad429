/* mem.c: allocation that never returns NULL, arenas, growing buffers */
#include "base.h"

#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

jmp_buf *mem_oom = NULL;

static void out_of_memory(void) {
    if (mem_oom)
        longjmp(*mem_oom, 1);
    abort();
}

void *x_new(size_t count, size_t size) {
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

void *x_grow(void *p, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size)
        out_of_memory();
    size_t bytes = count * size;
    void *q = realloc(p, bytes > 0 ? bytes : 1);
    if (!q)
        out_of_memory();
    return q;
}

void x_free(void *p) {
    free(p);
}

void mem_keep(size_t bytes) {
#ifdef M_TRIM_THRESHOLD
    int most = bytes > INT_MAX ? INT_MAX : (int)bytes;
    mallopt(M_TRIM_THRESHOLD, most);
    mallopt(M_MMAP_THRESHOLD, most); /* blocks of an arena stay in the heap too */
#else
    (void)bytes;
#endif
}

/* ---- arena: a chain of blocks, the newest first ---- */

/* Small at both ends: what is zeroed and not used is time lost. */
#define ARENA_FIRST ((size_t)2 << 10)
#define ARENA_BLOCK ((size_t)256 << 10)
#define ARENA_ALIGN _Alignof(max_align_t)

struct block {
    struct block *next;
    size_t used, size;
    _Alignas(max_align_t) unsigned char data[];
};

struct arena {
    struct block *head;
    size_t total;
    struct arena *parent, *child, *prev, *next; /* children: a list of siblings */
};

struct arena *arena_new(void) {
    return x_new(1, sizeof(struct arena));
}

struct arena *arena_child(struct arena *parent) {
    struct arena *a = arena_new();
    a->parent = parent;
    a->next = parent->child;
    if (a->next)
        a->next->prev = a;
    parent->child = a;
    return a;
}

static void arena_unlink(struct arena *a) {
    if (a->prev)
        a->prev->next = a->next;
    else if (a->parent)
        a->parent->child = a->next;
    if (a->next)
        a->next->prev = a->prev;
}

/* The arena and those below it, which nobody asks again. */
static void arena_drop(struct arena *a) {
    for (struct arena *c = a->child, *next; c; c = next) {
        next = c->next;
        arena_drop(c);
    }
    for (struct block *b = a->head, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    free(a);
}

void arena_free(struct arena *a) {
    if (!a)
        return;
    arena_unlink(a);
    arena_drop(a);
}

/* Blocks double up to ARENA_BLOCK; a large request gets a block of its own behind the head so that
 * the room left in the head stays usable. */
static void *arena_refill(struct arena *a, size_t size) {
    size_t want = a->head ? a->head->size * 2 : ARENA_FIRST;
    if (want > ARENA_BLOCK)
        want = ARENA_BLOCK;
    bool own = a->head && size > want / 2;
    if (size > want)
        want = size;
    if (own)
        want = size;
    /* Pages from calloc arrive zeroed by the system without being touched. */
    struct block *b = calloc(1, sizeof *b + want);
    if (!b)
        out_of_memory();
    b->size = want;
    b->used = size;
    if (own) {
        b->next = a->head->next;
        a->head->next = b;
    } else {
        b->next = a->head;
        a->head = b;
    }
    return b->data;
}

void *arena_alloc(struct arena *a, size_t size) {
    if (size > SIZE_MAX / 2)
        out_of_memory();
    size = (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    a->total += size;
    struct block *b = a->head;
    if (b && b->size - b->used >= size) {
        void *p = b->data + b->used;
        b->used += size;
        return p;
    }
    return arena_refill(a, size);
}

size_t arena_used(const struct arena *a) {
    return a->total;
}

void *arena_grow(struct arena *a, void *old, size_t n, size_t *cap, size_t size) {
    size_t want = *cap ? *cap * 2 : 8;
    if (want > SIZE_MAX / 2 / size)
        out_of_memory();
    void *p = arena_alloc(a, want * size);
    if (n)
        memcpy(p, old, n * size);
    *cap = want;
    return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n) {
    char *p = arena_alloc(a, n + 1);
    memcpy(p, s, n);
    p[n] = 0;
    return p;
}

char *arena_strdup(struct arena *a, const char *s) {
    return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) {
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    char *p = arena_alloc(a, (size_t)(n < 0 ? 0 : n) + 1);
    if (n > 0)
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    char *p = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return p;
}

/* ---- buffer ---- */

static void buf_room(struct buf *b, size_t n) {
    if (b->cap - b->len > n)
        return;
    size_t cap = b->cap ? b->cap * 2 : 256;
    while (cap - b->len <= n)
        cap *= 2;
    b->data = x_grow(b->data, cap, 1);
    b->cap = cap;
}

void buf_add(struct buf *b, const void *p, size_t n) {
    buf_room(b, n);
    if (n)
        memcpy(b->data + b->len, p, n);
    b->len += n;
    b->data[b->len] = 0;
}

void buf_adds(struct buf *b, const char *s) {
    buf_add(b, s, strlen(s));
}

void buf_addc(struct buf *b, char c) {
    buf_add(b, &c, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...) {
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n > 0) {
        buf_room(b, (size_t)n + 1);
        vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void buf_free(struct buf *b) {
    free(b->data);
    *b = (struct buf){0};
}
