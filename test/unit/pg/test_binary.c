/* PostgreSQL's binary forms, byte by byte; no database needed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "obmen/db.h"
#include "pg/binary.h"
#include "pg/wall.h"

static void a_column_is_lengths_and_values(void **state)
{
    struct db_column c;
    db_column_init(&c, DB_TEXT);
    db_column_text(&c, STR("ab"));
    db_column_null(&c);
    db_column_text(&c, STR(""));
    static const unsigned char want[] = {0, 0, 0, 2, 'a', 'b', 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0};
    assert_int_equal(c.data.n, sizeof want);
    assert_memory_equal(c.data.p, want, sizeof want);
    assert_int_equal(c.count, 3);
    assert_true(c.has_null);
    db_column_release(&c);
    assert_int_equal(c.count, 0);
}

static void times_count_from_2000(void **state)
{
    assert_int_equal(binary_time(946684800LL * USEC_PER_SEC), 0);
    assert_int_equal(binary_time(0), -946684800LL * USEC_PER_SEC);
    assert_int_equal(binary_time(INT64_MIN), INT64_MIN); /* -infinity, not a wrapped moment */
    assert_int_equal(binary_date(946684800LL * USEC_PER_SEC), 0);
    assert_int_equal(binary_date(946684800LL * USEC_PER_SEC - 1), -1);
    assert_int_equal(binary_date(-1), -10958);
    assert_int_equal(binary_date(0), -10957);
}

static void numbers_are_big_endian(void **state)
{
    char p[8];
    binary_put32(p, 0x01020304);
    assert_memory_equal(p, "\1\2\3\4", 4);
    binary_put64(p, -2);
    assert_memory_equal(p, "\xff\xff\xff\xff\xff\xff\xff\xfe", 8);
    binary_put_double(p, 1.0);
    assert_memory_equal(p, "\x3f\xf0\0\0\0\0\0\0", 8);
}

static void text_of_times_is_read(void **state)
{
    static const struct {
        const char *text;
        usec_t t;
    } cases[] = {
        {"", 0},
        {"1970-01-01", 0},
        {"1970-01-02", USEC_PER_DAY},
        {"1970-01-01 00:00:01.5", 1500000},
        {"1970-01-01 00:00:01.000001", 1000001},
        {"1970-01-01 00:00:00+00", 0},
        {"1970-01-01 03:00:00+03", 0},
        {"1970-01-01 05:30:00+05:30", 0},
        {"1969-12-31 19:00:00-05", 0},
        {"1969-12-31 23:59:59.999999", -1},
        {"infinity", INT64_MAX},
        {"-infinity", INT64_MIN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(wall_parse(str_from(cases[i].text)), cases[i].t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_is_lengths_and_values),
        cmocka_unit_test(times_count_from_2000),
        cmocka_unit_test(numbers_are_big_endian),
        cmocka_unit_test(text_of_times_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
