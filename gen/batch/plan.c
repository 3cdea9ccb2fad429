/* plan.c: what changed since the last run: a quick look at sizes and times, or a sure one at contents */
#include "plan.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- paths and setups ----------------------------------------------------------------------- */

const char *item_folder(const struct batch_item *item, const struct wide *w) {
    return item->row >= 0 ? wide_dir(w) : item->path;
}

const char *path_stored(struct arena *a, const char *report, const char *path) {
    if (str_eq(report, ".") && path[0] != '/')
        return arena_printf(a, "@/%s", path);
    size_t n = strlen(report);
    while (n > 1 && report[n - 1] == '/')
        n--;
    if (path_below(path, report))
        return arena_printf(a, "@%s", path + n);
    return path_absolute(a, path);
}

const char *path_restored(struct arena *a, const char *report, const char *stored) {
    if (stored[0] != '@')
        return stored;
    if (!stored[1])
        return report;
    return str_eq(report, ".") ? stored + 2 : arena_printf(a, "%s%s", report, stored + 1);
}

bool path_below(const char *path, const char *dir) {
    size_t n = strlen(dir);
    while (n > 1 && dir[n - 1] == '/')
        n--;
    return strncmp(path, dir, n) == 0 && (path[n] == '/' || !path[n]);
}

bool file_is_signed(const char *path) {
    const char *data = NULL;
    size_t n = 0;
    struct arena *scratch = arena_new();
    bool yes = str_ends(path, ".pdf") &&
               file_read(scratch, path, FILE_LIMIT, &data, &n) == FILE_OK &&
               pdf_is_signed(data, n);
    arena_free(scratch);
    return yes;
}

void plan_program(struct plan *p) {
    struct arena *a = arena_new();
    const struct batch_options *o = p->o;
    struct buf text = {0};
    const char *data = NULL;
    size_t n = 0;
    unsigned char hash[16] = {0};
    if (file_read(a, "/proc/self/exe", FILE_LIMIT, &data, &n) == FILE_OK)
        content_hash(data, n, hash);
    buf_add(&text, hash, sizeof hash);
    buf_printf(&text, BAOCAO_VERSION "\n%u %d\n%s\n%s\n", o->make & ~(unsigned)MAKE_FORCE,
               o->strict, o->name ? o->name : "", o->key ? o->key : "");
    buf_printf(&text, "%s\n%s\n",
               o->engine.font_dir ? path_absolute(a, o->engine.font_dir) : "",
               o->engine.previous ? path_absolute(a, o->engine.previous) : "");
    for (const char *const *dir = o->engine.template_dirs; dir && *dir; dir++)
        buf_printf(&text, "%s\n", path_absolute(a, *dir));
    content_hash(text.data, text.len, p->program);
    buf_free(&text);
    arena_free(a);
}

const char *reason_text(const struct diag *d, enum reason r) {
    switch (r) {
    case KEEP:
        return diag_word(d, "giữ nguyên", "unchanged");
    case MAKE_NEW:
        return diag_word(d, "báo cáo mới", "new report");
    case MAKE_FAILED:
        return diag_word(d, "lần trước bị lỗi", "failed the last time");
    case MAKE_FORCED:
        return diag_word(d, "làm lại theo --force", "made again by --force");
    case MAKE_PROGRAM:
        return diag_word(d,
                         "chương trình, phông chữ, tệp dùng chung hoặc tùy chọn thay đổi",
                         "program, fonts, shared files or options changed");
    case MAKE_TEMPLATE:
        return diag_word(d, "mẫu thay đổi", "the template changed");
    case MAKE_INPUT:
        return diag_word(d, "số liệu thay đổi", "its data changed");
    case MAKE_ISSUED:
        return diag_word(d, "đã có số, ngày ban hành",
                         "number and date of issue recorded");
    case MAKE_LACKS:
        return diag_word(d, "thiếu tệp kết quả", "an output is not there");
    case MAKE_ALTERED:
        return diag_word(d, "tệp kết quả bị sửa", "an output was altered");
    case REASONS:
        break;
    }
    return "";
}

