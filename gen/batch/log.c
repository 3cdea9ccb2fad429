/* log.c: the log of corrections: its words, and as Markdown */
#include "log.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_REPORT 1000 /* of one report in Markdown */
#define ROWS_ALL 5000
#define TEXT_MOST 240 /* bytes of a value */
#define NAMED 40      /* reports in which the same files differ */
#define GROUPS 500

/* ---- words -------------------------------------------------------------------------------------- */

static const struct log_words words_vi = {
    .title = "Nhật ký điều chỉnh số liệu",
    .sheet = "Điều chỉnh",
    .legend =
        "Trang ghi như trong PDF: “3” là trang 3 của văn bản, “PL II-1” là trang 1 của "
        "Phụ lục II.",
    .rows = "“[3→4]” là hàng 3, nay là hàng 4; “[→4]” là hàng mới, “[3→]” là hàng đã bỏ.",
    .nothing = "Không có gì thay đổi.",
    .against = "So với",
    .files = "Lời văn, ảnh và mẫu thay đổi:",
    .elsewhere = "tệp XLSX của nhật ký có đủ.",
    .none = "(không có)",
    .beyond = "(khác ở phần sau)",
    .given = "nhập",
    .computed = "tính lại",
    .file = "tệp",
    .not_printed = "–",
    .column = {"Báo cáo", "Trường hoặc ô", "Tên", "Giá trị cũ", "Giá trị mới", "Nguồn",
               "Trang", "Bảng tính"},
};

static const struct log_words words_en = {
    .title = "Log of corrections",
    .sheet = "Corrections",
    .legend = "Pages as the PDF labels them: “3” is page 3 of the document, “PL II-1” is "
              "page 1 of "
              "Appendix II.",
    .rows = "“[3→4]” is row 3, which is row 4 now; “[→4]” is a new row, “[3→]” one that "
            "is gone.",
    .nothing = "Nothing changed.",
    .against = "Compared with",
    .files = "Prose, pictures and parts of the template that changed:",
    .elsewhere = "the XLSX of the log has them all.",
    .none = "(none)",
    .beyond = "(differs further on)",
    .given = "given",
    .computed = "computed",
    .file = "file",
    .not_printed = "–",
    .column = {"Report", "Field or cell", "Name", "Old value", "New value", "Source",
               "Pages", "Sheets"},
};

const struct log_words *log_words(enum lang lang) {
    return lang == LANG_VI ? &words_vi : &words_en;
}

/* ---- counts -------------------------------------------------------------------------------------- */

size_t log_files(const struct log_entry *e) {
    size_t n = 0;
    while (e->files && e->files[n])
        n++;
    return n;
}

struct log_counts log_count(const struct log_entry *entry, size_t n) {
    struct log_counts c = {0};
    for (size_t i = 0; i < n; i++) {
        const struct changes *changes = entry[i].changes;
        size_t files = log_files(&entry[i]);
        for (size_t k = 0; k < changes->n; k++)
            *(changes->v[k].computed ? &c.computed : &c.given) += 1;
        c.files += files;
        c.reports += changes->n || files;
    }
    return c;
}

const char *log_number(struct arena *a, enum lang lang, size_t n) {
    struct number x = number_int((int64_t)n);
    char *s = number_print(a, &x, 0, true);
    for (char *p = s; lang == LANG_EN && *p; p++)
        *p = *p == '.' ? ',' : *p;
    return s;
}

const char *log_more(struct arena *a, enum lang lang, size_t n) {
    return arena_printf(
        a, lang == LANG_VI ? "… và %s thay đổi khác" : "… and %s changes more",
        log_number(a, lang, n));
}

const char *log_legend(struct arena *a, enum lang lang, const struct log_entry *entry,
                       size_t n) {
    const struct log_words *w = log_words(lang);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < entry[i].changes->n; k++)
            if (strstr(entry[i].changes->v[k].path, ROW_MOVED))
                return arena_printf(a, "%s %s", w->legend, w->rows);
    return w->legend;
}

static const char *summary_vi(struct arena *a, const struct log_counts *c) {
    const char *text = arena_printf(
        a, "%s giá trị thay đổi (%s nhập, %s tính lại) trong %s báo cáo",
        log_number(a, LANG_VI, c->given + c->computed), log_number(a, LANG_VI, c->given),
        log_number(a, LANG_VI, c->computed), log_number(a, LANG_VI, c->reports));
    if (!c->files)
        return arena_printf(a, "%s.", text);
    return arena_printf(a, "%s; %s tệp lời văn, ảnh hoặc mẫu thay đổi.", text,
                        log_number(a, LANG_VI, c->files));
}

