/* font_file.c: one TrueType file through HarfBuzz: its characters, metrics and subsets */
#include "font_inside.h"

#include <hb-ot.h>
#include <hb-subset.h>
#include <hb.h>
#include <string.h>

struct font_file {
    hb_face_t *face;
    hb_font_t *font;
    int upem;
};

static int per_mille(int units, int upem) {
    return (int)((units * 2000LL + (units < 0 ? -upem : upem)) / (2LL * upem));
}

static bool has_table(hb_face_t *face, hb_tag_t tag) {
    hb_blob_t *blob = hb_face_reference_table(face, tag);
    bool found = hb_blob_get_length(blob) > 0;
    hb_blob_destroy(blob);
    return found;
}

static size_t big_endian(const char *data, size_t bytes) {
    size_t v = 0;
    for (size_t i = 0; i < bytes; i++)
        v = v << 8 | (unsigned char)data[i];
    return v;
}

/* HarfBuzz reads a file that was cut off without a word and draws nothing for what is lost. */
static bool is_complete(const char *data, size_t n) {
    enum { HEADER = 12, RECORD = 16 };
    if (n < HEADER)
        return false;
    size_t tables = big_endian(data + 4, 2);
    if (n < HEADER + tables * RECORD)
        return false;
    for (size_t i = 0; i < tables; i++) {
        const char *record = data + HEADER + i * RECORD;
        if (big_endian(record + 8, 4) + big_endian(record + 12, 4) > n)
            return false;
    }
    return true;
}

struct font_file *font_file_open(const char *data, size_t n) {
    if (!is_complete(data, n))
        return NULL;
    hb_blob_t *blob =
        hb_blob_create(data, (unsigned)n, HB_MEMORY_MODE_READONLY, NULL, NULL);
    hb_face_t *face = hb_face_create(blob, 0);
    hb_blob_destroy(blob);
    if (!has_table(face, HB_TAG('g', 'l', 'y', 'f')) ||
        !has_table(face, HB_TAG('c', 'm', 'a', 'p')) ||
        hb_face_get_glyph_count(face) == 0) {
        hb_face_destroy(face);
        return NULL;
    }
    struct font_file *file = x_new(1, sizeof *file);
    file->face = face;
    file->font = hb_font_create(face);
    file->upem = (int)hb_face_get_upem(face);
    hb_font_set_scale(file->font, file->upem, file->upem);
    return file;
}

void font_file_free(struct font_file *file) {
    if (!file)
        return;
    hb_font_destroy(file->font);
    hb_face_destroy(file->face);
    x_free(file);
}

void font_file_chars(const struct font_file *file,
                     void (*each)(void *ctx, uint32_t cp, int advance), void *ctx) {
    hb_set_t *all = hb_set_create();
    hb_face_collect_unicodes(file->face, all);
    hb_codepoint_t cp = HB_SET_VALUE_INVALID, glyph;
    while (hb_set_next(all, &cp))
        if (hb_font_get_nominal_glyph(file->font, cp, &glyph) && glyph)
            each(ctx, cp,
                 per_mille(hb_font_get_glyph_h_advance(file->font, glyph), file->upem));
    hb_set_destroy(all);
}

static int16_t table_int16(hb_face_t *face, hb_tag_t tag, unsigned offset) {
    hb_blob_t *blob = hb_face_reference_table(face, tag);
    unsigned n;
    const unsigned char *p = (const unsigned char *)hb_blob_get_data(blob, &n);
    int16_t v = n >= offset + 2 ? (int16_t)(p[offset] << 8 | p[offset + 1]) : 0;
    hb_blob_destroy(blob);
    return v;
}

struct font_metrics font_file_metrics(const struct font_file *file) {
    enum { SERIF = 2, SYMBOLIC = 4, ITALIC = 64 };
    struct font_metrics m = {0};
    hb_font_extents_t extents;
    hb_position_t cap;
    hb_font_get_h_extents(file->font, &extents);
    m.ascent = per_mille(extents.ascender, file->upem);
    m.descent = per_mille(extents.descender, file->upem);
    if (!hb_ot_metrics_get_position(file->font, HB_OT_METRICS_TAG_CAP_HEIGHT, &cap) ||
        cap <= 0)
        cap = extents.ascender * 3 / 4;
    m.cap_height = per_mille(cap, file->upem);
    /* head: xMin, yMin, xMax, yMax at 36; post: italicAngle at 4; OS/2: usWeightClass at 4. */
    for (unsigned i = 0; i < 4; i++)
        m.bbox[i] = per_mille(
            table_int16(file->face, HB_TAG('h', 'e', 'a', 'd'), 36 + 2 * i), file->upem);
    m.italic_angle = table_int16(file->face, HB_TAG('p', 'o', 's', 't'), 4);
    int weight = table_int16(file->face, HB_TAG('O', 'S', '/', '2'), 4);
    /* No table holds the stem width; this estimate by weight is the one of most PDF writers. */
    m.stem_v = 50 + (weight / 65) * (weight / 65);
    m.flags = SERIF | SYMBOLIC | (m.italic_angle ? ITALIC : 0);
    return m;
}

