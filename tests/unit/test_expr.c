/* test_expr.c: texts of expressions to tokens and trees, with their places and bounds */
#include "expr_kit.h"

/* ---- tokens ---------------------------------------------------------------------------- */

static const char *const sign_name[] = {
    [SIGN_NONE] = "?",     [SIGN_OPEN] = "(",       [SIGN_CLOSE] = ")",
    [SIGN_COMMA] = ",",    [SIGN_ADD] = "+",        [SIGN_SUBTRACT] = "-",
    [SIGN_MULTIPLY] = "*", [SIGN_DIVIDE] = "/",     [SIGN_POWER] = "^",
    [SIGN_EQUAL] = "==",   [SIGN_DIFFERENT] = "!=", [SIGN_LESS] = "<",
    [SIGN_AT_MOST] = "<=", [SIGN_MORE] = ">",       [SIGN_AT_LEAST] = ">=",
    [SIGN_AND] = "va",     [SIGN_OR] = "hoac",      [SIGN_NOT] = "khong"};

/* The tokens of a text, one behind the other: number[decimals%], “text”, name, sign. */
static const char *tokens(const char *text) {
    struct lexer l = {.a = arena, .d = diag, .text = text, .n = strlen(text)};
    l.place.at = (struct origin){"x", 1, 1};
    out.len = 0;
    buf_adds(&out, "");
    for (lex_next(&l); l.kind != TOK_END && l.kind != TOK_BAD; lex_next(&l)) {
        if (out.len)
            buf_addc(&out, ' ');
        if (l.kind == TOK_NUMBER)
            buf_printf(&out, "%s[%d%s]", number_print(arena, &l.number, -1, false),
                       l.digits, l.percent ? "%" : "");
        else if (l.kind == TOK_TEXT)
            buf_printf(&out, "“%s”", l.word);
        else
            buf_adds(&out, l.kind == TOK_NAME ? l.word : sign_name[l.sign]);
    }
    if (l.kind == TOK_BAD)
        buf_adds(&out, " BAD");
    return out.data;
}

static void numbers(void **state) {
    (void)state;
    assert_string_equal(tokens("12.456 0,1 98,7% 5 1.234.567,89 0 100%"),
                        "12456[0] 0,1[1] 0,987[1%] 5[0] 1234567,89[2] 0[0] 1[0%]");
    /* a comma is the decimal sign only directly between two digits */
    assert_string_equal(tokens("1,5"), "1,5[1]");
    assert_string_equal(tokens("1, 5"), "1[0] , 5[0]");
    assert_string_equal(tokens("1 ,5"), "1[0] , 5[0]");
    assert_string_equal(tokens("1;5"), "1[0] , 5[0]");
    assert_string_equal(tokens("a,5"), "a , 5[0]");
    assert_string_equal(tokens("5,a"), "5[0] , a");
    assert_string_equal(tokens("1,5,2"), "1,5[1] , 2[0]");
    assert_string_equal(tokens("12%%"), "0,12[0%] BAD");
    assert_string_equal(messages(),
                        "x:1:4: error: “%” has no meaning in an expression: delete it\n");
    assert_string_equal(tokens("3-2"), "3[0] - 2[0]");
    assert_string_equal(tokens("-2"), "- 2[0]");
    assert_string_equal(tokens("2025-12"), "2025[0] - 12[0]");
}

static void wrong_numbers(void **state) {
    (void)state;
    tokens("a + 1.5");
    tokens("12,456.7");
    tokens("12.45");
    tokens("3ho");
    tokens("3.");
    tokens("1..2");
    tokens("0.123");
    tokens("5hồ_sơ + 1");
    assert_string_equal(
        messages(),
        "x:1:1: error: “12,456.7” is no number in Vietnamese style: write “12.456,7”\n"
        "x:1:1: error: “12.45” is no number in Vietnamese style: write “12,45”\n"
        "x:1:1: error: “3ho” is no number: write it like 12.456 or 0,5 or 98,7%; a name "
        "does "
        "not begin with a digit\n"
        "x:1:1: error: “3.” is no number: write it like 12.456 or 0,5 or 98,7%; a name "
        "does "
        "not begin with a digit\n"
        "x:1:1: error: “1..2” is no number: write it like 12.456 or 0,5 or 98,7%; a name "
        "does not begin with a digit\n"
        "x:1:1: error: “0.123” is no number in Vietnamese style: write “0,123”\n"
        "x:1:1: error: “5hồ_sơ” is no number: write it like 12.456 or 0,5 or 98,7%; a "
        "name "
        "does not begin with a digit\n"
        "x:1:5: error: “1.5” is no number in Vietnamese style: write “1,5”\n");
}

