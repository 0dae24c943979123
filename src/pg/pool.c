/* The pool as a whole: opening, growing, handing out, closing. */
#include "pg/internal.h"

#include <stdlib.h>
#include "obmen/backoff.h"
#include "obmen/log.h"
#include "obmen/time.h"

#define SAY_AGAIN_MS 30000 /* a database that stays away is logged so often */

int pool_up(const struct db *db)
{
    return db->counts[WIRE_IDLE] + db->counts[WIRE_BUSY] + db->counts[WIRE_HELD];
}

int pool_size(const struct db *db)
{
    return pool_up(db) + db->counts[WIRE_CONNECTING];
}

/* ---- the clock ---- */

static void drop_all(struct db *db, enum wire_state state, const struct err *err)
{
    LIST_EACH_SAFE(item, &db->wires[state])
    {
        wire_drop(container_of(item, struct wire, link), err);
    }
}

static void end_grace(struct db *db)
{
    struct err err = ERR_INIT;
    err_set_passing(&err, ERR_SERVICE_UNAVAILABLE, "%s",
        TR("Сервер останавливается. Повторите позже.", "The server is stopping. Try again later."));
    err.cancelled = true;
    err_cause(&err, "the pool was closed meanwhile");
    drop_all(db, WIRE_BUSY, &err);
    drop_all(db, WIRE_HELD, &err);
}

static void on_clock(uv_timer_t *clock)
{
    struct db *db = clock->data;
    int64_t now = time_mono_ms();
    db->clock_at = INT64_MAX;
    queue_expire(db, now);
    for (int state = WIRE_CONNECTING; state <= WIRE_BUSY; state++) {
        LIST_EACH_SAFE(item, &db->wires[state])
        {
            wire_look(container_of(item, struct wire, link), now);
        }
    }
    if (db->closing) {
        if (now >= db->grace_at)
            end_grace(db);
        else
            pool_wake(db, db->grace_at);
    }
    pool_dispatch(db);
    queue_tell(db);
}

void pool_wake(struct db *db, int64_t at)
{
    if (at >= db->clock_at || db->parts_open < 3)
        return;
    int64_t wait = at - time_mono_ms();
    db->clock_at = at;
    uv_update_time(db->loop);
    uv_timer_start(&db->clock, on_clock, wait > 0 ? (uint64_t)wait : 0, 0);
}

/* ---- connections ---- */

void pool_unreachable(struct db *db, const struct err *err)
{
    int64_t now = time_mono_ms();
    db->retry_at = now + 100 + backoff_ms((unsigned)db->failures, 100, 4900, 0);
    db->failures++;
    snprintf(db->figures.last_error, sizeof db->figures.last_error, "%s", err->cause);
    pool_wake(db, db->retry_at);
    if (!db->unreachable_logged_at || now - db->unreachable_logged_at >= SAY_AGAIN_MS) {
        db->unreachable_logged_at = now;
        log_event(LOG_WARNING, "database connection failed", NULL, LERR(err),
            LI("connections", pool_up(db)), LI("failures", db->failures));
    }
    if (pool_up(db) > 0)
        return;
    db->figures.reachable = false;
    if (!db->unreachable_since)
        db->unreachable_since = now;
    pool_wake(db, db->unreachable_since + USER_PATIENCE_MS);
}

void pool_reachable(struct db *db)
{
    if (db->unreachable_since) {
        log_event(LOG_INFO, "database connected again", NULL, LI("failures", db->failures));
        db->unreachable_logged_at = 0;
    }
    db->failures = 0;
    db->retry_at = db->unreachable_since = 0;
    db->figures.reachable = true;
    db->figures.last_error[0] = 0;
}

static int at_most(int a, int b)
{
    return a < b ? a : b;
}

/* How many connections are missing now. */
static int missing(const struct db *db)
{
    int size = pool_size(db), connecting = db->counts[WIRE_CONNECTING];
    int wanted = queue_startable(db) - connecting;
    int limit = db->keep + db->overflow + (db->waiting_counts[LANE_CONTROL] > 0);
    if (!db->closing && wanted < db->keep - size)
        wanted = db->keep - size;
    wanted = at_most(wanted, limit - size);
    /* One feels its way while the database does not answer. */
    return db->failures > 0 ? at_most(wanted, 1 - connecting) : wanted;
}

