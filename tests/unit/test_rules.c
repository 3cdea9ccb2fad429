/* test_rules.c: checks of a template: severity, khi, rows, messages, ready rules; loc; operands; explain */
#include "expr_kit.h"

static const char *run(const char *mau, const char *facts) {
    load_report(mau, facts);
    return messages();
}

#define FIELDS                                                                            \
    "truong:\n"                                                                           \
    "  - {name: a, type: integer, title: Tổng a}\n"                                     \
    "  - {name: b, type: integer}\n"                                                      \
    "  - {name: c, type: integer}\n"                                                      \
    "  - {name: nam, type: year}\n"                                                       \
    "  - {name: ti, type: number, kieu: phan_tram}\n"                                     \
    "  - {name: chu, type: string}\n"                                                     \
    "  - {name: ds, type: array}\n"                                                       \
    "bang:\n"                                                                             \
    "  t: {title: Bảng tê, fields: [{name: ten}, {name: x, type: integer}, {name: y, " \
    "type: "                                                                              \
    "integer}]}\n"                                                                        \
    "  mo:\n"

/* ---- running -------------------------------------------------------------------------- */

static void severity(void **state) {
    (void)state;
    const char *mau =
        FIELDS "kiem_tra:\n"
               "  - {dieu_kien: a == b + c, thong_bao: a sai}\n"
               "  - {dieu_kien: a > 100, muc: canh_bao, thong_bao: a nhỏ}\n"
               "  - {dieu_kien: b > 100, muc: cảnh báo}\n"
               "  - {dieu_kien: c > 100, muc: loi}\n"
               "  - {dieu_kien: c > 0, muc: lỗi, thong_bao: không tới đây}\n";
    assert_false(load_report(mau, "a: 10\nb: 4\nc: 5\n"));
    assert_string_equal(
        messages(), "baocao.yaml:6:4: error: a sai\n"
                    "baocao.yaml:6:4: warning: a nhỏ\n"
                    "baocao.yaml:7:4: warning: the data do not fulfil “b > 100”: look at "
                    "them again\n"
                    "baocao.yaml:8:4: error: the data do not fulfil “c > 100”: mend "
                    "them\n");
    /* warnings alone let the report pass */
    assert_true(load_report(FIELDS "kiem_tra: [{dieu_kien: a > 100, muc: canh_bao}]\n",
                            "a: 10\n"));
    assert_int_equal(diag_count(diag, SEV_WARNING), 1);
}

static void only_when(void **state) {
    (void)state;
    const char *mau =
        FIELDS "kiem_tra: [{khi: nam == 2025, dieu_kien: a > b, thong_bao: sai}]\n";
    assert_string_equal(run(mau, "nam: 2025\na: 1\nb: 2\n"),
                        "baocao.yaml:7:4: error: sai\n");
    assert_string_equal(run(mau, "nam: 2024\na: 1\nb: 2\n"), "");
    assert_string_equal(run(mau, "a: 1\nb: 2\n"), "");
    /* a check over something missing does not apply */
    assert_string_equal(run(mau, "nam: 2025\na: 1\n"), "");
    assert_string_equal(
        run(FIELDS "kiem_tra: [{dieu_kien: a / b > 1}]\n", "a: 1\nb: 0\n"), "");
    assert_string_equal(
        run(FIELDS "kiem_tra: [{dieu_kien: co(a)}]\n", ""),
        "baocao.yaml: error: the data do not fulfil “co(a)”: mend them\n");
    /* neither a condition */
    assert_string_equal(
        run(FIELDS "kiem_tra: [{khi: a, dieu_kien: a > b}]\n", "a: 1\nb: 2\n"),
        "mau.yaml:12:18: error: “a” is no condition: write a comparison\n");
    assert_string_equal(run(FIELDS "kiem_tra: [{dieu_kien: a + b}]\n", "a: 1\nb: 2\n"),
                        "mau.yaml:12:24: error: “a + b” is no condition: write a "
                        "comparison\n");
}

