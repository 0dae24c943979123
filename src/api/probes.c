#include "api/probes.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/list.h"
#include "obmen/arena.h"

struct waiter {
    struct list link;
    probes_done_fn done;
    void *arg;
};

struct probe {
    bool running;
    int64_t asked_us, answered_us; /* monotonic; 0: never */
    struct probe_result result;
};

struct probes {
    struct api *api;
    struct probe probes[PROBE_COUNT];
    struct probe_work work;
    struct list waiting;
    bool in_round;
    uv_timer_t timer; /* the end of the round */
    bool closing, timer_closed;
    void (*closed)(void *arg);
    void *closed_arg;
};

static int64_t now_us(void)
{
    return time_mono_ns() / 1000;
}

struct probes *probes_open(struct api *api)
{
    struct probes *p = mem_alloc(sizeof(*p));
    p->api = api;
    list_init(&p->waiting);
    uv_timer_init(api->loop, &p->timer);
    p->timer.data = p;
    return p;
}

static bool any_running(const struct probes *p)
{
    for (int i = 0; i < PROBE_COUNT; i++)
        if (p->probes[i].running)
            return true;
    return false;
}

static void check_closed(struct probes *p)
{
    if (!p->closing || !p->timer_closed || any_running(p))
        return;
    void (*closed)(void *arg) = p->closed;
    void *arg = p->closed_arg;
    free(p);
    closed(arg);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct probes *p = handle->data;
    p->timer_closed = true;
    check_closed(p);
}

void probes_close(struct probes *p, void (*closed)(void *arg), void *arg)
{
    p->closing = true;
    p->closed = closed;
    p->closed_arg = arg;
    while (!list_empty(&p->waiting)) {
        struct waiter *w = container_of(p->waiting.next, struct waiter, link);
        list_remove(&w->link);
        free(w);
    }
    for (int i = 0; i < PROBE_COUNT; i++)
        if (p->probes[i].running && probe_parts[i].stop)
            probe_parts[i].stop(p);
    uv_close((uv_handle_t *)&p->timer, on_timer_closed);
}

/* ---- a round ---- */

static void take_error(struct probe_result *r, const char *error)
{
    snprintf(r->error, sizeof(r->error), "%s", error);
    snprintf(r->last_error, sizeof(r->last_error), "%s", error);
    r->last_error_at = time_now();
}

static void end_round(struct probes *p)
{
    int64_t now = now_us();
    struct list told;
    p->in_round = false;
    uv_timer_stop(&p->timer);
    for (int i = 0; i < PROBE_COUNT; i++) {
        struct probe *probe = &p->probes[i];
        if (!probe->running)
            continue;
        probe->result.known = probe->result.hangs = true;
        probe->result.ok = false;
        probe->result.latency_us = now - probe->asked_us;
        take_error(&probe->result, TR("не отвечает", "does not answer"));
    }
    list_init(&told);
    while (!list_empty(&p->waiting)) {
        struct list *first = p->waiting.next;
        list_remove(first);
        list_add_tail(&told, first);
    }
    while (!list_empty(&told)) {
        struct waiter *w = container_of(told.next, struct waiter, link);
        list_remove(&w->link);
        w->done(w->arg);
        free(w);
    }
}

static void on_timer(uv_timer_t *timer)
{
    end_round(timer->data);
}

void probe_answered(struct probes *p, enum probe_id id, const char *error)
{
    struct probe *probe = &p->probes[id];
    probe->running = false;
    probe->answered_us = now_us();
    probe->result.known = true;
    probe->result.ok = error == NULL;
    probe->result.hangs = false;
    probe->result.latency_us = probe->answered_us - probe->asked_us;
    probe->result.error[0] = 0;
    if (error)
        take_error(&probe->result, error);
    if (p->closing)
        check_closed(p);
    else if (p->in_round && !any_running(p))
        end_round(p);
}

static void begin_round(struct probes *p)
{
    int64_t now = now_us();
    p->in_round = true;
    for (int i = 0; i < PROBE_COUNT; i++) {
        struct probe *probe = &p->probes[i];
        bool fresh =
            probe->answered_us && now - probe->answered_us < probe_parts[i].fresh_ms * 1000LL;
        if (probe->running || fresh)
            continue;
        probe->asked_us = now;
        probe->running = probe_parts[i].start(p);
    }
    uv_update_time(p->api->loop);
    uv_timer_start(&p->timer, on_timer, any_running(p) ? PROBE_PATIENCE_MS : 0, 0);
}

void probes_ask(struct probes *p, probes_done_fn done, void *arg)
{
    struct waiter *w = mem_alloc(sizeof(*w));
    w->done = done;
    w->arg = arg;
    list_add_tail(&p->waiting, &w->link);
    if (!p->in_round)
        begin_round(p);
}

const struct probe_result *probes_result(const struct probes *p, enum probe_id id)
{
    return &p->probes[id].result;
}

const struct probe_findings *probes_findings(const struct probes *p)
{
    return &p->work.found;
}

struct api *probes_api(struct probes *p)
{
    return p->api;
}

struct probe_work *probes_work(struct probes *p)
{
    return &p->work;
}
