/* typed.c: symbols of documents that are typed where the document prints them, against the register */
#include "cite.h"

#include <string.h>

#define SOURCE_LOOK                                                                      \
    ((size_t)1 << 20)  /* bytes of a source that are searched for a place */
#define PLACES_MAX 100 /* of one symbol in one file that are told apart */
#define KINDS_MAX 64
#define UNKNOWN_MAX 1000 /* as many warnings are kept */
#define SLOTS 4096       /* for these */
#define ERRORS_MAX 1000
#define CHOICES_MAX 16

/* A symbol that no register has, in one file. */
struct unknown {
    const char *key, *symbol;
    struct origin at; /* its first place */
    struct {
        const char *
            *v; /* where the text stands in memory: a repeated text is one place */
        size_t n, cap;
    } places;
};

struct piece {
    struct span *span;
    size_t start; /* in the joined text */
};

/* A wrong place, to be marked in a draft once the text is read. */
struct mark {
    size_t start, len;
    const char *reason;
};

struct checker {
    struct exec *e;
    const char *own; /* key of the report's own number */
    char *text;      /* the spans being read, joined */
    size_t len, cap;
    struct {
        struct piece *v;
        size_t n, cap;
    } pieces;
    struct {
        struct mark *v;
        size_t n, cap;
    } marks;
    struct {
        struct unknown v[UNKNOWN_MAX];
        size_t n;
        uint16_t slot[SLOTS]; /* index + 1, by key and file */
    } unknown;
    const char *kind[KINDS_MAX]; /* names of document types, the longer of two first */
    size_t kinds;
};

/* ---- places ---------------------------------------------------------------------- */

/* The piece that holds a byte of the joined text. */
static const struct piece *piece_at(const struct checker *c, size_t at) {
    size_t lo = 0, hi = c->pieces.n;
    while (hi - lo > 1) {
        size_t mid = (lo + hi) / 2;
        if (c->pieces.v[mid].start <= at)
            lo = mid;
        else
            hi = mid;
    }
    return &c->pieces.v[lo];
}

static bool is_typed(const struct span *s) {
    return s->kind == SPAN_TEXT && !s->cited && !(s->style & SPAN_MISSING);
}

/* How often the code stands in the n bytes of s. */
static int count_code(const char *s, size_t n, const char *code, size_t len) {
    struct code found;
    size_t from = 0;
    int count = 0;
    while (code_next(s, n, &from, &found))
        count += found.len == len && !memcmp(s + found.start, code, len);
    return count;
}

/* The texts before the code that come from the same place of a file: pieces of one text, parted by tags. */
static int count_before(const struct checker *c, const struct piece *p, size_t start,
                        size_t len) {
    const char *code = c->text + start;
    struct origin at = p->span->at;
    int count = count_code(c->text + p->start, start - p->start, code, len);
    for (const struct piece *q = c->pieces.v; q < p; q++) {
        const struct span *s = q->span;
        if (is_typed(s) && s->text != p->span->text && s->at.line == at.line &&
            s->at.col == at.col && s->at.file == at.file)
            count += count_code(s->text, s->len, code, len);
    }
    return count;
}

/* The value that was typed: for one computed from the others of its row, that of them which holds the code. */
static const struct value *typed_value(const struct checker *c, size_t start,
                                       size_t len) {
    const struct value *v = piece_at(c, start)->span->value;
    const struct value *row = v && v->flags & VALUE_COMPUTED ? v->parent : NULL;
    for (uint32_t i = 0; row && row->kind == VALUE_MAP && i < row->n; i++) {
        const struct value *x = &row->u.member[i];
        if (x->kind == VALUE_TEXT && x->text && !(x->flags & VALUE_COMPUTED) &&
            memmem(x->text, x->len, c->text + start, len))
            return x;
    }
    return v;
}

/* Where the code itself stands: the text that holds it begins at a known place of its file, and from there
 * the code is looked for; what tags hold is not printed as it is. The place of the text when it is not
 * found: it was put together, or is written with escapes. */
static struct origin place_of(struct checker *c, size_t start, size_t len) {
    const struct piece *p = piece_at(c, start);
    const struct value *v = typed_value(c, start, len);
    bool moved = v != p->span->value;
    struct origin at = moved ? v->at : p->span->at;
    size_t n = 0, i = 0;
    const char *from = source_at(c->e, at, &n);
    int skip = from && !moved ? count_before(c, p, start, len) : 0;
    n = n < SOURCE_LOOK ? n : SOURCE_LOOK;
    for (struct code found; from && code_next(from, n, &i, &found);) {
        const char *code = from + found.start;
        if (found.len == len && !memcmp(code, c->text + start, len) &&
            !source_in_tag(c->e, code) && skip-- == 0)
            return source_place(c->e, code);
    }
    return at;
}

