/*
 * obm_commit: the author's statements, the refused records, the log, the checkpoint and the
 * counters in one unit.
 *
 *   IDLE --> BLOCKED (a touch is under way) --> SENT --> IDLE
 *                                               SENT --> RESTING (a passing fault) --> SENT
 *                                               SENT --> ASKING (it has landed before; what does
 * the row say?) --> IDLE ASKING --> ASK_RESTING --> ASKING (OVER: while the end of one is being
 * told)
 *
 * The last statement of the unit changes the task's row if lease_token and commit_no are what this
 * attempt knows, and raises otherwise, so that everything before it is rolled back. So a unit whose
 * outcome is unknown is simply sent again: if it had landed, the second one is refused with OB002
 * and nothing happens twice.
 */
#include "task/inside.h"

#define RETRY_BASE_MS 1000
#define RETRY_CAP_MS 60000
#define TOUCH_CAP_MS 5000
#define COLLISION_BASE_MS 20 /* deadlocks and such pass quickly */

bool obm_committing(const struct obm_task *t)
{
    return t->commit.state != COMMIT_IDLE;
}

bool commit_has_counters(const struct obm_task *t)
{
    const struct obm_stats *a = &t->add;
    return (a->fetched | a->created | a->updated | a->unchanged | a->skipped | a->failed |
               a->deactivated) != 0 ||
           t->pending.ordinal.count > 0;
}

/* NULL text: nothing to say. */
static struct str said(const struct buf *b)
{
    return b->n > 0 ? buf_str(b) : STR_NULL;
}

static void write_checkpoint(struct obm_task *t, struct buf *out)
{
    struct json_writer w = json_writer(out);
    jw_object(&w);
    jw_kcstr(&w, "phase", t->type->phases[t->phase].name);
    if (t->type->save) {
        jw_key(&w, "state");
        jw_object(&w);
        t->type->save(t, &w);
        jw_object_end(&w);
    }
    jw_object_end(&w);
}

/* ---------------------------------------------------------------- the end of a commit */

static void over(struct obm_task *t, struct db_result *const *results, const struct err *err)
{
    struct commit *c = &t->commit;
    obm_db_fn done = c->done;
    void *arg = c->arg;
    bool phase_logged = c->phase_logged;
    attempt_account(t);
    *c = (struct commit){.state = COMMIT_IDLE};
    t->retry_at = t->grace_at = 0;
    if (err && phase_logged)
        t->phase_unlogged = true;
    if (done)
        done(t, arg, results, err);
    else if (err && attempt_alive(t))
        attempt_end(t, END_FAILED, err); /* nobody else hears of it */
    attempt_committed(t, err == NULL);
}

static void landed(
    struct obm_task *t, const struct db_result *row, struct db_result *const *results)
{
    struct store_figures f;
    int64_t before = t->s.stats.fetched;
    store_figures(row, 0, &f);
    attempt_saw(t, &f);
    t->commit_no++;
    t->e->figures.commits++;
    t->e->figures.records += (uint64_t)(t->s.stats.fetched - before);
    t->touch_at = 0;
    attempt_show(t, false);
    notify_task(t->e, &t->s.id, HINT_CHANGED, t->s.user_id);
    over(t, results, NULL);
    if (attempt_alive(t))
        touch_want(t); /* what was said since the commit was sent */
}

static void ended(struct obm_task *t, const struct err *err)
{
    struct err e = err ? *err : ERR_INIT;
    if (!err)
        err_set(
            &e, ERR_SERVICE_UNAVAILABLE, TR("Задача останавливается", "The task is being stopped"));
    e.cancelled = true;
    over(t, NULL, &e);
}

/* ---------------------------------------------------------------- sending */

static void rest(struct obm_task *t, enum commit_state state, const struct err *err)
{
    struct commit *c = &t->commit;
    bool collision = strncmp(err->sqlstate, "40", 2) == 0;
    c->state = state;
    t->e->figures.commit_retries++;
    t->retry_at = engine_ms() + backoff_ms(c->tries++,
                                    collision ? COLLISION_BASE_MS : RETRY_BASE_MS, RETRY_CAP_MS, 0);
    if (c->tries == 1 && !collision) {
        char id[UUID_TEXT];
        uuid_format(&t->s.id, id);
        log_event(LOG_WARNING, "task commit delayed", NULL, LS("task_id", id), LERR(err));
    }
    attempt_arm(t);
}

