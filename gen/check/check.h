/* check.h: what a template declares about its data, and the typing of raw values by it */
#ifndef BAOCAO_CHECK_H
#define BAOCAO_CHECK_H

#include "../input/input.h"

enum field_type {
    FT_STRING,
    FT_INTEGER,
    FT_NUMBER,
    FT_DATE,
    FT_BOOLEAN,
    FT_ARRAY,
    FT_OBJECT
};

struct formula; /* a computed value (expr.h) */
struct rule;    /* a check */

/* One field of the facts or one column of a table (Frictionless Table Schema). */
struct field {
    const char *name; /* may be dotted in facts: "ho_so.tong" */
    const char *title;
    enum field_type type;
    uint8_t flags; /* VALUE_PERCENT, VALUE_RICH, VALUE_TARGET from `kieu` */
    bool required;
    bool year;                     /* type year: a whole number that is never grouped */
    const struct formula *formula; /* it is computed by this; NULL: the data give it */
    struct origin at;
};

struct table_schema {
    const char *name; /* bang.<name> */
    const char *file; /* path, default <name>.csv */
    const char *title;
    bool required;
    bool open;      /* no schema given: every column of the CSV is taken as text */
    bool own_style; /* dinh_dang_so of this table, else the report's */
    enum number_style style; /* valid with own_style */
    struct field *field;
    size_t n, cap; /* cap: room for computed ones, 0: none more than n */
    struct origin at;
};

struct schema {
    struct field *field;
    size_t n, cap; /* as of a table */
    struct table_schema *table;
    size_t tables;
    struct value *defaults;  /* mac_dinh */
    struct formula *formula; /* tinh */
    size_t formulas;
    struct formula *
        *order; /* each behind those that it needs; members of a cycle are left out */
    size_t ordered;
    struct rule *rule; /* kiem_tra */
    size_t rules;
    const struct formatting *formatting; /* NULL: none are known */
    bool looks_back;                     /* computed values need the period before */
    bool open; /* no `truong`: fields that nobody declared are taken as text */
};

/* The formatters of tags, which a later stage knows: for the tags in messages of checks. */
struct formatting {
    /* The text behind '|'; NULL after a message. */
    const void *(*parse)(struct arena *a, struct diag *d, const char *spec,
                         struct origin at);
    /* v as it prints; NULL after a message. */
    const char *(*apply)(struct arena *a, struct diag *d, const struct value *v,
                         const void *format, struct origin at);
};

/* Read `truong`, `bang`, `mac_dinh`, `tinh`, `kiem_tra` of a mau.yaml (already loaded). Messages for everything wrong. */
struct schema *schema_load(struct arena *a, struct diag *d, const struct value *mau);
/* The same with formatters. */
struct schema *schema_load_with(struct arena *a, struct diag *d, const struct value *mau,
                                const struct formatting *formatting);
/* The fields that every report has (mau, loai, co_quan, …), built in. */
const struct field *schema_builtin(size_t *n);

/* The default of `dinh_dang_so` is vi. *ok becomes false (after a message) for another word than vi, en. */
enum number_style check_style(struct diag *d, const struct value *v, bool *ok);

/* Type the facts in place and load and type the tables: defaults put in, every field converted,
 * unknown names reported with the nearest known one, required ones demanded, columns recognised by
 * name, title or title path. Tables become members of the facts under their names. `s` may be NULL
 * (a finished document without a template). Every declared field exists afterwards, as VALUE_NONE
 * flagged VALUE_COMPUTED when it is not given; a table whose optional file is missing is empty; an
 * optional column that a table lacks is added (tt and stt excepted: the program numbers these).
 * Computed values are computed and checks run; r->previous, when it is there, becomes `ky_truoc`.
 * false when an error was reported, here or while the report was loaded. */
bool check_report(struct arena *a, struct diag *d, struct report *r,
                  const struct schema *s);
/* Where a field, cell or check comes from, for `baocao explain`: appended to out as text. The report went
 * through check_report. `name` is a fact, table.column, table.column[row] or the name of a check; false
 * after a message with the nearest. */
bool check_explain(struct arena *a, struct diag *d, const struct report *r,
                   const struct schema *s, const char *name, struct buf *out);
/* A table that no schema declares, wanted by a `bang` block: DIR/<name>.csv with every column as text.
 * It has its name as key and the facts as parent, without being a member of theirs. NULL without a
 * message when there is no such file (*missing), NULL after a message otherwise. */
struct value *check_open_table(struct arena *a, struct diag *d, const struct report *r,
                               const char *name, bool *missing);
/* The type of one raw scalar by a field, in place. false after a message. */
bool check_scalar(struct arena *a, struct diag *d, struct value *v, const struct field *f,
                  enum number_style style);
/* Whether a value of the field must be there: required, or computed without a word for what is missing. */
bool field_wanted(const struct field *f);
/* How a typed value prints where nothing else is said (show.c): "" for what holds no value. */
const char *value_show(struct arena *a, const struct value *v);
/* Decimals that v prints with then. */
int value_digits(const struct value *v);
/* A number with so many decimals (-1: as many as needed), as a percentage when it is one. */
const char *number_show(struct arena *a, const struct number *n, int digits,
                        bool percent);
/* The rows of a table or list called `table` for which the condition `text` (the `loc` of a table block)
 * holds; where something is missing it does not. rows NULL: there are none, only the condition is checked.
 * false after messages. */
bool rows_filter(struct arena *a, struct diag *d, const struct report *r,
                 const struct schema *s, const struct value *text, const char *table,
                 const struct value *rows, struct value ***item, uint32_t *items);
const struct field *schema_field(const struct schema *s, const char *name);
const struct table_schema *schema_table(const struct schema *s, const char *name);
/* Column of a table schema by name, or NULL. */
const struct field *schema_column(const struct table_schema *t, const char *name);

#endif
