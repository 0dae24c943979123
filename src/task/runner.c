/* One attempt from claim to its end (states: inside.h), and the run queue that gives all attempts
 * their turn. */
#include <stdlib.h>
#include "task/inside.h"

static void begin_ending(struct obm_task *t);

/* ---------------------------------------------------------------- moments */

static void earliest(int64_t *at, int64_t other)
{
    if (other != 0 && (*at == 0 || other < *at))
        *at = other;
}

static bool due(int64_t *at, int64_t now)
{
    if (*at == 0 || *at > now)
        return false;
    *at = 0;
    return true;
}

static void on_due(uv_timer_t *timer)
{
    struct obm_task *t = timer->data;
    int64_t now = engine_ms();
    if (due(&t->deadline_at, now) && attempt_alive(t))
        attempt_end(t, END_TIMEOUT, NULL);
    attempt_account(t);
    if (due(&t->sleep_at, now))
        attempt_wake(t);
    if (due(&t->retry_at, now))
        commit_resume(t);
    if (due(&t->grace_at, now))
        commit_stop(t, true);
    if (due(&t->touch_at, now))
        touch_now(t);
    if (due(&t->show_at, now))
        attempt_show(t, true);
    attempt_arm(t);
}

void attempt_arm(struct obm_task *t)
{
    if (t->state == ATTEMPT_GONE)
        return;
    int64_t at = 0;
    if (attempt_alive(t)) {
        earliest(&at, t->deadline_at);
        earliest(&at, t->sleep_at);
        earliest(&at, t->touch_at);
    }
    earliest(&at, t->retry_at);
    earliest(&at, t->grace_at);
    earliest(&at, t->show_at);
    if (at == 0) {
        uv_timer_stop(&t->timer);
        return;
    }
    uv_update_time(t->e->loop);
    int64_t left = at - engine_ms();
    uv_timer_start(&t->timer, on_due, left > 0 ? (uint64_t)left : 0, 0);
}

/* ---------------------------------------------------------------- accounts */

static enum timing_use use_now(const struct obm_task *t)
{
    if (t->in_step || t->state == ATTEMPT_RUNNABLE)
        return TIMING_WORK;
    if (t->queries > 0 || t->commit.state != COMMIT_IDLE)
        return TIMING_DATABASE;
    if (t->requests > 0)
        return TIMING_SOURCE;
    return t->sleep_at ? TIMING_PAUSE : TIMING_WORK;
}

void attempt_account(struct obm_task *t)
{
    if (t->begun_ns && t->state < ATTEMPT_FINISHING)
        timing_add(&t->timing, t->phase, use_now(t), time_mono_ns());
}

/* ---------------------------------------------------------------- start */

static int phase_index(const struct obm_task_type *type, struct str name)
{
    for (int i = 0; type->phases[i].name; i++)
        if (str_is(name, type->phases[i].name))
            return i;
    return -1;
}

/* {"phase":"import","state":{what the type saved}} → the phase to go on with; the type's part. */
static int read_checkpoint(
    struct obm_task *t, struct str text, const struct json **ret_state, struct err *ret_err)
{
    *ret_state = NULL;
    if (!text.p)
        return 0;
    struct json *doc = json_parse(&t->arena, text, ret_err);
    if (doc == NULL)
        return -1;
    t->phase = phase_index(t->type, json_text(json_get(doc, "phase")));
    if (t->phase < 0) {
        t->phase = 0;
        return err_set(ret_err, ERR_INTERNAL_ERROR,
            TR("Задача начата другой версией программы, и продолжить её нельзя: запустите новую",
                "The task was begun by another version of the program and can't go on: start a new "
                "one"));
    }
    *ret_state = json_get(doc, "state");
    return 0;
}

static int load(struct obm_task *t, struct err *ret_err)
{
    const struct json *state;
    t->params = json_parse(&t->arena, t->s.params, ret_err);
    if (t->params == NULL || read_checkpoint(t, t->checkpoint, &state, ret_err) < 0)
        return -1;
    if (t->type->load && t->type->load(t, state, ret_err) < 0) {
        ret_err->passing = false;
        return -1;
    }
    return 0;
}

/* The task is claimed here while an attempt of it still stands here: that one's lease ran out
 * before it noticed, or its final write has landed and the answer is slower than the claim's. Its
 * final write goes on; anything else stops. */
static void outlive(struct engine *e, const struct uuid *id)
{
    struct obm_task *old = attempt_find(e, id);
    if (old)
        attempt_end(old, END_LOST, NULL);
}

