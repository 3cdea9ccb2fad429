/* wording.c: document types, agency lines, the reference line and letter case */
#include "pass.h"

#include <string.h>

/* NĐ 30 Phụ lục III, Mục I. */
static const struct doc_type types[] = {
    {"NQ", "Nghị quyết", "NGHỊ QUYẾT"},
    {"QĐ", "Quyết định", "QUYẾT ĐỊNH"},
    {"CT", "Chỉ thị", "CHỈ THỊ"},
    {"QC", "Quy chế", "QUY CHẾ"},
    {"QyĐ", "Quy định", "QUY ĐỊNH"},
    {"TC", "Thông cáo", "THÔNG CÁO"},
    {"TB", "Thông báo", "THÔNG BÁO"},
    {"HD", "Hướng dẫn", "HƯỚNG DẪN"},
    {"CTr", "Chương trình", "CHƯƠNG TRÌNH"},
    {"KH", "Kế hoạch", "KẾ HOẠCH"},
    {"PA", "Phương án", "PHƯƠNG ÁN"},
    {"ĐA", "Đề án", "ĐỀ ÁN"},
    {"DA", "Dự án", "DỰ ÁN"},
    {"BC", "Báo cáo", "BÁO CÁO"},
    {"BB", "Biên bản", "BIÊN BẢN"},
    {"TTr", "Tờ trình", "TỜ TRÌNH"},
    {"HĐ", "Hợp đồng", "HỢP ĐỒNG"},
    {"CĐ", "Công điện", "CÔNG ĐIỆN"},
    {"BGN", "Bản ghi nhớ", "BẢN GHI NHỚ"},
    {"BTT", "Bản thỏa thuận", "BẢN THỎA THUẬN"},
    {"GUQ", "Giấy ủy quyền", "GIẤY ỦY QUYỀN"},
    {"GM", "Giấy mời", "GIẤY MỜI"},
    {"GGT", "Giấy giới thiệu", "GIẤY GIỚI THIỆU"},
    {"GNP", "Giấy nghỉ phép", "GIẤY NGHỈ PHÉP"},
    {"PG", "Phiếu gửi", "PHIẾU GỬI"},
    {"PC", "Phiếu chuyển", "PHIẾU CHUYỂN"},
    {"PB", "Phiếu báo", "PHIẾU BÁO"},
};
#define TYPES (sizeof types / sizeof *types)

/* Lower case of the letters that Vietnamese writes; other code points stay. */
uint32_t lower_of(uint32_t cp) {
    if (cp >= 'A' && cp <= 'Z')
        return cp + 32;
    if (cp < 0xC0)
        return cp;
    if (cp <= 0xDE)
        return cp == 0xD7 ? cp : cp + 32;
    /* Ă Đ Ĩ Ũ and Ạ … Ỹ stand in pairs, capital first; so do Ơ and Ư, at odd and even places */
    if (cp == 0x102 || cp == 0x110 || cp == 0x128 || cp == 0x168 || cp == 0x1A0 ||
        cp == 0x1AF)
        return cp + 1;
    if (cp >= 0x1EA0 && cp <= 0x1EF9)
        return cp | 1;
    return cp;
}

/* "BÁO CÁO" -> "Báo cáo". */
static char *sentence_case(struct arena *a, const char *s) {
    const char *end = s + strlen(s);
    char *out = arena_alloc(a, strlen(s) * 2 + 1);
    char *at = out;

    for (bool first = true; s < end; first = false) {
        uint32_t cp = utf8_next(&s, end);
        at += utf8_put(at, first ? cp : lower_of(cp));
    }
    return out;
}

/* Equality of capitals, ỦY and UỶ, HÓA and HOÁ taken as one. */
static bool same_caps(const char *a, const char *b) {
    return str_eq(a, b) ||
           (strlen(a) == strlen(b) && text_distance(a, b) == 0 &&
            (strstr(a, "Ủ") || strstr(a, "UỶ") || strstr(a, "Ỏ") || strstr(a, "OẢ")));
}

const char *doc_type_name(size_t i) {
    return i < TYPES ? types[i].name : NULL;
}

const struct doc_type *doc_type_named(const char *caps) {
    for (size_t i = 0; i < TYPES; i++)
        if (same_caps(caps, types[i].caps))
            return &types[i];
    return NULL;
}

static bool same_code(const char *s, size_t n, const char *code) {
    const char *end = s + n, *code_end = code + strlen(code);

    while (s < end && code < code_end)
        if (lower_of(utf8_next(&s, end)) != lower_of(utf8_next(&code, code_end)))
            return false;
    return s == end && code == code_end;
}

const struct doc_type *doc_type_coded(const char *symbol) {
    const char *stop = strchr(symbol, '-');
    size_t n = stop ? (size_t)(stop - symbol) : strlen(symbol);

    for (size_t i = 0; i < TYPES; i++)
        if (same_code(symbol, n, types[i].code))
            return &types[i];
    return NULL;
}

