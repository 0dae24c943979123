/* The WebSocket endpoints: who gets in, what is told to whom, what clients may say, and how it
 * ends. */
#include "fixture.h"

#define ONE "/api/v1/ws/tasks/01000000-0000-0000-0000-000000000000"
#define ALL "/api/v1/ws/tasks"
#define ID0 "01000000-0000-0000-0000-000000000000"
#define ID1 "01000000-0000-0000-0000-000000000001"
#define ID9 "01000000-0000-0000-0000-000000000009"
#define AS(name) "Authorization: Bearer " name "\r\n"
#define UPDATE(task, seq)                                                                          \
    "{\"type\":\"task_update\",\"data\":{\"task\":" #task ",\"seq\":" #seq "}}"

static int setup(void **state)
{
    fixture_open();
    fake_add_task(7, TASK_RUNNING, 5);
    fake_add_task(8, TASK_RUNNING, 5);
    fake_add_task(7, TASK_COMPLETED, 9);
    return 0;
}

static int teardown(void **state)
{
    fixture_close();
    return 0;
}

/* ---- getting in ---- */

static void signing_in(void **state)
{
    char same[128], foreign[] = "Cookie: obmen_token=admin\r\nOrigin: http://evil.example\r\n";
    expect_refused(ALL, "", 401, "AUTHENTICATION_ERROR");
    expect_refused(ALL, AS("nobody"), 401, "AUTHENTICATION_ERROR");
    expect_refused(ALL, AS(""), 401, "AUTHENTICATION_ERROR");
    expect_refused(ALL "?token=nobody", "", 401, "AUTHENTICATION_ERROR");
    expect_refused(ALL "?token=", "Cookie: obmen_token=admin\r\n", 401, "AUTHENTICATION_ERROR");
    expect_refused(ALL, "Cookie: obmen_token=nobody\r\n", 401, "AUTHENTICATION_ERROR");
    expect_refused(ALL, "Cookie: other=admin\r\n", 401, "AUTHENTICATION_ERROR");
    /* a bearer that is no good is not made up for by the others */
    expect_refused(ALL "?token=admin", AS("nobody"), 401, "AUTHENTICATION_ERROR");
    expect_refused(ALL, foreign, 403, "AUTHORIZATION_ERROR");
    expect_refused(ALL, "Cookie: obmen_token=admin\r\n", 403, "AUTHORIZATION_ERROR");
    expect_refused(
        ALL, "Cookie: obmen_token=admin\r\nOrigin: null\r\n", 403, "AUTHORIZATION_ERROR");
    fake_auth.ready = false;
    expect_refused(ALL, AS("admin"), 503, "SERVICE_UNAVAILABLE");
    expect_refused(ALL, "", 401, "AUTHENTICATION_ERROR");
    fake_auth.ready = true;
    snprintf(same, sizeof same, "Cookie: a=b; obmen_token=admin\r\nOrigin: http://127.0.0.1:%d\r\n",
        f.port);
    struct ws_client c[3] = {client_accepted(ALL, same), client_accepted(ALL "?token=admin", ""),
        client_accepted(ALL, AS("admin") "Origin: http://evil.example\r\n")};
    for (int i = 0; i < 3; i++)
        client_gone(&c[i]);
}

static void no_websocket(void **state)
{
    expect_refused(
        ALL, AS("admin") "Upgrade: h2c\r\nUpgrade: x\r\n", 101, ""); /* one of several is enough */
    struct ws_client c = {.fd = socket(AF_INET, SOCK_STREAM, 0)};
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)f.port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(c.fd, (struct sockaddr *)&a, sizeof a), 0);
    client_send(&c, STR("GET " ALL " HTTP/1.1\r\nHost: a\r\n" AS("admin") "\r\n"));
    assert_int_equal(client_status(&c), 426);
    buf_addc(&c.in, 0);
    assert_non_null(strcasestr(c.in.p, "\r\nUpgrade: websocket\r\n"));
    assert_non_null(strcasestr(c.in.p, "\r\nSec-WebSocket-Version: 13\r\n"));
    client_gone(&c);
}

