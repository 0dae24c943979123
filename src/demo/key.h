/*
 * Ref_Key of everything in the demo world: looks random, can be opened again without a table.
 *
 *   HHHHHHHH-xxxx-1xxx-[10]CC-CCCCCCCCCCCC
 *
 * C: 62 bits, a cipher of (kind, day, rank), so finding an object by its key needs no memory. H:
 * for documents it rises with the rank within the day, so the order by (Date, Ref_Key) is the order
 * of the ranks and no page ever has to be sorted, however many documents share a second. x: a hash
 * of C; a key that was not made here is told apart.
 */
#ifndef DEMO_KEY_H
#define DEMO_KEY_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/uuid.h"

enum demo_kind {
    /* the four document sets first: their numbers are the sets' numbers */
    DEMO_BANK_IN,
    DEMO_BANK_OUT,
    DEMO_CASH_IN,
    DEMO_CASH_OUT,
    DEMO_PARTY,
    DEMO_ORG,
    DEMO_OWN_ACCOUNT,
    DEMO_PARTY_ACCOUNT,
    DEMO_BANK,
    DEMO_CURRENCY,
    DEMO_ITEM,
    DEMO_VAT,
    DEMO_DESK,
    DEMO_PERSON,
    /* referred to, but not published as sets */
    DEMO_CONTRACT,
    DEMO_PARTNER,
    DEMO_USER,
    DEMO_LOST,
    DEMO_KINDS
};
#define DEMO_DOC_SETS 4
#define DEMO_DAY_ADDED 0xFFFFu /* documents added at run time have no day of their own */
#define DEMO_RANK_MAX 0xFFFFFFu

struct demo_id {
    unsigned kind; /* enum demo_kind */
    unsigned day;  /* days since 2000-01-01, 0 for what is no document */
    uint32_t rank; /* among the documents of the day, or number of the object */
};

struct demo_keys {
    uint64_t seed;
    uint32_t round[4];
    unsigned rank_shift; /* H = rank << rank_shift | chance */
};

/* max_rank: the highest rank a document of a day can have. */
void demo_keys_init(struct demo_keys *k, uint64_t seed, uint32_t max_rank);
struct uuid demo_key_make(const struct demo_keys *k, struct demo_id id);
/* False: made by somebody else. */
bool demo_key_open(const struct demo_keys *k, const struct uuid *key, struct demo_id *ret_id);
/* 36 bytes at out, without NUL. */
void demo_key_text(const struct uuid *key, char *out);

#endif
