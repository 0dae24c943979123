/* Cancel in every place a task can be. */
#include "engine_support.h"

static int64_t cancel_ms; /* from the call to the final state */

static const struct task_state *cancelled(struct node *n, const struct uuid *id)
{
    int64_t from = time_mono_ms();
    struct reply r = {0};
    engine_cancel(n->e, id, 9, on_state, &r);
    until(n->w, r.done, 5000);
    assert_int_equal(r.err.code, ERR_NONE);
    assert_true(r.s.cancel_requested || r.s.status == TASK_CANCELLED);
    reply_release(&r);
    const struct task_state *s = until_ended(n, id, 5000);
    cancel_ms = time_mono_ms() - from;
    assert_int_equal(s->status, TASK_CANCELLED);
    assert_true(s->progress < 100);
    assert_true(s->cancel_requested);
    assert_null(s->error.p);
    assert_non_null(s->result.p);
    assert_false(seen_of(n, id)->backwards);
    return s;
}

static void test_pending(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct task_new t = TASK("writer", "{\"records\":10}");
    t.run_at = time_now() + 3600 * USEC_PER_SEC;
    struct uuid id = create(n, t);
    const struct task_state *s = cancelled(n, &id);
    assert_int_equal(s->attempt, 0);
    assert_int_equal(s->stats.fetched, 0);
    assert_string_equal(events_of(&w, &id), "cancel_requested,cancelled");
    assert_int_equal(number(&w, "SELECT count(*) FROM task_events WHERE user_id = 9"), 2);
    assert_int_equal(cancel(n, &id), ERR_CONFLICT); /* it has ended */
    world_close(&w);
}

/* Hangs half way: five records are written by then. */
static void cancel_hanging(const char *params, const char *ready)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct task_new t = TASK("writer", "");
    t.params = str_from(params);
    writer_cleanups = 0;
    struct uuid id = create(n, t);
    until(&w, number(&w, "%s", ready) > 0, 5000);
    const struct task_state *s = cancelled(n, &id);
    assert_int_equal(s->stats.created, 5); /* what was committed stays */
    assert_int_equal(number(&w, "SELECT count(*) FROM written"), 5);
    assert_int_equal(writer_cleanups, 1);
    assert_true(cancel_ms < 400 * test_slowness());
    assert_string_equal(events_of(&w, &id), "started,phase,cancel_requested,cancelled");
    world_close(&w);
}

#define ASLEEP                                                                                     \
    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND state = "         \
    "'active' AND pid <> pg_backend_pid() AND datname = current_database()"

static void test_waiting(void **state)
{
    cancel_hanging("{\"records\":10,\"batch\":5,\"hang\":1}", WRITTEN_FIVE);
}

static void test_in_a_query(void **state)
{
    writer_cancelled = 0;
    cancel_hanging("{\"records\":10,\"batch\":5,\"hang\":2}", ASLEEP);
    assert_int_equal(writer_cancelled, 1);
}

static void test_in_a_commit(void **state)
{
    writer_cancelled = 0;
    cancel_hanging("{\"records\":10,\"batch\":5,\"hang\":3}", ASLEEP);
    assert_int_equal(writer_cancelled, 1);
}

static void test_asleep(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct uuid id = create(n, TASK("sleep", "{\"seconds\":60}"));
    until(&w, seen_of(n, &id)->status == TASK_RUNNING, 5000);
    cancelled(n, &id);
    assert_true(cancel_ms < 250 * test_slowness());
    world_close(&w);
}

static void test_at_any_moment(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    int64_t slowest = 0;
    srand(1);
    for (int i = 0; i < 60; i++) {
        struct uuid id = create(n, TASK("writer", "{\"records\":100000,\"batch\":10}"));
        int64_t from = time_mono_ms() + rand() % 20;
        until(&w, time_mono_ms() >= from, 1000);
        const struct task_state *s = cancelled(n, &id);
        assert_written(&w, &id, s->stats.created);
        slowest = cancel_ms > slowest ? cancel_ms : slowest;
    }
    print_message("slowest of 60 cancels: %d ms\n", (int)slowest);
    assert_true(slowest < 250 * test_slowness());
    world_close(&w);
}

