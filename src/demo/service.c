/*
 * A data request on its way:
 *
 *   arrives → password → counted → (trouble before the session: hang, 5xx, reset, HTML)
 *           → session or licence of its own → waits for --latency-ms → answer, perhaps cut →
 * licence given back
 */
#include "demo/service.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "obmen/arena.h"

#define BODY_MAX (32u << 20)
#define GRACE_MS 2000

static bool authorized(struct demo_service *s, struct http_request *req)
{
    struct str given = http_header(req, "Authorization"), scheme = str_cut(&given, ' ');
    if (str_eq_nocase(scheme, STR("Basic")) && str_is(str_trim(given), s->authorization))
        return true;
    s->stats.unauthorized++;
    http_add_header(req, "WWW-Authenticate", STR("Basic realm=\"demo\""));
    struct buf b = BUF_INIT;
    buf_adds(&b, "<!DOCTYPE html>\r\n<html><head><title>401 Unauthorized</title></head>\r\n"
                 "<body><h1>Unauthorized</h1></body></html>\r\n");
    http_reply(req, 401, "text/html", b);
    return false;
}

/* Troubles of what stands before 1C: no session is touched. */
static bool comes_before_session(enum demo_trouble_kind k)
{
    return k != TROUBLE_NONE && k != TROUBLE_CUT && k != TROUBLE_CUT_QUIETLY && k != TROUBLE_REPEAT;
}

static void finish(struct demo_call *call)
{
    if (!demo_trouble_answer(call))
        demo_answer(call);
}

static void on_due(uv_timer_t *timer);

static void arm(struct demo_service *s)
{
    if (list_empty(&s->delayed)) {
        uv_timer_stop(&s->timer);
        return;
    }
    uint64_t now = uv_now(s->loop), first = UINT64_MAX;
    LIST_EACH(i, &s->delayed)
    {
        const struct demo_call *call = container_of(i, struct demo_call, in_service);
        if (call->due_ms < first)
            first = call->due_ms;
    }
    uv_timer_start(&s->timer, on_due, first > now ? first - now : 0, 0);
}

static void on_due(uv_timer_t *timer)
{
    struct demo_service *s = timer->data;
    uint64_t now = uv_now(s->loop);
    struct list due = LIST_INIT(due);
    LIST_EACH_SAFE(i, &s->delayed)
    {
        if (container_of(i, struct demo_call, in_service)->due_ms <= now) {
            list_remove(i);
            list_add_tail(&due, i);
        }
    }
    while (!list_empty(&due)) {
        struct demo_call *call = container_of(due.next, struct demo_call, in_service);
        list_remove(&call->in_service);
        finish(call);
    }
    arm(s);
}

static void refuse_method(struct demo_call *call)
{
    struct demo_fault f;
    demo_refuse(&f, 405, 19, "Method not allowed");
    http_add_header(call->req, "Allow", STR("GET, HEAD"));
    demo_reply_fault(call, &f);
}

static void data_request(struct demo_service *s, struct http_request *req)
{
    if (!authorized(s, req))
        return;
    struct demo_call *call = arena_alloc(&req->arena, sizeof *call);
    *call = (struct demo_call){.s = s, .req = req, .in_parallel = true};
    list_init(&call->in_service);
    if (++s->stats.parallel > s->stats.parallel_max)
        s->stats.parallel_max = s->stats.parallel;
    s->stats.data_requests++;
    bool pages = req->query.n && memmem(req->query.p, req->query.n, "skip=", 5);
    call->trouble = demo_trouble_of(&s->troubles, ++s->trouble_number, pages);
    if (s->troubles.max_query && req->query.n > (size_t)s->troubles.max_query) {
        demo_reply_html(call, 404, "404.15 - Query String Too Long");
        return;
    }
    struct demo_fault f;
    if (demo_query_format(&req->arena, req->query, http_header(req, "Accept"), &call->query, &f) <
        0) {
        demo_reply_fault(call, &f);
        return;
    }
    if (req->method != HTTP_M_GET && req->method != HTTP_M_HEAD) {
        refuse_method(call);
        return;
    }
    if (!comes_before_session(call->trouble.kind) && !demo_session_enter(call))
        return;
    if (s->troubles.latency_ms == 0) {
        finish(call);
        return;
    }
    uv_update_time(s->loop);
    call->due_ms = uv_now(s->loop) + (uint64_t)s->troubles.latency_ms;
    list_add_tail(&s->delayed, &call->in_service);
    arm(s);
}

