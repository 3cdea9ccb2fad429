/* bang.c: the YAML of a table block to a table description */
#include "inside.h"

#include <string.h>

#define LEVELS_MAX 4

struct reader {
    struct arena *a;
    struct diag *d;
    struct bang *bang;
    bool ok;
};

/* ---- helpers ------------------------------------------------------------------ */

static bool check_keys(struct reader *r, const struct value *map, const char *const *keys,
                       size_t n) {
    if (map->kind != VALUE_MAP)
        return false;
    for (uint32_t i = 0; i < map->n; i++) {
        const struct value *m = &map->u.member[i];
        bool known = false;
        for (size_t k = 0; k < n; k++)
            known |= str_eq(m->key, keys[k]);
        if (known)
            continue;
        struct buf all = {0};
        for (size_t k = 0; k < n; k++)
            buf_printf(&all, k ? ", %s" : "%s", keys[k]);
        const char *use = diag_fmt(r->d, diag_word(r->d, "dùng %s", "use %s"), all.data);
        buf_free(&all);
        diag_add(r->d, E_BANG_KEY, value_key_at(m), m->key,
                 nearest_hint(r->d, m->key, keys, n, use), NULL);
        r->ok = false;
    }
    return true;
}

static void wrong(struct reader *r, const struct value *v, const char *key,
                  const char *want) {
    diag_add(r->d, E_BANG_VALUE, v->at, key, want, NULL);
    r->ok = false;
}

/* The text of a scalar, NULL when it has none. */
static const char *scalar(struct reader *r, const struct value *v, const char *key) {
    if (!v || v->kind == VALUE_NONE)
        return NULL;
    if (v->text)
        return v->text;
    wrong(r, v, key, diag_word(r->d, "một chữ", "a text"));
    return NULL;
}

static struct bang_ref ref(struct reader *r, const struct value *v, const char *key) {
    const char *s = scalar(r, v, key);
    return (struct bang_ref){s, v ? v->at : r->bang->at};
}

/* A list of column names; one name alone counts as a list. */
static struct bang_ref *refs(struct reader *r, const struct value *v, const char *key,
                             size_t *n) {
    *n = 0;
    if (!v || v->kind == VALUE_NONE)
        return NULL;
    if (v->kind != VALUE_LIST) {
        struct bang_ref *one = arena_new_of(r->a, struct bang_ref);
        *one = ref(r, v, key);
        *n = one->name != NULL;
        return one;
    }
    struct bang_ref *all = arena_array(r->a, struct bang_ref, v->n ? v->n : 1);
    for (uint32_t i = 0; i < v->n; i++) {
        all[*n] = ref(r, v->u.item[i], key);
        *n += all[*n].name != NULL;
    }
    return all;
}

/* One of `words`; its index, or -1. */
static int choice(const char *s, const char *const *words, int n) {
    for (int i = 0; s && i < n; i++)
        if (str_eq(s, words[i]))
            return i;
    return -1;
}

/* A decimal in thousandths; -1: it is none. */
static long thousandths(const char *s, size_t n) {
    long v = 0, scale = 0;
    if (!n)
        return -1;
    for (size_t i = 0; i < n; i++) {
        if ((s[i] == '.' || s[i] == ',') && !scale && i)
            scale = 1000;
        else if (s[i] < '0' || s[i] > '9' || v > 1000000)
            return -1;
        else if (!scale)
            v = v * 10 + (s[i] - '0');
        else if (scale > 1)
            v = v * 10 + (s[i] - '0'), scale /= 10;
    }
    return v * (scale ? scale : 1000);
}

/* ---- columns --------------------------------------------------------------------- */

static void read_width(struct reader *r, struct bang_col *c, const struct value *v) {
    const char *s = scalar(r, v, "rong");
    if (!s)
        return;
    size_t n = strlen(s);
    bool percent = n && s[n - 1] == '%';
    for (n -= percent; n && s[n - 1] == ' ';)
        n--;
    long w = thousandths(s, n);
    if (percent && w >= 1000 && w <= 100000)
        c->width = -(int)(w / 1000);
    else if (!percent && w >= 3000 && w <= 400000)
        c->width = (int)(w * 360 / 127); /* 1/1000 mm to 1/1000 pt */
    else
        wrong(
            r, v, "rong",
            diag_word(
                r->d, "số milimét từ 3 đến 400 (như 25) hoặc phần trăm (như 20%)",
                "millimetres from 3 to 400 (such as 25) or a percentage (such as 20%)"));
}