static void over_rows(void **state) {
    (void)state;
    put("t.csv", "ten;x;y\nm;5;4\nn;3;4\np;;4\nq;1;2\n");
    const char *mau = FIELDS
        "kiem_tra:\n"
        "  - {bang: t, dieu_kien: x >= y, thong_bao: \"{{ten}}: {{x}} nhỏ hơn {{y}}\"}\n";
    assert_string_equal(run(mau, ""),
                        "t.csv:3:3: error: row 3, column “x”: n: 3 nhỏ hơn 4\n"
                        "t.csv:5:3: error: row 5, column “x”: q: 1 nhỏ hơn 2\n");
    assert_string_equal(
        run(FIELDS "kiem_tra: [{bang: t, khi: hang > 2, dieu_kien: x > a}]\n", "a: 2\n"),
        "t.csv:5:3: error: row 5, column “x”: the data do not fulfil “x > a”: mend "
        "them\n");
    /* no operand of it stands in the data */
    assert_string_equal(
        run(FIELDS "kiem_tra: [{bang: t, dieu_kien: hang < 4}]\n", ""),
        "mau.yaml:12:33: error: row 5 of “t”: the data do not fulfil “hang < "
        "4”: mend them\n");
    put("t.csv", "ten;x;y\n");
    assert_string_equal(run(mau, ""), "");
    put("mo.csv", "k;v\nm;1\nn;2\n");
    assert_string_equal(
        run(FIELDS "kiem_tra: [{bang: mo, dieu_kien: v < 2}]\n", ""),
        "mo.csv:3:3: error: row 3, column “v”: the data do not fulfil “v < 2”: "
        "mend them\n");
    assert_string_equal(
        run(FIELDS "kiem_tra: [{bang: mo, dieu_kien: vv < 2}]\n", ""),
        "mau.yaml:12:34: error: row 2 of “mo”: there is no field, table or "
        "column “vv”: declare it under “truong”, “bang” or “tinh”, or mend the "
        "name\n");
}

/* Whole columns: the place of the message is the first cell that counts. */
static void over_columns(void **state) {
    (void)state;
    put("t.csv", "ten;x;y\nm;5;4\nn;3;4\n");
    assert_string_equal(
        run(FIELDS
            "kiem_tra: [{dieu_kien: 'tong(t.x) == a', thong_bao: \"Tổng {{tong(t.x)}}, "
            "ghi {{a}}\"}]\n",
            "a: 9\n"),
        "t.csv:1:1: error: Tổng 8, ghi 9\n");
    assert_string_equal(run(FIELDS
                            "kiem_tra: [{dieu_kien: 'khac_nhau(t.y)', thong_bao: \"lặp "
                            "{{lap(t.y)}}\"}]\n",
                            ""),
                        "t.csv:1:1: error: lặp “4”\n");
}

/* A check over a computed value is told at the figures that it rests on. */
static void over_computed(void **state) {
    (void)state;
    assert_string_equal(run(FIELDS
                            "tinh: [{name: hieu, type: integer, bieu_thuc: a - b}]\n"
                            "kiem_tra: [{dieu_kien: hieu >= 0, thong_bao: \"Thiếu "
                            "{{tuyet_doi(hieu)}}\"}]\n",
                            "a: 3\nb: 5\n"),
                        "baocao.yaml:6:4: error: Thiếu 2\n");
}

static void messages_with_tags(void **state) {
    (void)state;
#define TELL(text) FIELDS "kiem_tra: [{dieu_kien: a > 100000, thong_bao: \"" text "\"}]\n"
    const char *facts = "a: 12.456\nb: 7\nti: 98,70%\nchu: hai\n";
    assert_string_equal(run(TELL("{{a}}{{ b }} {{ti}}, {{chu}} {{c}}"), facts),
                        "baocao.yaml:6:4: error: 12.4567 98,70%, hai (empty)\n");
    assert_string_equal(run(TELL("{{a / b}} {{lam_tron(a / b, 1)}} {{1 / 0}}"), facts),
                        "baocao.yaml:6:4: error: 1.779,428571 1.779,4 (empty)\n");
    assert_string_equal(run(TELL("{{noi('}', chu)}} {chu} }} {"), facts),
                        "baocao.yaml:6:4: error: }hai {chu} }} {\n");
    assert_string_equal(
        run(TELL("một {{a"), facts),
        "mau.yaml:12:52: error: the “}}” of this tag is missing: add it behind "
        "the expression\n");
    assert_string_equal(
        run(TELL("một {{}} {{a +}} {{zzzz}}"), facts),
        "mau.yaml:12:54: error: the expression is empty: write one, such as “a / b”\n"
        "mau.yaml:12:62: error: the expression breaks off: add a name, a number, a text "
        "in quotes or “(”\n"
        "mau.yaml:12:67: error: there is no field, table or column “zzzz”: declare it "
        "under “truong”, “bang” or “tinh”, or mend the name\n");
    assert_string_equal(run(TELL("{{noi('a | b')}}"), facts),
                        "baocao.yaml:6:4: error: a | b\n");
}

