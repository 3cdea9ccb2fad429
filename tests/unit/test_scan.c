/* test_scan.c: tags, their places, and what cmark gets to see instead of them */
#include "merge/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct arena *a;
    struct diag *d;
    struct scan s;
};

static void scan(struct fixture *f, const char *text) {
    f->a = arena_new();
    f->d = diag_new(LANG_EN);
    f->s = (struct scan){.a = f->a,
                         .d = f->d,
                         .file = "t.md",
                         .src = text,
                         .n = strlen(text),
                         .line = 1,
                         .col = 1};
    scan_markdown(&f->s);
}

static void done(struct fixture *f) {
    buf_free(&f->s.out);
    diag_free(f->d);
    arena_free(f->a);
}

/* The text for cmark with every private-use character as <index>. */
static const char *shown(struct fixture *f) {
    struct buf b = {0};
    const char *p = f->s.out.data ? f->s.out.data : "", *end = p + f->s.out.len;
    while (p < end) {
        const char *from = p;
        const struct tag *t = scan_tag(&f->s, utf8_next(&p, end));
        if (t)
            buf_printf(&b, "<%d>", (int)(t - f->s.tag.v));
        else
            buf_add(&b, from, (size_t)(p - from));
    }
    char *out = arena_strndup(f->a, b.data ? b.data : "", b.len);
    buf_free(&b);
    return out;
}

static const char *messages(struct fixture *f) {
    struct buf b = {0};
    diag_print(f->d, &b);
    char *out = arena_strndup(f->a, b.data ? b.data : "", b.len);
    buf_free(&b);
    return out;
}

static void assert_shown(const char *text, const char *want) {
    struct fixture f;
    scan(&f, text);
    assert_string_equal(messages(&f), "");
    assert_string_equal(shown(&f), want);
    done(&f);
}

static void assert_message(const char *text, const char *part) {
    struct fixture f;
    scan(&f, text);
    if (!strstr(messages(&f), part))
        fail_msg("%s\nlacks %s in\n%s", text, part, messages(&f));
    done(&f);
}

static void test_inline(void **state) {
    (void)state;
    assert_shown("Có {{n}} hồ sơ, {{ ty_le | phan_tram 2 }}.\n", "Có <0> hồ sơ, <1>.\n");
    assert_shown("{{ten}}\n", "<0>\n");
    assert_shown("a{{! note }}b", "a<0>b\n");
    assert_shown("không có thẻ", "không có thẻ\n");
    assert_shown("", "");
}

static void test_kinds(void **state) {
    struct fixture f;
    (void)state;
    scan(&f, "{{a.b.c}} {{#s}}{{.}}{{/s}} {{^ s }}x{{/ s}} {{n|so 0}}\n");
    assert_string_equal(messages(&f), "");
    assert_int_equal(f.s.tag.n, 7);
    assert_int_equal(f.s.tag.v[0].name.steps, 3);
    assert_string_equal(f.s.tag.v[0].name.step[2], "c");
    assert_int_equal(f.s.tag.v[1].kind, TAG_OPEN);
    assert_int_equal(f.s.tag.v[1].pair, 3);
    assert_int_equal(f.s.tag.v[3].pair, 1);
    assert_int_equal(f.s.tag.v[2].name.steps, 0);
    assert_int_equal(f.s.tag.v[4].kind, TAG_INVERT);
    assert_int_equal(f.s.tag.v[5].pair, 4);
    assert_non_null(f.s.tag.v[6].format);
    assert_int_equal(f.s.tag.v[6].format->digits, 0);
    done(&f);
}

static void test_places(void **state) {
    struct fixture f;
    (void)state;
    scan(&f, "ỦY BAN {{a}} và {{b}}\n\n  {{#c}}\n  x {{d}}\n  {{/c}}\n");
    assert_int_equal(f.s.tag.v[0].at.col, 8);
    assert_int_equal(f.s.tag.v[1].at.col, 17);
    assert_int_equal(f.s.tag.v[2].at.line, 3);
    assert_int_equal(f.s.tag.v[2].at.col, 3);
    assert_int_equal(f.s.tag.v[3].at.line, 4);
    assert_int_equal(f.s.tag.v[3].at.col, 5);
    assert_int_equal(f.s.tag.v[4].at.line, 5);
    done(&f);
}

