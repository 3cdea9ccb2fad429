/* test_find.c: the reports of a batch: trees with links, loops and closed folders, rows, names of outputs */
#include "batch/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

static struct arena *arena;
static struct diag *diag;
static struct buf out;
static struct items items;
static char top[64];

static int setup(void **state) {
    (void)state;
    arena = arena_new();
    diag = diag_new(LANG_EN);
    items = (struct items){0};
    strcpy(top, "/tmp/test_find.XXXXXX");
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
    char *dir = path_dir(arena, path);
    assert_true(dir_make(dir));
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void report(const char *dir) {
    put(path_join(arena, dir, "baocao.yaml"), "so: 1\n");
}

/* What was found, "path=name" each, then the codes of the messages with their places. */
static const char *found(bool ok) {
    buf_free(&out);
    for (size_t i = 0; i < items.n; i++)
        buf_printf(&out, "%s%s=%s", i ? " " : "", items.v[i].path, items.v[i].name);
    buf_adds(&out, ok ? "" : " FALSE");
    size_t n;
    const struct diag_msg *const *m = diag_sorted(diag, &n);
    for (size_t i = 0; i < n; i++)
        buf_printf(&out, "\n%s %s", diag_code_name(m[i]->code),
                   m[i]->at.file ? m[i]->at.file : "");
    return out.data ? out.data : "";
}

static const char *find(const char *dir) {
    return found(find_reports(arena, diag, dir, "out", &items));
}

/* ---- trees ---- */

static void natural_order(void **state) {
    (void)state;
    report("in/xa-10");
    report("in/xa-2");
    report("in/xa-2/phan-1"); /* below a report: its own affair */
    put("in/b/baocao.json", "{}");
    put("in/b-c/baocao.csv", "");
    put("in/a/z/baocao.yml", "");
    report("in/.git/x");
    put("in/note.txt", "");
    assert_string_equal(find("in"),
                        "in/a/z=z in/b=b in/b-c=b-c in/xa-2=xa-2 in/xa-10=xa-10");
}

static void one_report(void **state) {
    (void)state;
    report("in");
    report("in/below");
    assert_string_equal(find("in/"), "in/=in");
    items.n = 0;
    assert_int_equal(chdir("in"), 0);
    assert_string_equal(found(find_reports(arena, diag, ".", "../out", &items)), ".=in");
}

static void nothing(void **state) {
    (void)state;
    dir_make("empty/a");
    put("file.md", "");
    assert_string_equal(find("none"), " FALSE\nE_BATCH_SOURCE_MISSING none");
    assert_string_equal(find("empty"), " FALSE\nE_BATCH_SOURCE_MISSING none"
                                       "\nE_BATCH_NO_REPORT empty");
    assert_string_equal(find("file.md"), " FALSE\nE_BATCH_SOURCE_MISSING none"
                                         "\nE_BATCH_NO_REPORT empty"
                                         "\nE_BATCH_SOURCE_KIND file.md");
}

static void link_to(const char *to, const char *path) {
    assert_int_equal(symlink(to, path), 0);
}

static void links(void **state) {
    (void)state;
    report("in/z/real");
    report("elsewhere/far");
    link_to("..", "in/z/up"); /* a loop */
    link_to("z/real", "in/again");
    link_to("../elsewhere", "in/other");
    link_to("self", "in/self");
    link_to("nowhere", "in/gone");
    link_to("z/real/baocao.yaml", "in/file");
    assert_string_equal(find("in"), "in/other/far=far in/z/real=real"
                                    "\nN_BATCH_FOLDER_AGAIN in/again"
                                    "\nN_BATCH_LINK_BROKEN in/gone"
                                    "\nN_BATCH_LINK_BROKEN in/self"
                                    "\nN_BATCH_FOLDER_AGAIN in/z/up");
    size_t n;
    assert_string_equal(diag_sorted(diag, &n)[0]->text,
                        "this is the folder “in/z/real” again (a link), it counts once; "
                        "nothing to do");
}

/* A link that leads out of the source and sees it again from outside. */
static void link_upwards(void **state) {
    (void)state;
    report("a/in/x");
    report("a/y");
    link_to("../..", "a/in/top");
    assert_string_equal(find("a/in"), "a/in/top/a/y=y a/in/x=x"
                                      "\nN_BATCH_FOLDER_AGAIN a/in/top/a/in");
}

/* Two links to each other's folders: each folder once, the same at every run. */
static void links_crossed(void **state) {
    (void)state;
    dir_make("in/p");
    dir_make("in/q");
    report("far/one/r");
    report("far/two/s");
    link_to("../../far/one", "in/p/2");
    link_to("../../far/one", "in/q/1");
    link_to("../two", "far/one/two");
    link_to("../one", "far/two/one");
    assert_string_equal(find("in"), "in/p/2/r=r in/p/2/two/s=s"
                                    "\nN_BATCH_FOLDER_AGAIN in/q/1"
                                    "\nN_BATCH_FOLDER_AGAIN in/p/2/two/one");
}

static void two_sources(void **state) {
    (void)state;
    report("in/a/x");
    report("in/b/y");
    assert_string_equal(find("in/b"), "in/b/y=y");
    assert_string_equal(find("in"), "in/b/y=y in/a/x=x\nN_BATCH_SOURCE_AGAIN in");
    assert_string_equal(find("./in/a/x"), "in/b/y=y in/a/x=x\nN_BATCH_SOURCE_AGAIN in"
                                          "\nN_BATCH_SOURCE_AGAIN ./in/a/x");
}

/* ---- the output folder ---- */

static void output_below(void **state) {
    (void)state;
    report("in/x");
    report("in/out/y");
    link_to("in/out", "out");
    assert_string_equal(find("in"), "in/x=x\nN_BATCH_OUT_SKIPPED in/out");
}

static void output_is_source(void **state) {
    (void)state;
    report("out/x");
    assert_string_equal(find("out"), "out/x=x");
}

static void output_within_report(void **state) {
    (void)state;
    report("in/x");
    report("in/y");
    const char *const dirs[] = {"in/y", "in/y/new/deep", "in/../in/y", "in/y/there"};
    dir_make("in/y/there");
    for (size_t i = 0; i < 4; i++) {
        diag_free(diag);
        diag = diag_new(LANG_EN);
        items.n = 0;
        assert_string_equal(found(find_reports(arena, diag, "in", dirs[i], &items)),
                            " FALSE\nE_BATCH_OUT_INSIDE in/y");
    }
    diag_free(diag);
    diag = diag_new(LANG_EN);
    assert_string_equal(found(find_reports(arena, diag, "in", "in/new", &items)),
                        "in/x=x in/y=y");
}

/* ---- closed folders ---- */

static void closed(void **state) {
    (void)state;
    report("in/a/x");
    report("in/b/y");
    report("in/c/z");
    report("in/d/w");
    assert_int_equal(chmod("in/a", 0), 0);      /* neither listed nor searched */
    assert_int_equal(chmod("in/b/y", 0600), 0); /* listed, not searched */
    assert_int_equal(chmod("in/d/w", 0111), 0); /* searched, not listed: enough */
    assert_int_equal(chmod(top, 0755), 0);
    bool root = geteuid() == 0; /* whom nothing is closed to */
    assert_int_equal(root ? seteuid(65534) : 0, 0);
    const char *got = find("in");
    assert_int_equal(root ? seteuid(0) : 0, 0);
    assert_true(str_starts(got, "in/c/z=z in/d/w=w FALSE\n"));
    assert_non_null(strstr(got, "\nE_BATCH_FOLDER in/a"));
    assert_non_null(strstr(got, "\nE_BATCH_FOLDER in/b/y"));
    assert_int_equal(diag_count(diag, SEV_ERROR), 2);
    chmod("in/a", 0700);
    chmod("in/b/y", 0700);
    chmod("in/d/w", 0700);
}

/* Deeper than a path can be: what lies there is named, the rest is found. */
static void deep(void **state) {
    (void)state;
    enum { LEVELS = 3000 };
    report("in/a");
    dir_make("in/deep");
    int fd = open("in/deep", O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < LEVELS; i++) {
        assert_int_equal(mkdirat(fd, "d", 0700), 0);
        int next = openat(fd, "d", O_RDONLY | O_DIRECTORY);
        close(fd);
        fd = next;
    }
    close(fd);
    assert_false(find_reports(arena, diag, "in", "out", &items));
    assert_int_equal(items.n, 1);
    size_t n;
    const struct diag_msg *const *m = diag_sorted(diag, &n);
    assert_int_equal(n, 1);
    assert_int_equal(m[0]->code, E_BATCH_FOLDER);
    assert_true(strlen(m[0]->at.file) > PATH_MAX - 30);
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void make_many(const char *dir, int n, bool reports) {
    char name[64];
    dir_make(dir);
    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof name, "%s/%d", dir, i);
        mkdir(name, 0700);
        snprintf(name, sizeof name, "%s/%d/baocao.yaml", dir, i);
        int fd = reports ? open(name, O_CREAT | O_WRONLY, 0600) : -1;
        if (fd >= 0)
            close(fd);
    }
}

