/* A loop, a pool on DATABASE_URL, and waiting for conditions: for the tests of the pool. */
#ifndef TEST_PG_POOL_SUPPORT_H
#define TEST_PG_POOL_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <libpq-fe.h>
#include <uv.h>
#include "obmen/db.h"
#include "obmen/time.h"
#include "pg/pool.h"

static inline const char *test_url(void)
{
    const char *url = getenv("DATABASE_URL");
    assert_non_null(url);
    return url;
}

/* Runs the loop until *flag, at most ms; fails the test otherwise. */
static inline void run_until_(
    uv_loop_t *loop, const volatile bool *flag, int ms, const char *file, int line)
{
    int64_t end = time_mono_ms() + ms;
    while (!*flag) {
        if (time_mono_ms() > end) {
            print_error("%s:%d: not within %d ms\n", file, line, ms);
            fail();
        }
        if (!uv_run(loop, UV_RUN_NOWAIT)) {
            assert_true(*flag); /* nothing left that could make it true */
        }
        struct timespec pause = {.tv_nsec = 200000};
        nanosleep(&pause, NULL);
    }
}
#define run_until(loop, flag, ms) run_until_((loop), (flag), (ms), __FILE__, __LINE__)

struct fixture {
    uv_loop_t loop;
    struct db *db;
    bool closed;
};

static inline void on_pool_closed(void *arg)
{
    *(bool *)arg = true;
}

static inline void pool_open_with(struct fixture *f, struct db_options o)
{
    assert_int_equal(uv_loop_init(&f->loop), 0);
    f->closed = false;
    struct err err = ERR_INIT;
    if (!o.conninfo)
        o.conninfo = test_url();
    f->db = db_open(&f->loop, &o, &err);
    assert_non_null(f->db);
}

static inline void pool_open(struct fixture *f)
{
    pool_open_with(f,
        (struct db_options){.keep = 3, .overflow = 3, .timeout_ms = 10000, .max_waiting = 20000});
}

static inline void pool_close(struct fixture *f)
{
    db_close(f->db, 2000, on_pool_closed, &f->closed);
    run_until(&f->loop, &f->closed, 10000);
    uv_run(&f->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&f->loop), 0);
}

/* Until nothing waits or runs and all is told. */
static inline void pool_wait_idle(struct fixture *f)
{
    struct db_figures now;
    int64_t end = time_mono_ms() + 10000;
    do {
        uv_run(&f->loop, UV_RUN_NOWAIT);
        db_figures(f->db, &now);
        assert_true(time_mono_ms() < end);
    } while (now.waiting + now.in_use > 0);
    uv_run(&f->loop, UV_RUN_NOWAIT);
}

/* Until so many connections stand and are idle. */
static inline void pool_wait_full(struct fixture *f, int size)
{
    struct db_figures now;
    int64_t end = time_mono_ms() + 15000;
    do {
        uv_run(&f->loop, UV_RUN_NOWAIT);
        db_figures(f->db, &now);
        assert_true(time_mono_ms() < end);
    } while (now.size < size || now.idle < size);
}

/* What one unit brought. */
struct answer {
    bool done;
    int calls;
    bool ok;
    struct err err;
    int64_t value;  /* first field of the first row */
    char text[256]; /* the same as text */
    int64_t affected;
};

static inline void take_answer(struct answer *a, const struct db_result *r)
{
    a->affected = db_affected(r);
    if (db_rows(r) > 0) {
        struct str s = db_text(r, 0, 0);
        a->value = db_i64(r, 0, 0);
        snprintf(a->text, sizeof a->text, "%.*s", STR_ARG(s));
    }
}

static inline void end_answer(struct answer *a, const struct err *err)
{
    a->done = true;
    a->calls++;
    a->ok = !err;
    if (err)
        a->err = *err;
}

/* Takes the first statement's. */
static inline void on_answer_(void *arg, struct db_result *const *results, const struct err *err)
{
    end_answer(arg, err);
    if (results)
        take_answer(arg, results[0]);
}

/* One statement without parameters: runs it to its end. */
static inline struct answer ask(struct fixture *f, const struct db_stmt *stmt)
{
    struct answer a = {0};
    struct db_unit *u = db_unit_new(f->db, DB_USER);
    db_add(u, stmt);
    db_submit(u, on_answer_, &a);
    assert_false(a.done);
    run_until(&f->loop, &a.done, 15000);
    return a;
}

static inline void must(struct fixture *f, const struct db_stmt *stmt)
{
    struct answer a = ask(f, stmt);
    if (!a.ok)
        print_error("%s: %s: %s\n", stmt->name, a.err.message, a.err.cause);
    assert_true(a.ok);
}

/* Outside of the pool, blocking. */
static inline int64_t query_now(const char *sql)
{
    PGconn *pg = PQconnectdb(test_url());
    PGresult *r = PQexec(pg, sql);
    if (PQresultStatus(r) != PGRES_TUPLES_OK && PQresultStatus(r) != PGRES_COMMAND_OK)
        print_error("%s: %s\n", sql, PQerrorMessage(pg));
    int64_t v = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) > 0
                    ? strtoll(PQgetvalue(r, 0, 0), NULL, 10)
                    : 0;
    PQclear(r);
    PQfinish(pg);
    return v;
}

#endif
