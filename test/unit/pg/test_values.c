/* Every kind of parameter and column, there and back. */
#include "pool_support.h"
#include <math.h>

static struct fixture fixture;
static char text[4096];
static struct err last_err;
static bool done, ok;

static void on_text(void *arg, struct db_result *const *results, const struct err *err)
{
    done = true;
    ok = !err;
    text[0] = 0;
    if (err) {
        last_err = *err;
        return;
    }
    size_t n = 0;
    for (int row = 0; row < db_rows(results[0]); row++) {
        struct str s = db_text(results[0], row, 0);
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%.*s", row > 0 ? "|" : "",
            s.p ? (int)s.n : 4, s.p ? s.p : "NULL");
    }
}

static const char *run(struct db_unit *u)
{
    done = false;
    db_submit(u, on_text, NULL);
    run_until(&fixture.loop, &done, 10000);
    if (!ok)
        snprintf(text, sizeof text, "error %s", last_err.sqlstate);
    return text;
}

static struct db_unit *unit(const struct db_stmt *stmt)
{
    struct db_unit *u = db_unit_new(fixture.db, DB_USER);
    db_add(u, stmt);
    return u;
}

static const struct db_stmt scalars = {"scalars",
    "SELECT concat_ws(' ', $1::text, $2::bigint, $3::integer, $4::boolean, $5::double precision, "
    "$6::uuid, "
    "$7::timestamptz, $8::timestamp, $9::date, encode($10::bytea, 'hex'), $11::jsonb)"};

static void scalars_arrive(void **state)
{
    usec_t t;
    struct uuid id;
    assert_true(time_parse_utc(STR("2025-03-14T10:22:00.123456Z"), &t));
    assert_true(uuid_parse(STR("01890a5d-ac96-774b-bcce-b302099a8057"), &id));
    struct db_unit *u = unit(&scalars);
    db_bind_text(u, STR("Счёт №5"));
    db_bind_i64(u, INT64_MIN);
    db_bind_i32(u, INT32_MAX);
    db_bind_bool(u, true);
    db_bind_double(u, -0.125);
    db_bind_uuid(u, &id);
    db_bind_time(u, t);
    db_bind_time(u, -1);
    db_bind_date(u, -1);
    db_bind_bytes(u, (struct str){"\0\xff\x01", 3});
    db_bind_jsonb(u, STR("{\"a\": [1, null]}"));
    assert_string_equal(run(u),
        "Счёт №5 -9223372036854775808 2147483647 t -0.125 01890a5d-ac96-774b-bcce-b302099a8057 "
        "2025-03-14 10:22:00.123456+00 1969-12-31 23:59:59.999999 1969-12-31 00ff01 {\"a\": [1, "
        "null]}");
}

static const struct db_stmt nulls = {"nulls",
    "SELECT num_nulls($1::text, $2::text, $3::uuid, $4::jsonb, $5::bigint)::text || '|' "
    "|| ($6::text = '')::text || '|' || length($7::bytea)"};

static void null_pointers_are_null_and_empty_is_not(void **state)
{
    struct db_unit *u = unit(&nulls);
    db_bind_text(u, STR_NULL);
    db_bind_cstr(u, NULL);
    db_bind_uuid(u, NULL);
    db_bind_jsonb(u, STR_NULL);
    db_bind_null(u);
    db_bind_text(u, STR(""));
    db_bind_bytes(u, STR(""));
    assert_string_equal(run(u), "5|true|0");
}

static const struct db_stmt unnest_all = {"unnest_all",
    "SELECT concat_ws(',', coalesce(a, '-'), coalesce(b::text, '-'), coalesce(c::text, '-'), "
    "coalesce(d::text, '-'), "
    "coalesce(e::text, '-'), coalesce(f::text, '-'), coalesce(g::text, '-'), coalesce(h::text, "
    "'-'), coalesce(i::text, '-')) "
    "FROM unnest($1::text[], $2::bigint[], $3::integer[], $4::boolean[], $5::uuid[], "
    "$6::timestamp[], $7::timestamptz[], "
    "$8::date[], $9::float8[]) AS t(a, b, c, d, e, f, g, h, i)"};

