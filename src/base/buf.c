#include "obmen/buf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "obmen/arena.h"

void buf_reserve(struct buf *b, size_t more)
{
    if (more <= b->cap - b->n)
        return;
    size_t cap = b->cap ? b->cap : 64;
    while (cap - b->n < more) {
        if (cap > SIZE_MAX / 2) { /* cannot be had: let the allocator say so */
            cap = SIZE_MAX;
            break;
        }
        cap *= 2;
    }
    b->p = mem_realloc(b->p, cap);
    b->cap = cap;
}

void buf_add_i64(struct buf *b, int64_t v)
{
    char text[20], *p = text + sizeof text;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do
        *--p = (char)('0' + u % 10);
    while (u /= 10);
    if (v < 0)
        buf_addc(b, '-');
    buf_add(b, p, (size_t)(text + sizeof text - p));
}

void buf_vprintf(struct buf *b, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    buf_reserve(b, 64);
    size_t room = b->cap - b->n;
    int n = vsnprintf(b->p + b->n, room, fmt, args);
    if (n > 0 && (size_t)n >= room) {
        buf_reserve(b, (size_t)n + 1);
        vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
    }
    if (n > 0)
        b->n += (size_t)n;
    va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    buf_vprintf(b, fmt, args);
    va_end(args);
}

void buf_consume(struct buf *b, size_t n)
{
    if (n >= b->n) {
        b->n = 0;
        return;
    }
    if (n) {
        memmove(b->p, b->p + n, b->n - n);
        b->n -= n;
    }
}

void buf_clear(struct buf *b)
{
    b->n = 0;
}

void buf_release(struct buf *b)
{
    free(b->p);
    *b = BUF_INIT;
}

struct buf buf_take(struct buf *b)
{
    struct buf taken = *b;
    *b = BUF_INIT;
    return taken;
}
