#include "pg/conn.h"

#include <stdlib.h>
#include <string.h>
#include "obmen/arena.h"
#include "pg/fault.h"

/* libpq may change the socket while it connects (next address of a list); a uv_poll_t cannot, so it
 * is a thing of its own that is replaced. */
struct conn_poll {
    uv_poll_t handle;
    struct conn *conn;
};

static void on_poll(uv_poll_t *handle, int status, int events);

static void on_poll_closed(uv_handle_t *handle)
{
    struct conn_poll *p = handle->data;
    struct conn *c = p->conn;
    free(p);
    c->handles--;
    if (c->closing && c->handles == 0)
        c->closed(c->arg);
}

static void poll_drop(struct conn *c)
{
    if (!c->poll)
        return;
    uv_close((uv_handle_t *)&c->poll->handle, on_poll_closed);
    c->poll = NULL;
    c->fd = -1;
    c->interest = 0;
}

static void poll_want(struct conn *c, int interest)
{
    if (!c->poll || c->interest == interest)
        return;
    c->interest = interest;
    uv_poll_start(&c->poll->handle, interest, on_poll);
}

static int poll_on(struct conn *c, int fd)
{
    struct conn_poll *p = mem_alloc(sizeof *p);
    if (uv_poll_init(c->loop, &p->handle, fd) < 0) {
        free(p);
        return -1;
    }
    p->conn = c;
    p->handle.data = p;
    c->poll = p;
    c->fd = fd;
    c->interest = 0;
    c->handles++;
    return 0;
}

static void on_notice(void *arg, const PGresult *result)
{
    struct conn *c = arg;
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (text && severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0))
        snprintf(c->notice, sizeof c->notice, "%s", text);
}

static void lose(struct conn *c)
{
    struct err err = ERR_INIT;
    fault_lost(&err, c->notice[0] ? c->notice : PQerrorMessage(c->pg));
    poll_want(c, 0);
    c->events->lost(c->arg, &err);
}

/* The poll handle stands still while libpq works: it may close the socket, and the next one may
 * have the same number. */
static void connect_step(struct conn *c)
{
    uv_poll_stop(&c->poll->handle);
    c->interest = 0;
    PostgresPollingStatusType next = PQconnectPoll(c->pg);
    int fd = PQsocket(c->pg);
    if (next == PGRES_POLLING_FAILED || fd < 0) {
        lose(c);
        return;
    }
    if (fd != c->fd) {
        poll_drop(c);
        if (poll_on(c, fd) != 0) {
            lose(c);
            return;
        }
    }
    if (next == PGRES_POLLING_READING) {
        poll_want(c, UV_READABLE);
    } else if (next == PGRES_POLLING_WRITING) {
        poll_want(c, UV_WRITABLE);
    } else {
        poll_want(c, UV_READABLE);
        PQsetnonblocking(c->pg, 1);
        c->up = true;
        c->events->up(c->arg);
    }
}

void conn_flush(struct conn *c)
{
    /* A failed write is not the end: libpq reports it with what the server said, when it is read.
     */
    poll_want(c, PQflush(c->pg) == 1 ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
    struct conn *c = ((struct conn_poll *)handle->data)->conn;
    if (!c->up) {
        connect_step(c);
        return;
    }
    bool alive = status == 0;
    if (alive && (events & UV_READABLE))
        alive = PQconsumeInput(c->pg) == 1;
    if (alive) {
        conn_flush(c);
        if (events & UV_READABLE)
            c->events->input(c->arg); /* last: c may be closed now */
        return;
    }
    poll_want(c, 0);
    c->events->input(c->arg);
    if (!c->closing)
        lose(c);
}

int conn_open(struct conn *c, uv_loop_t *loop, const struct target *t,
    const struct conn_events *events, void *arg, struct err *ret_err)
{
    *c = (struct conn){.loop = loop, .events = events, .arg = arg, .fd = -1};
    c->pg = target_connect(t);
    if (PQstatus(c->pg) == CONNECTION_BAD || poll_on(c, PQsocket(c->pg)) != 0) {
        fault_lost(ret_err, PQerrorMessage(c->pg));
        PQfinish(c->pg);
        c->pg = NULL;
        return -1;
    }
    PQsetNoticeReceiver(c->pg, on_notice, c);
    poll_want(c, UV_WRITABLE); /* PQconnectStart behaves as if it had asked for that */
    return 0;
}

void conn_close(struct conn *c, void (*closed)(void *arg))
{
    c->closing = true;
    c->closed = closed;
    poll_drop(c); /* before libpq closes the socket */
    PQfinish(c->pg);
    c->pg = NULL;
}
