/* Answers piece by piece: the handler is asked for more only when the peer has taken what it gave.
 */
#include "http/internal.h"

void http_stream_begin(struct http_request *req, int status, const char *content_type,
    const struct http_stream_events *events, void *arg)
{
    http_stream_begin_sized(req, status, content_type, -1, events, arg);
}

void http_stream_begin_sized(struct http_request *req, int status, const char *content_type,
    int64_t length, const struct http_stream_events *events, void *arg)
{
    struct exchange *x = exchange_of(req);
    struct http_conn *c = req->conn;
    x->status = status;
    x->stream.events = events;
    x->stream.arg = arg;
    x->stream.fed = true; /* so that the first turn asks */
    x->stream.mute = req->method == HTTP_M_HEAD;
    x->stream.length = length;
    if (!http_conn_gone(c)) {
        x->stream.chunked = length < 0 && !x->head.http10;
        if (length < 0 && x->head.http10 && !x->stream.mute)
            x->keep_alive = false; /* the end of the connection is the end of the body */
        http_response_head(x, status, content_type, length);
        http_conn_enter(c, CONN_STREAMING);
    }
    http_conn_dirty(c);
}

void http_stream_write(struct http_request *req, struct str piece)
{
    struct exchange *x = exchange_of(req);
    struct http_conn *c = req->conn;
    if (piece.n == 0)
        return;
    x->stream.fed = true;
    if (http_conn_gone(c) || x->stream.mute)
        return;
    struct out_pool *pool = &c->server->pool;
    if (x->stream.chunked) {
        char size[24];
        int n = snprintf(size, sizeof size, "%zx\r\n", piece.n);
        http_out_add(&c->out, pool, (struct str){size, (size_t)n}, OUT_CHUNK);
    }
    http_out_add(&c->out, pool, piece, OUT_CHUNK);
    if (x->stream.chunked)
        http_out_add(&c->out, pool, STR("\r\n"), OUT_CHUNK);
    x->sent += piece.n;
    http_conn_dirty(c);
}

void http_stream_end(struct http_request *req, bool ok)
{
    struct exchange *x = exchange_of(req);
    struct http_conn *c = req->conn;
    x->stream.events = NULL;
    if (!http_conn_gone(c) && !x->stream.mute) {
        if (!ok || (x->stream.length >= 0 && (uint64_t)x->stream.length != x->sent))
            http_conn_reset(c);
        else if (x->stream.chunked)
            http_out_add(&c->out, &c->server->pool, STR("0\r\n\r\n"), OUT_CHUNK);
    }
    exchange_done(x);
}

void http_stream_turn(struct http_conn *c)
{
    struct exchange *x = c->x;
    const struct http_stream_events *events = x->stream.events;
    if (!events || x->stream.gone)
        return;
    if (http_conn_gone(c) || x->stream.mute) {
        x->stream.gone = true;
        events->gone(x->stream.arg);
    } else if (x->stream.fed && c->out.queued < OUT_LOW) {
        x->stream.fed = false;
        events->more(x->stream.arg);
    }
}