static void formatters(void **state) {
    (void)state;
    const char *facts = "a: 12.456\nchu: hai\n";
    assert_string_equal(
        run(TELL("{{a | so 2}} {{a / 7 | so}} {{a / 7 | so 1}} {{chu | hoa}} {{c | so}} "
                 "{{a > 1 | thuong}} {{ngay_ban_hanh | ngay_chu}} {{ngay_ban_hanh}}"),
            facts),
        "baocao.yaml:6:4: error: 12.456,00 1.779,428571 1.779,4 HAI (empty) có "
        "tháng 12 năm 2025 12/2025\n");
    assert_non_null(strstr(run(TELL("{{a | lạ}}"), facts),
                           "mau.yaml:12:52: error: there is no formatter"));
}

/* ---- reading ---------------------------------------------------------------------------------- */

static void wrong_rules(void **state) {
    (void)state;
    load_schema(FIELDS "kiem_tra:\n"
                       "  - a > b\n"
                       "  - {ten: x}\n"
                       "  - {ten: x, dieu_kien: }\n"
                       "  - {dieu_kien: [a], khi: {b: c}, thong_bao: [x]}\n"
                       "  - {dieu_kien: a > 1, muc: nang}\n"
                       "  - {dieu_kien: a > 1, muc: [loi]}\n"
                       "  - {dieu_kien: a > 1, bang: tt}\n"
                       "  - {dieu_kien: a > 1, bang: hoan_toan_khac}\n"
                       "  - {dieu_kien: a > 1, thongbao: x}\n"
                       "  - {dieu_kien: x > 1}\n"
                       "  - {dieu_kien: x > 1, bang: t, ten: y}\n"
                       "  - {dieu_kien: y > 1, bang: t, ten: y}\n"
                       "  - {dieu_kien: a > 1, ten: [x]}\n");
    assert_string_equal(
        messages(),
        "mau.yaml:13:5: error: each item of kiem_tra consists of “dieu_kien: …” and "
        "“thong_bao: …”: mend this one\n"
        "mau.yaml:14:5: error: the check has no condition: add “dieu_kien: …”\n"
        "mau.yaml:15:23: error: the check has no condition: add “dieu_kien: …”\n"
        "mau.yaml:16:17: error: “dieu_kien” must be a text: put it in quotes\n"
        "mau.yaml:16:27: error: “khi” must be a text: put it in quotes\n"
        "mau.yaml:16:46: error: “thong_bao” must be a text: put it in quotes\n"
        "mau.yaml:17:29: error: muc is loi or canh_bao, not “nang”: mend it\n"
        "mau.yaml:18:29: error: muc is loi or canh_bao, not “a list”: mend it\n"
        "mau.yaml:19:30: error: there is no table “tt”: do you mean “t”?\n"
        "mau.yaml:20:30: error: there is no table “hoan_toan_khac”: declare it under "
        "“bang” "
        "or mend the name\n"
        "mau.yaml:21:24: error: mau.yaml has no “thongbao” here: do you mean "
        "“thong_bao”?\n"
        "mau.yaml:22:17: error: there is no field, table or column “x”: do you mean "
        "“a”?\n"
        "mau.yaml:24:38: error: “y” is declared on line 23 already: delete one\n"
        "mau.yaml:25:29: error: “ten” must be a text: put it in quotes\n");
}

