/* make.c: what a worker of a batch does: one report to files under temporary names, and what it came from */
#include "plan.h"

#include <errno.h>
#include <string.h>

struct maker {
    const struct shop *r;
    struct stamp_log *log;
    const struct batch_item *item;
    struct buf inputs, shared, record, packed, changes, files;
    const char *tmpl;
    struct known { /* templates that this process has loaded */
        const char *tmpl;
        struct stamps read;
        unsigned char hash[16];
    } * known;
    size_t n;
    struct arena *lasting;
    struct stamps common;   /* what all templates share */
    struct former {         /* the report as it was made the time before */
        const char *record; /* NULL: it was not */
        size_t record_n;
        const char *tmpl;
        const void *inputs, *hash, *shared, *outputs;
        size_t inputs_n, hash_n, shared_n, outputs_n;
    } old;
};

static struct maker maker; /* of this process */

static struct known *find_known(const char *tmpl) {
    for (size_t i = 0; i < maker.n; i++)
        if (str_eq(maker.known[i].tmpl, tmpl))
            return &maker.known[i];
    return NULL;
}

/* A template is shared by reports, unless it lies in the report's own folder. */
static bool is_shared(const char *tmpl, const char *report) {
    return tmpl && !path_below(tmpl, report);
}

/* Stamps below the template's folder, behind those that all share. */
static const struct known *know(struct arena *a, const char *tmpl,
                                const struct stamps *read, struct buf *shared) {
    struct stamps list = {arena_array(a, struct stamp *, read->n + maker.common.n + 1),
                          0};
    for (size_t i = 0; i < maker.common.n; i++)
        list.v[list.n++] = maker.common.v[i];
    for (size_t i = 0; i < read->n; i++)
        if (*tmpl && path_below(read->v[i]->path, tmpl))
            list.v[list.n++] = read->v[i];
    stamps_pack(&list, shared);
    maker.known = x_grow(maker.known, maker.n + 1, sizeof *maker.known);
    struct known *k = &maker.known[maker.n++];
    k->tmpl = arena_strdup(maker.lasting, tmpl);
    stamps_unpack(maker.lasting, shared->data, shared->len, &k->read);
    stamps_hash(&list, k->hash);
    return k;
}

/* Part what was read: files of the template, once a process, and those of the report. */
static struct stamps part_stamps(struct arena *a, const struct stamps *all,
                                 const char *tmpl, const char *report) {
    struct stamps own = {arena_array(a, struct stamp *, all->n + 1), 0};
    bool shared = is_shared(tmpl, report);
    for (size_t i = 0; i < all->n; i++) {
        if (shared && path_below(all->v[i]->path, tmpl))
            continue;
        struct stamp *s = arena_new_of(a, struct stamp);
        *s = *all->v[i];
        s->path = path_stored(a, report, s->path);
        own.v[own.n++] = s;
    }
    if (maker.item->row >= 0) {
        struct stamp *row = arena_new_of(a, struct stamp);
        row->path = "@row";
        row->kind = STAMP_FILE;
        wide_hash(maker.r->wide, (size_t)maker.item->row, row->hash);
        own.v[own.n++] = row;
    }
    stamps_pack(&own, &maker.inputs);
    if (shared && !find_known(tmpl))
        know(a, tmpl, all, &maker.shared);
    return own;
}

/* Prose, pictures and parts of the template that are others than the time before, for the log. */
static void pack_files(struct arena *a, const struct stamps *own, const struct known *k,
                       const char *template_dir) {
    static const struct known none = {.tmpl = ""};
    const struct former *old = &maker.old;
    k = k ? k : &none; /* a template of the report's own */
    struct kept_files was = {.tmpl = old->tmpl, .hash = old->hash};
    struct kept_files is = {*own, k->tmpl, k->hash, k->read};
    if (old->hash_n == 16 && stamps_unpack(a, old->inputs, old->inputs_n, &was.inputs) &&
        stamps_unpack(a, old->shared, old->shared_n, &was.shared))
        file_changes_pack(a, maker.r->o->engine.lang, template_dir, &was, &is,
                          &maker.files);
}

