/* breaks.c: where a line may end: UAX 14 by libunibreak and the no-break rules of Vietnamese offices */
#include <linebreak.h>
#include <string.h>

#include "inside.h"

/* ---- letters --------------------------------------------------------------- */

/* Lower-case letters of Vietnamese and its Latin neighbours. */
static bool is_lower(uint32_t cp) {
    if (cp < 0x80)
        return cp >= 'a' && cp <= 'z';
    if (cp >= 0xC0 && cp <= 0xFF)
        return cp >= 0xDF && cp != 0xF7;
    if (cp == 0x1B0)
        return true;
    if (cp == 0x1AF)
        return false;
    return ((cp >= 0x100 && cp <= 0x1A1) || (cp >= 0x1EA0 && cp <= 0x1EF9)) &&
           cp % 2 == 1;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static uint32_t first_cp(const char *s, size_t n) {
    return n ? text_next(&s, s + n) : 0;
}

/* ASCII: O P open, C E S close; beside a letter w, O and C never break (UAX 14), the others may. */
const char joint_class[129] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                              /*  !"#$%&'()*+,-./0123456789:;<=>? */
                              "xEwxxCxwOCxxCxCSwwwwwwwwwwCCxxxE"
                              "xwwwwwwwwwwwwwwwwwwwwwwwwwwPxExx"
                              "xwwwwwwwwwwwwwwwwwwwwwwwwwwPxExx";

static bool is_opening(uint32_t cp) {
    if (cp < 0x80)
        return joint_class[cp] == 'O' || joint_class[cp] == 'P';
    return cp == 0x201C || cp == 0x2018 || cp == 0xAB;
}

static bool is_closing(uint32_t cp) {
    if (cp < 0x80)
        return joint_class[cp] == 'C' || joint_class[cp] == 'E' || joint_class[cp] == 'S';
    return cp == 0x201D || cp == 0x2019 || cp == 0xBB || cp == 0x2026;
}

/* ---- words ------------------------------------------------------------------- */

struct word {
    const char *s;
    size_t n;
};

/* Written out: asked for every word of a report. */
static bool opens_word(char c) {
    return c == '(' || c == '[' || c == '{' || c == '"' || c == '\'';
}

static bool closes_word(char c) {
    return c == ')' || c == ']' || c == '}' || c == ',' || c == '.' || c == ';' ||
           c == ':' || c == '!' || c == '?' || c == '"' || c == '\'';
}

/* The word without opening marks in front and closing ones behind. */
static struct word bare(const char *s, size_t n) {
    struct word w = {s, n};
    while (w.n && opens_word(w.s[0]))
        w.s++, w.n--;
    while (w.n >= 3 && (memcmp(w.s, "“", 3) == 0 || memcmp(w.s, "‘", 3) == 0))
        w.s += 3, w.n -= 3;
    for (;;) {
        if (w.n && closes_word(w.s[w.n - 1]))
            w.n--;
        else if (w.n >= 3 && (memcmp(w.s + w.n - 3, "”", 3) == 0 ||
                              memcmp(w.s + w.n - 3, "’", 3) == 0))
            w.n -= 3;
        else
            return w;
    }
}

/* Is the word one of a list, its first letter in either case? */
static bool is_one_of(struct word w, const char *const *list) {
    char buf[24];
    if (w.n == 0 || w.n >= sizeof buf)
        return false;
    memcpy(buf, w.s, w.n);
    buf[w.n] = 0;
    if (buf[0] >= 'A' && buf[0] <= 'Z')
        buf[0] = (char)(buf[0] + 32);
    else if (memcmp(buf, "Đ", 2) == 0)
        memcpy(buf, "đ", 2);
    for (; *list; list++)
        if (strcmp(buf, *list) == 0)
            return true;
    return false;
}

/* "12.456", "98,70": what a unit may follow; not a date, not a code, nothing that ends a clause. */
static bool is_number(const char *s, size_t n) {
    while (n && strchr("([+-", s[0]))
        s++, n--;
    if (n == 0 || !is_digit(s[0]) || !is_digit(s[n - 1]))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!is_digit(s[i]) && s[i] != '.' && s[i] != ',')
            return false;
    return true;
}

/* What may follow `Điều`, `số`, `Phụ lục`: digits or a blank in front, a Roman numeral, or a single letter. */
static bool is_numeral(struct word w) {
    if (w.n == 0)
        return false;
    if (is_digit(w.s[0]) ||
        (w.n >= 3 && memcmp(w.s, "…", 3) == 0)) /* … is yet to be filled */
        return true;
    if (w.n == 1 || (w.n == 2 && memcmp(w.s, "đ", 2) == 0))
        return true;
    size_t roman = 0;
    while (roman < w.n && strchr("IVXLC", w.s[roman]))
        roman++;
    return roman == w.n ||
           (roman && w.s[roman] == '/' && is_digit(w.s[w.n - 1])); /* quý IV/2025 */
}

