/*
 * Sessions of 1C (IBSession). One started stays until it is finished or unused for too long, and
 * takes a licence all the while; a request without one takes a licence for itself.
 */
#include "demo/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo/random.h"

#define NO_LICENCE "Не обнаружено свободной лицензии!"

int demo_sessions_open(const struct demo_service *s)
{
    int n = 0;
    LIST_EACH(i, &s->sessions) n++;
    return n;
}

static void end(struct demo_session *one)
{
    list_remove(&one->in_service);
    free(one);
}

void demo_sessions_end(struct demo_service *s)
{
    LIST_EACH_SAFE(i, &s->sessions) end(container_of(i, struct demo_session, in_service));
}

void demo_sessions_expire(struct demo_service *s)
{
    uint64_t now = uv_now(s->loop), ttl = (uint64_t)s->troubles.session_ttl * 1000;
    LIST_EACH_SAFE(i, &s->sessions)
    {
        struct demo_session *one = container_of(i, struct demo_session, in_service);
        if (now - one->used_ms >= ttl) {
            s->stats.sessions_expired++;
            end(one);
        }
    }
}

static struct str cookie_of(const struct http_request *req)
{
    struct str all = http_header(req, "Cookie");
    while (all.n) {
        struct str one = str_trim(str_cut(&all, ';')), name = str_cut(&one, '=');
        if (str_is(name, "ibsession") && one.n)
            return one;
    }
    return STR_NULL;
}

static struct demo_session *find(struct demo_service *s, struct str id)
{
    LIST_EACH(i, &s->sessions)
    {
        struct demo_session *one = container_of(i, struct demo_session, in_service);
        if (str_is(id, one->id))
            return one;
    }
    return NULL;
}

static bool licence_left(const struct demo_service *s)
{
    return s->troubles.licences < 0 ||
           (uint64_t)demo_sessions_open(s) + s->licences_taken < (uint64_t)s->troubles.licences;
}

static bool refuse(struct demo_call *call, int status, const char *text)
{
    demo_reply_exception(call, status, text);
    return false;
}

static struct demo_session *start(struct demo_call *call)
{
    struct demo_service *s = call->s;
    struct demo_session *one = mem_alloc(sizeof *one);
    uint64_t n = ++s->session_number;
    snprintf(one->id, sizeof one->id, "%016llx%016llx",
        (unsigned long long)demo_mix2(s->world->s.seed, n), (unsigned long long)demo_mix(n));
    list_add_tail(&s->sessions, &one->in_service);
    s->stats.sessions_started++;
    uint64_t open = (uint64_t)demo_sessions_open(s);
    if (open > s->stats.sessions_open_max)
        s->stats.sessions_open_max = open;
    http_add_header(call->req, "Set-Cookie",
        arena_printf(&call->req->arena, "ibsession=%s; path=/demo; HttpOnly", one->id));
    return one;
}

bool demo_session_enter(struct demo_call *call)
{
    struct demo_service *s = call->s;
    struct str wish = http_header(call->req, "IBSession"), id = cookie_of(call->req);
    demo_sessions_expire(s);
    struct demo_session *one = NULL;
    if (s->troubles.no_sessions)
        wish = id = STR_NULL;
    if (id.n && !(one = find(s, id))) {
        s->stats.stale_cookies++;
        return refuse(call, 400, "Сеанс отсутствует или удален");
    }
    if (!one && str_eq_nocase(wish, STR("start"))) {
        if (!licence_left(s)) {
            s->stats.licence_refusals++;
            return refuse(call, 406, NO_LICENCE);
        }
        one = start(call);
    }
    if (!one) {
        if (!licence_left(s)) {
            s->stats.licence_refusals++;
            return refuse(call, 500, NO_LICENCE);
        }
        s->licences_taken++;
        call->own_licence = true;
        return true;
    }
    one->used_ms = uv_now(s->loop);
    if (str_eq_nocase(wish, STR("finish"))) {
        s->stats.sessions_finished++;
        list_remove(
            &one->in_service); /* its cookie is dead from now on; the licence is given back */
        call->session = one;
        http_add_header(call->req, "Set-Cookie", STR("ibsession=; path=/demo; Max-Age=0"));
    }
    return true;
}

void demo_session_leave(struct demo_call *call)
{
    if (call->own_licence)
        call->s->licences_taken--;
    call->own_licence = false;
    free(call->session);
    call->session = NULL;
}
