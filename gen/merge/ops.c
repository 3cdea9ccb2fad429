/* ops.c: operations from texts with tags; sections open and close within one element */
#include "ops.h"

#include <string.h>

struct op *op_add(struct builder *b, enum op_kind kind, struct origin at) {
    struct op *op = arena_new_of(b->a, struct op);
    op->kind = (uint8_t)kind;
    op->at = at;
    *b->list.tail = op;
    b->list.tail = &op->next;
    return op;
}

struct op_list op_enter(struct op *op, struct builder *b) {
    struct op_list outer = b->list;
    b->list = (struct op_list){NULL, &op->first};
    return outer;
}

void op_leave(struct builder *b, struct op_list outer) {
    op_flush(b);
    b->list = outer;
}

/* ---- text ------------------------------------------------------------------- */

/* "[^x]" that cmark left in the text: a footnote without its text. */
static void check_leftovers(struct builder *b) {
    const char *p = b->text.data;
    while ((p = strstr(p, "[^")) != NULL) {
        size_t n = strcspn(p + 2, "] ");
        if (n && n < 60 && p[2 + n] == ']')
            diag_add(b->d, E_NOTE_UNDEFINED, b->text_at, arena_strndup(b->a, p + 2, n),
                     NULL);
        p += 2;
    }
    if (strstr(b->text.data, "**") && !(b->text_style & SPAN_CODE))
        diag_add(b->d, W_STARS, b->text_at, NULL);
}

void op_flush(struct builder *b) {
    if (!b->text.len)
        return;
    check_leftovers(b);
    struct op *op = op_add(b, OP_TEXT, b->text_at);
    op->text = arena_strndup(b->a, b->text.data, b->text.len);
    op->len = b->text.len;
    op->style = (uint8_t)b->text_style;
    op->link = b->text_link;
    b->text.len = 0;
}

static void add_plain(struct builder *b, const char *text, size_t n, struct origin at,
                      unsigned style, const struct op *link) {
    if (!n)
        return;
    if (b->text.len && (b->text_style != style || b->text_link != link))
        op_flush(b);
    if (!b->text.len) {
        b->text_style = style;
        b->text_link = link;
        b->text_at = at;
    }
    buf_add(&b->text, text, n);
}

/* ---- sections ------------------------------------------------------------------ */

static void tell_parent(struct builder *b, const struct tag *close) {
    diag_add(b->d, E_SECTION_PARENT, close->at, close->text,
             diag_fmt(b->d, "%d", b->s->tag.v[close->pair].at.line), NULL);
}

static void section_open(struct builder *b, int index) {
    struct tag *t = &b->s->tag.v[index];
    struct op *op = op_add(b, OP_SECTION, t->at);
    op->inverted = t->kind == TAG_INVERT;
    op->name = &t->name;
    struct open_section o = {b->list, index, b->container};
    b->list = (struct op_list){NULL, &op->first};
    vec_push(b->a, &b->open, o);
}

static void section_close(struct builder *b, const struct tag *t) {
    if (!b->open.n)
        return;
    const struct open_section *o = &b->open.v[b->open.n - 1];
    if (o->tag != t->pair || o->container != b->container) {
        tell_parent(b, t);
        return;
    }
    b->list = o->outer;
    b->open.n--;
}

void op_section_tag(struct builder *b, int index) {
    struct tag *t = &b->s->tag.v[index];
    op_flush(b);
    t->used = true;
    if (t->broken)
        return;
    if (t->kind == TAG_CLOSE)
        section_close(b, t);
    else
        section_open(b, index);
}

int element_enter(struct builder *b) {
    int outer = b->container;
    b->container = ++b->containers;
    return outer;
}

void element_leave(struct builder *b, int outer) {
    while (b->open.n && b->open.v[b->open.n - 1].container == b->container) {
        const struct open_section *o = &b->open.v[--b->open.n];
        op_flush(b);
        b->list = o->outer;
        tell_parent(b, &b->s->tag.v[b->s->tag.v[o->tag].pair]);
    }
    b->container = outer;
}

/* ---- tags in text ------------------------------------------------------------------ */

static void add_tag(struct builder *b, struct tag *t, unsigned style,
                    const struct op *link) {
    t->used = true;
    if (t->broken || t->kind == TAG_COMMENT)
        return;
    if (t->kind == TAG_LITERAL) {
        add_plain(b, t->text, strlen(t->text), t->at, style, link);
        return;
    }
    if (t->place != PLACE_INLINE) {
        diag_add(b->d, E_TAG_PLACE, t->at, t->text, NULL);
        return;
    }
    if (t->kind == TAG_PART) {
        diag_add(b->d, E_PART_INLINE, t->at, t->text, NULL);
        return;
    }
    if (t->kind != TAG_VALUE && t->kind != TAG_CITE) {
        op_section_tag(b, (int)(t - b->s->tag.v));
        return;
    }
    op_flush(b);
    struct op *op = op_add(b, t->kind == TAG_CITE ? OP_CITE : OP_VALUE, t->at);
    op->style = (uint8_t)style;
    op->link = link;
    op->name = &t->name;
    op->cite = t->cite;
    op->format = t->format;
}

