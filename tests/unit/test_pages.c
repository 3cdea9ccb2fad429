/* test_pages.c: documents built by hand and laid out on pages with the real fonts */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "layout/inside.h"

static struct fonts *fonts;
static struct diag *diag;
static struct doc *doc;
static struct pages *pages;

static struct text_item item_text(const char *s) {
    return (struct text_item){.text = s};
}

static int open_fonts(void **state) {
    (void)state;
    struct diag *d = diag_new(LANG_EN);
    fonts = fonts_open(d, NULL);
    diag_free(d);
    return fonts ? 0 : -1;
}

static int close_fonts(void **state) {
    (void)state;
    fonts_free(fonts);
    return 0;
}

static int setup(void **state) {
    (void)state;
    static struct text_item authority, recipient[2];
    static struct signer signer;
    diag = diag_new(LANG_EN);
    doc = doc_new(arena_new());
    doc->profile = profile_default;
    struct official *o = &doc->official;
    o->parent_agency = o->urgency = o->circulation = o->drafter = o->copies =
        item_text("");
    o->agency = item_text("Ủy ban nhân dân xã Dân Tiến");
    o->number = item_text("05");
    o->symbol = item_text("BC-UBND");
    o->place = item_text("Dân Tiến");
    o->issued = item_text("2026-02-05");
    o->date = (struct date){2026, 2, 5};
    o->type = item_text("BÁO CÁO");
    o->subject = item_text("Kết quả thực hiện");
    recipient[0] = item_text("Sở Nội vụ;");
    recipient[1] = item_text("- Lưu: VT.");
    o->noi_nhan = recipient;
    o->noi_nhans = 2;
    authority = item_text("TM. ỦY BAN NHÂN DÂN");
    signer = (struct signer){&authority, 1, item_text("Chủ tịch"),
                             item_text("Nguyễn Văn Bình")};
    o->signer = &signer;
    o->signers = 1;
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_free(doc->arena);
    diag_free(diag);
    return 0;
}

/* ---- building ------------------------------------------------------------------ */

static struct node *node_text(enum node_kind k, struct node *parent, const char *label,
                              const char *text) {
    static int id;
    struct node *n = node_new(doc, k, parent, (struct origin){"x.md", 1, 1});
    n->id = ++id;
    n->label = label;
    n->spans = span_new(doc->arena, SPAN_TEXT, text, strlen(text));
    return n;
}

static struct node *para_lines(struct node *parent, int lines) {
    struct buf b = {0};
    /* fourteen syllables fill a line of 165 mm and a little more */
    for (int i = 0; i < lines * 14 - 7; i++)
        buf_adds(&b, i ? " nghiên" : "nghiên");
    struct node *n = node_text(NODE_PARA, parent, NULL, arena_strdup(doc->arena, b.data));
    buf_free(&b);
    return n;
}

static struct node *appendix_new(const char *number, bool landscape, bool follows) {
    struct node *n =
        node_new(doc, NODE_APPENDIX, doc->root, (struct origin){"pl.md", 1, 1});
    n->u.appendix = arena_new_of(doc->arena, struct appendix);
    n->u.appendix->number = number;
    n->u.appendix->landscape = landscape;
    n->u.appendix->follows = follows;
    n->u.appendix->title =
        span_new(doc->arena, SPAN_TEXT, "Bảng số liệu", strlen("Bảng số liệu"));
    n->anchor = arena_printf(doc->arena, "phu-luc-%s", number);
    return n;
}

static void lay(void) {
    pages = layout_pages(doc, diag, fonts);
    assert_non_null(pages);
}

/* ---- looking --------------------------------------------------------------------- */

static bool shows(const struct item *i, const char *text) {
    return i->kind == ITEM_RUN && i->u.run.len == strlen(text) &&
           memcmp(i->u.run.text, text, i->u.run.len) == 0;
}

static const struct item *find(const char *text, size_t *page) {
    for (size_t p = 0; p < pages->n; p++)
        for (size_t i = 0; i < pages->page[p].n; i++)
            if (shows(&pages->page[p].item[i], text)) {
                if (page)
                    *page = p;
                return &pages->page[p].item[i];
            }
    fail_msg("no run '%s'", text);
    abort();
}

/* Body lines of a page: runs of a node, one a baseline. */
static int lines_of(size_t page, int node) {
    int n = 0, last = -1;
    for (size_t i = 0; i < pages->page[page].n; i++) {
        const struct item *it = &pages->page[page].item[i];
        if (it->kind == ITEM_RUN && it->node == node && it->y != last) {
            last = it->y;
            n++;
        }
    }
    return n;
}

