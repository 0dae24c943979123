/* What an import does with a classifier: loads it, decides row by row, asks for what decisions were
 * left open for. Does no I/O of its own: the caller submits the units, one at a time. */
#ifndef CLASSIFY_DECIDER_H
#define CLASSIFY_DECIDER_H

#include "classify/classify.h"
#include "obmen/task.h"

struct decider {
    struct classifier *classifier; /* owned; NULL: nothing is decided */
    bool loading;                  /* the question under way is one of loading */
    int first;                     /* its first statement */
};

/* Does this task want it (parameters auto_classify and dry_run)? */
bool decider_wanted(const struct obm_task *task);
void decider_init(struct decider *d);
void decider_release(struct decider *d); /* a zeroed one, too */

/* Rows may come. */
bool decider_loaded(const struct decider *d);
/* Is there anything to ask for: of loading, or for the rows decided since? */
bool decider_asks(const struct decider *d);
void decider_ask_add(struct decider *d, struct db_unit *u);
/* results: all of the unit's. */
void decider_take(struct decider *d, struct db_result *const *results);

/* Fills row->decision; its reason is borrowed until the next call. When it is `open`: once more
 * after the next decider_take. */
void decider_row(struct decider *d, struct ledger_transaction *row);

#endif
