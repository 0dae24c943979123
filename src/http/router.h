/* Method and path pattern → handler; 404 and 405 told apart. */
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include <stdbool.h>
#include <stddef.h>

struct http_request;

typedef void (*http_handler)(void *ctx, struct http_request *req);

struct http_route {
    const char *method;  /* "GET", "POST" …; GET answers HEAD too */
    const char *pattern; /* "/api/v1/tasks/{id}/result"; {…} matches one non-empty segment. A last
                            segment "**" matches the rest. */
    http_handler handle;
    unsigned flags;  /* the api layer's: who may call it */
    size_t max_body; /* bytes; 0 = the server's default */
    bool streamed;   /* called before the body has come: see http_receive */
};

struct http_router;
struct http_router *http_router_new(void);
/* routes: ended by one without a method; borrowed for ever. ctx goes to their handlers. Literal
 * segments win over {…}. */
void http_router_add(struct http_router *r, const struct http_route *routes, void *ctx);
/* For paths no route knows (the page). May be NULL → 404. */
void http_router_fallback(struct http_router *r, http_handler handle, void *ctx);
void http_router_free(struct http_router *r);
/* Every route that was added, in no order that means anything. */
void http_router_each(const struct http_router *r,
    void (*each)(void *arg, const struct http_route *route), void *arg);

/* Fills req->params and req->route (NULL for the fallback, which has no route). 0 found; 404; 405
 * with the allowed methods ("GET, HEAD, POST") in ret_allow. */
int http_router_match(const struct http_router *r, struct http_request *req,
    const struct http_route **ret_route, void **ret_ctx, char *ret_allow, size_t allow_size);

#endif
