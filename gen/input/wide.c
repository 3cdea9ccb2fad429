/* wide.c: many reports in one CSV, a row each, with the rows of further CSVs that a key column joins to them */
#include "inside.h"

#include <string.h>

#define COLUMNS_MAX 10000 /* names are looked up one by one */
#define NEAREST_MAX 20    /* wrong keys that a near one is looked for */

/* A further CSV of the folder: which of its rows belong to which report. */
struct joined {
    const char *file; /* its name */
    struct csv_index *csv;
    uint32_t
        *first; /* by report: its rows are order[first[i]] … order[first[i + 1] - 1] */
    uint32_t *order;
    unsigned char titles[16]; /* hash of its first row */
};

struct wide {
    const char *path, *dir, *tmpl;
    struct csv_index *csv;
    const char **name; /* of facts, by column */
    bool *titled;   /* the name was made from a title; the form may know a better one */
    uint32_t *slot; /* hash table over keys: row + 1, 0 is free */
    size_t slots;
    struct joined *table;
    size_t tables;
    unsigned char titles[16];
    bool wrong; /* errors were reported */
};

/* ---- keys ---- */

static size_t slot_of(const struct wide *w, const char *key) {
    uint64_t h = hash64(HASH64_START, key, strlen(key));
    size_t i = (size_t)(h ^ h >> 32) & (w->slots - 1);
    while (w->slot[i] && !str_eq(w->csv->row[w->slot[i] - 1].key, key))
        i = (i + 1) & (w->slots - 1);
    return i;
}

bool wide_find(const struct wide *w, const char *key, size_t *row) {
    size_t i = slot_of(w, key);
    if (!w->slot[i])
        return false;
    *row = w->slot[i] - 1;
    return true;
}

static struct origin key_at(const struct csv_index *c, size_t row) {
    return (struct origin){c->file, c->row[row].key_line, c->row[row].key_col};
}

/* Messages for rows without a key; false after any. */
static bool have_keys(struct diag *d, const struct csv_index *c) {
    bool ok = true;
    for (size_t i = 0; i < c->rows; i++) {
        if (c->row[i].key)
            continue;
        diag_add(d, E_WIDE_KEY_MISSING, key_at(c, i), diag_fmt(d, "%u", c->row[i].record),
                 c->column[c->key].title, NULL);
        ok = false;
    }
    return ok;
}

/* Fill the hash table; messages for keys that stand twice. */
static void know_keys(struct arena *a, struct diag *d, struct wide *w) {
    for (w->slots = 64; w->slots < 2 * w->csv->rows + 2;)
        w->slots *= 2;
    w->slot = arena_array(a, uint32_t, w->slots);
    for (size_t i = 0; i < w->csv->rows; i++) {
        const char *key = w->csv->row[i].key;
        if (!key)
            continue;
        size_t s = slot_of(w, key);
        if (!w->slot[s]) {
            w->slot[s] = (uint32_t)i + 1;
            continue;
        }
        const struct csv_place *first = &w->csv->row[w->slot[s] - 1];
        diag_add(d, E_WIDE_KEY_TWICE, key_at(w->csv, i), key,
                 diag_fmt(d, "%u", first->record), diag_fmt(d, "%d", first->line), NULL);
        w->wrong = true;
    }
}

/* ---- the column of the keys ---- */

struct wanted {
    const char *title; /* as typed; NULL: the first column */
    const char *slug;  /* the same in small letters without marks */
};

static size_t pick(const void *how, const struct column *c, size_t n) {
    const struct wanted *key = how;
    if (!key->title)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (str_eq(c[i].title, key->title))
            return i;
    for (size_t i = 0; i < n; i++)
        if (*key->slug && str_eq(c[i].key, key->slug))
            return i;
    return SIZE_MAX;
}

static struct wanted key_of(const struct wide *w) {
    const struct column *c = &w->csv->column[w->csv->key];
    return (struct wanted){c->title, c->key};
}

