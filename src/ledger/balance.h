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

/* What is known of one day of an account; kopecks. */
struct balance_day {
    usec_t date;
    int64_t credit, debit; /* rows of statements */
    int64_t onec_credit, onec_debit;
    bool has_opening, has_closing, has_turnover;
    int64_t opening, closing;                  /* stated by the bank */
    int64_t statement_credit, statement_debit; /* the same, of a section of this day alone */
};

struct balance_verdict { /* of a day */
    bool has_balance;
    int64_t opening, closing; /* counted; when has_balance */
    int64_t difference; /* stated − counted, of opening or closing, or of the turnover; 0: none */
    int64_t onec_difference; /* 1C's receipts less payments − those of the statement */
    bool agrees, onec_agrees;
};

struct balance_account {
    bool has_balance; /* at the end of the last day judged */
    int64_t balance;
    bool onec_known;
};
/* Days in order. */
struct balance_verdict balance_judge(struct balance_account *a, const struct balance_day *d);

struct balance_sum { /* of an account's days */
    bool agrees, onec_agrees;
    int64_t difference, onec_difference; /* of all days together; 0 is no proof that they agree */
    usec_t first;                        /* day that differs */
};
/* Adds "расходится на −1 234,50, с 07.09.2026", in the language of the server. */
void balance_say(struct buf *out, const struct balance_sum *s);

/* {"accounts":[…],"message","agrees","total","rows":[…]}; account STR_NULL: all of them, without
 * their days that agree. rows: those in question on the first day that differs of the account asked
 * for. Called once, never from inside. */
void ledger_reconcile(struct db *db, struct str account, usec_t from, usec_t to, int limit,
    int offset, ledger_json_fn done, void *arg);
#endif
