/* test_yaml.c: YAML, JSON and front matter: values, places, bounds, every error in one run; reports */
#include "input/input.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct arena *arena;
static struct diag *diag;
static struct buf out;

static int setup(void **state) {
    (void)state;
    arena = arena_new();
    diag = diag_new(LANG_EN);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    diag_free(diag);
    buf_free(&out);
    return 0;
}

static void dump_value(const struct value *v) {
    buf_printf(&out, "@%d:%d", v->at.line, v->at.col);
    switch ((enum value_kind)v->kind) {
    case VALUE_NONE:
        buf_adds(&out, " none");
        break;
    case VALUE_TEXT:
        buf_printf(&out, " '%s'", v->text);
        assert_int_equal(strlen(v->text), v->len);
        break;
    case VALUE_NUMBER:
        buf_printf(&out, " %s/%d", number_print(arena, v->u.number, -1, false),
                   v->digits);
        break;
    case VALUE_BOOL:
        buf_adds(&out, v->u.yes ? " true" : " false");
        break;
    case VALUE_DATE:
    case VALUE_NODATA:
    case VALUE_TABLE:
        fail();
        break;
    case VALUE_LIST:
        buf_adds(&out, " [");
        for (uint32_t i = 0; i < v->n; i++) {
            assert_ptr_equal(v->u.item[i]->parent, v);
            assert_int_equal(v->u.item[i]->index, i);
            dump_value(v->u.item[i]);
            buf_addc(&out, ' ');
        }
        buf_addc(&out, ']');
        break;
    case VALUE_MAP:
        buf_adds(&out, " {");
        for (uint32_t i = 0; i < v->n; i++) {
            assert_ptr_equal(v->u.member[i].parent, v);
            buf_printf(&out, "%s", v->u.member[i].key);
            dump_value(&v->u.member[i]);
            buf_addc(&out, ' ');
        }
        buf_addc(&out, '}');
        break;
    }
}

static struct value *load(const char *file, const char *text) {
    return input_yaml(arena, diag, file, text, strlen(text), 1, 1);
}

static const char *dump(const char *file, const char *text) {
    buf_free(&out);
    const struct value *v = load(file, text);
    if (!v) {
        diag_print(diag, &out);
        return out.data;
    }
    dump_value(v);
    return out.data;
}

static const char *errors(void) {
    static const struct {
        enum diag_code code;
        const char *name;
    } known[] = {
        {E_YAML_KEY, "key"},           {E_YAML_COLON, "colon"},
        {E_YAML_QUOTE, "quote"},       {E_YAML_START, "start"},
        {E_YAML_TAG, "tag"},           {E_YAML_ALIAS, "alias"},
        {E_YAML_TAB, "tab"},           {E_YAML_DASH, "dash"},
        {E_YAML_INDENT, "indent"},     {E_YAML_BRACKET, "flow"},
        {E_YAML_CLOSE, "close"},       {E_YAML_COMMA, "comma"},
        {E_YAML_ESCAPE, "escape"},     {E_YAML_SECOND, "second"},
        {E_YAML_TWICE, "twice"},       {E_YAML_DEPTH, "depth"},
        {E_YAML_NODES, "nodes"},       {E_JSON_WORD, "word"},
        {E_JSON_VALUE, "value"},       {E_YAML_EMPTY, "empty"},
        {E_YAML_AFTER_QUOTE, "after"}, {E_YAML_KEY_KIND, "kind"},
        {E_YAML_CHARACTER, "control"}, {E_YAML_DECIMAL, "decimal"},
    };
    buf_free(&out);
    size_t n;
    const struct diag_msg *const *m = diag_sorted(diag, &n);
    for (size_t i = 0; i < n; i++) {
        const char *name = m[i]->text;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            if (known[k].code == m[i]->code)
                name = known[k].name;
        buf_printf(&out, "%s%d:%d %s", i ? ", " : "", m[i]->at.line, m[i]->at.col, name);
    }
    return out.data ? out.data : "";
}

