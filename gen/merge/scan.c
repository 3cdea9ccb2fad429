/* scan.c: finds tags and fenced blocks before cmark sees the text, and remembers where all stood */
#include "inside.h"

#include <string.h>

/* Supplementary private-use planes: one character per tag. U+FFFE and U+FFFF of each are left out. */
#define PLANE_TAGS 65534u
#define TAGS_MAX (2 * PLANE_TAGS)
#define DEPTH_MAX 64u      /* sections in sections */
#define UNMATCHED_MAX 1000 /* ends without a beginning that are worth a search */
#define LOOK_AHEAD 50      /* lines */

static uint32_t code_of(size_t index) {
    return index < PLANE_TAGS ? 0xF0000u + (uint32_t)index
                              : 0x100000u + (uint32_t)(index - PLANE_TAGS);
}

struct tag *scan_tag(struct scan *s, uint32_t cp) {
    size_t i;
    if (cp >= 0xF0000 && cp < 0xF0000 + PLANE_TAGS)
        i = cp - 0xF0000;
    else if (cp >= 0x100000 && cp < 0x100000 + PLANE_TAGS)
        i = cp - 0x100000 + PLANE_TAGS;
    else
        return NULL;
    return i < s->tag.n ? &s->tag.v[i] : NULL;
}

/* ---- places --------------------------------------------------------------- */

/* The last entry of sorted v[n] that is not above x; v[0] is 0. */
static size_t last_not_above(const size_t *v, size_t n, size_t x) {
    size_t lo = 0, hi = n;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (v[mid] <= x)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

/* Counts on from the place asked for before when it stands on the same line: places are asked for in
 * order, and a line may be as long as the file. */
static struct origin src_origin(struct scan *s, size_t at) {
    if (at > s->n)
        at = s->n;
    size_t i = last_not_above(s->src_line.v, s->src_line.n, at);
    size_t start = s->src_line.v[i];
    int col = i == 0 ? s->col : 1;
    if (s->last.src > start && s->last.src <= at) {
        start = s->last.src;
        col = s->last.col;
    }
    col += (int)utf8_count(s->src + start, at - start);
    s->last.src = at;
    s->last.col = col;
    return (struct origin){s->file, s->line + (int)i, col};
}

struct origin scan_origin(struct scan *s, int out_line, int out_col) {
    if (out_line < 1 || (size_t)out_line > s->out_line.n || !s->map.n)
        return (struct origin){s->file, s->line, 0};
    size_t out = s->out_line.v[out_line - 1] + (size_t)(out_col > 0 ? out_col - 1 : 0);
    size_t lo = 0, hi = s->map.n;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (s->map.v[mid].out <= out)
            lo = mid;
        else
            hi = mid;
    }
    size_t src = s->map.v[lo].src + (out - s->map.v[lo].out);
    /* Where nothing of the source was copied the distance means nothing: stay before what follows. */
    if (lo + 1 < s->map.n && src > s->map.v[lo + 1].src)
        src = s->map.v[lo + 1].src;
    return src_origin(s, src);
}

const char *scan_out_line(const struct scan *s, int out_line, size_t *n) {
    *n = 0;
    if (out_line < 1 || (size_t)out_line > s->out_line.n)
        return "";
    size_t start = s->out_line.v[out_line - 1];
    size_t end = (size_t)out_line < s->out_line.n ? s->out_line.v[out_line] : s->out.len;
    while (end > start && s->out.data[end - 1] == '\n')
        end--;
    *n = end - start;
    return s->out.data + start;
}

static void map_here(struct scan *s, size_t src) {
    struct scan_map m = {s->out.len, src};
    vec_push(s->a, &s->map, m);
}

static void put_newline(struct scan *s) {
    buf_addc(&s->out, '\n');
    vec_push(s->a, &s->out_line, s->out.len);
}

/* ---- one tag ----------------------------------------------------------------- */

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* The bytes of a tag as text for a message. */
static const char *tag_text(struct scan *s, size_t from, size_t to) {
    return diag_fmt(s->d, "%.*s", (int)(to - from > 80 ? 80 : to - from), s->src + from);
}

static int tag_push(struct scan *s, enum tag_kind kind, size_t src, const char *text) {
    if (s->tag.n >= TAGS_MAX) {
        if (!s->overflow)
            diag_add(s->d, E_TAG_MANY, src_origin(s, src), diag_fmt(s->d, "%u", TAGS_MAX),
                     NULL);
        s->overflow = true;
        return -1;
    }
    struct tag t = {.kind = (uint8_t)kind, .pair = -1, .text = text};
    t.at = src_origin(s, src);
    vec_push(s->a, &s->tag, t);
    return (int)s->tag.n - 1;
}

