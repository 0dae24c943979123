/* Schema files on a fresh database; two at once; what was changed afterwards; a database that is
 * not there. */
#include "pool_support.h"
#include "pg/migrate.h"
#include "pg/schema.h"

static int file_count(void)
{
    int n = 0;
    while (schema_files[n].number)
        n++;
    return n;
}

struct run {
    int result, applied;
    struct err err;
};

static void migrate_in_thread(void *arg)
{
    struct run *r = arg;
    r->result = db_migrate(test_url(), 10000, &r->applied, &r->err);
}

static void two_at_once_apply_each_file_once(void **state)
{
    struct run runs[4] = {0};
    uv_thread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(uv_thread_create(&threads[i], migrate_in_thread, &runs[i]), 0);
    int applied = 0;
    for (int i = 0; i < 4; i++) {
        uv_thread_join(&threads[i]);
        if (runs[i].result != 0)
            print_error("%s: %s\n", runs[i].err.message, runs[i].err.cause);
        assert_int_equal(runs[i].result, 0);
        applied += runs[i].applied;
    }
    assert_int_equal(applied, file_count());
    assert_int_equal(query_now("SELECT count(*) FROM schema_migrations"), file_count());
}

static void again_does_nothing(void **state)
{
    struct err err;
    int applied = -1;
    assert_int_equal(db_migrate(test_url(), 0, &applied, &err), 0);
    assert_int_equal(applied, 0);
}

/* Of four statements. */
static void on_last_answer(void *arg, struct db_result *const *results, const struct err *err)
{
    end_answer(arg, err);
    if (results)
        take_answer(arg, results[3]);
}

static void counters_of_statements_add_up_within_a_transaction(void **state)
{
    assert_int_equal(query_now("SELECT obm_tallied('created')"), 0);
    struct fixture f = {0};
    static const struct db_stmt tally = {"tally", "SELECT obm_tally($1::bigint, 10, 100, 1000)"};
    static const struct db_stmt read = {"read",
        "SELECT obm_tallied('created') + obm_tallied('updated') + obm_tallied('unchanged') "
        "+ obm_tallied('deactivated')"};
    static const struct db_stmt read_first = {"read_first",
        "SELECT obm_tallied('created') + obm_tallied('updated') + "
        "obm_tallied('unchanged') + obm_tallied('deactivated') AS sum"};
    pool_open_with(&f, (struct db_options){.keep = 1, .timeout_ms = 10000, .max_waiting = 10});
    for (int round = 0; round < 3; round++) {
        struct answer a = ask(&f,
            &read_first); /* nothing is left of the transaction before, on the same connection */
        assert_int_equal(a.value, 0);
        a = (struct answer){0};
        struct db_unit *u = db_unit_new(f.db, DB_TASK);
        db_add(u, &read);
        for (int i = 1; i <= 2; i++) {
            db_add(u, &tally);
            db_bind_i64(u, i);
        }
        db_add(u, &read);
        db_submit(u, on_last_answer, &a);
        run_until(&f.loop, &a.done, 5000);
        assert_true(a.ok);
        assert_int_equal(a.value, 3 + 20 + 200 + 2000);
    }
    pool_close(&f);
}

static void a_file_changed_afterwards_is_refused(void **state)
{
    struct err err;
    int applied;
    query_now("UPDATE schema_migrations SET checksum = 'x' WHERE number = 1");
    assert_int_equal(db_migrate(test_url(), 0, &applied, &err), -1);
    assert_non_null(strstr(err.message, schema_files[0].name));
    assert_false(err.passing);
    query_now("TRUNCATE schema_migrations");
    query_now("INSERT INTO schema_migrations (number, name, checksum) SELECT n, 'later', 'x' FROM "
              "generate_series(1, 99) n");
    assert_int_equal(db_migrate(test_url(), 0, &applied, &err), -1);
    assert_false(err.passing);
}

static void a_failing_file_leaves_nothing(void **state)
{
    struct err err;
    int applied;
    query_now("TRUNCATE schema_migrations"); /* so that the first file meets its own tables */
    query_now("DROP TABLE settings");        /* made first, before the failure */
    assert_int_equal(db_migrate(test_url(), 0, &applied, &err), -1);
    assert_int_equal(applied, 0);
    assert_int_equal(query_now("SELECT count(*) FROM pg_class WHERE relname = 'settings'"), 0);
    assert_int_equal(query_now("SELECT count(*) FROM schema_migrations"), 0);
}

static void nobody_there_is_passing_and_takes_the_time_given(void **state)
{
    struct err err;
    int applied;
    int64_t started = time_mono_ms();
    assert_int_equal(db_migrate("host=/nonexistent dbname=x", 700, &applied, &err), -1);
    assert_true(err.passing);
    int64_t took = time_mono_ms() - started;
    assert_in_range(took, 600, 5000);
}

static void a_refusal_is_told_at_once(void **state)
{
    struct err err;
    int applied;
    char conninfo[512];
    snprintf(conninfo, sizeof conninfo, "%s&dbname=there_is_no_such", test_url());
    int64_t started = time_mono_ms();
    assert_int_equal(db_migrate(conninfo, 60000, &applied, &err), -1);
    assert_false(err.passing);
    assert_non_null(strstr(err.message, "there_is_no_such"));
    assert_true(time_mono_ms() - started < 10000);
    assert_int_equal(db_migrate("not a conninfo", 0, &applied, &err), -1);
    assert_int_equal(err.code, ERR_VALIDATION_ERROR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_at_once_apply_each_file_once),
        cmocka_unit_test(again_does_nothing),
        cmocka_unit_test(counters_of_statements_add_up_within_a_transaction),
        cmocka_unit_test(a_file_changed_afterwards_is_refused),
        cmocka_unit_test(a_failing_file_leaves_nothing),
        cmocka_unit_test(nobody_there_is_passing_and_takes_the_time_given),
        cmocka_unit_test(a_refusal_is_told_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
