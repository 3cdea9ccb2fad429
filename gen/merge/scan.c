/* scan.c: finds tags, puts private-use characters in their places, remembers where all stood */
#include "scan.h"

#include <string.h>

/* Supplementary private-use planes: one character per tag. U+FFFE and U+FFFF of each are left out. */
#define PLANE_TAGS 65534u
#define TAGS_MAX (2 * PLANE_TAGS)
#define DEPTH_MAX 64u      /* sections in sections */
#define UNMATCHED_MAX 1000 /* ends without a beginning that are worth a search */

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

/* Code points of well-formed UTF-8, as the decoder made it. */
static int count_points(const char *s, size_t n) {
    int count = 0;
    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)s[i] & 0xC0) != 0x80;
    return count;
}

/* Counts on from the place asked for before when it stands on the same line: places are asked for in
 * order, and a line may be as long as the file. */
struct origin scan_src_origin(struct scan *s, size_t at) {
    if (at > s->n)
        at = s->n;
    size_t i = last_not_above(s->src_line.v, s->src_line.n, at);
    size_t start = s->src_line.v[i];
    int col = i == 0 ? s->col : 1;
    if (s->last.src > start && s->last.src <= at) {
        start = s->last.src;
        col = s->last.col;
    }
    col += count_points(s->src + start, at - start);
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
    return scan_src_origin(s, src);
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

void scan_map_here(struct scan *s, size_t src) {
    struct scan_map m = {s->out.len, src};
    vec_push(s->a, &s->map, m);
}

void scan_newline(struct scan *s) {
    buf_addc(&s->out, '\n');
    vec_push(s->a, &s->out_line, s->out.len);
}

/* ---- one tag ----------------------------------------------------------------- */

/* The bytes of a tag as text for a message. */
static const char *tag_text(struct scan *s, size_t from, size_t to) {
    return diag_fmt(s->d, "%.*s", (int)(to - from > 80 ? 80 : to - from), s->src + from);
}

static int tag_push(struct scan *s, enum tag_kind kind, size_t src, const char *text) {
    if (s->tag.n >= (size_t)TAGS_MAX) {
        if (!s->overflow)
            diag_add(s->d, E_TAG_MANY, scan_src_origin(s, src),
                     diag_fmt(s->d, "%u", TAGS_MAX), NULL);
        s->overflow = true;
        return -1;
    }
    struct tag t = {.kind = (uint8_t)kind, .pair = -1, .text = text};
    t.at = kind != TAG_LITERAL && s->placed < s->places ? s->place[s->placed++]
                                                        : scan_src_origin(s, src);
    vec_push(s->a, &s->tag, t);
    return (int)s->tag.n - 1;
}

void scan_put_code(struct scan *s, int tag, size_t src) {
    if (tag < 0)
        return;
    char code[4];
    scan_map_here(s, src);
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
    if (n == 0 || (!part && (s[0] == '.' || s[n - 1] == '.')))
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || c == '_' || c == '-' || c >= 0x80 ||
                    c == '.' || (part && c == '/');
        if (!good || (c == '.' && !part && s[i - 1] == '.'))
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
        if (s->crossed && str_eq(s->crossed, t->text)) {
            s->crossed = NULL; /* its beginning was told already */
            return;
        }
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
        s->crossed = o->text;
        diag_add(s->d, E_SECTION_CROSSED, o->at, o->text, t->text,
                 diag_fmt(s->d, "%d", t->at.line), NULL);
    }
    s->open.n = i - 1;
    t->pair = s->open.v[i - 1];
    s->tag.v[t->pair].pair = close;
    t->broken = s->tag.v[t->pair].broken;
}

/* The formatters behind the '|' at src[bar]. */
static void tag_format(struct scan *s, struct tag *t, size_t bar, size_t end) {
    struct origin at = s->places ? t->at : scan_src_origin(s, bar + 1);
    t->format = format_parse(s->a, s->d,
                             arena_strndup(s->a, s->src + bar + 1, end - bar - 1), at);
    t->broken = !t->format;
}

static void tag_cite(struct scan *s, struct tag *t, size_t p, size_t end) {
    size_t bar = end - p;
    t->kind = TAG_CITE;
    t->text = "vb";
    t->cite = cite_parse(s->a, s->d, s->src + p, end - p, t->at, &bar);
    t->broken = !t->cite;
    if (t->cite && bar < end - p)
        tag_format(s, t, p + bar, end);
    if (t->format && t->format->kind == FMT_CITE) {
        diag_add(s->d, E_CITE_TWICE, t->at, NULL);
        t->broken = true;
    }
}