static void grow(struct db *db)
{
    int count = missing(db);
    if (count <= 0 || db->parts_open < 3)
        return;
    if (time_mono_ms() < db->retry_at) {
        pool_wake(db, db->retry_at);
        return;
    }
    if (!target_ready(db->target)) {
        target_resolve(db->target);
        return;
    }
    int failures = db->failures;
    while (count-- > 0 && db->failures == failures)
        wire_open(db);
}

static void on_resolved(void *arg, const struct err *err)
{
    struct db *db = arg;
    if (err)
        pool_unreachable(db, err);
    else
        pool_dispatch(db);
}

void pool_dispatch(struct db *db)
{
    while (!list_empty(&db->wires[WIRE_IDLE])) {
        struct db_unit *u = queue_next(db);
        if (!u)
            break;
        struct wire *w = container_of(db->wires[WIRE_IDLE].next, struct wire, link);
        wire_set(w, WIRE_BUSY);
        run_start(w, u);
    }
    grow(db);
}

/* ---- open, close ---- */

struct db *db_open(uv_loop_t *loop, const struct db_options *o, struct err *ret_err)
{
    struct db *db = mem_alloc(sizeof *db);
    db->timeout_ms = o->timeout_ms > 0 ? o->timeout_ms : 30000;
    if (target_new(loop, o->conninfo, db->timeout_ms, on_resolved, db, &db->target, ret_err) != 0) {
        free(db);
        return NULL;
    }
    db->loop = loop;
    db->keep = o->keep > 0 ? o->keep : 1;
    db->overflow = o->overflow;
    db->max_waiting = o->max_waiting;
    db->idle_ms = o->idle_ms > 0 ? o->idle_ms : 30000;
    db->clock_at = INT64_MAX;
    list_init(&db->ended);
    for (int i = 0; i < WIRE_STATES; i++)
        list_init(&db->wires[i]);
    for (int i = 0; i < LANE_COUNT; i++)
        list_init(&db->waiting[i]);
    uv_timer_init(loop, &db->clock);
    uv_idle_init(loop, &db->turn);
    db->clock.data = db->turn.data = db;
    db->parts_open = 3;
    pool_dispatch(db);
    return db;
}

static void part_closed(struct db *db)
{
    if (--db->parts_open > 0)
        return;
    void (*closed)(void *) = db->closed;
    void *arg = db->closed_arg;
    free(db);
    if (closed)
        closed(arg);
}

static void on_handle_closed(uv_handle_t *handle)
{
    part_closed(handle->data);
}

static void on_target_closed(void *arg)
{
    part_closed(arg);
}

void pool_check_closed(struct db *db)
{
    if (!db->closing || db->telling || uv_is_closing((uv_handle_t *)&db->clock))
        return;
    if (db->counts[WIRE_BUSY] + db->counts[WIRE_HELD] == 0) {
        queue_fail_lane(db, LANE_CONTROL); /* nothing left to cancel */
        drop_all(db, WIRE_IDLE, NULL);
        drop_all(db, WIRE_CONNECTING, NULL);
    }
    if (pool_size(db) + db->counts[WIRE_CLOSING] > 0 || !list_empty(&db->ended))
        return;
    uv_close((uv_handle_t *)&db->clock, on_handle_closed);
    uv_close((uv_handle_t *)&db->turn, on_handle_closed);
    target_close(db->target, on_target_closed, db);
}

void db_close(struct db *db, int grace_ms, void (*closed)(void *arg), void *arg)
{
    db->closing = true;
    db->closed = closed;
    db->closed_arg = arg;
    db->grace_at = time_mono_ms() + grace_ms;
    pool_wake(db, db->grace_at);
    queue_fail_lane(db, DB_USER);
    queue_fail_lane(db, DB_TASK);
    drop_all(db, WIRE_IDLE, NULL);
    drop_all(db, WIRE_CONNECTING, NULL);
    pool_check_closed(db);
}

void db_figures(const struct db *db, struct db_figures *ret)
{
    *ret = db->figures;
    ret->size = pool_up(db);
    ret->limit = db->keep + db->overflow;
    ret->in_use = db->counts[WIRE_BUSY] + db->counts[WIRE_HELD];
    ret->idle = db->counts[WIRE_IDLE];
    ret->overflow = ret->size > db->keep ? ret->size - db->keep : 0;
    ret->waiting = db->waiting_counts[DB_USER] + db->waiting_counts[DB_TASK];
}
