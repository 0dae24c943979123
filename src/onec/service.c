#include "onec/service.h"

#include <stdlib.h>

#include "obmen/arena.h"
#include "obmen/task.h"
#include "onec/farewell.h"
#include "onec/url.h"

struct onec *onec_new(const struct config *settings, uv_loop_t *loop, struct http_client *http)
{
    struct onec *s = mem_alloc(sizeof *s);
    if (settings->onec_url)
        s->base = onec_url_base(&s->memory, str_from(settings->onec_url));
    /* an account without a password is common; without a name there is nobody to be */
    if (settings->onec_username)
        s->username = arena_cstr(&s->memory, str_from(settings->onec_username));
    s->password = arena_cstr(&s->memory, str_from(settings->onec_password));
    s->any_family = settings->onec_profile == ONEC_AUTO;
    s->family = settings->onec_profile == ONEC_BP ? ONEC_FAMILY_BP : ONEC_FAMILY_UT;
    s->page = settings->onec_page > 0 ? settings->onec_page : 1000;
    s->timeout_ms = settings->onec_timeout_ms > 0 ? settings->onec_timeout_ms : 60000;
    s->loop = loop;
    s->http = http;
    list_init(&s->farewells);
    return s;
}

static void service_free(struct onec *s)
{
    arena_release(&s->memory);
    free(s);
}

void onec_close(struct onec *s, void (*closed)(void *arg), void *arg)
{
    s->closed = closed;
    s->closed_arg = arg;
    onec_farewells_close(s);
    onec_closed_part(s);
}

void onec_closed_part(struct onec *s)
{
    if (!s->closed || s->background > 0 || !list_empty(&s->farewells))
        return;
    void (*closed)(void *) = s->closed;
    void *arg = s->closed_arg;
    service_free(s);
    closed(arg);
}

bool onec_configured(const struct onec *s)
{
    return s->base.n > 0;
}

void onec_figures(const struct onec *s, struct onec_figures *ret)
{
    *ret = s->figures;
}

void onec_heard(struct onec *s, const struct err *err)
{
    s->figures.heard = true;
    s->figures.well = !err;
    memcpy(s->figures.last_error, err ? err->message : "", err ? sizeof s->figures.last_error : 1);
}

struct http_call_options onec_call_options(
    const struct onec *s, const char *url, const char *const *headers)
{
    return (struct http_call_options){
        .url = url,
        .headers = headers,
        .username = s->username,
        .password = s->username ? s->password : NULL,
        .timeout_ms = s->timeout_ms,
        .target = "1c",
    };
}

void onec_background_begin(struct onec *s)
{
    s->background++;
}

void onec_background_end(struct onec *s)
{
    if (--s->background > 0)
        return;
    if (s->waiting)
        obm_wake(s->waiting);
    s->waiting = NULL;
    onec_closed_part(s);
}
