/* lex.c: the text of an expression to tokens */
#include "expr.h"

#include <string.h>

/* ---- places ------------------------------------------------------------------------ */

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Over one character at s. */
static const char *pass(struct text_place *p, const char *s) {
    p->at.col++;
    if (*s == '\n') {
        p->at.line++;
        p->at.col = 1;
    }
    do
        s++;
    while (((unsigned char)*s & 0xC0) == 0x80);
    return s;
}

/* Over line breaks, indentation, and what joins two lines in double quotes. */
static void pass_blanks(struct text_place *p) {
    while (is_blank(*p->raw) ||
           (p->quote == '"' && p->raw[0] == '\\' && p->raw[1] == '\n'))
        p->raw = pass(p, p->raw);
}

/* Characters of the file that stand for the one of the text. */
static int raw_length(const struct text_place *p) {
    if (p->quote == '\'' && p->raw[0] == '\'' && p->raw[1] == '\'')
        return 2;
    if (p->quote != '"' || *p->raw != '\\')
        return 1;
    return p->raw[1] == 'x' ? 4 : p->raw[1] == 'u' ? 6 : p->raw[1] == 'U' ? 10 : 2;
}

/* Over what stands for the character at s. Of blanks the file has more, or, where it escapes them, others. */
static void follow(struct text_place *p, const char *s) {
    bool blank = is_blank(*s);
    if (!blank)
        pass_blanks(p);
    if (blank && !is_blank(*p->raw) && *p->raw != '\\')
        return;
    for (int n = raw_length(p); n > 0 && *p->raw; n--)
        p->raw = pass(p, p->raw);
}

struct text_place place_at(struct text_place p, const char *text, size_t pos) {
    const char *s = text, *end = text + pos;
    if (p.fixed || !p.at.line)
        return p;
    while (s < end && !p.raw)
        s = pass(&p, s);
    for (; s < end; utf8_next(&s, end))
        follow(&p, s);
    if (p.raw && *s && !is_blank(*s))
        pass_blanks(&p);
    return p;
}

struct text_place expr_at(const struct value *v) {
    struct text_place p = {.at = v->at};
    if (v->kind == VALUE_TEXT)
        p.raw = v->u.raw;
    if (p.raw && v->flags & VALUE_QUOTED && strchr("'\"", p.raw[-1]))
        p.quote = p.raw[-1];
    p.at.col += p.quote != 0;
    return p;
}

/* ---- tokens ------------------------------------------------------------------------ */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Length of the letter, digit or _ at pos, 0: there is none. Latin letters with marks count: và, hoặc. */
static size_t word_char(const struct lexer *l, size_t pos) {
    if (pos >= l->n)
        return 0;
    const char *s = l->text + pos, *next = s;
    uint32_t c = utf8_next(&next, l->text + l->n);
    bool word = c < 0x80 ? is_digit(*s) || c == '_' || (c >= 'a' && c <= 'z') ||
                               (c >= 'A' && c <= 'Z')
                         : (c >= 0xC0 && c < 0x370 && c != 0xD7 && c != 0xF7) ||
                               (c >= 0x1E00 && c < 0x1F00);
    return word ? (size_t)(next - s) : 0;
}

static void bad(struct lexer *l, enum diag_code code, size_t from, size_t to,
                const char *hint) {
    l->kind = TOK_BAD;
    l->to = to;
    diag_add(l->d, code, l->place.at, arena_strndup(l->a, l->text + from, to - from),
             hint, NULL);
}

static size_t digits_at(const struct lexer *l, size_t pos) {
    size_t n = 0;
    while (pos + n < l->n && is_digit(l->text[pos + n]))
        n++;
    return n;
}

/* 12 · 12.456 · 0,1 · 98,70%: a comma directly between two digits is the decimal sign. */
static void number(struct lexer *l) {
    size_t pos = l->from + digits_at(l, l->from), k;
    while (pos < l->n && l->text[pos] == '.' && (k = digits_at(l, pos + 1)) > 0)
        pos += 1 + k;
    if (pos < l->n && l->text[pos] == ',' && (k = digits_at(l, pos + 1)) > 0)
        pos += 1 + k;
    if (pos < l->n && l->text[pos] == '%')
        pos++;
    size_t end = pos;
    for (size_t k1; (k1 = word_char(l, end)) > 0 || (end < l->n && l->text[end] == '.');)
        end += k1 ? k1 : 1;
    const char *s = l->text + l->from;
    if (end == pos && number_parse(l->a, s, pos - l->from, NUM_VI, &l->number,
                                   &l->percent, &l->digits)) {
        l->kind = TOK_NUMBER;
        l->to = pos;
        return;
    }
    char *offer = number_offer(l->a, s, end - l->from, NUM_VI);
    bad(l, offer ? E_EXPR_NUMBER_STYLE : E_EXPR_NUMBER, l->from, end, offer ? offer : "");
}

