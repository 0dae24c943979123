/* What a request says about who sends it. Shared by the REST gate and the WebSocket handshake. */
#ifndef AUTH_REQUEST_H
#define AUTH_REQUEST_H

#include "http/server.h"

#define AUTH_COOKIE "obmen_token"

enum auth_carrier { AUTH_CARRIER_NONE, AUTH_CARRIER_BEARER, AUTH_CARRIER_COOKIE };

/* The token of `Authorization: Bearer`, else of the cookie. A bearer that is there wins even when it is no good: a
 * program that sends one wants to be that user or nobody. Borrowed from the request. */
enum auth_carrier auth_request_token(const struct http_request *req, struct str *ret_token);
/* The cookie's value, STR_NULL when there is none. */
struct str auth_request_cookie(const struct http_request *req, const char *name);

enum auth_site {
    AUTH_SITE_UNKNOWN, /* neither Origin nor Sec-Fetch-Site: no browser, or a very old one */
    AUTH_SITE_SAME,
    AUTH_SITE_FOREIGN,
};
/* Did our own page send this? Judged by Origin (scheme, host and port against what the client asked for) and by
 * Sec-Fetch-Site; where both are there, both must say so. */
enum auth_site auth_request_site(const struct http_request *req);
/* The same for Origin alone (WebSocket): a missing one is UNKNOWN. */
enum auth_site auth_request_origin(const struct http_request *req);

#endif
