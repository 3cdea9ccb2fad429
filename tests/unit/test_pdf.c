/* test_pdf.c: page models built by hand, written and read back with qpdf and poppler */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "layout/font_inside.h"
#include "output/pdf_inside.h"
#include "pdf_model.h"

/* ---- letters ---- */

static struct item *add_run(struct model *m, enum face face, int x, int y,
                            const char *text) {
    struct item *item = add_item(m, ITEM_RUN, x, y, 0, 14000);
    item->face = (uint8_t)face;
    item->u.run.text = text;
    item->u.run.len = (uint32_t)strlen(text);
    return item;
}

static void all_letters_print_and_copy(void **state) {
    (void)state;
    struct model m;
    model_init(&m);
    struct buf wanted = {0};
    for (int face = 0; face < FACE_SYMBOL; face++)
        for (int row = 0; row < 6; row++) {
            char line[100] = "", *end = line;
            for (int i = row * 24; i < row * 24 + 24 && i < VIETNAMESE_LETTERS; i++)
                end += utf8_put(end, font_vietnamese()[i]);
            *end = 0;
            add_run(&m, (enum face)face, 85039, 60000 + (face * 6 + row) * 25000,
                    arena_strdup(m.arena, line));
            buf_adds(&wanted, line);
            buf_addc(&wanted, '\n');
        }
    assert_true(save(&m));
    check_valid(&m);
    char *text = tool(&m, "pdftotext -raw", "-");
    assert_non_null(strstr(text, wanted.data));
    char *list = tool(&m, "pdffonts", "");
    assert_non_null(strstr(list, "+LiberationSerif-BoldItalic"));
    assert_non_null(strstr(list, "CID TrueType      Identity-H       yes yes yes"));
    assert_null(strstr(list, " no "));
    buf_free(&wanted);
    model_free(&m);
}

enum { CELL = 40, ACROSS = 14 };

/* The grey picture of page 1 at 72 dpi. */
static const unsigned char *render(struct model *m, int *width, int *height) {
    char *base = arena_printf(m->arena, "%s/page", scratch);
    tool(m, "pdftoppm -gray -r 72 -singlefile", base);
    const char *data;
    size_t n;
    int at = 0, depth = 0;
    char *path = arena_printf(m->arena, "%s.pgm", base);
    assert_int_equal(file_read(m->arena, path, FILE_LIMIT, &data, &n), FILE_OK);
    assert_int_equal(sscanf(data, "P5 %d %d %d%n", width, height, &depth, &at), 3);
    return (const unsigned char *)data + at + 1;
}

/* Bytes of one cell of the letter grid, for comparing. */
static void cut_cell(const unsigned char *picture, int width, int i,
                     unsigned char out[CELL * CELL]) {
    int left = 10 + i % ACROSS * CELL, top = 10 + i / ACROSS * CELL;
    for (int y = 0; y < CELL; y++)
        memcpy(out + y * CELL, picture + (top + y) * width + left, CELL);
}

/* Marks that a broken composite glyph loses make two letters look alike: no two of the 134 letters and
 * the 14 plain ones may. */
static void all_letters_look_different(void **state) {
    (void)state;
    static unsigned char cell[VIETNAMESE_LETTERS + 14][CELL * CELL];
    const int letters = VIETNAMESE_LETTERS + 14;
    for (int face = 0; face < FACE_SYMBOL; face++) {
        struct model m;
        model_init(&m);
        for (int i = 0; i < letters; i++) {
            char *text = arena_alloc(m.arena, 8);
            utf8_put(text,
                     i < 14 ? (uint32_t) "AEIOUYDaeiouyd"[i] : font_vietnamese()[i - 14]);
            add_run(&m, (enum face)face, (10 + i % ACROSS * CELL + 8) * 1000,
                    (10 + i / ACROSS * CELL + 31) * 1000, text)
                ->h = 24000;
        }
        assert_true(save(&m));
        int width, height;
        const unsigned char *picture = render(&m, &width, &height);
        assert_true(height >= 10 + 11 * CELL);
        for (int i = 0; i < letters; i++)
            cut_cell(picture, width, i, cell[i]);
        for (int i = 0; i < letters; i++)
            for (int k = 0; k < i; k++)
                if (memcmp(cell[i], cell[k], sizeof cell[i]) == 0)
                    fail_msg("face %d: letters %d and %d look alike", face, k, i);
        model_free(&m);
    }
}

static void substitutes_copy_as_what_they_show(void **state) {
    (void)state;
    struct model m;
    model_init(&m);
    add_run(&m, FACE_REGULAR, 85039, 60000, "57\u2011NQ/TW");
    add_run(&m, FACE_REGULAR, 85039, 90000, "10\u00A0km (a\\b)");
    add_run(&m, FACE_REGULAR, 85039, 120000, "\uF0B7 một");
    add_run(&m, FACE_SYMBOL, 85039, 150000, "\u2611");
    assert_true(save(&m));
    check_valid(&m);
    assert_string_equal(tool(&m, "pdftotext -raw", "-"),
                        "57-NQ/TW\n10 km (a\\b)\n• một\n☑\n\f");
    model_free(&m);
}

