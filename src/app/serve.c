/*
 * obmen serve: the only place where the parts are wired together.
 *
 *   STARTING   listens; answers health only; the database is migrated in a thread (boot.c)
 *   RUNNING    tasks are claimed, people are served
 *   DRAINING   SIGTERM or SIGINT: hand tasks back → close WebSockets (1012) → finish requests →
 * close the rest
 *
 * Draining is one chain, each link started by the end of the one before: what is closed later is
 * needed by what is closed earlier.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/api.h"
#include "api/cached.h"
#include "app/app.h"
#include "app/boot.h"
#include "app/certificate.h"
#include "app/options.h"
#include "base/log_run.h"
#include "cache/cache.h"
#include "bankfile/bankfile.h"
#include "classify/reclassify.h"
#include "http/page.h"
#include "extract/export.h"
#include "ledger/search.h"

#include "live/live.h"
#include "obmen/log.h"
#include "obmen/time.h"
#include "onec/onec.h"
#include "vk/vk.h"

/* Together less than the 10 s that a shutdown may take (SPEC §4). */
#define HAND_BACK_MS 4000
#define REQUESTS_MS 2000
#define DATABASE_MS 2000
/* Units that may wait for a connection; more are answered 503. */
#define MAX_WAITING 2000

static const char help[] =
    "usage: obmen serve [--config FILE] [--no-migrate]\n\n"
    "The server: REST, WebSocket and the page. Settings come from the environment and from a\n"
    "KEY=VALUE file named by --config (the environment wins). README.md says what they mean;\n"
    "with their defaults they are:\n\n";

struct serve {
    uv_loop_t loop;
    struct config config;
    char node[96];
    enum { STARTING, RUNNING, DRAINING } state;
    int exit_status;
    uv_signal_t term, interrupt, louder, quieter;
    struct boot boot;
    struct api api;
    struct http_router *router;
    struct http_server *server;
    struct certificate certificate;
    struct http_client *client;
    struct db *db;
    struct db_listener *listener; /* from RUNNING on */
    struct cache *cache;
    struct http_page *page;
    struct auth *auth;
    struct engine *engine;
    struct live *live;
    struct onec *onec;
    struct bankfile *bankfile;
    struct ledger_search *search; /* from RUNNING on */
    struct vk *vk;
};

static void drain(struct serve *s);

/* ---- running ---- */

static void on_notified(void *arg, const char *channel, struct str payload, int backend_pid)
{
    struct serve *s = arg;
    (void)backend_pid;
    if (strcmp(channel, AUTH_CHANNEL) == 0)
        auth_notified(s->auth);
    else if (strcmp(channel, CACHE_CHANNEL) == 0)
        cache_notified(s->cache, payload);
    else
        engine_notified(s->engine, channel, payload);
}

static void on_listening(void *arg)
{
    struct serve *s = arg;
    auth_listening(s->auth, true);
    cache_listening(s->cache, true);
    engine_listening(s->engine, true);
}

static void on_deaf(void *arg, const struct err *err)
{
    struct serve *s = arg;
    log_event(LOG_WARNING, "notifications lost", NULL, LERR(err));
    auth_listening(s->auth, false);
    cache_listening(s->cache, false);
    engine_listening(s->engine, false);
}

static const struct db_listener_events listener_events = {on_notified, on_listening, on_deaf};

/* The engine's channels, that of auth and that of the cache, NULL-ended. */
static const char *const *all_channels(void)
{
    static const char *channels[16];
    int n = 0;
    for (int i = 0; engine_channels[i]; i++)
        channels[n++] = engine_channels[i];
    channels[n++] = AUTH_CHANNEL;
    channels[n] = CACHE_CHANNEL;
    return channels;
}

static void run(struct serve *s)
{
    s->listener = s->api.listener =
        db_listener_open(&s->loop, s->config.database_url, all_channels(), &listener_events, s);
    auth_start(s->auth);
    engine_start(s->engine);
    s->search = ledger_search_open(&s->loop, s->db);
    s->api.draining = false;
    s->state = RUNNING;
}