static void wrong_ready_rules(void **state) {
    (void)state;
    load_schema(FIELDS "kiem_tra:\n"
                       "  - {luy_ke: [a, zzzz, chu, t.x, a + b, ds, [b]]}\n"
                       "  - {luy_ke: }\n"
                       "  - {luy_ke: ky_truoc.a}\n"
                       "  - {luy_ke: a, lan: 3}\n"
                       "  - {bien_dong: a, lan: 1}\n"
                       "  - {bien_dong: a, lan: nhiều}\n"
                       "  - {bien_dong: a, lan: [3]}\n"
                       "  - {bien_dong: a, lan: 50%}\n"
                       "  - {bien_dong: a, khi: b +}\n"
                       "  - {bien_dong: co_quan}\n");
#define FIELDS_WANTED "takes the names of number fields: write it like [ho_so.tong]\n"
    assert_string_equal(
        messages(),
        "mau.yaml:13:18: error: there is no field, table or column “zzzz”: declare it "
        "under "
        "“truong”, “bang” or “tinh”, or mend the name\n"
        "mau.yaml:13:24: error: “luy_ke” " FIELDS_WANTED
        "mau.yaml:13:29: error: “t.x” is a whole column or table: use it in a function, "
        "such "
        "as tong(t.x) or o(t.x, condition)\n"
        "mau.yaml:13:34: error: “luy_ke” " FIELDS_WANTED
        "mau.yaml:13:41: error: “luy_ke” " FIELDS_WANTED
        "mau.yaml:13:45: error: “luy_ke” " FIELDS_WANTED
        "mau.yaml:14:12: error: “luy_ke” " FIELDS_WANTED
        "mau.yaml:15:14: error: “luy_ke” " FIELDS_WANTED
        "mau.yaml:16:17: error: mau.yaml has no “lan” here: delete it or mend its name\n"
        "mau.yaml:17:25: error: lan must be a number above 1, not “1”: mend it, as in "
        "lan: 3\n"
        "mau.yaml:18:25: error: lan must be a number above 1, not “nhiều”: mend it, as "
        "in lan: 3\n"
        "mau.yaml:19:25: error: lan must be a number above 1, not “a list”: mend it, as "
        "in lan: 3\n"
        "mau.yaml:20:25: error: lan must be a number above 1, not “50%”: mend it, as in "
        "lan: 3\n"
        "mau.yaml:21:28: error: the expression breaks off: add a name, a number, a text "
        "in quotes or “(”\n"
        "mau.yaml:22:17: error: “bien_dong” " FIELDS_WANTED);
}

static void many_rules(void **state) {
    (void)state;
    struct buf b = {0};
    buf_adds(&b, FIELDS "kiem_tra:\n");
    for (int i = 0; i < 1002; i++)
        buf_adds(&b, "  - {dieu_kien: a > 1}\n");
    load_schema(b.data);
    buf_free(&b);
    assert_string_equal(
        messages(), "mau.yaml:1013:5: error: “kiem_tra” has more than 1000 items: leave "
                    "some out, or make them columns of a table\n");
}

/* ---- ready rules -------------------------------------------------------------------------------- */

/* A report whose former period had other figures. */
static const char *against(const char *rules, const char *former, const char *facts) {
    load_report(FIELDS, former);
    struct report *old = report;
    put("baocao.yaml", arena_printf(arena, BASE "%s", facts));
    report = report_load(arena, diag, folder);
    report->previous = old->facts;
    schema = load_schema(arena_printf(arena, FIELDS "kiem_tra: [%s]\n", rules));
    check_report(arena, diag, report, schema);
    return messages();
}

