/* test_formula.c: computed values: declaring, order, types, decimals, given as well, missing, the period before */
#include "expr_kit.h"
#include "value_paths.h"

/* A report with computed values: the messages, or "". */
static const char *run(const char *mau, const char *facts) {
    load_report(mau, facts);
    return messages();
}

/* The value of a fact as it prints. */
static const char *shown(const char *path) {
    const struct value *v = value_at(arena, report->facts, path);
    assert_non_null(v);
    return value_show(arena, v);
}

/* The value of a cell, rows from 1. */
static const char *cell(const char *table, uint32_t row, const char *column) {
    const struct value *t = value_get(report->facts, table);
    assert_true(row <= t->n);
    return value_show(arena, value_get(t->u.item[row - 1], column));
}

#define FIELDS                                                                           \
    "truong:\n"                                                                          \
    "  - {name: a, type: integer}\n"                                                     \
    "  - {name: b, type: integer}\n"                                                     \
    "  - {name: nhom.x, type: number}\n"                                                 \
    "  - {name: ngay, type: date}\n"                                                     \
    "  - {name: trong_so, type: number}\n"                                               \
    "bang:\n"                                                                            \
    "  t: {fields: [{name: ten}, {name: x, type: integer}, {name: y, type: integer}]}\n"

/* ---- order -------------------------------------------------------------------------------- */

static void any_order(void **state) {
    (void)state;
    assert_string_equal(run(FIELDS "tinh:\n"
                                   "  - {name: e, type: integer, bieu_thuc: d + 1}\n"
                                   "  - {name: d, type: integer, bieu_thuc: c * 2}\n"
                                   "  - {name: c, type: integer, bieu_thuc: a + b}\n",
                            "a: 1\nb: 2\n"),
                        "");
    assert_string_equal(shown("c"), "3");
    assert_string_equal(shown("d"), "6");
    assert_string_equal(shown("e"), "7");
    assert_int_equal(schema->ordered, 3);
    assert_string_equal(schema->order[0]->name, "c");
}

static void columns_and_facts(void **state) {
    (void)state;
    put("t.csv", "ten;x;y\nm;10;4\nn;30;5\n");
    assert_string_equal(
        run(FIELDS "tinh:\n"
                   "  - {name: lon, type: integer, bieu_thuc: lon_nhat(t.ty_trong_2)}\n"
                   "  - {name: t.ty_trong_2, type: integer, bieu_thuc: "
                   "'lam_tron(ty_trong * 200, "
                   "0)'}\n"
                   "  - {name: t.ty_trong, type: number, kieu: phan_tram, bieu_thuc: x / "
                   "tong_x}\n"
                   "  - {name: tong_x, type: integer, bieu_thuc: tong(t.x)}\n"
                   "  - {name: t.hon, type: boolean, bieu_thuc: x > y * 3}\n"
                   "  - {name: t.stt2, type: integer, bieu_thuc: hang}\n",
            ""),
        "");
    assert_string_equal(cell("t", 1, "ty_trong"), "25%");
    assert_string_equal(cell("t", 2, "ty_trong"), "75%");
    assert_string_equal(cell("t", 2, "ty_trong_2"), "150");
    assert_string_equal(cell("t", 1, "hon"), "Không");
    assert_string_equal(cell("t", 2, "hon"), "Có");
    assert_string_equal(cell("t", 2, "stt2"), "2");
    assert_string_equal(shown("lon"), "150");
    size_t n;
    value_columns(value_get(report->facts, "t"), &n);
    assert_int_equal(n, 7);
}

