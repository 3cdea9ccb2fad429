/* blocks.c: running blocks: paragraphs with their labels, headings, pictures, parts */
#include "inside.h"

#include <string.h>

#define LABEL_BYTES 80
#define PART_DEPTH 32

/* ---- labels -------------------------------------------------------------------------- */

/* Bytes of the label at the start of the spans, 0: none. A value alone makes no label of a paragraph. */
static size_t label_bytes(const struct span *s, bool heading, char *text) {
    size_t n = 0, first = s && s->value && !heading ? s->len : 0;
    for (; s && s->kind == SPAN_TEXT && n < LABEL_BYTES; s = s->next) {
        size_t len = s->len < LABEL_BYTES - n ? s->len : LABEL_BYTES - n;
        memcpy(text + n, s->text, len);
        n += len;
    }
    size_t label = label_length(text, n);
    return label > first ? label : 0;
}

/* Cut the label off the spans, and the blanks behind it. */
static const char *take_label(struct exec *e, struct span **list, bool heading) {
    char text[LABEL_BYTES];
    size_t n = label_bytes(*list, heading, text);
    if (!n)
        return NULL;
    const char *label = arena_strndup(e->a, text, n);
    for (struct span *s = *list; s && s->kind == SPAN_TEXT; s = s->next) {
        uint32_t cut = s->len < n ? s->len : (uint32_t)n;
        n -= cut;
        while (!n && cut < s->len && s->text[cut] == ' ')
            cut++;
        s->text += cut;
        s->len -= cut;
        if (!s->len)
            *list = s->next;
        else
            break;
    }
    return label;
}

static bool prints_nothing(const struct span *s) {
    for (; s; s = s->next) {
        if (s->kind == SPAN_NOTE || s->kind == SPAN_BLANK)
            return false;
        for (uint32_t i = 0; i < s->len; i++)
            if (s->text[i] != ' ')
                return false;
    }
    return true;
}

/* ---- paragraphs ------------------------------------------------------------------------ */

static bool has_tags(const struct op *list) {
    for (; list; list = list->next)
        if (list->kind == OP_VALUE || list->kind == OP_CITE || list->kind == OP_SECTION)
            return true;
    return false;
}

/* A value of rich text that is a whole paragraph brings its own paragraphs. */
static const struct value *whole_rich(struct exec *e, const struct op *op) {
    const struct op *only = op->first;
    bool known;
    if (op->text || !only || only->next || only->kind != OP_VALUE || only->format)
        return NULL;
    const struct value *v = name_find(e, only->name, &known);
    return v && v->kind == VALUE_TEXT && v->text && (v->flags & VALUE_RICH) &&
                   !(e->draft && defect_at(e, v->at))
               ? v
               : NULL;
}

static void tell_blanks(struct exec *e) {
    for (size_t i = 0; i < e->blanks.n; i++)
        diag_add(e->d, W_VALUE_EMPTY, e->blanks.v[i].at, e->blanks.v[i].name, NULL);
}

static void exec_rich(struct exec *e, const struct value *v, struct node *parent);

static void exec_para(struct exec *e, const struct op *op, struct node *parent) {
    bool heading = op->kind == OP_HEADING;
    const struct value *rich = heading ? NULL : whole_rich(e, op);
    if (rich) {
        exec_rich(e, rich, parent);
        return;
    }
    e->blanks.n = 0;
    struct span *spans = heading ? exec_title(e, op->first) : exec_spans(e, op->first);
    const char *label = heading ? NULL : op->text;
    if (prints_nothing(spans) && (has_tags(op->first) || !label))
        return; /* what was in it fell away, and the paragraph with it */
    tell_blanks(e);
    struct node *n = node_new(e->doc, heading ? NODE_HEADING : NODE_PARA, parent, op->at);
    n->label = label ? label : take_label(e, &spans, heading);
    n->spans = spans;
    if (heading) {
        n->level = (uint8_t)op->level;
        n->anchor = op->text;
    }
    if (op->quote)
        n->para_style = STYLE_QUOTE;
}

