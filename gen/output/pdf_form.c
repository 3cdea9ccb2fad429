/* pdf_form.c: the fields that wait for signatures, number and date: widgets, locks, AcroForm */
#include "pdf_form.h"

#include <string.h>

enum { PRINT = 4, CHANGES_BY_FORM = 2 /* DocMDP level: filling and signing */ };

/* One field, which is its own widget: what an appendix repeats is a field by itself, since pyHanko takes
 * the filling of a field with several widgets for damage to the first signature. */
struct form_field {
    const struct item *item;
    uint8_t kind; /* enum field_kind */
    const char *name, *tooltip;
    int object;
};

struct pdf_form {
    struct pdf *pdf;
    struct arena *arena;
    const struct doc *doc;
    const struct pages *pages;
    const int *page_object;
    struct pdf_tags *tags;
    struct {
        struct form_field *v;
        size_t n, cap;
    } field;
    int font[FACES]; /* numbered with the first widget that needs it */
    struct buf b;
};

static void set(struct pdf_form *form, int object) {
    pdf_entries(form->pdf, object, form->b.data, form->b.len);
    form->b.len = 0;
}

static bool is_text(const struct form_field *f) {
    return f->kind == FIELD_NUMBER || f->kind == FIELD_DAY || f->kind == FIELD_MONTH;
}

/* ---- which fields there are ---- */

static const char *signature_name(struct arena *a, size_t signer) {
    return signer ? arena_printf(a, "ChuKyNguoiCoThamQuyen%zu", signer + 1)
                  : "ChuKyNguoiCoThamQuyen";
}

static const char *signature_tooltip(const struct pdf_form *form, size_t signer) {
    const struct official *o = &form->doc->official;
    if (signer >= o->signers)
        return "Chữ ký số của người có thẩm quyền";
    const struct signer *s = &o->signer[signer];
    return arena_printf(form->arena, "Chữ ký số của %s %s",
                        s->position.text ? s->position.text : "",
                        s->name.text ? s->name.text : "");
}

/* The appendix that repeats the number and the date in this item, and its place among them from 1. */
static const struct appendix *repeating(const struct pdf_form *form,
                                        const struct item *item, int *place) {
    const struct node *n = form->doc->alone ? NULL : form->doc->root->first;
    *place = 0;
    for (; n; n = n->next) {
        *place += n->kind == NODE_APPENDIX;
        if (n->kind == NODE_APPENDIX && n->id == item->node)
            return n->u.appendix;
    }
    return NULL;
}

static void describe_text(const struct pdf_form *form, struct form_field *f,
                          const char *name, const char *tooltip) {
    int place;
    const struct appendix *x = repeating(form, f->item, &place);
    f->name = name;
    f->tooltip = tooltip;
    if (!x)
        return;
    f->name = arena_printf(form->arena, "%sPhuLuc%d", name, place);
    f->tooltip = arena_printf(form->arena, "%s, nhắc lại ở Phụ lục%s%s; có thể để trống",
                              tooltip, x->number ? " " : "", x->number ? x->number : "");
}

static void describe(const struct pdf_form *form, struct form_field *f) {
    size_t signer = f->item->u.field.signer;
    switch ((enum field_kind)f->kind) {
    case FIELD_NONE:
        break;
    case FIELD_NUMBER:
        describe_text(form, f, "SoVanBan", "Số văn bản");
        break;
    case FIELD_DAY:
        describe_text(form, f, "Ngay", "Ngày ban hành");
        break;
    case FIELD_MONTH:
        describe_text(form, f, "Thang", "Tháng ban hành");
        break;
    case FIELD_SIGNATURE:
        f->name = signature_name(form->arena, signer);
        f->tooltip = signature_tooltip(form, signer);
        break;
    case FIELD_SEAL:
        f->name = "ConDauCoQuan";
        f->tooltip = arena_printf(form->arena, "Chữ ký số của cơ quan: %s",
                                  form->doc->official.agency.text);
        break;
    }
}

static void field_new(struct pdf_form *form, const struct item *item) {
    struct form_field f = {
        .item = item, .kind = item->u.field.kind, .object = pdf_object(form->pdf)};
    describe(form, &f);
    vec_push(form->arena, &form->field, f);
}

static const struct form_field *field_of(const struct pdf_form *form,
                                         const struct item *item) {
    size_t i = 0;
    while (form->field.v[i].item != item)
        i++;
    return &form->field.v[i];
}

struct pdf_form *pdf_form_new(struct pdf *p, struct arena *a, const struct doc *doc,
                              const struct pages *pages, const int *page_object,
                              struct pdf_tags *tags) {
    if (!doc->fields)
        return NULL;
    struct pdf_form *form = arena_new_of(a, struct pdf_form);
    *form = (struct pdf_form){.pdf = p,
                              .arena = a,
                              .doc = doc,
                              .pages = pages,
                              .page_object = page_object,
                              .tags = tags};
    for (size_t i = 0; i < pages->n; i++)
        for (size_t k = 0; k < pages->page[i].n; k++)
            if (pages->page[i].item[k].kind == ITEM_FIELD)
                field_new(form, &pages->page[i].item[k]);
    return form->field.n ? form : NULL;
}

