/* record.c: what a report printed: every value with the pages and sheets that show it, a line each */
#include "inside.h"

#include <string.h>

#define TEXT_MOST 300  /* bytes of a value in a record */
#define KEY_MOST 120   /* bytes of a row's key in a path */
#define LABELS_MOST 40 /* pages told of one value */

/* ---- where values are shown -------------------------------------------------------------- */

/* A page or sheet in a chain; 0 ends it. */
struct hit {
    uint32_t place, next;
};

struct chain {
    uint32_t first, last;
};

/* A value that pages or tables show. */
struct seen {
    const struct value *v;
    const struct value *by; /* the equal one of another row that is printed for both */
    struct chain pages, sheets;
};

struct total {
    const char *path;
    const struct value *v;
};

struct recorder {
    struct arena *a;
    struct buf *out;
    const struct made *made;
    const struct value *facts;
    size_t text_most;
    struct seen *slot; /* open addressing, `slots` a power of 2 */
    size_t slots, used;
    struct {
        struct hit *v;
        size_t n, cap;
    } hit;
    const struct page_label
        *label; /* of all pages, those of one PDF behind those of the one before */
    const struct xlsx_sheet *sheet;
    size_t sheets;
    struct {
        const struct value **v;
        size_t n, cap;
    } open; /* tables that no schema declares: no members of the facts */
    struct {
        struct total *v;
        size_t n, cap;
    } total;
};

static size_t place(const struct recorder *r, const struct value *v) {
    size_t i = (size_t)((uintptr_t)v / 16 * 0x9e3779b97f4a7c15u >> 20) & (r->slots - 1);
    while (r->slot[i].v && r->slot[i].v != v)
        i = (i + 1) & (r->slots - 1);
    return i;
}

static const struct seen *find(const struct recorder *r, const struct value *v) {
    const struct seen *s = &r->slot[place(r, v)];
    return s->v ? s : NULL;
}

static void grow(struct recorder *r) {
    struct seen *old = r->slot;
    size_t n = r->slots;
    r->slots = n ? 4 * n : 1024;
    r->slot = arena_array(r->a, struct seen, r->slots);
    for (size_t i = 0; i < n; i++)
        if (old[i].v)
            r->slot[place(r, old[i].v)] = old[i];
}

/* A cell of a table beside the facts: the table is told behind them. */
static void note_table(struct recorder *r, const struct value *v) {
    const struct value *row = v->parent, *table = row ? row->parent : NULL;
    const struct value *member = r->facts->u.member;
    if (!table || table->kind != VALUE_TABLE || table->parent != r->facts ||
        (table >= member && table < member + r->facts->n))
        return;
    for (size_t i = r->open.n; i > 0; i--)
        if (r->open.v[i - 1] == table)
            return;
    vec_push(r->a, &r->open, table);
}

/* The cell of the data for its copy that a formatter divided by its unit (format_cell). */
static const struct value *undivided(const struct value *v) {
    const struct value *row = v->parent;
    if (!row || row->kind != VALUE_MAP || !v->key ||
        (v >= row->u.member && v < row->u.member + row->n))
        return v;
    const struct value *own = value_get(row, v->key);
    return own && own->at.file == v->at.file && own->at.line == v->at.line &&
                   own->at.col == v->at.col
               ? own
               : v;
}

static struct seen *seen_of(struct recorder *r, const struct value *v) {
    v = undivided(v);
    size_t i = place(r, v);
    if (r->slot[i].v)
        return &r->slot[i];
    if (++r->used * 2 > r->slots) {
        grow(r);
        i = place(r, v);
    }
    r->slot[i].v = v;
    note_table(r, v);
    return &r->slot[i];
}

static void chain_add(struct recorder *r, struct chain *c, uint32_t place) {
    if (c->last && r->hit.v[c->last].place == place)
        return;
    uint32_t at = (uint32_t)r->hit.n;
    struct hit h = {place, 0};
    vec_push(r->a, &r->hit, h);
    if (c->last)
        r->hit.v[c->last].next = at;
    else
        c->first = at;
    c->last = at;
}

/* ---- pages --------------------------------------------------------------------------------- */

static void see(struct recorder *r, const struct value *v, uint32_t page) {
    if (v)
        chain_add(r, &seen_of(r, v)->pages, page);
}

/* Official parts that print two facts in one run name only one of them. */
static void see_official(struct recorder *r, const struct item *i, uint32_t page) {
    const struct official *o = &r->made->doc->official;
    if (i->mark == PART_NUMBER) {
        see(r, o->number.value, page);
        see(r, o->symbol.value, page);
    } else if (i->mark == PART_PLACE_DATE) {
        see(r, o->place.value, page);
        see(r, o->issued.value, page);
    }
}

