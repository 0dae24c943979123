#include "ledger/card.h"
#include "ledger/card_sql.h"

const struct ledger_cards ledger_organizations = {
    .upsert = {"ledger_organization_upsert", CARD_UPSERT("organizations")},
    .dry = {"ledger_organization_dry", CARD_DRY("organizations")},
    .find = {"ledger_organization_find", CARD_FIND("organizations")},
    .known = {"ledger_organization_known", CARD_KNOWN("organizations")},
};
