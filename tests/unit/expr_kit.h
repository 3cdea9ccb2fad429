/* expr_kit.h: what the tests of expressions share: reports from texts, results and messages as text */
#ifndef EXPR_KIT_H
#define EXPR_KIT_H

#include "check/expr.h"
#include "check/inside.h"
#include "folder_kit.h"

/* ---- a report to evaluate over -------------------------------------------------------- */

static struct report *report;
static struct schema *schema;

/* The facts that every report needs. */
#define BASE                                                                             \
    "co_quan: UBND xã A\ndia_danh: A\nngay_ban_hanh: 2025-12\ntrich_yeu: B\n"           \
    "nguoi_ky: {chuc_vu: CHỦ TỊCH, ho_ten: C}\n"

static __attribute__((unused)) struct schema *load_schema(const char *mau) {
    return schema_load(arena, diag,
                       input_yaml(arena, diag, "mau.yaml", mau, strlen(mau), 1, 1));
}

/* A report of five lines and `facts`, checked by `mau`. */
static __attribute__((unused)) bool load_report(const char *mau, const char *facts) {
    schema = load_schema(mau);
    put("baocao.yaml", arena_printf(arena, BASE "%s", facts));
    report = report_load(arena, diag, folder);
    assert_non_null(report);
    return check_report(arena, diag, report, schema);
}

/* A number as it is: 12456, 3/10. */
static __attribute__((unused)) const char *exact(const struct number *n) {
    if (n->big || n->den == 1)
        return number_print(arena, n, n->big ? -1 : 0, false);
    return arena_printf(arena, "%lld/%lld", (long long)n->num, (long long)n->den);
}

static __attribute__((unused)) const char *result_shown(const struct result *r) {
    switch ((enum result_kind)r->kind) {
    case RES_MISSING:
        return r->silent  ? "missing, told"
               : r->lacks ? arena_printf(arena, "missing %s", expr_text(arena, r->lacks))
                          : "missing, division by zero";
    case RES_NUMBER:
        return arena_printf(arena, "%s%s", exact(&r->number), r->percent ? " %" : "");
    case RES_TEXT:
        return arena_printf(arena, "“%s”", r->text);
    case RES_BOOL:
        return r->yes ? "true" : "false";
    case RES_DATE:
        return date_print(arena, r->date);
    }
    return "";
}

/* What an expression comes to; messages stay to be asked for. */
static __attribute__((unused)) const char *
value_in(const char *text, const struct table_schema *t, const struct value *row) {
    struct text_place place = {.at = {"x", 1, 1}};
    struct expr *x = expr_parse(arena, diag, text, strlen(text), place);
    if (!x || !expr_bind(arena, diag, x, schema, t))
        return "wrong";
    struct eval e = eval_of_report(arena, diag, report);
    struct row_scope scope = {NULL, row};
    e.row = row ? &scope : NULL;
    struct result r = eval_expr(&e, x);
    assert_true(!e.failed || (r.kind == RES_MISSING && r.silent));
    return e.failed ? "failed" : result_shown(&r);
}

static __attribute__((unused)) const char *value(const char *text) {
    return value_in(text, NULL, NULL);
}

/* The same within a row, counted from 1. */
static __attribute__((unused)) const char *value_of_row(const char *table, uint32_t row,
                                                        const char *text) {
    const struct value *rows = value_get(report->facts, table);
    return value_in(text, schema_table(schema, table), rows->u.item[row - 1]);
}

/* As printed. */
static __attribute__((unused)) const char *printed(const char *text) {
    struct text_place place = {.at = {"x", 1, 1}};
    struct expr *x = expr_parse(arena, diag, text, strlen(text), place);
    assert_non_null(x);
    assert_true(expr_bind(arena, diag, x, schema, NULL));
    struct eval e = eval_of_report(arena, diag, report);
    struct result r = eval_expr(&e, x);
    return result_text(arena, &r);
}

#define IS(text, want) assert_string_equal(value(text), want)

/* It is an error, with this one message. */
#define FAILS(text, want)                                                                \
    do {                                                                                 \
        assert_string_equal(value(text), "failed");                                      \
        assert_string_equal(messages(), want "\n");                                      \
    } while (0)

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
