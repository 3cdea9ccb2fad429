/* test_cache.c: files of reports kept compiled: what is found again, what must go, what is told again */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "merge/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILES 300 /* more than are kept */

struct bench {
    char dir[64];
    struct tmpl t;
    struct diag *d;
    struct arena *a; /* of one report */
};

static int setup(void **state) {
    struct bench *b = calloc(1, sizeof *b);
    strcpy(b->dir, "/tmp/test_cache_XXXXXX");
    if (!mkdtemp(b->dir))
        return -1;
    b->t.arena = arena_new();
    b->t.dir = "/nonexistent";
    b->t.own = cache_new(b->t.arena);
    *state = b;
    return 0;
}

static const char *file_path(struct bench *b, int i) {
    static char path[96];
    snprintf(path, sizeof path, "%s/%d.md", b->dir, i);
    return path;
}

static int teardown(void **state) {
    struct bench *b = *state;
    for (int i = 0; i < FILES; i++)
        unlink(file_path(b, i));
    rmdir(b->dir);
    arena_free(b->a);
    diag_free(b->d);
    arena_free(b->t.arena);
    free(b);
    return 0;
}

static void put(struct bench *b, int i, const char *text, size_t n) {
    FILE *f = fopen(file_path(b, i), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    fclose(f);
}

static void put_number(struct bench *b, int i) {
    char text[32];
    put(b, i, text, (size_t)snprintf(text, sizeof text, "Văn bản %d\n", i));
}

static void begin_report(struct bench *b) {
    arena_free(b->a);
    diag_free(b->d);
    b->a = arena_new();
    b->d = diag_new(LANG_EN);
    cache_begin(b->t.own);
}

static const struct compiled *take(struct bench *b, int i) {
    return cache_compile(&b->t, b->a, b->d, file_path(b, i), false);
}

static void assert_number(const struct compiled *c, int i) {
    char text[32];
    snprintf(text, sizeof text, "Văn bản %d", i);
    assert_non_null(c);
    assert_int_equal(c->body->kind, OP_PARA);
    assert_string_equal(c->body->first->text, text);
}

/* The same text is compiled once, a changed one again. */
static void test_found_again(void **state) {
    struct bench *b = *state;
    put_number(b, 1);
    begin_report(b);
    const struct compiled *first = take(b, 1);
    assert_number(first, 1);
    begin_report(b);
    assert_ptr_equal(take(b, 1), first);
    put(b, 1, "Văn bản 2\n", strlen("Văn bản 2\n"));
    begin_report(b);
    assert_number(take(b, 1), 2);
    assert_null(take(b, 7));
    assert_int_equal(diag_count(b->d, SEV_ERROR), 1);
}

/* A batch of more reports than there is room for: the last ones are kept. */
static void test_oldest_goes(void **state) {
    struct bench *b = *state;
    const struct compiled *last = NULL, *always = NULL;
    for (int i = 0; i < FILES; i++) {
        put_number(b, i);
        begin_report(b);
        last = take(b, i);
        assert_number(last, i);
        always = i ? always : last;
        assert_ptr_equal(take(b, 0), always);
    }
    begin_report(b);
    assert_ptr_equal(take(b, FILES - 1), last);
    assert_ptr_equal(take(b, 0), always);
    assert_number(take(b, 1), 1);
}

/* What the report at work uses stays, however many files it has. */
static void test_one_report(void **state) {
    struct bench *b = *state;
    const struct compiled *file[FILES];
    begin_report(b);
    for (int i = 0; i < FILES; i++) {
        put_number(b, i);
        file[i] = take(b, i);
    }
    for (int i = 0; i < FILES; i++)
        assert_number(file[i], i);
}

/* Room counts in bytes too: of seven files of 600 KB three fit at a time. */
static void test_bytes(void **state) {
    struct bench *b = *state;
    size_t n = 600 << 10;
    char *text = malloc(n);
    memset(text, 'a', n);
    const struct compiled *file[7];
    for (int i = 0; i < 7; i++) {
        put(b, i, text, n);
        begin_report(b);
        file[i] = take(b, i);
        assert_int_equal(strlen(file[i]->body->first->text), n);
    }
    begin_report(b);
    for (int i = 4; i < 7; i++)
        assert_ptr_equal(take(b, i), file[i]);
    free(text);
}

/* A file with an error is told in every report, also when it was read twice in one. */
static void test_errors_again(void **state) {
    struct bench *b = *state;
    put(b, 1, "{{#a}}\n", 7);
    for (int i = 0; i < 3; i++) {
        begin_report(b);
        assert_non_null(take(b, 1));
        assert_true(diag_count(b->d, SEV_ERROR) > 0);
        take(b, 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_found_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_oldest_goes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_report, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_errors_again, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
