/* compare.c: two records of a report to the values that differ */
#include "align.h"
#include "inside.h"

#include <stdlib.h>
#include <string.h>

/* ---- lines ---------------------------------------------------------------------------------- */

struct slice {
    const char *s;
    size_t n;
};

/* A line of a record, its parts as they stand there. */
struct line {
    struct slice path, pages, sheets, text;
    bool computed;
    struct slice rest; /* of a value in a row: the path behind the bracket */
    long place;        /* of that row in its table, from 1 */
    size_t row;        /* of side.row, SIZE_MAX: in no numbered row */
    size_t twin;       /* the next line with the same path, 0: none */
    size_t partner;    /* its line on the other side, SIZE_MAX: none */
};

/* Neighbouring lines of one row of a table, or one item of a list. */
struct row_lines {
    size_t first, n;
    long number; /* in its brackets */
    long other;  /* that of the row it is on the other side, 0: it is not there */
};

/* Rows under one name. */
struct list {
    struct slice name;
    size_t first, n; /* of side.row */
};

/* A record taken apart. */
struct side {
    struct {
        struct line *v;
        size_t n, cap;
    } line;
    struct {
        struct row_lines *v;
        size_t n, cap;
    } row;
    struct {
        struct list *v;
        size_t n, cap;
    } list;
};

static bool same(struct slice a, struct slice b) {
    return a.n == b.n && memcmp(a.s, b.s, a.n) == 0;
}

/* What stands before the next tab; *p goes behind it. false: there is none. */
static bool next_part(const char **p, const char *end, struct slice *out) {
    const char *tab = memchr(*p, '\t', (size_t)(end - *p));
    if (!tab)
        return false;
    *out = (struct slice){*p, (size_t)(tab - *p)};
    *p = tab + 1;
    return true;
}

/* "dvctt[ma=A].xa_tt": rest ".xa_tt", the row counted in its table. The line before is NULL at first. */
static void place_keyed(struct line *l, const struct line *before) {
    const char *open = memchr(l->path.s, '[', l->path.n);
    size_t close = l->path.n;
    while (open && close > 0 && l->path.s[close - 1] != ']')
        close--;
    if (!open || !close)
        return;
    l->rest = (struct slice){l->path.s + close, l->path.n - close};
    size_t name = (size_t)(open - l->path.s) + 1;
    bool same_table = before && before->place && before->path.n > name &&
                      memcmp(before->path.s, l->path.s, name) == 0;
    bool same_row = same_table && before->path.n >= close &&
                    memcmp(before->path.s, l->path.s, close) == 0;
    l->place = same_row ? before->place : same_table ? before->place + 1 : 1;
}

/* "dvctt[3].xa_tt": name "dvctt", number 3, rest ".xa_tt". false for other paths. */
static bool is_numbered(struct slice path, struct slice *name, long *number,
                        struct slice *rest) {
    const char *open = memchr(path.s, '[', path.n), *end = path.s + path.n;
    if (!open)
        return false;
    const char *p = open + 1;
    long n = 0;
    for (; p < end && *p >= '0' && *p <= '9' && n < 1000000000; p++)
        n = n * 10 + (*p - '0');
    if (p == open + 1 || p == end || *p != ']')
        return false;
    *name = (struct slice){path.s, (size_t)(open - path.s)};
    *rest = (struct slice){p + 1, (size_t)(end - p - 1)};
    *number = n;
    return true;
}

/* The row of a numbered line: the one of the line before, or a new one. */
static size_t row_of(struct arena *a, struct side *side, size_t line, struct slice name,
                     long number) {
    struct list *list = side->list.n ? &side->list.v[side->list.n - 1] : NULL;
    struct row_lines *row = side->row.n ? &side->row.v[side->row.n - 1] : NULL;
    if (!list || !same(list->name, name)) {
        struct list fresh = {name, side->row.n, 0};
        vec_push(a, &side->list, fresh);
        list = &side->list.v[side->list.n - 1];
        row = NULL;
    }
    if (!row || row->number != number) {
        struct row_lines fresh = {line, 0, number, 0};
        vec_push(a, &side->row, fresh);
        list->n++;
    }
    row = &side->row.v[side->row.n - 1];
    row->n = line + 1 - row->first;
    return side->row.n - 1;
}

