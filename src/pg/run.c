/*
 * One unit on one wire: everything is sent in one pipeline that ends with a sync (which makes it
 * one transaction), then the answers are taken in the same order. Statements are prepared on the
 * way, when a wire meets them first.
 */
#include "pg/internal.h"

#include <stdlib.h>
#include <string.h>
#include "obmen/log.h"
#include "obmen/time.h"
#include "pg/fault.h"

static const struct db_stmt set_limit = {
    "obmen_statement_timeout", "SELECT set_config('statement_timeout', $1::text, true)"};

static void expect(struct wire *w, int kind, int step)
{
    if (w->expected_count == w->expected_cap) {
        w->expected_cap = w->expected_cap ? w->expected_cap * 2 : 16;
        w->expected = mem_realloc(w->expected, (size_t)w->expected_cap * sizeof *w->expected);
    }
    w->expected[w->expected_count++] = (struct expected){.kind = kind, .step = step};
}

static bool is_prepared(const struct wire *w, const struct db_stmt *stmt)
{
    return map_get(&w->prepared, &stmt, sizeof stmt) != NULL;
}

/* Is it sent for preparing earlier in this unit? */
static bool is_sent(const struct db_unit *u, int step)
{
    for (int i = 0; i < step; i++)
        if (u->steps[i].stmt == u->steps[step].stmt)
            return true;
    return false;
}

/* A unit may take longer than the session's statement_timeout, when it says so. */
static bool send_limit(struct wire *w, const struct db_unit *u)
{
    if (u->deadline_ms <= w->db->timeout_ms)
        return true;
    char text[24];
    int n = snprintf(text, sizeof text, "%lld", (long long)u->deadline_ms);
    const char *values[1] = {text};
    int lengths[1] = {n}, formats[1] = {1};
    expect(w, EXPECT_LIMIT, -1);
    return PQsendQueryParams(w->conn.pg, set_limit.sql, 1, NULL, values, lengths, formats, 0) == 1;
}

static bool send_step(struct wire *w, const struct db_unit *u, int i)
{
    const struct unit_step *s = &u->steps[i];
    if (!is_prepared(w, s->stmt) && !is_sent(u, i)) {
        expect(w, EXPECT_PREPARED, i);
        if (!PQsendPrepare(w->conn.pg, s->stmt->name, s->stmt->sql, 0, NULL))
            return false;
    }
    expect(w, EXPECT_ROWS, i);
    if (s->param_count == 0)
        return PQsendQueryPrepared(w->conn.pg, s->stmt->name, 0, NULL, NULL, NULL, 0) == 1;
    return PQsendQueryPrepared(w->conn.pg, s->stmt->name, s->param_count,
               u->values + s->first_param, u->lengths + s->first_param, u->formats + s->first_param,
               0) == 1;
}

static bool send_all(struct wire *w, const struct db_unit *u)
{
    if (w->forget) {
        expect(w, EXPECT_FORGOTTEN, -1);
        if (!PQsendQueryParams(w->conn.pg, "DEALLOCATE ALL", 0, NULL, NULL, NULL, NULL, 0))
            return false;
    }
    if (!send_limit(w, u))
        return false;
    for (int i = 0; i < u->step_count; i++)
        if (!send_step(w, u, i))
            return false;
    expect(w, EXPECT_SYNC, -1);
    return PQpipelineSync(w->conn.pg) == 1;
}

void run_start(struct wire *w, struct db_unit *u)
{
    w->unit = u;
    u->wire = w;
    u->state = UNIT_RUNNING;
    u->sent_at = time_mono_ns();
    unit_results_new(u);
    w->expected_head = w->expected_count = 0;
    if (send_all(w, u)) {
        conn_flush(&w->conn);
        return;
    }
    struct err err = ERR_INIT;
    fault_lost(&err, PQerrorMessage(w->conn.pg));
    wire_drop(w, &err);
}

