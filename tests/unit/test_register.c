/* test_register.c: registers of documents, symbols in running text, the words of citations */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "check/inside.h"
#include "merge/cite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD "so_ky_hieu,loai,ngay,co_quan,trich_yeu,lien_ket\n"
#define NQ57                                                                             \
    "57-NQ/TW,Nghị quyết,22/12/2024,Bộ Chính trị,Về đột phá phát triển khoa học,\n"
#define FOLDERS 3

static struct arena *arena;
static struct diag *diag;
static char top[32], folder[FOLDERS][64]; /* office, template, report */

static int setup(void **state) {
    (void)state;
    arena = arena_new();
    diag = diag_new(LANG_EN);
    strcpy(top, "/tmp/baocao-test-XXXXXX");
    if (!mkdtemp(top))
        return -1;
    for (int i = 0; i < FOLDERS; i++) {
        snprintf(folder[i], sizeof folder[i], "%s/%d", top, i);
        if (mkdir(folder[i], 0700) != 0)
            return -1;
    }
    return 0;
}

static int teardown(void **state) {
    (void)state;
    for (int i = FOLDERS - 1; i >= 0; i--) {
        unlink(path_join(arena, folder[i], "van_ban.csv"));
        rmdir(folder[i]);
    }
    rmdir(top);
    arena_free(arena);
    diag_free(diag);
    return 0;
}

