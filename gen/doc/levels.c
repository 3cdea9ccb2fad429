/* levels.c: rungs and outline levels of the document, and lints of its numbering */
#include "pass.h"

#include <string.h>

/* A heading that is open at some level. */
struct open {
    enum rung rung;
    int number;
    const char *label;
    struct label parts;
    bool list_since; /* a list on the same rung has begun below it */
};

#define MAX_DEPTH 16

struct levels {
    struct pass *p;
    struct open open[MAX_DEPTH];
    int depth;
    struct open list[RUNGS]; /* the last item on each rung since the last heading */
    int last_number[RUNGS];  /* of headings, in the whole context: parts may count on */
};

static bool same_prefix(const struct open *o, const char *label, const struct label *l) {
    return o->parts.form == l->form && o->parts.ord == l->ord &&
           !memcmp(o->label, label, l->ord);
}

static void report_order(struct levels *v, const struct node *n, const struct label *l,
                         int expected) {
    struct pass *p = v->p;
    const char *want = label_with(p->doc->arena, n->label, l, expected);

    if (l->number == expected - 1)
        diag_add(p->diag, W_LABEL_TWICE, n->at, n->label, want, NULL);
    else
        diag_add(p->diag, W_LABEL_ORDER, n->at, n->label, want, NULL);
}

static void check_letter(struct pass *p, const struct node *n, const struct label *l) {
    if (l->rung != RUNG_LETTER)
        return;
    if (l->foreign)
        diag_add(p->diag, W_LABEL_LETTER, n->at, n->label, NULL);
    else if (l->with_dot)
        diag_add(p->diag, W_LABEL_DOT, n->at, n->label,
                 arena_printf(p->doc->arena, "%.*s)", (int)l->ord_len, n->label), NULL);
}

/* "I." goes on behind "H." */
static void settle_capital(const struct open *before, const char *label,
                           struct label *l) {
    static const char follows[] = "I";
    if (l->rung == RUNG_ROMAN && l->ord_len == 1 && label[0] == follows[0] &&
        before->parts.form == FORM_CAPITAL && before->number == 8) {
        l->rung = RUNG_ALPHA;
        l->form = FORM_CAPITAL;
        l->number = 9;
    }
}

static void settle_open(const struct levels *v, const char *label, struct label *l) {
    for (int i = 0; i < v->depth; i++)
        settle_capital(&v->open[i], label, l);
}

static void heading_order(struct levels *v, const struct node *n, const struct label *l,
                          const struct open *before) {
    if (!l->number)
        return;
    if (before && before->number && same_prefix(before, n->label, l)) {
        if (l->number != before->number + 1)
            report_order(v, n, l, before->number + 1);
    } else if (l->number != 1 && l->number != v->last_number[l->rung] + 1) {
        report_order(v, n, l, 1);
    }
    v->last_number[l->rung] = l->number;
}

static int open_heading(struct levels *v, struct node *n, const struct label *l) {
    struct open before = {RUNG_NONE, 0, NULL, {0}, false};

    while (v->depth && v->open[v->depth - 1].rung >= l->rung)
        before = v->open[--v->depth];
    heading_order(v, n, l, before.rung == l->rung ? &before : NULL);
    if (v->depth < MAX_DEPTH)
        v->depth++;
    v->open[v->depth - 1] = (struct open){l->rung, l->number, n->label, *l, false};
    memset(v->list, 0, sizeof v->list);
    return v->depth;
}

/* A heading without label takes the level that its '#' count asks for, as far as there is no gap. */
static int open_plain_heading(struct levels *v, const struct node *n) {
    int level = n->level ? n->level : 1;
    enum rung rung = RUNG_PHAN;

    if (level > v->depth + 1)
        level = v->depth + 1;
    if (level > MAX_DEPTH)
        level = MAX_DEPTH;
    if (level <= v->depth)
        rung = v->open[level - 1].rung;
    else if (v->depth)
        rung = v->open[v->depth - 1].rung + 1;
    v->depth = level;
    v->open[level - 1] = (struct open){rung, 0, NULL, {0}, false};
    memset(v->list, 0, sizeof v->list);
    return level;
}

