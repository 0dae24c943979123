/* The real HTTP server, WebSockets and hub on one loop; the test is their client on plain sockets
 * in the same thread. */
#ifndef TEST_LIVE_FIXTURE_H
#define TEST_LIVE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include "fake_below.h"
#include "http/server.h"
#include "live/live.h"
#include "obmen/time.h"

static struct {
    uv_loop_t loop;
    struct http_router *router;
    struct http_server *server;
    struct live *live;
    bool live_gone, server_gone;
    int port;
} f;

struct ws_client {
    int fd;
    struct buf in;
    bool ended; /* the server closed the connection */
    int code;   /* of its Close, 0 before */
};

static inline void pump(void)
{
    uv_run(&f.loop, UV_RUN_NOWAIT);
    if (!fake_engine.hold)
        fake_answer_all();
    uv_run(&f.loop, UV_RUN_NOWAIT);
}

static inline void pump_for(int ms)
{
    int64_t end = time_mono_ms() + ms;
    while (time_mono_ms() < end)
        pump();
}

static inline void fixture_open(void)
{
    struct err e = ERR_INIT;
    memset(&f, 0, sizeof f);
    memset(&fake_engine, 0, sizeof fake_engine);
    memset(&fake_auth, 0, sizeof fake_auth);
    fake_auth.ready = true;
    signal(SIGPIPE, SIG_IGN);
    uv_loop_init(&f.loop);
    f.router = http_router_new();
    f.live = live_open(&f.loop, NULL, NULL);
    live_routes(f.router, f.live);
    struct http_options o = {.listen = "127.0.0.1:0"};
    f.server = http_server_open(&f.loop, &o, f.router, NULL, &e);
    if (!f.server)
        fail_msg("%s", e.message);
    f.port = http_server_port(f.server, 0);
}

static inline void fixture_set(void *arg)
{
    *(bool *)arg = true;
}

static inline void fixture_close(void)
{
    int64_t end = time_mono_ms() + 20000;
    fake_engine.hold = false;
    if (!f.live_gone) {
        live_close(f.live, fixture_set, &f.live_gone);
        while (!f.live_gone && time_mono_ms() < end)
            pump();
    }
    assert_true(f.live_gone);
    http_server_close(f.server, 100, fixture_set, &f.server_gone);
    while (!f.server_gone && time_mono_ms() < end)
        pump();
    uv_run(&f.loop, UV_RUN_DEFAULT);
    assert_true(f.server_gone);
    assert_int_equal(uv_loop_close(&f.loop), 0);
    http_router_free(f.router);
}

/* ---- the client ---- */

static inline void client_read(struct ws_client *c)
{
    char bytes[65536];
    ssize_t n = recv(c->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n > 0)
        buf_add(&c->in, bytes, (size_t)n);
    else if (n == 0 || errno != EAGAIN)
        c->ended = true;
}

static inline void client_send(struct ws_client *c, struct str bytes)
{
    while (bytes.n) {
        ssize_t n = send(c->fd, bytes.p, bytes.n, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n > 0) {
            bytes.p += n;
            bytes.n -= (size_t)n;
        } else {
            pump();
        }
    }
}

/* Sends a handshake; headers are lines ended by \r\n. */
static inline struct ws_client client_open(const char *path, const char *headers)
{
    struct ws_client c = {.fd = socket(AF_INET, SOCK_STREAM, 0)};
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)f.port)};
    char text[2048];
    int at_once = 1;
    setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(c.fd, (struct sockaddr *)&a, sizeof a), 0);
    snprintf(text, sizeof text,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
        path, f.port, headers);
    client_send(&c, str_from(text));
    return c;
}

/* The status of the answer to the handshake; what follows its head stays in c->in unless it is no
 * 101. */
static inline int client_status(struct ws_client *c)
{
    int64_t end = time_mono_ms() + 10000;
    int status = 0;
    for (;;) {
        char *head = c->in.n ? memmem(c->in.p, c->in.n, "\r\n\r\n", 4) : NULL;
        if (head) {
            long long digits;
            assert_true(str_to_i64((struct str){c->in.p + 9, 3}, 100, 599, &digits));
            status = (int)digits;
            if (status == 101)
                buf_consume(&c->in, (size_t)(head + 4 - c->in.p));
            return status;
        }
        assert_true(time_mono_ms() < end);
        pump();
        client_read(c);
    }
}