static void hash_titles(const struct csv_index *c, unsigned char out[16]) {
    struct buf b = {0};
    for (size_t i = 0; i < c->columns; i++)
        buf_add(&b, c->column[i].title, strlen(c->column[i].title) + 1);
    content_hash(b.data, b.len, out);
    buf_free(&b);
}

/* ---- the wide table itself ---- */

static void name_columns(struct arena *a, struct diag *d, struct wide *w) {
    size_t n = w->csv->columns;
    w->name = arena_array(a, const char *, n);
    w->titled = arena_array(a, bool, n);
    w->wrong |= n > COLUMNS_MAX;
    if (n > COLUMNS_MAX)
        diag_add(d, E_WIDE_COLUMNS, w->csv->column[COLUMNS_MAX].at,
                 diag_fmt(d, "%d", COLUMNS_MAX), NULL);
    for (size_t i = 0; i < n; i++) {
        const struct column *c = &w->csv->column[i];
        w->titled[i] = !fact_is_name(c->title);
        w->name[i] = w->titled[i] ? c->key : c->title;
        if (*w->name[i])
            continue;
        diag_add(d, E_WIDE_TITLE, c->at, c->title, NULL);
        w->wrong = true;
    }
}

static void report_no_key(struct arena *a, struct diag *d, const char *path,
                          const struct column *c, size_t columns, const char *key) {
    const char **title = arena_array(a, const char *, columns + 1);
    for (size_t i = 0; i < columns; i++)
        title[i] = c[i].title;
    const char *near = text_nearest(key, title, columns);
    struct origin at = {path, 1, 1};
    if (near)
        diag_add(d, E_WIDE_NO_KEY_NEAR, at, key, near, NULL);
    else
        diag_add(d, E_WIDE_NO_KEY, at, key, NULL);
}

static bool load_rows(struct arena *a, struct diag *d, struct wide *w, const char *key) {
    size_t n, columns;
    struct wanted wanted = {key, key ? text_slug(a, key, '_') : NULL};
    const char *text = input_text(a, d, w->path, &n);
    if (!text)
        return false;
    const struct column *c = csv_head(a, text, n, true, &columns);
    if (c && pick(&wanted, c, columns) == SIZE_MAX) {
        report_no_key(a, d, w->path, c, columns, key);
        return false;
    }
    w->csv = csv_index(a, d, w->path, text, n, true, pick, &wanted);
    if (!w->csv)
        return false;
    if (!w->csv->rows)
        diag_add(d, E_WIDE_EMPTY, (struct origin){w->path, 0, 0}, NULL);
    w->wrong = !have_keys(d, w->csv) || !w->csv->rows;
    name_columns(a, d, w);
    know_keys(a, d, w);
    hash_titles(w->csv, w->titles);
    return true;
}

/* ---- the tables that are joined ---- */

/* "1" for "00001", "XA-01" for "xa-01": what spreadsheets and hands do to keys. */
static const char *folded_key(struct arena *a, const char *key) {
    key += strspn(key, "0 ");
    return text_upper(a, key);
}

/* The key of a report that was probably meant: the same but for case, marks and zeros in front, or the only one
 * that is one slip away; of codes in a row many are. */
static const char *near_key(struct arena *a, const struct wide *w, const char *key) {
    const char *folded = folded_key(a, key), *slip = NULL;
    size_t slips = 0;
    for (size_t i = 0; i < w->csv->rows; i++) {
        const char *text = w->csv->row[i].key;
        int distance = text ? text_distance(key, text) : 2;
        if (text && (distance == 0 || str_eq(folded_key(a, text), folded)))
            return text;
        if (distance > 1)
            continue;
        slip = text;
        slips++;
    }
    return slips == 1 && strlen(key) > 2 ? slip : NULL;
}

