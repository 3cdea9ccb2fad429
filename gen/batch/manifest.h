/* manifest.h: what a batch remembers from one run to the next, an SQLite database in the output folder */
#ifndef BAOCAO_BATCH_MANIFEST_H
#define BAOCAO_BATCH_MANIFEST_H

#include "../base/base.h"

#define MANIFEST_NAME "baocao.db"
#define MANIFEST_VERSION 2

/* A report as it was last made. The blobs are those of stamps_pack and of the batch's own texts. */
struct entry {
    const char *name;         /* of the outputs: the key */
    const char *source;       /* path of the report as the batch found it */
    const char *tmpl;         /* folder of its template, "" without */
    unsigned char shared[16]; /* hash of what reports share: template, fonts, registers */
    unsigned char program[16]; /* hash of the program and the options */
    const void *inputs;        /* stamps of what it was made from */
    size_t inputs_n;
    const void *outputs; /* stamps of what was written */
    size_t outputs_n;
    const void *record; /* its values as packed text, see record.c */
    size_t record_n;
    size_t record_size; /* unpacked */
    bool failed; /* the last run could not make it; the rest tells of the time before */
};

/* Changes that no log tells of yet, the batch's own bytes. */
struct unlogged {
    const char *name, *source; /* as of the report, which may be gone: then "" */
    int64_t turn;              /* of two for one report the earlier one has the smaller */
    const void *values, *files;
    size_t values_n, files_n;
};

struct manifest;

/* Open or make the manifest of a folder. NULL after a message: it is damaged, of another version, or cannot be
 * written. With `renew` such a one is put aside as baocao.db.hong and a fresh one begun. */
struct manifest *manifest_open(struct diag *d, const char *dir, bool writing, bool renew);
void manifest_close(struct manifest *m);
/* One report by its name, in the arena; `whole` with inputs, outputs and record. false: not there, or after a message. */
bool manifest_get(struct manifest *m, struct arena *a, const char *name, bool whole,
                  struct entry *out);
/* All names and sources, sorted by name. */
bool manifest_list(struct manifest *m, struct arena *a, struct entry **out, size_t *n);
/* The stamps of what reports over a template shared when they had that hash. false: not there. */
bool manifest_shared(struct manifest *m, struct arena *a, const char *tmpl,
                     const unsigned char hash[16], const void **stamps, size_t *n);
/* Changes belong together: nothing of a transaction is there before it is committed. false after a message. */
bool manifest_begin(struct manifest *m);
bool manifest_put(struct manifest *m, const struct entry *e);
bool manifest_fail(struct manifest *m, const char *name, const char *source);
bool manifest_put_shared(struct manifest *m, const char *tmpl, const void *stamps,
                         size_t n, const unsigned char hash[16]);
bool manifest_delete(struct manifest *m, const char *name);
/* What changed in a report is kept from the moment that it is in place until a log tells of it. */
bool manifest_put_unlogged(struct manifest *m, const struct unlogged *u);
bool manifest_unlogged(struct manifest *m, struct arena *a, struct unlogged **out,
                       size_t *n);
bool manifest_logged(struct manifest *m);
/* Forget former versions of templates that no report was made with any more. */
bool manifest_tidy(struct manifest *m);
bool manifest_commit(struct manifest *m);

#endif