/* "…" or '…' on one line; the same quote twice stands for itself. */
static void text(struct lexer *l) {
    char quote = l->text[l->from];
    struct buf b = {0};
    size_t pos = l->from + 1;
    for (; pos < l->n; pos++) {
        if (l->text[pos] == quote) {
            if (pos + 1 >= l->n || l->text[pos + 1] != quote)
                break;
            pos++;
        }
        buf_addc(&b, l->text[pos]);
    }
    l->word = arena_strndup(l->a, b.data ? b.data : "", b.len);
    buf_free(&b);
    l->kind = TOK_TEXT;
    l->to = pos + 1;
    if (pos >= l->n)
        bad(l, E_EXPR_QUOTE, l->from, l->n, quote == '"' ? "\"" : "'");
}

/* A dotted name, or one of the words that are operators. */
static void word(struct lexer *l) {
    static const struct {
        const char *word;
        enum sign sign;
    } known[] = {{"va", SIGN_AND},  {"và", SIGN_AND},    {"hoac", SIGN_OR},
                 {"hoặc", SIGN_OR}, {"khong", SIGN_NOT}, {"không", SIGN_NOT}};
    size_t pos = l->from;
    for (size_t k; (k = word_char(l, pos)) > 0 ||
                   (pos < l->n && l->text[pos] == '.' && word_char(l, pos + 1));)
        pos += k ? k : 1;
    l->kind = TOK_NAME;
    l->to = pos;
    l->word = arena_strndup(l->a, l->text + l->from, pos - l->from);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_eq(l->word, known[i].word)) {
            l->kind = TOK_SIGN;
            l->sign = known[i].sign;
        }
}

/* What other languages and word processors write. */
static void foreign_sign(struct lexer *l, const char *s) {
    static const struct {
        const char *text, *own;
    } known[] = {{"&&", "va"}, {"&", "va"}, {"||", "hoac"}, {"|", "hoac"}, {"!", "khong"},
                 {"–", "-"},   {"—", "-"},  {"÷", "/"},     {":", "/"},    {"“", "\""},
                 {"”", "\""},  {"„", "\""}, {"‘", "'"},     {"’", "'"},    {"`", "'"},
                 {"[", "("},   {"]", ")"},  {"{", "("},     {"}", ")"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t n = strlen(known[i].text);
        if (n <= l->n - l->from && memcmp(s, known[i].text, n) == 0) {
            bad(l, E_EXPR_SIGN, l->from, l->from + n, known[i].own);
            return;
        }
    }
    const char *next = s;
    utf8_next(&next, l->text + l->n);
    bad(l, E_EXPR_CHARACTER, l->from, (size_t)(next - l->text), "");
}

static void sign(struct lexer *l) {
    static const struct {
        const char *text;
        enum sign sign;
    } known[] = {{"==", SIGN_EQUAL},   {"!=", SIGN_DIFFERENT}, {"<>", SIGN_DIFFERENT},
                 {"<=", SIGN_AT_MOST}, {">=", SIGN_AT_LEAST},  {"≤", SIGN_AT_MOST},
                 {"≥", SIGN_AT_LEAST}, {"≠", SIGN_DIFFERENT},  {"<", SIGN_LESS},
                 {">", SIGN_MORE},     {"=", SIGN_EQUAL},      {"(", SIGN_OPEN},
                 {")", SIGN_CLOSE},    {",", SIGN_COMMA},      {";", SIGN_COMMA},
                 {"+", SIGN_ADD},      {"-", SIGN_SUBTRACT},   {"−", SIGN_SUBTRACT},
                 {"*", SIGN_MULTIPLY}, {"×", SIGN_MULTIPLY},   {"/", SIGN_DIVIDE},
                 {"^", SIGN_POWER}};
    const char *s = l->text + l->from;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t n = strlen(known[i].text);
        if (n <= l->n - l->from && memcmp(s, known[i].text, n) == 0) {
            l->kind = TOK_SIGN;
            l->sign = known[i].sign;
            l->to = l->from + n;
            return;
        }
    }
    foreign_sign(l, s);
}

void lex_next(struct lexer *l) {
    size_t before = l->from;
    while (l->pos < l->n && is_blank(l->text[l->pos]))
        l->pos++;
    l->place = place_at(l->place, l->text + before, l->pos - before);
    l->from = l->to = l->pos;
    l->sign = SIGN_NONE;
    if (l->pos >= l->n) {
        l->kind = TOK_END;
        return;
    }
    char c = l->text[l->pos];
    if (is_digit(c))
        number(l);
    else if (c == '"' || c == '\'')
        text(l);
    else if (word_char(l, l->pos))
        word(l);
    else
        sign(l);
    l->pos = l->to;
}
