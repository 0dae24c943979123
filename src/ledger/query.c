/* Reading transactions for the API. */
#include "ledger/query.h"

#include <stdlib.h>

#include "ledger/call.h"
#include "ledger/cursor.h"
#include "ledger/filter.h"
#include "ledger/row.h"
#include "obmen/arena.h"
#include "obmen/decimal.h"
#include "obmen/json.h"

/* $18 and $19 say behind which place the page begins (cursor.h; NULL: with the first row), $20
 * limit, $21 offset. `after` is > or <, `way` ASC or DESC. */
#define LIST(search, key, value, after, way)                                                       \
    LEDGER_ROWS " WHERE" LEDGER_MATCHES search " AND ($19::bigint IS NULL OR (" key                \
                ", b.id) " after " (" value ", $19))"                                              \
                " ORDER BY " key " " way ", b.id " way " LIMIT $20::integer OFFSET $21::integer"
#define LISTS(name, key, value)                                                                    \
    {                                                                                              \
        {{"ledger_list_" name "_desc", LIST(LEDGER_NO_SEARCH, key, value, "<", "DESC")},           \
            {"ledger_find_" name "_desc", LIST(LEDGER_SEARCH, key, value, "<", "DESC")}},          \
        {                                                                                          \
            {"ledger_list_" name, LIST(LEDGER_NO_SEARCH, key, value, ">", "ASC")},                 \
            {                                                                                      \
                "ledger_find_" name, LIST(LEDGER_SEARCH, key, value, ">", "ASC")                   \
            }                                                                                      \
        }                                                                                          \
    }

/* By order, direction, and whether words are looked for. */
static const struct db_stmt lists[3][2][2] = {
    [LEDGER_BY_DATE] = LISTS("date", "b.transaction_date", "$18::timestamp"),
    [LEDGER_BY_AMOUNT] = LISTS("amount", "b.amount", "$18::bigint * 0.01"),
    [LEDGER_BY_NAME] = LISTS("name", LEDGER_NAME_KEY_SQL, "$18::text"),
};

/* How many rows, receipts, payments. */
#define TOTALS_OF(which)                                                                           \
    " count(*) FILTER (WHERE " which "),"                                                          \
    " coalesce(sum(b.amount) FILTER (WHERE b.transaction_type = 'CREDIT' AND " which "), 0),"      \
    " coalesce(sum(b.amount) FILTER (WHERE b.transaction_type = 'DEBIT' AND " which "), 0)"
/* It would break the SQL at each macro. */
/* clang-format off */
#define TOTALS_SHOWN(count, credit, debit)                                                         \
    count ", (" credit ")::numeric(30,2), (" debit ")::numeric(30,2),"                             \
    " (" credit " - (" debit "))::numeric(30,2)"

/* Of all that match, and of those of them that count (LEDGER_COUNTS). */
static const struct db_stmt totals[2] = {
    /* The first are read out of the date's index alone, which does not know the status; rows that
     * people left out are few, and have an index of their own. */
    {"ledger_totals",
        "SELECT " TOTALS_SHOWN("a.n", "a.credit", "a.debit") ", "
        TOTALS_SHOWN("a.active - i.n", "a.active_credit - i.credit", "a.active_debit - i.debit")
        " FROM (SELECT" TOTALS_OF("true") "," TOTALS_OF("b.is_active")
        "  FROM bank_transactions b WHERE" LEDGER_MATCHES LEDGER_NO_SEARCH ")"
        "  AS a (n, credit, debit, active, active_credit, active_debit),"
        " (SELECT" TOTALS_OF("true") " FROM bank_transactions b WHERE" LEDGER_MATCHES
        LEDGER_NO_SEARCH " AND b.status = 'IGNORED' AND b.is_active) AS i (n, credit, debit)"},
    {"ledger_found_totals",
        "SELECT " TOTALS_SHOWN("a.n", "a.credit", "a.debit") ", "
        TOTALS_SHOWN("a.counted", "a.counted_credit", "a.counted_debit")
        " FROM (SELECT" TOTALS_OF("true") "," TOTALS_OF(LEDGER_COUNTS)
        "  FROM bank_transactions b WHERE" LEDGER_MATCHES LEDGER_SEARCH ")"
        "  AS a (n, credit, debit, counted, counted_credit, counted_debit)"}};
/* clang-format on */

/* «за» and its like stand everywhere and are in no index. */
static const struct db_stmt wordless = {
    "ledger_find_wordless", "SELECT coalesce(numnode(obm_search_query($1::text)), 0) = 0"};

static const struct db_stmt get = {"ledger_get", LEDGER_ROWS " WHERE b.id = $1::bigint"};