static void put_code(struct scan *s, int tag, size_t src) {
    if (tag < 0)
        return;
    char code[4];
    map_here(s, src);
    buf_add(&s->out, code, (size_t)utf8_put(code, code_of((size_t)tag)));
}

void name_split(struct arena *a, const char *full, struct name *out) {
    *out = (struct name){.full = full};
    if (str_eq(full, "."))
        return;
    int steps = 1;
    for (const char *p = full; *p; p++)
        steps += *p == '.';
    out->step = arena_array(a, const char *, steps);
    for (const char *p = full;; p++) {
        size_t n = strcspn(p, ".");
        out->step[out->steps++] = arena_strndup(a, p, n);
        p += n;
        if (!*p)
            break;
    }
}

/* Letters, digits, '_', '-', single dots between them; '/' in the names of parts. */
static bool name_is_good(const char *s, size_t n, bool part) {
    if (n == 1 && s[0] == '.')
        return !part;
    if (n == 0 || s[0] == '.' || s[n - 1] == '.')
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || c == '_' || c == '-' || c >= 0x80 ||
                    c == '.' || (part && c == '/');
        if (!good || (c == '.' && s[i - 1] == '.' && !part))
            return false;
    }
    return true;
}

/* A section's end: pair it with its beginning, whatever else is still open. */
static void pair_close(struct scan *s, int close) {
    struct tag *t = &s->tag.v[close];
    size_t i = s->unmatched < UNMATCHED_MAX ? s->open.n : 0;
    while (i > 0 && !str_eq(s->tag.v[s->open.v[i - 1]].text, t->text))
        i--;
    if (i == 0) {
        t->broken = true;
        s->unmatched++;
        if (s->open.n) {
            const struct tag *o = &s->tag.v[s->open.v[s->open.n - 1]];
            diag_add(s->d, E_SECTION_OTHER, t->at, t->text, o->text,
                     diag_fmt(s->d, "%d", o->at.line), NULL);
        } else {
            diag_add(s->d, E_SECTION_NOT_OPEN, t->at, t->text, NULL);
        }
        return;
    }
    for (size_t k = i; k < s->open.n; k++) {
        struct tag *o = &s->tag.v[s->open.v[k]];
        o->broken = true;
        diag_add(s->d, E_SECTION_CROSSED, o->at, o->text, t->text,
                 diag_fmt(s->d, "%d", t->at.line), NULL);
    }
    s->open.n = i - 1;
    t->pair = s->open.v[i - 1];
    s->tag.v[t->pair].pair = close;
    t->broken = s->tag.v[t->pair].broken;
}

/* What follows the mark of a tag: its name and formatter. */
static void tag_name(struct scan *s, int index, size_t p, size_t end, size_t from) {
    struct tag *t = &s->tag.v[index];
    const char *bar = t->kind == TAG_VALUE ? memchr(s->src + p, '|', end - p) : NULL;
    size_t name_end = bar ? (size_t)(bar - s->src) : end;
    while (p < name_end && is_blank(s->src[p]))
        p++;
    while (name_end > p && is_blank(s->src[name_end - 1]))
        name_end--;
    t->text = arena_strndup(s->a, s->src + p, name_end - p);
    if (!name_is_good(t->text, name_end - p, t->kind == TAG_PART)) {
        t->broken = true;
        diag_add(s->d, E_TAG_NAME, t->at, tag_text(s, from, end + 2), NULL);
        return;
    }
    if (t->kind == TAG_PART)
        return;
    name_split(s->a, t->text, &t->name);
    if (bar) {
        size_t spec = (size_t)(bar - s->src) + 1;
        struct origin at = src_origin(s, spec);
        t->format =
            format_parse(s->a, s->d, arena_strndup(s->a, s->src + spec, end - spec), at);
        t->broken = !t->format;
    }
}

/* The "}}" in src[p..limit), or NULL. A search that failed is not made again. */
static const char *find_close(struct scan *s, size_t p, size_t limit) {
    if (p >= s->no_close.from && limit <= s->no_close.to)
        return NULL;
    const char *close = memmem(s->src + p, limit - p, "}}", 2);
    if (!close) {
        s->no_close.from = p;
        s->no_close.to = limit;
    }
    return close;
}

/* Parse the tag at src[from] ("{{"). *end gets the offset behind it. Returns its index; -1: it is no
 * tag, print the braces. */
