/* test_csv.c: CSV tables: cells and their places, delimiters, errors and going on after them; decoding */
#include "input/inside.h"
#include "value_paths.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
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

/* NULL after any error. Not inlined: gcc would warn wherever a test trusts its text. */
static __attribute__((noinline)) struct value *load(const char *text) {
    struct value *t = csv_read(arena, diag, "t.csv", text, strlen(text));
    return t && !(t->flags & VALUE_BROKEN) ? t : NULL;
}

/* Titles, then a line a row: its number in a spreadsheet and its cells as text@line:column. */
static const char *dump(const struct value *table) {
    buf_free(&out);
    size_t n;
    const struct column *c = value_columns(table, &n);
    for (size_t i = 0; i < n; i++)
        buf_printf(&out, "%s%s", i ? "|" : "", c[i].title);
    for (uint32_t i = 0; table && i < table->n; i++) {
        const struct value *row = table->u.item[i];
        buf_printf(&out, "\n%u ", row->len);
        assert_int_equal(row->n, n);
        assert_ptr_equal(row->parent, table);
        for (uint32_t k = 0; k < row->n; k++) {
            const struct value *v = &row->u.member[k];
            assert_ptr_equal(v->parent, row);
            assert_int_equal(v->kind == VALUE_NONE, v->text == NULL);
            buf_printf(&out, "%s%s@%d:%d", k ? "|" : "", v->text ? v->text : "",
                       v->at.line, v->at.col);
        }
    }
    return out.data ? out.data : "";
}

/* Only places and codes: the wording belongs to the cases. */
static const char *places(void) {
    buf_free(&out);
    size_t n;
    const struct diag_msg *const *m = diag_sorted(diag, &n);
    for (size_t i = 0; i < n; i++)
        buf_printf(&out, "%d:%d %s\n", m[i]->at.line, m[i]->at.col,
                   m[i]->code == E_CSV_UNCLOSED      ? "unclosed"
                   : m[i]->code == E_CSV_AFTER_QUOTE ? "after"
                   : m[i]->code == E_CSV_BARE_QUOTE  ? "bare"
                   : m[i]->code == E_CSV_FEW         ? "few"
                   : m[i]->code == E_CSV_MANY        ? "many"
                   : m[i]->code == E_CSV_NO_TITLE    ? "untitled"
                   : m[i]->code == E_CSV_TITLE_TWICE ? "twice"
                   : m[i]->code == E_CSV_EMPTY       ? "empty"
                                                     : m[i]->text);
    return out.data ? out.data : "";
}

static void plain(void **state) {
    (void)state;
    assert_string_equal(dump(load("TT,Tên\n1,Đường Hồ\n2,\n")),
                        "TT|Tên\n2 1@2:1|Đường Hồ@2:3\n3 2@3:1|@3:3");
    assert_int_equal(diag_count(diag, SEV_ERROR), 0);
}

static void places_in_code_points(void **state) {
    (void)state;
    assert_string_equal(dump(load("a;b;c\nĐộ;  ế ;\"x\"\n")),
                        "a|b|c\n2 Độ@2:1|ế@2:6|x@2:9");
}

static void delimiters(void **state) {
    (void)state;
    assert_string_equal(dump(load("a;b\n1,5;2\n")), "a|b\n2 1,5@2:1|2@2:5");
    assert_string_equal(dump(load("a\tb\n1,5;x\t2\n")), "a|b\n2 1,5;x@2:1|2@2:7");
    assert_string_equal(dump(load("Tên, loại;Kết quả, ghi chú\nx, y, z;t\n")),
                        "Tên, loại|Kết quả, ghi chú\n2 x, y, z@2:1|t@2:9");
    assert_string_equal(dump(load("a,\"b;c;d\"\n1,2\n")), "a|b;c;d\n2 1@2:1|2@2:3");
    assert_string_equal(dump(load("a\nb c\n")), "a\n2 b c@2:1");
    assert_string_equal(dump(load("sep=;\na;b,c\n1;2,3\n")), "a|b,c\n3 1@3:1|2,3@3:3");
    assert_int_equal(diag_count(diag, SEV_ERROR), 0);
}

static void quotes_and_lines(void **state) {
    (void)state;
    assert_string_equal(dump(load("a,b\n\"x \"\"y\"\" z\",\"1\n2\"\nu,v")),
                        "a|b\n2 x \"y\" z@2:1|1\n2@2:13\n3 u@4:1|v@4:3");
    assert_string_equal(dump(load("\"a\nb\",c\n1,2\n")), "a b|c\n2 1@3:1|2@3:3");
    assert_string_equal(dump(load("a,b\r\n1,2\r\n")), "a|b\n2 1@2:1|2@2:3");
    assert_string_equal(dump(load("a,b\n1,")), "a|b\n2 1@2:1|@2:3");
    assert_int_equal(diag_count(diag, SEV_ERROR), 0);
}

