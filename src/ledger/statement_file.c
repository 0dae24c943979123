#include "ledger/statement_file.h"

static void bind_day(struct db_unit *u, bool has, usec_t day)
{
    if (has)
        db_bind_date(u, day);
    else
        db_bind_null(u);
}

int ledger_statement_file_add(struct db_unit *u, const struct uuid *task_id, int32_t file_no,
    const struct ledger_statement_head *head, const struct db_column *accounts)
{
    static const struct db_stmt insert = {"ledger_statement_file",
        "INSERT INTO statement_files AS f (task_id, file_no, name, encoding, version, sender,"
        "  made, date_from, date_to, accounts)"
        " VALUES ($1::uuid, $2::integer, $3::text, $4::text, $5::text, $6::text, $7::timestamp,"
        "  $8::date, $9::date, $10::text[])"
        " ON CONFLICT (task_id, file_no) DO UPDATE SET name = f.name RETURNING id"};
    int at = db_add(u, &insert);
    db_bind_uuid(u, task_id);
    db_bind_i32(u, file_no);
    db_bind_text(u, head->name);
    db_bind_text(u, head->encoding);
    db_bind_text(u, head->version);
    db_bind_text(u, head->sender);
    if (head->made)
        db_bind_time(u, head->made);
    else
        db_bind_null(u);
    bool period = head->from && head->to >= head->from;
    bind_day(u, period, head->from);
    bind_day(u, period, head->to);
    db_bind_column(u, accounts);
    return at;
}

static void bind_amount(struct db_unit *u, bool has, int64_t kopecks)
{
    if (has)
        db_bind_i64(u, kopecks);
    else
        db_bind_null(u);
}

#define NEWNESS(row)                                                                               \
    "obm_statement_newness((SELECT made FROM statement_files WHERE id = " row ".file_id),"         \
    " " row ".received, " row ".paid)"

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
        " WHERE " NEWNESS("excluded") " > " NEWNESS("b") " OR (" NEWNESS("excluded") " = " NEWNESS(
            "b") "  AND (b.opening, b.received, b.paid, b.closing) IS DISTINCT FROM"
                 "  (excluded.opening, excluded.received, excluded.paid, excluded.closing))"};
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