static void take_line(struct arena *a, struct side *side, const char *p,
                      const char *end) {
    struct line l = {.row = SIZE_MAX, .partner = SIZE_MAX};
    struct slice flags, name;
    long number;
    if (!next_part(&p, end, &l.path) || !next_part(&p, end, &flags) ||
        !next_part(&p, end, &l.pages) || !next_part(&p, end, &l.sheets))
        return;
    l.text = (struct slice){p, (size_t)(end - p)};
    l.computed = flags.n && *flags.s == 'c';
    if (is_numbered(l.path, &name, &number, &l.rest)) {
        l.row = row_of(a, side, side->line.n, name, number);
        l.place = number;
    } else
        place_keyed(&l, side->line.n ? &side->line.v[side->line.n - 1] : NULL);
    vec_push(a, &side->line, l);
}

static void take_apart(struct arena *a, struct side *side, const char *p, size_t n) {
    for (const char *end = p ? p + n : p; p < end;) {
        const char *feed = memchr(p, '\n', (size_t)(end - p));
        take_line(a, side, p, feed ? feed : end);
        p = feed ? feed + 1 : end;
    }
}

/* ---- finding by name ------------------------------------------------------------------------- */

/* Open addressing over names; the number stored is that of the thing + 1. */
struct index {
    size_t *slot, slots;
    struct slice *name; /* by thing */
};

static size_t *slot_of(const struct index *x, struct slice name) {
    size_t i = (size_t)hash64(HASH64_START, name.s, name.n) & (x->slots - 1);
    while (x->slot[i] && !same(x->name[x->slot[i] - 1], name))
        i = (i + 1) & (x->slots - 1);
    return &x->slot[i];
}

static struct index index_new(struct arena *a, size_t n) {
    struct index x = {.slots = 16};
    while (x.slots < 2 * n)
        x.slots *= 2;
    x.slot = arena_array(a, size_t, x.slots);
    x.name = arena_array(a, struct slice, n + 1);
    return x;
}

/* ---- partners ----------------------------------------------------------------------------------- */

static void join(struct side *old, struct side *now, size_t i, size_t k) {
    old->line.v[i].partner = k;
    now->line.v[k].partner = i;
}

/* Lines with the same path; where a path stands twice the first goes with the first. */
static void join_paths(struct arena *a, struct side *old, struct side *now) {
    struct index x = index_new(a, old->line.n);
    for (size_t i = old->line.n; i-- > 0;) {
        struct line *l = &old->line.v[i];
        x.name[i] = l->path;
        if (l->row != SIZE_MAX)
            continue;
        size_t *slot = slot_of(&x, l->path);
        l->twin = *slot;
        *slot = i + 1;
    }
    for (size_t k = 0; k < now->line.n; k++) {
        if (now->line.v[k].row != SIZE_MAX)
            continue;
        size_t *slot = slot_of(&x, now->line.v[k].path);
        if (!*slot || old->line.v[*slot - 1].partner != SIZE_MAX)
            continue;
        size_t i = *slot - 1;
        join(old, now, i, k);
        if (old->line.v[i].twin)
            *slot = old->line.v[i].twin;
    }
}

/* Values of two rows that are one: usually in the same order. */
static void join_rows(struct side *old, struct row_lines *was, struct side *now,
                      struct row_lines *is) {
    size_t from = 0;
    was->other = is->number;
    is->other = was->number;
    for (size_t k = 0; k < is->n; k++) {
        const struct line *l = &now->line.v[is->first + k];
        for (size_t step = 0; step < was->n; step++) {
            size_t i = (from + step) % was->n;
            if (!same(old->line.v[was->first + i].rest, l->rest))
                continue;
            join(old, now, was->first + i, is->first + k);
            from = i + 1;
            break;
        }
    }
}

