/* xmp.c: the XMP packet: Dublin Core, PDF/A and PDF/UA identification, NĐ 30's record metadata */
#include "pdf_meta.h"

#include <string.h>

/* What NĐ 30 Phụ lục VI wants to be recorded of a document that was issued, by its own names. */
static const struct {
    const char *name, *type, *about;
} record[RECORDS] = {
    [RECORD_CODE_NUMBER] = {"CodeNumber", "Text", "Số của văn bản"},
    [RECORD_CODE_NOTATION] = {"CodeNotation", "Text", "Ký hiệu của văn bản"},
    [RECORD_ISSUED_DATE] = {"IssuedDate", "Date", "Ngày, tháng, năm ban hành"},
    [RECORD_ORGAN_NAME] = {"OrganName", "Text", "Tên cơ quan, tổ chức ban hành"},
    [RECORD_TYPE_NAME] = {"TypeName", "Text", "Tên loại văn bản"},
    [RECORD_SUBJECT] = {"Subject", "Text", "Trích yếu nội dung"},
    [RECORD_POSITION] = {"Position", "Text", "Chức vụ của người ký"},
    [RECORD_FULL_NAME] = {"FullName", "Text", "Họ tên người ký"},
    [RECORD_PAGE_AMOUNT] = {"PageAmount", "Integer", "Số trang"},
    [RECORD_LANGUAGE] = {"Language", "Text", "Ngôn ngữ"},
    [RECORD_ISSUED_AMOUNT] = {"IssuedAmount", "Text", "Số lượng bản phát hành"},
    [RECORD_PRIORITY] = {"Priority", "Text", "Mức độ khẩn"},
};

#define RECORD_SPACE "urn:x-baocao:nd30-2020:phu-luc-vi#"
#define UA_SPACE "http://www.aiim.org/pdfua/ns/id/"

/* ---- text ---- */

/* What XML 1.0 calls a character; beyond that nothing may stand in a packet, not even escaped. */
static bool is_xml(uint32_t cp) {
    return cp >= ' ' ? cp < 0xD800 || (cp > 0xDFFF && cp < 0xFFFE) ||
                           (cp >= 0x10000 && cp <= 0x10FFFF)
                     : cp == '\t' || cp == '\n';
}

/* The stages before refuse such characters with their place; in a draft they are shown as unknown. */
static void add_char(struct buf *b, uint32_t cp) {
    char text[4];
    if (cp == '&')
        buf_adds(b, "&amp;");
    else if (cp == '<')
        buf_adds(b, "&lt;");
    else if (cp == '>')
        buf_adds(b, "&gt;");
    else
        buf_add(b, text, (size_t)utf8_put(text, is_xml(cp) ? cp : 0xFFFD));
}

void xmp_text(struct buf *b, const char *utf8) {
    for (const char *end = utf8 + strlen(utf8); utf8 < end;)
        add_char(b, utf8_next(&utf8, end));
}

/* ---- properties ---- */

static void add_simple(struct buf *b, const char *name, const char *text) {
    if (!text || !*text)
        return;
    buf_printf(b, "<%s>", name);
    xmp_text(b, text);
    buf_printf(b, "</%s>\n", name);
}

/* A text in the default language and the same marked as Vietnamese. */
static void add_alternatives(struct buf *b, const char *name, const char *text) {
    if (!text || !*text)
        return;
    buf_printf(b, "<%s><rdf:Alt><rdf:li xml:lang=\"x-default\">", name);
    xmp_text(b, text);
    buf_adds(b, "</rdf:li><rdf:li xml:lang=\"vi\">");
    xmp_text(b, text);
    buf_printf(b, "</rdf:li></rdf:Alt></%s>\n", name);
}

/* A list of one: kind is "Seq" or "Bag". */
static void add_list(struct buf *b, const char *name, const char *kind,
                     const char *text) {
    if (!text || !*text)
        return;
    buf_printf(b, "<%s><rdf:%s><rdf:li>", name, kind);
    xmp_text(b, text);
    buf_printf(b, "</rdf:li></rdf:%s></%s>\n", kind, name);
}

