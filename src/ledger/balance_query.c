/* The question of balance.h, put to PostgreSQL and answered as JSON. */
#include <stdio.h>
#include <stdlib.h>

#include "ledger/balance.h"
#include "ledger/json_answer.h"
#include "ledger/plan.h"
#include "obmen/arena.h"
#include "obmen/decimal.h"
#include "obmen/json.h"

/* Accounts with a statement that touches these days; what stood on each at the beginning of the
 * first: the newest balance stated before, and what has moved since. */
static const struct db_stmt accounts = {"balance_accounts",
    "WITH a AS (SELECT a.account FROM own_accounts a WHERE ($1::text IS NULL OR a.account = "
    "$1::text)"
    "  AND (EXISTS (SELECT FROM statement_rows r WHERE r.account_number = a.account"
    "   AND r.posted BETWEEN $2::date AND $3::date)"
    "  OR EXISTS (SELECT FROM statement_balances b WHERE b.account_number = a.account"
    "   AND b.date_from <= $3::date AND b.date_to >= $2::date)"
    "  OR EXISTS (SELECT FROM statement_files f WHERE f.accounts @> ARRAY[a.account]"
    "   AND f.date_from <= $3::date AND f.date_to >= $2::date)))"
    " SELECT a.account, (s.balance + coalesce(m.moved, 0))::text,"
    "  EXISTS (SELECT FROM bank_transactions t WHERE t.source = '1c' AND t.payment_source = 'BANK'"
    "   AND t.account_number = a.account AND t.transaction_date >= $2::date"
    "   AND t.transaction_date < $3::date + 1), (SELECT count(*) FROM a)"
    " FROM a LEFT JOIN LATERAL (SELECT x.day, x.balance FROM ("
    "   SELECT date_to + 1 AS day, closing AS balance FROM statement_balances b"
    "    WHERE b.account_number = a.account AND closing IS NOT NULL AND date_to < $2::date"
    "   UNION ALL SELECT date_from, opening FROM statement_balances b"
    "    WHERE b.account_number = a.account AND date_from < $2::date) x"
    "  ORDER BY x.day DESC LIMIT 1) s ON true"
    " LEFT JOIN LATERAL (SELECT sum(CASE transaction_type WHEN 'CREDIT' THEN amount ELSE -amount "
    "END) AS moved"
    "  FROM statement_rows r WHERE r.account_number = a.account AND r.posted >= s.day AND r.posted "
    "< $2::date) m ON true"
    " ORDER BY a.account LIMIT $4::integer OFFSET $5::integer"};

/* A payment that 1C has on another day counts on the day the bank made it; on days that no
 * statement speaks of there is nothing to compare 1C with. */
static const struct db_stmt days = {"balance_days",
    "WITH c AS MATERIALIZED (SELECT a AS account, obm_statement_days(a, $2::date, $3::date) AS"
    "  covered FROM unnest($1::text[]) AS a)"
    " SELECT account, day, sum(credit)::text, sum(debit)::text, sum(onec_credit)::text, "
    "sum(onec_debit)::text,"
    "  max(opening)::text, max(closing)::text, max(received)::text, max(paid)::text,"
    "  bool_and(covered @> day) FROM ("
    " SELECT account_number AS account, posted AS day,"
    "   sum(amount) FILTER (WHERE transaction_type = 'CREDIT') AS credit,"
    "   sum(amount) FILTER (WHERE transaction_type = 'DEBIT') AS debit,"
    "   0 AS onec_credit, 0 AS onec_debit, NULL::numeric AS opening, NULL::numeric AS closing,"
    "   NULL::numeric AS received, NULL::numeric AS paid"
    "  FROM statement_rows WHERE account_number = ANY($1::text[]) AND posted BETWEEN $2::date AND "
    "$3::date"
    "  GROUP BY 1, 2"
    " UNION ALL SELECT b.account_number, coalesce(s.posted, b.transaction_date::date), 0, 0,"
    "   CASE b.transaction_type WHEN 'CREDIT' THEN b.amount ELSE 0 END,"
    "   CASE b.transaction_type WHEN 'DEBIT' THEN b.amount ELSE 0 END, NULL, NULL, NULL, NULL"
    "  FROM bank_transactions b JOIN c ON c.account = b.account_number"
    "  LEFT JOIN statement_rows s ON s.transaction_id = b.id"
    "  WHERE b.source = '1c' AND b.payment_source = 'BANK' AND b.is_active AND b.account_number = "
    "ANY($1::text[])"
    "   AND b.transaction_date >= $2::date - 3 AND b.transaction_date < $3::date + 4"
    "   AND c.covered @> coalesce(s.posted, b.transaction_date::date)"
    " UNION ALL SELECT account_number, date_from, 0, 0, 0, 0, opening, NULL,"
    "   CASE WHEN date_to = date_from THEN received END, CASE WHEN date_to = date_from THEN paid "
    "END"
    "  FROM statement_balances WHERE account_number = ANY($1::text[]) AND date_from BETWEEN "
    "$2::date AND $3::date"
    " UNION ALL SELECT account_number, date_to, 0, 0, 0, 0, NULL, closing, NULL, NULL"
    "  FROM statement_balances WHERE account_number = ANY($1::text[]) AND closing IS NOT NULL"
    "   AND date_to BETWEEN $2::date AND $3::date) x JOIN c USING (account)"
    " GROUP BY account, day ORDER BY account, day"};

