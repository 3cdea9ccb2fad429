/* csv.c: CSV to a table: libcsv reads, this file knows where it reads and goes on after errors */
#include "inside.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#define ROW_NOT_BEGUN 0 /* libcsv's pstate between two rows */

struct header_cell {
    struct column column;
    bool blank;
};

struct reader {
    struct arena *arena;
    struct diag *d;
    const char *file, *text, *end;
    const char *pos; /* next byte for libcsv */
    int line, col;   /* of pos */
    uint32_t record; /* number in a spreadsheet of the row that pos is in */
    char delimiter;
    size_t fed; /* bytes given to libcsv, the ones read again included */
    struct csv_parser parser;

    /* the field that pos is in */
    bool field_open;
    const char *field_start;
    struct origin field_at;

    /* the row that pos is in */
    size_t fields;                  /* so far */
    bool any;                       /* a field that is not empty */
    struct origin row_at, extra_at; /* its first field, its first field too many */
    struct value *row;
    size_t unnamed; /* field with text below no title, from 1; 0: none */
    struct origin unnamed_at;

    struct {
        struct header_cell *v;
        size_t n, cap;
    } head;
    bool head_done;
    struct column *column;
    size_t columns;
    bool repeated; /* titles may stand twice */
    struct {
        struct value **v;
        size_t n, cap;
    } rows;
    char *pool; /* texts of all cells; they are never longer than the file */
    bool broken, full;
};

/* ---- which delimiter ---- */

#define SAMPLE_ROWS 8

/* How many of the first rows have as many fields as the first; *fields gets that number. */
static int rows_alike(const char *s, const char *end, char delimiter, int *fields) {
    int count[SAMPLE_ROWS] = {0}, rows = 0;
    bool quoted = false, any = false;
    for (; s < end && rows < SAMPLE_ROWS; s++) {
        if (*s == '"')
            quoted = !quoted;
        if (*s == '\n' && !quoted) {
            rows += any;
            any = false;
            continue;
        }
        any = true;
        /* "x, y" and "x; y" are prose; a hand-typed "a, b" still gets the comma by default */
        bool prose = s + 1 < end && s[1] == ' ' && delimiter != '\t';
        count[rows] += *s == delimiter && !quoted && !prose;
    }
    rows += any && rows < SAMPLE_ROWS;
    int alike = 0;
    for (int i = 0; i < rows; i++)
        alike += count[i] == count[0];
    *fields = count[0] + 1;
    return alike;
}

static char detect_delimiter(const char *s, const char *end) {
    static const char candidate[] = {'\t', ';', ','};
    char best = ',';
    int best_alike = 0, best_fields = 1;
    if (end - s > CSV_SAMPLE)
        end = s + CSV_SAMPLE;
    for (size_t i = 0; i < sizeof candidate; i++) {
        int fields, alike = rows_alike(s, end, candidate[i], &fields);
        if (fields > 1 && (best_fields == 1 || alike > best_alike ||
                           (alike == best_alike && fields > best_fields))) {
            best = candidate[i];
            best_alike = alike;
            best_fields = fields;
        }
    }
    return best;
}

/* ---- the parser and its place ---- */

static void parser_start(struct reader *r) {
    /* csv_init fails only without a parser to fill. */
    csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&r->parser, (unsigned char)r->delimiter);
    /* libcsv grows its buffer by a constant: large steps keep a huge cell linear. */
    size_t step = (size_t)(r->end - r->text) / 16;
    csv_set_blk_size(&r->parser, step < 4096 ? 4096 : step);
}

static struct origin place(const struct reader *r, int line, int col) {
    return (struct origin){r->file, line, col};
}

/* Where the field that begins at pos has its first character, blanks left aside. */
static void open_field(struct reader *r) {
    const char *p = r->pos;
    while (p < r->end && (*p == ' ' || *p == '\t') && *p != r->delimiter)
        p++;
    r->field_open = true;
    r->field_start = p;
    r->field_at = place(r, r->line, r->col + (int)(p - r->pos));
}

/* The bytes up to and including the next delimiter or line feed; *cols counts their code points. */
static size_t next_piece(const struct reader *r, int *cols) {
    const char *p = r->pos;
    int n = 0;
    while (p < r->end) {
        char c = *p++;
        n += ((unsigned char)c & 0xC0) != 0x80; /* code points, not bytes */
        if (c == r->delimiter || c == '\n')
            break;
    }
    *cols = n;
    return (size_t)(p - r->pos);
}

