/* pass.h: what the files of doc/ share with each other */
#ifndef BAOCAO_DOC_PASS_H
#define BAOCAO_DOC_PASS_H

#include "doc.h"

/* One run of doc_normalise. `ok` turns false with the first error. */
struct pass {
    struct doc *doc;
    struct diag *diag;
    bool ok;
};

/* ---- labels (ladder.c) ------------------------------------------------------- */

enum label_form {
    FORM_NONE,
    FORM_ROMAN,
    FORM_ARABIC,
    FORM_LETTER,
    FORM_CAPITAL,
    FORM_WORD
};

/* A label taken apart: its last ordinal stands at [ord, ord + ord_len). */
struct label {
    enum rung rung;
    enum label_form form;
    size_t len, ord, ord_len;
    int number;    /* of the last ordinal, from 1; 0: it has none */
    bool with_dot; /* "a." for "a)" */
    bool foreign;  /* f, j, w, z */
};
/* Take the label at the start of text apart; false: there is none. */
bool label_parse(const char *text, size_t n, struct label *out);
/* The label `like` with another number: ("b)", 3) is "c)". */
char *label_with(struct arena *a, const char *text, const struct label *like, int number);
/* Value of a canonical Roman numeral in capitals, 0: it is none. */
int roman_value(const char *s, size_t n);

/* ---- words (wording.c) ---------------------------------------------------------- */

/* A document type of NĐ 30, Phụ lục III. */
struct doc_type {
    const char *code; /* BC */
    const char *name; /* Báo cáo */
    const char *caps; /* BÁO CÁO */
};
/* By its name in capitals, or NULL. */
const struct doc_type *doc_type_named(const char *caps);
/* By the code before the first '-' of a symbol, letter case ignored, or NULL. */
const struct doc_type *doc_type_coded(const char *symbol);
/* The type whose name is nearest to a misspelt one, or NULL. */
const struct doc_type *doc_type_near(const char *caps);
uint32_t lower_of(uint32_t cp);
/* s without blanks at its ends, runs of blanks made one; s itself when it is so already. */
const char *text_squeeze(struct arena *a, const char *s);
/* The part of a text that is a place still to be filled ("[CẦN BỔ SUNG]", "…" alone), or NULL. */
char *placeholder_in(struct arena *a, const char *s, size_t n);

/* ---- steps of doc_normalise ------------------------------------------------------- */

/* Every list of spans of the document, in document order; cell is NULL outside tables. */
typedef void span_visit(struct pass *p, struct node *n, struct cell *c,
                        struct span **list);
void each_spans(struct pass *p, struct node *n, span_visit *visit);

void spaces_normalise(struct span **list, struct arena *a);
void nodes_number(struct doc *doc);        /* ids in document order */
char node_last_char(const struct node *n); /* the last byte of its text, 0: none */
void levels_assign(struct pass *p);        /* rungs, levels, lints of numbering */
void appendices_number(
    struct pass *p); /* numbers, anchors, reference lines of the appendices */
void places_mark(struct doc *doc,
                 struct span *s);      /* blanks of a reference line for --co-truong */
void appendices_check(struct pass *p); /* each is referred to */
void anchors_resolve(struct pass *p);  /* anchors of headings, dead links */
void tables_align(struct pass *p, struct node *n);
void picture_load(struct pass *p, struct node *n);

/* ---- signers (signers.c) ------------------------------------------------------------ */

struct text_item item_of(struct doc *doc, struct diag *d, const struct value *v);
/* In a draft an empty text that must stand on the page says that it is missing: the field `name`. */
void item_need(struct doc *doc, struct diag *d, struct text_item *t, const char *name,
               const char *title);
bool signers_read(struct doc *doc, struct diag *d, const struct value *v);

#endif
