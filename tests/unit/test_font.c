/* test_font.c: the font map, widths, metrics and subsets */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "layout/font_inside.h"

#define SERIF "/usr/share/fonts/truetype/liberation2/LiberationSerif-"

static char scratch[] = "/tmp/baocao-font-XXXXXX";
static struct arena *arena;

static int start(void **state) {
    (void)state;
    arena = arena_new();
    return mkdtemp(scratch) ? 0 : -1;
}

static int finish(void **state) {
    (void)state;
    arena_free(arena);
    struct buf command = {0};
    buf_printf(&command, "rm -r %s", scratch);
    int status = system(command.data);
    buf_free(&command);
    return status;
}

static void put(const char *name, const void *data, size_t n) {
    struct file_set *s = file_set_new();
    assert_true(file_set_put(s, path_join(arena, scratch, name), data, n));
    assert_true(file_set_commit(s, &(const char *){NULL}));
}

/* Messages that fonts_open gives for this map; the fonts are closed again. */
static char *messages(const char *map, enum lang lang, bool *opened) {
    put("fonts.map", map, strlen(map));
    struct diag *d = diag_new(lang);
    struct fonts *f = fonts_open(d, scratch);
    struct buf b = {0};
    diag_print(d, &b);
    *opened = f != NULL;
    char *text = arena_strndup(arena, b.data ? b.data : "", b.len);
    fonts_free(f);
    diag_free(d);
    buf_free(&b);
    return text;
}

static struct fonts *fonts_default(void) {
    struct diag *d = diag_new(LANG_EN);
    struct fonts *f = fonts_open(d, NULL);
    assert_non_null(f);
    assert_int_equal(diag_count(d, SEV_ERROR), 0);
    diag_free(d);
    return f;
}

static void widths_are_those_of_times(void **state) {
    (void)state;
    struct fonts *f = fonts_default();
    /* Advances of Times New Roman in 1/1000 em, as any AFM file of Times lists them. */
    assert_int_equal(font_advance(f, FACE_REGULAR, 'A'), 722);
    assert_int_equal(font_advance(f, FACE_REGULAR, ' '), 250);
    assert_int_equal(font_advance(f, FACE_BOLD, 'm'), 833);
    assert_int_equal(font_advance(f, FACE_ITALIC, 'g'), 500);
    assert_int_equal(font_advance(f, FACE_REGULAR, 0x1EA4), 722); /* Ấ is as wide as A */
    assert_int_equal(font_advance(f, FACE_REGULAR, 0x10FFFF), -1);
    assert_int_equal(font_advance(f, FACE_REGULAR, 0x4E00), -1);
    for (int face = 0; face < FACE_SYMBOL; face++)
        for (int i = 0; i < VIETNAMESE_LETTERS; i++)
            assert_true(font_advance(f, (enum face)face, font_vietnamese()[i]) > 0);
    fonts_free(f);
}

static void substitutes_are_drawn(void **state) {
    (void)state;
    struct fonts *f = fonts_default();
    assert_int_equal(font_advance(f, FACE_BOLD, 0x2011), font_advance(f, FACE_BOLD, '-'));
    assert_int_equal(font_advance(f, FACE_REGULAR, 0xA0), 250);
    assert_int_equal(font_advance(f, FACE_REGULAR, 0xF0B7),
                     font_advance(f, FACE_REGULAR, 0x2022));
    const struct font_subset *s = font_subset(f, FACE_REGULAR, NULL, 0);
    assert_int_equal(font_subset_glyph(s, 0x2011), font_subset_glyph(s, '-'));
    assert_int_equal(font_subset_glyph(s, 0xA0), font_subset_glyph(s, ' '));
    assert_int_equal(font_subset_glyph(s, 0xF0B7), font_subset_glyph(s, 0x2022));
    assert_int_not_equal(font_subset_glyph(s, 0xF0B7), 0);
    assert_int_equal(s->unicode[font_subset_glyph(s, 0x2011)], '-');
    assert_int_equal(s->unicode[font_subset_glyph(s, 0xA0)], ' ');
    assert_true(font_is_standard(0x2011) && font_is_standard(0xA0) &&
                font_is_standard(0xF0B7));
    fonts_free(f);
}

static void symbol_face_takes_over(void **state) {
    (void)state;
    struct fonts *f = fonts_default();
    assert_int_equal(font_advance(f, FACE_BOLD, 0x2611), -1);
    assert_true(font_advance(f, FACE_SYMBOL, 0x2611) > 0);
    assert_int_equal(font_advance(f, FACE_SYMBOL, 0x4E00), -1);
    assert_int_equal(font_advance(f, FACE_SYMBOL, 0x3FFFFF), -1);
    const struct font_subset *s = font_subset(f, FACE_SYMBOL, NULL, 0);
    const uint32_t boxes[] = {0x2610, 0x2611, 0x2612, 0x2713, 0xF0FC};
    for (size_t i = 0; i < 5; i++)
        assert_int_not_equal(font_subset_glyph(s, boxes[i]), 0);
    /* It does not carry what the text faces have. */
    assert_int_equal(font_subset_glyph(s, 'A'), 0);
    assert_true(s->program_size < 8000);
    fonts_free(f);
}

