/* Cards of counterparties and organizations: one shape, two tables (contractor.c, organization.c).
 */
#ifndef LEDGER_CARD_H
#define LEDGER_CARD_H

#include "obmen/arena.h"
#include "obmen/db.h"

/* What the source owns. Texts are borrowed and may be STR_NULL. */
struct ledger_card {
    struct str external_id, data_version, name, full_name, inn, kpp;
    bool active;
    struct str warnings; /* lines, one warning each; STR_NULL: none */
};

/* Looks at INN and KPP: gives back a lost leading zero and fills `warnings`. Texts made here live
 * in the arena. */
void ledger_card_check(struct ledger_card *card, struct arena *a);

/* The statements of one table; obtained from ledger_contractors and ledger_organizations. */
struct ledger_cards {
    struct db_stmt upsert, dry, find, known;
};
extern const struct ledger_cards ledger_contractors, ledger_organizations;

/* Rows of one commit. */
struct ledger_card_batch;
struct ledger_card_batch *ledger_card_batch_new(
    const struct ledger_cards *table, const char *source, int capacity);
/* Writes nothing from now on, but what it would write (dry_run.h). */
void ledger_card_batch_dry(struct ledger_card_batch *b, bool dry);
void ledger_card_batch_free(struct ledger_card_batch *b); /* accepts NULL */
void ledger_card_batch_clear(struct ledger_card_batch *b);
int ledger_card_batch_count(const struct ledger_card_batch *b);
void ledger_card_batch_add(
    struct ledger_card_batch *b, const struct ledger_card *card); /* copies */
const struct ledger_card *ledger_card_batch_row(const struct ledger_card_batch *b, int row);
/* Adds the upsert of rows from … from+count-1 with its obm_tally: equal data_version → unchanged.
 * One statement. */
void ledger_card_batch_write(struct ledger_card_batch *b, int from, int count, struct db_unit *u,
    const struct uuid *task_id);

/* Adds a look-up by key: rows (external_id, id bigint, name, inn, kpp). Two statements, the rows
 * are the second's. */
void ledger_cards_find_add(struct db_unit *u, const struct ledger_cards *table, const char *source,
    const struct db_column *external_ids);
/* Which of these stand there in the same version: one row (position from 1, true) for each. Two
 * statements. */
void ledger_cards_known_add(struct db_unit *u, const struct ledger_cards *table, const char *source,
    const struct db_column *external_ids, const struct db_column *data_versions);

#endif