/* Numbers of rows: what shifts with them says nothing about a row. */
static bool is_numbering(struct slice rest) {
    return same(rest, (struct slice){".tt", 3}) || same(rest, (struct slice){".stt", 4});
}

static struct row_hash *hash_rows(struct arena *a, const struct side *side,
                                  const struct list *list) {
    struct row_hash *hash = arena_array(a, struct row_hash, list->n + 1);
    for (size_t i = 0; i < list->n; i++) {
        const struct row_lines *row = &side->row.v[list->first + i];
        uint64_t *cell = arena_array(a, uint64_t, row->n), whole = HASH64_START;
        size_t n = 0;
        for (size_t k = 0; k < row->n; k++) {
            const struct line *l = &side->line.v[row->first + k];
            if (is_numbering(l->rest))
                continue;
            uint64_t h =
                hash64(HASH64_START, l->rest.s, l->rest.n + 1); /* with its tab */
            cell[n] = hash64(h, l->text.s, l->text.n);
            whole = hash64(whole, &cell[n++], sizeof *cell);
        }
        hash[i] = (struct row_hash){whole, cell, n};
    }
    return hash;
}

static void join_lists(struct arena *a, struct side *old, const struct list *was,
                       struct side *now, const struct list *is) {
    struct arena *scratch = arena_child(a);
    size_t *match = arena_array(scratch, size_t, is->n + 1);
    align_rows(scratch, hash_rows(scratch, old, was), was->n, hash_rows(scratch, now, is),
               is->n, match);
    for (size_t k = 0; k < is->n; k++) {
        if (match[k] == SIZE_MAX)
            continue;
        join_rows(old, &old->row.v[was->first + match[k]], now,
                  &now->row.v[is->first + k]);
    }
    arena_free(scratch);
}

static void join_numbered(struct arena *a, struct side *old, struct side *now) {
    struct index x = index_new(a, old->list.n);
    for (size_t i = 0; i < old->list.n; i++) {
        x.name[i] = old->list.v[i].name;
        *slot_of(&x, old->list.v[i].name) = i + 1;
    }
    for (size_t k = 0; k < now->list.n; k++) {
        size_t *slot = slot_of(&x, now->list.v[k].name);
        if (*slot)
            join_lists(a, old, &old->list.v[*slot - 1], now, &now->list.v[k]);
    }
}

/* ---- pages and sheets of both ------------------------------------------------------------------- */

static int roman(const char *s, size_t n) {
    static const char digit[] = "IVXLCDM";
    static const int worth[] = {1, 5, 10, 50, 100, 500, 1000};
    int sum = 0, before = 0;
    for (size_t i = n; i-- > 0;) {
        const char *d = memchr(digit, s[i], sizeof digit - 1);
        int v = d ? worth[d - digit] : 4000;
        sum += v < before ? -v : v;
        before = v;
    }
    return sum;
}

/* Body, single appendix, appendices by number; then the number of the page; "…" is behind all. */
static int64_t rank(struct slice label) {
    const char *dash = memchr(label.s, '-', label.n);
    size_t n = dash ? (size_t)(dash - label.s) : 0;
    int64_t number = 0;
    for (const char *p = dash ? dash + 1 : label.s; p < label.s + label.n; p++) {
        if (*p < '0' || *p > '9')
            return INT64_MAX;
        number = number * 10 + (*p - '0');
    }
    if (!dash)
        return number;
    return (int64_t)(n > 3 ? 1 + roman(label.s + 3, n - 3) : 1) << 32 | number;
}

/* The part of a list up to the next separator. */
static bool next_label(struct slice *list, const char *separator, struct slice *out) {
    size_t m = strlen(separator);
    if (!list->n)
        return false;
    for (size_t i = 0; i + m <= list->n; i++)
        if (memcmp(list->s + i, separator, m) == 0) {
            *out = (struct slice){list->s, i};
            list->s += i + m;
            list->n -= i + m;
            return true;
        }
    *out = *list;
    list->n = 0;
    return true;
}

