/* The engine on a real database: create, run, commit, end. */
#include "engine_support.h"

static void test_runs_to_completion(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct uuid id = create(n, TASK("writer", "{\"records\":250,\"batch\":100}"));
    const struct task_state *s = until_ended(n, &id, 10000);
    assert_int_equal(s->status, TASK_COMPLETED);
    assert_int_equal(s->progress, 100);
    assert_int_equal(s->total, 250);
    assert_int_equal(s->stats.created, 250);
    assert_int_equal(s->attempt, 1);
    assert_true(s->completed_at >= s->started_at);
    assert_false(seen_of(n, &id)->backwards);
    assert_written(&w, &id, 250);
    assert_string_equal(events_of(&w, &id), "started,phase,phase,completed");
    assert_non_null(strstr(s->result.p, "\"reported\": \"да\""));
    assert_int_equal(number(&w, "SELECT count(*) FROM tasks WHERE lease_until IS NOT NULL"), 0);
    world_close(&w);
}

static void test_echo_and_sleep(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct uuid echo = create(n, TASK("echo", "{\"message\":\"привет\"}"));
    const struct task_state *s = until_ended(n, &echo, 5000);
    assert_int_equal(s->status, TASK_COMPLETED);
    assert_non_null(strstr(s->result.p, "привет"));
    struct uuid sleep = create(n, TASK("sleep", "{\"seconds\":1,\"records\":500}"));
    s = until_ended(n, &sleep, 5000);
    assert_int_equal(s->status, TASK_COMPLETED);
    assert_int_equal(s->stats.fetched, 500);
    assert_int_equal(s->stats.unchanged, 500);
    assert_true(s->completed_at - s->started_at >= 990000);
    assert_true(seen_of(n, &sleep)->shown > 10);
    assert_false(seen_of(n, &sleep)->backwards);
    struct uuid at_once = create(n, TASK("sleep", "{\"seconds\":0,\"records\":1000}"));
    s = until_ended(n, &at_once, 5000);
    assert_int_equal(s->stats.fetched, 1000);
    world_close(&w);
}

int main(void)
{
    log_start(LOG_ERROR, false);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs_to_completion),
        cmocka_unit_test(test_echo_and_sleep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
