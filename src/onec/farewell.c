#include "onec/farewell.h"

#include <stdlib.h>

#include "obmen/backoff.h"
#include "onec/service.h"
#include "onec/url.h"

enum { TRIES_MAX = 10, BASE_MS = 500, CAP_MS = 10000 };

/* Takes whatever form is accepted first. */
static const char ACCEPT[] = "Accept: application/json, text/plain;q=0.9, */*;q=0.8";

struct farewell {
    struct list link; /* service->farewells */
    struct onec *service;
    char *cookie;
    struct buf url;
    struct onec_answer answer;
    unsigned tries;
    uv_timer_t rest;
};

void onec_farewell_url(const struct onec *service, struct buf *ret)
{
    buf_clear(ret);
    onec_url_set(ret, service->base, onec_set_name(ONEC_FAMILY_UT, ONEC_ORGANIZATIONS));
    buf_adds(ret, "/$count");
    buf_addc(ret, 0);
}

bool onec_farewell_over(enum onec_verdict verdict, int status)
{
    /* 400, 404: 1C does not know the session, it was ended by a try whose answer was lost */
    return verdict == ONEC_GOOD || verdict == ONEC_STOP || status == 400 || status == 404;
}

static void on_closed(uv_handle_t *timer)
{
    struct farewell *f = timer->data;
    struct onec *service = f->service;
    list_remove(&f->link);
    onec_answer_release(&f->answer);
    buf_release(&f->url);
    free(f->cookie);
    free(f);
    onec_closed_part(service);
}

static bool on_head(void *arg, const struct http_answer *head)
{
    struct farewell *f = arg;
    onec_answer_head(&f->answer, head);
    return true;
}

static bool on_data(void *arg, struct str piece)
{
    struct farewell *f = arg;
    return onec_answer_data(&f->answer, piece);
}

static void call(uv_timer_t *timer);

static void on_done(void *arg, const struct http_answer *head, const struct err *fault)
{
    struct farewell *f = arg;
    struct err err = ERR_INIT;
    enum onec_verdict verdict = onec_answer_judge(&f->answer, fault, NULL, &err);
    if (f->service->closed || onec_farewell_over(verdict, f->answer.status) ||
        f->tries >= TRIES_MAX)
        uv_close((uv_handle_t *)&f->rest, on_closed);
    else
        uv_timer_start(&f->rest, call,
            (uint64_t)backoff_ms(f->tries - 1, BASE_MS, CAP_MS, err.retry_after_ms), 0);
    onec_background_end(f->service);
}

static void call(uv_timer_t *timer)
{
    static const struct http_call_events events = {on_head, on_data, on_done};
    struct farewell *f = timer->data;
    const char *headers[] = {ACCEPT, f->cookie, ONEC_FAREWELL_HEADER, NULL};
    struct http_call_options options = onec_call_options(f->service, f->url.p, headers);
    options.timeout_ms = ONEC_FAREWELL_MS;
    f->tries++;
    onec_answer_begin(&f->answer, ONEC_BODY_COUNT, NULL);
    onec_background_begin(f->service);
    http_call_start(f->service->http, &options, &events, f);
}

void onec_farewell_start(struct onec *service, const char *cookie)
{
    struct farewell *f = mem_alloc(sizeof *f);
    f->service = service;
    f->cookie = mem_strdup(cookie);
    onec_farewell_url(service, &f->url);
    onec_answer_init(&f->answer);
    uv_timer_init(service->loop, &f->rest);
    f->rest.data = f;
    list_add_tail(&service->farewells, &f->link);
    call(&f->rest);
}

void onec_farewells_close(struct onec *service)
{
    LIST_EACH_SAFE(item, &service->farewells)
    {
        struct farewell *f = container_of(item, struct farewell, link);
        if (uv_is_active((uv_handle_t *)&f->rest))
            uv_close((uv_handle_t *)&f->rest, on_closed);
    }
}
