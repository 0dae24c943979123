#include "ledger/link_pass.h"

#include <stdlib.h>

#include "ledger/link.h"
#include "ledger/plan.h"
#include "obmen/arena.h"

#define CANDIDATES 200 /* of one row */

static const struct db_stmt release_lost = {"link_release_lost",
    "WITH gone AS (UPDATE statement_rows r SET transaction_id = NULL FROM bank_transactions o"
    "  WHERE o.id = r.transaction_id AND NOT o.is_active AND r.posted BETWEEN $1::date AND $2::date"
    "  RETURNING r.external_id)"
    " UPDATE bank_transactions b SET is_active = true, changed_task_id = $3::uuid, updated_at = "
    "now() FROM gone"
    " WHERE b.source = 'bank' AND b.external_id = gone.external_id AND NOT b.is_active"};

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
    "  ORDER BY b.id LIMIT $4::bigint) b ORDER BY r.n, b.id"};

static const struct db_stmt store = {"link_store",
    "UPDATE statement_rows r SET transaction_id = i.linked, unclear = i.unclear"
    " FROM unnest($1::bigint[], $2::bigint[], $3::boolean[]) AS i(id, linked, unclear)"
    " WHERE r.id = i.id AND r.transaction_id IS NULL AND (i.linked IS NOT NULL OR r.unclear <> "
    "i.unclear)"};

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
    if (err)
        p->err = *err;
}

static void write_down(struct ledger_link_pass *p, const struct db_column *ids,
    const struct db_column *linked, const struct db_column *unclear)
{
    struct db_unit *u = obm_unit(p->task);
    ledger_plan_by_index(u);
    db_add(u, &store);
    db_bind_column(u, ids);
    db_bind_column(u, linked);
    db_bind_column(u, unclear);
    db_add(u, &carry);
    db_bind_column(u, ids);
    db_add(u, &step_back);
    db_bind_column(u, ids);
    db_bind_uuid(u, obm_id(p->task));
    p->waiting = true;
    obm_query(p->task, u, on_done, p);
}

static void decide(
    struct ledger_link_pass *p, const struct db_result *rows, const struct db_result *found)
{
    int count = db_rows(rows), n = db_rows(found);
    struct link_row *links = mem_alloc((size_t)count * sizeof *links);
    struct link_candidate *all = mem_alloc(((size_t)n + 1) * sizeof *all);
    struct db_column ids, linked, unclear;
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
    db_column_init(&ids, DB_INT8);
    db_column_init(&linked, DB_INT8);
    db_column_init(&unclear, DB_BOOL);
    for (int i = 0; i < count; i++) {
        db_column_i64(&ids, db_i64(rows, i, 0));
        if (links[i].linked_id)
            db_column_i64(&linked, links[i].linked_id);
        else
            db_column_null(&linked);
        db_column_bool(&unclear, links[i].unclear);
        p->linked += links[i].linked_id != 0;
        p->unclear += links[i].unclear;
    }
    write_down(p, &ids, &linked, &unclear);
    db_column_release(&ids);
    db_column_release(&linked);
    db_column_release(&unclear);
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
        db_add(u, &release_lost);
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