static void on_asked(void *arg, struct db_result *const *results, const struct err *err)
{
    struct obm_task *t = arg;
    t->commit.unit = NULL;
    t->commit.state = COMMIT_OVER;
    if (err) {
        if (t->end != END_NOT)
            ended(t, err);
        else if (err->passing)
            rest(t, COMMIT_ASK_RESTING, err);
        else
            over(t, NULL, err);
    } else if (db_rows(results[0]) == 0) {
        attempt_end(t, END_LOST, NULL);
        ended(t, NULL);
    } else {
        landed(t, results[0], NULL);
    }
}

static void ask(struct obm_task *t)
{
    struct db_unit *u = db_unit_new(t->e->o.db, DB_TASK);
    store_ask(u, &t->s.id, t->token);
    t->commit.unit = u;
    t->commit.state = COMMIT_ASKING;
    db_submit(u, on_asked, t);
}

static void on_committed(void *arg, struct db_result *const *results, const struct err *err)
{
    struct obm_task *t = arg;
    struct commit *c = &t->commit;
    struct db_unit *u = c->unit;
    c->unit = NULL;
    c->state = COMMIT_OVER;
    if (!err) {
        landed(t, results[c->index], results);
    } else if (strcmp(err->sqlstate, STORE_LEASE_LOST) == 0) {
        attempt_end(t, END_LOST, NULL);
        ended(t, err);
    } else if (strcmp(err->sqlstate, STORE_LANDED_BEFORE) == 0) {
        ask(t);
        if (t->end != END_NOT)
            commit_stop(t, t->end == END_LOST);
    } else if (t->end != END_NOT) {
        ended(t, err);
    } else if (err->passing) {
        db_keep(u);
        c->unit = u;
        rest(t, COMMIT_RESTING, err);
    } else {
        over(t, NULL, err);
    }
}

static void commit_send(struct obm_task *t)
{
    t->commit.state = COMMIT_SENT;
    db_submit(t->commit.unit, on_committed, t);
}

void commit_resume(struct obm_task *t)
{
    t->retry_at = 0;
    switch (t->commit.state) {
    case COMMIT_BLOCKED:
    case COMMIT_RESTING:
        commit_send(t);
        break;
    case COMMIT_ASK_RESTING:
        ask(t);
        break;
    case COMMIT_IDLE:
    case COMMIT_SENT:
    case COMMIT_ASKING:
    case COMMIT_OVER:
        break;
    }
}

/* The attempt ends. What has been sent may still land for a moment; what rests is dropped. */
void commit_stop(struct obm_task *t, bool now)
{
    struct commit *c = &t->commit;
    switch (c->state) {
    case COMMIT_BLOCKED:
    case COMMIT_RESTING:
        db_unit_free(c->unit);
        c->unit = NULL;
        ended(t, NULL);
        break;
    case COMMIT_ASK_RESTING:
        ended(t, NULL);
        break;
    case COMMIT_SENT:
    case COMMIT_ASKING:
        if (now)
            db_cancel(c->unit);
        else
            t->grace_at = engine_ms() + ENGINE_GRACE_MS;
        break;
    case COMMIT_IDLE:
    case COMMIT_OVER:
        break;
    }
    if (t->touch_unit && t->touch_rests) {
        db_unit_free(t->touch_unit);
        t->touch_unit = NULL;
        t->touch_rests = false;
    } else if (t->touch_unit) {
        if (now)
            db_cancel(t->touch_unit);
        else
            t->grace_at = engine_ms() + ENGINE_GRACE_MS;
    }
}

