/*
 * What documents point at: counterparties, organizations, accounts, banks, currencies, VAT rates.
 * Looked up by GUID in a cache of the task; unknown ones of a page are fetched together:
 * contractors and organizations from our own tables first, then everything from 1C in batches, and
 * contractors and organizations that came from there are stored.
 *
 *   IDLE ─► FINDING (our tables) ─► CHOOSING ─► ASKING (1C, a batch of one kind) ─► CHOOSING …
 *                                      └─all asked─► STORING (our tables) ─► IDLE
 */
#ifndef ONEC_REFS_H
#define ONEC_REFS_H

#include "ledger/card.h"
#include "obmen/map.h"
#include "onec/ask.h"

enum onec_ref_kind {
    ONEC_REF_CONTRACTOR,
    ONEC_REF_ORGANIZATION,
    ONEC_REF_CURRENCY,
    ONEC_REF_OWN_ACCOUNT,
    ONEC_REF_THEIR_ACCOUNT,
    ONEC_REF_BANK,
    ONEC_REF_VAT_RATE,
    ONEC_REF_KINDS
};

struct onec_ref {
    struct uuid id;
    uint8_t kind; /* enum onec_ref_kind */
    enum { ONEC_REF_WANTED, ONEC_REF_FOUND, ONEC_REF_MISSING } state;
    bool stored;               /* contractors, organizations: row_id is right */
    int64_t row_id;            /* in our tables; 0: none */
    struct str name, inn, kpp; /* of cards; name also of banks and VAT rates */
    struct str code;           /* number of an account, BIK of a bank, "RUB" of a currency */
    struct uuid bank;          /* of an account; zero: none */
    struct onec_ref *next;     /* in the list of wanted ones */
};

enum onec_refs_state {
    ONEC_REFS_IDLE,
    ONEC_REFS_FINDING,
    ONEC_REFS_CHOOSING,
    ONEC_REFS_ASKING,
    ONEC_REFS_STORING
};

/* The cache forgets by generations: when the young one is full, the old one goes and the young one
 * becomes the old. */
struct onec_generation {
    struct arena arena; /* entries and their texts */
    struct map map;     /* kind and id → onec_ref */
};

struct onec_refs {
    struct onec_link *link; /* borrowed */
    struct obm_task *task;
    enum onec_family family;
    enum onec_refs_state state;
    struct onec_generation young, old;
    struct onec_ref *wanted[ONEC_REF_KINDS];
    int wanted_count;
    struct onec_page page;       /* of the batch under way */
    enum onec_ref_kind asked;    /* kind of it */
    struct onec_ref *batch;      /* those asked for, chained */
    bool absent[ONEC_REF_KINDS]; /* this base does not publish them: only of kinds that can be done
                                    without */
    struct onec_ask ask;
    bool dry;                           /* cards are not stored */
    struct ledger_card_batch *cards[2]; /* contractors, organizations that came from 1C */
};

void onec_refs_init(struct onec_refs *r, struct onec_link *link, enum onec_family family);
void onec_refs_release(struct onec_refs *r);
/* Before the wants of a page. Answers about the page before this one stay good; older ones may be
 * forgotten. */
void onec_refs_begin(struct onec_refs *r);
void onec_refs_want(struct onec_refs *r, enum onec_ref_kind kind, const struct uuid *id);
/* READY: everything wanted is found or known to be missing. Needs the link for itself until then.
 */
enum onec_progress onec_refs_poll(struct onec_refs *r, struct err *ret_err);
static inline bool onec_refs_complete(const struct onec_refs *r)
{
    return r->state == ONEC_REFS_IDLE && r->wanted_count == 0;
}
/* NULL: 1C has no such object. Only after READY. */
const struct onec_ref *onec_refs_get(
    const struct onec_refs *r, enum onec_ref_kind kind, const struct uuid *id);
int64_t onec_refs_due(const struct onec_refs *r);

#endif
