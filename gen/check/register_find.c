/* register_find.c: documents found by their symbols, and those that contradict each other */
#include "inside.h"

#include <stdlib.h>
#include <string.h>

#define SAME_MAX 64  /* documents of one symbol that are looked at */
#define TWIN_MAX 300 /* and of one date */

/* ---- keys ---- */

/* Dashes of any width are one; Ð (eth) of old fonts is Đ. */
static const struct {
    const char *from, *to;
} alike[] = {{" ", ""},  {"\t", ""}, {"\u00A0", ""}, {"‐", "-"}, {"‑", "-"},
             {"–", "-"}, {"—", "-"}, {"Ð", "Đ"},     {"ð", "đ"}};

char *register_key(struct arena *a, const char *symbol, size_t n) {
    char *out = arena_alloc(a, n + 1), *q = out;
    for (const char *p = symbol, *end = symbol + n; p < end;) {
        size_t i = 0;
        while (i < sizeof alike / sizeof *alike &&
               ((size_t)(end - p) < strlen(alike[i].from) ||
                memcmp(p, alike[i].from, strlen(alike[i].from)) != 0))
            i++;
        if (i == sizeof alike / sizeof *alike) {
            *q++ = *p++;
            continue;
        }
        q = stpcpy(q, alike[i].to);
        p += strlen(alike[i].from);
    }
    *q = 0;
    while (out[0] == '0' && out[1] >= '0' && out[1] <= '9')
        out++;
    return text_upper(a, out);
}

/* A body as it is compared: marks and case aside, common short names in full. */
static const char *body_key(struct arena *a, const char *body) {
    static const struct {
        const char *is, *means;
    } brief[] = {{"ubnd", "uy_ban_nhan_dan"}, {"hdnd", "hoi_dong_nhan_dan"}};
    const char *s = text_slug(a, body, '_'), *out = "";
    while (*s) {
        size_t n = strcspn(s, "_");
        const char *word = arena_strndup(a, s, n);
        for (size_t i = 0; i < sizeof brief / sizeof *brief; i++)
            if (str_eq(word, brief[i].is))
                word = brief[i].means;
        out = arena_printf(a, "%s%s%s", out, *out ? "_" : "", word);
        s += n + (s[n] == '_');
    }
    return out;
}

static int date_number(struct date x) {
    return x.year * 10000 + x.month * 100 + x.day;
}

/* ---- order ---- */

static int by_key(const void *x, const void *y) {
    const struct entry *a = x, *b = y;
    int order = strcmp(a->key, b->key);
    return order ? order : a->doc->id - b->doc->id;
}

static int by_date(const void *x, const void *y) {
    const struct citable *a = *(struct citable *const *)x,
                         *b = *(struct citable *const *)y;
    int order = date_number(a->date) - date_number(b->date);
    return order ? order : a->id - b->id;
}

