/*
 * REST: one file per resource. The gate (gate.c) decides about every request before a handler sees
 * it; handlers check their input (input.h), ask a lower layer and answer. Input that is refused is
 * answered with every fault at once.
 */
#ifndef API_API_H
#define API_API_H

#include <uv.h>
#include "auth/auth.h"
#include "auth/origin.h"
#include "base/config.h"
#include "file/tidy.h"
#include "http/client.h"
#include "http/server.h"
#include "onec/onec.h"
#include "pg/listen.h"
#include "pg/pool.h"
#include "task/engine.h"
#include "vk/vk.h"
#include "ws/hub.h"

/* Who may call a route: http_route.flags. 0: the route judges by itself (WebSocket handshakes). */
enum {
    API_ANYONE = 1,  /* without signing in */
    API_USER = 2,    /* signed in */
    API_MANAGER = 4, /* MANAGER and ADMIN */
    API_ADMIN = 8,
    API_WHILE_DRAINING = 16, /* answered also while the server stops (health, metrics) */
    API_OWN_HEADERS =
        32, /* the answer is no data: it says by itself what a browser may do with it */
};

struct api_gate;    /* gate.c */
struct api_metrics; /* metrics.c */
struct api_lag;     /* lag.c */

struct api {
    /* given by app, borrowed */
    uv_loop_t *loop;
    const struct config *config;
    struct db *db;
    struct engine *engine;
    struct auth *auth;
    struct http_client *http;
    struct onec *onec;
    struct vk *vk;
    struct cache *cache;
    struct hub *hub;              /* for figures; may be NULL */
    struct db_listener *listener; /* for health; may be NULL until it is open */
    struct http_server *server;   /* for figures; NULL until it is open */
    const char *node;
    bool draining; /* set by app while the server starts and when it begins to stop */

    /* api's own */
    int64_t started_ms; /* monotonic */
    struct api_gate *gate;
    struct api_metrics *metrics;
    struct api_lag *lag;
    struct file_tidy *files; /* removes those that nobody needs any more */
    uv_timer_t tidy;         /* forgets Idempotency-Keys after a day */
    struct probes *probes;
    int64_t cached_at[8]; /* cached.c: when tasks of a kind were last heard to write, ms */
    int open_handles;
    void (*closed)(void *arg);
    void *closed_arg;
};

/* After the fields above were filled in and before the first route is added. */
void api_open(struct api *api);
/* When no request is under way any more. */
void api_close(struct api *api, void (*closed)(void *arg), void *arg);

/* Adds every route of REST, health and metrics. */
void api_routes(struct http_router *router, struct api *api);
/* Lives as long as api. */
const struct http_gates *api_gates(struct api *api);

/* What the gate found out about a request (req->user); lives in its arena. */
struct api_call {
    struct api *api;
    bool signed_in;
    enum auth_carrier carrier;
    struct principal who; /* when signed_in */
};
static inline struct api_call *api_call(const struct http_request *req)
{
    return req->user;
}

#endif
