#include "cache/lru.h"

#include <stdlib.h>
#include "obmen/arena.h"

/* An entry costs its slot in the map and the allocator's margins besides its bytes. */
#define OVERHEAD 96

struct lru_entry {
    struct list link;
    int64_t until_ms;
    size_t key_n, value_n;
    char bytes[]; /* key, value */
};

static size_t cost(const struct lru_entry *e)
{
    return sizeof *e + 2 * e->key_n + e->value_n + OVERHEAD; /* the map copies the key */
}

void lru_init(struct lru *m, size_t max_bytes)
{
    *m = (struct lru){.max_bytes = max_bytes};
    list_init(&m->used);
}

static void drop(struct lru *m, struct lru_entry *e)
{
    map_remove(&m->entries, e->bytes, e->key_n);
    list_remove(&e->link);
    m->bytes -= cost(e);
    free(e);
}

void lru_release(struct lru *m)
{
    LIST_EACH_SAFE(item, &m->used)
    {
        free(container_of(item, struct lru_entry, link));
    }
    map_release(&m->entries);
    lru_init(m, m->max_bytes);
}

struct str lru_get(struct lru *m, struct str key, int64_t now_ms)
{
    struct lru_entry *e = map_get(&m->entries, key.p, key.n);
    if (!e)
        return STR_NULL;
    if (now_ms >= e->until_ms) {
        drop(m, e);
        return STR_NULL;
    }
    list_remove(&e->link);
    list_add_head(&m->used, &e->link);
    return (struct str){e->bytes + e->key_n, e->value_n};
}

void lru_put(struct lru *m, struct str key, struct str value, int64_t until_ms)
{
    lru_remove(m, key);
    struct lru_entry *e = mem_alloc(sizeof *e + key.n + value.n);
    e->key_n = key.n;
    e->value_n = value.n;
    if (cost(e) > m->max_bytes / 8) {
        free(e);
        return;
    }
    e->until_ms = until_ms;
    memcpy(e->bytes, key.p, key.n);
    if (value.n)
        memcpy(e->bytes + key.n, value.p, value.n);
    map_put(&m->entries, key.p, key.n, e);
    list_add_head(&m->used, &e->link);
    m->bytes += cost(e);
    while (m->bytes > m->max_bytes) {
        drop(m, container_of(m->used.prev, struct lru_entry, link));
        m->evicted++;
    }
}

void lru_remove(struct lru *m, struct str key)
{
    struct lru_entry *e = map_get(&m->entries, key.p, key.n);
    if (e)
        drop(m, e);
}

void lru_remove_prefix(struct lru *m, struct str prefix)
{
    LIST_EACH_SAFE(item, &m->used)
    {
        struct lru_entry *e = container_of(item, struct lru_entry, link);
        if (str_starts((struct str){e->bytes, e->key_n}, prefix))
            drop(m, e);
    }
}
