/* test_format.c: numbers in words, every formatter, and how values print without one */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "merge/inside.h"

static const struct {
    const char *number, *words;
} reading[] = {
    {"0", "không"},
    {"1", "một"},
    {"4", "bốn"},
    {"5", "năm"},
    {"10", "mười"},
    {"11", "mười một"},
    {"14", "mười bốn"},
    {"15", "mười lăm"},
    {"19", "mười chín"},
    {"20", "hai mươi"},
    {"21", "hai mươi mốt"},
    {"24", "hai mươi tư"},
    {"25", "hai mươi lăm"},
    {"31", "ba mươi mốt"},
    {"44", "bốn mươi tư"},
    {"55", "năm mươi lăm"},
    {"91", "chín mươi mốt"},
    {"99", "chín mươi chín"},
    {"100", "một trăm"},
    {"101", "một trăm linh một"},
    {"104", "một trăm linh bốn"},
    {"105", "một trăm linh năm"},
    {"110", "một trăm mười"},
    {"111", "một trăm mười một"},
    {"114", "một trăm mười bốn"},
    {"115", "một trăm mười lăm"},
    {"121", "một trăm hai mươi mốt"},
    {"124", "một trăm hai mươi tư"},
    {"155", "một trăm năm mươi lăm"},
    {"200", "hai trăm"},
    {"505", "năm trăm linh năm"},
    {"555", "năm trăm năm mươi lăm"},
    {"999", "chín trăm chín mươi chín"},
    {"1.000", "một nghìn"},
    {"1.001", "một nghìn không trăm linh một"},
    {"1.010", "một nghìn không trăm mười"},
    {"1.015", "một nghìn không trăm mười lăm"},
    {"1.021", "một nghìn không trăm hai mươi mốt"},
    {"1.100", "một nghìn một trăm"},
    {"2.026", "hai nghìn không trăm hai mươi sáu"},
    {"4.838", "bốn nghìn tám trăm ba mươi tám"},
    {"10.000", "mười nghìn"},
    {"12.456", "mười hai nghìn bốn trăm năm mươi sáu"},
    {"15.005", "mười lăm nghìn không trăm linh năm"},
    {"21.000", "hai mươi mốt nghìn"},
    {"100.000", "một trăm nghìn"},
    {"101.101", "một trăm linh một nghìn một trăm linh một"},
    {"1.000.000", "một triệu"},
    {"1.000.001", "một triệu không trăm linh một"},
    {"1.001.000", "một triệu không trăm linh một nghìn"},
    {"5.250.000", "năm triệu hai trăm năm mươi nghìn"},
    {"24.000.000", "hai mươi tư triệu"},
    {"1.000.000.000", "một tỷ"},
    {"1.000.000.005", "một tỷ không trăm linh năm"},
    {"1.005.000.000", "một tỷ không trăm linh năm triệu"},
    {"2.000.050.000", "hai tỷ không trăm năm mươi nghìn"},
    {"15.400.000.000", "mười lăm tỷ bốn trăm triệu"},
    {"1.234.000.000.000", "một nghìn hai trăm ba mươi tư tỷ"},
    {"1.000.000.000.000.000", "một triệu tỷ"},
    {"1.000.000.000.000.000.000", "một tỷ tỷ"},
    {"1.000.000.001.000.000.000", "một tỷ tỷ không trăm linh một tỷ"},
    {"999.999.999.999.999.999", "chín trăm chín mươi chín triệu chín trăm chín mươi chín "
                                "nghìn chín trăm chín mươi chín "
                                "tỷ chín trăm chín mươi chín triệu chín trăm chín mươi "
                                "chín nghìn chín trăm chín mươi chín"},
    {"-5", "âm năm"},
    {"-21", "âm hai mươi mốt"},
    {"-1.000,5", "âm một nghìn phẩy năm"},
    {"0,5", "không phẩy năm"},
    {"1,5", "một phẩy năm"},
    {"1,05", "một phẩy không năm"},
    {"3,005", "ba phẩy không không năm"},
    {"1,25", "một phẩy hai mươi lăm"},
    {"98,7", "chín mươi tám phẩy bảy"},
    {"0,105", "không phẩy một trăm linh năm"},
    {"2,1234", "hai phẩy một hai ba bốn"},
    {"2,10", "hai phẩy một"},
    {"5,00", "năm"},
    {"0,0004", "không phẩy không không không bốn"},
    {"-0,25", "âm không phẩy hai mươi lăm"},
    {"1,000014", "một phẩy không không không không mười bốn"},
};

