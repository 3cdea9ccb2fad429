/* test_table.c: tables on pages: heads, groups, spans, totals, tall rows, footnotes, the grid */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "layout/inside.h"

/* Every letter is half an em, so that 12 pt lines hold width / 6 pt letters. */
static int fake_advance(void *ctx, enum face face, uint32_t cp) {
    (void)ctx;
    (void)face;
    return cp == 0x2603 ? -1 : 500;
}

/* ---- footnotes as the table sees them: each takes 20 pt of the page ---- */

static int note_seen[64], notes_seen;

__attribute__((weak)) int notes_height(struct layout *l, const int *note, int n) {
    (void)l;
    (void)note;
    return n * 20000;
}

__attribute__((weak)) void notes_add(struct layout *l, const int *note, int n) {
    for (int i = 0; i < n && notes_seen < 64; i++)
        note_seen[notes_seen++] = note[i];
    l->notes_reserved += n * 20000;
}

/* ---- a table and pages to put it on ---- */

struct bench {
    struct arena *a;
    struct doc *doc;
    struct diag *diag;
    struct layout l;
    struct table *t;
    struct node node;
};

static void bench_open(struct bench *b, int cols, size_t rows, int heads) {
    memset(b, 0, sizeof *b);
    b->a = arena_new();
    b->diag = diag_new(LANG_VI);
    b->doc = arena_new_of(b->a, struct doc);
    b->doc->arena = b->a;
    b->doc->profile.table_size = 12000;
    b->doc->profile.table_min_size = 12000; /* type stays, whatever it costs */
    b->doc->profile.body_size = 14000;
    b->l = (struct layout){.doc = b->doc, .diag = b->diag, .arena = b->a};
    b->l.measure = (struct measure){.advance = fake_advance};
    b->l.pages = arena_new_of(b->a, struct pages);
    b->t = arena_new_of(b->a, struct table);
    b->t->ncols = cols;
    b->t->nrows = rows;
    b->t->head_rows = heads;
    b->t->col = arena_array(b->a, struct table_col, cols);
    b->t->row = arena_array(b->a, struct row, rows);
    struct cell *cell = arena_array(b->a, struct cell, rows * (size_t)cols);
    for (size_t i = 0; i < rows * (size_t)cols; i++)
        cell[i] = (struct cell){.colspan = 1, .rowspan = 1, .align = ALIGN_LEFT};
    for (size_t i = 0; i < rows; i++) {
        b->t->row[i].cell = cell + i * (size_t)cols;
        b->t->row[i].kind = i < (size_t)heads ? ROW_HEAD : ROW_DATA;
        b->t->row[i].at = (struct origin){"bang.csv", (int)i + 1, 1};
    }
    b->node.kind = NODE_TABLE;
    b->node.id = 7;
    b->node.u.table = b->t;
    notes_seen = 0;
}

static void bench_close(struct bench *b) {
    diag_free(b->diag);
    arena_free(b->a);
}

static struct cell *at(struct bench *b, size_t r, int c) {
    return &b->t->row[r].cell[c];
}

static void put(struct bench *b, size_t r, int c, const char *text) {
    at(b, r, c)->text = text;
}

static void span(struct bench *b, size_t r, int c, int cols, int rows) {
    at(b, r, c)->colspan = (uint16_t)cols;
    at(b, r, c)->rowspan = (uint16_t)rows;
    for (int i = 0; i < rows; i++)
        for (int k = 0; k < cols; k++)
            if (i || k)
                at(b, r + (size_t)i, c + k)->flags |= CELL_COVERED;
}

/* n times "abc" as words. */
static const char *words(struct bench *b, int n) {
    char *s = arena_alloc(b->a, (size_t)n * 4 + 1);
    for (int i = 0; i < n; i++)
        memcpy(s + i * 4, i + 1 < n ? "abc " : "abc", i + 1 < n ? 4 : 3);
    return s;
}

static void new_page(struct bench *b, int height) {
    struct pages *p = b->l.pages;
    struct page *grown = arena_array(b->a, struct page, p->n + 1);
    if (p->n)
        memcpy(grown, p->page, p->n * sizeof *grown);
    p->page = grown;
    b->l.page = &p->page[p->n++];
    b->l.page->h = height;
    b->l.top = 0;
    b->l.bottom = height;
    b->l.notes_reserved = 0;
}

