/* test_tags.c: structure trees of page models built by hand, read back with poppler and qpdf */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "output/pdf_inside.h"
#include "pdf_model.h"

static void document(struct model *m) {
    model_init(m);
    m->doc->official.agency.text = "";
    m->doc->plain = true;
    m->doc->root = node_new(m->doc, NODE_DOC, NULL, (struct origin){0});
}

static struct node *add_node(struct model *m, struct node *parent, enum node_kind kind) {
    struct node *n = node_new(m->doc, kind, parent ? parent : m->doc->root,
                              (struct origin){"a.md", 1, 1});
    n->id = ++m->doc->nodes;
    return n;
}

static struct item *add_run(struct model *m, const struct node *n, uint32_t mark,
                            const char *text) {
    struct page *page = &m->pages.page[m->pages.n - 1];
    struct item *item =
        add_item(m, ITEM_RUN, 60000, 60000 + (int)page->n * 16000, 0, 12000);
    item->node = n ? n->id : 0;
    item->mark = mark;
    item->u.run.text = text;
    item->u.run.len = (uint32_t)strlen(text);
    return item;
}

static void add_heading(struct model *m, int level, const char *text) {
    struct node *n = add_node(m, NULL, NODE_HEADING);
    n->level = (uint8_t)level;
    add_run(m, n, 1, text);
}

static void add_labelled(struct model *m, enum rung rung, const char *label,
                         const char *text) {
    struct node *n = add_node(m, NULL, NODE_PARA);
    n->rung = (uint8_t)rung;
    n->label = label;
    add_run(m, n, 1, label);
    add_run(m, n, 2, text);
}

/* The tree as poppler tells it; nothing but the tree. */
static void expect_tree(struct model *m, const char *wanted) {
    assert_true(save(m));
    check_valid(m);
    assert_string_equal(tool(m, "pdfinfo -struct-text", ""), wanted);
}

static void headings_keep_their_levels(void **state) {
    (void)state;
    struct model m;
    document(&m);
    m.doc->plain = false;
    m.doc->official.type.text = "BÁO CÁO";
    m.doc->official.subject.text = "Tình hình";
    add_run(&m, NULL, PART_MOTTO, "Độc lập")->blank = 1;
    add_run(&m, NULL, PART_TYPE, "BÁO CÁO")->blank = 1;
    add_run(&m, NULL, PART_SUBJECT, "Tình hình");
    add_heading(&m, 1, "I");
    add_heading(&m, 4, "a"); /* no gap, whatever the tree says */
    add_heading(&m, 1, "II");
    expect_tree(&m, "Document\n  P (block)\n  P (block)\n  P (block)\n    \"Độc lập \"\n"
                    "  P (block)\n  H1 (block)\n    \"BÁO CÁO Tình hình\"\n"
                    "  Sect\n    H2 (block)\n      \"I\"\n"
                    "    Sect\n      H3 (block)\n        \"a\"\n"
                    "  Sect\n    H2 (block)\n      \"II\"\n");
    model_free(&m);
}

static void levels_beyond_six_stay_six(void **state) {
    (void)state;
    struct model m;
    document(&m);
    for (int level = 1; level <= 9; level++)
        add_heading(&m, level, "x");
    assert_true(save(&m));
    check_valid(&m);
    const char *tree = tool(&m, "pdfinfo -struct-text", "");
    int deepest = 0;
    assert_non_null(strstr(tree, "H1 (block)"));
    for (const char *at = tree; (at = strstr(at, "H6 (block)")); at++)
        deepest++;
    assert_int_equal(deepest, 4);
    model_free(&m);
}

static void lists_nest_by_their_labels(void **state) {
    (void)state;
    struct model m;
    document(&m);
    add_labelled(&m, RUNG_DASH, "- ", "one");
    add_labelled(&m, RUNG_PLUS, "+ ", "inner");
    add_labelled(&m, RUNG_DASH, "- ", "two");
    struct node *n = add_node(&m, NULL, NODE_PARA);
    add_run(&m, n, 1, "between");
    add_labelled(&m, RUNG_DASH, "- ", "new");
    expect_tree(
        &m, "Document\n  L (block):\n     /ListNumbering /Disc\n"
            "    LI (block)\n      Lbl (block)\n        \"- \"\n      LBody (block)\n"
            "        \"one\"\n        L (block):\n           /ListNumbering /Circle\n"
            "          LI (block)\n            Lbl (block)\n              \"+ \"\n"
            "            LBody (block)\n              \"inner\"\n"
            "    LI (block)\n      Lbl (block)\n        \"- \"\n      LBody (block)\n"
            "        \"two\"\n  P (block)\n    \"between\"\n"
            "  L (block):\n     /ListNumbering /Disc\n    LI (block)\n      Lbl (block)\n"
            "        \"- \"\n      LBody (block)\n        \"new\"\n");
    model_free(&m);
}

