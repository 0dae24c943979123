/*
 *   WAITING ──(backoff over)──> CONNECTING ──> ASKING (LISTEN) ──> UP ⇄ BEATING (does it live?)
 *      ^                            │              │               │        │
 *      └────────────────────────────┴──────────────┴───────────────┴────────┘  lost, or silent too long
 */
#include "pg/listen.h"

#include <stdlib.h>
#include "obmen/arena.h"
#include "obmen/backoff.h"
#include "obmen/buf.h"
#include "obmen/log.h"
#include "pg/conn.h"
#include "pg/fault.h"
#include "pg/target.h"

#define BEAT_MS 4000   /* between an answer and the next question */
#define ANSWER_MS 4000 /* longer silence: it is dead */

enum state { WAITING, CONNECTING, ASKING, UP, BEATING };

struct db_listener {
    uv_loop_t *loop;
    struct target *target; /* owned */
    const char *const *channels;
    struct db_listener_events events;
    void *arg;
    enum state state;
    struct conn *conn; /* owned; NULL: none. A conn that closes frees itself. */
    uv_timer_t timer;  /* backoff's, connect's or the heart's */
    unsigned failures;
    bool told_up;
    int parts_open; /* timer, target, closing conns: the listener goes with the last */
    void (*closed)(void *arg);
    void *closed_arg;
};

struct listen_conn { /* a conn that knows its listener even while closing */
    struct conn conn;
    struct db_listener *listener;
};

static void part_closed(struct db_listener *l)
{
    if (--l->parts_open > 0)
        return;
    void (*closed)(void *) = l->closed;
    void *arg = l->closed_arg;
    free(l);
    if (closed)
        closed(arg);
}

static void on_conn_closed(void *arg)
{
    struct listen_conn *lc = arg;
    struct db_listener *l = lc->listener;
    free(lc);
    part_closed(l);
}

static void on_timer(uv_timer_t *timer);

static void set_state(struct db_listener *l, enum state state, int64_t timer_ms)
{
    l->state = state;
    uv_update_time(l->loop);
    uv_timer_start(&l->timer, on_timer, (uint64_t)timer_ms, 0);
}

static void fail(struct db_listener *l, const struct err *err)
{
    if (l->conn) {
        struct conn *c = l->conn;
        l->conn = NULL;
        conn_close(c, on_conn_closed);
    }
    if (l->told_up || l->failures == 0)
        log_event(LOG_WARNING, "listening connection lost", NULL, LERR(err));
    set_state(l, WAITING, 100 + backoff_ms(l->failures++, 100, 4900, 0));
    if (l->told_up) {
        l->told_up = false;
        l->events.down(l->arg, err); /* last: may close the listener */
    }
}

static void fail_now(struct db_listener *l, const char *cause)
{
    struct err err = ERR_INIT;
    fault_lost(&err, cause);
    fail(l, &err);
}

static bool send_query(struct db_listener *l, const char *sql)
{
    bool sent = PQsendQuery(l->conn->pg, sql) == 1;
    conn_flush(l->conn);
    return sent;
}

static void on_up(void *arg)
{
    struct db_listener *l = ((struct listen_conn *)arg)->listener;
    struct buf sql = BUF_INIT;
    for (int i = 0; l->channels[i]; i++) {
        char *name = PQescapeIdentifier(l->conn->pg, l->channels[i], strlen(l->channels[i]));
        buf_printf(&sql, "LISTEN %s;", name);
        PQfreemem(name);
    }
    buf_addc(&sql, 0);
    set_state(l, ASKING, ANSWER_MS);
    bool sent = send_query(l, sql.p);
    buf_release(&sql);
    if (!sent)
        fail_now(l, PQerrorMessage(l->conn->pg));
}

