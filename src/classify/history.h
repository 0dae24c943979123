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
    const struct uuid
        *task_id;  /* NULL: what the ledger says now; else what was put down for it … */
    bool complete; /* … of which everything is in `known` */
    struct arena arena;
    struct map known;                  /* INN and direction → entry */
    bool set_up;                       /* the columns are */
    struct db_column inns, directions; /* wanted */
    struct history_list {
        struct history_entry **entries; /* owned */
        int count, room;
    } wanted, asked; /* asked: the question is under way */
};

/* It reads what was put down for this task. rows: the first HISTORY_FEW + 1 of it, (inn, direction,
 * confirmed, category, payments), by category; when these are all, nothing is asked for later.
 * task_id is borrowed. */
enum { HISTORY_FEW = 4000 };
void history_of_task(struct history *h, const struct uuid *task_id, const struct db_result *rows);
/* NULL: not known; wanted from now on. Valid until the next call. */
const struct history_entry *history_get(
    struct history *h, struct str inn, enum ledger_type direction);
bool history_wanted(const struct history *h);
/* One question at a time. Returns the place of the statement whose rows history_ask_take reads. */
int history_ask_add(struct history *h, struct db_unit *u);
void history_ask_take(struct history *h, struct db_result *const *results, int first);
void history_release(struct history *h);

/* The category and how sure it is, per cent; 0: history says nothing. */
int history_says(
    const struct history_entry *e, int64_t *ret_category, const struct history_side **ret_side);

#endif
