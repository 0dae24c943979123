/* Nodes (pool, engine, listening connection) on one loop and one database, and a task type that
 * writes rows: for the tests of the engine. */
#ifndef TEST_TASK_ENGINE_SUPPORT_H
#define TEST_TASK_ENGINE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <libpq-fe.h>
#include <unistd.h>
#include <uv.h>
#include "obmen/log.h"
#include "obmen/map.h"
#include "pg/listen.h"
#include "pg/migrate.h"
#include "pg/pool.h"
#include "task/engine.h"

static inline const char *test_url(void)
{
    const char *url = getenv("DATABASE_URL");
    assert_non_null(url);
    return url;
}

/* ---------------------------------------------------------------- the loop */

/* How much longer than alone on a machine things may take: what the runner says, times how many
 * want each processor just now. */
static inline int64_t test_slowness(void)
{
    const char *s = getenv("OBMEN_TEST_SLOWNESS");
    double load[1] = {0};
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (getloadavg(load, 1) < 1 || cores < 1)
        return s ? atoi(s) : 1;
    return (s ? atoi(s) : 1) * (1 + (int64_t)(load[0] / (double)cores));
}

/* Runs the loop until the condition holds; fails the test after ms. */
#define until(w, condition, ms)                                                                    \
    do {                                                                                           \
        int64_t until_from = time_mono_ms();                                                       \
        while (!(condition)) {                                                                     \
            if (time_mono_ms() > until_from + (ms)*test_slowness()) {                              \
                print_error(                                                                       \
                    "%s:%d: not within %d ms: %s\n", __FILE__, __LINE__, (int)(ms), #condition);   \
                fail();                                                                            \
            }                                                                                      \
            run_a_little(w);                                                                       \
        }                                                                                          \
    } while (0)

/* ---------------------------------------------------------------- nodes */

struct seen { /* the newest state shown of a task */
    struct uuid id;
    int64_t seq;
    enum task_status status;
    int progress, shown;
    bool final, backwards, told, removed;
};

struct world;
struct node {
    struct world *w;
    struct db *db;
    struct engine *e;
    struct db_listener *listener;
    struct map seen; /* id → struct seen */
    bool up, engine_closed, listener_closed, db_closed;
};

struct world {
    uv_loop_t loop;
    uv_timer_t tick;
    PGconn *pg; /* looks into the database from outside */
    struct node nodes[3];
    int count;
};

static inline void on_tick(uv_timer_t *t)
{
}

static inline void run_a_little(struct world *w)
{
    uv_run(&w->loop, UV_RUN_ONCE); /* the tick bounds it */
}

static inline struct seen *seen_of(struct node *n, const struct uuid *id)
{
    struct seen *s = map_get(&n->seen, id->b, sizeof id->b);
    if (!s) {
        s = mem_alloc(sizeof *s);
        s->id = *id;
        map_put(&n->seen, id->b, sizeof id->b, s);
    }
    return s;
}

static inline void on_changed(void *arg, const struct task_state *s, bool final)
{
    struct seen *seen = seen_of(arg, &s->id);
    if (s->seq <= seen->seq ||
        (s->status == TASK_RUNNING && seen->status == TASK_RUNNING && s->progress < seen->progress))
        seen->backwards = true;
    if (seen->backwards && !seen->told) {
        seen->told = true;
        print_error("backwards: seq %d after %d, %s %d%% after %s %d%%\n", (int)s->seq,
            (int)seen->seq, task_status_name(s->status), s->progress,
            task_status_name(seen->status), seen->progress);
    }
    seen->seq = s->seq;
    seen->status = s->status;
    seen->progress = s->progress;
    seen->shown++;
    seen->final = final;
    assert_int_equal(final, task_ended(s->status));
}

static inline void on_removed(void *arg, const struct uuid *id, int64_t user_id)
{
    seen_of(arg, id)->removed = true;
}

static inline void on_notified(void *arg, const char *channel, struct str payload, int pid)
{
    struct node *n = arg;
    if (n->e)
        engine_notified(n->e, channel, payload);
}

static inline void on_up(void *arg)
{
    struct node *n = arg;
    n->up = true;
    if (n->e)
        engine_listening(n->e, true);
}

static inline void on_down(void *arg, const struct err *err)
{
    struct node *n = arg;
    n->up = false;
    if (n->e)
        engine_listening(n->e, false);
}

static inline void on_flag(void *arg)
{
    *(bool *)arg = true;
}

static inline void sql(struct world *w, const char *text)
{
    PGresult *r = PQexec(w->pg, text);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        print_error("%s: %s\n", text, PQerrorMessage(w->pg));
    assert_true(PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK);
    PQclear(r);
}

/* One number, from outside. */
static inline int64_t number(struct world *w, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static inline int64_t number(struct world *w, const char *fmt, ...)
{
    char text[2000];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    PGresult *r = PQexec(w->pg, text);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        print_error("%s: %s\n", text, PQerrorMessage(w->pg));
    assert_int_equal(PQresultStatus(r), PGRES_TUPLES_OK);
    int64_t n = PQntuples(r) > 0 ? atoll(PQgetvalue(r, 0, 0)) : -1;
    PQclear(r);
    return n;
}

#define WRITTEN_FIVE "SELECT count(*) FROM tasks WHERE fetched = 5"

extern const struct obm_task_type writer_type, lone_type;

/* Adds a node; o says what differs from the usual. */
static inline struct node *node_open(struct world *w, struct engine_options o, bool listen)
{
    struct node *n = &w->nodes[w->count++];
    *n = (struct node){.w = w};
    struct err err = ERR_INIT;
    n->db = db_open(&w->loop,
        &(struct db_options){.conninfo = test_url(),
            .keep = 4,
            .overflow = 4,
            .timeout_ms = 10000,
            .max_waiting = 20000},
        &err);
    assert_non_null(n->db);
    char name[20];
    snprintf(name, sizeof name, "node-%d", w->count);
    o.db = n->db;
    if (!o.node)
        o.node = name;
    if (!o.workers)
        o.workers = 4;
    if (!o.queue_max)
        o.queue_max = 1000;
    if (!o.batch)
        o.batch = 100;
    o.changed = on_changed;
    o.removed = on_removed;
    o.arg = n;
    n->e = engine_new(&w->loop, &o);
    engine_register_builtin(n->e);
    engine_register(n->e, &writer_type);
    engine_register(n->e, &lone_type);
    static const struct db_listener_events events = {on_notified, on_up, on_down};
    if (listen) {
        n->listener = db_listener_open(&w->loop, test_url(), engine_channels, &events, n);
        until(w, n->up, 5000);
    }
    engine_start(n->e);
    return n;
}

static inline void node_close_engine(struct node *n, int grace_ms)
{
    engine_close(n->e, grace_ms, on_flag, &n->engine_closed);
    n->e = NULL;
    until(n->w, n->engine_closed, 15000);
}

static inline void node_close(struct node *n)
{
    if (n->e)
        node_close_engine(n, 5000);
    if (n->listener) {
        db_listener_close(n->listener, on_flag, &n->listener_closed);
        until(n->w, n->listener_closed, 5000);
        n->listener = NULL;
    }
    if (n->db) {
        db_close(n->db, 2000, on_flag, &n->db_closed);
        until(n->w, n->db_closed, 10000);
        n->db = NULL;
    }
    size_t i = 0;
    struct seen *s;
    while ((s = map_next(&n->seen, &i, NULL)) != NULL)
        free(s);
    map_release(&n->seen);
}

static inline void migrate_once(void)
{
    static bool migrated;
    struct err err = ERR_INIT;
    int applied;
    if (!migrated && db_migrate(test_url(), 5000, &applied, &err) < 0)
        fail_msg("%s (%s)", err.message, err.cause);
    migrated = true;
}

/* One more loop on the same database: nodes that do not share a fate. */
static inline void world_open_beside(struct world *w)
{
    *w = (struct world){0};
    w->pg = PQconnectdb(test_url());
    assert_int_equal(PQstatus(w->pg), CONNECTION_OK);
    assert_int_equal(uv_loop_init(&w->loop), 0);
    uv_timer_init(&w->loop, &w->tick);
    uv_timer_start(&w->tick, on_tick, 1, 1);
}

static inline void world_open(struct world *w)
{
    migrate_once();
    world_open_beside(w);
    sql(w, "SET client_min_messages = warning; TRUNCATE tasks, task_errors, task_events, "
           "task_totals CASCADE; "
           "CREATE TABLE IF NOT EXISTS written (task_id uuid NOT NULL, n bigint NOT NULL); "
           "TRUNCATE written");
}

static inline void world_close(struct world *w)
{
    for (int i = 0; i < w->count; i++)
        node_close(&w->nodes[i]);
    PQfinish(w->pg);
    uv_close((uv_handle_t *)&w->tick, NULL);
    uv_run(&w->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&w->loop), 0); /* no handle is left */
}

/* ---------------------------------------------------------------- asking the engine */

struct reply {
    bool done;
    struct err err; /* code ERR_NONE: fine */
    struct uuid id;
    bool deduplicated;
    struct task_state s; /* texts as copied below */
    struct arena arena;
    int64_t count, total;
    struct buf json;
};

static inline void reply_release(struct reply *r)
{
    arena_release(&r->arena);
    buf_release(&r->json);
}

static inline void on_created(void *arg, const struct task_created *made, const struct err *err)
{
    struct reply *r = arg;
    assert_false(r->done);
    r->done = true;
    if (err) {
        r->err = *err;
        return;
    }
    r->id = made->id;
    r->deduplicated = made->deduplicated;
}

static inline void on_state(void *arg, const struct task_state *s, const struct err *err)
{
    struct reply *r = arg;
    assert_false(r->done);
    r->done = true;
    if (err)
        r->err = *err;
    if (s)
        r->s = *task_state_copy(&r->arena, s);
}

static inline void on_count(void *arg, int64_t count, const struct err *err)
{
    struct reply *r = arg;
    r->done = true;
    r->count = count;
    if (err)
        r->err = *err;
}

static inline void on_json(void *arg, struct str json, const struct err *err)
{
    struct reply *r = arg;
    r->done = true;
    if (err)
        r->err = *err;
    else
        buf_add_str(&r->json, json);
}

#define TASK(type, text)                                                                           \
    ((struct task_new){.task_type = STR(type),                                                     \
        .params = STR(text),                                                                       \
        .priority = TASK_NORMAL,                                                                   \
        .max_retries = -1,                                                                         \
        .user_id = 7})

static inline struct reply try_create(struct node *n, struct task_new t)
{
    struct reply r = {0};
    engine_create(n->e, &t, on_created, &r);
    assert_false(r.done); /* never from inside the call */
    until(n->w, r.done, 10000);
    return r;
}

static inline struct uuid create(struct node *n, struct task_new t)
{
    struct reply r = try_create(n, t);
    if (r.err.code != ERR_NONE)
        fail_msg("%s (%s)", r.err.message, r.err.cause);
    return r.id;
}

/* The state as the engine tells it; texts live until the next call. */
static inline const struct task_state *state_of(struct node *n, const struct uuid *id)
{
    static struct reply r;
    reply_release(&r);
    r = (struct reply){0};
    engine_get(n->e, id, on_state, &r);
    assert_false(r.done);
    until(n->w, r.done, 10000);
    if (r.err.code != ERR_NONE)
        fail_msg("%s (%s)", r.err.message, r.err.cause);
    return &r.s;
}

static inline const struct task_state *until_ended(struct node *n, const struct uuid *id, int ms)
{
    until(n->w, seen_of(n, id)->final, ms);
    return state_of(n, id);
}

static inline enum err_code cancel(struct node *n, const struct uuid *id)
{
    struct reply r = {0};
    engine_cancel(n->e, id, 9, on_state, &r);
    until(n->w, r.done, 10000);
    reply_release(&r);
    return r.err.code;
}

static inline enum err_code retry(struct node *n, const struct uuid *id)
{
    struct reply r = {0};
    engine_retry(n->e, id, 9, on_state, &r);
    until(n->w, r.done, 10000);
    reply_release(&r);
    return r.err.code;
}

/* Names of the events of a task, in order, with commas. */
static inline const char *events_of(struct world *w, const struct uuid *id)
{
    static char text[2000];
    char query[300], uuid[UUID_TEXT];
    uuid_format(id, uuid);
    snprintf(query, sizeof query,
        "SELECT coalesce(string_agg(event, ',' ORDER BY id) FILTER (WHERE event <> "
        "'created'), '') FROM task_log WHERE task_id = '%s'",
        uuid);
    PGresult *r = PQexec(w->pg, query);
    assert_int_equal(PQresultStatus(r), PGRES_TUPLES_OK);
    snprintf(text, sizeof text, "%s", PQgetvalue(r, 0, 0));
    PQclear(r);
    return text;
}

/* ---------------------------------------------------------------- a type that writes rows */

/*
 * writer: writes rows 0…records-1 into `written`, `batch` at a time, resting pause_ms between
 * batches. fail_at: the batch that begins there fails fail_attempts times with a passing error
 * (permanent: 1, with a permanent one) bad_at: the first try of the batch that begins there brings
 * a statement PostgreSQL refuses; then it goes on refuse_every: a record more is refused with each
 * batch that begins at a multiple of it reason_ms: says why it waits, and rests so long before the
 * first batch hang (half way): 1 waits for a wake that never comes, 2 for a query that takes a
 * minute, 3 for a commit that does
 */
struct writer {
    int64_t records, batch, pause_ms, fail_at, fail_attempts, bad_at, hang, next, bad_seen,
        reason_ms, refuse_every;
    bool hanging;
};

static const struct db_stmt write_rows = {"test_write_rows",
    "INSERT INTO written SELECT $1::uuid, g FROM generate_series($2::int8, $3::int8) g"};
static const struct db_stmt tally = {"test_tally", "SELECT obm_tally($1::int8, 0, 0, 0)"};
static const struct db_stmt divide = {"test_divide", "SELECT 1 / $1::int8"};
static const struct db_stmt slow = {"test_slow", "SELECT pg_sleep(60)"};
static int writer_cancelled; /* callbacks that brought err->cancelled */
static int writer_attempts;  /* that failed at fail_at */
static int writer_cleanups;

static inline int64_t param(struct obm_task *t, const char *name, int64_t preset)
{
    json_i64(json_get(obm_params(t), name), &preset);
    return preset;
}

static inline int writer_load(
    struct obm_task *t, const struct json *checkpoint, struct err *ret_err)
{
    struct writer *x = obm_state(t);
    x->records = param(t, "records", 0);
    x->batch = param(t, "batch", 10);
    x->pause_ms = param(t, "pause_ms", 0);
    x->fail_at = param(t, "fail_at", -1);
    x->fail_attempts = param(t, "fail_attempts", 1000);
    x->bad_at = param(t, "bad_at", -1);
    x->hang = param(t, "hang", 0);
    x->reason_ms = param(t, "reason_ms", 0);
    x->refuse_every = param(t, "refuse_every", 0);
    json_i64(json_get(checkpoint, "next"), &x->next);
    if (param(t, "refuse_load", 0))
        return err_set(ret_err, ERR_ONEC_API_ERROR, "refused to load");
    return 0;
}

static inline void writer_save(struct obm_task *t, struct json_writer *w)
{
    jw_ki64(w, "next", ((struct writer *)obm_state(t))->next);
}

static inline void writer_report(struct obm_task *t, struct json_writer *w)
{
    jw_kcstr(w, "reported", "да");
}

static inline void writer_cleanup(struct obm_task *t)
{
    writer_cleanups++;
}

static inline enum obm_step writer_count(struct obm_task *t)
{
    struct writer *x = obm_state(t);
    obm_total(t, x->records);
    return OBM_NEXT;
}

static inline void writer_query_done(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    if (err && err->cancelled)
        writer_cancelled++;
}

static inline void writer_bad(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct writer *x = obm_state(t);
    assert_non_null(err);
    assert_string_equal(err->sqlstate, "22012");
    x->bad_seen++;
    x->next = x->bad_at; /* nothing of it happened */
}

static inline void writer_add_rows(struct obm_task *t, struct db_unit *u, int64_t from, int64_t to)
{
    db_add(u, &write_rows);
    db_bind_uuid(u, obm_id(t));
    db_bind_i64(u, from);
    db_bind_i64(u, to - 1);
    db_add(u, &tally);
    db_bind_i64(u, to - from);
}

static inline enum obm_step writer_hang(struct obm_task *t)
{
    struct writer *x = obm_state(t);
    if (x->hanging)
        return OBM_WAIT;
    x->hanging = true;
    if (x->hang == 1)
        return OBM_WAIT;
    struct db_unit *u = obm_unit(t);
    db_add(u, &slow);
    db_set_deadline(u, 90000);
    if (x->hang == 2)
        obm_query(t, u, writer_query_done, NULL);
    else
        obm_commit(t, u, writer_query_done, NULL);
    return OBM_WAIT;
}

static inline enum obm_step writer_write(struct obm_task *t)
{
    struct writer *x = obm_state(t);
    if (obm_committing(t) || obm_sleeping(t))
        return OBM_WAIT;
    if (x->reason_ms) {
        obm_wait_reason(t, "the source rests");
        obm_sleep(t, x->reason_ms);
        x->reason_ms = 0;
        return OBM_WAIT;
    }
    obm_wait_reason(t, NULL);
    if (x->hang && x->next >= x->records / 2)
        return writer_hang(t);
    if (x->next >= x->records)
        return OBM_NEXT;
    int64_t from = x->next, to = from + x->batch < x->records ? from + x->batch : x->records;
    if (from == x->fail_at && writer_attempts < x->fail_attempts) {
        writer_attempts++;
        struct err err = ERR_INIT;
        err_set_passing(&err, ERR_ONEC_API_ERROR, "the source is away");
        err.passing = !param(t, "permanent", 0);
        return obm_fail(t, &err);
    }
    struct db_unit *u = obm_unit(t);
    x->next = to;
    writer_add_rows(t, u, from, to);
    obm_count(t, (struct obm_stats){.fetched = to - from});
    if (x->refuse_every && from % x->refuse_every == 0) {
        char record[40];
        snprintf(record, sizeof record, "{\"n\":%lld}", (long long)from);
        obm_refuse(t, from, "ext", "write", "BAD", "no good", str_from(record));
        obm_count(t, (struct obm_stats){.fetched = 1, .failed = 1});
    }
    if (from == x->bad_at && !x->bad_seen) {
        db_add(u, &divide);
        db_bind_i64(u, 0);
        obm_refuse(t, from, "ext", "write", "BAD", "to be dropped", STR_NULL);
        obm_commit(t, u, writer_bad, NULL);
        return OBM_WAIT;
    }
    obm_commit(t, u, NULL, NULL);
    if (x->pause_ms)
        obm_sleep(t, x->pause_ms);
    return OBM_WAIT;
}

static inline enum obm_step writer_finish(struct obm_task *t)
{
    return OBM_DONE;
}

static const struct obm_phase writer_phases[] = {
    {"count", writer_count}, {"write", writer_write}, {"finish", writer_finish}, {0}};

#define WRITER_TYPE(type_name, group)                                                              \
    {                                                                                              \
        .name = type_name, .title_ru = "Пишет", .title_en = "Writes", .phases = writer_phases,     \
        .state_size = sizeof(struct writer), .load = writer_load, .save = writer_save,             \
        .report = writer_report, .cleanup = writer_cleanup, .exclusive = group,                    \
    }
const struct obm_task_type writer_type = WRITER_TYPE("writer", NULL);
const struct obm_task_type lone_type = WRITER_TYPE("lone", "1c");

/* Every record exactly once, and the counters say so. */
static inline void assert_written(struct world *w, const struct uuid *id, int64_t records)
{
    char text[UUID_TEXT];
    uuid_format(id, text);
    assert_int_equal(number(w, "SELECT count(*) FROM written WHERE task_id = '%s'", text), records);
    assert_int_equal(
        number(w, "SELECT count(DISTINCT n) FROM written WHERE task_id = '%s'", text), records);
    assert_int_equal(number(w, "SELECT fetched FROM tasks WHERE task_id = '%s'", text), records);
    assert_int_equal(number(w, "SELECT created FROM tasks WHERE task_id = '%s'", text), records);
}

#endif