static void test_twice_is_once(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct uuid id = create(n, TASK("sleep", "{\"seconds\":60}"));
    until(&w, seen_of(n, &id)->status == TASK_RUNNING, 5000);
    struct reply one = {0}, two = {0};
    engine_cancel(n->e, &id, 9, on_state, &one);
    engine_cancel(n->e, &id, 9, on_state, &two);
    until(&w, one.done && two.done, 5000);
    assert_int_equal(one.err.code, ERR_NONE);
    assert_int_equal(two.err.code, ERR_NONE);
    reply_release(&one);
    reply_release(&two);
    until_ended(n, &id, 5000);
    assert_string_equal(events_of(&w, &id), "started,cancel_requested,cancelled");
    world_close(&w);
}

static void test_is_final_until_a_person_retries(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct uuid id = create(n, TASK("writer", "{\"records\":100,\"batch\":10,\"pause_ms\":20}"));
    until(&w, number(&w, "SELECT fetched FROM tasks") >= 30, 5000);
    int64_t before = cancelled(n, &id)->stats.created;
    assert_true(before >= 30 && before < 100);
    seen_of(n, &id)->final = false;
    assert_int_equal(retry(n, &id), ERR_NONE);
    const struct task_state *s = until_ended(n, &id, 5000);
    assert_int_equal(s->status, TASK_COMPLETED);
    assert_int_equal(s->attempt, 2);
    assert_false(s->cancel_requested);
    assert_written(&w, &id, 100); /* went on from the checkpoint */
    assert_int_equal(retry(n, &id), ERR_CONFLICT);
    assert_false(seen_of(n, &id)->backwards);
    world_close(&w);
}

static void test_from_another_node(void **state)
{
    struct world w;
    world_open(&w);
    struct node *a = node_open(&w, (struct engine_options){0}, true);
    struct uuid id = create(a, TASK("sleep", "{\"seconds\":60}"));
    until(&w, seen_of(a, &id)->status == TASK_RUNNING, 5000);
    struct node *b = node_open(&w, (struct engine_options){0}, true);
    until(&w, seen_of(b, &id)->status == TASK_RUNNING,
        5000); /* heard of by NOTIFY, or read when it came up */
    cancelled(b, &id);
    assert_true(cancel_ms < 250 * test_slowness());
    until_ended(a, &id, 1000);
    world_close(&w);
}

static void test_from_another_node_without_notify(void **state)
{
    struct world w;
    world_open(&w);
    struct node *a = node_open(&w, (struct engine_options){.lease_ms = 1000}, false);
    struct uuid id = create(a, TASK("sleep", "{\"seconds\":60}"));
    until(&w, seen_of(a, &id)->status == TASK_RUNNING, 5000);
    struct node *b = node_open(&w, (struct engine_options){.lease_ms = 1000}, false);
    assert_int_equal(cancel(b, &id), ERR_NONE);
    until_ended(a, &id, 2000); /* the heartbeat brings it */
    assert_int_equal(state_of(a, &id)->status, TASK_CANCELLED);
    world_close(&w);
}

int main(void)
{
    log_start(LOG_ERROR, false);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pending),
        cmocka_unit_test(test_waiting),
        cmocka_unit_test(test_in_a_query),
        cmocka_unit_test(test_in_a_commit),
        cmocka_unit_test(test_asleep),
        cmocka_unit_test(test_at_any_moment),
        cmocka_unit_test(test_twice_is_once),
        cmocka_unit_test(test_is_final_until_a_person_retries),
        cmocka_unit_test(test_from_another_node),
        cmocka_unit_test(test_from_another_node_without_notify),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    log_stop();
    return failed;
}
