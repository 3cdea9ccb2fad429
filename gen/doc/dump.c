/* dump.c: the document tree as text, one line per node: what -T tree prints */
#include "pass.h"

#include <string.h>

#define SHORT_TEXT 60
#define SHORT_CELL 24

static const char *const rung_names[RUNGS] = {
    [RUNG_NONE] = "none",     [RUNG_PHAN] = "phan",       [RUNG_MUC] = "muc",
    [RUNG_ALPHA] = "alpha",   [RUNG_ROMAN] = "roman",     [RUNG_DIEU] = "dieu",
    [RUNG_ARABIC] = "arabic", [RUNG_ARABIC2] = "arabic2", [RUNG_ARABIC3] = "arabic3",
    [RUNG_LETTER] = "letter", [RUNG_PAREN] = "paren",     [RUNG_DASH] = "dash",
    [RUNG_PLUS] = "plus",     [RUNG_DOT] = "dot"};

/* The first `most` code points of a text on one line, “…” behind what was cut. */
static void add_short(struct buf *out, const char *s, size_t n, size_t most) {
    const char *end = s + n;

    for (size_t k = 0; s < end; k++) {
        const char *from = s;
        if (k == most) {
            buf_adds(out, "…");
            return;
        }
        uint32_t cp = utf8_next(&s, end);
        if (cp == '\n')
            buf_adds(out, "\\n");
        else
            buf_add(out, from, (size_t)(s - from));
    }
}

static void add_spans(struct buf *out, const struct span *list, size_t most) {
    struct buf text = {NULL, 0, 0};

    for (const struct span *s = list; s && text.len <= most * 4; s = s->next) {
        if (s->kind == SPAN_TEXT)
            buf_add(&text, s->text, s->len);
        else if (s->kind == SPAN_BREAK)
            buf_adds(&text, "\n");
        else if (s->kind == SPAN_NOTE)
            buf_printf(&text, "[^%d]", s->u.note + 1);
        else
            buf_adds(&text, "____");
    }
    add_short(out, text.data ? text.data : "", text.len, most);
    buf_free(&text);
}

static void add_place(struct buf *out, struct origin at) {
    if (at.file && at.line)
        buf_printf(out, "  %s:%d", at.file, at.line);
}

/* ---- official parts --------------------------------------------------------------- */

static void add_item(struct buf *out, const char *name, const struct text_item *t) {
    if (!t->text || !*t->text)
        return;
    buf_printf(out, "  %s \"", name);
    add_short(out, t->text, strlen(t->text), SHORT_TEXT);
    buf_adds(out, "\"");
    add_place(out, t->at);
    buf_addc(out, '\n');
}

static void add_items(struct buf *out, const char *name, const struct text_item *t,
                      size_t n) {
    for (size_t i = 0; i < n; i++)
        add_item(out, name, &t[i]);
}

static void add_official(struct buf *out, const struct official *o) {
    buf_adds(out, "official\n");
    add_item(out, "co_quan_chu_quan", &o->parent_agency);
    add_item(out, "co_quan", &o->agency);
    add_item(out, "so", &o->number);
    add_item(out, "ky_hieu", &o->symbol);
    add_item(out, "dia_danh", &o->place);
    buf_printf(out, "  ngay_ban_hanh %d-%d-%d\n", o->date.year, o->date.month,
               o->date.day);
    add_item(out, "loai", &o->type);
    add_item(out, "trich_yeu", &o->subject);
    add_item(out, "do_khan", &o->urgency);
    add_item(out, "pham_vi", &o->circulation);
    add_items(out, "kinh_gui", o->kinh_gui, o->kinh_guis);
    add_items(out, "can_cu", o->can_cu, o->can_cus);
    add_items(out, "noi_nhan", o->noi_nhan, o->noi_nhans);
    for (size_t i = 0; i < o->signers; i++) {
        add_items(out, "quyen_han", o->signer[i].authority, o->signer[i].authorities);
        add_item(out, "chuc_vu", &o->signer[i].position);
        add_item(out, "ho_ten", &o->signer[i].name);
    }
    add_item(out, "nguoi_soan", &o->drafter);
    add_item(out, "so_ban", &o->copies);
    add_items(out, "chan_trang", o->foot, o->foots);
}

/* ---- tables ------------------------------------------------------------------------ */

static void add_cell(struct buf *out, const struct cell *c) {
    buf_adds(out, " | ");
    if (c->flags & CELL_COVERED) {
        buf_adds(out, "~");
        return;
    }
    if (c->colspan > 1 || c->rowspan > 1)
        buf_printf(out, "%dx%d ", c->rowspan, c->colspan);
    if (c->spans)
        add_spans(out, c->spans, SHORT_CELL);
    else if (c->text)
        add_short(out, c->text, strlen(c->text), SHORT_CELL);
}

