/* yaml.c: YAML and JSON to values: libfyaml's events, bounded, with every place kept */
#include "inside.h"

#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#define RESTARTS_MAX 50

/* A member of a map while it is read. */
struct pair {
    struct value v;
    struct origin key_at;
};

struct pairs {
    struct pair *v;
    size_t n, cap;
};

/* One run of the parser over a text, or over what follows a syntax error. */
struct loader {
    struct arena *arena;
    struct diag *d;
    const char *file, *text;
    size_t n;
    int line, col; /* of the first byte of `text` in the file */
    bool json;
    struct fy_diag *fy_diag;
    struct fy_parser *parser;
    size_t nodes;
    bool broken;        /* something was reported */
    bool stop;          /* a bound was passed: nothing more is read */
    struct origin last; /* end of the last scalar: the place of one without a token */
    size_t last_pos;    /* the same as a byte of the text */
    bool last_digit;    /* it was plain and ended in a digit */
    bool split; /* a decimal comma made two of one: the member before is wrong too */
    struct origin flow; /* start of the innermost open [ or { */
    char flow_mark;     /* '[', '{' or 0 */
    struct pairs root;  /* the members of the whole text: they outlive a syntax error */
    struct value *list; /* the root when it is no map */
};

static struct origin place(const struct loader *l, int line, int col) {
    return (struct origin){l->file, l->line + line, col + l->col};
}

static struct origin mark_origin(const struct loader *l, const struct fy_mark *m) {
    return m ? place(l, m->line, m->column) : l->last;
}

/* Tokens in quotes, anchors and aliases begin behind their mark for libfyaml, at it for a reader. */
static struct origin before(struct origin at) {
    at.col -= at.col > 1;
    return at;
}

/* ---- syntax errors: libfyaml's words into the user's ---- */

/* The byte of the text at line and column (both from 0), or "". */
static const char *byte_at(const struct loader *l, int line, int col) {
    const char *p = l->text, *end = p + l->n;
    while (line > 0 && p < end)
        line -= *p++ == '\n';
    while (col > 0 && p < end && *p != '\n') {
        utf8_next(&p, end);
        col--;
    }
    return p < end ? p : "";
}

static const char *character_at(struct loader *l, const struct fy_diag_error *e) {
    const char *p = byte_at(l, e->line - 1, e->column - 1);
    if (!*p || *p == '\n')
        return diag_word(l->d, "dấu này", "this character");
    const char *next = p;
    utf8_next(&next, l->text + l->n);
    return diag_fmt(l->d, "“%.*s”", (int)(next - p), p);
}

/* Report libfyaml's first error; the line (from 0, in the text) behind which reading can go on. */
static int report_syntax(struct loader *l) {
    void *next = NULL;
    const struct fy_diag_error *e = fy_diag_errors_iterate(l->fy_diag, &next);
    l->broken = true;
    if (!e) {
        diag_add(l->d, E_YAML_SYNTAX, l->last, "?", NULL);
        return (int)l->n;
    }
    enum diag_code code = yaml_syntax_code(e->msg, l->json);
    struct origin at = place(l, e->line - 1, e->column - 1);
    const char *one = e->msg, *two = "";
    if (code == E_YAML_BRACKET && l->flow_mark) {
        at = l->flow;
        one = l->flow_mark == '[' ? "[" : "{";
        two = l->flow_mark == '[' ? "]" : "}";
    } else if (code == E_YAML_BRACKET) {
        code = l->json ? E_JSON_SYNTAX : E_YAML_SYNTAX;
    } else if (code == E_YAML_START && *byte_at(l, e->line - 1, e->column - 1) == ':') {
        /* libfyaml stumbles here over an empty "-" on the line above */
        code = E_YAML_KEY;
        at.col = l->col;
    } else if (code == E_YAML_START) {
        one = character_at(l, e);
    } else if (code == E_YAML_QUOTE) {
        /* Some of these point behind the quote, some at it. */
        int back =
            e->column > 1 && !strchr("\"'", *byte_at(l, e->line - 1, e->column - 1));
        at.col -= back;
        one = *byte_at(l, e->line - 1, e->column - 1 - back) == '\'' ? "'" : "\"";
    } else if (code == E_YAML_DEPTH) {
        one = diag_fmt(l->d, "%d", INPUT_MAX_DEPTH);
    }
    diag_add(l->d, code, at, one, two, NULL);
    return at.line - l->line;
}