static void texts(void **state) {
    (void)state;
    assert_string_equal(tokens("\"a b\" 'c' \"\" ''"), "“a b” “c” “” “”");
    assert_string_equal(tokens("\"nói \"\"có\"\"\" 'l''a'"), "“nói \"có\"” “l'a”");
    assert_string_equal(tokens("\"it's\" '\"'"), "“it's” “\"”");
    assert_string_equal(tokens("a == \"b"), "a == BAD");
    assert_string_equal(tokens("'"), " BAD");
    assert_string_equal(tokens("'a''"), " BAD");
    assert_string_equal(messages(), "x:1:1: error: the closing quote of this text is "
                                    "missing: add ' behind the text\n"
                                    "x:1:6: error: the closing quote of this text is "
                                    "missing: add \" behind the text\n");
}

static void words_and_signs(void **state) {
    (void)state;
    assert_string_equal(tokens("a va b và c hoac d hoặc e khong f không g"),
                        "a va b va c hoac d hoac e khong f khong g");
    assert_string_equal(tokens("vao khong_co và_b"), "vao khong_co và_b");
    assert_string_equal(tokens("= == != <> ≠ < <= ≤ > >= ≥ + - − * × / ^ ( ) ,;"),
                        "== == != != != < <= <= > >= >= + - - * * / ^ ( ) , ,");
    assert_string_equal(tokens("ho_so.tong"), "ho_so.tong");
    assert_string_equal(tokens("a.b.c2"), "a.b.c2");
    assert_string_equal(tokens("a . b"), "a BAD");
    assert_string_equal(tokens("a."), "a BAD");
    assert_string_equal(tokens("a & b"), "a BAD");
    assert_string_equal(tokens("a\tb\n c"), "a b c");
    assert_string_equal(tokens("tổng"), "tổng");
    assert_string_equal(tokens("a — b"), "a BAD");
    assert_string_equal(tokens("\xff"), " BAD");
    assert_string_equal(tokens(""), "");
    assert_string_equal(messages(),
                        "x:1:1: error: “�” has no meaning in an expression: delete it\n"
                        "x:1:2: error: “.” has no meaning in an expression: delete it\n"
                        "x:1:3: error: “.” has no meaning in an expression: delete it\n"
                        "x:1:3: error: “&” has no meaning in an expression: write va\n"
                        "x:1:3: error: “—” has no meaning in an expression: write -\n");
}

/* ---- trees ------------------------------------------------------------------------------- */

static void show(const struct expr *x) {
    static const char *const operator[] = {
        [EX_NEGATE] = "-",   [EX_NOT] = "khong",    [EX_AND] = "va", [EX_OR] = "hoac",
        [EX_EQUAL] = "==",   [EX_DIFFERENT] = "!=", [EX_LESS] = "<", [EX_AT_MOST] = "<=",
        [EX_MORE] = ">",     [EX_AT_LEAST] = ">=",  [EX_ADD] = "+",  [EX_SUBTRACT] = "-",
        [EX_MULTIPLY] = "*", [EX_DIVIDE] = "/",     [EX_POWER] = "^"};
    if (x->kind == EX_NUMBER)
        buf_adds(&out, number_print(arena, &x->number, -1, false));
    else if (x->kind == EX_TEXT)
        buf_printf(&out, "“%s”", x->text);
    else if (x->kind == EX_NAME)
        buf_adds(&out, x->text);
    else {
        buf_printf(&out, "(%s",
                   x->kind == EX_CALL ? function_name((enum expr_function)x->fn) :
                                      operator[x->kind]);
        for (int i = 0; i < x->args; i++) {
            buf_addc(&out, ' ');
            show(x->arg[i]);
        }
        buf_addc(&out, ')');
    }
}

