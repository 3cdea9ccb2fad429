/* pdf_meta.c: metadata stream, Info dictionary and output intent of a PDF */
#include "pdf_meta.h"

#include <string.h>

/* ---- from the facts ---- */

/* The date of issue, never the clock: the same report gives the same bytes. What is left blank counts
 * as the first of its period. */
static void read_date(struct pdf_meta *m, struct arena *a, struct date d) {
    int month = d.month ? d.month : 1, day = d.day ? d.day : 1;
    if (!d.year)
        return;
    m->date = arena_printf(a, "%04d-%02d-%02dT00:00:00+07:00", d.year, month, day);
    m->info_date = arena_printf(a, "D:%04d%02d%02d000000+07'00'", d.year, month, day);
}

/* Here a blank stays one: 2026-06 is a date of XMP. */
static const char *issued_date(struct arena *a, struct date d) {
    if (!d.year)
        return NULL;
    if (!d.month)
        return arena_printf(a, "%04d", d.year);
    return d.day ? arena_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day)
                 : arena_printf(a, "%04d-%02d", d.year, d.month);
}

/* The position or name of every signer, in order. */
static const char *of_signers(struct arena *a, const struct official *o, bool names) {
    struct buf b = {0};
    for (size_t i = 0; i < o->signers; i++) {
        const struct text_item *t = names ? &o->signer[i].name : &o->signer[i].position;
        if (!t->text || !*t->text)
            continue;
        buf_adds(&b, b.len ? "; " : "");
        buf_adds(&b, t->text);
    }
    const char *text = b.len ? arena_strndup(a, b.data, b.len) : NULL;
    buf_free(&b);
    return text;
}

static const char *or_else(const char *text, const char *other) {
    return text && *text ? text : other;
}

static void read_record(struct pdf_meta *m, struct arena *a, const struct official *o,
                        size_t pages) {
    m->record[RECORD_CODE_NUMBER] = o->number.text;
    m->record[RECORD_CODE_NOTATION] = o->symbol.text;
    m->record[RECORD_ISSUED_DATE] = issued_date(a, o->date);
    m->record[RECORD_ORGAN_NAME] = o->agency.text;
    m->record[RECORD_TYPE_NAME] = or_else(o->type.text, "CÔNG VĂN");
    m->record[RECORD_SUBJECT] = o->subject.text;
    m->record[RECORD_POSITION] = of_signers(a, o, false);
    m->record[RECORD_FULL_NAME] = of_signers(a, o, true);
    m->record[RECORD_PAGE_AMOUNT] = arena_printf(a, "%zu", pages);
    m->record[RECORD_LANGUAGE] = "Tiếng Việt";
    m->record[RECORD_ISSUED_AMOUNT] = o->copies.text;
    m->record[RECORD_PRIORITY] = or_else(o->urgency.text, "THƯỜNG");
}

void pdf_meta_read(struct pdf_meta *m, struct arena *a, const struct doc *doc,
                   const struct pages *pages, const struct pdf_options *o) {
    *m = (struct pdf_meta){.tool = "baocao " BAOCAO_VERSION,
                           .producer = "baocao " BAOCAO_VERSION ", libharu",
                           .part = o->attachments ? 3 : 2,
                           .conformance = o->untagged ? 'B' : 'A',
                           .accessible = !o->untagged};
    m->title = or_else(doc->title, "Văn bản");
    m->author = doc->official.agency.text;
    m->subject = doc->official.subject.text;
    read_date(m, a, doc->official.date);
    read_record(m, a, &doc->official, pages->n);
}

/* ---- to the file ---- */

static void set(struct pdf *p, int object, struct buf *b) {
    pdf_entries(p, object, b->data, b->len);
    b->len = 0;
}

static void add_info(struct buf *b, const char *key, const char *text) {
    if (!text || !*text)
        return;
    buf_adds(b, key);
    pdf_add_text(b, text);
}

static void write_info(struct pdf *p, const struct pdf_meta *m, struct buf *b) {
    add_info(b, "/Title", m->title);
    add_info(b, "/Author", m->author);
    add_info(b, "/Subject", m->subject);
    buf_printf(b, "/Creator(%s)/Producer(%s)", m->tool, m->producer);
    if (m->info_date)
        buf_printf(b, "/CreationDate(%s)/ModDate(%s)", m->info_date, m->info_date);
    set(p, pdf_known(p, PDF_INFO), b);
}

/* Archives read the packet without a PDF library: it is not compressed. */
static void write_packet(struct pdf *p, struct arena *a, const struct pdf_meta *m,
                         struct buf *b, struct buf *catalog) {
    int object = pdf_object(p);
    buf_adds(b, "/Type/Metadata/Subtype/XML");
    set(p, object, b);
    xmp_write(b, m);
    pdf_stream(p, object, arena_strndup(a, b->data, b->len), b->len);
    b->len = 0;
    buf_printf(catalog, "/Metadata %d 0 R", object);
}

/* The meaning of DeviceGray and DeviceRGB in the whole file. */
static bool write_intent(struct pdf *p, struct buf *b, struct buf *catalog) {
    const struct buf *profile = pdf_profile();
    if (!profile)
        return false;
    int object = pdf_object(p);
    buf_adds(b, "/N 3/Filter/FlateDecode");
    set(p, object, b);
    pdf_stream(p, object, profile->data, profile->len);
    buf_printf(catalog,
               "/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1"
               "/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)"
               "/RegistryName(http://www.color.org)/DestOutputProfile %d 0 R>>]",
               object);
    return true;
}

bool pdf_metadata(struct pdf *p, struct arena *a, const struct doc *doc,
                  const struct pages *pages, const struct pdf_options *o,
                  struct buf *catalog) {
    struct pdf_meta m;
    struct buf b = {0};
    pdf_meta_read(&m, a, doc, pages, o);
    write_info(p, &m, &b);
    write_packet(p, a, &m, &b, catalog);
    bool fine = write_intent(p, &b, catalog);
    pdf_attach(p, a, o, m.info_date, catalog);
    buf_adds(catalog, "/Lang(vi)/ViewerPreferences<</DisplayDocTitle true>>");
    buf_free(&b);
    return fine;
}