static void cycles(void **state) {
    (void)state;
    load_schema(FIELDS "tinh:\n"
                       "  - {name: c, type: number, bieu_thuc: d + 1}\n"
                       "  - {name: d, type: number, bieu_thuc: \"neu(a > 1, e, 0)\"}\n"
                       "  - {name: e, type: number, bieu_thuc: c - 1}\n"
                       "  - {name: f, type: number, bieu_thuc: f + 1}\n"
                       "  - {name: g, type: number, bieu_thuc: e}\n"
                       "  - {name: t.z, type: number, bieu_thuc: x / tong(t.z)}\n"
                       "  - {name: t.v, type: number, bieu_thuc: t.v}\n");
    assert_string_equal(messages(),
                        "mau.yaml:10:12: error: computed values rest on each other in a "
                        "circle: c → d → e → c; mend one of the expressions\n"
                        "mau.yaml:13:12: error: computed values rest on each other in a "
                        "circle: f → f; mend one of the expressions\n"
                        "mau.yaml:15:12: error: computed values rest on each other in a "
                        "circle: t.z → t.z; mend one of the expressions\n"
                        "mau.yaml:16:12: error: computed values rest on each other in a "
                        "circle: t.v → t.v; mend one of the expressions\n");
    /* the former period's value is another one */
    load_schema(
        FIELDS
        "tinh:\n  - {name: c, type: number, bieu_thuc: ky_truoc.c + a, thieu: 0}\n");
    assert_string_equal(messages(), "");
}

/* Ten values in a ring, and a long chain from its far end. */
static void long_ways(void **state) {
    (void)state;
    struct buf b = {0};
    buf_adds(&b, "truong: []\ntinh:\n");
    for (int i = 0; i < 10; i++)
        buf_printf(&b, "  - {name: r%d, type: number, bieu_thuc: r%d + 1}\n", i,
                   (i + 1) % 10);
    load_schema(b.data);
    assert_string_equal(
        messages(),
        "mau.yaml:3:12: error: computed values rest on each other in a circle: r0 → r1 → "
        "r2 → r3 → r4 → r5 → r6 → r7 → r8 → r9 → r0; mend one of the expressions\n");
    b.len = 0;
    buf_adds(&b, "truong: []\ntinh:\n");
    for (int i = 0; i < 999; i++)
        buf_printf(&b, "  - {name: r%d, type: integer, bieu_thuc: r%d + 1}\n", i, i + 1);
    buf_adds(&b, "  - {name: r999, type: integer, bieu_thuc: 1}\n");
    assert_string_equal(run(b.data, ""), "");
    assert_string_equal(shown("r0"), "1.000");
    buf_adds(&b, "  - {name: r1000, type: integer, bieu_thuc: 1}\n");
    load_schema(b.data);
    buf_free(&b);
    assert_string_equal(messages(),
                        "mau.yaml:1003:5: error: “tinh” has more than 1000 items: "
                        "leave some out, or make them columns of a table\n");
}

/* ---- declaring --------------------------------------------------------------------------------- */

static void wrong_entries(void **state) {
    (void)state;
    load_schema(FIELDS "  mo:\n"
                       "tinh:\n"
                       "  - 5\n"
                       "  - {title: x, bieu_thuc: a}\n"
                       "  - {name: c}\n"
                       "  - {name: d, bieu_thuc: }\n"
                       "  - {name: e, bieu_thuc: [a]}\n"
                       "  - {name: f, bieu_thuc: a, chu_so: 10}\n"
                       "  - {name: g, bieu_thuc: a, chu_so: [1]}\n"
                       "  - {name: h, bieu_thuc: a, thieu: [1]}\n"
                       "  - {name: i, bieu_thuc: a, bieuthuc: b}\n"
                       "  - {name: i, bieu_thuc: a}\n"
                       "  - {name: j, type: array, bieu_thuc: a}\n"
                       "  - {name: k, type: so, bieu_thuc: a}\n"
                       "  - {name: l, bieu_thuc: \"\"}\n"
                       "  - {name: m, bieu_thuc: a +}\n"
                       "  - {name: n, bieu_thuc: zzzz}\n");
    assert_string_equal(
        messages(),
        "mau.yaml:11:5: error: this field has no name: add “name: …”\n"
        "mau.yaml:12:5: error: this field has no name: add “name: …”\n"
        "mau.yaml:13:5: error: the computed value “c” has no expression: add “bieu_thuc: "
        "…”\n"
        "mau.yaml:14:24: error: the computed value “d” has no expression: add "
        "“bieu_thuc: …”\n"
        "mau.yaml:15:26: error: “bieu_thuc” must be a text: put it in quotes\n"
        "mau.yaml:16:37: error: chu_so is a count of decimals from 0 to 9, not “10”: "
        "mend it\n"
        "mau.yaml:17:37: error: chu_so is a count of decimals from 0 to 9, not “a list”: "
        "mend it\n"
        "mau.yaml:18:36: error: “thieu” must be a text: put it in quotes\n"
        "mau.yaml:19:29: error: mau.yaml has no “bieuthuc” here: do you mean "
        "“bieu_thuc”?\n"
        "mau.yaml:20:12: error: “i” is declared on line 19 already: delete one\n"
        "mau.yaml:21:21: error: a computed value cannot be “array”: use string, integer, "
        "number, date, boolean or year\n"
        "mau.yaml:22:21: error: there is no type “so”: use string, integer, number, "
        "year, date, boolean, array or object\n"
        "mau.yaml:23:26: error: the computed value “l” has no expression: add "
        "“bieu_thuc: …”\n"
        "mau.yaml:24:29: error: the expression breaks off: add a name, a number, a text "
        "in quotes or “(”\n"
        "mau.yaml:25:26: error: there is no field, table or column “zzzz”: declare it "
        "under “truong”, “bang” or “tinh”, or mend the name\n");
}