/* Heads A over B and C, then the rows (1 2 3) and (4 over all). */
static struct node *add_table(struct model *m) {
    struct node *n = add_node(m, NULL, NODE_TABLE);
    struct table *t = n->u.table = arena_new_of(m->arena, struct table);
    t->ncols = 3;
    t->nrows = 4;
    t->head_rows = 2;
    t->col = arena_array(m->arena, struct table_col, 3);
    t->row = arena_array(m->arena, struct row, 4);
    for (int i = 0; i < 4; i++) {
        t->row[i].kind = i < 2 ? ROW_HEAD : i < 3 ? ROW_DATA : ROW_TOTAL;
        t->row[i].cell = arena_array(m->arena, struct cell, 3);
        for (int c = 0; c < 3; c++)
            t->row[i].cell[c] = (struct cell){.text = "x", .colspan = 1, .rowspan = 1};
    }
    t->row[0].cell[0].rowspan = 2;
    t->row[1].cell[0].flags = CELL_COVERED;
    t->row[0].cell[1].colspan = 2;
    t->row[0].cell[2].flags = CELL_COVERED;
    t->row[3].cell[0].colspan = 9; /* more than there are */
    t->row[3].cell[1].flags = t->row[3].cell[2].flags = CELL_COVERED;
    return n;
}

static void tables_name_their_heads(void **state) {
    (void)state;
    struct model m;
    document(&m);
    struct node *n = add_table(&m);
    static const struct {
        uint32_t cell;
        const char *text;
    } cell[] = {{0, "TT"}, {1, "A"}, {4, "B"}, {5, "C"}, {6, "1"}, {8, "3"}, {9, "sum"}};
    for (size_t i = 0; i < 5; i++)
        add_run(&m, n, 1 + cell[i].cell, cell[i].text);
    add_page(&m, 595276, 841890);
    add_run(&m, n, 2, "A")->artifact = true; /* repeated on the next page */
    for (size_t i = 5; i < 7; i++)
        add_run(&m, n, 1 + cell[i].cell, cell[i].text);
    expect_tree(
        &m,
        "Document\n  Table (block)\n    THead\n      TR\n"
        "        TH <t00000004>:\n           /Scope /Column\n           /RowSpan 2\n     "
        "     "
        "\"TT\"\n"
        "        TH <t00000005>:\n           /Scope /Column\n           /ColSpan 2\n     "
        "     \"A\"\n"
        "      TR\n        TH <t00000007>:\n           /Scope /Column\n          \"B\"\n"
        "        TH <t00000008>:\n           /Scope /Column\n          \"C\"\n"
        "    TBody\n      TR\n"
        "        TD:\n           /Headers [(t00000004)]\n          \"1\"\n"
        "        TD:\n           /Headers [(t00000005) (t00000007)]\n"
        "        TD:\n           /Headers [(t00000005) (t00000008)]\n          \"3\"\n"
        "      TR\n        TH:\n           /Scope /Row\n           /ColSpan 3\n"
        "          \"sum\"\n");
    model_free(&m);
}

static struct item *add_link(struct model *m, const struct node *n, const char *uri) {
    struct item *link = add_item(m, ITEM_LINK, 60000, 60000, 50000, 16000);
    link->node = n->id;
    link->u.link = uri;
    return link;
}

/* A link over two lines is one Link with two annotations; a footnote comes behind its paragraph. */
static void links_and_footnotes(void **state) {
    (void)state;
    static const char uri[] = "https://a.vn";
    struct model m;
    document(&m);
    m.doc->notes = 1;
    m.doc->note = arena_new_of(m.arena, struct note);
    struct node *n = add_node(&m, NULL, NODE_PARA);
    add_run(&m, n, 1, "see ");
    add_run(&m, n, 2, "this")->blank = 1;
    add_link(&m, n, uri);
    add_run(&m, n, 2, "page");
    add_link(&m, n, uri);
    add_run(&m, n, 3, "1")->note = 1;
    add_run(&m, n, 4, " end");
    add_link(&m, n, "#nowhere"); /* a dead target is no link */
    struct node *next = add_node(&m, NULL, NODE_PARA);
    add_run(&m, next, 1, "next");
    add_run(&m, NULL, PART_NOTE, "1")->note = 1;
    add_run(&m, NULL, PART_NOTE, " note");
    assert_true(save(&m));
    check_valid(&m);
    const char *tree = tool(&m, "pdfinfo -struct-text", "");
    const char *link = strstr(tree, "Link (inline)\n      \"this page\"\n      Object");
    assert_non_null(link);
    assert_null(strstr(link + 1, "Link"));
    const char *reference = strstr(tree, "Reference (inline)\n      \"1\"\n");
    const char *end = strstr(tree, "\" end\""), *note = strstr(tree, "Note <");
    assert_true(reference && link < reference && reference < end && end < note);
    assert_true(note < strstr(tree, "\"next\""));
    assert_non_null(strstr(note, "Lbl (block)\n        \"1\"\n      \" note\"\n"));
    model_free(&m);
}

