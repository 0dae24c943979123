/* Statements that keep the tables small: removing what ended long ago, folding the totals. */
#include "task/store_rows.h"

/* One node at a time; who comes second does nothing. Held until the end of the transaction. */
#define MINE "(SELECT pg_try_advisory_xact_lock(hashtext('obmen_task_upkeep')))"

/* What ended before a moment was made before it: ids are time-ordered, so the index leads past all
 * that is younger. */
static const struct db_stmt cleanup = {"task_cleanup",
    "WITH old AS MATERIALIZED ("
    "  SELECT task_id FROM tasks WHERE task_id < $3::uuid AND status >= 2 AND (NOT $4::bool "
    "OR " MINE ") "
    "    AND completed_at <= now() - $1::float8 * interval '1 hour' "
    "  ORDER BY task_id LIMIT $2::int4 FOR UPDATE SKIP LOCKED), "
    "t AS (DELETE FROM tasks WHERE task_id IN (SELECT task_id FROM old) RETURNING task_id, "
    "user_id, task_type, status), "
    "e AS (DELETE FROM task_errors WHERE task_id IN (SELECT task_id FROM old)), "
    "l AS (DELETE FROM task_events WHERE task_id IN (SELECT task_id FROM old)), "
    "totals AS (INSERT INTO task_totals (task_type, user_id, status, n) "
    "  SELECT task_type, user_id, status, -count(*) FROM t GROUP BY 1, 2, 3) "
    "SELECT task_id, user_id FROM t"};

void store_cleanup(struct db_unit *u, double max_age_hours, int limit, bool alone)
{
    db_add(u, &cleanup);
    db_bind_double(u, max_age_hours);
    db_bind_i32(u, limit);
    double from_ms = (double)time_now() / 1000 - max_age_hours * 3600e3 +
                     3600e3; /* an hour for clocks that differ */
    struct uuid bound = store_id_at(from_ms > 0 ? (usec_t)from_ms * 1000 : 0);
    db_bind_uuid(u, &bound);
    db_bind_bool(u, alone);
}

static const struct db_stmt fold = {"task_totals_fold",
    "WITH gone AS (DELETE FROM task_totals WHERE " MINE " RETURNING *) "
    "INSERT INTO task_totals SELECT task_type, user_id, status, sum(n) FROM gone GROUP BY 1, 2, 3 "
    "HAVING sum(n) <> 0"};
/* Nothing but this program writes the totals; whoever changes tasks by hand makes them wrong for a
 * day at most. One snapshot sees a task's end and its line, or neither. */
static const struct db_stmt recount = {"task_totals_recount",
    "WITH due AS MATERIALIZED (UPDATE task_upkeep SET counted_at = now() "
    "  WHERE counted_at < now() - interval '1 day' AND " MINE " RETURNING 1), "
    "gone AS (DELETE FROM task_totals WHERE EXISTS (SELECT FROM due)) "
    "INSERT INTO task_totals SELECT task_type, user_id, status, count(*) FROM tasks "
    "WHERE status >= 2 AND EXISTS (SELECT FROM due) GROUP BY 1, 2, 3"};

void store_fold_totals(struct db_unit *u)
{
    db_add(u, &fold);
}

void store_recount_totals(struct db_unit *u)
{
    db_add(u, &recount);
}
