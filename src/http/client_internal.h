/* Shared by the files of the HTTP client: client.c (life of a call), client_loop.c (curl on libuv),
 * client_answer.c (heads, redirects), client_error.c (sentences for people). */
#ifndef HTTP_CLIENT_INTERNAL_H
#define HTTP_CLIENT_INTERNAL_H

#include <stdlib.h>
#include <curl/curl.h>
#include "base/list.h"
#include "http/client.h"
#include "obmen/arena.h"

#define CLIENT_MAX_REDIRECTS 3

struct http_client {
    uv_loop_t *loop;
    CURLM *multi;
    uv_timer_t curl_timer; /* what curl asked for */
    uv_timer_t turn;       /* what callers asked for: starts, stops, resumes; outside of curl */
    uv_timer_t clock;      /* the nearest time limit of a call */
    int handles;           /* uv handles not yet closed, sockets included */
    struct list queued, running, stopped;
    bool resume; /* a running call is to go on reading */
    bool closing;
    void (*closed)(void *arg);
    void *closed_arg;
    struct http_client_figures figures;
    struct http_target_figures targets[HTTP_TARGETS];
};

/* The list a call stands in; see the drawing in client.c. */
enum call_state { CALL_QUEUED, CALL_RUNNING, CALL_STOPPED, CALL_ENDED };
enum call_stop {
    STOP_NONE,
    STOP_CANCELLED, /* by the caller: http_call_cancel, or false from a callback */
    STOP_TIMEOUT,   /* the whole call */
    STOP_IDLE,      /* nothing came for too long */
    STOP_FAULT,     /* call->fault says what */
};

struct http_call {
    struct list place;
    enum call_state state;
    enum call_stop stop;
    struct http_client *client;
    struct http_call_events events;
    void *arg;

    CURL *easy;
    struct curl_slist *headers;
    CURLU *at;           /* where we are: moves with redirects */
    struct arena memory; /* lives as long as the call */
    struct str body;
    const char *where; /* "host:port", for people */
    const char *target;
    char curl_text[CURL_ERROR_SIZE];

    struct http_answer answer;
    struct str location;
    bool in_head; /* between a status line and the empty line */
    bool head_told;
    struct err fault;

    bool paused, resume;
    int timeout_ms, idle_ms;
    int64_t started, heard; /* uv_now; moved forward by the time spent paused */
    int64_t paused_at;
};

/* client_loop.c */
int client_loop_open(struct http_client *c);
void client_loop_close(
    struct http_client *c); /* sockets and curl's timer; closed handles are counted */
void client_loop_kick(struct http_client *c);   /* let curl look at its transfers now */
void client_handle_closed(uv_handle_t *handle); /* handle->data is the client */

/* client.c */
void client_reap(struct http_client *c); /* ends the calls curl is done with */

/* client_answer.c */
size_t client_on_header(char *line, size_t size, size_t count, void *call);
/* Names where the call goes; refuses what is no http(s) address. */
int client_set_url(struct http_call *call, const char *url, struct err *ret_err);

/* client_figures.c: an ended call. whole: all of its answer came */
void client_count(struct http_client *c, const struct http_call *call, bool whole, int64_t ms);

/* client_error.c */
void client_fault(struct http_call *call, CURLcode code, struct err *ret_err);

#endif
