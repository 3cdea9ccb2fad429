/* commands.c: the commands inspect and ban-hanh of the command line */
#include "commands.h"
#include "results.h"

#include <stdio.h>

/* More than any report with its attachments; a reader of strangers' files needs some bound. */
#define INSPECT_FILE ((size_t)256 << 20)
#define INSPECT_MEMORY ((size_t)2 << 30)
#define INSPECT_SECONDS 60u

static const char *first_error(struct diag *d) {
    size_t n;
    const struct diag_msg *const *msg = diag_sorted(d, &n);
    for (size_t i = 0; i < n; i++)
        if (msg[i]->sev == SEV_ERROR)
            return msg[i]->text;
    return "";
}

static bool read_and_inspect(struct arena *a, struct diag *d, const char *file,
                             struct pdf_inspection *in) {
    const char *data = NULL;
    size_t n = 0;
    enum file_status status = file_read(a, file, INSPECT_FILE, &data, &n);
    if (status == FILE_OK)
        return pdf_inspect(a, d, file, data, n, in);
    diag_add(d, E_FILE_READ, (struct origin){file, 0, 0}, file_status_text(d, status),
             NULL);
    return false;
}

static void inspect_one(struct diag *d, const char *file, bool json, struct buf *out) {
    struct arena *volatile a = NULL;
    jmp_buf no_memory;
    mem_oom = &no_memory;
    if (setjmp(no_memory) == 0) {
        struct pdf_inspection in;
        a = arena_new();
        bool ok = read_and_inspect(a, d, file, &in);
        if (ok && json)
            inspect_json(&in, file, out);
        else if (ok)
            inspect_text(&in, file, diag_lang(d), out);
        else if (json)
            inspect_json_failed(file, first_error(d), out);
    } else
        diag_add(d, E_INSPECT_TOO_MUCH, (struct origin){file, 0, 0}, NULL);
    mem_oom = NULL;
    arena_free(a);
}

int command_inspect(enum lang lang, bool json, char *const *file, int n) {
    int status = 0;
    process_limit(INSPECT_MEMORY, INSPECT_SECONDS,
                  lang == LANG_VI ? "baocao: lỗi: đọc tệp PDF quá lâu nên dừng lại\n"
                                  : "baocao: error: reading the PDF takes too long\n");
    for (int i = 0; i < n; i++) {
        struct diag *d = diag_new(lang);
        struct buf out = {0};
        if (json)
            fputs(i ? ",\n" : "[", stdout);
        inspect_one(d, file[i], json, &out);
        if (out.data)
            fwrite(out.data, 1, out.len, stdout);
        print_messages(d);
        if (diag_count(d, SEV_ERROR))
            status = 1;
        buf_free(&out);
        diag_free(d);
    }
    if (json)
        puts("]");
    return fflush(stdout) != 0 || ferror(stdout) ? 3 : status;
}

int command_issue(enum lang lang, const char *report, const char *number,
                  const char *date, bool force) {
    struct diag *d = diag_new(lang);
    struct arena *a = arena_new();
    struct issue issue;
    int status = report_issue(a, d, report, number, date, force, &issue);
    print_messages(d);
    if (status == 0)
        printf(diag_word(d, "%s: %s số %s, ngày %s\n", "%s: %s number %s of %s\n"),
               issue.file,
               issue.same ? diag_word(d, "đã ghi từ trước", "already recorded:")
                          : diag_word(d, "đã ghi", "recorded"),
               issue.number, date_print(a, issue.date));
    arena_free(a);
    diag_free(d);
    return fflush(stdout) != 0 ? 3 : status;
}