static void see_page(struct recorder *r, const struct page *page, uint32_t number) {
    const struct value *before = NULL;
    for (size_t i = 0; i < page->n; i++) {
        const struct item *item = &page->item[i];
        if (!item->node && item->kind == ITEM_RUN && !item->artifact)
            see_official(r, item, number);
        if (!item->value || item->value == before)
            continue;
        see(r, item->value, number);
        before = item->value;
    }
}

static void see_pages(struct recorder *r) {
    const struct made *m = r->made;
    size_t n = 0;
    for (size_t k = 0; k < m->parts; k++)
        n += m->pages[k]->n;
    struct page_label *label = arena_array(r->a, struct page_label, n + 1);
    n = 0;
    for (size_t k = 0; k < m->parts; k++) {
        const struct pages *p = m->pages[k];
        if (p->n)
            memcpy(label + n, page_labels(r->a, m->part[k], p), p->n * sizeof *label);
        for (size_t i = 0; i < p->n; i++)
            see_page(r, &p->page[i], (uint32_t)n++);
    }
    r->label = label;
}

/* ---- tables of the document and their sheets --------------------------------------------------- */

/* The value of the cell that covers row `row` of a column: an equal neighbour above. */
static const struct value *covering(const struct table *t, size_t row, int col) {
    while (row > 0 && (t->row[row].cell[col].flags & CELL_COVERED))
        row--;
    return t->row[row].cell[col].value;
}

static void see_cell(struct recorder *r, const struct table *t, size_t row, int col,
                     uint32_t sheet) {
    const struct cell *c = &t->row[row].cell[col];
    if (c->value) {
        struct seen *s = seen_of(r, c->value);
        chain_add(r, &s->sheets, sheet);
        if (c->flags & CELL_COVERED)
            s->by = covering(t, row, col);
    }
    for (const struct span *s = c->spans; s; s = s->next)
        if (s->value && s->value != c->value)
            chain_add(r, &seen_of(r, s->value)->sheets, sheet);
}

/* Sums belong to no fact: "dvctt[tong].xa_tt", in a second print of the table "dvctt[tong 2].xa_tt". */
static void see_total(struct recorder *r, const struct table *t, const struct row *row,
                      uint32_t sheet) {
    int turn = 1;
    for (uint32_t i = 0; i < sheet; i++)
        turn += str_eq(r->sheet[i].table->name, t->name);
    for (int c = 0; c < t->ncols && t->name; c++) {
        const struct value *v = row->cell[c].value;
        if (!v || v->parent || !t->col[c].name)
            continue;
        struct total sum = {NULL, v};
        sum.path = turn == 1 ? arena_printf(r->a, "%s[tong].%s", t->name, t->col[c].name)
                             : arena_printf(r->a, "%s[tong %d].%s", t->name, turn,
                                            t->col[c].name);
        vec_push(r->a, &r->total, sum);
    }
}

/* A row below the heading of its group, which prints the group's name from its first row. */
static void see_group(struct recorder *r, const struct table *t, const struct row *row,
                      const struct value *group, uint32_t sheet) {
    const struct value *item = NULL;
    for (int c = 0; c < t->ncols && !item; c++) {
        const struct value *v = row->cell[c].value;
        if (v && v->parent && v->parent->parent == group->parent->parent)
            item = v->parent;
    }
    const struct value *v = item ? value_get(item, group->key) : NULL;
    if (!v || v == group)
        return;
    struct seen *s = seen_of(r, v);
    s->by = group;
    chain_add(r, &s->sheets, sheet);
}

/* The value that the heading of a group prints, NULL. */
static const struct value *group_of(const struct table *t, const struct row *row) {
    for (int c = 0; c < t->ncols; c++) {
        const struct value *v = row->cell[c].value;
        if (v && v->key && v->parent && (row->cell[c].colspan > 1 || t->ncols == 1))
            return v;
    }
    return NULL;
}

static void see_table(struct recorder *r, const struct table *t, uint32_t sheet) {
    const struct value *group = NULL;
    for (size_t i = 0; i < t->nrows; i++) {
        const struct row *row = &t->row[i];
        for (int c = 0; c < t->ncols; c++)
            see_cell(r, t, i, c, sheet);
        if (row->kind == ROW_GROUP)
            group = group_of(t, row);
        else if (row->kind == ROW_DATA && group)
            see_group(r, t, row, group, sheet);
        else if (row->kind == ROW_TOTAL)
            see_total(r, t, row, sheet);
    }
}

