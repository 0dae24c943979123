/* The cache of nodes without Redis: one load per key, no value outlives its change. */
#include "cache_support.h"

/* ---- loads that end when the test says so ---- */

struct loader {
    int started;
    struct cache_flight *flights[8];
    char names[8][32];
};

static void load(void *ctx, struct str name, struct cache_flight *f)
{
    struct loader *l = ctx;
    snprintf(l->names[l->started], sizeof l->names[0], "%.*s", STR_ARG(name));
    l->flights[l->started++] = f;
}

struct got {
    bool done, found;
    int calls;
    char value[64];
    struct err err;
};

static void on_got(void *arg, struct str value, const struct err *err)
{
    struct got *g = arg;
    g->done = true;
    g->calls++;
    g->found = value.p != NULL;
    snprintf(g->value, sizeof g->value, "%.*s", STR_ARG(value));
    if (err)
        g->err = *err;
}

static void one_load_for_many(void **state)
{
    struct node n;
    struct loader l = {0};
    struct got got[5] = {0};
    node_open(&n, "n1", NULL);
    for (int i = 0; i < 5; i++)
        cache_fetch(n.cache, &cards, STR("a"), load, &l, on_got, &got[i]);
    turn_until(&n, &n, l.started == 1);
    assert_string_equal(l.names[0], "a");
    assert_false(got[0].done);
    cache_loaded(l.flights[0], STR("card of a"), NULL);
    assert_false(got[0].done); /* never from inside */
    for (int i = 0; i < 5; i++) {
        run_until(&n.f.loop, &got[i].done, 10000);
        assert_string_equal(got[i].value, "card of a");
        assert_int_equal(got[i].calls, 1);
    }
    /* and the next one finds it */
    struct got again = {0};
    cache_fetch(n.cache, &cards, STR("a"), load, &l, on_got, &again);
    run_until(&n.f.loop, &again.done, 10000);
    assert_string_equal(again.value, "card of a");
    assert_int_equal(l.started, 1);
    struct cache_figures f;
    cache_figures(n.cache, &f);
    assert_int_equal(f.joined, 4);
    assert_int_equal(f.loads, 1);
    assert_true(f.hits >= 1 && f.entries == 1 && f.bytes > 0);
    node_close(&n);
}

static void what_is_not_there_and_errors_are_not_kept(void **state)
{
    struct node n;
    struct loader l = {0};
    struct got none = {0}, failed = {0}, third = {0};
    node_open(&n, "n1", NULL);
    cache_fetch(n.cache, &cards, STR("a"), load, &l, on_got, &none);
    turn_until(&n, &n, l.started == 1);
    cache_loaded(l.flights[0], STR_NULL, NULL);
    run_until(&n.f.loop, &none.done, 10000);
    assert_false(none.found);
    assert_int_equal(none.err.code, ERR_NONE);

    struct err err = ERR_INIT;
    err_set_passing(&err, ERR_DATABASE_ERROR, "away");
    cache_fetch(n.cache, &cards, STR("a"), load, &l, on_got, &failed);
    turn_until(&n, &n, l.started == 2);
    cache_loaded(l.flights[1], STR_NULL, &err);
    run_until(&n.f.loop, &failed.done, 10000);
    assert_int_equal(failed.err.code, ERR_DATABASE_ERROR);

    cache_fetch(n.cache, &cards, STR("a"), load, &l, on_got, &third);
    turn_until(&n, &n, l.started == 3);
    cache_loaded(l.flights[2], STR(""), NULL);
    run_until(&n.f.loop, &third.done, 10000);
    assert_true(third.found); /* empty, but there */
    node_close(&n);
}

