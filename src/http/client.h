#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <uv.h>
#include "obmen/http_client.h"

/* Keeps connections open for reuse; redirects are followed within the same host only, at most 3. */
struct http_client *http_client_open(uv_loop_t *loop);
/* Cancels what runs (each on_done is called), closes, then calls closed. */
void http_client_close(struct http_client *client, void (*closed)(void *arg), void *arg);

struct http_client_figures {
    uint64_t calls, failures, bytes;
    int running;
};
void http_client_figures(const struct http_client *c, struct http_client_figures *ret);

#endif
