#include "onec/print.h"

#include <sodium.h>

#include "obmen/decimal.h"

struct onec_mark onec_mark_of(const struct onec_record *r)
{
    struct onec_mark m = {0};
    struct str version = onec_record_text(r, ONEC_F_DATA_VERSION);
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, sizeof m.hash);
    crypto_generichash_update(&h, r->id.b, sizeof r->id.b);
    if (version.n)
        crypto_generichash_update(&h, (const uint8_t *)version.p, version.n);
    crypto_generichash_final(&h, (uint8_t *)m.hash, sizeof m.hash);
    struct str amount = onec_record_text(r, ONEC_F_AMOUNT);
    if (!amount.n || !decimal_parse(amount, &m.amount))
        m.amount = 0;
    return m;
}

void onec_print_add(struct onec_print *p, const struct onec_mark *mark)
{
    p->documents++;
    /* sums and not XOR: the same document twice is seen */
    p->hash[0] += mark->hash[0];
    p->hash[1] += mark->hash[1];
    p->amount = (int64_t)((uint64_t)p->amount + (uint64_t)mark->amount);
}

struct ledger_print onec_print_value(const struct onec_print *p)
{
    struct ledger_print v = {.documents = p->documents, .amount = p->amount};
    memcpy(v.hash.b, p->hash, sizeof v.hash.b);
    return v;
}

struct onec_print onec_print_from(const struct ledger_print *p)
{
    struct onec_print v = {.documents = p->documents, .amount = p->amount};
    memcpy(v.hash, p->hash.b, sizeof v.hash);
    return v;
}

bool onec_print_same(const struct onec_print *p, const struct ledger_print *known)
{
    return p->documents == known->documents && p->amount == known->amount &&
           memcmp(p->hash, known->hash.b, sizeof p->hash) == 0;
}
