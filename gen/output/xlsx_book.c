/* xlsx_book.c: workbook, sheets and formats through libxlsxwriter */
#include "xlsx_inside.h"

#include <string.h>
#include <time.h>
#include <xlsxwriter.h>

#define FORMATS 256
#define MAX_ROW_HEIGHT 409 /* pt, Excel's limit */

/* A join over several rows of a flat book: made when its last row is open. */
struct pending {
    uint32_t row, last_row;
    int col, last_col;
    lxw_format *format;
    struct pending *next;
};

struct sheet {
    struct book *book;
    lxw_worksheet *ws;
    struct pending *pending;
    struct sheet *next;
};

struct book {
    lxw_workbook *wb;
    bool flat;
    struct sheet *sheets;
    struct {
        struct look look;
        lxw_format *format;
    } slot[FORMATS]; /* open addressing by look_hash; never full: see book_format */
    int used;
    lxw_error failed; /* the first one */
};

static void note_error(struct book *b, lxw_error e) {
    if (e != LXW_NO_ERROR && b->failed == LXW_NO_ERROR)
        b->failed = e;
}

/* ---- formats ---------------------------------------------------------------------- */

static unsigned look_hash(const struct look *l) {
    unsigned h = (unsigned)l->size;

    h = h * 31 + l->align;
    h = h * 31 + (l->bold ? 1u : 0) + (l->italic ? 2u : 0) + (l->border ? 4u : 0);
    for (const char *s = l->number; s && *s; s++)
        h = h * 31 + (unsigned char)*s;
    return h;
}

static bool same_look(const struct look *a, const struct look *b) {
    return a->size == b->size && a->align == b->align && a->bold == b->bold &&
           a->italic == b->italic && a->border == b->border &&
           str_eq(a->number, b->number);
}

static void set_align(lxw_format *f, uint8_t align) {
    switch ((enum cell_align)align) {
    case ALIGN_AUTO:
        break;
    case ALIGN_LEFT:
        format_set_align(f, LXW_ALIGN_LEFT);
        break;
    case ALIGN_CENTER:
        format_set_align(f, LXW_ALIGN_CENTER);
        break;
    case ALIGN_RIGHT:
        format_set_align(f, LXW_ALIGN_RIGHT);
        break;
    case ALIGN_JUSTIFY:
        format_set_align(f, LXW_ALIGN_JUSTIFY);
        break;
    }
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
}

static lxw_format *new_format(struct book *b, const struct look *l) {
    lxw_format *f = workbook_add_format(b->wb);

    if (!f)
        return NULL;
    format_set_font_name(f, "Times New Roman");
    format_set_font_family(f, 1); /* Roman */
    format_set_font_size(f, l->size / 1000.0);
    if (l->bold)
        format_set_bold(f);
    if (l->italic)
        format_set_italic(f);
    set_align(f, l->align);
    format_set_text_wrap(f);
    if (l->border)
        format_set_border(f, LXW_BORDER_THIN);
    if (l->number)
        format_set_num_format(f, l->number);
    return f;
}

/* The format of a look. A book knows some forty looks; one that finds the table nearly full gets a
 * format of its own. */
static lxw_format *book_format(struct book *b, const struct look *l) {
    unsigned i = look_hash(l) % FORMATS;

    while (b->slot[i].format) {
        if (same_look(&b->slot[i].look, l))
            return b->slot[i].format;
        i = (i + 1) % FORMATS;
    }
    lxw_format *f = new_format(b, l);
    if (b->used < FORMATS - 1) {
        b->slot[i].look = *l;
        b->slot[i].format = f;
        b->used += f != NULL;
    }
    return f;
}

/* ---- the book ------------------------------------------------------------------------ */

/* Midnight of a civil date in seconds since 1970 (H. Hinnant, days_from_civil). */
static time_t date_seconds(struct date d) {
    int month = d.month ? d.month : 1, day = d.day ? d.day : 1;
    /* a document without any year counts from the decree's own date, 5 March 2020 */
    int year = d.year ? d.year : 2020;
    if (!d.year) {
        month = 3;
        day = 5;
    }
    year -= month <= 2;
    int era = year / 400, yoe = year - era * 400;
    int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return (time_t)(era * 146097L + doe - 719468L) * 86400;
}

