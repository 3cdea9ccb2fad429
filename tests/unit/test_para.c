/* test_para.c: lines of paragraphs become items: runs, gaps, links, footnote numbers, highlights */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "layout/inside.h"

static int fake_advance(void *ctx, enum face face, uint32_t cp) {
    (void)ctx;
    if (cp == 0x2610)
        return face == FACE_SYMBOL ? 800 : -1;
    return cp == ' ' ? 250 : 500;
}

static struct layout l;
static struct page page;
static struct doc doc;

static int setup(void **state) {
    (void)state;
    memset(&l, 0, sizeof l);
    memset(&page, 0, sizeof page);
    memset(&doc, 0, sizeof doc);
    l.arena = arena_new();
    l.diag = diag_new(LANG_EN);
    l.measure.advance = fake_advance;
    l.page = &page;
    l.doc = &doc;
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_free(l.arena);
    diag_free(l.diag);
    return 0;
}

static struct span *span_of(const char *text, unsigned style, struct span *next) {
    struct span *s = arena_new_of(l.arena, struct span);
    s->kind = SPAN_TEXT;
    s->style = (uint8_t)style;
    s->text = text;
    s->len = (uint32_t)strlen(text);
    s->next = next;
    return s;
}

static struct para *broken(const struct span *s, int width, enum cell_align align) {
    size_t n;
    struct piece *p = pieces_of(&l, s, 0, &n);
    struct para_spec spec = {.size = 10000,
                             .leading = 12000,
                             .width = width,
                             .align = (uint8_t)align,
                             .node = 7};
    return para_break(l.arena, l.diag, &l.measure, p, n, &spec);
}

static void assert_run(const struct item *i, const char *text, int x, int w) {
    assert_int_equal(i->kind, ITEM_RUN);
    assert_int_equal(i->u.run.len, strlen(text));
    assert_memory_equal(i->u.run.text, text, strlen(text));
    assert_int_equal(i->x, x);
    assert_int_equal(i->w, w);
}

static void test_runs_and_faces(void **state) {
    (void)state;
    struct para *p = broken(
        span_of("aa ", 0,
                span_of("bb", SPAN_BOLD, span_of(" cc", SPAN_BOLD | SPAN_ITALIC, NULL))),
        100000, ALIGN_LEFT);
    line_emit(&l, p, 0, 1000, 2000);
    assert_int_equal(page.n, 3);
    assert_run(&page.item[0], "aa ", 1000, 12500);
    assert_run(&page.item[1], "bb", 13500, 10000);
    assert_run(&page.item[2], " cc", 23500, 12500);
    assert_int_equal(page.item[0].face, FACE_REGULAR);
    assert_int_equal(page.item[1].face, FACE_BOLD);
    assert_int_equal(page.item[2].face, FACE_BOLD_ITALIC);
    assert_int_equal(page.item[2].node, 7);
    assert_int_equal(page.item[0].h, 10000);
    /* ascent 8.91, descent 2.16 in a line of 12: the rest is shared */
    assert_int_equal(page.item[0].y, 2000 + (12000 - 11070) / 2 + 8910);
}

static void test_stretched_gaps(void **state) {
    (void)state;
    struct para *p = broken(span_of("aa bb ", 0, span_of("cc dd ee ff gg", 0, NULL)),
                            52000, ALIGN_JUSTIFY);
    assert_true(p->lines == 2);
    line_emit(&l, p, 0, 0, 0);
    const struct item *a = &page.item[0], *b = &page.item[1];
    assert_true(a->u.run.gap > 0);
    assert_int_equal(a->w, 25000 + 2 * a->u.run.gap);
    assert_int_equal(b->x, a->w);
    assert_true(52000 - (b->x + b->w) < 4);
}

static void test_link(void **state) {
    (void)state;
    struct span *s = span_of("bb", 0, NULL);
    s->link = "#phu-luc-i";
    line_emit(&l, broken(span_of("aa ", 0, s), 100000, ALIGN_LEFT), 0, 0, 500);
    assert_int_equal(page.n, 3);
    const struct item *i = &page.item[2];
    assert_int_equal(i->kind, ITEM_LINK);
    assert_string_equal(i->u.link, "#phu-luc-i");
    assert_int_equal(i->x, 12500);
    assert_int_equal(i->y, 500);
    assert_int_equal(i->w, 10000);
    assert_int_equal(i->h, 12000);
}

