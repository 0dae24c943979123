/* The queue: order, limits, keys, groups, plans. */
#include "engine_support.h"

/* Order in which tasks ran, as letters of their names: each has written one row. */
static const char *order(struct world *w)
{
    static char text[200];
    PGresult *r = PQexec(w->pg,
        "SELECT string_agg(name, '' ORDER BY w.ctid) FROM written w JOIN tasks USING (task_id)");
    snprintf(text, sizeof text, "%s", PQgetvalue(r, 0, 0));
    PQclear(r);
    return text;
}

static struct task_new named(const char *name, enum task_priority priority)
{
    struct task_new t = TASK("writer", "{\"records\":1}");
    t.name = str_from(name);
    t.priority = priority;
    return t;
}

/* One worker, kept busy until all are in the queue. */
static struct uuid block(struct node *n)
{
    struct task_new t = TASK("sleep", "{\"seconds\":60}");
    t.name = STR("");
    struct uuid id = create(n, t);
    until(n->w, seen_of(n, &id)->status == TASK_RUNNING, 5000);
    return id;
}

static void test_priorities_then_age(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){.workers = 1}, true);
    struct uuid blocker = block(n);
    create(n, named("e", TASK_LOW));
    create(n, named("c", TASK_NORMAL));
    create(n, named("d", TASK_NORMAL));
    create(n, named("b", TASK_HIGH));
    create(n, named("a", TASK_CRITICAL));
    assert_int_equal(cancel(n, &blocker), ERR_NONE);
    until(&w, number(&w, "SELECT count(*) FROM tasks WHERE status = 2") == 5, 10000);
    assert_string_equal(order(&w), "abcde");
    world_close(&w);
}

static void test_a_low_one_that_waited_long_goes_first(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){.workers = 1}, true);
    struct uuid blocker = block(n);
    create(n, named("a", TASK_LOW));
    /* It has been due for sixteen minutes: one more than a critical one is ahead of a low one. */
    sql(&w, "UPDATE tasks SET due_by = due_by - interval '16 minutes' WHERE name = 'a'");
    create(n, named("b", TASK_CRITICAL));
    create(n, named("d", TASK_LOW));
    sql(&w, "UPDATE tasks SET due_by = due_by - interval '14 minutes' WHERE name = 'd'");
    create(n, named("c", TASK_CRITICAL));
    assert_int_equal(cancel(n, &blocker), ERR_NONE);
    until(&w, number(&w, "SELECT count(*) FROM tasks WHERE status = 2") == 4, 10000);
    assert_string_equal(order(&w), "abcd");
    world_close(&w);
}

static void test_a_full_queue_refuses(void **state)
{
    enum { MAX = 5 };
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){.workers = 1, .queue_max = MAX}, true);
    struct uuid blocker = block(n), last = {{0}};
    struct task_new t = TASK("echo", "{}");
    for (int i = 0; i < MAX; i++)
        last = create(n, t);
    struct reply r = try_create(n, t);
    assert_int_equal(r.err.code, ERR_SERVICE_UNAVAILABLE);
    assert_true(r.err.passing && r.err.retry_after_ms > 0);
    assert_int_equal(try_create(n, t).err.code, ERR_SERVICE_UNAVAILABLE); /* from memory */
    assert_int_equal(number(&w, "SELECT count(*) FROM tasks WHERE status = 0"), MAX);
    /* What is there already need not be made: a given id is answered also now. */
    t.id = last;
    assert_int_equal(try_create(n, t).err.code, ERR_NONE);
    t.id = (struct uuid){{0}};
    assert_int_equal(cancel(n, &last), ERR_NONE); /* room for one */
    struct reply fits = {0};
    int64_t end = time_mono_ms() + 2000;
    do {
        fits = try_create(n, t);
    } while (fits.err.code == ERR_SERVICE_UNAVAILABLE && time_mono_ms() < end);
    assert_int_equal(fits.err.code, ERR_NONE);
    assert_int_equal(cancel(n, &blocker), ERR_NONE);
    until(&w, number(&w, "SELECT count(*) FROM tasks WHERE status = 2") == MAX, 10000);
    create(n, t);
    world_close(&w);
}

static void test_many_at_once_do_not_pass_the_limit(void **state)
{
    enum { MAX = 20, MANY = 100 };
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){.workers = 1, .queue_max = MAX}, true);
    block(n);
    static struct reply replies[MANY];
    memset(replies, 0, sizeof replies);
    struct task_new t = TASK("sleep", "{\"seconds\":60}");
    for (int i = 0; i < MANY; i++)
        engine_create(n->e, &t, on_created, &replies[i]);
    int made = 0;
    for (int i = 0; i < MANY; i++) {
        until(&w, replies[i].done, 5000);
        made += replies[i].err.code == ERR_NONE;
    }
    /* What was counted while others were being made may say "full" a little early, never late. */
    assert_in_range(made, 1, MAX);
    int64_t end = time_mono_ms() + 5000;
    while (made < MAX && time_mono_ms() < end)
        made += try_create(n, t).err.code == ERR_NONE;
    assert_int_equal(made, MAX);
    assert_int_equal(try_create(n, t).err.code, ERR_SERVICE_UNAVAILABLE);
    assert_int_equal(number(&w, "SELECT count(*) FROM tasks WHERE status = 0"), MAX);
    world_close(&w);
}

