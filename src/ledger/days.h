/* Fingerprints of days that were read completely (source_days). */
#ifndef LEDGER_DAYS_H
#define LEDGER_DAYS_H

#include "ledger/transaction.h"

struct ledger_print {
    int64_t documents, amount; /* amount: kopecks */
    struct uuid hash;
};

/* Days of one kind, for one statement. */
struct ledger_days {
    struct db_column day, documents, amount, hash;
};
void ledger_days_init(struct ledger_days *d);
void ledger_days_release(struct ledger_days *d);
void ledger_days_add(struct ledger_days *d, usec_t day, const struct ledger_print *print);

/* Adds: of the days [from, to) of this kind these were read completely, of the others nothing is
 * known any more. Two statements. */
void ledger_days_store_add(struct db_unit *u, const struct uuid *task_id, const char *source,
    struct str base, enum ledger_type type, enum ledger_payment payment, usec_t from, usec_t to,
    const struct ledger_days *days);

/* Adds a read of what is known of the days [from, to), and whether the ledger still holds it: rows
 * (transaction_type, payment_source, day as a number from 0, documents, kopecks, hash, whole
 * boolean, rows in the ledger). documents is NULL when only the ledger knows the day. */
void ledger_days_read_add(
    struct db_unit *u, const char *source, struct str base, usec_t from, usec_t to);

#endif
