/* pdf_attach.c: embedded files of a PDF/A-3, each with its relation to the document */
#include "pdf_meta.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *x, const void *y) {
    const struct pdf_attachment *const *a = x, *const *b = y;
    return strcmp((*a)->name, (*b)->name);
}

/* A MIME type as a name: "text#2Fcsv". */
static void add_mime(struct buf *b, const char *mime) {
    buf_adds(b, "/Subtype/");
    for (; *mime; mime++)
        if ((*mime >= 'a' && *mime <= 'z') || (*mime >= '0' && *mime <= '9') ||
            strchr(".-+", *mime))
            buf_addc(b, *mime);
        else
            buf_printf(b, "#%02X", (unsigned char)*mime);
}

static int write_data(struct pdf *p, struct arena *a, const struct pdf_attachment *f,
                      const char *date) {
    struct buf b = {0}, packed = {0};
    unsigned char sum[16];
    int object = pdf_object(p);
    md5(f->data, f->size, sum);
    buf_adds(&b, "/Type/EmbeddedFile/Filter/FlateDecode");
    add_mime(&b, f->mime);
    buf_printf(&b, "/Params<</Size %zu/CheckSum<", f->size);
    for (int i = 0; i < 16; i++)
        buf_printf(&b, "%02X", sum[i]);
    buf_addc(&b, '>');
    if (date)
        buf_printf(&b, "/ModDate(%s)", date);
    buf_adds(&b, ">>");
    pdf_entries(p, object, b.data, b.len);
    zlib_pack(&packed, f->data, f->size, PACK_ONCE);
    pdf_stream(p, object, arena_strndup(a, packed.data, packed.len), packed.len);
    buf_free(&packed);
    buf_free(&b);
    return object;
}

static int write_spec(struct pdf *p, const struct pdf_attachment *f, int data) {
    struct buf b = {0};
    int object = pdf_object(p);
    buf_adds(&b, "/Type/Filespec/F");
    pdf_add_text(&b, f->name);
    buf_adds(&b, "/UF");
    pdf_add_text(&b, f->name);
    buf_adds(&b, "/Desc");
    pdf_add_text(&b, f->description);
    buf_printf(&b, "/AFRelationship/%s/EF<</F %d 0 R/UF %d 0 R>>", f->relation, data,
               data);
    pdf_entries(p, object, b.data, b.len);
    buf_free(&b);
    return object;
}

void pdf_attach(struct pdf *p, struct arena *a, const struct pdf_options *o,
                const char *date, struct buf *catalog) {
    const struct pdf_attachment **file =
        arena_array(a, const struct pdf_attachment *, o->attachments);
    int *spec = arena_array(a, int, o->attachments);
    if (!o->attachments)
        return;
    for (size_t i = 0; i < o->attachments; i++)
        file[i] = &o->attachment[i];
    qsort(file, o->attachments, sizeof *file, by_name); /* a name tree is sorted */
    buf_adds(catalog, "/Names<</EmbeddedFiles<</Names[");
    for (size_t i = 0; i < o->attachments; i++) {
        spec[i] = write_spec(p, file[i], write_data(p, a, file[i], date));
        pdf_add_text(catalog, file[i]->name);
        buf_printf(catalog, "%d 0 R", spec[i]);
    }
    buf_adds(catalog, "]>>>>/AF[");
    for (size_t i = 0; i < o->attachments; i++)
        buf_printf(catalog, "%s%d 0 R", i ? " " : "", spec[i]);
    buf_addc(catalog, ']');
}
