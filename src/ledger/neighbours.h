/*
 * The surroundings of rows of statements: stored rows and rows of 1C of the same account, side and
 * amount, as far around as one row's answer may depend on another's (link.h). They are decided
 * about together, so that it does not matter which of them came first, or in which batch.
 *
 *     clear ─► around (each row) ─► ask_add, submit, take ─► join (each row that is not stored yet)
 *     ─► decide ─► the joined rows' answers, and the stored rows that change: relink.h
 *
 * Fixed are: what a person decided, what is linked to a row of 1C that does not fit any more, and
 * perfect matches of other days. When more than NEIGHBOURS_ROWS stored rows are there, so are those
 * that are further away.
 */
#ifndef LEDGER_NEIGHBOURS_H
#define LEDGER_NEIGHBOURS_H

#include "ledger/link.h"
#include "ledger/transaction.h"

/* Of one account, side and amount; the nearest ones by day. */
#define NEIGHBOURS_ROWS 300
#define NEIGHBOURS_CANDIDATES 1000

struct ledger_payment_key {
    struct str account;
    enum ledger_type type;
    int64_t amount; /* kopecks */
};

struct ledger_link_answer {
    int64_t linked_id; /* row of 1C; 0: none */
    int level;         /* of the link; 0: none */
    bool unclear;      /* which of these a person is asked */
    enum link_doubt doubt;
    int64_t *open; /* rows of 1C: open_count of them; in the neighbours' memory */
    int open_count;
};

struct ledger_stored_row {
    int64_t id, was; /* was: the row of 1C that it is linked to; 0: none */
    int was_level;
    bool was_unclear;
    struct str was_open; /* what a person has been asked about it: ids of rows of 1C, "17 29" */
    enum link_doubt was_doubt;
    int32_t file_no; /* of the present task's file that brought it; 0: another task did */
    struct ledger_payment_key key;
    bool fixed; /* it keeps what it has */
    bool near;  /* else it is only there for the sake of others */
    bool lost;  /* somebody else gets the row of 1C that it is linked to */
    bool asks;  /* a person is asked something else now, or nothing any more */
    struct ledger_link_answer now;
};

struct ledger_neighbours;
struct ledger_neighbours *ledger_neighbours_new(void);
void ledger_neighbours_free(struct ledger_neighbours *n); /* accepts NULL */
void ledger_neighbours_clear(struct ledger_neighbours *n);

/* key's text is copied. */
void ledger_neighbours_around(
    struct ledger_neighbours *n, const struct ledger_payment_key *key, usec_t posted);
/* Adds the question and returns its place in the unit, which wants ledger_plan_by_index. dry: with
 * what the task's dry run has given away already. */
int ledger_neighbours_ask_add(
    struct ledger_neighbours *n, struct db_unit *u, const struct uuid *task_id, bool dry);
void ledger_neighbours_take(
    struct ledger_neighbours *n, struct db_result *const *results, int first);
/* A row that is not stored yet, within what was asked `around`; texts are borrowed until decide,
 * which fills *ret. */
void ledger_neighbours_join(struct ledger_neighbours *n, const struct ledger_payment_key *key,
    usec_t posted, struct str number, struct str inn, struct ledger_link_answer *ret);
/* A turn's worth of it. False: call it again, in another turn. */
bool ledger_neighbours_decide(struct ledger_neighbours *n);

/* The stored rows, count of them. */
const struct ledger_stored_row *ledger_neighbours_stored(
    const struct ledger_neighbours *n, int *ret_count);
/* Has it another link now, or another level? */
bool ledger_stored_row_links(const struct ledger_stored_row *r);

#endif
