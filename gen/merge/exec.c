/* exec.c: operations and values to the document tree */
#include "inside.h"

#include <string.h>

/* Operations of one report; ten times what the largest table in tags needs. */
#define STEPS_MAX 4000000u

bool exec_step(struct exec *e, struct origin at) {
    if (e->stopped)
        return false;
    if (++e->steps <= STEPS_MAX)
        return true;
    diag_add(e->d, E_TOO_MUCH, at, NULL);
    e->stopped = true;
    return false;
}

/* ---- spans ----------------------------------------------------------------------- */

static struct span *put(struct exec *e, struct spans *to, enum span_kind k,
                        const char *text, size_t n, struct origin at) {
    struct span *s = span_new(e->a, k, text, n);
    s->at = at;
    *to->tail = s;
    to->tail = &s->next;
    return s;
}

struct span *put_text(struct exec *e, struct spans *to, const char *text, size_t n,
                      struct origin at) {
    return put(e, to, SPAN_TEXT, text, n, at);
}

static void put_lines(struct exec *e, struct spans *to, const struct value *v,
                      const char *text, unsigned style, const char *link) {
    for (const char *p = text, *end = text + strlen(text); p < end;) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        const char *stop = nl ? nl : end;
        if (stop > p) {
            struct span *s = put(e, to, SPAN_TEXT, p, (size_t)(stop - p), v->at);
            s->style = (uint8_t)style;
            s->link = link;
            s->value = v;
        }
        if (nl && nl + 1 < end)
            put(e, to, SPAN_BREAK, NULL, 0, v->at);
        p = stop + 1;
    }
}

static void exec_inline(struct exec *e, const struct op *list, struct spans *to);

/* Spans of rich blocks, each but the first on a line of its own; labels stay in front. */
static void put_rich(struct exec *e, struct spans *to, const struct value *v) {
    bool first = true;
    for (const struct op *op = compile_rich(e->a, e->d, v); op; op = op->next) {
        if (op->kind != OP_PARA && op->kind != OP_HEADING) {
            diag_add(e->d, E_RICH_BLOCK, v->at, NULL);
            continue;
        }
        if (!first)
            put(e, to, SPAN_BREAK, NULL, 0, v->at);
        first = false;
        struct span **from = to->tail;
        if (op->kind == OP_PARA && op->text) {
            const char *label = arena_printf(e->a, "%s ", op->text);
            put(e, to, SPAN_TEXT, label, strlen(label), v->at);
        }
        exec_inline(e, op->first, to);
        for (struct span *s = *from; s; s = s->next)
            s->value = v;
    }
}

void put_value(struct exec *e, struct spans *to, const struct value *v, const char *text,
               unsigned style, const char *link) {
    bool marked = is_marked(e, v), wrong = marked && defect_at(e, v->at);
    struct span **from = to->tail;
    if ((v->flags & VALUE_RICH) && v->text == text && v->text && !wrong)
        put_rich(e, to, v);
    else
        put_lines(e, to, v, text, style, link);
    if (!marked)
        return;
    for (struct span *s = *from; s; s = s->next)
        s->style |= SPAN_MISSING;
    put_reasons(e, to, v);
}

/* ---- values ------------------------------------------------------------------------- */

const char *exec_link(struct exec *e, const struct op *link) {
    if (!link)
        return NULL;
    const char *target =
        link->next || link->kind != OP_TEXT ? exec_text(e, link) : link->text;
    return link_check(e->d, link->at, target) ? target : NULL;
}

/* Nothing to print: in a draft a required value is marked, else what the field says stands there, else
 * the paragraph remembers the gap. */
static void no_value(struct exec *e, const struct op *op, const struct value *v,
                     struct spans *to) {
    const struct field *f = name_field(e, op->name, v);
    if (str_eq(op->name->full, "so")) {
        put(e, to, SPAN_TEXT, "…", strlen("…"),
            op->at); /* the clerk fills in the number */
    } else if (field_wanted(f) && !name_is_former(op->name)) {
        if (!e->draft)
            return;
        put_missing(e, to, f->title ? f->title : f->name, op->at);
        if (!e->plain)
            missing_shown(e, v, f->name);
    } else if (f && f->trong) {
        if (*f->trong)
            put(e, to, SPAN_TEXT, f->trong, strlen(f->trong), op->at)->style = op->style;
    } else {
        struct blank b = {op->at, op->name->full};
        vec_push(e->a, &e->blanks, b);
    }
}

