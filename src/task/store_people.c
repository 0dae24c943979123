/* Statements about one task that people ask for: read, cancel, retry. */
#include "task/store_rows.h"

static const struct db_stmt read_many = {
    "task_read", "SELECT " STATE_COLUMNS " FROM tasks t WHERE t.task_id = ANY($1::uuid[])"};

static const struct db_stmt read_one = {
    "task_read_one", "SELECT " STATE_COLUMNS " FROM tasks t WHERE t.task_id = $1::uuid"};

void store_read(struct db_unit *u, const struct db_column *ids)
{
    if (ids->count == 1) { /* whose plan is made once */
        struct uuid id;
        memcpy(id.b, ids->data.p + ids->data.n - sizeof id.b, sizeof id.b);
        db_add(u, &read_one);
        db_bind_uuid(u, &id);
        return;
    }
    db_add(u, &read_many);
    db_bind_column(u, ids);
}

static const struct db_stmt alive = {"task_alive",
    "SELECT task_id FROM tasks WHERE status < 2 ORDER BY status DESC, due_by, "
    "task_id LIMIT $1::int4"};

void store_alive(struct db_unit *u, int limit)
{
    db_add(u, &alive);
    db_bind_i32(u, limit);
}

/* One whose owner is gone is cancelled like one that waits. */
static const struct db_stmt cancel = {"task_cancel",
    "WITH old AS MATERIALIZED ("
    "  SELECT task_id, cancel_requested AS before, (status = 0 OR lease_until < clock_timestamp()) "
    "AS ends FROM tasks "
    "  WHERE task_id = $1::uuid AND status < 2 FOR NO KEY UPDATE), "
    "t AS ("
    "  UPDATE tasks t SET cancel_requested = true, cancelled_by = coalesce(cancelled_by, "
    "$2::int8), "
    "    status = CASE WHEN old.ends THEN 4 ELSE t.status END, "
    "    completed_at = CASE WHEN old.ends THEN clock_timestamp() END, "
    "    lease_until = CASE WHEN NOT old.ends THEN lease_until END, "
    "    wait_reason = CASE WHEN NOT old.ends THEN wait_reason END, "
    "    seq = seq + CASE WHEN old.ends OR NOT old.before THEN 1 ELSE 0 END "
    "  FROM old WHERE t.task_id = old.task_id RETURNING t.*), "
    "logged AS ("
    "  INSERT INTO task_events (task_id, event, phase, node, user_id) "
    "  SELECT t.task_id, e.event, t.phase, $3::text, $2::int8 FROM t JOIN old USING (task_id) "
    "  CROSS JOIN LATERAL (VALUES (1, 'cancel_requested', NOT old.before), (2, 'cancelled', "
    "old.ends)) AS e(n, event, now) "
    "  WHERE e.now ORDER BY e.n), " TOTALS "SELECT task_id FROM t"};

void store_cancel(struct db_unit *u, const struct uuid *id, int64_t by, const char *node)
{
    db_add(u, &cancel);
    db_bind_uuid(u, id);
    db_bind_i64(u, by);
    db_bind_cstr(u, node);
    db_add(u, &read_one);
    db_bind_uuid(u, id);
}

/* The failed end stays in the log; the checkpoint and the counters stay in the row. */
static const struct db_stmt retry = {"task_retry",
    "WITH old AS MATERIALIZED ("
    "  SELECT task_id, task_type, user_id, status FROM tasks WHERE task_id = $1::uuid AND status "
    "IN (3, 4) FOR NO KEY UPDATE), "
    "t AS ("
    "  UPDATE tasks t SET status = 0, seq = seq + 1, run_at = now(), due_by = " DUE_BY("now()",
        "priority") ", "
                    "    retry_count = 0, failures = 0, cancel_requested = false, cancelled_by = "
                    "NULL, error = NULL, error_code = NULL, "
                    "    completed_at = NULL, result = NULL, wait_reason = NULL, message = NULL, "
                    "node = NULL, rate = NULL "
                    "  FROM old WHERE t.task_id = old.task_id RETURNING t.task_id, t.phase), "
                    "logged AS ("
                    "  INSERT INTO task_events (task_id, event, phase, node, user_id) "
                    "  SELECT task_id, 'retried', phase, $3::text, $2::int8 FROM t), "
                    "totals AS ("
                    "  INSERT INTO task_totals (task_type, user_id, status, n) "
                    "  SELECT task_type, user_id, status, -1 FROM old) "
                    "SELECT task_id FROM t"};

void store_retry(struct db_unit *u, const struct uuid *id, int64_t by, const char *node)
{
    db_add(u, &retry);
    db_bind_uuid(u, id);
    db_bind_i64(u, by);
    db_bind_cstr(u, node);
    db_add(u, &read_one);
    db_bind_uuid(u, id);
}
