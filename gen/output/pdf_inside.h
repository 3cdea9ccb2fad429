/* pdf_inside.h: what the files of the PDF writer share: numbered objects, fonts, pictures, contents */
#ifndef BAOCAO_PDF_INSIDE_H
#define BAOCAO_PDF_INSIDE_H

#include "output.h"

/* ---- objects (pdf_object.c, which alone knows libharu) ----------------------------- */

struct pdf;
/* Objects that libharu makes by itself. */
enum pdf_known { PDF_CATALOG, PDF_INFO, PDF_PAGES };

/* A document that is written to out; a pdf_close must follow. */
struct pdf *pdf_open(struct arena *a, struct buf *out);
/* A new object number. It must be given its text before pdf_save. */
int pdf_object(struct pdf *p);
int pdf_known(struct pdf *p, enum pdf_known which);
/* The entries of the object's dictionary ("/Type/Font …"); copied. */
void pdf_entries(struct pdf *p, int object, const char *text, size_t n);
/* The object is a stream; data must live until pdf_save. /Length is added. */
void pdf_stream(struct pdf *p, int object, const void *data, size_t n);
/* The object is a stream of /FlateDecode that is made when its turn to be written comes: `make`
 * appends the zlib stream to `packed`, which is one buffer for all. */
void pdf_stream_late(struct pdf *p, int object,
                     void (*make)(void *ctx, size_t index, struct buf *packed), void *ctx,
                     size_t index);
/* Objects that are written last, packed into object streams: the number of the first. No pdf_object may
 * follow. When all else is written, count(ctx) tells how many there are, and make(ctx, i, b) appends
 * the text of each in turn. */
int pdf_pack(struct pdf *p, size_t (*count)(void *ctx),
             void (*make)(void *ctx, size_t i, struct buf *b), void *ctx);
/* Write everything. 0, or libharu's first error. */
unsigned long pdf_save(struct pdf *p);
void pdf_close(struct pdf *p);

/* ---- the end of the file (pdf_tail.c) ----------------------------------------------------- */

/* Packed objects and a cross-reference stream (PDF 1.5) in place of libharu's table and trailer. */
struct pdf_tail {
    struct buf *out; /* the file so far */
    size_t start;    /* of the file in out */
    int first;       /* number behind the last object of the file so far */
    int root, info;  /* object numbers for the trailer */
    size_t (*offset)(void *offsets, int number); /* of an object of the file so far */
    void *offsets;
    size_t (*count)(void *ctx); /* as for pdf_pack; NULL: none */
    void (*make)(void *ctx, size_t i, struct buf *b);
    void *ctx;
    /* work space */
    struct buf head, body, packed; /* of the stream under way */
    size_t in_stream;              /* its objects */
    int number;                    /* of the next object behind the packed ones */
    struct buf xref;               /* entries */
    struct buf streams;            /* offsets of the object streams */
};
/* Complete the file. */
void pdf_tail(struct pdf_tail *t);
void pdf_tail_free(struct pdf_tail *t);

/* ---- numbers ------------------------------------------------------------------------ */

/* 1/1000 pt to 1/100 pt, rounded: the unit of everything in a content stream. */
static inline int32_t pdf_unit(int32_t milli) {
    return (milli + (milli < 0 ? -5 : 5)) / 10;
}
/* Write v / 10^decimals in its shortest form (12.5, .25, -3); at most 13 bytes. Returns the end. */
char *pdf_number(char *out, int32_t v, int decimals);
/* Append it with a blank in front unless the buffer ends in a delimiter. */
void pdf_add_number(struct buf *b, int32_t v, int decimals);
/* Text as a literal string in UTF-16BE, half as long as a hexadecimal one. */
void pdf_add_text(struct buf *b, const char *utf8);

/* ---- fonts (pdf_font.c) ---------------------------------------------------------------- */

struct pdf_fonts {
    const struct font_subset *subset[FACES]; /* NULL: not used */
    int object[FACES];
};
/* Write the fonts that the pages use. false: a subset could not be made. */
bool pdf_fonts(struct pdf *p, struct fonts *f, const struct pages *pages,
               struct pdf_fonts *out);

/* ---- pictures (pdf_image.c, png.c) -------------------------------------------------------- */

struct pdf_images {
    struct pdf_image {
        const char *data; /* of the file: the key */
        int object;
    } * v;
    size_t n, cap;
};
/* Write every picture of the pages once. false after messages. */
bool pdf_images(struct pdf *p, struct arena *a, struct diag *d, const struct pages *pages,
                struct pdf_images *out);
/* Index of a figure's picture, for its resource name. */
size_t pdf_image_index(const struct pdf_images *images, const struct node *figure);