static void many(void **state) {
    (void)state;
    make_many("in", 3321, true);
    double start = seconds();
    assert_true(find_reports(arena, diag, "in", "out", &items));
    double few = seconds() - start;
    assert_int_equal(items.n, 3321);
    assert_string_equal(items.v[10].path, "in/10");
    make_many("in/empty", 50000, false);
    start = seconds();
    items.n = 0;
    assert_true(find_reports(arena, diag, "in", "out", &items));
    double lots = seconds() - start;
    assert_int_equal(items.n, 3321);
    print_message("3,321 reports %.1f ms, with 50,000 folders more %.1f ms\n", few * 1e3,
                  lots * 1e3);
    assert_true(few < 1 && lots < 10);
}

/* ---- names ---- */

static struct value *facts(const char *yaml) {
    return input_yaml(arena, diag, "f.yaml", yaml, strlen(yaml), 1, 1);
}

static const char *named(const char *pattern, const char *yaml) {
    struct value *f = facts(yaml);
    assert_non_null(f);
    const char *name =
        pattern_name(arena, diag, pattern, f, (struct origin){"f.yaml", 0, 0});
    if (name)
        return name;
    size_t n;
    const struct diag_msg *const *m = diag_sorted(diag, &n);
    buf_free(&out);
    for (size_t i = 0; i < n; i++)
        buf_printf(&out, "%s %s:%d ", diag_code_name(m[i]->code),
                   m[i]->at.file ? m[i]->at.file : "", m[i]->at.line);
    diag_free(diag);
    diag = diag_new(LANG_EN);
    return out.data;
}