void trim_blanks(const char **s, size_t *n) {
    for (;;) {
        size_t k = *n && (**s == ' ' || **s == '\t' || **s == '\n' || **s == '\r') ? 1
                   : *n >= 2 && memcmp(*s, "\u00A0", 2) == 0                       ? 2
                   : *n >= 3 && memcmp(*s, "\u202F", 3) == 0                       ? 3
                                                                                   : 0;
        if (!k)
            break;
        *s += k;
        *n -= k;
    }
    for (;;) {
        const char *end = *s + *n;
        size_t k = *n && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\n' ||
                          end[-1] == '\r')
                       ? 1
                   : *n >= 2 && memcmp(end - 2, "\u00A0", 2) == 0 ? 2
                   : *n >= 3 && memcmp(end - 3, "\u202F", 3) == 0 ? 3
                                                                  : 0;
        if (!k)
            break;
        *n -= k;
    }
}

/* ---- the row of titles ---- */

static void take_title(struct reader *r, const char *s, size_t n) {
    char *title = arena_strndup(r->arena, s, n);
    for (char *p = title; *p; p++)
        if (*p == '\n') /* a title broken over lines in the spreadsheet */
            *p = ' ';
    struct header_cell h = {{title, text_slug(r->arena, title, '_'), r->field_at},
                            n == 0};
    vec_push(r->arena, &r->head, h);
}

static int by_key(const void *x, const void *y) {
    const struct column *const *a = x, *const *b = y;
    int order = strcmp((*a)->key, (*b)->key);
    return order ? order : *a < *b ? -1 : *a > *b;
}

/* Two titles that differ in nothing but case, marks or blanks would be one name. */
static void check_titles(struct reader *r) {
    const struct column **order = x_new(r->columns, sizeof *order);
    for (size_t i = 0; i < r->columns; i++)
        order[i] = &r->column[i];
    qsort(order, r->columns, sizeof *order, by_key);
    for (size_t i = 1; i < r->columns; i++) {
        const struct column *x = order[i - 1], *y = order[i];
        if (!*y->title || !str_eq(x->key, y->key))
            continue;
        diag_add(r->d, E_CSV_TITLE_TWICE, y->at, y->title,
                 diag_fmt(r->d, "%td", x - r->column + 1),
                 diag_fmt(r->d, "%td", y - r->column + 1), NULL);
        r->broken = true;
    }
    x_free(order);
}

/* The columns, without the blank ones that spreadsheets leave at the end. */
static void end_head(struct reader *r) {
    while (r->columns < r->head.n) {
        size_t last = r->columns;
        while (last < r->head.n && r->head.v[last].blank)
            last++;
        if (last == r->head.n)
            break;
        r->columns = last + 1;
    }
    r->column = arena_array(r->arena, struct column, r->columns);
    for (size_t i = 0; i < r->columns; i++) {
        r->column[i] = r->head.v[i].column;
        if (r->head.v[i].blank) {
            diag_add(r->d, E_CSV_NO_TITLE, r->column[i].at, diag_fmt(r->d, "%zu", i + 1),
                     NULL);
            r->broken = true;
        }
    }
    if (!r->repeated)
        check_titles(r);
    r->head_done = true;
}

/* ---- rows of data ---- */

static void take_cell(struct reader *r, const char *s, size_t n) {
    size_t i = r->fields;
    if (i == r->head.n)
        r->extra_at = r->field_at;
    if (i >= r->columns) {
        if (n && i < r->head.n && !r->unnamed) {
            r->unnamed = i + 1;
            r->unnamed_at = r->field_at;
        }
        return;
    }
    if (!r->row) {
        r->row = arena_array(r->arena, struct value, r->columns + 1);
        r->row->kind = VALUE_MAP;
        r->row->n = (uint32_t)r->columns;
        r->row->u.member = r->row + 1;
    }
    struct value *v = &r->row[i + 1];
    v->at = r->field_at;
    v->parent = r->row;
    v->key = r->column[i].key;
    if (!n)
        return;
    v->kind = VALUE_TEXT;
    v->len = (uint32_t)n;
    v->text = memcpy(r->pool, s, n);
    r->pool += n;
    *r->pool++ = 0;
}

