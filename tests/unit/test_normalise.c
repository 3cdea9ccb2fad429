/* test_normalise.c: spaces, anchors, appendices, alignments, pictures, lints and the dump */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "doc/doc.h"

struct bench {
    struct arena *a;
    struct diag *d;
    struct doc *doc;
    int line;
};

static int open_bench(void **state) {
    static struct bench b;
    b.a = arena_new();
    b.d = diag_new(LANG_EN);
    b.doc = doc_new(b.a);
    b.line = 0;
    *state = &b;
    return 0;
}

static int close_bench(void **state) {
    struct bench *b = *state;
    diag_free(b->d);
    arena_free(b->a);
    return 0;
}

static struct origin next_line(struct bench *b) {
    struct origin at = {"mau.md", ++b->line, 1};
    return at;
}

static struct span *text(struct bench *b, const char *s) {
    return span_new(b->a, SPAN_TEXT, s, strlen(s));
}

static struct node *add(struct bench *b, enum node_kind k, struct node *parent,
                        const char *s) {
    struct node *n = node_new(b->doc, k, parent, next_line(b));
    if (s && *s) {
        n->spans = text(b, s);
        n->spans->at = n->at;
    }
    return n;
}

static struct node *para(struct bench *b, const char *s) {
    return add(b, NODE_PARA, b->doc->root, s);
}

static void messages_are(struct bench *b, size_t n, const enum diag_code *code,
                         const char *const *needle) {
    size_t got = 0;
    const struct diag_msg *const *m = diag_sorted(b->d, &got);
    for (size_t i = 0; i < got && i < n; i++)
        if (m[i]->code != code[i] || !strstr(m[i]->text, needle[i]))
            fail_msg("message %zu: %s", i, m[i]->text);
    assert_int_equal(got, n);
}

/* ---- spaces --------------------------------------------------------------------------- */

static void spaces_of_prose(void **state) {
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"  Hai   dấu  cách ", "Hai dấu cách"},
        {"đạt 98,70 % , vượt ;", "đạt 98,70%, vượt;"},
        {"như trên ./.", "như trên./."},
        {"các loại ...", "các loại..."},
        {"tệp .vn và :8080", "tệp .vn và :8080"},
        {"tỷ lệ 1 : 2", "tỷ lệ 1 : 2"},
        {"“trích” ; (nghỉ .)", "“trích”; (nghỉ.)"},
        {"nói : “được”", "nói: “được”"},
        {"tab\tở giữa", "tab ở giữa"},
        {"Covid -19", "Covid -19"},
    };
    struct bench *b = *state;
    struct node *n[sizeof cases / sizeof *cases];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        n[i] = para(b, cases[i].in);
    assert_true(doc_normalise(b->doc, b->d));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(spans_text(b->a, n[i]->spans), cases[i].out);
}

static void spaces_across_spans(void **state) {
    static struct value data; /* a code out of the data keeps its blank */
    struct bench *b = *state;
    struct node *n = para(b, "số ");
    struct span *code = text(b, " 05 . x"), *tail = text(b, " , "), *end = text(b, "  ");
    struct span *stop = span_new(b->a, SPAN_BREAK, NULL, 0), *last = text(b, " cuối");
    code->value = &data;
    n->spans->next = code;
    code->next = tail;
    tail->next = stop;
    stop->next = last;
    last->next = end;
    assert_true(doc_normalise(b->doc, b->d));
    assert_string_equal(spans_text(b->a, n->spans), "số 05 . x, cuối");
    assert_ptr_equal(last->next, NULL); /* the empty span is gone */
}

static void code_keeps_its_blanks(void **state) {
    struct bench *b = *state;
    struct node *n = para(b, "a  , b");
    n->spans->style = SPAN_CODE;
    assert_true(doc_normalise(b->doc, b->d));
    assert_string_equal(spans_text(b->a, n->spans), "a  , b");
}

static void empty_paragraphs_vanish(void **state) {
    struct bench *b = *state;
    para(b, "   ");
    struct node *n = para(b, "Còn");
    para(b, NULL);
    assert_true(doc_normalise(b->doc, b->d));
    assert_ptr_equal(b->doc->root->first, n);
    assert_ptr_equal(b->doc->root->last, n);
    assert_null(n->next);
    assert_int_equal(b->doc->nodes, 2);
    assert_int_equal(n->id, 2);
}