static void report_orphan(struct diag *d, const struct wide *w,
                          const struct csv_index *csv, size_t row, int *told) {
    struct arena *scratch = arena_new();
    const char *key = csv->row[row].key;
    const char *near = (*told)++ < NEAREST_MAX ? near_key(scratch, w, key) : NULL;
    if (near)
        diag_add(d, E_WIDE_ORPHAN_NEAR, key_at(csv, row), key, w->path, near, NULL);
    else
        diag_add(d, E_WIDE_ORPHAN, key_at(csv, row), key, w->path, NULL);
    arena_free(scratch);
}

/* The rows by report, in the order of the file. */
static void group_rows(struct arena *a, struct diag *d, struct wide *w,
                       struct joined *j) {
    size_t rows = j->csv->rows, reports = w->csv->rows;
    struct arena *scratch = arena_new();
    uint32_t *owner = arena_array(scratch, uint32_t, rows);
    uint32_t *next = arena_array(scratch, uint32_t, reports + 1);
    int told = 0;
    j->first = arena_array(a, uint32_t, reports + 1);
    j->order = arena_array(a, uint32_t, rows);
    for (size_t i = 0; i < rows; i++) {
        const char *key = j->csv->row[i].key;
        size_t row = reports;
        if (key && !wide_find(w, key, &row)) {
            report_orphan(d, w, j->csv, i, &told);
            w->wrong = true;
        }
        owner[i] = (uint32_t)row;
        if (row < reports)
            j->first[row + 1]++;
    }
    for (size_t i = 0; i < reports; i++)
        next[i + 1] = j->first[i + 1] += j->first[i];
    for (size_t i = 0; i < rows; i++)
        if (owner[i] < reports)
            j->order[next[owner[i]]++] = (uint32_t)i;
    arena_free(scratch);
}

static bool head_has_key(const struct wide *w, const char *text, size_t n) {
    struct arena *a = arena_new();
    struct wanted wanted = key_of(w);
    size_t columns;
    const struct column *c = csv_head(a, text, n, false, &columns);
    bool has = c && pick(&wanted, c, columns) != SIZE_MAX;
    arena_free(a);
    return has;
}

/* The bytes of the first row: up to the first line feed outside quotes. */
static size_t first_row(const char *s, size_t n) {
    bool quoted = false;
    size_t i = 0;
    for (; i < n && (s[i] != '\n' || quoted); i++)
        quoted ^= s[i] == '"';
    return i;
}

/* As much of a file as its delimiter is recognised by, up to the end of a line. */
static size_t first_piece(const char *s, size_t n) {
    const char *feed =
        n > CSV_SAMPLE ? memchr(s + CSV_SAMPLE, '\n', n - CSV_SAMPLE) : NULL;
    return feed ? (size_t)(feed - s) + 1 : n;
}

/* Whether a file is one of the wide table's: its first row, whatever is wrong below it, has the key column. */
static bool is_ours(const struct wide *w, const char *path, const char *text, size_t n) {
    struct arena *a = arena_new();
    struct diag *quiet = diag_new(LANG_EN);
    const char *head = text;
    size_t piece = first_piece(text, n), row = first_row(text, n);
    bool ours =
        input_decode(a, quiet, path, &text, &piece)
            ? head_has_key(w, text, piece)
            : input_decode(a, quiet, path, &head, &row) && head_has_key(w, head, row);
    diag_free(quiet);
    arena_free(a);
    return ours;
}

/* Take a file of the folder if it has the key column; other files are none of the wide table's. */
static void join(struct arena *a, struct diag *d, struct wide *w, const char *file,
                 struct joined *j) {
    const char *path = path_join(a, w->dir, file), *text = NULL;
    size_t n = 0;
    struct arena *own = arena_child(a);
    struct wanted wanted = key_of(w);
    j->file = file;
    j->csv = NULL;
    bool ours = file_read(own, path, FILE_LIMIT, &text, &n) == FILE_OK &&
                is_ours(w, path, text, n);
    if (ours && input_decode(own, d, path, &text, &n))
        j->csv = csv_index(own, d, path, text, n, false, pick, &wanted);
    if (j->csv) {
        w->wrong |= !have_keys(d, j->csv);
        group_rows(a, d, w, j);
        hash_titles(j->csv, j->titles);
        w->tables++;
    } else {
        arena_free(own);
        w->wrong |= ours;
    }
}

