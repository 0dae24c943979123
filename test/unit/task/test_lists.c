/* Lists, refused records, the log, figures, cleaning up. */
#include "engine_support.h"

struct listed {
    bool done;
    struct err err;
    int count;
    int64_t total;
    struct uuid ids[50];
    char names[50];
};

static void on_listed(void *arg, const struct task_state *const *tasks, int count, int64_t total,
    const struct err *err)
{
    struct listed *l = arg;
    l->done = true;
    l->count = count;
    l->total = total;
    if (err)
        l->err = *err;
    for (int i = 0; i < count && i < 49; i++) {
        l->ids[i] = tasks[i]->id;
        l->names[i] = tasks[i]->name.p[0];
    }
    l->names[count < 49 ? count : 49] = 0;
}

static struct listed list(struct node *n, struct task_filter f)
{
    struct listed l = {0};
    if (f.limit == 0)
        f.limit = 20;
    engine_list(n->e, &f, on_listed, &l);
    assert_false(l.done);
    until(n->w, l.done, 5000);
    if (l.err.code != ERR_NONE)
        fail_msg("%s (%s)", l.err.message, l.err.cause);
    return l;
}

/* a completed echo of user 1, b failed writer of user 2, c pending low of user 1, d pending
 * critical of user 2 */
static void fill(struct node *n)
{
    struct task_new a = TASK("echo", "{}");
    a.name = STR("a 50% off");
    a.user_id = 1;
    struct uuid id = create(n, a);
    until_ended(n, &id, 5000);
    struct task_new b = TASK("writer", "{\"refuse_load\":1}");
    b.name = STR("b");
    b.user_id = 2;
    id = create(n, b);
    until_ended(n, &id, 5000);
    struct task_new c = TASK("sleep", "{}");
    c.name = STR("c");
    c.user_id = 1;
    c.priority = TASK_LOW;
    c.run_at = time_now() + 3600 * USEC_PER_SEC;
    create(n, c);
    struct task_new d = c;
    d.name = STR("d");
    d.user_id = 2;
    d.priority = TASK_CRITICAL;
    create(n, d);
}

