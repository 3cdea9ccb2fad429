/* test_form.c: the places and fields of signatures, number and date: on pages, in parts, in the PDF */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "layout/inside.h"
#include "output/output.h"

#define NAME "Nguyễn Thị Hoàng Phương Anh"

static struct fonts *fonts;
static struct diag *diag;
static struct doc *doc;
static struct pages *pages;
static struct buf out;

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

static struct signer signer[4];

static void sign_as(size_t n) {
    for (size_t i = 0; i < 4; i++)
        signer[i] = (struct signer){NULL, 0, item_text("Chủ tịch"), item_text(NAME)};
    doc->official.signer = signer;
    doc->official.signers = n;
}

static int setup(void **state) {
    (void)state;
    static struct text_item recipient;
    diag = diag_new(LANG_EN);
    doc = doc_new(arena_new());
    struct official *o = &doc->official;
    o->agency = item_text("Ủy ban nhân dân xã Dân Tiến");
    o->symbol = item_text("BC-UBND");
    o->place = item_text("Dân Tiến");
    o->issued = item_text("2026");
    o->date = (struct date){2026, 0, 0};
    o->type = item_text("BÁO CÁO");
    o->subject = item_text("Kết quả thực hiện");
    recipient = item_text("Lưu: VT");
    o->noi_nhan = &recipient;
    o->noi_nhans = 1;
    sign_as(1);
    doc->title = "BÁO CÁO";
    doc->fields = true;
    return 0;
}

static int teardown(void **state) {
    (void)state;
    buf_free(&out);
    diag_free(diag);
    arena_free(doc->arena);
    return 0;
}

/* ---- building ---- */

static struct span *text_span(const char *text) {
    return span_new(doc->arena, SPAN_TEXT, text, strlen(text));
}

static struct node *para(struct node *parent, int lines) {
    struct node *n = node_new(doc, NODE_PARA, parent, (struct origin){0});
    n->spans = text_span("Dòng đầu tiên của đoạn.");
    for (struct span *s = n->spans; lines > 1; lines--) {
        s = s->next = span_new(doc->arena, SPAN_BREAK, NULL, 0);
        s = s->next = text_span("Dòng tiếp theo của đoạn.");
    }
    return n;
}

static struct node *appendix(const char *title, const char *reference) {
    struct node *n = node_new(doc, NODE_APPENDIX, doc->root, (struct origin){0});
    n->u.appendix->title = text_span(title);
    if (reference)
        n->u.appendix->reference = text_span(reference);
    para(n, 2);
    return n;
}

static void lay(void) {
    assert_true(doc_normalise(doc, diag));
    pages = layout_pages(doc, diag, fonts);
    assert_non_null(pages);
}

static const struct item *abort_item(void) {
    abort();
}

/* The nth item of a kind of field. */
static const struct item *seek_field(enum field_kind k, int nth, size_t *page) {
    for (size_t p = 0; p < pages->n; p++)
        for (size_t i = 0; i < pages->page[p].n; i++) {
            const struct item *f = &pages->page[p].item[i];
            if (f->kind != ITEM_FIELD || f->u.field.kind != k || nth-- > 0)
                continue;
            if (page)
                *page = p;
            return f;
        }
    return NULL;
}

static const struct item *seek_run(const char *text, int nth, size_t *page) {
    for (size_t p = 0; p < pages->n; p++)
        for (size_t i = 0; i < pages->page[p].n; i++) {
            const struct item *r = &pages->page[p].item[i];
            if (r->kind != ITEM_RUN || r->u.run.len != strlen(text) ||
                memcmp(r->u.run.text, text, r->u.run.len) != 0 || nth-- > 0)
                continue;
            if (page)
                *page = p;
            return r;
        }
    return NULL;
}

/* The same for items that must be there. */
static const struct item *field(enum field_kind k, int nth, size_t *page) {
    const struct item *f = seek_field(k, nth, page);
    if (!f)
        fail_msg("no field %d", (int)k);
    return f ? f : abort_item();
}

static const struct item *run(const char *text, int nth, size_t *page) {
    const struct item *r = seek_run(text, nth, page);
    if (!r)
        fail_msg("no text %s", text);
    return r ? r : abort_item();
}

static bool holds(const char *text) {
    return memmem(out.data, out.len, text, strlen(text)) != NULL;
}

static void write(void) {
    const struct pdf_options o = {.fields = doc->fields};
    out.len = 0;
    assert_true(pdf_write(doc, pages, fonts, diag, &o, &out, NULL));
}

/* ---- places for signing programs ---- */

static void test_places_without_fields(void **state) {
    (void)state;
    doc->fields = false;
    para(doc->root, 3);
    lay();
    assert_non_null(seek_run("Số:               /BC-UBND", 0, NULL));
    assert_non_null(seek_run("Dân Tiến, ngày        tháng        năm 2026", 0, NULL));
    const struct item *position = run("CHỦ TỊCH", 0, NULL), *name = run(NAME, 0, NULL);
    assert_true(name->y - name->h - position->y >= MM(30));
    for (int k = FIELD_NUMBER; k <= FIELD_SEAL; k++)
        assert_null(seek_field((enum field_kind)k, 0, NULL));
    write();
    assert_false(holds("/AcroForm"));
}

