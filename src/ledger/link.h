/*
 * Which row of 1C is the same payment as a row of a bank statement? The same account, side and
 * amount, at most three days apart, no contradiction in the INN; then the number or the INN must
 * speak for it. What fits several different rows equally well, on either side, is left to a person.
 * No I/O.
 */
#ifndef LEDGER_LINK_H
#define LEDGER_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/str.h"
#include "obmen/time.h"

#define LINK_DAYS 3
#define LINK_OPEN_MAX 20 /* candidates of one row that a person is asked about */

enum link_doubt {
    LINK_SEVERAL, /* more than one row of 1C fits as well */
    LINK_SHARED,  /* it fits other rows of the statement as well */
    LINK_SUM_ONLY /* neither number nor INN speak for it */
};
const char *ledger_link_doubt_name(enum link_doubt doubt); /* "several": as it is stored */

struct link_row { /* of a statement */
    usec_t posted;
    struct str number, inn; /* "" or STR_NULL: none */
    /* the answer */
    int64_t linked_id; /* 0: none */
    bool unclear;      /* there are rows of 1C that may be it: their candidates are open */
    enum link_doubt doubt;
    int level; /* its own */
};

struct link_candidate { /* of 1C: account, side, amount and days fit already */
    int row;            /* of the statement: its place in the rows */
    int64_t id;
    usec_t date; /* midnight */
    struct str number, inn;
    bool open; /* the answer: a person is asked whether it is this one */
};

/* candidates: of all rows, in the order of rows; several rows may have the same one, which goes to
 * the one it fits best. */
void ledger_link_decide(
    struct link_row *rows, int count, struct link_candidate *candidates, int candidate_count);

/* Do two numbers of documents mean the same? "К100-000123" and "123" do. */
bool ledger_link_same_number(struct str a, struct str b);

#endif
