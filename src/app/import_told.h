/* What obmen import-file says to a person: its bar, its summary, what was refused and why. */
#ifndef APP_IMPORT_TOLD_H
#define APP_IMPORT_TOLD_H

#include <stdbool.h>
#include "task/engine.h"

#define IMPORT_REFUSALS_TOLD 20

void import_told_clear(bool terminal); /* the line of the bar */
void import_told_bar(const struct task_state *t);
/* On standard output: what was odd about the files, and the counts. */
void import_told_summary(const struct task_state *t, bool dry_run);
/* On standard error: the files that could not be read, the first documents. refusals is what
 * engine_errors gives, the first IMPORT_REFUSALS_TOLD, or STR_NULL when that is not to be had. */
void import_told_refusals(const struct task_state *t, struct str refusals);

#endif
