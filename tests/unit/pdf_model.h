/* pdf_model.h: page models built by hand and the tools that read their PDFs back, for the PDF tests */
#ifndef BAOCAO_TEST_PDF_MODEL_H
#define BAOCAO_TEST_PDF_MODEL_H

#include "output/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char scratch[] = "/tmp/baocao-pdf-XXXXXX";
static struct fonts *fonts;

static int start(void **state) {
    (void)state;
    struct diag *d = diag_new(LANG_EN);
    fonts = fonts_open(d, NULL);
    diag_free(d);
    return fonts && mkdtemp(scratch) ? 0 : -1;
}

static int finish(void **state) {
    (void)state;
    fonts_free(fonts);
    struct buf command = {0};
    buf_printf(&command, "rm -r %s", scratch);
    int status = system(command.data);
    buf_free(&command);
    return status;
}

/* ---- a page model by hand ---- */

struct model {
    struct arena *arena;
    struct doc *doc;
    struct pages pages;
    struct diag *diag;
    struct buf out;
};

static struct page *add_page(struct model *m, int32_t w, int32_t h) {
    struct page *grown = arena_array(m->arena, struct page, m->pages.n + 1);
    if (m->pages.n)
        memcpy(grown, m->pages.page, m->pages.n * sizeof *grown);
    m->pages.page = grown;
    grown[m->pages.n] = (struct page){.w = w, .h = h};
    return &grown[m->pages.n++];
}

static void model_init(struct model *m) {
    *m = (struct model){.arena = arena_new(), .diag = diag_new(LANG_EN)};
    m->doc = arena_new_of(m->arena, struct doc);
    m->doc->arena = m->arena;
    m->doc->title = "BÁO CÁO Tình hình (quý I) 😀";
    m->doc->official.agency.text = "Ủy ban nhân dân xã Dân Tiến";
    m->doc->official.subject.text = "";
    m->doc->official.date = (struct date){2026, 6, 6};
    add_page(m, 595276, 841890);
}

static void model_free(struct model *m) {
    buf_free(&m->out);
    diag_free(m->diag);
    arena_free(m->arena);
}

__attribute__((unused)) static struct item *add_item(struct model *m, enum item_kind kind,
                                                     int x, int y, int w, int h) {
    struct page *page = &m->pages.page[m->pages.n - 1];
    struct {
        struct item *v;
        size_t n, cap;
    } items = {page->item, page->n, page->cap};
    struct item item = {.kind = (uint8_t)kind, .x = x, .y = y, .w = w, .h = h};
    vec_push(m->arena, &items, item);
    page->item = items.v;
    page->n = items.n;
    page->cap = items.cap;
    return &page->item[page->n - 1];
}

static bool save(struct model *m) {
    m->out.len = 0;
    return pdf_write(m->doc, &m->pages, fonts, m->diag, &(struct pdf_options){0}, &m->out,
                     NULL);
}

static bool contains(const struct buf *b, const char *text) {
    return memmem(b->data, b->len, text, strlen(text)) != NULL;
}

/* Output of a tool run on the document; the tool must succeed. */
static char *tool(struct model *m, const char *before, const char *after) {
    char *path = arena_printf(m->arena, "%s/a.pdf", scratch);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(m->out.data, 1, m->out.len, file), m->out.len);
    fclose(file);
    FILE *pipe = popen(arena_printf(m->arena, "%s %s %s 2>&1", before, path, after), "r");
    assert_non_null(pipe);
    struct buf b = {0};
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, pipe)) > 0;)
        buf_add(&b, part, n);
    assert_int_equal(pclose(pipe), 0);
    char *text = arena_strndup(m->arena, b.data ? b.data : "", b.len);
    buf_free(&b);
    return text;
}

static void check_valid(struct model *m) {
    assert_non_null(
        strstr(tool(m, "qpdf --check", ""), "No syntax or stream encoding errors"));
}

#endif
