/*
 * What changed in the demo world while it runs. Small maps over the generator: a document is looked
 * up here after it was generated. For each set three sorted lists keep paging exact: base documents
 * that left their place (deleted or moved), base documents that are posted no longer, and documents
 * that stand elsewhere (moved or added).
 */
#ifndef DEMO_CHANGE_H
#define DEMO_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "obmen/map.h"
#include "obmen/uuid.h"

struct demo_world;

struct demo_change {
    uint64_t index;
    bool deleted, unposted;
    int days;         /* moved by so many */
    uint32_t written; /* times it was changed alone */
};

struct demo_extra {
    int64_t second;
    struct uuid key;
    uint64_t index;
    bool live;
};

struct demo_changed_set {
    uint64_t *gone, *dropped; /* owned, sorted local numbers: away from their place; posted before
                                 and not counted now */
    size_t gone_count, dropped_count;
    struct demo_extra *extra; /* owned, by (second, key) */
    uint32_t *extra_live;     /* owned: live ones before each, extra_count + 1 */
    size_t extra_count;
};

struct demo_added {
    unsigned set;
    int64_t day; /* since 1970 */
    uint32_t second;
};

#define DEMO_RULES 64
struct demo_changes {
    struct map by_index;        /* struct demo_change, owned */
    uint64_t every[DEMO_RULES]; /* every document whose index divides has been changed once more */
    int every_count;
    struct demo_added *added; /* owned */
    size_t added_count, added_room;
    struct demo_changed_set set[4];
    uint64_t epoch; /* counts rebuilds */
    /* of the cash-flow items: so many at the end are gone; all were changed so many times */
    int items_gone, items_changed;
};

enum demo_change_kind { DEMO_CHANGE, DEMO_DELETE, DEMO_UNPOST, DEMO_MOVE, DEMO_RESTORE };

/* NULL when it was not changed alone. */
const struct demo_change *demo_change_of(const struct demo_world *w, uint64_t index);
/* Times the document was written since the world began. */
uint32_t demo_written(const struct demo_world *w, uint64_t index);
/* Number of documents, deleted ones included. */
uint64_t demo_total(const struct demo_world *w);

/* Marks one document; demo_changes_apply makes it visible. False: no such document. */
bool demo_change_mark(struct demo_world *w, uint64_t index, enum demo_change_kind kind, int days);
/* Changes each document whose index divides by every. False: too many such rules. */
bool demo_change_every(struct demo_world *w, uint64_t every);
/* Adds a document; its index is the total before. */
void demo_change_add(struct demo_world *w, unsigned set, int64_t day, uint32_t second);
/* Undoes everything. */
void demo_changes_clear(struct demo_world *w);
void demo_changes_apply(struct demo_world *w);
void demo_changes_deinit(struct demo_world *w);

/* How many numbers of a sorted list are below v. */
size_t demo_below_in(const uint64_t *list, size_t count, uint64_t v);
/* How many extras stand before (second, key); key NULL: before the first of that second. */
size_t demo_extras_before(const struct demo_changed_set *c, int64_t second, const struct uuid *key);

#endif
