/* The plain life of connections: keep-alive, bodies, HEAD, HTTP/1.0, pipelining, routing, streams,
 * switching. */
#include "fixture.h"

static void answers_and_keeps_the_connection(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    for (int i = 0; i < 3; i++) {
        peer_sends(&p, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        struct answer a = peer_answer(&p);
        assert_int_equal(a.status, 200);
        assert_string_equal(a.body.p, "hello\n");
        assert_true(str_is(answer_header(&a, "Content-Type"), "text/plain"));
        assert_true(answer_header(&a, "Date").n == 29);
        assert_true(answer_header(&a, "X-Request-ID").n > 10);
        assert_null(answer_header(&a, "Connection").p);
        answer_release(&a);
    }
    assert_int_equal(f->answered, 3);
    assert_int_equal(f->last_bytes, 6);
    peer_close(&p);
    fixture_close(f);
}

static void takes_over_a_sane_request_id(void **state)
{
    static const struct {
        const char *sent;
        bool taken;
    } cases[] = {{"abc-1.2_X", true}, {"a b", false}, {"<script>", false}, {"", false},
        {"0123456789012345678901234567890123456789012345678901234567890123", true},
        {"01234567890123456789012345678901234567890123456789012345678901234", false}};
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        snprintf(text, sizeof text, "GET /hello HTTP/1.1\r\nHost: a\r\nX-Request-ID: %s\r\n\r\n",
            cases[i].sent);
        peer_sends(&p, text);
        struct answer a = peer_answer(&p);
        assert_int_equal(str_is(answer_header(&a, "x-request-id"), cases[i].sent), cases[i].taken);
        assert_true(answer_header(&a, "x-request-id").n > 0);
        answer_release(&a);
    }
    peer_close(&p);
    fixture_close(f);
}

