/* compile.c: Markdown to operations; the one file that knows cmark-gfm */
#include "ops.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <string.h>

#define NESTING_MAX 100
#define MARKDOWN_MAX ((size_t)8 << 20)

struct compiler {
    struct builder b;
    bool rich;        /* a value's text: all of it stands where the value does */
    struct origin at; /* of the value; of the block being read */
    struct op **note;
    struct origin *note_at;
    size_t notes;
    size_t fence; /* the next one */
    bool in_note;
    int depth;
};

/* What an item of a list hands to its first paragraph. */
struct label {
    const char *text;   /* "-", "4.", NULL */
    const char *prefix; /* labels of lists directly within: "1. " of "- 1. x" */
};

static void read_blocks(struct compiler *c, cmark_node *parent, bool quote,
                        struct label label);

static struct origin place(struct compiler *c, cmark_node *n) {
    int line = cmark_node_get_start_line(n);
    if (c->rich || line <= 0)
        return c->at;
    return scan_origin(c->b.s, line, cmark_node_get_start_column(n));
}

static bool too_deep(struct compiler *c, cmark_node *n) {
    if (c->depth < NESTING_MAX)
        return false;
    diag_add(c->b.d, E_NESTING, place(c, n), NULL);
    return true;
}

/* ---- text ------------------------------------------------------------------------ */

static void read_inlines(struct compiler *c, cmark_node *parent, unsigned style,
                         const struct op *link);

static void read_link(struct compiler *c, cmark_node *n, unsigned style) {
    struct origin at = place(c, n);
    const struct op *to = op_of_string(&c->b, cmark_node_get_url(n), at);
    if (to && to->kind == OP_TEXT && !to->next && !link_check(c->b.d, at, to->text))
        to = NULL;
    for (const struct op *op = to; op; op = op->next)
        if (op->kind == OP_SECTION)
            diag_add(c->b.d, E_TAG_LINK, op->at, op->name->full, NULL);
    read_inlines(c, n, style, to);
}

static void read_note(struct compiler *c, cmark_node *n) {
    const char *text = cmark_node_get_literal(n);
    size_t i = 0;
    for (; text && *text >= '0' && *text <= '9' && i <= c->notes; text++)
        i = i * 10 + (size_t)(*text - '0');
    if (c->in_note || i < 1 || i > c->notes) {
        diag_add(c->b.d, E_NOTE_NESTED, place(c, n), NULL);
        return;
    }
    op_flush(&c->b);
    struct op *op = op_add(&c->b, OP_NOTE, c->note_at[i - 1]);
    op->first = c->note[i - 1];
    op->fixed = true;
    for (const struct op *k = op->first; k; k = k->next)
        op->fixed &= k->kind == OP_TEXT || k->kind == OP_BREAK;
}

static void read_inline(struct compiler *c, cmark_node *n, unsigned style,
                        const struct op *link) {
    struct builder *b = &c->b;
    const char *text = cmark_node_get_literal(n);
    switch (cmark_node_get_type(n)) {
    case CMARK_NODE_TEXT:
        op_text(b, text, strlen(text), place(c, n), style, link);
        break;
    case CMARK_NODE_CODE:
        op_text(b, text, strlen(text), place(c, n), style | SPAN_CODE, link);
        break;
    case CMARK_NODE_SOFTBREAK:
        op_text(b, " ", 1, c->at, style, link);
        break;
    case CMARK_NODE_LINEBREAK:
        op_flush(b);
        op_add(b, OP_BREAK, c->at);
        break;
    case CMARK_NODE_EMPH:
        read_inlines(c, n, style | SPAN_ITALIC, link);
        break;
    case CMARK_NODE_STRONG:
        read_inlines(c, n, style | SPAN_BOLD, link);
        break;
    case CMARK_NODE_LINK:
        read_link(c, n, style);
        break;
    case CMARK_NODE_IMAGE:
        diag_add(b->d, E_PICTURE_INLINE, place(c, n), cmark_node_get_url(n), NULL);
        break;
    case CMARK_NODE_FOOTNOTE_REFERENCE:
        read_note(c, n);
        break;
    case CMARK_NODE_HTML_INLINE:
        diag_add(b->d, E_HTML, place(c, n), diag_fmt(b->d, "%.60s", text), NULL);
        break;
    default:
        diag_add(b->d, E_HTML, place(c, n), cmark_node_get_type_string(n), NULL);
        break;
    }
}

