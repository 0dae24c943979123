/*
 * A server that knows nothing of HTTP but how to find the end of a request: the test's `answer` is
 * called with the request's text and sends what it likes, also nothing, also rubbish. On 127.0.0.1,
 * any port.
 */
#ifndef TEST_HTTP_DUMB_SERVER_H
#define TEST_HTTP_DUMB_SERVER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

struct dumb_conn {
    uv_tcp_t tcp;
    uv_timer_t later;
    struct dumb_server *server;
    char in[8192];
    size_t n;
    int requests, handles;
    void (*then)(struct dumb_conn *);
    int step;
};

struct dumb_server {
    uv_tcp_t tcp;
    uv_loop_t *loop;
    int port, accepted, open, requests;
    char last[8192]; /* the newest request */
    void (*answer)(struct dumb_conn *c, const char *request);
    struct dumb_conn *conns[256];
};

static void dumb_freed(uv_handle_t *h)
{
    struct dumb_conn *c = h->data;
    if (--c->handles == 0) {
        c->server->open--;
        free(c);
    }
}

static void dumb_close(struct dumb_conn *c)
{
    if (uv_is_closing((uv_handle_t *)&c->tcp))
        return;
    for (size_t i = 0; i < sizeof c->server->conns / sizeof *c->server->conns; i++)
        if (c->server->conns[i] == c)
            c->server->conns[i] = NULL;
    uv_close((uv_handle_t *)&c->tcp, dumb_freed);
    uv_close((uv_handle_t *)&c->later, dumb_freed);
}

struct dumb_write {
    uv_write_t req;
    bool then_close;
    char bytes[];
};

static void dumb_written(uv_write_t *req, int status)
{
    struct dumb_write *w = (struct dumb_write *)req;
    if (w->then_close)
        dumb_close(req->handle->data);
    free(w);
}

static void dumb_send_n(struct dumb_conn *c, const char *bytes, size_t n, bool then_close)
{
    struct dumb_write *w = malloc(sizeof *w + n);
    w->then_close = then_close;
    memcpy(w->bytes, bytes, n);
    uv_buf_t b = uv_buf_init(w->bytes, (unsigned)n);
    if (uv_write(&w->req, (uv_stream_t *)&c->tcp, &b, 1, dumb_written) < 0)
        free(w);
}

static void dumb_send(struct dumb_conn *c, const char *text)
{
    dumb_send_n(c, text, strlen(text), false);
}

static void dumb_send_close(struct dumb_conn *c, const char *text)
{
    dumb_send_n(c, text, strlen(text), true);
}

static void dumb_on_later(uv_timer_t *t)
{
    struct dumb_conn *c = t->data;
    c->then(c);
}

static void dumb_after(struct dumb_conn *c, int ms, void (*then)(struct dumb_conn *))
{
    c->then = then;
    uv_timer_start(&c->later, dumb_on_later, (uint64_t)ms, 0);
}

static void dumb_alloc(uv_handle_t *h, size_t size, uv_buf_t *b)
{
    struct dumb_conn *c = h->data;
    *b = uv_buf_init(c->in + c->n, (unsigned)(sizeof c->in - 1 - c->n));
}

static void dumb_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *b)
{
    struct dumb_conn *c = stream->data;
    if (n < 0) {
        dumb_close(c);
        return;
    }
    c->n += (size_t)n;
    c->in[c->n] = 0;
    char *end;
    while ((end = strstr(c->in, "\r\n\r\n"))) {
        size_t length = (size_t)(end + 4 - c->in);
        const char *cl = strcasestr(c->in, "\r\nContent-Length:");
        if (cl && cl < end)
            length += (size_t)strtoul(cl + 17, NULL, 10);
        if (c->n < length)
            return;
        struct dumb_server *s = c->server;
        s->requests++;
        c->requests++;
        memcpy(s->last, c->in, length);
        s->last[length] = 0;
        memmove(c->in, c->in + length, c->n - length + 1);
        c->n -= length;
        s->answer(c, s->last);
    }
}

static void dumb_accept(uv_stream_t *stream, int status)
{
    struct dumb_server *s = stream->data;
    struct dumb_conn *c = calloc(1, sizeof *c);
    c->server = s;
    c->handles = 2;
    uv_tcp_init(s->loop, &c->tcp);
    uv_timer_init(s->loop, &c->later);
    c->tcp.data = c->later.data = c;
    uv_accept(stream, (uv_stream_t *)&c->tcp);
    s->accepted++;
    s->open++;
    for (size_t i = 0; i < sizeof s->conns / sizeof *s->conns; i++)
        if (!s->conns[i]) {
            s->conns[i] = c;
            break;
        }
    uv_read_start((uv_stream_t *)&c->tcp, dumb_alloc, dumb_read);
}

static inline void dumb_open(
    struct dumb_server *s, uv_loop_t *loop, void (*answer)(struct dumb_conn *, const char *))
{
    memset(s, 0, sizeof *s);
    s->loop = loop;
    s->answer = answer;
    uv_tcp_init(loop, &s->tcp);
    s->tcp.data = s;
    struct sockaddr_in a;
    uv_ip4_addr("127.0.0.1", 0, &a);
    if (uv_tcp_bind(&s->tcp, (struct sockaddr *)&a, 0) ||
        uv_listen((uv_stream_t *)&s->tcp, 256, dumb_accept))
        abort();
    int n = sizeof a;
    uv_tcp_getsockname(&s->tcp, (struct sockaddr *)&a, &n);
    s->port = ntohs(a.sin_port);
}

static inline void dumb_stop(struct dumb_server *s)
{
    for (size_t i = 0; i < sizeof s->conns / sizeof *s->conns; i++)
        if (s->conns[i])
            dumb_close(s->conns[i]);
    if (!uv_is_closing((uv_handle_t *)&s->tcp))
        uv_close((uv_handle_t *)&s->tcp, NULL);
}

#endif
