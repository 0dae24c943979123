#include "ledger/pages.h"

#include <stdlib.h>

#include "ledger/filter.h"
#include "ledger/plan.h"
#include "obmen/arena.h"

/* The place is told by its values, not by its row: a row that changes meanwhile moves no other. */
#define PAGE(search, after, way)                                                                   \
    LEDGER_ROWS " WHERE" LEDGER_MATCHES search                                                     \
                " AND ($15::timestamp IS NULL OR (b.transaction_date, b.id) " after                \
                " ($15, $16::bigint))"                                                             \
                " ORDER BY b.transaction_date " way ", b.id " way " LIMIT $17::integer"

static const struct db_stmt pages[2][2] = {
    {{"ledger_page_desc", PAGE(LEDGER_NO_SEARCH, "<", "DESC")},
        {"ledger_found_page_desc", PAGE(LEDGER_SEARCH, "<", "DESC")}},
    {{"ledger_page", PAGE(LEDGER_NO_SEARCH, ">", "ASC")},
        {"ledger_found_page", PAGE(LEDGER_SEARCH, ">", "ASC")}},
};

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

void ledger_page(struct db *db, const struct ledger_transaction_filter *f,
    const struct ledger_place *after, ledger_page_fn done, void *arg)
{
    struct paging *p = mem_alloc(sizeof *p);
    *p = (struct paging){done, arg};
    struct db_unit *u = db_unit_new(db, DB_USER);
    ledger_custom_plan(u);
    db_add(u, &pages[f->ascending][f->q.n > 0]);
    ledger_bind_filter(u, f);
    if (after->id)
        db_bind_time(u, after->date);
    else
        db_bind_null(u);
    db_bind_i64(u, after->id);
    db_bind_i32(u, f->limit);
    db_submit(u, on_page, p);
}

/* ---- by amount or name ---- */

#define ORDER(search, key, way)                                                                    \
    "SELECT string_agg(id::text, ',' ORDER BY n), count(*) FROM (SELECT b.id, row_number() OVER "  \
    "(ORDER BY " key " " way ", b.id " way                                                         \
    ") AS n FROM bank_transactions b WHERE" LEDGER_MATCHES search                                  \
    " ORDER BY n LIMIT $15::bigint) AS rows"
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
    [LEDGER_BY_NAME] = ORDERS("name", "coalesce(b.counterparty_name, '')"),
};

static const struct db_stmt page_of = {"ledger_page_of", LEDGER_ROWS
    " JOIN unnest($1::bigint[]) WITH ORDINALITY AS i(id, n) ON i.id = b.id ORDER BY i.n"};

struct ordering {
    ledger_order_fn done;
    void *arg;
};

static void on_order(void *arg, struct db_result *const *results, const struct err *err)
{
    struct ordering o = *(struct ordering *)arg;
    struct err why;
    free(arg);
    if (!err && db_i64(results[1], 0, 1) > LEDGER_ORDER_MAX) {
        err_set(&why, ERR_VALIDATION_ERROR,
            TR("В этом порядке можно выгрузить до %d операций: сузьте условия или выгрузите по "
               "дате",
                "In this order at most %d transactions can be exported: narrow the filter, or "
                "export "
                "by date"),
            LEDGER_ORDER_MAX);
        err = &why;
    }
    o.done(o.arg, err ? STR_NULL : db_text(results[1], 0, 0), err);
}

void ledger_order(
    struct db *db, const struct ledger_transaction_filter *f, ledger_order_fn done, void *arg)
{
    struct ordering *o = mem_alloc(sizeof *o);
    *o = (struct ordering){done, arg};
    struct db_unit *u = db_unit_new(db, DB_USER);
    ledger_custom_plan(u);
    db_add(u, &orders[f->sort][f->ascending][f->q.n > 0]);
    ledger_bind_filter(u, f);
    db_bind_i64(u, LEDGER_ORDER_MAX + 1);
    db_submit(u, on_order, o);
}

void ledger_page_of(struct db *db, const struct db_column *ids, ledger_page_fn done, void *arg)
{
    struct paging *p = mem_alloc(sizeof *p);
    *p = (struct paging){done, arg};
    struct db_unit *u = db_unit_new(db, DB_USER);
    ledger_plan_by_index(u);
    db_add(u, &page_of);
    db_bind_column(u, ids);
    db_submit(u, on_page, p);
}
