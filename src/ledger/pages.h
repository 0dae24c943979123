/* All transactions that a filter lets through, a page at a time: for exports. */
#ifndef LEDGER_PAGES_H
#define LEDGER_PAGES_H

#include "ledger/query.h"
#include "ledger/row.h"

/* Adds a read of how many there are, and the statement that says how to plan it and what follows in
 * the unit; the number of its result. */
int ledger_count_add(struct db_unit *u, const struct ledger_transaction_filter *f);

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
/* These and the ones below that end in _add: the same within a unit of one's own; the number of the
 * result with the rows. */
int ledger_page_add(
    struct db_unit *u, const struct ledger_transaction_filter *f, const struct ledger_place *after);

/* For the other orders there is no index to go along: the order is asked for once, and pages are
 * rows of it. */
#define LEDGER_ORDER_MAX 2000000 /* rows */
/* ids: of all rows in the filter's order, "17,4,22", borrowed until return. VALIDATION_ERROR: there
 * are more than LEDGER_ORDER_MAX. */
typedef void (*ledger_order_fn)(void *arg, struct str ids, const struct err *err);
void ledger_order(
    struct db *db, const struct ledger_transaction_filter *f, ledger_order_fn done, void *arg);
int ledger_order_add(struct db_unit *u, const struct ledger_transaction_filter *f);
/* ids are borrowed from the result. */
int ledger_order_take(const struct db_result *r, struct str *ret_ids, struct err *ret_err);
/* The rows of the first ids, limit of them at most, in their order; they are cut off ids. */
void ledger_page_of(struct db *db, struct str *ids, int limit, ledger_page_fn done, void *arg);
int ledger_page_of_add(struct db_unit *u, struct str *ids, int limit);

#endif
