/* Rows of the ledger as the classifier wants them, in the order of their dates. */
#ifndef CLASSIFY_ROWS_H
#define CLASSIFY_ROWS_H

#include "ledger/query.h"
#include "ledger/transaction.h"

struct rows_place { /* behind this row */
    bool set;
    usec_t at;
    int64_t id;
};

/* A page behind a place: of the rows that the filter chooses (its order and page do not count), or
 * of those of `ids` alone (NULL: any). Returns the place of its result in the unit. */
int rows_page_add(struct db_unit *u, const struct ledger_transaction_filter *f,
    const struct db_column *ids, const struct rows_place *after, int limit);
/* One row (count bigint, of them locked: decided by a person); its place in the unit. */
int rows_count_add(
    struct db_unit *u, const struct ledger_transaction_filter *f, const struct db_column *ids);

struct rows_row {
    int64_t id;
    usec_t at;
    bool locked;                 /* a person decided */
    struct ledger_transaction t; /* borrowed from the result */
    int64_t category_id, suggested_id, rule_id;
    struct str method, amount, status;
    int confidence;  /* per cent */
    int64_t version; /* another one after each write of the row */
};
void rows_read(const struct db_result *r, int row, struct rows_row *ret);
/* Members: which row it is. */
void rows_json(struct json_writer *w, const struct rows_row *row);
/* Would this decision change what the row says? */
bool rows_differ(const struct rows_row *row, const struct ledger_decision *d);
/* Would it get another category or suggestion, and so perhaps another status? Else only who says
 * so, and how surely, is another. */
bool rows_move(const struct rows_row *row, const struct ledger_decision *d);

#endif
