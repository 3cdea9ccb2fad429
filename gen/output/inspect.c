/* inspect.c: what a PDF holds: form fields, signatures and their byte ranges, metadata, attachments */
#include "qpdf_reader.h"
#include "inspect_inside.h"

#include <string.h>

/* Bounds against files made to exhaust a reader; a report has some 20 fields and attachments. */
#define MAX_OBJECTS 20000
#define MAX_PAGES 100000
#define MAX_DEPTH 32
#define MAX_XMP ((size_t)16 << 20)
#define MAX_UNPACKED ((size_t)512 << 20) /* of all attachments together */

struct inspector {
    struct arena *arena;
    struct diag *d;
    struct origin at;
    const char *data;
    size_t n;
    struct pdf_file *f;
    struct pdf_inspection *out;
    struct {
        struct inspected_field *v;
        size_t n, cap;
    } field;
    struct {
        struct inspected_signature *v;
        size_t n, cap;
    } signature;
    struct {
        struct inspected_file *v;
        size_t n, cap;
    } file;
    int objects, nodes; /* looked at so far; nodes: of the page tree */
    size_t unpacked;    /* bytes of attachments so far */
    bool too_much;
    struct buf b; /* a stream under way */
};

/* false once the file has shown more than any honest one holds. */
static bool count_object(struct inspector *in, int depth) {
    if (++in->objects > MAX_OBJECTS || depth > MAX_DEPTH)
        in->too_much = true;
    return !in->too_much;
}

static pdf_ref get(struct inspector *in, pdf_ref dict, const char *name) {
    return pdf_file_get(in->f, dict, name);
}

/* ---- pages ---- */

/* Leaves of the page tree; /Count may lie. */
static void count_pages(struct inspector *in, pdf_ref node, int depth) {
    pdf_ref kids = get(in, node, "/Kids");
    if (!kids && pdf_file_is_dict(in->f, node))
        in->out->pages++;
    if (depth > MAX_DEPTH || ++in->nodes > MAX_PAGES)
        in->too_much = true;
    for (int i = 0; !in->too_much && i < pdf_file_count(in->f, kids); i++)
        count_pages(in, pdf_file_item(in->f, kids, i), depth + 1);
}

/* ---- signatures ---- */

static void range_error(struct inspector *in, const char *field, const char *vi,
                        const char *en) {
    diag_add(in->d, E_SIGNATURE_RANGE, in->at, field, diag_word(in->d, vi, en), NULL);
}

/* Whether data[start..end) is "<hex>" with exactly these bytes. */
static bool is_contents(const char *data, size_t start, size_t end, const char *bytes,
                        size_t n) {
    static const char hex[] = "0123456789abcdef";
    if (end - start < 2 || data[start] != '<' || data[end - 1] != '>' ||
        (end - start - 2) % 2 || (end - start - 2) / 2 != n)
        return false;
    const char *p = data + start + 1;
    for (size_t i = 0; i < n; i++, p += 2) {
        char high = hex[(unsigned char)bytes[i] >> 4], low = hex[bytes[i] & 15];
        if ((p[0] | 0x20) != high || (p[1] | 0x20) != low)
            return false;
    }
    return true;
}

/* An incremental update begins behind the %%EOF of what was there before. */
static bool is_revision_end(const char *data, size_t end) {
    while (end && (data[end - 1] == '\n' || data[end - 1] == '\r'))
        end--;
    return end >= 5 && memcmp(data + end - 5, "%%EOF", 5) == 0;
}

/* ISO 32000-1, 12.8.1: all of the file but the value of /Contents. */
static enum signed_range check_range(struct inspector *in, pdf_ref signature,
                                     const char *field, size_t *end) {
    pdf_ref range = get(in, signature, "/ByteRange");
    int64_t v[4];
    *end = 0;
    bool numbers = pdf_file_count(in->f, range) == 4;
    for (int i = 0; numbers && i < 4; i++)
        numbers = pdf_file_integer(in->f, pdf_file_item(in->f, range, i), &v[i]) &&
                  v[i] >= 0 && (uint64_t)v[i] <= in->n;
    if (!numbers || v[0] != 0 || v[1] > v[2] || (uint64_t)(v[2] + v[3]) > in->n) {
        range_error(in, field, "không phải bốn số nằm trong tệp",
                    "they are not four numbers within the file");
        return RANGE_BAD;
    }
    size_t n, gap = (size_t)v[1], rest = (size_t)v[2];
    const char *contents = pdf_file_bytes(in->f, get(in, signature, "/Contents"), &n);
    *end = rest + (size_t)v[3];
    if (!contents || !is_contents(in->data, gap, rest, contents, n)) {
        range_error(in, field, "phần chừa ra không đúng là chữ ký (/Contents)",
                    "the gap is not exactly the signature (/Contents)");
        return RANGE_BAD;
    }
    if (*end == in->n)
        return RANGE_WHOLE;
    if (is_revision_end(in->data, *end))
        return RANGE_REVISION;
    range_error(in, field, "không dừng ở cuối một bản của tệp",
                "they do not end where a revision of the file ends");
    return RANGE_BAD;
}

