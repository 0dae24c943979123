/* Statements that look up a few rows by an index are planned once and kept; a plan made while a
 * table was still small would read the whole of it for ever after. This statement stands before
 * them in the unit. */
#ifndef LEDGER_PLAN_H
#define LEDGER_PLAN_H

#include "obmen/db.h"

void ledger_plan_by_index(struct db_unit *u);

#endif
