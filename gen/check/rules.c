/* rules.c: the checks of a template (`kiem_tra`): read once, run over each report */
#include "expr.h"
#include "inside.h"

#include <string.h>

/* ---- reading -------------------------------------------------------------------------- */

struct reader {
    struct arena *a;
    struct diag *d;
    struct schema *s;
    struct {
        struct rule *v;
        size_t n, cap;
    } all;
};

/* An expression of the template, bound to rows of `table`; NULL after messages. */
static struct expr *read_expr(struct reader *r, const char *text, size_t n,
                              struct origin at, const struct table_schema *table) {
    struct expr *x = expr_parse(r->a, r->d, text, n, at);
    return x && expr_bind(r->a, r->d, x, r->s, table) ? x : NULL;
}

static struct expr *read_member(struct reader *r, const struct value *entry,
                                const char *key, const struct table_schema *table,
                                bool *ok) {
    const struct value *v = value_get(entry, key);
    if (!v || v->kind == VALUE_NONE)
        return NULL;
    struct expr *x = v->text ? read_expr(r, v->text, v->len, expr_at(v), table) : NULL;
    if (!v->text)
        diag_add(r->d, E_RULE_TEXT, v->at, key, NULL);
    *ok &= x != NULL;
    return x;
}

struct parts {
    struct rule_part *v;
    size_t n, cap;
};

static void add_text(struct reader *r, struct parts *all, const char *s, size_t n) {
    struct rule_part p = {.text = arena_strndup(r->a, s, n)};
    if (n)
        vec_push(r->a, all, p);
}

/* Where the formatters of a tag begin: at the first '|' that stands in no text. */
static size_t bar_at(const char *s, size_t n) {
    char quote = 0;
    for (size_t i = 0; i < n; i++) {
        if (quote)
            quote = s[i] == quote ? 0 : quote;
        else if (s[i] == '"' || s[i] == '\'')
            quote = s[i];
        else if (s[i] == '|')
            return i;
    }
    return n;
}

/* {{expression | formatters}}; false after messages. */
static bool add_value(struct reader *r, struct parts *all, const char *s, size_t n,
                      struct origin at, const struct table_schema *table) {
    size_t bar = bar_at(s, n);
    struct rule_part p = {.value = read_expr(r, s, bar, at, table), .at = at};
    if (bar < n)
        p.format =
            format_parse(r->a, r->d, arena_strndup(r->a, s + bar + 1, n - bar - 1), at);
    vec_push(r->a, all, p);
    return p.value && (bar == n || p.format);
}

/* "Tổng ({{ho_so.tong}}) khác …": texts and expressions in turn. */
static bool read_message(struct reader *r, const struct value *v, struct rule *rule) {
    struct parts all = {0};
    struct lexer place = {.text = v->text, .at = expr_at(v)};
    bool ok = true;
    for (const char *s = v->text, *end = s + v->len; s < end;) {
        const char *open = strstr(s, "{{"), *close = open ? strstr(open, "}}") : NULL;
        if (open && !close) {
            diag_add(r->d, E_RULE_OPEN_TAG, lex_at(&place, (size_t)(open - v->text)),
                     NULL);
            return false;
        }
        add_text(r, &all, s, (size_t)((open ? open : end) - s));
        s = end;
        if (open) {
            ok &= add_value(r, &all, open + 2, (size_t)(close - open - 2),
                            lex_at(&place, (size_t)(open + 2 - v->text)), rule->table);
            s = close + 2;
        }
    }
    rule->part = all.v;
    rule->parts = all.n;
    return ok;
}

static bool read_severity(struct reader *r, const struct value *entry,
                          struct rule *rule) {
    const char *s = value_text(entry, "muc");
    rule->warning = s && (str_eq(s, "canh_bao") || str_eq(s, "cảnh báo"));
    if (!s || rule->warning || str_eq(s, "loi") || str_eq(s, "lỗi"))
        return true;
    diag_add(r->d, E_RULE_SEVERITY, value_get(entry, "muc")->at, s, NULL);
    return false;
}

static bool read_table(struct reader *r, const struct value *entry, struct rule *rule) {
    const struct value *v = value_get(entry, "bang");
    if (!v || v->kind == VALUE_NONE)
        return true;
    rule->table = v->text ? schema_table(r->s, v->text) : NULL;
    if (rule->table)
        return true;
    const char **names = arena_array(r->a, const char *, r->s->tables);
    for (size_t i = 0; i < r->s->tables; i++)
        names[i] = r->s->table[i].name;
    check_unknown(r->d, E_RULE_TABLE, E_RULE_TABLE_NEAR, v->at, v->text ? v->text : "",
                  names, r->s->tables);
    return false;
}

