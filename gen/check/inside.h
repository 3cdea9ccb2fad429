/* inside.h: what the files of the stage check share */
#ifndef BAOCAO_CHECK_INSIDE_H
#define BAOCAO_CHECK_INSIDE_H

#include "check.h"

/* So many messages of a severity are kept, the rest is counted: their texts need not be made. */
#define MESSAGES_KEPT 1000

/* ---- what a field or table demands of its values -------------------------- */

/* Texts that stand for no value, besides the empty one. */
struct missing {
    const char *const *text;
    size_t n;
};

/* One end of what is allowed, typed as the field, and how it prints. */
struct bound {
    const struct value *v; /* NULL: open */
    const char *printed;
};

/* The values of an enum, typed as the field. */
struct choices {
    struct key_set *set;
    const char *const *text; /* as printed, in the order of the template */
    size_t n;
    const char *list; /* the first of them, for messages */
};

/* The constraints of one field besides `required`; they hold for values that are not empty. */
struct constraints {
    struct bound least, most;     /* minimum, maximum */
    uint32_t shortest, longest;   /* code points, for lists items; UINT32_MAX: no end */
    const struct choices *choice; /* enum */
    const struct pattern *pattern;
    const char *pattern_text;
    struct origin pattern_at;
    const char *hint; /* mo_ta or description of the field: what the pattern wants */
    bool unique;
};

/* Columns of a table that make a key, in the order of the template. */
struct key_fields {
    const struct field **field;
    size_t n;
};

struct foreign_key {
    struct key_fields own, other;
    const struct table_schema *table; /* that has the other ones */
    const struct foreign_key *next;
};

/* ---- reading mau.yaml (schema.c, schema_constraints.c, schema_keys.c) ------ */

/* A report that is a row of a wide table (wide.c): columns titled as fields of the form become these, the key
 * goes from the facts unless the form declares it. */
void wide_facts(struct arena *a, struct diag *d, struct report *r,
                const struct schema *s);
/* Whether a fact is the key that tables are joined to the report by. */
bool wide_is_key(const struct report *r, const char *name);
/* A table that is joined to it, without the key unless `t` declares it. */
struct value *wide_without_key(struct arena *a, const struct report *r,
                               struct value *table, const struct table_schema *t);
struct eval;
struct expr;

struct loader {
    struct arena *arena;
    struct diag *d;
};

/* Reports the members of a map whose names are not among keys[n]. */
void schema_keys(struct diag *d, const struct value *map, const char *const *keys,
                 size_t n);
/* A member that must be a map or a list: NULL when absent or (after a message) something else. */
const struct value *schema_map(struct diag *d, const struct value *map, const char *name);
const struct value *schema_list(struct diag *d, const struct value *map,
                                const char *name);
bool schema_bool(struct diag *d, const struct value *map, const char *name);
const char *schema_type_name(enum field_type t);
/* One entry of `tinh`: a field with bieu_thuc, thieu, chu_so beside; false after a message. */
bool schema_read_computed(struct arena *a, struct diag *d, const struct value *entry,
                          const struct missing *missing, struct field *f);
/* The constraints in the definition of a field whose type and kieu are read already; without `typed`
 * (its type is wrong) only `required`. */
void schema_constraints(struct loader *l, const struct value *entry, struct field *f,
                        bool column, bool typed);
/* `missingValues` of a map; `otherwise` when it has none. */
const struct missing *schema_missing(struct loader *l, const struct value *map,
                                     const struct missing *otherwise);
/* The columns of the primary key, if it is right, are required. */
void schema_require_key(const struct value *table, struct table_schema *t);
/* primaryKey and foreignKeys of all tables, when their columns, computed ones too, stand where they
 * stay. */
void schema_relations(struct loader *l, const struct value *tables, struct schema *s);

/* ---- regular expressions (pattern.c) --------------------------------------- */

struct pattern;
struct matcher;
enum matched { MATCH_NO, MATCH_YES, MATCH_TOO_LONG };

/* Compile text[0..n), UTF-8, into the arena. NULL: *why says what is wrong with it, near the *place-th
 * character. */
const struct pattern *pattern_compile(struct arena *a, const struct diag *d,
                                      const char *text, size_t n, const char **why,
                                      size_t *place);
/* Room to match in, for any number of texts; dies with the arena. */
struct matcher *matcher_new(struct arena *a, const struct pattern *p);
/* Whether the pattern is the whole of text[0..n). The work for one text and for all is bounded; what was
 * too much is told once, and from then on the matcher has given up. */
enum matched matcher_run(struct matcher *m, const char *text, size_t n);
bool matcher_gave_up(const struct matcher *m);