/* What stands behind a tag or a dropped indentation is found again in the source. */
static void test_places_back(void **state) {
    struct fixture f;
    (void)state;
    scan(&f, "    ỦY {{ten_dai}} XYZ\nhai\n");
    size_t n;
    const char *line = scan_out_line(&f.s, 1, &n), *x = strstr(line, "XYZ");
    struct origin at = scan_origin(&f.s, 1, (int)(x - line) + 1);
    assert_int_equal(at.line, 1);
    assert_int_equal(at.col, 20);
    at = scan_origin(&f.s, 2, 2);
    assert_int_equal(at.line, 2);
    assert_int_equal(at.col, 2);
    at = scan_origin(&f.s, 99, 1);
    assert_int_equal(at.line, 1);
    done(&f);
}

static void test_block_tags(void **state) {
    (void)state;
    assert_shown("- a\n{{#x}}\n- b\n{{/x}}\n- c\n",
                 "- a\n\n# <0>\n\n- b\n\n# <1>\n\n- c\n");
    assert_shown("{{> doan}}\n", "\n# <0>\n\n");
    assert_shown("a\n{{! ghi\nchú }}\nb\n", "a\nb\n");
    assert_shown("{{#x}}{{#y}}\na\n{{/y}}{{/x}}\n",
                 "\n# <0>\n\n\n# <1>\n\na\n\n# <2>\n\n\n# <3>\n\n");
}

static void test_row_tags(void **state) {
    (void)state;
    assert_shown("| A |\n|---|\n{{#x}}\n| {{a}} |\n{{/x}}\n",
                 "| A |\n|---|\n|<0>|\n| <1> |\n|<2>|\n");
    /* around the table, and before the next one, they are no rows */
    assert_shown("{{#x}}\n| A |\n|---|\n| 1 |\n{{/x}}\n",
                 "\n# <0>\n\n| A |\n|---|\n| 1 |\n\n# <1>\n\n");
    assert_shown("| A |\n|---|\n{{#x}}\n| B |\n|:-:|\n{{/x}}\n",
                 "| A |\n|---|\n\n# <0>\n\n| B |\n|:-:|\n\n# <1>\n\n");
}

static void test_fences(void **state) {
    struct fixture f;
    (void)state;
    scan(&f, "a\n\n  ```bang\n  du_lieu: \"{{x}}\"\n  ```\n{{y}}\n");
    assert_string_equal(messages(&f), "");
    assert_int_equal(f.s.tag.n, 1);
    assert_int_equal(f.s.fence.n, 1);
    assert_true(f.s.fence.v[0].closed);
    assert_int_equal(f.s.fence.v[0].out_line, 3);
    assert_int_equal(f.s.fence.v[0].line, 4);
    size_t len = f.s.fence.v[0].end - f.s.fence.v[0].start;
    assert_int_equal(len, strlen("  du_lieu: \"{{x}}\"\n"));
    done(&f);
    assert_message("```bang\nx: 1\n", "t.md:1:1: error: the block ``` opened here");
}

/* Labels that CommonMark would run into the paragraph above begin a line of their own. */
static void test_labels(void **state) {
    (void)state;
    assert_shown("a) một;\nb) hai;\nđ) ba.\n", "a) một;\n\nb) hai;\n\nđ) ba.\n");
    assert_shown("1. x\na) y\n2. z\n", "1. x\n\na) y\n\n2. z\n");
    assert_shown("Nội dung\n(1) x\n8.1. y\n– z\n",
                 "Nội dung\n\n(1) x\n\n8.1. y\n\n– z\n");
    assert_shown("theo khoản\n2. Điều 5\n", "theo khoản\n2. Điều 5\n");
    assert_shown("năm\n2025) vẫn là câu\n", "năm\n2025) vẫn là câu\n");
    assert_shown("    thụt\n        sâu\n", "thụt\nsâu\n");
    assert_shown("[^1]: một\n\n    hai\n", "[^1]: một\n\n    hai\n");
    assert_shown("\xEF\x82\xB7 chấm Word\n", "• chấm Word\n");
}