static void see_sheets(struct recorder *r) {
    r->sheet = xlsx_sheets(r->a, r->made->doc, &r->sheets);
    for (size_t k = 0; k < r->sheets; k++)
        see_table(r, r->sheet[k].table, (uint32_t)k);
}

/* ---- a line ------------------------------------------------------------------------------------- */

static void put_escaped(struct buf *out, const char *s, size_t n) {
    for (const char *end = s + n; s < end; s++) {
        const char *from = s;
        while (s < end && *s != '\t' && *s != '\n' && *s != '\\')
            s++;
        buf_add(out, from, (size_t)(s - from));
        if (s < end)
            buf_adds(out, *s == '\t' ? "\\t" : *s == '\n' ? "\\n" : "\\\\");
    }
}

/* How much of s[0..n) fits into `most` bytes, whole characters. */
static size_t fitting(const char *s, size_t n, size_t most) {
    if (n <= most)
        return n;
    while (most > 0 && ((unsigned char)s[most] & 0xC0) == 0x80)
        most--;
    return most;
}

/* Tells texts apart whose beginning is the same. */
static void put_hash(struct buf *out, const char *s, size_t n) {
    static const char hex[] = "0123456789abcdef";
    unsigned char hash[16];
    char digits[RECORD_HASH];
    content_hash(s, n, hash);
    for (int i = 0; i < RECORD_HASH; i++)
        digits[i] = hex[i % 2 ? hash[i / 2] & 15 : hash[i / 2] >> 4];
    buf_adds(out, RECORD_CUT);
    buf_add(out, digits, sizeof digits);
}

#define DIGITS 10

/* The digits of n at the end of the room; returns how many. */
static size_t digits_of(uint32_t n, char room[DIGITS]) {
    size_t at = DIGITS;
    do
        room[--at] = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    return DIGITS - at;
}

static void put_label(struct buf *out, const struct page_label *label) {
    char digits[DIGITS];
    size_t n = digits_of((uint32_t)label->number, digits);
    put_escaped(out, label->prefix, strlen(label->prefix));
    buf_add(out, digits + DIGITS - n, n);
}

/* Places of a value, and of the list that was printed as a whole, in their order and each once. */
static size_t places_of(const struct recorder *r, const struct chain *one,
                        const struct chain *two, uint32_t place[LABELS_MOST + 1]) {
    size_t n = 0;
    uint32_t i = one ? one->first : 0, k = two ? two->first : 0;
    while ((i || k) && n <= LABELS_MOST) {
        uint32_t a = i ? r->hit.v[i].place : UINT32_MAX;
        uint32_t b = k ? r->hit.v[k].place : UINT32_MAX;
        place[n++] = a < b ? a : b;
        if (i && a <= b)
            i = r->hit.v[i].next;
        if (k && b <= a)
            k = r->hit.v[k].next;
    }
    return n;
}

static const struct seen *shown(const struct recorder *r, const struct value *v) {
    const struct seen *s = find(r, v);
    return s && !s->pages.first && s->by && find(r, s->by) ? find(r, s->by) : s;
}

static void put_places(struct recorder *r, const struct value *v) {
    const struct value *list =
        v->parent && v->parent->kind == VALUE_LIST ? v->parent : NULL;
    const struct seen *own = shown(r, v), *whole = list ? find(r, list) : NULL;
    uint32_t at[LABELS_MOST + 1];
    size_t n = places_of(r, own ? &own->pages : NULL, whole ? &whole->pages : NULL, at);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_adds(r->out, ", ");
        if (i == LABELS_MOST) {
            buf_adds(r->out, "…");
            break;
        }
        put_label(r->out, &r->label[at[i]]);
    }
    buf_addc(r->out, '\t');
    own = find(r, v);
    n = places_of(r, own ? &own->sheets : NULL, whole ? &whole->sheets : NULL, at);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_adds(r->out, "; ");
        if (i == LABELS_MOST) {
            buf_adds(r->out, "…");
            break;
        }
        const char *name = r->sheet[at[i]].name;
        put_escaped(r->out, name, strlen(name));
    }
}

static void put_line(struct recorder *r, const char *path, const char *name,
                     const struct value *v) {
    const char *text = value_show(r->a, v);
    size_t n = strlen(text), most = fitting(text, n, r->text_most);
    put_escaped(r->out, path, strlen(path));
    if (name) {
        if (*path)
            buf_addc(r->out, '.');
        put_escaped(r->out, name, strlen(name));
    }
    buf_adds(r->out, v->flags & VALUE_COMPUTED ? "\tc\t" : "\t-\t");
    put_places(r, v);
    buf_addc(r->out, '\t');
    put_escaped(r->out, text, most);
    if (most < n)
        put_hash(r->out, text, n);
    buf_addc(r->out, '\n');
}

