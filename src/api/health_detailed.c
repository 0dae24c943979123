/*
 * GET /health/detailed: every component with its status, how fast it answered and its last error.
 * The database decides over "unhealthy"; what Obmen can do without for a while is "degraded".
 */
#include "api/health.h"
#include "api/input.h"
#include "api/lag.h"
#include "api/probes.h"
#include "api/reply.h"
#include "cache/cache.h"

enum state { WELL, DEGRADED, UNWELL };
static const char *const state_names[] = {"healthy", "degraded", "unhealthy"};

struct answer {
    struct api *api;
    struct http_request *req;
    struct json_writer w;
    enum state worst;
};

static void write_error(struct json_writer *w, const char *text, usec_t at)
{
    char when[TIME_TEXT];
    jw_kcstr(w, "last_error", *text ? text : NULL);
    if (*text && at) {
        time_format_utc(at, when);
        jw_kcstr(w, "last_error_at", when);
    }
}

/* Opens a component; the caller adds figures and closes it. r NULL: not asked. */
static void component(
    struct answer *a, const char *name, enum state its, const struct probe_result *r)
{
    struct json_writer *w = &a->w;
    jw_key(w, name);
    jw_object(w);
    jw_kcstr(w, "status", state_names[its]);
    if (its > a->worst)
        a->worst = its;
    if (!r)
        return;
    jw_key(w, "latency_ms");
    if (r->known)
        jw_double(w, (double)r->latency_us / 1000, 3);
    else
        jw_null(w);
    if (r->error[0])
        jw_kcstr(w, "error", r->error);
}

static void write_database(struct answer *a)
{
    const struct probe_result *r = probes_result(a->api->probes, PROBE_DATABASE);
    struct json_writer *w = &a->w;
    struct db_figures f;
    db_figures(a->api->db, &f);
    bool listening = !a->api->listener || db_listener_is_up(a->api->listener);

    component(a, "database",
        !r->ok || !f.reachable             ? UNWELL
        : !listening || f.waiting > f.size ? DEGRADED
                                           : WELL,
        r);
    jw_key(w, "pool");
    jw_object(w);
    jw_ki64(w, "size", f.size);
    jw_ki64(w, "in_use", f.in_use);
    jw_ki64(w, "idle", f.idle);
    jw_ki64(w, "overflow", f.overflow);
    jw_ki64(w, "waiting", f.waiting);
    jw_object_end(w);
    jw_kbool(w, "listening", listening);
    jw_ki64(w, "failures", (int64_t)f.failures);
    jw_ki64(w, "reconnects", (int64_t)f.reconnects);
    jw_ki64(w, "slow_queries", (int64_t)f.slow);
    /* what the pool heard says more than that the probe got nothing */
    write_error(w, f.last_error[0] ? f.last_error : r->last_error, r->last_error_at);
    jw_object_end(w);
}

static void write_cache(struct answer *a)
{
    const struct probe_result *r = probes_result(a->api->probes, PROBE_CACHE);
    struct json_writer *w = &a->w;
    struct cache_figures f;
    cache_figures(a->api->cache, &f);

    component(a, "cache", r->ok && (!f.redis || f.redis_up) ? WELL : DEGRADED, r);
    jw_kcstr(w, "kind", f.redis ? "redis" : "memory");
    jw_ki64(w, "entries", f.entries);
    jw_ki64(w, "bytes", (int64_t)f.bytes);
    jw_ki64(w, "hits", (int64_t)(f.hits + f.redis_hits));
    jw_ki64(w, "misses", (int64_t)f.misses);
    if (f.redis && !f.redis_up)
        jw_kcstr(w, "error_code", err_code_name(ERR_CACHE_ERROR));
    write_error(w, f.last_error[0] ? f.last_error : r->last_error, r->last_error_at);
    jw_object_end(w);
}

static void write_onec(struct answer *a)
{
    const struct probe_result *r = probes_result(a->api->probes, PROBE_ONEC);
    struct json_writer *w = &a->w;
    struct onec_figures f;
    onec_figures(a->api->onec, &f);
    bool configured = onec_configured(a->api->onec);

    component(a, "onec", configured && (!r->ok || (f.heard && !f.well)) ? DEGRADED : WELL, r);
    jw_kbool(w, "configured", configured);
    jw_ki64(w, "requests", (int64_t)f.requests);
    jw_ki64(w, "retries", (int64_t)f.retries);
    write_error(
        w, f.last_error[0] ? f.last_error : r->last_error, f.last_error[0] ? 0 : r->last_error_at);
    jw_object_end(w);
}

