/* test_diag.c: messages: quotes and carets, related places, JSON, --strict, what a draft marks */
#include "base/quote.h"
#include "merge/merge.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct diag *d;
static struct arena *arena;
static struct buf out;
static char folder[64];

static int setup(void **state) {
    (void)state;
    d = diag_new(LANG_EN);
    arena = arena_new();
    strcpy(folder, "/tmp/baocao-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    size_t n;
    const char **names = dir_list(arena, folder, &n);
    for (size_t i = 0; i < n; i++)
        unlink(path_join(arena, folder, names[i]));
    rmdir(folder);
    buf_free(&out);
    arena_free(arena);
    diag_free(d);
    return 0;
}

static const char *put(const char *name, const char *data, size_t n) {
    const char *path = path_join(arena, folder, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fwrite(data, 1, n, f);
    fclose(f);
    return path;
}

static const char *put_text(const char *name, const char *text) {
    return put(name, text, strlen(text));
}

static struct origin at(const char *file, int line, int col) {
    return (struct origin){file, line, col};
}

/* What is printed, without the folder. */
static const char *taken(const char *s, size_t len) {
    struct buf b = {0};
    size_t skip = strlen(folder) + 1;
    while (len) {
        size_t n = len >= skip && strncmp(s, folder, skip - 1) == 0 ? skip : 1;
        if (n == 1)
            buf_addc(&b, *s);
        s += n;
        len -= n;
    }
    char *text = arena_strndup(arena, b.data ? b.data : "", b.len);
    buf_free(&b);
    return text;
}

static const char *quoted(void) {
    out.len = 0;
    diag_print_quoted(d, &out);
    return taken(out.data ? out.data : "", out.len);
}

static const char *json(void) {
    out.len = 0;
    diag_print_json(d, &out);
    return taken(out.data ? out.data : "", out.len);
}

/* ---- quotes ---- */

/* "text|caret|mark", or "-" when there is no quote. */
static const char *quote(const char *file, int line, int col) {
    struct quotes *q = quotes_new();
    struct quote x;
    const char *s = "-";
    if (quote_line(q, at(file, line, col), &x))
        s = arena_printf(arena, "%s|%d|%d", x.text, x.caret, x.mark);
    quotes_free(q);
    return s;
}

static void test_quote_lines(void **state) {
    (void)state;
    const char *f = put_text("a", "mot\nhai  \r\nba\rbon\n\nsau");
    assert_string_equal(quote(f, 1, 2), "mot|1|1");
    assert_string_equal(quote(f, 2, 1), "hai|0|0"); /* blanks at the end go, CRLF too */
    assert_string_equal(quote(f, 3, 2), "ba|1|1");  /* an old Mac's line end */
    assert_string_equal(quote(f, 4, 0), "bon|-1|-1");
    assert_string_equal(quote(f, 5, 1), "|0|0");
    assert_string_equal(quote(f, 6, 4), "sau|3|3"); /* behind the last character */
    assert_string_equal(quote(put_text("b", "mot\n"), 2, 1), "|0|0");
    assert_string_equal(quote(put_text("c", "\xEF\xBB\xBFmot"), 1, 1), "mot|0|0");
}

/* The file is another one than when the message was made, or no text. */
static void test_quote_none(void **state) {
    (void)state;
    const char *f = put_text("a", "mot\nhai");
    assert_string_equal(quote(f, 3, 1), "-");
    assert_string_equal(quote(f, 1, 5), "-");
    assert_string_equal(quote(f, 0, 0), "-");
    assert_string_equal(quote(NULL, 1, 1), "-");
    assert_string_equal(quote(path_join(arena, folder, "gone"), 1, 1), "-");
    assert_string_equal(quote(folder, 1, 1), "-");
    assert_string_equal(quote(put_text("empty", ""), 1, 1), "|0|0");
    assert_string_equal(quote(put("nul", "a\0b\nc", 5), 1, 1), "-");
    assert_string_equal(quote(path_join(arena, folder, "nul"), 2, 1), "c|0|0");
    f = put_text("latin", "xã\nx\xE3\nxa");
    assert_string_equal(quote(f, 2, 1), "-");
    assert_string_equal(quote(f, 3, 2), "xa|1|1");
}

static void test_quote_columns(void **state) {
    (void)state;
    const char *f = put_text("a", "\tx\ty\n漢字x\nq\u0323\u0303x\n한x\n\u0323x");
    assert_string_equal(quote(f, 1, 1), "    x   y|0|0");
    assert_string_equal(quote(f, 1, 2), "    x   y|4|4");
    assert_string_equal(quote(f, 1, 4), "    x   y|8|8");
    assert_string_equal(quote(f, 2, 2), "漢字x|2|1");
    assert_string_equal(quote(f, 2, 3), "漢字x|4|2");
    assert_string_equal(quote(f, 3, 3), "q\u0323\u0303x|0|2"); /* a mark: its letter */
    assert_string_equal(quote(f, 3, 4), "q\u0323\u0303x|1|3");
    assert_string_equal(quote(f, 4, 2), "한x|2|1"); /* typed in parts, composed */
    assert_string_equal(quote(f, 5, 1), "\u0323x|0|0");
    f = put_text("b", "a\x1B[1m\u202E\u00ADb\u200B\x7F\xC2\x85"
                      "c");
    assert_string_equal(quote(f, 1, 6), "a\uFFFD[1mb\uFFFD\uFFFDc|5|5");
}

static void test_quote_window(void **state) {
    (void)state;
    struct buf b = {0};
    for (int i = 0; i < 110; i++)
        buf_addc(&b, (char)('a' + i % 26));
    const char *f = put("a", b.data, b.len);
    assert_int_equal(strlen(quote(f, 1, 110)), 110 + strlen("|109|109"));
    buf_adds(&b, "xyz");
    f = put("a", b.data, b.len);
    const char *head = quote(f, 1, 80), *tail = quote(f, 1, 113);
    assert_true(str_starts(head, "abcde") && str_ends(head, "tuv…|79|79"));
    assert_true(str_starts(tail, "…nopq") && str_ends(tail, "xyz|100|100"));
    buf_free(&b);
    /* marks go with their letters on both sides */
    for (int i = 0; i < 300; i++)
        buf_adds(&b, i % 2 ? "\u0323" : "q");
    f = put("a", b.data, b.len);
    const char *middle = quote(f, 1, 151);
    assert_true(str_starts(middle, "…q\u0323") && str_ends(middle, "q\u0323…|31|61"));
    middle = quote(f, 1, 152);
    assert_true(str_starts(middle, "…q\u0323q") && str_ends(middle, "q\u0323…|31|62"));
    buf_free(&b);
}

/* ---- messages ---- */

static void test_same_line(void **state) {
    (void)state;
    const char *f = put_text("a.csv", "x,ba,bon\n\ncuoi\n");
    diag_add(d, E_NUMBER, at(f, 1, 6), "bon", NULL);
    diag_add_where(d, E_INTEGER, at(f, 1, 3), "row 1", "ba", NULL);
    diag_add(d, E_DATE, at(f, 1, 3), "ba", NULL);
    diag_add(d, E_CELL_EMPTY, at(f, 2, 1), NULL);
    diag_add(d, E_CELL_EMPTY, at(f, 3, 0), NULL);
    diag_add(d, E_CELL_EMPTY, at(f, 9, 1), NULL);
    diag_add(d, N_SPLIT_NONE, at(NULL, 0, 0), NULL);
    const char *text = quoted();
    assert_non_null(strstr(text, "a.csv:1:3: error: row 1: “ba” is no whole number: "
                                 "write it without decimals and without %\n"
                                 "    1 | x,ba,bon\n"
                                 "      |   ^\n"
                                 "a.csv:1:3: error: “ba” is no real date"));
    assert_non_null(strstr(text, "day and month\n"
                                 "a.csv:1:6: error: “bon” is no number"));
    assert_non_null(strstr(text,
                           "or words\n"
                           "      |      ^\n"
                           "a.csv:2:1: error: this cell must not be empty: fill it "
                           "in\n"
                           "    2 |\n"
                           "      | ^\n"
                           "a.csv:3: error: this cell must not be empty: fill it in\n"
                           "    3 | cuoi\n"
                           "a.csv:9:1: error: this cell must not be empty: fill it "
                           "in\n"
                           "notice: "));
}

static void add_operands(int n) {
    for (int i = 0; i < n; i++)
        diag_related(d, diag_fmt(d, "x%d = %d", i, i), at("a.yaml", i + 1, 3), NULL);
}

static void test_related(void **state) {
    (void)state;
    const char *f = put_text("a.csv", "x,ba\n");
    diag_add(d, E_NUMBER, at(f, 1, 3), "ba", NULL);
    diag_related(d, "ho_so.tong = 12.456", at(f, 1, 1), "hàng 3, cột “Tổng”");
    diag_related(d, "con_lai\n\x1B = 5", at(NULL, 0, 0), NULL);
    diag_add(d, E_INTEGER, at(f, 1, 3), "ba", NULL);
    add_operands(22);
    const char *text = quoted();
    assert_non_null(strstr(text,
                           "      |   ^\n"
                           "   ho_so.tong = 12.456  (a.csv:1:1, hàng 3, cột “Tổng”)\n"
                           "   con_lai   = 5\n"
                           "a.csv:1:3: error: “ba” is no whole number"));
    /* the line is quoted again: something stands between */
    assert_non_null(strstr(text, "without %\n    1 | x,ba\n      |   ^\n"
                                 "   x0 = 0  (a.yaml:1:3)\n"));
    assert_non_null(strstr(text, "   x19 = 19  (a.yaml:20:3)\n   … and 2 more\n"));
    const char *doc = json();
    assert_non_null(
        strstr(doc, "{\"file\": \"a.csv\", \"line\": 1, \"column\": 3, \"severity\": "
                    "\"error\", \"code\": \"E_NUMBER\", \"where\": null, \"text\": \""));
    assert_non_null(strstr(
        doc,
        "\"quote\": \"x,ba\", \"caret\": 2, \"related\": [{\"file\": \"a.csv\", "
        "\"line\": 1, \"column\": 1, \"where\": \"hàng 3, cột “Tổng”\", \"text\": "
        "\"ho_so.tong = 12.456\"}, {\"file\": null, \"line\": null, \"column\": null, "
        "\"where\": null, \"text\": \"con_lai   = 5\"}], \"related_more\": 0}"));
    assert_non_null(strstr(doc, "x19 = 19\"}], \"related_more\": 2}]"));
}

/* A dropped message drops its places. */
static void test_related_dropped(void **state) {
    (void)state;
    diag_related(d, "nothing before", at("f", 1, 1), NULL);
    diag_add(d, E_NUMBER, at("f", 1, 3), "ba", NULL);
    diag_related(d, "kept", at("f", 9, 9), NULL);
    diag_add(d, E_NUMBER, at("f", 1, 3), "ba", NULL); /* a duplicate */
    diag_related(d, "duplicate", at("f", 9, 8), NULL);
    diag_subject(d, "duplicate");
    for (int i = 0; i < 1000; i++)
        diag_add(d, E_NUMBER, at("f", i + 2, 3), "ba", NULL);
    diag_related(d, "too many", at("f", 9, 7), NULL);
    const char *text = quoted();
    assert_non_null(strstr(text, "   kept  (f:9:9)\n"));
    assert_null(strstr(text, "nothing"));
    assert_null(strstr(text, "duplicate"));
    assert_null(strstr(text, "too many"));
    assert_true(str_ends(text, "\n… and 1 more: error\n"));
    assert_non_null(diag_mentions(d, at("f", 9, 9)));
    assert_null(diag_mentions(d, at("f", 9, 8)));
    assert_null(diag_mentions(d, at("f", 9, 7)));
}

static void test_mentions(void **state) {
    (void)state;
    assert_null(diag_mentions(d, at("f", 1, 1)));
    diag_add(d, N_SPLIT_NONE, at("f", 1, 1), NULL);
    assert_null(diag_mentions(d, at("f", 1, 1)));
    assert_null(diag_at(d, at("f", 1, 1)));
    diag_add(d, W_STARS, at("f", 2, 1), NULL);
    diag_related(d, "itself", at("f", 2, 1), NULL);
    diag_related(d, "other", at("g", 2, 1), "row 2");
    diag_related(d, "again", at("g", 2, 1), "row 2");
    diag_related(d, "a fact that a warning compares with", at("g", 3, 1), NULL);
    assert_null(diag_mentions(d, at("g", 3, 1)));
    diag_add(d, E_NUMBER, at("g", 2, 1), "x", NULL);
    const struct diag_mention *x = diag_mentions(d, at("f", 2, 1));
    assert_true(x && x->own && x->msg->code == W_STARS && !x->next);
    assert_non_null(strstr(diag_at(d, at("f", 2, 1)), "**"));
    x = diag_mentions(d, at("g", 2, 1));
    assert_true(x && !x->own && x->msg->code == W_STARS);
    assert_true(x->next && x->next->own && x->next->msg->code == E_NUMBER &&
                !x->next->next);
    assert_non_null(strstr(diag_at(d, at("g", 2, 1)), "no number"));
    diag_show_at(d, at("g", 2, 1)); /* not what only mentions the place */
    assert_true(x->next->msg->shown && !x->msg->shown);
    diag_subject(d, "tong");
    x->next->msg->shown = false;
    diag_show_subject(d, "tong");
    diag_show_subject(d, "unknown");
    assert_true(x->next->msg->shown && !x->msg->shown);
    for (int i = 0; i < 900; i++)
        diag_add(d, E_NUMBER, at("h", i + 1, 5), "x", NULL);
    for (int i = 0; i < 900; i++)
        assert_int_equal(diag_mentions(d, at("h", i + 1, 5))->msg->at.line, i + 1);
    assert_null(diag_mentions(d, at("h", 901, 5)));
}

static void test_strict(void **state) {
    (void)state;
    diag_add(d, W_STARS, at("f", 1, 1), NULL);
    diag_add(d, E_CELL_EMPTY, at("f", 2, 1), NULL);
    diag_add(d, N_SPLIT_NONE, at("f", 3, 1), NULL);
    assert_false(diag_strict(d));
    assert_non_null(strstr(quoted(), "f:1:1: warning: "));
    diag_set_strict(d);
    assert_true(diag_strict(d));
    assert_non_null(strstr(quoted(), "f:1:1: error: "));
    assert_non_null(strstr(quoted(), "f:3:1: notice: "));
    assert_int_equal(diag_count(d, SEV_WARNING), 1);
    assert_int_equal(diag_shown_count(d, SEV_WARNING), 0);
    assert_int_equal(diag_shown_count(d, SEV_ERROR), 2);
    assert_int_equal(diag_shown_count(d, SEV_NOTICE), 1);
    assert_true(str_starts(json(), "\"errors\": 2, \"warnings\": 0, \"messages\": ["));
    for (int i = 0; i < 1002; i++) {
        diag_add(d, W_STARS, at("g", i + 1, 1), NULL);
        diag_add(d, E_CELL_EMPTY, at("g", i + 1, 1), NULL);
    }
    assert_true(str_ends(quoted(), "\n… and 6 more: error\n"));
}

/* Neither a file's name nor a value can speak to the terminal. */
static void test_hostile(void **state) {
    (void)state;
    diag_add_where(d, E_NUMBER, at("a\x1B[2J\nb", 0, 0), "c\td",
                   "x\x1B\xC2\x9B\u202Ey\x7F", NULL);
    assert_true(
        str_starts(quoted(), "a\uFFFD[2J\uFFFDb: error: c\uFFFDd: “x  y ” is no number"));
    assert_non_null(strstr(json(), "\"file\": \"a\\u001b[2J\\u000ab\""));
    assert_non_null(strstr(json(), "\"where\": \"c\\u0009d\", \"text\": \"“x  y ” is"));
}

static void test_json_string(void **state) {
    (void)state;
    json_string(&out, "\"\\/\n\x7F\xC2\x9B\u2028\u202E\xC3(漢👍");
    json_member(&out, "k", NULL);
    assert_string_equal(out.data,
                        "\"\\\"\\\\/\\u000a\\u007f\\u009b\\u2028\\u202e\uFFFD(漢👍\""
                        ", \"k\": null");
}

static void test_nearest(void **state) {
    (void)state;
    static const char *const names[] = {"gen", "check", "ban-hanh", "ho_so.tong"};
    assert_int_equal(text_distance("chekc", "check"), 1);
    assert_int_equal(text_distance("ab", "ba"), 1);
    assert_int_equal(text_distance("abc", "ca"), 3);
    assert_int_equal(text_distance("", "abc"), 3);
    assert_int_equal(text_distance("Hộ", "hô"), 0);
    assert_string_equal(text_nearest("chekc", names, 4), "check");
    assert_string_equal(text_nearest("gne", names, 4), "gen");
    assert_string_equal(text_nearest("ban-hành", names, 4), "ban-hanh");
    assert_null(text_nearest("xyz", names, 4));
}

/* ---- drafts ---- */

static struct doc *draft(const char *facts, const char *markdown,
                         void (*say)(const struct value *facts)) {
    struct value *v = input_yaml(arena, d, "f.yaml", facts, strlen(facts), 1, 1);
    assert_non_null(v);
    say(v);
    struct report r = {.path = "t.md",
                       .dir = "/nonexistent",
                       .name = "t",
                       .facts = v,
                       .markdown = markdown,
                       .markdown_len = strlen(markdown),
                       .markdown_line = 1,
                       .markdown_file = "t.md"};
    struct doc *doc = merge_report(arena, d, NULL, &r, true);
    assert_non_null(doc);
    return doc;
}

/* The texts of the blocks, marked ones in <>. */
static const char *dumped(const struct doc *doc) {
    out.len = 0;
    for (const struct node *n = doc->root->first; n; n = n->next) {
        for (const struct span *s = n->spans; s; s = s->next)
            buf_printf(&out, s->style & SPAN_MISSING ? "<%.*s>%s" : "%.*s%s", (int)s->len,
                       s->text, s->link ? s->link : "");
        buf_addc(&out, '\n');
    }
    return out.data;
}

static void say_check(const struct value *facts) {
    diag_add(d, E_CELL_EMPTY, at("mau.yaml", 3, 5), NULL);
    diag_related(d, "a = 1", value_get(facts, "a")->at, NULL);
    diag_related(d, "b = 2", value_get(facts, "b")->at, NULL);
    diag_add(d, W_STARS, value_get(facts, "b")->at, NULL);
    diag_add(d, W_OFFICIAL_AS_ABOVE, at("f.yaml", 9, 9), NULL);
    diag_add_where(d, E_NUMBER, at("dir/g.csv", 2, 3), "row 2", "x", NULL);
    diag_add(d, E_FIELD_MISSING, at("f.yaml", 0, 0), "tong", "Total", NULL);
    diag_add(d, N_SPLIT_NONE, at("f.yaml", 1, 1), NULL);
}

/* Every operand's place is marked, the first one with the message; what has no place on the page follows
 * the body. */
static void test_draft(void **state) {
    (void)state;
    struct doc *doc =
        draft("a: 1\nb: 2\nc: 3\n",
              "So {{a}} va {{b | so 1}}, {{c}}; [x](https://a.vn/{{a}}).\n", say_check);
    assert_string_equal(
        dumped(doc),
        "So <1>< [this cell must not be empty: fill it in]> va <2,0>< [the “**” here do "
        "not make bold text: remove blanks inside, and put one between the closing “**” "
        "and what follows]>, 3; xhttps://a.vn/1.\n");
    node_new(doc, NODE_APPENDIX, doc->root, at("pl.md", 1, 1))->u.appendix->title =
        span_new(arena, SPAN_TEXT, "A", 1);
    doc_normalise(doc, d);
    doc_defects(doc, d);
    const struct node *n = doc->root->first->next;
    assert_true(n->keep_next && n->id == 3);
    assert_string_equal(spans_text(arena, n->spans), "What must be corrected");
    n = n->next;
    assert_true(str_starts(spans_text(arena, n->spans), "f.yaml: the field “tong” is"));
    assert_string_equal(n->label, "-");
    assert_int_equal(n->spans->style, SPAN_MISSING);
    n = n->next;
    assert_true(
        str_starts(spans_text(arena, n->spans), "f.yaml:9:9: the recipients say"));
    n = n->next;
    assert_true(str_starts(spans_text(arena, n->spans), "g.csv:2:3: row 2: “x” is no"));
    n = n->next; /* said by doc_normalise */
    assert_true(str_starts(spans_text(arena, n->spans), "pl.md:1:1: the text never"));
    n = n->next;
    assert_true(n->kind == NODE_APPENDIX && n == doc->root->last);
    assert_int_equal(n->id, doc->nodes);
}

static void say_rich(const struct value *facts) {
    struct value *a = value_get(facts, "a"), *b = value_get(facts, "b");
    a->flags |= VALUE_RICH;
    b->flags |= VALUE_RICH;
    diag_add(d, E_CELL_EMPTY, at("mau.yaml", 3, 5), NULL);
    diag_related(d, "a", a->at, NULL);
    diag_add(d, E_CELL_EMPTY, b->at, NULL);
}

/* Rich text that a message only mentions keeps its paragraphs, wrong one is printed as it was typed. */
static void test_draft_rich(void **state) {
    (void)state;
    struct doc *doc = draft("a: \"m **b**\\n\\nc\"\nb: \"x **y**\"\n",
                            "{{a}}\n\nso {{a}}\n\n{{b}}\n", say_rich);
    assert_string_equal(dumped(doc),
                        "<m ><b>\n"
                        "<c>< [this cell must not be empty: fill it in]>\n"
                        "so <m ><b><><c>< [as above]>\n"
                        "<x **y**>< [this cell must not be empty: fill it in]>\n");
}

static void say_much(const struct value *facts) {
    for (int i = 0; i < 5; i++) {
        diag_add(d, E_NUMBER, at("m.yaml", i + 1, 1), "x", NULL);
        diag_related(d, "a = 1", value_get(facts, "a")->at, NULL);
    }
    for (int i = 0; i < 250; i++)
        diag_add(d, W_STARS, at("m.yaml", i + 10, 1), NULL);
}

static void test_draft_much(void **state) {
    (void)state;
    struct doc *doc = draft("a: 1\n", "{{a}}\n", say_much);
    int marks = 0;
    for (const char *p = dumped(doc); (p = strstr(p, "[“x”")) != NULL; p++)
        marks++;
    assert_int_equal(marks, 3);
    doc_normalise(doc, d);
    doc_defects(doc, d);
    int blocks = 0;
    for (const struct node *n = doc->root->first; n; n = n->next)
        blocks++;
    assert_int_equal(blocks, 1 + 1 + 200 + 1);
    assert_string_equal(spans_text(arena, doc->root->last->spans), "… and 52 more");
}

static void say_nothing(const struct value *facts) {
    (void)facts;
}

static void test_draft_clean(void **state) {
    (void)state;
    struct doc *doc = draft("a: 1\n", "{{a}}\n", say_nothing);
    doc_normalise(doc, d);
    doc_defects(doc, d);
    assert_string_equal(dumped(doc), "1\n");
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_quote_lines),     TEST(test_quote_none),  TEST(test_quote_columns),
        TEST(test_quote_window),    TEST(test_same_line),   TEST(test_related),
        TEST(test_related_dropped), TEST(test_mentions),    TEST(test_strict),
        TEST(test_hostile),         TEST(test_json_string), TEST(test_nearest),
        TEST(test_draft),           TEST(test_draft_rich),  TEST(test_draft_much),
        TEST(test_draft_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
