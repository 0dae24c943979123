/* Peers that leave in every state, and the server's end with work under way. After each test the
 * loop is empty. */
#include "fixture.h"

#define H "Host: a\r\n"
#define GET_LATER "GET /later HTTP/1.1\r\n" H "\r\n"

/* Opens, sends, waits for a condition, leaves by FIN or RST; the server must forget the connection.
 */
#define LEAVE(f, text, condition, abort)                                                           \
    do {                                                                                           \
        struct peer leaving = peer_open(f);                                                        \
        peer_sends(&leaving, text);                                                                \
        WAIT_FOR(f, connections(f) == 1 && (condition));                                           \
        settle(f);                                                                                 \
        if (abort)                                                                                 \
            peer_abort(&leaving);                                                                  \
        else                                                                                       \
            peer_close(&leaving);                                                                  \
    } while (0)

static void peers_leave_while_reading(void **state)
{
    static const char *const states[] = {"", "\r\n", "GET /hello HT", "GET /hello HTTP/1.1\r\n" H,
        "POST /echo HTTP/1.1\r\n" H "Content-Length: 100\r\n\r\nhalf",
        "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n4\r\nha",
        "GET /hello HTTP/1.1\r\n" H "\r\n", "GET /hello HTTP/1.1\r\n" H "Connection: close\r\n\r\n",
        "BAD\r\n\r\n", "POST /small HTTP/1.1\r\n" H "Content-Length: 11\r\n\r\n",
        "POST /nowhere HTTP/1.1\r\n" H "Content-Length: 99\r\n\r\n",
        "GET /big?n=3000000 HTTP/1.1\r\n" H "\r\n",
        "GET /stream?pieces=100000&size=10000 HTTP/1.1\r\n" H "\r\n"};
    struct fixture *f = fixture_open();
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        for (int abort = 0; abort <= 1; abort++) {
            f->streams_gone = 0;
            LEAVE(f, states[i], true, abort);
            WAIT_FOR(f, connections(f) == 0);
            assert_int_equal(f->streams_gone, strstr(states[i], "/stream") ? 1 : 0);
        }
    }
    fixture_close(f);
}

static void peers_leave_while_a_handler_works(void **state)
{
    struct fixture *f = fixture_open();
    for (int abort = 0; abort <= 1; abort++) {
        LEAVE(f, GET_LATER GET_LATER, f->kept_count == 1, abort);
        settle(f);
        reply_text(take_kept(f), 200, STR("to nobody"));
        if (abort) { /* FIN alone may be a half-closed peer: its second request is done too */
            WAIT_FOR(f, connections(f) == 0);
            continue;
        }
        WAIT_FOR(f, connections(f) == 0 || f->kept_count == 1);
        if (f->kept_count)
            reply_text(take_kept(f), 200, STR("to nobody"));
        WAIT_FOR(f, connections(f) == 0);
    }
    /* all ways to answer nobody */
    LEAVE(f, GET_LATER, f->kept_count == 1, true);
    WAIT_FOR(f, connections(f) == 0);
    struct err e = ERR_INIT;
    err_set(&e, ERR_CONFLICT, "no");
    http_reply_error(take_kept(f), &e);
    LEAVE(f, GET_LATER, f->kept_count == 1, true);
    WAIT_FOR(f, connections(f) == 0);
    on_shared(f, take_kept(f));
    assert_int_equal(f->released, 1);
    assert_null(f->kept);
    fixture_close(f);
}

static void a_stream_begun_for_nobody_is_told(void **state)
{
    struct fixture *f = fixture_open();
    LEAVE(f, GET_LATER, f->kept_count == 1, true);
    WAIT_FOR(f, connections(f) == 0);
    on_stream(f, take_kept(f));
    assert_int_equal(f->streams_gone, 0); /* never from inside */
    WAIT_FOR(f, f->streams_gone == 1);
    assert_int_equal(f->streams_more, 0);
    fixture_close(f);
}

/* A stream whose own work is under way when the peer leaves: it ends the request later. */
static void more_that_waits(void *arg)
{
    ((struct stream *)arg)->f->streams_more++;
}

static void gone_that_waits(void *arg)
{
    ((struct stream *)arg)->f->streams_gone++;
}

static const struct http_stream_events waiting_events = {more_that_waits, gone_that_waits};

