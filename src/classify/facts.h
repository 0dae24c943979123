/* What the document itself proves, before any word is read: transfers between own accounts, taxes
 * by their КБК, accounts of banks. */
#ifndef CLASSIFY_FACTS_H
#define CLASSIFY_FACTS_H

#include "ledger/transaction.h"

/* Whose the numbers are. */
struct fact_ours {
    bool account; /* the other side's account is one of ours */
    bool inn;     /* the other side's INN is that of one of our organizations */
};

struct fact {
    const char *category; /* code; NULL: the document proves nothing */
    int confidence;       /* per cent */
    const char *ru, *en;  /* the reason; static */
};
/* purpose: prepared, without its VAT clause. */
struct fact classify_fact(
    const struct ledger_transaction *t, struct fact_ours ours, struct str purpose);
/* What is left to suggest when neither facts, words nor history say anything. buyer: payments of
 * this INN were sales before. */
struct fact classify_last_resort(const struct ledger_transaction *t, bool buyer);

#endif