static void test_words(void **state) {
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof reading / sizeof *reading; i++)
        assert_string_equal(words_number(a, reading[i].number), reading[i].words);
    assert_null(words_number(a, "12345678901234567890"));
    arena_free(a);
}

static void test_ordinals(void **state) {
    static const struct {
        int64_t n;
        const char *words;
    } ordinal[] = {
        {1, "thứ nhất"},
        {2, "thứ hai"},
        {3, "thứ ba"},
        {4, "thứ tư"},
        {5, "thứ năm"},
        {10, "thứ mười"},
        {11, "thứ mười một"},
        {14, "thứ mười bốn"},
        {15, "thứ mười lăm"},
        {20, "thứ hai mươi"},
        {21, "thứ hai mươi mốt"},
        {24, "thứ hai mươi tư"},
        {101, "thứ một trăm linh một"},
        {1000, "thứ một nghìn"},
        {INT64_MAX,
         "thứ chín tỷ tỷ hai trăm hai mươi ba triệu ba trăm bảy mươi hai nghìn "
         "không trăm ba mươi sáu tỷ tám trăm năm mươi tư triệu bảy trăm bảy "
         "mươi lăm nghìn tám trăm linh bảy"},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof ordinal / sizeof *ordinal; i++)
        assert_string_equal(words_ordinal(a, ordinal[i].n), ordinal[i].words);
    arena_free(a);
}

