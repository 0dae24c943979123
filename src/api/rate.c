#include "api/rate.h"
#include <sodium.h>
#include <stdlib.h>
#include "obmen/arena.h"

void rate_init(struct rate *r, int per_second, int burst, size_t sets)
{
    *r = (struct rate){.sets = sets};
    if (per_second <= 0)
        return;
    r->slots = mem_alloc(sets * RATE_WAYS * sizeof(*r->slots));
    r->interval_ns = 1000000000ULL / (uint64_t)per_second;
    if (r->interval_ns == 0)
        r->interval_ns = 1;
    r->burst_ns = r->interval_ns * (uint64_t)(burst > 1 ? burst - 1 : 0);
    crypto_shorthash_keygen(r->hash_key);
}

void rate_deinit(struct rate *r)
{
    free(r->slots);
}

static struct rate_slot *find(struct rate *r, const void *key, size_t n)
{
    uint64_t h;
    _Static_assert(sizeof(h) == crypto_shorthash_BYTES, "a hash fills the key");
    crypto_shorthash((unsigned char *)&h, key, n, r->hash_key);
    if (h == 0)
        h = 1;

    struct rate_slot *set = r->slots + (h & (r->sets - 1)) * RATE_WAYS, *quietest = set;
    for (int i = 0; i < RATE_WAYS; i++) {
        if (set[i].key == h)
            return &set[i];
        if (set[i].paid_ns < quietest->paid_ns)
            quietest = &set[i];
    }
    *quietest = (struct rate_slot){.key = h};
    return quietest;
}

int64_t rate_take(struct rate *r, const void *key, size_t n, uint64_t now_ns)
{
    if (r->interval_ns == 0)
        return 0;
    struct rate_slot *s = find(r, key, n);
    uint64_t from = s->paid_ns > now_ns ? s->paid_ns : now_ns;
    uint64_t ahead = from - now_ns;
    if (ahead > r->burst_ns)
        return (int64_t)((ahead - r->burst_ns + 999999) / 1000000);
    s->paid_ns = from + r->interval_ns;
    return 0;
}
