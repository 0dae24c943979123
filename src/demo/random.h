/* Repeatable chance: the same question gets the same answer in every run. */
#ifndef DEMO_RANDOM_H
#define DEMO_RANDOM_H

#include <stdint.h>

/* The finalizer of splitmix64: every bit of x reaches every bit of the answer. */
static inline uint64_t demo_mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}
static inline uint64_t demo_mix2(uint64_t a, uint64_t b)
{
    return demo_mix(a ^ demo_mix(b));
}
/* A number below n from 32 bits of chance, without division. */
static inline uint32_t demo_below(uint64_t chance, uint32_t n)
{
    return (uint32_t)(((chance & 0xFFFFFFFFu) * n) >> 32);
}

#endif
