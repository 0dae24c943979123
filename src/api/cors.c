#include "api/cors.h"

bool cors_allows(const char *origins, struct str origin)
{
    struct str rest = str_from(origins);
    if (!origin.n)
        return false;
    while (rest.n > 0) {
        struct str item = str_trim(str_cut(&rest, ','));
        if (str_is(item, "*") || (item.n && str_eq_nocase(item, origin)))
            return true;
    }
    return false;
}

static bool is_preflight(const struct http_request *req)
{
    return req->method == HTTP_M_OPTIONS && http_header(req, "Access-Control-Request-Method").p;
}

bool cors_apply(const char *origins, struct http_request *req)
{
    struct str origin = http_header(req, "Origin");
    if (!origin.p)
        return true;

    bool allowed = cors_allows(origins, origin);
    if (origins)
        http_add_header(req, "Vary", STR("Origin"));
    if (allowed) {
        http_add_header(req, "Access-Control-Allow-Origin", origin);
        http_add_header(
            req, "Access-Control-Expose-Headers", STR("Location, Retry-After, X-Request-ID"));
    }
    if (!is_preflight(req))
        return true;

    if (allowed) {
        http_add_header(req, "Access-Control-Allow-Methods", STR("GET, HEAD, POST, PATCH, DELETE"));
        http_add_header(req, "Access-Control-Allow-Headers",
            STR("Authorization, Content-Type, Idempotency-Key, X-Request-ID"));
        http_add_header(req, "Access-Control-Max-Age", STR("600"));
        http_reply(req, 204, NULL, BUF_INIT);
    } else {
        struct err err;
        err_set(&err, ERR_AUTHORIZATION_ERROR,
            TR("Страницам с %.*s сюда нельзя: разрешённые перечислены в OBMEN_CORS_ORIGINS",
                "Pages of %.*s may not call this: OBMEN_CORS_ORIGINS lists those that may"),
            STR_ARG(origin));
        http_reply_error(req, &err);
    }
    return false;
}
