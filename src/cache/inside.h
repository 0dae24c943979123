/*
 * What the files of the cache share. cache.c: life, spaces, the two stores together; ask.c: looking
 * up; flight.c: cache-aside; shared.c: the Redis side; hints.c: telling other nodes.
 *
 * How a value can't outlive its change. Everything read from the database carries a stamp that was
 * taken before it was read. Memory: a space counts its changes, and a stamp with an older count is
 * refused. Redis: a space has an epoch, a random word that changes when all of it is deleted, and
 * values carry the epoch they were read in; a deleted single key leaves a tombstone that outlives
 * every load that could still bring the old value (LOAD_MAX_MS).
 */
#ifndef CACHE_INSIDE_H
#define CACHE_INSIDE_H

#include "base/list.h"
#include "cache/cache.h"
#include "cache/lru.h"
#include "cache/redis.h"
#include "obmen/arena.h"
#include "obmen/buf.h"
#include "obmen/map.h"

#define LOAD_MAX_MS 50000 /* what was asked for longer ago is not stored any more */
#define TOMBSTONE_S "60"

struct space_state {
    const struct cache_space *space;
    uint64_t changes;
    bool epoch_due; /* Redis has missed a change: a new epoch as soon as it is there */
};

/* ---- hints.c ---- */
struct hints {
    struct map due; /* word → itself; what other nodes have to be told */
    size_t bytes;   /* of the words */
    bool without_redis;
    uv_timer_t timer;
    bool in_flight;
    int64_t last_ms;
};

struct cache {
    uv_loop_t *loop;
    struct db *db;
    const char *node;
    struct lru memory;
    struct map spaces;   /* name → struct space_state */
    struct redis *redis; /* NULL: none configured */
    bool deaf;           /* other nodes can't be heard: memory is not trusted */
    struct map flights;  /* key → struct cache_flight, those that may be joined */
    struct list asks;    /* all that are not yet answered */
    struct list told;    /* callbacks due in the next turn: struct due.link */
    uv_timer_t turn;
    struct hints hints;
    struct cache_figures figures;
    struct buf key;          /* scratch of cache_key */
    struct list all_flights; /* struct cache_flight */
    bool closing;
    int parts_open;
    void (*closed)(void *arg);
    void *closed_arg;
};

/* A callback that is due in the next turn of the loop; part of what it is about. */
struct due {
    struct list link;
    void (*run)(struct due *d);
};
void cache_due(struct cache *c, struct due *d, void (*run)(struct due *d));

struct space_state *cache_space(struct cache *c, const struct cache_space *space);
/* "space:name"; borrowed until the next call. */
struct str cache_key(struct cache *c, const struct cache_space *space, struct str name);
int64_t cache_ttl_ms(const struct cache_space *space);

/* Drops it here: memory and flights. name.p NULL: all of the space. by_name: of spaces this node
 * has not used itself. */
void cache_drop_here(struct cache *c, struct str space, struct str name);

/* ---- flight.c ---- */
/* Those under way are not joined any more. name.p NULL: all of the space. */
void flights_forget(struct cache *c, struct str key, bool prefix);
void flights_close(struct cache *c);

/* ---- ask.c ---- */
void asks_close(struct cache *c);

/* ---- shared.c: nothing of it fails; it is missed and made up for ---- */
bool shared_is_up(const struct cache *c);
/* Redis → the values; answered once, never from inside; false: not sent. values[i].p NULL: not
 * there; values NULL: Redis did not answer. */
typedef void (*shared_got_fn)(void *arg, const struct str *values, const char *epoch);
bool shared_get(struct cache *c, const struct cache_space *space, const struct str *names,
    int count, shared_got_fn got, void *arg);
void shared_store(struct cache *c, const struct cache_space *space, struct str name,
    struct str value, const char *epoch);
void shared_set(
    struct cache *c, const struct cache_space *space, struct str name, struct str value);
/* By names: other nodes' words name spaces, too. */
void shared_delete(struct cache *c, struct str space, struct str name);
void shared_delete_all(struct cache *c, struct str space);
void shared_up(struct cache *c);
/* Frees what is left in cache.told: only signs of life. */
void pings_close(struct cache *c);

/* ---- hints.c ---- */
void hints_open(struct cache *c);
void hints_close(struct cache *c, void (*closed)(uv_handle_t *handle));
/* name.p NULL: all of the space. without_redis: the others do it in Redis as well. */
void hints_tell(struct cache *c, const char *space, struct str name, bool without_redis);

#endif
