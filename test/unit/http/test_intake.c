/* Bodies piece by piece: in order, only as fast as the handler takes, and ended in every case. */
#include "fixture.h"

#define H "Host: x\r\n"

struct intake {
    struct http_request *req;
    struct buf got;
    int pieces, ended;
    bool hold;         /* take no more after each piece */
    bool answer_early; /* at the first piece */
    bool keep_end;     /* answer later */
    enum err_code code;
    bool cancelled;
};

static struct intake taken;

static bool on_piece(void *arg, struct str bytes)
{
    struct intake *t = arg;
    t->pieces++;
    buf_add_str(&t->got, bytes);
    if (t->answer_early)
        reply_text(t->req, 422, STR("enough"));
    return !t->hold;
}

static void answer(struct intake *t)
{
    char text[64];
    int n = snprintf(text, sizeof text, "%zu bytes", t->got.n);
    reply_text(t->req, 200, (struct str){text, (size_t)n});
}

static void on_ended(void *arg, const struct err *err)
{
    struct intake *t = arg;
    t->ended++;
    t->code = err ? err->code : ERR_NONE;
    t->cancelled = err && err->cancelled;
    if (t->keep_end)
        return;
    if (err)
        http_reply_error(t->req, err);
    else
        answer(t);
}

static const struct http_intake intake_events = {on_piece, on_ended};

static void on_intake(void *ctx, struct http_request *req)
{
    taken.req = req;
    if (!http_receive(req, &intake_events, &taken))
        reply_text(req, 400, STR("empty"));
}

/* Begins to receive only when told to. */
static void on_intake_later(void *ctx, struct http_request *req)
{
    taken.req = req;
    keep(ctx, req);
}

static const struct http_route intake_routes[] = {
    {"POST", "/intake", on_intake, 0, 300000, true},
    {"POST", "/intake-later", on_intake_later, 0, 300000, true},
    {0},
};

static struct fixture *open_with(struct http_options o)
{
    o.listen = "127.0.0.1:0";
    buf_release(&taken.got);
    taken = (struct intake){0};
    struct fixture *f = fixture_open_with(&o);
    http_router_add(f->router, intake_routes, f);
    return f;
}

static void send_body(struct peer *p, const char *path, size_t n, size_t now)
{
    struct buf b = BUF_INIT;
    buf_printf(&b, "POST %s HTTP/1.1\r\n" H "Content-Length: %zu\r\n\r\n", path, n);
    for (size_t i = 0; i < now; i++)
        buf_addc(&b, (char)('a' + i % 26));
    peer_send(p, buf_str(&b));
    buf_release(&b);
}

static void in_order(void)
{
    for (size_t i = 0; i < taken.got.n; i++)
        if (taken.got.p[i] != (char)('a' + i % 26))
            fail_msg("byte %zu", i);
}

