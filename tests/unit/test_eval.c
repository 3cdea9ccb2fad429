/* test_eval.c: what expressions come to: operators, kinds, what is missing, exactness, bounds */
#include "expr_kit.h"

#define MAU                                                                              \
    "truong:\n"                                                                          \
    "  - {name: a, type: integer}\n"                                                     \
    "  - {name: b, type: integer}\n"                                                     \
    "  - {name: trong_so, type: number}\n"                                               \
    "  - {name: ti, type: number, kieu: phan_tram}\n"                                    \
    "  - {name: le, type: number}\n"                                                     \
    "  - {name: chu, type: string}\n"                                                    \
    "  - {name: so_chu, type: string}\n"                                                 \
    "  - {name: ngay_a, type: date}\n"                                                   \
    "  - {name: ngay_b, type: date}\n"                                                   \
    "  - {name: thang_c, type: date}\n"                                                  \
    "  - {name: nam_d, type: date}\n"                                                    \
    "  - {name: dung, type: boolean}\n"                                                  \
    "  - {name: sai, type: boolean}\n"                                                   \
    "  - {name: chua_ro, type: boolean}\n"                                               \
    "  - {name: nhom.x, type: integer}\n"                                                \
    "  - {name: nhom.y, type: integer}\n"                                                \
    "  - {name: ds, type: array}\n"                                                      \
    "  - {name: bat_buoc, type: integer, constraints: {required: true}}\n"

#define FACTS                                                                            \
    "a: 12.456\nb: 4\nti: 98,70%\nle: 0,1\nchu: Xóm Phố\nso_chu: 1.204\n"             \
    "ngay_a: 30/6/2026\nngay_b: 2026-01-01\nthang_c: 2025-12\nnam_d: 2025\n"             \
    "dung: có\nsai: không\nnhom: {x: 5}\nds: [một, hai]\nbat_buoc: 1\n"

static void load(void) {
    assert_true(load_report(MAU, FACTS));
    assert_string_equal(messages(), "");
}

static void literals(void **state) {
    (void)state;
    load();
    IS("12.456", "12456");
    IS("0,1", "1/10");
    IS("98,7%", "987/1000 %");
    IS("\"a\"", "“a”");
    IS("''", "“”");
    IS("a", "12456");
    IS("ti", "987/1000 %");
    IS("chu", "“Xóm Phố”");
    IS("ngay_a", "30/6/2026");
    IS("thang_c", "12/2025");
    IS("dung", "true");
    IS("nhom.x", "5");
    IS("ds", "“một, hai”");
    IS("co_quan", "“UBND xã A”");
    IS("nguoi_ky.ho_ten", "“C”");
    assert_string_equal(messages(), "");
}

static void arithmetic(void **state) {
    (void)state;
    load();
    IS("a + b", "12460");
    IS("b - a", "-12452");
    IS("a * b", "49824");
    IS("a / b", "3114");
    IS("b / a", "1/3114");
    IS("-a", "-12456");
    IS("--a", "12456");
    IS("2 ^ 10", "1024");
    IS("2 ^ -2", "1/4");
    IS("0,5 ^ 2", "1/4");
    IS("0 ^ 0", "1");
    IS("(-2) ^ 3", "-8");
    IS("-2 ^ 2", "-4");
    IS("1 - 2 * 3", "-5");
    IS("so_chu + 1", "1205"); /* a text that is a number */
    IS("\"1,5\" * 2", "3");
    IS("ti + 1,3%", "1 %");
    IS("ti * 100", "987/10");
    IS("1 - ti", "13/1000");
    IS("ti / 2", "987/2000");
    assert_string_equal(messages(), "");
}

static void exactness(void **state) {
    (void)state;
    load();
    IS("0,1 + 0,2 == 0,3", "true");
    IS("1 / 3 + 1 / 3 + 1 / 3 == 1", "true");
    IS("1 / 3 * 3", "1");
    IS("1 / 3", "1/3");
    IS("le * 3 == 0,3", "true");
    IS("1 / 7 * 7 - 1", "0");
    IS("9.223.372.036.854.775.807 + 1", "9223372036854775808");
    IS("9.223.372.036.854.775.807 + 1 - 1", "9223372036854775807");
    IS("-9.223.372.036.854.775.807 - 2", "-9223372036854775809");
    IS("4.294.967.296 * 4.294.967.296 / 4.294.967.296", "4294967296");
    IS("4.294.967.296 * 4.294.967.296", "18446744073709551616");
    IS("2 ^ 64 - 2 ^ 64 + 1", "1");
    IS("1 / 2 ^ 70 * 2 ^ 70 == 1", "true");
    IS("2 ^ 100 > 2 ^ 99", "true");
    IS("1 / 2 ^ 100 < 1 / 2 ^ 99", "true");
    IS("10 ^ 30 / 10 ^ 29", "10");
    assert_string_equal(messages(), "");
}

