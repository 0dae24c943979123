/* The store in the process: what it keeps, what it lets go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "cache/lru.h"
#include "obmen/buf.h"

static void assert_holds(struct lru *m, const char *key, const char *value, int64_t now)
{
    struct str got = lru_get(m, str_from(key), now);
    assert_non_null(got.p);
    assert_true(str_is(got, value));
}

static void keeps_and_replaces(void **state)
{
    struct lru m;
    lru_init(&m, 10000);
    lru_put(&m, STR("a:1"), STR("one"), 100);
    lru_put(&m, STR("a:2"), STR(""), 100);
    assert_holds(&m, "a:1", "one", 0);
    assert_holds(&m, "a:2", "", 0); /* empty is not absent */
    lru_put(&m, STR("a:1"), STR("uno"), 100);
    assert_holds(&m, "a:1", "uno", 0);
    lru_remove(&m, STR("a:1"));
    lru_remove(&m, STR("a:1"));
    assert_null(lru_get(&m, STR("a:1"), 0).p);
    lru_release(&m);
    assert_int_equal(m.bytes, 0);
}

static void forgets_by_age(void **state)
{
    struct lru m;
    lru_init(&m, 10000);
    lru_put(&m, STR("k"), STR("v"), 100);
    assert_holds(&m, "k", "v", 99);
    assert_null(lru_get(&m, STR("k"), 100).p);
    assert_int_equal(m.bytes, 0);
    lru_release(&m);
}

static void the_least_used_goes_first(void **state)
{
    struct lru m;
    char key[16], value[100] = {0};
    lru_init(&m, 4000);
    lru_put(&m, STR("kept"), (struct str){value, sizeof value}, 100);
    for (int i = 0; i < 200; i++) {
        snprintf(key, sizeof key, "k%d", i);
        lru_put(&m, str_from(key), (struct str){value, sizeof value}, 100);
        assert_non_null(lru_get(&m, STR("kept"), 0).p); /* used each time */
        assert_true(m.bytes <= 4000);
    }
    assert_null(lru_get(&m, STR("k0"), 0).p);
    assert_non_null(lru_get(&m, STR("k199"), 0).p);
    assert_true(m.evicted > 150);
    lru_release(&m);
}

static void a_huge_value_pushes_nothing_out(void **state)
{
    struct lru m;
    static char value[2000];
    lru_init(&m, 4000);
    lru_put(&m, STR("small"), STR("v"), 100);
    lru_put(&m, STR("huge"), (struct str){value, sizeof value}, 100);
    assert_null(lru_get(&m, STR("huge"), 0).p);
    assert_holds(&m, "small", "v", 0);
    /* a huge one in place of a small one: the small one is no longer true */
    lru_put(&m, STR("small"), (struct str){value, sizeof value}, 100);
    assert_null(lru_get(&m, STR("small"), 0).p);
    lru_release(&m);
}

static void drops_by_prefix(void **state)
{
    struct lru m;
    lru_init(&m, 10000);
    lru_put(&m, STR("a:1"), STR("v"), 100);
    lru_put(&m, STR("a:2"), STR("v"), 100);
    lru_put(&m, STR("ab:1"), STR("v"), 100);
    lru_remove_prefix(&m, STR("a:"));
    assert_null(lru_get(&m, STR("a:1"), 0).p);
    assert_null(lru_get(&m, STR("a:2"), 0).p);
    assert_holds(&m, "ab:1", "v", 0);
    lru_release(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_and_replaces),
        cmocka_unit_test(forgets_by_age),
        cmocka_unit_test(the_least_used_goes_first),
        cmocka_unit_test(a_huge_value_pushes_nothing_out),
        cmocka_unit_test(drops_by_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