static const char *several(size_t n) {
    return n == 1 ? "" : "s";
}

static const char *summary_en(struct arena *a, const struct log_counts *c) {
    size_t values = c->given + c->computed;
    const char *text = arena_printf(
        a, "%s value%s changed (%s given, %s computed) in %s report%s",
        log_number(a, LANG_EN, values), several(values), log_number(a, LANG_EN, c->given),
        log_number(a, LANG_EN, c->computed), log_number(a, LANG_EN, c->reports),
        several(c->reports));
    if (!c->files)
        return arena_printf(a, "%s.", text);
    return arena_printf(a, "%s; %s file%s of prose, pictures or template changed.", text,
                        log_number(a, LANG_EN, c->files), several(c->files));
}

const char *log_summary(struct arena *a, enum lang lang, const struct log_counts *c) {
    return lang == LANG_VI ? summary_vi(a, c) : summary_en(a, c);
}

/* ---- Markdown --------------------------------------------------------------------------------------- */

/* A sign that Markdown would take for its own. Addresses would become links, in which escapes are no escapes:
 * their colon or dot is escaped too. */
static bool is_sign(const char *text, const char *s) {
    if (strchr("\\`*_[]<>|~&$", *s))
        return true;
    return (*s == ':' && str_starts(s, "://")) ||
           (*s == '.' && s - text >= 3 && memcmp(s - 3, "www", 3) == 0);
}

/* Text as it is, whatever Markdown would see in it; a line feed becomes <br>. */
static void put_text(struct buf *out, const char *text) {
    for (const char *s = text; *s; s++) {
        if (*s == '\n') {
            buf_adds(out, "<br>");
            continue;
        }
        if (is_sign(text, s))
            buf_addc(out, '\\');
        buf_addc(out, *s);
    }
}

/* A name that is typed somewhere. */
static void put_name(struct buf *out, const char *s) {
    if (strpbrk(s, "`|\n")) {
        put_text(out, s);
        return;
    }
    buf_addc(out, '`');
    buf_adds(out, s);
    buf_addc(out, '`');
}

static void put_value(struct arena *a, struct buf *out, const struct log_words *w,
                      const char *text, const char *other) {
    if (!text) {
        buf_printf(out, "*%s*", w->none);
        return;
    }
    struct excerpt x = excerpt_of(a, text, other, TEXT_MOST);
    put_text(out, x.lead);
    if (*x.diff) {
        buf_adds(out, "**");
        put_text(out, x.diff);
        buf_adds(out, "**");
    }
    put_text(out, x.tail);
    if (x.beyond)
        buf_printf(out, " *%s*", w->beyond);
}

static void put_row(struct arena *a, struct buf *out, const struct log_words *w,
                    const struct change *c) {
    buf_adds(out, "| ");
    put_name(out, c->path);
    buf_adds(out, " | ");
    put_text(out, c->title ? c->title : w->not_printed);
    buf_adds(out, " | ");
    put_value(a, out, w, c->old, c->now);
    buf_adds(out, " | ");
    put_value(a, out, w, c->now, c->old);
    buf_printf(out, " | %s | ", c->computed ? w->computed : w->given);
    put_text(out, *c->pages ? c->pages : w->not_printed);
    buf_adds(out, " | ");
    put_text(out, *c->sheets ? c->sheets : w->not_printed);
    buf_adds(out, " |\n");
}

static void put_table(struct arena *a, struct buf *out, enum lang lang,
                      const struct changes *changes, size_t most) {
    const struct log_words *w = log_words(lang);
    buf_addc(out, '|');
    for (int i = LOG_PATH; i < LOG_COLUMNS; i++)
        buf_printf(out, " %s |", w->column[i]);
    buf_adds(out, "\n|");
    for (int i = LOG_PATH; i < LOG_COLUMNS; i++)
        buf_adds(out, "---|");
    buf_addc(out, '\n');
    for (size_t i = 0; i < changes->n && i < most; i++)
        put_row(a, out, w, &changes->v[i]);
    buf_addc(out, '\n');
    if (changes->n > most) {
        buf_printf(out, "%s; %s\n\n", log_more(a, lang, changes->n - most), w->elsewhere);
    }
}

static void put_files(struct buf *out, const struct log_words *w,
                      const char *const *files) {
    buf_printf(out, "%s\n\n", w->files);
    for (size_t i = 0; files[i]; i++) {
        buf_adds(out, "- ");
        put_text(out, files[i]);
        buf_addc(out, '\n');
    }
    buf_addc(out, '\n');
}

