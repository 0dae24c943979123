#include "ledger/link_pass.h"

#include "ledger/carry_sql.h"
#include "ledger/plan.h"
#include "ledger/relink.h"
#include "obmen/json.h"

#define BY_THE_TASK ", changed_task_id = $3::uuid"

/* By the days of 1C's rows: few of these are inactive, and an index knows it. */
static const struct db_stmt release_lost = {"link_release_lost",
    "WITH gone AS (UPDATE statement_rows r SET transaction_id = NULL, link_level = 0"
    "  FROM bank_transactions o"
    "  WHERE o.id = r.transaction_id AND NOT o.is_active AND o.transaction_date >= $1::date"
    "  AND o.transaction_date < $2::date + 1"
    "  RETURNING r.external_id, r.transaction_id) " LEDGER_GIVE_WAY("gone", BY_THE_TASK)};

/* What a person called the same payment is it again as soon as 1C has its row; of two rows that
 * were called the same as one of 1C, the one that was called so last. */
static const struct db_stmt return_decided = {"link_return_decided",
    "WITH back AS (UPDATE statement_rows r SET transaction_id = m.transaction_id"
    "  FROM (SELECT DISTINCT ON (o.id) m.row_id, m.transaction_id FROM statement_matches m"
    "   JOIN statement_rows w ON w.id = m.row_id"
    "   JOIN bank_transactions o ON o.id = m.transaction_id"
    "   WHERE m.decision = 'same' AND w.transaction_id IS NULL AND o.is_active"
    "   AND w.posted BETWEEN $1::date AND $2::date"
    "   AND NOT EXISTS (SELECT FROM statement_rows x WHERE x.transaction_id = o.id)"
    "   ORDER BY o.id, m.decided_at DESC) AS m"
    "  WHERE r.id = m.row_id AND r.transaction_id IS NULL"
    "  RETURNING r.external_id, r.transaction_id),"
    " carried AS (" LEDGER_CARRY("back") ") " LEDGER_GIVE_WAY("back", BY_THE_TASK)};

/* Of all indexes with the day the one that has the order, too: the others would be read whole. */
static const struct db_stmt in_order = {
    "link_in_order", "SELECT set_config('enable_sort', 'off', true)"};

/* $4: the task has written no row of 1C, so nothing has come near those that are linked. */
static const struct db_stmt unsettled = {"link_unsettled",
    "SELECT r.id, r.posted, r.account_number, (r.amount * 100)::bigint, r.transaction_type"
    " FROM statement_rows r WHERE r.link_level < 7 AND (r.posted, r.id) > ($1::date, $2::bigint)"
    " AND r.posted <= $3::date AND (r.transaction_id IS NULL OR (NOT $4::boolean AND EXISTS ("
    "  SELECT FROM bank_transactions b WHERE b.source = '1c' AND b.payment_source = 'BANK'"
    "   AND b.account_number = r.account_number AND b.amount = r.amount"
    "   AND b.transaction_type = r.transaction_type AND b.changed_task_id = $5::uuid"
    "   AND b.transaction_date >= r.posted - 3 AND b.transaction_date < r.posted + 4)))"
    " ORDER BY r.posted, r.id LIMIT 50"};

void ledger_link_pass_begin(
    struct ledger_link_pass *p, struct obm_task *task, usec_t from, usec_t to)
{
    *p = (struct ledger_link_pass){.task = task,
        .counts = p->counts,
        .watcher = p->watcher,
        .neighbours = ledger_neighbours_new(),
        .from = from - LINK_DAYS * USEC_PER_DAY,
        .at_day = from - LINK_DAYS * USEC_PER_DAY,
        .to = to + LINK_DAYS * USEC_PER_DAY};
}

void ledger_link_pass_release(struct ledger_link_pass *p)
{
    ledger_neighbours_free(p->neighbours);
    p->neighbours = NULL;
}

static bool answered(struct ledger_link_pass *p, const struct err *err)
{
    p->waiting = false;
    if (err)
        p->err = *err;
    return !err;
}

/* ---- those that were lost, and those that a person decided about ---- */

static void on_released(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct ledger_link_pass *p = arg;
    (void)t;
    if (err && db_key_taken(err)) {
        p->waiting = false; /* a person has linked one of these rows of 1C meanwhile: once more */
        return;
    }
    if (!answered(p, err))
        return;
    p->counts.opened += db_affected(results[1]);
    p->counts.linked += db_affected(results[2]);
    p->state = LINK_ROWS;
}

static void release(struct ledger_link_pass *p, struct db_unit *u)
{
    const struct db_stmt *const both[] = {&release_lost, &return_decided};
    for (int i = 0; i < 2; i++) {
        db_add(u, both[i]);
        db_bind_date(u, p->from);
        db_bind_date(u, p->to);
        db_bind_uuid(u, obm_id(p->task));
    }
    obm_query(p->task, u, on_released, p);
}

/* ---- fifty rows ---- */

