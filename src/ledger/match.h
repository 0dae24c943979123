/* Rows of statements and rows of 1C that may be one payment (schema 0009): listed with both sides,
 * and what a person decides about them, which no import overturns. */
#ifndef LEDGER_MATCH_H
#define LEDGER_MATCH_H

#include "ledger/query.h"

/* {"matches":[{"id","reason","why","statement":{…},"candidates":[{"transaction":{…},"decision",
 * "decided_by","decided_at","linked","other_rows"}]}],"total"}: a row of a statement each, newest
 * first. decided: those about which something was decided, else those that wait for it. account:
 * STR_NULL: of all. */
void ledger_list_matches(struct db *db, bool decided, struct str account, int limit, int offset,
    ledger_json_fn done, void *arg);

struct ledger_match_decision {
    int64_t row_id, transaction_id;
    bool same; /* else: different payments, both stay */
    int64_t user_id;
};
/* {"id","transaction_id","decision","linked"}. same: the row of 1C takes the place of the bank's
 * own row, as when the program finds it. A decision may be changed by another one. NOT_FOUND: these
 * two were never a question; CONFLICT: one of them has another counterpart by now, or 1C has lost
 * its row. */
void ledger_decide_match(
    struct db *db, const struct ledger_match_decision *d, ledger_json_fn done, void *arg);

#endif
