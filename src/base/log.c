/*
 * The ring and its writer.
 *
 *   DIRECT ──log_start──► RUNNING ──log_stop──► DRAINING ──► DIRECT
 *
 * DIRECT: lines go straight to standard error (before the start, after the end, in a forked child).
 * RUNNING: lines go into the ring, the thread takes them out.
 * DRAINING: the thread writes what is left; new lines still go into the ring.
 */
#include "obmen/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "base/log_line.h"
#include "base/log_run.h"

#define RING (256u << 10)
#define CHUNK (64u << 10)
/* Lines gather so long before they are written: under load one write then carries hundreds, and the
 * loop does not wake a thread for each. */
#define GATHER_NS 5000000L

enum state { DIRECT, RUNNING, DRAINING };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t filled, ended;
    pthread_t thread;
    enum state state;
    bool thread_ended;
    char ring[RING];
    size_t head, count; /* where the oldest byte is; bytes waiting */
    uint64_t lost;      /* lines since the last report */
} log_ = {.lock = PTHREAD_MUTEX_INITIALIZER, .filled = PTHREAD_COND_INITIALIZER};

static _Atomic uint64_t written[LOG_ERROR + 1], lost_in_all;
static atomic_int min_level = LOG_INFO;
static atomic_bool as_json;

bool log_enabled(enum log_level level)
{
    return (int)level >= atomic_load_explicit(&min_level, memory_order_relaxed);
}

void log_set_level(enum log_level level)
{
    atomic_store(&min_level, level);
}

uint64_t log_lines(enum log_level level)
{
    return atomic_load_explicit(&written[level], memory_order_relaxed);
}

uint64_t log_lines_lost(void)
{
    return atomic_load_explicit(&lost_in_all, memory_order_relaxed);
}

static char node_name[96]; /* set before there are threads that log */

void log_set_node(const char *node)
{
    snprintf(node_name, sizeof node_name, "%s", node);
}

static enum log_level step(int by)
{
    int level = atomic_load(&min_level) + by;
    if (level >= LOG_DEBUG && level <= LOG_ERROR)
        atomic_store(&min_level, level);
    return (enum log_level)atomic_load(&min_level);
}

enum log_level log_louder(void)
{
    return step(-1);
}

enum log_level log_quieter(void)
{
    return step(1);
}

static void format(struct buf *b, const struct log_line *l)
{
    if (atomic_load_explicit(&as_json, memory_order_relaxed))
        log_line_json(b, l);
    else
        log_line_text(b, l);
}

/* Standard error may be non-blocking (shared with a terminal or a pipe of ours): wait for room
 * then. What cannot be written at all (closed, full disk) has nowhere to be told. */
static void write_out(const char *p, size_t n)
{
    while (n) {
        struct pollfd fd = {.fd = STDERR_FILENO, .events = POLLOUT};
        if (poll(&fd, 1, -1) < 0 && errno != EINTR)
            return;
        ssize_t done = write(STDERR_FILENO, p, n);
        if (done < 0 && errno != EINTR && errno != EAGAIN)
            return;
        if (done > 0) {
            p += done;
            n -= (size_t)done;
        }
    }
}

/* ---- the ring; the lock is held ---- */

static bool ring_put(struct str line)
{
    if (line.n > RING - log_.count)
        return false;
    size_t at = (log_.head + log_.count) % RING;
    size_t first = line.n < RING - at ? line.n : RING - at;
    memcpy(log_.ring + at, line.p, first);
    memcpy(log_.ring, line.p + first, line.n - first);
    log_.count += line.n;
    return true;
}

/* Whole lines as far as they fit, else a part of one long line. */
static size_t ring_take(char out[CHUNK])
{
    size_t n = log_.count < CHUNK ? log_.count : CHUNK;
    size_t first = n < RING - log_.head ? n : RING - log_.head;
    memcpy(out, log_.ring + log_.head, first);
    memcpy(out + first, log_.ring, n - first);
    const char *end = memrchr(out, '\n', n);
    if (end)
        n = (size_t)(end - out) + 1;
    log_.head = (log_.head + n) % RING;
    log_.count -= n;
    return n;
}