static char *name_of(const struct font_file *file, struct arena *a, hb_ot_name_id_t id) {
    char text[128];
    unsigned size = sizeof text;
    hb_ot_name_get_utf8(file->face, id, hb_language_from_string("en", -1), &size, text);
    return arena_strndup(a, text, size);
}

char *font_file_family(const struct font_file *file, struct arena *a) {
    return name_of(file, a, HB_OT_NAME_ID_FONT_FAMILY);
}

char *font_file_ps_name(const struct font_file *file, struct arena *a) {
    return name_of(file, a, HB_OT_NAME_ID_POSTSCRIPT_NAME);
}

static hb_subset_input_t *subset_input(const uint32_t *cp, size_t n, bool cmap) {
    /* A CIDFontType2 font is addressed by glyph: it needs outlines and metrics only. Layout tables
     * would also pull in the glyphs of their ligatures. */
    static const char drop[][5] = {"OS/2", "name", "post", "GDEF", "GSUB",
                                   "GPOS", "kern", "gasp", "hdmx", "VDMX",
                                   "LTSH", "DSIG", "BASE", "JSTF", "MATH"};
    hb_subset_input_t *input = hb_subset_input_create_or_fail();
    if (!input)
        return NULL;
    hb_set_t *wanted = hb_subset_input_unicode_set(input);
    for (size_t i = 0; i < n; i++)
        hb_set_add(wanted, cp[i]);
    hb_set_t *dropped = hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG);
    for (size_t i = 0; i < sizeof drop / sizeof *drop; i++)
        hb_set_add(dropped, hb_tag_from_string(drop[i], 4));
    if (!cmap)
        hb_set_add(dropped, HB_TAG('c', 'm', 'a', 'p'));
    /* Hints would make the program three times as large. */
    hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_NO_HINTING |
                                         HB_SUBSET_FLAGS_NOTDEF_OUTLINE);
    return input;
}

/* Glyphs of the code points and widths of all glyphs, old numbering translated by the plan. */
static void subset_tables(const struct font_file *file, hb_subset_plan_t *plan,
                          const uint32_t *cp, size_t n, unsigned glyphs, uint16_t *glyph,
                          uint16_t *width) {
    const hb_map_t *by_char = hb_subset_plan_unicode_to_old_glyph_mapping(plan);
    const hb_map_t *to_new = hb_subset_plan_old_to_new_glyph_mapping(plan);
    const hb_map_t *to_old = hb_subset_plan_new_to_old_glyph_mapping(plan);
    for (size_t i = 0; i < n; i++) {
        hb_codepoint_t g = hb_map_get(by_char, cp[i]);
        g = g == HB_MAP_VALUE_INVALID ? g : hb_map_get(to_new, g);
        glyph[i] = g == HB_MAP_VALUE_INVALID ? 0 : (uint16_t)g;
    }
    for (unsigned g = 0; g < glyphs; g++) {
        hb_position_t w = hb_font_get_glyph_h_advance(file->font, hb_map_get(to_old, g));
        width[g] = (uint16_t)per_mille(w, file->upem);
    }
}

int font_file_subset(const struct font_file *file, const uint32_t *cp, size_t n,
                     bool cmap, struct buf *program, uint16_t *glyph, uint16_t **width) {
    int glyphs = 0;
    hb_subset_plan_t *plan = NULL;
    hb_face_t *cut = NULL;
    hb_subset_input_t *input = subset_input(cp, n, cmap);
    *width = NULL;
    if (!input || !(plan = hb_subset_plan_create_or_fail(file->face, input)) ||
        !(cut = hb_subset_plan_execute_or_fail(plan)))
        goto out;
    hb_blob_t *blob = hb_face_reference_blob(cut);
    unsigned size;
    const char *data = hb_blob_get_data(blob, &size);
    buf_add(program, data, size);
    hb_blob_destroy(blob);
    glyphs = (int)hb_face_get_glyph_count(cut);
    *width = x_new((size_t)glyphs, sizeof **width);
    subset_tables(file, plan, cp, n, (unsigned)glyphs, glyph, *width);
out:
    hb_face_destroy(cut);
    hb_subset_plan_destroy(plan);
    hb_subset_input_destroy(input);
    return glyphs;
}
