/* output.h: the back ends: pages to PDF, tables to XLSX */
#ifndef BAOCAO_OUTPUT_H
#define BAOCAO_OUTPUT_H

#include "../layout/layout.h"

/* A file that travels inside the PDF (--dinh-kem). */
struct pdf_attachment {
    const char *name;        /* file name shown by viewers */
    const char *mime;        /* "text/csv" */
    const char *relation;    /* /AFRelationship: "Source" or "Data" */
    const char *description; /* for people */
    const char *data;
    size_t size;
};

/* How a PDF is written; zero everywhere: PDF/A-2a + PDF/UA-1 without form fields. */
struct pdf_options {
    bool untagged; /* no structure: for make bench only */
    bool fields;   /* --co-truong: form fields for signatures, number and date */
    bool
        agency; /* the file is an appendix of its own: the agency's place at the top right corner */
    const struct pdf_attachment *attachment; /* makes the file PDF/A-3a */
    size_t attachments;
};

/* The files that --dinh-kem embeds: the workbook (xlsx_path, by the name xlsx_name; NULL: none) and what
 * the report was made from: facts, tables and Markdown in its folder. false after messages. */
bool attach_files(struct arena *a, struct diag *d, const struct report *r,
                  const struct doc *doc, const char *xlsx_name, const char *xlsx_path,
                  struct pdf_options *out);

/* Statistics for make bench. */
struct pdf_stats {
    size_t content_bytes, content_packed;
};

/* Translate the page model to PDF 1.7 bytes, appended to out. false after a message. */
bool pdf_write(const struct doc *doc, const struct pages *p, struct fonts *f,
               struct diag *d, const struct pdf_options *o, struct buf *out,
               struct pdf_stats *stats);

/* Write the workbook of the document's tables to `path` (libxlsxwriter wants a path; base gives a
 * temporary one). false after a message. */
bool xlsx_write(const struct doc *doc, struct fonts *f, struct diag *d, const char *path);

/* A table and the sheet that shows it. */
struct xlsx_sheet {
    const struct table *table;
    const char *name;
};
/* The sheets that xlsx_write would make, in their order, in the arena; *n of them, 0 without tables. */
const struct xlsx_sheet *xlsx_sheets(struct arena *a, const struct doc *doc, size_t *n);

/* ---- a PDF read back (baocao inspect, and what gen must not overwrite) ---- */

/* What a signature's byte range covers; RANGE_BAD comes with a message. */
enum signed_range { RANGE_WHOLE, RANGE_REVISION, RANGE_BAD };
enum checksum_state { CHECKSUM_NONE, CHECKSUM_OK, CHECKSUM_BAD };

/* Texts are UTF-8 without control characters, NULL when the file does not have them. Times are ISO 8601
 * where the file's can be read so. */
struct pdf_inspection {
    size_t size; /* of the file */
    const char *version;
    int pages;
    const char *title, *agency, *number, *symbol, *date; /* from XMP, else from Info */
    const char *pdfa, *pdfua;                            /* "2a", "1" */
    struct inspected_field {
        const char *name; /* with the names above it: "a.b" */
        const char *type; /* "text", "signature", "button", "choice" */
        const char *tooltip, *value;
        bool filled;
    } * field;
    size_t fields;
    struct inspected_signature {
        const char *field;
        const char
            *signer; /* as written in the signature or its certificate; not verified */
        const char *time, *filter;
        enum signed_range range;
        size_t end; /* bytes behind it came later */
    } * signature;
    size_t signatures;
    struct inspected_file {
        const char *name, *mime, *relation, *description;
        size_t size;
        enum checksum_state checksum;
    } * file;
    size_t files;
};

/* Take data[0..n) apart; nothing in it is executed, nothing verified against certificates. false after a
 * message, whose place is `file`: no PDF, damaged, encrypted, too much in it. Wrong byte ranges and
 * checksums are errors too, but the rest is there (true). */
bool pdf_inspect(struct arena *a, struct diag *d, const char *file, const char *data,
                 size_t n, struct pdf_inspection *out);
/* The inspection in words, or as one JSON object; the schema is in baocao.1. */
void inspect_text(const struct pdf_inspection *in, const char *file, enum lang lang,
                  struct buf *out);
void inspect_json(const struct pdf_inspection *in, const char *file, struct buf *out);
/* The JSON object of a file that could not be read. */
void inspect_json_failed(const char *file, const char *error, struct buf *out);
/* Whether the PDF carries a signature, by its bytes alone: fast, and true for damaged files too. */
bool pdf_is_signed(const char *data, size_t n);

#endif
