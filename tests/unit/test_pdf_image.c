/* test_pdf_image.c: pictures in PDF: every kind of PNG, JPEG, and damaged files */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "output/pdf_inside.h"
#include "pdf_model.h"

/* ---- PNG and JPEG files built by hand ---- */

static uint32_t crc32_of(const char *p, size_t n) {
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = 0; i < n; i++) {
        crc ^= (unsigned char)p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

static void add32(struct buf *b, uint32_t v) {
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_addc(b, (char)(v >> shift & 0xFF));
}

static void add_chunk(struct buf *b, const char *type, const void *data, size_t n) {
    add32(b, (uint32_t)n);
    size_t from = b->len;
    buf_adds(b, type);
    buf_add(b, data, n);
    add32(b, crc32_of(b->data + from, b->len - from));
}

struct png_file {
    int width, height, bits, type, interlaced;
    const char *palette, *transparent; /* three and one byte an entry */
    size_t colours;
};

/* Every line holds `pitch` bytes that count up from the line's number. */
static void make_png(struct buf *b, const struct png_file *f, size_t pitch) {
    struct buf lines = {0}, packed = {0}, head = {0};
    for (int y = 0; y < f->height; y++) {
        buf_addc(&lines, 0);
        for (size_t x = 0; x < pitch; x++)
            buf_addc(&lines,
                     (char)(f->type == 3 ? (int)x % (int)f->colours : y * 40 + (int)x));
    }
    zlib_pack(&packed, lines.data, lines.len, 1);
    add32(&head, (uint32_t)f->width);
    add32(&head, (uint32_t)f->height);
    const char rest[5] = {(char)f->bits, (char)f->type, 0, 0, (char)f->interlaced};
    buf_add(&head, rest, 5);
    buf_add(b, "\x89PNG\r\n\x1A\n", 8);
    add_chunk(b, "IHDR", head.data, head.len);
    if (f->palette)
        add_chunk(b, "PLTE", f->palette, f->colours * 3);
    if (f->transparent)
        add_chunk(b, "tRNS", f->transparent, f->colours);
    /* Two parts, as large files have. */
    add_chunk(b, "IDAT", packed.data, 5);
    add_chunk(b, "IDAT", packed.data + 5, packed.len - 5);
    add_chunk(b, "IEND", "", 0);
    buf_free(&lines);
    buf_free(&packed);
    buf_free(&head);
}

static void add_figure(struct model *m, const struct buf *file, bool jpeg) {
    struct node *node = arena_new_of(m->arena, struct node);
    node->u.figure = arena_alloc(m->arena, sizeof *node->u.figure);
    node->u.figure->file = "anh.png";
    node->u.figure->at = (struct origin){"mau.md", 7, 3};
    node->u.figure->data = arena_strndup(m->arena, file->data, file->len);
    node->u.figure->size = file->len;
    node->u.figure->jpeg = jpeg;
    add_item(m, ITEM_IMAGE, 85039, 100000, 100000, 50000)->u.image = node;
}

/* What pdfimages lists for a document with this PNG alone. */
static char *listed(struct model *m, const struct png_file *f, size_t pitch) {
    struct buf file = {0};
    model_init(m);
    make_png(&file, f, pitch);
    add_figure(m, &file, false);
    assert_true(save(m));
    check_valid(m);
    buf_free(&file);
    char *text = tool(m, "pdfimages -list", "");
    assert_null(strstr(text, "rror"));
    return text;
}

/* ---- kinds ---- */

static void plain_png_keeps_its_stream(void **state) {
    (void)state;
    struct model m;
    char *text =
        listed(&m, &(struct png_file){.width = 5, .height = 4, .bits = 8, .type = 2}, 15);
    assert_non_null(strstr(text, "image       5     4  rgb     3   8"));
    assert_true(contains(&m.out, "/DecodeParms<</Predictor 15/Colors 3/BitsPerComponent 8"
                                 "/Columns 5>>"));
    assert_false(contains(&m.out, "/SMask"));
    assert_true(contains(&m.out, "/XObject<</I0 "));
    model_free(&m);
    text =
        listed(&m, &(struct png_file){.width = 16, .height = 2, .bits = 1, .type = 0}, 2);
    assert_non_null(strstr(text, "image      16     2  gray    1   1"));
    model_free(&m);
}

static void palette_png_stays_indexed(void **state) {
    (void)state;
    struct model m;
    struct png_file f = {.width = 6,
                         .height = 2,
                         .bits = 8,
                         .type = 3,
                         .palette = "\x01\x02\x03\xF0\xF1\xF2",
                         .colours = 2};
    char *text = listed(&m, &f, 6);
    assert_non_null(strstr(text, "index   1   8"));
    assert_true(contains(&m.out, "/ColorSpace[/Indexed/DeviceRGB 1<010203F0F1F2>]"));
    model_free(&m);
    f.transparent = "\x00\xFF";
    text = listed(&m, &f, 6);
    assert_non_null(strstr(text, "smask       6     2  gray    1   8"));
    assert_non_null(strstr(text, "image       6     2  rgb     3   8"));
    model_free(&m);
}

static void transparency_becomes_a_mask(void **state) {
    (void)state;
    struct model m;
    char *text =
        listed(&m, &(struct png_file){.width = 5, .height = 4, .bits = 8, .type = 6}, 20);
    assert_non_null(strstr(text, "smask       5     4  gray    1   8"));
    assert_non_null(strstr(text, "image       5     4  rgb     3   8"));
    model_free(&m);
    text = listed(&m, &(struct png_file){.width = 5, .height = 4, .bits = 16, .type = 4},
                  20);
    assert_non_null(strstr(text, "image       5     4  gray    1   8"));
    assert_non_null(strstr(text, "smask"));
    model_free(&m);
    text = listed(&m, &(struct png_file){.width = 3, .height = 4, .bits = 16, .type = 2},
                  18);
    assert_non_null(strstr(text, "image       3     4  rgb     3   8"));
    assert_null(strstr(text, "smask"));
    model_free(&m);
}

static void interlaced_png_is_unfolded(void **state) {
    (void)state;
    struct model m;
    /* One pixel: the first of Adam7's passes is the whole picture. */
    struct png_file f = {.width = 1, .height = 1, .bits = 8, .type = 2, .interlaced = 1};
    char *text = listed(&m, &f, 3);
    assert_non_null(strstr(text, "image       1     1  rgb     3   8"));
    assert_false(contains(&m.out, "/Predictor 15"));
    model_free(&m);
    f.type = 6;
    text = listed(&m, &f, 4);
    assert_non_null(strstr(text, "smask       1     1"));
    model_free(&m);
}

/* The frame header of a JPEG with so many components, and a scan without data. */
static void make_jpeg(struct buf *b, int components) {
    buf_add(b, "\xFF\xD8", 2);
    buf_add(b, "\xFF\xFF\xC0\x00", 4);
    buf_addc(b, (char)(8 + 3 * components));
    buf_add(b, "\x08\x00\x10\x00\x20", 5);
    buf_addc(b, (char)components);
    for (int i = 0; i < components; i++) {
        buf_addc(b, (char)(i + 1));
        buf_add(b, "\x11\x00", 2);
    }
    buf_add(b, "\xFF\xDA\x00\x08\x01\x01\x00\x00\x3F\x00\xFF\xD9", 12);
}

static void jpeg_passes_through(void **state) {
    (void)state;
    /* Four are CMYK, which the output intent does not cover. */
    static const char *const space[] = {NULL, "/DeviceGray", NULL, "/DeviceRGB", NULL};
    for (int components = 1; components <= 4; components++) {
        struct model m;
        struct buf file = {0};
        model_init(&m);
        make_jpeg(&file, components);
        add_figure(&m, &file, true);
        assert_int_equal(save(&m), space[components] != NULL);
        if (space[components]) {
            assert_true(contains(&m.out, space[components]));
            assert_true(contains(&m.out, "/Width 32/Height 16/BitsPerComponent 8"));
            assert_non_null(memmem(m.out.data, m.out.len, file.data, file.len));
        }
        buf_free(&file);
        model_free(&m);
    }
}

static void one_picture_is_written_once(void **state) {
    (void)state;
    struct model m;
    struct buf file = {0};
    model_init(&m);
    make_png(&file, &(struct png_file){.width = 5, .height = 4, .bits = 8, .type = 2},
             15);
    add_figure(&m, &file, false);
    struct item again = m.pages.page[0].item[0];
    add_page(&m, 595276, 841890);
    *add_item(&m, ITEM_IMAGE, 0, 0, 0, 0) = again;
    add_figure(&m, &file, false);
    assert_true(save(&m));
    check_valid(&m);
    assert_true(contains(&m.out, "/I1 "));
    assert_false(contains(&m.out, "/I2 "));
    buf_free(&file);
    model_free(&m);
}

/* ---- damage ---- */

static void damaged_pictures_are_all_told(void **state) {
    (void)state;
    struct model m;
    struct buf file = {0};
    model_init(&m);
    make_png(&file, &(struct png_file){.width = 50, .height = 40, .bits = 8, .type = 2},
             150);
    for (size_t n = 0; n < file.len; n += 1 + n / 4) {
        struct buf cut = {.data = file.data, .len = n};
        struct png_picture picture;
        assert_int_equal(png_decode(cut.data, cut.len, &picture), PNG_DAMAGED);
        png_picture_free(&picture);
    }
    file.data[file.len / 2] ^= 0x55;
    add_figure(&m, &file, false);
    struct buf text = {0};
    buf_adds(&text, "not a picture");
    add_figure(&m, &text, true);
    m.pages.page[0].item[1].u.image->u.figure->at.line = 9;
    assert_false(save(&m));
    assert_int_equal(diag_count(m.diag, SEV_ERROR), 2);
    struct buf said = {0};
    diag_print(m.diag, &said);
    assert_non_null(
        strstr(said.data, "mau.md:7:3: error: the picture “anh.png” is damaged"));
    assert_non_null(strstr(said.data, "mau.md:9:3: error:"));
    buf_free(&said);
    buf_free(&text);
    buf_free(&file);
    model_free(&m);
}

static void cut_jpeg_headers_are_refused(void **state) {
    (void)state;
    struct buf file = {0};
    make_jpeg(&file, 3);
    for (size_t n = 0; n < file.len - 12; n++) {
        struct model m;
        struct buf cut = {.data = file.data, .len = n};
        model_init(&m);
        add_figure(&m, &cut, true);
        assert_false(save(&m));
        model_free(&m);
    }
    buf_free(&file);
}

static void huge_picture_is_refused(void **state) {
    (void)state;
    struct model m;
    struct buf file = {0};
    model_init(&m);
    make_png(&file, &(struct png_file){.width = 5, .height = 4, .bits = 8, .type = 2},
             15);
    memcpy(file.data + 16, "\x00\x01\x00\x00\x00\x01\x00\x00", 8); /* 65,536 x 65,536 */
    uint32_t crc = crc32_of(file.data + 12, 17);
    for (int i = 0; i < 4; i++)
        file.data[29 + i] = (char)(crc >> (24 - 8 * i) & 0xFF);
    add_figure(&m, &file, false);
    assert_false(save(&m));
    struct buf said = {0};
    diag_print(m.diag, &said);
    assert_non_null(strstr(said.data, "too large (more than 100 million pixels)"));
    buf_free(&said);
    buf_free(&file);
    model_free(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_png_keeps_its_stream),
        cmocka_unit_test(palette_png_stays_indexed),
        cmocka_unit_test(transparency_becomes_a_mask),
        cmocka_unit_test(interlaced_png_is_unfolded),
        cmocka_unit_test(jpeg_passes_through),
        cmocka_unit_test(one_picture_is_written_once),
        cmocka_unit_test(damaged_pictures_are_all_told),
        cmocka_unit_test(cut_jpeg_headers_are_refused),
        cmocka_unit_test(huge_picture_is_refused),
    };
    return cmocka_run_group_tests(tests, start, finish);
}