/* ---- a code -------------------------------------------------------------------------- */

/* The kind that the text before a code ends in; NULL: none, or words that name no kind. */
static const char *typed_kind(const struct checker *c, size_t before) {
    for (size_t i = 0; i < c->kinds; i++)
        if (code_kind(c->text, before, c->kind[i]))
            return c->kind[i];
    return NULL;
}

/* "Chương trình hành động" may be called "Chương trình". */
static bool kinds_agree(struct checker *c, const char *typed, size_t before,
                        const struct citable *x) {
    size_t n = typed ? strlen(typed) : 0, m = strlen(x->kind);
    if (!typed || !m || code_kind(c->text, before, x->kind))
        return true;
    struct arena *a = c->e->a;
    return text_alike(n < m ? arena_strndup(a, x->kind, n) : x->kind,
                      m < n ? arena_strndup(a, typed, m) : typed);
}

static bool dates_agree(const int date[3], const struct citable *x) {
    return !date[2] || !x->date.year ||
           (x->date.day == date[0] && x->date.month == date[1] &&
            x->date.year == date[2]);
}

static void tell(struct checker *c, enum diag_code code, const struct code *at,
                 const char *here, const char *there, const struct citable *x) {
    struct diag *d = c->e->d;
    int before = diag_count(d, SEV_ERROR);
    const struct value *v = typed_value(c, at->start, at->len);
    struct origin place = before < ERRORS_MAX ? place_of(c, at->start, at->len)
                                              : piece_at(c, at->start)->span->at;
    diag_add_where(d, code, place, v ? value_where(d, v) : NULL,
                   diag_fmt(d, "%.*s", (int)at->len, c->text + at->start), here, there,
                   diag_fmt(d, "%s:%d", x->at.file ? x->at.file : "", x->at.line), NULL);
    c->e->told += diag_count(d, SEV_ERROR) - before;
    struct mark m = {at->start, at->len, diag_at(d, place)};
    diag_show_at(d, place);
    bool marked = c->marks.n && c->marks.v[c->marks.n - 1].start == at->start;
    if (c->e->draft && !marked)
        vec_push(c->e->a, &c->marks, m);
}

/* A code that the register has: date and kind beside it must be those of one of its documents. */
static void check_known(struct checker *c, const struct code *code,
                        const struct citable *const *x, size_t n) {
    size_t behind = code->start + code->len, at = 0, len = 0;
    int date[3] = {0};
    if (!code_date(c->text + behind, c->len - behind, date, &at, &len))
        date[2] = 0;
    size_t before = code_before(c->text, code->start);
    const char *kind = typed_kind(c, before);
    const struct citable *best = x[0];
    for (size_t i = 0; i < n; i++) {
        bool fits = kinds_agree(c, kind, before, x[i]);
        if (fits && dates_agree(date, x[i]))
            return;
        best = fits ? x[i] : best;
    }
    if (!kinds_agree(c, kind, before, best))
        tell(c, E_TYPED_KIND, code, kind, best->kind, best);
    if (!dates_agree(date, best))
        tell(c, E_TYPED_DATE, code,
             diag_fmt(c->e->d, "%.*s", (int)len, c->text + behind + at),
             date_print(c->e->a, best->date), best);
}

/* What is known of a key in a file; NULL: there are too many already. */
static struct unknown *unknown_at(struct checker *c, const struct code *code,
                                  const char *key, const char *file) {
    uint64_t h = hash64(HASH64_START, key, strlen(key));
    h = file ? hash64(h, file, strlen(file)) : h;
    size_t i = (size_t)(h ^ h >> 29) % SLOTS;
    for (; c->unknown.slot[i]; i = (i + 1) % SLOTS) {
        struct unknown *u = &c->unknown.v[c->unknown.slot[i] - 1];
        if (str_eq(u->key, key) && str_eq(u->at.file, file))
            return u;
    }
    if (c->unknown.n == UNKNOWN_MAX)
        return NULL;
    struct unknown *u = &c->unknown.v[c->unknown.n++];
    c->unknown.slot[i] = (uint16_t)c->unknown.n;
    u->key = key;
    u->symbol = arena_strndup(c->e->a, c->text + code->start, code->len);
    u->at = place_of(c, code->start, code->len);
    return u;
}

