/* Units that wait for a wire, and the telling of those that have ended. */
#include "pg/internal.h"

#include <assert.h>
#include <stdlib.h>
#include "obmen/time.h"

static void set_state(struct db_unit *u, enum unit_state state, struct list *place)
{
    list_remove(&u->link);
    if (place)
        list_add_tail(place, &u->link);
    u->state = state;
}

static void take_out(struct db_unit *u)
{
    set_state(u, UNIT_OWNED, NULL);
    u->db->waiting_counts[u->lane]--;
}

static void on_turn(uv_idle_t *turn)
{
    queue_tell(turn->data);
}

static void tell_next_turn(struct db *db)
{
    if (db->turn_on)
        return;
    db->turn_on = true;
    uv_idle_start(&db->turn, on_turn);
}

/* The error of a unit that was ended early is what its caller asked for, whatever the server says.
 */
static void explain_stop(struct db_unit *u)
{
    if (u->stop == STOP_CALLER) {
        u->err.cancelled = true;
    } else if (u->stop == STOP_DEADLINE) {
        struct err server = u->err;
        err_set_passing(&u->err, ERR_DATABASE_ERROR, "%s",
            TR("База данных не успела ответить за отведённое время. Повторите позже.",
                "The database did not answer in the time allowed. Try again later."));
        memcpy(u->err.sqlstate, server.sqlstate, sizeof u->err.sqlstate);
        err_cause(&u->err, "deadline; %s", server.cause);
    }
}

void queue_end(struct db_unit *u)
{
    struct db *db = u->db;
    if (u->state == UNIT_RUNNING && u->lane == DB_TASK)
        db->task_units--;
    u->wire = NULL;
    if (u->failed)
        explain_stop(u);
    if (u->failed && !u->err.cancelled)
        db->figures.failures++;
    set_state(u, UNIT_ENDED, &db->ended);
    tell_next_turn(db);
}

void queue_tell(struct db *db)
{
    if (db->telling)
        return;
    /* What callbacks make end is told in the next turn: others get theirs. */
    struct list now;
    list_init(&now);
    while (!list_empty(&db->ended)) {
        struct list *first = db->ended.next;
        list_remove(first);
        list_add_tail(&now, first);
    }
    if (db->turn_on)
        uv_idle_stop(&db->turn);
    db->turn_on = false;
    db->telling = true;
    while (!list_empty(&now)) {
        struct db_unit *u = container_of(now.next, struct db_unit, link);
        set_state(u, UNIT_TELLING, NULL);
        u->kept = false;
        u->done(u->arg, u->failed ? NULL : u->result_list, u->failed ? &u->err : NULL);
        if (u->state != UNIT_TELLING)
            continue; /* submitted again */
        u->state = UNIT_OWNED;
        unit_results_clear(u);
        if (!u->kept)
            db_unit_free(u);
    }
    db->telling = false;
    if (!list_empty(&db->ended))
        tell_next_turn(db);
    pool_check_closed(db);
}

/* ---- submitting ---- */

static void refuse(struct db_unit *u, const struct err *err)
{
    u->failed = true;
    u->err = *err;
    queue_end(u);
}

static void refuse_closing(struct db_unit *u)
{
    struct err err = ERR_INIT;
    err_set_passing(&err, ERR_SERVICE_UNAVAILABLE, "%s",
        TR("Сервер останавливается. Повторите позже.", "The server is stopping. Try again later."));
    err.cancelled = true; /* so that nobody tries again at once */
    refuse(u, &err);
}

static void refuse_full(struct db_unit *u)
{
    struct err err = ERR_INIT;
    err_set_passing(&err, ERR_SERVICE_UNAVAILABLE, "%s",
        TR("Сервер перегружен: слишком много обращений к базе данных. Повторите через несколько "
           "секунд.",
            "The server is overloaded: too many database queries. Try again in a few seconds."));
    err.retry_after_ms = 1000;
    refuse(u, &err);
}

static void refuse_unreachable(struct db_unit *u)
{
    struct err err = ERR_INIT;
    err_set_passing(&err, ERR_DATABASE_ERROR, "%s",
        TR("База данных не отвечает. Повторите позже.",
            "The database does not answer. Try again later."));
    err.retry_after_ms = 1000;
    err_cause(&err, "%s", u->db->figures.last_error);
    refuse(u, &err);
}

