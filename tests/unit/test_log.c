/* test_log.c: the log of corrections: Markdown that a reader of GFM gives back word by word, long logs, excerpts,
 * changed files, the workbook */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CMARK_NO_SHORT_NAMES
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include "batch/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct bench {
    struct arena *a;
    struct buf out;
};

static int setup(void **state) {
    struct bench *b = calloc(1, sizeof *b);
    b->a = arena_new();
    *state = b;
    return 0;
}

static int teardown(void **state) {
    struct bench *b = *state;
    buf_free(&b->out);
    arena_free(b->a);
    free(b);
    return 0;
}

/* ---- Markdown read back ----------------------------------------------------------------------- */

/* Text of a node and all below it; a line break in a cell comes back as it was. */
static void add_text(struct buf *out, cmark_node *n) {
    cmark_node_type type = cmark_node_get_type(n);
    const char *s = cmark_node_get_literal(n);
    if (type == CMARK_NODE_HTML_INLINE && str_eq(s, "<br>"))
        buf_addc(out, '\n');
    else if (s)
        buf_adds(out, s);
    for (n = cmark_node_first_child(n); n; n = cmark_node_next(n))
        add_text(out, n);
}

struct read_back {
    char **cell; /* of all tables, row by row, heads included */
    size_t n;
    int headings, tables, items;
};