static void size_of_numbers(void **state) {
    (void)state;
    load();
    IS("2 ^ 4000 / 2 ^ 3999", "2");
    IS("2 ^ 4095 > 0", "true");
    IS("1 ^ 4096", "1");
#define LARGE " makes too large a number (beyond 4096 bits): divide it or round"
#define EXPONENT " must be a whole number of at most 4096: mend it"
    FAILS("2 ^ 4096", "x:1:1: error: “2 ^ 4096”" LARGE);
    FAILS("2 ^ 4000 * 2 ^ 4000", "x:1:1: error: “2 ^ 4000 * 2 ^ 4000”" LARGE);
    FAILS("2 ^ -4096", "x:1:1: error: “2 ^ -4096”" LARGE);
    FAILS("10 ^ 1300", "x:1:1: error: “10 ^ 1300”" LARGE);
    FAILS("2 ^ (10 ^ 9)", "x:1:5: error: the exponent “(10 ^ 9)”" EXPONENT);
    FAILS("9 ^ 9 ^ 9 ^ 9", "x:1:9: error: the exponent “9 ^ 9”" EXPONENT);
    FAILS("2 ^ 0,5", "x:1:5: error: the exponent “0,5”" EXPONENT);
    FAILS("2 ^ 4095 + 2 ^ 4095", "x:1:1: error: “2 ^ 4095 + 2 ^ 4095”" LARGE);
    FAILS("trung_binh(2 ^ 4095, 1 / 3 ^ 2500)",
          "x:1:1: error: “trung_binh(2 ^ 4095, 1 / 3 ^ 2500)”" LARGE);
    FAILS("chenh(2 ^ 4095, 1 / 3 ^ 100)",
          "x:1:1: error: “chenh(2 ^ 4095, 1 / 3 ^ 100)”" LARGE);
    FAILS("ty_le(2 ^ 4000, 1 / 2 ^ 4000)",
          "x:1:1: error: “ty_le(2 ^ 4000, 1 / 2 ^ 4000)”" LARGE);
}

static void comparisons(void **state) {
    (void)state;
    load();
    IS("a == 12.456", "true");
    IS("a != 12.456", "false");
    IS("a < b", "false");
    IS("b <= 4", "true");
    IS("b ≤ 4", "true");
    IS("b ≥ 5", "false");
    IS("b ≠ 5", "true");
    IS("b <> 5", "true");
    IS("b = 4", "true");
    IS("ti == 0,987", "true");
    IS("ti > 98%", "true");
    IS("chu == \"Xóm Phố\"", "true");
    IS("chu == \"xóm phố\"", "false");
    IS("\"a\" < \"b\"", "true");
    IS("so_chu == 1204", "true");
    IS("1204 == so_chu", "true");
    IS("so_chu == \"1204\"", "false"); /* two texts are texts */
    IS("chu == 5", "false");
    IS("chu != 5", "true");
    IS("dung == sai", "false");
    IS("dung == \"Có\"", "true");
    IS("sai == \"không\"", "true");
    IS("dung == \"chắc\"", "false");
    IS("ngay_a > ngay_b", "true");
    IS("ngay_a == \"2026-06-30\"", "true");
    IS("ngay_b == \"01/01/2026\"", "true");
    IS("ngay_a < \"1/1/2027\"", "true");
    assert_string_equal(messages(), "");
#define COMPARES "” compares different kinds (“"
#define KINDS "” is another one): mend the data or the expression"
    FAILS("chu < 5", "baocao.yaml:10:6: error: “chu < 5" COMPARES "Xóm Phố" KINDS);
    FAILS("a > ngay_a", "x:1:1: error: “a > ngay_a" COMPARES "30/6/2026" KINDS);
    FAILS("dung > 1", "x:1:1: error: “dung > 1" COMPARES "Có" KINDS);
    FAILS("ngay_a >= \"hôm nay\"",
          "x:1:1: error: “ngay_a >= \"hôm nay\"" COMPARES "hôm nay" KINDS);
}

