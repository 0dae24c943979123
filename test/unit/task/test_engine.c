/* The engine on a real database: create, run, commit, end, ask. */
#include "engine_support.h"
#include "task/schema.h"

static void test_runs_to_completion(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    writer_cleanups = 0;
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
    assert_non_null(strstr(s->result.p, "\"reported\":\"да\""));
    assert_int_equal(number(&w, "SELECT count(*) FROM tasks WHERE lease_until IS NOT NULL"), 0);
    assert_int_equal(writer_cleanups, 1);
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

static void test_bad_commit_does_nothing_and_is_told(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct uuid id = create(n, TASK("writer", "{\"records\":100,\"batch\":20,\"bad_at\":40}"));
    const struct task_state *s = until_ended(n, &id, 10000);
    assert_int_equal(s->status, TASK_COMPLETED);
    assert_written(&w, &id, 100);
    assert_int_equal(
        number(&w, "SELECT count(*) FROM task_errors"), 0); /* dropped with the commit */
    assert_int_equal(number(&w, "SELECT commit_no FROM tasks"), 5);
    world_close(&w);
}

static void test_load_that_refuses_fails_for_good(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct uuid id = create(n, TASK("writer", "{\"refuse_load\":1}"));
    const struct task_state *s = until_ended(n, &id, 5000);
    assert_int_equal(s->status, TASK_FAILED);
    assert_int_equal(s->error_code, ERR_ONEC_API_ERROR);
    assert_string_equal(s->error.p, "refused to load");
    assert_int_equal(s->retry_count, 0);
    assert_non_null(s->result.p); /* how far it got: nowhere */
    world_close(&w);
}

static void test_input_is_checked(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    static const struct {
        const char *type, *params, *field;
    } cases[] = {
        {"nonsense", "{}", "task_type"},
        {"sleep", "{\"seconds\":-1}", "params.seconds"},
        {"sleep", "{\"seconds\":\"1\"}", "params.seconds"},
        {"sleep", "{\"minutes\":1}", "params.minutes"},
        {"sleep", "[]", "params"},
        {"sleep", "{", "params"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct task_new t = TASK("", "");
        t.task_type = str_from(cases[i].type);
        t.params = str_from(cases[i].params);
        struct reply r = try_create(n, t);
        assert_int_equal(r.err.code, ERR_VALIDATION_ERROR);
        assert_int_equal(strncmp(r.err.message, cases[i].field, strlen(cases[i].field)), 0);
        struct arena a = ARENA_INIT;
        struct field_errors fe = {.arena = &a};
        assert_false(engine_check(n->e, &t, &fe));
        assert_true(str_is(fe.first->field, cases[i].field));
        arena_release(&a);
    }
    struct task_new t = TASK("echo", "{}");
    t.timeout_s = -5;
    assert_int_equal(try_create(n, t).err.code, ERR_VALIDATION_ERROR);
    t.timeout_s = 0;
    t.max_retries = 101;
    assert_int_equal(try_create(n, t).err.code, ERR_VALIDATION_ERROR);
    t.max_retries = -1;
    t.metadata = STR("\"text\"");
    assert_int_equal(try_create(n, t).err.code, ERR_VALIDATION_ERROR);
    assert_int_equal(number(&w, "SELECT count(*) FROM tasks"), 0);
    world_close(&w);
}

static void test_metadata_joins_params_given_and_user(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct task_new t = TASK("echo", "{\"message\":\"m\"}");
    t.metadata = STR("{\"from\":\"page\",\"user_id\":99}");
    struct uuid id = create(n, t);
    until_ended(n, &id, 5000);
    assert_int_equal(
        number(&w, "SELECT (metadata = '{\"message\":\"m\",\"from\":\"page\",\"user_id\":7}')::int "
                   "FROM tasks"),
        1);
    assert_int_equal(number(&w, "SELECT (params = '{\"message\":\"m\"}')::int FROM tasks"), 1);
    world_close(&w);
}

static void test_a_missing_task_is_not_found(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct uuid id = uuid_v7();
    struct reply r = {0};
    assert_null(engine_peek(n->e, &id));
    engine_get(n->e, &id, on_state, &r);
    until(&w, r.done, 5000);
    assert_int_equal(r.err.code, ERR_NOT_FOUND);
    assert_int_equal(cancel(n, &id), ERR_NOT_FOUND);
    assert_int_equal(retry(n, &id), ERR_NOT_FOUND);
    world_close(&w);
}

static void test_a_given_id_makes_one_task(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct task_new t = TASK("echo", "{}");
    t.id = uuid_v7();
    struct reply first = try_create(n, t), second = try_create(n, t);
    assert_int_equal(first.err.code, ERR_NONE);
    assert_int_equal(second.err.code, ERR_NONE);
    assert_true(uuid_eq(&first.id, &t.id) && uuid_eq(&second.id, &t.id));
    assert_false(second.deduplicated);
    assert_int_equal(number(&w, "SELECT count(*) FROM tasks"), 1);
    until_ended(n, &t.id, 5000);
    world_close(&w);
}

static void test_many_tasks_at_once(void **state)
{
    enum { MANY = 300 };
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    static struct reply replies[MANY];
    memset(replies, 0, sizeof replies);
    struct task_new t = TASK("echo", "{}");
    for (int i = 0; i < MANY; i++)
        engine_create(n->e, &t, on_created, &replies[i]);
    for (int i = 0; i < MANY; i++) {
        until(&w, replies[i].done, 10000);
        assert_int_equal(replies[i].err.code, ERR_NONE);
    }
    for (int i = 0; i < MANY; i++) {
        until(&w, seen_of(n, &replies[i].id)->final, 20000);
        assert_int_equal(seen_of(n, &replies[i].id)->status, TASK_COMPLETED);
        assert_false(seen_of(n, &replies[i].id)->backwards);
    }
    assert_int_equal(
        number(&w, "SELECT count(*) FROM tasks WHERE status = 2 AND attempt = 1"), MANY);
    world_close(&w);
}

static void test_timeout_ends_an_attempt(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct task_new t = TASK("writer", "{\"records\":10,\"hang\":1}");
    t.timeout_s = 1;
    t.max_retries = 0;
    struct uuid id = create(n, t);
    const struct task_state *s = until_ended(n, &id, 5000);
    assert_int_equal(s->status, TASK_FAILED);
    assert_int_equal(s->error_code, ERR_TASK_TIMEOUT);
    assert_true(s->completed_at - s->started_at < 2 * USEC_PER_SEC);
    world_close(&w);
}

static void test_a_reason_for_waiting_is_shown(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct uuid id = create(n, TASK("writer", "{\"records\":10,\"reason_ms\":3000}"));
    until(&w,
        number(&w, "SELECT count(*) FROM tasks WHERE wait_reason = 'the source rests' AND phase = "
                   "'write'") == 1,
        5000);
    until(&w, str_is(state_of(n, &id)->wait_reason, "the source rests"), 1000);
    assert_int_equal(
        state_of(n, &id)->total, 10); /* said in the phase before, no commit came since */
    assert_string_equal(events_of(&w, &id), "started,phase");
    assert_int_equal(cancel(n, &id), ERR_NONE);
    const struct task_state *s = until_ended(n, &id, 5000);
    assert_null(s->wait_reason.p);
    assert_false(seen_of(n, &id)->backwards);
    world_close(&w);
}

int main(void)
{
    log_start(LOG_ERROR, false);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs_to_completion),
        cmocka_unit_test(test_echo_and_sleep),
        cmocka_unit_test(test_bad_commit_does_nothing_and_is_told),
        cmocka_unit_test(test_load_that_refuses_fails_for_good),
        cmocka_unit_test(test_input_is_checked),
        cmocka_unit_test(test_metadata_joins_params_given_and_user),
        cmocka_unit_test(test_a_missing_task_is_not_found),
        cmocka_unit_test(test_a_given_id_makes_one_task),
        cmocka_unit_test(test_many_tasks_at_once),
        cmocka_unit_test(test_timeout_ends_an_attempt),
        cmocka_unit_test(test_a_reason_for_waiting_is_shown),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    log_stop();
    return failed;
}