static void which_task(void **state)
{
    expect_refused("/api/v1/ws/tasks/" ID9, AS("admin"), 404, "NOT_FOUND");
    expect_refused("/api/v1/ws/tasks/rubbish", AS("admin"), 404, "NOT_FOUND");
    expect_refused(ONE, AS("eight"), 404, "NOT_FOUND"); /* somebody else's */
    expect_refused(ONE, "", 401, "AUTHENTICATION_ERROR");
    fake_engine.broken = true;
    expect_refused(ONE, AS("admin"), 503, "DATABASE_ERROR");
    fake_engine.broken = false;
    struct ws_client c = client_accepted(ONE, AS("seven"));
    client_expect(&c, UPDATE(0, 5));
    client_gone(&c);
}

/* ---- being told ---- */

static void one_task(void **state)
{
    struct ws_client c = client_accepted(ONE, AS("manager"));
    client_expect(&c, UPDATE(0, 5));
    change(1, false);
    change(0, false);
    client_expect(&c, UPDATE(0, 6));
    change(0, true);
    client_expect(&c, UPDATE(0, 7));
    struct uuid id = fake_id(0);
    live_removed(f.live, &id, 7);
    client_expect(&c, "{\"type\":\"task_removed\",\"data\":{\"task_id\":\"" ID0 "\"}}");
    client_expect_nothing(&c);
    client_gone(&c);
}

static void changes_while_asked_for(void **state)
{
    fake_engine.hold = true;
    struct ws_client c = client_open(ONE, AS("admin"));
    while (!fake_engine.questions)
        pump();
    change(0, true); /* the answer, one state old, is already on its way */
    fake_engine.hold = false;
    assert_int_equal(client_status(&c), 101);
    client_expect(&c, UPDATE(0, 6));
    client_expect_nothing(&c);
    client_gone(&c);
}

static void everything_one_may_see(void **state)
{
    struct ws_client admin = client_accepted(ALL, AS("admin")),
                     seven = client_accepted(ALL, AS("seven"));
    client_expect_nothing(&admin);
    change(0, false);
    change(1, false);
    client_expect(&admin, UPDATE(0, 6));
    client_expect(&admin, UPDATE(1, 6));
    client_expect(&seven, UPDATE(0, 6));
    struct uuid id = fake_id(1);
    live_removed(f.live, &id, 8);
    client_expect(&admin, "task_removed");
    client_expect_nothing(&seven);
    client_gone(&admin);
    client_gone(&seven);
}

static void lists(void **state)
{
    struct ws_client admin = client_accepted(ALL, AS("admin")),
                     seven = client_accepted(ALL, AS("seven"));
    client_text(&admin, "list");
    client_expect(&admin,
        "{\"type\":\"task_list\",\"data\":[{\"task\":0,\"seq\":5},{\"task\":1,\"seq\":5},"
        "{\"task\":2,\"seq\":9}]}");
    client_text(&seven, "list");
    client_expect(&seven,
        "{\"type\":\"task_list\",\"data\":[{\"task\":0,\"seq\":5},{\"task\":2,\"seq\":9}]}");
    /* asked for again and again while one is under way: told once more, not ten times */
    fake_engine.hold = true;
    int before = fake_engine.lists;
    for (int i = 0; i < 10; i++)
        client_text(&admin, "list");
    pump_for(10);
    fake_engine.hold = false;
    client_expect(&admin, "task_list");
    client_expect(&admin, "task_list");
    client_expect_nothing(&admin);
    assert_int_equal(fake_engine.lists - before, 2);
    /* older states than the list's are not told after it */
    struct task_state old = *fake_task(0);
    fake_task(0)->seq = 20;
    client_text(&admin, "list");
    client_expect(&admin, "{\"task\":0,\"seq\":20}");
    old.seq = 19;
    live_changed(f.live, &old, false);
    client_expect_nothing(&admin);
    change(0, false);
    client_expect(&admin, UPDATE(0, 21));
    fake_engine.broken = true;
    client_text(&admin, "list");
    client_expect(&admin, "{\"type\":\"error\",\"data\":{\"code\":\"DATABASE_ERROR\"");
    client_gone(&admin);
    client_gone(&seven);
}

