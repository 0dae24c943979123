/* Statements that people ask for: read, cancel, retry, list, count, clean up. */
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
    "    result = CASE WHEN old.ends THEN obm_result(t, t.total, NULL) END, "
    "    wait_reason = CASE WHEN NOT old.ends THEN wait_reason END, "
    "    seq = seq + CASE WHEN old.ends OR NOT old.before THEN 1 ELSE 0 END "
    "  FROM old WHERE t.task_id = old.task_id RETURNING t.*), "
    "logged AS ("
    "  INSERT INTO task_events (task_id, event, phase, node, user_id) "
    "  SELECT t.task_id, e.event, t.phase, $3::text, $2::int8 FROM t JOIN old USING (task_id) "
    "  CROSS JOIN LATERAL (VALUES (1, 'cancel_requested', NOT old.before), (2, 'cancelled', "
    "old.ends)) AS e(n, event, now) "
    "  WHERE e.now ORDER BY e.n) "
    "SELECT task_id FROM t"};

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
    "WITH t AS ("
    "  UPDATE tasks SET status = 0, seq = seq + 1, run_at = now(), due_by = " DUE_BY("now()",
        "priority") ", "
                    "    retry_count = 0, failures = 0, cancel_requested = false, cancelled_by = "
                    "NULL, error = NULL, error_code = NULL, "
                    "    completed_at = NULL, result = NULL, wait_reason = NULL, message = NULL, "
                    "node = NULL, rate = NULL "
                    "  WHERE task_id = $1::uuid AND status IN (3, 4) RETURNING task_id, phase), "
                    "logged AS ("
                    "  INSERT INTO task_events (task_id, event, phase, node, user_id) "
                    "  SELECT task_id, 'retried', phase, $3::text, $2::int8 FROM t) "
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

/* ---------------------------------------------------------------- lists */

#define FILTER                                                                                     \
    " FROM tasks t WHERE ($1::text IS NULL OR t.task_type = $1) AND ($2::int4 = 0 OR ($2 >> "      \
    "t.status) & 1 = 1) "                                                                          \
    "AND ($3::int8 = 0 OR t.user_id = $3) AND ($4::timestamptz IS NULL OR t.created_at >= $4) "    \
    "AND ($5::timestamptz IS NULL OR t.created_at < $5) AND ($6::text IS NULL OR "                 \
    "position(lower($6) IN lower(concat_ws(' ', t.name, t.task_type, t.error, t.task_id::text))) " \
    "> 0) "
/* Few are alive; an index knows them. */
#define ALIVE "AND t.status < 2 "
#define PAGE "LIMIT $7::int4 OFFSET $8::int4"
#define BOTH(name, order)                                                                          \
    {                                                                                              \
        {"task_list_" name, "SELECT " STATE_COLUMNS FILTER "ORDER BY " order " " PAGE},            \
            {"task_list_alive_" name,                                                              \
                "SELECT " STATE_COLUMNS FILTER ALIVE "ORDER BY " order " " PAGE},                  \
    }

static const struct db_stmt lists[][2] = {
    [TASK_SORT_NEWEST] = BOTH("newest", "t.task_id DESC"),
    [TASK_SORT_OLDEST] = BOTH("oldest", "t.task_id"),
    [TASK_SORT_PRIORITY] = BOTH("priority", "t.priority, t.task_id DESC"),
    [TASK_SORT_COMPLETED] = BOTH("completed", "t.completed_at DESC NULLS LAST, t.task_id DESC"),
};
static const struct db_stmt counts[2] = {
    {"task_list_count", "SELECT count(*)" FILTER},
    {"task_list_count_alive", "SELECT count(*)" FILTER ALIVE},
};

static bool only_alive(const struct task_filter *f)
{
    return f->statuses != 0 && (f->statuses & ~(1u << TASK_PENDING | 1u << TASK_RUNNING)) == 0;
}

static void bind_filter(struct db_unit *u, const struct task_filter *f)
{
    db_bind_text(u, f->task_type);
    db_bind_i32(u, (int32_t)f->statuses);
    db_bind_i64(u, f->user_id);
    if (f->created_from)
        db_bind_time(u, f->created_from);
    else
        db_bind_null(u);
    if (f->created_to)
        db_bind_time(u, f->created_to);
    else
        db_bind_null(u);
    db_bind_text(u, f->q);
}

void store_list(struct db_unit *u, const struct task_filter *f)
{
    db_add(u, &lists[f->sort][only_alive(f)]);
    bind_filter(u, f);
    db_bind_i32(u, f->limit);
    db_bind_i32(u, f->offset);
}

