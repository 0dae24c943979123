#include "ledger/call.h"

#include <stdlib.h>

#include "obmen/arena.h"

void ledger_call_done(void *arg, struct db_result *const *results, const struct err *err)
{
    struct ledger_call *q = arg;
    struct json_writer w = json_writer(&q->json);
    struct err missing;
    if (!err)
        q->write(q, &w, results);
    if (q->missing) {
        err_set(&missing, ERR_NOT_FOUND, "%s", TR("Такой записи нет", "There is no such record"));
        err = &missing;
    }
    q->done(q->arg, err ? STR_NULL : buf_str(&q->json), err);
    buf_release(&q->json);
    free(q);
}

struct ledger_call *ledger_call_new(ledger_json_fn done, void *arg,
    void (*write)(struct ledger_call *, struct json_writer *, struct db_result *const *))
{
    struct ledger_call *q = mem_alloc(sizeof *q);
    q->done = done;
    q->arg = arg;
    q->write = write;
    return q;
}
