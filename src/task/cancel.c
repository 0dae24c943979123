/* Cancel and retry, as people ask for them: decided by one statement on the row, wherever the task
 * is. */
#include <stdlib.h>
#include "task/inside.h"

struct change {
    struct engine *e;
    struct uuid id;
    struct obm_task
        *held; /* runs here: its final write waits for this statement, so that both agree */
    engine_state_fn done;
    void *arg;
};

static void release(struct change *c)
{
    if (c->held) {
        c->held->holds--;
        attempt_ending(c->held);
    }
    free(c);
}

/* Tells the caller of a row that could not be changed. True: it was changed. */
static bool changed(struct change *c, struct db_result *const *results, const struct err *err,
    struct arena *arena, struct task_state *ret_s, const char *conflict)
{
    struct err e;
    if (err) {
        c->done(c->arg, NULL, err);
        return false;
    }
    if (db_rows(results[1]) == 0) {
        err_set(&e, ERR_NOT_FOUND, TR("Такой задачи нет", "There is no such task"));
        c->done(c->arg, NULL, &e);
        return false;
    }
    store_state(results[1], 0, arena, ret_s);
    if (db_rows(results[0]) > 0)
        return true;
    err_set(&e, ERR_CONFLICT, "%s", conflict);
    c->done(c->arg, ret_s, &e);
    return false;
}

static void on_cancelled(void *arg, struct db_result *const *results, const struct err *err)
{
    struct change *c = arg;
    struct engine *e = c->e;
    struct arena arena = ARENA_INIT;
    struct task_state s;
    if (changed(c, results, err, &arena, &s,
            TR("Задача уже завершена", "The task has already ended"))) {
        view_learn(e, &s, true);
        if (s.status == TASK_CANCELLED) {
            char id[UUID_TEXT];
            uuid_format(&s.id, id);
            e->figures.cancelled++;
            figures_ended(e, &s);
            if (e->queue.pending > 0)
                e->queue.pending--;
            log_event(LOG_INFO, "task cancelled", NULL, LS("task_id", id),
                LSTR("task_type", s.task_type));
        } else if (!str_is(s.node, e->o.node)) {
            notify_task(e, &s.id, HINT_CANCEL, s.user_id);
        } else {
            struct obm_task *t = attempt_find(e, &s.id);
            if (t)
                attempt_end(t, END_CANCEL, NULL);
            else
                queue_cancelled(e, &s.id);
        }
        c->done(c->arg, &s, NULL);
    }
    arena_release(&arena);
    release(c);
}

static struct change *change_new(
    struct engine *e, const struct uuid *id, engine_state_fn done, void *arg)
{
    struct change *c = mem_alloc(sizeof *c);
    *c = (struct change){.e = e, .id = *id, .done = done, .arg = arg};
    return c;
}

void engine_cancel(
    struct engine *e, const struct uuid *id, int64_t by, engine_state_fn done, void *arg)
{
    struct change *c = change_new(e, id, done, arg);
    struct obm_task *t = attempt_find(e, id);
    if (t && t->state < ATTEMPT_FINISHING) {
        t->holds++;
        c->held = t;
        attempt_end(t, END_CANCEL, NULL); /* its work stops now; the row follows */
    }
    struct db_unit *u = db_unit_new(e->o.db, DB_USER);
    store_cancel(u, id, by, e->o.node);
    engine_submit(e, u, on_cancelled, c);
}

static void on_retried(void *arg, struct db_result *const *results, const struct err *err)
{
    struct change *c = arg;
    struct engine *e = c->e;
    struct arena arena = ARENA_INIT;
    struct task_state s;
    struct err taken;
    if (err && strcmp(err->sqlstate, "23505") == 0) {
        err_set(&taken, ERR_CONFLICT,
            TR("Другая задача с тем же unique_key ещё не завершена",
                "Another task with the same unique_key has not ended yet"));
        err = &taken;
    }
    if (changed(c, results, err, &arena, &s,
            TR("Повторить можно только неудавшуюся или отменённую задачу",
                "Only a failed or cancelled task can be retried"))) {
        char id[UUID_TEXT];
        uuid_format(&s.id, id);
        log_event(
            LOG_INFO, "task retried", NULL, LS("task_id", id), LSTR("task_type", s.task_type));
        e->queue.pending++;
        view_learn(e, &s, true);
        if (queue_free_workers(e) == 0)
            notify_work(e);
        queue_wake(e);
        c->done(c->arg, &s, NULL);
    }
    arena_release(&arena);
    release(c);
}

void engine_retry(
    struct engine *e, const struct uuid *id, int64_t by, engine_state_fn done, void *arg)
{
    struct change *c = change_new(e, id, done, arg);
    struct db_unit *u = db_unit_new(e->o.db, DB_USER);
    store_retry(u, id, by, e->o.node);
    engine_submit(e, u, on_retried, c);
}
