#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <uv.h>
#include "base/histogram.h"
#include "obmen/http_client.h"

/* Keeps connections open for reuse; redirects are followed within the same host only, at most 3. */
struct http_client *http_client_open(uv_loop_t *loop);
/* Cancels what runs (each on_done is called), closes, then calls closed. */
void http_client_close(struct http_client *client, void (*closed)(void *arg), void *arg);

struct http_client_figures {
    uint64_t calls, failures, bytes;
    int running;
};
/* One for each target of a call ("1c", "vk"), at most HTTP_TARGETS; the rest is the last one's. */
#define HTTP_TARGETS 8
#define HTTP_TARGET_STATUSES 32
struct http_target_figures {
    char name[16];
    struct {
        int status; /* 0: no whole answer */
        uint64_t count;
    } by_status[HTTP_TARGET_STATUSES]; /* ended by one whose count is 0; the last one takes the rest
                                        */
    struct histogram durations;        /* histogram_of_calls */
};
/* NULL at the end. */
const struct http_target_figures *http_client_target(const struct http_client *c, int i);

void http_client_figures(const struct http_client *c, struct http_client_figures *ret);

#endif
