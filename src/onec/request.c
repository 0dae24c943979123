#include "onec/request.h"

#include <stdio.h>
#include <stdlib.h>

#include "obmen/backoff.h"
#include "obmen/log.h"
#include "onec/farewell.h"
#include "onec/service.h"

enum {
    TRIES_MAX = 8,      /* then the task itself is retried */
    EXCEPTIONS_MAX = 3, /* retries of an error inside the application */
    BASE_MS = 1000,
    SLOW_BASE_MS = 5000,
    CAP_MS = 60000,
    FAREWELLS_MAX = 2, /* again without a pause; then the task goes on, and so does farewell.c */
    SILENCE_MS = 5000, /* then people are told that 1C is silent */
    BURST_NS = 500000, /* of parsing, then the loop has its turn */
};

/* Complaints come in the form that is accepted first, also those about a plain number. */
static const char ACCEPT[] = "Accept: application/json, text/plain;q=0.9, */*;q=0.8";

void onec_link_init(struct onec_link *l, struct onec *service, struct obm_task *task)
{
    *l = (struct onec_link){.service = service, .task = task};
    onec_answer_init(&l->answer);
}

struct buf *onec_link_url(struct onec_link *l)
{
    buf_clear(&l->url);
    return &l->url;
}

/* ---- the call ---- */

static bool on_head(void *arg, const struct http_answer *head)
{
    struct onec_link *l = arg;
    if (!l->finishing)
        onec_session_head(&l->session, head);
    onec_answer_head(&l->answer, head);
    return true;
}

static bool on_data(void *arg, struct str piece)
{
    struct onec_link *l = arg;
    int64_t start = time_mono_ns();
    bool go_on = onec_answer_data(&l->answer, piece);
    l->parse_ns += time_mono_ns() - start;
    if (go_on && l->parse_ns > BURST_NS && !l->paused) {
        l->paused = true;
        http_call_pause(l->call, true);
        obm_wake(l->task);
    }
    return go_on;
}

static void start_call(struct onec_link *l);
static void start_farewell(struct onec_link *l, bool replacing);

static void rest(struct onec_link *l, enum onec_verdict verdict)
{
    bool slowly = verdict == ONEC_AGAIN_SLOWLY;
    int64_t ms =
        backoff_ms(l->tries - 1, slowly ? SLOW_BASE_MS : BASE_MS, CAP_MS, l->err.retry_after_ms);
    char reason[480];
    snprintf(reason, sizeof reason,
        TR("%s Следующая попытка через %lld с.", "%s The next try in %lld s."), l->err.message,
        (long long)((ms + 999) / 1000));
    obm_wait_reason(l->task, reason);
    l->complained = true;
    l->again_at = time_mono_ms() + ms;
    l->state = ONEC_RESTING;
    l->retries++;
    l->service->figures.retries++;
    char id[UUID_TEXT];
    uuid_format(obm_id(l->task), id);
    log_event(LOG_WARNING, "1c request retried", NULL, LS("task_id", id),
        LS("set", l->set ? l->set : ""), LI("try", l->tries), LI("wait_ms", ms), LERR(&l->err));
    if (slowly)
        onec_session_renew(&l->session);
}

static void settle(struct onec_link *l, enum onec_verdict verdict)
{
    onec_heard(l->service, verdict == ONEC_GOOD ? NULL : &l->err);
    if (l->finishing && !onec_farewell_over(verdict, l->answer.status) &&
        l->tries++ < FAREWELLS_MAX && !obm_ending(l->task)) {
        start_farewell(l, false);
        return;
    }
    if (l->finishing && onec_farewell_over(verdict, l->answer.status))
        l->session.state = ONEC_SESSION_WITHOUT;
    if (verdict == ONEC_AGAIN_THRICE && l->exceptions++ >= EXCEPTIONS_MAX)
        verdict = ONEC_STOP;
    if (verdict == ONEC_GOOD)
        l->state = ONEC_DONE;
    else if (verdict == ONEC_STOP || l->finishing || l->tries >= TRIES_MAX || obm_ending(l->task))
        l->state = ONEC_FAILED;
    else
        rest(l, verdict);
}

static void on_done(void *arg, const struct http_answer *head, const struct err *fault)
{
    struct onec_link *l = arg;
    l->call = NULL;
    l->paused = false;
    if (fault && fault->cancelled && obm_ending(l->task)) {
        if (l->replacing)
            onec_farewell_start(l->service, l->session.cookie);
        l->err = *fault;
        l->state = ONEC_FAILED;
        return;
    }
    l->err = ERR_INIT;
    enum onec_verdict verdict = onec_answer_judge(&l->answer, fault, l->set, &l->err);
    enum onec_session_verdict session =
        fault || l->finishing ? ONEC_SESSION_FINE : onec_session_judge(&l->session, &l->answer);
    if (l->replacing && !onec_farewell_over(verdict, l->answer.status))
        onec_farewell_start(l->service, l->session.cookie);
    if (l->replacing || session == ONEC_SESSION_AGAIN)
        start_call(l);
    else if (session == ONEC_SESSION_REPLACE)
        start_farewell(l, true);
    else
        settle(l, verdict);
    obm_wake(l->task);
}