static void wrong_names(void **state) {
    (void)state;
    load_schema(FIELDS "  mo:\n"
                       "mac_dinh: {}\n"
                       "tinh:\n"
                       "  - {name: co_quan, bieu_thuc: a}\n"
                       "  - {name: nhom, bieu_thuc: a}\n"
                       "  - {name: t, bieu_thuc: a}\n"
                       "  - {name: mo.x, bieu_thuc: a}\n"
                       "  - {name: t.x.y, bieu_thuc: a}\n"
                       "  - {name: a.b, bieu_thuc: a}\n"
                       "  - {name: can_cu.x, bieu_thuc: a}\n"
                       "  - {name: nguoi_ky.x, bieu_thuc: a}\n"
                       "  - {name: ky_truoc.x, bieu_thuc: a}\n"
                       "  - {name: Tên, bieu_thuc: a}\n"
                       "  - {name: c, bieu_thuc: a}\n"
                       "  - {name: c.d, bieu_thuc: a}\n"
                       "  - {name: e.f, bieu_thuc: a}\n"
                       "  - {name: e, bieu_thuc: a}\n");
    assert_string_equal(
        messages(),
        "mau.yaml:12:12: error: “co_quan” is a built-in field of every report and cannot "
        "be "
        "computed: choose another name\n"
        "mau.yaml:13:12: error: “nhom” is a group or table and cannot be computed: "
        "choose "
        "another name\n"
        "mau.yaml:14:12: error: “t” is a group or table and cannot be computed: choose "
        "another name\n"
        "mau.yaml:15:12: error: the table “mo” declares no columns, so none can be "
        "computed: "
        "declare its “fields”\n"
        "mau.yaml:16:12: error: the name “t.x.y” cannot be used: only lower-case letters "
        "without marks, digits and _ (fields of the report may have dots: ho_so.tong)\n"
        "mau.yaml:17:12: error: “a” is one value and has fields below it: make it type "
        "object or array, or rename it\n"
        "mau.yaml:18:12: error: “can_cu” is a built-in field of every report and cannot "
        "be "
        "computed: choose another name\n"
        "mau.yaml:19:12: error: “nguoi_ky” is a built-in field of every report and "
        "cannot be "
        "computed: choose another name\n"
        "mau.yaml:20:12: error: “ky_truoc” is a built-in field of every report and "
        "cannot be "
        "computed: choose another name\n"
        "mau.yaml:21:12: error: the name “Tên” cannot be used: only lower-case letters "
        "without marks, digits and _ (fields of the report may have dots: ho_so.tong)\n"
        "mau.yaml:23:12: error: “c” is one value and has fields below it: make it type "
        "object or array, or rename it\n"
        "mau.yaml:25:12: error: “e” is a group or table and cannot be computed: choose "
        "another name\n");
    load_schema("truong: [{name: ds, type: array}, {name: ds.x}]\n"
                "tinh: [{name: ds.y, bieu_thuc: 1}, {name: ds, bieu_thuc: 1}]\n");
    assert_string_equal(
        messages(),
        "mau.yaml:2:15: error: “ds” is a list, and nothing can be computed in "
        "its items: declare “ds” under “bang” instead of “truong”\n"
        "mau.yaml:2:43: error: “ds” is a group or table and cannot be "
        "computed: choose another name\n");
}

