/* What a phase asks and starts (include/obmen/task.h), but for obm_commit, obm_refuse and
 * obm_event. */
#include <stdlib.h>
#include "task/inside.h"

/* ---------------------------------------------------------------- asks */

void *obm_state(struct obm_task *t)
{
    return t->mem;
}

void *obm_ctx(struct obm_task *t)
{
    return t->type->ctx;
}

struct arena *obm_arena(struct obm_task *t)
{
    return &t->arena;
}

const struct json *obm_params(const struct obm_task *t)
{
    return t->params;
}

const struct uuid *obm_id(const struct obm_task *t)
{
    return &t->s.id;
}

int64_t obm_user(const struct obm_task *t)
{
    return t->s.user_id;
}

int obm_batch_size(const struct obm_task *t)
{
    return t->e->o.batch;
}

int obm_phase_entered(const struct obm_task *t)
{
    return t->entered;
}

struct obm_stats obm_stats(const struct obm_task *t)
{
    return t->s.stats;
}

bool obm_ending(const struct obm_task *t)
{
    return t->end != END_NOT;
}

/* ---------------------------------------------------------------- says */

void obm_count(struct obm_task *t, struct obm_stats add)
{
    t->add.fetched += add.fetched;
    t->add.created += add.created;
    t->add.updated += add.updated;
    t->add.unchanged += add.unchanged;
    t->add.skipped += add.skipped;
    t->add.failed += add.failed;
    t->add.deactivated += add.deactivated;
}

void obm_total(struct obm_task *t, int64_t total)
{
    t->total = total;
    touch_want(t);
}

static void say(struct obm_task *t, struct buf *where, const char *text)
{
    if (str_eq(buf_str(where), str_from(text)))
        return;
    buf_clear(where);
    if (text)
        buf_adds(where, text);
    touch_want(t);
}

void obm_message(struct obm_task *t, const char *text)
{
    say(t, &t->message, text);
}

void obm_wait_reason(struct obm_task *t, const char *text)
{
    say(t, &t->wait_reason, text);
}

enum obm_step obm_fail(struct obm_task *t, const struct err *err)
{
    t->fail = *err;
    return OBM_FAILED;
}

/* ---------------------------------------------------------------- starts */

struct task_op {
    struct list link; /* t->ops */
    struct obm_task *t;
    void *arg;
    struct db_unit *unit; /* a query */
    obm_db_fn done;
    struct http_call *call; /* or a request */
    struct http_call_events events;
};

static struct task_op *op_new(struct obm_task *t, void *arg)
{
    struct task_op *op = mem_alloc(sizeof *op);
    op->t = t;
    op->arg = arg;
    list_add_tail(&t->ops, &op->link);
    return op;
}

static void op_over(struct task_op *op)
{
    struct obm_task *t = op->t;
    attempt_account(t);
    if (op->unit)
        t->queries--;
    else
        t->requests--;
    free(op);
    if (t->state == ATTEMPT_ENDING)
        attempt_ending(t);
    else
        attempt_wake(t);
}

struct db_unit *obm_unit(struct obm_task *t)
{
    return db_unit_new(t->e->o.db, DB_TASK);
}

static void on_query(void *arg, struct db_result *const *results, const struct err *err)
{
    struct task_op *op = arg;
    struct err ended;
    if (err && op->t->end != END_NOT) {
        ended = *err;
        ended.cancelled = true;
        err = &ended;
    }
    list_remove(&op->link);
    if (op->done)
        op->done(op->t, op->arg, results, err);
    op_over(op);
}

void obm_query(struct obm_task *t, struct db_unit *u, obm_db_fn done, void *arg)
{
    struct task_op *op = op_new(t, arg);
    attempt_account(t);
    t->queries++;
    op->unit = u;
    op->done = done;
    db_submit(u, on_query, op);
    if (t->end != END_NOT)
        db_cancel(u);
}

static bool on_head(void *arg, const struct http_answer *a)
{
    struct task_op *op = arg;
    return op->events.on_head == NULL || op->events.on_head(op->arg, a);
}

static bool on_data(void *arg, struct str piece)
{
    struct task_op *op = arg;
    return op->events.on_data == NULL || op->events.on_data(op->arg, piece);
}

static void on_answer(void *arg, const struct http_answer *a, const struct err *err)
{
    struct task_op *op = arg;
    list_remove(&op->link);
    op->events.on_done(op->arg, a, err);
    op_over(op);
}

struct http_call *obm_http(struct obm_task *t, const struct http_call_options *o,
    const struct http_call_events *events, void *arg)
{
    static const struct http_call_events wrapped = {
        .on_head = on_head, .on_data = on_data, .on_done = on_answer};
    struct task_op *op = op_new(t, arg);
    attempt_account(t);
    t->requests++;
    op->events = *events;
    op->call = http_call_start(t->e->o.http, o, &wrapped, op);
    if (t->end != END_NOT)
        http_call_cancel(op->call);
    return op->call;
}

void ops_stop(struct obm_task *t)
{
    LIST_EACH_SAFE(item, &t->ops)
    {
        struct task_op *op = container_of(item, struct task_op, link);
        if (op->unit)
            db_cancel(op->unit);
        else
            http_call_cancel(op->call);
    }
}

enum obm_step obm_sleep(struct obm_task *t, int64_t ms)
{
    attempt_account(t);
    t->sleep_at = engine_ms() + (ms > 0 ? ms : 0);
    attempt_arm(t);
    return OBM_WAIT;
}

bool obm_sleeping(const struct obm_task *t)
{
    return t->sleep_at != 0;
}

void obm_wake(struct obm_task *t)
{
    attempt_wake(t);
}
