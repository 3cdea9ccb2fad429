/* test_outline.c: outlines, page labels and the words of links, read back from small documents */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "output/pdf_inside.h"
#include "pdf_model.h"

static struct anchor anchors[64];

static void begin(struct model *m) {
    model_init(m);
    m->doc->root = node_new(m->doc, NODE_DOC, NULL, (struct origin){0});
    m->pages.anchor = anchors;
    m->pages.anchors = 0;
}

static struct node *add_heading(struct model *m, struct node *parent, int level,
                                const char *label, const char *text, const char *name,
                                int page) {
    struct node *n = node_new(m->doc, NODE_HEADING, parent, (struct origin){0});
    n->level = (uint8_t)level;
    n->label = label;
    n->spans = span_new(m->arena, SPAN_TEXT, text, strlen(text));
    n->anchor = name;
    if (page >= 0)
        anchors[m->pages.anchors++] = (struct anchor){name, page, 100000};
    return n;
}

static struct node *add_appendix(struct model *m, const char *number, const char *title,
                                 const char *name, int page) {
    struct node *n = node_new(m->doc, NODE_APPENDIX, m->doc->root, (struct origin){0});
    n->u.appendix = arena_new_of(m->arena, struct appendix);
    n->u.appendix->number = number;
    n->u.appendix->title = span_new(m->arena, SPAN_TEXT, title, strlen(title));
    n->anchor = name;
    if (page >= 0)
        anchors[m->pages.anchors++] = (struct anchor){name, page, 60000};
    return n;
}

static void number_pages(struct model *m, const int *number, const int *section) {
    for (size_t i = 0; i < m->pages.n; i++) {
        m->pages.page[i].number = number[i];
        m->pages.page[i].section = section[i];
    }
}

/* ---- outlines ---- */

static void headings_nest(void **state) {
    (void)state;
    struct model m;
    begin(&m);
    struct node *root = m.doc->root;
    add_heading(&m, root, 1, "I.", "KẾT QUẢ", "ket-qua", 0);
    add_heading(&m, root, 2, "1.", "Hồ sơ (trực tuyến)", "ho-so", 0);
    add_heading(&m, root, 3, "1.1.", "Cấp xã", "cap-xa", 0);
    add_heading(&m, root, 3, "1.2.", "Cấp tỉnh", "cap-tinh", 0);
    add_heading(&m, root, 2, NULL, "Không nhãn", "khong-nhan", 0);
    add_heading(&m, root, 1, "II.", "PHƯƠNG HƯỚNG", "phuong-huong", 0);
    add_page(&m, 841890, 595276);
    struct node *appendix = add_appendix(&m, "I", "BẢNG TỔNG HỢP", "phu-luc-i", 1);
    add_heading(&m, appendix, 1, "A.", "Phần đầu", "phan-dau", 1);
    assert_true(save(&m));
    check_valid(&m);
    char *text = tool(&m, "mutool show", "outline");
    static const char *const wanted[] = {"-\t\"I. KẾT QUẢ\"",
                                         "+\t\t\"1. Hồ sơ (trực tuyến)\"",
                                         "|\t\t\t\"1.1. Cấp xã\"",
                                         "|\t\t\t\"1.2. Cấp tỉnh\"",
                                         "|\t\t\"Không nhãn\"",
                                         "|\t\"II. PHƯƠNG HƯỚNG\"",
                                         "-\t\"Phụ lục I. BẢNG TỔNG HỢP\"",
                                         "|\t\t\"A. Phần đầu\""};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_memory_equal(text, wanted[i], strlen(wanted[i]));
        text = strchr(text, '\n') + 1;
    }
    assert_string_equal(text, "");
    /* 3 entries on top, 2 and 1 below the open ones; the closed one has 2. */
    assert_true(contains(&m.out, "/Type/Outlines/First "));
    assert_true(contains(&m.out, "/Count 6"));
    assert_true(contains(&m.out, "/Count -2"));
    assert_true(contains(&m.out, "/XYZ null 741.89 null]"));
    assert_true(contains(&m.out, "/XYZ null 535.28 null]"));
    model_free(&m);
}

static void no_headings_no_outline(void **state) {
    (void)state;
    struct model m;
    begin(&m);
    assert_true(save(&m));
    check_valid(&m);
    assert_false(contains(&m.out, "/Outlines"));
    model_free(&m);
}

static void what_is_on_no_page_is_left_out(void **state) {
    (void)state;
    struct model m;
    begin(&m);
    add_heading(&m, m.doc->root, 1, "I.", "KHÔNG CÓ", "khong-co", -1);
    add_heading(&m, m.doc->root, 2, "1.", "CÓ", "co", 0);
    add_heading(&m, m.doc->root, 2, "2.", "***", NULL, -1);
    add_appendix(&m, "II", "Ở TỆP KHÁC", "phu-luc-ii", -1);
    assert_true(save(&m));
    check_valid(&m);
    char *text = tool(&m, "mutool show", "outline");
    assert_memory_equal(text, "|\t\"1. CÓ\"", strlen("|\t\"1. CÓ\""));
    assert_non_null(strstr(text, "|\t\"2. ***\""));
    assert_null(strstr(text, "KHÔNG"));
    assert_null(strstr(text, "II"));
    model_free(&m);
}

