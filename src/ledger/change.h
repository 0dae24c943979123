/* What people change in bank transactions. No import changes it afterwards. */
#ifndef LEDGER_CHANGE_H
#define LEDGER_CHANGE_H

#include "ledger/query.h"

struct ledger_change {
    bool has_category, has_notes;
    int64_t category_id; /* 0: none */
    /* STR_NULL: follows the category: given, NEW and NEEDS_REVIEW become CATEGORIZED; taken away,
     * CATEGORIZED and APPROVED become NEEDS_REVIEW when there is a suggestion, else NEW. APPROVED
     * and CATEGORIZED accept what is suggested when the row has no category and none is given. */
    struct str status;
    struct str notes; /* STR_NULL: none */
    int64_t user_id;
    struct str username; /* for the reason */
};

/* version: as ledger_get_transaction told it, 0: whichever. NOT_FOUND; CONFLICT when the row has
 * another version by now; VALIDATION_ERROR when there is no such category, or when it would be
 * APPROVED or CATEGORIZED without one. The row as it is afterwards. */
void ledger_change_one(struct db *db, int64_t id, int64_t version, const struct ledger_change *c,
    ledger_row_fn done, void *arg);
/* left: rows left as they were, since they would be APPROVED or CATEGORIZED without a category. */
typedef void (*ledger_changed_fn)(void *arg, int64_t updated, int64_t left, const struct err *err);
/* ids: DB_INT8, copied; those of no row are not counted. */
void ledger_change_many(struct db *db, const struct db_column *ids, const struct ledger_change *c,
    ledger_changed_fn done, void *arg);

/* All rows that the filter lets through (its order and page are not looked at), if there are as
 * many as expected; else CONFLICT, and nothing is changed. */
void ledger_change_matching(struct db *db, const struct ledger_transaction_filter *f,
    int64_t expected, const struct ledger_change *c, ledger_changed_fn done, void *arg);

#endif
