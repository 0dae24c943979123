#include "ledger/statement.h"

#include <stdio.h>
#include <stdlib.h>

#include "ledger/plan.h"
#include "ledger/relink.h"
#include "ledger/statement_seen.h"

/* ---- asking ---- */

/* One look for each row: how many rows of this identity there are; how many of them this file
 * brought; how many rows of this file were known; how many a dry run would have created, in this
 * file and in all; whose the INNs are, when they are one's only. */
static const struct db_stmt known = {"ledger_statement_known",
    "SELECT (SELECT count(*) FROM statement_rows r WHERE r.identity = i.identity),"
    " (SELECT count(*) FROM statement_rows r WHERE r.identity = i.identity AND r.file_id = "
    "$5::bigint),"
    " s.known, s.fresh_here, s.fresh,"
    " (SELECT max(c.id) FROM contractors c WHERE c.inn = i.inn AND c.is_active HAVING count(*) = "
    "1),"
    " o.id, o.name"
    " FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS i(identity, inn, our_inn, "
    "position)"
    " CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE NOT fresh AND file_no = $6::integer) AS "
    "known,"
    "  count(*) FILTER (WHERE fresh AND file_no = $6::integer) AS fresh_here,"
    "  count(*) FILTER (WHERE fresh) AS fresh"
    "  FROM statement_seen s WHERE s.task_id = $4::uuid AND s.identity = i.identity) AS s"
    " LEFT JOIN LATERAL (SELECT max(o.id) AS id, max(o.name) AS name FROM organizations o"
    "  WHERE o.inn = i.our_inn AND o.is_active HAVING count(*) = 1) AS o ON true"
    " ORDER BY i.position"};

static struct ledger_payment_key key_of(const struct ledger_statement_row *row)
{
    return (struct ledger_payment_key){row->t.account_number, row->t.type, row->t.amount};
}

int ledger_statement_ask_add(struct db_unit *u, const struct ledger_statement_file *file,
    const struct ledger_statement_row *rows, int count)
{
    struct db_column identity, inn, our_inn;
    db_column_init(&identity, DB_UUID);
    db_column_init(&inn, DB_TEXT);
    db_column_init(&our_inn, DB_TEXT);
    ledger_neighbours_clear(file->neighbours);
    for (int i = 0; i < count; i++) {
        const struct ledger_transaction *t = &rows[i].t;
        struct ledger_payment_key key = key_of(&rows[i]);
        db_column_uuid(&identity, &rows[i].identity);
        db_column_text(&inn, t->counterparty_inn);
        db_column_text(&our_inn, t->facts.our_inn);
        ledger_neighbours_around(file->neighbours, &key, rows[i].posted);
    }
    ledger_plan_by_index(u);
    int first = db_add(u, &known);
    db_bind_column(u, &identity);
    db_bind_column(u, &inn);
    db_bind_column(u, &our_inn);
    db_bind_uuid(u, &file->task_id);
    db_bind_i64(u, file->file_id);
    db_bind_i32(u, file->file_no);
    ledger_neighbours_ask_add(file->neighbours, u, &file->task_id, file->file_id == 0);
    db_column_release(&identity);
    db_column_release(&inn);
    db_column_release(&our_inn);
    return first;
}

/* Equal rows that stand earlier in the same batch. */
static void count_earlier(
    const struct ledger_statement_row *rows, int i, int64_t *ret_new, int64_t *ret_known)
{
    *ret_new = *ret_known = 0;
    for (int k = 0; k < i; k++)
        if (uuid_eq(&rows[k].identity, &rows[i].identity))
            *(rows[k].state == LEDGER_ROW_NEW ? ret_new : ret_known) += 1;
}

/* Of `total` rows with this identity this file brought `mine`; the others are older, and as many
 * rows of the file are they. What comes beyond them is new. */
