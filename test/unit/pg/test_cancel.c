/* Ending units early: cancel at every moment, deadlines, too many waiters, lanes, keeping a unit.
 */
#include "pool_support.h"
#include <unistd.h>

static const struct db_stmt nap = {"nap", "SELECT pg_sleep($1::float8)"};
static const struct db_stmt one = {"one", "SELECT 1::bigint"};
static const struct db_stmt limit = {"limit", "SELECT current_setting('statement_timeout')"};
static const struct db_stmt insert = {"insert", "INSERT INTO marks (n) VALUES ($1::integer)"};
static const struct db_stmt make = {
    "make", "CREATE TABLE IF NOT EXISTS marks (n integer PRIMARY KEY)"};

static struct fixture fixture;

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

static struct db_unit *nap_unit(double seconds, enum db_lane lane)
{
    struct db_unit *u = db_unit_new(fixture.db, lane);
    db_add(u, &nap);
    db_bind_double(u, seconds);
    return u;
}

static struct db_figures figures(void)
{
    struct db_figures f;
    db_figures(fixture.db, &f);
    return f;
}

/* Waits until so many units run in the server. */
static void run_until_sleeping(int count)
{
    for (int64_t end = time_mono_ms() + 30000;;) {
        uv_run(&fixture.loop, UV_RUN_NOWAIT);
        if (query_now("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE "
                      "'SELECT pg_sleep%' "
                      "AND application_name = 'obmen' AND datname = current_database()") == count)
            return;
        assert_true(time_mono_ms() < end);
    }
}

static void in_the_queue(void **state)
{
    struct answer running[6] = {0}, waiting = {0};
    struct db_unit *units[6];
    for (int i = 0; i < 6; i++) {
        units[i] = nap_unit(30, DB_USER);
        db_submit(units[i], on_answer_, &running[i]);
    }
    run_until_sleeping(6);
    struct db_unit *w = nap_unit(30, DB_USER);
    db_submit(w, on_answer_, &waiting);
    assert_int_equal(figures().waiting, 1);
    db_cancel(w);
    assert_false(waiting.done); /* not from inside */
    run_until(&fixture.loop, &waiting.done, 2000);
    assert_true(waiting.err.cancelled);
    for (int i = 0; i < 6; i++)
        db_cancel(units[i]);
    for (int i = 0; i < 6; i++) {
        run_until(&fixture.loop, &running[i].done, 5000);
        assert_true(running[i].err.cancelled);
        assert_string_equal(running[i].err.sqlstate, "57014");
    }
    assert_true(ask(&fixture, &one).ok);
    assert_int_equal(figures().reconnects, 0);
}

static void in_flight(void **state)
{
    for (int i = 0; i < 20; i++) {
        struct answer a = {0};
        struct db_unit *u = nap_unit(30, DB_TASK);
        db_submit(u, on_answer_, &a);
        run_until_sleeping(1);
        int64_t started = time_mono_ms();
        db_cancel(u);
        db_cancel(u); /* twice is once */
        assert_false(a.done);
        run_until(&fixture.loop, &a.done, 5000);
        assert_true(a.err.cancelled);
        assert_int_equal(a.calls, 1);
        assert_true(time_mono_ms() - started < 3000);
    }
    assert_int_equal(figures().reconnects, 0);
}

static void right_after_submitting(void **state)
{
    /* The cancel may reach the server before the unit does: it must not get lost. */
    for (int i = 0; i < 30; i++) {
        struct answer a = {0};
        struct db_unit *u = nap_unit(20, DB_USER);
        db_submit(u, on_answer_, &a);
        db_cancel(u);
        assert_false(a.done);
        run_until(&fixture.loop, &a.done, 1500);
        assert_true(a.err.cancelled);
    }
}

struct racer {
    struct answer answer;
    struct db_unit *unit;
    bool ended; /* then unit is gone */
};

static void on_racer(void *arg, struct db_result *const *results, const struct err *err)
{
    struct racer *r = arg;
    r->ended = true;
    on_answer_(&r->answer, results, err);
}