/* Private-use characters of the source, written or as entities, are never tags. */
static void test_private(void **state) {
    struct fixture f;
    (void)state;
    scan(&f, "\xF3\xB0\x80\x80 {{a}} &#983040; &#xF0001; &#65; \\{{b}}\n");
    assert_string_equal(messages(&f), "");
    assert_string_equal(shown(&f), "<0> <1> <2> <3> &#65; <4>b}}\n");
    assert_int_equal(f.s.tag.v[0].kind, TAG_LITERAL);
    assert_int_equal(f.s.tag.v[1].kind, TAG_VALUE);
    assert_int_equal(f.s.tag.v[2].kind, TAG_LITERAL);
    assert_int_equal(f.s.tag.v[3].kind, TAG_LITERAL);
    assert_string_equal(f.s.tag.v[4].text, "{{");
    done(&f);
}

static void test_errors(void **state) {
    (void)state;
    assert_message("a {{b\nc}}\n", "t.md:1:3: error: the tag “{{” has no “}}”");
    assert_message("{{}}", "1:1: error: the tag {{}} has no proper name");
    assert_message("{{a b}}", "no proper name");
    assert_message("{{a..b}}", "no proper name");
    assert_message("{{{a}}}", "{{{a}}} is not available");
    assert_message("{{&a}}", "is not available");
    assert_message("{{=<% %>=}}", "is not available");
    assert_message("{{/x}}", "closes a section that is not open: delete it");
    assert_message("{{#a}}{{/b}}", "while “a” (line 1) is");
    assert_message("{{#a}}\n", "the section “a” opened here is never closed");
    assert_message("{{#a}}{{#b}}{{/a}}{{/b}}",
                   "the section “b” opened here is still open");
    assert_message("{{#a}}\nx {{/a}}\n", "closes in another paragraph");
    assert_message(
        "{{n | phan_tarm 2}}",
        "1:6: error: there is no formatter “phan_tarm”; is “phan_tram” meant?");
    assert_message("{{n | so 99}}", "does not take “99”");
    assert_message("{{n | dem 2}}", "takes no argument");
    assert_message("{{n | }}", "there is no formatter “”");
}

/* 100,000 of anything is done at once: no search is made twice. */
static void test_hostile(void **state) {
    static const char *const piece[] = {"{{",       "{{!",         "{{#a}}", "{{/a}}",
                                        "{{#a}}\n", "|\n{{#a}}\n", "{{x}}",  "```\n",
                                        "&#",       "\\{{"};
    (void)state;
    for (size_t i = 0; i < sizeof piece / sizeof *piece; i++) {
        struct buf b = {0};
        for (int k = 0; k < 100000; k++)
            buf_adds(&b, piece[i]);
        struct fixture f;
        scan(&f, b.data);
        assert_true(f.s.out.len > 0 || f.s.tag.n > 0);
        done(&f);
        buf_free(&b);
    }
}

static void test_many_tags(void **state) {
    struct buf b = {0};
    (void)state;
    for (int k = 0; k < 140000; k++)
        buf_adds(&b, "{{x}}\n");
    struct fixture f;
    scan(&f, b.data);
    assert_non_null(strstr(messages(&f), "more than 131068 tags"));
    done(&f);
    b.len = 0;
    for (int k = 0; k < 70000; k++)
        buf_adds(&b, "{{x}} ");
    scan(&f, b.data);
    assert_string_equal(messages(&f), "");
    assert_int_equal(f.s.tag.n, 70000);
    const char *p = f.s.out.data + f.s.out.len - 6;
    assert_ptr_equal(scan_tag(&f.s, utf8_next(&p, p + 4)), &f.s.tag.v[69999]);
    done(&f);
    buf_free(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inline),     cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_places),     cmocka_unit_test(test_places_back),
        cmocka_unit_test(test_block_tags), cmocka_unit_test(test_row_tags),
        cmocka_unit_test(test_fences),     cmocka_unit_test(test_labels),
        cmocka_unit_test(test_private),    cmocka_unit_test(test_errors),
        cmocka_unit_test(test_hostile),    cmocka_unit_test(test_many_tags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