static void read_inlines(struct compiler *c, cmark_node *parent, unsigned style,
                         const struct op *link) {
    if (too_deep(c, parent))
        return;
    c->depth++;
    int outer = element_enter(&c->b);
    for (cmark_node *n = cmark_node_first_child(parent); n; n = cmark_node_next(n))
        read_inline(c, n, style, link);
    op_flush(&c->b);
    element_leave(&c->b, outer);
    c->depth--;
}

/* ---- blocks ------------------------------------------------------------------------- */

/* The picture of a paragraph that holds nothing else. */
static cmark_node *only_picture(cmark_node *para) {
    cmark_node *found = NULL;
    for (cmark_node *n = cmark_node_first_child(para); n; n = cmark_node_next(n)) {
        if (cmark_node_get_type(n) == CMARK_NODE_IMAGE && !found)
            found = n;
        else if (cmark_node_get_type(n) != CMARK_NODE_SOFTBREAK)
            return NULL;
    }
    return found;
}

static void read_figure(struct compiler *c, cmark_node *n) {
    struct builder *b = &c->b;
    struct op *op = op_add(b, OP_FIGURE, place(c, n)), holder = {0};
    op->link = op_of_string(b, cmark_node_get_url(n), op->at);
    struct op_list outer = op_enter(&holder, b);
    read_inlines(c, n, 0, NULL);
    op_leave(b, outer);
    op->alt = holder.first;
    const char *title = cmark_node_get_title(n);
    op->first = title && *title ? op_of_string(b, title, op->at) : holder.first;
}

static void read_para(struct compiler *c, cmark_node *n, bool quote, struct label label) {
    struct builder *b = &c->b;
    c->at = place(c, n);
    cmark_node *picture = label.text ? NULL : only_picture(n);
    if (picture) {
        read_figure(c, picture);
        return;
    }
    struct op *op = op_add(b, OP_PARA, c->at);
    op->text = label.text;
    op->quote = quote;
    struct op_list outer = op_enter(op, b);
    if (label.prefix)
        op_text(b, label.prefix, strlen(label.prefix), c->at, 0, NULL);
    read_inlines(c, n, 0, NULL);
    op_leave(b, outer);
}

/* {#id} at the end of a heading becomes its anchor. */
static const char *take_anchor(struct compiler *c, struct op *heading) {
    struct op *last = heading->first;
    while (last && last->next)
        last = last->next;
    if (!last || last->kind != OP_TEXT)
        return NULL;
    size_t n = last->len;
    while (n && last->text[n - 1] == ' ')
        n--;
    if (n < 4 || last->text[n - 1] != '}')
        return NULL;
    size_t from = n - 1;
    while (from &&
           (strchr("-_", last->text[from - 1]) ||
            (last->text[from - 1] >= '0' && last->text[from - 1] <= '9') ||
            ((last->text[from - 1] | 32) >= 'a' && (last->text[from - 1] | 32) <= 'z')))
        from--;
    if (from < 2 || from == n - 1 || last->text[from - 1] != '#' ||
        last->text[from - 2] != '{')
        return NULL;
    const char *id = arena_strndup(c->b.a, last->text + from, n - 1 - from);
    for (last->len = from - 2; last->len && last->text[last->len - 1] == ' ';)
        last->len--;
    last->text = arena_strndup(c->b.a, last->text, last->len);
    return id;
}

/* Index of the tag that is all of a node's text and stands at `where`, or -1. */
static int lone_tag(struct compiler *c, cmark_node *n, enum tag_place where) {
    cmark_node *text = cmark_node_first_child(n);
    if (!text || cmark_node_next(text) || cmark_node_get_type(text) != CMARK_NODE_TEXT)
        return -1;
    const char *s = cmark_node_get_literal(text), *end = s + strlen(s);
    if (end - s != 4)
        return -1;
    struct tag *t = scan_tag(c->b.s, utf8_next(&s, end));
    return t && t->place == where ? (int)(t - c->b.s->tag.v) : -1;
}

