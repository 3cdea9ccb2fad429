/* pattern.c: regular expressions that a whole text must match: the one file that knows PCRE2 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "inside.h"

#include <pcre2.h>
#include <string.h>

/* What matching may cost, in steps of PCRE2, each of which may look at the whole text: a usual code takes
 * less than a hundred. One text that takes more than the first bound is tried again with greater ones,
 * the longer it is the fewer, and all of these tries count: a few seconds at worst for a whole column. */
#define STEPS_FIRST 1000
#define STEPS_MOST 200000
#define STEPS_TIMES_BYTES 1000000000
#define STEPS_IN_ALL 100000000
#define HEAP_KB 16384

struct pattern {
    pcre2_code *code;
};

struct matcher {
    const struct pattern *pattern;
    pcre2_match_data *data;
    pcre2_match_context *limits;
    size_t left; /* steps; 0: given up */
};

/* ---- memory: all of it in an arena, which dies as a whole ---- */

static void *take(PCRE2_SIZE n, void *arena) {
    return arena_alloc(arena, n);
}

static void drop(void *p, void *arena) {
    (void)p;
    (void)arena;
}

static pcre2_general_context *memory_of(struct arena *a) {
    return pcre2_general_context_create(take, drop, a);
}

/* ---- compiling ---- */

/* PCRE2 has its words in English only: the usual slips in Vietnamese. */
static const char *slip(int code) {
    static const struct {
        int code;
        const char *words;
    } known[] = {
        {PCRE2_ERROR_END_BACKSLASH, "dấu \\ ở cuối"},
        {PCRE2_ERROR_UNKNOWN_ESCAPE, "không có dạng \\ này"},
        {PCRE2_ERROR_QUANTIFIER_OUT_OF_ORDER, "hai số trong {} bị ngược"},
        {PCRE2_ERROR_QUANTIFIER_TOO_BIG, "số trong {} quá lớn"},
        {PCRE2_ERROR_MISSING_SQUARE_BRACKET, "thiếu dấu ] để đóng ["},
        {PCRE2_ERROR_CLASS_RANGE_ORDER, "khoảng trong [] bị ngược"},
        {PCRE2_ERROR_QUANTIFIER_INVALID, "trước dấu lặp không có gì để lặp"},
        {PCRE2_ERROR_INVALID_AFTER_PARENS_QUERY, "không có dạng (? này"},
        {PCRE2_ERROR_MISSING_CLOSING_PARENTHESIS, "thiếu dấu ) để đóng ("},
        {PCRE2_ERROR_UNMATCHED_CLOSING_PARENTHESIS, "thừa dấu )"},
        {PCRE2_ERROR_BAD_SUBPATTERN_REFERENCE, "gọi đến nhóm không có"},
        {PCRE2_ERROR_UNKNOWN_POSIX_CLASS, "không có lớp ký tự này"},
        {PCRE2_ERROR_UNKNOWN_UNICODE_PROPERTY, "không có thuộc tính \\p này"},
        {PCRE2_ERROR_PATTERN_TOO_LARGE, "biểu thức quá lớn"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].code == code)
            return known[i].words;
    return NULL;
}

static const char *words_for(struct arena *a, const struct diag *d, int code) {
    const char *known = diag_lang(d) == LANG_VI ? slip(code) : NULL;
    if (known)
        return known;
    PCRE2_UCHAR words[160] = "";
    pcre2_get_error_message(code, words, sizeof words);
    return arena_strdup(a, (const char *)words);
}

const struct pattern *pattern_compile(struct arena *a, const struct diag *d,
                                      const char *text, size_t n, const char **why,
                                      size_t *place) {
    int code;
    PCRE2_SIZE offset = 0;
    pcre2_compile_context *memory = pcre2_compile_context_create(memory_of(a));
    struct pattern *p = arena_new_of(a, struct pattern);
    p->code = pcre2_compile((PCRE2_SPTR)text, n,
                            PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED | PCRE2_ENDANCHORED |
                                PCRE2_NEVER_BACKSLASH_C,
                            &code, &offset, memory);
    if (p->code)
        return p;
    *why = words_for(a, d, code);
    *place = utf8_count(text, offset < n ? offset : n);
    *place += *place == 0;
    return NULL;
}

/* ---- matching ---- */

struct matcher *matcher_new(struct arena *a, const struct pattern *p) {
    struct matcher *m = arena_new_of(a, struct matcher);
    pcre2_general_context *memory = memory_of(a);
    m->pattern = p;
    m->data = pcre2_match_data_create(1, memory);
    m->limits = pcre2_match_context_create(memory);
    pcre2_set_heap_limit(m->limits, HEAP_KB);
    m->left = STEPS_IN_ALL;
    return m;
}

bool matcher_gave_up(const struct matcher *m) {
    return m->left == 0;
}

static int run(const struct matcher *m, const char *text, size_t n, size_t steps) {
    pcre2_set_match_limit(m->limits, (uint32_t)steps);
    return pcre2_match(m->pattern->code, (PCRE2_SPTR)text, n, 0, 0, m->data, m->limits);
}

enum matched matcher_run(struct matcher *m, const char *text, size_t n) {
    size_t steps = STEPS_FIRST, most = STEPS_TIMES_BYTES / (n + 1);
    most = most > STEPS_MOST ? STEPS_MOST : most < STEPS_FIRST ? STEPS_FIRST : most;
    int result = run(m, text, n, steps);
    while (result == PCRE2_ERROR_MATCHLIMIT && steps < most && m->left) {
        steps = steps * 10 < most ? steps * 10 : most;
        m->left -= steps < m->left ? steps : m->left;
        result = run(m, text, n, steps);
    }
    if (result >= 0)
        return MATCH_YES;
    if (result == PCRE2_ERROR_NOMATCH)
        return MATCH_NO;
    m->left = 0;
    return MATCH_TOO_LONG;
}