static void on_booted(void *arg, const struct err *err)
{
    struct serve *s = arg;
    if (err) {
        log_event(LOG_ERROR, "start failed", NULL, LERR(err));
        s->exit_status = 1;
        drain(s);
        return;
    }
    run(s);
    if (s->boot.generated[0]) {
        /* On standard output, not in the log: it is shown once and kept nowhere. */
        printf(TR("Администратор: admin, пароль: %s\n", "Administrator: admin, password: %s\n"),
            s->boot.generated);
        fflush(stdout);
        explicit_bzero(s->boot.generated, sizeof s->boot.generated);
    }
    log_event(LOG_INFO, "ready", NULL, LS("node", s->node), LS("version", OBMEN_VERSION));
}

/* ---- draining ---- */

/* Nothing else is left on the loop: it ends by itself. Until here a second signal changes nothing.
 */
static void close_signals(void *arg)
{
    struct serve *s = arg;
    uv_close((uv_handle_t *)&s->term, NULL);
    uv_close((uv_handle_t *)&s->interrupt, NULL);
    uv_close((uv_handle_t *)&s->louder, NULL);
    certificate_close(&s->certificate);
    uv_close((uv_handle_t *)&s->quieter, NULL);
    /* All is done; a late one must not turn an orderly end into a killed process. */
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGUSR1, SIG_IGN);
    signal(SIGUSR2, SIG_IGN);
}

/* After the database: it is what loads wait for. */
static void close_cache(void *arg)
{
    struct serve *s = arg;
    cache_close(s->cache, close_signals, s);
}

static void close_database(void *arg)
{
    struct serve *s = arg;
    db_close(s->db, DATABASE_MS, close_cache, s);
}

static void close_client(void *arg)
{
    struct serve *s = arg;
    http_client_close(s->client, close_database, s);
}

static void close_onec(void *arg)
{
    struct serve *s = arg;
    onec_close(s->onec, close_client, s);
}

static void close_auth(void *arg)
{
    struct serve *s = arg;
    auth_close(s->auth, close_onec, s);
}

static void close_search(void *arg)
{
    struct serve *s = arg;
    if (s->search)
        ledger_search_close(s->search, close_auth, s);
    else
        close_auth(s);
}

static void close_api(void *arg)
{
    struct serve *s = arg;
    api_close(&s->api, close_search, s);
}

static void close_server(void *arg)
{
    struct serve *s = arg;
    certificate_let_go(&s->certificate);
    if (s->server)
        http_server_close(s->server, REQUESTS_MS, close_api, s);
    else
        close_api(s);
}

static void close_live(void *arg)
{
    struct serve *s = arg;
    live_close(s->live, close_server, s);
}

static void close_engine(void *arg)
{
    struct serve *s = arg;
    engine_close(s->engine, HAND_BACK_MS, close_live, s);
}

static void close_listener(void *arg)
{
    struct serve *s = arg;
    if (s->listener)
        db_listener_close(s->listener, close_engine, s);
    else
        close_engine(s);
}

static void drain(struct serve *s)
{
    if (s->state == DRAINING)
        return;
    s->state = DRAINING;
    s->api.draining = true;
    if (s->exit_status == 0)
        log_event(LOG_INFO, "stopping", NULL, LS("node", s->node));
    if (s->boot.done)
        boot_stop(&s->boot, close_listener);
    else
        close_listener(s);
}

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    drain(signal->data);
}

/* SIGUSR1: one level more in the log, SIGUSR2: one less. Told in the level that is just heard. */
static void on_log_signal(uv_signal_t *signal, int number)
{
    (void)signal;
    enum log_level level = number == SIGUSR1 ? log_louder() : log_quieter();
    log_event(level, "log level changed", NULL, LS("log_level", log_level_name(level)));
}

/* ---- start ---- */

static int refuse(const char *key, const char *what)
{
    fprintf(stderr, "obmen: %s: %s\n", key, what);
    return -1;
}