static void patterns(void **state) {
    (void)state;
    assert_string_equal(
        named("{{ma_xa}}-{{ ky.quy }}", "ma_xa: '00123'\nky: {quy: Quý 2}\n"),
        "00123-Quý 2");
    assert_string_equal(named("bc", "a: b\n"), "bc");
    assert_string_equal(named("{{x}}-{{b.c}}{{a}}", "a: 1\nx:\nb: 5\n"),
                        "E_BATCH_NAME_FIELD f.yaml:0 E_BATCH_NAME_FIELD f.yaml:0 ");
    assert_string_equal(named("{{a", "a: 1\n"), "E_BATCH_PATTERN_OPEN :0 ");
    assert_string_equal(named("{{a | hoa}}{{}}", "a: 1\n"),
                        "E_BATCH_PATTERN_TAG :0 E_BATCH_PATTERN_TAG :0 ");
    assert_string_equal(named("{{a}}", "b: 1\na: 06/6/2026\n"),
                        "E_BATCH_NAME_VALUE f.yaml:2 ");
    assert_string_equal(named("x/{{a}}", "a: 1\n"), "E_BATCH_NAME_CHARACTER f.yaml:0 ");
    assert_string_equal(named("{{a}}", "a: .htaccess\n"), "E_BATCH_NAME_BAD f.yaml:0 ");
    assert_string_equal(named("nul.{{a}}", "a: 1\n"), "E_BATCH_NAME_BAD f.yaml:0 ");
    assert_string_equal(named("Com1", "a: 1\n"), "E_BATCH_NAME_BAD f.yaml:0 ");
    assert_string_equal(named("null", "a: 1\n"), "null");
    char *longest = arena_alloc(arena, 202);
    memset(longest, 'x', 201);
    assert_string_equal(named(longest, "a: 1\n"), "E_BATCH_NAME_LONG f.yaml:0 ");
    longest[200] = 0;
    assert_string_equal(named(longest, "a: 1\n"), longest);
}