static void arrays_of_every_type_with_nulls(void **state)
{
    static const enum db_elem elems[] = {DB_TEXT, DB_INT8, DB_INT4, DB_BOOL, DB_UUID, DB_TIMESTAMP,
        DB_TIMESTAMPTZ, DB_DATE, DB_FLOAT8};
    struct db_column c[9];
    struct uuid id;
    assert_true(uuid_parse(STR("01890a5d-ac96-774b-bcce-b302099a8057"), &id));
    for (int i = 0; i < 9; i++) {
        db_column_init(&c[i], elems[i]);
        db_column_null(&c[i]); /* what is cleared leaves nothing behind */
        db_column_clear(&c[i]);
        assert_false(c[i].has_null);
    }
    db_column_text(&c[0], STR("да"));
    db_column_i64(&c[1], -5);
    db_column_i32(&c[2], 6);
    db_column_bool(&c[3], false);
    db_column_uuid(&c[4], &id);
    db_column_time(&c[5], 0);
    db_column_time(&c[6], USEC_PER_DAY + 500000);
    db_column_time(&c[7], 3 * USEC_PER_DAY);
    db_column_double(&c[8], 1.5);
    for (int i = 0; i < 9; i++)
        db_column_null(&c[i]);
    db_column_text(&c[0], STR(""));
    db_column_text(&c[0], STR_NULL);
    db_column_uuid(&c[4], NULL);
    struct db_unit *u = unit(&unnest_all);
    for (int i = 0; i < 9; i++)
        db_bind_column(u, &c[i]);
    assert_string_equal(run(u), "да,-5,6,false,01890a5d-ac96-774b-bcce-b302099a8057,1970-01-01 "
                                "00:00:00,1970-01-02 00:00:00.5+00,1970-01-04,1.5"
                                "|-,-,-,-,-,-,-,-,-|,-,-,-,-,-,-,-,-|-,-,-,-,-,-,-,-,-");

    for (int i = 0; i < 9; i++)
        db_column_clear(&c[i]);
    u = unit(&unnest_all);
    for (int i = 0; i < 9; i++)
        db_bind_column(u, &c[i]);
    assert_string_equal(run(u), ""); /* empty arrays: no rows */
    assert_true(ok);
    for (int i = 0; i < 9; i++)
        db_column_release(&c[i]);
}

static const struct db_stmt sum = {
    "sum", "SELECT count(*) || ' ' || sum(length(v)) FROM unnest($1::text[]) v"};

static void a_large_column_passes(void **state)
{
    struct db_column c;
    db_column_init(&c, DB_TEXT);
    char word[1000];
    memset(word, 'x', sizeof word);
    for (int i = 0; i < 20000; i++)
        db_column_text(&c, (struct str){word, sizeof word});
    struct db_unit *u = unit(&sum);
    db_bind_column(u, &c);
    db_column_release(&c);
    assert_string_equal(run(u), "20000 20000000");
}

static const struct db_stmt large = {
    "large", "SELECT repeat('y', 1000) FROM generate_series(1, $1::integer)"};

static struct {
    int rows;
    size_t bytes;
} seen;

static void on_large(void *arg, struct db_result *const *results, const struct err *err)
{
    done = true;
    ok = !err;
    seen.rows = db_rows(results[0]);
    seen.bytes = 0;
    for (int i = 0; i < seen.rows; i++)
        seen.bytes += db_text(results[0], i, 0).n;
}

static void large_both_ways_at_once(void **state)
{
    /* 20 MB go, 20 MB come, in one pipeline: whoever only writes before reading hangs here. */
    char *word = malloc(1 << 20);
    memset(word, 'z', 1 << 20);
    struct db_unit *u = unit(&large);
    db_bind_i32(u, 20000);
    static const struct db_stmt swallow = {"swallow", "SELECT length($1::text)"};
    for (int i = 0; i < 20; i++) {
        db_add(u, &swallow);
        db_bind_text(u, (struct str){word, 1 << 20});
    }
    done = false;
    db_submit(u, on_large, NULL);
    free(word);
    run_until(&fixture.loop, &done, 20000);
    assert_true(ok);
    assert_int_equal(seen.rows, 20000);
    assert_int_equal(seen.bytes, 20000000);
}

