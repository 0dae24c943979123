/* The HTTP client against a server in the same loop: whole, chunked, cut, silent and slow answers,
 * reuse of connections, redirects, cancelling and pausing at every point, many calls at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <netdb.h>
#include <pthread.h>
#include <time.h>
#include "http/client.h"
#include "obmen/arena.h"
#include "obmen/buf.h"
#include "obmen/time.h"
#include "dumb_server.h"

static struct fixture {
    uv_loop_t loop;
    struct dumb_server server;
    struct http_client *client;
    uv_timer_t tick;
    int closed;
} f;

struct result {
    struct http_call *call;
    int heads, pieces, done, status;
    struct buf body;
    char type[64], cookie[64];
    int retry_after_ms;
    bool failed;
    struct err err;
    /* what the callbacks are to do */
    bool cancel_in_head, cancel_in_data, false_in_head, false_in_data, pause_in_data,
        cancel_in_done;
    const char *again; /* a call to start from on_done */
};

static int all_done;

static bool on_head(void *arg, const struct http_answer *a)
{
    struct result *r = arg;
    r->heads++;
    if (r->cancel_in_head)
        http_call_cancel(r->call);
    return !r->false_in_head;
}

static bool on_data(void *arg, struct str piece)
{
    struct result *r = arg;
    r->pieces++;
    buf_add_str(&r->body, piece);
    if (r->cancel_in_data)
        http_call_cancel(r->call);
    if (r->pause_in_data)
        http_call_pause(r->call, true);
    return !r->false_in_data;
}

static void start(struct result *r, const char *path);

static void on_done(void *arg, const struct http_answer *a, const struct err *err)
{
    struct result *r = arg;
    r->done++;
    all_done++;
    r->status = a->status;
    snprintf(r->type, sizeof r->type, "%.*s", STR_ARG(a->content_type));
    snprintf(r->cookie, sizeof r->cookie, "%.*s", STR_ARG(a->set_cookie));
    r->retry_after_ms = a->retry_after_ms;
    r->failed = err != NULL;
    if (err)
        r->err = *err;
    if (r->cancel_in_done)
        http_call_cancel(r->call);
    if (r->again) {
        const char *path = r->again;
        r->again = NULL;
        start(r, path);
    }
}

static const struct http_call_events events = {on_head, on_data, on_done};

static const char *url_of(const char *path)
{
    static char url[512];
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", f.server.port, path);
    return url;
}

static void start(struct result *r, const char *path)
{
    struct http_call_options o = {.url = url_of(path), .timeout_ms = 5000, .target = "test"};
    r->call = http_call_start(f.client, &o, &events, r);
    assert_non_null(r->call);
}

/* Wakes the loop, which would else sleep on after the timer that brought what we wait for. */
static void on_tick(uv_timer_t *t)
{
}

static void run_until(const int *what, int at_least)
{
    int64_t end = time_mono_ms() + 20000;
    uv_timer_start(&f.tick, on_tick, 1, 1);
    while (*what < at_least) {
        assert_true(time_mono_ms() < end);
        uv_run(&f.loop, UV_RUN_ONCE);
    }
    uv_timer_stop(&f.tick);
}

static void run_for(int ms)
{
    int64_t end = time_mono_ms() + ms;
    while (time_mono_ms() < end)
        uv_run(&f.loop, UV_RUN_NOWAIT);
}

/* ---- what the server does, by path ---- */

static void slow_piece(struct dumb_conn *c)
{
    if (c->step++ < 5) {
        dumb_send(c, "2\r\nab\r\n");
        dumb_after(c, 20, slow_piece);
    } else {
        dumb_send(c, "0\r\n\r\n");
    }
}

static void send_big(struct dumb_conn *c, size_t n)
{
    char head[128];
    char *body = malloc(n);
    for (size_t i = 0; i < n; i++)
        body[i] = (char)('a' + i % 26);
    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", n);
    dumb_send(c, head);
    dumb_send_n(c, body, n, false);
    free(body);
}

