#include "ledger/plan.h"

static const struct db_stmt by_index = {
    "ledger_plan_by_index", "SELECT set_config('enable_seqscan', 'off', true)"};

void ledger_plan_by_index(struct db_unit *u)
{
    db_add(u, &by_index);
}
