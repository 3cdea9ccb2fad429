/* pdf_form.c: the fields that wait for signatures, number and date: widgets, locks, AcroForm */
#include "pdf_form.h"

#include <string.h>

enum { PRINT = 4, CHANGES_BY_FORM = 2 /* DocMDP level: filling and signing */ };

/* One field, with the widgets that show it: the number is repeated on the appendices. */
struct form_field {
    uint8_t kind; /* enum field_kind */
    size_t signer;
    const char *name, *tooltip;
    int object; /* the field; of a single widget it is the widget */
    size_t widgets, written;
    int *widget;
    uint8_t face; /* of its first widget */
    int32_t size;
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

static void describe(const struct pdf_form *form, struct form_field *f) {
    switch ((enum field_kind)f->kind) {
    case FIELD_NONE:
        break;
    case FIELD_NUMBER:
        f->name = "SoVanBan";
        f->tooltip = "Số văn bản";
        break;
    case FIELD_DAY:
        f->name = "Ngay";
        f->tooltip = "Ngày ban hành";
        break;
    case FIELD_MONTH:
        f->name = "Thang";
        f->tooltip = "Tháng ban hành";
        break;
    case FIELD_SIGNATURE:
        f->name = signature_name(form->arena, f->signer);
        f->tooltip = signature_tooltip(form, f->signer);
        break;
    case FIELD_SEAL:
        f->name = "ConDauCoQuan";
        f->tooltip = arena_printf(form->arena, "Chữ ký số của cơ quan: %s",
                                  form->doc->official.agency.text);
        break;
    }
}

/* The field of an item, made with its first one. */
static struct form_field *field_of(struct pdf_form *form, const struct item *item) {
    for (size_t i = 0; i < form->field.n; i++) {
        struct form_field *f = &form->field.v[i];
        if (f->kind == item->u.field.kind && f->signer == item->u.field.signer)
            return f;
    }
    struct form_field f = {.kind = item->u.field.kind,
                           .signer = item->u.field.signer,
                           .face = item->face,
                           .size = item->u.field.size};
    describe(form, &f);
    vec_push(form->arena, &form->field, f);
    return &form->field.v[form->field.n - 1];
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
                field_of(form, &pages->page[i].item[k])->widgets++;
    for (size_t i = 0; i < form->field.n; i++) {
        struct form_field *f = &form->field.v[i];
        f->widget = arena_array(a, int, f->widgets);
        f->object = pdf_object(p);
    }
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
    add_default_appearance(b, f->face, f->size);
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
    struct form_field *f = field_of(form, i);
    bool text = is_text(f), only = f->widgets == 1;
    if (text && !form->font[i->face])
        form->font[i->face] = pdf_object(form->pdf);
    int appearance = write_appearance(form, i, text);
    int object = only ? f->object : pdf_object(form->pdf);
    add_widget(form, page, item, object, appearance, f->tooltip);
    if (only) {
        add_field(form, f);
    } else {
        /* Widgets without a name of their own would do for viewers, but pyHanko finds no reason for
         * their change when the field is filled and calls the first signature broken. */
        buf_printf(&form->b, "/Parent %d 0 R/T(%zu)/TU", f->object, f->written + 1);
        pdf_add_text(&form->b, f->tooltip);
        if (text)
            add_default_appearance(&form->b, i->face, i->u.field.size);
    }
    set(form, object);
    f->widget[f->written++] = object;
    return object;
}

/* ---- the form ---- */

static void write_shared(struct pdf_form *form, const struct form_field *f) {
    add_field(form, f);
    buf_adds(&form->b, "/Kids[");
    for (size_t i = 0; i < f->written; i++)
        buf_printf(&form->b, " %d 0 R", f->widget[i]);
    buf_addc(&form->b, ']');
    set(form, f->object);
}

bool pdf_form_finish(struct pdf_form *form, struct fonts *f, struct buf *b) {
    bool fine = true, any = false;
    if (!form)
        return true;
    for (size_t i = 0; i < form->field.n; i++)
        if (form->field.v[i].widgets > 1)
            write_shared(form, &form->field.v[i]);
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
            add_default_appearance(b, form->field.v[i].face, form->field.v[i].size);
            break;
        }
    buf_adds(b, ">>");
    return fine;
}

void pdf_form_free(struct pdf_form *form) {
    if (form)
        buf_free(&form->b);
}
