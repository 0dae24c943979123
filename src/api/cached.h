/*
 * Lists that are asked for again and again and are the same for everybody: answered from the cache
 * (src/cache), by the query as it was sent; many who ask for the same at once cost one reading.
 *
 *     struct list { struct cached cached; struct str q; int limit, offset; };   // in req->arena
 *     static void read(struct api *api, struct cached *c, struct cached_reader to) {…}
 *     cached_reply(req, &cached_contractors, &l->cached, read);
 */
#ifndef API_CACHED_H
#define API_CACHED_H

#include "api/api.h"
#include "cache/cache.h"
#include "task/state.h"

extern const struct cache_space cached_contractors, cached_organizations, cached_summaries,
    cached_vk_groups;

struct cached;
/* Starts the reading; answers once with cached_json(to, …), which has the shape of reply_json. Runs
 * only for the one request whose reading serves all that wait for the same. */
typedef void (*cached_read_fn)(struct api *api, struct cached *c, void *to);
struct cached { /* the first member of what the reading needs; lives as long as its request */
    struct api *api;
    cached_read_fn read;
};
void cached_reply(struct http_request *req, const struct cache_space *space, struct cached *c,
    cached_read_fn read);
void cached_json(void *to, struct str json, const struct err *err);

/* A task wrote (or has ended): what it may have changed is read anew. While it runs, once a second
 * at most. For engine_options.changed. */
void cached_task_changed(struct api *api, const struct task_state *s, bool final);

#endif
