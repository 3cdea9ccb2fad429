/* test_number.c: exact numbers and dates: reading, printing, arithmetic, offers */
#include "base/base.h"

#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

static struct arena *arena;

static int setup(void **state) {
    (void)state;
    arena = arena_new();
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static bool parse(const char *s, enum number_style style, struct number *x, bool *percent,
                  int *digits) {
    return number_parse(arena, s, strlen(s), style, x, percent, digits);
}

/* What a text reads as, printed with all its decimals; "-" when it is no number. */
static const char *read_as(const char *s, enum number_style style) {
    struct number x;
    bool percent;
    int digits;
    if (!parse(s, style, &x, &percent, &digits))
        return "-";
    return number_print(arena, &x, -1, false);
}

static void vietnamese(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"0", "0"},
        {"12", "12"},
        {"007", "7"},
        {"12.456", "12456"},
        {"1.234.567", "1234567"},
        {"98,70", "98,7"},
        {"12.456,70", "12456,7"},
        {"98,70%", "0,987"},
        {"98,70 %", "0,987"},
        {"98,70\u00A0%", "0,987"},
        {" 5 ", "5"},
        {"\u00A05\u202F", "5"},
        {"-5", "-5"},
        {"\u22125,5", "-5,5"},
        {"-0", "0"},
        {"0,000001", "0,000001"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(read_as(cases[i][0], NUM_VI), cases[i][1]);
}

static void not_vietnamese(void **state) {
    (void)state;
    static const char *const cases[] = {
        "",    " ",      "1.5",  "12.45",   "1.2345",  "1234.567", "0.123",   ",5",
        "5,",  "1,2,3",  "1..2", "1.",      ".123",    "+5",       "- 5",     "--5",
        "1e5", "12 456", "abc",  "5a",      "%",       "-",        "5%%",     "1,234.5",
        "٣",   "1.234,", "½",    "12.4567", "012.345", "1.234.56", "1.2345,6"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(read_as(cases[i], NUM_VI), "-");
}

static void other_styles(void **state) {
    (void)state;
    assert_string_equal(read_as("12,456.70", NUM_EN), "12456,7");
    assert_string_equal(read_as("1.5", NUM_EN), "1,5");
    assert_string_equal(read_as("98.70%", NUM_EN), "0,987");
    assert_string_equal(read_as("1,5", NUM_EN), "-");
    assert_string_equal(read_as("0,123", NUM_EN), "-");
    assert_string_equal(read_as("12456", NUM_JSON), "12456");
    assert_string_equal(read_as("9.87e1", NUM_JSON), "98,7");
    assert_string_equal(read_as("1E+3", NUM_JSON), "1000");
    assert_string_equal(read_as("-5e-1", NUM_JSON), "-0,5");
    assert_string_equal(read_as("01", NUM_JSON), "-");
    assert_string_equal(read_as("1,5", NUM_JSON), "-");
    assert_string_equal(read_as("5%", NUM_JSON), "-");
    assert_string_equal(read_as("1e", NUM_JSON), "-");
    assert_string_equal(read_as("1e99999999999", NUM_JSON), "-");
}

static void typed_form(void **state) {
    (void)state;
    struct number x;
    bool percent;
    int digits;
    assert_true(parse("98,70%", NUM_VI, &x, &percent, &digits));
    assert_true(percent);
    assert_int_equal(digits, 2);
    assert_int_equal(x.num, 987);
    assert_int_equal(x.den, 1000);
    assert_true(parse("12.456", NUM_VI, &x, &percent, &digits));
    assert_false(percent);
    assert_int_equal(digits, 0);
    assert_true(parse("1.5e-2", NUM_JSON, &x, &percent, &digits));
    assert_int_equal(digits, 3);
    assert_true(parse("1.25e1", NUM_JSON, &x, &percent, &digits));
    assert_int_equal(digits, 1);
}

static void offers(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"1.5", "1,5"},     {"12.45", "12,45"},       {"1,234.5", "1.234,5"},
        {"0.123", "0,123"}, {"12 456", "12456"},      {"12\u00A0456,5", "12456,5"},
        {"98.7%", "98,7%"}, {"1234.567", "1234,567"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(number_offer(arena, cases[i][0], strlen(cases[i][0]), NUM_VI),
                            cases[i][1]);
    assert_string_equal(number_offer(arena, "1,5", 3, NUM_EN), "1.5");
    assert_null(number_offer(arena, "abc", 3, NUM_VI));
    assert_null(number_offer(arena, "", 0, NUM_VI));
    assert_null(number_offer(arena, "1e5", 3, NUM_VI));
    assert_null(number_offer(arena, "1,5", 3, NUM_JSON));
}

static void printing(void **state) {
    (void)state;
    struct number x = {12345678, 10, NULL};
    assert_string_equal(number_print(arena, &x, -1, true), "1.234.567,8");
    assert_string_equal(number_print(arena, &x, 0, true), "1.234.568");
    assert_string_equal(number_print(arena, &x, 2, false), "1234567,80");
    x = (struct number){1, 3, NULL};
    assert_string_equal(number_print(arena, &x, -1, true), "0,333333");
    assert_string_equal(number_print(arena, &x, 20, true), "0,33333333333333333333");
    x = (struct number){-1, 2, NULL};
    assert_string_equal(number_print(arena, &x, 0, true), "-1");
    x = (struct number){-1, 1000, NULL};
    assert_string_equal(number_print(arena, &x, 2, true), "0,00");
    x = (struct number){5, 1000, NULL};
    assert_string_equal(number_print(arena, &x, 2, true), "0,01");
    x = (struct number){999999, 1000000, NULL};
    assert_string_equal(number_print(arena, &x, 2, true), "1,00");
    assert_string_equal(number_print(arena, &x, -1, true), "0,999999");
    x = number_int(100);
    assert_string_equal(number_print(arena, &x, -1, true), "100");
    x = number_int(INT64_MIN);
    assert_string_equal(number_print(arena, &x, 0, true), "-9.223.372.036.854.775.808");
    assert_string_equal(number_print(arena, &x, 2, false), "-9223372036854775808,00");
}

static void arithmetic(void **state) {
    (void)state;
    struct number tenth = {1, 10, NULL}, sum = number_int(0);
    for (int i = 0; i < 1000; i++)
        sum = number_add(arena, &sum, &tenth);
    struct number third = {1, 3, NULL};
    assert_true(number_is_int(&sum));
    assert_int_equal(sum.num, 100);
    struct number x = number_scale(arena, &third, 100, 1);
    assert_int_equal(x.num, 100);
    assert_int_equal(x.den, 3);
    x = number_scale(arena, &third, -3, 7);
    assert_int_equal(x.num, -1);
    assert_int_equal(x.den, 7);
    assert_true(number_double(&third) > 0.33333333333333325 &&
                number_double(&third) < 0.3333333333333334);
}

/* Sums and values that leave 64 bits, and come back into them. */
static void big_numbers(void **state) {
    (void)state;
    struct number max = number_int(INT64_MAX), two = number_add(arena, &max, &max);
    assert_non_null(two.big);
    assert_string_equal(number_print(arena, &two, 0, true), "18.446.744.073.709.551.614");
    assert_true(number_is_int(&two));
    struct number minus = number_int(-INT64_MAX), back = number_add(arena, &two, &minus);
    assert_null(back.big);
    assert_true(back.num == INT64_MAX);
    struct number x;
    bool percent;
    int digits;
    assert_true(
        parse("-123.456.789.012.345.678.901.234,5", NUM_VI, &x, &percent, &digits));
    assert_string_equal(number_print(arena, &x, -1, true),
                        "-123.456.789.012.345.678.901.234,5");
    assert_true(number_double(&x) < -1.2e23);
    assert_false(number_is_int(&x));
    /* the nearest double, not the one below */
    assert_true(parse("936148871417,6725718766", NUM_VI, &x, &percent, &digits));
    assert_non_null(x.big);
    assert_true(number_double(&x) == 936148871417.6725718766);
    assert_true(parse("-936148871417,6725718766", NUM_VI, &x, &percent, &digits));
    assert_true(number_double(&x) == -936148871417.6725718766);
    struct number min = number_int(INT64_MIN), sum = number_add(arena, &min, &min);
    assert_string_equal(number_print(arena, &sum, 0, false), "-18446744073709551616");
    char text[1300];
    memset(text, '9', sizeof text);
    assert_true(number_parse(arena, text, 1200, NUM_VI, &x, &percent, &digits));
    assert_int_equal(strlen(number_print(arena, &x, 0, false)), 1200);
    assert_false(number_parse(arena, text, 1201, NUM_VI, &x, &percent, &digits));
    text[1] = ',';
    assert_true(number_parse(arena, text, 1200, NUM_VI, &x, &percent, &digits));
    assert_string_equal(number_print(arena, &x, 3, true), "10,000");
}

static const char *date_as(const char *s) {
    struct date d;
    return date_parse(s, strlen(s), &d) ? date_print(arena, d) : "-";
}

static void dates(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"2025-12-31", "31/12/2025"},
        {"2025-12", "12/2025"},
        {"2025", "2025"},
        {"31/12/2025", "31/12/2025"},
        {"31-12-2025", "31/12/2025"},
        {"06/6/2026", "06/6/2026"},
        {"6/06/2026", "06/6/2026"},
        {"01/02/2026", "01/02/2026"},
        {"2026-01", "01/2026"},
        {"29/02/2024", "29/02/2024"},
        {" 2025 ", "2025"},
        {"31.12.2025", "31/12/2025"},
        {"5/2026", "5/2026"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(date_as(cases[i][0]), cases[i][1]);
}

static void impossible_dates(void **state) {
    (void)state;
    static const char *const cases[] = {
        "",           "31/02/2025", "29/02/2025", "29/02/1900", "32/01/2025",
        "01/13/2025", "2025-13",    "2025-00",    "0/12/2025",  "2025-12-00",
        "2025-12-32", "31/12/25",   "1/2/3",      "12-31-2025", "2025/12/31",
        "2025-12-",   "-2025",      "31/12-2025", "0999",       "20255",
        "1/1/1/2025", "ngày 5",     "2025-1-1x",  "31/4/2026",  "99999-1-01",
        "00/00/2025", "2025 12 31"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(date_as(cases[i]), "-");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vietnamese),   cmocka_unit_test(not_vietnamese),
        cmocka_unit_test(other_styles), cmocka_unit_test(typed_form),
        cmocka_unit_test(offers),       cmocka_unit_test(printing),
        cmocka_unit_test(arithmetic),   cmocka_unit_test(big_numbers),
        cmocka_unit_test(dates),        cmocka_unit_test(impossible_dates),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
