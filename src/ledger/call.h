/* One question of the API on its way: from its unit's submission to its callback. */
#ifndef LEDGER_CALL_H
#define LEDGER_CALL_H

#include "ledger/query.h"
#include "obmen/json.h"

struct ledger_call {
    ledger_json_fn done;
    void *arg;
    /* Makes JSON of the results; sets missing when there is no such record. */
    void (*write)(struct ledger_call *q, struct json_writer *w, struct db_result *const *results);
    int limit;
    enum ledger_sort sort; /* of the cursor */
    bool ascending;
    bool search;      /* words are looked for */
    const char *noun; /* "contractors" */
    bool missing;
    struct buf json;
};

struct ledger_call *ledger_call_new(ledger_json_fn done, void *arg,
    void (*write)(struct ledger_call *, struct json_writer *, struct db_result *const *));
/* For db_submit, with the call as arg: answers and frees it. */
void ledger_call_done(void *arg, struct db_result *const *results, const struct err *err);

#endif