/* 2025-12 is neither before nor after 15/12/2025. */
static void partial_dates(void **state) {
    (void)state;
    load();
    IS("thang_c < ngay_b", "true");
    IS("thang_c == \"15/12/2025\"", "true");
    IS("thang_c < \"15/12/2025\"", "false");
    IS("thang_c > \"15/12/2025\"", "false");
    IS("nam_d < thang_c", "false");
    IS("nam_d == thang_c", "true");
    IS("nam_d < ngay_a", "true");
    IS("nam(ngay_a)", "2026");
    IS("thang(ngay_a)", "6");
    IS("ngay(ngay_a)", "30");
    IS("nam(nam_d)", "2025");
    IS("thang(thang_c)", "12");
    IS("nam(\"15/8/2024\")", "2024");
    IS("ngay(thang_c)", "missing ngay(thang_c)");
    IS("thang(nam_d)", "missing thang(nam_d)");
    IS("ngay_a - ngay_b", "180");
    IS("ngay_b - ngay_a", "-180");
    IS("ngay_a - \"2026-06-29\"", "1");
    IS("ngay_a - thang_c", "missing thang_c");
    IS("thang_c - ngay_a", "missing thang_c");
    IS("(ngay_a - ngay_b) / 2", "90");
    assert_string_equal(messages(), "");
#define DATE(kind) "” must be a date, here it is " kind " “"
#define MEND "”: mend the data or the expression"
    FAILS("ngay_a - 5", "x:1:10: error: “5" DATE("a number") "5" MEND);
    FAILS("ngay_a - chu", "baocao.yaml:10:6: error: “chu" DATE("a text") "Xóm Phố" MEND);
    FAILS("ngay_a + 5", "x:1:1: error: “ngay_a” must be a number, here it is "
                        "a date “30/6/2026" MEND);
    FAILS("nam(a)", "x:1:5: error: “a" DATE("a number") "12.456" MEND);
    FAILS("nam(chu)", "baocao.yaml:10:6: error: “chu" DATE("a text") "Xóm Phố" MEND);
}

/* Days over leap years and centuries. */
static void days(void **state) {
    (void)state;
    load();
    IS("ngay_b - \"2025-01-01\"", "365");
    IS("ngay_b - \"2024-01-01\"", "731");
    IS("ngay_b - \"1970-01-01\"", "20454");
    IS("ngay_b - \"1900-03-01\"", "45962");
    IS("ngay_b - \"1900-02-28\"", "45963");
    IS("ngay_b - \"2000-02-28\"", "9439");
    IS("ngay_b - \"2000-03-01\"", "9437");
    assert_string_equal(messages(), "");
}

static void logic(void **state) {
    (void)state;
    load();
    IS("dung va dung", "true");
    IS("dung va sai", "false");
    IS("sai hoac dung", "true");
    IS("sai hoặc sai", "false");
    IS("khong sai", "true");
    IS("không dung", "false");
    IS("\"có\" va dung", "true");
    /* what is decided does not ask for what is missing */
    IS("sai va chua_ro", "false");
    IS("chua_ro va sai", "false");
    IS("dung hoac chua_ro", "true");
    IS("chua_ro hoac dung", "true");
    IS("dung va chua_ro", "missing chua_ro");
    IS("chua_ro va dung", "missing chua_ro");
    IS("sai hoac chua_ro", "missing chua_ro");
    IS("khong chua_ro", "missing chua_ro");
    assert_string_equal(messages(), "");
    IS("sai va a", "false"); /* decided */
#define NO_CONDITION "” is no condition: write a comparison"
    FAILS("a va dung", "x:1:1: error: “a" NO_CONDITION);
    FAILS("dung va a", "x:1:9: error: “a" NO_CONDITION);
    FAILS("khong chu", "baocao.yaml:10:6: error: “chu" NO_CONDITION);
    FAILS("1 va dung", "x:1:1: error: “1" NO_CONDITION);
}

static void missing(void **state) {
    (void)state;
    load();
    IS("trong_so", "missing trong_so");
    IS("trong_so + 1", "missing trong_so");
    IS("1 + trong_so * a", "missing trong_so");
    IS("-trong_so", "missing trong_so");
    IS("trong_so == 1", "missing trong_so");
    IS("trong_so == \"\"", "true");
    IS("trong_so != \"\"", "false");
    IS("chu == \"\"", "false");
    IS("\"\" != chu", "true");
    IS("nhom.y", "missing nhom.y");
    IS("ty_le(a, trong_so)", "missing trong_so");
    IS("noi(chu, trong_so)", "missing trong_so");
    IS("lon_nhat(a, trong_so)", "missing trong_so");
    IS("neu(chua_ro, 1, 2)", "missing chua_ro");
    IS("neu(dung, 1, trong_so)", "1");
    IS("neu(sai, trong_so, 2)", "2");
    IS("neu(sai, 1, trong_so)", "missing trong_so");
    IS("ky_truoc.a", "missing ky_truoc.a");
    IS("1 / 0", "missing, division by zero");
    IS("a / (b - 4)", "missing, division by zero");
    IS("ty_le(a, 0)", "missing, division by zero");
    IS("tang_truong(a, 0)", "missing, division by zero");
    IS("0 ^ -1", "missing, division by zero");
    IS("1 / 0 == \"\"", "true");
    assert_string_equal(messages(), "");
}