void attempt_start(struct engine *e, const struct task_kind *kind, const struct store_claimed *c)
{
    outlive(e, &c->s.id);
    struct obm_task *t = mem_alloc(sizeof *t);
    t->e = e;
    t->type = kind->type;
    t->token = c->token;
    t->commit_no = t->first_commit_no = c->commit_no;
    t->failures = c->failures;
    t->s = *task_state_copy(&t->arena, &c->s);
    t->s.message = t->s.wait_reason = t->s.timing = STR_NULL;
    t->arena.next_size = 0;
    attempt_set_text(t, TEXT_MESSAGE, c->s.message);
    attempt_set_text(t, TEXT_TIMING, c->s.timing);
    timing_load(&t->timing, &t->arena, kind->type->phases, c->s.timing);
    t->checkpoint = c->checkpoint.p ? arena_str(&t->arena, c->checkpoint) : STR_NULL;
    t->total = t->s.total;
    t->mem = arena_alloc(&t->arena, t->type->state_size + 1);
    list_init(&t->run_link);
    list_init(&t->ops);
    list_init(&t->final.link);
    pending_init(t);
    uv_timer_init(e->loop, &t->timer);
    t->timer.data = t;
    list_add_tail(&e->attempts, &t->link);
    map_put(&e->running, t->s.id.b, sizeof t->s.id.b, t);
    t->state = ATTEMPT_READY;
    list_add_tail(&e->ready, &t->run_link);
    e->ready_count++;
    lease_watch(e);
    char id[UUID_TEXT];
    uuid_format(&t->s.id, id);
    log_event(LOG_INFO, t->s.attempt == 1 ? "task started" : "task resumed", NULL,
        LS("task_id", id), LS("task_type", t->type->name), LI("attempt", t->s.attempt));
    attempt_show(t, true);
    if (t->s.cancel_requested)
        attempt_end(t, END_CANCEL, NULL);
}

void attempt_begin_ready(struct engine *e)
{
    while (e->life == ENGINE_OPEN && e->active < e->o.workers && !list_empty(&e->ready)) {
        struct obm_task *t = container_of(e->ready.next, struct obm_task, run_link);
        list_remove(&t->run_link);
        e->ready_count--;
        e->active++;
        t->begun_ns = t->timing.at_ns = time_mono_ns();
        t->last_touch = engine_ms();
        t->deadline_at = t->last_touch + (int64_t)t->s.timeout_s * 1000;
        t->state = ATTEMPT_RUNNABLE;
        list_add_tail(&e->runnable, &t->run_link);
        engine_turn_on(e);
    }
}

struct obm_task *attempt_find(const struct engine *e, const struct uuid *id)
{
    return map_get(&e->running, id->b, sizeof id->b);
}

/* ---------------------------------------------------------------- steps */

void attempt_wake(struct obm_task *t)
{
    if (t->in_step || t->after != AFTER_NOTHING) {
        t->woken = true;
    } else if (t->state == ATTEMPT_WAITING) {
        attempt_account(t);
        t->state = ATTEMPT_RUNNABLE;
        list_add_tail(&t->e->runnable, &t->run_link);
        engine_turn_on(t->e);
    }
}

static void enter_phase(struct obm_task *t, int phase)
{
    attempt_account(t);
    t->phase = phase;
    t->entered = 0;
    t->phase_unlogged = true;
    touch_want(t);
}

static void run_again(struct obm_task *t)
{
    t->state = ATTEMPT_RUNNABLE;
    list_add_tail(&t->e->runnable, &t->run_link);
}

static void park(struct obm_task *t)
{
    t->state = ATTEMPT_WAITING;
    attempt_arm(t);
}

/* What NEXT and DONE mean, once nothing of this phase is still being committed. */
static void go_on(struct obm_task *t, enum obm_step step)
{
    bool last = t->type->phases[t->phase + 1].name == NULL;
    t->after = AFTER_NOTHING;
    if (step == OBM_NEXT && !last) {
        enter_phase(t, t->phase + 1);
        run_again(t);
        engine_turn_on(t->e);
        return;
    }
    if (commit_has_counters(t)) {
        /* Counted after the last commit: they are committed with one more. */
        t->after = AFTER_DONE;
        park(t);
        obm_commit(t, NULL, NULL, NULL);
        return;
    }
    attempt_end(t, END_DONE, NULL);
}

void attempt_committed(struct obm_task *t, bool ok)
{
    if (t->state == ATTEMPT_ENDING) {
        attempt_ending(t);
        return;
    }
    if (t->commit.state != COMMIT_IDLE)
        return; /* its callback has begun another one */
    if (t->after == AFTER_NOTHING || !ok) {
        /* The phase that thought it was finished is called again and hears of the failure there. */
        t->after = AFTER_NOTHING;
        attempt_wake(t);
        return;
    }
    go_on(t, t->after == AFTER_NEXT ? OBM_NEXT : OBM_DONE);
}