bool ledger_sort_parse(struct str text, enum ledger_sort *ret_sort, bool *ret_ascending)
{
    bool ascending = !str_starts(text, STR("-"));
    if (!ascending)
        text = (struct str){text.p + 1, text.n - 1};
    if (str_is(text, "transaction_date"))
        *ret_sort = LEDGER_BY_DATE;
    else if (str_is(text, "amount"))
        *ret_sort = LEDGER_BY_AMOUNT;
    else if (str_is(text, "counterparty_name"))
        *ret_sort = LEDGER_BY_NAME;
    else
        return false;
    *ret_ascending = ascending;
    return true;
}

bool ledger_cursor_valid(struct str cursor, enum ledger_sort sort, bool ascending)
{
    char room[LEDGER_CURSOR_TEXT];
    struct ledger_cursor c;
    return ledger_cursor_read(cursor, sort, ascending, &c, room);
}

/* The place of the last row. */
static void write_cursor(struct ledger_call *q, struct json_writer *w, const struct db_result *rows)
{
    int last = db_rows(rows) - 1;
    char text[LEDGER_CURSOR_TEXT];
    struct ledger_cursor c = {.id = db_i64(rows, last, LC_ID),
        .date = db_time(rows, last, LC_TRANSACTION_DATE),
        .name = db_text(rows, last, LC_COUNTERPARTY_NAME)};
    decimal_parse(db_text(rows, last, LC_AMOUNT), &c.amount);
    ledger_cursor_write(&c, q->sort, q->ascending, text);
    jw_kcstr(w, "next_cursor", text);
}

static void write_sums(struct json_writer *w, const struct db_result *sums, int col)
{
    jw_kstr(w, "credit", db_text(sums, 0, col));
    jw_kstr(w, "debit", db_text(sums, 0, col + 1));
    jw_kstr(w, "balance", db_text(sums, 0, col + 2));
}

static void write_list(
    struct ledger_call *q, struct json_writer *w, struct db_result *const *results)
{
    const struct db_result *rows = results[1], *sums = results[2];
    int count = db_rows(rows);
    jw_object(w);
    jw_key(w, "transactions");
    jw_array(w);
    for (int i = 0; i < count; i++)
        ledger_row_json(w, rows, i);
    jw_array_end(w);
    jw_kbool(w, "nothing_to_find", q->search && db_bool(results[3], 0, 0));
    jw_ki64(w, "total", db_i64(sums, 0, 0));
    jw_key(w, "totals");
    jw_object(w);
    write_sums(w, sums, 1);
    jw_object_end(w);
    jw_key(w, "counted");
    jw_object(w);
    jw_ki64(w, "count", db_i64(sums, 0, 4));
    write_sums(w, sums, 5);
    jw_object_end(w);
    if (count > 0 && count == q->limit)
        write_cursor(q, w, rows);
    else
        jw_knull(w, "next_cursor");
    jw_object_end(w);
}

void ledger_list_transactions(
    struct db *db, const struct ledger_transaction_filter *f, ledger_json_fn done, void *arg)
{
    char room[LEDGER_CURSOR_TEXT];
    struct ledger_cursor after;
    bool search = f->q.n > 0;
    struct ledger_call *q = ledger_call_new(done, arg, write_list);
    q->limit = f->limit;
    q->sort = f->sort;
    q->ascending = f->ascending;
    q->search = search;
    bool goes_on = ledger_cursor_read(f->cursor, f->sort, f->ascending, &after, room);
    struct db_unit *u = db_unit_new(db, DB_USER);
    ledger_custom_plan(u);
    db_add(u, &lists[f->sort][f->ascending][search]);
    ledger_bind_filter(u, f);
    ledger_cursor_bind(u, goes_on ? &after : NULL, f->sort);
    db_bind_i32(u, f->limit);
    db_bind_i32(u, goes_on ? 0 : f->offset);
    db_add(u, &totals[search]);
    ledger_bind_filter(u, f);
    if (search) {
        db_add(u, &wordless);
        db_bind_text(u, f->q);
    }
    db_submit(u, ledger_call_done, q);
}

/* ---- one ---- */

struct one {
    ledger_row_fn done;
    void *arg;
};

static void on_one(void *arg, struct db_result *const *results, const struct err *err)
{
    struct one *o = arg;
    const struct db_result *row = err ? NULL : results[0];
    struct buf json = BUF_INIT;
    struct json_writer w = json_writer(&json);
    struct err missing;
    if (row && db_rows(row) == 0) {
        err_set(&missing, ERR_NOT_FOUND, "%s",
            TR("Такой операции нет", "There is no such transaction"));
        err = &missing;
    } else if (row) {
        ledger_row_json(&w, row, 0);
    }
    o->done(o->arg, err ? STR_NULL : buf_str(&json), err ? 0 : ledger_row_version(row, 0), err);
    buf_release(&json);
    free(o);
}

void ledger_get_transaction(struct db *db, int64_t id, ledger_row_fn done, void *arg)
{
    struct one *o = mem_alloc(sizeof *o);
    *o = (struct one){done, arg};
    struct db_unit *u = db_unit_new(db, DB_USER);
    db_add(u, &get);
    db_bind_i64(u, id);
    db_submit(u, on_one, o);
}
