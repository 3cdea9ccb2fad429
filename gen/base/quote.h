/* quote.h: lines of input files as messages quote them */
#ifndef BAOCAO_BASE_QUOTE_H
#define BAOCAO_BASE_QUOTE_H

#include "base.h"

#define QUOTE_WINDOW 100 /* code points of a long line around the column */

struct quote {
    const char *
        text; /* fit for a terminal, without blanks at its end; lives as long as the quotes */
    int caret;    /* columns of a terminal in front of the caret; -1: there is none */
    int mark;     /* the same in code points of the text */
    size_t start; /* code points of the line that are cut off in front */
};

/* The files that were read so far. */
struct quotes;
struct quotes *quotes_new(void);
void quotes_free(struct quotes *q);
/* The line of a place the way the readers saw it: without BOM and invisible characters, in NFC, tabs made
 * blanks. false: there is none, the file is gone or has changed so that it has no such place, or the line
 * is no UTF-8. */
bool quote_line(struct quotes *q, struct origin at, struct quote *out);

#endif
