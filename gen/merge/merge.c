/* merge.c: a report over its template: body, parts and appendices, the report's own files first */
#include "inside.h"

#include <stdlib.h>
#include <string.h>

/* ---- files ------------------------------------------------------------------------------ */

static bool own_file(const struct exec *e, const char *name) {
    const char *file = arena_printf(e->a, "%s.md", name);
    for (size_t i = 0; i < e->names_n; i++)
        if (str_eq(e->names[i], file))
            return true;
    return strchr(name, '/') && file_exists(path_join(e->a, e->r->dir, file));
}

/* NAME.md of the report, else of the template; NULL: neither has it, or it is unreadable. */
static const struct compiled *find_file(struct exec *e, const char *name, bool appendix,
                                        bool *found) {
    const char *file = arena_printf(e->a, "%s.md", name);
    const char *dir = e->t ? e->t->dir : NULL;
    *found = true;
    if (own_file(e, name) && !str_eq(dir, e->r->dir))
        return cache_compile(e->t, e->a, e->d, path_join(e->a, e->r->dir, file),
                             appendix);
    const struct compiled *c = tmpl_file(e->t, name);
    if (c)
        return c;
    const char *path =
        dir ? path_join(e->a, dir, file) : path_join(e->a, e->r->dir, file);
    *found = file_exists(path);
    return *found ? compile_file(e->a, e->d, path, dir, appendix) : NULL;
}

struct file_names {
    const char **v;
    size_t n, cap;
};

/* Those of name[n] that are Markdown, without their ".md". */
static void add_files(struct exec *e, struct file_names *all, const char *const *name,
                      size_t n) {
    for (size_t i = 0; name && i < n; i++)
        if (str_ends(name[i], ".md")) {
            const char *bare = arena_strndup(e->a, name[i], strlen(name[i]) - 3);
            vec_push(e->a, all, bare);
        }
}

/* The file NAME.md of report or template that is nearest to one that neither has; NULL: none is near. */
static const char *nearest_file(struct exec *e, const char *name) {
    struct file_names all = {0};
    size_t n;
    add_files(e, &all, e->names, e->names_n);
    if (e->t) {
        const char **theirs = dir_list(e->a, e->t->dir, &n);
        add_files(e, &all, theirs, n);
    }
    return text_nearest(name, all.v, all.n);
}

static void part_missing(struct exec *e, const char *name, struct origin at) {
    const char *near = nearest_file(e, name);
    if (near)
        diag_add(e->d, E_PART_MISSING_NEAR, at, name, near, NULL);
    else
        diag_add(e->d, E_PART_MISSING, at, name, e->r->dir, e->t ? e->t->dir : e->r->dir,
                 NULL);
}

struct part_file *part_find(struct exec *e, const char *name, struct origin at) {
    for (size_t i = 0; i < e->parts.n; i++)
        if (str_eq(e->parts.v[i].name, name))
            return e->parts.v[i].file ? &e->parts.v[i] : NULL;
    struct part_file p = {name, NULL, false};
    bool found = false;
    if (!path_inside(name) || name[0] == '.')
        diag_add(e->d, E_PART_OUTSIDE, at, name, NULL);
    else if (!(p.file = find_file(e, name, false, &found)) && !found)
        part_missing(e, name, at);
    vec_push(e->a, &e->parts, p);
    return p.file ? &e->parts.v[e->parts.n - 1] : NULL;
}

/* ---- appendices ----------------------------------------------------------------------------- */

struct appendices {
    struct appendix_name {
        const char *name;
        struct origin at;
    } * v;
    size_t n, cap;
};

static bool is_listed(const struct appendices *all, const char *name, size_t n) {
    for (size_t i = 0; i < all->n; i++)
        if (strlen(all->v[i].name) == n && !memcmp(all->v[i].name, name, n))
            return true;
    return false;
}

/* phu-luc-2 before phu-luc-10: runs of digits compare by value. */
static int natural_compare(const char *x, const char *y) {
    while (*x && *y) {
        size_t nx = strspn(x, "0123456789"), ny = strspn(y, "0123456789");
        if (nx && ny) {
            for (; nx > 1 && *x == '0'; nx--)
                x++;
            for (; ny > 1 && *y == '0'; ny--)
                y++;
            int order = nx != ny ? (nx < ny ? -1 : 1) : strncmp(x, y, nx);
            if (order)
                return order;
            x += nx;
            y += ny;
        } else if (*x != *y) {
            return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
        } else {
            x++;
            y++;
        }
    }
    return *x ? 1 : *y ? -1 : 0;
}

static int by_name(const void *x, const void *y) {
    const struct appendix_name *a = x, *b = y;
    return natural_compare(a->name, b->name);
}

static void add_found(struct exec *e, struct appendices *all, const char *file,
                      size_t n) {
    if (is_listed(all, file, n))
        return;
    struct appendix_name name = {arena_strndup(e->a, file, n), {NULL, 0, 0}};
    vec_push(e->a, all, name);
}

