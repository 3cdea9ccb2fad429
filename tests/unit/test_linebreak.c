/* test_linebreak.c: total fit and no-break rules, with a measure of our own */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "layout/inside.h"

/* Every character is 500 wide, a blank 250; ☐ stands in the symbol face, U+0E01 nowhere. */
static int fake_advance(void *ctx, enum face face, uint32_t cp) {
    (void)ctx;
    if (cp == 0x0E01 || (cp == 0x2610 && face != FACE_SYMBOL))
        return -1;
    return cp == ' ' ? 250 : 500;
}

static const struct measure fake = {.advance = fake_advance};
static struct arena *arena;
static struct diag *diag;

static int setup(void **state) {
    (void)state;
    arena = arena_new();
    diag = diag_new(LANG_VI);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    diag_free(diag);
    return 0;
}

static struct piece text_piece(const char *s) {
    return (struct piece){.kind = PIECE_TEXT, .text = s, .len = (uint32_t)strlen(s)};
}

static struct para *set(const char *s, int width, enum cell_align align) {
    struct piece *p = arena_new_of(arena, struct piece);
    *p = text_piece(s);
    struct para_spec spec = {
        .size = 1000, .leading = 1200, .width = width, .align = align};
    return para_break(arena, diag, &fake, p, 1, &spec);
}

/* The lines joined by '|'. */
static const char *shown(const struct para *p) {
    struct buf b = {0};
    for (size_t i = 0; i < p->lines; i++) {
        if (i)
            buf_addc(&b, '|');
        for (uint32_t k = 0; k < p->line[i].frags; k++) {
            const struct frag *f = &p->line[i].frag[k];
            if (p->piece[f->piece].kind != PIECE_BLANK)
                buf_add(&b, p->piece[f->piece].text + f->from, f->len);
        }
    }
    char *s = arena_strndup(arena, b.data ? b.data : "", b.len);
    buf_free(&b);
    return s;
}

/* Set so narrow that every allowed break is taken unless a part is wider than the line. */
static void assert_parts(const char *text, int width, const char *want) {
    assert_string_equal(shown(set(text, width, ALIGN_LEFT)), want);
}

static void test_fills_lines(void **state) {
    (void)state;
    struct para *p = set("aa bb cc dd ee", 3600, ALIGN_LEFT);
    assert_string_equal(shown(p), "aa bb cc|dd ee");
    assert_int_equal(p->height, 2400);
    assert_int_equal(p->line[0].gap, 0);
    assert_int_equal(p->natural_width, 3500);
}

static void test_empty(void **state) {
    (void)state;
    assert_int_equal(set("", 1000, ALIGN_LEFT)->lines, 0);
    assert_int_equal(set("   ", 1000, ALIGN_JUSTIFY)->lines, 0);
    struct para_spec spec = {.size = 1000, .leading = 1200, .width = 1000};
    assert_int_equal(para_break(arena, diag, &fake, NULL, 0, &spec)->lines, 0);
}

static void test_blanks_at_ends_stay_out(void **state) {
    (void)state;
    struct para *p = set("  aa  ", 5000, ALIGN_LEFT);
    assert_string_equal(shown(p), "aa");
    assert_int_equal(p->line[0].frag[0].x, 0);
    assert_int_equal(p->line[0].frag[0].w, 1000);
}

static void test_justified_edge_is_exact(void **state) {
    (void)state;
    struct para *p =
        set("ba con bo vang di an co non o tren doi cao va uong nuoc suoi trong", 12000,
            ALIGN_JUSTIFY);
    assert_true(p->lines > 2);
    for (size_t i = 0; i + 1 < p->lines; i++) {
        const struct frag *f = &p->line[i].frag[p->line[i].frags - 1];
        int short_by = 12000 - (f->x + f->w);
        assert_true(short_by >= 0 && short_by < 40); /* less than a unit a gap */
    }
    assert_int_equal(p->line[p->lines - 1].gap, 0);
}

