/* The hub: who is told what and when. First and final states at once, else at most one per 50 ms;
 * slow readers get the newest; seq never goes back; readers that leave at any moment; memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <malloc.h>
#include "obmen/time.h"
#include "ws/hub.h"
#include "ws/hub_internal.h"
#include "client_frames.h"
#include "fake_conn.h"

static uv_loop_t loop;
static struct ws_group *group;
static struct hub *hub;
static bool hub_gone, group_gone;
static struct buf payload;

struct peer {
    struct ws_session *session;
    struct hub_reader *reader;
    struct http_conn *conn;
    int closed;
    int64_t seen; /* the last seq read */
};

static void on_text(void *arg, struct str message)
{
}

static void on_writable(void *arg)
{
    hub_writable(((struct peer *)arg)->reader);
}

static void on_closed(void *arg, int code)
{
    struct peer *p = arg;
    hub_leave(p->reader);
    p->reader = NULL;
    p->session = NULL;
    p->closed = code;
}

static const struct ws_events events = {on_text, on_writable, on_closed};

static void join(struct peer *p, int64_t owner_filter, bool all)
{
    struct http_request req = fake_request();
    memset(p, 0, sizeof *p);
    p->session = ws_accept(group, &req, &events, p);
    p->conn = fake_last_conn;
    p->reader = hub_join(hub, p->session, owner_filter, all);
}

static void leave(struct peer *p)
{
    struct http_conn *c = p->conn;
    p->conn = NULL;
    fake_end(c);
}

static struct uuid topic(int n)
{
    struct uuid id = {{0}};
    memcpy(id.b, &n, sizeof n);
    return id;
}

static struct ws_frame *state_of(int n, int64_t seq)
{
    char text[64];
    snprintf(text, sizeof text, "%d:%lld", n, (long long)seq);
    return ws_frame_text(str_from(text));
}

static void publish_as(int n, int64_t owner, int64_t seq, bool final)
{
    struct uuid id = topic(n);
    struct ws_frame *f = state_of(n, seq);
    hub_publish(hub, &id, owner, seq, final, f);
    ws_frame_unref(f);
}

static void publish(int n, int64_t seq)
{
    publish_as(n, 7, seq, false);
}

static void first(struct peer *p, int n, int64_t seq)
{
    struct uuid id = topic(n);
    struct ws_frame *f = state_of(n, seq);
    hub_first(p->reader, &id, 7, seq, false, f);
    ws_frame_unref(f);
}

static void watch(struct peer *p, int n)
{
    struct uuid id = topic(n);
    assert_true(hub_watch(p->reader, &id));
}

/* What is due now goes out; no time passes to speak of. */
static void turn(void)
{
    for (int i = 0; i < 3; i++)
        uv_run(&loop, UV_RUN_NOWAIT);
}

static void wait_ms(int ms)
{
    int64_t end = time_mono_ms() + ms;
    while (time_mono_ms() < end)
        uv_run(&loop, UV_RUN_NOWAIT);
}

/* Frames to this peer since the last look: "1:5 2:7". */
static void got(struct peer *p, const char *want)
{
    struct buf all = BUF_INIT;
    buf_adds(&all, "");
    while (p->conn->out.n) {
        int opcode = fake_frame(p->conn, &payload);
        if (opcode != WS_TEXT)
            continue;
        if (all.n)
            buf_addc(&all, ' ');
        buf_add_str(&all, buf_str(&payload));
    }
    buf_addc(&all, 0);
    assert_string_equal(all.p, want);
    buf_release(&all);
}

static void on_hub_closed(void *arg)
{
    hub_gone = true;
}

static void on_group_closed(void *arg)
{
    group_gone = true;
}

static int setup(void **state)
{
    hub_gone = group_gone = false;
    uv_loop_init(&loop);
    group = ws_group_open(&loop, NULL);
    hub = hub_open(&loop);
    return 0;
}

