#include "cmocka_all.h"
#include <time.h>
#include "obmen/time.h"

static const struct {
    const char *text;
    bool (*parse)(struct str s, usec_t *ret_t);
    const char *utc; /* NULL: refused */
} rows[] = {
    {"2025-03-14", time_parse_date, "2025-03-14T00:00:00.000Z"},
    {"0001-01-01", time_parse_date, "0001-01-01T00:00:00.000Z"},
    {"9999-12-31", time_parse_date, "9999-12-31T00:00:00.000Z"},
    {"2024-02-29", time_parse_date, "2024-02-29T00:00:00.000Z"},
    {"2000-02-29", time_parse_date, "2000-02-29T00:00:00.000Z"},
    {"2025-02-29", time_parse_date, NULL},
    {"1900-02-29", time_parse_date, NULL},
    {"2025-04-31", time_parse_date, NULL},
    {"2025-13-01", time_parse_date, NULL},
    {"2025-00-01", time_parse_date, NULL},
    {"2025-01-00", time_parse_date, NULL},
    {"0000-01-01", time_parse_date, NULL},
    {"2025-1-1", time_parse_date, NULL},
    {"2025-01-01 ", time_parse_date, NULL},
    {"2025-01-01T00:00:00", time_parse_date, NULL},
    {"", time_parse_date, NULL},

    {"2025-03-14T10:22:00", time_parse_wall, "2025-03-14T10:22:00.000Z"},
    {"2025-03-14T10:22:00.5", time_parse_wall, "2025-03-14T10:22:00.500Z"},
    {"2025-03-14T10:22:00.123456789", time_parse_wall, "2025-03-14T10:22:00.123Z"},
    {"0001-01-01T00:00:00", time_parse_wall, "0001-01-01T00:00:00.000Z"},
    {"2025-03-14T24:00:00", time_parse_wall, NULL},
    {"2025-03-14T10:60:00", time_parse_wall, NULL},
    {"2025-03-14T10:22:60", time_parse_wall, NULL},
    {"2025-03-14T10:22:00.", time_parse_wall, NULL},
    {"2025-03-14T10:22:00Z", time_parse_wall, NULL},
    {"2025-03-14T10:22:00+03:00", time_parse_wall, NULL},
    {"2025-03-14 10:22:00", time_parse_wall, NULL},
    {"2025-03-14T10:22", time_parse_wall, NULL},

    {"2025-03-14T10:22:00Z", time_parse_utc, "2025-03-14T10:22:00.000Z"},
    {"2025-03-14t10:22:00.25z", time_parse_utc, "2025-03-14T10:22:00.250Z"},
    {"2025-03-14 10:22:00Z", time_parse_utc, "2025-03-14T10:22:00.000Z"},
    {"2025-03-14T10:22:00+03:00", time_parse_utc, "2025-03-14T07:22:00.000Z"},
    {"2025-03-14T10:22:00-05:30", time_parse_utc, "2025-03-14T15:52:00.000Z"},
    {"2025-03-14T10:22:00", time_parse_utc, "2025-03-14T10:22:00.000Z"},
    {"2025-01-01T00:30:00+01:00", time_parse_utc, "2024-12-31T23:30:00.000Z"},
    {"1969-12-31T23:59:59.999Z", time_parse_utc, "1969-12-31T23:59:59.999Z"},
    {"0001-01-01T00:00:00+01:00", time_parse_utc, NULL}, /* before year 1 */
    {"9999-12-31T23:59:59-01:00", time_parse_utc, NULL}, /* after year 9999 */
    {"2025-03-14T10:22:00+3:00", time_parse_utc, NULL},
    {"2025-03-14T10:22:00+03", time_parse_utc, NULL},
    {"2025-03-14T10:22:00+24:00", time_parse_utc, NULL},
    {"2025-03-14T10:22:00ZZ", time_parse_utc, NULL},
    {"2025-03-14", time_parse_utc, NULL},
};

static void test_parse(void **state)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        usec_t t = 4711;
        bool good = rows[i].parse(str_from(rows[i].text), &t);
        if (good != (rows[i].utc != NULL))
            fail_msg("row %zu \"%s\": %d", i, rows[i].text, good);
        if (!good) {
            assert_int_equal(t, 4711);
            continue;
        }
        char out[TIME_TEXT];
        time_format_utc(t, out);
        assert_string_equal(out, rows[i].utc);
    }
}

static void test_format(void **state)
{
    char out[TIME_TEXT];
    time_format_wall(1741947720 * USEC_PER_SEC + 999999, out);
    assert_string_equal(out, "2025-03-14T10:22:00");
    time_format_date(1741947720 * USEC_PER_SEC, out);
    assert_string_equal(out, "2025-03-14");
    time_format_date(-1, out);
    assert_string_equal(out, "1969-12-31");
    time_format_utc(-1, out);
    assert_string_equal(out, "1969-12-31T23:59:59.999Z");
    /* Whatever comes in stays within the room. */
    time_format_utc(INT64_MAX, out);
    assert_true(strlen(out) < TIME_TEXT);
    time_format_utc(INT64_MIN, out);
    assert_true(strlen(out) < TIME_TEXT);
}

/* Every day of a thousand years against the C library. */
static void test_days(void **state)
{
    int64_t first = time_days(1600, 1, 1), last = time_days(2600, 1, 1);
    assert_int_equal(time_days(1970, 1, 1), 0);
    assert_int_equal(time_days(1, 1, 1), -719162);
    for (int64_t d = first; d < last; d++) {
        time_t t = d * 86400;
        struct tm tm;
        gmtime_r(&t, &tm);
        int year, month, day;
        time_civil(d, &year, &month, &day);
        if (year != tm.tm_year + 1900 || month != tm.tm_mon + 1 || day != tm.tm_mday ||
            time_days(year, month, day) != d)
            fail_msg("day %ld: %04d-%02d-%02d", (long)d, year, month, day);
    }
}

static void test_clocks(void **state)
{
    assert_true(time_now() / USEC_PER_SEC - time(NULL) <= 1);
    int64_t a = time_mono_ns(), b = time_mono_ns();
    assert_true(b >= a);
    assert_in_range(time_mono_ms() - a / 1000000, 0, 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parse), cmocka_unit_test(test_format),
        cmocka_unit_test(test_days), cmocka_unit_test(test_clocks)};
    return RUN(tests);
}