/* Declared and computed: the declaration's type holds, and it need not be given. */
static void declared_as_well(void **state) {
    (void)state;
    put("t.csv", "ten\nm\n");
    assert_string_equal(
        run("truong: [{name: c, type: integer, title: Xê, constraints: {required: "
            "true}}]\n"
            "bang: {t: {fields: [{name: ten}, {name: z, type: integer, constraints: "
            "{required: "
            "true}}]}}\n"
            "tinh: [{name: c, bieu_thuc: 6 / 2}, {name: t.z, bieu_thuc: c + hang}]\n",
            ""),
        "");
    assert_string_equal(shown("c"), "3");
    assert_string_equal(cell("t", 1, "z"), "4");
    assert_int_equal(value_get(report->facts, "c")->kind, VALUE_NUMBER);
}

/* ---- types and decimals --------------------------------------------------------------------------- */

/* One computed value with further keys, as it prints; messages stay. */
static const char *one(const char *keys) {
    load_report(arena_printf(arena, FIELDS "tinh:\n  - {name: c, %s}\n", keys),
                "a: 12.456\nb: 7\nnhom: {x: \"0,10\"}\nngay: 2026-06-15\n");
    return shown("c");
}

static void types(void **state) {
    (void)state;
    put("t.csv", "ten;x;y\nm;10;4\n");
    assert_string_equal(one("type: integer, bieu_thuc: a + b"), "12.463");
    assert_string_equal(one("type: number, bieu_thuc: a / b"), "1.779,428571");
    assert_string_equal(one("type: number, bieu_thuc: a / 8"), "1.557");
    assert_string_equal(one("type: number, bieu_thuc: b / 8"), "0,875");
    assert_string_equal(one("type: number, bieu_thuc: nhom.x + 1"), "1,10");
    assert_string_equal(one("type: number, bieu_thuc: a / b, chu_so: 2"), "1.779,43");
    assert_string_equal(one("type: number, bieu_thuc: a, chu_so: 0"), "12.456");
    assert_string_equal(one("type: number, kieu: phan_tram, bieu_thuc: b / 8"), "87,5%");
    assert_string_equal(one("type: number, kieu: phan_tram, bieu_thuc: b / 3"),
                        "233,33%");
    assert_string_equal(one("type: number, kieu: phan_tram, bieu_thuc: b / 3, chu_so: 0"),
                        "233%");
    assert_string_equal(one("type: number, kieu: phan_tram, bieu_thuc: b / 7"), "100%");
    assert_string_equal(one("type: number, bieu_thuc: 'ty_le(b, 8)'"), "87,5%");
    assert_string_equal(one("type: number, bieu_thuc: 'lam_tron(ty_le(b, 3), 1)'"),
                        "233,3%");
    assert_string_equal(one("type: number, bieu_thuc: '98,70% + 1%'"), "99,70%");
    assert_string_equal(one("type: year, bieu_thuc: nam(ngay)"), "2026");
    assert_string_equal(one("type: integer, bieu_thuc: nam(ngay)"), "2.026");
    assert_string_equal(one("type: year, bieu_thuc: nam(ngay) + 1"), "2027");
    assert_string_equal(one("type: string, bieu_thuc: 'noi(a, \"/\", b)'"), "12.456/7");
    assert_string_equal(one("bieu_thuc: a"), "12.456");
    assert_string_equal(one("type: string, bieu_thuc: 'neu(a > 1, \"\", \"x\")'"), "");
    assert_int_equal(value_get(report->facts, "c")->kind,
                     VALUE_TEXT); /* blank, not missing */
    assert_string_equal(one("type: date, bieu_thuc: ngay"), "15/6/2026");
    assert_string_equal(one("type: date, bieu_thuc: '\"2026-01\"'"), "01/2026");
    assert_string_equal(one("type: boolean, bieu_thuc: a > b"), "Có");
    assert_string_equal(one("type: integer, bieu_thuc: '\"1.204\"'"), "1.204");
    assert_string_equal(one("type: integer, bieu_thuc: 'a / b, chu_so: 2'"), "");
    messages();
    assert_string_equal(one("type: number, bieu_thuc: 2 ^ 70"),
                        "1.180.591.620.717.411.303.424");
    assert_string_equal(messages(), "");
}

