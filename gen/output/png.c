/* png.c: PNG files through libpng: checked whole, handed on compressed where PDF can read them so */
#include "pdf_inside.h"

#include <png.h>
#include <string.h>

struct reader {
    const char *data;
    size_t n, at;
};

static void read_bytes(png_structp png, png_bytep out, size_t n) {
    struct reader *r = png_get_io_ptr(png);
    if (r->n - r->at < n)
        png_error(png, "short");
    memcpy(out, r->data + r->at, n);
    r->at += n;
}

static void on_error(png_structp png, png_const_charp text) {
    (void)text;
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static uint32_t big_endian(const char *p) {
    const unsigned char *u = (const unsigned char *)p;
    return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

/* The IDAT chunks one after the other: a zlib stream that PDF's predictor 15 understands. The file has
 * been decoded before, so its chunks lie within it. */
static void join_data(const char *data, size_t n, struct buf *out) {
    for (size_t at = 8; at + 12 <= n;) {
        size_t len = big_endian(data + at);
        if (len > n - at - 12)
            return;
        if (memcmp(data + at + 4, "IDAT", 4) == 0)
            buf_add(out, data + at + 8, len);
        at += len + 12;
    }
}

static void take_palette(png_structp png, png_infop info, struct png_picture *out) {
    png_colorp colour;
    png_get_PLTE(png, info, &colour, &out->palette_size);
    for (size_t i = 0; i < (size_t)out->palette_size; i++) {
        out->palette[3 * i] = colour[i].red;
        out->palette[3 * i + 1] = colour[i].green;
        out->palette[3 * i + 2] = colour[i].blue;
    }
}

/* One line of samples; alpha goes to a picture of its own, as PDF wants it. */
static void add_line(struct png_picture *out, const unsigned char *line, bool alpha) {
    size_t colours = (size_t)out->colours;
    if (!alpha) {
        buf_add(&out->pixels, line, (size_t)out->width * colours);
        return;
    }
    for (int x = 0; x < out->width; x++, line += colours + 1) {
        buf_add(&out->pixels, line, colours);
        buf_addc(&out->alpha, (char)line[colours]);
    }
}

/* The seven passes of an interlaced file need all lines at once. */
static void read_interlaced(png_structp png, struct png_picture *out, size_t pitch,
                            bool alpha) {
    size_t height = (size_t)out->height;
    out->line = x_new(height, pitch);
    for (int pass = 0; pass < 7; pass++)
        for (size_t y = 0; y < height; y++)
            png_read_row(png, out->line + y * pitch, NULL);
    for (size_t y = 0; y < height; y++)
        add_line(out, out->line + y * pitch, alpha);
}

static void read_lines(png_structp png, struct png_picture *out, size_t pitch,
                       bool alpha) {
    out->line = x_new(1, pitch);
    for (int y = 0; y < out->height; y++) {
        png_read_row(png, out->line, NULL);
        if (!out->raw)
            add_line(out, out->line, alpha);
    }
}

/* Everything that libpng may break off by a jump. */
static enum png_status read_picture(png_structp png, png_infop info,
                                    const struct reader *r, struct png_picture *out) {
    png_read_info(png, info);
    int type = png_get_color_type(png, info), bits = png_get_bit_depth(png, info);
    uint64_t width = png_get_image_width(png, info),
             height = png_get_image_height(png, info);
    if (width * height > (uint64_t)PNG_MILLION_PIXELS * 1000000)
        return PNG_TOO_BIG;
    bool alpha =
        (type & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS) != 0;
    bool interlaced = png_get_interlace_type(png, info) != PNG_INTERLACE_NONE;
    out->width = (int)width;
    out->height = (int)height;
    out->colours = type == PNG_COLOR_TYPE_RGB ? 3 : 1;
    out->bits = bits;
    out->raw = !alpha && bits <= 8 && !interlaced;
    if (!out->raw) {
        png_set_expand(png);
        png_set_strip_16(png);
        png_set_interlace_handling(png);
        out->colours = type & PNG_COLOR_MASK_COLOR ? 3 : 1;
        out->bits = 8;
    } else if (type == PNG_COLOR_TYPE_PALETTE) {
        take_palette(png, info, out);
    }
    png_read_update_info(png, info);
    size_t pitch = png_get_rowbytes(png, info);
    if (interlaced)
        read_interlaced(png, out, pitch, alpha);
    else
        read_lines(png, out, pitch, alpha);
    png_read_end(png, NULL);
    if (out->raw)
        join_data(r->data, r->n, &out->pixels);
    return PNG_FINE;
}

enum png_status png_decode(const char *data, size_t n, struct png_picture *out) {
    *out = (struct png_picture){0};
    struct reader r = {data, n, 0};
    png_structp png =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    volatile enum png_status status = PNG_DAMAGED;
    if (info && setjmp(png_jmpbuf(png)) == 0) {
        png_set_read_fn(png, &r, read_bytes);
        status = read_picture(png, info, &r, out);
    }
    png_destroy_read_struct(&png, &info, NULL);
    return status;
}

void png_picture_free(struct png_picture *picture) {
    buf_free(&picture->pixels);
    buf_free(&picture->alpha);
    x_free(picture->line);
}