static const struct item *stroke_near(const struct page *page, int y, int within, int x) {
    for (size_t i = 0; i < page->n; i++) {
        const struct item *it = &page->item[i];
        if (it->kind == ITEM_STROKE && it->y > y && it->y < y + within && it->x <= x &&
            it->x + it->w >= x)
            return it;
    }
    fail_msg("no stroke");
    abort();
}

/* The first item of a kind on page 1 that is at least w wide. */
static const struct item *find_kind(enum item_kind kind, int w) {
    for (size_t i = 0; i < pages->page[0].n; i++)
        if (pages->page[0].item[i].kind == kind && pages->page[0].item[i].w >= w)
            return &pages->page[0].item[i];
    fail_msg("no such item");
    abort();
}

static void assert_inside_margins(void) {
    for (size_t p = 0; p < pages->n; p++) {
        const struct page *page = &pages->page[p];
        for (size_t i = 0; i < page->n; i++) {
            const struct item *it = &page->item[i];
            if (it->artifact || it->kind != ITEM_RUN)
                continue;
            assert_true(it->x >= doc->profile.left - 1);
            assert_true(it->x + it->w <= page->w - doc->profile.right + 100);
            assert_true(it->y > doc->profile.top &&
                        it->y < page->h - doc->profile.bottom);
        }
    }
}

/* ---- tests ------------------------------------------------------------------------- */

static void test_title_block(void **state) {
    (void)state;
    para_lines(doc->root, 3);
    lay();
    assert_int_equal(pages->n, 1);
    assert_inside_margins();
    const struct page *p = &pages->page[0];
    const struct item *qh = find("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", NULL);
    const struct item *tn = find("Độc lập - Tự do - Hạnh phúc", NULL);
    const struct item *ub = find("ỦY BAN NHÂN DÂN", NULL),
                      *xa = find("XÃ DÂN TIẾN", NULL);
    assert_int_equal(qh->h, 13000);
    assert_int_equal(tn->h, 14000);
    assert_int_equal(qh->face, FACE_BOLD);
    assert_int_equal(qh->y, ub->y);
    assert_int_equal(tn->y, xa->y);
    assert_true(abs(qh->x + qh->w / 2 - (tn->x + tn->w / 2)) < 10);
    const struct item *s = stroke_near(p, tn->y, 6000, tn->x + tn->w / 2);
    assert_true(abs(s->w - tn->w) < 10);
    s = stroke_near(p, xa->y, 6000, xa->x + xa->w / 2);
    assert_true(s->w * 3 >= xa->w && s->w * 2 <= xa->w);
    assert_true(s->w * 3 >= ub->w && s->w * 2 <= ub->w);
    const struct item *so = find("Số: 05/BC-UBND", NULL);
    const struct item *date = find("Dân Tiến, ngày 05 tháng 02 năm 2026", NULL);
    assert_int_equal(so->y, date->y);
    assert_int_equal(so->h, 13000);
    assert_int_equal(date->face, FACE_ITALIC);
    assert_int_equal(date->h, 14000);
    const struct item *type = find("BÁO CÁO", NULL),
                      *subject = find("Kết quả thực hiện", NULL);
    assert_int_equal(type->face, FACE_BOLD);
    s = stroke_near(p, subject->y, 9000, subject->x + subject->w / 2);
    assert_true(s->w * 3 >= subject->w && s->w * 2 <= subject->w);
}

static void test_blanks_are_one_run(void **state) {
    (void)state;
    doc->official.number = item_text("");
    doc->official.date = (struct date){2026, 6, 0};
    para_lines(doc->root, 3);
    lay();
    assert_true(find("Số:               /BC-UBND", NULL)->w > MM(40));
    find("Dân Tiến, ngày        tháng 6 năm 2026", NULL);
}

static void test_signature(void **state) {
    (void)state;
    para_lines(doc->root, 3);
    lay();
    const struct item *tm = find("TM. ỦY BAN NHÂN DÂN", NULL),
                      *ct = find("CHỦ TỊCH", NULL);
    const struct item *name = find("Nguyễn Văn Bình", NULL),
                      *head = find("Nơi nhận:", NULL);
    assert_true(name->y - name->h - ct->y >= MM(30));
    assert_true(tm->x > pages->page[0].w / 2 - MM(10));
    assert_true(abs(tm->x + tm->w / 2 - (name->x + name->w / 2)) < 10);
    assert_int_equal(head->h, 12000);
    assert_int_equal(head->face, FACE_BOLD_ITALIC);
    assert_true(abs(head->y - tm->y) < 3000);
    assert_int_equal(find("- Sở Nội vụ;", NULL)->h, 11000);
    find("- Lưu: VT.", NULL);
}

