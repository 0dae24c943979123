#include "ledger/statement_file.h"

#include "ledger/dry_run_sql.h"
#include "ledger/plan.h"

int ledger_statement_file_add(struct db_unit *u, const struct uuid *task_id, int32_t file_no,
    struct str name, struct str encoding, struct str version, struct str sender)
{
    static const struct db_stmt insert = {"ledger_statement_file",
        "INSERT INTO statement_files AS f (task_id, file_no, name, encoding, version, sender)"
        " VALUES ($1::uuid, $2::integer, $3::text, $4::text, $5::text, $6::text)"
        " ON CONFLICT (task_id, file_no) DO UPDATE SET name = f.name RETURNING id"};
    int at = db_add(u, &insert);
    db_bind_uuid(u, task_id);
    db_bind_i32(u, file_no);
    db_bind_text(u, name);
    db_bind_text(u, encoding);
    db_bind_text(u, version);
    db_bind_text(u, sender);
    return at;
}

static void bind_amount(struct db_unit *u, bool has, int64_t kopecks)
{
    if (has)
        db_bind_i64(u, kopecks);
    else
        db_bind_null(u);
}

void ledger_balance_add(struct db_unit *u, int64_t file_id, const struct ledger_balance *b)
{
    static const struct db_stmt insert = {"ledger_statement_balance",
        "INSERT INTO statement_balances AS b (account_number, date_from, date_to, opening, "
        "received, paid, closing, file_id, line)"
        " VALUES ($1::text, $2::date, $3::date, $4::bigint * 0.01, $5::bigint * 0.01, $6::bigint * "
        "0.01, $7::bigint * 0.01, $8::bigint, $9::bigint)"
        " ON CONFLICT (account_number, date_from, date_to) DO UPDATE SET opening = "
        "excluded.opening, received = excluded.received, paid = excluded.paid,"
        "  closing = excluded.closing, file_id = excluded.file_id, line = excluded.line, "
        "updated_at = now()"
        " WHERE (b.opening, b.received, b.paid, b.closing) IS DISTINCT FROM"
        "  (excluded.opening, excluded.received, excluded.paid, excluded.closing)"};
    db_add(u, &insert);
    db_bind_text(u, b->account);
    db_bind_date(u, b->from);
    db_bind_date(u, b->to);
    db_bind_i64(u, b->opening);
    bind_amount(u, b->has_received, b->received);
    bind_amount(u, b->has_paid, b->paid);
    bind_amount(u, b->has_closing, b->closing);
    db_bind_i64(u, file_id);
    db_bind_i64(u, b->line);
}

#define KOPECKS(n) "(" n "::bigint * 0.01)::numeric(17,2)"
#define DIFF(field, is) DRY_DIFF(field, "b." field "::text", KOPECKS(is) "::text")

void ledger_balance_dry_add(
    struct db_unit *u, const struct uuid *task_id, const struct ledger_balance *b)
{
    static const struct db_stmt would = {"ledger_statement_balance_dry",
        "INSERT INTO task_changes (task_id, resource, action, external_id, title, "
        "transaction_date, changes)"
        " SELECT $8::uuid, 'statement_balances', CASE WHEN d.known THEN 'update' ELSE 'create' "
        "END, concat_ws(' ', $1::text, $2::date, $3::date), $1, $2,"
        "  CASE WHEN d.known THEN ('{' || substr(d.changes, 2) || '}')::jsonb END"
        " FROM (SELECT b.account_number IS NOT NULL AS known, concat(" DIFF("opening",
            "$4") ", " DIFF("received", "$5") ", " DIFF("paid", "$6") ", " DIFF("closing",
            "$7") ") AS changes"
                  "  FROM (SELECT) AS one LEFT JOIN statement_balances b ON b.account_number = $1"
                  "   AND b.date_from = $2 AND b.date_to = $3) AS d"
                  " WHERE d.changes <> '' ON CONFLICT DO NOTHING"};
    db_add(u, &would);
    db_bind_text(u, b->account);
    db_bind_date(u, b->from);
    db_bind_date(u, b->to);
    db_bind_i64(u, b->opening);
    bind_amount(u, b->has_received, b->received);
    bind_amount(u, b->has_paid, b->paid);
    bind_amount(u, b->has_closing, b->closing);
    db_bind_uuid(u, task_id);
}

int ledger_turnovers_add(struct db_unit *u, const struct uuid *task_id)
{
    static const struct db_stmt read = {"ledger_turnovers",
        "SELECT f.file_no, b.line, b.account_number FROM statement_files f"
        " JOIN statement_balances b ON b.file_id = f.id"
        " CROSS JOIN LATERAL (SELECT coalesce(sum(amount) FILTER (WHERE transaction_type = "
        "'CREDIT'), 0) AS credit,"
        "  coalesce(sum(amount) FILTER (WHERE transaction_type = 'DEBIT'), 0) AS debit FROM "
        "statement_rows r"
        "  WHERE r.account_number = b.account_number AND r.posted BETWEEN b.date_from AND "
        "b.date_to) AS s"
        " WHERE f.task_id = $1::uuid AND (b.received <> s.credit OR b.paid <> s.debit)"
        " ORDER BY f.file_no, b.line LIMIT 1000"};
    ledger_plan_by_index(u);
    int at = db_add(u, &read);
    db_bind_uuid(u, task_id);
    return at;
}
