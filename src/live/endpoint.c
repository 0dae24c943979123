/*
 * The handshakes: is it a WebSocket, who asks, may they see the task; only then 101. A state that
 * the task takes on while we ask for it is not missed: the hub holds the topic meanwhile.
 */
#include <stdlib.h>
#include "auth/origin.h"
#include "http/server.h"
#include "live/internal.h"

/* ---- who asks ---- */

static bool refuse(struct http_request *req, enum err_code code, const char *message)
{
    struct err e = ERR_INIT;
    err_set(&e, code, "%s", message);
    if (code == ERR_AUTHENTICATION_ERROR)
        http_add_header(req, "WWW-Authenticate", STR("Bearer"));
    if (code == ERR_SERVICE_UNAVAILABLE)
        e.retry_after_ms = 1000;
    http_reply_error(req, &e);
    return false;
}

static bool sign_in(struct live *l, struct http_request *req, struct principal *ret_who)
{
    struct str token = STR_NULL, in_query = http_query(req, "token");
    enum auth_carrier carrier =
        auth_token_of(http_header(req, "Authorization"), http_header(req, "Cookie"), &token);
    if (in_query.p && carrier != AUTH_CARRIER_BEARER) {
        carrier = AUTH_CARRIER_BEARER;
        token = in_query;
    }
    if (carrier == AUTH_CARRIER_NONE)
        return refuse(req, ERR_AUTHENTICATION_ERROR,
            TR("Войдите: POST /api/v1/auth/login", "Sign in: POST /api/v1/auth/login"));
    if (!auth_ready(l->auth))
        return refuse(req, ERR_SERVICE_UNAVAILABLE,
            TR("Сервер ещё не связался с базой данных: повторите через несколько секунд",
                "The server has not reached its database yet: try again in a few seconds"));
    if (!auth_check(l->auth, token, ret_who))
        return refuse(req, ERR_AUTHENTICATION_ERROR,
            TR("Вход больше не действует: войдите снова",
                "This sign-in is no longer valid: sign in again"));
    if (carrier == AUTH_CARRIER_COOKIE &&
        auth_site_of_origin(http_header(req, "Origin"), http_header(req, "Host"), req->secure) !=
            AUTH_SITE_SAME)
        return refuse(req, ERR_AUTHORIZATION_ERROR,
            TR("Запрос пришёл не с нашей страницы: нужен Origin этого сервера или токен",
                "The request did not come from our page: it needs this server's Origin, or a "
                "token"));
    return true;
}

static void refuse_task(struct http_request *req)
{
    struct err e = ERR_INIT;
    no_such_task(&e);
    http_reply_error(req, &e);
}

/* ---- opening ---- */

static void on_text(void *arg, struct str message)
{
    client_text(arg, message);
}

static void on_writable(void *arg)
{
    client_writable(arg);
}

static void on_closed(void *arg, int code)
{
    client_closed(arg);
}

static struct client *open_client(
    struct live *l, struct http_request *req, const struct principal *who, const struct uuid *task)
{
    static const struct ws_events events = {on_text, on_writable, on_closed};
    struct client *c = mem_alloc(sizeof *c);
    c->session = ws_accept(l->group, req, &events, c);
    if (!c->session) {
        free(c);
        return NULL;
    }
    c->live = l;
    c->who = *who;
    c->one = task != NULL;
    list_init(&c->sayings);
    list_add_tail(&l->clients, &c->place);
    l->alive++;
    c->reader = hub_join(l->hub, c->session, owner_filter(who), !task);
    if (task) {
        c->task = *task;
        hub_watch(c->reader, task);
    }
    return c;
}

/* Asking for the task of /ws/tasks/{id}. */
struct handshake {
    struct live *live;
    struct http_request *req;
    struct principal who;
    struct uuid id;
};

static void on_state(void *arg, const struct task_state *s, const struct err *err)
{
    struct handshake *k = arg;
    struct live *l = k->live;
    if (err && err->code != ERR_NOT_FOUND) {
        http_reply_error(k->req, err);
    } else if (err || !may_see(&k->who, s->user_id)) {
        refuse_task(k->req);
    } else {
        struct client *c = open_client(l, k->req, &k->who, &k->id);
        struct ws_frame *f = c ? message_update(s) : NULL;
        if (c)
            hub_first(c->reader, &k->id, s->user_id, s->seq, task_ended(s->status), f);
        ws_frame_unref(f);
    }
    hub_release(l->hub, &k->id);
    free(k);
    live_freed(l);
}

static void one_task(void *ctx, struct http_request *req)
{
    struct live *l = ctx;
    struct principal who;
    struct uuid id;
    if (!ws_check(req) || !sign_in(l, req, &who))
        return;
    if (!uuid_parse(req->params[0], &id)) {
        refuse_task(req);
        return;
    }
    if (l->closing) {
        refuse(req, ERR_SERVICE_UNAVAILABLE,
            TR("Сервер останавливается: подключитесь снова через несколько секунд",
                "The server is stopping: connect again in a few seconds"));
        return;
    }
    struct handshake *k = mem_alloc(sizeof *k);
    *k = (struct handshake){.live = l, .req = req, .who = who, .id = id};
    l->alive++;
    hub_hold(l->hub, &id);
    engine_get(l->engine, &id, on_state, k);
}

static void all_tasks(void *ctx, struct http_request *req)
{
    struct principal who;
    if (ws_check(req) && sign_in(ctx, req, &who))
        open_client(ctx, req, &who, NULL);
}

const struct http_route live_route_table[] = {
    {"GET", "/api/v1/ws/tasks/{id}", one_task, 0, 0},
    {"GET", "/api/v1/ws/tasks", all_tasks, 0, 0},
    {0},
};
