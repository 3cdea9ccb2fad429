/* dump.c: the document tree as text, one line per node: what -T tree and -T text print */
#include "pass.h"

#include <string.h>

/* Where the dump goes, and the most code points that a text and a cell may have in it. */
struct dump {
    struct buf *out;
    size_t text, cell;
};

static const char *const rung_names[RUNGS] = {
    [RUNG_NONE] = "none",     [RUNG_PHAN] = "phan",       [RUNG_MUC] = "muc",
    [RUNG_ALPHA] = "alpha",   [RUNG_ROMAN] = "roman",     [RUNG_DIEU] = "dieu",
    [RUNG_ARABIC] = "arabic", [RUNG_ARABIC2] = "arabic2", [RUNG_ARABIC3] = "arabic3",
    [RUNG_LETTER] = "letter", [RUNG_PAREN] = "paren",     [RUNG_DASH] = "dash",
    [RUNG_PLUS] = "plus",     [RUNG_DOT] = "dot"};

/* The first `most` code points of a text on one line, “…” behind what was cut. */
static void add_short(const struct dump *to, const char *s, size_t n, size_t most) {
    const char *end = s + n;

    for (size_t k = 0; s < end; k++) {
        const char *from = s;
        if (k == most) {
            buf_adds(to->out, "…");
            return;
        }
        uint32_t cp = utf8_next(&s, end);
        if (cp == '\n')
            buf_adds(to->out, "\\n");
        else
            buf_add(to->out, from, (size_t)(s - from));
    }
}

static void add_spans(const struct dump *to, const struct span *list, size_t most) {
    struct buf text = {NULL, 0, 0};

    for (const struct span *s = list; s && text.len / 4 <= most; s = s->next) {
        if (s->kind == SPAN_TEXT)
            buf_add(&text, s->text, s->len);
        else if (s->kind == SPAN_BREAK)
            buf_adds(&text, "\n");
        else if (s->kind == SPAN_NOTE)
            buf_printf(&text, "[^%d]", s->u.note + 1);
        else
            buf_adds(&text, "____");
    }
    add_short(to, text.data ? text.data : "", text.len, most);
    buf_free(&text);
}

static void add_place(const struct dump *to, struct origin at) {
    if (at.file && at.line)
        buf_printf(to->out, "  %s:%d", at.file, at.line);
}

/* ---- official parts --------------------------------------------------------------- */

static void add_item(const struct dump *to, const char *name, const struct text_item *t) {
    if (!t->text || !*t->text)
        return;
    buf_printf(to->out, "  %s \"", name);
    add_short(to, t->text, strlen(t->text), to->text);
    buf_adds(to->out, "\"");
    add_place(to, t->at);
    buf_addc(to->out, '\n');
}

static void add_items(const struct dump *to, const char *name, const struct text_item *t,
                      size_t n) {
    for (size_t i = 0; i < n; i++)
        add_item(to, name, &t[i]);
}

static void add_official(const struct dump *to, const struct official *o) {
    buf_adds(to->out, "official\n");
    add_item(to, "co_quan_chu_quan", &o->parent_agency);
    add_item(to, "co_quan", &o->agency);
    add_item(to, "so", &o->number);
    add_item(to, "ky_hieu", &o->symbol);
    add_item(to, "dia_danh", &o->place);
    buf_printf(to->out, "  ngay_ban_hanh %d-%d-%d\n", o->date.year, o->date.month,
               o->date.day);
    add_item(to, "loai", &o->type);
    add_item(to, "trich_yeu", &o->subject);
    add_item(to, "do_khan", &o->urgency);
    add_item(to, "pham_vi", &o->circulation);
    add_items(to, "kinh_gui", o->kinh_gui, o->kinh_guis);
    add_items(to, "can_cu", o->can_cu, o->can_cus);
    add_items(to, "noi_nhan", o->noi_nhan, o->noi_nhans);
    for (size_t i = 0; i < o->signers; i++) {
        add_items(to, "quyen_han", o->signer[i].authority, o->signer[i].authorities);
        add_item(to, "chuc_vu", &o->signer[i].position);
        add_item(to, "ho_ten", &o->signer[i].name);
    }
    add_item(to, "nguoi_soan", &o->drafter);
    add_item(to, "so_ban", &o->copies);
    add_items(to, "chan_trang", o->foot, o->foots);
}

/* ---- tables ------------------------------------------------------------------------ */

static void add_cell(const struct dump *to, const struct cell *c) {
    buf_adds(to->out, " | ");
    if (c->flags & CELL_COVERED) {
        buf_adds(to->out, "~");
        return;
    }
    if (c->colspan > 1 || c->rowspan > 1)
        buf_printf(to->out, "%dx%d ", c->rowspan, c->colspan);
    if (c->spans)
        add_spans(to, c->spans, to->cell);
    else if (c->text)
        add_short(to, c->text, strlen(c->text), to->cell);
}

