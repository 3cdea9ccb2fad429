/* explain.c: `baocao explain`: where a printed figure comes from, down to the cells */
#include "expr.h"
#include "inside.h"

#include <stdlib.h>
#include <string.h>

#define CELLS_SHOWN 50 /* of a function over a column */
#define ROWS_SHOWN 50  /* of a table */
#define EXPLAIN_STEPS 100000000u

struct printer {
    struct diag *d;
    struct buf *out;
};

static void print_place(struct printer *p, struct origin at, const char *where) {
    if (!at.file)
        return;
    buf_printf(p->out, "   (%s", at.file);
    if (at.line)
        buf_printf(p->out, ":%d:%d", at.line, at.col);
    buf_printf(p->out, "%s%s)", where ? ", " : "", where ? where : "");
}

static const char *blank(const struct printer *p) {
    return diag_word(p->d, "(trống)", "(empty)");
}

static void print_operand(void *to, const struct operand *o) {
    struct printer *p = to;
    buf_printf(p->out, "%*s", 2 * o->depth + 4, "");
    if (o->more) {
        buf_printf(p->out, diag_word(p->d, "… và %zu ô nữa\n", "… and %zu more\n"),
                   o->more);
        return;
    }
    buf_printf(p->out, "%s = %s", o->text, o->value ? o->value : blank(p));
    if (o->formula)
        buf_printf(p->out, " = %.*s",
                   (int)(o->formula->expr->to - o->formula->expr->from),
                   o->formula->expr->source + o->formula->expr->from);
    print_place(p, o->at, o->where);
    buf_addc(p->out, '\n');
}

static void print_expr(struct printer *p, struct eval *e, const struct expr *x) {
    buf_printf(p->out, "  = %s", expr_text(e->a, x));
    print_place(p, x->at, NULL);
    buf_addc(p->out, '\n');
    e->shown_steps = 0;
    operands_visit(e, x, true, CELLS_SHOWN, print_operand, p);
}

static void print_title(struct printer *p, const struct field *f) {
    if (f && f->title)
        buf_printf(p->out, "   — %s", f->title);
}

static bool same_place(struct origin x, struct origin y) {
    return x.line == y.line && x.col == y.col && str_eq(x.file, y.file);
}

/* One value: given by the data, or its formula with what it rests on. */
static void print_value(struct printer *p, struct eval *e, const char *name,
                        const struct value *v, const struct field *f,
                        const struct value *row) {
    const struct formula *formula = f ? f->formula : NULL;
    const char *text = v ? value_show(e->a, v) : "";
    struct row_scope scope = {NULL, row};
    bool given = v && v->at.file && !(v->kind == VALUE_NONE && v->flags & VALUE_COMPUTED);
    buf_printf(p->out, "%s = %s", name, *text ? text : blank(p));
    print_title(p, f);
    if (!formula && given)
        print_place(p, v->at, value_where(p->d, v));
    buf_addc(p->out, '\n');
    if (!formula)
        return;
    if (given && !same_place(v->at, formula->expr->at)) {
        buf_printf(p->out, "%s",
                   diag_word(p->d, "  số liệu cũng ghi:", "  the data give it too:"));
        print_place(p, v->at, value_where(p->d, v));
        buf_addc(p->out, '\n');
    }
    e->row = row ? &scope : NULL;
    e->failed = false;
    print_expr(p, e, formula->expr);
    e->row = NULL;
}

/* ---- tables ---------------------------------------------------------------------------- */

static void print_rows(struct printer *p, struct eval *e, const struct value *table,
                       const struct table_schema *t, const char *column, uint32_t only) {
    const struct field *f = schema_column(t, column);
    for (uint32_t i = only ? only - 1 : 0; i < (only ? only : table->n); i++) {
        const struct value *row = table->u.item[i];
        if (!only && i >= ROWS_SHOWN) {
            buf_printf(p->out,
                       diag_word(p->d, "… và %u hàng nữa\n", "… and %u rows more\n"),
                       table->n - i);
            return;
        }
        print_value(p, e, diag_fmt(p->d, "%s.%s[%u]", t->name, column, i + 1),
                    value_get(row, column), f, row);
    }
}

static void print_table(struct printer *p, const struct value *table,
                        const struct table_schema *t) {
    buf_printf(p->out, diag_word(p->d, "%s: %u hàng", "%s: %u rows"), t->name, table->n);
    if (t->title)
        buf_printf(p->out, "   — %s", t->title);
    print_place(p, table->at, NULL);
    buf_addc(p->out, '\n');
    size_t n;
    const struct column *c = value_columns(table, &n);
    for (size_t i = 0; i < n; i++) {
        const struct field *f = schema_column(t, c[i].key);
        buf_printf(p->out, "    %s.%s", t->name, c[i].key);
        if (f && f->title)
            print_title(p, f);
        else if (!f)
            buf_printf(p->out, "   — %s", c[i].title);
        buf_addc(p->out, '\n');
    }
}