static void write_vk(struct answer *a)
{
    const struct probe_result *r = probes_result(a->api->probes, PROBE_VK);
    struct json_writer *w = &a->w;
    struct vk_figures f;
    vk_figures(a->api->vk, &f);
    bool configured = vk_configured(a->api->vk);

    component(a, "vk", configured && (!r->ok || (f.heard && !f.well)) ? DEGRADED : WELL, r);
    jw_kbool(w, "configured", configured);
    jw_ki64(w, "requests", (int64_t)f.requests);
    jw_ki64(w, "retries", (int64_t)f.retries);
    jw_ki64(w, "captchas", (int64_t)f.captchas);
    jw_ki64(w, "requests_per_second", f.rate);
    write_error(
        w, f.last_error[0] ? f.last_error : r->last_error, f.last_error[0] ? 0 : r->last_error_at);
    jw_object_end(w);
}

static void write_queue(struct answer *a)
{
    const struct probe_result *r = probes_result(a->api->probes, PROBE_QUEUE);
    const struct probe_findings *found = probes_findings(a->api->probes);
    struct json_writer *w = &a->w;
    struct engine_figures f;
    engine_figures(a->api->engine, &f);

    component(
        a, "queue", !r->ok || found->pending >= a->api->config->queue_max ? DEGRADED : WELL, r);
    jw_ki64(w, "pending", r->ok ? found->pending : f.pending);
    jw_ki64(w, "oldest_pending_seconds", found->oldest_pending_s);
    jw_ki64(w, "limit", a->api->config->queue_max);
    jw_ki64(w, "running", f.running);
    jw_ki64(w, "workers", f.workers);
    write_error(w, r->last_error, r->last_error_at);
    jw_object_end(w);
}

static void write_loop(struct answer *a)
{
    int64_t p99 = lag_p99_us(a->api->lag);
    struct json_writer *w = &a->w;

    component(a, "loop", p99 > 50000 ? DEGRADED : WELL, NULL);
    jw_key(w, "latency_ms"); /* what a turn keeps others waiting: the same as its lag */
    jw_double(w, (double)p99 / 1000, 3);
    jw_key(w, "lag_p99_ms");
    jw_double(w, (double)p99 / 1000, 3);
    jw_key(w, "lag_max_ms");
    jw_double(w, (double)lag_max_us(a->api->lag) / 1000, 3);
    jw_knull(w, "last_error");
    jw_object_end(w);
}

#define DISK_FREE_LEAST (256ull << 20)

static void write_disk(struct answer *a)
{
    const struct probe_result *r = probes_result(a->api->probes, PROBE_DISK);
    const struct probe_findings *found = probes_findings(a->api->probes);
    struct json_writer *w = &a->w;

    component(a, "disk",
        !r->ok || found->disk_free < DISK_FREE_LEAST || found->disk_free < found->disk_bytes / 20
            ? DEGRADED
            : WELL,
        r);
    jw_kcstr(w, "path", found->disk_path);
    jw_ki64(w, "total_bytes", (int64_t)found->disk_bytes);
    jw_ki64(w, "free_bytes", (int64_t)found->disk_free);
    write_error(w, r->last_error, r->last_error_at);
    jw_object_end(w);
}

/* As the database knows them: empty while it does not answer. */
static void write_nodes(struct json_writer *w, const struct api *api)
{
    const struct probe_findings *found = probes_findings(api->probes);
    struct db_figures f;
    db_figures(api->db, &f);
    bool known = f.reachable && probes_result(api->probes, PROBE_DATABASE)->ok &&
                 probes_result(api->probes, PROBE_QUEUE)->ok;
    jw_key(w, "nodes");
    jw_array(w);
    for (int i = 0; known && i < found->node_count; i++) {
        const struct probe_node *n = &found->nodes[i];
        jw_object(w);
        jw_kcstr(w, "node", n->name);
        jw_kbool(w, "this", strncmp(n->name, api->node, sizeof(n->name)) == 0);
        jw_kbool(w, "connected", n->connected);
        jw_ki64(w, "running", n->running);
        jw_kbool(w, "lease_expired", n->lease_expired);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void on_probed(void *arg)
{
    struct http_request *req = arg;
    struct api *api = api_call(req)->api;
    struct buf parts = BUF_INIT, body = BUF_INIT;
    struct answer a = {.api = api, .req = req, .w = json_writer(&parts)};
    struct json_writer w = json_writer(&body);

    jw_object(&a.w);
    write_database(&a);
    write_cache(&a);
    write_onec(&a);
    write_vk(&a);
    write_queue(&a);
    write_loop(&a);
    write_disk(&a);
    jw_object_end(&a.w);

    jw_object(&w);
    health_write_alive(&w, api, state_names[a.worst]);
    jw_kcstr(&w, "node", api->node);
    jw_kbool(&w, "draining", api->draining);
    jw_kraw(&w, "components", buf_str(&parts));
    write_nodes(&w, api);
    jw_object_end(&w);
    buf_release(&parts);
    http_reply(req, 200, REPLY_JSON, body);
}

void health_detailed(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);
    input_no_query(&in);
    if (input_ok(&in))
        probes_ask(api->probes, on_probed, req);
}
