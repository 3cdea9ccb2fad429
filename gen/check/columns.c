/* columns.c: the columns of a table found by name, title or title path, its cells typed */
#include "inside.h"

#include <string.h>

/* A column of the file and the field that it is, NULL for none. */
struct match {
    const struct field **field; /* by column of the file */
    bool *taken;                /* by field of the schema */
    const char **slug;          /* likewise: of its title, NULL without one */
    size_t columns;
};

/* What stands behind the last " / " of a title path. */
static const char *leaf(const char *title) {
    const char *found = title, *p = title;
    while ((p = strstr(p, " / ")) != NULL)
        found = p += 3;
    return found;
}

/* A rule: whether a column of the file is the field; slug is that of the field's title or NULL. */
typedef bool rule(struct arena *a, const struct column *c, const struct field *f,
                  const char *slug);

static bool is_name(struct arena *a, const struct column *c, const struct field *f,
                    const char *slug) {
    (void)a;
    (void)slug;
    return str_eq(c->title, f->name);
}

static bool is_title(struct arena *a, const struct column *c, const struct field *f,
                     const char *slug) {
    (void)a;
    return str_eq(c->key, f->name) || (slug && str_eq(c->key, slug));
}

/* "Cấp xã / Toàn trình" in the file, "Toàn trình" in the schema, or the other way round. */
static bool is_leaf(struct arena *a, const struct column *c, const struct field *f,
                    const char *slug) {
    if (!slug || (leaf(c->title) == c->title && leaf(f->title) == f->title))
        return false;
    return str_eq(text_slug(a, leaf(c->title), '_'), text_slug(a, leaf(f->title), '_'));
}

/* One rule for all columns that have no field yet; a rule that fits two fields decides nothing. */
static void apply_rule(struct arena *a, const struct column *column,
                       const struct table_schema *t, struct match *m, rule *fits) {
    for (size_t c = 0; c < m->columns; c++) {
        size_t found = 0, count = 0;
        for (size_t f = 0; !m->field[c] && f < t->n; f++)
            if (!m->taken[f] && fits(a, &column[c], &t->field[f], m->slug[f])) {
                found = f;
                count++;
            }
        if (count == 1) {
            m->field[c] = &t->field[found];
            m->taken[found] = true;
        }
    }
}

static bool is_numbering(const char *name) {
    return str_eq(name, "tt") || str_eq(name, "stt");
}

/* Reports column c that no rule knows; false unless it is a numbering column, which is harmless. */
static bool take_unknown(struct arena *a, struct diag *d, const struct column *c,
                         const struct table_schema *t, struct match *m) {
    if (is_numbering(c->key))
        return true;
    const char **names = arena_array(a, const char *, 2 * t->n);
    size_t n = 0;
    for (size_t f = 0; f < t->n; f++) {
        if (m->taken[f])
            continue;
        names[n++] = t->field[f].name;
        if (t->field[f].title)
            names[n++] = t->field[f].title;
    }
    const char *near = text_nearest(c->title, names, n);
    if (!near) {
        diag_add(d, E_COLUMN_UNKNOWN, c->at, c->title, NULL);
        return false;
    }
    diag_add(d, E_COLUMN_UNKNOWN_NEAR, c->at, c->title, near, NULL);
    for (size_t f = 0; f < t->n; f++) /* then that one is not missing as well */
        if (near == t->field[f].name || near == t->field[f].title)
            m->taken[f] = true;
    return false;
}

/* A column without a title or with one that stood before: the reader of the file said so. */
static bool is_reported(const struct value *table, const struct column *column,
                        size_t c) {
    if (!(table->flags & VALUE_BROKEN))
        return false;
    if (!*column[c].title)
        return true;
    for (size_t i = 0; i < c; i++)
        if (text_distance(column[i].title, column[c].title) == 0)
            return true;
    return false;
}

