/* qpdf_reader.c: objects of an existing PDF through libqpdf's C interface */
#include "qpdf_reader.h"

#include <qpdf/qpdf-c.h>
#include <stdlib.h>
#include <string.h>

/* Loaded when a PDF is first read: linked in, libqpdf and the C++ and TLS libraries behind it would
 * cost every start of the program 3 ms, as much as making a report takes. */
#define FUNCTIONS(X)                                                                     \
    X(qpdf_init)                                                                         \
    X(qpdf_cleanup)                                                                      \
    X(qpdf_silence_errors)                                                               \
    X(qpdf_set_suppress_warnings)                                                        \
    X(qpdf_set_attempt_recovery)                                                         \
    X(qpdf_read_memory)                                                                  \
    X(qpdf_has_error)                                                                    \
    X(qpdf_get_error)                                                                    \
    X(qpdf_get_error_code)                                                               \
    X(qpdf_is_encrypted)                                                                 \
    X(qpdf_get_pdf_version)                                                              \
    X(qpdf_get_trailer)                                                                  \
    X(qpdf_get_root)                                                                     \
    X(qpdf_oh_get_key)                                                                   \
    X(qpdf_oh_get_dict)                                                                  \
    X(qpdf_oh_get_array_n_items)                                                         \
    X(qpdf_oh_get_array_item)                                                            \
    X(qpdf_oh_get_type_code)                                                             \
    X(qpdf_oh_get_int_value)                                                             \
    X(qpdf_oh_get_name)                                                                  \
    X(qpdf_oh_get_binary_string_value)                                                   \
    X(qpdf_oh_get_binary_utf8_value)                                                     \
    X(qpdf_oh_get_stream_data)

#define MEMBER(name) __typeof__(name) *(name);
static struct {
    bool loaded;
    FUNCTIONS(MEMBER)
} lib;

static bool load(void) {
    static const char *const names[] = {"libqpdf.so.29", "libqpdf.so.30", "libqpdf.so",
                                        NULL};
    void *library = lib.loaded ? NULL : library_open(names);
    if (!library)
        return lib.loaded;
    bool all = true;
#define FIND(name) all = library_function(library, #name, &lib.name) && all;
    FUNCTIONS(FIND)
    return lib.loaded = all;
}

struct pdf_file {
    struct arena *arena;
    qpdf_data q;
};

enum pdf_open pdf_file_open(struct arena *a, const char *data, size_t n,
                            struct pdf_file **out) {
    *out = NULL;
    if (!load())
        return PDF_NO_LIBRARY;
    struct pdf_file *f = *out = arena_new_of(a, struct pdf_file);
    f->arena = a;
    f->q = lib.qpdf_init();
    lib.qpdf_silence_errors(f->q);
    lib.qpdf_set_suppress_warnings(f->q, QPDF_TRUE);
    lib.qpdf_set_attempt_recovery(f->q, QPDF_FALSE);
    lib.qpdf_read_memory(f->q, "", data, n, NULL);
    if (lib.qpdf_has_error(f->q)) {
        qpdf_error e = lib.qpdf_get_error(f->q);
        return lib.qpdf_get_error_code(f->q, e) == qpdf_e_password ? PDF_ENCRYPTED
                                                                   : PDF_DAMAGED;
    }
    return lib.qpdf_is_encrypted(f->q) ? PDF_ENCRYPTED : PDF_OPEN;
}

void pdf_file_close(struct pdf_file *f) {
    if (!f || !f->q)
        return;
    lib.qpdf_get_error(f->q); /* one that nobody asked for would be printed now */
    lib.qpdf_cleanup(&f->q);
}

const char *pdf_file_version(struct pdf_file *f) {
    const char *s = lib.qpdf_get_pdf_version(f->q);
    return s ? text_clean(f->arena, s, strlen(s)) : "";
}

pdf_ref pdf_file_trailer(struct pdf_file *f) {
    return lib.qpdf_get_trailer(f->q);
}

pdf_ref pdf_file_root(struct pdf_file *f) {
    return lib.qpdf_get_root(f->q);
}

static enum qpdf_object_type_e type_of(struct pdf_file *f, pdf_ref v) {
    return v ? lib.qpdf_oh_get_type_code(f->q, v) : ot_uninitialized;
}