static void heading(struct levels *v, struct node *n) {
    struct label l;

    n->centred = false;
    if (!n->label || !label_parse(n->label, strlen(n->label), &l)) {
        n->rung = RUNG_NONE;
        n->level = (uint8_t)open_plain_heading(v, n);
        return;
    }
    check_letter(v->p, n, &l);
    settle_open(v, n->label, &l);
    n->rung = (uint8_t)l.rung;
    n->level = (uint8_t)open_heading(v, n, &l);
    n->centred = l.rung == RUNG_PHAN || l.rung == RUNG_MUC;
}

/* The open heading that this item continues: "b) …: …" behind the heading "a) …". */
static bool continues_heading(struct levels *v, const struct node *n,
                              const struct label *l) {
    for (int i = 0; i < v->depth; i++) {
        struct open *o = &v->open[i];
        if (o->rung != l->rung)
            continue;
        if (l->number && !o->list_since && o->number + 1 == l->number &&
            same_prefix(o, n->label, l))
            return true;
        o->list_since = true;
        return false;
    }
    return false;
}

/* A bold start that text in another weight follows. */
static bool bold_title(const struct node *n) {
    const struct span *s = n->spans;

    if (!s || s->kind != SPAN_TEXT || !(s->style & SPAN_BOLD))
        return false;
    while (s && s->kind == SPAN_TEXT && (s->style & SPAN_BOLD))
        s = s->next;
    return s != NULL;
}

static void item_order(struct levels *v, const struct node *n, const struct label *l) {
    struct open *before = &v->list[l->rung];

    if (l->number && before->number && same_prefix(before, n->label, l) &&
        l->number != 1 && l->number != before->number + 1)
        report_order(v, n, l, before->number + 1);
    *before = (struct open){l->rung, l->number, n->label, *l, false};
    memset(before + 1, 0, sizeof *before * (size_t)(RUNGS - 1 - l->rung));
}

static void item(struct levels *v, struct node *n) {
    struct label l;

    n->level = 0;
    n->rung = RUNG_NONE;
    if (!n->label || !label_parse(n->label, strlen(n->label), &l))
        return;
    check_letter(v->p, n, &l);
    if (!n->spans)
        diag_add(v->p->diag, W_LABEL_EMPTY, n->at, n->label, NULL);
    settle_open(v, n->label, &l);
    settle_capital(&v->list[RUNG_ALPHA], n->label, &l);
    n->rung = (uint8_t)l.rung;
    n->run_in = l.rung < RUNG_DASH && bold_title(n);
    if (l.rung < RUNG_DASH && continues_heading(v, n, &l)) {
        n->run_in = true;
        n->level = (uint8_t)open_heading(v, n, &l);
    } else {
        item_order(v, n, &l);
    }
}

/* An item that announces something, while the next one is of its own kind or its section ends. */
static void check_announced(struct levels *v, const struct node *n,
                            const struct node *next, int depth) {
    bool ends = !next || next->kind == NODE_APPENDIX ||
                (next->kind == NODE_HEADING && next->level <= depth) ||
                (next->kind == NODE_PARA && next->rung == n->rung);

    if (ends && n->kind == NODE_PARA && n->rung != RUNG_NONE && !n->level &&
        node_last_char(n) == ':')
        diag_add(v->p->diag, W_LABEL_ANNOUNCES, n->at, n->label, NULL);
}

static void context(struct pass *p, struct node *parent) {
    struct levels v = {.p = p};
    const struct node *before = NULL;

    for (struct node *n = parent->first; n; before = n, n = n->next) {
        int depth = v.depth;
        if (n->kind == NODE_HEADING)
            heading(&v, n);
        else if (n->kind == NODE_PARA)
            item(&v, n);
        else if (n->kind == NODE_APPENDIX)
            context(p, n);
        if (before)
            check_announced(&v, before, n, depth);
    }
    if (before)
        check_announced(&v, before, NULL, 0);
}

void levels_assign(struct pass *p) {
    context(p, p->doc->root);
}