/* Words that a number or letter follows as their name. */
static const char *const named[] = {
    "điều",  "khoản",  "điểm", "số",     "lục",  "quý",  "năm",  "ngày",
    "tháng", "chương", "mục",  "phần",   "bảng", "biểu", "hình", "trang",
    "lần",   "thứ",    "khóa", "khoá",   "kỳ",   "mẫu",  "tổ",   "xóm",
    "thôn",  "ấp",     "khu",  "phường", "quận", "tuần", "giờ",  NULL};

/* Names of two words that a number follows: `Đề án 06`, `giai đoạn 2`. Written with a small letter the
 * others are mostly common words: "giải quyết 15 hồ sơ", "giao kế hoạch 15 tỷ đồng". */
static const char *const titled[][2] = {
    {"Đề", "án"},     {"Dự", "án"},    {"Kế", "hoạch"},  {"Nghị", "quyết"},
    {"Nghị", "định"}, {"Chỉ", "thị"},  {"Thông", "tư"},  {"Quyết", "định"},
    {"Kết", "luận"},  {"Công", "văn"}, {"Giai", "đoạn"}, {"giai", "đoạn"},
};

static bool word_is(struct word w, const char *text) {
    return w.n == strlen(text) && memcmp(w.s, text, w.n) == 0;
}

static bool is_titled(struct word first, struct word second) {
    for (size_t i = 0; i < sizeof titled / sizeof *titled; i++)
        if (word_is(second, titled[i][1]) && word_is(first, titled[i][0]))
            return true;
    return false;
}

/* Words behind a number that are no unit of it: conjunctions, prepositions, verbs. */
static const char *const no_unit[] = {
    "và",  "của",   "đến",  "là",    "trong", "tại",   "có",   "đã",    "được",
    "với", "cho",   "về",   "thì",   "mà",    "như",   "theo", "từ",    "do",
    "để",  "nhưng", "hoặc", "hay",   "bởi",   "trên",  "dưới", "ở",     "vào",
    "khi", "nếu",   "sau",  "trước", "còn",   "không", "đạt",  "bằng",  "gồm",
    "tới", "ra",    "nhằm", "vì",    "tăng",  "giảm",  "so",   "thuộc", "phải",
    "sẽ",  "chưa",  "cũng", "này",   "nêu",   "ban",   NULL};

static const char *const multiples[] = {"trăm",  "nghìn", "ngàn", "vạn",
                                        "triệu", "tỷ",    "tỉ",   NULL};
static const char *const money[] = {"đồng", "tỷ", "tỉ", "đô", "USD", NULL};

static const char *const date_parts[] = {"tháng", "năm", NULL};

enum tie { TIE_NONE, TIE_NAME, TIE_UNIT, TIE_MULTIPLE, TIE_COMPOUND };

/* A cheap look that spares most words the rules below. */
static bool may_tie(const struct joint_state *st, const char *word, size_t len) {
    char c = *word;
    return is_digit(c) || is_digit(st->word[st->len - 1]) || st->tie == TIE_MULTIPLE ||
           len <= 3 || c == 'l' || (c >= 'C' && c <= 'X');
}

/* How the word before holds the word behind it. */
static enum tie tie_of(const struct joint_state *st, const char *word, size_t len) {
    if (!may_tie(st, word, len))
        return TIE_NONE;
    struct word a = {st->word, st->len}, b = bare(word, len), ab = bare(a.s, a.n);
    bool open_end = ab.s + ab.n == a.s + a.n; /* no mark closes it */
    if (!open_end || b.s != word)
        return TIE_NONE;
    if (is_number(a.s, a.n) && st->tie != TIE_NAME && is_lower(first_cp(b.s, b.n)) &&
        !is_one_of(b, no_unit))
        return is_one_of(b, multiples) ? TIE_MULTIPLE : TIE_UNIT;
    if (st->tie == TIE_MULTIPLE && is_one_of(b, money))
        return is_one_of(b, multiples) ? TIE_MULTIPLE : TIE_UNIT;
    if (st->tie != TIE_UNIT && is_numeral(b) && is_one_of(ab, named))
        return TIE_NAME;
    if (st->before && is_digit(*b.s) && is_titled(bare(st->before, st->before_len), ab))
        return TIE_NAME;
    if (b.n == strlen("lục") && memcmp(b.s, "lục", b.n) == 0 && ab.n == strlen("phụ") &&
        memcmp(ab.s + 1, "hụ", ab.n - 1) == 0)
        return TIE_COMPOUND;
    return TIE_NONE;
}

