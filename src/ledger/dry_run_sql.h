/* Pieces of the statements that say what would be written. */
#ifndef LEDGER_DRY_RUN_SQL_H
#define LEDGER_DRY_RUN_SQL_H

/* One member of `changes` with a comma before it, or NULL. */
#define DRY_DIFF(field, was, is)                                                                   \
    "CASE WHEN " was " IS DISTINCT FROM " is " THEN ',\"" field "\":' || json_build_array(" was    \
    ", " is ") END"

/* Rows of `found` (key, name, id, action, changes) of a catalogue into task_changes; $2: the task.
 */
#define DRY_TOLD(table)                                                                            \
    " told AS (INSERT INTO task_changes (task_id, resource, action, external_id, row_id, title,"   \
    "   changes) SELECT $2::uuid, '" table "', action, key, id, name,"                             \
    "   CASE WHEN id IS NOT NULL THEN ('{' || substr(changes, 2) || '}')::jsonb END FROM found"    \
    "  ON CONFLICT DO NOTHING)"

/* The end of a statement whose CTE `found` holds the rows that differ; keys: its array parameter.
 */
#define DRY_TALLY(keys)                                                                            \
    " SELECT obm_tally(count(*) FILTER (WHERE action = 'create'),"                                 \
    "  count(*) FILTER (WHERE action = 'update'), cardinality(" keys "::text[]) - count(*), 0)"    \
    " FROM found"

#endif
