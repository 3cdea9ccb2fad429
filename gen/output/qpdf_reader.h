/* qpdf_reader.h: the objects of a PDF that exists already, as far as inspect.c asks for them */
#ifndef BAOCAO_QPDF_READER_H
#define BAOCAO_QPDF_READER_H

#include "output.h"

struct pdf_file;
/* An object of the file; 0 is none, and asking none for anything gives none. */
typedef unsigned pdf_ref;

enum pdf_open {
    PDF_OPEN,
    PDF_NO_LIBRARY, /* libqpdf is not installed */
    PDF_ENCRYPTED,
    PDF_DAMAGED
};

/* Open data[0..n), which must live on. Damage is not repaired: a file that needs it is PDF_DAMAGED. A
 * pdf_file_close must follow in any case; NULL is fine for it. */
enum pdf_open pdf_file_open(struct arena *a, const char *data, size_t n,
                            struct pdf_file **out);
void pdf_file_close(struct pdf_file *f);
const char *pdf_file_version(struct pdf_file *f); /* "1.7" */

pdf_ref pdf_file_root(struct pdf_file *f);
pdf_ref pdf_file_trailer(struct pdf_file *f);
/* Entry of a dictionary or of a stream's dictionary; name with its slash. */
pdf_ref pdf_file_get(struct pdf_file *f, pdf_ref dict, const char *name);
/* Items of an array; 0 for anything else. */
int pdf_file_count(struct pdf_file *f, pdf_ref array);
pdf_ref pdf_file_item(struct pdf_file *f, pdf_ref array, int i);
bool pdf_file_integer(struct pdf_file *f, pdf_ref v, int64_t *out);
/* Without the slash, NULL when it is no name. In the arena, like all that follow. */
const char *pdf_file_name(struct pdf_file *f, pdf_ref v);
/* A text string as UTF-8, fit for a terminal: no control characters. NULL when it is no string. */
const char *pdf_file_text(struct pdf_file *f, pdf_ref v);
/* A string as its bytes; NULL when it is no string. */
const char *pdf_file_bytes(struct pdf_file *f, pdf_ref v, size_t *n);
bool pdf_file_is_dict(struct pdf_file *f, pdf_ref v);
/* The bytes of a stream, with /FlateDecode undone, appended to b. false: it is no stream, has other
 * filters, is damaged or longer than limit. */
bool pdf_file_stream(struct pdf_file *f, pdf_ref v, size_t limit, struct buf *b);

/* s[0..n) as well-formed UTF-8 without control characters, in the arena. */
char *text_clean(struct arena *a, const char *s, size_t n);

#endif