static int tag_parse(struct scan *s, size_t from, size_t limit, size_t *end) {
    static const struct {
        char mark;
        enum tag_kind kind;
    } marks[] = {{'#', TAG_OPEN},
                 {'^', TAG_INVERT},
                 {'/', TAG_CLOSE},
                 {'>', TAG_PART},
                 {'!', TAG_COMMENT}};
    size_t p = from + 2;
    while (p < limit && is_blank(s->src[p]))
        p++;
    bool comment = p < limit && s->src[p] == '!';
    size_t line_end = limit;
    if (!comment) {
        const char *nl = memchr(s->src + p, '\n', limit - p);
        line_end = nl ? (size_t)(nl - s->src) : limit;
    }
    const char *close = find_close(s, p, line_end);
    if (!close) {
        diag_add(s->d, E_TAG_UNCLOSED, src_origin(s, from), NULL);
        return -1;
    }
    size_t stop = (size_t)(close - s->src);
    *end = stop + 2;
    enum tag_kind kind = TAG_VALUE;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (p < stop && s->src[p] == marks[i].mark)
            kind = marks[i].kind;
    int index = tag_push(s, kind, from, "");
    if (index < 0 || kind == TAG_COMMENT)
        return index;
    char c = p < stop ? s->src[p] : '\0';
    if (c == '{' || c == '&' || c == '=') {
        if (c == '{' && *end < limit && s->src[*end] == '}')
            ++*end;
        s->tag.v[index].broken = true;
        diag_add(s->d, E_TAG_RAW, s->tag.v[index].at, tag_text(s, from, *end), NULL);
        return index;
    }
    tag_name(s, index, p + (kind != TAG_VALUE), stop, from);
    struct tag *t = &s->tag.v[index];
    if (t->broken)
        return index;
    if (kind == TAG_OPEN || kind == TAG_INVERT) {
        t->broken = s->open.n >= DEPTH_MAX;
        if (s->open.n == DEPTH_MAX)
            diag_add(s->d, E_SECTION_DEPTH, t->at, t->text,
                     diag_fmt(s->d, "%u", DEPTH_MAX), NULL);
        vec_push(s->a, &s->open, index);
    } else if (kind == TAG_CLOSE)
        pair_close(s, index);
    return index;
}

/* ---- running text ----------------------------------------------------------------- */

/* A numeric entity that would become one of our private-use characters. */
static size_t private_entity(const char *p, size_t n) {
    size_t i = 2, digits = 0;
    if (n < 4 || p[0] != '&' || p[1] != '#')
        return 0;
    bool hex = p[i] == 'x' || p[i] == 'X';
    i += hex;
    unsigned long v = 0;
    for (; i < n && digits < 8; i++, digits++) {
        int c = p[i] | 32;
        if (p[i] >= '0' && p[i] <= '9')
            v = v * (hex ? 16 : 10) + (unsigned long)(p[i] - '0');
        else if (hex && c >= 'a' && c <= 'f')
            v = v * 16 + (unsigned long)(c - 'a' + 10);
        else
            break;
    }
    return v >= 0xF0000 && i < n && p[i] == ';' ? i + 1 : 0;
}

/* Length of what stands at p if it must not reach cmark as it is, else 0; *text is its text. */
static size_t special_at(const struct scan *s, size_t p, size_t end, const char **text) {
    const unsigned char *q = (const unsigned char *)s->src + p;
    size_t left = end - p;
    if (q[0] == '\\' && left >= 3 && q[1] == '{' && q[2] == '{') {
        *text = "{{";
        return 3;
    }
    if (left >= 4 && ((q[0] == 0xF3 && q[1] >= 0xB0) || q[0] == 0xF4)) {
        *text = arena_strndup(s->a, s->src + p, 4);
        return 4;
    }
    *text = "\xEF\xBF\xBD";
    return q[0] == '&' ? private_entity(s->src + p, left) : 0;
}

/* Copy src[p..end) with its tags replaced. Comments may reach beyond `end`, up to `limit`; returns the
 * offset behind what was copied. */
static size_t copy_text(struct scan *s, size_t p, size_t end, size_t limit) {
    map_here(s, p);
    while (p < end) {
        size_t run = p;
        while (run < end && !strchr("{\\&", s->src[run]) &&
               (unsigned char)s->src[run] < 0xEF)
            run++;
        buf_add(&s->out, s->src + p, run - p);
        p = run;
        if (p >= end)
            break;
        const char *text;
        size_t len = special_at(s, p, end, &text);
        if (len) {
            put_code(s, tag_push(s, TAG_LITERAL, p, text), p);
            p += len;
            map_here(s, p);
        } else if (end - p >= 3 && !memcmp(s->src + p, "\xEF\x82\xB7", 3)) {
            buf_adds(&s->out, "•"); /* Word's bullet in its private font */
            p += 3;
            map_here(s, p);
        } else if (end - p >= 2 && s->src[p] == '{' && s->src[p + 1] == '{') {
            size_t after = p + 2;
            int tag = tag_parse(s, p, limit, &after);
            if (tag < 0)
                buf_add(&s->out, s->src + p, 2);
            else
                put_code(s, tag, p);
            p = after;
            map_here(s, p);
            if (p > end) {
                const char *nl = memchr(s->src + p, '\n', limit - p);
                end = nl ? (size_t)(nl - s->src) : limit;
            }
        } else {
            buf_addc(&s->out, s->src[p++]);
        }
    }
    return p;
}

