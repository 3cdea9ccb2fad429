/* quote.c: lines of input files as messages quote them, cut to what can be read */
#include "quote.h"

#include <string.h>

#define TAB 4
#define WHOLE 110 /* code points of a line that is not cut */
#define HEAD 80   /* columns up to here are shown with the start of the line */
#define BEFORE 60 /* code points of other windows in front of their column */
#define MARKS 8   /* combining marks that a window is stretched by, at most */
#define LINE_LIMIT ((size_t)16 << 20)

struct quoted_file {
    const char *name;
    const char *data, *end; /* NULL: not readable */
    const char
        *pos; /* where `line` starts: messages come sorted, lines are found going on */
    int line;
};

/* Code points of a line. */
struct points {
    uint32_t *v; /* NULL: it is no text, or there is no such line */
    size_t n;
};

struct quotes {
    struct arena *arena;
    struct {
        struct quoted_file *v;
        size_t n, cap;
    } file;
    /* The line read last: a file of one long line may have a thousand messages. */
    struct arena *line_arena;
    struct origin line_at;
    struct points line;
};

struct quotes *quotes_new(void) {
    struct arena *a = arena_new();
    struct quotes *q = arena_new_of(a, struct quotes);
    q->arena = a;
    return q;
}

void quotes_free(struct quotes *q) {
    arena_free(q->arena);
}

/* ---- finding the line ---- */

/* A file too large for the memory left must not cost the messages: then it is not quoted. */
static bool read_file(struct arena *a, const char *name, const char **data, size_t *n) {
    jmp_buf no_memory, *outer = mem_oom;
    mem_oom = &no_memory;
    bool read =
        setjmp(no_memory) == 0 && file_read(a, name, FILE_LIMIT, data, n) == FILE_OK;
    mem_oom = outer;
    return read;
}

static struct quoted_file *open_file(struct quotes *q, const char *name) {
    for (size_t i = q->file.n; i > 0; i--)
        if (str_eq(q->file.v[i - 1].name, name))
            return &q->file.v[i - 1];
    struct quoted_file f = {.name = name};
    size_t n = 0;
    if (read_file(q->arena, name, &f.data, &n)) {
        f.end = f.data + n;
        if (n >= 3 && memcmp(f.data, "\xEF\xBB\xBF", 3) == 0)
            f.data += 3;
    }
    vec_push(q->arena, &q->file, f);
    return &q->file.v[q->file.n - 1];
}

/* The end of the line that starts at p; *next is the start of the one behind it, NULL: it is the last.
 * Line feeds, the two of Windows, and the carriage returns of old Macs. */
static const char *line_end(const char *p, const char *end, const char **next) {
    const char *feed = memchr(p, '\n', (size_t)(end - p)), *stop = feed ? feed : end;
    const char *cr = memchr(p, '\r', (size_t)(stop - p));
    if (!cr) {
        *next = feed ? feed + 1 : NULL;
        return stop;
    }
    *next = cr + 1 == feed ? feed + 1 : cr + 1;
    return cr;
}

static bool find_line(struct quoted_file *f, int line, const char **start, size_t *n) {
    if (!f->end)
        return false;
    if (!f->pos || line < f->line) {
        f->pos = f->data;
        f->line = 1;
    }
    for (;;) {
        const char *next, *stop = line_end(f->pos, f->end, &next);
        if (f->line == line) {
            *start = f->pos;
            *n = (size_t)(stop - f->pos);
            return true;
        }
        if (!next)
            return false;
        f->pos = next;
        f->line++;
    }
}

