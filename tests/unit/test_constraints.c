/* test_constraints.c: constraints of fields and columns, keys, missing values, hostile patterns */
#include "check/check.h"
#include "folder_kit.h"
#include "value_paths.h"

static struct schema *schema(const char *text) {
    struct value *mau = input_yaml(arena, diag, "mau.yaml", text, strlen(text), 1, 1);
    assert_non_null(mau);
    return schema_load(arena, diag, mau);
}

/* The facts that every report needs, on one line. */
#define BASE                                                                             \
    "{co_quan: A, dia_danh: A, ngay_ban_hanh: 2025-12, trich_yeu: B, "                   \
    "nguoi_ky: {chuc_vu: C, ho_ten: D}"

static struct report *load(const char *more) {
    put("baocao.yaml", arena_printf(arena, BASE "%s%s}\n", *more ? ",\n" : "", more));
    struct report *r = report_load(arena, diag, folder);
    assert_non_null(r);
    return r;
}

/* A minimal report with more facts, checked: the errors, or "". */
static const char *check(const char *mau, const char *more) {
    struct report *r = load(more);
    bool ok = check_report(arena, diag, r, schema(mau));
    assert_int_equal(ok, diag_count(diag, SEV_ERROR) == 0);
    return messages();
}

/* The same for one field x of a type with constraints, and its value. */
static const char *one(const char *type, const char *constraints, const char *value) {
    const char *mau = arena_printf(
        arena, "truong: [{name: x, type: %s, constraints: {%s}}]\n", type, constraints);
    return check(mau, arena_printf(arena, "x: %s", value));
}

/* What reading a field with constraints says. */
static const char *template(const char *type, const char *constraints) {
    schema(arena_printf(arena, "truong:\n- {name: x, type: %s, constraints: {%s}}\n",
                        type, constraints));
    return messages();
}

#define LEAST(value, bound)                                                              \
    "baocao.yaml:2:4: error: “x”: “" value                                               \
    "” is less than the least that is allowed, " bound ": check and mend it\n"
#define MOST(value, bound)                                                               \
    "baocao.yaml:2:4: error: “x”: “" value                                               \
    "” is more than the most that is allowed, " bound ": check and mend it\n"

/* ---- bounds ---- */

static void integer_bounds(void **state) {
    (void)state;
    const char *limits = "minimum: 1, maximum: 4";
    assert_string_equal(one("integer", limits, "1"), "");
    assert_string_equal(one("integer", limits, "4"), "");
    assert_string_equal(one("integer", limits, "0"), LEAST("0", "1"));
    assert_string_equal(one("integer", limits, "5"), MOST("5", "4"));
    assert_string_equal(one("integer", limits, "-1"), LEAST("-1", "1"));
    assert_string_equal(one("integer", limits, ""), "");
    assert_string_equal(one("integer", "minimum: 12456", "12.455"),
                        LEAST("12.455", "12.456"));
    assert_string_equal(one("integer", "minimum: 2025", "2024"), LEAST("2024", "2025"));
    /* a value of the wrong type is told once */
    assert_string_equal(one("integer", limits, "hai"),
                        "baocao.yaml:2:4: error: “x”: “hai” is no number: write only a "
                        "number like 12.456 or 98,7 or 98,70%, without unit or words\n");
}

static void number_bounds(void **state) {
    (void)state;
    assert_string_equal(one("number", "maximum: \"1,5\"", "\"1,50\""), "");
    assert_string_equal(one("number", "maximum: \"1,5\"", "\"1,51\""),
                        MOST("1,51", "1,5"));
    assert_string_equal(one("number", "maximum: 0.5", "\"0,6\""), MOST("0,6", "0,5"));
    assert_string_equal(one("number", "maximum: 1e6", "1.000.001"),
                        MOST("1.000.001", "1.000.000"));
    assert_string_equal(one("number", "maximum: 1.500", "1.500"), "");
    /* a third is no number of 64 bits in base ten, and 40 digits are none at all */
    const char *huge = "1234567890123456789012345678901234567890";
    const char *limits = arena_printf(arena, "minimum: %s, maximum: %s", huge, huge);
    assert_string_equal(one("number", limits, huge), "");
    assert_string_equal(one("number", limits, "1234567890123456789012345678901234567891"),
                        MOST("1234567890123456789012345678901234567891",
                             "1.234.567.890.123.456.789.012.345.678.901.234.567.890"));
    assert_string_equal(
        one("number", limits, "\"-5\""),
        LEAST("-5", "1.234.567.890.123.456.789.012.345.678.901.234.567.890"));
    assert_string_equal(
        one("number", "maximum: 9223372036854775807", "9223372036854775807"), "");
    assert_string_equal(
        one("number", "maximum: 9223372036854775807", "9223372036854775808"),
        MOST("9223372036854775808", "9.223.372.036.854.775.807"));
}

