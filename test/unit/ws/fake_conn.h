/*
 * The HTTP server's side of a WebSocket, under the test's control: what http/server.h promises to
 * src/ws, without sockets. A test says what the peer sends, how much it has taken, and when it
 * leaves. Linked in place of src/http.
 */
#ifndef TEST_WS_FAKE_CONN_H
#define TEST_WS_FAKE_CONN_H

#include <stdio.h>
#include <stdlib.h>
#include "obmen/arena.h"
#include "http/server.h"

struct http_conn {
    struct http_upgrade events;
    void *arg;
    struct buf out; /* everything written */
    size_t stuck;   /* bytes that the peer has not taken */
    bool reads;     /* takes everything at once */
    bool finishing;
    int patience_ms;
};

static struct http_conn *fake_last_conn;

static struct fake_answer { /* of the newest request */
    int status;
    struct buf headers;
    enum err_code code;
    char message[320];
} fake_answer;

/* ---- what src/ws calls ---- */

struct str http_header(const struct http_request *req, const char *name)
{
    for (int i = 0; i < req->header_count; i++)
        if (str_eq_nocase(req->headers[i].name, str_from(name)))
            return req->headers[i].value;
    return STR_NULL;
}

void http_add_header(struct http_request *req, const char *name, struct str value)
{
    buf_printf(&fake_answer.headers, "%s: %.*s\n", name, STR_ARG(value));
}

void http_reply_error(struct http_request *req, const struct err *e)
{
    fake_answer.status = e->http_status ? e->http_status : err_code_status(e->code);
    fake_answer.code = e->code;
    snprintf(fake_answer.message, sizeof fake_answer.message, "%s", e->message);
}

struct http_conn *http_switch(
    struct http_request *req, const struct http_upgrade *events, void *arg)
{
    struct http_conn *c = mem_alloc(sizeof *c);
    c->events = *events;
    c->arg = arg;
    c->reads = true;
    fake_answer.status = 101;
    fake_last_conn = c;
    arena_release(&req->arena);
    return c;
}

void http_conn_write(struct http_conn *c, struct str bytes)
{
    buf_add_str(&c->out, bytes);
    if (!c->reads)
        c->stuck += bytes.n;
}

void http_conn_write_shared(
    struct http_conn *c, struct str bytes, void (*release)(void *arg), void *arg)
{
    http_conn_write(c, bytes);
    release(arg);
}

size_t http_conn_queued(const struct http_conn *c)
{
    return c->stuck;
}

void http_conn_finish(struct http_conn *c, int timeout_ms)
{
    c->finishing = true;
    c->patience_ms = timeout_ms;
}

/* ---- what the test does ---- */

static inline void fake_send(struct http_conn *c, struct buf *b)
{
    c->events.bytes(c->arg, buf_str(b));
    buf_clear(b);
}

static inline void fake_taken(struct http_conn *c)
{
    c->stuck = 0;
    c->events.writable(c->arg);
}

/* The connection is gone. */
static inline void fake_end(struct http_conn *c)
{
    c->events.closed(c->arg);
    buf_release(&c->out);
    free(c);
}

/* Reads the next frame from the server off the output: its opcode, or -1. A frame must be whole,
 * final and unmasked. */
static inline int fake_frame(struct http_conn *c, struct buf *ret_payload)
{
    const unsigned char *p = (const unsigned char *)c->out.p;
    buf_clear(ret_payload);
    if (c->out.n == 0)
        return -1;
    size_t head = 2, n = p[1] & 0x7f;
    if ((p[0] & 0xf0) != 0x80 || p[1] & 0x80)
        abort();
    if (n >= 126) {
        size_t bytes = n == 126 ? 2 : 8;
        n = 0;
        for (size_t i = 0; i < bytes; i++)
            n = n << 8 | p[2 + i];
        head += bytes;
    }
    int opcode = p[0] & 15;
    buf_add(ret_payload, p + head, n);
    buf_consume(&c->out, head + n);
    return opcode;
}

/* A right handshake; headers may be changed before use. */
static struct http_header fake_headers[5];
static inline struct http_request fake_request(void)
{
    static const struct http_header right[] = {{{"Host", 4}, {"a", 1}},
        {{"Upgrade", 7}, {"websocket", 9}}, {{"Connection", 10}, {"keep-alive, Upgrade", 19}},
        {{"Sec-WebSocket-Version", 21}, {"13", 2}},
        {{"Sec-WebSocket-Key", 17}, {"dGhlIHNhbXBsZSBub25jZQ==", 24}}};
    memcpy(fake_headers, right, sizeof right);
    fake_answer.status = 0;
    fake_answer.message[0] = 0;
    buf_clear(&fake_answer.headers);
    return (struct http_request){.method = HTTP_M_GET, .headers = fake_headers, .header_count = 5};
}

#endif
