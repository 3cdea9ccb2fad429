/* csv_index.c: where the rows of a CSV stand and what their keys are, without keeping the cells
 *
 * A province's table has tens of megabytes, of which a report wants one row. Rows that are written as they should
 * be are only counted through; when one is not, the reader of csv.c reads the file and says what is wrong. */
#include "inside.h"

#include <string.h>

struct scan {
    const char *p, *end;
    const char *line_start; /* of the line that p is in */
    int line;
    uint32_t record;
    char delimiter;
};

/* A cell as it is written. */
struct cell {
    const char *at; /* its first character, with the quote */
    const char *line_start;
    int line;
    const char *s; /* the text, quotes within still twice */
    size_t n;
};

static bool is_blank(const struct scan *s, char c) {
    return (c == ' ' || c == '\t') && c != s->delimiter;
}

static void skip_blanks(struct scan *s) {
    while (s->p < s->end && is_blank(s, *s->p))
        s->p++;
}

static void take_line(struct scan *s, const char *feed) {
    s->line++;
    s->line_start = feed + 1;
}

/* Behind the opening quote, up to what follows the closing one; false: it is wrong. */
static bool scan_quoted(struct scan *s, struct cell *c) {
    c->s = ++s->p;
    for (;; s->p++) {
        const char *quote = memchr(s->p, '"', (size_t)(s->end - s->p));
        if (!quote)
            return false;
        for (const char *feed = s->p;
             (feed = memchr(feed, '\n', (size_t)(quote - feed))) != NULL; feed++)
            take_line(s, feed);
        s->p = quote + 1;
        if (s->p == s->end || *s->p != '"')
            break;
    }
    c->n = (size_t)(s->p - 1 - c->s);
    skip_blanks(s);
    return s->p == s->end || *s->p == s->delimiter || *s->p == '\n';
}

/* Up to the delimiter or the end of the row. */
static bool scan_cell(struct scan *s, struct cell *c) {
    skip_blanks(s);
    c->at = s->p;
    c->line = s->line;
    c->line_start = s->line_start;
    if (s->p < s->end && *s->p == '"')
        return scan_quoted(s, c);
    c->s = s->p;
    while (s->p < s->end && *s->p != s->delimiter && *s->p != '\n')
        if (*s->p++ == '"')
            return false;
    c->n = (size_t)(s->p - c->s);
    return true;
}

enum scanned { SCAN_ROW, SCAN_BLANK, SCAN_END, SCAN_WRONG };

struct row {
    size_t cells, filled; /* filled: up to the last one with a text */
    struct cell key;
};

static enum scanned scan_row(struct scan *s, size_t key, struct row *row) {
    *row = (struct row){0};
    skip_blanks(s);
    if (s->p == s->end)
        return SCAN_END;
    bool blank = *s->p == '\n';
    for (struct cell c; !blank; s->p++) {
        if (!scan_cell(s, &c))
            return SCAN_WRONG;
        trim_blanks(&c.s, &c.n);
        if (row->cells++ == key)
            row->key = c;
        if (c.n)
            row->filled = row->cells;
        if (s->p == s->end || *s->p == '\n')
            break;
    }
    if (s->p < s->end)
        take_line(s, s->p++);
    s->record++;
    return row->filled ? SCAN_ROW : SCAN_BLANK;
}

static void scan_start(struct scan *s, const char *text, size_t n,
                       const struct csv_form *f) {
    *s = (struct scan){.p = text + f->from,
                       .end = text + n,
                       .line_start = text + f->from,
                       .line = f->line,
                       .record = (uint32_t)f->line,
                       .delimiter = f->delimiter};
}

/* ---- keys ---- */

static const char *key_text(struct arena *a, const struct cell *c) {
    if (!c->n)
        return NULL;
    char *text = arena_strndup(a, c->s, c->n), *to = text;
    if (*c->at != '"')
        return text;
    for (const char *p = text; *p; p++) {
        *to++ = *p;
        p += p[0] == '"' && p[1] == '"';
    }
    *to = 0;
    return text;
}

