/* test_check.c: schemas, typing of facts and tables, defaults, required and unknown names */
#include "check/check.h"
#include "folder_kit.h"
#include "value_paths.h"

static struct schema *schema(const char *text) {
    struct value *mau = input_yaml(arena, diag, "mau.yaml", text, strlen(text), 1, 1);
    assert_non_null(mau);
    return schema_load(arena, diag, mau);
}

/* The facts that every report needs. */
#define BASE                                                                             \
    "co_quan: UBND xã A\ndia_danh: A\nngay_ban_hanh: 2025-12\ntrich_yeu: B\n"           \
    "nguoi_ky: {chuc_vu: CHỦ TỊCH, ho_ten: C}\n"

static struct report *load(const char *facts) {
    put("baocao.yaml", facts);
    struct report *r = report_load(arena, diag, folder);
    assert_non_null(r);
    return r;
}

/* A minimal report with more lines is checked: the errors, or "". */
static const char *check(const char *mau, const char *more) {
    struct report *r = load(arena_printf(arena, "%s%s", BASE, more));
    bool ok = check_report(arena, diag, r, mau ? schema(mau) : NULL);
    assert_int_equal(ok, diag_count(diag, SEV_ERROR) == 0);
    return messages();
}

static void builtin_fields(void **state) {
    (void)state;
    assert_string_equal(check("truong: []\n", ""), "");
    struct report *r = load("a: 1\n");
    assert_false(check_report(arena, diag, r, NULL));
    assert_string_equal(messages(), "baocao.yaml: error: the field “nguoi_ky” is missing "
                                    "(Người ký): add a line “nguoi_ky: …” "
                                    "to this file\n"
                                    "baocao.yaml: error: the field “co_quan” is missing "
                                    "(Cơ quan ban hành): add a line "
                                    "“co_quan: …” to this file\n"
                                    "baocao.yaml: error: the field “dia_danh” is missing "
                                    "(Địa danh): add a line “dia_danh: "
                                    "…” to this file\n"
                                    "baocao.yaml: error: the field “ngay_ban_hanh” is "
                                    "missing (Ngày ban hành): add a line "
                                    "“ngay_ban_hanh: …” to this file\n"
                                    "baocao.yaml: error: the field “trich_yeu” is "
                                    "missing (Trích yếu nội dung): add a line "
                                    "“trich_yeu: …” to this file\n");
    assert_false(check_report(
        arena, diag,
        load("co_quan:\ndia_danh: A\nngay_ban_hanh: 31/02/2025\ntrich_yeu: B\n"
             "nguoi_ky:\n  - {ho_ten: C}\n  - {chuc_vu: D, ho_ten: E, ten: F}\n"),
        NULL));
    assert_string_equal(
        messages(),
        "baocao.yaml:1:8: error: the field “co_quan” is empty (Cơ quan ban hành): fill "
        "it in\n"
        "baocao.yaml:3:16: error: “ngay_ban_hanh”: “31/02/2025” is no real date: write "
        "it like "
        "06/6/2026 or 2026-06-06; 2026-06 leaves the day open, 2026 day and month\n"
        "baocao.yaml:6:5: error: the field “nguoi_ky.chuc_vu” is missing (Chức vụ của "
        "người "
        "ký): add a "
        "line “chuc_vu: …” within “nguoi_ky”\n"
        "baocao.yaml:7:29: error: there is no field “ten”: delete it or mend its name\n");
}

