#include "cmocka_all.h"
#include "obmen/backoff.h"

static void test_bounds(void **state)
{
    static const struct {
        unsigned attempt;
        int64_t base, cap, at_least, low, high;
    } rows[] = {
        {0, 1000, 60000, 0, 1, 1000},
        {3, 1000, 60000, 0, 1, 8000},
        {6, 1000, 60000, 0, 1, 60000},
        {31, 1000, 60000, 0, 1, 60000},
        {32, 1000, 60000, 0, 1, 60000},
        {4000000000u, 1000, 60000, 0, 1, 60000},
        {0, 1, 1, 0, 1, 1},
        {0, 0, 0, 0, 1, 1},
        {0, 1000, 60000, 5000, 5000, 5000},
        {9, 1000, 60000, 90000, 90000, 90000}, /* Retry-After wins over the cap */
        {40, INT64_MAX / 2, INT64_MAX, 0, 1, UINT32_MAX},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (int k = 0; k < 1000; k++) {
            int64_t ms = backoff_ms(rows[i].attempt, rows[i].base, rows[i].cap, rows[i].at_least);
            if (ms < rows[i].low || ms > rows[i].high)
                fail_msg("row %zu: %ld", i, (long)ms);
        }
}

/* Full jitter: over the whole width, not around its end. */
static void test_spread(void **state)
{
    int quarters[4] = {0};
    for (int i = 0; i < 4000; i++)
        quarters[(backoff_ms(2, 1000, 60000, 0) - 1) / 1000]++;
    for (int i = 0; i < 4; i++)
        assert_in_range(quarters[i], 800, 1200); /* 1000 ± 7 standard deviations */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds), cmocka_unit_test(test_spread)};
    return RUN(tests);
}
