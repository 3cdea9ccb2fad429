/* keys.c: values that must differ and values that must exist: unique, primary and foreign keys */
#include "inside.h"

#include <string.h>

/* ---- a hash set of keys ---- */

struct slot {
    uint32_t hash;
    uint32_t row; /* place in key_set.row from 1; 0: free */
};

struct key_set {
    struct slot *slot;
    size_t mask;
    const struct value **row;
    size_t n;
    const uint32_t *at;
    size_t width;
};

static const uint32_t first_place[] = {0};

static uint64_t hash_value(uint64_t h, const struct value *v) {
    double x;
    uint64_t sum = 0;
    h = hash64(h, &v->kind, sizeof v->kind);
    switch ((enum value_kind)v->kind) {
    case VALUE_NONE:
    case VALUE_NODATA:
        break;
    case VALUE_TEXT:
        return hash64(h, v->text, v->len + 1); /* with its end: a, bc is not ab, c */
    case VALUE_NUMBER: /* lowest terms: equal numbers have equal parts */
        x = v->u.number->big ? number_double(v->u.number) : 0;
        h = hash64(h, &x, sizeof x);
        h = hash64(h, &v->u.number->num, sizeof v->u.number->num);
        return hash64(h, &v->u.number->den, sizeof v->u.number->den);
    case VALUE_DATE:
        h = hash64(h, &v->u.date.year, sizeof v->u.date.year);
        h = hash64(h, &v->u.date.month, sizeof v->u.date.month);
        return hash64(h, &v->u.date.day, sizeof v->u.date.day);
    case VALUE_BOOL:
        return hash64(h, &v->u.yes, sizeof v->u.yes);
    case VALUE_LIST:
    case VALUE_TABLE:
        for (uint32_t i = 0; i < v->n; i++)
            h = hash_value(h, v->u.item[i]);
        break;
    case VALUE_MAP: /* members in any order; one without a value is as good as absent */
        for (uint32_t i = 0; i < v->n; i++) {
            const struct value *m = &v->u.member[i];
            if (m->kind != VALUE_NONE)
                sum += hash_value(hash64(HASH64_START, m->key, strlen(m->key) + 1), m);
        }
        return hash64(h, &sum, sizeof sum);
    }
    return h;
}

static bool same_value(const struct value *x, const struct value *y);

static size_t members(const struct value *map) {
    size_t n = 0;
    for (uint32_t i = 0; i < map->n; i++)
        n += map->u.member[i].kind != VALUE_NONE;
    return n;
}

static bool same_map(const struct value *x, const struct value *y) {
    if (members(x) != members(y))
        return false;
    for (uint32_t i = 0; i < x->n; i++) {
        const struct value *m = &x->u.member[i];
        const struct value *other = m->kind == VALUE_NONE ? m : value_get(y, m->key);
        if (!other || !same_value(m, other))
            return false;
    }
    return true;
}

static bool same_list(const struct value *x, const struct value *y) {
    if (x->n != y->n)
        return false;
    for (uint32_t i = 0; i < x->n; i++)
        if (!same_value(x->u.item[i], y->u.item[i]))
            return false;
    return true;
}

static bool same_value(const struct value *x, const struct value *y) {
    if (x->kind != y->kind)
        return false;
    switch ((enum value_kind)x->kind) {
    case VALUE_NONE:
    case VALUE_NODATA:
        return true;
    case VALUE_TEXT:
        return x->len == y->len && memcmp(x->text, y->text, x->len) == 0;
    case VALUE_NUMBER:
        return number_compare(x->u.number, y->u.number) == 0;
    case VALUE_DATE:
        return x->u.date.year == y->u.date.year && x->u.date.month == y->u.date.month &&
               x->u.date.day == y->u.date.day;
    case VALUE_BOOL:
        return x->u.yes == y->u.yes;
    case VALUE_LIST:
    case VALUE_TABLE:
        return same_list(x, y);
    case VALUE_MAP:
        return same_map(x, y);
    }
    return false;
}

struct key_set *key_set_new(struct arena *a, size_t most, const uint32_t *at, size_t n) {
    struct key_set *s = arena_new_of(a, struct key_set);
    size_t size = 16;
    while (size < 2 * most)
        size *= 2;
    s->slot = arena_array(a, struct slot, size);
    s->mask = size - 1;
    s->row = arena_array(a, const struct value *, most);
    s->at = at ? at : first_place;
    s->width = n;
    return s;
}

/* The slot that holds the key of `row` at the places at[], or the free one where it belongs. */
static struct slot *find_slot(const struct key_set *s, const struct value *row,
                              const uint32_t *at, uint32_t *hash) {
    uint64_t h = HASH64_START;
    for (size_t k = 0; k < s->width; k++)
        h = hash_value(h, &row[at[k]]);
    h *= 0x9E3779B97F4A7C15u; /* FNV leaves its low bits to the last bytes alone */
    *hash = (uint32_t)h;
    for (size_t i = (size_t)(h >> 32) & s->mask;; i = (i + 1) & s->mask) {
        struct slot *slot = &s->slot[i];
        bool same = slot->row && slot->hash == *hash;
        for (size_t k = 0; same && k < s->width; k++)
            same = same_value(&s->row[slot->row - 1][s->at[k]], &row[at[k]]);
        if (same || !slot->row)
            return slot;
    }
}

