/* Hash map from bytes to pointers; keys are copied (siphash with a random key: safe for foreign
 * input). */
#ifndef OBMEN_MAP_H
#define OBMEN_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include "obmen/str.h"

struct map_slot;
struct map {
    struct map_slot *slots; /* owned */
    size_t count, used, cap;
};

#define MAP_INIT ((struct map){0})

void *map_get(const struct map *m, const void *key, size_t n); /* NULL when absent */
/* Returns the value that stood there before, or NULL. value must not be NULL. */
void *map_put(struct map *m, const void *key, size_t n, void *value);
void *map_remove(struct map *m, const void *key, size_t n); /* the value, or NULL */
/* Iterates: size_t i = 0; while ((v = map_next(m, &i, &key))) …; the map may lose the current
 * entry, not gain any. */
void *map_next(const struct map *m, size_t *index, struct str *ret_key); /* ret_key may be NULL */
void map_release(struct map *m);                                         /* values are not freed */

#endif
