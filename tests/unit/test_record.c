/* test_record.c: what a report printed, line by line, and what differs between two records */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "batch/align.h"
#include "batch/inside.h"
#include "check/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- a report by hand --------------------------------------------------------------------- */

struct bench {
    struct arena *a;
    struct diag *d;
    struct report report;
    struct schema schema;
    struct doc *doc;
    struct pages pages;
    const struct pages *list[1];
    const struct doc *docs[1];
    struct made made;
    struct buf out;
};

static int setup(void **state) {
    struct bench *b = calloc(1, sizeof *b);
    b->a = arena_new();
    b->d = diag_new(LANG_EN);
    b->doc = doc_new(b->a);
    b->list[0] = &b->pages;
    b->docs[0] = b->doc;
    b->made = (struct made){&b->report, &b->schema, NULL, b->doc, b->docs, b->list, 1};
    *state = b;
    return 0;
}

static int teardown(void **state) {
    struct bench *b = *state;
    buf_free(&b->out);
    diag_free(b->d);
    arena_free(b->a);
    free(b);
    return 0;
}

static void facts(struct bench *b, const char *yaml) {
    b->report.facts = input_yaml(b->a, b->d, "f.yaml", yaml, strlen(yaml), 1, 1);
    assert_non_null(b->report.facts);
}

/* A value of the facts: "a.b", "a.1" for the second item. */
static struct value *at(struct value *v, const char *path) {
    while (v && *path) {
        char name[64];
        size_t n = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)n, path);
        v = v->kind == VALUE_MAP ? value_get(v, name) : v->u.item[atoi(name)];
        path += n + (path[n] == '.');
    }
    assert_non_null(v);
    return v;
}

static void page(struct bench *b, int number, int section) {
    struct page *grown = arena_array(b->a, struct page, b->pages.n + 1);
    if (b->pages.n)
        memcpy(grown, b->pages.page, b->pages.n * sizeof *grown);
    b->pages.page = grown;
    grown[b->pages.n++] = (struct page){.number = number, .section = section};
}

/* A run on the page added last. */
static struct item *run(struct bench *b, const struct value *v) {
    struct page *p = &b->pages.page[b->pages.n - 1];
    struct item *grown = arena_array(b->a, struct item, p->n + 1);
    if (p->n)
        memcpy(grown, p->item, p->n * sizeof *grown);
    p->item = grown;
    grown[p->n] = (struct item){.kind = ITEM_RUN, .node = 1, .value = v};
    return &grown[p->n++];
}

static struct node *appendix(struct bench *b, const char *number) {
    struct node *n = node_new(b->doc, NODE_APPENDIX, b->doc->root, (struct origin){0});
    n->u.appendix->number = number;
    return n;
}

static struct table *table(struct bench *b, struct node *parent, const char *name,
                           int cols, size_t rows) {
    struct table *t = node_new(b->doc, NODE_TABLE, parent, (struct origin){0})->u.table;
    t->name = name;
    t->ncols = cols;
    t->nrows = rows;
    t->col = arena_array(b->a, struct table_col, cols);
    t->row = arena_array(b->a, struct row, rows);
    for (size_t r = 0; r < rows; r++) {
        t->row[r].kind = ROW_DATA;
        t->row[r].cell = arena_array(b->a, struct cell, cols);
        for (int c = 0; c < cols; c++)
            t->row[r].cell[c].colspan = t->row[r].cell[c].rowspan = 1;
    }
    return t;
}

/* A table of texts with the facts as parent; `member`: among the facts. */
static struct value *data(struct bench *b, const char *name, const char *const *column,
                          size_t cols, const char *const *cell, size_t rows,
                          bool member) {
    struct column *c = arena_array(b->a, struct column, cols);
    struct value **row = arena_array(b->a, struct value *, rows);
    for (size_t i = 0; i < cols; i++)
        c[i].key = c[i].title = column[i];
    for (size_t r = 0; r < rows; r++) {
        row[r] = value_new(b->a, VALUE_MAP, (struct origin){0});
        row[r]->n = (uint32_t)cols;
        row[r]->u.member = arena_array(b->a, struct value, cols);
        for (size_t i = 0; i < cols; i++) {
            const char *text = cell[r * cols + i];
            row[r]->u.member[i] = (struct value){.kind = text ? VALUE_TEXT : VALUE_NONE,
                                                 .text = text,
                                                 .len = text ? (uint32_t)strlen(text) : 0,
                                                 .key = column[i],
                                                 .parent = row[r]};
        }
    }
    struct value *t = value_table(b->a, (struct origin){0}, c, cols, row, rows);
    if (member)
        return value_put(b->a, b->report.facts, name, *t);
    t->key = name;
    t->parent = b->report.facts;
    return t;
}

