/* font_subset.c: subsets with their compressed programs: the standard one once per process, others by set */
#include "font_inside.h"

#include <stdlib.h>
#include <string.h>

struct font_subset_slot {
    struct font_subset public; /* what the caller sees */
    enum face face;
    uint32_t *extra;
    size_t extras;
    struct buf program, packed;
    uint16_t *width;
    uint32_t *unicode;
    uint16_t *page[FONT_PAGES]; /* the shared empty page, or one of its own */
    char ps_name[128];
    struct font_kept kept;
};

static uint16_t empty_page[256];

/* ---- which code points ---- */

struct choice {
    const struct fonts *fonts;
    enum face face;
    uint32_t *cp;
    size_t n, cap;
};

static void choose(struct choice *c, uint32_t cp) {
    if (font_advance(c->fonts, c->face, cp) < 0)
        return;
    if (c->n == c->cap) {
        c->cap = c->cap ? c->cap * 2 : 512;
        c->cp = x_grow(c->cp, c->cap, sizeof *c->cp);
    }
    c->cp[c->n++] = cp;
}

/* The symbol face serves only what one of the text faces lacks. */
static void choose_standard(void *ctx, uint32_t cp) {
    struct choice *c = ctx;
    bool lacking = c->face != FACE_SYMBOL;
    for (int face = 0; face < FACE_SYMBOL && !lacking; face++)
        lacking = font_advance(c->fonts, (enum face)face, cp) < 0;
    if (lacking)
        choose(c, cp);
}

/* ---- making ---- */

static void put_glyph(struct font_subset_slot *s, uint32_t cp, uint16_t glyph) {
    uint16_t **page = &s->page[cp >> 8];
    if (*page == empty_page)
        *page = x_new(256, sizeof **page);
    (*page)[cp & 0xFF] = glyph;
}

static void put_substitute(void *ctx, uint32_t from, uint32_t to) {
    struct font_subset_slot *s = ctx;
    uint16_t glyph = font_subset_glyph(&s->public, to);
    if (glyph)
        put_glyph(s, from, glyph);
}

/* "ABCDEF+" from the bytes of the program, so that equal subsets have equal names. */
static void name_subset(struct font_subset_slot *s, const char *ps_name) {
    unsigned char hash[16];
    hash128(s->program.data, s->program.len, hash);
    for (int i = 0; i < 6; i++)
        s->ps_name[i] = (char)('A' + hash[i] % 26);
    s->ps_name[6] = '+';
    size_t n = strlen(ps_name), room = sizeof s->ps_name - 8;
    memcpy(s->ps_name + 7, ps_name, n < room ? n : room);
}

static void publish(struct font_subset_slot *s, const struct font_metrics *m,
                    int glyphs) {
    s->public = (struct font_subset){
        .program = (const unsigned char *)s->program.data,
        .program_size = s->program.len,
        .packed = (const unsigned char *)s->packed.data,
        .packed_size = s->packed.len,
        .glyphs = glyphs,
        .width = s->width,
        .unicode = s->unicode,
        .ascent = m->ascent,
        .descent = m->descent,
        .cap_height = m->cap_height,
        .italic_angle = m->italic_angle,
        .stem_v = m->stem_v,
        .flags = m->flags,
        .bbox = {m->bbox[0], m->bbox[1], m->bbox[2], m->bbox[3]},
        .ps_name = s->ps_name,
        .glyph_page = (const uint16_t *const *)s->page,
        .kept = &s->kept,
    };
}

static void slot_free(struct font_subset_slot *s) {
    if (!s)
        return;
    for (int i = 0; i < FONT_PAGES; i++)
        if (s->page[i] != empty_page)
            x_free(s->page[i]);
    buf_free(&s->program);
    buf_free(&s->packed);
    buf_free(&s->kept.widths);
    buf_free(&s->kept.to_unicode);
    x_free(s->extra);
    x_free(s->width);
    x_free(s->unicode);
    x_free(s);
}

