/* cite.c: documents of the register where the text cites them: {{vb …}}, the formatter vb, legal grounds */
#include "cite.h"

#include <string.h>

#define CHOICES_MAX 16     /* documents of one symbol */
#define COMPARE_MAX 200000 /* names that unknown symbols are compared with */

/* ---- the tag ---------------------------------------------------------------------- */

static const struct {
    const char *open, *close;
} quotes[] = {{"\"", "\""}, {"'", "'"}, {"“", "”"}, {"‘", "’"}};

bool cite_begins(const char *s, size_t n) {
    if (n < 3 || s[0] != 'v' || s[1] != 'b')
        return false;
    size_t i = 2;
    while (i < n && (s[i] == ' ' || s[i] == '\t'))
        i++;
    /* {{vb}} and {{vb | hoa}} are a value of that name. */
    return i < n && s[i] != '|' && (i > 2 || strchr("\"'\xE2", s[i]));
}

struct reader {
    struct arena *a;
    const char *p, *end;
};

static void skip_blanks(struct reader *r) {
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t'))
        r->p++;
}

/* The text in quotes at r->p; NULL: there is none. */
static const char *quoted(struct reader *r) {
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++) {
        size_t n = strlen(quotes[i].open), m = strlen(quotes[i].close);
        if ((size_t)(r->end - r->p) < n || memcmp(r->p, quotes[i].open, n) != 0)
            continue;
        const char *from = r->p + n;
        const char *close = memmem(from, (size_t)(r->end - from), quotes[i].close, m);
        if (!close)
            return NULL;
        r->p = close + m;
        while (from < close && *from == ' ')
            from++;
        while (close > from && close[-1] == ' ')
            close--;
        return arena_strndup(r->a, from, (size_t)(close - from));
    }
    return NULL;
}

static bool parse(struct reader *r, struct cite *c) {
    r->p += strlen("vb");
    skip_blanks(r);
    c->symbol = quoted(r);
    if (!c->symbol || !*c->symbol)
        return false;
    skip_blanks(r);
    c->of = quoted(r);
    if (c->of && !*c->of)
        return false;
    skip_blanks(r);
    const char *from = r->p;
    while (r->p < r->end && *r->p != '|' && *r->p != ' ' && *r->p != '\t')
        r->p++;
    const char *word = arena_strndup(r->a, from, (size_t)(r->p - from));
    skip_blanks(r);
    return (!*word || cite_form_named(word, &c->form)) &&
           (r->p == r->end || *r->p == '|');
}

const struct cite *cite_parse(struct arena *a, struct diag *d, const char *s, size_t n,
                              struct origin at, size_t *end) {
    struct reader r = {a, s, s + n};
    struct cite *c = arena_new_of(a, struct cite);
    if (!parse(&r, c)) {
        diag_add(d, E_CITE_TAG, at, diag_fmt(d, "{{%.*s}}", (int)(n < 80 ? n : 80), s),
                 NULL);
        return NULL;
    }
    *end = (size_t)(r.p - s);
    return c;
}

/* ---- finding ----------------------------------------------------------------------- */

/* What is to be cited and where it is written: a tag, or a value and the cell it is. */
struct wanted {
    const char *symbol, *of;
    const struct value *value; /* NULL: a tag */
    struct origin at;
};

/* Errors from here on are of the data: a draft marks them. */
static void tell(struct exec *e, const struct wanted *w, enum diag_code code,
                 const char *one, const char *two, const char *three) {
    int before = diag_count(e->d, SEV_ERROR);
    diag_add_where(e->d, code, w->at, w->value ? value_where(e->d, w->value) : NULL, one,
                   two, three, NULL);
    e->told += diag_count(e->d, SEV_ERROR) - before;
}

/* The code within a text that has more in it, or NULL. */
static const char *code_within(struct exec *e, const char *s) {
    struct code c;
    size_t from = 0, n = strlen(s);
    return code_next(s, n, &from, &c) && c.len < n
               ? arena_strndup(e->a, s + c.start, c.len)
               : NULL;
}

static void tell_unknown(struct exec *e, const struct wanted *w) {
    const struct registers *r = e->r->registers;
    struct diag *d = e->d;
    if (register_lost(r))
        return; /* it may be in a row that could not be read */
    size_t n = 0;
    const char **names = NULL, *code = code_within(e, w->symbol);
    if ((e->compared += register_ids(r)) < COMPARE_MAX)
        names = register_names(e->a, r, &n);
    const char *otherwise =
        diag_word(d, "thêm văn bản này vào van_ban.csv", "add it to van_ban.csv");
    if (code)
        otherwise = diag_fmt(
            d, diag_word(d, "chỉ ghi số, ký hiệu “%s”", "write the symbol “%s” only"),
            code);
    else if (!register_exists(r) && register_table(r))
        otherwise = diag_word(
            d,
            "van_ban.csv của báo cáo chưa có cột so_ky_hieu (Số, ký hiệu): thêm cột này",
            "van_ban.csv of the report has no column so_ky_hieu yet: add it");
    else if (!register_exists(r))
        otherwise = diag_word(
            d,
            "chưa có sổ văn bản: tạo van_ban.csv trong thư mục báo cáo với các cột "
            "so_ky_hieu, loai, ngay, co_quan, trich_yeu",
            "there is no register yet: create van_ban.csv in the report's folder with "
            "the "
            "columns so_ky_hieu, loai, ngay, co_quan, trich_yeu");
    tell(e, w, E_CITE_UNKNOWN, w->symbol, nearest_hint(d, w->symbol, names, n, otherwise),
         "");
}

