/*
 * Before an incremental pass: what every day of the period looks like at the source (three fields
 * of each document, by $select), against the fingerprints it had when it was read completely.
 *
 *   ASKING (our tables) ─nothing known of any day─► OVER (everything is read)
 *          └─► READING (1C, set after set; a page is folded in while the next one comes)
 *                  └─► OVER: the plan holds the days to read
 */
#ifndef ONEC_SCAN_H
#define ONEC_SCAN_H

#include "onec/ask.h"
#include "onec/print.h"
#include "onec/sync.h"

/* Why a day is read. */
enum onec_why {
    ONEC_SAME,    /* it is not */
    ONEC_NEW,     /* neither fingerprint nor row */
    ONEC_UNKNOWN, /* rows, but never read completely, or not every document became a row */
    ONEC_OTHER,   /* other documents or other versions than then */
    ONEC_EMPTY,   /* nothing there any more */
    ONEC_LEDGER,  /* the ledger holds something else than was read then */
    ONEC_WHYS
};
const char *onec_why_name(enum onec_why why); /* "changed" */

enum { ONEC_LISTED_MAX = 100 };

struct onec_found { /* a plain value: part of checkpoint and result */
    int64_t days[ONEC_WHYS];
    int64_t same_documents;
    int listed;
    struct onec_listed { /* days that are read for one reason, with none between that is not */
        int set;
        int32_t day, last; /* from the period's first */
        int32_t days;      /* without those on which nobody has anything */
        enum onec_why why;
    } list[ONEC_LISTED_MAX];
    int64_t unlisted; /* days that found no room */
    enum {
        ONEC_WHOLE_ASKED,
        ONEC_WHOLE_FIRST,
        ONEC_WHOLE_LONG,
        ONEC_WHOLE_REFUSED,
        ONEC_BY_DAYS
    } how;
};

struct onec_scan {
    struct onec_sync *sync; /* borrowed */
    enum { ONEC_SCAN_ASKING, ONEC_SCAN_READING, ONEC_SCAN_OVER } state;
    struct onec_ask ask;
    struct onec_scan_day *days; /* owned: set after set */
    int64_t day_count;          /* of one set */
    bool known;                 /* there is a fingerprint of any day */
    struct onec_paging paging;
    struct onec_page pages[2];
    int set, folding_set;
    int fetching; /* page that is asked for, or next to be */
    bool under_way, all_asked;
    struct onec_page *folding; /* NULL: none */
    int folded;                /* records of it */
    int64_t day;               /* of the record before */
    bool loose;                /* and one without a date came since */
    int tries;
    int64_t page_count;
    struct onec_found found;
    int64_t to_read; /* documents of the days that are read */
};

void onec_scan_init(struct onec_scan *s, struct onec_sync *sync);
void onec_scan_release(struct onec_scan *s);
/* OBM_NEXT: found, to_read and the sync's plan are there. */
enum obm_step onec_scan_step(struct onec_scan *s);

/* Members of an object: of the checkpoint, and of the result. */
void onec_found_save(const struct onec_found *f, struct json_writer *w);
void onec_found_load(struct onec_found *f, const struct json *saved);
void onec_found_report(
    const struct onec_found *f, const struct onec_sync *s, struct json_writer *w);

#endif
