/* One WebSocket: the handshake, both closing handshakes, every close code, pings and silence, a
 * peer that does not read, ends in every state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "obmen/time.h"
#include "ws/session.h"
#include "client_frames.h"
#include "fake_conn.h"

static uv_loop_t loop;
static struct ws_group *group;
static bool group_gone;

static struct peer {
    struct ws_session *session;
    struct http_conn *conn;
    struct buf said, frame;
    int texts, writable, closed, code;
    int close_on_text;
    bool leave_on_text;
} p;

static void on_text(void *arg, struct str message)
{
    p.texts++;
    buf_clear(&p.said);
    buf_add_str(&p.said, message);
    if (p.close_on_text)
        ws_close(p.session, p.close_on_text, "because");
    if (p.leave_on_text) {
        struct http_conn *c = p.conn;
        p.conn = NULL;
        fake_end(c);
    }
}

static void on_writable(void *arg)
{
    p.writable++;
}

static void on_closed(void *arg, int code)
{
    p.closed++;
    p.code = code;
    p.session = NULL;
}

static const struct ws_events events = {on_text, on_writable, on_closed};

static void on_group_closed(void *arg)
{
    group_gone = true;
}

static void connect_peer(void)
{
    struct http_request req = fake_request();
    assert_true(ws_check(&req));
    p.session = ws_accept(group, &req, &events, &p);
    assert_non_null(p.session);
    p.conn = fake_last_conn;
}

static void open_group(const struct ws_options *o)
{
    memset(&p, 0, sizeof p);
    group_gone = false;
    uv_loop_init(&loop);
    group = ws_group_open(&loop, o);
}

static int setup(void **state)
{
    open_group(NULL);
    connect_peer();
    return 0;
}

static int setup_fast(void **state)
{
    open_group(&(struct ws_options){.ping_ms = 20, .silence_ms = 90, .close_ms = 40});
    connect_peer();
    return 0;
}

static int teardown(void **state)
{
    if (p.conn)
        fake_end(p.conn);
    assert_int_equal(p.closed, 1);
    buf_release(&p.said);
    buf_release(&p.frame);
    buf_release(&fake_answer.headers);
    if (!group_gone)
        ws_group_close(group, 1012, on_group_closed, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_true(group_gone);
    assert_int_equal(uv_loop_close(&loop), 0);
    return 0;
}

/* The next frame must be a Close with this code (0: without one). */
static void closed_with(int code)
{
    assert_int_equal(fake_frame(p.conn, &p.frame), WS_CLOSE);
    if (code == 0) {
        assert_int_equal(p.frame.n, 0);
        return;
    }
    assert_true(p.frame.n >= 2);
    assert_int_equal((unsigned char)p.frame.p[0] << 8 | (unsigned char)p.frame.p[1], code);
}

static void nothing_more(void)
{
    assert_int_equal(fake_frame(p.conn, &p.frame), -1);
}

static void end_with(int code)
{
    struct http_conn *c = p.conn;
    assert_int_equal(p.closed, 0);
    p.conn = NULL;
    fake_end(c);
    assert_int_equal(p.closed, 1);
    assert_int_equal(p.code, code);
}

static void send_text(const char *text)
{
    struct buf b = BUF_INIT;
    add_text(&b, text);
    fake_send(p.conn, &b);
    buf_release(&b);
}

static void send_close(int code)
{
    struct buf b = BUF_INIT;
    if (code)
        add_close(&b, code, "bye");
    else
        add_frame(&b, 0x88, NULL, 0, 0);
    fake_send(p.conn, &b);
    buf_release(&b);
}

static void run_for(int ms)
{
    int64_t end = time_mono_ms() + ms;
    while (time_mono_ms() < end)
        uv_run(&loop, UV_RUN_NOWAIT);
}

/* ---- handshake ---- */