static const struct {
    const char *typed, *kind, *spec,
        *printed; /* kind: number, percent, text, date, true */
} printing[] = {
    {"12.456", "number", "", "12.456"},
    {"12456", "number", "", "12.456"},
    {"2025", "number", "", "2025"},
    {"7", "number", "", "7"},
    {"05", "number", "", "5"},
    {"1,50", "number", "", "1,50"},
    {"98,70%", "percent", "", "98,70%"},
    {"0,987", "percent", "", "98,7%"},
    {"0,5", "percent", "", "50%"},
    {"2026-06-06", "date", "", "06/6/2026"},
    {"2025-12", "date", "", "12/2025"},
    {"Chữ", "text", "", "Chữ"},
    {"true", "true", "", "Có"},
    {"98,70%", "percent", "phan_tram 1", "98,7%"},
    {"98,65%", "percent", "phan_tram 1", "98,7%"},
    {"98,70%", "percent", "phan_tram", "98,70%"},
    {"0,5", "number", "phan_tram 0", "50%"},
    {"1234,567", "number", "so 2", "1.234,57"},
    {"2025", "number", "so 0", "2.025"},
    {"2,5", "number", "so 0", "3"},
    {"-2,5", "number", "so 0", "-3"},
    {"2", "number", "dem", "02"},
    {"0", "number", "dem", "0"},
    {"9", "number", "dem", "09"},
    {"10", "number", "dem", "10"},
    {"12456", "number", "dem", "12.456"},
    {"12", "number", "bang_chu", "mười hai"},
    {"98,70%", "percent", "bang_chu", "chín mươi tám phẩy bảy phần trăm"},
    {"14", "number", "la_ma", "XIV"},
    {"3999", "number", "la_ma", "MMMCMXCIX"},
    {"06/6/2026", "date", "ngay", "06/6/2026"},
    {"2026-06-06", "date", "ngay_chu", "ngày 06 tháng 6 năm 2026"},
    {"2026-01-15", "date", "ngay_chu", "ngày 15 tháng 01 năm 2026"},
    {"2025-12", "date", "ngay_chu", "tháng 12 năm 2025"},
    {"2025", "date", "ngay_chu", "năm 2025"},
    {"Ủy ban nhân dân", "text", "hoa", "ỦY BAN NHÂN DÂN"},
    {"Ủy ban", "text", "thuong", "ủy ban"},
    {"Đảng ủy", "text", "thuong", "đảng ủy"},
    {"5", "number", "bang_chu | hoa", "NĂM"},
    {"98,70%", "percent", "nguyen_van", "98,70%"},
    {"15", "text", "dem", "15"},
    {"31/12/2025", "text", "ngay_chu", "ngày 31 tháng 12 năm 2025"},
    {"120000000", "number", "tien", "120.000.000 đồng"},
    {"0", "number", "tien", "0 đồng"},
    {"2025", "number", "tien", "2.025 đồng"},
    {"1500,50", "number", "tien", "1.500,5 đồng"},
    {"1500,5", "number", "tien 0", "1.501 đồng"},
    {"-1.000", "number", "tien", "-1.000 đồng"},
    {"120.000", "number", "nghin", "120 nghìn"},
    {"1.234.567", "number", "nghin", "1.234,567 nghìn"},
    {"1.234.567", "number", "nghin 1", "1.234,6 nghìn"},
    {"120.000.000", "number", "trieu_dong", "120 triệu đồng"},
    {"120.450.000", "number", "trieu_dong 1", "120,5 triệu đồng"},
    {"-120.450.000", "number", "trieu_dong 1", "-120,5 triệu đồng"},
    {"-40.000", "number", "trieu_dong 1", "0,0 triệu đồng"},
    {"120.000.000", "number", "trieu_dong 2", "120,00 triệu đồng"},
    {"1.056.000.000", "number", "ty_dong", "1,056 tỷ đồng"},
    {"1.056.123.456.789", "number", "ty_dong", "1.056,123457 tỷ đồng"},
    {"2.500.000.000", "number", "ty_dong 0", "3 tỷ đồng"},
    {"123456789012345678901", "number", "ty_dong 3", "123.456.789.012,346 tỷ đồng"},
    {"120.000.000", "text", "trieu_dong", "120 triệu đồng"},
    {"1", "number", "thu_tu", "thứ nhất"},
    {"24", "number", "thu_tu", "thứ hai mươi tư"},
    {"4", "text", "thu_tu", "thứ tư"},
    {"12456", "number", "don_vi", "12.456 hồ sơ"},
    {"12456", "text", "don_vi", "12456 hồ sơ"},
    {"5", "number", "dem | don_vi", "05 hồ sơ"},
    {"12,50", "number", "so 1 | don_vi", "12,5 hồ sơ"},
    {"120.000", "number", "nghin | don_vi", "120 nghìn hồ sơ"},
    {"21", "number", "bang_chu | don_vi", "hai mươi mốt hồ sơ"},
    {"5", "number", "don_vi | hoa", "5 HỒ SƠ"},
    {"98,7%", "percent", "don_vi", "98,7% hồ sơ"},
    {"12,5", "text", "so", "12,5"},
    {"98,70%", "text", "phan_tram", "98,70%"},
    {"98,70%", "text", "bang_chu", "chín mươi tám phẩy bảy phần trăm"},
    {"98,65%", "percent", "phan_tram 1 | bang_chu", "chín mươi tám phẩy bảy phần trăm"},
    {"0,12345678", "number", "bang_chu", "không phẩy một hai ba bốn năm sáu bảy tám"},
    {"-2,5", "number", "bang_chu", "âm hai phẩy năm"},
    {"0,125", "number", "so 2", "0,13"},
    {"-0,125", "number", "so 2", "-0,13"},
    {"0,5", "number", "so 0", "1"},
    {"1,5", "number", "so 0", "2"},
    {"-0,4", "number", "so 0", "0"},
    {"1,005", "number", "so 2", "1,01"},
};