/* The row of "[3]", 0: of all; false: it is none. */
static bool read_row(const char *s, uint32_t *row) {
    char *end;
    *row = 0;
    if (!*s)
        return true;
    if (s[1] < '1' || s[1] > '9')
        return false;
    unsigned long n = strtoul(s + 1, &end, 10);
    *row = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
    return str_eq(end, "]");
}

enum found { FOUND, NOT_FOUND, WRONG };

/* table, table.column or table.column[row] */
static enum found explain_table(struct printer *p, struct eval *e, const struct schema *s,
                                const char *name) {
    size_t n = strcspn(name, "."), m = name[n] ? strcspn(name + n + 1, "[") : 0;
    const struct table_schema *t = schema_table(s, arena_strndup(e->a, name, n));
    const struct value *table = t ? value_get(e->facts, t->name) : NULL;
    if (!table || table->kind != VALUE_TABLE)
        return NOT_FOUND;
    if (!name[n]) {
        print_table(p, table, t);
        return FOUND;
    }
    const char *column = arena_strndup(e->a, name + n + 1, m);
    size_t columns;
    const struct column *c = value_columns(table, &columns);
    bool known = schema_column(t, column) != NULL;
    for (size_t i = 0; i < columns && t->open; i++)
        known |= str_eq(c[i].key, column);
    uint32_t row;
    if (!known || !read_row(name + n + 1 + m, &row))
        return NOT_FOUND;
    if (row > table->n) {
        diag_add(e->d, E_EXPLAIN_ROW, (struct origin){0}, t->name,
                 diag_fmt(e->d, "%u", table->n), diag_fmt(e->d, "%s", name), NULL);
        return WRONG;
    }
    print_rows(p, e, table, t, column, row);
    return FOUND;
}

/* ---- checks ------------------------------------------------------------------------------ */

static const char *outcome_word(const struct printer *p, enum rule_outcome outcome) {
    switch (outcome) {
    case RULE_HOLDS:
        return diag_word(p->d, "đạt", "holds");
    case RULE_FAILS:
        return diag_word(p->d, "KHÔNG đạt", "FAILS");
    case RULE_NOT_MEANT:
        return diag_word(p->d, "không áp dụng (khi)", "does not apply (khi)");
    case RULE_LACKS:
        return diag_word(p->d, "không áp dụng (thiếu số liệu)",
                         "does not apply (something is missing)");
    case RULE_VOID:
        return diag_word(p->d, "không tính được", "cannot be computed");
    }
    return "";
}

static void print_rule(struct printer *p, struct eval *e, const struct rule *r) {
    if (r->when && !e->row)
        buf_printf(p->out, "  %s %s\n", diag_word(p->d, "khi", "when"),
                   expr_text(e->a, r->when));
    print_expr(p, e, r->condition);
}

/* Each row that fails, then how many did what. */
static void print_rule_rows(struct printer *p, struct eval *e, const struct rule *r) {
    const struct value *table = value_get(e->facts, r->table->name);
    uint32_t count[RULE_VOID + 1] = {0};
    for (uint32_t i = 0; table && table->kind == VALUE_TABLE && i < table->n; i++) {
        struct row_scope scope = {NULL, table->u.item[i]};
        e->row = &scope;
        enum rule_outcome outcome = rule_apply(e, r);
        if (outcome == RULE_FAILS && count[outcome] < ROWS_SHOWN) {
            buf_printf(p->out, "  %s: %s\n", row_name(p->d, scope.row),
                       outcome_word(p, outcome));
            print_rule(p, e, r);
        }
        count[outcome]++;
        e->row = NULL;
    }
    for (int i = 0; i <= RULE_VOID; i++)
        if (count[i])
            buf_printf(p->out, diag_word(p->d, "  %u hàng %s\n", "  rows: %u, %s\n"),
                       count[i], outcome_word(p, (enum rule_outcome)i));
}

static bool explain_rule(struct printer *p, struct eval *e, const struct schema *s,
                         const char *name) {
    bool found = false;
    for (size_t i = 0; i < s->rules; i++) {
        const struct rule *r = &s->rule[i];
        if (!str_eq(r->name, name))
            continue;
        found = true;
        buf_printf(p->out, "%s   — %s", name,
                   r->warning ? diag_word(p->d, "kiểm tra, cảnh báo", "check, warning")
                              : diag_word(p->d, "kiểm tra, lỗi", "check, error"));
        if (r->table) {
            buf_printf(p->out,
                       diag_word(p->d, ", từng hàng của “%s”\n", ", rows of “%s”\n"),
                       r->table->name);
            print_rule_rows(p, e, r);
        } else {
            buf_printf(p->out, ": %s\n", outcome_word(p, rule_apply(e, r)));
            print_rule(p, e, r);
        }
    }
    return found;
}