static void extras_are_embedded(void **state) {
    (void)state;
    struct model m;
    uint32_t extra[] = {0xE4, 0x416, 0x42F};
    model_init(&m);
    m.pages.extra[FACE_BOLD] = extra;
    m.pages.extras[FACE_BOLD] = 3;
    add_run(&m, FACE_BOLD, 85039, 60000, "ЖЯ ä Ấn");
    assert_true(save(&m));
    assert_string_equal(tool(&m, "pdftotext -raw", "-"), "ЖЯ ä Ấn\n\f");
    model_free(&m);
}

/* ---- positions ---- */

static double bbox_value(const char *word, const char *name) {
    const char *at = strstr(word, name);
    assert_non_null(at);
    return atof(at + strlen(name) + 2);
}

static void stretched_line_ends_where_wanted(void **state) {
    (void)state;
    struct model m;
    model_init(&m);
    const char *text = "một hai ba bốn năm sáu bảy tám chín mười";
    int width = 0, gap = 1237;
    for (const char *p = text, *end = text + strlen(text); p < end;)
        width += 14 * font_advance(fonts, FACE_REGULAR, utf8_next(&p, end));
    struct item *item = add_run(&m, FACE_REGULAR, 85039, 100000, text);
    item->u.run.gap = gap;
    item->w = width + 9 * gap;
    int32_t right = item->x + item->w;
    assert_true(save(&m));
    char *words = tool(&m, "pdftotext -bbox", "-");
    assert_true(bbox_value(strstr(words, "<word"), "xMin") - 85.039 < 0.01);
    char *last = strstr(words, ">mười");
    while (*last != '<')
        last--;
    double off = bbox_value(last, "xMax") - right / 1000.0;
    assert_true(off < 0.02 && off > -0.02);
    model_free(&m);
}

static void graphics_are_terse(void **state) {
    (void)state;
    struct model m;
    model_init(&m);
    add_item(&m, ITEM_STROKE, 85039, 100000, 100000, 0)->u.stroke_width = 750;
    add_item(&m, ITEM_STROKE, 85039, 100000, 0, 20000)->u.stroke_width = 750;
    struct item *frame = add_item(&m, ITEM_FRAME, 20000, 30000, 40000, 8000);
    frame->u.stroke_width = 1000;
    frame->colour = COLOUR_RED;
    add_item(&m, ITEM_FILL, 10000, 10000, 50000, 14000)->colour = COLOUR_YELLOW;
    struct pdf_content c = {0};
    pdf_content(&c, &m.pages.page[0]);
    static const char wanted[] = "1 .93 .4 rg\n10 817.89 50 14 re\nf\n"
                                 ".75 w\n85.04 741.89 m\n185.04 741.89 l\n"
                                 "85.04 741.89 m\n85.04 721.89 l\nS\n"
                                 "1 0 0 RG\n1 w\n20 803.89 40 8 re\nS\nBT\nET\n";
    assert_int_equal(c.b.len, sizeof wanted - 1);
    assert_memory_equal(c.b.data, wanted, c.b.len);
    buf_free(&c.b);
    assert_true(save(&m));
    check_valid(&m);
    model_free(&m);
}

static void numbers_are_short(void **state) {
    (void)state;
    static const struct {
        int32_t v;
        int decimals;
        const char *text;
    } cases[] = {{0, 2, "0"},
                 {5, 2, ".05"},
                 {-50, 2, "-.5"},
                 {100, 2, "1"},
                 {12340, 2, "123.4"},
                 {-1, 3, "-.001"},
                 {841890, 3, "841.89"},
                 {1200, 0, "1200"},
                 {INT32_MIN, 3, "-2147483.648"},
                 {INT32_MAX, 0, "2147483647"}};
    char out[16];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        *pdf_number(out, cases[i].v, cases[i].decimals) = 0;
        assert_string_equal(out, cases[i].text);
    }
}

/* ---- links, information, pages ---- */

static void links_lead_out_and_in(void **state) {
    (void)state;
    struct model m;
    model_init(&m);
    add_run(&m, FACE_REGULAR, 85039, 100000, "xem");
    add_item(&m, ITEM_LINK, 85039, 90000, 30000, 14000)->u.link =
        "https://vi.wikipedia.org/wiki/Hà_Nội_(thành phố)?a=b&c=\\%20";
    add_item(&m, ITEM_LINK, 85039, 120000, 30000, 14000)->u.link = "#phu-luc-ii";
    add_item(&m, ITEM_LINK, 85039, 150000, 30000, 14000)->u.link = "#khong-co";
    add_page(&m, 841890, 595276);
    m.pages.anchor = &(struct anchor){"phu-luc-ii", 1, 57000};
    m.pages.anchors = 1;
    assert_true(save(&m));
    check_valid(&m);
    assert_true(contains(&m.out,
                         "/URI(https://vi.wikipedia.org/wiki/H%C3%A0_N%E1%BB%99i_%28th%C3"
                         "%A0nh%20ph%E1%BB%91%29?a=b&c=%5C%20)"));
    assert_true(contains(&m.out, "/XYZ null 538.28 null]"));
    assert_true(contains(&m.out, "/Rect[85.04 737.89 115.04 751.89]/F 4"));
    size_t links = 0;
    const char *end = m.out.data + m.out.len;
    for (const char *p = m.out.data; (p = memmem(p, (size_t)(end - p), "/Link/", 6)); p++)
        links++;
    assert_int_equal(links, 2);
    char *info = tool(&m, "pdfinfo -l 2", "");
    assert_non_null(strstr(info, "Page    1 size:  595.276 x 841.89 pts (A4)"));
    assert_non_null(strstr(info, "Page    2 size:  841.89 x 595.276 pts (A4)"));
    model_free(&m);
}