/* Whatever the length of the body, the signature has two of its lines with it, no page is empty and no
 * line of a paragraph stands alone. */
static void test_signature_never_alone(void **state) {
    (void)state;
    for (int n = 1; n <= 24; n++) {
        struct node *body[3];
        doc->root->first = doc->root->last = NULL;
        for (int k = 0; k < 2; k++)
            body[k] = para_lines(doc->root, 8);
        body[2] = para_lines(doc->root, n);
        lay();
        size_t at;
        find("Nguyễn Văn Bình", &at);
        int with = lines_of(at, body[2]->id) + lines_of(at, body[1]->id);
        assert_true(with >= 2);
        for (size_t p = 0; p < pages->n; p++) {
            assert_true(pages->page[p].n > 1);
            for (int k = 0; k < 3 && n > 1; k++)
                assert_int_not_equal(lines_of(p, body[k]->id), 1);
        }
        assert_inside_margins();
    }
}

static void test_page_numbers(void **state) {
    (void)state;
    for (int i = 0; i < 30; i++)
        para_lines(doc->root, 6);
    para_lines(appendix_new("I", false, false), 3);
    lay();
    assert_true(pages->n > 3);
    size_t at;
    const struct item *two = find("2", &at);
    assert_int_equal(at, 1);
    assert_true(two->artifact);
    assert_int_equal(two->h, 14000);
    assert_true(two->y < doc->profile.top);
    int centre = doc->profile.left +
                 (pages->page[1].w - doc->profile.left - doc->profile.right) / 2;
    assert_true(abs(two->x + two->w / 2 - centre) < 10);
    assert_int_equal(pages->page[pages->n - 1].number, 1);
    for (size_t p = 0; p < pages->n; p += pages->n - 1)
        for (size_t i = 0; i < pages->page[p].n; i++)
            assert_true(pages->page[p].item[i].y > doc->profile.top);
}

static void test_widows_and_headings(void **state) {
    (void)state;
    for (int shift = 1; shift < 12; shift++) {
        doc->root->first = doc->root->last = NULL;
        struct node *para[40], *head[40];
        para_lines(doc->root, shift);
        for (int i = 0; i < 12; i++) {
            head[i] = node_text(NODE_HEADING, doc->root, "1.", "Tiêu đề");
            head[i]->rung = RUNG_ARABIC;
            para[i] = para_lines(doc->root, 5);
        }
        lay();
        for (size_t p = 0; p < pages->n; p++)
            for (int i = 0; i < 12; i++) {
                assert_int_not_equal(lines_of(p, para[i]->id), 1);
                if (lines_of(p, head[i]->id))
                    assert_true(lines_of(p, para[i]->id) >= 2);
            }
    }
}

static void test_appendix_pages(void **state) {
    (void)state;
    para_lines(doc->root, 3);
    para_lines(appendix_new("I", true, false), 3);
    para_lines(appendix_new("II", false, false), 3);
    para_lines(appendix_new("III", false, true), 3);
    lay();
    assert_int_equal(pages->n, 3);
    assert_true(pages->page[1].w > pages->page[1].h);
    assert_true(pages->page[2].w < pages->page[2].h);
    size_t two, three;
    assert_int_equal(find("Phụ lục II", &two)->h, 14000);
    find("Phụ lục III", &three);
    assert_int_equal(two, three);
    assert_int_equal(find("BẢNG SỐ LIỆU", NULL)->face, FACE_BOLD);
    assert_int_equal(pages->anchors, 3);
    assert_string_equal(pages->anchor[2].name, "phu-luc-III");
    assert_int_equal(pages->anchor[2].page, 2);
    assert_inside_margins();
}