struct png_picture {
    int width, height;
    int colours; /* samples a pixel: 1 grey or palette, 3 */
    int bits;    /* a sample */
    bool raw;    /* pixels is the file's own zlib stream, lines with PNG's predictors */
    struct buf pixels;
    struct buf alpha; /* 8 bits a pixel; empty: opaque */
    unsigned char palette[256 * 3];
    int palette_size;    /* 0: none */
    unsigned char *line; /* work space */
};
#define PNG_MILLION_PIXELS 100
enum png_status { PNG_FINE, PNG_DAMAGED, PNG_TOO_BIG };
/* Decode a PNG file; png_picture_free must follow in any case. */
enum png_status png_decode(const char *data, size_t n, struct png_picture *out);
void png_picture_free(struct png_picture *picture);

/* ---- structure (pdf_tags.c, pdf_tree.c, pdf_struct.c) ------------------------------------------ */

/* The structure tree of a document: built from the document tree, told by the page contents where
 * each element's marked content is, written last. Every function takes NULL for a file without tags. */
struct pdf_tags;
/* page_object[i] is page i; page i has /StructParents i. The tree is freed with the arena. */
struct pdf_tags *pdf_tags_new(struct pdf *p, struct arena *a, const struct doc *doc,
                              const struct pages *pages, const int *page_object);
/* The entries of the catalog (/StructTreeRoot, /MarkInfo), appended to b. */
void pdf_tags_catalog(struct pdf_tags *t, struct buf *b);
/* A link annotation of item `item` of page `page`: returns the /StructParent to write into it, -1
 * without tags. Call in the order of pages and items. */
int pdf_tags_link(struct pdf_tags *t, size_t page, size_t item, int annotation);
/* A widget over item `item` (ITEM_FIELD) of page `page`: a Form element that is read where the item
 * stands among the text of its (node, mark), or in front of everything where no text has that mark.
 * alt: what it is for, copied. Returns the /StructParent, -1 without tags. */
int pdf_tags_form(struct pdf_tags *t, size_t page, size_t item, int annotation,
                  const char *alt);

/* All objects have their numbers: the tree takes the ones behind them. Call right before pdf_save. */
void pdf_tags_finish(struct pdf_tags *t);
/* What the contents tell while they are made: a page begins; the element of a run; a marked-content
 * sequence of an element begins, its number on the page; the same for a picture; the annotation over a
 * link's run stood in this element; a field is passed. Items are those of the page. */
void pdf_tags_page(struct pdf_tags *t, size_t page);
uint32_t pdf_tags_element(struct pdf_tags *t, size_t item);
uint32_t pdf_tags_mark(struct pdf_tags *t, uint32_t element);
uint32_t pdf_tags_image(struct pdf_tags *t, size_t item);
void pdf_tags_link_seen(struct pdf_tags *t, size_t item, uint32_t element);
void pdf_tags_field_seen(struct pdf_tags *t, size_t item);

/* ---- navigation (pdf_outline.c) -------------------------------------------------------------- */

/* Headings and appendices with their places, and every anchor by name. */
struct pdf_places {
    const struct pages *pages;
    struct pdf_place {
        const struct node *node;
        int level; /* in the outline, from 1 */
        int page;  /* index, -1: on none */
        int32_t y;
    } * v;
    size_t n;
    const struct pdf_place **sorted; /* by anchor */
    struct anchor *anchor;           /* by name */
    size_t anchors;
};
void pdf_places(struct pdf_places *out, struct arena *a, const struct doc *doc,
                const struct pages *pages);
/* NULL: on no page. */
const struct anchor *pdf_place_named(const struct pdf_places *p, const char *name);
/* Append "/Dest[…]": the place y of a page, at the zoom that the reader has. */
void pdf_add_destination(struct buf *b, const struct pages *pages, const int *page_object,
                         int page, int32_t y);
/* Append "/Contents…": what a link does, in words. */
void pdf_add_link_text(struct buf *b, struct arena *a, const struct pdf_places *p,
                       const char *link);
/* Write the outline, if there are headings, and append its entry of the catalog. */
void pdf_outline(struct pdf *p, struct arena *a, const struct pdf_places *places,
                 const int *page_object, struct buf *catalog);
/* Append "/PageLabels…" for the catalog: "2", and "PL II-2" in the appendix II. */
void pdf_page_labels(const struct doc *doc, const struct pages *pages,
                     struct buf *catalog);

/* ---- metadata (pdf_meta.c, xmp.c) and colour (icc.c) ----------------------------------------- */

/* Write metadata stream, Info dictionary and output intent; append the entries of the catalog. false:
 * the colour profile could not be made. */
bool pdf_metadata(struct pdf *p, struct arena *a, const struct doc *doc,
                  const struct pages *pages, const struct pdf_options *o,
                  struct buf *catalog);
/* The sRGB profile as a zlib stream, made once per process; NULL: out of memory or a broken library. */
const struct buf *pdf_profile(void);

/* ---- page contents (pdf_content.c) ---------------------------------------------------------- */

struct pdf_content {
    const struct pdf_fonts *fonts;
    const struct pdf_images *images;
    struct pdf_tags *tags; /* NULL: no marked content */
    struct buf b;          /* the page under way, reused for all */
};
/* Translate one page to c->b. */
void pdf_content(struct pdf_content *c, const struct page *page);

#endif