/* ---- events to values ---- */

static bool refuse(struct loader *l, enum diag_code code, struct origin at,
                   const char *one) {
    diag_add(l->d, code, at, one, NULL);
    l->broken = true;
    return false;
}

/* The first control character in text that an escape made, or 0. */
static uint32_t control_in(const char *s, size_t n) {
    for (const char *end = s + n; s < end;) {
        uint32_t c = utf8_next(&s, end);
        if ((c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0) ||
            (c & 0xFFFE) == 0xFFFE || c == 0xFFFD)
            return c ? c : 0x110000;
    }
    return 0;
}

static bool is_word(const char *s, size_t n, const char *word) {
    return strlen(word) == n && memcmp(s, word, n) == 0;
}

static void type_plain(struct loader *l, struct value *v) {
    const char *s = v->text;
    size_t n = v->len;
    if (is_word(s, n, "~") || is_word(s, n, "null") || is_word(s, n, "Null") ||
        is_word(s, n, "NULL")) {
        v->kind = VALUE_NONE;
        v->text = NULL;
        v->len = 0;
    } else if (is_word(s, n, "true") || is_word(s, n, "false")) {
        v->kind = VALUE_BOOL;
        v->u.yes = n == 4;
    } else if (l->json) {
        struct number *x = arena_new_of(l->arena, struct number);
        bool percent;
        int digits;
        if (number_parse(l->arena, s, n, NUM_JSON, x, &percent, &digits)) {
            v->kind = VALUE_NUMBER;
            v->digits = (uint16_t)digits;
            v->u.number = x;
        } else
            refuse(l, E_JSON_WORD, v->at, NULL);
    }
}

/* `{ty_le: 98,7}` is a map with a member "7" to YAML: a number was meant, but which is not guessed. */
static bool is_split(struct loader *l, struct fy_token *t, const char *s, size_t n) {
    const struct fy_mark *start = fy_token_start_mark(t);
    return l->flow_mark && !l->json && l->last_digit && n && *s >= '0' && *s <= '9' &&
           start && start->input_pos == l->last_pos + 1 && l->text[l->last_pos] == ',';
}

/* Remember where a scalar ends. */
static void take_end(struct loader *l, struct fy_token *t, const char *s, size_t n,
                     bool plain) {
    const struct fy_mark *end = fy_token_end_mark(t);
    if (!end)
        return;
    l->last = mark_origin(l, end);
    l->last_pos = end->input_pos;
    l->last_digit = plain && n && s[n - 1] >= '0' && s[n - 1] <= '9';
}

static void take_scalar(struct loader *l, struct fy_event *e, struct value *out) {
    struct fy_token *t = e->scalar.value;
    size_t n = 0;
    const char *s = t ? fy_token_get_text(t, &n) : NULL;
    out->at = mark_origin(l, t ? fy_token_start_mark(t) : NULL);
    out->flags = l->json ? VALUE_JSON : 0;
    if (e->scalar.tag)
        refuse(l, E_YAML_TAG, mark_origin(l, fy_token_start_mark(e->scalar.tag)), NULL);
    if (!s)
        return;
    enum fy_scalar_style style = fy_token_scalar_style(t);
    bool plain = style == FYSS_PLAIN;
    if (plain && is_split(l, t, s, n)) {
        refuse(l, E_YAML_DECIMAL, l->last, NULL);
        l->split = true;
    }
    take_end(l, t, s, n, plain);
    if (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED)
        out->at = before(out->at);
    uint32_t control = plain ? 0 : control_in(s, n);
    if (control)
        refuse(l, E_YAML_CHARACTER, out->at,
               diag_fmt(l->d, "U+%04X", (unsigned)(control > 0x10FFFF ? 0 : control)));
    if (!plain)
        s = text_nfc(l->arena, s, n, &n);
    trim_blanks(&s, &n);
    if (!n || control)
        return;
    out->kind = VALUE_TEXT;
    out->len = (uint32_t)n;
    out->text = arena_strndup(l->arena, s, n);
    if (plain)
        type_plain(l, out);
    else
        out->flags |= VALUE_QUOTED;
    const struct fy_mark *start = fy_token_start_mark(t);
    if (out->kind == VALUE_TEXT && start)
        out->u.raw = l->text + start->input_pos;
}

