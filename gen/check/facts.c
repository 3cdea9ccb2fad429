/* facts.c: the facts of a report by the fields declared for it: defaults, types, required, unknown */
#include "expr.h"
#include "inside.h"

#include <string.h>

struct checker {
    struct arena *arena;
    struct diag *d;
    const struct report *report;
    const struct schema *schema;
    const struct field
        *field; /* declared ones, then the built-in ones that nobody redeclares */
    size_t n;
    struct matcher **matcher; /* by field, for their patterns */
    struct names {
        const char **v;
        size_t n, cap;
    } suspect; /* full names for which wrong ones were found */
    enum number_style style;
    bool ok;
    bool broken; /* facts were lost while loading: nothing can be called missing */
};

static void fail(struct checker *c, enum diag_code code, struct origin at,
                 const char *one, const char *two, const char *three) {
    diag_add(c->d, code, at, one, two ? two : "", three ? three : "", NULL);
    c->ok = false;
}

/* ---- defaults ---- */

/* Members of `from` that `into` lacks, maps in maps likewise. */
static void put_defaults(struct checker *c, struct value *into,
                         const struct value *from) {
    for (uint32_t i = 0; i < from->n; i++) {
        const struct value *v = &from->u.member[i];
        struct value *have = value_get(into, v->key);
        if (have && have->kind == VALUE_MAP && v->kind == VALUE_MAP)
            put_defaults(c, have, v);
        else if (have && have->kind == VALUE_NONE) {
            *have = *value_copy(c->arena, v);
            have->parent = into;
            value_adopt(have);
        } else if (!have)
            value_put(c->arena, into, v->key, *value_copy(c->arena, v));
    }
}

/* ---- one field ---- */

static const char *title_of(const struct field *f) {
    return f->title ? f->title : f->name;
}

/* A wrong name was reported that is probably this field. */
static bool is_suspect(const struct checker *c, const char *name) {
    for (size_t i = 0; i < c->suspect.n; i++)
        if (str_eq(c->suspect.v[i], name))
            return true;
    return false;
}

static void report_missing(struct checker *c, const struct value *map, const char *name,
                           const struct field *f) {
    struct origin at =
        map->parent ? value_key_at(map) : (struct origin){map->at.file, 0, 0};
    c->ok = false;
    if (name == f->name) {
        diag_add(c->d, E_FIELD_MISSING, at, f->name, title_of(f), NULL);
        diag_subject(c->d, f->name);
        return;
    }
    const char *group =
        arena_strndup(c->arena, f->name, strlen(f->name) - strlen(name) - 1);
    diag_add(c->d, E_FIELD_MISSING_IN, at, f->name, title_of(f), group, name, NULL);
    diag_subject(c->d, f->name);
}

/* `name`, the end of the field's name, is not in the map: report it or put a blank in its place. */
static void take_missing(struct checker *c, struct value *map, const char *name,
                         const struct field *f) {
    if (f->required && !c->broken && !is_suspect(c, f->name))
        report_missing(c, map, name, f);
    struct value blank = {.at = map->at, .flags = VALUE_COMPUTED};
    value_put(c->arena, map, name, blank);
}

/* `- Lưu: VT` in a list of texts is a map to YAML: the text that was meant. */
static void join_pair(struct checker *c, struct value *item) {
    const struct value *v = item->u.member;
    char *text = v->text ? arena_printf(c->arena, "%s: %s", v->key, v->text)
                         : arena_printf(c->arena, "%s:", v->key);
    item->kind = VALUE_TEXT;
    item->text = text;
    item->len = (uint32_t)strlen(text);
    item->n = 0;
    item->u.any = NULL;
}

/* The built-in lists hold texts only. */
static void check_texts(struct checker *c, struct value *list, const struct field *f) {
    for (uint32_t i = 0; i < list->n; i++) {
        struct value *item = list->u.item[i];
        if (item->kind == VALUE_NONE)
            fail(c, E_ITEM_EMPTY, item->at, f->name, NULL, NULL);
        else if (item->kind == VALUE_MAP && item->n == 1 &&
                 item->u.member->kind != VALUE_MAP && item->u.member->kind != VALUE_LIST)
            join_pair(c, item);
        else if (item->kind == VALUE_MAP || item->kind == VALUE_LIST)
            fail(c, E_ITEM_TEXT, item->at, f->name, value_kind_name(c->d, item), NULL);
        else {
            item->kind = VALUE_TEXT;
            item->u.any = NULL;
        }
    }
}

struct items {
    struct value **v;
    size_t n, cap;
};

