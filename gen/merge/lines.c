/* lines.c: what cmark gets to see: lines without indentation, tags that stand alone, fenced blocks */
#include "scan.h"

#include <string.h>

#define LOOK_AHEAD 50 /* lines */

struct lines {
    struct scan *s;
    bool in_fence, keep_indent, blank_before, labelled;
    char fence_char;
    size_t fence_len;
    bool row_before; /* the line before looks like a row of a pipe table */
};

static size_t line_end(const struct scan *s, size_t p) {
    const char *nl = memchr(s->src + p, '\n', s->n - p);
    return nl ? (size_t)(nl - s->src) : s->n;
}

static size_t skip_blanks(const struct scan *s, size_t p, size_t end) {
    while (p < end && scan_is_blank(s->src[p]))
        p++;
    return p;
}

static size_t fence_length(const struct scan *s, size_t p, size_t end) {
    size_t n = 0;
    if (p < end && (s->src[p] == '`' || s->src[p] == '~'))
        while (p + n < end && s->src[p + n] == s->src[p])
            n++;
    return n >= 3 ? n : 0;
}

static bool fence_opens(struct lines *l, size_t p, size_t end) {
    struct scan *s = l->s;
    size_t n = fence_length(s, p, end);
    if (!n || (s->src[p] == '`' && memchr(s->src + p + n, '`', end - p - n)))
        return false;
    struct fence f = {.out_line = (int)s->out_line.n};
    f.start = f.end = end < s->n ? end + 1 : end;
    f.line = scan_src_origin(s, f.start).line;
    vec_push(s->a, &s->fence, f);
    l->in_fence = true;
    l->fence_char = s->src[p];
    l->fence_len = n;
    scan_map_here(s, p);
    buf_add(&s->out, s->src + p, end - p);
    scan_newline(s);
    return true;
}

static void fence_line(struct lines *l, size_t start, size_t end) {
    struct scan *s = l->s;
    struct fence *f = &s->fence.v[s->fence.n - 1];
    size_t p = skip_blanks(s, start, end), n = fence_length(s, p, end);
    bool closes = n >= l->fence_len && s->src[p] == l->fence_char &&
                  skip_blanks(s, p + n, end) == end;
    scan_map_here(s, closes ? p : start);
    /* A closing fence loses its indentation like the opening one did; content keeps its own. */
    buf_add(&s->out, s->src + (closes ? p : start), end - (closes ? p : start));
    scan_newline(s);
    if (closes) {
        f->closed = true;
        l->in_fence = false;
    } else {
        f->end = end < s->n ? end + 1 : end;
    }
}

/* Length of a label that begins an item even inside a paragraph, which CommonMark would run on:
 * a) · 1) · (1) · 1.1. · – · •; `number` also 1. */
static size_t item_label(const char *p, size_t n, bool number) {
    size_t i = 0, digits = 0;
    static const char *const signs[] = {"–", "—", "•", "▪", "◦", "·"};
    for (size_t k = 0; k < sizeof signs / sizeof *signs; k++) {
        size_t len = strlen(signs[k]);
        if (n > len && !memcmp(p, signs[k], len) && scan_is_blank(p[len]))
            return len;
    }
    bool open = n > 0 && p[0] == '(';
    i = open;
    while (i + digits < n && p[i + digits] >= '0' && p[i + digits] <= '9')
        digits++;
    if (digits > 2)
        return 0;
    i += digits;
    if (!digits && i + 1 < n && (p[i] | 32) >= 'a' && (p[i] | 32) <= 'z')
        i++;
    else if (!digits && i + 2 < n && (!memcmp(p + i, "đ", 2) || !memcmp(p + i, "Đ", 2)))
        i += 2;
    if (i == (size_t)open || i + 1 >= n)
        return 0;
    if (p[i] == ')')
        return scan_is_blank(p[i + 1]) ? i + 1 : 0;
    if (open || !digits || p[i] != '.')
        return 0;
    bool more = false;
    while (i + 1 < n && p[i] == '.' && p[i + 1] >= '0' && p[i + 1] <= '9') {
        for (i++; i < n && p[i] >= '0' && p[i] <= '9'; i++)
            continue;
        more = true;
    }
    return (more || number) && i + 1 < n && p[i] == '.' && scan_is_blank(p[i + 1]) ? i + 1
                                                                                   : 0;
}

static bool list_marker(const char *p, size_t n) {
    return n > 1 && strchr("-+*", p[0]) && scan_is_blank(p[1]);
}

/* Tags of [p, end) when nothing else but sections, parts and comments stands there; the first of them
 * may be a comment over several lines. false: the line holds text. *behind: offset of its last byte. */