static void take_field(void *data, size_t n, void *user) {
    struct reader *r = user;
    const char *s = data;
    trim_blanks(&s, &n);
    if (r->fields == 0)
        r->row_at = r->field_at;
    r->any |= n > 0;
    if (r->head_done)
        take_cell(r, s, n);
    else
        take_title(r, s, n);
    r->fields++;
    r->field_open = false;
}

/* Make ready for the next row; the cells of a row that was not kept are used again. */
static void reset_row(struct reader *r) {
    if (r->row)
        memset(r->row + 1, 0, r->columns * sizeof *r->row);
    r->fields = 0;
    r->any = false;
    r->unnamed = 0;
    if (!r->head_done)
        r->head.n = 0;
}

static const char *delimiter_name(const struct reader *r) {
    return r->delimiter == '\t' ? "Tab" : r->delimiter == ';' ? ";" : ",";
}

/* Reports a row that does not fit the titles; whether it fits. */
static bool row_fits(struct reader *r) {
    if (r->fields != r->head.n) {
        bool few = r->fields < r->head.n;
        diag_add(r->d, few ? E_CSV_FEW : E_CSV_MANY, few ? r->row_at : r->extra_at,
                 diag_fmt(r->d, "%u", r->record), diag_fmt(r->d, "%zu", r->fields),
                 diag_fmt(r->d, "%zu", r->head.n), delimiter_name(r), NULL);
        return false;
    }
    if (r->unnamed) {
        diag_add(r->d, E_CSV_NO_TITLE, r->unnamed_at, diag_fmt(r->d, "%zu", r->unnamed),
                 NULL);
        return false;
    }
    return true;
}

static void end_row(int term, void *user) {
    struct reader *r = user;
    (void)term;
    if (!r->any) { /* ";;;": an empty row of the spreadsheet */
        reset_row(r);
        return;
    }
    if (!r->head_done) {
        end_head(r);
    } else if (row_fits(r)) {
        r->row->at = r->row_at;
        r->row->len = r->record;
        vec_push(r->arena, &r->rows, r->row);
        r->row = NULL;
        r->full = r->rows.n * r->columns > INPUT_MAX_CELLS;
    } else {
        r->broken = true;
    }
    reset_row(r);
}

/* ---- going on after an error ---- */

/* Forget the row; go on at the line after `from`, which stands in line `line`. Without titles no row
 * can be judged: then the file ends here. */
static void resynchronise(struct reader *r, const char *from, int line) {
    const char *feed = memchr(from, '\n', (size_t)(r->end - from));
    csv_free(&r->parser);
    parser_start(r);
    reset_row(r);
    r->field_open = false;
    r->pos = feed && r->head_done ? feed + 1 : r->end;
    r->line = line + 1;
    r->col = 1;
    r->record++;
    r->broken = true;
}

/* libcsv stopped at byte `at` of the piece at pos. */
static void report_quote(struct reader *r, const char *at) {
    if (r->parser.quoted && r->field_at.line < r->line) {
        /* The quote that was opened lines above swallowed everything up to here. */
        diag_add(r->d, E_CSV_UNCLOSED, r->field_at, NULL);
        resynchronise(r, r->field_start, r->field_at.line);
        return;
    }
    int col = r->col + (int)utf8_count(r->pos, (size_t)(at - r->pos));
    diag_add(r->d, r->parser.quoted ? E_CSV_AFTER_QUOTE : E_CSV_BARE_QUOTE,
             place(r, r->line, col), NULL);
    resynchronise(r, at, r->line);
}

/* A file of nothing but wrong quotes must not be read again and again. */
static bool gave_up(struct reader *r) {
    if (r->fed <= 8 * (size_t)(r->end - r->text) + 65536)
        return false;
    diag_add(r->d, E_CSV_MORE, place(r, r->line, r->col), NULL);
    return true;
}

