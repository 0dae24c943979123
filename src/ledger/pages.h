/* All transactions that a filter lets through, a page at a time: for exports. */
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

/* For the other orders there is no index to go along: the order is asked for once, and pages are
 * rows of it. */
#define LEDGER_ORDER_MAX 2000000 /* rows */
/* ids: of all rows in the filter's order, "17,4,22", borrowed until return. VALIDATION_ERROR: there
 * are more than LEDGER_ORDER_MAX. */
typedef void (*ledger_order_fn)(void *arg, struct str ids, const struct err *err);
void ledger_order(
    struct db *db, const struct ledger_transaction_filter *f, ledger_order_fn done, void *arg);
/* The rows with these ids (DB_INT8, copied), in their order. */
void ledger_page_of(struct db *db, const struct db_column *ids, ledger_page_fn done, void *arg);

#endif