static void test_unique_key(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct task_new t = TASK("sleep", "{\"seconds\":60}");
    t.unique_key = STR("night");
    struct reply both[2] = {0};
    engine_create(n->e, &t, on_created, &both[0]); /* at the same moment */
    engine_create(n->e, &t, on_created, &both[1]);
    until(&w, both[0].done && both[1].done, 5000);
    assert_int_equal(both[0].err.code, ERR_NONE);
    assert_int_equal(both[1].err.code, ERR_NONE);
    assert_true(uuid_eq(&both[0].id, &both[1].id));
    assert_int_equal(both[0].deduplicated + both[1].deduplicated, 1);
    struct reply later = try_create(n, t);
    assert_true(later.deduplicated && uuid_eq(&later.id, &both[0].id));
    assert_int_equal(cancel(n, &both[0].id), ERR_NONE);
    until_ended(n, &both[0].id, 5000);
    struct reply fresh = try_create(n, t); /* the key is free again */
    assert_false(fresh.deduplicated);
    assert_false(uuid_eq(&fresh.id, &both[0].id));
    assert_int_equal(retry(n, &both[0].id), ERR_CONFLICT); /* and now taken */
    world_close(&w);
}

static void test_an_exclusive_group_runs_one_at_a_time(void **state)
{
    enum { MANY = 6 };
    struct world w;
    world_open(&w);
    struct node *a = node_open(&w, (struct engine_options){0}, true);
    struct node *b = node_open(&w, (struct engine_options){0}, true);
    struct uuid first = create(a, TASK("lone", "{\"records\":10,\"batch\":5,\"hang\":1}"));
    until(&w, seen_of(a, &first)->status == TASK_RUNNING, 5000);
    struct uuid ids[MANY];
    for (int i = 0; i < MANY; i++)
        ids[i] = create(i % 2 ? a : b, TASK("lone", "{\"records\":50,\"batch\":10}"));
    struct uuid free_one = create(a, TASK("writer", "{\"records\":5}"));
    until_ended(a, &free_one, 5000); /* others do not wait behind them */
    until(&w, state_of(a, &ids[0])->wait_reason.p != NULL, 2000);
    assert_int_equal(number(&w, "SELECT count(*) FROM tasks WHERE status = 1"), 1);
    assert_int_equal(cancel(a, &first), ERR_NONE);
    for (int i = 0; i < MANY; i++) {
        until(&w, seen_of(a, &ids[i])->final, 15000);
        assert_written(&w, &ids[i], 50);
    }
    assert_int_equal(number(&w, /* none ran while another did */
                         "SELECT count(*) FROM tasks x JOIN tasks y ON x.task_id < y.task_id AND "
                         "x.exclusive = y.exclusive "
                         "AND x.started_at < y.completed_at AND y.started_at < x.completed_at"),
        0);
    world_close(&w);
}

static void test_a_planned_task_starts_in_time(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct task_new t = TASK("echo", "{}");
    t.run_at = time_now() + 700000;
    struct uuid id = create(n, t);
    assert_int_equal(state_of(n, &id)->status, TASK_PENDING);
    const struct task_state *s = until_ended(n, &id, 5000);
    int64_t late_ms = (s->started_at - t.run_at) / 1000;
    print_message("started %d ms after its time\n", (int)late_ms);
    assert_true(late_ms >= 0 && late_ms < 100 * test_slowness());
    world_close(&w);
}

static void test_another_node_takes_what_this_one_has_no_room_for(void **state)
{
    struct world w;
    world_open(&w);
    struct node *a = node_open(&w, (struct engine_options){.workers = 1}, true);
    struct uuid blocker = block(a);
    struct node *b = node_open(&w, (struct engine_options){.workers = 1}, true);
    /* b has looked just now and seen nothing: only the hint can bring it before the next look. */
    int64_t sum = 0;
    for (int i = 0; i < 10; i++) {
        int64_t from = time_mono_ms();
        struct uuid id = create(a, TASK("echo", "{}"));
        until(&w, seen_of(b, &id)->final, 5000);
        sum += time_mono_ms() - from;
    }
    print_message("taken by the other node and finished: %d ms on average\n", (int)(sum / 10));
    assert_true(sum / 10 < 200 * test_slowness());
    assert_int_equal(cancel(a, &blocker), ERR_NONE);
    world_close(&w);
}

static void test_types_this_node_does_not_know_are_left_alone(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    sql(&w, "INSERT INTO tasks (task_id, task_type, name, user_id) VALUES (gen_random_uuid(), "
            "'of-tomorrow', 'x', 1)");
    struct uuid id = create(n, TASK("echo", "{}"));
    until_ended(n, &id, 5000);
    assert_int_equal(
        number(&w, "SELECT status FROM tasks WHERE task_type = 'of-tomorrow'"), TASK_PENDING);
    world_close(&w);
}

int main(void)
{
    log_start(LOG_ERROR, false);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_priorities_then_age),
        cmocka_unit_test(test_a_low_one_that_waited_long_goes_first),
        cmocka_unit_test(test_a_full_queue_refuses),
        cmocka_unit_test(test_many_at_once_do_not_pass_the_limit),
        cmocka_unit_test(test_unique_key),
        cmocka_unit_test(test_an_exclusive_group_runs_one_at_a_time),
        cmocka_unit_test(test_a_planned_task_starts_in_time),
        cmocka_unit_test(test_another_node_takes_what_this_one_has_no_room_for),
        cmocka_unit_test(test_types_this_node_does_not_know_are_left_alone),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    log_stop();
    return failed;
}
