/*
 * One connection to Redis, without blocking (hiredis), that is always trying to be there: commands
 * travel in order; one that is not answered in REDIS_PATIENCE_MS ends the connection, and a new one
 * is made, with backoff 100 ms … 5 s.
 */
#ifndef CACHE_REDIS_H
#define CACHE_REDIS_H

#include <uv.h>
#include "obmen/err.h"
#include "obmen/str.h"

#define REDIS_PATIENCE_MS 500

struct redisReply;
struct redis;

struct redis_events {
    /* It answers. What is commanded from inside goes before everything else. */
    void (*up)(void *arg);
    /* It does not any more; commands under way have been answered with NULL. */
    void (*down)(void *arg, const struct err *err);
};

/* url: one that redis_url_parse takes. */
struct redis *redis_open(
    uv_loop_t *loop, const char *url, const struct redis_events *events, void *arg);
/* Commands under way are answered with NULL, from inside; no event comes any more. */
void redis_close(struct redis *r, void (*closed)(void *arg), void *arg);
bool redis_is_up(const struct redis *r);

/* reply NULL: it did not answer. Never from inside redis_command. */
typedef void (*redis_answer_fn)(void *arg, const struct redisReply *reply);
/* False: it is away, nothing was sent and no answer comes. answer may be NULL. */
bool redis_command(
    struct redis *r, int argc, const struct str *argv, redis_answer_fn answer, void *arg);
const char *redis_last_error(const struct redis *r); /* "" = none yet */

#endif