static struct expr *parse(const char *text) {
    struct text_place place = {.at = {"x", 1, 1}};
    return expr_parse(arena, diag, text, strlen(text), place);
}

static const char *tree(const char *text) {
    const struct expr *x = parse(text);
    out.len = 0;
    buf_adds(&out, "");
    if (x)
        show(x);
    return out.data;
}

static void precedence(void **state) {
    (void)state;
    assert_string_equal(tree("1 + 2 * 3"), "(+ 1 (* 2 3))");
    assert_string_equal(tree("(1 + 2) * 3"), "(* (+ 1 2) 3)");
    assert_string_equal(tree("1 - 2 - 3"), "(- (- 1 2) 3)");
    assert_string_equal(tree("8 / 4 / 2"), "(/ (/ 8 4) 2)");
    assert_string_equal(tree("8 / 4 * 2"), "(* (/ 8 4) 2)");
    assert_string_equal(tree("2 ^ 3 ^ 2"), "(^ 2 (^ 3 2))");
    assert_string_equal(tree("-2 ^ 2"), "(- (^ 2 2))");
    assert_string_equal(tree("2 ^ -1"), "(^ 2 (- 1))");
    assert_string_equal(tree("-a * b"), "(* (- a) b)");
    assert_string_equal(tree("a * -b"), "(* a (- b))");
    assert_string_equal(tree("a - -b"), "(- a (- b))");
    assert_string_equal(tree("--a"), "(- (- a))");
    assert_string_equal(tree("a + b == c * d"), "(== (+ a b) (* c d))");
    assert_string_equal(tree("a = b"), "(== a b)");
    assert_string_equal(tree("a < b va c > d"), "(va (< a b) (> c d))");
    assert_string_equal(tree("a hoac b va c"), "(hoac a (va b c))");
    assert_string_equal(tree("a va b hoac c"), "(hoac (va a b) c)");
    assert_string_equal(tree("khong a va b"), "(va (khong a) b)");
    assert_string_equal(tree("khong a == b"), "(khong (== a b))");
    assert_string_equal(tree("khong khong a"), "(khong (khong a))");
    assert_string_equal(tree("khong (a hoac b)"), "(khong (hoac a b))");
    assert_string_equal(tree("a hoac b hoac c"), "(hoac (hoac a b) c)");
    assert_string_equal(messages(), "");
}

static void calls(void **state) {
    (void)state;
    assert_string_equal(tree("tong(t.x)"), "(tong t.x)");
    assert_string_equal(tree("tong ( t.x, y > 1 )"), "(tong t.x (> y 1))");
    assert_string_equal(tree("khop(a, b,2)"), "(khop a b 2)");
    assert_string_equal(tree("lam_tron(1,5; 0)"), "(lam_tron 1,5 0)");
    assert_string_equal(tree("neu(a > 1, \"x\"; 'y')"), "(neu (> a 1) “x” “y”)");
    assert_string_equal(tree("chon(a == 1, \"x\", a == 2, \"y\", \"z\")"),
                        "(chon (== a 1) “x” (== a 2) “y” “z”)");
    assert_string_equal(tree("trung_binh(1, 2, 3)"), "(trung_binh 1 2 3)");
    assert_string_equal(tree("noi(\"a\")"), "(noi “a”)");
    assert_string_equal(tree("tong"), "tong"); /* a name as well */
    assert_string_equal(tree("ty_le(a, b) ^ 2"), "(^ (ty_le a b) 2)");
    assert_string_equal(messages(), "");
    for (int fn = 0; fn < FUNCTIONS; fn++)
        assert_non_null(function_name((enum expr_function)fn));
}