static void about_to_end_hits_no_other_unit(void **state)
{
    /* Short units, cancelled around their natural end; those that nobody cancelled must never fail.
     */
    int cancelled = 0, succeeded = 0;
    for (int i = 0; i < 400; i++) {
        struct racer victim = {0};
        victim.unit = nap_unit(0.001, DB_USER);
        db_submit(victim.unit, on_racer, &victim);
        int64_t cancel_at = time_mono_ns() + i % 20 * 100000;
        while (!victim.ended && time_mono_ns() < cancel_at)
            uv_run(&fixture.loop, UV_RUN_NOWAIT);
        if (!victim.ended)
            db_cancel(victim.unit);
        struct answer next[8] = {0}; /* more than there are connections */
        for (int k = 0; k < 8; k++)
            db_submit(nap_unit(0.001, DB_USER), on_answer_, &next[k]);
        run_until(&fixture.loop, &victim.answer.done, 5000);
        assert_true(victim.answer.ok || victim.answer.err.cancelled);
        succeeded += victim.answer.ok;
        cancelled += !victim.answer.ok;
        for (int k = 0; k < 8; k++) {
            run_until(&fixture.loop, &next[k].done, 5000);
            assert_true(next[k].ok);
        }
    }
    print_message("%d cancelled, %d faster than their cancel\n", cancelled, succeeded);
    assert_true(cancelled > 0 && succeeded > 0);
}

static void a_deadline_ends_it_in_the_server(void **state)
{
    struct answer a = {0};
    struct db_unit *u = nap_unit(30, DB_USER);
    db_set_deadline(u, 300);
    int64_t started = time_mono_ms();
    db_submit(u, on_answer_, &a);
    run_until(&fixture.loop, &a.done, 5000);
    int64_t took = time_mono_ms() - started;
    assert_in_range(took, 290, 5000);
    assert_true(a.err.passing);
    assert_false(a.err.cancelled);
    assert_int_equal(a.err.code, ERR_DATABASE_ERROR);
    assert_int_equal(query_now("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND "
                               "query LIKE 'SELECT pg_sleep%' AND datname = current_database()"),
        0);
}

static void a_deadline_counts_the_waiting_too(void **state)
{
    struct answer running[6] = {0}, waiting = {0};
    struct db_unit *units[6];
    for (int i = 0; i < 6; i++) {
        units[i] = nap_unit(30, DB_USER);
        db_submit(units[i], on_answer_, &running[i]);
    }
    run_until_sleeping(6);
    struct db_unit *w = nap_unit(0, DB_USER);
    db_set_deadline(w, 200);
    int64_t started = time_mono_ms();
    db_submit(w, on_answer_, &waiting);
    run_until(&fixture.loop, &waiting.done, 2000);
    assert_in_range(time_mono_ms() - started, 190, 5000);
    assert_true(waiting.err.passing);
    for (int i = 0; i < 6; i++)
        db_cancel(units[i]);
    for (int i = 0; i < 6; i++)
        run_until(&fixture.loop, &running[i].done, 5000);
}

static void a_longer_deadline_lifts_the_servers_limit(void **state)
{
    struct answer a = {0};
    struct db_unit *u = db_unit_new(fixture.db, DB_USER);
    db_add(u, &limit);
    db_set_deadline(u, 60000);
    db_submit(u, on_answer_, &a);
    run_until(&fixture.loop, &a.done, 5000);
    assert_string_equal(a.text, "1min");
    for (int i = 0; i < 5; i++)
        assert_string_equal(ask(&fixture, &limit).text, "10s"); /* for that unit only */
}

static void more_waiters_than_allowed_are_refused(void **state)
{
    struct fixture f = {0};
    pool_open_with(
        &f, (struct db_options){.keep = 1, .overflow = 1, .timeout_ms = 10000, .max_waiting = 5});
    must(&f, &one);
    struct answer a[20] = {0};
    for (int i = 0; i < 20; i++) {
        struct db_unit *u = db_unit_new(f.db, DB_USER);
        db_add(u, &nap);
        db_bind_double(u, 0.05);
        db_submit(u, on_answer_, &a[i]);
        assert_false(a[i].done);
    }
    int refused = 0;
    for (int i = 0; i < 20; i++) {
        run_until(&f.loop, &a[i].done, 10000);
        if (a[i].ok)
            continue;
        refused++;
        assert_int_equal(a[i].err.code, ERR_SERVICE_UNAVAILABLE);
        assert_true(a[i].err.passing);
        assert_true(a[i].err.retry_after_ms > 0);
    }
    assert_int_equal(refused, 20 - 5 - 1); /* five wait while one runs */
    pool_close(&f);
}

static void tasks_leave_the_overflow_to_people(void **state)
{
    struct answer tasks[6] = {0}, person = {0};
    struct db_unit *units[6];
    for (int i = 0; i < 6; i++) {
        units[i] = nap_unit(30, DB_TASK);
        db_submit(units[i], on_answer_, &tasks[i]);
    }
    run_until_sleeping(3); /* of the three kept ones */
    assert_int_equal(figures().waiting, 3);
    struct db_unit *u = db_unit_new(fixture.db, DB_USER);
    db_add(u, &one);
    db_submit(u, on_answer_, &person); /* does not wait behind them */
    run_until(&fixture.loop, &person.done, 2000);
    assert_true(person.ok);
    assert_int_equal(figures().waiting, 3);
    for (int i = 0; i < 6; i++)
        db_cancel(units[i]);
    for (int i = 0; i < 6; i++)
        run_until(&fixture.loop, &tasks[i].done, 5000);
}

