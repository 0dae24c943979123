/* What payments of the same INN and direction were before: asked for many INNs at once, kept for
 * the task. */
#ifndef CLASSIFY_HISTORY_H
#define CLASSIFY_HISTORY_H

#include "ledger/transaction.h"
#include "obmen/arena.h"
#include "obmen/db.h"
#include "obmen/map.h"

/* Of one kind of earlier payments. */
struct history_side {
    int64_t category_id; /* the most frequent one */
    int alike, all;      /* payments of it, and of any */
};
struct history_entry {
    bool known;                    /* else: wanted */
    struct history_side confirmed; /* a person decided */
    struct history_side automatic; /* the program did: may suggest, never assign */
};
struct history {
    struct arena arena;
    struct map known;                  /* INN and direction → entry */
    struct db_column inns, directions; /* wanted */
    struct history_entry **wanted;     /* owned: their entries */
    int wanted_count, wanted_room;
};

/* NULL: not known; wanted from now on. */
const struct history_entry *history_get(
    struct history *h, struct str inn, enum ledger_type direction);
bool history_wanted(const struct history *h);
int history_ask_add(struct history *h, struct db_unit *u); /* the place of its first statement */
void history_ask_take(struct history *h, struct db_result *const *results, int first);
void history_release(struct history *h);

/* The category and how sure it is, per cent; 0: history says nothing. */
int history_says(
    const struct history_entry *e, int64_t *ret_category, const struct history_side **ret_side);

#endif
