/* Statements that make, claim, renew, write and finish tasks. Times are the database's: nodes need
 * not agree about the clock. Locks are FOR NO KEY UPDATE, so that rows which refer to a task do not
 * wait. */
#include "task/store_rows.h"

static void columns_init(struct db_column *columns, const enum db_elem *elems, size_t n)
{
    for (size_t i = 0; i < n; i++)
        db_column_init(&columns[i], elems[i]);
}

static void columns_release(struct db_column *columns, size_t n)
{
    for (size_t i = 0; i < n; i++)
        db_column_release(&columns[i]);
}

static void columns_bind(struct db_unit *u, const struct db_column *columns, size_t n)
{
    for (size_t i = 0; i < n; i++)
        db_bind_column(u, &columns[i]);
}

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
/* A struct of nothing but columns is read as an array of them. */
#define COLUMNS_OF(type) (sizeof(type) / sizeof(struct db_column))

/* ---------------------------------------------------------------- making */

static const enum db_elem new_elems[] = {DB_UUID, DB_TEXT, DB_TEXT, DB_INT4, DB_TEXT, DB_TEXT,
    DB_TEXT, DB_INT8, DB_TEXT, DB_TIMESTAMPTZ, DB_INT4, DB_INT4, DB_TIMESTAMPTZ};
_Static_assert(COUNT_OF(new_elems) == COLUMNS_OF(struct store_new), "one each");

void store_new_init(struct store_new *n)
{
    columns_init((struct db_column *)n, new_elems, COUNT_OF(new_elems));
}

void store_new_release(struct store_new *n)
{
    columns_release((struct db_column *)n, COUNT_OF(new_elems));
}

static const struct db_stmt create = {"task_create",
    "INSERT INTO tasks (task_id, task_type, name, priority, params, metadata, unique_key, user_id, "
    "exclusive, "
    "  run_at, due_by, timeout_s, max_retries, created_at) "
    "SELECT x.id, x.type, x.name, x.priority, x.params::jsonb, x.metadata::jsonb, x.unique_key, "
    "x.user_id, "
    "  x.exclusive, coalesce(x.run_at, now()), " DUE_BY("coalesce(x.run_at, now())",
        "x.priority") ", "
                      "  x.timeout, x.max_retries, x.created_at "
                      "FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int4[], $5::text[], "
                      "$6::text[], $7::text[], $8::int8[], "
                      "  $9::text[], $10::timestamptz[], $11::int4[], $12::int4[], "
                      "$13::timestamptz[]) "
                      "  AS x(id, type, name, priority, params, metadata, unique_key, user_id, "
                      "exclusive, run_at, timeout, "
                      "       max_retries, created_at) "
                      "ON CONFLICT DO NOTHING RETURNING task_id, run_at"};

void store_create(struct db_unit *u, const struct store_new *n)
{
    db_add(u, &create);
    columns_bind(u, (const struct db_column *)n, COUNT_OF(new_elems));
}

static const struct db_stmt find = {"task_find",
    "SELECT task_id, unique_key FROM tasks WHERE task_id = ANY($1::uuid[]) "
    "UNION ALL "
    "SELECT task_id, unique_key FROM tasks WHERE unique_key = ANY($2::text[]) AND status < 2"};

void store_find(struct db_unit *u, const struct db_column *ids, const struct db_column *keys)
{
    db_add(u, &find);
    db_bind_column(u, ids);
    db_bind_column(u, keys);
}

/* ---------------------------------------------------------------- the queue */

/* Of an exclusive group only the first in line is looked at, and only while none of it runs. Two
 * nodes may still pick two at the same moment: then the unique index refuses one claim, which is
 * repeated. */
