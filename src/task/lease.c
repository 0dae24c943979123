/* One statement per node renews the leases of all it runs, and brings back what was cancelled
 * elsewhere. A task that is not among those renewed has lost its lease: it is stopped at once and
 * writes nothing more. */
#include <stdlib.h>
#include "task/inside.h"

struct beat {
    struct engine *e;
    int count;
    struct {
        struct uuid id;
        int64_t token;
        bool held;
    } tasks[];
};

static void on_renewed(void *arg, struct db_result *const *results, const struct err *err)
{
    struct beat *b = arg;
    struct engine *e = b->e;
    e->lease.in_flight = false;
    if (err) { /* the next one may do: the token decides, not the clock */
        if (!err->cancelled)
            log_event(LOG_WARNING, "leases not renewed", NULL, LI("tasks", b->count), LERR(err));
        free(b);
        return;
    }
    for (int i = 0; i < db_rows(results[0]); i++) {
        struct uuid id;
        db_uuid(results[0], i, 0, &id);
        bool cancel = db_bool(results[0], i, 1);
        for (int k = 0; k < b->count; k++)
            if (uuid_eq(&b->tasks[k].id, &id))
                b->tasks[k].held = true;
        struct obm_task *t = attempt_find(e, &id);
        if (t && cancel)
            attempt_end(t, END_CANCEL, NULL);
    }
    for (int k = 0; k < b->count; k++) {
        struct obm_task *t = attempt_find(e, &b->tasks[k].id);
        if (t && t->token == b->tasks[k].token && !b->tasks[k].held)
            attempt_end(t, END_LOST, NULL);
    }
    free(b);
}

static void on_beat(uv_timer_t *timer)
{
    struct engine *e = timer->data;
    if (e->running.count == 0) {
        uv_timer_stop(timer);
        return;
    }
    if (e->lease.in_flight)
        return;
    struct beat *b = mem_alloc(sizeof *b + e->running.count * sizeof b->tasks[0]);
    b->e = e;
    struct db_column ids, tokens;
    db_column_init(&ids, DB_UUID);
    db_column_init(&tokens, DB_INT8);
    size_t i = 0;
    struct obm_task *t;
    while ((t = map_next(&e->running, &i, NULL)) != NULL) {
        b->tasks[b->count].id = t->s.id;
        b->tasks[b->count++].token = t->token;
        db_column_uuid(&ids, &t->s.id);
        db_column_i64(&tokens, t->token);
    }
    struct db_unit *u = db_unit_new(e->o.db, DB_USER); /* never behind the tasks' own work */
    store_heartbeat(u, &ids, &tokens, e->lease.hold_ms);
    db_set_deadline(u, e->lease.hold_ms / 2);
    db_column_release(&ids);
    db_column_release(&tokens);
    e->lease.in_flight = true;
    engine_submit(e, u, on_renewed, b);
}

void lease_init(struct engine *e)
{
    uv_timer_init(e->loop, &e->lease.timer);
    e->lease.timer.data = e;
    /* Within lease_ms a dead node's tasks run elsewhere: what is written is shorter by the time
     * others take to notice. */
    e->lease.hold_ms = e->o.lease_ms > 10 * ENGINE_POLL_MS
                           ? e->o.lease_ms - ENGINE_POLL_MS - ENGINE_POLL_MS / 2
                           : e->o.lease_ms;
}

void lease_watch(struct engine *e)
{
    if (uv_is_active((uv_handle_t *)&e->lease.timer))
        return;
    uint64_t every = (uint64_t)(e->lease.hold_ms * 2 / 7);
    uv_timer_start(&e->lease.timer, on_beat, every, every);
}