static void add_common(struct buf *b, const struct pdf_meta *m) {
    buf_adds(b, "<rdf:Description rdf:about=\"\""
                " xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
                " xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\""
                " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\""
                " xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\""
                " xmlns:pdfuaid=\"" UA_SPACE "\">\n"
                "<dc:format>application/pdf</dc:format>\n");
    add_alternatives(b, "dc:title", m->title);
    add_list(b, "dc:creator", "Seq", m->author);
    add_alternatives(b, "dc:description", m->subject);
    add_list(b, "dc:language", "Bag", "vi");
    add_simple(b, "pdf:Producer", m->producer);
    add_simple(b, "xmp:CreatorTool", m->tool);
    add_simple(b, "xmp:CreateDate", m->date);
    add_simple(b, "xmp:ModifyDate", m->date);
    add_simple(b, "xmp:MetadataDate", m->date);
    buf_printf(b, "<pdfaid:part>%d</pdfaid:part>\n", m->part);
    buf_printf(b, "<pdfaid:conformance>%c</pdfaid:conformance>\n", m->conformance);
    buf_adds(b, m->accessible ? "<pdfuaid:part>1</pdfuaid:part>\n" : "");
    buf_adds(b, "</rdf:Description>\n");
}

static void add_record(struct buf *b, const struct pdf_meta *m) {
    buf_adds(b, "<rdf:Description rdf:about=\"\" xmlns:nd30=\"" RECORD_SPACE "\">\n");
    for (int i = 0; i < RECORDS; i++) {
        if (!m->record[i] || !*m->record[i])
            continue;
        buf_printf(b, "<nd30:%s>", record[i].name);
        xmp_text(b, m->record[i]);
        buf_printf(b, "</nd30:%s>\n", record[i].name);
    }
    buf_adds(b, "</rdf:Description>\n");
}

/* ---- the description of the schemas that PDF/A does not know ---- */

static void open_schema(struct buf *b, const char *title, const char *space,
                        const char *prefix) {
    buf_printf(b,
               "<rdf:li rdf:parseType=\"Resource\"><pdfaSchema:schema>%s"
               "</pdfaSchema:schema>\n<pdfaSchema:namespaceURI>%s"
               "</pdfaSchema:namespaceURI><pdfaSchema:prefix>%s</pdfaSchema:prefix>\n"
               "<pdfaSchema:property><rdf:Seq>\n",
               title, space, prefix);
}

static void describe(struct buf *b, const char *name, const char *type,
                     const char *category, const char *about) {
    buf_printf(b,
               "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>%s"
               "</pdfaProperty:name><pdfaProperty:valueType>%s</pdfaProperty:valueType>"
               "<pdfaProperty:category>%s</pdfaProperty:category>"
               "<pdfaProperty:description>%s</pdfaProperty:description></rdf:li>\n",
               name, type, category, about);
}

static void add_schemas(struct buf *b, const struct pdf_meta *m) {
    static const char close[] = "</rdf:Seq></pdfaSchema:property></rdf:li>\n";
    buf_adds(b, "<rdf:Description rdf:about=\"\""
                " xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\""
                " xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\""
                " xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n"
                "<pdfaExtension:schemas><rdf:Bag>\n");
    if (m->accessible) {
        open_schema(b, "PDF/UA", UA_SPACE, "pdfuaid");
        describe(b, "part", "Integer", "internal", "Part of ISO 14289");
        buf_adds(b, close);
    }
    open_schema(b, "Nghị định 30/2020/NĐ-CP, Phụ lục VI", RECORD_SPACE, "nd30");
    for (int i = 0; i < RECORDS; i++)
        describe(b, record[i].name, record[i].type, "external", record[i].about);
    buf_adds(b, close);
    buf_adds(b, "</rdf:Bag></pdfaExtension:schemas></rdf:Description>\n");
}

void xmp_write(struct buf *b, const struct pdf_meta *m) {
    /* The packet may not be changed in place: that would void the signatures. So no padding, "r". */
    buf_adds(b, "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
                "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n<rdf:RDF"
                " xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n");
    add_common(b, m);
    add_record(b, m);
    add_schemas(b, m);
    buf_adds(b, "</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>");
}
