/* inside.h: what the files of the stage check share */
#ifndef BAOCAO_CHECK_INSIDE_H
#define BAOCAO_CHECK_INSIDE_H

#include "check.h"

/* So many messages of a severity are kept, the rest is counted: their texts need not be made. */
#define MESSAGES_KEPT 1000

/* Reports a name that is not among names[n], with the nearest one when there is one. */
void check_unknown(struct diag *d, enum diag_code code, enum diag_code code_near,
                   struct origin at, const char *name, const char *const *names,
                   size_t n);
/* Put the table that `t` declares into the facts, typed; false after a message. */
bool check_table(struct arena *a, struct diag *d, const struct report *r,
                 const struct table_schema *t, enum number_style style);
struct eval;
struct expr;
/* Read `tinh`, bound and in order (formula.c). */
void formulas_load(struct arena *a, struct diag *d, const struct value *mau,
                   struct schema *s);
/* Compute them all into the facts; false after errors. */
bool formulas_run(struct eval *e, const struct schema *s);
/* Attach the operands of x to the message added last. */
void relate_operands(struct eval *e, const struct expr *x);
/* A list of the settings; NULL when absent or, after a message, something else (schema.c). */
const struct value *schema_list(struct diag *d, const struct value *mau,
                                const char *name);
/* Reports the members of a map whose names are not among keys[n]. */
void schema_keys(struct diag *d, const struct value *map, const char *const *keys,
                 size_t n);
/* One entry of `tinh`: a field with bieu_thuc, thieu, chu_so beside; false after a message. */
bool schema_read_computed(struct arena *a, struct diag *d, const struct value *entry,
                          struct field *f);
/* Whether a word means yes or no (có, x, true, đúng; không, false, sai), in any case. */
bool word_is_bool(const char *word, bool *yes);
/* Whether any field is declared below `path` ("ho_so" of "ho_so.tong"). */
bool field_is_group(const struct field *f, size_t n, const char *path);
/* Whether a field of that name is built in; NULL when not. */
const struct field *field_builtin(const char *name);

#endif
