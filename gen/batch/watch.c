/* watch.c: `baocao watch`: the report made again whenever something that it was made from is saved */
#include "batch.h"
#include "notify.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NAMES_TOLD 3 /* files that a line names */

/* A folder that was listed, by the names in it that matter. */
struct folder {
    const char *path;
    uint64_t names;
};

struct watch {
    const struct engine_options *options;
    const char *report, *out_dir;
    unsigned flags;
    struct engine *engine;
    struct stamp_log *fonts; /* what the fonts were opened from */
    struct stamp_log *log;   /* what the last run read besides */
    struct arena *a;         /* of what belongs to the last run */
    struct names {
        const char **v;
        size_t n, cap;
    } outputs, changed; /* targets and temporaries; what changed since */
    const char *changed_folder;
    struct {
        struct folder *v;
        size_t n, cap;
    } folder;
    struct notify *notify;
    bool fonts_changed;
    bool failed;     /* the last run ended with errors */
    bool slow;       /* it was told that the system tells nothing */
    struct buf told; /* messages of the last run */
};

#define word(w, vi, en) ((w)->options->lang == LANG_VI ? (vi) : (en))

/* ---- what was read ------------------------------------------------------------------------------ */

static bool matters(const char *name) {
    static const char *const ending[] = {".md", ".yaml", ".yml", ".json", ".csv", ".map"};
    for (size_t i = 0; *name != '.' && i < sizeof ending / sizeof *ending; i++)
        if (str_ends(name, ending[i]))
            return true;
    return false;
}

/* The names in a folder that a report can be made from: neither its own outputs nor what an editor leaves
 * there for a moment. */
static uint64_t folder_names(const char *path) {
    struct arena *a = arena_new();
    size_t n = 0;
    const char **name = dir_list(a, path, &n);
    uint64_t h = name ? HASH64_START : 0;
    for (size_t i = 0; i < n; i++)
        if (matters(name[i]))
            h = hash64(h, name[i], strlen(name[i]) + 1);
    arena_free(a);
    return h;
}

static struct folder *find_folder(struct watch *w, const char *path) {
    for (size_t i = 0; i < w->folder.n; i++)
        if (str_eq(w->folder.v[i].path, path))
            return &w->folder.v[i];
    return NULL;
}

static void add_folder(struct watch *w, const char *path) {
    struct folder f = {path, folder_names(path)};
    vec_push(w->a, &w->folder, f);
}

static bool is_output(const struct watch *w, const char *path) {
    for (size_t i = 0; i < w->outputs.n; i++)
        if (str_eq(w->outputs.v[i], path))
            return true;
    return false;
}

static bool has_changed(struct watch *w, struct stamp *s) {
    if (is_output(w, s->path))
        return false;
    enum stamp_change change = stamp_look(s, false);
    if (change == STAMP_SAME || change == STAMP_TOUCHED)
        return false;
    const struct folder *f = s->kind == STAMP_DIR ? find_folder(w, s->path) : NULL;
    return !f || folder_names(s->path) != f->names;
}

static bool look_at(struct watch *w, struct stamp_log *log) {
    bool any = false;
    const struct stamps *list = stamp_end(log);
    for (size_t i = 0; i < list->n; i++) {
        struct stamp *s = list->v[i];
        if (!has_changed(w, s))
            continue;
        any = true;
        if (s->kind == STAMP_DIR)
            w->changed_folder = s->path;
        else
            vec_push(w->a, &w->changed, s->path);
    }
    return any;
}

/* Whether the report must be made again. A folder is named where nothing in it is known to have changed. */
static bool look(struct watch *w) {
    w->changed.n = 0;
    w->changed_folder = NULL;
    w->fonts_changed = look_at(w, w->fonts);
    bool any = look_at(w, w->log) || w->fonts_changed;
    if (!w->changed.n && w->changed_folder)
        vec_push(w->a, &w->changed, w->changed_folder);
    return any;
}