static const char *record(struct bench *b) {
    b->out.len = 0;
    record_make(&b->out, &b->made);
    return b->out.data ? b->out.data : "";
}

/* The line of a path without the path. */
static const char *line(struct bench *b, const char *path) {
    const char *text = record(b);
    size_t n = strlen(path);
    for (const char *p = text; *p; p += strcspn(p, "\n") + 1)
        if (strncmp(p, path, n) == 0 && p[n] == '\t')
            return arena_strndup(b->a, p + n + 1, strcspn(p + n + 1, "\n"));
    return "none";
}

/* ---- records --------------------------------------------------------------------------------- */

static void leaves_stand_in_their_order(void **state) {
    struct bench *b = *state;
    facts(b, "co_quan: UBND\n"
             "so:\n"
             "ky: {tu: 2025, den: 2026}\n"
             "noi_nhan: [Sở A, 'Lưu: VT']\n"
             "nguoi_ky:\n  - {ho_ten: An, quyen_han: [TM, KT]}\n  - {ho_ten: Bình}\n"
             "ky_truoc: {so: 3}\n"
             "ban_hanh: {so: 45}\n"
             "cuoi: \"a\\tb\\\\c\\nd\"\n");
    assert_string_equal(record(b), "co_quan\t-\t\t\tUBND\n"
                                   "ky.tu\t-\t\t\t2025\n"
                                   "ky.den\t-\t\t\t2026\n"
                                   "noi_nhan[1]\t-\t\t\tSở A\n"
                                   "noi_nhan[2]\t-\t\t\tLưu: VT\n"
                                   "nguoi_ky[1].ho_ten\t-\t\t\tAn\n"
                                   "nguoi_ky[1].quyen_han[1]\t-\t\t\tTM\n"
                                   "nguoi_ky[1].quyen_han[2]\t-\t\t\tKT\n"
                                   "nguoi_ky[2].ho_ten\t-\t\t\tBình\n"
                                   "cuoi\t-\t\t\ta\\tb\\\\c\\nd\n");
}

static void computed_values_are_marked(void **state) {
    struct bench *b = *state;
    facts(b, "a: x\nb: y\n");
    at(b->report.facts, "b")->flags |= VALUE_COMPUTED;
    assert_string_equal(line(b, "a"), "-\t\t\tx");
    assert_string_equal(line(b, "b"), "c\t\t\ty");
}

static void pages_are_labelled_as_readers_see_them(void **state) {
    struct bench *b = *state;
    facts(b, "a: x\nb: y\nc: z\nd: [p, q]\ne: w\n");
    struct value *f = b->report.facts;
    appendix(b, "I");
    appendix(b, "II");
    page(b, 1, 0);
    run(b, at(f, "a"));
    run(b, at(f, "b"));
    run(b, at(f, "a"));
    page(b, 2, 0);
    run(b, at(f, "d"));
    run(b, NULL);
    page(b, 1, 1);
    run(b, at(f, "a"));
    run(b, at(f, "d.1"));
    page(b, 2, 2); /* the second appendix goes on below the first: the page counts on */
    run(b, at(f, "c"));
    page(b, 1, 2);
    run(b, at(f, "c"));
    assert_string_equal(line(b, "a"), "-\t1, PL I-1\t\tx");
    assert_string_equal(line(b, "b"), "-\t1\t\ty");
    assert_string_equal(line(b, "c"), "-\tPL I-2, PL II-1\t\tz");
    assert_string_equal(line(b, "d[1]"), "-\t2\t\tp");
    assert_string_equal(line(b, "d[2]"), "-\t2, PL I-1\t\tq");
    assert_string_equal(line(b, "e"), "-\t\t\tw");
}

