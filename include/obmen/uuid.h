#ifndef OBMEN_UUID_H
#define OBMEN_UUID_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/str.h"

struct uuid {
    uint8_t b[16]; /* as in RFC 9562, first byte first */
};
#define UUID_TEXT 37

struct uuid uuid_v7(void);                          /* time-ordered, random tail (libsodium) */
bool uuid_parse(struct str s, struct uuid *ret_id); /* 8-4-4-4-12 hex, any case */
void uuid_format(const struct uuid *id, char out[UUID_TEXT]); /* lower case */
bool uuid_is_zero(const struct uuid *id);
static inline bool uuid_eq(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->b, b->b, 16) == 0;
}

#endif