static const struct http_call_events call_events = {on_head, on_data, on_done};

static void call_1c(
    struct onec_link *l, const char *url, const char *const *headers, int timeout_ms)
{
    struct http_call_options options = onec_call_options(l->service, url, headers);
    if (timeout_ms)
        options.timeout_ms = timeout_ms;
    l->state = ONEC_CALLING;
    l->called_at = time_mono_ms();
    l->parse_ns = 0;
    l->requests++;
    l->service->figures.requests++;
    l->call = obm_http(l->task, &options, &call_events, l);
}

static void start_call(struct onec_link *l)
{
    const char *headers[] = {ACCEPT, onec_session_header(&l->session), NULL};
    l->finishing = l->replacing = false;
    onec_answer_begin(&l->answer, l->want, l->page);
    l->service->figures.sessions += l->session.starting;
    call_1c(l, l->url.p, headers, 0);
}

static void start_farewell(struct onec_link *l, bool replacing)
{
    const char *headers[] = {ACCEPT, l->session.cookie, ONEC_FAREWELL_HEADER, NULL};
    l->finishing = true;
    l->replacing = replacing;
    onec_farewell_url(l->service, &l->farewell);
    onec_answer_begin(&l->answer, ONEC_BODY_COUNT, NULL);
    call_1c(l, l->farewell.p, headers, ONEC_FAREWELL_MS);
}

void onec_link_get(
    struct onec_link *l, const char *set, enum onec_body want, struct onec_page *page)
{
    buf_addc(&l->url, 0);
    l->set = set;
    l->want = want;
    l->page = page;
    l->tries = 1;
    l->exceptions = 0;
    start_call(l);
}

void onec_link_finish(struct onec_link *l)
{
    if (l->session.state != ONEC_SESSION_OPEN) {
        l->state = ONEC_DONE;
        return;
    }
    l->tries = 1;
    start_farewell(l, false);
}

enum onec_progress onec_link_poll(struct onec_link *l, struct err *ret_err)
{
    switch (l->state) {
    case ONEC_DONE:
        l->state = ONEC_IDLE;
        if (l->complained)
            obm_wait_reason(l->task, NULL);
        l->complained = false;
        return ONEC_READY;
    case ONEC_FAILED:
        l->state = ONEC_IDLE;
        if (l->finishing)
            return ONEC_READY;
        *ret_err = l->err;
        return ONEC_BROKEN;
    case ONEC_RESTING:
        if (time_mono_ms() >= l->again_at) {
            l->tries++;
            start_call(l);
        }
        break;
    case ONEC_CALLING:
        if (l->paused) {
            l->paused = false;
            l->parse_ns = 0;
            http_call_pause(l->call, false);
        }
        if (!l->complained && !l->answer.bytes && time_mono_ms() - l->called_at >= SILENCE_MS) {
            obm_wait_reason(l->task,
                TR("1С думает над ответом дольше 5 с.", "1C has been thinking for more than 5 s."));
            l->complained = true;
        }
        break;
    case ONEC_IDLE:
        break;
    }
    return ONEC_WAITING;
}

bool onec_link_no_set(const struct onec_link *l)
{
    const struct onec_complaint *c = onec_answer_complaint(&l->answer);
    return c->odata && c->has_code && (c->code == 8 || c->code == 20);
}

bool onec_link_no_right(const struct onec_link *l)
{
    return onec_link_no_set(l) && onec_answer_complaint(&l->answer)->code == 20;
}

int64_t onec_link_due(const struct onec_link *l)
{
    int64_t at;
    if (l->state == ONEC_RESTING)
        at = l->again_at;
    else if (l->state == ONEC_CALLING && !l->complained)
        at = l->called_at + SILENCE_MS;
    else
        return -1;
    int64_t left = at - time_mono_ms();
    return left > 0 ? left : 0;
}

/* ---- the end ---- */

void onec_link_close(struct onec_link *l)
{
    if (!l->service)
        return;
    if (l->service->waiting == l->task)
        l->service->waiting = NULL;
    if (l->session.state == ONEC_SESSION_OPEN)
        onec_farewell_start(l->service, l->session.cookie);
    onec_answer_release(&l->answer);
    buf_release(&l->url);
    buf_release(&l->farewell);
}
