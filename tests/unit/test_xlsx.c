/* test_xlsx.c: the workbook read back part by part: names, cells, formats, joins, print set-up */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>
#include <libdeflate.h>

#include "output/xlsx_inside.h"

/* ---- layout without fonts: every letter half an em, columns of equal width --------------- */

__attribute__((weak)) int layout_line_count(struct fonts *f, const char *text,
                                            enum face face, int size, int width) {
    (void)f;
    (void)face;
    int64_t w = (int64_t)utf8_count(text, strlen(text)) * size / 2;
    return (int)((w + width - 1) / width);
}

__attribute__((weak)) int font_advance(const struct fonts *f, enum face face,
                                       uint32_t cp) {
    (void)f;
    (void)face;
    (void)cp;
    return 500;
}

__attribute__((weak)) int layout_column_widths(struct fonts *f, const struct table *t,
                                               const struct profile *p, int total,
                                               int *width) {
    (void)f;
    for (int c = 0; c < t->ncols; c++)
        width[c] = total / t->ncols;
    return p->table_size;
}

/* ---- a document and its workbook ----------------------------------------------------------- */

struct bench {
    struct arena *a;
    struct diag *d;
    struct doc *doc;
    const char *path;
    const char *zip;
    size_t size;
};

static int open_bench(void **state) {
    static struct bench b;
    static char dir[64];
    memset(&b, 0, sizeof b);
    b.a = arena_new();
    b.d = diag_new(LANG_EN);
    b.doc = doc_new(b.a);
    b.doc->official.agency.text = "Ủy ban nhân dân xã Dân Tiến";
    b.doc->official.date = (struct date){2025, 12, 0};
    b.doc->title = "BÁO CÁO Quý IV";
    strcpy(dir, "/tmp/baocao-xlsx-XXXXXX");
    assert_non_null(mkdtemp(dir));
    b.path = path_join(b.a, dir, "a.xlsx");
    *state = &b;
    return 0;
}

static int close_bench(void **state) {
    struct bench *b = *state;
    unlink(b->path);
    rmdir(path_dir(b->a, b->path));
    diag_free(b->d);
    arena_free(b->a);
    return 0;
}

static struct node *appendix(struct bench *b, const char *number, const char *title) {
    struct node *n =
        node_new(b->doc, NODE_APPENDIX, b->doc->root, (struct origin){"p.md", 1, 1});
    n->u.appendix->number = number;
    n->u.appendix->title = span_new(b->a, SPAN_TEXT, title, strlen(title));
    return n;
}

static struct table *table(struct bench *b, struct node *parent, int cols, size_t rows) {
    struct node *n = node_new(b->doc, NODE_TABLE, parent, (struct origin){"p.md", 3, 1});
    struct table *t = n->u.table;
    t->ncols = cols;
    t->nrows = rows;
    t->head_rows = 1;
    t->col = arena_array(b->a, struct table_col, cols);
    t->row = arena_array(b->a, struct row, rows);
    for (size_t r = 0; r < rows; r++) {
        t->row[r].cell = arena_array(b->a, struct cell, cols);
        t->row[r].kind = r ? ROW_DATA : ROW_HEAD;
        t->row[r].at = (struct origin){"p.md", 4 + (int)r, 1};
        for (int c = 0; c < cols; c++) {
            t->row[r].cell[c].colspan = t->row[r].cell[c].rowspan = 1;
            t->row[r].cell[c].align = ALIGN_LEFT;
        }
    }
    return t;
}

static bool write_book(struct bench *b) {
    bool ok = xlsx_write(b->doc, NULL, b->d, b->path);
    if (ok)
        assert_int_equal(file_read(b->a, b->path, FILE_LIMIT, &b->zip, &b->size),
                         FILE_OK);
    return ok;
}

/* ---- reading a ZIP back ----------------------------------------------------------------------- */

static uint32_t le(const char *p, int n) {
    uint32_t v = 0;
    for (int i = n; i-- > 0;)
        v = v << 8 | (unsigned char)p[i];
    return v;
}

/* A part of the container as text, NULL: there is none. */
static char *part(struct bench *b, const char *name) {
    const char *end = b->zip + b->size - 22;
    assert_int_equal(le(end, 4), 0x06054b50);
    const char *p = b->zip + le(end + 16, 4);
    for (uint32_t i = le(end + 10, 2); i-- > 0;) {
        uint32_t packed = le(p + 20, 4), size = le(p + 24, 4), len = le(p + 28, 2);
        const char *local = b->zip + le(p + 42, 4);
        if (len == strlen(name) && !memcmp(p + 46, name, len)) {
            const char *data = local + 30 + le(local + 26, 2) + le(local + 28, 2);
            char *out = arena_alloc(b->a, size + 1);
            struct libdeflate_decompressor *z = libdeflate_alloc_decompressor();
            assert_int_equal(
                libdeflate_deflate_decompress(z, data, packed, out, size, NULL), 0);
            libdeflate_free_decompressor(z);
            return out;
        }
        p += 46 + len + le(p + 30, 2) + le(p + 32, 2);
    }
    return NULL;
}