/* ---- keys (keys.c) ----------------------------------------------------------- */

/* A hash set of keys: each is some of the values of a row of cells. */
struct key_set;

/* For at most `most` keys, which stand at the places at[n] of their rows (NULL: at the first). */
struct key_set *key_set_new(struct arena *a, size_t most, const uint32_t *at, size_t n);
/* Put the key of a row in. The row with the same one that was put in before, else NULL. */
const struct value *key_set_put(struct key_set *s, const struct value *row);
/* The row whose key is equal to the values at the places at[] of `row`, or NULL. */
const struct value *key_set_find(const struct key_set *s, const struct value *row,
                                 const uint32_t *at);
/* `unique` columns and the primary key of a table whose values are typed and computed. false after a
 * message. */
bool check_unique(struct arena *a, struct diag *d, const struct value *facts,
                  const struct table_schema *t);
/* `unique` of a list: no two items alike. false after a message. */
bool check_items(struct arena *a, struct diag *d, const struct value *list,
                 const struct field *f);
/* The foreign keys of all tables, which are in the facts; sound[i] false: rows or columns of the
 * i-th are lost, so nothing can be said to be absent from it. false after a message. */
bool check_foreign(struct arena *a, struct diag *d, const struct value *facts,
                   const struct schema *s, const bool *sound);

/* ---- values by their constraints (constraints.c) ------------------------------ */

/* Make a scalar that equals one of the missing values VALUE_NONE. */
void check_missing(struct value *v, const struct missing *m);
/* One value by the constraints of its field (which has some) less `unique`; *matcher begins as NULL and
 * serves all values of the field. false after a message. */
bool check_limits(struct arena *a, struct diag *d, const struct value *v,
                  const struct field *f, struct matcher **matcher);
/* All cells of a typed table by the constraints of their columns less `unique`, those of computed
 * columns left aside. */
bool check_column_limits(struct arena *a, struct diag *d, const struct value *table,
                         const struct table_schema *t);
/* The computed values, facts and cells, by the constraints of their fields less `unique`. */
bool check_computed(struct eval *e, const struct schema *s);
/* Whether a date lies before another one, whatever the blank parts of both may be. */
bool check_is_before(struct date d, struct date other);
/* Whether v is of the type of its field: not empty, not reported as wrong before. */
bool check_is_typed(const struct value *v, const struct field *f);
/* The column of a typed table that is the field; false: the table lacks it. */
bool check_column_of(const struct value *table, const struct field *f, uint32_t *column);
/* The nearest of names[n] to a text that a message offers, NULL for none. The work over all messages
 * is bounded: with many errors or names there is no offer. */
const char *check_nearest(const struct diag *d, const char *text,
                          const char *const *names, size_t n);
/* The name of a value's cell or field, for the front of a message. */
const char *check_where(struct diag *d, const struct value *v, const struct field *f);
/* An error at a value, in front of it the name of its cell or field; the message gets the text, `two`
 * and `three`. Returns false, for the caller. */
bool check_wrong(struct diag *d, enum diag_code code, const struct value *v,
                 const struct field *f, const char *two, const char *three);
/* Whether messages are only counted by now, so that their words need not be made. */
bool check_is_quiet(const struct diag *d);

/* ---- facts and tables --------------------------------------------------------- */

/* Reports a name that is not among names[n], with the nearest one when there is one. */
void check_unknown(struct diag *d, enum diag_code code, enum diag_code code_near,
                   struct origin at, const char *name, const char *const *names,
                   size_t n);
/* Put the table that `t` declares into the facts, typed; false after a message. *sound: none of its
 * rows and columns is lost. */
bool check_table(struct arena *a, struct diag *d, const struct report *r,
                 const struct schema *s, const struct table_schema *t,
                 enum number_style style, bool *sound);
/* Read `tinh`, bound and in order (formula.c). */
void formulas_load(struct arena *a, struct diag *d, const struct value *mau,
                   struct schema *s);
/* Compute them all into the facts; false after errors. */
bool formulas_run(struct eval *e, const struct schema *s);
/* Attach the operands of x to the message added last. */
void relate_operands(struct eval *e, const struct expr *x);
/* Whether a word means yes or no (có, x, true, đúng; không, false, sai), in any case. */
bool word_is_bool(const char *word, bool *yes);
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
/* Warn about letters of symbols that look like a slip of others by the same body. */
void register_letters(struct arena *a, struct diag *d, struct registers *r);
/* Whether they are of one body, marks, case and common short names aside. */
bool register_same_body(struct arena *a, const struct citable *x,
                        const struct citable *y);

#endif
