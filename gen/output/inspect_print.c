/* inspect_print.c: an inspection in words and as JSON */
#include "inspect_inside.h"

#include <string.h>

/* ---- times ---- */

static bool digits(const char *s, int n) {
    for (int i = 0; i < n; i++)
        if (s[i] < '0' || s[i] > '9')
            return false;
    return true;
}

const char *inspect_time(struct arena *a, const char *s) {
    if (!s || s[0] != 'D' || s[1] != ':' || !digits(s + 2, 14))
        return s;
    const char *t = s + 2, *zone = t + 14;
    char *out = arena_printf(a, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s", t, t + 4, t + 6, t + 8,
                             t + 10, t + 12);
    if (*zone == 'Z')
        return arena_printf(a, "%sZ", out);
    if ((*zone == '+' || *zone == '-') && digits(zone + 1, 2) && zone[3] == '\'' &&
        digits(zone + 4, 2))
        return arena_printf(a, "%s%.3s:%.2s", out, zone, zone + 4);
    return *zone ? s : out;
}

/* ---- words ---- */

enum { SHOWN = 300 }; /* characters of a text that others chose */

struct printer {
    struct buf *out;
    enum lang lang;
};

/* A macro, so that the compiler checks formats. */
#define word(p, vi, en) ((p)->lang == LANG_VI ? (vi) : (en))

static void add_shown(struct buf *b, const char *s) {
    const char *end = s + strlen(s), *p = s;
    for (int n = 0; p < end && n < SHOWN; n++)
        utf8_next(&p, end);
    buf_add(b, s, (size_t)(p - s));
    if (p < end)
        buf_adds(b, "…");
}

static void add_line(struct printer *p, const char *vi, const char *en,
                     const char *text) {
    if (!text)
        return;
    buf_printf(p->out, "  %s: ", word(p, vi, en));
    add_shown(p->out, text);
    buf_addc(p->out, '\n');
}

static void print_head(struct printer *p, const struct pdf_inspection *in,
                       const char *file) {
    add_shown(p->out, file);
    buf_printf(p->out,
               word(p, ": %d trang, %zu byte, PDF %s", ": pages: %d, bytes: %zu, PDF %s"),
               in->pages, in->size, in->version);
    if (in->pdfa) {
        buf_adds(p->out, ", PDF/A-");
        add_shown(p->out, in->pdfa);
    }
    if (in->pdfua) {
        buf_adds(p->out, ", PDF/UA-");
        add_shown(p->out, in->pdfua);
    }
    buf_addc(p->out, '\n');
    add_line(p, "tiêu đề", "title", in->title);
    add_line(p, "cơ quan", "agency", in->agency);
    add_line(p, "số", "number", in->number);
    add_line(p, "ký hiệu", "symbol", in->symbol);
    add_line(p, "ngày ban hành", "date of issue", in->date);
}

static void print_fields(struct printer *p, const struct pdf_inspection *in) {
    buf_printf(p->out, word(p, "trường biểu mẫu: %zu\n", "form fields: %zu\n"),
               in->fields);
    for (size_t i = 0; i < in->fields; i++) {
        const struct inspected_field *f = &in->field[i];
        bool sign = str_eq(f->type, "signature");
        buf_adds(p->out, "  ");
        add_shown(p->out, *f->name ? f->name : word(p, "(không tên)", "(no name)"));
        buf_adds(p->out, !f->filled ? sign ? word(p, ": chưa ký", ": not signed")
                                           : word(p, ": để trống", ": blank")
                         : sign ? word(p, ": đã ký", ": signed")
                                    : word(p, ": đã điền", ": filled"));
        if (f->filled && f->value) {
            buf_adds(p->out, " “");
            add_shown(p->out, f->value);
            buf_adds(p->out, "”");
        }
        buf_addc(p->out, '\n');
    }
}

static void print_range(struct printer *p, const struct pdf_inspection *in,
                        const struct inspected_signature *s) {
    switch (s->range) {
    case RANGE_WHOLE:
        buf_adds(p->out,
                 word(p, "    phạm vi: toàn bộ tệp\n", "    covers: the whole file\n"));
        return;
    case RANGE_REVISION:
        buf_printf(p->out,
                   word(p, "    phạm vi: bản tại lúc ký; sau đó tệp thêm %zu byte\n",
                        "    covers: the file as it was then; %zu bytes came later\n"),
                   in->size - s->end);
        return;
    case RANGE_BAD:
        buf_adds(p->out, word(p, "    phạm vi: SAI\n", "    covers: WRONG\n"));
    }
}

static void print_signatures(struct printer *p, const struct pdf_inspection *in) {
    buf_printf(p->out,
               in->signatures ? word(p, "chữ ký số: %zu (không đối chiếu chứng thư)\n",
                                     "signatures: %zu (certificates are not verified)\n")
                              : word(p, "chữ ký số: %zu\n", "signatures: %zu\n"),
               in->signatures);
    for (size_t i = 0; i < in->signatures; i++) {
        const struct inspected_signature *s = &in->signature[i];
        buf_adds(p->out, "  ");
        add_shown(p->out, *s->field ? s->field : word(p, "(không tên)", "(no name)"));
        buf_addc(p->out, '\n');
        buf_adds(p->out, s->signer ? "  " : "");
        add_line(p, "người ký", "signer", s->signer);
        buf_adds(p->out, s->time ? "  " : "");
        add_line(p, "lúc", "time", s->time);
        buf_adds(p->out, s->filter ? "  " : "");
        add_line(p, "kiểu", "kind", s->filter);
        print_range(p, in, s);
    }
}