static void lists(void **state) {
    (void)state;
    struct report *r =
        load(BASE "kinh_gui: Sở A\nnoi_nhan:\n  - Như trên\n  - Lưu: VT, VHXH\n"
                  "can_cu: [2025]\n");
    assert_true(check_report(arena, diag, r, NULL));
    struct value *v = value_get(r->facts, "kinh_gui");
    assert_int_equal(v->kind, VALUE_LIST);
    assert_int_equal(v->n, 1);
    assert_string_equal(v->u.item[0]->text, "Sở A");
    assert_ptr_equal(v->u.item[0]->parent, v);
    v = value_get(r->facts, "noi_nhan");
    assert_string_equal(v->u.item[1]->text, "Lưu: VT, VHXH");
    assert_int_equal(v->u.item[1]->kind, VALUE_TEXT);
    assert_string_equal(
        check(NULL, "noi_nhan:\n  - A\n  - {b: 1, c: 2}\n  -\n  - D\n"),
        "baocao.yaml:8:5: error: each item of “noi_nhan” is a line of text, "
        "here it is a group of fields: put the whole item in quotes \"…\"\n"
        "baocao.yaml:9:3: error: the list “noi_nhan” has an empty item: fill "
        "it in or delete this “-”\n");
}

#define FIELDS                                                                           \
    "truong:\n"                                                                          \
    "  - {name: quy, title: Quý, type: integer, constraints: {required: true}}\n"       \
    "  - {name: ty_le, title: Tỷ lệ, type: number, kieu: phan_tram}\n"               \
    "  - {name: ho_so.tong, title: Tổng, type: integer, constraints: {required: "      \
    "true}}\n"                                                                           \
    "  - {name: ho_so.ngay, type: date}\n"                                               \
    "  - {name: dien_tich, type: number}\n"                                              \
    "  - {name: dat, type: boolean}\n"                                                   \
    "  - {name: xom, type: array}\n"                                                     \
    "  - {name: xom.ho, type: integer}\n"                                                \
    "  - {name: xom.ten, type: string, constraints: {required: true}}\n"                 \
    "  - {name: tu_do, type: object}\n"                                                  \
    "  - {name: loi, type: string, kieu: van_ban}\n"

static void typed_facts(void **state) {
    (void)state;
    struct report *r =
        load(BASE "quy: 4\nty_le: 98,70%\nho_so: {tong: 12.456, ngay: 06/6/2026}\n"
                  "dat: Có\nxom:\n  - {ten: P, ho: 12}\n  - {ten: Q}\n"
                  "tu_do: {x: 1, y: [2]}\nloi: \"**a**\"\n");
    assert_true(check_report(arena, diag, r, schema(FIELDS)));
    assert_string_equal(messages(), "");
    struct value *v = value_get(r->facts, "quy");
    assert_int_equal(v->kind, VALUE_NUMBER);
    assert_int_equal(v->flags, VALUE_INTEGER);
    v = value_get(r->facts, "ty_le");
    assert_int_equal(v->flags, VALUE_PERCENT);
    assert_int_equal(v->digits, 2);
    assert_int_equal(v->u.number->num, 987);
    v = value_at(arena, r->facts, "ho_so.tong");
    assert_int_equal(v->u.number->num, 12456);
    assert_string_equal(v->text, "12.456");
    assert_string_equal(path_of(arena, v), "ho_so.tong");
    assert_int_equal(value_at(arena, r->facts, "ho_so.ngay")->u.date.month, 6);
    assert_true(value_get(r->facts, "dat")->u.yes);
    v = value_get(r->facts, "xom");
    assert_int_equal(value_get(v->u.item[0], "ho")->kind, VALUE_NUMBER);
    assert_int_equal(value_get(v->u.item[1], "ho")->kind, VALUE_NONE);
    assert_string_equal(path_of(arena, value_get(v->u.item[0], "ho")), "xom[1].ho");
    assert_int_equal(value_get(r->facts, "dien_tich")->kind, VALUE_NONE);
    assert_int_equal(value_get(r->facts, "dien_tich")->flags, VALUE_COMPUTED);
    assert_true(value_get(r->facts, "loi")->flags & VALUE_RICH);
    assert_int_equal(value_get(r->facts, "ngay_ban_hanh")->kind, VALUE_DATE);
}