static void holds(struct bench *b, const char *name, const char *needle) {
    const char *text = part(b, name);
    assert_non_null(text);
    if (!strstr(text, needle))
        fail_msg("%s lacks %s\n%s", name, needle, text);
}

#define SHEET1 "xl/worksheets/sheet1.xml"
#define STRINGS "xl/sharedStrings.xml"

/* ---- tests ---------------------------------------------------------------------------------------- */

static void document_without_tables_says_so(void **state) {
    struct bench *b = *state;
    assert_true(write_book(b));
    holds(b, STRINGS, "Văn bản không có bảng số liệu");
    holds(b, STRINGS, "Bản số liệu, không thay thế văn bản");
    holds(b, STRINGS, "ỦY BAN NHÂN DÂN XÃ DÂN TIẾN");
    holds(b, "docProps/core.xml", "2025-12-01T00:00:00Z");
    holds(b, "docProps/core.xml", "<dc:title>BÁO CÁO Quý IV</dc:title>");
    holds(b, "xl/workbook.xml", "name=\"Số liệu\"");
}

static void sheets_are_named_in_order(void **state) {
    struct bench *b = *state;
    table(b, b->doc->root, 1, 1);
    struct node *one = appendix(b, "I", "một"), *four = appendix(b, "IV", "bốn");
    struct node *odd =
        appendix(b, "V/a: [một tên rất dài để quá ba mươi mốt ký tự]", "lạ");
    table(b, one, 1, 1);
    table(b, four, 1, 1);
    table(b, four, 1, 1);
    table(b, odd, 1, 1);
    table(b, appendix(b, "I", "trùng"), 1, 1);
    assert_true(write_book(b));
    const char *book = part(b, "xl/workbook.xml");
    static const char *const names[] = {"\"Bảng 1\"",
                                        "\"Phụ lục I\"",
                                        "\"Phụ lục IV.1\"",
                                        "\"Phụ lục IV.2\"",
                                        "\"Phụ lục V-a- -một tên rất dài đ\"",
                                        "\"Phụ lục I (2)\""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *at = strstr(book, names[i]);
        if (!at)
            fail_msg("no %s in %s", names[i], part(b, "xl/workbook.xml"));
        book = at;
    }
}

/* Titles take rows 1 to 7 of the first sheet; the head stands in row 7 here. */
static struct table *first_table(struct bench *b, int cols, size_t rows) {
    return table(b, appendix(b, NULL, "danh mục"), cols, rows);
}

static void numbers_are_typed(void **state) {
    static struct number whole = {12456, 1, NULL}, ratio = {987, 1000, NULL};
    static struct number year = {2025, 1, NULL}, two = {2, 1, NULL},
                         half = {-1501, 2, NULL};
    static struct number long_one = {1234567890123456789, 1, NULL};
    static struct value v[7];
    static const struct {
        struct number *n;
        uint8_t format, digits;
        const char *text, *cell, *number_format;
    } cases[] = {
        {&whole, FORMAT_INTEGER, 0, "12.456", "<v>12456</v>", "formatCode=\"#,##0\""},
        {&ratio, FORMAT_PERCENT, 2, "98,70%", "<v>0.987</v>", "formatCode=\"0.00%\""},
        {&year, FORMAT_INTEGER, 0, "2025", "<v>2025</v>", "formatCode=\"0\""},
        {&two, FORMAT_INTEGER, 0, "02", "<v>2</v>", "formatCode=\"00\""},
        {&half, FORMAT_NUMBER, 1, "-750,5", "<v>-750.5</v>", "formatCode=\"#,##0.0\""},
        {&long_one, FORMAT_INTEGER, 0, "1.234.567.890.123.456.789", " t=\"s\"", NULL},
    };
    struct bench *b = *state;
    struct table *t = first_table(b, 7, 2);
    for (int i = 0; i < 6; i++) {
        v[i].kind = VALUE_NUMBER;
        v[i].u.number = cases[i].n;
        t->row[1].cell[i].value = &v[i];
        t->row[1].cell[i].format = cases[i].format;
        t->row[1].cell[i].digits = cases[i].digits;
        t->row[1].cell[i].text = cases[i].text;
    }
    v[6].kind = VALUE_DATE;
    v[6].u.date = (struct date){2026, 6, 6};
    t->row[1].cell[6].value = &v[6];
    t->row[1].cell[6].format = FORMAT_DATE;
    t->row[1].cell[6].text = "06/6/2026";
    assert_true(write_book(b));
    for (int i = 0; i < 6; i++) {
        holds(b, SHEET1, cases[i].cell);
        if (cases[i].number_format)
            holds(b, "xl/styles.xml", cases[i].number_format);
    }
    holds(b, SHEET1, "<v>46179</v>"); /* 6 June 2026 in Excel's count */
    holds(b, "xl/styles.xml", "dd/m/yyyy");
}

