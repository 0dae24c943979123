#include "ledger/dry_run.h"

#include "ledger/dry_run_sql.h"
#include "ledger/json_answer.h"
#include "ledger/transaction_sql.h"

#define WALL(t) "to_char(" t ", 'YYYY-MM-DD\"T\"HH24:MI:SS')"
#define KOPECKS(t) "(" t " * 0.01)::numeric(17,2)"
#define PAIR(field, was, is) DRY_DIFF(field, was, is) ", "
#define TEXT(field, is) PAIR(field, "b." field, is)
/* Of what the classification found only what it would be allowed to write. */
#define DECIDED(field, is)                                                                         \
    PAIR(field, "b." field,                                                                        \
        "CASE WHEN b.decided_by IS NULL AND i.method IS NOT NULL THEN " is " ELSE b." field        \
        " END")

#define DIFFERENCES                                                                                \
    PAIR("transaction_date", WALL("b.transaction_date"), WALL("i.at"))                             \
    PAIR("amount", "b.amount::text", KOPECKS("i.amount") "::text")                                 \
    TEXT("currency", "i.currency")                                                                 \
    TEXT("transaction_type", "i.type")                                                             \
    TEXT("payment_source", "i.payment")                                                            \
    TEXT("document_number", "i.number")                                                            \
    PAIR("document_date", "b.document_date::text", "i.document_date::text")                        \
    TEXT("payment_purpose", "i.purpose")                                                           \
    TEXT("business_operation", "i.operation")                                                      \
    TEXT("counterparty_name", "i.party_name")                                                      \
    TEXT("counterparty_inn", "i.party_inn")                                                        \
    TEXT("counterparty_kpp", "i.party_kpp")                                                        \
    TEXT("counterparty_account", "i.party_account")                                                \
    TEXT("counterparty_bank", "i.party_bank")                                                      \
    TEXT("counterparty_bik", "i.party_bik")                                                        \
    TEXT("organization_name", "i.org_name")                                                        \
    TEXT("account_number", "i.account")                                                            \
    TEXT("our_bank_name", "i.bank")                                                                \
    TEXT("our_bank_bik", "i.bik")                                                                  \
    PAIR("vat_amount", "b.vat_amount::text", KOPECKS("i.vat") "::text")                            \
    TEXT("vat_rate", "i.vat_rate")                                                                 \
    TEXT("cash_flow_item", "i.item")                                                               \
    DECIDED("category_id", "CASE WHEN i.confidence >= 90 THEN i.category END")                     \
    DECIDED("suggested_category_id", "CASE WHEN i.confidence < 90 THEN i.category END")            \
    DECIDED("category_reason", "i.reason")                                                         \
    DRY_DIFF("is_active", "b.is_active", "true")

#define DRY_SELECT                                                                                 \
    " SELECT i.key, b.id, i.at, i.type, " KOPECKS(                                                 \
        "i.amount") " AS amount, concat_ws(' ', i.number, i.party_name) AS title,"                 \
                    " CASE WHEN b.id IS NULL THEN 'create' ELSE 'update' END AS action,"           \
                    " CASE WHEN b.id IS NOT NULL THEN concat(" DIFFERENCES                         \
                    ") END AS changes FROM " LEDGER_INCOMING

const struct db_stmt ledger_dry_transactions = {"ledger_transaction_dry",
    "WITH found AS (" DRY_SELECT
    " LEFT JOIN LATERAL (SELECT * FROM bank_transactions t WHERE t.source = $1::text"
    "  AND t.external_id = i.key LIMIT 1) AS b ON true"
    " WHERE ($2::text IS NULL OR true) AND (b.id IS NULL OR i.version IS NULL"
    "  OR b.data_version IS DISTINCT FROM i.version OR NOT b.is_active)),"
    " told AS (INSERT INTO task_changes (task_id, resource, action, external_id, row_id, title,"
    "   transaction_date, transaction_type, amount, changes)"
    "  SELECT $3::uuid, 'bank_transactions', action, key, id, title, at, type, amount,"
    "   ('{' || substr(changes, 2) || '}')::jsonb FROM found ON CONFLICT DO NOTHING)" DRY_TALLY(
        "$4")};

