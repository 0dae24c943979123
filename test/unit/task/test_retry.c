/* Failures: what is tried again, from where, how often; PostgreSQL's connections killed in the
 * middle of commits. */
#include "engine_support.h"

static void test_a_passing_failure_goes_on_from_the_checkpoint(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    writer_attempts = 0;
    struct uuid id = create(
        n, TASK("writer", "{\"records\":100,\"batch\":10,\"fail_at\":50,\"fail_attempts\":1}"));
    /* its pause may be too short to be seen */
    until(&w,
        (seen_of(n, &id)->status == TASK_PENDING && seen_of(n, &id)->shown > 2) ||
            seen_of(n, &id)->final,
        5000);
    const struct task_state *s = state_of(n, &id);
    if (s->status == TASK_PENDING) {
        assert_non_null(strstr(s->wait_reason.p, "the source is away"));
        assert_null(s->error.p);
        assert_int_equal(s->stats.created, 50);
    }
    s = until_ended(n, &id, 5000);
    assert_int_equal(s->status, TASK_COMPLETED);
    assert_int_equal(s->attempt, 2);
    assert_int_equal(s->retry_count, 0); /* the attempt had moved */
    assert_written(&w, &id, 100);
    assert_string_equal(events_of(&w, &id), "started,phase,retried,resumed,phase,completed");
    /* The log says why, and when the next attempt begins. */
    assert_int_equal(
        number(&w, "SELECT count(*) FROM task_log WHERE event = 'retried' AND message ~ "
                   "'через [0-9]+ с: the source is away'"),
        1);
    assert_false(seen_of(n, &id)->backwards);
    world_close(&w);
}

static void test_attempts_that_move_nothing_are_counted(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    writer_attempts = 0;
    struct task_new t = TASK("writer", "{\"records\":100,\"batch\":10,\"fail_at\":0}");
    t.max_retries = 2;
    struct uuid id = create(n, t);
    const struct task_state *s = until_ended(n, &id, 15000);
    assert_int_equal(s->status, TASK_FAILED);
    assert_int_equal(s->error_code, ERR_ONEC_API_ERROR);
    assert_int_equal(s->retry_count, 2);
    assert_int_equal(s->attempt, 3);
    assert_string_equal(
        events_of(&w, &id), "started,phase,retried,resumed,phase,retried,resumed,phase,failed");
    /* A person tries again, and now the source is there. */
    seen_of(n, &id)->final = false;
    writer_attempts = 1000;
    assert_int_equal(retry(n, &id), ERR_NONE);
    s = until_ended(n, &id, 5000);
    assert_int_equal(s->status, TASK_COMPLETED);
    assert_null(s->error.p);
    assert_int_equal(s->retry_count, 0);
    assert_written(&w, &id, 100);
    world_close(&w);
}

static void test_a_permanent_failure_is_not_retried(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    writer_attempts = 0;
    struct uuid id =
        create(n, TASK("writer", "{\"records\":100,\"batch\":10,\"fail_at\":50,\"permanent\":1}"));
    const struct task_state *s = until_ended(n, &id, 5000);
    assert_int_equal(s->status, TASK_FAILED);
    assert_int_equal(s->attempt, 1);
    assert_int_equal(s->stats.created, 50);
    assert_int_equal(s->progress, 50);
    assert_written(&w, &id, 50);
    world_close(&w);
}

static void test_an_unknown_checkpoint_is_said_so(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct task_new t = TASK("writer", "{\"records\":10}");
    t.run_at = time_now() + 3600 * USEC_PER_SEC;
    struct uuid id = create(n, t);
    sql(&w,
        "UPDATE tasks SET checkpoint = '{\"phase\":\"dance\"}', run_at = now(), due_by = now()");
    const struct task_state *s = until_ended(n, &id, 5000);
    assert_int_equal(s->status, TASK_FAILED);
    assert_int_equal(s->error_code, ERR_INTERNAL_ERROR);
    world_close(&w);
}

static void kill_backends(struct world *w, const char *which)
{
    char text[300];
    snprintf(text, sizeof text,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND %s",
        which);
    sql(w, text);
}

/* Connections die at random moments, those in the middle of a commit among them: every record is
 * there once. */
static void test_killed_connections_lose_and_double_nothing(void **state)
{
    const char *seeds_text = getenv("OBMEN_SEEDS");
    int seeds = seeds_text ? atoi(seeds_text) : 6;
    uint64_t retries = 0;
    for (int seed = 1; seed <= seeds; seed++) {
        struct world w;
        world_open(&w);
        struct node *n = node_open(&w, (struct engine_options){.workers = 8}, true);
        struct uuid ids[8];
        srand((unsigned)seed);
        for (int i = 0; i < 8; i++)
            ids[i] = create(n, TASK("writer", "{\"records\":2000,\"batch\":20}"));
        for (int kill = 0; kill < 5; kill++) {
            int64_t at = time_mono_ms() + rand() % 60;
            while (time_mono_ms() < at)
                run_a_little(&w);
            kill_backends(&w, rand() % 2 ? "random() < 0.4" : "state = 'active'");
        }
        for (int i = 0; i < 8; i++) {
            until(&w, seen_of(n, &ids[i])->final, 60000);
            if (seen_of(n, &ids[i])->status != TASK_COMPLETED || seen_of(n, &ids[i])->backwards)
                fail_msg("seed %d: %s, backwards %d", seed,
                    task_status_name(seen_of(n, &ids[i])->status), seen_of(n, &ids[i])->backwards);
            assert_written(&w, &ids[i], 2000);
        }
        assert_int_equal(number(&w, "SELECT count(*) FROM tasks WHERE retry_count = 0 AND failures "
                                    "= 0 AND commit_no = 100"),
            8);
        struct engine_figures f;
        engine_figures(n->e, &f);
        retries += f.commit_retries;
        world_close(&w);
    }
    print_message("%d seeds, %d commits tried again\n", seeds, (int)retries);
    assert_true(retries > 0);
}

/* The answer of a commit that has landed is lost: it is found out, not done again. */
static void test_a_landed_commit_is_not_done_twice(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    /* As if it had landed: the row is a commit further, with what the commit wrote. */
    struct uuid id = create(n, TASK("writer", "{\"records\":10,\"batch\":5,\"reason_ms\":700}"));
    until(&w, number(&w, "SELECT count(*) FROM tasks WHERE phase = 'write'") == 1, 5000);
    sql(&w, "BEGIN; INSERT INTO written SELECT task_id, g FROM tasks, generate_series(0, 4) g; "
            "UPDATE tasks SET commit_no = 1, seq = seq + 1, fetched = 5, created = 5, "
            "  checkpoint = '{\"phase\":\"write\",\"state\":{\"next\":5}}'; COMMIT");
    const struct task_state *s = until_ended(n, &id, 10000);
    assert_int_equal(s->status, TASK_COMPLETED);
    assert_written(&w, &id, 10);
    assert_int_equal(number(&w, "SELECT commit_no FROM tasks"), 2);
    world_close(&w);
}

int main(void)
{
    log_start(LOG_ERROR, false);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_passing_failure_goes_on_from_the_checkpoint),
        cmocka_unit_test(test_attempts_that_move_nothing_are_counted),
        cmocka_unit_test(test_a_permanent_failure_is_not_retried),
        cmocka_unit_test(test_an_unknown_checkpoint_is_said_so),
        cmocka_unit_test(test_killed_connections_lose_and_double_nothing),
        cmocka_unit_test(test_a_landed_commit_is_not_done_twice),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    log_stop();
    return failed;
}