static void a_single_appendix_has_no_number(void **state) {
    struct bench *b = *state;
    facts(b, "a: x\n");
    appendix(b, NULL);
    page(b, 3, 1);
    run(b, at(b->report.facts, "a"));
    assert_string_equal(line(b, "a"), "-\tPL-3\t\tx");
}

static void files_of_their_own_have_their_own_labels(void **state) {
    struct bench *b = *state;
    facts(b, "a: x\n");
    struct doc *alone = doc_new(b->a);
    node_new(alone, NODE_APPENDIX, alone->root, (struct origin){0})->u.appendix->number =
        "III";
    page(b, 1, 0);
    run(b, at(b->report.facts, "a"));
    struct pages body = b->pages;
    b->pages = (struct pages){0};
    page(b, 1, 1);
    run(b, at(b->report.facts, "a"));
    const struct pages *pages[] = {&body, &b->pages};
    const struct doc *docs[] = {b->doc, alone};
    b->made.pages = pages;
    b->made.part = docs;
    b->made.parts = 2;
    assert_string_equal(line(b, "a"), "-\t1, PL III-1\t\tx");
}

static void of_many_pages_the_first_are_told(void **state) {
    struct bench *b = *state;
    facts(b, "a: x\n");
    for (int i = 1; i <= 60; i++) {
        page(b, i, 0);
        run(b, at(b->report.facts, "a"));
    }
    const char *got = line(b, "a");
    assert_non_null(strstr(got, "39, 40, …\t"));
    assert_null(strstr(got, "41"));
}

static void official_parts_print_two_facts_in_one_run(void **state) {
    struct bench *b = *state;
    facts(b, "so: '5'\nky_hieu: BC\ndia_danh: Xã A\nngay: '2026'\n");
    struct value *f = b->report.facts;
    b->doc->official.number.value = at(f, "so");
    b->doc->official.symbol.value = at(f, "ky_hieu");
    b->doc->official.place.value = at(f, "dia_danh");
    b->doc->official.issued.value = at(f, "ngay");
    page(b, 1, 0);
    struct item *i = run(b, at(f, "so"));
    i->node = 0;
    i->mark = PART_NUMBER;
    i = run(b, at(f, "ngay"));
    i->node = 0;
    i->mark = PART_PLACE_DATE;
    assert_string_equal(line(b, "so"), "-\t1\t\t5");
    assert_string_equal(line(b, "ky_hieu"), "-\t1\t\tBC");
    assert_string_equal(line(b, "dia_danh"), "-\t1\t\tXã A");
    assert_string_equal(line(b, "ngay"), "-\t1\t\t2026");
}

static const char *const cot[] = {"nhom", "ten", "so"};
static const char *const o[] = {"A", "một", "1", "A", "hai", "1", "B", "ba", NULL};

static void cells_name_their_sheets(void **state) {
    struct bench *b = *state;
    facts(b, "x: y\n");
    struct value *v = data(b, "bang", cot, 3, o, 3, true);
    struct table *one = table(b, b->doc->root, "bang", 2, 3);
    struct table *two = table(b, appendix(b, "IV"), NULL, 1, 1);
    for (size_t r = 0; r < 3; r++)
        for (int c = 0; c < 2; c++)
            one->row[r].cell[c].value = &v->u.item[r]->u.member[c + 1];
    struct span *s = span_new(b->a, SPAN_TEXT, "ba", 2);
    s->value = &v->u.item[2]->u.member[1];
    two->row[0].cell[0].spans = s;
    assert_string_equal(line(b, "bang[1].ten"), "-\t\tBảng 1\tmột");
    assert_string_equal(line(b, "bang[3].ten"), "-\t\tBảng 1; Phụ lục IV\tba");
    assert_string_equal(line(b, "bang[3].nhom"), "-\t\t\tB");
    assert_string_equal(line(b, "bang[3].so"), "none");
}

