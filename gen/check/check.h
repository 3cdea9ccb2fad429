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

struct constraints; /* what else than `required` values must fulfil (inside.h) */
struct missing;     /* texts that mean no value */
struct key_fields;  /* columns that make a key */
struct foreign_key;
struct formula; /* a computed value (expr.h) */
struct rule;    /* a check */

/* One field of the facts or one column of a table (Frictionless Table Schema). */
struct field {
    const char *name; /* may be dotted in facts: "ho_so.tong" */
    const char *title;
    enum field_type type;
    uint8_t flags; /* VALUE_PERCENT, VALUE_RICH, VALUE_TARGET from `kieu` */
    bool required;
    const struct constraints *limits; /* the other constraints; NULL: none */
    const struct missing *missing;    /* texts that mean no value; NULL: none */
    bool year;                     /* type year: a whole number that is never grouped */
    const struct formula *formula; /* it is computed by this; NULL: the data give it */
    const char *don_vi;            /* unit of its numbers: "hồ sơ"; NULL: none */
    const char
        *trong; /* what prints when it has no value; "" is a blank, NULL: not said */
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
    bool limited;            /* a column or the key has constraints besides required */
    struct field *field;
    size_t n, cap;                 /* cap: room for computed ones, 0: none more than n */
    const struct missing *missing; /* of an open table; else each field has its own */
    const struct key_fields *primary;  /* primaryKey; NULL: none */
    const struct foreign_key *foreign; /* foreignKeys, a list */
    struct origin at;
};

struct schema {
    struct field *field;
    size_t n, cap; /* as of a table */
    struct table_schema *table;
    size_t tables;
    const struct missing *missing; /* what stands beside `truong` */
    bool related;                  /* some table has foreign keys */
    struct value *defaults;        /* mac_dinh */
    struct formula *formula;       /* tinh */
    size_t formulas;
    struct formula *
        *order; /* each behind those that it needs; members of a cycle are left out */
    size_t ordered;
    struct rule *rule; /* kiem_tra */
    size_t rules;
    bool looks_back; /* computed values need the period before */
    bool open;       /* no `truong`: fields that nobody declared are taken as text */
};

/* Read `truong`, `bang`, `mac_dinh`, `missingValues`, `tinh`, `kiem_tra` of a mau.yaml (already loaded).
 * Messages for everything wrong. */
struct schema *schema_load(struct arena *a, struct diag *d, const struct value *mau);
/* The fields that every report has (mau, loai, co_quan, …), built in. */
const struct field *schema_builtin(size_t *n);

/* The default of `dinh_dang_so` is vi. *ok becomes false (after a message) for another word than vi, en. */
enum number_style check_style(struct diag *d, const struct value *v, bool *ok);

/* Type the facts in place and load and type the tables: defaults put in, every field converted,
 * unknown names reported with the nearest known one, required ones demanded, columns recognised by
 * name, title or title path, constraints and keys enforced; what equals one of the missing values
 * becomes VALUE_NONE. Tables become members of the facts under their names. `s` may be NULL
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
/* A table that no schema declares, wanted by a `bang` block: DIR/<name>.csv with every column as text;
 * `s` (or NULL) says what its missing values are. It has its name as key and the facts as parent,
 * without being a member of theirs. NULL without a message when there is no such file (*missing), NULL
 * after a message otherwise. */
struct value *check_open_table(struct arena *a, struct diag *d, const struct report *r,
                               const struct schema *s, const char *name, bool *missing);
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
/* The values of the data that a computed value v rests on: facts, cells of its row and those that o()
 * finds, other computed ones followed; at most `max` go to out. Returns their number. */
size_t formula_sources(struct arena *a, struct diag *d, const struct value *facts,
                       const struct formula *f, const struct value *v,
                       const struct value **out, size_t max);
const struct field *schema_field(const struct schema *s, const char *name);
const struct table_schema *schema_table(const struct schema *s, const char *name);
/* Column of a table schema by name, or NULL. */
const struct field *schema_column(const struct table_schema *t, const char *name);

/* ---- the register of documents (register.c, register_find.c) -------------------------- */

/* A document that may be cited: a row of a van_ban.csv. Texts are never NULL unless it says so. */
struct citable {
    const char
        *symbol; /* "57-NQ/TW", as the register writes it; NULL: a law without one */
    const char *kind, *body, *abstract; /* "Nghị quyết", "Bộ Chính trị" */
    const char *link;                   /* NULL: none */
    struct date date;                   /* year 0: none */
    bool law;         /* goes by its name (NĐ 30 Phụ lục I, II.6) */
    const char *name; /* of a law: "Luật Giao dịch điện tử"; else NULL */
    bool flawed;      /* a message was given about this row */
    struct origin at,
        link_at; /* of its symbol (the row for a law without one), of its link */
    const struct value *row;
    /* The same document in a register above, which this one stands for; or earlier in its own. */
    const struct citable *same;
    int id; /* counts from 0 along the registers that a report sees */
};

/* The van_ban.csv of one folder, and the registers above it: report, template, office. */
struct registers;

/* Read DIR/van_ban.csv as a register below `up` (NULL: none), for all reports of a run: it lives in `a`,
 * which must not die before these. Returns `up` itself when DIR has none. Messages go to d once; what
 * is wrong stays remembered, and register_report tells every report that comes to it. */
const struct registers *register_load(struct arena *a, struct diag *d, const char *dir,
                                      const struct registers *up);
/* Put the report's own register, below `shared` (NULL: none), into r->registers: the rows of the table
 * van_ban of its facts (after check_report), else its van_ban.csv, whose dates are typed then. A table
 * without symbols is no register. false after an error, here or in a shared register. */
