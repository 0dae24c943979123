/* The request rate: exact burst and refill, keys apart from one another, fixed memory. */
#include <sodium.h>
#include "check.h"
#include "api/rate.h"

static const uint64_t start = 5000000000000ULL, second = 1000000000ULL;

static int take_many(struct rate *r, const char *key, int tries, uint64_t now)
{
    int taken = 0;
    for (int i = 0; i < tries; i++)
        taken += rate_take(r, key, 4, now) == 0;
    return taken;
}

static void burst_then_rate(void **state)
{
    struct rate r;
    rate_init(&r, 100, 200, 16);
    assert_int_equal(take_many(&r, "anna", 1000, start), 200);
    int64_t wait = rate_take(&r, "anna", 4, start);
    assert_true(wait >= 1 && wait <= 10);
    assert_int_equal(
        rate_take(&r, "anna", 4, start + (uint64_t)wait * 1000000), 0); /* what it said is enough */
    assert_int_equal(take_many(&r, "anna", 1000, start + second), 100 - 1);
    assert_int_equal(take_many(&r, "anna", 1000, start + 100 * second),
        200); /* rest saves up one burst, no more */
    rate_deinit(&r);
}

static void steady_use_is_never_refused(void **state)
{
    struct rate r;
    rate_init(&r, 100, 200, 16);
    for (uint64_t i = 0; i < 5000; i++)
        assert_int_equal(rate_take(&r, "anna", 4, start + i * (second / 100)), 0);
    rate_deinit(&r);
}

static void keys_are_apart(void **state)
{
    struct rate r;
    rate_init(&r, 10, 20, 64);
    assert_int_equal(take_many(&r, "anna", 100, start), 20);
    assert_int_equal(take_many(&r, "bert", 100, start), 20);
    assert_true(rate_take(&r, "anna", 4, start) > 0);
    rate_deinit(&r);
}

/* Strangers who fill a set push out whoever has been quiet longest, not whoever is being held back.
 */
static void the_quiet_make_room(void **state)
{
    struct rate r;
    rate_init(&r, 10, 20, 1);
    assert_int_equal(take_many(&r, "anna", 100, start), 20);
    for (int i = 0; i < 1000; i++)
        rate_take(&r, &i, sizeof(i), start);
    assert_true(rate_take(&r, "anna", 4, start) > 0);
    rate_deinit(&r);
}

static void no_limit(void **state)
{
    struct rate r;
    rate_init(&r, 0, 0, 16);
    assert_int_equal(take_many(&r, "anna", 100000, start), 100000);
    rate_deinit(&r);
}

static void one_a_second(void **state)
{
    struct rate r;
    rate_init(&r, 1, 2, 16);
    assert_int_equal(take_many(&r, "anna", 10, start), 2);
    assert_true(rate_take(&r, "anna", 4, start + second / 2) > 400);
    assert_int_equal(take_many(&r, "anna", 10, start + second), 1);
    rate_deinit(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(burst_then_rate),
        cmocka_unit_test(steady_use_is_never_refused), cmocka_unit_test(keys_are_apart),
        cmocka_unit_test(the_quiet_make_room), cmocka_unit_test(no_limit),
        cmocka_unit_test(one_a_second)};
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
