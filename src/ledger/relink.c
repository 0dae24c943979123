#include "ledger/relink.h"

#include "ledger/carry_sql.h"
#include "ledger/plan.h"

/* Of each row that changes: what it was linked to, what it is now, how well, and the doubt. */
enum { L_ID, L_WAS, L_LINKED, L_LEVEL, L_REASON, LINK_COLUMNS };
/* Of each row that a person is asked about: a candidate each. */
enum { O_ROW, O_CANDIDATE, O_REASON, OPEN_COLUMNS };

struct changes {
    struct db_column link[LINK_COLUMNS];
    struct db_column asks; /* rows whose questions are others, or none */
    struct db_column open[OPEN_COLUMNS];
};

static struct str reason(const struct ledger_link_answer *a)
{
    return a->unclear ? str_from(ledger_link_doubt_name(a->doubt)) : STR_NULL;
}

/* A draft (its id is negative) tells its doubt, too. */
static void collect_row(struct changes *c, const struct ledger_stored_row *r)
{
    if (ledger_stored_row_links(r) || (r->id < 0 && r->asks)) {
        db_column_i64(&c->link[L_ID], r->id);
        db_column_id(&c->link[L_WAS], r->was);
        db_column_id(&c->link[L_LINKED], r->now.linked_id);
        db_column_i32(&c->link[L_LEVEL], r->now.level);
        db_column_text(&c->link[L_REASON], reason(&r->now));
    }
    if (!r->asks)
        return;
    db_column_i64(&c->asks, r->id);
    for (int k = 0; k < r->now.open_count; k++) {
        db_column_i64(&c->open[O_ROW], r->id);
        db_column_i64(&c->open[O_CANDIDATE], r->now.open[k]);
        db_column_text(&c->open[O_REASON], reason(&r->now));
    }
}

static void collect(struct changes *c, const struct ledger_neighbours *n)
{
    static const enum db_elem link[] = {DB_INT8, DB_INT8, DB_INT8, DB_INT4, DB_TEXT};
    static const enum db_elem open[] = {DB_INT8, DB_INT8, DB_TEXT};
    int count;
    const struct ledger_stored_row *rows = ledger_neighbours_stored(n, &count);
    for (int i = 0; i < LINK_COLUMNS; i++)
        db_column_init(&c->link[i], link[i]);
    for (int i = 0; i < OPEN_COLUMNS; i++)
        db_column_init(&c->open[i], open[i]);
    db_column_init(&c->asks, DB_INT8);
    for (int i = 0; i < count; i++)
        collect_row(c, &rows[i]);
}

static void release_changes(struct changes *c)
{
    for (int i = 0; i < LINK_COLUMNS; i++)
        db_column_release(&c->link[i]);
    for (int i = 0; i < OPEN_COLUMNS; i++)
        db_column_release(&c->open[i]);
    db_column_release(&c->asks);
}

/* ---- for good ---- */

static const struct db_stmt unlink_rows = {"ledger_relink_unlink",
    "UPDATE statement_rows r SET transaction_id = NULL, link_level = 0"
    " FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS i(id, was, linked)"
    " WHERE r.id = i.id AND r.transaction_id = i.was AND i.linked IS DISTINCT FROM i.was"
    " AND NOT EXISTS (SELECT FROM statement_matches m WHERE m.row_id = r.id"
    "  AND m.transaction_id = i.was AND m.decision = 'same')"};

static const struct db_stmt link_rows = {"ledger_relink_link",
    "UPDATE statement_rows r SET transaction_id = i.linked, link_level = i.level"
    " FROM unnest($1::bigint[], $2::bigint[], $3::integer[]) AS i(id, linked, level)"
    " WHERE r.id = i.id AND i.linked IS NOT NULL"
    " AND (r.transaction_id IS NULL OR r.transaction_id = i.linked)"
    " AND NOT EXISTS (SELECT FROM statement_rows x WHERE x.transaction_id = i.linked"
    "  AND x.id <> r.id)"
    " AND NOT EXISTS (SELECT FROM statement_matches m WHERE m.row_id = r.id"
    "  AND m.transaction_id = i.linked AND m.decision = 'different')"};

/* From the ids to the rows, too: see carry_sql.h. */
static const struct db_stmt carry = {"ledger_relink_carry",
    LEDGER_CARRY("unnest($1::bigint[]) AS i(id) CROSS JOIN LATERAL (SELECT external_id,"
                 " transaction_id FROM statement_rows WHERE id = i.id OFFSET 0)")};

#define THESE_ROWS                                                                                 \
    "(SELECT external_id, transaction_id FROM statement_rows WHERE id = ANY($1::bigint[]))"

static const struct db_stmt step = {
    "ledger_relink_step", LEDGER_GIVE_WAY(THESE_ROWS, ", changed_task_id = $2::uuid")};

static const struct db_stmt forget_open = {"ledger_relink_forget",
    "DELETE FROM statement_matches m WHERE m.row_id = ANY($1::bigint[]) AND m.decision IS NULL"
    " AND NOT EXISTS (SELECT FROM unnest($2::bigint[], $3::bigint[], $4::text[])"
    "  AS i(row_id, transaction_id, reason) WHERE i.row_id = m.row_id"
    "  AND i.transaction_id = m.transaction_id AND i.reason = m.reason)"};

static const struct db_stmt keep_open = {"ledger_relink_keep",
    "INSERT INTO statement_matches (row_id, transaction_id, reason)"
    " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[]) ON CONFLICT DO NOTHING"};