static void percent_bounds(void **state) {
    (void)state;
    const char *mau = "truong: [{name: x, type: number, kieu: phan_tram, constraints: "
                      "{minimum: 0, maximum: 100%}}]\n";
    assert_string_equal(check(mau, "x: 100%"), "");
    assert_string_equal(check(mau, "x: \"100,01%\""), MOST("100,01%", "100%"));
    assert_string_equal(check(mau, "x: \"-0,5%\""), LEAST("-0,5%", "0%"));
    schema("truong:\n- {name: x, type: number, kieu: phan_tram, constraints: {maximum: "
           "0.985}}\n");
    assert_string_equal(messages(), "");
    assert_string_equal(
        check("truong: [{name: x, type: number, kieu: phan_tram, constraints: {maximum: "
              "0.985}}]\n",
              "x: 99%"),
        MOST("99%", "98,5%"));
    schema("truong:\n- {name: x, type: number, kieu: phan_tram, constraints: {maximum: "
           "100}}\n");
    assert_string_equal(messages(), "mau.yaml:2:67: error: “maximum”: the percentage "
                                    "“100” lacks its %: write it like 98,70%\n");
}

#define BEFORE(value, bound)                                                             \
    "baocao.yaml:2:4: error: “x”: “" value                                               \
    "” is before the first date that is allowed, " bound ": check and mend it\n"
#define AFTER(value, bound)                                                              \
    "baocao.yaml:2:4: error: “x”: “" value                                               \
    "” is after the last date that is allowed, " bound ": check and mend it\n"

/* What is blank may be any day: only a date that is outside with all of them is wrong. */
static void date_bounds(void **state) {
    (void)state;
    const char *limits = "minimum: 2026-01-15, maximum: 2026-06";
    assert_string_equal(one("date", limits, "15/01/2026"), "");
    assert_string_equal(one("date", limits, "14/01/2026"),
                        BEFORE("14/01/2026", "15/01/2026"));
    assert_string_equal(one("date", limits, "30/6/2026"), "");
    assert_string_equal(one("date", limits, "01/7/2026"), AFTER("01/7/2026", "6/2026"));
    assert_string_equal(one("date", limits, "2026-01"), "");
    assert_string_equal(one("date", limits, "2026"), "");
    assert_string_equal(one("date", limits, "2025-12"), BEFORE("2025-12", "15/01/2026"));
    assert_string_equal(one("date", limits, "2027"), AFTER("2027", "6/2026"));
    assert_string_equal(one("date", "minimum: 2026", "31/12/2025"),
                        BEFORE("31/12/2025", "2026"));
    assert_string_equal(one("date", "maximum: 2026", "31/12/2026"), "");
}

/* ---- lengths, enum, pattern ---- */

static void lengths(void **state) {
    (void)state;
    const char *limits = "minLength: 2, maxLength: 4";
    assert_string_equal(one("string", limits, "ộộ"), "");
    assert_string_equal(one("string", limits, "ộộộộ"), "");
    assert_string_equal(one("string", limits, "ộ"),
                        "baocao.yaml:2:4: error: “x”: “ộ” has 1 characters, at least 2 "
                        "are needed: write it in full\n");
    assert_string_equal(one("string", limits, "ộộộộộ"),
                        "baocao.yaml:2:4: error: “x”: “ộộộộộ” has 5 characters, at most "
                        "4 are allowed: shorten it\n");
    assert_string_equal(one("string", "maxLength: 0", "a"),
                        "baocao.yaml:2:4: error: “x”: “a” has 1 characters, at most 0 "
                        "are allowed: shorten it\n");
    /* letters put together from parts are one character */
    assert_string_equal(one("string", "maxLength: 1", "\"o\\u0302\\u0323\""), "");
}

static void lists(void **state) {
    (void)state;
    const char *limits = "minLength: 2, maxLength: 3, unique: true";
    assert_string_equal(one("array", limits, "[A, B, C]"), "");
    assert_string_equal(one("array", limits, "[]"), "");
    assert_string_equal(one("array", limits, "A"),
                        "baocao.yaml:2:4: error: “x”: the list has 1 items, at least 2 "
                        "are needed: add what is missing\n");
    assert_string_equal(one("array", limits, "[A, B, C, B]"),
                        "baocao.yaml:2:4: error: “x”: the list has 4 items, at most 3 "
                        "are allowed: remove some\n"
                        "baocao.yaml:2:14: error: “x”: “B” stands in item 2 already and "
                        "may be there only once: mend one of the two\n");
}

/* Items that are groups are compared when their fields are typed, members in any order. */
static void lists_of_groups(void **state) {
    (void)state;
    const char *mau = "truong:\n- {name: x, type: array, constraints: {unique: true}}\n"
                      "- {name: x.a, type: number}\n- {name: x.b}\n"
                      "- {name: x.c, type: array, constraints: {unique: true}}\n";
    assert_string_equal(check(mau, "x: [{a: 12, b: p}, {a: 12, b: q}, {a: 13}]"), "");
    assert_string_equal(
        check(mau, "x: [{a: 12, b: p}, {b: p, a: \"12,0\"}, {c: [1, 2, 1]}]"),
        "baocao.yaml:2:20: error: “x”: this item is the same as item 1: delete or mend "
        "it\n"
        "baocao.yaml:2:50: error: “x.c”: “1” stands in item 1 already and may be there "
        "only once: mend one of the two\n");
}

