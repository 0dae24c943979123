/* Killed backends, a server that restarts, stays away or falls silent; host names. On a cluster of
 * its own. */
#include "pool_support.h"
#include <signal.h>
#include <unistd.h>
#include "pg/migrate.h"

static const struct db_stmt one = {"one", "SELECT 1::bigint"};
static const struct db_stmt nap = {"nap", "SELECT pg_sleep($1::float8)"};
static const struct db_stmt make = {
    "make", "CREATE TABLE IF NOT EXISTS marks (n integer PRIMARY KEY, times integer NOT NULL)"};
static const struct db_stmt put = {"put", "INSERT INTO marks VALUES ($1::integer, 1) ON CONFLICT "
                                          "(n) DO UPDATE SET times = marks.times + 1"};

static struct fixture fixture;

static void control(const char *what)
{
    char command[600];
    snprintf(command, sizeof command, "%s %s", getenv("OBMEN_PG_CTL"), what);
    assert_int_equal(system(command), 0);
}

static int set_up(void **state)
{
    pool_open(&fixture);
    must(&fixture, &make);
    return 0;
}

static int tear_down(void **state)
{
    pool_close(&fixture);
    return 0;
}

static struct db_unit *nap_unit(double seconds)
{
    struct db_unit *u = db_unit_new(fixture.db, DB_USER);
    db_add(u, &nap);
    db_bind_double(u, seconds);
    return u;
}

static bool reachable(void)
{
    struct db_figures f;
    db_figures(fixture.db, &f);
    return f.reachable;
}

static void run_until_reachable(bool want, int ms)
{
    int64_t end = time_mono_ms() + ms;
    while (reachable() != want) {
        assert_true(time_mono_ms() < end);
        uv_run(&fixture.loop, UV_RUN_ONCE); /* the pool's clock runs */
    }
}

static int64_t active_pid(void)
{
    int64_t pid = 0;
    for (int64_t end = time_mono_ms() + 5000; pid == 0;) {
        assert_true(time_mono_ms() < end);
        uv_run(&fixture.loop, UV_RUN_NOWAIT);
        pid = query_now("SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE state = 'active' "
                        "AND query LIKE 'SELECT pg_sleep%'");
    }
    return pid;
}

static void a_backend_killed_in_flight(void **state)
{
    struct answer a = {0};
    char sql[64];
    db_submit(nap_unit(30), on_answer_, &a);
    snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%lld)", (long long)active_pid());
    query_now(sql);
    run_until(&fixture.loop, &a.done, 3000);
    assert_true(a.err.passing);
    assert_false(a.err.cancelled);
    assert_int_equal(a.err.code, ERR_DATABASE_ERROR);
    assert_non_null(strstr(a.err.cause, "administrator"));
    for (int i = 0; i < 10; i++)
        assert_true(ask(&fixture, &one).ok);
}

/* Until three connections stand and so many were lost so far. */
static uint64_t run_until_three(uint64_t lost)
{
    struct db_figures f;
    for (int64_t end = time_mono_ms() + 10000;;) {
        uv_run(&fixture.loop, UV_RUN_NOWAIT);
        db_figures(fixture.db, &f);
        if (f.size == 3 && f.reconnects >= lost)
            return f.reconnects;
        assert_true(time_mono_ms() < end);
    }
}

static void idle_backends_killed_are_replaced(void **state)
{
    uint64_t lost = run_until_three(0);
    for (int round = 0; round < 5; round++) {
        query_now("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
                  "application_name = 'obmen'");
        lost = run_until_three(
            lost + 3); /* the loop hears of it before the next unit is sent, as in the program */
        assert_true(ask(&fixture, &one).ok);
    }
}

struct writer {
    int n, *left;
    bool *done;
    struct db_unit *unit;
    uv_timer_t again;
    int retries;
};

static void on_put(void *arg, struct db_result *const *results, const struct err *err);

static void put_again(uv_timer_t *timer)
{
    struct writer *w = timer->data;
    db_submit(w->unit, on_put, w);
}

static void on_put(void *arg, struct db_result *const *results, const struct err *err)
{
    struct writer *w = arg;
    if (err) {
        assert_true(err->passing);
        w->retries++;
        db_keep(w->unit);
        uv_timer_start(&w->again, put_again, 50, 0);
        return;
    }
    uv_close((uv_handle_t *)&w->again, NULL);
    if (--*w->left == 0)
        *w->done = true;
}

