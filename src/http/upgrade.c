/* Connections that belong to someone else after an answer (WebSocket). */
#include <netinet/tcp.h>
#include "http/internal.h"

#define UNSENT_MAX (16 * 1024)

/* The kernel would take megabytes for a peer that does not read. They would be old news by the time
 * it does; here, in our queue, the owner sees how much waits and can hold back. */
static void keep_little_in_the_kernel(struct http_conn *c)
{
    int fd, bytes = UNSENT_MAX;
    if (uv_fileno((uv_handle_t *)&c->tcp, &fd) == 0)
        setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes);
}

struct http_conn *http_switch(
    struct http_request *req, const struct http_upgrade *events, void *arg)
{
    struct exchange *x = exchange_of(req);
    struct http_conn *c = req->conn;
    if (!exchange_has_header(x, "Upgrade"))
        http_add_header(req, "Upgrade", STR("websocket"));
    if (!exchange_has_header(x, "Connection"))
        http_add_header(req, "Connection", STR("Upgrade"));
    c->upgrade = events;
    c->upgrade_arg = arg;
    x->status = 101;
    x->keep_alive = true;
    if (!http_conn_gone(c)) {
        http_response_head(x, 101, NULL, -1);
        http_conn_enter(c, CONN_UPGRADED);
        keep_little_in_the_kernel(c);
    }
    c->server->figures.upgraded++;
    exchange_switched(x);
    http_conn_dirty(c);
    return c;
}

void http_conn_write(struct http_conn *c, struct str bytes)
{
    if (c->state != CONN_UPGRADED)
        return;
    http_out_add(&c->out, &c->server->pool, bytes, OUT_SHORT);
    http_conn_dirty(c);
}

void http_conn_write_shared(
    struct http_conn *c, struct str bytes, void (*release)(void *arg), void *arg)
{
    if (c->state != CONN_UPGRADED) {
        if (release)
            release(arg);
        return;
    }
    http_out_add_shared(&c->out, &c->server->pool, bytes, release, arg);
    http_conn_dirty(c);
}

size_t http_conn_queued(const struct http_conn *c)
{
    return c->out.queued;
}

void http_conn_finish(struct http_conn *c, int timeout_ms)
{
    if (c->state != CONN_UPGRADED)
        return;
    http_conn_enter(c, CONN_FINISHING);
    c->deadline = uv_now(c->server->loop) + (uint64_t)(timeout_ms > 0 ? timeout_ms : 0);
    http_server_watch(c->server, c->deadline);
    http_conn_dirty(c);
}

void http_upgrade_turn(struct http_conn *c)
{
    const struct http_upgrade *events = c->upgrade;
    void *arg = c->upgrade_arg;
    if (http_conn_gone(c)) {
        c->upgrade = NULL;
        c->server->figures.upgraded--;
        events->closed(arg);
        http_conn_free_if_done(c);
        return;
    }
    bool took = c->took && c->out.queued < OUT_LOW;
    c->took = false;
    if (c->in.n > 0) {
        struct buf in = buf_take(&c->in);
        events->bytes(arg, buf_str(&in));
        buf_release(&in);
    }
    if (took && c->state == CONN_UPGRADED)
        events->writable(arg);
}
