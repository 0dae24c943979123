/* Bytes of a WebSocket client: however they are cut the same is told; texts are UTF-8 within the
 * limit; after a fault or a Close nothing more is told but the Close; between frames nothing is
 * kept. */
#include <stdlib.h>
#include "fuzz.h"
#include "obmen/utf8.h"
#include "ws/input.h"

struct story {
    uint64_t hash;
    int faults, closes, events;
    bool over;
};

static void note(struct story *s, int kind, struct str what)
{
    s->hash = (s->hash ^ (uint64_t)kind) * 0x100000001b3u;
    for (size_t i = 0; i < what.n; i++)
        s->hash = (s->hash ^ (uint8_t)what.p[i]) * 0x100000001b3u;
    s->events++;
}

static void on_text(void *arg, struct str message)
{
    struct story *s = arg;
    PROMISE(!s->faults && !s->over);
    PROMISE(message.n <= WS_MAX_MESSAGE && utf8_valid(message));
    note(s, 1, message);
}

static void on_ping(void *arg, struct str payload)
{
    struct story *s = arg;
    PROMISE(!s->faults && !s->over && payload.n <= 125);
    note(s, 2, payload);
}

static void on_pong(void *arg)
{
    struct story *s = arg;
    PROMISE(!s->over);
    note(s, 3, STR_NULL);
}

static void on_close(void *arg, int code)
{
    struct story *s = arg;
    PROMISE(!s->over && code >= 1000 && code <= 4999 && code != 1004 && code != 1006);
    s->over = true;
    s->closes++;
    note(s, 4, (struct str){(const char *)&code, sizeof code});
}

static void on_fault(void *arg, int code)
{
    struct story *s = arg;
    PROMISE(!s->over && !s->faults);
    PROMISE(code == 1002 || code == 1003 || code == 1007 || code == 1009);
    s->faults++;
    note(s, 5, (struct str){(const char *)&code, sizeof code});
}

static const struct ws_input_events events = {on_text, on_ping, on_pong, on_close, on_fault};

/* step 0: pieces whose sizes the input itself chooses */
static struct story tell(const uint8_t *data, size_t size, size_t step)
{
    struct story s = {.hash = 0xcbf29ce484222325u};
    struct ws_input in = {0};
    for (size_t at = 0; at < size;) {
        size_t n = step ? step : (size_t)(data[at] % 17 + 1);
        n = n < size - at ? n : size - at;
        char *piece = malloc(n);
        memcpy(piece, data + at, n);
        ws_input_feed(&in, (struct str){piece, n}, &events, &s);
        free(piece);
        PROMISE(in.piece.p == NULL);
        PROMISE(!in.broken || !in.wslay);
        PROMISE(in.message.n <= WS_MAX_MESSAGE && in.control.n <= 125);
        at += n;
    }
    ws_input_release(&in);
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 200000)
        return 0;
    struct story whole = tell(data, size, size ? size : 1), bytes = tell(data, size, 1),
                 mixed = tell(data, size, 0);
    PROMISE(whole.hash == bytes.hash && whole.events == bytes.events);
    PROMISE(whole.hash == mixed.hash);
    return 0;
}
