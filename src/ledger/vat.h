/*
 * What a payment's purpose says about VAT. Nearly every one ends in a clause about it: "в т.ч. НДС
 * 20% - 3 416.95", "НДС-465000=", "Без НДС", "НДС не облагается". A purpose that is about VAT
 * itself ("НДС за 2 квартал", "НДС с комиссии банка") has none.
 */
#ifndef LEDGER_VAT_H
#define LEDGER_VAT_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/arena.h"
#include "obmen/str.h"

struct ledger_transaction;

struct vat_clause {
    size_t from, to; /* bytes of the purpose: [from, to) */
    bool none;       /* "без НДС" */
    int rate;        /* per cent; -1: not said */
    bool has_amount;
    int64_t amount; /* kopecks */
};
/* The first clause at or behind `at`. Any bytes are fine. */
bool vat_clause_next(struct str purpose, size_t at, struct vat_clause *ret);

/* The rate that makes this much VAT of this total, to the rounding of a kopeck; -1: none of the
 * usual ones, or more than one would. */
int vat_rate_of(int64_t vat, int64_t total);

/* Fills vat_rate and vat_amount ("20%", "Без НДС") of a row whose source states neither, from its
 * purpose; the rate also from the amount. Texts made here live in the arena. */
void ledger_vat_from_purpose(struct ledger_transaction *t, struct arena *a);

#endif
