/* Shared by hub.c (publishing), hub_topic.c (what is remembered), hub_reader.c (who listens) and
 * hub_drain.c (sending). */
#ifndef WS_HUB_INTERNAL_H
#define WS_HUB_INTERNAL_H

#include <stdlib.h>
#include "base/list.h"
#include "obmen/arena.h"
#include "obmen/map.h"
#include "ws/hub.h"

#define HUB_THROTTLE_MS 50
#define HUB_TOLD_MS                                                                                \
    5000 /* how long a list's state is remembered against older ones on their way                  \
          */
#define HUB_QUEUE_MAX                                                                              \
    32768 /* bytes queued on a connection: above it nothing new is sent. Not below the low mark    \
             of http/server.h, where `writable` comes */
#define HUB_DIRTY_MAX 20000 /* changed topics one reader may have waiting; then it is closed */
#define HUB_IDLE_MAX 1024   /* topics remembered that nobody waits for */

struct hub {
    uv_loop_t *loop;
    uv_idle_t drain;   /* active while readers can be sent something */
    uv_timer_t timer;  /* the end of the earliest throttle */
    struct map topics; /* uuid → struct topic */
    struct list idle;  /* topics without entries and holds, the oldest first */
    int idle_count;
    struct list readers;       /* all */
    struct list everything;    /* those that watch every topic they may see */
    int unfiltered;            /* of these, those that may see all */
    struct list ready;         /* readers with something to send, and room */
    struct list cooling, told; /* entries, the earliest to end first */
    uint64_t pass;             /* marks readers visited by the present publishing */
    int handles;
    void (*closed)(void *arg);
    void *closed_arg;
    struct hub_figures figures;
};

struct topic {
    struct hub *hub;
    struct uuid id;
    int64_t owner, seq;
    struct ws_frame *frame; /* a reference; the newest state, NULL before the first */
    struct list entries;
    int holds;
    struct list place; /* in hub->idle, or alone */
};

/* What there is between one reader and one topic: made when the topic changes or is watched, gone
 * soon after. */
enum entry_state {
    ENTRY_IDLE,    /* watched, nothing to send */
    ENTRY_READY,   /* to be sent: in reader->ready */
    ENTRY_COOLING, /* just sent: in hub->cooling; dirty: to be sent after it */
    ENTRY_TOLD,    /* knows more than the topic: in hub->told */
};
struct entry {
    struct list of_reader, of_topic, place;
    struct hub_reader *reader;
    struct topic *topic;
    int64_t seq;   /* what the reader knows; -1: nothing */
    int64_t until; /* COOLING, TOLD */
    enum entry_state state;
    bool dirty, watched;
};

struct hub_reader {
    struct hub *hub;
    struct ws_session *session;
    int64_t owner; /* filter; 0: none */
    bool all;
    bool busy, dead;      /* left while being sent to: freed after that */
    int watched, waiting; /* entries watched; entries READY */
    uint64_t pass;
    struct list place;         /* in hub->readers */
    struct list of_everything; /* in hub->everything, or alone */
    struct list turn;          /* in hub->ready, or alone */
    struct list entries, ready;
};

static inline bool reader_sees(const struct hub_reader *r, int64_t owner)
{
    return r->owner == 0 || r->owner == owner;
}

/* hub_topic.c */
struct topic *topic_find(const struct hub *h, const struct uuid *id);
struct topic *topic_get(struct hub *h, const struct uuid *id); /* makes it when it is not there */
void topic_settle(struct topic *t); /* frees or parks it when nobody needs it */
void topics_trim(struct hub *h);
void topic_free(struct topic *t);

/* hub_topic.c: entries */
struct entry *entry_find(const struct hub_reader *r, const struct topic *t);
struct entry *entry_new(struct hub_reader *r, struct topic *t);
void entry_set(struct entry *e, enum entry_state state); /* the only one who changes it */
void entry_rest(struct entry *e); /* nothing to send and nothing to wait for: IDLE, TOLD or freed */
void entry_free(struct entry *e);

/* hub_drain.c */
void reader_free(struct hub_reader *r);
void drain_reader(struct hub_reader *r); /* it has something READY: give it a turn */
void drain_open(struct hub *h);
void drain_set_timer(struct hub *h);

#endif