static void wrong_types(void **state) {
    (void)state;
    assert_string_equal(check(FIELDS,
                              "quy: 1,5\nty_le: 98,7\nho_so: {tong: 12.45, ngay: mai}\n"
                              "dien_tich: [1]\ndat: chắc\nxom: {ho: 12 hộ}\ntu_do: 5\n"),
                        "baocao.yaml:6:6: error: “quy”: “1,5” is no whole number: write "
                        "it without decimals "
                        "and without %\n"
                        "baocao.yaml:7:8: error: “ty_le”: the percentage “98,7” lacks "
                        "its %: write it like "
                        "98,70%\n"
                        "baocao.yaml:8:15: error: “ho_so.tong”: “12.45” is no number in "
                        "Vietnamese style: "
                        "write “12,45”, or set “dinh_dang_so: en” if the whole report "
                        "has English numbers\n"
                        "baocao.yaml:8:28: error: “ho_so.ngay”: “mai” is no real date: "
                        "write it like 06/6/2026 "
                        "or 2026-06-06; 2026-06 leaves the day open, 2026 day and month\n"
                        "baocao.yaml:9:12: error: “dien_tich”: takes one value, here it "
                        "is a list: write one "
                        "value behind the colon\n"
                        "baocao.yaml:10:6: error: “dat”: “chắc” is neither yes nor no: "
                        "write “có” or “không” "
                        "(or true, false)\n"
                        "baocao.yaml:11:6: error: the field “xom.ten” is missing "
                        "(xom.ten): add a line “ten: …” within “xom”\n"
                        "baocao.yaml:11:11: error: “xom.ho”: “12 hộ” is no number: write "
                        "only a number like "
                        "12.456 or 98,7 or 98,70%, without unit or words\n"
                        "baocao.yaml:12:8: error: “tu_do” must be a group of fields, "
                        "here it is text: write "
                        "each field below it on an indented line of its own\n");
}

static void english_numbers(void **state) {
    (void)state;
    assert_string_equal(check(FIELDS, "dinh_dang_so: en\nquy: 4\nho_so:\n  tong: 12,456\n"
                                      "ty_le: 98.70%\ndien_tich: 1.5\n"),
                        "");
    assert_string_equal(
        check(FIELDS, "dinh_dang_so: en\nquy: 4\nho_so: {tong: 1}\ndien_tich: 1,5\n"),
        "baocao.yaml:9:12: error: “dien_tich”: “1,5” is no number in English style: "
        "write "
        "“1.5”, or remove “dinh_dang_so: en” if the whole report has Vietnamese "
        "numbers\n");
    assert_string_equal(check(FIELDS, "dinh_dang_so: Anh\nquy: 4\nho_so: {tong: 1}\n"),
                        "baocao.yaml:6:15: error: dinh_dang_so is vi (12.456,7) or en "
                        "(12,456.7), not “Anh”: mend it\n");
}

static void unknown_and_missing(void **state) {
    (void)state;
    assert_string_equal(
        check(FIELDS,
              "qúy: 4\nho_so: {tog: 5}\nhoan_toan_la: 1\nxom: [{tn: A, ten: B}]\n"),
        "baocao.yaml:6:1: error: there is no field “qúy”: do you mean “quy”?\n"
        "baocao.yaml:7:9: error: there is no field “tog”: do you mean “tong”?\n"
        "baocao.yaml:8:1: error: there is no field “hoan_toan_la”: delete it or mend its "
        "name\n"
        "baocao.yaml:9:8: error: there is no field “tn”: do you mean “ten”?\n");
    assert_string_equal(
        check(FIELDS, "ho_so:\n"),
        "baocao.yaml: error: the field “quy” is missing (Quý): add a line “quy: "
        "…” to this file\n"
        "baocao.yaml:6:1: error: the field “ho_so.tong” is missing (Tổng): add "
        "a line “tong: …” within “ho_so”\n");
}

static void group_given_as_value(void **state) {
    (void)state;
    assert_string_equal(
        check(FIELDS, "quy: 1\nho_so: 5\nxom: [A]\n"),
        "baocao.yaml:7:8: error: “ho_so” has fields below it (like "
        "“ho_so.tong”) and takes no value: write “tong: …” indented below "
        "“ho_so:”\n"
        "baocao.yaml:8:7: error: each item of this list must consist of “name: "
        "value” fields (like “ho: …”)\n");
}

