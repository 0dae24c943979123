#include "api/cached.h"
#include "api/reply.h"

/* A minute: `obmen import-file` writes without a server that could tell others. */
const struct cache_space cached_contractors = {"contractors", 60},
                         cached_organizations = {"organizations", 60},
                         cached_summaries = {"summaries", 60}, cached_vk_groups = {"vk_groups", 60};

static void load(void *ctx, struct str name, struct cache_flight *f)
{
    struct cached *c = ctx;
    c->read(c->api, c, f);
}

void cached_json(void *to, struct str json, const struct err *err)
{
    cache_loaded(to, json, err);
}

void cached_reply(struct http_request *req, const struct cache_space *space, struct cached *c,
    cached_read_fn read)
{
    c->api = api_call(req)->api;
    c->read = read;
    /* A request, and what lies in its arena, lives until it is answered. */
    cache_fetch(c->api->cache, space, req->query, load, c, reply_json, req);
}

/* ---- what tasks change ---- */

static const struct {
    const char *task_type; /* its beginning */
    const struct cache_space *changes[4];
} writers[] = {
    {"sync_", {&cached_summaries, &cached_contractors, &cached_organizations}},
    {"import_", {&cached_summaries, &cached_contractors, &cached_organizations}},
    {"reclassify_", {&cached_summaries}},
    {"parse_comments", {&cached_vk_groups}},
    {"analyze_comments", {&cached_vk_groups}},
};
enum { WRITERS = sizeof(writers) / sizeof(writers[0]), AGAIN_MS = 1000 };

_Static_assert(WRITERS <= sizeof((struct api *)0)->cached_at / sizeof(int64_t), "a place for each");

void cached_task_changed(struct api *api, const struct task_state *s, bool final)
{
    int64_t now = time_mono_ms();
    if (!str_is(s->node, api->node))
        return; /* its own node says so */
    for (int i = 0; i < WRITERS; i++) {
        if (!str_starts(s->task_type, str_from(writers[i].task_type)))
            continue;
        if (!final && now - api->cached_at[i] < AGAIN_MS)
            return;
        api->cached_at[i] = now;
        for (int k = 0; writers[i].changes[k]; k++)
            cache_delete_all(api->cache, writers[i].changes[k]);
        return;
    }
}
