/* merge_bench.h: merges Markdown with facts in memory and writes the tree down in short */
#ifndef MERGE_BENCH_H
#define MERGE_BENCH_H

#include "merge/inside.h"

#include <string.h>

struct bench {
    struct arena *a;
    struct diag *d;
    struct doc *doc; /* NULL after an error */
    struct value *facts;
};

static struct bench bench_merge(const char *facts, const char *markdown, bool draft) {
    struct bench b = {arena_new(), diag_new(LANG_EN), NULL, NULL};
    b.facts = input_yaml(b.a, b.d, "f.yaml", facts, strlen(facts), 1, 1);
    struct report r = {.path = "t.md",
                       .dir = "/nonexistent",
                       .name = "t",
                       .facts = b.facts,
                       .markdown = markdown,
                       .markdown_len = strlen(markdown),
                       .markdown_line = 1,
                       .markdown_file = "t.md"};
    if (b.facts)
        b.doc = merge_report(b.a, b.d, NULL, &r, draft);
    return b;
}

static void bench_free(struct bench *b) {
    diag_free(b->d);
    arena_free(b->a);
}

static const char *bench_messages(struct bench *b) {
    struct buf out = {0};
    diag_print(b->d, &out);
    char *s = arena_strndup(b->a, out.data ? out.data : "", out.len);
    buf_free(&out);
    return s;
}

static void write_spans(struct buf *out, const struct span *s) {
    for (; s; s = s->next) {
        if (s->kind == SPAN_BREAK)
            buf_adds(out, "⏎");
        else if (s->kind == SPAN_NOTE)
            buf_printf(out, "[^%d]", s->u.note + 1);
        else
            buf_printf(out, "%s%s%s%s%.*s%s%s%s%s", s->style & SPAN_BOLD ? "<b>" : "",
                       s->style & SPAN_ITALIC ? "<i>" : "",
                       s->style & SPAN_CODE ? "<c>" : "",
                       s->style & SPAN_MISSING ? "<!>" : "", (int)s->len, s->text,
                       s->style ? "</>" : "", s->link ? "→" : "", s->link ? s->link : "",
                       s->link ? "←" : "");
    }
}

static void write_cell(struct buf *out, const struct cell *c) {
    if (c->flags & CELL_COVERED) {
        buf_adds(out, "·");
        return;
    }
    if (c->colspan > 1 || c->rowspan > 1)
        buf_printf(out, "%dx%d:", c->rowspan, c->colspan);
    if (c->spans)
        write_spans(out, c->spans);
    else if (c->text)
        buf_adds(out, c->text);
}

static void write_table(struct buf *out, const struct table *t) {
    static const char kind[] = "HGDTE";
    for (size_t r = 0; r < t->nrows; r++) {
        buf_printf(out, "%c", kind[t->row[r].kind]);
        for (int c = 0; c < t->ncols; c++) {
            buf_adds(out, c ? " | " : " ");
            write_cell(out, &t->row[r].cell[c]);
        }
        buf_addc(out, '\n');
    }
}

static void write_node(struct buf *out, const struct node *n) {
    switch (n->kind) {
    case NODE_HEADING:
    case NODE_PARA:
        if (n->kind == NODE_HEADING)
            buf_printf(out, "#%d ", n->level);
        buf_printf(out, "%s%s|", n->para_style == STYLE_QUOTE ? "> " : "",
                   n->label ? n->label : "");
        write_spans(out, n->spans);
        if (n->anchor)
            buf_printf(out, " #%s", n->anchor);
        buf_addc(out, '\n');
        break;
    case NODE_TABLE:
        if (n->spans) {
            buf_adds(out, "caption ");
            write_spans(out, n->spans);
            buf_addc(out, '\n');
        }
        write_table(out, n->u.table);
        break;
    case NODE_FIGURE:
        buf_printf(out, "figure %s (%s) ", n->u.figure->file, n->u.figure->alt);
        write_spans(out, n->spans);
        buf_addc(out, '\n');
        break;
    case NODE_RULE:
        buf_adds(out, "rule\n");
        break;
    case NODE_DOC:
    case NODE_APPENDIX:
        break;
    }
    for (const struct node *i = n->first; i; i = i->next)
        write_node(out, i);
}

static const char *bench_tree(struct bench *b) {
    struct buf out = {0};
    if (b->doc) {
        write_node(&out, b->doc->root);
        for (size_t i = 0; i < b->doc->notes; i++) {
            buf_printf(&out, "[^%zu] ", i + 1);
            write_spans(&out, b->doc->note[i].spans);
            buf_addc(&out, '\n');
        }
    }
    char *s = arena_strndup(b->a, out.data ? out.data : "", out.len);
    buf_free(&out);
    return s;
}

/* The tree is `want` and nothing was said. */
static void assert_tree(const char *facts, const char *markdown, const char *want) {
    struct bench b = bench_merge(facts, markdown, false);
    assert_string_equal(bench_messages(&b), "");
    assert_string_equal(bench_tree(&b), want);
    bench_free(&b);
}

/* A message holds `part`. */
static void assert_says(const char *facts, const char *markdown, const char *part) {
    struct bench b = bench_merge(facts, markdown, false);
    if (!strstr(bench_messages(&b), part))
        fail_msg("%s\nlacks %s in\n%s", markdown, part, bench_messages(&b));
    bench_free(&b);
}

#endif