static const struct db_stmt kinds = {"kinds",
    "SELECT 42::bigint, NULL::bigint, 2.5::float8, true, false, "
    "'01890a5d-ac96-774b-bcce-b302099a8057'::uuid, "
    "'2025-03-14 10:22:00.5'::timestamp, '2025-03-14 10:22:00.123456+03'::timestamptz, "
    "'2025-03-14'::date, NULL::timestamp, "
    "'infinity'::timestamp, '-infinity'::date, '0044-03-15 BC'::date, '12025-01-02'::date, "
    "''::text"};

static void on_kinds(void *arg, struct db_result *const *results, const struct err *err)
{
    done = true;
    ok = !err;
    const struct db_result *r = results[0];
    usec_t t;
    struct uuid id;
    char back[UUID_TEXT];
    assert_int_equal(db_i64(r, 0, 0), 42);
    assert_int_equal(db_i64(r, 0, 1), 0);
    assert_true(db_is_null(r, 0, 1));
    assert_null(db_text(r, 0, 1).p);
    assert_true(db_double(r, 0, 2) == 2.5);
    assert_true(db_bool(r, 0, 3));
    assert_false(db_bool(r, 0, 4));
    assert_false(db_bool(r, 0, 1));
    assert_true(db_uuid(r, 0, 5, &id));
    assert_false(db_uuid(r, 0, 1, &id));
    uuid_format(&id, back);
    assert_string_equal(back, "01890a5d-ac96-774b-bcce-b302099a8057");
    assert_true(time_parse_wall(STR("2025-03-14T10:22:00.5"), &t));
    assert_int_equal(db_time(r, 0, 6), t);
    assert_true(time_parse_utc(STR("2025-03-14T07:22:00.123456Z"), &t));
    assert_int_equal(db_time(r, 0, 7), t);
    assert_true(time_parse_date(STR("2025-03-14"), &t));
    assert_int_equal(db_time(r, 0, 8), t);
    assert_int_equal(db_time(r, 0, 9), 0);
    assert_int_equal(db_time(r, 0, 10), INT64_MAX);
    assert_int_equal(db_time(r, 0, 11), INT64_MIN);
    assert_int_equal(db_time(r, 0, 12), time_days(-43, 3, 15) * USEC_PER_DAY);
    assert_int_equal(db_time(r, 0, 13), time_days(12025, 1, 2) * USEC_PER_DAY);
    assert_non_null(db_text(r, 0, 14).p);
    assert_int_equal(db_text(r, 0, 14).n, 0);
}

static void results_are_read_by_kind(void **state)
{
    done = false;
    db_submit(unit(&kinds), on_kinds, NULL);
    run_until(&fixture.loop, &done, 5000);
    assert_true(ok);
}

static const struct db_stmt bad_text = {"bad_text", "SELECT $1::text"};

static void broken_utf8_and_nul_are_permanent_faults(void **state)
{
    struct db_unit *u = unit(&bad_text);
    db_bind_text(u, STR("\xff"));
    assert_string_equal(run(u), "error 22021");
    assert_false(last_err.passing);
    u = unit(&bad_text);
    db_bind_text(u, (struct str){"a\0b", 3});
    assert_string_equal(run(u), "error 22021");
}

static int set_up(void **state)
{
    pool_open(&fixture);
    return 0;
}

static int tear_down(void **state)
{
    pool_close(&fixture);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_arrive),
        cmocka_unit_test(null_pointers_are_null_and_empty_is_not),
        cmocka_unit_test(arrays_of_every_type_with_nulls),
        cmocka_unit_test(a_large_column_passes),
        cmocka_unit_test(large_both_ways_at_once),
        cmocka_unit_test(results_are_read_by_kind),
        cmocka_unit_test(broken_utf8_and_nul_are_permanent_faults),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