static void a_stream_may_end_after_its_peer(void **state)
{
    struct fixture *f = fixture_open();
    for (int i = 0; i < 2; i++) {
        f->streams_gone = f->streams_more = 0;
        struct peer p = peer_open(f);
        peer_sends(&p, GET_LATER);
        WAIT_FOR(f, f->kept_count == 1);
        struct http_request *req = take_kept(f);
        struct stream *s = arena_alloc(&req->arena, sizeof *s);
        s->f = f;
        http_stream_begin(req, 200, "text/plain", &waiting_events, s);
        WAIT_FOR(f, f->streams_more == 1);
        settle(f);
        assert_int_equal(f->streams_more, 1); /* wrote nothing: is not asked again */
        http_stream_write(req, STR("piece"));
        WAIT_FOR(f, f->streams_more == 2);
        peer_abort(&p);
        WAIT_FOR(f, f->streams_gone == 1);
        http_stream_write(req, STR("to nobody"));
        settle(f);
        http_stream_end(req, i == 0);
        assert_int_equal(f->streams_more, 2);
        assert_int_equal(f->streams_gone, 1);
    }
    WAIT_FOR(f, connections(f) == 0);
    fixture_close(f);
}

static void a_connection_given_away_tells_its_end_once(void **state)
{
    struct fixture *f = fixture_open();
    for (int abort = 0; abort <= 1; abort++) {
        f->upgraded_closed = 0;
        struct peer p = peer_open(f);
        peer_sends(
            &p, "GET /switch HTTP/1.1\r\n" H "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n");
        expect_answer(&p, 101, NULL);
        if (abort)
            peer_abort(&p);
        else
            peer_close(&p);
        WAIT_FOR(f, f->upgraded_closed == 1);
        settle(f);
        assert_int_equal(f->upgraded_closed, 1);
    }
    /* to a peer that has left already: told afterwards, not from inside */
    LEAVE(f, GET_LATER, f->kept_count == 1, true);
    WAIT_FOR(f, connections(f) == 0);
    f->upgraded_closed = 0;
    on_switch(f, take_kept(f));
    assert_non_null(f->upgraded);
    http_conn_write(f->upgraded, STR("to nobody"));
    http_conn_finish(f->upgraded, 100);
    assert_int_equal(f->upgraded_closed, 0);
    WAIT_FOR(f, f->upgraded_closed == 1);
    struct http_figures figures;
    http_server_figures(f->server, &figures);
    assert_int_equal(figures.upgraded, 0);
    fixture_close(f);
}

static void finishing_does_not_wait_for_ever(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    peer_sends(
        &p, "GET /switch HTTP/1.1\r\n" H "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    expect_answer(&p, 101, NULL);
    int64_t begin = time_mono_ms();
    http_conn_write(f->upgraded, STR("bye"));
    uv_update_time(&f->loop);
    http_conn_finish(f->upgraded, 80); /* the peer never closes */
    WAIT_FOR(f, f->upgraded_closed == 1);
    assert_true(time_mono_ms() - begin >= 79);
    peer_receive(&p);
    assert_memory_equal(p.in.p, "bye", 3);
    peer_close(&p);
    fixture_close(f);
}

/* A loop with nothing to do sleeps: whatever a connection waits for, it waits for an event. */
static void waiting_does_not_spin(void **state)
{
    static const char *const states[] = {"", "GET /hel",
        "POST /echo HTTP/1.1\r\n" H "Content-Length: 9\r\n\r\nhalf", GET_LATER GET_LATER "GET /hel",
        "POST /nowhere HTTP/1.1\r\n" H "Content-Length: 9\r\n\r\nhalf",
        "GET /hello HTTP/1.1\r\n" H "\r\nGET /hel",
        "GET /hello HTTP/1.1\r\n" H "Connection: close\r\n\r\nmore",
        "GET /stream?pieces=100000&size=10000 HTTP/1.1\r\n" H "\r\nGET /hel",
        "GET /big?n=9000000 HTTP/1.1\r\n" H "\r\nGET /hel",
        "GET /switch HTTP/1.1\r\n" H "Connection: upgrade\r\nUpgrade: websocket\r\n\r\nbytes"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct fixture *f = fixture_open();
        struct peer p = peer_open(f);
        peer_sends(&p, states[i]);
        int64_t deadline = deadline_in(PATIENCE_MS);
        for (int quiet = 0; quiet < 10; quiet++) {
            turn_for(f, -1, 0, deadline, 5);
            if (uv_backend_timeout(&f->loop) == 0)
                quiet = 0;
        }
        peer_close(&p);
        fixture_close(f);
    }
}

/* ---- the server's end ---- */

static void closing_waits_for_answers(void **state)
{
    struct fixture *f = fixture_open();
    struct peer idle = peer_open(f), busy = peer_open(f), half = peer_open(f);
    peer_sends(&busy, GET_LATER "GET /hello HTTP/1.1\r\n" H "\r\n");
    peer_sends(&half, "POST /echo HTTP/1.1\r\n" H "Content-Length: 4\r\n\r\nbo");
    WAIT_FOR(f, f->kept_count == 1 && connections(f) == 3);
    settle(f);
    int port = http_server_port(f->server, 0);
    uv_update_time(&f->loop);
    http_server_close(f->server, 8000, on_server_closed, f);
    expect_end(&idle); /* at once */
    assert_false(f->closed);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof sa), -1);
    close(fd);
    peer_sends(&half, "dy");
    struct answer a = peer_answer(&half);
    assert_string_equal(a.body.p, "body");
    assert_true(str_is(answer_header(&a, "Connection"), "close"));
    answer_release(&a);
    reply_text(take_kept(f), 200, STR("in time"));
    a = peer_answer(&busy);
    assert_string_equal(a.body.p, "in time");
    assert_true(str_is(answer_header(&a, "Connection"), "close"));
    answer_release(&a);
    expect_end(&busy);
    peer_close(&idle);
    peer_close(&busy);
    peer_close(&half);
    WAIT_FOR(f, f->closed);
    f->server = NULL;
    fixture_close(f);
}

