/* Limits and clocks of SPEC §8: sizes, times, numbers of connections; Expect; readers that do not
 * read. */
#include "fixture.h"

#define H "Host: a\r\n"

static void repeat(struct buf *b, char c, size_t n)
{
    while (n-- > 0)
        buf_addc(b, c);
}

/* Sends it whole, then in pieces of `piece` bytes on a connection of its own: the same status, then
 * the end. */
static void expect_status(struct fixture *f, struct str bytes, int status, bool stays)
{
    const size_t pieces[] = {bytes.n, 1000, 7};
    for (int i = 0; i < 3; i++) {
        struct peer p = peer_open(f);
        for (size_t at = 0; at < bytes.n; at += pieces[i]) {
            size_t n = bytes.n - at < pieces[i] ? bytes.n - at : pieces[i];
            peer_send(&p, (struct str){bytes.p + at, n});
            settle(f);
        }
        expect_answer(&p, status, NULL);
        if (!stays)
            expect_end(&p);
        peer_close(&p);
    }
}

static void bounds_the_request_line(void **state)
{
    struct fixture *f = fixture_open();
    for (int over = 0; over <= 1; over++) {
        struct buf b = BUF_INIT;
        buf_adds(&b, "GET /show/");
        repeat(&b, 'a', 8192 - strlen("GET /show/ HTTP/1.1") + (size_t)over);
        buf_adds(&b, " HTTP/1.1\r\n" H "\r\n");
        expect_status(f, buf_str(&b), over ? 414 : 200, !over);
        buf_release(&b);
    }
    struct buf b = BUF_INIT; /* no end in sight: refused as soon as it is too long */
    buf_adds(&b, "GET /?");
    repeat(&b, 'a', 9000);
    expect_status(f, buf_str(&b), 414, false);
    buf_release(&b);
    fixture_close(f);
}

static void bounds_the_headers(void **state)
{
    struct fixture *f = fixture_open();
    for (int over = 0; over <= 1; over++) {
        struct buf b = BUF_INIT;
        buf_adds(&b, "GET /hello HTTP/1.1\r\n" H "X: ");
        repeat(&b, 'x', 32768 - strlen(H "X: \r\n\r\n") + (size_t)over);
        buf_adds(&b, "\r\n\r\n");
        expect_status(f, buf_str(&b), over ? 431 : 200, !over);
        buf_clear(&b);
        buf_adds(&b, "GET /hello HTTP/1.1\r\n" H);
        for (int i = 0; i < 99 + over; i++)
            buf_adds(&b, "X: 1\r\n");
        buf_adds(&b, "\r\n");
        expect_status(f, buf_str(&b), over ? 431 : 200, !over);
        buf_release(&b);
    }
    struct buf b = BUF_INIT;
    buf_adds(&b, "GET /hello HTTP/1.1\r\n");
    repeat(&b, 'x', 40000); /* a name without end */
    expect_status(f, buf_str(&b), 431, false);
    buf_clear(&b);
    buf_adds(&b, "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n");
    for (int i = 0; i < 101; i++)
        buf_adds(&b, "X: 1\r\n"); /* trailers too */
    expect_status(f, buf_str(&b), 431, false);
    buf_clear(&b);
    buf_adds(&b, "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1;");
    repeat(&b, 'x', 300); /* extensions have no other bound */
    expect_status(f, buf_str(&b), 400, false);
    buf_release(&b);
    fixture_close(f);
}