/* Three columns would break this name: the signers stand in fewer. */
static void test_names_stay_whole(void **state) {
    (void)state;
    para(doc->root, 3);
    for (size_t n = 1; n <= 4; n++) {
        sign_as(n);
        lay();
        for (size_t i = 0; i < n; i++) {
            assert_non_null(seek_run(NAME, (int)i, NULL));
            assert_int_equal(field(FIELD_SIGNATURE, (int)i, NULL)->u.field.signer, i);
        }
        assert_null(seek_run(NAME, (int)n, NULL));
        assert_null(seek_field(FIELD_SEAL, 1, NULL));
    }
}

/* Wherever the body ends, position, fields and name share a page and nothing hangs below its text. */
static void test_block_moves_whole(void **state) {
    (void)state;
    for (int lines = 1; lines < 45; lines++) {
        doc->root->first = doc->root->last = NULL;
        doc->fields = lines % 2;
        para(doc->root, lines);
        lay();
        size_t top, bottom, sign, seal;
        const struct item *position = run("CHỦ TỊCH", 0, &top);
        const struct item *name = run(NAME, 0, &bottom);
        assert_int_equal(top, bottom);
        assert_true(name->y - name->h - position->y >= MM(30));
        assert_true(name->y < pages->page[top].h - doc->profile.bottom);
        if (!doc->fields)
            continue;
        const struct item *s = field(FIELD_SIGNATURE, 0, &sign),
                          *c = field(FIELD_SEAL, 0, &seal);
        assert_int_equal(sign, top);
        assert_int_equal(seal, top);
        assert_true(s->y > position->y && s->y + s->h < name->y - name->h / 2);
        assert_true(c->y > position->y && c->y + c->h < name->y - name->h / 2);
        assert_true(abs(c->w - MM(36)) < 10 && c->w == c->h);
        assert_true(abs(c->x + c->w - (s->x + s->w / 3)) < 10);
        assert_true(abs(s->x + s->w / 2 - (name->x + name->w / 2)) < 100);
    }
}

/* ---- blanks as fields ---- */

static void test_blanks(void **state) {
    (void)state;
    para(doc->root, 3);
    lay();
    const struct item *number = run("Số:               /BC-UBND", 0, NULL);
    const struct item *date = run("Dân Tiến, ngày        tháng        năm 2026", 0, NULL);
    const struct item *n = field(FIELD_NUMBER, 0, NULL), *d = field(FIELD_DAY, 0, NULL),
                      *m = field(FIELD_MONTH, 0, NULL);
    assert_int_equal(n->u.field.baseline, number->y);
    assert_int_equal(n->u.field.size, 13000);
    assert_int_equal(n->face, FACE_REGULAR);
    assert_int_equal(n->mark, number->mark);
    assert_true(n->x > number->x && n->x + n->w < number->x + number->w);
    assert_int_equal(d->u.field.baseline, date->y);
    assert_int_equal(d->u.field.size, date->h);
    assert_int_equal(d->face, FACE_ITALIC);
    assert_true(d->x + d->w < m->x && m->x + m->w < date->x + date->w);
    /* the value's line as pypdf and PDFBox compute it */
    int cap = n->u.field.size * 655 / 1000;
    assert_true(abs(n->y + n->h - (n->h - cap) / 2 - number->y) < 20);
}

static void test_given_data_take_no_field(void **state) {
    (void)state;
    doc->official.number = item_text("05");
    doc->official.date = (struct date){2026, 6, 6};
    para(doc->root, 3);
    appendix("Danh mục", NULL);
    lay();
    assert_null(seek_field(FIELD_NUMBER, 0, NULL));
    assert_null(seek_field(FIELD_DAY, 0, NULL));
    assert_null(seek_field(FIELD_MONTH, 0, NULL));
    write();
    assert_true(holds("/Exclude/Fields[(ConDauCoQuan)]"));
    assert_false(holds("/DR"));
    assert_false(holds("/TrueType/BaseFont"));
}

/* The generated reference line and one written by hand; "…" elsewhere stays text. */
static void test_reference_lines(void **state) {
    (void)state;
    para(doc->root, 3);
    appendix("Danh mục 1", NULL);
    appendix("Danh mục 2", "(Kèm theo Báo cáo số …/BC-UBND và … số … khác)");
    lay();
    size_t page = 0;
    assert_non_null(seek_field(FIELD_NUMBER, 1, &page));
    assert_int_equal(pages->page[page].section, 1);
    assert_non_null(seek_field(FIELD_DAY, 1, &page));
    assert_int_equal(pages->page[page].section, 1);
    const struct item *n = field(FIELD_NUMBER, 2, &page);
    assert_int_equal(pages->page[page].section, 2);
    assert_int_equal(n->face, FACE_ITALIC);
    assert_int_equal(n->mark, PART_APPENDIX_REFERENCE);
    assert_null(seek_field(FIELD_NUMBER, 3, NULL));
    assert_null(seek_field(FIELD_DAY, 2, NULL));
    assert_non_null(seek_run("/BC-UBND và … số … khác)", 0, NULL));
}