static void test_river_cap(void **state) {
    (void)state;
    struct para *p = set("a b cccccccccccccccccccc d", 11000, ALIGN_JUSTIFY);
    assert_int_equal(p->line[0].gap, 0); /* rather short than a hole of 8 em */
}

static void test_centred_is_balanced(void **state) {
    (void)state;
    struct para *p = set("aaaa bbbb cccc dddd eeee", 10000, ALIGN_CENTER);
    assert_string_equal(shown(p), "aaaa bbbb cccc|dddd eeee");
    p = set("aaaa bbbb cccc dddd ee", 9500, ALIGN_CENTER);
    assert_string_equal(shown(p), "aaaa bbbb|cccc dddd ee");
    const struct frag *f = &p->line[1].frag[0];
    assert_int_equal(f->x, (9500 - f->w) / 2);
}

static void test_indent_and_hang(void **state) {
    (void)state;
    struct piece one = text_piece("aa bb cc dd");
    struct para_spec spec = {.size = 1000, .leading = 1, .width = 3000, .indent = 1500};
    struct para *p = para_break(arena, diag, &fake, &one, 1, &spec);
    assert_string_equal(shown(p), "aa|bb cc|dd");
    assert_int_equal(p->line[0].frag[0].x, 1500);
    assert_int_equal(p->line[1].frag[0].x, 0);
    spec.indent = -700;
    p = para_break(arena, diag, &fake, &one, 1, &spec);
    assert_int_equal(p->line[0].frag[0].x, 0);
    assert_int_equal(p->line[1].frag[0].x, 700);
}

static void test_number_and_unit(void **state) {
    (void)state;
    assert_parts("đạt 12.456 hồ sơ", 4500, "đạt|12.456 hồ|sơ");
    assert_parts("còn 98,5 % là", 3800, "còn|98,5 %|là");
    assert_parts("12,5 tỷ đồng nữa", 6000, "12,5 tỷ đồng|nữa");
    assert_parts("có 49 và 50", 2200, "có|49|và|50");
}

static void test_names_and_numbers(void **state) {
    (void)state;
    assert_parts("theo Điều 5 khoản 2", 3800, "theo|Điều 5|khoản 2");
    assert_parts("xem Phụ lục II kèm", 5600, "xem|Phụ lục II|kèm");
    assert_parts("ở điểm a khoản", 3300, "ở|điểm a|khoản");
    assert_parts("ngày 22 tháng 12 năm 2024", 4500, "ngày 22|tháng 12|năm 2024");
    assert_string_equal(
        shown(set("vào ngày 22 tháng 6 năm 2026 của xã ta", 14500, ALIGN_CENTER)),
        "vào ngày 22 tháng 6 năm 2026|của xã ta");
    assert_parts("năm 2025 của", 4400, "năm 2025|của");
    assert_parts("01 năm 06 tháng", 4000, "01 năm|06 tháng");
    assert_parts("quý II năm", 2800, "quý II|năm");
    assert_parts("của quý IV/2025 xã", 5600, "của|quý IV/2025|xã");
    assert_parts("mục tiêu", 2100, "mục|tiêu");
    assert_parts("theo Đề án 06 của", 3600, "theo Đề|án 06|của");
    assert_parts("có Kế hoạch 02 của", 5400, "có Kế|hoạch 02|của");
    assert_parts("ở giai đoạn 2 của", 3700, "ở giai|đoạn 2|của");
    assert_parts("là Nghị quyết 57 của", 5200, "là Nghị|quyết 57|của");
    assert_parts("giải quyết 15 hồ sơ", 5400, "giải quyết|15 hồ sơ");
}

static void test_codes_stay_whole(void **state) {
    (void)state;
    assert_parts("NQ số 57-NQ/TW của", 6000, "NQ|số 57-NQ/TW|của");
    assert_parts("a 155/KH-UBND b", 5500, "a|155/KH-UBND|b");
    assert_parts("a 22/12/2024 b", 5200, "a|22/12/2024|b");
    assert_parts("về KH-CN và", 3000, "về|KH-CN|và");
}

