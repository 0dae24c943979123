/*
 * Rows the source no longer has. While a pass goes over a stretch of dates, active rows of that
 * stretch that the pass did not meet become candidates (missing_transactions), in the same
 * transaction as the batch; when the whole pass is complete, candidates are asked for by key, and
 * only then called gone.
 */
#ifndef LEDGER_RECONCILE_H
#define LEDGER_RECONCILE_H

#include "ledger/transaction.h"

struct ledger_stretch {
    const char *source; /* static */
    enum ledger_type type;
    enum ledger_payment payment;
    usec_t from, to; /* wall clock, [from, to) */
};

/* Adds the search for candidates. met: DB_TEXT, the keys that were met with a date inside the
 * stretch. Must stand before the upsert of these records. Adds two statements. */
void ledger_sweep_add(struct db_unit *u, const struct uuid *task_id, const struct ledger_stretch *s,
    const struct db_column *met);

/* Adds a read of the next candidates of one kind that are active still and were not written by this
 * task since, nor would have been: rows (id bigint, external_id, data_version), by id, above
 * after_id. */
void ledger_candidates_add(struct db_unit *u, const struct uuid *task_id, const char *source,
    enum ledger_type type, enum ledger_payment payment, int64_t after_id, int limit);

/* Adds: these rows (DB_INT8 ids) are inactive from now on; counts them (obm_tally) if they were not
 * before. dry: only says so (dry_run.h). */
void ledger_deactivate_add(
    struct db_unit *u, const struct uuid *task_id, const struct db_column *ids, bool dry);
/* Adds: these rows (DB_INT8 ids) are no candidates of this task any more: somebody who takes it up
 * later would look at them once more. */
void ledger_candidates_drop_add(
    struct db_unit *u, const struct uuid *task_id, const struct db_column *ids);
/* Adds: this task has no candidates any more. */
void ledger_candidates_clear_add(struct db_unit *u, const struct uuid *task_id);
/* Adds a read of what this task made inactive: the first rows (id bigint, external_id,
 * transaction_date, document_number, amount, transaction_type, how many there are in all). */
void ledger_deactivated_add(struct db_unit *u, const struct uuid *task_id, int limit);

#endif
