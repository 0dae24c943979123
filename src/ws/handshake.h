#ifndef WS_HANDSHAKE_H
#define WS_HANDSHAKE_H

#include "http/server.h"

#define WS_ACCEPT_KEY 29 /* 28 letters of base64 and the NUL */
/* Sec-WebSocket-Accept for a key of 24 letters. */
void ws_accept_key(struct str key, char out[WS_ACCEPT_KEY]);

#endif