/* A line of a text as an item of its own; `down` lines below the first one of the cell. */
static void add_line(struct checker *c, struct items *items, const struct value *text,
                     const char *s, size_t n, int down) {
    size_t skip = strspn(s, " \t\n");
    if (skip >= n)
        return;
    while (s[n - 1] == ' ' || s[n - 1] == '\t')
        n--;
    struct value *item = value_new(c->arena, VALUE_TEXT, text->at);
    item->flags = text->flags;
    item->text = arena_strndup(c->arena, s + skip, n - skip);
    item->len = (uint32_t)(n - skip);
    item->index = (uint32_t)items->n;
    if (down && text->at.file && str_ends(text->at.file, ".csv")) {
        item->at.line += down;
        item->at.col = (int)skip + 1;
    }
    vec_push(c->arena, items, item);
}

/* The items that a value stands for: the lines of a text, or itself. */
static void items_of(struct checker *c, const struct value *v, struct items *items) {
    if (v->kind == VALUE_TEXT && strchr(v->text, '\n')) {
        int down = 0;
        for (const char *s = v->text; *s; down++) {
            size_t n = strcspn(s, "\n");
            add_line(c, items, v, s, n, down);
            s += n + (s[n] == '\n');
        }
        return;
    }
    struct value *item = arena_new_of(c->arena, struct value);
    *item = *v;
    item->key = NULL;
    item->index = 0;
    value_adopt(item);
    vec_push(c->arena, items, item);
}

/* Where a list is wanted, a text counts as a list of its lines, another scalar or a map as a list of one. */
static void check_list(struct checker *c, struct value *v, const struct field *f) {
    if (v->kind != VALUE_LIST) {
        struct items items = {0};
        items_of(c, v, &items);
        *v = (struct value){.kind = VALUE_LIST,
                            .flags = v->flags & VALUE_JSON,
                            .at = v->at,
                            .parent = v->parent,
                            .key = v->key,
                            .index = v->index,
                            .n = (uint32_t)items.n};
        v->u.item = items.v;
        value_adopt(v);
    }
    if (field_builtin(f->name))
        check_texts(c, v, f);
}

static void check_group(struct checker *c, const struct value *v, const struct field *f) {
    /* Several signers are a list of groups; other groups stand alone. */
    bool signers =
        v->kind == VALUE_LIST && field_builtin(f->name) && str_eq(f->name, "nguoi_ky");
    if (v->kind != VALUE_MAP && !signers)
        fail(c, E_FIELD_GROUP, v->at, f->name, value_kind_name(c->d, v), NULL);
}

static void check_value(struct checker *c, struct value *v, const struct field *f) {
    if (f->missing)
        check_missing(v, f->missing);
    if (v->kind == VALUE_NONE || (v->kind == VALUE_LIST && v->n == 0)) {
        if (f->required && !(v->flags & VALUE_COMPUTED))
            fail(c, E_FIELD_EMPTY, v->at, f->name, title_of(f), NULL);
        return;
    }
    if (f->type == FT_ARRAY)
        check_list(c, v, f);
    else if (f->type == FT_OBJECT)
        check_group(c, v, f);
    else if (!check_scalar(c->arena, c->d, v, f, c->style))
        c->ok = false;
    if (f->limits && !f->formula &&
        !check_limits(c->arena, c->d, v, f, &c->matcher[f - c->field]))
        c->ok = false;
}

/* The part of a dotted name that a map answers, in the arena; *rest is NULL for the last one. */
static const char *first_part(struct checker *c, const char *name, const char **rest) {
    size_t n = strcspn(name, ".");
    *rest = name[n] ? name + n + 1 : NULL;
    return *rest ? arena_strndup(c->arena, name, n) : name;
}

static const struct field *declared(const struct checker *c, const char *name, size_t n) {
    for (size_t i = 0; i < c->n; i++)
        if (strncmp(c->field[i].name, name, n) == 0 && !c->field[i].name[n])
            return &c->field[i];
    return NULL;
}

static void check_below(struct checker *c, struct value *map, const char *name,
                        const struct field *f);

/* v stands where the maps that hold the field should be: go on in it, or in its items. */
static void check_inner(struct checker *c, struct value *v, const char *rest,
                        const struct field *f) {
    if (v->kind == VALUE_MAP) {
        check_below(c, v, rest, f);
        return;
    }
    for (uint32_t i = 0; v->kind == VALUE_LIST && i < v->n; i++) {
        struct value *item = v->u.item[i];
        if (item->kind == VALUE_MAP)
            check_below(c, item, rest, f);
        else if (item->kind != VALUE_LIST && !diag_at(c->d, item->at))
            fail(c, E_ITEM_GROUP, item->at, f->name, rest, NULL);
    }
    /* one message for all the fields that should be below */
    if (v->kind != VALUE_LIST && v->kind != VALUE_NONE && !diag_at(c->d, v->at))
        fail(c, E_FIELD_PARENT, v->at, f->name, v->key ? v->key : "", rest);
}