static void on_rows(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct ledger_link_pass *p = arg;
    (void)t;
    if (!answered(p, err))
        return;
    const struct db_result *rows = results[2]; /* before it is how to plan it */
    int count = db_rows(rows);
    p->state = count ? LINK_NEIGHBOURS : LINK_OVER;
    ledger_neighbours_clear(p->neighbours);
    for (int i = 0; i < count; i++) {
        struct ledger_payment_key key = {.account = db_text(rows, i, 2),
            .type = str_is(db_text(rows, i, 4), "CREDIT") ? LEDGER_CREDIT : LEDGER_DEBIT,
            .amount = db_i64(rows, i, 3)};
        ledger_neighbours_around(p->neighbours, &key, db_time(rows, i, 1));
        p->at_id = db_i64(rows, i, 0);
        p->at_day = db_time(rows, i, 1);
    }
}

static void read_rows(struct ledger_link_pass *p, struct db_unit *u)
{
    struct obm_stats stats = obm_stats(p->task);
    p->before_day = p->at_day;
    p->before_id = p->at_id;
    db_add(u, &in_order);
    db_add(u, &unsettled);
    db_bind_date(u, p->at_day);
    db_bind_i64(u, p->at_id);
    db_bind_date(u, p->to);
    db_bind_bool(u, stats.created + stats.updated + stats.deactivated == 0);
    db_bind_uuid(u, obm_id(p->task));
    obm_query(p->task, u, on_rows, p);
}

static void on_neighbours(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct ledger_link_pass *p = arg;
    (void)t;
    if (!answered(p, err))
        return;
    ledger_neighbours_take(p->neighbours, results, p->question);
    p->state = LINK_DECIDE;
}

static void read_neighbours(struct ledger_link_pass *p, struct db_unit *u)
{
    p->question = ledger_neighbours_ask_add(p->neighbours, u, obm_id(p->task), false);
    obm_query(p->task, u, on_neighbours, p);
}

/* ---- what becomes of them ---- */

static void on_written(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct ledger_link_pass *p = arg;
    (void)t;
    (void)results;
    p->waiting = false;
    p->state = LINK_ROWS;
    if (!err)
        return;
    p->counts = p->before;
    if (p->watcher.undone)
        p->watcher.undone(p->watcher.arg);
    if (db_key_taken(err)) { /* as above: these fifty are looked up again */
        p->at_day = p->before_day;
        p->at_id = p->before_id;
    } else {
        p->err = *err;
    }
}

/* False: nothing changes. */
static bool count_changes(struct ledger_link_pass *p)
{
    int count;
    bool any = false;
    const struct ledger_stored_row *r = ledger_neighbours_stored(p->neighbours, &count);
    for (int i = 0; i < count; i++, r++) {
        bool links = ledger_stored_row_links(r), asks = r->asks;
        any |= links || asks;
        p->counts.linked += links && r->now.linked_id && r->now.linked_id != r->was;
        p->counts.opened += links && !r->now.linked_id;
        p->counts.asked += asks && r->now.unclear && !r->was_unclear;
    }
    return any;
}

static enum obm_step write_down(struct ledger_link_pass *p)
{
    if (!ledger_neighbours_decide(p->neighbours))
        return OBM_MORE;
    p->before = p->counts;
    if (!count_changes(p)) {
        p->state = LINK_ROWS;
        return OBM_MORE;
    }
    if (p->watcher.changing)
        p->watcher.changing(p->watcher.arg, p->neighbours);
    struct db_unit *u = obm_unit(p->task);
    ledger_relink_add(u, p->neighbours, obm_id(p->task));
    p->waiting = true;
    obm_commit(p->task, u, on_written, p);
    return OBM_WAIT;
}

enum obm_step ledger_link_pass_step(struct ledger_link_pass *p)
{
    if (p->err.code)
        return obm_fail(p->task, &p->err);
    if (p->waiting)
        return OBM_WAIT;
    if (p->state == LINK_OVER)
        return OBM_NEXT;
    if (p->state == LINK_DECIDE)
        return write_down(p);
    struct db_unit *u = obm_unit(p->task);
    p->waiting = true;
    ledger_plan_by_index(u);
    if (p->state == LINK_RELEASE)
        release(p, u);
    else if (p->state == LINK_ROWS)
        read_rows(p, u);
    else
        read_neighbours(p, u);
    return OBM_WAIT;
}

/* ---- whether it is needed ---- */

int ledger_link_outrun_add(struct db_unit *u, const struct uuid *task_id)
{
    static const struct db_stmt outrun = {"link_outrun",
        "SELECT EXISTS (SELECT FROM tasks t, tasks me WHERE me.task_id = $1::uuid"
        " AND t.exclusive = '1c' AND (t.status = 1 OR t.completed_at >= me.created_at))"};
    int at = db_add(u, &outrun);
    db_bind_uuid(u, task_id);
    return at;
}

/* ---- what is told ---- */

void ledger_link_counts_write(const struct ledger_link_counts *c, struct json_writer *w)
{
    jw_object(w);
    jw_ki64(w, "linked", c->linked);
    jw_ki64(w, "opened", c->opened);
    jw_ki64(w, "asked", c->asked);
    jw_object_end(w);
}

void ledger_link_counts_load(struct ledger_link_counts *c, const struct json *object)
{
    json_i64(json_get(object, "linked"), &c->linked);
    json_i64(json_get(object, "opened"), &c->opened);
    json_i64(json_get(object, "asked"), &c->asked);
}
