/*
 * Pages of one set in an order that stays right while people work in 1C (docs/decisions/0006): the
 * next page starts again at the last date seen, and records that were seen already are told by key.
 * What is inserted or deleted elsewhere shifts nothing.
 */
#ifndef ONEC_PAGING_H
#define ONEC_PAGING_H

#include "onec/cursor.h"
#include "onec/page.h"

/* Ids of the present date, all that fit. */
struct onec_ids {
    struct uuid *slots; /* owned; zero = free */
    size_t count, cap;
};

struct onec_paging {
    bool dated; /* documents of [from, end); else a catalogue in the order of its keys */
    usec_t end;
    int top;                   /* records per page */
    struct onec_cursor cursor; /* behind the last page that was accepted */
    struct onec_ids seen;      /* at cursor.at */
    int64_t skip,
        overlap; /* of the page under way; overlap: records asked for although they were seen */
    bool ended;
    int barren;  /* pages without anything new that are still put up with */
    int rewinds; /* without anything new since */
    int odd;     /* pages in a row that looked like another than we asked for */
};

void onec_paging_release(struct onec_paging *p);
/* cursor: where to go on. */
void onec_paging_begin_documents(
    struct onec_paging *p, const struct onec_cursor *cursor, usec_t end, int top);
void onec_paging_begin_catalogue(struct onec_paging *p, const struct onec_cursor *cursor, int top);

/* Adds "?$filter=…&…" for the next page. filter: more conditions, or NULL. */
void onec_paging_url(struct onec_paging *p, struct buf *url, const char *filter);
/* A whole page came: fills id, date, position and repeated of its records, moves the cursor behind
 * it. The page may come back empty without the end being reached: ask again. -1: this is no page of
 * what was asked. */
int onec_paging_accept(struct onec_paging *p, struct onec_page *page, struct err *ret_err);

#endif
