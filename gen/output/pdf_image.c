/* pdf_image.c: pictures as XObjects: JPEG as it is, PNG with its transparency as a mask */
#include "pdf_inside.h"

#include <string.h>

/* ---- JPEG ---- */

struct jpeg {
    int width, height, components;
};

static int big_endian16(const unsigned char *p) {
    return p[0] << 8 | p[1];
}

/* SOF0..SOF2: baseline, extended, progressive; what DCTDecode reads. */
static bool is_frame_header(int marker) {
    return marker >= 0xC0 && marker <= 0xC2;
}

/* Read the headers up to the first scan; false: damaged or of a kind that PDF lacks. */
static bool jpeg_headers(const unsigned char *p, size_t n, struct jpeg *out) {
    *out = (struct jpeg){0};
    if (n < 4 || p[0] != 0xFF || p[1] != 0xD8)
        return false;
    for (size_t at = 2; at + 4 <= n;) {
        int marker = p[at + 1];
        if (p[at] != 0xFF)
            return false;
        if (marker == 0xFF) { /* a filling byte */
            at++;
            continue;
        }
        size_t len = (size_t)big_endian16(p + at + 2);
        if (len < 2 || len > n - at - 2)
            return false;
        if (marker == 0xDA)
            return out->components > 0;
        if (is_frame_header(marker) && len >= 8 && p[at + 4] == 8) {
            out->height = big_endian16(p + at + 5);
            out->width = big_endian16(p + at + 7);
            out->components = p[at + 9];
        }
        at += len + 2;
    }
    return false;
}

static bool write_jpeg(struct pdf *p, int object, const char *data, size_t n,
                       struct buf *b) {
    /* CMYK would want an output intent of its own. */
    static const char *const space[] = {NULL, "DeviceGray", NULL, "DeviceRGB"};
    struct jpeg jpeg;
    if (!jpeg_headers((const unsigned char *)data, n, &jpeg) || jpeg.components > 3 ||
        !space[jpeg.components] || !jpeg.width || !jpeg.height)
        return false;
    buf_printf(b,
               "/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8"
               "/ColorSpace/%s/Filter/DCTDecode",
               jpeg.width, jpeg.height, space[jpeg.components]);
    pdf_entries(p, object, b->data, b->len);
    pdf_stream(p, object, data, n);
    return true;
}

/* ---- PNG ---- */

/* The bytes of a stream, kept in the document's arena until the file is saved. */
static void keep_stream(struct pdf *p, struct arena *a, int object, const struct buf *b) {
    char *own = arena_strndup(a, b->data ? b->data : "", b->len);
    pdf_stream(p, object, own, b->len);
}

static void keep_packed(struct pdf *p, struct arena *a, int object,
                        const struct buf *pixels) {
    struct buf packed = {0};
    zlib_pack(&packed, pixels->data, pixels->len, PACK_CONTENT);
    keep_stream(p, a, object, &packed);
    buf_free(&packed);
}

static bool is_opaque(const struct buf *alpha) {
    for (size_t i = 0; i < alpha->len; i++)
        if ((unsigned char)alpha->data[i] != 0xFF)
            return false;
    return true;
}

static void add_colour_space(struct buf *b, const struct png_picture *png) {
    if (!png->palette_size) {
        buf_adds(b,
                 png->colours == 3 ? "/ColorSpace/DeviceRGB" : "/ColorSpace/DeviceGray");
        return;
    }
    buf_printf(b, "/ColorSpace[/Indexed/DeviceRGB %d<", png->palette_size - 1);
    for (int i = 0; i < png->palette_size * 3; i++)
        buf_printf(b, "%02X", png->palette[i]);
    buf_adds(b, ">]");
}

static int write_mask(struct pdf *p, struct arena *a, const struct png_picture *png) {
    struct buf b = {0};
    int object = pdf_object(p);
    buf_printf(&b,
               "/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8"
               "/ColorSpace/DeviceGray/Filter/FlateDecode",
               png->width, png->height);
    pdf_entries(p, object, b.data, b.len);
    keep_packed(p, a, object, &png->alpha);
    buf_free(&b);
    return object;
}

static void write_png(struct pdf *p, struct arena *a, int object,
                      const struct png_picture *png, struct buf *b) {
    buf_printf(b, "/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d",
               png->width, png->height, png->bits);
    add_colour_space(b, png);
    buf_adds(b, "/Filter/FlateDecode");
    if (png->raw)
        buf_printf(
            b, "/DecodeParms<</Predictor 15/Colors %d/BitsPerComponent %d/Columns %d>>",
            png->colours, png->bits, png->width);
    if (!is_opaque(&png->alpha))
        buf_printf(b, "/SMask %d 0 R", write_mask(p, a, png));
    pdf_entries(p, object, b->data, b->len);
    if (png->raw)
        keep_stream(p, a, object, &png->pixels);
    else
        keep_packed(p, a, object, &png->pixels);
}

/* ---- all pictures ---- */

static bool write_picture(struct pdf *p, struct arena *a, struct diag *d,
                          const struct node *node, int object) {
    struct buf b = {0};
    bool fine = true;
    if (node->u.figure->jpeg) {
        fine = write_jpeg(p, object, node->u.figure->data, node->u.figure->size, &b);
    } else {
        struct png_picture png;
        enum png_status status =
            png_decode(node->u.figure->data, node->u.figure->size, &png);
        fine = status == PNG_FINE;
        if (fine)
            write_png(p, a, object, &png, &b);
        png_picture_free(&png);
        if (status == PNG_TOO_BIG)
            diag_add(d, E_PDF_PICTURE_BIG, node->u.figure->at, node->u.figure->file,
                     diag_fmt(d, "%d", PNG_MILLION_PIXELS), NULL);
        else if (!fine)
            diag_add(d, E_PDF_PICTURE, node->u.figure->at, node->u.figure->file, NULL);
    }
    if (!fine && node->u.figure->jpeg)
        diag_add(d, E_PDF_PICTURE, node->u.figure->at, node->u.figure->file, NULL);
    buf_free(&b);
    return fine;
}

size_t pdf_image_index(const struct pdf_images *images, const struct node *figure) {
    size_t i = 0;
    while (i < images->n && images->v[i].data != figure->u.figure->data)
        i++;
    return i;
}

bool pdf_images(struct pdf *p, struct arena *a, struct diag *d, const struct pages *pages,
                struct pdf_images *out) {
    bool ok = true;
    for (size_t i = 0; i < pages->n; i++)
        for (size_t k = 0; k < pages->page[i].n; k++) {
            const struct item *item = &pages->page[i].item[k];
            if (item->kind != ITEM_IMAGE || pdf_image_index(out, item->u.image) < out->n)
                continue;
            struct pdf_image image = {item->u.image->u.figure->data, pdf_object(p)};
            vec_push(a, out, image);
            ok &= write_picture(p, a, d, item->u.image, image.object);
        }
    return ok;
}
