/* How each part is asked for a sign of life. */
#include <stdio.h>
#include <stdlib.h>
#include "api/probes.h"
#include "cache/cache.h"
#include "obmen/http_client.h"

/* 1C and VK are other people's servers: a page that looks every two seconds asks them seldom. */
enum { OURS_MS = 500, THEIRS_MS = 15000, THEIRS_TIMEOUT_MS = 10000 };

/* ---- the database ---- */

static const struct db_stmt ask_database = {"health_database", "SELECT 1"};

static void on_database(void *arg, struct db_result *const *results, const struct err *err)
{
    struct probes *p = arg;
    probes_work(p)->database = NULL;
    probe_answered(p, PROBE_DATABASE, err ? err->message : NULL);
}

static bool start_database(struct probes *p)
{
    struct db_unit *u = db_unit_new(probes_api(p)->db, DB_USER);
    db_add(u, &ask_database);
    db_submit(u, on_database, p);
    probes_work(p)->database = u;
    return true;
}

static void stop_database(struct probes *p)
{
    db_cancel(probes_work(p)->database);
}

/* ---- the queue, and who works on it ---- */

static const struct db_stmt ask_queue = {"health_queue",
    "SELECT count(*) FILTER (WHERE status = 0), count(*) FILTER (WHERE status = 1),"
    " coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE status = 0 AND run_at <= "
    "now())),"
    "  0)::bigint FROM tasks WHERE status < 2"};

/* Connections carry the name of their node (app/serve.c), unless the administrator named them. */
static const struct db_stmt ask_nodes = {"health_nodes",
    "WITH holds AS (SELECT node, count(*) AS running, min(lease_until) < now() AS expired"
    "  FROM tasks WHERE status = 1 AND node IS NOT NULL GROUP BY node),"
    " seen AS (SELECT DISTINCT substr(application_name, 7) AS node FROM pg_stat_activity"
    "  WHERE datname = current_database() AND application_name LIKE 'obmen _%')"
    " SELECT coalesce(seen.node, holds.node), coalesce(running, 0), seen.node IS NOT NULL,"
    "  coalesce(expired, false) FROM seen FULL JOIN holds ON seen.node = left(holds.node, 57)"
    " ORDER BY 1 LIMIT 64"};

static void take_nodes(struct probe_findings *f, const struct db_result *rows)
{
    f->node_count = 0;
    for (int i = 0; i < db_rows(rows) && i < PROBE_NODES; i++) {
        struct probe_node *n = &f->nodes[f->node_count++];
        snprintf(n->name, sizeof(n->name), "%.*s", STR_ARG(db_text(rows, i, 0)));
        n->running = (int)db_i64(rows, i, 1);
        n->connected = db_bool(rows, i, 2);
        n->lease_expired = db_bool(rows, i, 3);
    }
}

static void on_queue(void *arg, struct db_result *const *results, const struct err *err)
{
    struct probes *p = arg;
    struct probe_findings *f = &probes_work(p)->found;
    probes_work(p)->queue = NULL;
    if (!err) {
        f->pending = db_i64(results[0], 0, 0);
        f->running = db_i64(results[0], 0, 1);
        f->oldest_pending_s = db_i64(results[0], 0, 2);
        take_nodes(f, results[1]);
    }
    probe_answered(p, PROBE_QUEUE, err ? err->message : NULL);
}

static bool start_queue(struct probes *p)
{
    struct db_unit *u = db_unit_new(probes_api(p)->db, DB_USER);
    db_add(u, &ask_queue);
    db_add(u, &ask_nodes);
    db_submit(u, on_queue, p);
    probes_work(p)->queue = u;
    return true;
}

static void stop_queue(struct probes *p)
{
    db_cancel(probes_work(p)->queue);
}

/* ---- the sources: for alerts about stale data. Ended tasks are removed some day, so what was
 * once heard is kept. ---- */

static const struct db_stmt ask_sources = {"health_sources",
    "SELECT task_type, max(completed_at) FROM tasks WHERE status = 2 GROUP BY task_type"
    " ORDER BY task_type LIMIT 32"};

static void take_source(struct probe_findings *f, struct str type, usec_t at)
{
    int i = 0;
    while (i < f->source_count && !str_is(type, f->sources[i].task_type))
        i++;
    if (i == PROBE_SOURCES_MAX)
        return;
    if (i == f->source_count)
        snprintf(f->sources[f->source_count++].task_type, sizeof(f->sources[i].task_type), "%.*s",
            STR_ARG(type));
    if (at > f->sources[i].last_success)
        f->sources[i].last_success = at;
}

static void on_sources(void *arg, struct db_result *const *results, const struct err *err)
{
    struct probes *p = arg;
    probes_work(p)->sources = NULL;
    for (int i = 0; !err && i < db_rows(results[0]); i++)
        take_source(&probes_work(p)->found, db_text(results[0], i, 0), db_time(results[0], i, 1));
    probe_answered(p, PROBE_SOURCES, err ? err->message : NULL);
}

static bool start_sources(struct probes *p)
{
    struct db_unit *u = db_unit_new(probes_api(p)->db, DB_USER);
    db_add(u, &ask_sources);
    db_submit(u, on_sources, p);
    probes_work(p)->sources = u;
    return true;
}

