/* test_functions.c: the functions of expressions over tables, lists, periods, targets, texts and dates */
#include "expr_kit.h"

#define MAU                                                                              \
    "truong:\n"                                                                          \
    "  - {name: a, type: integer}\n"                                                     \
    "  - {name: b, type: integer}\n"                                                     \
    "  - {name: ti, type: number, kieu: phan_tram}\n"                                    \
    "  - {name: so_tran, type: number}\n"                                                \
    "  - {name: chua_co, type: number}\n"                                                \
    "  - {name: chu, type: string}\n"                                                    \
    "  - {name: chi_tieu, type: string, kieu: chi_tieu}\n"                               \
    "  - {name: co_so, type: boolean}\n"                                                 \
    "  - {name: diem, type: array}\n"                                                    \
    "  - {name: xom, type: array}\n"                                                     \
    "  - {name: xom.ten, type: string}\n"                                                \
    "  - {name: xom.ho, type: integer}\n"                                                \
    "  - {name: khong_xom, type: array}\n"                                               \
    "  - {name: khong_xom.ho, type: integer}\n"                                          \
    "  - {name: bat_buoc, type: array, constraints: {required: true}}\n"                 \
    "bang:\n"                                                                            \
    "  t:\n"                                                                             \
    "    fields:\n"                                                                      \
    "      - {name: tt, type: integer}\n"                                                \
    "      - {name: ten, type: string}\n"                                                \
    "      - {name: nhom, type: string}\n"                                               \
    "      - {name: x, type: integer}\n"                                                 \
    "      - {name: y, type: number}\n"                                                  \
    "      - {name: p, type: number, kieu: phan_tram}\n"                                 \
    "      - {name: han, type: date}\n"                                                  \
    "      - {name: xong, type: boolean}\n"                                              \
    "      - {name: rong, type: integer}\n"                                              \
    "  u: {fields: [{name: ma, type: string}, {name: gia, type: number}]}\n"             \
    "  rong: {fields: [{name: z, type: integer}]}\n"                                     \
    "  mo:\n"

#define FACTS                                                                            \
    "a: 10\nb: 4\nti: 75%\nso_tran: 41\nchu: hai\nchi_tieu: ≥ 70\nco_so: có\n"        \
    "diem: [5, \"7,5\", 6]\nxom:\n  - {ten: P, ho: 12}\n  - {ten: Q, ho: 30}\n"          \
    "  - {ten: R}\nbat_buoc: [1]\n"

static void load(void) {
    put("t.csv", "tt;ten;nhom;x;y;p;han;xong\n1;một;A;10;0,1;50%;30/6/2026;có\n"
                 "2;hai;A;20;0,2;25%;2026-01-15;không\n3;ba;B;;0,3;;2025-12;có\n"
                 "4;bốn;B;-5;1.000,05;100%;;\n");
    put("u.csv", "ma;gia\nm1;100\nm2;2.500\nm2;3.000\nm3;\n");
    put("mo.csv", "k;v\nm1;5\nm2;1.204\nm3;hai\n");
    assert_true(load_report(MAU, FACTS));
    assert_string_equal(messages(), "");
}

/* ---- over a column ---------------------------------------------------------------------- */

static void sums(void **state) {
    (void)state;
    load();
    IS("tong(t.x)", "25"); /* an empty cell is no value */
    IS("tong(t.y)", "20013/20");
    IS("tong(t.y, x > 0)", "3/10");
    IS("tong(t.y) == 1.000,65", "true");
    IS("tong(t.p)", "7/4 %");
    IS("tong(t.x, nhom == \"A\")", "30");
    IS("tong(t.x, nhom == \"A\" va x > 10)", "20");
    IS("tong(t.x, nhom == \"C\")", "0"); /* the sum of nothing is 0 */
    IS("tong(t.rong)", "0");
    IS("tong(rong.z)", "0");
    IS("tong(t.x, x > a)", "20");   /* a is a fact */
    IS("tong(t.x, t.x > a)", "20"); /* the cell of the row */
    IS("tong(t.x, xong)", "10");    /* where it is missing, it does not hold */
    IS("tong(t.x, han < \"2026-06-01\")", "20");
    IS("tong(t.x) + tong(t.x, nhom == \"B\")", "20");
    IS("tong(t.x * 2)", "wrong");
    assert_string_equal(messages(),
                        "x:1:6: error: “t.x” is a whole column or table: use it in a "
                        "function, such as tong(t.x) or o(t.x, condition)\n");
    assert_string_equal(printed("tong(t.y)"), "1.000,65");
    assert_string_equal(printed("tong(t.p)"), "175%");
}