static void add_links(struct db_unit *u, const struct changes *c, const struct uuid *task_id)
{
    db_add(u, &unlink_rows);
    db_bind_column(u, &c->link[L_ID]);
    db_bind_column(u, &c->link[L_WAS]);
    db_bind_column(u, &c->link[L_LINKED]);
    db_add(u, &link_rows);
    db_bind_column(u, &c->link[L_ID]);
    db_bind_column(u, &c->link[L_LINKED]);
    db_bind_column(u, &c->link[L_LEVEL]);
    db_add(u, &carry);
    db_bind_column(u, &c->link[L_ID]);
    db_add(u, &step);
    db_bind_column(u, &c->link[L_ID]);
    db_bind_uuid(u, task_id);
}

static void add_questions(struct db_unit *u, const struct changes *c)
{
    db_add(u, &forget_open);
    db_bind_column(u, &c->asks);
    for (int i = 0; i < OPEN_COLUMNS; i++)
        db_bind_column(u, &c->open[i]);
    if (!c->open[O_ROW].count)
        return;
    db_add(u, &keep_open);
    for (int i = 0; i < OPEN_COLUMNS; i++)
        db_bind_column(u, &c->open[i]);
}

void ledger_relink_add(
    struct db_unit *u, const struct ledger_neighbours *n, const struct uuid *task_id)
{
    struct changes c;
    collect(&c, n);
    if (c.link[L_ID].count || c.asks.count)
        ledger_plan_by_index(u);
    if (c.link[L_ID].count)
        add_links(u, &c, task_id);
    if (c.asks.count)
        add_questions(u, &c);
    release_changes(&c);
}

/* ---- in a dry run ---- */

#define CHANGED                                                                                    \
    "unnest($2::bigint[], $3::bigint[], $4::integer[], $5::text[]) AS i(id, linked, "              \
    "level, reason)"

/* Rows that would be new: what is told of them already is another now. */
static const struct db_stmt drafts = {"ledger_relink_drafts",
    "WITH changed AS (UPDATE statement_drafts d SET transaction_id = i.linked,"
    "  link_level = i.level, reason = i.reason FROM " CHANGED
    "  WHERE d.task_id = $1::uuid AND d.id = -i.id RETURNING d.*)"
    " UPDATE task_changes c SET action = " RELINK_TOLD_ACTION ", row_id = d.transaction_id,"
    "  changes = " RELINK_TOLD_CHANGES " FROM changed d WHERE c.task_id = $1"
    "  AND c.resource = 'bank_transactions' AND c.external_id = d.external_id"};

/* Stored rows: told as long as they would be linked otherwise than they are. */
static const struct db_stmt overlay = {"ledger_relink_overlay",
    "WITH changed AS (INSERT INTO statement_drafts AS d (task_id, row_id, external_id,"
    "   account_number, posted, transaction_type, amount, document_number, counterparty_inn,"
    "   transaction_id, link_level, reason)"
    "  SELECT $1::uuid, r.id, r.external_id, r.account_number, r.posted, r.transaction_type,"
    "   r.amount, r.document_number, r.counterparty_inn, i.linked, i.level, i.reason"
    "  FROM " CHANGED " JOIN statement_rows r ON r.id = i.id"
    "  ON CONFLICT (task_id, external_id) DO UPDATE SET transaction_id = excluded.transaction_id,"
    "   link_level = excluded.link_level, reason = excluded.reason RETURNING d.*),"
    " compared AS (SELECT d.*, b.id AS bank_id, r.transaction_id AS was,"
    "   concat_ws(' ', b.document_number, b.counterparty_name) AS name"
    "  FROM changed d JOIN statement_rows r ON r.id = d.row_id"
    "  JOIN bank_transactions b ON b.source = 'bank' AND b.external_id = d.external_id),"
    " told AS (INSERT INTO task_changes (task_id, resource, action, external_id, row_id, title,"
    "   transaction_date, transaction_type, amount, changes)"
    "  SELECT $1, 'bank_transactions', 'update', external_id, bank_id, name, posted,"
    "   transaction_type, amount, jsonb_build_object('same_as',"
    "    jsonb_build_array(was, transaction_id)) || CASE WHEN (was IS NULL) ="
    "    (transaction_id IS NULL) THEN '{}' ELSE jsonb_build_object('is_active',"
    "    jsonb_build_array(was IS NULL, transaction_id IS NULL)) END"
    "  FROM compared WHERE was IS DISTINCT FROM transaction_id"
    "  ON CONFLICT (task_id, resource, external_id) DO UPDATE SET changes = excluded.changes)"
    " DELETE FROM task_changes c USING compared WHERE c.task_id = $1"
    "  AND c.resource = 'bank_transactions' AND c.external_id = compared.external_id"
    "  AND compared.was IS NOT DISTINCT FROM compared.transaction_id"};

void ledger_relink_dry_add(
    struct db_unit *u, const struct ledger_neighbours *n, const struct uuid *task_id)
{
    static const struct db_stmt *const both[] = {&drafts, &overlay};
    struct changes c;
    collect(&c, n);
    for (int i = 0; c.link[L_ID].count && i < 2; i++) {
        db_add(u, both[i]);
        db_bind_uuid(u, task_id);
        db_bind_column(u, &c.link[L_ID]);
        db_bind_column(u, &c.link[L_LINKED]);
        db_bind_column(u, &c.link[L_LEVEL]);
        db_bind_column(u, &c.link[L_REASON]);
    }
    release_changes(&c);
}
