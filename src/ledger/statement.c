#include "ledger/statement.h"

#include <stdio.h>
#include <stdlib.h>

#include "ledger/dry_run_sql.h"
#include "ledger/plan.h"
#include "obmen/decimal.h"

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

static const struct db_stmt candidates = {"ledger_statement_candidates",
    "SELECT i.position, b.id, b.transaction_date::date, b.document_number, b.counterparty_inn"
    " FROM unnest($1::text[], $2::bigint[], $3::text[], $4::date[]) WITH ORDINALITY"
    "  AS i(account, amount, type, posted, position)"
    " CROSS JOIN LATERAL (SELECT * FROM bank_transactions b"
    "  WHERE b.source = '1c' AND b.payment_source = 'BANK' AND b.account_number = i.account"
    "  AND b.amount = i.amount * 0.01 AND b.transaction_type = i.type AND b.is_active"
    "  AND b.transaction_date >= i.posted - 3 AND b.transaction_date < i.posted + 4"
    "  AND NOT EXISTS (SELECT FROM statement_rows r WHERE r.transaction_id = b.id)"
    "  AND ($6::uuid IS NULL OR NOT EXISTS (SELECT FROM task_changes c WHERE c.task_id = $6"
    "   AND c.row_id = b.id AND c.action = 'link'))"
    "  ORDER BY b.id LIMIT $5::bigint) AS b"
    " ORDER BY i.position, b.id"};

int ledger_statement_ask_add(struct db_unit *u, const struct ledger_statement_file *file,
    const struct ledger_statement_row *rows, int count)
{
    struct db_column identity, inn, our_inn, account, amount, type, posted;
    db_column_init(&identity, DB_UUID);
    db_column_init(&inn, DB_TEXT);
    db_column_init(&our_inn, DB_TEXT);
    db_column_init(&account, DB_TEXT);
    db_column_init(&amount, DB_INT8);
    db_column_init(&type, DB_TEXT);
    db_column_init(&posted, DB_DATE);
    for (int i = 0; i < count; i++) {
        const struct ledger_transaction *t = &rows[i].t;
        db_column_uuid(&identity, &rows[i].identity);
        db_column_text(&inn, t->counterparty_inn);
        db_column_text(&our_inn, t->facts.our_inn);
        db_column_text(&account, t->account_number);
        db_column_i64(&amount, t->amount);
        db_column_text(&type, str_from(ledger_type_name(t->type)));
        db_column_time(&posted, rows[i].posted);
    }
    ledger_plan_by_index(u);
    int first = db_add(u, &known);
    db_bind_column(u, &identity);
    db_bind_column(u, &inn);
    db_bind_column(u, &our_inn);
    db_bind_uuid(u, &file->task_id);
    db_bind_i64(u, file->file_id);
    db_bind_i32(u, file->file_no);
    db_add(u, &candidates);
    db_bind_column(u, &account);
    db_bind_column(u, &amount);
    db_bind_column(u, &type);
    db_bind_column(u, &posted);
    /* others of the batch may take count - 1 of them */
    db_bind_i64(u, count + LINK_OPEN_MAX);
    db_bind_uuid(u, file->file_id ? NULL : &file->task_id); /* what a dry run has given away */
    struct db_column *const all[] = {&identity, &inn, &our_inn, &account, &amount, &type, &posted};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        db_column_release(all[i]);
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

static void take_open(
    struct ledger_statement_row *rows, const struct link_candidate *all, int n, struct arena *a)
{
    for (int k = 0; k < n; k++) {
        struct ledger_statement_row *row = &rows[all[k].row];
        if (!all[k].open)
            continue;
        if (!row->open)
            row->open = arena_alloc(a, LINK_OPEN_MAX * sizeof *row->open);
        row->open[row->open_count++] = all[k].id;
    }
}

static void link_new_ones(
    struct ledger_statement_row *rows, int count, const struct db_result *found, struct arena *a)
{
    int n = db_rows(found), kept = 0;
    struct link_row *links = mem_alloc((size_t)count * sizeof *links);
    struct link_candidate *all = mem_alloc(((size_t)n + 1) * sizeof *all);
    for (int i = 0; i < count; i++)
        links[i] = (struct link_row){.posted = rows[i].posted,
            .number = rows[i].t.document_number,
            .inn = rows[i].t.counterparty_inn};
    for (int k = 0; k < n; k++) {
        int row = (int)db_i64(found, k, 0) - 1;
        if (rows[row].state == LEDGER_ROW_NEW)
            all[kept++] = (struct link_candidate){.row = row,
                .id = db_i64(found, k, 1),
                .date = db_time(found, k, 2),
                .number = db_text(found, k, 3),
                .inn = db_text(found, k, 4)};
    }
    ledger_link_decide(links, count, all, kept);
    for (int i = 0; i < count; i++) {
        rows[i].linked_id = links[i].linked_id;
        rows[i].unclear = links[i].unclear;
        rows[i].doubt = links[i].doubt;
        rows[i].open = NULL;
        rows[i].open_count = 0;
    }
    take_open(rows, all, kept, a);
    free(links);
    free(all);
}

void ledger_statement_take(struct ledger_statement_row *rows, int count,
    struct db_result *const *results, int first, struct arena *a)
{
    for (int i = 0; i < count; i++)
        judge(rows, i, results[first], a);
    link_new_ones(rows, count, results[first + 1], a);
}

/* ---- writing ---- */

static const struct db_stmt insert_rows = {"ledger_statement_insert",
    "INSERT INTO statement_rows (file_id, identity, occurrence, external_id, account_number, "
    "posted, transaction_type,"
    "  amount, document_number, counterparty_inn, internal, transaction_id, line)"
    " SELECT $1::bigint, i.identity, i.occurrence, i.external_id, i.account, i.posted, i.type, "
    "i.amount * 0.01,"
    "  i.number, i.inn, i.internal, i.linked, i.line"
    " FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::text[], $6::date[], $7::text[], "
    "$8::bigint[], $9::text[],"
    "  $10::text[], $11::boolean[], $12::bigint[], $13::bigint[])"
    "  AS i(identity, occurrence, external_id, account, posted, type, amount, number, inn, "
    "internal, linked, line)"};

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

static const struct db_stmt seen = {"ledger_statement_seen",
    "INSERT INTO statement_seen (task_id, file_no, identity, fresh)"
    " SELECT $1::uuid, $2::integer, i.identity, i.fresh FROM unnest($3::uuid[], $4::boolean[])"
    "  AS i(identity, fresh)"};

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
    if (r->linked_id)
        db_column_i64(&c[C_LINKED], r->linked_id);
    else
        db_column_null(&c[C_LINKED]);
    db_column_i64(&c[C_LINE], r->line);
}

