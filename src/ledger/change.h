/* What people change in bank transactions. No import changes it afterwards. */
#ifndef LEDGER_CHANGE_H
#define LEDGER_CHANGE_H

#include "ledger/query.h"

struct ledger_change {
    bool has_category, has_notes;
    int64_t category_id; /* 0: none */
    struct str status;   /* STR_NULL: follows the category: NEW, NEEDS_REVIEW ↔ CATEGORIZED */
    struct str notes;    /* STR_NULL: none */
    int64_t user_id;
    struct str username; /* for the reason */
};

/* version: as ledger_get_transaction told it, 0: whichever. NOT_FOUND; CONFLICT when the row has
 * another version by now; VALIDATION_ERROR (field category_id) when there is no such category. The
 * row as it is afterwards. */
void ledger_change_one(struct db *db, int64_t id, int64_t version, const struct ledger_change *c,
    ledger_row_fn done, void *arg);
/* ids: DB_INT8, copied. updated: rows that exist. */
typedef void (*ledger_count_fn)(void *arg, int64_t updated, const struct err *err);
void ledger_change_many(struct db *db, const struct db_column *ids, const struct ledger_change *c,
    ledger_count_fn done, void *arg);

/* All rows that the filter lets through (its order and page are not looked at), if there are as
 * many as expected; else CONFLICT, and nothing is changed. */
void ledger_change_matching(struct db *db, const struct ledger_transaction_filter *f,
    int64_t expected, const struct ledger_change *c, ledger_count_fn done, void *arg);

#endif
