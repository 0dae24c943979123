/* Files of bank statements, the balances they state (schema 0006). */
#ifndef LEDGER_STATEMENT_FILE_H
#define LEDGER_STATEMENT_FILE_H

#include "obmen/db.h"
#include "obmen/uuid.h"

struct ledger_statement_head {
    struct str name, encoding, version, sender;
    usec_t made, from, to; /* a wall clock, days; 0: unknown */
};
/* Adds: the file's row; its id is the result, also when it stands there already. accounts: those it
 * speaks for. */
int ledger_statement_file_add(struct db_unit *u, const struct uuid *task_id, int32_t file_no,
    const struct ledger_statement_head *head, const struct db_column *accounts);

struct ledger_balance {
    struct str account;
    usec_t from, to;
    bool has_received, has_paid, has_closing;
    int64_t opening, received, paid, closing; /* kopecks */
    int64_t line;
};
/* Adds: the balance, unless a newer statement of the same days has said another (schema 0020). */
void ledger_balance_add(struct db_unit *u, int64_t file_id, const struct ledger_balance *b);

#endif