/* ---- what stays together, căn cứ ---------------------------------------------------------- */

static void lines_that_announce_keep_with_the_next(void **state) {
    struct bench *b = *state;
    struct node *grounds = para(b, "Căn cứ Luật A;"), *last = para(b, "Căn cứ Luật B.");
    struct node *lead = para(b, "Cụ thể:"), *next = para(b, "Căn cứ thêm;");
    struct node *end = para(b, "Hết:");
    assert_true(doc_normalise(b->doc, b->d));
    assert_true(lead->keep_next);
    assert_false(next->keep_next);
    assert_false(end->keep_next);
    assert_int_equal(grounds->para_style, STYLE_CAN_CU);
    assert_int_equal(last->para_style, STYLE_CAN_CU);
    assert_int_equal(next->para_style, STYLE_BODY);
}

/* ---- anchors and links ------------------------------------------------------------------------ */

static void links_find_headings_and_appendices(void **state) {
    struct bench *b = *state;
    struct node *one = add(b, NODE_HEADING, b->doc->root, "Mục đích");
    struct node *two = add(b, NODE_HEADING, b->doc->root, "Mục đích");
    struct node *named = add(b, NODE_HEADING, b->doc->root, "Yêu cầu");
    static const char *const links[] = {"#muc-dich", "#muc-dich-2", "#yc", "#phu-luc-ii",
                                        "https://a.vn/#x"};
    named->anchor = "yc";
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        para(b, "xem")->spans->link = links[i];
    para(b, "xem Phụ lục I");
    struct node *first = add(b, NODE_APPENDIX, b->doc->root, NULL);
    struct node *second = add(b, NODE_APPENDIX, b->doc->root, NULL);
    assert_true(doc_normalise(b->doc, b->d));
    assert_string_equal(one->anchor, "muc-dich");
    assert_string_equal(two->anchor, "muc-dich-2");
    assert_string_equal(first->u.appendix->number, "I");
    assert_string_equal(second->anchor, "phu-luc-ii");
    assert_int_equal(diag_count(b->d, SEV_WARNING), 0);
}

static void dead_links_are_errors(void **state) {
    static const enum diag_code codes[] = {E_LINK_DEAD, E_LINK_DEAD_NONE, E_ANCHOR_TWICE};
    static const char *const needles[] = {"“#muc-dich”", "“#khac-han”", "mau.md:4"};
    struct bench *b = *state;
    add(b, NODE_HEADING, b->doc->root, "Mục đích");
    para(b, "xem")->spans->link = "#muc-dic";
    para(b, "xem")->spans->link = "#khac-han";
    add(b, NODE_HEADING, b->doc->root, "Một")->anchor = "x";
    add(b, NODE_HEADING, b->doc->root, "Hai")->anchor = "x";
    assert_false(doc_normalise(b->doc, b->d));
    messages_are(b, 3, codes, needles);
}

/* ---- appendices --------------------------------------------------------------------------------- */

static void appendix_references(void **state) {
    static const struct {
        const char *body;
        int appendices, unused;
    } cases[] = {
        {"(Có Phụ lục I kèm theo)", 3, 2},
        {"(Có Phụ lục I, II và III kèm theo)", 3, 0},
        {"Các Phụ lục I đến III kèm theo", 3, 0},
        {"phụ lục số 2 và Phụ lục III", 3, 1},
        {"CÁC PHỤ LỤC KÈM THEO", 3, 0},
        {"Không nhắc", 2, 2},
        {"(Có Phụ lục kèm theo)", 1, 0},
        {"(Có Phụ lục I kèm theo)", 1, 0},
        {"Không nhắc", 1, 1},
    };
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        b->doc = doc_new(b->a);
        diag_free(b->d);
        b->d = diag_new(LANG_EN);
        para(b, cases[i].body);
        for (int k = 0; k < cases[i].appendices; k++)
            add(b, NODE_APPENDIX, b->doc->root, NULL);
        assert_true(doc_normalise(b->doc, b->d));
        if (diag_count(b->d, SEV_WARNING) != cases[i].unused)
            fail_msg("%s: %d", cases[i].body, diag_count(b->d, SEV_WARNING));
    }
}