static void merged_and_grouped_cells_are_where_their_neighbour_is(void **state) {
    struct bench *b = *state;
    facts(b, "x: y\n");
    struct value *v = data(b, "bang", cot, 3, o, 3, true);
    struct table *t = table(b, b->doc->root, "bang", 2, 4);
    page(b, 4, 0);
    t->row[0].kind = ROW_GROUP;
    t->row[0].cell[0].colspan = 2;
    t->row[0].cell[1].flags = CELL_COVERED;
    t->row[0].cell[0].value = &v->u.item[0]->u.member[0];
    run(b, t->row[0].cell[0].value);
    for (size_t r = 0; r < 2; r++)
        for (int c = 0; c < 2; c++)
            t->row[r + 1].cell[c].value = &v->u.item[r]->u.member[c + 1];
    t->row[1].cell[1].rowspan = 2;
    t->row[2].cell[1].flags = CELL_COVERED;
    page(b, 5, 0);
    run(b, t->row[1].cell[1].value);
    assert_string_equal(line(b, "bang[1].nhom"), "-\t4\tBảng 1\tA");
    assert_string_equal(line(b, "bang[2].nhom"), "-\t4\tBảng 1\tA");
    assert_string_equal(line(b, "bang[1].so"), "-\t5\tBảng 1\t1");
    assert_string_equal(line(b, "bang[2].so"), "-\t5\tBảng 1\t1");
    assert_string_equal(line(b, "bang[3].nhom"), "-\t\t\tB");
}

static void sums_are_computed_values_behind_the_facts(void **state) {
    struct bench *b = *state;
    facts(b, "x: y\n");
    data(b, "bang", cot, 3, o, 3, true);
    for (int i = 0; i < 2; i++) {
        struct table *t = table(b, b->doc->root, "bang", 2, 1);
        t->col[1].name = "so";
        t->row[0].kind = ROW_TOTAL;
        struct value *sum = value_new(b->a, VALUE_NUMBER, (struct origin){0});
        sum->flags = VALUE_COMPUTED;
        sum->u.number = arena_new_of(b->a, struct number);
        *sum->u.number = number_int(1200 + i);
        t->row[0].cell[1].value = sum;
        page(b, i + 1, 0);
        run(b, sum);
    }
    assert_non_null(strstr(record(b), "\nbang[tong].so\tc\t1\tBảng 1\t1.200\n"
                                      "bang[tong 2].so\tc\t2\tBảng 2\t1.201\n"));
}

static void tables_that_nobody_declared_stand_behind_the_facts(void **state) {
    struct bench *b = *state;
    facts(b, "x: y\n");
    struct value *v = data(b, "van_ban", cot, 3, o, 1, false);
    page(b, 1, 0);
    run(b, &v->u.item[0]->u.member[1]);
    assert_string_equal(record(b), "x\t-\t\t\ty\n"
                                   "van_ban[1].nhom\t-\t\t\tA\n"
                                   "van_ban[1].ten\t-\t1\t\tmột\n"
                                   "van_ban[1].so\t-\t\t\t1\n");
}

static void many_values_keep_their_pages(void **state) {
    struct bench *b = *state;
    enum { ROWS = 900 };
    const char **cell = arena_array(b->a, const char *, 3 * ROWS);
    for (int i = 0; i < 3 * ROWS; i++)
        cell[i] = arena_printf(b->a, "%d", i);
    facts(b, "x: y\n");
    struct value *v = data(b, "bang", cot, 3, cell, ROWS, false);
    for (int i = 0; i < ROWS; i++) {
        if (i % 30 == 0)
            page(b, i / 30 + 1, 0);
        for (int c = 0; c < 3; c++)
            run(b, &v->u.item[i]->u.member[c]);
    }
    assert_string_equal(line(b, "bang[1].nhom"), "-\t1\t\t0");
    assert_string_equal(line(b, "bang[31].so"), "-\t2\t\t92");
    assert_string_equal(line(b, "bang[900].so"), "-\t30\t\t2699");
}