struct places {
    struct csv_place *v;
    size_t n, cap;
};

/* The places of all rows; false when one is wrong. */
static bool scan_rows(struct arena *a, struct arena *scratch, struct scan *s,
                      const struct csv_index *c, struct places *out) {
    const char *text = c->text;
    for (;;) {
        struct row row;
        struct csv_place place = {
            .from = (size_t)(s->p - text), .line = s->line, .record = s->record};
        enum scanned got = scan_row(s, c->key, &row);
        if (got == SCAN_END)
            return true;
        if (got == SCAN_BLANK)
            continue;
        if (got == SCAN_WRONG || row.cells != c->cells || row.filled > c->columns ||
            out->n * c->columns > INPUT_MAX_CELLS)
            return false;
        const struct cell *k = &row.key;
        place.key = key_text(a, k);
        place.key_line = k->line;
        place.key_col =
            1 + (int)utf8_count(k->line_start, (size_t)(k->at - k->line_start));
        vec_push(scratch, out, place);
    }
}

/* ---- the index ---- */

/* Something stopped the scan: the reader says what. */
static void tell_why(struct diag *d, const struct csv_index *c, size_t n,
                     const struct csv_form *f, bool repeated) {
    struct arena *a = arena_new();
    const struct value *table = csv_read_as(a, d, c->file, c->text, n, f, repeated);
    if (table &&
        !(table->flags & VALUE_BROKEN)) /* it never was seen to be of another mind */
        diag_add(d, E_CSV_ODD, (struct origin){c->file, 0, 0}, NULL);
    arena_free(a);
}

/* The table of the first row alone; *head is where it ends. */
static const struct value *read_head(struct arena *a, const char *file, const char *text,
                                     size_t n, const struct csv_form *f, bool repeated,
                                     struct scan *s, size_t *cells) {
    struct row first;
    enum scanned got;
    scan_start(s, text, n, f);
    while ((got = scan_row(s, SIZE_MAX, &first)) == SCAN_BLANK)
        ;
    if (got != SCAN_ROW)
        return NULL;
    *cells = first.cells;
    struct diag *quiet = diag_new(LANG_EN);
    const struct value *table =
        csv_read_as(a, quiet, file, text, (size_t)(s->p - text), f, repeated);
    diag_free(quiet);
    return table && !(table->flags & VALUE_BROKEN) ? table : NULL;
}

const struct column *csv_head(struct arena *a, const char *text, size_t n, bool repeated,
                              size_t *columns) {
    struct csv_form f = csv_form(text, n);
    struct scan s;
    size_t cells;
    return value_columns(read_head(a, "", text, n, &f, repeated, &s, &cells), columns);
}

static bool index_rows(struct arena *a, struct csv_index *c, struct scan *s) {
    struct arena *scratch = arena_child(a);
    struct places places = {0};
    bool ok = scan_rows(a, scratch, s, c, &places);
    if (ok) {
        c->rows = places.n;
        c->row = arena_array(a, struct csv_place, c->rows + 1);
        if (c->rows)
            memcpy(c->row, places.v, c->rows * sizeof *c->row);
        c->row[c->rows].from = (size_t)(s->end - c->text);
    }
    arena_free(scratch);
    return ok;
}

struct csv_index *csv_index(struct arena *a, struct diag *d, const char *file,
                            const char *text, size_t n, bool repeated, csv_pick *pick,
                            const void *how) {
    struct csv_index *c = arena_new_of(a, struct csv_index);
    struct csv_form f = csv_form(text, n);
    struct scan s;
    c->file = file;
    c->text = text;
    c->delimiter = f.delimiter;
    const struct value *head = read_head(a, file, text, n, &f, repeated, &s, &c->cells);
    if (head) {
        c->column = value_columns(head, &c->columns);
        c->key = pick(how, c->column, c->columns);
        if (c->key == SIZE_MAX)
            return NULL;
        if (index_rows(a, c, &s))
            return c;
    }
    tell_why(d, c, n, &f, repeated);
    return NULL;
}