static void appendix_numbers_can_be_given(void **state) {
    static const enum diag_code codes[] = {W_APPENDIX_ORDER};
    static const char *const needles[] = {"IV stands in the place of II"};
    struct bench *b = *state;
    struct node *x[4];
    para(b, "các phụ lục");
    for (int i = 0; i < 4; i++)
        x[i] = add(b, NODE_APPENDIX, b->doc->root, NULL);
    x[1]->u.appendix->number = "";
    x[2]->u.appendix->number = "IV";
    assert_true(doc_normalise(b->doc, b->d));
    assert_string_equal(x[0]->u.appendix->number, "I");
    assert_null(x[1]->u.appendix->number);
    assert_string_equal(x[3]->u.appendix->number, "V");
    messages_are(b, 1, codes, needles);
}

/* ---- tables ---------------------------------------------------------------------------------------- */

static struct table *table(struct bench *b, int cols, size_t rows) {
    struct node *n = node_new(b->doc, NODE_TABLE, b->doc->root, next_line(b));
    struct table *t = n->u.table;
    t->ncols = cols;
    t->nrows = rows;
    t->head_rows = 1;
    t->col = arena_array(b->a, struct table_col, cols);
    t->row = arena_array(b->a, struct row, rows);
    for (size_t r = 0; r < rows; r++) {
        t->row[r].cell = arena_array(b->a, struct cell, cols);
        t->row[r].kind = r ? ROW_DATA : ROW_HEAD;
        t->row[r].at = next_line(b);
        for (int c = 0; c < cols; c++)
            t->row[r].cell[c].colspan = t->row[r].cell[c].rowspan = 1;
    }
    return t;
}

static void columns_are_aligned_by_content(void **state) {
    static const char *const cells[3][6] = {
        {"TT", "Chỉ tiêu", "Đơn vị", "Kết quả", "Ngày", "Trống"},
        {"1", "Tỷ lệ hồ sơ trực tuyến toàn trình", "%", "12.456", "06/6/2026", ""},
        {"2", "Số xóm", "xóm", "-", "01/01/2026", NULL}};
    struct bench *b = *state;
    struct table *t = table(b, 6, 3);
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 6; c++)
            t->row[r].cell[c].text = cells[r][c];
    t->col[0].name = "tt";
    t->row[1].cell[4].format = t->row[2].cell[4].format = FORMAT_DATE;
    assert_true(doc_normalise(b->doc, b->d));
    static const enum cell_align want[] = {ALIGN_CENTER, ALIGN_LEFT,   ALIGN_CENTER,
                                           ALIGN_RIGHT,  ALIGN_CENTER, ALIGN_LEFT};
    for (int c = 0; c < 6; c++) {
        assert_int_equal(t->row[0].cell[c].align, ALIGN_CENTER);
        if (t->row[1].cell[c].align != want[c])
            fail_msg("column %d: %d", c, t->row[1].cell[c].align);
    }
}

static void order_columns_are_known_by_title(void **state) {
    static const char *const title[] = {"TT", "STT", "Số TT", "Mã"};
    struct bench *b = *state;
    struct table *t = table(b, 4, 2);
    for (int c = 0; c < 4; c++) {
        t->col[c].name = "c1";
        t->col[c].title = title[c];
        t->row[1].cell[c].text = "1";
    }
    assert_true(doc_normalise(b->doc, b->d));
    for (int c = 0; c < 4; c++)
        assert_int_equal(t->row[1].cell[c].align, c < 3 ? ALIGN_CENTER : ALIGN_RIGHT);
}