static const struct db_stmt claim = {"task_claim",
    "WITH next AS MATERIALIZED ("
    "  SELECT t.task_id FROM tasks t "
    "  WHERE t.status = 0 AND t.due_by <= " DUE_NOW
    " AND t.run_at <= now() AND t.task_type = ANY($4::text[]) "
    "    AND (t.exclusive IS NULL OR ("
    "      NOT EXISTS (SELECT FROM tasks r WHERE r.status = 1 AND r.exclusive = t.exclusive) AND "
    "      NOT EXISTS (SELECT FROM tasks p WHERE p.status = 0 AND p.exclusive = t.exclusive "
    "        AND p.run_at <= now() AND (p.due_by, p.task_id) < (t.due_by, t.task_id)))) "
    "  ORDER BY t.due_by, t.task_id LIMIT $1::int4 FOR NO KEY UPDATE OF t SKIP LOCKED), "
    "t AS ("
    "  UPDATE tasks SET status = 1, attempt = attempt + 1, lease_token = lease_token + 1, "
    "    lease_until = clock_timestamp() + $2::int8 * interval '1 millisecond', node = $3::text, "
    "    claimed_no = commit_no, "
    "    started_at = coalesce(started_at, clock_timestamp()), first_node = coalesce(first_node, "
    "$3::text), wait_reason = NULL, error = NULL, "
    "error_code = NULL, "
    "    rate = NULL, seq = seq + 1 "
    "  WHERE task_id IN (SELECT task_id FROM next) RETURNING *), "
    "logged AS ("
    "  INSERT INTO task_events (task_id, event, phase, node) "
    "  SELECT task_id, 'resumed', phase, node FROM t WHERE attempt > 1) "
    "SELECT " CLAIM_COLUMNS " FROM t ORDER BY t.due_by, t.task_id"};

/* The queue is short when statistics are made and long when it matters: without this PostgreSQL
 * sorts all of it for each claim instead of walking along the index, or plans the statement anew
 * each time, which takes longer than running it. */
static const struct db_stmt in_order = {"task_claim_in_order",
    "SELECT set_config('enable_sort', 'off', true), "
    "set_config('plan_cache_mode', 'force_generic_plan', true)"};
static const struct db_stmt planned = {
    "task_planned", "SELECT set_config('plan_cache_mode', 'force_generic_plan', true)"};

int store_claim(
    struct db_unit *u, int limit, int64_t lease_ms, const char *node, const struct db_column *types)
{
    db_add(u, &in_order);
    int at = db_add(u, &claim);
    db_bind_i32(u, limit);
    db_bind_i64(u, lease_ms);
    db_bind_cstr(u, node);
    db_bind_column(u, types);
    return at;
}

static const struct db_stmt expire = {"task_expire",
    "WITH dead AS MATERIALIZED ("
    "  SELECT task_id, node, NOT cancel_requested AND failures + w.weight >= $1::int4 AS hopeless, "
    "w.weight FROM tasks "
    "  CROSS JOIN LATERAL (SELECT CASE WHEN commit_no = claimed_no THEN 10 ELSE 1 END) AS "
    "w(weight) "
    "  WHERE status = 1 AND lease_until < clock_timestamp() LIMIT 100 FOR NO KEY UPDATE OF tasks "
    "SKIP LOCKED), "
    "t AS ("
    "  UPDATE tasks t SET failures = failures + dead.weight, node = NULL, lease_until = NULL, "
    "wait_reason = NULL, "
    "    seq = seq + 1, status = CASE WHEN cancel_requested THEN 4 WHEN dead.hopeless THEN 3 ELSE "
    "0 END, "
    "    completed_at = CASE WHEN cancel_requested OR dead.hopeless THEN clock_timestamp() END, "
    "    error = CASE WHEN dead.hopeless THEN $2::text END, "
    "    error_code = CASE WHEN dead.hopeless THEN 'INTERNAL_ERROR' END "
    "  FROM dead WHERE t.task_id = dead.task_id RETURNING t.*), "
    "logged AS ("
    "  INSERT INTO task_events (task_id, event, phase, node, user_id, message) "
    "  SELECT t.task_id, e.event, t.phase, dead.node, e.by, e.message FROM t JOIN dead USING "
    "(task_id) "
    "  CROSS JOIN LATERAL (VALUES (1, 'lease_lost', NULL::int8, CASE t.status WHEN 0 THEN $3::text "
    "ELSE $4::text END), "
    "    (2, CASE t.status WHEN 4 THEN 'cancelled' WHEN 3 THEN 'failed' END, t.cancelled_by, "
    "t.error)) "
    "    AS e(n, event, by, message) "
    "  WHERE e.event IS NOT NULL ORDER BY e.n), " TOTALS "SELECT task_id FROM t"};