static void choices(void **state) {
    (void)state;
    const char *words = "enum: [xã, phường, đặc khu]";
    assert_string_equal(one("string", words, "đặc khu"), "");
    assert_string_equal(one("string", words, "\"phu\\u031Bo\\u031B\\u0300ng\""), "");
    assert_string_equal(one("string", words, "\"x\\u0061\\u0303\""), "");
    assert_string_equal(one("string", words, "Xã"),
                        "baocao.yaml:2:4: error: “x”: “Xã” is not one of the values that "
                        "are allowed: do you mean “xã”? Allowed are: xã; phường; đặc "
                        "khu\n");
    assert_string_equal(one("string", words, "thị trấn"),
                        "baocao.yaml:2:4: error: “x”: “thị trấn” is not one of the "
                        "values that are allowed: choose one of: xã; phường; đặc khu\n");
    assert_string_equal(one("integer", "enum: [12.0, 2.000]", "12"), "");
    assert_string_equal(one("number", "enum: [12, \"0,50\"]", "\"12,00\""), "");
    assert_string_equal(one("number", "enum: [12, \"0,50\"]", "\"0,5\""), "");
    assert_string_equal(one("number", "enum: [12, \"0,50\"]", "7"),
                        "baocao.yaml:2:4: error: “x”: “7” is not one of the values that "
                        "are allowed: choose one of: 12; 0,50\n");
    assert_string_equal(one("date", "enum: [2026-06-30, 2026]", "30/6/2026"), "");
    assert_string_equal(one("date", "enum: [2026-06-30]", "2026-06"),
                        "baocao.yaml:2:4: error: “x”: “2026-06” is not one of the values "
                        "that are allowed: choose one of: 30/6/2026\n");
    assert_string_equal(one("boolean", "enum: [có]", "true"), "");
    assert_string_equal(one("boolean", "enum: [có]", "false"),
                        "baocao.yaml:2:4: error: “x”: “false” is not one of the values "
                        "that are allowed: choose one of: có\n");
}

static void long_choices(void **state) {
    (void)state;
    assert_string_equal(
        one("integer", "enum: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]", "1000"),
        "baocao.yaml:2:4: error: “x”: “1000” is not one of the values that are allowed: "
        "choose one of: 1; 2; 3; 4; 5; 6; 7; 8; 9; 10; 11; 12; …\n");
}

#define NO_MATCH(value, pattern)                                                         \
    "baocao.yaml:2:4: error: “x”: “" value                                               \
    "” does not have the right form: write it like the pattern “" pattern "”\n"

static void patterns(void **state) {
    (void)state;
    const char *code = "pattern: \"[A-ZĐ]+\"";
    assert_string_equal(one("string", code, "BCĐ"), "");
    assert_string_equal(one("string", code, "BC1"), NO_MATCH("BC1", "[A-ZĐ]+"));
    assert_string_equal(one("string", code, "\" BC \""), "");
    assert_string_equal(one("string", "pattern: a|ab", "ab"), "");
    assert_string_equal(one("string", "pattern: a|ab", "abc"), NO_MATCH("abc", "a|ab"));
    assert_string_equal(one("string", "pattern: \".{3}\"", "ộộộ"), "");
    assert_string_equal(one("string", "pattern: '\\w+'", "Nguyễn"), "");
    assert_string_equal(one("string", "pattern: '\\d{2}'", "07"), "");
    assert_string_equal(
        check("truong: [{name: x, mo_ta: hai chữ số, constraints: {pattern: '\\d\\d'}}]",
              "x: 7"),
        "baocao.yaml:2:4: error: “x”: “7” does not have the right form: write it like "
        "the pattern “\\d\\d” (hai chữ số)\n");
}

/* Every constraint that a value breaks is told. */
static void several(void **state) {
    (void)state;
    assert_string_equal(
        one("string", "maxLength: 2, pattern: \"[a-z]+\", enum: [ab, cd]", "ABC"),
        "baocao.yaml:2:4: error: “x”: “ABC” has 3 characters, at most 2 are allowed: "
        "shorten it\n"
        "baocao.yaml:2:4: error: “x”: “ABC” is not one of the values that are allowed: "
        "do you mean “ab”? Allowed are: ab; cd\n" NO_MATCH("ABC", "[a-z]+"));
}

