/* font_inside.h: what the files of the font code share: the map, opened files, the repertoire */
#ifndef BAOCAO_FONT_INSIDE_H
#define BAOCAO_FONT_INSIDE_H

#include "layout.h"

/* ---- the map (font_map.c) --------------------------------------------------------- */

#define FONT_CANDIDATES 32

struct font_map {
    struct {
        const char *path[FONT_CANDIDATES]; /* complete */
        size_t n;
    } face[FACES];
};

/* The name of a face in the map: "bold-italic". */
const char *font_face_name(enum face face);
/* Read dir/fonts.map over the built-in list; without the file, or with dir NULL, the list alone. The
 * map comes in zeroed. false after messages. */
bool font_map_read(struct arena *a, struct diag *d, const char *dir,
                   struct font_map *map);

/* ---- one font file (font_file.c, which alone knows HarfBuzz) ------------------------- */

struct font_file;

/* In 1/1000 of the size, angles in degrees; flags as in a PDF font descriptor. */
struct font_metrics {
    int ascent, descent, cap_height, italic_angle, stem_v, flags;
    int bbox[4];
};

/* data must outlive the result. NULL when it is no font with TrueType outlines. */
struct font_file *font_file_open(const char *data, size_t n);
void font_file_free(struct font_file *file);
/* Calls each for every code point that has a glyph, in ascending order. */
void font_file_chars(const struct font_file *file,
                     void (*each)(void *ctx, uint32_t cp, int advance), void *ctx);
struct font_metrics font_file_metrics(const struct font_file *file);
/* Names in the arena; "" when the file has none. */
char *font_file_family(const struct font_file *file, struct arena *a);
char *font_file_ps_name(const struct font_file *file, struct arena *a);
/* Cut the file down to n code points: appends a TrueType program without hints, and without cmap unless
 * it is wanted, to `program`, writes the new glyph of each code point. Returns the number of glyphs (0: it failed);
 * *width gets that many advances, for x_free. */
int font_file_subset(const struct font_file *file, const uint32_t *cp, size_t n,
                     bool cmap, struct buf *program, uint16_t *glyph, uint16_t **width);

/* ---- tables by code point, 256 entries a page ------------------------------------------- */

#define FONT_PAGES FONT_TABLES

/* ---- the repertoire (font_repertoire.c) ----------------------------------------------- */

/* The code point that is drawn for cp: itself, or U+002D for U+2011, U+2022 for U+F0B7 and so on. */
uint32_t font_drawn_as(uint32_t cp);
/* Calls each with every substituted code point. */
void font_each_substitute(void (*each)(void *ctx, uint32_t from, uint32_t to), void *ctx);
/* Calls each for the code points of the standard repertoire, ascending. */
void font_each_standard(void (*each)(void *ctx, uint32_t cp), void *ctx);
/* The 134 Vietnamese letters beyond ASCII. */
#define VIETNAMESE_LETTERS 134
const uint32_t *font_vietnamese(void);

/* ---- faces (font.c, font_subset.c) ------------------------------------------------------- */

struct font_face {
    struct font_file *file;
    const char *path;
    const char *family, *ps_name;
    struct font_metrics metrics;
    int16_t *advance[FONT_PAGES]; /* -1: no glyph; NULL: a page without any */
};

struct font_subset_slot;

/* Subsets with extras that are kept, as font_subset promises. */
#define FONT_EXTRA_SUBSETS 32

struct fonts {
    struct arena *arena;
    struct font_face face[FACES];
    struct font_subset_slot *standard[FACES];
    struct font_subset_slot *simple[FACES];
    struct font_subset_slot *extra[FONT_EXTRA_SUBSETS]; /* a ring */
    size_t next_extra;
};

void font_subsets_free(struct fonts *f);

#endif
