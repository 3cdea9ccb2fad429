/* spaces.c: blanks of running text: runs become one, none before punctuation or at the ends */
#include "pass.h"

#include <string.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}

/* The bytes that follow byte i of span s: those of the next spans too, as far as they are text. */
static size_t look_ahead(const struct span *s, size_t i, char out[4]) {
    size_t n = 0;

    for (; s && n < 4; s = s->next, i = 0) {
        if (s->kind != SPAN_TEXT) {
            if (s->kind == SPAN_BREAK)
                out[n++] = '\n';
            else
                out[n++] = 'x';
            return n;
        }
        while (i < s->len && n < 4)
            out[n++] = s->text[i++];
    }
    return n;
}

/* Text that people wrote as prose; figures and codes out of the data keep their blanks. */
static bool is_prose(const struct span *s) {
    return !s->value || (s->value->flags & VALUE_RICH);
}

/* A blank in front of punctuation that ends a word: "Covid -19 ," but not " .vn", " :8080", "1 : 2". */
static bool before_punctuation(const struct span *s, size_t i, char last) {
    char next[4];
    size_t n = look_ahead(s, i + 1, next);

    if (!n || !next[0] || !strchr(",.;:!?%", next[0]))
        return false;
    if (next[0] == '.' && n >= 2 && next[1] == '/')
        return n >= 3 && next[2] == '.'; /* ./. closes the text */
    if (next[0] == ':' && last >= '0' && last <= '9' && n >= 3 && next[2] >= '0' &&
        next[2] <= '9')
        return false;
    return n == 1 || is_blank(next[1]) || (next[1] && strchr(",.;:!?)]\"", next[1])) ||
           (n >= 3 && !memcmp(next + 1, "\xe2\x80", 2)); /* ” … – */
}

/* What the reading head knows about the text before it. */
struct state {
    bool blank; /* at the start, or behind a blank */
    char last;  /* last byte kept */
};

static bool dropped(const struct span *s, size_t i, const struct state *st) {
    char next[4];

    if (!is_blank(s->text[i]))
        return false;
    if (st->blank)
        return true;
    /* almost every blank has a letter behind it */
    if (i + 1 < s->len && (unsigned char)s->text[i + 1] > '?')
        return false;
    size_t n = look_ahead(s, i + 1, next);
    if (!n || next[0] == '\n')
        return true;
    return is_prose(s) && before_punctuation(s, i, st->last);
}

static void step(struct state *st, char c) {
    st->blank = is_blank(c);
    st->last = c;
}

static void clean(struct span *s, struct arena *a, struct state *st) {
    size_t i = 0;

    while (i < s->len) {
        size_t word = i;
        while (i < s->len && ((unsigned char)s->text[i] > ' ' || !is_blank(s->text[i])))
            i++;
        if (i > word)
            step(st, s->text[i - 1]);
        if (i == s->len || s->text[i] != ' ' || dropped(s, i, st))
            break;
        step(st, s->text[i++]);
    }
    if (i == s->len)
        return;

    char *out = arena_alloc(a, s->len + 1);
    size_t n = i;
    memcpy(out, s->text, i);
    for (; i < s->len; i++) {
        if (dropped(s, i, st))
            continue;
        out[n++] = is_blank(s->text[i]) ? ' ' : s->text[i];
        step(st, out[n - 1]);
    }
    s->text = out;
    s->len = (uint32_t)n;
}

/* A last blank that only later, dropped blanks followed ("text" " " " "). */
static void trim_end(struct span *list) {
    struct span *last = NULL;

    for (struct span *s = list; s; s = s->next)
        if (s->kind != SPAN_TEXT || s->len)
            last = s;
    while (last && last->kind == SPAN_TEXT && last->len &&
           is_blank(last->text[last->len - 1]))
        last->len--;
}

void spaces_normalise(struct span **list, struct arena *a) {
    struct state st = {true, 0};

    for (struct span *s = *list; s; s = s->next) {
        if (s->kind == SPAN_BREAK)
            st.blank = true;
        else if (s->kind != SPAN_TEXT)
            st.blank = false;
        else if (s->style & SPAN_CODE)
            st.blank = s->len ? false : st.blank;
        else
            clean(s, a, &st);
    }
    trim_end(*list);
    for (struct span **at = list; *at;) {
        if ((*at)->kind == SPAN_TEXT && !(*at)->len)
            *at = (*at)->next;
        else
            at = &(*at)->next;
    }
}
