/* test_wide.c: a wide table: facts of its rows, tables joined by the key, what is wrong in it, its size */
#include "input/inside.h"
#include "pipeline.h"
#include "value_paths.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

static struct arena *arena;
static struct diag *diag;
static struct buf out;
static char top[64];

static int setup(void **state) {
    (void)state;
    arena = arena_new();
    diag = diag_new(LANG_EN);
    strcpy(top, "/tmp/test_wide.XXXXXX");
    assert_non_null(mkdtemp(top));
    assert_int_equal(chdir(top), 0);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    assert_int_equal(chdir("/"), 0);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", top);
    assert_int_equal(system(command), 0);
    arena_free(arena);
    diag_free(diag);
    buf_free(&out);
    return 0;
}

static void put(const char *path, const char *text) {
    assert_true(dir_make(path_dir(arena, path)));
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* All messages so far; then none. */
static const char *messages(void) {
    buf_free(&out);
    diag_print(diag, &out);
    diag_free(diag);
    diag = diag_new(LANG_EN);
    return out.data ? out.data : "";
}

/* Codes and places of all messages so far; then none. */
static const char *codes(void) {
    size_t n;
    const struct diag_msg *const *m = diag_sorted(diag, &n);
    buf_free(&out);
    for (size_t i = 0; i < n; i++)
        buf_printf(&out, "%s%s %s:%d:%d", i ? "\n" : "", diag_code_name(m[i]->code),
                   m[i]->at.file ? m[i]->at.file : "", m[i]->at.line, m[i]->at.col);
    diag_free(diag);
    diag = diag_new(LANG_EN);
    return out.data ? out.data : "";
}

static struct wide *load(void) {
    return wide_load(arena, diag, "w.csv", NULL);
}

static struct report *row(size_t i) {
    const struct wide *w = load();
    assert_non_null(w);
    return wide_report(arena, diag, w, i);
}

/* "a.b=text@line:column …", lists as [x, y]. */
static void dump_into(const struct value *v, const char *path) {
    if (v->kind == VALUE_MAP) {
        for (uint32_t i = 0; i < v->n; i++) {
            const struct value *m = &v->u.member[i];
            assert_ptr_equal(m->parent, v);
            dump_into(m, *path ? arena_printf(arena, "%s.%s", path, m->key) : m->key);
        }
        return;
    }
    if (v->kind == VALUE_LIST) {
        for (uint32_t i = 0; i < v->n; i++) {
            assert_ptr_equal(v->u.item[i]->parent, v);
            assert_int_equal(v->u.item[i]->index, i);
            dump_into(v->u.item[i], arena_printf(arena, "%s[%u]", path, i + 1));
        }
        if (!v->n)
            buf_printf(&out, "%s=[] ", path);
        return;
    }
    buf_printf(&out, "%s=%s@%d:%d ", path, v->text ? v->text : "", v->at.line, v->at.col);
}

static const char *dump(const struct value *v) {
    buf_free(&out);
    dump_into(v, "");
    return out.data ? out.data : "";
}

static struct schema *schema(const char *text) {
    struct value *mau = input_yaml(arena, diag, "mau.yaml", text, strlen(text), 1, 1);
    assert_non_null(mau);
    return schema_load(arena, diag, mau);
}

/* ---- facts ---- */

static void facts_nest(void **state) {
    (void)state;
    put("w.csv", "ma,ho_so.tong,can_cu,ho_so.con,can_cu,nguoi_ky.1.ho_ten,"
                 "nguoi_ky.2.ho_ten,x\n"
                 "A,12.456,Luật 1,,,An,Bình,\n"
                 "B,,,3,Luật 2,Chi,,\n");
    assert_string_equal(dump(row(0)->facts),
                        "ma=A@2:1 ho_so.tong=12.456@2:3 ho_so.con=@2:17 "
                        "can_cu=Luật 1@2:10 nguoi_ky[1].ho_ten=An@2:19 "
                        "nguoi_ky[2].ho_ten=Bình@2:22 x=@2:27 ");
    /* B has one signer and one ground. */
    assert_string_equal(dump(row(1)->facts),
                        "ma=B@3:1 ho_so.tong=@3:3 ho_so.con=3@3:5 can_cu=Luật 2@3:7 "
                        "nguoi_ky[1].ho_ten=Chi@3:14 x=@3:19 ");
    const struct value *tong = value_at(arena, row(0)->facts, "ho_so.tong");
    assert_int_equal(value_key_at(tong).line, 1);
    assert_int_equal(value_key_at(tong).col, 4);
    assert_string_equal(codes(), "");
}

static void lists_repeat(void **state) {
    (void)state;
    put("w.csv", "ma,kinh_gui,kinh_gui,kinh_gui\nA,x,,y\nB,,,\nC,,z,\n");
    assert_string_equal(dump(row(0)->facts), "ma=A@2:1 kinh_gui[1]=x@2:3 "
                                             "kinh_gui[2]=y@2:6 ");
    assert_string_equal(dump(row(1)->facts), "ma=B@3:1 kinh_gui=@3:3 ");
    assert_string_equal(dump(row(2)->facts), "ma=C@4:1 kinh_gui=z@4:4 ");
}

static void names_clash(void **state) {
    (void)state;
    put("w.csv", "ma,ho_so,ho_so.tong\nA,1,2\nB,,2\n");
    struct report *r = row(0);
    assert_true(r->facts->flags & VALUE_BROKEN);
    assert_string_equal(codes(), "E_FACT_CONFLICT w.csv:1:10");
    assert_string_equal(dump(row(1)->facts), "ma=B@3:1 ho_so.tong=2@3:4 ");
    assert_string_equal(codes(), "");
}

#define FORM                                                                                \
    "ten: m\nbang:\n  t: {fields: [{name: so_luong, title: Số lượng, type: integer}, " \
    "{name: ten}]}\n"                                                                       \
    "truong:\n"                                                                             \
    "  - {name: ho_so.tong, title: Tổng số hồ sơ, type: integer}\n"                  \
    "  - {name: xa, title: 'Tên xã, phường', type: string}\n"                          \
    "  - {name: dao_tao, type: array}\n"
#define BASE "co_quan,dia_danh,ngay_ban_hanh,trich_yeu,nguoi_ky.chuc_vu,nguoi_ky.ho_ten"
#define GIVEN "UBND,A,2025-12,B,CHỦ TỊCH,C"

static struct value *checked(const char *form, size_t i) {
    struct report *r = row(i);
    check_report(arena, diag, r, form ? schema(form) : NULL);
    return r->facts;
}

static const char *text_of(const struct value *facts, const char *name) {
    const char *text = value_text(facts, name);
    return text ? text : "-";
}

static void the_key_goes(void **state) {
    (void)state;
    put("t.csv", "ma,so_luong\n");
    put("w.csv", "ma,ho_so.tong," BASE "\nA,1," GIVEN "\n");
    assert_null(value_get(checked(FORM, 0), "ma"));
    assert_string_equal(codes(), "");
    /* declared, below a declared group, with an open form, and built in */
    put("w.csv", "xa,ho_so.tong," BASE "\nA,1," GIVEN "\n");
    put("t.csv", "xa,so_luong\n");
    assert_string_equal(text_of(checked(FORM, 0), "xa"), "A");
    put("w.csv", "dia_danh,ho_so.tong,co_quan,ngay_ban_hanh,trich_yeu,nguoi_ky.chuc_vu,"
                 "nguoi_ky.ho_ten\nA,1,UBND,2025-12,B,C,D\n");
    put("t.csv", "dia_danh,so_luong\n");
    assert_string_equal(text_of(checked(FORM, 0), "dia_danh"), "A");
    put("w.csv", "ma," BASE "\nA," GIVEN "\n");
    assert_string_equal(text_of(checked("ten: m\n", 0), "ma"), "A");
    assert_string_equal(codes(), "");
}

/* A key below a group that holds nothing else goes with it; another column that nobody declares does not. */
static void the_key_goes_whole(void **state) {
    (void)state;
    put("t.csv", "xa_phuong.ma,so_luong\n");
    put("w.csv", "xa_phuong.ma,ho_so.tong,nam," BASE "\nA,1,2," GIVEN "\n");
    struct value *f = checked(FORM, 0);
    assert_null(value_get(f, "xa_phuong"));
    assert_string_equal(codes(), "E_FACT_UNKNOWN w.csv:1:25");
}

static void titles_are_fields(void **state) {
    (void)state;
    put("t.csv", "Mã xã,Số lượng\nA,3\n");
    put("w.csv", "Mã xã,Tổng số hồ sơ,\"Tên xã, phường\",Nơi nhận,Nơi nhận," BASE
                 "\nA,12,Xã A,VT,HĐND," GIVEN "\n");
    struct report *r = row(0);
    assert_string_equal(text_of(r->facts, "ma_xa"), "A");
    assert_string_equal(text_of(r->facts, "tong_so_ho_so"), "12");
    assert_true(check_report(arena, diag, r, schema(FORM)));
    assert_string_equal(codes(), "");
    assert_string_equal(text_of(r->facts, "xa"), "Xã A");
    assert_int_equal(value_at(arena, r->facts, "ho_so.tong")->kind, VALUE_NUMBER);
    assert_int_equal(value_get(r->facts, "noi_nhan")->n, 2);
    assert_null(value_get(r->facts, "ma_xa"));
    assert_null(value_get(r->facts, "tong_so_ho_so"));
}

static void titles_unknown(void **state) {
    (void)state;
    put("w.csv", "ma,Tổng hồ sơ,???," BASE "\nA,12,," GIVEN "\n");
    assert_null(load());
    assert_string_equal(codes(), "E_WIDE_TITLE w.csv:1:15");
    put("w.csv", "ma,Số hộ," BASE "\nA,12," GIVEN "\n");
    checked(FORM, 0);
    assert_string_equal(codes(), "E_FACT_UNKNOWN w.csv:1:4");
}

static void cells_of_lines(void **state) {
    (void)state;
    put("t.csv", "ma,so_luong\n");
    put("w.csv", "ma," BASE ",noi_nhan,xa,dao_tao,ho_so.tong\n"
                 "A," GIVEN ",\"Như trên\n\n  Lưu: VT \",\"hai\ndòng\",một,1\n");
    const struct value *f = checked(FORM, 0), *list = value_get(f, "noi_nhan");
    assert_string_equal(codes(), "");
    assert_int_equal(list->n, 2);
    assert_string_equal(list->u.item[0]->text, "Như trên");
    assert_string_equal(list->u.item[1]->text, "Lưu: VT");
    assert_int_equal(list->u.item[0]->at.line, 2);
    assert_int_equal(list->u.item[0]->at.col, 31);
    assert_int_equal(list->u.item[1]->at.line, 4);
    assert_int_equal(list->u.item[1]->at.col, 3);
    assert_string_equal(text_of(f, "xa"), "hai\ndòng"); /* a text stays one */
    assert_int_equal(value_get(f, "dao_tao")->n, 1);
}

/* ---- the template ---- */

static void template_of_a_row(void **state) {
    (void)state;
    put("w.csv", "ma,mau\nA,rieng\nB,\n");
    struct wide *w = load();
    assert_string_equal(text_of(wide_report(arena, diag, w, 1)->facts, "mau"), "-");
    wide_template(w, "chung");
    assert_string_equal(text_of(wide_report(arena, diag, w, 0)->facts, "mau"), "rieng");
    assert_string_equal(text_of(wide_report(arena, diag, w, 1)->facts, "mau"), "chung");
    put("w.csv", "ma\nA\n");
    w = load();
    wide_template(w, "chung");
    assert_string_equal(text_of(wide_report(arena, diag, w, 0)->facts, "mau"), "chung");
    assert_string_equal(codes(), "");
}

/* ---- joined tables ---- */

/* The rows of a table: "number:cell,cell …" with the columns in front. */
static const char *table_of(size_t i, const char *form) {
    struct value *f = checked(form, i), *t = value_get(f, "t");
    assert_non_null(t);
    size_t n;
    const struct column *c = value_columns(t, &n);
    buf_free(&out);
    for (size_t k = 0; k < n; k++)
        buf_printf(&out, "%s%s", k ? "," : "", c[k].key);
    for (uint32_t k = 0; k < t->n; k++) {
        const struct value *r = t->u.item[k];
        assert_ptr_equal(r->parent, t);
        assert_int_equal(r->n, n);
        buf_printf(&out, " %u:", r->len);
        for (uint32_t x = 0; x < r->n; x++) {
            assert_ptr_equal(r->u.member[x].parent, r);
            buf_printf(&out, "%s%s", x ? "," : "",
                       r->u.member[x].text ? r->u.member[x].text : "");
        }
    }
    return out.data;
}

static void rows_are_joined(void **state) {
    (void)state;
    put("w.csv", "ma," BASE "\nA," GIVEN "\nB," GIVEN "\nC," GIVEN "\n");
    put("t.csv", "\xEF\xBB\xBF"
                 "Số lượng;ma;ten\r\n1;B;\"một\r\ndòng\"\r\n;;\r\n2;A;x\r\n3;B;y\r\n");
    assert_string_equal(table_of(0, FORM), "so_luong,ten 4:2,x");
    assert_string_equal(table_of(1, FORM), "so_luong,ten 2:1,một\ndòng 5:3,y");
    assert_string_equal(table_of(2, FORM), "so_luong,ten");
    assert_string_equal(codes(), "");
    const struct value *t = value_get(checked(FORM, 1), "t");
    const struct value *y = &t->u.item[1]->u.member[1];
    assert_string_equal(y->at.file, "t.csv");
    assert_int_equal(y->at.line, 6);
    assert_int_equal(y->at.col, 5);
    assert_string_equal(value_where(diag, y), "row 5, column “ten”");
}

/* A wrong cell is told with its place in the file that everybody's rows stand in. */
static void cells_are_typed(void **state) {
    (void)state;
    put("w.csv", "ma," BASE "\nA," GIVEN "\nB," GIVEN "\n");
    put("t.csv", "sep=;\nma;so_luong;ten\nA;1;x\nB;1.5;y\n");
    checked(FORM, 0);
    assert_string_equal(codes(), "");
    checked(FORM, 1);
    assert_true(str_starts(messages(), "t.csv:4:3: error: row 4, column “so_luong”: "));
}

static void key_declared(void **state) {
    (void)state;
    put("w.csv", "Mã,xa," BASE "\nA,Q," GIVEN "\n");
    put("t.csv", "so_luong,ten,Mã\n1,x,A\n");
    assert_string_equal(
        table_of(0,
                 "ten: m\ntruong: [{name: xa}]\nbang:\n  t: {fields: [{name: so_luong, "
                 "type: integer}, {name: ten}, {name: ma}]}\n"),
        "so_luong,ten,ma 2:1,x,A");
    assert_string_equal(codes(), "");
    assert_string_equal(
        table_of(0, "ten: m\ntruong: [{name: xa}]\nbang:\n  t: {path: t.csv}\n"),
        "so_luong,ten 2:1,x");
    bool missing;
    struct report *r = row(0);
    struct value *t = check_open_table(arena, diag, r, NULL, "t", &missing);
    size_t n;
    value_columns(t, &n);
    assert_int_equal(n, 2);
    assert_string_equal(codes(), "");
}

/* A table without the key is everybody's, also for a report with a folder of its own. */
static void tables_shared(void **state) {
    (void)state;
    put("w.csv", "ma," BASE "\nA," GIVEN "\nB," GIVEN "\n");
    put("t.csv", "so_luong,ten\n7,x\n");
    put("A/note.md", "");
    assert_string_equal(row(0)->dir, "A");
    assert_string_equal(row(1)->dir, ".");
    assert_string_equal(table_of(0, FORM), "so_luong,ten 2:7,x");
    assert_string_equal(table_of(1, FORM), "so_luong,ten 2:7,x");
    put("A/t.csv", "so_luong,ten\n8,y\n");
    assert_string_equal(table_of(0, FORM), "so_luong,ten 2:8,y");
    assert_string_equal(table_of(1, FORM), "so_luong,ten 2:7,x");
    assert_string_equal(codes(), "");
}

static void files_not_used(void **state) {
    (void)state;
    put("w.csv", "ma," BASE "\nA," GIVEN "\n");
    put("t.csv", "ma,so_luong,ten\nA,7,x\n");
    put("A/t.csv", "so_luong,ten\n8,y\n");
    put("A/baocao.yaml", "so: 1\n");
    assert_string_equal(table_of(0, FORM), "so_luong,ten 2:7,x");
    assert_string_equal(codes(), "W_WIDE_NOT_USED A/baocao.yaml:0:0\n"
                                 "W_WIDE_NOT_USED A/t.csv:0:0");
}

/* Keys that are no folder names lead nowhere. */
static void keys_outside(void **state) {
    (void)state;
    put("in/w.csv", "ma\n..\n.\nA/B\n.git\n/tmp\n");
    put("in/A/B/x", "");
    put("in/.git/x", "");
    struct wide *w = wide_load(arena, diag, "in/w.csv", NULL);
    assert_non_null(w);
    for (size_t i = 0; i < wide_rows(w); i++) {
        struct report *r = wide_report(arena, diag, w, i);
        assert_string_equal(r->dir, "in");
        assert_string_equal(r->name, "baocao");
    }
}

static void issue_of_a_row(void **state) {
    (void)state;
    put("w.csv", "ma,so,ngay_ban_hanh\nA,,2026-06\nB,,2026-06\n");
    put("A.ban-hanh.yaml", "so: 45\nngay_ban_hanh: 2026-06-15\n");
    struct report *r = row(0);
    assert_string_equal(r->issued, "A.ban-hanh.yaml");
    assert_string_equal(text_of(r->facts, "so"), "45");
    assert_null(row(1)->issued);
    assert_string_equal(codes(), "");
}

/* ---- the whole way ---- */

#define MAU                                                                              \
    "ten: mau\ntruong:\n  - {name: quy, type: integer}\n"                                \
    "  - {name: ho_so.tong, title: Tổng số hồ sơ, type: integer}\n"               \
    "bang:\n  t: {title: Bảng, fields: [{name: ten, title: Tên}, "                    \
    "{name: so_luong, title: Số lượng, type: integer}]}\n"
#define BODY                                                                                        \
    "# I. KẾT QUẢ\n\nQuý {{quy}}, xã tiếp nhận {{ho_so.tong}} hồ sơ.\n\n{{> loi}}\n\n" \
    "```bang\ndu_lieu: t\n```\n\n```bang\ndu_lieu: u\n```\n"
#define FACTS                                                                            \
    "mau: mau\nco_quan: UBND xã B\nky_hieu: BC-UBND\nloai: BÁO CÁO\ndia_danh: B\n"    \
    "ngay_ban_hanh: 2026-06\ntrich_yeu: Kết quả\nnoi_nhan: [Sở A, 'Lưu: VT']\n"   \
    "nguoi_ky: {chuc_vu: CHỦ TỊCH, ho_ten: C}\nquy: 2\nho_so: {tong: 12.456}\n"

/* The files of a report, one behind the other. */
static void made(struct engine *e, const char *path, struct report *loaded,
                 struct buf *to) {
    struct make_request q = {.report = path,
                             .loaded = loaded,
                             .out_dir = "out",
                             .name = "x",
                             .flags = MAKE_PDF | MAKE_XLSX};
    struct file_set *files = NULL;
    enum make_status status = engine_build(e, diag, &q, &files);
    if (status != MAKE_DONE)
        print_message("%s", messages());
    assert_int_equal(status, MAKE_DONE);
    const char *temporary, *data;
    size_t n;
    for (size_t i = 0; file_set_get(files, i, &temporary); i++) {
        assert_int_equal(file_read(arena, temporary, FILE_LIMIT, &data, &n), FILE_OK);
        buf_add(to, data, n);
    }
    file_set_abort(files);
}

/* A row gives the very bytes that a folder of the same figures gives. */
static void same_as_a_folder(void **state) {
    (void)state;
    put("mau/mau.yaml", MAU);
    put("mau/mau.md", BODY);
    put("b/baocao.yaml", FACTS);
    put("b/loi.md", "Lời văn của **xã**.\n");
    put("b/t.csv", "ten,so_luong\nmột,1\nhai,2.000\n");
    put("b/u.csv", "x,y\n1,2\n");
    put("w/w.csv", "Mã xã,co_quan,ky_hieu,loai,dia_danh,ngay_ban_hanh,trich_yeu,noi_nhan,"
                   "nguoi_ky.chuc_vu,nguoi_ky.ho_ten,quy,Tổng số hồ sơ\n"
                   "A,UBND xã A,BC-UBND,BÁO CÁO,A,2026,K,Lưu: VT,P,D,1,5\n"
                   "B,UBND xã B,BC-UBND,BÁO CÁO,B,2026-06,Kết quả,\"Sở A\nLưu: VT\","
                   "CHỦ TỊCH,C,2,12.456\n");
    put("w/loi.md", "Lời văn của **xã**.\n");
    put("w/t.csv", "ten,Mã xã,so_luong\nmột,B,1\nba,A,3\nhai,B,2.000\n");
    put("w/u.csv", "x,y,ma_xa\n1,2,B\n3,4,A\n");
    const char *const dirs[] = {top, NULL};
    struct engine_options o = {.template_dirs = dirs};
    struct engine *e = engine_new(&o);
    struct wide *w = wide_load(arena, diag, "w/w.csv", "ma_xa");
    assert_non_null(w);
    wide_template(w, "mau");
    struct buf folder = {0}, row = {0};
    made(e, "b", NULL, &folder);
    made(e, "w/w.csv", wide_report(arena, diag, w, 1), &row);
    assert_int_equal(folder.len, row.len);
    assert_memory_equal(folder.data, row.data, row.len);
    row.len = 0;
    made(e, "w/w.csv", wide_report(arena, diag, w, 0), &row);
    assert_true(folder.len != row.len || memcmp(folder.data, row.data, row.len) != 0);
    assert_int_equal(diag_count(diag, SEV_ERROR) + diag_count(diag, SEV_WARNING), 0);
    buf_free(&folder);
    buf_free(&row);
    engine_free(e);
}

/* ---- what is wrong ---- */

static void all_at_once(void **state) {
    (void)state;
    put("w.csv", "x,ma,y\n1,A,\n2,,\n3,B,\n4,A,\n5,01,\n");
    put("t.csv", "z,ma\n1,B\n2,\n3,b\n4,1\n5,không\n");
    put("u.csv", "ma,z\nA,1\nA,1,2\nB,\"x\" y\n");
    put("other.csv", "z,zz\n1\n\"");                   /* has no key: nobody's */
    put("bytes.csv", "ma,z\nA,\xFF\nB,ế\nC,ế\nD,ế\n"); /* has it */
    assert_null(wide_load(arena, diag, "w.csv", "ma"));
    assert_string_equal(codes(), "E_WIDE_KEY_MISSING w.csv:3:3\n"
                                 "E_WIDE_KEY_TWICE w.csv:5:3\n"
                                 "E_TEXT_BYTE bytes.csv:2:3\n"
                                 "E_WIDE_KEY_MISSING t.csv:3:3\n"
                                 "E_WIDE_ORPHAN_NEAR t.csv:4:3\n"
                                 "E_WIDE_ORPHAN_NEAR t.csv:5:3\n"
                                 "E_WIDE_ORPHAN t.csv:6:3\n"
                                 "E_CSV_MANY u.csv:3:5\n"
                                 "E_CSV_AFTER_QUOTE u.csv:4:7");
    assert_null(wide_load(arena, diag, "w.csv", "ma"));
    messages();
    assert_non_null(strstr(out.data, "w.csv:5:3: error: “A” stands in row 2 (line 2)"));
    assert_non_null(strstr(out.data, "t.csv:4:3: error: “b” does not stand in “w.csv”; "
                                     "is it “B”?"));
    assert_non_null(strstr(out.data, "t.csv:5:3: error: “1” does not stand in “w.csv”; "
                                     "is it “01”?"));
    assert_non_null(strstr(out.data, "row 3 leaves the column “ma” blank"));
}

static void near_keys(void **state) {
    (void)state;
    put("w.csv", "ma\nxa-0011\nxa-0012\nđông\nlâm-hà\n");
    put("t.csv", "ma\nxa-0013\nDong\nlâm-hạn\nxb-0012\n");
    assert_null(load());
    messages();
    assert_non_null(
        strstr(out.data, "t.csv:2:1: error: “xa-0013” does not stand in “w.csv”: "));
    assert_non_null(strstr(out.data, "is it “đông”?"));
    assert_non_null(strstr(out.data, "is it “lâm-hà”?"));
    assert_non_null(strstr(out.data, "is it “xa-0012”?"));
}

static void no_such_key(void **state) {
    (void)state;
    put("w.csv", "Mã xã,x\nA,1\n");
    assert_non_null(wide_load(arena, diag, "w.csv", "ma_xa"));
    assert_non_null(wide_load(arena, diag, "w.csv", "MÃ XÃ"));
    assert_non_null(wide_load(arena, diag, "w.csv", "x"));
    assert_string_equal(codes(), "");
    assert_null(wide_load(arena, diag, "w.csv", "mã xa1"));
    assert_null(wide_load(arena, diag, "w.csv", "huyen_thi"));
    assert_string_equal(codes(), "E_WIDE_NO_KEY_NEAR w.csv:1:1\nE_WIDE_NO_KEY w.csv:1:1");
}

static void empty_files(void **state) {
    (void)state;
    put("w.csv", "");
    assert_null(load());
    put("w.csv", "ma,x\n");
    assert_null(load());
    put("w.csv", "ma,x\n,\n\n");
    assert_null(load());
    assert_null(wide_load(arena, diag, "none.csv", NULL));
    assert_string_equal(codes(), "E_CSV_EMPTY w.csv:0:0\nE_WIDE_EMPTY w.csv:0:0\n"
                                 "E_FILE_READ none.csv:0:0");
}

/* A message that was told before counts again. */
static void wrong_again(void **state) {
    (void)state;
    put("w.csv", "ma\nA\n\"A\"\n");
    assert_null(load());
    assert_null(load());
    put("w.csv", "ma\nA\n");
    put("t.csv", "ma\nB\n");
    assert_null(load());
    assert_null(load());
    put("t.csv", "ma,x\nA\n");
    assert_null(load());
    assert_null(load());
    put("t.csv", "ma,x\n,1\n");
    assert_null(load());
    assert_null(load());
    assert_string_equal(codes(), "E_WIDE_KEY_TWICE w.csv:3:1\nE_WIDE_ORPHAN t.csv:2:1\n"
                                 "E_CSV_FEW t.csv:2:1\nE_WIDE_KEY_MISSING t.csv:2:1");
}

static void blank_titles(void **state) {
    (void)state;
    put("w.csv", "ma,,x\nA,1,2\n");
    assert_null(load());
    assert_string_equal(codes(), "E_CSV_NO_TITLE w.csv:1:4");
    put("w.csv", "ma,x,,\nA,1,,\n"); /* what spreadsheets leave at the end */
    assert_non_null(load());
    put("w.csv", "ma,x,,\nA,1,,2\n");
    assert_null(load());
    assert_string_equal(codes(), "E_CSV_NO_TITLE w.csv:2:6");
}

/* ---- hashes ---- */

static void hash_of(size_t i, unsigned char h[16]) {
    wide_hash(load(), i, h);
}

static bool changed(size_t i, unsigned char h[16]) {
    unsigned char now[16];
    hash_of(i, now);
    bool other = memcmp(h, now, 16) != 0;
    memcpy(h, now, 16);
    return other;
}

static void only_what_changed(void **state) {
    (void)state;
    unsigned char a[16], b[16];
    put("w.csv", "ma,x\nA,1\nB,1\n");
    put("t.csv", "ma,y\nB,1\nA,2\n");
    hash_of(0, a);
    hash_of(1, b);
    assert_memory_not_equal(a, b, 16);
    put("w.csv", "ma,x\nB,1\nA,1\n"); /* another order, another line */
    put("t.csv", "ma,y\nA,2\nB,1\n");
    assert_false(changed(1, a) || changed(0, b));
    put("t.csv", "ma,y\nA,2\nB,1\nB,1\n");
    assert_true(!changed(1, a) && changed(0, b));
    put("w.csv", "ma,x\nB,1\nA,2\n");
    assert_true(changed(1, a) && !changed(0, b));
    put("w.csv", "ma,z\nB,1\nA,2\n");
    assert_true(changed(1, a) && changed(0, b));
    put("u.csv", "ma,z\n");
    assert_true(changed(1, a) && changed(0, b));
    put("v.csv", "z\n");
    assert_true(!changed(1, a) && !changed(0, b));
    struct wide *w = load();
    wide_template(w, "mau");
    unsigned char now[16];
    wide_hash(w, 0, now);
    assert_memory_not_equal(now, b, 16);
}

/* ---- one row at a time ---- */

static size_t last_column(const void *how, const struct column *c, size_t n) {
    (void)how;
    (void)c;
    return n - 1;
}

static void same_value(const struct value *u, const struct value *v) {
    assert_int_equal(u->kind, v->kind);
    assert_true(str_eq(u->text, v->text) && str_eq(u->key, v->key));
    assert_int_equal(u->len, v->len);
    assert_int_equal(u->at.line, v->at.line);
    assert_int_equal(u->at.col, v->at.col);
}

/* The rows of an index are those of the table that is read at once, and its keys are its last cells; NULL when
 * the table is wrong. */
static const struct csv_index *compare_rows(const char *text, size_t n) {
    struct diag *quiet = diag_new(LANG_EN), *again = diag_new(LANG_EN);
    const struct value *t = csv_read(arena, quiet, "t.csv", text, n);
    const struct csv_index *c =
        csv_index(arena, again, "t.csv", text, n, false, last_column, NULL);
    assert_int_equal(diag_calls(quiet), diag_calls(again));
    assert_int_equal(c != NULL, t && !(t->flags & VALUE_BROKEN));
    for (uint32_t r = 0; c && r < t->n; r++) {
        const struct value *x = t->u.item[r], *y = csv_row(arena, quiet, c, r);
        assert_non_null(y);
        same_value(x, y);
        assert_int_equal(x->n, y->n);
        for (uint32_t k = 0; k < x->n; k++) {
            same_value(&x->u.member[k], &y->u.member[k]);
            assert_ptr_equal(y->u.member[k].parent, y);
        }
        const struct value *last = &x->u.member[x->n - 1];
        const struct csv_place *p = &c->row[r];
        assert_true(str_eq(last->text, p->key));
        assert_int_equal(p->key_line, last->at.line);
        assert_int_equal(p->key_col, last->at.col);
        assert_int_equal(p->record, x->len);
    }
    if (c)
        assert_int_equal(c->rows, t->n);
    diag_free(quiet);
    diag_free(again);
    return c;
}

static void rows_are_those_of_the_table(void **state) {
    (void)state;
    const char *const texts[] = {
        "a,b\n1,2\n3,4",
        "a;b\n\"x\n;\"\"\n\";2\n\n\n;\n 3 ; \"4\" \n",
        "sep=\t\na\tb\n1\t\n\t2\n\t\n",
        "\n\na,b,,\n1,2,,\n,,,\n\"\",\"\n\",,\nế,\"ộ\",,",
        "a\n1\n\n2\n\"3\n\n\"\n  \n",
        "a,\"b\nc\"\n\"\n\n\",\"q\"\"\"\n",
        "a,b\n",
        "a,b\n1,\u00A0\n\u00A0x\u202F,2",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_non_null(compare_rows(texts[i], strlen(texts[i])));
}

/* Texts of few letters, of which most are wrong in some way: index and reader always agree. */
static void random_texts(void **state) {
    (void)state;
    static const char letter[] = "ab\"\"\n\n,,,; \t";
    uint64_t x = 1;
    int right = 0;
    for (int i = 0; i < 100000; i++) {
        char text[32] = "a,b\n";
        x = x * 6364136223846793005u + 1442695040888963407u;
        size_t n = 4 * (i % 2), end = n + (x >> 33) % 12;
        while (n < end) {
            x = x * 6364136223846793005u + 1442695040888963407u;
            text[n++] = letter[(x >> 33) % (sizeof letter - 1)];
        }
        text[n] = 0;
        right += compare_rows(text, n) != NULL;
        if (i % 1000 == 999) {
            arena_free(arena);
            arena = arena_new();
        }
    }
    print_message("%d of 100,000 random texts are tables\n", right);
    assert_true(right > 10000);
}

/* ---- size ---- */

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void large(void **state) {
    (void)state;
    enum { REPORTS = 3321, ROWS = 100000, COLUMNS = 72 };
    struct buf b = {0};
    buf_adds(&b, "ma");
    for (int k = 1; k < COLUMNS; k++)
        buf_printf(&b, ",n%d.so", k);
    for (int i = 0; i < REPORTS; i++) {
        buf_printf(&b, "\nxa-%04d", i + 1);
        for (int k = 1; k < COLUMNS; k++)
            buf_printf(&b, ",%d.%03d", k, i % 1000);
    }
    put("w.csv", b.data);
    b.len = 0;
    buf_adds(&b, "so_luong,ten,ma");
    for (int i = 0; i < ROWS; i++)
        buf_printf(&b, "\n%d,\"Thủ tục số %d\",xa-%04d", i, i, i * 7 % REPORTS + 1);
    put("t.csv", b.data);
    buf_free(&b);
    double start = seconds();
    struct wide *w = load();
    double loaded = seconds() - start;
    assert_non_null(w);
    start = seconds();
    size_t rows = 0;
    for (size_t i = 0; i < wide_rows(w); i++) {
        struct arena *own = arena_new();
        bool missing;
        struct report *r = wide_report(own, diag, w, i);
        rows += report_table(own, diag, r, "t.csv", &missing)->n;
        arena_free(own);
    }
    double made = seconds() - start;
    start = seconds();
    unsigned char h[16];
    for (size_t i = 0; i < wide_rows(w); i++)
        wide_hash(w, i, h);
    double hashed = seconds() - start;
    assert_int_equal(rows, ROWS);
    print_message("3,321 rows of 72 cells and 100,000 joined: loaded in %.0f ms, %zu KB; "
                  "a report %.0f us, all hashes %.1f ms\n",
                  loaded * 1e3, arena_used(arena) / 1024, made * 1e6 / REPORTS,
                  hashed * 1e3);
    assert_true(loaded < 5 && made < 10);
}

int main(void) {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(facts_nest),
        T(lists_repeat),
        T(names_clash),
        T(the_key_goes),
        T(the_key_goes_whole),
        T(titles_are_fields),
        T(titles_unknown),
        T(cells_of_lines),
        T(template_of_a_row),
        T(rows_are_joined),
        T(cells_are_typed),
        T(key_declared),
        T(tables_shared),
        T(files_not_used),
        T(keys_outside),
        T(issue_of_a_row),
        T(same_as_a_folder),
        T(all_at_once),
        T(near_keys),
        T(no_such_key),
        T(empty_files),
        T(wrong_again),
        T(blank_titles),
        T(only_what_changed),
        T(rows_are_those_of_the_table),
        T(random_texts),
        T(large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