static void pieces_come_in_order_and_the_connection_goes_on(void **state)
{
    struct fixture *f = open_with((struct http_options){0});
    struct peer p = peer_open(f);
    send_body(&p, "/intake", 250000, 250000);
    peer_sends(&p, "GET /hello HTTP/1.1\r\n" H "\r\n");
    expect_answer(&p, 200, "250000 bytes");
    expect_answer(&p, 200, "hello\n");
    assert_true(taken.pieces > 2);
    in_order();
    buf_clear(&taken.got);
    peer_sends(&p, "POST /intake HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    settle(f);
    peer_sends(&p, "2\r\nde\r\n0\r\n\r\n");
    expect_answer(&p, 200, "5 bytes");
    in_order();
    peer_sends(&p, "POST /intake HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n");
    expect_answer(&p, 400, "empty");
    peer_close(&p);
    fixture_close(f);
}

/* While the handler wants no more, the peer's bytes stay with the kernel. */
static void a_handler_that_is_full_holds_the_peer(void **state)
{
    struct fixture *f = open_with((struct http_options){.body_idle_ms = 300});
    struct peer p = peer_open(f);
    taken.hold = true;
    send_body(&p, "/intake", 290000, 0);
    size_t sent = 0;
    for (int i = 0; i < 200; i++) { /* as much as the kernel takes */
        char block[1000];
        for (size_t k = 0; k < sizeof block; k++)
            block[k] = (char)('a' + (sent + k) % 26);
        ssize_t n = send(p.fd, block, sizeof block, MSG_DONTWAIT | MSG_NOSIGNAL);
        sent += n > 0 ? (size_t)n : 0;
        uv_run(&f->loop, UV_RUN_NOWAIT);
    }
    int pieces = taken.pieces;
    assert_int_equal(pieces, 1);
    /* longer than a body may be idle: it is the server that waits */
    int64_t until = time_mono_ms() + 700, patience = deadline_in(PATIENCE_MS);
    while (time_mono_ms() < until)
        turn_for(f, -1, 0, patience, 50);
    assert_int_equal(taken.pieces, 1);
    assert_int_equal(taken.ended, 0);
    taken.hold = false;
    http_receive_more(taken.req);
    while (sent < 290000) { /* in blocks: byte by byte takes longer than a body may be idle */
        char block[1000];
        size_t n = 0;
        for (; n < sizeof block && sent + n < 290000; n++)
            block[n] = (char)('a' + (sent + n) % 26);
        peer_send(&p, (struct str){block, n});
        sent += n;
    }
    expect_answer(&p, 200, "290000 bytes");
    in_order();
    peer_close(&p);
    fixture_close(f);
}

static void too_large_too_slow_broken(void **state)
{
    struct fixture *f = open_with((struct http_options){.body_idle_ms = 200});
    struct peer p = peer_open(f);
    send_body(&p, "/intake", 300001, 0);
    expect_answer(&p, 413, NULL);
    assert_int_equal(taken.ended, 0); /* not even begun */
    peer_close(&p);

    p = peer_open(f);
    peer_sends(&p, "POST /intake HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    WAIT_FOR(f, taken.pieces == 1);
    peer_sends(&p, "fffff\r\n");
    expect_answer(&p, 413, NULL);
    expect_end(&p);
    peer_close(&p);
    assert_int_equal(taken.ended, 1);
    assert_int_equal(taken.code, ERR_PAYLOAD_TOO_LARGE);

    p = peer_open(f);
    send_body(&p, "/intake", 1000, 500);
    expect_answer(&p, 408, NULL);
    expect_end(&p);
    peer_close(&p);
    assert_int_equal(taken.ended, 2);

    p = peer_open(f);
    peer_sends(&p, "POST /intake HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX");
    expect_answer(&p, 400, NULL);
    expect_end(&p);
    peer_close(&p);
    assert_int_equal(taken.ended, 3);
    fixture_close(f);
}

static void a_peer_that_leaves(void **state)
{
    struct fixture *f = open_with((struct http_options){0});
    for (int how = 0; how < 4; how++) {
        struct peer p = peer_open(f);
        int before = taken.ended, pieces = taken.pieces;
        taken.hold = how & 1;
        send_body(&p, "/intake", 1000, 500);
        WAIT_FOR(f, taken.pieces > pieces);
        if (how & 2)
            peer_abort(&p);
        else
            peer_close(&p);
        settle(f);
        if (how == 1) /* its leaving is seen when it is read again */
            http_receive_more(taken.req);
        WAIT_FOR(f, taken.ended == before + 1);
        assert_true(taken.cancelled);
    }
    /* who answers later does so into nothing */
    taken.keep_end = true;
    taken.hold = false;
    struct peer p = peer_open(f);
    send_body(&p, "/intake", 1000, 500);
    settle(f);
    peer_abort(&p);
    WAIT_FOR(f, taken.ended == 5);
    answer(&taken);
    fixture_close(f);
}

static void an_answer_before_the_end(void **state)
{
    struct fixture *f = open_with((struct http_options){0});
    struct peer p = peer_open(f);
    taken.answer_early = true;
    send_body(&p, "/intake", 1000, 500);
    expect_answer(&p, 422, "enough");
    /* the rest is dropped and the connection goes on */
    struct buf rest = BUF_INIT;
    for (int i = 0; i < 500; i++)
        buf_addc(&rest, 'x');
    buf_adds(&rest, "GET /hello HTTP/1.1\r\n" H "\r\n");
    peer_send(&p, buf_str(&rest));
    buf_release(&rest);
    expect_answer(&p, 200, "hello\n");
    assert_int_equal(taken.pieces, 1);
    assert_int_equal(taken.ended, 0);
    peer_close(&p);
    fixture_close(f);
}

static void waits_for_continue(void **state)
{
    struct fixture *f = open_with((struct http_options){0});
    struct peer p = peer_open(f);
    peer_sends(
        &p, "POST /intake HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    expect_answer(&p, 100, "");
    peer_sends(&p, "abcd");
    expect_answer(&p, 200, "4 bytes");
    peer_sends(
        &p, "POST /intake HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 4\r\n\r\nabcd");
    expect_answer(&p, 200, "8 bytes"); /* it is there already: no 100 */
    peer_sends(&p,
        "POST /intake-later HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    WAIT_FOR(f, f->kept_count == 1);
    assert_true(http_receive(take_kept(f), &intake_events, &taken));
    expect_answer(&p, 100, "");
    peer_sends(&p, "abcd");
    expect_answer(&p, 200, "12 bytes");
    /* refused before a byte was asked for */
    peer_sends(&p,
        "POST /intake-later HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    WAIT_FOR(f, f->kept_count == 1);
    reply_text(take_kept(f), 415, STR("no"));
    expect_answer(&p, 415, "no");
    expect_end(&p);
    peer_close(&p);
    /* the peer leaves before anything is received */
    p = peer_open(f);
    send_body(&p, "/intake-later", 1000, 500);
    WAIT_FOR(f, f->kept_count == 1);
    peer_abort(&p);
    settle(f);
    int before = taken.ended;
    assert_true(http_receive(take_kept(f), &intake_events, &taken));
    WAIT_FOR(f, taken.ended == before + 1);
    assert_true(taken.cancelled);
    fixture_close(f);
}

/* The server ends while a body is on its way. */
static void the_server_ends(void **state)
{
    struct fixture *f = open_with((struct http_options){0});
    struct peer p = peer_open(f);
    send_body(&p, "/intake", 1000, 500);
    WAIT_FOR(f, taken.pieces == 1);
    fixture_close(f);
    assert_int_equal(taken.ended, 1);
    peer_close(&p);
    buf_release(&taken.got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_come_in_order_and_the_connection_goes_on),
        cmocka_unit_test(a_handler_that_is_full_holds_the_peer),
        cmocka_unit_test(too_large_too_slow_broken), cmocka_unit_test(a_peer_that_leaves),
        cmocka_unit_test(an_answer_before_the_end), cmocka_unit_test(waits_for_continue),
        cmocka_unit_test(the_server_ends)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