static void blank_rows(void **state) {
    (void)state;
    assert_string_equal(dump(load("\n\na;b\n\n;\n1;2\n  \n;;;\n3;4\n")),
                        "a|b\n6 1@6:1|2@6:3\n9 3@9:1|4@9:3");
    assert_string_equal(dump(load("a;b\n")), "a|b");
    assert_int_equal(load("a;b\n")->n, 0);
    assert_int_equal(diag_count(diag, SEV_ERROR), 0);
}

static void trailing_blank_columns(void **state) {
    (void)state;
    assert_string_equal(dump(load("a;b;;\n1;2;;\n")), "a|b\n2 1@2:1|2@2:3");
    assert_int_equal(diag_count(diag, SEV_ERROR), 0);
    assert_null(load("a;b;\n1;2;\n3;4;x\n"));
    assert_string_equal(places(), "3:5 untitled\n");
}

static void no_break_blanks(void **state) {
    (void)state;
    assert_string_equal(dump(load("a,b\n\u00A0x\u00A0,\u202F\n")), "a|b\n2 x@2:1|@2:5");
}

static void bad_heads(void **state) {
    (void)state;
    assert_null(load(""));
    assert_null(load("\n \n"));
    assert_null(load("a;;b\n1;2;3\n"));
    assert_null(load("Cấp xã;x;CAP XA\n"));
    assert_string_equal(places(), "0:0 empty\n1:3 untitled\n1:10 twice\n");
}

static void ragged(void **state) {
    (void)state;
    assert_null(load("a,b,c\n1,2\n1,2,3\n1,2,3,4\n1\n"));
    assert_string_equal(places(), "2:1 few\n4:7 many\n5:1 few\n");
}

static void all_quotes(void **state) {
    (void)state;
    assert_null(load("a,b\nx\"y,2\n\"x\"y,2\n1,2\n\"never,3\n4,5\n6,\"7\"\n8\n"));
    assert_string_equal(places(), "2:2 bare\n3:4 after\n5:1 unclosed\n8:1 few\n");
}

static void unclosed_at_end(void **state) {
    (void)state;
    assert_null(load("a,b\n1,\"x\n2,3,4\n"));
    assert_string_equal(places(), "2:3 unclosed\n3:5 many\n");
}

static void unclosed_in_head(void **state) {
    (void)state;
    assert_null(load("\"a,b\n1,2\n"));
    assert_string_equal(places(), "1:1 unclosed\n");
}

static void where_and_path(void **state) {
    (void)state;
    struct value *t = load("Tên;Kết quả\n\nx;y\n");
    const struct value *v = &t->u.item[0]->u.member[1];
    assert_string_equal(value_where(diag, v), "row 3, column “Kết quả”");
    assert_null(value_where(diag, t));
    assert_string_equal(path_of(arena, v), "[1].ket_qua");
    struct value *root = value_new(arena, VALUE_MAP, t->at);
    struct value *member = value_put(arena, root, "bang", *t);
    assert_string_equal(path_of(arena, &member->u.item[0]->u.member[1]),
                        "bang[1].ket_qua");
    size_t n;
    assert_string_equal(value_columns(member, &n)[0].title, "Tên");
    assert_int_equal(n, 2);
}

/* Nothing but broken quotes: ends soon, with messages. */
static void hostile_quotes(void **state) {
    (void)state;
    struct buf b = {0};
    buf_adds(&b, "a,b\n");
    for (int i = 0; i < 20000; i++)
        buf_adds(&b, i % 2 ? "\"\"\"x,\n" : "x\"\"\"\"y,\"\n");
    assert_null(load(b.data));
    assert_true(diag_count(diag, SEV_ERROR) > 100);
    buf_free(&b);
}

static void one_huge_cell(void **state) {
    (void)state;
    struct buf b = {0};
    buf_adds(&b, "a,b\n\"");
    for (int i = 0; i < 200000; i++)
        buf_adds(&b, "1,2\n;");
    buf_adds(&b, "\",x\n");
    struct value *t = load(b.data);
    assert_int_equal(t->n, 1);
    assert_int_equal(t->u.item[0]->u.member[0].len, 1000000);
    assert_int_equal(t->u.item[0]->u.member[1].at.line, 200002);
    buf_free(&b);
}

