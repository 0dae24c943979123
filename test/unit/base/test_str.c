#include "cmocka_all.h"
#include <limits.h>
#include "obmen/str.h"

static void test_equal(void **state)
{
    assert_true(str_eq(STR_NULL, STR("")));
    assert_true(str_eq(STR("ab"), STR("ab")));
    assert_false(str_eq(STR("ab"), STR("abc")));
    assert_false(str_eq(STR("ab"), STR("aB")));
    assert_true(str_is(STR("ab"), "ab"));
    assert_true(str_is(STR_NULL, ""));
    assert_true(str_eq_nocase(STR("Content-LENGTH"), STR("content-length")));
    assert_false(str_eq_nocase(STR("@"), STR("`"))); /* differ by the same bit as letters do */
    assert_false(str_eq_nocase(STR("Ж"), STR("ж")));
}

static void test_starts(void **state)
{
    assert_true(str_starts(STR("abc"), STR("ab")));
    assert_true(str_starts(STR("abc"), STR_NULL));
    assert_true(str_starts(STR_NULL, STR("")));
    assert_false(str_starts(STR("a"), STR("ab")));
}

static void test_trim(void **state)
{
    assert_str(str_trim(STR(" \t a b\r\n")), "a b");
    assert_str(str_trim_right(STR("  a  ")), "  a");
    assert_int_equal(str_trim(STR(" \n ")).n, 0);
    assert_int_equal(str_trim(STR_NULL).n, 0);
}

static void test_cut(void **state)
{
    struct str s = STR("a,,b");
    assert_str(str_cut(&s, ','), "a");
    assert_str(str_cut(&s, ','), "");
    assert_str(str_cut(&s, ','), "b");
    assert_null(s.p);
    s = STR("a,"); /* an empty last part is told apart from no part */
    assert_str(str_cut(&s, ','), "a");
    assert_non_null(s.p);
    assert_int_equal(s.n, 0);
    assert_int_equal(str_cut(&s, ',').n, 0);
    assert_null(s.p);
}

static void test_numbers(void **state)
{
    static const struct {
        const char *text;
        long long min, max;
        bool good;
        long long value;
    } rows[] = {
        {"0", 0, 9, true, 0},
        {"-5", -9, 9, true, -5},
        {"007", 0, 9, true, 7},
        {"9223372036854775807", LLONG_MIN, LLONG_MAX, true, LLONG_MAX},
        {"-9223372036854775808", LLONG_MIN, LLONG_MAX, true, LLONG_MIN},
        {"9223372036854775808", LLONG_MIN, LLONG_MAX, false, 0},
        {"-9223372036854775809", LLONG_MIN, LLONG_MAX, false, 0},
        {"99999999999999999999999", LLONG_MIN, LLONG_MAX, false, 0},
        {"10", 0, 9, false, 0},
        {"-1", 0, 9, false, 0},
        {"", 0, 9, false, 0},
        {"-", -9, 9, false, 0},
        {"+1", 0, 9, false, 0},
        {" 1", 0, 9, false, 0},
        {"1 ", 0, 9, false, 0},
        {"1.0", 0, 9, false, 0},
        {"0x1", 0, 9, false, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        long long v = 4711;
        bool good = str_to_i64(str_from(rows[i].text), rows[i].min, rows[i].max, &v);
        if (good != rows[i].good)
            fail_msg("\"%s\": %d", rows[i].text, good);
        assert_true(v == (good ? rows[i].value : 4711));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_equal), cmocka_unit_test(test_starts),
        cmocka_unit_test(test_trim), cmocka_unit_test(test_cut), cmocka_unit_test(test_numbers)};
    return RUN(tests);
}
