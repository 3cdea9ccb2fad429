/* blocks.c: the look of headings and paragraphs by their rung, and the flows of blocks */
#include <string.h>

#include "inside.h"

#define RULE_WIDTH MM(40)

/* The look of headings; centred ones are marked in the tree. */
struct look {
    uint8_t style; /* enum span_style */
    int space;     /* above, beyond the gap between paragraphs; 1/1000 pt */
};
static const struct look STYLE[RUNGS] = {
    [RUNG_NONE] = {SPAN_BOLD, 0},
    [RUNG_PHAN] = {SPAN_BOLD, 6000},
    [RUNG_MUC] = {SPAN_BOLD, 6000},
    [RUNG_ALPHA] = {SPAN_BOLD, 2000},
    [RUNG_ROMAN] = {SPAN_BOLD, 2000},
    [RUNG_DIEU] = {SPAN_BOLD, 0},
    [RUNG_ARABIC] = {SPAN_BOLD, 0},
    [RUNG_ARABIC2] = {SPAN_BOLD, 0},
    [RUNG_ARABIC3] = {SPAN_BOLD | SPAN_ITALIC, 0},
    [RUNG_LETTER] = {0, 0}, /* NĐ 30: upright, not bold */
    [RUNG_PAREN] = {0, 0},
    [RUNG_DASH] = {0, 0},
    [RUNG_PLUS] = {0, 0},
    [RUNG_DOT] = {0, 0},
};

/* "Phần I" stands alone above its title, "Phần 1." in front of it. */
static bool label_own_line(const struct node *n) {
    size_t len = n->label ? strlen(n->label) : 0;
    return n->centred && len && n->label[len - 1] != '.' && n->label[len - 1] != ':' &&
           n->spans != NULL;
}

/* The label in front of the text, as part of its first line. */
static struct piece *labelled(struct layout *l, const struct node *n, unsigned style,
                              size_t *count) {
    size_t body, k = 0;
    struct piece *text = pieces_of(l, n->spans, style, &body);
    if (!n->label || !*n->label) {
        *count = body;
        return text;
    }
    bool own = label_own_line(n);
    struct piece *p = arena_array(l->arena, struct piece, body + 2);
    unsigned look = style | (n->run_in && n->spans ? n->spans->style & SPAN_BOLD : 0u);
    p[k] =
        (struct piece){.kind = PIECE_TEXT, .face = (uint8_t)face_of(look), .at = n->at};
    p[k].text = own || !body ? n->label : arena_printf(l->arena, "%s ", n->label);
    p[k].len = (uint32_t)strlen(p[k].text);
    p[k].mark = 1;
    k++;
    if (own)
        p[k++] = (struct piece){.kind = PIECE_BREAK};
    memcpy(p + k, text, body * sizeof *p);
    for (size_t i = k; i < k + body; i++)
        p[i].mark++;
    *count = k + body;
    return p;
}

static struct para_spec body_spec(const struct layout *l, const struct node *n) {
    const struct profile *p = &l->doc->profile;
    bool centred = n->centred || n->para_style == STYLE_CENTRED;
    int quote = n->para_style == STYLE_QUOTE ? 2 * p->indent : 0;
    return (struct para_spec){
        .size = p->body_size,
        .leading = single_leading(p->body_size) * p->leading_pct / 100,
        .width = l->width - quote,
        .indent = centred || quote ? 0 : p->indent,
        .align = centred ? ALIGN_CENTER : ALIGN_JUSTIFY,
        .node = n->id,
    };
}

/* A paragraph in bold from end to end heads what follows, '#' or not. */
static bool is_title_like(const struct node *n) {
    for (const struct span *s = n->spans; s; s = s->next)
        if (s->kind == SPAN_TEXT && !(s->style & SPAN_BOLD) && s->len > 1)
            return false;
    return n->spans != NULL;
}

static void text_flow(struct layout *l, struct flow_list *list, const struct node *n) {
    bool heading = n->kind == NODE_HEADING;
    const struct look *look = &STYLE[n->rung < RUNGS ? n->rung : RUNG_NONE];
    unsigned style = heading                         ? look->style
                     : n->para_style == STYLE_CAN_CU ? SPAN_ITALIC
                                                     : 0u;
    struct para_spec spec = body_spec(l, n);
    size_t count;
    struct piece *p = labelled(l, n, style, &count);
    struct para *para = para_break(l->arena, l->diag, &l->measure, p, count, &spec);
    if (para->lines == 0)
        return;
    int x = (l->width - spec.width) / 2;
    struct flow *f =
        para_flow(l, para, x, l->doc->profile.gap + (heading ? look->space : 0));
    f->keep_next = heading || n->keep_next || is_title_like(n);
    f->node = n;
    flow_add(l, list, f);
}

/* --du-thao: where a table stands that no width holds. */
static struct flow *table_missing(struct layout *l, const struct node *n) {
    const char *name = n->u.table->name ? n->u.table->name : "";
    const char *text =
        arena_printf(l->arena,
                     diag_word(l->diag, "[thiếu bảng: %s không đủ bề ngang]",
                               "[missing: the table %s is too wide]"),
                     name);
    struct para *p = text_para(l, text, NULL, SPAN_MISSING, l->doc->profile.body_size,
                               l->width, ALIGN_CENTER);
    p->spec.node = n->id;
    p->spec.mark = MARK_CAPTION;
    return para_flow(l, p, 0, l->doc->profile.gap);
}

bool block_flows(struct layout *l, struct flow_list *list, const struct node *n) {
    struct flow *f;
    switch (n->kind) {
    case NODE_HEADING:
    case NODE_PARA:
        text_flow(l, list, n);
        break;
    case NODE_TABLE:
        f = table_flow(l, n, l->width);
        if (!f && l->doc->draft)
            f = table_missing(l, n);
        if (!f)
            return false;
        f->node = n;
        flow_add(l, list, f);
        break;
    case NODE_FIGURE:
        flow_add(l, list, figure_flow(l, n));
        break;
    case NODE_RULE:
        flow_add(l, list,
                 stroke_flow(l, RULE_WIDTH, l->doc->profile.gap, l->doc->profile.gap));
        break;
    case NODE_DOC:
    case NODE_APPENDIX:
        break;
    }
    return true;
}