static void counts(void **state) {
    (void)state;
    load();
    IS("dem(t)", "4");
    IS("dem(t.x)", "3"); /* cells with a value */
    IS("dem(t, x > 5)", "2");
    IS("dem(t.han, nhom == \"B\")", "1");
    IS("dem(t, xong)", "2");
    IS("dem(t, khong xong)", "1");
    IS("dem(t, x == \"\")", "1");
    IS("dem(rong)", "0");
    IS("dem(t, hang > 2)", "2");
    IS("dem(xom)", "3");
    IS("dem(xom.ho)", "2");
    IS("dem(diem)", "3");
    IS("dem(khong_xom)", "0");
    IS("dem(mo)", "3");
    assert_string_equal(messages(), "");
}

static void extremes(void **state) {
    (void)state;
    load();
    IS("lon_nhat(t.x)", "20");
    IS("nho_nhat(t.x)", "-5");
    IS("lon_nhat(t.x, nhom == \"B\")", "-5");
    IS("nho_nhat(t.han)", "12/2025");
    IS("lon_nhat(t.han)", "30/6/2026");
    IS("lon_nhat(t.ten)", "“một”");
    IS("lon_nhat(a, b)", "10");
    IS("nho_nhat(a, b, 1 / 3)", "1/3");
    IS("lon_nhat(ti)", "3/4 %");
    IS("lon_nhat(rong.z)", "missing rong.z");
    IS("nho_nhat(t.x, x > 100)", "missing t.x");
    IS("lon_nhat(diem)", "15/2");
    IS("lon_nhat(xom.ho)", "30");
    IS("trung_binh(t.x)", "25/3");
    IS("trung_binh(t.x, nhom == \"A\")", "15");
    IS("trung_binh(a, b)", "7");
    IS("trung_binh(1, 2, 3, 4)", "5/2");
    IS("trung_binh(diem)", "37/6");
    IS("trung_binh(t.rong)", "missing t.rong");
    assert_string_equal(messages(), "");
    IS("lon_nhat(t.x, x > 1, 2)", "wrong");
    IS("lon_nhat(a, t.x)", "wrong");
    assert_string_equal(
        messages(),
        "x:1:1: error: the function “lon_nhat” takes another number of arguments: write "
        "lon_nhat(bang.cot, dieu_kien), with a blank behind each comma\n"
        "x:1:13: error: “t.x” is a whole column or table: use it in a function, such as "
        "tong(t.x) or o(t.x, condition)\n");
}

static void one_cell(void **state) {
    (void)state;
    load();
    IS("o(u.gia, ma == \"m1\")", "100");
    IS("o(t.ten, x == lon_nhat(t.x))", "“hai”");
    IS("o(t.x, ten == chu)", "20");
    IS("o(t.han, tt == 1)", "30/6/2026");
    IS("o(u.gia, ma == \"m3\")", "missing u.gia");
    IS("o(u.gia, ma == \"m9\")", "missing o(u.gia, ma == \"m9\")");
    IS("o(mo.v, k == \"m2\") + 1", "1205");
    IS("o(xom.ho, ten == \"Q\")", "30");
    assert_string_equal(messages(), "");
    FAILS("o(u.gia, ma == \"m2\") + 1", "x:1:1: error: “o(u.gia, ma == \"m2\")” finds "
                                        "several rows where there must be one: "
                                        "narrow the condition or delete a row");
}

