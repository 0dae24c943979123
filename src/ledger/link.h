/*
 * Which row of 1C is the same payment as a row of a bank statement? The same account, side and
 * amount, at most three days apart, no contradiction in the INN; then the number or the INN must
 * speak for it. What fits several different rows equally well, on either side, is left to a person.
 * The answer does not depend on the order in which the rows came. No I/O.
 */
#ifndef LEDGER_LINK_H
#define LEDGER_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/str.h"
#include "obmen/time.h"

#define LINK_DAYS 3
#define LINK_OPEN_MAX 20 /* candidates of one row that a person is asked about */
#define LINK_PERFECT 7   /* the level of number, INN and day */
/* A row's answer depends on rows at most so many days away: each level looks as far as two rows may
 * share a candidate (2 * LINK_DAYS), and of the levels that differ by more than the day there are
 * four: number and INN, number, INN, neither. */
#define LINK_REACH (4 * 2 * LINK_DAYS)

enum link_doubt {
    LINK_SEVERAL, /* more than one row of 1C fits as well */
    LINK_SHARED,  /* it fits other rows of the statement as well */
    LINK_SUM_ONLY /* neither number nor INN speak for it */
};
const char *ledger_link_doubt_name(enum link_doubt doubt); /* "several": as it is stored */
bool ledger_link_doubt_parse(struct str name, enum link_doubt *ret);

struct link_row { /* of a statement */
    int place;    /* the caller's own: rows are put into another order */
    int64_t id;   /* 0: not stored yet */
    usec_t posted;
    struct str number, inn; /* "" or STR_NULL: none */
    struct str apart;       /* ids of rows of 1C that it is not, as a person said: "17 29" */
    /* the answer; linked_id before it: what it is linked to, which stays among equal ones */
    int64_t linked_id; /* 0: none */
    bool unclear;      /* there are rows of 1C that may be it: they are open */
    enum link_doubt doubt;
    int level; /* of what it is linked to, or of the doubt: up to LINK_PERFECT */
};

struct link_candidate { /* of 1C */
    int64_t id;
    usec_t date; /* midnight */
    struct str number, inn;
};

/* A person is asked whether they are the same. */
typedef void (*link_open_fn)(
    void *arg, const struct link_row *row, const struct link_candidate *candidate);

/* All of one account, side and amount. Both are sorted here: by day first. */
void ledger_link_decide(struct link_row *rows, int count, struct link_candidate *candidates,
    int candidate_count, link_open_fn open, void *arg);

/* Do two numbers of documents mean the same? "К100-000123" and "123" do. */
bool ledger_link_same_number(struct str a, struct str b);

#endif
