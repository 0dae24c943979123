#include "api/gate.h"
#include <stdlib.h>
#include "api/cors.h"
#include "api/metrics.h"
#include "api/rate.h"
#include "auth/address.h"
#include "obmen/arena.h"

enum { RATE_SETS = 2048 }; /* 8192 users and addresses, 128 KiB */

struct api_gate {
    struct rate rate;
    struct http_gates gates;
};

/* ---- before routing ---- */

static struct api_call *recognize(struct api *api, struct http_request *req)
{
    struct api_call *call = arena_alloc(&req->arena, sizeof(*call));
    struct str token;

    call->api = api;
    call->carrier =
        auth_token_of(http_header(req, "Authorization"), http_header(req, "Cookie"), &token);
    if (call->carrier != AUTH_CARRIER_NONE)
        call->signed_in = auth_check(api->auth, token, &call->who);
    req->user = call;
    return call;
}

static bool within_rate(struct api *api, struct http_request *req, const struct api_call *call)
{
    struct address_key address;
    const void *key = &call->who.user_id;
    size_t n = sizeof(call->who.user_id);

    if (!call->signed_in) {
        address = address_key(req->peer);
        key = &address;
        n = sizeof(address);
    }
    int64_t wait_ms = rate_take(&api->gate->rate, key, n, req->started_ns);
    if (wait_ms == 0)
        return true;

    struct err err;
    err_set_passing(&err, ERR_RATE_LIMIT_ERROR,
        TR("Слишком много запросов: не больше %d в секунду",
            "Too many requests: at most %d a second"),
        api->config->rate);
    err.retry_after_ms = (int)wait_ms;
    http_reply_error(req, &err);
    return false;
}

static bool before(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    struct api_call *call = recognize(api, req);

    http_add_header(req, "X-Content-Type-Options", STR("nosniff"));
    return cors_apply(api->config->cors_origins, req) && within_rate(api, req, call);
}

/* ---- after routing ---- */

enum gate_verdict gate_judge(unsigned flags, const struct api_call *call, bool state_changing,
    enum auth_site site, bool trusted)
{
    unsigned who = flags & (API_ANYONE | API_USER | API_MANAGER | API_ADMIN);

    if (who == 0)
        return GATE_PASS;
    if (who == API_ANYONE) {
        /* A foreign page must not sign its visitor in as somebody else. */
        return state_changing && site == AUTH_SITE_FOREIGN && !trusted ? GATE_FOREIGN : GATE_PASS;
    }
    if (!call->signed_in)
        return GATE_SIGN_IN;
    if (state_changing && call->carrier == AUTH_CARRIER_COOKIE && site != AUTH_SITE_SAME)
        return GATE_FOREIGN;
    enum role needed = who & API_ADMIN ? ROLE_ADMIN : who & API_MANAGER ? ROLE_MANAGER : ROLE_USER;
    return call->who.role >= needed ? GATE_PASS : GATE_FORBIDDEN;
}

static void refuse(struct http_request *req, enum gate_verdict verdict)
{
    const struct api_call *call = api_call(req);
    struct err err;

    switch (verdict) {
    case GATE_SIGN_IN:
        if (call->carrier != AUTH_CARRIER_NONE && !auth_ready(call->api->auth)) {
            err_set_passing(&err, ERR_SERVICE_UNAVAILABLE,
                TR("Сервер ещё не связался с базой данных: повторите через несколько секунд",
                    "The server has not reached its database yet: try again in a few seconds"));
            err.retry_after_ms = 1000;
            break;
        }
        err_set(&err, ERR_AUTHENTICATION_ERROR,
            call->carrier == AUTH_CARRIER_NONE
                ? TR("Войдите: POST /api/v1/auth/login", "Sign in: POST /api/v1/auth/login")
                : TR("Вход больше не действует: войдите снова",
                      "This sign-in is no longer valid: sign in again"));
        break;
    case GATE_FOREIGN:
        err_set(&err, ERR_AUTHORIZATION_ERROR,
            TR("Запрос пришёл не с нашей страницы: нужен Origin этого сервера или Authorization: "
               "Bearer",
                "The request did not come from our page: it needs this server's Origin, or "
                "Authorization: Bearer"));
        break;
    default:
        err_set(&err, ERR_AUTHORIZATION_ERROR,
            TR("Недостаточно прав: обратитесь к администратору",
                "Not allowed for your role: ask an administrator"));
    }
    http_reply_error(req, &err);
}

/* Answers here are data for programs, whatever a browser is told to make of them. The page has
 * headers of its own. */
static void add_headers_of_data(struct http_request *req)
{
    http_add_header(req, "Cache-Control", STR("no-store"));
    http_add_header(
        req, "Content-Security-Policy", STR("default-src 'none'; frame-ancestors 'none'"));
}

static bool routed(void *ctx, struct http_request *req)
{
    struct api *api = ctx;
    if (!req->route)
        return true; /* the page */
    unsigned flags = req->route->flags;
    bool state_changing =
        req->method != HTTP_M_GET && req->method != HTTP_M_HEAD && req->method != HTTP_M_OPTIONS;

    if (!(flags & API_OWN_HEADERS))
        add_headers_of_data(req);
    if (api->draining && !(flags & API_WHILE_DRAINING)) {
        struct err err;
        err_set_passing(&err, ERR_SERVICE_UNAVAILABLE,
            TR("Сервер запускается или останавливается: повторите через несколько секунд",
                "The server is starting or stopping: try again in a few seconds"));
        err.retry_after_ms = 2000;
        http_reply_error(req, &err);
        return false;
    }
    enum auth_site site = AUTH_SITE_UNKNOWN;
    bool trusted = false;
    if (state_changing) {
        struct str origin = http_header(req, "Origin");
        site = auth_site_of(
            origin, http_header(req, "Sec-Fetch-Site"), http_header(req, "Host"), req->secure);
        trusted = cors_allows(api->config->cors_origins, origin);
    }
    enum gate_verdict verdict = gate_judge(flags, api_call(req), state_changing, site, trusted);
    if (verdict == GATE_PASS)
        return true;
    refuse(req, verdict);
    return false;
}

static void answered(
    void *ctx, const struct http_request *req, int status, uint64_t ns, uint64_t bytes)
{
    struct api *api = ctx;
    metrics_answered(api->metrics, req, status, ns, bytes);
}

/* ---- life ---- */

void gate_open(struct api *api)
{
    struct api_gate *g = mem_alloc(sizeof(*g));
    rate_init(&g->rate, api->config->rate, 2 * api->config->rate, RATE_SETS);
    g->gates =
        (struct http_gates){.before = before, .routed = routed, .answered = answered, .ctx = api};
    api->gate = g;
}

void gate_close(struct api *api)
{
    rate_deinit(&api->gate->rate);
    free(api->gate);
}

const struct http_gates *api_gates(struct api *api)
{
    return &api->gate->gates;
}
