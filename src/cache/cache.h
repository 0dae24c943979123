/*
 * What is asked for often and changes seldom: cards, groups, summaries. Never the state of a task.
 *
 * Two stores. In the process: always, the least recently used goes when CACHE_BYTES are full. In
 * Redis, when one is given: shared by the nodes. While Redis is away everything goes on from the
 * process and the database. Values are bytes, at most an hour old.
 *
 * Cache-aside, one load per key at a time:
 *
 *     static const struct cache_space groups = {"vk_group", 0};
 *     cache_fetch(cache, &groups, id, load_group, ctx, on_group, arg);   // memory, Redis,
 * load_group … cache_delete(cache, &groups, &id, 1);          // after the COMMIT that changed the
 * group
 *
 * A delete reaches every node: memory by NOTIFY (sent at most every 50 ms), Redis at once. What was
 * read from the database before a delete is never stored after it. Why so: docs/decisions/0017.
 */
#ifndef CACHE_CACHE_H
#define CACHE_CACHE_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>
#include "obmen/db.h"
#include "obmen/err.h"
#include "obmen/str.h"

struct cache;

/* All that is deleted together: the prefix of its keys in Redis. Static; the name is a word. */
struct cache_space {
    const char *name;
    int ttl_s; /* 0 = 3600 */
};

/* ---- life: app only ---- */

#define CACHE_BYTES (8u << 20) /* of this process, keys and overhead included */
#define CACHE_CHANNEL "obmen_cache"

struct cache_options {
    struct db *db;         /* for NOTIFY; NULL: this node is alone */
    const char *node;      /* unique among running nodes; borrowed */
    const char *redis_url; /* NULL: none. One Redis database per Obmen database. */
    size_t max_bytes;      /* 0 = CACHE_BYTES */
};
/* -1: a URL that cannot be honoured. */
int cache_check_url(const char *redis_url, struct err *ret_err);
/* The URL has been checked. */
struct cache *cache_open(uv_loop_t *loop, const struct cache_options *o);
/* After everybody who fetches, and after the database: no load may be under way. Waiting callbacks
 * are dropped. */
void cache_close(struct cache *c, void (*closed)(void *arg), void *arg);
/* src/pg/listen.h: while it is deaf, memory is not trusted, only Redis and the database. */
void cache_notified(struct cache *c, struct str payload);
void cache_listening(struct cache *c, bool up);

/* ---- cache-aside ---- */

struct cache_flight;
struct cache_want;
/* Starts to read what `name` stands for; answers once with cache_loaded, from inside or later. ctx
 * must outlive the load: who asked may be gone meanwhile. name is borrowed until return. */
typedef void (*cache_load_fn)(void *ctx, struct str name, struct cache_flight *f);
/* value.p NULL: there is no such thing (not kept). It is copied. err: nobody gets a value. */
void cache_loaded(struct cache_flight *f, struct str value, const struct err *err);
/* Once, never from inside cache_fetch; value is borrowed until return. */
typedef void (*cache_got_fn)(void *arg, struct str value, const struct err *err);
struct cache_want *cache_fetch(struct cache *c, const struct cache_space *space, struct str name,
    cache_load_fn load, void *ctx, cache_got_fn got, void *arg);
/* got is not called any more. Before it was. */
void cache_want_cancel(struct cache_want *w);

/* ---- piece by piece, many at once ---- */

/* When something was asked for: what is read from the database after it may be stored with it. */
struct cache_stamp {
    uint64_t changes; /* of this node's memory */
    int64_t at_ms;
    char epoch[24]; /* of the space in Redis; "" = not known */
};

/* In memory only, at once; borrowed until the next call of the cache. */
bool cache_peek(
    struct cache *c, const struct cache_space *space, struct str name, struct str *ret_value);

struct cache_ask;
/* Once, never from inside cache_get_many. values[i].p NULL: not there. Borrowed until return. */
typedef void (*cache_got_many_fn)(
    void *arg, const struct str *values, int count, const struct cache_stamp *stamp);
struct cache_ask *cache_get_many(struct cache *c, const struct cache_space *space,
    const struct str *names, int count, cache_got_many_fn got, void *arg);
void cache_ask_cancel(struct cache_ask *a); /* got is not called any more */

/* Keeps what was read from the database after the stamp; drops it when something of the space was
 * deleted meanwhile. */
void cache_store_many(struct cache *c, const struct cache_space *space, const struct str *names,
    const struct str *values, int count, const struct cache_stamp *stamp);
/* Says what is true now, whatever anybody has read before: other nodes drop what they hold. */
void cache_set_many(struct cache *c, const struct cache_space *space, const struct str *names,
    const struct str *values, int count);
void cache_delete_many(
    struct cache *c, const struct cache_space *space, const struct str *names, int count);
/* The whole space: everything with its prefix. */
void cache_delete_all(struct cache *c, const struct cache_space *space);

static inline void cache_set(
    struct cache *c, const struct cache_space *space, struct str name, struct str value)
{
    cache_set_many(c, space, &name, &value, 1);
}
static inline void cache_delete(struct cache *c, const struct cache_space *space, struct str name)
{
    cache_delete_many(c, space, &name, 1);
}

/* ---- for health and metrics ---- */

struct cache_figures {
    bool redis, redis_up;                             /* is one configured; does it answer */
    uint64_t hits, redis_hits, misses, loads, joined; /* joined: fetches that took another's load */
    uint64_t evicted, redis_failures;
    size_t bytes, max_bytes;
    int entries;
    char last_error[320]; /* of Redis, kept after it came back */
};
void cache_figures(const struct cache *c, struct cache_figures *ret);
/* Asks Redis for a sign of life: err NULL at once when there is no Redis. Never from inside. */
typedef void (*cache_ping_fn)(void *arg, const struct err *err);
void cache_ping(struct cache *c, cache_ping_fn done, void *arg);

#endif
