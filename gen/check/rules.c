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
                              struct text_place at, const struct table_schema *table) {
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

/* ---- messages with tags ---- */

struct parts {
    struct rule_part *v;
    size_t n, cap;
};

static void add_text(struct reader *r, struct parts *all, const char *s, size_t n) {
    struct rule_part p = {.text = arena_strndup(r->a, s, n)};
    if (n)
        vec_push(r->a, all, p);
}

/* Where the formatters of a tag begin: behind its first | outside quotes; n: it has none. */
static size_t find_formatter(const char *s, size_t n) {
    char quote = 0;
    for (size_t i = 0; i < n; i++) {
        if (quote ? s[i] == quote : s[i] == '"' || s[i] == '\'')
            quote = quote ? 0 : s[i];
        else if (!quote && s[i] == '|')
            return i;
    }
    return n;
}

/* {{expression | formatters}}; false after messages. */
static bool add_value(struct reader *r, struct parts *all, const char *s, size_t n,
                      struct text_place place, const struct table_schema *table) {
    size_t bar = find_formatter(s, n);
    struct rule_part p = {.value = read_expr(r, s, bar, place, table)};
    if (bar < n) {
        p.at = place_at(place, s, bar).at;
        p.format =
            format_parse(r->a, r->d, arena_strndup(r->a, s + bar + 1, n - bar - 1), p.at);
    }
    if (p.value)
        vec_push(r->a, all, p);
    return p.value && (bar == n || p.format);
}

/* "Tổng ({{ho_so.tong}}) khác …": texts and expressions in turn. */
static bool read_message(struct reader *r, const struct value *v, struct rule *rule) {
    struct parts all = {0};
    struct text_place place = expr_at(v);
    bool ok = true;
    for (const char *s = v->text, *end = s + v->len; s < end;) {
        const char *open = strstr(s, "{{"), *close = open ? strstr(open, "}}") : NULL;
        add_text(r, &all, s, (size_t)((open ? open : end) - s));
        if (!open)
            break;
        place = place_at(place, s, (size_t)(open - s));
        if (!close) {
            diag_add(r->d, E_RULE_OPEN_TAG, place.at, NULL);
            return false;
        }
        struct text_place inside = place_at(place, open, 2);
        ok &=
            add_value(r, &all, open + 2, (size_t)(close - open - 2), inside, rule->table);
        s = close + 2;
        place = place_at(inside, open + 2, (size_t)(s - open - 2));
    }
    rule->part = all.v;
    rule->parts = all.n;
    return ok;
}

/* ---- one check ---- */

static bool read_severity(struct reader *r, const struct value *entry,
                          struct rule *rule) {
    const struct value *v = value_get(entry, "muc");
    const char *s = v && v->text ? v->text : "";
    rule->warning = str_eq(s, "canh_bao") || str_eq(s, "cảnh báo");
    if (!v || v->kind == VALUE_NONE || rule->warning || str_eq(s, "loi") ||
        str_eq(s, "lỗi"))
        return true;
    diag_add(r->d, E_RULE_SEVERITY, v->at, *s ? s : value_kind_name(r->d, v), NULL);
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

static void read_name(struct reader *r, const struct value *entry, struct rule *rule) {
    const struct value *name = value_get(entry, "ten");
    if (!name || name->kind == VALUE_NONE)
        return;
    if (!name->text)
        diag_add(r->d, E_RULE_TEXT, name->at, "ten", NULL);
    rule->name = name->text;
    for (size_t i = 0; rule->name && i < r->all.n; i++)
        if (str_eq(r->all.v[i].name, rule->name)) {
            diag_add(r->d, E_SCHEMA_TWICE, name->at, rule->name,
                     diag_fmt(r->d, "%d", r->all.v[i].at.line), NULL);
            return;
        }
}

static void read_rule(struct reader *r, const struct value *entry) {
    struct rule rule = {.at = entry->at};
    const struct value *message = value_get(entry, "thong_bao"),
                       *condition = value_get(entry, "dieu_kien");
    read_name(r, entry, &rule);
    bool ok = read_severity(r, entry, &rule);
    if (!read_table(r, entry, &rule))
        return;
    rule.when = read_member(r, entry, "khi", rule.table, &ok);
    rule.condition = read_member(r, entry, "dieu_kien", rule.table, &ok);
    if (!condition || condition->kind == VALUE_NONE)
        diag_add(r->d, E_RULE_NO_CONDITION, condition ? condition->at : entry->at, NULL);
    if (message && message->kind != VALUE_NONE) {
        if (!message->text)
            diag_add(r->d, E_RULE_TEXT, message->at, "thong_bao", NULL);
        ok = message->text && read_message(r, message, &rule) && ok;
    }
    if (ok && rule.condition)
        vec_push(r->a, &r->all, rule);
}

/* ---- ready rules ------------------------------------------------------------------------- */

/* A number field of this period, as it is written in the list. */
static struct expr *read_number_field(struct reader *r, const struct value *v,
                                      const char *kind) {
    struct expr *x = v->text ? read_expr(r, v->text, v->len, expr_at(v), NULL) : NULL;
    if (v->text && !x)
        return NULL;
    const struct field *f = x ? schema_field(r->s, x->text) : NULL;
    bool number = f ? f->type == FT_INTEGER || f->type == FT_NUMBER : r->s->open;
    if (x && x->kind == EX_NAME && x->ref == REF_FACT && !x->previous && number)
        return x;
    diag_add(r->d, E_RULE_FIELDS, v->at, kind, NULL);
    return NULL;
}

/* One field of luy_ke, or with a factor of bien_dong. Beyond the factor is also what changed its sign. */
static void add_ready(struct reader *r, const struct value *field, const char *kind,
                      const char *factor, struct expr *when) {
    struct rule rule = {.at = field->at,
                        .name = kind,
                        .when = when,
                        .falls = !factor,
                        .jumps = factor != NULL,
                        .warning = factor != NULL};
    struct expr *own = read_number_field(r, field, kind);
    if (!own)
        return;
    const char *f = own->text, *former = arena_printf(r->a, "ky_truoc.%s", f), *text;
    text = !factor
               ? arena_printf(r->a, "%s >= %s", f, former)
               : arena_printf(r->a,
                              "(%s * %s > 0 va tuyet_doi(%s) <= tuyet_doi(%s) * %s va "
                              "tuyet_doi(%s) * %s >= tuyet_doi(%s)) hoac %s == 0",
                              f, former, f, former, factor, f, factor, former, former);
    /* All of the text made here stands at the field. */
    struct text_place place = {.at = field->at, .fixed = true};
    rule.condition = read_expr(r, text, strlen(text), place, NULL);
    rule.part = arena_array(r->a, struct rule_part, 3);
    rule.part[0].value = own;
    rule.part[1].value = read_expr(r, former, strlen(former), place, NULL);
    rule.part[2].text = factor ? factor : "";
    rule.parts = 3;
    if (rule.condition && rule.part[1].value)
        vec_push(r->a, &r->all, rule);
}

/* The text of lan, above 1; NULL after a message. */
static const char *read_factor(struct reader *r, const struct value *entry) {
    const struct value *v = value_get(entry, "lan");
    struct number n, one = number_int(1);
    bool percent;
    int digits;
    if (!v || v->kind == VALUE_NONE)
        return "3";
    if (v->text && number_parse(r->a, v->text, v->len, NUM_VI, &n, &percent, &digits) &&
        !percent && number_compare(&n, &one) > 0)
        return v->text;
    diag_add(r->d, E_RULE_FACTOR, v->at, v->text ? v->text : value_kind_name(r->d, v),
             NULL);
    return NULL;
}

static void read_ready(struct reader *r, const struct value *entry, const char *kind) {
    const struct value *fields = value_get(entry, kind);
    const char *factor = NULL;
    bool ok = true;
    struct expr *when = read_member(r, entry, "khi", NULL, &ok);
    if (str_eq(kind, "bien_dong") && !(factor = read_factor(r, entry)))
        return;
    if (!ok)
        return;
    if (fields->kind != VALUE_LIST) {
        add_ready(r, fields, kind, factor, when);
        return;
    }
    for (uint32_t i = 0; i < fields->n; i++)
        add_ready(r, fields->u.item[i], kind, factor, when);
}

/* The keys that an entry of each kind takes. */
static void read_entry(struct reader *r, const struct value *entry) {
    static const char *const keys[] = {"ten", "bang",      "khi",   "dieu_kien",
                                       "muc", "thong_bao", "mo_ta", "luy_ke",
                                       "lan", "bien_dong"};
    static const char *const falls[] = {"luy_ke", "khi", "mo_ta"};
    static const char *const jumps[] = {"bien_dong", "lan", "khi", "mo_ta"};
    if (entry->kind != VALUE_MAP) {
        diag_add(r->d, E_RULE_KIND, entry->at, NULL);
    } else if (value_get(entry, "luy_ke")) {
        schema_keys(r->d, entry, falls, sizeof falls / sizeof *falls);
        read_ready(r, entry, "luy_ke");
    } else if (value_get(entry, "bien_dong")) {
        schema_keys(r->d, entry, jumps, sizeof jumps / sizeof *jumps);
        read_ready(r, entry, "bien_dong");
    } else {
        schema_keys(r->d, entry, keys, sizeof keys / sizeof *keys);
        read_rule(r, entry);
    }
}

void rules_load(struct arena *a, struct diag *d, const struct value *mau,
                struct schema *s) {
    struct reader r = {.a = a, .d = d, .s = s};
    const struct value *list = schema_list(d, mau, "kiem_tra");
    for (uint32_t i = 0; list && i < list->n && r.all.n <= RULES_MAX; i++)
        read_entry(&r, list->u.item[i]);
    if (r.all.n > RULES_MAX)
        diag_add(d, E_SCHEMA_MANY, r.all.v[RULES_MAX].at, "kiem_tra",
                 diag_fmt(d, "%d", RULES_MAX), NULL);
    s->rule = r.all.v;
    s->rules = r.all.n;
}

/* ---- running ---------------------------------------------------------------------------------- */

static const char *text_or_blank(struct eval *e, const struct result *r) {
    const char *text = result_text(e->a, r);
    return *text ? text : diag_word(e->d, "(trống)", "(empty)");
}

/* A value of a message, through its formatters. */
static const char *part_text(struct eval *e, const struct rule_part *p) {
    if (p->text)
        return p->text;
    struct result r = eval_expr(e, p->value);
    const char *shown = text_or_blank(e, &r), *s = NULL;
    if (!p->format || r.kind == RES_MISSING)
        return shown;
    struct value v = {.kind = VALUE_TEXT, .flags = VALUE_COMPUTED, .text = shown};
    v.len = (uint32_t)strlen(shown);
    if (r.kind == RES_NUMBER) {
        v = (struct value){.kind = VALUE_NUMBER, .u.number = &r.number};
        v.flags = (uint8_t)(VALUE_COMPUTED | (r.percent ? VALUE_PERCENT : 0));
        v.digits = (uint16_t)result_digits(e->a, &r, r.percent);
    } else if (r.kind == RES_DATE)
        v = (struct value){.kind = VALUE_DATE, .flags = VALUE_COMPUTED, .u.date = r.date};
    s = format_apply(e->a, e->d, r.from ? r.from : &v, p->format, p->value->unit, p->at);
    return s ? s : shown;
}

static const char *message(struct eval *e, const struct rule *rule) {
    struct buf b = {0};
    for (size_t i = 0; i < rule->parts; i++)
        buf_adds(&b, part_text(e, &rule->part[i]));
    const char *text = diag_fmt(e->d, "%s", b.data ? b.data : "");
    buf_free(&b);
    return text;
}

static const char *field_title(const struct schema *s, const struct expr *x) {
    const struct field *f = schema_field(s, x->text);
    return f && f->title ? f->title : x->text;
}

static void tell(struct eval *e, const struct schema *s, const struct rule *rule) {
    const char *where;
    bool ready = rule->falls || rule->jumps; /* told where this period's value stands */
    if (diag_count(e->d, rule->warning ? SEV_WARNING : SEV_ERROR) >= MESSAGES_KEPT) {
        diag_add(e->d, rule->warning ? W_RULE : E_RULE, rule->at, "", NULL);
        return;
    }
    struct origin at =
        ready ? operands_place(e, rule->part[0].value, false,
                               (struct origin){e->facts->at.file, 0, 0}, &where)
              : operands_place(e, rule->condition, true, rule->condition->at, &where);
    if (ready) {
        struct result now = eval_expr(e, rule->part[0].value),
                      then = eval_expr(e, rule->part[1].value);
        diag_add_where(e->d, rule->falls ? E_RULE_FALLS : W_RULE_JUMPS, at, where,
                       field_title(s, rule->part[0].value), text_or_blank(e, &now),
                       text_or_blank(e, &then), rule->part[2].text, NULL);
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

enum rule_outcome rule_apply(struct eval *e, const struct rule *rule) {
    struct result r;
    e->failed = false;
    bool meant = !rule->when || (eval_bool(e, rule->when, &r) && r.yes);
    bool known = meant && eval_bool(e, rule->condition, &r);
    eval_end(e, rule->condition);
    if (e->failed)
        return RULE_VOID;
    return !meant   ? RULE_NOT_MEANT
           : !known ? RULE_LACKS
           : r.yes  ? RULE_HOLDS
                    : RULE_FAILS;
}

static void run_once(struct eval *e, const struct schema *s, const struct rule *rule) {
    if (rule_apply(e, rule) == RULE_FAILS)
        tell(e, s, rule);
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
