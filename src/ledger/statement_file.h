/* Files of bank statements, the balances they state (schema 0006). */
#ifndef LEDGER_STATEMENT_FILE_H
#define LEDGER_STATEMENT_FILE_H

#include "obmen/db.h"
#include "obmen/uuid.h"

/* Adds: the file's row; its id is the result, also when it stands there already. */
int ledger_statement_file_add(struct db_unit *u, const struct uuid *task_id, int32_t file_no,
    struct str name, struct str encoding, struct str version, struct str sender);

struct ledger_balance {
    struct str account;
    usec_t from, to;
    bool has_received, has_paid, has_closing;
    int64_t opening, received, paid, closing; /* kopecks */
    int64_t line;
};
void ledger_balance_add(struct db_unit *u, int64_t file_id, const struct ledger_balance *b);

#endif