const char *reason_code(enum reason r) {
    static const char *const code[REASONS] = {[KEEP] = "unchanged",
                                              [MAKE_NEW] = "new",
                                              [MAKE_FAILED] = "failed",
                                              [MAKE_FORCED] = "forced",
                                              [MAKE_PROGRAM] = "program",
                                              [MAKE_TEMPLATE] = "template",
                                              [MAKE_INPUT] = "input",
                                              [MAKE_ISSUED] = "issued",
                                              [MAKE_LACKS] = "output-missing",
                                              [MAKE_ALTERED] = "output-altered"};
    return code[r];
}

void messages_print(struct diag *d, bool json, struct buf *out) {
    struct buf text = {0};
    if (!json) {
        diag_print_quoted(d, out);
        return;
    }
    diag_print_json(d, &text);
    const char *list = strchr(text.data, '[') + 1; /* behind the counts */
    buf_add(out, list, (size_t)(text.data + text.len - 1 - list));
    buf_free(&text);
}

/* ---- one report --------------------------------------------------------------------------------- */

/* A checker: one process that looks at its share of the reports. */
struct checker {
    struct plan *p;
    struct arena *a; /* of the report at hand */
    struct manifest *m;
    struct shared {
        const char *tmpl;
        bool known, same;
        const char *because;
        unsigned char hash[16];
    } * shared; /* versions of templates */
    size_t n, cap;
    struct arena *lasting;
    struct diag *d;
};

/* What all reports over a template share, looked at once. */
static const struct shared *look_at_shared(struct checker *c, const struct entry *e) {
    for (size_t i = 0; i < c->n; i++)
        if (str_eq(c->shared[i].tmpl, e->tmpl) &&
            memcmp(c->shared[i].hash, e->shared, 16) == 0)
            return &c->shared[i];
    struct shared s = {.tmpl = arena_strdup(c->lasting, e->tmpl), .same = true};
    const void *blob;
    size_t n;
    struct stamps list = {0};
    memcpy(s.hash, e->shared, 16);
    s.known = manifest_shared(c->m, c->lasting, e->tmpl, e->shared, &blob, &n) &&
              stamps_unpack(c->lasting, blob, n, &list);
    for (size_t i = 0; i < list.n && s.same; i++) {
        enum stamp_change change = stamp_look(list.v[i], c->p->o->rehash);
        s.same = change == STAMP_SAME || change == STAMP_TOUCHED;
        if (!s.same)
            s.because = list.v[i]->path;
    }
    if (c->n == c->cap)
        c->shared = arena_grow(c->lasting, c->shared, c->n, &c->cap, sizeof *c->shared);
    c->shared[c->n++] = s;
    return &c->shared[c->n - 1];
}

static bool is_issue_record(const char *path) {
    return str_ends(path, "/ban-hanh.yaml") || str_ends(path, ".ban-hanh.yaml");
}

/* Whether the list of the names in the report's folder is the same: then so is what was not there. */
static bool same_folder(struct checker *c, const char *folder,
                        const struct stamps *list) {
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i]->kind == STAMP_DIR && str_eq(list->v[i]->path, "@")) {
            struct stamp s = *list->v[i];
            s.path = folder;
            return stamp_look(&s, c->p->o->rehash) == STAMP_SAME;
        }
    return false;
}

/* A name directly in the report's folder that was looked for, there or not. */
static bool is_own_name(const struct stamp *s) {
    return (s->kind == STAMP_ABSENT || s->kind == STAMP_THERE) &&
           str_starts(s->path, "@/") && !strchr(s->path + 2, '/');
}

