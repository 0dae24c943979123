/*
 * Failed sign-ins of one name from one address: ten within five minutes close this pair until the
 * oldest of the ten is five minutes old. Others are not touched. Memory is bounded: the pair that
 * failed longest ago makes room.
 */
#ifndef AUTH_THROTTLE_H
#define AUTH_THROTTLE_H

#include "auth/address.h"
#include "base/list.h"
#include "obmen/map.h"
#include "obmen/str.h"

enum { THROTTLE_FAILURES = 10, THROTTLE_WINDOW_MS = 5 * 60 * 1000, THROTTLE_PAIRS = 16384 };

struct throttle {
    struct map pairs;
    struct list by_age; /* the last to fail stands last */
    size_t max_pairs;
};
void throttle_init(struct throttle *t, size_t max_pairs);
void throttle_deinit(struct throttle *t);
/* 0: may try; else how long not to. now_ms: monotonic. */
int64_t throttle_wait_ms(
    const struct throttle *t, struct str name, struct address_key from, int64_t now_ms);
void throttle_failed(struct throttle *t, struct str name, struct address_key from, int64_t now_ms);
/* A sign-in that succeeded forgets the failures before it. */
void throttle_succeeded(struct throttle *t, struct str name, struct address_key from);

#endif