static void put(int i, const char *text) {
    FILE *f = fopen(path_join(arena, folder[i], "van_ban.csv"), "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* All messages so far, the folders as 0/, 1/, 2/; then none. */
static const char *messages(void) {
    struct buf all = {0}, out = {0};
    diag_print(diag, &all);
    for (const char *p = all.data ? all.data : ""; *p;) {
        int i = FOLDERS - 1;
        while (i >= 0 && !str_starts(p, folder[i]))
            i--;
        if (i >= 0) {
            buf_printf(&out, "%d", i);
            p += strlen(folder[i]);
        } else {
            buf_addc(&out, *p++);
        }
    }
    const char *s = arena_strndup(arena, out.data ? out.data : "", out.len);
    buf_free(&all);
    buf_free(&out);
    diag_free(diag);
    diag = diag_new(LANG_EN);
    return s;
}

static const struct registers *load(int i, const struct registers *up) {
    return register_load(arena, diag, folder[i], up);
}

/* The registers of all three folders; the last one is the report's. */
static const struct registers *load_all(void) {
    struct report *r = arena_new_of(arena, struct report);
    r->dir = folder[2];
    r->facts = value_new(arena, VALUE_MAP, (struct origin){NULL, 0, 0});
    register_report(arena, diag, r, load(1, load(0, NULL)));
    return r->registers;
}

static size_t find(const struct registers *r, const char *symbol,
                   const struct citable **out) {
    return register_find(arena, r, symbol, strlen(symbol), out, 8);
}

/* ---- keys and finding ---- */

static void assert_key(const char *symbol, const char *key) {
    assert_string_equal(register_key(arena, symbol, strlen(symbol)), key);
}

static void test_keys(void **state) {
    (void)state;
    assert_key("57-NQ/TW", "57-NQ/TW");
    assert_key(" 57 -nq/tw ", "57-NQ/TW");
    assert_key("57–NQ/TW", "57-NQ/TW");
    assert_key("03/NQ-CP", "3/NQ-CP");
    assert_key("0/NQ-CP", "0/NQ-CP");
    assert_key("62-CTr/TU", "62-CTR/TU");
    assert_key("27-QÐ/ðu", "27-QĐ/ĐU"); /* eth for đ */
    assert_key("1012/qđ-ttg", "1012/QĐ-TTG");
    assert_key("", "");
}

static void test_find(void **state) {
    const struct citable *x[8];
    (void)state;
    put(0,
        HEAD NQ57 "65/2025/QH15,Luật,16/6/2025,Quốc hội,Tổ chức chính quyền địa phương,\n"
                  ",Luật,22/6/2023,Quốc hội,Luật Giao dịch điện tử,\n"
                  ",Quyết định,,UBND xã,Chưa có số,\n");
    const struct registers *r = load(0, NULL);
    assert_string_equal(messages(), "");
    assert_int_equal(register_ids(r), 3);
    assert_int_equal(find(r, "57-nq/tw", x), 1);
    assert_string_equal(x[0]->symbol, "57-NQ/TW");
    assert_int_equal(x[0]->date.year, 2024);
    assert_int_equal(x[0]->at.line, 2);
    assert_int_equal(find(r, "58-NQ/TW", x), 0);
    assert_int_equal(find(r, "luật giao dịch điện tử", x), 1);
    assert_null(x[0]->symbol);
    assert_int_equal(find(r, "Luật Tổ chức chính quyền địa phương", x), 1);
    assert_string_equal(x[0]->symbol, "65/2025/QH15");
    assert_int_equal(find(NULL, "57-NQ/TW", x), 0);
}

/* One document in three registers is one, with the words of the upper one and the link that there is. */
static void test_merge(void **state) {
    const struct citable *x[8];
    (void)state;
    put(0, HEAD NQ57);
    put(1, HEAD
        "57-NQ/TW,nghị quyết,2024-12-22,BỘ CHÍNH TRỊ,về đột phá phát triển khoa học.,"
        "https://a.vn\n");
    put(2, HEAD
        "057-NQ/TW,Nghị quyết,22/12/2024,Bộ Chính trị,Đột phá  phát triển khoa học,\n"
        "71/NQ-CP,Nghị quyết,01/4/2025,Chính phủ,Cập nhật,\n");
    const struct registers *r = load_all();
    assert_string_equal(messages(), "");
    assert_int_equal(find(r, "57-NQ/TW", x), 1);
    assert_string_equal(x[0]->symbol, "57-NQ/TW");
    assert_string_equal(x[0]->body, "Bộ Chính trị");
    assert_string_equal(x[0]->abstract, "Về đột phá phát triển khoa học");
    assert_string_equal(x[0]->link, "https://a.vn");
    assert_int_equal(x[0]->id, 2);
    assert_int_equal(find(r, "71/NQ-CP", x), 1);
    assert_int_equal(register_ids(r), 4);
    /* The report's table keeps its own words, its dates are typed. */
    const struct value *row = register_table(r)->u.item[0];
    assert_string_equal(value_text(row, "so_ky_hieu"), "057-NQ/TW");
    assert_int_equal(value_get(row, "ngay")->kind, VALUE_DATE);
}

static void test_pick(void **state) {
    const struct citable *x[8];
    (void)state;
    put(0, HEAD "25/KH-UBND,Kế hoạch,24/01/2025,UBND tỉnh Thái Nguyên,A,\n"
                "25/KH-UBND,Kế hoạch,11/8/2025,UBND xã Dân Tiến,B,\n"
                "25/KH-UBND,Kế hoạch,10/02/2024,UBND xã Dân Tiến,C,\n");
    const struct registers *r = load(0, NULL);
    assert_string_equal(messages(), "");
    static const struct {
        const char *of;
        size_t left;
        int line; /* of the first */
    } pick[] = {{"UBND tỉnh Thái Nguyên", 1, 2},
                {"Ủy ban nhân dân tỉnh Thái Nguyên", 1, 2},
                {"tỉnh", 1, 2},
                {"ỦY BAN NHÂN DÂN XÃ DÂN TIẾN", 2, 3},
                {"UBND", 3, 2},
                {"2024", 1, 4},
                {"11/8/2025", 1, 3},
                {"2025-01", 1, 2},
                {"2025", 2, 2},
                {"xã", 2, 3},
                {"Dân Tiến", 2, 3},
                {"Dâ", 0, 0},
                {"UBND xã Bình Thành", 0, 0}};
    for (size_t i = 0; i < sizeof pick / sizeof *pick; i++) {
        size_t n = find(r, "25/KH-UBND", x);
        assert_int_equal(n, 3);
        n = register_pick(arena, x, n, pick[i].of);
        if (n != pick[i].left || (n && x[0]->at.line != pick[i].line))
            fail_msg("%s picks %zu", pick[i].of, n);
    }
}

/* ---- contradictions ---- */

/* What is said about rows below HEAD in the template's register, under 57-NQ/TW in the office's. */
static void assert_said(const char *rows, const char *want) {
    put(0, HEAD NQ57);
    put(1, arena_printf(arena, HEAD "%s", rows));
    load(1, load(0, NULL));
    assert_string_equal(messages(), want);
}

static void test_contradictions(void **state) {
    (void)state;
    assert_said(
        "57-NQ/TW,Nghị quyết,21/12/2024,Bộ Chính trị,Khác hẳn,\n",
        "1/van_ban.csv:2:1: error: the document “57-NQ/TW” has the date "
        "“21/12/2024” here and “22/12/2024” at 0/van_ban.csv:2: mend the one that is "
        "wrong\n");
    assert_said(
        "57-NQ/TW,Nghị quyết,22/12/2025,Bộ Chính trị,đột phá phát triển khoa học,\n",
        "1/van_ban.csv:2:1: error: the document “57-NQ/TW” has the date "
        "“22/12/2025” here and “22/12/2024” at 0/van_ban.csv:2: mend the one that is "
        "wrong\n");
    assert_said(
        "57-NQ/TW,Kết luận,22/12/2024,Bộ Chính trị,Về đột phá phát triển khoa học,\n",
        "1/van_ban.csv:2:1: error: the document “57-NQ/TW” has the kind “Kết luận” "
        "here and “Nghị quyết” at 0/van_ban.csv:2: mend the one that is wrong\n");
    assert_said(
        "57-NQ/TW,Nghị quyết,22/12/2024,Ban Bí thư,Về đột phá phát triển khoa học,\n",
        "1/van_ban.csv:2:1: error: the document “57-NQ/TW” has the body “Ban Bí thư” "
        "here and “Bộ Chính trị” at 0/van_ban.csv:2: mend the one that is wrong\n");
    assert_said(
        "75-NQ/TW,Nghị quyết,22/12/2024,Bộ Chính trị,đột phá phát triển khoa học.,\n",
        "1/van_ban.csv:2:1: error: one document has two symbols: “75-NQ/TW” here, "
        "“57-NQ/TW” at 0/van_ban.csv:2 (same kind, body, date and abstract): mend the "
        "one that is wrong; if they are two documents, give them different "
        "abstracts\n");
    assert_said(
        "57-NQ/TW,Nghị quyết,22/12/2024,Bộ Chính trị,Lời khác,\n",
        "1/van_ban.csv:2:1: warning: the abstract of “57-NQ/TW” differs from that at "
        "0/van_ban.csv:2, which citations print: make them alike\n");
}

static void test_no_contradiction(void **state) {
    (void)state;
    /* the number of another year, of another body; a row that stands in both */
    assert_said("57-NQ/TW,Nghị quyết,26/12/2022,Bộ Chính trị,Phát triển bền vững,\n", "");
    assert_said(
        "57-NQ/TW,Nghị quyết,22/12/2024,Ban Chấp hành Trung ương,Một việc khác,\n", "");
    assert_said(NQ57, "");
    assert_said(",Nghị quyết,,Bộ Chính trị,Về đột phá phát triển khoa học,\n", "");
}

/* Numbers with a year begin never anew. */
static void test_year_in_symbol(void **state) {
    (void)state;
    put(0, HEAD "30/2020/NĐ-CP,Nghị định,05/3/2020,Chính phủ,Công tác văn thư,\n"
                "30/2020/NĐ-CP,Nghị định,05/3/2021,Chính phủ,Một việc khác,\n");
    load(0, NULL);
    assert_non_null(strstr(messages(), "has the date “05/3/2021” here"));
}

/* A row that stands twice in one register is found once. */
static void test_twice(void **state) {
    const struct citable *x[8];
    (void)state;
    put(0, HEAD NQ57 NQ57);
    const struct registers *r = load(0, NULL);
    assert_string_equal(
        messages(), "0/van_ban.csv:3:1: error: the document “57-NQ/TW” by Bộ Chính trị "
                    "stands at 0/van_ban.csv:2 already: delete one of the rows\n");
    assert_int_equal(find(r, "57-NQ/TW", x), 1);
    assert_int_equal(x[0]->at.line, 2);
}

/* ---- folders ---- */

static void test_layers(void **state) {
    (void)state;
    assert_null(load(0, NULL)); /* no file */
    put(0, HEAD NQ57);
    const struct registers *office = load(0, NULL);
    assert_non_null(office);
    assert_ptr_equal(load(0, office), office); /* the same folder twice */
    assert_ptr_equal(load(1, office), office); /* none of its own */
    assert_true(register_exists(office));
    assert_false(register_exists(NULL));
    assert_null(register_table(office));
    assert_string_equal(messages(), "");
}

/* What is wrong with a shared register is told to every report. */
static void test_broken_shared(void **state) {
    (void)state;
    put(0, HEAD "57-NQ/TW,,22/12/2024,Bộ Chính trị,Về đột phá,\n");
    const struct registers *office = load(0, NULL);
    struct report *r = arena_new_of(arena, struct report);
    r->dir = folder[2];
    r->facts = value_new(arena, VALUE_MAP, (struct origin){NULL, 0, 0});
    assert_false(register_report(arena, diag, r, office));
    assert_string_equal(
        messages(), "0/van_ban.csv:2:10: error: row 2, column “loai”: the document "
                    "“57-NQ/TW” has an empty cell “Loại văn bản”: fill it in, its first "
                    "citation must be complete\n");
    assert_false(register_report(arena, diag, r, office));
    assert_string_equal(messages(),
                        "0/van_ban.csv: error: this register of documents has "
                        "errors (see its messages above)\n");
    assert_false(register_lost(r->registers));
}

/* A table without symbols is a table like any other. */
static void test_plain_table(void **state) {
    (void)state;
    put(2, "cap,trich_yeu,so_ngay\nXã,Lập Tổ,Quyết định số 29/QĐ-UBND\n");
    const struct registers *r = load_all();
    assert_string_equal(messages(), "");
    assert_false(register_exists(r));
    assert_int_equal(register_table(r)->n, 1);
    put(1, "cap,trich_yeu\nXã,Lập Tổ\n");
    load(1, NULL);
    assert_non_null(strstr(messages(), "must have the column “so_ky_hieu”"));
}

/* ---- codes in text ---- */

/* The codes of a text, with '|' behind each. */
static void assert_codes(const char *text, const char *want) {
    struct buf out = {0};
    struct code c;
    for (size_t from = 0; code_next(text, strlen(text), &from, &c);)
        buf_printf(&out, "%.*s|", (int)c.len, text + c.start);
    if (strcmp(out.data ? out.data : "", want) != 0)
        fail_msg("%s: %s", text, out.data ? out.data : "nothing");
    buf_free(&out);
}

static void test_codes(void **state) {
    (void)state;
    assert_codes("Nghị quyết số 57-NQ/TW ngày 22/12/2024", "57-NQ/TW|");
    assert_codes("6641/UBND-KGVX, 03/NQ-CP; (30/2020/NĐ-CP)",
                 "6641/UBND-KGVX|03/NQ-CP|30/2020/NĐ-CP|");
    assert_codes("2022/QĐ-CAT-PA05 62-CTr/TU. 01-CTr/ĐU",
                 "2022/QĐ-CAT-PA05|62-CTr/TU|01-CTr/ĐU|");
    assert_codes("65/2025/QH15 và 12/2021/UBTVQH14", "65/2025/QH15|12/2021/UBTVQH14|");
    assert_codes("1012/QĐ-TTg 15/TTr-SKHCN 02-KH/BCĐTW 12a/KH-UBND",
                 "1012/QĐ-TTg|15/TTr-SKHCN|02-KH/BCĐTW|12a/KH-UBND|");
    assert_codes("02/2025/TTLT-BTC-BKHCN; 12/2025/L-CTN; 08/QyĐ-UBND",
                 "02/2025/TTLT-BTC-BKHCN|12/2025/L-CTN|08/QyĐ-UBND|");
    assert_codes("“57-NQ/TW”, –57-NQ/TW\u00A057-NQ/TW", "57-NQ/TW|57-NQ/TW|57-NQ/TW|");
    assert_codes("57-NQ/TW", "57-NQ/TW|");
    assert_codes("thực hiện 57-NQ/TW,66-NQ/TW", "57-NQ/TW|66-NQ/TW|");
}

static void test_no_codes(void **state) {
    static const char *const none[] = {"36/36 xóm",
                                       "24/7",
                                       "ngày 22/12/2024",
                                       "quý IV/2025",
                                       "TTHC/DVC",
                                       "…/BC-UBND",
                                       "Số: /QĐ-UBND",
                                       "COVID-19/SARS-CoV-2",
                                       "5G/6G",
                                       "01-10",
                                       "1/500",
                                       "km/h",
                                       "2025-2030/2035",
                                       "36/36-xóm",
                                       "a.vn/30/2020/NĐ-CP",
                                       "100 TTHC/DVC",
                                       "10/BC",
                                       "3D/VR-AR",
                                       "1.234/UBND-VX",
                                       "x57-NQ/TW",
                                       "1234567/QĐ-UBND",
                                       "5/A-B",
                                       "2/Wi-Fi",
                                       "12/UBND",
                                       "57-NQ",
                                       "57-nq/tw",
                                       "57/",
                                       "/",
                                       "57-/TW",
                                       "7-A/B",
                                       "",
                                       "12/2025/NĐ"};
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_codes(none[i], "");
}

static void assert_date(const char *text, const char *want) {
    int date[3] = {0};
    size_t at = 0, len = 0;
    bool found = code_date(text, strlen(text), date, &at, &len);
    const char *got = found ? arena_printf(arena, "%d %d %d [%.*s]", date[0], date[1],
                                           date[2], (int)len, text + at)
                            : "";
    if (strcmp(got, want) != 0)
        fail_msg("%s: %s", text, got);
}

static void test_dates(void **state) {
    (void)state;
    assert_date(" ngày 22/12/2024 của", "22 12 2024 [22/12/2024]");
    assert_date(", ngày 01/4/2025", "1 4 2025 [01/4/2025]");
    assert_date(" (ngày 5-6-2025)", "5 6 2025 [5-6-2025]");
    assert_date(" NGÀY 22 THÁNG 12 NĂM 2024.", "22 12 2024 [22 THÁNG 12 NĂM 2024]");
    assert_date("\u00A0ngày\u00A001 tháng\u00A001 năm 2025",
                "1 1 2025 [01 tháng\u00A001 năm 2025]");
    assert_date(" của Bộ Chính trị ngày 22/12/2024", "");
    assert_date(" ngày 22/12", "");
    assert_date(" ngày 22/12/24", "");
    assert_date(" ngày càng", "");
    assert_date(" ngày 123/1/2024", "");
    assert_date("", "");
}

static void test_kinds(void **state) {
    static const struct {
        const char *text;
        bool is;
    } tried[] = {{"thực hiện Nghị quyết số ", true},
                 {"NGHỊ QUYẾT SỐ ", true},
                 {"Nghị quyết ", true},
                 {"nghị quyết số:\u00A0", true},
                 {"Nghị quyết của Bộ ", false},
                 {"xNghị quyết số ", false},
                 {"quyết số ", false},
                 {"số ", false},
                 {"", false}};
    (void)state;
    for (size_t i = 0; i < sizeof tried / sizeof *tried; i++) {
        const char *s = tried[i].text;
        size_t n = code_before(s, strlen(s));
        if (code_kind(s, n, "Nghị quyết") != tried[i].is)
            fail_msg("%s", s);
    }
}

static void test_upper(void **state) {
    (void)state;
    assert_string_equal(code_upper(arena, "theo Chương trình số 62-CTr/TU và 12/QĐ-TTg."),
                        "THEO CHƯƠNG TRÌNH SỐ 62-CTr/TU VÀ 12/QĐ-TTg.");
    assert_string_equal(code_upper(arena, "cấp xã/phường"), "CẤP XÃ/PHƯỜNG");
}

/* ---- words ---- */

static void assert_full(const char *kind, const char *abstract, const char *want) {
    struct citable x = {.symbol = "1/X-Y",
                        .kind = kind,
                        .body = "B",
                        .abstract = abstract,
                        .date = {2025, 4, 1}};
    const char *head = arena_printf(arena, "%s số 1/X-Y ngày 01/4/2025 của B", kind);
    const char *got = citation_text(arena, &x, CITE_FULL, false);
    assert_true(str_starts(got, head));
    assert_string_equal(got + strlen(head), want);
    assert_string_equal(citation_text(arena, &x, CITE_SHORT, false),
                        arena_printf(arena, "%s số 1/X-Y", kind));
    assert_string_equal(citation_text(arena, &x, CITE_SYMBOL, false), "1/X-Y");
}

static void test_words(void **state) {
    (void)state;
    assert_full("Nghị quyết", "đột phá phát triển", " về đột phá phát triển");
    assert_full("Nghị quyết", "Đột phá phát triển.", " về đột phá phát triển");
    assert_full("Nghị quyết", "Về đột phá", " về đột phá");
    assert_full("Nghị định", "về công tác văn thư", " về công tác văn thư");
    assert_full("Quyết định", "Về việc thành lập Tổ;", " về việc thành lập Tổ");
    assert_full("Công văn", "V/v đôn đốc báo cáo", " về việc đôn đốc báo cáo");
    assert_full("Công văn", "Đôn đốc báo cáo", " về việc đôn đốc báo cáo");
    assert_full("Nghị định", "Quy định chi tiết", " quy định chi tiết");
    assert_full("Nghị định", "Sửa đổi, bổ sung một số điều",
                " sửa đổi, bổ sung một số điều");
    assert_full("Quyết định", "Quyết định về việc ban hành Quy chế",
                " về việc ban hành Quy chế");
    assert_full("Kế hoạch", "Kế hoạch triển khai phong trào", " triển khai phong trào");
    assert_full("Quyết định", "Chương trình mục tiêu quốc gia",
                " về Chương trình mục tiêu quốc gia");
    assert_full("Kế hoạch", "Kế hoạch phát triển", " về Kế hoạch phát triển");
    assert_full("Kế hoạch", "Ban Chỉ đạo cải cách", " về Ban Chỉ đạo cải cách");
    assert_full("Kế hoạch", "UBND xã làm việc", " về UBND xã làm việc");
    assert_full("Kế hoạch", "Nhà nước pháp quyền", " về Nhà nước pháp quyền");
    assert_full("Kế hoạch", "Đề án 06", " về Đề án 06");
    assert_full("Báo cáo", "Kết quả quý II", " về kết quả quý II");
    assert_full("Báo cáo", "Tổng kết", " về tổng kết");
    assert_full("Báo cáo", "", "");
}

static void test_words_of_laws(void **state) {
    (void)state;
    struct citable x = {.symbol = "65/2025/QH15",
                        .kind = "Luật",
                        .body = "Quốc hội",
                        .abstract = "tổ chức",
                        .name = "Luật Tổ chức",
                        .law = true,
                        .date = {2025, 6, 16}};
    assert_string_equal(citation_text(arena, &x, CITE_FULL, false), "Luật Tổ chức");
    assert_string_equal(citation_text(arena, &x, CITE_SHORT, false), "Luật Tổ chức");
    assert_string_equal(citation_text(arena, &x, CITE_FULL, true),
                        "Luật Tổ chức ngày 16/6/2025");
    assert_string_equal(citation_text(arena, &x, CITE_SYMBOL, false), "65/2025/QH15");
    x.symbol = NULL;
    x.date = (struct date){0, 0, 0};
    assert_string_equal(citation_text(arena, &x, CITE_SYMBOL, false), "Luật Tổ chức");
    assert_string_equal(citation_text(arena, &x, CITE_FULL, true), "Luật Tổ chức");
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_keys),           TEST(test_find),           TEST(test_merge),
        TEST(test_pick),           TEST(test_contradictions), TEST(test_no_contradiction),
        TEST(test_year_in_symbol), TEST(test_twice),          TEST(test_layers),
        TEST(test_broken_shared),  TEST(test_plain_table),    TEST(test_codes),
        TEST(test_no_codes),       TEST(test_dates),          TEST(test_kinds),
        TEST(test_upper),          TEST(test_words),          TEST(test_words_of_laws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
