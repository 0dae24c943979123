/*
 * Which of many phrases does a text hold? A tree of all phrases' letters, walked from each word's
 * beginning: a text costs its words times a few letters, however many phrases there are
 * (docs/decisions/0021).
 */
#ifndef CLASSIFY_MATCHER_H
#define CLASSIFY_MATCHER_H

#include <stdint.h>
#include "obmen/str.h"

struct matcher {
    struct matcher_slot *slots; /* owned: (node, letter) → node */
    uint32_t capacity, used;
    struct matcher_node *nodes; /* owned */
    uint32_t count, room;
    int phrases;
};
#define MATCHER_INIT ((struct matcher){0})

/* phrase: as classify_prepare and pattern.h make them, not empty. The same phrase has the same
 * number, from 0. */
int matcher_add(struct matcher *m, struct str phrase);
/* Tells each phrase of a prepared text, perhaps more than once. */
void matcher_run(
    const struct matcher *m, struct str text, void (*found)(void *arg, int phrase), void *arg);
void matcher_release(struct matcher *m);

#endif