static void note_order(void *arg, struct db_result *const *results, const struct err *err)
{
    char **at = arg;
    assert_null(err);
    *(*at)++ = (char)('0' + db_i64(results[0], 0, 0));
}

static void people_go_before_tasks(void **state)
{
    static const struct db_stmt number = {"number", "SELECT $1::bigint"};
    struct fixture f = {0};
    pool_open_with(&f, (struct db_options){.keep = 1, .timeout_ms = 10000, .max_waiting = 50});
    must(&f, &one);
    char order[8] = "", *at = order;
    for (int i = 1; i <= 6; i++) { /* 1 runs at once; 2, 4, 6 are people's */
        struct db_unit *u = db_unit_new(f.db, i % 2 ? DB_TASK : DB_USER);
        db_add(u, &number);
        db_bind_i64(u, i);
        db_submit(u, note_order, &at);
    }
    pool_wait_idle(&f);
    assert_string_equal(order, "124635");
    pool_close(&f);
}

static const struct db_stmt pass_gate = {
    "pass_gate", "SELECT pg_advisory_xact_lock_shared(hashtext(current_database()))"};

static void extra_connections_are_closed_when_idle(void **state)
{
    PGconn *gate = PQconnectdb(test_url()); /* holds all of them until they are all there */
    PQclear(PQexec(gate, "SELECT pg_advisory_lock(hashtext(current_database()))"));
    struct fixture f = {0};
    pool_open_with(
        &f, (struct db_options){
                .keep = 2, .overflow = 5, .timeout_ms = 10000, .max_waiting = 50, .idle_ms = 200});
    struct db_figures now;
    struct answer a[7] = {0};
    for (int i = 0; i < 7; i++) {
        struct db_unit *u = db_unit_new(f.db, DB_USER);
        db_add(u, &pass_gate);
        db_submit(u, on_answer_, &a[i]);
    }
    db_figures(f.db, &now);
    for (int64_t end = time_mono_ms() + 30000; now.in_use < 7; db_figures(f.db, &now)) {
        uv_run(&f.loop, UV_RUN_ONCE);
        assert_true(time_mono_ms() < end);
    }
    assert_int_equal(now.size, 7);
    assert_int_equal(now.overflow, 5);
    PQfinish(gate);
    for (int i = 0; i < 7; i++)
        run_until(&f.loop, &a[i].done, 15000);
    for (int64_t end = time_mono_ms() + 15000; now.size > 2; db_figures(f.db, &now)) {
        uv_run(&f.loop, UV_RUN_ONCE);
        assert_true(time_mono_ms() < end);
    }
    assert_int_equal(now.idle, 2);
    assert_int_equal(now.overflow, 0);
    must(&f, &one);
    pool_close(&f);
}

static void a_slow_statement_is_logged_by_name(void **state)
{
    char path[] = "/tmp/obmen-test-log.XXXXXX", text[2000] = "";
    int file = mkstemp(path), kept = dup(2);
    assert_true(file >= 0);
    dup2(file, 2);
    struct answer a = {0};
    db_submit(nap_unit(0.6, DB_USER), on_answer_, &a);
    for (int64_t end = time_mono_ms() + 5000; !a.done && time_mono_ms() < end;)
        uv_run(&fixture.loop, UV_RUN_NOWAIT);
    dup2(kept, 2);
    close(kept);
    assert_true(pread(file, text, sizeof text - 1, 0) >= 0);
    close(file);
    unlink(path);
    assert_non_null(strstr(text, "slow query"));
    assert_non_null(strstr(text, "statement=nap"));
}

struct keeper {
    struct db_unit *unit;
    int calls;
    bool done, resubmit_inside;
    struct err err;
};

static void on_kept(void *arg, struct db_result *const *results, const struct err *err)
{
    struct keeper *k = arg;
    k->calls++;
    if (err && k->calls == 1) {
        k->err = *err;
        db_keep(k->unit);
        if (k->resubmit_inside) {
            query_now("DELETE FROM marks");
            db_submit(k->unit, on_kept, k);
            return;
        }
    }
    k->err = err ? *err : ERR_INIT;
    k->done = true;
}