static void wrong_types(void **state) {
    (void)state;
    one("type: integer, bieu_thuc: a / b");
    assert_string_equal(messages(),
                        "mau.yaml:10:41: error: “a / b” comes to 1.779,428571, "
                        "which is no whole number: use lam_tron(…, 0), or declare "
                        "“c” as type: number\n");
    one("type: number, bieu_thuc: a > b");
    assert_string_equal(
        messages(),
        "mau.yaml:10:40: error: “a > b” comes to “Có”, which does not fit the "
        "type of “c”: mend the type or the expression\n");
    one("type: date, bieu_thuc: a");
    assert_string_equal(messages(),
                        "mau.yaml:10:38: error: “a” comes to “12.456”, which does "
                        "not fit the type of “c”: mend the type or the "
                        "expression\n");
    one("type: boolean, bieu_thuc: '\"chắc\"'");
    assert_string_equal(messages(),
                        "mau.yaml:10:42: error: “\"chắc\"” comes to “chắc”, which "
                        "does not fit the type of “c”: mend the type or the "
                        "expression\n");
    put("t.csv", "ten;x;y\nm;10;4\nn;12;4\n");
    run(FIELDS "tinh: [{name: t.z, type: integer, bieu_thuc: x / y}]\n", "");
    load_report(FIELDS "tinh: [{name: t.z, type: integer, bieu_thuc: x / y}]\n", "");
    assert_string_equal(
        messages(),
        "mau.yaml:9:46: error: row 2 of “t”: “x / y” comes to 2,5, which is no "
        "whole number: use lam_tron(…, 0), or declare “t.z” as type: number\n");
}

/* A year is never grouped, however it was given; a blank text is no value, and goes on as a text. */
static void years_and_blanks(void **state) {
    (void)state;
    const char *mau = "truong: [{name: nam, type: year}, {name: q, type: integer}]\n"
                      "tinh:\n"
                      "  - {name: sau, type: year, bieu_thuc: nam + 1}\n"
                      "  - {name: c, bieu_thuc: 'neu(nam > 1, \"\", \"x\")'}\n"
                      "  - {name: d, bieu_thuc: 'noi(c, \"y\")'}\n"
                      "  - {name: e, type: boolean, bieu_thuc: co(c)}\n";
    assert_string_equal(run(mau, "nam: 2025\n"), "");
    assert_string_equal(shown("nam"), "2025");
    assert_string_equal(shown("sau"), "2026");
    assert_string_equal(shown("c"), "");
    assert_string_equal(shown("d"), "y");
    assert_string_equal(shown("e"), "Không");
    assert_string_equal(run(mau, "nam: 2.025\n"), "");
    assert_string_equal(shown("nam"), "2025");
    assert_string_equal(
        run(mau, "nam: 2025,5\n"),
        "baocao.yaml:6:6: error: “nam”: “2025,5” is no whole number: write it "
        "without decimals and without %\n");
    put("baocao.json", "{\"co_quan\": \"A\", \"dia_danh\": \"B\", \"ngay_ban_hanh\": "
                       "\"2025\", \"trich_yeu\": \"C\", \"nguoi_ky\": {\"chuc_vu\": "
                       "\"D\", \"ho_ten\": \"E\"}, \"nam\": 2025}");
    unlink(path_join(arena, folder, "baocao.yaml"));
    report = report_load(arena, diag, folder);
    assert_true(check_report(arena, diag, report, schema));
    assert_string_equal(shown("nam"), "2025");
    assert_string_equal(shown("sau"), "2026");
}

/* ---- given as well ------------------------------------------------------------------------------------ */

#define RATIO                                                                            \
    FIELDS "tinh: [{name: c, type: number, kieu: phan_tram, bieu_thuc: a / b}]\n"