bool register_report(struct arena *a, struct diag *d, struct report *r,
                     const struct registers *shared);
/* Whether there is any register to cite from: a table without symbols alone is none. */
bool register_exists(const struct registers *r);
/* Whether rows could not be read: what is not found may be one of them, and errors were reported. */
bool register_lost(const struct registers *r);
/* The van_ban.csv that register_report read because no template declares it; NULL: none. */
struct value *register_table(const struct registers *r);
/* The ids of all documents are below it. */
int register_ids(const struct registers *r);
/* The documents of that symbol, or the laws of that name: at most `max` go to `out`, each once. */
size_t register_find(struct arena *a, const struct registers *r, const char *symbol,
                     size_t n, const struct citable **out, size_t max);
/* Keep those of c[n] that `of` picks: a body, a part of its name, a year or a date. Returns their number. */
size_t register_pick(struct arena *a, const struct citable **c, size_t n, const char *of);
/* Symbols and names of laws, for the nearest one. */
const char **register_names(struct arena *a, const struct registers *r, size_t *n);
/* A symbol as it is compared: without blanks, in capitals, dashes alike, no zeros in front. */
char *register_key(struct arena *a, const char *symbol, size_t n);

/* ---- formatters (format.c, words.c) -------------------------------------- */

enum format_kind {
    FMT_PERCENT,    /* phan_tram N */
    FMT_NUMBER,     /* so N */
    FMT_COUNT,      /* dem */
    FMT_WORDS,      /* bang_chu */
    FMT_ROMAN,      /* la_ma */
    FMT_ORDINAL,    /* thu_tu */
    FMT_SCALED,     /* tien N, nghin N, trieu_dong N, ty_dong N: divided, with a unit */
    FMT_UNIT,       /* don_vi: the field's unit, behind what is printed so far */
    FMT_DATE,       /* ngay */
    FMT_DATE_WORDS, /* ngay_chu */
    FMT_UPPER,      /* hoa */
    FMT_LOWER,      /* thuong */
    FMT_TYPED,      /* nguyen_van: as it was typed */
    FMT_CITE        /* vb FORM: the document whose symbol it is (cite.c) */
};

/* How a document is cited. */
enum cite_form {
    CITE_USUAL, /* in full the first time, short from then on */
    CITE_FULL,  /* day_du */
    CITE_SHORT, /* ngan: kind and symbol */
    CITE_SYMBOL /* so */
};

/* A formatter, parsed: applied first to last. */
struct format {
    uint8_t kind;  /* enum format_kind */
    int8_t digits; /* -1: none given; of FMT_CITE: enum cite_form */
    bool bare;     /* FMT_SCALED: without its unit, which the head of the column names */
    const struct formatter *is; /* its name, what it divides by, its unit */
    const struct format *next;
};

/* Parse the text behind '|'. NULL after a message. */
const struct format *format_parse(struct arena *a, struct diag *d, const char *spec,
                                  struct origin at);
/* Print v by f (NULL: by its type); `unit` is the one that its field declares, NULL: none. NULL after
 * a message at `at`. */
const char *format_apply(struct arena *a, struct diag *d, const struct value *v,
                         const struct format *f, const char *unit, struct origin at);
/* Whether f prints the unit that the field declares. */
bool format_wants_unit(const struct format *f);
/* The same formatters without units, for a column whose head names the unit; NULL: none are left. */
const struct format *format_bare(struct arena *a, const struct format *f);
/* The unit of the figures that f prints of a field with that unit: "hồ sơ", "nghìn người", "triệu đồng".
 * NULL: none is known. */
const char *format_head_unit(struct arena *a, const struct format *f, const char *unit);
/* What f divides a number by before it prints it; 1: nothing. */
int64_t format_divisor(const struct format *f);
/* The form that a word names: ngan, day_du, so; false: none. */
bool cite_form_named(const char *word, enum cite_form *out);
/* Read a printed number (digits, '.' groups, ',' decimals, '-') in Vietnamese words; zeros at the end
 * of the decimals are not read. NULL when it has more than 19 digits before the comma. */
char *words_number(struct arena *a, const char *printed);
/* The ordinal of a number from 1: "thứ nhất", "thứ hai", "thứ tư". */
char *words_ordinal(struct arena *a, int64_t n);

/* ---- codes of documents (codes.c) ------------------------------------------------- */

/* A document code in running text, such as 57-NQ/TW, 6641/UBND-KGVX, 30/2020/NĐ-CP. */
struct code {
    size_t start, len;
};
/* The next one at or behind *from, which moves behind it; false: there is none. Dates, fractions, "24/7"
 * and codes without a number are none. */
bool code_next(const char *s, size_t n, size_t *from, struct code *out);
/* "ngày 22/12/2024" or "ngày 22 tháng 12 năm 2024" that begins s, blanks and a comma or bracket before it
 * passed over; false: no full date. Day, month, year go to `date`, its place and length to *at, *len. */
bool code_date(const char *s, size_t n, int date[3], size_t *at, size_t *len);
/* The length of s[0..n), what stands before a code, without "số" and the blanks at its end. */
size_t code_before(const char *s, size_t n);
/* Whether s[0..n) ends in the kind as a word of its own, letter case ignored. */
bool code_kind(const char *s, size_t n, const char *kind);
/* Upper case in the arena, but document codes keep their letters: CHƯƠNG TRÌNH SỐ 62-CTr/TU. */
char *code_upper(struct arena *a, const char *s);

/* The hint behind a message: "; có phải “x” không?" or what to do instead. */
const char *nearest_hint(struct diag *d, const char *name, const char *const *names,
                         size_t n, const char *otherwise);

#endif