/* ---- lines ---------------------------------------------------------------------------- */

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
    while (p < end && is_blank(s->src[p]))
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
    f.line = src_origin(s, f.start).line;
    vec_push(s->a, &s->fence, f);
    l->in_fence = true;
    l->fence_char = s->src[p];
    l->fence_len = n;
    map_here(s, p);
    buf_add(&s->out, s->src + p, end - p);
    put_newline(s);
    return true;
}

static void fence_line(struct lines *l, size_t start, size_t end) {
    struct scan *s = l->s;
    struct fence *f = &s->fence.v[s->fence.n - 1];
    size_t p = skip_blanks(s, start, end), n = fence_length(s, p, end);
    bool closes = n >= l->fence_len && s->src[p] == l->fence_char &&
                  skip_blanks(s, p + n, end) == end;
    map_here(s, closes ? p : start);
    /* A closing fence loses its indentation like the opening one did; content keeps its own. */
    buf_add(&s->out, s->src + (closes ? p : start), end - (closes ? p : start));
    put_newline(s);
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
        if (n > len && !memcmp(p, signs[k], len) && is_blank(p[len]))
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
        return is_blank(p[i + 1]) ? i + 1 : 0;
    if (open || !digits || p[i] != '.')
        return 0;
    bool more = false;
    while (i + 1 < n && p[i] == '.' && p[i + 1] >= '0' && p[i + 1] <= '9') {
        for (i++; i < n && p[i] >= '0' && p[i] <= '9'; i++)
            continue;
        more = true;
    }
    return (more || number) && i + 1 < n && p[i] == '.' && is_blank(p[i + 1]) ? i + 1 : 0;
}

static bool list_marker(const char *p, size_t n) {
    return n > 1 && strchr("-+*", p[0]) && is_blank(p[1]);
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
        const char *close = find_close(s, mark, limit);
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
        int index = tag_parse(s, from, s->n, &p);
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
            put_newline(s);
        buf_adds(&s->out, row ? "|" : "# ");
        put_code(s, index, from);
        buf_adds(&s->out, row ? "|" : "\n");
        if (!row)
            vec_push(s->a, &s->out_line, s->out.len);
        put_newline(s);
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
        put_newline(s);
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
        put_newline(s);
    if (fence_opens(l, p, end))
        return end;
    l->row_before = s->src[p] == '|';
    l->labelled |= label || list_marker(s->src + p, end - p) ||
                   item_label(s->src + p, end - p, true);
    l->blank_before = false;
    behind = copy_text(s, l->keep_indent ? start : p, end, s->n);
    put_newline(s);
    return behind;
}

static void find_src_lines(struct scan *s) {
    size_t zero = 0;
    vec_push(s->a, &s->src_line, zero);
    for (size_t p = 0; p < s->n; p++)
        if (s->src[p] == '\n') {
            size_t next = p + 1;
            vec_push(s->a, &s->src_line, next);
        }
}

/* Sections that never close, and those whose ends stand in different kinds of places. */
static void check_pairs(struct scan *s) {
    for (size_t i = 0; i < s->open.n; i++) {
        struct tag *t = &s->tag.v[s->open.v[i]];
        t->broken = true;
        diag_add(s->d, E_SECTION_UNCLOSED, t->at, t->text, NULL);
    }
    for (size_t i = 0; i < s->tag.n; i++) {
        struct tag *t = &s->tag.v[i];
        if (t->kind != TAG_CLOSE || t->pair < 0 || t->place == s->tag.v[t->pair].place)
            continue;
        t->broken = s->tag.v[t->pair].broken = true;
        diag_add(s->d, E_SECTION_PARENT, t->at, t->text,
                 diag_fmt(s->d, "%d", s->tag.v[t->pair].at.line), NULL);
    }
}

void scan_markdown(struct scan *s) {
    struct lines l = {.s = s, .blank_before = true};
    size_t zero = 0;
    find_src_lines(s);
    vec_push(s->a, &s->out_line, zero);
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
    check_pairs(s);
}

void scan_verbatim(struct scan *s) {
    size_t zero = 0;
    find_src_lines(s);
    vec_push(s->a, &s->out_line, zero);
    for (size_t p = 0; p < s->n; p++) {
        size_t end = line_end(s, p);
        map_here(s, p);
        buf_add(&s->out, s->src + p, end - p);
        put_newline(s);
        p = end;
    }
}

void scan_plain(struct scan *s) {
    size_t zero = 0;
    find_src_lines(s);
    vec_push(s->a, &s->out_line, zero);
    copy_text(s, 0, s->n, s->n);
    check_pairs(s);
}
