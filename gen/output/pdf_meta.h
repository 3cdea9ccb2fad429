/* pdf_meta.h: what a PDF says about itself, once for the XMP packet and the Info dictionary */
#ifndef BAOCAO_PDF_META_H
#define BAOCAO_PDF_META_H

#include "pdf_inside.h"

/* NĐ 30 Phụ lục VI; the names of the properties are in xmp.c. */
enum record {
    RECORD_CODE_NUMBER,
    RECORD_CODE_NOTATION,
    RECORD_ISSUED_DATE,
    RECORD_ORGAN_NAME,
    RECORD_TYPE_NAME,
    RECORD_SUBJECT,
    RECORD_POSITION,
    RECORD_FULL_NAME,
    RECORD_PAGE_AMOUNT,
    RECORD_LANGUAGE,
    RECORD_ISSUED_AMOUNT,
    RECORD_PRIORITY,
    RECORDS
};

/* Texts are UTF-8; NULL and "" are not written. */
struct pdf_meta {
    const char *title, *author, *subject, *tool, *producer;
    const char *date;      /* XMP: 2026-06-06T00:00:00+07:00 */
    const char *info_date; /* the same as D:20260606000000+07'00' */
    int part;              /* of PDF/A: 2, or 3 with attachments */
    char conformance;      /* 'A' tagged, 'B' not */
    bool accessible;       /* PDF/UA-1 */
    const char *record[RECORDS];
};

/* From the facts of the document; texts live in the arena. */
void pdf_meta_read(struct pdf_meta *m, struct arena *a, const struct doc *doc,
                   const struct pages *pages, const struct pdf_options *o);
/* Write the attachments (pdf_attach.c), dated `date` as D:…, and append their entries of the catalog;
 * nothing without any. */
void pdf_attach(struct pdf *p, struct arena *a, const struct pdf_options *o,
                const char *date, struct buf *catalog);
/* Append the packet. */
void xmp_write(struct buf *b, const struct pdf_meta *m);
/* Append text as the content of an XML element. */
void xmp_text(struct buf *b, const char *utf8);

#endif
