/* deflate.c: zlib streams by libdeflate */
#include "base.h"

#include <libdeflate.h>

#define LEVELS 12

/* libdeflate keeps a pointer into the middle of what it got; this one at its start lets leak checkers
 * see that the memory is in use. */
static void *volatile taken[LEVELS + 1];

static void *take(size_t n) {
    static size_t next;
    void *p = x_new(1, n);
    taken[next++ % (LEVELS + 1)] = p;
    return p;
}

/* A compressor takes 20 us to make and is kept for the life of the process. */
static struct libdeflate_compressor *compressor(int level) {
    static struct libdeflate_compressor *kept[LEVELS + 1];
    if (!kept[level]) {
        libdeflate_set_memory_allocator(take, x_free);
        kept[level] = libdeflate_alloc_compressor(level);
    }
    return kept[level];
}

void zlib_pack(struct buf *b, const void *p, size_t n, int level) {
    struct libdeflate_compressor *z = compressor(level);
    size_t bound = libdeflate_zlib_compress_bound(z, n);
    if (b->cap - b->len <= bound) {
        size_t cap = b->cap * 2 > b->len + bound + 1 ? b->cap * 2 : b->len + bound + 1;
        b->data = x_grow(b->data, cap, 1);
        b->cap = cap;
    }
    b->len += libdeflate_zlib_compress(z, p, n, b->data + b->len, bound);
    b->data[b->len] = 0;
}

bool zlib_unpack(struct buf *b, const void *p, size_t n, size_t limit) {
    static struct libdeflate_decompressor *kept;
    enum libdeflate_result result = LIBDEFLATE_INSUFFICIENT_SPACE;
    size_t room = n < 1024 ? 4096 : n * 4, got = 0;
    if (!kept) {
        libdeflate_set_memory_allocator(take, x_free);
        kept = libdeflate_alloc_decompressor();
    }
    for (bool last = false; !last && result == LIBDEFLATE_INSUFFICIENT_SPACE; room *= 2) {
        last = room >= limit;
        room = last ? limit : room;
        if (b->cap < b->len + room + 1) {
            b->data = x_grow(b->data, b->len + room + 1, 1);
            b->cap = b->len + room + 1;
        }
        result = libdeflate_zlib_decompress(kept, p, n, b->data + b->len, room, &got);
    }
    if (result == LIBDEFLATE_SUCCESS)
        b->len += got;
    b->data[b->len] = 0;
    return result == LIBDEFLATE_SUCCESS;
}
