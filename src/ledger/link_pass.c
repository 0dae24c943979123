#include "ledger/link_pass.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/link.h"
#include "ledger/plan.h"
#include "obmen/arena.h"

#define CANDIDATES 200 /* of one row */

/* By the days of 1C's rows: few of these are inactive, and an index knows it. */
static const struct db_stmt release_lost = {"link_release_lost",
    "WITH gone AS (UPDATE statement_rows r SET transaction_id = NULL FROM bank_transactions o"
    "  WHERE o.id = r.transaction_id AND NOT o.is_active AND o.transaction_date >= $1::date"
    "  AND o.transaction_date < $2::date + 1"
    "  RETURNING r.external_id)"
    " UPDATE bank_transactions b SET is_active = true, changed_task_id = $3::uuid, updated_at = "
    "now() FROM gone"
    " WHERE b.source = 'bank' AND b.external_id = gone.external_id AND NOT b.is_active"};

/* What a person called the same payment is it again as soon as 1C has its row. */
static const struct db_stmt return_decided = {"link_return_decided",
    "WITH back AS (UPDATE statement_rows r SET transaction_id = m.transaction_id"
    "  FROM statement_matches m JOIN bank_transactions o ON o.id = m.transaction_id"
    "  WHERE m.decision = 'same' AND r.id = m.row_id AND r.transaction_id IS NULL AND o.is_active"
    "  AND r.posted BETWEEN $1::date AND $2::date"
    "  AND NOT EXISTS (SELECT FROM statement_rows x WHERE x.transaction_id = o.id)"
    "  RETURNING r.external_id)"
    " UPDATE bank_transactions b SET is_active = false, changed_task_id = $3::uuid, updated_at = "
    "now() FROM back"
    " WHERE b.source = 'bank' AND b.external_id = back.external_id AND b.is_active"};

#define WAITING                                                                                    \
    "SELECT r.* FROM statement_rows r WHERE r.transaction_id IS NULL AND (r.posted, r.id) > "      \
    "($1::date, $2::bigint) AND r.posted <= $3::date ORDER BY r.posted, r.id LIMIT 50"

static const struct db_stmt waiting = {"link_waiting",
    "SELECT id, posted, document_number, counterparty_inn FROM (" WAITING ") r ORDER BY posted, "
    "id"};

static const struct db_stmt candidates = {"link_candidates",
    "WITH r AS (SELECT *, row_number() OVER (ORDER BY posted, id) AS n FROM (" WAITING ") w)"
    " SELECT r.n, b.id, b.transaction_date::date, b.document_number, b.counterparty_inn"
    " FROM r CROSS JOIN LATERAL (SELECT * FROM bank_transactions b"
    "  WHERE b.source = '1c' AND b.payment_source = 'BANK' AND b.account_number = r.account_number"
    "  AND b.amount = r.amount AND b.transaction_type = r.transaction_type AND b.is_active"
    "  AND b.transaction_date >= r.posted - 3 AND b.transaction_date < r.posted + 4"
    "  AND NOT EXISTS (SELECT FROM statement_rows x WHERE x.transaction_id = b.id)"
    "  AND NOT EXISTS (SELECT FROM statement_matches m WHERE m.row_id = r.id"
    "   AND m.transaction_id = b.id AND m.decision = 'different')"
    "  ORDER BY b.id LIMIT $4::bigint) b ORDER BY r.n, b.id"};

/* A person may have decided since the rows were read. */
static const struct db_stmt store = {"link_store",
    "UPDATE statement_rows r SET transaction_id = i.linked"
    " FROM unnest($1::bigint[], $2::bigint[]) AS i(id, linked)"
    " WHERE r.id = i.id AND r.transaction_id IS NULL AND i.linked IS NOT NULL"
    " AND NOT EXISTS (SELECT FROM statement_rows x WHERE x.transaction_id = i.linked)"
    " AND NOT EXISTS (SELECT FROM statement_matches m WHERE m.row_id = i.id"
    "  AND m.transaction_id = i.linked AND m.decision = 'different')"};