static void cumulative(void **state) {
    (void)state;
    assert_string_equal(against("{luy_ke: [a, b]}", "a: 5\nb: 7\n", "a: 5\nb: 8\n"), "");
    assert_string_equal(
        against("{luy_ke: [a, b]}", "a: 12.456\nb: 7\n", "a: 12.455\nb: 6\n"),
        "baocao.yaml:6:4: error: “Tổng a” is cumulative and must not fall: the former "
        "period "
        "has 12.456, this one 12.455; check both periods\n"
        "baocao.yaml:7:4: error: “b” is cumulative and must not fall: the former period "
        "has "
        "7, this one 6; check both periods\n");
    assert_string_equal(against("{luy_ke: a}", "", "a: 5\n"), "");
    assert_string_equal(against("{luy_ke: a}", "a: 5\n", ""), "");
    assert_string_equal(run(FIELDS "kiem_tra: [{luy_ke: a}]\n", "a: 5\n"), "");
    assert_string_equal(
        against("{luy_ke: a, khi: nam == 2025}", "a: 5\n", "a: 4\nnam: 2026\n"), "");
}

static void jumps(void **state) {
    (void)state;
    assert_string_equal(against("{bien_dong: a, lan: 3}", "a: 10\n", "a: 30\n"), "");
    assert_string_equal(
        against("{bien_dong: a, lan: 3}", "a: 10\n", "a: 31\n"),
        "baocao.yaml:6:4: warning: “Tổng a” changed by more than a factor of "
        "3: the former period has 10, this one 31; check them\n");
    assert_string_equal(
        against("{bien_dong: a}", "a: 31\n", "a: 10\n"),
        "baocao.yaml:6:4: warning: “Tổng a” changed by more than a factor of "
        "3: the former period has 31, this one 10; check them\n");
    assert_string_equal(against("{bien_dong: a, lan: \"1,5\"}", "a: 10\n", "a: 15\n"),
                        "");
    assert_string_equal(against("{bien_dong: a}", "a: 0\n", "a: 500\n"), "");
    assert_int_not_equal(strlen(against("{bien_dong: a}", "a: 5\n", "a: 0\n")), 0);
    assert_int_not_equal(strlen(against("{bien_dong: a}", "a: 5\n", "a: -5\n")), 0);
    assert_string_equal(against("{bien_dong: a}", "a: -5\n", "a: -6\n"), "");
}

/* A check that compares with the former period is told in this period's data. */
static void place_of_this_period(void **state) {
    (void)state;
    assert_string_equal(
        against("{dieu_kien: ky_truoc.a <= b, thong_bao: sai}", "a: 5\n", "c: 1\nb: 4\n"),
        "baocao.yaml:7:4: error: sai\n");
    assert_string_equal(
        against("{dieu_kien: ky_truoc.a > 9, thong_bao: sai}", "a: 5\n", ""),
        "baocao.yaml:6:4: error: sai\n");
}

/* ---- loc ------------------------------------------------------------------------------------------- */

/* The numbers of the rows of t or another table that a condition lets in, "wrong" after an error. */
static const char *filtered(const char *condition, const char *table) {
    struct value text = {.kind = VALUE_TEXT,
                         .text = condition,
                         .len = (uint32_t)strlen(condition),
                         .at = {"mau.md", 9, 6}};
    struct value **item;
    uint32_t n;
    const struct value *rows = value_get(report->facts, table);
    if (!rows_filter(arena, diag, report, schema, &text, table, rows, &item, &n))
        return "wrong";
    const char *all = "";
    for (uint32_t i = 0; i < n; i++)
        all = arena_printf(arena, "%s%s%u", all, i ? " " : "", item[i]->index + 1);
    return all;
}