static void add_table(struct buf *out, const struct table *t, int depth) {
    static const char *const kinds[] = {"head", "group", "data", "total", "empty"};
    static const char aligns[] = "ALCRJ"; /* by enum cell_align */

    buf_printf(out, " %s %d columns %d head rows %zu rows ", t->name ? t->name : "-",
               t->ncols, t->head_rows, t->nrows - (size_t)t->head_rows);
    for (int c = 0; c < t->ncols; c++)
        buf_addc(out, aligns[t->col[c].align]);
    buf_addc(out, '\n');
    for (size_t r = 0; r < t->nrows; r++) {
        buf_printf(out, "%*s%s", depth * 2 + 2, "", kinds[t->row[r].kind]);
        for (int c = 0; c < t->ncols; c++)
            add_cell(out, &t->row[r].cell[c]);
        buf_addc(out, '\n');
    }
}

/* ---- nodes -------------------------------------------------------------------------- */

static void add_anchor(struct buf *out, const struct node *n) {
    if (!n->anchor)
        return;
    buf_adds(out, " #");
    add_short(out, n->anchor, strlen(n->anchor), SHORT_CELL);
}

static void add_flags(struct buf *out, const struct node *n) {
    static const char *const styles[] = {"", " can-cu", " centred-text", " quote"};

    if (n->run_in)
        buf_adds(out, " run-in");
    if (n->centred)
        buf_adds(out, " centred");
    if (n->keep_next)
        buf_adds(out, " keep");
    buf_adds(out, styles[n->para_style]);
    add_anchor(out, n);
}

static void add_text_node(struct buf *out, const struct node *n) {
    if (n->level)
        buf_printf(out, " %d", n->level);
    if (n->label)
        buf_printf(out, " %s “%s”", rung_names[n->rung], n->label);
    add_flags(out, n);
    buf_adds(out, " \"");
    add_spans(out, n->spans, SHORT_TEXT);
    buf_adds(out, "\"");
}

static void add_appendix(struct buf *out, const struct node *n) {
    const struct appendix *x = n->u.appendix;

    buf_printf(out, " %s%s%s%s", x->number ? x->number : "-",
               x->landscape ? " landscape" : "", x->follows ? " follows" : "",
               x->own_file ? " own-file" : "");
    add_anchor(out, n);
    buf_adds(out, " \"");
    add_spans(out, x->title, SHORT_TEXT);
    buf_adds(out, "\"");
    if (x->reference) {
        buf_adds(out, " \"");
        add_spans(out, x->reference, SHORT_TEXT);
        buf_adds(out, "\"");
    }
}

static void add_figure(struct buf *out, const struct node *n) {
    buf_printf(out, " %s %dx%d", n->u.figure->jpeg ? "jpeg" : "png",
               n->u.figure->width_px, n->u.figure->height_px);
    if (n->u.figure->dpi)
        buf_printf(out, " %d dpi", n->u.figure->dpi);
    buf_adds(out, " \"");
    add_spans(out, n->spans, SHORT_TEXT);
    buf_adds(out, "\"");
}

static void add_node(struct buf *out, const struct node *n, int depth) {
    static const char *const kinds[] = {"doc",    "heading",  "para", "table",
                                        "figure", "appendix", "rule"};

    buf_printf(out, "%*s%s", depth * 2, "", kinds[n->kind]);
    switch (n->kind) {
    case NODE_HEADING:
    case NODE_PARA:
        add_text_node(out, n);
        break;
    case NODE_FIGURE:
        add_figure(out, n);
        break;
    case NODE_APPENDIX:
        add_appendix(out, n);
        break;
    case NODE_DOC:
    case NODE_TABLE:
    case NODE_RULE:
        break;
    }
    if (n->kind == NODE_TABLE && n->spans) {
        buf_adds(out, " \"");
        add_spans(out, n->spans, SHORT_TEXT);
        buf_adds(out, "\"");
    }
    if (n->kind != NODE_TABLE)
        add_place(out, n->at);
    if (n->kind == NODE_TABLE)
        add_table(out, n->u.table, depth);
    else
        buf_addc(out, '\n');
    for (const struct node *i = n->first; i; i = i->next)
        add_node(out, i, depth + 1);
}

void doc_dump(const struct doc *doc, struct buf *out) {
    add_official(out, &doc->official);
    add_node(out, doc->root, 0);
    for (size_t i = 0; i < doc->notes; i++) {
        buf_printf(out, "note %zu \"", i + 1);
        add_spans(out, doc->note[i].spans, SHORT_TEXT);
        buf_adds(out, "\"\n");
    }
}
