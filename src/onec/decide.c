#include "onec/decide.h"

#include <stdlib.h>

#include "classify/classify.h"

struct onec_decider {
    struct obm_task *task;
    struct classifier *classifier;
    struct onec_ask ask;
    bool asking;
    int first; /* statement of the unit under way */
};

bool onec_decider_wanted(const struct obm_task *task)
{
    bool wanted = false, dry = false;
    json_bool(json_get(obm_params(task), "auto_classify"), &wanted);
    json_bool(
        json_get(obm_params(task), "dry_run"), &dry); /* writes nothing, no new accounts either */
    return wanted && !dry;
}

static void on_loaded(void *arg, struct db_result *const *results)
{
    struct onec_decider *d = arg;
    classifier_load_take(d->classifier, results, d->first);
}

static void on_answered(void *arg, struct db_result *const *results)
{
    struct onec_decider *d = arg;
    classifier_ask_take(d->classifier, results, d->first);
}

static void load_more(struct onec_decider *d)
{
    struct db_unit *u = obm_unit(d->task);
    d->first = classifier_load_add(d->classifier, u);
    d->asking = true;
    onec_ask_start(&d->ask, u, on_loaded, d);
}

struct onec_decider *onec_decider_new(struct obm_task *task)
{
    struct onec_decider *d = mem_alloc(sizeof *d);
    d->task = task;
    d->classifier = classifier_new();
    onec_ask_init(&d->ask, task);
    return d;
}

void onec_decider_free(struct onec_decider *d)
{
    if (!d)
        return;
    onec_ask_release(&d->ask);
    classifier_free(d->classifier);
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
    if (!classifier_loading(d->classifier))
        return ONEC_READY;
    load_more(d);
    return ONEC_WAITING;
}

int64_t onec_decider_due(const struct onec_decider *d)
{
    return onec_ask_due(&d->ask);
}

bool onec_decider_idle(const struct onec_decider *d)
{
    return !d->asking && !classifier_loading(d->classifier);
}

bool onec_decider_loaded(const struct onec_decider *d)
{
    return !classifier_loading(d->classifier);
}

void onec_decider_row(struct onec_decider *d, struct ledger_transaction *row)
{
    bool closed = classify(d->classifier, row, &row->decision);
    row->decision.open = !closed;
}

void onec_decider_settle_again(struct onec_decider *d, struct ledger_batch *rows)
{
    for (int i = 0; i < ledger_batch_count(rows); i++) {
        const struct ledger_transaction *row = ledger_batch_row(rows, i);
        struct ledger_decision decision;
        if (!row->decision.open)
            continue;
        classify(d->classifier, row, &decision);
        ledger_batch_decide(rows, i, &decision);
    }
}

bool onec_decider_settle(struct onec_decider *d, struct ledger_batch *rows)
{
    if (!classifier_asks(d->classifier)) {
        onec_decider_settle_again(d, rows);
        return false;
    }
    struct db_unit *u = obm_unit(d->task);
    d->first = classifier_ask_add(d->classifier, u);
    d->asking = true;
    onec_ask_start(&d->ask, u, on_answered, d);
    return true;
}