static void join_all(struct arena *a, struct diag *d, struct wide *w) {
    size_t n;
    const char **name = dir_list(a, w->dir, &n);
    const char *self = path_base(a, w->path);
    w->table = arena_array(a, struct joined, n + 1);
    for (size_t i = 0; i < n; i++)
        if (name[i][0] != '.' && str_ends(name[i], ".csv") && !str_eq(name[i], self))
            join(a, d, w, name[i], &w->table[w->tables]);
}

struct wide *wide_load(struct arena *a, struct diag *d, const char *path,
                       const char *key) {
    struct wide *w = arena_new_of(a, struct wide);
    w->path = arena_strdup(a, path);
    w->dir = path_dir(a, path);
    if (!load_rows(a, d, w, key))
        return NULL;
    join_all(a, d, w);
    return w->wrong ? NULL : w;
}

/* ---- one report ---- */

size_t wide_rows(const struct wide *w) {
    return w->csv->rows;
}

const char *wide_key(const struct wide *w, size_t row, struct origin *at) {
    if (at)
        *at = key_at(w->csv, row);
    return w->csv->row[row].key;
}

const struct column *wide_columns(const struct wide *w, size_t *n) {
    *n = w->csv->columns;
    return w->csv->column;
}

const char *wide_fact(const struct wide *w, size_t column, bool *titled) {
    *titled = w->titled[column];
    return w->name[column];
}

size_t wide_key_column(const struct wide *w) {
    return w->csv->key;
}

const char *wide_dir(const struct wide *w) {
    return w->dir;
}

void wide_template(struct wide *w, const char *name) {
    w->tmpl = name;
}

static void add_row(struct buf *b, const struct csv_index *c, size_t row) {
    const struct csv_place *p = &c->row[row];
    buf_add(b, c->text + p->from, p[1].from - p->from);
}

void wide_hash(const struct wide *w, size_t row, unsigned char out[16]) {
    struct buf b = {0};
    buf_add(&b, w->titles, sizeof w->titles);
    if (w->tmpl)
        buf_adds(&b, w->tmpl);
    buf_addc(&b, 0);
    add_row(&b, w->csv, row);
    for (size_t t = 0; t < w->tables; t++) {
        const struct joined *j = &w->table[t];
        buf_add(&b, j->file, strlen(j->file) + 1);
        buf_add(&b, j->titles, sizeof j->titles);
        for (uint32_t i = j->first[row]; i < j->first[row + 1]; i++)
            add_row(&b, j->csv, j->order[i]);
    }
    content_hash(b.data, b.len, out);
    buf_free(&b);
}

/* Items of lists without any value: this row has fewer of them than the table has columns for. */
static void drop_blank_items(struct value *v, struct origin row) {
    if (v->kind == VALUE_MAP)
        for (uint32_t i = 0; i < v->n; i++)
            drop_blank_items(&v->u.member[i], row);
    if (v->kind != VALUE_LIST)
        return;
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->n; i++) {
        struct value *item = v->u.item[i];
        drop_blank_items(item, row);
        if (value_is_empty(item))
            continue;
        item->index = n;
        v->u.item[n++] = item;
    }
    v->n = n;
    v->at = n ? v->u.item[0]->at : row;
}