/* Lay the table out on pages of this height, the first one with `used` already taken. */
static size_t run(struct bench *b, int width, int height, int used) {
    struct flow *f = table_flow(&b->l, &b->node, width);
    if (!f)
        return 0;
    bool done = false;
    new_page(b, height);
    int y = used, guard = 0;
    while (!done) {
        assert_true(guard++ < 500);
        int room = height - b->l.notes_reserved - y;
        int h = f->ops->place(&b->l, f, 0, y, room, y == 0, &done);
        assert_true(h <= room || y == 0);
        if (!done)
            new_page(b, height);
        y = 0;
    }
    return b->l.pages->n;
}

/* The runs of a page, artifacts with a star: "*TT|1|An". */
static const char *page_text(struct bench *b, size_t page) {
    struct buf out = {0};
    const struct page *p = &b->l.pages->page[page];
    for (size_t i = 0; i < p->n; i++) {
        const struct item *it = &p->item[i];
        if (it->kind != ITEM_RUN)
            continue;
        if (out.len)
            buf_addc(&out, '|');
        if (it->artifact)
            buf_addc(&out, '*');
        buf_add(&out, it->u.run.text, it->u.run.len);
    }
    const char *s = arena_strndup(b->a, out.data ? out.data : "", out.len);
    buf_free(&out);
    return s;
}

static size_t count_strokes(const struct page *p, bool vertical) {
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++)
        n += p->item[i].kind == ITEM_STROKE && (p->item[i].h > 0) == vertical;
    return n;
}

/* No two strokes of one direction lie on each other. */
static void assert_no_double(const struct page *p) {
    for (size_t i = 0; i < p->n; i++) {
        const struct item *a = &p->item[i];
        for (size_t k = i + 1; k < p->n; k++) {
            const struct item *c = &p->item[k];
            if (a->kind != ITEM_STROKE || c->kind != ITEM_STROKE ||
                (a->h > 0) != (c->h > 0))
                continue;
            if (a->h > 0 && a->x == c->x)
                assert_true(a->y + a->h <= c->y || c->y + c->h <= a->y);
            if (a->h == 0 && a->y == c->y)
                assert_true(a->x + a->w <= c->x + 500 || c->x + c->w <= a->x + 500);
        }
    }
}

/* Everything on the page lies within the table's width and the page's height. */
static void assert_inside(const struct page *p, int width) {
    for (size_t i = 0; i < p->n; i++) {
        const struct item *it = &p->item[i];
        assert_true(it->x >= 0 && it->y >= 0);
        assert_true(it->x + it->w <= width);
        assert_true(it->y + (it->kind == ITEM_STROKE ? it->h : 0) <= p->h);
    }
}

static void check_pages(struct bench *b, int width) {
    for (size_t i = 0; i < b->l.pages->n; i++) {
        assert_no_double(&b->l.pages->page[i]);
        assert_inside(&b->l.pages->page[i], width);
    }
}

/* ---- the tests ---- */

static void simple(struct bench *b, size_t rows) {
    bench_open(b, 2, rows + 1, 1);
    put(b, 0, 0, "TT");
    put(b, 0, 1, "Name");
    for (size_t i = 1; i <= rows; i++) {
        put(b, i, 0, arena_printf(b->a, "%zu", i));
        put(b, i, 1, arena_printf(b->a, "r%zu", i));
    }
}

static void test_one_page(void **state) {
    (void)state;
    struct bench b;
    simple(&b, 3);
    assert_int_equal(run(&b, 400000, 700000, 0), 1);
    assert_string_equal(page_text(&b, 0), "TT|Name|1|r1|2|r2|3|r3");
    const struct page *p = &b.l.pages->page[0];
    assert_int_equal(count_strokes(p, true), 3);
    assert_int_equal(count_strokes(p, false), 5);
    check_pages(&b, 400000);
    bench_close(&b);
}

static void test_heads_repeat_as_artifacts(void **state) {
    (void)state;
    struct bench b;
    simple(&b, 9);
    /* a row is 13,788 + 4,000 high: five fit into 90 pt, one of them the head */
    assert_int_equal(run(&b, 400000, 90000, 0), 3);
    assert_string_equal(page_text(&b, 0), "TT|Name|1|r1|2|r2|3|r3|4|r4");
    assert_string_equal(page_text(&b, 1), "*TT|*Name|5|r5|6|r6|7|r7|8|r8");
    assert_string_equal(page_text(&b, 2), "*TT|*Name|9|r9");
    check_pages(&b, 400000);
    bench_close(&b);
}