/* The line as the readers take it. */
static struct points clean_line(struct arena *a, const char *s, size_t n) {
    struct points p = {NULL, 0};
    char *clean = arena_alloc(a, n + 1), *out = clean;
    for (const char *end = s + n; s < end;) {
        const char *from = s;
        uint32_t cp = utf8_next(&s, end);
        if (cp == 0 || (cp == 0xFFFD && s - from == 1))
            return p;
        for (bool kept = !utf8_is_invisible(cp); kept && from < s;)
            *out++ = *from++;
    }
    const char *nfc = text_nfc(a, clean, (size_t)(out - clean), &n);
    p.v = arena_array(a, uint32_t, n + 1);
    for (const char *end = nfc + n; nfc < end;)
        p.v[p.n++] = utf8_next(&nfc, end);
    return p;
}

static const struct points *read_line(struct quotes *q, struct origin at) {
    const char *s;
    size_t n;
    if (q->line_at.line == at.line && str_eq(q->line_at.file, at.file))
        return &q->line;
    arena_free(q->line_arena);
    q->line_arena = arena_child(q->arena);
    q->line_at = at;
    q->line = (struct points){NULL, 0};
    if (find_line(open_file(q, at.file), at.line, &s, &n) && n <= LINE_LIMIT)
        q->line = clean_line(q->line_arena, s, n);
    return &q->line;
}

/* ---- the window ---- */

/* The part of a line that is shown: [start, stop), which parts no letter from its marks. */
static void cut_window(const struct points *p, size_t at, size_t *start, size_t *stop) {
    *start = 0;
    *stop = p->n;
    if (p->n <= WHOLE)
        return;
    if (at >= HEAD)
        *start = at - BEFORE;
    if (*start + QUOTE_WINDOW > p->n)
        *start = p->n - QUOTE_WINDOW;
    *stop = *start + QUOTE_WINDOW;
    for (int i = 0; i<MARKS && * start> 0 && utf8_width(p->v[*start]) == 0; i++)
        --*start;
    for (int i = 0; i < MARKS && *stop < p->n && utf8_width(p->v[*stop]) == 0; i++)
        ++*stop;
}

/* A window being written. */
struct writer {
    struct buf text;
    int columns, points; /* so far */
    int letter;          /* column where the last letter stands, its marks left aside */
};

static void put(struct writer *w, uint32_t cp) {
    char utf8[4];
    int width = utf8_width(cp);
    if (width)
        w->letter = w->columns;
    buf_add(&w->text, utf8, (size_t)utf8_put(utf8, cp));
    w->columns += width;
    w->points++;
}

static void put_tab(struct writer *w) {
    int letter = w->columns;
    do
        put(w, ' ');
    while (w->columns % TAB);
    w->letter = letter;
}

static void put_mark(struct writer *w, struct quote *out, bool on_letter) {
    out->mark = w->points;
    out->caret = on_letter ? w->letter : w->columns;
}

static void write_window(struct writer *w, const struct points *p, size_t at,
                         size_t start, size_t stop, struct quote *out) {
    if (start)
        put(w, 0x2026);
    for (size_t i = start; i < stop; i++) {
        bool mark = i > start && utf8_width(p->v[i]) == 0;
        if (i == at)
            put_mark(w, out, mark);
        if (p->v[i] == '\t')
            put_tab(w);
        else
            put(w, utf8_is_control(p->v[i]) ? 0xFFFD : p->v[i]);
    }
    if (at == stop)
        put_mark(w, out, false);
    if (stop < p->n)
        put(w, 0x2026);
}

bool quote_line(struct quotes *q, struct origin at, struct quote *out) {
    size_t start, stop, place = at.col > 0 ? (size_t)at.col - 1 : 0;
    if (!at.file || at.line < 1)
        return false;
    const struct points *line = read_line(q, at);
    if (!line->v || place > line->n)
        return false;
    cut_window(line, place, &start, &stop);
    *out = (struct quote){NULL, -1, -1, start};
    struct writer w = {0};
    write_window(&w, line, at.col > 0 ? place : SIZE_MAX, start, stop, out);
    while (w.text.len && w.text.data[w.text.len - 1] == ' ')
        w.text.len--;
    out->text = arena_strndup(q->arena, w.text.data ? w.text.data : "", w.text.len);
    buf_free(&w.text);
    return true;
}