static void test_note_number(void **state) {
    (void)state;
    struct span *note = arena_new_of(l.arena, struct span);
    note->kind = SPAN_NOTE;
    note->u.note = 11;
    struct para *p = broken(span_of("aa", 0, note), 100000, ALIGN_LEFT);
    line_emit(&l, p, 0, 0, 0);
    assert_int_equal(p->line[0].notes, 1);
    assert_int_equal(p->note[0], 11);
    assert_run(&page.item[1], "12", 10000, 6500);
    assert_int_equal(page.item[1].h, 6500);
    assert_true(page.item[1].y < page.item[0].y);
}

static void test_missing_is_highlighted(void **state) {
    (void)state;
    line_emit(&l, broken(span_of("aa", SPAN_MISSING, NULL), 100000, ALIGN_LEFT), 0, 0, 0);
    assert_int_equal(page.n, 2);
    assert_int_equal(page.item[0].kind, ITEM_FILL);
    assert_int_equal(page.item[0].colour, COLOUR_YELLOW);
    assert_true(page.item[0].artifact);
    assert_run(&page.item[1], "aa", 0, 10000);
}

static void test_blank_keeps_room(void **state) {
    (void)state;
    struct span *blank = arena_new_of(l.arena, struct span);
    blank->kind = SPAN_BLANK;
    blank->u.blank_mm = 20;
    blank->next = span_of("bb", 0, NULL);
    line_emit(&l, broken(span_of("aa", 0, blank), 200000, ALIGN_LEFT), 0, 0, 0);
    assert_int_equal(page.n, 2);
    assert_int_equal(page.item[1].x, 10000 + MM(20));
}

static void test_symbol_run(void **state) {
    (void)state;
    struct span *s = span_of("aa ☐☐ bb", SPAN_ITALIC, NULL);
    s->at = (struct origin){"x.md", 1, 4};
    line_emit(&l, broken(s, 100000, ALIGN_LEFT), 0, 0, 0);
    assert_int_equal(page.n, 3);
    assert_run(&page.item[1], "☐☐", 12500, 16000);
    assert_int_equal(page.item[1].face, FACE_SYMBOL);
    assert_int_equal(page.item[2].face, FACE_ITALIC);
    assert_int_equal(diag_count(l.diag, SEV_ERROR), 0);
}

static void test_alignment(void **state) {
    (void)state;
    struct para *p = broken(span_of("aa", 0, NULL), 30000, ALIGN_RIGHT);
    assert_int_equal(p->line[0].frag[0].x, 20000);
    p = broken(span_of("aa", 0, NULL), 30000, ALIGN_CENTER);
    assert_int_equal(p->line[0].frag[0].x, 10000);
}

static void test_hard_break(void **state) {
    (void)state;
    struct span *br = arena_new_of(l.arena, struct span);
    br->kind = SPAN_BREAK;
    br->next = span_of("bb", 0, NULL);
    struct para *p = broken(span_of("aa", 0, br), 30000, ALIGN_JUSTIFY);
    assert_int_equal(p->lines, 2);
    line_emit(&l, p, 1, 0, 0);
    assert_int_equal(page.n, 1);
    assert_run(&page.item[0], "bb", 0, 10000);
}

static void test_measure_helpers(void **state) {
    (void)state;
    assert_int_equal(text_width(&l, FACE_REGULAR, 14000, "đồng ", strlen("đồng ")),
                     31500);
    assert_int_equal(single_leading(14000), 16086);
    assert_int_equal(MM(254), 720000);
    assert_int_equal(stroke_under(30000, 40000), 14167);
    assert_int_equal(stroke_under(5000, 40000), 13334); /* nothing suits both */
}

static void test_line_count(void **state) {
    (void)state;
    struct fonts *f = fonts_open(l.diag, NULL);
    assert_non_null(f);
    assert_int_equal(layout_line_count(f, "", FACE_REGULAR, 12000, 50000), 1);
    assert_int_equal(layout_line_count(f, "một", FACE_REGULAR, 12000, 50000), 1);
    assert_true(
        layout_line_count(f, "một hai ba bốn năm sáu bảy", FACE_BOLD, 12000, 50000) > 2);
    fonts_free(f);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(test_runs_and_faces),
        T(test_stretched_gaps),
        T(test_link),
        T(test_note_number),
        T(test_missing_is_highlighted),
        T(test_blank_keeps_room),
        T(test_symbol_run),
        T(test_alignment),
        T(test_hard_break),
        T(test_measure_helpers),
        T(test_line_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