static void judge(
    struct ledger_statement_row *rows, int i, const struct db_result *r, struct arena *a)
{
    struct ledger_statement_row *row = &rows[i];
    int64_t earlier_new, earlier_known;
    count_earlier(rows, i, &earlier_new, &earlier_known);
    int64_t total = db_i64(r, i, 0) + db_i64(r, i, 4);
    int64_t mine = db_i64(r, i, 1) + db_i64(r, i, 3);
    int64_t seen = db_i64(r, i, 2) + earlier_known;
    row->state = seen < total - mine ? LEDGER_ROW_KNOWN : LEDGER_ROW_NEW;
    row->occurrence = (int32_t)(row->state == LEDGER_ROW_NEW ? total + earlier_new + 1 : seen + 1);
    row->t.counterparty_id = db_i64(r, i, 5);
    row->t.organization_id = db_i64(r, i, 6);
    struct str name = db_text(r, i, 7);
    if (name.n)
        row->t.organization_name = arena_str(a, name);
    char id[UUID_TEXT];
    uuid_format(&row->identity, id);
    row->t.external_id = row->occurrence == 1 ? arena_str(a, str_from(id))
                                              : arena_printf(a, "%s/%d", id, row->occurrence);
}

void ledger_statement_take(struct ledger_statement_row *rows, int count,
    const struct ledger_statement_file *file, struct db_result *const *results, int first,
    struct arena *a)
{
    struct ledger_neighbours *n = file->neighbours;
    bool any = false;
    for (int i = 0; i < count; i++)
        judge(rows, i, results[first], a);
    ledger_neighbours_take(n, results, first + 1);
    for (int i = 0; i < count; i++) {
        struct ledger_statement_row *row = &rows[i];
        struct ledger_payment_key key = key_of(row);
        row->link = (struct ledger_link_answer){0};
        if (row->state != LEDGER_ROW_NEW)
            continue;
        any = true;
        ledger_neighbours_join(
            n, &key, row->posted, row->t.document_number, row->t.counterparty_inn, &row->link);
    }
    if (!any) /* what brings nothing new changes nothing around it */
        ledger_neighbours_clear(n);
}

/* ---- writing ---- */

static const struct db_stmt insert_rows = {"ledger_statement_insert",
    "INSERT INTO statement_rows (file_id, identity, occurrence, external_id, account_number, "
    "posted, transaction_type,"
    "  amount, document_number, counterparty_inn, internal, transaction_id, link_level, line)"
    " SELECT $1::bigint, i.identity, i.occurrence, i.external_id, i.account, i.posted, i.type, "
    "i.amount * 0.01,"
    "  i.number, i.inn, i.internal, i.linked, i.level, i.line"
    " FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::text[], $6::date[], $7::text[], "
    "$8::bigint[], $9::text[],"
    "  $10::text[], $11::boolean[], $12::bigint[], $13::integer[], $14::bigint[])"
    "  AS i(identity, occurrence, external_id, account, posted, type, amount, number, inn, "
    "internal, linked, level, line)"};

static const struct db_stmt insert_matches = {"ledger_statement_matches",
    "INSERT INTO statement_matches (row_id, transaction_id, reason)"
    " SELECT r.id, i.transaction_id, i.reason"
    " FROM unnest($1::uuid[], $2::integer[], $3::bigint[], $4::text[])"
    "  AS i(identity, occurrence, transaction_id, reason)"
    " CROSS JOIN LATERAL (SELECT id FROM statement_rows r WHERE r.identity = i.identity"
    "  AND r.occurrence = i.occurrence LIMIT 1) AS r"};

/* Their money stands in 1C's rows: they were counted as created by the upsert before. */
static const struct db_stmt step_back = {"ledger_statement_step_back",
    "WITH gone AS (UPDATE bank_transactions SET is_active = false WHERE source = 'bank'"
    "  AND external_id = ANY($1::text[]) AND is_active RETURNING 1)"
    " SELECT obm_tally(-count(*), 0, count(*), 0) FROM gone"};

enum column {
    C_IDENTITY,
    C_OCCURRENCE,
    C_EXTERNAL_ID,
    C_ACCOUNT,
    C_POSTED,
    C_TYPE,
    C_AMOUNT,
    C_NUMBER,
    C_INN,
    C_INTERNAL,
    C_LINKED,
    C_LEVEL,
    C_LINE,
    COLUMNS
};