static void read_heading(struct compiler *c, cmark_node *n) {
    struct builder *b = &c->b;
    int index = lone_tag(c, n, PLACE_BLOCK);
    c->at = place(c, n);
    if (index >= 0 && b->s->tag.v[index].kind == TAG_PART) {
        struct tag *t = &b->s->tag.v[index];
        t->used = true;
        op_add(b, OP_PART, t->at)->text = t->text;
    } else if (index >= 0) {
        op_section_tag(b, index);
    } else {
        struct op *op = op_add(b, OP_HEADING, c->at);
        op->level = cmark_node_get_heading_level(n);
        struct op_list outer = op_enter(op, b);
        read_inlines(c, n, 0, NULL);
        op_leave(b, outer);
        op->text = take_anchor(c, op);
    }
}

/* The marker of an item as it is written: cmark keeps only a list's first number, and '-' is '+'. */
static const char *item_marker(struct compiler *c, cmark_node *item) {
    size_t n, i = 0;
    const char *line = scan_out_line(c->b.s, cmark_node_get_start_line(item), &n);
    size_t from = (size_t)cmark_node_get_start_column(item) - 1;
    if (from >= n)
        return "-";
    line += from;
    n -= from;
    while (i < n && line[i] >= '0' && line[i] <= '9')
        i++;
    return arena_strndup(c->b.a, line, i < n ? i + 1 : i);
}

static void read_item(struct compiler *c, cmark_node *item, bool quote,
                      struct label outer) {
    struct builder *b = &c->b;
    const char *marker = item_marker(c, item);
    struct label label = {marker, NULL};
    if (outer.text) {
        label.text = outer.text;
        label.prefix =
            arena_printf(b->a, "%s%s ", outer.prefix ? outer.prefix : "", marker);
    }
    cmark_node *first = cmark_node_first_child(item);
    cmark_node_type type = first ? cmark_node_get_type(first) : CMARK_NODE_NONE;
    if (!first) {
        struct op *op = op_add(b, OP_PARA, place(c, item));
        op->text = label.text;
        op->quote = quote;
        if (label.prefix) {
            struct op_list list = op_enter(op, b);
            op_text(b, label.prefix, strlen(label.prefix), op->at, 0, NULL);
            op_leave(b, list);
        }
    } else if (type != CMARK_NODE_PARAGRAPH && type != CMARK_NODE_LIST) {
        diag_add(b->d, E_ITEM_BLOCK, place(c, item), label.text, NULL);
    }
    read_blocks(c, item, quote, label);
}

static void read_code(struct compiler *c, cmark_node *n) {
    struct builder *b = &c->b;
    const char *info = cmark_node_get_fence_info(n);
    int line = cmark_node_get_start_line(n), length, offset;
    char character;
    const struct fence *f = NULL;
    c->at = place(c, n);
    while (c->fence < b->s->fence.n && b->s->fence.v[c->fence].out_line < line)
        c->fence++;
    if (c->fence < b->s->fence.n && b->s->fence.v[c->fence].out_line == line)
        f = &b->s->fence.v[c->fence];
    if (!cmark_node_get_fenced(n, &length, &offset, &character) || !info || !f) {
        diag_add(b->d, E_CODE_INDENT, c->at, NULL);
    } else if (!str_eq(info, "bang")) {
        diag_add(b->d, E_CODE_BLOCK, c->at, info, NULL);
    } else if (f->closed) {
        const struct bang *bang =
            bang_compile(b->a, b->d, b->s->file, b->s->src + f->start, f->end - f->start,
                         f->line, c->at);
        if (bang)
            op_add(b, OP_BANG, c->at)->bang = bang;
    }
}

/* ---- pipe tables ----------------------------------------------------------------------- */

/* Cells of a row as it is written; cmark drops those that the head has no column for. */
static int cells_written(struct compiler *c, cmark_node *row) {
    size_t n;
    const char *s = scan_out_line(c->b.s, cmark_node_get_start_line(row), &n);
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    int pipes = 0;
    for (size_t i = 0; i < n; i++)
        if (s[i] == '\\')
            i++;
        else if (s[i] == '|')
            pipes++;
    bool leads = n && s[0] == '|', trails = n > 1 && s[n - 1] == '|' && s[n - 2] != '\\';
    return pipes + 1 - leads - trails;
}