static void refuse_late(struct db_unit *u)
{
    struct err err = ERR_INIT;
    err_set_passing(&err, ERR_DATABASE_ERROR, "%s",
        TR("База данных занята: очередь к ней не дошла за отведённое время. Повторите позже.",
            "The database is busy: no connection came free in the time allowed. Try again later."));
    err_cause(&err, "no connection free before the deadline");
    refuse(u, &err);
}

static int waiting_units(const struct db *db)
{
    return db->waiting_counts[DB_USER] + db->waiting_counts[DB_TASK];
}

static int64_t waits_until(const struct db_unit *u)
{
    const struct db *db = u->db;
    int64_t at = u->deadline_at;
    if (u->lane == DB_USER && db->unreachable_since &&
        db->unreachable_since + USER_PATIENCE_MS < at)
        at = db->unreachable_since + USER_PATIENCE_MS;
    return at;
}

void db_submit(struct db_unit *u, db_done_fn done, void *arg)
{
    struct db *db = u->db;
    assert(u->state == UNIT_OWNED || (u->state == UNIT_TELLING && u->kept));
    int64_t now = time_mono_ms();
    unit_results_clear(u);
    u->done = done;
    u->arg = arg;
    u->failed = u->stale = u->prepared_again = false;
    u->stop = STOP_NOT;
    u->deadline_at = now + (u->deadline_ms > 0 ? u->deadline_ms : db->timeout_ms);
    db->figures.units++;
    if (db->closing && u->lane != LANE_CONTROL) {
        refuse_closing(u);
        return;
    }
    set_state(u, UNIT_WAITING, &db->waiting[u->lane]);
    db->waiting_counts[u->lane]++;
    pool_dispatch(db);
    if (u->state != UNIT_WAITING) {
        if (u->state == UNIT_RUNNING)
            pool_wake(db, u->deadline_at);
    } else if (now >= waits_until(u)) {
        take_out(u);
        refuse_unreachable(u);
    } else if (u->lane != LANE_CONTROL && waiting_units(db) > db->max_waiting) {
        take_out(u);
        db->figures.refused++;
        refuse_full(u);
    } else {
        pool_wake(db, waits_until(u));
    }
}

void db_cancel(struct db_unit *u)
{
    if (u->state == UNIT_WAITING) {
        struct err err = ERR_INIT;
        err_set(&err, ERR_DATABASE_ERROR, "%s", TR("Отменено.", "Cancelled."));
        u->stop = STOP_CALLER;
        take_out(u);
        refuse(u, &err);
    } else if (u->state == UNIT_RUNNING) {
        u->stop = STOP_CALLER;
        cancel_begin(u->wire);
    }
}

/* ---- waiting ---- */

int queue_startable(const struct db *db)
{
    int tasks = db->waiting_counts[DB_TASK], room = db->keep - db->task_units;
    return db->waiting_counts[LANE_CONTROL] + db->waiting_counts[DB_USER] +
           (tasks < room ? tasks : room);
}

struct db_unit *queue_next(struct db *db)
{
    static const int order[] = {LANE_CONTROL, DB_USER, DB_TASK};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        int lane = order[i];
        if (list_empty(&db->waiting[lane]) || (lane == DB_TASK && db->task_units >= db->keep))
            continue;
        struct db_unit *u = container_of(db->waiting[lane].next, struct db_unit, link);
        take_out(u);
        if (lane == DB_TASK)
            db->task_units++;
        return u;
    }
    return NULL;
}

void queue_expire(struct db *db, int64_t now)
{
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        LIST_EACH_SAFE(item, &db->waiting[lane])
        {
            struct db_unit *u = container_of(item, struct db_unit, link);
            int64_t at = waits_until(u);
            if (now < at) {
                pool_wake(db, at);
                continue;
            }
            take_out(u);
            if (db->unreachable_since)
                refuse_unreachable(u);
            else
                refuse_late(u);
        }
    }
}

void queue_fail_lane(struct db *db, int lane)
{
    LIST_EACH_SAFE(item, &db->waiting[lane])
    {
        struct db_unit *u = container_of(item, struct db_unit, link);
        take_out(u);
        refuse_closing(u);
    }
}