static void test_head_of_four_levels(void **state) {
    (void)state;
    struct bench b;
    bench_open(&b, 5, 5, 4);
    put(&b, 0, 0, "TT");
    span(&b, 0, 0, 1, 4);
    put(&b, 0, 1, "A");
    span(&b, 0, 1, 4, 1);
    put(&b, 1, 1, "B");
    span(&b, 1, 1, 2, 1);
    put(&b, 1, 3, "C");
    span(&b, 1, 3, 2, 2);
    put(&b, 2, 1, "D");
    span(&b, 2, 1, 2, 1);
    put(&b, 3, 1, "e");
    put(&b, 3, 2, "f");
    put(&b, 3, 3, "g");
    put(&b, 3, 4, "h");
    put(&b, 4, 0, "1");
    assert_int_equal(run(&b, 400000, 700000, 0), 1);
    assert_string_equal(page_text(&b, 0), "TT|A|B|C|D|e|f|g|h|1");
    check_pages(&b, 400000);
    /* TT is centred over all four levels */
    const struct page *p = &b.l.pages->page[0];
    const struct item *tt = &p->item[0], *c = &p->item[3];
    assert_true(tt->y > p->item[2].y && tt->y < p->item[8].y);
    assert_true(c->y > p->item[2].y && c->y < p->item[5].y);
    /* over the full width: above the head, between head and row, below */
    size_t full = 0;
    for (size_t i = 0; i < p->n; i++)
        full += p->item[i].kind == ITEM_STROKE && p->item[i].w == 400000;
    assert_int_equal(full, 3);
    bench_close(&b);
}

static void test_group_never_ends_a_page(void **state) {
    (void)state;
    struct bench b;
    simple(&b, 6);
    b.t->row[4].kind = ROW_GROUP;
    put(&b, 4, 0, "II");
    put(&b, 4, 1, "group");
    assert_int_equal(run(&b, 400000, 90000, 0), 2);
    assert_string_equal(page_text(&b, 0), "TT|Name|1|r1|2|r2|3|r3");
    assert_string_equal(page_text(&b, 1), "*TT|*Name|II|group|5|r5|6|r6");
    assert_int_equal(b.l.pages->page[1].item[2].face, FACE_BOLD);
    bench_close(&b);
}

static void test_total_keeps_a_row(void **state) {
    (void)state;
    struct bench b;
    simple(&b, 5);
    b.t->row[5].kind = ROW_TOTAL;
    put(&b, 5, 0, NULL);
    put(&b, 5, 1, "sum");
    assert_int_equal(run(&b, 400000, 90000, 0), 2);
    assert_string_equal(page_text(&b, 0), "TT|Name|1|r1|2|r2|3|r3");
    assert_string_equal(page_text(&b, 1), "*TT|*Name|4|r4|sum");
    bench_close(&b);
}

static void test_span_over_a_page_break(void **state) {
    (void)state;
    struct bench b;
    bench_open(&b, 2, 7, 1);
    put(&b, 0, 0, "H");
    put(&b, 0, 1, "I");
    put(&b, 1, 0, "body");
    span(&b, 1, 0, 1, 6);
    for (size_t i = 1; i < 7; i++)
        put(&b, i, 1, arena_printf(b.a, "r%zu", i));
    assert_int_equal(run(&b, 400000, 90000, 0), 2);
    /* complete on the first page, so the second one repeats it for the eye alone */
    assert_string_equal(page_text(&b, 0), "H|I|body|r1|r2|r3|r4");
    assert_string_equal(page_text(&b, 1), "*H|*I|*body|r5|r6");
    check_pages(&b, 400000);
    bench_close(&b);
}

static void test_long_span_is_continued(void **state) {
    (void)state;
    struct bench b;
    bench_open(&b, 2, 7, 1);
    put(&b, 0, 0, "H");
    put(&b, 0, 1, "I");
    put(&b, 1, 0, "a b c d e f");
    at(&b, 1, 0)->spans = NULL;
    span(&b, 1, 0, 1, 6);
    /* six lines by hard breaks in six rows, four of which fit on the first page */
    struct span *list = NULL, **tail = &list;
    static const char *const letters[] = {"a", "b", "c", "d", "e", "f"};
    for (int i = 0; i < 6; i++) {
        struct span *s = arena_new_of(b.a, struct span),
                    *brk = arena_new_of(b.a, struct span);
        s->text = letters[i];
        s->len = 1;
        brk->kind = SPAN_BREAK;
        s->next = i < 5 ? brk : NULL;
        *tail = s;
        tail = &brk->next;
    }
    at(&b, 1, 0)->spans = list;
    for (size_t i = 1; i < 7; i++)
        put(&b, i, 1, arena_printf(b.a, "r%zu", i));
    assert_int_equal(run(&b, 400000, 90000, 0), 2);
    assert_string_equal(page_text(&b, 0), "H|I|a|b|c|d|r1|r2|r3|r4");
    assert_string_equal(page_text(&b, 1), "*H|*I|e|f|r5|r6");
    check_pages(&b, 400000);
    bench_close(&b);
}

