#include "api/lag.h"
#include <stdlib.h>
#include "obmen/arena.h"

enum {
    PER_DOUBLING = 8,
    CLASSES = 24 * PER_DOUBLING, /* up to 16 s */
};
static const uint64_t window_ns = 30 * 1000000000ULL;

struct histogram {
    uint32_t counts[CLASSES];
    uint64_t total;
    int64_t max_us;
};

struct api_lag {
    uv_loop_t *loop;
    uv_prepare_t prepare;
    struct histogram now, before; /* before: the window that ended last */
    uint64_t window_began_ns, last_ns, last_idle_ns;
    void (*closed)(void *arg);
    void *closed_arg;
};

/* Class 0 is below 1 µs; then eight equal steps within each doubling. */
static int class_of(uint64_t us)
{
    if (us < 1)
        return 0;
    int doubling = 63 - __builtin_clzll(us);
    int step = (int)((us << 3 >> doubling) & 7);
    int class = 1 + doubling * PER_DOUBLING + step;
    return class < CLASSES ? class : CLASSES - 1;
}

static int64_t upper_end_us(int class)
{
    if (class == 0)
        return 1;
    int doubling = (class - 1) / PER_DOUBLING, step = (class - 1) % PER_DOUBLING;
    return (((int64_t)step + 9) << doubling) >> 3;
}

static void on_prepare(uv_prepare_t *handle)
{
    struct api_lag *lag = handle->data;
    uint64_t now = uv_hrtime(), idle = uv_metrics_idle_time(lag->loop);
    uint64_t passed = now - lag->last_ns, slept = idle - lag->last_idle_ns;
    uint64_t busy_us = passed > slept ? (passed - slept) / 1000 : 0;

    lag->last_ns = now;
    lag->last_idle_ns = idle;
    if (now - lag->window_began_ns > window_ns) {
        lag->before = lag->now;
        lag->now = (struct histogram){.total = 0};
        lag->window_began_ns = now;
    }
    lag->now.counts[class_of(busy_us)]++;
    lag->now.total++;
    if ((int64_t)busy_us > lag->now.max_us)
        lag->now.max_us = (int64_t)busy_us;
}

struct api_lag *lag_open(uv_loop_t *loop)
{
    struct api_lag *lag = mem_alloc(sizeof(*lag));
    lag->loop = loop;
    uv_loop_configure(loop, UV_METRICS_IDLE_TIME);
    lag->window_began_ns = lag->last_ns = uv_hrtime();
    lag->last_idle_ns = uv_metrics_idle_time(loop);
    uv_prepare_init(loop, &lag->prepare);
    lag->prepare.data = lag;
    uv_prepare_start(&lag->prepare, on_prepare);
    uv_unref((uv_handle_t *)&lag->prepare);
    return lag;
}

static void on_closed(uv_handle_t *handle)
{
    struct api_lag *lag = handle->data;
    void (*closed)(void *arg) = lag->closed;
    void *arg = lag->closed_arg;
    free(lag);
    closed(arg);
}

void lag_close(struct api_lag *lag, void (*closed)(void *arg), void *arg)
{
    lag->closed = closed;
    lag->closed_arg = arg;
    uv_close((uv_handle_t *)&lag->prepare, on_closed);
}

int64_t lag_p99_us(const struct api_lag *lag)
{
    uint64_t total = lag->now.total + lag->before.total, above = 0;
    for (int i = CLASSES - 1; i >= 0; i--) {
        above += lag->now.counts[i] + lag->before.counts[i];
        if (above * 100 > total)
            return upper_end_us(i);
    }
    return 0;
}

int64_t lag_max_us(const struct api_lag *lag)
{
    return lag->now.max_us > lag->before.max_us ? lag->now.max_us : lag->before.max_us;
}