pdf_ref pdf_file_get(struct pdf_file *f, pdf_ref dict, const char *name) {
    enum qpdf_object_type_e type = type_of(f, dict);
    if (type == ot_stream)
        dict = lib.qpdf_oh_get_dict(f->q, dict);
    else if (type != ot_dictionary)
        return 0;
    pdf_ref v = lib.qpdf_oh_get_key(f->q, dict, name);
    return type_of(f, v) == ot_null ? 0 : v;
}

int pdf_file_count(struct pdf_file *f, pdf_ref array) {
    int n =
        type_of(f, array) == ot_array ? lib.qpdf_oh_get_array_n_items(f->q, array) : 0;
    return n > 0 ? n : 0;
}

pdf_ref pdf_file_item(struct pdf_file *f, pdf_ref array, int i) {
    return lib.qpdf_oh_get_array_item(f->q, array, i);
}

bool pdf_file_integer(struct pdf_file *f, pdf_ref v, int64_t *out) {
    if (type_of(f, v) != ot_integer)
        return false;
    *out = lib.qpdf_oh_get_int_value(f->q, v);
    return true;
}

bool pdf_file_is_dict(struct pdf_file *f, pdf_ref v) {
    return type_of(f, v) == ot_dictionary;
}

const char *pdf_file_name(struct pdf_file *f, pdf_ref v) {
    const char *s = type_of(f, v) == ot_name ? lib.qpdf_oh_get_name(f->q, v) : NULL;
    return s && *s == '/' ? text_clean(f->arena, s + 1, strlen(s + 1)) : NULL;
}

const char *pdf_file_text(struct pdf_file *f, pdf_ref v) {
    size_t n = 0;
    if (type_of(f, v) != ot_string)
        return NULL;
    const char *s = lib.qpdf_oh_get_binary_utf8_value(f->q, v, &n);
    return s ? text_clean(f->arena, s, n) : NULL;
}

const char *pdf_file_bytes(struct pdf_file *f, pdf_ref v, size_t *n) {
    *n = 0;
    if (type_of(f, v) != ot_string)
        return NULL;
    const char *s = lib.qpdf_oh_get_binary_string_value(f->q, v, n);
    return s ? arena_strndup(f->arena, s, *n) : NULL;
}

/* Whether the stream has no filter, or one that can be undone here. */
static bool known_filter(struct pdf_file *f, pdf_ref v, bool *packed) {
    pdf_ref filter = pdf_file_get(f, v, "/Filter");
    int n = pdf_file_count(f, filter);
    *packed = false;
    if (!filter || (type_of(f, filter) == ot_array && n == 0))
        return true;
    const char *name = pdf_file_name(f, n ? pdf_file_item(f, filter, 0) : filter);
    *packed = name && (str_eq(name, "FlateDecode") || str_eq(name, "Fl"));
    return *packed && n < 2 && !pdf_file_get(f, v, "/DecodeParms");
}

bool pdf_file_stream(struct pdf_file *f, pdf_ref v, size_t limit, struct buf *b) {
    bool packed;
    unsigned char *raw = NULL;
    size_t n = 0;
    /* The library is asked for the raw bytes only: it has no bound on what a filter may give. */
    if (type_of(f, v) != ot_stream || !known_filter(f, v, &packed) ||
        lib.qpdf_oh_get_stream_data(f->q, v, qpdf_dl_none, NULL, &raw, &n) &
            QPDF_ERRORS ||
        !raw) {
        free(raw);
        return false;
    }
    bool ok = packed ? zlib_unpack(b, raw, n, limit) : n <= limit;
    if (ok && !packed)
        buf_add(b, raw, n);
    free(raw);
    return ok;
}

/* C0 and C1 controls would drive a terminal; line separators and marks of direction could make it show
 * something else than what is there. */
static bool is_unfit(uint32_t cp) {
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || (cp >= 0x200B && cp <= 0x200F) ||
           (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x2069) ||
           cp == 0xFEFF;
}

char *text_clean(struct arena *a, const char *s, size_t n) {
    const char *end = s + n;
    char *out = arena_alloc(a, n * 3 + 1), *at = out;
    while (s < end) {
        uint32_t cp = utf8_next(&s, end);
        at += utf8_put(at, is_unfit(cp) ? ' ' : cp);
    }
    return out;
}
