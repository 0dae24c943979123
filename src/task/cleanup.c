/* Removes ended tasks, some at a time, so that no statement takes long. */
#include <stdlib.h>
#include "task/inside.h"

#define TOGETHER 500

struct cleanup {
    struct engine *e;
    double max_age_hours;
    int64_t count;
    engine_count_fn done;
    void *arg;
};

static void next(struct cleanup *c);

int cleanup_removed(struct engine *e, const struct db_result *r)
{
    int rows = db_rows(r);
    for (int i = 0; i < rows; i++) {
        struct uuid id;
        db_uuid(r, i, 0, &id);
        int64_t user_id = db_i64(r, i, 1);
        view_forget(e, &id, user_id);
        notify_task(e, &id, HINT_REMOVED, user_id);
    }
    return rows;
}

static void on_removed(void *arg, struct db_result *const *results, const struct err *err)
{
    struct cleanup *c = arg;
    struct engine *e = c->e;
    int rows = err ? 0 : cleanup_removed(e, results[0]);
    c->count += rows;
    if (rows == TOGETHER && e->life == ENGINE_OPEN) {
        next(c);
        return;
    }
    if (!err && c->count > 0)
        log_event(LOG_INFO, "old tasks removed", NULL, LI("tasks", c->count));
    c->done(c->arg, c->count, err);
    free(c);
}

static void next(struct cleanup *c)
{
    struct db_unit *u = db_unit_new(c->e->o.db, DB_USER);
    store_cleanup(u, c->max_age_hours, TOGETHER, false);
    engine_submit(c->e, u, on_removed, c);
}

void engine_cleanup(struct engine *e, double max_age_hours, engine_count_fn done, void *arg)
{
    struct cleanup *c = mem_alloc(sizeof *c);
    *c = (struct cleanup){.e = e, .max_age_hours = max_age_hours, .done = done, .arg = arg};
    next(c);
}