static struct read_back read_back(struct arena *a, const struct buf *markdown) {
    struct {
        char **v;
        size_t n, cap;
    } cells = {0};
    struct read_back r = {0};
    cmark_gfm_core_extensions_ensure_registered();
    cmark_parser *p = cmark_parser_new(CMARK_OPT_UNSAFE);
    static const char *const extension[] = {"table", "strikethrough", "autolink"};
    for (size_t i = 0; i < 3; i++)
        cmark_parser_attach_syntax_extension(p,
                                             cmark_find_syntax_extension(extension[i]));
    cmark_parser_feed(p, markdown->data, markdown->len);
    cmark_node *doc = cmark_parser_finish(p);
    cmark_iter *iter = cmark_iter_new(doc);
    for (cmark_event_type e; (e = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *n = cmark_iter_get_node(iter);
        const char *type = cmark_node_get_type_string(n);
        if (e != CMARK_EVENT_ENTER)
            continue;
        r.headings += str_eq(type, "heading");
        r.tables += str_eq(type, "table");
        r.items += str_eq(type, "item");
        if (!str_eq(type, "table_cell"))
            continue;
        struct buf text = {0};
        add_text(&text, n);
        char *copy = arena_strndup(a, text.data ? text.data : "", text.len);
        vec_push(a, &cells, copy);
        buf_free(&text);
    }
    r.cell = cells.v;
    r.n = cells.n;
    cmark_iter_free(iter);
    cmark_node_free(doc);
    cmark_parser_free(p);
    return r;
}

/* ---- the log --------------------------------------------------------------------------------------- */

static struct change one = {"ho_so.tong", "Tổng số hồ sơ", "12.456", "12.457",
                            false,        "1, 5",          "Bảng 1"};

static void every_column_is_there(void **state) {
    struct bench *b = *state;
    struct change v[] = {one,
                         {"t[2].x", NULL, NULL, "3", true, "", ""},
                         {"t[3].x", "Cột", "2", NULL, true, "PL II-1", ""}};
    struct changes c = {v, 3, 3};
    static const char *const files[] = {"phan-1/a_b.md", "mẫu: mau.md", NULL};
    struct log_entry e = {"xa-a", "cu/xa_a", &c, files};
    log_markdown(&b->out, LANG_VI, &e, 1);
    assert_string_equal(
        b->out.data,
        "# Nhật ký điều chỉnh số liệu\n\n"
        "3 giá trị thay đổi (1 nhập, 2 tính lại) trong 1 báo cáo; 2 tệp lời văn, ảnh "
        "hoặc "
        "mẫu thay đổi.\n\n"
        "## xa-a\n\nSo với `cu/xa_a`.\n\n"
        "| Trường hoặc ô | Tên | Giá trị cũ | Giá trị mới | Nguồn | Trang | Bảng tính |\n"
        "|---|---|---|---|---|---|---|\n"
        "| `ho_so.tong` | Tổng số hồ sơ | 12.456 | 12.457 | nhập | 1, 5 | Bảng 1 |\n"
        "| `t[2].x` | – | *(không có)* | 3 | tính lại | – | – |\n"
        "| `t[3].x` | Cột | 2 | *(không có)* | tính lại | PL II-1 | – |\n\n"
        "Lời văn, ảnh và mẫu thay đổi:\n\n- phan-1/a\\_b.md\n- mẫu: mau.md\n\n"
        "Trang ghi như trong PDF: “3” là trang 3 của văn bản, “PL II-1” là trang 1 của "
        "Phụ "
        "lục II.\n");
    struct read_back r = read_back(b->a, &b->out);
    assert_int_equal(r.n, 4 * 7);
    assert_int_equal(r.items, 2);
    b->out.len = 0;
    log_markdown(&b->out, LANG_EN, &e, 1);
    assert_non_null(
        strstr(b->out.data, "3 values changed (1 given, 2 computed) in 1 report"));
    assert_non_null(strstr(b->out.data, "| *(none)* | 3 | computed |"));
}

static void nothing_changed(void **state) {
    struct bench *b = *state;
    struct changes c = {0};
    struct log_entry e = {"xa-a", NULL, &c, NULL};
    log_markdown(&b->out, LANG_VI, &e, 1);
    assert_string_equal(b->out.data,
                        "# Nhật ký điều chỉnh số liệu\n\nKhông có gì thay đổi.\n\n");
    b->out.len = 0;
    log_markdown(&b->out, LANG_EN, NULL, 0);
    assert_string_equal(b->out.data, "# Log of corrections\n\nNothing changed.\n\n");
}

/* Whatever a value holds, a reader of the Markdown sees it as it was. */
static void values_survive_markdown(void **state) {
    struct bench *b = *state;
    static const char *const value[] = {"a | b || c",
                                        "\\| \\",
                                        "*x* **y** _z_ __w__",
                                        "`code` ``",
                                        "<b>x</b> <br> <!-- -->",
                                        "[a](http://x.vn) ![b](c)",
                                        "~~x~~ ~y~",
                                        "&amp; &lt; &#35;",
                                        "# x",
                                        "- x",
                                        "1. x",
                                        "dòng một\ndòng hai",
                                        "$x$ $$y$$",
                                        "https://dichvucong.gov.vn/?a_b_c=1&d=*",
                                        "“ngoặc” – gạch",
                                        "---",
                                        "|",
                                        "a\\",
                                        "x@y.vn",
                                        "]]] [[[",
                                        "> x",
                                        "{{so}}",
                                        "công_việc_dài*",
                                        "\\`*_[]<>|~&$"};
    struct change v[sizeof value / sizeof *value];
    size_t n = sizeof value / sizeof *value;
    for (size_t i = 0; i < n; i++)
        v[i] = (struct change){value[i], value[i], value[i], value[n - 1 - i],
                               false,    value[i], value[i]};
    struct changes c = {v, n, n};
    struct log_entry e = {"a|b *c* `d`", "x`y|z", &c, NULL};
    log_markdown(&b->out, LANG_VI, &e, 1);
    struct read_back r = read_back(b->a, &b->out);
    assert_int_equal(r.tables, 1);
    assert_int_equal(r.headings, 2);
    assert_int_equal(r.n, 7 * (n + 1));
    for (size_t i = 0; i < n; i++) {
        char **cell = r.cell + 7 * (i + 1);
        assert_string_equal(cell[0], value[i]);
        assert_string_equal(cell[1], value[i]);
        assert_string_equal(cell[2], value[i]);
        assert_string_equal(cell[3], value[n - 1 - i]);
        assert_string_equal(cell[5], value[i]);
    }
}

static void random_texts_survive_too(void **state) {
    struct bench *b = *state;
    static const char *const bit[] = {
        "\\", "`",       "*",    "**",    "_", "[", "]",  "(",  ")", "<", ">",
        "|",  "~",       "&",    "$",     "a", "ớ", " ",  "\n", "#", "!", ":",
        "//", "http://", "www.", "@a.vn", "-", "+", "1.", "\"", "'", "="};
    uint32_t seed = 3;
    for (int turn = 0; turn < 400; turn++) {
        struct change v[20];
        for (int i = 0; i < 20; i++) {
            struct buf text = {0};
            buf_adds(&text, "x");
            for (int k = 0; k < 12; k++) {
                seed = seed * 1664525u + 1013904223u;
                buf_adds(&text, bit[(seed >> 12) % (sizeof bit / sizeof *bit)]);
            }
            buf_adds(&text, "x");
            const char *s = arena_strndup(b->a, text.data, text.len);
            buf_free(&text);
            v[i] = (struct change){s, s, s, NULL, false, "1", "2"};
        }
        struct changes c = {v, 20, 20};
        struct log_entry e = {"r", NULL, &c, NULL};
        b->out.len = 0;
        log_markdown(&b->out, LANG_EN, &e, 1);
        struct read_back r = read_back(b->a, &b->out);
        assert_int_equal(r.n, 21 * 7);
        for (int i = 0; i < 20; i++)
            assert_string_equal(r.cell[7 * (i + 1) + 2], v[i].old);
    }
}

static struct changes many(struct bench *b, size_t n) {
    struct changes c = {arena_array(b->a, struct change, n), n, n};
    for (size_t i = 0; i < n; i++) {
        c.v[i] = one;
        c.v[i].path = arena_printf(b->a, "bang[%zu].so", i);
        c.v[i].old = arena_printf(b->a, "%zu", i % 1000);
        c.v[i].computed = i % 3 == 0;
    }
    return c;
}

static void long_logs_are_cut(void **state) {
    struct bench *b = *state;
    struct changes c = many(b, 100000);
    struct log_entry e[20];
    for (int i = 0; i < 20; i++)
        e[i] = (struct log_entry){arena_printf(b->a, "xa-%d", i), NULL, &c, NULL};
    log_markdown(&b->out, LANG_VI, e, 1);
    assert_non_null(
        strstr(b->out.data, "100.000 giá trị thay đổi (66.666 nhập, 33.334 tính lại)"));
    assert_non_null(strstr(b->out.data, "\n… và 99.000 thay đổi khác; tệp XLSX"));
    assert_int_equal(read_back(b->a, &b->out).n, 7 * 1001);
    b->out.len = 0;
    log_markdown(&b->out, LANG_EN, e, 20);
    assert_non_null(strstr(b->out.data, "2,000,000 values changed"));
    assert_non_null(strstr(b->out.data, "… and 99,000 changes more"));
    assert_non_null(strstr(b->out.data, "… and 15 reports more; the XLSX"));
    assert_int_equal(read_back(b->a, &b->out).tables, 5);
    assert_true(b->out.len < 2000000);
}

/* ---- excerpts -------------------------------------------------------------------------------------------- */

static const char *joined(struct bench *b, const char *text, const char *other,
                          size_t most) {
    struct excerpt x = excerpt_of(b->a, text, other, most);
    return arena_printf(b->a, "%s{%s}%s%s", x.lead, x.diff, x.tail, x.beyond ? "+" : "");
}

static void reports_with_the_same_files_stand_together(void **state) {
    struct bench *b = *state;
    struct changes none = {0}, c = {&one, 1, 1};
    static const char *const tmpl[] = {"mẫu: mau.md", NULL};
    static const char *const own[] = {"phan-1.md", NULL};
    struct log_entry e[102];
    for (int i = 0; i < 102; i++)
        e[i] = (struct log_entry){arena_printf(b->a, "xa-%d", i), NULL, &none, tmpl};
    e[7].changes = &c;
    e[9].files = own;
    log_markdown(&b->out, LANG_VI, e, 102);
    assert_non_null(strstr(b->out.data, "## xa-7\n\n| Trường"));
    assert_non_null(strstr(b->out.data, "## xa-9\n\nLời văn, ảnh và mẫu thay đổi:\n\n"
                                        "- phan-1.md\n\n"));
    assert_non_null(strstr(b->out.data, "## 100 báo cáo\n\n`xa-0`, `xa-1`,"));
    assert_non_null(strstr(b->out.data, "\n\n… và 60 báo cáo khác; tệp XLSX"));
    struct read_back r = read_back(b->a, &b->out);
    assert_int_equal(r.headings, 4);
    assert_int_equal(r.items, 3);
    assert_int_equal(r.tables, 1);
    b->out.len = 0;
    log_markdown(&b->out, LANG_EN, e + 10, 2);
    assert_non_null(strstr(b->out.data, "## 2 reports\n\n`xa-10`, `xa-11`\n\nProse"));
    for (int i = 0; i < 102; i++) {
        const char **files = arena_array(b->a, const char *, 2);
        files[0] = arena_printf(b->a, "phan-%d.md", i);
        e[i] = (struct log_entry){e[i].report, NULL, &none, files};
    }
    b->out.len = 0;
    log_markdown(&b->out, LANG_EN, e, 102);
    assert_int_equal(read_back(b->a, &b->out).headings, 103);
}

static void excerpts_show_what_differs(void **state) {
    struct bench *b = *state;
    assert_string_equal(joined(b, "12", "13", 200), "12{}");
    assert_string_equal(joined(b, "12", NULL, 200), "12{}");
    assert_string_equal(
        joined(b, "Nâng cao tỷ lệ hồ sơ trực tuyến, kỹ năng số cho người dân, cán bộ",
               "Nâng cao tỷ lệ hồ sơ giấy, kỹ năng số cho người dân, cán bộ xã", 200),
        "Nâng cao tỷ lệ hồ sơ trực tuyến, kỹ năng số cho người dân, cán bộ{}");
    assert_string_equal(
        joined(b, "Nâng cao tỷ lệ hồ sơ trực tuyến, kỹ năng số cho người dân, cán bộ",
               "Nâng cao tỷ lệ hồ sơ giấy, kỹ năng số cho người dân, cán bộ của xã", 200),
        "Nâng cao tỷ lệ hồ sơ trực tuyến, kỹ năng số cho người dân, cán bộ{}");
    assert_string_equal(
        joined(b, "Nâng cao tỷ lệ hồ sơ trực tuyến, kỹ năng số cho người dân, cán bộ",
               "Nâng cao tỷ lệ hồ sơ trực tiếp, kỹ năng số cho người dân, cán bộ", 200),
        "Nâng cao tỷ lệ hồ sơ trực {tuyến,} kỹ năng số cho người dân, cán bộ");
}

static const char *words(struct bench *b, int n, const char *middle) {
    struct buf text = {0};
    for (int i = 0; i < n; i++) {
        buf_adds(&text, i ? " " : "");
        buf_adds(&text, i == n / 2 ? middle : "từ");
    }
    const char *copy = arena_strndup(b->a, text.data, text.len);
    buf_free(&text);
    return copy;
}

static void long_texts_are_shown_around_it(void **state) {
    struct bench *b = *state;
    const char *x = words(b, 200, "năm"), *y = words(b, 200, "mười");
    assert_string_equal(
        joined(b, x, y, 200),
        "… từ từ từ từ từ từ từ từ từ từ từ {năm} từ từ từ từ từ từ từ từ "
        "từ từ từ…");
    assert_string_equal(joined(b, x, NULL, 30), "từ từ từ từ từ từ…{}");
    struct excerpt e =
        excerpt_of(b->a, words(b, 300, "a"), words(b, 300, words(b, 9, "b")), 200);
    assert_true(strlen(e.lead) + strlen(e.diff) + strlen(e.tail) < 200);
    /* all of it differs */
    e = excerpt_of(b->a, x, "khác", 100);
    assert_true(strlen(e.lead) == 0 && strlen(e.diff) <= 103 && str_ends(e.diff, "…"));
    /* no blank to cut at: between characters */
    struct buf long_word = {0};
    for (int i = 0; i < 500; i++)
        buf_adds(&long_word, "ậ");
    const char *got = joined(b, long_word.data, NULL, 100);
    assert_int_equal(utf8_check(got, strlen(got)), strlen(got));
    buf_free(&long_word);
}

static void what_a_record_cut_says_so(void **state) {
    struct bench *b = *state;
    const char *x = words(b, 60, "a");
    const char *p = arena_printf(b->a, "%s%s0123456789abcdef", x, RECORD_CUT);
    const char *q = arena_printf(b->a, "%s%s0123456789abcdee", x, RECORD_CUT);
    assert_string_equal(joined(b, p, q, 40), "… từ từ từ từ từ từ từ từ…{}+");
    const char *r = arena_printf(b->a, "khác %s%s0123456789abcdee", x, RECORD_CUT);
    assert_null(strchr(joined(b, p, r, 40), '#'));
    /* a text that only looks like one */
    assert_string_equal(joined(b, "a…#xyz", NULL, 40), "a…#xyz{}");
}

static void random_excerpts_are_whole_characters(void **state) {
    struct bench *b = *state;
    static const char *const bit[] = {"a", "ệ", " ", "\n", "từ ", "😀", "đặc-khu", ", "};
    uint32_t seed = 11;
    for (int turn = 0; turn < 4000; turn++) {
        const char *text[2];
        for (int side = 0; side < 2; side++) {
            struct buf t = {0};
            buf_adds(&t, "");
            for (uint32_t k = (seed >> 8) % 60; k > 0; k--) {
                seed = seed * 1664525u + 1013904223u;
                buf_adds(&t, bit[(seed >> 12) % (sizeof bit / sizeof *bit)]);
            }
            seed = seed * 1664525u + 1013904223u;
            text[side] = arena_strndup(b->a, t.data, t.len);
            buf_free(&t);
        }
        struct excerpt x = excerpt_of(b->a, text[0], turn % 5 ? text[1] : NULL, 30);
        const char *all = arena_printf(b->a, "%s%s%s", x.lead, x.diff, x.tail);
        assert_int_equal(utf8_check(all, strlen(all)), strlen(all));
        assert_int_equal(utf8_check(x.lead, strlen(x.lead)), strlen(x.lead));
        assert_int_equal(utf8_check(x.diff, strlen(x.diff)), strlen(x.diff));
        if (!x.cut)
            assert_string_equal(all, text[0]);
    }
}

/* ---- changed files ---------------------------------------------------------------------------------------- */

static struct stamps stamped(struct bench *b, const char *const *path, int salt,
                             const char *odd) {
    struct stamps list = {0};
    while (path[list.n])
        list.n++;
    list.v = arena_array(b->a, struct stamp *, list.n);
    for (size_t i = 0; i < list.n; i++) {
        list.v[i] = arena_new_of(b->a, struct stamp);
        list.v[i]->path = path[i];
        list.v[i]->kind = STAMP_FILE;
        if (odd && strstr(path[i], odd))
            list.v[i]->hash[0] = (unsigned char)salt;
    }
    return list;
}

static const char *noted(struct bench *b, const struct read_files *old,
                         const struct read_files *now) {
    const char *text = "";
    for (const char *const *note = file_changes(b->a, LANG_VI, old, now); *note; note++)
        text = arena_printf(b->a, "%s%s\n", text, *note);
    return text;
}

static void files_are_told_by_their_place(void **state) {
    struct bench *b = *state;
    static const char *const old[] = {
        "cu/baocao.yaml", "cu/p/a.md",   "cu/hinh.PNG",  "cu/bo.md",  "cu/x.csv",
        "m1/mau.md",      "m1/mau.yaml", "../khac/b.md", "cu2/gi.md", NULL};
    static const char *const now[] = {"moi/baocao.yaml", "moi//p/a.md", "moi/hinh.PNG",
                                      "moi/them.jpg",    "moi/x.csv",   "m2/mau.md",
                                      "m2/mau.yaml",     NULL};
    struct stamps x = stamped(b, old, 1, "a"), y = stamped(b, now, 2, "a");
    struct read_files was = {&x, "cu", "cu", "m1"}, is = {&y, "moi/", "moi/", "m2"};
    assert_string_equal(noted(b, &was, &is), "bo.md (chỉ có ở báo cáo cũ)\n"
                                             "p/a.md\n"
                                             "them.jpg (chỉ có ở báo cáo mới)\n"
                                             "mẫu: mau.md\n"
                                             "mẫu: mau.yaml\n");
    was.template_dir = is.template_dir = NULL;
    y = stamped(b, now, 1, "a");
    assert_string_equal(noted(b, &was, &is), "bo.md (chỉ có ở báo cáo cũ)\n"
                                             "them.jpg (chỉ có ở báo cáo mới)\n");
}

static void single_files_and_the_folder_itself(void **state) {
    struct bench *b = *state;
    static const char *const old[] = {"cu.md", "hinh.png", "/abs/q.md", "../r.md", NULL};
    static const char *const now[] = {"t/moi.md", "t/hinh.png", NULL};
    struct stamps x = stamped(b, old, 1, "md"), y = stamped(b, now, 2, "md");
    struct read_files was = {&x, "cu.md", ".", NULL}, is = {&y, "t/moi.md", "t", NULL};
    assert_string_equal(noted(b, &was, &is), "moi.md\n");
}

/* ---- the workbook --------------------------------------------------------------------------------------------- */

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Its cells are looked at by tests/check_outputs.py. */
static size_t workbook(struct bench *b, const struct log_entry *e, size_t n) {
    struct diag *d = diag_new(LANG_VI);
    struct fonts *f = fonts_open(d, NULL);
    char path[] = "/tmp/baocao-log-XXXXXX";
    int fd = mkstemp(path);
    const char *data = NULL;
    size_t size = 0;
    assert_true(fd >= 0 && f);
    close(fd);
    assert_true(log_workbook(b->a, d, f, e, n, path));
    assert_int_equal(diag_count(d, SEV_ERROR), 0);
    assert_int_equal(file_read(b->a, path, FILE_LIMIT, &data, &size), FILE_OK);
    assert_memory_equal(data, "PK", 2);
    unlink(path);
    fonts_free(f);
    diag_free(d);
    return size;
}

static void workbooks_of_any_size(void **state) {
    struct bench *b = *state;
    struct changes none = {0}, c = many(b, 20000);
    c.v[0].old = words(b, 20000, "năm"); /* more than a cell may hold */
    c.v[0].now = words(b, 20000, "mười");
    c.v[1].now = "_x0041_ \xEF\xBF\xBF";
    static const char *const files[] = {"phan-1/a.md", NULL};
    struct log_entry e[] = {{"xa-a", NULL, &c, files}, {"xa-b", NULL, &none, files}};
    assert_true(workbook(b, e + 1, 1) > 1000);
    assert_true(workbook(b, NULL, 0) > 1000);
    double start = seconds();
    assert_true(workbook(b, e, 2) > 100000);
    assert_true(seconds() - start < 20); /* half a second without sanitizers */
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        T(every_column_is_there),
        T(nothing_changed),
        T(values_survive_markdown),
        T(random_texts_survive_too),
        T(long_logs_are_cut),
        T(reports_with_the_same_files_stand_together),
        T(excerpts_show_what_differs),
        T(long_texts_are_shown_around_it),
        T(what_a_record_cut_says_so),
        T(random_excerpts_are_whole_characters),
        T(files_are_told_by_their_place),
        T(single_files_and_the_folder_itself),
        T(workbooks_of_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
