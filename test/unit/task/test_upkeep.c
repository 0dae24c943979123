/* What is done now and then: old tasks go, totals stay true. And where a task's time went. */
#include "engine_support.h"

#define TRUE_TOTALS                                                                                \
    "SELECT count(*) FROM (SELECT task_type, user_id, status, count(*) AS n FROM tasks WHERE "     \
    "status >= 2 GROUP BY 1, 2, 3) AS a FULL JOIN (SELECT task_type, user_id, status, sum(n) AS "  \
    "n FROM task_totals GROUP BY 1, 2, 3 HAVING sum(n) <> 0) AS b USING (task_type, user_id, "     \
    "status) WHERE a.n IS DISTINCT FROM b.n"

static void test_totals_follow_every_way_to_end(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct uuid id = create(n, TASK("echo", "{}"));
    until_ended(n, &id, 5000);
    assert_int_equal(number(&w, "SELECT sum(n) FROM task_totals WHERE status = 2"), 1);
    struct task_new later = TASK("echo", "{}");
    later.run_at = time_now() + 3600 * USEC_PER_SEC;
    id = create(n, later);
    assert_int_equal(cancel(n, &id), ERR_NONE); /* while it waits */
    assert_int_equal(number(&w, "SELECT sum(n) FROM task_totals WHERE status = 4"), 1);
    assert_int_equal(cancel(n, &id), ERR_CONFLICT);
    assert_int_equal(number(&w, TRUE_TOTALS), 0);
    assert_int_equal(retry(n, &id), ERR_NONE); /* alive again, and done */
    until(&w, number(&w, "SELECT count(*) FROM tasks WHERE status = 2") == 2, 5000);
    assert_int_equal(number(&w, "SELECT sum(n) FROM task_totals WHERE status = 4"), 0);
    assert_int_equal(number(&w, TRUE_TOTALS), 0);
    id = create(n, TASK("sleep", "{\"seconds\":60}")); /* while it runs */
    until(&w, seen_of(n, &id)->status == TASK_RUNNING, 5000);
    assert_int_equal(cancel(n, &id), ERR_NONE);
    until_ended(n, &id, 5000);
    id = create(n, TASK("writer", "{\"refuse_load\":1}"));
    until_ended(n, &id, 5000);
    id = create(n, later); /* its nodes died one after the other */
    sql(&w, "UPDATE tasks SET status = 1, lease_until = now() - interval '1 minute', failures = "
            "190 WHERE status = 0");
    until_ended(n, &id, 5000);
    assert_int_equal(number(&w, TRUE_TOTALS), 0);
    struct reply r = {0};
    engine_cleanup(n->e, 0, on_count, &r);
    until(&w, r.done, 10000);
    assert_int_equal(r.count, 5);
    assert_int_equal(number(&w, "SELECT sum(n) FROM task_totals"), 0);
    world_close(&w);
}

/* 1,200 tasks of each age, made and ended so many days ago, with all that belongs to them. */
static void fill_old(struct world *w, int days)
{
    char text[1200];
    snprintf(text, sizeof text,
        "WITH made AS (INSERT INTO tasks (task_id, task_type, name, user_id, status, created_at, "
        "completed_at) SELECT (lpad(to_hex((extract(epoch FROM now() - interval '%d days') * "
        "1000)::int8), 12, '0') || '7' || substr(md5(i || '/%d'), 1, 3) || '8' || substr(md5(i || "
        "'/%d'), 4, 15))::uuid, 'echo', 'old', 7, 2 + i %% 3, now() - interval '%d days', now() - "
        "interval '%d days' FROM generate_series(1, 1200) i RETURNING *), "
        "e AS (INSERT INTO task_events (task_id, event) SELECT task_id, 'started' FROM made), "
        "r AS (INSERT INTO task_errors (task_id, ordinal, stage, code, message) SELECT task_id, 1, "
        "'s', 'c', 'm' FROM made) INSERT INTO task_totals SELECT task_type, user_id, status, "
        "count(*) FROM made GROUP BY 1, 2, 3",
        days, days, days, days, days);
    sql(w, text);
}

