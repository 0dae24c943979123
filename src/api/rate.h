/*
 * How many requests a second one user or one address may make (OBMEN_RATE, twice that at once). The
 * generic cell rate algorithm: one moment per key says when it will have paid for what it took.
 * Fixed memory: a key has four places it may stand in; the one that has been quiet longest makes
 * room.
 */
#ifndef API_RATE_H
#define API_RATE_H

#include <stddef.h>
#include <stdint.h>

enum { RATE_WAYS = 4 };

struct rate_slot {
    uint64_t key;     /* 0: free */
    uint64_t paid_ns; /* monotonic */
};
struct rate {
    struct rate_slot *slots; /* owned */
    size_t sets;
    uint64_t interval_ns; /* one request's price; 0: no limit */
    uint64_t burst_ns;
    unsigned char hash_key[16];
};

/* per_second 0: no limit. sets: a power of two; four keys are held per set. */
void rate_init(struct rate *r, int per_second, int burst, size_t sets);
void rate_deinit(struct rate *r);
/* 0: go on. Else how many ms to wait; nothing was taken. */
int64_t rate_take(struct rate *r, const void *key, size_t n, uint64_t now_ns);

#endif
