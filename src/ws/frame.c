#include "ws/frame.h"

#include <stdlib.h>
#include "obmen/arena.h"

size_t ws_header(unsigned char out[WS_HEADER_MAX], enum ws_opcode opcode, size_t n)
{
    out[0] = (unsigned char)(0x80 | opcode);
    if (n < 126) {
        out[1] = (unsigned char)n;
        return 2;
    }
    size_t length_bytes = n < 65536 ? 2 : 8;
    out[1] = length_bytes == 2 ? 126 : 127;
    for (size_t i = 0; i < length_bytes; i++)
        out[2 + i] = (unsigned char)((unsigned long long)n >> (8 * (length_bytes - 1 - i)));
    return 2 + length_bytes;
}

struct ws_frame *ws_frame_text(struct str payload)
{
    unsigned char header[WS_HEADER_MAX];
    size_t head = ws_header(header, WS_TEXT, payload.n);
    struct ws_frame *f = mem_alloc(sizeof *f + head + payload.n);
    char *bytes = (char *)(f + 1);
    memcpy(bytes, header, head);
    if (payload.n)
        memcpy(bytes + head, payload.p, payload.n);
    f->refs = 1;
    f->bytes = (struct str){bytes, head + payload.n};
    f->payload = (struct str){bytes + head, payload.n};
    return f;
}

struct ws_frame *ws_frame_ref(struct ws_frame *f)
{
    f->refs++;
    return f;
}

void ws_frame_unref(struct ws_frame *f)
{
    if (f && --f->refs == 0)
        free(f);
}

void ws_frame_release(void *f)
{
    ws_frame_unref(f);
}