/* "Kế hoạch số 25/KH-UBND ngày 24/01/2025 của UBND tỉnh Thái Nguyên (van_ban.csv:3); …" */
static const char *choices(struct exec *e, const struct citable *const *c, size_t n) {
    struct buf b = {0};
    for (size_t i = 0; i < n; i++) {
        const char *name = citation_text(e->a, c[i], CITE_SHORT, false);
        buf_printf(&b, "%s%s", i ? "; " : "", name);
        if (c[i]->date.day)
            buf_printf(&b, " ngày %s", date_print(e->a, c[i]->date));
        if (*c[i]->body)
            buf_printf(&b, " của %s", c[i]->body);
        buf_printf(&b, " (%s:%d)", c[i]->at.file ? c[i]->at.file : "", c[i]->at.line);
    }
    const char *out = diag_fmt(e->d, "%s", b.data ? b.data : "");
    buf_free(&b);
    return out;
}

/* What picks the last choice from the others: its body, or its date where all are of one body. */
static const char *example(struct exec *e, const struct citable *const *c, size_t n) {
    for (size_t i = 0; i + 1 < n; i++)
        if (str_eq(c[i]->body, c[n - 1]->body))
            return date_print(e->a, c[n - 1]->date);
    return c[n - 1]->body;
}

/* NULL after a message. */
static const struct citable *find(struct exec *e, const struct wanted *w) {
    const struct citable *c[CHOICES_MAX], *all[CHOICES_MAX];
    size_t n = register_find(e->a, e->r->registers, w->symbol, strlen(w->symbol), c,
                             CHOICES_MAX);
    for (size_t i = 0; w->value && i < n; i++)
        if (c[i]->row == w->value->parent) /* the symbol of a row of the register */
            return c[i];
    if (!n) {
        tell_unknown(e, w);
        return NULL;
    }
    memcpy(all, c, sizeof c);
    size_t left = w->of ? register_pick(e->a, c, n, w->of) : n;
    if (left == 1)
        return c[0];
    if (!left)
        tell(e, w, E_CITE_NONE_OF, w->symbol, w->of, choices(e, all, n));
    else
        tell(e, w, w->value ? E_CITE_AMBIGUOUS_VALUE : E_CITE_AMBIGUOUS, w->symbol,
             choices(e, c, left), example(e, c, left));
    return NULL;
}

/* A text that a value holds: the symbol, perhaps with "của UBND xã" or "ngày 24/01/2025" behind it. */
static void split_value(struct exec *e, struct wanted *w) {
    static const char *const links[] = {"của ", "ngày ", "năm ", "("};
    const struct citable *c;
    const char *s = w->symbol, *blank = strchr(s, ' ');
    if (!blank || register_find(e->a, e->r->registers, s, strlen(s), &c, 1) ||
        !register_find(e->a, e->r->registers, s, (size_t)(blank - s), &c, 1))
        return; /* the name of a law has blanks */
    w->symbol = arena_strndup(e->a, s, (size_t)(blank - s));
    s = blank + strspn(blank, " ,");
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (str_starts(s, links[i])) {
            s += strlen(links[i]);
            break;
        }
    size_t n = strlen(s);
    n -= n && s[n - 1] == ')';
    w->of = n ? arena_strndup(e->a, s, n) : NULL;
}

/* ---- printing ------------------------------------------------------------------------- */

struct look {
    unsigned style;
    const char *link;
    const struct format *format; /* of the finished text */
};

static void put_reason(struct exec *e, struct spans *to, const char *reason,
                       struct origin at) {
    const char *text = reason ? arena_printf(e->a, " [%s]", reason) : "";
    put_text(e, to, text, strlen(text), at)->style = SPAN_MISSING;
}

/* The symbol as it was written, and why it cannot be cited. */
static void put_unknown(struct exec *e, struct spans *to, const struct wanted *w,
                        const struct look *look) {
    struct span *s = put_text(e, to, w->symbol, strlen(w->symbol), w->at);
    s->cited = true;
    s->style = (uint8_t)(look->style | (e->draft ? SPAN_MISSING : 0));
    if (!e->draft)
        return;
    put_reason(e, to, diag_at(e->d, w->at), w->at);
    diag_show_at(e->d, w->at);
}

/* In a draft: what is wrong with the row of the register. */
static void mark_flawed(struct exec *e, struct spans *to, struct span *s,
                        const struct citable *x) {
    const char *reason = NULL;
    for (uint32_t i = 0; i < x->row->n && !reason; i++) {
        reason = diag_at(e->d, x->row->u.member[i].at);
        if (reason)
            diag_show_at(e->d, x->row->u.member[i].at);
    }
    s->style |= SPAN_MISSING;
    put_reason(e, to, reason, s->at);
}

