/*
 * One connection, from accept to close.
 *
 *   FRESH ──┐  first byte                head whole (gates, router)
 *           ├──────────────→ HEAD ─────────────────────────────┬──→ HANDLING ──→ STREAMING
 *   IDLE ───┘                 (a head in one read skips HEAD)  ├──→ BODY ──┘│         │ end
 *    ▲ ▲                                                       │            ▼         ▼
 *    │ │                              answered before the body │         answer queued
 *    │ └── body dropped ──── DRAIN ←───────────────────────────┘            │
 *    └───────────────────── queue below the low mark ←── WRITING ←──────────┤ queue high, or last answer
 *                                                          │                │
 *   UPGRADED ←──── http_switch ────────────────────────────┼────────────────┘
 *      │ http_conn_finish                                  │ last answer written
 *      ▼                                                   ▼
 *   FINISHING ─────────────────────────────────────────→ LINGER (shut down; reads and drops) ──→ CLOSING
 *
 * BODY ⇄ HELD: a handler that takes the body piece by piece (intake.c) wants no more for now.
 * CLOSING is reached from every state by http_conn_close. Each state is a list of the server, in
 * the order of deadlines. One request is with a handler at a time: further bytes wait in `in`, so
 * answers keep their order.
 */
#include "http/internal.h"

#include <linux/sockios.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#define REFUSED_OPEN 128 /* peers told politely that they are too many; beyond it they are cut */

const char *http_conn_state_name(enum conn_state s)
{
    static const char *const names[CONN_STATES] = {"fresh", "idle", "head", "body", "drain", "held",
        "handling", "streaming", "writing", "upgraded", "finishing", "linger", "closing"};
    return names[s];
}

/* ---- states and deadlines ---- */

void http_conn_enter(struct http_conn *c, enum conn_state state)
{
    struct http_server *s = c->server;
    uint64_t timeout = http_server_timeout(s, state);
    list_remove(&c->place);
    list_add_tail(&s->places[state], &c->place);
    c->state = state;
    c->deadline = timeout ? uv_now(s->loop) + timeout : 0;
    c->waiting = SIZE_MAX;
    if (timeout)
        http_server_watch(s, c->deadline);
}

/* Bytes the peer has not acknowledged: ours and the kernel's, whose queue may hide minutes of a
 * slow line. */
static size_t not_taken(const struct http_conn *c)
{
    int fd, kernel = 0;
    if (uv_fileno((const uv_handle_t *)&c->tcp, &fd) < 0 || ioctl(fd, SIOCOUTQ, &kernel) < 0)
        kernel = 0;
    const uv_stream_t *stream = (const uv_stream_t *)&c->tcp;
    size_t cipher = c->tls ? http_out_waiting(&c->tls->out, stream) : 0;
    return cipher + http_out_waiting(&c->out, stream) + (size_t)kernel;
}

void http_conn_expire(struct http_conn *c)
{
    struct err e = ERR_INIT;
    switch (c->state) {
    case CONN_HEAD:
    case CONN_BODY:
        err_set(&e, ERR_REQUEST_TIMEOUT, "%s",
            TR("Запрос передавался слишком долго; повторите его",
                "The request took too long to arrive; repeat it"));
        exchange_refuse(c, &e);
        http_conn_turn(c);
        break;
    case CONN_STREAMING:
    case CONN_WRITING: {
        size_t waiting = not_taken(c);
        if (waiting > 0 && waiting >= c->waiting) {
            http_conn_reset(c); /* the peer has taken nothing since the last look */
        } else {
            http_conn_enter(c, c->state);
            c->waiting = waiting;
        }
        break;
    }
    default:
        http_conn_close(c);
        break;
    }
}

void http_conn_dirty(struct http_conn *c)
{
    if (!list_empty(&c->dirty))
        return;
    list_add_tail(&c->server->dirty, &c->dirty);
    http_server_wake(c->server);
}

/* ---- closing ---- */

static void release(struct http_conn *c)
{
    list_remove(&c->place);
    list_remove(&c->dirty);
    buf_release(&c->in);
    if (c->tls)
        http_tls_free(c->tls, &c->server->pool);
    free(c);
}