const struct value *key_set_put(struct key_set *s, const struct value *row) {
    uint32_t hash;
    struct slot *slot = find_slot(s, row, s->at, &hash);
    if (slot->row)
        return s->row[slot->row - 1];
    s->row[s->n++] = row;
    *slot = (struct slot){hash, (uint32_t)s->n};
    return NULL;
}

const struct value *key_set_find(const struct key_set *s, const struct value *row,
                                 const uint32_t *at) {
    uint32_t hash;
    const struct slot *slot = find_slot(s, row, at ? at : first_place, &hash);
    return slot->row ? s->row[slot->row - 1] : NULL;
}

/* ---- a key within its table ---- */

struct key {
    const struct value *table;
    const struct key_fields *fields;
    uint32_t *at; /* columns of the table */
};

/* false: the table is not there or lacks a column of the key. */
static bool find_key(struct arena *a, const struct value *table,
                     const struct key_fields *fields, struct key *k) {
    *k = (struct key){table, fields, arena_array(a, uint32_t, fields->n)};
    bool found = table && table->kind == VALUE_TABLE;
    for (size_t i = 0; found && i < fields->n; i++)
        found = check_column_of(table, fields->field[i], &k->at[i]);
    return found;
}

static const struct value *cells_of(const struct key *k, uint32_t row) {
    return k->table->u.item[row]->u.member;
}

enum state { KEY_WHOLE, KEY_PARTLY, KEY_EMPTY, KEY_WRONG };

/* Whether all parts of the key of a row have values; wrong: one was reported as no such value. */
static enum state key_state(const struct key *k, const struct value *cells) {
    size_t empty = 0, n = k->fields->n;
    for (size_t i = 0; i < n; i++) {
        const struct value *v = &cells[k->at[i]];
        empty += v->kind == VALUE_NONE;
        if (v->kind != VALUE_NONE && !check_is_typed(v, k->fields->field[i]))
            return KEY_WRONG;
    }
    return empty == n ? KEY_EMPTY : empty ? KEY_PARTLY : KEY_WHOLE;
}

/* "A; 2025" */
static const char *key_text(struct arena *a, struct diag *d, const struct key *k,
                            const struct value *cells) {
    const char *all = NULL;
    for (size_t i = 0; i < k->fields->n; i++) {
        const struct value *v = &cells[k->at[i]];
        const char *text = v->text                 ? v->text
                           : v->kind == VALUE_NONE ? value_kind_name(d, v)
                                                   : value_show(a, v);
        all = all ? arena_printf(a, "%s; %s", all, text) : text;
    }
    return all;
}

/* "Tên, Năm" */
static const char *key_titles(struct arena *a, const struct key_fields *k) {
    const char *all = NULL;
    for (size_t i = 0; i < k->n; i++) {
        const struct field *f = k->field[i];
        const char *title = f->title ? f->title : f->name;
        all = all ? arena_printf(a, "%s, %s", all, title) : title;
    }
    return all;
}

/* ---- unique ---- */

/* "hàng 3", "mục 2" */
static const char *row_name(struct diag *d, const struct value *row) {
    if (row->len && row->kind == VALUE_MAP)
        return diag_fmt(d, diag_word(d, "hàng %u", "row %u"), row->len);
    return diag_fmt(d, diag_word(d, "mục %u", "item %u"), row->index + 1);
}

/* Where a cell stands; a computed one has its row for that. */
static struct origin cell_at(const struct value *v) {
    return str_eq(v->at.file, v->parent->at.file) ? v->at : v->parent->at;
}

/* A key that stood before; both places are told. */
static void report_again(struct arena *scratch, struct diag *d, const struct key *k,
                         const struct value *cells, const struct value *first) {
    const struct value *v = &cells[k->at[0]], *before = &first[k->at[0]];
    if (check_is_quiet(d)) {
        check_wrong(d, E_UNIQUE, v, k->fields->field[0], NULL, NULL);
        return;
    }
    const char *text = key_text(scratch, d, k, cells), *row = row_name(d, before->parent);
    bool one = k->fields->n == 1;
    diag_add_where(d, one ? E_UNIQUE : E_UNIQUE_KEY, cell_at(v), value_where(d, v), text,
                   row, key_titles(scratch, k->fields), NULL);
    diag_related(d, key_text(scratch, d, k, first), cell_at(before),
                 value_where(d, before));
}

/* No two rows have the same key; rows without one or with a part of one are left to `required`. */
static bool check_different(struct arena *a, struct diag *d, const struct value *table,
                            const struct key_fields *fields) {
    struct arena *scratch = arena_child(a);
    struct key k;
    bool ok = true;
    if (find_key(scratch, table, fields, &k)) {
        struct key_set *set = key_set_new(scratch, table->n, k.at, fields->n);
        for (uint32_t i = 0; i < table->n; i++) {
            const struct value *cells = cells_of(&k, i), *first;
            if (key_state(&k, cells) != KEY_WHOLE)
                continue;
            if ((first = key_set_put(set, cells)) != NULL) {
                report_again(scratch, d, &k, cells, first);
                ok = false;
            }
        }
    }
    arena_free(scratch);
    return ok;
}

