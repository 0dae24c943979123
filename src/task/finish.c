/*
 * How attempts end: what becomes of the task, and the final write, which is repeated until it lands
 * or the lease is gone. Attempts that end together are written together.
 *
 *   waiting --> sent --> landed (the row came back)
 *                        asked about (it did not: has it landed before, or is the lease gone?) -->
 * landed, or lost resting (a passing fault) --> sent
 */
#include "task/inside.h"

#define BASE_MS 200
#define CAP_MS 5000
#define TOGETHER 512

static void flush(struct engine *e);
static void send_unit(struct engine *e);
static void ask(struct engine *e);

static void flush_later(struct engine *e, struct later *l)
{
    e->finisher.flushing = false;
    flush(e);
}

static void on_rested(uv_timer_t *timer)
{
    struct engine *e = timer->data;
    if (e->finisher.unit)
        send_unit(e);
    else if (!list_empty(&e->finisher.sent))
        ask(e);
    else
        flush(e);
}

void finisher_init(struct engine *e)
{
    struct finisher *f = &e->finisher;
    list_init(&f->waiting);
    list_init(&f->sent);
    list_init(&f->later.link);
    f->later.run = flush_later;
    uv_timer_init(e->loop, &f->rest);
    f->rest.data = e;
}

static struct obm_task *of(struct list *item)
{
    return container_of(container_of(item, struct final, link), struct obm_task, final);
}

/* ---------------------------------------------------------------- landed, lost */

static void log_end(struct obm_task *t)
{
    struct engine *e = t->e;
    const struct final *f = &t->final;
    char id[UUID_TEXT];
    uuid_format(&t->s.id, id);
    const struct task_state *s = &t->s;
    if (task_ended(s->status))
        figures_ended(e, s);
    switch (s->status) {
    case TASK_COMPLETED:
        e->figures.completed++;
        log_event(LOG_INFO, "task completed", NULL, LS("task_id", id),
            LS("task_type", t->type->name), LI("fetched", s->stats.fetched),
            LI("created", s->stats.created), LI("updated", s->stats.updated),
            LI("unchanged", s->stats.unchanged), LI("skipped", s->stats.skipped),
            LI("failed", s->stats.failed));
        break;
    case TASK_CANCELLED:
        e->figures.cancelled++;
        log_event(LOG_INFO, "task cancelled", NULL, LS("task_id", id),
            LS("task_type", t->type->name), LI("fetched", s->stats.fetched));
        break;
    case TASK_FAILED:
        e->figures.failed++;
        /* what the task was given is wrong: whoever gave it is told, nobody else has to act */
        log_event(t->end_err.code == ERR_VALIDATION_ERROR ? LOG_WARNING : LOG_ERROR, "task failed",
            NULL, LS("task_id", id), LS("task_type", t->type->name), LERR(&t->end_err));
        break;
    case TASK_PENDING:
        if (t->end == END_HANDBACK) {
            e->figures.handed_back++;
            log_event(LOG_INFO, "task handed back", NULL, LS("task_id", id),
                LS("task_type", t->type->name));
        } else {
            figures_retried(e, t->type);
            log_event(LOG_WARNING, "task retried", NULL, LS("task_id", id),
                LS("task_type", t->type->name), LI("retry_count", f->retry_count),
                LI("delay_ms", f->delay_ms), LERR(&t->end_err));
        }
        break;
    case TASK_RUNNING:
        break;
    }
}

static void landed(struct obm_task *t, const struct store_figures *f)
{
    struct engine *e = t->e;
    const struct final *final = &t->final;
    attempt_saw(t, f);
    bool failed = t->s.status == TASK_FAILED;
    attempt_set_text(t, TEXT_ERROR, failed ? buf_str(&final->error) : STR_NULL);
    t->s.error_code = failed ? final->code : ERR_NONE;
    t->s.retry_count = final->retry_count;
    if (t->s.status == TASK_PENDING)
        t->s.node = STR_NULL;
    log_end(t);
    bool ended = task_ended(t->s.status);
    view_show(e, &t->s, ended);
    view_keep(e, &t->s);
    notify_task(e, &t->s.id, ended ? HINT_FINAL : HINT_CHANGED, t->s.user_id);
    if (!ended) {
        e->queue.pending++;
        if (final->delay_ms >= 0)
            queue_planned(e, t->s.run_at);
        else
            notify_work(e);
    }
    if (t->read_again)
        view_want(e, &t->s.id, true, NULL, NULL);
    attempt_gone(t);
}

