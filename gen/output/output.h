/* output.h: the back ends: pages to PDF, tables to XLSX */
#ifndef BAOCAO_OUTPUT_H
#define BAOCAO_OUTPUT_H

#include "../layout/layout.h"

/* A file that travels inside the PDF (--dinh-kem). */
struct pdf_attachment {
    const char *name;        /* file name shown by viewers */
    const char *mime;        /* "text/csv" */
    const char *relation;    /* /AFRelationship: "Source" or "Data" */
    const char *description; /* for people */
    const char *data;
    size_t size;
};

/* How a PDF is written; zero everywhere: PDF/A-2a + PDF/UA-1 without form fields. */
struct pdf_options {
    bool untagged; /* no structure: for make bench only */
    bool fields;   /* --co-truong: form fields for signatures, number and date */
    bool
        agency; /* the file is an appendix of its own: the agency's place at the top right corner */
    const struct pdf_attachment *attachment; /* makes the file PDF/A-3a */
    size_t attachments;
};

/* Statistics for make bench. */
struct pdf_stats {
    size_t content_bytes, content_packed;
};

/* Translate the page model to PDF 1.7 bytes, appended to out. false after a message. */
bool pdf_write(const struct doc *doc, const struct pages *p, struct fonts *f,
               struct diag *d, const struct pdf_options *o, struct buf *out,
               struct pdf_stats *stats);

/* Write the workbook of the document's tables to `path` (libxlsxwriter wants a path; base gives a
 * temporary one). false after a message. */
bool xlsx_write(const struct doc *doc, struct fonts *f, struct diag *d, const char *path);

#endif
