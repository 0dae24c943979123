/*
 * Taking tasks from the queue: as many as there are free workers, in one statement; while tasks are
 * short and there are more, some milliseconds' worth of them ahead, so that workers do not wait for
 * a transaction each. Woken by a task made here, by NOTIFY, by a worker that became free, and by a
 * look every second, which also frees the tasks of dead nodes and counts.
 */
#include <stdlib.h>
#include "task/inside.h"

#define COLLISION_BASE_MS 5
#define AHEAD_US 20000.0
#define AHEAD_MAX 500

static void poll_in(struct engine *e, int64_t ms);

int queue_free_workers(const struct engine *e)
{
    int free_workers = e->o.workers - e->active - e->ready_count;
    return free_workers > 0 ? free_workers : 0;
}

void queue_took(struct engine *e, int64_t ns)
{
    double us = (double)ns / 1000;
    e->queue.took_us = e->queue.took_us > 0 ? e->queue.took_us * 0.9 + us * 0.1 : us;
}

/* How many may be claimed now. What waits here for a worker can't run elsewhere, so it is never
 * much. */
static int wanted(const struct engine *e)
{
    const struct queue *q = &e->queue;
    int workers = queue_free_workers(e), ahead = 0;
    if (q->backlog && q->took_us > 0 && q->took_us < AHEAD_US / 4) {
        double n = e->o.workers * AHEAD_US / q->took_us;
        ahead = n > AHEAD_MAX ? AHEAD_MAX : (int)n;
        if (e->ready_count > ahead / 2)
            return workers;
        ahead -= e->ready_count;
    }
    int room = e->o.workers + 4 * AHEAD_MAX -
               (int)e->running.count; /* final writes that do not get through */
    int n = workers + ahead;
    return n < room ? n : room > 0 ? room : 0;
}

/* ---------------------------------------------------------------- claim */

void queue_cancelled(struct engine *e, const struct uuid *id)
{
    struct queue *q = &e->queue;
    if (!q->claiming)
        return;
    q->cancelled = mem_realloc(q->cancelled, (size_t)(q->cancelled_count + 1) * sizeof *id);
    q->cancelled[q->cancelled_count++] = *id;
}

static bool was_cancelled(const struct queue *q, const struct uuid *id)
{
    for (int i = 0; i < q->cancelled_count; i++)
        if (uuid_eq(&q->cancelled[i], id))
            return true;
    return false;
}

static void take(struct engine *e, const struct db_result *r, int row)
{
    struct store_claimed c;
    arena_reset(&e->scratch);
    store_claimed(r, row, &e->scratch, &c);
    attempt_start(e, registry_find(&e->registry, c.s.task_type), &c);
    notify_task(e, &c.s.id, HINT_CHANGED, c.s.user_id);
    struct obm_task *t = attempt_find(e, &c.s.id);
    if (was_cancelled(&e->queue, &c.s.id))
        attempt_end(t, END_CANCEL, NULL);
    if (e->life != ENGINE_OPEN)
        attempt_end(t, END_HANDBACK, NULL);
}

static void trouble(struct engine *e, const struct err *err)
{
    if (!e->queue.broken && !err->cancelled)
        log_event(LOG_WARNING, "queue out of reach", NULL, LERR(err));
    e->queue.broken = true;
}

static void look(struct engine *e)
{
    struct queue *q = &e->queue;
    for (int i = 0; i < q->unsure_count; i++)
        if (!attempt_find(e, &q->unsure[i]))
            view_want(e, &q->unsure[i], true, NULL, NULL);
    q->unsure_count = 0;
}

static void on_claimed(void *arg, struct db_result *const *results, const struct err *err)
{
    struct engine *e = arg;
    struct queue *q = &e->queue;
    q->claiming = false;
    if (err && strncmp(err->sqlstate, "23505", 5) == 0) {
        /* Another node took one of the same exclusive group at the same moment. */
        poll_in(e, backoff_ms(q->collisions++, COLLISION_BASE_MS, ENGINE_POLL_MS, 0));
    } else if (err) {
        q->answer_lost = true;
        trouble(e, err);
        poll_in(e, COLLISION_BASE_MS);
    } else {
        int rows = db_rows(results[q->index]);
        for (int i = 0; i < rows; i++)
            take(e, results[q->index], i);
        q->collisions = 0;
        q->pending = q->pending > rows ? q->pending - rows : 0;
        e->figures.claimed += (uint64_t)rows;
        q->backlog = rows == q->asked;
        if (rows > 0)
            creator_room(e);
        attempt_begin_ready(e);
        q->backlog = q->backlog || q->again;
        q->again = false;
        queue_go_on(e);
    }
    q->cancelled_count = 0;
    if (!q->claiming) /* else one more is under way */
        look(e);
}

