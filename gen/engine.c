/* engine.c: what lives as long as the process: templates, registers of documents, fonts */
#include "pipeline_inside.h"

#include <stdio.h>
#include <string.h>

struct engine *engine_new(const struct engine_options *o) {
    struct engine *e = x_new(1, sizeof *e);
    e->options = *o;
    mem_keep(MEMORY_KEPT);
    e->arena = arena_new();
    e->kept = arena_child(e->arena);
    e->last = arena_child(e->arena);
    return e;
}

void engine_free(struct engine *e) {
    if (!e)
        return;
    engine_forget(e);
    fonts_free(e->fonts);
    arena_free(e->arena);
    x_free(e);
}

/* The documents that the office registers once for all of its reports. */
static const struct registers *office_registers(struct engine *e, struct diag *d) {
    const struct registers *r = NULL;
    if (e->office_read)
        return e->office;
    for (const char *const *dir = e->options.template_dirs; dir && *dir; dir++)
        r = register_load(e->kept, d, *dir, r);
    e->office_read = true;
    return e->office = r;
}

void engine_forget(struct engine *e) {
    for (size_t i = 0; i < e->templates; i++)
        tmpl_free(e->template[i].tmpl);
    e->templates = 0;
    e->office_read = false;
    arena_free(e->kept);
    e->kept = arena_child(e->arena);
}

static struct tmpl *load_cached(struct engine *e, struct diag *d, const char *dir,
                                const char *name, struct origin at,
                                const struct registers **registers) {
    for (size_t i = 0; i < e->templates; i++)
        if (str_eq(e->template[i].dir, dir)) {
            if (!e->template[i].tmpl)
                diag_add(d, E_TEMPLATE_BROKEN, at, name, NULL);
            else if (e->template[i].warned && diag_strict(d))
                diag_add(d, W_TEMPLATE_WARNED, at, name, NULL);
            *registers = e->template[i].registers;
            return e->template[i].tmpl;
        }
    int warnings = diag_count(d, SEV_WARNING);
    struct tmpl *t = tmpl_load(d, dir);
    *registers = register_load(e->kept, d, dir, *registers);
    if (e->templates < TEMPLATES_MAX) {
        e->template[e->templates].dir = arena_strdup(e->kept, dir);
        e->template[e->templates].warned = diag_count(d, SEV_WARNING) > warnings;
        e->template[e->templates].registers = *registers;
        e->template[e->templates++].tmpl = t;
    }
    return t;
}

/* The template of a report and the documents registered with it and above. *ok false after a message; NULL
 * with *ok: a finished document. */
struct tmpl *engine_find(struct engine *e, struct job *job, struct diag *d,
                         const struct report *r, bool *ok,
                         const struct registers **registers) {
    const struct value *name = value_get(r->facts, "mau");
    struct tmpl *t = NULL;
    *ok = true;
    *registers = office_registers(e, d);
    if (r->markdown)
        return NULL;
    if (name && name->kind == VALUE_TEXT) {
        char *dir = tmpl_find(job->arena, d, name->text, name->at, r->dir,
                              e->options.template_dirs);
        t = dir ? load_cached(e, d, dir, name->text, name->at, registers) : NULL;
    } else if (file_exists(path_join(job->arena, r->dir, "mau.md"))) {
        t = tmpl_load(d, r->dir);
        job->own[job->owns++] = t;
    } else if (!(r->facts->flags &
                 VALUE_BROKEN)) { /* else it may stand in what was lost */
        struct origin at = {r->facts->at.file ? r->facts->at.file : r->path, 0, 0};
        diag_add(d, E_NO_TEMPLATE, at, NULL);
    }
    *ok = t != NULL;
    return t;
}

/* For the first report that gets so far; what is wrong with them is wrong for the later ones, too. */
bool engine_open_fonts(struct engine *e, struct diag *d) {
    int warnings = diag_count(d, SEV_WARNING);
    if (e->fonts) {
        if (e->fonts_warned && diag_strict(d))
            diag_add(d, W_FONTS_WARNED, (struct origin){0}, NULL);
        return true;
    }
    e->fonts = fonts_open(d, e->options.font_dir);
    e->fonts_warned = diag_count(d, SEV_WARNING) > warnings;
    return e->fonts != NULL;
}

struct fonts *engine_fonts(struct engine *e, struct diag *d) {
    return engine_open_fonts(e, d) ? e->fonts : NULL;
}

const char *engine_template(struct engine *e, struct diag *d, const char *report) {
    static char found[4096];
    struct arena *a = arena_new();
    struct report *r = report_load(a, d, report);
    const struct value *name = r ? value_get(r->facts, "mau") : NULL;
    const char *dir =
        name && name->kind == VALUE_TEXT
            ? tmpl_find(a, d, name->text, name->at, r->dir, e->options.template_dirs)
            : NULL;
    snprintf(found, sizeof found, "%s", dir ? dir : "");
    arena_free(a);
    return dir ? found : NULL;
}

bool engine_warm(struct engine *e, struct diag *d, const char *template_dir) {
    bool ok = true;
    const struct registers *registers = office_registers(e, d);
    if (template_dir)
        ok = load_cached(e, d, template_dir, template_dir, (struct origin){0},
                         &registers) != NULL;
    ok = engine_open_fonts(e, d) && ok;
    for (int face = 0; e->fonts && face < FACES; face++)
        font_subset(e->fonts, (enum face)face, NULL, 0);
    return ok;
}