static void test_line_never_starts_with_marks(void **state) {
    (void)state;
    assert_parts("aaa - bbb", 2300, "aaa -|bbb");
    assert_parts("aaa ) bbb", 2300, "aaa )|bbb");
    assert_parts("aaa ( bbb", 2400, "aaa|( bbb");
}

static void test_label_keeps_first_word(void **state) {
    (void)state;
    assert_parts("- aaaa bb", 3000, "- aaaa|bb");
    assert_parts("a) aaaa bb", 3600, "a) aaaa|bb");
    assert_parts("8.1. aaaa bb", 4400, "8.1. aaaa|bb");
}

static void test_soft_joints_give_way(void **state) {
    (void)state;
    /* narrower than the joined words: first blanks, then codes, then letters */
    assert_parts("Điều 12345", 2600, "Điều|12345");
    assert_parts("57-NQ/TW", 3000, "57-NQ/|TW");
    assert_parts("abcdefgh", 2000, "abcd|efgh");
}

static void test_addresses(void **state) {
    (void)state;
    assert_parts("xem https://dichvucong.gov.vn/trang-chu", 8000,
                 "xem https://|dichvucong.gov.|vn/trang-chu");
    assert_parts("https://a.vn", 7000, "https://a.vn");
}

static void test_hyphenated_words(void **state) {
    (void)state;
    assert_parts("nghiencuu-phattrien", 5500, "nghiencuu-|phattrien");
    assert_parts("kinh tế-xã hội", 4300, "kinh|tế-xã hội"); /* better behind a blank */
}

static void test_forced_breaks(void **state) {
    (void)state;
    struct piece p[3] = {
        text_piece("aa bb "), {.kind = PIECE_BREAK}, text_piece(" cc dd ee")};
    struct para_spec spec = {
        .size = 1000, .leading = 1, .width = 3000, .align = ALIGN_JUSTIFY};
    struct para *para = para_break(arena, diag, &fake, p, 3, &spec);
    assert_string_equal(shown(para), "aa bb|cc dd|ee");
    assert_int_equal(para->line[0].gap, 0);
    assert_int_equal(para->line[1].frag[0].x, 0);
}

static void test_pieces_inside_words(void **state) {
    (void)state;
    struct piece p[3] = {text_piece("aa b"), text_piece("b cc"), text_piece(" dd")};
    struct para_spec spec = {.size = 1000, .leading = 1, .width = 2300};
    struct para *para = para_break(arena, diag, &fake, p, 3, &spec);
    assert_string_equal(shown(para), "aa bb|cc dd");
    assert_int_equal(para->line[0].frags, 2);
    assert_int_equal(para->line[0].frag[1].x, 1750);
    assert_int_equal(para->line[1].frag[0].from, 2);
}

static void test_notes_and_blanks(void **state) {
    (void)state;
    struct piece p[4] = {text_piece("aa"),
                         {.kind = PIECE_NOTE, .text = "1", .len = 1, .note = 0},
                         text_piece(" bb "),
                         {.kind = PIECE_BLANK, .blank = 2000}};
    struct para_spec spec = {.size = 1000, .leading = 1, .width = 2000};
    struct para *para = para_break(arena, diag, &fake, p, 4, &spec);
    assert_int_equal(para->lines, 3);
    assert_int_equal(para->line[0].notes, 1);
    assert_int_equal(para->note[para->line[0].first_note], 0);
    assert_int_equal(para->line[0].frag[1].w, 325);
    assert_int_equal(para->line[2].frag[0].w, 2000);
}

static void test_symbol_face_and_missing(void **state) {
    (void)state;
    struct piece p = text_piece("a ☐ b");
    p.face = FACE_BOLD;
    struct para_spec spec = {.size = 1000, .leading = 1, .width = 9000};
    struct para *para = para_break(arena, diag, &fake, &p, 1, &spec);
    assert_int_equal(para->pieces, 3);
    assert_int_equal(para->piece[1].face, FACE_SYMBOL);
    assert_int_equal(para->piece[2].face, FACE_BOLD);
    assert_int_equal(diag_count(diag, SEV_ERROR), 0);
    p = text_piece("ab ก");
    static const struct value v;
    p.at = (struct origin){"x.md", 3, 5};
    p.value = &v;
    para_break(arena, diag, &fake, &p, 1, &spec);
    size_t n;
    const struct diag_msg *const *m = diag_sorted(diag, &n);
    assert_int_equal(n, 1);
    assert_int_equal(m[0]->at.col, 8);
}