static void lost(struct obm_task *t)
{
    struct engine *e = t->e;
    char id[UUID_TEXT];
    uuid_format(&t->s.id, id);
    e->figures.lease_lost++;
    log_event(LOG_WARNING, "task lost its lease", NULL, LS("task_id", id),
        LS("task_type", t->type->name));
    struct uuid lost_id = t->s.id;
    view_keep(e, &t->s);
    attempt_gone(t);
    view_stale(e, &lost_id);
    if (e->life == ENGINE_OPEN)
        view_want(e, &lost_id, true, NULL, NULL);
}

/* ---------------------------------------------------------------- writing */

static void add_final(struct store_final *columns, struct obm_task *t)
{
    const struct final *f = &t->final;
    db_column_uuid(&columns->id, &t->s.id);
    db_column_i64(&columns->token, t->token);
    db_column_i32(&columns->status, f->status);
    db_column_i64(&columns->delay_ms, f->delay_ms);
    db_column_i32(&columns->retry_count, f->retry_count);
    db_column_i32(&columns->failures, f->failures);
    db_column_text(&columns->phase, str_from(t->type->phases[t->phase].name));
    db_column_text(&columns->error, f->status == TASK_FAILED ? buf_str(&f->error) : STR_NULL);
    db_column_text(
        &columns->code, f->status == TASK_FAILED ? str_from(err_code_name(f->code)) : STR_NULL);
    db_column_text(
        &columns->wait_reason, f->wait_reason.n > 0 ? buf_str(&f->wait_reason) : STR_NULL);
    db_column_text(&columns->report, f->report.n > 0 ? buf_str(&f->report) : STR_NULL);
    db_column_text(&columns->event, str_from(f->event));
    db_column_text(
        &columns->event_message, f->event_message.n > 0 ? buf_str(&f->event_message) : STR_NULL);
    struct buf timing = BUF_INIT;
    db_column_text(&columns->timing, timing_json(&t->timing, &timing));
    buf_release(&timing);
}

/* A later attempt of the same task may run here by now: only those sent are meant. */
static struct obm_task *sent_one(struct engine *e, const struct uuid *id)
{
    LIST_EACH(item, &e->finisher.sent)
    {
        if (uuid_eq(&of(item)->s.id, id))
            return of(item);
    }
    return NULL;
}

static void take_landed(struct engine *e, const struct db_result *r)
{
    for (int i = 0; i < db_rows(r); i++) {
        struct store_figures figures;
        store_figures(r, i, &figures);
        struct obm_task *t = sent_one(e, &figures.id);
        if (t)
            landed(t, &figures);
    }
}

static void rest(struct engine *e, const struct err *err)
{
    struct finisher *f = &e->finisher;
    if (f->tries == 0)
        log_event(LOG_WARNING, "final writes delayed", NULL, LERR(err));
    uv_timer_start(&f->rest, on_rested, (uint64_t)backoff_ms(f->tries++, BASE_MS, CAP_MS, 0), 0);
}

static void again(struct engine *e)
{
    struct finisher *f = &e->finisher;
    while (!list_empty(&f->sent)) {
        struct list *item = f->sent.prev;
        list_remove(item);
        list_add_head(&f->waiting, item);
    }
}

static void drop_sent(struct engine *e)
{
    LIST_EACH_SAFE(item, &e->finisher.sent)
    lost(of(item));
}

static void on_asked(void *arg, struct db_result *const *results, const struct err *err)
{
    struct engine *e = arg;
    e->finisher.in_flight = false;
    if (err && e->finisher.abandoned) {
        drop_sent(e);
    } else if (err) {
        rest(e, err);
        return;
    } else {
        take_landed(e, results[0]);
        drop_sent(e);
    }
    flush(e);
}

/* Rows that did not come back: their lease is gone, or an earlier try of which nobody heard has
 * landed. */