static void who_left_is_not_told(void **state)
{
    struct node n;
    struct loader l = {0};
    struct got left = {0}, stays = {0};
    node_open(&n, "n1", NULL);
    struct cache_want *w = cache_fetch(n.cache, &cards, STR("a"), load, &l, on_got, &left);
    cache_fetch(n.cache, &cards, STR("a"), load, &l, on_got, &stays);
    turn_until(&n, &n, l.started == 1);
    cache_want_cancel(w);
    cache_loaded(l.flights[0], STR("v"), NULL);
    run_until(&n.f.loop, &stays.done, 10000);
    assert_false(left.done);
    node_close(&n);
}

/* The load read the old value, then somebody changed it: the old one is told but not kept. */
static void a_change_during_a_load(void **state)
{
    struct node n;
    struct loader l = {0};
    struct got early = {0}, late = {0};
    node_open(&n, "n1", NULL);
    cache_fetch(n.cache, &cards, STR("a"), load, &l, on_got, &early);
    turn_until(&n, &n, l.started == 1);
    cache_delete(n.cache, &cards, STR("a"));
    /* who asks after the change does not wait for the load that began before it */
    cache_fetch(n.cache, &cards, STR("a"), load, &l, on_got, &late);
    turn_until(&n, &n, l.started == 2);
    cache_loaded(l.flights[1], STR("new"), NULL);
    cache_loaded(l.flights[0], STR("old"), NULL);
    run_until(&n.f.loop, &early.done, 10000);
    run_until(&n.f.loop, &late.done, 10000);
    assert_string_equal(early.value, "old");
    assert_string_equal(late.value, "new");
    assert_true(holds(&n, &cards, "a", "new"));
    node_close(&n);
}

static void many_at_once(void **state)
{
    struct node n;
    struct str names[] = {STR("a"), STR("b"), STR("c")};
    struct str values[] = {STR("1"), STR_NULL, STR("3")};
    struct look first = {0}, second = {0};
    node_open(&n, "n1", NULL);
    cache_get_many(n.cache, &cards, names, 3, on_looked_, &first);
    run_until(&n.f.loop, &first.done, 10000);
    assert_int_equal(first.count, 3);
    assert_null(first.values[0].p);
    cache_store_many(n.cache, &cards, names, values, 3, &first.stamp);
    cache_get_many(n.cache, &cards, names, 3, on_looked_, &second);
    run_until(&n.f.loop, &second.done, 10000);
    assert_string_equal(second.text[0], "1");
    assert_null(second.values[1].p);
    assert_string_equal(second.text[2], "3");

    cache_delete_all(n.cache, &cards);
    assert_true(holds(&n, &cards, "a", NULL));
    cache_store_many(n.cache, &cards, names, values, 3, &second.stamp); /* read before it */
    assert_true(holds(&n, &cards, "a", NULL));

    struct look dropped = {0};
    cache_ask_cancel(cache_get_many(n.cache, &cards, names, 3, on_looked_, &dropped));
    assert_true(holds(&n, &cards, "b", NULL));
    assert_false(dropped.done);
    node_close(&n);
}

static void other_nodes_hear_of_it(void **state)
{
    struct node a, b;
    node_open(&a, "a", NULL);
    node_open(&b, "b", NULL);
    struct look at_a = look(&a, &cards, "x"), at_b = look(&b, &cards, "x");
    store(&a, &cards, "x", "old", &at_a.stamp);
    store(&b, &cards, "x", "old", &at_b.stamp);
    store(&b, &cards, "y", "kept", &at_b.stamp);
    store(&b, &sums, "2025", "1", &(struct cache_stamp){.at_ms = time_mono_ms()});
    struct str x = STR("x"), value;
    cache_delete(a.cache, &cards, x);
    assert_false(cache_peek(a.cache, &cards, x, &value)); /* here at once */
    turn_until(&a, &b, !cache_peek(b.cache, &cards, x, &value));
    assert_true(cache_peek(b.cache, &cards, STR("y"), &value));

    cache_set(a.cache, &cards, STR("y"), STR("new"));
    assert_true(cache_peek(a.cache, &cards, STR("y"), &value) && str_is(value, "new"));
    turn_until(&a, &b, !cache_peek(b.cache, &cards, STR("y"), &value));

    assert_true(cache_peek(b.cache, &sums, STR("2025"), &value));
    cache_delete_all(a.cache, &sums);
    turn_until(&a, &b, !cache_peek(b.cache, &sums, STR("2025"), &value));
    node_close(&a);
    node_close(&b);
}