static void other_rows_are_aligned_by_kind(void **state) {
    struct bench *b = *state;
    struct table *t = table(b, 2, 5);
    t->col[0].name = "tt";
    t->row[1].kind = ROW_GROUP;
    t->row[2].kind = ROW_TOTAL;
    t->row[2].cell[1].format = FORMAT_INTEGER;
    t->row[3].kind = ROW_EMPTY;
    t->row[4].cell[1].text = "12";
    assert_true(doc_normalise(b->doc, b->d));
    assert_int_equal(t->row[1].cell[0].align, ALIGN_CENTER);
    assert_int_equal(t->row[1].cell[1].align, ALIGN_LEFT);
    assert_int_equal(t->row[2].cell[0].align, ALIGN_CENTER);
    assert_int_equal(t->row[2].cell[1].align, ALIGN_RIGHT);
    assert_int_equal(t->row[3].cell[0].align, ALIGN_CENTER);
}

/* ---- pictures ------------------------------------------------------------------------------------------ */

static const unsigned char png[] = {
    0x89, 'P',  'N',  'G', '\r', '\n', 0x1a, '\n', 0, 0,   0,   13,  'I', 'H',
    'D',  'R',  0,    0,   1,    0,    0,    0,    0, 128, 8,   2,   0,   0,
    0,    0,    0,    0,   0,    0,    0,    0,    9, 'p', 'H', 'Y', 's', 0,
    0,    0x2e, 0x23, 0,   0,    0x2e, 0x23, 1,    0, 0,   0,   0,   0,   0,
    0,    0,    'I',  'E', 'N',  'D',  0,    0,    0, 0};
static const unsigned char jpeg[] = {
    0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0,  1, 1, 1,    0, 96,   0,   96,
    0,    0,    0xff, 0xc0, 0, 11, 8,   0,   40,  0,   60, 1, 1, 0x11, 0, 0xff, 0xd9};

static const char *file_with(struct bench *b, const char *name, const void *p, size_t n) {
    static const char *dir;
    static char place[64] = "/tmp/baocao-test-XXXXXX";
    if (!dir)
        dir = mkdtemp(place);
    assert_non_null(dir);
    char *path = path_join(b->a, dir, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(p, 1, n, f), n);
    fclose(f);
    return path;
}

static struct node *figure(struct bench *b, const char *file) {
    struct node *n = node_new(b->doc, NODE_FIGURE, b->doc->root, next_line(b));
    n->u.figure->file = file;
    return n;
}

static void pictures_tell_their_size(void **state) {
    struct bench *b = *state;
    struct node *p = figure(b, file_with(b, "a.PNG", png, sizeof png));
    struct node *j = figure(b, file_with(b, "b.jpg", jpeg, sizeof jpeg));
    assert_true(doc_normalise(b->doc, b->d));
    assert_int_equal(p->u.figure->width_px, 256);
    assert_int_equal(p->u.figure->height_px, 128);
    assert_int_equal(p->u.figure->dpi, 300);
    assert_false(p->u.figure->jpeg);
    assert_int_equal(j->u.figure->width_px, 60);
    assert_int_equal(j->u.figure->height_px, 40);
    assert_int_equal(j->u.figure->dpi, 96);
    assert_true(j->u.figure->jpeg);
}

static void bad_pictures_are_errors(void **state) {
    static const enum diag_code codes[] = {E_PICTURE_READ, E_PICTURE_TYPE, E_PICTURE_NAME,
                                           E_PICTURE_BROKEN};
    static const char *const needles[] = {"khong-co.png", "neither", "JPEG", "damaged"};
    struct bench *b = *state;
    figure(b, "/tmp/khong-co.png");
    figure(b, file_with(b, "c.gif", "GIF89a", 6));
    figure(b, file_with(b, "d.png", jpeg, sizeof jpeg));
    figure(b, file_with(b, "e.png", png, 40));
    assert_false(doc_normalise(b->doc, b->d));
    messages_are(b, 4, codes, needles);
}

static void no_cut_picture_is_read_beyond_its_end(void **state) {
    struct bench *b = *state;
    for (size_t n = 8; n < sizeof png; n++)
        figure(b, file_with(b, arena_printf(b->a, "p%zu.png", n), png, n));
    for (size_t n = 3; n + 4 < sizeof jpeg; n++)
        figure(b, file_with(b, arena_printf(b->a, "j%zu.jpg", n), jpeg, n));
    assert_false(doc_normalise(b->doc, b->d));
    assert_true(diag_count(b->d, SEV_ERROR) > 60);
}