static void bounds_bodies(void **state)
{
    static const struct {
        const char *bytes;
        int status;
    } cases[] = {
        {"POST /small HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\n0123456789", 200},
        {"POST /small HTTP/1.1\r\n" H "Content-Length: 11\r\n\r\n",
            413}, /* announced: nothing is read first */
        {"POST /echo HTTP/1.1\r\n" H "Content-Length: 1048577\r\n\r\n", 413},
        {"POST /echo HTTP/1.1\r\n" H "Content-Length: 4611686018427387903\r\n\r\n", 413},
        {"POST /small HTTP/1.1\r\n" H
         "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n",
            200},
        {"POST /small HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n6\r\n", 413},
        {"POST /small HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nb\r\n", 413},
        {"POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n", 413},
        {"POST /echo HTTP/1.1\r\n" H
         "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\nfffffffffffffff\r\n",
            413},
        {"POST /echo HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 1048577\r\n\r\n",
            413},
    };
    struct fixture *f = fixture_open();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_status(f, str_from(cases[i].bytes), cases[i].status, cases[i].status == 200);
    fixture_close(f);
}

/* The answer must not be lost in an RST because the peer is still sending. */
static void an_early_refusal_reaches_a_peer_that_goes_on_sending(void **state)
{
    struct fixture *f = fixture_open();
    struct buf b = BUF_INIT;
    buf_adds(&b, "POST /echo HTTP/1.1\r\n" H "Content-Length: 3000000\r\n\r\n");
    repeat(&b, 'x', 3000000);
    for (int i = 0; i < 20; i++) {
        struct peer p = peer_open(f);
        peer_send(&p, buf_str(&b));
        expect_answer(&p, 413, NULL);
        expect_end(&p);
        peer_close(&p);
    }
    buf_release(&b);
    fixture_close(f);
}

static void drops_the_rest_of_a_refused_body(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    f->refuse_routed = true;
    struct buf b = BUF_INIT;
    buf_adds(&b, "POST /echo HTTP/1.1\r\n" H "Content-Length: 100000\r\n\r\n");
    peer_send(&p, buf_str(&b));
    expect_answer(&p, 401, NULL); /* at once, before the body */
    f->refuse_routed = false;
    buf_clear(&b);
    repeat(&b, 'x', 100000);
    buf_adds(&b, "GET /hello HTTP/1.1\r\n" H "\r\n");
    peer_send(&p, buf_str(&b));
    expect_answer(&p, 200, "hello\n");
    peer_sends(
        &p, "POST /nowhere HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"); /* without end */
    expect_answer(&p, 404, NULL);
    for (int i = 0; i < 20; i++) {
        buf_clear(&b);
        buf_adds(&b, "4000\r\n");
        repeat(&b, 'x', 0x4000);
        buf_adds(&b, "\r\n");
        peer_send(&p, buf_str(&b));
    }
    expect_end(&p);
    buf_release(&b);
    peer_close(&p);
    fixture_close(f);
}

static struct fixture *quick(int head_ms, int body_ms, int keepalive_ms)
{
    struct http_options o = {.listen = "127.0.0.1:0",
        .head_timeout_ms = head_ms,
        .body_idle_ms = body_ms,
        .keepalive_ms = keepalive_ms};
    return fixture_open_with(&o);
}

static void times_out_heads(void **state)
{
    static const char *const starts[] = {"G", "GET /hello HTTP/1.1\r\nHost",
        "GET /hello HTTP/1.1\r\n" H "\r", "GET /hello HTTP/1.1\r\n" H "\r\nGET /hel"};
    struct fixture *f = quick(60, 60000, 60000);
    for (int i = 0; i < 4; i++) {
        struct peer p = peer_open(f);
        peer_sends(&p, starts[i]);
        if (i == 3)
            expect_answer(&p, 200, "hello\n");
        expect_answer(&p, 408, NULL);
        expect_end(&p);
        peer_close(&p);
    }
    struct peer silent = peer_open(f); /* has asked nothing: gets no answer */
    expect_end(&silent);
    peer_close(&silent);
    struct peer slow = peer_open(f); /* a byte now and then does not help */
    struct str text = STR("GET /hello HTTP/1.1\r\nHost: abcdefghijklmnopqrstuvwxyz\r\n\r\n");
    int64_t begin = time_mono_ms();
    size_t sent = 0;
    while (peer_receive(&slow), slow.in.n == 0) {
        if (sent < text.n - 1 && time_mono_ms() - begin > (int64_t)sent * 20)
            peer_send(&slow, (struct str){text.p + sent++, 1});
        turn_for(f, slow.fd, POLLIN, begin + PATIENCE_MS, 5);
    }
    assert_true(sent < text.n - 1);
    expect_answer(&slow, 408, NULL);
    peer_close(&slow);
    fixture_close(f);
}

