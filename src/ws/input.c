#include "ws/input.h"

#include <stdlib.h>
#include <wslay/wslay.h>
#include "obmen/arena.h"
#include "obmen/utf8.h"
#include "ws/frame.h"

static ssize_t on_wslay_wants(uint8_t *out, size_t room, int flags, void *arg)
{
    struct ws_input *in = arg;
    size_t n = in->piece.n < room ? in->piece.n : room;
    if (n == 0)
        return -1;
    memcpy(out, in->piece.p, n);
    in->piece.p += n;
    in->piece.n -= n;
    in->given += n;
    return (ssize_t)n;
}

static void open_wslay(struct ws_input *in)
{
    const struct wslay_frame_callbacks callbacks = {.recv_callback = on_wslay_wants};
    if (wslay_frame_context_init(&in->wslay, &callbacks, in))
        abort(); /* fails only without memory */
    in->given = in->framed = 0;
}

static void close_wslay(struct ws_input *in)
{
    if (in->wslay)
        wslay_frame_context_free(in->wslay);
    in->wslay = NULL;
}

/* ---- what a sequence of frames may be ---- */

static int data_begins(struct ws_input *in, const struct wslay_frame_iocb *f)
{
    if (in->dropping)
        return 0;
    if (in->in_message != (f->opcode == WS_CONTINUATION))
        return 1002;
    if (f->opcode == WS_BINARY)
        return 1003;
    if (f->payload_length > WS_MAX_MESSAGE - in->message.n)
        return 1009;
    in->in_message = true;
    return 0;
}

static int frame_begins(struct ws_input *in, const struct wslay_frame_iocb *f)
{
    size_t extended = f->payload_length < 126 ? 0 : f->payload_length < 65536 ? 2 : 8;
    in->in_frame = true;
    in->opcode = f->opcode;
    in->fin = f->fin;
    in->left = f->payload_length;
    in->framed += 2 + extended + 4 + f->payload_length;
    if (!f->mask || f->rsv)
        return 1002;
    switch (f->opcode) {
    case WS_CONTINUATION:
    case WS_TEXT:
    case WS_BINARY:
        return data_begins(in, f);
    case WS_CLOSE:
    case WS_PING:
    case WS_PONG:
        return 0;
    default:
        return 1002;
    }
}

static int message_ends(struct ws_input *in, const struct ws_input_events *events, void *arg)
{
    struct buf m = buf_take(&in->message);
    in->in_message = false;
    bool good = utf8_valid(buf_str(&m));
    if (good)
        events->text(arg, buf_str(&m));
    buf_release(&m);
    return good ? 0 : 1007;
}

static bool may_be_sent(int code)
{
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
           (code >= 3000 && code <= 4999);
}

static int close_comes(
    struct ws_input *in, struct str payload, const struct ws_input_events *events, void *arg)
{
    int code = 1005;
    if (payload.n == 1)
        return 1002;
    if (payload.n >= 2) {
        code = (unsigned char)payload.p[0] << 8 | (unsigned char)payload.p[1];
        if (!may_be_sent(code))
            return 1002;
        if (!utf8_valid((struct str){payload.p + 2, payload.n - 2}))
            return 1007;
    }
    in->broken = true;
    events->close(arg, code);
    return 0;
}

static int control_ends(struct ws_input *in, const struct ws_input_events *events, void *arg)
{
    struct buf c = buf_take(&in->control);
    int fault = 0;
    if (in->opcode == WS_CLOSE)
        fault = close_comes(in, buf_str(&c), events, arg);
    else if (in->opcode == WS_PONG)
        events->pong(arg);
    else if (!in->dropping)
        events->ping(arg, buf_str(&c));
    buf_release(&c);
    return fault;
}

/* A piece of a frame's payload, perhaps empty; the first one brings the header. */
static int on_piece(struct ws_input *in, const struct wslay_frame_iocb *f,
    const struct ws_input_events *events, void *arg)
{
    int fault = in->in_frame ? 0 : frame_begins(in, f);
    if (fault)
        buf_release(&in->message);
    bool control = in->opcode >= WS_CLOSE;
    if (control && !fault)
        buf_add(&in->control, f->data, f->data_length);
    else if (!fault && !in->dropping)
        buf_add(&in->message, f->data, f->data_length);
    in->left -= f->data_length;
    if (in->left > 0)
        return fault;
    in->in_frame = false;
    if (fault)
        return fault;
    if (control)
        return control_ends(in, events, arg);
    return in->fin && !in->dropping ? message_ends(in, events, arg) : 0;
}

void ws_input_feed(
    struct ws_input *in, struct str bytes, const struct ws_input_events *events, void *arg)
{
    in->piece = bytes;
    while (!in->broken) {
        if (!in->wslay && in->piece.n == 0)
            break;
        if (!in->wslay)
            open_wslay(in);
        struct wslay_frame_iocb f = {0};
        ssize_t r = wslay_frame_recv(in->wslay, &f);
        if (r == WSLAY_ERR_WANT_READ)
            break;
        int code = r < 0 ? 1002 : on_piece(in, &f, events, arg);
        if (code == 1002)
            in->broken = true;
        if (code && !in->dropping) {
            in->dropping = true;
            events->fault(arg, code);
        }
    }
    in->piece = STR_NULL;
    if (in->broken || in->given == in->framed)
        close_wslay(in);
}

void ws_input_release(struct ws_input *in)
{
    close_wslay(in);
    buf_release(&in->message);
    buf_release(&in->control);
}