static void random_bytes(void **state) {
    (void)state;
    static const char alphabet[] = "\"\"\"\"\n\n,,;\tab \u00A0";
    unsigned seed = 1;
    for (int round = 0; round < 3000; round++) {
        char text[120];
        size_t n = 0;
        for (; n < sizeof text - 1; n++) {
            seed = seed * 1103515245u + 12345u;
            text[n] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        text[n] = 0;
        struct arena *a = arena_new();
        struct diag *d = diag_new(LANG_VI);
        struct value *t = csv_read(a, d, "r.csv", text, n);
        assert_true(t || diag_count(d, SEV_ERROR) > 0);
        if (t)
            dump(t);
        diag_free(d);
        arena_free(a);
    }
}

static void hundred_thousand_rows(void **state) {
    (void)state;
    struct buf b = {0};
    buf_adds(&b, "c1;c2;c3;c4;c5;c6;c7;c8\n");
    for (int i = 0; i < 100000; i++)
        buf_printf(&b, "%d;Nhiệm vụ số %d;12.456;98,70%%;06/6/2026;\"x; y\";;cuối\n", i,
                   i);
    struct value *t = load(b.data);
    assert_int_equal(t->n, 100000);
    assert_string_equal(t->u.item[99999]->u.member[7].text, "cuối");
    assert_true(arena_used(arena) < 80 << 20);
    buf_free(&b);
}

/* ---- decoding ---- */

static const char *decode(const char *bytes, size_t n) {
    const char *text = bytes;
    return input_decode(arena, diag, "t", &text, &n) ? text : NULL;
}
#define DECODE(s) decode(s, sizeof(s) - 1)

static void clean_text(void **state) {
    (void)state;
    assert_string_equal(DECODE("\xEF\xBB\xBFxin chào"), "xin chào");
    assert_string_equal(DECODE("a\r\nb\rc\n"), "a\nb\nc\n");
    assert_string_equal(DECODE("Tie\u0302\u0301ng Vie\u0323\u0302t"), "Tiếng Việt");
    assert_int_equal(diag_count(diag, SEV_NOTICE), 0);
    assert_string_equal(DECODE("kế\u00ADt qu\u200Bả\uFEFF"), "kết quả");
    assert_int_equal(diag_count(diag, SEV_NOTICE), 1);
    assert_int_equal(diag_count(diag, SEV_ERROR), 0);
}

static enum diag_code first_code(void) {
    size_t n;
    const struct diag_msg *const *m = diag_sorted(diag, &n);
    assert_true(n > 0);
    return m[0]->code;
}

static void utf16(void **state) {
    (void)state;
    assert_null(DECODE("\xFF\xFEx\0y\0"));
    assert_int_equal(first_code(), E_TEXT_UTF16);
}

static void utf16_unmarked(void **state) {
    (void)state;
    assert_null(DECODE("a\0b\0c\0d\0e\0"));
    assert_int_equal(first_code(), E_TEXT_UTF16);
}

static void office_file(void **state) {
    (void)state;
    assert_null(DECODE("PK\3\4xxxxxxxx\0\0"));
    assert_int_equal(first_code(), E_TEXT_OFFICE);
}

static void old_encoding(void **state) {
    (void)state;
    assert_null(DECODE("so,ten\n1,B\xE1o c\xE1o\n"));
    assert_int_equal(first_code(), E_TEXT_NOT_UTF8);
    assert_int_equal(diag_count(diag, SEV_ERROR), 1);
}

static void damaged_utf8(void **state) {
    (void)state;
    assert_null(DECODE("Báo cáo Tiếng Việt\như\xFF thế\x01\n\xC3 \0 \uFFFD \xC2\x85\n"));
    assert_string_equal(places(),
                        "2:3 byte 0xFF is not UTF-8: delete the broken letter here, "
                        "type it again and save as UTF-8\n"
                        "2:8 an invisible control character U+0001 stands here: "
                        "delete this word and type it again\n"
                        "3:1 byte 0xC3 is not UTF-8: delete the broken letter here, "
                        "type it again and save as UTF-8\n"
                        "3:3 a NUL character stands here: delete it and save the "
                        "file again\n"
                        "3:5 a � stands here: the original letter was lost in a "
                        "conversion; type it again\n"
                        "3:7 an invisible control character U+0085 stands here: "
                        "delete this word and type it again\n");
}

static void many_bad_bytes(void **state) {
    (void)state;
    struct buf b = {0};
    for (int i = 0; i < 100; i++)
        buf_adds(&b, "é\x02\n");
    assert_null(decode(b.data, b.len));
    assert_int_equal(diag_count(diag, SEV_ERROR), 21);
    buf_free(&b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(plain),
        TEST(places_in_code_points),
        TEST(delimiters),
        TEST(quotes_and_lines),
        TEST(blank_rows),
        TEST(trailing_blank_columns),
        TEST(no_break_blanks),
        TEST(bad_heads),
        TEST(ragged),
        TEST(all_quotes),
        TEST(unclosed_at_end),
        TEST(unclosed_in_head),
        TEST(where_and_path),
        TEST(hostile_quotes),
        TEST(one_huge_cell),
        TEST(random_bytes),
        TEST(hundred_thousand_rows),
        TEST(clean_text),
        TEST(utf16),
        TEST(utf16_unmarked),
        TEST(office_file),
        TEST(old_encoding),
        TEST(damaged_utf8),
        TEST(many_bad_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
