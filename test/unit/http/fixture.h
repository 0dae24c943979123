/*
 * A real server on a real loop and a loopback socket, and peers that send bytes as told. Everything
 * runs in one thread: a peer waits by polling the loop and its own socket, always for a condition,
 * never for a time.
 */
#ifndef TEST_HTTP_FIXTURE_H
#define TEST_HTTP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "http/server.h"
#include "obmen/log.h"
#include "obmen/time.h"

#define PATIENCE_MS 10000

/* ---- the server under test ---- */

struct pending { /* a request that a handler keeps */
    struct http_request *req;
    struct pending *next;
};

struct fixture {
    uv_loop_t loop;
    struct http_router *router;
    struct http_server *server;
    struct pending *kept; /* oldest first */
    int kept_count;
    int answered, last_status;
    uint64_t last_bytes;
    int streams_gone, streams_more;
    int upgraded_closed, upgraded_writable;
    struct buf upgraded_bytes;
    struct http_conn *upgraded;
    bool closed;
    bool refuse_before, refuse_routed, keep_routed;
    int released; /* http_reply_shared: how often */
};

static inline void keep(struct fixture *f, struct http_request *req)
{
    struct pending *p = mem_alloc(sizeof *p), **at = &f->kept;
    p->req = req;
    while (*at)
        at = &(*at)->next;
    *at = p;
    f->kept_count++;
}

static inline struct http_request *take_kept(struct fixture *f)
{
    struct pending *p = f->kept;
    assert_non_null(p);
    uv_update_time(&f->loop); /* the answer will be given from outside the loop */
    struct http_request *req = p->req;
    f->kept = p->next;
    f->kept_count--;
    free(p);
    return req;
}

static inline void reply_text(struct http_request *req, int status, struct str text)
{
    struct buf body = BUF_INIT;
    buf_add_str(&body, text);
    http_reply(req, status, "text/plain", body);
}

static inline void on_hello(void *ctx, struct http_request *req)
{
    (void)ctx;
    reply_text(req, 200, STR("hello\n"));
}

static inline void on_echo(void *ctx, struct http_request *req)
{
    (void)ctx;
    reply_text(req, 200, req->body);
}

/* Method, path, parameters, query: what the server made of the request. */
static inline void on_show(void *ctx, struct http_request *req)
{
    (void)ctx;
    struct buf b = BUF_INIT;
    buf_printf(&b, "%.*s %.*s [%.*s][%.*s] ?%.*s #%.*s", STR_ARG(req->method_text),
        STR_ARG(req->path), STR_ARG(req->params[0]), STR_ARG(req->params[1]), STR_ARG(req->query),
        STR_ARG(req->body));
    http_reply(req, 200, "text/plain", b);
}

static inline void on_later(void *ctx, struct http_request *req)
{
    keep(ctx, req);
}

static inline void on_big(void *ctx, struct http_request *req)
{
    (void)ctx;
    long long n = 0;
    str_to_i64(http_query(req, "n"), 0, 1 << 30, &n);
    struct buf b = BUF_INIT;
    buf_reserve(&b, (size_t)n + 1);
    for (long long i = 0; i < n; i++)
        buf_addc(&b, (char)('a' + i % 26));
    http_reply(req, 200, "text/plain", b);
}

static inline void on_released(void *arg)
{
    ((struct fixture *)arg)->released++;
}

static inline void on_shared(void *ctx, struct http_request *req)
{
    static char text[5000];
    memset(text, 's', sizeof text);
    http_reply_shared(req, 200, "text/plain", (struct str){text, sizeof text}, on_released, ctx);
}

/* A stream of `pieces` pieces of `size` bytes; ok=0 cuts it at the end. */
struct stream {
    struct fixture *f;
    struct http_request *req;
    long long pieces, size;
    bool ok;
};

static inline void stream_more(void *arg)
{
    struct stream *s = arg;
    s->f->streams_more++;
    if (s->pieces-- == 0) {
        http_stream_end(s->req, s->ok);
        return;
    }
    struct buf b = BUF_INIT;
    for (long long i = 0; i < s->size; i++)
        buf_addc(&b, (char)('a' + i % 26));
    http_stream_write(s->req, buf_str(&b));
    buf_release(&b);
}