static void metrics_give_single_spacing(void **state) {
    (void)state;
    struct fonts *f = fonts_default();
    assert_int_equal(font_ascent(f, FACE_REGULAR), 891);
    assert_int_equal(font_descent(f, FACE_REGULAR), -216);
    const char *name = font_subset(f, FACE_BOLD_ITALIC, NULL, 0)->ps_name;
    assert_string_equal(name + 7, "LiberationSerif-BoldItalic");
    const struct font_subset *s = font_subset(f, FACE_ITALIC, NULL, 0);
    assert_true(s->italic_angle < -5 && s->italic_angle > -25);
    assert_true(s->cap_height > 600 && s->cap_height < 700);
    assert_true(s->bbox[0] < 0 && s->bbox[3] > 900);
    assert_int_equal(s->flags, 2 | 4 | 64);
    s = font_subset(f, FACE_BOLD, NULL, 0);
    assert_true(s->stem_v > 120 && s->italic_angle == 0);
    fonts_free(f);
}

static void every_letter_has_its_own_glyph(void **state) {
    (void)state;
    struct fonts *f = fonts_default();
    for (int face = 0; face < FACE_SYMBOL; face++) {
        const struct font_subset *s = font_subset(f, (enum face)face, NULL, 0);
        bool used[1000] = {false};
        assert_in_range(s->glyphs, 300, 999);
        for (int i = 0; i < VIETNAMESE_LETTERS; i++) {
            uint32_t cp = font_vietnamese()[i];
            uint16_t g = font_subset_glyph(s, cp);
            assert_true(g > 0 && g < s->glyphs && !used[g]);
            used[g] = true;
            assert_int_equal(s->unicode[g], cp);
            assert_int_equal(s->width[g], font_advance(f, (enum face)face, cp));
            assert_true(font_is_standard(cp));
        }
    }
    fonts_free(f);
}

static void subsets_repeat_and_are_kept(void **state) {
    (void)state;
    struct fonts *f = fonts_default(), *g = fonts_default();
    const uint32_t extra[] = {0x416, 0x42F}; /* Ж Я */
    assert_false(font_is_standard(0x416));
    const struct font_subset *a = font_subset(f, FACE_REGULAR, extra, 2);
    const struct font_subset *plain = font_subset(f, FACE_REGULAR, NULL, 0);
    const struct font_subset *b = font_subset(g, FACE_REGULAR, extra, 2);
    assert_ptr_equal(a, font_subset(f, FACE_REGULAR, extra, 2));
    assert_ptr_equal(plain, font_subset(f, FACE_REGULAR, NULL, 0));
    assert_ptr_not_equal(a, plain);
    assert_int_equal(font_subset_glyph(plain, 0x416), 0);
    assert_int_not_equal(font_subset_glyph(a, 0x42F), 0);
    assert_int_equal(a->program_size, b->program_size);
    assert_memory_equal(a->program, b->program, a->program_size);
    assert_int_equal(a->packed_size, b->packed_size);
    assert_memory_equal(a->packed, b->packed, a->packed_size);
    assert_string_equal(a->ps_name, b->ps_name);
    assert_string_not_equal(a->ps_name, plain->ps_name);
    for (int i = 0; i < 6; i++)
        assert_in_range(a->ps_name[i], 'A', 'Z');
    assert_string_equal(a->ps_name + 6, "+LiberationSerif");
    fonts_free(f);
    fonts_free(g);
}

static void old_subsets_make_room(void **state) {
    (void)state;
    struct fonts *f = fonts_default();
    uint16_t first = 0;
    for (uint32_t i = 0; i < 40; i++) {
        uint32_t cp = 0x410 + i;
        const struct font_subset *s = font_subset(f, FACE_BOLD, &cp, 1);
        assert_int_not_equal(font_subset_glyph(s, cp), 0);
        if (i == 0)
            first = font_subset_glyph(s, cp);
    }
    uint32_t cp = 0x410;
    assert_int_equal(font_subset_glyph(font_subset(f, FACE_BOLD, &cp, 1), cp), first);
    fonts_free(f);
}

static void stand_in_is_noticed_once(void **state) {
    (void)state;
    bool ok;
    char *text = messages("# nothing\r\n\r\n", LANG_VI, &ok);
    assert_true(ok);
    assert_non_null(strstr(text, "Liberation Serif thay cho Times New Roman"));
    assert_null(strstr(strstr(text, "Liberation") + 10, "Liberation"));
}