static void conditions_that_are_none(void **state) {
    (void)state;
    load();
    FAILS("tong(t.x, 5)", "x:1:11: error: row 2 of “t”: “5” is no condition: write a "
                          "comparison");
    FAILS("lon_nhat(t.x, y)", "x:1:15: error: row 2 of “t”: “y” is no condition: "
                              "write a comparison");
    FAILS("dem(t, ten)", "t.csv:2:3: error: row 2, column “ten”: “ten” is no condition: "
                         "write a comparison");
    FAILS("dem(t, x > ten)",
          "t.csv:2:3: error: row 2, column “ten”: “x > ten” compares "
          "different kinds (“một” is another one): mend the data or the "
          "expression");
    FAILS("tong(mo.v)", "mo.csv:4:4: error: row 4, column “v”: “hai” is no number and "
                        "cannot be computed with in “mo.v”: mend this cell");
    FAILS("tong(t.x, 1 / (x - 10) > 2 ^ 5000)",
          "x:1:30: error: row 2 of “t”: the exponent “5000” must be a whole number of at "
          "most "
          "4096: mend it");
}

/* ---- numbering, repetition, membership -------------------------------------------------------- */

static const char *numbering(const char *column) {
    put("t.csv", arena_printf(arena, "tt;ten\n%s", column));
    assert_true(load_report(MAU, FACTS));
    return value("so_thieu(t.tt)");
}

static void numberings(void **state) {
    (void)state;
    load();
    IS("lien_tuc(t.tt)", "true");
    IS("so_thieu(t.tt)", "“”");
    IS("lien_tuc(rong.z)", "true");
    IS("lien_tuc(t.x)", "false");
    assert_string_equal(numbering("1;a\n2;b\n4;c\n"), "“3”");
    assert_string_equal(numbering("1;a\n2;b\n2;c\n3;d\n"), "““2””");
    assert_string_equal(numbering("2;a\n5;b\n"), "“1, 3, 4”");
    assert_string_equal(numbering("3;a\n2;b\n1;c\n"), "“1, 2, “2”, “1””");
    assert_string_equal(numbering("1;a\n;b\n2;c\n"), "“”");
    assert_string_equal(numbering("0;a\n1;b\n"), "““0””");
    assert_string_equal(numbering("-1;a\n"), "““-1””");
    assert_true(strlen(numbering("100.000;a\n")) < 300);
    assert_string_equal(numbering("100.001;a\n"), "““100.001””");
    put("mo.csv", "k;v\nI;1\nII;2\n");
    assert_true(load_report(MAU, FACTS));
    IS("so_thieu(mo.k)", "““I”, “II””");
    IS("so_thieu(mo.v)", "“”");
    assert_string_equal(messages(), "");
}

static void repetition(void **state) {
    (void)state;
    load();
    IS("khac_nhau(t.ten)", "true");
    IS("khac_nhau(u.ma)", "false");
    IS("lap(u.ma)", "““m2””");
    IS("lap(t.nhom)", "““A”, “B””");
    IS("lap(t.ten)", "“”");
    IS("khac_nhau(rong.z)", "true");
    IS("khac_nhau(diem)", "true");
    IS("co_trong(\"m1\", u.ma)", "true");
    IS("co_trong(\"m4\", u.ma)", "false");
    IS("co_trong(20, t.x)", "true");
    IS("co_trong(21, t.x)", "false");
    IS("co_trong(1204, mo.v)", "true"); /* a text that is the number */
    IS("co_trong(\"20\", t.x)", "true");
    IS("co_trong(\"30/6/2026\", t.han)", "true");
    IS("co_trong(chu, t.ten)", "true");
    IS("co_trong(7,5, diem)", "true");
    IS("co_trong(chua_co, t.x)", "missing chua_co");
    IS("co_trong(1, rong.z)", "false");
    assert_string_equal(messages(), "");
}