/* A cell of a number that is printed so; NULL when the workbook holds it as text. */
static const char *format_of(struct bench *b, int64_t num, int64_t den,
                             enum cell_format format, int digits, const char *text) {
    struct number n = {num, den, NULL};
    struct value v = {.kind = VALUE_NUMBER, .u.number = &n};
    struct cell c = {
        .text = text, .value = &v, .format = format, .digits = (uint8_t)digits};
    struct content k = cell_content(b->a, &c);
    return k.kind == CONTENT_NUMBER ? k.format : NULL;
}

static void formats_show_what_the_page_shows(void **state) {
    static const struct {
        int64_t num, den;
        enum cell_format format;
        int digits;
        const char *text, *number_format;
    } cases[] = {
        {12456, 1, FORMAT_INTEGER, 0, "12.456 hồ sơ", "#,##0\" hồ sơ\""},
        {5, 1, FORMAT_INTEGER, 0, "05 hồ sơ", "00\" hồ sơ\""},
        {2025, 1, FORMAT_INTEGER, 0, "2025 tr.đ", "0\" tr.đ\""},
        {241, 2, FORMAT_NUMBER, 1, "120,5 triệu đồng", "#,##0.0\" triệu đồng\""},
        {5, 1, FORMAT_INTEGER, 0, "5 \"cái\"", "#,##0\" \"\\\"\"cái\"\\\"\"\""},
        {987, 1000, FORMAT_PERCENT, 1, "98,7% kế hoạch", "0.0%\" kế hoạch\""},
        {12345, 1000, FORMAT_PERCENT, 1, "1.234,5%", "#,##0.0%"},
        {-3, 10, FORMAT_NUMBER, 0, "0", "#,##0;#,##0"},
        {-3, 10, FORMAT_NUMBER, 0, "0 tấn", "#,##0\" tấn\";#,##0\" tấn\""},
        {1, 3, FORMAT_NUMBER, 8, "0,33333333", "#,##0.00000000"},
        {720165462187183, 125000, FORMAT_NUMBER, 6, "5.761.323.697,497464", NULL},
        {720165462187183, 125000, FORMAT_NUMBER, 2, "5.761.323.697,50", "#,##0.00"},
    };
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = format_of(b, cases[i].num, cases[i].den, cases[i].format,
                                    cases[i].digits, cases[i].text);
        if (!str_eq(got, cases[i].number_format))
            fail_msg("%s has the format %s", cases[i].text, got ? got : "of text");
    }
    char *unit = arena_alloc(b->a, 200);
    memcpy(unit, "5 ", 2);
    memset(unit + 2, 'x', 130); /* more than the library takes */
    assert_null(format_of(b, 5, 1, FORMAT_INTEGER, 0, unit));
}

static void text_stays_text(void **state) {
    static const char *const texts[] = {"=1+1",   "+84",     "-x",           "@a",
                                        "<b>&\"", "_x0041_", "a\xEF\xBF\xBF"};
    static const char *const want[] = {"<t>=1+1</t>",
                                       "<t>+84</t>",
                                       "<t>-x</t>",
                                       "<t>@a</t>",
                                       "<t>&lt;b&gt;&amp;\"</t>",
                                       "<t>_x005F_x0041_</t>",
                                       "<t>a\xEF\xBF\xBD</t>"};
    struct bench *b = *state;
    struct table *t = first_table(b, 7, 2);
    for (int i = 0; i < 7; i++)
        t->row[1].cell[i].text = texts[i];
    assert_true(write_book(b));
    for (int i = 0; i < 7; i++)
        holds(b, STRINGS, want[i]);
    assert_null(strstr(part(b, SHEET1), "<f>"));
}

