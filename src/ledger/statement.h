/*
 * Rows and balances of bank statements (schema 0006). Each row of a statement is a transaction of
 * source "bank"; statement_rows says which file it came from and which row of 1C is the same
 * payment (link.h).
 *
 * A batch goes through two units: ledger_statement_ask_add (what is known of these rows already?)
 * and ledger_statement_write_add.
 */
#ifndef LEDGER_STATEMENT_H
#define LEDGER_STATEMENT_H

#include "ledger/link.h"
#include "ledger/transaction.h"

struct ledger_statement_row {
    struct uuid identity;
    usec_t posted;
    bool internal;
    int64_t line;
    struct ledger_transaction t; /* external_id is filled in by ledger_statement_take */
    /* what was found out */
    enum { LEDGER_ROW_NEW, LEDGER_ROW_KNOWN } state;
    int32_t occurrence;
    int64_t linked_id; /* row of 1C; 0: none */
    bool unclear;      /* which of these a person is asked */
    enum link_doubt doubt;
    int64_t *open; /* rows of 1C: open_count of them */
    int open_count;
};

struct ledger_statement_file {
    struct uuid task_id;
    int32_t file_no;
    int64_t file_id; /* 0: a dry run, nothing is written but what was seen */
};

/* Adds statements (the first one's number among the unit's is returned) that say what is known of
 * the rows: take their results with ledger_statement_take. */
int ledger_statement_ask_add(struct db_unit *u, const struct ledger_statement_file *file,
    const struct ledger_statement_row *rows, int count);
/* Fills state, occurrence, linked_id, unclear and what it is between, t.external_id,
 * t.counterparty_id, t.organization_id. rows come in the order of the file. Texts and open go to
 * the arena. */
void ledger_statement_take(struct ledger_statement_row *rows, int count,
    struct db_result *const *results, int first, struct arena *a);
/* Adds: the new ones of these rows are stored, with their transactions (obm_tally counts those that
 * are not linked as created, the linked ones as unchanged); the known ones are written down as
 * seen. batch is used for the transactions and cleared before. */
void ledger_statement_write_add(struct db_unit *u, const struct ledger_statement_file *file,
    const struct ledger_statement_row *rows, int count, struct ledger_batch *batch);
/* A dry run: what was seen, and what would have been done (dry_run.h). */
void ledger_statement_dry_add(struct db_unit *u, const struct ledger_statement_file *file,
    const struct ledger_statement_row *rows, int count);
/* Adds: at most limit of what the task has seen is forgotten; affected rows tell how many. */
int ledger_statement_forget_add(struct db_unit *u, const struct uuid *task_id, int limit);

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
/* A dry run: whether it would be new or change what is stored. */
void ledger_balance_dry_add(
    struct db_unit *u, const struct uuid *task_id, const struct ledger_balance *b);

/* Adds a read of the sections of this task's files whose turnovers are not the sums of the rows
 * that are known for these days: (file_no, line, account_number). */
int ledger_turnovers_add(struct db_unit *u, const struct uuid *task_id);

/* Adds: these accounts (DB_TEXT) are ours. / Adds a read of all that are: rows (account). */
void ledger_own_accounts_keep(struct db_unit *u, const struct db_column *accounts);
int ledger_own_accounts_add(struct db_unit *u, int limit);

#endif