static void on_request(void *ctx, struct http_request *req)
{
    struct demo_service *s = ctx;
    s->stats.requests++;
    size_t n = sizeof DEMO_BASE - 1;
    if (str_starts(req->path, STR(DEMO_BASE)) && (req->path.n == n || req->path.p[n] == '/')) {
        data_request(s, req);
    } else if (str_starts(req->path, STR(DEMO_ADMIN))) {
        if (authorized(s, req))
            demo_admin(s, req);
    } else {
        struct buf b = BUF_INIT;
        buf_adds(&b, "<!DOCTYPE html>\r\n<html><head><title>404 Not Found</title></head>\r\n"
                     "<body><h1>Not Found</h1></body></html>\r\n");
        http_reply(req, 404, "text/html", b);
    }
}

static const struct http_route routes[] = {{"GET", "/demo/**", on_request, 0, 0},
    {"POST", "/demo/**", on_request, 0, BODY_MAX}, {"PUT", "/demo/**", on_request, 0, 0},
    {"PATCH", "/demo/**", on_request, 0, 0}, {"DELETE", "/demo/**", on_request, 0, 0}, {0}};

static int set_password(struct demo_service *s, struct err *ret_err)
{
    char plain[512];
    int n = snprintf(plain, sizeof plain, "%s:%s", s->options->user, s->options->password);
    if (n < 0 || (size_t)n >= sizeof plain || strchr(s->options->user, ':'))
        return err_set(ret_err, ERR_VALIDATION_ERROR, "%s",
            TR("--user и --password: слишком длинные, или двоеточие в имени",
                "--user and --password: too long, or a colon in the name"));
    sodium_bin2base64(s->authorization, sizeof s->authorization, (const unsigned char *)plain,
        (size_t)n, sodium_base64_VARIANT_ORIGINAL);
    return 0;
}

static int open_http(struct demo_service *s, struct err *ret_err)
{
    char listen[300];
    bool v6 = strchr(s->options->host, ':') && s->options->host[0] != '[';
    snprintf(listen, sizeof listen, v6 ? "[%s]:%d" : "%s:%d", s->options->host, s->options->port);
    struct http_options o = {
        .listen = listen, .max_line = 32 * 1024, .max_body = BODY_MAX, .server_name = "demo-1c"};
    s->router = http_router_new();
    http_router_add(s->router, routes, s);
    http_router_fallback(s->router, on_request, s);
    s->http = http_server_open(s->loop, &o, s->router, NULL, ret_err);
    if (!s->http && strcmp(ret_err->cause, "EADDRINUSE") ==
                        0) /* said for obmen serve, whose address is a setting */
        err_set(ret_err, ERR_SERVICE_UNAVAILABLE,
            TR("порт %d занят другой программой: завершите её или задайте другой, --port N (0: "
               "любой свободный)",
                "port %d is in use: end the other program or give another one, --port N (0: any "
                "free one)"),
            s->options->port);
    return s->http ? 0 : -1;
}

struct demo_service *demo_service_open(
    uv_loop_t *loop, const struct demo_options *o, struct err *ret_err)
{
    struct demo_service *s = mem_alloc(sizeof *s);
    s->loop = loop;
    s->options = o;
    s->troubles = o->troubles;
    list_init(&s->delayed);
    list_init(&s->hung);
    list_init(&s->sessions);
    if (set_password(s, ret_err) < 0 || !(s->world = demo_world_new(&o->world, ret_err)) ||
        open_http(s, ret_err) < 0) {
        demo_world_free(s->world);
        if (s->router)
            http_router_free(s->router);
        free(s);
        return NULL;
    }
    uv_timer_init(loop, &s->timer);
    s->timer.data = s;
    return s;
}

int demo_service_port(const struct demo_service *s)
{
    return http_server_port(s->http, 0);
}

struct closing {
    struct demo_service *s;
    void (*closed)(void *arg);
    void *arg;
};

static void on_timer_closed(uv_handle_t *h)
{
    struct closing *c = h->data;
    struct demo_service *s = c->s;
    demo_sessions_end(s);
    http_router_free(s->router);
    demo_world_free(s->world);
    free(s);
    c->closed(c->arg);
    free(c);
}

static void on_http_closed(void *arg)
{
    struct closing *c = arg;
    c->s->timer.data = c;
    uv_close((uv_handle_t *)&c->s->timer, on_timer_closed);
}

static void let_go(struct list *waiting)
{
    while (!list_empty(waiting)) {
        struct demo_call *call = container_of(waiting->next, struct demo_call, in_service);
        list_remove(&call->in_service);
        demo_reply_html(call, 503, "Service Unavailable");
    }
}

void demo_service_close(struct demo_service *s, void (*closed)(void *arg), void *arg)
{
    struct closing *c = mem_alloc(sizeof *c);
    *c = (struct closing){s, closed, arg};
    let_go(&s->delayed);
    let_go(&s->hung);
    http_server_close(s->http, GRACE_MS, on_http_closed, c);
}
