/* Requests to other servers: libcurl's multi interface on the same loop (src/http/client.c).
 * Proxies of the environment (http_proxy …) are not used. */
#ifndef OBMEN_HTTP_CLIENT_H
#define OBMEN_HTTP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/err.h"
#include "obmen/str.h"

struct http_client;
struct http_call;

struct http_call_options {
    const char *url;            /* encoded already; http and https only; no credentials inside */
    const char *method;         /* NULL = GET */
    const char *const *headers; /* "Name: value", NULL-ended; may be NULL; copied */
    const char *username, *password; /* Basic auth, UTF-8; NULL = none; sent to this host only */
    struct str body;                 /* copied; STR_NULL = none */
    int timeout_ms;      /* the whole call; 0 = 60 s. Time spent paused does not count, in both */
    int idle_timeout_ms; /* nothing received for so long; 0 = timeout_ms */
    const char *target;  /* "1c", "vk": for logs and metrics */
};

struct http_answer {
    int status;
    struct str content_type; /* borrowed; "" when none */
    struct str set_cookie;   /* "name=value" of the first Set-Cookie, or STR_NULL */
    int retry_after_ms;      /* 0 = not said */
    uint64_t bytes;
};

/* on_data: a piece of the body; return false to end the call (on_done then brings err->cancelled).
 * on_done: exactly once, never from inside http_call_start; a is never NULL (status 0: no answer).
 * err NULL: an answer came completely, whatever its status. err: nothing, or not all of it, came
 * (connect, time-out, cut body, too large): err->passing says whether a retry may help. The code is
 * left ERR_INTERNAL_ERROR for the caller to map to its source. */
struct http_call_events {
    bool (*on_head)(void *arg, const struct http_answer *a); /* may be NULL */
    bool (*on_data)(void *arg, struct str piece);
    void (*on_done)(void *arg, const struct http_answer *a, const struct err *err);
};

struct http_call *http_call_start(struct http_client *client, const struct http_call_options *o,
    const struct http_call_events *events, void *arg);
/* on_done comes soon with err->cancelled, never from inside this call; nothing else comes any more.
 * The call is gone after on_done. */
void http_call_cancel(struct http_call *call);
/* Stops and restarts reading from the socket (backpressure): no on_data while paused, never one
 * from inside this call. */
void http_call_pause(struct http_call *call, bool paused);

#endif
