#include "ledger/catalogue.h"

#define BEGIN(table)                                                                               \
    "INSERT INTO missing_cards (task_id, catalogue, external_id)"                                  \
    " SELECT $1::uuid, '" table "', external_id FROM " table                                       \
    " WHERE source = $2::text AND external_id IS NOT NULL AND is_active ON CONFLICT DO NOTHING"

#define LEFT(table)                                                                                \
    "SELECT external_id FROM missing_cards WHERE task_id = $1::uuid AND catalogue = '" table "'"

#define MISSING(table)                                                                             \
    "SELECT m.external_id FROM missing_cards m JOIN " table                                        \
    " c ON c.source = $2::text AND c.external_id = m.external_id AND c.is_active"                  \
    " WHERE m.task_id = $1::uuid AND m.catalogue = '" table "' AND m.external_id > $3::text"       \
    " ORDER BY m.external_id LIMIT $4::integer"

#define OVER(table, also)                                                                          \
    "WITH gone AS (UPDATE " table " SET is_active = false, changed_task_id = $1::uuid" also        \
    "  WHERE source = $2::text AND is_active AND external_id IN (" LEFT(                           \
        table) ") RETURNING 1)"                                                                    \
               " SELECT obm_tally(0, 0, 0, count(*)) FROM gone"

#define DRY_OVER(table)                                                                            \
    "WITH gone AS (INSERT INTO task_changes (task_id, resource, action, external_id, row_id,"      \
    "   title)"                                                                                    \
    "  SELECT $1::uuid, '" table "', 'deactivate', c.external_id, c.id, c.name FROM " table " c"   \
    "  WHERE c.source = $2::text AND c.is_active AND c.external_id IN (" LEFT(                     \
        table) ")"                                                                                 \
               "  ON CONFLICT DO NOTHING RETURNING 1)"                                             \
               " SELECT obm_tally(0, 0, 0, count(*)) FROM gone"

const struct ledger_catalogue ledger_contractor_catalogue = {
    .begin = {"ledger_contractors_begin", BEGIN("contractors")},
    .missing = {"ledger_contractors_missing", MISSING("contractors")},
    .over = {"ledger_contractors_over", OVER("contractors", ", updated_at = now()")},
    .dry_over = {"ledger_contractors_dry_over", DRY_OVER("contractors")},
    .table = "contractors",
};

const struct ledger_catalogue ledger_organization_catalogue = {
    .begin = {"ledger_organizations_begin", BEGIN("organizations")},
    .missing = {"ledger_organizations_missing", MISSING("organizations")},
    .over = {"ledger_organizations_over", OVER("organizations", ", updated_at = now()")},
    .dry_over = {"ledger_organizations_dry_over", DRY_OVER("organizations")},
    .table = "organizations",
};

const struct ledger_catalogue ledger_category_catalogue = {
    .begin = {"ledger_categories_begin", BEGIN("categories")},
    .missing = {"ledger_categories_missing", MISSING("categories")},
    .over = {"ledger_categories_over", OVER("categories", "")},
    .dry_over = {"ledger_categories_dry_over", DRY_OVER("categories")},
    .table = "categories",
};

#define GONE(table)                                                                                \
    "SELECT '" table "' AS resource, c.id, c.external_id, c.name FROM missing_cards m JOIN " table \
    " c ON c.external_id = m.external_id AND c.changed_task_id = m.task_id AND NOT c.is_active"    \
    " WHERE m.task_id = $1::uuid AND m.catalogue = '" table "'"

static const struct db_stmt gone = {"ledger_catalogue_gone",
    "SELECT json_agg(g ORDER BY g.resource, g.name, g.id) FROM (SELECT * "
    "FROM (" GONE("contractors") " UNION ALL " GONE("organizations") " UNION ALL " GONE(
        "categories") ") AS a"
                      " ORDER BY "
                      "resource, "
                      "name, id LIMIT "
                      "$2::integer) "
                      "AS g"};

static const struct db_stmt clear = {
    "ledger_catalogue_clear", "DELETE FROM missing_cards WHERE task_id = $1::uuid"};

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

void ledger_catalogue_missing_add(struct db_unit *u, const struct ledger_catalogue *c,
    const char *source, const struct uuid *task_id, struct str after, int limit)
{
    db_add(u, &c->missing);
    db_bind_uuid(u, task_id);
    db_bind_cstr(u, source);
    db_bind_text(u, after);
    db_bind_i32(u, limit);
}

void ledger_catalogue_gone_add(struct db_unit *u, const struct uuid *task_id, int limit)
{
    db_add(u, &gone);
    db_bind_uuid(u, task_id);
    db_bind_i32(u, limit);
}

void ledger_catalogue_clear_add(struct db_unit *u, const struct uuid *task_id)
{
    db_add(u, &clear);
    db_bind_uuid(u, task_id);
}