static void map_names_files_of_its_folder(void **state) {
    (void)state;
    const char *data;
    size_t n;
    bool ok;
    assert_int_equal(file_read(arena, SERIF "Bold.ttf", FILE_LIMIT, &data, &n), FILE_OK);
    put("dam.ttf", data, n);
    struct font_map map = {0};
    const char *text = "\xEF\xBB\xBF bold :\tdam.ttf | /x/y.ttf\nbold: z.ttf\n";
    put("fonts.map", text, strlen(text));
    struct diag *d = diag_new(LANG_EN);
    assert_true(font_map_read(arena, d, scratch, &map));
    assert_int_equal(map.face[FACE_BOLD].n, 3);
    assert_string_equal(map.face[FACE_BOLD].path[0],
                        path_join(arena, scratch, "dam.ttf"));
    assert_string_equal(map.face[FACE_BOLD].path[1], "/x/y.ttf");
    assert_true(map.face[FACE_REGULAR].n >= 4); /* the program's own list */
    diag_free(d);
    messages(text, LANG_EN, &ok);
    assert_true(ok);
}

/* fonts/fonts.map explains the list that the program has built in. */
static void shipped_map_is_the_built_in_list(void **state) {
    (void)state;
    struct font_map shipped = {0}, built_in = {0};
    struct diag *d = diag_new(LANG_EN);
    assert_true(font_map_read(arena, d, "fonts", &shipped));
    assert_true(font_map_read(arena, d, "no-such-folder", &built_in));
    for (int face = 0; face < FACES; face++) {
        assert_int_equal(shipped.face[face].n, built_in.face[face].n);
        for (size_t i = 0; i < shipped.face[face].n; i++)
            assert_string_equal(path_base(arena, shipped.face[face].path[i]),
                                path_base(arena, built_in.face[face].path[i]));
    }
    diag_free(d);
}

static void wrong_map_lines_are_all_told(void **state) {
    (void)state;
    bool ok;
    char *text =
        messages("bold times.ttf\nthin: a.ttf\nitalic: a | | b\nsymbol:\n", LANG_EN, &ok);
    assert_false(ok);
    assert_non_null(strstr(text, "fonts.map:1:1: error: this line has not the form"));
    assert_non_null(strstr(text, "fonts.map:2:1: error: there is no face “thin”"));
    assert_non_null(strstr(text, "fonts.map:3:1: error: this line"));
    assert_non_null(strstr(text, "fonts.map:4:1: error: this line"));
    struct buf b = {0};
    for (int i = 0; i < FONT_CANDIDATES + 1; i++)
        buf_adds(&b, "bold: a.ttf\n");
    text = messages(b.data, LANG_VI, &ok);
    assert_non_null(strstr(text, "hơn 32 tệp"));
    buf_free(&b);
}

static void missing_fonts_are_all_named(void **state) {
    (void)state;
    bool ok;
    char *text = messages("bold: khong-co.ttf\nsymbol: /khong/co.ttf\n", LANG_VI, &ok);
    assert_false(ok);
    assert_non_null(strstr(text, "mặt chữ “bold”"));
    assert_non_null(strstr(text, "khong-co.ttf"));
    assert_non_null(strstr(text, "mặt chữ “symbol”"));
    assert_non_null(strstr(text, "cài gói fonts-liberation2"));
}

static void unusable_files_are_skipped(void **state) {
    (void)state;
    bool ok;
    put("rac.ttf", "no font at all", 14);
    const char *data;
    size_t n;
    assert_int_equal(file_read(arena, SERIF "Regular.ttf", FILE_LIMIT, &data, &n),
                     FILE_OK);
    put("cut.ttf", data, n / 3);
    char *text =
        messages("regular: rac.ttf | cut.ttf | khong-co.ttf | " SERIF "Regular.ttf\n",
                 LANG_EN, &ok);
    assert_true(ok);
    assert_non_null(
        strstr(text, "rac.ttf: warning: this font file is not used: it is damaged"));
    assert_non_null(strstr(text, "cut.ttf: warning"));
    assert_null(strstr(text, "khong-co"));
    /* A symbol font is no text face; a folder is no font. */
    text = messages("regular: /usr/share/fonts/truetype/dejavu | "
                    "/usr/share/fonts/truetype/libreoffice/opens___.ttf\n",
                    LANG_EN, &ok);
    assert_false(ok);
    assert_non_null(strstr(text, "Vietnamese letters; replace it"));
    assert_non_null(strstr(text, "no font file for the face “regular”"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths_are_those_of_times),
        cmocka_unit_test(substitutes_are_drawn),
        cmocka_unit_test(symbol_face_takes_over),
        cmocka_unit_test(metrics_give_single_spacing),
        cmocka_unit_test(every_letter_has_its_own_glyph),
        cmocka_unit_test(subsets_repeat_and_are_kept),
        cmocka_unit_test(old_subsets_make_room),
        cmocka_unit_test(stand_in_is_noticed_once),
        cmocka_unit_test(map_names_files_of_its_folder),
        cmocka_unit_test(shipped_map_is_the_built_in_list),
        cmocka_unit_test(wrong_map_lines_are_all_told),
        cmocka_unit_test(missing_fonts_are_all_named),
        cmocka_unit_test(unusable_files_are_skipped),
    };
    return cmocka_run_group_tests(tests, start, finish);
}
