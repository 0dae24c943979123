#include "demo/key.h"

#include "demo/random.h"

#define HALF 0x7FFFFFFFu /* 31 bits */

static uint32_t round_of(uint32_t half, uint32_t key)
{
    uint64_t x = (half ^ key) * 0xD6E8FEB86659FD93u;
    x ^= x >> 32;
    x *= 0xD6E8FEB86659FD93u;
    return (uint32_t)(x >> 33);
}

/* A Feistel network of two 31-bit halves: a permutation of 62 bits. */
static uint64_t scramble(const struct demo_keys *k, uint64_t v)
{
    uint32_t left = (uint32_t)(v >> 31), right = (uint32_t)v & HALF;
    for (int i = 0; i < 4; i++) {
        uint32_t next = left ^ round_of(right, k->round[i]);
        left = right;
        right = next;
    }
    return (uint64_t)left << 31 | right;
}

static uint64_t unscramble(const struct demo_keys *k, uint64_t v)
{
    uint32_t left = (uint32_t)(v >> 31), right = (uint32_t)v & HALF;
    for (int i = 3; i >= 0; i--) {
        uint32_t before = right ^ round_of(left, k->round[i]);
        right = left;
        left = before;
    }
    return (uint64_t)left << 31 | right;
}

void demo_keys_init(struct demo_keys *k, uint64_t seed, uint32_t max_rank)
{
    k->seed = demo_mix2(seed, 0x6B6579);
    for (int i = 0; i < 4; i++)
        k->round[i] = (uint32_t)demo_mix2(k->seed, (uint64_t)i);
    unsigned bits = 8;
    while (bits < 24 && (max_rank >> bits) != 0)
        bits++;
    k->rank_shift = 32 - bits;
}

static void put32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

static uint64_t get64(const uint8_t *p)
{
    uint64_t v = 0;
    for (int i = 0; i < 8; i++)
        v = v << 8 | p[i];
    return v;
}

struct uuid demo_key_make(const struct demo_keys *k, struct demo_id id)
{
    /* 6 bits of kind, 16 of day, 24 of rank, 16 zero bits that a foreign key will hardly have */
    uint64_t c = scramble(k, (uint64_t)(id.kind & 63) << 56 | (uint64_t)(id.day & 0xFFFF) << 40 |
                                 (uint64_t)(id.rank & DEMO_RANK_MAX) << 16);
    uint64_t h = demo_mix2(k->seed, c);
    uint32_t order = (uint32_t)(h >> 32);
    if (id.kind < DEMO_DOC_SETS && id.day != DEMO_DAY_ADDED)
        order = id.rank << k->rank_shift | (order & ((1u << k->rank_shift) - 1));
    struct uuid key;
    put32(key.b, order);
    put32(key.b + 4, ((uint32_t)h & 0xFFFF0FFFu) | 0x1000u);
    c |= 0x8000000000000000u;
    put32(key.b + 8, (uint32_t)(c >> 32));
    put32(key.b + 12, (uint32_t)c);
    return key;
}

bool demo_key_open(const struct demo_keys *k, const struct uuid *key, struct demo_id *ret_id)
{
    uint64_t v = unscramble(k, get64(key->b + 8) & 0x3FFFFFFFFFFFFFFFu);
    struct demo_id id = {
        (unsigned)(v >> 56), (unsigned)(v >> 40) & 0xFFFF, (uint32_t)(v >> 16) & DEMO_RANK_MAX};
    if ((v & 0xFFFF) != 0 || id.kind >= DEMO_KINDS)
        return false;
    struct uuid again = demo_key_make(k, id);
    if (!uuid_eq(&again, key))
        return false;
    *ret_id = id;
    return true;
}

void demo_key_text(const struct uuid *key, char *out)
{
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = hex[key->b[i] >> 4];
        *out++ = hex[key->b[i] & 15];
    }
}