static void times_out_bodies_and_idle_connections(void **state)
{
    struct fixture *f = quick(60000, 150, 60);
    struct peer idle = peer_open(f);
    peer_sends(&idle, "GET /hello HTTP/1.1\r\n" H "\r\n");
    expect_answer(&idle, 200, NULL);
    expect_end(&idle);
    peer_close(&idle);
    struct peer p = peer_open(f);
    peer_sends(&p, "POST /echo HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\n");
    int64_t begin = time_mono_ms();
    for (int i = 0; i < 4; i++) { /* each piece renews the time: together longer than it */
        int64_t until = begin + (i + 1) * 60;
        while (time_mono_ms() < until)
            turn_for(f, p.fd, 0, begin + PATIENCE_MS, 5);
        peer_sends(&p, "x");
    }
    settle(f);
    peer_receive(&p);
    assert_int_equal(p.in.n, 0);
    expect_answer(&p, 408, NULL);
    expect_end(&p);
    peer_close(&p);
    struct peer kept = peer_open(f); /* a handler may take its time */
    peer_sends(&kept, "GET /later HTTP/1.1\r\n" H "\r\n");
    WAIT_FOR(f, f->kept_count == 1);
    begin = time_mono_ms();
    while (time_mono_ms() < begin + 300)
        turn(f, kept.fd, 0, begin + PATIENCE_MS);
    reply_text(take_kept(f), 200, STR("at last"));
    expect_answer(&kept, 200, "at last");
    peer_close(&kept);
    fixture_close(f);
}