void queue_look_after_claim(struct engine *e, const struct uuid *id)
{
    struct queue *q = &e->queue;
    q->unsure = mem_realloc(q->unsure, (size_t)(q->unsure_count + 1) * sizeof *id);
    q->unsure[q->unsure_count++] = *id;
    queue_wake(e);
    if (!q->claiming)
        look(e);
}

void queue_wake(struct engine *e)
{
    e->queue.backlog = true;
    queue_go_on(e);
}

void queue_go_on(struct engine *e)
{
    struct queue *q = &e->queue;
    if (!q->backlog)
        return;
    if (e->life != ENGINE_OPEN || e->registry.count == 0)
        return;
    if (q->claiming || q->answer_lost) {
        q->again = true;
        return;
    }
    q->asked = wanted(e);
    if (q->asked == 0)
        return;
    q->claiming = true;
    struct db_unit *u = db_unit_new(e->o.db, DB_USER);
    q->index = store_claim(u, q->asked, e->lease.hold_ms, e->o.node, &e->registry.names);
    engine_submit(e, u, on_claimed, e);
}

/* ---------------------------------------------------------------- the look every second */

static void on_poll(uv_timer_t *timer);

static void poll_in(struct engine *e, int64_t ms)
{
    if (e->life != ENGINE_OPEN)
        return;
    uint64_t wanted = (uint64_t)(ms > 0 ? ms : 0);
    if (uv_is_active((uv_handle_t *)&e->queue.poll) &&
        uv_timer_get_due_in(&e->queue.poll) <= wanted)
        return;
    uv_timer_start(&e->queue.poll, on_poll, wanted, 0);
}

void queue_planned(struct engine *e, usec_t run_at)
{
    poll_in(e, (run_at - time_now()) / 1000 + 1);
}

/* The database is back: what waits for it need not wait out its backoff. */
static void back_again(struct engine *e)
{
    e->queue.broken = false;
    log_event(LOG_INFO, "queue in reach again", NULL);
    LIST_EACH_SAFE(item, &e->attempts)
    {
        struct obm_task *t = container_of(item, struct obm_task, link);
        if (t->retry_at != 0)
            commit_resume(t);
    }
}

static void freed(struct engine *e, const struct db_result *r, int row, const char *why)
{
    struct uuid id;
    db_uuid(r, row, 0, &id);
    char text[UUID_TEXT];
    uuid_format(&id, text);
    log_event(LOG_WARNING, why, NULL, LS("task_id", text));
    if (!attempt_find(e, &id))
        view_want(e, &id, true, NULL, NULL);
    notify_task(e, &id, HINT_FINAL, 0); /* perhaps final: to be read at once */
}

static void on_polled(void *arg, struct db_result *const *results, const struct err *err)
{
    struct engine *e = arg;
    struct queue *q = &e->queue;
    q->polling = false;
    q->answer_lost = q->answer_lost && err;
    poll_in(e, ENGINE_POLL_MS - 50 +
                   (int64_t)(time_mono_ns() / 1000 % 100)); /* nodes do not march in step */
    if (err) {
        trouble(e, err);
        return;
    }
    if (q->broken)
        back_again(e);
    for (int i = 0; i < db_rows(results[0]); i++)
        freed(e, results[0], i, "task freed from a silent node");
    for (int i = 0; q->releasing && i < db_rows(results[2]); i++)
        freed(e, results[2], i, "task freed from a claim without an answer");
    q->releasing = false;
    q->pending = db_i64(results[1], 0, 0) + (int64_t)(q->made - q->made_before);
    creator_room(e);
    if (!db_is_null(results[1], 0, 1))
        poll_in(e, db_i64(results[1], 0, 1) + 1);
    if (q->pending > 0 || q->again)
        queue_wake(e);
    q->again = false;
}

static void on_poll(uv_timer_t *timer)
{
    struct engine *e = timer->data;
    struct queue *q = &e->queue;
    if (q->polling)
        return;
    q->polling = true;
    q->made_before = q->made;
    struct db_unit *u = db_unit_new(e->o.db, DB_USER);
    store_expire(u, ENGINE_FAILURES_MAX);
    store_count(u);
    q->releasing = q->answer_lost;
    if (q->releasing) {
        struct db_column running;
        db_column_init(&running, DB_UUID);
        size_t i = 0;
        struct obm_task *t;
        while ((t = map_next(&e->running, &i, NULL)) != NULL)
            db_column_uuid(&running, &t->s.id);
        store_release(u, e->o.node, &running);
        db_column_release(&running);
    }
    engine_submit(e, u, on_polled, e);
}

void queue_init(struct engine *e)
{
    uv_timer_init(e->loop, &e->queue.poll);
    e->queue.poll.data = e;
}

void queue_start(struct engine *e)
{
    queue_wake(e);
    poll_in(e, 0);
}

void queue_stop(struct engine *e)
{
    uv_timer_stop(&e->queue.poll);
}