static void hostile_patterns(void **state) {
    (void)state;
    const char *again = "took too long and was stopped: write a simpler one, without "
                        "repeats in repeats like (a+)+";
    const char *value = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
    assert_string_equal(
        one("string", "pattern: \"(a+)+\"", value),
        arena_printf(arena,
                     "mau.yaml:1:57: error: comparing the pattern “(a+)+” of “x” with "
                     "“%s” %s\n",
                     value, again));
    /* one message, however many values there are */
    struct buf csv = {0};
    buf_adds(&csv, "m\n");
    for (int i = 0; i < 100000; i++)
        buf_printf(&csv, "%s%d\n", value, i);
    put("t.csv", csv.data);
    buf_free(&csv);
    assert_string_equal(
        check("truong: []\nbang: {t: {fields: [{name: m, constraints: {pattern: "
              "\"(a|aa)+\"}}]}}\n",
              ""),
        arena_printf(arena,
                     "mau.yaml:2:54: error: comparing the pattern “(a|aa)+” of “m” with "
                     "“%s0” %s\n",
                     value, again));
}

/* Values that are each just short of too much are too much together. */
static void hostile_columns(void **state) {
    (void)state;
    struct buf csv = {0};
    buf_adds(&csv, "m\n");
    for (int i = 0; i < 100000; i++)
        buf_adds(&csv, "aaaaaaaaaaaaaaa!\n");
    put("t.csv", csv.data);
    buf_free(&csv);
    check("truong: []\nbang: {t: {fields: [{name: m, constraints: {pattern: "
          "\"(a+)+[!][.]?[!]?(?<=x)\"}}]}}\n",
          "");
    assert_true(strstr(out.data, "took too long") != NULL);
}

/* ---- mau.yaml ---- */

static void wrong_bounds(void **state) {
    (void)state;
    assert_string_equal(
        template("integer", "minimum: hai"),
        "mau.yaml:2:51: error: “minimum”: “hai” is no number: write only "
        "a number like 12.456 or 98,7 or 98,70%, without unit or words\n");
    assert_string_equal(template("integer", "minimum: \"1,5\""),
                        "mau.yaml:2:51: error: “minimum”: “1,5” is no whole number: "
                        "write it without decimals and without %\n");
    assert_string_equal(template("integer", "maximum: [1]"),
                        "mau.yaml:2:51: error: “maximum”: takes one value, here it is a "
                        "list: write one value behind the colon\n");
    assert_string_equal(template("date", "maximum: 31/02/2026"),
                        "mau.yaml:2:48: error: “maximum”: “31/02/2026” is no real date: "
                        "write it like 06/6/2026 or 2026-06-06; 2026-06 leaves the day "
                        "open, 2026 day and month\n");
    assert_string_equal(template("integer", "minimum: 5, maximum: 4"),
                        "mau.yaml:2:51: error: “minimum” (5) is more than “maximum” (4): "
                        "mend one of the two\n");
    assert_string_equal(template("date", "minimum: 2026-07, maximum: 2026-06-30"),
                        "mau.yaml:2:48: error: “minimum” (7/2026) is more than “maximum” "
                        "(30/6/2026): mend one of the two\n");
    assert_string_equal(template("date", "minimum: 2026-06, maximum: 2026-06-30"), "");
    assert_string_equal(template("string", "minLength: 3, maxLength: 2"),
                        "mau.yaml:2:52: error: “minLength” (3) is more than “maxLength” "
                        "(2): mend one of the two\n");
    assert_string_equal(template("string", "minLength: -1, maxLength: 1.5"),
                        "mau.yaml:2:52: error: “minLength” must be a whole number, 0 or "
                        "more: write it like 10\n"
                        "mau.yaml:2:67: error: “maxLength” must be a whole number, 0 or "
                        "more: write it like 10\n");
    assert_string_equal(template("string", "maxLength: 99999999999"),
                        "mau.yaml:2:52: error: “maxLength” must be a whole number, 0 or "
                        "more: write it like 10\n");
}

static void wrong_places(void **state) {
    (void)state;
    assert_string_equal(template("string", "minimum: 1"),
                        "mau.yaml:2:41: error: “minimum” cannot be used with type "
                        "string, only with integer, number, date: delete it or change "
                        "the type\n");
    assert_string_equal(template("boolean", "maxLength: 1, pattern: a"),
                        "mau.yaml:2:42: error: “maxLength” cannot be used with type "
                        "boolean, only with string, array: delete it or change the type\n"
                        "mau.yaml:2:56: error: “pattern” cannot be used with type "
                        "boolean, only with string: delete it or change the type\n");
    assert_string_equal(template("array", "enum: [a]"),
                        "mau.yaml:2:40: error: “enum” cannot be used with type array, "
                        "only with string, integer, number, date, boolean: delete it or "
                        "change the type\n");
    assert_string_equal(
        template("object", "minLength: 1"),
        "mau.yaml:2:41: error: “minLength” cannot be used with type "
        "object, only with string, array: delete it or change the type\n");
    assert_string_equal(template("string", "unique: true"),
                        "mau.yaml:2:41: error: “unique” is for columns of tables and for "
                        "lists (array), “x” is one value: delete it\n");
    assert_string_equal(template("array", "unique: 1"),
                        "mau.yaml:2:48: error: “unique” is true or false: mend it\n");
    /* a wrong type is one error, not one a constraint */
    assert_string_equal(template("so", "minimum: 1"),
                        "mau.yaml:2:19: error: there is no type “so”: use string, "
                        "integer, number, year, date, boolean, array or object\n");
}

