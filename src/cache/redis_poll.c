#include "cache/redis_poll.h"

#include <stdlib.h>
#include "obmen/arena.h"

struct redis_poll {
    uv_poll_t handle;
    redisAsyncContext *context; /* NULL: freed */
    int wanted;
    void (*closed)(void *arg);
    void *arg;
};

static void on_ready(uv_poll_t *handle, int status, int events)
{
    struct redis_poll *p = handle->data;
    if (status < 0) /* both: whichever it waits for finds the socket's error */
        events = UV_READABLE | UV_WRITABLE;
    if (p->context && (events & UV_READABLE))
        redisAsyncHandleRead(p->context);
    if (p->context && (events & UV_WRITABLE))
        redisAsyncHandleWrite(p->context);
}

static void want(struct redis_poll *p, int wanted)
{
    if (p->wanted == wanted)
        return;
    p->wanted = wanted;
    if (wanted)
        uv_poll_start(&p->handle, wanted, on_ready);
    else
        uv_poll_stop(&p->handle);
}

static void add_read(void *data)
{
    struct redis_poll *p = data;
    want(p, p->wanted | UV_READABLE);
}

static void del_read(void *data)
{
    struct redis_poll *p = data;
    want(p, p->wanted & ~UV_READABLE);
}

static void add_write(void *data)
{
    struct redis_poll *p = data;
    want(p, p->wanted | UV_WRITABLE);
}

static void del_write(void *data)
{
    struct redis_poll *p = data;
    want(p, p->wanted & ~UV_WRITABLE);
}

static void on_closed(uv_handle_t *handle)
{
    struct redis_poll *p = handle->data;
    p->closed(p->arg);
    free(p);
}

static void cleanup(void *data)
{
    struct redis_poll *p = data;
    p->context = NULL;
    uv_close((uv_handle_t *)&p->handle, on_closed);
}

int redis_poll_attach(
    redisAsyncContext *context, uv_loop_t *loop, void (*closed)(void *arg), void *arg)
{
    struct redis_poll *p = mem_alloc(sizeof *p);
    if (uv_poll_init(loop, &p->handle, context->c.fd) != 0) {
        free(p);
        return -1;
    }
    p->handle.data = p;
    p->context = context;
    p->closed = closed;
    p->arg = arg;
    context->ev.data = p;
    context->ev.addRead = add_read;
    context->ev.delRead = del_read;
    context->ev.addWrite = add_write;
    context->ev.delWrite = del_write;
    context->ev.cleanup = cleanup;
    return 0;
}