static void add_signature(struct inspector *in, pdf_ref v, const char *field) {
    struct inspected_signature s = {.field = field};
    size_t n;
    const char *contents = pdf_file_bytes(in->f, get(in, v, "/Contents"), &n);
    s.signer = pdf_file_text(in->f, get(in, v, "/Name"));
    if (!s.signer && contents)
        s.signer = cms_signer(in->arena, contents, n);
    s.time = inspect_time(in->arena, pdf_file_text(in->f, get(in, v, "/M")));
    s.filter = pdf_file_name(in->f, get(in, v, "/SubFilter"));
    s.range = check_range(in, v, field, &s.end);
    vec_push(in->arena, &in->signature, s);
}

/* ---- form fields ---- */

/* What a field has from the fields above it. */
struct inherited {
    const char *name, *type;
    pdf_ref value;
};

static const char *type_word(const char *type) {
    return str_eq(type, "Tx")    ? "text"
           : str_eq(type, "Sig") ? "signature"
           : str_eq(type, "Btn") ? "button"
           : str_eq(type, "Ch")  ? "choice"
                                 : "unknown";
}

static void add_field(struct inspector *in, pdf_ref node, const struct inherited *up) {
    struct inspected_field field = {.name = up->name, .type = type_word(up->type)};
    pdf_ref v = up->value;
    field.tooltip = pdf_file_text(in->f, get(in, node, "/TU"));
    if (str_eq(field.type, "signature")) {
        field.filled = pdf_file_is_dict(in->f, v);
        if (field.filled)
            add_signature(in, v, field.name);
    } else {
        if (pdf_file_count(in->f, v))
            v = pdf_file_item(in->f, v, 0);
        field.value = pdf_file_text(in->f, v);
        if (!field.value)
            field.value = pdf_file_name(in->f, v);
        field.filled = field.value ? *field.value && !str_eq(field.value, "Off") : v != 0;
    }
    vec_push(in->arena, &in->field, field);
}

static void walk_field(struct inspector *in, pdf_ref node, struct inherited up,
                       int depth) {
    const char *name = pdf_file_text(in->f, get(in, node, "/T"));
    const char *type = pdf_file_name(in->f, get(in, node, "/FT"));
    pdf_ref value = get(in, node, "/V"), kids = get(in, node, "/Kids");
    bool parent = false;
    if (!count_object(in, depth))
        return;
    if (name)
        up.name = *up.name ? arena_printf(in->arena, "%s.%s", up.name, name) : name;
    up.type = type ? type : up.type;
    up.value = value ? value : up.value;
    for (int i = 0; i < pdf_file_count(in->f, kids) && count_object(in, depth); i++) {
        pdf_ref kid = pdf_file_item(in->f, kids, i);
        if (!get(in, kid, "/T"))
            continue; /* a place on a page where the field is shown */
        parent = true;
        walk_field(in, kid, up, depth + 1);
    }
    if (!parent && !in->too_much)
        add_field(in, node, &up);
}

static void read_form(struct inspector *in, pdf_ref root) {
    pdf_ref fields = get(in, get(in, root, "/AcroForm"), "/Fields");
    for (int i = 0; i < pdf_file_count(in->f, fields) && !in->too_much; i++)
        walk_field(in, pdf_file_item(in->f, fields, i), (struct inherited){"", "", 0}, 1);
}

/* ---- attachments ---- */

static void check_sum(struct inspector *in, pdf_ref stream, struct inspected_file *file) {
    size_t n, room = MAX_UNPACKED - in->unpacked;
    unsigned char sum[16];
    in->b.len = 0;
    if (!pdf_file_stream(in->f, stream, room, &in->b)) {
        diag_add(in->d, E_ATTACHED_UNREADABLE, in->at, file->name, NULL);
        file->checksum = CHECKSUM_BAD;
        return;
    }
    file->size = in->b.len;
    in->unpacked += in->b.len;
    pdf_ref params = get(in, stream, "/Params");
    const char *given = pdf_file_bytes(in->f, get(in, params, "/CheckSum"), &n);
    if (!given)
        return;
    md5(in->b.data ? in->b.data : "", in->b.len, sum);
    bool same = n == sizeof sum && memcmp(given, sum, n) == 0;
    file->checksum = same ? CHECKSUM_OK : CHECKSUM_BAD;
    if (!same)
        diag_add(in->d, E_ATTACHED_CHECKSUM, in->at, file->name, NULL);
}

static void add_file(struct inspector *in, pdf_ref spec) {
    struct inspected_file file = {0};
    pdf_ref files = get(in, spec, "/EF"), stream = get(in, files, "/F");
    file.name = pdf_file_text(in->f, get(in, spec, "/UF"));
    if (!file.name)
        file.name = pdf_file_text(in->f, get(in, spec, "/F"));
    file.name = file.name ? file.name : "";
    stream = stream ? stream : get(in, files, "/UF");
    file.relation = pdf_file_name(in->f, get(in, spec, "/AFRelationship"));
    file.description = pdf_file_text(in->f, get(in, spec, "/Desc"));
    file.mime = pdf_file_name(in->f, get(in, stream, "/Subtype"));
    check_sum(in, stream, &file);
    vec_push(in->arena, &in->file, file);
}

