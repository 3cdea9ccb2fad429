/* test_ladder.c: labels at the start of texts, their rungs, outline levels and lints of numbering */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "doc/pass.h"

/* ---- labels ------------------------------------------------------------------------ */

static const struct {
    const char *text, *label;
    enum rung rung;
} labels[] = {
    {"Phần 1. TÌNH HÌNH", "Phần 1.", RUNG_PHAN},
    {"Phần thứ nhất", "Phần thứ nhất", RUNG_PHAN},
    {"PHẦN THỨ HAI: KẾT QUẢ", "PHẦN THỨ HAI:", RUNG_PHAN},
    {"Phần I TÌNH HÌNH", "Phần I", RUNG_PHAN},
    {"Chương IV", "Chương IV", RUNG_PHAN},
    {"Mục 2. Nội dung", "Mục 2.", RUNG_MUC},
    {"Tiểu mục 1", "Tiểu mục 1", RUNG_MUC},
    {"Điều 12. Hiệu lực", "Điều 12.", RUNG_DIEU},
    {"A. ĐẶC ĐIỂM", "A.", RUNG_ALPHA},
    {"Đ. KHÁC", "Đ.", RUNG_ALPHA},
    {"D. KHÁC", "D.", RUNG_ALPHA},
    {"I. MỤC ĐÍCH", "I.", RUNG_ROMAN},
    {"VIII. NHẬN XÉT", "VIII.", RUNG_ROMAN},
    {"II.1. Kết quả", "II.1.", RUNG_ARABIC},
    {"1. Mục đích", "1.", RUNG_ARABIC},
    {"1.Mục đích", "1.", RUNG_ARABIC},
    {"12/ Kết quả", "12/", RUNG_ARABIC},
    {"8.1. Chỉ đạo", "8.1.", RUNG_ARABIC2},
    {"1.1 Chỉ đạo", "1.1", RUNG_ARABIC2},
    {"8.1.2. Chỉ đạo", "8.1.2.", RUNG_ARABIC3},
    {"1.2.3.4. Sâu", "1.2.3.4.", RUNG_ARABIC3},
    {"a) Tổng kê", "a)", RUNG_LETTER},
    {"đ) Khác", "đ)", RUNG_LETTER},
    {"a. Khác", "a.", RUNG_LETTER},
    {"w) Khác", "w)", RUNG_LETTER},
    {"1) Khác", "1)", RUNG_PAREN},
    {"(1) Số nhiệm vụ", "(1)", RUNG_PAREN},
    {"(ii) Số nhiệm vụ", "(ii)", RUNG_PAREN},
    {"- Sở", "-", RUNG_DASH},
    {"– Sở", "–", RUNG_DASH},
    {"+ Mặt", "+", RUNG_PLUS},
    {"• Mặt", "•", RUNG_DOT},
    {"1.", "1.", RUNG_ARABIC},
    {"-", "-", RUNG_DASH},
};

static void labels_are_found(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        size_t n = label_length(labels[i].text, strlen(labels[i].text));
        if (n != strlen(labels[i].label) ||
            memcmp(labels[i].text, labels[i].label, n) != 0)
            fail_msg("“%s”: label of %zu bytes", labels[i].text, n);
        if (rung_of(labels[i].label) != labels[i].rung)
            fail_msg("“%s”: rung %d", labels[i].label, rung_of(labels[i].label));
    }
}

