#include "ledger/knowledge.h"

#include "ledger/plan.h"

/* Accounts that rows from 1C name, by a skip through the index bank_transactions_payment. */
#define WITH_OF_1C                                                                                 \
    "WITH RECURSIVE skip AS ("                                                                     \
    " (SELECT account_number FROM bank_transactions WHERE source = '1c'"                           \
    "   AND payment_source = 'BANK' AND account_number > '' ORDER BY account_number LIMIT 1)"      \
    " UNION ALL SELECT (SELECT b.account_number FROM bank_transactions b WHERE b.source = '1c'"    \
    "  AND b.payment_source = 'BANK' AND b.account_number > skip.account_number"                   \
    "  ORDER BY b.account_number LIMIT 1) FROM skip WHERE skip.account_number IS NOT NULL),"       \
    " of_1c AS (SELECT account_number AS account FROM skip WHERE account_number IS NOT NULL) "

static const struct db_stmt learn = {"ledger_accounts_learn",
    WITH_OF_1C "INSERT INTO own_accounts (account) SELECT account FROM of_1c"
               " ON CONFLICT DO NOTHING"};

static const struct db_stmt keep = {"ledger_accounts_keep",
    "INSERT INTO own_accounts (account) SELECT DISTINCT unnest($1::text[]) ON CONFLICT DO NOTHING"};

static const struct db_stmt know = {"ledger_knowledge", WITH_OF_1C
    "INSERT INTO task_knowledge (task_id, own_accounts, own_inns) SELECT $1::uuid,"
    " ARRAY(SELECT account FROM own_accounts UNION SELECT account FROM of_1c ORDER BY 1),"
    " ARRAY(SELECT inn FROM organizations WHERE length(inn) >= 10"
    "  UNION SELECT inn FROM unnest($2::text[]) AS i(inn) WHERE length(inn) >= 10 ORDER BY 1)"
    " ON CONFLICT DO NOTHING"};

/* Of what the program decided only what 1C or the document itself said: words would only be heard
 * twice, and what one rule changes would change the next row. */
#define GATHER(which)                                                                              \
    "INSERT INTO task_evidence"                                                                    \
    " SELECT $1::uuid, counterparty_inn, transaction_type, decided_by IS NOT NULL, category_id,"   \
    "  count(*) FROM bank_transactions"                                                            \
    " WHERE " which " AND category_id IS NOT NULL AND is_active"                                   \
    "  AND CASE WHEN decided_by IS NOT NULL THEN status IN ('APPROVED', 'CATEGORIZED')"            \
    "   ELSE category_method IN ('item', 'operation', 'fact') END"                                 \
    " GROUP BY 2, 3, 4, 5 ON CONFLICT DO NOTHING"

static const struct db_stmt gather = {"ledger_evidence", GATHER("counterparty_inn <> ''")};
static const struct db_stmt gather_of = {
    "ledger_evidence_of", GATHER("counterparty_inn = ANY($2::text[])")};

static const struct db_stmt read_accounts = {"ledger_knowledge_accounts",
    "SELECT a FROM task_knowledge, unnest(own_accounts) WITH ORDINALITY AS o(a, n)"
    " WHERE task_id = $1::uuid ORDER BY n LIMIT $2::bigint"};

static const struct db_stmt forget = {
    "ledger_knowledge_forget", "DELETE FROM task_knowledge WHERE task_id = $1::uuid"};

void ledger_accounts_learn_add(struct db_unit *u)
{
    db_add(u, &learn);
}

void ledger_accounts_keep_add(struct db_unit *u, const struct db_column *accounts)
{
    db_add(u, &keep);
    db_bind_column(u, accounts);
}

void ledger_knowledge_add(
    struct db_unit *u, const struct uuid *task_id, const struct db_column *inns)
{
    db_add(u, &know);
    db_bind_uuid(u, task_id);
    db_bind_column(u, inns);
}

void ledger_evidence_add(
    struct db_unit *u, const struct uuid *task_id, const struct db_column *inns)
{
    if (inns)
        ledger_plan_by_index(u);
    db_add(u, inns ? &gather_of : &gather);
    db_bind_uuid(u, task_id);
    if (inns)
        db_bind_column(u, inns);
}

int ledger_knowledge_accounts_add(struct db_unit *u, const struct uuid *task_id, int limit)
{
    int at = db_add(u, &read_accounts);
    db_bind_uuid(u, task_id);
    db_bind_i64(u, limit);
    return at;
}

void ledger_knowledge_forget_add(struct db_unit *u, const struct uuid *task_id)
{
    db_add(u, &forget);
    db_bind_uuid(u, task_id);
}
