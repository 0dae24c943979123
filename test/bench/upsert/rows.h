/* Bank transactions as an import writes them: made up, repeatable, of a real company's sizes. */
#ifndef BENCH_UPSERT_ROWS_H
#define BENCH_UPSERT_ROWS_H

#include "ledger/transaction.h"

/* The same documents for each version: amount and purpose differ, date and INN stay. Never freed.
 */
struct ledger_transaction *rows_new(int count, int version);

#endif
