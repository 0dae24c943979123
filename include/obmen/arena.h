/*
 * Memory that dies together: one request, one task attempt, one page.
 * Nothing in an arena is freed alone. Out of memory ends the process (docs/decisions/0003).
 */
#ifndef OBMEN_ARENA_H
#define OBMEN_ARENA_H

#include <stddef.h>
#include <stdarg.h>
#include "obmen/str.h"

struct arena_block;
struct arena {
    struct arena_block *head; /* owned */
    size_t next_size;         /* bytes of the next block; 0 = default (1 KiB, doubling to 64 KiB) */
    size_t total;             /* bytes held in blocks */
};

#define ARENA_INIT ((struct arena){0})

/* Aligned for any type, zeroed. Never NULL. */
void *arena_alloc(struct arena *a, size_t n);
/* The same without zeroing and without alignment: for text. */
char *arena_bytes(struct arena *a, size_t n);
/* Copies; the copy has a NUL behind it that n does not count. */
struct str arena_str(struct arena *a, struct str s);
char *arena_cstr(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
struct str arena_vprintf(struct arena *a, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0), nonnull(2)));
/* Frees all but one block, ready for use again. */
void arena_reset(struct arena *a);
/* Frees everything; the arena may be used again as if new. */
void arena_release(struct arena *a);

/* malloc, realloc and strdup that end the process instead of failing. Free with free(). */
void *mem_alloc(size_t n); /* zeroed */
void *mem_realloc(void *p, size_t n);
char *mem_strdup(const char *s);

#endif