static void closing_does_not_wait_beyond_its_grace(void **state)
{
    struct fixture *f = fixture_open();
    struct peer busy = peer_open(f), streaming = peer_open(f), upgraded = peer_open(f),
                gone = peer_open(f);
    peer_sends(&busy, GET_LATER);
    peer_sends(&gone, GET_LATER);
    peer_sends(&streaming, "GET /stream?pieces=100000&size=10000 HTTP/1.1\r\n" H "\r\n");
    peer_sends(&upgraded,
        "GET /switch HTTP/1.1\r\n" H "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    WAIT_FOR(f, f->kept_count == 2 && f->streams_more > 0 && f->upgraded);
    peer_abort(&gone);
    WAIT_FOR(f, connections(f) == 3);
    uv_update_time(&f->loop);
    int64_t begin = time_mono_ms();
    http_server_close(f->server, 100, on_server_closed, f);
    WAIT_FOR(f, f->closed);
    assert_in_range(time_mono_ms() - begin, 90, 2000);
    assert_int_equal(f->streams_gone, 1);
    assert_int_equal(f->upgraded_closed, 1);
    assert_int_equal(f->kept_count, 2);
    f->server = NULL;
    int answered = f->answered;
    reply_text(take_kept(f), 200, STR("too late")); /* still safe, and nobody is told */
    on_stream(f, take_kept(f));
    assert_int_equal(f->answered, answered);
    WAIT_FOR(f, f->streams_gone == 2);
    peer_close(&busy);
    peer_close(&streaming);
    peer_close(&upgraded);
    fixture_close(f);
}

static void on_close_server(void *ctx, struct http_request *req)
{
    struct fixture *f = ctx;
    http_server_close(f->server, 0, on_server_closed, f);
    reply_text(req, 200, STR("good bye"));
}

static void closing_from_a_handler(void **state)
{
    static const struct http_route extra[] = {{"GET", "/stop", on_close_server, 0, 0}, {0}};
    struct fixture *f = fixture_open();
    http_router_add(f->router, extra, f);
    struct peer p = peer_open(f);
    peer_sends(&p, "GET /stop HTTP/1.1\r\n" H "\r\n" GET_LATER);
    WAIT_FOR(f, f->closed);
    f->server = NULL;
    peer_close(&p);
    fixture_close(f);
}

static void closing_an_unused_server(void **state)
{
    fixture_close(fixture_open());
}

/* ---- opening ---- */

static void open_fails_with_a_clear_sentence(void **state)
{
    struct fixture *f = fixture_open();
    char taken[64];
    snprintf(taken, sizeof taken, "127.0.0.1:0,127.0.0.1:%d", http_server_port(f->server, 0));
    struct {
        const char *listen, *proxies, *says;
    } cases[] = {
        {taken, NULL, "Port in use"},
        {"192.0.2.1:8001", NULL, "has no address 192.0.2.1:8001"},
        {"nonsense", NULL, "\"nonsense\" is no listening address"},
        {"127.0.0.1", NULL, "no listening address"},
        {"127.0.0.1:", NULL, "no listening address"},
        {"127.0.0.1:65536", NULL, "no listening address"},
        {"::1:8001", NULL, "no listening address"},
        {"[::1]", NULL, "no listening address"},
        {"[::1]8001", NULL, "no listening address"},
        {"127.0.0.1:0,", NULL, NULL},
        {"", NULL, "no listening address"},
        {"127.0.0.1:0", "10.0.0.0/33", "\"10.0.0.0/33\" is no address and no network"},
        {"127.0.0.1:0", "proxy", "\"proxy\" is no address"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_options o = {.listen = cases[i].listen, .trusted_proxies = cases[i].proxies};
        struct err e = ERR_INIT;
        struct http_server *s = http_server_open(&f->loop, &o, f->router, NULL, &e);
        if (cases[i].says) {
            assert_null(s);
            if (!strstr(e.message, cases[i].says))
                fail_msg("%s: %s", cases[i].listen, e.message);
        } else {
            assert_non_null(s);
            http_server_close(s, 0, NULL, NULL);
        }
    }
    fixture_close(f);
}

static void listens_on_several_addresses(void **state)
{
    struct http_options o = {.listen = "127.0.0.1:0, localhost:0"};
    struct fixture *f = fixture_open_with(&o);
    assert_int_not_equal(http_server_port(f->server, 0), http_server_port(f->server, 1));
    assert_int_equal(http_server_port(f->server, 2), 0);
    for (int i = 0; i < 2; i++) {
        struct peer p = peer_open_port(f, http_server_port(f->server, i));
        peer_sends(&p, "GET /hello HTTP/1.1\r\n" H "\r\n");
        expect_answer(&p, 200, NULL);
        peer_close(&p);
    }
    fixture_close(f);
}

static void listens_on_ipv6_and_takes_ipv4_there(void **state)
{
    int probe = socket(AF_INET6, SOCK_STREAM, 0);
    struct sockaddr_in6 sa = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    bool have = probe >= 0 && bind(probe, (struct sockaddr *)&sa, sizeof sa) == 0;
    if (probe >= 0)
        close(probe);
    if (!have)
        skip(); /* a machine without IPv6 */
    struct http_options o = {.listen = "[::]:0"};
    struct fixture *f = fixture_open_with(&o);
    struct peer v4 = peer_open(f);
    peer_sends(&v4, "GET /hello HTTP/1.1\r\n" H "\r\n");
    expect_answer(&v4, 200, NULL);
    struct peer v6 = {.f = f, .fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sa.sin6_port = htons((uint16_t)http_server_port(f->server, 0));
    assert_int_equal(connect(v6.fd, (struct sockaddr *)&sa, sizeof sa), 0);
    peer_sends(&v6, "GET /hello HTTP/1.1\r\nHost: [::1]\r\n\r\n");
    expect_answer(&v6, 200, NULL);
    peer_close(&v4);
    peer_close(&v6);
    fixture_close(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(peers_leave_while_reading),
        cmocka_unit_test(peers_leave_while_a_handler_works),
        cmocka_unit_test(a_stream_begun_for_nobody_is_told),
        cmocka_unit_test(a_stream_may_end_after_its_peer),
        cmocka_unit_test(a_connection_given_away_tells_its_end_once),
        cmocka_unit_test(finishing_does_not_wait_for_ever),
        cmocka_unit_test(waiting_does_not_spin),
        cmocka_unit_test(closing_waits_for_answers),
        cmocka_unit_test(closing_does_not_wait_beyond_its_grace),
        cmocka_unit_test(closing_from_a_handler),
        cmocka_unit_test(closing_an_unused_server),
        cmocka_unit_test(open_fails_with_a_clear_sentence),
        cmocka_unit_test(listens_on_several_addresses),
        cmocka_unit_test(listens_on_ipv6_and_takes_ipv4_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