void http_conn_free_if_done(struct http_conn *c)
{
    struct http_server *s = c->server;
    if (!c->closed || c->x || c->upgrade)
        return;
    s->pending--;
    release(c);
    http_server_maybe_free(s);
}

static void on_closed(uv_handle_t *handle)
{
    struct http_conn *c = handle->data;
    struct http_server *s = c->server;
    c->closed = true;
    http_out_drop(
        &c->out, &s->pool); /* a write in flight has ended before: uv calls it back first */
    if (c->x && !c->x->handed) {
        exchange_free(s, c->x);
        c->x = NULL;
    }
    http_server_uncount(s, c);
    s->pending++;
    if (c->x || c->upgrade)
        http_conn_turn(c); /* tells its owner, who may let go of it now or later */
    else
        http_conn_free_if_done(c);
    http_server_handle_closed(s);
}

/* True when closing has just begun. */
static bool begin_closing(struct http_conn *c)
{
    if (http_conn_gone(c))
        return false;
    http_conn_enter(c, CONN_CLOSING);
    list_remove(&c->dirty);
    http_out_drop(&c->out, &c->server->pool);
    if (c->tls)
        http_out_drop(&c->tls->out, &c->server->pool);
    buf_release(&c->in);
    return true;
}

void http_conn_close(struct http_conn *c)
{
    if (begin_closing(c))
        uv_close((uv_handle_t *)&c->tcp, on_closed);
}

void http_conn_reset(struct http_conn *c)
{
    if (!begin_closing(c))
        return;
    if (uv_tcp_close_reset(&c->tcp, on_closed) < 0) /* after a shutdown there is no reset */
        uv_close((uv_handle_t *)&c->tcp, on_closed);
}

void http_conn_finish_writing(struct http_conn *c)
{
    c->last = true;
    buf_release(&c->in);
    http_conn_enter(c, CONN_WRITING);
    http_conn_dirty(c);
}

static bool flush(struct http_conn *c);

static void on_shutdown(uv_shutdown_t *req, int status)
{
    struct http_conn *c = req->data;
    if (status < 0)
        http_conn_close(c);
}

/* Everything is with the kernel. A plain close would turn bytes that are still coming into an RST,
 * which may overtake the answer: say that nothing follows, then read and drop until the peer
 * closes. */
static void say_end(struct http_conn *c)
{
    if (c->tls && !c->tls->bye) {
        http_tls_bye(c->tls);
        if (!flush(c) || http_conn_unsent(c) > 0)
            return; /* comes again when it is written */
    }
    if (c->eof) {
        http_conn_close(c);
        return;
    }
    if (c->state != CONN_FINISHING)
        http_conn_enter(c, CONN_LINGER);
    c->shut = true;
    c->shutdown.data = c;
    if (uv_shutdown(&c->shutdown, (uv_stream_t *)&c->tcp, on_shutdown) < 0)
        http_conn_close(c);
}

/* ---- the connection's turn: after bytes came, after bytes went, after an answer was given ---- */

static void on_written(uv_write_t *req, int status)
{
    struct http_conn *c = req->data;
    http_out_landed(c->tls ? &c->tls->out : &c->out, &c->server->pool);
    if (http_conn_gone(c))
        return;
    if (status < 0) {
        http_conn_close(c);
        return;
    }
    c->took = true;
    http_conn_turn(c);
}

static int send_out(struct http_conn *c)
{
    struct out_pool *pool = &c->server->pool;
    uv_stream_t *stream = (uv_stream_t *)&c->tcp;
    if (c->tls) {
        c->tls->out.write.data = c;
        return http_tls_flush(c->tls, &c->out, pool, stream, on_written);
    }
    c->out.write.data = c;
    return c->out.head && !c->out.flying ? http_out_flush(&c->out, pool, stream, on_written) : 0;
}

static bool flush(struct http_conn *c)
{
    size_t before = http_conn_unsent(c);
    if (send_out(c) < 0) {
        http_conn_close(c);
        return false;
    }
    c->took |= http_conn_unsent(c) < before;
    return true;
}