static void add_table(const struct dump *to, const struct table *t, int depth) {
    static const char *const kinds[] = {"head", "group", "data", "total", "empty"};
    static const char aligns[] = "ALCRJ"; /* by enum cell_align */

    buf_printf(to->out, " %s %d columns %d head rows %zu rows ", t->name ? t->name : "-",
               t->ncols, t->head_rows, t->nrows - (size_t)t->head_rows);
    for (int c = 0; c < t->ncols; c++)
        buf_addc(to->out, aligns[t->col[c].align]);
    buf_addc(to->out, '\n');
    for (size_t r = 0; r < t->nrows; r++) {
        buf_printf(to->out, "%*s%s", depth * 2 + 2, "", kinds[t->row[r].kind]);
        for (int c = 0; c < t->ncols; c++)
            add_cell(to, &t->row[r].cell[c]);
        buf_addc(to->out, '\n');
    }
}

/* ---- nodes -------------------------------------------------------------------------- */

static void add_anchor(const struct dump *to, const struct node *n) {
    if (!n->anchor)
        return;
    buf_adds(to->out, " #");
    add_short(to, n->anchor, strlen(n->anchor), to->cell);
}

static void add_flags(const struct dump *to, const struct node *n) {
    static const char *const styles[] = {"", " can-cu", " centred-text", " quote"};

    if (n->run_in)
        buf_adds(to->out, " run-in");
    if (n->centred)
        buf_adds(to->out, " centred");
    if (n->keep_next)
        buf_adds(to->out, " keep");
    buf_adds(to->out, styles[n->para_style]);
    add_anchor(to, n);
}

static void add_text_node(const struct dump *to, const struct node *n) {
    if (n->level)
        buf_printf(to->out, " %d", n->level);
    if (n->label)
        buf_printf(to->out, " %s “%s”", rung_names[n->rung], n->label);
    add_flags(to, n);
    buf_adds(to->out, " \"");
    add_spans(to, n->spans, to->text);
    buf_adds(to->out, "\"");
}

static void add_appendix(const struct dump *to, const struct node *n) {
    const struct appendix *x = n->u.appendix;

    buf_printf(to->out, " %s%s%s%s", x->number ? x->number : "-",
               x->landscape ? " landscape" : "", x->follows ? " follows" : "",
               x->own_file ? " own-file" : "");
    add_anchor(to, n);
    buf_adds(to->out, " \"");
    add_spans(to, x->title, to->text);
    buf_adds(to->out, "\"");
    if (x->reference) {
        buf_adds(to->out, " \"");
        add_spans(to, x->reference, to->text);
        buf_adds(to->out, "\"");
    }
}

static void add_figure(const struct dump *to, const struct node *n) {
    buf_printf(to->out, " %s %dx%d", n->u.figure->jpeg ? "jpeg" : "png",
               n->u.figure->width_px, n->u.figure->height_px);
    if (n->u.figure->dpi)
        buf_printf(to->out, " %d dpi", n->u.figure->dpi);
    buf_adds(to->out, " \"");
    add_spans(to, n->spans, to->text);
    buf_adds(to->out, "\"");
}

static void add_node(const struct dump *to, const struct node *n, int depth) {
    static const char *const kinds[] = {"doc",    "heading",  "para", "table",
                                        "figure", "appendix", "rule"};

    buf_printf(to->out, "%*s%s", depth * 2, "", kinds[n->kind]);
    switch (n->kind) {
    case NODE_HEADING:
    case NODE_PARA:
        add_text_node(to, n);
        break;
    case NODE_FIGURE:
        add_figure(to, n);
        break;
    case NODE_APPENDIX:
        add_appendix(to, n);
        break;
    case NODE_DOC:
    case NODE_TABLE:
    case NODE_RULE:
        break;
    }
    if (n->kind == NODE_TABLE && n->spans) {
        buf_adds(to->out, " \"");
        add_spans(to, n->spans, to->text);
        buf_adds(to->out, "\"");
    }
    if (n->kind != NODE_TABLE)
        add_place(to, n->at);
    if (n->kind == NODE_TABLE)
        add_table(to, n->u.table, depth);
    else
        buf_addc(to->out, '\n');
    for (const struct node *i = n->first; i; i = i->next)
        add_node(to, i, depth + 1);
}

void doc_dump(const struct doc *doc, struct buf *out, bool whole) {
    const struct dump d = {out, whole ? SIZE_MAX : 60, whole ? SIZE_MAX : 24}, *to = &d;

    add_official(to, &doc->official);
    add_node(to, doc->root, 0);
    for (size_t i = 0; i < doc->notes; i++) {
        buf_printf(out, "note %zu \"", i + 1);
        add_spans(to, doc->note[i].spans, to->text);
        buf_adds(out, "\"\n");
    }
}
