#include "obmen/map.h"

#include <stdint.h>
#include <stdlib.h>
#include "base/hash.h"
#include "obmen/arena.h"

/* Open addressing, linear probing, a power of two of slots, at most 3/4 used. */

#define SMALL 16 /* such keys (UUIDs, numbers) stand in the slot itself */
#define GONE SIZE_MAX

struct map_slot {
    void *value; /* NULL: empty, or a grave when n is GONE */
    size_t n;
    uint64_t hash;
    union {
        char small[SMALL];
        char *large; /* owned */
    } key;
};

static const char *key_of(const struct map_slot *s)
{
    return s->n > SMALL ? s->key.large : s->key.small;
}

static struct map_slot *find(const struct map *m, const void *key, size_t n, uint64_t h)
{
    if (!m->cap)
        return NULL;
    for (size_t i = h & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
        struct map_slot *s = &m->slots[i];
        if (!s->value) {
            if (s->n != GONE)
                return NULL;
        } else if (s->hash == h && s->n == n && (!n || memcmp(key_of(s), key, n) == 0)) {
            return s;
        }
    }
}

/* The first place that is free on the way of h. */
static struct map_slot *place(struct map *m, uint64_t h)
{
    size_t i = h & (m->cap - 1);
    while (m->slots[i].value)
        i = (i + 1) & (m->cap - 1);
    return &m->slots[i];
}

static void rebuild(struct map *m)
{
    struct map old = *m;
    m->cap = 16;
    while (m->cap < old.count * 2)
        m->cap *= 2;
    m->slots = mem_alloc(m->cap * sizeof *m->slots);
    m->used = m->count;
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].value)
            *place(m, old.slots[i].hash) = old.slots[i];
    free(old.slots);
}

void *map_get(const struct map *m, const void *key, size_t n)
{
    struct map_slot *s = m->count ? find(m, key, n, hash_bytes(key, n)) : NULL;
    return s ? s->value : NULL;
}

void *map_put(struct map *m, const void *key, size_t n, void *value)
{
    uint64_t h = hash_bytes(key, n);
    struct map_slot *s = find(m, key, n, h);
    if (s) {
        void *before = s->value;
        s->value = value;
        return before;
    }
    if (m->used + 1 > m->cap / 4 * 3)
        rebuild(m);
    s = place(m, h);
    m->used += s->n != GONE;
    m->count++;
    *s = (struct map_slot){.value = value, .n = n, .hash = h};
    if (n > SMALL)
        s->key.large = memcpy(mem_realloc(NULL, n), key, n);
    else if (n)
        memcpy(s->key.small, key, n);
    return NULL;
}

void *map_remove(struct map *m, const void *key, size_t n)
{
    struct map_slot *s = m->count ? find(m, key, n, hash_bytes(key, n)) : NULL;
    if (!s)
        return NULL;
    void *value = s->value;
    if (s->n > SMALL)
        free(s->key.large);
    *s = (struct map_slot){.n = GONE};
    m->count--;
    return value;
}

void *map_next(const struct map *m, size_t *index, struct str *ret_key)
{
    while (*index < m->cap) {
        const struct map_slot *s = &m->slots[(*index)++];
        if (s->value) {
            if (ret_key)
                *ret_key = (struct str){key_of(s), s->n};
            return s->value;
        }
    }
    return NULL;
}

void map_release(struct map *m)
{
    for (size_t i = 0; i < m->cap; i++)
        if (m->slots[i].value && m->slots[i].n > SMALL)
            free(m->slots[i].key.large);
    free(m->slots);
    *m = MAP_INIT;
}
