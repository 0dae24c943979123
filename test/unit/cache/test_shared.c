/* The cache with a real redis-server that is there, dies, hangs, comes back. */
#include "cache_support.h"

static void shared_by_nodes(void **state)
{
    struct redis_server r = {0};
    struct node a, b;
    struct str value;
    redis_start(&r, "p@ss");
    /* the password as a URL says it */
    snprintf(r.url, sizeof r.url, "redis://:p%%40ss@127.0.0.1:%d/2", r.port);
    node_open(&a, "a", r.url);
    node_open(&b, "b", r.url);
    turn_until(&a, &b, redis_up(&a) && redis_up(&b));
    look(&b, &cards, "warm"); /* each node starts a space anew: now both know it */
    look(&a, &cards, "warm");
    struct look l = look(&a, &cards, "x");
    assert_true(l.stamp.epoch[0] != 0);
    store(&a, &cards, "x", "of a", &l.stamp);
    turn_until(&a, &b, holds(&b, &cards, "x", "of a"));
    assert_true(cache_peek(b.cache, &cards, STR("x"), &value)); /* and now in memory, too */

    /* deleted by b: gone for a, in Redis at once, in memory when the hint came */
    cache_delete(b.cache, &cards, STR("x"));
    turn_until(&a, &b, !cache_peek(a.cache, &cards, STR("x"), &value));
    assert_true(holds(&a, &cards, "x", NULL));
    /* what a read before that must not come back */
    store(&a, &cards, "x", "of a", &l.stamp);
    assert_true(holds(&b, &cards, "x", NULL));

    /* said to be true by a: everybody reads it */
    cache_set(a.cache, &cards, STR("x"), STR("newest"));
    turn_until(&a, &b, holds(&b, &cards, "x", "newest"));

    struct look before = look(&a, &cards, "z");
    cache_delete_all(b.cache, &cards);
    turn_until(&a, &b, holds(&b, &cards, "x", NULL) && holds(&a, &cards, "x", NULL));
    store(&a, &cards, "z", "old", &before.stamp);
    assert_true(holds(&b, &cards, "z", NULL));
    struct cache_figures f;
    cache_figures(b.cache, &f);
    assert_true(f.redis && f.redis_up && f.redis_hits >= 2);
    node_close(&a);
    node_close(&b);
    redis_kill(&r);
}

static void not_there_at_the_start(void **state)
{
    struct redis_server r = {.port = free_port()};
    struct node n;
    char url[64];
    snprintf(url, sizeof url, "redis://127.0.0.1:%d/2", r.port);
    node_open(&n, "n", url);
    struct look l = look(&n, &cards, "x");
    store(&n, &cards, "x", "v", &l.stamp);
    assert_true(holds(&n, &cards, "x", "v")); /* from memory */
    struct cache_figures f;
    turn_until(&n, &n, (cache_figures(n.cache, &f), f.last_error[0] != 0));
    assert_true(f.redis && !f.redis_up);
    redis_start(&r, NULL);
    turn_until(&n, &n, redis_up(&n));
    node_close(&n);
    redis_kill(&r);
}

static void wrong_password(void **state)
{
    struct redis_server r = {0};
    struct node n;
    struct cache_figures f;
    redis_start(&r, "right");
    snprintf(r.url, sizeof r.url, "redis://:wrong@127.0.0.1:%d", r.port);
    node_open(&n, "n", r.url);
    turn_until(&n, &n, (cache_figures(n.cache, &f), strstr(f.last_error, "WRONGPASS") != NULL));
    assert_false(redis_up(&n));
    node_close(&n);
    redis_kill(&r);
}

/* Killed and started again, with a change in between that it never heard of. */
static void killed_and_back(void **state)
{
    struct redis_server r = {0};
    struct node a, b;
    redis_start(&r, NULL);
    node_open(&a, "a", r.url);
    node_open(&b, "b", r.url);
    turn_until(&a, &b, redis_up(&a) && redis_up(&b));
    redis_kill(&r);
    turn_until(&a, &b, !redis_up(&a) && !redis_up(&b));
    struct look l = look(&a, &cards, "x");
    store(&a, &cards, "x", "v", &l.stamp);
    assert_true(holds(&a, &cards, "x", "v"));
    assert_true(holds(&b, &cards, "x", NULL));
    cache_delete(b.cache, &cards, STR("x"));
    struct str value;
    turn_until(&a, &b, !cache_peek(a.cache, &cards, STR("x"), &value));
    redis_start(&r, NULL);
    turn_until(&a, &b, redis_up(&a) && redis_up(&b));
    /* Both start the space anew, one after the other: what is said in between is dropped again. */
    turn_until(&a, &b,
        (cache_set(a.cache, &cards, STR("w"), STR("again")), holds(&b, &cards, "w", "again")));
    node_close(&a);
    node_close(&b);
    redis_kill(&r);
}

/* It hangs, keeps its data, and misses the change: nobody reads the old value afterwards. */
static void hangs_and_comes_back(void **state)
{
    struct redis_server r = {0};
    struct node a, b;
    redis_start(&r, NULL);
    node_open(&a, "a", r.url);
    node_open(&b, "b", r.url);
    turn_until(&a, &b, redis_up(&a) && redis_up(&b));
    look(&b, &cards, "x");
    look(&a, &cards, "x");
    struct look l = look(&a, &cards, "x");
    store(&a, &cards, "x", "old", &l.stamp);
    turn_until(&a, &b, holds(&b, &cards, "x", "old"));

    kill(r.pid, SIGSTOP);
    int64_t began = time_mono_ms();
    assert_true(holds(&a, &cards, "y", NULL)); /* waits for Redis's patience, not longer */
    assert_true(time_mono_ms() - began < 5000);
    assert_false(redis_up(&a));
    cache_delete(a.cache, &cards, STR("x"));
    struct str value;
    turn_until(&a, &b, !cache_peek(b.cache, &cards, STR("x"), &value));
    kill(r.pid, SIGCONT);
    turn_until(&a, &b, redis_up(&a) && redis_up(&b));
    for (int i = 0; i < 20; i++) {
        assert_true(holds(&b, &cards, "x", NULL));
        assert_true(holds(&a, &cards, "x", NULL));
    }
    node_close(&a);
    node_close(&b);
    redis_kill(&r);
}

static void closed_while_it_hangs(void **state)
{
    struct redis_server r = {0};
    struct node n;
    struct look l = {0};
    struct str name = STR("x");
    redis_start(&r, NULL);
    node_open(&n, "n", r.url);
    turn_until(&n, &n, redis_up(&n));
    kill(r.pid, SIGSTOP);
    cache_get_many(n.cache, &cards, &name, 1, on_looked_, &l);
    cache_set(n.cache, &cards, name, STR("v"));
    cache_close(n.cache, on_pool_closed, &n.cache_closed);
    run_until(&n.f.loop, &n.cache_closed, 10000);
    assert_false(l.done);
    db_listener_close(n.listener, on_pool_closed, &n.listener_closed);
    run_until(&n.f.loop, &n.listener_closed, 10000);
    pool_close(&n.f);
    redis_kill(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_by_nodes),
        cmocka_unit_test(not_there_at_the_start),
        cmocka_unit_test(wrong_password),
        cmocka_unit_test(killed_and_back),
        cmocka_unit_test(hangs_and_comes_back),
        cmocka_unit_test(closed_while_it_hangs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
