#include "cmocka_all.h"
#include "base/histogram.h"

static void classes(void **state)
{
    static const struct histogram_bounds bounds = {3, {0.1, 1, 10}};
    struct histogram h = {0};
    histogram_add(&h, &bounds, 0);
    histogram_add(&h, &bounds, 0.1); /* an upper end belongs to its class */
    histogram_add(&h, &bounds, 0.11);
    histogram_add(&h, &bounds, 10);
    histogram_add(&h, &bounds, 11); /* above all: only counted */
    assert_int_equal(h.within[0], 2);
    assert_int_equal(h.within[1], 1);
    assert_int_equal(h.within[2], 1);
    assert_int_equal(h.count, 5);
    assert_true(h.sum > 21.2 && h.sum < 21.22);
}

static void bounds_rise(void **state)
{
    const struct histogram_bounds *const all[] = {&histogram_of_calls, &histogram_of_tasks};
    for (int b = 0; b < 2; b++) {
        assert_in_range(all[b]->count, 1, HISTOGRAM_CLASSES);
        for (int i = 1; i < all[b]->count; i++)
            assert_true(all[b]->seconds[i] > all[b]->seconds[i - 1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(classes), cmocka_unit_test(bounds_rise)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
