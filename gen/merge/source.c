/* source.c: places in the files that texts came from, for messages */
#include "cite.h"

#include <string.h>

static bool read_file(struct exec *e, const char *file) {
    if (str_eq(e->source.file, file))
        return e->source.text != NULL;
    e->source.file = file;
    if (file_read(e->a, file, FILE_LIMIT, &e->source.text, &e->source.n) != FILE_OK)
        e->source.text = NULL;
    else if (e->source.n >= 3 && !memcmp(e->source.text, "\xEF\xBB\xBF", 3)) {
        e->source.text += 3; /* columns count without the byte order mark */
        e->source.n -= 3;
    }
    return e->source.text != NULL;
}

const char *source_at(struct exec *e, struct origin at, size_t *n) {
    if (!at.line || !at.file || !read_file(e, at.file))
        return NULL;
    const char *p = e->source.text, *end = p + e->source.n;
    for (int line = 1; line < at.line && p < end; line++) {
        const char *feed = memchr(p, '\n', (size_t)(end - p));
        p = feed ? feed + 1 : end;
    }
    for (int col = 1; col < at.col && p < end && *p != '\n'; col++)
        utf8_next(&p, end);
    *n = (size_t)(end - p);
    return p;
}

struct origin source_place(const struct exec *e, const char *p) {
    struct origin at = {e->source.file, 1, 1};
    const char *line = e->source.text;
    for (const char *q = line; (q = memchr(q, '\n', (size_t)(p - q))) != NULL;) {
        at.line++;
        line = ++q;
    }
    at.col = 1 + (int)utf8_count(line, (size_t)(p - line));
    return at;
}

bool source_in_tag(const struct exec *e, const char *p) {
    const char *start = e->source.text;
    for (; p > start && p[-1] != '\n'; p--)
        if (p - start >= 2 && p[-1] == p[-2] && (p[-1] == '{' || p[-1] == '}'))
            return p[-1] == '{';
    return false;
}
