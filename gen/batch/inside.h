/* inside.h: what the files of batch/ share */
#ifndef BAOCAO_BATCH_INSIDE_H
#define BAOCAO_BATCH_INSIDE_H

#include "batch.h"

/* ---- finding reports (find.c) ------------------------------------------------------------ */

/* One report of a batch. */
struct batch_item {
    const char *path;       /* its folder; of a wide CSV the file */
    const char *name;       /* of its outputs, without ending */
    int row;                /* of a wide CSV, from 0; -1: a folder */
    int line;               /* of that row in the file, for messages */
    uint64_t device, inode; /* of its folder */
};

struct items {
    struct batch_item *v;
    size_t n, cap;
};

/* What a report is called in what is told about it: its folder, “TABLE.csv (NAME)” for a row. */
const char *item_label(struct arena *a, const struct batch_item *item);

/* Every folder below `dir` that holds baocao.yaml, .yml, .json or .csv, sorted by path, appended to out with
 * its own name. Links are followed, each folder once, a report that out holds already included; what lies
 * below a report is its own; folders whose names begin with a dot are passed over. out_dir is passed over
 * with a notice; when it lies within a report nothing may be made: out is empty then. false after an error;
 * what could be found is in out. */
bool find_reports(struct arena *a, struct diag *d, const char *dir, const char *out_dir,
                  struct items *out);
/* The rows of a wide CSV, o->source[0], joined by o->key, with the template o->tmpl, named by o->name or else
 * by their keys. false after messages. */
bool find_rows(struct arena *a, struct diag *d, const struct batch_options *o,
               const struct wide **wide, struct items *out);

/* ---- names of outputs (names.c) ------------------------------------------------------------ */

/* Names from a pattern over facts: "{{ma_xa}}-{{ky}}"; characters that file names cannot have are refused.
 * NULL after a message. */
const char *pattern_name(struct arena *a, struct diag *d, const char *pattern,
                         const struct value *facts, struct origin at);
/* Whether a name can be that of outputs on every system; a message if not. */
bool name_usable(struct diag *d, const char *name, struct origin at);
/* Errors for names that stand twice, and for names that are those of another report's outputs
 * ("x-phu-luc-1" beside "x"), with both places; case does not tell names apart. true: none. */
bool names_differ(struct diag *d, const struct items *all);

/* ---- what a report printed (record.c) ------------------------------------------------------- */

/* The values of a report as one text, a line each, sorted as the facts and tables have them:
 *   path TAB flags TAB pages TAB sheets TAB text LF
 * path: "ho_so.tong", "dvctt[3].xa_tt" (rows by their primary key where the table has one:
 * "dvctt[ma=TT01].xa_tt", "[ma=TT01;cap=xã]"); flags: "c" computed, "-" given; pages: "1, 3, PL II-1"; sheets: names, "; " between.
 * Tabs, line feeds and backslashes within are \t, \n, \\. Texts beyond 300 bytes are cut and end with a
 * hash, so that two different ones differ. What the program put among the facts is left out, and so is what
 * holds no value; tables that nobody declared and the sums below tables ("dvctt[tong].xa_tt") stand behind
 * the facts. */
void record_make(struct buf *out, const struct made *m);
/* The same with texts of any length, for a comparison at once. */
void record_make_whole(struct buf *out, const struct made *m);
/* What a text that was cut ends with, before a hash of so many digits. */
#define RECORD_CUT "…#"
#define RECORD_HASH 16

#define ROW_MOVED "→"

/* One value that differs. */
struct change {
    /* As in the record; of a row whose number is another one now "dvctt[3→4].xa_tt", of a new row
     * "dvctt[→4].xa_tt", of one that is gone "dvctt[3→].xa_tt". */
    const char *path;
    const char *title;     /* of the field or of table and column, NULL: unknown */
    const char *old, *now; /* NULL: was not there, is not there any more */
    bool computed;
    const char *pages, *sheets; /* touched: of the old and the new one together */
};

struct changes {
    struct change *v;
    size_t n, cap;
};

/* What differs between two records, given ones first, then computed ones that followed, each in the order of
 * the new record. Rows are those of the same key; where a table has none, the rows that have most in common
 * (align.h). A running number (tt, stt) that moved with its row is no change. Everything is in the arena,
 * nothing points into the schema. */
void record_compare(struct arena *a, const char *old, size_t old_n, const char *now,
                    size_t now_n, const struct schema *s, struct changes *out);

/* What a report was made from. */
struct read_files {
    const struct stamps *stamps;
    const char *path;         /* of the report as given */
    const char *dir;          /* of its files */
    const char *template_dir; /* NULL: none, or one whose files are not compared */
};
/* The prose, pictures and parts of the template that differ, each a note of its path within its folder:
 * "phan-1/ha-tang.md", "mẫu: mau.md", "hinh.png (chỉ có ở báo cáo mới)"; sorted, NULL-terminated. */
const char *const *file_changes(struct arena *a, enum lang lang,
                                const struct read_files *old,
                                const struct read_files *now);
/* The same as a manifest keeps it: paths below the report's folder begin with "@". */
struct kept_files {
    struct stamps inputs;
    const char *tmpl;          /* "": none, or one in the report's folder */
    const unsigned char *hash; /* 16 bytes, of what reports over the template share, */
    struct stamps shared;      /* and its stamps */
};
/* Their notes, each a text of crew.h. `own`: the template's folder as kept where tmpl is "", or NULL. */
void file_changes_pack(struct arena *a, enum lang lang, const char *own,
                       const struct kept_files *old, const struct kept_files *now,
                       struct buf *out);

/* ---- the correction log (log.c, log_book.c) --------------------------------------------------- */

/* Changes of one report for the log. */
struct log_entry {
    const char *report;
    const char *before; /* what it is compared with, NULL: what was made last */
    const struct changes *changes;
    const char *const *files; /* of file_changes, may be NULL */
};

#define LOG_DIR "dieu-chinh"
#define LOG_ALL "tong-hop"

/* As Markdown (GFM), appended to out: a heading, then a table per report. Of long logs the beginning, with
 * the number of the other changes. */
void log_markdown(struct buf *out, enum lang lang, const struct log_entry *entry,
                  size_t n);
/* As a workbook with one table, written to `path`; of more than LOG_ROWS changes the first ones. */
#define LOG_ROWS 200000
bool log_workbook(struct arena *a, struct diag *d, struct fonts *f,
                  const struct log_entry *entry, size_t n, const char *path);

#endif
