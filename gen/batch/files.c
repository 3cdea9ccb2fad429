/* files.c: prose, pictures and parts of a template that differ between two versions of a report */
#include "crew.h"
#include "inside.h"

#include <stdlib.h>
#include <string.h>

enum role { ROLE_NONE, ROLE_TEMPLATE, ROLE_OWN };

/* A file that was read: by its place within the report or the template, whatever folders these are. */
struct part_file {
    enum role role;
    const char *name; /* within its folder; "" for a report that is one Markdown file */
    const char *shown;
    const unsigned char *hash;
};

struct part_files {
    struct part_file *v;
    size_t n, cap;
};

/* The rest of a path below a folder, NULL when it is not there. */
static const char *within(const char *path, const char *dir) {
    size_t n = strlen(dir);
    if (n == 0 || str_eq(dir, "."))
        return *path == '/' || str_starts(path, "../") ? NULL : path;
    while (n > 1 && dir[n - 1] == '/')
        n--;
    if (strncmp(path, dir, n) != 0 || (path[n] != '/' && dir[n - 1] != '/'))
        return NULL;
    path += n;
    return path + strspn(path, "/");
}

static bool is_prose_or_picture(struct arena *a, const char *name) {
    static const char *const ending[] = {".MD", ".PNG", ".JPG", ".JPEG"};
    const char *caps = text_upper(a, name);
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
        if (str_ends(caps, ending[i]))
            return true;
    return false;
}

static struct part_file file_of(struct arena *a, const struct read_files *r,
                                const struct stamp *s) {
    struct part_file f = {.hash = s->hash};
    const char *own = within(s->path, r->dir);
    const char *part = r->template_dir ? within(s->path, r->template_dir) : NULL;
    if (s->kind != STAMP_FILE)
        return f;
    if (str_eq(s->path, r->path)) {
        f = (struct part_file){ROLE_OWN, "", own ? own : s->path, s->hash};
    } else if (part && !str_eq(part, own)) {
        f.role = ROLE_TEMPLATE;
        f.name = f.shown = part;
    } else if (own && (is_prose_or_picture(a, own) || str_eq(own, "mau.yaml"))) {
        f.role = ROLE_OWN;
        f.name = f.shown = own;
    }
    return f;
}

static int by_name(const void *x, const void *y) {
    const struct part_file *a = x, *b = y;
    if (a->role != b->role)
        return a->role > b->role ? -1 : 1; /* the report's own ones first */
    return strcmp(a->name, b->name);
}

static void collect(struct arena *a, const struct read_files *r, struct part_files *out) {
    for (size_t i = 0; i < r->stamps->n; i++) {
        struct part_file f = file_of(a, r, r->stamps->v[i]);
        if (f.role != ROLE_NONE)
            vec_push(a, out, f);
    }
    if (out->n)
        qsort(out->v, out->n, sizeof *out->v, by_name);
}

const char *const *file_changes(struct arena *a, enum lang lang,
                                const struct read_files *old,
                                const struct read_files *now) {
    bool vi = lang == LANG_VI;
    struct part_files was = {0}, is = {0};
    collect(a, old, &was);
    collect(a, now, &is);
    const char **note = arena_array(a, const char *, was.n + is.n + 1);
    size_t n = 0;
    for (size_t i = 0, k = 0; i < was.n || k < is.n;) {
        int order = i == was.n ? 1 : k == is.n ? -1 : by_name(&was.v[i], &is.v[k]);
        const struct part_file *f = order < 0 ? &was.v[i] : &is.v[k];
        const char *only =
            order == 0 ? ""
            : order < 0 ? (vi ? " (chỉ có ở báo cáo cũ)" : " (only in the old report)")
                        : (vi ? " (chỉ có ở báo cáo mới)" : " (only in the new report)");
        const char *kind = f->role == ROLE_OWN ? "" : vi ? "mẫu: " : "template: ";
        bool same = order == 0 && memcmp(was.v[i].hash, is.v[k].hash, 16) == 0;
        i += order <= 0;
        k += order >= 0;
        if (!same)
            note[n++] = arena_printf(a, "%s%s%s", kind, f->shown, only);
    }
    return note;
}

static struct stamps all_of(struct arena *a, const struct kept_files *f) {
    size_t n = f->inputs.n + f->shared.n;
    struct stamps all = {arena_array(a, struct stamp *, n + 1), 0};
    for (size_t i = 0; i < f->inputs.n; i++)
        all.v[all.n++] = f->inputs.v[i];
    for (size_t i = 0; i < f->shared.n; i++)
        all.v[all.n++] = f->shared.v[i];
    return all;
}

void file_changes_pack(struct arena *a, enum lang lang, const char *own,
                       const struct kept_files *old, const struct kept_files *now,
                       struct buf *out) {
    struct stamps before = old->inputs, after = now->inputs;
    if (!str_eq(old->tmpl, now->tmpl) || memcmp(old->hash, now->hash, 16) != 0) {
        before = all_of(a, old);
        after = all_of(a, now);
    }
    struct read_files was = {&before, NULL, "@", *old->tmpl ? old->tmpl : own};
    struct read_files is = {&after, NULL, "@", *now->tmpl ? now->tmpl : own};
    const char *const *note = file_changes(a, lang, &was, &is);
    for (size_t i = 0; note[i]; i++)
        wire_text(out, note[i]);
}
