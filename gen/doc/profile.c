/* profile.c: the page profile and the ranges that NĐ 30 allows for it */
#include "pass.h"

#include <string.h>

#define MM(mm) ((int)((mm)*72000 / 25.4 + 0.5))

const struct profile profile_default = {
    .top = MM(20),
    .bottom = MM(20),
    .left = MM(30),
    .right = MM(15),
    .body_size = 14000,
    .indent = MM(12.7),
    .gap = 6000,
    .leading_pct = 100,
    .header_size = 13000,
    .table_size = 12000,
    .table_min_size = 10000,
};

enum unit { UNIT_MM, UNIT_PT, UNIT_LINES };

/* One entry of `trang`; bounds in 1/1000 of the unit. Margins, sizes, indent, gap and leading are
 * NĐ 30 Phụ lục I, Mục I.3, II.1 and II.6e; the size of tables has no rule. */
struct entry {
    const char *name;
    size_t field; /* offset in struct profile */
    enum unit unit;
    int min, max;
};
#define FIELD(name) offsetof(struct profile, name)
static const struct entry entries[] = {
    {"le_tren", FIELD(top), UNIT_MM, 20000, 25000},
    {"le_duoi", FIELD(bottom), UNIT_MM, 20000, 25000},
    {"le_trai", FIELD(left), UNIT_MM, 30000, 35000},
    {"le_phai", FIELD(right), UNIT_MM, 15000, 20000},
    {"co_chu", FIELD(body_size), UNIT_PT, 13000, 14000},
    {"co_chu_quoc_hieu", FIELD(header_size), UNIT_PT, 12000, 13000},
    {"co_chu_bang", FIELD(table_size), UNIT_PT, 10000, 14000},
    {"thut_dau_dong", FIELD(indent), UNIT_MM, 10000, 12700},
    {"cach_doan", FIELD(gap), UNIT_PT, 6000, 24000},
    {"gian_dong", FIELD(leading_pct), UNIT_LINES, 1000, 1500},
};
#define ENTRIES (sizeof entries / sizeof *entries)

/* A plain decimal with '.' or ',' into 1/1000; false: it is none. */
static bool thousandths(const char *s, int *out) {
    long v = 0;
    int decimals = -1, digits = 0;

    for (; *s; s++) {
        if ((*s == '.' || *s == ',') && decimals < 0 && digits) {
            decimals = 0;
        } else if (*s >= '0' && *s <= '9') {
            if (++digits > 6 || (decimals >= 0 && ++decimals > 3))
                return false;
            v = v * 10 + (*s - '0');
        } else {
            return false;
        }
    }
    if (!digits || decimals == 0)
        return false;
    for (int i = decimals < 0 ? 0 : decimals; i < 3; i++)
        v *= 10;
    if (v > 100000000)
        return false;
    *out = (int)v;
    return true;
}

static int to_profile(enum unit unit, int v) {
    switch (unit) {
    case UNIT_MM:
        return (int)(((int64_t)v * 72 * 1000 + 12700) / 25400);
    case UNIT_PT:
        return v;
    case UNIT_LINES:
        return v / 10;
    }
    return v;
}

static const char *unit_word(const struct diag *d, enum unit unit) {
    switch (unit) {
    case UNIT_MM:
        return "mm";
    case UNIT_PT:
        return "pt";
    case UNIT_LINES:
        return diag_word(d, "dòng", "lines");
    }
    return "";
}

static const char *bound_text(struct diag *d, int v) {
    return v % 1000 ? diag_fmt(d, "%d.%d", v / 1000, v % 1000 / 100)
                    : diag_fmt(d, "%d", v / 1000);
}

static const struct entry *entry_named(const char *name) {
    for (size_t i = 0; i < ENTRIES; i++)
        if (str_eq(entries[i].name, name))
            return &entries[i];
    return NULL;
}

static void unknown_entry(struct diag *d, const struct value *v) {
    const char *names[ENTRIES];
    const char *all = "";

    for (size_t i = 0; i < ENTRIES; i++) {
        names[i] = entries[i].name;
        all = diag_fmt(d, "%s%s%s", all, i ? ", " : "", names[i]);
    }
    const char *near = text_nearest(v->key, names, ENTRIES);
    if (near)
        diag_add(d, E_PAGE_KEY_NEAR, v->at, v->key, near, NULL);
    else
        diag_add(d, E_PAGE_KEY, v->at, v->key, all, NULL);
}

static bool entry_read(struct doc *doc, struct diag *d, const struct value *v) {
    const struct entry *e = entry_named(v->key);
    int number;

    if (!e) {
        unknown_entry(d, v);
        return false;
    }
    if (v->kind == VALUE_NONE)
        return true;
    if (!v->text || !thousandths(v->text, &number)) {
        diag_add(d, E_PAGE_NUMBER, v->at, v->key,
                 v->text ? v->text : value_kind_name(d, v), NULL);
        return false;
    }
    if (number < e->min || number > e->max) {
        diag_add(d, E_PAGE_RANGE, v->at, v->key, v->text, bound_text(d, e->min),
                 bound_text(d, e->max), unit_word(d, e->unit), NULL);
        return false;
    }
    int *field = (int *)(void *)((char *)&doc->profile + e->field);
    *field = to_profile(e->unit, number);
    return true;
}

bool doc_profile(struct doc *doc, struct diag *d, const struct value *trang) {
    bool ok = true;

    if (!trang || trang->kind == VALUE_NONE)
        return true;
    if (trang->kind != VALUE_MAP) {
        diag_add(d, E_PAGE_SHAPE, trang->at, NULL);
        return false;
    }
    for (uint32_t i = 0; i < trang->n; i++)
        ok = entry_read(doc, d, &trang->u.member[i]) && ok;
    if (doc->profile.table_min_size > doc->profile.table_size)
        doc->profile.table_min_size = doc->profile.table_size;
    return ok;
}