/* A level that jumps does not leave a hole, and depth alone decides what is closed. */
static void gaps_of_levels_close(void **state) {
    (void)state;
    struct model m;
    begin(&m);
    add_heading(&m, m.doc->root, 1, NULL, "một", "a", 0);
    add_heading(&m, m.doc->root, 4, NULL, "bốn", "b", 0);
    add_heading(&m, m.doc->root, 5, NULL, "năm", "c", 0);
    add_heading(&m, m.doc->root, 2, NULL, "hai", "d", 0);
    assert_true(save(&m));
    check_valid(&m);
    char *text = tool(&m, "mutool show", "outline");
    assert_non_null(strstr(text, "-\t\"một\""));
    assert_non_null(strstr(text, "+\t\t\"bốn\""));
    assert_non_null(strstr(text, "|\t\t\t\"năm\""));
    assert_non_null(strstr(text, "|\t\t\"hai\""));
    model_free(&m);
}

/* ---- page labels ---- */

static char *labels(struct model *m) {
    struct buf b = {0};
    pdf_page_labels(m->doc, &m->pages, &b);
    char *text = arena_strndup(m->arena, b.data, b.len);
    for (char *p = text; p < text + b.len; p++)
        if (!*p || (unsigned char)*p > '~') /* UTF-16 of ASCII */
            *p = '~';
    buf_free(&b);
    return text;
}

static void appendices_count_their_own_pages(void **state) {
    (void)state;
    struct model m;
    begin(&m);
    add_appendix(&m, "I", "A", "phu-luc-i", -1);
    add_appendix(&m, "II", "B", "phu-luc-ii", -1);
    for (int i = 0; i < 4; i++)
        add_page(&m, 595276, 841890);
    number_pages(&m, (int[]){1, 2, 1, 2, 1}, (int[]){0, 0, 1, 1, 2});
    assert_string_equal(labels(&m), "/PageLabels<</Nums[0<</S/D>> "
                                    "2<</S/D/P(~~~P~L~ ~I~-)>> "
                                    "4<</S/D/P(~~~P~L~ ~I~I~-)>>]>>");
    /* The second one runs on below the first: its pages count on. */
    number_pages(&m, (int[]){1, 2, 1, 2, 3}, (int[]){0, 0, 1, 1, 2});
    assert_string_equal(labels(&m), "/PageLabels<</Nums[0<</S/D>> "
                                    "2<</S/D/P(~~~P~L~ ~I~-)>>]>>");
    assert_true(save(&m));
    check_valid(&m);
    model_free(&m);
}

static void a_single_appendix_has_no_number(void **state) {
    (void)state;
    struct model m;
    begin(&m);
    add_appendix(&m, NULL, "A", "phu-luc", -1);
    add_page(&m, 595276, 841890);
    number_pages(&m, (int[]){1, 1}, (int[]){0, 1});
    assert_string_equal(labels(&m),
                        "/PageLabels<</Nums[0<</S/D>> 1<</S/D/P(~~~P~L~-)>>]>>");
    number_pages(&m, (int[]){3, 1}, (int[]){7, 0});
    assert_string_equal(labels(&m), "/PageLabels<</Nums[0<</S/D/St 3>> 1<</S/D>>]>>");
    model_free(&m);
}

/* ---- links ---- */

static void expect_words(struct model *m, const struct pdf_places *p, const char *link,
                         const char *words) {
    struct buf got = {0}, wanted = {0};
    pdf_add_link_text(&got, m->arena, p, link);
    buf_adds(&wanted, "/Contents");
    pdf_add_text(&wanted, words);
    assert_int_equal(got.len, wanted.len);
    assert_memory_equal(got.data, wanted.data, got.len);
    buf_free(&got);
    buf_free(&wanted);
}

static void links_say_where_they_lead(void **state) {
    (void)state;
    struct model m;
    struct pdf_places p;
    begin(&m);
    add_heading(&m, m.doc->root, 1, "II.", "PHƯƠNG HƯỚNG", "phuong-huong", 0);
    add_appendix(&m, "IV", "BẢNG", "phu-luc-iv", 0);
    pdf_places(&p, m.arena, m.doc, &m.pages);
    expect_words(&m, &p, "#phuong-huong", "Đến II. PHƯƠNG HƯỚNG");
    expect_words(&m, &p, "#phu-luc-iv", "Đến Phụ lục IV. BẢNG");
    expect_words(&m, &p, "#khac", "Đến khac");
    expect_words(&m, &p, "mailto:vt@xa.vn", "Gửi thư đến vt@xa.vn");
    expect_words(&m, &p, "https://xã.vn/(a)", "Mở trang https://xã.vn/(a)");
    assert_non_null(pdf_place_named(&p, "phu-luc-iv"));
    assert_null(pdf_place_named(&p, "phu-luc"));
    model_free(&m);
}

static void texts_survive_escapes(void **state) {
    (void)state;
    /* Bytes of UTF-16 that a literal string must escape: ( ) \ CR, low and high. */
    struct buf b = {0};
    pdf_add_text(&b, "(\\)\rĨ\u0D41\u2829\u5C29");
    static const char wanted[] =
        "(\xFE\xFF\0\\(\0\\\\\0\\)\0\\r\x01\\(\\r\x41\\(\\)\\\\\\))";
    assert_int_equal(b.len, sizeof wanted - 1);
    assert_memory_equal(b.data, wanted, b.len);
    buf_free(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headings_nest),
        cmocka_unit_test(no_headings_no_outline),
        cmocka_unit_test(what_is_on_no_page_is_left_out),
        cmocka_unit_test(gaps_of_levels_close),
        cmocka_unit_test(appendices_count_their_own_pages),
        cmocka_unit_test(a_single_appendix_has_no_number),
        cmocka_unit_test(links_say_where_they_lead),
        cmocka_unit_test(texts_survive_escapes),
    };
    return cmocka_run_group_tests(tests, start, finish);
}
