/*
 * What is done now and then, by one node at a time: tasks that ended long ago are removed with all
 * that belongs to them (their files go by src/file/tidy.c, which looks for files without a task),
 * and the totals are folded. A little at a time, with a rest between, so that nobody notices.
 */
#include "task/inside.h"

#define EVERY_MS 60000
#define REST_MS 50
#define TOGETHER 500

static void on_due(uv_timer_t *timer);

static void look_in(struct engine *e, int64_t ms)
{
    if (e->life == ENGINE_OPEN)
        uv_timer_start(&e->upkeep.timer, on_due, (uint64_t)ms, 0);
}

static void on_done(void *arg, struct db_result *const *results, const struct err *err)
{
    struct engine *e = arg;
    struct upkeep *k = &e->upkeep;
    int rows = 0;
    if (err && !err->cancelled)
        log_event(LOG_WARNING, "upkeep of tasks failed", NULL, LERR(err));
    if (!err && k->removing)
        rows = cleanup_removed(e, results[k->removed_at]);
    k->removed += rows;
    if (rows == TOGETHER) {
        look_in(e, REST_MS);
        return;
    }
    if (k->removed > 0)
        log_event(LOG_INFO, "old tasks removed", NULL, LI("tasks", k->removed),
            LI("older_than_days", e->o.retention_days));
    k->removed = 0;
    look_in(e, e->o.upkeep_ms);
}

static void on_due(uv_timer_t *timer)
{
    struct engine *e = timer->data;
    struct upkeep *k = &e->upkeep;
    struct db_unit *u = db_unit_new(e->o.db, DB_TASK);
    k->removing = e->o.retention_days > 0;
    k->removed_at = 0;
    if (k->removing)
        store_cleanup(u, e->o.retention_days * 24.0, TOGETHER, true);
    store_recount_totals(u);
    store_fold_totals(u);
    engine_submit(e, u, on_done, e);
}

void upkeep_init(struct engine *e)
{
    if (e->o.upkeep_ms <= 0)
        e->o.upkeep_ms = EVERY_MS;
    uv_timer_init(e->loop, &e->upkeep.timer);
    e->upkeep.timer.data = e;
}

void upkeep_start(struct engine *e)
{
    look_in(e, e->o.upkeep_ms);
}

void upkeep_stop(struct engine *e)
{
    uv_timer_stop(&e->upkeep.timer);
}
