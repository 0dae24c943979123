#include "ledger/days.h"

static const struct db_stmt forget = {"ledger_days_forget",
    "DELETE FROM source_days WHERE source = $1::text AND transaction_type = $2::text"
    " AND payment_source = $3::text AND day >= $4::date AND day < $5::date"
    " AND day <> ALL ($6::date[])"};

static const struct db_stmt store = {"ledger_days_store",
    "INSERT INTO source_days (source, transaction_type, payment_source, base, task_id, day,"
    "  documents, amount, hash)"
    " SELECT $1::text, $2::text, $3::text, $4::text, $5::uuid, i.day, i.documents,"
    "  i.amount * 0.01, i.hash"
    " FROM unnest($6::date[], $7::bigint[], $8::bigint[], $9::uuid[])"
    "  AS i(day, documents, amount, hash)"
    " ON CONFLICT (source, transaction_type, payment_source, day) DO UPDATE SET"
    "  base = excluded.base, task_id = excluded.task_id, documents = excluded.documents,"
    "  amount = excluded.amount, hash = excluded.hash, read_at = now()"};

static const struct db_stmt read_days = {"ledger_days_read",
    "SELECT transaction_type, payment_source, day - $3::date, d.documents,"
    "  (d.amount * 100)::bigint, d.hash,"
    "  coalesce(d.documents = l.rows AND d.amount = l.amount, false), coalesce(l.rows, 0)"
    " FROM (SELECT transaction_type, payment_source, day, documents, amount, hash FROM source_days"
    "   WHERE source = $1::text AND base = $2::text AND day >= $3::date AND day < $4::date) d"
    " FULL JOIN (SELECT transaction_type, payment_source, transaction_date::date AS day,"
    "   count(*) AS rows, sum(amount) AS amount FROM bank_transactions"
    "   WHERE source = $1::text AND is_active AND transaction_date >= $3::date"
    "   AND transaction_date < $4::date GROUP BY 1, 2, 3) l"
    " USING (transaction_type, payment_source, day)"};

void ledger_days_init(struct ledger_days *d)
{
    db_column_init(&d->day, DB_DATE);
    db_column_init(&d->documents, DB_INT8);
    db_column_init(&d->amount, DB_INT8);
    db_column_init(&d->hash, DB_UUID);
}

void ledger_days_release(struct ledger_days *d)
{
    db_column_release(&d->day);
    db_column_release(&d->documents);
    db_column_release(&d->amount);
    db_column_release(&d->hash);
}

void ledger_days_add(struct ledger_days *d, usec_t day, const struct ledger_print *print)
{
    db_column_time(&d->day, day);
    db_column_i64(&d->documents, print->documents);
    db_column_i64(&d->amount, print->amount);
    db_column_uuid(&d->hash, &print->hash);
}

void ledger_days_store_add(struct db_unit *u, const struct uuid *task_id, const char *source,
    struct str base, enum ledger_type type, enum ledger_payment payment, usec_t from, usec_t to,
    const struct ledger_days *days)
{
    db_add(u, &forget);
    db_bind_cstr(u, source);
    db_bind_cstr(u, ledger_type_name(type));
    db_bind_cstr(u, ledger_payment_name(payment));
    db_bind_date(u, from);
    db_bind_date(u, to);
    db_bind_column(u, &days->day);
    db_add(u, &store);
    db_bind_cstr(u, source);
    db_bind_cstr(u, ledger_type_name(type));
    db_bind_cstr(u, ledger_payment_name(payment));
    db_bind_text(u, base);
    db_bind_uuid(u, task_id);
    db_bind_column(u, &days->day);
    db_bind_column(u, &days->documents);
    db_bind_column(u, &days->amount);
    db_bind_column(u, &days->hash);
}

void ledger_days_read_add(
    struct db_unit *u, const char *source, struct str base, usec_t from, usec_t to)
{
    db_add(u, &read_days);
    db_bind_cstr(u, source);
    db_bind_text(u, base);
    db_bind_date(u, from);
    db_bind_date(u, to);
}
