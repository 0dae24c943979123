/* The statements about rows of statements and their neighbours, planned when PostgreSQL knows
 * nothing of the tables, or believes what was true yesterday. */
#include "plan_support.h"

/* The very statements, which nobody else should see. */
#include "../../../src/ledger/link_pass.c"
#include "../../../src/ledger/relink.c"
#include "../../../src/ledger/neighbours_sql.h"

static int open_ledger(void **state)
{
    if (connect_to_schema() < 0)
        return -1;
    run("SET enable_seqscan = off"); /* as ledger_plan_by_index has it */
    run("ALTER TABLE bank_transactions SET (autovacuum_enabled = false)");
    run("INSERT INTO bank_transactions (source, external_id, transaction_date, amount, currency,"
        " transaction_type, payment_source, import_source) SELECT CASE n % 2 WHEN 0 THEN 'bank'"
        " ELSE '1c' END, n::text, timestamp '2025-01-01' + n * interval '1 minute', 5, 'RUB',"
        " 'DEBIT', 'BANK', 'API' FROM generate_series(1, 20000) n");
    run("ANALYZE bank_transactions");
    run("UPDATE bank_transactions SET decided_by = 1 WHERE id % 5 = 0"); /* a person, since then */
    return 0;
}

static int close_ledger(void **state)
{
    PQfinish(pg);
    return 0;
}

#define KEY                                                                                        \
    "ARRAY['a'],ARRAY[1::bigint],ARRAY['DEBIT'],ARRAY['2025-01-01'::date],"                        \
    "ARRAY['2025-01-01'::date],gen_random_uuid(),48,300"

static void neighbours(void **state)
{
    for (int dry = 0; dry < 2; dry++) {
        has(&neighbours_stored[dry], KEY, "Index Scan using statement_rows_payment",
            "statement_rows_account");
        has(&neighbours_candidates[dry], KEY, "Index Scan using bank_transactions_payment",
            "Seq Scan");
        has(&neighbours_candidates[dry], KEY, "Index Scan using statement_rows_linked",
            "statement_rows_pkey");
    }
    has(&neighbours_stored[1], KEY, "Index Scan using statement_drafts_payment",
        "statement_drafts_task_id_external_id_key");
    has(&neighbours_candidates[1], KEY, "Index Scan using statement_drafts_linked",
        "statement_drafts_task_id_external_id_key");
}

static void from_the_rows_to_the_money(void **state)
{
    has(&carry, "ARRAY[1,2,3]::bigint[]", "Index Scan using statement_rows_pkey",
        "bank_transactions_confirmed");
    has(&carry, "ARRAY[1,2,3]::bigint[]", "Index Scan using bank_transactions_source_external_id",
        "statement_rows_linked");
    has(&return_decided, "'2025-01-01','2025-12-31',gen_random_uuid()",
        "Index Scan using bank_transactions_source_external_id", "bank_transactions_confirmed");
    has(&step, "ARRAY[1,2,3]::bigint[],gen_random_uuid()",
        "Index Scan using bank_transactions_source_external_id", "bank_transactions_confirmed");
}

static void fifty_that_are_not_settled(void **state)
{
    run("SET enable_sort = off");
    has(&unsettled, "'2025-01-01',0,'2025-12-31',false,gen_random_uuid()",
        "Index Scan using statement_rows_unsettled", "Sort");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(neighbours),
        cmocka_unit_test(from_the_rows_to_the_money), cmocka_unit_test(fifty_that_are_not_settled)};
    return cmocka_run_group_tests(tests, open_ledger, close_ledger);
}
