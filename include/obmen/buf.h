/* A growing run of bytes with one owner. */
#ifndef OBMEN_BUF_H
#define OBMEN_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "obmen/str.h"

struct buf {
    char *p; /* owned, NULL while cap is 0 */
    size_t n, cap;
};

#define BUF_INIT ((struct buf){0})

void buf_reserve(struct buf *b, size_t more);
/* Inline, as each answer and each line of the log is hundreds of these: the length of a literal is
 * known then. */
static inline void buf_add(struct buf *b, const void *p, size_t n)
{
    if (n > b->cap - b->n)
        buf_reserve(b, n);
    if (n)
        memcpy(b->p + b->n, p, n);
    b->n += n;
}
static inline void buf_add_str(struct buf *b, struct str s)
{
    buf_add(b, s.p, s.n);
}
static inline void buf_adds(struct buf *b, const char *cstr)
{
    buf_add(b, cstr, strlen(cstr));
}
static inline void buf_addc(struct buf *b, char c)
{
    if (b->n == b->cap)
        buf_reserve(b, 1);
    b->p[b->n++] = c;
}
void buf_add_i64(struct buf *b, int64_t v); /* decimal */
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0), nonnull(2)));
/* Drops the first n bytes. */
void buf_consume(struct buf *b, size_t n);
/* Empties it and keeps the memory. */
void buf_clear(struct buf *b);
/* Frees the memory. */
void buf_release(struct buf *b);
/* Moves the contents out; *b is empty afterwards. */
struct buf buf_take(struct buf *b);
static inline struct str buf_str(const struct buf *b)
{
    return (struct str){b->p, b->n};
}

#endif
