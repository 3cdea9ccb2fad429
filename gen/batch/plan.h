/* plan.h: which reports of a batch must be made again, and why */
#ifndef BAOCAO_BATCH_PLAN_H
#define BAOCAO_BATCH_PLAN_H

#include "crew.h"
#include "inside.h"
#include "manifest.h"

enum reason {
    KEEP,          /* nothing changed */
    MAKE_NEW,      /* not in the manifest */
    MAKE_FAILED,   /* it failed the last time */
    MAKE_FORCED,   /* --force */
    MAKE_PROGRAM,  /* the program, the fonts or the options */
    MAKE_TEMPLATE, /* a file of the template */
    MAKE_INPUT,    /* a file of the report */
    MAKE_ISSUED,   /* only the number and date that ban-hanh recorded */
    MAKE_LACKS,    /* an output is not there */
    MAKE_ALTERED,  /* an output is not what was written */
    REASONS
};

/* What is to be done with one report. */
struct verdict {
    enum reason reason;
    const char *because; /* the file, NULL */
    const char *tmpl;    /* folder of its template the last time, NULL: unknown */
    bool is_signed;      /* a PDF of it was signed meanwhile */
};

struct plan {
    const struct batch_options *o;
    const struct items *items;
    const struct wide *wide;   /* the rows of a wide CSV, NULL: folders */
    struct verdict *verdict;   /* of each item */
    unsigned char program[16]; /* hash of the program and the options */
};

/* The folder that a report's own files lie in. */
const char *item_folder(const struct batch_item *item, const struct wide *w);
/* Paths within stamps: "@/…" below the report, else absolute. */
const char *path_stored(struct arena *a, const char *report, const char *path);
const char *path_restored(struct arena *a, const char *report, const char *stored);
/* Whether a path is a folder or lies below it. */
bool path_below(const char *path, const char *dir);
/* Whether a file is a PDF that carries a signature. */
bool file_is_signed(const char *path);
/* Hash the program and the options. */
void plan_program(struct plan *p);
/* Fill p->verdict by looking at the manifest in `dir` and at the disk, in several processes. Stamps whose
 * time alone had changed are renewed in the manifest. false after a message. */
bool plan_make(struct plan *p, struct arena *a, struct diag *d, struct manifest *m);
/* What the workers have from the process that they are forked from. */
struct shop {
    const struct batch_options *o;
    struct engine *engine;
    const struct items *items;
    const struct wide *wide;
    const struct plan *plan;
};
/* Answer a job (crew.h): u32 item, u32 flags, bytes of the packed old record, u64 its size, and of the old
 * version also the inputs, the template's folder, hash and stamps of what it shared, and outputs. The answer: u32
 * status, u32 errors, u32 warnings, text of the messages; when it was made also the template's folder, the
 * hash of what it shares and (where this process met it first) stamps, inputs, packed record and its size,
 * changes, changed files, outputs as stamps, u32 count of files, temporary name and target of each. */
void make_serve(void *shop, struct wire *job, struct buf *answer);
/* The template was loaded before the workers were made, and `read` is what was read then: its stamps packed
 * and their hash, with what all share, which the workers will know. "", which comes first, is what all reports
 * share, those without a template too: fonts, registers of the office. */
void make_know(const char *tmpl, const struct stamps *read, struct buf *shared,
               unsigned char hash[16]);
/* Values that differ, as workers answer them and the manifest keeps them until a log tells of them. */
void changes_pack(const struct changes *all, struct buf *out);
/* Whether a name in the output folder is a temporary one (of the outputs `name`, NULL: of any). */
bool is_temporary(const char *entry, const char *name);

/* The reason in words, and as programs know it: "template". */
const char *reason_text(const struct diag *d, enum reason r);
const char *reason_code(enum reason r);
/* Messages as text with their quotes, or as elements of a JSON array, appended to out. */
void messages_print(struct diag *d, bool json, struct buf *out);

#endif