static bool can_send(const struct http_conn *c)
{
    return c->tls ? http_tls_can_flush(c->tls, &c->out) : c->out.head && !c->out.flying;
}

static void tell_gone(struct http_conn *c)
{
    if (!c->closed)
        return;
    if (c->upgrade)
        http_upgrade_turn(c);
    else if (c->x && c->x->intake.events)
        exchange_peer_left(c->x);
    else if (c->x)
        http_stream_turn(c);
}

void http_conn_turn(struct http_conn *c)
{
    list_remove(&c->dirty);
    if (http_conn_gone(c)) {
        tell_gone(c); /* may free c */
        return;
    }
    if (!flush(c))
        return;
    bool took = c->took;
    c->took = false;
    switch (c->state) {
    case CONN_STREAMING:
        if (took)
            http_conn_enter(c, CONN_STREAMING);
        http_stream_turn(c);
        break;
    case CONN_WRITING:
        if (took)
            http_conn_enter(c, CONN_WRITING);
        if (c->last && http_conn_unsent(c) == 0)
            say_end(c);
        else if (!c->last && c->out.queued < OUT_LOW)
            http_conn_enter(c, CONN_IDLE);
        break;
    case CONN_UPGRADED:
        c->took = took;
        http_upgrade_turn(c);
        break;
    case CONN_FINISHING:
        if (http_conn_unsent(c) == 0 && !c->shut)
            say_end(c);
        break;
    default:
        break;
    }
    if (c->in.n > 0 && http_conn_reads_requests(c) && !c->starved)
        http_conn_take_in(c);
    else
        http_conn_invite(c);
    bool waits = c->in.n == 0 || c->starved;
    if (http_conn_reads_requests(c) && waits &&
        (c->eof || (c->server->closing && c->state <= CONN_IDLE)))
        http_conn_finish_writing(c);
    http_conn_choose_reading(c);
    if (!http_conn_gone(c) && (can_send(c) || (http_conn_reads_requests(c) && !waits)))
        http_conn_dirty(c);
}

/* ---- accepting ---- */

static void on_never_opened(uv_handle_t *handle)
{
    struct http_conn *c = handle->data;
    struct http_server *s = c->server;
    free(c);
    http_server_handle_closed(s);
}

/* Answers 503 and closes; beyond a bound of such peers only closes. */
static void refuse(struct http_conn *c)
{
    struct http_server *s = c->server;
    c->refused = true;
    s->refused_open++;
    http_server_refused(s, c->peer);
    struct err e = ERR_INIT;
    err_set_passing(&e, ERR_SERVICE_UNAVAILABLE, "%s",
        TR("Слишком много соединений; повторите позже", "Too many connections; try again later"));
    if (s->refused_open > REFUSED_OPEN) {
        http_conn_close(c);
        return;
    }
    exchange_refuse(c, &e);
    http_conn_turn(c);
}

void http_conn_accept(struct http_server *s, struct listener *l)
{
    struct http_conn *c = mem_alloc(sizeof *c);
    c->server = s;
    c->tcp.data = c;
    list_init(&c->place);
    list_init(&c->dirty);
    struct sockaddr_storage sa;
    int size = sizeof sa;
    int r = uv_tcp_init(s->loop, &c->tcp);
    if (r < 0) {
        free(c);
        return;
    }
    s->handles++;
    if (uv_accept((uv_stream_t *)&l->tcp, (uv_stream_t *)&c->tcp) < 0 ||
        uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&sa, &size) < 0) {
        uv_close((uv_handle_t *)&c->tcp, on_never_opened);
        return;
    }
    if (s->tls)
        c->tls = http_tls_new(s->tls);
    uv_tcp_nodelay(&c->tcp, 1); /* answers are coalesced here */
    c->address = address_of((struct sockaddr *)&sa);
    address_format(&c->address, c->peer);
    http_conn_enter(c, CONN_FRESH);
    if (!http_server_count(s, c))
        refuse(c);
    else
        http_conn_choose_reading(c);
}