static void rich_cells_keep_their_weights(void **state) {
    struct bench *b = *state;
    struct table *t = first_table(b, 2, 2);
    struct span *bold = span_new(b->a, SPAN_TEXT, "Đạt", strlen("Đạt"));
    bold->style = SPAN_BOLD;
    bold->next = span_new(b->a, SPAN_BREAK, NULL, 0);
    bold->next->next = span_new(b->a, SPAN_TEXT, "hạn", strlen("hạn"));
    t->row[1].cell[0].spans = bold;
    struct span *link = span_new(b->a, SPAN_TEXT, "cổng", strlen("cổng"));
    link->link = "https://a.vn";
    link->next = span_new(b->a, SPAN_NOTE, NULL, 0);
    t->row[1].cell[1].spans = link;
    b->doc->note = arena_array(b->a, struct note, 1);
    b->doc->note[0].spans = span_new(b->a, SPAN_TEXT, "chú", strlen("chú"));
    b->doc->notes = 1;
    assert_true(write_book(b));
    holds(b, STRINGS, "<t>Đạt</t></r><r>");
    holds(b, STRINGS, "\nhạn</t></r></si>");
    holds(b, STRINGS, "<t>cổng[1]</t>");
    holds(b, STRINGS, "<t>[1] chú</t>");
}

static void heads_join_repeat_and_freeze(void **state) {
    struct bench *b = *state;
    struct table *t = first_table(b, 3, 3);
    t->head_rows = 2;
    t->row[1].kind = ROW_HEAD;
    t->row[0].cell[0] = (struct cell){.text = "TT", .colspan = 1, .rowspan = 2};
    t->row[1].cell[0].flags = CELL_COVERED;
    t->row[0].cell[1] = (struct cell){.text = "Số", .colspan = 2, .rowspan = 1};
    t->row[0].cell[2].flags = CELL_COVERED;
    t->row[2].cell[2] = (struct cell){.text = "quá", .colspan = 9, .rowspan = 9};
    b->doc->root->first->u.appendix->landscape = true;
    assert_true(write_book(b));
    holds(b, SHEET1, "<mergeCell ref=\"A7:A8\"/>");
    holds(b, SHEET1, "<mergeCell ref=\"B7:C7\"/>");
    assert_null(strstr(part(b, SHEET1), "C9:"));
    holds(b, SHEET1, "<pane ySplit=\"8\" topLeftCell=\"A9\"");
    holds(b, SHEET1, "paperSize=\"9\" ");
    holds(b, SHEET1, "orientation=\"landscape\"");
    holds(b, SHEET1, "fitToHeight=\"0\"");
    holds(b, SHEET1, "&amp;P</oddHeader>");
    holds(b, "xl/workbook.xml", "'Phụ lục'!$7:$8");
    holds(b, "xl/styles.xml", "Times New Roman");
    assert_null(strstr(part(b, "xl/styles.xml"),
                       "Calibri")); /* its digits would set the widths */
}

static void rows_are_as_high_as_their_text(void **state) {
    struct bench *b = *state;
    struct table *t = first_table(b, 2, 3);
    t->row[1].cell[0].text = "một hai ba bốn năm sáu bảy tám chín mười mười một mười hai";
    t->row[2].cell[0].text = "ngắn";
    assert_true(write_book(b));
    holds(b, SHEET1, "<row r=\"8\" spans=\"1:2\" ht=\"32\" customHeight=\"1\"");
    holds(b, SHEET1, "<row r=\"9\" spans=\"1:2\" ht=\"17.75\"");
}

static void tall_row_gets_wider_columns(void **state) {
    struct bench *b = *state;
    struct table *t = first_table(b, 2, 2);
    char *text = arena_alloc(b->a, 1601);
    memset(text, 'x', 1600);
    t->row[1].cell[0].text = text;
    assert_true(write_book(b));
    assert_null(strstr(part(b, SHEET1), "ht=\"409\""));
}

static void too_long_text_is_an_error_with_its_place(void **state) {
    struct bench *b = *state;
    struct table *t = first_table(b, 1, 3);
    char *text = arena_alloc(b->a, 32769);
    memset(text, 'x', 32767);
    t->row[1].cell[0].text = text;
    assert_true(write_book(b));
    char *more = arena_alloc(b->a, 32769);
    memset(more, 'x', 32768);
    t->row[1].cell[0].text = t->row[2].cell[0].text = more;
    assert_false(write_book(b));
    size_t n;
    const struct diag_msg *const *m = diag_sorted(b->d, &n);
    assert_int_equal(n, 2); /* all of them in one run */
    assert_int_equal(m[0]->code, E_XLSX_TEXT_LONG);
    assert_int_equal(m[0]->at.line, 5);
    assert_int_equal(m[1]->at.line, 6);
}