static void subscriptions(void **state)
{
    struct ws_client c = client_accepted(ALL, AS("admin"));
    client_text(&c, "subscribe:" ID0);
    client_expect(&c, UPDATE(0, 5)); /* the present state at once */
    change(1, false);
    change(0, true);
    client_expect(&c, UPDATE(0, 6));
    client_expect_nothing(&c);
    client_text(&c, "subscribe:" ID1);
    client_expect(&c, UPDATE(1, 6));
    client_text(&c, "unsubscribe:" ID0);
    client_text(&c, "unsubscribe:" ID1);
    client_text(&c, "unsubscribe:" ID9);
    client_text(&c, "ping");
    client_expect(&c, "pong");
    change(0, true);
    change(1, true);
    client_expect_nothing(&c); /* none left: nothing */
    client_text(&c, "subscribe:*");
    client_text(&c, "ping");
    client_expect(&c, "pong");
    change(1, true);
    client_expect(&c, UPDATE(1, 8));
    client_text(&c, "subscribe:" ID9);
    client_expect(&c, "{\"type\":\"error\",\"data\":{\"code\":\"NOT_FOUND\"");
    change(0, true);
    client_expect(&c, UPDATE(0, 8)); /* and nothing was narrowed */
    client_gone(&c);
}

static void others_tasks_cannot_be_subscribed_to(void **state)
{
    struct ws_client c = client_accepted(ALL, AS("eight"));
    client_text(&c, "subscribe:" ID0);
    client_expect(&c, "NOT_FOUND");
    change(0, true);
    client_expect_nothing(&c);
    client_gone(&c);
}

static void sayings_take_effect_in_order(void **state)
{
    struct ws_client c = client_accepted(ALL, AS("admin"));
    fake_engine.hold = true;
    client_text(&c, "subscribe:" ID0);
    client_text(&c, "subscribe:" ID1);
    client_text(&c, "unsubscribe:" ID0);
    pump_for(10);
    change(2, true); /* not narrowed yet */
    client_expect(&c, UPDATE(2, 10));
    fake_engine.hold = false;
    pump_for(5);
    change(0, true);
    change(2, true);
    client_expect(&c, UPDATE(1, 5));
    client_expect_nothing(&c);
    /* everything again, and at once nothing */
    client_text(&c, "subscribe:*");
    client_text(&c, "subscribe:" ID0);
    client_text(&c, "unsubscribe:" ID0);
    client_text(&c, "ping");
    client_expect(&c, "pong");
    pump_for(5);
    change(0, true);
    change(1, true);
    client_expect_nothing(&c);
    fake_engine.hold = true;
    client_text(&c, "subscribe:" ID0);
    client_text(&c, "subscribe:" ID9);
    client_text(&c, "subscribe:*");
    pump_for(10);
    fake_engine.hold = false;
    pump_for(5);
    change(1, true);
    client_expect(&c, "NOT_FOUND");
    client_expect(&c, UPDATE(0, 7));
    client_expect(&c, UPDATE(1, 7));
    client_gone(&c);
}

/* What the kernel holds for a client that does not read is old by the time it reads: it must be
 * little. */
static void a_slow_reader_gets_the_newest_soon(void **state)
{
    enum { CHANGES = 20000 };
    struct ws_client slow = client_accepted(ONE, AS("admin"));
    struct buf text = BUF_INIT;
    client_expect(&slow, UPDATE(0, 5));
    fake_task(0)->name.n = 1000; /* a longer text */
    for (int i = 0; i < CHANGES; i++) {
        change(0, true);
        pump();
    }
    int frames = 0;
    char newest[32];
    snprintf(newest, sizeof newest, "\"seq\":%d}", CHANGES + 5);
    int64_t end = time_mono_ms() + 10000;
    do {
        assert_true(time_mono_ms() < end);
        pump();
        client_read(&slow);
        while (client_frame(&slow, &text))
            frames++;
    } while (!text.p || !strstr(text.p, newest));
    print_message("changes %d, told %d\n", CHANGES, frames);
    assert_true(frames < CHANGES / 10);
    buf_release(&text);
    client_gone(&slow);
}

