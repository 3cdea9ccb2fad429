/* xmp_read.c: the few properties of an XMP packet that inspect shows, found without an XML parser */
#include "inspect_inside.h"
#include "qpdf_reader.h"

#include <stdlib.h>
#include <string.h>

struct text {
    const char *p;
    size_t n;
};

static const char *find(struct text t, const char *what) {
    return memmem(t.p, t.n, what, strlen(what));
}

static struct text behind(struct text t, const char *at) {
    return (struct text){at, t.n - (size_t)(at - t.p)};
}

/* A reference such as "&amp;" or "&#272;" at p; its length, 0 when it is none. */
static size_t reference(const char *p, size_t n, uint32_t *cp) {
    static const struct {
        const char *name;
        char c;
    } known[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (n >= strlen(known[i].name) &&
            memcmp(p, known[i].name, strlen(known[i].name)) == 0) {
            *cp = (unsigned char)known[i].c;
            return strlen(known[i].name);
        }
    char digits[12] = "";
    const char *end = memchr(p, ';', n < sizeof digits ? n : sizeof digits);
    if (n < 4 || p[1] != '#' || !end)
        return 0;
    memcpy(digits, p + 2, (size_t)(end - p) - 2);
    bool hex = digits[0] == 'x';
    char *stop;
    unsigned long v = strtoul(digits + hex, &stop, hex ? 16 : 10);
    if (*stop || v == 0 || v > 0x10FFFF || (v >= 0xD800 && v < 0xE000))
        return 0;
    *cp = (uint32_t)v;
    return (size_t)(end - p) + 1;
}

/* Character data as clean text; NULL when it is blank. */
static const char *content(struct arena *a, struct text t) {
    while (t.n && strchr(" \t\r\n", t.p[t.n - 1]))
        t.n--;
    while (t.n && strchr(" \t\r\n", *t.p))
        t.p++, t.n--;
    if (!t.n)
        return NULL;
    char *out = arena_alloc(a, t.n + 1), *at = out;
    for (size_t i = 0, step; i < t.n; i += step) {
        uint32_t cp = 0;
        step = t.p[i] == '&' ? reference(t.p + i, t.n - i, &cp) : 0;
        if (step)
            at += utf8_put(at, cp);
        else {
            *at++ = t.p[i];
            step = 1;
        }
    }
    return text_clean(a, out, (size_t)(at - out));
}

/* The inside of the first element of this name within t; false when there is none. */
static bool element(struct arena *a, struct text t, const char *name,
                    struct text *inside) {
    const char *open = arena_printf(a, "<%s", name);
    const char *close = arena_printf(a, "</%s", name);
    for (const char *p = t.p; (p = find(behind(t, p), open)); p++) {
        struct text rest = behind(t, p + strlen(open));
        if (!rest.n || !strchr(" \t\r\n>", *rest.p))
            continue; /* a longer name */
        const char *start = memchr(rest.p, '>', rest.n);
        if (!start)
            return false;
        const char *end = find(behind(t, start + 1), close);
        *inside = (struct text){start + 1, end ? (size_t)(end - start) - 1 : 0};
        return end != NULL;
    }
    return false;
}

/* The value of name="…" or name='…'. */
static const char *attribute(struct arena *a, struct text t, const char *name) {
    for (int i = 0; i < 2; i++) {
        const char *quote = i ? "'" : "\"";
        const char *p = find(t, arena_printf(a, " %s=%s", name, quote));
        if (!p)
            continue;
        struct text rest = behind(t, p + strlen(name) + 3);
        const char *end = find(rest, quote);
        if (end)
            return content(a, (struct text){rest.p, (size_t)(end - rest.p)});
    }
    return NULL;
}

/* A property written as an element, with or without a list around its text, or as an attribute. */
static const char *property(struct arena *a, struct text xmp, const char *name) {
    struct text inside, item;
    if (!element(a, xmp, name, &inside))
        return attribute(a, xmp, name);
    return content(a, element(a, inside, "rdf:li", &item) ? item : inside);
}

void xmp_read(struct arena *a, const char *xmp, size_t n, struct pdf_inspection *out) {
    struct text t = {xmp, n};
    const char *part = property(a, t, "pdfaid:part");
    const char *level = property(a, t, "pdfaid:conformance");
    out->title = property(a, t, "dc:title");
    out->agency = property(a, t, "nd30:OrganName");
    if (!out->agency)
        out->agency = property(a, t, "dc:creator");
    out->number = property(a, t, "nd30:CodeNumber");
    out->symbol = property(a, t, "nd30:CodeNotation");
    out->date = property(a, t, "nd30:IssuedDate");
    out->pdfua = property(a, t, "pdfuaid:part");
    if (part && level) /* "2A" in the packet, 2a in everybody's mouth */
        out->pdfa = arena_printf(a, "%s%c%s", part, *level | 0x20, level + 1);
    else
        out->pdfa = part;
}