static inline void stream_gone(void *arg)
{
    struct stream *s = arg;
    s->f->streams_gone++;
    http_stream_end(s->req, false);
}

static const struct http_stream_events stream_events = {stream_more, stream_gone};

static inline void on_stream(void *ctx, struct http_request *req)
{
    struct stream *s = arena_alloc(&req->arena, sizeof *s);
    long long ok = 1;
    *s = (struct stream){.f = ctx, .req = req, .pieces = 3, .size = 4};
    str_to_i64(http_query(req, "pieces"), 0, 1 << 20, &s->pieces);
    str_to_i64(http_query(req, "size"), 0, 1 << 20, &s->size);
    str_to_i64(http_query(req, "ok"), 0, 1, &ok);
    s->ok = ok;
    http_stream_begin(req, 200, "text/plain", &stream_events, s);
}

static inline void up_bytes(void *arg, struct str piece)
{
    struct fixture *f = arg;
    buf_add_str(&f->upgraded_bytes, piece);
    http_conn_write(f->upgraded, piece); /* an echo */
}

static inline void up_writable(void *arg)
{
    ((struct fixture *)arg)->upgraded_writable++;
}

static inline void up_closed(void *arg)
{
    struct fixture *f = arg;
    f->upgraded_closed++;
    f->upgraded = NULL;
}

static const struct http_upgrade upgrade_events = {up_bytes, up_writable, up_closed};

static inline void on_switch(void *ctx, struct http_request *req)
{
    struct fixture *f = ctx;
    f->upgraded = http_switch(req, &upgrade_events, f);
}

static const struct http_route routes[] = {
    {"GET", "/hello", on_hello, 0, 0},
    {"POST", "/echo", on_echo, 0, 0},
    {"POST", "/small", on_echo, 0, 10},
    {"GET", "/show/{a}", on_show, 0, 0},
    {"GET", "/show/{a}/of/{b}", on_show, 0, 0},
    {"POST", "/show/{a}", on_show, 0, 0},
    {"GET", "/files/**", on_show, 0, 0},
    {"GET", "/later", on_later, 0, 0},
    {"POST", "/later", on_later, 0, 0},
    {"GET", "/big", on_big, 0, 0},
    {"GET", "/shared", on_shared, 0, 0},
    {"GET", "/stream", on_stream, 0, 0},
    {"GET", "/switch", on_switch, 0, 0},
    {0},
};

static inline bool gate_before(void *ctx, struct http_request *req)
{
    struct fixture *f = ctx;
    if (!f->refuse_before)
        return true;
    reply_text(req, 429, STR("slow down"));
    return false;
}

static inline bool gate_routed(void *ctx, struct http_request *req)
{
    struct fixture *f = ctx;
    if (f->keep_routed) {
        keep(f, req);
        return false;
    }
    if (!f->refuse_routed)
        return true;
    reply_text(req, 401, STR("who are you"));
    return false;
}

static inline void gate_answered(
    void *ctx, const struct http_request *req, int status, uint64_t ns, uint64_t bytes)
{
    (void)req;
    (void)ns;
    struct fixture *f = ctx;
    f->answered++;
    f->last_status = status;
    f->last_bytes = bytes;
}

static inline struct fixture *fixture_open_with(const struct http_options *o)
{
    struct fixture *f = mem_alloc(sizeof *f);
    lang_english = true;
    assert_int_equal(uv_loop_init(&f->loop), 0);
    f->router = http_router_new();
    http_router_add(f->router, routes, f);
    struct http_gates gates = {gate_before, gate_routed, gate_answered, f};
    struct err e = ERR_INIT;
    f->server = http_server_open(&f->loop, o, f->router, &gates, &e);
    if (!f->server)
        fail_msg("%s", e.message);
    return f;
}

static inline struct fixture *fixture_open(void)
{
    struct http_options o = {.listen = "127.0.0.1:0"};
    return fixture_open_with(&o);
}

static inline void on_server_closed(void *arg)
{
    ((struct fixture *)arg)->closed = true;
}

