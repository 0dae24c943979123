/*
 * The HTTP/1.1 server: connections on libuv, llhttp with the checks it lacks, one request at a time
 * per connection (pipelined ones wait in the read buffer, so answers keep their order).
 *
 * A handler gets a request and answers it exactly once, now or from a later callback:
 *     http_reply(req, 200, "application/json", body);
 * The request and its arena live until the answer has been given; a peer that leaves earlier only
 * makes the answer go nowhere, so a handler never has to ask whether the peer is still there.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <uv.h>
#include "obmen/arena.h"
#include "obmen/buf.h"
#include "obmen/err.h"
#include "obmen/str.h"
#include "http/router.h"

enum http_method {
    HTTP_M_GET,
    HTTP_M_HEAD,
    HTTP_M_POST,
    HTTP_M_PUT,
    HTTP_M_PATCH,
    HTTP_M_DELETE,
    HTTP_M_OPTIONS,
    HTTP_M_OTHER
};

struct http_header {
    struct str name, value; /* name as sent; value trimmed */
};

struct http_request {
    struct arena arena;      /* dies with the answer */
    enum http_method method; /* HEAD is routed as GET; the body is left out by the server */
    struct str method_text;
    struct str path;  /* percent-decoded, checked UTF-8, no NUL, no "..", always starts with '/' */
    struct str query; /* raw, without '?' */
    struct http_header *headers;
    int header_count;
    struct str body;                /* whole, at most the route's limit; empty without one */
    struct str params[4];           /* {…} parts of the route's pattern, decoded, in order */
    const struct http_route *route; /* NULL before routing */
    char id[65];     /* X-Request-ID: the peer's when it is [A-Za-z0-9._-]{1,64}, else made here */
    struct str peer; /* address of the client; X-Forwarded-For when the proxy is trusted */
    bool peer_is_loopback; /* of the direct peer, without X-Forwarded-For */
    bool secure;           /* https, also behind a trusted proxy */
    uint64_t started_ns;
    void *user;             /* what the api layer's gate puts there (who is signed in) */
    struct http_conn *conn; /* the server's */
};

/* STR_NULL when absent. ASCII case ignored. */
struct str http_header(const struct http_request *req, const char *name);
/* Value of ?name=…, decoded into the arena; STR_NULL when absent. */
struct str http_query(struct http_request *req, const char *name);
/* Walks all parameters: pass 0 first. False at the end. A bad percent-escape has been refused
 * before. */
bool http_query_next(
    struct http_request *req, size_t *at, struct str *ret_name, struct str *ret_value);
/* application/x-www-form-urlencoded pairs of any text, in the same way. */
bool http_form_next(
    struct arena *a, struct str form, size_t *at, struct str *ret_name, struct str *ret_value);

/* The body of a `streamed` route, piece by piece as it comes. piece: bytes are borrowed; false: no
 * more for now, until http_receive_more (what was read already may still come as one piece more).
 * ended: once; err NULL: the body is whole; else what was wrong with it (too large, too slow,
 * broken framing), or err->cancelled: the peer has left. The handler answers in every case, then or
 * later, with err where there is one; it may also answer before the end, and no event comes after
 * that. None comes from inside http_receive. */
struct http_intake {
    bool (*piece)(void *arg, struct str bytes);
    void (*ended)(void *arg, const struct err *err);
};
/* Called by the handler of a streamed route, at once or later. False: there is no body. */
bool http_receive(struct http_request *req, const struct http_intake *events, void *arg);
void http_receive_more(struct http_request *req);

/* Adds a header to the answer that will be given. Copies. */
void http_add_header(struct http_request *req, const char *name, struct str value);
/* body is taken (moved). content_type NULL: none. */
void http_reply(struct http_request *req, int status, const char *content_type, struct buf body);
/* Borrowed bytes that live as long as the program (static files) or until release(arg) is called.
 */
void http_reply_shared(struct http_request *req, int status, const char *content_type,
    struct str body, void (*release)(void *arg), void *arg);
/* application/problem+json of the taxonomy; takes status from err->http_status or the code. */
void http_reply_error(struct http_request *req, const struct err *err);
/* The same with field errors: errors is a JSON array of {"field","message"}, or STR_NULL. */
void http_reply_problem(struct http_request *req, const struct err *err, struct str errors);

