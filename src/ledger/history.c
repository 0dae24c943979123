#include "ledger/history.h"

#include "ledger/json_answer.h"

#define CREATED_AT JSON_MOMENT("b.created_at")
#define CHANGED_AT JSON_MOMENT("h.at")

/* What changed a row, newest first. */
#define CHANGES                                                                                    \
    "SELECT json_agg(json_build_object("                                                           \
    "  'at', " CHANGED_AT ", 'task_id', h.task_id, 'task_type', t.task_type,"                      \
    "  'user_id', h.user_id, 'username', u.username,"                                              \
    "  'changes', (SELECT json_agg(json_build_object("                                             \
    "    'field', e.key, 'old', e.value -> 0, 'new', e.value -> 1) ORDER BY e.key)"                \
    "   FROM jsonb_each(h.changes) e)) ORDER BY h.id DESC)"                                        \
    " FROM (SELECT * FROM transaction_history WHERE transaction_id = $1::bigint"                   \
    "   ORDER BY id DESC LIMIT $2::integer OFFSET $3::integer) h"                                  \
    " LEFT JOIN tasks t ON t.task_id = h.task_id"                                                  \
    " LEFT JOIN users u ON u.id = h.user_id"

/* Where the last task that read the row from 1C read it: tasks that only classify or link change
 * rows, too, and have no source. */
#define SOURCE                                                                                     \
    "SELECT s.base, s.document FROM ("                                                             \
    "  SELECT b.changed_task_id AS task_id, 2 AS age, 0 AS id"                                     \
    "  UNION ALL"                                                                                  \
    "  SELECT h.task_id, 1, h.id FROM transaction_history h WHERE h.transaction_id = b.id"         \
    "  UNION ALL SELECT b.created_task_id, 0, 0) wrote"                                            \
    " JOIN task_sources s ON s.task_id = wrote.task_id"                                            \
    "  AND s.transaction_type = b.transaction_type AND s.payment_source = b.payment_source"        \
    " ORDER BY wrote.age DESC, wrote.id DESC LIMIT 1"

/* The line of a statement that the row is, or that was linked to it. */
#define LINE                                                                                       \
    "SELECT f.name, r.line FROM statement_rows r JOIN statement_files f ON f.id = r.file_id"       \
    "  WHERE r.transaction_id = b.id"                                                              \
    " UNION ALL"                                                                                   \
    " SELECT f.name, r.line FROM statement_rows r JOIN statement_files f ON f.id = r.file_id"      \
    "  WHERE b.source = 'bank' AND r.account_number = b.account_number"                            \
    "   AND r.posted = b.transaction_date::date AND r.external_id = b.external_id"                 \
    " LIMIT 1"

static const struct db_stmt history = {"ledger_history",
    "SELECT json_build_object('transaction_id', b.id,"
    "  'source', json_build_object('kind', b.source, 'base', s.base, 'document', s.document,"
    "   'external_id', b.external_id, 'file', f.name, 'line', f.line),"
    "  'created', json_build_object('at', " CREATED_AT ", 'task_id', b.created_task_id,"
    "   'task_type', (SELECT t.task_type FROM tasks t WHERE t.task_id = b.created_task_id)),"
    "  'history', coalesce((" CHANGES "), '[]'),"
    "  'total', (SELECT count(*) FROM transaction_history WHERE transaction_id = $1::bigint))::text"
    " FROM bank_transactions b"
    " LEFT JOIN LATERAL (" SOURCE ") s ON true"
    " LEFT JOIN LATERAL (" LINE ") f ON true"
    " WHERE b.id = $1::bigint"};

static const struct db_stmt source = {"ledger_source",
    "INSERT INTO task_sources (task_id, transaction_type, payment_source, base, document)"
    " VALUES ($1::uuid, $2::text, $3::text, $4::text, $5::text) ON CONFLICT DO NOTHING"};

void ledger_get_history(
    struct db *db, int64_t id, int limit, int offset, ledger_json_fn done, void *arg)
{
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, &history);
    db_bind_i64(u, id);
    db_bind_i32(u, limit);
    db_bind_i32(u, offset);
    ledger_answer_json(u, done, arg);
}

static const struct db_stmt sign = {
    "ledger_sign", "SELECT set_config('obm.user_id', $1::bigint::text, true)"};

void ledger_sign_add(struct db_unit *u, int64_t user_id)
{
    db_add(u, &sign);
    db_bind_i64(u, user_id);
}

void ledger_source_add(struct db_unit *u, const struct uuid *task_id, enum ledger_type type,
    enum ledger_payment payment, struct str base, const char *document)
{
    db_add(u, &source);
    db_bind_uuid(u, task_id);
    db_bind_cstr(u, ledger_type_name(type));
    db_bind_cstr(u, ledger_payment_name(payment));
    db_bind_text(u, base);
    db_bind_cstr(u, document);
}
