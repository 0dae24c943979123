/*
 * Which row of 1C is the same payment as a row of a bank statement? The same account, side and
 * amount, at most three days apart, no contradiction in the INN; then the number and the INN must
 * speak for it. What fits several rows of 1C equally well is left to a person. No I/O.
 */
#ifndef LEDGER_LINK_H
#define LEDGER_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/str.h"
#include "obmen/time.h"

#define LINK_DAYS 3

struct link_row { /* of a statement */
    usec_t posted;
    struct str number, inn; /* "" or STR_NULL: none */
    int64_t linked_id;      /* the answer; 0: none */
    bool unclear;           /* there are rows of 1C that may be it */
};

struct link_candidate { /* of 1C: account, side, amount and days fit already */
    int row;            /* of the statement: its place in the rows */
    int64_t id;
    usec_t date; /* midnight */
    struct str number, inn;
};

/* candidates: of all rows, in the order of rows; several rows may have the same one, which goes to
 * the one it fits best. */
void ledger_link_decide(
    struct link_row *rows, int count, const struct link_candidate *candidates, int candidate_count);

/* Do two numbers of documents mean the same? "К100-000123" and "123" do. */
bool ledger_link_same_number(struct str a, struct str b);

#endif