static void put_cited(struct exec *e, struct spans *to, const char *text,
                      const struct citable *x, const struct wanted *w,
                      const struct look *look) {
    struct value v = {.kind = VALUE_TEXT, .text = text, .len = (uint32_t)strlen(text)};
    text = look->format ? format_apply(e->a, e->d, &v, look->format, NULL, w->at) : text;
    if (!text)
        return;
    struct span *s = put_text(e, to, text, strlen(text), w->at);
    s->style = (uint8_t)look->style;
    s->cited = true;
    s->link = look->link;
    if (!look->link && x->link) {
        int before = diag_count(e->d, SEV_ERROR);
        s->link = link_check(e->d, x->link_at, x->link) ? x->link : NULL;
        e->told += diag_count(e->d, SEV_ERROR) - before;
    }
    if (e->draft && x->flawed)
        mark_flawed(e, to, s, x);
}

/* The first citation is complete (NĐ 30 Phụ lục I, II.6b); titles are no place for that. */
static enum cite_form form_of(struct exec *e, const struct citable *x,
                              enum cite_form form) {
    if (form == CITE_USUAL && e->brief)
        return CITE_SHORT;
    if (form == CITE_USUAL)
        form = e->cited[x->id] && !e->ground ? CITE_SHORT : CITE_FULL;
    e->cited[x->id] |= form == CITE_FULL;
    return form;
}

static void cite(struct exec *e, const struct wanted *w, enum cite_form form,
                 const struct look *look, struct spans *to) {
    const struct citable *x = find(e, w);
    if (!to)
        return;
    if (x)
        put_cited(e, to, citation_text(e->a, x, form_of(e, x, form), e->ground), x, w,
                  look);
    else
        put_unknown(e, to, w, look);
}

void cite_tag(struct exec *e, const struct op *op, struct spans *to) {
    struct wanted w = {op->cite->symbol, op->cite->of, NULL, op->at};
    const char *link = to && op->link ? exec_link(e, op->link) : NULL;
    struct look look = {op->style, link, op->format};
    cite(e, &w, op->cite->form, &look, to);
}

void cite_value(struct exec *e, const struct value *v, const struct format *f,
                unsigned style, const char *link, struct origin at, struct spans *to) {
    if (v->kind != VALUE_TEXT || !v->text) {
        diag_add(e->d, E_FORMAT_TYPE, at, "vb", value_show(e->a, v), NULL);
        return;
    }
    struct wanted w = {v->text, NULL, v, v->at};
    struct look look = {style, link, f->next};
    split_value(e, &w);
    cite(e, &w, (enum cite_form)f->digits, &look, to);
}

/* ---- legal grounds --------------------------------------------------------------------- */

/* Only citations: the other facts are no place for tags. */
static bool is_citing(struct exec *e, const struct op *op) {
    for (; op; op = op->next) {
        bool cites = op->kind == OP_CITE ||
                     (op->kind == OP_VALUE && op->format && op->format->kind == FMT_CITE);
        if (cites || op->kind == OP_TEXT || op->kind == OP_BREAK)
            continue;
        diag_add(e->d, E_CITE_GROUND, op->at, NULL);
        return false;
    }
    return true;
}

/* The tags of an item in its file, where its lines may be folded. Returns their number. */
static size_t tag_places(struct exec *e, const struct value *item,
                         struct origin **place) {
    size_t n = 0, count = 0, found = 0;
    for (const char *p = item->text; (p = strstr(p, "{{")) != NULL; p += 2)
        count++;
    *place = arena_array(e->a, struct origin, count);
    const char *from = source_at(e, item->at, &n), *p = from;
    while (found < count && p && (p = memmem(p, n - (size_t)(p - from), "{{", 2))) {
        if (p == from || p[-1] != '\\')
            (*place)[found++] = source_place(e, p);
        p += 2;
    }
    return found;
}

static void cite_ground(struct exec *e, struct value *item) {
    if (item->kind != VALUE_TEXT || !strstr(item->text, "{{"))
        return;
    struct origin *place;
    size_t places = tag_places(e, item, &place);
    int before = diag_count(e->d, SEV_ERROR);
    const struct op *op = compile_placed(e->a, e->d, item, place, places);
    if (!is_citing(e, op) || diag_count(e->d, SEV_ERROR) != before) {
        e->told += diag_count(e->d, SEV_ERROR) - before;
        item->flags |= VALUE_BROKEN; /* a draft marks it */
        return;
    }
    struct ground g = {.item = item, .spans = exec_spans(e, op)};
    item->text = spans_text(e->a, g.spans);
    item->len = (uint32_t)strlen(item->text);
    e->doc->ground[e->doc->grounds++] = g;
}

void cite_grounds(struct exec *e) {
    struct value *list = value_get(e->r->facts, "can_cu");
    if (!list || list->kind != VALUE_LIST)
        return;
    e->doc->ground = arena_array(e->a, struct ground, list->n);
    e->ground = true;
    for (uint32_t i = 0; i < list->n; i++)
        cite_ground(e, list->u.item[i]);
    e->ground = false;
}
