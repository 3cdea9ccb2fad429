/* batch.h: many reports at once: what must be made again, by several processes, and what changed */
#ifndef BAOCAO_BATCH_H
#define BAOCAO_BATCH_H

#include "../pipeline.h"

struct batch_options {
    struct engine_options engine;
    const char *out_dir;
    char *const *source; /* folders, or one wide CSV: a row per report */
    int sources;
    const char *
        name; /* --name: pattern of the outputs' names, "{{ma_xa}}-{{ky}}"; NULL: the folder's */
    const char *
        key; /* --key: column of a wide CSV that its tables are joined by; NULL: its first */
    const char *tmpl;  /* --mau: template of a wide CSV that has no column `mau` */
    unsigned make;     /* enum make_flags beside MAKE_PDF, MAKE_XLSX */
    int jobs;          /* worker processes, 0: one a core */
    int seconds;       /* that one report may take, 0: 60 */
    int shard, shards; /* --shard I/N, I from 1; shards 0: all */
    bool force, dry_run, prune, rehash, json;
    bool strict; /* a report with warnings fails */
};

/* Every report below the sources whose inputs changed, or whose outputs lack or were altered, is made;
 * everything is told on standard output and error. Returns the exit status as enum make_status: 1 when a
 * report failed, 3 when the system did. */
int batch_run(const struct batch_options *o);
/* `batch --merge`: join the manifests of shards, given as folders, into that of out_dir. */
int batch_merge(const struct batch_options *o);
/* `baocao diff OLD NEW`: what changed from one report to another, as Markdown on standard output, with out_dir
 * also as OUT/<new>-dieu-chinh.md and .xlsx. 0: nothing differs or all was told; 1: a report is wrong. */
int batch_diff(const struct engine_options *o, const char *old_report,
               const char *new_report, const char *out_dir);
/* `baocao watch REPORT`: make it again whenever a file that it was made from is saved, until interrupted. */
int batch_watch(const struct engine_options *o, const char *report, const char *out_dir,
                unsigned flags);

#endif