static void take_step(struct obm_task *t, enum obm_step step)
{
    switch (step) {
    case OBM_MORE:
        run_again(t);
        return;
    case OBM_WAIT:
        if (t->woken)
            run_again(t);
        else
            park(t);
        return;
    case OBM_NEXT:
    case OBM_DONE:
        if (t->commit.state != COMMIT_IDLE) {
            t->after = step == OBM_NEXT ? AFTER_NEXT : AFTER_DONE;
            park(t);
        } else {
            go_on(t, step);
        }
        return;
    case OBM_FAILED:
        if (t->fail.code == ERR_NONE)
            err_set(&t->fail, ERR_INTERNAL_ERROR,
                TR("Задача остановилась и не сказала почему: сообщите разработчику",
                    "The task stopped without saying why: tell its developer"));
        attempt_end(t, END_FAILED, &t->fail);
        return;
    }
}

static void attempt_step(struct obm_task *t)
{
    int64_t started = time_mono_ns();
    const char *phase = "load";
    enum obm_step step;
    struct err err = ERR_INIT;
    attempt_account(t);
    t->in_step = true;
    t->woken = false;
    if (!t->loaded) {
        t->loaded = true;
        bool ok = load(t, &err) == 0;
        if (ok)
            touch_want(t);
        else
            t->fail = err;
        step = ok ? OBM_MORE : OBM_FAILED;
    } else {
        phase = t->type->phases[t->phase].name;
        step = t->type->phases[t->phase].step(t);
        t->entered++;
    }
    attempt_account(t);
    t->in_step = false;
    int64_t now = time_mono_ns(), took = now - started;
    if (took / 1000 > t->e->figures.longest_step_us)
        t->e->figures.longest_step_us = took / 1000;
    if (took > ENGINE_STEP_WARN_NS)
        log_event(LOG_WARNING, "slow step", NULL, LS("task_type", t->type->name),
            LS("phase", phase), LI("ms", took / 1000000));
    if (t->end != END_NOT)
        begin_ending(t);
    else if (t->deadline_at != 0 && now / 1000000 >= t->deadline_at && step != OBM_DONE)
        attempt_end(t, END_TIMEOUT, NULL);
    else
        take_step(t, step);
}

void attempt_run(struct engine *e)
{
    int64_t started = time_mono_ns();
    while (!list_empty(&e->runnable)) {
        struct obm_task *t = container_of(e->runnable.next, struct obm_task, run_link);
        list_remove(&t->run_link);
        attempt_step(t);
        if (time_mono_ns() - started > ENGINE_TURN_NS)
            return;
    }
}

/* ---------------------------------------------------------------- end */

static void begin_ending(struct obm_task *t)
{
    attempt_account(t);
    list_remove(&t->run_link);
    if (t->state == ATTEMPT_READY)
        t->e->ready_count--;
    t->state = ATTEMPT_ENDING;
    t->sleep_at = t->touch_at = t->deadline_at = 0;
    t->after = AFTER_NOTHING;
    ops_stop(t);
    commit_stop(t, t->end == END_LOST);
    attempt_ending(t);
}

void attempt_end(struct obm_task *t, enum attempt_end why, const struct err *err)
{
    if (t->state >= ATTEMPT_FINISHING || why <= t->end)
        return;
    t->end = why;
    if (err)
        t->end_err = *err;
    if (t->in_step)
        return;
    if (t->state != ATTEMPT_ENDING)
        begin_ending(t);
    else if (why == END_LOST)
        commit_stop(t, true);
}

void attempt_ending(struct obm_task *t)
{
    if (t->state != ATTEMPT_ENDING || !list_empty(&t->ops) || t->commit.state != COMMIT_IDLE ||
        t->touch_unit != NULL || t->holds > 0) {
        attempt_arm(t);
        return;
    }
    attempt_account(t);
    t->state = ATTEMPT_FINISHING;
    attempt_arm(t);
    struct engine *e = t->e;
    if (t->begun_ns) {
        e->active--;
        queue_took(e, time_mono_ns() - t->begun_ns);
    }
    finish_attempt(t);
    attempt_begin_ready(e);
    queue_go_on(e);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct obm_task *t = handle->data;
    struct engine *e = t->e;
    list_remove(&t->link);
    pending_release(t);
    buf_release(&t->message);
    buf_release(&t->wait_reason);
    for (int i = 0; i < TEXTS; i++)
        buf_release(&t->texts[i]);
    buf_release(&t->final.error);
    buf_release(&t->final.wait_reason);
    buf_release(&t->final.event_message);
    buf_release(&t->final.report);
    arena_release(&t->arena);
    free(t);
    engine_check_closed(e);
}

void attempt_gone(struct obm_task *t)
{
    t->state = ATTEMPT_GONE;
    bool group = t->type->exclusive != NULL;
    if (attempt_find(t->e, &t->s.id) == t) /* else a later attempt has its place */
        map_remove(&t->e->running, t->s.id.b, sizeof t->s.id.b);
    list_remove(&t->final.link);
    uv_close((uv_handle_t *)&t->timer, on_timer_closed);
    if (group) /* the next one of it may run */
        queue_wake(t->e);
    else /* room for more, when many final writes were under way */
        queue_go_on(t->e);
}
