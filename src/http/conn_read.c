/* Reading from a connection: bytes into heads and bodies as far as its state (conn.c) allows, and
 * when to read at all. */
#include "http/internal.h"

#define TURN_REQUESTS 64 /* pipelined requests of one peer before others get their turn */

/* p…n: what is there of the next request, from its first byte. Returns how much can be forgotten.
 */
static size_t take_head(struct http_conn *c, const char *p, size_t n)
{
    size_t used, skip;
    enum strict_result r =
        strict_head(&c->guard, &c->server->limits, p + c->scanned, n - c->scanned, &used, &skip);
    if (r == STRICT_MORE) {
        c->starved = true;
        if (!strict_head_begun(&c->guard))
            return n;
        c->scanned = n - skip;
        if (c->state != CONN_HEAD)
            http_conn_enter(c, CONN_HEAD);
        return skip;
    }
    struct strict_head guard = c->guard;
    size_t end = c->scanned + used;
    c->guard = (struct strict_head){0};
    c->scanned = 0;
    if (r == STRICT_BAD) {
        struct err e = ERR_INIT;
        strict_err(guard.why, &e);
        exchange_refuse(c, &e);
        return n;
    }
    exchange_begin(c, (struct str){p + skip, end - skip}, guard.fields);
    return end;
}

/* Goes through bytes as far as the state allows; returns how many were used. */
static size_t take(struct http_conn *c, const char *p, size_t n)
{
    size_t at = 0;
    int requests = 0;
    c->starved = false;
    while (at < n && !c->starved) {
        if (c->state <= CONN_HEAD) {
            if (requests++ == TURN_REQUESTS)
                break;
            at += take_head(c, p + at, n - at);
        } else if (c->state == CONN_BODY || c->state == CONN_DRAIN) {
            at += exchange_feed(c, p + at, n - at);
        } else if (c->last || c->state >= CONN_FINISHING) {
            at = n; /* nobody wants them */
        } else {
            break;
        }
    }
    http_conn_invite(c);
    return at;
}

void http_conn_invite(struct http_conn *c)
{
    if (c->state != CONN_BODY || !c->x->continue_due)
        return;
    c->x->continue_due = false;
    http_out_add(&c->out, &c->server->pool, STR("HTTP/1.1 100 Continue\r\n\r\n"), OUT_CHUNK);
}

void http_conn_take_in(struct http_conn *c)
{
    size_t used = take(c, c->in.p, c->in.n);
    if (used < c->in.n)
        buf_consume(&c->in, used);
    else
        buf_release(&c->in); /* also when closing has emptied it meanwhile */
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    const struct http_conn *c = handle->data;
    bool small = c->state <= CONN_HEAD || (c->state >= CONN_HANDLING && c->state <= CONN_WRITING);
    *buf = uv_buf_init(c->server->read_buf, small ? READ_HEAD : READ_SIZE);
}

static void on_eof(struct http_conn *c)
{
    c->eof = true;
    if (c->reading)
        uv_read_stop((uv_stream_t *)&c->tcp);
    c->reading = false;
    if (c->state >= CONN_UPGRADED)
        http_conn_close(c);
    else
        http_conn_turn(c);
}

/* Bytes of requests, or of whoever the connection was given to. */
static void take_plain(struct http_conn *c, const char *p, size_t n)
{
    if (c->state == CONN_UPGRADED && c->in.n == 0) {
        c->upgrade->bytes(c->upgrade_arg, (struct str){p, n});
    } else if (c->in.n > 0) {
        buf_add(&c->in, p, n);
        http_conn_take_in(c);
    } else {
        size_t used = take(c, p, n);
        if (used < n && !http_conn_gone(c))
            buf_add(&c->in, p + used, n - used);
    }
}

/* The buffer of the server, where the ciphertext came, is free again for the plain bytes. False:
 * nothing follows. */
static bool take_cipher(struct http_conn *c, const uv_buf_t *buf, size_t n)
{
    int got = 0;
    http_tls_take(c->tls, (struct str){buf->base, n});
    while (!http_conn_gone(c) && (got = http_tls_read(c->tls, c->server->read_buf, READ_SIZE)) > 0)
        take_plain(c, c->server->read_buf, (size_t)got);
    return got >= 0;
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct http_conn *c = stream->data;
    if (n == 0 || http_conn_gone(c))
        return;
    if (n == UV_EOF) {
        on_eof(c);
        return;
    }
    if (n < 0) {
        http_conn_close(c);
        return;
    }
    if (!c->tls) {
        take_plain(c, buf->base, (size_t)n);
    } else if (!take_cipher(c, buf, (size_t)n) && !http_conn_gone(c)) {
        on_eof(c);
        return;
    }
    http_conn_turn(c);
}

void http_conn_choose_reading(struct http_conn *c)
{
    bool want;
    if (c->eof || http_conn_gone(c))
        want = false;
    else if (http_conn_reads_requests(c))
        want = c->in.n < READ_SIZE;
    else if (c->state <= CONN_WRITING) /* one read more shows whether the peer has left */
        want = c->in.n == 0;
    else if (c->state == CONN_UPGRADED)
        want = c->reading ? c->out.queued < OUT_HIGH : c->out.queued < OUT_LOW;
    else
        want = true;
    if (want == c->reading)
        return;
    c->reading = want;
    if (!want)
        uv_read_stop((uv_stream_t *)&c->tcp);
    else if (uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read) < 0)
        http_conn_close(c);
}
