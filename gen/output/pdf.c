/* pdf.c: the page model as a PDF 1.7 file: pages, links, document information */
#include "pdf_form.h"

#include <stdio.h>
#include <string.h>

/* One document under way. */
struct job {
    struct pdf *pdf;
    struct arena *arena;
    const struct doc *doc;
    const struct pages *pages;
    struct pdf_options options;
    struct pdf_fonts fonts;
    struct pdf_images images;
    struct pdf_content content;
    struct pdf_places places;
    struct pdf_form *form; /* NULL: none */
    struct pdf_tags *tags; /* NULL: none */
    struct pdf_stats stats;
    int *page_object;
    int resources; /* of every page */
    struct buf b;  /* dictionary text under way */
};

static void set_entries(struct job *j, int object) {
    pdf_entries(j->pdf, object, j->b.data ? j->b.data : "", j->b.len);
    j->b.len = 0;
}

static void add_reference(struct buf *b, int object) {
    pdf_add_number(b, object, 0);
    buf_adds(b, " 0 R");
}

/* ---- links ---- */

/* A URI is ASCII (RFC 3986): everything else is percent-encoded, and so are the bytes that a PDF string
 * would need escapes for. */
static void add_uri(struct buf *b, const char *uri) {
    buf_addc(b, '(');
    for (const unsigned char *c = (const unsigned char *)uri; *c; c++)
        if (*c <= ' ' || *c > '~' || strchr("()\\<>\"{}|^`", *c))
            buf_printf(b, "%%%02X", *c);
        else
            buf_addc(b, (char)*c);
    buf_addc(b, ')');
}

/* Where a link leads; false when its anchor is on no page. */
static bool add_target(struct job *j, const char *link) {
    if (link[0] != '#') {
        buf_adds(&j->b, "/A<</S/URI/URI");
        add_uri(&j->b, link);
        buf_adds(&j->b, ">>");
        return true;
    }
    const struct anchor *anchor = pdf_place_named(&j->places, link + 1);
    if (anchor)
        pdf_add_destination(&j->b, j->pages, j->page_object, anchor->page, anchor->y);
    return anchor != NULL;
}

static int write_link(struct job *j, size_t index, size_t i) {
    enum { PRINT = 4 };
    const struct page *page = &j->pages->page[index];
    const struct item *item = &page->item[i];
    if (item->artifact) /* of a repeated head: nothing to read there */
        return 0;
    j->b.len = 0;
    buf_adds(&j->b, "/Type/Annot/Subtype/Link/Border[0 0 0]/Rect[");
    pdf_add_number(&j->b, pdf_unit(item->x), 2);
    pdf_add_number(&j->b, pdf_unit(page->h - item->y - item->h), 2);
    pdf_add_number(&j->b, pdf_unit(item->x + item->w), 2);
    pdf_add_number(&j->b, pdf_unit(page->h - item->y), 2);
    buf_printf(&j->b, "]/F %d", PRINT);
    if (!add_target(j, item->u.link)) {
        j->b.len = 0;
        return 0;
    }
    pdf_add_link_text(&j->b, j->arena, &j->places, item->u.link);
    int object = pdf_object(j->pdf);
    if (j->tags)
        buf_printf(&j->b, "/StructParent %d", pdf_tags_link(j->tags, index, i, object));
    set_entries(j, object);
    return object;
}

/* The page's links and fields as "/Annots[…]" in `annots`; empty without any. */
static void write_annotations(struct job *j, size_t index, struct buf *annots) {
    const struct page *page = &j->pages->page[index];
    annots->len = 0;
    for (size_t i = 0; i < page->n; i++) {
        int object = 0;
        if (page->item[i].kind == ITEM_LINK)
            object = write_link(j, index, i);
        else if (page->item[i].kind == ITEM_FIELD && j->form)
            object = pdf_form_widget(j->form, index, i);
        if (!object)
            continue;
        buf_adds(annots, annots->len ? "" : "/Annots[");
        add_reference(annots, object);
    }
    if (annots->len)
        buf_addc(annots, ']');
}

/* ---- pages ---- */

/* Called when the page's turn to be written comes: only one page is uncompressed at a time. */
static void make_content(void *ctx, size_t index, struct buf *packed) {
    struct job *j = ctx;
    if (j->tags)
        pdf_tags_page(j->tags, index);
    pdf_content(&j->content, &j->pages->page[index]);
    zlib_pack(packed, j->content.b.data, j->content.b.len, PACK_CONTENT);
    j->stats.content_bytes += j->content.b.len;
    j->stats.content_packed += packed->len;
}

static void add_media_box(struct buf *b, const struct page *page) {
    buf_adds(b, "/MediaBox[0 0");
    pdf_add_number(b, page->w, 3);
    pdf_add_number(b, page->h, 3);
    buf_addc(b, ']');
}

