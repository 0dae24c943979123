#include "ledger/reconcile.h"

#include "ledger/plan.h"

/* The source is compared in a way no index serves: without statistics the planner would add up the
 * dates with every key of the source, which is the whole table. */
static const struct db_stmt sweep = {"ledger_sweep",
    "INSERT INTO missing_transactions (task_id, transaction_id)"
    " SELECT $1::uuid, b.id FROM bank_transactions b"
    " WHERE b.source IS NOT DISTINCT FROM $2::text AND b.transaction_type = $3::text AND "
    "b.payment_source = $4::text"
    "  AND b.is_active AND b.transaction_date >= $5::timestamp AND b.transaction_date < "
    "$6::timestamp"
    "  AND b.external_id NOT IN (SELECT unnest($7::text[]))" /* hashed, however many rows the
                                                                planner expects */
    " ON CONFLICT DO NOTHING"};

static const struct db_stmt candidates = {"ledger_candidates",
    "SELECT b.id, b.external_id, b.data_version FROM missing_transactions m"
    " JOIN bank_transactions b ON b.id = m.transaction_id"
    " WHERE m.task_id = $1::uuid AND m.transaction_id > $5::bigint AND b.source = $2::text"
    "  AND b.transaction_type = $3::text AND b.payment_source = $4::text AND b.is_active"
    "  AND b.changed_task_id IS DISTINCT FROM $1::uuid"
    "  AND NOT EXISTS (SELECT FROM task_changes c WHERE c.task_id = $1::uuid AND c.resource ="
    "   'bank_transactions' AND c.external_id = b.external_id)"
    " ORDER BY m.transaction_id LIMIT $6::integer"};

static const struct db_stmt deactivate = {"ledger_deactivate",
    "WITH gone AS (UPDATE bank_transactions SET is_active = false, changed_task_id = $1::uuid, "
    "updated_at = now()"
    "  WHERE id = ANY ($2::bigint[]) AND is_active RETURNING 1)"
    " SELECT obm_tally(0, 0, 0, count(*)) FROM gone"};

static const struct db_stmt dry_deactivate = {"ledger_dry_deactivate",
    "WITH gone AS (INSERT INTO task_changes (task_id, resource, action, external_id, row_id, title,"
    "   transaction_date, transaction_type, amount)"
    "  SELECT $1::uuid, 'bank_transactions', 'deactivate', b.external_id, b.id,"
    "   concat_ws(' ', b.document_number, b.counterparty_name), b.transaction_date,"
    "   b.transaction_type, b.amount FROM bank_transactions b"
    "  WHERE b.id = ANY ($2::bigint[]) AND b.is_active ON CONFLICT DO NOTHING RETURNING 1)"
    " SELECT obm_tally(0, 0, 0, count(*)) FROM gone"};

static const struct db_stmt drop = {"ledger_candidates_drop",
    "DELETE FROM missing_transactions WHERE task_id = $1::uuid"
    " AND transaction_id = ANY ($2::bigint[])"};

static const struct db_stmt clear = {
    "ledger_candidates_clear", "DELETE FROM missing_transactions WHERE task_id = $1::uuid"};

static const struct db_stmt deactivated = {"ledger_deactivated",
    "SELECT b.id, b.external_id, b.transaction_date, b.document_number, b.amount, "
    "b.transaction_type, count(*) OVER ()"
    " FROM missing_transactions m JOIN bank_transactions b ON b.id = m.transaction_id"
    " WHERE m.task_id = $1::uuid AND NOT b.is_active AND b.changed_task_id = $1::uuid"
    " ORDER BY b.transaction_date, b.id LIMIT $2::integer"};

void ledger_sweep_add(struct db_unit *u, const struct uuid *task_id, const struct ledger_stretch *s,
    const struct db_column *met)
{
    ledger_plan_by_index(u);
    db_add(u, &sweep);
    db_bind_uuid(u, task_id);
    db_bind_cstr(u, s->source);
    db_bind_cstr(u, ledger_type_name(s->type));
    db_bind_cstr(u, ledger_payment_name(s->payment));
    db_bind_time(u, s->from);
    db_bind_time(u, s->to);
    db_bind_column(u, met);
}

void ledger_candidates_add(struct db_unit *u, const struct uuid *task_id, const char *source,
    enum ledger_type type, enum ledger_payment payment, int64_t after_id, int limit)
{
    db_add(u, &candidates);
    db_bind_uuid(u, task_id);
    db_bind_cstr(u, source);
    db_bind_cstr(u, ledger_type_name(type));
    db_bind_cstr(u, ledger_payment_name(payment));
    db_bind_i64(u, after_id);
    db_bind_i32(u, limit);
}

void ledger_deactivate_add(
    struct db_unit *u, const struct uuid *task_id, const struct db_column *ids, bool dry)
{
    db_add(u, dry ? &dry_deactivate : &deactivate);
    db_bind_uuid(u, task_id);
    db_bind_column(u, ids);
}

void ledger_candidates_drop_add(
    struct db_unit *u, const struct uuid *task_id, const struct db_column *ids)
{
    db_add(u, &drop);
    db_bind_uuid(u, task_id);
    db_bind_column(u, ids);
}

void ledger_candidates_clear_add(struct db_unit *u, const struct uuid *task_id)
{
    db_add(u, &clear);
    db_bind_uuid(u, task_id);
}

void ledger_deactivated_add(struct db_unit *u, const struct uuid *task_id, int limit)
{
    db_add(u, &deactivated);
    db_bind_uuid(u, task_id);
    db_bind_i32(u, limit);
}