static void rows_with_a_key_go_by_it(void **state) {
    struct bench *b = *state;
    facts(b, "x: y\n");
    static struct field column[] = {{.name = "nhom"}, {.name = "ten"}, {.name = "so"}};
    static const struct field *key[] = {&column[0], &column[1]};
    static struct key_fields keys = {key, 2};
    static struct table_schema t = {
        .name = "bang", .field = column, .n = 3, .primary = &keys};
    b->schema = (struct schema){.table = &t, .tables = 1};
    data(b, "bang", cot, 3, o, 3, true);
    assert_string_equal(line(b, "bang[nhom=A;ten=hai].so"), "-\t\t\t1");
    assert_string_equal(line(b, "bang[nhom=B;ten=ba].ten"), "-\t\t\tba");
    static const char *long_key[] = {NULL, "x\ty", "2"};
    long_key[0] = arena_printf(b->a, "%0200d", 7);
    keys.n = 1;
    t.name = "khac";
    data(b, "khac", cot, 3, long_key, 1, true);
    const char *text = strstr(record(b), "khac[nhom=0000");
    assert_non_null(text);
    assert_int_equal(strcspn(text, "]"),
                     strlen("khac[nhom=") + 120 + strlen(RECORD_CUT) + RECORD_HASH);
}

static void long_texts_are_cut_and_told_apart(void **state) {
    struct bench *b = *state;
    struct buf yaml = {0};
    for (int k = 0; k < 2; k++) {
        buf_printf(&yaml, "x%d: \"", k);
        for (int i = 0; i < 200; i++)
            buf_adds(&yaml, "ờ");
        buf_printf(&yaml, "%d\"\n", k);
    }
    facts(b, yaml.data);
    buf_free(&yaml);
    const char *x = line(b, "x0"), *y = line(b, "x1");
    assert_int_equal(strlen(x),
                     strlen("-\t\t\t") + 300 + strlen(RECORD_CUT) + RECORD_HASH);
    assert_int_equal(utf8_check(x, strlen(x)), strlen(x));
    assert_memory_equal(x, y, 304);
    assert_string_not_equal(x, y);
    b->out.len = 0;
    record_make_whole(&b->out, &b->made);
    assert_int_equal(b->out.len, 2 * (strlen("x0\t-\t\t\t\n") + 601));
}

/* ---- comparing ------------------------------------------------------------------------------------ */

static struct changes compare(struct bench *b, const char *old, const char *now) {
    struct changes c = {0};
    record_compare(b->a, old, old ? strlen(old) : 0, now, now ? strlen(now) : 0,
                   &b->schema, &c);
    return c;
}

/* "path: old > now [pages | sheets]" for each, one a line. */
static const char *told(struct bench *b, const char *old, const char *now) {
    struct changes c = compare(b, old, now);
    const char *text = "";
    for (size_t i = 0; i < c.n; i++)
        text = arena_printf(
            b->a, "%s%s%s: %s > %s [%s|%s]\n", text, c.v[i].computed ? "*" : "",
            c.v[i].path, c.v[i].old ? c.v[i].old : "NULL",
            c.v[i].now ? c.v[i].now : "NULL", c.v[i].pages, c.v[i].sheets);
    return text;
}

static void changed_new_and_gone(void **state) {
    struct bench *b = *state;
    assert_string_equal(told(b,
                             "a\t-\t1\t\tx\n"
                             "b\t-\t2\tBảng 1\t5\n"
                             "c\t-\t\t\tgone\n"
                             "d\tc\t3\t\t10\n"
                             "e\t-\t\t\tsame\n",
                             "a\t-\t1\t\tx\n"
                             "t\tc\t9\t\tsum\n"
                             "b\t-\t2\tBảng 1\t6\n"
                             "d\tc\t4\t\t12\n"
                             "new\t-\t7\t\tz\\tz\n"
                             "e\t-\t5\t\tsame\n"),
                        "b: 5 > 6 [2|Bảng 1]\n"
                        "c: gone > NULL [|]\n"
                        "new: NULL > z\tz [7|]\n"
                        "*t: NULL > sum [9|]\n"
                        "*d: 10 > 12 [3, 4|]\n");
}

static void nothing_differs(void **state) {
    struct bench *b = *state;
    static const char text[] = "a\t-\t1\t\tx\nb[1].c\t-\t\t\ty\n";
    assert_string_equal(told(b, text, text), "");
    assert_string_equal(told(b, NULL, NULL), "");
    assert_string_equal(told(b, NULL, "a\t-\t1\t\tx"), "a: NULL > x [1|]\n");
    assert_string_equal(told(b, "a\t-\t1\t\tx\n", NULL), "a: x > NULL [1|]\n");
    /* a record that was damaged on the disk */
    assert_string_equal(told(b, "\n\t\nabc\nx\ty\tz\na\t-\t\t\t", "a\t-\t\t\t\n"), "");
}

