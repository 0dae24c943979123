/* Where a row came from and what happened to it since. Changes are written down by the database
 * itself (the trigger of 0007-provenance.sql), whoever makes them. */
#ifndef LEDGER_HISTORY_H
#define LEDGER_HISTORY_H

#include "ledger/query.h"
#include "ledger/transaction.h"

/* {"transaction_id","source":{"kind","base","document","external_id",
 *  "file","line"},
 *  "created":{"at","task_id","task_type"},
 *  "history":[{"at","task_id","task_type","user_id","username",
 *    "changes":[{"field","old","new"}]}],"total"}, the newest first; NOT_FOUND. */
void ledger_get_history(
    struct db *db, int64_t id, int limit, int offset, ledger_json_fn done, void *arg);

/* Adds: it is this person who changes rows in this unit. */
void ledger_sign_add(struct db_unit *u, int64_t user_id);

/* Adds: rows of this kind that the task writes come from this set of this base. */
void ledger_source_add(struct db_unit *u, const struct uuid *task_id, enum ledger_type type,
    enum ledger_payment payment, struct str base, const char *document);

#endif
