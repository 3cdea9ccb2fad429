/* xlsx_names.c: names of sheets: valid, different from each other, at most 31 characters */
#include "xlsx_inside.h"

#include <string.h>

#define MAX_NAME 31 /* UTF-16 units, Excel's limit */

/* At most `most` units of s, without what sheet names may not hold. */
static char *valid_name(struct arena *a, const char *s, size_t most) {
    const char *end = s + strlen(s);
    char *out = arena_alloc(a, strlen(s) + 1), *at = out;
    size_t units = 0;

    while (s < end) {
        uint32_t cp = utf8_next(&s, end);
        units += cp > 0xFFFF ? 2 : 1;
        if (units > most)
            break;
        at += utf8_put(at, cp < 0x80 && (cp < ' ' || strchr("[]:*?/\\'", (int)cp)) ? '-'
                                                                                   : cp);
    }
    while (at > out && at[-1] == ' ')
        at--;
    *at = '\0';
    return out;
}

/* Tables of the same appendix as plan i, in the whole workbook. */
static int appendix_tables(const struct plan *plan, size_t i) {
    int n = 0;
    for (size_t k = 0; k < plan->n; k++)
        n += plan->v[k].appendix == plan->v[i].appendix;
    return n;
}

static char *wanted_name(struct arena *a, const struct plan *plan, size_t i, int part) {
    const struct sheet_plan *p = &plan->v[i];

    if (!p->table)
        return arena_strdup(a, "Số liệu");
    if (!p->appendix && plan->plain && p->table->u.table->name)
        return arena_strdup(a, p->table->u.table->name);
    if (!p->appendix)
        return arena_printf(a, "Bảng %d", part);
    const char *number = p->appendix->u.appendix->number;
    bool several = appendix_tables(plan, i) > 1;
    if (!number)
        return several ? arena_printf(a, "Phụ lục - Bảng %d", part)
                       : arena_strdup(a, "Phụ lục");
    return several ? arena_printf(a, "Phụ lục %s.%d", number, part)
                   : arena_printf(a, "Phụ lục %s", number);
}

/* Whether one of the first n sheets has the name, whatever its letter case. */
static bool taken(struct arena *a, const char *const *caps, size_t n, const char *name) {
    const char *own = text_upper(a, name);

    for (size_t k = 0; k < n; k++)
        if (str_eq(caps[k], own))
            return true;
    return false;
}

void plan_names(struct arena *a, struct plan *plan) {
    const char **caps = arena_array(a, const char *, plan->n + 1);
    int part = 0;

    for (size_t i = 0; i < plan->n; i++) {
        bool same = i && plan->v[i].appendix == plan->v[i - 1].appendix;
        part = same ? part + 1 : 1;
        const char *wish = wanted_name(a, plan, i, part);
        char *name = valid_name(a, wish, MAX_NAME);
        for (int k = 2; taken(a, caps, i, name); k++)
            name = arena_printf(a, "%s (%d)", valid_name(a, wish, MAX_NAME - 8), k);
        plan->v[i].name = name;
        caps[i] = text_upper(a, name);
    }
}
