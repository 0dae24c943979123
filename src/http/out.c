#include "http/out.h"

#include <stdlib.h>
#include "obmen/arena.h"

#define POOL_MAX 64   /* chunks kept: 256 KiB */
#define SHARE_MIN 256 /* smaller shared pieces are copied: cheaper than a piece of their own */
#define VECTORS 64    /* pieces per system call */

struct out_piece {
    struct out_piece *next;
    const char *p;
    size_t n;
    size_t room; /* of bytes[]; 0: shared */
    void (*release)(void *arg);
    void *arg;
    char bytes[];
};

static struct out_piece *piece_new(struct out_pool *pool, size_t room)
{
    struct out_piece *piece;
    if (room == OUT_CHUNK && pool->free) {
        piece = pool->free;
        pool->free = piece->next;
        pool->count--;
    } else {
        piece = mem_realloc(NULL, sizeof *piece + room); /* not zeroed */
        piece->room = room;
    }
    piece->next = NULL;
    piece->p = piece->bytes;
    piece->n = 0;
    piece->release = NULL;
    return piece;
}

static void piece_free(struct out_pool *pool, struct out_piece *piece)
{
    if (piece->room == OUT_CHUNK && pool->count < POOL_MAX) {
        piece->next = pool->free;
        pool->free = piece;
        pool->count++;
        return;
    }
    if (piece->release)
        piece->release(piece->arg);
    free(piece);
}

void http_out_pool_release(struct out_pool *pool)
{
    while (pool->free) {
        struct out_piece *piece = pool->free;
        pool->free = piece->next;
        free(piece);
    }
    pool->count = 0;
}

static void append(struct out *o, struct out_piece *piece)
{
    if (o->tail)
        o->tail->next = piece;
    else
        o->head = piece;
    o->tail = piece;
}

void http_out_add(struct out *o, struct out_pool *pool, struct str bytes, size_t room)
{
    o->queued += bytes.n;
    while (bytes.n > 0) {
        struct out_piece *t = o->tail;
        size_t end = t && t->room ? (size_t)(t->p - t->bytes) + t->n : 0;
        if (!t || end >= t->room) {
            t = piece_new(pool, bytes.n > room ? bytes.n : room);
            append(o, t);
            end = 0;
        }
        size_t n = t->room - end < bytes.n ? t->room - end : bytes.n;
        memcpy(t->bytes + end, bytes.p, n);
        t->n += n;
        bytes.p += n;
        bytes.n -= n;
    }
}

void http_out_add_shared(
    struct out *o, struct out_pool *pool, struct str bytes, void (*release)(void *arg), void *arg)
{
    if (bytes.n < SHARE_MIN) {
        http_out_add(o, pool, bytes, OUT_SHORT);
        if (release)
            release(arg);
        return;
    }
    struct out_piece *piece = mem_alloc(sizeof *piece);
    *piece = (struct out_piece){.p = bytes.p, .n = bytes.n, .release = release, .arg = arg};
    append(o, piece);
    o->queued += bytes.n;
}

struct str http_out_first(const struct out *o)
{
    return o->head ? (struct str){o->head->p, o->head->n} : STR_NULL;
}

void http_out_taken(struct out *o, struct out_pool *pool, size_t n)
{
    o->queued -= n;
    while (o->head && n >= o->head->n) {
        struct out_piece *piece = o->head;
        n -= piece->n;
        o->head = piece->next;
        if (!o->head)
            o->tail = NULL;
        piece_free(pool, piece);
    }
    if (n > 0) {
        o->head->p += n;
        o->head->n -= n;
    }
}

static unsigned vectors(const struct out *o, uv_buf_t bufs[VECTORS])
{
    unsigned count = 0;
    for (struct out_piece *piece = o->head; piece && count < VECTORS; piece = piece->next)
        bufs[count++] = uv_buf_init((char *)piece->p, (unsigned)piece->n);
    return count;
}

int http_out_flush(struct out *o, struct out_pool *pool, uv_stream_t *stream, uv_write_cb done)
{
    uv_buf_t bufs[VECTORS];
    while (o->head && !o->flying) {
        unsigned count = vectors(o, bufs);
        size_t size = 0;
        for (unsigned i = 0; i < count; i++)
            size += bufs[i].len;
        int sent = uv_try_write(stream, bufs, count);
        if (sent < 0 && sent != UV_EAGAIN)
            return sent;
        if (sent > 0)
            http_out_taken(o, pool, (size_t)sent);
        if (sent >= 0 && (size_t)sent == size)
            continue;
        count = vectors(o, bufs);
        int r = uv_write(&o->write, stream, bufs, count, done);
        if (r < 0)
            return r;
        /* The first count pieces fly; the tail of the last one stays writable for nobody. */
        o->flying = o->head;
        struct out_piece *last = o->head;
        while (--count > 0)
            last = last->next;
        o->head = last->next;
        last->next = NULL;
        if (!o->head)
            o->tail = NULL;
    }
    return 0;
}

static void drop(struct out *o, struct out_pool *pool, struct out_piece *list)
{
    while (list) {
        struct out_piece *piece = list;
        list = piece->next;
        o->queued -= piece->n;
        piece_free(pool, piece);
    }
}

void http_out_landed(struct out *o, struct out_pool *pool)
{
    struct out_piece *list = o->flying;
    o->flying = NULL;
    drop(o, pool, list);
}

void http_out_drop(struct out *o, struct out_pool *pool)
{
    struct out_piece *list = o->head;
    o->head = o->tail = NULL;
    drop(o, pool, list);
}

size_t http_out_waiting(const struct out *o, const uv_stream_t *stream)
{
    size_t flying = 0;
    for (struct out_piece *piece = o->flying; piece; piece = piece->next)
        flying += piece->n;
    return o->queued - flying + (flying ? stream->write_queue_size : 0);
}
