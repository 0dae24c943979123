/* GET /metrics: every figure there is. What the database knows is asked for first, for a second at
 * most; without it the page has what this node knows. */
#include <dirent.h>
#include <math.h>
#include <sys/resource.h>
#include "api/input.h"
#include "api/lag.h"
#include "api/metrics.h"
#include "api/probes.h"
#include "api/routes.h"
#include "cache/cache.h"
#include "obmen/log.h"

static void gauge(struct buf *out, const char *name, const char *help, double value)
{
    metrics_write_one(out, name, "gauge", help, value);
}

static void counter(struct buf *out, const char *name, const char *help, double value)
{
    metrics_write_one(out, name, "counter", help, value);
}

static void family(struct buf *out, const char *name, const char *type, const char *help)
{
    metrics_write_family(out, name, type, help);
}

/* A sample with one label. */
static void with(struct buf *out, const char *name, const char *label, const char *is, double value)
{
    char labels[160];
    snprintf(labels, sizeof(labels), "%s=\"%s\"", label, is);
    metrics_write_sample(out, name, labels, value);
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
        counter(out, "obmen_hub_dropped_total",
            "Readers sent away because they do not read what is sent to them.", (double)f.dropped);
    }
}

/* ---- tasks ---- */

static const char *const ends[] = {"completed", "failed", "cancelled"};

static void write_task_ends(struct buf *out, const struct api *api)
{
    char labels[160];
    const struct obm_task_type *type;
    family(out, "obmen_tasks_ended_total", "counter", "Tasks that ended on this node.");
    for (int i = 0; (type = engine_type_at(api->engine, i)); i++)
        for (int end = 0; end < 3; end++) {
            snprintf(
                labels, sizeof(labels), "task_type=\"%s\",status=\"%s\"", type->name, ends[end]);
            metrics_write_sample(out, "obmen_tasks_ended_total", labels,
                (double)engine_ends(api->engine, i)->by_status[end].count);
        }
    family(out, "obmen_task_duration_seconds", "histogram",
        "From the start of a task's last attempt to its end.");
    for (int i = 0; (type = engine_type_at(api->engine, i)); i++)
        for (int end = 0; end < 3; end++) {
            const struct histogram *h = &engine_ends(api->engine, i)->by_status[end];
            snprintf(
                labels, sizeof(labels), "task_type=\"%s\",status=\"%s\"", type->name, ends[end]);
            if (h->count)
                metrics_write_histogram(
                    out, "obmen_task_duration_seconds", labels, h, &histogram_of_tasks);
        }
    family(out, "obmen_task_retries_total", "counter", "Attempts that failed and were made again.");
    for (int i = 0; (type = engine_type_at(api->engine, i)); i++)
        with(out, "obmen_task_retries_total", "task_type", type->name,
            (double)engine_ends(api->engine, i)->retried);
}

