/* base.h: memory, text, files, numbers and messages; everything that a stage may use freely */
#ifndef BAOCAO_BASE_H
#define BAOCAO_BASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BAOCAO_VERSION "0.1.0"

/* ---- memory ---------------------------------------------------------- */

/* Where control goes when memory runs out. The pipeline sets it around each report;
 * while it is NULL an allocation failure aborts the process. */
extern jmp_buf *mem_oom;

/* Zeroed memory; never returns NULL (jumps to mem_oom instead). x_free(NULL) is fine. */
void *x_new(size_t count, size_t size);
void *x_grow(void *p, size_t count, size_t size);
void x_free(void *p);
/* From now on keep up to `bytes` of freed memory for the next report instead of giving it back to the
 * system, which would hand it out again page by page. */
void mem_keep(size_t bytes);

/* One arena per document: everything in it dies together. */
struct arena;
struct arena *arena_new(void);
void arena_free(struct arena *a);
/* An arena for scratch memory: freed early by arena_free, or else together with its parent. */
struct arena *arena_child(struct arena *parent);
/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
size_t arena_used(const struct arena *a);
#define arena_new_of(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (size_t)(n)))

/* Growing array of T in an arena: struct { T *v; size_t n, cap; }. vec_push returns nothing;
 * the old block stays in the arena until it dies (doubling keeps the loss below 2x). */
#define vec_push(a, vec, item)                                                           \
    do {                                                                                 \
        if ((vec)->n == (vec)->cap)                                                      \
            (vec)->v =                                                                   \
                arena_grow((a), (vec)->v, (vec)->n, &(vec)->cap, sizeof *(vec)->v);      \
        (vec)->v[(vec)->n++] = (item);                                                   \
    } while (0)
void *arena_grow(struct arena *a, void *old, size_t n, size_t *cap, size_t size);