/* Field f, the rest of whose name is `name`, in a map. */
static void check_below(struct checker *c, struct value *map, const char *name,
                        const struct field *f) {
    const char *rest, *part = first_part(c, name, &rest);
    struct value *v = value_get(map, part);
    if (!rest) {
        if (v)
            check_value(c, v, f);
        else
            take_missing(c, map, name, f);
        return;
    }
    if (v && v->kind != VALUE_NONE) {
        check_inner(c, v, rest, f);
        return;
    }
    /* A group or list that is itself a field may be absent with all that is below it. */
    if (declared(c, f->name, (size_t)(name - f->name) + strlen(part)))
        return;
    if (!v) {
        struct value group = {.kind = VALUE_MAP, .at = map->at, .flags = VALUE_COMPUTED};
        if (!map->parent) /* the file as a whole: nothing in it names the group */
            group.at = (struct origin){map->at.file, 0, 0};
        v = value_put(c->arena, map, part, group);
    } else
        v->kind = VALUE_MAP;
    check_below(c, v, rest, f);
}

/* The lists of field f, the rest of whose name is `name`, have no item twice. */
static void check_unique_items(struct checker *c, const struct value *v, const char *name,
                               const struct field *f) {
    if (!name) {
        if (v->kind == VALUE_LIST && !check_items(c->arena, c->d, v, f))
            c->ok = false;
        return;
    }
    for (uint32_t i = 0; v->kind == VALUE_LIST && i < v->n; i++)
        check_unique_items(c, v->u.item[i], name, f);
    const char *rest, *part = first_part(c, name, &rest);
    const struct value *next = value_get(v, part);
    if (next)
        check_unique_items(c, next, rest, f);
}

/* ---- names that nobody declared ---- */

/* The names that are known directly below `path` ("" for the top). */
static void known_names(struct checker *c, const char *path, struct names *out) {
    size_t len = strlen(path);
    for (size_t i = 0; i < c->n; i++) {
        const char *name = c->field[i].name;
        if (len && (strncmp(name, path, len) != 0 || name[len] != '.'))
            continue;
        name += len ? len + 1 : 0;
        const char *rest, *part = first_part(c, name, &rest);
        vec_push(c->arena, out, part);
    }
    for (size_t i = 0; !len && c->schema && i < c->schema->tables; i++)
        vec_push(c->arena, out, c->schema->table[i].name);
}

static bool is_in(const struct names *names, const char *name) {
    for (size_t i = 0; i < names->n; i++)
        if (str_eq(names->v[i], name))
            return true;
    return false;
}

static void report_name(struct checker *c, const struct value *v, const char *path,
                        const struct names *known, bool open) {
    const char *near = text_nearest(v->key, known->v, known->n);
    if (open) { /* without a template every name is allowed, but a slip is likely */
        if (near && !wide_is_key(c->report, v->key))
            diag_add(c->d, W_FACT_LIKE, value_key_at(v), v->key, near, NULL);
        return;
    }
    check_unknown(c->d, E_FACT_UNKNOWN, E_FACT_UNKNOWN_NEAR, value_key_at(v), v->key,
                  known->v, known->n);
    c->ok = false;
    if (near) {
        near = *path ? arena_printf(c->arena, "%s.%s", path, near) : near;
        vec_push(c->arena, &c->suspect, near);
    }
}

static void check_names(struct checker *c, const struct value *v, const char *path);

static void check_names_inside(struct checker *c, const struct value *v,
                               const char *path) {
    if (v->kind == VALUE_MAP)
        check_names(c, v, path);
    for (uint32_t i = 0; v->kind == VALUE_LIST && i < v->n; i++)
        if (v->u.item[i]->kind == VALUE_MAP)
            check_names(c, v->u.item[i], path);
}

static void check_names(struct checker *c, const struct value *map, const char *path) {
    struct names known = {0};
    known_names(c, path, &known);
    bool open = !*path && (!c->schema || c->schema->open);
    for (uint32_t i = 0; i < map->n; i++) {
        const struct value *v = &map->u.member[i];
        if (!is_in(&known, v->key)) {
            report_name(c, v, path, &known, open);
            continue;
        }
        const char *below =
            *path ? arena_printf(c->arena, "%s.%s", path, v->key) : v->key;
        if (field_is_group(c->field, c->n, below))
            check_names_inside(c, v, below);
    }
}