const struct doc_type *doc_type_near(const char *caps) {
    const char *names[TYPES];
    for (size_t i = 0; i < TYPES; i++)
        names[i] = types[i].caps;
    const char *near = text_nearest(caps, names, TYPES);
    return near ? doc_type_named(near) : NULL;
}

const char *text_squeeze(struct arena *a, const char *s) {
    size_t n = strlen(s);
    bool clean = n == 0 || (s[0] != ' ' && s[n - 1] != ' ');

    for (size_t i = 0; clean && i < n; i++)
        if (s[i] == '\t' || s[i] == '\n' || (s[i] == ' ' && s[i + 1] == ' '))
            clean = false;
    if (clean)
        return s;

    char *out = arena_alloc(a, n + 1);
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        bool blank = s[i] == ' ' || s[i] == '\t' || s[i] == '\n';
        if (!blank)
            out[len++] = s[i];
        else if (len && out[len - 1] != ' ')
            out[len++] = ' ';
    }
    while (len && out[len - 1] == ' ')
        len--;
    out[len] = '\0';
    return out;
}

/* The bracket that begins at s, when it marks a place to be filled. */
static char *marked_place(struct arena *a, const char *s, size_t n) {
    static const char *const opening[] = {"[CẦN ", "[BỔ SUNG", "[ĐIỀN", "[…",
                                          "[...",  "[?",       "{{"};

    for (size_t k = 0; k < sizeof opening / sizeof *opening; k++) {
        size_t len = strlen(opening[k]);
        if (len > n || memcmp(s, opening[k], len) != 0)
            continue;
        const char *close = memchr(s, *s == '[' ? ']' : '}', n);
        size_t part = close ? (size_t)(close - s) + 1 : n;
        return arena_strndup(a, s, part < 60 ? part : len);
    }
    return NULL;
}

char *placeholder_in(struct arena *a, const char *s, size_t n) {
    static const char *const alone[] = {"…",  "...", "....", ".....",
                                        "……", "………", "xxx",  "XXX"};
    static const char brackets[] = "[{";

    for (size_t i = 0; n && n <= 9 && i < sizeof alone / sizeof *alone; i++)
        if (n == strlen(alone[i]) && !memcmp(s, alone[i], n))
            return arena_strndup(a, s, n);
    for (const char *b = brackets; n && *b; b++)
        for (const char *at = s; (at = memchr(at, *b, n - (size_t)(at - s))) != NULL;
             at++) {
            char *place = marked_place(a, at, n - (size_t)(at - s));
            if (place)
                return place;
        }
    return NULL;
}

/* ---- the agency block --------------------------------------------------------- */

/* Words that begin a new line of an agency's name when a name follows them. */
static const char *const units[] = {" XÃ ",       " PHƯỜNG ",    " ĐẶC KHU ",
                                    " THỊ TRẤN ", " HUYỆN ",     " QUẬN ",
                                    " THỊ XÃ ",   " THÀNH PHỐ ", " TỈNH "};

/* PHÒNG VĂN HÓA - XÃ HỘI, HỢP TÁC XÃ and VĂN PHÒNG … CẤP XÃ hold the word without naming a commune. */
static bool names_a_place(const char *line, const char *at, const char *unit) {
    const char *name = at + strlen(unit);

    if (!*name)
        return false;
    if (str_eq(unit, " XÃ ")) {
        if (str_starts(name, "HỘI") || str_starts(name, "VIÊN"))
            return false;
        size_t before = (size_t)(at - line);
        static const char *const words[] = {"TÁC", "THỊ", "CẤP", "LIÊN"};
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            size_t n = strlen(words[i]);
            if (before >= n && !memcmp(at - n, words[i], n))
                return false;
        }
    }
    return true;
}

static char *next_break(char *line) {
    char *first = NULL;

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        char *at = line;
        while ((at = strstr(at, units[i])) && !names_a_place(line, at, units[i]))
            at++;
        if (at && (!first || at < first))
            first = at;
    }
    return first;
}

int doc_agency_lines(struct arena *a, const char *agency, const char *line[4]) {
    char *rest = text_upper(a, text_squeeze(a, agency));
    int n = 0;

    if (!*rest)
        return 0;
    while (n < 3) {
        char *stop = next_break(rest);
        if (!stop)
            break;
        *stop = '\0';
        line[n++] = rest;
        rest = stop + 1;
    }
    line[n++] = rest;
    return n;
}

char *doc_reference_text(struct arena *a, const struct official *o) {
    const struct doc_type *type = doc_type_named(o->type.text);
    const char *name = type            ? type->name
                       : *o->type.text ? sentence_case(a, o->type.text)
                                       : "Công văn";
    const char *number = *o->number.text ? o->number.text : "…";
    struct date d = o->date;
    const char *day = d.day ? arena_printf(a, "%02d", d.day) : "…";
    const char *month =
        d.month ? arena_printf(a, d.month <= 2 ? "%02d" : "%d", d.month) : "…";
    const char *year = d.year ? arena_printf(a, "%d", d.year) : "…";

    return arena_printf(a, "(Kèm theo %s số %s/%s ngày %s tháng %s năm %s của %s)", name,
                        number, o->symbol.text, day, month, year, o->agency.text);
}
