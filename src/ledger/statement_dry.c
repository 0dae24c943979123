/* What a dry run writes about rows of statements instead of the rows. */
#include "ledger/relink.h"
#include "ledger/statement_seen.h"

static const struct db_stmt draft = {"ledger_statement_draft",
    "WITH d AS (INSERT INTO statement_drafts (task_id, file_no, external_id, title, account_number,"
    "   posted, transaction_type, amount, document_number, counterparty_inn, transaction_id,"
    "   link_level, reason)"
    "  SELECT $1::uuid, $2::integer, i.key, i.title, i.account, i.posted, i.type, i.amount * 0.01,"
    "   i.number, i.inn, i.linked, i.level, i.reason"
    "  FROM unnest($3::text[], $4::text[], $5::text[], $6::date[], $7::text[], $8::bigint[],"
    "   $9::text[], $10::text[], $11::bigint[], $12::integer[], $13::text[])"
    "   AS i(key, title, account, posted, type, amount, number, inn, linked, level, reason)"
    "  RETURNING *)"
    " INSERT INTO task_changes (task_id, resource, action, external_id, row_id, title,"
    "  transaction_date, transaction_type, amount, changes)"
    " SELECT task_id, 'bank_transactions', " RELINK_TOLD_ACTION ", external_id, transaction_id,"
    "  title, posted, transaction_type, amount, " RELINK_TOLD_CHANGES " FROM d ORDER BY id"};

enum {
    D_KEY,
    D_TITLE,
    D_ACCOUNT,
    D_POSTED,
    D_TYPE,
    D_AMOUNT,
    D_NUMBER,
    D_INN,
    D_LINKED,
    D_LEVEL,
    D_REASON,
    D_COLUMNS
};

static void add_draft(
    struct db_column c[D_COLUMNS], const struct ledger_statement_row *r, struct arena *texts)
{
    const struct ledger_link_answer *link = &r->link;
    db_column_text(&c[D_KEY], r->t.external_id);
    db_column_text(
        &c[D_TITLE], str_trim(arena_printf(texts, "%.*s %.*s", STR_ARG(r->t.document_number),
                         STR_ARG(r->t.counterparty_name))));
    db_column_text(&c[D_ACCOUNT], r->t.account_number);
    db_column_time(&c[D_POSTED], r->posted);
    db_column_text(&c[D_TYPE], str_from(ledger_type_name(r->t.type)));
    db_column_i64(&c[D_AMOUNT], r->t.amount);
    db_column_text(&c[D_NUMBER], r->t.document_number);
    db_column_text(&c[D_INN], r->t.counterparty_inn);
    db_column_id(&c[D_LINKED], link->linked_id);
    db_column_i32(&c[D_LEVEL], link->level);
    db_column_text(
        &c[D_REASON], link->unclear ? str_from(ledger_link_doubt_name(link->doubt)) : STR_NULL);
}

void ledger_statement_dry_add(struct db_unit *u, const struct ledger_statement_file *file,
    const struct ledger_statement_row *rows, int count)
{
    static const enum db_elem elems[D_COLUMNS] = {[D_POSTED] = DB_DATE,
        [D_AMOUNT] = DB_INT8,
        [D_LINKED] = DB_INT8,
        [D_LEVEL] = DB_INT4}; /* the rest: DB_TEXT, which is 0 */
    struct db_column c[D_COLUMNS];
    struct arena texts = ARENA_INIT;
    for (int i = 0; i < D_COLUMNS; i++)
        db_column_init(&c[i], elems[i]);
    for (int i = 0; i < count; i++)
        if (rows[i].state == LEDGER_ROW_NEW)
            add_draft(c, &rows[i], &texts);
    ledger_relink_dry_add(u, file->neighbours, &file->task_id);
    if (c[D_KEY].count) {
        db_add(u, &draft);
        db_bind_uuid(u, &file->task_id);
        db_bind_i32(u, file->file_no);
        for (int i = 0; i < D_COLUMNS; i++)
            db_bind_column(u, &c[i]);
    }
    for (int i = 0; i < D_COLUMNS; i++)
        db_column_release(&c[i]);
    arena_release(&texts);
    ledger_statement_seen_add(u, file, rows, count);
}