static void test_filters_and_sorting(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    fill(n);
    const struct {
        struct task_filter f;
        const char *names;
        int total;
    } cases[] = {
        {{.limit = 20}, "dcba", 4},
        {{.sort = TASK_SORT_OLDEST}, "abcd", 4},
        {{.sort = TASK_SORT_PRIORITY}, "dbac", 4},
        {{.sort = TASK_SORT_COMPLETED}, "badc", 4},
        {{.limit = 2}, "dc", 4},
        {{.limit = 2, .offset = 1}, "cb", 4},
        {{.limit = 2, .offset = 10}, "", 4},
        {{.task_type = STR("sleep")}, "dc", 2},
        {{.statuses = 1u << TASK_PENDING}, "dc", 2},
        {{.statuses = 1u << TASK_PENDING, .sort = TASK_SORT_OLDEST}, "cd", 2},
        {{.statuses = 1u << TASK_COMPLETED | 1u << TASK_FAILED}, "ba", 2},
        {{.user_id = 1}, "ca", 2},
        {{.user_id = 1, .statuses = 1u << TASK_COMPLETED}, "a", 1},
        {{.q = STR("REFUSED")}, "b", 1},
        {{.q = STR("50% o")}, "a", 1},
        {{.q = STR("_")}, "", 0},
        {{.q = STR("ech")}, "a", 1},
        {{.q = STR("s"), .sort = TASK_SORT_PRIORITY}, "dbc", 3},
        {{.q = STR("e"), .sort = TASK_SORT_OLDEST, .limit = 2}, "ab", 4},
        {{.q = STR("e"), .statuses = 1u << TASK_FAILED}, "b", 1},
        {{.q = STR("e"), .statuses = 1u << TASK_PENDING, .sort = TASK_SORT_COMPLETED}, "dc", 2},
        {{.q = STR("e"), .user_id = 2}, "db", 2},
        {{.created_from = time_now() + 3600 * USEC_PER_SEC}, "", 0},
        {{.created_to = time_now() + 3600 * USEC_PER_SEC}, "dcba", 4},
        {{.created_from = time_now() - 3600 * USEC_PER_SEC,
             .created_to = time_now() - 3000 * USEC_PER_SEC},
            "", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct listed l = list(n, cases[i].f);
        if (strcmp(l.names, cases[i].names) != 0 || l.total != cases[i].total)
            fail_msg("case %d: %s of %d, not %s of %d", (int)i, l.names, (int)l.total,
                cases[i].names, cases[i].total);
    }
    struct listed all = list(n, (struct task_filter){.limit = 20});
    char id[UUID_TEXT];
    uuid_format(&all.ids[2], id);
    assert_string_equal(list(n, (struct task_filter){.q = str_from(id + 20)}).names, "b");
    struct listed one = list(n, (struct task_filter){.q = str_from(id)});
    assert_string_equal(one.names, "b");
    assert_int_equal(one.total, 1);
    one = list(n, (struct task_filter){.q = str_from(id), .statuses = 1u << TASK_PENDING});
    assert_int_equal(one.total, 0);
    world_close(&w);
}

static struct json *json_of(struct reply *r)
{
    assert_int_equal(r->err.code, ERR_NONE);
    struct err err;
    struct json *j = json_parse(&r->arena, buf_str(&r->json), &err);
    assert_non_null(j);
    return j;
}

static int64_t whole(const struct json *j, const char *key)
{
    int64_t v = -1;
    json_i64(json_get(j, key), &v);
    return v;
}

static void test_log_and_refused_records(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct uuid id = create(n, TASK("writer", "{\"records\":30,\"batch\":10,\"refuse_every\":10}"));
    const struct task_state *s = until_ended(n, &id, 5000);
    assert_int_equal(s->status, TASK_COMPLETED);
    assert_int_equal(s->stats.failed, 3);
    assert_int_equal(s->stats.fetched, 33);

    struct reply r = {0};
    engine_errors(n->e, &id, 2, 1, on_json, &r);
    until(&w, r.done, 5000);
    struct json *j = json_of(&r);
    assert_int_equal(whole(j, "total"), 3);
    const struct json *errors = json_get(j, "errors");
    assert_int_equal(errors->count, 2);
    assert_int_equal(whole(json_at(errors, 0), "ordinal"), 10);
    assert_true(str_is(json_text(json_get(json_at(errors, 0), "code")), "BAD"));
    assert_int_equal(whole(json_get(json_at(errors, 0), "record"), "n"), 10); /* JSON stays JSON */
    reply_release(&r);

    r = (struct reply){0};
    engine_events(n->e, &id, 100, 0, on_json, &r);
    until(&w, r.done, 5000);
    j = json_of(&r);
    assert_int_equal(whole(j, "total"), 5);
    const struct json *events = json_get(j, "events");
    assert_true(str_is(json_text(json_get(json_at(events, 0), "event")), "created"));
    assert_int_equal(whole(json_at(events, 0), "user_id"), 7);
    assert_true(str_is(json_text(json_get(json_at(events, 1), "event")), "started"));
    assert_true(str_is(json_text(json_get(json_at(events, 1), "node")), "node-1"));
    assert_true(str_is(json_text(json_get(json_at(events, 2), "phase")), "write"));
    assert_true(str_is(json_text(json_get(json_at(events, 4), "event")), "completed"));
    reply_release(&r);
    world_close(&w);
}

static void test_stats(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    fill(n);
    struct reply r = {0};
    engine_stats(n->e, 0, on_json, &r);
    until(&w, r.done, 5000);
    struct json *j = json_of(&r);
    assert_int_equal(whole(j, "pending"), 2);
    assert_int_equal(whole(j, "queue_size"), 2);
    assert_int_equal(whole(j, "completed"), 1);
    assert_int_equal(whole(j, "failed"), 1);
    assert_int_equal(whole(j, "running"), 0);
    assert_int_equal(whole(j, "max_workers"), 4);
    const struct json *types = json_get(j, "types");
    assert_int_equal(types->count, 3);
    assert_true(str_is(json_text(json_get(json_at(types, 0), "task_type")), "echo"));
    assert_true(json_is(json_get(json_at(types, 0), "p95_seconds"), JSON_NUMBER));
    assert_true(json_is(
        json_get(json_at(types, 1), "p50_seconds"), JSON_NULL)); /* none of them completed */
    reply_release(&r);
    r = (struct reply){0};
    engine_stats(n->e, 1, on_json, &r);
    until(&w, r.done, 5000);
    j = json_of(&r);
    assert_int_equal(whole(j, "pending"), 1);
    assert_int_equal(whole(j, "failed"), 0);
    reply_release(&r);
    world_close(&w);
}

static int64_t cleanup(struct node *n, double hours)
{
    struct reply r = {0};
    engine_cleanup(n->e, hours, on_count, &r);
    until(n->w, r.done, 10000);
    assert_int_equal(r.err.code, ERR_NONE);
    return r.count;
}

static void test_cleanup_by_age(void **state)
{
    struct world w;
    world_open(&w);
    struct node *n = node_open(&w, (struct engine_options){0}, true);
    struct node *other = node_open(&w, (struct engine_options){0}, true);
    fill(n);
    struct listed all = list(n, (struct task_filter){.limit = 20});
    /* a ended two days ago, and was made then */
    struct uuid old = all.ids[3], moved = old;
    uint64_t ms = (uint64_t)(time_now() / 1000 - 2 * 86400000LL);
    for (int i = 0; i < 6; i++)
        moved.b[i] = (uint8_t)(ms >> (8 * (5 - i)));
    char from[UUID_TEXT], to[UUID_TEXT], text[1000];
    uuid_format(&old, from);
    uuid_format(&moved, to);
    snprintf(text, sizeof text,
        "UPDATE tasks SET task_id = '%s', completed_at = now() - interval '2 days' WHERE task_id = "
        "'%s'; "
        "UPDATE task_events SET task_id = '%s' WHERE task_id = '%s'",
        to, from, to, from);
    sql(&w, text);
    assert_int_equal(cleanup(n, 72), 0);
    assert_int_equal(cleanup(n, 24), 1);
    until(&w, seen_of(n, &moved)->removed && seen_of(other, &moved)->removed, 5000);
    assert_int_equal(number(&w, "SELECT count(*) FROM task_events WHERE task_id = '%s'", to), 0);
    assert_int_equal(cleanup(n, 0), 1); /* b */
    assert_int_equal(number(&w, "SELECT count(*) FROM tasks"), 2);
    assert_int_equal(number(&w, "SELECT count(*) FROM task_events"), 0);
    world_close(&w);
}

int main(void)
{
    log_start(LOG_ERROR, false);
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filters_and_sorting),
        cmocka_unit_test(test_log_and_refused_records),
        cmocka_unit_test(test_stats),
        cmocka_unit_test(test_cleanup_by_age),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    log_stop();
    return failed;
}
