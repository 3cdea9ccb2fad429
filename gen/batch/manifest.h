/* manifest.h: what a batch remembers from one run to the next, an SQLite database in the output folder */
#ifndef BAOCAO_BATCH_MANIFEST_H
#define BAOCAO_BATCH_MANIFEST_H

#include "../base/base.h"

#define MANIFEST_NAME "baocao.db"
#define MANIFEST_VERSION 1

/* A report as it was last made. The blobs are those of stamps_pack and of the batch's own texts. */
struct entry {
    const char *name;   /* of the outputs: the key */
    const char *source; /* path of the report as the batch found it */
    const char *tmpl;   /* folder of its template, "" without */
    unsigned char
        setup[16];      /* template, fonts, program and options: all that reports share */
    const void *inputs; /* stamps of what it was made from */
    size_t inputs_n;
    const void *outputs; /* stamps of what was written */
    size_t outputs_n;
    const void *record; /* its values as packed text, see record.c */
    size_t record_n;
    size_t record_size; /* unpacked */
    bool failed; /* the last run could not make it; the rest tells of the time before */
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
/* What all reports over a template share: its stamps and their hash. false: not there. */
bool manifest_shared(struct manifest *m, struct arena *a, const char *tmpl,
                     const void **stamps, size_t *n, unsigned char hash[16]);
/* Changes belong together: nothing of a transaction is there before it is committed. false after a message. */
bool manifest_begin(struct manifest *m);
bool manifest_put(struct manifest *m, const struct entry *e);
bool manifest_fail(struct manifest *m, const char *name, const char *source);
bool manifest_put_shared(struct manifest *m, const char *tmpl, const void *stamps,
                         size_t n, const unsigned char hash[16]);
bool manifest_delete(struct manifest *m, const char *name);
bool manifest_commit(struct manifest *m);
/* Take all reports of another folder's manifest over. *taken counts them. */
bool manifest_join(struct manifest *m, const char *other_dir, size_t *taken);

#endif