/* What no element claims is read first, in its order. */
static void nothing_is_left_out(void **state) {
    (void)state;
    struct model m;
    document(&m);
    struct node *n = add_node(&m, NULL, NODE_PARA);
    add_run(&m, n, 1, "known");
    add_run(&m, NULL, PART_SUBJECT, "stray ");
    add_run(&m, NULL, 0, "too");
    struct item *number = add_run(&m, NULL, 0, "2");
    number->artifact = true;
    expect_tree(&m, "Document\n  P (block)\n    \"stray too\"\n  P (block)\n"
                    "    \"known\"\n");
    model_free(&m);
}

/* An appendix of its own begins with H1; a page without content has no marks. */
static void appendix_alone(void **state) {
    (void)state;
    struct model m;
    document(&m);
    struct node *n = add_node(&m, NULL, NODE_APPENDIX);
    n->u.appendix = arena_new_of(m.arena, struct appendix);
    m.doc->alone = n;
    add_run(&m, n, PART_APPENDIX_LABEL, "Phụ lục I")->blank = 1;
    add_run(&m, n, PART_APPENDIX_TITLE, "SỐ LIỆU");
    add_run(&m, n, PART_APPENDIX_REFERENCE, "(Kèm theo)");
    struct node *para = add_node(&m, n, NODE_PARA);
    add_page(&m, 841890, 595276);
    add_page(&m, 841890, 595276);
    add_run(&m, para, 1, "text");
    expect_tree(&m, "Document\n  Part\n    H1 (block)\n      \"Phụ lục I SỐ LIỆU\"\n"
                    "    P (block)\n      \"(Kèm theo)\"\n    P (block)\n"
                    "      \"text\"\n");
    model_free(&m);
}

/* More rows than one TBody, leaf or object stream holds; the same bytes twice; nothing when untagged. */
static void long_tables(void **state) {
    (void)state;
    enum { ROWS = 9000 };
    struct model m;
    document(&m);
    struct node *n = add_node(&m, NULL, NODE_TABLE);
    struct table *t = n->u.table = arena_new_of(m.arena, struct table);
    t->ncols = 1;
    t->nrows = ROWS;
    t->col = arena_array(m.arena, struct table_col, 1);
    t->row = arena_array(m.arena, struct row, ROWS);
    struct cell cell = {.text = "x", .colspan = 1, .rowspan = 1};
    for (size_t i = 0; i < ROWS; i++) {
        if (i % 50 == 49)
            add_page(&m, 595276, 841890);
        t->row[i].kind = ROW_DATA;
        t->row[i].cell = &cell;
        add_run(&m, n, 1 + (uint32_t)i, "x");
    }
    assert_true(save(&m));
    check_valid(&m);
    const char *tree = tool(&m, "pdfinfo -struct", "");
    size_t bodies = 0, cells = 0;
    for (const char *at = tree; (at = strstr(at, "TBody")); at++)
        bodies++;
    for (const char *at = tree; (at = strstr(at, "TD")); at++)
        cells++;
    assert_int_equal(bodies, 3);
    assert_int_equal(cells, ROWS);
    struct buf before = m.out;
    m.out = (struct buf){0};
    assert_true(save(&m));
    assert_int_equal(before.len, m.out.len);
    assert_memory_equal(before.data, m.out.data, m.out.len);
    buf_free(&before);
    m.out.len = 0;
    assert_true(pdf_write(m.doc, &m.pages, fonts, m.diag,
                          &(struct pdf_options){.untagged = true}, &m.out, NULL));
    check_valid(&m);
    assert_false(contains(&m.out, "StructTreeRoot"));
    assert_non_null(strstr(tool(&m, "pdfinfo", ""), "Tagged:          no"));
    model_free(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headings_keep_their_levels),
        cmocka_unit_test(levels_beyond_six_stay_six),
        cmocka_unit_test(lists_nest_by_their_labels),
        cmocka_unit_test(tables_name_their_heads),
        cmocka_unit_test(links_and_footnotes),
        cmocka_unit_test(nothing_is_left_out),
        cmocka_unit_test(appendix_alone),
        cmocka_unit_test(long_tables),
    };
    return cmocka_run_group_tests(tests, start, finish);
}