static void put_entry(struct arena *a, struct buf *out, enum lang lang,
                      const struct log_entry *e, size_t most) {
    const struct log_words *w = log_words(lang);
    buf_adds(out, "## ");
    put_text(out, e->report);
    buf_adds(out, "\n\n");
    if (e->before) {
        buf_printf(out, "%s ", w->against);
        put_name(out, e->before);
        buf_adds(out, ".\n\n");
    }
    if (e->changes->n)
        put_table(a, out, lang, e->changes, most);
    if (log_files(e))
        put_files(out, w, e->files);
    if (!e->changes->n && !log_files(e))
        buf_printf(out, "%s\n\n", w->nothing);
}

/* ---- reports in which no value differs, those with the same files together -------------------------- */

struct alike {
    const char *files; /* as one text */
    const struct log_entry *entry;
};

static int by_files(const void *x, const void *y) {
    const struct alike *a = x, *b = y;
    int order = strcmp(a->files, b->files);
    return order ? order : a->entry < b->entry ? -1 : a->entry > b->entry;
}

static bool only_files(const struct log_entry *e) {
    return !e->changes->n && log_files(e);
}

static void put_reports_more(struct arena *a, struct buf *out, enum lang lang, size_t n) {
    buf_printf(out,
               lang == LANG_VI ? "… và %s báo cáo khác; %s\n\n"
                               : "… and %s reports more; %s\n\n",
               log_number(a, lang, n), log_words(lang)->elsewhere);
}

static void put_group(struct arena *a, struct buf *out, enum lang lang,
                      const struct alike *v, size_t n) {
    if (n == 1) {
        put_entry(a, out, lang, v->entry, 0);
        return;
    }
    buf_printf(out, lang == LANG_VI ? "## %s báo cáo\n\n" : "## %s reports\n\n",
               log_number(a, lang, n));
    for (size_t i = 0; i < n && i < NAMED; i++) {
        buf_adds(out, i ? ", " : "");
        put_name(out, v[i].entry->report);
    }
    buf_adds(out, "\n\n");
    if (n > NAMED)
        put_reports_more(a, out, lang, n - NAMED);
    put_files(out, log_words(lang), v->entry->files);
}

static void put_groups(struct arena *a, struct buf *out, enum lang lang,
                       const struct log_entry *entry, size_t n) {
    struct alike *v = arena_array(a, struct alike, n + 1);
    size_t count = 0, groups = 0, i, next;
    for (i = 0; i < n; i++)
        if (only_files(&entry[i])) {
            struct buf text = {0};
            for (size_t k = 0; entry[i].files[k]; k++)
                buf_printf(&text, "%s\n", entry[i].files[k]);
            v[count++] = (struct alike){arena_strndup(a, text.data, text.len), &entry[i]};
            buf_free(&text);
        }
    if (count)
        qsort(v, count, sizeof *v, by_files);
    for (i = 0; i < count && groups < GROUPS; i = next, groups++) {
        for (next = i; next < count && str_eq(v[next].files, v[i].files); next++) {
        }
        put_group(a, out, lang, v + i, next - i);
    }
    if (i < count)
        put_reports_more(a, out, lang, count - i);
}

/* ---- the whole ---------------------------------------------------------------------------------------- */

void log_markdown(struct buf *out, enum lang lang, const struct log_entry *entry,
                  size_t n) {
    struct arena *a = arena_new();
    const struct log_words *w = log_words(lang);
    struct log_counts all = log_count(entry, n);
    size_t rows = 0, rest = 0;
    bool any = all.given || all.computed || all.files;
    buf_printf(out, "# %s\n\n", w->title);
    buf_printf(out, "%s\n\n", any ? log_summary(a, lang, &all) : w->nothing);
    for (size_t i = 0; i < n && any; i++) {
        size_t left = ROWS_ALL - rows, most = left < ROWS_REPORT ? left : ROWS_REPORT;
        if (only_files(&entry[i]))
            continue;
        if (!left) {
            rest += entry[i].changes->n > 0;
            continue;
        }
        put_entry(a, out, lang, &entry[i], most);
        rows += entry[i].changes->n < most ? entry[i].changes->n : most;
    }
    if (rest)
        put_reports_more(a, out, lang, rest);
    put_groups(a, out, lang, entry, n);
    if (all.given || all.computed)
        buf_printf(out, "%s\n", log_legend(a, lang, entry, n));
    arena_free(a);
}
