/* What the server's own files share: server, connection, exchange (one request and its answer). */
#ifndef HTTP_INTERNAL_H
#define HTTP_INTERNAL_H

#include "base/list.h"
#include "obmen/map.h"
#include "http/address.h"
#include "http/body.h"
#include "http/head.h"
#include "http/out.h"
#include "http/server.h"
#include "http/strict.h"
#include "http/tls.h"

#define OUT_HIGH                                                                                   \
    (128 * 1024) /* queued bytes: no further request, piece or WebSocket byte is taken in */
#define OUT_LOW (32 * 1024) /* … until it has fallen below this */
#define READ_SIZE (64 * 1024)
#define READ_HEAD                                                                                  \
    (16 * 1024) /* while no body is awaited: what a peer may make us keep is small                 \
                 */
#define DRAIN_MAX                                                                                  \
    (256 *                                                                                         \
        1024) /* a refused request's body up to this is read and dropped to keep the connection */
#define LINGER_MS 2000

/* The order matters: see http_conn_reads_requests. Drawn in conn.c. */
enum conn_state {
    CONN_FRESH,
    CONN_IDLE,
    CONN_HEAD,
    CONN_BODY,
    CONN_DRAIN,
    CONN_HELD,
    CONN_HANDLING,
    CONN_STREAMING,
    CONN_WRITING,
    CONN_UPGRADED,
    CONN_FINISHING,
    CONN_LINGER,
    CONN_CLOSING,
    CONN_STATES
};
const char *http_conn_state_name(enum conn_state s);

struct exchange {
    struct http_request req; /* first: http_request* is exchange* */
    struct list free;        /* in server->exchanges while unused */
    llhttp_t parser;
    struct head head;
    struct body body;
    struct buf extra; /* header lines to add to the answer */
    bool keep_alive;
    bool handed; /* with a gate or a handler, who will answer */
    struct {     /* a handler that takes the body piece by piece: intake.c */
        const struct http_intake *events; /* NULL: none, or told of the end */
        void *arg;
    } intake;
    bool answered;
    bool continue_due; /* "100 Continue" would have to be sent before a body comes */
    http_handler handle;
    void *ctx;
    int status;
    uint64_t sent; /* bytes of the body */
    struct {
        const struct http_stream_events *events;
        void *arg;
        int64_t length; /* of the body; -1: not said */
        bool chunked;
        bool mute; /* HEAD: pieces are dropped */
        bool fed;  /* something was written since `more` was called */
        bool gone; /* has been told */
    } stream;
};

struct http_conn {
    uv_tcp_t tcp;
    struct http_server *server;
    struct list place; /* in server->places[state] */
    struct list dirty; /* in server->dirty: has work at the end of the turn */
    enum conn_state state;
    uint64_t deadline; /* ms of uv_now; 0: none */
    struct buf in;     /* bytes read and not used yet */
    struct strict_head guard;
    size_t scanned; /* bytes of in the guard has seen */
    struct out out;
    struct http_tls *tls; /* owned; NULL: plain */
    uv_shutdown_t shutdown;
    struct exchange *x; /* owned; NULL between requests */
    const struct http_upgrade *upgrade;
    void *upgrade_arg;
    struct address address; /* of the direct peer */
    char peer[ADDRESS_TEXT];
    size_t waiting; /* what the peer had not taken when its time last ran out; SIZE_MAX: not looked
                       yet */
    bool reading, eof;
    bool starved; /* in holds less than a whole head or body */
    bool took;    /* the kernel took bytes since the owner was last told */
    bool last;    /* no further request */
    bool shut;    /* uv_shutdown was called */
    bool counted; /* in by_address */
    bool refused; /* over the limit of connections */
    bool closed;  /* uv has let go of it */
};

struct listener {
    uv_tcp_t tcp;
    struct http_server *server;
    int port;
};

struct http_server {
    uv_loop_t *loop;
    struct arena memory; /* owns options' texts and listeners */
    struct http_options o;
    struct strict_limits limits;
    struct address_blocks trusted;
    struct http_router *router; /* borrowed */
    struct http_gates gates;
    SSL_CTX *tls; /* a reference of its own; NULL: plain */
    struct listener *listeners;
    int listener_count;
    uv_timer_t timer;   /* due at the earliest deadline or earlier */
    uint64_t timer_due; /* 0: not armed */
    uv_idle_t turner;   /* active while dirty is not empty */
    int handles;        /* open, connections included */
    int pending;        /* connections that are gone and whose request is still with a handler */
    struct list places[CONN_STATES];
    struct list dirty;
    struct map by_address; /* address_host → struct host_count */
    struct out_pool pool;
    struct list exchanges; /* unused ones */
    int exchange_count;
    int refused_open; /* connections being told that they are too many */
    struct buf scratch;
    struct http_figures figures;
    bool closing;
    bool called;                        /* closed has been called */
    uint64_t grace_due;                 /* 0: none */
    uint64_t refused_told, accept_told; /* when the log last heard of it */
    void (*closed)(void *arg);
    void *closed_arg;
    uint64_t id_seed, id_count;
    int64_t date_second;
    char date[64]; /* "Date: …\r\n" */
    size_t date_n;
    char read_buf[READ_SIZE];
};