static void has_value(void **state) {
    (void)state;
    load();
    IS("co(a)", "true");
    IS("co(chua_co)", "false");
    IS("co(a / 0)", "false");
    IS("co(a + b)", "true");
    IS("co(t)", "true");
    IS("co(rong)", "false");
    IS("co(t.x)", "true");
    IS("co(diem)", "true");
    IS("co(khong_xom)", "false");
    IS("co(nguoi_ky)", "true");
    IS("co(ky_truoc)", "false");
    IS("co(ky_truoc.a)", "false");
    IS("co(o(u.gia, ma == \"m9\"))", "false");
    IS("dem(t, co(x))", "3");
    IS("khong co(chua_co) va co(chu)", "true");
    assert_string_equal(messages(), "");
}

/* ---- shares and trends ------------------------------------------------------------------------- */

static void shares(void **state) {
    (void)state;
    load();
    IS("ty_le(b, a)", "2/5 %");
    assert_string_equal(printed("ty_le(b, a)"), "40%");
    IS("ty_le(0, a)", "0 %");
    IS("chenh(a, b)", "6");
    IS("chenh(b, a)", "-6");
    IS("chenh(98%, 97,5%)", "1/200 %");
    assert_string_equal(printed("chenh(98%, 97,5%)"), "0,5%");
    IS("tang_truong(a, b)", "3/2 %");
    IS("tang_truong(b, a)", "-3/5 %");
    IS("tang_truong(-5, -10)", "1/2 %"); /* a smaller loss is a growth */
    IS("tang_truong(5, -10)", "3/2 %");
    IS("xu_huong(a, b)", "“tăng”");
    IS("xu_huong(b, a)", "“giảm”");
    IS("xu_huong(a, 10)", "“giữ nguyên”");
    IS("xu_huong(0,1 + 0,2, 0,3)", "“giữ nguyên”");
    IS("xu_huong(a, chua_co)", "missing chua_co");
    assert_string_equal(messages(), "");
}

static void choices(void **state) {
    (void)state;
    load();
    IS("neu(a > b, \"hơn\", \"kém\")", "“hơn”");
    IS("neu(a < b, 1 / 0, 2)", "2"); /* what is not chosen is not computed */
    IS("neu(co_so, 1, 2)", "1");
    IS("chon(a < 5, \"thấp\", a < 20, \"vừa\", \"cao\")", "“vừa”");
    IS("chon(a < 5, \"thấp\", a < 8, \"vừa\", \"cao\")", "“cao”");
    IS("chon(a < 50, \"thấp\", 1 / 0 > 1, \"vừa\", \"cao\")", "“thấp”");
    IS("chon(chua_co > 1, 1, dung_sai, 2, 3)", "wrong");
    messages();
    IS("chon(chua_co > 1, 1, a > 1, 2, 3)", "missing chua_co");
    FAILS("neu(a, 1, 2)", "x:1:5: error: “a” is no condition: write a comparison");
    FAILS("chon(a > 100, 1, chu, 2, 3)",
          "baocao.yaml:10:6: error: “chu” is no condition: write a comparison");
}

/* ---- rounding and targets ------------------------------------------------------------------------ */