static bool match_columns(struct arena *a, struct diag *d, struct value *table,
                          const struct table_schema *t, struct match *m) {
    struct column *column = value_columns(table, &m->columns);
    m->field = arena_array(a, const struct field *, m->columns);
    m->taken = arena_array(a, bool, t->n);
    m->slug = arena_array(a, const char *, t->n);
    for (size_t f = 0; f < t->n; f++)
        m->slug[f] = t->field[f].title ? text_slug(a, t->field[f].title, '_') : NULL;
    apply_rule(a, column, t, m, is_name);
    apply_rule(a, column, t, m, is_title);
    apply_rule(a, column, t, m, is_leaf);
    bool ok = true;
    for (size_t c = 0; c < m->columns; c++) {
        if (m->field[c])
            column[c].key = m->field[c]->name;
        else if (!is_reported(table, column, c))
            ok = take_unknown(a, d, &column[c], t, m) && ok;
    }
    for (size_t f = 0; f < t->n; f++) {
        const struct field *want = &t->field[f];
        if (m->taken[f] || !want->required)
            continue;
        diag_add(d, E_COLUMN_MISSING, table->at, want->title ? want->title : want->name,
                 NULL);
        diag_subject(d, arena_printf(a, "%s.%s", t->name, want->name));
        ok = false;
    }
    return ok;
}

/* ---- cells ---- */

static bool check_cell(struct arena *a, struct diag *d, struct value *v,
                       const struct field *f, enum number_style style) {
    if (v->kind != VALUE_NONE)
        return check_scalar(a, d, v, f, style);
    if (!f->required)
        return true;
    diag_add_where(d, E_CELL_EMPTY, v->at, value_where(d, v), NULL);
    return false;
}

/* Cells that equal a missing value become empty; column c of every row. */
static void empty_cells(const struct value *table, size_t c, const struct missing *m) {
    for (uint32_t i = 0; i < table->n; i++)
        check_missing(&table->u.item[i]->u.member[c], m);
}

static void empty_table_cells(const struct value *table, const struct missing *m) {
    size_t n;
    value_columns(table, &n);
    for (size_t c = 0; m && c < n; c++)
        empty_cells(table, c, m);
}

static bool check_cells(struct arena *a, struct diag *d, struct value *table,
                        const struct match *m, enum number_style style) {
    size_t n;
    const struct column *column = value_columns(table, &n);
    bool ok = true;
    for (size_t c = 0; c < m->columns; c++)
        if (m->field[c] && m->field[c]->missing)
            empty_cells(table, c, m->field[c]->missing);
    for (uint32_t i = 0; i < table->n; i++) {
        struct value *cell = table->u.item[i]->u.member;
        for (size_t c = 0; c < m->columns; c++) {
            cell[c].key = column[c].key;
            if (m->field[c])
                ok = check_cell(a, d, &cell[c], m->field[c], style) && ok;
        }
    }
    return ok;
}

/* The optional columns that the file lacks, as blank cells behind the others. */
static struct value *add_columns(struct arena *a, struct value *table,
                                 const struct table_schema *t, const struct match *m) {
    size_t n, more = 0;
    struct column *old = value_columns(table, &n);
    for (size_t f = 0; f < t->n; f++)
        more += !m->taken[f] && !is_numbering(t->field[f].name);
    if (!more)
        return table;
    struct column *column = arena_array(a, struct column, n + more);
    for (size_t c = 0; c < n; c++)
        column[c] = old[c];
    for (size_t f = 0, c = n; f < t->n; f++)
        if (!m->taken[f] && !is_numbering(t->field[f].name))
            column[c++] =
                (struct column){t->field[f].title ? t->field[f].title : t->field[f].name,
                                t->field[f].name, table->at};
    for (uint32_t i = 0; i < table->n; i++) {
        struct value *row = table->u.item[i];
        struct value *cell = arena_array(a, struct value, n + more);
        for (size_t c = 0; c < n + more; c++) {
            cell[c] = c < n ? row->u.member[c]
                            : (struct value){.key = column[c].key,
                                             .at = row->at,
                                             .flags = VALUE_COMPUTED};
            cell[c].parent = row;
        }
        row->u.member = cell;
        row->n = (uint32_t)(n + more);
    }
    struct value *wide =
        value_table(a, table->at, column, n + more, table->u.item, table->n);
    wide->flags = table->flags;
    return wide;
}

