/* What a task knows when it decides about categories: the ledger as it was before the task wrote
 * its first row. Put down once, when its rows are about to come; a later attempt reads the same. */
#ifndef LEDGER_KNOWLEDGE_H
#define LEDGER_KNOWLEDGE_H

#include "obmen/db.h"
#include "obmen/uuid.h"

/* Accounts of ours that rows from 1C name become known to everybody (own_accounts): one look into
 * an index for each. */
void ledger_accounts_learn_add(struct db_unit *u);
/* These accounts (DB_TEXT) are ours. */
void ledger_accounts_keep_add(struct db_unit *u, const struct db_column *accounts);

/* Puts it down: own_accounts, the INNs of all organizations and these (DB_TEXT), and what the
 * ledger's payments say of each INN. Reads the whole ledger once. */
void ledger_knowledge_add(
    struct db_unit *u, const struct uuid *task_id, const struct db_column *inns);
void ledger_knowledge_forget_add(struct db_unit *u, const struct uuid *task_id);

#endif