static struct value *make(struct arena *a, const char *typed, const char *kind) {
    struct value *v = value_new(a, VALUE_TEXT, (struct origin){"f.yaml", 1, 1});
    v->text = typed;
    v->len = (uint32_t)strlen(typed);
    if (str_eq(kind, "number") || str_eq(kind, "percent")) {
        bool percent;
        int digits;
        struct number n;
        assert_true(number_parse(a, typed, v->len, NUM_VI, &n, &percent, &digits));
        v->kind = VALUE_NUMBER;
        v->u.number = arena_new_of(a, struct number);
        *v->u.number = n;
        v->digits = (uint16_t)digits;
        v->flags = str_eq(kind, "percent") ? VALUE_PERCENT : 0;
    } else if (str_eq(kind, "date")) {
        assert_true(date_parse(typed, v->len, &v->u.date));
        v->kind = VALUE_DATE;
    } else if (str_eq(kind, "true")) {
        v->kind = VALUE_BOOL;
        v->u.yes = true;
    }
    return v;
}

/* The formatters behind '|', applied. NULL after a message. */
static const char *format_value(struct arena *a, struct diag *d, const struct value *v,
                                const char *spec, struct origin at) {
    const struct format *f = format_parse(a, d, spec, at);
    return f ? format_apply(a, d, v, f, "hồ sơ", at) : NULL;
}

static void test_printing(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof printing / sizeof *printing; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(LANG_VI);
        struct origin at = {"mau.md", 1, 1};
        const struct value *v = make(a, printing[i].typed, printing[i].kind);
        const char *s = *printing[i].spec ? format_value(a, d, v, printing[i].spec, at)
                                          : value_show(a, v);
        if (!str_eq(s, printing[i].printed))
            fail_msg("%s | %s is %s, not %s", printing[i].typed, printing[i].spec,
                     s ? s : "nothing", printing[i].printed);
        diag_free(d);
        arena_free(a);
    }
}

static void assert_refused(const char *typed, const char *kind, const char *spec,
                           const char *message) {
    struct arena *a = arena_new();
    struct diag *d = diag_new(LANG_EN);
    assert_null(
        format_value(a, d, make(a, typed, kind), spec, (struct origin){"m.md", 2, 3}));
    struct buf b = {0};
    diag_print(d, &b);
    if (!b.data || !strstr(b.data, message))
        fail_msg("%s | %s said %s", typed, spec, b.data ? b.data : "nothing");
    buf_free(&b);
    diag_free(d);
    arena_free(a);
}

static void test_refused(void **state) {
    (void)state;
    assert_refused("chữ", "text", "dem", "the formatter “dem” cannot print “chữ”");
    assert_refused("chữ", "text", "ngay", "the formatter “ngay” cannot print “chữ”");
    assert_refused("5", "number", "ngay_chu", "cannot print “5”");
    assert_refused("0", "number", "la_ma", "cannot print “0”");
    assert_refused("4000", "number", "la_ma", "cannot print “4000”");
    assert_refused("1,5", "number", "la_ma", "cannot print “1,5”");
    assert_refused("12345678901234567890", "number", "bang_chu", "cannot print");
    assert_refused("5", "number", "bangchu", "is “bang_chu” meant?");
    assert_refused("5", "number", "xyzxyz", "use phan_tram, so, dem");
    assert_refused("5", "number", "so -1", "does not take “-1”");
    assert_refused("5", "number", "so 21", "0 to 20");
    assert_refused("5", "number", "hoa|hoa|hoa|hoa|hoa", "more than 4 formatters");
    assert_refused("5", "number", "bang_chu | dem", "the formatter “dem” cannot print");
    assert_refused("0", "number", "thu_tu", "cannot print “0”");
    assert_refused("-1", "number", "thu_tu", "cannot print “-1”");
    assert_refused("1,5", "number", "thu_tu", "cannot print “1,5”");
    assert_refused("99999999999999999999", "number", "thu_tu", "cannot print");
    assert_refused("98%", "percent", "tien", "the formatter “tien” cannot print “98%”");
    assert_refused("chữ", "text", "trieu_dong", "the formatter “trieu_dong” cannot");
    assert_refused("5", "number", "tien x", "the formatter “tien” does not take “x”");
    assert_refused("5", "number", "don_vi 2", "the formatter “don_vi” takes no argument");
    assert_refused("5", "number", "don_vi | dem", "write “dem | don_vi”");
    assert_refused("5", "number", "tien | don_vi",
                   "don_vi stands behind “tien”, which prints a unit already");
    assert_refused("5", "number", "don_vi | don_vi", "don_vi stands behind “don_vi”");
    assert_refused("5", "number", "xyzxyz", "nguyen_van or vb");
}