static void expects_continue(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    peer_sends(&p, "POST /echo HTTP/1.1\r\n" H "Expect: 100-Continue\r\nContent-Length: 4\r\n\r\n");
    expect_answer(&p, 100, "");
    peer_sends(&p, "body");
    expect_answer(&p, 200, "body");
    /* the body is there already, there is none, or HTTP/1.0 knows nothing of it: no 100 */
    peer_sends(
        &p, "POST /echo HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 4\r\n\r\nhere");
    expect_answer(&p, 200, "here");
    peer_sends(&p, "POST /echo HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n");
    expect_answer(&p, 200, "");
    peer_sends(&p, "POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nExpect: "
                   "100-continue\r\nContent-Length: 4\r\n\r\n");
    settle(f);
    peer_sends(&p, "body");
    expect_answer(&p, 200, "body");
    /* who is refused is not asked for the body, which then may come or not */
    f->refuse_routed = true;
    peer_sends(&p, "POST /echo HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    expect_answer(&p, 401, NULL);
    expect_end(&p);
    peer_close(&p);
    p = peer_open(f);
    peer_sends(&p, "POST /echo HTTP/1.1\r\n" H "Expect: miracles\r\nContent-Length: 4\r\n\r\nbody");
    expect_answer(&p, 417, NULL);
    peer_close(&p);
    fixture_close(f);
}

static void bounds_connections(void **state)
{
    struct http_options o = {.listen = "127.0.0.1:0", .max_connections = 3};
    for (int per_address = 0; per_address <= 1; per_address++) {
        if (per_address)
            o = (struct http_options){
                .listen = "127.0.0.1:0", .max_connections = 100, .max_per_address = 3};
        struct fixture *f = fixture_open_with(&o);
        struct peer peers[3];
        for (int i = 0; i < 3; i++) {
            peers[i] = peer_open(f);
            peer_sends(&peers[i], "GET /hello HTTP/1.1\r\n" H "\r\n");
            expect_answer(&peers[i], 200, NULL);
        }
        for (int i = 0; i < 5; i++) {
            struct peer over = peer_open(f);
            peer_sends(&over, "GET /hello HTTP/1.1\r\n" H "\r\n");
            struct answer a = peer_answer(&over);
            assert_int_equal(a.status, 503);
            assert_non_null(strstr(a.body.p, "SERVICE_UNAVAILABLE"));
            answer_release(&a);
            expect_end(&over);
            peer_close(&over);
        }
        struct http_figures figures;
        http_server_figures(f->server, &figures);
        assert_int_equal(figures.refused, 5);
        assert_int_equal(figures.connections, 3);
        peer_close(&peers[0]);
        WAIT_FOR(f, connections(f) == 2);
        peers[0] = peer_open(f);
        peer_sends(&peers[0], "GET /hello HTTP/1.1\r\n" H "\r\n");
        expect_answer(&peers[0], 200, NULL);
        for (int i = 0; i < 3; i++)
            peer_close(&peers[i]);
        fixture_close(f);
    }
}

static void trusted_proxies_are_not_one_address(void **state)
{
    struct http_options o = {
        .listen = "127.0.0.1:0", .max_per_address = 1, .trusted_proxies = "10.0.0.0/8,127.0.0.0/8"};
    struct fixture *f = fixture_open_with(&o);
    struct peer a = peer_open(f), b = peer_open(f);
    peer_sends(&a, "GET /hello HTTP/1.1\r\n" H "\r\n");
    peer_sends(&b, "GET /hello HTTP/1.1\r\n" H "\r\n");
    expect_answer(&a, 200, NULL);
    expect_answer(&b, 200, NULL);
    peer_close(&a);
    peer_close(&b);
    fixture_close(f);
}

/* Runs the loop until nothing more happens in it; the peer does not read. */
static void until_quiet(struct fixture *f, int *figure)
{
    int64_t deadline = deadline_in(PATIENCE_MS);
    for (int quiet = 0, last = -1; quiet < 20; quiet++) {
        if (*figure != last)
            quiet = 0;
        last = *figure;
        turn(f, -1, 0, deadline);
        uv_run(&f->loop, UV_RUN_NOWAIT);
    }
}

static void small_windows(struct peer *p)
{
    int size = 128 * 1024; /* smaller than a segment of loopback would crawl */
    setsockopt(p->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

/* How much the kernel takes by itself, at most: what a reader that does not read may cost beyond
 * our queue. */
#define KERNEL_MAX (8 * 1024 * 1024)

static void a_stream_waits_for_its_reader(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    small_windows(&p);
    peer_sends(&p, "GET /stream?pieces=3000&size=10000 HTTP/1.1\r\n" H "\r\n"); /* 30 MB */
    WAIT_FOR(f, f->streams_more > 0);
    until_quiet(f, &f->streams_more);
    assert_true(f->streams_more < KERNEL_MAX / 10000);
    struct answer a = peer_answer(&p);
    assert_int_equal(a.body.n, 30000000);
    answer_release(&a);
    assert_int_equal(f->streams_more, 3001);
    peer_close(&p);
    fixture_close(f);
}

static void pipelined_answers_wait_for_their_reader(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    small_windows(&p);
    for (int i = 0; i < 2000; i++) { /* 40 MB of answers; as many requests as the server lets in */
        const char *text = "GET /big?n=20000 HTTP/1.1\r\n" H "\r\n";
        if (send(p.fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
            break;
        if (i % 50 == 0)
            settle(f);
    }
    until_quiet(f, &f->answered);
    assert_in_range(f->answered, 1, KERNEL_MAX / 20000);
    for (int i = 0; i < 500; i++) {
        struct answer a = peer_answer(&p);
        assert_int_equal(a.body.n, 20000);
        answer_release(&a);
    }
    peer_close(&p);
    fixture_close(f);
}

static void who_never_reads_is_cut(void **state)
{
    struct fixture *f = quick(60000, 60000, 200);
    struct peer p = peer_open(f), q = peer_open(f);
    small_windows(&p);
    small_windows(&q);
    peer_sends(&p, "GET /stream?pieces=3000&size=10000 HTTP/1.1\r\n" H "\r\n");
    peer_sends(&q, "GET /big?n=30000000 HTTP/1.1\r\n" H "\r\n");
    WAIT_FOR(f, connections(f) == 2);
    WAIT_FOR(f, connections(f) == 0);
    assert_int_equal(f->streams_gone, 1);
    peer_close(&p);
    peer_close(&q);
    fixture_close(f);
}

static void who_reads_slowly_is_not_cut(void **state)
{
    struct fixture *f = quick(60000, 60000, 300);
    struct peer p = peer_open(f);
    small_windows(&p);
    peer_sends(&p, "GET /big?n=6000000 HTTP/1.1\r\n" H "\r\n");
    int64_t begin = time_mono_ms(), next = begin;
    size_t total = 0;
    char bytes[65536];
    while (total < 6000000) { /* takes 1.4 s at least, several times the limit */
        if (time_mono_ms() < next) {
            turn_for(f, -1, 0, begin + PATIENCE_MS, 5);
            continue;
        }
        ssize_t n = recv(p.fd, bytes, sizeof bytes, MSG_DONTWAIT);
        assert_true(n > 0 || (n < 0 && errno == EAGAIN));
        if (n > 0) {
            total += (size_t)n;
            next += (n * 15 + 65535) / 65536;
        } else {
            turn(f, p.fd, POLLIN, begin + PATIENCE_MS);
        }
    }
    assert_true(time_mono_ms() - begin > 1000);
    peer_close(&p);
    fixture_close(f);
}

static void an_upgraded_peer_that_does_not_read_is_not_read(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    small_windows(&p);
    peer_sends(
        &p, "GET /switch HTTP/1.1\r\n" H "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    expect_answer(&p, 101, NULL);
    static char bytes[65536];
    size_t sent = 0;
    for (int refused = 0;
         refused < 20 && sent < 100 * 1024 * 1024;) { /* everything sent is sent back */
        ssize_t n = send(p.fd, bytes, sizeof bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
        refused = n < 0 ? refused + 1 : 0;
        sent += n > 0 ? (size_t)n : 0;
        settle(f);
    }
    assert_true(sent < 3 * KERNEL_MAX);
    assert_true(http_conn_queued(f->upgraded) < 512 * 1024);
    size_t got = 0;
    int64_t deadline = deadline_in(PATIENCE_MS);
    while (got < sent) {
        peer_receive(&p);
        got += p.in.n;
        buf_clear(&p.in);
        if (got < sent)
            turn(f, p.fd, POLLIN, deadline);
    }
    assert_int_equal(got, sent);
    WAIT_FOR(f, http_conn_queued(f->upgraded) == 0);
    assert_true(f->upgraded_writable > 0);
    peer_close(&p);
    fixture_close(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_the_request_line),
        cmocka_unit_test(bounds_the_headers),
        cmocka_unit_test(bounds_bodies),
        cmocka_unit_test(an_early_refusal_reaches_a_peer_that_goes_on_sending),
        cmocka_unit_test(drops_the_rest_of_a_refused_body),
        cmocka_unit_test(times_out_heads),
        cmocka_unit_test(times_out_bodies_and_idle_connections),
        cmocka_unit_test(expects_continue),
        cmocka_unit_test(bounds_connections),
        cmocka_unit_test(trusted_proxies_are_not_one_address),
        cmocka_unit_test(a_stream_waits_for_its_reader),
        cmocka_unit_test(pipelined_answers_wait_for_their_reader),
        cmocka_unit_test(who_never_reads_is_cut),
        cmocka_unit_test(who_reads_slowly_is_not_cut),
        cmocka_unit_test(an_upgraded_peer_that_does_not_read_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
