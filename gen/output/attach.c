/* attach.c: which files travel inside the PDF: the workbook and the sources of the report */
#include "output.h"

#include <string.h>

/* A report has some 20 files of together less than 1 MB. */
#define MAX_FILES 500
#define MAX_BYTES ((size_t)64 << 20)
#define MAX_DEPTH 4

struct collector {
    struct arena *arena;
    struct diag *d;
    const char *dir; /* of the report */
    struct {
        struct pdf_attachment *v;
        size_t n, cap;
    } file;
    struct {
        const char **v;
        size_t n, cap;
    } path; /* taken so far */
    size_t bytes;
    bool ok, full;
};

static const struct kind {
    const char *ending, *mime, *about;
} kinds[] = {
    {".yaml", "application/yaml", "Số liệu nguồn của văn bản"},
    {".yml", "application/yaml", "Số liệu nguồn của văn bản"},
    {".json", "application/json", "Số liệu nguồn của văn bản"},
    {".csv", "text/csv", "Bảng số liệu nguồn của văn bản"},
    {".md", "text/markdown", "Nội dung nguồn của văn bản"},
};

static const struct kind workbook = {
    ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "Các bảng của văn bản"};

static const struct kind *kind_of(const char *name) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_ends(name, kinds[i].ending))
            return &kinds[i];
    return NULL;
}

/* Attachments have no folders: "phan-1/a.md" is shown as "phan-1-a.md", a second one of a name gets a
 * number. */
static const char *flat_name(struct collector *c, const char *name) {
    char *flat = arena_strdup(c->arena, name);
    for (char *p = flat; *p; p++)
        if (*p == '/' || *p == '\\')
            *p = '-';
    const char *out = flat;
    for (size_t i = 0, number = 1; i < c->file.n; i++)
        if (str_eq(out, c->file.v[i].name)) {
            out = arena_printf(c->arena, "%zu-%s", ++number, flat);
            i = (size_t)-1; /* from the start again */
        }
    return out;
}

/* Nothing when it is of no kind that travels. */
static void add_file(struct collector *c, const char *path, const char *name,
                     const struct kind *kind, const char *relation) {
    if (!kind)
        return;
    struct pdf_attachment file = {
        .mime = kind->mime, .relation = relation, .description = kind->about};
    for (size_t i = 0; i < c->path.n; i++)
        if (str_eq(c->path.v[i], path))
            return;
    enum file_status status =
        file_read(c->arena, path, MAX_BYTES, &file.data, &file.size);
    if (status != FILE_OK) {
        diag_add(c->d, E_FILE_READ, (struct origin){path, 0, 0},
                 file_status_text(c->d, status), NULL);
        c->ok = false;
        return;
    }
    c->bytes += file.size;
    if (c->file.n == MAX_FILES || c->bytes > MAX_BYTES) {
        diag_add(c->d, E_ATTACH_TOO_MUCH, (struct origin){path, 0, 0}, NULL);
        c->ok = false;
        c->full = true;
        return;
    }
    file.name = flat_name(c, name);
    vec_push(c->arena, &c->file, file);
    vec_push(c->arena, &c->path, path);
}

/* Everything in the report's folder that can be one of its sources; `below` is the path within it. */
static void add_folder(struct collector *c, const char *below, int depth) {
    size_t n;
    const char *dir = *below ? path_join(c->arena, c->dir, below) : c->dir;
    const char **name = dir_list(c->arena, dir, &n);
    for (size_t i = 0; i < n && !c->full; i++) {
        if (name[i][0] == '.')
            continue;
        const char *path = path_join(c->arena, dir, name[i]);
        const char *inner = path_join(c->arena, below, name[i]);
        if (file_is_dir(path)) {
            if (depth < MAX_DEPTH)
                add_folder(c, inner, depth + 1);
        } else
            add_file(c, path, inner, kind_of(name[i]), "Source");
    }
}

/* The CSV that a table came from, NULL when it came from none. */
static const char *table_file(const struct table *t) {
    for (size_t r = 0; r < t->nrows; r++)
        for (int i = 0; i < t->ncols; i++) {
            const struct value *v = t->row[r].cell[i].value;
            if (v && v->at.file && str_ends(v->at.file, ".csv"))
                return v->at.file;
        }
    return NULL;
}

static void add_tables(struct collector *c, const struct node *parent) {
    for (const struct node *n = parent->first; n; n = n->next) {
        const char *file = n->kind == NODE_TABLE ? table_file(n->u.table) : NULL;
        if (file)
            add_file(c, file, path_base(c->arena, file), kind_of(file), "Source");
        add_tables(c, n);
    }
}

/* A single FILE.md lies among others: only what it uses. */
static void add_used(struct collector *c, const struct report *r, const struct doc *doc) {
    add_file(c, r->path, path_base(c->arena, r->path), kind_of(".md"), "Source");
    if (r->issued)
        add_file(c, r->issued, path_base(c->arena, r->issued), kind_of(".yaml"),
                 "Source");
    add_tables(c, doc->root);
}

bool attach_files(struct arena *a, struct diag *d, const struct report *r,
                  const struct doc *doc, const char *xlsx_name, const char *xlsx_path,
                  struct pdf_options *out) {
    struct collector c = {.arena = a, .d = d, .dir = r->dir, .ok = true};
    if (xlsx_path)
        add_file(&c, xlsx_path, xlsx_name, &workbook, "Data");
    if (r->markdown)
        add_used(&c, r, doc);
    else if (!r->wide || !str_eq(r->dir, wide_dir(r->wide)))
        /* A wide table and what is joined to it are the data of others, too. */
        add_folder(&c, "", 0);
    out->attachment = c.file.v;
    out->attachments = c.file.n;
    return c.ok;
}
