/* pdf_object.c: numbered objects in a libharu document, written straight to memory */
#include "pdf_inside.h"

#include <hpdf.h>
#include <hpdf_doc.h>
#include <string.h>

/* What one of our dictionaries holds. libharu numbers it, keeps its offset and asks for its text when
 * it is written; a dictionary of libharu's own, entry by entry, would cost ten times as much. */
struct object {
    struct pdf *pdf;
    HPDF_Dict dict;
    const char *text;
    size_t len;
    const void *data; /* of a stream */
    size_t size;
    bool is_stream;
    void (*make)(void *ctx, size_t index, struct buf *packed);
    void *ctx;
    size_t index;
};

struct pdf {
    struct arena *arena;
    struct buf *out;
    size_t start; /* of the file in out */
    struct buf packed;
    HPDF_Doc doc;
    struct object **object; /* by number */
    size_t objects, cap;
    struct pdf_tail tail;
    unsigned long error; /* the first one */
};

/* ---- libharu's side ---- */

static void note_error(HPDF_STATUS error, HPDF_STATUS detail, void *user) {
    struct pdf *p = user;
    (void)detail;
    if (!p->error)
        p->error = error;
}

static HPDF_STATUS write_out(HPDF_Stream stream, const HPDF_BYTE *data, HPDF_UINT n) {
    buf_add(stream->attr, data, n);
    return HPDF_OK;
}

static void add(HPDF_Stream s, const char *text, size_t n) {
    HPDF_Stream_Write(s, (const HPDF_BYTE *)text, (HPDF_UINT)n);
}

/* Called between "<<" and ">>". */
static HPDF_STATUS write_entries(HPDF_Dict dict, HPDF_Stream stream) {
    struct object *o = dict->attr;
    add(stream, o->text, o->len);
    if (o->make) {
        o->pdf->packed.len = 0;
        o->make(o->ctx, o->index, &o->pdf->packed);
        o->data = o->pdf->packed.data;
        o->size = o->pdf->packed.len;
        add(stream, "/Filter/FlateDecode", 19);
    }
    if (o->is_stream) {
        char number[16];
        char *end = pdf_number(number, (int32_t)o->size, 0);
        add(stream, "/Length ", 8);
        add(stream, number, (size_t)(end - number));
    }
    return HPDF_OK;
}

/* Called behind ">>"; libharu gives no stream here, but its bytes go to the same place. */
static HPDF_STATUS write_stream(HPDF_Dict dict) {
    struct object *o = dict->attr;
    struct pdf *p = o->pdf;
    if (o->is_stream) {
        add(p->doc->stream, "\nstream\n", 8);
        add(p->doc->stream, o->data, o->size);
        add(p->doc->stream, "\nendstream", 10);
    }
    return HPDF_OK;
}

/* ---- our side ---- */

static int adopt(struct pdf *p, HPDF_Dict dict) {
    size_t number = dict->header.obj_id & 0xFFFFFF;
    while (p->cap <= number) {
        size_t cap = p->cap ? p->cap * 2 : 128;
        struct object **grown = arena_array(p->arena, struct object *, cap);
        if (p->cap)
            memcpy(grown, p->object, p->cap * sizeof(void *));
        p->object = grown;
        p->cap = cap;
    }
    if (!p->object[number]) {
        struct object *o = arena_new_of(p->arena, struct object);
        o->pdf = p;
        o->dict = dict;
        o->text = "";
        dict->attr = o;
        dict->before_write_fn = NULL;
        dict->write_fn = write_entries;
        dict->after_write_fn = write_stream;
        p->object[number] = o;
    }
    return (int)number;
}

struct pdf *pdf_open(struct arena *a, struct buf *out) {
    struct pdf *p = arena_new_of(a, struct pdf);
    p->arena = a;
    p->out = out;
    p->start = out->len;
    /* No memory pool: libharu's hands out addresses that are not aligned for pointers. */
    p->doc = HPDF_NewEx(note_error, NULL, NULL, 0, p);
    if (!p->doc) {
        p->error = p->error ? p->error : HPDF_FAILD_TO_ALLOC_MEM;
        return p;
    }
    p->doc->pdf_version = HPDF_VER_17;
    p->doc->stream = HPDF_CallbackWriter_New(p->doc->mmgr, write_out, out);
    HPDF_Dict_RemoveElement(p->doc->info, "Producer");
    HPDF_Dict_RemoveElement(p->doc->root_pages, "Kids");
    HPDF_Dict_RemoveElement(p->doc->root_pages, "Count");
    return p;
}

int pdf_object(struct pdf *p) {
    HPDF_Dict dict = p->error ? NULL : HPDF_Dict_New(p->doc->mmgr);
    if (!dict || HPDF_Xref_Add(p->doc->xref, dict) != HPDF_OK)
        return 0;
    return adopt(p, dict);
}

int pdf_known(struct pdf *p, enum pdf_known which) {
    if (p->error)
        return 0;
    return adopt(p, which == PDF_CATALOG ? p->doc->catalog
                    : which == PDF_INFO  ? p->doc->info
                                         : p->doc->root_pages);
}