static void test_no_unit(void **state) {
    struct arena *a = arena_new();
    struct diag *d = diag_new(LANG_EN);
    struct origin at = {"m.md", 2, 3};
    (void)state;
    const struct format *f = format_parse(a, d, "dem | don_vi", at);
    struct value *v = make(a, "5", "number");
    v->key = "ho_so";
    assert_null(format_apply(a, d, v, f, NULL, at));
    size_t n;
    assert_string_equal(
        diag_sorted(d, &n)[0]->text,
        "“ho_so” declares no unit for don_vi to print: add “don_vi: …” to "
        "its declaration in mau.yaml, or remove don_vi here");
    diag_free(d);
    arena_free(a);
}

/* A unit in the head of a column, and what its cells print then. */
static void assert_head(const char *typed, const char *spec, const char *unit,
                        const char *head, const char *printed) {
    struct arena *a = arena_new();
    struct diag *d = diag_new(LANG_EN);
    struct origin at = {"m.md", 2, 3};
    const struct format *f = *spec ? format_parse(a, d, spec, at) : NULL;
    const struct format *bare = format_bare(a, f);
    const char *is = format_head_unit(a, bare, unit);
    if (!str_eq(is, head))
        fail_msg("%s of %s is %s", spec, unit ? unit : "nothing", is ? is : "nothing");
    assert_false(format_wants_unit(bare));
    assert_string_equal(format_apply(a, d, make(a, typed, "number"), bare, NULL, at),
                        printed);
    diag_free(d);
    arena_free(a);
}

static void test_heads(void **state) {
    (void)state;
    assert_head("12456", "", "hồ sơ", "hồ sơ", "12.456");
    assert_head("12456", "", NULL, NULL, "12.456");
    assert_head("5", "dem", "hồ sơ", "hồ sơ", "05");
    assert_head("5", "dem | don_vi", "hồ sơ", "hồ sơ", "05");
    assert_head("5", "don_vi", "hồ sơ", "hồ sơ", "5");
    assert_head("5", "don_vi | hoa", "hồ sơ", "hồ sơ", "5");
    assert_head("120.500", "nghin 1", "người", "nghìn người", "120,5");
    assert_head("120.500", "nghin", NULL, NULL, "120,5");
    assert_head("120.500.000", "trieu_dong", NULL, "triệu đồng", "120,5");
    assert_head("120.500.000", "trieu_dong 2", "đồng", "triệu đồng", "120,50");
    assert_head("120.500.000", "tien", NULL, "đồng", "120.500.000");
}

static void test_lists(void **state) {
    struct arena *a = arena_new();
    (void)state;
    struct value *list = value_new(a, VALUE_LIST, (struct origin){0});
    list->u.item = arena_array(a, struct value *, 3);
    list->u.item[0] = make(a, "một", "text");
    list->u.item[1] = value_new(a, VALUE_NONE, (struct origin){0});
    list->u.item[2] = make(a, "1.000", "number");
    list->n = 3;
    assert_string_equal(value_show(a, list), "một, 1.000");
    assert_string_equal(value_show(a, NULL), "");
    arena_free(a);
}