static void write_tasks(struct buf *out, const struct api *api)
{
    struct engine_figures f;
    engine_figures(api->engine, &f);
    gauge(out, "obmen_tasks_pending", "Tasks in the queue, as last heard.", (double)f.pending);
    gauge(out, "obmen_queue_limit", "Pending tasks accepted before 503.", api->config->queue_max);
    gauge(out, "obmen_tasks_running", "Tasks that run on this node.", f.running);
    gauge(out, "obmen_workers", "Tasks that may run at once on this node.", f.workers);
    write_task_ends(out, api);
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

/* What the database said in this round; nothing of it while it does not answer. */
static void write_found(struct buf *out, const struct api *api)
{
    const struct probe_findings *found = probes_findings(api->probes);
    if (found->source_count) {
        family(out, "obmen_source_last_success_timestamp_seconds", "gauge",
            "When a task of this type was last completed, on any node.");
        for (int i = 0; i < found->source_count; i++)
            with(out, "obmen_source_last_success_timestamp_seconds", "task_type",
                found->sources[i].task_type, floor((double)found->sources[i].last_success / 1e6));
    }
    if (!probes_result(api->probes, PROBE_QUEUE)->ok)
        return;
    gauge(out, "obmen_queue_oldest_pending_seconds",
        "How long the oldest task that may run has been waiting.", (double)found->oldest_pending_s);
    family(out, "obmen_node_connected", "gauge", "1 while a node has connections to the database.");
    for (int i = 0; i < found->node_count; i++)
        with(out, "obmen_node_connected", "node", found->nodes[i].name, found->nodes[i].connected);
    family(out, "obmen_node_lease_expired", "gauge",
        "1 when a node holds tasks and does not say any more that it lives.");
    for (int i = 0; i < found->node_count; i++)
        with(out, "obmen_node_lease_expired", "node", found->nodes[i].name,
            found->nodes[i].lease_expired);
}

static void write_components(struct buf *out, const struct api *api)
{
    static const struct {
        enum probe_id id;
        const char *name;
    } parts[] = {{PROBE_DATABASE, "database"}, {PROBE_CACHE, "cache"}, {PROBE_ONEC, "onec"},
        {PROBE_VK, "vk"}, {PROBE_DISK, "disk"}};
    enum { PARTS = sizeof(parts) / sizeof(parts[0]) };
    family(out, "obmen_component_up", "gauge", "1 when a part gave a sign of life.");
    for (int i = 0; i < PARTS; i++) {
        const struct probe_result *r = probes_result(api->probes, parts[i].id);
        if (r->known)
            with(out, "obmen_component_up", "component", parts[i].name, r->ok);
    }
    family(out, "obmen_component_latency_seconds", "gauge", "How long its last sign of life took.");
    for (int i = 0; i < PARTS; i++) {
        const struct probe_result *r = probes_result(api->probes, parts[i].id);
        if (r->known)
            with(out, "obmen_component_latency_seconds", "component", parts[i].name,
                (double)r->latency_us / 1e6);
    }
    const struct probe_findings *found = probes_findings(api->probes);
    if (found->disk_bytes) {
        gauge(out, "obmen_disk_size_bytes", "Of the disk of temporary files.",
            (double)found->disk_bytes);
        gauge(out, "obmen_disk_free_bytes", "Free on it.", (double)found->disk_free);
    }
}

static void write_database(struct buf *out, const struct api *api)
{
    struct db_figures f;
    db_figures(api->db, &f);
    gauge(out, "obmen_db_up", "1 when the database answered last.", f.reachable);
    gauge(out, "obmen_db_connections", "Connections of the pool.", f.size);
    gauge(out, "obmen_db_connections_limit", "Connections the pool may have.", f.limit);
    gauge(out, "obmen_db_connections_in_use", "Of these, at work.", f.in_use);
    gauge(out, "obmen_db_connections_overflow", "Of these, opened for a peak.", f.overflow);
    gauge(out, "obmen_db_waiting", "Units of work that wait for a connection.", f.waiting);
    counter(out, "obmen_db_units_total", "Units of work.", (double)f.units);
    counter(out, "obmen_db_failures_total", "Units of work that failed.", (double)f.failures);
    counter(out, "obmen_db_refused_total", "Units of work refused because too many were waiting.",
        (double)f.refused);
    counter(out, "obmen_db_slow_total", "Units of work that took longer than half a second.",
        (double)f.slow);
    counter(out, "obmen_db_reconnects_total", "Connections made again.", (double)f.reconnects);
    family(out, "obmen_db_unit_duration_seconds", "histogram",
        "A unit of work, from sending to its last answer.");
    metrics_write_histogram(
        out, "obmen_db_unit_duration_seconds", NULL, &f.durations, &histogram_of_calls);
}

static void write_cache(struct buf *out, const struct api *api)
{
    struct cache_figures f;
    cache_figures(api->cache, &f);
    family(out, "obmen_cache_hits_total", "counter", "Values found, by store.");
    with(out, "obmen_cache_hits_total", "store", "memory", (double)f.hits);
    with(out, "obmen_cache_hits_total", "store", "redis", (double)f.redis_hits);
    counter(out, "obmen_cache_misses_total", "Values found in no store.", (double)f.misses);
    counter(out, "obmen_cache_loads_total", "Values read from the database.", (double)f.loads);
    counter(out, "obmen_cache_joined_total", "Fetches that took the load of another.",
        (double)f.joined);
    counter(
        out, "obmen_cache_evicted_total", "Values that made room for others.", (double)f.evicted);
    gauge(out, "obmen_cache_entries", "Values in memory.", f.entries);
    gauge(out, "obmen_cache_size_bytes", "Memory they take.", (double)f.bytes);
    gauge(out, "obmen_cache_redis_configured", "1 when OBMEN_REDIS_URL is set.", f.redis);
    gauge(out, "obmen_cache_redis_up", "1 while Redis answers.", f.redis_up);
    counter(out, "obmen_cache_redis_failures_total", "Losses of Redis and commands it refused.",
        (double)f.redis_failures);
}

static void write_targets(struct buf *out, const struct api *api)
{
    const struct http_target_figures *t;
    char labels[80];
    family(out, "obmen_outbound_requests_total", "counter",
        "Requests to other servers; status \"none\": no whole answer came.");
    for (int i = 0; (t = http_client_target(api->http, i)); i++)
        for (int s = 0; s < HTTP_TARGET_STATUSES && t->by_status[s].count; s++) {
            int status = t->by_status[s].status;
            char text[12] = "none";
            if (status)
                snprintf(text, sizeof(text), "%d", status);
            snprintf(labels, sizeof(labels), "target=\"%s\",status=\"%s\"", t->name, text);
            metrics_write_sample(
                out, "obmen_outbound_requests_total", labels, (double)t->by_status[s].count);
        }
    family(out, "obmen_outbound_request_duration_seconds", "histogram",
        "From the start of a request to the last byte of its answer.");
    for (int i = 0; (t = http_client_target(api->http, i)); i++) {
        snprintf(labels, sizeof(labels), "target=\"%s\"", t->name);
        metrics_write_histogram(out, "obmen_outbound_request_duration_seconds", labels,
            &t->durations, &histogram_of_calls);
    }
}

static void write_outbound(struct buf *out, const struct api *api)
{
    struct http_client_figures h;
    struct onec_figures o;
    http_client_figures(api->http, &h);
    onec_figures(api->onec, &o);
    write_targets(out, api);
    counter(out, "obmen_outbound_received_bytes_total", "Bytes of their answers.", (double)h.bytes);
    gauge(out, "obmen_outbound_running", "Requests under way.", h.running);
    counter(out, "obmen_onec_requests_total", "Requests to 1C.", (double)o.requests);
    counter(out, "obmen_onec_retries_total", "Of these, repetitions.", (double)o.retries);
    counter(out, "obmen_onec_sessions_total", "Sessions of 1C opened.", (double)o.sessions);
    struct vk_figures v;
    vk_figures(api->vk, &v);
    counter(out, "obmen_vk_requests_total", "Requests to VK.", (double)v.requests);
    counter(out, "obmen_vk_retries_total", "Of these, repetitions.", (double)v.retries);
    counter(out, "obmen_vk_captchas_total", "Times VK wanted a captcha: somebody has to answer it.",
        (double)v.captchas);
}

/* ---- the process ---- */

static int open_files(void)
{
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    if (!dir)
        return 0;
    while (readdir(dir))
        count++;
    closedir(dir);
    return count - 3; /* ".", "..", and the directory itself */
}

static void write_process(struct buf *out, const struct api *api)
{
    static const char *const levels[] = {"debug", "info", "warning", "error"};
    uv_rusage_t usage;
    struct rlimit files;
    size_t rss;

    gauge(out, "obmen_loop_lag_p99_seconds",
        "A turn of the loop, 99th percentile of the last minute.",
        (double)lag_p99_us(api->lag) / 1e6);
    gauge(out, "obmen_loop_lag_max_seconds", "The longest turn of the last minute.",
        (double)lag_max_us(api->lag) / 1e6);
    family(out, "obmen_log_lines_total", "counter", "Lines of the log.");
    for (int i = LOG_DEBUG; i <= LOG_ERROR; i++)
        with(out, "obmen_log_lines_total", "level", levels[i], (double)log_lines(i));
    counter(out, "obmen_log_lines_lost_total", "Lines that nobody read fast enough.",
        (double)log_lines_lost());
    if (uv_getrusage(&usage) == 0)
        counter(out, "process_cpu_seconds_total", "Processor time, user and system.",
            (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
    if (uv_resident_set_memory(&rss) == 0)
        gauge(out, "process_resident_memory_bytes", "Memory in use.", (double)rss);
    gauge(out, "process_open_fds", "Open files and sockets.", open_files());
    if (getrlimit(RLIMIT_NOFILE, &files) == 0)
        gauge(out, "process_max_fds", "Files and sockets it may open.", (double)files.rlim_cur);
    double up = (double)(time_mono_ms() - api->started_ms) / 1000;
    gauge(out, "process_start_time_seconds", "When it was started, since 1970.",
        floor((double)time_now() / 1e6 - up));
    gauge(out, "obmen_uptime_seconds", "Since the start.", up);
    gauge(out, "obmen_draining", "1 while it starts or stops.", api->draining);
    family(out, "obmen_build_info", "gauge", "The program.");
    metrics_write_sample(out, "obmen_build_info", "version=\"" OBMEN_VERSION "\"", 1);
}

static void on_probed(void *arg)
{
    struct http_request *req = arg;
    struct api *api = api_call(req)->api;
    struct buf out = BUF_INIT;
    metrics_write_http(api->metrics, &out);
    write_server(&out, api);
    write_tasks(&out, api);
    write_found(&out, api);
    write_components(&out, api);
    write_database(&out, api);
    write_cache(&out, api);
    write_outbound(&out, api);
    write_process(&out, api);
    http_reply(req, 200, "text/plain; version=0.0.4; charset=utf-8", out);
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
    probes_ask(api->probes, on_probed, req);
}

const struct http_route metrics_routes[] = {
    {"GET", "/metrics", page, API_ANYONE | API_WHILE_DRAINING, 0},
    {0},
};