static bool holds(struct slice list, const char *separator, struct slice label) {
    struct slice one;
    while (next_label(&list, separator, &one))
        if (same(one, label))
            return true;
    return false;
}

static void add_label(struct buf *b, const char *separator, struct slice label) {
    if (b->len)
        buf_adds(b, separator);
    buf_add(b, label.s, label.n);
}

/* Both lists in one, each label once. */
static struct slice both_pages(struct buf *b, struct slice x, struct slice y) {
    struct slice p = {0}, q = {0};
    bool more_p = next_label(&x, ", ", &p), more_q = next_label(&y, ", ", &q);
    b->len = 0;
    while (more_p || more_q) {
        int64_t i = more_p ? rank(p) : INT64_MAX, k = more_q ? rank(q) : INT64_MAX;
        bool take_p = more_p && (!more_q || i <= k),
             take_q = more_q && (!more_p || k <= i);
        add_label(b, ", ", take_p ? p : q);
        if (take_p && take_q && !same(p, q))
            add_label(b, ", ", q);
        if (take_p)
            more_p = next_label(&x, ", ", &p);
        if (take_q)
            more_q = next_label(&y, ", ", &q);
    }
    return (struct slice){b->len ? b->data : "", b->len};
}

static struct slice both_sheets(struct buf *b, struct slice x, struct slice y) {
    struct slice all = x, one;
    b->len = 0;
    buf_add(b, x.s, x.n);
    while (next_label(&y, "; ", &one))
        if (!holds(x, "; ", one)) {
            add_label(b, "; ", one);
            all = (struct slice){b->data, b->len};
        }
    return all;
}

/* ---- changes ---------------------------------------------------------------------------------------- */

/* A change with its place: those of the new record stand at odd places, what is gone behind what it
 * followed at even ones. */
struct placed {
    struct change change;
    size_t place, turn;
};

struct comparer {
    struct arena *a;
    const struct schema *schema;
    const struct side *old, *now;
    struct buf pages, sheets;
    struct {
        struct placed *v;
        size_t n, cap;
    } out;
};

static const char *unescaped(struct arena *a, struct slice t) {
    char *out = arena_alloc(a, t.n + 1), *at = out;
    for (const char *p = t.s, *end = t.s + t.n; p < end; p++) {
        if (*p == '\\' && p + 1 < end) {
            p++;
            *at++ = (char)(*p == 't' ? '\t' : *p == 'n' ? '\n' : *p);
        } else
            *at++ = *p;
    }
    return out;
}

/* "nguoi_ky[1].chuc_vu" -> "nguoi_ky.chuc_vu" */
static const char *without_brackets(struct arena *a, const char *path) {
    char *out = arena_alloc(a, strlen(path) + 1), *at = out;
    for (const char *p = path; *p; p++) {
        const char *close = *p == '[' ? strchr(p, ']') : NULL;
        if (close)
            p = close;
        else
            *at++ = *p;
    }
    return out;
}

/* "<table> · <column>", the title of a field, or that of the list it stands in. */
static const char *title_of(struct comparer *c, const char *path) {
    size_t n = strcspn(path, "[");
    if (!path[n]) {
        const struct field *f = schema_field(c->schema, path);
        return f ? f->title : NULL;
    }
    const char *name = arena_strndup(c->a, path, n), *last = path;
    const struct table_schema *t = schema_table(c->schema, name);
    if (!t) {
        const struct field *f = schema_field(c->schema, without_brackets(c->a, path));
        f = f ? f : schema_field(c->schema, name);
        return f ? f->title : NULL;
    }
    for (const char *p = path; (p = strstr(p, "].")) != NULL; p += 2)
        last = p + 2;
    const struct field *f = schema_column(t, last);
    const char *column = f && f->title ? f->title : last;
    return t->title ? arena_printf(c->a, "%s · %s", t->title, column) : column;
}

/* "viec[3].so" where the row has kept its number, "viec[3→4].so", "viec[→4].so" of a new one and "viec[3→].so"
 * of one that is gone. */