static void filters(void **state) {
    (void)state;
    put("t.csv", "ten;x;y\nm;5;4\nn;3;4\np;;4\nm;9;2\n");
    put("mo.csv", "k;v\nm;1\nn;2\n");
    load_report(FIELDS, "a: 4\nds:\n  - {k: p, v: 7}\n  - {k: q, w: 8}\n");
    assert_string_equal(messages(), "");
    assert_string_equal(filtered("x > y", "t"), "1 4");
    assert_string_equal(filtered("x > a", "t"), "1 4");
    assert_string_equal(filtered("ten == \"m\" va hang > 1", "t"), "4");
    assert_string_equal(filtered("x == lon_nhat(t.x)", "t"), "4");
    assert_string_equal(filtered("khong co(x)", "t"), "3");
    assert_string_equal(filtered("ky_truoc.a < x", "t"), "");
    assert_string_equal(filtered("v > 1", "mo"), "2");
    assert_string_equal(filtered("k == \"q\"", "ds"), "2");
    assert_string_equal(filtered("v > 1 hoac w > 1", "ds"), "1 2");
    assert_string_equal(messages(), "");
    assert_string_equal(filtered("xx > 1", "t"), "wrong");
    assert_string_equal(filtered("kk == 1", "mo"), "wrong");
    assert_string_equal(filtered("z == 1", "ds"), "wrong");
    assert_string_equal(filtered("x +", "t"), "wrong");
    assert_string_equal(filtered("x", "t"), "wrong");
    assert_string_equal(
        messages(),
        "mau.md:9:6: error: there is no field, table or column “xx”: do you mean “x”?\n"
        "mau.md:9:6: error: there is no field, table or column “kk”: do you mean “k”?\n"
        "mau.md:9:6: error: there is no field, table or column “z”: do you mean “k”?\n"
        "mau.md:9:6: error: row 2 of “t”: “x” is no condition: write a comparison\n"
        "mau.md:9:9: error: the expression breaks off: add a name, a number, a text in "
        "quotes or “(”\n");
}

/* Nothing but the condition is looked at when there is no data yet. */
static void filter_without_rows(void **state) {
    (void)state;
    load_report(FIELDS, "");
    struct value text = {.kind = VALUE_TEXT, .text = "bat_ky > 1", .len = 10};
    struct value **item;
    uint32_t n = 5;
    assert_true(rows_filter(arena, diag, report, schema, &text, "la", NULL, &item, &n));
    assert_int_equal(n, 0);
    assert_true(rows_filter(arena, diag, report, NULL, &text, "la", NULL, &item, &n));
    load_report(FIELDS, "ds: []\n");
    assert_true(rows_filter(arena, diag, report, schema, &text, "ds",
                            value_get(report->facts, "ds"), &item, &n));
    assert_int_equal(n, 0);
    assert_string_equal(messages(), "");
}

/* ---- operands ---------------------------------------------------------------------------------------- */

static void note(void *to, const struct operand *o) {
    (void)to;
    buf_printf(&out, "%*s%s", 2 * o->depth, "", o->text);
    if (o->more) {
        buf_printf(&out, " +%zu\n", o->more);
        return;
    }
    buf_printf(&out, " = %s", o->value ? o->value : "-");
    if (o->at.file && o->at.line)
        buf_printf(&out, " @%s:%d:%d", path_base(arena, o->at.file), o->at.line,
                   o->at.col);
    buf_printf(&out, "%s%s%s\n", o->where ? " " : "", o->where ? o->where : "",
               o->formula ? " *" : "");
}

static const char *operands(const char *text, bool deep) {
    struct text_place place = {.at = {"x", 1, 1}};
    struct expr *x = expr_parse(arena, diag, text, strlen(text), place);
    assert_non_null(x);
    assert_true(expr_bind(arena, diag, x, schema, NULL));
    struct eval e = eval_of_report(arena, diag, report);
    out.len = 0;
    buf_adds(&out, "");
    operands_visit(&e, x, deep, 2, note, NULL);
    return out.data;
}

