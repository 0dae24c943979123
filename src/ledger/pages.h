/* All transactions that a filter lets through, a page at a time, by date: for exports. */
#ifndef LEDGER_PAGES_H
#define LEDGER_PAGES_H

#include "ledger/query.h"
#include "ledger/row.h"

/* Behind which row the next page begins; all zero: with the first. */
struct ledger_place {
    usec_t date;
    int64_t id;
};

/* rows has the columns of row.h, borrowed until return; fewer than limit: the last page. f: its
 * sort must be LEDGER_BY_DATE; offset and cursor are not looked at. */
typedef void (*ledger_page_fn)(void *arg, const struct db_result *rows, const struct err *err);
void ledger_page(struct db *db, const struct ledger_transaction_filter *f,
    const struct ledger_place *after, ledger_page_fn done, void *arg);

#endif
