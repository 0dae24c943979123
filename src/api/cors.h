/* Which foreign pages may call the API from a browser (OBMEN_CORS_ORIGINS). The cookie never
 * travels that way: they sign in with a bearer token. */
#ifndef API_CORS_H
#define API_CORS_H

#include "http/server.h"

/* origins: comma-separated, or "*", or NULL. */
bool cors_allows(const char *origins, struct str origin);
/* Adds the headers for a listed Origin. False: it was a preflight and has been answered (204, or
 * 403 for others). */
bool cors_apply(const char *origins, struct http_request *req);

#endif
