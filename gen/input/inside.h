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
/* The message for one of libfyaml's. */
enum diag_code yaml_syntax_code(const char *msg, bool json);
/* Remember where the name of a member stands. */
void value_set_key_at(struct value *v, struct origin at);
/* Strip blanks (also no-break ones) from both ends. */
void trim_blanks(const char **s, size_t *n);
/* The facts of a baocao.csv from its table: dotted names nest, repeated ones make a list. */
struct value *facts_of_table(struct arena *a, struct diag *d, const struct value *table);
/* report_load without the record of its issue. */
struct report *report_read(struct arena *a, struct diag *d, const char *path);
/* Put the record of a report's issue, if there is one, into the facts; after a message they are flagged
 * VALUE_BROKEN. */
void issue_take(struct arena *a, struct diag *d, struct report *r);

#endif