/* Those that mau.yaml lists, in its order; then the others of template and report by their numbers. */
static void find_appendices(struct exec *e, struct appendices *all) {
    const struct value *list = e->t ? value_get(e->t->settings, "phu_luc") : NULL;
    for (uint32_t i = 0; list && list->kind == VALUE_LIST && i < list->n; i++) {
        struct appendix_name name = {list->u.item[i]->text, list->u.item[i]->at};
        if (name.name && !is_listed(all, name.name, strlen(name.name)))
            vec_push(e->a, all, name);
    }
    size_t listed = all->n;
    for (size_t i = 0; e->t && i < e->t->file.n; i++)
        if (e->t->file.v[i].file->front)
            add_found(e, all, e->t->file.v[i].name, strlen(e->t->file.v[i].name));
    for (size_t i = 0; i < e->names_n; i++)
        if (is_appendix_name(e->names[i]))
            add_found(e, all, e->names[i], strlen(e->names[i]) - 3);
    if (all->n > listed)
        qsort(all->v + listed, all->n - listed, sizeof *all->v, by_name);
}

/* The nearest to a listed one that does not exist is a file that is not listed. */
static void appendix_missing(struct exec *e, const struct appendices *all,
                             const struct appendix_name *name) {
    struct file_names found = {0};
    for (size_t i = 0; i < all->n; i++)
        if (!all->v[i].at.file)
            vec_push(e->a, &found, all->v[i].name);
    const char *near = text_nearest(name->name, found.v, found.n);
    if (near)
        diag_add(e->d, E_APPENDIX_MISSING_NEAR, name->at, name->name, near, NULL);
    else
        diag_add(e->d, E_APPENDIX_MISSING, name->at, name->name, NULL);
}

static void exec_appendix(struct exec *e, const struct appendices *all,
                          const struct appendix_name *name) {
    bool found = true;
    const struct compiled *c =
        path_inside(name->name) ? find_file(e, name->name, true, &found) : NULL;
    if (!path_inside(name->name)) {
        diag_add(e->d, E_PART_OUTSIDE, name->at, name->name, NULL);
        return;
    }
    if (!c || !c->front) {
        if (!found)
            appendix_missing(e, all, name);
        return;
    }
    const struct front *f = c->front;
    struct node *n = node_new(e->doc, NODE_APPENDIX, e->doc->root, f->at);
    struct appendix *x = n->u.appendix;
    x->title = exec_title(e, f->title);
    x->reference = exec_title(e, f->reference);
    x->no_reference = f->no_reference;
    x->number = f->no_number ? "" : f->number;
    x->landscape = f->landscape;
    x->follows = f->follows;
    x->own_file = f->own_file;
    x->file = c->file;
    e->file = c;
    exec_blocks(e, c->body, n);
}

/* ---- the report ---------------------------------------------------------------------------------- */

static const struct compiled *find_body(struct exec *e) {
    bool found;
    if (!e->r->markdown) {
        const struct compiled *c = find_file(e, "mau", false, &found);
        if (!found)
            diag_add(e->d, E_BODY_MISSING,
                     (struct origin){e->t ? e->t->dir : e->r->dir, 0, 0}, NULL);
        return c;
    }
    struct compiled *c = arena_new_of(e->a, struct compiled);
    c->file = e->r->markdown_file;
    c->body = compile_markdown(e->a, e->d, c->file, e->r->markdown, e->r->markdown_len,
                               e->r->markdown_line);
    return c;
}

struct doc *merge_report(struct arena *a, struct diag *d, const struct tmpl *t,
                         const struct report *r, bool draft) {
    int errors = diag_count(d, SEV_ERROR);
    struct exec e = {.a = a, .d = d, .t = t, .r = r, .draft = draft};
    struct ctx root = {.v = r->facts};
    e.doc = doc_new(a);
    e.doc->draft = draft;
    e.schema = t ? t->schema : NULL;
    e.ctx = &root;
    e.names = dir_list(a, r->dir, &e.names_n);
    if (!e.names)
        e.names_n = 0;
    if (t)
        cache_begin(t->own);
    e.cited = arena_array(a, bool, register_ids(r->registers) + 1);
    cite_grounds(&e);
    const struct compiled *body = find_body(&e);
    if (body) {
        e.file = body;
        exec_blocks(&e, body->body, e.doc->root);
    }
    struct appendices all = {0};
    if (!r->markdown)
        find_appendices(&e, &all);
    for (size_t i = 0; i < all.n; i++)
        exec_appendix(&e, &all, &all.v[i]);
    e.doc->note = e.note.v;
    e.doc->notes = e.note.n;
    typed_check(&e);
    return diag_count(d, SEV_ERROR) == errors + e.told ? e.doc : NULL;
}
