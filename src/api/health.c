/* GET /health, /health/live, /health/ready, with and without the prefix; the fourth path is in
 * health_detailed.c */
#include "api/health.h"
#include "api/input.h"
#include "api/reply.h"
#include "api/routes.h"

static bool plain(struct http_request *req)
{
    struct input in = input_begin(req);
    input_no_query(&in);
    return input_ok(&in);
}

void health_write_alive(struct json_writer *w, const struct api *api, const char *status)
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
    health_write_alive(&w, api, status);
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

#define FOUR_PATHS(prefix)                                                                         \
    {"GET", prefix "/health", health, API_ANYONE | API_WHILE_DRAINING, 0},                         \
        {"GET", prefix "/health/live", live, API_ANYONE | API_WHILE_DRAINING, 0},                  \
        {"GET", prefix "/health/ready", ready, API_ANYONE | API_WHILE_DRAINING, 0},                \
    {                                                                                              \
        "GET", prefix "/health/detailed", health_detailed, API_USER | API_WHILE_DRAINING, 0        \
    }

const struct http_route health_routes[] = {
    FOUR_PATHS(""),
    FOUR_PATHS("/api/v1"),
    {0},
};