/* ---- the PDF ---- */

static void test_form(void **state) {
    (void)state;
    para(doc->root, 3);
    appendix("Danh mục 1", NULL);
    lay();
    write();
    assert_true(holds("/AcroForm<</Fields["));
    assert_true(holds("/T(SoVanBan)"));
    assert_true(holds("/T(Ngay)"));
    assert_true(holds("/T(Thang)"));
    assert_true(holds("/T(ChuKyNguoiCoThamQuyen)"));
    assert_true(holds("/Lock<</Type/SigFieldLock/Action/Exclude/"
                      "Fields[(SoVanBan)(Ngay)(Thang)(ConDauCoQuan)(SoVanBanPhuLuc1)"
                      "(NgayPhuLuc1)(ThangPhuLuc1)]/P 2>>"));
    assert_true(holds("/T(NgayPhuLuc1)"));
    assert_true(holds("/Lock<</Type/SigFieldLock/Action/All>>"));
    assert_true(holds("/Differences[208/Dcroat 240/dcroat]"));
    assert_true(holds("/DA(0 g /F0 13 Tf)"));
    assert_true(holds("/DA(0 g /F2 14 Tf)"));
    assert_false(holds("/NeedAppearances"));
    assert_false(holds("/SigFlags"));
    assert_false(holds("/SV"));
    char *first = arena_strndup(doc->arena, out.data, out.len);
    size_t n = out.len;
    write();
    assert_int_equal(out.len, n);
    assert_memory_equal(out.data, first, n);
}

static void test_several_signers(void **state) {
    (void)state;
    sign_as(3);
    para(doc->root, 3);
    lay();
    write();
    assert_true(holds("/T(ChuKyNguoiCoThamQuyen2)"));
    assert_true(holds("/T(ChuKyNguoiCoThamQuyen3)"));
    assert_true(holds("(ChuKyNguoiCoThamQuyen2)(ChuKyNguoiCoThamQuyen3)]/P 2"));
}

/* ---- appendices as files of their own ---- */

static void test_split(void **state) {
    (void)state;
    struct doc *whole = doc, **part;
    struct node *body = para(doc->root, 3), *one = appendix("Một", NULL),
                *two = appendix("Hai", NULL);
    two->u.appendix->follows = true;
    body->spans->link = "#phu-luc-ii";
    one->first->spans->link = "#phu-luc-i";
    doc->note = arena_array(doc->arena, struct note, 2);
    doc->notes = 2;
    for (int i = 0; i < 2; i++) {
        struct node *n = i ? two->first : body;
        doc->note[i].spans = text_span("Chú thích.");
        struct span *ref = n->spans->next = span_new(doc->arena, SPAN_NOTE, NULL, 0);
        ref->next = NULL;
        ref->u.note = i;
    }
    assert_true(doc_normalise(doc, diag));
    assert_int_equal(doc_split(doc, false, &part), 1);
    assert_ptr_equal(part[0], doc);
    two->u.appendix->own_file = true;
    assert_int_equal(doc_split(doc, false, &part), 2);
    assert_non_null(part[0]->root->last->u.appendix);
    assert_string_equal(part[1]->alone->anchor, "phu-luc-ii");
    assert_int_equal(part[1]->alone_number, 2);
    two->u.appendix->own_file = false;
    assert_int_equal(doc_split(doc, true, &part), 3);
    assert_int_equal(part[0]->root->last->kind, NODE_PARA);
    assert_null(body->spans->link);
    assert_non_null(one->first->spans->link);
    assert_int_equal(note_number(part[0], 0), 1);
    assert_int_equal(note_number(part[2], 1), 1);
    assert_int_equal(note_number(whole, 1), 2);
    assert_ptr_equal(whole->root->last, two);
    doc = part[2];
    pages = layout_pages(doc, diag, fonts);
    assert_int_equal(pages->n, 1);
    assert_int_equal(pages->page[0].number, 1);
    assert_null(seek_run("CHỦ TỊCH", 0, NULL));
    const struct item *seal = field(FIELD_SEAL, 0, NULL);
    assert_true(abs(seal->w - MM(769) / 10) < 100 && abs(seal->h - MM(87) / 10) < 100);
    assert_true(abs(seal->x + seal->w - (pages->page[0].w - doc->profile.right)) < 10);
    assert_true(seal->y > 0 && seal->y + seal->h < doc->profile.top);
    assert_non_null(seek_run("Phụ lục II", 0, NULL));
    write();
    assert_true(holds("/T(ConDauCoQuan)"));
    assert_false(holds("ChuKyNguoiCoThamQuyen"));
    doc = whole;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_places_without_fields, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names_stay_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(test_block_moves_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(test_blanks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_given_data_take_no_field, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reference_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_form, setup, teardown),
        cmocka_unit_test_setup_teardown(test_several_signers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_split, setup, teardown),
    };
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
