/* input.h: files to value trees: YAML, JSON and CSV with the place of every value */
#ifndef BAOCAO_INPUT_H
#define BAOCAO_INPUT_H

#include "../base/base.h"

enum value_kind {
    VALUE_NONE, /* nothing given: an empty cell, `so:` without a value, null */
    VALUE_TEXT,
    VALUE_NUMBER, /* only after check typed it, or a JSON number */
    VALUE_DATE,   /* only after check typed it */
    VALUE_BOOL,
    VALUE_LIST,
    VALUE_MAP,
    VALUE_TABLE, /* rows of a CSV: items are maps that share the table's columns */
    VALUE_NODATA /* a computed value that could not be computed: text says so, "không có số liệu" */
};

/* How a number or date was typed, so that the default formatter can print it the same way. */
enum value_flags {
    VALUE_PERCENT = 1,   /* typed with %, or of kieu phan_tram: the number is the ratio */
    VALUE_QUOTED = 2,    /* a quoted YAML or JSON string */
    VALUE_RICH = 4,      /* kieu van_ban: parsed as inline markup when merged */
    VALUE_TARGET = 8,    /* kieu chi_tieu: an operator, a number and a unit, or a word */
    VALUE_INTEGER = 16,  /* type integer */
    VALUE_COMPUTED = 32, /* made by the program, no place in a file */
    VALUE_JSON = 64,     /* from a JSON file: number syntax of JSON */
    VALUE_BROKEN =
        128 /* errors were reported while reading: kept so that the rest can be checked */
};

/* One value. Cells are by far the most frequent values: keep this small. Everything lives in the
 * arena of the report (or of the template). */
struct value {
    uint8_t kind;    /* enum value_kind */
    uint8_t flags;   /* enum value_flags */
    uint16_t digits; /* decimals as typed; of MAP see value_put */
    uint32_t
        len; /* bytes of text; of a row of a CSV: its number in a spreadsheet (head: 1) */
    const char *
        text; /* scalars: as typed, NFC, without surrounding blanks, NUL-terminated; else NULL */
    struct origin at;
    struct value *parent;
    const char
        *key; /* name in the parent map (slug of the column for cells); NULL in lists */
    uint32_t
        index;  /* place in the parent list or table, from 0; in a map see value_key_at */
    uint32_t n; /* items of LIST, MAP, TABLE */
    union {
        struct value **item;  /* LIST, TABLE */
        struct value *member; /* MAP: n values in a row, in file order */
        struct number *number;
        struct date date;
        bool yes;
        const char *
            raw; /* TEXT of a YAML scalar: its first character, behind a quote, in the file's text */
        void *any;
    } u;
};

/* The columns of a VALUE_TABLE, found through value_columns(). */
struct column {
    const char *title; /* header cell as typed (NFC) */
    const char
        *key; /* the title as slug at first; check replaces it by the field's name */
    struct origin at;
};

/* Member of a map by its name; NULL when absent or when v is no map. */
struct value *value_get(const struct value *v, const char *name);
/* Text of a scalar member or NULL (also when NONE). */
const char *value_text(const struct value *map, const char *name);
/* NULL, NONE, empty list or table, map without a member that is not empty. */
bool value_is_empty(const struct value *v);
/* Where the name of a member stands (for cells and lists: the value itself). */
struct origin value_key_at(const struct value *v);
const char *value_kind_name(const struct diag *d, const struct value *v);
struct value *value_new(struct arena *a, enum value_kind k, struct origin at);
/* Add a member to a map (moves the members; pointers to earlier members stay valid only through
 * value_get, so build maps before handing them out). */
struct value *value_put(struct arena *a, struct value *map, const char *key,
                        struct value v);
/* Make v the parent of its items or members, after v itself was moved. */
void value_adopt(struct value *v);
/* Deep copy of scalars, lists and maps into another arena (texts and keys stay shared). */
struct value *value_copy(struct arena *a, const struct value *v);
/* A VALUE_TABLE of n rows (maps with `columns` members each, in the order of the columns). */
struct value *value_table(struct arena *a, struct origin at, struct column *column,
                          size_t columns, struct value *const *row, size_t n);
