/*
 * What a request's headers say about who sends it: pure functions over header values (STR_NULL: the
 * header is absent), shared by the REST gate and the WebSocket handshake.
 */
#ifndef AUTH_ORIGIN_H
#define AUTH_ORIGIN_H

#include "obmen/str.h"

#define AUTH_COOKIE "obmen_token"

enum auth_carrier { AUTH_CARRIER_NONE, AUTH_CARRIER_BEARER, AUTH_CARRIER_COOKIE };

/* The token of `Authorization: Bearer`, else of the cookie. A bearer that is there wins even when
 * it is no good: a program that sends one wants to be that user or nobody. Borrowed from the two.
 */
enum auth_carrier auth_token_of(struct str authorization, struct str cookie, struct str *ret_token);
/* One cookie's value in a Cookie header, STR_NULL when it is not there. */
struct str auth_cookie(struct str cookie, const char *name);

enum auth_site {
    AUTH_SITE_UNKNOWN, /* nothing said: no browser, or a very old one */
    AUTH_SITE_SAME,
    AUTH_SITE_FOREIGN,
};
/* Is the page of this Origin ours? Scheme, host and port against the Host that the client asked
 * for. */
enum auth_site auth_site_of_origin(struct str origin, struct str host, bool secure);
/* The same with Sec-Fetch-Site, which newer browsers send also where they leave Origin out: where
 * both are there, both must say so. */
enum auth_site auth_site_of(struct str origin, struct str fetch_site, struct str host, bool secure);

#endif