static void other_texts_have_none(void **state) {
    static const char *const texts[] = {"",
                                        "Phần mềm dùng chung",
                                        "Phần 1 của kế hoạch",
                                        "Điều 5 Luật Tổ chức",
                                        "12.456 hồ sơ",
                                        "1.5 triệu đồng",
                                        "06/6/2026 là hạn",
                                        "100% hộ dân",
                                        "-5 độ",
                                        "A.B. Nguyễn",
                                        "IIII. Sai",
                                        "(Có Phụ lục I kèm theo)",
                                        "ab) hai chữ",
                                        "2025.12 là",
                                        "Mục đích chung",
                                        "v.v.",
                                        "()",
                                        "(",
                                        "1",
                                        "12345. quá dài",
                                        "Phần thứ",
                                        "a",
                                        "+84 208",
                                        "CDS. là viết tắt"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (label_length(texts[i], strlen(texts[i])) != 0)
            fail_msg("“%s” got a label", texts[i]);
}

static void label_never_reads_past_its_end(void **state) {
    static const char *const texts[] = {"Phần thứ nhất.", "1.1.1. x", "(12) y", "đ) z",
                                        "II.1. q"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t n = 0; n <= strlen(texts[i]); n++) {
            char *exact = test_malloc(n ? n : 1);
            memcpy(exact, texts[i], n);
            assert_true(label_length(exact, n) <= n);
            test_free(exact);
        }
}

static void roman_numerals_are_canonical(void **state) {
    (void)state;
    assert_int_equal(roman_value("XLIX", 4), 49);
    assert_int_equal(roman_value("MMMCMXCIX", 9), 3999);
    assert_int_equal(roman_value("VV", 2), 0);
    assert_int_equal(roman_value("IC", 2), 0);
    assert_int_equal(roman_value("", 0), 0);
}

/* ---- levels ------------------------------------------------------------------------- */

struct bench {
    struct arena *a;
    struct diag *d;
    struct doc *doc;
};

static int open_bench(void **state) {
    static struct bench b;
    b.a = arena_new();
    b.d = diag_new(LANG_EN);
    b.doc = doc_new(b.a);
    *state = &b;
    return 0;
}

static int close_bench(void **state) {
    struct bench *b = *state;
    diag_free(b->d);
    arena_free(b->a);
    return 0;
}

static struct node *add(struct bench *b, enum node_kind k, const char *line) {
    static int number;
    struct origin at = {"mau.md", ++number, 1};
    struct node *n = node_new(b->doc, k, b->doc->root, at);
    size_t len = label_length(line, strlen(line));
    if (len)
        n->label = arena_strndup(b->a, line, len);
    line += len + strspn(line + len, " ");
    if (*line)
        n->spans = span_new(b->a, SPAN_TEXT, line, strlen(line));
    return n;
}

static int level_after(struct bench *b, const struct node *n) {
    assert_true(doc_normalise(b->doc, b->d));
    return n->level;
}

static void levels_follow_labels_without_gaps(void **state) {
    static const struct {
        const char *line;
        int level;
    } lines[] = {{"Phần 1. TÌNH HÌNH", 1}, {"I. KẾT QUẢ", 2},
                 {"1. Chỉ đạo", 3},        {"1.1. Nổi bật", 4},
                 {"1.2. Chuyển biến", 4},  {"2. Nhiệm vụ", 3},
                 {"II. THỂ CHẾ", 2},       {"a) Ban hành", 3},
                 {"Phần 2. ĐỘT PHÁ", 1},   {"1. Mô hình", 2}};
    struct bench *b = *state;
    struct node *n[sizeof lines / sizeof *lines];
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        n[i] = add(b, NODE_HEADING, lines[i].line);
    assert_true(doc_normalise(b->doc, b->d));
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (n[i]->level != lines[i].level)
            fail_msg("%s: level %d", lines[i].line, n[i]->level);
    assert_int_equal(diag_count(b->d, SEV_WARNING), 0);
    assert_true(n[0]->centred);
    assert_false(n[1]->centred);
    assert_true(n[0]->keep_next);
    assert_false(n[9]->keep_next); /* nothing follows */
}

static void report_may_begin_at_one(void **state) {
    struct bench *b = *state;
    struct node *one = add(b, NODE_HEADING, "1. Chỉ đạo");
    struct node *letter = add(b, NODE_HEADING, "a) Tổng kê");
    assert_int_equal(level_after(b, letter), 2);
    assert_int_equal(one->level, 1);
}

static void run_in_title_continues_its_headings(void **state) {
    struct bench *b = *state;
    add(b, NODE_HEADING, "1. Chỉ đạo");
    add(b, NODE_HEADING, "a) Tổng kê");
    add(b, NODE_PARA, "- Năm 2025");
    struct node *run = add(b, NODE_PARA, "b) Hoạt động: đã tuyên truyền");
    add(b, NODE_HEADING, "2. Nhận thức");
    struct node *item = add(b, NODE_PARA, "1. một khoản");
    add(b, NODE_PARA, "2. hai khoản");
    struct node *third = add(b, NODE_PARA, "3. ba khoản");
    assert_true(doc_normalise(b->doc, b->d));
    assert_int_equal(run->level, 2);
    assert_true(run->run_in);
    assert_int_equal(item->level, 0);
    assert_int_equal(third->level, 0); /* a list under "2.", not the heading "3." */
    assert_int_equal(diag_count(b->d, SEV_WARNING), 0);
}

static void bold_start_is_a_title(void **state) {
    struct bench *b = *state;
    struct node *n = add(b, NODE_PARA, "1. Vấn đề:");
    n->spans->style = SPAN_BOLD;
    n->spans->next = span_new(b->a, SPAN_TEXT, " còn hạn chế", strlen(" còn hạn chế"));
    struct node *all = add(b, NODE_PARA, "2. Tất cả");
    all->spans->style = SPAN_BOLD;
    assert_true(doc_normalise(b->doc, b->d));
    assert_true(n->run_in);
    assert_false(all->run_in);
}

static void title_of_a_part_joins_it(void **state) {
    struct bench *b = *state;
    struct node *part = add(b, NODE_HEADING, "Phần I");
    add(b, NODE_HEADING, "TÌNH HÌNH");
    struct node *next = add(b, NODE_HEADING, "I. KẾT QUẢ");
    assert_true(doc_normalise(b->doc, b->d));
    assert_ptr_equal(part->next, next);
    assert_int_equal(part->spans->kind, SPAN_BREAK);
    assert_string_equal(spans_text(b->a, part->spans), " TÌNH HÌNH");
    assert_int_equal(next->level, 2);
}

static void capital_i_goes_on_behind_h(void **state) {
    static const char *const lines[] = {"A. X", "B. X", "C. X", "D. X",
                                        "Đ. X", "E. X", "G. X", "H. X"};
    struct bench *b = *state;
    for (size_t i = 0; i < 8; i++)
        add(b, NODE_HEADING, lines[i]);
    struct node *n = add(b, NODE_HEADING, "I. Chín");
    assert_int_equal(level_after(b, n), 1);
    assert_int_equal(n->rung, RUNG_ALPHA);
    assert_int_equal(diag_count(b->d, SEV_WARNING), 0);
}

static void unlabelled_headings_take_their_marks(void **state) {
    struct bench *b = *state;
    struct node *top = add(b, NODE_HEADING, "MỞ ĐẦU");
    top->level = 3; /* '###' at the start: no gap above it */
    struct node *one = add(b, NODE_HEADING, "1. Chỉ đạo");
    struct node *deep = add(b, NODE_HEADING, "Ghi chú");
    deep->level = 6;
    assert_int_equal(level_after(b, deep), 3);
    assert_int_equal(top->level, 1);
    assert_int_equal(one->level, 2);
}

/* The codes of the warnings, in the order of their places. */
static void warnings_are(struct bench *b, size_t n, const enum diag_code *code,
                         const char *const *needle) {
    size_t got = 0;
    const struct diag_msg *const *m = diag_sorted(b->d, &got);
    for (size_t i = 0; i < got && i < n; i++)
        if (m[i]->code != code[i] || !strstr(m[i]->text, needle[i]))
            fail_msg("message %zu: %s", i, m[i]->text);
    assert_int_equal(got, n);
}

static void numbering_is_linted(void **state) {
    static const enum diag_code codes[] = {W_LABEL_ORDER,  W_LABEL_TWICE, W_LABEL_DOT,
                                           W_LABEL_LETTER, W_LABEL_ORDER, W_LABEL_EMPTY};
    static const char *const needles[] = {"“III.” stands in the place of “II.”",
                                          "“1.” is used twice; make it “2.”",
                                          "write “a)”",
                                          "“f)”",
                                          "“e)” stands in the place of “đ)”",
                                          "“-” has no text"};
    struct bench *b = *state;
    add(b, NODE_HEADING, "I. MỘT");
    add(b, NODE_HEADING, "III. BA");
    add(b, NODE_HEADING, "1. Một");
    add(b, NODE_HEADING, "1. Một nữa");
    add(b, NODE_PARA, "a. Chấm");
    add(b, NODE_PARA, "f) Chữ lạ");
    add(b, NODE_PARA, "d) Bốn");
    add(b, NODE_PARA, "e) Năm, thiếu đ");
    add(b, NODE_PARA, "-");
    assert_true(doc_normalise(b->doc, b->d));
    warnings_are(b, 6, codes, needles);
}

static void numbers_may_run_on_over_parts(void **state) {
    struct bench *b = *state;
    add(b, NODE_HEADING, "Chương I");
    add(b, NODE_HEADING, "Điều 1. Một");
    add(b, NODE_HEADING, "Điều 2. Hai");
    add(b, NODE_HEADING, "Chương II");
    add(b, NODE_HEADING, "Điều 3. Ba");
    assert_true(doc_normalise(b->doc, b->d));
    assert_int_equal(diag_count(b->d, SEV_WARNING), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_found),
        cmocka_unit_test(other_texts_have_none),
        cmocka_unit_test(label_never_reads_past_its_end),
        cmocka_unit_test(roman_numerals_are_canonical),
#define ON_BENCH(f) cmocka_unit_test_setup_teardown(f, open_bench, close_bench)
        ON_BENCH(levels_follow_labels_without_gaps),
        ON_BENCH(report_may_begin_at_one),
        ON_BENCH(run_in_title_continues_its_headings),
        ON_BENCH(bold_start_is_a_title),
        ON_BENCH(title_of_a_part_joins_it),
        ON_BENCH(capital_i_goes_on_behind_h),
        ON_BENCH(unlabelled_headings_take_their_marks),
        ON_BENCH(numbering_is_linted),
        ON_BENCH(numbers_may_run_on_over_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