static const struct db_stmt days_without = {"balance_gaps",
    "SELECT a, lower(g), upper(g) - 1 FROM unnest($1::text[]) AS a,"
    " unnest(datemultirange(daterange($2::date, $3::date, '[]'))"
    "  - obm_statement_days(a, $2::date, $3::date)) AS g ORDER BY a, lower(g)"};

static const struct db_stmt account_known = {"balance_account_known",
    "SELECT EXISTS (SELECT FROM own_accounts WHERE account = $1::text)"
    " OR EXISTS (SELECT FROM bank_transactions WHERE account_number = $1::text"
    "  AND source = '1c' AND payment_source = 'BANK')"};

/* 1C has the row o in the place of the statement's row r, and it is another payment by now. */
#define HAS_CHANGED                                                                                \
    "(o.id IS NOT NULL AND (o.amount <> r.amount OR o.transaction_type <> r.transaction_type"      \
    " OR o.account_number IS DISTINCT FROM r.account_number"                                       \
    " OR abs(o.transaction_date::date - r.posted) > 3))"

/* Rows of the day: those of the statement without one in 1C, those of 1C without one there, and
 * pairs that are not the same any more. */
static const struct db_stmt in_question = {"balance_in_question",
    "SELECT coalesce(json_agg(q), '[]')::text FROM (SELECT * FROM ("
    " SELECT 'statement' AS side, t.id AS transaction_id, r.transaction_type, r.amount::text AS "
    "amount,"
    "   r.document_number, r.counterparty_inn, t.counterparty_name, t.payment_purpose, "
    "r.posted::text AS date,"
    "   f.name AS file, r.line, EXISTS (SELECT FROM open_matches m WHERE m.row_id = r.id) AS "
    "unclear, CASE WHEN " HAS_CHANGED " THEN r.id END AS pair"
    "  FROM statement_rows r JOIN statement_files f ON f.id = r.file_id"
    "  LEFT JOIN bank_transactions t ON t.source = 'bank' AND t.external_id = r.external_id"
    "  LEFT JOIN bank_transactions o ON o.id = r.transaction_id"
    "  WHERE r.account_number = $1::text AND r.posted = $2::date AND (r.transaction_id IS NULL OR "
    "NOT $3::boolean OR " HAS_CHANGED ")"
    " UNION ALL SELECT '1c', o.id, o.transaction_type, o.amount::text, o.document_number, "
    "o.counterparty_inn,"
    "   o.counterparty_name, o.payment_purpose, o.transaction_date::date::text, NULL, NULL, false,"
    "   r.id"
    "  FROM statement_rows r JOIN bank_transactions o ON o.id = r.transaction_id"
    "  WHERE r.account_number = $1::text AND r.posted = $2::date AND " HAS_CHANGED
    " UNION ALL SELECT '1c', b.id, b.transaction_type, b.amount::text, b.document_number, "
    "b.counterparty_inn,"
    "   b.counterparty_name, b.payment_purpose, b.transaction_date::date::text, NULL, NULL, false,"
    "   NULL"
    "  FROM bank_transactions b WHERE b.source = '1c' AND b.payment_source = 'BANK' AND b.is_active"
    "   AND b.account_number = $1::text AND b.transaction_date >= $2::date AND b.transaction_date "
    "< $2::date + 1"
    "   AND NOT EXISTS (SELECT FROM statement_rows r WHERE r.transaction_id = b.id)) x"
    " ORDER BY pair, side DESC, amount::numeric DESC LIMIT $4::integer) q"};

