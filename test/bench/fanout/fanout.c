/*
 * 20 updates a second to 5,000 WebSockets (SPEC §7). The server side is the real one (HTTP server,
 * sessions, hub) in one process; the readers are another process that takes the time of each frame,
 * checks that seq never goes back and that everybody gets the last state of every task.
 *   bench_fanout [readers] [updates a second] [seconds] [tasks] [slow readers]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "http/server.h"
#include "obmen/arena.h"
#include "obmen/time.h"
#include "ws/hub.h"

static int readers = 5000, rate = 20, duration = 10, tasks = 1, slow = 0;

enum { PAYLOAD = 1000, MAX_TASKS = 64, BUCKETS = 5000 };

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* ---- readers ---- */

struct reader {
    int fd;
    bool upgraded, is_slow;
    int64_t seen[MAX_TASKS];
    uint64_t last; /* bits: tasks whose last state has come */
    struct buf in;
};

static struct {
    uint64_t frames, bytes, gone_back, broken;
    uint64_t bucket[BUCKETS + 1]; /* of 0.1 ms */
    int64_t longest;
} seen;

static void take_text(struct reader *r, const char *text)
{
    int task = 0;
    int64_t seq = 0, ns = 0;
    if (sscanf(text, "{\"task\":%d,\"seq\":%" SCNd64 ",\"ns\":%" SCNd64, &task, &seq, &ns) != 3) {
        seen.broken++;
        return;
    }
    int64_t late = time_mono_ns() - ns, bucket = late / 100000;
    if (!r->is_slow) {
        seen.frames++;
        seen.bucket[bucket < BUCKETS ? bucket : BUCKETS]++;
        seen.longest = late > seen.longest ? late : seen.longest;
    }
    if (seq <= r->seen[task])
        seen.gone_back++;
    r->seen[task] = seq;
    if (strstr(text, "\"last\":1"))
        r->last |= 1ull << task;
}

static void take_frames(struct reader *r)
{
    size_t at = 0;
    while (r->in.n - at >= 4) {
        const unsigned char *p = (const unsigned char *)r->in.p + at;
        size_t n = p[1] < 126 ? p[1] : (size_t)p[2] << 8 | p[3], head = p[1] < 126 ? 2 : 4;
        if (r->in.n - at < head + n)
            break;
        if ((p[0] & 15) == 1) {
            char text[128];
            size_t shown = n < sizeof text - 1 ? n : sizeof text - 1;
            memcpy(text, p + head, shown);
            text[shown] = 0;
            take_text(r, text);
        }
        at += head + n;
    }
    if (at == r->in.n)
        buf_clear(&r->in);
    else
        buf_consume(&r->in, at);
}

static void read_some(struct reader *r)
{
    static char bytes[262144];
    ssize_t n = recv(r->fd, bytes, r->is_slow ? 2048 : sizeof bytes, MSG_DONTWAIT);
    if (n <= 0) {
        if (n == 0 || errno != EAGAIN)
            die("a reader lost its connection");
        return;
    }
    seen.bytes += (uint64_t)n;
    buf_add(&r->in, bytes, (size_t)n);
    if (!r->upgraded) {
        char *end = memmem(r->in.p, r->in.n, "\r\n\r\n", 4);
        if (!end)
            return;
        r->upgraded = true;
        buf_consume(&r->in, (size_t)(end + 4 - r->in.p));
    }
    take_frames(r);
}

static void connect_reader(struct reader *r, int port)
{
    static const char hello[] =
        "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    r->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (r->fd < 0 || connect(r->fd, (struct sockaddr *)&a, sizeof a) < 0)
        die("connect");
    if (send(r->fd, hello, sizeof hello - 1, 0) != sizeof hello - 1)
        die("send");
    while (!r->upgraded) {
        char c;
        recv(r->fd, &c, 1, MSG_PEEK);
        read_some(r);
    }
}

static double quantile(double q)
{
    uint64_t want = (uint64_t)((double)seen.frames * q), so_far = 0;
    for (int i = 0; i <= BUCKETS; i++) {
        so_far += seen.bucket[i];
        if (so_far > want)
            return i / 10.0;
    }
    return 0;
}