static void read_rule(struct reader *r, const struct value *entry) {
    struct rule rule = {.at = entry->at};
    const struct value *name = value_get(entry, "ten"),
                       *message = value_get(entry, "thong_bao");
    rule.name = name && name->text ? name->text : NULL;
    for (size_t i = 0; rule.name && i < r->all.n; i++)
        if (str_eq(r->all.v[i].name, rule.name))
            diag_add(r->d, E_SCHEMA_TWICE, name->at, rule.name,
                     diag_fmt(r->d, "%d", r->all.v[i].at.line), NULL);
    bool ok = read_severity(r, entry, &rule);
    if (!read_table(r, entry, &rule))
        return;
    rule.when = read_member(r, entry, "khi", rule.table, &ok);
    rule.condition = read_member(r, entry, "dieu_kien", rule.table, &ok);
    if (!value_get(entry, "dieu_kien")) {
        diag_add(r->d, E_RULE_NO_CONDITION, entry->at, NULL);
        ok = false;
    }
    if (message && message->kind != VALUE_NONE) {
        if (!message->text)
            diag_add(r->d, E_RULE_TEXT, message->at, "thong_bao", NULL);
        ok = message->text && read_message(r, message, &rule) && ok;
    }
    if (ok && rule.condition)
        vec_push(r->a, &r->all, rule);
}

/* ---- ready rules ------------------------------------------------------------------------- */

/* One field of luy_ke or bien_dong; `factor` is the text behind it. */
static void add_ready(struct reader *r, const struct value *field, const char *kind,
                      const char *factor, struct expr *when) {
    bool falls = str_eq(kind, "luy_ke");
    const char *f = field->text;
    if (!f) {
        diag_add(r->d, E_RULE_FIELDS, field->at, kind, NULL);
        return;
    }
    struct rule rule = {
        .at = field->at, .name = kind, .when = when, .falls = falls, .jumps = !falls};
    rule.warning = !falls;
    const char *text =
        falls ? arena_printf(r->a, "%s >= ky_truoc.%s", f, f)
              : arena_printf(r->a,
                             "(%s <= ky_truoc.%s * %s va %s * %s >= ky_truoc.%s) hoac "
                             "ky_truoc.%s == 0",
                             f, f, factor, f, factor, f, f); /* its place is the first */
    /* The name is looked up where it was written, not within the text made here. */
    struct expr *own = read_expr(r, f, strlen(f), expr_at(field), NULL);
    if (!own || own->kind != EX_NAME) {
        if (own)
            diag_add(r->d, E_RULE_FIELDS, field->at, kind, NULL);
        return;
    }
    rule.condition = read_expr(r, text, strlen(text), field->at, NULL);
    rule.part = arena_array(r->a, struct rule_part, 2);
    rule.part[0].value = own;
    rule.part[1].text = factor ? factor : "";
    rule.parts = 2;
    if (rule.condition)
        vec_push(r->a, &r->all, rule);
}

static void read_ready(struct reader *r, const struct value *entry, const char *kind) {
    const struct value *fields = value_get(entry, kind), *times = value_get(entry, "lan");
    bool falls = str_eq(kind, "luy_ke");
    struct number n;
    bool percent;
    int digits;
    const char *factor = NULL;
    bool ok = true;
    struct expr *when = read_member(r, entry, "khi", NULL, &ok);
    if (!ok)
        return;
    if (!falls) {
        factor = times && times->text ? times->text : "3";
        if (!number_parse(r->a, factor, strlen(factor), NUM_VI, &n, &percent, &digits) ||
            number_sign(&n) <= 0) {
            diag_add(r->d, E_RULE_FACTOR, times->at, factor, NULL);
            return;
        }
    }
    if (fields->kind != VALUE_LIST) {
        add_ready(r, fields, kind, factor, when);
        return;
    }
    for (uint32_t i = 0; i < fields->n; i++)
        add_ready(r, fields->u.item[i], kind, factor, when);
}

void rules_load(struct arena *a, struct diag *d, const struct value *mau,
                struct schema *s) {
    static const char *const keys[] = {"ten", "bang",      "khi",    "dieu_kien",
                                       "muc", "thong_bao", "luy_ke", "bien_dong",
                                       "lan", "mo_ta"};
    struct reader r = {.a = a, .d = d, .s = s};
    const struct value *list = schema_list(d, mau, "kiem_tra");
    for (uint32_t i = 0; list && i < list->n; i++) {
        const struct value *entry = list->u.item[i];
        if (entry->kind != VALUE_MAP) {
            diag_add(d, E_RULE_KIND, entry->at, NULL);
            continue;
        }
        schema_keys(d, entry, keys, sizeof keys / sizeof *keys);
        if (value_get(entry, "luy_ke"))
            read_ready(&r, entry, "luy_ke");
        else if (value_get(entry, "bien_dong"))
            read_ready(&r, entry, "bien_dong");
        else
            read_rule(&r, entry);
    }
    s->rule = r.all.v;
    s->rules = r.all.n;
}

/* ---- running ---------------------------------------------------------------------------------- */

