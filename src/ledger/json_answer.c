#include "ledger/json_answer.h"

#include <stdlib.h>

#include "obmen/arena.h"

struct question {
    ledger_json_fn done;
    void *arg;
};

static void on_done(void *arg, struct db_result *const *results, const struct err *err)
{
    struct question *q = arg;
    struct err missing;
    if (!err && (db_rows(results[0]) == 0 || db_is_null(results[0], 0, 0))) {
        err_set(&missing, ERR_NOT_FOUND, "%s", TR("Такой записи нет", "There is no such record"));
        err = &missing;
    }
    q->done(q->arg, err ? STR_NULL : db_text(results[0], 0, 0), err);
    free(q);
}

void ledger_answer_json(struct db_unit *u, ledger_json_fn done, void *arg)
{
    struct question *q = mem_alloc(sizeof *q);
    *q = (struct question){done, arg};
    db_submit(u, on_done, q);
}
