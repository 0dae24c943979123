/*
 * What a connection has yet to send: a queue of pieces, copied or shared, handed to the kernel in
 * one call. At most one uv_write is in flight; first uv_try_write is tried, so a reader that keeps
 * up costs one system call and no allocation (chunks come back to the server's pool).
 */
#ifndef HTTP_OUT_H
#define HTTP_OUT_H

#include <uv.h>
#include "obmen/str.h"

struct out_piece;

/* Empty chunks of all connections of a server, kept for reuse. */
struct out_pool {
    struct out_piece *free; /* owned */
    int count;
};
void http_out_pool_release(struct out_pool *pool);

struct out {
    struct out_piece *head, *tail; /* owned; not yet given to the kernel */
    struct out_piece *flying;      /* owned; in the uv_write under way */
    size_t queued;                 /* bytes of all of them */
    uv_write_t write;
};

/* A new piece, when the last one has no room left, gets at least `room` bytes: OUT_CHUNK (pooled)
 * where more is to follow, little where thousands of connections may each have something short to
 * send at once. */
#define OUT_CHUNK 4096
#define OUT_SHORT 256
void http_out_add(struct out *o, struct out_pool *pool, struct str bytes, size_t room);
/* release may be NULL. It may be called from inside. */
void http_out_add_shared(
    struct out *o, struct out_pool *pool, struct str bytes, void (*release)(void *arg), void *arg);
/* The first bytes that wait, to be taken off by their number when they are dealt with otherwise. */
struct str http_out_first(const struct out *o);
void http_out_taken(struct out *o, struct out_pool *pool, size_t n);
/* Sends what the kernel takes. 0, or a libuv error: the connection is of no more use. done is
 * called when a write that was left in flight ends (status as in uv_write_cb). */
int http_out_flush(struct out *o, struct out_pool *pool, uv_stream_t *stream, uv_write_cb done);
/* To be called in `done` first. */
void http_out_landed(struct out *o, struct out_pool *pool);
/* Drops what is not in flight. */
void http_out_drop(struct out *o, struct out_pool *pool);
/* Bytes not yet with the kernel; less than o->queued while a large write is being taken. */
size_t http_out_waiting(const struct out *o, const uv_stream_t *stream);

#endif