/* ---- saying ---- */

static void pings(void **state)
{
    struct ws_client c = client_accepted(ONE, AS("admin"));
    client_expect(&c, UPDATE(0, 5));
    client_text(&c, "ping");
    client_expect(&c, "pong");
    client_gone(&c);
}

static void cancelling(void **state)
{
    struct ws_client c = client_accepted(ONE, AS("seven"));
    client_expect(&c, UPDATE(0, 5));
    client_text(&c, "{\"action\":\"cancel\"}");
    client_text(&c, " { \"action\" : \"cancel\" } ");
    client_expect(&c, "VALIDATION_ERROR"); /* a blank before it: not understood */
    assert_int_equal(fake_engine.cancels, 1);
    assert_int_equal(fake_engine.cancelled_by, 7);
    client_text(&c, "{\"action\":\"cancel\",\"task_id\":\"" ID0 "\"}");
    client_text(&c, "{\"action\":\"cancel\",\"task_id\":\"" ID1 "\"}");
    client_expect(&c, "VALIDATION_ERROR");
    assert_int_equal(fake_engine.cancels, 2);
    client_gone(&c);
    struct ws_client all = client_accepted(ALL, AS("seven"));
    client_text(&all, "{\"action\":\"cancel\"}"); /* which one? */
    client_expect(&all, "VALIDATION_ERROR");
    client_text(&all, "{\"action\":\"cancel\",\"task_id\":\"" ID1 "\"}"); /* somebody else's */
    client_expect(&all, "NOT_FOUND");
    assert_int_equal(fake_engine.cancels, 2);
    client_text(&all, "{\"task_id\":\"" ID0 "\",\"action\":\"cancel\"}");
    client_text(&all, "ping");
    client_expect(&all, "pong");
    pump_for(5);
    assert_int_equal(fake_engine.cancels, 3);
    client_text(
        &all, "{\"action\":\"cancel\",\"task_id\":\"01000000-0000-0000-0000-000000000002\"}");
    client_expect(&all, "CONFLICT");
    client_gone(&all);
    struct ws_client manager = client_accepted(ALL, AS("manager"));
    client_text(&manager, "{\"action\":\"cancel\",\"task_id\":\"" ID1 "\"}");
    client_text(&manager, "{\"action\":\"cancel\",\"task_id\":\"" ID9 "\"}");
    client_expect(&manager, "NOT_FOUND");
    assert_int_equal(fake_engine.cancelled_by, 2);
    client_gone(&manager);
}

static void what_is_not_understood_changes_nothing(void **state)
{
    static const char *const both[] = {"", "PING", "ping ", "hello", "{", "[]", "{}", "null",
        "{\"action\":\"stop\"}", "{\"action\":1}", "{\"action\":\"cancel\",\"x\":1}",
        "{\"action\":\"cancel\",\"action\":\"cancel\"}", "{\"action\":\"cancel\",\"task_id\":5}",
        "{\"action\":\"cancel\",\"task_id\":\"" ID0 "\",\"y\":2}", "subscribe",
        "subscribe:", "subscribe:1", "unsubscribe:*", "subscribe:**", "Subscribe:*", "LIST",
        "list:"};
    struct ws_client one = client_accepted(ONE, AS("admin")),
                     all = client_accepted(ALL, AS("admin"));
    client_expect(&one, UPDATE(0, 5));
    for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
        client_text(&one, both[i]);
        client_expect(
            &one, "{\"type\":\"error\",\"data\":{\"code\":\"VALIDATION_ERROR\",\"detail\":\"");
        client_text(&all, both[i]);
        client_expect(
            &all, "{\"type\":\"error\",\"data\":{\"code\":\"VALIDATION_ERROR\",\"detail\":\"");
    }
    static const char *const only_all[] = {
        "list", "subscribe:" ID0, "unsubscribe:" ID0, "subscribe:*"};
    for (size_t i = 0; i < 4; i++) {
        client_text(&one, only_all[i]);
        client_expect(&one, "VALIDATION_ERROR");
    }
    assert_int_equal(fake_engine.cancels, 0);
    change(0, true);
    client_expect(&one, UPDATE(0, 6));
    client_expect(&all, UPDATE(0, 6));
    client_gone(&one);
    client_gone(&all);
}

