/*
 * One WebSocket (RFC 6455) on an HTTP connection. Frames in are read by wslay (input.h), whose 4
 * KiB context exists only while a frame is being read; frames out are encoded once and shared by
 * all their readers (frame.h).
 */
#ifndef WS_SESSION_H
#define WS_SESSION_H

#include "http/server.h"
#include "ws/frame.h"

/* The sessions of one loop: pings, silence and closing are looked after by one timer for all of
 * them. */
struct ws_group;
struct ws_options { /* 0 = the value in brackets */
    int ping_ms;    /* [25 s] between two pings */
    int silence_ms; /* [60 s] nothing heard for so long: closed with 1001 */
    int close_ms;   /* [2 s] waiting for the peer's half of the closing handshake */
};
struct ws_group *ws_group_open(uv_loop_t *loop, const struct ws_options *o); /* o may be NULL */
/* Closes every session with code, refuses new ones with 503, then calls closed and frees. */
void ws_group_close(struct ws_group *g, int code, void (*closed)(void *arg), void *arg);
int ws_group_count(const struct ws_group *g);

struct ws_session;
struct ws_events {
    void (*text)(void *arg, struct str message); /* whole, UTF-8 checked, at most 64 KiB */
    void (*writable)(void *arg);                 /* the peer took what was queued */
    void (*closed)(void *arg, int code); /* last call; code as sent or received, 1006 when none */
};

/* Is it a WebSocket handshake (GET, Upgrade, Connection, version 13, a right key)? When it is not,
 * false and the request has been answered: 400, or 426 with Upgrade and Sec-WebSocket-Version. */
bool ws_check(struct http_request *req);
/* Answers 101 to a request that ws_check let pass. Pings, closes with 1001 after silence, 1009 on a
 * larger message, 1003 on binary, 1007 on broken UTF-8, 1002 on protocol errors, 1008 when more
 * than 1 MiB waits for a peer that does not read. events: static. NULL when the group is closing:
 * answered with 503, no event comes. */
struct ws_session *ws_accept(
    struct ws_group *g, struct http_request *req, const struct ws_events *events, void *arg);
void ws_send(struct ws_session *s, struct ws_frame *f); /* takes a reference of its own */
void ws_send_text(struct ws_session *s, struct str payload);
size_t ws_queued(const struct ws_session *s); /* bytes not yet with the kernel */
/* Starts the closing handshake; gives up waiting after 2 s. Nothing is sent or told afterwards but
 * `closed`. */
void ws_close(struct ws_session *s, int code, const char *reason);
bool ws_is_open(const struct ws_session *s); /* false once closing has begun */

#endif