static void test_span_makes_its_last_row_high(void **state) {
    (void)state;
    struct bench b;
    bench_open(&b, 3, 3, 0);
    b.t->col[0].width = 60000;
    put(&b, 0, 0, words(&b, 20));
    span(&b, 0, 0, 1, 2);
    put(&b, 0, 1, "x");
    put(&b, 1, 1, "y");
    put(&b, 2, 0, "end");
    assert_int_equal(run(&b, 400000, 700000, 0), 1);
    const struct page *p = &b.l.pages->page[0];
    int last_span_line = 0, end = 0;
    for (size_t i = 0; i < p->n; i++) {
        if (p->item[i].kind != ITEM_RUN)
            continue;
        if (strncmp(p->item[i].u.run.text, "abc", 3) == 0)
            last_span_line = p->item[i].y;
        if (strncmp(p->item[i].u.run.text, "end", 3) == 0)
            end = p->item[i].y;
    }
    assert_int_equal(end - last_span_line, 13788 + 4000);
    bench_close(&b);
}

static void test_row_higher_than_a_page(void **state) {
    (void)state;
    struct bench b;
    bench_open(&b, 2, 3, 1);
    b.t->col[0].width = 30000;
    b.t->col[1].width = 69500;
    put(&b, 0, 0, "TT");
    put(&b, 0, 1, "N");
    put(&b, 1, 0, "1");
    put(&b, 1, 1, words(&b, 40)); /* 60.5 pt hold two words: 20 lines */
    put(&b, 2, 0, "2");
    size_t n = run(&b, 100000, 150000, 0);
    size_t lines = 0;
    for (size_t i = 0; i < n; i++)
        for (const char *s = page_text(&b, i); (s = strstr(s, "abc abc")); s += 7)
            lines++;
    assert_int_equal(lines, 20);
    assert_int_equal(n, 3);
    assert_true(str_starts(page_text(&b, 0), "TT|N|1|abc"));
    assert_true(str_starts(page_text(&b, 1), "*TT|*N|abc"));
    check_pages(&b, 100000);
    bench_close(&b);
}

static void test_row_is_not_split_for_little(void **state) {
    (void)state;
    struct bench b;
    bench_open(&b, 2, 3, 1);
    b.t->col[1].width = 69500;
    put(&b, 0, 0, "TT");
    put(&b, 0, 1, "N");
    put(&b, 1, 0, "1");
    put(&b, 2, 0, "2");
    put(&b, 2, 1, words(&b, 12)); /* six lines */
    assert_int_equal(run(&b, 100000, 300000, 300000 - 60000), 2);
    assert_string_equal(page_text(&b, 0), "TT|N|1");
    bench_close(&b);
}

static void test_row_splits_rather_than_leave_a_third(void **state) {
    (void)state;
    struct bench b;
    bench_open(&b, 2, 3, 1);
    b.t->col[1].width = 69500;
    put(&b, 0, 0, "TT");
    put(&b, 0, 1, "N");
    put(&b, 1, 0, "1");
    put(&b, 2, 0, "2");
    put(&b, 2, 1, words(&b, 24)); /* twelve lines, 170 pt; 130 pt are left */
    assert_int_equal(run(&b, 100000, 300000, 300000 - 36000 - 130000), 2);
    assert_true(str_starts(page_text(&b, 0), "TT|N|1|2|abc abc|abc abc"));
    assert_true(str_starts(page_text(&b, 1), "*TT|*N|abc abc|abc abc"));
    check_pages(&b, 100000);
    bench_close(&b);
}