/* ---- the whole ---- */

enum number_style check_style(struct diag *d, const struct value *v, bool *ok) {
    if (!v || v->kind == VALUE_NONE || str_eq(v->text, "vi"))
        return NUM_VI;
    if (str_eq(v->text, "en"))
        return NUM_EN;
    diag_add(d, E_STYLE, v->at, v->text ? v->text : value_kind_name(d, v), NULL);
    *ok = false;
    return NUM_VI;
}

/* The declared fields and the built-in ones that they do not repeat. */
static void collect_fields(struct checker *c) {
    size_t nb, nd = c->schema ? c->schema->n : 0;
    const struct field *b = schema_builtin(&nb);
    struct field *all = arena_array(c->arena, struct field, nb + nd);
    for (size_t i = 0; i < nd; i++)
        all[c->n++] = c->schema->field[i];
    for (size_t i = 0; i < nb; i++)
        if (!c->schema || schema_field(c->schema, b[i].name) == &b[i]) {
            all[c->n] = b[i];
            all[c->n++].missing = c->schema ? c->schema->missing : NULL;
        }
    c->field = all;
    c->matcher = arena_array(c->arena, struct matcher *, c->n);
}

/* A group's own field goes before the fields below it: lists of one are made first. */
static void check_fields(struct checker *c, struct value *facts) {
    for (size_t i = 0; i < c->n; i++)
        if (c->field[i].type == FT_ARRAY || c->field[i].type == FT_OBJECT)
            check_below(c, facts, c->field[i].name, &c->field[i]);
    for (size_t i = 0; i < c->n; i++)
        if (c->field[i].type != FT_ARRAY && c->field[i].type != FT_OBJECT)
            check_below(c, facts, c->field[i].name, &c->field[i]);
    for (size_t i = 0; i < c->n; i++) /* when all that is in them is typed */
        if (c->field[i].limits && c->field[i].limits->unique)
            check_unique_items(c, facts, c->field[i].name, &c->field[i]);
}

/* What holds between rows, computed values included. */
static void check_keys(struct checker *c, const struct value *facts, const bool *sound) {
    const struct schema *s = c->schema;
    for (size_t i = 0; i < s->tables; i++)
        if (s->table[i].limited && !check_unique(c->arena, c->d, facts, &s->table[i]))
            c->ok = false;
    if (s->related && !check_foreign(c->arena, c->d, facts, s, sound))
        c->ok = false;
}

/* Put the former period's values beside the others, for templates. */
static void put_previous(struct arena *a, struct report *r) {
    struct value *path = value_get(r->facts, "ky_truoc");
    if (!r->previous) {
        if (path)
            *path = (struct value){.key = path->key, .at = path->at, .parent = r->facts};
        return;
    }
    struct value copy = *r->previous;
    copy.key = "ky_truoc";
    copy.at.line = 0; /* what is missing in it is missing in the file as a whole */
    if (path) {
        copy.parent = r->facts;
        *path = copy;
        value_adopt(path);
    } else
        value_put(a, r->facts, "ky_truoc", copy);
}

bool check_report(struct arena *a, struct diag *d, struct report *r,
                  const struct schema *s) {
    struct checker c = {.arena = a, .d = d, .report = r, .schema = s, .ok = true};
    if (r->wide)
        wide_facts(a, d, r, s);
    c.broken = r->facts->flags & VALUE_BROKEN;
    collect_fields(&c);
    check_names(&c, r->facts, "");
    if (s && s->defaults)
        put_defaults(&c, r->facts, s->defaults);
    c.style = check_style(d, value_get(r->facts, "dinh_dang_so"), &c.ok);
    check_fields(&c, r->facts);
    bool *sound = s ? arena_array(a, bool, s->tables) : NULL;
    for (size_t i = 0; s && i < s->tables; i++)
        if (!check_table(a, d, r, s, &s->table[i], c.style, &sound[i]))
            c.ok = false;
    put_previous(a, r);
    struct eval e = eval_of_report(a, d, r);
    if (s && s->ordered) {
        c.ok = formulas_run(&e, s) && c.ok;
        c.ok = check_computed(&e, s) && c.ok;
    }
    if (s)
        check_keys(&c, r->facts, sound);
    if (s && s->rules)
        c.ok = rules_run(&e, s) && c.ok;
    return c.ok && !c.broken;
}
