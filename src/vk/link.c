#include "vk/link.h"

#include <stdio.h>

#include "obmen/backoff.h"
#include "obmen/log.h"
#include "obmen/time.h"

enum {
    TRIES_MAX = 8,    /* then the task itself is retried */
    THRICE_MAX = 3,   /* retries of an unknown error */
    SMALLER_FROM = 3, /* tries of an internal error before asking for less */
    BASE_MS = 1000,
    CAP_MS = 60000,
    TIMEOUT_MS = 60000,
    IDLE_TIMEOUT_MS = 30000,
    BURST_NS = 2000000, /* of parsing, then the loop has its turn */
    PAGE_MAX = 100,
    CODE_INTERNAL = 10,
    CODE_CAPTCHA = 14,
    CODE_SERVICE_TOKEN = 28,
};

void vk_link_init(struct vk_link *l, struct vk *service, struct obm_task *task)
{
    *l = (struct vk_link){.service = service,
        .task = task,
        .slot = -1,
        .batch_max = VK_CALLS_MAX,
        .page_max = PAGE_MAX};
}

void vk_link_release(struct vk_link *l)
{
    vk_answer_release(&l->answer);
    buf_release(&l->url);
    buf_release(&l->body);
}

struct vk_call *vk_link_add(struct vk_link *l, const char *method)
{
    struct vk_call *c = &l->calls[l->count++];
    *c = (struct vk_call){.method = method};
    return c;
}

/* ---- what becomes of an answer ---- */

static void rest(struct vk_link *l)
{
    int64_t ms = backoff_ms(l->tries, BASE_MS, CAP_MS, l->err.retry_after_ms);
    char reason[480];
    snprintf(reason, sizeof reason,
        TR("%s Следующая попытка через %lld с.", "%s The next try in %lld s."), l->err.message,
        (long long)((ms + 999) / 1000));
    obm_wait_reason(l->task, reason);
    l->complained = true;
    l->again_at = time_mono_ms() + ms;
    l->state = VK_RESTING;
    l->tries++;
    l->retries++;
    l->service->figures.retries++;
    char id[UUID_TEXT];
    uuid_format(obm_id(l->task), id);
    log_event(LOG_WARNING, "vk request retried", NULL, LS("task_id", id),
        LS("method", l->calls[0].method), LI("try", l->tries), LI("wait_ms", ms), LERR(&l->err));
}

/* Half of what was asked at once: first fewer calls, then shorter pages. False: it is little enough
 * already. */
static bool ask_less(struct vk_link *l)
{
    if (l->batch && l->count > 1)
        l->batch_max = l->count / 2;
    else if (l->page_max > 1)
        l->page_max /= 2;
    else
        return false;
    return true;
}

static void smaller(struct vk_link *l)
{
    if (l->tries++ >= TRIES_MAX + PAGE_MAX / 10 || !ask_less(l)) {
        l->state = VK_FAILED;
        return;
    }
    l->retries++;
    l->service->figures.retries++;
    char id[UUID_TEXT];
    uuid_format(obm_id(l->task), id);
    log_event(LOG_WARNING, "vk is asked for less at once", NULL, LS("task_id", id),
        LI("batch", l->batch_max), LI("page", l->page_max), LERR(&l->err));
    l->answer.count = 0;
    l->state = VK_DONE;
}

static void settle(struct vk_link *l, enum vk_verdict verdict)
{
    int64_t now = time_mono_ms();
    if (verdict == VK_SLOWER)
        vk_limit_narrow(&l->service->limit, now);
    if (verdict == VK_AGAIN_THRICE && l->thrice++ >= THRICE_MAX)
        verdict = VK_STOP;
    if (l->answer.code == CODE_CAPTCHA)
        l->service->figures.captchas++;
    switch (verdict) {
    case VK_GOOD:
        l->tries = l->thrice = 0;
        l->state = VK_DONE;
        return;
    case VK_SMALLER:
        smaller(l);
        return;
    case VK_AGAIN:
    case VK_AGAIN_THRICE:
    case VK_SLOWER:
        if (l->tries >= TRIES_MAX || obm_ending(l->task))
            l->state = VK_FAILED;
        else if (l->answer.code == CODE_INTERNAL && l->tries >= SMALLER_FROM)
            smaller(l);
        else
            rest(l);
        return;
    case VK_SKIP:
    case VK_LATER:
    case VK_STOP:
        l->state = VK_FAILED;
        return;
    }
}

/* ---- the call ---- */

static bool on_head(void *arg, const struct http_answer *head)
{
    struct vk_link *l = arg;
    vk_answer_head(&l->answer, head);
    return true;
}

static bool on_data(void *arg, struct str piece)
{
    struct vk_link *l = arg;
    int64_t start = time_mono_ns();
    bool go_on = vk_answer_data(&l->answer, piece);
    l->parse_ns += time_mono_ns() - start;
    if (go_on && l->parse_ns > BURST_NS && !l->paused) {
        l->paused = true;
        http_call_pause(l->call, true);
        obm_wake(l->task);
    }
    return go_on;
}