/* Blocks of a rich value. */
static void exec_rich(struct exec *e, const struct value *v, struct node *parent) {
    struct node *last = parent->last;
    for (const struct op *op = compile_rich(e->a, e->d, v); op; op = op->next)
        if (op->kind == OP_PARA)
            exec_para(e, op, parent);
        else
            diag_add(e->d, E_RICH_BLOCK, v->at, NULL);
    struct node *n = last ? last->next : parent->first;
    for (; n; n = n->next) {
        struct spans all = {n->spans, &n->spans};
        for (struct span *s = n->spans; s; s = s->next) {
            s->value = v;
            s->style |= is_marked(e, v) ? SPAN_MISSING : 0;
            all.tail = &s->next;
        }
        if (is_marked(e, v) && n == parent->last)
            put_reasons(e, &all, v);
    }
}

/* ---- pictures ------------------------------------------------------------------------------ */

static void exec_figure(struct exec *e, const struct op *op, struct node *parent) {
    const char *name = exec_text(e, op->link);
    if (!path_inside(name)) {
        diag_add(e->d, E_PICTURE_PATH, op->at, name, NULL);
        return;
    }
    struct node *n = node_new(e->doc, NODE_FIGURE, parent, op->at);
    const char *own = path_join(e->a, e->r->dir, name);
    bool theirs = e->file->dir && !file_exists(own) &&
                  file_exists(path_join(e->a, e->file->dir, name));
    n->u.figure->file = theirs ? path_join(e->a, e->file->dir, name) : own;
    n->u.figure->alt = exec_text(e, op->alt);
    n->u.figure->at = op->at;
    n->spans = exec_title(e, op->first);
}

/* ---- parts ----------------------------------------------------------------------------------- */

bool part_enter(struct exec *e, struct part_frame *frame, const struct op *part) {
    int depth = 0;
    for (const struct part_frame *f = e->part; f; f = f->up, depth++) {
        if (!str_eq(f->name, part->text))
            continue;
        const char *chain = part->text;
        for (const struct part_frame *g = e->part; g != f->up; g = g->up)
            chain = diag_fmt(e->d, "%s → %s", g->name, chain);
        diag_add(e->d, E_PART_CYCLE, part->at, chain, NULL);
        return false;
    }
    if (depth >= PART_DEPTH) {
        diag_add(e->d, E_PART_DEPTH, part->at, diag_fmt(e->d, "%d", PART_DEPTH), NULL);
        return false;
    }
    *frame = (struct part_frame){e->part, part->text};
    e->part = frame;
    return true;
}

static void exec_part(struct exec *e, const struct op *op, struct node *parent) {
    struct part_frame frame;
    struct part_file *f = part_find(e, op->text, op->at);
    if (!f || !part_enter(e, &frame, op))
        return;
    const struct compiled *outer = e->file;
    e->file = f->file;
    exec_blocks(e, f->file->body, parent);
    e->file = outer;
    e->part = frame.up;
}

/* ---- the walk ------------------------------------------------------------------------------------ */

static void visit_blocks(struct exec *e, const struct op *list, void *parent) {
    exec_blocks(e, list, parent);
}

void exec_blocks(struct exec *e, const struct op *list, struct node *parent) {
    for (const struct op *op = list; op && exec_step(e, op->at); op = op->next) {
        switch ((enum op_kind)op->kind) {
        case OP_SECTION:
            exec_section(e, op, visit_blocks, parent);
            break;
        case OP_PART:
            exec_part(e, op, parent);
            break;
        case OP_HEADING:
        case OP_PARA:
            exec_para(e, op, parent);
            break;
        case OP_FIGURE:
            exec_figure(e, op, parent);
            break;
        case OP_BANG:
            table_build(e, op->bang, parent);
            break;
        case OP_PIPE:
            pipe_build(e, op, parent);
            break;
        case OP_RULE:
            node_new(e->doc, NODE_RULE, parent, op->at);
            break;
        case OP_TEXT:
        case OP_VALUE:
        case OP_CITE:
        case OP_BREAK:
        case OP_NOTE:
        case OP_ROW:
        case OP_CELL:
            break; /* never outside a paragraph or table */
        }
    }
}