static void wrong_enums(void **state) {
    (void)state;
    assert_string_equal(template("string", "enum: a"),
                        "mau.yaml:2:47: error: “enum” must be a list of values without "
                        "empty items: write it like [A, B]\n");
    assert_string_equal(template("string", "enum: []"),
                        "mau.yaml:2:47: error: “enum” must be a list of values without "
                        "empty items: write it like [A, B]\n");
    assert_string_equal(template("string", "enum: [a, \"\", a]"),
                        "mau.yaml:2:51: error: “enum” must be a list of values without "
                        "empty items: write it like [A, B]\n"
                        "mau.yaml:2:55: error: “enum” has “a” twice: delete one\n");
    assert_string_equal(template("integer", "enum: [1, hai, 1.0, \"1,5\"]"),
                        "mau.yaml:2:52: error: “enum”: “hai” is no number: write only a "
                        "number like 12.456 or 98,7 or 98,70%, without unit or words\n"
                        "mau.yaml:2:57: error: “enum” has “1.0” twice: delete one\n"
                        "mau.yaml:2:62: error: “enum”: “1,5” is no whole number: write "
                        "it without decimals and without %\n");
}

static void wrong_patterns(void **state) {
    (void)state;
    assert_string_equal(template("string", "pattern: \"[A-Z\""),
                        "mau.yaml:2:50: error: the regular expression “[A-Z” is wrong "
                        "near character 4: missing terminating ] for character class; "
                        "mend it\n");
    assert_string_equal(template("string", "pattern: \"ộ)a\""),
                        "mau.yaml:2:50: error: the regular expression “ộ)a” is wrong "
                        "near character 1: unmatched closing parenthesis; mend it\n");
    assert_string_equal(template("string", "pattern: [a]"),
                        "mau.yaml:2:50: error: “pattern” must be a text: write it in "
                        "quotes, like \"[A-Z]+\"\n");
    assert_string_equal(template("string", "pattern: '\\C'"),
                        "mau.yaml:2:50: error: the regular expression “\\C” is wrong "
                        "near character 2: using \\C is disabled by the application; "
                        "mend it\n");
    diag_free(diag);
    diag = diag_new(LANG_VI);
    assert_string_equal(template("string", "pattern: \"(a\""),
                        "mau.yaml:2:50: lỗi: biểu thức “(a” sai ở gần ký tự thứ 2: thiếu "
                        "dấu ) để đóng (; sửa lại\n");
}

/* ---- missing values ---- */

static void missing_values(void **state) {
    (void)state;
    const char *mau =
        "missingValues: [\"\", \"-\", không có]\n"
        "truong:\n- {name: a, type: integer, constraints: {minimum: 1}}\n"
        "- {name: b, missingValues: [x]}\n- {name: c, constraints: {required: true}}\n"
        "- {name: d, missingValues: [\"\"]}\n";
    struct report *r = load("a: không có, b: x, c: q, d: \"-\", so: \"-\"");
    assert_true(check_report(arena, diag, r, schema(mau)));
    assert_int_equal(value_get(r->facts, "a")->kind, VALUE_NONE);
    assert_null(value_get(r->facts, "a")->text);
    assert_int_equal(value_get(r->facts, "b")->kind, VALUE_NONE);
    assert_int_equal(value_get(r->facts, "so")->kind, VALUE_NONE);
    assert_string_equal(value_text(r->facts, "d"), "-");
    assert_string_equal(check(mau, "c: \"-\", b: \"-\""),
                        "baocao.yaml:2:4: error: the field “c” is empty (c): fill it "
                        "in\n");
    schema("missingValues: x\ntruong: [{name: a, missingValues: [[1]]}]\n"
           "bang: {t: {missingValues: {a: 1}}}\n");
    assert_string_equal(messages(),
                        "mau.yaml:1:16: error: “missingValues” must be a list of texts "
                        "that stand for no value: write it like [\"\", \"-\"]\n"
                        "mau.yaml:2:35: error: “missingValues” must be a list of texts "
                        "that stand for no value: write it like [\"\", \"-\"]\n"
                        "mau.yaml:3:27: error: “missingValues” must be a list of texts "
                        "that stand for no value: write it like [\"\", \"-\"]\n");
}

