/* schema_constraints.c: the constraints and missing values that a mau.yaml declares, typed and compiled */
#include "inside.h"

#include <string.h>

#define CHOICES_SHOWN 12

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- which constraint goes with which type ---- */

#define TYPE(t) (1u << (t))
#define ORDERED (TYPE(FT_INTEGER) | TYPE(FT_NUMBER) | TYPE(FT_DATE))
#define SCALAR (ORDERED | TYPE(FT_STRING) | TYPE(FT_BOOLEAN))

static const struct {
    const char *name;
    unsigned types;
    const char *words;
} rules[] = {
    {"minimum", ORDERED, "integer, number, date"},
    {"maximum", ORDERED, "integer, number, date"},
    {"minLength", TYPE(FT_STRING) | TYPE(FT_ARRAY), "string, array"},
    {"maxLength", TYPE(FT_STRING) | TYPE(FT_ARRAY), "string, array"},
    {"pattern", TYPE(FT_STRING), "string"},
    {"enum", SCALAR, "string, integer, number, date, boolean"},
};

/* The value of a constraint; NULL when it is not given or, after a message, not for this type. */
static const struct value *given(struct loader *l, const struct value *map,
                                 const struct field *f, const char *name) {
    const struct value *v = value_get(map, name);
    if (!v || v->kind == VALUE_NONE)
        return NULL;
    for (size_t i = 0; i < COUNT(rules); i++)
        if (str_eq(rules[i].name, name) && !(rules[i].types & TYPE(f->type))) {
            diag_add(l->d, E_LIMIT_TYPE, value_key_at(v), name, schema_type_name(f->type),
                     rules[i].words, NULL);
            return NULL;
        }
    return v;
}

/* ---- typed values ---- */

/* A copy of v typed as the field; NULL after a message, in which it is called `name`. Numbers are
 * Vietnamese; what is none there but one in JSON (0.5, 1e6) is that one. */
static struct value *typed(struct loader *l, const struct value *v, const struct field *f,
                           const char *name) {
    struct value *copy = value_copy(l->arena, v);
    struct field as = *f;
    struct number x;
    bool percent, number = f->type == FT_INTEGER || f->type == FT_NUMBER;
    enum number_style style = NUM_VI;
    int digits;
    as.name = name;
    if (number && copy->kind == VALUE_TEXT &&
        !number_parse(l->arena, v->text, v->len, NUM_VI, &x, &percent, &digits)) {
        style = NUM_JSON; /* no offer of another style: there is none in a template */
        if (number_parse(l->arena, v->text, v->len, NUM_JSON, &x, &percent, &digits)) {
            copy->kind = VALUE_NUMBER;
            copy->digits = (uint16_t)digits;
            copy->u.number = arena_new_of(l->arena, struct number);
            *copy->u.number = x;
        }
    }
    return check_scalar(l->arena, l->d, copy, &as, style) ? copy : NULL;
}

static const char *printed(struct arena *a, const struct value *v) {
    return v->kind == VALUE_NUMBER || v->kind == VALUE_DATE ? value_show(a, v) : v->text;
}

/* ---- bounds and lengths ---- */

static void read_bound(struct loader *l, const struct value *map, const struct field *f,
                       const char *name, struct bound *b) {
    const struct value *v = given(l, map, f, name);
    b->v = v ? typed(l, v, f, name) : NULL;
    b->printed = b->v ? printed(l->arena, b->v) : NULL;
}

static bool is_crossed(const struct bound *least, const struct bound *most) {
    if (!least->v || !most->v)
        return false;
    if (least->v->kind == VALUE_NUMBER)
        return number_compare(least->v->u.number, most->v->u.number) > 0;
    return check_is_before(most->v->u.date, least->v->u.date);
}

static void read_bounds(struct loader *l, const struct value *map, const struct field *f,
                        struct constraints *k) {
    read_bound(l, map, f, "minimum", &k->least);
    read_bound(l, map, f, "maximum", &k->most);
    if (is_crossed(&k->least, &k->most))
        diag_add(l->d, E_LIMIT_ORDER, k->least.v->at, "minimum", k->least.printed,
                 "maximum", k->most.printed, NULL);
}

static uint32_t read_length(struct loader *l, const struct value *map,
                            const struct field *f, const char *name, uint32_t otherwise) {
    const struct value *v = given(l, map, f, name);
    struct number x;
    bool percent;
    int digits;
    if (!v)
        return otherwise;
    if (v->text &&
        number_parse(l->arena, v->text, v->len, NUM_VI, &x, &percent, &digits) &&
        !percent && number_is_int(&x) && !x.big && x.num >= 0 && x.num < UINT32_MAX)
        return (uint32_t)x.num;
    diag_add(l->d, E_LIMIT_LENGTH, v->at, name, NULL);
    return otherwise;
}