/* ---- tables written as a list of maps ---- */

static const struct field *field_of_key(const struct table_schema *t, const char *key) {
    return schema_column(t, key);
}

static void report_key(struct arena *a, struct diag *d, const struct table_schema *t,
                       const struct value *member) {
    const char **names = arena_array(a, const char *, t->n);
    for (size_t i = 0; i < t->n; i++)
        names[i] = t->field[i].name;
    check_unknown(d, E_FACT_UNKNOWN, E_FACT_UNKNOWN_NEAR, value_key_at(member),
                  member->key, names, t->n);
}

/* One map to a row with the columns of the schema. */
static struct value *row_of_map(struct arena *a, struct diag *d, const struct value *map,
                                const struct table_schema *t, bool *ok) {
    struct value *row = value_new(a, VALUE_MAP, map->at);
    row->n = (uint32_t)t->n;
    row->u.member = arena_array(a, struct value, t->n);
    for (size_t i = 0; i < t->n; i++)
        row->u.member[i] = (struct value){.at = map->at, .flags = VALUE_COMPUTED};
    for (uint32_t i = 0; i < map->n; i++) {
        const struct value *from = &map->u.member[i];
        const struct field *f = field_of_key(t, from->key);
        if (f)
            row->u.member[f - t->field] = *from;
        else {
            report_key(a, d, t, from);
            *ok = false;
        }
    }
    for (size_t i = 0; i < t->n; i++) {
        row->u.member[i].key = t->field[i].name;
    }
    value_adopt(row);
    return row;
}

/* A list of maps to a table; NULL after a message when it is something else. */
static struct value *table_of_list(struct arena *a, struct diag *d, struct value *list,
                                   const struct table_schema *t) {
    if (list->kind != VALUE_LIST) {
        diag_add(d, E_TABLE_KIND, list->at, t->name, NULL);
        return NULL;
    }
    struct value **row = arena_array(a, struct value *, list->n);
    size_t n = 0;
    bool ok = true;
    for (uint32_t i = 0; i < list->n; i++) {
        const struct value *item = list->u.item[i];
        if (item->kind == VALUE_MAP)
            row[n++] = row_of_map(a, d, item, t, &ok);
        else {
            diag_add(d, E_TABLE_ROW, item->at, t->name, NULL);
            ok = false;
        }
    }
    struct column *column = arena_array(a, struct column, t->n);
    for (size_t i = 0; i < t->n; i++)
        column[i] =
            (struct column){t->field[i].title ? t->field[i].title : t->field[i].name,
                            t->field[i].name, list->at};
    struct value *table = value_table(a, list->at, column, t->n, row, n);
    if (!ok)
        table->flags |= VALUE_BROKEN;
    return table;
}

/* ---- finding the table ---- */

/* The names of the columns that a new file needs in its first row. */
static const char *titles(struct diag *d, const struct table_schema *t) {
    const char *list = "";
    for (size_t i = 0; i < t->n; i++)
        list = diag_fmt(d, "%s%s%s", list, i ? ";" : "",
                        t->field[i].title ? t->field[i].title : t->field[i].name);
    return list;
}

/* The CSV of the report's folder whose name is like that of the table's file, NULL. */
static const char *near_file(struct arena *a, const struct report *r,
                             const struct table_schema *t) {
    size_t n, csv = 0;
    const char **names = dir_list(a, r->dir, &n);
    for (size_t i = 0; i < n; i++)
        if (str_ends(names[i], ".csv"))
            names[csv++] = names[i];
    return csv ? text_nearest(t->file, names, csv) : NULL;
}