static void given(void **state) {
    (void)state;
    assert_string_equal(run(RATIO, "a: 2\nb: 3\nc: 66,67%\n"), "");
    assert_string_equal(run(RATIO, "a: 2\nb: 3\nc: 66,7%\n"), "");
    assert_string_equal(run(RATIO, "a: 2\nb: 3\nc: 67%\n"), "");
    assert_string_equal(run(RATIO, "a: 0\nb: 3\nc: 0\n"), "");
    assert_string_equal(run(RATIO, "a: 1\nb: 300\nc: 0\n"), "");
    assert_string_equal(
        run(RATIO, "a: 2\nb: 3\nc: 66%\n"),
        "baocao.yaml:8:4: error: “c” is given as 66% but comes to 66,67% (= a "
        "/ b): mend the data, or delete this value so that it is computed\n");
    assert_string_equal(
        run(RATIO, "a: 2\nb: 5\nc: 0\n"),
        "baocao.yaml:8:4: error: “c” is given as 0% but comes to 40% (= a / "
        "b): mend the data, or delete this value so that it is computed\n");
    /* what is wrong already is not compared */
    assert_string_equal(
        run(RATIO, "a: 2\nb: 5\nc: 66\n"),
        "baocao.yaml:8:4: error: “c”: the percentage “66” lacks its %: write "
        "it like 98,70%\n");
    /* where the operands are missing, what is given stays */
    assert_string_equal(run(RATIO, "a: 2\nc: 66%\n"), "");
    assert_string_equal(shown("c"), "66%");
    assert_string_equal(run(RATIO, "a: 2\nb: 0\nc: 66%\n"), "");
    assert_string_equal(run(FIELDS "tinh: [{name: c, bieu_thuc: 'xu_huong(a, b)'}]\n",
                            "a: 2\nb: 1\nc: tăng\n"),
                        "");
    assert_string_equal(
        run(FIELDS "tinh: [{name: c, bieu_thuc: 'xu_huong(a, b)'}]\n",
            "a: 2\nb: 1\nc: giảm\n"),
        "baocao.yaml:8:4: error: “c” is given as “giảm” but comes to “tăng” (= "
        "xu_huong(a, b)): mend the data, or delete this value so that it is "
        "computed\n");
    assert_string_equal(run(FIELDS
                            "tinh: [{name: nam, type: year, bieu_thuc: nam(ngay)}]\n",
                            "ngay: 2026-06-15\nnam: 2026\n"),
                        "");
    put("t.csv", "ten;x;y;z\nm;10;4;6\nn;30;5;24\n");
    assert_string_equal(
        run(FIELDS "tinh: [{name: t.z, type: integer, bieu_thuc: x - y}]\n", ""),
        "t.csv:3:8: error: row 3, column “z”: “t.z” is given as 24 but comes to 25 (= x "
        "- y): "
        "mend the data, or delete this value so that it is computed\n");
    assert_string_equal(cell("t", 2, "z"), "25");
}

static void given_in_json(void **state) {
    (void)state;
    put("baocao.json",
        "{\"co_quan\": \"A\", \"dia_danh\": \"B\", \"ngay_ban_hanh\": \"2025\", "
        "\"trich_yeu\": \"C\",\n\"nguoi_ky\": {\"chuc_vu\": \"D\", \"ho_ten\": \"E\"},\n"
        "\"a\": 987, \"b\": 1000, \"c\": 0.987}");
    report = report_load(arena, diag, folder);
    schema = load_schema(RATIO);
    assert_true(check_report(arena, diag, report, schema));
    put("baocao.json",
        "{\"co_quan\": \"A\", \"dia_danh\": \"B\", \"ngay_ban_hanh\": \"2025\", "
        "\"trich_yeu\": \"C\",\n\"nguoi_ky\": {\"chuc_vu\": \"D\", \"ho_ten\": \"E\"},\n"
        "\"a\": 987, \"b\": 1000, \"c\": 0.985}");
    report = report_load(arena, diag, folder);
    assert_false(check_report(arena, diag, report, schema));
    assert_string_equal(
        messages(),
        "baocao.json:3:27: error: “c” is given as 98,5% but comes to 98,7% (= "
        "a / b): mend the data, or delete this value so that it is "
        "computed\n");
}