/* A body of unknown length, piece by piece. more: called first from the loop, then each time the
 * peer has taken what was written since (so one that writes nothing is not called again before it
 * has written). gone: nobody reads (the peer left, the server ends, HEAD); called instead of any
 * further `more`, at most once. In every case the handler ends the request with http_stream_end, at
 * once or when work of its own under way has come back. */
struct http_stream_events {
    void (*more)(void *arg);
    void (*gone)(void *arg);
};
void http_stream_begin(struct http_request *req, int status, const char *content_type,
    const struct http_stream_events *events, void *arg);
/* The same when the length of the body is known: it is told, and must be kept to. */
void http_stream_begin_sized(struct http_request *req, int status, const char *content_type,
    int64_t length, const struct http_stream_events *events, void *arg);
void http_stream_write(struct http_request *req, struct str piece); /* copies */
/* ok=false cuts the connection so that the reader notices that something is missing. */
void http_stream_end(struct http_request *req, bool ok);

/* After this answer the bytes of the connection belong to someone else (WebSocket). Used by src/ws
 * only. */
struct http_upgrade {
    void (*bytes)(void *arg, struct str piece);
    void (*writable)(void *arg); /* the peer took bytes and little (under 32 KiB) is left queued */
    void (*closed)(void *arg);   /* the connection is gone; last call */
};
/* Sends the 101 with the headers added so far (Upgrade: websocket and Connection: Upgrade are added
 * when missing); the request is freed. No event is called from inside. The peer may be gone
 * already: then closed comes soon. */
struct http_conn *http_switch(
    struct http_request *req, const struct http_upgrade *events, void *arg);
/* Queues bytes (copied, or shared until release, which may come at once). Coalesced into one write
 * a turn of the loop. Nothing is queued any more after http_conn_finish. */
void http_conn_write(struct http_conn *c, struct str bytes);
void http_conn_write_shared(
    struct http_conn *c, struct str bytes, void (*release)(void *arg), void *arg);
size_t http_conn_queued(const struct http_conn *c); /* bytes not yet with the kernel */
/* Closes when the queue is written, at the latest after timeout_ms. */
void http_conn_finish(struct http_conn *c, int timeout_ms);

struct ssl_ctx_st; /* SSL_CTX: tls_context.h */
struct http_options {
    struct ssl_ctx_st *tls;                          /* NULL: plain; a reference is taken */
    const char *listen;                              /* "127.0.0.1:8001,[::1]:8001"; port 0: any */
    size_t max_line, max_headers;                    /* 8 KiB, 32 KiB; 0 = these */
    int max_fields;                                  /* 100 */
    size_t max_body;                                 /* 1 MiB; a route may say otherwise */
    int head_timeout_ms, body_idle_ms, keepalive_ms; /* 10 s, 30 s, 75 s; 0 = these */
    int max_connections, max_per_address;            /* 0 = no limit */
    const char *trusted_proxies;                     /* CIDRs, comma-separated, or NULL */
    const char *server_name;                         /* for the Server header or NULL */
    bool access_log;
};

struct http_server;
/* Called before routing each request (rate limits, CORS, draining) and after routing (sign-in,
 * rights; req->route is NULL for the fallback), both before the body is read. false = it has
 * answered, or will; the request goes no further. */
struct http_gates {
    bool (*before)(void *ctx, struct http_request *req);
    bool (*routed)(void *ctx, struct http_request *req);
    /* Told of every answer, for metrics. duration in ns; bytes of the body sent. */
    void (*answered)(
        void *ctx, const struct http_request *req, int status, uint64_t ns, uint64_t bytes);
    void *ctx;
};
/* NULL with a clear sentence (port in use, no permission, bad address). router borrowed. */
struct http_server *http_server_open(uv_loop_t *loop, const struct http_options *o,
    struct http_router *router, const struct http_gates *gates, struct err *ret_err);
/* Another certificate, for connections from now on; a reference is taken. */
void http_server_set_tls(struct http_server *s, struct ssl_ctx_st *tls);
/* The port of the i-th address (for port 0), 0 when there is no such address. */
int http_server_port(const struct http_server *s, int i);
/* Stops accepting, closes idle connections at once and busy ones after their answer; then, or after
 * grace_ms, calls closed and frees. Upgraded connections are closed by their owners before. */
void http_server_close(struct http_server *s, int grace_ms, void (*closed)(void *arg), void *arg);

struct http_figures {
    int connections, upgraded;
    uint64_t accepted, refused, requests;
};
void http_server_figures(const struct http_server *s, struct http_figures *ret);

#endif