/* The first entry that is not before `key`. */
static size_t first_entry(const struct registers *r, const char *key) {
    size_t lo = 0, hi = r->entries;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (strcmp(r->entry[mid].key, key) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static size_t first_dated(const struct registers *r, int date) {
    size_t lo = 0, hi = r->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (date_number(r->dated[mid]->date) < date)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* ---- finding ---- */

/* Whether one of c[n] stands for x as well. */
static bool is_covered(const struct citable *const *c, size_t n,
                       const struct citable *x) {
    for (size_t i = 0; i < n; i++)
        for (const struct citable *s = c[i]; s; s = s->same)
            if (s == x)
                return true;
    return false;
}

/* From the report's own register upwards; a row that stands twice in one counts once. */
static size_t find_key(const struct registers *r, const char *key,
                       const struct citable **out, size_t max) {
    size_t n = 0;
    for (; r; r = r->up) {
        size_t from = first_entry(r, key), to = from;
        while (to < r->entries && str_eq(r->entry[to].key, key))
            to++;
        for (; from < to && n < max; from++) {
            const struct citable *x = r->entry[from].doc;
            bool twice = x->same && x->same->id >= r->base;
            if (!twice && !is_covered(out, n, x))
                out[n++] = x;
        }
    }
    return n;
}

size_t register_find(struct arena *a, const struct registers *r, const char *symbol,
                     size_t n, const struct citable **out, size_t max) {
    return r ? find_key(r, register_key(a, symbol, n), out, max) : 0;
}

static bool date_fits(struct date have, struct date want) {
    return have.year == want.year && (!want.month || have.month == want.month) &&
           (!want.day || have.day == want.day);
}

/* How well a document answers `of`: 2 its body or date, 1 a part of its body's name. */
static int fits(struct arena *a, const struct citable *x, const char *of) {
    struct date date;
    if (date_parse(of, strlen(of), &date))
        return date_fits(x->date, date) ? 2 : 0;
    const char *want = body_key(a, of), *have = body_key(a, x->body);
    if (str_eq(want, have))
        return 2;
    bool part = *want && strstr(arena_printf(a, "_%s_", have),
                                arena_printf(a, "_%s_", want)) != NULL;
    return part ? 1 : 0;
}

size_t register_pick(struct arena *a, const struct citable **c, size_t n,
                     const char *of) {
    int best = 1;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        best = fits(a, c[i], of) > best ? 2 : best;
    for (size_t i = 0; i < n; i++)
        if (fits(a, c[i], of) == best)
            c[kept++] = c[i];
    return kept;
}

const char **register_names(struct arena *a, const struct registers *r, size_t *n) {
    size_t most = (size_t)register_ids(r) * 2;
    const char **names = arena_array(a, const char *, most + 1);
    *n = 0;
    for (; r; r = r->up)
        for (size_t i = 0; i < r->n; i++) {
            if (r->doc[i].symbol)
                names[(*n)++] = r->doc[i].symbol;
            if (r->doc[i].name)
                names[(*n)++] = r->doc[i].name;
        }
    return names;
}

bool register_exists(const struct registers *r) {
    for (; r; r = r->up)
        if (r->cites)
            return true;
    return false;
}

bool register_lost(const struct registers *r) {
    for (; r; r = r->up)
        if (r->lost)
            return true;
    return false;
}

struct value *register_table(const struct registers *r) {
    return r ? r->table : NULL;
}

int register_ids(const struct registers *r) {
    return r ? r->base + (int)r->n : 0;
}

/* ---- contradictions ---- */

struct index {
    struct arena *a;
    struct diag *d;
    struct registers *r;
};

static const char *place_of(struct diag *d, const struct citable *x) {
    return diag_fmt(d, "%s:%d", x->at.file ? x->at.file : "", x->at.line);
}

static bool same_date(const struct citable *x, const struct citable *y) {
    return date_number(x->date) == date_number(y->date);
}

/* "Về việc thành lập Tổ" and "thành lập Tổ." are one abstract. */
static const char *abstract_core(struct arena *a, const char *s) {
    static const char *const about[] = {"về việc ", "Về việc ", "về ",
                                        "Về ",      "V/v ",     "v/v "};
    for (size_t i = 0; i < sizeof about / sizeof *about; i++)
        if (str_starts(s, about[i])) {
            s += strlen(about[i]);
            break;
        }
    size_t n = strlen(s);
    while (n && strchr(" .;,", s[n - 1]))
        n--;
    return s[n] ? arena_strndup(a, s, n) : s;
}

static bool same_abstract(struct index *m, const struct citable *x,
                          const struct citable *y) {
    return text_alike(abstract_core(m->a, x->abstract), abstract_core(m->a, y->abstract));
}

bool register_same_body(struct arena *a, const struct citable *x,
                        const struct citable *y) {
    return str_eq(x->body, y->body) || str_eq(body_key(a, x->body), body_key(a, y->body));
}

/* "30/2020/NĐ-CP": its numbers never begin anew. */
static bool has_year(const char *symbol) {
    const char *p = strchr(symbol, '/');
    return p && strspn(p + 1, "0123456789") == 4 && p[5] == '/';
}

static void tell_other(struct index *m, const struct citable *x, const struct citable *y,
                       const char *what, const char *here, const char *there) {
    diag_add(m->d, E_REGISTER_OTHER, x->at, x->symbol, what, here, there,
             place_of(m->d, y), NULL);
    m->r->broken = true;
}

/* The same symbol and body. Offices number anew every year: with another year and another abstract it
 * is another document. */
static void compare_same_body(struct index *m, struct citable *x, const struct citable *y,
                              bool here) {
    bool kind = text_alike(x->kind, y->kind), date = same_date(x, y),
         abstract = same_abstract(m, x, y);
    if (kind && !date && !abstract && x->date.year != y->date.year &&
        !has_year(x->symbol))
        return;
    x->same = y;
    if (!kind)
        tell_other(m, x, y, diag_word(m->d, "tên loại", "kind"), x->kind, y->kind);
    if (!date)
        tell_other(m, x, y, diag_word(m->d, "ngày", "date"), date_print(m->a, x->date),
                   date_print(m->a, y->date));
    if (!kind || !date)
        return;
    if (here) {
        diag_add(m->d, E_REGISTER_TWICE, x->at, x->symbol, x->body, place_of(m->d, y),
                 NULL);
        m->r->broken = true;
        return;
    }
    /* Citations look alike, wherever the report's own register has it too. */
    if (!abstract)
        diag_add(m->d, W_REGISTER_ABSTRACT, x->at, x->symbol, place_of(m->d, y), NULL);
    x->symbol = y->symbol;
    x->kind = y->kind;
    x->body = y->body;
    x->abstract = y->abstract;
    x->name = y->name;
    if (!x->link) {
        x->link = y->link;
        x->link_at = y->link_at;
    }
}

/* Two documents of one symbol; y was there before x. */
static void compare_symbol(struct index *m, struct citable *x, const struct citable *y,
                           bool here) {
    if (y->flawed || !y->symbol)
        return;
    if (x->law || register_same_body(m->a, x, y))
        compare_same_body(m, x, y, here);
    else if (same_date(x, y) && text_alike(x->kind, y->kind) && same_abstract(m, x, y)) {
        tell_other(m, x, y, diag_word(m->d, "cơ quan", "body"), x->body, y->body);
        x->same = y;
    }
}

static void check_symbol(struct index *m, struct citable *x) {
    const struct citable *other[SAME_MAX];
    const char *key = register_key(m->a, x->symbol, strlen(x->symbol));
    size_t n = m->r->up ? find_key(m->r->up, key, other, SAME_MAX) : 0;
    for (size_t i = 0; i < n; i++)
        compare_symbol(m, x, other[i], false);
    for (size_t i = first_entry(m->r, key), k = 0;
         i < m->r->entries && k < SAME_MAX && str_eq(m->r->entry[i].key, key) &&
         m->r->entry[i].doc < x;
         i++, k++)
        compare_symbol(m, x, m->r->entry[i].doc, true);
}

/* One document under two symbols: everything else is the same. */
static void check_twin(struct index *m, struct citable *x) {
    int date = date_number(x->date);
    for (const struct registers *r = m->r; r && *x->abstract; r = r->up)
        for (size_t i = first_dated(r, date), k = 0;
             i < r->n && k < TWIN_MAX && date_number(r->dated[i]->date) == date;
             i++, k++) {
            const struct citable *y = r->dated[i];
            if ((r == m->r && y >= x) || y->flawed || !y->symbol ||
                !same_abstract(m, x, y) || !text_alike(x->kind, y->kind) ||
                !register_same_body(m->a, x, y) ||
                str_eq(register_key(m->a, x->symbol, strlen(x->symbol)),
                       register_key(m->a, y->symbol, strlen(y->symbol))))
                continue;
            diag_add(m->d, E_REGISTER_SYMBOLS, x->at, x->symbol, y->symbol,
                     place_of(m->d, y), NULL);
            m->r->broken = true;
            return;
        }
}

static void add_entry(struct arena *a, struct registers *r, const char *name,
                      struct citable *doc) {
    if (name)
        r->entry[r->entries++] = (struct entry){register_key(a, name, strlen(name)), doc};
}

void register_index(struct arena *a, struct diag *d, struct registers *r) {
    struct index m = {a, d, r};
    r->entry = arena_array(a, struct entry, 2 * r->n + 1);
    r->dated = arena_array(a, struct citable *, r->n + 1);
    for (size_t i = 0; i < r->n; i++) {
        add_entry(a, r, r->doc[i].symbol, &r->doc[i]);
        add_entry(a, r, r->doc[i].name, &r->doc[i]);
        r->dated[i] = &r->doc[i];
    }
    if (!r->n)
        return;
    qsort(r->entry, r->entries, sizeof *r->entry, by_key);
    qsort(r->dated, r->n, sizeof *r->dated, by_date);
    for (size_t i = 0; i < r->n; i++) {
        struct citable *x = &r->doc[i];
        if (x->flawed || !x->symbol)
            continue;
        check_symbol(&m, x);
        check_twin(&m, x);
    }
    register_letters(a, d, r);
}
