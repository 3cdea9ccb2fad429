/* pdf_form_font.c: the font of the form's fields: simple TrueType, so that every program can write with it */
#include "pdf_form.h"

/* A Type0 font would make the programs that fill fields write it anew, which voids the signatures that
 * are there; with plain WinAnsi "45/QĐ" cannot be written. */
enum { FIRST = 32, LAST = 255, CODES = LAST - FIRST + 1, NONSYMBOLIC = 32, SYMBOLIC = 4 };
#define ENCODING                                                                         \
    "/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[208/Dcroat 240/dcroat]>>"
#define BULLET 0x2022 /* of the codes that WinAnsi leaves free (ISO 32000-1, D.2) */

static const uint16_t high[] = {/* 127 to 160 */
                                BULLET, 0x20AC, BULLET, 0x201A, 0x0192, 0x201E, 0x2026,
                                0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
                                BULLET, 0x017D, BULLET, BULLET, 0x2018, 0x2019, 0x201C,
                                0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161,
                                0x203A, 0x0153, BULLET, 0x017E, 0x0178, 0x0020};

static uint32_t unicode_of(int code) {
    if (code >= 127 && code <= 160)
        return high[code - 127];
    return code == 173 ? '-' : code == 208 ? 0x110 : code == 240 ? 0x111 : (uint32_t)code;
}

static void add_widths(struct buf *b, const struct font_subset *s) {
    buf_printf(b, "/FirstChar %d/LastChar %d/Widths[", FIRST, LAST);
    for (int code = FIRST; code <= LAST; code++)
        pdf_add_number(b, s->width[font_subset_glyph(s, unicode_of(code))], 0);
    buf_addc(b, ']');
}

static void set(struct pdf *p, int object, struct buf *b) {
    pdf_entries(p, object, b->data, b->len);
    b->len = 0;
}

bool pdf_form_font(struct pdf *p, struct fonts *f, enum face face, int object) {
    uint32_t cp[CODES];
    for (int code = FIRST; code <= LAST; code++)
        cp[code - FIRST] = unicode_of(code);
    const struct font_subset *s = font_subset_simple(f, face, cp, CODES);
    if (!s->glyphs)
        return false;
    if (!s->kept->widths.len)
        add_widths(&s->kept->widths, s);
    int program = pdf_object(p), descriptor = pdf_object(p);
    struct buf b = {0};
    buf_printf(&b, "/Filter/FlateDecode/Length1 %zu", s->program_size);
    set(p, program, &b);
    pdf_stream(p, program, s->packed, s->packed_size);
    /* The ascent of letters without accents, as ISO 32000-1, Table 122, asks: pypdf centres a value by it,
     * PDFBox by the capitals, and both must meet the line of the text beside the field. */
    buf_printf(&b,
               "/Type/FontDescriptor/FontName/%s/Flags %d/FontBBox[%d %d %d %d]"
               "/ItalicAngle %d/Ascent %d/Descent %d/CapHeight %d/StemV %d"
               "/FontFile2 %d 0 R",
               s->ps_name, (s->flags & ~SYMBOLIC) | NONSYMBOLIC, s->bbox[0], s->bbox[1],
               s->bbox[2], s->bbox[3], s->italic_angle, s->cap_height, s->descent,
               s->cap_height, s->stem_v, program);
    set(p, descriptor, &b);
    buf_printf(
        &b, "/Type/Font/Subtype/TrueType/BaseFont/%s" ENCODING "/FontDescriptor %d 0 R",
        s->ps_name, descriptor);
    buf_add(&b, s->kept->widths.data, s->kept->widths.len);
    set(p, object, &b);
    buf_free(&b);
    return true;
}
