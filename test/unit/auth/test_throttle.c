/* Ten failures close one pair for five minutes; others stay open; memory stays bounded. */
#include <sodium.h>
#include <stdio.h>
#include "check.h"
#include "auth/throttle.h"

static const struct address_key here = {{1}}, there = {{2}};

static void fail_times(
    struct throttle *t, const char *name, struct address_key from, int n, int64_t now)
{
    for (int i = 0; i < n; i++)
        throttle_failed(t, str_from(name), from, now + i);
}

static void tenth_closes(void **state)
{
    struct throttle t;
    throttle_init(&t, 100);
    fail_times(&t, "admin", here, 9, 1000);
    assert_int_equal(throttle_wait_ms(&t, STR("admin"), here, 2000), 0);
    fail_times(&t, "admin", here, 1, 2000);
    assert_int_equal(
        throttle_wait_ms(&t, STR("admin"), here, 2000), 1000 + THROTTLE_WINDOW_MS - 2000);
    assert_int_equal(throttle_wait_ms(&t, STR("admin"), there, 2000), 0);
    assert_int_equal(throttle_wait_ms(&t, STR("user"), here, 2000), 0);
    throttle_deinit(&t);
}

static void window_slides(void **state)
{
    struct throttle t;
    throttle_init(&t, 100);
    fail_times(&t, "admin", here, 10, 1000);
    assert_int_equal(throttle_wait_ms(&t, STR("admin"), here, 1000 + THROTTLE_WINDOW_MS - 1), 1);
    assert_int_equal(throttle_wait_ms(&t, STR("admin"), here, 1000 + THROTTLE_WINDOW_MS), 0);
    /* one more failure: the oldest of the last ten is now the second one */
    throttle_failed(&t, STR("admin"), here, 1000 + THROTTLE_WINDOW_MS);
    assert_int_equal(throttle_wait_ms(&t, STR("admin"), here, 1000 + THROTTLE_WINDOW_MS), 1);
    throttle_deinit(&t);
}

static void success_forgets(void **state)
{
    struct throttle t;
    throttle_init(&t, 100);
    fail_times(&t, "admin", here, 9, 1000);
    throttle_succeeded(&t, STR("admin"), here);
    fail_times(&t, "admin", here, 9, 2000);
    assert_int_equal(throttle_wait_ms(&t, STR("admin"), here, 3000), 0);
    throttle_succeeded(&t, STR("nobody"), here);
    throttle_deinit(&t);
}

static void memory_is_bounded(void **state)
{
    struct throttle t;
    char name[32];
    throttle_init(&t, 50);
    fail_times(&t, "admin", here, 10, 1);
    for (int i = 0; i < 49; i++) {
        snprintf(name, sizeof(name), "stranger%d", i);
        throttle_failed(&t, str_from(name), there, 1000 + i);
        assert_true(t.pairs.count <= 50);
    }
    assert_true(throttle_wait_ms(&t, STR("admin"), here, 2000) > 0);
    throttle_failed(
        &t, STR("one more"), there, 3000); /* the one that failed longest ago makes room */
    assert_int_equal(t.pairs.count, 50);
    assert_int_equal(throttle_wait_ms(&t, STR("admin"), here, 3000), 0);
    /* after a quiet window the old ones go by themselves */
    throttle_failed(&t, STR("late"), there, 4000 + THROTTLE_WINDOW_MS);
    assert_int_equal(t.pairs.count, 1);
    throttle_deinit(&t);
}

static void addresses(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"10.0.0.1", "10.0.0.1", true},
        {"10.0.0.1", "10.0.0.2", false},
        {"10.0.0.1", "::ffff:10.0.0.1", true},
        {"::ffff:10.0.0.1", "::ffff:10.0.0.2", false},
        {"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
        {"2001:db8:1:2::1", "2001:db8:1:3::1", false},
        {"fe80::1%eth0", "fe80::1%eth1", true},
        {"::1", "127.0.0.1", false},
        {"unknown", "unknown", true},
        {"unknown", "unknow", false},
        {"", "0.0.0.0", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct address_key a = address_key(str_from(cases[i].a)),
                           b = address_key(str_from(cases[i].b));
        if ((memcmp(&a, &b, sizeof(a)) == 0) != cases[i].same)
            fail_msg("%s and %s", cases[i].a, cases[i].b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tenth_closes),
        cmocka_unit_test(window_slides), cmocka_unit_test(success_forgets),
        cmocka_unit_test(memory_is_bounded), cmocka_unit_test(addresses)};
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
