/* GET /metrics: every figure there is. */
#include "api/input.h"
#include "api/lag.h"
#include "api/metrics.h"
#include "api/routes.h"

static void gauge(struct buf *out, const char *name, const char *help, double value)
{
    metrics_write_one(out, name, "gauge", help, value);
}

static void counter(struct buf *out, const char *name, const char *help, double value)
{
    metrics_write_one(out, name, "counter", help, value);
}

static void write_server(struct buf *out, const struct api *api)
{
    if (api->server) {
        struct http_figures f;
        http_server_figures(api->server, &f);
        gauge(out, "obmen_http_connections", "Open connections.", f.connections);
        gauge(
            out, "obmen_websocket_connections", "Connections that became WebSockets.", f.upgraded);
        counter(out, "obmen_http_connections_accepted_total", "Connections accepted.",
            (double)f.accepted);
        counter(out, "obmen_http_connections_refused_total", "Connections over a limit.",
            (double)f.refused);
    }
    if (api->hub) {
        struct hub_figures f;
        hub_figures(api->hub, &f);
        gauge(out, "obmen_hub_readers", "Clients that watch tasks.", f.readers);
        counter(out, "obmen_hub_published_total", "States of tasks handed to the hub.",
            (double)f.published);
        counter(out, "obmen_hub_sent_total", "Updates sent to readers.", (double)f.sent);
        counter(out, "obmen_hub_conflated_total",
            "Updates replaced by a newer one before they were sent.", (double)f.conflated);
    }
}

static void write_tasks(struct buf *out, const struct api *api)
{
    struct engine_figures f;
    engine_figures(api->engine, &f);
    gauge(out, "obmen_tasks_pending", "Tasks in the queue, as last heard.", (double)f.pending);
    gauge(out, "obmen_tasks_running", "Tasks that run on this node.", f.running);
    gauge(out, "obmen_workers", "Tasks that may run at once on this node.", f.workers);
    buf_printf(out,
        "# HELP obmen_tasks_ended_total Tasks that ended on this node.\n# TYPE "
        "obmen_tasks_ended_total counter\n"
        "obmen_tasks_ended_total{status=\"completed\"} %llu\n"
        "obmen_tasks_ended_total{status=\"failed\"} %llu\n"
        "obmen_tasks_ended_total{status=\"cancelled\"} %llu\n",
        (unsigned long long)f.completed, (unsigned long long)f.failed,
        (unsigned long long)f.cancelled);
    counter(out, "obmen_tasks_claimed_total", "Tasks taken from the queue.", (double)f.claimed);
    counter(out, "obmen_tasks_handed_back_total", "Tasks given back at a shutdown.",
        (double)f.handed_back);
    counter(out, "obmen_tasks_lease_lost_total", "Tasks that another node took over.",
        (double)f.lease_lost);
    counter(out, "obmen_task_commits_total", "Batches committed.", (double)f.commits);
    counter(
        out, "obmen_task_commit_retries_total", "Batches tried again.", (double)f.commit_retries);
    counter(out, "obmen_task_records_total", "Records handled.", (double)f.records);
    gauge(out, "obmen_task_longest_step_seconds", "The longest step of a task so far.",
        (double)f.longest_step_us / 1e6);
}

static void write_database(struct buf *out, const struct api *api)
{
    struct db_figures f;
    db_figures(api->db, &f);
    gauge(out, "obmen_db_up", "1 when the database answered last.", f.reachable);
    gauge(out, "obmen_db_connections", "Connections of the pool.", f.size);
    gauge(out, "obmen_db_connections_in_use", "Of these, at work.", f.in_use);
    gauge(out, "obmen_db_connections_overflow", "Of these, opened for a peak.", f.overflow);
    gauge(out, "obmen_db_waiting", "Units of work that wait for a connection.", f.waiting);
    counter(out, "obmen_db_units_total", "Units of work.", (double)f.units);
    counter(out, "obmen_db_failures_total", "Units of work that failed.", (double)f.failures);
    counter(out, "obmen_db_reconnects_total", "Connections made again.", (double)f.reconnects);
}

static void write_outbound(struct buf *out, const struct api *api)
{
    struct http_client_figures h;
    struct onec_figures o;
    http_client_figures(api->http, &h);
    onec_figures(api->onec, &o);
    counter(out, "obmen_outbound_requests_total", "Requests to other servers.", (double)h.calls);
    counter(out, "obmen_outbound_failures_total", "Of these, without a whole answer.",
        (double)h.failures);
    counter(out, "obmen_outbound_bytes_total", "Bytes received.", (double)h.bytes);
    gauge(out, "obmen_outbound_running", "Requests under way.", h.running);
    counter(out, "obmen_onec_requests_total", "Requests to 1C.", (double)o.requests);
    counter(out, "obmen_onec_retries_total", "Of these, repetitions.", (double)o.retries);
    counter(out, "obmen_onec_sessions_total", "Sessions of 1C opened.", (double)o.sessions);
}

static void write_process(struct buf *out, const struct api *api)
{
    uv_rusage_t usage;
    size_t rss;

    gauge(out, "obmen_loop_lag_p99_seconds",
        "A turn of the loop, 99th percentile of the last minute.",
        (double)lag_p99_us(api->lag) / 1e6);
    gauge(out, "obmen_loop_lag_max_seconds", "The longest turn of the last minute.",
        (double)lag_max_us(api->lag) / 1e6);
    if (uv_getrusage(&usage) == 0)
        counter(out, "process_cpu_seconds_total", "Processor time, user and system.",
            (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
    if (uv_resident_set_memory(&rss) == 0)
        gauge(out, "process_resident_memory_bytes", "Memory in use.", (double)rss);
    gauge(out, "obmen_uptime_seconds", "Since the start.",
        (double)(time_mono_ms() - api->started_ms) / 1000);
    buf_adds(out, "# HELP obmen_build_info The program.\n# TYPE obmen_build_info gauge\n"
                  "obmen_build_info{version=\"" OBMEN_VERSION "\"} 1\n");
}

static void page(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct input in = input_begin(req);

    input_no_query(&in);
    if (!input_ok(&in))
        return;
    if (!metrics_allowed(req, api->config->metrics_token)) {
        struct err err;
        err_set(&err, ERR_AUTHENTICATION_ERROR,
            TR("Только с этой машины или с Authorization: Bearer и OBMEN_METRICS_TOKEN",
                "Only from this machine, or with Authorization: Bearer and OBMEN_METRICS_TOKEN"));
        http_reply_error(req, &err);
        return;
    }
    struct buf out = BUF_INIT;
    metrics_write_http(api->metrics, &out);
    write_server(&out, api);
    write_tasks(&out, api);
    write_database(&out, api);
    write_outbound(&out, api);
    write_process(&out, api);
    http_reply(req, 200, "text/plain; version=0.0.4; charset=utf-8", out);
}

const struct http_route metrics_routes[] = {
    {"GET", "/metrics", page, API_ANYONE | API_WHILE_DRAINING, 0},
    {0},
};