static void add(const char *path, const char *name, int line) {
    struct batch_item t = {
        .path = path, .name = name, .line = line, .row = line ? line : -1};
    vec_push(arena, &items, t);
}

static void names(void **state) {
    (void)state;
    add("a/xa", "xa", 0);
    add("a/xa-1", "xa-1", 0);
    add("a/xa-phu-luc", "xa-phu-luc", 0);
    add("a/q-sua-doi", "q-sua-doi", 0);
    assert_true(names_differ(diag, &items));
    add("b/Xa", "Xa", 0);
    add("w.csv", "XA", 7);
    add("c/Hòa", "Hòa", 0);
    add("c/HÒA", "HO\u0300A", 0);
    add("d/1", "Xa-phu-luc-2", 0);
    add("d/2", "xa-1-SUA-DOI", 0);
    add("d/3", "xa-phu-luc-10-sua-doi-2", 0);
    add("d/4", "xa-du-thao", 0);
    add("d/5", "xa-1-2", 0);
    add("d/6", "xa-dieu-chinh-3", 0);
    assert_false(names_differ(diag, &items));
    items.n = 0;
    assert_string_equal(found(true), "\nE_BATCH_SAME_NAME c/HÒA"
                                     "\nE_BATCH_SAME_NAME b/Xa"
                                     "\nE_BATCH_SAME_NAME w.csv"
                                     "\nE_BATCH_NAME_DERIVED d/2"
                                     "\nE_BATCH_NAME_DERIVED d/4"
                                     "\nE_BATCH_NAME_DERIVED d/3"
                                     "\nE_BATCH_NAME_DERIVED d/1");
    size_t n;
    const struct diag_msg *const *m = diag_sorted(diag, &n);
    assert_non_null(strstr(m[1]->text, "this one and “a/xa”"));
    assert_non_null(strstr(m[3]->text, "the report “xa-1” (a/xa-1)"));
}

/* ---- rows ---- */

static const char *rows(const char *name, const char *out_dir) {
    char source[] = "in/wide.csv", *list[] = {source};
    const struct wide *w;
    struct batch_options o = {
        .source = list, .sources = 1, .name = name, .out_dir = out_dir};
    return found(find_rows(arena, diag, &o, &w, &items));
}

static void rows_named(void **state) {
    (void)state;
    put("in/wide.csv", "ma,ky.quy\nx2,I\nx10,II\n");
    assert_string_equal(rows(NULL, "out"), "in/wide.csv=x2 in/wide.csv=x10");
    assert_int_equal(items.v[1].line, 3);
    assert_int_equal(items.v[1].row, 1);
    items.n = 0;
    assert_string_equal(rows("{{ma}}-{{ky.quy}}", "in/out"),
                        "in/wide.csv=x2-I in/wide.csv=x10-II");
    items.n = 0;
    assert_string_equal(rows("{{ky.nam}}", "out"),
                        " FALSE\nE_BATCH_NAME_FIELD in/wide.csv"
                        "\nE_BATCH_NAME_FIELD in/wide.csv");
}

static void rows_wrong(void **state) {
    (void)state;
    put("in/wide.csv", "ma\na/b\nX\nx\n");
    assert_string_equal(rows(NULL, "out"), "in/wide.csv=X in/wide.csv=x FALSE"
                                           "\nE_BATCH_NAME_CHARACTER in/wide.csv"
                                           "\nE_BATCH_SAME_NAME in/wide.csv");
}

static void rows_output(void **state) {
    (void)state;
    put("in/wide.csv", "ma\nX\n");
    const char *const wrong[] = {"in", "in/X", "in/X/new", "in/../in/."};
    for (size_t i = 0; i < 4; i++) {
        items.n = 0;
        diag_free(diag);
        diag = diag_new(LANG_EN);
        assert_string_equal(rows(NULL, wrong[i]),
                            "in/wide.csv=X FALSE\nE_BATCH_OUT_BESIDE in/wide.csv");
    }
}

int main(void) {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(natural_order),
        T(one_report),
        T(nothing),
        T(links),
        T(link_upwards),
        T(links_crossed),
        T(two_sources),
        T(output_below),
        T(output_is_source),
        T(output_within_report),
        T(closed),
        T(deep),
        T(many),
        T(patterns),
        T(names),
        T(rows_named),
        T(rows_wrong),
        T(rows_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