static void add_row(struct db_column c[COLUMNS], const struct ledger_statement_row *r)
{
    db_column_uuid(&c[C_IDENTITY], &r->identity);
    db_column_i32(&c[C_OCCURRENCE], r->occurrence);
    db_column_text(&c[C_EXTERNAL_ID], r->t.external_id);
    db_column_text(&c[C_ACCOUNT], r->t.account_number);
    db_column_time(&c[C_POSTED], r->posted);
    db_column_text(&c[C_TYPE], str_from(ledger_type_name(r->t.type)));
    db_column_i64(&c[C_AMOUNT], r->t.amount);
    db_column_text(&c[C_NUMBER], r->t.document_number);
    db_column_text(&c[C_INN], r->t.counterparty_inn);
    db_column_bool(&c[C_INTERNAL], r->internal);
    db_column_id(&c[C_LINKED], r->link.linked_id);
    db_column_i32(&c[C_LEVEL], r->link.level);
    db_column_i64(&c[C_LINE], r->line);
}

static void add_matches(struct db_unit *u, const struct ledger_statement_row *rows, int count)
{
    struct db_column identity, occurrence, transaction, reason;
    db_column_init(&identity, DB_UUID);
    db_column_init(&occurrence, DB_INT4);
    db_column_init(&transaction, DB_INT8);
    db_column_init(&reason, DB_TEXT);
    for (int i = 0; i < count; i++) {
        for (int k = 0; rows[i].state == LEDGER_ROW_NEW && k < rows[i].link.open_count; k++) {
            db_column_uuid(&identity, &rows[i].identity);
            db_column_i32(&occurrence, rows[i].occurrence);
            db_column_i64(&transaction, rows[i].link.open[k]);
            db_column_text(&reason, str_from(ledger_link_doubt_name(rows[i].link.doubt)));
        }
    }
    if (identity.count) {
        ledger_plan_by_index(u);
        db_add(u, &insert_matches);
        db_bind_column(u, &identity);
        db_bind_column(u, &occurrence);
        db_bind_column(u, &transaction);
        db_bind_column(u, &reason);
    }
    db_column_release(&identity);
    db_column_release(&occurrence);
    db_column_release(&transaction);
    db_column_release(&reason);
}

void ledger_statement_write_add(struct db_unit *u, const struct ledger_statement_file *file,
    const struct ledger_statement_row *rows, int count, struct ledger_batch *batch)
{
    static const enum db_elem elems[COLUMNS] = {[C_IDENTITY] = DB_UUID,
        [C_OCCURRENCE] = DB_INT4,
        [C_POSTED] = DB_DATE,
        [C_AMOUNT] = DB_INT8,
        [C_INTERNAL] = DB_BOOL,
        [C_LINKED] = DB_INT8,
        [C_LEVEL] = DB_INT4,
        [C_LINE] = DB_INT8}; /* the rest: DB_TEXT, which is 0 */
    struct db_column c[COLUMNS], linked;
    for (int i = 0; i < COLUMNS; i++)
        db_column_init(&c[i], elems[i]);
    db_column_init(&linked, DB_TEXT);
    ledger_batch_clear(batch);
    ledger_relink_add(u, file->neighbours, &file->task_id);
    for (int i = 0; i < count; i++) {
        if (rows[i].state != LEDGER_ROW_NEW)
            continue;
        add_row(c, &rows[i]);
        ledger_batch_add(batch, &rows[i].t);
        if (rows[i].link.linked_id)
            db_column_text(&linked, rows[i].t.external_id);
    }
    if (ledger_batch_count(batch)) {
        db_add(u, &insert_rows);
        db_bind_i64(u, file->file_id);
        for (int i = 0; i < COLUMNS; i++)
            db_bind_column(u, &c[i]);
        ledger_batch_write(batch, u, &file->task_id);
    }
    if (linked.count) {
        db_add(u, &step_back);
        db_bind_column(u, &linked);
    }
    for (int i = 0; i < COLUMNS; i++)
        db_column_release(&c[i]);
    db_column_release(&linked);
    add_matches(u, rows, count);
    ledger_statement_seen_add(u, file, rows, count);
}