/* After each test the loop must be empty. */
static inline void fixture_close(struct fixture *f)
{
    if (f->server)
        http_server_close(f->server, 0, on_server_closed, f);
    while (f->kept)
        reply_text(take_kept(f), 200, STR("late"));
    assert_int_equal(uv_run(&f->loop, UV_RUN_DEFAULT), 0);
    if (f->server)
        assert_true(f->closed);
    assert_int_equal(uv_loop_close(&f->loop), 0);
    http_router_free(f->router);
    buf_release(&f->upgraded_bytes);
    free(f);
}

/* ---- peers ---- */

struct peer {
    struct fixture *f;
    int fd;
    struct buf in; /* received and not yet taken */
    bool eof;      /* orderly end */
    int error;     /* errno of recv */
};

static inline int64_t deadline_in(int ms)
{
    return time_mono_ms() + ms;
}

/* One turn of the loop, then waits, at most for `most` ms, until it or the peer's socket has
 * something to do. */
static inline void turn_for(struct fixture *f, int fd, short events, int64_t deadline, int most)
{
    uv_run(&f->loop, UV_RUN_NOWAIT);
    if (time_mono_ms() > deadline)
        fail_msg("waited too long");
    int timeout = uv_backend_timeout(&f->loop);
    if (timeout < 0 || timeout > most)
        timeout = most;
    struct pollfd fds[2] = {{uv_backend_fd(&f->loop), POLLIN, 0}, {fd, events, 0}};
    poll(fds, fd >= 0 ? 2 : 1, timeout);
}

static inline void turn(struct fixture *f, int fd, short events, int64_t deadline)
{
    turn_for(f, fd, events, deadline, 100);
}

#define WAIT_FOR(f, condition)                                                                     \
    do {                                                                                           \
        int64_t wait_deadline = deadline_in(PATIENCE_MS);                                          \
        while (!(condition))                                                                       \
            turn((f), -1, 0, wait_deadline);                                                       \
    } while (0)

