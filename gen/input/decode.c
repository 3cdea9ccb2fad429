/* decode.c: the bytes of a file to clean NFC text, with the place of everything that is no text */
#include "input.h"

#include <string.h>

#define BAD_MAX 20 /* places reported a file */

/* One walk over a file. */
struct decoder {
    struct arena *arena;
    struct diag *d;
    const char *file;
    int line;
    int bad;         /* messages so far */
    int bad_on_line; /* characters of this line that are no text */
    int dropped;     /* invisible characters left out */
    struct origin first_dropped;
    char *out, *line_start;
};

/* The column is that of the text in NFC without what is dropped, as in all later messages. */
static struct origin here(const struct decoder *k) {
    size_t n;
    const char *before =
        text_nfc(k->arena, k->line_start, (size_t)(k->out - k->line_start), &n);
    int col = (int)utf8_count(before, n) + k->bad_on_line + 1;
    return (struct origin){k->file, k->line, col};
}

/* An office file in UTF-16 ("Unicode Text") or in an old 8-bit code: said once, with the remedy. */
static bool is_foreign(struct diag *d, const char *file, const char *s, size_t n) {
    struct origin at = {file, 0, 0};
    if (n >= 2 && (memcmp(s, "\xFF\xFE", 2) == 0 || memcmp(s, "\xFE\xFF", 2) == 0)) {
        diag_add(d, E_TEXT_UTF16, at, NULL);
        return true;
    }
    if (n >= 4 &&
        (memcmp(s, "PK\3\4", 4) == 0 || memcmp(s, "\xD0\xCF\x11\xE0", 4) == 0)) {
        diag_add(d, E_TEXT_OFFICE, at, NULL);
        return true;
    }
    size_t malformed = 0, wide = 0, nul = 0;
    int line = 1, first_line = 0;
    for (const char *p = s, *end = s + n; p < end;) {
        const char *start = p;
        uint32_t c = utf8_next(&p, end);
        if (c == 0xFFFD && p - start == 1) {
            if (malformed++ == 0)
                first_line = line;
        } else if (c == '\n')
            line++;
        else if (c >= 0x80)
            wide++;
        nul += c == 0;
    }
    if (nul >= 4 && nul >= n / 4) { /* UTF-16 without its mark */
        diag_add(d, E_TEXT_UTF16, at, NULL);
        return true;
    }
    /* Some text beyond ASCII is right: this is UTF-8 with damage, and each place is named instead. */
    if (!malformed || wide >= malformed)
        return false;
    at.line = first_line;
    diag_add(d, E_TEXT_NOT_UTF8, at, diag_fmt(d, "%zu", malformed), NULL);
    return true;
}

/* Whether one more place may be named; after the last the rest is only mentioned. */
static bool may_report(struct decoder *k) {
    if (k->bad == BAD_MAX)
        diag_add(k->d, E_TEXT_MORE, here(k), NULL);
    return k->bad++ < BAD_MAX;
}

static void take_bad(struct decoder *k, uint32_t c, const char *byte, size_t n) {
    if (!may_report(k))
        return;
    if (c == 0xFFFD && n == 1)
        diag_add(k->d, E_TEXT_BYTE, here(k),
                 diag_fmt(k->d, "0x%02X", (unsigned char)*byte), NULL);
    else if (c == 0xFFFD)
        diag_add(k->d, E_TEXT_LOST, here(k), NULL);
    else if (c == 0)
        diag_add(k->d, E_TEXT_NUL, here(k), NULL);
    else
        diag_add(k->d, E_TEXT_CONTROL, here(k), diag_fmt(k->d, "U+%04X", (unsigned)c),
                 NULL);
}

/* Anything other than printable ASCII and line feeds. */
static void take_special(struct decoder *k, const char **p, const char *end) {
    const char *start = *p;
    uint32_t c = utf8_next(p, end);
    if (c == '\r') { /* CRLF, or the line end of an old Mac */
        if (*p < end && **p == '\n')
            return;
        c = '\n';
    }
    if (c == '\n') {
        *k->out++ = '\n';
        k->line++;
        k->line_start = k->out;
        k->bad_on_line = 0;
        return;
    }
    if (c == 0xFFFD || utf8_is_control(c)) {
        take_bad(k, c, start, (size_t)(*p - start));
        k->bad_on_line++;
    } else if (utf8_is_invisible(c)) {
        if (k->dropped++ == 0)
            k->first_dropped = here(k);
    } else {
        while (start < *p)
            *k->out++ = *start++;
    }
}

/* Text that needs no change: no byte of it is malformed, invisible, a control or a carriage return. */
static bool is_clean(const char *s, size_t n) {
    for (const char *p = s, *end = s + n; p < end;) {
        if ((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x7F) {
            p++;
            continue;
        }
        uint32_t c = utf8_next(&p, end);
        if (c == 0xFFFD || utf8_is_control(c) || utf8_is_invisible(c))
            return false;
    }
    return true;
}

bool input_decode(struct arena *a, struct diag *d, const char *file, const char **text,
                  size_t *n) {
    const char *s = *text, *end = s + *n;
    if (*n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)
        s += 3;
    if (!is_clean(s, (size_t)(end - s))) {
        if (is_foreign(d, file, s, (size_t)(end - s)))
            return false;
        char *clean = arena_alloc(a, (size_t)(end - s) + 1);
        struct decoder k = {.arena = a, .d = d, .file = file, .line = 1};
        k.out = k.line_start = clean;
        while (s < end)
            take_special(&k, &s, end);
        *k.out = 0;
        if (k.dropped)
            diag_add(d, N_TEXT_INVISIBLE, k.first_dropped, diag_fmt(d, "%d", k.dropped),
                     NULL);
        if (k.bad)
            return false;
        s = clean;
        end = k.out;
    }
    *text = text_nfc(a, s, (size_t)(end - s), n);
    return true;
}

const char *input_text(struct arena *a, struct diag *d, const char *path, size_t *n) {
    const char *text = NULL;
    struct origin at = {path, 0, 0};
    enum file_status status = file_read(a, path, FILE_LIMIT, &text, n);
    if (status != FILE_OK) {
        diag_add(d, E_FILE_READ, at, file_status_text(d, status), NULL);
        return NULL;
    }
    return input_decode(a, d, path, &text, n) ? text : NULL;
}