/* What can only be found out by looking: better now than when it is needed. */
static int check_settings(struct serve *s)
{
    const struct config *c = &s->config;
    struct err err = ERR_INIT;
    if (c->redis_url && cache_check_url(c->redis_url, &err) < 0)
        return refuse("OBMEN_REDIS_URL", err.message);
    if (certificate_read(&s->certificate, c->tls_cert, c->tls_key, &err) < 0) {
        options_complain(&err);
        return -1;
    }
    return 0;
}

static void name_node(char *out, size_t size)
{
    char host[64] = "node";
    gethostname(host, sizeof host - 1);
    snprintf(out, size, "%s-%d", host, (int)getpid());
}

/* pg_stat_activity then shows whose a connection is, and /health/detailed which nodes are there. A
 * name the administrator has given, in DATABASE_URL or PGAPPNAME, stays. */
static void name_connections(const char *node)
{
    char name[128];
    snprintf(name, sizeof name, "obmen %s", node);
    setenv("PGAPPNAME", name, 0);
}

/* What can be refused and needs no loop to be given back. */
static int open_first(struct serve *s, struct err *ret_err)
{
    const struct config *c = &s->config;
    s->page = http_page_open(c->static_dir, ret_err);
    if (!s->page)
        return -1;
    s->db = db_open(&s->loop,
        &(struct db_options){.conninfo = c->database_url,
            .keep = c->db_pool,
            .overflow = c->db_overflow,
            .timeout_ms = c->db_timeout_ms,
            .max_waiting = MAX_WAITING},
        ret_err);
    if (!s->db)
        http_page_free(s->page);
    return s->db ? 0 : -1;
}

static void on_task_changed(void *arg, const struct task_state *state, bool final)
{
    struct serve *s = arg;
    cached_task_changed(&s->api, state, final);
    live_changed(s->live, state, final);
}

static void on_task_removed(void *arg, const struct uuid *id, int64_t user_id)
{
    struct serve *s = arg;
    live_removed(s->live, id, user_id);
}

static void open_parts(struct serve *s)
{
    const struct config *c = &s->config;
    s->client = http_client_open(&s->loop);
    s->cache = cache_open(
        &s->loop, &(struct cache_options){.db = s->db, .node = s->node, .redis_url = c->redis_url});
    s->onec = onec_new(c, &s->loop, s->client);
    s->bankfile = bankfile_new(&s->loop);
    s->vk = vk_new(c, &s->loop);
    s->auth = auth_open(&s->loop,
        &(struct auth_options){.db = s->db, .secret = c->secret, .token_ttl_s = c->token_ttl_s});
    s->live = live_open(&s->loop, NULL, s->auth);
    s->engine = engine_new(&s->loop, &(struct engine_options){.db = s->db,
                                         .http = s->client,
                                         .node = s->node,
                                         .workers = c->workers,
                                         .queue_max = c->queue_max,
                                         .retention_days = c->task_retention_days,
                                         .batch = c->batch,
                                         .changed = on_task_changed,
                                         .removed = on_task_removed,
                                         .arg = s});
    live_set_engine(s->live, s->engine);
    engine_register_builtin(s->engine);
    onec_register(s->engine, s->onec);
    bankfile_register(s->engine, s->bankfile);
    engine_register(s->engine, &reclassify_transactions);
    extract_register(s->engine, &s->loop);
    vk_register(s->engine, s->vk);
    s->api = (struct api){.loop = &s->loop,
        .config = c,
        .db = s->db,
        .engine = s->engine,
        .auth = s->auth,
        .http = s->client,
        .onec = s->onec,
        .vk = s->vk,
        .cache = s->cache,
        .hub = live_hub(s->live),
        .node = s->node,
        .draining = true};
    api_open(&s->api);
    s->router = http_router_new();
    api_routes(s->router, &s->api);
    live_routes(s->router, s->live);
    http_router_fallback(s->router, http_page_handle, s->page);
}

