#include "classify/decider.h"

bool decider_wanted(const struct obm_task *task)
{
    bool wanted = false, dry = false;
    json_bool(json_get(obm_params(task), "auto_classify"), &wanted);
    json_bool(
        json_get(obm_params(task), "dry_run"), &dry); /* writes nothing, no new accounts either */
    return wanted && !dry;
}

void decider_init(struct decider *d)
{
    *d = (struct decider){.classifier = classifier_new()};
}

void decider_release(struct decider *d)
{
    classifier_free(d->classifier);
    d->classifier = NULL;
}

bool decider_loaded(const struct decider *d)
{
    return !classifier_loading(d->classifier);
}

bool decider_asks(const struct decider *d)
{
    return classifier_loading(d->classifier) || classifier_asks(d->classifier);
}

void decider_ask_add(struct decider *d, struct db_unit *u)
{
    d->loading = classifier_loading(d->classifier);
    d->first =
        d->loading ? classifier_load_add(d->classifier, u) : classifier_ask_add(d->classifier, u);
}

void decider_take(struct decider *d, struct db_result *const *results)
{
    if (d->loading)
        classifier_load_take(d->classifier, results, d->first);
    else
        classifier_ask_take(d->classifier, results, d->first);
}

void decider_row(struct decider *d, struct ledger_transaction *row)
{
    bool closed = classify(d->classifier, row, &row->decision);
    row->decision.open = !closed;
}
