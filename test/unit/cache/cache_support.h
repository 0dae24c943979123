/* Nodes that share a database and perhaps a Redis, and a real redis-server to start, stop and kill.
 */
#ifndef TEST_CACHE_SUPPORT_H
#define TEST_CACHE_SUPPORT_H

#include "../pg/pool_support.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cache/cache.h"
#include "obmen/log.h"
#include "pg/listen.h"

static const struct cache_space cards = {"test_card", 0};
static const struct cache_space sums = {"test_sum", 0};

/* One node: a pool, a listener and a cache on the fixture's loop. */
struct node {
    struct fixture f;
    struct db_listener *listener;
    struct cache *cache;
    bool hears, cache_closed, listener_closed;
};

static inline void node_notified(
    void *arg, const char *channel, struct str payload, int backend_pid)
{
    struct node *n = arg;
    cache_notified(n->cache, payload);
}

static inline void node_up(void *arg)
{
    struct node *n = arg;
    n->hears = true;
    cache_listening(n->cache, true);
}

static inline void node_down(void *arg, const struct err *err)
{
    struct node *n = arg;
    n->hears = false;
    cache_listening(n->cache, false);
}

static inline void node_open(struct node *n, const char *name, const char *redis_url)
{
    static const char *const channels[] = {CACHE_CHANNEL, NULL};
    static const struct db_listener_events events = {node_notified, node_up, node_down};
    *n = (struct node){0};
    pool_open(&n->f);
    n->cache = cache_open(
        &n->f.loop, &(struct cache_options){.db = n->f.db, .node = name, .redis_url = redis_url});
    n->listener = db_listener_open(&n->f.loop, test_url(), channels, &events, n);
    run_until(&n->f.loop, &n->hears, 20000);
}

static inline void node_close(struct node *n)
{
    db_listener_close(n->listener, on_pool_closed, &n->listener_closed);
    run_until(&n->f.loop, &n->listener_closed, 10000);
    db_close(n->f.db, 2000, on_pool_closed, &n->f.closed);
    run_until(&n->f.loop, &n->f.closed, 10000);
    cache_close(n->cache, on_pool_closed, &n->cache_closed);
    run_until(&n->f.loop, &n->cache_closed, 10000);
    uv_run(&n->f.loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&n->f.loop), 0);
}

/* Turns the loops of both until the condition holds. */
#define turn_until(a, b, condition)                                                                \
    do {                                                                                           \
        int64_t end_ = time_mono_ms() + 20000;                                                     \
        while (!(condition)) {                                                                     \
            if (time_mono_ms() > end_) {                                                           \
                print_error("%s:%d: never: %s\n", __FILE__, __LINE__, #condition);                 \
                fail();                                                                            \
            }                                                                                      \
            uv_run(&(a)->f.loop, UV_RUN_NOWAIT);                                                   \
            if ((b) != (a))                                                                        \
                uv_run(&(b)->f.loop, UV_RUN_NOWAIT);                                               \
            nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);                                \
        }                                                                                          \
    } while (0)

/* ---- what is there: one look ---- */

struct look {
    bool done;
    struct str values[16];
    char text[16][64];
    int count;
    struct cache_stamp stamp;
};

static inline void on_looked_(
    void *arg, const struct str *values, int count, const struct cache_stamp *stamp)
{
    struct look *l = arg;
    l->done = true;
    l->count = count;
    l->stamp = *stamp;
    for (int i = 0; i < count && i < 16; i++) {
        snprintf(l->text[i], sizeof l->text[i], "%.*s", STR_ARG(values[i]));
        l->values[i] = values[i].p ? str_from(l->text[i]) : STR_NULL;
    }
}

static inline struct look look(struct node *n, const struct cache_space *space, const char *name)
{
    struct look l = {0};
    struct str s = str_from(name);
    cache_get_many(n->cache, space, &s, 1, on_looked_, &l);
    assert_false(l.done);
    run_until(&n->f.loop, &l.done, 10000);
    return l;
}

static inline bool holds(
    struct node *n, const struct cache_space *space, const char *name, const char *value)
{
    struct look l = look(n, space, name);
    return value ? l.values[0].p && strcmp(l.text[0], value) == 0 : !l.values[0].p;
}

static inline void store(struct node *n, const struct cache_space *space, const char *name,
    const char *value, const struct cache_stamp *stamp)
{
    struct str k = str_from(name), v = str_from(value);
    cache_store_many(n->cache, space, &k, &v, 1, stamp);
}

/* ---- redis-server: the program of package redis-tools, which brings no service: it goes by its
 * name ---- */

struct redis_server {
    int port;
    pid_t pid;
    char url[64];
};

static inline int free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, n), 0);
    getsockname(fd, (struct sockaddr *)&a, &n);
    close(fd);
    return ntohs(a.sin_port);
}

static inline bool answers(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool ok = connect(fd, (struct sockaddr *)&a, sizeof a) == 0;
    close(fd);
    return ok;
}

/* On its old port when it had one. password: NULL = none. */
static inline void redis_start(struct redis_server *r, const char *password)
{
    char port[12];
    if (!r->port)
        r->port = free_port();
    snprintf(port, sizeof port, "%d", r->port);
    snprintf(r->url, sizeof r->url, "redis://%s%s%s127.0.0.1:%d/2", password ? ":" : "",
        password ? password : "", password ? "@" : "", r->port);
    r->pid = fork();
    if (r->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        freopen("/dev/null", "w", stdout);
        execlp("redis-check-rdb", "redis-server", "--port", port, "--bind", "127.0.0.1", "--save",
            "", "--appendonly", "no", "--dir", "/tmp", "--requirepass", password ? password : "",
            (char *)NULL);
        _exit(127);
    }
    int64_t end = time_mono_ms() + 20000;
    while (!answers(r->port)) {
        assert_true(time_mono_ms() < end);
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
}

static inline void redis_kill(struct redis_server *r)
{
    kill(r->pid, SIGKILL);
    waitpid(r->pid, NULL, 0);
    r->pid = 0;
}

static inline bool redis_up(const struct node *n)
{
    struct cache_figures f;
    cache_figures(n->cache, &f);
    return f.redis_up;
}

#endif
