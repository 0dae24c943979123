/* However the document is cut, the events are the same. The first two bytes choose the cuts. */
#include "fuzz.h"
#include "obmen/json.h"

static int note(struct buf *b, char what, struct str text)
{
    buf_addc(b, what);
    buf_add_i64(b, (int64_t)text.n);
    buf_add_str(b, text);
    return 0;
}

static int on_null(void *arg)
{
    return note(arg, 'n', STR_NULL);
}

static int on_boolean(void *arg, bool v)
{
    return note(arg, v ? 't' : 'f', STR_NULL);
}

static int on_number(void *arg, struct str s)
{
    return note(arg, '#', s);
}

static int on_string(void *arg, struct str s)
{
    return note(arg, '$', s);
}

static int on_key(void *arg, struct str s)
{
    return note(arg, '.', s);
}

static int on_object(void *arg)
{
    return note(arg, '{', STR_NULL);
}

static int on_object_end(void *arg)
{
    return note(arg, '}', STR_NULL);
}

static int on_array(void *arg)
{
    return note(arg, '[', STR_NULL);
}

static int on_array_end(void *arg)
{
    return note(arg, ']', STR_NULL);
}

static const struct json_events events = {on_null, on_boolean, on_number, on_string, on_object,
    on_key, on_object_end, on_array, on_array_end};

/* longest: of a piece; 0: the whole in one */
static struct buf run(struct str text, unsigned seed, size_t longest)
{
    struct buf trace = BUF_INIT;
    struct json_stream *s = json_stream_new(&events, &trace);
    struct err e = ERR_INIT;
    int r = 0;
    while (text.n && r == 0) {
        seed = seed * 1664525u + 1013904223u;
        size_t n = longest ? 1 + (seed >> 16) % longest : text.n;
        if (n > text.n)
            n = text.n;
        char *piece = malloc(n); /* memory of its own: nothing may be read beyond, or later */
        memcpy(piece, text.p, n);
        r = json_stream_feed(s, (struct str){piece, n}, &e);
        free(piece);
        text = (struct str){text.p + n, text.n - n};
    }
    if (r == 0)
        r = json_stream_end(s, &e);
    PROMISE((r == 0) == (e.code == ERR_NONE));
    buf_addc(&trace, r == 0 ? '.' : '!');
    json_stream_free(s);
    return trace;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct str text = {(const char *)data + 2, size - 2};
    struct buf whole = run(text, 0, 0), parts = run(text, data[0], 1 + data[1] % 32),
               bytes = run(text, 0, 1);
    PROMISE(str_eq(buf_str(&whole), buf_str(&parts)));
    PROMISE(str_eq(buf_str(&whole), buf_str(&bytes)));
    buf_release(&whole);
    buf_release(&parts);
    buf_release(&bytes);
    return 0;
}