/* ---- facts ---------------------------------------------------------------------------------- */

/* A value, all that is below a group, or the items of a list; full: its name, from `own` on without ky_truoc. */
static void print_fact(struct printer *p, struct eval *e, const struct schema *s,
                       const char *full, size_t own, const struct value *v) {
    const struct field *f = s ? schema_field(s, full + own) : NULL;
    if (v->kind == VALUE_MAP) {
        for (uint32_t i = 0; i < v->n; i++)
            print_fact(p, e, s, arena_printf(e->a, "%s.%s", full, v->u.member[i].key),
                       own, &v->u.member[i]);
        return;
    }
    bool maps = v->kind == VALUE_LIST && v->n && v->u.item[0]->kind == VALUE_MAP;
    if (!maps && v->kind != VALUE_TABLE) {
        if (own && f && f->formula) { /* what it rests on is another report */
            struct field plain = *f;
            plain.formula = NULL;
            print_value(p, e, full, v, &plain, NULL);
        } else
            print_value(p, e, full, v, f, NULL);
        return;
    }
    buf_printf(p->out, diag_word(p->d, "%s: %u mục", "%s: %u items"), full, v->n);
    print_title(p, f);
    print_place(p, v->at, NULL);
    buf_addc(p->out, '\n');
}

/* The members `rest` of all items of a list. */
static void print_items(struct printer *p, struct eval *e, const char *name,
                        const struct value *list, const char *rest) {
    for (uint32_t i = 0; i < list->n; i++) {
        const struct value *v = list->u.item[i];
        for (const char *part = rest; v && *part;) {
            size_t n = strcspn(part, ".");
            v = value_get(v, arena_strndup(e->a, part, n));
            part += n + (part[n] == '.');
        }
        print_value(p, e, diag_fmt(p->d, "%s[%u].%s", name, i + 1, rest), v, NULL, NULL);
    }
}

/* A fact, a group, or a member of the items of a list. */
static bool explain_fact(struct printer *p, struct eval *e, const struct schema *s,
                         const char *name) {
    const struct value *v = e->facts;
    size_t own = str_starts(name, "ky_truoc.") ? strlen("ky_truoc.") : 0;
    for (const char *part = name; v;) {
        size_t n = strcspn(part, ".");
        v = value_get(v, arena_strndup(e->a, part, n));
        if (!v)
            break;
        if (!part[n]) {
            print_fact(p, e, s, name, own, v);
            return true;
        }
        part += n + 1;
        if (v->kind != VALUE_LIST || !s || !schema_field(s, name + own))
            continue;
        print_items(p, e, arena_strndup(e->a, name, (size_t)(part - 1 - name)), v, part);
        return true;
    }
    return false;
}

static void unknown(struct eval *e, const struct schema *s, const char *name) {
    struct {
        const char **v;
        size_t n, cap;
    } all = {0};
    for (size_t i = 0; s && i < s->n; i++)
        vec_push(e->a, &all, s->field[i].name);
    for (size_t t = 0; s && t < s->tables; t++) {
        vec_push(e->a, &all, s->table[t].name);
        for (size_t i = 0; i < s->table[t].n; i++) {
            const char *full =
                arena_printf(e->a, "%s.%s", s->table[t].name, s->table[t].field[i].name);
            vec_push(e->a, &all, full);
        }
    }
    for (size_t i = 0; s && i < s->rules; i++)
        if (s->rule[i].name)
            vec_push(e->a, &all, s->rule[i].name);
    const char *near = text_nearest(name, all.v, all.n);
    diag_add(
        e->d, E_EXPLAIN_UNKNOWN, (struct origin){0}, name,
        near ? diag_fmt(e->d, diag_word(e->d, "có phải “%s”?", "is “%s” meant?"), near)
             : diag_word(e->d, "xem tên trong mau.yaml của mẫu",
                         "see the names in the template's mau.yaml"),
        NULL);
}

bool check_explain(struct arena *a, struct diag *d, const struct report *r,
                   const struct schema *s, const char *name, struct buf *out) {
    struct eval e = {.a = a,
                     .d = d,
                     .facts = r->facts,
                     .previous = r->previous,
                     .quiet = true,
                     .steps_max = EXPLAIN_STEPS};
    struct printer p = {d, out};
    bool rule = s && explain_rule(&p, &e, s, name);
    enum found table = s ? explain_table(&p, &e, s, name) : NOT_FOUND;
    if (table == WRONG)
        return false;
    if (table == FOUND || explain_fact(&p, &e, s, name) || rule)
        return true;
    unknown(&e, s, name);
    return false;
}
