/* make.c: what a worker of a batch does: one report to files under temporary names, and what it came from */
#include "plan.h"

#include <string.h>

struct maker {
    const struct shop *r;
    struct stamp_log *log;
    const struct batch_item *item;
    struct buf inputs, shared, record, packed, changes;
    const char *tmpl;
    unsigned char setup[16];
    struct known { /* templates that this process has loaded */
        char *tmpl;
        unsigned char hash[16];
    } * known;
    size_t n;
    struct arena *lasting;
    struct stamps common; /* what all templates share */
    const char *old;      /* the record of the time before, NULL: none */
    size_t old_n;
};

static struct maker maker; /* of this process */

static struct known *find_known(const char *tmpl) {
    for (size_t i = 0; i < maker.n; i++)
        if (str_eq(maker.known[i].tmpl, tmpl))
            return &maker.known[i];
    return NULL;
}

static struct known *add_known(const char *tmpl) {
    maker.known = x_grow(maker.known, maker.n + 1, sizeof *maker.known);
    struct known *k = &maker.known[maker.n++];
    k->tmpl = x_new(strlen(tmpl) + 1, 1);
    memcpy(k->tmpl, tmpl, strlen(tmpl) + 1);
    return k;
}

static bool below(const char *path, const char *dir) {
    size_t n = strlen(dir);
    return strncmp(path, dir, n) == 0 && (path[n] == '/' || !path[n]);
}

/* A template is shared by reports, unless it lies in the report's own folder. */
static bool is_shared(const char *tmpl, const char *report) {
    return tmpl && !below(tmpl, report);
}

/* Stamps below the template's folder, behind those that all share. */
static const struct known *know(struct arena *a, const char *tmpl,
                                const struct stamps *read, struct buf *shared) {
    struct stamps list = {arena_array(a, struct stamp *, read->n + maker.common.n + 1),
                          0};
    for (size_t i = 0; i < maker.common.n; i++)
        list.v[list.n++] = maker.common.v[i];
    for (size_t i = 0; i < read->n; i++)
        if (below(read->v[i]->path, tmpl))
            list.v[list.n++] = read->v[i];
    stamps_pack(&list, shared);
    struct known *k = add_known(tmpl);
    stamps_hash(&list, k->hash);
    return k;
}