static void read_lengths(struct loader *l, const struct value *map, const struct field *f,
                         struct constraints *k) {
    k->shortest = read_length(l, map, f, "minLength", 0);
    k->longest = read_length(l, map, f, "maxLength", UINT32_MAX);
    if (k->shortest > k->longest)
        diag_add(l->d, E_LIMIT_ORDER, value_get(map, "minLength")->at, "minLength",
                 diag_fmt(l->d, "%u", k->shortest), "maxLength",
                 diag_fmt(l->d, "%u", k->longest), NULL);
}

/* ---- enum ---- */

static const char *shown(struct arena *a, const struct choices *c) {
    const char *all = c->n ? c->text[0] : "";
    for (size_t i = 1; i < c->n && i < CHOICES_SHOWN; i++)
        all = arena_printf(a, "%s; %s", all, c->text[i]);
    return c->n > CHOICES_SHOWN ? arena_printf(a, "%s; …", all) : all;
}

static const struct choices *read_choices(struct loader *l, const struct value *map,
                                          const struct field *f) {
    const struct value *list = given(l, map, f, "enum");
    if (!list)
        return NULL;
    if (list->kind != VALUE_LIST || !list->n) {
        diag_add(l->d, E_LIMIT_ENUM, list->at, NULL);
        return NULL;
    }
    struct choices *c = arena_new_of(l->arena, struct choices);
    const char **text = arena_array(l->arena, const char *, list->n);
    c->set = key_set_new(l->arena, list->n, NULL, 1);
    c->text = text;
    for (uint32_t i = 0; i < list->n; i++) {
        const struct value *v = list->u.item[i];
        if (v->kind == VALUE_NONE)
            diag_add(l->d, E_LIMIT_ENUM, v->at, NULL);
        else if ((v = typed(l, v, f, "enum")) == NULL)
            continue;
        else if (key_set_put(c->set, v))
            diag_add(l->d, E_LIMIT_TWICE, v->at, v->text, NULL);
        else
            text[c->n++] = printed(l->arena, v);
    }
    c->list = shown(l->arena, c);
    return c;
}

/* ---- pattern, unique ---- */

static void read_pattern(struct loader *l, const struct value *map,
                         const struct value *entry, const struct field *f,
                         struct constraints *k) {
    const struct value *v = given(l, map, f, "pattern");
    const char *why;
    size_t place;
    if (!v)
        return;
    if (!v->text) {
        diag_add(l->d, E_LIMIT_TEXT, v->at, "pattern", NULL);
        return;
    }
    k->pattern = pattern_compile(l->arena, l->d, v->text, v->len, &why, &place);
    k->pattern_text = v->text;
    k->pattern_at = v->at;
    k->hint = value_text(entry, "mo_ta");
    if (!k->hint)
        k->hint = value_text(entry, "description");
    if (!k->pattern)
        diag_add(l->d, E_LIMIT_PATTERN, v->at, v->text, diag_fmt(l->d, "%zu", place), why,
                 NULL);
}

static bool read_unique(struct loader *l, const struct value *map, const struct field *f,
                        bool column) {
    if (!schema_bool(l->d, map, "unique"))
        return false;
    if (column || f->type == FT_ARRAY)
        return true;
    diag_add(l->d, E_LIMIT_UNIQUE, value_key_at(value_get(map, "unique")), f->name, NULL);
    return false;
}

void schema_constraints(struct loader *l, const struct value *entry, struct field *f,
                        bool column, bool is_type) {
    static const char *const keys[] = {"required",  "unique",    "minimum", "maximum",
                                       "minLength", "maxLength", "pattern", "enum"};
    const struct value *map = schema_map(l->d, entry, "constraints");
    if (!map)
        return;
    schema_keys(l->d, map, keys, COUNT(keys));
    f->required = schema_bool(l->d, map, "required");
    if (!is_type)
        return;
    struct constraints k = {0};
    read_bounds(l, map, f, &k);
    read_lengths(l, map, f, &k);
    k.choice = read_choices(l, map, f);
    read_pattern(l, map, entry, f, &k);
    k.unique = read_unique(l, map, f, column);
    if (!k.least.v && !k.most.v && !k.shortest && k.longest == UINT32_MAX && !k.choice &&
        !k.pattern && !k.unique)
        return;
    struct constraints *kept = arena_new_of(l->arena, struct constraints);
    *kept = k;
    f->limits = kept;
}

/* ---- missing values ---- */

const struct missing *schema_missing(struct loader *l, const struct value *map,
                                     const struct missing *otherwise) {
    const struct value *list = value_get(map, "missingValues");
    if (!list || list->kind == VALUE_NONE)
        return otherwise;
    struct missing *m = arena_new_of(l->arena, struct missing);
    bool wrong = list->kind != VALUE_LIST;
    const char **text = arena_array(l->arena, const char *, wrong ? 0 : list->n);
    m->text = text;
    for (uint32_t i = 0; !wrong && i < list->n; i++) {
        const struct value *v = list->u.item[i];
        wrong = v->kind == VALUE_LIST || v->kind == VALUE_MAP;
        if (v->text)
            text[m->n++] = v->text;
    }
    if (wrong)
        diag_add(l->d, E_MISSING_VALUES, list->at, NULL);
    return m->n ? m : NULL;
}
