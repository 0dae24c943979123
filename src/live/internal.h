/* Shared by live.c (life, looking through sign-ins), endpoint.c (handshakes), command.c and
 * subscribe.c (what clients say), message.c (what is said to them). */
#ifndef LIVE_INTERNAL_H
#define LIVE_INTERNAL_H

#include "base/list.h"
#include "live/live.h"
#include "obmen/arena.h"

#define LIVE_OPS_MAX 256     /* questions to the engine that one client may have under way */
#define LIVE_LIST_LIMIT 100  /* tasks in a task_list */
#define LIVE_QUEUE_MAX 32768 /* bytes queued on a connection: above it a list waits */

struct live {
    uv_loop_t *loop;
    struct engine *engine;
    struct auth *auth;
    struct hub *hub;
    struct ws_group *group;
    uv_timer_t timer;    /* looks through all sign-ins now and then: some end by their time alone */
    uv_idle_t looking;   /* active while a look through is under way */
    struct list clients; /* the next to be looked at first */
    int to_look_at;
    int alive; /* clients and handshakes not yet freed */
    int handles;
    bool closing, sessions_gone;
    void (*closed)(void *arg);
    void *closed_arg;
};

/* One WebSocket and who is behind it. Freed when it is closed and no question is under way. */
struct client {
    struct list place;
    struct live *live;
    struct ws_session *session; /* NULL: closed */
    struct hub_reader *reader;  /* NULL: closed */
    struct principal who;
    bool one; /* watches only `task` */
    struct uuid task;
    int ops;             /* questions under way, and sayings that wait for their turn */
    struct list sayings; /* of subscribe.c */
    bool list_wanted, list_running;
};

/* live.c */
void live_freed(struct live *l); /* a client or a handshake is gone */

/* endpoint.c */
extern const struct http_route live_route_table[];

/* command.c */
void client_text(struct client *c, struct str message);
void client_writable(struct client *c);
void client_closed(struct client *c); /* frees now or after the last answer */
void client_complain(struct client *c, enum err_code code, const char *message);
bool client_op_begins(struct client *c); /* false: too many; the client has been told */
void client_op_ended(struct client *c);  /* may free it */

/* subscribe.c: false when it is no such message */
bool client_subscription(struct client *c, struct str message);

/* message.c: a frame with one reference, the caller's */
struct ws_frame *message_update(const struct task_state *s);
struct ws_frame *message_removed(const struct uuid *id);
/* Where the engine knows a newer state than the list, that one is told. */
struct ws_frame *message_list(struct live *l, const struct task_state *const *tasks, int count);
struct ws_frame *message_error(const struct err *e);
/* The state to tell: s, or what the engine knows since. */
const struct task_state *newest_state(struct live *l, const struct task_state *s);
void no_such_task(struct err *ret_err);
bool may_see(const struct principal *who, int64_t task_user_id);
int64_t owner_filter(const struct principal *who);

#endif