/* ---- what a field says once ---- */

/* The first signature leaves open what comes later: a field that is not named here would void it. */
static void add_lock(struct pdf_form *form, const struct form_field *own) {
    struct buf *b = &form->b;
    if (own->kind == FIELD_SEAL) {
        buf_adds(b, "/Lock<</Type/SigFieldLock/Action/All>>");
        return;
    }
    buf_adds(b, "/Lock<</Type/SigFieldLock/Action/Exclude/Fields[");
    for (size_t i = 0; i < form->field.n; i++)
        if (&form->field.v[i] != own)
            buf_printf(b, "(%s)", form->field.v[i].name);
    buf_printf(b, "]/P %d>>", CHANGES_BY_FORM);
}

static void add_default_appearance(struct buf *b, int face, int32_t size) {
    buf_printf(b, "/DA(0 g /F%d", face);
    pdf_add_number(b, size, 3);
    buf_adds(b, " Tf)");
}

static void add_field(struct pdf_form *form, const struct form_field *f) {
    struct buf *b = &form->b;
    buf_printf(b, is_text(f) ? "/FT/Tx/T(%s)/TU" : "/FT/Sig/T(%s)/TU", f->name);
    pdf_add_text(b, f->tooltip);
    if (!is_text(f)) {
        add_lock(form, f);
        return;
    }
    buf_adds(b, "/V()/Q 0");
    add_default_appearance(b, f->item->face, f->item->u.field.size);
}

/* ---- widgets ---- */

static void add_box(struct buf *b, int32_t left, int32_t bottom, int32_t right,
                    int32_t top) {
    pdf_add_number(b, left, 2);
    pdf_add_number(b, bottom, 2);
    pdf_add_number(b, right, 2);
    pdf_add_number(b, top, 2);
    buf_addc(b, ']');
}

/* PDF/A wants an appearance of every widget, also of an empty one. */
static int write_appearance(struct pdf_form *form, const struct item *item, bool text) {
    static const char mark[] = "/Tx BMC EMC";
    int object = pdf_object(form->pdf);
    struct buf *b = &form->b;
    buf_adds(b, "/Type/XObject/Subtype/Form/BBox[");
    add_box(b, 0, 0, pdf_unit(item->w), pdf_unit(item->h));
    if (text)
        buf_printf(b, "/Resources<</Font<</F%d %d 0 R>>>>", item->face,
                   form->font[item->face]);
    else
        buf_adds(b, "/Resources<<>>");
    set(form, object);
    pdf_stream(form->pdf, object, mark, text ? sizeof mark - 1 : 0);
    return object;
}

static void add_widget(struct pdf_form *form, size_t page, size_t item, int object,
                       int appearance, const char *tooltip) {
    const struct page *on = &form->pages->page[page];
    const struct item *i = &on->item[item];
    struct buf *b = &form->b;
    buf_printf(b, "/Type/Annot/Subtype/Widget/F %d/P %d 0 R/Rect[", PRINT,
               form->page_object[page]);
    add_box(b, pdf_unit(i->x), pdf_unit(on->h - i->y - i->h), pdf_unit(i->x + i->w),
            pdf_unit(on->h - i->y));
    buf_printf(b, "/AP<</N %d 0 R>>", appearance);
    int parent = pdf_tags_form(form->tags, page, item, object, tooltip);
    if (parent >= 0)
        buf_printf(b, "/StructParent %d", parent);
}

int pdf_form_widget(struct pdf_form *form, size_t page, size_t item) {
    const struct item *i = &form->pages->page[page].item[item];
    const struct form_field *f = field_of(form, i);
    bool text = is_text(f);
    if (text && !form->font[i->face])
        form->font[i->face] = pdf_object(form->pdf);
    int appearance = write_appearance(form, i, text);
    add_widget(form, page, item, f->object, appearance, f->tooltip);
    add_field(form, f);
    set(form, f->object);
    return f->object;
}

/* ---- the form ---- */

bool pdf_form_finish(struct pdf_form *form, struct fonts *f, struct buf *b) {
    bool fine = true, any = false;
    if (!form)
        return true;
    buf_adds(b, "/AcroForm<</Fields[");
    for (size_t i = 0; i < form->field.n; i++)
        buf_printf(b, i ? " %d 0 R" : "%d 0 R", form->field.v[i].object);
    buf_addc(b, ']');
    for (int face = 0; face < FACES; face++) {
        if (!form->font[face])
            continue;
        fine &= pdf_form_font(form->pdf, f, (enum face)face, form->font[face]);
        buf_printf(b, any ? "/F%d %d 0 R" : "/DR<</Font<</F%d %d 0 R", face,
                   form->font[face]);
        any = true;
    }
    if (any)
        buf_adds(b, ">>>>");
    for (size_t i = 0; i < form->field.n && any; i++)
        if (is_text(&form->field.v[i])) {
            const struct item *item = form->field.v[i].item;
            add_default_appearance(b, item->face, item->u.field.size);
            break;
        }
    buf_adds(b, ">>");
    return fine;
}

void pdf_form_free(struct pdf_form *form) {
    if (form)
        buf_free(&form->b);
}