static const struct db_stmt forget_open = {"link_forget_open",
    "DELETE FROM statement_matches m WHERE m.row_id = ANY($1::bigint[]) AND m.decision IS NULL"
    " AND NOT EXISTS (SELECT FROM unnest($2::bigint[], $3::bigint[], $4::text[])"
    "  AS i(row_id, transaction_id, reason) WHERE i.row_id = m.row_id"
    "  AND i.transaction_id = m.transaction_id AND i.reason = m.reason)"};

static const struct db_stmt keep_open = {"link_keep_open",
    "INSERT INTO statement_matches (row_id, transaction_id, reason)"
    " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[]) ON CONFLICT DO NOTHING"};

static const struct db_stmt carry = {"link_carry",
    "UPDATE bank_transactions o SET category_id = b.category_id, status = b.status, notes = "
    "coalesce(b.notes, o.notes), decided_by = b.decided_by, updated_at = now()"
    " FROM statement_rows r JOIN bank_transactions b ON b.source = 'bank' AND b.external_id = "
    "r.external_id"
    " WHERE r.id = ANY($1::bigint[]) AND o.id = r.transaction_id AND b.decided_by IS NOT NULL AND "
    "o.decided_by IS NULL"};

static const struct db_stmt step_back = {"link_step_back",
    "UPDATE bank_transactions b SET is_active = false, changed_task_id = $2::uuid, updated_at = "
    "now()"
    " FROM statement_rows r WHERE r.id = ANY($1::bigint[]) AND r.transaction_id IS NOT NULL"
    " AND b.source = 'bank' AND b.external_id = r.external_id AND b.is_active"};

void ledger_link_pass_begin(
    struct ledger_link_pass *p, struct obm_task *task, usec_t from, usec_t to)
{
    *p = (struct ledger_link_pass){.task = task,
        .from = from - LINK_DAYS * USEC_PER_DAY,
        .at_day = from - LINK_DAYS * USEC_PER_DAY,
        .to = to + LINK_DAYS * USEC_PER_DAY};
}

static void on_done(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct ledger_link_pass *p = arg;
    (void)t;
    (void)results;
    p->waiting = false;
    if (err && strcmp(err->sqlstate, "23505") == 0) {
        /* a person has linked one of these rows of 1C meanwhile: these are looked up again */
        p->at_day = p->before_day;
        p->at_id = p->before_id;
    } else if (err) {
        p->err = *err;
    } else {
        p->linked += p->found_linked;
        p->unclear += p->found_unclear;
    }
    p->found_linked = p->found_unclear = 0;
}

/* Of 50 rows. */
struct found {
    struct db_column ids, linked;            /* of each row */
    struct db_column row, candidate, reason; /* of what a person is asked */
};

static void write_down(struct ledger_link_pass *p, const struct found *f)
{
    struct db_unit *u = obm_unit(p->task);
    ledger_plan_by_index(u);
    db_add(u, &store);
    db_bind_column(u, &f->ids);
    db_bind_column(u, &f->linked);
    db_add(u, &carry);
    db_bind_column(u, &f->ids);
    db_add(u, &step_back);
    db_bind_column(u, &f->ids);
    db_bind_uuid(u, obm_id(p->task));
    db_add(u, &forget_open);
    db_bind_column(u, &f->ids);
    db_bind_column(u, &f->row);
    db_bind_column(u, &f->candidate);
    db_bind_column(u, &f->reason);
    db_add(u, &keep_open);
    db_bind_column(u, &f->row);
    db_bind_column(u, &f->candidate);
    db_bind_column(u, &f->reason);
    p->waiting = true;
    obm_query(p->task, u, on_done, p);
}