/* What follows the mark of a tag: its name and formatter. */
static void tag_name(struct scan *s, int index, size_t p, size_t end, size_t from) {
    struct tag *t = &s->tag.v[index];
    const char *bar = t->kind == TAG_VALUE ? memchr(s->src + p, '|', end - p) : NULL;
    size_t name_end = bar ? (size_t)(bar - s->src) : end;
    while (p < name_end && scan_is_blank(s->src[p]))
        p++;
    while (name_end > p && scan_is_blank(s->src[name_end - 1]))
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
    if (bar)
        tag_format(s, t, (size_t)(bar - s->src), end);
}

/* The "}}" in src[p..limit), or NULL. A search that failed is not made again. */
const char *scan_find_close(struct scan *s, size_t p, size_t limit) {
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
int scan_tag_parse(struct scan *s, size_t from, size_t limit, size_t *end) {
    static const struct {
        char mark;
        enum tag_kind kind;
    } marks[] = {{'#', TAG_OPEN},
                 {'^', TAG_INVERT},
                 {'/', TAG_CLOSE},
                 {'>', TAG_PART},
                 {'!', TAG_COMMENT}};
    size_t p = from + 2;
    while (p < limit && scan_is_blank(s->src[p]))
        p++;
    bool comment = p < limit && s->src[p] == '!';
    size_t line_end = limit;
    if (!comment) {
        const char *nl = memchr(s->src + p, '\n', limit - p);
        line_end = nl ? (size_t)(nl - s->src) : limit;
    }
    const char *close = scan_find_close(s, p, line_end);
    if (!close) {
        diag_add(s->d, E_TAG_UNCLOSED, scan_src_origin(s, from), NULL);
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
    struct tag *t = &s->tag.v[index];
    if (kind == TAG_VALUE && cite_begins(s->src + p, stop - p))
        tag_cite(s, t, p, stop);
    else
        tag_name(s, index, p + (kind != TAG_VALUE), stop, from);
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

/* Bytes that may begin something that cannot be copied as it is. */
static bool is_special(unsigned char c) {
    return c == '{' || c == '\\' || c == '&' || c >= 0xEF;
}

/* Copy src[p..end) with its tags replaced. Comments may reach beyond `end`, up to `limit`; returns the
 * offset behind what was copied. */
size_t scan_copy_text(struct scan *s, size_t p, size_t end, size_t limit) {
    scan_map_here(s, p);
    while (p < end) {
        size_t run = p;
        while (run < end && !is_special((unsigned char)s->src[run]))
            run++;
        buf_add(&s->out, s->src + p, run - p);
        p = run;
        if (p >= end)
            break;
        const char *text;
        size_t len = special_at(s, p, end, &text);
        if (len) {
            scan_put_code(s, tag_push(s, TAG_LITERAL, p, text), p);
            p += len;
            scan_map_here(s, p);
        } else if (end - p >= 3 && !memcmp(s->src + p, "\xEF\x82\xB7", 3)) {
            buf_adds(&s->out, "•"); /* Word's bullet in its private font */
            p += 3;
            scan_map_here(s, p);
        } else if (end - p >= 2 && s->src[p] == '{' && s->src[p + 1] == '{') {
            size_t after = p + 2;
            int tag = scan_tag_parse(s, p, limit, &after);
            if (tag < 0)
                buf_add(&s->out, s->src + p, 2);
            else
                scan_put_code(s, tag, p);
            p = after;
            scan_map_here(s, p);
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

/* ---- a whole text -------------------------------------------------------------------- */

void scan_begin(struct scan *s) {
    size_t zero = 0;
    vec_push(s->a, &s->src_line, zero);
    vec_push(s->a, &s->out_line, zero);
    for (size_t p = 0; p < s->n; p++)
        if (s->src[p] == '\n') {
            size_t next = p + 1;
            vec_push(s->a, &s->src_line, next);
        }
}

/* Sections that never close, and those whose ends stand in different kinds of places. */
void scan_check_pairs(struct scan *s) {
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

void scan_verbatim(struct scan *s) {
    scan_begin(s);
    for (size_t p = 0; p < s->n; p++) {
        const char *nl = memchr(s->src + p, '\n', s->n - p);
        size_t end = nl ? (size_t)(nl - s->src) : s->n;
        scan_map_here(s, p);
        buf_add(&s->out, s->src + p, end - p);
        scan_newline(s);
        p = end;
    }
}

void scan_plain(struct scan *s) {
    scan_begin(s);
    scan_copy_text(s, 0, s->n, s->n);
    scan_check_pairs(s);
}
