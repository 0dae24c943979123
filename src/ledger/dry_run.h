/* Dry runs: what an import would have created, changed and made inactive is kept with its task
 * (task_changes) instead of being done. The batches of the ledger and their like do so by
 * themselves once they are told (…_dry). */
#ifndef LEDGER_DRY_RUN_H
#define LEDGER_DRY_RUN_H

#include "ledger/query.h"

/* What ledger_batch_write_rows adds when the batch is dry. */
extern const struct db_stmt ledger_dry_transactions;

/* Adds a read of what a task would have done: one row of one JSON text,
 * {"created","updated","deactivated","linked","unclear": each {"count","credit","debit"},
 *  "resources":[{"resource","created","updated","deactivated"}],"rows":[the first ones, as below],
 *  "total"}. linked, unclear: of statements, and not counted as created too. */
void ledger_dry_summary_add(struct db_unit *u, const struct uuid *task_id, int rows);

/* {"changes":[{"resource","action","id","external_id","title","transaction_date",
 *  "transaction_type","amount","changes":[{"field","old","new"}]|null}],"total"}.
 * action: "create", "update", "deactivate", "link", "unclear", or STR_NULL: all. */
void ledger_list_changes(struct db *db, const struct uuid *task_id, struct str action, int limit,
    int offset, ledger_json_fn done, void *arg);

#endif
