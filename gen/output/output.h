/* output.h: the back ends: pages to PDF, tables to XLSX */
#ifndef BAOCAO_OUTPUT_H
#define BAOCAO_OUTPUT_H

#include "../layout/layout.h"

/* Statistics for make bench. */
struct pdf_stats {
    size_t content_bytes, content_packed;
};

/* Translate the page model to PDF 1.7 bytes, appended to out. false after a message. */
bool pdf_write(const struct doc *doc, const struct pages *p, struct fonts *f, struct diag *d,
               struct buf *out, struct pdf_stats *stats);

/* Write the workbook of the document's tables to `path` (libxlsxwriter wants a path; base gives a
 * temporary one). false after a message. */
bool xlsx_write(const struct doc *doc, struct fonts *f, struct diag *d, const char *path);

#endif
