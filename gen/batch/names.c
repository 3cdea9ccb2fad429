/* names.c: the names of a batch's outputs: from a pattern, fit for every system, each one once */
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A name in a folder has at most 255 bytes; the outputs add endings and the mark of a temporary file:
 * ".NAME-phu-luc-99-sua-doi-99.pdf.XXXXXX". */
#define NAME_BYTES 200
#define FORBIDDEN "/\\:*?\"<>|"

/* ---- characters ---- */

/* The first character that a file name cannot have on Windows or here, as text; NULL: none. */
static const char *forbidden(struct diag *d, const char *s) {
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7F)
            return diag_fmt(d, "U+%04X", (unsigned char)*s);
        else if (strchr(FORBIDDEN, *s))
            return diag_fmt(d, "%c", *s);
    return NULL;
}

/* CON, NUL, COM1 … are devices to Windows, with any ending. */
static bool is_device(const char *name) {
    static const char *const device[] = {"con", "prn", "aux", "nul"};
    char low[6] = {0};
    size_t n = strcspn(name, ".");
    if (n > 4)
        return false;
    for (size_t i = 0; i < n; i++)
        low[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
    for (size_t i = 0; i < sizeof device / sizeof *device; i++)
        if (str_eq(low, device[i]))
            return true;
    return n == 4 && low[3] >= '0' && low[3] <= '9' &&
           (str_starts(low, "com") || str_starts(low, "lpt"));
}

bool name_usable(struct diag *d, const char *name, struct origin at) {
    size_t n = strlen(name);
    const char *bad = forbidden(d, name);
    if (bad)
        diag_add(d, E_BATCH_NAME_CHARACTER, at, name, bad, NULL);
    else if (n > NAME_BYTES)
        diag_add(d, E_BATCH_NAME_LONG, at, name, diag_fmt(d, "%d", NAME_BYTES), NULL);
    else if (!n || *name == '.' || *name == ' ' || is_device(name))
        diag_add(d, E_BATCH_NAME_BAD, at, name, NULL);
    else
        return true;
    return false;
}

/* ---- patterns ---- */

/* A field by its dotted name; NULL: none, or without a value. */
static const struct value *field(const struct value *facts, const char *name) {
    char part[256];
    const struct value *v = facts;
    while (v) {
        size_t n = strcspn(name, ".");
        if (n >= sizeof part)
            return NULL;
        memcpy(part, name, n);
        part[n] = 0;
        v = value_get(v, part);
        if (!name[n])
            break;
        name += n + 1;
    }
    return v && v->kind != VALUE_NONE && v->text && *v->text ? v : NULL;
}

/* The name between {{ and }}; NULL when it is none. */
static const char *tag_name(struct arena *a, const char *s, size_t n) {
    while (n && s[n - 1] == ' ')
        n--;
    while (n && *s == ' ') {
        s++;
        n--;
    }
    size_t named = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_.");
    return n && named >= n ? arena_strndup(a, s, n) : NULL;
}

/* The text of a tag; NULL after a message. */
static const char *tag_value(struct arena *a, struct diag *d, const char *s, size_t n,
                             const struct value *facts, struct origin at) {
    const char *name = tag_name(a, s, n);
    if (!name) {
        diag_add(d, E_BATCH_PATTERN_TAG, (struct origin){0}, arena_strndup(a, s, n),
                 NULL);
        return NULL;
    }
    const struct value *v = field(facts, name);
    if (!v) {
        diag_add(d, E_BATCH_NAME_FIELD, at, name, NULL);
        return NULL;
    }
    const char *bad = forbidden(d, v->text);
    if (!bad)
        return v->text;
    diag_add(d, E_BATCH_NAME_VALUE, v->at, name, v->text, bad, NULL);
    return NULL;
}

const char *pattern_name(struct arena *a, struct diag *d, const char *pattern,
                         const struct value *facts, struct origin at) {
    const char *out = "", *p = pattern;
    bool ok = true;
    for (const char *open; (open = strstr(p, "{{")) != NULL;) {
        const char *close = strstr(open, "}}");
        if (!close) {
            diag_add(d, E_BATCH_PATTERN_OPEN, (struct origin){0}, pattern, NULL);
            return NULL;
        }
        const char *text =
            tag_value(a, d, open + 2, (size_t)(close - open) - 2, facts, at);
        out = arena_printf(a, "%s%.*s%s", out, (int)(open - p), p, text ? text : "");
        ok = ok && text;
        p = close + 2;
    }
    out = arena_printf(a, "%s%s", out, p);
    return ok && name_usable(d, out, at) ? out : NULL;
}

/* ---- names that meet ---- */

/* A name as file systems that fold case compare it. */
struct folded {
    const char *name;
    const struct batch_item *item;
};

static const char *fold(struct arena *a, const char *name) {
    size_t n = strlen(name);
    return utf8_check(name, n) < n ? name : text_upper(a, text_nfc(a, name, n, &n));
}

static int by_folded(const void *x, const void *y) {
    const struct folded *a = x, *b = y;
    int order = strcmp(a->name, b->name);
    return order ? order : a->item < b->item ? -1 : a->item > b->item;
}

static const char *place(struct diag *d, const struct batch_item *t) {
    return t->line ? diag_fmt(d, "%s:%d", t->path, t->line) : t->path;
}

static size_t without_digits(const char *s, size_t n) {
    while (n && s[n - 1] >= '0' && s[n - 1] <= '9')
        n--;
    return n;
}

/* The length of the report's name within that of one of its further outputs; 0: it is none. */
static size_t stem(const char *s, size_t n) {
    static const struct {
        const char *text;
        bool number; /* stands behind it */
    } ending[] = {{"-PHU-LUC-", true},
                  {"-SUA-DOI-", true},
                  {"-SUA-DOI", false},
                  {"-DU-THAO", false},
                  {"-DIEU-CHINH", false}};
    size_t digits = n - without_digits(s, n);
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
        size_t len = strlen(ending[i].text), end = ending[i].number ? n - digits : n;
        if (ending[i].number != (digits > 0) || end <= len)
            continue;
        if (memcmp(s + end - len, ending[i].text, len) == 0)
            return end - len;
    }
    return 0;
}