static bool take_node(struct loader *l, struct fy_event *e, struct value *out, int depth);

static struct fy_event *next_event(struct loader *l) {
    return l->stop ? NULL : fy_parser_parse(l->parser);
}

static int by_key(const void *x, const void *y) {
    const struct pair *const *a = x, *const *b = y;
    int order = strcmp((*a)->v.key, (*b)->v.key);
    return order ? order : *a < *b ? -1 : *a > *b;
}

/* Each name once. */
static void check_keys(struct loader *l, const struct pairs *m) {
    if (m->n < 2)
        return;
    const struct pair **order = x_new(m->n, sizeof *order);
    for (size_t i = 0; i < m->n; i++)
        order[i] = &m->v[i];
    qsort(order, m->n, sizeof *order, by_key);
    const struct pair *first = order[0];
    for (size_t i = 1; i < m->n; i++) {
        if (!str_eq(first->v.key, order[i]->v.key)) {
            first = order[i];
            continue;
        }
        diag_add(l->d, E_YAML_TWICE, order[i]->key_at, first->v.key,
                 diag_fmt(l->d, "%d", first->key_at.line), NULL);
        l->broken = true;
    }
    x_free(order);
}

static void close_map(struct loader *l, const struct pairs *m, struct value *out) {
    check_keys(l, m);
    out->kind = VALUE_MAP;
    out->n = (uint32_t)m->n;
    out->u.member = arena_array(l->arena, struct value, m->n);
    for (size_t i = 0; i < m->n; i++) {
        out->u.member[i] = m->v[i].v;
        value_set_key_at(&out->u.member[i], m->v[i].key_at);
        value_adopt(&out->u.member[i]);
    }
    value_adopt(out);
}

/* The name of the next member; NULL (after a message) when the event is no usable key: then its
 * value is read all the same. */
static const char *take_key(struct loader *l, struct fy_event *e, struct value *key,
                            int depth) {
    if (!take_node(l, e, key, depth))
        return NULL;
    if (key->kind == VALUE_LIST || key->kind == VALUE_MAP || !key->text) {
        refuse(l, E_YAML_KEY_KIND, key->at, NULL);
        return "";
    }
    return key->text;
}

static bool take_pair(struct loader *l, struct fy_event *e, struct pair *p, int depth) {
    struct value key = {0};
    p->v.key = take_key(l, e, &key, depth);
    p->key_at = key.at;
    if (!p->v.key)
        return false;
    const char *name = p->v.key;
    e = next_event(l);
    bool done = e && take_node(l, e, &p->v, depth);
    p->v.key = name;
    return done;
}

static bool take_map(struct loader *l, struct value *out, int depth) {
    struct pairs own = {0}, *m = depth == 1 ? &l->root : &own;
    for (struct fy_event *e; (e = next_event(l)) != NULL;) {
        if (e->type == FYET_MAPPING_END) {
            fy_parser_event_free(l->parser, e);
            if (depth > 1)
                close_map(l, m, out);
            return true;
        }
        struct pair p = {0};
        if (!take_pair(l, e, &p, depth))
            return false;
        if (l->split && m->n)
            m->n--;
        else if (!l->split && *p.v.key)
            vec_push(l->arena, m, p);
        l->split = false;
    }
    return false;
}

/* An empty "-" has no token: look for it behind the last scalar. */
static struct origin empty_item(struct loader *l) {
    struct origin at = l->last;
    const char *p = l->text + l->last_pos, *end = l->text + l->n;
    /* blanks, comments, and what closes the value before */
    while (p < end && strchr(" \n#\"'}]", *p)) {
        const char *feed = *p == '#' ? memchr(p, '\n', (size_t)(end - p)) : NULL;
        if (*p == '#')
            p = feed ? feed : end;
        else if (*p++ == '\n') {
            at.line++;
            at.col = l->col;
        } else
            at.col++;
    }
    if (p == end || *p != '-')
        return l->last;
    l->last_pos = (size_t)(p + 1 - l->text);
    l->last = (struct origin){at.file, at.line, at.col + 1};
    return at;
}