static void wrong_calls(void **state) {
    (void)state;
    assert_null(parse("tong()"));
    assert_null(parse("a + tong(t.x, a, b)"));
    assert_null(parse("chon(a, 1, b, 2)"));
    assert_null(parse("lien_tuk(t.x)"));
    assert_null(parse("khop(a, 1,2)")); /* 1,2 is a number */
    assert_null(parse("  hoan_toan_khac(a)"));
    assert_null(parse("noi(a b)"));
    assert_null(parse("noi(a,"));
    assert_string_equal(
        messages(),
        "x:1:1: error: the function “tong” takes another number of arguments: write "
        "tong(bang.cot) / tong(bang.cot, dieu_kien), with a blank behind each comma\n"
        "x:1:1: error: the function “chon” lacks its last value, for all other cases: "
        "write chon(dk_1, gt_1, …, con_lai)\n"
        "x:1:1: error: there is no function “lien_tuk”: is “lien_tuc” meant?\n"
        "x:1:1: error: the function “khop” takes another number of arguments: write "
        "khop(a, b, chu_so), with a blank behind each comma\n"
        "x:1:3: error: there is no function “hoan_toan_khac”: there are tong, dem, "
        "nho_nhat, lon_nhat, trung_binh, o, lien_tuc, so_thieu, khac_nhau, lap, "
        "co_trong, ty_le, chenh, tang_truong, xu_huong, neu, chon, co, khop, lam_tron, "
        "tuyet_doi, so, dat, noi, chua, nam, thang, ngay\n"
        "x:1:5: error: the function “tong” takes another number of arguments: write "
        "tong(bang.cot) / tong(bang.cot, dieu_kien), with a blank behind each comma\n"
        "x:1:7: error: “)” or a comma and a blank is expected here, not “b”: mend the "
        "expression\n"
        "x:1:7: error: the expression breaks off: add a name, a number, a text in quotes "
        "or “(”\n");
}

static void wrong_grammar(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "a +",   "* a",  "a b", "(a",        "a)",          "a == ",
        "khong", "a va", "()",  "a < b < c", "a == b == c", "1 < 2 + 3 >= 4",
        "a,b",   "+a"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_null(parse(wrong[i]));
    assert_null(parse(""));
    assert_null(parse(" \n "));
    assert_string_equal(
        messages(),
        "x:1:1: error: a name, a number, a text in quotes or “(” is expected here, not "
        "“*”: mend the expression\n"
        "x:1:1: error: a name, a number, a text in quotes or “(” is expected here, not "
        "“+”: mend the expression\n"
        "x:1:1: error: the expression is empty: write one, such as “a / b”\n"
        "x:1:2: error: an operator is expected here, not “)”: mend the expression\n"
        "x:1:2: error: a name, a number, a text in quotes or “(” is expected here, not "
        "“)”: mend the expression\n"
        "x:1:2: error: an operator is expected here, not “,”: mend the expression\n"
        "x:1:3: error: an operator is expected here, not “b”: mend the expression\n"
        "x:1:3: error: the expression breaks off: add “)”\n"
        "x:1:4: error: the expression breaks off: add a name, a number, a text in quotes "
        "or “(”\n"
        "x:1:5: error: the expression breaks off: add a name, a number, a text in quotes "
        "or “(”\n"
        "x:1:6: error: the expression breaks off: add a name, a number, a text in quotes "
        "or “(”\n"
        "x:1:7: error: comparisons cannot be chained: write “a < b va b < c” in place of "
        "“a < b < c”\n"
        "x:1:8: error: comparisons cannot be chained: write “a < b va b < c” in place of "
        "“a < b < c”\n"
        "x:1:11: error: comparisons cannot be chained: write “a < b va b < c” in place "
        "of “a < b < c”\n");
}

/* One error a text, the first: what follows from it is not told. */
static void first_error_only(void **state) {
    (void)state;
    assert_null(parse("a + + b ) \"c"));
    assert_null(parse("a & b & c"));
    assert_string_equal(messages(),
                        "x:1:3: error: “&” has no meaning in an expression: write va\n"
                        "x:1:5: error: a name, a number, a text in quotes or “(” is "
                        "expected here, not “+”: mend the expression\n");
}

