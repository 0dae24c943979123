/* Fingerprints: what a day of a set looks like, told from three fields of its documents. The order
 * they come in does not matter. */
#ifndef ONEC_PRINT_H
#define ONEC_PRINT_H

#include "ledger/days.h"
#include "onec/page.h"

struct onec_mark { /* of one document */
    uint64_t hash[2];
    int64_t amount; /* kopecks; 0 when it cannot be read */
};
struct onec_mark onec_mark_of(const struct onec_record *r);

struct onec_print { /* of a day; a plain value */
    int64_t documents, amount;
    uint64_t hash[2];
};
void onec_print_add(struct onec_print *p, const struct onec_mark *mark);
struct ledger_print onec_print_value(const struct onec_print *p);
struct onec_print onec_print_from(const struct ledger_print *p);
bool onec_print_same(const struct onec_print *p, const struct ledger_print *known);

/* Midnight of a moment. */
static inline usec_t onec_day(usec_t at)
{
    return at - ((at % USEC_PER_DAY) + USEC_PER_DAY) % USEC_PER_DAY;
}

#endif
