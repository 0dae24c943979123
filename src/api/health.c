/* GET /health, /health/live, /health/ready, /health/detailed, with and without the prefix */
#include "api/input.h"
#include "api/lag.h"
#include "api/reply.h"
#include "api/routes.h"

static bool plain(struct http_request *req)
{
    struct input in = input_begin(req);
    input_no_query(&in);
    return input_ok(&in);
}

static void write_alive(struct json_writer *w, const struct api *api, const char *status)
{
    jw_kcstr(w, "status", status);
    jw_kcstr(w, "version", OBMEN_VERSION);
    jw_ki64(w, "uptime_seconds", (time_mono_ms() - api->started_ms) / 1000);
}

static void reply_status(struct http_request *req, const struct api *api, const char *status)
{
    struct buf body = BUF_INIT;
    struct json_writer w = json_writer(&body);
    jw_object(&w);
    write_alive(&w, api, status);
    jw_object_end(&w);
    http_reply(req, 200, REPLY_JSON, body);
}

static void health(void *ctx, struct http_request *req)
{
    if (plain(req))
        reply_status(req, ctx, "healthy");
}

static void live(void *ctx, struct http_request *req)
{
    if (plain(req))
        reply_status(req, ctx, "alive");
}

static void ready(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct db_figures db;
    struct err err;

    if (!plain(req))
        return;
    db_figures(api->db, &db);
    if (api->draining)
        err_set_passing(&err, ERR_SERVICE_UNAVAILABLE,
            TR("Сервер запускается или останавливается", "The server is starting or stopping"));
    else if (!db.reachable)
        err_set_passing(&err, ERR_DATABASE_ERROR,
            TR("База данных не отвечает", "The database does not answer"));
    else if (!auth_ready(api->auth))
        err_set_passing(&err, ERR_SERVICE_UNAVAILABLE,
            TR("Учётные записи ещё не прочитаны", "The accounts have not been read yet"));
    else {
        reply_status(req, api, "ready");
        return;
    }
    err.retry_after_ms = 1000;
    http_reply_error(req, &err);
}

/* ---- in detail ---- */

enum state { WELL, DEGRADED, UNWELL };
static const char *const state_names[] = {"healthy", "degraded", "unhealthy"};

/* Opens a component; the caller adds figures and closes it. Returns the worse of the two. */
static enum state component(
    struct json_writer *w, const char *name, enum state its, enum state so_far)
{
    jw_key(w, name);
    jw_object(w);
    jw_kcstr(w, "status", state_names[its]);
    return its > so_far ? its : so_far;
}

static enum state write_database(struct json_writer *w, const struct api *api, enum state so_far)
{
    struct db_figures f;
    db_figures(api->db, &f);
    bool listening = !api->listener || db_listener_is_up(api->listener);
    enum state its = !f.reachable ? UNWELL : !listening || f.waiting > f.size ? DEGRADED : WELL;

    so_far = component(w, "database", its, so_far);
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
    jw_kcstr(w, "last_error", f.last_error[0] ? f.last_error : NULL);
    jw_object_end(w);
    return so_far;
}

static enum state write_onec(struct json_writer *w, const struct api *api, enum state so_far)
{
    struct onec_figures f;
    onec_figures(api->onec, &f);
    bool configured = onec_configured(api->onec);

    so_far = component(w, "onec", configured && f.heard && !f.well ? DEGRADED : WELL, so_far);
    jw_kbool(w, "configured", configured);
    jw_ki64(w, "requests", (int64_t)f.requests);
    jw_ki64(w, "retries", (int64_t)f.retries);
    jw_kcstr(w, "last_error", f.last_error[0] ? f.last_error : NULL);
    jw_object_end(w);
    return so_far;
}

static enum state write_queue(struct json_writer *w, const struct api *api, enum state so_far)
{
    struct engine_figures f;
    engine_figures(api->engine, &f);

    so_far = component(w, "queue", f.pending >= api->config->queue_max ? DEGRADED : WELL, so_far);
    jw_ki64(w, "pending", f.pending);
    jw_ki64(w, "limit", api->config->queue_max);
    jw_ki64(w, "running", f.running);
    jw_ki64(w, "workers", f.workers);
    jw_object_end(w);
    return so_far;
}

static enum state write_loop(struct json_writer *w, const struct api *api, enum state so_far)
{
    int64_t p99 = lag_p99_us(api->lag);

    so_far = component(w, "loop", p99 > 50000 ? DEGRADED : WELL, so_far);
    jw_key(w, "lag_p99_ms");
    jw_double(w, (double)p99 / 1000, 3);
    jw_key(w, "lag_max_ms");
    jw_double(w, (double)lag_max_us(api->lag) / 1000, 3);
    jw_object_end(w);
    return so_far;
}

static void detailed(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct buf parts = BUF_INIT, body = BUF_INIT;
    struct json_writer p = json_writer(&parts), w = json_writer(&body);

    if (!plain(req))
        return;
    jw_object(&p);
    enum state all = write_database(&p, api, WELL);
    all = component(&p, "cache", WELL, all);
    jw_kcstr(&p, "kind", "memory");
    jw_object_end(&p);
    all = write_onec(&p, api, all);
    all = write_queue(&p, api, all);
    all = write_loop(&p, api, all);
    jw_object_end(&p);

    jw_object(&w);
    write_alive(&w, api, state_names[all]);
    jw_kcstr(&w, "node", api->node);
    jw_kbool(&w, "draining", api->draining);
    jw_kraw(&w, "components", buf_str(&parts));
    jw_object_end(&w);
    buf_release(&parts);
    http_reply(req, 200, REPLY_JSON, body);
}

#define FOUR_PATHS(prefix)                                                                         \
    {"GET", prefix "/health", health, API_ANYONE | API_WHILE_DRAINING, 0},                         \
        {"GET", prefix "/health/live", live, API_ANYONE | API_WHILE_DRAINING, 0},                  \
        {"GET", prefix "/health/ready", ready, API_ANYONE | API_WHILE_DRAINING, 0},                \
    {                                                                                              \
        "GET", prefix "/health/detailed", detailed, API_USER | API_WHILE_DRAINING, 0               \
    }

const struct http_route health_routes[] = {
    FOUR_PATHS(""),
    FOUR_PATHS("/api/v1"),
    {0},
};
