/* What the account sections of an upload of statements state, new or not: compared with the rows of
 * their days when all of these are in; in a dry run told as well. */
#ifndef LEDGER_SECTIONS_H
#define LEDGER_SECTIONS_H

#include "ledger/statement_file.h"

#define LEDGER_SECTIONS_MAX 10000 /* further ones are neither compared nor told: one MiB */
#define LEDGER_SECTIONS_COLUMNS 10

/* A zeroed one is ready. */
struct ledger_sections {
    struct db_column column[LEDGER_SECTIONS_COLUMNS]; /* owned */
    int count;
    size_t mark[LEDGER_SECTIONS_COLUMNS];
    int marked;
};

/* made: when the file was; 0: unknown. */
void ledger_sections_note(
    struct ledger_sections *s, int32_t file_no, usec_t made, const struct ledger_balance *b);
/* A file begins; its sections were noted in vain. */
void ledger_sections_mark(struct ledger_sections *s);
void ledger_sections_back(struct ledger_sections *s);
void ledger_sections_release(struct ledger_sections *s);

/* Adds a read of the sections whose turnovers are not the sums of the rows that are known for their
 * days, in a dry run with those that would be new: (file_no, line, account_number), at most 1,000.
 * Its number within the unit is returned. */
int ledger_turnovers_add(
    struct db_unit *u, const struct ledger_sections *s, const struct uuid *task_id);
/* Adds, of a dry run: balances that would be new or change, with their values (dry_run.h). */
void ledger_sections_dry_add(
    struct db_unit *u, const struct ledger_sections *s, const struct uuid *task_id);

#endif