static const char *path_of(struct comparer *c, const struct line *old,
                           const struct line *now) {
    const struct line *l = now ? now : old;
    const char *path = unescaped(c->a, l->path);
    if (l->row == SIZE_MAX)
        return path;
    const struct row_lines *row = now ? &c->now->row.v[l->row] : &c->old->row.v[l->row];
    long was = now ? row->other : row->number, is = now ? row->number : row->other;
    if (was == is)
        return path;
    const char *left = was ? arena_printf(c->a, "%ld", was) : "";
    const char *right = is ? arena_printf(c->a, "%ld", is) : "";
    size_t name = strcspn(path, "[");
    return arena_printf(c->a, "%.*s[%s" ROW_MOVED "%s%s", (int)name, path, left, right,
                        strchr(path, ']'));
}

static void add_change(struct comparer *c, const struct line *old, const struct line *now,
                       size_t place) {
    static const struct slice none = {"", 0};
    struct change x = {.computed = now ? now->computed : old->computed};
    x.path = path_of(c, old, now);
    const char *title = title_of(c, x.path);
    x.title = title ? arena_strdup(c->a, title) : NULL;
    x.old = old ? unescaped(c->a, old->text) : NULL;
    x.now = now ? unescaped(c->a, now->text) : NULL;
    x.pages = unescaped(
        c->a, both_pages(&c->pages, old ? old->pages : none, now ? now->pages : none));
    x.sheets = unescaped(c->a, both_sheets(&c->sheets, old ? old->sheets : none,
                                           now ? now->sheets : none));
    struct placed p = {x, place, c->out.n};
    vec_push(c->a, &c->out, p);
}

static bool whole_number(struct slice text, long *n) {
    *n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.s[i] < '0' || text.s[i] > '9')
            return false;
        *n = *n * 10 + (text.s[i] - '0');
    }
    return text.n > 0 && text.n <= 9;
}

/* A running number that moved exactly as far as its row did. */
static bool only_renumbered(const struct line *was, const struct line *is) {
    long x, y;
    return is->place && is_numbering(is->rest) && whole_number(was->text, &x) &&
           whole_number(is->text, &y) && y - x == is->place - was->place;
}

static void find_changes(struct comparer *c) {
    const struct side *old = c->old, *now = c->now;
    for (size_t k = 0; k < now->line.n; k++) {
        const struct line *is = &now->line.v[k];
        const struct line *was =
            is->partner != SIZE_MAX ? &old->line.v[is->partner] : NULL;
        if (!was || (!same(was->text, is->text) && !only_renumbered(was, is)))
            add_change(c, was, is, 2 * k + 1);
    }
    size_t behind = 0;
    for (size_t i = 0; i < old->line.n; i++) {
        const struct line *was = &old->line.v[i];
        if (was->partner != SIZE_MAX)
            behind = 2 * was->partner + 2;
        else
            add_change(c, was, NULL, behind);
    }
}

static int by_place(const void *x, const void *y) {
    const struct placed *a = x, *b = y;
    if (a->change.computed != b->change.computed)
        return a->change.computed ? 1 : -1;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    return a->turn < b->turn ? -1 : 1;
}

void record_compare(struct arena *a, const char *old, size_t old_n, const char *now,
                    size_t now_n, const struct schema *s, struct changes *out) {
    struct arena *scratch = arena_child(a);
    struct side was = {0}, is = {0};
    struct comparer c = {.a = a, .schema = s, .old = &was, .now = &is};
    take_apart(scratch, &was, old, old_n);
    take_apart(scratch, &is, now, now_n);
    join_numbered(scratch, &was, &is);
    join_paths(scratch, &was, &is);
    find_changes(&c);
    if (c.out.n)
        qsort(c.out.v, c.out.n, sizeof *c.out.v, by_place);
    for (size_t i = 0; i < c.out.n; i++)
        vec_push(a, out, c.out.v[i].change);
    buf_free(&c.pages);
    buf_free(&c.sheets);
    arena_free(scratch);
}
