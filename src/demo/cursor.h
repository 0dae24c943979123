/*
 * The rows an answer consists of, one after the other. Documents in the order of their dates cost
 * as much as the page is long, however many there are: their number is their place, and a filter by
 * Date and Posted is found by bisection. Every other order or filter looks at all rows of the dates
 * asked for.
 */
#ifndef DEMO_CURSOR_H
#define DEMO_CURSOR_H

#include "demo/query.h"

enum demo_test { TEST_NONE, TEST_POSTED, TEST_FILTER };

struct demo_cursor {
    const struct demo_world *w;
    const struct demo_query *q;
    struct demo_view view; /* the present row */
    /* in the order of dates */
    enum demo_test test;
    bool backward;
    uint64_t low, high, at; /* base documents: range, next one (backward: the one after it) */
    size_t extra_low, extra_high, extra; /* the same of those that stand elsewhere now */
    uint64_t epoch;
    bool begun; /* a row has been given */
    /* any other order */
    uint64_t *rows; /* in the arena; NULL when in the order of dates */
    size_t row_count, next;
    uint64_t left; /* rows to give */
    bool held;     /* hold_row is given before the next one */
    uint64_t hold_row;
};

/* stable: rows of an order that is not total come in the same order every time, unlike on real
 * servers. */
void demo_cursor_open(struct demo_cursor *c, struct arena *a, const struct demo_world *w,
    const struct demo_query *q, bool stable);
/* False at the end. */
bool demo_cursor_next(struct demo_cursor *c);
/* Rows that match, without $top and $skip. */
uint64_t demo_cursor_count(struct arena *a, const struct demo_world *w, const struct demo_query *q);

#endif