static bool only_block_tags(struct scan *s, size_t p, size_t end, size_t *behind) {
    bool any = false;
    while (p < end) {
        p = skip_blanks(s, p, end);
        if (p >= end)
            break;
        if (end - p < 4 || s->src[p] != '{' || s->src[p + 1] != '{')
            return false;
        size_t mark = skip_blanks(s, p + 2, end);
        if (mark >= end || !strchr("#^/>!", s->src[mark]))
            return false;
        size_t limit = s->src[mark] == '!' ? s->n : end;
        const char *close = scan_find_close(s, mark, limit);
        if (!close)
            return false;
        p = (size_t)(close - s->src) + 2;
        if (p > end)
            end = line_end(s, p);
        any = true;
    }
    *behind = end;
    return any;
}

/* Whether the section opened between table rows goes on with rows: the next line of text is one, and
 * not the head of a new table. */
static bool row_follows(struct scan *s, size_t p) {
    for (int lines = 0; p < s->n && lines < LOOK_AHEAD; lines++) {
        size_t end = line_end(s, p), from = skip_blanks(s, p, end), behind;
        if (from < end && s->src[from] == '|') {
            size_t next =
                end < s->n ? skip_blanks(s, end + 1, line_end(s, end + 1)) : s->n;
            if (next < s->n && s->src[next] == '|')
                next++;
            next = skip_blanks(s, next, s->n);
            return !(next < s->n && (s->src[next] == ':' || s->src[next] == '-'));
        }
        if (from == end || !only_block_tags(s, from, end, &behind))
            return false;
        p = behind + 1;
    }
    return false;
}

/* A line of its own for each tag. A heading at the margin ends lists, paragraphs and tables, and takes
 * one line; a row of one cell stays in its table. */
static void block_tags(struct lines *l, size_t p, size_t end) {
    struct scan *s = l->s;
    while ((p = skip_blanks(s, p, end)) < end) {
        size_t from = p;
        int index = scan_tag_parse(s, from, s->n, &p);
        if (index < 0)
            return;
        struct tag *t = &s->tag.v[index];
        t->place = PLACE_BLOCK;
        if (t->kind == TAG_COMMENT || t->broken) {
            t->used = true;
            continue;
        }
        if (t->pair >= 0)
            t->place = s->tag.v[t->pair].place == PLACE_ROW ? PLACE_ROW : PLACE_BLOCK;
        else if (l->row_before && t->kind != TAG_PART &&
                 row_follows(s, line_end(s, p) + 1))
            t->place = PLACE_ROW;
        bool row = t->place == PLACE_ROW;
        l->row_before = row;
        if (!row)
            scan_newline(s);
        buf_adds(&s->out, row ? "|" : "# ");
        scan_put_code(s, index, from);
        buf_adds(&s->out, row ? "|" : "\n");
        if (!row)
            vec_push(s->a, &s->out_line, s->out.len);
        scan_newline(s);
        l->blank_before = !row;
        l->labelled = l->keep_indent = false;
    }
}

static bool is_note(const struct scan *s, size_t p, size_t end) {
    return end - p > 4 && s->src[p] == '[' && s->src[p + 1] == '^' &&
           memmem(s->src + p, end - p, "]:", 2) != NULL;
}

/* Indentation only nests lists, which print flat, or makes code by accident: it is dropped, except below
 * a footnote, where it keeps paragraphs together. Returns the offset behind the line. */
static size_t text_line(struct lines *l, size_t start, size_t end) {
    struct scan *s = l->s;
    size_t p = skip_blanks(s, start, end), behind;
    if (p == end) {
        scan_newline(s);
        l->blank_before = true;
        l->labelled = l->row_before = false;
        return end;
    }
    if (only_block_tags(s, p, end, &behind)) {
        block_tags(l, p, behind);
        return behind;
    }
    if (p == start)
        l->keep_indent = is_note(s, p, end);
    size_t label = item_label(s->src + p, end - p, l->labelled);
    if (label && !l->blank_before)
        scan_newline(s);
    if (fence_opens(l, p, end))
        return end;
    l->row_before = s->src[p] == '|';
    l->labelled |= label || list_marker(s->src + p, end - p) ||
                   item_label(s->src + p, end - p, true);
    l->blank_before = false;
    behind = scan_copy_text(s, l->keep_indent ? start : p, end, s->n);
    scan_newline(s);
    return behind;
}

void scan_markdown(struct scan *s) {
    struct lines l = {.s = s, .blank_before = true};
    scan_begin(s);
    for (size_t p = 0; p < s->n && !s->overflow; p++) {
        size_t end = line_end(s, p);
        if (l.in_fence)
            fence_line(&l, p, end);
        else
            end = text_line(&l, p, end);
        p = end;
    }
    for (size_t i = 0; i < s->fence.n; i++)
        if (!s->fence.v[i].closed)
            diag_add(s->d, E_FENCE_OPEN, scan_origin(s, s->fence.v[i].out_line, 1), NULL);
    scan_check_pairs(s);
}