/* Neither page gets a single line of the shorter text in the row. */
static void test_parts_have_two_lines(void **state) {
    (void)state;
    struct bench b;
    bench_open(&b, 2, 2, 1);
    b.t->col[0].width = 49750;
    b.t->col[1].width = 49750;
    put(&b, 0, 0, "A");
    put(&b, 0, 1, "B");
    put(&b, 1, 0, words(&b, 8));  /* 40.75 pt hold one word: eight lines */
    put(&b, 1, 1, words(&b, 14)); /* fourteen */
    /* seven lines would fit below the head */
    assert_int_equal(run(&b, 100000, 300000, 300000 - 17788 - 4000 - 7 * 13788 - 5000),
                     2);
    assert_string_equal(page_text(&b, 0), "A|B|abc|abc|abc|abc|abc|abc|"
                                          "abc|abc|abc|abc|abc|abc");
    check_pages(&b, 100000);
    bench_close(&b);
}

/* A row alone on the last page: half a point of type is worth less than the page. */
static void test_smaller_type_saves_a_page(void **state) {
    (void)state;
    struct bench b;
    int row = 13788 + 4000;
    simple(&b, 9);
    assert_int_equal(run(&b, 400000, 9 * row + 5000, 0), 2);
    bench_close(&b);
    simple(&b, 9);
    b.doc->profile.table_min_size = 10000;
    assert_int_equal(run(&b, 400000, 9 * row + 12000, 0), 1);
    bench_close(&b);
    /* not when a good part of the page is used */
    simple(&b, 14);
    b.doc->profile.table_min_size = 10000;
    assert_int_equal(run(&b, 400000, 9 * row + 12000, 0), 2);
    assert_int_equal(b.l.pages->page[0].item[0].h, 12000);
    bench_close(&b);
}

static void test_cells_are_centred(void **state) {
    (void)state;
    struct bench b;
    bench_open(&b, 2, 1, 0);
    b.t->col[0].width = 49750;
    b.t->col[1].width = 49750;
    put(&b, 0, 0, words(&b, 3));
    put(&b, 0, 1, "one");
    assert_int_equal(run(&b, 100000, 300000, 0), 1);
    const struct page *p = &b.l.pages->page[0];
    assert_int_equal(p->item[3].y, p->item[1].y); /* beside the second of three lines */
    bench_close(&b);
}

static void test_footnote_takes_room(void **state) {
    (void)state;
    struct bench b;
    simple(&b, 4);
    struct span *text = arena_new_of(b.a, struct span),
                *note = arena_new_of(b.a, struct span);
    text->text = "with";
    text->len = 4;
    text->next = note;
    note->kind = SPAN_NOTE;
    note->u.note = 5;
    at(&b, 4, 1)->spans = text;
    /* 90 pt would hold four rows, but the fourth brings a note of 20 pt */
    assert_int_equal(run(&b, 400000, 90000, 0), 2);
    assert_string_equal(page_text(&b, 1), "*TT|*Name|4|with|6");
    assert_int_equal(notes_seen, 1);
    assert_int_equal(note_seen[0], 5);
    bench_close(&b);
}

static void test_least_and_rest(void **state) {
    (void)state;
    struct bench b;
    simple(&b, 3);
    b.t->row[1].kind = ROW_GROUP;
    new_page(&b, 700000);
    struct flow *f = table_flow(&b.l, &b.node, 400000);
    int row = 13788 + 4000;
    assert_int_equal(f->ops->least(&b.l, f), 3 * row); /* head, group, one row */
    assert_int_equal(f->ops->rest(&b.l, f), 4 * row);
    bool done = true;
    assert_int_equal(f->ops->place(&b.l, f, 0, 0, 2 * row, false, &done), 0);
    assert_false(done);
    assert_int_equal(b.l.page->n, 0);
    assert_int_equal(f->ops->place(&b.l, f, 0, 0, 4 * row, false, &done), 4 * row);
    assert_true(done);
    assert_int_equal(f->ops->rest(&b.l, f), 0);
    bench_close(&b);
}

static void test_high_head_is_not_repeated(void **state) {
    (void)state;
    struct bench b;
    simple(&b, 6);
    b.t->col[1].width = 69500;
    put(&b, 0, 1, words(&b, 20));
    size_t n = run(&b, 100000, 100000, 0);
    assert_true(n > 2);
    for (size_t i = 1; i < n; i++)
        assert_null(strchr(page_text(&b, i), '*'));
    check_pages(&b, 100000);
    bench_close(&b);
}

