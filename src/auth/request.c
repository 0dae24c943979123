#include "auth/request.h"

struct str auth_request_cookie(const struct http_request *req, const char *name)
{
    struct str rest = http_header(req, "Cookie"), want = str_from(name);
    while (rest.n > 0) {
        struct str value = str_trim(str_cut(&rest, ';'));
        struct str key = str_cut(&value, '=');
        if (str_eq(key, want))
            return value.p ? value : STR("");
    }
    return STR_NULL;
}

enum auth_carrier auth_request_token(const struct http_request *req, struct str *ret_token)
{
    struct str value = http_header(req, "Authorization");
    if (value.p) {
        struct str rest = value, scheme = str_cut(&rest, ' ');
        if (str_eq_nocase(scheme, STR("Bearer"))) {
            *ret_token = str_trim(rest);
            return AUTH_CARRIER_BEARER;
        }
    }
    struct str cookie = auth_request_cookie(req, AUTH_COOKIE);
    if (!cookie.p)
        return AUTH_CARRIER_NONE;
    *ret_token = cookie;
    return AUTH_CARRIER_COOKIE;
}

/* Browsers leave the scheme's own port out of Origin, but not every client out of Host. */
static struct str without_default_port(struct str host, bool secure)
{
    struct str port = secure ? STR(":443") : STR(":80");
    if (host.n > port.n && memcmp(host.p + host.n - port.n, port.p, port.n) == 0)
        host.n -= port.n;
    return host;
}

enum auth_site auth_request_origin(const struct http_request *req)
{
    struct str origin = http_header(req, "Origin");
    if (!origin.p)
        return AUTH_SITE_UNKNOWN;

    struct str scheme = req->secure ? STR("https://") : STR("http://");
    if (origin.n <= scheme.n || !str_eq_nocase((struct str){origin.p, scheme.n}, scheme))
        return AUTH_SITE_FOREIGN; /* "null" too */
    struct str theirs = {origin.p + scheme.n, origin.n - scheme.n}, ours = http_header(req, "Host");
    return str_eq_nocase(without_default_port(theirs, req->secure), without_default_port(ours, req->secure))
        ? AUTH_SITE_SAME
        : AUTH_SITE_FOREIGN;
}

enum auth_site auth_request_site(const struct http_request *req)
{
    enum auth_site origin = auth_request_origin(req);
    struct str fetch = http_header(req, "Sec-Fetch-Site");

    if (origin == AUTH_SITE_FOREIGN || (fetch.p && !str_is(fetch, "same-origin")))
        return AUTH_SITE_FOREIGN;
    return fetch.p ? AUTH_SITE_SAME : origin;
}
