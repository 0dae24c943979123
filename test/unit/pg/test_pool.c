/* Units on a living database: transactions, errors in the middle, values there and back. */
#include "pool_support.h"

static const struct db_stmt make_things = {"make_things",
    "CREATE TABLE IF NOT EXISTS things (id integer PRIMARY KEY, name text, late "
    "integer REFERENCES things DEFERRABLE INITIALLY DEFERRED)"};
static const struct db_stmt empty_things = {"empty_things", "DELETE FROM things"};
static const struct db_stmt add_thing = {
    "add_thing", "INSERT INTO things (id, name) VALUES ($1::integer, $2::text)"};
static const struct db_stmt add_late = {
    "add_late", "INSERT INTO things (id, late) VALUES ($1::integer, $2::integer)"};
static const struct db_stmt count_things = {"count_things", "SELECT count(*) FROM things"};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    pool_open(f);
    must(f, &make_things);
    must(f, &empty_things);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    pool_close(f);
    free(f);
    return 0;
}

static void add(struct db_unit *u, int32_t id, const char *name)
{
    db_add(u, &add_thing);
    db_bind_i32(u, id);
    db_bind_cstr(u, name);
}

static struct answer run(struct fixture *f, struct db_unit *u)
{
    struct answer a = {0};
    db_submit(u, on_answer_, &a);
    assert_false(a.done);
    run_until(&f->loop, &a.done, 15000);
    return a;
}

static void commits_all_statements(void **state)
{
    struct fixture *f = *state;
    struct db_unit *u = db_unit_new(f->db, DB_TASK);
    add(u, 1, "one");
    add(u, 2, NULL);
    struct answer a = run(f, u);
    assert_true(a.ok);
    assert_int_equal(a.affected, 1);
    assert_int_equal(ask(f, &count_things).value, 2);
}

static void error_in_the_middle_rolls_all_back(void **state)
{
    struct fixture *f = *state;
    struct db_unit *u = db_unit_new(f->db, DB_USER);
    add(u, 1, "one");
    add(u, 1, "again");
    add(u, 2, "two");
    struct answer a = run(f, u);
    assert_false(a.ok);
    assert_string_equal(a.err.sqlstate, "23505");
    assert_false(a.err.passing);
    assert_int_equal(a.err.http_status, 500);
    assert_non_null(strstr(a.err.cause, "add_thing"));
    assert_int_equal(ask(f, &count_things).value, 0);
}

static void error_at_commit_rolls_all_back(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 3; i++) { /* the connection must stay usable */
        struct db_unit *u = db_unit_new(f->db, DB_USER);
        db_add(u, &add_late);
        db_bind_i32(u, 1);
        db_bind_i32(u, 99);
        struct answer a = run(f, u);
        assert_false(a.ok);
        assert_string_equal(a.err.sqlstate, "23503");
        assert_non_null(strstr(a.err.cause, "commit"));
    }
    assert_int_equal(ask(f, &count_things).value, 0);
    struct db_figures figures;
    db_figures(f->db, &figures);
    assert_int_equal(figures.reconnects, 0);
}

static const struct db_stmt wrong = {"wrong", "SELECT nothing FROM nowhere"};

static void wrong_sql_fails_each_time_and_harms_nobody(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 20; i++) {
        struct answer a = ask(f, &wrong);
        assert_false(a.ok);
        assert_string_equal(a.err.sqlstate, "42P01");
        assert_false(a.err.passing);
        assert_true(ask(f, &count_things).ok);
    }
    struct db_unit *u = db_unit_new(
        f->db, DB_USER); /* prepared in a unit that fails later: prepared all the same */
    add(u, 1, "one");
    db_add(u, &wrong);
    assert_false(run(f, u).ok);
    assert_int_equal(ask(f, &count_things).value, 0);
}

static void an_empty_unit_is_fine(void **state)
{
    struct fixture *f = *state;
    struct answer a = run(f, db_unit_new(f->db, DB_USER));
    assert_true(a.ok);
}

static const struct db_stmt make_shape = {"make_shape", "CREATE TABLE shape (a integer)"};
static const struct db_stmt fill_shape = {"fill_shape", "INSERT INTO shape (a) VALUES (7)"};
static const struct db_stmt read_shape = {"read_shape", "SELECT * FROM shape"};
static const struct db_stmt widen_shape = {"widen_shape", "ALTER TABLE shape ADD COLUMN b text"};
static const struct db_stmt drop_shape = {"drop_shape", "DROP TABLE IF EXISTS shape"};
static const struct db_stmt swallow = {"swallow", "SELECT length($1::text)"};
static const struct db_stmt forget_all = {"forget_all", "DEALLOCATE ALL"};

