/* What becomes of a task whose attempt has ended: completed, failed, cancelled, or back in the
 * queue. */
#include "task/inside.h"

#define RETRY_BASE_MS 1000
#define RETRY_CAP_MS 60000

/*
 * Only what may pass is tried again. An attempt that moved the checkpoint starts the count anew, so
 * a long import over a bad line goes on for as long as it gets on; the overall limit ends one that
 * moves a little for ever. max_retries 0 means: never.
 */
struct verdict retry_decide(
    const struct err *err, bool progressed, int retry_count, int failures, int max_retries)
{
    struct verdict v = {.retry_count = progressed ? 0 : retry_count, .failures = failures + 1};
    v.again = err->passing && v.retry_count < max_retries && v.failures < ENGINE_FAILURES_MAX;
    if (!v.again)
        return v;
    v.delay_ms =
        backoff_ms((unsigned)v.retry_count, RETRY_BASE_MS, RETRY_CAP_MS, err->retry_after_ms);
    if (!progressed)
        v.retry_count++;
    return v;
}

static void fail(struct obm_task *t)
{
    struct final *f = &t->final;
    const struct err *err = &t->end_err;
    f->status = TASK_FAILED;
    f->code = err->code == ERR_NONE ? ERR_INTERNAL_ERROR : err->code;
    f->event = "failed";
    buf_adds(&f->error, err->message);
    buf_adds(&f->event_message, err->message);
}

static void fail_or_retry(struct obm_task *t)
{
    struct final *f = &t->final;
    struct verdict v = retry_decide(&t->end_err, t->commit_no > t->first_commit_no,
        t->s.retry_count, t->failures, t->s.max_retries);
    f->retry_count = v.retry_count;
    f->failures = v.failures;
    if (!v.again) {
        fail(t);
        return;
    }
    f->status = TASK_PENDING;
    f->delay_ms = v.delay_ms;
    f->event = "retried";
    buf_printf(&f->wait_reason, TR("Новая попытка через %d с: %s", "Next attempt in %d s: %s"),
        (int)((v.delay_ms + 999) / 1000), t->end_err.message);
    buf_add_str(&f->event_message, buf_str(&f->wait_reason));
}

void outcome_decide(struct obm_task *t)
{
    struct final *f = &t->final;
    f->retry_count = t->s.retry_count;
    f->failures = t->failures;
    f->delay_ms = -1;
    switch (t->end) {
    case END_DONE:
        if (task_counters_add_up(&t->s.stats)) {
            f->status = TASK_COMPLETED;
            f->event = "completed";
            return;
        }
        err_set(&t->end_err, ERR_INTERNAL_ERROR,
            TR("Счётчики не сходятся: получено %lld записей, учтено %lld. Сообщите разработчику",
                "The counters do not add up: %lld records fetched, %lld accounted for. Tell the "
                "developer"),
            (long long)t->s.stats.fetched,
            (long long)(t->s.stats.created + t->s.stats.updated + t->s.stats.unchanged +
                        t->s.stats.skipped + t->s.stats.failed));
        fail(t);
        return;
    case END_CANCEL:
        f->status = TASK_CANCELLED;
        f->event = "cancelled";
        return;
    case END_HANDBACK:
        f->status = TASK_PENDING;
        f->event = "handed_back";
        return;
    case END_TIMEOUT:
        err_set_passing(&t->end_err, ERR_TASK_TIMEOUT,
            TR("Задача не уложилась в отведённое время (%d с): увеличьте timeout или сузьте период",
                "The task took longer than allowed (%d s): raise its timeout or narrow the period"),
            t->s.timeout_s);
        fail_or_retry(t);
        return;
    case END_FAILED:
    case END_LOST:
    case END_NOT:
        fail_or_retry(t);
        return;
    }
}

void outcome_report(struct obm_task *t)
{
    if (!t->type->report || !t->loaded)
        return;
    struct json_writer w = json_writer(&t->final.report);
    jw_object(&w);
    t->type->report(t, &w);
    jw_object_end(&w);
}