/* ---- what is missing -------------------------------------------------------------------------------------- */

static void missing(void **state) {
    (void)state;
    assert_string_equal(
        run(RATIO, "b: 3\n"),
        "baocao.yaml: error: “c” = a / b cannot be computed: a is missing; complete the "
        "data, or let the template say “thieu: …”\n");
    assert_string_equal(
        run(RATIO, "a: 3\nb:\n"),
        "baocao.yaml:7:2: error: “c” = a / b cannot be computed: b is missing; complete "
        "the data, or let the template say “thieu: …”\n");
    assert_string_equal(
        run(RATIO, "a: 3\nb: 0\n"),
        "baocao.yaml:7:4: error: “c” = a / b cannot be computed: division by "
        "zero; mend the data, or let the template say “thieu: …”\n");
    assert_string_equal(
        run(FIELDS "tinh: [{name: c, type: number, bieu_thuc: nhom.x + 1}]\n", "nhom:\n"),
        "baocao.yaml:6:1: error: “c” = nhom.x + 1 cannot be computed: nhom.x is missing; "
        "complete the data, or let the template say “thieu: …”\n");
    put("t.csv", "ten;x;y\nm;10;4\nn;;0\nq;1;0\n");
    assert_string_equal(
        run(FIELDS "tinh: [{name: t.z, type: number, bieu_thuc: x / y}]\n", ""),
        "t.csv:3:3: error: row 3, column “x”: “t.z” = x / y cannot be computed: x is "
        "missing; complete the data, or let the template say “thieu: …”\n"
        "t.csv:4:5: error: row 4, column “y”: “t.z” = x / y cannot be computed: division "
        "by zero; mend the data, or let the template say “thieu: …”\n");
    assert_string_equal(
        run(FIELDS "tinh: [{name: c, type: number, bieu_thuc: 'o(t.x, ten == \"z\")'}]\n",
            ""),
        "t.csv:1:1: error: “c” = o(t.x, ten == \"z\") cannot be computed: no row fits "
        "o(t.x, ten == "
        "\"z\"); complete the data, or let the template say “thieu: …”\n");
}

/* One lack is told once, not by all that rests on it. */
static void missing_once(void **state) {
    (void)state;
    assert_string_equal(
        run(FIELDS "tinh:\n"
                   "  - {name: c, type: number, bieu_thuc: a + 1}\n"
                   "  - {name: d, type: number, bieu_thuc: c + 1}\n"
                   "  - {name: e, type: number, bieu_thuc: d / a}\n",
            ""),
        "baocao.yaml: error: “c” = a + 1 cannot be computed: a is missing; complete the "
        "data, or let the template say “thieu: …”\n");
    assert_string_equal(
        run("truong: [{name: a, type: integer, constraints: {required: true}}]\n"
            "tinh: [{name: c, type: number, bieu_thuc: a + 1}]\n",
            ""),
        "baocao.yaml: error: the field “a” is missing (a): add a line “a: …” to this "
        "file\n");
    assert_string_equal(run("truong: [{name: a, type: integer}]\n"
                            "tinh: [{name: c, type: number, bieu_thuc: a + 1}]\n",
                            "a: nhiều\n"),
                        "baocao.yaml:6:4: error: “a”: “nhiều” is no number: write only a "
                        "number like 12.456 or 98,7 or 98,70%, without unit or words\n");
}

