/* Stored rows of statements whose link or question is another one now (neighbours.h): written down,
 * so that of a payment either the bank's row counts or 1C's. */
#ifndef LEDGER_RELINK_H
#define LEDGER_RELINK_H

#include "ledger/neighbours.h"

/* Adds what changes, if anything. Before new rows are linked: they may get what these give away.
 * A person who has decided about one of these rows meanwhile prevails. */
void ledger_relink_add(
    struct db_unit *u, const struct ledger_neighbours *n, const struct uuid *task_id);
/* The same for a dry run: into its drafts, and told among its changes. */
void ledger_relink_dry_add(
    struct db_unit *u, const struct ledger_neighbours *n, const struct uuid *task_id);

/* How a dry run tells a draft d of a new row: columns of task_changes. */
#define RELINK_TOLD_ACTION                                                                         \
    "CASE WHEN d.transaction_id IS NOT NULL THEN 'link' WHEN d.reason IS NOT NULL THEN 'unclear' " \
    "ELSE 'create' END"
#define RELINK_TOLD_CHANGES                                                                        \
    "CASE WHEN d.transaction_id IS NOT NULL"                                                       \
    " THEN jsonb_build_object('same_as', jsonb_build_array(NULL, d.transaction_id))"               \
    " WHEN d.reason IS NOT NULL"                                                                   \
    " THEN jsonb_build_object('unclear', jsonb_build_array(NULL, d.reason)) END"

#endif