void store_list_count(struct db_unit *u, const struct task_filter *f)
{
    db_add(u, &counts[only_alive(f)]);
    bind_filter(u, f);
}

static const struct db_stmt task_errors = {"task_errors_list",
    "SELECT ordinal, external_id, stage, code, message, record, at FROM task_errors WHERE task_id "
    "= $1::uuid "
    "ORDER BY id LIMIT $2::int4 OFFSET $3::int4"};
static const struct db_stmt task_errors_count = {
    "task_errors_count", "SELECT count(*) FROM task_errors WHERE task_id = $1::uuid"};

void store_task_errors(struct db_unit *u, const struct uuid *id, int limit, int offset)
{
    db_add(u, &task_errors);
    db_bind_uuid(u, id);
    db_bind_i32(u, limit);
    db_bind_i32(u, offset);
    db_add(u, &task_errors_count);
    db_bind_uuid(u, id);
}

#define EVENTS                                                                                     \
    "FROM (SELECT 0::int8 AS id, created_at AS at, 'created' AS event, NULL::text AS phase, "      \
    "NULL::text AS node, "                                                                         \
    "  user_id, NULL::text AS message FROM tasks WHERE task_id = $1::uuid "                        \
    "UNION ALL SELECT id, at, event, phase, node, user_id, message FROM task_events WHERE "        \
    "task_id = $1::uuid) AS e "
static const struct db_stmt task_events = {"task_events_list",
    "SELECT at, event, phase, node, user_id, message " EVENTS
    "ORDER BY id LIMIT $2::int4 OFFSET $3::int4"};
static const struct db_stmt task_events_count = {"task_events_count", "SELECT count(*) " EVENTS};

void store_task_events(struct db_unit *u, const struct uuid *id, int limit, int offset)
{
    db_add(u, &task_events);
    db_bind_uuid(u, id);
    db_bind_i32(u, limit);
    db_bind_i32(u, offset);
    db_add(u, &task_events_count);
    db_bind_uuid(u, id);
}

static const struct db_stmt stats_counts = {"task_stats_counts",
    "SELECT task_type, status, count(*) FROM tasks WHERE ($1::int8 = 0 OR user_id = $1) GROUP BY "
    "task_type, status "
    "ORDER BY task_type, status"};
/* How long tasks take, by the newest: older ones say little about today. */
static const struct db_stmt stats_times = {"task_stats_times",
    "SELECT task_type, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds), "
    "  percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) "
    "FROM (SELECT task_type, extract(epoch FROM completed_at - started_at)::float8 AS seconds FROM "
    "tasks "
    "  WHERE status = 2 AND ($1::int8 = 0 OR user_id = $1) ORDER BY task_id DESC LIMIT 10000) AS x "
    "GROUP BY task_type"};

void store_stats(struct db_unit *u, int64_t user_id)
{
    db_add(u, &stats_counts);
    db_bind_i64(u, user_id);
    db_add(u, &stats_times);
    db_bind_i64(u, user_id);
}

/* ---------------------------------------------------------------- upkeep */

/* What ended before a moment was made before it: ids are time-ordered, so the index leads past all
 * that is younger. */
static const struct db_stmt cleanup = {"task_cleanup",
    "WITH old AS MATERIALIZED ("
    "  SELECT task_id FROM tasks WHERE task_id < $3::uuid AND status >= 2 "
    "    AND completed_at <= now() - $1::float8 * interval '1 hour' "
    "  ORDER BY task_id LIMIT $2::int4 FOR UPDATE SKIP LOCKED), "
    "t AS (DELETE FROM tasks WHERE task_id IN (SELECT task_id FROM old) RETURNING task_id, "
    "user_id), "
    "e AS (DELETE FROM task_errors WHERE task_id IN (SELECT task_id FROM old)), "
    "l AS (DELETE FROM task_events WHERE task_id IN (SELECT task_id FROM old)) "
    "SELECT task_id, user_id FROM t"};

void store_cleanup(struct db_unit *u, double max_age_hours, int limit)
{
    db_add(u, &cleanup);
    db_bind_double(u, max_age_hours);
    db_bind_i32(u, limit);
    double from_ms = (double)time_now() / 1000 - max_age_hours * 3600e3 +
                     3600e3; /* an hour for clocks that differ */
    uint64_t ms = from_ms > 0 ? (uint64_t)from_ms : 0;
    struct uuid bound = {{0}};
    for (int i = 0; i < 6; i++)
        bound.b[i] = (uint8_t)(ms >> (8 * (5 - i)));
    db_bind_uuid(u, &bound);
}