/* The inputs of a report; *touched: stamps have new times that the manifest should have. */
static void look_at_inputs(struct checker *c, const struct batch_item *it,
                           struct stamps *list, struct verdict *v, bool *touched) {
    const char *folder = item_folder(it, c->p->wide);
    bool same = same_folder(c, folder, list);
    for (size_t i = 0; i < list->n; i++) {
        struct stamp *s = list->v[i];
        const char *stored = s->path;
        if (it->row >= 0 && str_eq(stored, "@row")) {
            unsigned char now[16];
            wide_hash(c->p->wide, (size_t)it->row, now);
            if (memcmp(now, s->hash, 16) == 0)
                continue;
            v->reason = MAKE_INPUT;
            v->because = it->path;
            return;
        }
        if (same && is_own_name(s) && !is_issue_record(s->path))
            continue; /* the record of an issue does not count among the names */
        s->path = path_restored(c->a, folder, stored);
        enum stamp_change change = stamp_look(s, c->p->o->rehash);
        const char *real = s->path;
        s->path = stored;
        *touched |= change == STAMP_TOUCHED;
        if (change == STAMP_SAME || change == STAMP_TOUCHED)
            continue;
        bool issue = is_issue_record(real);
        v->reason = issue ? MAKE_ISSUED : MAKE_INPUT;
        v->because = real;
        if (!issue)
            return;
    }
}

static void look_at_outputs(struct checker *c, struct stamps *list, struct verdict *v,
                            bool *touched) {
    for (size_t i = 0; i < list->n; i++) {
        struct stamp *s = list->v[i];
        const char *stored = s->path;
        s->path = path_restored(c->a, c->p->o->out_dir, stored);
        enum stamp_change change = stamp_look(s, c->p->o->rehash);
        const char *real = s->path;
        s->path = stored;
        *touched |= change == STAMP_TOUCHED;
        if (change == STAMP_SAME || change == STAMP_TOUCHED)
            continue;
        if (change == STAMP_CHANGED && file_is_signed(real)) {
            v->is_signed = true;
            continue;
        }
        if (v->reason == KEEP) {
            v->reason = change == STAMP_GONE ? MAKE_LACKS : MAKE_ALTERED;
            v->because = real;
        }
    }
}

static void renew(struct entry *e, const struct stamps *in, const struct stamps *out,
                  struct buf *inputs, struct buf *outputs) {
    stamps_pack(in, inputs);
    stamps_pack(out, outputs);
    e->inputs = inputs->data;
    e->inputs_n = inputs->len;
    e->outputs = outputs->data;
    e->outputs_n = outputs->len;
}

/* Judge one report. *touched: `e` with its stamps renewed is worth putting into the manifest. */
static struct verdict judge(struct checker *c, const struct batch_item *it,
                            struct entry *e, struct stamps *in, struct stamps *out,
                            bool *touched) {
    struct verdict v = {.reason = MAKE_NEW};
    *touched = false;
    if (!manifest_get(c->m, c->a, it->name, true, e) ||
        !stamps_unpack(c->a, e->inputs, e->inputs_n, in) ||
        !stamps_unpack(c->a, e->outputs, e->outputs_n, out))
        return v;
    v.tmpl = e->tmpl;
    v.reason = e->failed ? MAKE_FAILED : KEEP;
    if (!e->inputs_n)
        return v;
    look_at_inputs(c, it, in, &v, touched);
    if (v.reason == KEEP) {
        const struct shared *s = look_at_shared(c, e);
        bool fresh = s->known && s->same,
             common = s->because && *e->tmpl && !path_below(s->because, e->tmpl);
        v.because = s->because;
        if (!fresh)
            v.reason = *e->tmpl && !common ? MAKE_TEMPLATE : MAKE_PROGRAM;
        else if (memcmp(c->p->program, e->program, 16) != 0)
            v.reason = MAKE_PROGRAM;
    }
    look_at_outputs(c, out, &v, touched);
    if (c->p->o->force)
        v.reason = MAKE_FORCED;
    return v;
}

/* ---- the checkers -------------------------------------------------------------------------------------- */

#define SHARE 64 /* reports a job */

