#include "obmen/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FIRST_BLOCK 1024u
#define LARGEST_BLOCK 65536u /* larger blocks only for single large pieces */
#define ALIGN alignof(max_align_t)

/* Under AddressSanitizer each piece is a block of its own, so that one byte too far is found. */
#if defined(__SANITIZE_ADDRESS__)
#define ONE_PIECE_PER_BLOCK 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ONE_PIECE_PER_BLOCK 1
#endif
#endif
#ifndef ONE_PIECE_PER_BLOCK
#define ONE_PIECE_PER_BLOCK 0
#endif

struct arena_block {
    struct arena_block *next;
    size_t size, used; /* of data */
    alignas(max_align_t) char data[];
};

_Noreturn static void out_of_memory(void)
{
    /* No allocation, no log ring: neither may work any more. */
    static const char text[] = "obmen: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
    abort();
}

void *mem_alloc(size_t n)
{
    void *p = calloc(1, n ? n : 1);
    if (!p)
        out_of_memory();
    return p;
}

void *mem_realloc(void *p, size_t n)
{
    p = realloc(p, n ? n : 1);
    if (!p)
        out_of_memory();
    return p;
}

char *mem_strdup(const char *s)
{
    size_t n = strlen(s) + 1;
    return memcpy(mem_realloc(NULL, n), s, n);
}

static struct arena_block *block_new(struct arena *a, size_t size)
{
    if (size > SIZE_MAX - sizeof(struct arena_block))
        out_of_memory();
    struct arena_block *b = mem_realloc(NULL, sizeof *b + size);
    b->size = size;
    b->used = 0;
    a->total += size;
    return b;
}

static char *take(struct arena *a, size_t n, size_t align)
{
    struct arena_block *b = a->head;
    if (b && !ONE_PIECE_PER_BLOCK) {
        size_t at = (b->used + align - 1) / align * align;
        if (at <= b->size && n <= b->size - at) {
            b->used = at + n;
            return b->data + at;
        }
    }
    if (!a->next_size)
        a->next_size = FIRST_BLOCK;
    if (b && (n > a->next_size / 2 || ONE_PIECE_PER_BLOCK)) {
        /* A large piece gets its own block behind the head, whose rest stays in use. */
        struct arena_block *own = block_new(a, n);
        own->used = n;
        own->next = b->next;
        b->next = own;
        return own->data;
    }
    b = block_new(a, n > a->next_size || ONE_PIECE_PER_BLOCK ? n : a->next_size);
    if (a->next_size < LARGEST_BLOCK)
        a->next_size *= 2;
    b->used = n;
    b->next = a->head;
    a->head = b;
    return b->data;
}

void *arena_alloc(struct arena *a, size_t n)
{
    return memset(take(a, n, ALIGN), 0, n);
}

char *arena_bytes(struct arena *a, size_t n)
{
    return take(a, n, 1);
}

char *arena_cstr(struct arena *a, struct str s)
{
    char *p = take(a, s.n + 1, 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

struct str arena_str(struct arena *a, struct str s)
{
    return (struct str){arena_cstr(a, s), s.n};
}

struct str arena_vprintf(struct arena *a, const char *fmt, va_list args)
{
    char text[512]; /* most fit: formatted once */
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(text, sizeof text, fmt, args);
    if (n < 0)
        n = 0;
    char *p = take(a, (size_t)n + 1, 1);
    if ((size_t)n < sizeof text)
        memcpy(p, text, (size_t)n + 1);
    else
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (struct str){p, (size_t)n};
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    struct str s = arena_vprintf(a, fmt, args);
    va_end(args);
    return s;
}

void arena_reset(struct arena *a)
{
    /* What is kept must not be a giant: one large document would else stay for ever. */
    struct arena_block *kept = NULL;
    for (struct arena_block *b = a->head, *next; b; b = next) {
        next = b->next;
        if (!kept && b->size <= LARGEST_BLOCK && !ONE_PIECE_PER_BLOCK)
            kept = b;
        else
            free(b);
    }
    a->head = kept;
    a->total = 0;
    if (kept) {
        kept->next = NULL;
        kept->used = 0;
        a->total = kept->size;
    }
}

void arena_release(struct arena *a)
{
    for (struct arena_block *b = a->head, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    *a = ARENA_INIT;
}