static void log_slow(const struct db_unit *u, int64_t ms)
{
    char names[200] = "";
    size_t n = 0;
    for (int i = 0; i < u->step_count && n < sizeof names; i++)
        n += (size_t)snprintf(
            names + n, sizeof names - n, "%s%s", i > 0 ? "," : "", u->steps[i].stmt->name);
    log_event(LOG_WARNING, "slow query", NULL, LS("statement", names), LI("ms", ms));
}

static void finish(struct wire *w)
{
    struct db_unit *u = w->unit;
    int64_t ns = time_mono_ns() - u->sent_at, ms = ns / 1000000;
    histogram_add(&w->db->figures.durations, &histogram_of_calls, (double)ns / 1e9);
    if (ms > DB_SLOW_MS) {
        w->db->figures.slow++;
        log_slow(u, ms);
    }
    w->unit = NULL;
    bool standby = u->failed && strcmp(u->err.sqlstate, "25006") == 0;
    queue_end(u);
    if (standby)
        wire_drop(w, NULL); /* the next one may find the primary */
    else
        wire_free_for_next(w);
}

/* The unit was rolled back because the server no longer likes what was prepared. */
static void start_again(struct wire *w)
{
    struct db_unit *u = w->unit;
    unit_results_clear(u);
    u->failed = u->stale = false;
    u->prepared_again = true;
    w->forget = true;
    map_release(&w->prepared);
    w->prepared = MAP_INIT;
    run_start(w, u);
}

static void take_failure(struct wire *w, const PGresult *r, const struct expected *e)
{
    struct db_unit *u = w->unit;
    if (u->failed)
        return; /* the first one says why */
    const char *name = e->step >= 0             ? u->steps[e->step].stmt->name
                       : e->kind == EXPECT_SYNC ? "commit"
                                                : NULL;
    u->failed = true;
    u->err = ERR_INIT;
    fault_result(&u->err, r, name);
    u->stale = fault_is_stale(r) && !u->prepared_again && !u->stop;
}

static void take_success(struct wire *w, PGresult *r, const struct expected *e)
{
    struct db_unit *u = w->unit;
    if (e->kind == EXPECT_FORGOTTEN) {
        w->forget = false;
    } else if (e->kind == EXPECT_PREPARED) {
        const struct db_stmt *stmt = u->steps[e->step].stmt;
        map_put(&w->prepared, &stmt, sizeof stmt, (void *)stmt);
    } else if (e->kind == EXPECT_ROWS) {
        PQclear(u->results[e->step].pg);
        u->results[e->step].pg = r;
        return;
    }
    PQclear(r);
}

/* COPY does not work in a pipeline, and there is no way back from it. */
static void refuse_copy(struct wire *w)
{
    struct err err = ERR_INIT;
    err_set(&err, ERR_INTERNAL_ERROR, "%s",
        TR("Ошибка в программе: сообщите разработчикам.",
            "A fault of the program: tell its developers."));
    err_cause(&err, "COPY in a unit");
    wire_drop(w, &err);
}

void run_read(struct wire *w)
{
    while (w->unit && !PQisBusy(w->conn.pg)) {
        struct expected *e = &w->expected[w->expected_head];
        PGresult *r = PQgetResult(w->conn.pg);
        if (!r) { /* the end of one answer; the sync's own has none, but an error of the commit
                     before it has */
            if (e->kind != EXPECT_SYNC)
                w->expected_head++;
            continue;
        }
        switch (PQresultStatus(r)) {
        case PGRES_PIPELINE_SYNC:
            PQclear(r);
            if (w->unit->stale)
                start_again(w);
            else
                finish(w);
            return;
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
        case PGRES_EMPTY_QUERY:
            take_success(w, r, e);
            break;
        case PGRES_PIPELINE_ABORTED:
            PQclear(r);
            break;
        case PGRES_COPY_IN:
        case PGRES_COPY_OUT:
        case PGRES_COPY_BOTH:
            PQclear(r);
            refuse_copy(w);
            return;
        default:
            take_failure(w, r, e);
            PQclear(r);
            if (PQstatus(w->conn.pg) == CONNECTION_BAD)
                return; /* `lost` follows */
        }
    }
}

void run_forget(struct wire *w)
{
    map_release(&w->prepared);
    free(w->expected);
}