static inline void client_text(struct ws_client *c, const char *text)
{
    struct buf b = BUF_INIT;
    size_t n = strlen(text);
    static const char mask[4] = {1, 2, 3, 4};
    buf_addc(&b, (char)0x81);
    if (n < 126) {
        buf_addc(&b, (char)(0x80 | n));
    } else {
        buf_addc(&b, (char)(0x80 | 126));
        buf_addc(&b, (char)(n >> 8));
        buf_addc(&b, (char)n);
    }
    buf_add(&b, mask, 4);
    for (size_t i = 0; i < n; i++)
        buf_addc(&b, (char)(text[i] ^ mask[i % 4]));
    client_send(c, buf_str(&b));
    buf_release(&b);
}

static inline void client_close_frame(struct ws_client *c, int code)
{
    char frame[] = {(char)0x88, (char)0x82, 0, 0, 0, 0, (char)(code >> 8), (char)code};
    client_send(c, (struct str){frame, sizeof frame});
}

/* One frame out of c->in; false: none there yet. Text goes to ret_text (NUL-ended), a Close sets
 * c->code. */
static inline bool client_frame(struct ws_client *c, struct buf *ret_text)
{
    const unsigned char *p = (const unsigned char *)c->in.p;
    if (c->in.n < 2)
        return false;
    size_t head = 2, n = p[1];
    if (n >= 126) {
        size_t bytes = n == 126 ? 2 : 8;
        if (c->in.n < 2 + bytes)
            return false;
        n = 0;
        for (size_t i = 0; i < bytes; i++)
            n = n << 8 | p[2 + i];
        head += bytes;
    }
    if (c->in.n < head + n)
        return false;
    int opcode = p[0] & 15;
    buf_clear(ret_text);
    if (opcode == 1)
        buf_add(ret_text, p + head, n);
    if (opcode == 8)
        c->code = n >= 2 ? p[head] << 8 | p[head + 1] : 1005;
    buf_addc(ret_text, 0);
    buf_consume(&c->in, head + n);
    return opcode == 1 || opcode == 8;
}

/* Waits for the next text, which must be this. */
static inline void client_expect(struct ws_client *c, const char *want)
{
    struct buf text = BUF_INIT;
    int64_t end = time_mono_ms() + 10000;
    while (!client_frame(c, &text)) {
        if (time_mono_ms() > end || c->ended)
            fail_msg("nothing came instead of \"%s\"", want);
        pump();
        client_read(c);
    }
    if (!strstr(text.p, want))
        fail_msg("\"%s\" (close %d) instead of \"%s\"", text.p, c->code, want);
    buf_release(&text);
}

/* What has come is all for now. */
static inline void client_expect_nothing(struct ws_client *c)
{
    struct buf text = BUF_INIT;
    pump_for(20);
    client_read(c);
    if (client_frame(c, &text))
        fail_msg("\"%s\" came", text.p);
    buf_release(&text);
}

static inline void client_expect_close(struct ws_client *c, int code)
{
    struct buf text = BUF_INIT;
    int64_t end = time_mono_ms() + 10000;
    while (!c->code) {
        assert_true(time_mono_ms() < end && !c->ended);
        client_frame(c, &text);
        pump();
        client_read(c);
    }
    assert_int_equal(c->code, code);
    buf_release(&text);
}

static inline void client_expect_end(struct ws_client *c)
{
    int64_t end = time_mono_ms() + 10000;
    while (!c->ended) {
        assert_true(time_mono_ms() < end);
        pump();
        client_read(c);
    }
}

static inline void client_gone(struct ws_client *c)
{
    close(c->fd);
    buf_release(&c->in);
}

/* A refused handshake: the status and a part of the body. */
static inline void expect_refused(
    const char *path, const char *headers, int status, const char *body)
{
    struct ws_client c = client_open(path, headers);
    int got = client_status(&c);
    if (got != status)
        fail_msg("%s with \"%s\": %d instead of %d", path, headers, got, status);
    pump_for(5);
    client_read(&c);
    buf_addc(&c.in, 0);
    if (!strstr(c.in.p, body))
        fail_msg("%s: no \"%s\" in %s", path, body, c.in.p);
    client_gone(&c);
}

static inline struct ws_client client_accepted(const char *path, const char *headers)
{
    struct ws_client c = client_open(path, headers);
    assert_int_equal(client_status(&c), 101);
    return c;
}

static inline void change(int task, bool final)
{
    fake_task(task)->seq++;
    live_changed(f.live, fake_task(task), final);
}

#endif