static void remember_unknown(struct checker *c, const struct code *code,
                             const char *key) {
    struct arena *a = c->e->a;
    const struct piece *p = piece_at(c, code->start);
    const char *memory = p->span->text + (code->start - p->start);
    const struct value *v = typed_value(c, code->start, code->len);
    struct unknown *u =
        unknown_at(c, code, key, v != p->span->value ? v->at.file : p->span->at.file);
    for (size_t i = 0; u && i < u->places.n; i++)
        if (u->places.v[i] == memory)
            return;
    if (u && u->places.n < PLACES_MAX)
        vec_push(a, &u->places, memory);
}

static void check_code(struct checker *c, const struct code *code) {
    const struct citable *x[CHOICES_MAX];
    struct exec *e = c->e;
    const char *s = c->text + code->start;
    size_t n = register_find(e->a, e->r->registers, s, code->len, x, CHOICES_MAX);
    if (n) {
        check_known(c, code, x, n);
        return;
    }
    const char *key = register_key(e->a, s, code->len);
    if (!str_eq(key, c->own) && !register_lost(e->r->registers))
        remember_unknown(c, code, key);
}

/* ---- a list of spans ---------------------------------------------------------------------- */

static void join_text(struct checker *c, const char *s, size_t n) {
    if (c->len + n > c->cap) {
        size_t cap = 2 * (c->len + n) + 1024;
        char *text = arena_alloc(c->e->a, cap);
        if (c->len)
            memcpy(text, c->text, c->len);
        c->text = text;
        c->cap = cap;
    }
    if (n)
        memcpy(c->text + c->len, s, n);
    c->len += n;
}

/* All of the text in one: a code and its date may stand in several spans. */
static void join(struct checker *c, struct span *list) {
    c->len = c->pieces.n = c->marks.n = 0;
    for (struct span *s = list; s; s = s->next) {
        struct piece p = {s, c->len};
        vec_push(c->e->a, &c->pieces, p);
        if (is_typed(s))
            join_text(c, s->text, s->len);
        else
            join_text(c, s->kind == SPAN_BREAK ? " " : "\n", 1);
    }
}

static bool may_hold_code(const struct span *s) {
    for (; s; s = s->next)
        if (is_typed(s) && s->len && memchr(s->text, '/', s->len))
            return true;
    return false;
}

/* Cut s behind its first n bytes; what was behind them follows it. */
static void cut(struct arena *a, struct span *s, size_t n) {
    struct span *rest = arena_new_of(a, struct span);
    *rest = *s;
    rest->text += n;
    rest->len -= (uint32_t)n;
    s->len = (uint32_t)n;
    s->next = rest;
}

static void put_mark(struct checker *c, const struct mark *m) {
    struct arena *a = c->e->a;
    const struct piece *p = piece_at(c, m->start);
    struct span *s = p->span;
    size_t from = m->start - p->start, to = from + m->len;
    if (to < s->len)
        cut(a, s, to);
    if (from) {
        cut(a, s, from);
        s = s->next;
    }
    s->style |= SPAN_MISSING;
    const char *text = arena_printf(a, " [%s]", m->reason ? m->reason : "");
    struct span *reason = span_new(a, SPAN_TEXT, text, strlen(text));
    reason->style = SPAN_MISSING;
    reason->at = s->at;
    reason->next = s->next;
    s->next = reason;
}

/* Whether something was marked. */
static bool check_spans(struct checker *c, struct span *list) {
    if (!may_hold_code(list))
        return false;
    join(c, list);
    struct code code;
    for (size_t from = 0; code_next(c->text, c->len, &from, &code);)
        check_code(c, &code);
    for (size_t i = c->marks.n; i > 0; i--) /* the last first: places before it stay */
        put_mark(c, &c->marks.v[i - 1]);
    return c->marks.n > 0;
}

/* ---- the document ------------------------------------------------------------------------- */

static struct span *text_span(struct checker *c, const char *text, const struct value *v,
                              struct origin at) {
    struct span *s = span_new(c->e->a, SPAN_TEXT, text, strlen(text));
    s->value = v;
    s->at = v && v->at.line ? v->at : at;
    return s;
}

static void check_cell(struct checker *c, struct cell *cell, struct origin at) {
    if (cell->spans) {
        check_spans(c, cell->spans);
        return;
    }
    bool number = cell->format != FORMAT_TEXT;
    if (number || !cell->text || cell->flags & CELL_COVERED || !strchr(cell->text, '/'))
        return;
    struct span *s = text_span(c, cell->text, cell->value, at);
    if (!check_spans(c, s))
        return;
    cell->spans = s;
    cell->text = NULL;
}