/* What other languages and word processors write is told in our words. */
static void foreign_signs(void **state) {
    (void)state;
    static const struct {
        const char *text, *found, *own;
        int col;
    } known[] = {{"a && b", "&&", "va", 3},   {"a || b", "||", "hoac", 3},
                 {"!a", "!", "khong", 1},     {"a and b", "and", "va", 3},
                 {"a OR b", "OR", "hoac", 3}, {"a – b", "–", "-", 3},
                 {"a : b", ":", "/", 3},      {"a == “x”", "“", "\"", 6},
                 {"[a]", "[", "(", 1},        {"(a VA b)", "VA", "va", 4}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_null(parse(known[i].text));
        assert_string_equal(
            messages(),
            arena_printf(arena,
                         "x:1:%d: error: “%s” has no meaning in an expression: "
                         "write %s\n",
                         known[i].col, known[i].found, known[i].own));
    }
    assert_null(parse("a % b"));
    assert_null(parse("a mod b"));
    assert_string_equal(messages(),
                        "x:1:3: error: “%” has no meaning in an expression: delete "
                        "it\n"
                        "x:1:3: error: an operator is expected here, not “mod”: "
                        "mend the expression\n");
}

/* ---- places ---------------------------------------------------------------------------------- */

static void places(void **state) {
    (void)state;
    const struct expr *x = parse("  (hồ + b) * ty_le(c, -d)");
    assert_int_equal(x->at.col, 3);
    assert_string_equal(expr_text(arena, x), "(hồ + b) * ty_le(c, -d)");
    assert_string_equal(expr_text(arena, x->arg[0]), "(hồ + b)");
    assert_int_equal(x->arg[0]->arg[0]->at.col, 4);
    assert_int_equal(x->arg[0]->arg[1]->at.col, 9);
    const struct expr *call = x->arg[1];
    assert_int_equal(call->at.col, 14);
    assert_string_equal(expr_text(arena, call), "ty_le(c, -d)");
    assert_int_equal(call->arg[0]->at.col, 20);
    assert_int_equal(call->arg[1]->at.col, 23);
    assert_string_equal(expr_text(arena, call->arg[1]), "-d");
    x = parse("a +\n  b");
    assert_int_equal(x->arg[1]->at.line, 2);
    assert_int_equal(x->arg[1]->at.col, 3);
    x = parse("(zz) + 1"); /* a name is told where it stands */
    assert_int_equal(x->arg[0]->at.col, 2);
    assert_string_equal(expr_text(arena, x), "(zz) + 1");
}

static struct value *yaml(const char *text) {
    struct value *v = input_yaml(arena, diag, "mau.yaml", text, strlen(text), 1, 1);
    assert_non_null(v);
    return v;
}

/* The place of the first zz in the expression of `x: …`. */
static const char *place_of_zz(const char *text) {
    const struct value *v = value_get(yaml(text), "x");
    const char *zz = strstr(v->text, "zz");
    struct origin at = place_at(expr_at(v), v->text, (size_t)(zz - v->text)).at;
    return arena_printf(arena, "%d:%d", at.line, at.col);
}

/* Quotes, escapes, indentation and folding of YAML lie between the text and its place. */
static void places_in_yaml(void **state) {
    (void)state;
    assert_string_equal(place_of_zz("x: 1 + zz"), "1:8");
    assert_string_equal(place_of_zz("x: 'noi(''a'', zz)'"), "1:16");
    assert_string_equal(place_of_zz("x: \"noi(\\\"a\\\", zz)\""), "1:16");
    assert_string_equal(place_of_zz("x: \"a\\u00e0\\x41\\U00000042\\_ + zz\""), "1:31");
    assert_string_equal(place_of_zz("x: \"  1 + zz\""), "1:11");
    assert_string_equal(place_of_zz("x: 1 +\n  2 +\n    zz + 3"), "3:5");
    assert_string_equal(place_of_zz("x: \"1 +\n\n   zz\""), "3:4");
    assert_string_equal(place_of_zz("x: \"1 + \\\n   zz\""), "2:4");
    assert_string_equal(place_of_zz("x: |\n  1 +\n    zz\n"), "3:5");
    assert_string_equal(place_of_zz("x: |\n  zz\n"), "2:3");
    assert_string_equal(place_of_zz("x: >-\n  1 +\n  hồ +\n\n  zz\n"), "5:3");
    assert_string_equal(place_of_zz("x: |2\n    1 +\n   zz\n"), "3:4");
    assert_string_equal(place_of_zz("a: b\nlong:\n  - x\nx: '1 +\n  zz'"), "5:3");
    assert_string_equal(messages(), "");
}

