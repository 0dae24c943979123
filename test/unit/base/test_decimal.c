#include "cmocka_all.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "obmen/decimal.h"

static void test_table(void **state)
{
    static const struct {
        const char *text;
        int64_t kopecks;
    } good[] = {
        {"0", 0},
        {"-0", 0},
        {"0.00", 0},
        {"0e999999999999999999", 0},
        {"1", 100},
        {"1234.5", 123450},
        {"1234.50", 123450},
        {"1234.5000000000000000000000000000", 123450},
        {"-0.07", -7},
        {"20000", 2000000},
        {"1.2E3", 120000},
        {"1.2e+3", 120000},
        {"12345E-2", 12345},
        {"1234500E-4", 12345},
        {"1E-2", 1},
        {"0.0000000000000000000000001e25", 100},
        {"100000000000000000000000000000e-29", 100},
        {"007.50", 750},
        {"  5.25\t", 525},
        {"999999999999999.99", INT64_C(99999999999999999)},
        {"-999999999999999.99", -INT64_C(99999999999999999)},
        {"1e14", INT64_C(10000000000000000)},
    };
    static const char *const bad[] = {"", " ", "-", "+1", ".5", "5.", "1..2", "1.2.3", "1,5",
        "1 000", "abc", "0x10", "1e", "1e+", "1e1.5", "--1", "1-", "NaN", "Infinity", "1.005",
        "0.001", "1e-3", "123e-5", "1000000000000000", "1e15", "1e99999999999999999999",
        "1e-99999999999999999999", "999999999999999.999",
        "1234567890123456789012345678901234567890", "1\x00",
        "1000000000000000000000000000000000e-18", "е5"};
    for (size_t i = 0; i < COUNT(good); i++) {
        int64_t v = 4711;
        if (!decimal_parse(str_from(good[i].text), &v) || v != good[i].kopecks)
            fail_msg("\"%s\": %" PRId64, good[i].text, v);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        int64_t v = 4711;
        struct str s = str_from(bad[i]);
        if (strcmp(bad[i], "1") == 0)
            s.n = 2; /* the NUL belongs to it */
        if (decimal_parse(s, &v))
            fail_msg("\"%s\" taken as %" PRId64, bad[i], v);
        assert_int_equal(v, 4711);
    }
    int64_t v;
    assert_false(decimal_parse(STR_NULL, &v));
}

static void test_format(void **state)
{
    static const struct {
        int64_t kopecks;
        const char *text;
    } rows[] = {{0, "0.00"}, {1, "0.01"}, {-7, "-0.07"}, {99, "0.99"}, {100, "1.00"},
        {123450, "1234.50"}, {-100, "-1.00"}, {INT64_MAX, "92233720368547758.07"},
        {INT64_MIN, "-92233720368547758.08"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char out[DECIMAL_TEXT];
        decimal_format(rows[i].kopecks, out);
        assert_string_equal(out, rows[i].text);
    }
}

/* A random amount, written with a random exponent and random zeros, is read back to the kopeck. */
static void test_property(void **state)
{
    uint64_t seed = 0x9E3779B97F4A7C15u;
    for (int i = 0; i < 200000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        int digits = 1 + (int)(seed >> 33) % 17;
        int64_t limit = 1, v;
        for (int k = 0; k < digits; k++)
            limit *= 10;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        int64_t kopecks = (int64_t)(seed >> 1) % limit * (seed & 1 ? -1 : 1);
        int shift = (int)((seed >> 20) % 25);
        char text[128];

        decimal_format(kopecks, text);
        assert_true(decimal_parse(str_from(text), &v));
        assert_true(v == kopecks);

        /* kopecks × 10^-2 as an integer with an exponent, zeros appended in exchange */
        snprintf(
            text, sizeof text, "%" PRId64 "%0*dE-%d", kopecks, shift, 0, (shift ? shift : 1) + 2);
        if (!decimal_parse(str_from(text), &v) || v != kopecks)
            fail_msg("%s: %" PRId64 " instead of %" PRId64, text, v, kopecks);

        /* 0.000…kopecks × 10^(shift+17+…) */
        uint64_t plain = kopecks < 0 ? 0 - (uint64_t)kopecks : (uint64_t)kopecks;
        snprintf(text, sizeof text, "%s0.%0*d%017" PRIu64 "e+%d", kopecks < 0 ? "-" : "", shift + 1,
            0, plain, shift + 1 + 15);
        if (!decimal_parse(str_from(text), &v) || v != kopecks)
            fail_msg("%s: %" PRId64 " instead of %" PRId64, text, v, kopecks);

        /* A third significant decimal is never dropped in silence. */
        snprintf(
            text, sizeof text, "%" PRIu64 ".%02" PRIu64 "%d", plain / 100, plain % 100, 1 + i % 9);
        assert_false(decimal_parse(str_from(text), &v));
    }
}

static void test_sums_end_where_64_bits_do(void **state)
{
    assert_true(decimal_add(2, -5) == -3 && decimal_subtract(2, -5) == 7);
    assert_true(decimal_add(INT64_MAX - 1, 1) == INT64_MAX);
    assert_true(decimal_add(INT64_MAX - 1, 2) == INT64_MAX);
    assert_true(decimal_add(INT64_MIN + 1, -2) == INT64_MIN);
    assert_true(decimal_subtract(INT64_MIN + 1, 2) == INT64_MIN);
    assert_true(decimal_subtract(1, INT64_MIN) == INT64_MAX);
    assert_true(decimal_subtract(-1, INT64_MIN) == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_format),
        cmocka_unit_test(test_property), cmocka_unit_test(test_sums_end_where_64_bits_do)};
    return RUN(tests);
}