static void assert_cell(const char *typed, const char *kind, const char *spec,
                        enum cell_format format, int digits) {
    struct arena *a = arena_new();
    struct diag *d = diag_new(LANG_VI);
    struct cell c = {0};
    struct origin at = {"m.md", 1, 1};
    const struct format *f = *spec ? format_parse(a, d, spec, at) : NULL;
    const struct value *v = make(a, typed, kind);
    format_cell(a, &c, v, f, format_apply(a, d, v, f, "hồ sơ", at));
    assert_int_equal(c.format, format);
    assert_int_equal(c.digits, digits);
    diag_free(d);
    arena_free(a);
}

static void test_cells(void **state) {
    (void)state;
    assert_cell("12.456", "number", "", FORMAT_INTEGER, 0);
    assert_cell("1,50", "number", "", FORMAT_NUMBER, 2);
    assert_cell("98,70%", "percent", "", FORMAT_PERCENT, 2);
    assert_cell("98,70%", "percent", "phan_tram 1", FORMAT_PERCENT, 1);
    assert_cell("1,234", "number", "so 2", FORMAT_NUMBER, 2);
    assert_cell("5", "number", "dem", FORMAT_INTEGER, 0);
    assert_cell("5", "number", "bang_chu", FORMAT_TEXT, 0);
    assert_cell("5", "number", "so 2 | hoa", FORMAT_TEXT, 0);
    assert_cell("2026-06-06", "date", "", FORMAT_DATE, 0);
    assert_cell("2026-06", "date", "", FORMAT_TEXT, 0);
    assert_cell("2026-06-06", "date", "ngay_chu", FORMAT_TEXT, 0);
    assert_cell("x", "text", "", FORMAT_TEXT, 0);
    assert_cell("12.456", "number", "don_vi", FORMAT_INTEGER, 0);
    assert_cell("5", "number", "dem | don_vi", FORMAT_INTEGER, 0);
    assert_cell("98,7%", "percent", "don_vi", FORMAT_PERCENT, 1);
    assert_cell("5", "number", "don_vi | hoa", FORMAT_TEXT, 0);
    assert_cell("5", "number", "thu_tu", FORMAT_TEXT, 0);
    assert_cell("5", "text", "tien", FORMAT_TEXT, 0);
    assert_cell("1,50", "number", "dem", FORMAT_NUMBER, 1);
    assert_cell("1500,50", "number", "tien", FORMAT_NUMBER, 1);
    assert_cell("120.450.000", "number", "trieu_dong 1", FORMAT_NUMBER, 1);
    assert_cell("120.000.000", "number", "trieu_dong", FORMAT_INTEGER, 0);
    assert_cell("1.056.000.000", "number", "ty_dong", FORMAT_NUMBER, 3);
}

/* A scaled cell holds the scaled number, and its value keeps its place. */
static void test_scaled_cell(void **state) {
    struct arena *a = arena_new();
    struct diag *d = diag_new(LANG_VI);
    struct cell c = {0};
    (void)state;
    const struct format *f =
        format_parse(a, d, "trieu_dong 1", (struct origin){"m.md", 1, 1});
    struct value *v = make(a, "120.450.000", "number");
    v->key = "kinh_phi";
    format_cell(a, &c, v, f, "120,5 triệu đồng");
    assert_ptr_not_equal(c.value, v);
    assert_int_equal(c.value->u.number->num, 2409);
    assert_int_equal(c.value->u.number->den, 20);
    assert_string_equal(c.value->key, "kinh_phi");
    assert_int_equal(c.value->at.line, v->at.line);
    assert_int_equal(v->u.number->num, 120450000);
    diag_free(d);
    arena_free(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),       cmocka_unit_test(test_ordinals),
        cmocka_unit_test(test_printing),    cmocka_unit_test(test_refused),
        cmocka_unit_test(test_no_unit),     cmocka_unit_test(test_heads),
        cmocka_unit_test(test_lists),       cmocka_unit_test(test_cells),
        cmocka_unit_test(test_scaled_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
