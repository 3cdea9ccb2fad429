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
        const char *path = path_restored(a, r->o->out_dir, list.v[i]->path);
        if (file_is_signed(path))
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

static void report_json(const struct run *r, size_t i, struct buf *b) {
    const struct outcome *o = &r->outcome[i];
    const struct verdict *v = &r->plan.verdict[i];
    buf_adds(b, "{\"report\": ");
    json_string(b, r->items.v[i].path);
    json_member(b, "name", r->items.v[i].name);
    json_member(b, "status", !o->tried ? "planned" : o->ok ? "made" : "failed");
    json_member(b, "reason", reason_code(v->reason));
    json_member(b, "because", v->because);
    buf_adds(b, ", \"outputs\": [");
    for (size_t k = 0; o->ok && k < o->outputs; k++) {
        buf_adds(b, k ? ", " : "");
        json_string(b, o->output[k]);
    }
    buf_printf(b, "],\n   \"errors\": %d, \"warnings\": %d, \"messages\": [%s]}",
               o->errors, o->warnings, o->messages ? o->messages : "");
}

void run_tell_json(struct run *r, const struct totals *t) {
    struct buf b = {0};
    bool first = true;
    buf_printf(&b,
               "{\"version\": \"" BAOCAO_VERSION "\", \"planned\": %zu, \"made\": %zu, "
               "\"unchanged\": %zu, \"failed\": %zu, \"not_tried\": %zu, "
               "\"corrected\": %zu, \"reports\": [",
               t->planned, t->made, t->kept, t->failed, t->left, t->corrected);
    for (size_t i = 0; r->outcome && i < r->items.n; i++)
        if (r->outcome[i].tried || (r->o->dry_run && r->plan.verdict[i].reason != KEEP)) {
            buf_adds(&b, first ? "\n  " : ",\n  ");
            report_json(r, i, &b);
            first = false;
        }
    buf_adds(&b, "],\n  ");
    diag_print_json(r->d, &b);
    buf_adds(&b, "}\n");
    fwrite(b.data, 1, b.len, stdout);
    buf_free(&b);
}

void run_tell_corrected(struct run *r, size_t corrected) {
    if (corrected)
        printf(
            diag_word(r->d,
                      "; có điều chỉnh ở %zu báo cáo, xem %s/" LOG_DIR "/" LOG_ALL ".md",
                      "; corrections in %zu reports, see %s/" LOG_DIR "/" LOG_ALL ".md"),
            corrected, r->o->out_dir);
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
    run_tell_corrected(r, t->corrected);
    putchar('\n');
}