static void reads_bodies(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    peer_sends(&p, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nfixed");
    expect_answer(&p, 200, "fixed");
    peer_sends(&p, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    expect_answer(&p, 200, "");
    peer_sends(&p, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "3\r\nabc\r\n0A;x=y\r\n0123456789\r\n0\r\nTrailer: dropped\r\n\r\n");
    expect_answer(&p, 200, "abc0123456789");
    struct buf big = BUF_INIT;
    buf_printf(&big, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 700000\r\n\r\n");
    for (int i = 0; i < 700000; i++)
        buf_addc(&big, (char)('a' + i % 26));
    peer_send(&p, buf_str(&big));
    struct answer a = peer_answer(&p);
    assert_int_equal(a.body.n, 700000);
    assert_memory_equal(a.body.p, big.p + big.n - 700000, 700000);
    answer_release(&a);
    buf_release(&big);
    peer_close(&p);
    fixture_close(f);
}

static void leaves_the_body_out_for_head(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    peer_sends(&p,
        "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nHEAD /shared HTTP/1.1\r\nHost: a\r\n\r\n"
        "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\nHEAD /nowhere HTTP/1.1\r\nHost: a\r\n\r\n"
        "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    struct answer a = peer_answer_to(&p, true);
    assert_int_equal(a.status, 200);
    assert_true(str_is(answer_header(&a, "Content-Length"), "6"));
    answer_release(&a);
    a = peer_answer_to(&p, true);
    assert_true(str_is(answer_header(&a, "Content-Length"), "5000"));
    assert_int_equal(f->released, 1);
    answer_release(&a);
    a = peer_answer_to(&p, true);
    assert_true(str_is(answer_header(&a, "Transfer-Encoding"), "chunked"));
    assert_int_equal(f->streams_gone, 1);
    answer_release(&a);
    a = peer_answer_to(&p, true);
    assert_int_equal(a.status, 404);
    answer_release(&a);
    expect_answer(&p, 200, "hello\n");
    peer_close(&p);
    fixture_close(f);
}

static void speaks_http_1_0(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    peer_sends(&p, "GET /hello HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    struct answer a = peer_answer(&p);
    assert_true(str_is(answer_header(&a, "Connection"), "keep-alive"));
    answer_release(&a);
    peer_sends(&p, "GET /hello HTTP/1.0\r\n\r\n");
    a = peer_answer(&p);
    assert_true(str_is(answer_header(&a, "Connection"), "close"));
    answer_release(&a);
    expect_end(&p);
    peer_close(&p);
    p = peer_open(f); /* no chunks: the end of the connection is the end of the body */
    peer_sends(&p, "GET /stream?pieces=5&size=3 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    a = peer_answer(&p);
    assert_null(answer_header(&a, "Transfer-Encoding").p);
    assert_string_equal(a.body.p, "abcabcabcabcabc");
    answer_release(&a);
    peer_close(&p);
    fixture_close(f);
}

static void closes_when_asked(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    peer_sends(&p, "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\nGET /hello "
                   "HTTP/1.1\r\nHost: a\r\n\r\n");
    struct answer a = peer_answer(&p);
    assert_string_equal(a.body.p, "hello\n");
    assert_true(str_is(answer_header(&a, "Connection"), "close"));
    answer_release(&a);
    expect_end(&p); /* what came behind it is not answered, and takes nothing away */
    peer_close(&p);
    fixture_close(f);
}

static void answers_a_half_closed_peer(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    peer_sends(&p, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /later HTTP/1.1\r\nHost: a\r\n\r\n"
                   "GET /show/3 HTTP/1.1\r\nHost: a\r\n\r\n");
    shutdown(p.fd, SHUT_WR);
    expect_answer(&p, 200, "hello\n");
    WAIT_FOR(f, f->kept_count == 1);
    reply_text(take_kept(f), 200, STR("later"));
    expect_answer(&p, 200, "later");
    expect_answer(&p, 200, "GET /show/3 [3][] ? #");
    expect_end(&p);
    peer_close(&p);
    fixture_close(f);
}

static void keeps_pipelined_answers_in_order(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    struct buf b = BUF_INIT;
    for (int i = 0; i < 1000; i++) {
        if (i % 3 == 0)
            buf_printf(&b, "GET /show/%d HTTP/1.1\r\nHost: a\r\n\r\n", i);
        else if (i % 3 == 1)
            buf_printf(&b, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
        else
            buf_printf(&b, "POST /show/%d HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok", i);
    }
    peer_send(&p, buf_str(&b));
    buf_release(&b);
    for (int i = 0; i < 1000; i++) {
        char text[64];
        if (i % 3 == 1) {
            WAIT_FOR(f, f->kept_count > 0);
            assert_int_equal(f->kept_count, 1); /* one at a time */
            snprintf(text, sizeof text, "later %d", i);
            reply_text(take_kept(f), 200, str_from(text));
        } else {
            snprintf(text, sizeof text,
                i % 3 == 0 ? "GET /show/%d [%d][] ? #" : "POST /show/%d [%d][] ? #ok", i, i);
        }
        expect_answer(&p, 200, text);
    }
    assert_int_equal(f->answered, 1000);
    peer_close(&p);
    fixture_close(f);
}

static void routes_and_tells_404_from_405(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    peer_sends(&p, "GET /show/%d0%b0b/of/x%20y?q=1 HTTP/1.1\r\nHost: a\r\n\r\n");
    expect_answer(&p, 200, "GET /show/аb/of/x y [аb][x y] ?q=1 #");
    peer_sends(
        &p, "GET /files/a/b.c HTTP/1.1\r\nHost: a\r\n\r\nGET /files/ HTTP/1.1\r\nHost: a\r\n\r\n");
    expect_answer(&p, 200, "GET /files/a/b.c [][] ? #");
    expect_answer(&p, 200, "GET /files/ [][] ? #");
    peer_sends(&p, "GET http://b.example:80/show/1?x HTTP/1.1\r\nHost: a\r\n\r\n");
    expect_answer(&p, 200, "GET /show/1 [1][] ?x #");
    peer_sends(
        &p, "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\nGET /show/ HTTP/1.1\r\nHost: a\r\n\r\n");
    struct answer a = peer_answer(&p);
    assert_int_equal(a.status, 404);
    assert_true(str_is(answer_header(&a, "Content-Type"), "application/problem+json"));
    assert_non_null(strstr(a.body.p, "\"code\":\"NOT_FOUND\""));
    assert_non_null(strstr(a.body.p, "\"request_id\":\""));
    answer_release(&a);
    expect_answer(&p, 404, NULL);
    peer_sends(&p,
        "DELETE /show/1 HTTP/1.1\r\nHost: a\r\n\r\nOPTIONS /show/1 HTTP/1.1\r\nHost: a\r\n\r\n"
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\nOPTIONS /nowhere HTTP/1.1\r\nHost: a\r\n\r\n"
        "PROPFIND /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    a = peer_answer(&p);
    assert_int_equal(a.status, 405);
    assert_true(str_is(answer_header(&a, "Allow"), "GET, HEAD, POST, OPTIONS"));
    answer_release(&a);
    a = peer_answer(&p);
    assert_int_equal(a.status, 204);
    assert_true(str_is(answer_header(&a, "Allow"), "GET, HEAD, POST, OPTIONS"));
    assert_null(answer_header(&a, "Content-Length").p);
    answer_release(&a);
    expect_answer(&p, 204, NULL);
    expect_answer(&p, 404, NULL);
    a = peer_answer(&p);
    assert_int_equal(a.status, 405);
    assert_true(str_is(answer_header(&a, "Allow"), "POST, OPTIONS"));
    answer_release(&a);
    peer_close(&p);
    fixture_close(f);
}

static void streams_piece_by_piece(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    peer_sends(&p, "GET /stream?pieces=4&size=26 HTTP/1.1\r\nHost: a\r\n\r\nGET /hello "
                   "HTTP/1.1\r\nHost: a\r\n\r\n");
    struct answer a = peer_answer(&p);
    assert_true(str_is(answer_header(&a, "Transfer-Encoding"), "chunked"));
    assert_int_equal(a.body.n, 104);
    answer_release(&a);
    expect_answer(&p, 200, "hello\n");
    peer_sends(&p, "GET /stream?pieces=0 HTTP/1.1\r\nHost: a\r\n\r\n");
    expect_answer(&p, 200, "");
    peer_sends(&p, "GET /stream?pieces=2&ok=0 HTTP/1.1\r\nHost: a\r\n\r\n"); /* cut: seen as such */
    int64_t deadline = deadline_in(PATIENCE_MS);
    for (peer_receive(&p); !p.error; peer_receive(&p)) {
        assert_false(p.eof);
        turn(f, p.fd, POLLIN, deadline);
    }
    assert_int_equal(p.error, ECONNRESET);
    assert_int_equal(f->streams_gone, 0);
    peer_close(&p);
    fixture_close(f);
}

static void gives_the_connection_away(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    peer_sends(&p, "GET /switch HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: "
                   "websocket\r\n\r\nfirst bytes");
    struct answer a = peer_answer(&p);
    assert_int_equal(a.status, 101);
    assert_true(str_is(answer_header(&a, "Upgrade"), "websocket"));
    assert_true(str_is(answer_header(&a, "Connection"), "Upgrade"));
    answer_release(&a);
    int64_t deadline = deadline_in(PATIENCE_MS);
    peer_sends(&p, " and more");
    while (peer_receive(&p), p.in.n < 20)
        turn(f, p.fd, POLLIN, deadline);
    assert_memory_equal(p.in.p, "first bytes and more", 20);
    buf_clear(&p.in);
    WAIT_FOR(f, f->upgraded_writable > 0);
    assert_int_equal(http_conn_queued(f->upgraded), 0);
    static char shared[3000];
    memset(shared, 'x', sizeof shared);
    http_conn_write_shared(f->upgraded, (struct str){shared, sizeof shared}, on_released, f);
    http_conn_write(f->upgraded, STR("the end"));
    http_conn_finish(f->upgraded, 5000);
    http_conn_write(f->upgraded, STR("not sent any more"));
    while (peer_receive(&p), !p.eof)
        turn(f, p.fd, POLLIN, deadline);
    assert_int_equal(p.in.n, 3007);
    assert_int_equal(f->released, 1);
    assert_int_equal(f->upgraded_closed, 0);
    peer_close(&p);
    WAIT_FOR(f, f->upgraded_closed == 1);
    fixture_close(f);
}

static void gates_can_answer(void **state)
{
    struct fixture *f = fixture_open();
    struct peer p = peer_open(f);
    f->refuse_before = true;
    peer_sends(&p, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
    expect_answer(&p, 429, "slow down");
    f->refuse_before = false;
    f->refuse_routed = true;
    peer_sends(&p, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                   "chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n");
    expect_answer(&p, 401, "who are you");
    f->refuse_routed = false;
    f->keep_routed = true;
    peer_sends(&p, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
    WAIT_FOR(f, f->kept_count == 1);
    reply_text(take_kept(f), 403, STR("no"));
    expect_answer(&p, 403, "no");
    f->keep_routed = false;
    peer_sends(&p, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
    expect_answer(&p, 200, "body");
    peer_close(&p);
    fixture_close(f);
}

/* What was logged is read back through a file in place of standard error. */
static void writes_one_log_line_per_request(void **state)
{
    struct http_options o = {.listen = "127.0.0.1:0", .access_log = true};
    struct fixture *f = fixture_open_with(&o);
    FILE *log = tmpfile();
    int before = dup(STDERR_FILENO);
    dup2(fileno(log), STDERR_FILENO);
    struct peer p = peer_open(f);
    peer_sends(&p, "GET /show/1?token=secret HTTP/1.1\r\nHost: a\r\nX-Request-ID: r-1\r\n\r\n"
                   "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\nBAD\r\n\r\n");
    expect_answer(&p, 200, NULL);
    expect_answer(&p, 404, NULL);
    expect_answer(&p, 400, NULL);
    peer_close(&p);
    fixture_close(f);
    dup2(before, STDERR_FILENO);
    close(before);
    char text[4096];
    rewind(log);
    text[fread(text, 1, sizeof text - 1, log)] = 0;
    fclose(log);
    int lines = 0;
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 3);
    assert_null(strstr(text, "secret"));
    assert_non_null(strstr(text, "request method=GET path=/show/1 status=200 ms="));
    assert_non_null(strstr(text, " peer=127.0.0.1 request_id=r-1\n"));
    assert_non_null(strstr(text, "status=404"));
    assert_non_null(strstr(text, "status=400"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_and_keeps_the_connection),
        cmocka_unit_test(takes_over_a_sane_request_id),
        cmocka_unit_test(reads_bodies),
        cmocka_unit_test(leaves_the_body_out_for_head),
        cmocka_unit_test(speaks_http_1_0),
        cmocka_unit_test(closes_when_asked),
        cmocka_unit_test(answers_a_half_closed_peer),
        cmocka_unit_test(keeps_pipelined_answers_in_order),
        cmocka_unit_test(routes_and_tells_404_from_405),
        cmocka_unit_test(streams_piece_by_piece),
        cmocka_unit_test(gives_the_connection_away),
        cmocka_unit_test(gates_can_answer),
        cmocka_unit_test(writes_one_log_line_per_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