/* Growing byte buffer on the heap; always NUL-terminated when data != NULL. */
struct buf {
    char *data;
    size_t len, cap;
};
void buf_add(struct buf *b, const void *p, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_free(struct buf *b);

/* ---- text: UTF-8 ------------------------------------------------------- */

/* Decode one code point at *s (s < end), advance *s. Malformed bytes yield U+FFFD, one byte each. */
uint32_t utf8_next(const char **s, const char *end);
/* Write cp to out (at most 4 bytes), return the length. */
int utf8_put(char *out, uint32_t cp);
/* Code points in the first n bytes of s. */
size_t utf8_count(const char *s, size_t n);
/* Offset of the first byte that is not well-formed UTF-8 (no surrogates, no overlongs), or n. */
size_t utf8_check(const char *s, size_t n);
/* NFC of s in the arena (utf8proc); returns s itself when it is NFC already. */
const char *text_nfc(struct arena *a, const char *s, size_t n, size_t *out_n);
/* Controls, line separators and noncharacters: never meant in a text (tab and line feed may be). */
static inline bool utf8_is_control(uint32_t cp) {
    return (cp < 0x20 && cp != '\t' && cp != '\n') || (cp >= 0x7F && cp <= 0x9F) ||
           cp == 0x2028 || cp == 0x2029 || (cp & 0xFFFE) == 0xFFFE;
}
/* Soft hyphens, zero-width and direction marks: pasted from web pages, never meant. */
static inline bool utf8_is_invisible(uint32_t cp) {
    return cp == 0xAD || (cp >= 0x200B && cp <= 0x200F) ||
           (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x2069) ||
           cp == 0xFEFF;
}
/* A letter or a digit: what words consist of. */
bool utf8_is_word(uint32_t cp);
/* The last code point of the first n bytes of s, n > 0. */
uint32_t utf8_last(const char *s, size_t n);
/* Columns that a terminal takes for it: 0 combining marks, 2 wide East Asian characters. */
int utf8_width(uint32_t cp);
/* Append s fit for a terminal: control characters and malformed bytes become U+FFFD, invisible ones go. */
void buf_add_shown(struct buf *b, const char *s, size_t n);
/* Upper case of Vietnamese and Latin text, in the arena. */
char *text_upper(struct arena *a, const char *s);
uint32_t utf8_lower(uint32_t cp);
/* s with its first letter small; s itself when it is so already. */
const char *text_lower_first(struct arena *a, const char *s);
/* Whether two texts are the same but for letter case and blanks. */
bool text_alike(const char *a, const char *b);
/* Edits from a to b (insert, delete, replace, swap two neighbours) in code points after folding case and
 * Vietnamese marks, capped at 99. */
int text_distance(const char *a, const char *b);
/* The nearest of names[n] to `name` (distance <= 1/3 of its length, at least 1), or NULL. */
const char *text_nearest(const char *name, const char *const *names, size_t n);
/* Lower-case ASCII without marks, runs of other characters become one '_': "Cấp xã" -> "cap_xa". */
char *text_slug(struct arena *a, const char *s, char separator);
bool str_eq(const char *a, const char *b); /* both may be NULL; NULL equals NULL only */
bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
/* Order of names as people count: runs of digits by their value, "phu-luc-2" before "phu-luc-10"; what lies
 * below a folder directly behind it. 0 for "01" and "1" too. */
int text_natural(const char *x, const char *y);
/* Roman numeral of 1..3999 in the arena; other values give Arabic digits. */
char *text_roman(struct arena *a, int n);

/* ---- origins and messages --------------------------------------------- */

/* A place in an input file: line and column count from 1, columns in code points;
 * line 0 means the file as a whole, file NULL no file at all. `file` lives in an arena or is static. */
struct origin {
    const char *file;
    int line, col;
};

enum severity { SEV_NOTICE, SEV_WARNING, SEV_ERROR };

enum lang { LANG_VI, LANG_EN };

/* Codes come from the msg_*.def files: M(CODE, SEVERITY, "vi", "en"); arguments are {1}..{9}. */
enum diag_code {
#define M(code, sev, vi, en) code,
#include "msg_all.def"
#undef M
    DIAG_CODES
};

/* A further place of a message: an operand of a check with its value. */
struct diag_related {
    const char *text; /* "ho_so.tong = 12.456" */
    struct origin at;
    const char *where; /* as of a message */
};
#define DIAG_RELATED 20 /* kept a message, the rest is counted */

struct diag_msg {
    enum diag_code code;
    enum severity sev; /* as declared, whatever diag_strict */
    struct origin at;
    const char *where; /* e.g. "hàng 3, cột “Kết quả”", or NULL */
    const char *text;  /* in the language of the diag */
    int seq;
    struct {
        struct diag_related *v;
        size_t n, cap, more;
    } related;
    bool shown; /* the page of a draft says it */
};

/* That a message speaks of a place: as its own, or as a related one. */
struct diag_mention {
    struct diag_msg *msg;
    bool own;
    struct diag_mention *next; /* added later */
};

/* Collects the messages of one report (or of the whole run). At most 1,000 are kept a severity,
 * the rest is counted. */
struct diag;
struct diag *diag_new(enum lang lang);
void diag_free(struct diag *d);
enum lang diag_lang(const struct diag *d);
/* Arguments: as many const char * as the message names, then NULL. Same code, place and text: once. */
void diag_add(struct diag *d, enum diag_code code, struct origin at, ...)
    __attribute__((sentinel));
/* The same with the name of a cell in front of the text. */
void diag_add_where(struct diag *d, enum diag_code code, struct origin at,
                    const char *where, ...) __attribute__((sentinel));
/* One place more of the message added last; dropped when that one was. */
void diag_related(struct diag *d, const char *text, struct origin at, const char *where);
/* The message added last is about this field ("ho_so.tong") or column ("linh_vuc.so_luong"). */
void diag_subject(struct diag *d, const char *name);
/* From now on warnings are shown and counted as errors (--strict). */
void diag_set_strict(struct diag *d);
bool diag_strict(const struct diag *d);
/* Messages of a severity as declared. */
int diag_count(const struct diag *d, enum severity sev);
/* The same as a user sees them: with diag_strict every warning is an error. */
int diag_shown_count(const struct diag *d, enum severity sev);
enum severity diag_severity(const struct diag *d, const struct diag_msg *m);
/* Calls of diag_add so far, whether or not their messages were kept. */
int diag_calls(const struct diag *d);
/* Messages sorted by file (in order of first appearance), line, column. */
const struct diag_msg *const *diag_sorted(struct diag *d, size_t *n);
/* Text of the first error or warning at exactly this place, or NULL. */
const char *diag_at(const struct diag *d, struct origin at);
/* All errors and warnings that speak of exactly this place, in the order they were added; those warnings not
 * that only compare with a fact there. */
const struct diag_mention *diag_mentions(const struct diag *d, struct origin at);
/* A draft says the errors and warnings whose own place, or whose subject, this is. */
void diag_show_at(struct diag *d, struct origin at);
void diag_show_subject(struct diag *d, const char *name);
/* Append all messages as `file:line:column: lỗi: …` lines. */
void diag_print(struct diag *d, struct buf *out);
/* The same for people: each with its source line, a caret below it, and its related places. The files
 * are read again, each once; a place that is not found in them any more is not quoted. */
void diag_print_quoted(struct diag *d, struct buf *out);
/* The same for programs: the members "errors", "warnings" and "messages" of a JSON object. */
void diag_print_json(struct diag *d, struct buf *out);
/* "E_NUMBER" */
const char *diag_code_name(enum diag_code code);
/* Scratch formatting for arguments; lives as long as the diag. */
const char *diag_fmt(struct diag *d, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The word for a thing in the diag's language. */
#define diag_word(d, vi, en) (diag_lang(d) == LANG_VI ? (vi) : (en))

/* ---- JSON ----------------------------------------------------------------- */

/* Append s as a JSON string, NULL as null; malformed bytes become U+FFFD, what could do harm on a terminal
 * is escaped. */
void json_string(struct buf *b, const char *s);
/* Append `, "key": ` and the string. */
void json_member(struct buf *b, const char *key, const char *s);

/* ---- exact numbers ------------------------------------------------------ */

/* An exact rational num/den with den > 0, in lowest terms. When the parts do not fit 64 bits,
 * `big` (a GMP rational owned by the arena's clean-up list) holds it and num/den are 0. */
struct number {
    int64_t num, den;
    void *big;
};

enum number_style {
    NUM_VI, /* 12.456 · 98,70 : '.' groups thousands only as d{1,3}(.ddd)+, ',' is the decimal sign */
    NUM_EN, /* 12,456 · 98.70 */
    NUM_JSON /* 12456 · 9.87e1 */
};
/* Parse all of s[0..n) (blanks around it allowed, sign - or U+2212 allowed, a trailing % divides by
 * 100 and sets *percent). false: not a number in that style. *digits gets the count of decimals typed.
 * At most 1,200 digits. */
bool number_parse(struct arena *a, const char *s, size_t n, enum number_style style,
                  struct number *out, bool *percent, int *digits);
/* What the text would be in the other style ("1.5" under NUM_VI is "1,5"), or NULL: the offer of an
 * error message. */
char *number_offer(struct arena *a, const char *s, size_t n, enum number_style style);
/* Print with `digits` decimals (-1: as many as needed, at most 6), rounding half away from zero,
 * thousands grouped by '.' and ',' as decimal sign. grouped false: no '.'. */
char *number_print(struct arena *a, const struct number *x, int digits, bool grouped);
/* The nearest double. */
double number_double(const struct number *x);
struct number number_int(int64_t v);
bool number_is_int(const struct number *x);
struct number number_add(struct arena *a, const struct number *x, const struct number *y);
struct number number_scale(struct arena *a, const struct number *x, int64_t mul,
                           int64_t div);
struct number number_sub(struct arena *a, const struct number *x, const struct number *y);
struct number number_mul(struct arena *a, const struct number *x, const struct number *y);
/* x / y; y must not be zero. */
struct number number_div(struct arena *a, const struct number *x, const struct number *y);
/* x to the power of `exponent`; x must not be zero when that is negative. The caller bounds the size:
 * the result has up to |exponent| times the bits of x. */
struct number number_power(struct arena *a, const struct number *x, int exponent);
/* -1, 0 or 1 as x is less than, equal to or greater than y. */
int number_compare(const struct number *x, const struct number *y);
int number_sign(const struct number *x); /* -1, 0, 1 */
/* x rounded half away from zero to `digits` decimals (0..DIGITS of number_parse; negative: to tens …). */
struct number number_round(struct arena *a, const struct number *x, int digits);
/* Bits of the longer of numerator and denominator. */
size_t number_bits(const struct number *x);
/* The value of a whole number that fits; false otherwise. */
bool number_small(const struct number *x, int64_t *out);

/* A calendar date; day 0 and month 0 are blank ("2025-12", "2025"). */
struct date {
    int16_t year;
    int8_t month, day;
};
/* ISO 2025-12-31, 2025-12, 2025, or Vietnamese 31/12/2025, 31-12-2025, 06/6/2026. Impossible dates: false. */
bool date_parse(const char *s, size_t n, struct date *out);
/* NĐ 30: day < 10 and months 1, 2 get a 0: "06/6/2026", "01/01/2026". */
char *date_print(struct arena *a, struct date d);

/* ---- files (the only place that calls the operating system) ------------- */

enum file_status {
    FILE_OK,
    FILE_MISSING,
    FILE_DENIED,
    FILE_IS_DIR,
    FILE_TOO_BIG,
    FILE_IO
};
#define FILE_LIMIT ((size_t)1 << 30)

/* Read until n bytes or the end, whatever interrupts it: how many, -1 + errno on failure. */
ssize_t fd_read_all(int fd, void *data, size_t n);
/* Write all n bytes, whatever interrupts it; false + errno: not all are. */
bool fd_write_all(int fd, const void *data, size_t n);
/* Whole file into the arena, NUL-terminated beyond *n. */
enum file_status file_read(struct arena *a, const char *path, size_t limit,
                           const char **data, size_t *n);
/* The words for a status other than FILE_OK, in the diag's language. */
const char *file_status_text(const struct diag *d, enum file_status s);
bool file_is_dir(const char *path);
/* Whether two names are those of one file or folder, however they are written. */
bool file_same(const char *x, const char *y);
bool file_exists(const char *path);
/* "a/b" from dir and name; name alone when dir is "" or "." . */
char *path_join(struct arena *a, const char *dir, const char *name);
char *path_dir(struct arena *a, const char *path);  /* "." when there is none */
char *path_base(struct arena *a, const char *path); /* without trailing slashes */
/* The name of a folder or file, also when it is given as "." or ".."; "baocao" when it has none. */
char *path_name(struct arena *a, const char *path);
/* The path from the root, as the current folder has it; not resolved. */
const char *path_absolute(struct arena *a, const char *path);
/* true when `name` stays below its folder: relative, no "..", no empty part, no control character. */
bool path_inside(const char *name);
/* Names of the entries of a folder, sorted bytewise, "." and ".." left out; NULL when unreadable. */
const char **dir_list(struct arena *a, const char *path, size_t *n);

/* A set of files that appear together: each is written to a temporary file beside its target and
 * fsynced; commit renames all of them, abort removes the temporaries. */
struct file_set;
struct file_set *file_set_new(void);
/* The temporary path to write to (libraries that want a path), owned by the set; NULL + errno on failure. */
const char *file_set_path(struct file_set *s, const char *target);
bool file_set_put(struct file_set *s, const char *target, const void *data, size_t n);
/* `from` under another name, or where the system gives a file no second one, a copy with its time. */
bool file_set_link(struct file_set *s, const char *target, const char *from);
/* false: errno tells why; what had been renamed stays, the rest is removed. Frees the set. */
bool file_set_commit(struct file_set *s, const char **failed);
/* The i-th file of the set, NULL behind the last; *temporary is where it stands now. */
const char *file_set_get(const struct file_set *s, size_t i, const char **temporary);
/* Forget the files without removing them: somebody else renames them. Frees the set. */
void file_set_release(struct file_set *s);
void file_set_abort(struct file_set *s);
bool dir_make(const char *path); /* with parents; true when it exists afterwards */
/* The folder of the running program, NULL when the system does not tell. */
char *program_dir(struct arena *a);
/* The words for an errno. */
const char *system_error_text(const struct diag *d, int error);

/* ---- compression (deflate.c, the one file that knows libdeflate) ----------- */

/* Append the zlib stream of p[0..n) to b. The same input gives the same bytes in every run. Levels 1 to
 * 12. On the page contents of a 25-page report level 1 takes 1.3 ms for 73 KB, level 4 2.4 ms for
 * 71 KB, level 6 3.8 ms for 69 KB. Beyond 8 font programs do not shrink. */
enum { PACK_CONTENT = 1, PACK_ONCE = 8 };
void zlib_pack(struct buf *b, const void *p, size_t n, int level);
/* Append what the zlib stream p[0..n) holds. false: it is damaged, or longer than limit. */
bool zlib_unpack(struct buf *b, const void *p, size_t n, size_t limit);

/* FNV-1a over n bytes, going on from h; the first h is HASH64_START. */
#define HASH64_START 0xcbf29ce484222325u
uint64_t hash64(uint64_t h, const void *p, size_t n);
/* SHA-256-free content hash for /ID and tests: 128 bits of FNV-1a folded twice. */
void hash128(const void *p, size_t n, unsigned char out[16]);
/* MD5, no protection against anybody: PDF's /CheckSum of embedded files. */
void md5(const void *p, size_t n, unsigned char out[16]);

/* ---- what a run read (stamp.c, the one file that knows xxHash) ---------------------- */

/* XXH3 of n bytes: fast, no protection against anybody. */
void content_hash(const void *p, size_t n, unsigned char out[16]);

enum stamp_kind {
    STAMP_NONE,
    STAMP_THERE,  /* something of that name was there */
    STAMP_ABSENT, /* nothing was */
    STAMP_FILE,   /* it was read */
    STAMP_DIR     /* it was listed */
};

/* A file, folder or absence that a run met. */
struct stamp {
    const char *path;
    enum stamp_kind kind;
    uint64_t size;          /* FILE: bytes; DIR: entries */
    int64_t mtime;          /* ns; 0: too fresh to be trusted */
    unsigned char hash[16]; /* FILE: of its content; DIR: of its names */
};

struct stamps {
    struct stamp **v;
    size_t n;
};

enum stamp_change {
    STAMP_SAME,
    STAMP_TOUCHED, /* the time is another, the content is not; the stamp has the new time now */
    STAMP_CHANGED,
    STAMP_GONE,
    STAMP_NEW /* was absent */
};

/* From now on everything that file_read, file_exists, file_is_dir and dir_list meet is logged, one log at a
 * time; a path counts once, what was read of it counting most. */
struct stamp_log;
struct stamp_log *stamp_begin(void);
/* Stop logging; the list lives as long as the log. */
const struct stamps *stamp_end(struct stamp_log *l);
void stamp_free(struct stamp_log *l);
/* Look at a path again: by size and time, or with `sure` by its content. */
enum stamp_change stamp_look(struct stamp *s, bool sure);
/* Whether a file has the size and time of its stamp; it is not read. */
bool stamp_is_current(const struct stamp *s);
/* Take the time of the path as it is now. */
void stamp_time(struct stamp *s);
/* As bytes, appended to out, and back into the arena; false: damaged. */
void stamps_pack(const struct stamps *list, struct buf *out);
bool stamps_unpack(struct arena *a, const void *p, size_t n, struct stamps *out);
/* One hash over all paths and contents, times left out. */
void stamps_hash(const struct stamps *list, unsigned char out[16]);
/* What file.c tells the log. */
struct stat;
void stamp_file(const char *path, const struct stat *st, const void *data, size_t n);
void stamp_exists(const char *path, bool there);
void stamp_dir(const char *path, const char *const *name, size_t n);

/* ---- reading what strangers made (limit.c) --------------------------------------- */

/* From now on the whole process may take so much memory (allocations fail beyond it) and so many
 * seconds of CPU; then it prints words, which must live on, and ends with status 1. */
void process_limit(size_t memory, unsigned seconds, const char *words);
/* The first of the NULL-terminated names that can be loaded; NULL: none. It stays loaded. */
void *library_open(const char *const *names);
/* Put the address of a function into the function pointer at `pointer`; false: no such function. */
bool library_function(void *library, const char *name, void *pointer);

#endif
