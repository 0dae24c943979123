#include "ledger/search.h"

#include <stdlib.h>

#include "obmen/arena.h"
#include "obmen/log.h"

#define EVERY_MS 1500

/* A thousand rows take about 50 ms. Taken and indexed in one transaction: a row that changes
 * meanwhile brings a line of its own. Nodes do not take the same lines. */
static const struct db_stmt index_some = {"ledger_search_index",
    "WITH taken AS (DELETE FROM search_backlog WHERE id IN (SELECT id FROM search_backlog"
    "   WHERE (SELECT max(at) < now() - interval '1 second' OR min(at) < now() - interval '1 "
    "minute' FROM search_backlog)"
    "   ORDER BY id LIMIT 10 FOR UPDATE SKIP LOCKED) RETURNING ids),"
    " rows AS (SELECT b.id, obm_search_text(b.payment_purpose, b.notes, b.document_number) AS text,"
    "    b.counterparty_name, ARRAY[b.document_number,"
    "    b.counterparty_inn, b.account_number, b.counterparty_account] AS numbers"
    "   FROM bank_transactions b WHERE b.id IN (SELECT unnest(ids) FROM taken)),"
    " counted AS (INSERT INTO search_numbers (number)"
    "   SELECT DISTINCT lower(left(n, 100)) FROM rows CROSS JOIN unnest(numbers) AS n"
    "   WHERE n <> '' ORDER BY 1 ON CONFLICT DO NOTHING),"
    " stored AS (INSERT INTO transaction_words AS w (transaction_id, words)"
    "   SELECT id, obm_search_words(text, counterparty_name, numbers) FROM rows"
    "   ORDER BY id"
    "   ON CONFLICT (transaction_id) DO UPDATE SET words = excluded.words WHERE w.words <> "
    "excluded.words)"
    " SELECT count(*) FROM taken"};

struct ledger_search {
    struct db *db;
    uv_timer_t timer;
    struct db_unit *unit; /* under way */
    bool timer_closed;
    void (*closed)(void *arg);
    void *closed_arg;
};

static void maybe_closed(struct ledger_search *s)
{
    if (!s->timer_closed || s->unit)
        return;
    s->closed(s->closed_arg);
    free(s);
}

static void work(struct ledger_search *s);

static void on_indexed(void *arg, struct db_result *const *results, const struct err *err)
{
    struct ledger_search *s = arg;
    s->unit = NULL;
    if (err && !err->cancelled && !err->passing)
        log_event(LOG_WARNING, "words not indexed", NULL, LERR(err));
    if (s->closed)
        maybe_closed(s);
    else if (!err && db_i64(results[0], 0, 0) > 0)
        work(s);
}

static void work(struct ledger_search *s)
{
    s->unit = db_unit_new(s->db, DB_TASK);
    db_add(s->unit, &index_some);
    db_submit(s->unit, on_indexed, s);
}

static void on_timer(uv_timer_t *timer)
{
    struct ledger_search *s = timer->data;
    if (!s->unit && !s->closed)
        work(s);
}

struct ledger_search *ledger_search_open(uv_loop_t *loop, struct db *db)
{
    struct ledger_search *s = mem_alloc(sizeof *s);
    s->db = db;
    uv_timer_init(loop, &s->timer);
    s->timer.data = s;
    uv_timer_start(&s->timer, on_timer, EVERY_MS, EVERY_MS);
    return s;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct ledger_search *s = handle->data;
    s->timer_closed = true;
    maybe_closed(s);
}

void ledger_search_close(struct ledger_search *s, void (*closed)(void *arg), void *arg)
{
    s->closed = closed;
    s->closed_arg = arg;
    if (s->unit)
        db_cancel(s->unit);
    uv_close((uv_handle_t *)&s->timer, on_timer_closed);
}