/* What was reported when the facts were read is not reported again. */
static void reported(void **state) {
    (void)state;
    assert_false(load_report(MAU, "a: nhiều\nb: 4\nti: 98\n"));
    assert_int_equal(diag_count(diag, SEV_ERROR), 3); /* bat_buoc is missing, too */
    int before = diag_calls(diag);
    IS("a + b", "missing, told");
    IS("a == 5", "missing, told");
    IS("a < 5", "missing, told");
    IS("bat_buoc + 1", "missing, told");
    IS("ti > 1", "missing, told");
    IS("trong_so + 1", "missing trong_so");
    assert_int_equal(diag_calls(diag), before);
}

static void wrong_kinds(void **state) {
    (void)state;
    load();
#define NUMBER "” must be a number, here it is "
    FAILS("chu + 1", "baocao.yaml:10:6: error: “chu" NUMBER "a text “Xóm Phố" MEND);
    FAILS("1 + chu", "baocao.yaml:10:6: error: “chu" NUMBER "a text “Xóm Phố" MEND);
    FAILS("1 + \"x\"", "x:1:5: error: “\"x\"" NUMBER "a text “x" MEND);
    FAILS("dung * 2", "x:1:1: error: “dung" NUMBER "true or false “Có" MEND);
    FAILS("ngay_a * 2", "x:1:1: error: “ngay_a" NUMBER "a date “30/6/2026" MEND);
    FAILS("(a > 1) + 1", "x:1:1: error: “(a > 1)" NUMBER "true or false “Có" MEND);
#define GROUP "” is a group of fields, not one value: choose a field within"
    FAILS("nhom", "x:1:1: error: “nhom" GROUP);
    FAILS("1 + nhom", "x:1:5: error: “nhom" GROUP);
    FAILS("nguoi_ky", "x:1:1: error: “nguoi_ky" GROUP);
    /* one message a wrong value */
    IS("chu + 1", "failed");
    IS("chu + 2", "missing, told");
    assert_string_equal(messages(), "baocao.yaml:10:6: error: “chu" NUMBER
                                    "a text “Xóm Phố" MEND "\n");
}

/* "≥ 40%" has a number, but it must be asked for. */
static void targets_as_numbers(void **state) {
    (void)state;
    assert_true(load_report("truong: [{name: ct, type: string, kieu: chi_tieu}]\n",
                            "ct: ≥ 40%\n"));
    IS("so(ct) / 2", "1/5");
    FAILS("1 + ct",
          "x:1:5: error: “ct” is the text “≥ 40%”, no number: take its number by "
          "so(ct), or compare by dat(result, ct)");
    FAILS("lon_nhat(ct, 1)",
          "x:1:10: error: “ct” is the text “≥ 40%”, no number: take its "
          "number by so(ct), or compare by dat(result, ct)");
}

/* The steps of a report are told once when they are used up; what is shown only has its own. */
static void steps(void **state) {
    (void)state;
    load();
    struct text_place place = {.at = {"x", 1, 1}};
    const char *text = "a + a + a + a + a + a";
    struct expr *x = expr_parse(arena, diag, text, strlen(text), place);
    assert_true(expr_bind(arena, diag, x, schema, NULL));
    struct eval e = {.a = arena, .d = diag, .facts = report->facts, .steps_max = 25};
    for (int i = 0; i < 4; i++) {
        e.failed = false;
        struct result r = eval_expr(&e, x);
        eval_end(&e, x);
        assert_int_equal(r.kind, i < 2 ? RES_NUMBER : RES_MISSING);
    }
    assert_string_equal(messages(),
                        "x:1:1: error: at “a + a + a + a + a + a” the 25 steps of the "
                        "whole report are used up: write it more simply, or nest "
                        "fewer functions\n");
    e = (struct eval){
        .a = arena, .d = diag, .facts = report->facts, .steps_max = 5, .quiet = true};
    assert_true(eval_expr(&e, x).silent);
    eval_end(&e, x);
    assert_string_equal(messages(), "");
    e = eval_of_report(arena, diag, report);
    assert_int_equal(e.steps_max, 2000000);
}