static void pages_of_both_versions_in_order(void **state) {
    struct bench *b = *state;
    assert_string_equal(
        told(b, "a\t-\t2, 10, PL I-1, PL IX-2\tA; B\tx\n",
             "a\t-\t1, 3, 11, PL I-1, PL IV-9, PL X-1, …\tC; B\ty\n"),
        "a: x > y [1, 2, 3, 10, 11, PL I-1, PL IV-9, PL IX-2, PL X-1, …|A; B; C]\n");
    assert_string_equal(told(b, "a\t-\tPL-2\t\tx\n", "a\t-\t7\t\ty\n"),
                        "a: x > y [7, PL-2|]\n");
}

static const char rows[] = "t[1].a\t-\t\t\tmột\nt[1].b\t-\t\t\t1\n"
                           "t[2].a\t-\t\t\thai\nt[2].b\t-\t\t\t2\n"
                           "t[3].a\t-\t\t\tba\nt[3].b\t-\t\t\t3\n";

static void an_inserted_row_is_one_change(void **state) {
    struct bench *b = *state;
    assert_string_equal(told(b, rows,
                             "t[1].a\t-\t\t\tmột\nt[1].b\t-\t\t\t1\n"
                             "t[2].a\t-\t\t\tmới\nt[2].b\t-\t\t\t9\n"
                             "t[3].a\t-\t\t\thai\nt[3].b\t-\t\t\t2\n"
                             "t[4].a\t-\t\t\tba\nt[4].b\t-\t\t\t4\n"),
                        "t[→2].a: NULL > mới [|]\n"
                        "t[→2].b: NULL > 9 [|]\n"
                        "t[3→4].b: 3 > 4 [|]\n");
}

static void a_row_is_gone(void **state) {
    struct bench *b = *state;
    assert_string_equal(told(b, rows,
                             "t[1].a\t-\t\t\thai\nt[1].b\t-\t\t\t5\n"
                             "t[2].a\t-\t\t\tba\nt[2].b\t-\t\t\t3\n"),
                        "t[1→].a: một > NULL [|]\n"
                        "t[1→].b: 1 > NULL [|]\n"
                        "t[2→1].b: 2 > 5 [|]\n");
}

static void items_of_a_list_are_rows(void **state) {
    struct bench *b = *state;
    assert_string_equal(told(b, "n[1]\t-\t\t\tA\nn[2]\t-\t\t\tB\nn[3]\t-\t\t\tC\n",
                             "n[1]\t-\t\t\tB\nn[2]\t-\t\t\tD\nn[3]\t-\t\t\tE\n"),
                        "n[1→]: A > NULL [|]\n"
                        "n[3→2]: C > D [|]\n"
                        "n[→3]: NULL > E [|]\n");
}

static void keyed_rows_go_by_their_key(void **state) {
    struct bench *b = *state;
    assert_string_equal(
        told(b,
             "t[ma=A].x\t-\t\t\t1\nt[ma=B].x\t-\t\t\t2\n"
             "t[tong].x\tc\t\t\t3\n",
             "t[ma=B].x\t-\t\t\t2\nt[ma=C].x\t-\t\t\t2\nt[ma=A].x\t-\t\t\t4\n"
             "t[tong].x\tc\t\t\t8\n"),
        "t[ma=C].x: NULL > 2 [|]\n"
        "t[ma=A].x: 1 > 4 [|]\n"
        "*t[tong].x: 3 > 8 [|]\n");
}

static void running_numbers_move_with_their_rows(void **state) {
    struct bench *b = *state;
    assert_string_equal(told(b,
                             "t[1].tt\t-\t\t\t1\nt[1].a\t-\t\t\tx\n"
                             "t[2].tt\t-\t\t\t2\nt[2].a\t-\t\t\ty\n",
                             "t[1].tt\t-\t\t\t1\nt[1].a\t-\t\t\tmới\n"
                             "t[2].tt\t-\t\t\t2\nt[2].a\t-\t\t\tx\n"
                             "t[3].tt\t-\t\t\t4\nt[3].a\t-\t\t\ty\n"),
                        "t[→1].tt: NULL > 1 [|]\n"
                        "t[→1].a: NULL > mới [|]\n"
                        "t[2→3].tt: 2 > 4 [|]\n");
}