static void end_of_text(void **state) {
    (void)state;
    const struct value *v = value_get(yaml("a: 1\nx: 1 +\ny: 2\n"), "x");
    assert_null(expr_parse(arena, diag, v->text, v->len, expr_at(v)));
    v = value_get(yaml("x: \"(a\"\ny: 2\n"), "x");
    assert_null(expr_parse(arena, diag, v->text, v->len, expr_at(v)));
    assert_string_equal(messages(),
                        "mau.yaml:1:7: error: the expression breaks off: add “)”\n"
                        "mau.yaml:2:7: error: the expression breaks off: add a name, a "
                        "number, a text in quotes or “(”\n");
}

/* ---- bounds ------------------------------------------------------------------------------------ */

/* `first`, then n times `more`, then n times `last`. */
static const char *repeat(const char *first, const char *more, int n, const char *middle,
                          const char *last) {
    struct buf b = {0};
    buf_adds(&b, first);
    for (int i = 0; i < n; i++)
        buf_adds(&b, more);
    buf_adds(&b, middle);
    for (int i = 0; i < n; i++)
        buf_adds(&b, last);
    const char *text = arena_strndup(arena, b.data, b.len);
    buf_free(&b);
    return text;
}

static void bounds(void **state) {
    (void)state;
    assert_non_null(parse(repeat("a", "+b", 499, "", "")));
    assert_null(parse(repeat("a", "+b", 500, "", "")));
    assert_string_equal(messages(),
                        "x:1:1: error: the expression is too long (at most 1000 "
                        "operations): divide it into several computed values\n");
    assert_non_null(parse(repeat("", "(", 63, "a", ")")));
    assert_null(parse(repeat("", "(", 64, "a", ")")));
    assert_non_null(parse(repeat("", "-", 100, "a", "")));
    assert_null(parse(repeat("", "-", 10000 - 1, "a", "")));
    assert_null(parse(repeat("", "khong ", 1600, "a", "")));
    assert_null(parse(repeat("", "noi(", 1900, "a", ")")));
    assert_null(parse(repeat("2", "^2", 2000, "", "")));
    assert_string_equal(
        messages(),
        "x:1:65: error: the parentheses are nested too deep: divide the expression into "
        "several computed values\n"
        "x:1:128: error: the parentheses are nested too deep: divide the expression into "
        "several computed values\n"
        "x:1:255: error: the parentheses are nested too deep: divide the expression into "
        "several computed values\n"
        "x:1:257: error: the parentheses are nested too deep: divide the expression into "
        "several computed values\n"
        "x:1:769: error: the parentheses are nested too deep: divide the expression into "
        "several computed values\n");
    assert_null(parse(repeat("a", " ", 10000, "", "")));
    assert_string_equal(messages(),
                        "x:1:1: error: the expression has 10001 bytes, at most 10000 are "
                        "allowed: divide it into several computed values\n");
    assert_non_null(parse(repeat("a", " ", 9999, "", "")));
    assert_non_null(parse(repeat("a", ".a", 4999, "", "")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(numbers),         TEST(wrong_numbers),  TEST(texts),
        TEST(words_and_signs), TEST(precedence),     TEST(calls),
        TEST(wrong_calls),     TEST(wrong_grammar),  TEST(first_error_only),
        TEST(places),          TEST(places_in_yaml), TEST(end_of_text),
        TEST(bounds),          TEST(foreign_signs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