/* ---- watching ------------------------------------------------------------------------------------- */

static void add_stamps(struct watch *w, struct stamp_log *log) {
    const struct stamps *list = stamp_end(log);
    for (size_t i = 0; i < list->n; i++)
        if (!is_output(w, list->v[i]->path))
            notify_add(w->notify, list->v[i]->path);
}

/* Folders that are new to the run: what is in them now counts as what it read. Those it had before keep what
 * they held before it. */
static void take_folders(struct watch *w) {
    const struct stamps *list = stamp_end(w->log);
    for (size_t i = 0; i < list->n; i++) {
        const char *path = list->v[i]->path;
        if (list->v[i]->kind != STAMP_DIR || find_folder(w, path))
            continue;
        add_folder(w, path);
    }
}

static void start_watching(struct watch *w, struct diag *d) {
    notify_free(w->notify);
    w->notify = notify_new();
    add_stamps(w, w->fonts);
    add_stamps(w, w->log);
    take_folders(w);
    if (notify_failed(w->notify) && !w->slow)
        diag_add(d, W_WATCH_SLOW, (struct origin){0}, strerror(notify_failed(w->notify)),
                 NULL);
    w->slow = notify_failed(w->notify) != 0;
}

/* ---- making ----------------------------------------------------------------------------------------- */

/* A new arena for a new run; of the old one the folders stay, with what is in them now. */
static void begin_run(struct watch *w) {
    struct arena *old = w->a;
    w->a = arena_new();
    for (size_t i = 0; i < w->folder.n; i++) {
        w->folder.v[i].path = arena_strdup(w->a, w->folder.v[i].path);
        w->folder.v[i].names = folder_names(w->folder.v[i].path);
    }
    struct folder *kept = arena_array(w->a, struct folder, w->folder.n + 1);
    if (w->folder.n)
        memcpy(kept, w->folder.v, w->folder.n * sizeof *kept);
    w->folder.v = kept;
    w->folder.cap = w->folder.n + 1;
    w->outputs = w->changed = (struct names){0};
    arena_free(old);
    if (!w->folder.n && file_is_dir(w->report))
        add_folder(w, w->report);
}

static void open_engine(struct watch *w, struct diag *d) {
    if (w->engine && !w->fonts_changed) {
        engine_forget(w->engine);
        return;
    }
    engine_free(w->engine);
    stamp_free(w->fonts);
    w->engine = engine_new(w->options);
    w->fonts = stamp_begin();
    engine_fonts(w->engine, d);
    stamp_end(w->fonts);
}

static void take_outputs(struct watch *w, const struct file_set *files) {
    const char *target, *temporary;
    for (size_t i = 0; (target = file_set_get(files, i, &temporary)) != NULL; i++) {
        const char *name = arena_strdup(w->a, target);
        vec_push(w->a, &w->outputs, name);
        name = arena_strdup(w->a, temporary);
        vec_push(w->a, &w->outputs, name);
    }
}

static enum make_status commit(struct diag *d, struct file_set *files) {
    const char *failed = NULL;
    if (!files || file_set_commit(files, &failed))
        return MAKE_DONE;
    diag_add(d, E_FILE_WRITE, (struct origin){failed, 0, 0}, system_error_text(d, errno),
             NULL);
    return MAKE_BAD_SYSTEM;
}

static enum make_status make(struct watch *w, struct diag *d) {
    struct file_set *files = NULL;
    struct make_request q = {
        .report = w->report, .out_dir = w->out_dir, .flags = w->flags};
    begin_run(w);
    open_engine(w, d);
    w->fonts_changed = false;
    stamp_free(w->log);
    w->log = stamp_begin();
    enum make_status status = engine_build(w->engine, d, &q, &files);
    stamp_end(w->log);
    take_outputs(w, files);
    return status == MAKE_DONE ? commit(d, files) : status;
}

/* ---- telling ------------------------------------------------------------------------------------------ */