static void right_handshake(void **state)
{
    buf_addc(&fake_answer.headers, 0);
    assert_non_null(
        strstr(fake_answer.headers.p, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\n"));
    assert_non_null(strstr(fake_answer.headers.p, "Upgrade: websocket\n"));
    assert_non_null(strstr(fake_answer.headers.p, "Connection: Upgrade\n"));
    assert_int_equal(ws_group_count(group), 1);
}

static void wrong_handshakes(void **state)
{
    static const struct {
        int header;
        const char *value;
        int status;
    } wrong[] = {
        {1, "h2c", 426},
        {1, "", 426},
        {3, "8", 426},
        {3, "", 426},
        {3, "013", 426},
        {2, "keep-alive", 400},
        {4, "", 400},
        {4, "dGhlIHNhbXBsZSBub25jZQ=", 400},
        {4, "dGhlIHNhbXBsZSBub25jZ===", 400},
        {4, "dGhlIHNhbXBsZSBub25jZSE=", 400},
        {4, "dGhlIHNhbXBsZSBub2!jZQ==", 400},
        {4, "dGhlIHNhbXBsZSBub25jZQ==AAAA", 400},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct http_request req = fake_request();
        fake_headers[wrong[i].header].value = str_from(wrong[i].value);
        assert_false(ws_check(&req));
        assert_int_equal(fake_answer.status, wrong[i].status);
        assert_int_equal(fake_answer.code, ERR_VALIDATION_ERROR);
        buf_addc(&fake_answer.headers, 0);
        assert_int_equal(strstr(fake_answer.headers.p, "Sec-WebSocket-Version: 13\n") != NULL,
            wrong[i].status == 426);
    }
    struct http_request req = fake_request();
    req.method = HTTP_M_HEAD;
    assert_false(ws_check(&req));
    assert_int_equal(fake_answer.status, 400);
    req = fake_request();
    fake_headers[1].value = STR("h2c, WebSocket");
    fake_headers[2].value = STR("UPGRADE");
    assert_true(ws_check(&req));
}

/* ---- talking ---- */

static void texts_both_ways(void **state)
{
    send_text("hello");
    assert_int_equal(p.texts, 1);
    assert_memory_equal(p.said.p, "hello", 5);
    char big[70000];
    memset(big, 'x', sizeof big);
    size_t sizes[] = {0, 1, 125, 126, 65535, 65536, 70000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ws_send_text(p.session, (struct str){big, sizes[i]});
        assert_int_equal(fake_frame(p.conn, &p.frame), WS_TEXT);
        assert_int_equal(p.frame.n, sizes[i]);
    }
    nothing_more();
}

static void pings_are_answered(void **state)
{
    struct buf b = BUF_INIT;
    char payload[125];
    memset(payload, 'p', sizeof payload);
    add_frame(&b, 0x89, payload, 125, 0);
    add_frame(&b, 0x89, "", 0, 0);
    add_frame(&b, 0x8A, "unasked", 7, 0);
    fake_send(p.conn, &b);
    assert_int_equal(fake_frame(p.conn, &p.frame), WS_PONG);
    assert_int_equal(p.frame.n, 125);
    assert_memory_equal(p.frame.p, payload, 125);
    assert_int_equal(fake_frame(p.conn, &p.frame), WS_PONG);
    nothing_more();
    buf_release(&b);
}

static void writable_is_told(void **state)
{
    p.conn->reads = false;
    ws_send_text(p.session, STR("hello"));
    assert_int_equal(ws_queued(p.session), 7);
    fake_taken(p.conn);
    assert_int_equal(p.writable, 1);
    assert_int_equal(ws_queued(p.session), 0);
}

/* ---- closing ---- */

static void peer_closes(void **state)
{
    send_close(1001);
    closed_with(1001);
    nothing_more();
    assert_true(p.conn->finishing);
    assert_false(ws_is_open(p.session));
    send_text("too late");
    ws_send_text(p.session, STR("too late"));
    assert_int_equal(p.texts, 0);
    nothing_more();
    end_with(1001);
}

static void peer_closes_without_a_code(void **state)
{
    send_close(0);
    closed_with(0);
    end_with(1005);
}

static void we_close(void **state)
{
    ws_close(p.session, 1008, "the sign-in has ended");
    closed_with(1008);
    assert_memory_equal(p.frame.p + 2, "the sign-in has ended", 21);
    assert_false(p.conn->finishing);
    ws_close(p.session, 1011, "again");
    ws_send_text(p.session, STR("not sent"));
    send_text("not told");
    struct buf b = BUF_INIT;
    add_frame(&b, 0x89, "not answered", 12, 0);
    fake_send(p.conn, &b);
    buf_release(&b);
    nothing_more();
    assert_int_equal(p.texts, 0);
    send_close(1008);
    nothing_more();
    assert_true(p.conn->finishing);
    end_with(1008);
}

static void we_close_and_hear_nothing(void **state) /* fast */
{
    ws_close(p.session, 1000, NULL);
    closed_with(1000);
    int64_t end = time_mono_ms() + 5000;
    while (!p.conn->finishing && time_mono_ms() < end)
        uv_run(&loop, UV_RUN_NOWAIT);
    assert_true(p.conn->finishing);
    nothing_more();
    end_with(1000);
}

static void closed_from_inside_a_message(void **state)
{
    struct buf b = BUF_INIT;
    p.close_on_text = 1008;
    add_text(&b, "first");
    add_text(&b, "second");
    add_close(&b, 1000, "");
    fake_send(p.conn, &b);
    buf_release(&b);
    assert_int_equal(p.texts, 1);
    closed_with(1008);
    nothing_more();
    assert_true(p.conn->finishing);
    end_with(1008);
}

static void gone_inside_a_message(void **state)
{
    struct buf b = BUF_INIT;
    struct http_conn *c = p.conn;
    p.leave_on_text = true;
    add_text(&b, "first");
    add_text(&b, "second");
    c->events.bytes(c->arg, buf_str(&b));
    buf_release(&b);
    assert_int_equal(p.texts, 1);
    assert_int_equal(p.closed, 1);
    assert_int_equal(p.code, 1006);
}

static void long_reasons_are_cut(void **state)
{
    char reason[300];
    memset(reason, 'r', sizeof reason);
    reason[299] = 0;
    ws_close(p.session, 1011, reason);
    closed_with(1011);
    assert_int_equal(p.frame.n, 125);
    end_with(1011);
}

/* code, and whether the stream can be read on to the peer's Close */
static void faulty(
    unsigned first, size_t n, unsigned how, const char *payload, int code, bool readable)
{
    struct buf b = BUF_INIT;
    add_frame(&b, first, payload, n, how);
    fake_send(p.conn, &b);
    closed_with(code);
    nothing_more();
    assert_int_equal(p.conn->finishing, !readable);
    if (readable) {
        add_close(&b, code, "");
        fake_send(p.conn, &b);
        nothing_more();
        assert_true(p.conn->finishing);
    }
    buf_release(&b);
    end_with(code);
    p.closed = 0;
    connect_peer();
}

static void every_fault_has_its_code(void **state)
{
    char *big = mem_alloc(65537);
    faulty(0x81, 5, UNMASKED, "hello", 1002, false);
    faulty(0x81, 5, LONG_16, "hello", 1002, false);
    faulty(0x81, 5, LONG_64, "hello", 1002, false);
    faulty(0xC1, 5, 0, "hello", 1002, false);
    faulty(0x83, 5, 0, "hello", 1002, false);
    faulty(0x80, 5, 0, "hello", 1002, false);
    faulty(0x09, 5, 0, "hello", 1002, false);
    faulty(0x89, 126, 0, big, 1002, false);
    faulty(0x88, 1, 0, "\x03", 1002, false);
    faulty(0x88, 2, 0, "\x03\xED", 1002, false); /* 1005 on the wire */
    faulty(0x82, 5, 0, "hello", 1003, true);
    faulty(0x81, 2, 0, "\xC3\x28", 1007, true);
    faulty(0x81, 65537, 0, big, 1009, true);
    free(big);
    p.closed = 0;
}

static void a_peer_that_never_reads(void **state)
{
    char *big = mem_alloc(100000);
    p.conn->reads = false;
    for (int i = 0; i < 20 && ws_is_open(p.session); i++)
        ws_send_text(p.session, (struct str){big, 100000});
    free(big);
    assert_false(ws_is_open(p.session));
    assert_in_range(p.conn->stuck, 1024 * 1024, 1024 * 1024 + 200000);
    end_with(1008);
}

static void lost(void **state)
{
    end_with(1006);
}

static void lost_while_closing(void **state)
{
    ws_close(p.session, 1001, NULL);
    end_with(1001);
}

/* ---- time ---- */

static void pings_and_silence(void **state) /* fast */
{
    int64_t start = time_mono_ms();
    int pings = 0;
    /* as long as it answers, it stays */
    struct buf b = BUF_INIT;
    while (pings < 8) {
        run_for(1);
        int frame = fake_frame(p.conn, &p.frame);
        if (frame == WS_PING) {
            pings++;
            add_frame(&b, 0x8A, NULL, 0, 0);
            fake_send(p.conn, &b);
        } else {
            assert_int_equal(frame, -1);
        }
        assert_true(time_mono_ms() - start < 5000);
    }
    assert_true(time_mono_ms() - start > 8 * 20 - 5);
    buf_release(&b);
    /* then it falls silent */
    int64_t silent = time_mono_ms();
    int frame;
    pings = 0;
    while ((frame = fake_frame(p.conn, &p.frame)) != WS_CLOSE) {
        pings += frame == WS_PING;
        run_for(1);
        assert_true(time_mono_ms() - silent < 5000);
    }
    assert_int_equal((unsigned char)p.frame.p[0] << 8 | (unsigned char)p.frame.p[1], 1001);
    assert_true(time_mono_ms() - silent >= 60);
    assert_true(pings >= 2);
    end_with(1001);
}

static void any_byte_is_a_sign_of_life(void **state) /* fast */
{
    int64_t start = time_mono_ms();
    while (time_mono_ms() - start < 300) {
        send_text("I am here");
        run_for(5);
        assert_true(ws_is_open(p.session));
    }
    end_with(1006);
}

static void shutdown_closes_all_with_1012(void **state)
{
    ws_group_close(group, 1012, on_group_closed, NULL);
    closed_with(1012);
    assert_false(group_gone);
    struct http_request req = fake_request();
    assert_true(ws_check(&req));
    assert_null(ws_accept(group, &req, &events, &p));
    assert_int_equal(fake_answer.status, 503);
    send_close(1012);
    assert_true(p.conn->finishing);
    end_with(1012);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_true(group_gone);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define F(name) cmocka_unit_test_setup_teardown(name, setup_fast, teardown)
    const struct CMUnitTest tests[] = {T(right_handshake), T(wrong_handshakes), T(texts_both_ways),
        T(pings_are_answered), T(writable_is_told), T(peer_closes), T(peer_closes_without_a_code),
        T(we_close), F(we_close_and_hear_nothing), T(closed_from_inside_a_message),
        T(gone_inside_a_message), T(long_reasons_are_cut), T(every_fault_has_its_code),
        T(a_peer_that_never_reads), T(lost), T(lost_while_closing), F(pings_and_silence),
        F(any_byte_is_a_sign_of_life), T(shutdown_closes_all_with_1012)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