static void test_footnotes(void **state) {
    (void)state;
    doc->notes = 2;
    doc->note = arena_array(doc->arena, struct note, 2);
    struct buf b = {0};
    for (int i = 0; i < 2000; i++)
        buf_adds(&b, "nguồn ");
    doc->note[0].spans = span_new(doc->arena, SPAN_TEXT, "Ngắn gọn", strlen("Ngắn gọn"));
    doc->note[1].spans = span_new(doc->arena, SPAN_TEXT, b.data, b.len);
    for (int i = 0; i < 2; i++) {
        struct node *n = para_lines(doc->root, 4);
        n->spans->next = span_new(doc->arena, SPAN_NOTE, "", 0);
        n->spans->next->u.note = i;
    }
    lay();
    size_t at;
    const struct item *note = find("Ngắn gọn", &at);
    assert_int_equal(at, 0);
    assert_int_equal(note->h, 11000);
    assert_true(pages->n >= 2); /* the long one goes on overleaf */
    size_t words = 0;
    for (size_t p = 0; p < pages->n; p++)
        for (size_t i = 0; i < pages->page[p].n; i++) {
            const struct item *it = &pages->page[p].item[i];
            if (it->kind == ITEM_RUN && it->h == 11000 && it->u.run.len > 6 &&
                memcmp(it->u.run.text, "nguồn", strlen("nguồn")) == 0)
                for (uint32_t k = 0; k < it->u.run.len; k++)
                    words += it->u.run.text[k] == 'g';
        }
    assert_int_equal(words, 2000);
    assert_inside_margins();
    buf_free(&b);
}

static void test_letter(void **state) {
    (void)state;
    static struct text_item to[2], grounds[1], foot[1];
    struct official *o = &doc->official;
    o->type = item_text("");
    o->symbol = item_text("UBND-VX");
    to[0] = item_text("Sở Nội vụ");
    to[1] = item_text("- Sở Tài chính;");
    o->kinh_gui = to;
    o->kinh_guis = 2;
    grounds[0] = item_text("Luật Ngân sách nhà nước ngày 25 tháng 6 năm 2015,");
    o->can_cu = grounds;
    o->can_cus = 1;
    o->urgency = item_text("Hỏa tốc");
    o->circulation = item_text("Lưu hành nội bộ");
    o->drafter = item_text("PL.");
    o->copies = item_text("30");
    foot[0] = item_text("Xóm 5, xã Dân Tiến");
    o->foot = foot;
    o->foots = 1;
    para_lines(doc->root, 3);
    lay();
    const struct item *so = find("Số: 05/UBND-VX", NULL),
                      *vv = find("V/v Kết quả thực hiện", NULL);
    assert_true(vv->y > so->y && vv->h == 12000);
    const struct item *kg = find("Kính gửi:", NULL), *d1 = find("- Sở Nội vụ;", NULL);
    const struct item *d2 = find("- Sở Tài chính.", NULL);
    assert_int_equal(d1->x, d2->x);
    assert_true(d1->x > kg->x + kg->w - 5000 &&
                d1->x < kg->x + kg->w); /* under the colon */
    find("Luật Ngân sách nhà nước ngày 25 tháng 6 năm 2015.", NULL);
    assert_int_equal(find("HỎA TỐC", NULL)->colour, COLOUR_RED);
    find("LƯU HÀNH NỘI BỘ", NULL);
    find("PL.(30)", NULL);
    const struct item *address = find("Xóm 5, xã Dân Tiến", NULL);
    const struct item *s = find_kind(ITEM_STROKE, MM(165));
    assert_true(s->y < address->y && address->y - s->y < 16000);
    assert_inside_margins();
}

static void test_one_recipient_and_two_signers(void **state) {
    (void)state;
    static struct text_item to[1], power[2];
    static struct signer signer[2];
    struct official *o = &doc->official;
    to[0] = item_text("Ủy ban nhân dân tỉnh Thái Nguyên");
    o->kinh_gui = to;
    o->kinh_guis = 1;
    power[0] = item_text("KT. Giám đốc");
    power[1] = item_text("TM. Ủy ban nhân dân");
    signer[0] =
        (struct signer){&power[0], 1, item_text("Phó Giám đốc"), item_text("Lê Văn An")};
    signer[1] =
        (struct signer){&power[1], 1, item_text("Chủ tịch"), item_text("Hà Thị Ba")};
    o->signer = signer;
    o->signers = 2;
    para_lines(doc->root, 3);
    lay();
    find("Kính gửi: Ủy ban nhân dân tỉnh Thái Nguyên", NULL);
    const struct item *a = find("Lê Văn An", NULL), *b = find("Hà Thị Ba", NULL);
    assert_int_equal(a->y, b->y);
    assert_true(a->x + a->w < b->x);
    assert_true(find("Nơi nhận:", NULL)->y > a->y);
}