/* ---- all values ------------------------------------------------------------------------------------ */

static const char *below(struct recorder *r, const char *path, const char *name) {
    size_t n = strlen(path), m = strlen(name);
    char *out = arena_alloc(r->a, n + m + 2), *at = out + n;
    memcpy(out, path, n);
    if (n)
        *at++ = '.';
    memcpy(at, name, m);
    return out;
}

/* The path of a row by its key: "dvctt[ma=TT01;cap=xã]". */
static const char *key_path(struct recorder *r, const struct table_schema *t,
                            const struct value *row) {
    struct buf b = {0};
    buf_printf(&b, "%s[", t->name);
    for (size_t i = 0; schema_key(t, i); i++) {
        const char *name = schema_key(t, i)->name;
        const struct value *v = value_get(row, name);
        const char *text = v ? value_show(r->a, v) : "";
        size_t n = strlen(text), most = fitting(text, n, KEY_MOST);
        buf_printf(&b, "%s%s=", i ? ";" : "", name);
        buf_add(&b, text, most);
        if (most < n)
            put_hash(&b, text, n);
    }
    buf_addc(&b, ']');
    const char *path = arena_strndup(r->a, b.data, b.len);
    buf_free(&b);
    return path;
}

/* The path of a row or item by its number from 1: "dvctt[3]". */
static const char *number_path(struct recorder *r, const char *list, uint32_t number) {
    char digits[DIGITS];
    size_t n = strlen(list), m = digits_of(number, digits);
    char *out = arena_alloc(r->a, n + m + 3);
    memcpy(out, list, n);
    out[n] = '[';
    memcpy(out + n + 1, digits + DIGITS - m, m);
    out[n + m + 1] = ']';
    return out;
}

static void put_value(struct recorder *r, const char *path, const char *name,
                      const struct value *v);

static void put_members(struct recorder *r, const char *path, const struct value *map) {
    for (uint32_t i = 0; i < map->n; i++)
        put_value(r, path, map->u.member[i].key, &map->u.member[i]);
}

static void put_items(struct recorder *r, const char *path, const struct value *list) {
    const struct table_schema *t =
        list->kind == VALUE_TABLE ? schema_table(r->made->schema, path) : NULL;
    bool keyed = t && schema_key(t, 0);
    for (uint32_t i = 0; i < list->n; i++) {
        const struct value *item = list->u.item[i];
        put_value(r, keyed ? key_path(r, t, item) : number_path(r, path, i + 1), NULL,
                  item);
    }
}

/* `name` below `path`, NULL: the value is `path` itself. */
static void put_value(struct recorder *r, const char *path, const char *name,
                      const struct value *v) {
    switch ((enum value_kind)v->kind) {
    case VALUE_NONE:
        return;
    case VALUE_MAP:
        put_members(r, name ? below(r, path, name) : path, v);
        return;
    case VALUE_LIST:
    case VALUE_TABLE:
        put_items(r, name ? below(r, path, name) : path, v);
        return;
    case VALUE_TEXT:
    case VALUE_NUMBER:
    case VALUE_DATE:
    case VALUE_BOOL:
    case VALUE_NODATA:
        put_line(r, path, name, v);
        return;
    }
}

/* What the program put there: the former period's values, and the number and date of issue, which stand as
 * `so` and `ngay_ban_hanh` too. */
static bool is_made(const struct value *v) {
    return str_eq(v->key, "ky_truoc") || str_eq(v->key, "ban_hanh");
}

static void record(struct buf *out, const struct made *m, size_t text_most) {
    struct recorder r = {.a = arena_child(m->doc->arena),
                         .out = out,
                         .made = m,
                         .facts = m->report->facts,
                         .text_most = text_most};
    struct hit none = {0, 0};
    vec_push(r.a, &r.hit, none);
    grow(&r);
    see_pages(&r);
    see_sheets(&r);
    for (uint32_t i = 0; i < r.facts->n; i++)
        if (!is_made(&r.facts->u.member[i]))
            put_value(&r, "", r.facts->u.member[i].key, &r.facts->u.member[i]);
    for (size_t i = 0; i < r.open.n; i++)
        put_value(&r, "", r.open.v[i]->key, r.open.v[i]);
    for (size_t i = 0; i < r.total.n; i++)
        put_line(&r, r.total.v[i].path, NULL, r.total.v[i].v);
    arena_free(r.a);
}

void record_make(struct buf *out, const struct made *m) {
    record(out, m, TEXT_MOST);
}

void record_make_whole(struct buf *out, const struct made *m) {
    record(out, m, SIZE_MAX);
}
