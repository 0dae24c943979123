#include "auth/origin.h"

struct str auth_cookie(struct str cookie, const char *name)
{
    while (cookie.n > 0) {
        struct str value = str_trim(str_cut(&cookie, ';'));
        if (str_is(str_cut(&value, '='), name))
            return value.p ? value : STR("");
    }
    return STR_NULL;
}

enum auth_carrier auth_token_of(struct str authorization, struct str cookie, struct str *ret_token)
{
    if (str_eq_nocase(str_cut(&authorization, ' '), STR("Bearer"))) {
        *ret_token = str_trim(authorization);
        return AUTH_CARRIER_BEARER;
    }
    struct str value = auth_cookie(cookie, AUTH_COOKIE);
    if (!value.p)
        return AUTH_CARRIER_NONE;
    *ret_token = value;
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

enum auth_site auth_site_of_origin(struct str origin, struct str host, bool secure)
{
    struct str scheme = secure ? STR("https://") : STR("http://");
    if (!origin.p)
        return AUTH_SITE_UNKNOWN;
    if (origin.n <= scheme.n || !str_eq_nocase((struct str){origin.p, scheme.n}, scheme))
        return AUTH_SITE_FOREIGN; /* "null" too */
    struct str theirs = {origin.p + scheme.n, origin.n - scheme.n};
    return str_eq_nocase(without_default_port(theirs, secure), without_default_port(host, secure))
               ? AUTH_SITE_SAME
               : AUTH_SITE_FOREIGN;
}

enum auth_site auth_site_of(struct str origin, struct str fetch_site, struct str host, bool secure)
{
    enum auth_site site = auth_site_of_origin(origin, host, secure);
    if (site == AUTH_SITE_FOREIGN || !fetch_site.p)
        return site;
    return str_is(fetch_site, "same-origin") ? AUTH_SITE_SAME : AUTH_SITE_FOREIGN;
}
