#include "onec/ask.h"

#include <stdio.h>

#include "obmen/backoff.h"
#include "obmen/time.h"

void onec_ask_init(struct onec_ask *q, struct obm_task *task)
{
    *q = (struct onec_ask){.task = task};
}

void onec_ask_release(struct onec_ask *q)
{
    if (q->state == ONEC_RESTING)
        db_unit_free(q->unit);
    q->state = ONEC_IDLE;
}

static void on_done(
    struct obm_task *t, void *arg, struct db_result *const *results, const struct err *err)
{
    struct onec_ask *q = arg;
    if (!err) {
        q->rows(q->arg, results);
        q->state = ONEC_DONE;
        if (q->tries > 0)
            obm_wait_reason(t, NULL);
        return;
    }
    q->err = *err;
    if (!err->passing || err->cancelled || obm_ending(t)) {
        q->state = ONEC_FAILED;
        return;
    }
    db_keep(q->unit);
    int64_t ms = backoff_ms(q->tries++, 100, 5000, err->retry_after_ms);
    char reason[480];
    snprintf(reason, sizeof reason, TR("База данных: %s", "Database: %s"), err->message);
    obm_wait_reason(t, reason);
    q->again_at = time_mono_ms() + ms;
    q->state = ONEC_RESTING;
    obm_wake(t);
}

void onec_ask_start(struct onec_ask *q, struct db_unit *u, onec_rows_fn rows, void *arg)
{
    q->unit = u;
    q->rows = rows;
    q->arg = arg;
    q->tries = 0;
    q->state = ONEC_CALLING;
    obm_query(q->task, u, on_done, q);
}

enum onec_progress onec_ask_poll(struct onec_ask *q, struct err *ret_err)
{
    switch (q->state) {
    case ONEC_DONE:
        q->state = ONEC_IDLE;
        return ONEC_READY;
    case ONEC_FAILED:
        q->state = ONEC_IDLE;
        *ret_err = q->err;
        return ONEC_BROKEN;
    case ONEC_RESTING:
        if (time_mono_ms() >= q->again_at) {
            q->state = ONEC_CALLING;
            obm_query(q->task, q->unit, on_done, q);
        }
        break;
    default:
        break;
    }
    return ONEC_WAITING;
}

int64_t onec_ask_due(const struct onec_ask *q)
{
    if (q->state != ONEC_RESTING)
        return -1;
    int64_t left = q->again_at - time_mono_ms();
    return left > 0 ? left : 0;
}