#define ROW_JSON                                                                                   \
    "json_build_object('resource', c.resource, 'action', c.action, 'id', c.row_id,"                \
    " 'external_id', c.external_id, 'title', c.title,"                                             \
    " 'transaction_date', " WALL(                                                                  \
        "c.transaction_date") ", 'transaction_type', c.transaction_type, 'amount', "               \
                              "c.amount::text,"                                                    \
                              " 'changes', (SELECT json_agg(json_build_object('field', e.key, "    \
                              "'old', e.value -> 0,"                                               \
                              " 'new', e.value -> 1) ORDER BY e.key) FROM jsonb_each(c.changes) "  \
                              "e))"

/* Balances of statements are no rows of money: they are listed, not counted here. */
#define OF(action) "FILTER (WHERE action = '" action "' AND resource <> 'statement_balances'"
#define SUMS(name, action)                                                                         \
    "'" name                                                                                       \
    "', json_build_object('count', count(*) " OF(action) "), 'credit', coalesce(sum(amount) " OF(  \
        action) " AND transaction_type = 'CREDIT'), 0)::numeric(30,2)::text,"                      \
                " 'debit', coalesce(sum(amount) " OF(                                              \
                    action) " AND transaction_type = 'DEBIT'), 0)::numeric(30,2)::text), "

#define RESOURCES                                                                                  \
    "'resources', coalesce((SELECT json_agg(json_build_object('resource', resource,"               \
    " 'created', created, 'updated', updated, 'deactivated', deactivated) ORDER BY resource)"      \
    " FROM (SELECT resource, count(*) FILTER (WHERE action = 'create') AS created,"                \
    "  count(*) FILTER (WHERE action = 'update') AS updated,"                                      \
    "  count(*) FILTER (WHERE action = 'deactivate') AS deactivated FROM task_changes"             \
    "  WHERE task_id = $1::uuid GROUP BY resource) r), '[]'), "

#define FIRST_ROWS                                                                                 \
    "'rows', coalesce((SELECT json_agg(" ROW_JSON                                                  \
    " ORDER BY c.id) FROM (SELECT * FROM task_changes WHERE task_id = $1::uuid"                    \
    " ORDER BY id LIMIT $2::integer) c), '[]'), "

#define SUMMARY                                                                                    \
    "SELECT json_build_object(" SUMS("created", "create") SUMS("updated", "update")                \
        SUMS("deactivated", "deactivate") SUMS("linked", "link") SUMS("unclear", "unclear")        \
            RESOURCES FIRST_ROWS                                                                   \
        "'total', count(*))::text FROM task_changes WHERE task_id = $1::uuid"

static const struct db_stmt summary = {"ledger_dry_summary", SUMMARY};

static const struct db_stmt list = {"ledger_list_changes",
    "SELECT json_build_object('changes', coalesce((SELECT json_agg(" ROW_JSON " ORDER BY c.id) FROM"
    "  (SELECT * FROM task_changes WHERE task_id = $1::uuid AND ($2::text IS NULL OR action = $2)"
    "   ORDER BY id LIMIT $3::integer OFFSET $4::integer) c), '[]'), 'total', (SELECT count(*)"
    "  FROM task_changes WHERE task_id = $1::uuid AND ($2::text IS NULL OR action = $2)))::text"};

void ledger_dry_summary_add(struct db_unit *u, const struct uuid *task_id, int rows)
{
    db_add(u, &summary);
    db_bind_uuid(u, task_id);
    db_bind_i32(u, rows);
}

void ledger_list_changes(struct db *db, const struct uuid *task_id, struct str action, int limit,
    int offset, ledger_json_fn done, void *arg)
{
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, &list);
    db_bind_uuid(u, task_id);
    db_bind_text(u, action);
    db_bind_i32(u, limit);
    db_bind_i32(u, offset);
    ledger_answer_json(u, done, arg);
}
