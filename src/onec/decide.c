#include "onec/decide.h"

#include <stdlib.h>

#include "classify/decider.h"

struct onec_decider {
    struct obm_task *task;
    struct decider decider;
    struct onec_ask ask;
    bool asking;
};

static void on_answered(void *arg, struct db_result *const *results)
{
    struct onec_decider *d = arg;
    decider_take(&d->decider, results);
}

static void ask(struct onec_decider *d)
{
    struct db_unit *u = obm_unit(d->task);
    decider_ask_add(&d->decider, u);
    d->asking = true;
    onec_ask_start(&d->ask, u, on_answered, d);
}

struct onec_decider *onec_decider_new(struct obm_task *task)
{
    struct onec_decider *d = mem_alloc(sizeof *d);
    d->task = task;
    decider_init(&d->decider);
    classifier_of_task(d->decider.classifier, obm_id(task));
    onec_ask_init(&d->ask, task);
    return d;
}

void onec_decider_free(struct onec_decider *d)
{
    if (!d)
        return;
    onec_ask_release(&d->ask);
    decider_release(&d->decider);
    free(d);
}

enum onec_progress onec_decider_poll(struct onec_decider *d, struct err *ret_err)
{
    if (d->asking) {
        enum onec_progress came = onec_ask_poll(&d->ask, ret_err);
        if (came != ONEC_READY)
            return came;
        d->asking = false;
    }
    if (decider_loaded(&d->decider))
        return ONEC_READY;
    ask(d);
    return ONEC_WAITING;
}

int64_t onec_decider_due(const struct onec_decider *d)
{
    return onec_ask_due(&d->ask);
}

bool onec_decider_idle(const struct onec_decider *d)
{
    return !d->asking && decider_loaded(&d->decider);
}

bool onec_decider_loaded(const struct onec_decider *d)
{
    return decider_loaded(&d->decider);
}

void onec_decider_row(struct onec_decider *d, struct ledger_transaction *row)
{
    decider_row(&d->decider, row);
}

void onec_decider_settle_again(struct onec_decider *d, struct ledger_batch *rows)
{
    for (int i = 0; i < ledger_batch_count(rows); i++) {
        struct ledger_transaction row = *ledger_batch_row(rows, i);
        if (!row.decision.open)
            continue;
        decider_row(&d->decider, &row);
        ledger_batch_decide(rows, i, &row.decision);
    }
}

bool onec_decider_settle(struct onec_decider *d, struct ledger_batch *rows)
{
    if (!decider_asks(&d->decider)) {
        onec_decider_settle_again(d, rows);
        return false;
    }
    ask(d);
    return true;
}
