/* test_inspect.c: PDFs made by hand, sound and hostile, read back */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "output/inspect_inside.h"

struct test {
    struct arena *arena;
    struct diag *d;
    struct buf pdf;
    size_t offset[32];
    int objects;
    struct pdf_inspection in;
};

static int open_test(void **state) {
    struct test *t = x_new(1, sizeof *t);
    t->arena = arena_new();
    t->d = diag_new(LANG_EN);
    *state = t;
    return 0;
}

static int close_test(void **state) {
    struct test *t = *state;
    buf_free(&t->pdf);
    diag_free(t->d);
    arena_free(t->arena);
    x_free(t);
    return 0;
}

/* ---- building ---- */

static void add(struct test *t, const char *object) {
    if (!t->objects)
        buf_adds(&t->pdf, "%PDF-1.7\n");
    t->offset[t->objects++] = t->pdf.len;
    buf_printf(&t->pdf, "%d 0 obj\n%s\nendobj\n", t->objects, object);
}

static void end(struct test *t) {
    size_t start = t->pdf.len;
    buf_printf(&t->pdf, "xref\n0 %d\n0000000000 65535 f \n", t->objects + 1);
    for (int i = 0; i < t->objects; i++)
        buf_printf(&t->pdf, "%010zu 00000 n \n", t->offset[i]);
    buf_printf(&t->pdf, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n",
               t->objects + 1, start);
}