static bool take_list(struct loader *l, struct value *out, int depth) {
    struct {
        struct value **v;
        size_t n, cap;
    } items = {0};
    for (struct fy_event *e; (e = next_event(l)) != NULL;) {
        if (e->type == FYET_SEQUENCE_END) {
            fy_parser_event_free(l->parser, e);
            out->kind = VALUE_LIST;
            out->n = (uint32_t)items.n;
            out->u.item = items.v;
            value_adopt(out);
            return true;
        }
        struct value *v = value_new(l->arena, VALUE_NONE, l->last);
        v->index = (uint32_t)items.n;
        if (e->type == FYET_SCALAR && !e->scalar.value)
            l->last = empty_item(l);
        if (!take_node(l, e, v, depth))
            return false;
        l->split = false;
        vec_push(l->arena, &items, v);
    }
    return false;
}

/* A list or map that opens with this event, flow style remembered for messages about it. */
static bool take_collection(struct loader *l, struct fy_event *e, struct value *out,
                            int depth) {
    bool list = e->type == FYET_SEQUENCE_START;
    struct fy_token *tag = list ? e->sequence_start.tag : e->mapping_start.tag;
    struct fy_token *anchor = list ? e->sequence_start.anchor : e->mapping_start.anchor;
    struct origin outer = l->flow;
    char outer_mark = l->flow_mark;
    out->at = mark_origin(l, fy_event_start_mark(e));
    if (fy_event_get_node_style(e) == FYNS_FLOW) {
        l->flow = out->at;
        l->flow_mark = list ? '[' : '{';
    }
    if (tag)
        refuse(l, E_YAML_TAG, mark_origin(l, fy_token_start_mark(tag)), NULL);
    if (anchor)
        refuse(l, E_YAML_ALIAS, before(mark_origin(l, fy_token_start_mark(anchor))),
               NULL);
    fy_parser_event_free(l->parser, e);
    bool done = list ? take_list(l, out, depth + 1) : take_map(l, out, depth + 1);
    if (done) { /* after an error the message still wants the innermost one */
        l->flow = outer;
        l->flow_mark = outer_mark;
    }
    return done;
}

/* The node that begins with e into *out (zeroed); frees e. false: the text ended, by an error. */
static bool take_node(struct loader *l, struct fy_event *e, struct value *out,
                      int depth) {
    bool collection = e->type == FYET_SEQUENCE_START || e->type == FYET_MAPPING_START;
    if (collection && depth >= INPUT_MAX_DEPTH) {
        refuse(l, E_YAML_DEPTH, mark_origin(l, fy_event_start_mark(e)),
               diag_fmt(l->d, "%d", INPUT_MAX_DEPTH));
        l->stop = true;
    } else if (++l->nodes > INPUT_MAX_NODES) {
        refuse(l, E_YAML_NODES, mark_origin(l, fy_event_start_mark(e)),
               diag_fmt(l->d, "%d", INPUT_MAX_NODES));
        l->stop = true;
    } else if (collection) {
        return take_collection(l, e, out, depth);
    } else if (e->type == FYET_SCALAR) {
        take_scalar(l, e, out);
        if (e->scalar.anchor)
            refuse(l, E_YAML_ALIAS,
                   before(mark_origin(l, fy_token_start_mark(e->scalar.anchor))), NULL);
    } else {
        /* Aliases are never followed: no bomb can go off. */
        out->at = before(mark_origin(l, fy_event_start_mark(e)));
        refuse(l, E_YAML_ALIAS, out->at, NULL);
    }
    fy_parser_event_free(l->parser, e);
    return !l->stop;
}

/* ---- the stream ---- */

/* The root: a map goes into l->root, anything else becomes l->list. */
static bool take_root(struct loader *l, struct fy_event *e) {
    if (e->type == FYET_MAPPING_START) {
        struct value ignored = {0};
        return take_node(l, e, &ignored, 0);
    }
    l->list = value_new(l->arena, VALUE_NONE, l->last);
    return take_node(l, e, l->list, 0);
}

