/* font.c: opens the faces of the run and answers widths and metrics from flat tables */
#include "font_inside.h"

#include <string.h>

/* ---- tables ---- */

struct filling {
    struct arena *arena;
    struct font_face *face;
};

static void put_advance(void *ctx, uint32_t cp, int advance) {
    struct filling *f = ctx;
    if (cp >> 8 >= FONT_PAGES)
        return;
    int16_t **page = &f->face->advance[cp >> 8];
    if (!*page) {
        *page = arena_array(f->arena, int16_t, 256);
        memset(*page, 0xFF, 256 * sizeof **page);
    }
    (*page)[cp & 0xFF] = (int16_t)advance;
}

static int face_advance(const struct font_face *face, uint32_t cp) {
    const int16_t *page = cp >> 8 < FONT_PAGES ? face->advance[cp >> 8] : NULL;
    return page ? page[cp & 0xFF] : -1;
}

static void put_substitute(void *ctx, uint32_t from, uint32_t to) {
    struct filling *f = ctx;
    put_advance(ctx, from, face_advance(f->face, to));
}

/* ---- opening ---- */

static int letters_missing(const struct font_face *face) {
    int missing = 0;
    for (int i = 0; i < VIETNAMESE_LETTERS; i++)
        missing += face_advance(face, font_vietnamese()[i]) < 0;
    return missing;
}

static bool skip_file(struct diag *d, const char *path, const char *why) {
    diag_add(d, W_FONT_SKIPPED, (struct origin){path, 0, 0}, why, NULL);
    return false;
}

/* Try one file; false after a warning that says why it cannot be used. */
static bool open_file(struct fonts *f, struct diag *d, enum face id, const char *path) {
    struct font_face *face = &f->face[id];
    const char *data;
    size_t n;
    enum file_status status = file_read(f->arena, path, (size_t)64 << 20, &data, &n);
    if (status != FILE_OK)
        return skip_file(d, path, file_status_text(d, status));
    struct font_file *file = font_file_open(data, n);
    if (!file)
        return skip_file(d, path,
                         diag_word(d, "tệp hỏng hoặc không phải phông TrueType (.ttf)",
                                   "it is damaged or no TrueType font (.ttf)"));
    memset(face->advance, 0, sizeof face->advance);
    face->file = file;
    struct filling filling = {f->arena, face};
    font_file_chars(file, put_advance, &filling);
    font_each_substitute(put_substitute, &filling);
    int missing = id == FACE_SYMBOL ? 0 : letters_missing(face);
    if (missing > 0) {
        font_file_free(file);
        face->file = NULL;
        return skip_file(d, path,
                         diag_fmt(d,
                                  diag_word(d, "thiếu %d chữ cái tiếng Việt",
                                            "it lacks %d Vietnamese letters"),
                                  missing));
    }
    face->path = path;
    face->family = font_file_family(file, f->arena);
    face->ps_name = font_file_ps_name(file, f->arena);
    face->metrics = font_file_metrics(file);
    return true;
}

static bool open_face(struct fonts *f, struct diag *d, enum face id,
                      const struct font_map *map) {
    struct buf tried = {0};
    for (size_t i = 0; i < map->face[id].n; i++) {
        const char *path = map->face[id].path[i];
        if (file_exists(path) && open_file(f, d, id, path)) {
            buf_free(&tried);
            return true;
        }
        buf_adds(&tried, tried.len ? ", " : "");
        buf_adds(&tried, path);
    }
    diag_add(d, E_FONT_MISSING, (struct origin){0}, font_face_name(id),
             diag_fmt(d, "%s", tried.data ? tried.data : ""), NULL);
    buf_free(&tried);
    return false;
}

static void notice_stand_in(const struct fonts *f, struct diag *d) {
    for (int id = 0; id < FACE_SYMBOL; id++)
        if (!str_starts(f->face[id].family, "Times New Roman")) {
            diag_add(d, N_FONT_STAND_IN, (struct origin){0}, f->face[id].family, NULL);
            return;
        }
}

struct fonts *fonts_open(struct diag *d, const char *dir) {
    struct fonts *f = x_new(1, sizeof *f);
    f->arena = arena_new();
    struct font_map map = {0};
    bool ok = font_map_read(f->arena, d, dir, &map);
    for (int id = 0; ok && id < FACES; id++)
        /* Every face is tried, so that one run names all that are missing. */
        open_face(f, d, (enum face)id, &map);
    for (int id = 0; id < FACES; id++)
        ok = ok && f->face[id].file;
    if (!ok) {
        fonts_free(f);
        return NULL;
    }
    notice_stand_in(f, d);
    return f;
}

void fonts_free(struct fonts *f) {
    if (!f)
        return;
    font_subsets_free(f);
    for (int id = 0; id < FACES; id++)
        font_file_free(f->face[id].file);
    arena_free(f->arena);
    x_free(f);
}

/* ---- questions ---- */

int font_advance(const struct fonts *f, enum face face, uint32_t cp) {
    return face_advance(&f->face[face], cp);
}

const int16_t *const *font_advances(const struct fonts *f, enum face face) {
    return (const int16_t *const *)f->face[face].advance;
}

int font_ascent(const struct fonts *f, enum face face) {
    return f->face[face].metrics.ascent;
}

int font_descent(const struct fonts *f, enum face face) {
    return f->face[face].metrics.descent;
}
