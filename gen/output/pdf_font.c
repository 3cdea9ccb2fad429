/* pdf_font.c: the Type0 fonts of a document: descriptors, widths, mapping back to Unicode */
#include "pdf_inside.h"

#include <string.h>

/* ---- what depends on the subset alone: made once and kept with it ---- */

static int most_frequent(const struct font_subset *s) {
    uint16_t count[4096] = {0};
    int best = 0;
    for (int g = 0; g < s->glyphs; g++)
        if (s->width[g] < 4096 && ++count[s->width[g]] > count[best])
            best = s->width[g];
    return best;
}

/* /DW and /W: lists of widths, with the most frequent width left out where that is shorter. */
static void add_widths(struct buf *b, const struct font_subset *s) {
    int usual = most_frequent(s);
    bool open = false;
    buf_adds(b, "/DW");
    pdf_add_number(b, usual, 0);
    buf_adds(b, "/W[");
    for (int g = 0; g < s->glyphs; g++) {
        /* Two usual widths in a row are worth a new list. */
        bool skip = s->width[g] == usual &&
                    (!open || g + 1 == s->glyphs || s->width[g + 1] == usual);
        if (skip && open)
            buf_addc(b, ']');
        if (!skip && !open) {
            pdf_add_number(b, g, 0);
            buf_addc(b, '[');
        }
        open = !skip;
        if (open)
            pdf_add_number(b, s->width[g], 0);
    }
    buf_adds(b, open ? "]]" : "]");
}

struct mapping {
    struct buf *b;
    int entries; /* in the open block */
    bool ranges; /* the block is of ranges */
};

static void close_block(struct mapping *m) {
    if (m->entries)
        buf_adds(m->b, m->ranges ? "endbfrange\n" : "endbfchar\n");
    m->entries = 0;
}

static void open_block(struct mapping *m, bool ranges, int entries) {
    close_block(m);
    m->entries = entries;
    m->ranges = ranges;
    pdf_add_number(m->b, entries, 0);
    buf_adds(m->b, ranges ? " beginbfrange\n" : " beginbfchar\n");
}

static void add_hex(struct buf *b, uint32_t v) {
    static const char hex[] = "0123456789ABCDEF";
    buf_addc(b, '<');
    for (int shift = v < 0x10000 ? 12 : 28; shift >= 0; shift -= 4)
        buf_addc(b, hex[v >> shift & 15]);
    buf_addc(b, '>');
}

/* A code point as one or two UTF-16 units. */
static uint32_t utf16(uint32_t cp) {
    return cp < 0x10000 ? cp
                        : (0xD800 + ((cp - 0x10000) >> 10)) << 16 |
                              (0xDC00 + ((cp - 0x10000) & 0x3FF));
}

/* The last glyph of the run of consecutive code points that begins at g; a run stays within one high
 * byte of both numbers, as the format demands. */
static int run_end(const struct font_subset *s, int g) {
    int end = g;
    while (end + 1 < s->glyphs && (end + 1) % 256 != 0 && s->unicode[end + 1] &&
           s->unicode[end + 1] == s->unicode[end] + 1 && s->unicode[end + 1] % 256 != 0)
        end++;
    return end;
}

/* One pass for single glyphs, one for runs: counts first, because a block names its number of
 * entries, of which there may be at most 100. */
static void add_blocks(struct buf *b, const struct font_subset *s, bool ranges) {
    struct mapping m = {b, 0, ranges};
    int total = 0, done = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int first = 1, end; first < s->glyphs; first = end + 1) {
            end = s->unicode[first] ? run_end(s, first) : first;
            if (!s->unicode[first] || (end > first) != ranges)
                continue;
            if (pass == 0) {
                total++;
                continue;
            }
            if (done % 100 == 0)
                open_block(&m, ranges, total - done < 100 ? total - done : 100);
            done++;
            add_hex(b, (uint32_t)first);
            if (ranges)
                add_hex(b, (uint32_t)end);
            add_hex(b, utf16(s->unicode[first]));
            buf_addc(b, '\n');
        }
    close_block(&m);
}