static int listen_to_people(struct serve *s, struct err *ret_err)
{
    const struct config *c = &s->config;
    s->server = s->api.server = http_server_open(&s->loop,
        &(struct http_options){.tls = s->certificate.context,
            .listen = c->listen,
            .max_connections = c->max_connections,
            .max_per_address = c->max_connections_per_address,
            .trusted_proxies = c->trusted_proxies,
            .access_log = true},
        s->router, api_gates(&s->api), ret_err);
    return s->server ? 0 : -1;
}

/* The addresses as they are now: port 0 has become a real one. */
static void tell_addresses(const struct serve *s)
{
    struct str rest = str_from(s->config.listen);
    for (int i = 0; http_server_port(s->server, i); i++) {
        struct str address = str_trim(str_cut(&rest, ','));
        while (address.n > 0 && address.p[address.n - 1] != ':')
            address.n--;
        char text[160];
        snprintf(text, sizeof text, "%.*s%d", STR_ARG(address), http_server_port(s->server, i));
        log_event(LOG_INFO, "listening", NULL, LS("address", text));
        printf(TR("Обмен: %s://%s\n", "Obmen: %s://%s\n"),
            s->certificate.context ? "https" : "http", text);
    }
    fflush(stdout);
}

static void watch_signal(struct serve *s, uv_signal_t *signal, uv_signal_cb on, int number)
{
    uv_signal_init(&s->loop, signal);
    signal->data = s;
    uv_signal_start(signal, on, number);
}

static int serve(struct serve *s, bool migrate)
{
    struct err err = ERR_INIT;
    uv_loop_init(&s->loop);
    name_node(s->node, sizeof s->node);
    name_connections(s->node);
    log_set_node(s->node);
    if (open_first(s, &err) < 0) {
        options_complain(&err);
        uv_loop_close(&s->loop);
        return 1;
    }
    open_parts(s);
    watch_signal(s, &s->term, on_signal, SIGTERM);
    watch_signal(s, &s->interrupt, on_signal, SIGINT);
    watch_signal(s, &s->louder, on_log_signal, SIGUSR1);
    watch_signal(s, &s->quieter, on_log_signal, SIGUSR2);
    bool listening = listen_to_people(s, &err) == 0;
    certificate_watch(&s->certificate, &s->loop, s->server);
    if (listening) {
        tell_addresses(s);
        s->boot = (struct boot){.conninfo = s->config.database_url,
            .admin_password = s->config.admin_password,
            .migrate = migrate,
            .done = on_booted,
            .arg = s};
        boot_start(&s->boot, &s->loop);
    } else {
        options_complain(&err);
        s->exit_status = 1;
        drain(s);
    }
    uv_run(&s->loop, UV_RUN_DEFAULT);

    vk_free(s->vk);
    bankfile_free(s->bankfile);
    http_router_free(s->router);
    http_page_free(s->page);
    if (uv_loop_close(&s->loop) != 0) {
        log_event(LOG_ERROR, "handles left", "a part did not close what it had opened");
        uv_print_all_handles(&s->loop, stderr);
        return 1;
    }
    if (s->exit_status == 0)
        log_event(LOG_INFO, "stopped", NULL, LS("node", s->node));
    return s->exit_status;
}

int serve_main(int argc, char **argv)
{
    struct options options;
    struct buf text = BUF_INIT;
    buf_adds(&text, help);
    config_describe(&text);
    buf_addc(&text, 0);
    int status = options_read(&options, argc, argv, text.p, true);
    buf_release(&text);
    if (status >= 0)
        return status;
    struct serve *s = mem_alloc(sizeof *s);
    if (options_config_with_database(&options, &s->config) < 0) {
        free(s);
        return EXIT_USAGE;
    }
    status = EXIT_USAGE;
    if (check_settings(s) == 0) {
        bool json = s->config.log_format == LOG_FORMAT_JSON ||
                    (s->config.log_format == LOG_FORMAT_AUTO && !isatty(STDERR_FILENO));
        log_start(s->config.log_level, json);
        status = serve(s, !options.no_migrate);
        log_stop();
    }
    certificate_free(&s->certificate);
    config_release(&s->config);
    free(s);
    return status;
}