static void check_node(struct checker *c, struct node *n) {
    check_spans(c, n->spans);
    if (n->kind == NODE_APPENDIX) {
        check_spans(c, n->u.appendix->title);
        check_spans(c, n->u.appendix->reference);
    } else if (n->kind == NODE_TABLE) {
        struct table *t = n->u.table;
        for (size_t r = 0; r < t->nrows; r++)
            for (int i = 0; i < t->ncols; i++)
                check_cell(c, &t->row[r].cell[i], t->row[r].at);
    }
    for (struct node *i = n->first; i; i = i->next)
        check_node(c, i);
}

static void check_fact(struct checker *c, struct value *v) {
    if (v->kind != VALUE_TEXT || !v->text)
        return;
    for (size_t i = 0; i < c->e->doc->grounds; i++)
        if (c->e->doc->ground[i].item == v) {
            check_spans(c, c->e->doc->ground[i].spans);
            return;
        }
    if (strchr(v->text, '/') && check_spans(c, text_span(c, v->text, v, v->at)))
        v->flags |= VALUE_BROKEN; /* a draft marks it */
}

/* The facts that have places of their own on the page; can_cu comes first there too. */
static void check_facts(struct checker *c) {
    static const char *const names[] = {"trich_yeu", "kinh_gui", "can_cu", "noi_nhan"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct value *v = value_get(c->e->r->facts, names[i]);
        for (uint32_t k = 0; v && v->kind == VALUE_LIST && k < v->n; k++)
            check_fact(c, v->u.item[k]);
        if (v && v->kind != VALUE_LIST)
            check_fact(c, v);
    }
}

/* The number and symbol of the report itself: "45/BC-UBND". */
static const char *own_key(const struct exec *e) {
    const char *number = value_text(e->r->facts, "so"),
               *symbol = value_text(e->r->facts, "ky_hieu");
    if (!number)
        return NULL;
    bool whole = strchr(number, '/') || !symbol;
    const char *own =
        whole ? number : arena_printf(e->a, "%s/%s", number, symbol + (symbol[0] == '/'));
    return register_key(e->a, own, strlen(own));
}

static void collect_kinds(struct checker *c) {
    /* What NĐ 30 does not list; a name comes before the one that it ends in. */
    static const char *const more[] = {"Nghị định",  "Thông tư liên tịch",
                                       "Thông tư",   "Bộ luật",
                                       "Luật",       "Pháp lệnh",
                                       "Kết luận",   "Công văn",
                                       "Chiến lược", "Chương trình hành động"};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        c->kind[c->kinds++] = more[i];
    for (size_t i = 0; doc_type_name(i) && c->kinds < KINDS_MAX; i++)
        c->kind[c->kinds++] = doc_type_name(i);
}

#define COMPARE_MAX 200000 /* symbols of registers that unknown ones are compared with */
#define SLIP_MAX 2         /* letters and signs that a slip gets wrong */

static const char *letters_of(const char *symbol) {
    return symbol + strcspn(symbol, "/-");
}

/* The symbol of the register that this one is a slip of: "71/NQ-CP" of "71-NQ/CP"; NULL: none. Another
 * number of the same letters is another document. */
static const char *slip_of(struct checker *c, const char *symbol) {
    struct exec *e = c->e;
    const struct registers *r = e->r->registers;
    size_t n = 0;
    const char **names = NULL, *best = NULL;
    int least = SLIP_MAX + 1;
    if ((e->compared += register_ids(r)) < COMPARE_MAX)
        names = register_names(e->a, r, &n);
    for (size_t i = 0; i < n; i++) {
        int distance = str_eq(letters_of(names[i]), letters_of(symbol))
                           ? least
                           : text_distance(names[i], symbol);
        if (distance < least) {
            least = distance;
            best = names[i];
        }
    }
    return best;
}

void typed_check(struct exec *e) {
    if (!register_exists(e->r->registers))
        return;
    struct checker *c = arena_new_of(e->a, struct checker);
    c->e = e;
    c->own = own_key(e);
    collect_kinds(c);
    check_facts(c);
    check_node(c, e->doc->root);
    for (size_t i = 0; i < e->doc->notes; i++)
        check_spans(c, e->doc->note[i].spans);
    for (size_t i = 0; i < c->unknown.n; i++) {
        const struct unknown *u = &c->unknown.v[i];
        const char *also = u->places.n < 2
                               ? ""
                               : diag_fmt(e->d,
                                          diag_word(e->d, " (%zu chỗ trong tệp này)",
                                                    " (%zu places in this file)"),
                                          u->places.n);
        const char *slip = slip_of(c, u->symbol);
        diag_add(e->d, slip ? W_TYPED_SLIP : W_TYPED_UNKNOWN, u->at, u->symbol, also,
                 slip ? slip : "", NULL);
    }
}