static void print_files(struct printer *p, const struct pdf_inspection *in) {
    static const char *const state[3][2] = {
        [CHECKSUM_NONE] = {"không có mã kiểm tra", "no checksum"},
        [CHECKSUM_OK] = {"mã kiểm tra đúng", "checksum ok"},
        [CHECKSUM_BAD] = {"mã kiểm tra SAI", "checksum WRONG"},
    };
    buf_printf(p->out, word(p, "tệp đính kèm: %zu\n", "attachments: %zu\n"), in->files);
    for (size_t i = 0; i < in->files; i++) {
        const struct inspected_file *f = &in->file[i];
        buf_adds(p->out, "  ");
        add_shown(p->out, *f->name ? f->name : word(p, "(không tên)", "(no name)"));
        buf_printf(p->out, ": %zu byte%s, ", f->size, word(p, "", "s"));
        add_shown(p->out, f->mime ? f->mime : "-");
        buf_adds(p->out, ", ");
        add_shown(p->out, f->relation ? f->relation : "-");
        buf_printf(p->out, ", %s\n", state[f->checksum][p->lang]);
    }
}

void inspect_text(const struct pdf_inspection *in, const char *file, enum lang lang,
                  struct buf *out) {
    struct printer p = {out, lang};
    print_head(&p, in, file);
    print_fields(&p, in);
    print_signatures(&p, in);
    print_files(&p, in);
}

/* ---- JSON ---- */

static void json_fields(struct buf *b, const struct pdf_inspection *in) {
    buf_adds(b, ",\n  \"fields\": [");
    for (size_t i = 0; i < in->fields; i++) {
        const struct inspected_field *f = &in->field[i];
        buf_adds(b, i ? ",\n    {\"name\": " : "\n    {\"name\": ");
        json_string(b, f->name);
        json_member(b, "type", f->type);
        json_member(b, "tooltip", f->tooltip);
        buf_printf(b, ", \"filled\": %s", f->filled ? "true" : "false");
        json_member(b, "value", f->value);
        buf_addc(b, '}');
    }
    buf_addc(b, ']');
}

static void json_signatures(struct buf *b, const struct pdf_inspection *in) {
    static const char *const range[] = {
        [RANGE_WHOLE] = "whole", [RANGE_REVISION] = "revision", [RANGE_BAD] = "bad"};
    buf_adds(b, ",\n  \"signatures\": [");
    for (size_t i = 0; i < in->signatures; i++) {
        const struct inspected_signature *s = &in->signature[i];
        buf_adds(b, i ? ",\n    {\"field\": " : "\n    {\"field\": ");
        json_string(b, s->field);
        json_member(b, "signer", s->signer);
        json_member(b, "time", s->time);
        json_member(b, "subfilter", s->filter);
        json_member(b, "range", range[s->range]);
        buf_printf(b, ", \"end\": %zu}", s->end);
    }
    buf_addc(b, ']');
}

static void json_files(struct buf *b, const struct pdf_inspection *in) {
    static const char *const state[] = {
        [CHECKSUM_NONE] = "none", [CHECKSUM_OK] = "ok", [CHECKSUM_BAD] = "bad"};
    buf_adds(b, ",\n  \"attachments\": [");
    for (size_t i = 0; i < in->files; i++) {
        const struct inspected_file *f = &in->file[i];
        buf_adds(b, i ? ",\n    {\"name\": " : "\n    {\"name\": ");
        json_string(b, f->name);
        buf_printf(b, ", \"size\": %zu", f->size);
        json_member(b, "mime", f->mime);
        json_member(b, "relationship", f->relation);
        json_member(b, "description", f->description);
        json_member(b, "checksum", state[f->checksum]);
        buf_addc(b, '}');
    }
    buf_addc(b, ']');
}

void inspect_json(const struct pdf_inspection *in, const char *file, struct buf *out) {
    buf_adds(out, "{\"file\": ");
    json_string(out, file);
    buf_printf(out, ", \"error\": null,\n  \"size\": %zu, \"pages\": %d", in->size,
               in->pages);
    json_member(out, "version", in->version);
    json_member(out, "pdfa", in->pdfa);
    json_member(out, "pdfua", in->pdfua);
    buf_adds(out, ",\n  \"title\": ");
    json_string(out, in->title);
    json_member(out, "agency", in->agency);
    json_member(out, "number", in->number);
    json_member(out, "symbol", in->symbol);
    json_member(out, "date", in->date);
    json_fields(out, in);
    json_signatures(out, in);
    json_files(out, in);
    buf_addc(out, '}');
}

void inspect_json_failed(const char *file, const char *error, struct buf *out) {
    buf_adds(out, "{\"file\": ");
    json_string(out, file);
    json_member(out, "error", error);
    buf_addc(out, '}');
}
