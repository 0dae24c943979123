/*
 * Bytes from a WebSocket client → messages. Knows no connection. wslay's frame layer reads headers,
 * lengths and masks; what a sequence of frames may be is checked here, because wslay's event layer
 * skips two bytes of every piece of a Close when it checks the reason's UTF-8, and answers some
 * faults with a Close without a code.
 */
#ifndef WS_INPUT_H
#define WS_INPUT_H

#include <stdbool.h>
#include <stdint.h>
#include "obmen/buf.h"

#define WS_MAX_MESSAGE 65536

struct wslay_frame_context;

struct ws_input {
    struct wslay_frame_context *wslay; /* owned; NULL between two frames */
    struct str piece;       /* borrowed: what wslay has not yet taken of the bytes being fed */
    uint64_t given, framed; /* bytes given to wslay; bytes of the frames begun */
    struct buf message,
        control;    /* what has come of a message, of a control frame; free between them */
    uint64_t left;  /* payload bytes of the present frame still to come */
    uint8_t opcode; /* of the present frame */
    bool fin, in_frame;
    bool in_message; /* a text message has begun */
    bool dropping;   /* we have sent our Close: only the peer's one still matters */
    bool broken;     /* nothing more can be read from this stream */
};

struct ws_input_events {
    void (*text)(void *arg, struct str message);
    void (*ping)(void *arg, struct str payload);
    void (*pong)(void *arg);
    void (*close)(void *arg, int code); /* 1005 when it carries none; last event */
    /* Once, 1002, 1003, 1007 or 1009, to be sent to the peer. Only its Close may still follow;
     * nothing when in->broken. */
    void (*fault)(void *arg, int code);
};

/* Zeroed is initialized; does not move while in use. Events may set in->dropping. */
void ws_input_feed(
    struct ws_input *in, struct str bytes, const struct ws_input_events *events, void *arg);
void ws_input_release(struct ws_input *in);

#endif
