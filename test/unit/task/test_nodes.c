/* Several nodes on one database: sharing, taking over, handing back, the database away. */
#include "engine_support.h"

static void test_two_nodes_share_the_queue(void **state)
{
    enum { MANY = 40 };
    struct world w;
    world_open(&w);
    struct node *a = node_open(&w, (struct engine_options){.workers = 2}, true);
    struct node *b = node_open(&w, (struct engine_options){.workers = 2}, true);
    struct uuid ids[MANY];
    for (int i = 0; i < MANY; i++)
        ids[i] =
            create(i % 2 ? a : b, TASK("writer", "{\"records\":60,\"batch\":10,\"pause_ms\":5}"));
    for (int i = 0; i < MANY; i++) {
        until(&w, seen_of(a, &ids[i])->final && seen_of(b, &ids[i])->final, 20000);
        assert_int_equal(seen_of(a, &ids[i])->status, TASK_COMPLETED);
        assert_false(seen_of(a, &ids[i])->backwards);
        assert_false(seen_of(b, &ids[i])->backwards);
        assert_written(&w, &ids[i], 60);
    }
    assert_int_equal(
        number(&w, "SELECT count(*) FROM tasks WHERE attempt = 1 AND status = 2"), MANY);
    assert_int_equal(number(&w, "SELECT count(DISTINCT node) FROM tasks"), 2);
    world_close(&w);
}

/* b stops (as by SIGSTOP: its loop stands still) in the middle; a takes over; b goes on and must
 * not write any more. */
static void test_take_over_and_the_old_owner_writes_nothing(void **state)
{
    struct world w, frozen;
    world_open(&w);
    world_open_beside(&frozen);
    frozen.count = 1; /* so that its node is called node-2 */
    frozen.nodes[0] = (struct node){.engine_closed = true, .db_closed = true};
    struct node *b = node_open(&frozen, (struct engine_options){.lease_ms = 800}, true);
    struct uuid id = create(b, TASK("writer", "{\"records\":400,\"batch\":10,\"pause_ms\":5}"));
    until(&frozen, number(&w, "SELECT fetched FROM tasks") >= 100, 5000);
    struct node *a = node_open(&w, (struct engine_options){.lease_ms = 800}, true);
    int64_t from = time_mono_ms();
    const struct task_state *s = until_ended(a, &id, 15000);
    print_message("taken over and finished after %d ms\n", (int)(time_mono_ms() - from));
    assert_int_equal(s->status, TASK_COMPLETED);
    assert_int_equal(s->attempt, 2);
    assert_int_equal(s->retry_count, 0); /* no failure */
    assert_written(&w, &id, 400);
    int64_t seq = s->seq;
    assert_string_equal(events_of(&w, &id), "started,phase,lease_lost,resumed,phase,completed");

    struct engine_figures f;
    int64_t end = time_mono_ms() + 5000;
    do {
        run_a_little(&frozen);
        engine_figures(b->e, &f);
    } while (f.lease_lost == 0 && time_mono_ms() < end);
    assert_int_equal(f.lease_lost, 1);
    assert_int_equal(f.running, 0);
    assert_written(&w, &id, 400);
    assert_int_equal(number(&w, "SELECT seq FROM tasks"), seq);
    until(&frozen, seen_of(b, &id)->final, 5000); /* it hears the truth */
    node_close(b);
    frozen.count = 0;
    world_close(&frozen);
    world_close(&w);
}

static void test_a_slow_owner_that_renews_is_not_robbed(void **state)
{
    struct world w;
    world_open(&w);
    struct node *a = node_open(&w, (struct engine_options){.lease_ms = 700}, true);
    struct uuid id = create(a, TASK("writer", "{\"records\":10,\"batch\":5,\"hang\":1}"));
    until(&w, number(&w, WRITTEN_FIVE) == 1, 5000);
    node_open(&w, (struct engine_options){.lease_ms = 700}, true);
    int64_t end = time_mono_ms() + 3000;
    until(&w, time_mono_ms() > end, 4000); /* four leases long */
    assert_int_equal(number(&w, "SELECT attempt FROM tasks"), 1);
    assert_string_equal(events_of(&w, &id), "started,phase");
    assert_int_equal(cancel(a, &id), ERR_NONE);
    until_ended(a, &id, 5000);
    world_close(&w);
}

static void test_close_hands_back(void **state)
{
    struct world w;
    world_open(&w);
    struct node *a = node_open(&w, (struct engine_options){0}, true);
    struct uuid id = create(a, TASK("writer", "{\"records\":300,\"batch\":10,\"pause_ms\":10}"));
    until(&w, number(&w, "SELECT fetched FROM tasks") >= 50, 5000);
    writer_cleanups = 0;
    int64_t from = time_mono_ms();
    node_close_engine(a, 5000);
    assert_true(time_mono_ms() - from < 1000 * test_slowness());
    assert_int_equal(writer_cleanups, 1);
    assert_int_equal(number(&w, "SELECT status FROM tasks"), TASK_PENDING);
    assert_int_equal(
        number(&w, "SELECT count(*) FROM tasks WHERE node IS NULL AND lease_until IS NULL"), 1);
    struct node *b = node_open(&w, (struct engine_options){0}, true);
    const struct task_state *s = until_ended(b, &id, 10000);
    assert_int_equal(s->status, TASK_COMPLETED);
    assert_int_equal(s->attempt, 2);
    assert_int_equal(s->retry_count, 0);
    assert_written(&w, &id, 300);
    assert_string_equal(events_of(&w, &id), "started,phase,handed_back,resumed,phase,completed");
    world_close(&w);
}

