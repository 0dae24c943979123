/*
 * Which category is a payment of, and why? A classifier belongs to one task, or one request: it
 * reads categories, mappings and rules once and decides row by row from what it holds; what it has
 * yet to ask for (history of an INN) it asks for many rows at once. It never blocks and does no I/O
 * of its own: the caller submits the units.
 *
 *     classifier_new ─► while classifier_loading: load_add, submit, load_take
 *     rows: classify(c, &row, &decision), as many as there are
 *     classifier_asks? ─► ask_add, submit, ask_take; the decisions that were `open` are made again
 *
 * The order (docs/decisions/0021): 1C's own cash-flow item, mapping of the business operation,
 * facts of the document, rules, history. The first that is certain (LEDGER_CERTAIN) decides; when
 * none is, the surest is suggested. The input is a ledger_transaction: `facts` are its part that
 * only a source knows; what it leaves empty is not looked at.
 */
#ifndef CLASSIFY_CLASSIFY_H
#define CLASSIFY_CLASSIFY_H

#include "classify/rules.h"
#include "ledger/transaction.h"
#include "obmen/db.h"

struct classifier;

struct classifier *classifier_new(void);
void classifier_free(struct classifier *c); /* accepts NULL */

/* Before loading: it decides with the accounts, INNs and history that were put down for this task
 * (ledger/knowledge.h), however often it is begun anew, and not with what the ledger holds now. */
void classifier_of_task(struct classifier *c, const struct uuid *task_id);

/* Something has yet to be read before the first row. */
bool classifier_loading(const struct classifier *c);
/* The next statements of loading; their results go to load_take, all of the unit's, and first is
 * the number of this module's first one among them. */
int classifier_load_add(struct classifier *c, struct db_unit *u);
void classifier_load_take(struct classifier *c, struct db_result *const *results, int first);

/* One more account of ours, which the caller has written down. */
void classifier_own_account(struct classifier *c, struct str account);

/* For a try of a rule, before loading: the rule of this id is left out, and no operations are
 * written down. */
void classifier_of_try(struct classifier *c, int64_t rule_id);
int classifier_add_rule(struct classifier *c, const struct rule *rule, struct err *ret_err);

/* The decision on one row. Its reason is borrowed until the next call. False: open: it may become
 * another one when the history that classifier_asks for is known. */
bool classify(
    struct classifier *c, const struct ledger_transaction *t, struct ledger_decision *ret);

/* Is there anything to ask for, or to write down (operations seen for the first time)? Writing
 * belongs to no batch: it is safe to repeat. */
bool classifier_asks(const struct classifier *c);
/* One question at a time; first is for ask_take. */
int classifier_ask_add(struct classifier *c, struct db_unit *u);
void classifier_ask_take(struct classifier *c, struct db_result *const *results, int first);

int64_t classifier_rule_count(const struct classifier *c);

#endif
