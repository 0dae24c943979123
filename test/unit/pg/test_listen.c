/* Notifications, a connection that breaks, a server that falls silent. On a cluster of its own. */
#include "pool_support.h"
#include <signal.h>
#include "pg/listen.h"

static const char *const channels[] = {"obmen_one", "Two Words", NULL};

struct heard {
    uv_loop_t loop;
    struct db_listener *listener;
    int up, down, notes;
    bool is_up, is_down, noted, closed;
    char channel[64], payload[64];
    int64_t pid;
};

static void on_note(void *arg, const char *channel, struct str payload, int backend_pid)
{
    struct heard *h = arg;
    h->notes++;
    h->noted = true;
    snprintf(h->channel, sizeof h->channel, "%s", channel);
    snprintf(h->payload, sizeof h->payload, "%.*s", STR_ARG(payload));
}

static void on_up(void *arg)
{
    struct heard *h = arg;
    h->up++;
    h->is_up = true;
    h->is_down = false;
    assert_true(!h->listener || db_listener_is_up(h->listener));
}

static void on_down(void *arg, const struct err *err)
{
    struct heard *h = arg;
    h->down++;
    h->is_down = true;
    h->is_up = false;
    assert_true(err->passing);
    assert_false(db_listener_is_up(h->listener));
}

static const struct db_listener_events events = {on_note, on_up, on_down};

static void start(struct heard *h, const char *url)
{
    *h = (struct heard){0};
    uv_loop_init(&h->loop);
    h->listener = db_listener_open(&h->loop, url, channels, &events, h);
    assert_non_null(h->listener);
}

static void finish(struct heard *h)
{
    db_listener_close(h->listener, on_pool_closed, &h->closed);
    run_until(&h->loop, &h->closed, 5000);
    uv_run(&h->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&h->loop), 0);
}

static int64_t backend(void)
{
    return query_now("SELECT pid FROM pg_stat_activity WHERE application_name = 'obmen' AND "
                     "backend_type = 'client backend'");
}

static void hears_its_channels_in_order(void **state)
{
    struct heard h;
    start(&h, test_url());
    run_until(&h.loop, &h.is_up, 5000);
    query_now("NOTIFY obmen_one, 'привет'");
    run_until(&h.loop, &h.noted, 3000);
    assert_string_equal(h.channel, "obmen_one");
    assert_string_equal(h.payload, "привет");
    h.noted = false;
    query_now("NOTIFY \"Two Words\"");
    run_until(&h.loop, &h.noted, 3000);
    assert_string_equal(h.channel, "Two Words");
    assert_string_equal(h.payload, "");
    query_now("SELECT count(pg_notify('obmen_one', n::text)) FROM generate_series(1, 1000) n");
    for (int64_t end = time_mono_ms() + 5000; h.notes < 1002;) {
        uv_run(&h.loop, UV_RUN_NOWAIT);
        assert_true(time_mono_ms() < end);
    }
    assert_string_equal(h.payload, "1000");
    finish(&h);
}

static void comes_back_after_a_break(void **state)
{
    struct heard h;
    start(&h, test_url());
    for (int i = 1; i <= 3; i++) {
        run_until(&h.loop, &h.is_up, 5000);
        assert_int_equal(h.up, i);
        query_now("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
                  "'obmen'");
        run_until(&h.loop, &h.is_down, 2000);
        assert_int_equal(h.down, i);
    }
    run_until(&h.loop, &h.is_up, 5000);
    query_now("NOTIFY obmen_one, 'again'");
    run_until(&h.loop, &h.noted, 3000);
    finish(&h);
}

static void a_silent_death_is_noticed_within_10_s(void **state)
{
    struct heard h;
    start(&h, test_url());
    run_until(&h.loop, &h.is_up, 5000);
    pid_t pid = (pid_t)backend();
    assert_int_equal(kill(pid, SIGSTOP), 0);
    int64_t started = time_mono_ms();
    run_until(&h.loop, &h.is_down, 10000);
    print_message("noticed after %d ms\n", (int)(time_mono_ms() - started));
    run_until(&h.loop, &h.is_up, 5000);
    assert_int_equal(kill(pid, SIGCONT), 0);
    finish(&h);
}

static void closes_at_any_moment(void **state)
{
    char url[300];
    snprintf(url, sizeof url, "host=localhost user=obmen dbname=postgres port=%s",
        strstr(test_url(), "port=") + 5);
    for (int i = 0; i < 12; i++) {
        struct heard h;
        start(&h, i % 2 ? url : test_url());
        for (int turns = 0; turns < i; turns++)
            uv_run(&h.loop, UV_RUN_NOWAIT);
        finish(&h);
    }
    struct heard h;
    start(&h, "host=/nonexistent");
    for (int64_t end = time_mono_ms() + 500; time_mono_ms() < end;) /* through some attempts */
        uv_run(&h.loop, UV_RUN_ONCE);
    assert_int_equal(h.up + h.down, 0);
    finish(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hears_its_channels_in_order),
        cmocka_unit_test(comes_back_after_a_break),
        cmocka_unit_test(a_silent_death_is_noticed_within_10_s),
        cmocka_unit_test(closes_at_any_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