static void the_same_path_twice(void **state) {
    struct bench *b = *state;
    assert_string_equal(
        told(b, "a\t-\t\t\t1\na\t-\t\t\t2\n", "a\t-\t\t\t1\na\t-\t\t\t3\n"),
        "a: 2 > 3 [|]\n");
    assert_string_equal(
        told(b, "a\t-\t\t\t1\n", "a\t-\t\t\t1\na\t-\t\t\t2\na\t-\t\t\t3\n"),
        "a: NULL > 2 [|]\na: NULL > 3 [|]\n");
}

static void titles_come_from_the_schema(void **state) {
    struct bench *b = *state;
    static struct field field[] = {{.name = "ho_so.tong", .title = "Tổng số hồ sơ"},
                                   {.name = "muc", .title = "Các mục"}};
    static struct field column[] = {{.name = "ten", .title = "Tên"}, {.name = "so"}};
    static struct table_schema tables[] = {
        {.name = "bang", .title = "Bảng một", .field = column, .n = 2},
        {.name = "tran", .field = column, .n = 2}};
    b->schema = (struct schema){.field = field, .n = 2, .table = tables, .tables = 2};
    struct changes c = compare(b, NULL,
                               "ho_so.tong\t-\t\t\t1\n"
                               "nguoi_ky[2].ho_ten\t-\t\t\tAn\n"
                               "muc[1].gi\t-\t\t\tx\n"
                               "bang[ma=a].b].ten\t-\t\t\tx\n"
                               "bang[2].so\t-\t\t\t1\n"
                               "tran[1].ten\t-\t\t\tx\n"
                               "la[1].gi\t-\t\t\tx\n"
                               "la.gi\t-\t\t\tx\n");
    static const char *const want[] = {"Tổng số hồ sơ",
                                       "Họ tên người ký",
                                       "Các mục",
                                       "Bảng một · Tên",
                                       "Bảng một · so",
                                       "Tên",
                                       NULL,
                                       NULL};
    assert_int_equal(c.n, 8);
    for (size_t i = 0; i < c.n; i++)
        if (want[i])
            assert_string_equal(c.v[i].title, want[i]);
        else
            assert_null(c.v[i].title);
}

/* ---- many rows --------------------------------------------------------------------------------------- */

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Rows with a text of their own each; `skip` is left out, `more` stands once more in front. */
static void many(struct buf *out, int n, int skip, int more) {
    out->len = 0;
    for (int i = 0, row = 1; i < n; i++) {
        if (i == more)
            buf_printf(out, "t[%d].a\t-\t\t\tmới\n", row++);
        if (i != skip)
            buf_printf(out, "t[%d].a\t-\t\t\tso %d\nt[%d].b\t-\t\t\t%d\n", row, i, row,
                       i % 7),
                row++;
    }
}

static void rows_of_long_tables_are_found_too(void **state) {
    struct bench *b = *state;
    struct buf old = {0}, now = {0};
    many(&old, 50000, -1, -1);
    many(&now, 50000, 400, 1500); /* what is alike at both ends is left out */
    struct changes c = compare(b, old.data, now.data);
    assert_int_equal(c.n, 3);
    assert_string_equal(c.v[0].path, "t[401→].a");
    assert_null(c.v[0].now);
    assert_string_equal(c.v[2].path, "t[→1500].a");
    many(&now, 50000, 400, 30000); /* too much lies between: by number */
    double start = seconds();
    c = compare(b, old.data, now.data);
    assert_true(c.n > 29000);
    assert_true(seconds() - start < 5); /* 0.1 s; this catches a quadratic one only */
    buf_free(&old);
    buf_free(&now);
}

static void a_wide_table_of_changed_rows(void **state) {
    struct bench *b = *state;
    struct buf old = {0}, now = {0};
    for (int r = 1; r <= 1500; r++)
        for (int c = 0; c < 40; c++) {
            buf_printf(&old, "t[%d].c%d\t-\t\t\t%d\n", r, c, r * c);
            buf_printf(&now, "t[%d].c%d\t-\t\t\t%d\n", r, c, r * c + (c == 5));
        }
    double start = seconds();
    assert_int_equal(compare(b, old.data, now.data).n, 1500);
    assert_true(seconds() - start < 5);
    buf_free(&old);
    buf_free(&now);
}