static void stop_sources(struct probes *p)
{
    db_cancel(probes_work(p)->sources);
}

/* ---- the cache ---- */

static void on_cache(void *arg, const struct err *err)
{
    probe_answered(arg, PROBE_CACHE, err ? err->message : NULL);
}

/* Ends by itself within Redis's patience: nothing to stop. */
static bool start_cache(struct probes *p)
{
    if (!probes_api(p)->cache)
        return false;
    cache_ping(probes_api(p)->cache, on_cache, p);
    return true;
}

/* ---- other people's servers: any answer is one ----
 * Without a name and a password: a wrong one, repeated every few seconds, locks the account in 1C.
 */

enum { ONEC, VK };

static bool on_head(struct probes *p, int which, const struct http_answer *a)
{
    probes_work(p)->statuses[which] = a->status;
    return false; /* enough */
}

static bool on_onec_head(void *arg, const struct http_answer *a)
{
    return on_head(arg, ONEC, a);
}

static bool on_vk_head(void *arg, const struct http_answer *a)
{
    return on_head(arg, VK, a);
}

static bool on_data(void *arg, struct str piece)
{
    return false;
}

static void on_call(struct probes *p, int which, enum probe_id id, const struct err *err)
{
    int status = probes_work(p)->statuses[which];
    char text[80];
    const char *error = NULL;
    probes_work(p)->calls[which] = NULL;
    if (status >= 500 || status == 404) {
        snprintf(text, sizeof(text), TR("отвечает HTTP %d", "answers HTTP %d"), status);
        error = text;
    } else if (status == 0) {
        error = err ? err->message : TR("нет ответа", "no answer");
    }
    probe_answered(p, id, error);
}

static void on_onec(void *arg, const struct http_answer *a, const struct err *err)
{
    on_call(arg, ONEC, PROBE_ONEC, err);
}

static void on_vk(void *arg, const struct http_answer *a, const struct err *err)
{
    on_call(arg, VK, PROBE_VK, err);
}

static void call(struct probes *p, int which, const char *url, const char *target,
    const struct http_call_events *events)
{
    struct http_call_options o = {.url = url, .timeout_ms = THEIRS_TIMEOUT_MS, .target = target};
    probes_work(p)->statuses[which] = 0;
    probes_work(p)->calls[which] = http_call_start(probes_api(p)->http, &o, events, p);
}

static bool start_onec(struct probes *p)
{
    static const struct http_call_events events = {on_onec_head, on_data, on_onec};
    const char *url = probes_api(p)->config->onec_url;
    if (url)
        call(p, ONEC, url, "1c", &events);
    return url != NULL;
}

static void stop_onec(struct probes *p)
{
    http_call_cancel(probes_work(p)->calls[ONEC]);
}

static bool start_vk(struct probes *p)
{
    static const struct http_call_events events = {on_vk_head, on_data, on_vk};
    const struct config *c = probes_api(p)->config;
    if (!c->vk_token)
        return false;
    struct buf url = BUF_INIT;
    buf_printf(&url, "%s/utils.getServerTime", c->vk_url);
    buf_addc(&url, 0);
    call(p, VK, url.p, "vk", &events);
    buf_release(&url);
    return true;
}

static void stop_vk(struct probes *p)
{
    http_call_cancel(probes_work(p)->calls[VK]);
}

/* ---- the disk of temporary files: exports are written there before they are kept ---- */

static void on_disk(uv_fs_t *fs)
{
    struct probes *p = fs->data;
    struct probe_findings *f = &probes_work(p)->found;
    const uv_statfs_t *s = fs->ptr;
    char text[320];
    const char *error = NULL;
    if (fs->result < 0) {
        snprintf(text, sizeof(text), "%s: %s", f->disk_path, uv_strerror((int)fs->result));
        error = text;
    } else {
        f->disk_bytes = s->f_blocks * (uint64_t)s->f_bsize;
        f->disk_free = s->f_bavail * (uint64_t)s->f_bsize;
    }
    uv_fs_req_cleanup(fs);
    probe_answered(p, PROBE_DISK, error);
}

static bool start_disk(struct probes *p)
{
    struct probe_work *w = probes_work(p);
    const char *path = getenv("TMPDIR");
    snprintf(w->found.disk_path, sizeof(w->found.disk_path), "%s", path && *path ? path : "/tmp");
    w->disk.data = p;
    return uv_fs_statfs(probes_api(p)->loop, &w->disk, w->found.disk_path, on_disk) == 0;
}

static void stop_disk(struct probes *p)
{
    uv_cancel((uv_req_t *)&probes_work(p)->disk);
}

const struct probe_part probe_parts[PROBE_COUNT] = {
    [PROBE_DATABASE] = {start_database, stop_database, OURS_MS},
    [PROBE_CACHE] = {start_cache, NULL, OURS_MS},
    [PROBE_QUEUE] = {start_queue, stop_queue, OURS_MS},
    [PROBE_SOURCES] = {start_sources, stop_sources, THEIRS_MS},
    [PROBE_ONEC] = {start_onec, stop_onec, THEIRS_MS},
    [PROBE_VK] = {start_vk, stop_vk, THEIRS_MS},
    [PROBE_DISK] = {start_disk, stop_disk, THEIRS_MS},
};
