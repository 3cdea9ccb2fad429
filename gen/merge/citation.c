/* citation.c: the words of a citation: in full, short, among the legal grounds (NĐ 30 Phụ lục I, II.6) */
#include "cite.h"

#include <string.h>

/* Abstracts that begin with these are joined without "về": "… của Chính phủ quy định chi tiết …". */
static const char *const verbs[] = {
    "quy định", "hướng dẫn", "sửa đổi",    "bổ sung",    "ban hành",  "phê duyệt",
    "bãi bỏ",   "thay thế",  "thực hiện",  "triển khai", "thành lập", "kiện toàn",
    "công bố",  "phân công", "điều chỉnh", "công nhận",
};

/* Names that keep their capital within a sentence (NĐ 30 Phụ lục II). */
static const char *const names[] = {
    "Nhà nước",  "Nhân dân", "Đảng",       "Quốc hội", "Chính phủ", "Luật",
    "Nghị định", "Thông tư", "Chiến lược", "Kết luận", "Công văn",
};

/* Whether s begins with a word or words, letter case ignored. */
static bool begins(const char *s, const char *word) {
    size_t n = strlen(word);
    const char *p = s, *end = s + strlen(s), *w = word, *w_end = word + n;
    while (w < w_end)
        if (p >= end ||
            utf8_lower(utf8_next(&p, end)) != utf8_lower(utf8_next(&w, w_end)))
            return false;
    return !*p || strchr(" ,.;:", *p);
}

static bool is_verb(const char *s) {
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (begins(s, verbs[i]))
            return true;
    return false;
}

static bool is_capital(const char *s) {
    const char *p = s, *end = s + strlen(s);
    uint32_t cp = p < end ? utf8_next(&p, end) : 0;
    return cp && utf8_lower(cp) != cp;
}

/* A capital that is more than the beginning of a line: of a name of several words, of letters that stand
 * for words, of a document. */
static bool keeps_capital(const char *s) {
    const char *second = s, *word = strchr(s, ' ');
    if (*s)
        utf8_next(&second, s + strlen(s));
    if (is_capital(second) || (*second >= '0' && *second <= '9'))
        return true;
    if (word && (is_capital(word + 1) || (word[1] >= '0' && word[1] <= '9')))
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_starts(s, names[i]) && begins(s, names[i]))
            return true;
    for (size_t i = 0; doc_type_name(i); i++)
        if (str_starts(s, doc_type_name(i)) && begins(s, doc_type_name(i)))
            return true;
    return false;
}

/* "Quyết định về việc …" in the column of abstracts repeats the kind. */
static const char *without_kind(const char *s, const char *kind) {
    size_t n = strlen(kind);
    if (!n || !begins(s, kind) || s[n] != ' ')
        return s;
    const char *rest = s + n + 1;
    return begins(rest, "về") || begins(rest, "V/v") || is_verb(rest) ? rest : s;
}

/* The abstract as the end of a sentence, with a blank in front; "" when there is none. */
static const char *about(struct arena *a, const struct citable *x) {
    size_t n = strlen(x->abstract);
    while (n && strchr(" .;,", x->abstract[n - 1]))
        n--;
    const char *s = arena_strndup(a, x->abstract, n);
    if (!n)
        return "";
    s = without_kind(s, x->kind);
    if (begins(s, "V/v"))
        return arena_printf(a, " về việc %s", text_lower_first(a, s + strlen("V/v ")));
    if (begins(s, "về"))
        return arena_printf(a, " %s", text_lower_first(a, s));
    if (begins(x->kind, "Công văn"))
        return arena_printf(a, " về việc %s",
                            keeps_capital(s) ? s : text_lower_first(a, s));
    if (is_verb(s))
        return arena_printf(a, " %s", text_lower_first(a, s));
    return arena_printf(a, " về %s", keeps_capital(s) ? s : text_lower_first(a, s));
}

static const char *dated(struct arena *a, const struct citable *x) {
    return x->date.day ? arena_printf(a, " ngày %s", date_print(a, x->date)) : "";
}

const char *citation_text(struct arena *a, const struct citable *x, enum cite_form form,
                          bool ground) {
    if (form == CITE_SYMBOL && x->symbol)
        return x->symbol;
    if (x->name)
        return ground && form == CITE_FULL ? arena_printf(a, "%s%s", x->name, dated(a, x))
                                           : x->name;
    const char *symbol = x->symbol ? x->symbol : "";
    const char *brief = *x->kind ? arena_printf(a, "%s số %s", x->kind, symbol) : symbol;
    if (form != CITE_FULL)
        return brief;
    const char *by = *x->body ? arena_printf(a, " của %s", x->body) : "";
    return arena_printf(a, "%s%s%s%s", brief, dated(a, x), by, about(a, x));
}