void store_expire(struct db_unit *u, int failures_max)
{
    db_add(u, &expire);
    db_bind_i32(u, failures_max);
    db_bind_cstr(
        u, TR("Серверы, которые брались за эту задачу, один за другим переставали отвечать: "
              "посмотрите их журнал",
               "Every server that took this task stopped answering: look into their logs"));
    db_bind_cstr(u, TR("Сервер перестал отвечать; задача будет продолжена",
                        "The server stopped answering; the task will go on"));
    db_bind_cstr(u, TR("Сервер перестал отвечать", "The server stopped answering"));
}

static const struct db_stmt unclaim = {"task_release",
    "UPDATE tasks SET status = 0, node = NULL, lease_until = NULL, seq = seq + 1 "
    "WHERE status = 1 AND node = $1::text AND task_id <> ALL($2::uuid[]) RETURNING task_id"};

void store_release(struct db_unit *u, const char *node, const struct db_column *running)
{
    db_add(u, &unclaim);
    db_bind_cstr(u, node);
    db_bind_column(u, running);
}

static const struct db_stmt count = {"task_count",
    "SELECT count(*), (extract(epoch FROM min(run_at) FILTER (WHERE run_at > now()) - now()) * "
    "1000)::int8 "
    "FROM tasks WHERE status = 0"};

void store_count(struct db_unit *u)
{
    db_add(u, &count);
}

/* Rows that are locked just now are being written by their own task, which renews them itself, or
 * changed by somebody for a moment: waiting for them would hold up the others. */
static const struct db_stmt heartbeat = {"task_heartbeat",
    "WITH x AS MATERIALIZED (SELECT * FROM unnest($1::uuid[], $2::int8[]) AS x(id, token)), "
    "free AS MATERIALIZED ("
    "  SELECT t.task_id FROM tasks t JOIN x ON t.task_id = x.id AND t.lease_token = x.token WHERE "
    "t.status = 1 "
    "  FOR NO KEY UPDATE OF t SKIP LOCKED), "
    "renewed AS ("
    "  UPDATE tasks SET lease_until = clock_timestamp() + $3::int8 * interval '1 millisecond' "
    "  WHERE task_id IN (SELECT task_id FROM free)) "
    "SELECT t.task_id, t.cancel_requested, t.cancelled_by FROM tasks t JOIN x ON t.task_id = x.id "
    "  AND t.lease_token = x.token WHERE t.status = 1"};
/* A lease that a crash of PostgreSQL forgets is renewed in time: no need to wait for the disk. */
static const struct db_stmt hasty = {
    "task_hasty", "SELECT set_config('synchronous_commit', 'off', true)"};

void store_heartbeat(struct db_unit *u, const struct db_column *ids, const struct db_column *tokens,
    int64_t lease_ms)
{
    db_add(u, &heartbeat);
    db_bind_column(u, ids);
    db_bind_column(u, tokens);
    db_bind_i64(u, lease_ms);
    db_add(u, &hasty);
}

/* ---------------------------------------------------------------- a running task writes */

