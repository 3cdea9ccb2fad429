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

/* ---- register (register.c, register_find.c) ---- */

/* A way to name a document: its symbol, or the name of a law. */
struct entry {
    const char *key; /* as register_key makes it */
    struct citable *doc;
};

struct registers {
    const struct registers *up;
    const char *file;
    struct citable *doc; /* in the order of the rows */
    size_t n;
    struct entry *entry; /* sorted by key, then by row */
    size_t entries;
    struct citable **dated; /* sorted by date, then by row */
    int base;               /* id of doc[0] */
    bool broken;            /* errors were reported */
    bool lost;              /* rows of it could not be read */
    bool cites;             /* it has a column of symbols */
    struct value *table;    /* see register_table */
};

/* Sort the documents for finding and report those that contradict each other or stand twice. */
void register_index(struct arena *a, struct diag *d, struct registers *r);

#endif