static void read_row(struct compiler *c, cmark_node *row, int columns,
                     const uint8_t *align) {
    struct builder *b = &c->b;
    cmark_node *n = cmark_node_first_child(row);
    int index = n ? lone_tag(c, n, PLACE_ROW) : -1, i = 0;
    if (index >= 0) {
        op_section_tag(b, index);
        return;
    }
    struct op *op = op_add(b, OP_ROW, place(c, row));
    op->head = str_eq(cmark_node_get_type_string(row), "table_header");
    int written = c->rich ? 0 : cells_written(c, row);
    if (written > columns)
        diag_add(b->d, E_PIPE_CELLS, op->at, diag_fmt(b->d, "%d", written),
                 diag_fmt(b->d, "%d", columns), NULL);
    struct op_list outer = op_enter(op, b);
    for (; n && i < columns; n = cmark_node_next(n), i++) {
        c->at = cmark_node_get_start_column(n) > 0 ? place(c, n) : op->at;
        struct op *cell = op_add(b, OP_CELL, c->at);
        char a = align ? (char)align[i] : '\0';
        cell->align = a == 'l'   ? ALIGN_LEFT
                      : a == 'c' ? ALIGN_CENTER
                      : a == 'r' ? ALIGN_RIGHT
                                 : ALIGN_AUTO;
        struct op_list list = op_enter(cell, b);
        read_inlines(c, n, 0, NULL);
        op_leave(b, list);
    }
    op_leave(b, outer);
}

static void read_pipe(struct compiler *c, cmark_node *table) {
    struct builder *b = &c->b;
    struct op *op = op_add(b, OP_PIPE, place(c, table));
    op->columns = cmark_gfm_extensions_get_table_columns(table);
    const uint8_t *align = cmark_gfm_extensions_get_table_alignments(table);
    struct op_list outer = op_enter(op, b);
    int element = element_enter(b);
    for (cmark_node *n = cmark_node_first_child(table); n; n = cmark_node_next(n))
        read_row(c, n, op->columns, align);
    op_flush(b);
    element_leave(b, element);
    op_leave(b, outer);
}

/* ---- the walk ------------------------------------------------------------------------------ */

static void read_block(struct compiler *c, cmark_node *n, bool quote,
                       struct label label) {
    switch (cmark_node_get_type(n)) {
    case CMARK_NODE_PARAGRAPH:
        read_para(c, n, quote, label);
        break;
    case CMARK_NODE_HEADING:
        read_heading(c, n);
        break;
    case CMARK_NODE_LIST:
        for (cmark_node *i = cmark_node_first_child(n); i; i = cmark_node_next(i))
            read_item(c, i, quote,
                      i == cmark_node_first_child(n) ? label : (struct label){0});
        break;
    case CMARK_NODE_BLOCK_QUOTE:
        read_blocks(c, n, true, (struct label){0});
        break;
    case CMARK_NODE_CODE_BLOCK:
        read_code(c, n);
        break;
    case CMARK_NODE_THEMATIC_BREAK:
        op_add(&c->b, OP_RULE, place(c, n));
        break;
    case CMARK_NODE_HTML_BLOCK: {
        const char *text = cmark_node_get_literal(n);
        diag_add(c->b.d, E_HTML, place(c, n),
                 diag_fmt(c->b.d, "%.*s", (int)strcspn(text, "\n") % 60, text), NULL);
        break;
    }
    case CMARK_NODE_FOOTNOTE_DEFINITION:
        break; /* read before the body */
    default:
        read_pipe(c, n);
        break;
    }
}

static void read_blocks(struct compiler *c, cmark_node *parent, bool quote,
                        struct label label) {
    if (too_deep(c, parent))
        return;
    c->depth++;
    int outer = element_enter(&c->b);
    for (cmark_node *n = cmark_node_first_child(parent); n; n = cmark_node_next(n)) {
        read_block(c, n, quote, label);
        label = (struct label){0};
    }
    element_leave(&c->b, outer);
    c->depth--;
}

