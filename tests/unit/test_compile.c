/* test_compile.c: Markdown with tags, compiled and run: labels, sections, links, notes, errors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "merge_bench.h"

static const char facts[] = "ten: Dân Tiến\n"
                            "rong:\n"
                            "hai: \"một\\nhai\"\n"
                            "dau: \"**sao** {{ten}} <b> [x](y) # 1\"\n"
                            "xom: [Đồng Chuối, Ba Nhất]\n"
                            "khong: []\n"
                            "muc:\n"
                            "  - {ten: A, so: 5}\n"
                            "  - {ten: B, so: 12, ghi_chu: có}\n"
                            "nhom: {tong: 7, con: {sau: x}}\n"
                            "url: https://a.vn/x\n";

/* Labels stay as they are written, whatever cmark makes of lists. */
static void test_labels(void **state) {
    (void)state;
    assert_tree(facts, "3. ba\n5. năm\n9. chín\n", "3.|ba\n5.|năm\n9.|chín\n");
    assert_tree(facts, "- gạch\n  + cộng\n  + cộng hai\n- gạch nữa\n",
                "-|gạch\n+|cộng\n+|cộng hai\n-|gạch nữa\n");
    assert_tree(facts, "a) x\nb) y\nđ) z\n", "a)|x\nb)|y\nđ)|z\n");
    assert_tree(facts, "# Phần 1. TÌNH HÌNH\n\n## I. KẾT QUẢ\n\n### 8.1. Hạ tầng\n",
                "#1 Phần 1.|TÌNH HÌNH\n#2 I.|KẾT QUẢ\n#3 8.1.|Hạ tầng\n");
    assert_tree(facts, "1. một\n\n   tiếp\n\n10) mười\n", "1.|một\n|tiếp\n10)|mười\n");
    assert_tree(facts, "- 1. lồng\n-\n- - - sâu\n", "-|1. lồng\n-|\n-|- - sâu\n");
    assert_tree(facts, "    thụt bốn\n\n        thụt tám\n", "|thụt bốn\n|thụt tám\n");
    assert_tree(facts, "**1.** đậm\n", "1.|đậm\n");
}

/* A label may come from a section's text, not from a value alone. */
static void test_labels_of_values(void **state) {
    (void)state;
    assert_tree("n: 2\nt: 1. x\n", "# Phần {{n}}. TÊN\n\n{{t}}\n",
                "#1 Phần 2.|TÊN\n|1. x\n");
    assert_tree("t: 1. x\n", "# {{t}}\n", "#1 1.|x\n");
}

static void test_styles(void **state) {
    (void)state;
    assert_tree(facts, "**đậm {{ten}}** *nghiêng* `mã` ***cả hai***\n",
                "|<b>đậm </><b>Dân Tiến</> <i>nghiêng</> <c>mã</> <b><i>cả hai</>\n");
    assert_tree(facts, "dòng một\\\ndòng hai\nvẫn hai\n", "|dòng một⏎dòng hai vẫn hai\n");
    assert_tree(facts, "a &amp; b &lt;c&gt; \\*\n", "|a & b <c> *\n");
    assert_tree(facts, "> trích\n\n***\n", "> |trích\nrule\n");
}

/* A value is never markup. */
static void test_values(void **state) {
    (void)state;
    assert_tree(facts, "Xã {{ten}}; {{dau}}.\n",
                "|Xã Dân Tiến; **sao** {{ten}} <b> [x](y) # 1.\n");
    assert_tree(facts, "{{hai}}\n", "|một⏎hai\n");
    assert_tree(facts, "{{xom}} {{nhom.con.sau}}\n", "|Đồng Chuối, Ba Nhất x\n");
    assert_tree(facts, "{{ten | hoa}} {{ten | thuong}}\n", "|DÂN TIẾN dân Tiến\n");
    assert_tree(facts, "\\{{ten}} {{! không in }}.\n", "|{{ten}} .\n");
}

static void test_sections(void **state) {
    (void)state;
    assert_tree(facts, "{{#muc}}\n- {{ten}}: {{so}}\n{{/muc}}\n", "-|A: 5\n-|B: 12\n");
    assert_tree(facts, "{{#xom}}{{.}}; {{/xom}}hết\n", "|Đồng Chuối; Ba Nhất; hết\n");
    assert_tree(facts, "{{^khong}}không có{{/khong}}{{#khong}}x{{/khong}}\n",
                "|không có\n");
    assert_tree(facts, "{{#muc}}{{#ghi_chu}}{{ten}} {{.}}{{/ghi_chu}}{{/muc}}\n",
                "|B có\n");
    assert_tree(facts, "{{#nhom}}{{tong}} {{con.sau}} {{url}}{{/nhom}}\n",
                "|7 x https://a.vn/x\n");
}