/* How results print: decimals and the percent sign go on where that means something. */
static void as_printed(void **state) {
    (void)state;
    load();
    assert_string_equal(printed("a"), "12.456");
    assert_string_equal(printed("a + 0,10"), "12.456,10");
    assert_string_equal(printed("a / 7"), "1.779,428571");
    assert_string_equal(printed("ti"), "98,70%");
    assert_string_equal(printed("ti + 1,3%"), "100,00%");
    assert_string_equal(printed("ty_le(b, 3)"), "133,333333%");
    assert_string_equal(printed("lam_tron(ty_le(b, 3), 2)"), "133,33%");
    assert_string_equal(printed("lam_tron(ti, 1)"), "98,7%");
    assert_string_equal(printed("lam_tron(2 / 3, 2)"), "0,67");
    assert_string_equal(printed("lam_tron(12.456, -3)"), "12.000");
    assert_string_equal(printed("lam_tron(-2,5, 0)"), "-3");
    assert_string_equal(printed("-ti"), "-98,70%");
    assert_string_equal(printed("dung"), "Có");
    assert_string_equal(printed("a > 1"), "Có");
    assert_string_equal(printed("a < 1"), "Không");
    assert_string_equal(printed("ngay_b"), "01/01/2026");
    assert_string_equal(printed("noi(chu, \": \", a, \" hồ sơ, \", ti)"),
                        "Xóm Phố: 12.456 hồ sơ, 98,70%");
    assert_string_equal(printed("2 ^ 70"), "1.180.591.620.717.411.303.424");
    assert_string_equal(printed("tuyet_doi(-1,50)"), "1,50");
}

static void unknown_names(void **state) {
    (void)state;
    load();
    IS("aa + hoan_toan_khac", "wrong");
    IS("nhom.z", "wrong");
    IS("ky_truoc.aa", "wrong");
    IS("a.b", "wrong");
    IS("hang", "wrong");
    IS("tong(ti)", "wrong");
    IS("tong(5)", "wrong");
    IS("tong(khong_ro.x)", "wrong");
    IS("o(chu, a > 1)", "wrong");
    assert_string_equal(
        messages(),
        "x:1:1: error: there is no field, table or column “aa”: do you mean “a”?\n"
        "x:1:1: error: there is no field, table or column “nhom.z”: do you mean "
        "“nhom.x”?\n"
        "x:1:1: error: there is no field, table or column “ky_truoc.aa”: do you mean "
        "“ky_truoc.a”?\n"
        "x:1:1: error: there is no field, table or column “a.b”: declare it under "
        "“truong”, "
        "“bang” or “tinh”, or mend the name\n"
        "x:1:1: error: there is no field, table or column “hang”: declare it under "
        "“truong”, “bang” or “tinh”, or mend the name\n"
        "x:1:3: error: the function “o” needs a column of a table: write “table.column”\n"
        "x:1:6: error: there is no field, table or column “hoan_toan_khac”: declare it "
        "under “truong”, “bang” or “tinh”, or mend the name\n"
        "x:1:6: error: the function “tong” needs a column of a table: write "
        "“table.column”\n"
        "x:1:6: error: there is no field, table or column “khong_ro.x”: declare it under "
        "“truong”, “bang” or “tinh”, or mend the name\n");
}

/* Without declarations any name may be there, and texts are what they look like. */
static void open_facts(void **state) {
    (void)state;
    assert_true(load_report("ten: x\n",
                            "a: 5\nb: 1.204\nnhom: {x: 2, y: [1, 2, 3]}\n"
                            "ds: [4, 5]\nxom:\n  - {ten: P, ho: 12}\n  - {ten: Q, "
                            "ho: 30}\n"));
    IS("a + b", "1209");
    IS("nhom.x * 2", "4");
    IS("khong_co + 1", "missing khong_co");
    IS("tong(xom.ho)", "42");
    IS("tong(xom.ho, ten == \"Q\")", "30");
    IS("tong(xom.ho, ho > a)", "42");
    IS("tong(ds)", "9");
    IS("dem(xom)", "2");
    IS("tong(khong_co.x)", "missing khong_co.x");
    IS("co(a) va khong co(khong_co)", "true");
    assert_string_equal(messages(), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(literals),
        TEST(arithmetic),
        TEST(exactness),
        TEST(size_of_numbers),
        TEST(comparisons),
        TEST(partial_dates),
        TEST(days),
        TEST(logic),
        TEST(missing),
        TEST(reported),
        TEST(wrong_kinds),
        TEST(as_printed),
        TEST(unknown_names),
        TEST(open_facts),
        TEST(targets_as_numbers),
        TEST(steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