struct account {
    struct str name;
    struct balance_account balance;
    bool onec; /* 1C has something of it in these days */
    struct balance_gap *gap;
    int gaps;
};

struct question {
    struct db *db;
    bool one; /* account asked for: with all its days and the rows in question */
    usec_t from, to;
    struct arena arena;
    struct account *account;
    int count;
    int64_t total;
    bool known;               /* the account asked for */
    struct buf text;          /* the answer so far */
    char first_text[80];      /* the first account that differs … */
    struct balance_sum first; /* … and what is said of it, or else of all */
    bool unequal, gaps; /* some accounts could not be compared; some have days without statements */
    ledger_json_fn done;
    void *arg;
};

static void end(struct question *q, const struct err *err)
{
    q->done(q->arg, err ? STR_NULL : buf_str(&q->text), err);
    arena_release(&q->arena);
    buf_release(&q->text);
    free(q);
}

static bool kopecks(const struct db_result *r, int row, int col, int64_t *ret)
{
    *ret = 0;
    return !db_is_null(r, row, col) && decimal_parse(db_text(r, row, col), ret);
}

static void write_amount(struct json_writer *w, const char *key, bool has, int64_t amount)
{
    char text[DECIMAL_TEXT];
    if (!has) {
        jw_knull(w, key);
        return;
    }
    decimal_format(amount, text);
    jw_kcstr(w, key, text);
}

static void write_known(struct json_writer *w, const char *key, bool known, bool value)
{
    if (known)
        jw_kbool(w, key, value);
    else
        jw_knull(w, key);
}

static void write_date(struct json_writer *w, const char *key, usec_t day)
{
    char date[TIME_TEXT];
    time_format_date(day, date);
    if (day)
        jw_kcstr(w, key, date);
    else
        jw_knull(w, key);
}

static void write_day(
    struct json_writer *w, const struct balance_day *d, const struct balance_verdict *v)
{
    jw_object(w);
    write_date(w, "date", d->date);
    write_amount(w, "opening", v->has_balance, v->opening);
    write_amount(w, "credit", true, d->credit);
    write_amount(w, "debit", true, d->debit);
    write_amount(w, "closing", v->has_balance, v->closing);
    write_amount(w, "statement_credit", d->has_turnover, d->statement_credit);
    write_amount(w, "statement_debit", d->has_turnover, d->statement_debit);
    write_amount(w, "statement_opening", d->has_opening, d->opening);
    write_amount(w, "statement_closing", d->has_closing, d->closing);
    write_amount(w, "onec_credit", d->onec_known, d->onec_credit);
    write_amount(w, "onec_debit", d->onec_known, d->onec_debit);
    write_amount(w, "difference", true, v->difference);
    write_amount(w, "onec_difference", d->onec_known, v->onec_difference);
    jw_kbool(w, "agrees", v->agrees && v->onec_agrees);
    jw_object_end(w);
}

static struct balance_day read_day(const struct db_result *r, int row, bool onec)
{
    struct balance_day d = {.date = db_time(r, row, 1)};
    kopecks(r, row, 2, &d.credit);
    kopecks(r, row, 3, &d.debit);
    kopecks(r, row, 4, &d.onec_credit);
    kopecks(r, row, 5, &d.onec_debit);
    d.has_opening = kopecks(r, row, 6, &d.opening);
    d.has_closing = kopecks(r, row, 7, &d.closing);
    bool received = kopecks(r, row, 8, &d.statement_credit);
    d.has_turnover = kopecks(r, row, 9, &d.statement_debit) && received;
    d.onec_known = onec && db_bool(r, row, 10);
    return d;
}

/* Is any of the days asked for covered? Gaps are in order and do not touch. */
static bool covered(const struct question *q, const struct account *a)
{
    return a->gaps != 1 || a->gap[0].from > q->from || a->gap[0].to < q->to;
}