/* More names than a NOTIFY can carry, and one that does not fit into a line. */
static void a_flood_of_changes(void **state)
{
    struct node a, b;
    char name[64];
    struct str value;
    node_open(&a, "a", NULL);
    node_open(&b, "b", NULL);
    struct look at_b = look(&b, &cards, "none");
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "name-%d-with-some-length", i);
        store(&b, &cards, name, "old", &at_b.stamp);
    }
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "name-%d-with-some-length", i);
        cache_delete(a.cache, &cards, str_from(name));
    }
    turn_until(&a, &b, !cache_peek(b.cache, &cards, STR("name-999-with-some-length"), &value));
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "name-%d-with-some-length", i);
        assert_false(cache_peek(b.cache, &cards, str_from(name), &value));
    }
    struct look again = look(&b, &sums, "two\nlines");
    store(&b, &sums, "two\nlines", "old", &again.stamp);
    assert_true(cache_peek(b.cache, &sums, STR("two\nlines"), &value));
    cache_delete(a.cache, &sums, STR("two\nlines"));
    turn_until(&a, &b, !cache_peek(b.cache, &sums, STR("two\nlines"), &value));
    node_close(&a);
    node_close(&b);
}

/* A node that can't hear the others trusts nothing it holds. */
static void deaf(void **state)
{
    struct node n;
    struct str value;
    node_open(&n, "n1", NULL);
    struct look l = look(&n, &cards, "a");
    store(&n, &cards, "a", "v", &l.stamp);
    assert_true(cache_peek(n.cache, &cards, STR("a"), &value));
    cache_listening(n.cache, false);
    assert_true(holds(&n, &cards, "a", NULL));
    l = look(&n, &cards, "a");
    store(&n, &cards, "a", "v", &l.stamp);
    cache_listening(n.cache, true);
    assert_true(holds(&n, &cards, "a", NULL));
    node_close(&n);
}

static void on_pong(void *arg, const struct err *err)
{
    *(bool *)arg = err == NULL;
}

/* Everything under way is given up: nothing is called, nothing leaks. */
static void closing_in_the_middle(void **state)
{
    struct node n;
    struct got got = {0};
    struct look l = {0};
    struct loader loader = {0};
    bool ponged = false;
    struct str name = STR("a");
    node_open(&n, "n1", NULL);
    cache_ping(n.cache, on_pong, &ponged);
    run_until(&n.f.loop, &ponged, 10000);
    ponged = false;
    cache_delete(n.cache, &cards, name);
    cache_fetch(n.cache, &cards, name, load, &loader, on_got, &got);
    cache_get_many(n.cache, &cards, &name, 1, on_looked_, &l);
    cache_ping(n.cache, on_pong, &ponged);
    cache_close(n.cache, on_pool_closed, &n.cache_closed);
    run_until(&n.f.loop, &n.cache_closed, 10000);
    assert_false(got.done || l.done || ponged);
    db_listener_close(n.listener, on_pool_closed, &n.listener_closed);
    run_until(&n.f.loop, &n.listener_closed, 10000);
    pool_close(&n.f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_load_for_many),
        cmocka_unit_test(what_is_not_there_and_errors_are_not_kept),
        cmocka_unit_test(who_left_is_not_told),
        cmocka_unit_test(a_change_during_a_load),
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(other_nodes_hear_of_it),
        cmocka_unit_test(a_flood_of_changes),
        cmocka_unit_test(deaf),
        cmocka_unit_test(closing_in_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