static void add_to_unicode(struct buf *b, const struct font_subset *s) {
    struct buf text = {0};
    buf_adds(&text, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
                    "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
                    "/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n"
                    "1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n");
    add_blocks(&text, s, false);
    add_blocks(&text, s, true);
    buf_adds(&text, "endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n");
    zlib_pack(b, text.data, text.len, PACK_ONCE);
    buf_free(&text);
}

/* ---- the objects of one font ---- */

static void set(struct pdf *p, int object, struct buf *b) {
    pdf_entries(p, object, b->data, b->len);
    b->len = 0;
}

static void write_program(struct pdf *p, int object, const struct font_subset *s,
                          struct buf *b) {
    buf_adds(b, "/Filter/FlateDecode/Length1");
    pdf_add_number(b, (int32_t)s->program_size, 0);
    set(p, object, b);
    pdf_stream(p, object, s->packed, s->packed_size);
}

static void write_descriptor(struct pdf *p, int object, const struct font_subset *s,
                             int program, struct buf *b) {
    buf_printf(
        b,
        "/Type/FontDescriptor/FontName/%s/Flags %d/FontBBox[%d %d %d %d]"
        "/ItalicAngle %d/Ascent %d/Descent %d/CapHeight %d/StemV %d/FontFile2 %d 0 R",
        s->ps_name, s->flags, s->bbox[0], s->bbox[1], s->bbox[2], s->bbox[3],
        s->italic_angle, s->ascent, s->descent, s->cap_height, s->stem_v, program);
    set(p, object, b);
}

static int write_font(struct pdf *p, const struct font_subset *s, struct buf *b) {
    int program = pdf_object(p), descriptor = pdf_object(p), descendant = pdf_object(p),
        to_unicode = pdf_object(p), font = pdf_object(p);
    if (!s->kept->widths.len) {
        add_widths(&s->kept->widths, s);
        add_to_unicode(&s->kept->to_unicode, s);
    }
    write_program(p, program, s, b);
    write_descriptor(p, descriptor, s, program, b);
    buf_printf(b,
               "/Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDToGIDMap/Identity"
               "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
               "/FontDescriptor %d 0 R",
               s->ps_name, descriptor);
    buf_add(b, s->kept->widths.data, s->kept->widths.len);
    set(p, descendant, b);
    buf_adds(b, "/Filter/FlateDecode");
    set(p, to_unicode, b);
    pdf_stream(p, to_unicode, s->kept->to_unicode.data, s->kept->to_unicode.len);
    buf_printf(b,
               "/Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H"
               "/DescendantFonts[%d 0 R]/ToUnicode %d 0 R",
               s->ps_name, descendant, to_unicode);
    set(p, font, b);
    return font;
}

static void find_used(const struct pages *pages, bool used[FACES]) {
    for (size_t i = 0; i < pages->n; i++)
        for (size_t k = 0; k < pages->page[i].n; k++)
            if (pages->page[i].item[k].kind == ITEM_RUN)
                used[pages->page[i].item[k].face] = true;
}

bool pdf_fonts(struct pdf *p, struct fonts *f, const struct pages *pages,
               struct pdf_fonts *out) {
    bool used[FACES] = {false}, ok = true;
    struct buf b = {0};
    *out = (struct pdf_fonts){0};
    find_used(pages, used);
    for (int face = 0; face < FACES && ok; face++) {
        if (!used[face])
            continue;
        out->subset[face] =
            font_subset(f, (enum face)face, pages->extra[face], pages->extras[face]);
        ok = out->subset[face]->glyphs > 0;
        if (ok)
            out->object[face] = write_font(p, out->subset[face], &b);
    }
    buf_free(&b);
    return ok;
}