static int complete(struct reader *all)
{
    int n = 0;
    for (int i = 0; i < readers; i++)
        n += all[i].last == (tasks == 64 ? ~0ull : (1ull << tasks) - 1);
    return n;
}

static int read_all(int port, int ready)
{
    struct reader *all = mem_alloc((size_t)readers * sizeof *all);
    int ep = epoll_create1(0);
    for (int i = 0; i < readers; i++) {
        connect_reader(&all[i], port);
        all[i].is_slow = i < slow;
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = &all[i]};
        if (!all[i].is_slow)
            epoll_ctl(ep, EPOLL_CTL_ADD, all[i].fd, &e);
    }
    if (write(ready, "x", 1) != 1)
        die("write");
    int64_t end = time_mono_ms() + duration * 1000 + 20000, slow_due = time_mono_ms() + 1000;
    while (complete(all) < readers && time_mono_ms() < end) {
        struct epoll_event e[512];
        int n = epoll_wait(ep, e, 512, 20);
        for (int i = 0; i < n; i++)
            read_some(e[i].data.ptr);
        bool over = time_mono_ms() > end - 20000;
        if (slow &&
            (over || time_mono_ms() > slow_due)) { /* a little each second; everything in the end */
            slow_due += 1000;
            for (int i = 0; i < slow; i++)
                read_some(&all[i]);
        }
    }
    printf("frames %" PRIu64
           " (%.0f a second), %.0f MB; latency ms p50 %.1f p95 %.1f p99 %.1f max %.1f\n",
        seen.frames, (double)seen.frames / duration, (double)seen.bytes / 1e6, quantile(0.5),
        quantile(0.95), quantile(0.99), (double)seen.longest / 1e6);
    printf("seq went back %" PRIu64 ", broken %" PRIu64
           ", readers that have every last state %d of %d\n",
        seen.gone_back, seen.broken, complete(all), readers);
    return complete(all) == readers && !seen.gone_back && !seen.broken ? 0 : 1;
}

/* ---- the server ---- */

static uv_loop_t *loop;
static struct hub *hub;
static struct ws_group *group;
static uv_timer_t publisher, sampler;
static uv_check_t turn_begins;
static uv_prepare_t turn_ends;
static int64_t published, rss_first, rss_most;
static int64_t turn_wall, turn_cpu, longest_wall,
    longest_cpu; /* ns; from one wait for events to the next */
static int child, ready_fd;
static double user_before, system_before;

static void on_text(void *arg, struct str message)
{
}

static void on_writable(void *arg)
{
    hub_writable(*(struct hub_reader **)arg);
}

static void on_closed(void *arg, int code)
{
    hub_leave(*(struct hub_reader **)arg);
    free(arg);
}

static void on_request(void *ctx, struct http_request *req)
{
    static const struct ws_events events = {on_text, on_writable, on_closed};
    if (!ws_check(req))
        return;
    struct hub_reader **place = mem_alloc(sizeof *place);
    *place = hub_join(hub, ws_accept(group, req, &events, place), 0, true);
}

