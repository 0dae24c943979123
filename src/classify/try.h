/* What a rule would do, before it is saved. */
#ifndef CLASSIFY_TRY_H
#define CLASSIFY_TRY_H

#include "classify/rows.h"
#include "classify/rules.h"
#include "ledger/query.h"

enum { TRY_SHOWN = 20, TRY_MS = 3000 };

/* rule->id: the rule it stands for, or 0 for a new one. Reads rows of the filter for at most TRY_MS
 * and answers {"matched","changed","kept_by_people","scanned","complete","transactions":[…]}: rows
 * that fit, those of them whose category or suggestion it would change, those a person decided, and
 * the first TRY_SHOWN of the changed ones. Copies what it needs. Changes nothing. */
void classify_try(struct db *db, const struct rule *rule,
    const struct ledger_transaction_filter *filter, ledger_json_fn done, void *arg);

#endif