static void nothing_is_lost_over_restarts(void **state)
{
    enum { WRITERS = 600 };
    struct writer *writers = calloc(WRITERS, sizeof *writers);
    int left = WRITERS, retries = 0;
    bool done = false;
    query_now("TRUNCATE marks");
    for (int i = 0; i < WRITERS; i++) {
        struct writer *w = &writers[i];
        *w = (struct writer){.n = i, .left = &left, .done = &done};
        uv_timer_init(&fixture.loop, &w->again);
        w->again.data = w;
        w->unit = db_unit_new(fixture.db, i % 2 ? DB_TASK : DB_USER);
        db_add(w->unit, &put);
        db_bind_i32(w->unit, i);
        db_add(w->unit, &nap);
        db_bind_double(w->unit, 0.005);
        db_submit(w->unit, on_put, w);
        if (i == WRITERS / 2) {
            for (int turns = 0; turns < 50; turns++)
                uv_run(&fixture.loop, UV_RUN_NOWAIT);
            control("restart");
        }
    }
    control("kill");
    run_until_reachable(false, 5000);
    control("start");
    run_until(&fixture.loop, &done, 30000);
    for (int i = 0; i < WRITERS; i++)
        retries += writers[i].retries;
    print_message("%d retries\n", retries);
    assert_true(retries > 0);
    assert_int_equal(query_now("SELECT count(*) FROM marks"), WRITERS);
    uv_run(&fixture.loop, UV_RUN_NOWAIT); /* the closed timers leave */
    assert_true(reachable());
    struct answer a = ask(&fixture, &one);
    assert_true(a.ok);
    uv_run(&fixture.loop, UV_RUN_NOWAIT);
    free(writers);
}

static void people_are_told_soon_tasks_wait(void **state)
{
    must(&fixture, &one);
    control("stop");
    run_until_reachable(false, 5000);
    struct answer person = {0}, task = {0};
    struct db_unit *u = nap_unit(0);
    int64_t started = time_mono_ms();
    db_submit(u, on_answer_, &person);
    u = db_unit_new(fixture.db, DB_TASK);
    db_add(u, &one);
    db_set_deadline(u, 30000);
    db_submit(u, on_answer_, &task);
    run_until(&fixture.loop, &person.done, 10000);
    assert_true(time_mono_ms() - started < 8000);
    assert_true(person.err.passing);
    assert_int_equal(person.err.code, ERR_DATABASE_ERROR);
    assert_true(person.err.cause[0] != 0);
    assert_false(task.done);
    control("start");
    run_until(&fixture.loop, &task.done, 20000);
    assert_true(task.ok);
}

static void a_pool_opened_before_its_database(void **state)
{
    control("stop");
    struct fixture f = {0};
    struct answer a = {0};
    pool_open(&f);
    struct db_unit *u = db_unit_new(f.db, DB_TASK);
    db_add(u, &one);
    db_set_deadline(u, 500);
    db_submit(u, on_answer_, &a);
    run_until(&f.loop, &a.done, 3000);
    assert_true(a.err.passing);
    a = (struct answer){0};
    u = db_unit_new(f.db, DB_TASK);
    db_add(u, &one);
    db_set_deadline(u, 30000);
    db_submit(u, on_answer_, &a);
    control("start");
    run_until(&f.loop, &a.done, 20000);
    assert_true(a.ok);
    pool_close(&f);
}

static void a_silent_backend_is_given_up(void **state)
{
    struct answer a = {0}, b = {0};
    struct db_unit *u = nap_unit(60);
    db_set_deadline(u, 300);
    db_submit(u, on_answer_, &a);
    pid_t pid = (pid_t)active_pid();
    assert_int_equal(kill(pid, SIGSTOP), 0);
    int64_t started = time_mono_ms();
    run_until(&fixture.loop, &a.done, 6000);
    assert_true(time_mono_ms() - started < 4000);
    assert_true(a.err.passing);
    assert_int_equal(kill(pid, SIGCONT), 0);

    u = nap_unit(60); /* the same for one that its caller cancels */
    db_submit(u, on_answer_, &b);
    pid = (pid_t)active_pid();
    assert_int_equal(kill(pid, SIGSTOP), 0);
    db_cancel(u);
    run_until(&fixture.loop, &b.done, 4000);
    assert_true(b.err.cancelled);
    assert_int_equal(kill(pid, SIGCONT), 0);
    assert_true(ask(&fixture, &one).ok);
}

static void a_client_that_is_gone_does_not_keep_the_server_busy(void **state)
{
    struct fixture f = {0};
    pool_open_with(&f, (struct db_options){.keep = 1, .timeout_ms = 60000, .max_waiting = 5});
    must(&f, &one);
    struct answer a = {0};
    struct db_unit *u = db_unit_new(f.db, DB_USER);
    db_add(u, &nap);
    db_bind_double(u, 60);
    db_submit(u, on_answer_, &a);
    uv_run(&f.loop, UV_RUN_NOWAIT);
    active_pid();
    db_close(f.db, 0, on_pool_closed, &f.closed);
    run_until(&f.loop, &f.closed, 3000);
    uv_run(&f.loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&f.loop), 0);
    for (int64_t end = time_mono_ms() + 8000;
         query_now("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE "
                   "'SELECT pg_sleep%'") > 0;)
        assert_true(time_mono_ms() < end);
}

static const char *port(void)
{
    return strstr(test_url(), "port=") + 5;
}