static int64_t rss_kib(void)
{
    long pages = 0, ignored;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%ld %ld", &ignored, &pages) != 2)
        pages = 0;
    if (f)
        fclose(f);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void publish(int task, bool last)
{
    static int64_t seq;
    static char text[PAYLOAD + 1];
    struct uuid id = {.b = {(uint8_t)task}};
    memset(text, ' ', PAYLOAD);
    int n = snprintf(text, sizeof text,
        "{\"task\":%d,\"seq\":%" PRId64 ",\"ns\":%" PRId64 ",\"last\":%d,\"x\":\"", task, ++seq,
        time_mono_ns(), last);
    text[n] = '.';
    memcpy(text + PAYLOAD - 2, "\"}", 2);
    struct ws_frame *f = ws_frame_text((struct str){text, PAYLOAD});
    hub_publish(hub, &id, 1, seq, last, f);
    ws_frame_unref(f);
    published++;
}

static void on_publish(uv_timer_t *t)
{
    static int next;
    if (published >= (int64_t)rate * duration) {
        uv_timer_stop(t);
        for (int i = 0; i < tasks; i++)
            publish(i, true);
        return;
    }
    publish(next++ % tasks, false);
}

static void on_sample(uv_timer_t *t)
{
    int64_t rss = rss_kib();
    if (!rss_first && published > rate)
        rss_first = rss;
    rss_most = rss > rss_most ? rss : rss_most;
    int status;
    if (waitpid(child, &status, WNOHANG) != child)
        return;
    struct hub_figures f;
    struct rusage u;
    hub_figures(hub, &f);
    getrusage(RUSAGE_SELF, &u);
    double user = (double)u.ru_utime.tv_sec + (double)u.ru_utime.tv_usec / 1e6 - user_before;
    double system = (double)u.ru_stime.tv_sec + (double)u.ru_stime.tv_usec / 1e6 - system_before;
    printf("published %" PRIu64 ", sent %" PRIu64 ", conflated %" PRIu64
           "; processor %.0f%% of a core, "
           "user %.2f and system %.2f us a frame\n",
        f.published, f.sent, f.conflated, 100 * (user + system) / duration,
        1e6 * user / (double)f.sent, 1e6 * system / (double)f.sent);
    printf("server's memory KiB after 1 s %" PRId64 ", most %" PRId64
           "; longest turn of the loop %.1f ms (%.1f of processor)\n",
        rss_first, rss_most, (double)longest_wall / 1e6, (double)longest_cpu / 1e6);
    exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

static int64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void on_turn_begins(uv_check_t *c)
{
    turn_wall = time_mono_ns();
    turn_cpu = cpu_ns();
}

static void on_turn_ends(uv_prepare_t *p)
{
    if (!turn_wall)
        return;
    int64_t wall = time_mono_ns() - turn_wall, cpu = cpu_ns() - turn_cpu;
    longest_wall = wall > longest_wall ? wall : longest_wall;
    longest_cpu = cpu > longest_cpu ? cpu : longest_cpu;
}

static void on_ready(uv_poll_t *p, int status, int events)
{
    struct rusage u;
    uv_poll_stop(p);
    getrusage(RUSAGE_SELF, &u);
    user_before = (double)u.ru_utime.tv_sec + (double)u.ru_utime.tv_usec / 1e6;
    system_before = (double)u.ru_stime.tv_sec + (double)u.ru_stime.tv_usec / 1e6;
    uv_check_start(&turn_begins, on_turn_begins);
    uv_prepare_start(&turn_ends, on_turn_ends);
    uv_timer_start(&sampler, on_sample, 10, 10);
    uv_timer_start(&publisher, on_publish, 1000, (uint64_t)(1000 / rate));
}

int main(int argc, char **argv)
{
    int *numbers[] = {&readers, &rate, &duration, &tasks, &slow};
    for (int i = 1; i < argc && i <= 5; i++)
        *numbers[i - 1] = atoi(argv[i]);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);

    loop = uv_default_loop();
    hub = hub_open(loop);
    group = ws_group_open(loop, NULL);
    static const struct http_route routes[] = {{"GET", "/ws", on_request, 0, 0}, {0}};
    struct http_router *router = http_router_new();
    http_router_add(router, routes, NULL);
    struct err e = ERR_INIT;
    struct http_options o = {.listen = "127.0.0.1:0"};
    struct http_server *server = http_server_open(loop, &o, router, NULL, &e);
    if (!server) {
        fprintf(stderr, "%s\n", e.message);
        return 1;
    }
    int pipe_fd[2], port = http_server_port(server, 0);
    if (pipe(pipe_fd) < 0)
        die("pipe");
    ready_fd = pipe_fd[0];
    child = fork();
    if (child == 0) {
        int result = read_all(port, pipe_fd[1]);
        fflush(stdout);
        _exit(result);
    }
    uv_poll_t ready;
    uv_poll_init(loop, &ready, ready_fd);
    uv_poll_start(&ready, UV_READABLE, on_ready);
    uv_check_init(loop, &turn_begins);
    uv_prepare_init(loop, &turn_ends);
    uv_timer_init(loop, &publisher);
    uv_timer_init(loop, &sampler);
    return uv_run(loop, UV_RUN_DEFAULT);
}
