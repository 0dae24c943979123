#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>

#include "onec/print.h"

static struct onec_mark mark(unsigned key, const char *version, const char *amount)
{
    struct onec_value values[] = {{.p = version,
                                      .n = (uint32_t)strlen(version),
                                      .field = ONEC_F_DATA_VERSION,
                                      .kind = ONEC_STRING},
        {.p = amount, .n = (uint32_t)strlen(amount), .field = ONEC_F_AMOUNT, .kind = ONEC_NUMBER}};
    struct onec_record r = {.values = values, .count = 2, .id = {{(uint8_t)key, 1}}};
    return onec_mark_of(&r);
}

static struct onec_print of(const struct onec_mark *marks, const int *order, int count)
{
    struct onec_print p = {0};
    for (int i = 0; i < count; i++)
        onec_print_add(&p, &marks[order[i]]);
    return p;
}

static void the_order_does_not_matter_the_rest_does(void **state)
{
    const struct onec_mark m[] = {mark(1, "AAA=", "10.50"), mark(2, "AAA=", "20"),
        mark(3, "BBB=", "5.01"), mark(3, "CCC=", "5.01"), mark(3, "BBB=", "5.02"),
        mark(4, "BBB=", "5.01")};
    struct onec_print a = of(m, (int[]){0, 1, 2}, 3), b = of(m, (int[]){2, 0, 1}, 3);
    struct ledger_print known = onec_print_value(&a);
    assert_int_equal(known.documents, 3);
    assert_int_equal(known.amount, 3551);
    assert_true(onec_print_same(&b, &known));
    static const int others[][3] = {{0, 1, 3}, {0, 1, 4}, {0, 1, 5}, {0, 1, 1}, {0, 0, 2}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct onec_print p = of(m, others[i], 3);
        assert_false(onec_print_same(&p, &known));
    }
    struct onec_print more = of(m, (int[]){0, 1, 2, 2}, 4), less = of(m, (int[]){0, 1}, 2);
    assert_false(onec_print_same(&more, &known));
    assert_false(onec_print_same(&less, &known));
    struct onec_print back = onec_print_from(&known);
    assert_memory_equal(&back, &a, sizeof a);
}

static void a_broken_amount_counts_as_nothing(void **state)
{
    assert_int_equal(mark(1, "A", "12,5x").amount, 0);
    assert_int_equal(mark(1, "A", "1234.567").amount, 0);
    assert_int_equal(mark(1, "A", "").amount, 0);
}

static void midnights(void **state)
{
    assert_int_equal(onec_day(5), 0);
    assert_int_equal(onec_day(USEC_PER_DAY), USEC_PER_DAY);
    assert_int_equal(onec_day(USEC_PER_DAY - 1), 0);
    assert_int_equal(onec_day(-1), -USEC_PER_DAY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_order_does_not_matter_the_rest_does),
        cmocka_unit_test(a_broken_amount_counts_as_nothing), cmocka_unit_test(midnights)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
