/* Rows of a catalogue that the source no longer has: all active ones are written down when a pass
 * begins (missing_cards), those met are struck off with each commit, and what is left when the pass
 * is complete becomes inactive. */
#ifndef LEDGER_CATALOGUE_H
#define LEDGER_CATALOGUE_H

#include "obmen/db.h"

struct ledger_catalogue {
    struct db_stmt begin, over, dry_over;
    const char *table;
};
extern const struct ledger_catalogue ledger_organization_catalogue, ledger_category_catalogue;

/* With the first commit of a pass. */
void ledger_catalogue_begin_add(struct db_unit *u, const struct ledger_catalogue *c,
    const char *source, const struct uuid *task_id);
/* external_ids: DB_TEXT. */
void ledger_catalogue_met_add(struct db_unit *u, const struct ledger_catalogue *c,
    const struct uuid *task_id, const struct db_column *external_ids);
/* With the last commit: counts them (obm_tally). dry: only says so (dry_run.h). */
void ledger_catalogue_over_add(struct db_unit *u, const struct ledger_catalogue *c,
    const char *source, const struct uuid *task_id, bool dry);

#endif
