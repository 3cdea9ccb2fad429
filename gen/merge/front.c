/* front.c: whole files of a template or report: front matter of appendices, then the text */
#include "inside.h"

#include <string.h>

static const char *const front_keys[] = {"tieu_de",   "huong",    "lien_tiep",
                                         "tep_rieng", "kem_theo", "so"};
#define FRONT_KEYS (sizeof front_keys / sizeof *front_keys)

struct reader {
    struct arena *a;
    struct diag *d;
    struct front *front;
};

static void wrong(struct reader *r, const struct value *v, const char *key,
                  const char *want) {
    diag_add(r->d, E_APPENDIX_VALUE, v->at, key, want, NULL);
}

static bool is_word(const struct value *v, const char *x, const char *y) {
    return v && v->text && (str_eq(v->text, x) || str_eq(v->text, y));
}

static bool read_flag(struct reader *r, const struct value *map, const char *key) {
    const struct value *v = value_get(map, key);
    if (!v || v->kind == VALUE_NONE || is_word(v, "false", "không"))
        return false;
    if (!is_word(v, "true", "có"))
        wrong(r, v, key, diag_word(r->d, "true hoặc false", "true or false"));
    return true;
}

static void read_direction(struct reader *r, const struct value *v) {
    if (!v || v->kind == VALUE_NONE || is_word(v, "doc", "dọc"))
        return;
    r->front->landscape = is_word(v, "ngang", "ngang");
    if (!r->front->landscape)
        wrong(r, v, "huong", diag_word(r->d, "ngang hoặc doc", "ngang or doc"));
}

static void read_reference(struct reader *r, const struct value *v) {
    if (!v || v->kind == VALUE_NONE || is_word(v, "true", "có"))
        return;
    if (is_word(v, "false", "không"))
        r->front->no_reference = true;
    else if (v->text)
        r->front->reference = compile_scalar(r->a, r->d, v);
    else
        wrong(r, v, "kem_theo",
              diag_word(r->d, "false hoặc một dòng chữ", "false or a text"));
}

static void read_number(struct reader *r, const struct value *v) {
    if (!v || v->kind == VALUE_NONE)
        return;
    if (is_word(v, "khong", "không"))
        r->front->no_number = true;
    else if (v->text && v->len <= 8)
        r->front->number = v->text;
    else
        wrong(r, v, "so",
              diag_word(r->d, "một số như II, hoặc khong",
                        "a number such as II, or khong"));
}

static void read_front(struct reader *r, const struct value *map) {
    struct front *f = r->front;
    for (uint32_t i = 0; i < map->n; i++) {
        const struct value *m = &map->u.member[i];
        bool known = false;
        for (size_t k = 0; k < FRONT_KEYS; k++)
            known |= str_eq(m->key, front_keys[k]);
        if (!known)
            diag_add(
                r->d, E_APPENDIX_KEY, value_key_at(m), m->key,
                nearest_hint(
                    r->d, m->key, front_keys, FRONT_KEYS,
                    diag_word(r->d,
                              "dùng tieu_de, huong, lien_tiep, tep_rieng, kem_theo, so",
                              "use tieu_de, huong, lien_tiep, tep_rieng, kem_theo, so")),
                NULL);
    }
    const struct value *title = value_get(map, "tieu_de");
    if (title && title->text && title->len)
        f->title = compile_scalar(r->a, r->d, title);
    else
        diag_add(r->d, E_APPENDIX_TITLE, title ? title->at : f->at, NULL);
    read_direction(r, value_get(map, "huong"));
    f->follows = read_flag(r, map, "lien_tiep");
    f->own_file = read_flag(r, map, "tep_rieng");
    read_reference(r, value_get(map, "kem_theo"));
    read_number(r, value_get(map, "so"));
}

struct compiled *compile_file(struct arena *a, struct diag *d, const char *path,
                              const char *dir, bool appendix) {
    size_t n;
    const char *text = input_text(a, d, path, &n);
    return text ? compile_text(a, d, path, text, n, dir, appendix) : NULL;
}

struct compiled *compile_text(struct arena *a, struct diag *d, const char *path,
                              const char *text, size_t n, const char *dir,
                              bool appendix) {
    size_t yaml_n, body_n = n;
    const char *yaml, *body = text;
    int line = 1, calls = diag_calls(d);
    struct compiled *c = arena_new_of(a, struct compiled);
    c->file = arena_strdup(a, path);
    c->dir = dir;
    struct origin at = {c->file, 1, 1};
    bool front = input_front_matter(text, n, &yaml, &yaml_n, &body, &body_n, &line);
    if (front && !appendix)
        diag_add(d, E_FRONT_HERE, at, NULL);
    if (!front && str_starts(text, "---\n"))
        diag_add(d, E_FRONT_OPEN, at, NULL);
    else if (!front && appendix)
        diag_add(d, E_APPENDIX_FRONT, at, NULL);
    if (appendix)
        c->front = arena_new_of(a, struct front);
    if (front && appendix) {
        struct reader r = {a, d, c->front};
        c->front->at = at;
        const struct value *map = input_yaml(a, d, c->file, yaml, yaml_n, 2, 1);
        if (map && map->kind == VALUE_MAP)
            read_front(&r, map);
        else if (map)
            diag_add(d, E_APPENDIX_TITLE, at, NULL);
    }
    c->body = compile_markdown(a, d, c->file, body, body_n, line);
    c->clean = diag_calls(d) == calls;
    return c;
}
