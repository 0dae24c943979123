/*
 * Pages, ready to be taken: fetched in order over all sets of a sync, compared with what the ledger
 * has, and with everything known that their documents point at. While one page is taken apart the
 * next one is on its way.
 *
 *   fetch:    EMPTY ─request─► UNDER_WAY ─accepted─► THERE ─moved on─► EMPTY …
 *               └─all sets─► OVER
 *   prepare:  EMPTY ─► COMPARING (our tables) ─► REFERRING (refs) ─► READY ─taken─► EMPTY
 */
#ifndef ONEC_READER_H
#define ONEC_READER_H

#include "onec/paging.h"
#include "onec/plan.h"
#include "onec/refs.h"

enum { ONEC_READER_SETS = 4, ONEC_READER_PAGES = 3 };

struct onec_reader_kind {
    bool dated;
    int set_count;
    enum onec_set sets[ONEC_READER_SETS];
    const char *filter; /* of records worth importing */
    /* Adds two statements; the second's rows say by position (from 1) which records the ledger has,
     * and whether just so. */
    void (*known)(
        struct db_unit *u, const struct db_column *keys, const struct db_column *versions);
    /* Adds two statements; the second's row says whether the ledger holds anything of these dates.
     * When not, nothing is compared. NULL: it is not asked. */
    void (*holds)(struct db_unit *u, usec_t from, usec_t to);
    void (*want)(
        const struct onec_record *r, enum onec_set set, struct onec_refs *refs); /* may be NULL */
};

struct onec_pageful {
    struct onec_page page;
    int set;   /* index into kind->sets */
    bool last; /* of its span */
    int taken; /* for the taker: records done */
    bool used;
};

enum onec_fetch { ONEC_FETCH_EMPTY, ONEC_FETCH_UNDER_WAY, ONEC_FETCH_THERE, ONEC_FETCH_OVER };
enum onec_prepare {
    ONEC_PREPARE_EMPTY,
    ONEC_PREPARE_COMPARING,
    ONEC_PREPARE_REFERRING,
    ONEC_PREPARE_READY
};

struct onec_reader {
    const struct onec_reader_kind *kind; /* static */
    struct onec_link *link;              /* borrowed */
    struct onec_refs *refs;              /* borrowed; NULL when the kind wants nothing */
    enum onec_family family;
    int top;
    const struct onec_plan *plan; /* borrowed */
    struct onec_span span;        /* the present one; its set is an index into kind->sets */
    struct onec_paging paging;
    struct onec_pageful pages[ONEC_READER_PAGES];
    enum onec_fetch fetch;
    struct onec_pageful *fetched;
    enum onec_prepare prepare;
    struct onec_pageful *prepared;
    bool over;               /* the page fetched last was the last one */
    bool warm;               /* the page before needed nothing of 1C */
    bool asked_holds, fresh; /* fresh: the ledger holds nothing of the plan's dates */
    int page_tries;
    struct onec_ask ask;
    struct db_column keys, versions;
    int64_t page_count; /* accepted */
};

void onec_reader_init(struct onec_reader *r, const struct onec_reader_kind *kind,
    struct onec_link *link, struct onec_refs *refs, enum onec_family family);
void onec_reader_release(struct onec_reader *r);
/* Where to go on: a span of the plan and the cursor in it; span NULL: everything has been read. */
void onec_reader_start(struct onec_reader *r, const struct onec_plan *plan,
    const struct onec_span *span, const struct onec_cursor *cursor);

/* BROKEN: the pass is over. READY: a page may be taken. */
enum onec_progress onec_reader_poll(struct onec_reader *r, struct err *ret_err);
/* NULL when none is ready. The taker gives it back. */
struct onec_pageful *onec_reader_take(struct onec_reader *r);
void onec_reader_give_back(struct onec_reader *r, struct onec_pageful *p);
/* All pages of all sets have been taken. */
bool onec_reader_over(const struct onec_reader *r);
int64_t onec_reader_due(const struct onec_reader *r);

#endif