/* False: it failed, or a callback closed it. */
static bool take_answers(struct db_listener *l)
{
    struct conn *c = l->conn;
    while (!PQisBusy(c->pg)) {
        PGresult *r = PQgetResult(c->pg);
        if (!r) {
            if (l->state != ASKING && l->state != BEATING)
                return true;
            bool new = l->state == ASKING;
            set_state(l, UP, BEAT_MS);
            if (new) {
                if (l->failures > 0)
                    log_event(LOG_INFO, "listening again", NULL, LI("failures", l->failures));
                l->failures = 0;
                l->told_up = true;
                l->events.up(l->arg);
            }
            return l->conn == c;
        }
        ExecStatusType status = PQresultStatus(r);
        struct err err = ERR_INIT;
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
            fault_result(&err, r, "LISTEN");
            PQclear(r);
            fail(l, &err);
            return false;
        }
        PQclear(r);
    }
    return true;
}

static void on_input(void *arg)
{
    struct db_listener *l = ((struct listen_conn *)arg)->listener;
    struct conn *c = l->conn;
    if (!c || !take_answers(l))
        return;
    PGnotify *n;
    while (l->conn == c && (n = PQnotifies(c->pg))) {
        l->events.notified(l->arg, n->relname, str_from(n->extra), n->be_pid);
        PQfreemem(n);
    }
}

static void on_lost(void *arg, const struct err *err)
{
    struct db_listener *l = ((struct listen_conn *)arg)->listener;
    if (l->conn)
        fail(l, err);
}

static const struct conn_events conn_events = {on_up, on_input, on_lost};

static void connect_now(struct db_listener *l)
{
    struct listen_conn *lc = mem_alloc(sizeof *lc);
    struct err err = ERR_INIT;
    lc->listener = l;
    if (conn_open(&lc->conn, l->loop, l->target, &conn_events, lc, &err) != 0) {
        free(lc);
        fail(l, &err);
        return;
    }
    l->parts_open++;
    l->conn = &lc->conn;
    set_state(l, CONNECTING, target_connect_timeout_ms(l->target));
}

static void on_resolved(void *arg, const struct err *err)
{
    struct db_listener *l = arg;
    if (err)
        fail(l, err);
    else
        connect_now(l);
}

static void on_timer(uv_timer_t *timer)
{
    struct db_listener *l = timer->data;
    switch (l->state) {
    case WAITING:
        if (target_ready(l->target))
            connect_now(l);
        else
            target_resolve(l->target);
        break;
    case UP:
        set_state(l, BEATING, ANSWER_MS);
        if (!send_query(l, "SELECT 1"))
            fail_now(l, PQerrorMessage(l->conn->pg));
        break;
    case CONNECTING:
    case ASKING:
    case BEATING:
        fail_now(l, "the server is silent");
        break;
    }
}

struct db_listener *db_listener_open(uv_loop_t *loop, const char *conninfo,
    const char *const *channels, const struct db_listener_events *events, void *arg)
{
    struct db_listener *l = mem_alloc(sizeof *l);
    struct err err = ERR_INIT;
    if (target_new(loop, conninfo, 0, on_resolved, l, &l->target, &err) != 0) {
        free(l);
        return NULL;
    }
    l->loop = loop;
    l->channels = channels;
    l->events = *events;
    l->arg = arg;
    l->parts_open = 2;
    uv_timer_init(loop, &l->timer);
    l->timer.data = l;
    set_state(l, WAITING, 0);
    return l;
}

bool db_listener_is_up(const struct db_listener *l)
{
    return l->told_up;
}

static void on_timer_closed(uv_handle_t *handle)
{
    part_closed(handle->data);
}

static void on_target_closed(void *arg)
{
    part_closed(arg);
}

void db_listener_close(struct db_listener *l, void (*closed)(void *arg), void *arg)
{
    l->closed = closed;
    l->closed_arg = arg;
    l->told_up = false;
    if (l->conn) {
        struct conn *c = l->conn;
        l->conn = NULL;
        conn_close(c, on_conn_closed);
    }
    uv_close((uv_handle_t *)&l->timer, on_timer_closed);
    target_close(l->target, on_target_closed, l);
}
