/* commands.h: the commands beside gen, check and list; each returns the exit status */
#ifndef BAOCAO_COMMANDS_H
#define BAOCAO_COMMANDS_H

#include "base/base.h"

/* `baocao inspect`: what every file holds, to standard output; messages to standard error. */
int command_inspect(enum lang lang, bool json, char *const *file, int n);
/* `baocao ban-hanh`: record number and date of a report that was issued. */
int command_issue(enum lang lang, const char *report, const char *number,
                  const char *date, bool force);

#endif
