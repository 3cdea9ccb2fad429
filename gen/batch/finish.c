/* finish.c: after the reports of a batch: what is gone, the correction log, the summary */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reports of the manifest that are not there any more. */
static void prune_one(struct run *r, const struct entry *e) {
    struct arena *a = arena_new();
    struct entry whole;
    struct stamps list = {0};
    bool all = manifest_get(r->manifest, a, e->name, true, &whole) &&
               stamps_unpack(a, whole.outputs, whole.outputs_n, &list);
    for (size_t i = 0; all && i < list.n; i++) {
        const char *path = path_restored(a, r->o->out_dir, list.v[i]->path), *data = NULL;
        size_t n = 0;
        bool is_signed = str_ends(path, ".pdf") &&
                         file_read(a, path, FILE_LIMIT, &data, &n) == FILE_OK &&
                         pdf_is_signed(data, n);
        if (is_signed)
            diag_add(r->d, N_BATCH_PRUNE_SIGNED, (struct origin){path, 0, 0}, NULL);
        else if (unlink(path) == 0)
            diag_add(r->d, N_BATCH_PRUNED, (struct origin){path, 0, 0}, NULL);
    }
    manifest_delete(r->manifest, e->name);
    arena_free(a);
}

static int by_name(const void *x, const void *y) {
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* What the manifest has and this run did not find may be of another shard or source: only reports whose own data
 * are gone count. */
void run_prune(struct run *r) {
    struct entry *e;
    size_t n;
    const char **name = arena_array(r->a, const char *, r->items.n + 1);
    for (size_t i = 0; i < r->items.n; i++)
        name[i] = r->items.v[i].name;
    qsort(name, r->items.n, sizeof *name, by_name);
    if (!manifest_list(r->manifest, r->a, &e, &n))
        return;
    bool begun = false;
    for (size_t i = 0; i < n; i++) {
        bool here = bsearch(&e[i].name, name, r->items.n, sizeof *name, by_name) != NULL;
        if (here || (file_exists(e[i].source) && !r->wide))
            continue;
        if (!r->o->prune) {
            diag_add(r->d, N_BATCH_GONE, (struct origin){0}, e[i].name, NULL);
            continue;
        }
        begun = begun || manifest_begin(r->manifest);
        prune_one(r, &e[i]);
    }
    if (begun)
        manifest_commit(r->manifest);
}

/* ---- telling ------------------------------------------------------------------------------------------------------ */

void run_tell_plan(struct run *r) {
    size_t wanted = 0;
    for (size_t i = 0; i < r->items.n; i++) {
        const struct verdict *v = &r->plan.verdict[i];
        if (v->reason == KEEP)
            continue;
        wanted++;
        printf("%s: %s%s%s\n", item_label(r->a, &r->items.v[i]),
               reason_text(r->d, v->reason), v->because ? ": " : "",
               v->because ? v->because : "");
    }
    printf(
        diag_word(r->d, "sẽ tạo %zu, giữ nguyên %zu\n", "to make: %zu, unchanged: %zu\n"),
        wanted, r->items.n - wanted);
}

void run_tell_json(struct run *r, const struct totals *t) {
    struct buf b = {0};
    buf_printf(&b,
               "{\"version\":\"" BAOCAO_VERSION "\",\"made\":%zu,\"unchanged\":%zu,"
               "\"failed\":%zu,\"corrected\":%zu,\"not_tried\":%zu,\"reports\":[",
               t->made, t->kept, t->failed, t->corrected, t->left);
    bool first = true;
    for (size_t i = 0; i < r->items.n; i++) {
        const struct outcome *o = &r->outcome[i];
        const struct verdict *v = &r->plan.verdict[i];
        if (!o->tried && !(r->o->dry_run && v->reason != KEEP))
            continue;
        buf_adds(&b, first ? "{\"report\":" : ",{\"report\":");
        first = false;
        json_string(&b, r->items.v[i].path);
        buf_adds(&b, ",\"name\":");
        json_string(&b, r->items.v[i].name);
        buf_printf(&b, ",\"status\":\"%s\",\"reason\":",
                   !o->tried ? "planned"
                   : o->ok   ? "made"
                             : "failed");
        json_string(&b, reason_text(r->d, v->reason));
        buf_adds(&b, ",\"because\":");
        json_string(&b, v->because ? v->because : "");
        buf_printf(&b, ",\"errors\":%d,\"warnings\":%d,\"messages\":", o->errors,
                   o->warnings);
        json_string(&b, o->messages ? o->messages : "");
        buf_addc(&b, '}');
    }
    buf_adds(&b, "],\"messages\":");
    struct buf text = {0};
    diag_print(r->d, &text);
    json_string(&b, text.data ? text.data : "");
    buf_adds(&b, "}\n");
    fwrite(b.data, 1, b.len, stdout);
    buf_free(&text);
    buf_free(&b);
}

void run_tell(struct run *r, const struct totals *t) {
    struct buf text = {0};
    diag_print_quoted(r->d, &text);
    if (text.data)
        fputs(text.data, stderr);
    buf_free(&text);
    if (!r->outcome || r->o->dry_run)
        return;
    printf(diag_word(r->d, "đã tạo %zu, giữ nguyên %zu, lỗi %zu",
                     "made: %zu, unchanged: %zu, failed: %zu"),
           t->made, t->kept, t->failed);
    if (t->left)
        printf(diag_word(r->d, ", chưa làm %zu", ", not tried: %zu"), t->left);
    if (t->corrected)
        printf(
            diag_word(
                r->d, "; số liệu đã sửa ở %zu báo cáo, xem %s/" LOG_DIR "/" LOG_ALL ".md",
                "; figures corrected in %zu reports, see %s/" LOG_DIR "/" LOG_ALL ".md"),
            t->corrected, r->o->out_dir);
    putchar('\n');
}