static void rounding(void **state) {
    (void)state;
    load();
    IS("lam_tron(2,5, 0)", "3"); /* half away from zero, as it prints */
    IS("lam_tron(-2,5, 0)", "-3");
    IS("lam_tron(2,4999, 0)", "2");
    IS("lam_tron(1,005, 2)", "101/100");
    IS("lam_tron(12.456, -2)", "12500");
    IS("lam_tron(98,765%, 1)", "247/250 %"); /* decimals before the sign */
    IS("lam_tron(1 / 3, 20) < 1 / 3", "true");
    IS("tuyet_doi(-5)", "5");
    IS("tuyet_doi(b - a)", "6");
    IS("tuyet_doi(-98,7%)", "987/1000 %");
    IS("khop(1 / 3, 0,33, 2)", "true");
    IS("khop(1 / 3, 0,34, 2)", "false");
    IS("khop(2 / 3, 0,67, 2)", "true");
    IS("khop(98,70%, 9.870 / 10.000, 2)", "true");
    IS("khop(98,70%, 9.871 / 10.000, 1)", "true");
    IS("khop(98,70%, 9.871 / 10.000, 2)", "false");
    IS("khop(12.456, 12.4549 / 1.000, 0)", "wrong");
    IS("khop(12.456, 12.455,5, 0)", "true");
    messages();
    FAILS("lam_tron(a, 0,5)",
          "x:1:13: error: the count of decimals “0,5” must be a whole "
          "number from -20 to 20: mend it");
    FAILS("lam_tron(a, 21)",
          "x:1:13: error: the count of decimals “21” must be a whole number "
          "from -20 to 20: mend it");
    FAILS("khop(a, b, -21)", "x:1:12: error: the count of decimals “-21” must be a whole "
                             "number from -20 to 20: mend it");
    IS("lam_tron(2 ^ 4000, 20) == 2 ^ 4000", "true");
}

static void numbers_of_targets(void **state) {
    (void)state;
    load();
    IS("so(\"≥ 70\")", "70");
    IS("so(\"40%\")", "2/5 %");
    IS("so(\"trên 40%\")", "2/5 %");
    IS("so(\"Tối thiểu 1.204,5 tỷ đồng\")", "2409/2");
    IS("so(\">=5\")", "5");
    IS("so(\"-5\")", "-5");
    IS("so(chi_tieu)", "70");
    IS("so(a)", "10");
    IS("so(\"12 hồ sơ.\")", "12");
    IS("so(\"Đạt\")", "missing so(\"Đạt\")");
    IS("so(\"3/5 xã\")", "missing so(\"3/5 xã\")");
    IS("so(\"10 - 15%\")", "missing so(\"10 - 15%\")");
    IS("so(\"10 đến 15%\")", "missing so(\"10 đến 15%\")");
    IS("so(\"10%/năm\")", "1/10 %");
    IS("so(\"\")", "missing so(\"\")");
    IS("so(\"1.5\")", "missing so(\"1.5\")");
    assert_string_equal(messages(), "");
    FAILS("so(co_so)", "x:1:4: error: “co_so” must be a number, here it is true or "
                       "false “Có”: mend the data or the expression");
}

static void targets(void **state) {
    (void)state;
    load();
    IS("dat(70, \"≥ 70\")", "true");
    IS("dat(69, \"≥ 70\")", "false");
    IS("dat(70, \"> 70\")", "false");
    IS("dat(70, \"70\")", "true"); /* at least, without an operator */
    IS("dat(71, 70)", "true");
    IS("dat(70, \"≤ 70\")", "true");
    IS("dat(71, \"<= 70\")", "false");
    IS("dat(70, \"< 70\")", "false");
    IS("dat(70, \"= 70\")", "true");
    IS("dat(71, \"= 70\")", "false");
    IS("dat(41%, \"40%\")", "true");
    IS("dat(40%, \"trên 40%\")", "false");
    IS("dat(41%, \"Trên 40%\")", "true");
    IS("dat(39%, \"dưới 40%\")", "true");
    IS("dat(40%, \"từ 40% trở lên\")", "true");
    IS("dat(39%, \"40% trở lên\")", "false");
    IS("dat(39%, \"40% trở xuống\")", "true");
    IS("dat(41%, \"không quá 40%\")", "false");
    IS("dat(40%, \"Không dưới 40%\")", "true");
    IS("dat(5, \"ít nhất 5 lớp\")", "true");
    IS("dat(5, \"Tối đa 4 lớp\")", "false");
    IS("dat(5, \"Đạt 5\")", "true");
    IS("dat(5, \"đạt ≥ 6\")", "false");
    /* only one of the two has a % */
    IS("dat(ti, \"≥ 70\")", "true");
    IS("dat(ti, 80)", "false");
    IS("dat(so_tran, \"40%\")", "true");
    IS("dat(so_tran, \"42%\")", "false");
    IS("dat(41 / 100, \"40%\")", "true");
    IS("dat(b / a, \"40%\")", "true");
    IS("dat(ti, chi_tieu)", "true");
    /* words are the same or not */
    IS("dat(\"Đạt\", \"Đạt\")", "true");
    IS("dat(\"Chưa đạt\", \"Đạt\")", "false");
    IS("dat(a, \"Đạt\")", "false");
    IS("dat(\"75 %\", \"≥ 70\")", "true");
    IS("dat(a, chua_co)", "missing chua_co");
    IS("dat(1 / 3, 0,333333)", "true");
    IS("dat(0,333333, 1 / 3)", "false"); /* exactly */
    assert_string_equal(messages(), "");
}

