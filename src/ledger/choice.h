/* Which categories people, rules and mappings may choose: those in use, and no folders. What 1C's
 * own item gives to a document is asked nothing of the kind. */
#ifndef LEDGER_CHOICE_H
#define LEDGER_CHOICE_H

#include "obmen/db.h"

/* c: a row of categories. */
#define LEDGER_CHOOSABLE "(c.is_active AND c.same_as IS NULL AND NOT c.is_folder)"

/* Adds the question; the number of its result. */
int ledger_choice_add(struct db_unit *u, int64_t category_id);
/* -1: VALIDATION_ERROR of the field category_id that says why not. */
int ledger_choice_check(const struct db_result *r, struct err *ret_err);

#endif