/* ---- alignment ----------------------------------------------------------------------------------------- */

static size_t longest(const struct row_hash *x, size_t n, const struct row_hash *y,
                      size_t m) {
    if (!n || !m)
        return 0;
    if (x[0].whole == y[0].whole)
        return 1 + longest(x + 1, n - 1, y + 1, m - 1);
    size_t a = longest(x + 1, n - 1, y, m), c = longest(x, n, y + 1, m - 1);
    return a > c ? a : c;
}

/* Whatever the rows: the order is kept, none is used twice, and as many equal ones are found as there are. */
static void alignment_keeps_order_and_finds_all(void **state) {
    struct bench *b = *state;
    uint32_t seed = 7;
    for (int turn = 0; turn < 3000; turn++) {
        struct row_hash row[2][8];
        uint64_t cell[2][8][2];
        size_t n[2], match[8];
        for (int side = 0; side < 2; side++) {
            seed = seed * 1664525u + 1013904223u;
            n[side] = (seed >> 16) % 9;
            for (size_t i = 0; i < n[side]; i++) {
                seed = seed * 1664525u + 1013904223u;
                cell[side][i][0] = (seed >> 16) % 3;
                cell[side][i][1] = 10 + (seed >> 20) % 2;
                row[side][i] = (struct row_hash){
                    cell[side][i][0] * 100 + cell[side][i][1], cell[side][i], 2};
            }
        }
        align_rows(b->a, row[0], n[0], row[1], n[1], match);
        size_t same = 0, pairs = 0;
        long before = -1;
        for (size_t k = 0; k < n[1]; k++) {
            if (match[k] == SIZE_MAX)
                continue;
            assert_true(match[k] < n[0] && (long)match[k] > before);
            before = (long)match[k];
            pairs++;
            same += row[0][match[k]].whole == row[1][k].whole;
        }
        assert_int_equal(same, longest(row[0], n[0], row[1], n[1]));
        assert_true(pairs >= same && (pairs > 0 || !n[0] || !n[1]));
    }
}

static void alike_rows_are_paired(void **state) {
    struct bench *b = *state;
    static const uint64_t x[] = {1, 2, 3}, y[] = {4, 5, 6}, like_y[] = {4, 5, 7},
                          z[] = {8, 9, 10};
    struct row_hash old[] = {{1, x, 3}, {2, y, 3}}, now[] = {{3, z, 3}, {4, like_y, 3}},
                    only[] = {{4, like_y, 3}};
    size_t match[2];
    align_rows(b->a, old, 2, now, 2, match);
    assert_int_equal(match[0], 0);
    assert_int_equal(match[1], 1);
    align_rows(b->a, old, 2, only, 1, match);
    assert_int_equal(match[0], 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        T(leaves_stand_in_their_order),
        T(computed_values_are_marked),
        T(pages_are_labelled_as_readers_see_them),
        T(a_single_appendix_has_no_number),
        T(files_of_their_own_have_their_own_labels),
        T(of_many_pages_the_first_are_told),
        T(official_parts_print_two_facts_in_one_run),
        T(cells_name_their_sheets),
        T(merged_and_grouped_cells_are_where_their_neighbour_is),
        T(sums_are_computed_values_behind_the_facts),
        T(tables_that_nobody_declared_stand_behind_the_facts),
        T(many_values_keep_their_pages),
        T(rows_with_a_key_go_by_it),
        T(long_texts_are_cut_and_told_apart),
        T(changed_new_and_gone),
        T(nothing_differs),
        T(pages_of_both_versions_in_order),
        T(an_inserted_row_is_one_change),
        T(a_row_is_gone),
        T(items_of_a_list_are_rows),
        T(keyed_rows_go_by_their_key),
        T(running_numbers_move_with_their_rows),
        T(the_same_path_twice),
        T(titles_come_from_the_schema),
        T(rows_of_long_tables_are_found_too),
        T(a_wide_table_of_changed_rows),
        T(alignment_keeps_order_and_finds_all),
        T(alike_rows_are_paired),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