static void missing_cells(void **state) {
    (void)state;
    put("t.csv", "a;b;c\n-;x;5\nkhông;1;-\n");
    put("u.csv", "a;b\n-;không\n");
    struct report *r = load("");
    assert_false(check_report(
        arena, diag, r,
        schema("missingValues: [\"-\"]\nbang:\n  t:\n    missingValues: [không]\n"
               "    fields:\n    - {name: a, constraints: {unique: true}}\n"
               "    - {name: b, type: integer, missingValues: [x]}\n"
               "    - {name: c, type: integer}\n  u: {}\n")));
    assert_string_equal(messages(),
                        "t.csv:3:9: error: row 3, column “c”: “-” is no number: write "
                        "only a number like 12.456 or 98,7 or 98,70%, without unit or "
                        "words\n");
    struct value *t = value_get(r->facts, "t"), *u = value_get(r->facts, "u");
    assert_string_equal(value_text(t->u.item[0], "a"), "-");
    assert_int_equal(value_get(t->u.item[0], "b")->kind, VALUE_NONE);
    assert_int_equal(value_get(t->u.item[1], "a")->kind, VALUE_NONE);
    assert_int_equal(value_get(u->u.item[0], "a")->kind, VALUE_NONE);
    assert_string_equal(value_text(u->u.item[0], "b"), "không");
    bool missing;
    put("v.csv", "a\n-\nb\n");
    struct value *v = check_open_table(arena, diag, r, schema("missingValues: [\"-\"]\n"),
                                       "v", &missing);
    assert_int_equal(value_get(v->u.item[0], "a")->kind, VALUE_NONE);
    assert_string_equal(value_text(v->u.item[1], "a"), "b");
}

/* ---- columns and keys ---- */

#define KEYS                                                                             \
    "truong: []\nbang:\n  cap:\n    title: Cấp\n    primaryKey: [ten, nam]\n"          \
    "    fields: [{name: ten, title: Tên}, {name: nam, title: Năm, type: integer}]\n"  \
    "  dv:\n    primaryKey: ma\n    foreignKeys:\n"                                      \
    "    - {fields: [cap, nam], reference: {resource: cap, fields: [ten, nam]}}\n"       \
    "    - {fields: cha, reference: {resource: \"\", fields: ma}}\n"                     \
    "    fields: [{name: ma}, {name: cha}, {name: cap}, {name: nam, type: number}]\n"

static void unique_columns(void **state) {
    (void)state;
    const char *mau =
        "truong: []\nbang: {t: {fields: [{name: a, title: Số, type: number, "
        "constraints: {unique: true, minimum: 0}}, {name: b}]}}\n";
    put("t.csv", "a;b\n1;p\n;q\n2;r\n;s\n");
    assert_string_equal(check(mau, ""), "");
    put("t.csv", "Số;b\n12;p\nx;q\n\"12,0\";r\nx;s\n-1;t\n");
    assert_string_equal(
        check(mau, ""),
        "t.csv:3:1: error: row 3, column “Số”: “x” is no number: write only a number "
        "like 12.456 or 98,7 or 98,70%, without unit or words\n"
        "t.csv:4:1: error: row 4, column “Số”: “12,0” stands in row 2 already and may be "
        "there only once: mend one of the two\n"
        "t.csv:5:1: error: row 5, column “Số”: “x” is no number: write only a number "
        "like 12.456 or 98,7 or 98,70%, without unit or words\n"
        "t.csv:6:1: error: row 6, column “Số”: “-1” is less than the least that is "
        "allowed, 0: check and mend it\n");
    unlink(path_join(arena, folder, "t.csv"));
    assert_string_equal(check(mau, "t: [{a: 1}, {b: x}, {a: 1}]"),
                        "baocao.yaml:2:25: error: item 3, “Số”: “1” stands in item 1 "
                        "already and may be there only once: mend one of the two\n");
}

static void primary_keys(void **state) {
    (void)state;
    put("cap.csv", "ten;nam\nA;2025\nA;2.025\nB;2025\n;2025\nA;\n;2026\n");
    put("dv.csv", "ma;cha\nX;\n;X\nX;X\n");
    assert_string_equal(
        check(KEYS, ""),
        "cap.csv:3:1: error: row 3, column “ten”: “A; 2.025” (Tên, Năm) stands in row 2 "
        "already, and no two rows may agree in these columns: mend one of the two\n"
        "cap.csv:5:1: error: row 5, column “ten”: this cell must not be empty: fill it "
        "in\n"
        "cap.csv:6:3: error: row 6, column “nam”: this cell must not be empty: fill it "
        "in\n"
        "cap.csv:7:1: error: row 7, column “ten”: this cell must not be empty: fill it "
        "in\n"
        "dv.csv:3:1: error: row 3, column “ma”: this cell must not be empty: fill it in\n"
        "dv.csv:4:1: error: row 4, column “ma”: “X” stands in row 2 already and may be "
        "there only once: mend one of the two\n");
    put("cap.csv", "nam\n2025\n");
    put("dv.csv", "ma;cap;nam\nX;A;2025\n");
    assert_string_equal(check(KEYS, ""),
                        "cap.csv:1:1: error: the column “Tên” is missing: add it to the "
                        "table\n");
}

