/* merge.h: templates: text with tags to operations (once), operations and values to a document tree */
#ifndef BAOCAO_MERGE_H
#define BAOCAO_MERGE_H

#include "../doc/doc.h"

/* A template folder, compiled: mau.yaml, mau.md, phu-luc-*.md and its parts. Lives in its own arena,
 * shared read-only by all reports of the run. */
struct tmpl;

/* Compile the template in `dir`. NULL after an error. */
struct tmpl *tmpl_load(struct diag *d, const char *dir);
void tmpl_free(struct tmpl *t);
const struct schema *tmpl_schema(const struct tmpl *t);
const struct value *tmpl_settings(const struct tmpl *t); /* the whole mau.yaml */
/* Find the folder of a template by name: below the report's folder, then below each of dirs, a
 * NULL-terminated list; NULL after a message that names the nearest. `at` is the place of the name. */
char *tmpl_find(struct arena *a, struct diag *d, const char *name, struct origin at,
                const char *report_dir, const char *const *dirs);
/* All templates below dirs: their folders, sorted by name. */
const char **tmpl_list(struct arena *a, const char *const *dirs, size_t *n);

/* Merge: t may be NULL (finished document: r->markdown). Parts, mau.md and appendices are taken from
 * the report's folder first. facts are typed. With draft set, what is missing becomes a highlighted
 * SPAN_MISSING with the reason instead of an error. NULL after an error of the template. What is wrong
 * with citations is an error of the data: it leaves the tree whole, and is marked in a draft. The tree
 * is not normalised yet; it points into t, and must not be used after the next merge_report over t. */
struct doc *merge_report(struct arena *a, struct diag *d, const struct tmpl *t,
                         const struct report *r, bool draft);

#endif