static void test_empty_tables(void **state) {
    (void)state;
    struct bench b;
    simple(&b, 0);
    assert_int_equal(run(&b, 400000, 700000, 0), 1);
    assert_string_equal(page_text(&b, 0), "TT|Name");
    bench_close(&b);
    bench_open(&b, 0, 0, 0);
    assert_int_equal(run(&b, 400000, 700000, 0), 1);
    assert_string_equal(page_text(&b, 0), "");
    bench_close(&b);
}

/* Spans that contradict each other or reach out of the table never get outside it. */
static void test_hostile_spans(void **state) {
    (void)state;
    struct bench b;
    bench_open(&b, 4, 12, 2);
    uint32_t seed = 7;
    for (int round = 0; round < 300; round++) {
        for (size_t r = 0; r < 12; r++)
            for (int c = 0; c < 4; c++) {
                seed = seed * 1664525u + 1013904223u;
                struct cell *cell = at(&b, r, c);
                cell->colspan = (uint16_t)(seed >> 28 < 4 ? seed >> 13 & 7 : 1);
                cell->rowspan = (uint16_t)(seed >> 24 & 15);
                cell->flags = seed >> 20 & 3 ? 0 : CELL_COVERED;
                cell->text = words(&b, (int)(seed >> 8 & 31));
                b.t->row[r].kind = r < 2 ? ROW_HEAD : (uint8_t)(seed >> 16 & 3);
            }
        b.l.pages->n = 0;
        run(&b, 300000, 120000 + (int)(seed >> 30) * 60000, 0);
        check_pages(&b, 300000);
    }
    bench_close(&b);
}

static void test_too_many_columns(void **state) {
    (void)state;
    struct bench b;
    bench_open(&b, 30, 2, 1);
    for (int c = 0; c < 30; c++) {
        b.t->col[c].title = "T";
        put(&b, 1, c, c == 4 ? "123.456.789.012" : "12.345");
    }
    assert_null(table_flow(&b.l, &b.node, 400000));
    size_t n;
    const struct diag_msg *const *m = diag_sorted(b.diag, &n);
    assert_int_equal(n, 1);
    assert_int_equal(m[0]->code, E_TABLE_TOO_NARROW);
    assert_int_equal(m[0]->at.line, 2);
    bench_close(&b);
}

static void test_order_and_memory_of_many_rows(void **state) {
    (void)state;
    struct bench b;
    size_t rows = 100000;
    bench_open(&b, 8, rows + 1, 1);
    for (size_t i = 0; i <= rows; i++)
        for (int c = 0; c < 8; c++)
            put(&b, i, c,
                c == 0   ? "12.345"
                : c == 3 ? "one two three four five six seven"
                         : "value");
    size_t before = arena_used(b.a);
    clock_t start = clock();
    struct flow *f = table_flow(&b.l, &b.node, 480000);
    bool done = false;
    size_t pages = 0, items = 0;
    while (!done) {
        struct page page = {.h = 700000, .w = 480000};
        b.l.page = &page;
        b.l.bottom = 700000;
        f->ops->place(&b.l, f, 0, 0, 700000, true, &done);
        pages++;
        items += page.n;
    }
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    print_message("%zu pages, %zu items, %.2f s, %zu MB of pages\n", pages, items,
                  seconds, (arena_used(b.a) - before) >> 20);
    assert_true(items > rows * 8);
    assert_true(seconds < 100);
    bench_close(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_page),
        cmocka_unit_test(test_heads_repeat_as_artifacts),
        cmocka_unit_test(test_head_of_four_levels),
        cmocka_unit_test(test_group_never_ends_a_page),
        cmocka_unit_test(test_total_keeps_a_row),
        cmocka_unit_test(test_span_over_a_page_break),
        cmocka_unit_test(test_long_span_is_continued),
        cmocka_unit_test(test_span_makes_its_last_row_high),
        cmocka_unit_test(test_row_higher_than_a_page),
        cmocka_unit_test(test_row_is_not_split_for_little),
        cmocka_unit_test(test_row_splits_rather_than_leave_a_third),
        cmocka_unit_test(test_parts_have_two_lines),
        cmocka_unit_test(test_smaller_type_saves_a_page),
        cmocka_unit_test(test_cells_are_centred),
        cmocka_unit_test(test_footnote_takes_room),
        cmocka_unit_test(test_least_and_rest),
        cmocka_unit_test(test_high_head_is_not_repeated),
        cmocka_unit_test(test_empty_tables),
        cmocka_unit_test(test_hostile_spans),
        cmocka_unit_test(test_too_many_columns),
        cmocka_unit_test(test_order_and_memory_of_many_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