static void foreign_keys(void **state) {
    (void)state;
    put("cap.csv", "ten;nam\nTỉnh;2025\nXã;2025\n");
    put("dv.csv", "ma;cha;cap;nam\nX;;Tỉnh;2025\nY;X;Xã;\"2025,0\"\nZ;;;\n");
    assert_string_equal(check(KEYS, ""), "");
    put("dv.csv",
        "ma;cha;cap;nam\nX;Y;Tinh;2025\nY;Q;Trung ương;2025\nZ;;;2025\nT;;Xã;x\n");
    assert_string_equal(
        check(KEYS, ""),
        "dv.csv:2:5: error: row 2, column “cap”: the table “Cấp” has no “Tinh; 2025” "
        "(Tên, Năm): do you mean “Tỉnh; 2025”? If not, add that row to the table\n"
        "dv.csv:3:3: error: row 3, column “cha”: the table “dv” has no “Q” (ma): do you "
        "mean “X”? If not, add that row to the table\n"
        "dv.csv:3:5: error: row 3, column “cap”: the table “Cấp” has no “Trung ương; "
        "2025” (Tên, Năm): mend it or add that row to the table\n"
        "dv.csv:4:5: error: row 4, column “nam”: the table “Cấp” has no “empty; 2025” "
        "(Tên, Năm): mend it or add that row to the table\n"
        "dv.csv:5:7: error: row 5, column “nam”: “x” is no number: write only a number "
        "like 12.456 or 98,7 or 98,70%, without unit or words\n");
}

/* Where rows are lost nothing is called absent. */
static void broken_targets(void **state) {
    (void)state;
    put("cap.csv", "ten;nam\nTỉnh;2025;5\n");
    put("dv.csv", "ma;cap;nam\nX;Xã;2025\n");
    assert_string_equal(check(KEYS, ""),
                        "cap.csv:2:11: error: row 2 has 3 cells, the row of names only "
                        "2: remove what is too many from here; a cell with a ; inside "
                        "must stand in \"…\"\n");
    unlink(path_join(arena, folder, "cap.csv"));
    assert_string_equal(check(KEYS, ""),
                        "dv.csv:2:3: error: row 2, column “cap”: the table “Cấp” has no "
                        "“Xã; 2025” (Tên, Năm): mend it or add that row to the table\n");
}

static void wrong_keys(void **state) {
    (void)state;
    schema("truong: []\nbang:\n  a:\n    primaryKey: [teen, nam, nam]\n"
           "    fields: [{name: ten}, {name: nam, type: integer}]\n"
           "  b:\n    primaryKey: []\n    foreignKeys: {}\n    fields: [{name: x}]\n"
           "  c:\n    primaryKey: x\n"
           "  d:\n    foreignKeys:\n"
           "    - {fields: x, reference: {resource: aa, fields: ten}}\n"
           "    - {fields: [x, y], reference: {resource: a, fields: ten}}\n"
           "    - {fields: x, reference: {resource: a, fields: nam}}\n"
           "    - {fields: x, reference: {resource: khong_co, fields: nam}}\n"
           "    - {fields: z, reference: {resource: a, fields: te}}\n"
           "    - {reference: {resource: c, fields: te}}\n"
           "    - {fields: x}\n"
           "    - x\n"
           "    - {fields: x, reference: a}\n"
           "    - {fields: x, refrence: 1, reference: {resource: b}}\n"
           "    fields: [{name: x}, {name: y}]\n");
    assert_string_equal(
        messages(),
        "mau.yaml:4:18: error: the table “a” has no column “teen”: do you mean “ten”?\n"
        "mau.yaml:4:29: error: “nam” is in this key already: delete one\n"
        "mau.yaml:7:17: error: “primaryKey” must be the name of a column or a list of "
        "such names: write it like ma, or [ma, nam]\n"
        "mau.yaml:8:18: error: “foreignKeys” must be a list of “- {fields: …, reference: "
        "{resource: …, fields: …}}”\n"
        "mau.yaml:11:17: error: the table “c” declares no columns and can have no key: "
        "add “fields: …”\n"
        "mau.yaml:14:41: error: there is no table “aa”: do you mean “a”?\n"
        "mau.yaml:15:7: error: the key has 2 columns, that of the table “a” has 1: both "
        "must have as many, add or remove some\n"
        "mau.yaml:16:7: error: the column “x” is string, the column “nam” of the table "
        "“a” is integer, so they cannot be compared: give both the same type\n"
        "mau.yaml:17:41: error: there is no table “khong_co”: mend the name or declare "
        "that table in “bang”\n"
        "mau.yaml:18:16: error: the table “d” has no column “z”: do you mean “x”?\n"
        "mau.yaml:18:52: error: the table “a” has no column “te”: do you mean “ten”?\n"
        "mau.yaml:19:7: error: this foreign key lacks “fields”: add “fields: …”\n"
        "mau.yaml:19:41: error: the table “c” declares no columns and can have no key: "
        "add “fields: …”\n"
        "mau.yaml:20:7: error: this foreign key lacks “reference”: add “reference: …”\n"
        "mau.yaml:21:7: error: “foreignKeys” must be a list of “- {fields: …, reference: "
        "{resource: …, fields: …}}”\n"
        "mau.yaml:22:30: error: “reference” must be a group of “name: value” pairs: "
        "write each on an indented line\n"
        "mau.yaml:23:19: error: mau.yaml has no “refrence” here: do you mean "
        "“reference”?\n"
        "mau.yaml:23:43: error: this foreign key lacks “fields”: add “fields: …”\n");
}

