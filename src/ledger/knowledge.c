#include "ledger/knowledge.h"

/* By a skip through the index bank_transactions_payment. */
static const struct db_stmt learn = {"ledger_accounts_learn",
    "WITH RECURSIVE skip AS ("
    " (SELECT account_number FROM bank_transactions WHERE source = '1c' AND payment_source = 'BANK'"
    "   AND account_number > '' ORDER BY account_number LIMIT 1)"
    " UNION ALL SELECT (SELECT b.account_number FROM bank_transactions b WHERE b.source = '1c'"
    "  AND b.payment_source = 'BANK' AND b.account_number > skip.account_number"
    "  ORDER BY b.account_number LIMIT 1) FROM skip WHERE skip.account_number IS NOT NULL)"
    " INSERT INTO own_accounts (account) SELECT account_number FROM skip"
    " WHERE account_number IS NOT NULL ON CONFLICT DO NOTHING"};

static const struct db_stmt keep = {"ledger_accounts_keep",
    "INSERT INTO own_accounts (account) SELECT DISTINCT unnest($1::text[]) ON CONFLICT DO NOTHING"};

static const struct db_stmt know = {"ledger_knowledge",
    "INSERT INTO task_knowledge (task_id, own_accounts, own_inns) SELECT $1::uuid,"
    " ARRAY(SELECT account FROM own_accounts ORDER BY 1),"
    " ARRAY(SELECT inn FROM organizations WHERE length(inn) >= 10"
    "  UNION SELECT inn FROM unnest($2::text[]) AS i(inn) WHERE length(inn) >= 10 ORDER BY 1)"
    " ON CONFLICT DO NOTHING"};

/* Of what the program decided only what 1C or the document itself said: words would only be heard
 * twice, and what one rule changes would change the next row. */
static const struct db_stmt gather = {"ledger_evidence",
    "INSERT INTO task_evidence"
    " SELECT $1::uuid, counterparty_inn, transaction_type, decided_by IS NOT NULL, category_id,"
    "  count(*) FROM bank_transactions"
    " WHERE counterparty_inn <> '' AND category_id IS NOT NULL AND is_active"
    "  AND CASE WHEN decided_by IS NOT NULL THEN status IN ('APPROVED', 'CATEGORIZED')"
    "   ELSE category_method IN ('item', 'operation', 'fact') END"
    " GROUP BY 2, 3, 4, 5 ON CONFLICT DO NOTHING"};

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
    db_add(u, &gather);
    db_bind_uuid(u, task_id);
}

void ledger_knowledge_forget_add(struct db_unit *u, const struct uuid *task_id)
{
    db_add(u, &forget);
    db_bind_uuid(u, task_id);
}
