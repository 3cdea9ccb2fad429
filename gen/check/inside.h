/* inside.h: what the files of the stage check share */
#ifndef BAOCAO_CHECK_INSIDE_H
#define BAOCAO_CHECK_INSIDE_H

#include "check.h"

/* Reports a name that is not among names[n], with the nearest one when there is one. */
void check_unknown(struct diag *d, enum diag_code code, enum diag_code code_near,
                   struct origin at, const char *name, const char *const *names,
                   size_t n);
/* Put the table that `t` declares into the facts, typed; false after a message. */
bool check_table(struct arena *a, struct diag *d, const struct report *r,
                 const struct table_schema *t, enum number_style style);
/* Whether any field is declared below `path` ("ho_so" of "ho_so.tong"). */
bool field_is_group(const struct field *f, size_t n, const char *path);
/* Whether a field of that name is built in; NULL when not. */
const struct field *field_builtin(const char *name);

#endif
