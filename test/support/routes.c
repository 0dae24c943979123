/* Prints every route of the program, "GET /api/v1/tasks/{id} USER", for check_openapi.py. */
#include <stdio.h>
#include "api/api.h"
#include "http/router.h"
#include "live/live.h"

static void print(void *arg, const struct http_route *route)
{
    const char *who = route->flags & API_ANYONE  ? "ANYONE"
                      : route->flags & API_ADMIN ? "ADMIN"
                      : route->flags & API_MANAGER
                          ? "MANAGER"
                          : "USER"; /* the WebSockets judge by themselves */
    printf("%s %s %s\n", route->method, route->pattern, who);
}

int main(void)
{
    struct api api = {0}; /* handlers are not called */
    struct http_router *router = http_router_new();
    api_routes(router, &api);
    live_routes(router, NULL);
    http_router_each(router, print, NULL);
    http_router_free(router);
    return 0;
}
