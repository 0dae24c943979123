/*
 * Who watches what. Per topic the newest state only; per reader the set of topics it has yet to
 * hear of (conflation, SPEC §3): a slow reader costs one entry per changed topic, never a backlog.
 * One topic reaches one reader at most every 50 ms; first and final states go at once; a final one
 * is never dropped (a newer state of the same topic, say of a task that was started again, takes
 * its place). The seq of a topic never goes back for a reader.
 */
#ifndef WS_HUB_H
#define WS_HUB_H

#include <uv.h>
#include "obmen/uuid.h"
#include "ws/session.h"

struct hub;
struct hub_reader;

struct hub *hub_open(uv_loop_t *loop);
/* Every reader must have left. */
void hub_close(struct hub *h, void (*closed)(void *arg), void *arg);

/* A reader belongs to one session. owner_filter: 0 sees everything, else only topics of that owner
 * (user id). all: watches every topic it may see; otherwise only those named by hub_watch. */
struct hub_reader *hub_join(struct hub *h, struct ws_session *s, int64_t owner_filter, bool all);
void hub_leave(struct hub_reader *r);    /* on closed */
void hub_writable(struct hub_reader *r); /* from ws_events.writable */

/* Narrow the stream (subscribe:<id>, unsubscribe:<id>, subscribe:*). False: it watches
 * HUB_MAX_WATCHED already. */
#define HUB_MAX_WATCHED 1000
bool hub_watch(struct hub_reader *r, const struct uuid *topic);
void hub_unwatch(struct hub_reader *r, const struct uuid *topic);
void hub_watch_all(struct hub_reader *r);

/* Would a state of this topic reach anybody, or be remembered? Saves encoding it when not. */
bool hub_wants(const struct hub *h, const struct uuid *topic, int64_t owner);
/* Remembers the newest state of a topic that nobody watches yet: from asking for a state until its
 * hub_first, so that what is published meanwhile is not missed. Each hold is ended by one release.
 */
void hub_hold(struct hub *h, const struct uuid *topic);
void hub_release(struct hub *h, const struct uuid *topic);

/* The newest state. seq: older ones than known are ignored. Takes no reference of the caller's. */
void hub_publish(struct hub *h, const struct uuid *topic, int64_t owner, int64_t seq, bool final,
    struct ws_frame *frame);
/* A state that was asked for, to this reader at once as its first, when it watches the topic;
 * everybody else who watches hears of it too when it is news. A newer one that is known goes
 * instead. */
void hub_first(struct hub_reader *r, const struct uuid *topic, int64_t owner, int64_t seq,
    bool final, struct ws_frame *frame);
/* The reader has been told this state in another way (a list): older ones must not follow. */
void hub_told(struct hub_reader *r, const struct uuid *topic, int64_t seq);
/* The topic is gone: this last frame (task_removed) goes to its watchers at once. */
void hub_remove(struct hub *h, const struct uuid *topic, int64_t owner, struct ws_frame *frame);

struct hub_figures {
    int readers;
    uint64_t published, sent,
        conflated,       /* conflated: states that a newer one overtook before they were sent */
        dropped;         /* readers that were sent away because they do not read */
    int topics, entries; /* remembered just now */
};
void hub_figures(const struct hub *h, struct hub_figures *ret);

#endif
