/* Rows of a catalogue that the source no longer has: all active ones are written down when a pass
 * begins (missing_cards), those met are struck off with each commit, what is left when the pass is
 * complete is asked for by key, and only what is left then becomes inactive. */
#ifndef LEDGER_CATALOGUE_H
#define LEDGER_CATALOGUE_H

#include "obmen/db.h"

struct ledger_catalogue {
    struct db_stmt begin, missing, over, dry_over;
    const char *table;
};
extern const struct ledger_catalogue ledger_contractor_catalogue, ledger_organization_catalogue,
    ledger_category_catalogue;

/* With the first commit of a pass. */
void ledger_catalogue_begin_add(struct db_unit *u, const struct ledger_catalogue *c,
    const char *source, const struct uuid *task_id);
/* external_ids: DB_TEXT. */
void ledger_catalogue_met_add(struct db_unit *u, const struct ledger_catalogue *c,
    const struct uuid *task_id, const struct db_column *external_ids);
/* Reads external_id of the next ones that are not struck off, in the order of these ids, above
 * `after`. */
void ledger_catalogue_missing_add(struct db_unit *u, const struct ledger_catalogue *c,
    const char *source, const struct uuid *task_id, struct str after, int limit);
/* When the pass is complete: what is left becomes inactive and is counted (obm_tally). dry: only
 * says so (dry_run.h). */
void ledger_catalogue_over_add(struct db_unit *u, const struct ledger_catalogue *c,
    const char *source, const struct uuid *task_id, bool dry);

/* Reads what this task made inactive, of all catalogues: one row, a JSON array of {"resource",
 * "id", "external_id", "name"}, or NULL when there is none. */
void ledger_catalogue_gone_add(struct db_unit *u, const struct uuid *task_id, int limit);
/* This task has written nothing down any more. */
void ledger_catalogue_clear_add(struct db_unit *u, const struct uuid *task_id);

#endif