void pdf_entries(struct pdf *p, int object, const char *text, size_t n) {
    if (p->error)
        return;
    p->object[object]->text = arena_strndup(p->arena, text, n);
    p->object[object]->len = n;
}

void pdf_stream(struct pdf *p, int object, const void *data, size_t n) {
    if (p->error)
        return;
    p->object[object]->is_stream = true;
    p->object[object]->data = data;
    p->object[object]->size = n;
}

void pdf_stream_late(struct pdf *p, int object,
                     void (*make)(void *ctx, size_t index, struct buf *packed), void *ctx,
                     size_t index) {
    if (p->error)
        return;
    p->object[object]->is_stream = true;
    p->object[object]->make = make;
    p->object[object]->ctx = ctx;
    p->object[object]->index = index;
}

static int end_number(const struct pdf *p) {
    return (int)p->doc->xref->entries->count;
}

int pdf_pack(struct pdf *p, size_t (*count)(void *ctx),
             void (*make)(void *ctx, size_t i, struct buf *b), void *ctx) {
    p->tail.count = count;
    p->tail.make = make;
    p->tail.ctx = ctx;
    return p->error ? 0 : end_number(p);
}

static size_t object_offset(void *xref, int number) {
    return HPDF_Xref_GetEntry(xref, (HPDF_UINT)number)->byte_offset;
}

/* libharu's own table and trailer are cut off again: its table cannot tell of packed objects. */
static void replace_end(struct pdf *p) {
    p->out->len = p->start + p->doc->xref->addr;
    p->tail.out = p->out;
    p->tail.start = p->start;
    p->tail.first = end_number(p);
    p->tail.root = pdf_known(p, PDF_CATALOG);
    p->tail.info = pdf_known(p, PDF_INFO);
    p->tail.offset = object_offset;
    p->tail.offsets = p->doc->xref;
    pdf_tail(&p->tail);
}

unsigned long pdf_save(struct pdf *p) {
    if (!p->error)
        HPDF_SaveToStream(p->doc);
    if (!p->error)
        replace_end(p);
    return p->error;
}

void pdf_close(struct pdf *p) {
    if (p->doc)
        HPDF_Free(p->doc);
    p->doc = NULL;
    pdf_tail_free(&p->tail);
    buf_free(&p->packed);
}

/* ---- numbers and text ---- */

char *pdf_number(char *out, int32_t v, int decimals) {
    char digit[12];
    int n = 0, point = decimals;
    uint32_t u = v < 0 ? 0u - (uint32_t)v : (uint32_t)v;
    if (u == 0) {
        *out++ = '0';
        return out;
    }
    while (point > 0 && u % 10 == 0)
        u /= 10, point--;
    for (; u || n < point; u /= 10)
        digit[n++] = (char)('0' + u % 10);
    if (v < 0)
        *out++ = '-';
    while (n > 0) {
        if (n == point)
            *out++ = '.';
        *out++ = digit[--n];
    }
    return out;
}

void pdf_add_number(struct buf *b, int32_t v, int decimals) {
    char text[16];
    char last = b->len ? b->data[b->len - 1] : '\n';
    if (!strchr("\n<[( >])/", last))
        buf_addc(b, ' ');
    buf_add(b, text, (size_t)(pdf_number(text, v, decimals) - text));
}

/* Longer literal strings make poppler (22.12) look up the object by its place in the file, where it takes
 * the numbers of object streams for places and gives up: "Unterminated string". */
#define LITERAL_CHARACTERS 30 /* of four bytes at most */

static char *put_byte(char *at, unsigned c, bool hex) {
    static const char digit[] = "0123456789ABCDEF";
    if (hex) {
        *at++ = digit[c >> 4];
        *at++ = digit[c & 15];
        return at;
    }
    if (c == '(' || c == ')' || c == '\\' || c == '\r')
        *at++ = '\\';
    *at++ = c == '\r' ? 'r' : (char)c; /* else a reader takes it for a line feed */
    return at;
}

static char *put_unit16(char *at, uint32_t v, bool hex) {
    return put_byte(put_byte(at, v >> 8, hex), v & 0xFF, hex);
}

void pdf_add_text(struct buf *b, const char *utf8) {
    size_t n = strlen(utf8);
    const char *end = utf8 + n;
    bool hex = utf8_count(utf8, n) > LITERAL_CHARACTERS;
    buf_adds(b, hex ? "<FEFF" : "(\xFE\xFF");
    /* Each byte of text gives at most a unit of two bytes, and each of these two. */
    if (b->cap - b->len < 4 * n + 2) {
        b->cap = b->cap * 2 + 4 * n;
        b->data = x_grow(b->data, b->cap, 1);
    }
    char *at = b->data + b->len;
    while (utf8 < end) {
        uint32_t cp = utf8_next(&utf8, end);
        if (cp >= 0x10000) {
            at = put_unit16(at, 0xD800 + ((cp - 0x10000) >> 10), hex);
            cp = 0xDC00 + ((cp - 0x10000) & 0x3FF);
        }
        at = put_unit16(at, cp, hex);
    }
    *at++ = hex ? '>' : ')';
    *at = 0;
    b->len = (size_t)(at - b->data);
}