static void open_reports(void **state) {
    (void)state;
    assert_string_equal(check(NULL, "cua_toi: 5\n"), "");
    assert_string_equal(
        check(NULL, "dia_dan: 5\n"),
        "baocao.yaml:6:1: warning: “dia_dan” is close to the built-in name "
        "“dia_danh”: mend it if that is meant\n");
    assert_string_equal(check("ten: x\n", "cua_toi: 5\n"), "");
}

static void defaults(void **state) {
    (void)state;
    struct schema *s =
        schema("mac_dinh: {loai: BÁO CÁO, so: 7, n: 5, nguoi_ky: {chuc_vu: X, "
               "quyen_han: Q}}\n"
               "truong: [{name: n, type: integer}]\n");
    for (int i = 0; i < 2; i++) { /* the template stays as it was for the next report */
        struct report *r = load(BASE "so:\n");
        assert_true(check_report(arena, diag, r, s));
        assert_string_equal(value_text(r->facts, "loai"), "BÁO CÁO");
        assert_string_equal(value_text(r->facts, "so"), "7");
        assert_int_equal(value_get(r->facts, "n")->kind, VALUE_NUMBER);
        assert_string_equal(value_at(arena, r->facts, "nguoi_ky.chuc_vu")->text,
                            "CHỦ TỊCH");
        assert_int_equal(value_at(arena, r->facts, "nguoi_ky.quyen_han")->n, 1);
        assert_int_equal(value_get(s->defaults, "n")->kind, VALUE_TEXT);
    }
}

static void json_report(void **state) {
    (void)state;
    put("baocao.json",
        "{\"co_quan\": \"A\", \"dia_danh\": \"B\", \"ngay_ban_hanh\": 2025,\n"
        "\"trich_yeu\": \"C\", \"nguoi_ky\": {\"chuc_vu\": \"D\", \"ho_ten\": "
        "\"E\"},\n\"quy\": 4, \"ty_le\": 0.987, \"ho_so\": {\"tong\": 12456},\n"
        "\"dien_tich\": 12.5, \"dat\": true, \"so\": 5}");
    struct report *r = report_load(arena, diag, folder);
    assert_non_null(r);
    assert_true(check_report(arena, diag, r, schema(FIELDS)));
    assert_int_equal(value_at(arena, r->facts, "ho_so.tong")->u.number->num, 12456);
    assert_true(value_get(r->facts, "ty_le")->flags & VALUE_PERCENT);
    assert_int_equal(value_get(r->facts, "so")->kind, VALUE_TEXT);
    assert_int_equal(value_get(r->facts, "ngay_ban_hanh")->kind, VALUE_DATE);
}

/* ---- tables ---- */

#define TABLE                                                                             \
    "truong: []\nbang:\n  t:\n    title: Nhiệm vụ\n    required: true\n    fields:\n" \
    "      - {name: ten, title: Tên nhiệm vụ, constraints: {required: true}}\n"      \
    "      - {name: xa_tt, title: Cấp xã / Toàn trình, type: integer}\n"             \
    "      - {name: tinh_tt, title: Cấp tỉnh / Toàn trình, type: integer}\n"        \
    "      - {name: han, title: Thời hạn, type: date}\n"                              \
    "      - {name: ty_le, type: number, kieu: phan_tram}\n"

static struct value *table_of(const char *csv) {
    put("t.csv", csv);
    struct report *r = load(BASE);
    check_report(arena, diag, r, schema(TABLE));
    return value_get(r->facts, "t");
}