static void test_old_ones_go_by_themselves(void **state)
{
    struct world w;
    world_open(&w);
    fill_old(&w, 100);
    fill_old(&w, 89);
    struct engine_options o = {.retention_days = 90, .upkeep_ms = 30};
    struct node *a = node_open(&w, o, true);
    node_open(&w, o, true); /* two nodes do not get into each other's way */
    until(&w, number(&w, "SELECT count(*) FROM tasks") == 1200, 20000);
    assert_int_equal(
        number(&w, "SELECT count(*) FROM tasks WHERE completed_at < now() - interval '90 days'"),
        0);
    until(&w, number(&w, "SELECT count(*) FROM task_totals") == 3, 5000); /* folded */
    int64_t from = time_mono_ms();
    until(&w, time_mono_ms() > from + 200, 5000); /* some more looks */
    assert_int_equal(number(&w, "SELECT count(*) FROM tasks"), 1200);
    assert_int_equal(number(&w, "SELECT count(*) FROM task_events"), 1200);
    assert_int_equal(number(&w, "SELECT count(*) FROM task_errors"), 1200);
    assert_int_equal(number(&w, TRUE_TOTALS), 0);
    int removed = 0;
    size_t i = 0;
    struct seen *s;
    while ((s = map_next(&a->seen, &i, NULL)) != NULL)
        removed += s->removed;
    assert_int_equal(removed, 1200); /* whoever watches is told, by this node or the other */
    world_close(&w);
}

static void test_none_go_when_not_asked_for(void **state)
{
    struct world w;
    world_open(&w);
    fill_old(&w, 10000);
    sql(&w, "UPDATE task_totals SET n = n + 5; UPDATE task_upkeep SET counted_at = now() - "
            "interval '25 hours'"); /* somebody changed tasks by hand */
    node_open(&w, (struct engine_options){.upkeep_ms = 30}, true);
    until(&w, number(&w, TRUE_TOTALS) == 0, 10000); /* counted anew, once a day */
    assert_int_equal(number(&w, "SELECT count(*) FROM tasks"), 1200);
    sql(&w, "UPDATE task_totals SET n = n + 5");
    int64_t from = time_mono_ms();
    until(&w, time_mono_ms() > from + 200, 5000);
    assert_true(number(&w, TRUE_TOTALS) > 0);
    world_close(&w);
}

#define TIMING "SELECT coalesce((timing#>>'{%s}')::int8, 0) FROM tasks"

static void test_time_is_accounted_for_over_attempts(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    writer_attempts = 0;
    /* Rests 20 ms between ten batches, and fails once in the middle. */
    struct uuid id = create(n, TASK("writer", "{\"records\":100,\"batch\":10,\"pause_ms\":20,"
                                              "\"fail_at\":50,\"fail_attempts\":1}"));
    until(&w, number(&w, "SELECT status FROM tasks") == TASK_COMPLETED, 15000);
    const struct task_state *s = until_ended(n, &id, 5000);
    assert_int_equal(s->attempt, 2);
    int64_t total = number(&w, TIMING, "total_ms"), write = number(&w, TIMING, "phases_ms,write"),
            pause = number(&w, TIMING, "waiting_ms,pause"),
            database = number(&w, TIMING, "waiting_ms,database");
    assert_true(total >= 200);
    assert_true(write >= 150 && write <= total);
    assert_true(pause + database >= 150); /* it rests while its batch is written, too */
    assert_true(pause + database <= total);
    assert_int_equal(number(&w, TIMING, "waiting_ms,source"), 0);
    assert_non_null(s->timing.p); /* what people see, and what is left of it in the result */
    assert_non_null(strstr(s->timing.p, "\"phases_ms\""));
    assert_non_null(strstr(s->result.p, s->timing.p));
    world_close(&w);
}

static void test_a_slow_query_is_time_of_the_database(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct uuid id = create(n, TASK("writer", "{\"records\":10,\"batch\":5,\"hang\":2}"));
    until(&w, number(&w, WRITTEN_FIVE) == 1, 5000);
    int64_t from = time_mono_ms();
    until(&w, time_mono_ms() > from + 300, 5000);
    assert_int_equal(cancel(n, &id), ERR_NONE);
    until_ended(n, &id, 5000);
    assert_true(number(&w, TIMING, "waiting_ms,database") >= 290);
    world_close(&w);
}

int main(void)
{
    log_start(LOG_ERROR, false);
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_totals_follow_every_way_to_end),
        cmocka_unit_test(test_old_ones_go_by_themselves),
        cmocka_unit_test(test_none_go_when_not_asked_for),
        cmocka_unit_test(test_time_is_accounted_for_over_attempts),
        cmocka_unit_test(test_a_slow_query_is_time_of_the_database),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    log_stop();
    return failed;
}
