/* The process' own malloc: counts what glibc's gives. */
#include "bench.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t count, size_t n);
extern void *__libc_realloc(void *p, size_t n);
extern void __libc_free(void *p);

static size_t now, base, peak;
static uint64_t calls;

static void *count(void *p)
{
    if (p) {
        calls++;
        now += malloc_usable_size(p);
        if (now > peak)
            peak = now;
    }
    return p;
}

void *malloc(size_t n)
{
    return count(__libc_malloc(n));
}

void *calloc(size_t items, size_t n)
{
    return count(__libc_calloc(items, n));
}

void *realloc(void *p, size_t n)
{
    now -= p ? malloc_usable_size(p) : 0;
    void *moved = __libc_realloc(p, n);
    if (!moved && p)
        now += malloc_usable_size(p);
    return count(moved);
}

void free(void *p)
{
    now -= p ? malloc_usable_size(p) : 0;
    __libc_free(p);
}

void memory_reset(void)
{
    base = peak = now;
    calls = 0;
}

size_t memory_peak(void)
{
    return peak - base;
}

uint64_t memory_calls(void)
{
    return calls;
}
