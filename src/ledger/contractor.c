#include "ledger/card.h"
#include "ledger/card_sql.h"

const struct ledger_cards ledger_contractors = {
    .upsert = {"ledger_contractor_upsert", CARD_UPSERT("contractors")},
    .dry = {"ledger_contractor_dry", CARD_DRY("contractors")},
    .find = {"ledger_contractor_find", CARD_FIND("contractors")},
    .known = {"ledger_contractor_known", CARD_KNOWN("contractors")},
};
