/* value.c: the tree of values: looking up, building, naming */
#include "inside.h"

#include <string.h>

/* What stands in front of the row pointers of a table: u.item points at `row`. */
struct table_rows {
    struct column *column;
    size_t columns;
    struct value *row[];
};

static struct value *member_of(const struct value *map, const char *name, size_t n) {
    if (!map || map->kind != VALUE_MAP)
        return NULL;
    for (uint32_t i = 0; i < map->n; i++) {
        struct value *m = &map->u.member[i];
        if (strncmp(m->key, name, n) == 0 && m->key[n] == 0)
            return m;
    }
    return NULL;
}

struct value *value_get(const struct value *v, const char *name) {
    return member_of(v, name, strlen(name));
}

const char *value_text(const struct value *map, const char *name) {
    const struct value *v = value_get(map, name);
    return v && v->kind != VALUE_NONE ? v->text : NULL;
}

bool value_is_empty(const struct value *v) {
    if (!v || v->kind == VALUE_NONE)
        return true;
    if (v->kind == VALUE_MAP) {
        for (uint32_t i = 0; i < v->n; i++)
            if (!value_is_empty(&v->u.member[i]))
                return false;
        return true;
    }
    return (v->kind == VALUE_LIST || v->kind == VALUE_TABLE) && v->n == 0;
}

/* Line and column of a member's name, packed into the index that members do not need. */
#define KEY_COL_BITS 12

void value_set_key_at(struct value *v, struct origin at) {
    bool fits = at.line > 0 && at.line < 1 << (31 - KEY_COL_BITS) && at.col > 0 &&
                at.col < 1 << KEY_COL_BITS;
    v->index = fits ? (uint32_t)at.line << KEY_COL_BITS | (uint32_t)at.col : 0;
}

struct origin value_key_at(const struct value *v) {
    if (!v->key || !v->index || !v->parent || v->parent->kind != VALUE_MAP)
        return v->at;
    return (struct origin){v->at.file, (int)(v->index >> KEY_COL_BITS),
                           (int)(v->index & ((1u << KEY_COL_BITS) - 1))};
}

const char *value_kind_name(const struct diag *d, const struct value *v) {
    switch ((enum value_kind)v->kind) {
    case VALUE_NONE:
        return diag_word(d, "trống", "empty");
    case VALUE_TEXT:
        return diag_word(d, "chữ", "text");
    case VALUE_NUMBER:
        return diag_word(d, "số", "a number");
    case VALUE_DATE:
        return diag_word(d, "ngày", "a date");
    case VALUE_BOOL:
        return diag_word(d, "có/không", "true/false");
    case VALUE_LIST:
        return diag_word(d, "danh sách", "a list");
    case VALUE_MAP:
        return diag_word(d, "nhóm trường", "a group of fields");
    case VALUE_TABLE:
        return diag_word(d, "bảng", "a table");
    case VALUE_NODATA:
        return diag_word(d, "không có số liệu", "without data");
    }
    return "";
}

struct value *value_new(struct arena *a, enum value_kind k, struct origin at) {
    struct value *v = arena_new_of(a, struct value);
    v->kind = (uint8_t)k;
    v->at = at;
    return v;
}

void value_adopt(struct value *v) {
    switch ((enum value_kind)v->kind) {
    case VALUE_MAP:
        for (uint32_t i = 0; i < v->n; i++)
            v->u.member[i].parent = v;
        break;
    case VALUE_LIST:
    case VALUE_TABLE:
        for (uint32_t i = 0; i < v->n; i++)
            v->u.item[i]->parent = v;
        break;
    case VALUE_NONE:
    case VALUE_TEXT:
    case VALUE_NUMBER:
    case VALUE_DATE:
    case VALUE_BOOL:
    case VALUE_NODATA:
        break;
    }
}

/* Room for one member more. A map that grew says in `digits` how many it has room for: 1 << digits. */
static void map_grow(struct arena *a, struct value *map) {
    if (map->digits && map->n < 1u << map->digits)
        return;
    uint16_t bits = 3;
    while (map->n >= 1u << bits)
        bits++;
    struct value *member = arena_array(a, struct value, 1u << bits);
    for (uint32_t i = 0; i < map->n; i++)
        member[i] = map->u.member[i];
    map->u.member = member;
    map->digits = bits;
    for (uint32_t i = 0; i < map->n; i++) {
        member[i].parent = map;
        value_adopt(&member[i]);
    }
}

struct value *value_put(struct arena *a, struct value *map, const char *key,
                        struct value v) {
    map_grow(a, map);
    struct value *member = &map->u.member[map->n++];
    *member = v;
    member->key = key;
    member->parent = map;
    value_adopt(member);
    return member;
}

struct value *value_copy(struct arena *a, const struct value *v) {
    struct value *copy = arena_new_of(a, struct value);
    *copy = *v;
    copy->parent = NULL;
    if (v->kind == VALUE_MAP) {
        copy->digits = 0;
        copy->u.member = arena_array(a, struct value, v->n);
        for (uint32_t i = 0; i < v->n; i++) {
            copy->u.member[i] = *value_copy(a, &v->u.member[i]);
            value_adopt(&copy->u.member[i]);
        }
    } else if (v->kind == VALUE_LIST) {
        copy->u.item = arena_array(a, struct value *, v->n);
        for (uint32_t i = 0; i < v->n; i++)
            copy->u.item[i] = value_copy(a, v->u.item[i]);
    }
    value_adopt(copy);
    return copy;
}

struct value *value_table(struct arena *a, struct origin at, struct column *column,
                          size_t columns, struct value *const *row, size_t n) {
    struct value *table = value_new(a, VALUE_TABLE, at);
    struct table_rows *t = arena_alloc(a, sizeof *t + n * sizeof *row);
    t->column = column;
    t->columns = columns;
    for (size_t i = 0; i < n; i++) {
        t->row[i] = row[i];
        row[i]->parent = table;
        row[i]->index = (uint32_t)i;
    }
    table->n = (uint32_t)n;
    table->u.item = t->row;
    return table;
}

struct column *value_columns(const struct value *table, size_t *n) {
    *n = 0;
    if (!table || table->kind != VALUE_TABLE)
        return NULL;
    struct table_rows *t =
        (void *)((char *)table->u.item - offsetof(struct table_rows, row));
    *n = t->columns;
    return t->column;
}

const char *value_where(struct diag *d, const struct value *v) {
    const struct value *row = v ? v->parent : NULL, *table = row ? row->parent : NULL;
    if (!table || row->kind != VALUE_MAP || table->kind != VALUE_TABLE)
        return NULL;
    size_t n;
    const struct column *c = value_columns(table, &n);
    size_t i = 0;
    while (i < n && v != &row->u.member[i] && !str_eq(v->key, c[i].key))
        i++;
    const char *title = i < n ? c[i].title : v->key;
    if (!row->len) /* a table written as a list in YAML: counted from 1 */
        return diag_fmt(d, diag_word(d, "mục %u, “%s”", "item %u, “%s”"), row->index + 1,
                        title);
    return diag_fmt(d, diag_word(d, "hàng %u, cột “%s”", "row %u, column “%s”"), row->len,
                    title);
}