static void read_align(struct reader *r, struct bang_col *c, const struct value *v) {
    static const char *const words[] = {"trai", "giua", "phai", "deu"};
    static const uint8_t align[] = {ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT, ALIGN_JUSTIFY};
    const char *s = scalar(r, v, "canh");
    int i = choice(s, words, 4);
    if (i >= 0)
        c->align = align[i];
    else if (s)
        wrong(r, v, "canh",
              diag_word(r->d, "trai, giua, phai hoặc deu", "trai, giua, phai or deu"));
}

/* true, false or nothing, which is false. */
static bool flag(struct reader *r, const struct value *v, const char *key) {
    const char *s = scalar(r, v, key);
    if (s && !str_eq(s, "true") && !str_eq(s, "có") && !str_eq(s, "false") &&
        !str_eq(s, "không"))
        wrong(r, v, key, diag_word(r->d, "true hoặc false", "true or false"));
    return str_eq(s, "true") || str_eq(s, "có");
}

/* How the cells of a column print; a unit in the head leaves the figures bare. */
static void read_format(struct reader *r, struct bang_col *c, const struct value *v,
                        const struct value *unit) {
    if (scalar(r, v, "dinh_dang")) {
        c->format = format_parse(r->a, r->d, v->text, v->at);
        r->ok &= c->format != NULL;
    }
    c->unit = flag(r, unit, "don_vi");
    if (c->unit)
        c->format = format_bare(r->a, c->format);
}

static void read_columns(struct reader *r, const struct value *list,
                         struct bang_col **col, size_t *n, int level);

static void read_column(struct reader *r, const struct value *v, struct bang_col *c,
                        int level) {
    static const char *const keys[] = {"ten",  "tieu_de",   "cot",   "rong",
                                       "canh", "dinh_dang", "trong", "don_vi"};
    c->at = v->at;
    if (v->text) {
        c->name = v->text;
        return;
    }
    if (!check_keys(r, v, keys, sizeof keys / sizeof *keys)) {
        wrong(r, v, "cot",
              diag_word(r->d, "các mục dạng {ten: …, tieu_de: …}",
                        "items such as {ten: …, tieu_de: …}"));
        return;
    }
    const struct value *name = value_get(v, "ten"), *child = value_get(v, "cot"),
                       *blank = value_get(v, "trong"), *unit = value_get(v, "don_vi");
    c->title = compile_scalar(r->a, r->d, value_get(v, "tieu_de"));
    c->blank = blank && blank->kind == VALUE_NONE ? "" : scalar(r, blank, "trong");
    read_width(r, c, value_get(v, "rong"));
    read_align(r, c, value_get(v, "canh"));
    read_format(r, c, value_get(v, "dinh_dang"), unit);
    if (child && child->kind != VALUE_NONE) {
        read_columns(r, child, &c->child, &c->n, level + 1);
        if (!c->title) {
            diag_add(r->d, E_BANG_TITLE, c->at, NULL);
            r->ok = false;
        }
        if (c->unit)
            wrong(r, unit, "don_vi",
                  diag_word(r->d, "đặt ở từng cột bên trong, không ở đầu cột chung này",
                            "a place in the columns below, not in this head over them"));
    } else if ((c->name = scalar(r, name, "ten")) != NULL) {
        c->at = name->at;
    } else {
        diag_add(r->d, E_BANG_NAME, c->at, NULL);
        r->ok = false;
    }
}

static void read_columns(struct reader *r, const struct value *list,
                         struct bang_col **col, size_t *n, int level) {
    if (list->kind != VALUE_LIST || !list->n) {
        wrong(r, list, "cot",
              diag_word(r->d, "danh sách các cột, mỗi cột một dòng “- {ten: …}”",
                        "a list of columns, one “- {ten: …}” a line"));
        return;
    }
    if (level > LEVELS_MAX) {
        diag_add(r->d, E_BANG_LEVELS, list->at, diag_fmt(r->d, "%d", LEVELS_MAX), NULL);
        r->ok = false;
        return;
    }
    *col = arena_array(r->a, struct bang_col, list->n);
    *n = list->n;
    for (uint32_t i = 0; i < list->n; i++)
        read_column(r, list->u.item[i], &(*col)[i], level);
}

/* ---- the block ----------------------------------------------------------------------- */

static void read_group(struct reader *r, const struct value *v) {
    static const char *const keys[] = {"cot", "nhan"};
    static const char *const words[] = {"la_ma", "so", "chu", "khong"};
    struct bang *b = r->bang;
    if (!v || v->kind == VALUE_NONE)
        return;
    if (v->text) {
        b->group = ref(r, v, "nhom");
        return;
    }
    const struct value *column = value_get(v, "cot"), *label = value_get(v, "nhan");
    if (!check_keys(r, v, keys, 2) || !scalar(r, column, "cot")) {
        wrong(r, v, "nhom", "{cot: …, nhan: la_ma}");
        return;
    }
    b->group = ref(r, column, "cot");
    const char *s = scalar(r, label, "nhan");
    int i = choice(s, words, 4);
    if (i >= 0)
        b->group_label = (enum group_label)i;
    else if (s) {
        b->group_label = LABEL_COLUMN;
        b->group_label_from = ref(r, label, "nhan");
    }
}

