/* folder_kit.h: what tests that read files share: a folder that is gone afterwards, files in it, messages as text */
#ifndef FOLDER_KIT_H
#define FOLDER_KIT_H

#include "base/base.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct arena *arena;
static struct diag *diag;
static struct buf out;
static char folder[64];

static int setup(void **state) {
    (void)state;
    arena = arena_new();
    diag = diag_new(LANG_EN);
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
    arena_free(arena);
    diag_free(diag);
    buf_free(&out);
    return 0;
}

/* All messages so far, without the folder's name; then none. */
static const char *messages(void) {
    struct buf all = {0};
    diag_print(diag, &all);
    out.len = 0;
    buf_adds(&out, "");
    size_t skip = strlen(folder) + 1;
    for (const char *p = all.data ? all.data : ""; *p;) {
        if (strncmp(p, folder, skip - 1) == 0)
            p += skip;
        size_t n = strcspn(p, "\n");
        buf_add(&out, p, n + 1);
        p += n + 1;
    }
    buf_free(&all);
    diag_free(diag);
    diag = diag_new(LANG_EN);
    return out.data;
}

static void put(const char *name, const char *text) {
    FILE *f = fopen(path_join(arena, folder, name), "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

#endif