/* The errors of one text, apart from those of others. */
static const char *errors_of(const char *file, const char *text) {
    diag_free(diag);
    diag = diag_new(LANG_EN);
    assert_null(load(file, text));
    return errors();
}

static void values(void **state) {
    (void)state;
    assert_string_equal(
        dump("a.yaml",
             "so:\nloai: BÁO CÁO\nds: [a, 'b']\nx: {y: ~, z: \"\"}\nl:\n  - 1,5\n  -\n"
             "t: |\n  một\n  hai\nc: true\nd: >-\n  ba\n  bốn\n"),
        "@1:1 {so@1:3 none loai@2:7 'BÁO CÁO' ds@3:5 [@3:6 'a' @3:9 'b' ] x@4:4 {y@4:8 "
        "none "
        "z@4:14 none } l@6:3 [@6:5 '1,5' @7:3 none ] t@9:1 'một\nhai' c@11:4 true d@13:1 "
        "'ba "
        "bốn' }");
    assert_int_equal(diag_count(diag, SEV_ERROR), 0);
}

static void offsets(void **state) {
    (void)state;
    struct value *v = input_yaml(arena, diag, "x.md", "a: b\nc: d\n", 10, 12, 5);
    assert_int_equal(value_get(v, "c")->at.line, 13);
    assert_int_equal(value_get(v, "c")->at.col, 8);
}

static void json(void **state) {
    (void)state;
    assert_string_equal(dump("a.json",
                             "{\n\t\"a\": 1,\n\t\"b\": [1.50, -2e3, null, true, \"1.5\", "
                             "\"\\u00e1\\ud83d\\ude00\"]}\n"),
                        "@1:1 {a@2:7 1/0 b@3:7 [@3:8 1,5/2 @3:14 -2000/0 @3:20 none "
                        "@3:26 true @3:32 '1.5' "
                        "@3:39 'á😀' ] }");
    struct value *v = load("a.json", "{\"a\": \"x\"}");
    assert_int_equal(value_get(v, "a")->flags, VALUE_JSON | VALUE_QUOTED);
}

static void empty_texts(void **state) {
    (void)state;
    assert_string_equal(dump("a.yaml", ""), "@1:1 {}");
    assert_string_equal(dump("a.yaml", "# ghi chú\n"), "@1:1 {}");
    assert_string_equal(dump("a.yaml", "---\na: 1\n"), "@1:1 {a@2:4 '1' }");
    assert_string_equal(errors_of("a.json", ""), "1:1 empty");
}

static void syntax(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"a: b: c\n", "1:5 colon"},
        {"a: Báo cáo: tình hình\n", "1:11 colon"},
        {"a: \"x\nb: 1\n", "1:4 quote"},
        {"a: 'x\n", "1:4 quote"},
        {"a: [1, 2\nb: 1\n", "1:4 flow"},
        {"a: {b: 1\n", "1:4 flow"},
        {"a: 1\n b: 2\n", "1:4 key"},
        {"a:\n\t- x\n", "2:1 tab"},
        {"a: *x\n", "1:4 alias"},
        {"a: &x 1\n", "1:4 alias"},
        {"a: !Quan trọng\n", "1:4 tag"},
        {"a: @x\n", "1:4 start"},
        {"a: %x\n", "1:4 start"},
        {"a: ,x\n", "1:4 start"},
        {"a: - x\n", "1:4 dash"},
        {"abc\nb: 1\n", "1:1 key"},
        {"a: 1\nabc\nb: 2\n", "2:1 key"},
        {"a:1\nb: 2\n", "1:1 key"},
        {"- a\nb: 1\n", "2:1 indent"},
        {"l:\n- a\n-\nt: 1\n", "4:1 key"},
        {"a: [1, 2]]\n", "1:10 close"},
        {"ds: [a, , b]\n", "1:9 comma"},
        {"a: \"\\q\"\n", "1:5 escape"},
        {"a: \"x\" y\n", "1:8 after"},
        {"a: \"\\0x\"\n", "1:4 control"},
        {"a: 1\n---\nb: 2\n", "2:1 second"},
        {"a: 1\n...\nb: 2\n", "3:1 second"},
        {"a: 1\nb: 2\na: 3\na: 4\n", "3:1 twice, 4:1 twice"},
        {"m: {a: 1, a: 2}\n", "1:11 twice"},
        {"? [a]\n: 1\n", "1:3 kind"},
        {": 1\n", "1:1 kind"},
        {"a: {b: 98,7, c: 1}\n", "1:10 decimal"},
        {"a: [1, 98,7]\n", "1:10 decimal"},
        {"a: 1\n b: 2\nc: 3\n d\n", "1:4 key"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(errors_of("a.yaml", cases[i][0]), cases[i][1]);
}

