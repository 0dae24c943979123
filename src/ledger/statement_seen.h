/* Rows that a task has met in its present file: so that the second of two equal ones is told from
 * the first, without keeping the file's rows in memory. */
#ifndef LEDGER_STATEMENT_SEEN_H
#define LEDGER_STATEMENT_SEEN_H

#include "ledger/statement.h"

/* Adds: the known ones of these rows are written down, in a dry run (no file) the new ones, too. */
void ledger_statement_seen_add(struct db_unit *u, const struct ledger_statement_file *file,
    const struct ledger_statement_row *rows, int count);
/* Adds two statements: at most limit of what the task has seen, and of its drafts, is forgotten;
 * there may be more while either affects limit rows. */
void ledger_statement_forget_add(struct db_unit *u, const struct uuid *task_id, int limit);

#endif
