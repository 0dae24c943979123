/* Frames from the server: unmasked, so that the same bytes serve every reader. */
#ifndef WS_FRAME_H
#define WS_FRAME_H

#include "obmen/str.h"

/* An encoded text frame, reference-counted. */
struct ws_frame {
    int refs;
    struct str bytes; /* header and payload */
    struct str payload;
};
struct ws_frame *ws_frame_text(struct str payload); /* one reference, the caller's; copies */
struct ws_frame *ws_frame_ref(struct ws_frame *f);
void ws_frame_unref(struct ws_frame *f); /* accepts NULL */
void ws_frame_release(void *f);          /* ws_frame_unref for http_conn_write_shared */

enum ws_opcode { WS_CONTINUATION, WS_TEXT, WS_BINARY, WS_CLOSE = 8, WS_PING, WS_PONG };
#define WS_HEADER_MAX 10
/* Bytes of the header of a whole unmasked frame. */
size_t ws_header(unsigned char out[WS_HEADER_MAX], enum ws_opcode opcode, size_t payload_length);

#endif