static const struct db_stmt commit = {"task_commit",
    "WITH t AS ("
    "  UPDATE tasks SET commit_no = commit_no + 1, seq = seq + 1, checkpoint = $4::jsonb, phase = "
    "$5::text, "
    "    fetched = fetched + $6::int8, created = created + $7::int8 + obm_tallied('created'), "
    "    updated = updated + $8::int8 + obm_tallied('updated'), "
    "    unchanged = unchanged + $9::int8 + obm_tallied('unchanged'), skipped = skipped + "
    "$10::int8, "
    "    failed = failed + $11::int8, deactivated = deactivated + $12::int8 + "
    "obm_tallied('deactivated'), "
    "    total = $13::int8, progress = greatest(progress, $14::int4), message = $15::text, "
    "wait_reason = $16::text, "
    "    rate = $17::float8, lease_until = clock_timestamp() + $18::int8 * interval '1 "
    "millisecond', timing = $19::jsonb "
    "  WHERE task_id = $1::uuid AND lease_token = $2::int8 AND commit_no = $3::int8 AND status = 1 "
    "RETURNING *) "
    "SELECT " FIGURE_COLUMNS
    ", CASE WHEN t.task_id IS NULL THEN obm_lost($1::uuid, $2::int8, $3::int8) END "
    "FROM (SELECT) AS one LEFT JOIN t ON true"};

static void bind_rate(struct db_unit *u, double rate)
{
    if (rate < 0)
        db_bind_null(u);
    else
        db_bind_double(u, rate);
}

int store_commit(struct db_unit *u, const struct store_commit *c)
{
    int at = db_add(u, &commit);
    db_bind_uuid(u, c->id);
    db_bind_i64(u, c->token);
    db_bind_i64(u, c->commit_no);
    db_bind_jsonb(u, c->checkpoint);
    db_bind_cstr(u, c->phase);
    db_bind_i64(u, c->add.fetched);
    db_bind_i64(u, c->add.created);
    db_bind_i64(u, c->add.updated);
    db_bind_i64(u, c->add.unchanged);
    db_bind_i64(u, c->add.skipped);
    db_bind_i64(u, c->add.failed);
    db_bind_i64(u, c->add.deactivated);
    db_bind_i64(u, c->total);
    db_bind_i32(u, c->progress);
    db_bind_text(u, c->message);
    db_bind_text(u, c->wait_reason);
    bind_rate(u, c->rate);
    db_bind_i64(u, c->lease_ms);
    db_bind_jsonb(u, c->timing);
    return at;
}

static const struct db_stmt ask = {"task_ask",
    "SELECT " FIGURE_COLUMNS
    " FROM tasks t WHERE task_id = $1::uuid AND lease_token = $2::int8 AND status = 1"};

void store_ask(struct db_unit *u, const struct uuid *id, int64_t token)
{
    db_add(u, &ask);
    db_bind_uuid(u, id);
    db_bind_i64(u, token);
}

static const struct db_stmt touch = {"task_touch",
    "UPDATE tasks t SET seq = seq + 1, phase = $3::text, total = $4::int8, message = $5::text, "
    "wait_reason = $6::text "
    "WHERE task_id = $1::uuid AND lease_token = $2::int8 AND status = 1 RETURNING " FIGURE_COLUMNS};

int store_touch(struct db_unit *u, const struct uuid *id, int64_t token, const char *phase,
    int64_t total, struct str message, struct str wait_reason)
{
    int at = db_add(u, &touch);
    db_bind_uuid(u, id);
    db_bind_i64(u, token);
    db_bind_cstr(u, phase);
    db_bind_i64(u, total);
    db_bind_text(u, message);
    db_bind_text(u, wait_reason);
    return at;
}

static const struct db_stmt refuse = {"task_refuse",
    "INSERT INTO task_errors (task_id, ordinal, external_id, stage, code, message, record) "
    "SELECT t.task_id, x.* FROM tasks t CROSS JOIN unnest($3::int8[], $4::text[], $5::text[], "
    "$6::text[], $7::text[], "
    "  $8::text[]) AS x(ordinal, external_id, stage, code, message, record) "
    "WHERE t.task_id = $1::uuid AND t.lease_token = $2::int8"};