static void report_missing(struct arena *a, struct diag *d, const struct report *r,
                           const struct table_schema *t) {
    const char *near = near_file(a, r, t);
    struct origin at = {path_join(a, r->dir, t->file), 0, 0};
    if (near)
        diag_add(d, E_TABLE_MISSING_NEAR, at, t->title ? t->title : t->name, near, NULL);
    else
        diag_add(d, E_TABLE_MISSING, at, t->title ? t->title : t->name, titles(d, t),
                 NULL);
}

/* A file beside the report whose name is like that of an optional table and that no other table has: a slip of
 * its name would leave the table empty in silence. */
static void warn_absent(struct arena *a, struct diag *d, const struct report *r,
                        const struct schema *s, const struct table_schema *t) {
    const char *near = r->wide ? NULL : near_file(a, r, t);
    for (size_t i = 0; near && i < s->tables; i++)
        if (str_eq(near, s->table[i].file))
            near = NULL;
    if (near && !str_eq(near, "van_ban.csv"))
        diag_add(d, W_TABLE_ABSENT_NEAR,
                 (struct origin){path_join(a, r->dir, t->file), 0, 0},
                 t->title ? t->title : t->name, near, NULL);
}

/* An empty table with the columns of the schema, for an optional file that is not there. */
static struct value *empty_table(struct arena *a, const struct report *r,
                                 const struct table_schema *t) {
    struct value list = {.kind = VALUE_LIST, .at = {path_join(a, r->dir, t->file), 0, 0}};
    struct value *table = table_of_list(a, NULL, &list, t);
    table->flags |= VALUE_COMPUTED;
    return table;
}

/* From the facts or from its file; NULL after a message. */
static struct value *find_table(struct arena *a, struct diag *d, const struct report *r,
                                const struct schema *s, const struct table_schema *t) {
    struct value *given = value_get(r->facts, t->name);
    bool missing;
    struct value *table = report_table(a, d, r, t->file, &missing);
    if (table && r->wide)
        table = wide_without_key(a, r, table, t);
    if (given && given->kind != VALUE_NONE) {
        if (!missing)
            diag_add(d, E_TABLE_BOTH, value_key_at(given), t->name, t->file, NULL);
        return missing ? table_of_list(a, d, given, t) : NULL;
    }
    if (!missing)
        return table;
    if (!t->required) {
        warn_absent(a, d, r, s, t);
        return empty_table(a, r, t);
    }
    report_missing(a, d, r, t);
    return NULL;
}

bool check_table(struct arena *a, struct diag *d, const struct report *r,
                 const struct schema *s, const struct table_schema *t,
                 enum number_style style, bool *sound) {
    struct value *table = find_table(a, d, r, s, t);
    *sound = table && !(table->flags & VALUE_BROKEN);
    if (!table)
        return false;
    bool ok = *sound;
    if (t->open)
        empty_table_cells(table, t->missing);
    else {
        struct match m = {0};
        *sound = ok = match_columns(a, d, table, t, &m) && ok;
        ok = check_cells(a, d, table, &m, t->own_style ? t->style : style) && ok;
        table = add_columns(a, table, t, &m);
    }
    if (t->limited)
        ok = check_column_limits(a, d, table, t) && ok;
    struct value *given = value_get(r->facts, t->name);
    if (given) {
        const char *key = given->key;
        *given = *table;
        given->key = key;
        given->parent = r->facts;
        value_adopt(given);
    } else
        value_put(a, r->facts, t->name, *table);
    return ok;
}

struct value *check_open_table(struct arena *a, struct diag *d, const struct report *r,
                               const struct schema *s, const char *name, bool *missing) {
    char *file = arena_printf(a, "%s.csv", name);
    struct value *table = report_table(a, d, r, file, missing);
    if (!table || table->flags & VALUE_BROKEN)
        return NULL;
    if (r->wide)
        table = wide_without_key(a, r, table, NULL);
    empty_table_cells(table, s ? s->missing : NULL);
    table->key = arena_strdup(a, name);
    table->parent = r->facts;
    return table;
}