static void answer(struct dumb_conn *c, const char *request)
{
    char path[128] = "", text[512];
    sscanf(request, "%*s %127s", path);
    if (strncmp(path, "/whole", 6) == 0) {
        dumb_send(c,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
            "Set-Cookie:  ibsession=abc ; path=/; HttpOnly\r\nSet-Cookie: x=y\r\n\r\nhello");
    } else if (strcmp(path, "/chunked") == 0) {
        dumb_send(c,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n"
            "0\r\nSet-Cookie: trailer=1\r\n\r\n");
    } else if (strcmp(path, "/until-close") == 0) {
        dumb_send_close(c, "HTTP/1.1 200 OK\r\n\r\nhello");
    } else if (strcmp(path, "/cut-length") == 0) {
        dumb_send_close(c, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
    } else if (strcmp(path, "/cut-chunk") == 0) {
        dumb_send_close(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nhello");
    } else if (strcmp(path, "/cut-head") == 0) {
        dumb_send_close(c, "HTTP/1.1 200 OK\r\nContent-Le");
    } else if (strcmp(path, "/close") == 0) {
        dumb_close(c);
    } else if (strcmp(path, "/rubbish") == 0) {
        dumb_send_close(c, "SSH-2.0-OpenSSH_9.2\r\n");
    } else if (strcmp(path, "/slow") == 0) {
        dumb_send(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        c->step = 0;
        slow_piece(c);
    } else if (strcmp(path, "/stall") == 0) {
        dumb_send(c, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
    } else if (strcmp(path, "/big") == 0) {
        send_big(c, 1 << 20);
    } else if (strcmp(path, "/continue") == 0) {
        dumb_send(c, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Busy\r\nRetry-After: 7\r\n"
                     "Content-Length: 0\r\n\r\n");
    } else if (strcmp(path, "/retry-date") == 0) {
        time_t then = time(NULL) + 30;
        struct tm tm;
        char date[64];
        gmtime_r(&then, &tm);
        strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &tm);
        snprintf(text, sizeof text,
            "HTTP/1.1 429 Slow down\r\nRetry-After: %s\r\nContent-Length: 0\r\n\r\n", date);
        dumb_send(c, text);
    } else if (strcmp(path, "/redirect") == 0) {
        dumb_send(c, "HTTP/1.1 302 Found\r\nLocation: whole?x=1\r\nContent-Length: 3\r\n\r\nno!");
    } else if (strcmp(path, "/loop") == 0) {
        dumb_send(c, "HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n");
    } else if (strcmp(path, "/elsewhere") == 0) {
        snprintf(text, sizeof text,
            "HTTP/1.1 301 Moved\r\nLocation: http://localhost:%d/whole?secret=1\r\n"
            "Content-Length: 0\r\n\r\n",
            c->server->port);
        dumb_send(c, text);
    } else if (strcmp(path, "/status-304") == 0) {
        dumb_send(c, "HTTP/1.1 304 Not Modified\r\n\r\n");
    } else if (strcmp(path, "/head") == 0) {
        dumb_send(c, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
    }
    /* "/silent": nothing */
}

static int setup(void **state)
{
    memset(&f, 0, sizeof f);
    all_done = 0;
    uv_loop_init(&f.loop);
    dumb_open(&f.server, &f.loop, answer);
    f.client = http_client_open(&f.loop);
    uv_timer_init(&f.loop, &f.tick);
    return 0;
}

static void on_closed(void *arg)
{
    *(int *)arg = 1;
}

static int teardown(void **state)
{
    if (f.client)
        http_client_close(f.client, on_closed, &f.closed);
    else
        f.closed = 1;
    dumb_stop(&f.server);
    uv_close((uv_handle_t *)&f.tick, NULL);
    uv_run(&f.loop, UV_RUN_DEFAULT);
    assert_int_equal(f.closed, 1);
    assert_int_equal(uv_loop_close(&f.loop), 0);
    return 0;
}

static void one(struct result *r, const char *path)
{
    start(r, path);
    assert_int_equal(r->done, 0); /* never from inside start */
    run_until(&r->done, 1);
    run_for(5);
    assert_int_equal(r->done, 1);
}

static void body_is(struct result *r, const char *text)
{
    assert_int_equal(r->body.n, strlen(text));
    assert_memory_equal(r->body.p, text, r->body.n);
    buf_release(&r->body);
}

static void passing(const struct result *r, bool is)
{
    assert_true(r->failed);
    assert_false(r->err.cancelled);
    assert_int_equal(r->err.passing, is);
    assert_int_equal(r->err.code, ERR_INTERNAL_ERROR);
    assert_true(strlen(r->err.message) > 20);
}

/* ---- answers ---- */

static void whole_answer(void **state)
{
    struct result r = {0};
    one(&r, "/whole");
    assert_false(r.failed);
    assert_int_equal(r.status, 200);
    assert_int_equal(r.heads, 1);
    assert_string_equal(r.type, "text/plain");
    assert_string_equal(r.cookie, "ibsession=abc");
    body_is(&r, "hello");
    assert_non_null(strstr(f.server.last, "GET /whole HTTP/1.1\r\n"));
    assert_null(strcasestr(f.server.last, "Accept-Encoding"));
    struct http_client_figures g;
    http_client_figures(f.client, &g);
    assert_int_equal(g.calls, 1);
    assert_int_equal(g.failures, 0);
    assert_int_equal(g.bytes, 5);
    assert_int_equal(g.running, 0);
}

static void chunked_answer(void **state)
{
    struct result r = {0};
    one(&r, "/chunked");
    assert_false(r.failed);
    assert_string_equal(r.cookie, ""); /* trailers are no head */
    body_is(&r, "hello world");
}

static void answer_until_close(void **state)
{
    struct result r = {0};
    one(&r, "/until-close");
    assert_false(r.failed);
    body_is(&r, "hello");
}

static void slow_answer(void **state)
{
    struct result r = {0};
    one(&r, "/slow");
    assert_false(r.failed);
    body_is(&r, "ababababab");
}

static void head_and_304_have_no_body(void **state)
{
    struct result r = {0};
    struct http_call_options o = {.url = url_of("/head"), .method = "HEAD"};
    http_call_start(f.client, &o, &events, &r);
    run_until(&r.done, 1);
    assert_false(r.failed);
    assert_int_equal(r.pieces, 0);
    struct result r2 = {0};
    one(&r2, "/status-304");
    assert_false(r2.failed);
    assert_int_equal(r2.status, 304);
}

static void retry_after_in_both_forms(void **state)
{
    struct result r = {0}, r2 = {0};
    one(&r, "/continue");
    assert_false(r.failed);
    assert_int_equal(r.status, 503);
    assert_int_equal(r.heads, 1); /* 100 Continue is not told */
    assert_int_equal(r.retry_after_ms, 7000);
    one(&r2, "/retry-date");
    assert_int_equal(r2.status, 429);
    assert_in_range(r2.retry_after_ms, 25000, 31000);
}

static void request_as_asked(void **state)
{
    struct result r = {0};
    const char *headers[] = {"Accept: application/json", "X-One: 1", NULL};
    struct http_call_options o = {.url = url_of("/whole?a=%D0%B1"),
        .method = "POST",
        .headers = headers,
        .username = "Админ",
        .password = "se:cret",
        .body = STR("{\"a\":1}")};
    http_call_start(f.client, &o, &events, &r);
    run_until(&r.done, 1);
    buf_release(&r.body);
    assert_false(r.failed);
    assert_non_null(strstr(f.server.last, "POST /whole?a=%D0%B1 HTTP/1.1\r\n"));
    assert_non_null(strstr(f.server.last, "\r\nX-One: 1\r\n"));
    assert_non_null(strstr(f.server.last, "\r\nContent-Length: 7\r\n"));
    assert_non_null(strstr(f.server.last, "\r\n\r\n{\"a\":1}"));
    assert_null(strstr(f.server.last, "Expect:"));
    assert_null(strstr(f.server.last, "Content-Type:"));
    /* base64 of the UTF-8 bytes */
    assert_non_null(strstr(f.server.last, "\r\nAuthorization: Basic 0JDQtNC80LjQvTpzZTpjcmV0\r\n"));
}

/* ---- faults ---- */

static void cut_answers_are_passing_faults(void **state)
{
    const char *paths[] = {"/cut-length", "/cut-chunk", "/cut-head", "/close", "/rubbish"};
    for (size_t i = 0; i < 5; i++) {
        struct result r = {0};
        one(&r, paths[i]);
        passing(&r, true);
        buf_release(&r.body);
    }
}

static void nobody_there(void **state)
{
    struct result r = {0};
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", f.server.port);
    uv_close((uv_handle_t *)&f.server.tcp, NULL);
    uv_run(&f.loop, UV_RUN_NOWAIT);
    struct http_call_options o = {.url = url};
    http_call_start(f.client, &o, &events, &r);
    run_until(&r.done, 1);
    passing(&r, true);
    char where[32];
    snprintf(where, sizeof where, "127.0.0.1:%d", f.server.port);
    assert_non_null(strstr(r.err.message, where));
}

static void no_answer_in_time(void **state)
{
    struct result r = {0};
    struct http_call_options o = {.url = url_of("/silent"), .timeout_ms = 60};
    int64_t before = time_mono_ms();
    http_call_start(f.client, &o, &events, &r);
    run_until(&r.done, 1);
    passing(&r, true);
    assert_in_range(time_mono_ms() - before, 55, 2000);
}

static void silence_in_the_middle(void **state)
{
    struct result r = {0};
    struct http_call_options o = {
        .url = url_of("/stall"), .timeout_ms = 10000, .idle_timeout_ms = 60};
    int64_t before = time_mono_ms();
    http_call_start(f.client, &o, &events, &r);
    run_until(&r.done, 1);
    passing(&r, true);
    assert_int_equal(r.pieces, 1);
    assert_in_range(time_mono_ms() - before, 55, 5000);
    buf_release(&r.body);
    /* but a slow one that keeps talking is fine */
    struct result r2 = {0};
    struct http_call_options o2 = {
        .url = url_of("/slow"), .timeout_ms = 10000, .idle_timeout_ms = 80};
    http_call_start(f.client, &o2, &events, &r2);
    run_until(&r2.done, 1);
    assert_false(r2.failed);
    body_is(&r2, "ababababab");
}

static void bad_calls_are_permanent_faults(void **state)
{
    const char *urls[] = {NULL, "", "ftp://127.0.0.1/x", "file:///etc/passwd", "127.0.0.1:80",
        "http://", "http://a b/", "http://name:secret@127.0.0.1/", "http://127.0.0.1:99999/"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct result r = {0};
        struct http_call_options o = {.url = urls[i]};
        http_call_start(f.client, &o, &events, &r);
        assert_int_equal(r.done, 0);
        run_until(&r.done, 1);
        passing(&r, false);
        assert_null(strstr(r.err.message, "secret"));
        assert_null(strstr(r.err.cause, "secret"));
    }
    struct result r = {0};
    const char *headers[] = {"X: 1\r\nY: 2", NULL};
    struct http_call_options o = {.url = url_of("/whole"), .headers = headers};
    http_call_start(f.client, &o, &events, &r);
    run_until(&r.done, 1);
    passing(&r, false);
    assert_int_equal(f.server.requests, 0);
}

static void no_tls_on_this_port(void **state)
{
    struct result r = {0};
    char url[64];
    snprintf(url, sizeof url, "https://127.0.0.1:%d/whole", f.server.port);
    struct http_call_options o = {.url = url, .timeout_ms = 200};
    http_call_start(f.client, &o, &events, &r);
    run_until(&r.done, 1);
    assert_true(r.failed);
    assert_true(strlen(r.err.message) > 20);
}

/* ---- redirects ---- */

static void redirect_within_the_host(void **state)
{
    struct result r = {0};
    one(&r, "/redirect");
    assert_false(r.failed);
    assert_int_equal(r.status, 200);
    assert_int_equal(r.heads, 1);
    body_is(&r, "hello");
    assert_non_null(strstr(f.server.last, "GET /whole?x=1 "));
    assert_int_equal(f.server.accepted, 1);
}

static void redirect_elsewhere_is_refused(void **state)
{
    struct result r = {0};
    struct http_call_options o = {.url = url_of("/elsewhere"), .username = "u", .password = "p"};
    http_call_start(f.client, &o, &events, &r);
    run_until(&r.done, 1);
    passing(&r, false);
    assert_int_equal(f.server.requests, 1);
    assert_non_null(strstr(r.err.message, "http://localhost:"));
    assert_null(strstr(r.err.message, "secret"));
}

static void redirect_loop_ends(void **state)
{
    struct result r = {0};
    one(&r, "/loop");
    passing(&r, false);
    assert_int_equal(f.server.requests, 4);
}

/* ---- connections ---- */

static void connections_are_reused(void **state)
{
    for (int i = 0; i < 10; i++) {
        struct result r = {0};
        one(&r, i % 2 ? "/whole" : "/chunked");
        assert_false(r.failed);
        buf_release(&r.body);
    }
    assert_int_equal(f.server.requests, 10);
    assert_int_equal(f.server.accepted, 1);
}

static void a_dead_kept_connection_costs_nothing(void **state)
{
    struct result r = {0}, r2 = {0};
    one(&r, "/whole");
    for (size_t i = 0; i < 256; i++)
        if (f.server.conns[i])
            dumb_close(f.server.conns[i]);
    run_for(10);
    one(&r2, "/whole");
    assert_false(r2.failed);
    assert_int_equal(f.server.accepted, 2);
    buf_release(&r.body);
    buf_release(&r2.body);
}

static void many_at_once(void **state)
{
    static struct result r[100];
    memset(r, 0, sizeof r);
    for (int i = 0; i < 100; i++)
        start(&r[i], i % 3 == 0 ? "/slow" : i % 3 == 1 ? "/whole" : "/big");
    struct http_client_figures g;
    http_client_figures(f.client, &g);
    assert_int_equal(g.running, 100);
    run_until(&all_done, 100);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(r[i].done, 1);
        assert_false(r[i].failed);
        assert_int_equal(r[i].body.n, i % 3 == 0 ? 10 : i % 3 == 1 ? 5 : 1 << 20);
        buf_release(&r[i].body);
    }
    http_client_figures(f.client, &g);
    assert_int_equal(g.running, 0);
}

/* ---- cancelling, pausing ---- */

static void cancelled_once(struct result *r)
{
    run_until(&r->done, 1);
    run_for(5);
    assert_int_equal(r->done, 1);
    assert_true(r->failed);
    assert_true(r->err.cancelled);
    buf_release(&r->body);
}

static void cancel_before_it_began(void **state)
{
    struct result r = {0};
    start(&r, "/whole");
    http_call_cancel(r.call);
    http_call_cancel(r.call);
    assert_int_equal(r.done, 0); /* never from inside cancel */
    cancelled_once(&r);
    assert_int_equal(f.server.accepted, 0);
}

static void cancel_while_waiting(void **state)
{
    struct result r = {0};
    start(&r, "/silent");
    run_until(&f.server.requests, 1);
    http_call_cancel(r.call);
    assert_int_equal(r.done, 0);
    cancelled_once(&r);
    assert_int_equal(r.heads, 0);
}

static void cancel_in_the_middle(void **state)
{
    struct result r = {0};
    start(&r, "/stall");
    run_until(&r.pieces, 1);
    http_call_cancel(r.call);
    cancelled_once(&r);
}

static void cancel_from_callbacks(void **state)
{
    struct result h = {.cancel_in_head = true}, d = {.cancel_in_data = true},
                  e = {.cancel_in_done = true}, fh = {.false_in_head = true},
                  fd = {.false_in_data = true};
    start(&h, "/big");
    cancelled_once(&h);
    assert_int_equal(h.pieces, 0);
    start(&d, "/big");
    cancelled_once(&d);
    assert_int_equal(d.pieces, 1);
    start(&fh, "/big");
    cancelled_once(&fh);
    assert_int_equal(fh.pieces, 0);
    start(&fd, "/big");
    cancelled_once(&fd);
    assert_int_equal(fd.pieces, 1);
    start(&e, "/whole");
    run_until(&e.done, 1);
    run_for(5);
    assert_int_equal(e.done, 1);
    assert_false(e.failed);
    buf_release(&e.body);
}

static void start_from_a_callback(void **state)
{
    struct result r = {.again = "/chunked"};
    start(&r, "/whole");
    run_until(&r.done, 2);
    assert_false(r.failed);
    body_is(&r, "hellohello world");
    assert_int_equal(f.server.accepted, 1);
}

static void paused_call_waits(void **state)
{
    struct result r = {.pause_in_data = true};
    struct http_call_options o = {.url = url_of("/big"), .timeout_ms = 150, .idle_timeout_ms = 100};
    r.call = http_call_start(f.client, &o, &events, &r);
    int pauses = 0;
    while (!r.done && pauses < 5) {
        run_until(&r.pieces, pauses + 1);
        run_for(60);
        assert_int_equal(
            r.pieces, pauses + 1); /* not one byte while paused, and its clocks stand */
        assert_int_equal(r.done, 0);
        pauses++;
        int before = r.pieces;
        http_call_pause(r.call, false);
        assert_int_equal(r.pieces, before); /* never from inside */
    }
    r.pause_in_data = false;
    run_until(&r.done, 1);
    assert_false(r.failed);
    assert_int_equal(r.body.n, 1 << 20);
    buf_release(&r.body);
    struct result c = {.pause_in_data = true};
    start(&c, "/big");
    run_until(&c.pieces, 1);
    http_call_cancel(c.call);
    cancelled_once(&c);
}

static void closing_ends_every_call(void **state)
{
    static struct result r[9];
    memset(r, 0, sizeof r);
    const char *paths[] = {"/silent", "/stall", "/big"};
    for (int i = 0; i < 6; i++)
        start(&r[i], paths[i % 3]);
    run_until(&r[1].pieces, 1);
    for (int i = 6; i < 9; i++)
        start(&r[i], "/silent");
    http_client_close(f.client, on_closed, &f.closed);
    int ended = all_done;
    for (int i = 0; i < 9; i++) {
        run_until(&r[i].done, 1);
        assert_true(!r[i].failed || r[i].err.cancelled);
        buf_release(&r[i].body);
    }
    assert_true(ended <= 3);
    assert_int_equal(all_done, 9);
    f.client = NULL;
    run_until(&f.closed, 1);
}

/* ---- names: the resolver may take its time, the loop must not ---- */

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

/* Stands in for the C library's: a name that is only found when the gate opens. */
int getaddrinfo(
    const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **ret)
{
    (void)service, (void)hints, (void)ret;
    if (node && strcmp(node, "slow.test") == 0) {
        pthread_mutex_lock(&gate);
        pthread_mutex_unlock(&gate);
    }
    return EAI_NONAME;
}

static void slow_name_does_not_hold_the_loop(void **state)
{
    pthread_mutex_lock(&gate);
    struct result cancelled = {0}, late = {0}, found = {0}, unknown = {0};
    struct http_call_options o = {.url = "http://slow.test:1/", .timeout_ms = 50};
    int64_t before = time_mono_ms();
    http_call_start(f.client, &o, &events, &late);
    o.timeout_ms = 10000;
    cancelled.call = http_call_start(f.client, &o, &events, &cancelled);
    http_call_start(f.client, &o, &events, &found);
    run_for(10);
    http_call_cancel(cancelled.call);
    run_until(&cancelled.done, 1);
    run_until(&late.done, 1);
    passing(&late, true);
    assert_in_range(time_mono_ms() - before, 45, 3000);
    assert_int_equal(found.done, 0);
    pthread_mutex_unlock(&gate);
    run_until(&found.done, 1);
    passing(&found, true);
    o.url = "http://no.such.name/";
    http_call_start(f.client, &o, &events, &unknown);
    run_until(&unknown.done, 1);
    passing(&unknown, true);
    assert_non_null(strstr(unknown.err.message, "no.such.name"));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {T(whole_answer), T(chunked_answer), T(answer_until_close),
        T(slow_answer), T(head_and_304_have_no_body), T(retry_after_in_both_forms),
        T(request_as_asked), T(cut_answers_are_passing_faults), T(nobody_there),
        T(no_answer_in_time), T(silence_in_the_middle), T(bad_calls_are_permanent_faults),
        T(no_tls_on_this_port), T(redirect_within_the_host), T(redirect_elsewhere_is_refused),
        T(redirect_loop_ends), T(connections_are_reused), T(a_dead_kept_connection_costs_nothing),
        T(many_at_once), T(cancel_before_it_began), T(cancel_while_waiting),
        T(cancel_in_the_middle), T(cancel_from_callbacks), T(start_from_a_callback),
        T(paused_call_waits), T(closing_ends_every_call), T(slow_name_does_not_hold_the_loop)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