/* Catalog (1), page tree (2), page (3); more of the catalog as wanted. */
static void begin(struct test *t, const char *catalog) {
    add(t, arena_printf(t->arena, "<</Type/Catalog/Pages 2 0 R%s>>", catalog));
    add(t, "<</Type/Pages/Kids[3 0 R]/Count 1>>");
    add(t, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>");
}

static bool look(struct test *t) {
    return pdf_inspect(t->arena, t->d, "tep.pdf", t->pdf.data, t->pdf.len, &t->in);
}

/* All messages, for looking into. */
static const char *messages(struct test *t) {
    struct buf b = {0};
    diag_print(t->d, &b);
    const char *text = arena_strdup(t->arena, b.data ? b.data : "");
    buf_free(&b);
    return text;
}

/* ---- sound files ---- */

static void fields_are_named_through_their_parents(void **state) {
    struct test *t = *state;
    begin(t, "/AcroForm<</Fields[4 0 R 7 0 R 8 0 R]>>");
    add(t, "<</T(a)/FT/Tx/V(chung)/Kids[5 0 R 6 0 R]>>");
    add(t, "<</T(b)/TU<FEFF01101EA7>/Kids[<</Subtype/Widget>>]>>");
    add(t, "<</T(c)/V()>>");
    add(t, "<</T(chon)/FT/Btn/V/Off>>");
    add(t, "<</T(ky)/FT/Sig>>");
    end(t);
    assert_true(look(t));
    assert_int_equal(t->in.pages, 1);
    assert_int_equal(t->in.fields, 4);
    assert_string_equal(t->in.field[0].name, "a.b");
    assert_string_equal(t->in.field[0].value, "chung");
    assert_string_equal(t->in.field[0].tooltip, "Đầ");
    assert_true(t->in.field[0].filled);
    assert_string_equal(t->in.field[1].name, "a.c");
    assert_false(t->in.field[1].filled);
    assert_string_equal(t->in.field[2].type, "button");
    assert_false(t->in.field[2].filled);
    assert_string_equal(t->in.field[3].type, "signature");
    assert_false(t->in.field[3].filled);
    assert_int_equal(t->in.signatures, 0);
}

static void metadata_comes_from_xmp(void **state) {
    struct test *t = *state;
    static const char xmp[] =
        "<rdf:Description pdfaid:part='2' xmlns:x=\"y\"><pdfaid:conformance>A"
        "</pdfaid:conformance><dc:titles>no</dc:titles><dc:title><rdf:Alt>"
        "<rdf:li xml:lang=\"x-default\">A &amp; B &#272;&#x1EA7;u &bad; &#0;</rdf:li>"
        "</rdf:Alt></dc:title><nd30:CodeNumber> 45 </nd30:CodeNumber><nd30:CodeNotation/>"
        "<nd30:OrganName></nd30:OrganName></rdf:Description>";
    begin(t, "/Metadata 4 0 R");
    add(t, arena_printf(t->arena, "<</Length %zu>>\nstream\n%s\nendstream", strlen(xmp),
                        xmp));
    end(t);
    assert_true(look(t));
    assert_string_equal(t->in.title, "A & B Đầu &bad; &#0;");
    assert_string_equal(t->in.pdfa, "2a");
    assert_null(t->in.pdfua);
    assert_string_equal(t->in.number, "45");
    assert_null(t->in.symbol);
    assert_null(t->in.agency);
}

static void broken_xmp_says_nothing(void **state) {
    struct test *t = *state;
    static const char *const broken[] = {"<dc:title",
                                         "<dc:title>",
                                         "<dc:title>x</dc:titl",
                                         " dc:title=\"",
                                         "<dc:title><rdf:li>",
                                         "&#",
                                         "<"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct pdf_inspection in = {0};
        xmp_read(t->arena, broken[i], strlen(broken[i]), &in);
        assert_null(in.title);
    }
}

static void times_are_iso(void **state) {
    struct test *t = *state;
    static const char *const pair[][2] = {
        {"D:20260615083000+07'00'", "2026-06-15T08:30:00+07:00"},
        {"D:20260615083000-03'30", "2026-06-15T08:30:00-03:30"},
        {"D:20260615083000Z", "2026-06-15T08:30:00Z"},
        {"D:20260615083000", "2026-06-15T08:30:00"},
        {"D:2026", "D:2026"},
        {"D:20260615083000+", "D:20260615083000+"},
        {"hôm qua", "hôm qua"}};
    for (size_t i = 0; i < sizeof pair / sizeof *pair; i++)
        assert_string_equal(inspect_time(t->arena, pair[i][0]), pair[i][1]);
    assert_null(inspect_time(t->arena, NULL));
}

static void json_escapes_what_others_wrote(void **state) {
    struct test *t = *state;
    struct buf b = {0};
    begin(t, "/AcroForm<</Fields[4 0 R]>>");
    add(t, "<</T(a\"b\\\\c)/FT/Tx/V(\\033[31m\\n)>>");
    end(t);
    assert_true(look(t));
    inspect_json(&t->in, "thư mục/\"tệp\"\n.pdf", &b);
    assert_non_null(strstr(b.data, "\"thư mục/\\\"tệp\\\"\\u000a.pdf\""));
    assert_non_null(strstr(b.data, "{\"name\": \"a\\\"b\\\\c\""));
    assert_null(strchr(b.data, 27)); /* no escape reaches the terminal */
    b.len = 0;
    inspect_text(&t->in, "tep.pdf", LANG_VI, &b);
    assert_null(strchr(b.data, 27));
    buf_free(&b);
}

/* ---- who signed ---- */

/* Wrap b[from..] into a DER element. */
static void wrap(struct buf *b, size_t from, int tag) {
    struct buf inner = {0};
    buf_add(&inner, b->data + from, b->len - from);
    b->len = from;
    buf_addc(b, (char)tag);
    if (inner.len >= 128)
        buf_addc(b, (char)0x81);
    buf_addc(b, (char)inner.len);
    buf_add(b, inner.data, inner.len);
    buf_free(&inner);
}

static void add_name(struct buf *b, const char *name) {
    size_t at = b->len;
    buf_add(b, "\x06\x03\x55\x04\x03\x0C", 6);
    buf_addc(b, (char)strlen(name));
    buf_adds(b, name);
    wrap(b, at, 0x30);
    wrap(b, at, 0x31);
    wrap(b, at, 0x30);
}

static void add_certificate(struct buf *b, char serial, const char *name) {
    size_t at = b->len;
    buf_add(b, "\xA0\x03\x02\x01\x02\x02\x01", 7);
    buf_addc(b, serial);
    buf_add(b, "\x30\x00", 2); /* algorithm */
    add_name(b, "CA");
    buf_add(b, "\x30\x00", 2); /* validity */
    add_name(b, name);
    wrap(b, at, 0x30);
    wrap(b, at, 0x30);
}

static void make_message(struct buf *b) {
    buf_add(b, "\x06\x01\x01", 3);
    size_t data = b->len;
    buf_add(b, "\x02\x01\x01\x31\x00\x30\x00", 7);
    size_t certificates = b->len;
    add_certificate(b, 1, "CA");
    add_certificate(b, 7, "Nguyễn Văn An");
    wrap(b, certificates, 0xA0);
    size_t signers = b->len;
    buf_add(b, "\x02\x01\x01", 3);
    size_t id = b->len;
    add_name(b, "CA");
    buf_add(b, "\x02\x01\x07", 3);
    wrap(b, id, 0x30);
    wrap(b, signers, 0x30);
    wrap(b, signers, 0x31);
    wrap(b, data, 0x30);
    wrap(b, data, 0xA0);
    wrap(b, 0, 0x30);
}

static void the_signer_is_the_one_with_the_serial(void **state) {
    struct test *t = *state;
    struct buf b = {0};
    make_message(&b);
    assert_string_equal(cms_signer(t->arena, b.data, b.len), "Nguyễn Văn An");
    for (size_t n = 0; n < b.len; n++) { /* cut short anywhere: no name, no crash */
        char *cut = x_new(n + 1, 1);
        memcpy(cut, b.data, n);
        assert_null(cms_signer(t->arena, cut, n));
        x_free(cut);
    }
    for (size_t i = 0; i < b.len; i++) { /* any byte wrong: whatever it says, no crash */
        char was = b.data[i];
        for (int bit = 0; bit < 8; bit++) {
            b.data[i] = (char)(was ^ 1 << bit);
            cms_signer(t->arena, b.data, b.len);
        }
        b.data[i] = was;
    }
    buf_free(&b);
}

static void a_range_betrays_a_signature(void **state) {
    (void)state;
    static const char *const yes[] = {"/ByteRange[0 1", "x/ByteRange \r\n[",
                                      "B/B/ByteRange["};
    static const char *const no[] = {
        "", "B", "/ByteRange", "ByteRange[", "/ByteRangex[", "/ByteRange 0"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(pdf_is_signed(yes[i], strlen(yes[i])));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(pdf_is_signed(no[i], strlen(no[i])));
}

/* ---- hostile files ---- */

static void loops_end(void **state) {
    struct test *t = *state;
    begin(t, "/AcroForm<</Fields[4 0 R]>>/Names<</EmbeddedFiles 5 0 R>>");
    add(t, "<</T(a)/Kids[4 0 R 4 0 R]>>");
    add(t, "<</Kids[5 0 R 5 0 R]>>");
    end(t);
    assert_false(look(t));
    assert_non_null(strstr(messages(t), "more objects than any honest document"));
}

static void pages_that_hold_themselves_end(void **state) {
    struct test *t = *state;
    add(t, "<</Type/Catalog/Pages 2 0 R>>");
    add(t, "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000000>>");
    end(t);
    assert_false(look(t));
    assert_non_null(strstr(messages(t), "more objects than any honest document"));
}

static void strange_types_are_passed_over(void **state) {
    struct test *t = *state;
    begin(t, "/AcroForm[1 2]/Names(x)/Metadata 3 0 R");
    end(t);
    assert_true(look(t));
    assert_int_equal(t->in.fields + t->in.files, 0);
}

static void strange_signatures_are_errors(void **state) {
    struct test *t = *state;
    begin(t, "/AcroForm<</Fields[4 0 R 5 0 R 6 0 R 7 0 R]>>");
    add(t,
        "<</T(a)/FT/Sig/V<</ByteRange[0 9223372036854775807 9223372036854775807 1]>>>>");
    add(t, "<</T(b)/FT/Sig/V<</ByteRange[0 -1 5 (x)]>>>>");
    add(t, "<</T(c)/FT/Sig/V<</ByteRange[0 10 20 5]/Contents(x)>>>>");
    add(t, "<</T(d)/FT/Sig/V<<>>>>");
    end(t);
    assert_true(look(t));
    assert_int_equal(t->in.signatures, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(t->in.signature[i].range, RANGE_BAD);
    assert_int_equal(diag_count(t->d, SEV_ERROR), 4);
}

static void two_filters_are_not_undone(void **state) {
    struct test *t = *state;
    begin(t, "/Names<</EmbeddedFiles<</Names[(a)4 0 R]>>>>");
    add(t, "<</UF(a)/EF<</F 5 0 R>>>>");
    add(t, "<</Filter[/FlateDecode/FlateDecode]/Length 3>>\nstream\nabc\nendstream");
    end(t);
    assert_true(look(t));
    assert_int_equal(t->in.file[0].checksum, CHECKSUM_BAD);
    assert_non_null(strstr(messages(t), "cannot be unpacked"));
}

/* Every beginning of a file, and every byte of it replaced, ends with a verdict. */
static void any_damage_ends(void **state) {
    struct test *t = *state;
    begin(t, "/AcroForm<</Fields[4 0 R]>>/Names<</EmbeddedFiles<</Names[(a)5 0 R]>>>>");
    add(t, "<</T(a)/FT/Sig/V<</ByteRange[0 10 20 5]/Contents<00>>>>>");
    add(t, "<</UF(a)/EF<</F 6 0 R>>>>");
    add(t, "<</Length 3>>\nstream\nabc\nendstream");
    end(t);
    static const char bytes[] = {'\0', '(', '<', '9'};
    for (size_t i = 0; i < t->pdf.len; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(LANG_VI);
        struct pdf_inspection in;
        char was = t->pdf.data[i];
        assert_true(!pdf_inspect(a, d, "cắt", t->pdf.data, i, &in) || i + 2 > t->pdf.len);
        for (size_t k = 0; k < sizeof bytes; k++) {
            t->pdf.data[i] = bytes[k];
            if (!pdf_inspect(a, d, "sửa", t->pdf.data, t->pdf.len, &in))
                assert_true(diag_count(d, SEV_ERROR) > 0);
        }
        t->pdf.data[i] = was;
        diag_free(d);
        arena_free(a);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_test, close_test)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(fields_are_named_through_their_parents),
        TEST(metadata_comes_from_xmp),
        TEST(broken_xmp_says_nothing),
        TEST(times_are_iso),
        TEST(json_escapes_what_others_wrote),
        TEST(the_signer_is_the_one_with_the_serial),
        TEST(a_range_betrays_a_signature),
        TEST(loops_end),
        TEST(pages_that_hold_themselves_end),
        TEST(strange_types_are_passed_over),
        TEST(strange_signatures_are_errors),
        TEST(two_filters_are_not_undone),
        TEST(any_damage_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
