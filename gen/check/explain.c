/* explain.c: `baocao explain`: where a printed figure comes from, down to the cells */
#include "expr.h"
#include "inside.h"

#include <stdlib.h>
#include <string.h>

#define CELLS_SHOWN 50

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
    operands_visit(e, x, true, CELLS_SHOWN, print_operand, p);
}

static void print_title(struct printer *p, const struct field *f) {
    if (!f)
        return;
    if (f->title)
        buf_printf(p->out, "   — %s", f->title);
}

/* One value: given by the data, or its formula with what it rests on. */
static void print_value(struct printer *p, struct eval *e, const char *name,
                        const struct value *v, const struct field *f,
                        const struct value *row) {
    const struct formula *formula = f ? f->formula : NULL;
    const char *text = v ? value_show(e->a, v) : "";
    struct row_scope scope = {NULL, row};
    buf_printf(p->out, "%s = %s", name, *text ? text : blank(p));
    print_title(p, f);
    bool given = v && !(v->flags & VALUE_COMPUTED);
    if (!formula && v && v->at.file)
        print_place(p, v->at, value_where(p->d, v));
    buf_addc(p->out, '\n');
    if (!formula)
        return;
    if (given) {
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

static void print_rows(struct printer *p, struct eval *e, const struct table_schema *t,
                       const char *column, long only) {
    const struct value *table = value_get(e->facts, t->name);
    const struct field *f = schema_column(t, column);
    for (uint32_t i = 0; table && table->kind == VALUE_TABLE && i < table->n; i++) {
        const struct value *row = table->u.item[i];
        if (only && (long)i + 1 != only)
            continue;
        print_value(p, e, diag_fmt(p->d, "%s.%s[%u]", t->name, column, i + 1),
                    value_get(row, column), f, row);
    }
}

/* table.column or table.column[row] */
static bool explain_column(struct printer *p, struct eval *e, const struct schema *s,
                           const char *name) {
    for (size_t i = 0; i < s->tables; i++) {
        const struct table_schema *t = &s->table[i];
        size_t n = strlen(t->name);
        if (strncmp(name, t->name, n) != 0 || name[n] != '.')
            continue;
        size_t m = strcspn(name + n + 1, "[");
        const char *column = arena_strndup(e->a, name + n + 1, m);
        if (!schema_column(t, column) && !t->open)
            return false;
        const char *row = name + n + 1 + m;
        print_rows(p, e, t, column, *row ? strtol(row + 1, NULL, 10) : 0);
        return true;
    }
    return false;
}

static bool explain_rule(struct printer *p, struct eval *e, const struct schema *s,
                         const char *name) {
    bool found = false;
    for (size_t i = 0; i < s->rules; i++) {
        const struct rule *r = &s->rule[i];
        if (!str_eq(r->name, name))
            continue;
        found = true;
        buf_printf(p->out, "%s   — %s\n", name,
                   r->warning ? diag_word(p->d, "kiểm tra, cảnh báo", "check, warning")
                              : diag_word(p->d, "kiểm tra, lỗi", "check, error"));
        const struct value *table = r->table ? value_get(e->facts, r->table->name) : NULL;
        struct row_scope scope = {NULL, table && table->n ? table->u.item[0] : NULL};
        e->row = scope.row ? &scope : NULL;
        if (!r->table || scope.row)
            print_expr(p, e, r->condition);
        e->row = NULL;
    }
    return found;
}

static const struct value *find_fact(struct arena *a, const struct value *v,
                                     const char *name) {
    for (size_t n; v && (n = strcspn(name, ".")) > 0; name += n + 1) {
        v = value_get(v, arena_strndup(a, name, n));
        if (!name[n])
            return v;
    }
    return NULL;
}

static void unknown(struct eval *e, const struct schema *s, const char *name) {
    struct {
        const char **v;
        size_t n, cap;
    } all = {0};
    for (size_t i = 0; s && i < s->n; i++)
        vec_push(e->a, &all, s->field[i].name);
    for (size_t t = 0; s && t < s->tables; t++)
        for (size_t i = 0; i < s->table[t].n; i++) {
            const char *full =
                arena_printf(e->a, "%s.%s", s->table[t].name, s->table[t].field[i].name);
            vec_push(e->a, &all, full);
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
                     .steps_max = UINT64_MAX / 2};
    struct printer p = {d, out};
    if (s && (explain_column(&p, &e, s, name) || explain_rule(&p, &e, s, name)))
        return true;
    const struct value *v = find_fact(a, r->facts, name);
    const struct field *f = s ? schema_field(s, name) : NULL;
    if (!v && !f) {
        unknown(&e, s, name);
        return false;
    }
    print_value(&p, &e, name, v, f, NULL);
    return true;
}
