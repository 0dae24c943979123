/* hiredis on a libuv loop. Its own adapter (hiredis/adapters/libuv.h) does not hear of a refused
 * connection: libuv reports that as an error of the poll handle, which it ignores. */
#ifndef CACHE_REDIS_POLL_H
#define CACHE_REDIS_POLL_H

#include <hiredis/async.h>
#include <uv.h>

/* -1: out of handles. Ended by hiredis itself, when it frees the context; `closed` is called when
 * the handle is gone. */
int redis_poll_attach(
    redisAsyncContext *context, uv_loop_t *loop, void (*closed)(void *arg), void *arg);

#endif
