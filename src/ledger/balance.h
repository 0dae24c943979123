/*
 * Do the accounts add up? Day by day: opening + receipts − payments = closing, as the statements
 * say their balances, and as 1C has the same days. What is said of a day is local to it: after a
 * day that differs the count goes on from the balance that the bank stated.
 */
#ifndef LEDGER_BALANCE_H
#define LEDGER_BALANCE_H

#include "ledger/query.h"
#include "obmen/buf.h"
#include "obmen/time.h"

#define BALANCE_DAYS_MAX 400 /* of a question */
#define BALANCE_ROWS_MAX 100 /* in question, shown of the first day that differs */
#define BALANCE_GAPS_TOLD 3  /* in words */

/* What is known of one day of an account; kopecks. */
struct balance_day {
    usec_t date;
    int64_t credit, debit; /* rows of statements */
    int64_t onec_credit, onec_debit;
    bool has_opening, has_closing, has_turnover;
    bool onec_known;          /* a statement speaks of the day, 1C of the account */
    int64_t opening, closing; /* stated by the bank */
    int64_t statement_credit, statement_debit; /* the same, of a section of this day alone */
};

struct balance_verdict { /* of a day */
    bool has_balance;
    int64_t opening, closing; /* counted; when has_balance */
    int64_t difference; /* stated − counted, of opening or closing, or of the turnover; 0: none */
    int64_t onec_difference; /* 1C's receipts less payments − those of the statement */
    bool agrees, onec_agrees;
    bool compared; /* the bank states something of this day that could be counted as well */
};

struct balance_account {
    bool has_balance; /* at the end of the last day judged */
    int64_t balance;
};
/* Days in order. */
struct balance_verdict balance_judge(struct balance_account *a, const struct balance_day *d);

struct balance_gap { /* days without a statement */
    usec_t from, to;
};

struct balance_sum {        /* of an account's days */
    bool known, statements; /* the account; something of these days */
    bool compared, onec_compared;
    bool agrees, onec_agrees;            /* in all that was compared */
    int64_t difference, onec_difference; /* of all days together; 0 is no proof that they agree */
    usec_t first;                        /* day that differs */
    const struct balance_gap *gap;
    int gaps;
};
/* Adds "расходится на −1 234,50, с 07.09.2026; дни без выписок: 01.09.2026", in the language of the
 * server. */
void balance_say(struct buf *out, const struct balance_sum *s);

/* {"accounts":[…],"message","agrees","total","rows":[…]}; agrees is null where nothing could be
 * compared; account STR_NULL: all of them, without
 * their days that agree. rows: those in question on the first day that differs of the account asked
 * for. Called once, never from inside. */
void ledger_reconcile(struct db *db, struct str account, usec_t from, usec_t to, int limit,
    int offset, ledger_json_fn done, void *arg);
#endif
