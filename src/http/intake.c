/* Bodies piece by piece: the peer is read only as fast as the handler takes. */
#include "http/internal.h"

bool http_receive(struct http_request *req, const struct http_intake *events, void *arg)
{
    struct exchange *x = exchange_of(req);
    struct http_conn *c = req->conn;
    if (http_body_done(&x->body))
        return false;
    x->intake.events = events;
    x->intake.arg = arg;
    if (!http_conn_gone(c)) {
        http_conn_enter(c, CONN_BODY);
        c->starved = false;
    }
    http_conn_dirty(c); /* also to hear that the peer has left meanwhile */
    return true;
}

void http_receive_more(struct http_request *req)
{
    struct http_conn *c = req->conn;
    if (c->state != CONN_HELD)
        return;
    http_conn_enter(c, CONN_BODY);
    c->starved = false;
    http_conn_dirty(c);
}

bool exchange_take_piece(struct http_conn *c)
{
    struct exchange *x = c->x;
    struct str bytes = buf_str(&x->body.bytes);
    bool more = bytes.n == 0 || x->intake.events->piece(x->intake.arg, bytes);
    if (c->x != x || x->answered || http_conn_gone(c))
        return false;
    buf_clear(&x->body.bytes);
    /* the idle time begins anew */
    http_conn_enter(c, more || http_body_done(&x->body) ? CONN_BODY : CONN_HELD);
    return true;
}

void exchange_intake_end(struct exchange *x, const struct err *err)
{
    const struct http_intake *events = x->intake.events;
    x->intake.events = NULL;
    if (!http_conn_gone(x->req.conn))
        http_conn_enter(x->req.conn, CONN_HANDLING);
    events->ended(x->intake.arg, err);
}

void exchange_peer_left(struct exchange *x)
{
    struct err e = ERR_INIT;
    err_set(&e, ERR_VALIDATION_ERROR, "%s",
        TR("Соединение прервано до конца запроса", "The connection was lost before the end"));
    e.http_status = 400;
    e.cancelled = true;
    exchange_intake_end(x, &e);
}