void op_text(struct builder *b, const char *text, size_t n, struct origin at,
             unsigned style, const struct op *link) {
    const char *end = text + n, *from = text, *p = text;
    while (p < end) {
        /* Planes 15 and 16 alone begin with these bytes. */
        if ((unsigned char)*p < 0xF3) {
            p++;
            continue;
        }
        const char *start = p;
        struct tag *t = scan_tag(b->s, utf8_next(&p, end));
        if (!t)
            continue;
        add_plain(b, from, (size_t)(start - from), at, style, link);
        add_tag(b, t, style, link);
        from = p;
    }
    add_plain(b, from, (size_t)(end - from), at, style, link);
}

struct op *op_of_string(struct builder *b, const char *text, struct origin at) {
    struct op holder = {0};
    op_flush(b);
    struct op_list outer = op_enter(&holder, b);
    int element = element_enter(b);
    op_text(b, text, strlen(text), at, 0, NULL);
    op_flush(b);
    element_leave(b, element);
    op_leave(b, outer);
    return holder.first;
}

void tags_check_used(struct builder *b) {
    for (size_t i = 0; i < b->s->tag.n; i++) {
        const struct tag *t = &b->s->tag.v[i];
        if (!t->used && !t->broken && t->kind != TAG_COMMENT && t->kind != TAG_LITERAL)
            diag_add(b->d, E_TAG_LOST, t->at, t->text, NULL);
    }
}

/* RFC 3986: '%' stands before two hexadecimal digits. */
static bool percents_are_good(const char *s) {
    static const char hex[] = "0123456789ABCDEFabcdef";
    for (; (s = strchr(s, '%')) != NULL; s++)
        if (strspn(s + 1, hex) < 2)
            return false;
    return true;
}

/* What stands between "//" and the path: without blanks, beginning with a letter, digit or IPv6 bracket. */
static bool host_is_good(const char *s) {
    size_t n = strcspn(s, "/?#");
    unsigned char first = (unsigned char)*s;
    return n && !memchr(s, ' ', n) && (first > '~' || !strchr(":@.-", first));
}

static bool address_is_good(const char *s) {
    const char *at = strchr(s, '@');
    return at && at > s && at[1] && !strchr(s, ' ');
}

bool link_check(struct diag *d, struct origin place, const char *target) {
    const char *colon = strchr(target, ':');
    bool web = str_starts(target, "https://") || str_starts(target, "http://");
    if (target[0] == '#')
        return true;
    if (!web && !str_starts(target, "mailto:")) {
        diag_add(d, E_LINK_TARGET, place, target, NULL);
        return false;
    }
    bool good = web ? host_is_good(colon + strlen("://")) : address_is_good(colon + 1);
    good = good && percents_are_good(target);
    if (!good)
        diag_add(d, E_LINK_URI, place, target, NULL);
    return good;
}

/* Compile a scan's plain text with tags: a title, an entry of a table block. */
static const struct op *compile_plain(struct scan *s, struct origin at) {
    scan_plain(s);
    struct builder b = {.a = s->a, .d = s->d, .s = s};
    struct op holder = {0};
    op_enter(&holder, &b);
    const char *p = s->out.data ? s->out.data : "", *end = p + s->out.len;
    while (p < end) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        const char *stop = nl ? nl : end;
        op_text(&b, p, (size_t)(stop - p), at, 0, NULL);
        op_flush(&b);
        if (nl && nl + 1 < end)
            op_add(&b, OP_BREAK, at);
        p = stop + 1;
    }
    element_leave(&b, 0);
    buf_free(&s->out);
    buf_free(&b.text);
    return holder.first;
}

const struct op *compile_placed(struct arena *a, struct diag *d, const struct value *v,
                                const struct origin *place, size_t places) {
    if (!v || !v->text)
        return NULL;
    struct origin at = v->at;
    at.col += (v->flags & VALUE_QUOTED) != 0;
    struct scan *s = arena_new_of(a, struct scan); /* operations refer to its tags */
    *s = (struct scan){.a = a,
                       .d = d,
                       .file = at.file,
                       .src = v->text,
                       .n = v->len,
                       .line = at.line,
                       .col = at.col > 0 ? at.col : 1,
                       .place = place,
                       .places = places};
    return compile_plain(s, at);
}

const struct op *compile_scalar(struct arena *a, struct diag *d, const struct value *v) {
    return compile_placed(a, d, v, NULL, 0);
}
