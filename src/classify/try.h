/* What a rule would do, before it is saved. */
#ifndef CLASSIFY_TRY_H
#define CLASSIFY_TRY_H

#include "classify/rows.h"
#include "classify/store.h"

enum { TRY_SHOWN = 20, TRY_MS = 3000 };

/* f: as it would be added, or with an id the change of that rule. Reads rows of the filter for at
 * most TRY_MS and answers
 * {"matched","changed","kept_by_people","scanned","complete","transactions":[…]}: rows that fit and
 * those of them a person decided; rows that fit it, or fitted what it was, and would get another
 * category or suggestion when they are classified again, whatever decides then; and the first
 * TRY_SHOWN of these. NOT_FOUND, VALIDATION_ERROR: as of a change. Copies what it needs. Changes
 * nothing. */
void classify_try(struct db *db, int64_t id, const struct rule_fields *f,
    const struct ledger_transaction_filter *filter, ledger_json_fn done, void *arg);

#endif