static void serve(void *to, struct wire *job, struct buf *answer) {
    struct checker *c = to;
    size_t first = wire_get_u32(job), n = wire_get_u32(job);
    for (size_t i = first; i < first + n; i++) {
        struct entry e;
        struct stamps in = {0}, out = {0};
        bool touched;
        c->a = arena_new();
        struct verdict v = judge(c, &c->p->items->v[i], &e, &in, &out, &touched);
        wire_u32(answer, (uint32_t)v.reason);
        wire_u32(answer, v.is_signed);
        wire_text(answer, v.because);
        wire_text(answer, v.tmpl);
        struct buf inputs = {0}, outputs = {0};
        touched = touched && v.reason == KEEP;
        if (touched)
            renew(&e, &in, &out, &inputs, &outputs);
        wire_bytes(answer, inputs.data, inputs.len);
        wire_bytes(answer, outputs.data, outputs.len);
        buf_free(&inputs);
        buf_free(&outputs);
        arena_free(c->a);
    }
}

static void begin(void *to) {
    struct checker *c = to;
    c->d = diag_new(c->p->o->engine.lang);
    c->lasting = arena_new();
    c->m = manifest_open(c->d, c->p->o->out_dir, false, false);
    if (!c->m)
        _exit(3);
}

struct planner {
    struct checker checker;
    struct arena *a;
    struct diag *d;
    struct manifest *m;
    size_t next;
    bool ok, writing;
};

static bool next_share(void *to, uint32_t *id, struct buf *job) {
    struct planner *l = to;
    size_t left = l->checker.p->items->n - l->next, n = left < SHARE ? left : SHARE;
    if (!n)
        return false;
    *id = (uint32_t)l->next;
    wire_u32(job, (uint32_t)l->next);
    wire_u32(job, (uint32_t)n);
    l->next += n;
    return true;
}

static void put_renewed(struct planner *l, const char *name, struct wire *w) {
    struct arena *scratch = arena_new();
    struct entry e;
    size_t in, out;
    const void *inputs = wire_get_bytes(w, &in), *outputs = wire_get_bytes(w, &out);
    if (in && manifest_get(l->m, scratch, name, true, &e)) {
        e.inputs = inputs;
        e.inputs_n = in;
        e.outputs = outputs;
        e.outputs_n = out;
        if (!l->writing)
            l->writing = manifest_begin(l->m);
        l->ok = l->writing && manifest_put(l->m, &e) && l->ok;
    }
    arena_free(scratch);
}

static void take_share(void *to, uint32_t id, struct wire *w) {
    struct planner *l = to;
    const struct items *items = l->checker.p->items;
    for (size_t i = id; i < items->n && i < id + SHARE; i++) {
        struct verdict *v = &l->checker.p->verdict[i];
        v->reason = (enum reason)wire_get_u32(w);
        v->is_signed = wire_get_u32(w) != 0;
        const char *because = wire_get_text(w), *tmpl = wire_get_text(w);
        v->because = *because ? arena_strdup(l->a, because) : NULL;
        v->tmpl = *tmpl ? arena_strdup(l->a, tmpl) : NULL;
        put_renewed(l, items->v[i].name, w);
    }
}

static void lost_share(void *to, uint32_t id, enum loss loss, int detail) {
    struct planner *l = to;
    (void)id;
    l->ok = false;
    if (loss == LOSS_WORKERS)
        diag_add(l->d, E_BATCH_WORKERS, (struct origin){0},
                 system_error_text(l->d, detail), NULL);
    else
        diag_add(l->d, E_BATCH_WORKERS, (struct origin){0},
                 diag_fmt(l->d, diag_word(l->d, "tín hiệu %d", "signal %d"), detail),
                 NULL);
}

static bool go_on(void *to) {
    (void)to;
    return true;
}

bool plan_make(struct plan *p, struct arena *a, struct diag *d, struct manifest *m) {
    struct planner l = {.checker = {.p = p}, .a = a, .d = d, .m = m, .ok = true};
    int workers = p->o->jobs;
    struct crew c = {.workers = workers,
                     .to = &l,
                     .begin = begin,
                     .serve = serve,
                     .next = next_share,
                     .done = take_share,
                     .lost = lost_share,
                     .between = go_on};
    p->verdict = arena_array(a, struct verdict, p->items->n ? p->items->n : 1);
    for (size_t i = 0; i < p->items->n; i++)
        p->verdict[i].reason = MAKE_NEW;
    bool ok = crew_run(&c) && l.ok;
    if (l.writing)
        ok = manifest_commit(m) && ok;
    return ok;
}