static const struct batch_item *find(const struct folded *all, size_t n, const char *name,
                                     size_t len) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strncmp(all[middle].name, name, len);
        if (order < 0)
            low = middle + 1;
        else if (order > 0 || all[middle].name[len])
            high = middle;
        else
            return all[middle].item;
    }
    return NULL;
}

/* A name that another report gives to one of its further outputs: "x-phu-luc-1-sua-doi" beside "x". */
static bool is_free(struct diag *d, const struct folded *all, size_t n,
                    const struct folded *f) {
    for (size_t len = strlen(f->name); (len = stem(f->name, len)) > 0;) {
        const struct batch_item *other = find(all, n, f->name, len);
        if (!other)
            continue;
        diag_add(d, E_BATCH_NAME_DERIVED,
                 (struct origin){f->item->path, f->item->line, 0}, f->item->name,
                 other->name, place(d, other), NULL);
        return false;
    }
    return true;
}

bool names_differ(struct diag *d, const struct items *all) {
    struct arena *a = arena_new();
    struct folded *f = arena_array(a, struct folded, all->n);
    bool ok = true;
    for (size_t i = 0; i < all->n; i++)
        f[i] = (struct folded){fold(a, all->v[i].name), &all->v[i]};
    if (all->n)
        qsort(f, all->n, sizeof *f, by_folded);
    for (size_t i = 0, first = 0; i < all->n; i++) {
        const struct batch_item *t = f[i].item;
        if (i && str_eq(f[i].name, f[first].name)) {
            diag_add(d, E_BATCH_SAME_NAME, (struct origin){t->path, t->line, 0}, t->name,
                     place(d, f[first].item), NULL);
            ok = false;
        } else {
            first = i;
            ok = is_free(d, f, all->n, &f[i]) && ok;
        }
    }
    arena_free(a);
    return ok;
}
