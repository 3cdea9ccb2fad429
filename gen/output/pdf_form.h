/* pdf_form.h: the form of a PDF that waits for signatures, number and date (--co-truong) */
#ifndef BAOCAO_PDF_FORM_H
#define BAOCAO_PDF_FORM_H

#include "pdf_inside.h"

/* The fields of one document. Every function takes NULL for a file without a form. */
struct pdf_form;
/* Number the fields that the pages ask for; NULL when they ask for none. tags as of the pages. */
struct pdf_form *pdf_form_new(struct pdf *p, struct arena *a, const struct doc *doc,
                              const struct pages *pages, const int *page_object,
                              struct pdf_tags *tags);
/* Write the widget over item `item` (ITEM_FIELD) of a page; returns its object. Call in the order of
 * pages and items. */
int pdf_form_widget(struct pdf_form *form, size_t page, size_t item);
/* When all widgets are written: the fields, their fonts, and the catalog's /AcroForm appended to b.
 * false: the font could not be cut. */
bool pdf_form_finish(struct pdf_form *form, struct fonts *f, struct buf *b);
void pdf_form_free(struct pdf_form *form);

/* ---- its fonts (pdf_form_font.c) ------------------------------------------------------------ */

/* Write a face as the simple TrueType font `object` with the codes 32 to 255 of WinAnsi, Đ and đ among
 * them. false: it could not be cut. */
bool pdf_form_font(struct pdf *p, struct fonts *f, enum face face, int object);

#endif