static bool is_dash(const char *s, size_t n) {
    return (n == 1 && (*s == '-' || *s == '+')) || (n == 3 && memcmp(s, "–", 3) == 0);
}

/* "-", "+", "1.", "a)", "8.1.", "đ)" in front of a paragraph. */
static bool is_label(const char *s, size_t n) {
    return is_dash(s, n) || (n <= 8 && n > 1 && (s[n - 1] == ')' || s[n - 1] == '.'));
}

enum joint joint_blank(struct joint_state *st, const char *word, size_t len) {
    struct joint_state old = *st;
    st->first = old.word == NULL;
    st->before = old.word;
    st->before_len = old.len;
    st->word = word;
    st->len = len;
    st->tie = TIE_NONE;
    if (!old.word || !len)
        return JOINT_OPEN;
    st->tie = (uint8_t)tie_of(&old, word, len);
    if (st->tie != TIE_NONE)
        return JOINT_SOFT;
    if (old.first && is_label(old.word, old.len))
        return JOINT_SOFT;
    if (is_closing(first_cp(word, len)) || is_dash(word, len))
        return JOINT_SOFT; /* a line never starts with these */
    const char *tail = old.word + old.len - 1;
    while (tail > old.word && ((unsigned char)*tail & 0xC0) == 0x80)
        tail--;
    if (is_opening(first_cp(tail, (size_t)(old.word + old.len - tail))))
        return JOINT_SOFT;
    if (old.tie == TIE_NAME && is_one_of(bare(word, len), date_parts))
        return JOINT_LONG; /* ngày 22 tháng 12 năm 2024 */
    return JOINT_OPEN;
}

/* ---- inside a word ------------------------------------------------------------- */

static bool is_address(const char *s, size_t n) {
    for (size_t i = 0; i + 2 < n; i++)
        if (s[i] == '@' || memcmp(s + i, "://", 3) == 0)
            return true;
    return n > 4 && (memcmp(s, "www.", 4) == 0 || memcmp(s, "(www", 4) == 0);
}

/* Web and mail addresses: behind dots, slashes and their like, never inside "://" or at the ends. */
static void mark_address(const char *s, size_t n, char *mark) {
    memset(mark, JOINT_NONE, n);
    for (size_t i = 3; i + 3 < n; i++) {
        bool place = strchr("./-_?&=@#", s[i]) != NULL;
        if (place && !strchr("./", s[i + 1]))
            mark[i] = JOINT_LONG;
    }
}

static uint32_t cp_before(const char *s, size_t end) {
    size_t i = end;
    while (i > 0 && ((unsigned char)s[--i] & 0xC0) == 0x80)
        ;
    return first_cp(s + i, end - i);
}

static bool is_letter(uint32_t cp) {
    return (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z') ||
           (cp >= 0xC0 && cp <= 0x24F) || (cp >= 0x1EA0 && cp <= 0x1EF9);
}

/* A break that UAX 14 allows behind byte i: is it one that an office would accept? */
static enum joint judge(const char *s, size_t n, size_t i) {
    uint32_t behind = first_cp(s + i + 1, n - i - 1), at = cp_before(s, i + 1);
    size_t at_start = i + 1 - (at < 0x80 ? 1 : at < 0x800 ? 2 : at < 0x10000 ? 3 : 4);
    uint32_t before = cp_before(s, at_start);
    if (at == 0x2014 || behind == 0x2014)
        return JOINT_OPEN;
    if (at == '-' && is_lower(before) && is_lower(behind) && at_start > 2 && n - i > 3)
        return JOINT_LONG;
    if (at >= 0x2E80 || behind >= 0x2E80) /* East Asian text breaks anywhere */
        return JOINT_OPEN;
    if (!is_letter(at) && at > 0x7F && at != 0x2013 && at != 0x2026)
        return JOINT_OPEN;
    return JOINT_CODE;
}

void joint_inside(const char *word, size_t len, char *mark) {
    static bool ready;
    if (!ready) {
        init_linebreak();
        ready = true;
    }
    if (is_address(word, len)) {
        mark_address(word, len, mark);
        return;
    }
    set_linebreaks_utf8((const utf8_t *)word, len, "vi", mark);
    for (size_t i = 0; i < len; i++)
        mark[i] = mark[i] == LINEBREAK_ALLOWBREAK && i + 1 < len
                      ? (char)judge(word, len, i)
                      : JOINT_NONE;
}
