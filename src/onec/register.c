#include "onec/sync.h"
#include "task/engine.h"

void onec_register(struct engine *engine, struct onec *service)
{
    struct obm_task_type *const types[] = {&onec_bank_sync, &onec_contractor_sync,
        &onec_organization_sync, &onec_item_sync, &onec_full_sync};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        types[i]->ctx = service;
        engine_register(engine, types[i]);
    }
}