void obm_commit(struct obm_task *t, struct db_unit *u, obm_db_fn done, void *arg)
{
    struct commit *c = &t->commit;
    if (c->state != COMMIT_IDLE) {
        if (u)
            db_unit_free(u);
        struct err err;
        err_set(&err, ERR_INTERNAL_ERROR,
            TR("Задача начала запись, не дождавшись прежней: сообщите разработчику",
                "The task began to write before its last write had ended: tell its developer"));
        attempt_end(t, END_FAILED, &err);
        return;
    }
    if (!u)
        u = db_unit_new(t->e->o.db, DB_TASK);
    *c = (struct commit){.unit = u, .done = done, .arg = arg, .phase_logged = t->phase_unlogged};
    pending_write_refused(t, u);
    pending_write_events(t, u);
    struct buf checkpoint = BUF_INIT, timing = BUF_INIT;
    write_checkpoint(t, &checkpoint);
    attempt_account(t);
    int64_t fetched = t->s.stats.fetched + t->add.fetched;
    c->index = store_commit(u, &(struct store_commit){
                                   .id = &t->s.id,
                                   .token = t->token,
                                   .commit_no = t->commit_no,
                                   .checkpoint = buf_str(&checkpoint),
                                   .phase = t->type->phases[t->phase].name,
                                   .add = t->add,
                                   .total = t->total,
                                   .progress = progress_percent(t->s.progress, fetched, t->total),
                                   .message = said(&t->message),
                                   .wait_reason = said(&t->wait_reason),
                                   .rate = rate_add(&t->rate, engine_ms(), fetched),
                                   .timing = timing_json(&t->timing, &timing),
                                   .lease_ms = t->e->lease.hold_ms,
                               });
    buf_release(&checkpoint);
    buf_release(&timing);
    t->add = (struct obm_stats){0};
    if (t->touch_unit && t->end == END_NOT)
        c->state = COMMIT_BLOCKED;
    else
        commit_send(t);
    if (t->end != END_NOT)
        commit_stop(t, true);
}

/* ---------------------------------------------------------------- touches: changes that belong to
 * no commit */

static bool touch_needed(const struct obm_task *t)
{
    return t->total != t->s.total || !str_is(t->s.phase, t->type->phases[t->phase].name) ||
           !str_eq(buf_str(&t->message), t->s.message) ||
           !str_eq(buf_str(&t->wait_reason), t->s.wait_reason);
}

void touch_want(struct obm_task *t)
{
    if (t->touch_at != 0 || t->commit.state == COMMIT_SENT || !attempt_alive(t) || !touch_needed(t))
        return;
    int64_t now = engine_ms(), next = t->last_touch + ENGINE_TOUCH_MS;
    t->touch_at = now + ENGINE_TOUCH_FIRST_MS > next ? now + ENGINE_TOUCH_FIRST_MS : next;
    attempt_arm(t);
}

static void on_touched(void *arg, struct db_result *const *results, const struct err *err)
{
    struct obm_task *t = arg;
    struct db_unit *u = t->touch_unit;
    if (err && err->passing && !err->cancelled && t->end == END_NOT) {
        db_keep(u);
        t->touch_rests = true;
        t->touch_at = engine_ms() + backoff_ms(t->touch_tries++, RETRY_BASE_MS, TOUCH_CAP_MS, 0);
        attempt_arm(t);
        return;
    }
    t->touch_unit = NULL;
    t->touch_tries = 0;
    if (!err && db_rows(results[t->touch_index]) == 0) {
        attempt_end(t, END_LOST, NULL);
    } else if (!err) {
        struct store_figures f;
        store_figures(results[t->touch_index], 0, &f);
        attempt_saw(t, &f);
        attempt_show(t, false);
        notify_task(t->e, &t->s.id, HINT_CHANGED, t->s.user_id);
    }
    if (t->commit.state == COMMIT_BLOCKED)
        commit_resume(t);
    if (t->state == ATTEMPT_ENDING)
        attempt_ending(t);
    else
        touch_want(t);
}

void touch_now(struct obm_task *t)
{
    if (t->touch_rests) {
        t->touch_rests = false;
        db_submit(t->touch_unit, on_touched, t);
        return;
    }
    if (!attempt_alive(t) || t->commit.state != COMMIT_IDLE || t->touch_unit || !touch_needed(t))
        return; /* the commit under way carries it, or the next look does */
    struct db_unit *u = db_unit_new(t->e->o.db, DB_TASK);
    pending_write_events(t, u);
    t->touch_index = store_touch(u, &t->s.id, t->token, t->type->phases[t->phase].name, t->total,
        said(&t->message), said(&t->wait_reason));
    t->last_touch = engine_ms();
    t->touch_unit = u;
    db_submit(u, on_touched, t);
}