static bool differs(const struct balance_sum *s)
{
    return !s->agrees || !s->onec_agrees;
}

static void write_agrees(struct json_writer *w, const struct balance_sum *s)
{
    write_known(w, "agrees", s->compared || s->onec_compared, !differs(s));
}

static void write_gaps(struct json_writer *w, const struct account *a)
{
    jw_key(w, "days_without_statements");
    jw_array(w);
    for (int i = 0; i < a->gaps; i++) {
        jw_object(w);
        write_date(w, "date_from", a->gap[i].from);
        write_date(w, "date_to", a->gap[i].to);
        jw_object_end(w);
    }
    jw_array_end(w);
}

/* What is said of all accounts: the first that differs, or, while none does, what they have in
 * common. */
static void take_sum(struct question *q, const struct account *a, const struct balance_sum *sum)
{
    q->unequal |= !sum->compared && !sum->onec_compared;
    q->gaps |= sum->gaps > 0;
    if (differs(&q->first))
        return;
    if (differs(sum) || q->count == 1) {
        q->first = *sum;
        snprintf(q->first_text, sizeof q->first_text, "%.*s", STR_ARG(a->name));
        return;
    }
    q->first.statements = true;
    q->first.compared |= sum->compared;
    q->first.onec_compared |= sum->onec_compared;
}

/* The account's days from *row on; returns behind them. */
static int write_account(struct question *q, struct json_writer *w, struct account *a,
    const struct db_result *r, int row)
{
    struct balance_sum sum = {.known = true,
        .statements = true,
        .agrees = true,
        .onec_agrees = true,
        .onec_compared = a->onec && covered(q, a),
        .gap = a->gap,
        .gaps = a->gaps};
    jw_object(w);
    jw_kstr(w, "account_number", a->name);
    jw_key(w, "days");
    jw_array(w);
    for (; row < db_rows(r) && str_eq(db_text(r, row, 0), a->name); row++) {
        struct balance_day d = read_day(r, row, a->onec);
        struct balance_verdict v = balance_judge(&a->balance, &d);
        bool agrees = v.agrees && v.onec_agrees;
        if (!agrees && !sum.first)
            sum.first = d.date;
        sum.compared |= v.compared;
        sum.agrees &= v.agrees;
        sum.onec_agrees &= v.onec_agrees;
        sum.difference += v.difference;
        sum.onec_difference += v.onec_difference;
        if (q->one || !agrees)
            write_day(w, &d, &v);
    }
    jw_array_end(w);
    struct buf said = BUF_INIT;
    balance_say(&said, &sum);
    write_agrees(w, &sum);
    write_known(w, "agrees_with_statement", sum.compared, sum.agrees);
    write_known(w, "agrees_with_1c", sum.onec_compared, sum.onec_agrees);
    jw_kstr(w, "message", buf_str(&said));
    buf_release(&said);
    write_amount(w, "difference", true, sum.difference);
    write_amount(w, "onec_difference", sum.onec_compared, sum.onec_difference);
    write_date(w, "first_difference", sum.first);
    write_amount(w, "closing", a->balance.has_balance, a->balance.balance);
    write_gaps(w, a);
    jw_object_end(w);
    take_sum(q, a, &sum);
    return row;
}

static void say_all(const struct question *q, struct buf *out)
{
    if (differs(&q->first) && !q->one)
        buf_printf(out, "%s: ", q->first_text);
    balance_say(out, &q->first);
    if (q->count < 2)
        return;
    if (q->unequal && q->first.compared)
        buf_adds(out, TR("; не у всех счетов есть с чем сверить",
                          "; some accounts have nothing to compare with"));
    if (q->gaps && !q->first.gaps)
        buf_adds(out, TR("; не на все дни есть выписки", "; some days have no statements"));
}

static void close_answer(struct question *q, struct str rows)
{
    struct buf said = BUF_INIT;
    say_all(q, &said);
    struct buf tail = BUF_INIT;
    struct json_writer w = json_writer(&tail);
    jw_object(&w);
    jw_kstr(&w, "message", buf_str(&said));
    buf_release(&said);
    write_agrees(&w, &q->first);
    jw_ki64(&w, "total", q->total);
    jw_kraw(&w, "rows", rows);
    jw_object_end(&w);
    buf_addc(&q->text, ',');
    buf_add(&q->text, tail.p + 1, tail.n - 1);
    buf_release(&tail);
    end(q, NULL);
}