static void operands_of(void **state) {
    (void)state;
    put("t.csv", "ten;x;y\nm;5;4\nn;3;4\np;;4\nm;9;2\n");
    load_report(FIELDS
                "tinh:\n"
                "  - {name: d, type: integer, bieu_thuc: a - b}\n"
                "  - {name: e, type: integer, bieu_thuc: d * tong(t.x)}\n"
                "  - {name: f, type: integer, bieu_thuc: c + 1, thieu: không có}\n",
                "a: 9\nb: 4\n");
    assert_string_equal(messages(), "");
    assert_string_equal(operands("a + b * a", true),
                        "a = 9 @baocao.yaml:6:4\nb = 4 @baocao.yaml:7:4\n");
    assert_string_equal(operands("c + 1", true), "c = -\n");
    assert_string_equal(operands("d", false), "d = 5 @mau.yaml:13:41 *\n");
    assert_string_equal(operands("d + f", true), "d = 5 @mau.yaml:13:41 *\n"
                                                 "  a = 9 @baocao.yaml:6:4\n"
                                                 "  b = 4 @baocao.yaml:7:4\n"
                                                 "f = không có @mau.yaml:15:41 *\n"
                                                 "  c = -\n");
    assert_string_equal(operands("tong(t.x) > a", true),
                        "tong(t.x) = 17 @t.csv:1:1\n"
                        "  t.x = 5 @t.csv:2:3 row 2, column “x”\n"
                        "  t.x = 3 @t.csv:3:3 row 3, column “x”\n"
                        "  t.x +1\n"
                        "a = 9 @baocao.yaml:6:4\n");
    assert_string_equal(operands("tong(t.x, ten == \"m\")", true),
                        "tong(t.x, ten == \"m\") = 14 @t.csv:1:1\n"
                        "  t.x = 5 @t.csv:2:3 row 2, column “x”\n"
                        "  t.x = 9 @t.csv:5:3 row 5, column “x”\n");
    assert_string_equal(operands("co_trong(a, t.x)", true),
                        "co_trong(a, t.x) = Có @t.csv:1:1\n"
                        "  t.x = 5 @t.csv:2:3 row 2, column “x”\n"
                        "  t.x = 3 @t.csv:3:3 row 3, column “x”\n"
                        "  t.x +1\n"
                        "a = 9 @baocao.yaml:6:4\n");
    assert_string_equal(operands("dem(t) + ky_truoc.a", true),
                        "dem(t) = 4 @t.csv:1:1\nky_truoc.a = - @x:1:10\n");
    assert_string_equal(operands("1 + 2", true), "");
    assert_string_equal(messages(), "");
}

/* ---- explain -------------------------------------------------------------------------------------------- */

static const char *explain(const char *name) {
    struct buf text = {0};
    bool ok = check_explain(arena, diag, report, schema, name, &text);
    assert_true(ok || !text.data);
    out.len = 0;
    buf_adds(&out, "");
    size_t skip = strlen(folder) + 1;
    for (const char *p = text.data ? text.data : ""; *p; p++) {
        if (strncmp(p, folder, skip - 1) == 0)
            p += skip;
        buf_addc(&out, *p);
    }
    buf_free(&text);
    return out.data;
}