/* Told where their operands stand; where the data give them, there. */
static void computed_values(void **state) {
    (void)state;
    const char *mau =
        "truong: [{name: a, type: integer}, {name: b, type: integer}]\n"
        "tinh:\n- {name: x, type: integer, bieu_thuc: a - b, constraints: {minimum: 0}}\n"
        "- {name: t.d, type: integer, bieu_thuc: p - q, constraints: {unique: true, "
        "maximum: 5}}\n"
        "bang: {t: {fields: [{name: p, type: integer}, {name: q, type: integer}]}}\n";
    put("t.csv", "p;q\n9;1\n3;1\n4;2\n");
    assert_string_equal(
        check(mau, "a: 1, b: 2"),
        "baocao.yaml:2:4: error: “x”: “-1” is less than the least that is allowed, 0: "
        "check and mend it\n"
        "t.csv:2:1: error: row 2, column “d”: “8” is more than the most that is allowed, "
        "5: check and mend it\n"
        "t.csv:4:1: error: row 4, column “d”: “2” stands in row 3 already and may be "
        "there only once: mend one of the two\n");
    put("t.csv", "p;q;d\n9;1;8\n");
    assert_string_equal(check(mau, "a: 1, b: 2, x: -1"),
                        "baocao.yaml:2:16: error: “x”: “-1” is less than the least that "
                        "is allowed, 0: check and mend it\n"
                        "t.csv:2:5: error: row 2, column “d”: “8” is more than the most "
                        "that is allowed, 5: check and mend it\n");
    assert_string_equal(
        check("truong: [{name: a, type: integer}]\n"
              "tinh: [{name: x, type: string, bieu_thuc: 'neu(a > 1, \"A\", \"b\")', "
              "constraints: {pattern: '[A-Z]', enum: [A, c]}}]\n",
              "a: 1"),
        "baocao.yaml:2:4: error: “x”: “b” is not one of the values that are allowed: do "
        "you mean “A”? Allowed are: A; c\n"
        "baocao.yaml:2:4: error: “x”: “b” does not have the right form: write it like "
        "the pattern “[A-Z]”\n");
}

/* 100,000 rows with keys on all sides take no longer than reading them; so do as many errors. */
static void many_rows(void **state) {
    (void)state;
    struct buf cap = {0}, dv = {0};
    buf_adds(&cap, "ten;nam\n");
    buf_adds(&dv, "ma;cha;cap;nam\n");
    for (int i = 0; i < 100000; i++) {
        buf_printf(&cap, "T%d;2025\n", i);
        buf_printf(&dv, "M%d;M%d;T%d;2025\n", i, i * 7 % 100000, 99999 - i);
    }
    put("cap.csv", cap.data);
    put("dv.csv", dv.data);
    assert_string_equal(check(KEYS, ""), "");
    dv.len = 0;
    buf_adds(&dv, "ma;cha;cap;nam\n");
    for (int i = 0; i < 100000; i++)
        buf_printf(&dv, "M;N%d;T%d;2026\n", i, i);
    put("dv.csv", dv.data);
    struct report *r = load("");
    assert_false(check_report(arena, diag, r, schema(KEYS)));
    assert_int_equal(diag_count(diag, SEV_ERROR), 299999);
    buf_free(&cap);
    buf_free(&dv);
}

/* A template is read once and serves many reports. */
static void read_once(void **state) {
    (void)state;
    struct schema *s =
        schema("truong: [{name: x, constraints: {pattern: \"[a-z]+\", enum: "
               "[ab, A]}}, {name: y, trong: không có, don_vi: hồ sơ}]\n");
    for (int i = 0; i < 3; i++) {
        assert_true(check_report(arena, diag, load("x: ab"), s));
        assert_false(check_report(arena, diag, load("x: A"), s));
        assert_string_equal(messages(), NO_MATCH("A", "[a-z]+"));
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(integer_bounds),  TEST(number_bounds),  TEST(percent_bounds),
        TEST(date_bounds),     TEST(lengths),        TEST(lists),
        TEST(lists_of_groups), TEST(choices),        TEST(long_choices),
        TEST(patterns),        TEST(several),        TEST(hostile_patterns),
        TEST(hostile_columns), TEST(wrong_bounds),   TEST(wrong_places),
        TEST(wrong_enums),     TEST(wrong_patterns), TEST(missing_values),
        TEST(missing_cells),   TEST(unique_columns), TEST(primary_keys),
        TEST(foreign_keys),    TEST(broken_targets), TEST(wrong_keys),
        TEST(computed_values), TEST(many_rows),      TEST(read_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