static void columns(void **state) {
    (void)state;
    struct value *t =
        table_of("TT;TÊN NHIỆM VỤ;Cấp xã/Toàn trình;tinh_tt;ty_le;Thời hạn\n"
                 "1;A;12;3;50%;06/6/2026\n;B;;;;\n");
    assert_string_equal(messages(), "");
    assert_int_equal(t->kind, VALUE_TABLE);
    assert_int_equal(t->n, 2);
    struct value *row = t->u.item[0];
    assert_ptr_equal(row->parent, t);
    assert_string_equal(value_text(row, "ten"), "A");
    assert_string_equal(value_text(row, "tt"), "1");
    assert_int_equal(value_get(row, "xa_tt")->u.number->num, 12);
    assert_int_equal(value_get(row, "han")->kind, VALUE_DATE);
    assert_int_equal(value_get(t->u.item[1], "ty_le")->kind, VALUE_NONE);
    assert_string_equal(path_of(arena, value_get(row, "xa_tt")), "t[1].xa_tt");
    assert_string_equal(value_where(diag, value_get(row, "xa_tt")),
                        "row 2, column “Cấp xã/Toàn trình”");
}

static void column_leaves(void **state) {
    (void)state;
    const char *mau =
        "truong: []\nbang: {t: {fields: [{name: a, title: Một phần}, {name: b, "
        "title: Cấp xã / Toàn trình}]}}\n";
    put("t.csv", "Cấp xã / Một phần;Toàn trình\n1;2\n");
    struct report *r = load(BASE);
    assert_true(check_report(arena, diag, r, schema(mau)));
    struct value *t = value_get(r->facts, "t");
    assert_string_equal(value_text(t->u.item[0], "a"), "1");
    assert_string_equal(value_text(t->u.item[0], "b"), "2");
}

static void missing_columns(void **state) {
    (void)state;
    struct value *t = table_of("ten;Toàn trình;Tỷ lệ;thoi hạng\nA;1;2;3\n");
    assert_string_equal(messages(), "t.csv:1:5: error: this table has no column “Toàn "
                                    "trình”: delete it or mend its name\n"
                                    "t.csv:1:22: error: this table has no column “thoi "
                                    "hạng”: do you mean “Thời hạn”?\n"
                                    "t.csv:2:5: error: row 2, column “Tỷ lệ”: the "
                                    "percentage “2” lacks its %: write it like "
                                    "98,70%\n");
    (void)t;
    t = table_of("han\n2025\n");
    assert_string_equal(messages(),
                        "t.csv:1:1: error: the column “Tên nhiệm vụ” is missing: "
                        "add it to the table\n");
    t = table_of("ten\nA\n");
    assert_string_equal(messages(), "");
    size_t n;
    value_columns(t, &n);
    assert_int_equal(n, 5);
    assert_int_equal(value_get(t->u.item[0], "ty_le")->kind, VALUE_NONE);
    assert_ptr_equal(value_get(t->u.item[0], "ty_le")->parent, t->u.item[0]);
}

static void wrong_cells(void **state) {
    (void)state;
    table_of("ten,xa_tt,ty_le\n,1.5,50\nA,2 hồ sơ,5%\nB,1\nC,\"x,1\nD,1,2,3\n");
    assert_string_equal(
        messages(),
        "t.csv:2:1: error: row 2, column “ten”: this cell must not be empty: fill it in\n"
        "t.csv:2:2: error: row 2, column “xa_tt”: “1.5” is no number in Vietnamese "
        "style: write "
        "“1,5”, or set “dinh_dang_so: en” if the whole report has English numbers\n"
        "t.csv:2:6: error: row 2, column “ty_le”: the percentage “50” lacks its %: write "
        "it "
        "like 98,70%\n"
        "t.csv:3:3: error: row 3, column “xa_tt”: “2 hồ sơ” is no number: write only a "
        "number "
        "like 12.456 or 98,7 or 98,70%, without unit or words\n"
        "t.csv:4:1: error: row 4 has only 2 cells, the row of names has 3: add what is "
        "missing "
        "(an empty cell needs its , too)\n"
        "t.csv:5:3: error: the quote opened here is never closed: add \" at the end of "
        "the cell "
        "or delete this \"\n"
        "t.csv:6:7: error: row 6 has 4 cells, the row of names only 3: remove what is "
        "too many "
        "from here; a cell with a , inside must stand in \"…\"\n");
}

