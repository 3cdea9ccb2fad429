/* fuzz_expr.c: libFuzzer target: any expression, and any mau.yaml with computed values and checks.
 * The first byte says what the others are: an expression, one within YAML, a condition of `loc`, a mau.yaml. */
#include "check/expr.h"
#include "check/inside.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char mau[] =
    "truong:\n"
    "  - {name: a, type: integer}\n"
    "  - {name: b, type: number}\n"
    "  - {name: ti, type: number, kieu: phan_tram}\n"
    "  - {name: chu, type: string}\n"
    "  - {name: ngay, type: date}\n"
    "  - {name: dung, type: boolean}\n"
    "  - {name: thieu, type: number}\n"
    "  - {name: nhom.x, type: integer}\n"
    "  - {name: ds, type: array}\n"
    "  - {name: xom, type: array}\n"
    "  - {name: xom.ten}\n"
    "  - {name: xom.ho, type: integer}\n"
    "bang:\n"
    "  t: {fields: [{name: ten}, {name: x, type: integer}, {name: y, type: number}, "
    "{name: han, "
    "type: date}]}\n"
    "  mo:\n"
    "tinh:\n"
    "  - {name: c, type: number, bieu_thuc: a / b, thieu: không có}\n"
    "  - {name: t.z, type: number, bieu_thuc: x + y, thieu: '-'}\n"
    "kiem_tra:\n"
    "  - {ten: k, dieu_kien: a > b, thong_bao: 'a {{a}}'}\n";

static const char facts[] =
    "co_quan: A\ndia_danh: B\nngay_ban_hanh: 2026-06\ntrich_yeu: C\n"
    "nguoi_ky: {chuc_vu: D, ho_ten: E}\n"
    "a: 12.456\nb: 7\nti: 98,70%\nchu: ≥ 70%\nngay: 15/6/2026\ndung: có\nnhom: {x: 5}\n"
    "ds: [một, '2', 3]\nxom: [{ten: P, ho: 12}, {ten: Q}]\n"
    "t:\n  - {ten: m, x: 5, y: '0,5', han: 2025-12}\n  - {ten: n, x: 20}\n  - {ten: m, "
    "y: 7}\n";

static struct value *yaml(struct arena *a, struct diag *d, const char *text, size_t n) {
    return input_yaml(a, d, "mau.yaml", text, n, 1, 1);
}

static void note(void *to, const struct operand *o) {
    buf_printf(to, "%s=%s", o->text, o->value ? o->value : "");
}

/* Evaluate x over the facts, and over the rows of t when there are any. */
static void evaluate(struct arena *a, struct diag *d, const struct report *r,
                     const struct expr *x, const struct value *rows) {
    struct buf out = {0};
    for (uint32_t i = 0; i < (rows ? rows->n : 1); i++) {
        struct eval e = eval_of_report(a, d, r);
        struct row_scope scope = {NULL, rows ? rows->u.item[i] : NULL};
        e.steps_max = 20000;
        e.row = rows ? &scope : NULL;
        struct result y = eval_expr(&e, x);
        buf_adds(&out, result_text(a, &y));
        operands_visit(&e, x, true, 3, note, &out);
    }
    buf_free(&out);
}

static void one_expression(struct arena *a, struct diag *d, const struct report *r,
                           const struct schema *s, const char *text, size_t n,
                           struct text_place place) {
    struct expr *x = expr_parse(a, d, text, n, place);
    if (x && expr_bind(a, d, x, s, NULL))
        evaluate(a, d, r, x, NULL);
    const struct table_schema *t = schema_table(s, "t");
    x = t ? expr_parse(a, d, text, n, place) : NULL;
    if (x && expr_bind(a, d, x, s, t))
        evaluate(a, d, r, x, value_get(r->facts, "t"));
}

static void in_yaml(struct arena *a, struct diag *d, const struct report *r,
                    const struct schema *s, const char *text) {
    const char *doc = arena_printf(a, "x: %s\n", text);
    const struct value *map = yaml(a, d, doc, strlen(doc));
    const struct value *v = map && map->kind == VALUE_MAP ? value_get(map, "x") : NULL;
    if (v && v->text)
        one_expression(a, d, r, s, v->text, v->len, expr_at(v));
}

static void as_filter(struct arena *a, struct diag *d, const struct report *r,
                      const struct schema *s, const char *text, size_t n) {
    static const char *const name[] = {"t", "xom", "mo", "ds"};
    struct value v = {.kind = VALUE_TEXT, .text = text, .len = (uint32_t)n};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        struct value **item;
        uint32_t items;
        rows_filter(a, d, r, s, &v, name[i], value_get(r->facts, name[i]), &item, &items);
    }
}

static void explain_all(struct arena *a, struct diag *d, const struct report *r,
                        const struct schema *s, const char *text) {
    struct buf out = {0};
    for (size_t i = 0; i < s->formulas && i < 20; i++)
        check_explain(a, d, r, s, s->formula[i].name, &out);
    for (size_t i = 0; i < s->rules && i < 20; i++)
        if (s->rule[i].name)
            check_explain(a, d, r, s, s->rule[i].name, &out);
    check_explain(a, d, r, s, text, &out);
    buf_free(&out);
}

static struct report report_of(struct arena *a, struct diag *d) {
    return (struct report){.path = "/nonexistent",
                           .dir = "/nonexistent",
                           .name = "r",
                           .facts = yaml(a, d, facts, sizeof facts - 1)};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    if (!n || memchr(data + 1, 0, n - 1))
        return 0;
    struct arena *a = arena_new();
    struct diag *d = diag_new(n % 2 ? LANG_EN : LANG_VI);
    const char *text = arena_strndup(a, (const char *)data + 1, n - 1);
    bool whole = data[0] % 4 == 3, utf8 = utf8_check(text, n - 1) == n - 1;
    const struct value *settings =
        whole && utf8 ? yaml(a, d, text, n - 1) : yaml(a, d, mau, sizeof mau - 1);
    struct report former = report_of(a, d), r = report_of(a, d);
    struct schema *s = settings ? schema_load(a, d, settings) : NULL;
    if (s) {
        if (data[0] & 16) {
            check_report(a, d, &former, s);
            r.previous = former.facts;
        }
        check_report(a, d, &r, s);
    }
    struct text_place place = {.at = {"x", 1, 1}};
    if (s && data[0] % 4 == 0)
        one_expression(a, d, &r, s, text, n - 1, place);
    else if (s && utf8 && data[0] % 4 == 1)
        in_yaml(a, d, &r, s, text);
    else if (s && data[0] % 4 == 2)
        as_filter(a, d, &r, s, text, n - 1);
    else if (s && whole)
        explain_all(a, d, &r, s, "t.x");
    struct buf out = {0};
    diag_print(d, &out);
    buf_free(&out);
    diag_free(d);
    arena_free(a);
    return 0;
}