/* Part what was read: files of the template, once a process, and those of the report. */
static void part_stamps(struct arena *a, const struct stamps *all, const char *tmpl,
                        const char *report) {
    struct stamps own = {arena_array(a, struct stamp *, all->n + 1), 0};
    bool shared = is_shared(tmpl, report);
    for (size_t i = 0; i < all->n; i++) {
        if (shared && below(all->v[i]->path, tmpl))
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
}

/* One change as bytes for the log, which is written by the foreman. */
static void pack_changes(const struct changes *all) {
    for (size_t i = 0; i < all->n; i++) {
        const struct change *c = &all->v[i];
        wire_text(&maker.changes, c->path);
        wire_text(&maker.changes, c->title);
        wire_u32(&maker.changes,
                 (c->old ? 1u : 0) | (c->now ? 2u : 0) | (c->computed ? 4u : 0));
        wire_text(&maker.changes, c->old);
        wire_text(&maker.changes, c->now);
        wire_text(&maker.changes, c->pages);
        wire_text(&maker.changes, c->sheets);
    }
}

/* The document is laid out, nothing is written yet. */
static void look(void *to, struct arena *a, const struct made *m) {
    (void)to;
    const struct stamps *all = stamp_end(maker.log);
    const char *folder = item_folder(maker.item, maker.r->wide);
    maker.tmpl = is_shared(m->template_dir, folder) ? m->template_dir : "";
    part_stamps(a, all, m->template_dir, folder);
    const struct known *k = *maker.tmpl ? find_known(maker.tmpl) : NULL;
    static const unsigned char none[16];
    plan_setup(maker.r->plan, k ? k->hash : none, maker.setup);
    record_make(&maker.record, m);
    zlib_pack(&maker.packed, maker.record.data, maker.record.len, PACK_CONTENT);
    if (maker.old) {
        struct changes changes = {0};
        record_compare(a, maker.old, maker.old_n, maker.record.data, maker.record.len,
                       m->schema, &changes);
        pack_changes(&changes);
    }
}

/* What was written, as stamps by the names that the files will have; their temporary names go along. */
static bool pack_files(struct file_set *files, const char *out_dir, struct buf *answer) {
    struct arena *a = arena_new();
    struct stamp_log *log = stamp_begin();
    struct buf outputs = {0}, names = {0};
    const char *temporary, *target;
    size_t n = 0;
    struct stamps list = {0};
    for (; (target = file_set_get(files, n, &temporary)) != NULL; n++) {
        const char *data = NULL;
        size_t size;
        file_read(a, temporary, FILE_LIMIT, &data, &size);
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
    bool ok = list.n == n;
    buf_free(&outputs);
    buf_free(&names);
    stamp_free(log);
    arena_free(a);
    return ok;
}

static void reset_maker(void) {
    maker.inputs.len = maker.shared.len = maker.record.len = maker.packed.len = 0;
    maker.changes.len = 0;
    maker.tmpl = "";
}

static void answer_with(struct buf *answer, struct diag *d, enum make_status status,
                        struct file_set *files) {
    struct buf text = {0};
    diag_print_quoted(d, &text);
    wire_u32(answer, (uint32_t)status);
    wire_u32(answer, (uint32_t)diag_count(d, SEV_ERROR));
    wire_u32(answer, (uint32_t)diag_count(d, SEV_WARNING));
    wire_bytes(answer, text.data ? text.data : "", text.len + 1);
    buf_free(&text);
    if (status != MAKE_DONE)
        return;
    wire_text(answer, maker.tmpl);
    wire_bytes(answer, maker.setup, 16);
    const struct known *k = *maker.tmpl ? find_known(maker.tmpl) : NULL;
    wire_bytes(answer, k ? k->hash : maker.setup, 16);
    wire_bytes(answer, maker.shared.data, maker.shared.len);
    wire_bytes(answer, maker.inputs.data, maker.inputs.len);
    wire_bytes(answer, maker.packed.data, maker.packed.len);
    wire_u64(answer, maker.record.len);
    wire_bytes(answer, maker.changes.data, maker.changes.len);
    pack_files(files, maker.r->o->out_dir, answer);
}

void make_serve(void *to, struct wire *job, struct buf *answer) {
    const struct shop *r = to;
    size_t packed_n, size;
    uint32_t index = wire_get_u32(job), flags = wire_get_u32(job);
    const void *packed = wire_get_bytes(job, &packed_n);
    size = (size_t)wire_get_u64(job);
    struct buf old = {0};
    struct file_set *files = NULL;
    struct arena *a = arena_new();
    struct diag *d = diag_new(r->o->engine.lang);
    maker.r = r;
    maker.item = &r->items->v[index];
    reset_maker();
    maker.old = packed_n && zlib_unpack(&old, packed, packed_n, size) ? old.data : NULL;
    maker.old_n = old.len;
    maker.log = stamp_begin();
    struct make_request q = {.report = maker.item->path,
                             .out_dir = r->o->out_dir,
                             .name = maker.item->name,
                             .flags = flags,
                             .look = look};
    bool ready = maker.item->row < 0 ||
                 (q.loaded = wide_report(a, d, r->wide, (size_t)maker.item->row)) != NULL;
    enum make_status status =
        ready ? engine_build(r->engine, d, &q, &files) : MAKE_BAD_DATA;
    if (status == MAKE_DONE && !files)
        status = MAKE_BAD_SYSTEM;
    answer_with(answer, d, status, files);
    file_set_release(files);
    stamp_free(maker.log);
    buf_free(&old);
    diag_free(d);
    arena_free(a);
}

void make_know_common(const struct stamps *read) {
    struct buf packed = {0};
    maker.lasting = maker.lasting ? maker.lasting : arena_new();
    stamps_pack(read, &packed);
    stamps_unpack(maker.lasting, packed.data, packed.len, &maker.common);
    buf_free(&packed);
}

void make_know(const char *tmpl, const struct stamps *read, struct buf *shared,
               unsigned char hash[16]) {
    struct arena *a = arena_new();
    memcpy(hash, know(a, tmpl, read, shared)->hash, 16);
    arena_free(a);
}