static void on_rows(void *arg, struct db_result *const *results, const struct err *err)
{
    struct question *q = arg;
    if (err)
        end(q, err);
    else
        close_answer(q, db_text(results[1], 0, 0));
}

/* In the order of the accounts. */
static void take_gaps(struct question *q, const struct db_result *r)
{
    struct balance_gap *gap = arena_alloc(&q->arena, ((size_t)db_rows(r) + 1) * sizeof *gap);
    for (int i = 0, row = 0; i < q->count; i++) {
        struct account *a = &q->account[i];
        a->gap = gap + row;
        for (; row < db_rows(r) && str_eq(db_text(r, row, 0), a->name); row++, a->gaps++)
            gap[row] = (struct balance_gap){db_time(r, row, 1), db_time(r, row, 2)};
    }
}

static void on_days(void *arg, struct db_result *const *results, const struct err *err)
{
    struct question *q = arg;
    if (err) {
        end(q, err);
        return;
    }
    const struct db_result *r = results[1];
    struct json_writer w = json_writer(&q->text);
    buf_adds(&q->text, "{\"accounts\":");
    jw_array(&w);
    q->first = (struct balance_sum){.known = q->known, .agrees = true, .onec_agrees = true};
    take_gaps(q, results[2]);
    for (int i = 0, row = 0; i < q->count; i++)
        row = write_account(q, &w, &q->account[i], r, row);
    jw_array_end(&w);
    if (!q->one || !differs(&q->first)) {
        close_answer(q, STR("[]"));
        return;
    }
    struct db_unit *u = db_unit_new(q->db, DB_USER);
    ledger_plan_by_index(u);
    db_add(u, &in_question);
    db_bind_cstr(u, q->first_text);
    db_bind_date(u, q->first.first);
    db_bind_bool(u, q->first.agrees); /* only 1C differs */
    db_bind_i32(u, BALANCE_ROWS_MAX);
    db_submit(u, on_rows, q);
}

static void on_accounts(void *arg, struct db_result *const *results, const struct err *err)
{
    struct question *q = arg;
    if (err) {
        end(q, err);
        return;
    }
    const struct db_result *r = results[1];
    struct db_column names;
    db_column_init(&names, DB_TEXT);
    q->count = db_rows(r);
    q->account = arena_alloc(&q->arena, ((size_t)q->count + 1) * sizeof *q->account);
    q->known = !q->one || q->count || db_bool(results[2], 0, 0);
    for (int i = 0; i < q->count; i++) {
        struct account *a = &q->account[i];
        *a = (struct account){
            .name = arena_str(&q->arena, db_text(r, i, 0)), .onec = db_bool(r, i, 2)};
        a->balance.has_balance = kopecks(r, i, 1, &a->balance.balance);
        q->total = db_i64(r, i, 3);
        db_column_text(&names, a->name);
    }
    struct db_unit *u = db_unit_new(q->db, DB_USER);
    ledger_plan_by_index(u);
    db_add(u, &days);
    db_bind_column(u, &names);
    db_bind_date(u, q->from);
    db_bind_date(u, q->to);
    db_add(u, &days_without);
    db_bind_column(u, &names);
    db_bind_date(u, q->from);
    db_bind_date(u, q->to);
    db_column_release(&names);
    db_submit(u, on_days, q);
}

void ledger_reconcile(struct db *db, struct str account, usec_t from, usec_t to, int limit,
    int offset, ledger_json_fn done, void *arg)
{
    struct question *q = mem_alloc(sizeof *q);
    *q = (struct question){
        .db = db, .one = account.n > 0, .from = from, .to = to, .done = done, .arg = arg};
    struct db_unit *u = db_unit_new(db, DB_USER);
    ledger_plan_by_index(u);
    db_add(u, &accounts);
    db_bind_filled(u, account);
    db_bind_date(u, from);
    db_bind_date(u, to);
    db_bind_i32(u, limit);
    db_bind_i32(u, offset);
    if (q->one) {
        db_add(u, &account_known);
        db_bind_text(u, account);
    }
    db_submit(u, on_accounts, q);
}
