/* operands.c: where a result comes from: the names and cells below an expression, with their places */
#include "expr.h"
#include "inside.h"

#include <string.h>

#define OPERANDS_MAX 2000   /* of one expression, computed ones followed */
#define OPERAND_STEPS 50000 /* for those of one expression */
#define SHOWN_STEPS 1000000 /* for those of all expressions */
#define DEPTH_MAX 20        /* computed values below each other */

struct walker {
    struct eval *e; /* of our own: quiet, with steps of its own */
    bool deep;
    size_t cells;
    void (*visit)(void *to, const struct operand *o);
    void *to;
    struct {
        const char **v;
        size_t n, cap;
    } seen; /* texts of operands, each named once */
    int left;
};

static bool is_new(struct walker *w, const char *text) {
    for (size_t i = 0; i < w->seen.n; i++)
        if (str_eq(w->seen.v[i], text))
            return false;
    vec_push(w->e->a, &w->seen, text);
    return w->left-- > 0;
}

static struct result evaluate(struct walker *w, const struct expr *x) {
    w->e->failed = false;
    struct result r = eval_expr(w->e, x);
    if (w->e->steps > w->e->steps_max)
        w->left = 0;
    return r;
}

/* What x comes to, printed; NULL: nothing. */
static const char *shown(struct walker *w, const struct expr *x) {
    struct result r = evaluate(w, x);
    const char *text = result_text(w->e->a, &r);
    return r.kind == RES_MISSING && !*text ? NULL : text;
}

static void walk(struct walker *w, const struct expr *x, int depth);

/* The operands of a computed value; of a column's those of the row at hand. */
static void walk_formula(struct walker *w, const struct formula *f, bool in_row,
                         int depth) {
    if (!w->deep || (f->table && !in_row))
        return;
    const struct row_scope *row = w->e->row;
    if (!f->table)
        w->e->row = NULL;
    walk(w, f->expr, depth);
    w->e->row = row;
}

static void walk_name(struct walker *w, const struct expr *x, int depth) {
    if (x->ref == REF_TABLE || x->ref == REF_OF_TABLE || x->ref == REF_OF_LIST ||
        !is_new(w, x->text))
        return;
    const struct value *v = ref_value(w->e, x);
    const struct formula *f = x->previous ? NULL : x->formula;
    bool computed = f && (!v || v->flags & VALUE_COMPUTED);
    struct operand o = {.text = x->text,
                        .value = shown(w, x),
                        .formula = computed ? f : NULL,
                        .at = computed ? f->expr->at
                              : v      ? v->at
                                       : x->at,
                        .where = computed ? NULL : value_where(w->e->d, v),
                        .previous = x->previous,
                        .depth = depth};
    if (v && v->kind == VALUE_NONE && v->flags & VALUE_COMPUTED && !computed)
        o.at.line = 0; /* it is not there */
    w->visit(w->to, &o);
    if (computed)
        walk_formula(w, f, x->ref == REF_COLUMN && x->up == 0, depth + 1);
}

static bool counts(struct walker *w, const struct expr *condition,
                   const struct value *row) {
    struct eval *e = w->e;
    struct row_scope scope = {e->row, row};
    struct result r;
    if (!condition)
        return true;
    e->failed = false;
    e->row = &scope;
    bool holds = eval_bool(e, condition, &r) && r.yes;
    e->row = scope.up;
    return holds;
}

/* The cells of a column that count, one operand each. */
static void walk_cells(struct walker *w, const struct expr *column,
                       const struct expr *condition, int depth) {
    struct eval *e = w->e;
    const struct value *rows = ref_rows(e, column);
    size_t listed = 0, more = 0;
    for (uint32_t i = 0; rows && i < rows->n; i++) {
        const struct value *v = ref_cell(column, rows->u.item[i]);
        if (!v || v->kind == VALUE_NONE || !counts(w, condition, rows->u.item[i]))
            continue;
        if (listed == w->cells || w->left <= 0) {
            more++;
            continue;
        }
        listed++;
        w->left--;
        struct operand o = {.text = column->text,
                            .value = value_show(e->a, v),
                            .at = v->at,
                            .where = value_where(e->d, v),
                            .previous = column->previous,
                            .depth = depth};
        w->visit(w->to, &o);
    }
    if (more) {
        struct operand o = {.text = column->text, .depth = depth, .more = more};
        w->visit(w->to, &o);
    }
}

static bool is_rows(const struct expr *x) {
    return x->kind == EX_NAME &&
           (x->ref == REF_TABLE || x->ref == REF_OF_TABLE || x->ref == REF_OF_LIST);
}

/* What o() found stands where the cell stands; a computed cell has its row for that. false: it found none. */
static bool visit_cell(struct walker *w, const struct expr *x, bool previous, int depth) {
    struct result r = evaluate(w, x);
    const struct value *v = r.from, *row = v ? v->parent : NULL;
    if (!v)
        return false;
    bool computed = row && !str_eq(v->at.file, row->at.file);
    const char *text = result_text(w->e->a, &r);
    struct operand o = {.text = expr_text(w->e->a, x),
                        .value = r.kind == RES_MISSING && !*text ? NULL : text,
                        .at = computed ? row->at : v->at,
                        .where = value_where(w->e->d, v),
                        .previous = previous,
                        .depth = depth};
    w->visit(w->to, &o);
    return true;
}

