/* fuzz_template.c: libFuzzer target: any Markdown of a template, table block, appendix or rich text.
 * The first byte says what the others are; what compiles is merged with small facts and dumped. */
#include "merge/inside.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char mau[] =
    "truong:\n"
    "  - {name: a, type: integer, title: Số a}\n"
    "  - {name: ti, type: number, kieu: phan_tram}\n"
    "  - {name: chu, type: string}\n"
    "  - {name: ngay, type: date}\n"
    "  - {name: dung, type: boolean}\n"
    "  - {name: nhom.x, type: integer}\n"
    "  - {name: ds, type: array}\n"
    "  - {name: loi, type: string, kieu: van_ban}\n"
    "  - {name: dich, type: string, kieu: chi_tieu}\n"
    "bang:\n"
    "  t: {fields: [{name: ten, title: Tên}, {name: x, title: Ích / Một, type: integer}, "
    "{name: y, "
    "title: Ích / Hai, type: number}]}\n"
    "tinh: [{name: c, type: number, bieu_thuc: a / 0, thieu: không có số liệu}]\n";

static const char facts[] =
    "co_quan: A\ndia_danh: B\nngay_ban_hanh: 2026-06\ntrich_yeu: C\n"
    "nguoi_ky: {chuc_vu: D, ho_ten: E}\n"
    "a: 12.456\nti: 98,70%\nchu: \"một\\nhai\"\nngay: 15/6/2026\ndung: có\nnhom: {x: 5}\n"
    "ds: [một, hai]\ndich: ≥ 70%\n"
    "t:\n  - {ten: m, x: 5, y: '0,5'}\n  - {ten: m, x: 20}\n  - {ten: n, y: 7}\n"
    "la:\n  - {k: p, v: 7}\n  - {k: q, w: 8}\n";

/* Merge a compiled text as the body, or as an appendix. */
static void merge(struct arena *a, struct diag *d, struct report *r, struct schema *s,
                  const struct compiled *c, bool draft) {
    struct tmpl t = {.arena = a, .dir = "/nonexistent", .schema = s};
    struct tmpl_file f = {c->front ? "phu-luc-1" : "mau", c};
    t.settings = value_new(a, VALUE_MAP, (struct origin){"mau.yaml", 0, 0});
    t.own = cache_new(a);
    vec_push(a, &t.file, f);
    struct compiled *empty = arena_new_of(a, struct compiled);
    *empty = (struct compiled){.file = "mau.md", .dir = t.dir};
    struct tmpl_file body = {"mau", empty};
    if (c->front)
        vec_push(a, &t.file, body);
    struct doc *doc = merge_report(a, d, &t, r, draft);
    struct buf out = {0};
    if (doc && doc_official(doc, d, r->facts) && doc_normalise(doc, d))
        doc_dump(doc, &out, true);
    buf_free(&out);
}

static const char *rich_facts(struct arena *a, const char *text) {
    struct buf b = {0};
    buf_adds(&b, facts);
    buf_adds(&b, "loi: \"");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buf_addc(&b, '\\');
        if (*text == '\n')
            buf_adds(&b, "\\n");
        else
            buf_addc(&b, *text);
    }
    buf_adds(&b, "\"\n");
    const char *all = arena_strndup(a, b.data, b.len);
    buf_free(&b);
    return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static const char rich[] =
        "{{loi}}\n\n| A |\n|---|\n| {{loi}} |\n\n[{{chu}}]({{loi}})\n";
    if (!n || memchr(data + 1, 0, n - 1))
        return 0;
    struct arena *a = arena_new();
    struct diag *d = diag_new(n % 2 ? LANG_EN : LANG_VI);
    const char *text = arena_strndup(a, (const char *)data + 1, n - 1), *all = facts;
    size_t len = n - 1;
    unsigned mode = data[0] % 4;
    if (input_decode(a, d, "mau.md", &text, &len)) {
        if (mode == 2) {
            all = rich_facts(a, arena_strndup(a, text, len));
            text = rich;
            len = sizeof rich - 1;
        } else if (mode == 3) {
            text = arena_printf(a, "```bang\n%.*s\n```\n", (int)len, text);
            len = strlen(text);
        }
        struct report r = {.path = "/nonexistent", .dir = "/nonexistent", .name = "r"};
        r.facts = input_yaml(a, d, "baocao.yaml", all, strlen(all), 1, 1);
        struct schema *s =
            schema_load(a, d, input_yaml(a, d, "mau.yaml", mau, sizeof mau - 1, 1, 1));
        if (r.facts) {
            check_report(a, d, &r, s);
            merge(a, d, &r, s,
                  compile_text(a, d, "mau.md", text, len, "/nonexistent", mode == 1),
                  (data[0] & 16) != 0);
        }
    }
    struct buf out = {0};
    diag_print(d, &out);
    buf_free(&out);
    diag_free(d);
    arena_free(a);
    return 0;
}