static void feed_piece(struct reader *r) {
    int cols;
    size_t n = next_piece(r, &cols);
    if (!r->field_open)
        open_field(r);
    size_t done = csv_parse(&r->parser, r->pos, n, take_field, end_row, r);
    r->fed += n;
    if (done != n) {
        if (csv_error(&r->parser) == CSV_ENOMEM || csv_error(&r->parser) == CSV_ETOOBIG) {
            csv_free(&r->parser);
            x_grow(NULL, SIZE_MAX, 2); /* leaves through mem_oom */
        }
        report_quote(r, r->pos + done);
        return;
    }
    bool feed = r->pos[n - 1] == '\n';
    r->pos += n;
    r->col += cols;
    if (feed) {
        r->line++;
        r->col = 1;
    }
    if (r->parser.pstate == ROW_NOT_BEGUN) {
        r->field_open = false;
        r->record += feed;
    }
}

/* Everything to the end; an unclosed quote at the end is read again line by line. */
static void read_rows(struct reader *r) {
    while (!r->full) {
        while (r->pos < r->end && !r->full) {
            if (r->broken && gave_up(r))
                return;
            feed_piece(r);
        }
        if (r->full)
            break;
        if (!r->field_open && r->fields > 0)
            open_field(r); /* the file ends behind a delimiter */
        if (csv_fini(&r->parser, take_field, end_row, r) == 0)
            return;
        diag_add(r->d, E_CSV_UNCLOSED, r->field_at, NULL);
        resynchronise(r, r->field_start, r->field_at.line);
    }
    diag_add(r->d, E_CSV_TOO_BIG, place(r, r->line, r->col),
             diag_fmt(r->d, "%d", INPUT_MAX_CELLS), NULL);
    r->broken = true;
}

/* Excel's own line "sep=;" names the delimiter. */
static bool is_sep_line(const char *text, size_t n) {
    return n >= 5 && strncmp(text, "sep=", 4) == 0 && (n == 5 || text[5] == '\n') &&
           (text[4] == ',' || text[4] == ';' || text[4] == '\t');
}

struct csv_form csv_form(const char *text, size_t n) {
    if (is_sep_line(text, n))
        return (struct csv_form){text[4], n > 5 ? 6 : n, 2};
    return (struct csv_form){detect_delimiter(text, text + n), 0, 1};
}

struct value *csv_read_as(struct arena *a, struct diag *d, const char *file,
                          const char *text, size_t n, const struct csv_form *f,
                          bool repeated) {
    struct reader *r = arena_new_of(a, struct reader);
    r->arena = a;
    r->d = d;
    r->file = file;
    r->text = text;
    r->pos = text + f->from;
    r->end = text + n;
    r->line = f->line;
    r->col = 1;
    r->record = (uint32_t)f->line;
    r->delimiter = f->delimiter;
    r->repeated = repeated;
    /* Each cell ends in a delimiter or line feed, which pays for its NUL, the last one excepted. What
     * is read again after an error was never stored before. */
    r->pool = arena_alloc(a, n + 2);
    parser_start(r);
    read_rows(r);
    csv_free(&r->parser);
    if (!r->head_done) {
        if (!r->broken)
            diag_add(d, E_CSV_EMPTY, (struct origin){file, 0, 0}, NULL);
        return NULL;
    }
    struct value *table = value_table(a, (struct origin){file, 1, 1}, r->column,
                                      r->columns, r->rows.v, r->rows.n);
    if (r->broken)
        table->flags |= VALUE_BROKEN;
    return table;
}

struct value *csv_read(struct arena *a, struct diag *d, const char *file,
                       const char *text, size_t n) {
    struct csv_form f = csv_form(text, n);
    return csv_read_as(a, d, file, text, n, &f, false);
}

struct value *csv_row(struct arena *a, struct diag *d, const struct csv_index *c,
                      size_t row) {
    struct reader r = {.arena = a, .d = d, .file = c->file, .delimiter = c->delimiter};
    const struct csv_place *p = &c->row[row];
    r.text = r.pos = c->text + p->from;
    r.end = c->text + p[1].from;
    r.line = p->line;
    r.col = 1;
    r.record = p->record;
    r.head_done = true;
    r.head.n = c->cells;
    r.column = c->column;
    r.columns = c->columns;
    r.pool = arena_alloc(a, (size_t)(r.end - r.text) + 2);
    parser_start(&r);
    read_rows(&r);
    csv_free(&r.parser);
    return r.rows.n ? r.rows.v[0] : NULL;
}
