/* Questions whose answer PostgreSQL puts together itself: one statement, one JSON text. */
#ifndef LEDGER_JSON_ANSWER_H
#define LEDGER_JSON_ANSWER_H

#include "ledger/query.h"

/* A moment as the API shows it. */
#define JSON_MOMENT(t) "to_char(" t " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

/* Submits u, whose first statement gives at most one row of one text; no row, or NULL: NOT_FOUND.
 */
void ledger_answer_json(struct db_unit *u, ledger_json_fn done, void *arg);

#endif
