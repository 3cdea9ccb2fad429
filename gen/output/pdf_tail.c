/* pdf_tail.c: the end of a PDF file: objects packed into object streams, the cross-reference stream */
#include "pdf_inside.h"

#include <string.h>

/* An object stream is unpacked whole for any object in it. */
#define STREAM_OBJECTS 200
#define STREAM_BYTES 65536

/* ---- cross-reference entries: kind, offset or stream, index in the stream ---- */

enum { FIELD = 4, ENTRY = 1 + FIELD + 1 };
enum kind { FREE, PLAIN, PACKED };

static void put_entry(unsigned char out[ENTRY], enum kind kind, size_t where,
                      size_t index) {
    out[0] = (unsigned char)kind;
    for (int i = FIELD; i > 0; i--, where >>= 8)
        out[i] = (unsigned char)where;
    out[ENTRY - 1] = (unsigned char)index;
}

/* Lines that differ from the one above in one byte pack to almost nothing. */
static void predict(const struct buf *entries, struct buf *out) {
    static const unsigned char zero[ENTRY];
    const unsigned char *above = zero, *line = (const unsigned char *)entries->data;
    for (size_t n = entries->len / ENTRY; n > 0; n--, above = line, line += ENTRY) {
        char row[1 + ENTRY] = {2};
        for (int i = 0; i < ENTRY; i++)
            row[1 + i] = (char)(line[i] - above[i]);
        buf_add(out, row, sizeof row);
    }
}

static void add_entry(struct pdf_tail *t, enum kind kind, size_t where, size_t index) {
    unsigned char entry[ENTRY];
    put_entry(entry, kind, where, index);
    buf_add(&t->xref, entry, sizeof entry);
}

/* ---- object streams ---- */

static size_t place(const struct pdf_tail *t) {
    return t->out->len - t->start;
}

static void begin_object(struct pdf_tail *t, int number) {
    buf_printf(t->out, "%d 0 obj\n<<", number);
}

static void add_stream(struct pdf_tail *t, const struct buf *data) {
    t->packed.len = 0;
    zlib_pack(&t->packed, data->data ? data->data : "", data->len, PACK_CONTENT);
    buf_printf(t->out, "/Filter/FlateDecode/Length %zu>>\nstream\n", t->packed.len);
    buf_add(t->out, t->packed.data, t->packed.len);
    buf_adds(t->out, "\nendstream\nendobj\n");
}

/* Put the stream under way into the file. */
static void flush(struct pdf_tail *t) {
    size_t at = place(t), first = t->head.len;
    if (t->in_stream == 0)
        return;
    buf_add(&t->streams, &at, sizeof at);
    buf_add(&t->head, t->body.data ? t->body.data : "", t->body.len);
    begin_object(t, t->number++);
    buf_printf(t->out, "/Type/ObjStm/N %zu/First %zu", t->in_stream, first);
    add_stream(t, &t->head);
    t->head.len = t->body.len = 0;
    t->in_stream = 0;
}

static void add_index(struct buf *b, uint32_t v) {
    char text[16];
    char *end = pdf_number(text, (int32_t)v, 0);
    *end++ = ' ';
    buf_add(b, text, (size_t)(end - text));
}

static void pack_objects(struct pdf_tail *t, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (t->in_stream == STREAM_OBJECTS || t->body.len >= STREAM_BYTES)
            flush(t);
        add_index(&t->head, (uint32_t)((size_t)t->first + i));
        add_index(&t->head, (uint32_t)t->body.len);
        add_entry(t, PACKED, (size_t)t->number, t->in_stream);
        t->make(t->ctx, i, &t->body);
        buf_addc(&t->body, '\n');
        t->in_stream++;
    }
    flush(t);
}

/* ---- the file's end ---- */

/* 128 bits of the bytes, eight at a time: the file's /ID. */
static void fingerprint(const char *p, size_t n, unsigned char out[16]) {
    uint64_t h[2] = {0x9e3779b97f4a7c15u ^ n, 0xc2b2ae3d27d4eb4fu};
    for (size_t left = n; left; p += 8) {
        uint64_t w = 0;
        if (left >= 8)
            memcpy(&w, p, 8); /* a length known here makes this one instruction */
        else
            memcpy(&w, p, left);
        left -= left < 8 ? left : 8;
        h[0] = (h[0] ^ w) * 0x9fb21c651e98df25u;
        h[1] = (h[1] + w) * 0xd6e8feb86659fd93u;
        h[0] ^= h[0] >> 32;
        h[1] ^= h[1] >> 29;
    }
    for (int i = 0; i < 16; i++)
        out[i] = (unsigned char)(h[i / 8] >> (8 * (i % 8)));
}

static void add_id(struct pdf_tail *t) {
    unsigned char id[16];
    fingerprint(t->out->data + t->start, place(t), id);
    for (int k = 0; k < 2; k++) {
        buf_adds(t->out, k ? "<" : "/ID[<");
        for (int i = 0; i < 16; i++)
            buf_printf(t->out, "%02x", id[i]);
        buf_adds(t->out, k ? ">]" : ">");
    }
}

static void write_xref(struct pdf_tail *t) {
    size_t at = place(t), stream;
    for (size_t i = 0; i < t->streams.len; i += sizeof stream) {
        memcpy(&stream, t->streams.data + i, sizeof stream);
        add_entry(t, PLAIN, stream, 0);
    }
    add_entry(t, PLAIN, at, 0);
    begin_object(t, t->number);
    buf_printf(t->out, "/Type/XRef/Size %d/Root %d 0 R/Info %d 0 R/W[1 %d 1]",
               t->number + 1, t->root, t->info, FIELD);
    buf_printf(t->out, "/DecodeParms<</Predictor 12/Columns %d>>", ENTRY);
    add_id(t);
    t->body.len = 0;
    predict(&t->xref, &t->body);
    add_stream(t, &t->body);
    buf_printf(t->out, "startxref\n%zu\n%%%%EOF\n", at);
}

void pdf_tail(struct pdf_tail *t) {
    size_t count = t->count ? t->count(t->ctx) : 0;
    t->number = t->first + (int)count;
    add_entry(t, FREE, 0, 0);
    for (int i = 1; i < t->first; i++)
        add_entry(t, PLAIN, t->offset(t->offsets, i), 0);
    pack_objects(t, count);
    write_xref(t);
}

void pdf_tail_free(struct pdf_tail *t) {
    buf_free(&t->head);
    buf_free(&t->body);
    buf_free(&t->packed);
    buf_free(&t->xref);
    buf_free(&t->streams);
}
