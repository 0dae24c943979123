/* The statements of lists, totals, summaries and exports, planned over many rows: what may be read
 * out of an index is. */
#include "../pg/pool_support.h"
#include "pg/migrate.h"

/* The very statements, which nobody else should see. */
#include "../../../src/ledger/pages.c"
#include "../../../src/ledger/query.c"
#undef SUMS
#include "../../../src/ledger/summary.c"

static PGconn *pg;

static void run(const char *sql)
{
    PGresult *r = PQexec(pg, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(pg));
    PQclear(r);
}

static int open_ledger(void **state)
{
    struct err err;
    int applied;
    if (db_migrate(test_url(), 20000, &applied, &err) < 0)
        return -1;
    pg = PQconnectdb(test_url());
    run("INSERT INTO bank_transactions (source, external_id, transaction_date, amount, currency, "
        "transaction_type,"
        " payment_source, import_source, status, counterparty_inn, payment_purpose, "
        "document_number)"
        " SELECT 'test', n::text, timestamp '2024-01-01' + n * interval '10 minutes', n, 'RUB',"
        " CASE WHEN n % 3 = 0 THEN 'DEBIT' ELSE 'CREDIT' END, 'BANK', 'API',"
        " CASE WHEN n % 500 = 0 THEN 'NEEDS_REVIEW' ELSE 'CATEGORIZED' END, (7700000000 + n % "
        "3000)::text,"
        " 'Оплата по договору ' || n || repeat(' и ещё слова', 20), n::text FROM "
        "generate_series(1, 40000) n");
    run("INSERT INTO transaction_words SELECT id, obm_search_words(payment_purpose, NULL) FROM "
        "bank_transactions");
    run("VACUUM ANALYZE bank_transactions");
    run("VACUUM ANALYZE transaction_words");
    run("SET plan_cache_mode = force_custom_plan");
    run("SET max_parallel_workers_per_gather = 0");
    return 0;
}

static int close_ledger(void **state)
{
    PQfinish(pg);
    return 0;
}

#define NONE "NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,true,NULL,NULL,NULL,NULL"

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

#define ROWS "Seq Scan on bank_transactions"

static void lists_by_date(void **state)
{
    for (int ascending = 0; ascending < 2; ascending++) {
        const struct db_stmt *stmt = &lists[LEDGER_BY_DATE][ascending][0];
        has(stmt, NONE ",NULL,20,0", "using bank_transactions_date on", "Sort");
        has(stmt, NONE ",20000,20,0", "Index Cond: (ROW(transaction_date, id)", "Sort");
        has(stmt,
            "'2024-03-01','2024-04-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,true,NULL,NULL,NULL,NULL,"
            "NULL,20,0",
            "Index Cond: ((transaction_date >=", ROWS);
        has(stmt,
            "NULL,NULL,NULL,NULL,NULL,NULL,NULL,'7700000077',NULL,true,NULL,NULL,NULL,NULL,NULL,20,"
            "0",
            "bank_transactions_inn", ROWS);
    }
    has(&lists[LEDGER_BY_DATE][0][0],
        "NULL,NULL,NULL,NULL,'NEEDS_REVIEW',NULL,NULL,NULL,NULL,true,NULL,NULL,NULL,NULL,NULL,20,0",
        "using bank_transactions_review on", "Sort");
}

static void totals_and_summaries(void **state)
{
    has(&totals[0], NONE, "Index Only Scan using bank_transactions_date", ROWS);
    has(&totals[0],
        "'2024-03-01','2024-04-01','DEBIT','BANK',NULL,NULL,NULL,NULL,NULL,true,NULL,NULL,100,NULL",
        "Index Only Scan using bank_transactions_date", ROWS);
    has(&summaries[LEDGER_BY_MONTH], NONE, "Index Only Scan using bank_transactions_date", ROWS);
    has(&summaries[LEDGER_BY_ORGANIZATION], NONE, "Index Only Scan using bank_transactions_date",
        ROWS);
    has(&summaries[LEDGER_BY_CATEGORY],
        "'2024-03-01','2024-04-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,true,NULL,NULL,NULL,NULL",
        "Index Cond: ((transaction_date >=", ROWS);
}

#define WORDS "NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,true,'договора 777',NULL,NULL,NULL"

#define NUMBER "NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,true,'12345','%12345%',NULL,NULL"

static void words(void **state)
{
    has(&lists[LEDGER_BY_DATE][0][1], WORDS ",NULL,20,0",
        "Bitmap Index Scan on transaction_words_words", ROWS " b");
    has(&totals[1], WORDS, "Bitmap Index Scan on transaction_words_words", ROWS " b");
    /* nothing of it is a number alone, so that no row is read for its parts */
    has(&totals[1], WORDS, "transaction_words", "obm_search_numbers");
    /* a number: its parts are looked for in the index, too, and no row is read for them */
    has(&lists[LEDGER_BY_DATE][0][1], NUMBER ",NULL,20,0", "ProjectSet", ROWS);
    has(&totals[1], NUMBER, "ProjectSet", ROWS);
}

static void exports(void **state)
{
    has(&pages[0][0], NONE ",'2024-05-01',17,250", "Index Cond: (ROW(transaction_date, id) <",
        "Sort");
    has(&pages[1][0], NONE ",'2024-05-01',17,250", "Index Cond: (ROW(transaction_date, id) >",
        "Sort");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_by_date),
        cmocka_unit_test(totals_and_summaries),
        cmocka_unit_test(words),
        cmocka_unit_test(exports),
    };
    return cmocka_run_group_tests(tests, open_ledger, close_ledger);
}