static void missing_tables(void **state) {
    (void)state;
    struct report *r = load(BASE);
    assert_false(check_report(arena, diag, r, schema(TABLE)));
    assert_string_equal(
        messages(),
        "t.csv: error: the file of the table “Nhiệm vụ” is missing: create it "
        "with the names of the columns in its first row: Tên nhiệm vụ;Cấp xã / "
        "Toàn trình;Cấp tỉnh / Toàn trình;Thời hạn;ty_le\n");
    put("t1.csv", "ten\nA\n");
    assert_false(check_report(arena, diag, load(BASE), schema(TABLE)));
    assert_string_equal(messages(),
                        "t.csv: error: the file of the table “Nhiệm vụ” is missing: "
                        "is it “t1.csv”? If so, rename that file\n");
    r = load(BASE);
    assert_true(check_report(
        arena, diag, r, schema("truong: []\nbang: {u: {fields: [{name: a}]}, v: }\n")));
    struct value *t = value_get(r->facts, "u");
    assert_int_equal(t->kind, VALUE_TABLE);
    size_t n;
    assert_string_equal(value_columns(t, &n)->key, "a");
}

static void table_in_yaml(void **state) {
    (void)state;
    struct report *r =
        load(BASE "t:\n  - {ten: A, xa_tt: 5}\n  - {ten: B, xa_t: 6}\n  - C\n");
    assert_false(check_report(arena, diag, r, schema(TABLE)));
    assert_string_equal(
        messages(), "baocao.yaml:8:14: error: there is no field “xa_t”: do you mean "
                    "“xa_tt”?\n"
                    "baocao.yaml:9:5: error: each item of the table “t” must consist of "
                    "“column: value” pairs: mend this one\n");
    struct value *t = value_get(r->facts, "t");
    assert_int_equal(t->kind, VALUE_TABLE);
    assert_int_equal(value_get(t->u.item[0], "xa_tt")->u.number->num, 5);
    assert_string_equal(value_where(diag, value_get(t->u.item[0], "ten")),
                        "item 1, “Tên nhiệm vụ”");
    put("t.csv", "ten\nA\n");
    assert_string_equal(
        check(TABLE, "t:\n  - {ten: A}\n"),
        "baocao.yaml:6:1: error: the table “t” is given both here and in the "
        "file t.csv: keep one of them\n");
}

static void open_tables(void **state) {
    (void)state;
    put("la.csv", "Tên;Số\nA;1.5\n");
    struct report *r = load(BASE);
    bool missing;
    struct value *t = check_open_table(arena, diag, r, NULL, "la", &missing);
    assert_non_null(t);
    assert_string_equal(path_of(arena, value_get(t->u.item[0], "so")), "la[1].so");
    assert_null(check_open_table(arena, diag, r, NULL, "khong", &missing));
    assert_true(missing);
    assert_string_equal(messages(), "");
    assert_true(check_report(arena, diag, r, schema("bang: {la: {title: x}}\n")));
    assert_string_equal(value_text(value_get(r->facts, "la")->u.item[0], "so"), "1.5");
}

static void table_style(void **state) {
    (void)state;
    put("t.csv", "a\n1.5\n");
    assert_string_equal(
        check("truong: []\nbang: {t: {dinh_dang_so: en, fields: [{name: a, type: "
              "number}]}}\n",
              ""),
        "");
}

/* ---- mau.yaml ---- */