static void word_for_missing(void **state) {
    (void)state;
    const char *mau =
        FIELDS "tinh:\n"
               "  - {name: c, type: number, bieu_thuc: a / b, thieu: không có}\n"
               "  - {name: d, type: number, bieu_thuc: a / b, thieu: }\n"
               "  - {name: e, type: number, bieu_thuc: c + 1, thieu: \"-\"}\n"
               "  - {name: f, bieu_thuc: 'neu(co(c), \"có c\", \"chưa\")'}\n";
    assert_string_equal(run(mau, "a: 1\nb: 0\n"), "");
    assert_string_equal(shown("c"), "không có");
    assert_int_equal(value_get(report->facts, "c")->kind, VALUE_NODATA);
    assert_string_equal(shown("d"), "");
    assert_int_equal(value_get(report->facts, "d")->kind, VALUE_NONE);
    assert_string_equal(shown("e"), "-");
    assert_string_equal(shown("f"), "chưa");
    assert_string_equal(run(mau, "a: 1\nb: 2\n"), "");
    assert_string_equal(shown("c"), "0,5");
    assert_string_equal(shown("e"), "1,5");
    assert_string_equal(shown("f"), "có c");
    /* an error is no lack */
    assert_string_equal(
        run(FIELDS "tinh: [{name: c, type: number, bieu_thuc: 'a ^ 0,5', "
                   "thieu: không có}]\n",
            "a: 2\n"),
        "mau.yaml:9:48: error: the exponent “0,5” must be a whole number of at "
        "most 4096: mend it\n");
}

/* ---- the period before ---------------------------------------------------------------------------------------- */

#define GROWTH                                                                           \
    "truong: [{name: a, type: integer}, {name: luy_ke, type: integer}]\n"                \
    "bang: {t: {fields: [{name: x, type: integer}]}}\n"                                  \
    "tinh:\n"                                                                            \
    "  - {name: tang, type: number, kieu: phan_tram, bieu_thuc: 'tang_truong(a, "        \
    "ky_truoc.a)'}\n"                                                                    \
    "  - {name: cong, type: integer, bieu_thuc: tong(t.x) + tong(ky_truoc.t.x)}\n"

static void period_before(void **state) {
    (void)state;
    put("t.csv", "x\n5\n6\n");
    assert_string_equal(
        run(GROWTH, "a: 3\n"),
        "baocao.yaml: error: “tang” = tang_truong(a, ky_truoc.a) cannot be "
        "computed: there is no report of the former period; add “ky_truoc: "
        "<its folder>” to this file or run with --ky-truoc, or let the "
        "template say “thieu: …”\n"
        "baocao.yaml: error: “cong” = tong(t.x) + tong(ky_truoc.t.x) cannot be "
        "computed: there is no report of the former period; add “ky_truoc: "
        "<its folder>” to this file or run with --ky-truoc, or let the "
        "template say “thieu: …”\n");
    assert_true(schema->looks_back);
    load_report("truong: [{name: a, type: integer}]\nbang: {t: {fields: [{name: x, type: "
                "integer}]}}\n",
                "a: 2\n");
    assert_false(schema->looks_back);
    struct report *former = report;
    put("t.csv", "x\n10\n20\n");
    put("baocao.yaml", BASE "a: 3\n");
    report = report_load(arena, diag, folder);
    report->previous = former->facts;
    schema = load_schema(GROWTH);
    assert_true(check_report(arena, diag, report, schema));
    assert_string_equal(messages(), "");
    assert_string_equal(shown("tang"), "50%");
    assert_string_equal(shown("cong"), "41");
    assert_string_equal(shown("ky_truoc.a"), "2");
    /* what the former one lacks is told there */
    struct schema *s = schema;
    load_report("truong: [{name: a, type: integer}]\n", "");
    former = report;
    schema = s;
    put("baocao.yaml", BASE "a: 3\n");
    report = report_load(arena, diag, folder);
    report->previous = former->facts;
    assert_false(check_report(arena, diag, report, schema));
    assert_string_equal(
        messages(),
        "baocao.yaml: error: “tang” = tang_truong(a, ky_truoc.a) cannot be computed: "
        "ky_truoc.a is missing; complete the data, or let the template say “thieu: …”\n"
        "mau.yaml:5:61: error: “cong” = tong(t.x) + tong(ky_truoc.t.x) cannot be "
        "computed: ky_truoc.t.x is missing; complete the data, or let the template say "
        "“thieu: …”\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(any_order),
        TEST(columns_and_facts),
        TEST(cycles),
        TEST(long_ways),
        TEST(wrong_entries),
        TEST(wrong_names),
        TEST(declared_as_well),
        TEST(types),
        TEST(wrong_types),
        TEST(years_and_blanks),
        TEST(given),
        TEST(given_in_json),
        TEST(missing),
        TEST(missing_once),
        TEST(word_for_missing),
        TEST(period_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
