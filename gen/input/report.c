/* report.c: a report on the disk: a folder with its facts, or one Markdown file with front matter */
#include "inside.h"

#include <string.h>

static struct origin whole(const char *file) {
    return (struct origin){file, 0, 0};
}

/* ---- front matter ---- */

/* The line at p without its end; *next is where the following one begins. */
static size_t line_length(const char *p, const char *end, const char **next) {
    const char *feed = memchr(p, '\n', (size_t)(end - p));
    *next = feed ? feed + 1 : end;
    size_t n = (size_t)((feed ? feed : end) - p);
    while (n && (p[n - 1] == ' ' || p[n - 1] == '\t' || p[n - 1] == '\r'))
        n--;
    return n;
}

static bool is_fence(const char *p, size_t n) {
    return n == 3 && (memcmp(p, "---", 3) == 0 || memcmp(p, "...", 3) == 0);
}

bool input_front_matter(const char *text, size_t n, const char **yaml, size_t *yaml_n,
                        const char **body, size_t *body_n, int *body_line) {
    const char *end = text + n, *p = text, *next;
    size_t len = line_length(p, end, &next);
    if (len != 3 || memcmp(p, "---", 3) != 0)
        return false;
    *yaml = next;
    int line = 2;
    for (p = next; p < end; p = next, line++) {
        len = line_length(p, end, &next);
        if (!is_fence(p, len))
            continue;
        *yaml_n = (size_t)(p - *yaml);
        *body = next;
        *body_n = (size_t)(end - next);
        *body_line = line + 1;
        return true;
    }
    return false;
}

/* ---- the facts ---- */

/* A root that is no map, or nothing at all, is of no use. */
static struct value *facts_map(struct diag *d, struct value *v, const char *file) {
    if (!v)
        return NULL;
    if (v->kind != VALUE_MAP && v->kind != VALUE_NONE) {
        diag_add(d, E_YAML_NOT_MAP, v->at, NULL);
        return NULL;
    }
    if (v->kind == VALUE_MAP && (v->n || v->flags & VALUE_BROKEN))
        return v;
    diag_add(d, E_YAML_EMPTY, whole(file), NULL);
    return NULL;
}

static struct value *facts_load(struct arena *a, struct diag *d, const char *file) {
    size_t n;
    const char *text = input_text(a, d, file, &n);
    if (!text)
        return NULL;
    if (!str_ends(file, ".csv"))
        return facts_map(d, yaml_read(a, d, file, text, n, 1, 1), file);
    struct value *table = csv_read(a, d, file, text, n);
    return table ? facts_map(d, facts_of_table(a, d, table), file) : NULL;
}

/* The one file of facts in a folder; NULL after a message. */
static const char *facts_file(struct arena *a, struct diag *d, const char *dir) {
    static const char *const name[] = {"baocao.yaml", "baocao.yml", "baocao.json",
                                       "baocao.csv"};
    const char *found = NULL;
    bool twice = false;
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        if (!file_exists(path_join(a, dir, name[i])))
            continue;
        if (found) {
            diag_add(d, E_FACTS_BOTH, whole(path_join(a, dir, found)), found, name[i],
                     NULL);
            twice = true;
        } else
            found = name[i];
    }
    if (!found)
        diag_add(d, E_FACTS_NONE, whole(dir), NULL);
    return found && !twice ? path_join(a, dir, found) : NULL;
}

static bool load_folder(struct arena *a, struct diag *d, struct report *r) {
    r->dir = r->path;
    r->name = path_name(a, r->path);
    const char *file = facts_file(a, d, r->dir);
    if (file)
        r->facts = facts_load(a, d, file);
    return r->facts != NULL;
}

static bool load_markdown(struct arena *a, struct diag *d, struct report *r) {
    r->dir = path_dir(a, r->path);
    char *base = path_base(a, r->path);
    r->name = arena_strndup(a, base, strlen(base) - strlen(".md"));
    r->markdown_file = r->path;
    size_t n, yaml_n;
    const char *text = input_text(a, d, r->path, &n), *yaml, *next;
    if (!text)
        return false;
    if (!input_front_matter(text, n, &yaml, &yaml_n, &r->markdown, &r->markdown_len,
                            &r->markdown_line)) {
        bool open =
            line_length(text, text + n, &next) == 3 && memcmp(text, "---", 3) == 0;
        diag_add(d, open ? E_FRONT_OPEN : E_FRONT_NONE, (struct origin){r->path, 1, 1},
                 NULL);
        return false;
    }
    r->facts = facts_map(d, yaml_read(a, d, r->path, yaml, yaml_n, 2, 1), r->path);
    return r->facts != NULL;
}

struct report *report_read(struct arena *a, struct diag *d, const char *path) {
    struct report *r = arena_new_of(a, struct report);
    r->path = arena_strdup(a, path);
    bool ok = false;
    if (file_is_dir(path))
        ok = load_folder(a, d, r);
    else if (!file_exists(path))
        diag_add(d, E_REPORT_MISSING, whole(r->path), NULL);
    else if (strlen(path) > 3 && str_ends(path, ".md"))
        ok = load_markdown(a, d, r);
    else
        diag_add(d, E_REPORT_KIND, whole(r->path), NULL);
    return ok ? r : NULL;
}

struct report *report_load(struct arena *a, struct diag *d, const char *path) {
    struct report *r = report_read(a, d, path);
    if (r)
        issue_take(a, d, r);
    return r;
}

/* ---- tables ---- */

struct value *input_table(struct arena *a, struct diag *d, const char *path,
                          bool *missing) {
    *missing = !file_exists(path);
    if (*missing)
        return NULL;
    size_t n;
    const char *text = input_text(a, d, path, &n);
    return text ? csv_read(a, d, path, text, n) : NULL;
}

struct value *report_table(struct arena *a, struct diag *d, const struct report *r,
                           const char *file, bool *missing) {
    *missing = false;
    if (path_inside(file))
        return input_table(a, d, path_join(a, r->dir, file), missing);
    diag_add(d, E_REPORT_NAME, whole(r->path), file, NULL);
    return NULL;
}
