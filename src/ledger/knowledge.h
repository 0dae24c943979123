/* What a task knows of whose accounts are ours and of categories: the ledger as it was before the
 * task wrote its first row. Put down once, when its rows are about to come; a later attempt reads
 * the same. */
#ifndef LEDGER_KNOWLEDGE_H
#define LEDGER_KNOWLEDGE_H

#include "obmen/db.h"
#include "obmen/uuid.h"

/* Accounts of ours that rows from 1C name become known to everybody (own_accounts): one look into
 * an index for each. */
void ledger_accounts_learn_add(struct db_unit *u);
/* These accounts (DB_TEXT) are ours. */
void ledger_accounts_keep_add(struct db_unit *u, const struct db_column *accounts);

/* Puts it down: own_accounts and accounts that rows from 1C name, the INNs of all organizations and
 * these (DB_TEXT). Changes nothing when it stands there. */
void ledger_knowledge_add(
    struct db_unit *u, const struct uuid *task_id, const struct db_column *inns);
/* And, for who decides about categories, what the ledger's payments say of these INNs (DB_TEXT,
 * none empty; by an index) or, NULL, of each INN (reads the whole ledger once). Not safe to repeat
 * once rows have come. */
void ledger_evidence_add(
    struct db_unit *u, const struct uuid *task_id, const struct db_column *inns);
/* Adds a read of the accounts that were put down, the first of them: rows (account). */
int ledger_knowledge_accounts_add(struct db_unit *u, const struct uuid *task_id, int limit);
void ledger_knowledge_forget_add(struct db_unit *u, const struct uuid *task_id);

#endif
