#include "ledger/statement_file.h"

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
