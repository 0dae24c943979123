/*
 * One WebSocket (RFC 6455) on an HTTP connection. Frames in are read by wslay, whose 9 KiB context exists
 * only while bytes are being read; frames out are encoded here once and shared by all their readers.
 */
#ifndef WS_SESSION_H
#define WS_SESSION_H

#include "http/server.h"

/* An encoded text frame, reference-counted. */
struct ws_frame {
    int refs;
    struct str bytes;   /* header and payload */
    struct str payload;
};
struct ws_frame *ws_frame_text(struct str payload); /* one reference, the caller's */
struct ws_frame *ws_frame_ref(struct ws_frame *f);
void ws_frame_unref(struct ws_frame *f);

struct ws_session;
struct ws_events {
    void (*text)(void *arg, struct str message);  /* whole, UTF-8 checked, at most 64 KiB */
    void (*writable)(void *arg);                  /* the peer took what was queued */
    void (*closed)(void *arg, int code);          /* last call; code as sent or received, 1006 when none */
};

/* Is it a WebSocket handshake (GET, Upgrade, Connection, version 13, a right key)? When it is not, 0 and the request
 * has been answered: 400, or 426 with Upgrade and Sec-WebSocket-Version. */
bool ws_check(struct http_request *req);
/* Answers 101. Pings every 25 s, closes 1001 after 60 s without an answer, 1009 on a larger message, 1003 on binary,
 * 1007 on broken UTF-8, 1002 on protocol errors. */
struct ws_session *ws_accept(struct http_request *req, const struct ws_events *events, void *arg);
void ws_send(struct ws_session *s, struct ws_frame *f); /* takes a reference of its own */
void ws_send_text(struct ws_session *s, struct str payload);
size_t ws_queued(const struct ws_session *s); /* bytes not yet with the kernel */
/* Starts the closing handshake; gives up waiting after 2 s. Nothing is sent afterwards. */
void ws_close(struct ws_session *s, int code, const char *reason);

#endif