static void read_numbering(struct reader *r, const struct value *v) {
    static const char *const words[] = {"lien_tuc", "theo_nhom", "cot"};
    static const enum numbering numbering[] = {NUMBER_ON, NUMBER_BY_GROUP, NUMBER_OWN};
    const char *s = scalar(r, v, "danh_so");
    int i = choice(s, words, 3);
    if (i >= 0)
        r->bang->numbering = numbering[i];
    else if (s)
        wrong(r, v, "danh_so",
              diag_word(r->d, "lien_tuc, theo_nhom hoặc cot",
                        "lien_tuc, theo_nhom or cot"));
}

static void read_total(struct reader *r, const struct value *v) {
    static const char *const keys[] = {"nhan", "cot"};
    struct bang *b = r->bang;
    if (!v || v->kind == VALUE_NONE)
        return;
    if (!check_keys(r, v, keys, 2)) {
        wrong(r, v, "tong", "{nhan: Tổng cộng, cot: […]}");
        return;
    }
    b->has_total = true;
    b->total = compile_scalar(r->a, r->d, value_get(v, "nhan"));
    b->sum = refs(r, value_get(v, "cot"), "cot", &b->sums);
    if (!b->sums)
        wrong(r, v, "tong", "{nhan: Tổng cộng, cot: […]}");
}

static void read_block(struct reader *r, const struct value *v) {
    static const char *const keys[] = {"du_lieu", "loc",      "nhom", "danh_so",
                                       "cot",     "gop",      "tong", "trong",
                                       "dong_so", "chu_thich"};
    struct bang *b = r->bang;
    check_keys(r, v, keys, sizeof keys / sizeof *keys);
    const struct value *data = value_get(v, "du_lieu"), *columns = value_get(v, "cot");
    if (scalar(r, data, "du_lieu")) {
        name_split(r->a, data->text, &b->data);
        b->at = data->at;
    } else {
        diag_add(r->d, E_BANG_DATA, b->at, NULL);
        r->ok = false;
    }
    const struct value *filter = value_get(v, "loc");
    if (scalar(r, filter, "loc"))
        b->filter = filter;
    if (columns && columns->kind != VALUE_NONE)
        read_columns(r, columns, &b->col, &b->cols, 1);
    read_group(r, value_get(v, "nhom"));
    read_numbering(r, value_get(v, "danh_so"));
    read_total(r, value_get(v, "tong"));
    b->number_row = flag(r, value_get(v, "dong_so"), "dong_so");
    b->merge = refs(r, value_get(v, "gop"), "gop", &b->merges);
    b->empty = compile_scalar(r->a, r->d, value_get(v, "trong"));
    b->caption = compile_scalar(r->a, r->d, value_get(v, "chu_thich"));
}

/* Section tags within the block would have to cut the YAML apart: wrap the whole block instead. */
static bool has_tag_line(struct diag *d, const char *file, const char *text, size_t n,
                         int line) {
    bool found = false;
    for (const char *p = text, *end = text + n; p < end; line++) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        const char *stop = nl ? nl : end, *q = p;
        while (q < stop && (*q == ' ' || *q == '\t'))
            q++;
        if (stop - q >= 4 && q[0] == '{' && q[1] == '{') {
            diag_add(d, E_BANG_TAG, (struct origin){file, line, (int)(q - p) + 1}, NULL);
            found = true;
        }
        p = stop + 1;
    }
    return found;
}

const struct bang *bang_compile(struct arena *a, struct diag *d, const char *file,
                                const char *text, size_t n, int line, struct origin at) {
    if (has_tag_line(d, file, text, n, line))
        return NULL;
    int errors = diag_count(d, SEV_ERROR);
    const struct value *v = input_yaml(a, d, file, text, n, line, 1);
    if (v && v->kind != VALUE_MAP) {
        diag_add(d, E_BANG_DATA, at, NULL);
        return NULL;
    }
    if (!v) {
        if (diag_count(d, SEV_ERROR) == errors)
            diag_add(d, E_BANG_DATA, at, NULL);
        return NULL;
    }
    struct reader r = {a, d, arena_new_of(a, struct bang), true};
    r.bang->at = at;
    read_block(&r, v);
    return r.ok ? r.bang : NULL;
}
