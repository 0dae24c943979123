/*
 * After a complete pass: rows of the period that were not met are asked for by key, a handful at a
 * time. What 1C no longer has, or has unposted or marked for deletion, becomes inactive; what only
 * moved to another date is taken over. An answer without a match means nothing while records of the
 * set come without a key: one of them may be the very one. Such rows stay as they are.
 *
 *   LISTING (our tables: the next candidates of a set) ─► ASKING (1C, by key) ─► REFERRING ─► WRITING
 *      │ ▲                                                                                      │
 *      │ └──────────────────────────────────────────────────────────────────────────────────────┘
 *      └─none left─► the next set … ─► OVER
 */
#ifndef ONEC_RECONCILE_H
#define ONEC_RECONCILE_H

#include "onec/sync.h"

enum { ONEC_CANDIDATES = 24 }; /* asked for at once: the address stays within 2,048 bytes */

enum onec_reconcile_state { ONEC_LISTING, ONEC_ASKING, ONEC_REFERRING, ONEC_WRITING, ONEC_OVER };

struct onec_candidate {
    int64_t id;
    struct uuid key;
    char version[64];
    enum { ONEC_GONE, ONEC_KEPT, ONEC_CHANGED, ONEC_UNFIT, ONEC_UNSURE } state;
    const struct onec_record *record;
    const char *reason; /* UNFIT: why it cannot be imported, in the arena */
};

struct onec_reconcile {
    struct onec_sync *sync; /* borrowed */
    enum onec_reconcile_state state;
    int set;
    int64_t after_id;
    struct onec_candidate candidates[ONEC_CANDIDATES];
    int count;
    int64_t unsure[ONEC_READER_SETS]; /* rows not found that cannot be called gone */
    struct onec_page page;
    struct onec_ask ask;
    struct ledger_batch *rows;
    int64_t row_id[ONEC_CANDIDATES]; /* of the rows */
    struct db_column gone, unfit;    /* ids: no longer there; refused with this commit */
    struct arena arena;
    bool listed, under_way;
    bool verdicts;        /* gone and unfit ones are still to be written */
    bool singly, refused; /* rows go one by one; the first of those left was refused */
    int row, sending;     /* next of the rows to be written; rows of the commit under way */
    bool failed;
    struct err err;
};

void onec_reconcile_init(struct onec_reconcile *r, struct onec_sync *sync);
void onec_reconcile_release(struct onec_reconcile *r);
enum obm_step onec_reconcile_step(struct onec_reconcile *r);

#endif