static void test_section_paragraphs(void **state) {
    (void)state;
    /* what is left empty by its tags falls away */
    assert_tree(facts, "{{#khong}}x{{/khong}}\n\n- {{#khong}}x{{/khong}}\n\nsau\n",
                "|sau\n");
    assert_tree(facts, "{{#nhom}}\n{{#muc}}\n\n{{tong}}{{ten}}\n{{/muc}}\n{{/nhom}}\n",
                "|7A\n|7B\n");
}

static void test_links(void **state) {
    (void)state;
    assert_tree(facts, "[Phụ lục II](#phu-luc-ii) <https://b.vn> www.c.vn a@d.vn\n",
                "|Phụ lục II→#phu-luc-ii← https://b.vn→https://b.vn← "
                "www.c.vn→http://www.c.vn← a@d.vn→mailto:a@d.vn←\n");
    assert_tree(facts, "[xem {{ten}}]({{url}}/{{nhom.con.sau}})\n",
                "|xem →https://a.vn/x/x←Dân Tiến→https://a.vn/x/x←\n");
}

static void test_notes(void **state) {
    (void)state;
    assert_tree(facts, "a[^2] b[^1] c[^2]\n\n[^1]: một\n[^2]: hai *x*\n\n    tiếp\n",
                "|a[^1] b[^2] c[^1]\n[^1] hai <i>x</>⏎tiếp\n[^2] một\n");
    /* a note with tags is another one in every round */
    assert_tree(facts, "{{#muc}}x[^1]{{/muc}}\n\n[^1]: về {{ten}}\n",
                "|x[^1]x[^2]\n[^1] về A\n[^2] về B\n");
}

static void test_pictures(void **state) {
    (void)state;
    assert_tree(facts,
                "![Trụ sở {{ten}}](anh/{{nhom.con.sau}}.png)\n\n![alt](b.jpg \"Tên\")\n",
                "figure /nonexistent/anh/x.png (Trụ sở Dân Tiến) Trụ sở Dân Tiến\n"
                "figure /nonexistent/b.jpg (alt) Tên\n");
}

static void test_pipes(void **state) {
    (void)state;
    assert_tree(facts, "| A | B |\n|---|--:|\n| *x* | 1 |\n| thiếu |\n",
                "H A | B\nD <i>x</> | 1\nD thiếu | \n");
    assert_tree(facts,
                "| Tên | Số |\n|:-:|---|\n{{#muc}}\n| {{ten}} | {{so | dem}} "
                "|\n{{/muc}}\n| hết | |\n",
                "H Tên | Số\nD A | 05\nD B | 12\nD hết | \n");
    struct bench b =
        bench_merge(facts, "| A | B |\n|:-:|--:|\n| {{nhom.tong}} | x{{ten}} |\n", false);
    const struct table *t = b.doc->root->first->u.table;
    assert_non_null(t->row[1].cell[0].value);
    assert_null(t->row[1].cell[1].value);
    assert_int_equal(t->row[1].cell[0].align, ALIGN_CENTER);
    assert_int_equal(t->row[0].cell[1].align, ALIGN_RIGHT);
    bench_free(&b);
}

static void test_anchors(void **state) {
    (void)state;
    assert_tree(facts, "# 1. Mục tiêu {#muc-tieu}\n\n## Có {# }\n",
                "#1 1.|Mục tiêu #muc-tieu\n#2 |Có {# }\n");
}

static void test_places(void **state) {
    struct bench b = bench_merge(facts, "một\n\n  ỦY {{ten}} *chữ* sau\n", false);
    (void)state;
    const struct span *s = b.doc->root->first->next->spans;
    assert_int_equal(s->at.line, 3);
    assert_int_equal(s->at.col, 3);
    assert_string_equal(s->next->at.file, "f.yaml");
    assert_string_equal(s->next->value->key, "ten");
    s = s->next->next->next;
    assert_int_equal(s->at.line, 3);
    assert_int_equal(s->at.col, 15);
    bench_free(&b);
}