static int teardown(void **state)
{
    struct hub_figures f;
    hub_figures(hub, &f);
    assert_int_equal(f.readers, 0);
    assert_int_equal(f.entries, 0);
    assert_int_equal(f.topics, 0);
    hub_close(hub, on_hub_closed, NULL);
    ws_group_close(group, 1012, on_group_closed, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_true(hub_gone && group_gone);
    assert_int_equal(uv_loop_close(&loop), 0);
    buf_release(&payload);
    buf_release(&fake_answer.headers);
    return 0;
}

/* ---- when ---- */

static void first_at_once_then_every_50_ms(void **state)
{
    struct peer p;
    join(&p, 0, true);
    int64_t begin = time_mono_ms();
    publish(1, 1);
    turn();
    got(&p, "1:1");
    publish(1, 2);
    publish(1, 3);
    turn();
    if (time_mono_ms() - begin < 40)
        got(&p, "");
    while (p.conn->out.n == 0 && time_mono_ms() - begin < 10000)
        uv_run(&loop, UV_RUN_NOWAIT);
    int64_t waited = time_mono_ms() - begin;
    assert_true(waited >= 45 && waited < 10000);
    got(&p, "1:3"); /* the newest only */
    wait_ms(120);
    got(&p, "");
    publish(1, 4);
    turn();
    got(&p, "1:4"); /* long enough ago: at once */
    struct hub_figures f;
    hub_figures(hub, &f);
    assert_int_equal(f.published, 4);
    assert_int_equal(f.sent, 3);
    assert_int_equal(f.conflated, 1);
    leave(&p);
}

static void never_faster_than_allowed(void **state)
{
    struct peer p;
    join(&p, 0, true);
    int64_t start = time_mono_ms();
    int frames = 0;
    for (int64_t seq = 1; time_mono_ms() - start < 600; seq++) {
        publish(1, seq);
        wait_ms(1);
        while (p.conn->out.n)
            frames += fake_frame(p.conn, &payload) == WS_TEXT;
    }
    assert_in_range(frames, 1, (time_mono_ms() - start) / HUB_THROTTLE_MS + 2);
    leave(&p);
}

static void final_at_once(void **state)
{
    struct peer p;
    join(&p, 0, true);
    publish(1, 1);
    turn();
    publish(1, 2);
    publish_as(1, 7, 3, true);
    turn();
    got(&p, "1:1 1:3");
    publish_as(1, 7, 4, true);
    turn();
    got(&p, "1:4");
    leave(&p);
}

static void topics_do_not_hinder_each_other(void **state)
{
    struct peer p;
    join(&p, 0, true);
    for (int i = 0; i < 100; i++)
        publish(i, 1);
    turn();
    wait_ms(10);
    int n = 0;
    while (p.conn->out.n)
        n += fake_frame(p.conn, &payload) == WS_TEXT;
    assert_int_equal(n, 100);
    leave(&p);
}

/* ---- who ---- */

static void owners_and_filters(void **state)
{
    struct peer admin, own, other;
    join(&admin, 0, true);
    join(&own, 7, true);
    join(&other, 8, true);
    publish_as(1, 7, 1, false);
    publish_as(2, 8, 1, true);
    turn();
    got(&admin, "1:1 2:1");
    got(&own, "1:1");
    got(&other, "2:1");
    leave(&admin);
    struct uuid id = topic(1);
    assert_true(hub_wants(hub, &id, 7));
    leave(&own);
    leave(&other);
    assert_false(hub_wants(hub, &id, 7));
    publish(1, 9); /* to nobody: nothing is kept */
}

static void one_task_only(void **state)
{
    struct peer p;
    join(&p, 0, false);
    publish(1, 1);
    watch(&p, 1);
    first(&p, 1, 1);
    turn();
    got(&p, "1:1");
    publish(2, 1);
    publish_as(1, 7, 2, true);
    turn();
    got(&p, "1:2");
    leave(&p);
}

static void narrowing_and_widening(void **state)
{
    struct peer p;
    struct uuid one = topic(1), two = topic(2), none = topic(9);
    join(&p, 0, true);
    publish(1, 1);
    publish(2, 1);
    publish(3, 1);
    watch(&p, 2); /* what had not gone out of the others is not wanted any more */
    turn();
    got(&p, "2:1");
    wait_ms(60);
    watch(&p, 1);
    publish(1, 2);
    publish(2, 2);
    publish(3, 2);
    turn();
    got(&p, "1:2 2:2");
    wait_ms(60);
    hub_unwatch(p.reader, &none);
    hub_unwatch(p.reader, &two);
    hub_unwatch(p.reader, &one);
    publish(1, 3);
    publish(2, 3);
    turn();
    got(&p, ""); /* none left: nothing */
    hub_watch_all(p.reader);
    publish(1, 4);
    publish(2, 4);
    turn();
    got(&p, "1:4 2:4");
    leave(&p);
}

static void watching_has_an_end(void **state)
{
    struct peer p;
    join(&p, 0, false);
    for (int i = 0; i < HUB_MAX_WATCHED; i++)
        watch(&p, i);
    struct uuid more = topic(HUB_MAX_WATCHED), known = topic(0);
    assert_false(hub_watch(p.reader, &more));
    hub_unwatch(p.reader, &known);
    assert_true(hub_watch(p.reader, &more));
    leave(&p);
}

static void removed_topics_are_told_once(void **state)
{
    struct peer p, narrow;
    join(&p, 0, true);
    join(&narrow, 0, false);
    watch(&narrow, 1);
    publish(1, 5);
    turn();
    struct uuid id = topic(1);
    struct ws_frame *f = ws_frame_text(STR("gone"));
    hub_remove(hub, &id, 7, f);
    ws_frame_unref(f);
    publish(1, 6); /* too late */
    turn();
    got(&p, "1:5 gone");
    got(&narrow, "1:5 gone");
    leave(&p);
    leave(&narrow);
}

/* ---- order ---- */

static void old_states_are_ignored(void **state)
{
    struct peer p;
    join(&p, 0, true);
    publish(1, 5);
    turn();
    publish(1, 4);
    publish(1, 5);
    wait_ms(60);
    turn();
    got(&p, "1:5");
    wait_ms(60); /* the entry is gone, the topic is remembered */
    publish(1, 3);
    turn();
    got(&p, "");
    leave(&p);
}

static void asked_for_while_it_changes(void **state)
{
    struct peer p;
    struct uuid id = topic(1);
    /* nobody watches; the state is asked for; meanwhile it changes; then the older answer comes */
    hub_hold(hub, &id);
    publish_as(1, 7, 6, true);
    join(&p, 0, false);
    watch(&p, 1);
    first(&p, 1, 5);
    hub_release(hub, &id);
    turn();
    got(&p, "1:6");
    first(&p, 1, 4); /* later answers are no news */
    turn();
    got(&p, "");
    leave(&p);
    hub_hold(hub, &id);
    hub_release(hub, &id);
}

static void an_answer_that_is_news_reaches_all(void **state)
{
    struct peer p, q;
    join(&p, 0, false);
    join(&q, 0, true);
    publish(1, 1);
    turn();
    got(&q, "1:1");
    wait_ms(60);
    watch(&p, 1);
    first(&p, 1, 3);
    publish(1, 3); /* the same, by the usual way */
    turn();
    got(&p, "1:3");
    got(&q, "1:3");
    first(&p, 2, 1); /* not watched: not told */
    turn();
    got(&p, "");
    leave(&p);
    leave(&q);
}

static void told_by_a_list(void **state)
{
    struct peer p;
    struct uuid id = topic(1);
    join(&p, 0, true);
    publish(1, 5);
    hub_told(p.reader, &id, 8); /* before it went out */
    turn();
    got(&p, "");
    publish(1, 7);
    turn();
    got(&p, "");
    wait_ms(120);
    publish(1, 8);
    turn();
    got(&p, "");
    publish(1, 9);
    turn();
    got(&p, "1:9");
    struct uuid unknown = topic(2);
    hub_told(p.reader, &unknown, 3);
    publish(2, 2);
    wait_ms(60);
    got(&p, "");
    publish(2, 4);
    turn();
    got(&p, "2:4");
    leave(&p);
}

/* ---- slow readers ---- */

static void a_slow_reader_gets_the_newest(void **state)
{
    struct peer slow, quick;
    join(&slow, 0, true);
    join(&quick, 0, true);
    slow.conn->reads = false;
    slow.conn->stuck = HUB_QUEUE_MAX + 1;
    for (int64_t seq = 1; seq <= 100; seq++) {
        publish(1, seq);
        publish(2, seq);
        turn();
    }
    publish_as(3, 7, 1, true);
    turn();
    got(&slow, "");
    wait_ms(60);
    fake_taken(slow.conn);
    turn();
    got(&slow, "1:100 2:100 3:1");
    while (fake_frame(quick.conn, &payload) == WS_TEXT)
        ;
    leave(&slow);
    leave(&quick);
}

static void a_stuck_connection_is_not_filled(void **state)
{
    struct peer p;
    char *big = mem_alloc(10000);
    join(&p, 0, true);
    p.conn->reads = false;
    for (int i = 0; i < 100; i++) {
        struct uuid id = topic(i);
        struct ws_frame *f = ws_frame_text((struct str){big, 10000});
        hub_publish(hub, &id, 7, 1, true, f);
        ws_frame_unref(f);
    }
    wait_ms(20);
    assert_in_range(p.conn->stuck, HUB_QUEUE_MAX, HUB_QUEUE_MAX + 10100);
    int n = 0;
    while (n < 100) { /* none is lost: each time it takes something it gets more */
        int before = n;
        while (p.conn->out.n)
            n += fake_frame(p.conn, &payload) == WS_TEXT;
        assert_true(n > before);
        fake_taken(p.conn);
        turn();
    }
    assert_int_equal(n, 100);
    free(big);
    leave(&p);
}

static void too_many_finals_for_one_that_never_reads(void **state)
{
    struct peer p;
    join(&p, 0, true);
    p.conn->reads = false;
    p.conn->stuck = HUB_QUEUE_MAX + 1;
    for (int i = 0; i < HUB_DIRTY_MAX + 10 && ws_is_open(p.session); i++)
        publish_as(i, 7, 1, true);
    turn();
    assert_false(ws_is_open(p.session));
    struct hub_figures f;
    hub_figures(hub, &f);
    assert_int_equal(f.dropped, 1);
    leave(&p);
    assert_int_equal(p.closed, 1008);
}

/* ---- leaving ---- */

static void leaving_in_each_state(void **state)
{
    struct peer p[6];
    struct uuid id = topic(1);
    for (int i = 0; i < 6; i++)
        join(&p[i], 0, i != 1);
    leave(&p[0]); /* nothing yet */
    watch(&p[1], 1);
    leave(&p[1]); /* IDLE, watched */
    publish(1, 1);
    leave(&p[2]); /* READY, in turn */
    turn();
    leave(&p[3]); /* COOLING */
    hub_told(p[4].reader, &id, 9);
    wait_ms(60);
    leave(&p[4]); /* TOLD */
    p[5].conn->stuck = HUB_QUEUE_MAX + 1;
    publish(1, 2);
    turn();
    leave(&p[5]); /* READY, without room */
}

static void closing_stops_the_stream(void **state)
{
    struct peer p;
    join(&p, 0, true);
    publish(1, 1);
    ws_close(p.session, 1008, NULL);
    turn();
    got(&p, "");
    publish(2, 1);
    turn();
    got(&p, "");
    leave(&p);
}

/* ---- size ---- */

static void many_readers(void **state)
{
    enum { N = 2000 };
    struct peer *p = mem_alloc(N * sizeof *p);
    for (int i = 0; i < N; i++)
        join(&p[i], 0, true);
    int64_t longest = 0;
    for (int64_t seq = 1; seq <= 5; seq++) {
        int64_t before = time_mono_ns();
        publish(1, seq);
        int64_t took = time_mono_ns() - before;
        longest = took > longest ? took : longest;
        wait_ms(70);
    }
    for (int i = 0; i < N; i++) {
        int64_t seen = 0;
        while (fake_frame(p[i].conn, &payload) == WS_TEXT) {
            buf_addc(&payload, 0);
            int64_t seq = atoll(payload.p + 2);
            assert_true(seq > seen);
            seen = seq;
        }
        assert_int_equal(seen, 5);
        leave(&p[i]);
    }
    print_message("publishing to %d readers: %lld us\n", N, (long long)longest / 1000);
    free(p);
}

static void idle_sessions_are_small(void **state)
{
    enum { N = 1000 };
    static struct peer p[N];
    join(&p[0], 0, true); /* what is made once */
    size_t before = mallinfo2().uordblks;
    for (int i = 1; i < N; i++) {
        join(&p[i], 0, true);
        struct buf b = BUF_INIT;
        add_text(&b, "hello");
        fake_send(p[i].conn, &b);
        buf_release(&b);
    }
    publish(1, 1);
    turn();
    wait_ms(70);
    for (int i = 0; i < N; i++)
        buf_release(&p[i].conn->out);
    size_t each = (mallinfo2().uordblks - before) / N;
    print_message("an idle session: %zu bytes, the test's connection included\n", each);
    assert_true(each < 1024);
    for (int i = 0; i < N; i++)
        leave(&p[i]);
}

static void topics_are_not_kept_for_ever(void **state)
{
    struct peer p;
    join(&p, 0, true);
    for (int i = 0; i < 5000; i++) {
        publish_as(i, 7, 1, true);
        turn();
        buf_clear(&p.conn->out);
    }
    wait_ms(80);
    struct hub_figures f;
    hub_figures(hub, &f);
    assert_int_equal(f.sent, 5000);
    assert_int_equal(f.entries, 0);
    assert_int_equal(f.topics, HUB_IDLE_MAX);
    leave(&p);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {T(first_at_once_then_every_50_ms),
        T(never_faster_than_allowed), T(final_at_once), T(topics_do_not_hinder_each_other),
        T(owners_and_filters), T(one_task_only), T(narrowing_and_widening), T(watching_has_an_end),
        T(removed_topics_are_told_once), T(old_states_are_ignored), T(asked_for_while_it_changes),
        T(an_answer_that_is_news_reaches_all), T(told_by_a_list), T(a_slow_reader_gets_the_newest),
        T(a_stuck_connection_is_not_filled), T(too_many_finals_for_one_that_never_reads),
        T(leaving_in_each_state), T(closing_stops_the_stream), T(many_readers),
        T(idle_sessions_are_small), T(topics_are_not_kept_for_ever)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
