/* The store inside the process: bytes by key, the least recently used goes first. */
#ifndef CACHE_LRU_H
#define CACHE_LRU_H

#include <stdint.h>
#include "base/list.h"
#include "obmen/map.h"

struct lru {
    struct map entries; /* key → struct lru_entry */
    struct list used;   /* the one used last first */
    size_t bytes, max_bytes;
    uint64_t evicted;
};

void lru_init(struct lru *m, size_t max_bytes);
void lru_release(struct lru *m);
/* STR_NULL: not there, or too old at now_ms. Borrowed until the next call. */
struct str lru_get(struct lru *m, struct str key, int64_t now_ms);
/* Copies. A value that would take more than an eighth of the room is not kept. */
void lru_put(struct lru *m, struct str key, struct str value, int64_t until_ms);
void lru_remove(struct lru *m, struct str key);
void lru_remove_prefix(struct lru *m, struct str prefix);

#endif