static void add_seen(struct db_unit *u, const struct ledger_statement_file *file,
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

static void add_matches(struct db_unit *u, const struct ledger_statement_row *rows, int count)
{
    struct db_column identity, occurrence, transaction, reason;
    db_column_init(&identity, DB_UUID);
    db_column_init(&occurrence, DB_INT4);
    db_column_init(&transaction, DB_INT8);
    db_column_init(&reason, DB_TEXT);
    for (int i = 0; i < count; i++) {
        for (int k = 0; rows[i].state == LEDGER_ROW_NEW && k < rows[i].open_count; k++) {
            db_column_uuid(&identity, &rows[i].identity);
            db_column_i32(&occurrence, rows[i].occurrence);
            db_column_i64(&transaction, rows[i].open[k]);
            db_column_text(&reason, str_from(ledger_link_doubt_name(rows[i].doubt)));
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
        [C_LINE] = DB_INT8}; /* the rest: DB_TEXT, which is 0 */
    struct db_column c[COLUMNS], linked;
    for (int i = 0; i < COLUMNS; i++)
        db_column_init(&c[i], elems[i]);
    db_column_init(&linked, DB_TEXT);
    ledger_batch_clear(batch);
    for (int i = 0; i < count; i++) {
        if (rows[i].state != LEDGER_ROW_NEW)
            continue;
        add_row(c, &rows[i]);
        ledger_batch_add(batch, &rows[i].t);
        if (rows[i].linked_id)
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
    add_seen(u, file, rows, count);
}

/* ---- a dry run ---- */

static const struct db_stmt dry = {"ledger_statement_dry",
    "INSERT INTO task_changes (task_id, resource, action, external_id, row_id, title, "
    "transaction_date, transaction_type, amount, changes)"
    " SELECT $1::uuid, 'bank_transactions', CASE WHEN i.linked IS NOT NULL THEN 'link'"
    "  WHEN i.doubt IS NOT NULL THEN 'unclear' ELSE 'create' END, i.key, i.linked, i.title, i.at,"
    "  i.type, i.amount * 0.01,"
    "  CASE WHEN i.linked IS NOT NULL"
    "   THEN jsonb_build_object('same_as', jsonb_build_array(NULL, i.linked))"
    "   WHEN i.doubt IS NOT NULL THEN jsonb_build_object('unclear', jsonb_build_array(NULL, "
    "i.doubt)) END"
    " FROM unnest($2::text[], $3::bigint[], $4::text[], $5::date[], $6::text[], $7::bigint[], "
    "$8::text[]) AS i(key, linked, title, at, type, amount, doubt) ON CONFLICT DO NOTHING"};

void ledger_statement_dry_add(struct db_unit *u, const struct ledger_statement_file *file,
    const struct ledger_statement_row *rows, int count)
{
    enum { D_KEY, D_LINKED, D_TITLE, D_AT, D_TYPE, D_AMOUNT, D_DOUBT, D_COLUMNS };
    static const enum db_elem elems[D_COLUMNS] = {
        [D_LINKED] = DB_INT8, [D_AT] = DB_DATE, [D_AMOUNT] = DB_INT8}; /* else DB_TEXT */
    struct db_column c[D_COLUMNS];
    struct arena texts = ARENA_INIT;
    for (int i = 0; i < D_COLUMNS; i++)
        db_column_init(&c[i], elems[i]);
    for (int i = 0; i < count; i++) {
        const struct ledger_statement_row *r = &rows[i];
        if (r->state != LEDGER_ROW_NEW)
            continue;
        db_column_text(&c[D_KEY], r->t.external_id);
        if (r->linked_id)
            db_column_i64(&c[D_LINKED], r->linked_id);
        else
            db_column_null(&c[D_LINKED]);
        db_column_text(
            &c[D_TITLE], str_trim(arena_printf(&texts, "%.*s %.*s", STR_ARG(r->t.document_number),
                             STR_ARG(r->t.counterparty_name))));
        db_column_time(&c[D_AT], r->posted);
        db_column_text(&c[D_TYPE], str_from(ledger_type_name(r->t.type)));
        db_column_i64(&c[D_AMOUNT], r->t.amount);
        db_column_text(
            &c[D_DOUBT], r->unclear ? str_from(ledger_link_doubt_name(r->doubt)) : STR_NULL);
    }
    if (c[D_KEY].count) {
        db_add(u, &dry);
        db_bind_uuid(u, &file->task_id);
        for (int i = 0; i < D_COLUMNS; i++)
            db_bind_column(u, &c[i]);
    }
    for (int i = 0; i < D_COLUMNS; i++)
        db_column_release(&c[i]);
    arena_release(&texts);
    add_seen(u, file, rows, count);
}

int ledger_statement_forget_add(struct db_unit *u, const struct uuid *task_id, int limit)
{
    static const struct db_stmt forget = {"ledger_statement_forget",
        "DELETE FROM statement_seen WHERE ctid = ANY(ARRAY(SELECT ctid FROM statement_seen"
        " WHERE task_id = $1::uuid LIMIT $2::integer))"};
    int at = db_add(u, &forget);
    db_bind_uuid(u, task_id);
    db_bind_i32(u, limit);
    return at;
}

/* ---- files, balances, accounts ---- */

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

void ledger_own_accounts_keep(struct db_unit *u, const struct db_column *accounts)
{
    static const struct db_stmt insert = {"ledger_own_accounts_keep",
        "INSERT INTO own_accounts (account) SELECT DISTINCT unnest($1::text[]) ON CONFLICT DO "
        "NOTHING"};
    db_add(u, &insert);
    db_bind_column(u, accounts);
}

/* Those of 1C by a skip through the index: one look for each account. */
int ledger_own_accounts_add(struct db_unit *u, int limit)
{
    static const struct db_stmt read = {"ledger_own_accounts",
        "WITH RECURSIVE skip AS ("
        " (SELECT account_number FROM bank_transactions WHERE source = '1c' AND payment_source = "
        "'BANK' AND account_number > '' ORDER BY account_number LIMIT 1)"
        " UNION ALL SELECT (SELECT b.account_number FROM bank_transactions b WHERE b.source = '1c'"
        "  AND b.payment_source = 'BANK' AND b.account_number > skip.account_number ORDER BY "
        "b.account_number LIMIT 1)"
        " FROM skip WHERE skip.account_number IS NOT NULL)"
        " SELECT account FROM own_accounts UNION SELECT account_number FROM skip WHERE "
        "account_number IS NOT NULL LIMIT $1::bigint"};
    int at = db_add(u, &read);
    db_bind_i64(u, limit);
    return at;
}
