/* What is ours: the INNs of 1C's organizations and the numbers of their accounts, read before the
 * first document, so that no decision about a payment depends on which payments came before it.
 * Then what the ledger knows is put down for the task (ledger/knowledge.h).
 *
 *   ORGANIZATIONS ─► ACCOUNTS ─► KEEPING ─committed─► OVER
 *
 * Where one set holds the accounts of everybody, those of some organizations are asked for at a
 * time.
 */
#ifndef ONEC_OURS_H
#define ONEC_OURS_H

#include "onec/paging.h"
#include "onec/sync.h"

struct onec_ours {
    struct onec_sync *sync; /* borrowed; NULL: not begun */
    enum { ONEC_OURS_ORGANIZATIONS, ONEC_OURS_ACCOUNTS, ONEC_OURS_KEEPING, ONEC_OURS_OVER } state;
    struct onec_paging paging;
    struct onec_page page;
    struct buf organizations; /* struct uuid, one after the other */
    size_t owners;            /* of them so many have been asked for */
    struct db_column inns, accounts;
    bool paging_begun, under_way;
    int tries;
};

void onec_ours_init(struct onec_ours *o, struct onec_sync *sync);
void onec_ours_release(struct onec_ours *o); /* a zeroed one, too */
/* The step of a phase. OBM_NEXT: it is put down. kept: set just before the commit that puts it
 * down, for its checkpoint. */
enum obm_step onec_ours_step(struct onec_ours *o, bool *kept);

#endif