/* A function over a table is an operand itself, with its cells below. */
static bool walk_aggregate(struct walker *w, const struct expr *x, int depth) {
    int column = -1;
    for (int i = 0; i < x->args && column < 0; i++)
        if (is_rows(x->arg[i]))
            column = i;
    if (column < 0)
        return false;
    const char *text = expr_text(w->e->a, x);
    if (!is_new(w, text))
        return true;
    if (x->fn == FN_O && visit_cell(w, x, x->arg[column]->previous, depth))
        return true;
    const struct value *rows = ref_rows(w->e, x->arg[column]);
    struct operand o = {.text = text,
                        .value = shown(w, x),
                        .at = rows && rows->at.file ? rows->at : x->at,
                        .previous = x->arg[column]->previous,
                        .depth = depth};
    w->visit(w->to, &o);
    walk_cells(w, x->arg[column], column == 0 && x->args > 1 ? x->arg[1] : NULL,
               depth + 1);
    for (int i = 0; i < column; i++)
        walk(w, x->arg[i], depth);
    return true;
}

/* neu, chon: the conditions as far as they were asked, and the value that was chosen. */
static void walk_choice(struct walker *w, const struct expr *x, int depth) {
    for (int i = 0; i + 1 < x->args; i += 2) {
        walk(w, x->arg[i], depth);
        struct result r = evaluate(w, x->arg[i]);
        if (r.kind == RES_BOOL && r.yes)
            walk(w, x->arg[i + 1], depth);
        if (r.kind != RES_BOOL || r.yes)
            return;
    }
    walk(w, x->arg[x->args - 1], depth);
}

static void walk(struct walker *w, const struct expr *x, int depth) {
    if (depth > DEPTH_MAX || w->left <= 0)
        return;
    if (x->kind == EX_NAME)
        walk_name(w, x, depth);
    else if (x->kind == EX_CALL && (x->fn == FN_NEU || x->fn == FN_CHON))
        walk_choice(w, x, depth);
    else if (x->kind != EX_CALL || !walk_aggregate(w, x, depth))
        for (int i = 0; i < x->args; i++)
            walk(w, x->arg[i], depth);
}

void operands_visit(struct eval *e, const struct expr *x, bool deep, size_t cells,
                    void (*visit)(void *to, const struct operand *o), void *to) {
    if (e->shown_steps > SHOWN_STEPS)
        return;
    struct eval own = *e;
    own.quiet = true;
    own.steps = 0;
    own.steps_max = OPERAND_STEPS;
    struct walker w = {.e = &own,
                       .deep = deep,
                       .cells = cells,
                       .visit = visit,
                       .to = to,
                       .left = OPERANDS_MAX};
    walk(&w, x, 0);
    e->shown_steps += own.steps;
}

/* ---- the place of a message ---- */

struct place {
    const char *template; /* file of the expression: not this */
    struct origin at;
    const char *where;
    bool former; /* a value of the former period will do */
    int rank;    /* 0: none was found */
};

static void take_place(void *to, const struct operand *o) {
    struct place *p = to;
    int rank = o->previous ? 1 : o->at.line ? 3 : 2;
    if (rank <= p->rank || (o->previous && !p->former) || o->more || !o->at.file ||
        str_eq(o->at.file, p->template))
        return;
    p->at = o->at;
    p->where = o->where;
    p->rank = rank;
}

struct origin operands_place(struct eval *e, const struct expr *x, bool former,
                             struct origin otherwise, const char **where) {
    struct place p = {.template = x->at.file, .at = otherwise, .former = former};
    if (e->row)
        p.where = row_name(e->d, e->row->row);
    operands_visit(e, x, true, 1, take_place, &p);
    *where = p.where;
    return p.at;
}

/* ---- what a computed value rests on ---- */

#define SOURCE_STEPS 1000000u
#define SOURCE_DEPTH 8 /* computed values in a row that are followed */

struct sources {
    struct eval e;
    const struct value **v;
    size_t n, max;
};

static void find_sources(struct sources *s, const struct expr *x, int depth);

static void add_source(struct sources *s, const struct value *v) {
    if (v && s->n < s->max)
        s->v[s->n++] = v;
}

static void name_source(struct sources *s, const struct expr *x, int depth) {
    const struct value *v = x->previous ? NULL : ref_value(&s->e, x);
    const struct formula *f = x->formula;
    if (!v || !f || !(v->flags & VALUE_COMPUTED)) {
        add_source(s, v);
        return;
    }
    const struct row_scope *row = s->e.row;
    if (f->table && x->up)
        return;
    s->e.row = f->table ? row : NULL;
    find_sources(s, f->expr, depth + 1);
    s->e.row = row;
}

static void find_sources(struct sources *s, const struct expr *x, int depth) {
    if (depth > SOURCE_DEPTH || s->n == s->max)
        return;
    if (x->kind == EX_NAME) {
        name_source(s, x, depth);
    } else if (x->kind == EX_CALL && x->fn == FN_O) {
        struct result r = eval_expr(&s->e, x);
        add_source(s, r.from);
        s->e.failed = false;
    } else {
        for (int i = 0; i < x->args; i++)
            find_sources(s, x->arg[i], depth);
    }
}

size_t formula_sources(struct arena *a, struct diag *d, const struct value *facts,
                       const struct formula *f, const struct value *v,
                       const struct value **out, size_t max) {
    struct row_scope scope = {NULL, v->parent};
    struct sources s = {.v = out, .max = max};
    s.e = (struct eval){
        .a = a, .d = d, .facts = facts, .quiet = true, .steps_max = SOURCE_STEPS};
    s.e.row = f->table ? &scope : NULL;
    find_sources(&s, f->expr, 0);
    return s.n;
}
