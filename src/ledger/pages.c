#include "ledger/pages.h"

#include <stdlib.h>

#include "ledger/filter.h"
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
