#include "live/live.h"

#include <stdlib.h>
#include "live/internal.h"

#define LOOK_MS 2000 /* SPEC §3: a token that dies closes its sockets within 5 s */
#define LOOK_STEP 256

/* ---- what the engine tells ---- */

void live_changed(void *arg, const struct task_state *s, bool final)
{
    struct live *l = arg;
    if (!hub_wants(l->hub, &s->id, s->user_id))
        return;
    struct ws_frame *f = message_update(s);
    hub_publish(l->hub, &s->id, s->user_id, s->seq, final, f);
    ws_frame_unref(f);
}

void live_removed(void *arg, const struct uuid *id, int64_t user_id)
{
    struct live *l = arg;
    if (!hub_wants(l->hub, id, user_id))
        return;
    struct ws_frame *f = message_removed(id);
    hub_remove(l->hub, id, user_id, f);
    ws_frame_unref(f);
}

/* ---- sign-ins that end ---- */

static void on_looking(uv_idle_t *idle)
{
    struct live *l = idle->data;
    for (int i = 0; i < LOOK_STEP && l->to_look_at > 0 && !list_empty(&l->clients); i++) {
        struct client *c = container_of(l->clients.next, struct client, place);
        list_remove(&c->place);
        list_add_tail(&l->clients, &c->place);
        l->to_look_at--;
        if (c->session && !auth_still(l->auth, &c->who))
            ws_close(c->session, 1008, "the sign-in has ended");
    }
    if (l->to_look_at <= 0 || list_empty(&l->clients))
        uv_idle_stop(idle);
}

static void look_through(struct live *l)
{
    l->to_look_at = l->alive; /* at least the clients there are */
    if (!l->closing && !list_empty(&l->clients))
        uv_idle_start(&l->looking, on_looking);
}

static void on_timer(uv_timer_t *timer)
{
    look_through(timer->data);
}

static void on_auth_change(void *arg)
{
    look_through(arg);
}

/* ---- life ---- */

struct live *live_open(uv_loop_t *loop, struct engine *engine, struct auth *auth)
{
    struct live *l = mem_alloc(sizeof *l);
    l->loop = loop;
    l->engine = engine;
    l->auth = auth;
    l->hub = hub_open(loop);
    l->group = ws_group_open(loop, NULL);
    list_init(&l->clients);
    uv_timer_init(loop, &l->timer);
    uv_idle_init(loop, &l->looking);
    l->timer.data = l->looking.data = l;
    l->handles = 2;
    uv_timer_start(&l->timer, on_timer, LOOK_MS, LOOK_MS);
    auth_on_change(auth, on_auth_change, l);
    return l;
}

void live_set_engine(struct live *l, struct engine *engine)
{
    l->engine = engine;
}

void live_routes(struct http_router *router, struct live *l)
{
    http_router_add(router, live_route_table, l);
}

struct hub *live_hub(struct live *l)
{
    return l->hub;
}

static void on_hub_closed(void *arg)
{
    struct live *l = arg;
    void (*closed)(void *) = l->closed;
    void *closed_arg = l->closed_arg;
    free(l);
    closed(closed_arg);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct live *l = handle->data;
    if (--l->handles == 0)
        hub_close(l->hub, on_hub_closed, l);
}

static void close_when_empty(struct live *l)
{
    if (!l->closing || l->alive > 0 || !l->sessions_gone)
        return;
    uv_close((uv_handle_t *)&l->timer, on_handle_closed);
    uv_close((uv_handle_t *)&l->looking, on_handle_closed);
}

void live_freed(struct live *l)
{
    l->alive--;
    close_when_empty(l);
}

static void on_sessions_gone(void *arg)
{
    struct live *l = arg;
    l->sessions_gone = true;
    close_when_empty(l);
}

void live_close(struct live *l, void (*closed)(void *arg), void *arg)
{
    l->closing = true;
    l->closed = closed;
    l->closed_arg = arg;
    auth_on_change(l->auth, NULL, NULL);
    uv_timer_stop(&l->timer);
    uv_idle_stop(&l->looking);
    ws_group_close(l->group, 1012, on_sessions_gone, l);
}
