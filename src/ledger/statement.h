/*
 * Rows of bank statements (schema 0006). Each row of a statement is a transaction of
 * source "bank"; statement_rows says which file it came from and which row of 1C is the same
 * payment (link.h).
 *
 * A batch goes through two units: ledger_statement_ask_add (what is known of these rows already?)
 * and ledger_statement_write_add.
 */
#ifndef LEDGER_STATEMENT_H
#define LEDGER_STATEMENT_H

#include "ledger/neighbours.h"
#include "obmen/arena.h"

struct ledger_statement_row {
    struct uuid identity;
    usec_t posted;
    bool internal;
    int64_t line;
    struct ledger_transaction t; /* external_id is filled in by ledger_statement_take */
    /* what was found out */
    enum { LEDGER_ROW_NEW, LEDGER_ROW_KNOWN } state;
    int32_t occurrence;
    struct ledger_link_answer link;
};

struct ledger_statement_file {
    struct uuid task_id;
    int32_t file_no;
    int64_t file_id;                      /* 0: a dry run, nothing is written but what was seen */
    struct ledger_neighbours *neighbours; /* borrowed: of the batch that is under way */
};

/* Adds statements (the first one's number among the unit's is returned) that say what is known of
 * the rows: take their results with ledger_statement_take. */
int ledger_statement_ask_add(struct db_unit *u, const struct ledger_statement_file *file,
    const struct ledger_statement_row *rows, int count);
/* Fills state, occurrence, t.external_id, t.counterparty_id, t.organization_id, and, once
 * ledger_neighbours_decide is through, link. rows come in the order of the file. Texts go to the
 * arena. */
void ledger_statement_take(struct ledger_statement_row *rows, int count,
    const struct ledger_statement_file *file, struct db_result *const *results, int first,
    struct arena *a);
/* Adds: stored rows that the new ones have made to be linked otherwise are (relink.h); the new ones
 * are stored, with their transactions (obm_tally counts those that are not linked as created, the
 * linked ones as unchanged); the known ones are written down as seen. batch is used for the
 * transactions and cleared before. */
void ledger_statement_write_add(struct db_unit *u, const struct ledger_statement_file *file,
    const struct ledger_statement_row *rows, int count, struct ledger_batch *batch);
/* A dry run: what was seen, and what would have been done (dry_run.h). */
void ledger_statement_dry_add(struct db_unit *u, const struct ledger_statement_file *file,
    const struct ledger_statement_row *rows, int count);

#endif