static void write_page(struct job *j, size_t i, struct buf *annots) {
    const struct page *page = &j->pages->page[i];
    write_annotations(j, i, annots);
    int content = pdf_object(j->pdf);
    pdf_stream_late(j->pdf, content, make_content, j, i);
    buf_adds(&j->b, "/Type/Page/Parent");
    add_reference(&j->b, pdf_known(j->pdf, PDF_PAGES));
    buf_adds(&j->b, "/Resources");
    add_reference(&j->b, j->resources);
    buf_adds(&j->b, "/Contents");
    add_reference(&j->b, content);
    /* Not inherited: pypdf would copy it to every page, which voids the signatures that are there. */
    add_media_box(&j->b, page);
    buf_add(&j->b, annots->data, annots->len);
    if (j->tags)
        buf_printf(&j->b, "/StructParents %zu/Tabs/S", i);
    set_entries(j, j->page_object[i]);
}

static void write_resources(struct job *j) {
    buf_adds(&j->b, "/Font<<");
    for (int face = 0; face < FACES; face++)
        if (j->fonts.subset[face])
            buf_printf(&j->b, "/F%d %d 0 R", face, j->fonts.object[face]);
    buf_adds(&j->b, ">>");
    if (j->images.n)
        buf_adds(&j->b, "/XObject<<");
    for (size_t i = 0; i < j->images.n; i++)
        buf_printf(&j->b, "/I%zu %d 0 R", i, j->images.v[i].object);
    buf_adds(&j->b, j->images.n ? ">>" : "");
    set_entries(j, j->resources);
}

/* The root of the page tree, from which nothing is inherited. PDF/A wants the resources named by
 * each page. */
static void write_pages(struct job *j) {
    struct buf annots = {0};
    j->resources = pdf_object(j->pdf);
    write_resources(j);
    j->page_object = arena_array(j->arena, int, j->pages->n);
    for (size_t i = 0; i < j->pages->n; i++)
        j->page_object[i] = pdf_object(j->pdf);
    if (!j->options.untagged)
        j->tags = pdf_tags_new(j->pdf, j->arena, j->doc, j->pages, j->page_object);
    j->content.tags = j->tags;
    j->form = pdf_form_new(j->pdf, j->arena, j->doc, j->pages, j->page_object, j->tags);
    for (size_t i = 0; i < j->pages->n; i++)
        write_page(j, i, &annots);
    buf_free(&annots);
    buf_adds(&j->b, "/Kids[");
    for (size_t i = 0; i < j->pages->n; i++)
        add_reference(&j->b, j->page_object[i]);
    buf_printf(&j->b, "]/Count %zu", j->pages->n);
    set_entries(j, pdf_known(j->pdf, PDF_PAGES));
}

/* ---- the document ---- */

static bool write_document(struct job *j, struct fonts *f, struct diag *d) {
    bool fine = pdf_metadata(j->pdf, j->arena, j->doc, j->pages, &j->options, &j->b);
    if (!fine)
        diag_add(d, E_PDF_PROFILE, (struct origin){0}, NULL);
    pdf_outline(j->pdf, j->arena, &j->places, j->page_object, &j->b);
    pdf_page_labels(j->doc, j->pages, &j->b);
    if (!pdf_form_finish(j->form, f, &j->b)) {
        diag_add(d, E_PDF_FONT, (struct origin){0}, NULL);
        fine = false;
    }
    pdf_tags_catalog(j->tags, &j->b);
    set_entries(j, pdf_known(j->pdf, PDF_CATALOG));
    return fine;
}

static bool build(struct job *j, struct fonts *f, struct diag *d) {
    if (!pdf_images(j->pdf, j->arena, d, j->pages, &j->images))
        return false;
    if (!pdf_fonts(j->pdf, f, j->pages, &j->fonts)) {
        diag_add(d, E_PDF_FONT, (struct origin){0}, NULL);
        return false;
    }
    j->content.fonts = &j->fonts;
    j->content.images = &j->images;
    pdf_places(&j->places, j->arena, j->doc, j->pages);
    write_pages(j);
    if (!write_document(j, f, d))
        return false;
    pdf_tags_finish(j->tags);
    unsigned long error = pdf_save(j->pdf);
    if (error)
        diag_add(d, E_PDF_LIBRARY, (struct origin){0}, diag_fmt(d, "%lX", error), NULL);
    return error == 0;
}

static void job_free(struct job *j) {
    pdf_close(j->pdf);
    pdf_form_free(j->form);
    buf_free(&j->b);
    buf_free(&j->content.b);
}

bool pdf_write(const struct doc *doc, const struct pages *p, struct fonts *f,
               struct diag *d, const struct pdf_options *o, struct buf *out,
               struct pdf_stats *stats) {
    /* In the arena: its fields must survive the jump out of an exhausted allocator. */
    struct job *j = arena_new_of(doc->arena, struct job);
    jmp_buf *outer = mem_oom, here;
    bool ok;
    j->arena = doc->arena;
    j->doc = doc;
    j->pages = p;
    j->options = *o;
    j->pdf = pdf_open(doc->arena, out);
    if (outer && setjmp(here)) {
        mem_oom = outer;
        job_free(j);
        longjmp(*outer, 1);
    }
    if (outer)
        mem_oom = &here;
    ok = build(j, f, d);
    mem_oom = outer;
    if (stats)
        *stats = j->stats;
    job_free(j);
    return ok;
}
