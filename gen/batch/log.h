/* log.h: what the two forms of the log of corrections share */
#ifndef BAOCAO_BATCH_LOG_H
#define BAOCAO_BATCH_LOG_H

#include "excerpt.h"
#include "inside.h"

enum log_column {
    LOG_REPORT,
    LOG_PATH,
    LOG_TITLE,
    LOG_OLD,
    LOG_NOW,
    LOG_SOURCE,
    LOG_PAGES,
    LOG_SHEETS,
    LOG_COLUMNS
};

/* The words of the log in one language. */
struct log_words {
    const char *title, *sheet, *legend, *rows, *nothing, *against, *files, *elsewhere,
        *none, *beyond, *given, *computed, *file, *not_printed;
    const char *column[LOG_COLUMNS];
};
const struct log_words *log_words(enum lang lang);

struct log_counts {
    size_t reports, given, computed, files;
};
struct log_counts log_count(const struct log_entry *entry, size_t n);
/* "12 giá trị thay đổi (8 nhập, 4 tính lại) trong 3 báo cáo; 2 tệp khác." */
const char *log_summary(struct arena *a, enum lang lang, const struct log_counts *c);
/* How to read pages and, where there are such, rows that moved. */
const char *log_legend(struct arena *a, enum lang lang, const struct log_entry *entry,
                       size_t n);
/* "… và 12 thay đổi khác" */
const char *log_more(struct arena *a, enum lang lang, size_t n);
/* A number with its thousands apart. */
const char *log_number(struct arena *a, enum lang lang, size_t n);
size_t log_files(const struct log_entry *e);

#endif