static inline struct peer peer_open_port(struct fixture *f, int port)
{
    struct peer p = {.f = f, .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int one = 1;
    setsockopt(p.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    assert_int_equal(connect(p.fd, (struct sockaddr *)&sa, sizeof sa), 0);
    fcntl(p.fd, F_SETFL, fcntl(p.fd, F_GETFL) | O_NONBLOCK);
    return p;
}

static inline struct peer peer_open(struct fixture *f)
{
    return peer_open_port(f, http_server_port(f->server, 0));
}

static inline void peer_close(struct peer *p)
{
    close(p->fd);
    p->fd = -1;
    buf_release(&p->in);
}

/* Closes with RST. */
static inline void peer_abort(struct peer *p)
{
    struct linger l = {1, 0};
    setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &l, sizeof l);
    peer_close(p);
}

static inline void peer_receive(struct peer *p)
{
    char bytes[65536];
    while (!p->eof && !p->error) {
        ssize_t n = recv(p->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n > 0)
            buf_add(&p->in, bytes, (size_t)n);
        else if (n == 0)
            p->eof = true;
        else if (errno != EAGAIN)
            p->error = errno;
        else
            break;
    }
}

/* Sends all of it, letting the server run as needed. */
static inline void peer_send(struct peer *p, struct str s)
{
    int64_t deadline = deadline_in(PATIENCE_MS);
    while (s.n > 0) {
        ssize_t n = send(p->fd, s.p, s.n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0) {
            if (errno != EAGAIN)
                return; /* the server has closed: what it answered is still to be read */
            turn(p->f, p->fd, POLLOUT, deadline);
            continue;
        }
        s.p += n;
        s.n -= (size_t)n;
    }
}

static inline void peer_sends(struct peer *p, const char *text)
{
    peer_send(p, str_from(text));
}

/* Lets the server see what was sent so far before more is sent. */
static inline void settle(struct fixture *f)
{
    for (int i = 0; i < 3; i++)
        uv_run(&f->loop, UV_RUN_NOWAIT);
}

/* One whole answer. */
struct answer {
    int status;
    char head[2048];
    struct buf body;
};

static inline struct str answer_header(const struct answer *a, const char *name)
{
    size_t n = strlen(name);
    for (const char *line = strchr(a->head, '\n'); line && line[1]; line = strchr(line + 1, '\n')) {
        if (strncasecmp(line + 1, name, n) == 0 && line[n + 1] == ':') {
            const char *value = line + n + 3;
            return (struct str){value, strcspn(value, "\r")};
        }
    }
    return STR_NULL;
}

/* Decodes chunks at p; the bytes used, or 0 when the last chunk is not there yet. */
static inline size_t unchunk(const char *p, size_t n, struct buf *body)
{
    size_t at = 0;
    for (;;) {
        const char *line = memmem(p + at, n - at, "\r\n", 2);
        if (!line)
            return 0;
        size_t size = strtoul(p + at, NULL, 16);
        at = (size_t)(line - p) + 2;
        if (n - at < size + 2)
            return 0;
        buf_add(body, p + at, size);
        at += size;
        assert_memory_equal(p + at, "\r\n", 2);
        at += 2;
        if (size == 0)
            return at;
    }
}

/* Takes one answer off the received bytes if it is there. to_head: the request was HEAD. */
static inline bool answer_take(struct peer *p, struct answer *a, bool to_head)
{
    const char *end = p->in.n ? memmem(p->in.p, p->in.n, "\r\n\r\n", 4) : NULL;
    if (!end)
        return false;
    size_t head = (size_t)(end - p->in.p) + 4, used;
    memset(a, 0, sizeof *a);
    assert_true(head < sizeof a->head);
    memcpy(a->head, p->in.p, head);
    assert_int_equal(sscanf(a->head, "HTTP/1.1 %d", &a->status), 1);
    struct str length = answer_header(a, "Content-Length");
    if (to_head || a->status < 200 || a->status == 204 || a->status == 304) {
        used = head;
    } else if (str_is(answer_header(a, "Transfer-Encoding"), "chunked")) {
        if (p->in.n > 1 << 20 && memcmp(p->in.p + p->in.n - 5, "0\r\n\r\n", 5) != 0)
            return false; /* looked through only when it may be whole */
        used = unchunk(p->in.p + head, p->in.n - head, &a->body);
        if (!used) {
            buf_release(&a->body);
            return false;
        }
        used += head;
    } else if (length.p) {
        size_t n = strtoul(length.p, NULL, 10);
        if (p->in.n - head < n)
            return false;
        buf_add(&a->body, p->in.p + head, n);
        used = head + n;
    } else { /* until the end */
        if (!p->eof)
            return false;
        buf_add(&a->body, p->in.p + head, p->in.n - head);
        used = p->in.n;
    }
    buf_addc(&a->body, 0); /* for string functions; not counted */
    a->body.n--;
    buf_consume(&p->in, used);
    return true;
}

static inline struct answer peer_answer_to(struct peer *p, bool to_head)
{
    struct answer a;
    int64_t deadline = deadline_in(PATIENCE_MS);
    for (;;) {
        peer_receive(p);
        if (answer_take(p, &a, to_head))
            return a;
        if (p->eof || p->error)
            fail_msg("the connection ended (error %d) before an answer; %zu bytes: %.*s", p->error,
                p->in.n, (int)p->in.n, p->in.p ? p->in.p : "");
        turn(p->f, p->fd, POLLIN, deadline);
    }
}

static inline struct answer peer_answer(struct peer *p)
{
    return peer_answer_to(p, false);
}

static inline void answer_release(struct answer *a)
{
    buf_release(&a->body);
}

/* Expects an answer with this status and, unless NULL, this body. */
static inline void expect_answer(struct peer *p, int status, const char *body)
{
    struct answer a = peer_answer(p);
    if (a.status != status)
        fail_msg("status %d, not %d: %s%s", a.status, status, a.head, a.body.p);
    if (body)
        assert_string_equal(a.body.p, body);
    answer_release(&a);
}

/* Expects an orderly end and nothing before it. */
static inline void expect_end(struct peer *p)
{
    int64_t deadline = deadline_in(PATIENCE_MS);
    for (;;) {
        peer_receive(p);
        if (p->in.n > 0)
            fail_msg("unexpected bytes: %.*s", (int)p->in.n, p->in.p);
        if (p->error)
            fail_msg("the connection was reset (%s)", strerror(p->error));
        if (p->eof)
            return;
        turn(p->f, p->fd, POLLIN, deadline);
    }
}

static inline int connections(struct fixture *f)
{
    struct http_figures figures;
    http_server_figures(f->server, &figures);
    return figures.connections;
}

#endif