static void long_texts(void **state) {
    (void)state;
    load();
    IS("noi(\"a\", 1, \"b\")", "“a1b”");
    struct buf b = {0};
    buf_adds(&b, "noi(");
    for (int i = 0; i < 40; i++) {
        buf_adds(&b, i ? ", \"" : "\"");
        for (int k = 0; k < 200; k++)
            buf_addc(&b, 'x');
        buf_addc(&b, '"');
    }
    buf_addc(&b, ')');
    const char *eight = arena_strndup(arena, b.data, b.len); /* 8,000 letters */
    buf_free(&b);
    assert_int_equal(strlen(value(eight)), 8000 + strlen("“”"));
    assert_string_equal(messages(), "");
}

/* ---- rows ------------------------------------------------------------------------------------------ */

static void rows(void **state) {
    (void)state;
    load();
    assert_string_equal(value_of_row("t", 2, "x"), "20");
    assert_string_equal(value_of_row("t", 2, "t.x"), "20");
    assert_string_equal(value_of_row("t", 2, "hang"), "2");
    assert_string_equal(value_of_row("t", 3, "x"), "missing x");
    assert_string_equal(value_of_row("t", 2, "x / a"), "2");
    /* the share of the whole: t.x in a function is the column */
    assert_string_equal(value_of_row("t", 2, "x / tong(t.x)"), "4/5");
    assert_string_equal(value_of_row("t", 2, "x == lon_nhat(t.x)"), "true");
    assert_string_equal(value_of_row("t", 1, "co(t.x)"), "true");
    assert_string_equal(value_of_row("t", 3, "co(t.x)"), "false");
    assert_string_equal(value_of_row("t", 2, "lon_nhat(x, a)"), "20");
    /* within a condition the inner row comes first; the outer one by its own names */
    assert_string_equal(value_of_row("u", 1, "dem(t, x > gia)"), "0");
    assert_string_equal(value_of_row("u", 1, "o(mo.v, k == ma)"), "“5”");
    assert_string_equal(value_of_row("u", 2, "o(mo.v, k == u.ma) * gia"), "3010000");
    assert_string_equal(value_of_row("mo", 2, "o(u.gia, ma == \"m1\") + v"), "1304");
    assert_string_equal(value_of_row("mo", 1, "v + a"), "15");
    assert_string_equal(messages(), "");
    assert_string_equal(value_of_row("t", 2, "xx"), "wrong");
    assert_string_equal(value_of_row("t", 2, "u.gia"), "wrong");
    assert_string_equal(value_of_row("mo", 2, "khong_co"), "failed");
    assert_string_equal(
        messages(),
        "x:1:1: error: there is no field, table or column “xx”: do you mean “x”?\n"
        "x:1:1: error: “u.gia” is a whole column or table: use it in a function, such as "
        "tong(u.gia) or o(u.gia, condition)\n"
        "x:1:1: error: row 3 of “mo”: there is no field, table or column “khong_co”: "
        "declare "
        "it under “truong”, “bang” or “tinh”, or mend the name\n");
}