static void walk_names(struct inspector *in, pdf_ref node, int depth) {
    pdf_ref names = get(in, node, "/Names"), kids = get(in, node, "/Kids");
    for (int i = 1; i < pdf_file_count(in->f, names) && count_object(in, depth); i += 2)
        add_file(in, pdf_file_item(in->f, names, i));
    for (int i = 0; i < pdf_file_count(in->f, kids) && count_object(in, depth); i++)
        walk_names(in, pdf_file_item(in->f, kids, i), depth + 1);
}

/* ---- metadata ---- */

static void read_metadata(struct inspector *in, pdf_ref root) {
    struct pdf_inspection *out = in->out;
    pdf_ref info = get(in, pdf_file_trailer(in->f), "/Info");
    in->b.len = 0;
    if (pdf_file_stream(in->f, get(in, root, "/Metadata"), MAX_XMP, &in->b))
        xmp_read(in->arena, in->b.data ? in->b.data : "", in->b.len, out);
    if (!out->title)
        out->title = pdf_file_text(in->f, get(in, info, "/Title"));
    if (!out->agency)
        out->agency = pdf_file_text(in->f, get(in, info, "/Author"));
}

/* ---- the whole ---- */

static bool open_file(struct inspector *in) {
    static const enum diag_code code[] = {
        [PDF_NO_LIBRARY] = E_INSPECT_LIBRARY,
        [PDF_ENCRYPTED] = E_INSPECT_ENCRYPTED,
        [PDF_DAMAGED] = E_INSPECT_DAMAGED,
    };
    size_t head = in->n < 1024 ? in->n : 1024;
    if (!memmem(in->data, head, "%PDF-", 5)) {
        diag_add(in->d, E_INSPECT_NO_PDF, in->at, NULL);
        return false;
    }
    /* The library does not miss the end of a file that was cut a few bytes short. */
    enum pdf_open state = !memmem(in->data + in->n - head, head, "%%EOF", 5)
                              ? PDF_DAMAGED
                              : pdf_file_open(in->arena, in->data, in->n, &in->f);
    if (state != PDF_OPEN)
        diag_add(in->d, code[state], in->at, NULL);
    return state == PDF_OPEN;
}

static bool inspect(struct inspector *in) {
    struct pdf_inspection *out = in->out;
    if (!open_file(in))
        return false;
    pdf_ref root = pdf_file_root(in->f);
    out->version = pdf_file_version(in->f);
    count_pages(in, get(in, root, "/Pages"), 0);
    read_metadata(in, root);
    read_form(in, root);
    walk_names(in, get(in, get(in, root, "/Names"), "/EmbeddedFiles"), 0);
    out->field = in->field.v;
    out->fields = in->field.n;
    out->signature = in->signature.v;
    out->signatures = in->signature.n;
    out->file = in->file.v;
    out->files = in->file.n;
    if (in->too_much)
        diag_add(in->d, E_INSPECT_TOO_MUCH, in->at, NULL);
    else if (!out->pages)
        diag_add(in->d, E_INSPECT_DAMAGED, in->at, NULL);
    return !in->too_much && out->pages;
}

static void inspector_free(struct inspector *in) {
    pdf_file_close(in->f);
    buf_free(&in->b);
}

bool pdf_inspect(struct arena *a, struct diag *d, const char *file, const char *data,
                 size_t n, struct pdf_inspection *out) {
    /* In the arena: its fields must survive the jump out of an exhausted allocator. */
    struct inspector *in = arena_new_of(a, struct inspector);
    jmp_buf *outer = mem_oom, here;
    *out = (struct pdf_inspection){.size = n};
    in->arena = a;
    in->d = d;
    in->at.file = file;
    in->data = data;
    in->n = n;
    in->out = out;
    if (outer && setjmp(here)) {
        mem_oom = outer;
        inspector_free(in);
        longjmp(*outer, 1);
    }
    if (outer)
        mem_oom = &here;
    bool ok = inspect(in);
    mem_oom = outer;
    inspector_free(in);
    return ok;
}

/* A signature's dictionary cannot hide in a compressed stream: its range counts bytes of the file. */
bool pdf_is_signed(const char *data, size_t n) {
    static const char key[] = "ByteRange";
    const char *end = data + n;
    /* B is rare in a PDF: this passes over 300 KB in some 20 us. */
    for (const char *p = data; (p = memchr(p, 'B', (size_t)(end - p))); p++) {
        const char *q = p + strlen(key);
        if (p == data || p[-1] != '/' || (size_t)(end - p) <= strlen(key) ||
            memcmp(p, key, strlen(key)) != 0)
            continue;
        while (q < end && (*q == ' ' || *q == '\n' || *q == '\r' || *q == '\t'))
            q++;
        if (q < end && *q == '[')
            return true;
    }
    return false;
}