static void ask(struct engine *e)
{
    struct db_column ids, tokens;
    db_column_init(&ids, DB_UUID);
    db_column_init(&tokens, DB_INT8);
    LIST_EACH(item, &e->finisher.sent)
    {
        db_column_uuid(&ids, &of(item)->s.id);
        db_column_i64(&tokens, of(item)->token);
    }
    struct db_unit *u = db_unit_new(e->o.db, DB_USER);
    store_finished(u, &ids, &tokens);
    db_column_release(&ids);
    db_column_release(&tokens);
    e->finisher.in_flight = true;
    engine_submit(e, u, on_asked, e);
}

/* Something in these final writes is refused for good: find out which, then write that one without
 * its type's words. */
static void refused(struct engine *e, const struct err *err)
{
    struct finisher *f = &e->finisher;
    if (f->sent.next->next != &f->sent) {
        f->one_by_one = true;
        again(e);
        return;
    }
    struct obm_task *t = of(f->sent.next);
    char id[UUID_TEXT];
    uuid_format(&t->s.id, id);
    log_event(LOG_ERROR, "final write refused", NULL, LS("task_id", id), LERR(err));
    if (t->final.plain) {
        lost(t);
        return;
    }
    t->final.plain = true;
    buf_clear(&t->final.report);
    again(e);
}

static void on_finished(void *arg, struct db_result *const *results, const struct err *err)
{
    struct engine *e = arg;
    struct finisher *f = &e->finisher;
    struct db_unit *u = f->unit;
    f->unit = NULL;
    f->in_flight = false;
    if (err && f->abandoned) {
        drop_sent(e);
    } else if (err && err->passing) {
        db_keep(u);
        f->unit = u;
        rest(e, err);
        return;
    } else if (err) {
        refused(e, err);
    } else {
        f->tries = 0;
        take_landed(e, results[f->index]);
        if (!list_empty(&f->sent)) {
            ask(e);
            return;
        }
    }
    flush(e);
}

static void send_unit(struct engine *e)
{
    e->finisher.in_flight = true;
    engine_submit(e, e->finisher.unit, on_finished, e);
}

static void flush(struct engine *e)
{
    struct finisher *f = &e->finisher;
    if (f->in_flight || uv_is_active((uv_handle_t *)&f->rest))
        return;
    if (list_empty(&f->waiting)) {
        f->one_by_one = false;
        return;
    }
    struct db_unit *u = db_unit_new(e->o.db, DB_USER);
    struct store_final columns;
    store_final_init(&columns);
    bool complete = true; /* all of them */
    for (int i = 0; i < (f->one_by_one ? 1 : TOGETHER) && !list_empty(&f->waiting); i++) {
        struct list *item = f->waiting.next;
        list_remove(item);
        list_add_tail(&f->sent, item);
        struct obm_task *t = of(item);
        pending_write_events(t, u);
        add_final(&columns, t);
        complete = complete && t->final.status == TASK_COMPLETED;
    }
    f->index = complete ? store_complete(u, &columns) : store_finish(u, &columns, e->o.node);
    store_final_release(&columns);
    f->unit = u;
    send_unit(e);
}

void finish_abandon(struct engine *e)
{
    struct finisher *f = &e->finisher;
    f->abandoned = true;
    uv_timer_stop(&f->rest);
    LIST_EACH_SAFE(item, &f->waiting)
    lost(of(item));
    if (f->in_flight)
        return; /* cancelled by the engine; what comes back decides */
    if (f->unit)
        db_unit_free(f->unit);
    f->unit = NULL;
    drop_sent(e);
}

/* ---------------------------------------------------------------- an attempt ends */

void finish_attempt(struct obm_task *t)
{
    struct engine *e = t->e;
    if (t->end != END_LOST)
        outcome_report(t);
    if (t->type->cleanup && t->loaded)
        t->type->cleanup(t);
    if (t->end == END_LOST || e->finisher.abandoned) {
        lost(t);
        return;
    }
    outcome_decide(t);
    list_add_tail(&e->finisher.waiting, &t->final.link);
    if (!e->finisher.flushing) {
        e->finisher.flushing = true;
        engine_later(e, &e->finisher.later);
    }
}