static void json_syntax(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"{\"a\": 1,}", "1:8 comma"},
        {"{\"a\": b}", "1:7 word"},
        {"{\"a\": 01}", "1:7 word"},
        {"{'a': 1}", "1:2 word"},
        {"{\"a\": \"x", "1:7 quote"},
        {"{\"a\" 1}", "1:3 value"},
        {"{\"a\":}", "1:6 value"},
        {"{\"a\": \"\\u0000\"}", "1:7 control"},
        {"{\"a\": \"\\ud83d\"}", "1:8 escape"},
        {"[1,2", "1:1 flow"},
        {"{\"a\": 1, \"a\": 2}", "1:10 twice"},
        {"a: 1\n", "1:1 word"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(errors_of("a.json", cases[i][0]), cases[i][1]);
}

static void all_in_one_run(void **state) {
    (void)state;
    assert_string_equal(
        errors_of("a.yaml", "a: x: y\nb: 1\nb: 2\nc: \"x\nd: [1,\ne: 5\nf: @\n"),
        "1:5 colon, 3:1 twice, 4:4 quote, 5:4 flow, 7:4 start");
}

static void alias_bomb(void **state) {
    (void)state;
    struct buf b = {0};
    buf_adds(&b, "a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++)
        buf_printf(&b, "a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1, i - 1);
    assert_null(load("a.yaml", b.data));
    assert_true(diag_count(diag, SEV_ERROR) >= 40);
    buf_free(&b);
}

static void nest(const char *file, const char *open, int levels) {
    struct buf b = {0};
    for (int i = 0; i < levels; i++)
        buf_adds(&b, open);
    assert_null(load(file, b.data));
    assert_true(diag_count(diag, SEV_ERROR) > 0);
    buf_free(&b);
}

static void deep_nesting(void **state) {
    (void)state;
    assert_string_equal(
        errors_of("a.yaml", "a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n"),
        "1:67 depth");
    nest("a.yaml", "[", 100000);
    nest("a.yaml", "{a: ", 100000);
    nest("a.json", "[", 100000);
    nest("a.yaml", "- ", 20000);
    nest("a.yaml", "? ", 20000);
}

static void many_values(void **state) {
    (void)state;
    struct buf b = {0};
    buf_adds(&b, "a:\n");
    for (int i = 0; i < 20000; i++)
        buf_printf(&b, "- k%d: v\n", i);
    struct value *v = load("a.yaml", b.data);
    assert_int_equal(value_get(v, "a")->n, 20000);
    buf_free(&b);
    for (int i = 0; i < 20000; i++)
        buf_printf(&b, "k%d: v\n", i);
    assert_int_equal(load("a.yaml", b.data)->n, 20000);
    buf_free(&b);
}

static void random_text(void **state) {
    (void)state;
    static const char *const piece[] = {
        "a: ", "- ",  "\n", "\n  ", "\"",  "'", "[", "]",  "{",     "}", ",",  ":",
        "#",   "&a ", "*a", "!",    "|\n", "?", "x", "\\", "---\n", "ế", "\t", "b: 1\n"};
    unsigned seed = 7;
    for (int round = 0; round < 4000; round++) {
        struct buf b = {0};
        for (int i = 0; i < 25; i++) {
            seed = seed * 1103515245u + 12345u;
            buf_adds(&b, piece[(seed >> 16) % (sizeof piece / sizeof *piece)]);
        }
        struct arena *a = arena_new();
        struct diag *d = diag_new(LANG_VI);
        struct value *v =
            input_yaml(a, d, round % 3 ? "r.yaml" : "r.json", b.data, b.len, 1, 1);
        assert_true(v || diag_count(d, SEV_ERROR) > 0);
        if (v) {
            buf_free(&out);
            dump_value(v);
        }
        diag_free(d);
        arena_free(a);
        buf_free(&b);
    }
}

static void front_matter(void **state) {
    (void)state;
    const char *yaml, *body;
    size_t yaml_n, body_n;
    int line;
    const char *text = "---\na: 1\n--- \nxin chào\n";
    assert_true(
        input_front_matter(text, strlen(text), &yaml, &yaml_n, &body, &body_n, &line));
    assert_int_equal(yaml_n, 5);
    assert_int_equal(line, 4);
    assert_memory_equal(body, "xin chào\n", body_n);
    assert_false(
        input_front_matter("---\na: 1\n", 9, &yaml, &yaml_n, &body, &body_n, &line));
    assert_false(
        input_front_matter("----\n---\n", 9, &yaml, &yaml_n, &body, &body_n, &line));
    assert_false(input_front_matter("", 0, &yaml, &yaml_n, &body, &body_n, &line));
    assert_true(input_front_matter("---\n---", 7, &yaml, &yaml_n, &body, &body_n, &line));
    assert_int_equal(yaml_n + body_n, 0);
}

/* ---- reports on the disk ---- */

static char folder[64];

static int make_folder(void **state) {
    setup(state);
    strcpy(folder, "/tmp/baocao-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    size_t n;
    const char **names = dir_list(arena, folder, &n);
    for (size_t i = 0; i < n; i++)
        unlink(path_join(arena, folder, names[i]));
    rmdir(folder);
    return teardown(state);
}

static void put(const char *name, const char *text) {
    FILE *f = fopen(path_join(arena, folder, name), "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static const char *facts_of(const char *name, const char *text) {
    put(name, text);
    struct report *r = report_load(arena, diag, folder);
    unlink(path_join(arena, folder, name));
    buf_free(&out);
    if (!r)
        return "-";
    dump_value(r->facts);
    return out.data;
}

static void facts_csv(void **state) {
    (void)state;
    assert_string_equal(
        facts_of("baocao.csv",
                 "\xEF\xBB\xBFTrường;Giá trị\nloai;BÁO CÁO\nnguoi_ky.chuc_vu;CHỦ "
                 "TỊCH\nkinh_gui;A\nnguoi_ky.ho_ten;B\nkinh_gui;C\nso;\n"
                 "x.1.ten;p\nx.2.ten;q\n"),
        "@1:1 {loai@2:6 'BÁO CÁO' nguoi_ky@3:1 {chuc_vu@3:18 'CHỦ TỊCH' ho_ten@5:17 'B' "
        "} "
        "kinh_gui@4:1 [@4:10 'A' @6:10 'C' ] so@7:4 none x@8:1 [@8:1 {ten@8:9 'p' } @9:1 "
        "{ten@9:9 'q' } ] }");
    assert_int_equal(diag_count(diag, SEV_ERROR), 0);
}

static void facts_csv_errors(void **state) {
    (void)state;
    put("baocao.csv", "field,value,extra\nA b,1,\n,2,\na,1,\na.b,2,\nc..d,1,\n");
    assert_null(report_load(arena, diag, folder));
    assert_int_equal(diag_count(diag, SEV_ERROR), 1);
    put("baocao.csv", "field,value\nA b,1\n,2\na,1\na.b,2\nc..d,1\nok,1\n");
    struct report *r = report_load(arena, diag, folder);
    assert_non_null(r);
    assert_true(r->facts->flags & VALUE_BROKEN);
    assert_int_equal(diag_count(diag, SEV_ERROR), 5);
    assert_string_equal(value_text(r->facts, "ok"), "1");
    put("baocao.csv", "ten,so\na,1\n");
    assert_null(report_load(arena, diag, folder));
}

static void one_file_of_facts(void **state) {
    (void)state;
    assert_null(report_load(arena, diag, folder));
    put("baocao.yaml", "a: 1\n");
    put("baocao.json", "{\"a\": 1}");
    assert_null(report_load(arena, diag, folder));
    unlink(path_join(arena, folder, "baocao.json"));
    assert_non_null(report_load(arena, diag, folder));
    assert_int_equal(diag_count(diag, SEV_ERROR), 2);
    assert_string_equal(facts_of("baocao.yaml", ""), "-");
    assert_string_equal(facts_of("baocao.yaml", "- a\n"), "-");
    assert_string_equal(facts_of("baocao.yaml", "chữ\n"), "-");
    assert_null(report_load(arena, diag, path_join(arena, folder, "khong-co")));
    put("x.txt", "a");
    assert_null(report_load(arena, diag, path_join(arena, folder, "x.txt")));
}

static void broken_facts_are_kept(void **state) {
    (void)state;
    put("baocao.yaml", "mau: x\na: b: c\nquy: 4\n");
    struct report *r = report_load(arena, diag, folder);
    assert_non_null(r);
    assert_true(r->facts->flags & VALUE_BROKEN);
    assert_string_equal(value_text(r->facts, "mau"), "x");
    assert_string_equal(value_text(r->facts, "quy"), "4");
}

static void markdown_report(void **state) {
    (void)state;
    put("bao-cao.md", "---\nloai: BÁO CÁO\n---\n\n# I. MỤC\n");
    const char *path = path_join(arena, folder, "bao-cao.md");
    struct report *r = report_load(arena, diag, path);
    assert_non_null(r);
    assert_string_equal(r->name, "bao-cao");
    assert_string_equal(r->dir, folder);
    assert_int_equal(r->markdown_line, 4);
    assert_string_equal(r->markdown, "\n# I. MỤC\n");
    assert_int_equal(value_get(r->facts, "loai")->at.line, 2);
    put("bao-cao.md", "# I. MỤC\n");
    assert_null(report_load(arena, diag, path));
    put("bao-cao.md", "---\nloai: x\n# I. MỤC\n");
    assert_null(report_load(arena, diag, path));
    assert_int_equal(diag_count(diag, SEV_ERROR), 2);
}

static void tables(void **state) {
    (void)state;
    put("baocao.yaml", "a: 1\n");
    put("t.csv", "a;b\n1;2\n3\n");
    struct report *r = report_load(arena, diag, folder);
    bool missing;
    assert_null(report_table(arena, diag, r, "khong.csv", &missing));
    assert_true(missing);
    assert_int_equal(diag_count(diag, SEV_ERROR), 0);
    struct value *t = report_table(arena, diag, r, "t.csv", &missing);
    assert_true(t->flags & VALUE_BROKEN);
    assert_int_equal(t->n, 1);
    assert_null(report_table(arena, diag, r, "../t.csv", &missing));
    assert_false(missing);
    assert_int_equal(diag_count(diag, SEV_ERROR), 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define DISK(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(values),
        TEST(offsets),
        TEST(json),
        TEST(empty_texts),
        TEST(syntax),
        TEST(json_syntax),
        TEST(all_in_one_run),
        TEST(alias_bomb),
        TEST(deep_nesting),
        TEST(many_values),
        TEST(random_text),
        TEST(front_matter),
        DISK(facts_csv),
        DISK(facts_csv_errors),
        DISK(one_file_of_facts),
        DISK(broken_facts_are_kept),
        DISK(markdown_report),
        DISK(tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