static void exec_value(struct exec *e, const struct op *op, struct spans *to) {
    bool known;
    const struct value *v = name_find(e, op->name, &known);
    if (!known) {
        name_unknown(e, op->name, op->at);
        return;
    }
    const char *unit;
    if (!name_unit(e, op, v, &unit))
        return;
    if (value_is_empty(v)) {
        no_value(e, op, v, to);
        return;
    }
    if (v->kind == VALUE_MAP || v->kind == VALUE_TABLE ||
        (v->kind == VALUE_LIST && v->u.item[0]->kind == VALUE_MAP)) {
        diag_add(e->d, E_VALUE_SHAPE, op->at, op->name->full, value_kind_name(e->d, v),
                 NULL);
        return;
    }
    if (op->format && op->format->kind == FMT_CITE && !defect_at(e, v->at)) {
        cite_value(e, v, op->format, op->style, exec_link(e, op->link), op->at, to);
        return;
    }
    /* A value that was found wrong is shown as it was typed, and not reported again. */
    const char *text = v->text && defect_at(e, v->at)
                           ? v->text
                           : format_apply(e->a, e->d, v, op->format, unit, op->at);
    if (text)
        put_value(e, to, v, text, op->style, exec_link(e, op->link));
}

#define NOTES_BACK 1000 /* a note referred to again stands among the last ones */

static void exec_note(struct exec *e, const struct op *op, struct spans *to) {
    int index = -1, serial = op->fixed ? 0 : e->ctx->serial;
    for (size_t i = e->seen.n, k = 0; i > 0 && k < NOTES_BACK && index < 0; i--, k++)
        if (e->seen.v[i - 1].text == op->first && e->seen.v[i - 1].serial == serial)
            index = e->seen.v[i - 1].note;
    if (index < 0) {
        struct note note = {.spans = exec_spans(e, op->first), .at = op->at};
        index = (int)e->note.n;
        vec_push(e->a, &e->note, note);
        struct note_seen seen = {op->first, index, serial};
        vec_push(e->a, &e->seen, seen);
    }
    put(e, to, SPAN_NOTE, NULL, 0, op->at)->u.note = index;
}

static void exec_texts(struct exec *e, const struct op *list, void *to) {
    exec_inline(e, list, to);
}

/* Run operations of a text: spans appended to `to`. */
static void exec_inline(struct exec *e, const struct op *list, struct spans *to) {
    for (const struct op *op = list; op && exec_step(e, op->at); op = op->next) {
        switch ((enum op_kind)op->kind) {
        case OP_TEXT: {
            struct span *s = put(e, to, SPAN_TEXT, op->text, op->len, op->at);
            s->style = op->style;
            s->link = exec_link(e, op->link);
            break;
        }
        case OP_VALUE:
            exec_value(e, op, to);
            break;
        case OP_CITE:
            cite_tag(e, op, to);
            break;
        case OP_BREAK:
            put(e, to, SPAN_BREAK, NULL, 0, op->at);
            break;
        case OP_NOTE:
            exec_note(e, op, to);
            break;
        case OP_SECTION:
            exec_section(e, op, exec_texts, to);
            break;
        case OP_PART:
        case OP_HEADING:
        case OP_PARA:
        case OP_FIGURE:
        case OP_BANG:
        case OP_PIPE:
        case OP_ROW:
        case OP_CELL:
        case OP_RULE:
            break; /* never within a paragraph */
        }
    }
}

struct span *exec_spans(struct exec *e, const struct op *list) {
    struct spans s = {NULL, NULL};
    s.tail = &s.first;
    exec_inline(e, list, &s);
    return s.first;
}

struct span *exec_title(struct exec *e, const struct op *list) {
    e->brief++;
    struct span *s = exec_spans(e, list);
    e->brief--;
    return s;
}

const char *exec_text(struct exec *e, const struct op *list) {
    e->plain++;
    const char *text = spans_text(e->a, exec_title(e, list));
    e->plain--;
    return text;
}

/* The section is not run: look at it with what is known about the names within. */
static void check_dead(struct exec *e, const struct op *op, const struct value *v,
                       const struct table_schema *schema) {
    const struct field *f = name_field(e, op->name, v);
    struct ctx c = {.up = e->ctx, .table = schema, .path = op->name->full};
    c.v = v && v->kind == VALUE_MAP ? v : NULL;
    c.siblings = v && v->kind == VALUE_TABLE ? v : NULL;
    /* Lists and maps of any shape may hold any name; without declarations so may everything. */
    c.open = !schema && !c.siblings &&
             (!e->schema || (v && v->kind == VALUE_LIST) ||
              (f && (f->type == FT_ARRAY || f->type == FT_OBJECT)));
    if (!op->inverted)
        e->ctx = &c;
    exec_check(e, op->first);
    e->ctx = c.up;
}