static void on_done(void *arg, const struct http_answer *head, const struct err *fault)
{
    struct vk_link *l = arg;
    struct vk *s = l->service;
    int64_t now = time_mono_ms();
    l->call = NULL;
    l->paused = false;
    vk_limit_give(&s->limit, l->slot, now);
    l->slot = -1;
    s->figures.last_call_ms = now - l->called_at;
    l->err = ERR_INIT;
    if (fault && fault->cancelled && obm_ending(l->task)) {
        l->err = *fault;
        l->state = VK_FAILED;
        return;
    }
    enum vk_verdict verdict = vk_answer_judge(&l->answer, fault, l->count, l->batch, &l->err);
    vk_heard(s, verdict == VK_GOOD ? NULL : &l->err);
    settle(l, verdict);
    obm_wake(l->task);
}

static const struct http_call_events call_events = {on_head, on_data, on_done};

static void call_vk(struct vk_link *l)
{
    const char *headers[] = {"Content-Type: application/x-www-form-urlencoded",
        "Accept: application/json", l->service->authorization, NULL};
    struct http_call_options options = {.url = l->url.p,
        .method = "POST",
        .headers = headers,
        .body = buf_str(&l->body),
        .timeout_ms = TIMEOUT_MS,
        .idle_timeout_ms = IDLE_TIMEOUT_MS,
        .target = "vk"};
    l->state = VK_CALLING;
    l->called_at = time_mono_ms();
    l->parse_ns = 0;
    l->requests++;
    l->service->figures.requests++;
    vk_answer_begin(&l->answer);
    l->call = obm_http(l->task, &options, &call_events, l);
}

void vk_link_start(struct vk_link *l, bool batch)
{
    l->batch = batch;
    buf_clear(&l->url);
    buf_add_str(&l->url, l->service->base);
    buf_addc(&l->url, '/');
    buf_adds(&l->url, batch ? "execute" : l->calls[0].method);
    buf_addc(&l->url, 0);
    buf_clear(&l->body);
    if (batch)
        vk_call_execute(&l->body, l->calls, l->count);
    else
        vk_call_form(&l->body, &l->calls[0]);
    l->state = VK_QUEUED;
}

static void take_slot(struct vk_link *l)
{
    int64_t wait_ms;
    l->slot = vk_limit_take(&l->service->limit, time_mono_ms(), &wait_ms);
    if (l->slot < 0) {
        obm_sleep(l->task, wait_ms);
        return;
    }
    if (l->complained)
        obm_wait_reason(l->task, NULL);
    l->complained = false;
    call_vk(l);
}

static void go_on_reading(struct vk_link *l)
{
    if (!l->paused)
        return;
    l->paused = false;
    l->parse_ns = 0;
    http_call_pause(l->call, false);
}

static enum vk_progress taken(struct vk_link *l, enum vk_progress progress)
{
    l->state = VK_IDLE;
    l->count = 0;
    return progress;
}

enum vk_progress vk_link_poll(struct vk_link *l, struct err *ret_err)
{
    int64_t now = time_mono_ms();
    if (l->state == VK_RESTING && now >= l->again_at)
        l->state = VK_QUEUED;
    switch (l->state) {
    case VK_QUEUED:
        take_slot(l);
        return VK_WAITING;
    case VK_CALLING:
        go_on_reading(l);
        return VK_WAITING;
    case VK_RESTING:
        obm_sleep(l->task, l->again_at - now);
        return VK_WAITING;
    case VK_DONE:
        return taken(l, VK_READY);
    case VK_FAILED:
        *ret_err = l->err;
        return taken(l, VK_BROKEN);
    case VK_IDLE:
        return VK_WAITING;
    }
    return VK_WAITING;
}

/* ---- the kind of the token ---- */

enum vk_progress vk_link_detect(struct vk_link *l, struct err *ret_err)
{
    if (l->service->execute != VK_EXECUTE_UNKNOWN)
        return VK_READY;
    if (l->state == VK_IDLE)
        vk_link_start(l, true);
    enum vk_progress progress = vk_link_poll(l, ret_err);
    if (progress == VK_READY) {
        l->service->execute = VK_EXECUTE_YES;
    } else if (progress == VK_BROKEN &&
               (l->answer.code == CODE_SERVICE_TOKEN || l->answer.code == 3 ||
                   l->answer.code == 7 || l->answer.code == 15 || l->answer.code == 20 ||
                   l->answer.code == 23)) {
        /* not for this token, or not here: calls go one by one */
        l->service->execute = VK_EXECUTE_NO;
        vk_heard(l->service, NULL);
        *ret_err = ERR_INIT;
        progress = VK_READY;
    }
    return progress;
}