static void explanations(void **state) {
    (void)state;
    put("t.csv", "ten;x;y\nm;5;4\nn;3;4\n");
    load_report(
        FIELDS "tinh:\n"
               "  - {name: d, type: integer, title: Hiệu, bieu_thuc: a - b}\n"
               "  - {name: t.z, type: integer, bieu_thuc: x - y}\n"
               "kiem_tra:\n"
               "  - {ten: duong, bang: t, dieu_kien: z > 0}\n"
               "  - {ten: dung, khi: nam == 2025, dieu_kien: d == a - b, muc: canh_bao}\n"
               "  - {ten: thieu, dieu_kien: c > 1}\n",
        "a: 9\nb: 4\nnam: 2025\nds: [một, hai]\n");
    messages();
    assert_string_equal(explain("a"), "a = 9   — Tổng a   (baocao.yaml:6:4)\n");
    assert_string_equal(explain("c"), "c = (empty)\n");
    assert_string_equal(explain("d"), "d = 5   — Hiệu\n"
                                      "  = a - b   (mau.yaml:13:54)\n"
                                      "    a = 9   (baocao.yaml:6:4)\n"
                                      "    b = 4   (baocao.yaml:7:4)\n");
    assert_string_equal(explain("t.z[2]"),
                        "t.z[2] = -1\n"
                        "  = x - y   (mau.yaml:14:43)\n"
                        "    x = 3   (t.csv:3:3, row 3, column “x”)\n"
                        "    y = 4   (t.csv:3:5, row 3, column “y”)\n");
    assert_string_equal(explain("t.x"), "t.x[1] = 5   (t.csv:2:3, row 2, column “x”)\n"
                                        "t.x[2] = 3   (t.csv:3:3, row 3, column “x”)\n");
    assert_string_equal(explain("t"), "t: 2 rows   — Bảng tê   (t.csv:1:1)\n"
                                      "    t.ten\n    t.x\n    t.y\n    t.z\n");
    assert_string_equal(explain("ds"), "ds = một, hai   (baocao.yaml:9:5)\n");
    assert_string_equal(explain("nguoi_ky"),
                        "nguoi_ky.chuc_vu = CHỦ TỊCH   — Chức vụ của người ký   "
                        "(baocao.yaml:5:21)\n"
                        "nguoi_ky.ho_ten = C   — Họ tên người ký   (baocao.yaml:5:39)\n"
                        "nguoi_ky.quyen_han = (empty)   — Quyền hạn của người ký\n");
    assert_string_equal(explain("duong"), "duong   — check, error, rows of “t”\n"
                                          "  row 3 of “t”: FAILS\n"
                                          "  = z > 0   (mau.yaml:16:38)\n"
                                          "    z = -1 = x - y   (mau.yaml:14:43)\n"
                                          "      x = 3   (t.csv:3:3, row 3, column “x”)\n"
                                          "      y = 4   (t.csv:3:5, row 3, column “y”)\n"
                                          "  rows: 1, holds\n"
                                          "  rows: 1, FAILS\n");
    assert_string_equal(explain("dung"), "dung   — check, warning: holds\n"
                                         "  when nam == 2025\n"
                                         "  = d == a - b   (mau.yaml:17:46)\n"
                                         "    d = 5 = a - b   (mau.yaml:13:54)\n"
                                         "      a = 9   (baocao.yaml:6:4)\n"
                                         "      b = 4   (baocao.yaml:7:4)\n");
    assert_string_equal(explain("thieu"),
                        "thieu   — check, error: does not apply (something is missing)\n"
                        "  = c > 1   (mau.yaml:18:29)\n"
                        "    c = (empty)   (baocao.yaml)\n");
    assert_string_equal(messages(), "");
    static const char *const wrong[] = {
        "e",   "t.xx", "t.x[0]", "t.x[", "t.x[2", "t.x[a]",        "t.x[]",
        "a.b", "",     "t.x.y",  "t.",   ".",     "khac_hoan_toan"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_string_equal(explain(wrong[i]), "");
        assert_int_equal(diag_count(diag, SEV_ERROR), 1);
        assert_non_null(
            strstr(messages(), "error: there is no field, table, column or check"));
    }
    assert_string_equal(explain("t.x[3]"), "");
    assert_string_equal(messages(), "error: the table “t” has only 2 rows, there is no "
                                    "“t.x[3]”: the first row is [1]\n");
}

static void explained_items(void **state) {
    (void)state;
    load_report(
        "truong: [{name: xom, type: array, title: Xóm}, {name: xom.ten}, {name: xom.ho, "
        "type: integer}]\n"
        "tinh: [{name: c, type: number, bieu_thuc: tong(xom.ho)}]\n",
        "xom:\n  - {ten: P, ho: 12}\n  - {ten: Q}\nc: 12\n");
    assert_string_equal(messages(), "");
    assert_string_equal(explain("xom"), "xom: 2 items   — Xóm   (baocao.yaml:7:3)\n");
    assert_string_equal(explain("xom.ho"), "xom[1].ho = 12   (baocao.yaml:7:18)\n"
                                           "xom[2].ho = (empty)\n");
    assert_string_equal(explain("c"), "c = 12\n"
                                      "  the data give it too:   (baocao.yaml:9:4)\n"
                                      "  = tong(xom.ho)   (mau.yaml:2:43)\n"
                                      "    tong(xom.ho) = 12   (baocao.yaml:7:3)\n"
                                      "      xom.ho = 12   (baocao.yaml:7:18)\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(severity),
        TEST(only_when),
        TEST(over_rows),
        TEST(over_columns),
        TEST(over_computed),
        TEST(messages_with_tags),
        TEST(formatters),
        TEST(wrong_rules),
        TEST(wrong_ready_rules),
        TEST(many_rules),
        TEST(cumulative),
        TEST(jumps),
        TEST(place_of_this_period),
        TEST(filters),
        TEST(filter_without_rows),
        TEST(operands_of),
        TEST(explanations),
        TEST(explained_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