struct column *value_columns(const struct value *table, size_t *n);
/* "hàng 3, cột “Kết quả”" for a cell of a table (NULL for other values); rows are counted as a
 * spreadsheet shows them, the head being row 1. */
const char *value_where(struct diag *d, const struct value *v);

/* ---- loading ------------------------------------------------------------ */

/* Bounds that every loader enforces with a message. */
#define INPUT_MAX_DEPTH 64
#define INPUT_MAX_NODES 2000000
#define INPUT_MAX_CELLS 20000000

/* A YAML or JSON text (libfyaml; aliases are refused, one document only, repeated keys are errors).
 * `line` is the number of its first line (front matter and fenced blocks start further down).
 * NULL after any error; all messages go to d. `text` must be well-formed UTF-8 (see input_decode). */
struct value *input_yaml(struct arena *a, struct diag *d, const char *file,
                         const char *text, size_t n, int line, int col);
/* Bytes of a file to NFC UTF-8: strips a BOM, reports malformed bytes, NUL and control characters
 * with line and column (all of them, at most 20 a file), drops soft hyphens and zero-width spaces
 * with one notice, CRLF to LF. false after any error. */
bool input_decode(struct arena *a, struct diag *d, const char *file, const char **text,
                  size_t *n);
/* Read and decode a text file; NULL after a message. */
const char *input_text(struct arena *a, struct diag *d, const char *path, size_t *n);

/* The table in a CSV file: NULL when there is no such file (no message: *missing is set) or when nothing can
 * be read (message). After smaller errors the rows that could be read come flagged VALUE_BROKEN. */
struct value *input_table(struct arena *a, struct diag *d, const char *path,
                          bool *missing);

/* A report as it lies on the disk. Facts flagged VALUE_BROKEN are incomplete: errors were reported. */
struct report {
    const char *path;    /* as given on the command line */
    const char *dir;     /* the folder of its files */
    const char *name;    /* base name of the outputs */
    struct value *facts; /* VALUE_MAP */
    const char *
        markdown; /* report of a single .md: the text after the front matter, else NULL */
    size_t markdown_len;
    int markdown_line; /* line number of its first line */
    const char *markdown_file;
    struct value
        *previous; /* the typed facts of the period before (--ky-truoc), NULL: none */
    const char *issued; /* the ban-hanh.yaml that was taken up; NULL: none */
    /* The documents that it may cite (register_report); NULL: none. */
    const struct registers *registers;
};
/* Load the facts of a folder (exactly one of baocao.yaml, .yml, .json, .csv) or of a FILE.md with
 * front matter. The CSV tables are loaded later by name, through report_table. NULL when nothing can
 * be read; after smaller errors the facts are flagged VALUE_BROKEN and check_report returns false. */
struct report *report_load(struct arena *a, struct diag *d, const char *path);
/* The table in DIR/<file> (the file name as the template gives it), as input_table. */
struct value *report_table(struct arena *a, struct diag *d, const struct report *r,
                           const char *file, bool *missing);
/* What `baocao ban-hanh` records beside the facts: DIR/ban-hanh.yaml, for FILE.md FILE.ban-hanh.yaml. */
struct issue {
    const char *file;
    const char *number; /* "45", "12a"; no zeros in front */
    struct date date;   /* full */
    bool same;          /* was recorded already, nothing written */
};
/* Record the number and date that a report was issued with. They must be well-formed and fit the facts
 * (a blank number or day there takes any); another record is replaced with `force` only. 0 done; after
 * messages 1 (nothing changed) or 3 (the file cannot be written). From then on report_load puts them
 * into the facts, as so and ngay_ban_hanh and for templates as ban_hanh.so and ban_hanh.ngay. */
int report_issue(struct arena *a, struct diag *d, const char *path, const char *number,
                 const char *date, bool force, struct issue *out);
/* Split `---` front matter from text. *body_line is the line of the first body byte. false: none. */
bool input_front_matter(const char *text, size_t n, const char **yaml, size_t *yaml_n,
                        const char **body, size_t *body_n, int *body_line);

#endif