/* A property of at most 255 characters; the library wants char * but only reads it. */
static char *property(const char *s, char out[1024]) {
    const char *end = s + strlen(s), *p = s;

    for (int n = 0; p < end && n < 255; n++)
        utf8_next(&p, end);
    memcpy(out, s, (size_t)(p - s));
    out[p - s] = '\0';
    return out;
}

static void set_properties(struct book *b, const struct book_facts *facts) {
    char title[1024], subject[1024], author[1024], company[1024], kind[1024], note[1024];
    lxw_doc_properties p = {
        .title = property(facts->title, title),
        .subject = property(facts->subject, subject),
        .author = property(facts->author, author),
        .company = property(facts->author, company),
        .category = property(facts->kind, kind),
        .comments = property(facts->note, note),
        .created = date_seconds(facts->date),
    };
    if (p.created == 0)
        p.created = 1; /* 0 would ask for the clock */
    note_error(b, workbook_set_properties(b->wb, &p));
}

/* Column widths are counted in digits of the default font, so it must be one that every machine has or
 * has the metrics of; Calibri is missing outside Excel. A digit of this one is 8 pixels wide. */
static void set_default_font(lxw_workbook *wb) {
    lxw_format *f = STAILQ_FIRST(wb->formats);
    format_set_font_name(f, "Times New Roman");
    format_set_font_family(f, 1);
    format_set_font_size(f, 12);
}

struct book *book_new(const char *path, const struct book_facts *facts, bool flat) {
    struct book *b = x_new(1, sizeof *b);
    lxw_workbook_options options = {.constant_memory = flat};

    /* The library packs each part of the book through a temporary file. */
    char in_memory[] = "";
    options.tmpdir = flat ? XLSX_ON_DISK : in_memory;
    parts_begin();

    b->flat = flat;
    b->wb = workbook_new_opt(path, &options);
    if (!b->wb) {
        b->failed = LXW_ERROR_MEMORY_MALLOC_FAILED;
        return b;
    }
    set_default_font(b->wb);
    set_properties(b, facts);
    return b;
}

const char *book_close(struct book *b) {
    lxw_error first = b->failed;

    if (b->wb) {
        lxw_error e = workbook_close(b->wb);
        if (first == LXW_NO_ERROR)
            first = e;
    }
    int error = parts_failed();
    while (b->sheets) {
        struct sheet *s = b->sheets;
        b->sheets = s->next;
        while (s->pending) {
            struct pending *p = s->pending;
            s->pending = p->next;
            x_free(p);
        }
        x_free(s);
    }
    x_free(b);
    if (error)
        return strerror(error);
    return first == LXW_NO_ERROR ? NULL : lxw_strerror(first);
}

/* ---- sheets -------------------------------------------------------------------------- */

#define INCH(length) ((length) / 72000.0)

static void set_page(struct book *b, lxw_worksheet *ws, const struct page_setup *page) {
    /* NĐ 30 I.7: page numbers centred in the top margin; 10 mm from the edge as in its samples */
    lxw_header_footer_options options = {.margin = 10 / 25.4};
    char header[] = "&C&\"Times New Roman,Regular\"&14&P";

    worksheet_set_paper(ws, 9); /* A4 */
    if (page->landscape)
        worksheet_set_landscape(ws);
    worksheet_set_margins(ws, INCH(page->left), INCH(page->right), INCH(page->top),
                          INCH(page->bottom));
    note_error(b, worksheet_set_header_opt(ws, header, &options));
    worksheet_fit_to_pages(ws, 1, 0);
    worksheet_center_horizontally(ws);
    worksheet_set_start_page(ws, 1); /* each appendix counts its own pages */
}