static void too_many_questions_at_once(void **state)
{
    struct ws_client c = client_accepted(ALL, AS("admin"));
    fake_engine.hold = true;
    for (int i = 0; i < 257; i++)
        client_text(&c, "subscribe:" ID0);
    client_expect(&c, "RATE_LIMIT_ERROR");
    assert_int_equal(fake_engine.gets, 256);
    client_gone(&c);
    pump_for(10); /* the answers find nobody */
}

static void a_binary_message(void **state)
{
    struct ws_client c = client_accepted(ALL, AS("admin"));
    client_send(&c, STR("\x82\x81"
                        "1234x"));
    client_expect_close(&c, 1003);
    client_gone(&c);
}

/* ---- the end ---- */

static void a_dead_token_closes(void **state)
{
    struct ws_client seven = client_accepted(ALL, AS("seven")),
                     admin = client_accepted(ALL, AS("admin"));
    fake_auth.dead[2] = true;
    fake_auth.changed(fake_auth.arg);
    client_expect_close(&seven, 1008);
    client_close_frame(&seven, 1008);
    client_expect_end(&seven);
    client_gone(&seven);
    client_text(&admin, "ping");
    client_expect(&admin, "pong");
    /* one that dies by its time alone */
    int64_t before = time_mono_ms();
    fake_auth.dead[0] = true;
    client_expect_close(&admin, 1008);
    assert_true(time_mono_ms() - before < 5000);
    client_gone(&admin);
}

static void a_dead_token_cancels_nothing(void **state)
{
    struct ws_client c = client_accepted(ONE, AS("seven"));
    client_expect(&c, UPDATE(0, 5));
    fake_auth.dead[2] = true;
    client_text(&c, "{\"action\":\"cancel\"}");
    client_expect_close(&c, 1008);
    assert_int_equal(fake_engine.cancels, 0);
    client_gone(&c);
}

static void shutdown_closes_with_1012(void **state)
{
    struct ws_client a = client_accepted(ALL, AS("admin")), b = client_accepted(ALL, AS("admin"));
    fake_engine.hold = true;
    struct ws_client waiting = client_open(ONE, AS("admin"));
    while (!fake_engine.questions)
        pump();
    live_close(f.live, fixture_set, &f.live_gone);
    client_expect_close(&a, 1012);
    client_expect_close(&b, 1012);
    client_close_frame(&a, 1012); /* b does not answer: it is not waited for long */
    client_expect_end(&a);
    expect_refused(ALL, AS("admin"), 503, "SERVICE_UNAVAILABLE");
    expect_refused(ONE, AS("admin"), 503, "SERVICE_UNAVAILABLE");
    fake_engine.hold = false;
    assert_int_equal(client_status(&waiting), 503);
    int64_t begin = time_mono_ms();
    while (!f.live_gone) {
        assert_true(time_mono_ms() - begin < 8000);
        pump();
    }
    client_gone(&a);
    client_gone(&b);
    client_gone(&waiting);
}

static void leaving_while_asked_for(void **state)
{
    fake_engine.hold = true;
    struct ws_client c = client_open(ONE, AS("admin"));
    while (!fake_engine.questions)
        pump();
    client_gone(&c);
    pump_for(10);
    fake_engine.hold = false;
    pump_for(10);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {T(signing_in), T(no_websocket), T(which_task), T(one_task),
        T(changes_while_asked_for), T(everything_one_may_see), T(lists), T(subscriptions),
        T(others_tasks_cannot_be_subscribed_to), T(sayings_take_effect_in_order),
        T(a_slow_reader_gets_the_newest_soon), T(pings), T(cancelling),
        T(what_is_not_understood_changes_nothing), T(too_many_questions_at_once),
        T(a_binary_message), T(a_dead_token_closes), T(a_dead_token_cancels_nothing),
        T(shutdown_closes_with_1012), T(leaving_while_asked_for)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