static void host_names_are_resolved(void **state)
{
    static const char *const hosts[] = {
        "localhost", "127.0.0.1", "nowhere.invalid,localhost", "localhost,localhost"};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        char conninfo[300];
        struct fixture f = {0};
        snprintf(conninfo, sizeof conninfo, "host=%s port=%s user=obmen dbname=postgres", hosts[i],
            port());
        pool_open_with(
            &f, (struct db_options){
                    .conninfo = conninfo, .keep = 2, .timeout_ms = 10000, .max_waiting = 5});
        if (i == 0) { /* closed while it resolves */
            pool_close(&f);
            pool_open_with(
                &f, (struct db_options){
                        .conninfo = conninfo, .keep = 2, .timeout_ms = 10000, .max_waiting = 5});
        }
        must(&f, &one);
        pool_close(&f);
    }
}

static void a_name_that_does_not_exist_says_so(void **state)
{
    struct fixture f = {0};
    struct answer a = {0};
    pool_open_with(&f,
        (struct db_options){
            .conninfo = "host=nowhere.invalid", .keep = 2, .timeout_ms = 500, .max_waiting = 5});
    struct db_unit *u = db_unit_new(f.db, DB_TASK);
    db_add(u, &one);
    db_submit(u, on_answer_, &a);
    run_until(&f.loop, &a.done, 20000);
    assert_true(a.err.passing);
    struct db_figures figures;
    for (int64_t end = time_mono_ms() + 20000;;) {
        db_figures(f.db, &figures);
        if (strstr(figures.last_error, "nowhere.invalid"))
            break;
        assert_true(time_mono_ms() < end);
        uv_run(&f.loop, UV_RUN_ONCE);
    }
    pool_close(&f);
}

struct migration {
    int result, applied;
    struct err err;
};

static void migrate_in_thread(void *arg)
{
    struct migration *m = arg;
    m->result = db_migrate(test_url(), 20000, &m->applied, &m->err);
}

static void a_migration_waits_for_its_database(void **state)
{
    struct migration m = {0};
    uv_thread_t thread;
    control("stop");
    assert_int_equal(uv_thread_create(&thread, migrate_in_thread, &m), 0);
    control("start");
    uv_thread_join(&thread);
    assert_int_equal(m.result, 0);
    assert_true(m.applied > 0);
}

static void too_few_connections_on_the_server(void **state)
{
    control("stop");
    char command[600];
    const char *dir = strrchr(getenv("OBMEN_PG_CTL"), ' ') + 1;
    snprintf(command, sizeof command,
        "cp -p %s/data/postgresql.conf %s/data/postgresql.conf.old && "
        "printf 'max_connections = 6\\nsuperuser_reserved_connections = 1\\nmax_wal_senders = "
        "0\\n' >> %s/data/postgresql.conf",
        dir, dir, dir);
    assert_int_equal(system(command), 0);
    control("start");
    PGconn *pg = PQconnectdb(test_url());
    PQclear(PQexec(pg, "CREATE ROLE plain LOGIN"));
    PQfinish(pg);
    char url[400];
    snprintf(url, sizeof url, "%s&user=plain", test_url());
    struct fixture f = {0};
    pool_open_with(&f,
        (struct db_options){
            .conninfo = url, .keep = 2, .overflow = 20, .timeout_ms = 20000, .max_waiting = 500});
    struct answer a[100] = {0};
    for (int i = 0; i < 100; i++) {
        struct db_unit *u = db_unit_new(f.db, DB_USER);
        db_add(u, &nap);
        db_bind_double(u, 0.02);
        db_submit(u, on_answer_, &a[i]);
    }
    for (int i = 0; i < 100; i++) {
        run_until(&f.loop, &a[i].done, 20000);
        assert_true(a[i].ok); /* it lives with what it gets */
    }
    struct db_figures figures;
    db_figures(f.db, &figures);
    assert_true(figures.reachable);
    pool_close(&f);
    control("stop");
    snprintf(command, sizeof command, "mv %s/data/postgresql.conf.old %s/data/postgresql.conf", dir,
        dir);
    assert_int_equal(system(command), 0);
    control("start");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_backend_killed_in_flight, set_up, tear_down),
        cmocka_unit_test_setup_teardown(idle_backends_killed_are_replaced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_lost_over_restarts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(people_are_told_soon_tasks_wait, set_up, tear_down),
        cmocka_unit_test(a_pool_opened_before_its_database),
        cmocka_unit_test_setup_teardown(a_silent_backend_is_given_up, set_up, tear_down),
        cmocka_unit_test(a_client_that_is_gone_does_not_keep_the_server_busy),
        cmocka_unit_test(host_names_are_resolved),
        cmocka_unit_test(a_name_that_does_not_exist_says_so),
        cmocka_unit_test(a_migration_waits_for_its_database),
        cmocka_unit_test(too_few_connections_on_the_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
