/* font_map.c: reads fonts.map, the list of font files for each face */
#include "font_inside.h"

#include <stdlib.h>
#include <string.h>

static const char *const face_names[FACES] = {"regular", "bold", "italic", "bold-italic",
                                              "symbol"};

/* The list that fonts/fonts.map explains, for a program that is used without that folder. */
static const char *const built_in[FACES] = {
    "times.ttf|Times_New_Roman.ttf|"
    "/usr/share/fonts/truetype/msttcorefonts/Times_New_Roman.ttf|"
    "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf|"
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
    "timesbd.ttf|Times_New_Roman_Bold.ttf|"
    "/usr/share/fonts/truetype/msttcorefonts/Times_New_Roman_Bold.ttf|"
    "/usr/share/fonts/truetype/liberation2/LiberationSerif-Bold.ttf|"
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Bold.ttf",
    "timesi.ttf|Times_New_Roman_Italic.ttf|"
    "/usr/share/fonts/truetype/msttcorefonts/Times_New_Roman_Italic.ttf|"
    "/usr/share/fonts/truetype/liberation2/LiberationSerif-Italic.ttf|"
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Italic.ttf",
    "timesbi.ttf|Times_New_Roman_Bold_Italic.ttf|"
    "/usr/share/fonts/truetype/msttcorefonts/Times_New_Roman_Bold_Italic.ttf|"
    "/usr/share/fonts/truetype/liberation2/LiberationSerif-BoldItalic.ttf|"
    "/usr/share/fonts/truetype/liberation/LiberationSerif-BoldItalic.ttf",
    "DejaVuSans.ttf|/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"};

struct reader {
    struct arena *arena;
    struct diag *diag;
    const char *dir; /* NULL: relative names cannot be found */
    struct font_map *map;
    bool ok;
};

/* s[0..n) without blanks at both ends. */
static const char *trimmed(const char *s, size_t *n) {
    while (*n && (*s == ' ' || *s == '\t'))
        s++, --*n;
    while (*n && (s[*n - 1] == ' ' || s[*n - 1] == '\t' || s[*n - 1] == '\r'))
        --*n;
    return s;
}

static void add_candidate(struct reader *r, int face, const char *name, size_t n,
                          struct origin at) {
    if (name[0] != '/' && !r->dir)
        return;
    if (r->map->face[face].n == FONT_CANDIDATES) {
        diag_add(r->diag, E_FONT_MAP_MANY, at, face_names[face],
                 diag_fmt(r->diag, "%d", FONT_CANDIDATES), NULL);
        r->ok = false;
        return;
    }
    char *own = arena_strndup(r->arena, name, n);
    if (name[0] != '/')
        own = path_join(r->arena, r->dir, own);
    r->map->face[face].path[r->map->face[face].n++] = own;
}

/* The files of "a | b | c"; false when one of the names is empty. */
static bool add_candidates(struct reader *r, int face, const char *s, size_t n,
                           struct origin at) {
    for (const char *end = s + n; s <= end;) {
        const char *bar = memchr(s, '|', (size_t)(end - s));
        size_t len = (size_t)((bar ? bar : end) - s);
        const char *name = trimmed(s, &len);
        if (!len)
            return false;
        add_candidate(r, face, name, len, at);
        if (!bar)
            break;
        s = bar + 1;
    }
    return true;
}

static int face_by_name(const char *s, size_t n) {
    for (int i = 0; i < FACES; i++)
        if (strlen(face_names[i]) == n && memcmp(face_names[i], s, n) == 0)
            return i;
    return -1;
}

static void read_line(struct reader *r, const char *s, size_t n, struct origin at) {
    s = trimmed(s, &n);
    if (!n || *s == '#')
        return;
    const char *colon = memchr(s, ':', n);
    if (!colon || memchr(s, 0, n) || utf8_check(s, n) != n) {
        diag_add(r->diag, E_FONT_MAP_SYNTAX, at, NULL);
        r->ok = false;
        return;
    }
    size_t len = (size_t)(colon - s);
    const char *name = trimmed(s, &len);
    int face = face_by_name(name, len);
    if (face < 0) {
        diag_add(r->diag, E_FONT_MAP_FACE, at, diag_fmt(r->diag, "%.*s", (int)len, name),
                 NULL);
        r->ok = false;
    } else if (!add_candidates(r, face, colon + 1, (size_t)(s + n - colon - 1), at)) {
        diag_add(r->diag, E_FONT_MAP_SYNTAX, at, NULL);
        r->ok = false;
    }
}

static void read_lines(struct reader *r, const char *path, const char *s, size_t n) {
    if (n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)
        s += 3, n -= 3;
    const char *end = s + n;
    for (int line = 1; s < end; line++) {
        const char *eol = memchr(s, '\n', (size_t)(end - s));
        read_line(r, s, (size_t)((eol ? eol : end) - s), (struct origin){path, line, 1});
        s = eol ? eol + 1 : end;
    }
}

const char *font_face_name(enum face face) {
    return face_names[face];
}

bool font_map_read(struct arena *a, struct diag *d, const char *dir,
                   struct font_map *map) {
    struct reader r = {a, d, dir, map, true};
    char *path = dir ? path_join(a, dir, "fonts.map") : NULL;
    if (path && file_exists(path)) {
        const char *data;
        size_t n;
        enum file_status status = file_read(a, path, (size_t)1 << 20, &data, &n);
        if (status != FILE_OK) {
            diag_add(d, E_FILE_READ, (struct origin){path, 0, 0},
                     file_status_text(d, status), NULL);
            return false;
        }
        read_lines(&r, path, data, n);
    }
    for (int face = 0; face < FACES; face++)
        if (!map->face[face].n)
            add_candidates(&r, face, built_in[face], strlen(built_in[face]),
                           (struct origin){0});
    return r.ok;
}