bool check_unique(struct arena *a, struct diag *d, const struct value *facts,
                  const struct table_schema *t) {
    const struct value *table = value_get(facts, t->name);
    bool ok = true;
    for (size_t i = 0; i < t->n; i++) {
        const struct field *f = &t->field[i];
        const struct key_fields one = {&f, 1};
        bool is_key = t->primary && t->primary->n == 1 && t->primary->field[0] == f;
        if (f->limits && f->limits->unique && !is_key)
            ok = check_different(a, d, table, &one) && ok;
    }
    if (t->primary)
        ok = check_different(a, d, table, t->primary) && ok;
    return ok;
}

bool check_items(struct arena *a, struct diag *d, const struct value *list,
                 const struct field *f) {
    struct arena *scratch = arena_child(a);
    struct key_set *set = key_set_new(scratch, list->n, NULL, 1);
    bool ok = true;
    for (uint32_t i = 0; i < list->n; i++) {
        const struct value *item = list->u.item[i], *first;
        if (item->kind == VALUE_NONE || !(first = key_set_put(set, item)))
            continue;
        bool quiet = check_is_quiet(d);
        const char *row = quiet ? NULL : row_name(d, first);
        ok = check_wrong(d, item->text ? E_UNIQUE : E_UNIQUE_ITEM, item, f, row, NULL);
        if (!quiet)
            diag_related(d, first->text ? first->text : row, first->at, NULL);
    }
    arena_free(scratch);
    return ok;
}

/* ---- foreign keys ---- */

/* One foreign key while it is checked. */
struct relation {
    struct arena *scratch;
    struct diag *d;
    struct key own, other;
    const char *title; /* of the other table */
    const struct key_set *set;
    const char **known; /* its whole keys as texts, made for the first message */
    size_t known_n;
};

/* The keys that there are, for the offer. */
static void list_known(struct relation *r) {
    r->known = arena_array(r->scratch, const char *, r->set->n);
    for (size_t i = 0; i < r->set->n; i++)
        if (key_state(&r->other, r->set->row[i]) == KEY_WHOLE)
            r->known[r->known_n++] =
                key_text(r->scratch, r->d, &r->other, r->set->row[i]);
}

static void report_absent(struct relation *r, const struct value *cells) {
    const struct value *v = &cells[r->own.at[0]];
    for (size_t i = 1; v->kind == VALUE_NONE && i < r->own.fields->n; i++)
        v = &cells[r->own.at[i]];
    if (check_is_quiet(r->d)) {
        diag_add(r->d, E_FOREIGN, cell_at(v), NULL);
        return;
    }
    if (!r->known)
        list_known(r);
    const char *text = key_text(r->scratch, r->d, &r->own, cells);
    const char *near = check_nearest(r->d, text, r->known, r->known_n);
    diag_add_where(r->d, near ? E_FOREIGN_NEAR : E_FOREIGN, cell_at(v),
                   value_where(r->d, v), text, r->title,
                   key_titles(r->scratch, r->other.fields), near ? near : "", NULL);
}

/* Every key that is not empty is one of the other table; empty parts are equal to empty parts. */
static bool check_relation(struct relation *r) {
    const struct value *other = r->other.table, *own = r->own.table;
    struct key_set *set =
        key_set_new(r->scratch, other->n, r->other.at, r->other.fields->n);
    for (uint32_t i = 0; i < other->n; i++)
        if (key_state(&r->other, cells_of(&r->other, i)) <= KEY_PARTLY)
            key_set_put(set, cells_of(&r->other, i));
    r->set = set;
    bool ok = true;
    for (uint32_t i = 0; i < own->n; i++) {
        const struct value *cells = cells_of(&r->own, i);
        if (key_state(&r->own, cells) <= KEY_PARTLY &&
            !key_set_find(set, cells, r->own.at)) {
            report_absent(r, cells);
            ok = false;
        }
    }
    return ok;
}

bool check_foreign(struct arena *a, struct diag *d, const struct value *facts,
                   const struct schema *s, const bool *sound) {
    bool ok = true;
    for (size_t i = 0; i < s->tables; i++)
        for (const struct foreign_key *f = s->table[i].foreign; f; f = f->next) {
            struct relation r = {.scratch = arena_child(a), .d = d};
            r.title = f->table->title ? f->table->title : f->table->name;
            if (sound[f->table - s->table] &&
                find_key(r.scratch, value_get(facts, s->table[i].name), &f->own,
                         &r.own) &&
                find_key(r.scratch, value_get(facts, f->table->name), &f->other,
                         &r.other))
                ok = check_relation(&r) && ok;
            arena_free(r.scratch);
        }
    return ok;
}