/* Footnotes come last in cmark's tree, in the order of their first references. */
static void read_notes(struct compiler *c, cmark_node *doc) {
    struct builder *b = &c->b;
    for (cmark_node *n = cmark_node_first_child(doc); n; n = cmark_node_next(n))
        c->notes += cmark_node_get_type(n) == CMARK_NODE_FOOTNOTE_DEFINITION;
    c->note = arena_array(b->a, struct op *, c->notes + 1);
    c->note_at = arena_array(b->a, struct origin, c->notes + 1);
    c->in_note = true;
    size_t i = 0;
    for (cmark_node *n = cmark_node_first_child(doc); n; n = cmark_node_next(n)) {
        if (cmark_node_get_type(n) != CMARK_NODE_FOOTNOTE_DEFINITION)
            continue;
        struct op holder = {0};
        struct op_list outer = op_enter(&holder, b);
        c->at = c->note_at[i] = place(c, n);
        for (cmark_node *k = cmark_node_first_child(n); k; k = cmark_node_next(k)) {
            if (k != cmark_node_first_child(n))
                op_add(b, OP_BREAK, c->at);
            if (cmark_node_get_type(k) == CMARK_NODE_PARAGRAPH)
                read_inlines(c, k, 0, NULL);
            else
                diag_add(b->d, E_NOTE_BLOCK, place(c, k), NULL);
        }
        op_leave(b, outer);
        c->note[i++] = holder.first;
    }
    c->in_note = false;
}

static void *resize(void *p, size_t n) {
    return x_grow(p, 1, n);
}

static cmark_node *parse(const char *text, size_t n) {
    static const char *const extensions[] = {"table", "autolink"};
    static cmark_mem mem = {x_new, resize, x_free};
    cmark_gfm_core_extensions_ensure_registered();
    cmark_parser *p = cmark_parser_new_with_mem(CMARK_OPT_FOOTNOTES, &mem);
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        cmark_parser_attach_syntax_extension(p,
                                             cmark_find_syntax_extension(extensions[i]));
    cmark_parser_feed(p, text, n);
    cmark_node *doc = cmark_parser_finish(p);
    cmark_parser_free(p);
    return doc;
}

static const struct op *compile(struct compiler *c) {
    struct builder *b = &c->b;
    struct op holder = {0};
    cmark_node *doc = parse(b->s->out.data ? b->s->out.data : "", b->s->out.len);
    op_enter(&holder, b);
    read_notes(c, doc);
    read_blocks(c, doc, false, (struct label){0});
    cmark_node_free(doc);
    buf_free(&b->s->out);
    buf_free(&b->text);
    return holder.first;
}

const struct op *compile_markdown(struct arena *a, struct diag *d, const char *file,
                                  const char *text, size_t n, int line) {
    struct scan *s = arena_new_of(a, struct scan);
    *s = (struct scan){
        .a = a, .d = d, .file = file, .src = text, .n = n, .line = line, .col = 1};
    int errors = diag_count(d, SEV_ERROR);
    if (n > MARKDOWN_MAX) {
        diag_add(d, E_MARKDOWN_BIG, (struct origin){file, 0, 0},
                 diag_fmt(d, "%zu", MARKDOWN_MAX >> 20), NULL);
        return NULL;
    }
    scan_markdown(s);
    struct compiler c = {.b = {.a = a, .d = d, .s = s}, .at = {file, line, 1}};
    const struct op *body = compile(&c);
    if (diag_count(d, SEV_ERROR) == errors)
        tags_check_used(&c.b);
    return body;
}

const struct op *compile_rich(struct arena *a, struct diag *d, const struct value *v) {
    struct scan *s = arena_new_of(a, struct scan);
    *s = (struct scan){.a = a,
                       .d = d,
                       .file = v->at.file,
                       .src = v->text,
                       .n = v->len,
                       .line = v->at.line,
                       .col = v->at.col};
    scan_verbatim(s);
    struct compiler c = {.b = {.a = a, .d = d, .s = s}, .rich = true, .at = v->at};
    return compile(&c);
}
