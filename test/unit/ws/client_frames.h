/* Frames as a client sends them: masked; and any rubbish. */
#ifndef TEST_WS_CLIENT_FRAMES_H
#define TEST_WS_CLIENT_FRAMES_H

#include "obmen/buf.h"

enum { UNMASKED = 1, LONG_16 = 2, LONG_64 = 4 }; /* the length written longer than needed */

/* first: FIN, RSV and opcode */
static inline void add_frame(
    struct buf *b, unsigned first, const void *payload, size_t n, unsigned how)
{
    static const unsigned char mask[4] = {0x12, 0x34, 0x56, 0x78};
    unsigned masked = how & UNMASKED ? 0 : 0x80;
    buf_addc(b, (char)first);
    if (n < 126 && !(how & (LONG_16 | LONG_64))) {
        buf_addc(b, (char)(masked | n));
    } else {
        int bytes = (n < 65536 && !(how & LONG_64)) ? 2 : 8;
        buf_addc(b, (char)(masked | (bytes == 2 ? 126 : 127)));
        for (int i = bytes - 1; i >= 0; i--)
            buf_addc(b, (char)((unsigned long long)n >> (8 * i)));
    }
    if (masked)
        buf_add(b, mask, 4);
    for (size_t i = 0; i < n; i++)
        buf_addc(b, (char)(((const unsigned char *)payload)[i] ^ (masked ? mask[i % 4] : 0)));
}

static inline void add_text(struct buf *b, const char *text)
{
    add_frame(b, 0x81, text, strlen(text), 0);
}

static inline void add_close(struct buf *b, int code, const char *reason)
{
    struct buf p = BUF_INIT;
    buf_addc(&p, (char)(code >> 8));
    buf_addc(&p, (char)code);
    buf_adds(&p, reason);
    add_frame(b, 0x88, p.p, p.n, 0);
    buf_release(&p);
}

#endif
