/* The statements that `contractors` and `organizations` share: the tables have the same columns. */
#ifndef LEDGER_CARD_SQL_H
#define LEDGER_CARD_SQL_H

#include "ledger/dry_run_sql.h"

#define CARD_UPSERT(table)                                                                         \
    "WITH stored AS ("                                                                             \
    " INSERT INTO " table                                                                          \
    " AS c (source, created_task_id, changed_task_id, external_id, data_version, name,"            \
    "  full_name, inn, kpp, is_active, warnings)"                                                  \
    " SELECT $1::text, $2::uuid, $2::uuid, i.key, i.version, i.name, i.full_name, i.inn, i.kpp, "  \
    "i.active,"                                                                                    \
    "  coalesce(string_to_array(i.warnings, chr(10)), '{}')"                                       \
    " FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], "        \
    "$9::boolean[],"                                                                               \
    "  $10::text[]) AS i(key, version, name, full_name, inn, kpp, active, warnings)"               \
    " ON CONFLICT (source, external_id) DO UPDATE SET"                                             \
    "  data_version = excluded.data_version, name = excluded.name, full_name = "                   \
    "excluded.full_name,"                                                                          \
    "  inn = excluded.inn, kpp = excluded.kpp, is_active = excluded.is_active, warnings = "        \
    "excluded.warnings,"                                                                           \
    "  changed_task_id = excluded.changed_task_id, updated_at = now()"                             \
    " WHERE excluded.data_version IS NULL OR c.data_version IS DISTINCT FROM "                     \
    "excluded.data_version OR c.is_active <> excluded.is_active"                                   \
    " RETURNING (xmax = 0) AS created)"                                                            \
    " SELECT obm_tally(count(*) FILTER (WHERE created), count(*) FILTER (WHERE NOT created),"      \
    "  cardinality($3::text[]) - count(*), 0) FROM stored"

#define CARD_DIFFERENCES                                                                           \
    DRY_DIFF("name", "c.name", "i.name")                                                           \
    ", " DRY_DIFF("full_name", "c.full_name", "i.full_name") ", " DRY_DIFF(                        \
        "inn", "c.inn", "i.inn") ", " DRY_DIFF("kpp", "c.kpp", "i.kpp") ", " DRY_DIFF("is_active", \
        "c.is_active", "i.active")

/* What CARD_UPSERT would do, into task_changes. */
#define CARD_DRY(table)                                                                            \
    "WITH found AS ("                                                                              \
    " SELECT i.key, i.name, c.id,"                                                                 \
    "  CASE WHEN c.id IS NULL THEN 'create' ELSE 'update' END AS action,"                          \
    "  concat(" CARD_DIFFERENCES ") AS changes"                                                    \
    " FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],"         \
    "  $9::boolean[], $10::text[]) AS i(key, version, name, full_name, inn, kpp, active, "         \
    "warnings)"                                                                                    \
    " LEFT JOIN " table " c ON c.source = $1::text AND c.external_id = i.key"                      \
    " WHERE c.id IS NULL OR i.version IS NULL OR c.data_version IS DISTINCT FROM i.version"        \
    "  OR c.is_active <> i.active)," DRY_TOLD(table) DRY_TALLY("$3")

#define CARD_FIND(table)                                                                           \
    "SELECT c.external_id, c.id, c.name, c.inn, c.kpp FROM unnest($2::text[]) AS i(key)"           \
    " CROSS JOIN LATERAL (SELECT * FROM " table                                                    \
    " t WHERE t.source = $1::text AND t.external_id = i.key LIMIT 1) AS c"

#define CARD_KNOWN(table)                                                                          \
    "SELECT i.position, true FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS i(key, "       \
    "version, "                                                                                    \
    "position)"                                                                                    \
    " CROSS JOIN LATERAL (SELECT FROM " table                                                      \
    " t WHERE t.source = $1::text AND t.external_id = i.key"                                       \
    "  AND t.data_version = i.version AND t.is_active LIMIT 1) AS same"

#endif