static void bad_schema(void **state) {
    (void)state;
    schema(
        "ten: x\ntruog: 1\nmac_dinh: {loại: x}\ntruong:\n  - {name: a, tipe: string}\n"
        "  - {name: a}\n  - {title: x}\n  - {name: Tên}\n  - {name: b, type: so}\n"
        "  - {name: c, type: integer, kieu: phan_tram}\n  - {name: d.e}\n  - {name: d}\n"
        "  - {name: co_quan, type: integer}\n  - {name: e, constraints: {required: co}}\n"
        "  - {name: f, constraints: {requird: true}}\n  - g\n"
        "bang:\n  t: {path: ../x.csv, fields: [{name: h.i}, {name: k, type: array}]}\n"
        "  a: {}\n  u: [1]\n");
    assert_string_equal(
        messages(),
        "mau.yaml:3:12: error: mau.yaml has no “loại” here: do you mean “loai”?\n"
        "mau.yaml:5:15: error: mau.yaml has no “tipe” here: do you mean “type”?\n"
        "mau.yaml:6:12: error: “a” is declared on line 5 already: delete one\n"
        "mau.yaml:7:5: error: this field has no name: add “name: …”\n"
        "mau.yaml:8:12: error: the name “Tên” cannot be used: only lower-case letters "
        "without "
        "marks, digits and _ (fields of the report may have dots: ho_so.tong)\n"
        "mau.yaml:9:21: error: there is no type “so”: use string, integer, number, year, "
        "date, "
        "boolean, array or object\n"
        "mau.yaml:10:36: error: there is no kieu “phan_tram” for this type: phan_tram "
        "(number), van_ban or chi_tieu (string)\n"
        "mau.yaml:12:12: error: “d” is one value and has fields below it: make it type "
        "object "
        "or array, or rename it\n"
        "mau.yaml:13:12: error: “co_quan” is a built-in field of another type: drop the "
        "declaration or use another name\n"
        "mau.yaml:14:39: error: “required” is true or false: mend it\n"
        "mau.yaml:15:29: error: mau.yaml has no “requird” here: do you mean “required”?\n"
        "mau.yaml:16:5: error: this field has no name: add “name: …”\n"
        "mau.yaml:18:13: error: the file name “../x.csv” cannot be used: only names "
        "within the "
        "folder of the report, without “..”\n"
        "mau.yaml:18:39: error: the name “h.i” cannot be used: only lower-case letters "
        "without "
        "marks, digits and _ (fields of the report may have dots: ho_so.tong)\n"
        "mau.yaml:18:61: error: a column cannot be “array”: use string, integer, number, "
        "year, date "
        "or boolean\n"
        "mau.yaml:19:3: error: “a” is declared on line 5 already: delete one\n"
        "mau.yaml:20:6: error: “u” must be a group of “name: value” pairs: write each on "
        "an "
        "indented line\n");
}

static void lookups(void **state) {
    (void)state;
    struct schema *s = schema(TABLE);
    assert_string_equal(schema_table(s, "t")->file, "t.csv");
    assert_null(schema_table(s, "u"));
    assert_string_equal(schema_column(schema_table(s, "t"), "han")->title, "Thời hạn");
    assert_null(schema_column(schema_table(s, "t"), "x"));
    assert_string_equal(schema_field(s, "co_quan")->title, "Cơ quan ban hành");
    assert_null(schema_field(s, "khong"));
    size_t n;
    schema_builtin(&n);
    assert_true(n > 20);
    s = schema("truong: [{name: kinh_gui, type: array, constraints: {required: true, "
               "pattern: x}}]");
    assert_true(schema_field(s, "kinh_gui")->required);
    assert_string_equal(schema_field(s, "kinh_gui")->title, "Kính gửi");
}

/* Errors in a large table are counted, not stored without bound. */
static void many_wrong_cells(void **state) {
    (void)state;
    struct buf b = {0};
    buf_adds(&b, "ten;xa_tt\n");
    for (int i = 0; i < 50000; i++)
        buf_adds(&b, "x;1.5\n");
    table_of(b.data);
    assert_int_equal(diag_count(diag, SEV_ERROR), 50000);
    buf_free(&b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(builtin_fields),       TEST(lists),           TEST(typed_facts),
        TEST(wrong_types),          TEST(english_numbers), TEST(unknown_and_missing),
        TEST(group_given_as_value), TEST(open_reports),    TEST(defaults),
        TEST(json_report),          TEST(columns),         TEST(column_leaves),
        TEST(missing_columns),      TEST(wrong_cells),     TEST(missing_tables),
        TEST(table_in_yaml),        TEST(open_tables),     TEST(table_style),
        TEST(bad_schema),           TEST(lookups),         TEST(many_wrong_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