static void information_is_told(void **state) {
    (void)state;
    struct model m;
    model_init(&m);
    assert_true(save(&m));
    char *info = tool(&m, "TZ=Asia/Ho_Chi_Minh pdfinfo -isodates", "");
    assert_non_null(strstr(info, "BÁO CÁO Tình hình (quý I) 😀\n"));
    assert_non_null(strstr(info, "Ủy ban nhân dân xã Dân Tiến\n"));
    assert_non_null(strstr(info, "CreationDate:    2026-06-06T00:00:00+07\n"));
    assert_non_null(strstr(info, "PDF version:     1.7\n"));
    assert_null(strstr(info, "Subject"));
    assert_true(contains(&m.out, "/Lang(vi)"));
    assert_memory_equal(m.out.data, "%PDF-1.7\n", 9);
    m.doc->official.date = (struct date){2026, 0, 0};
    assert_true(save(&m));
    assert_true(contains(&m.out, "(D:20260101000000+07'00')"));
    m.doc->official.date = (struct date){0};
    assert_true(save(&m));
    assert_false(contains(&m.out, "Date("));
    check_valid(&m);
    model_free(&m);
}

static void bytes_repeat_and_id_follows_content(void **state) {
    (void)state;
    struct model m;
    model_init(&m);
    struct item *item = add_run(&m, FACE_REGULAR, 85039, 100000, "12.456 hồ sơ");
    assert_true(save(&m));
    struct buf first = {0};
    buf_add(&first, m.out.data, m.out.len);
    buf_add(&m.out, "%", 1);
    assert_true(save(&m));
    assert_int_equal(first.len, m.out.len);
    assert_memory_equal(first.data, m.out.data, first.len);
    /* Behind other bytes it is the same file. */
    struct buf second = {0};
    buf_adds(&second, "xyz");
    assert_true(pdf_write(m.doc, &m.pages, fonts, m.diag, &(struct pdf_options){0},
                          &second, NULL));
    assert_int_equal(second.len, first.len + 3);
    item->u.run.text = "12.457 hồ sơ";
    assert_true(save(&m));
    const char *id = memmem(first.data, first.len, "/ID[<", 5);
    const char *other = memmem(m.out.data, m.out.len, "/ID[<", 5);
    assert_non_null(id);
    assert_non_null(other);
    assert_memory_not_equal(id, other, 5 + 32);
    assert_memory_equal(id + 5, id + 5 + 32 + 2, 32);
    buf_free(&first);
    buf_free(&second);
    model_free(&m);
}

static void many_pages_are_fine(void **state) {
    (void)state;
    struct model m;
    model_init(&m);
    struct item *items = NULL;
    add_run(&m, FACE_BOLD, 85039, 100000, "Phụ lục");
    items = m.pages.page[0].item;
    struct page *all = arena_array(m.arena, struct page, 3000);
    for (int i = 0; i < 3000; i++)
        all[i] = (struct page){.w = 595276, .h = 841890, .item = items, .n = 1};
    m.pages.page = all;
    m.pages.n = 3000;
    struct pdf_stats stats;
    m.out.len = 0;
    assert_true(pdf_write(m.doc, &m.pages, fonts, m.diag, &(struct pdf_options){0},
                          &m.out, &stats));
    assert_true(stats.content_bytes > 3000 * 30 && stats.content_packed > 3000 * 20);
    assert_non_null(strstr(tool(&m, "pdfinfo", ""), "Pages:           3000\n"));
    check_valid(&m);
    model_free(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_letters_print_and_copy),
        cmocka_unit_test(all_letters_look_different),
        cmocka_unit_test(substitutes_copy_as_what_they_show),
        cmocka_unit_test(extras_are_embedded),
        cmocka_unit_test(stretched_line_ends_where_wanted),
        cmocka_unit_test(graphics_are_terse),
        cmocka_unit_test(numbers_are_short),
        cmocka_unit_test(links_lead_out_and_in),
        cmocka_unit_test(information_is_told),
        cmocka_unit_test(bytes_repeat_and_id_follows_content),
        cmocka_unit_test(many_pages_are_fine),
    };
    return cmocka_run_group_tests(tests, start, finish);
}