static void draft_names_a_missing_picture(void **state) {
    struct bench *b = *state;
    struct node *n = figure(b, "hinh.png");
    b->doc->draft = true;
    assert_true(doc_normalise(b->doc, b->d));
    assert_int_equal(n->kind, NODE_PARA);
    assert_int_equal(n->spans->style, SPAN_MISSING);
}

/* ---- lints and dump ------------------------------------------------------------------------------------- */

static void placeholders_are_found(void **state) {
    static const enum diag_code codes[] = {W_PLACEHOLDER, W_PLACEHOLDER};
    static const char *const needles[] = {"“[CẦN BỔ SUNG: số liệu]”", "“…”"};
    struct bench *b = *state;
    para(b, "Đạt [CẦN BỔ SUNG: số liệu] hồ sơ");
    para(b, "…");
    para(b, "y tế, giáo dục,...");
    para(b, "xem [1] và {a}");
    assert_true(doc_normalise(b->doc, b->d));
    messages_are(b, 2, codes, needles);
}

static void dump_is_stable(void **state) {
    static const char want[] =
        "official\n"
        "  co_quan \"UBND xã A\"\n"
        "  ngay_ban_hanh 0-0-0\n"
        "doc\n"
        "  heading 1 roman “I.” keep #muc-dich \"MỤC ĐÍCH\"  mau.md:1\n"
        "  para dash “-” keep \"Các bảng:\"  mau.md:2\n"
        "  table so_lieu 2 columns 1 head rows 1 rows LR\n"
        "    head | 1x2 Tên\\nhai dòng | ~\n"
        "    data | Một | 12\n"
        "  appendix - landscape #phu-luc \"DANH MỤC\" \"(Kèm theo Công văn số …/ ngày … "
        "tháng … năm … của UBND xã A)\"  mau.md:6\n"
        "    para \"Không có\"  mau.md:7\n";
    struct bench *b = *state;
    b->doc->official.agency.text = "UBND xã A";
    add(b, NODE_HEADING, b->doc->root, "MỤC ĐÍCH")->label = "I.";
    para(b, "Các bảng:")->label = "-";
    struct table *t = table(b, 2, 2);
    t->name = "so_lieu";
    t->row[0].cell[0] =
        (struct cell){.text = "Tên\nhai dòng", .colspan = 2, .rowspan = 1};
    t->row[0].cell[1].flags = CELL_COVERED;
    t->col[0].align = ALIGN_LEFT;
    t->row[1].cell[0].text = "Một";
    t->row[1].cell[1].text = "12";
    struct node *x = add(b, NODE_APPENDIX, b->doc->root, NULL);
    x->u.appendix->landscape = true;
    x->u.appendix->title = text(b, "DANH MỤC");
    add(b, NODE_PARA, x, "Không có");
    assert_true(doc_normalise(b->doc, b->d));
    struct buf out = {NULL, 0, 0};
    doc_dump(b->doc, &out, false);
    if (!str_eq(out.data, want))
        fail_msg("%s", out.data);
    buf_free(&out);
}

int main(void) {
#define ON_BENCH(f) cmocka_unit_test_setup_teardown(f, open_bench, close_bench)
    const struct CMUnitTest tests[] = {
        ON_BENCH(spaces_of_prose),
        ON_BENCH(spaces_across_spans),
        ON_BENCH(code_keeps_its_blanks),
        ON_BENCH(empty_paragraphs_vanish),
        ON_BENCH(lines_that_announce_keep_with_the_next),
        ON_BENCH(links_find_headings_and_appendices),
        ON_BENCH(dead_links_are_errors),
        ON_BENCH(appendix_references),
        ON_BENCH(appendix_numbers_can_be_given),
        ON_BENCH(columns_are_aligned_by_content),
        ON_BENCH(order_columns_are_known_by_title),
        ON_BENCH(other_rows_are_aligned_by_kind),
        ON_BENCH(pictures_tell_their_size),
        ON_BENCH(bad_pictures_are_errors),
        ON_BENCH(no_cut_picture_is_read_beyond_its_end),
        ON_BENCH(draft_names_a_missing_picture),
        ON_BENCH(placeholders_are_found),
        ON_BENCH(dump_is_stable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
