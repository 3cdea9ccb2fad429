/* defects.c: what is wrong and stands nowhere else on the pages of a draft */
#include "pass.h"

#include <string.h>

#define DEFECTS_MAX 200

/* A list of blocks that is not in the tree yet. */
struct blocks {
    struct doc *doc;
    struct node *first, *last;
};

static struct node *add_block(struct blocks *b, const char *text, struct origin at) {
    struct node *n = node_new(b->doc, NODE_PARA, NULL, at);
    n->parent = b->doc->root;
    n->spans = span_new(b->doc->arena, SPAN_TEXT, text, strlen(text));
    n->spans->style = SPAN_MISSING;
    n->spans->at = at;
    if (b->last)
        b->last->next = n;
    else
        b->first = n;
    b->last = n;
    return n;
}

static void add_title(struct blocks *b, const struct diag *d) {
    const char *title = diag_word(d, "Các chỗ phải sửa", "What must be corrected");
    struct node *n = add_block(b, title, (struct origin){NULL, 0, 0});
    n->spans->style |= SPAN_BOLD;
    n->keep_next = true;
}

static void add_item(struct blocks *b, const char *text, struct origin at) {
    struct node *n = add_block(b, text, at);
    n->label = "-";
    n->rung = RUNG_DASH;
}

/* "baocao.yaml:44:9: hàng 3, cột “Số”: …" The folder stands aside: pages must not depend on where the
 * report lies. */
static const char *defect_text(struct arena *a, const struct diag_msg *m) {
    const char *place = m->at.file ? path_base(a, m->at.file) : "";
    if (m->at.file && m->at.line)
        place = arena_printf(a, "%s:%d", place, m->at.line);
    if (m->at.file && m->at.line && m->at.col)
        place = arena_printf(a, "%s:%d", place, m->at.col);
    return arena_printf(a, "%s%s%s%s%s", place, *place ? ": " : "",
                        m->where ? m->where : "", m->where ? ": " : "", m->text);
}

/* The blocks go behind the last one of the body. */
static void insert(struct blocks *b) {
    struct node *root = b->doc->root, **at = &root->first;
    while (*at && (*at)->kind != NODE_APPENDIX)
        at = &(*at)->next;
    b->last->next = *at;
    if (!*at)
        root->last = b->last;
    *at = b->first;
    nodes_number(b->doc);
}

void doc_defects(struct doc *doc, struct diag *d) {
    struct blocks b = {doc, NULL, NULL};
    size_t n, count = 0;
    const struct diag_msg *const *m = diag_sorted(d, &n);
    for (size_t i = 0; i < n; i++) {
        if (m[i]->sev == SEV_NOTICE || m[i]->shown)
            continue;
        if (!count)
            add_title(&b, d);
        if (count++ < DEFECTS_MAX)
            add_item(&b, defect_text(doc->arena, m[i]), m[i]->at);
    }
    if (count > DEFECTS_MAX)
        add_item(&b,
                 arena_printf(doc->arena,
                              diag_word(d, "… và %zu chỗ nữa", "… and %zu more"),
                              count - DEFECTS_MAX),
                 (struct origin){NULL, 0, 0});
    if (count)
        insert(&b);
}
