/* test_tables.c: table blocks: heads, groups, numbers, merges, totals, what is wrong with them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "merge_bench.h"

static const char facts[] =
    "nam: 2026\n"
    "viec:\n"
    "  - {nhom: Hạ tầng, ten: Mạng, co_quan: VP, so: 1.000}\n"
    "  - {nhom: Hạ tầng, ten: Máy, co_quan: VP, so: \"2,5\"}\n"
    "  - {nhom: Con người, ten: Tập huấn, co_quan: VP, so: 3, ghi_chu: xong}\n"
    "  - {nhom: , ten: Thi, co_quan: VHXH}\n"
    "rong: []\n"
    "chu: x\n";

#define BANG(yaml) "```bang\n" yaml "```\n"

static void test_plain(void **state) {
    (void)state;
    assert_tree(
        facts,
        BANG("du_lieu: viec\ncot: [ten, {ten: so, tieu_de: \"Số năm {{nam}}\"}]\n"),
        "H ten | Số năm 2026\nD Mạng | 1.000\nD Máy | 2,5\nD Tập huấn | 3\nD Thi | \n");
    assert_tree(facts, BANG("du_lieu: viec\n"),
                "H nhom | ten | co_quan | so\nD Hạ tầng | Mạng | VP | 1.000\n"
                "D Hạ tầng | Máy | VP | 2,5\nD Con người | Tập huấn | VP | 3\nD  | Thi | "
                "VHXH | \n");
}

static void test_numbers(void **state) {
    (void)state;
    assert_tree(
        facts,
        BANG("du_lieu: viec\ncot: [{ten: tt, tieu_de: TT}, {ten: ten, tieu_de: Tên}]\n"),
        "H TT | Tên\nD 1 | Mạng\nD 2 | Máy\nD 3 | Tập huấn\nD 4 | Thi\n");
    assert_tree(
        facts,
        BANG("du_lieu: viec\nnhom: {cot: nhom, nhan: la_ma}\ndanh_so: theo_nhom\n"
             "cot: [stt, ten, so]\n"),
        "H stt | ten | so\nG I | 1x2:Hạ tầng | ·\nD 1 | Mạng | 1.000\nD 2 | Máy | 2,5\n"
        "G II | 1x2:Con người | ·\nD 1 | Tập huấn | 3\nD 2 | Thi | \n");
}

static void test_groups(void **state) {
    (void)state;
    assert_tree(facts,
                BANG("du_lieu: viec\nnhom: {cot: nhom, nhan: khong}\ncot: [ten, so]\n"),
                "H ten | so\nG 1x2:Hạ tầng | ·\nD Mạng | 1.000\nD Máy | 2,5\n"
                "G 1x2:Con người | ·\nD Tập huấn | 3\nD Thi | \n");
    assert_tree(facts,
                BANG("du_lieu: viec\nnhom: {cot: nhom, nhan: chu}\ncot: [tt, ten]\n"),
                "H tt | ten\nG A | Hạ tầng\nD 1 | Mạng\nD 2 | Máy\nG B | Con người\n"
                "D 3 | Tập huấn\nD 4 | Thi\n");
    assert_tree("v:\n  - {n: x, s: I., t: a}\n  - {n: y, s: II., t: b}\n",
                BANG("du_lieu: v\nnhom: {cot: n, nhan: s}\ncot: [tt, t]\n"),
                "H tt | t\nG I. | x\nD 1 | a\nG II. | y\nD 2 | b\n");
}

static void test_heads(void **state) {
    (void)state;
    assert_tree("v:\n  - {a: 1, b: 2, c: 3, d: 4}\n",
                BANG("du_lieu: v\ncot:\n  - {ten: a, tieu_de: A}\n"
                     "  - tieu_de: BCD\n    cot:\n      - tieu_de: BC\n"
                     "        cot: [{ten: b, tieu_de: B}, {ten: c, tieu_de: C}]\n"
                     "      - {ten: d, tieu_de: D}\ndong_so: true\n"),
                "H 3x1:A | 1x3:BCD | · | ·\nH · | 1x2:BC | · | 2x1:D\nH · | B | C | ·\n"
                "H (1) | (2) | (3) | (4)\nD 1 | 2 | 3 | 4\n");
}

static void test_merges(void **state) {
    (void)state;
    assert_tree(
        facts, BANG("du_lieu: viec\ncot: [co_quan, ten]\ngop: [co_quan]\n"),
        "H co_quan | ten\nD 3x1:VP | Mạng\nD · | Máy\nD · | Tập huấn\nD VHXH | Thi\n");
    assert_tree(facts,
                BANG("du_lieu: viec\nnhom: {cot: nhom, nhan: la_ma}\ncot: [tt, "
                     "co_quan]\ngop: co_quan\n"),
                "H tt | co_quan\nG I | Hạ tầng\nD 1 | 2x1:VP\nD 2 | ·\nG II | Con người\n"
                "D 3 | VP\nD 4 | VHXH\n");
}

static void test_totals(void **state) {
    (void)state;
    assert_tree(
        facts,
        BANG("du_lieu: viec\ncot: [tt, ten, so]\ntong: {nhan: \"Tổng {{nam}}\", cot: "
             "[so]}\n"),
        "H tt | ten | so\nD 1 | Mạng | 1.000\nD 2 | Máy | 2,5\nD 3 | Tập huấn | 3\n"
        "D 4 | Thi | \nT 1x2:Tổng 2026 | · | 1.005,5\n");
    assert_tree("v:\n  - {x: \"0,1\"}\n  - {x: \"0,2\"}\n",
                BANG("du_lieu: v\ntong: {cot: x}\n"), "H x\nD 0,1\nD 0,2\nT 0,3\n");
    assert_says(facts, BANG("du_lieu: viec\ntong: {cot: ten}\n"),
                "f.yaml:3:26: error: “Mạng” is no number");
}

static void test_total_message(void **state) {
    struct bench b = bench_merge(facts, BANG("du_lieu: viec\ntong: {cot: ten}\n"), false);
    (void)state;
    assert_null(b.doc);
    assert_non_null(
        strstr(bench_messages(&b), "“Mạng” is no number and cannot go into the total"));
    bench_free(&b);
}

static void test_empty(void **state) {
    (void)state;
    assert_tree(
        facts,
        BANG("du_lieu: rong\ncot: [a, b]\ntrong: Không có\nchu_thich: Bảng {{nam}}\n"),
        "caption Bảng 2026\nH a | b\nE 1x2:Không có | ·\n");
    assert_tree(facts, BANG("du_lieu: rong\ncot: [a, b]\ntong: {cot: b}\n"),
                "H a | b\nE  | \n");
    assert_tree(facts, BANG("du_lieu: viec\ncot: [ten, {ten: ghi_chu, trong: \"-\"}]\n"),
                "H ten | ghi_chu\nD Mạng | -\nD Máy | -\nD Tập huấn | xong\nD Thi | -\n");
}

static void test_widths(void **state) {
    struct bench b = bench_merge(facts,
                                 BANG("du_lieu: viec\ncot:\n"
                                      "  - {ten: ten, rong: \"25,4\", canh: giua}\n"
                                      "  - {ten: so, rong: 20%, canh: phai}\n"),
                                 false);
    (void)state;
    const struct table *t = b.doc->root->first->u.table;
    assert_int_equal(t->col[0].width, 72000);
    assert_int_equal(t->col[0].align, ALIGN_CENTER);
    assert_int_equal(t->col[1].width, -20);
    assert_int_equal(t->col[1].align, ALIGN_RIGHT);
    assert_string_equal(t->col[1].title, "so");
    assert_string_equal(t->row[1].cell[0].value->key, "ten");
    bench_free(&b);
}

static void test_line_feeds(void **state) {
    (void)state;
    assert_tree("v:\n  - {a: \"x\\ny\"}\n", BANG("du_lieu: v\n"), "H a\nD x⏎y\n");
}

static void test_errors(void **state) {
    (void)state;
    assert_says(facts, BANG("du_lieu: vec\n"),
                "t.md:2:10: error: there is no table “vec”; is “viec” meant?");
    assert_says(facts, BANG("du_lieu: zzzzzz\n"),
                "put zzzzzz.csv into the report's folder");
    assert_says(facts, BANG("du_lieu: chu\n"), "“chu” is text, no table");
    assert_says(facts, BANG("cot: [a]\n"),
                "t.md:1:1: error: the table block lacks its data");
    assert_says(facts, BANG("du_lieu: viec\ncot:\n  - ten\n  - {ten: tne}\n"),
                "t.md:5:11: error: there is no column “tne”");
    assert_says(facts, BANG("du_lieu: viec\ncot: [ten]\ngop: [co_quann]\n"),
                "is “co_quan” meant?");
    assert_says(facts, BANG("du_lieu: viec\ncot: [ten]\ntong: {cot: [so]}\n"),
                "the column “so” of “tong” is not shown");
    assert_says(facts, BANG("du_lieu: viec\nnhom: {cot: nhomm}\ncot: [ten]\n"),
                "is “nhom” meant?");
    assert_says(facts, BANG("du_lieu: viec\ncott: [ten]\n"),
                "a table block has no entry “cott”; is “cot” meant?");
    assert_says(facts, BANG("du_lieu: viec\ncot: ten\n"), "the value of “cot” is wrong");
    assert_says(facts, BANG("du_lieu: viec\ncot: [{tieu_de: x}]\n"),
                "this column has no name");
    assert_says(facts, BANG("du_lieu: viec\ncot: [{cot: [ten]}]\n"),
                "this head over columns has no text");
    assert_says(facts, BANG("du_lieu: viec\ncot: [{ten: so, canh: gua}]\n"),
                "it takes trai, giua");
    assert_says(facts, BANG("du_lieu: viec\ncot: [{ten: so, rong: 1}]\n"),
                "millimetres from 3 to 400");
    assert_says(facts, BANG("du_lieu: viec\ncot: [{ten: so, dinh_dang: sso 2}]\n"),
                "is “so” meant?");
    assert_says(facts, BANG("du_lieu: viec\ndanh_so: x\n"), "lien_tuc, theo_nhom or cot");
    assert_says(facts, BANG("du_lieu: viec\ndong_so: x\n"), "true or false");
    assert_says(facts, BANG("du_lieu: viec\ntong: x\n"), "the value of “tong” is wrong");
    assert_says(facts, BANG("- a\n"), "the table block lacks its data");
    assert_says(facts, BANG(""), "the table block lacks its data");
    assert_says(facts, BANG("du_lieu: \"x\n"), "t.md:2:10: error:");
    assert_says(facts, BANG("du_lieu: viec\n{{#nam}}\ncot: [ten]\n{{/nam}}\n"),
                "t.md:3:1: error: a tag on a line of its own within a table block");
    assert_says(facts,
                BANG("du_lieu: viec\ncot: [{tieu_de: a, cot: [{tieu_de: b, cot: "
                     "[{tieu_de: c, cot: "
                     "[{tieu_de: d, cot: [ten]}]}]}]}]\n"),
                "more than 4 levels");
    assert_says(facts, "{{^viec}}\n" BANG("du_lieu: vec\n") "{{/viec}}\n",
                "there is no table “vec”");
}

static void test_large(void **state) {
    struct buf y = {0};
    (void)state;
    buf_adds(&y, "v:\n");
    for (int i = 0; i < 70000; i++)
        buf_printf(&y, "  - {g: x, n: %d}\n", i);
    struct bench b = bench_merge(
        y.data, BANG("du_lieu: v\ncot: [g, n]\ngop: [g]\ntong: {cot: n}\n"), false);
    assert_non_null(b.doc);
    const struct table *t = b.doc->root->first->u.table;
    assert_int_equal(t->nrows, 70002);
    /* a span holds 16 bits: the longest merge is cut in two */
    assert_int_equal(t->row[1].cell[0].rowspan, 65535);
    assert_int_equal(t->row[65536].cell[0].rowspan, 70000 - 65535);
    assert_string_equal(t->row[70001].cell[1].text, "2.449.965.000");
    bench_free(&b);
    buf_free(&y);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),         cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_groups),        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_merges),        cmocka_unit_test(test_totals),
        cmocka_unit_test(test_total_message), cmocka_unit_test(test_empty),
        cmocka_unit_test(test_widths),        cmocka_unit_test(test_line_feeds),
        cmocka_unit_test(test_errors),        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
