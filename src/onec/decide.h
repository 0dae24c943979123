/* Categories for documents on their way into the ledger: a classifier, and its questions to the
 * database. */
#ifndef ONEC_DECIDE_H
#define ONEC_DECIDE_H

#include "ledger/transaction.h"
#include "onec/ask.h"

struct onec_decider;

struct onec_decider *onec_decider_new(struct obm_task *task);
void onec_decider_free(struct onec_decider *d); /* accepts NULL */

/* READY: nothing is being read. BROKEN: the database says no for good. */
enum onec_progress onec_decider_poll(struct onec_decider *d, struct err *ret_err);
int64_t onec_decider_due(const struct onec_decider *d);
/* Nothing is under way or left to load. */
bool onec_decider_idle(const struct onec_decider *d);
/* Rows may come. */
bool onec_decider_loaded(const struct onec_decider *d);

/* Fills row->decision; its reason is borrowed until the next call. */
void onec_decider_row(struct onec_decider *d, struct ledger_transaction *row);
/* Before a batch is written: decides what was left open. True: something has to be read first; when
 * poll says READY, settle_again. */
bool onec_decider_settle(struct onec_decider *d, struct ledger_batch *rows);
void onec_decider_settle_again(struct onec_decider *d, struct ledger_batch *rows);

#endif