static void lists(void **state) {
    (void)state;
    load();
    IS("tong(xom.ho)", "42");
    IS("tong(xom.ho, ten == \"P\")", "12");
    IS("tong(xom.ho, ho > a)", "42");
    IS("tong(khong_xom.ho)", "0");
    IS("tong(diem)", "37/2");
    IS("o(xom.ten, ho == lon_nhat(xom.ho))", "“Q”");
    IS("khac_nhau(xom.ten)", "true");
    IS("noi(diem)", "“5, 7,5, 6”");
    IS("xom.ho", "wrong");
    assert_string_equal(messages(),
                        "x:1:1: error: “xom.ho” is a whole column or table: use it "
                        "in a function, such as tong(xom.ho) or o(xom.ho, "
                        "condition)\n");
}

static void nested(void **state) {
    (void)state;
    load();
    IS("tong(t.x, x > trung_binh(t.x))", "30");
    IS("tong(t.x, dem(u, gia > x) == 3)", "25"); /* the x of the row outside */
    IS("dem(u, dem(t, t.x * 100 >= gia) > 1)", "1");
    IS("tong(t.x, tong(t.x, tong(t.x) > 0) > 0)", "25");
    IS("dem(t, co_trong(ten, mo.v))", "1");
    IS("dem(mo, dem(u, ma == k) == 2)", "1"); /* k is found in the outer rows */
    assert_string_equal(messages(), "");
}

static void whole_tables(void **state) {
    (void)state;
    load();
    IS("t", "wrong");
    IS("t + 1", "wrong");
    IS("tong(t)", "wrong");
    IS("lien_tuc(t)", "wrong");
    IS("neu(t, 1, 2)", "wrong");
    assert_string_equal(messages(), "x:1:1: error: “t” is a whole table: count its rows "
                                    "with dem(t), or take a column as "
                                    "in tong(t.column)\n"
                                    "x:1:5: error: “t” is a whole table: count its rows "
                                    "with dem(t), or take a column as "
                                    "in tong(t.column)\n"
                                    "x:1:6: error: “t” is a table, the function “tong” "
                                    "needs one of its columns: write "
                                    "“t.column”\n"
                                    "x:1:10: error: “t” is a table, the function "
                                    "“lien_tuc” needs one of its columns: "
                                    "write “t.column”\n");
}

/* A table that was read in part tells nothing, and what it lacks was told. */
static void broken_tables(void **state) {
    (void)state;
    load();
    put("t.csv", "tt;x\n1;5\n2\n");
    assert_false(load_report(MAU, FACTS));
    IS("tong(t.x)", "missing, told");
    IS("dem(t) == 2", "missing, told");
    assert_int_equal(diag_count(diag, SEV_ERROR), 1);
    messages();
    put("t.csv", "tt;x\n1;5\n2;nhiều\n");
    assert_false(load_report(MAU, FACTS));
    IS("tong(t.x)", "missing, told"); /* the wrong cell was told */
    IS("dem(t.x)", "missing, told");
    IS("lon_nhat(t.x) + trung_binh(t.x)", "missing, told");
    IS("khac_nhau(t.x)", "missing, told");
    IS("co_trong(5, t.x)", "true");
    IS("co_trong(6, t.x)", "missing, told");
    IS("dem(t)", "2");
    IS("tong(t.x, tt == 1)", "5");
    assert_int_equal(diag_count(diag, SEV_ERROR), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(sums),
        TEST(counts),
        TEST(extremes),
        TEST(one_cell),
        TEST(conditions_that_are_none),
        TEST(numberings),
        TEST(repetition),
        TEST(has_value),
        TEST(shares),
        TEST(choices),
        TEST(rounding),
        TEST(numbers_of_targets),
        TEST(targets),
        TEST(long_texts),
        TEST(rows),
        TEST(lists),
        TEST(nested),
        TEST(whole_tables),
        TEST(broken_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