/* What was told after the run before is told again only while it stands in the way. */
static void print_messages(struct watch *w, struct diag *d, bool failed) {
    struct buf text = {0};
    diag_print_quoted(d, &text);
    bool same = text.len == w->told.len &&
                (!text.len || memcmp(text.data, w->told.data, text.len) == 0);
    if (text.len && (failed || !same))
        fwrite(text.data, 1, text.len, stderr);
    buf_free(&w->told);
    w->told = text;
}

/* "a.pdf, b.xlsx" of every second name, or of all. */
static const char *list(struct arena *a, const struct names *names, size_t step,
                        size_t most) {
    const char *text = "";
    size_t told = 0;
    for (size_t i = 0; i < names->n && told < most; i += step)
        text = arena_printf(a, "%s%s%s", text, told++ ? ", " : "", names->v[i]);
    return names->n > most * step ? arena_printf(a, "%s, …", text) : text;
}

static void print_time(void) {
    char text[16] = "";
    time_t now = time(NULL);
    struct tm t;
    if (localtime_r(&now, &t))
        strftime(text, sizeof text, "%H:%M:%S ", &t);
    fputs(text, stdout);
}

static int64_t microseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void tell(struct watch *w, struct diag *d, enum make_status status, int ms) {
    print_messages(w, d, status != MAKE_DONE);
    print_time();
    if (status != MAKE_DONE)
        printf(
            word(w,
                 "%s: KHÔNG tạo được (%d lỗi); tệp kết quả trước giữ nguyên, sửa rồi lưu "
                 "để tạo lại\n",
                 "%s: NOT written (errors: %d); what was written before stays, mend it "
                 "and save\n"),
            w->report, diag_count(d, SEV_ERROR));
    else
        printf(word(w, "%s: %sđã tạo %s (%d ms)\n", "%s: %swritten: %s (%d ms)\n"),
               w->report, w->failed ? word(w, "đã sửa xong, ", "mended, ") : "",
               list(w->a, &w->outputs, 2, SIZE_MAX / 4), ms);
    w->failed = status != MAKE_DONE;
}

/* What was saved, before the report is made again. */
static void tell_changed(struct watch *w) {
    print_time();
    printf(word(w, "thay đổi: %s\n", "changed: %s\n"),
           list(w->a, &w->changed, 1, NAMES_TOLD));
    fflush(stdout);
}

static enum make_status run(struct watch *w) {
    struct diag *d = diag_new(w->options->lang);
    int64_t start = microseconds();
    enum make_status status = make(w, d);
    int ms = (int)((microseconds() - start) / 1000);
    start_watching(w, d);
    tell(w, d, status, ms);
    diag_free(d);
    return status;
}

/* ---- the command ------------------------------------------------------------------------------------------ */

static int end(struct watch *w, int status) {
    notify_free(w->notify);
    stamp_free(w->log);
    stamp_free(w->fonts);
    engine_free(w->engine);
    arena_free(w->a);
    buf_free(&w->told);
    return fflush(stdout) != 0 || ferror(stdout) ? MAKE_BAD_SYSTEM : status;
}

int batch_watch(const struct engine_options *o, const char *report, const char *out_dir,
                unsigned flags) {
    struct watch w = {.options = o, .report = report, .out_dir = out_dir, .flags = flags};
    bool there = file_exists(report);
    notify_signals();
    enum make_status status = run(&w);
    if (!there)
        return end(&w, (int)status);
    puts(word(&w, "đang theo dõi các tệp của báo cáo; Ctrl+C để dừng",
              "watching the files of the report; Ctrl+C ends"));
    while (fflush(stdout) == 0) {
        /* What was saved while the report was made is made at once, when it is quiet. */
        if (notify_wait(w.notify, look(&w)) == NOTIFIED_END)
            break;
        if (!look(&w))
            continue;
        tell_changed(&w);
        run(&w);
    }
    puts(word(&w, "đã dừng", "ended"));
    return end(&w, 0);
}
