/* test_xmp.c: metadata of a PDF: the packet, the Info dictionary beside it, the colour profile */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "output/pdf_meta.h"
#include "pdf_model.h"

static void texts_are_escaped(void **state) {
    (void)state;
    static const struct {
        const char *text, *xml;
    } cases[] = {{"Ủy ban “A” & B", "Ủy ban “A” &amp; B"},
                 {"<x>]]>&amp;", "&lt;x&gt;]]&gt;&amp;amp;"},
                 {"a\x01"
                  "b\x0C\x1F\r\n\tc",
                  "a\uFFFDb\uFFFD\uFFFD\uFFFD\n\tc"},
                 {"\xEF\xBF\xBE \xEF\xBF\xBF", "\uFFFD \uFFFD"},
                 {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
                 {"\xC3", "\uFFFD"},
                 {"😀 \xC2\x85 \uFFFD", "😀 \xC2\x85 \uFFFD"},
                 {"", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b = {0};
        xmp_text(&b, cases[i].text);
        assert_string_equal(b.data ? b.data : "", cases[i].xml);
        buf_free(&b);
    }
}

/* The packet of the model with these facts changed. */
static char *packet(struct model *m, const struct pdf_options *o) {
    struct pdf_meta meta;
    struct buf b = {0};
    pdf_meta_read(&meta, m->arena, m->doc, &m->pages, o);
    xmp_write(&b, &meta);
    char *text = arena_strndup(m->arena, b.data, b.len);
    buf_free(&b);
    return text;
}

static void record_is_told(void **state) {
    (void)state;
    struct model m;
    model_init(&m);
    struct official *o = &m.doc->official;
    struct signer signers[2] = {
        {.position.text = "CHỦ TỊCH", .name.text = "Nguyễn Văn An"},
        {.position.text = "", .name.text = "Trần Thị Bình"}};
    o->number.text = "05";
    o->symbol.text = "BC-UBND";
    o->type.text = "BÁO CÁO";
    o->subject.text = "Kết quả <quý I> & II";
    o->signer = signers;
    o->signers = 2;
    o->copies.text = "15";
    o->urgency.text = "HỎA TỐC";
    add_page(&m, 595276, 841890);
    const char *text = packet(&m, &(struct pdf_options){0});
    static const char *const wanted[] = {
        "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>",
        "<nd30:CodeNumber>05</nd30:CodeNumber>",
        "<nd30:CodeNotation>BC-UBND</nd30:CodeNotation>",
        "<nd30:IssuedDate>2026-06-06</nd30:IssuedDate>",
        "<nd30:OrganName>Ủy ban nhân dân xã Dân Tiến</nd30:OrganName>",
        "<nd30:TypeName>BÁO CÁO</nd30:TypeName>",
        "<nd30:Subject>Kết quả &lt;quý I&gt; &amp; II</nd30:Subject>",
        "<nd30:Position>CHỦ TỊCH</nd30:Position>",
        "<nd30:FullName>Nguyễn Văn An; Trần Thị Bình</nd30:FullName>",
        "<nd30:PageAmount>2</nd30:PageAmount>",
        "<nd30:Language>Tiếng Việt</nd30:Language>",
        "<nd30:IssuedAmount>15</nd30:IssuedAmount>",
        "<nd30:Priority>HỎA TỐC</nd30:Priority>",
        "<rdf:li xml:lang=\"x-default\">BÁO CÁO Tình hình (quý I) 😀</rdf:li>",
        "<rdf:li xml:lang=\"vi\">BÁO CÁO Tình hình (quý I) 😀</rdf:li>",
        "<xmp:ModifyDate>2026-06-06T00:00:00+07:00</xmp:ModifyDate>",
        "<dc:language><rdf:Bag><rdf:li>vi</rdf:li></rdf:Bag></dc:language>",
        "<?xpacket end=\"r\"?>"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!strstr(text, wanted[i]))
            fail_msg("the packet lacks %s", wanted[i]);
    model_free(&m);
}

/* How often `part` stands in text. */
static int count_of(const char *text, const char *part) {
    int n = 0;
    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        n++;
    }
    return n;
}

/* PDF/A: whatever stands in the packet without being predefined is described, with its type. */
static void every_property_is_described(void **state) {
    (void)state;
    struct model m;
    model_init(&m);
    const char *text = packet(&m, &(struct pdf_options){0});
    assert_int_equal(count_of(text, "<pdfaProperty:name>"), RECORDS + 1);
    assert_int_equal(count_of(text, "<pdfaProperty:description>"), RECORDS + 1);
    assert_int_equal(count_of(text, "<pdfaSchema:namespaceURI>"), 2);
    for (const char *p = text; (p = strstr(p, "<nd30:")) != NULL;) {
        p += strlen("<nd30:");
        char *name =
            arena_printf(m.arena, "<pdfaProperty:name>%.*s</", (int)strcspn(p, ">"), p);
        assert_non_null(strstr(text, name));
    }
    model_free(&m);
}

static void blanks_stay_blank(void **state) {
    (void)state;
    struct model m;
    model_init(&m);
    struct official *o = &m.doc->official;
    o->date = (struct date){2026, 6, 0};
    o->number.text = "";
    const char *text = packet(&m, &(struct pdf_options){0});
    assert_null(strstr(text, "<nd30:CodeNumber>"));
    assert_null(strstr(text, "<nd30:FullName>"));
    assert_null(strstr(text, "<dc:description>"));
    assert_non_null(strstr(text, "<nd30:IssuedDate>2026-06</nd30:IssuedDate>"));
    assert_non_null(strstr(text, "<xmp:CreateDate>2026-06-01T00:00:00+07:00<"));
    assert_non_null(strstr(text, "<nd30:TypeName>CÔNG VĂN<"));
    assert_non_null(strstr(text, "<nd30:Priority>THƯỜNG<"));
    o->date = (struct date){0};
    m.doc->title = "";
    text = packet(&m, &(struct pdf_options){0});
    assert_null(strstr(text, "<nd30:IssuedDate>"));
    assert_null(strstr(text, "Date>20"));
    assert_non_null(strstr(text, "<rdf:li xml:lang=\"vi\">Văn bản</rdf:li>"));
    model_free(&m);
}

static void parts_follow_the_options(void **state) {
    (void)state;
    struct model m;
    model_init(&m);
    const char *text = packet(&m, &(struct pdf_options){0});
    assert_non_null(strstr(text, "<pdfaid:part>2</pdfaid:part>"));
    assert_non_null(strstr(text, "<pdfaid:conformance>A</pdfaid:conformance>"));
    assert_non_null(strstr(text, "<pdfuaid:part>1</pdfuaid:part>"));
    text = packet(&m, &(struct pdf_options){.attachments = 1});
    assert_non_null(strstr(text, "<pdfaid:part>3</pdfaid:part>"));
    text = packet(&m, &(struct pdf_options){.untagged = true});
    assert_non_null(strstr(text, "<pdfaid:conformance>B</pdfaid:conformance>"));
    assert_null(strstr(text, "<pdfuaid:part>"));
    model_free(&m);
}

/* One text of Info and packet as poppler tells it. */
static void file_holds_both(void **state) {
    (void)state;
    struct model m;
    model_init(&m);
    m.doc->official.subject.text = "Tình hình (quý I) \\ <&>";
    assert_true(save(&m));
    check_valid(&m);
    char *info = tool(&m, "TZ=Asia/Ho_Chi_Minh pdfinfo -isodates", "");
    assert_non_null(strstr(info, "Subject:         Tình hình (quý I) \\ <&>\n"));
    assert_non_null(strstr(info, "ModDate:         2026-06-06T00:00:00+07\n"));
    assert_non_null(strstr(info, "Metadata Stream: yes\n"));
    char *meta = tool(&m, "pdfinfo -meta", "");
    assert_non_null(strstr(meta, ">Tình hình (quý I) \\ &lt;&amp;&gt;</rdf:li>"));
    assert_true(contains(&m.out, "/Type/Metadata/Subtype/XML/Length "));
    assert_true(contains(&m.out, "/S/GTS_PDFA1/OutputConditionIdentifier(sRGB "));
    model_free(&m);
}

/* The bytes of the profile in the file, as mutool unpacks them. */
static void profile_is_constant(void **state) {
    (void)state;
    struct model m;
    model_init(&m);
    assert_true(save(&m));
    const char *at = memmem(m.out.data, m.out.len, "/DestOutputProfile ", 19);
    assert_non_null(at);
    char *path = arena_printf(m.arena, "%s/profile", scratch);
    tool(&m, arena_printf(m.arena, "mutool show -b -o %s", path),
         arena_printf(m.arena, "%d", atoi(at + 19)));
    const char *data;
    size_t n;
    assert_int_equal(file_read(m.arena, path, FILE_LIMIT, &data, &n), FILE_OK);
    assert_in_range(n, 400, 4000);
    const unsigned char *p = (const unsigned char *)data;
    assert_memory_equal(data + 12, "mntrRGB XYZ ", 12);
    assert_memory_equal(data + 36, "acsp", 4);
    assert_int_equal(p[8], 4);
    assert_int_equal(p[9] >> 4, 2);
    assert_memory_equal(data + 24, "\x07\xD0\0\1\0\1\0\0\0\0\0\0", 12);
    assert_ptr_equal(pdf_profile(), pdf_profile());
    model_free(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_escaped),
        cmocka_unit_test(record_is_told),
        cmocka_unit_test(every_property_is_described),
        cmocka_unit_test(blanks_stay_blank),
        cmocka_unit_test(parts_follow_the_options),
        cmocka_unit_test(file_holds_both),
        cmocka_unit_test(profile_is_constant),
    };
    return cmocka_run_group_tests(tests, start, finish);
}