static void keep_and_submit_again(void **state)
{
    for (int inside = 0; inside < 2; inside++) {
        query_now("DELETE FROM marks");
        query_now("INSERT INTO marks VALUES (1)");
        struct keeper k = {.resubmit_inside = inside};
        k.unit = db_unit_new(fixture.db, DB_TASK);
        for (int i = 3; i > 0; i--) {
            db_add(k.unit, &insert);
            db_bind_i32(k.unit, i);
        }
        db_submit(k.unit, on_kept, &k);
        run_until(&fixture.loop, &k.done, 5000);
        if (!inside) {
            assert_string_equal(k.err.sqlstate, "23505");
            query_now("DELETE FROM marks");
            k.done = false;
            db_submit(k.unit, on_kept, &k);
            run_until(&fixture.loop, &k.done, 5000);
        }
        assert_int_equal(k.err.code, ERR_NONE);
        assert_int_equal(k.calls, 2);
        assert_int_equal(query_now("SELECT count(*) FROM marks"), 3);
    }
    struct keeper k = {0};
    k.unit = db_unit_new(fixture.db, DB_TASK);
    db_add(k.unit, &insert);
    db_bind_i32(k.unit, 1);
    db_submit(k.unit, on_kept, &k);
    run_until(&fixture.loop, &k.done, 5000);
    db_unit_free(k.unit); /* kept, then not wanted after all */
}

static void closing_lets_what_runs_finish(void **state)
{
    struct fixture f = {0};
    pool_open_with(&f, (struct db_options){.keep = 1, .timeout_ms = 10000, .max_waiting = 5});
    must(&f, &one);
    struct answer running = {0}, waiting = {0};
    static const double times[] = {0.3, 0.1};
    struct answer *answers[] = {&running, &waiting};
    for (int i = 0; i < 2; i++) {
        struct db_unit *u = db_unit_new(f.db, DB_USER);
        db_add(u, &nap);
        db_bind_double(u, times[i]);
        db_submit(u, on_answer_, answers[i]);
    }
    pool_close(&f);
    assert_true(running.ok);
    assert_true(waiting.done);
    assert_true(waiting.err.cancelled);
    assert_int_equal(waiting.err.code, ERR_SERVICE_UNAVAILABLE);
}

static void closing_does_not_wait_longer_than_its_grace(void **state)
{
    struct fixture f = {0};
    pool_open_with(
        &f, (struct db_options){.keep = 1, .overflow = 2, .timeout_ms = 60000, .max_waiting = 5});
    must(&f, &one);
    struct answer a[2] = {0};
    struct db_unit *units[2];
    for (int i = 0; i < 2; i++) {
        units[i] = db_unit_new(f.db, DB_USER);
        db_add(units[i], &nap);
        db_bind_double(units[i], 50);
        db_submit(units[i], on_answer_, &a[i]);
    }
    int64_t started = time_mono_ms();
    db_cancel(units[0]); /* a cancel under way does not keep it open */
    db_close(f.db, 300, on_pool_closed, &f.closed);
    run_until(&f.loop, &f.closed, 3000);
    assert_true(time_mono_ms() - started < 1500);
    assert_true(a[0].done && a[0].err.cancelled);
    assert_true(a[1].done && a[1].err.cancelled);
    uv_run(&f.loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&f.loop), 0);
}

static void opening_and_closing_at_once(void **state)
{
    for (int i = 0; i < 10; i++) {
        struct fixture f = {0};
        pool_open(&f);
        for (int turns = i; turns > 0; turns--)
            uv_run(&f.loop, UV_RUN_NOWAIT);
        pool_close(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(in_the_queue, set_up, tear_down),
        cmocka_unit_test_setup_teardown(in_flight, set_up, tear_down),
        cmocka_unit_test_setup_teardown(right_after_submitting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(about_to_end_hits_no_other_unit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_deadline_ends_it_in_the_server, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_deadline_counts_the_waiting_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_longer_deadline_lifts_the_servers_limit, set_up, tear_down),
        cmocka_unit_test(more_waiters_than_allowed_are_refused),
        cmocka_unit_test_setup_teardown(tasks_leave_the_overflow_to_people, set_up, tear_down),
        cmocka_unit_test(people_go_before_tasks),
        cmocka_unit_test(extra_connections_are_closed_when_idle),
        cmocka_unit_test_setup_teardown(a_slow_statement_is_logged_by_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keep_and_submit_again, set_up, tear_down),
        cmocka_unit_test(closing_lets_what_runs_finish),
        cmocka_unit_test(closing_does_not_wait_longer_than_its_grace),
        cmocka_unit_test(opening_and_closing_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