/* All events of the text. false: a syntax error, still to be reported, or a bound (l->stop). */
static bool take_stream(struct loader *l) {
    int documents = 0;
    struct origin second = {0}; /* a line ---; a line ... gives no mark */
    for (struct fy_event *e; (e = next_event(l)) != NULL;) {
        if (e->type == FYET_STREAM_END) {
            fy_parser_event_free(l->parser, e);
            return true;
        }
        if (e->type == FYET_DOCUMENT_START && ++documents > 1)
            second =
                fy_event_start_mark(e) ? mark_origin(l, fy_event_start_mark(e)) : second;
        if (e->type == FYET_STREAM_START || e->type == FYET_DOCUMENT_START ||
            e->type == FYET_DOCUMENT_END) {
            fy_parser_event_free(l->parser, e);
            continue;
        }
        if (documents > 1) {
            refuse(l, E_YAML_SECOND,
                   second.file ? second : mark_origin(l, fy_event_start_mark(e)), NULL);
            fy_parser_event_free(l->parser, e);
            l->stop = true;
            return false;
        }
        if (!take_root(l, e))
            return false;
    }
    return false;
}

/* libfyaml prints to stderr unless it is given a place for its messages. */
static void swallow(struct fy_diag *fy, void *user, const char *buf, size_t len) {
    (void)fy, (void)user, (void)buf, (void)len;
}

static void parser_start(struct loader *l) {
    struct fy_diag_cfg dc;
    fy_diag_cfg_default(&dc);
    dc.fp = NULL;
    dc.output_fn = swallow;
    dc.colorize = false;
    l->fy_diag = fy_diag_create(&dc);
    struct fy_parse_cfg cfg = {
        .flags = FYPCF_DEFAULT_VERSION_1_2 | FYPCF_ALLOW_DUPLICATE_KEYS |
                 (l->json ? FYPCF_JSON_FORCE : FYPCF_JSON_NONE),
        .diag = l->fy_diag,
    };
    if (l->fy_diag)
        fy_diag_set_collect_errors(l->fy_diag, true);
    l->parser = l->fy_diag ? fy_parser_create(&cfg) : NULL;
    if (!l->parser || fy_parser_set_string(l->parser, l->text, l->n) != 0)
        x_grow(NULL, SIZE_MAX, 2); /* leaves through mem_oom */
    l->flow_mark = 0;
}

static void parser_end(struct loader *l) {
    fy_parser_destroy(l->parser);
    fy_diag_destroy(l->fy_diag);
}

/* Whether a line begins like `ten_truong:` in its first column. */
static bool is_key_line(const char *p, const char *end) {
    const char *start = p;
    while (p < end && (*p == '_' || (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9')))
        p++;
    return p > start && p < end && *p == ':' &&
           (p + 1 == end || p[1] == ' ' || p[1] == '\n');
}

/* Move the text on to the next top-level name behind line `line` (from 0). */
static bool skip_to_key(struct loader *l, int line) {
    const char *p = l->text, *end = p + l->n;
    for (int at = 0; p < end; at++) {
        if (at > line && is_key_line(p, end)) {
            l->n = (size_t)(end - p);
            l->text = p;
            l->line += at;
            l->last_pos = 0;
            return true;
        }
        const char *feed = memchr(p, '\n', (size_t)(end - p));
        p = feed ? feed + 1 : end;
    }
    return false;
}

/* Parse to the end; after a syntax error go on at the next top-level name, so that one run finds
 * all errors. */
static void read_all(struct loader *l) {
    for (int i = 0; i < RESTARTS_MAX; i++) {
        parser_start(l);
        bool done = take_stream(l);
        int line = done || l->stop ? 0 : report_syntax(l);
        parser_end(l);
        if (done || l->stop || l->json || l->list || !skip_to_key(l, line))
            return;
    }
}

struct value *yaml_read(struct arena *a, struct diag *d, const char *file,
                        const char *text, size_t n, int line, int col) {
    struct origin start = {file, line, col};
    struct loader l = {.arena = a,
                       .d = d,
                       .file = file,
                       .text = text,
                       .n = n,
                       .line = line,
                       .col = col,
                       .json = str_ends(file, ".json"),
                       .last = start};
    read_all(&l);
    struct value *root = l.list;
    if (!root) {
        root = value_new(a, VALUE_MAP, start);
        close_map(&l, &l.root, root);
    }
    if (l.broken)
        root->flags |= VALUE_BROKEN;
    return root;
}

struct value *input_yaml(struct arena *a, struct diag *d, const char *file,
                         const char *text, size_t n, int line, int col) {
    struct value *root = yaml_read(a, d, file, text, n, line, col);
    return root->flags & VALUE_BROKEN ? NULL : root;
}
