/* merge.c: a report over its template: body, parts and appendices, the report's own files first */
#include "inside.h"

#include <stdlib.h>
#include <string.h>

/* ---- defects of a draft -------------------------------------------------------------- */

static size_t place_hash(struct origin at, size_t cap) {
    uint64_t h = (uint64_t)(unsigned)at.line * 0x9E3779B97F4A7C15u;
    h ^= (uint64_t)(unsigned)at.col * 0xC2B2AE3D27D4EB4Fu;
    return (size_t)((h ^ h >> 29) % cap);
}

const char *defect_at(const struct exec *e, struct origin at) {
    if (!e->defects.cap || !at.line)
        return NULL;
    for (size_t i = place_hash(at, e->defects.cap);; i = (i + 1) % e->defects.cap) {
        const struct diag_msg *m = e->defects.v[i];
        if (!m)
            return NULL;
        if (m->at.line == at.line && m->at.col == at.col && str_eq(m->at.file, at.file))
            return m->text;
    }
}

/* The errors so far by place: what a draft marks, and what is not reported a second time. */
static void remember_defects(struct exec *e) {
    size_t n, used = 0;
    const struct diag_msg *const *m = diag_sorted(e->d, &n);
    e->defects.cap = 2 * n + 1;
    e->defects.v = arena_array(e->a, const struct diag_msg *, e->defects.cap);
    for (size_t i = 0; i < n; i++) {
        if (m[i]->sev != SEV_ERROR || !m[i]->at.line)
            continue;
        size_t k = place_hash(m[i]->at, e->defects.cap);
        while (e->defects.v[k])
            k = (k + 1) % e->defects.cap;
        e->defects.v[k] = m[i];
        used++;
    }
    if (!used)
        e->defects.cap = 0;
}

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

struct part_file *part_find(struct exec *e, const char *name, struct origin at) {
    for (size_t i = 0; i < e->parts.n; i++)
        if (str_eq(e->parts.v[i].name, name))
            return e->parts.v[i].file ? &e->parts.v[i] : NULL;
    struct part_file p = {name, NULL, false};
    bool found = false;
    if (!path_inside(name) || name[0] == '.')
        diag_add(e->d, E_PART_OUTSIDE, at, name, NULL);
    else if (!(p.file = find_file(e, name, false, &found)) && !found)
        diag_add(e->d, E_PART_MISSING, at, name, e->r->dir, e->t ? e->t->dir : e->r->dir,
                 NULL);
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

/* phu-luc-2 before phu-luc-10. */
static int by_name(const void *x, const void *y) {
    const struct appendix_name *a = x, *b = y;
    return text_natural(a->name, b->name);
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

static void exec_appendix(struct exec *e, const struct appendix_name *name) {
    bool found = true;
    const struct compiled *c =
        path_inside(name->name) ? find_file(e, name->name, true, &found) : NULL;
    if (!path_inside(name->name)) {
        diag_add(e->d, E_PART_OUTSIDE, name->at, name->name, NULL);
        return;
    }
    if (!c || !c->front) {
        if (!found)
            diag_add(e->d, E_APPENDIX_MISSING, name->at, name->name, NULL);
        return;
    }
    const struct front *f = c->front;
    struct node *n = node_new(e->doc, NODE_APPENDIX, e->doc->root, f->at);
    struct appendix *x = n->u.appendix;
    x->title = exec_spans(e, f->title);
    x->reference = exec_spans(e, f->reference);
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
    if (errors)
        remember_defects(&e);
    const struct compiled *body = find_body(&e);
    if (body) {
        e.file = body;
        exec_blocks(&e, body->body, e.doc->root);
    }
    struct appendices all = {0};
    if (!r->markdown)
        find_appendices(&e, &all);
    for (size_t i = 0; i < all.n; i++)
        exec_appendix(&e, &all.v[i]);
    e.doc->note = e.note.v;
    e.doc->notes = e.note.n;
    return diag_count(d, SEV_ERROR) == errors ? e.doc : NULL;
}
