#include "ledger/pages.h"

#include <stdlib.h>

#include "ledger/cursor.h"
#include "ledger/filter.h"
#include "ledger/plan.h"
#include "obmen/arena.h"

/* The place is told by its values, not by its row: a row that changes meanwhile moves no other. */
#define PAGE(search, after, way)                                                                   \
    LEDGER_ROWS " WHERE" LEDGER_MATCHES search                                                     \
                " AND ($18::timestamp IS NULL OR (b.transaction_date, b.id) " after                \
                " ($18, $19::bigint))"                                                             \
                " ORDER BY b.transaction_date " way ", b.id " way " LIMIT $20::integer"

static const struct db_stmt pages[2][2] = {
    {{"ledger_page_desc", PAGE(LEDGER_NO_SEARCH, "<", "DESC")},
        {"ledger_found_page_desc", PAGE(LEDGER_SEARCH, "<", "DESC")}},
    {{"ledger_page", PAGE(LEDGER_NO_SEARCH, ">", "ASC")},
        {"ledger_found_page", PAGE(LEDGER_SEARCH, ">", "ASC")}},
};

#define COUNT(search) "SELECT count(*) FROM bank_transactions b WHERE" LEDGER_MATCHES search

int ledger_count_add(struct db_unit *u, const struct ledger_transaction_filter *f)
{
    static const struct db_stmt counts[2] = {{"ledger_count_matching", COUNT(LEDGER_NO_SEARCH)},
        {"ledger_count_found", COUNT(LEDGER_SEARCH)}};
    ledger_custom_plan(u);
    int at = db_add(u, &counts[f->q.n > 0]);
    ledger_bind_filter(u, f);
    return at;
}

struct paging {
    ledger_page_fn done;
    void *arg;
};

static void on_page(void *arg, struct db_result *const *results, const struct err *err)
{
    struct paging p = *(struct paging *)arg;
    free(arg);
    p.done(p.arg, err ? NULL : results[1], err);
}

int ledger_page_add(
    struct db_unit *u, const struct ledger_transaction_filter *f, const struct ledger_place *after)
{
    ledger_custom_plan(u);
    int at = db_add(u, &pages[f->ascending][f->q.n > 0]);
    ledger_bind_filter(u, f);
    if (after->id)
        db_bind_time(u, after->date);
    else
        db_bind_null(u);
    db_bind_i64(u, after->id);
    db_bind_i32(u, f->limit);
    return at;
}

void ledger_page(struct db *db, const struct ledger_transaction_filter *f,
    const struct ledger_place *after, ledger_page_fn done, void *arg)
{
    struct paging *p = mem_alloc(sizeof *p);
    *p = (struct paging){done, arg};
    struct db_unit *u = db_unit_new(db, DB_USER);
    ledger_page_add(u, f, after);
    db_submit(u, on_page, p);
}

/* ---- by amount or name ---- */

#define ORDER(search, key, way)                                                                    \
    "SELECT string_agg(id::text, ',' ORDER BY n), count(*) FROM (SELECT b.id, row_number() OVER "  \
    "(ORDER BY " key " " way ", b.id " way                                                         \
    ") AS n FROM bank_transactions b WHERE" LEDGER_MATCHES search                                  \
    " ORDER BY n LIMIT $18::bigint) AS rows"
#define ORDERS(name, key)                                                                          \
    {                                                                                              \
        {{"ledger_order_" name "_desc", ORDER(LEDGER_NO_SEARCH, key, "DESC")},                     \
            {"ledger_found_order_" name "_desc", ORDER(LEDGER_SEARCH, key, "DESC")}},              \
        {                                                                                          \
            {"ledger_order_" name, ORDER(LEDGER_NO_SEARCH, key, "ASC")},                           \
            {                                                                                      \
                "ledger_found_order_" name, ORDER(LEDGER_SEARCH, key, "ASC")                       \
            }                                                                                      \
        }                                                                                          \
    }
static const struct db_stmt orders[3][2][2] = {
    [LEDGER_BY_AMOUNT] = ORDERS("amount", "b.amount"),
    [LEDGER_BY_NAME] = ORDERS("name", LEDGER_NAME_KEY_SQL),
};

static const struct db_stmt page_of = {"ledger_page_of", LEDGER_ROWS
    " JOIN unnest($1::bigint[]) WITH ORDINALITY AS i(id, n) ON i.id = b.id ORDER BY i.n"};

struct ordering {
    ledger_order_fn done;
    void *arg;
};

int ledger_order_take(const struct db_result *r, struct str *ret_ids, struct err *ret_err)
{
    *ret_ids = db_text(r, 0, 0);
    if (db_i64(r, 0, 1) <= LEDGER_ORDER_MAX)
        return 0;
    return err_set(ret_err, ERR_VALIDATION_ERROR,
        TR("В этом порядке можно выгрузить до %d операций: сузьте условия или выгрузите по дате",
            "In this order at most %d transactions can be exported: narrow the filter, or export "
            "by date"),
        LEDGER_ORDER_MAX);
}

static void on_order(void *arg, struct db_result *const *results, const struct err *err)
{
    struct ordering o = *(struct ordering *)arg;
    struct str ids = STR_NULL;
    struct err why;
    free(arg);
    if (!err && ledger_order_take(results[1], &ids, &why) < 0)
        err = &why;
    o.done(o.arg, err ? STR_NULL : ids, err);
}

int ledger_order_add(struct db_unit *u, const struct ledger_transaction_filter *f)
{
    ledger_custom_plan(u);
    int at = db_add(u, &orders[f->sort][f->ascending][f->q.n > 0]);
    ledger_bind_filter(u, f);
    db_bind_i64(u, LEDGER_ORDER_MAX + 1);
    return at;
}

void ledger_order(
    struct db *db, const struct ledger_transaction_filter *f, ledger_order_fn done, void *arg)
{
    struct ordering *o = mem_alloc(sizeof *o);
    *o = (struct ordering){done, arg};
    struct db_unit *u = db_unit_new(db, DB_USER);
    ledger_order_add(u, f);
    db_submit(u, on_order, o);
}

int ledger_page_of_add(struct db_unit *u, struct str *ids, int limit)
{
    struct db_column column;
    db_column_init(&column, DB_INT8);
    for (int i = 0; i < limit && ids->n; i++) {
        long long id = 0;
        str_to_i64(str_cut(ids, ','), 1, INT64_MAX, &id);
        db_column_i64(&column, id);
    }
    ledger_plan_by_index(u);
    int at = db_add(u, &page_of);
    db_bind_column(u, &column);
    db_column_release(&column);
    return at;
}

void ledger_page_of(struct db *db, struct str *ids, int limit, ledger_page_fn done, void *arg)
{
    struct paging *p = mem_alloc(sizeof *p);
    *p = (struct paging){done, arg};
    struct db_unit *u = db_unit_new(db, DB_USER);
    ledger_page_of_add(u, ids, limit);
    db_submit(u, on_page, p);
}