void store_refuse(struct db_unit *u, const struct uuid *id, int64_t token,
    const struct db_column *ordinal, const struct db_column *external_id,
    const struct db_column *stage, const struct db_column *code, const struct db_column *message,
    const struct db_column *record)
{
    db_add(u, &refuse);
    db_bind_uuid(u, id);
    db_bind_i64(u, token);
    db_bind_column(u, ordinal);
    db_bind_column(u, external_id);
    db_bind_column(u, stage);
    db_bind_column(u, code);
    db_bind_column(u, message);
    db_bind_column(u, record);
}

static const struct db_stmt events = {"task_events",
    "INSERT INTO task_events (task_id, node, at, event, phase, message) "
    "SELECT t.task_id, $3::text, x.* FROM tasks t CROSS JOIN unnest($4::timestamptz[], $5::text[], "
    "$6::text[], $7::text[]) "
    "  AS x(at, event, phase, message) "
    "WHERE t.task_id = $1::uuid AND t.lease_token = $2::int8"};

void store_events(struct db_unit *u, const struct uuid *id, int64_t token, const char *node,
    const struct db_column *at, const struct db_column *event, const struct db_column *phase,
    const struct db_column *message)
{
    db_add(u, &events);
    db_bind_uuid(u, id);
    db_bind_i64(u, token);
    db_bind_cstr(u, node);
    db_bind_column(u, at);
    db_bind_column(u, event);
    db_bind_column(u, phase);
    db_bind_column(u, message);
}

static const enum db_elem final_elems[] = {DB_UUID, DB_INT8, DB_INT4, DB_INT8, DB_INT4, DB_INT4,
    DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT};
_Static_assert(COUNT_OF(final_elems) == COLUMNS_OF(struct store_final), "one each");

void store_final_init(struct store_final *f)
{
    columns_init((struct db_column *)f, final_elems, COUNT_OF(final_elems));
}

void store_final_release(struct store_final *f)
{
    columns_release((struct db_column *)f, COUNT_OF(final_elems));
}

/* A task that goes back to the queue while its cancel has been asked for is cancelled instead. */
static const struct db_stmt finish = {"task_finish",
    "WITH x AS MATERIALIZED ("
    "  SELECT * FROM unnest($2::uuid[], $3::int8[], $4::int4[], $5::int8[], $6::int4[], "
    "$7::int4[], $8::text[], "
    "    $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[]) "
    "  AS x(id, token, status, delay, retry_count, failures, phase, error, code, wait_reason, "
    "report, event, message, timing)), "
    "t AS ("
    "  UPDATE tasks t SET seq = seq + 1, lease_until = NULL, phase = x.phase, "
    "    retry_count = x.retry_count, failures = x.failures, "
    "    status = CASE WHEN x.status = 0 AND t.cancel_requested THEN 4 ELSE x.status END, "
    "    node = CASE WHEN x.status <> 0 THEN t.node END, "
    "    run_at = CASE WHEN x.delay >= 0 THEN now() + x.delay * interval '1 millisecond' ELSE "
    "t.run_at END, "
    "    due_by = CASE WHEN x.delay >= 0 THEN " DUE_BY("now() + x.delay * interval '1 millisecond'",
        "t.priority") "      ELSE t.due_by END, "
                      "    completed_at = CASE WHEN x.status <> 0 OR t.cancel_requested THEN "
                      "clock_timestamp() END, "
                      "    progress = CASE WHEN x.status = 2 THEN 100 ELSE t.progress END, "
                      "    total = CASE WHEN x.status = 2 THEN t.fetched ELSE t.total END, "
                      "    rate = CASE WHEN x.status <> 2 THEN NULL WHEN t.fetched > 0 THEN "
                      "      t.fetched / greatest(extract(epoch FROM clock_timestamp() - "
                      "t.started_at)::float8, 0.001) END, "
                      "    result = CASE WHEN x.status <> 0 OR t.cancel_requested THEN "
                      "      x.report::jsonb END, "
                      "    timing = coalesce(x.timing::jsonb, t.timing), "
                      "    error = x.error, error_code = x.code, "
                      "    wait_reason = CASE WHEN x.status = 0 AND NOT t.cancel_requested THEN "
                      "x.wait_reason END "
                      "  FROM x WHERE t.task_id = x.id AND t.lease_token = x.token AND t.status = "
                      "1 RETURNING t.*), "
                      "logged AS ("
                      "  INSERT INTO task_events (task_id, event, phase, node, user_id, message) "
                      "  SELECT t.task_id, CASE t.status WHEN 4 THEN 'cancelled' ELSE x.event END, "
                      "t.phase, $1::text, "
                      "    CASE t.status WHEN 4 THEN t.cancelled_by END, x.message "
                      "  FROM t JOIN x ON t.task_id = x.id WHERE t.status <> 2), " TOTALS
                      "SELECT " FIGURE_COLUMNS " FROM t"};

