/* inside.h: what the files of the stage input share */
#ifndef BAOCAO_INPUT_INSIDE_H
#define BAOCAO_INPUT_INSIDE_H

#include "input.h"

/* As input_yaml, but after an error the part that could be read is returned, flagged VALUE_BROKEN
 * (NULL when there is none). */
struct value *yaml_read(struct arena *a, struct diag *d, const char *file,
                        const char *text, size_t n, int line, int col);
/* A CSV with one header row: VALUE_TABLE. Detects , ; and tab; finds all errors; likewise flagged. */
struct value *csv_read(struct arena *a, struct diag *d, const char *file,
                       const char *text, size_t n);
/* How a CSV is written. */
struct csv_form {
    char delimiter;
    size_t from; /* offset of its first row, behind a line "sep=;" */
    int line;    /* of that row */
};
/* Seen in the first CSV_SAMPLE bytes. */
struct csv_form csv_form(const char *text, size_t n);
#define CSV_SAMPLE 65536
/* csv_read of a file that is known to be written so; `repeated`: titles may stand twice. */
struct value *csv_read_as(struct arena *a, struct diag *d, const char *file,
                          const char *text, size_t n, const struct csv_form *f,
                          bool repeated);

/* A row of a CSV and its key. */
struct csv_place {
    size_t from; /* offset; the row ends where the next one begins */
    int line;
    uint32_t record; /* its number in a spreadsheet */
    const char *key; /* NULL: the cell is blank */
    int key_line, key_col;
};

/* A CSV whose rows are read one at a time, as often as wanted: a cell takes its text, a row 40 bytes. */
struct csv_index {
    const char *file, *text;
    struct column *column;
    size_t columns,
        cells;  /* cells: of the row of titles, blank ones at its end included */
    size_t key; /* column of the keys */
    char delimiter;
    struct csv_place *row; /* one more behind the last: the end */
    size_t rows;
};
/* The column of the keys; SIZE_MAX: there is none, the rows are not wanted. */
typedef size_t csv_pick(const void *how, const struct column *c, size_t n);
/* `text` must outlive the index. NULL after a message, and when `pick` found no key. */
struct csv_index *csv_index(struct arena *a, struct diag *d, const char *file,
                            const char *text, size_t n, bool repeated, csv_pick *pick,
                            const void *how);
/* The columns alone, found in the first n bytes of a text; NULL: there are none, or something is wrong. */
const struct column *csv_head(struct arena *a, const char *text, size_t n, bool repeated,
                              size_t *columns);
/* One row as in the table of csv_read, without a parent; its keys are those of the index. */
struct value *csv_row(struct arena *a, struct diag *d, const struct csv_index *c,
                      size_t row);
/* The message for one of libfyaml's. */
enum diag_code yaml_syntax_code(const char *msg, bool json);
/* Remember where the name of a member stands. */
void value_set_key_at(struct value *v, struct origin at);
/* Strip blanks (also no-break ones) from both ends. */
void trim_blanks(const char **s, size_t *n);
/* One field of the facts as a CSV gives it. */
struct fact_cell {
    const char *name; /* fact_is_name */
    struct origin at; /* of the name */
    struct value *value;
};
/* Lower-case letters without marks, digits and _, levels separated by dots. */
bool fact_is_name(const char *s);
/* Facts: dotted names nest, repeated ones make a list; flagged VALUE_BROKEN after a message. */
struct value *facts_of_cells(struct arena *a, struct diag *d, struct origin at,
                             const struct fact_cell *cell, size_t n);
/* The facts of a baocao.csv from its table. */
struct value *facts_of_table(struct arena *a, struct diag *d, const struct value *table);
/* The rows of a joined file that belong to a row of a wide table; NULL: no such file was joined. */
struct value *wide_table(struct arena *a, struct diag *d, const struct report *r,
                         const char *file);
/* report_load without the record of its issue. */
struct report *report_read(struct arena *a, struct diag *d, const char *path);
/* Put the record of a report's issue, if there is one, into the facts; after a message they are flagged
 * VALUE_BROKEN. */
void issue_take(struct arena *a, struct diag *d, struct report *r);

#endif