/* The document is laid out, nothing is written yet. */
static void look(void *to, struct arena *a, const struct made *m) {
    (void)to;
    const struct stamps *all = stamp_end(maker.log);
    const char *folder = item_folder(maker.item, maker.r->wide);
    maker.tmpl = is_shared(m->template_dir, folder) ? m->template_dir : "";
    struct stamps own = part_stamps(a, all, m->template_dir, folder);
    record_make(&maker.record, m);
    zlib_pack(&maker.packed, maker.record.data, maker.record.len, PACK_CONTENT);
    if (maker.old.record) {
        struct changes changes = {0};
        record_compare(a, maker.old.record, maker.old.record_n, maker.record.data,
                       maker.record.len, m->schema, &changes);
        changes_pack(&changes, &maker.changes);
        pack_files(a, &own, find_known(maker.tmpl),
                   m->template_dir ? path_stored(a, folder, m->template_dir) : NULL);
    }
}

/* What was written, as stamps by the names that the files will have; their temporary names go along. false: it
 * cannot be read back. */
static bool pack_outputs(struct file_set *files, const char *out_dir,
                         struct buf *answer) {
    struct arena *a = arena_new();
    struct stamp_log *log = stamp_begin();
    struct buf outputs = {0}, names = {0};
    const char *temporary, *target;
    size_t n = 0;
    bool ok = true;
    struct stamps list = {0};
    for (; (target = file_set_get(files, n, &temporary)) != NULL; n++) {
        const char *data = NULL;
        size_t size;
        ok = file_read(a, temporary, FILE_LIMIT, &data, &size) == FILE_OK && ok;
        wire_text(&names, temporary);
        wire_text(&names, target);
    }
    const struct stamps *read = stamp_end(log);
    list.v = arena_array(a, struct stamp *, n + 1);
    for (size_t i = 0; (target = file_set_get(files, i, &temporary)) != NULL; i++)
        for (size_t k = 0; k < read->n; k++)
            if (str_eq(read->v[k]->path, temporary)) {
                struct stamp *s = arena_new_of(a, struct stamp);
                *s = *read->v[k];
                s->path = path_stored(a, out_dir, target);
                s->mtime = 0; /* taken once it is in place */
                list.v[list.n++] = s;
            }
    stamps_pack(&list, &outputs);
    wire_bytes(answer, outputs.data, outputs.len);
    wire_u32(answer, (uint32_t)n);
    buf_add(answer, names.data, names.len);
    buf_free(&outputs);
    buf_free(&names);
    stamp_free(log);
    arena_free(a);
    return ok;
}

static void reset_maker(void) {
    maker.inputs.len = maker.shared.len = maker.record.len = maker.packed.len = 0;
    maker.changes.len = maker.files.len = 0;
    maker.tmpl = "";
}

static void answer_with(struct buf *answer, struct diag *d, enum make_status status,
                        struct file_set *files) {
    struct buf text = {0}, outputs = {0};
    if (status == MAKE_DONE && files &&
        !pack_outputs(files, maker.r->o->out_dir, &outputs)) {
        diag_add(d, E_FILE_WRITE, (struct origin){maker.r->o->out_dir, 0, 0},
                 system_error_text(d, errno), NULL);
        status = MAKE_BAD_SYSTEM;
    }
    if (status == MAKE_DONE)
        file_set_release(files);
    else
        file_set_abort(files);
    messages_print(d, maker.r->o->json, &text);
    wire_u32(answer, (uint32_t)status);
    wire_u32(answer, (uint32_t)diag_shown_count(d, SEV_ERROR));
    wire_u32(answer, (uint32_t)diag_shown_count(d, SEV_WARNING));
    wire_bytes(answer, text.data ? text.data : "", text.len + 1);
    buf_free(&text);
    if (status != MAKE_DONE) {
        buf_free(&outputs);
        return;
    }
    wire_text(answer, maker.tmpl);
    wire_bytes(answer, find_known(maker.tmpl)->hash, 16);
    wire_bytes(answer, maker.shared.data, maker.shared.len);
    wire_bytes(answer, maker.inputs.data, maker.inputs.len);
    wire_bytes(answer, maker.packed.data, maker.packed.len);
    wire_u64(answer, maker.record.len);
    wire_bytes(answer, maker.changes.data, maker.changes.len);
    wire_bytes(answer, maker.files.data, maker.files.len);
    buf_add(answer, outputs.data, outputs.len);
    buf_free(&outputs);
}

