/* excerpt.c: what the log shows of a long text: the part that differs with a little around it */
#include "excerpt.h"
#include "inside.h"

#include <string.h>

#define AROUND 60 /* bytes on each side of what differs */
#define WORDY 60  /* bytes of a text that has something beside what differs */

static bool is_inside(char c) {
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* The text of a record without the hash that it ends with when it was cut there. */
static size_t visible(const char *s, bool *cut) {
    static const char mark[] = RECORD_CUT;
    size_t n = strlen(s), end = sizeof mark - 1 + RECORD_HASH;
    *cut = n > end && memcmp(s + n - end, mark, sizeof mark - 1) == 0 &&
           strspn(s + n - RECORD_HASH, "0123456789abcdef") == RECORD_HASH;
    return *cut ? n - end : n;
}

/* Back from `at` to the beginning of a word, on from it to the end of one. */
static size_t word_begin(const char *s, size_t at) {
    while (at > 0 && s[at - 1] != ' ' && s[at - 1] != '\n')
        at--;
    return at;
}

static size_t word_end(const char *s, size_t at, size_t n) {
    while (at < n && s[at] != ' ' && s[at] != '\n')
        at++;
    return at;
}

/* A place near `at` where a text may be cut: a blank within 20 bytes, else between two characters. */
static size_t cut_begin(const char *s, size_t at, size_t n) {
    size_t end = word_end(s, at, n);
    if (end - at <= 20)
        return end;
    while (at < n && is_inside(s[at]))
        at++;
    return at;
}

static size_t cut_end(const char *s, size_t at) {
    size_t begin = word_begin(s, at);
    if (begin > 0 && at - begin <= 20)
        return begin - 1;
    while (at > 0 && is_inside(s[at]))
        at--;
    return at;
}

/* The part of two texts that differs, whole words: s[*from..*to). */
static void differing(const char *s, size_t n, const char *t, size_t m, size_t *from,
                      size_t *to) {
    size_t head = 0, tail = 0;
    while (head < n && head < m && s[head] == t[head])
        head++;
    while (tail < n - head && tail < m - head && s[n - 1 - tail] == t[m - 1 - tail])
        tail++;
    *from = word_begin(s, head);
    *to = word_end(s, n - tail, n);
    *to = *to > *from ? *to : *from;
}

static struct excerpt beginning(struct arena *a, const char *s, size_t n, size_t most) {
    size_t end = n > most ? cut_end(s, most) : n;
    return (struct excerpt){arena_printf(a, "%.*s…", (int)end, s), "", "", true, false};
}

/* The end of what was kept of two texts that differ behind it. */
static struct excerpt ending(struct arena *a, const char *s, size_t n, size_t most) {
    size_t from = n > most ? cut_begin(s, n - most, n) : 0;
    const char *text =
        arena_printf(a, "%s%.*s…", from ? "…" : "", (int)(n - from), s + from);
    return (struct excerpt){text, "", "", true, true};
}

/* A text that is shown whole: what differs is told apart when there is much beside it. */
static struct excerpt whole(struct arena *a, const char *s, size_t n, const char *other,
                            size_t m) {
    size_t from = 0, to = n;
    if (n >= WORDY && m >= WORDY)
        differing(s, n, other, m, &from, &to);
    if (to - from > n / 2)
        return (struct excerpt){s, "", "", false, false};
    return (struct excerpt){arena_strndup(a, s, from),
                            arena_strndup(a, s + from, to - from), s + to, false, false};
}

/* A window on s[from..to), which differs, with a little around it. */
static struct excerpt window(struct arena *a, const char *s, size_t n, size_t from,
                             size_t to, size_t most, bool more) {
    size_t begin = from > AROUND ? cut_begin(s, from - AROUND, from) : 0;
    size_t stop = to - from > most ? cut_end(s, from + most) : to;
    stop = stop > from ? stop : to;
    size_t end = stop < to ? stop : n - to > AROUND ? cut_end(s, to + AROUND) : n;
    end = end > stop ? end : stop;
    more = more || end < n;
    return (struct excerpt){
        arena_printf(a, "%s%.*s", begin ? "…" : "", (int)(from - begin), s + begin),
        arena_printf(a, "%.*s%s", (int)(stop - from), s + from, stop < to ? "…" : ""),
        arena_printf(a, "%.*s%s", (int)(end - stop), s + stop,
                     more && stop >= to ? "…" : ""),
        true, false};
}

struct excerpt excerpt_of(struct arena *a, const char *text, const char *other,
                          size_t most) {
    bool cut, other_cut = false;
    size_t n = visible(text, &cut), m = other ? visible(other, &other_cut) : 0;
    size_t from, to;
    if (!cut && n <= most)
        return whole(a, text, n, other, m);
    if (!other)
        return beginning(a, text, n, most);
    if (n == m && memcmp(text, other, n) == 0)
        return ending(a, text, n, most);
    differing(text, n, other, m, &from, &to);
    return window(a, text, n, from, to, most, cut);
}
