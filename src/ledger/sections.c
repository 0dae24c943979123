#include "ledger/sections.h"

#include "ledger/dry_run_sql.h"
#include "ledger/plan.h"

enum { S_FILE, S_LINE, S_ACCOUNT, S_FROM, S_TO, S_OPENING, S_RECEIVED, S_PAID, S_CLOSING, S_MADE };
_Static_assert(S_MADE + 1 == LEDGER_SECTIONS_COLUMNS, "a column of each");

/* $1: the task; kopecks become what the tables have. */
#define SECTIONS                                                                                   \
    "(SELECT file_no, line, account_number, date_from, date_to,"                                   \
    "  (opening * 0.01)::numeric(17,2) AS opening, (received * 0.01)::numeric(17,2) AS received,"  \
    "  (paid * 0.01)::numeric(17,2) AS paid, (closing * 0.01)::numeric(17,2) AS closing, made"     \
    "  FROM unnest($2::integer[], $3::bigint[], $4::text[], $5::date[], $6::date[],"               \
    "   $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::timestamp[]) AS i(file_no,"  \
    "   line, account_number, date_from, date_to, opening, received, paid, closing, made))"

static void amount(struct db_column *c, bool has, int64_t kopecks)
{
    if (has)
        db_column_i64(c, kopecks);
    else
        db_column_null(c);
}

void ledger_sections_note(
    struct ledger_sections *s, int32_t file_no, usec_t made, const struct ledger_balance *b)
{
    static const enum db_elem elems[LEDGER_SECTIONS_COLUMNS] = {DB_INT4, DB_INT8, DB_TEXT, DB_DATE,
        DB_DATE, DB_INT8, DB_INT8, DB_INT8, DB_INT8, DB_TIMESTAMP};
    struct db_column *c = s->column;
    if (s->count == LEDGER_SECTIONS_MAX)
        return;
    bool begun = c[S_LINE].elem == DB_INT8;
    for (int i = 0; !begun && i < LEDGER_SECTIONS_COLUMNS; i++)
        db_column_init(&c[i], elems[i]);
    s->count++;
    db_column_i32(&c[S_FILE], file_no);
    db_column_i64(&c[S_LINE], b->line);
    db_column_text(&c[S_ACCOUNT], b->account);
    db_column_time(&c[S_FROM], b->from);
    db_column_time(&c[S_TO], b->to);
    db_column_i64(&c[S_OPENING], b->opening);
    amount(&c[S_RECEIVED], b->has_received, b->received);
    amount(&c[S_PAID], b->has_paid, b->paid);
    amount(&c[S_CLOSING], b->has_closing, b->closing);
    if (made)
        db_column_time(&c[S_MADE], made);
    else
        db_column_null(&c[S_MADE]);
}

void ledger_sections_mark(struct ledger_sections *s)
{
    s->marked = s->count;
    for (int i = 0; i < LEDGER_SECTIONS_COLUMNS; i++)
        s->mark[i] = s->column[i].data.n;
}

void ledger_sections_back(struct ledger_sections *s)
{
    s->count = s->marked;
    for (int i = 0; i < LEDGER_SECTIONS_COLUMNS; i++) {
        s->column[i].data.n = s->mark[i];
        s->column[i].count = s->marked;
    }
}

void ledger_sections_release(struct ledger_sections *s)
{
    for (int i = 0; i < LEDGER_SECTIONS_COLUMNS; i++)
        db_column_release(&s->column[i]);
    s->count = 0;
}

static void bind(struct db_unit *u, const struct ledger_sections *s, const struct uuid *task_id)
{
    db_bind_uuid(u, task_id);
    for (int i = 0; i < LEDGER_SECTIONS_COLUMNS; i++)
        db_bind_column(u, &s->column[i]);
}

#define SIDES                                                                                      \
    "sum(amount) FILTER (WHERE transaction_type = 'CREDIT') AS credit,"                            \
    " sum(amount) FILTER (WHERE transaction_type = 'DEBIT') AS debit"

/* Rows of a dry run are added up by day first: a join of sections with every row takes seconds. */
int ledger_turnovers_add(
    struct db_unit *u, const struct ledger_sections *s, const struct uuid *task_id)
{
    static const struct db_stmt read = {"ledger_turnovers",
        "WITH s AS MATERIALIZED " SECTIONS ","
        " days AS MATERIALIZED (SELECT account_number, posted, transaction_type, sum(amount) AS"
        "  amount FROM statement_drafts WHERE task_id = $1::uuid AND row_id IS NULL"
        "  GROUP BY account_number, posted, transaction_type),"
        " fresh AS (SELECT s.file_no, s.line, " SIDES " FROM s JOIN days d ON d.account_number ="
        "  s.account_number AND d.posted BETWEEN s.date_from AND s.date_to"
        "  GROUP BY s.file_no, s.line)"
        " SELECT s.file_no, s.line, s.account_number FROM s LEFT JOIN fresh f"
        "  USING (file_no, line)"
        " CROSS JOIN LATERAL (SELECT " SIDES " FROM statement_rows r WHERE r.account_number ="
        "  s.account_number AND r.posted BETWEEN s.date_from AND s.date_to) AS t"
        " WHERE s.received <> coalesce(t.credit, 0) + coalesce(f.credit, 0)"
        "  OR s.paid <> coalesce(t.debit, 0) + coalesce(f.debit, 0)"
        " ORDER BY s.file_no, s.line LIMIT 1000"};
    ledger_plan_by_index(u);
    int at = db_add(u, &read);
    bind(u, s, task_id);
    return at;
}

#define DIFF(field) DRY_DIFF(field, "b." field "::text", "s." field "::text")
#define CHANGES                                                                                    \
    "concat(" DIFF("opening") ", " DIFF("received") ", " DIFF("paid") ", " DIFF("closing") ")"
/* Of several for the same days the newest one counts, the last of equally new ones: as in an
 * import. */
#define NEWEST                                                                                     \
    "(SELECT DISTINCT ON (account_number, date_from, date_to) *,"                                  \
    "  obm_statement_newness(made, received, paid) AS newness FROM " SECTIONS " AS a"              \
    "  ORDER BY account_number, date_from, date_to, newness DESC, file_no DESC, line DESC)"
#define STORED                                                                                     \
    "(SELECT b.*, obm_statement_newness(f.made, b.received, b.paid) AS newness"                    \
    "  FROM statement_balances b JOIN statement_files f ON f.id = b.file_id)"

void ledger_sections_dry_add(
    struct db_unit *u, const struct ledger_sections *s, const struct uuid *task_id)
{
    static const struct db_stmt would = {"ledger_sections_dry",
        "INSERT INTO task_changes (task_id, resource, action, external_id, title,"
        "  transaction_date, changes)"
        " SELECT $1::uuid, 'statement_balances', action, concat_ws(' ', account_number, date_from,"
        "  date_to), account_number, date_from, ('{' || substr(changes, 2) || '}')::jsonb"
        " FROM (SELECT account_number, date_from, date_to,"
        "  CASE WHEN b.file_id IS NULL THEN 'create' ELSE 'update' END AS action, " CHANGES
        " AS changes FROM " NEWEST " AS s LEFT JOIN " STORED
        " AS b USING (account_number, date_from, date_to)"
        "  WHERE b.newness IS NULL OR s.newness >= b.newness) AS d"
        " WHERE changes <> '' ORDER BY account_number, date_from, date_to ON CONFLICT DO NOTHING"};
    db_add(u, &would);
    bind(u, s, task_id);
}
