/* A pooled connection: its states (internal.h) and what moves it between them. */
#include "pg/internal.h"

#include <stdlib.h>
#include "obmen/log.h"
#include "obmen/time.h"
#include "pg/fault.h"

void wire_set(struct wire *w, enum wire_state state)
{
    struct db *db = w->db;
    list_remove(&w->link);
    db->counts[w->state]--;
    w->state = state;
    w->since = time_mono_ms();
    db->counts[state]++;
    /* The warmest connection first: what is not needed grows old and is closed. */
    list_add_head(&db->wires[state], &w->link);
    if (state == WIRE_IDLE)
        pool_wake(db, w->since + db->idle_ms);
}

static void on_closed(void *arg)
{
    struct wire *w = arg;
    struct db *db = w->db;
    list_remove(&w->link);
    db->counts[w->state]--;
    run_forget(w);
    free(w);
    pool_check_closed(db);
}

void wire_drop(struct wire *w, const struct err *err)
{
    struct db_unit *u = w->unit;
    if (w->state == WIRE_CLOSING)
        return;
    w->unit = NULL;
    cancel_detach(w);
    wire_set(w, WIRE_CLOSING);
    conn_close(&w->conn, on_closed);
    if (!u)
        return;
    if (!u->failed) { /* else the server has said why before it went */
        u->failed = true;
        u->err = *err;
    }
    queue_end(u);
}

static void log_lost(struct db *db, const struct err *err)
{
    int64_t now = time_mono_ms();
    db->figures.reconnects++;
    if (db->lost_logged_at && now - db->lost_logged_at < 1000)
        return; /* they go together: one line for all */
    db->lost_logged_at = now;
    log_event(LOG_WARNING, "database connection lost", NULL, LERR(err));
}

static void on_up(void *arg)
{
    struct wire *w = arg;
    PQenterPipelineMode(w->conn.pg);
    wire_set(w, WIRE_IDLE);
    pool_reachable(w->db);
    pool_dispatch(w->db);
    queue_tell(w->db);
}

static void on_input(void *arg)
{
    struct wire *w = arg;
    struct db *db = w->db;
    if (w->unit)
        run_read(w);
    else
        PQisBusy(w->conn.pg); /* lets libpq see what came: a notice, a parameter's change */
    queue_tell(db);
}

static void lose(struct wire *w, const struct err *err)
{
    struct db *db = w->db;
    bool was_up = w->state != WIRE_CONNECTING;
    wire_drop(w, err);
    if (was_up)
        log_lost(db, err);
    else
        pool_unreachable(db, err);
    if (pool_up(db) == 0)
        db->figures.reachable = false;
}

static void on_lost(void *arg, const struct err *err)
{
    struct wire *w = arg;
    struct db *db = w->db;
    lose(w, err);
    pool_dispatch(db);
    queue_tell(db);
}

static const struct conn_events wire_events = {on_up, on_input, on_lost};

void wire_open(struct db *db)
{
    struct wire *w = mem_alloc(sizeof *w);
    struct err err = ERR_INIT;
    if (conn_open(&w->conn, db->loop, db->target, &wire_events, w, &err) != 0) {
        free(w);
        pool_unreachable(db, &err);
        return;
    }
    w->db = db;
    list_init(&w->link);
    db->counts[WIRE_CONNECTING]++;
    wire_set(w, WIRE_CONNECTING);
    pool_wake(db, w->since + target_connect_timeout_ms(db->target));
}

void wire_free_for_next(struct wire *w)
{
    struct db *db = w->db;
    w->cancel_again_at = w->give_up_at = 0;
    db->figures.reachable = true;
    if (w->cancel) {
        /* It may still strike: the next unit would be hit. */
        wire_set(w, WIRE_HELD);
        return;
    }
    wire_set(w, WIRE_IDLE);
    if (db->closing)
        wire_drop(w, NULL);
    else
        pool_dispatch(db);
}

void wire_look(struct wire *w, int64_t now)
{
    struct db *db = w->db;
    if (w->state == WIRE_CONNECTING) {
        int64_t limit = w->since + target_connect_timeout_ms(db->target);
        if (now < limit) {
            pool_wake(db, limit);
            return;
        }
        struct err err = ERR_INIT;
        fault_lost(&err, "no answer to the attempt to connect");
        lose(w, &err);
    } else if (w->state == WIRE_IDLE) {
        if (pool_size(db) <= db->keep)
            return;
        if (now - w->since >= db->idle_ms)
            wire_drop(w, NULL);
        else
            pool_wake(db, w->since + db->idle_ms);
    } else if (w->state == WIRE_BUSY) {
        cancel_look(w, now);
    }
}
