#include "ledger/catalogue.h"

#define BEGIN(table)                                                                               \
    "INSERT INTO missing_cards (task_id, catalogue, external_id)"                                  \
    " SELECT $1::uuid, '" table "', external_id FROM " table                                       \
    " WHERE source = $2::text AND external_id IS NOT NULL AND is_active ON CONFLICT DO NOTHING"

#define OVER(table, also)                                                                          \
    "WITH missing AS (DELETE FROM missing_cards WHERE task_id = $1::uuid AND catalogue = '" table  \
    "' RETURNING external_id),"                                                                    \
    " gone AS (UPDATE " table " SET is_active = false, changed_task_id = $1::uuid" also            \
    "  WHERE source = $2::text AND is_active AND external_id IN (SELECT external_id FROM missing)" \
    "  RETURNING 1)"                                                                               \
    " SELECT obm_tally(0, 0, 0, count(*)) FROM gone"

#define DRY_OVER(table)                                                                            \
    "WITH missing AS (DELETE FROM missing_cards WHERE task_id = $1::uuid AND catalogue = '" table  \
    "' RETURNING external_id),"                                                                    \
    " gone AS (INSERT INTO task_changes (task_id, resource, action, external_id, row_id, title)"   \
    "  SELECT $1::uuid, '" table "', 'deactivate', c.external_id, c.id, c.name FROM " table " c"   \
    "  WHERE c.source = $2::text AND c.is_active AND c.external_id IN"                             \
    "   (SELECT external_id FROM missing) ON CONFLICT DO NOTHING RETURNING 1)"                     \
    " SELECT obm_tally(0, 0, 0, count(*)) FROM gone"

const struct ledger_catalogue ledger_organization_catalogue = {
    .begin = {"ledger_organizations_begin", BEGIN("organizations")},
    .over = {"ledger_organizations_over", OVER("organizations", ", updated_at = now()")},
    .dry_over = {"ledger_organizations_dry_over", DRY_OVER("organizations")},
    .table = "organizations",
};

const struct ledger_catalogue ledger_category_catalogue = {
    .begin = {"ledger_categories_begin", BEGIN("categories")},
    .over = {"ledger_categories_over", OVER("categories", "")},
    .dry_over = {"ledger_categories_dry_over", DRY_OVER("categories")},
    .table = "categories",
};

static const struct db_stmt met = {"ledger_catalogue_met",
    "DELETE FROM missing_cards WHERE task_id = $1::uuid AND catalogue = $2::text"
    " AND external_id = ANY ($3::text[])"};

void ledger_catalogue_begin_add(struct db_unit *u, const struct ledger_catalogue *c,
    const char *source, const struct uuid *task_id)
{
    db_add(u, &c->begin);
    db_bind_uuid(u, task_id);
    db_bind_cstr(u, source);
}

void ledger_catalogue_met_add(struct db_unit *u, const struct ledger_catalogue *c,
    const struct uuid *task_id, const struct db_column *external_ids)
{
    db_add(u, &met);
    db_bind_uuid(u, task_id);
    db_bind_cstr(u, c->table);
    db_bind_column(u, external_ids);
}

void ledger_catalogue_over_add(struct db_unit *u, const struct ledger_catalogue *c,
    const char *source, const struct uuid *task_id, bool dry)
{
    db_add(u, dry ? &c->dry_over : &c->over);
    db_bind_uuid(u, task_id);
    db_bind_cstr(u, source);
}