/* A task freed on closing starts elsewhere at once, not with the next look. */
static void test_rolling_restart_loses_nothing(void **state)
{
    enum { MANY = 12 };
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct uuid ids[MANY];
    for (int i = 0; i < MANY; i++)
        ids[i] = create(n, TASK("writer", "{\"records\":200,\"batch\":10,\"pause_ms\":5}"));
    node_open(&w, (struct engine_options){0}, true);
    node_close_engine(n, 5000);
    n = node_open(&w, (struct engine_options){0}, true);
    node_close_engine(&w.nodes[1], 5000);
    until(&w, number(&w, "SELECT count(*) FROM tasks WHERE status < 2") == 0,
        20000); /* some ended before n listened */
    for (int i = 0; i < MANY; i++)
        assert_written(&w, &ids[i], 200);
    assert_int_equal(
        number(&w, "SELECT count(*) FROM tasks WHERE status = 2 AND retry_count = 0"), MANY);
    assert_int_equal(
        number(&w,
            "SELECT count(*) FROM task_events WHERE event IN ('failed', 'lease_lost', 'retried')"),
        0);
    world_close(&w);
}

static void test_close_without_a_database_leaves_it_to_the_lease(void **state)
{
    struct world w;
    world_open(&w);
    struct node *a = node_open(&w, (struct engine_options){.lease_ms = 500}, false);
    struct uuid id = create(a, TASK("writer", "{\"records\":10,\"batch\":5,\"hang\":1}"));
    until(&w, number(&w, WRITTEN_FIVE) == 1, 5000);
    sql(&w, "BEGIN; LOCK TABLE tasks"); /* nobody gets an answer any more */
    int64_t from = time_mono_ms();
    node_close_engine(a, 300);
    assert_true(time_mono_ms() - from < 5000 * test_slowness());
    sql(&w, "COMMIT");
    struct node *b = node_open(&w, (struct engine_options){.lease_ms = 500}, true);
    until(&w, seen_of(b, &id)->status == TASK_RUNNING, 5000);
    assert_int_equal(cancel(b, &id), ERR_NONE);
    until_ended(b, &id, 5000);
    world_close(&w);
}

static void test_a_task_that_kills_its_nodes_fails(void **state)
{
    struct world w;
    world_open(&w);
    struct task_new t = TASK("sleep", "{\"seconds\":60}");
    t.run_at = time_now() + 3600 * USEC_PER_SEC;
    struct node *a = node_open(&w, (struct engine_options){0}, true);
    struct uuid id = create(a, t);
    sql(&w, "UPDATE tasks SET status = 1, node = 'gone', lease_until = now() - interval '1 "
            "minute', failures = 190");
    const struct task_state *s = until_ended(a, &id, 5000);
    assert_int_equal(s->status, TASK_FAILED);
    assert_int_equal(s->error_code, ERR_INTERNAL_ERROR);
    assert_string_equal(events_of(&w, &id), "lease_lost,failed");
    world_close(&w);
}

static void test_a_cancelled_task_of_a_dead_node_is_cancelled(void **state)
{
    struct world w;
    world_open(&w);
    struct task_new t = TASK("sleep", "{\"seconds\":60}");
    t.run_at = time_now() + 3600 * USEC_PER_SEC;
    struct node *a = node_open(&w, (struct engine_options){0}, true);
    struct uuid id = create(a, t);
    sql(&w, "UPDATE tasks SET status = 1, node = 'gone', lease_until = now() - interval '1 "
            "minute', cancel_requested = true");
    const struct task_state *s = until_ended(a, &id, 5000);
    assert_int_equal(s->status, TASK_CANCELLED);
    world_close(&w);
}

static void test_hears_of_what_it_missed(void **state)
{
    struct world w;
    world_open(&w);
    struct node *a = node_open(&w, (struct engine_options){0}, true);
    struct node *b = node_open(&w, (struct engine_options){.workers = 1}, false); /* deaf */
    struct task_new t = TASK("sleep", "{\"seconds\":60}");
    t.run_at = time_now() + 3600 * USEC_PER_SEC;
    struct uuid id = create(a, t);
    assert_int_equal(seen_of(b, &id)->shown, 0);
    assert_null(engine_peek(b->e, &id));                      /* deaf: nothing is believed */
    assert_int_equal(state_of(b, &id)->status, TASK_PENDING); /* but asked for */
    assert_int_equal(cancel(a, &id), ERR_NONE);
    assert_int_equal(state_of(b, &id)->status, TASK_CANCELLED);
    seen_of(b, &id)->final = false;
    struct uuid other = create(a, TASK("sleep", "{\"seconds\":60}"));
    until(&w,
        seen_of(a, &other)->status == TASK_RUNNING || seen_of(b, &other)->status == TASK_RUNNING,
        5000); /* else b reads it while it waits, and hears nothing more */
    engine_listening(b->e, true);
    until(&w, seen_of(b, &other)->status == TASK_RUNNING, 5000);
    assert_int_equal(cancel(a, &other), ERR_NONE);
    until_ended(a, &other, 5000);
    world_close(&w);
}

int main(void)
{
    log_start(LOG_ERROR, false);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_nodes_share_the_queue),
        cmocka_unit_test(test_take_over_and_the_old_owner_writes_nothing),
        cmocka_unit_test(test_a_slow_owner_that_renews_is_not_robbed),
        cmocka_unit_test(test_close_hands_back),
        cmocka_unit_test(test_rolling_restart_loses_nothing),
        cmocka_unit_test(test_close_without_a_database_leaves_it_to_the_lease),
        cmocka_unit_test(test_a_task_that_kills_its_nodes_fails),
        cmocka_unit_test(test_a_cancelled_task_of_a_dead_node_is_cancelled),
        cmocka_unit_test(test_hears_of_what_it_missed),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    log_stop();
    return failed;
}