static void test_errors(void **state) {
    (void)state;
    assert_says(facts, "x {{tn}}\n",
                "t.md:1:3: error: there is no name “tn”; is “ten” meant?");
    assert_says(facts, "{{#muc}}{{tenn}}{{/muc}}\n",
                "there is no name “tenn”; is “ten” meant?");
    assert_says(facts, "{{muc}}\n", "“muc” is a list and cannot print");
    assert_says(facts, "a <b>x</b>\n", "t.md:1:3: error: raw HTML “<b>”");
    assert_says(facts, "x\n\n<div>\na\n</div>\n", "t.md:3:1: error: raw HTML “<div>”");
    assert_says(facts, "<!-- x -->\n", "raw HTML");
    assert_says(facts, "```c\nx\n```\n", "a block ```c cannot be printed");
    assert_says(facts, "- # tiêu đề\n", "the list item “-” does not begin with text");
    assert_says(facts, "a ![x](y.png) b\n",
                "1:3: error: the picture “y.png” stands within");
    assert_says(facts, "![x](../y.png)\n", "lies outside the report's folder");
    assert_says(facts, "![x](/etc/y.png)\n", "lies outside the report's folder");
    assert_says(facts, "[x](a.csv)\n", "a link to “a.csv” cannot be used");
    assert_says(facts, "[x](javascript:alert)\n", "cannot be used");
    assert_says(facts, "[x]({{ten}})\n", "a link to “Dân Tiến” cannot be used");
    assert_says(facts, "a[^9]\n", "the footnote [^9] has no text");
    assert_says(facts, "| A |\n|---|\n| 1 | 2 |\n",
                "t.md:3:1: error: this row has 2 cells");
    assert_says(facts, "**{{#muc}}x** y{{/muc}}\n",
                "closes in another paragraph, cell or bold run");
    assert_says(facts, "{{#muc}}a\n\nb{{/muc}}\n",
                "t.md:3:2: error: the tag {{/muc}} closes in another");
    assert_says(facts, "x {{> doan}}\n", "stands within a sentence");
    assert_says(facts, "{{> doan}}\n", "there is no part “doan”");
    assert_says(facts, "{{> ../doan}}\n", "the part “../doan” lies outside the folder");
    assert_says(facts, "{{> /etc/passwd}}\n", "lies outside the folder");
    assert_says(facts, "a\n\n[x]: http://a/{{ten}}\n",
                "the tag “ten” stands where nothing is printed");
    assert_says(facts, "**Kết quả:**{{ten}}\n",
                "warning: the “**” here do not make bold text");
    assert_says(facts, "Còn {{rong}} việc\n", "t.md:1:5: warning: “rong” has no value");
}

/* All errors of a file come out in one run. */
static void test_all_errors(void **state) {
    struct bench b =
        bench_merge(facts, "{{a1a1}} <i>\n\n{{ten | hoaa}}\n\n{{#x1x1}}\n", false);
    (void)state;
    assert_null(b.doc);
    assert_int_equal(diag_count(b.d, SEV_ERROR), 4);
    bench_free(&b);
}

static void test_draft(void **state) {
    struct bench b = bench_merge("ten: x\nco_quan:\n", "A {{co_quan}} {{ten}}\n", true);
    (void)state;
    assert_non_null(b.doc);
    assert_non_null(strstr(bench_tree(&b), "<!>[missing: "));
    bench_free(&b);
}

static void repeat(struct buf *b, const char *s, int n) {
    for (int i = 0; i < n; i++)
        buf_adds(b, s);
}

/* Deep and large texts end, with a message or without. */
static void test_hostile(void **state) {
    static const char *const piece[] = {"*a ", "**", "> ",  "- ", "[",
                                        "![",  "`",  "_a_", "|",  "[^1]"};
    (void)state;
    for (size_t i = 0; i < sizeof piece / sizeof *piece; i++) {
        struct buf text = {0};
        repeat(&text, piece[i], 20000);
        buf_adds(&text, "\n\n[^1]: x\n");
        struct bench b = bench_merge(facts, text.data, false);
        assert_true(b.doc || diag_count(b.d, SEV_ERROR) > 0);
        bench_free(&b);
        buf_free(&text);
    }
}

/* Sections that multiply stop at a bound. */
static void test_explosion(void **state) {
    struct buf text = {0};
    (void)state;
    repeat(&text, "{{#xom}}", 40);
    buf_adds(&text, "x");
    repeat(&text, "{{/xom}}", 40);
    struct bench b = bench_merge(facts, text.data, false);
    assert_null(b.doc);
    assert_non_null(strstr(bench_messages(&b), "more than 4 million pieces"));
    bench_free(&b);
    text.len = 0;
    repeat(&text, "{{#xom}}", 100);
    repeat(&text, "{{/xom}}", 100);
    b = bench_merge(facts, text.data, false);
    assert_non_null(strstr(bench_messages(&b), "nested deeper than 64 levels"));
    bench_free(&b);
    buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels),    cmocka_unit_test(test_labels_of_values),
        cmocka_unit_test(test_styles),    cmocka_unit_test(test_values),
        cmocka_unit_test(test_sections),  cmocka_unit_test(test_section_paragraphs),
        cmocka_unit_test(test_links),     cmocka_unit_test(test_notes),
        cmocka_unit_test(test_pictures),  cmocka_unit_test(test_pipes),
        cmocka_unit_test(test_anchors),   cmocka_unit_test(test_places),
        cmocka_unit_test(test_errors),    cmocka_unit_test(test_all_errors),
        cmocka_unit_test(test_draft),     cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_explosion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
