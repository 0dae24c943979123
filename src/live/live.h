/*
 * Tasks, watched live (SPEC §3): the WebSockets /api/v1/ws/tasks/{id} and /api/v1/ws/tasks. The
 * engine tells every new state here, the hub sends each to those who watch and may see it.
 */
#ifndef LIVE_LIVE_H
#define LIVE_LIVE_H

#include <uv.h>
#include "auth/auth.h"
#include "http/router.h"
#include "task/engine.h"
#include "ws/hub.h"

struct live;

/* Registers itself with auth_on_change. The engine's observer needs live first: so the engine may
 * be NULL here and come later, before the first request. */
struct live *live_open(uv_loop_t *loop, struct engine *engine, struct auth *auth);
void live_set_engine(struct live *l, struct engine *engine);
/* The routes carry no flags of the api layer: sign-in is judged here, by cookie, bearer or ?token=.
 */
void live_routes(struct http_router *router, struct live *l);

/* For engine_options.changed and .removed, with the live as arg. */
void live_changed(void *live, const struct task_state *s, bool final);
void live_removed(void *live, const struct uuid *id, int64_t user_id);

/* Refuses new ones, closes every WebSocket with 1012 (at most a few seconds), then calls closed and
 * frees. Auth must live until then. The engine must not tell anything any more: it is closed
 * before, and this is called from its `closed`; every question it was asked has been answered by
 * then. */
void live_close(struct live *l, void (*closed)(void *arg), void *arg);

struct hub *live_hub(struct live *l); /* for figures */

#endif
