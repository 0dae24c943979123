/* Receipts and payments of a period, put together. */
#ifndef LEDGER_SUMMARY_H
#define LEDGER_SUMMARY_H

#include "ledger/query.h"

enum ledger_group { LEDGER_BY_MONTH, LEDGER_BY_CATEGORY, LEDGER_BY_ORGANIZATION };

/* {"groups":[{"key","title","credit","debit","balance","count","transfers":{…}}],"total","left_out"}
 * of the rows that the filter lets through (its order and page do not matter). Rows of internal
 * categories are only in transfers; IGNORED ones are left out, and counted, unless the filter names
 * that status. Months in their order, the others by their turnover. */
void ledger_summary(struct db *db, const struct ledger_transaction_filter *f,
    enum ledger_group group, ledger_json_fn done, void *arg);

#endif