static struct font_subset_slot *slot_new(enum face face) {
    struct font_subset_slot *s = x_new(1, sizeof *s);
    for (int i = 0; i < FONT_PAGES; i++)
        s->page[i] = empty_page;
    s->face = face;
    return s;
}

/* Cut the face down to what was chosen, which is freed. */
static void fill(struct font_subset_slot *s, struct choice *chosen, bool cmap) {
    struct choice c = *chosen;
    const struct font_face *face = &c.fonts->face[s->face];
    uint16_t *glyph = x_new(c.n, sizeof *glyph);
    int glyphs =
        font_file_subset(face->file, c.cp, c.n, cmap, &s->program, glyph, &s->width);
    s->unicode = x_new((size_t)glyphs, sizeof *s->unicode);
    if (glyphs) {
        zlib_pack(&s->packed, s->program.data, s->program.len, PACK_ONCE);
        name_subset(s, face->ps_name);
    }
    publish(s, &face->metrics, glyphs);
    for (size_t i = 0; i < c.n && glyphs; i++) {
        put_glyph(s, c.cp[i], glyph[i]);
        /* Of several characters with one glyph the first, a standard one, is what copying gives. */
        if (glyph[i] && !s->unicode[glyph[i]])
            s->unicode[glyph[i]] = c.cp[i];
    }
    x_free(glyph);
    x_free(c.cp);
}

static struct font_subset_slot *make(struct fonts *f, enum face face,
                                     const uint32_t *extra, size_t n) {
    struct font_subset_slot *s = slot_new(face);
    struct choice c = {f, face, NULL, 0, 0};
    s->extras = n;
    s->extra = x_new(n, sizeof *s->extra);
    if (n)
        memcpy(s->extra, extra, n * sizeof *extra);
    font_each_standard(choose_standard, &c);
    for (size_t i = 0; i < n; i++)
        choose(&c, font_drawn_as(extra[i]));
    fill(s, &c, false);
    font_each_substitute(put_substitute, s);
    return s;
}

/* ---- the public side ---- */

const struct font_subset *font_subset(struct fonts *f, enum face face,
                                      const uint32_t *extra, size_t n) {
    if (n == 0) {
        if (!f->standard[face])
            f->standard[face] = make(f, face, NULL, 0);
        return &f->standard[face]->public;
    }
    for (size_t i = 0; i < FONT_EXTRA_SUBSETS; i++) {
        const struct font_subset_slot *s = f->extra[i];
        if (s && s->face == face && s->extras == n &&
            memcmp(s->extra, extra, n * sizeof *extra) == 0)
            return &s->public;
    }
    struct font_subset_slot **slot = &f->extra[f->next_extra];
    f->next_extra = (f->next_extra + 1) % FONT_EXTRA_SUBSETS;
    slot_free(*slot);
    *slot = NULL;
    *slot = make(f, face, extra, n);
    return &(*slot)->public;
}

const struct font_subset *font_subset_simple(struct fonts *f, enum face face,
                                             const uint32_t *cp, size_t n) {
    struct font_subset_slot **slot = &f->simple[face];
    if (!*slot) {
        struct choice c = {f, face, NULL, 0, 0};
        for (size_t i = 0; i < n; i++)
            choose(&c, cp[i]);
        *slot = slot_new(face);
        fill(*slot, &c, true);
    }
    return &(*slot)->public;
}

uint16_t font_subset_glyph(const struct font_subset *s, uint32_t cp) {
    return cp >> 8 < FONT_PAGES ? s->glyph_page[cp >> 8][cp & 0xFF] : 0;
}

void font_subsets_free(struct fonts *f) {
    for (int face = 0; face < FACES; face++) {
        slot_free(f->standard[face]);
        slot_free(f->simple[face]);
    }
    for (size_t i = 0; i < FONT_EXTRA_SUBSETS; i++)
        slot_free(f->extra[i]);
}
