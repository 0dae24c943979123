/* The engine as a whole: opening, closing, work for the next turn of the loop, units it waits for.
 */
#include <stdlib.h>
#include "task/inside.h"

#define LEASE_MS 15000

/* ---------------------------------------------------------------- the next turn */

int64_t engine_ms(void)
{
    return time_mono_ms();
}

static void on_turn(uv_idle_t *idle)
{
    struct engine *e = idle->data;
    /* What is put off while this runs waits for the next turn. */
    struct list now = LIST_INIT(now);
    while (!list_empty(&e->later)) {
        struct list *item = e->later.next;
        list_remove(item);
        list_add_tail(&now, item);
    }
    while (!list_empty(&now)) {
        struct list *item = now.next;
        list_remove(item);
        struct later *l = container_of(item, struct later, link);
        l->run(e, l);
    }
    attempt_run(e);
    if (list_empty(&e->later) && list_empty(&e->runnable)) {
        uv_idle_stop(&e->turn);
        e->turning = false;
    }
    engine_check_closed(e);
}

void engine_turn_on(struct engine *e)
{
    if (e->turning)
        return;
    e->turning = true;
    uv_idle_start(&e->turn, on_turn);
}

void engine_later(struct engine *e, struct later *l)
{
    list_add_tail(&e->later, &l->link);
    engine_turn_on(e);
}

/* ---------------------------------------------------------------- units */

static void on_unit(void *arg, struct db_result *const *results, const struct err *err)
{
    struct engine_unit *eu = arg;
    struct engine *e = eu->e;
    list_remove(&eu->link);
    eu->done(eu->arg, results, err);
    free(eu);
    engine_check_closed(e);
}

void engine_submit(struct engine *e, struct db_unit *u, db_done_fn done, void *arg)
{
    struct engine_unit *eu = mem_alloc(sizeof *eu);
    *eu = (struct engine_unit){.e = e, .unit = u, .done = done, .arg = arg};
    list_add_tail(&e->units, &eu->link);
    db_submit(u, on_unit, eu);
}

/* ---------------------------------------------------------------- opening */

struct engine *engine_new(uv_loop_t *loop, const struct engine_options *o)
{
    struct engine *e = mem_alloc(sizeof *e);
    e->loop = loop;
    e->o = *o;
    e->o.node = mem_strdup(o->node);
    for (char *p = (char *)e->o.node; *p; p++)
        if (*p == ' ') /* ends the name in hints */
            *p = '_';
    if (e->o.workers < 1)
        e->o.workers = 1;
    if (e->o.batch < 1)
        e->o.batch = 100;
    if (e->o.lease_ms <= 0)
        e->o.lease_ms = LEASE_MS;
    e->figures.workers = e->o.workers;
    list_init(&e->units);
    list_init(&e->attempts);
    list_init(&e->runnable);
    list_init(&e->ready);
    list_init(&e->later);
    uv_idle_init(loop, &e->turn);
    e->turn.data = e;
    uv_timer_init(loop, &e->grace);
    e->grace.data = e;
    creator_init(e);
    queue_init(e);
    lease_init(e);
    finisher_init(e);
    notifier_init(e);
    view_init(e);
    upkeep_init(e);
    return e;
}

void engine_register(struct engine *e, const struct obm_task_type *type)
{
    registry_add(&e->registry, type);
}

const struct obm_task_type *engine_type(const struct engine *e, struct str name)
{
    const struct task_kind *kind = registry_find(&e->registry, name);
    return kind ? kind->type : NULL;
}

const struct obm_task_type *engine_type_at(const struct engine *e, int i)
{
    return i >= 0 && i < e->registry.count ? e->registry.kinds[i].type : NULL;
}

void engine_start(struct engine *e)
{
    e->life = ENGINE_OPEN;
    queue_start(e);
    upkeep_start(e);
    if (e->listening)
        view_catch_up(e);
}

void engine_figures(const struct engine *e, struct engine_figures *ret)
{
    *ret = e->figures;
    ret->running = e->active;
    ret->pending = e->queue.pending;
}

/* ---------------------------------------------------------------- closing */

static void on_handle_closed(uv_handle_t *handle)
{
    struct engine *e = handle->data;
    if (--e->handles > 0)
        return;
    view_release(e);
    notifier_release(e);
    registry_release(&e->registry);
    map_release(&e->running);
    arena_release(&e->scratch);
    free(e->queue.cancelled);
    free(e->queue.unsure);
    free((char *)e->o.node);
    void (*closed)(void *) = e->closed;
    void *arg = e->closed_arg;
    free(e);
    closed(arg);
}

void engine_check_closed(struct engine *e)
{
    if (e->life != ENGINE_CLOSING || !list_empty(&e->attempts) || !list_empty(&e->units) ||
        !list_empty(&e->later) || !creator_idle(e) || !notifier_idle(e) || !view_idle(e))
        return;
    e->life = ENGINE_CLOSED;
    uv_handle_t *handles[] = {(uv_handle_t *)&e->turn, (uv_handle_t *)&e->grace,
        (uv_handle_t *)&e->queue.poll, (uv_handle_t *)&e->lease.timer,
        (uv_handle_t *)&e->finisher.rest, (uv_handle_t *)&e->notifier.timer,
        (uv_handle_t *)&e->view.timer, (uv_handle_t *)&e->upkeep.timer};
    e->handles = (int)(sizeof handles / sizeof handles[0]);
    for (int i = 0; i < e->handles; i++)
        uv_close(handles[i], on_handle_closed);
}

/* The time is up: what has not been written is left to the lease, which runs out by itself. */
static void on_grace(uv_timer_t *timer)
{
    struct engine *e = timer->data;
    int left = 0;
    LIST_EACH_SAFE(item, &e->attempts)
    {
        attempt_end(container_of(item, struct obm_task, link), END_LOST, NULL);
        left++;
    }
    if (left > 0)
        log_event(LOG_WARNING, "tasks left to their lease", NULL, LI("tasks", left));
    finish_abandon(e);
    LIST_EACH_SAFE(unit, &e->units)
    db_cancel(container_of(unit, struct engine_unit, link)->unit);
    engine_check_closed(e);
}

void engine_close(struct engine *e, int grace_ms, void (*closed)(void *arg), void *arg)
{
    e->life = ENGINE_CLOSING;
    e->closed = closed;
    e->closed_arg = arg;
    queue_stop(e);
    upkeep_stop(e);
    LIST_EACH_SAFE(item, &e->attempts)
    attempt_end(container_of(item, struct obm_task, link), END_HANDBACK, NULL);
    uv_timer_start(&e->grace, on_grace, (uint64_t)(grace_ms > 0 ? grace_ms : 0), 0);
    engine_turn_on(e); /* closes when nothing is left, never from inside this call */
}