static struct value *facts_of_row(struct arena *a, struct diag *d, const struct wide *w,
                                  size_t row, const char *const *name) {
    struct value *cells = csv_row(a, d, w->csv, row);
    size_t n = w->csv->columns;
    struct fact_cell *list = arena_array(a, struct fact_cell, n);
    for (size_t i = 0; i < n; i++)
        list[i] = (struct fact_cell){name[i], w->csv->column[i].at, &cells->u.member[i]};
    struct value *facts = facts_of_cells(a, d, cells->at, list, n);
    drop_blank_items(facts, cells->at);
    struct value *mau = value_get(facts, "mau");
    if (w->tmpl && value_is_empty(mau)) {
        struct value tmpl = {.kind = VALUE_TEXT,
                             .flags = VALUE_COMPUTED,
                             .text = w->tmpl,
                             .len = (uint32_t)strlen(w->tmpl),
                             .at = cells->at};
        if (mau) {
            tmpl.key = mau->key;
            tmpl.parent = facts;
            *mau = tmpl;
        } else
            value_put(a, facts, "mau", tmpl);
    }
    return facts;
}

/* KEY.ban-hanh.yaml beside the table. */
static void take_issue(struct arena *a, struct diag *d, struct report *r) {
    if (r->name == r->key)
        issue_take(a, d, r);
}

void wide_rename(struct arena *a, struct diag *d, struct report *r,
                 const char *const *name) {
    r->facts = facts_of_row(a, d, r->wide, r->row, name);
    take_issue(a, d, r);
}

/* A file in the report's own folder that says what the wide table says: which of them counts must not be a
 * riddle. */
static void look_for(struct arena *a, struct diag *d, const struct report *r,
                     const char *name, const char *instead) {
    const char *path = path_join(a, r->dir, name);
    if (file_exists(path))
        diag_add(d, W_WIDE_NOT_USED, (struct origin){path, 0, 0}, r->key, instead, NULL);
}

static void look_for_facts(struct arena *a, struct diag *d, const struct report *r) {
    static const char *const file[] = {"baocao.yaml", "baocao.yml", "baocao.json",
                                       "baocao.csv"};
    for (size_t i = 0; i < sizeof file / sizeof *file; i++)
        look_for(a, d, r, file[i], r->path);
}

struct report *wide_report(struct arena *a, struct diag *d, const struct wide *w,
                           size_t row) {
    struct report *r = arena_new_of(a, struct report);
    struct diag *quiet = NULL;
    r->wide = w;
    r->row = row;
    r->path = w->path;
    r->dir = w->dir;
    r->key = w->csv->row[row].key;
    bool named = path_inside(r->key) && r->key[0] != '.' && !strchr(r->key, '/');
    r->name = named ? r->key : "baocao";
    if (named && file_is_dir(path_join(a, w->dir, r->key))) {
        r->dir = path_join(a, w->dir, r->key);
        look_for_facts(a, d, r);
    }
    /* With titles that the form may know, check builds the facts anew and tells what is wrong then. */
    for (size_t i = 0; i < w->csv->columns && !quiet; i++)
        if (w->titled[i])
            quiet = diag_new(diag_lang(d));
    r->facts = facts_of_row(a, quiet ? quiet : d, w, row, w->name);
    if (quiet)
        r->facts->flags &= (uint8_t)~VALUE_BROKEN;
    diag_free(quiet);
    take_issue(a, d, r);
    return r;
}

struct value *wide_table(struct arena *a, struct diag *d, const struct report *r,
                         const char *file) {
    const struct wide *w = r->wide;
    const struct joined *j = w->table;
    while (j < w->table + w->tables && !str_eq(j->file, file))
        j++;
    if (j == w->table + w->tables)
        return NULL;
    if (r->dir != w->dir)
        look_for(a, d, r, file, j->csv->file);
    size_t n = j->first[r->row + 1] - j->first[r->row];
    struct value **row = arena_array(a, struct value *, n + 1);
    for (size_t i = 0; i < n; i++)
        row[i] = csv_row(a, d, j->csv, j->order[j->first[r->row] + i]);
    struct column *column = arena_array(a, struct column, j->csv->columns);
    memcpy(column, j->csv->column, j->csv->columns * sizeof *column);
    return value_table(a, (struct origin){j->csv->file, 1, 1}, column, j->csv->columns,
                       row, n);
}
