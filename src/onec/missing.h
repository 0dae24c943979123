/* What a pass over a catalogue did not meet: asked for by key, because people may have moved it out
 * of the way of the pages; what is really gone becomes inactive. While records come without a key
 * nothing is (reconcile.h).
 *
 *   LISTING ─► ASKING (1C, by key) ─► STRIKING (what is there) ─► LISTING …
 *      └─none left─► SETTLING ─► SETTLED
 */
#ifndef ONEC_MISSING_H
#define ONEC_MISSING_H

#include "onec/ask.h"
#include "onec/reader.h"

struct onec_sync;

enum { ONEC_MISSING_KEYS = 24 }; /* what an address holds */

struct onec_missing {
    struct onec_sync *sync; /* borrowed; NULL: not begun */
    enum {
        ONEC_MISSING_LISTING,
        ONEC_MISSING_ASKING,
        ONEC_MISSING_STRIKING,
        ONEC_MISSING_SETTLING,
        ONEC_MISSING_SETTLED
    } state;
    struct uuid keys[ONEC_MISSING_KEYS];
    bool found[ONEC_MISSING_KEYS];
    int count;
    int64_t unsure[ONEC_READER_SETS]; /* [0]: not found, but records came without a key */
    char after[64];
    bool listed, under_way;
    struct onec_page page;
    struct onec_ask ask;
};

/* Of the sync's present part. */
void onec_missing_init(struct onec_missing *m, struct onec_sync *sync);
void onec_missing_release(struct onec_missing *m); /* a zeroed one, too */
/* OBM_NEXT: what is gone is inactive. settled: set just before the commit that makes it so, for its
 * checkpoint. */
enum obm_step onec_missing_step(struct onec_missing *m, bool *settled);

#endif
