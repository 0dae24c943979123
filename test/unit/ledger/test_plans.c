/* The statements of lists, totals, summaries and exports, planned over many rows: what may be read
 * out of an index is. */
#include "plan_support.h"

/* The very statements, which nobody else should see. */
#include "../../../src/ledger/pages.c"
#include "../../../src/ledger/query.c"
#include "../../../src/ledger/summary.c"

static int open_ledger(void **state)
{
    if (connect_to_schema() < 0)
        return -1;
    run("INSERT INTO bank_transactions (source, external_id, transaction_date, amount, currency, "
        "transaction_type,"
        " payment_source, import_source, status, counterparty_inn, payment_purpose, "
        "document_number)"
        " SELECT 'test', n::text, timestamp '2024-01-01' + n * interval '10 minutes', n, 'RUB',"
        " CASE WHEN n % 3 = 0 THEN 'DEBIT' ELSE 'CREDIT' END, 'BANK', 'API',"
        " CASE WHEN n % 500 = 0 THEN 'NEEDS_REVIEW' WHEN n % 999 = 0 THEN 'IGNORED' ELSE "
        "'CATEGORIZED' END, (7700000000 + n % "
        "3000)::text,"
        " 'Оплата по договору ' || n || repeat(' и ещё слова', 20), n::text FROM "
        "generate_series(1, 40000) n");
    run("INSERT INTO transaction_words SELECT id, obm_search_words(payment_purpose, NULL) FROM "
        "bank_transactions");
    run("VACUUM ANALYZE bank_transactions");
    run("VACUUM ANALYZE transaction_words");
    return 0;
}

static int close_ledger(void **state)
{
    PQfinish(pg);
    return 0;
}

#define NONE "NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,true,NULL,NULL,NULL,NULL,NULL,NULL,NULL"

#define ROWS "Seq Scan on bank_transactions"

static void lists_by_date(void **state)
{
    for (int ascending = 0; ascending < 2; ascending++) {
        const struct db_stmt *stmt = &lists[LEDGER_BY_DATE][ascending][0];
        has(stmt, NONE ",NULL,NULL,20,0", "using bank_transactions_date on", "Sort");
        has(stmt, NONE ",'2024-05-01',20000,20,0", "Index Cond: (ROW(transaction_date, id)",
            "Sort");
        has(stmt,
            "'2024-03-01','2024-04-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,true,NULL,NULL,NULL,NULL,"
            "NULL,NULL,NULL,NULL,NULL,20,0",
            "Index Cond: ((transaction_date >=", ROWS);
        has(stmt,
            "NULL,NULL,NULL,NULL,NULL,NULL,NULL,'7700000077',NULL,true,NULL,NULL,NULL,NULL,NULL,"
            "NULL,NULL,NULL,NULL,20,0",
            "bank_transactions_inn", ROWS);
    }
    has(&lists[LEDGER_BY_DATE][0][0],
        "NULL,NULL,NULL,NULL,'NEEDS_REVIEW',NULL,NULL,NULL,NULL,true,NULL,NULL,NULL,NULL,NULL,NULL,"
        "NULL,NULL,NULL,20,0",
        "using bank_transactions_review on", "Sort");
    has(&lists[LEDGER_BY_DATE][0][0],
        "NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,false,NULL,NULL,NULL,NULL,NULL,"
        "'01890000-0000-7000-8000-000000000001',NULL,NULL,NULL,20,0",
        "bank_transactions_gone", ROWS);
}

static void totals_and_summaries(void **state)
{
    has(&totals[0], NONE, "Index Only Scan using bank_transactions_date", ROWS);
    has(&totals[0], NONE, "bank_transactions_ignored", ROWS); /* what is taken off them */
    has(&totals[0],
        "'2024-03-01','2024-04-01','DEBIT','BANK',NULL,NULL,NULL,NULL,NULL,true,NULL,NULL,100,NULL,"
        "NULL,NULL,NULL",
        "Index Only Scan using bank_transactions_date", ROWS);
    has(&left_out, NONE, "bank_transactions_ignored", ROWS);
    for (size_t i = 0; i < sizeof summaries / sizeof *summaries; i++)
        has(&summaries[i],
            "'2024-03-01','2024-04-01',NULL,NULL,NULL,NULL,NULL,NULL,NULL,true,NULL,NULL,NULL,NULL,"
            "NULL,NULL,NULL",
            "Index Cond: ((transaction_date >=", ROWS);
}

#define WORDS                                                                                      \
    "NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,true,'договора "                         \
    "777',NULL,NULL,NULL,NULL,NULL,NULL"

#define NUMBER                                                                                     \
    "NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,true,'12345','%12345%',NULL,NULL,NULL,NULL,NULL"

static void words(void **state)
{
    has(&lists[LEDGER_BY_DATE][0][1], WORDS ",NULL,NULL,20,0",
        "Bitmap Index Scan on transaction_words_words", ROWS " b");
    has(&totals[1], WORDS, "Bitmap Index Scan on transaction_words_words", ROWS " b");
    /* nothing of it is a number alone, so that no row is read for its parts */
    has(&totals[1], WORDS, "transaction_words", "obm_search_numbers");
    /* a number: its parts are looked for in the index, too, and no row is read for them */
    has(&lists[LEDGER_BY_DATE][0][1], NUMBER ",NULL,NULL,20,0", "ProjectSet", ROWS);
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
