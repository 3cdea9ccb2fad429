/* diag_print.c: messages as lines, quoted with their source lines, and as JSON */
#include "quote.h"

#include <string.h>

const char *diag_code_name(enum diag_code code) {
    static const char *const name[DIAG_CODES] = {
#define M(code, sev, vi, en) [code] = #code,
#include "msg_all.def"
#undef M
    };
    return name[code];
}

static const char *severity_word(enum lang lang, enum severity sev) {
    static const char *const word[3][2] = {
        [SEV_NOTICE] = {"lưu ý", "notice"},
        [SEV_WARNING] = {"cảnh báo", "warning"},
        [SEV_ERROR] = {"lỗi", "error"},
    };
    return word[sev][lang];
}

/* ---- lines ---- */

static void add_text(struct buf *out, const char *s) {
    buf_add_shown(out, s, strlen(s));
}

/* "file:line:column" as far as it is known. */
static void add_place(struct buf *out, struct origin at) {
    add_text(out, at.file);
    if (at.line)
        buf_printf(out, ":%d", at.line);
    if (at.line && at.col)
        buf_printf(out, ":%d", at.col);
}

static void print_head(const struct diag *d, const struct diag_msg *m, struct buf *out) {
    if (m->at.file) {
        add_place(out, m->at);
        buf_adds(out, ": ");
    }
    buf_printf(out, "%s: ", severity_word(diag_lang(d), diag_severity(d, m)));
    if (m->where) {
        add_text(out, m->where);
        buf_adds(out, ": ");
    }
    add_text(out, m->text);
    buf_addc(out, '\n');
}

/* What was counted and not kept. */
static void print_rest(struct diag *d, struct buf *out) {
    int kept[3] = {0};
    size_t n;
    const struct diag_msg *const *m = diag_sorted(d, &n);
    for (size_t i = 0; i < n; i++)
        kept[diag_severity(d, m[i])]++;
    for (int sev = SEV_ERROR; sev >= 0; sev--) {
        int more = diag_shown_count(d, (enum severity)sev) - kept[sev];
        if (more > 0)
            buf_printf(out, diag_word(d, "… và %d %s nữa\n", "… and %d more: %s\n"), more,
                       severity_word(diag_lang(d), (enum severity)sev));
    }
}

void diag_print(struct diag *d, struct buf *out) {
    size_t n;
    const struct diag_msg *const *m = diag_sorted(d, &n);
    for (size_t i = 0; i < n; i++)
        print_head(d, m[i], out);
    print_rest(d, out);
}

/* ---- quotes ---- */

#define GUTTER 5 /* columns of a line number */

/* What stands on the screen above the next message. */
struct above {
    const struct diag_msg
        *msg; /* whose quote it is; NULL: none, or something stands below it */
    struct quote quote;
};

static bool same_line(const struct above *x, const struct diag_msg *m,
                      const struct quote *q) {
    return x->msg && x->msg->at.line == m->at.line &&
           str_eq(x->msg->at.file, m->at.file) && x->quote.start == q->start;
}

static void print_caret(struct buf *out, const struct quote *q) {
    if (q->caret >= 0)
        buf_printf(out, "%*s | %*s^\n", GUTTER, "", q->caret, "");
}

/* The source line once for all messages in a row that are about it, and a caret for each of its places. */
static void print_quote(struct quotes *quotes, struct above *above,
                        const struct diag_msg *m, struct buf *out) {
    struct quote q;
    if (!quote_line(quotes, m->at, &q)) {
        above->msg = NULL;
        return;
    }
    bool again = same_line(above, m, &q);
    if (!again)
        buf_printf(out, "%*d |%s%s\n", GUTTER, m->at.line, *q.text ? " " : "", q.text);
    if (!again || q.caret != above->quote.caret)
        print_caret(out, &q);
    *above = (struct above){m, q};
}

static void print_related(const struct diag *d, struct above *above,
                          const struct diag_msg *m, struct buf *out) {
    for (size_t i = 0; i < m->related.n; i++) {
        const struct diag_related *r = &m->related.v[i];
        buf_adds(out, "   ");
        add_text(out, r->text);
        if (r->at.file || r->where)
            buf_adds(out, "  (");
        if (r->at.file)
            add_place(out, r->at);
        if (r->at.file && r->where)
            buf_adds(out, ", ");
        if (r->where)
            add_text(out, r->where);
        buf_adds(out, r->at.file || r->where ? ")\n" : "\n");
    }
    if (m->related.more)
        buf_printf(out, diag_word(d, "   … và %zu chỗ nữa\n", "   … and %zu more\n"),
                   m->related.more);
    if (m->related.n)
        above->msg = NULL;
}

void diag_print_quoted(struct diag *d, struct buf *out) {
    size_t n;
    const struct diag_msg *const *m = diag_sorted(d, &n);
    struct quotes *quotes = quotes_new();
    struct above above = {0};
    for (size_t i = 0; i < n; i++) {
        print_head(d, m[i], out);
        print_quote(quotes, &above, m[i], out);
        print_related(d, &above, m[i], out);
    }
    quotes_free(quotes);
    print_rest(d, out);
}

/* ---- JSON ---- */

static void json_int(struct buf *out, const char *key, int n, bool known) {
    if (known)
        buf_printf(out, ", \"%s\": %d", key, n);
    else
        buf_printf(out, ", \"%s\": null", key);
}

static void json_place(struct buf *out, struct origin at) {
    buf_adds(out, "\"file\": ");
    json_string(out, at.file);
    json_int(out, "line", at.line, at.file && at.line);
    json_int(out, "column", at.col, at.file && at.line && at.col);
}

static void json_related(struct buf *out, const struct diag_msg *m) {
    buf_adds(out, ", \"related\": [");
    for (size_t i = 0; i < m->related.n; i++) {
        const struct diag_related *r = &m->related.v[i];
        buf_adds(out, i ? ", {" : "{");
        json_place(out, r->at);
        json_member(out, "where", r->where);
        json_member(out, "text", r->text);
        buf_addc(out, '}');
    }
    buf_printf(out, "], \"related_more\": %zu", m->related.more);
}

static void json_message(const struct diag *d, struct quotes *quotes,
                         const struct diag_msg *m, struct buf *out) {
    static const char *const severity[3] = {
        [SEV_NOTICE] = "notice", [SEV_WARNING] = "warning", [SEV_ERROR] = "error"};
    struct quote q = {NULL, -1, -1, 0};
    bool quoted = quote_line(quotes, m->at, &q);
    buf_addc(out, '{');
    json_place(out, m->at);
    json_member(out, "severity", severity[diag_severity(d, m)]);
    json_member(out, "code", diag_code_name(m->code));
    json_member(out, "where", m->where);
    json_member(out, "text", m->text);
    json_member(out, "quote", quoted ? q.text : NULL);
    json_int(out, "caret", q.mark, quoted && q.mark >= 0);
    json_related(out, m);
    buf_addc(out, '}');
}

void diag_print_json(struct diag *d, struct buf *out) {
    size_t n;
    const struct diag_msg *const *m = diag_sorted(d, &n);
    struct quotes *quotes = quotes_new();
    buf_printf(out, "\"errors\": %d, \"warnings\": %d, \"messages\": [",
               diag_shown_count(d, SEV_ERROR), diag_shown_count(d, SEV_WARNING));
    for (size_t i = 0; i < n; i++) {
        buf_adds(out, i ? ",\n    " : "\n    ");
        json_message(d, quotes, m[i], out);
    }
    buf_addc(out, ']');
    quotes_free(quotes);
}