static void report_lost(void)
{
    if (!log_.lost || RING - log_.count < CHUNK) /* not before there is room again */
        return;
    struct buf b = BUF_INIT;
    struct log_field fields[] = {{0}, LI("lines", (int64_t)log_.lost)};
    struct log_line l = {.at = time_now(),
        .level = LOG_WARNING,
        .event = "log lines lost",
        .message = TR("журнал не успевали читать", "nobody read the log fast enough"),
        .node = node_name,
        .fields = fields,
        .count = 2};
    format(&b, &l);
    if (ring_put(buf_str(&b)))
        log_.lost = 0;
    buf_release(&b);
}

static void *writer(void *arg)
{
    static char chunk[CHUNK]; /* one writer at a time */
    pthread_mutex_lock(&log_.lock);
    for (;;) {
        if (!log_.count)
            report_lost();
        if (!log_.count) {
            if (log_.state == DRAINING)
                break;
            pthread_cond_wait(&log_.filled, &log_.lock);
            if (log_.state == RUNNING) {
                pthread_mutex_unlock(&log_.lock);
                nanosleep(&(struct timespec){.tv_nsec = GATHER_NS}, NULL);
                pthread_mutex_lock(&log_.lock);
            }
            continue;
        }
        size_t n = ring_take(chunk);
        pthread_mutex_unlock(&log_.lock);
        write_out(chunk, n);
        pthread_mutex_lock(&log_.lock);
    }
    log_.thread_ended = true;
    log_.state = DIRECT;
    pthread_cond_signal(&log_.ended);
    pthread_mutex_unlock(&log_.lock);
    return NULL;
}

/* ---- for all ---- */

void log_write(enum log_level level, const char *event, const char *message,
    const struct log_field *fields, size_t count)
{
    if (!log_enabled(level))
        return;
    atomic_fetch_add_explicit(&written[level], 1, memory_order_relaxed);
    struct log_line l = {.at = time_now(),
        .level = level,
        .event = event,
        .message = message,
        .node = node_name,
        .fields = fields,
        .count = count};
    struct buf b = BUF_INIT;
    format(&b, &l);
    pthread_mutex_lock(&log_.lock);
    bool direct = log_.state == DIRECT;
    if (!direct) {
        /* A line may not overtake the report of those lost before it. */
        report_lost();
        bool was_empty = log_.count == 0;
        if (log_.lost || !ring_put(buf_str(&b))) {
            log_.lost++;
            atomic_fetch_add_explicit(&lost_in_all, 1, memory_order_relaxed);
        }
        if (was_empty)
            pthread_cond_signal(&log_.filled);
    }
    pthread_mutex_unlock(&log_.lock);
    if (direct)
        write_out(b.p, b.n);
    buf_release(&b);
}

/* A forked child has no writer; what waits in its copy of the ring is the parent's to write. */
static void before_fork(void)
{
    pthread_mutex_lock(&log_.lock);
}

static void in_parent(void)
{
    pthread_mutex_unlock(&log_.lock);
}

static void in_child(void)
{
    log_.state = DIRECT;
    log_.count = 0;
    log_.lost = 0;
    pthread_mutex_unlock(&log_.lock);
}

static void prepare(void)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&log_.ended, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_atfork(before_fork, in_parent, in_child);
}

void log_start(enum log_level level, bool json)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare);
    log_set_level(level);
    atomic_store(&as_json, json);
    pthread_mutex_lock(&log_.lock);
    if (log_.state == DIRECT) {
        log_.thread_ended = false;
        /* Without a thread the lines stay direct: slower, nothing lost. */
        if (pthread_create(&log_.thread, NULL, writer, NULL) == 0)
            log_.state = RUNNING;
    }
    pthread_mutex_unlock(&log_.lock);
}

void log_stop(void)
{
    struct timespec deadline;
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec++;
    pthread_mutex_lock(&log_.lock);
    if (log_.state != RUNNING) {
        pthread_mutex_unlock(&log_.lock);
        return;
    }
    log_.state = DRAINING;
    pthread_cond_signal(&log_.filled);
    while (!log_.thread_ended &&
           pthread_cond_timedwait(&log_.ended, &log_.lock, &deadline) != ETIMEDOUT) {
    }
    bool ended = log_.thread_ended;
    pthread_mutex_unlock(&log_.lock);
    /* A writer that is still stuck after the second is left behind: the process is about to end. */
    if (ended)
        pthread_join(log_.thread, NULL);
    else
        pthread_detach(log_.thread);
}
