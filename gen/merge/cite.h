/* cite.h: what the files about citations share */
#ifndef BAOCAO_MERGE_CITE_H
#define BAOCAO_MERGE_CITE_H

#include "inside.h"

/* ---- words (citation.c) ------------------------------------------------------ */

/* A citation as NĐ 30 Phụ lục I, II.6 wants it. `form` is not CITE_USUAL; a law goes by its name, with its
 * date among the legal grounds only. */
const char *citation_text(struct arena *a, const struct citable *x, enum cite_form form,
                          bool ground);

/* ---- places (source.c) ------------------------------------------------------------ */

/* The source from a place on, with its length; NULL: it has none, or cannot be read. */
const char *source_at(struct exec *e, struct origin at, size_t *n);
/* The place of a byte of the file that source_at was asked for last. */
struct origin source_place(const struct exec *e, const char *p);
/* Whether a byte of it stands between "{{" and "}}" of its line. */
bool source_in_tag(const struct exec *e, const char *p);

#endif
