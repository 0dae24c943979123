/* Rows of the ledger as the classifier wants them, in the order of their dates. */
#ifndef CLASSIFY_ROWS_H
#define CLASSIFY_ROWS_H

#include "ledger/transaction.h"

/* Which rows; texts STR_NULL, ids 0: any. Only active ones. */
struct rows_filter {
    bool has_from, has_to;
    usec_t from, to; /* days, both included */
    struct str transaction_type, payment_source, status, counterparty_inn, account_number;
    int64_t organization_id, category_id;
    const struct db_column *ids; /* NULL: any */
};
struct rows_place { /* behind this row */
    bool set;
    usec_t at;
    int64_t id;
};

/* A page behind a place; one statement. */
void rows_page_add(
    struct db_unit *u, const struct rows_filter *f, const struct rows_place *after, int limit);
/* One row (count bigint, of them locked: decided by a person). */
void rows_count_add(struct db_unit *u, const struct rows_filter *f);

struct rows_row {
    int64_t id;
    usec_t at;
    bool locked;                 /* a person decided */
    struct ledger_transaction t; /* borrowed from the result */
    int64_t category_id, suggested_id, rule_id;
    struct str method, amount, status;
    int confidence; /* per cent */
};
void rows_read(const struct db_result *r, int row, struct rows_row *ret);
/* Would this decision change what the row says? */
bool rows_differ(const struct rows_row *row, const struct ledger_decision *d);

#endif
