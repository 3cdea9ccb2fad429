/* inspect_inside.h: what the files of inspect share */
#ifndef BAOCAO_INSPECT_INSIDE_H
#define BAOCAO_INSPECT_INSIDE_H

#include "output.h"

/* A PDF date "D:20260615083000+07'00'" as "2026-06-15T08:30:00+07:00"; other texts as they are. */
const char *inspect_time(struct arena *a, const char *pdf_date);
/* Title, agency, number, date and identification from an XMP packet, where it has them. */
void xmp_read(struct arena *a, const char *xmp, size_t n, struct pdf_inspection *out);
/* The common name of the signer's certificate in the CMS message of a signature (RFC 5652), NULL
 * when there is none. Nothing is verified. */
const char *cms_signer(struct arena *a, const char *der, size_t n);

#endif
