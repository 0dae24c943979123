#include "ledger/statement_seen.h"

static const struct db_stmt seen = {"ledger_statement_seen",
    "INSERT INTO statement_seen (task_id, file_no, identity, fresh)"
    " SELECT $1::uuid, $2::integer, i.identity, i.fresh FROM unnest($3::uuid[], $4::boolean[])"
    "  AS i(identity, fresh)"};

void ledger_statement_seen_add(struct db_unit *u, const struct ledger_statement_file *file,
    const struct ledger_statement_row *rows, int count)
{
    struct db_column identity, fresh;
    db_column_init(&identity, DB_UUID);
    db_column_init(&fresh, DB_BOOL);
    for (int i = 0; i < count; i++) {
        if (rows[i].state == LEDGER_ROW_NEW && file->file_id)
            continue; /* it is in statement_rows */
        db_column_uuid(&identity, &rows[i].identity);
        db_column_bool(&fresh, rows[i].state == LEDGER_ROW_NEW);
    }
    if (identity.count) {
        db_add(u, &seen);
        db_bind_uuid(u, &file->task_id);
        db_bind_i32(u, file->file_no);
        db_bind_column(u, &identity);
        db_bind_column(u, &fresh);
    }
    db_column_release(&identity);
    db_column_release(&fresh);
}

void ledger_statement_forget_add(struct db_unit *u, const struct uuid *task_id, int limit)
{
    static const struct db_stmt forget[] = {
        {"ledger_statement_forget",
            "DELETE FROM statement_seen WHERE ctid = ANY(ARRAY(SELECT ctid FROM statement_seen"
            " WHERE task_id = $1::uuid LIMIT $2::integer))"},
        {"ledger_statement_forget_drafts",
            "DELETE FROM statement_drafts WHERE ctid = ANY(ARRAY(SELECT ctid FROM statement_drafts"
            " WHERE task_id = $1::uuid LIMIT $2::integer))"}};
    for (int i = 0; i < 2; i++) {
        db_add(u, &forget[i]);
        db_bind_uuid(u, task_id);
        db_bind_i32(u, limit);
    }
}
