/* results.c: what a run says about its reports: lines for people, or one JSON document */
#include "results.h"

#include <stdio.h>

void print_messages(struct diag *d) {
    struct buf text = {0};
    diag_print_quoted(d, &text);
    if (text.data)
        fwrite(text.data, 1, text.len, stderr);
    buf_free(&text);
}

static void print_line(const struct diag *d, const char *report, unsigned flags,
                       enum make_status status) {
    if (flags & (MAKE_DUMP_TREE | MAKE_DUMP_TEXT | MAKE_DUMP_PAGES))
        return;
    const char *verb = flags & MAKE_PDF ? diag_word(d, "đã tạo", "written")
                                        : diag_word(d, "đạt", "passed");
    if (status != MAKE_DONE)
        verb = flags & MAKE_PDF ? diag_word(d, "KHÔNG tạo được", "NOT written")
                                : diag_word(d, "KHÔNG đạt", "FAILED");
    printf(diag_word(d, "%s: %s (%d lỗi, %d cảnh báo)\n",
                     "%s: %s (errors: %d, warnings: %d)\n"),
           report, verb, diag_shown_count(d, SEV_ERROR),
           diag_shown_count(d, SEV_WARNING));
}

static const char *status_name(enum make_status status) {
    switch (status) {
    case MAKE_DONE:
        return "done";
    case MAKE_BAD_DATA:
        return "bad-data";
    case MAKE_BAD_SYSTEM:
        return "bad-system";
    }
    return "";
}

static void add_json(struct results *r, struct diag *d, const char *report,
                     enum make_status status, const char *const *output, size_t outputs) {
    struct buf *b = &r->document;
    buf_adds(b, r->reports ? ",\n  {\"report\": " : "\n  {\"report\": ");
    json_string(b, report);
    json_member(b, "status", status_name(status));
    buf_adds(b, ", \"outputs\": [");
    for (size_t i = 0; i < outputs; i++) {
        buf_adds(b, i ? ", " : "");
        json_string(b, output[i]);
    }
    buf_adds(b, "],\n   ");
    diag_print_json(d, b);
    buf_addc(b, '}');
}

void results_add(struct results *r, struct diag *d, const char *report, unsigned flags,
                 enum make_status status, const char *const *output, size_t outputs) {
    if (r->json) {
        add_json(r, d, report, status, output, outputs);
    } else {
        print_messages(d);
        print_line(d, report, flags, status);
    }
    r->reports++;
}

bool results_end(struct results *r) {
    if (r->json)
        printf("{\"version\": \"" BAOCAO_VERSION "\", \"reports\": [%s]}\n",
               r->document.data ? r->document.data : "");
    buf_free(&r->document);
    return fflush(stdout) == 0 && !ferror(stdout);
}