static void a_stale_plan_is_made_again(void **state)
{
    struct fixture *f = *state;
    must(f, &drop_shape);
    must(f, &make_shape);
    must(f, &fill_shape);
    for (int i = 0; i < 10; i++)
        assert_int_equal(ask(f, &read_shape).value, 7);
    must(f, &widen_shape);
    struct answer a = ask(f, &read_shape);
    assert_string_equal(a.err.cause, "");
    assert_true(a.ok);
    assert_int_equal(a.calls, 1);
    assert_int_equal(a.value, 7);
    must(f, &forget_all); /* somebody else dropped them */
    assert_int_equal(ask(f, &read_shape).value, 7);

    /* The error is read long before the end of the unit. */
    char *word = malloc(8 << 20);
    memset(word, 'w', 8 << 20);
    must(f, &forget_all);
    struct db_unit *u = db_unit_new(f->db, DB_USER);
    db_add(u, &read_shape);
    db_add(u, &swallow);
    db_bind_text(u, (struct str){word, 8 << 20});
    free(word);
    a = run(f, u);
    assert_string_equal(a.err.cause, "");
    assert_int_equal(a.value, 7);
    must(f, &drop_shape);
}

static const struct db_stmt copy_out = {"copy_out", "COPY things TO STDOUT"};
static const struct db_stmt copy_in = {"copy_in", "COPY things FROM STDIN"};
static const struct db_stmt read_only = {"read_only", "SET default_transaction_read_only = on"};

static void copy_is_refused(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 4; i++) {
        struct answer a = ask(f, i % 2 ? &copy_out : &copy_in);
        assert_false(a.ok);
        assert_false(a.err.passing);
        assert_true(ask(f, &count_things).ok);
    }
}

static void a_read_only_server_is_left(void **state)
{
    struct fixture *f = *state;
    pool_wait_full(f, 3); /* no newer one comes up, which would be taken instead */
    must(f, &read_only);  /* this connection looks like one to a standby from now on */
    struct answer a;
    int refused = 0;
    for (int i = 0; i < 10; i++) {
        a = ask(f, &empty_things);
        if (a.ok)
            continue;
        refused++;
        assert_true(a.err.passing);
        assert_string_equal(a.err.sqlstate, "25006");
    }
    assert_int_equal(refused, 1);
}

static const struct db_stmt session = {"session",
    "SELECT concat_ws('|', current_setting('TimeZone'), current_setting('DateStyle'), "
    "current_setting('client_encoding'), "
    "current_setting('statement_timeout'), current_setting('jit'), "
    "current_setting('application_name'))"};

static void the_session_is_set_up(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(ask(f, &session).text, "UTC|ISO, MDY|UTF8|10s|off|obmen");
}

struct many {
    int left, failed;
    bool done;
    struct fixture *f;
    int to_submit;
};

static const struct db_stmt echo = {"echo", "SELECT $1::bigint"};

static void submit_more(struct many *m);

static void on_echo(void *arg, struct db_result *const *results, const struct err *err)
{
    struct many *m = arg;
    if (err)
        m->failed++;
    if (--m->left == 0)
        m->done = true;
    submit_more(m);
}

static void submit_more(struct many *m)
{
    if (m->to_submit == 0)
        return;
    m->to_submit--;
    struct db_unit *u = db_unit_new(m->f->db, m->to_submit % 3 ? DB_USER : DB_TASK);
    db_add(u, &echo);
    db_bind_i64(u, m->to_submit);
    db_submit(u, on_echo, m);
}

static void ten_thousand_units_from_many_submitters(void **state)
{
    struct fixture *f = *state;
    struct many m = {.left = 10000, .to_submit = 10000, .f = f};
    for (int i = 0; i < 200; i++)
        submit_more(&m);
    run_until(&f->loop, &m.done, 40000);
    assert_int_equal(m.failed, 0);
    struct db_figures figures;
    db_figures(f->db, &figures);
    assert_int_equal(figures.waiting, 0);
    assert_true(figures.size <= 6);
    assert_true(figures.reachable);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(commits_all_statements, set_up, tear_down),
        cmocka_unit_test_setup_teardown(error_in_the_middle_rolls_all_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(error_at_commit_rolls_all_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            wrong_sql_fails_each_time_and_harms_nobody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_unit_is_fine, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stale_plan_is_made_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(copy_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_read_only_server_is_left, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_session_is_set_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ten_thousand_units_from_many_submitters, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