static void test_very_many_recipients(void **state) {
    (void)state;
    struct text_item *list = arena_array(doc->arena, struct text_item, 300);
    for (int i = 0; i < 300; i++)
        list[i] = item_text(arena_printf(doc->arena, "Tổ dân phố %d", i + 1));
    doc->official.noi_nhan = list;
    doc->official.noi_nhans = 300;
    para_lines(doc->root, 3);
    lay();
    assert_true(pages->n > 3);
    find("- Tổ dân phố 300.", NULL);
    assert_inside_margins();
}

static void test_draft_mark(void **state) {
    (void)state;
    doc->draft = true;
    for (int i = 0; i < 20; i++)
        para_lines(doc->root, 5);
    lay();
    for (size_t p = 0; p < pages->n; p++) {
        int marks = 0;
        for (size_t i = 0; i < pages->page[p].n; i++)
            marks += shows(&pages->page[p].item[i], "DỰ THẢO");
        assert_int_equal(marks, 1);
    }
}

static void test_hostile_lengths(void **state) {
    (void)state;
    struct buf b = {0};
    for (int i = 0; i < 10000; i++)
        buf_adds(&b, "việc ");
    node_text(NODE_PARA, doc->root, "-", b.data);
    doc->official.subject =
        item_text(arena_strndup(doc->arena, b.data, 200 * strlen("việc ")));
    char name[201];
    memset(name, 'x', 200);
    name[200] = 0;
    doc->official.agency = item_text(name);
    doc->official.signer->name = item_text(name);
    for (int i = 0; i < 200; i++)
        node_text(NODE_HEADING, doc->root, NULL, "Đề mục")->rung = RUNG_ROMAN;
    lay();
    assert_true(pages->n > 10);
    assert_inside_margins();
    buf_free(&b);
}

static void test_missing_glyph_is_an_error(void **state) {
    (void)state;
    struct node *bad = node_text(NODE_PARA, doc->root, NULL, "chữ ก lạ");
    bad->spans->at = (struct origin){"x.md", 4, 1};
    assert_null(layout_pages(doc, diag, fonts));
    size_t n;
    const struct diag_msg *const *m = diag_sorted(diag, &n);
    assert_int_equal(n, 1);
    assert_int_equal(m[0]->code, E_NO_GLYPH);
    /* Only the line: where the text of a template has tags, columns of the text are not the file's. */
    assert_int_equal(m[0]->at.line, 4);
    assert_int_equal(m[0]->at.col, 0);
}

static void test_figure(void **state) {
    (void)state;
    struct node *n = node_text(NODE_FIGURE, doc->root, NULL, "Sơ đồ");
    n->u.figure = arena_alloc(doc->arena, sizeof *n->u.figure);
    n->u.figure->width_px = 4000;
    n->u.figure->height_px = 1000;
    n->u.figure->file = "a.png";
    node_text(NODE_RULE, doc->root, NULL, "");
    para_lines(doc->root, 3);
    lay();
    const struct item *image = find_kind(ITEM_IMAGE, 1);
    assert_int_equal(image->w, MM(165));
    assert_true(abs(image->h - MM(165) / 4) < 10);
    assert_true(find("Sơ đồ", NULL)->y > image->y + image->h);
}

static void test_dump(void **state) {
    (void)state;
    struct node *n = para_lines(doc->root, 2);
    n->anchor = "dau";
    n->spans->link = "#dau";
    n->spans->style = SPAN_MISSING;
    appendix_new("I", false, false);
    lay();
    struct buf a = {0}, b = {0};
    pages_dump(pages, &a);
    assert_non_null(strstr(a.data, "page 1 595.275 841.889 number 1 section 0\n"));
    assert_non_null(strstr(a.data, "|Nguyễn Văn Bình|\n"));
    assert_non_null(strstr(a.data, "anchor dau "));
    assert_non_null(strstr(a.data, "yellow artifact\n"));
    assert_non_null(strstr(a.data, " #dau n"));
    pages_dump(pages, &b);
    assert_string_equal(a.data, b.data);
    buf_free(&a);
    buf_free(&b);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(test_title_block),
        T(test_blanks_are_one_run),
        T(test_signature),
        T(test_signature_never_alone),
        T(test_page_numbers),
        T(test_widows_and_headings),
        T(test_appendix_pages),
        T(test_footnotes),
        T(test_letter),
        T(test_one_recipient_and_two_signers),
        T(test_very_many_recipients),
        T(test_draft_mark),
        T(test_hostile_lengths),
        T(test_missing_glyph_is_an_error),
        T(test_figure),
        T(test_dump),
    };
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