/* A value of a message, through its formatters. */
static const char *part_text(struct eval *e, const struct rule_part *p) {
    struct result r = eval_expr(e, p->value);
    if (r.kind == RES_MISSING)
        return diag_word(e->d, "(trống)", "(empty)");
    struct value v = {.kind = VALUE_TEXT, .text = result_text(e->a, &r)};
    v.len = (uint32_t)strlen(v.text);
    if (r.kind == RES_NUMBER) {
        v.kind = VALUE_NUMBER;
        v.flags = VALUE_COMPUTED | (r.percent ? VALUE_PERCENT : 0);
        v.u.number = &r.number;
    } else if (r.kind == RES_DATE) {
        v.kind = VALUE_DATE;
        v.u.date = r.date;
    }
    const char *shown = v.text;
    if (v.kind != VALUE_TEXT)
        v.text = NULL;
    const char *s = p->format ? format_apply(e->a, e->d, r.from ? r.from : &v, p->format,
                                             p->value->unit, p->at)
                              : shown;
    return s ? s : shown;
}

static const char *message(struct eval *e, const struct rule *rule) {
    struct buf b = {0};
    for (size_t i = 0; i < rule->parts; i++) {
        if (rule->part[i].text) {
            buf_adds(&b, rule->part[i].text);
            continue;
        }
        buf_adds(&b, part_text(e, &rule->part[i]));
    }
    const char *text = diag_fmt(e->d, "%s", b.data ? b.data : "");
    buf_free(&b);
    return text;
}

static const char *field_title(const struct schema *s, const struct expr *x) {
    const struct field *f = schema_field(s, x->text);
    return f && f->title ? f->title : x->text;
}

static void tell(struct eval *e, const struct schema *s, const struct rule *rule) {
    const char *where = NULL;
    bool ready = rule->falls || rule->jumps; /* told where this period's value stands */
    struct origin at = operands_place(e, ready ? rule->part[0].value : rule->condition,
                                      rule->at, &where);
    if (ready) {
        const struct expr *own = rule->part[0].value;
        struct result r = eval_expr(e, own);
        diag_add_where(e->d, rule->falls ? E_RULE_FALLS : W_RULE_JUMPS, at, where,
                       field_title(s, own), result_text(e->a, &r), rule->part[1].text,
                       NULL);
    } else {
        const char *text = rule->parts ? message(e, rule) : NULL;
        const char *condition = expr_text(e->a, rule->condition);
        enum diag_code code = rule->warning ? (text ? W_RULE : W_RULE_PLAIN)
                                            : (text ? E_RULE : E_RULE_PLAIN);
        diag_add_where(e->d, code, at, where, text ? text : condition,
                       rule->name ? rule->name : "", NULL);
    }
    relate_operands(e, rule->condition);
}

static void run_once(struct eval *e, const struct schema *s, const struct rule *rule) {
    e->failed = false;
    if (rule->when) {
        struct result when = eval_expr(e, rule->when);
        if (when.kind != RES_BOOL || !when.yes)
            return;
    }
    struct result r = eval_expr(e, rule->condition);
    if (r.kind == RES_BOOL && !r.yes)
        tell(e, s, rule);
    else if (r.kind != RES_BOOL && r.kind != RES_MISSING)
        eval_fail(e, E_EXPR_BOOL_WANTED, rule->condition, result_text(e->a, &r), NULL);
}

bool rules_run(struct eval *e, const struct schema *s) {
    int errors = diag_count(e->d, SEV_ERROR);
    for (size_t i = 0; i < s->rules; i++) {
        const struct rule *rule = &s->rule[i];
        if (!rule->table) {
            run_once(e, s, rule);
            continue;
        }
        const struct value *table = value_get(e->facts, rule->table->name);
        for (uint32_t k = 0; table && table->kind == VALUE_TABLE && k < table->n; k++) {
            struct row_scope scope = {NULL, table->u.item[k]};
            e->row = &scope;
            run_once(e, s, rule);
            e->row = NULL;
        }
    }
    return diag_count(e->d, SEV_ERROR) == errors;
}

/* ---- conditions over rows, for `loc` ------------------------------------------------------------------ */

#define STEPS_OF_ROW 1000000u

struct expr *row_condition(struct arena *a, struct diag *d, const struct value *text,
                           const struct schema *s, const char *table) {
    static const struct schema none = {.open = true};
    struct expr *x = expr_parse(a, d, text->text, text->len, expr_at(text));
    if (!s)
        s = &none;
    const struct table_schema *t = schema_table(s, table);
    struct table_schema *open = arena_new_of(a, struct table_schema);
    *open = (struct table_schema){.name = table, .open = true};
    return x && expr_bind(a, d, x, s, t ? t : open) ? x : NULL;
}

bool row_holds(struct arena *a, struct diag *d, const struct expr *condition,
               const struct value *facts, const struct value *row) {
    struct eval e = {.a = a, .d = d, .facts = facts, .steps_max = STEPS_OF_ROW};
    struct row_scope scope = {NULL, row};
    e.row = &scope;
    struct result r = eval_expr(&e, condition);
    return r.kind == RES_BOOL && r.yes;
}
