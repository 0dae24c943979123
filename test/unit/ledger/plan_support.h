/* Asks PostgreSQL how it would go about a statement. */
#ifndef PLAN_SUPPORT_H
#define PLAN_SUPPORT_H

#include "../pg/pool_support.h"
#include "pg/migrate.h"

static PGconn *pg;

static void run(const char *sql)
{
    PGresult *r = PQexec(pg, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(pg));
    PQclear(r);
}

static int connect_to_schema(void)
{
    struct err err;
    int applied;
    if (db_migrate(test_url(), 20000, &applied, &err) < 0)
        return -1;
    pg = PQconnectdb(test_url());
    run("SET plan_cache_mode = force_custom_plan");
    run("SET max_parallel_workers_per_gather = 0");
    return 0;
}

/* The plan with these values of $1, $2 … */
static struct buf plan(const struct db_stmt *stmt, const char *values)
{
    struct buf sql = BUF_INIT, text = BUF_INIT;
    run("DEALLOCATE ALL");
    PGresult *prepared = PQprepare(pg, "p", stmt->sql, 0, NULL);
    if (PQresultStatus(prepared) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", stmt->name, PQerrorMessage(pg));
    PQclear(prepared);
    buf_printf(&sql, "EXPLAIN (COSTS OFF) EXECUTE p(%s)", values);
    buf_addc(&sql, 0);
    PGresult *r = PQexec(pg, sql.p);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", stmt->name, PQerrorMessage(pg));
    for (int i = 0; i < PQntuples(r); i++)
        buf_printf(&text, "%s\n", PQgetvalue(r, i, 0));
    PQclear(r);
    buf_release(&sql);
    buf_addc(&text, 0);
    return text;
}

static void has(
    const struct db_stmt *stmt, const char *values, const char *wanted, const char *unwanted)
{
    struct buf text = plan(stmt, values);
    if (!strstr(text.p, wanted) || (unwanted && strstr(text.p, unwanted)))
        fail_msg("%s (%s): wanted %s, not %s:\n%s", stmt->name, values, wanted,
            unwanted ? unwanted : "-", text.p);
    buf_release(&text);
}

#endif
