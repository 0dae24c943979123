/* Pieces of the statements that say what would be written. */
#ifndef LEDGER_DRY_RUN_SQL_H
#define LEDGER_DRY_RUN_SQL_H

/* One member of `changes` with a comma before it, or NULL. */
#define DRY_DIFF(field, was, is)                                                                   \
    "CASE WHEN " was " IS DISTINCT FROM " is " THEN ',\"" field "\":' || json_build_array(" was    \
    ", " is ") END"

/* The end of a statement whose CTE `found` holds the rows that differ; keys: its array parameter.
 */
#define DRY_TALLY(keys)                                                                            \
    " SELECT obm_tally(count(*) FILTER (WHERE action = 'create'),"                                 \
    "  count(*) FILTER (WHERE action = 'update'), cardinality(" keys "::text[]) - count(*), 0)"    \
    " FROM found"

#endif