static void unwritable_path_is_an_error(void **state) {
    struct bench *b = *state;
    struct diag *d = diag_new(LANG_VI);
    assert_false(xlsx_write(b->doc, NULL, d, "/tmp/khong/co/thu-muc/a.xlsx"));
    assert_int_equal(diag_count(d, SEV_ERROR), 1);
    diag_free(d);
}

/* A large table goes to the disk row by row; what it holds is the same. */
static void flat_book_joins_over_rows_too(void **state) {
    struct bench *b = *state;
    struct table *t = first_table(b, 3, 20001);
    t->row[0].cell[0].text = "TT";
    t->row[5].cell[1] = (struct cell){.text = "gộp", .colspan = 2, .rowspan = 3};
    t->row[5].cell[2].flags = CELL_COVERED;
    for (int r = 6; r < 8; r++)
        for (int c = 1; c < 3; c++)
            t->row[r].cell[c].flags = CELL_COVERED;
    t->row[20000].cell[0].text = "cuối";
    assert_true(write_book(b));
    holds(b, SHEET1, "<mergeCell ref=\"B12:C14\"/>");
    holds(b, SHEET1, "<is><t>gộp</t></is>");
    holds(b, SHEET1, "<c r=\"A20007\" s=\"");
    holds(b, SHEET1, "<is><t>cuối</t></is>");
}

static void two_runs_give_the_same_bytes(void **state) {
    struct bench *b = *state;
    struct table *t = first_table(b, 2, 2);
    t->row[1].cell[0].text = "như nhau";
    assert_true(write_book(b));
    const char *first = b->zip;
    size_t size = b->size;
    setenv("TZ", "Asia/Ho_Chi_Minh", 1);
    assert_true(write_book(b));
    assert_int_equal(b->size, size);
    assert_memory_equal(b->zip, first, size);
}

static void parts_are_files(FILE *f) {
    char part[8192], back[8192];
    for (size_t i = 0; i < sizeof part; i++)
        part[i] = (char)(i * 7 % 251);
    assert_non_null(f);
    for (int i = 0; i < 5; i++)
        assert_int_equal(fwrite(part, 1, sizeof part, f), sizeof part);
    rewind(f);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(fread(back, 1, sizeof back, f), sizeof back);
        assert_memory_equal(part, back, sizeof part);
    }
    assert_int_equal(fread(back, 1, 1, f), 0);
    assert_int_equal(fseek(f, 3, SEEK_SET), 0);
    assert_int_equal(fputc('x', f), 'x');
    assert_int_equal(fseek(f, 3, SEEK_SET), 0);
    assert_int_equal(fgetc(f), 'x');
    assert_int_equal(fgetc(f), part[4]);
    assert_int_equal(fclose(f), 0);
}

static void parts_come_back(void **state) {
    (void)state;
    char memory[] = "";
    parts_begin();
    parts_are_files(lxw_tmpfile(memory));
    parts_are_files(lxw_tmpfile(XLSX_ON_DISK));
    assert_int_equal(parts_failed(), 0);
}

static void a_part_that_cannot_be_written_is_told(void **state) {
    (void)state;
    struct rlimit none = {1000, RLIM_INFINITY}, before;
    getrlimit(RLIMIT_FSIZE, &before);
    none.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
    parts_begin();
    FILE *f = lxw_tmpfile(XLSX_ON_DISK);
    for (int i = 0; f && i < 20000; i++)
        fputc('x', f);
    int lost = f ? fclose(f) : 0;
    setrlimit(RLIMIT_FSIZE, &before);
    (void)lost; /* the library does not look at it either */
    assert_int_not_equal(parts_failed(), 0);
    parts_begin();
    assert_int_equal(parts_failed(), 0);
}

int main(void) {
#define ON_BENCH(f) cmocka_unit_test_setup_teardown(f, open_bench, close_bench)
    const struct CMUnitTest tests[] = {
        ON_BENCH(document_without_tables_says_so),
        ON_BENCH(sheets_are_named_in_order),
        ON_BENCH(numbers_are_typed),
        ON_BENCH(formats_show_what_the_page_shows),
        ON_BENCH(text_stays_text),
        ON_BENCH(rich_cells_keep_their_weights),
        ON_BENCH(heads_join_repeat_and_freeze),
        ON_BENCH(rows_are_as_high_as_their_text),
        ON_BENCH(tall_row_gets_wider_columns),
        ON_BENCH(too_long_text_is_an_error_with_its_place),
        ON_BENCH(unwritable_path_is_an_error),
        ON_BENCH(flat_book_joins_over_rows_too),
        ON_BENCH(two_runs_give_the_same_bytes),
        cmocka_unit_test(parts_come_back),
        cmocka_unit_test(a_part_that_cannot_be_written_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