static void take_row(
    struct ledger_link_pass *p, struct found *f, int64_t id, const struct link_row *row)
{
    db_column_i64(&f->ids, id);
    if (row->linked_id)
        db_column_i64(&f->linked, row->linked_id);
    else
        db_column_null(&f->linked);
    p->found_linked += row->linked_id != 0;
    p->found_unclear += row->unclear;
}

static void take_open(struct found *f, const struct db_result *rows, const struct link_row *links,
    const struct link_candidate *c)
{
    if (!c->open)
        return;
    db_column_i64(&f->row, db_i64(rows, c->row, 0));
    db_column_i64(&f->candidate, c->id);
    db_column_text(&f->reason, str_from(ledger_link_doubt_name(links[c->row].doubt)));
}

static void decide(
    struct ledger_link_pass *p, const struct db_result *rows, const struct db_result *found)
{
    int count = db_rows(rows), n = db_rows(found);
    struct link_row *links = mem_alloc((size_t)count * sizeof *links);
    struct link_candidate *all = mem_alloc(((size_t)n + 1) * sizeof *all);
    struct found f;
    struct db_column *const columns[] = {&f.ids, &f.linked, &f.row, &f.candidate, &f.reason};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        db_column_init(columns[i], columns[i] == &f.reason ? DB_TEXT : DB_INT8);
    for (int i = 0; i < count; i++)
        links[i] = (struct link_row){.posted = db_time(rows, i, 1),
            .number = db_text(rows, i, 2),
            .inn = db_text(rows, i, 3)};
    for (int k = 0; k < n; k++)
        all[k] = (struct link_candidate){.row = (int)db_i64(found, k, 0) - 1,
            .id = db_i64(found, k, 1),
            .date = db_time(found, k, 2),
            .number = db_text(found, k, 3),
            .inn = db_text(found, k, 4)};
    ledger_link_decide(links, count, all, n);
    for (int i = 0; i < count; i++)
        take_row(p, &f, db_i64(rows, i, 0), &links[i]);
    for (int k = 0; k < n; k++)
        take_open(&f, rows, links, &all[k]);
    write_down(p, &f);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        db_column_release(columns[i]);
    free(links);
    free(all);
}

static void on_waiting(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct ledger_link_pass *p = arg;
    (void)t;
    p->waiting = false;
    if (err) {
        p->err = *err;
        return;
    }
    const struct db_result *rows = results[1]; /* 0 is how to plan it */
    int count = db_rows(rows);
    p->over = count == 0;
    if (p->over)
        return;
    p->before_day = p->at_day;
    p->before_id = p->at_id;
    p->at_id = db_i64(rows, count - 1, 0);
    p->at_day = db_time(rows, count - 1, 1);
    decide(p, rows, results[2]);
}

static void bind_place(struct db_unit *u, const struct ledger_link_pass *p)
{
    db_bind_date(u, p->at_day);
    db_bind_i64(u, p->at_id);
    db_bind_date(u, p->to);
}

enum obm_step ledger_link_pass_step(struct ledger_link_pass *p)
{
    if (p->err.code)
        return obm_fail(p->task, &p->err);
    if (p->waiting)
        return OBM_WAIT;
    if (p->over)
        return OBM_NEXT;
    struct db_unit *u = obm_unit(p->task);
    p->waiting = true;
    if (!p->released) {
        p->released = true;
        ledger_plan_by_index(u);
        db_add(u, &release_lost);
        db_bind_date(u, p->from);
        db_bind_date(u, p->to);
        db_bind_uuid(u, obm_id(p->task));
        db_add(u, &return_decided);
        db_bind_date(u, p->from);
        db_bind_date(u, p->to);
        db_bind_uuid(u, obm_id(p->task));
        obm_query(p->task, u, on_done, p);
        return OBM_WAIT;
    }
    ledger_plan_by_index(u);
    db_add(u, &waiting);
    bind_place(u, p);
    db_add(u, &candidates);
    bind_place(u, p);
    db_bind_i64(u, CANDIDATES);
    obm_query(p->task, u, on_waiting, p);
    return OBM_WAIT;
}
