/* Categories that come from a source: its cash-flow items, a tree. */
#ifndef LEDGER_CATEGORY_H
#define LEDGER_CATEGORY_H

#include "obmen/db.h"

/* What the source owns. Texts are borrowed and may be STR_NULL. */
struct ledger_category {
    struct str external_id, data_version, code, name;
    struct str parent; /* external_id of the folder it stands in; STR_NULL: at the top */
    const char *kind;  /* ledger_category_kind; only for a new row */
    bool folder, active;
};

/* "income", "expense", "tax", "financing" or "internal": told by the words of a name, or by the
 * name a program gave a predefined item (STR_NULL: none). What tells nothing is an expense. */
const char *ledger_category_kind(struct str name, struct str predefined);

/* Rows of one commit. */
struct ledger_category_batch;
struct ledger_category_batch *ledger_category_batch_new(const char *source, int capacity);
/* Writes nothing from now on, but what it would write (dry_run.h). */
void ledger_category_batch_dry(struct ledger_category_batch *b, bool dry);
void ledger_category_batch_free(struct ledger_category_batch *b); /* accepts NULL */
void ledger_category_batch_clear(struct ledger_category_batch *b);
int ledger_category_batch_count(const struct ledger_category_batch *b);
void ledger_category_batch_add(
    struct ledger_category_batch *b, const struct ledger_category *row); /* copies */
const struct ledger_category *ledger_category_batch_row(
    const struct ledger_category_batch *b, int row);
/* Adds the upsert of rows from … from+count-1 with its obm_tally, and puts them, and those that
 * wait for them, where they belong in the tree; new ones are recognized by name (same_as). */
void ledger_category_batch_write(struct ledger_category_batch *b, int from, int count,
    struct db_unit *u, const struct uuid *task_id);
/* Which of these stand there in the same version: as ledger_cards_known_add. */
void ledger_categories_known_add(struct db_unit *u, const char *source,
    const struct db_column *external_ids, const struct db_column *data_versions);
/* Adds: whoever is a folder of himself, over however many, stands at the top. For the end of a
 * pass. */
void ledger_categories_untie_add(struct db_unit *u, const char *source);

#endif
