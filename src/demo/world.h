/*
 * The demo company's books: a pure function from settings to documents, plus the changes made at
 * run time. Nothing in it grows with the number of documents but a few bytes per 512 of them.
 *
 * Documents have a number over all sets (index): the sets follow each other, each in the order of
 * (Date, Ref_Key) it has without changes; added documents come after all others.
 */
#ifndef DEMO_WORLD_H
#define DEMO_WORLD_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/err.h"
#include "demo/calendar.h"
#include "demo/change.h"
#include "demo/key.h"
#include "demo/operation.h"
#include "demo/party.h"

enum demo_family { DEMO_UT, DEMO_BP };

struct demo_settings {
    uint64_t docs, seed;
    enum demo_family family;
    int contractors;    /* 0: by the number of documents */
    int64_t from, to;   /* days since 1970, both included */
    int unposted;       /* of a thousand documents: not posted or marked for deletion */
    int foreign;        /* of a thousand payments of buyers and to suppliers: in dollars */
    uint64_t bad_every; /* each so many documents is damaged; 0: none */
};

#define DEMO_BLOCK 512 /* documents per entry of `live` */
struct demo_world {
    struct demo_settings s;
    struct demo_keys keys;
    struct demo_parties parties;
    struct demo_days days[DEMO_DOC_SETS];
    uint64_t base[DEMO_DOC_SETS + 1]; /* index of the first document of each set */
    uint32_t *live[DEMO_DOC_SETS];    /* posted documents before each block, unchanged */
    uint8_t pick[DEMO_DOC_SETS][DEMO_DAY_CLASSES][1024]; /* chance → operation */
    uint32_t factor[1024]; /* chance → what an amount is of its median, in 1/1024 */
    char bank_account[DEMO_OWN_BANKS][DEMO_BANK_ACCOUNTS][21];
    struct demo_changes changes;
};

/* NULL with a sentence when the settings cannot be met. */
struct demo_world *demo_world_new(const struct demo_settings *s, struct err *ret_err);
void demo_world_free(struct demo_world *w);

/* Documents of one set without changes, by local number. */
static inline uint64_t demo_set_total(const struct demo_world *w, unsigned set)
{
    return w->base[set + 1] - w->base[set];
}
/* Of an unchanged document, cheap: its second since 1970 (wall clock), whether it is posted. */
int64_t demo_second_of(const struct demo_world *w, unsigned set, uint64_t local);
bool demo_posted_of(const struct demo_world *w, unsigned set, uint64_t local);
struct uuid demo_key_of(const struct demo_world *w, unsigned set, uint64_t local);
/* The first document at or after a second; the total when there is none. */
uint64_t demo_local_at(const struct demo_world *w, unsigned set, int64_t second);
/* Posted ones before local. */
uint64_t demo_posted_before(const struct demo_world *w, unsigned set, uint64_t local);
/* Chance of a document; day since 1970. */
uint64_t demo_chance_of(
    const struct demo_world *w, unsigned set, unsigned day_of_key, uint32_t rank);

#endif