/* ---- sections --------------------------------------------------------------------------- */

/* Each item in a context of its own. Names that one item lacks all lack: the first tells. */
static void repeat(struct exec *e, const struct op *op, const struct value *v,
                   const struct table_schema *schema,
                   void (*visit)(struct exec *e, const struct op *list, void *to),
                   void *to) {
    int failures = e->failures;
    for (uint32_t i = 0; i < v->n && e->failures == failures && !e->stopped; i++) {
        struct ctx c = {.up = e->ctx, .v = v->u.item[i], .table = schema, .siblings = v};
        c.serial = ++e->serials;
        e->ctx = &c;
        visit(e, op->first, to);
        e->ctx = c.up;
    }
}

/* Whether a section over it repeats or is entered. */
static bool value_is_true(const struct value *v) {
    if (!v)
        return false;
    switch ((enum value_kind)v->kind) {
    case VALUE_NONE:
    case VALUE_NODATA:
        return false;
    case VALUE_TEXT:
        return v->text && v->len > 0;
    case VALUE_NUMBER:
        return v->u.number->num != 0 || v->u.number->big;
    case VALUE_DATE:
        return true;
    case VALUE_BOOL:
        return v->u.yes;
    case VALUE_LIST:
    case VALUE_TABLE:
        return v->n > 0;
    case VALUE_MAP:
        return !value_is_empty(v);
    }
    return false;
}

void exec_section(struct exec *e, const struct op *op,
                  void (*visit)(struct exec *e, const struct op *list, void *to),
                  void *to) {
    const struct value *v;
    const struct table_schema *schema;
    if (!table_find(e, op->name, &v, &schema)) {
        name_unknown(e, op->name, op->at);
        return;
    }
    if (value_is_true(v) == op->inverted)
        check_dead(e, op, v, schema);
    else if (op->inverted)
        visit(e, op->first, to);
    else if (v->kind == VALUE_LIST || v->kind == VALUE_TABLE)
        repeat(e, op, v, schema, visit, to);
    else {
        struct ctx c = {.up = e->ctx, .v = v, .path = op->name->full};
        c.serial = ++e->serials;
        e->ctx = &c;
        visit(e, op->first, to);
        e->ctx = c.up;
    }
}

/* ---- what is not run ----------------------------------------------------------------------- */

static void check_name(struct exec *e, const struct op *op) {
    bool known;
    const char *unit;
    const struct value *v = name_find(e, op->name, &known);
    if (!known)
        name_unknown(e, op->name, op->at);
    else
        name_unit(e, op, v, &unit);
}

static void check_section(struct exec *e, const struct op *op) {
    const struct value *v;
    const struct table_schema *schema;
    if (!table_find(e, op->name, &v, &schema)) {
        name_unknown(e, op->name, op->at);
        return;
    }
    check_dead(e, op, v, schema);
}

static void check_part(struct exec *e, const struct op *op) {
    struct part_frame frame;
    struct part_file *f = part_find(e, op->text, op->at);
    if (!f || !part_enter(e, &frame, op))
        return;
    if (!f->checked) {
        f->checked = true;
        exec_check(e, f->file->body);
    }
    e->part = frame.up;
}

void exec_check(struct exec *e, const struct op *list) {
    for (const struct op *op = list; op && exec_step(e, op->at); op = op->next) {
        switch ((enum op_kind)op->kind) {
        case OP_VALUE:
            check_name(e, op);
            break;
        case OP_CITE:
            cite_tag(e, op, NULL);
            break;
        case OP_SECTION:
            check_section(e, op);
            break;
        case OP_PART:
            check_part(e, op);
            break;
        case OP_BANG:
            table_build(e, op->bang, NULL);
            break;
        case OP_TEXT:
        case OP_BREAK:
        case OP_RULE:
            exec_check(e, op->link);
            break;
        case OP_NOTE:
        case OP_HEADING:
        case OP_PARA:
        case OP_FIGURE:
        case OP_PIPE:
        case OP_ROW:
        case OP_CELL:
            exec_check(e, op->link);
            exec_check(e, op->first);
            break;
        }
    }
}