/* What the job says of the time before. */
static void get_former(struct wire *job, struct buf *record) {
    struct former *old = &maker.old;
    size_t packed_n, size;
    const void *packed = wire_get_bytes(job, &packed_n);
    *old = (struct former){0};
    size = (size_t)wire_get_u64(job);
    if (!packed_n || !zlib_unpack(record, packed, packed_n, size))
        return;
    old->record = record->data;
    old->record_n = record->len;
    old->inputs = wire_get_bytes(job, &old->inputs_n);
    old->tmpl = wire_get_text(job);
    old->hash = wire_get_bytes(job, &old->hash_n);
    old->shared = wire_get_bytes(job, &old->shared_n);
    old->outputs = wire_get_bytes(job, &old->outputs_n);
}

/* A file that has the size and time with which it was written. */
static bool is_as_written(void *to, const char *path) {
    struct arena *a = arena_new();
    struct stamps list = {0};
    bool same = false;
    (void)to;
    if (!maker.r->o->rehash)
        stamps_unpack(a, maker.old.outputs, maker.old.outputs_n, &list);
    for (size_t i = 0; i < list.n; i++) {
        struct stamp *s = list.v[i];
        s->path = path_restored(a, maker.r->o->out_dir, s->path);
        same = same || (str_eq(s->path, path) && stamp_is_current(s));
    }
    arena_free(a);
    return same;
}

void make_serve(void *to, struct wire *job, struct buf *answer) {
    const struct shop *r = to;
    uint32_t index = wire_get_u32(job), flags = wire_get_u32(job);
    struct buf old = {0};
    struct file_set *files = NULL;
    struct arena *a = arena_new();
    struct diag *d = diag_new(r->o->engine.lang);
    if (r->o->strict)
        diag_set_strict(d);
    maker.r = r;
    maker.item = &r->items->v[index];
    reset_maker();
    get_former(job, &old);
    maker.log = stamp_begin();
    struct make_request q = {.report = maker.item->path,
                             .out_dir = r->o->out_dir,
                             .name = maker.item->name,
                             .flags = flags,
                             .look = look,
                             .unsigned_pdf = is_as_written};
    bool ready = maker.item->row < 0 ||
                 (q.loaded = wide_report(a, d, r->wide, (size_t)maker.item->row)) != NULL;
    enum make_status status =
        ready ? engine_build(r->engine, d, &q, &files) : MAKE_BAD_DATA;
    if (status == MAKE_DONE && !files)
        status = MAKE_BAD_SYSTEM;
    answer_with(answer, d, status, files);
    stamp_free(maker.log);
    buf_free(&old);
    diag_free(d);
    arena_free(a);
}

void make_know(const char *tmpl, const struct stamps *read, struct buf *shared,
               unsigned char hash[16]) {
    struct arena *a = arena_new();
    maker.lasting = maker.lasting ? maker.lasting : arena_new();
    if (!*tmpl)
        maker.common = *read;
    const struct known *k = know(a, tmpl, read, shared);
    if (!*tmpl)
        maker.common = k->read;
    memcpy(hash, k->hash, 16);
    arena_free(a);
}