struct sheet *book_sheet(struct book *b, const char *name,
                         const struct page_setup *page) {
    if (!b->wb)
        return NULL;
    if (workbook_validate_sheet_name(b->wb, name) != LXW_NO_ERROR) {
        note_error(b, workbook_validate_sheet_name(b->wb, name));
        return NULL;
    }
    lxw_worksheet *ws = workbook_add_worksheet(b->wb, name);
    if (!ws) {
        note_error(b, LXW_ERROR_MEMORY_MALLOC_FAILED);
        return NULL;
    }
    struct sheet *s = x_new(1, sizeof *s);
    s->book = b;
    s->ws = ws;
    s->next = b->sheets;
    b->sheets = s;
    set_page(b, ws, page);
    return s;
}

void sheet_width(struct sheet *s, int col, int width) {
    /* The file counts digits of the default font, 8 pixels each; the library takes them for 7 pixels and
     * adds 5 of padding. */
    double chars = (width / 750.0 * 7 / 8 - 5) / 7;

    chars = chars < 1 ? 1 : chars > 255 ? 255 : chars;
    note_error(s->book,
               worksheet_set_column(s->ws, (lxw_col_t)col, (lxw_col_t)col, chars, NULL));
}

void sheet_height(struct sheet *s, uint32_t row, int height) {
    int quarters = (height + 249) / 250;
    double points = quarters * 0.25;

    note_error(s->book,
               worksheet_set_row(
                   s->ws, row, points > MAX_ROW_HEIGHT ? MAX_ROW_HEIGHT : points, NULL));
}

void sheet_text(struct sheet *s, uint32_t row, int col, const char *text,
                const struct look *look) {
    note_error(s->book, worksheet_write_string(s->ws, row, (lxw_col_t)col, text,
                                               book_format(s->book, look)));
}

void sheet_rich(struct sheet *s, uint32_t row, int col, const struct stretch *part,
                size_t n, const struct look *look) {
    lxw_rich_string_tuple tuple[XLSX_MAX_STRETCHES], *list[XLSX_MAX_STRETCHES + 1];

    if (n > XLSX_MAX_STRETCHES)
        n = XLSX_MAX_STRETCHES;
    for (size_t i = 0; i < n; i++) {
        struct look l = {look->size,
                         ALIGN_AUTO,
                         part[i].bold || look->bold,
                         part[i].italic || look->italic,
                         false,
                         NULL};
        tuple[i].format = book_format(s->book, &l);
        tuple[i].string = part[i].text;
        list[i] = &tuple[i];
    }
    list[n] = NULL;
    note_error(s->book, worksheet_write_rich_string(s->ws, row, (lxw_col_t)col, list,
                                                    book_format(s->book, look)));
}

void sheet_number(struct sheet *s, uint32_t row, int col, double v,
                  const struct look *look) {
    note_error(s->book, worksheet_write_number(s->ws, row, (lxw_col_t)col, v,
                                               book_format(s->book, look)));
}

void sheet_blank(struct sheet *s, uint32_t row, int col, const struct look *look) {
    note_error(s->book, worksheet_write_blank(s->ws, row, (lxw_col_t)col,
                                              book_format(s->book, look)));
}

static void join(struct sheet *s, const struct pending *p) {
    note_error(s->book,
               worksheet_merge_range(s->ws, p->row, (lxw_col_t)p->col, p->last_row,
                                     (lxw_col_t)p->last_col, "", p->format));
}

void sheet_join(struct sheet *s, uint32_t row, int col, uint32_t last_row, int last_col,
                const struct look *look) {
    struct pending p = {row, last_row, col, last_col, book_format(s->book, look), NULL};

    if (!s->book->flat || row == last_row) {
        join(s, &p);
        return;
    }
    struct pending *later = x_new(1, sizeof *later);
    *later = p;
    later->next = s->pending;
    s->pending = later;
}

void sheet_row_end(struct sheet *s, uint32_t row) {
    for (struct pending **at = &s->pending; *at;) {
        struct pending *p = *at;
        if (p->last_row > row) {
            at = &p->next;
            continue;
        }
        join(s, p);
        *at = p->next;
        x_free(p);
    }
}

void sheet_head(struct sheet *s, uint32_t first, uint32_t last) {
    note_error(s->book, worksheet_repeat_rows(s->ws, first, last));
    worksheet_freeze_panes(s->ws, last + 1, 0);
}