static void test_extent(void **state) {
    (void)state;
    struct piece p = text_piece("aa số 12 b");
    int min, max;
    para_extent(arena, &fake, &p, 1, 1000, &min, &max);
    assert_int_equal(min, 2250);
    assert_int_equal(max, 1000 + 250 + 2250 + 250 + 500);
    para_extent(arena, &fake, NULL, 0, 1000, &min, &max);
    assert_int_equal(min + max, 0);
}

static void test_long_words(void **state) {
    (void)state;
    char word[10001];
    memset(word, 'x', 10000);
    word[10000] = 0;
    struct para *p = set(word, 10000, ALIGN_JUSTIFY);
    assert_int_equal(p->lines, 500);
    word[200] = 0;
    assert_int_equal(set(word, 300, ALIGN_LEFT)->lines, 200); /* narrower than a letter */
    struct buf b = {0};
    for (int i = 0; i < 10000; i++)
        buf_adds(&b, "một hai ");
    assert_true(set(b.data, 33000, ALIGN_JUSTIFY)->lines > 1000);
    buf_free(&b);
}

static void test_combining_marks_stay(void **state) {
    (void)state;
    struct para *p = set("aa\xcc\x81"
                         "b",
                         1000, ALIGN_LEFT);
    assert_true(p->lines >= 2);
    for (size_t i = 0; i < p->lines; i++)
        assert_int_not_equal((unsigned char)p->piece->text[p->line[i].frag[0].from],
                             0xCC);
}

/* 10,000 words in a hundred paragraphs: a few milliseconds even on a busy machine. */
static void test_speed(void **state) {
    (void)state;
    static const char *const words[] = {"chuyển", "đổi",  "số",     "và",
                                        "công",   "nghệ", "phường", "57-NQ/TW"};
    struct buf b = {0};
    for (int i = 0; i < 100; i++)
        buf_printf(&b, "%s ", words[i * 7 % 8]);
    clock_t best = 0;
    for (int k = 0; k < 20; k++) {
        clock_t t = clock();
        for (int i = 0; i < 100; i++)
            assert_true(set(b.data, 33000, ALIGN_JUSTIFY)->lines > 5);
        t = clock() - t;
        best = k == 0 || t < best ? t : best;
    }
    if (getenv("SHOW_TIME"))
        print_message("10,000 words: %.2f ms\n", (double)best * 1000 / CLOCKS_PER_SEC);
    assert_true(best < CLOCKS_PER_SEC / 10);
    buf_free(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_fills_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_blanks_at_ends_stay_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_justified_edge_is_exact, setup, teardown),
        cmocka_unit_test_setup_teardown(test_river_cap, setup, teardown),
        cmocka_unit_test_setup_teardown(test_centred_is_balanced, setup, teardown),
        cmocka_unit_test_setup_teardown(test_indent_and_hang, setup, teardown),
        cmocka_unit_test_setup_teardown(test_number_and_unit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names_and_numbers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codes_stay_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(test_line_never_starts_with_marks, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_label_keeps_first_word, setup, teardown),
        cmocka_unit_test_setup_teardown(test_soft_joints_give_way, setup, teardown),
        cmocka_unit_test_setup_teardown(test_addresses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hyphenated_words, setup, teardown),
        cmocka_unit_test_setup_teardown(test_forced_breaks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pieces_inside_words, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_and_blanks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_symbol_face_and_missing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_extent, setup, teardown),
        cmocka_unit_test_setup_teardown(test_long_words, setup, teardown),
        cmocka_unit_test_setup_teardown(test_combining_marks_stay, setup, teardown),
        cmocka_unit_test_setup_teardown(test_speed, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