/* conn.c */
void http_conn_accept(struct http_server *s, struct listener *l);
void http_conn_enter(struct http_conn *c, enum conn_state state);
void http_conn_dirty(struct http_conn *c); /* http_conn_turn soon, from the loop */
void http_conn_turn(struct http_conn *c);
void http_conn_close(struct http_conn *c); /* drops what is queued */
void http_conn_reset(struct http_conn *c); /* the same, and the peer notices */
void http_conn_expire(struct http_conn *c);
void http_conn_finish_writing(
    struct http_conn *c); /* no further request; closes when the queue is written */
void http_conn_free_if_done(struct http_conn *c);
/* Bytes of answers that are not with the kernel yet, plain or encrypted. */
static inline size_t http_conn_unsent(const struct http_conn *c)
{
    return c->out.queued + (c->tls ? c->tls->out.queued : 0);
}
/* conn_read.c: goes through what is in c->in; starts or stops reading, as the state wants it. */
void http_conn_take_in(struct http_conn *c);
void http_conn_choose_reading(struct http_conn *c);
/* Sends the "100 Continue" that a body waits for, if one does. */
void http_conn_invite(struct http_conn *c);
static inline bool http_conn_gone(const struct http_conn *c)
{
    return c->state == CONN_CLOSING;
}
/* Is it a state in which bytes read are parts of requests? */
static inline bool http_conn_reads_requests(const struct http_conn *c)
{
    return c->state <= CONN_DRAIN;
}

/* exchange.c */
/* bytes: one whole head. Runs the gates, the router and, unless a body has to come first, the
 * handler. */
void exchange_begin(struct http_conn *c, struct str head, unsigned fields);
/* A piece of the body; returns how many bytes were used. Calls the handler when it is whole. */
size_t exchange_feed(struct http_conn *c, const char *p, size_t n);
/* Answers what is malformed, too large or too slow with the connection's last answer. */
void exchange_refuse(struct http_conn *c, const struct err *err);
/* The answer is complete in the queue (or nobody is there to read it): log, gate, next state. */
void exchange_done(struct exchange *x);
void exchange_free(struct http_server *s, struct exchange *x);
/* The same for a switch of protocols: the connection has been given away. */
void exchange_switched(struct exchange *x);
/* Can an answer be given now and the connection kept, the rest of the body being dropped? */
bool exchange_can_drain(const struct exchange *x);
void exchange_pool_shrink(struct http_server *s, int keep);

/* response.c */
static inline struct exchange *exchange_of(struct http_request *req)
{
    return (struct exchange *)req;
}
/* Queues status line and headers. length: of the body; -1: not said. */
void http_response_head(struct exchange *x, int status, const char *content_type, int64_t length);
const char *http_response_status_text(int status);
/* Has the handler, or a gate, added such a header? */
bool exchange_has_header(const struct exchange *x, const char *name);

/* intake.c: a piece has been decoded; false: the request is no longer this connection's to feed */
bool exchange_take_piece(struct http_conn *c);
/* Tells the handler of the end of its body; err NULL: it is whole. */
void exchange_peer_left(struct exchange *x);
void exchange_intake_end(struct exchange *x, const struct err *err);

/* stream.c: asks for more, or tells that nobody reads any more */
void http_stream_turn(struct http_conn *c);

/* upgrade.c: hands over what was read, tells of progress or of the end */
void http_upgrade_turn(struct http_conn *c);

/* server.c */
void http_server_watch(struct http_server *s, uint64_t due);
uint64_t http_server_timeout(const struct http_server *s, enum conn_state state); /* ms; 0: none */
void http_server_wake(struct http_server *s); /* turns dirty connections soon */
void http_server_refused(
    struct http_server *s, const char *peer); /* counts and, now and then, logs */
void http_server_maybe_free(struct http_server *s);
/* Counts a connection's host; false: over the limit. */
bool http_server_count(struct http_server *s, struct http_conn *c);
void http_server_uncount(struct http_server *s, struct http_conn *c);
void http_server_handle_closed(struct http_server *s);

#endif