/* The same for tasks that are all complete: most are, and this is half the work. */
static const struct db_stmt complete = {"task_complete",
    "WITH t AS ("
    "  UPDATE tasks t SET seq = seq + 1, status = 2, lease_until = NULL, phase = x.phase, "
    "    completed_at = clock_timestamp(), progress = 100, total = t.fetched, "
    "    rate = CASE WHEN t.fetched > 0 THEN t.fetched / "
    "      greatest(extract(epoch FROM clock_timestamp() - t.started_at)::float8, 0.001) END, "
    "    result = x.report::jsonb, timing = coalesce(x.timing::jsonb, t.timing), "
    "    error = NULL, error_code = NULL, wait_reason = NULL "
    "  FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::text[], $5::text[]) "
    "    AS x(id, token, phase, report, timing) "
    "  WHERE t.task_id = x.id AND t.lease_token = x.token AND t.status = 1 RETURNING t.*), " TOTALS
    "SELECT " FIGURE_COLUMNS " FROM t"};

int store_complete(struct db_unit *u, const struct store_final *f)
{
    const struct db_column *columns[] = {&f->id, &f->token, &f->phase, &f->report, &f->timing};
    db_add(u, &planned);
    int at = db_add(u, &complete);
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        db_bind_column(u, columns[i]);
    return at;
}

int store_finish(struct db_unit *u, const struct store_final *f, const char *node)
{
    db_add(u, &planned);
    int at = db_add(u, &finish);
    db_bind_cstr(u, node);
    columns_bind(u, (const struct db_column *)f, COUNT_OF(final_elems));
    return at;
}

static const struct db_stmt finished = {"task_finished",
    "SELECT " FIGURE_COLUMNS " FROM tasks t JOIN unnest($1::uuid[], $2::int8[]) AS x(id, token) "
    "ON t.task_id = x.id AND t.lease_token = x.token WHERE t.status <> 1"};

void store_finished(struct db_unit *u, const struct db_column *ids, const struct db_column *tokens)
{
    db_add(u, &finished);
    db_bind_column(u, ids);
    db_bind_column(u, tokens);
}

/* ---------------------------------------------------------------- other nodes */

/* NOTIFY holds a lock of the whole database until its transaction has ended: this one does not wait
 * for the disk. */
static const struct db_stmt notify = {
    "task_notify", "SELECT pg_notify($1::text, payload) FROM unnest($2::text[]) AS payload"};

void store_notify(struct db_unit *u, const char *channel, const struct db_column *payloads)
{
    db_add(u, &hasty);
    db_add(u, &notify);
    db_bind_cstr(u, channel);
    db_bind_column(u, payloads);
}
